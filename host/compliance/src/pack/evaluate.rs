//! `Rules`: the compiled rules of a pack, evaluated over an input within limits, and the findings that
//! come out, taken strictly.
//!
//! It does not decide what a failure means for a plan; [`crate::pack::judge`] does.
//!
//! Invariant: an evaluation either gives findings that the manifest declares, or an error. There is no
//! third way: undefined, a wrong shape, a limit and a panic are errors.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::error::{Error, Result};
use model::hazard::{Finding, Severity};
use model::name::{display, steers};
use regorus::{Engine, LimitError, Value};

use crate::pack::input::Input;
use crate::pack::manifest::PackManifest;
use crate::pack::{Options, bounded, steps, vet};

mod codes {
    model::codes! {
        PACK_FAILED = "pack.failed", Rule, "A rule pack could not be evaluated; what it did not judge is denied.";
        PACK_LIMIT = "pack.limit", Rule, "A rule pack needs more work, memory or findings, or judges a larger input, than is allowed.";
        PACK_FINDING_INVALID = "pack.finding_invalid", Rule, "A rule pack's findings are not as they must be, or not among those that it declares.";
    }
}
pub use codes::*;

/// The largest input in bytes of JSON.
pub const INPUT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most findings of one pack.
pub const FINDINGS_MAX: usize = 1_000;
/// The longest text of a finding in bytes.
pub const FINDING_TEXT_BYTES_MAX: usize = 2_000;

/// The rule that is evaluated.
const ENTRY: &str = "data.strata.findings";
/// The fields of a finding.
const FIELDS: [&str; 5] = ["code", "severity", "object", "message", "fix"];

/// Rules that were vetted and compiled.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    engine: Engine,
}

impl Rules {
    /// Vets and compiles the rules of a pack, by path.
    pub(crate) fn compile(
        manifest: &PackManifest,
        rego: &BTreeMap<String, String>,
    ) -> Result<Rules> {
        let place = format!("rule pack `{}`", manifest.id);
        let compiled = guarded(|| {
            let mut engine = Engine::new();
            engine.set_rego_v0(false);
            engine.set_strict_builtin_errors(true);
            vet::add(&mut engine, rego)?;
            let compiled = engine.clone().compile_with_entrypoint(&ENTRY.into());
            compiled.map_err(|cause| vet::invalid(&place, &sentence_of(&cause.to_string())))?;
            Ok(Rules { engine })
        });
        compiled.unwrap_or_else(|| Err(vet::invalid(&place, "they made the rule engine panic")))
    }

    /// Evaluates the rules.
    pub(crate) fn evaluate(
        &self,
        manifest: &PackManifest,
        options: &Options,
        input: &Input,
    ) -> Result<Vec<Finding>> {
        let json = self.input(manifest, input)?;
        let budget = bounded::Budget::new();
        let value = guarded(|| self.run(&json, &manifest.effective(options), &budget));
        let value = value.ok_or_else(|| {
            failed(&PACK_FAILED, manifest, "the rule engine panicked").hint(
                "find the rule that does it with the pack's own tests, and write it in another way",
            )
        })?;
        let value = value.map_err(|stop| stop.into_error(manifest, &budget))?;
        findings(manifest, &value)
    }

    /// The input as JSON, if it can be judged.
    fn input(&self, manifest: &PackManifest, input: &Input) -> Result<String> {
        input.check()?;
        let json = serde_json::to_string(input).map_err(|cause| {
            failed(
                &PACK_FAILED,
                manifest,
                "the input could not be written as JSON",
            )
            .because(cause)
        })?;
        if json.len() > INPUT_BYTES_MAX {
            let why = format!(
                "the input has {} bytes, at most {INPUT_BYTES_MAX} are judged",
                json.len()
            );
            return Err(failed(&PACK_LIMIT, manifest, &why)
                .hint("divide the plan: fewer plugins, or fewer migrations at once"));
        }
        Ok(json)
    }

    fn run(&self, json: &str, options: &Options, budget: &bounded::Budget) -> Result<Value, Stop> {
        if !steps::installed() {
            return Err(Stop::Said(
                "the limit on work could not be set up".to_owned(),
            ));
        }
        let mut engine = self.engine.clone();
        bounded::add(&mut engine, budget).map_err(Stop::Said)?;
        let data = serde_json::json!({ "options": options });
        engine
            .add_data(Value::from(data))
            .map_err(|cause| Stop::Said(cause.to_string()))?;
        engine
            .set_input(Value::from_json_str(json).map_err(|cause| Stop::Said(cause.to_string()))?);
        engine.set_execution_timer_config(steps::limit());
        engine.eval_rule(ENTRY.to_owned()).map_err(|cause| {
            match cause.downcast_ref::<LimitError>() {
                Some(_) => Stop::Limit,
                None => Stop::Said(cause.to_string()),
            }
        })
    }
}

