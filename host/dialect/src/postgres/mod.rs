//! PostgreSQL 14 and later: every operation as statements for it.
//!
//! Definitions can be rolled back, so a migration is one transaction. Most changes of a table take its
//! strongest lock for a moment; what differs is whether they read or write its rows meanwhile.
//!
//! The connection is the migration role's and acts as the role that owns the database
//! ([`administration`]), so that whatever is made belongs to it.

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

/// How PostgreSQL spells names and literals, with `standard_conforming_strings` on.
static STYLE: Style = Style {
    quote: '"',
    bytes: BytesForm::Bytea,
    backslash_escapes: false,
};

/// The dialect of PostgreSQL.
#[derive(Debug)]
pub(crate) struct Postgres;

impl Dialect for Postgres {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            backend: Backend::Postgresql,
            version: "14.0".to_owned(),
            transactional_ddl: true,
            partial_indexes: true,
            decimal_precision_max: model::column_type::DECIMAL_PRECISION_MAX,
            alter_rewrites_table: false,
        }
    }

    fn compile(&self, operation: &Operation, before: &Schema) -> Result<Compiled> {
        compile(operation, before).map(|statements| Compiled {
            statements,
            foreign_keys: ForeignKeys::Enforced,
        })
    }

    fn needs_enforced_keys(&self, _operation: &Operation, _before: &Schema) -> bool {
        false
    }

    fn lower(&self, schema: &Schema) -> Result<Observed> {
        lower::lower(schema)
    }

    fn observe(&self, answers: &[Vec<CatalogueRow>]) -> Observed {
        stored::observe(answers)
    }

    fn server(&self) -> &'static ServerStatements {
        &server::SERVER
    }

    fn limits(&self, lock: Duration, statement: Duration) -> Vec<String> {
        server::limits(lock, statement)
    }

    fn administration(&self) -> Option<&'static dyn Administration> {
        Some(&administration::PostgresAdministration)
    }
}

fn compile(operation: &Operation, before: &Schema) -> Result<Vec<Statement>> {
    match operation {
        Operation::CreateTable(create) => {
            let mut table = create.table.clone();
            table.sort_parts();
            let parts = table.indexes.iter().map(|index| &index.name);
            let names = parts.chain([&table.name]);
            table::chosen_names::demand_free(names, before.tables().chain([&table]))?;
            let checks = table.checks.iter().map(|check| &check.name);
            let keys = table.foreign_keys.iter().map(|key| &key.name);
            table::chosen_names::demand_free(checks.chain(keys), std::iter::once(&table))?;
            table::statements(&table)
        }
        Operation::DropTable(drop) => {
            let locks = table::locks(require::table(before, &drop.table)?);
            Ok(vec![dropped("DROP TABLE", &drop.table, locks)])
        }
        Operation::RenameTable(rename) => {
            table::chosen_names::demand_free([&rename.to], before.tables())?;
            alter::rename_table(rename, before)
        }
        Operation::RenameColumn(rename) => alter::rename_column(rename, before),
        Operation::AddColumn(add) => alter::add_column(add, before),
        Operation::DropColumn(drop) => Ok(alter::drop_column(drop)),
        Operation::AlterColumn(change) => alter::alter_column(change, before),
        Operation::AddForeignKey(add) => {
            let table = require::table(before, &add.table)?;
            table::chosen_names::demand_free([&add.foreign_key.name], std::iter::once(table))?;
            alter::add_foreign_key(add)
        }
        Operation::DropForeignKey(drop) => alter::drop_foreign_key(drop, before),
        Operation::AddCheck(add) => {
            let table = require::table(before, &add.table)?;
            table::chosen_names::demand_free([&add.check.name], std::iter::once(table))?;
            alter::add_check(add, before)
        }
        Operation::DropCheck(drop) => Ok(alter::drop_check(drop)),
        Operation::CreateIndex(create) => {
            let table = require::table(before, &create.table)?;
            table::chosen_names::demand_free([&create.index.name], before.tables())?;
            let sql = table::create_index(table, &create.index)?;
            let locks = vec![create.table.clone()];
            Ok(vec![statement(sql, Work::Scan, Blocks::Writes, locks)])
        }
        Operation::DropIndex(drop) => {
            let locks = vec![drop.table.clone()];
            Ok(vec![dropped("DROP INDEX", &drop.index, locks)])
        }
        Operation::CreateView(create) => {
            table::chosen_names::demand_free([&create.view.name], before.tables())?;
            Ok(vec![view::create(&create.view, before)?])
        }
        Operation::DropView(drop) => {
            let locks = vec![drop.view.clone()];
            Ok(vec![dropped("DROP VIEW", &drop.view, locks)])
        }
        Operation::InsertRows(insert) => rows::insert(insert, before),
        Operation::UpdateRows(update) => rows::update(update, before),
        Operation::DeleteRows(delete) => rows::delete(delete, before),
        Operation::Backfill(fill) => rows::backfill(fill, before),
        Operation::RunSql(run) => raw::run(run, before),
        Operation::Extension(extension) => unsupported(
            &extension.to_string(),
            Backend::Postgresql,
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
