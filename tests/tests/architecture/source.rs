//! A Rust source as the rules read it: its syntax tree, its tokens with their lines, what is test code.
//!
//! Tokens are read besides the tree because macros hide their content from the tree.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use crate::tree;

/// One word, mark, bracket or literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As it is written; a literal with its quotes.
    pub(crate) text: String,
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
}

/// A Rust source.
pub(crate) struct Source {
    /// Where it is.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
    /// Its items.
    pub(crate) tree: syn::File,
    tokens: Vec<Token>,
    is_test: bool,
    test_lines: Vec<RangeInclusive<usize>>,
}

/// Every source in these folders, and a complaint for each that is not Rust.
pub(crate) fn sources(folders: &[&str]) -> (Vec<Source>, Vec<String>) {
    let mut complaints = Vec::new();
    let mut read = Vec::new();
    for path in tree::rust_files(folders) {
        match Source::parse(&path, &tree::text(&path).unwrap_or_default()) {
            Ok(source) => read.push(source),
            Err(error) => complaints.push(format!("{path}: does not parse: {error}")),
        }
    }
    let declared: BTreeSet<String> = read.iter().flat_map(Source::declared_test_files).collect();
    for source in &mut read {
        source.is_test |= declared.contains(&source.path);
    }
    (read, complaints)
}

/// Applies a rule to the product's code (test code left out) in these folders.
pub(crate) fn check(folders: &[&str], rule: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    let (sources, mut found) = sources(folders);
    found.extend(
        sources
            .iter()
            .filter(|source| !source.is_test)
            .flat_map(rule),
    );
    found
}

impl Source {
    /// Reads a source.
    pub(crate) fn parse(path: &str, text: &str) -> syn::Result<Source> {
        let tree = syn::parse_file(text)?;
        let mut tokens = Vec::new();
        let stream: TokenStream = syn::parse_str(text.trim_start_matches('\u{feff}'))?;
        flatten(stream, &mut tokens);
        let mut tests = TestLines(Vec::new());
        tests.visit_file(&tree);
        Ok(Source {
            path: path.to_owned(),
            text: text.to_owned(),
            tree,
            tokens,
            is_test: is_test_path(path),
            test_lines: tests.0,
        })
    }

    /// Whether this line is test code.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.is_test || self.test_lines.iter().any(|lines| lines.contains(&line))
    }

    /// Every token.
    pub(crate) fn all_tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The tokens outside test code.
    pub(crate) fn tokens(&self) -> Vec<Token> {
        self.tokens
            .iter()
            .filter(|token| !self.is_test_line(token.line))
            .cloned()
            .collect()
    }

    /// How many lines are not test code.
    pub(crate) fn n_lines(&self) -> usize {
        (1..=self.text.lines().count())
            .filter(|line| !self.is_test_line(*line))
            .count()
    }

    /// A place in this file, as errors name it.
    pub(crate) fn at(&self, line: usize, what: impl std::fmt::Display) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    /// The files of `#[cfg(test)] mod name;`.
    fn declared_test_files(&self) -> Vec<String> {
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let stem = name.trim_end_matches(".rs");
        let below = if matches!(stem, "lib" | "main" | "mod") {
            folder.to_owned()
        } else {
            format!("{folder}/{stem}")
        };
        let declared = self.tree.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => {
                Some(module.ident.to_string())
            }
            _ => None,
        });
        declared
            .flat_map(|name| {
                [
                    format!("{below}/{name}.rs"),
                    format!("{below}/{name}/mod.rs"),
                ]
            })
            .collect()
    }
}

/// Where these tokens follow each other, by the line of the first.
pub(crate) fn find(tokens: &[Token], wanted: &[&str]) -> Vec<usize> {
    tokens
        .windows(wanted.len())
        .filter(|window| {
            window
                .iter()
                .zip(wanted)
                .all(|(token, wanted)| token.text == *wanted)
        })
        .map(|window| window[0].line)
        .collect()
}

/// Whether attributes say that an item is compiled for tests alone.
pub(crate) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("test") {
            return true;
        }
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        let mut condition = Vec::new();
        flatten(list.tokens.clone(), &mut condition);
        let says = |word: &str| condition.iter().any(|token| token.text == word);
        list.path.is_ident("cfg") && says("test") && !says("not") && !says("any")
    })
}

/// Files that are test code by their place: a crate's `tests/`, a file `tests.rs`, benchmarks, and the
/// whole crate `tests`.
fn is_test_path(path: &str) -> bool {
    path.split('/')
        .any(|part| matches!(part, "tests" | "tests.rs" | "benches"))
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        let mut push = |text: &str, line| {
            tokens.push(Token {
                text: text.to_owned(),
                line,
            })
        };
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open, line);
                let close_line = group.span_close().start().line;
                flatten(group.stream(), tokens);
                tokens.push(Token {
                    text: close.to_owned(),
                    line: close_line,
                });
            }
            other => push(&other.to_string(), line),
        }
    }
}

/// Collects the lines of items that are compiled for tests alone.
struct TestLines(Vec<RangeInclusive<usize>>);

impl<'ast> Visit<'ast> for TestLines {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_for_tests(attributes(item)) {
            let span = item.span();
            self.0.push(span.start().line..=span.end().line);
        } else {
            syn::visit::visit_item(self, item);
        }
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_modules_are_no_product_code() -> syn::Result<()> {
        let text = "fn kept() {}\n#[cfg(test)]\nmod tests {\n    fn dropped() {}\n}\n";
        let source = Source::parse("host/a/src/a.rs", text)?;
        assert_eq!(source.n_lines(), 1);
        assert!(find(&source.tokens(), &["kept"]).len() == 1);
        assert!(find(&source.tokens(), &["dropped"]).is_empty());
        Ok(())
    }

    #[test]
    fn a_module_declared_for_tests_is_named_with_both_of_its_places() -> syn::Result<()> {
        let source = Source::parse("host/a/src/query.rs", "#[cfg(test)]\nmod cases;\n")?;
        let files = source.declared_test_files();
        assert_eq!(
            files,
            ["host/a/src/query/cases.rs", "host/a/src/query/cases/mod.rs"]
        );
        Ok(())
    }
}
