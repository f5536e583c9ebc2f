//! [`Allowance`]: a danger that somebody takes by name when a plan is applied.
//!
//! It comes on top of approvals ([`crate::approval`]): who approves looks at the whole plan, who applies
//! says by name what will be gone.
//!
//! Invariant: what destroys data or cannot be taken back is demanded by name, and a name that nothing
//! demands is an error, so that a list copied from another plan is noticed.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hazard::{Hazard, HazardKind};
use crate::name::{display, has_hidden};
use crate::operation::Operation;
use crate::plan::{Plan, ReverseBy, Step};

mod codes {
    crate::codes! {
        ALLOWANCE_INVALID = "allowance.invalid", Usage, "What is allowed by name is not a hazard and its object, such as `deletes-data:members.legacy_code`.";
        ALLOWANCE_MISSING = "allowance.missing", Rule, "A plan destroys data or cannot be taken back, and that was not allowed by name.";
        ALLOWANCE_UNDEMANDED = "allowance.undemanded", Input, "Something is allowed by name that the plan does not do.";
    }
}
pub use codes::*;

/// The longest object of an allowance, in bytes: a table and a column, or a migration.
pub const OBJECT_BYTES_MAX: usize = 200;

/// A hazard and its object, as `--allow` takes it: `deletes-data:members.legacy_code`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Allowance {
    hazard: HazardKind,
    object: String,
}

impl Allowance {
    /// Which danger.
    pub fn hazard(&self) -> HazardKind {
        self.hazard
    }

    /// To what.
    pub fn object(&self) -> &str {
        &self.object
    }

    fn of(hazard: &Hazard) -> Allowance {
        Allowance {
            hazard: hazard.kind,
            object: hazard.object.clone(),
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.hazard, self.object)
    }
}

impl FromStr for Allowance {
    type Err = Error;

    fn from_str(text: &str) -> Result<Allowance> {
        let parsed = text.split_once(':').and_then(|(code, object)| {
            let hazard = HazardKind::ALL
                .into_iter()
                .find(|kind| kind.code() == code)?;
            let is_plain = !object.is_empty()
                && object.len() <= OBJECT_BYTES_MAX
                && !object.contains(char::is_whitespace)
                && !has_hidden(object);
            is_plain.then(|| Allowance {
                hazard,
                object: object.to_owned(),
            })
        });
        parsed.ok_or_else(|| {
            let kinds = HazardKind::ALL.map(HazardKind::code).join(", ");
            Error::new(
                &ALLOWANCE_INVALID,
                format!("`{}` is not a hazard and its object", display(text)),
            )
            .hint("write it as the plan shows it: --allow deletes-data:members.legacy_code")
            .hint(format!("hazards are {kinds}"))
        })
    }
}

impl TryFrom<String> for Allowance {
    type Error = Error;
    fn try_from(text: String) -> Result<Allowance> {
        text.parse()
    }
}

impl From<Allowance> for String {
    fn from(allowance: Allowance) -> String {
        allowance.to_string()
    }
}

/// What must be allowed by name before this plan is applied, sorted. A first building has nobody's data
/// and goes away as a whole: it demands nothing.
///
/// `deletes-data` and `irreversible` always are. `may-lose-data` covers two things: a step that fails on
/// rows that do not fit, which leaves them as they are, and one that overwrites them. Where the host
/// derived the way back, overwriting makes the migration irreversible, and that is demanded; so it is
/// demanded by itself only where the way back is somebody's word: an author's own `down`, which is proved
/// for the schema and not for the values, and raw SQL.
pub fn demanded(plan: &Plan, is_first_building: bool) -> Vec<Allowance> {
    if is_first_building {
        return Vec::new();
    }
    let by_step = plan.steps.iter().flat_map(|step| {
        let hazards = step.hazards.iter();
        hazards.filter(|hazard| must_be_named(step, hazard))
    });
    let named: BTreeSet<Allowance> = by_step.map(Allowance::of).collect();
    named.into_iter().collect()
}

fn must_be_named(step: &Step, hazard: &Hazard) -> bool {
    match hazard.kind {
        HazardKind::DeletesData | HazardKind::Irreversible => true,
        HazardKind::MayLoseData => {
            step.reverse_by == ReverseBy::Author || runs_sql_on(step, &hazard.object)
        }
        HazardKind::BlocksWrites
        | HazardKind::BlocksReads
        | HazardKind::RewritesTable
        | HazardKind::LongLock
        | HazardKind::NotTransactional => false,
    }
}

fn runs_sql_on(step: &Step, object: &str) -> bool {
    let raw = step
        .operations
        .iter()
        .filter(|operation| matches!(operation, Operation::RunSql(_)));
    let mut touched = raw.flat_map(Operation::relations);
    touched.any(|table| table.as_str() == object)
}

/// What is demanded and not given.
pub fn missing(demanded: &[Allowance], given: &[Allowance]) -> Vec<Allowance> {
    without(demanded, given)
}

/// What is given and not demanded.
pub fn undemanded(demanded: &[Allowance], given: &[Allowance]) -> Vec<Allowance> {
    without(given, demanded)
}

/// Demands that exactly what is demanded is given.
///
/// # Errors
/// `allowance.missing`, `allowance.undemanded`.
pub fn require(demanded: &[Allowance], given: &[Allowance]) -> Result<()> {
    let missing = missing(demanded, given);
    if !missing.is_empty() {
        let what = format!("not allowed by name: {}", told(&missing));
        let error = Error::new(&ALLOWANCE_MISSING, what);
        return Err(missing.iter().fold(error, |error, allowance| {
            error.hint(format!("--allow {}", display(&allowance.to_string())))
        }));
    }
    let undemanded = undemanded(demanded, given);
    if !undemanded.is_empty() {
        let what = format!(
            "the plan does not do what is allowed: {}",
            told(&undemanded)
        );
        return Err(Error::new(&ALLOWANCE_UNDEMANDED, what)
            .hint("look at the plan again; it may not be the one that you have in mind"));
    }
    Ok(())
}

fn without(list: &[Allowance], other: &[Allowance]) -> Vec<Allowance> {
    let list = list.iter().filter(|allowance| !other.contains(allowance));
    list.cloned().collect()
}

fn told(list: &[Allowance]) -> String {
    let told = list.iter().map(|allowance| display(&allowance.to_string()));
    told.collect::<Vec<_>>().join(", ")
}
