//! What the host lends to one call: the tenant's facts, the schema, the log; and what was read of it.
//!
//! It runs nothing ([`crate::call`] does) and has no secret to lend.
//!
//! Invariant: every answer that can differ is in the read set with its question; answers are the same
//! however often they are asked for, in one canonical order.

use std::collections::BTreeMap;
use std::ops::Bound;

use model::digest::{Digest, canonical_json};
use model::emission::{Question, Read, Settings, TenantFacts};
use model::name::Name;
use model::schema::Structure;
use wasmtime::component::{Resource, ResourceTable};

use crate::bindings::strata::plugin::{log as wit_log, snapshot, tenant, types};
use crate::convert::lend;
use crate::limiter::Limiter;
use crate::limits::{
    HANDLES_MAX, HOST_CALLS_MAX, LENT_PARTS_MAX, PAGE_NAMES_MAX, QUESTION_BYTES_MAX, READS_MAX,
};
use crate::log::{Level, Log};

/// The format in which definitions are digested for the read set.
const ANSWER_FORMAT: u32 = 1;

/// A schema that is lent for one call; the schema itself is in [`State`].
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Lent;

/// Why the host stopped a guest itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It called the host too often.
    TooManyCalls,
    /// It asked more, or more at length, than is remembered.
    TooManyReads,
    /// A question is too long.
    LongQuestion,
    /// An answer of ours could not be digested, which is a bug.
    Unanswerable(String),
}

/// The host's side of one call.
pub(crate) struct State {
    pub(crate) limiter: Limiter,
    pub(crate) log: Log,
    pub(crate) host_calls: u64,
    pub(crate) stop: Option<Stop>,
    tenant: TenantFacts,
    settings: Settings,
    schema: Structure,
    reads: BTreeMap<Question, Option<String>>,
    lent_parts: usize,
    table: ResourceTable,
}

impl State {
    /// The state before a call.
    pub(crate) fn new(tenant: TenantFacts, settings: Settings, schema: Structure) -> State {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES_MAX);
        State {
            limiter: Limiter::default(),
            log: Log::default(),
            host_calls: 0,
            stop: None,
            tenant,
            settings,
            schema,
            reads: BTreeMap::new(),
            lent_parts: 0,
            table,
        }
    }

    /// The handle that is lent to a call.
    pub(crate) fn lend(&mut self) -> wasmtime::Result<Resource<Lent>> {
        Ok(self.table.push(Lent)?)
    }

    /// Everything that was read, each question once, in order.
    pub(crate) fn take_reads(&mut self) -> Vec<Read> {
        let reads = std::mem::take(&mut self.reads);
        reads
            .into_iter()
            .map(|(question, answer)| Read { question, answer })
            .collect()
    }

    fn stopped<T>(&mut self, stop: Stop) -> wasmtime::Result<T> {
        self.stop = Some(stop);
        Err(wasmtime::Error::msg("stopped by the host"))
    }

    /// Counts a call into the host: they cost no fuel.
    fn count(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > HOST_CALLS_MAX {
            return self.stopped(Stop::TooManyCalls);
        }
        Ok(())
    }

    /// Counts a call that asks with a text of the guest's.
    fn count_question(&mut self, text: &str) -> wasmtime::Result<()> {
        self.count()?;
        if text.len() > QUESTION_BYTES_MAX {
            return self.stopped(Stop::LongQuestion);
        }
        Ok(())
    }

    fn remember(&mut self, question: Question, answer: Option<String>) -> wasmtime::Result<()> {
        if self.reads.len() >= READS_MAX && !self.reads.contains_key(&question) {
            return self.stopped(Stop::TooManyReads);
        }
        self.reads.insert(question, answer);
        Ok(())
    }

    /// Counts what the host builds for an answer.
    fn count_parts(&mut self, parts: usize) -> wasmtime::Result<()> {
        self.lent_parts = self.lent_parts.saturating_add(parts);
        if self.lent_parts > LENT_PARTS_MAX {
            return self.stopped(Stop::TooManyReads);
        }
        Ok(())
    }

    fn digested(&mut self, digest: model::Result<Digest>) -> wasmtime::Result<String> {
        match digest {
            Ok(digest) => Ok(digest.to_string()),
            Err(cause) => self.stopped(Stop::Unanswerable(cause.to_string())),
        }
    }
}

