//! `lib.rs` is a face: modules, re-exports, and at most the list of error codes. Inside a crate nobody
//! goes through the face.

use syn::spanned::Spanned as _;
use syn::{Item, UseTree};

use crate::source::{Source, check, is_for_tests};
use crate::violations::{Verdict, verdict};

/// How many lines a room's `codes()` may have: one a file, and those around them.
const CODES_LINES_MAX: usize = 24;

/// Items of a face that are more than a face.
fn more_than_a_face(source: &Source) -> Vec<String> {
    let is_room_face = source.path.starts_with("host/") && source.path.ends_with("/src/lib.rs");
    if !is_room_face && source.path != "sdk/src/lib.rs" {
        return Vec::new();
    }
    let wrong = source.tree.items.iter().filter(|item| !is_of_a_face(item));
    wrong
        .map(|item| source.at(item.span().start().line, "a definition in `lib.rs`"))
        .collect()
}

fn is_of_a_face(item: &Item) -> bool {
    match item {
        Item::Use(_) => true,
        Item::Mod(module) => {
            let items = module
                .content
                .as_ref()
                .map(|(_, items)| items.as_slice())
                .unwrap_or_default();
            is_for_tests(&module.attrs) || items.iter().all(|item| matches!(item, Item::Use(_)))
        }
        Item::Fn(function) => {
            let block = function.block.span();
            let n_lines = block.end().line - block.start().line;
            function.sig.ident == "codes" && n_lines <= CODES_LINES_MAX
        }
        _ => false,
    }
}

/// Imports of what a face re-exports: `use crate::Thing`, `use crate::{Thing, …}`.
fn through_the_face(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    collect(source, &source.tree.items, &mut found);
    found
}

fn collect(source: &Source, items: &[Item], found: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Use(import) => {
                if let UseTree::Path(path) = &import.tree
                    && path.ident == "crate"
                {
                    let line = import.span().start().line;
                    let say = |name| {
                        source.at(line, format!("`use crate::{name}` goes through the face"))
                    };
                    found.extend(types(&path.tree).into_iter().map(say));
                }
            }
            Item::Mod(module) if !is_for_tests(&module.attrs) => {
                let items = module.content.as_ref().map(|(_, items)| items.as_slice());
                collect(source, items.unwrap_or_default(), found);
            }
            _ => {}
        }
    }
}

/// The names right behind `crate::` that are types, and so re-exports.
fn types(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(name) => vec![name.ident.to_string()],
        UseTree::Path(path) => vec![path.ident.to_string()],
        UseTree::Group(group) => group.items.iter().flat_map(types).collect(),
        UseTree::Glob(_) => Vec::new(),
    }
    .into_iter()
    .filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
    .collect()
}

#[test]
fn lib_rs_is_a_face_only() -> Verdict {
    let rule = "`lib.rs` holds modules, re-exports and at most a short `codes()`";
    verdict(rule, check(&["host/", "sdk/"], more_than_a_face))
}

#[test]
fn nobody_imports_through_the_face_of_the_own_crate() -> Verdict {
    let rule = "inside a crate a type is imported from the file that defines it";
    let folders = ["host/", "sdk/", "plugins/", "tenant-migrations/"];
    verdict(rule, check(&folders, through_the_face))
}

#[test]
fn a_definition_in_a_face_is_found() -> syn::Result<()> {
    let text = "//! A.\nmod a;\npub use a::A;\npub fn codes() {}\npub struct B;\n";
    let source = Source::parse("host/plan/src/lib.rs", text)?;
    assert_eq!(
        more_than_a_face(&source),
        ["host/plan/src/lib.rs:5: a definition in `lib.rs`"]
    );
    Ok(())
}

#[test]
fn an_import_through_the_face_is_found() -> syn::Result<()> {
    let text = "use crate::a::A;\nuse crate::{B, b::C, d};\nuse crate::E;\n";
    let source = Source::parse("host/plan/src/x.rs", text)?;
    let lines: Vec<String> = through_the_face(&source);
    assert_eq!(lines.len(), 2, "{lines:?}");
    Ok(())
}
