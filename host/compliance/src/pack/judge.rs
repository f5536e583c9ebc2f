//! An input judged by packs: their findings together, and a finding for each pack that could not judge.
//!
//! It does not stop at the first failure: a pack that fails denies by an error of its own, and the others
//! are heard.
//!
//! Invariant: the findings are in one order whatever the order of the packs.

use std::collections::BTreeSet;

use model::error::{Error, Result};
use model::hazard::{Finding, Severity};
use serde::{Deserialize, Serialize};

use crate::pack::Pack;
use crate::pack::evaluate::PACK_FAILED;
use crate::pack::input::Input;
use crate::pack::manifest::PackId;

/// A finding with the pack that made it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFinding {
    /// The pack.
    pub pack: PackId,
    /// What it says.
    pub finding: Finding,
}

impl Pack {
    /// What the rules say about an input, in order, each once.
    ///
    /// # Errors
    /// `pack.failed` when a rule fails, `pack.limit` when it needs too much, `pack.finding_invalid` when
    /// what it says is not a finding that the manifest declares.
    pub fn judge(&self, input: &Input) -> Result<Vec<Finding>> {
        self.rules.evaluate(&self.manifest, &self.options, input)
    }
}

/// What packs say about an input, by pack, then by finding.
///
/// A pack that cannot judge gives one finding of severity error, `pack.failed` on the pack's id: nothing
/// passes because a rule did not run.
pub fn judge_by(packs: &[Pack], input: &Input) -> Vec<PackFinding> {
    let mut all = BTreeSet::new();
    for pack in packs {
        let findings = pack.judge(input);
        let findings = findings.unwrap_or_else(|error| vec![failure(pack.id(), &error)]);
        all.extend(findings.into_iter().map(|finding| PackFinding {
            pack: pack.id().clone(),
            finding,
        }));
    }
    all.into_iter().collect()
}

fn failure(pack: &PackId, error: &Error) -> Finding {
    let advice = match error.hints() {
        [] => "correct the pack".to_owned(),
        hints => hints.join("; "),
    };
    Finding {
        code: PACK_FAILED.name.to_owned(),
        severity: Severity::Error,
        object: pack.to_string(),
        message: error.sentences(),
        fix: advice,
    }
}
