//! The attribute macro of `strata-sdk`: a unit struct becomes a plugin with its manifest.
//!
//! Authors use it as `strata_sdk::plugin`; nothing else is here. What a manifest holds is in
//! `manifest.rs`, what is generated in `expand.rs`.

mod expand;
mod manifest;

use proc_macro::TokenStream;

/// Makes a unit struct a plugin: reads its manifest and, in a component, exports its migrations.
///
/// `manifest` is a path relative to the folder of `Cargo.toml`; without it, `plugin.toml`. A manifest
/// that is missing, is not TOML, or has a wrong or unknown field is a compile error that names file
/// and field.
///
/// | field | meaning | if absent |
/// |---|---|---|
/// | `id` | the plugin's name: a letter, then lower-case letters, digits and single `_` | error |
/// | `version` | semantic version, such as `1.2.0` | error |
/// | `layer` | `basic`, `template`, `module` or `custom` | error |
/// | `title` | name for people | error |
/// | `description` | a sentence or more | empty |
/// | `publisher` | who answers for it | error |
/// | `depends` | tables of `id`, `requirement` (such as `^1.0`) | none |
/// | `conflicts` | tables of `id`, `reason` | none |
/// | `required_modules` | tables of `id`, `requirement`; templates only | none |
/// | `default_modules` | ids; templates only | none |
/// | `aliases` | other ids that it may be asked for by | none |
/// | `tier` | `basic`, `premium` or `custom` | `basic` |
/// | `category` | one word for lists | empty |
/// | `extension_points` | tables of `table`, `columns`, `indexes`: what others may add to a table | none |
/// | `settings` | a JSON Schema of its settings, as a TOML table | no settings |
/// | `migrations` | ids in order, as `Plugin::migrations` gives them | error |
/// | `capabilities` | any of `raw-sql`, `destructive` | none |
/// | `classification` | tables of `table`, `personal` (columns), `purpose`, `retention_years`, `protection` | none |
/// | `tenant` | the one tenant of a customization | none; error for `layer = "custom"` |
///
/// The fields `format` and `contract` are added here.
#[proc_macro_attribute]
pub fn plugin(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::plugin(arguments.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
