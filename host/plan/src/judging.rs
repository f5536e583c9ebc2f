//! [`Judging`]: the rule packs that judge a plan, and what they may know besides it.
//!
//! The rules of the core are no pack: they judge each operation whatever stands here.

use std::collections::{BTreeMap, BTreeSet};

use compliance::{Input, Pack, PackFinding, PlanInput, PluginInput, SchemaInput, judge_by};
use model::Schema;
use model::digest::Digest;
use model::emission::TenantFacts;
use model::manifest::Manifest;
use model::plan::Step;

/// The rule packs that judge a plan, and what they may know besides it.
#[derive(Debug, Clone, Default)]
pub struct Judging {
    /// The packs.
    pub packs: Vec<Pack>,
    /// The day, `2026-11-27`.
    pub today: String,
    /// What kind of place this is: `production`, `test`.
    pub environment: String,
    /// Who asks.
    pub actor: String,
    /// What was allowed by name.
    pub allowed: BTreeSet<String>,
}

/// What is judged: a way from one schema to another.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The facts about the tenant.
    pub tenant: &'a TenantFacts,
    /// The steps; none where a schema is judged as it stands.
    pub steps: &'a [Step],
    /// The schema before.
    pub before: &'a Schema,
    /// The schema after.
    pub after: &'a Schema,
}

impl Judging {
    /// What the packs say, by pack, then by finding.
    pub fn judge<'m>(
        &self,
        judged: Judged<'_>,
        plugins: impl Iterator<Item = &'m Manifest>,
    ) -> Vec<PackFinding> {
        if self.packs.is_empty() {
            return Vec::new();
        }
        let input = Input {
            environment: self.environment.clone(),
            actor: self.actor.clone(),
            plan: PlanInput {
                allowed: self.allowed.clone(),
                steps: judged.steps.iter().map(Into::into).collect(),
            },
            before: SchemaInput::from(judged.before),
            after: SchemaInput::from(judged.after),
            plugins: plugins.map(PluginInput::from).collect(),
            ..Input::new(self.today.clone(), judged.tenant.clone())
        };
        judge_by(&self.packs, &input)
    }

    /// The digests of the packs, in order, for the plan.
    pub(crate) fn digests(&self) -> Vec<Digest> {
        let by_id: BTreeMap<_, _> = self
            .packs
            .iter()
            .map(|pack| (pack.id().clone(), pack.digest()))
            .collect();
        by_id.into_values().collect()
    }
}
