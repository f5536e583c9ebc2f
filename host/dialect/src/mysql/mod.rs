//! MySQL 8.0.31 and later and MariaDB 10.6 and later: every operation as statements for them.
//!
//! Definitions cannot be rolled back: each statement that changes one commits by itself. So recovery
//! after a crash rests on one rule, which every operation here keeps: it compiles to **at most one
//! statement that is not `repeatable`, and that one comes first**; all that follow may be run again. A
//! table is made with all that is on it, and all that one operation changes of one table is one
//! `ALTER TABLE` with several clauses, which the server does whole or not at all. Statements on rows are
//! not repeatable; they alone share a transaction.
//!
//! Every `ALTER TABLE` names its `ALGORITHM` and its `LOCK`: where the server cannot, it says so instead of
//! copying the table behind everybody's back.
//!
//! The two servers are one dialect in two [`Flavour`]s. They differ in collations, in what checks and
//! renames do, and in how their catalogues say it.

mod administration;
mod alter;
mod expression;
mod lower;
mod raw;
mod rows;
mod server;
mod stored;
mod table;
mod types;
mod view;

use std::time::Duration;

use model::error::Result;
use model::name::Name;
use model::operation::{Operation, require};
use model::{
    Backend, Blocks, Capabilities, Compiled, ForeignKeys, Observed, Schema, Statement, Work,
};

use crate::administration::Administration;
use crate::dialect::{CatalogueRow, Dialect};
use crate::error::unsupported;
use crate::server::ServerStatements;
use crate::writer::{BytesForm, SqlWriter, Style};

/// How the servers spell names and literals, with the `sql_mode` that [`server`] sets.
static STYLE: Style = Style {
    quote: '`',
    bytes: BytesForm::Hexadecimal,
    backslash_escapes: true,
};

/// Which of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// MySQL 8.0.31 and later.
    Mysql,
    /// MariaDB 10.6 and later.
    Mariadb,
}

impl Flavour {
    /// The kind of database, for what is said.
    fn backend(self) -> Backend {
        match self {
            Flavour::Mysql => Backend::Mysql,
            Flavour::Mariadb => Backend::Mariadb,
        }
    }
}

/// The dialect of MySQL and MariaDB.
#[derive(Debug)]
pub(crate) struct Mysql(pub(crate) Flavour);

impl Dialect for Mysql {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            backend: self.0.backend(),
            version: match self.0 {
                Flavour::Mysql => "8.0.31".to_owned(),
                Flavour::Mariadb => "10.6".to_owned(),
            },
            transactional_ddl: false,
            partial_indexes: false,
            decimal_precision_max: model::column_type::DECIMAL_PRECISION_MAX,
            alter_rewrites_table: false,
        }
    }

    fn compile(&self, operation: &Operation, before: &Schema) -> Result<Compiled> {
        compile(self.0, operation, before).map(|statements| Compiled {
            statements,
            foreign_keys: ForeignKeys::Enforced,
        })
    }

    fn needs_enforced_keys(&self, _operation: &Operation, _before: &Schema) -> bool {
        false
    }

    fn lower(&self, schema: &Schema) -> Result<Observed> {
        lower::lower(self.0, schema)
    }

    fn observe(&self, answers: &[Vec<CatalogueRow>]) -> Observed {
        stored::observe(self.0, answers)
    }

    fn server(&self) -> &'static ServerStatements {
        match self.0 {
            Flavour::Mysql => &server::OF_MYSQL,
            Flavour::Mariadb => &server::OF_MARIADB,
        }
    }

    fn limits(&self, lock: Duration, statement: Duration) -> Vec<String> {
        server::limits(self.0, lock, statement)
    }

    fn administration(&self) -> Option<&'static dyn Administration> {
        Some(match self.0 {
            Flavour::Mysql => &administration::MysqlAdministration(Flavour::Mysql),
            Flavour::Mariadb => &administration::MysqlAdministration(Flavour::Mariadb),
        })
    }
}

fn compile(flavour: Flavour, operation: &Operation, before: &Schema) -> Result<Vec<Statement>> {
    match operation {
        Operation::CreateTable(create) => {
            let mut table = create.table.clone();
            table.sort_parts();
            table::statements(flavour, &table, before)
        }
        Operation::DropTable(drop) => {
            let locks = table::locks(require::table(before, &drop.table)?);
            Ok(vec![dropped("DROP TABLE", &drop.table, locks)])
        }
        Operation::RenameTable(rename) => alter::rename_table(flavour, rename, before),
        Operation::RenameColumn(rename) => alter::rename_column(flavour, rename, before),
        Operation::AddColumn(add) => alter::add_column(flavour, add, before),
        Operation::DropColumn(drop) => alter::drop_column(flavour, drop, before),
        Operation::AlterColumn(change) => alter::alter_column(flavour, change, before),
        Operation::AddForeignKey(add) => alter::add_foreign_key(flavour, add, before),
        Operation::DropForeignKey(drop) => alter::drop_foreign_key(flavour, drop, before),
        Operation::AddCheck(add) => alter::add_check(flavour, add, before),
        Operation::DropCheck(drop) => Ok(alter::drop_check(flavour, drop)),
        Operation::CreateIndex(create) => alter::create_index(flavour, create, before),
        Operation::DropIndex(drop) => alter::drop_index(flavour, drop, before),
        Operation::CreateView(create) => Ok(vec![view::create(&create.view, before)?]),
        Operation::DropView(drop) => {
            let locks = vec![drop.view.clone()];
            Ok(vec![dropped("DROP VIEW", &drop.view, locks)])
        }
        Operation::InsertRows(insert) => rows::insert(flavour, insert, before),
        Operation::UpdateRows(update) => rows::update(flavour, update, before),
        Operation::DeleteRows(delete) => rows::delete(flavour, delete, before),
        Operation::Backfill(fill) => rows::backfill(flavour, fill, before),
        Operation::RunSql(run) => raw::run(flavour, run),
        Operation::Extension(extension) => unsupported(
            &extension.to_string(),
            flavour.backend(),
            "no extension of the contract is known here",
            "upgrade Strata, or use a version of the plugin that was built for this one",
        ),
    }
}

fn dropped(words: &'static str, name: &Name, locks: Vec<Name>) -> Statement {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(words).name(name);
    statement(sql, Work::Instant, Blocks::Reads, locks)
}

fn statement(sql: SqlWriter, work: Work, blocks: Blocks, locks: Vec<Name>) -> Statement {
    Statement {
        sql: sql.finish(),
        work,
        blocks,
        locks,
        repeatable: false,
    }
}
