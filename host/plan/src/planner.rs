//! The stages from resolved plugins to a plan: emit, simulate, check, compile.
//!
//! Invariant: the same request gives the same plan and digest, on any machine.

use compliance::Parties;
use dialect::Dialect;
use model::Result;
use model::emission::{Settings, TenantFacts};
use model::error::Error;
use model::hazard::{Finding, Severity};
use model::id::MigrationId;
use model::plan::{PLAN_FORMAT, Plan, Step};
use model::schema::{Origin, Schema};

use crate::catalogue::Entry;
use crate::emitter::{Call, Emitter};
use crate::history::History;
use crate::judging::{Judged, Judging};
use crate::resolve::Resolved;
use crate::step::{self, Draft};

mod codes {
    model::codes! {
        PLAN_FINDINGS = "plan.findings", Rule, "A plan breaks a rule of a rule pack.";
    }
}
pub use codes::*;

/// What a plan is made from.
pub struct Request<'a> {
    /// What plugins may know about the tenant.
    pub tenant: &'a TenantFacts,
    /// The plugins, in order, with their settings.
    pub resolved: &'a Resolved,
    /// What stands already.
    pub history: &'a History,
    /// The rule packs, and what they may know.
    pub judging: &'a Judging,
}

/// A plan and the schema that it leads to.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The simulated schema after it.
    pub schema: Schema,
}

/// Makes a plan.
///
/// # Errors
/// Those of plugins, operations and the dialect; the code of the first rule that forbids something;
/// `history.mismatch`.
pub fn plan(
    request: &Request<'_>,
    emitter: &dyn Emitter,
    dialect: &dyn Dialect,
) -> Result<Planned> {
    let manifests = request
        .resolved
        .plugins
        .iter()
        .map(|entry| entry.manifest.clone());
    let mut fold = Fold {
        request,
        emitter,
        dialect,
        parties: Parties::new(manifests),
        schema: request.history.schema.clone(),
        steps: Vec::new(),
        findings: Vec::new(),
    };
    let base = request.history.base()?;
    for entry in &request.resolved.plugins {
        for migration in request.history.pending(&entry.manifest)? {
            fold.migration(entry, migration)?;
        }
    }
    let judged = Judged {
        tenant: request.tenant,
        steps: &fold.steps,
        before: &request.history.schema,
        after: &fold.schema,
    };
    let manifests = request.resolved.plugins.iter().map(|entry| &entry.manifest);
    let found = request.judging.judge(judged, manifests);
    fold.findings
        .extend(found.into_iter().map(|found| found.finding));
    refuse(&fold.findings)?;
    let plan = Plan {
        format: PLAN_FORMAT,
        base,
        target: fold.schema.digest()?,
        capabilities: dialect.capabilities(),
        lock: request.resolved.lock(),
        settings: request.resolved.settings.clone(),
        packs: request.judging.digests(),
        steps: fold.steps,
        findings: fold.findings,
    };
    Ok(Planned {
        plan,
        schema: fold.schema,
    })
}

struct Fold<'a> {
    request: &'a Request<'a>,
    emitter: &'a dyn Emitter,
    dialect: &'a dyn Dialect,
    parties: Parties,
    schema: Schema,
    steps: Vec<Step>,
    findings: Vec<Finding>,
}

impl Fold<'_> {
    fn migration(&mut self, entry: &Entry, migration: &MigrationId) -> Result<()> {
        let manifest = &entry.manifest;
        let none = Settings::new();
        let settings = self
            .request
            .resolved
            .settings
            .get(&manifest.id)
            .unwrap_or(&none);
        let call = Call {
            component: &entry.component,
            migration,
            tenant: self.request.tenant,
            settings,
            schema: &self.schema,
        };
        let emission = self.emitter.up(call)?;
        let origin = Origin {
            plugin: manifest.id.clone(),
            version: manifest.version.clone(),
            migration: migration.clone(),
            run: None,
        };
        let after = self.simulate(&emission.operations, &origin);
        let (down, down_reads) = match &after {
            // `down` reads the schema after `up`; where there is none, the step says why.
            Some(after) => self.emitter.down(Call {
                schema: after,
                ..call
            })?,
            None => (None, Vec::new()),
        };
        let mut reads = emission.reads;
        reads.extend(down_reads);
        reads.sort();
        reads.dedup();
        let draft = Draft {
            manifest,
            component: entry.component,
            origin,
            operations: emission.operations,
            reads,
            down,
        };
        let (step, findings) = step::make(draft, &mut self.schema, &self.parties, self.dialect)?;
        self.steps.push(step);
        self.findings.extend(findings);
        refuse(&self.findings)
    }

    fn simulate(&self, operations: &[model::Operation], origin: &Origin) -> Option<Schema> {
        let mut schema = self.schema.clone();
        operations
            .iter()
            .try_for_each(|operation| operation.apply(&mut schema, origin))
            .ok()?;
        Some(schema)
    }
}

/// Refuses what a rule forbids, with the rule's own code; the other findings are its causes.
fn refuse(findings: &[Finding]) -> Result<()> {
    let mut forbidding = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let Some(first) = forbidding.next() else {
        return Ok(());
    };
    let error = match compliance::code_of(first) {
        Some(code) => Error::new(code, first.message.clone()).hint(first.fix.clone()),
        // A rule of a pack has a code of its own, which is none of ours.
        None => Error::new(&PLAN_FINDINGS, first.message.clone())
            .hint(first.fix.clone())
            .hint(format!(
                "the rule is `{}`, on `{}`",
                first.code, first.object
            )),
    };
    let others = forbidding.count();
    Err(if others == 0 {
        error
    } else {
        error.hint(format!("{others} more findings forbid it as well"))
    })
}
