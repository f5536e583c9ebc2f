//! [`Statements`]: the statements of a migration or of what takes it back, with the schemas around them.

use dialect::Dialect;
use model::Result;
use model::id::{MigrationId, PluginId, RunId};
use model::ledger::{AppliedMigration, LedgerEvent, StatementMark};
use model::operation::Operation;
use model::plan::Step;
use model::schema::{Origin, Schema};
use model::statement::{ForeignKeys, Statement};

/// Statements that are done as one, as far as the database can.
pub(super) struct Statements {
    pub(super) origin: Origin,
    /// Whether they take the migration back.
    pub(super) undoes: bool,
    /// In order.
    pub(super) list: Vec<Placed>,
    pub(super) foreign_keys: ForeignKeys,
    /// The operations that they do.
    operations: Vec<Operation>,
    /// The schema before the first.
    before: Schema,
}

/// A statement and its operation.
pub(super) struct Placed {
    pub(super) statement: Statement,
    /// Which operation, from 0.
    pub(super) operation: usize,
    /// Whether it changes rows alone, and so can be rolled back everywhere.
    pub(super) is_about_rows: bool,
}

/// The statements of a step, as they were planned.
pub(super) fn of_step(step: &Step, before: &Schema, run: RunId) -> Statements {
    let place = |planned: &model::PlannedStatement| {
        let operation = usize::try_from(planned.operation).unwrap_or(usize::MAX);
        Placed {
            statement: planned.statement.clone(),
            operation,
            is_about_rows: step
                .operations
                .get(operation)
                .is_some_and(Operation::is_about_rows),
        }
    };
    Statements {
        origin: Origin {
            plugin: step.plugin.clone(),
            version: step.version.clone(),
            migration: step.migration.clone(),
            run: Some(run),
        },
        undoes: false,
        list: step.statements.iter().map(place).collect(),
        foreign_keys: step.foreign_keys,
        operations: step.operations.clone(),
        before: before.clone(),
    }
}

/// The statements that take a migration, or a part of one, back.
///
/// # Errors
/// Those of compiling and applying operations.
pub(super) fn of_reverse(
    dialect: &dyn Dialect,
    origin: Origin,
    operations: Vec<Operation>,
    before: &Schema,
) -> Result<Statements> {
    let mut schema = before.clone();
    let mut list = Vec::new();
    let mut foreign_keys = ForeignKeys::Enforced;
    for (n, operation) in operations.iter().enumerate() {
        let compiled = dialect.compile(operation, &schema)?;
        if compiled.foreign_keys == ForeignKeys::Verified {
            foreign_keys = ForeignKeys::Verified;
        }
        list.extend(compiled.statements.into_iter().map(|statement| Placed {
            statement,
            operation: n,
            is_about_rows: operation.is_about_rows(),
        }));
        operation.apply(&mut schema, &origin)?;
    }
    Ok(Statements {
        origin,
        undoes: true,
        list,
        foreign_keys,
        operations,
        before: before.clone(),
    })
}

/// Where a migration comes from.
pub(super) fn origin_of(applied: &AppliedMigration, run: RunId) -> Origin {
    Origin {
        plugin: applied.plugin.clone(),
        version: applied.version.clone(),
        migration: applied.migration.clone(),
        run: Some(run),
    }
}

impl Statements {
    /// The schema before an operation.
    ///
    /// # Errors
    /// Those of applying operations.
    pub(super) fn schema_before(&self, operation: usize) -> Result<Schema> {
        let mut schema = self.before.clone();
        for operation in self.operations.iter().take(operation) {
            operation.apply(&mut schema, &self.origin)?;
        }
        Ok(schema)
    }

    /// What takes the first operations back, last first.
    ///
    /// # Errors
    /// Those of applying operations.
    pub(super) fn reverse_of_first(&self, n: usize) -> Result<model::Reverse> {
        let first: Vec<Operation> = self.operations.iter().take(n).cloned().collect();
        model::operation::reverse_all(&first, &self.before, &self.origin)
    }

    /// The mark of a statement in the ledger.
    pub(super) fn mark(&self, statement: usize) -> StatementMark {
        StatementMark {
            plugin: self.origin.plugin.clone(),
            migration: self.origin.migration.clone(),
            statement: u32::try_from(statement).unwrap_or(u32::MAX),
            undoes: self.undoes,
        }
    }
}

/// How far a migration and its way back have come, statement by statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// How many statements are done.
    pub(super) forward: usize,
    /// How many of the way back are done since.
    pub(super) back: usize,
    /// Whether the next one, of the way that was gone last, may be done too.
    pub(super) is_open: bool,
    /// Whether the way back was gone last.
    pub(super) is_going_back: bool,
}

impl Reached {
    /// What the events of one run say about a migration.
    pub(super) fn of<'e>(
        events: impl Iterator<Item = &'e LedgerEvent>,
        plugin: &PluginId,
        migration: &MigrationId,
    ) -> Reached {
        let mut reached = Reached::default();
        for event in events {
            match event {
                LedgerEvent::StatementIntended(mark) | LedgerEvent::StatementDone(mark)
                    if mark.plugin == *plugin && mark.migration == *migration =>
                {
                    let is_done = matches!(event, LedgerEvent::StatementDone(_));
                    reached.note(mark, is_done);
                }
                LedgerEvent::MigrationUndone {
                    plugin: p,
                    migration: m,
                    ..
                }
                | LedgerEvent::PartUndone {
                    plugin: p,
                    migration: m,
                } if p == plugin && m == migration => reached = Reached::default(),
                _ => {}
            }
        }
        reached
    }

    fn note(&mut self, mark: &StatementMark, is_done: bool) {
        let n = usize::try_from(mark.statement).unwrap_or(usize::MAX);
        let done = n + usize::from(is_done);
        if mark.undoes {
            self.back = done;
        } else {
            // Going forward again begins after what the way back left.
            (self.forward, self.back) = (done, 0);
        }
        self.is_open = !is_done;
        self.is_going_back = mark.undoes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(statement: u32, undoes: bool) -> StatementMark {
        StatementMark {
            plugin: PluginId::new("basic").unwrap(),
            migration: MigrationId::new("0001_tables").unwrap(),
            statement,
            undoes,
        }
    }

    fn reached(events: &[LedgerEvent]) -> Reached {
        let one = mark(0, false);
        Reached::of(events.iter(), &one.plugin, &one.migration)
    }

    #[test]
    fn an_intent_without_its_done_row_is_open() {
        use LedgerEvent::{StatementDone as Done, StatementIntended as Intended};
        let events = [
            Intended(mark(0, false)),
            Done(mark(0, false)),
            Intended(mark(1, false)),
        ];
        assert_eq!(reached(&events[..2]).forward, 1);
        assert!(!reached(&events[..2]).is_open);
        let open = reached(&events);
        assert_eq!((open.forward, open.is_open), (1, true));
    }

    #[test]
    fn the_way_back_is_counted_apart_and_forgotten_when_it_is_gone() {
        use LedgerEvent::{StatementDone as Done, StatementIntended as Intended};
        let one = mark(0, true);
        let mut events = vec![
            Done(mark(0, false)),
            Done(mark(1, false)),
            Intended(mark(0, true)),
            Done(mark(0, true)),
        ];
        let back = reached(&events);
        assert_eq!((back.forward, back.back, back.is_going_back), (2, 1, true));
        events.push(LedgerEvent::MigrationUndone {
            plugin: one.plugin.clone(),
            migration: one.migration.clone(),
            after: model::Digest::of_bytes(b"x"),
        });
        assert_eq!(reached(&events), Reached::default());
    }
}
