//! The code that the attribute becomes.
//!
//! Invariant: nothing generated depends on where the package lies, so that the same source in another
//! folder gives the same component.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Fields, ItemStruct, LitStr};

use crate::manifest;

/// Expands the attribute.
pub(crate) fn plugin(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let path = manifest_path(arguments)?;
    let plugin: ItemStruct = syn::parse2(item)?;
    if !matches!(plugin.fields, Fields::Unit) || !plugin.generics.params.is_empty() {
        return Err(syn::Error::new_spanned(
            &plugin,
            "a plugin is a unit struct, such as `pub struct Club;`: it keeps nothing between calls",
        ));
    }
    let file = package_folder()?.join(path.value());
    let json = read(&file).map_err(|message| {
        syn::Error::new(path.span(), format!("manifest {}: {message}", path.value()))
    })?;
    let shown = file.display().to_string();
    let name = &plugin.ident;
    let bytes = proc_macro2::Literal::byte_string(json.as_bytes());
    let length = json.len();
    Ok(quote! {
        #plugin

        impl ::strata_sdk::Described for #name {
            fn manifest_json(&self) -> &'static str {
                #json
            }
        }

        // Makes the compiler look again when the manifest changes.
        const _: &[u8] = ::core::include_bytes!(#shown);

        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code)]
        const _: () = {
            #[used]
            #[unsafe(link_section = "strata:manifest")]
            static MANIFEST: [u8; #length] = *#bytes;

            static PLUGIN: #name = #name;

            struct Guest;

            impl ::strata_sdk::component::Exports for Guest {
                fn plugin() -> &'static dyn ::strata_sdk::Plugin {
                    &PLUGIN
                }
            }

            type Exported = ::strata_sdk::component::Exported<Guest>;

            ::strata_sdk::component::export!(
                Exported with_types_in ::strata_sdk::component::bindings
            );
        };
    })
}

/// The path in `manifest = "…"`, or the usual one.
fn manifest_path(arguments: TokenStream) -> syn::Result<LitStr> {
    let mut path = LitStr::new("plugin.toml", Span::call_site());
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("manifest") {
            path = meta.value()?.parse()?;
            return Ok(());
        }
        Err(meta.error("the only argument is `manifest = \"plugin.toml\"`"))
    });
    syn::parse::Parser::parse2(parser, arguments)?;
    Ok(path)
}

/// The folder of the package that is being compiled.
fn package_folder() -> syn::Result<PathBuf> {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| {
            syn::Error::new(
                Span::call_site(),
                "a plugin is built by cargo, which says where its manifest is",
            )
        })
}

fn read(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
    manifest::to_json(&text)
}
