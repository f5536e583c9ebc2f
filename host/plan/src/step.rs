//! One migration becomes one step: its operations folded, judged, compiled and made reversible.

use std::collections::BTreeSet;

use compliance::Parties;
use dialect::Dialect;
use model::Result;
use model::digest::Digest;
use model::emission::Read;
use model::error::Error;
use model::hazard::{Finding, Hazard, Severity};
use model::manifest::Manifest;
use model::name::Name;
use model::operation::{Operation, Reverse, reverse_all};
use model::plan::{PlannedStatement, ReverseBy, Step};
use model::schema::{Origin, Schema};
use model::statement::ForeignKeys;

use crate::hazards;

mod codes {
    model::codes! {
        DOWN_WRONG = "migration.down_wrong", Input, "A plugin's own `down` does not lead back to the schema before its `up`.";
        MIXED_REBUILD = "migration.mixed_rebuild", Rule, "A migration both rebuilds a table and changes rows that others point at with an action.";
    }
}
pub use codes::*;

/// How long a statement waits for a lock: long enough for an ordinary transaction of an application to
/// end, short enough that a queue behind it does not become an outage.
pub const LOCK_TIMEOUT_MS: u32 = 3_000;

/// What is needed to make a step.
pub struct Draft<'a> {
    /// The plugin.
    pub manifest: &'a Manifest,
    /// Its component.
    pub component: Digest,
    /// Where the operations come from.
    pub origin: Origin,
    /// What the plugin emitted.
    pub operations: Vec<Operation>,
    /// What it read, in `up` and `down`.
    pub reads: Vec<Read>,
    /// The plugin's own reverse.
    pub down: Option<Vec<Operation>>,
}

/// Makes a step and moves the schema on to what it is after it.
///
/// # Errors
/// Those of the operations (naming plugin, migration and operation), of the dialect, and
/// `migration.down_wrong`, `migration.mixed_rebuild`.
pub fn make(
    draft: Draft<'_>,
    schema: &mut Schema,
    parties: &Parties,
    dialect: &dyn Dialect,
) -> Result<(Step, Vec<Finding>)> {
    let before_schema = schema.clone();
    let before = schema.digest()?;
    let mut work = Work {
        schema,
        parties,
        dialect,
        draft: &draft,
        new_tables: BTreeSet::new(),
        digest: before,
        statements: Vec::new(),
        hazards: Vec::new(),
        findings: Vec::new(),
        keys: Keys::new(),
        forbidden: false,
    };
    for (n, operation) in draft.operations.iter().enumerate() {
        work.operation(n, operation)
            .map_err(|e| within(e, &draft.origin, n, operation))?;
    }
    work.keys.refuse_mixed(&draft.origin)?;
    let Work {
        statements,
        mut hazards,
        mut findings,
        keys: Keys { foreign_keys, .. },
        forbidden,
        ..
    } = work;
    let (reverse, reverse_by) = if forbidden {
        // The findings refuse the plan: a reverse of what cannot be done would only hide them.
        (Reverse::irreversible("it is forbidden"), ReverseBy::Derived)
    } else {
        let (reverse, by, on_reverse) = reverse(&draft, &before_schema, schema, parties, dialect)?;
        findings.extend(on_reverse);
        (reverse, by)
    };
    hazards.extend(hazards::of_reverse(
        draft.origin.migration.as_str(),
        &reverse,
    ));
    let step = Step {
        plugin: draft.origin.plugin.clone(),
        version: draft.origin.version.clone(),
        component: draft.component,
        layer: draft.manifest.layer,
        migration: draft.origin.migration.clone(),
        reads: draft.reads,
        operations: draft.operations,
        statements,
        foreign_keys,
        transactional: dialect.capabilities().transactional_ddl,
        lock_timeout_ms: LOCK_TIMEOUT_MS,
        reverse,
        reverse_by,
        hazards,
        before,
        after: schema.digest()?,
    };
    Ok((step, findings))
}

struct Work<'a> {
    schema: &'a mut Schema,
    parties: &'a Parties,
    dialect: &'a dyn Dialect,
    draft: &'a Draft<'a>,
    new_tables: BTreeSet<Name>,
    /// The digest of the schema at this point: hashed once for each change of it.
    digest: Digest,
    statements: Vec<PlannedStatement>,
    hazards: Vec<Hazard>,
    findings: Vec<Finding>,
    keys: Keys,
    forbidden: bool,
}

