//! Rule packs: what is a pack, what its rules may do, how much they may take, and that whatever goes wrong
//! denies.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use compliance::{Input, Pack};
use model::TenantFacts;
use model::error::Error;

mod documented;
mod golden;
mod hostile;
mod judged;
mod lowered;
mod mutants;
mod nepal;
mod refused;
mod shipped;
mod template;
mod translate;

pub(crate) const MANIFEST: &str = r#"
format = "strata/pack/1"
id = "house-rules"
version = "1.2.0"
title = "House rules"
description = "For tests."

[[rules]]
code = "house.noisy"
severity = "warning"
sentence = "Something is noisy."

[[rules]]
code = "house.broken"
severity = "error"
sentence = "Something is broken."

[options.limit]
default = 3
description = "How much is too much."

[options.words]
default = ["a"]
description = "Some words."
"#;

/// The head of a rule file.
pub(crate) const HEAD: &str = "package strata\n\nimport rego.v1\n\n";

/// A pack of the manifest above and one file of rules.
pub(crate) fn files(rules: &str) -> BTreeMap<String, Vec<u8>> {
    [
        ("pack.toml", MANIFEST.to_owned()),
        ("rules.rego", format!("{HEAD}{rules}")),
    ]
    .map(|(path, text)| (path.to_owned(), text.into_bytes()))
    .into()
}

pub(crate) fn pack(rules: &str) -> Pack {
    Pack::parse(&files(rules)).unwrap_or_else(|e| panic!("{rules}: {e:?}"))
}

/// A rule that finds something once `condition` holds.
pub(crate) fn finds_if(condition: &str) -> String {
    format!(
        "findings contains {{\"code\": \"house.noisy\", \"severity\": \"warning\", \"object\": \"x\", \
         \"message\": \"loud\", \"fix\": \"hush\"}} if {{\n\t{condition}\n}}\n"
    )
}

pub(crate) fn input() -> Input {
    let tenant = TenantFacts {
        slug: "acme".parse().unwrap(),
        name: "Acme".to_owned(),
        locale: "ne".to_owned(),
        facts: BTreeMap::new(),
    };
    Input::new("2026-11-27", tenant)
}

/// Demands that it is refused with this code and says what to do; gives all that it says.
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, code: &str) -> String {
    let error = match result {
        Ok(value) => panic!("not refused: {value:?}"),
        Err(error) => error,
    };
    assert_eq!(error.code().name, code, "{error:?}");
    assert!(!error.hints().is_empty(), "{error:?}");
    error.sentences()
}
