//! SQLite 3.51: every operation as statements for it.
//!
//! SQLite has one writer at a time and readers that never wait (WAL), so every statement keeps writers
//! waiting and no statement keeps readers waiting; what differs is the work, and with it for how long.
//!
//! A table that `ALTER TABLE` cannot change is rebuilt ([`rebuild`]).

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

/// How SQLite spells names and literals.
static STYLE: Style = Style {
    quote: '"',
    bytes: BytesForm::Hexadecimal,
    backslash_escapes: false,
};

/// The dialect of SQLite.
#[derive(Debug)]
pub(crate) struct Sqlite;

impl Dialect for Sqlite {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            backend: Backend::Sqlite,
            version: "3.51".to_owned(),
            transactional_ddl: true,
            partial_indexes: true,
            decimal_precision_max: types::DECIMAL_PRECISION_MAX,
            alter_rewrites_table: true,
        }
    }

    fn compile(&self, operation: &Operation, before: &Schema) -> Result<Compiled> {
        compile(operation, before)
    }

    fn needs_enforced_keys(&self, operation: &Operation, before: &Schema) -> bool {
        rows::needs_enforced_keys(operation, before)
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

    fn limits(&self, _lock: Duration, _statement: Duration) -> Vec<String> {
        Vec::new()
    }

    fn administration(&self) -> Option<&'static dyn Administration> {
        administration::ADMINISTRATION
    }
}

fn compile(operation: &Operation, before: &Schema) -> Result<Compiled> {
    check_names(operation)?;
    match operation {
        Operation::CreateTable(create) => {
            let mut table = create.table.clone();
            table.sort_parts();
            lower::table_statements(&table).map(enforced)
        }
        Operation::DropTable(drop) => {
            // With keys enforced it first deletes the rows, one by one.
            let locks = table::locks(require::table(before, &drop.table)?);
            Ok(dropped("DROP TABLE", &drop.table, Work::Scan, locks))
        }
        Operation::RenameTable(rename) => alter::rename_table(rename, before),
        Operation::RenameColumn(rename) => alter::rename_column(rename, before),
        Operation::AddColumn(add) => alter::add_column(add, before),
        Operation::DropColumn(drop) => Ok(alter::drop_column(drop)),
        Operation::AlterColumn(change) => alter::alter_column(change, before),
        Operation::AddForeignKey(add) => alter::add_foreign_key(add, before),
        Operation::DropForeignKey(drop) => alter::drop_foreign_key(drop, before),
        Operation::AddCheck(add) => alter::add_check(add, before),
        Operation::DropCheck(drop) => alter::drop_check(drop, before),
        Operation::CreateIndex(create) => {
            let table = require::table(before, &create.table)?;
            let sql = table::create_index(table, &create.index)?;
            Ok(single(finished(
                sql,
                Work::Scan,
                vec![create.table.clone()],
            )))
        }
        Operation::DropIndex(drop) => {
            let locks = vec![drop.table.clone()];
            Ok(dropped("DROP INDEX", &drop.index, Work::Instant, locks))
        }
        Operation::CreateView(create) => {
            let sql = view::create(&create.view, before)?;
            Ok(single(finished(
                sql,
                Work::Instant,
                vec![create.view.name.clone()],
            )))
        }
        Operation::DropView(drop) => {
            let locks = vec![drop.view.clone()];
            Ok(dropped("DROP VIEW", &drop.view, Work::Instant, locks))
        }
        Operation::InsertRows(insert) => rows::insert(insert, before),
        Operation::UpdateRows(update) => rows::update(update, before),
        Operation::DeleteRows(delete) => rows::delete(delete, before),
        Operation::Backfill(fill) => rows::backfill(fill, before),
        Operation::RunSql(run) => raw::run(run),
        Operation::Extension(extension) => unsupported(
            &extension.to_string(),
            Backend::Sqlite,
            "no extension of the contract is known here",
            "upgrade Strata, or use a version of the plugin that was built for this one",
        ),
    }
}

/// Refuses names that SQLite keeps for itself.
fn check_names(operation: &Operation) -> Result<()> {
    let made: Vec<&Name> = match operation {
        Operation::CreateTable(create) => {
            let indexes = create.table.indexes.iter().map(|index| &index.name);
            indexes.chain([&create.table.name]).collect()
        }
        Operation::RenameTable(rename) => vec![&rename.to],
        Operation::CreateIndex(create) => vec![&create.index.name],
        Operation::CreateView(create) => vec![&create.view.name],
        _ => Vec::new(),
    };
    match made
        .into_iter()
        .find(|name| name.as_str().starts_with("sqlite_"))
    {
        None => Ok(()),
        Some(name) => unsupported(
            &format!("{operation} with the name `{name}`"),
            Backend::Sqlite,
            "names that begin with `sqlite_` are its own",
            "choose a name without that prefix",
        ),
    }
}

fn dropped(words: &'static str, name: &Name, work: Work, locks: Vec<Name>) -> Compiled {
    let mut sql = SqlWriter::new(&STYLE);
    sql.word(words).name(name);
    single(statement(sql, work, locks))
}

fn single(statement: Statement) -> Compiled {
    enforced(vec![statement])
}

/// Statements during which the database keeps foreign keys itself.
fn enforced(statements: Vec<Statement>) -> Compiled {
    Compiled {
        statements,
        foreign_keys: ForeignKeys::Enforced,
    }
}

fn statement(sql: SqlWriter, work: Work, locks: Vec<Name>) -> Statement {
    finished(sql.finish(), work, locks)
}

fn finished(sql: String, work: Work, locks: Vec<Name>) -> Statement {
    Statement {
        sql,
        work,
        blocks: Blocks::Writes,
        locks,
        repeatable: false,
    }
}
