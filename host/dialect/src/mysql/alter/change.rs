//! [`Change`]: one `ALTER TABLE` with all its clauses, and the [`Way`] that it takes.

use model::name::Name;
use model::{Blocks, Statement, Work};

use super::super::{Flavour, STYLE, statement};
use crate::writer::SqlWriter;

/// How the server does a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// In the definition alone.
    Instant,
    /// In the catalogue, without looking at the rows; not `INSTANT` to every server.
    Catalogue,
    /// An index is built or dropped beside the rows, while everybody goes on.
    Index,
    /// The table is built anew in its place, while everybody goes on.
    InPlace,
    /// The table is copied; nobody writes meanwhile.
    Copy,
}

/// One `ALTER TABLE`.
pub(super) struct Change {
    flavour: Flavour,
    sql: SqlWriter,
    clauses: usize,
    locks: Vec<Name>,
}

impl Change {
    /// A change of this table.
    pub(super) fn of(flavour: Flavour, table: &Name) -> Change {
        let mut sql = SqlWriter::new(&STYLE);
        sql.word("ALTER TABLE").name(table);
        Change {
            flavour,
            sql,
            clauses: 0,
            locks: vec![table.clone()],
        }
    }

    /// Whether nothing is changed yet.
    pub(super) fn is_empty(&self) -> bool {
        self.clauses == 0
    }

    /// Begins another clause.
    pub(super) fn clause(&mut self, words: &'static str) -> &mut SqlWriter {
        if self.clauses > 0 {
            self.sql.comma();
        }
        self.clauses += 1;
        self.sql.word(words)
    }

    /// Another table that is locked.
    pub(super) fn locks(&mut self, table: &Name) {
        if !self.locks.contains(table) {
            self.locks.push(table.clone());
        }
    }

    /// The statement, done in this way or not at all.
    pub(super) fn by(mut self, way: Way) -> Statement {
        self.sql.comma().word(match (way, self.flavour) {
            // With `INSTANT`, MySQL takes no word about locks.
            (Way::Instant, _) => "ALGORITHM=INSTANT",
            (Way::Catalogue | Way::Index, Flavour::Mariadb) => "ALGORITHM=NOCOPY, LOCK=NONE",
            (Way::Catalogue | Way::Index, Flavour::Mysql) => "ALGORITHM=INPLACE, LOCK=NONE",
            (Way::InPlace, _) => "ALGORITHM=INPLACE, LOCK=NONE",
            (Way::Copy, _) => "ALGORITHM=COPY, LOCK=SHARED",
        });
        let (work, blocks) = match way {
            Way::Instant | Way::Catalogue => (Work::Instant, Blocks::Reads),
            Way::Index => (Work::Scan, Blocks::Nothing),
            Way::InPlace => (Work::Rewrite, Blocks::Nothing),
            Way::Copy => (Work::Rewrite, Blocks::Writes),
        };
        statement(self.sql, work, blocks, self.locks)
    }
}
