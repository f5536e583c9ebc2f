//! What the pure rooms never have: async, drivers, clocks, randomness; and who may ask for the database kind.

use syn::visit::Visit;

use crate::manifest::{Kind, below, table};
use crate::source::{Source, check, find};
use crate::violations::{Verdict, verdict};

/// Rooms without input and output, clock, randomness and async.
const PURE: [&str; 4] = ["model", "dialect", "compliance", "plan"];

/// Packages that bring what a pure room never has.
const IMPURE: [&str; 17] = [
    "async-std",
    "async-trait",
    "fastrand",
    "futures",
    "futures-util",
    "getrandom",
    "hyper",
    "mio",
    "rand",
    "reqwest",
    "rustix",
    "smol",
    "sqlx",
    "tempfile",
    "tokio",
    "wasmtime",
    "walkdir",
];

/// What the `clippy.toml` of a pure room bans at least.
const BANNED: [&str; 5] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::env::var",
    "std::fs::read",
    "std::fs::write",
];

/// The only rooms that may ask which database it is.
const KNOW_THE_BACKEND: [&str; 2] = ["host/dialect/", "host/database/"];

/// Where the kinds of databases are defined.
const DEFINES_THE_BACKEND: &str = "host/model/src/capabilities.rs";

fn pure_folders() -> Vec<String> {
    PURE.iter()
        .map(|room| format!("host/{room}/src/"))
        .collect()
}

fn async_code(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let lines = find(&tokens, &["async"])
        .into_iter()
        .chain(find(&tokens, &["await"]));
    lines.map(|line| source.at(line, "async code")).collect()
}

/// Where a source names a kind of database, or branches by it.
fn asks_for_the_backend(source: &Source) -> Vec<String> {
    let knows = KNOW_THE_BACKEND
        .iter()
        .any(|folder| source.path.starts_with(folder));
    if knows || source.path == DEFINES_THE_BACKEND {
        return Vec::new();
    }
    let named = find(&source.tokens(), &["Backend", ":", ":"]);
    let named = named
        .into_iter()
        .map(|line| source.at(line, "names a kind: `Backend::`"));
    let mut branches = Branches {
        source,
        found: Vec::new(),
    };
    branches.visit_file(&source.tree);
    named.chain(branches.found).collect()
}

/// `match x.backend`, `x.backend == …`.
struct Branches<'a> {
    source: &'a Source,
    found: Vec<String>,
}

impl Branches<'_> {
    fn judge(&mut self, expression: &syn::Expr) {
        let name = match expression {
            syn::Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => name,
                syn::Member::Unnamed(_) => return,
            },
            syn::Expr::MethodCall(call) => &call.method,
            syn::Expr::Path(path) => match path.path.segments.last() {
                Some(segment) => &segment.ident,
                None => return,
            },
            _ => return,
        };
        let line = name.span().start().line;
        if name == "backend" && !self.source.is_test_line(line) {
            self.found
                .push(self.source.at(line, "branches by `backend`"));
        }
    }
}

impl<'ast> Visit<'ast> for Branches<'_> {
    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        self.judge(&expression.expr);
        syn::visit::visit_expr_match(self, expression);
    }

    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        if matches!(expression.op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_)) {
            self.judge(&expression.left);
            self.judge(&expression.right);
        }
        syn::visit::visit_expr_binary(self, expression);
    }
}

#[test]
fn a_pure_room_depends_on_no_runtime_no_driver_and_no_randomness() -> Verdict {
    let mut places = Vec::new();
    for room in PURE {
        for manifest in below(&format!("host/{room}")) {
            let impure = manifest.dependencies.iter().filter(|dependency| {
                dependency.kind == Kind::Normal && IMPURE.contains(&dependency.name.as_str())
            });
            places.extend(impure.map(|d| format!("{}/Cargo.toml: `{}`", manifest.folder, d.name)));
        }
    }
    verdict("model, dialect, compliance and plan are pure", places)
}

#[test]
fn a_pure_room_has_no_async_code() -> Verdict {
    let folders = pure_folders();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    verdict(
        "model, dialect, compliance and plan wait for nothing",
        check(&folders, async_code),
    )
}

#[test]
fn a_pure_room_bans_clock_files_and_environment_in_its_own_clippy_toml() -> Verdict {
    let mut places = Vec::new();
    for room in PURE {
        let path = format!("host/{room}/clippy.toml");
        let lists = table(&path);
        let methods = lists
            .get("disallowed-methods")
            .and_then(toml::Value::as_array);
        let methods = methods.map(Vec::as_slice).unwrap_or_default();
        let banned = |wanted: &&str| {
            methods.iter().any(|ban| {
                ban.as_str().or(ban.get("path").and_then(|p| p.as_str())) == Some(*wanted)
            })
        };
        places.extend(
            BANNED
                .iter()
                .filter(|p| !banned(p))
                .map(|p| format!("{path}: does not ban `{p}`")),
        );
    }
    verdict(
        "clippy keeps input, output and clocks out of pure rooms",
        places,
    )
}

#[test]
fn only_dialect_and_database_ask_which_database_it_is() -> Verdict {
    let rule = "other rooms read `Capabilities`, never the kind of database";
    verdict(rule, check(&["host/"], asks_for_the_backend))
}

#[test]
fn a_branch_by_backend_is_found() -> syn::Result<()> {
    let text =
        "fn a(c: C) { match c.backend { _ => {} } if c.backend() == X {} let b = Backend::Y; }";
    let found = |path: &str| Source::parse(path, text).map(|s| asks_for_the_backend(&s).len());
    assert_eq!(found("host/plan/src/a.rs")?, 3);
    assert_eq!(found("host/dialect/src/a.rs")?, 0);
    Ok(())
}

#[test]
fn async_code_is_found_and_words_in_comments_are_not() -> syn::Result<()> {
    let source = Source::parse(
        "host/model/src/a.rs",
        "//! async\nfn a() {}\nasync fn b() {}\n",
    )?;
    assert_eq!(async_code(&source), ["host/model/src/a.rs:3: async code"]);
    Ok(())
}