impl Work<'_> {
    fn operation(&mut self, n: usize, operation: &Operation) -> Result<()> {
        let findings = compliance::judge(operation, self.schema, self.draft.manifest, self.parties);
        let forbids = |finding: &Finding| finding.severity == Severity::Error;
        self.forbidden |= findings.iter().any(forbids);
        self.findings.extend(findings);
        if self.forbidden {
            // What is forbidden is told as forbidden, whatever else is wrong with it or after it.
            if operation.check(self.schema).is_ok() {
                operation.apply(self.schema, &self.draft.origin)?;
            }
            return Ok(());
        }
        operation.check(self.schema)?;
        let before = self.digest;
        let compiled = self.dialect.compile(operation, self.schema)?;
        let is_new = self.is_new(operation);
        self.hazards.extend(hazards::of_operation(
            operation,
            self.schema,
            &compiled,
            is_new
                || matches!(
                    operation,
                    Operation::CreateTable(_) | Operation::CreateView(_) | Operation::InsertRows(_)
                ),
        ));
        self.keys
            .note(operation, self.schema, compiled.foreign_keys, self.dialect);
        operation.apply(self.schema, &self.draft.origin)?;
        self.note_tables(operation);
        if !operation.is_about_rows() {
            self.digest = self.schema.digest()?;
        }
        let after = self.digest;
        let operation = u32::try_from(n).unwrap_or(u32::MAX);
        self.statements.extend(
            compiled
                .statements
                .into_iter()
                .map(|statement| PlannedStatement {
                    operation,
                    statement,
                    before,
                    after,
                }),
        );
        Ok(())
    }

    /// Whether the operation is about tables alone that this migration made.
    fn is_new(&self, operation: &Operation) -> bool {
        let relations = match operation {
            Operation::RenameTable(rename) => vec![&rename.from],
            other => other.relations(),
        };
        !relations.is_empty() && relations.iter().all(|name| self.new_tables.contains(*name))
    }

    /// Follows the tables that this migration made under their names: a name that passes to an older
    /// table is no longer a new one's.
    fn note_tables(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateTable(create) => {
                self.new_tables.insert(create.table.name.clone());
            }
            Operation::DropTable(drop) => {
                self.new_tables.remove(&drop.table);
            }
            Operation::RenameTable(rename) => {
                let was_new = self.new_tables.remove(&rename.from);
                if was_new {
                    self.new_tables.insert(rename.to.clone());
                }
            }
            _ => {}
        }
    }
}

/// What takes the step back, and what the rules say about it when its author wrote it.
fn reverse(
    draft: &Draft<'_>,
    before: &Schema,
    after: &Schema,
    parties: &Parties,
    dialect: &dyn Dialect,
) -> Result<(Reverse, ReverseBy, Vec<Finding>)> {
    let mut schema = after.clone();
    let mut keys = Keys::new();
    let Some(down) = &draft.down else {
        let derived = reverse_all(&draft.operations, before, &draft.origin)?;
        let Reverse::Operations(list) = &derived else {
            return Ok((derived, ReverseBy::Derived, Vec::new()));
        };
        let mut compiled = list.iter().try_for_each(|operation| {
            take_back(operation, &mut schema, &draft.origin, dialect, &mut keys)
                .map_err(|e| e.within(format!("{operation}, which takes it back, is not possible")))
        });
        if compiled.is_ok() {
            compiled = keys.refuse_mixed(&draft.origin);
        }
        let derived = match compiled {
            Ok(()) => derived,
            Err(error) => Reverse::irreversible(error.sentences()),
        };
        return Ok((derived, ReverseBy::Derived, Vec::new()));
    };
    let its_down = || format!("the plugin's own `down` of `{}`", draft.origin);
    let mut findings = Vec::new();
    let mut forbidden = false;
    for (n, operation) in down.iter().enumerate() {
        let on_this =
            compliance::judge_reverse(operation, &schema, draft.manifest, parties, &draft.origin);
        forbidden |= on_this.iter().any(|f| f.severity == Severity::Error);
        findings.extend(on_this);
        let done = if forbidden {
            // What is forbidden is told as forbidden, whatever the database thinks of it.
            operation.apply(&mut schema, &draft.origin)
        } else {
            take_back(operation, &mut schema, &draft.origin, dialect, &mut keys)
        };
        done.map_err(|e| within(e, &draft.origin, n, operation).within(its_down()))?;
    }
    keys.refuse_mixed(&draft.origin)
        .map_err(|e| e.within(its_down()))?;
    if schema.structure != before.structure {
        let what = format!("{} does not lead back to the schema before it", its_down());
        return Err(Error::new(&DOWN_WRONG, what)
            .hint("correct `down`, or leave it out and let Strata derive it"));
    }
    Ok((
        Reverse::Operations(down.clone()),
        ReverseBy::Author,
        findings,
    ))
}

/// Compiles one operation of a reverse and moves the schema on, so that an undo meets no surprise.
fn take_back(
    operation: &Operation,
    schema: &mut Schema,
    origin: &Origin,
    dialect: &dyn Dialect,
    keys: &mut Keys,
) -> Result<()> {
    operation.check(schema)?;
    let compiled = dialect.compile(operation, schema)?;
    keys.note(operation, schema, compiled.foreign_keys, dialect);
    operation.apply(schema, origin)
}

/// What the operations of one transaction ask of foreign keys.
struct Keys {
    foreign_keys: ForeignKeys,
    needs_enforced: Option<String>,
}

impl Keys {
    fn new() -> Keys {
        Keys {
            foreign_keys: ForeignKeys::Enforced,
            needs_enforced: None,
        }
    }

    fn note(
        &mut self,
        operation: &Operation,
        before: &Schema,
        compiled: ForeignKeys,
        dialect: &dyn Dialect,
    ) {
        if compiled == ForeignKeys::Verified {
            self.foreign_keys = ForeignKeys::Verified;
        }
        if dialect.needs_enforced_keys(operation, before) {
            self.needs_enforced
                .get_or_insert_with(|| operation.to_string());
        }
    }

    fn refuse_mixed(&self, origin: &Origin) -> Result<()> {
        let (ForeignKeys::Verified, Some(culprit)) = (self.foreign_keys, &self.needs_enforced)
        else {
            return Ok(());
        };
        Err(Error::new(
            &MIXED_REBUILD,
            format!(
                "`{origin}` rebuilds a table and would also {culprit}, whose foreign keys must act meanwhile"
            ),
        )
        .hint("put the change of rows into a migration of its own"))
    }
}

fn within(error: Error, origin: &Origin, n: usize, operation: &Operation) -> Error {
    error.within(format!("`{origin}`, operation {}: {operation}", n + 1))
}