impl types::Host for State {}

impl tenant::Host for State {
    fn slug(&mut self) -> wasmtime::Result<String> {
        self.count()?;
        let answer = self.tenant.slug.to_string();
        self.remember(Question::Slug, Some(answer.clone()))?;
        Ok(answer)
    }

    fn name(&mut self) -> wasmtime::Result<String> {
        self.count()?;
        let answer = self.tenant.name.clone();
        self.remember(Question::Name, Some(answer.clone()))?;
        Ok(answer)
    }

    fn locale(&mut self) -> wasmtime::Result<String> {
        self.count()?;
        let answer = self.tenant.locale.clone();
        self.remember(Question::Locale, Some(answer.clone()))?;
        Ok(answer)
    }

    fn setting(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        self.count_question(&key)?;
        let answer = match self.settings.get(&key).map(canonical_json) {
            None => None,
            Some(Ok(json)) => Some(json),
            Some(Err(cause)) => return self.stopped(Stop::Unanswerable(cause.to_string())),
        };
        self.remember(Question::Setting(key), answer.clone())?;
        Ok(answer)
    }

    fn fact(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        self.count_question(&key)?;
        let answer = self.tenant.facts.get(&key).cloned();
        self.remember(Question::Fact(key), answer.clone())?;
        Ok(answer)
    }
}

impl wit_log::Host for State {
    fn write(&mut self, level: wit_log::Level, message: String) -> wasmtime::Result<()> {
        self.count()?;
        let level = match level {
            wit_log::Level::Debug => Level::Debug,
            wit_log::Level::Info => Level::Info,
            wit_log::Level::Warn => Level::Warn,
        };
        self.log.write(level, &message);
        Ok(())
    }
}

impl snapshot::Host for State {}

impl snapshot::HostSnapshot for State {
    fn table(
        &mut self,
        lent: Resource<Lent>,
        name: String,
    ) -> wasmtime::Result<Option<types::Table>> {
        self.count_question(&name)?;
        self.table.get(&lent)?;
        let Some(table) = self.schema.tables.get(name.as_str()) else {
            self.remember(Question::Table(name), None)?;
            return Ok(None);
        };
        let (digest, parts) = (
            Digest::of("table", ANSWER_FORMAT, table),
            lend::table_parts(table),
        );
        self.count_parts(parts)?;
        let answer = self.digested(digest)?;
        let lent = self.schema.tables.get(name.as_str()).map(lend::table);
        self.remember(Question::Table(name), Some(answer))?;
        Ok(lent)
    }

    fn view(
        &mut self,
        lent: Resource<Lent>,
        name: String,
    ) -> wasmtime::Result<Option<types::View>> {
        self.count_question(&name)?;
        self.table.get(&lent)?;
        let Some(view) = self.schema.views.get(name.as_str()) else {
            self.remember(Question::View(name), None)?;
            return Ok(None);
        };
        let (digest, lent) = (Digest::of("view", ANSWER_FORMAT, view), lend::view(view));
        self.count_parts(1)?;
        let answer = self.digested(digest)?;
        self.remember(Question::View(name), Some(answer))?;
        Ok(Some(lent))
    }

    fn table_names(
        &mut self,
        lent: Resource<Lent>,
        after: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Vec<String>> {
        self.count_question(after.as_deref().unwrap_or_default())?;
        self.table.get(&lent)?;
        let from = match &after {
            Some(after) => Bound::Excluded(after.as_str()),
            None => Bound::Unbounded,
        };
        let names: Vec<String> = self
            .schema
            .tables
            .range::<str, _>((from, Bound::Unbounded))
            .take(limit.min(PAGE_NAMES_MAX) as usize)
            .map(|(name, _): (&Name, _)| name.to_string())
            .collect();
        self.count_parts(names.len())?;
        let digest = Digest::of("table-names", ANSWER_FORMAT, &names);
        let answer = self.digested(digest)?;
        self.remember(Question::TableNames(after, limit), Some(answer))?;
        Ok(names)
    }

    fn drop(&mut self, lent: Resource<Lent>) -> wasmtime::Result<()> {
        self.table.delete(lent)?;
        Ok(())
    }
}