/// Runs something that could panic; none when it did.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// Why an evaluation stopped.
enum Stop {
    Limit,
    Said(String),
}

impl Stop {
    fn into_error(self, manifest: &PackManifest, budget: &bounded::Budget) -> Error {
        match self {
            Stop::Limit => {
                let why = format!("it needs more than {} units of work", steps::WORK_UNITS_MAX);
                failed(&PACK_LIMIT, manifest, &why)
                    .hint("look for a rule that goes over everything for each thing; find things by name instead")
            }
            Stop::Said(said) if budget.is_spent() => {
                failed(&PACK_LIMIT, manifest, &sentence_of(&said))
                    .hint("make fewer texts and lists; compare values as they are")
            }
            Stop::Said(said) => failed(&PACK_FAILED, manifest, &sentence_of(&said)).hint(
                "correct the rule; a test case with an input like this one shows the failure",
            ),
        }
    }
}

/// The findings of a value, each checked.
fn findings(manifest: &PackManifest, value: &Value) -> Result<Vec<Finding>> {
    let wrong = |why: &str| {
        failed(&PACK_FINDING_INVALID, manifest, why).hint(
            "`findings` is a set of objects with the texts `code`, `severity`, `object`, `message` and `fix`; \
             code and severity are declared in `pack.toml`",
        )
    };
    let Value::Set(set) = value else {
        let what = if matches!(value, Value::Undefined) {
            "undefined"
        } else {
            "no set"
        };
        return Err(wrong(&format!("`findings` is {what}")));
    };
    if set.len() > FINDINGS_MAX {
        let why = format!(
            "it has {} findings, at most {FINDINGS_MAX} are taken",
            set.len()
        );
        return Err(
            failed(&PACK_LIMIT, manifest, &why).hint("find the cause once instead of each effect")
        );
    }
    // Two values of the engine cannot make one finding: their texts are all there is to them.
    let found: Result<BTreeSet<Finding>> = set
        .iter_sorted()
        .map(|value| finding(manifest, value).map_err(|why| wrong(&why)))
        .collect();
    Ok(found?.into_iter().collect())
}

fn finding(manifest: &PackManifest, value: &Value) -> Result<Finding, String> {
    let Value::Object(fields) = value else {
        return Err("a finding is no object".to_owned());
    };
    let field = |name: &str| match fields.get(&Value::from(name)) {
        Some(Value::String(text)) if is_sentence(text) => Ok(text.to_string()),
        _ => Err(format!(
            "`{name}` of a finding is not a short text without control characters"
        )),
    };
    let [code, severity, object, message, fix] = FIELDS.map(field);
    let (code, severity) = (code?, severity?);
    if fields.len() != FIELDS.len() {
        return Err(format!(
            "a finding `{}` has a field that none has",
            display(&code)
        ));
    }
    let Some(rule) = manifest.rule(&code) else {
        return Err(format!("the code `{}` is not declared", display(&code)));
    };
    if severity != severity_text(rule.severity) {
        return Err(format!(
            "the severity of `{code}` is not the one that is declared"
        ));
    }
    Ok(Finding {
        code,
        severity: rule.severity,
        object: object?,
        message: message?,
        fix: fix?,
    })
}

fn is_sentence(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= FINDING_TEXT_BYTES_MAX && !text.chars().any(steers)
}

/// The severity as a pack writes it.
pub(crate) fn severity_text(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn failed(code: &'static model::error::Code, manifest: &PackManifest, why: &str) -> Error {
    Error::new(
        code,
        format!("rule pack `{}` cannot judge: {why}", manifest.id),
    )
}

/// One sentence of what `regorus` says, which is an excerpt of the source with a caret under it.
pub(crate) fn sentence_of(said: &str) -> String {
    let place = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> "));
    let why = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("error: "));
    let sentence = match (place, why) {
        (Some(place), Some(why)) => format!("{place}: {why}"),
        _ => said.trim().replace('\n', " "),
    };
    let mut plain: String = sentence.chars().filter(|c| !steers(*c)).take(300).collect();
    if plain.len() < sentence.len() {
        plain.push('…');
    }
    plain
}
