//! Files and functions end where a reader's patience does. Test code is not counted.

use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::source::{Source, check};
use crate::violations::{Verdict, verdict};

/// Lines of a file, without its tests.
const FILE_LINES_MAX: usize = 500;

/// Lines of a function, from `fn` to its last brace.
const FUNCTION_LINES_MAX: usize = 70;

const FOLDERS: [&str; 4] = ["host/", "sdk/", "plugins/", "tenant-migrations/"];

fn too_long_file(source: &Source) -> Vec<String> {
    let n_lines = source.n_lines();
    if n_lines <= FILE_LINES_MAX {
        return Vec::new();
    }
    vec![source.at(1, format!("{n_lines} lines (at most {FILE_LINES_MAX})"))]
}

fn too_long_functions(source: &Source) -> Vec<String> {
    let mut functions = Functions {
        source,
        found: Vec::new(),
    };
    functions.visit_file(&source.tree);
    functions.found
}

struct Functions<'a> {
    source: &'a Source,
    found: Vec<String>,
}

impl Functions<'_> {
    fn judge(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let n_lines = block.span().end().line - first + 1;
        if n_lines > FUNCTION_LINES_MAX && !self.source.is_test_line(first) {
            let name = &signature.ident;
            let what = format!("`{name}` has {n_lines} lines (at most {FUNCTION_LINES_MAX})");
            self.found.push(self.source.at(first, what));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.judge(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.judge(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.judge(&function.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[test]
fn a_file_has_at_most_five_hundred_lines_without_its_tests() -> Verdict {
    verdict(
        "a long file is two things: split it",
        check(&FOLDERS, too_long_file),
    )
}

#[test]
fn a_function_has_at_most_seventy_lines() -> Verdict {
    verdict(
        "a long function is two things: split it",
        check(&FOLDERS, too_long_functions),
    )
}

#[test]
fn a_long_function_is_found_with_its_length() -> syn::Result<()> {
    let text = format!(
        "fn long() {{\n{}}}\nfn short() {{}}\n",
        "    a();\n".repeat(69)
    );
    let source = Source::parse("host/plan/src/a.rs", &text)?;
    let expected = ["host/plan/src/a.rs:1: `long` has 71 lines (at most 70)"];
    assert_eq!(too_long_functions(&source), expected);
    Ok(())
}
