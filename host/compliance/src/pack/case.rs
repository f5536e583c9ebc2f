//! The test cases that a pack carries: an input, and what the rules must find in it.
//!
//! An input is written as what differs from one in which nothing happens, so that a case shows what it
//! is about.
//!
//! Invariant: a case's input is a whole [`Input`]: a case cannot hold what a plan could not.

use std::collections::{BTreeMap, BTreeSet};

use model::emission::TenantFacts;
use model::error::{Error, Result};
use model::id::Slug;
use model::name::display;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pack::input::Input;
use crate::pack::manifest::{PACK_INVALID, PackManifest};
use crate::pack::{Options, Pack};

/// The format of files of test cases.
pub const CASES_FORMAT: &str = "strata/pack-cases/1";
/// The most test cases of a pack.
pub const CASES_MAX: usize = 500;

/// A finding that is expected, or was made: its code and object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The code.
    pub code: String,
    /// The object.
    pub object: String,
}

/// A test case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    file: String,
    name: String,
    about: String,
    options: Options,
    input: Input,
    expect: BTreeSet<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    cases: Vec<Written>,
}

/// A case as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    about: String,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    input: Value,
    expect: BTreeSet<Expected>,
}

/// How a test case went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseOutcome {
    /// The file of the case.
    pub file: String,
    /// The name of the case.
    pub name: String,
    /// The code of the rule that it is about.
    pub about: String,
    /// How it went.
    pub outcome: Outcome,
}

/// Whether a test case held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The findings are those that are expected.
    Passed,
    /// They are not.
    Differed {
        /// Expected, and not found.
        missing: Vec<Expected>,
        /// Found, and not expected.
        unexpected: Vec<Expected>,
    },
    /// The rules could not be evaluated.
    Failed {
        /// Why.
        why: String,
    },
}

/// Reads the cases of a pack, by path.
pub(crate) fn parse(
    files: &BTreeMap<String, String>,
    manifest: &PackManifest,
) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (path, text) in files {
        let file: File = serde_json::from_str(text)
            .map_err(|cause| invalid(path, "its JSON is not what it must be").because(cause))?;
        if file.format != CASES_FORMAT {
            return Err(invalid(
                path,
                &format!("its format is not `{CASES_FORMAT}`"),
            ));
        }
        for written in file.cases {
            cases.push(case(path, written, manifest)?);
        }
    }
    if cases.len() > CASES_MAX {
        return Err(invalid(
            "tests",
            &format!("there are more than {CASES_MAX} cases"),
        ));
    }
    Ok(cases)
}

fn case(path: &str, written: Written, manifest: &PackManifest) -> Result<Case> {
    let expected = written.expect.iter().map(|expected| &expected.code);
    for code in expected.chain([&written.about]) {
        if manifest.rule(code).is_none() {
            let why = format!(
                "it is about `{}`, which the pack does not declare",
                display(code)
            );
            return Err(invalid(path, &why));
        }
    }
    manifest.chosen(&written.options)?;
    let mut whole = serde_json::to_value(nothing_happens()?)
        .map_err(|cause| invalid(path, "its input cannot be made").because(cause))?;
    if !written.input.is_null() {
        lay_over(&mut whole, written.input);
    }
    let input: Input = serde_json::from_value(whole).map_err(|cause| {
        let why = format!(
            "the input of case `{}` is not one that there can be",
            display(&written.name)
        );
        invalid(path, &why).because(cause)
    })?;
    input.check()?;
    Ok(Case {
        file: path.to_owned(),
        name: written.name,
        about: written.about,
        options: written.options,
        input,
        expect: written.expect,
    })
}

/// What every case starts from.
fn nothing_happens() -> Result<Input> {
    let tenant = TenantFacts {
        slug: Slug::new("example")?,
        name: "Example".to_owned(),
        locale: "en".to_owned(),
        facts: BTreeMap::new(),
    };
    Ok(Input::new("2026-01-01", tenant))
}

/// RFC 7396: objects are merged, everything else is replaced, null removes.
fn lay_over(under: &mut Value, over: Value) {
    let Value::Object(over) = over else {
        *under = over;
        return;
    };
    if !under.is_object() {
        *under = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(under) = under {
        for (key, value) in over {
            if value.is_null() {
                under.remove(&key);
            } else {
                lay_over(under.entry(key).or_insert(Value::Null), value);
            }
        }
    }
}

impl Pack {
    /// Runs the pack's own test cases, in the order of their files.
    pub fn test(&self) -> Vec<CaseOutcome> {
        let run = |case: &Case| CaseOutcome {
            file: case.file.clone(),
            name: case.name.clone(),
            about: case.about.clone(),
            outcome: self.run(case),
        };
        self.cases.iter().map(run).collect()
    }

    fn run(&self, case: &Case) -> Outcome {
        let pack = self.clone().configure(&case.options);
        let found = match pack.and_then(|pack| pack.judge(&case.input)) {
            Ok(found) => found,
            Err(error) => {
                return Outcome::Failed {
                    why: error.sentences(),
                };
            }
        };
        let found: BTreeSet<Expected> = found
            .into_iter()
            .map(|finding| Expected {
                code: finding.code,
                object: finding.object,
            })
            .collect();
        if found == case.expect {
            return Outcome::Passed;
        }
        Outcome::Differed {
            missing: case.expect.difference(&found).cloned().collect(),
            unexpected: found.difference(&case.expect).cloned().collect(),
        }
    }

    /// The codes of rules without a case about them in which they find something, or without one in which
    /// they do not.
    pub fn untested(&self) -> Vec<String> {
        let finds = |case: &Case, code: &str| case.expect.iter().any(|e| e.code == code);
        let about = |code: &str, found: bool| {
            self.cases
                .iter()
                .any(|case| case.about == code && finds(case, code) == found)
        };
        let codes = self.manifest.rules.iter().map(|rule| rule.code.clone());
        codes
            .filter(|code| !about(code, true) || !about(code, false))
            .collect()
    }
}

fn invalid(place: &str, why: &str) -> Error {
    Error::new(
        &PACK_INVALID,
        format!(
            "the test cases in {} of the rule pack are not valid: {why}",
            display(place)
        ),
    )
    .hint("docs/compliance.md shows how a test case is written")
}
