//! One page of a snapshot: the cases of a group with their statements on every database.
//!
//! It needs no database. MySQL, which no server of the tests is, stands where it is not as MariaDB.

use std::fmt::Write;

use dialect::error::DIALECT_UNSUPPORTED;
use dialect::for_backend;
use model::{Backend, Compiled, ForeignKeys, Operation, Result, Schema};

use crate::case::{Back, Case, after};

/// A case with its statements, there and back.
pub(crate) fn write(page: &mut String, case: &Case, rows: &[String]) {
    writeln!(page, "# {}\n", case.says).unwrap();
    let mut schema = case.before();
    let given: Vec<String> = case.given.iter().map(ToString::to_string).collect();
    if !given.is_empty() {
        writeln!(page, "Given: {}\n", given.join(", ")).unwrap();
    }
    let fails = if case.fails {
        ", which the rows that are there do not let happen"
    } else {
        ""
    };
    writeln!(page, "## {}{fails}\n", case.does).unwrap();
    write_operation(page, &case.does, &schema);
    if !rows.is_empty() {
        writeln!(page, "Rows:\n").unwrap();
        rows.iter()
            .for_each(|row| writeln!(page, "    {row}").unwrap());
        page.push('\n');
    }
    if case.fails {
        return;
    }
    schema = after(schema, std::slice::from_ref(&case.does));
    let (title, operations) = match case.way_back() {
        Back::Derived(operations) => ("back", operations),
        Back::Own(operations) => ("back, as an author would write it", operations),
        Back::None(why) => return writeln!(page, "## no way back: {why}\n").unwrap(),
    };
    for operation in operations {
        writeln!(page, "## {title}: {operation}\n").unwrap();
        write_operation(page, &operation, &schema);
        schema = after(schema, std::slice::from_ref(&operation));
    }
}

fn write_operation(page: &mut String, operation: &Operation, schema: &Schema) {
    let shown = |backend| show(for_backend(backend).compile(operation, schema));
    let mariadb = shown(Backend::Mariadb);
    let mysql = Some(shown(Backend::Mysql));
    let mysql = mysql.filter(|mysql| as_mariadb(mysql) != as_mariadb(&mariadb));
    let all = [
        ("SQLite", Some(shown(Backend::Sqlite))),
        ("PostgreSQL", Some(shown(Backend::Postgresql))),
        ("MariaDB", Some(mariadb)),
        ("MySQL", mysql),
    ];
    for (title, shown) in all {
        if let Some(shown) = shown {
            writeln!(page, "{title}:\n\n{shown}").unwrap();
        }
    }
}

/// A text without the name of the server.
fn as_mariadb(text: &str) -> String {
    text.replace("MySQL", "MariaDB").replace("mysql", "mariadb")
}

fn show(compiled: Result<Compiled>) -> String {
    let mut shown = String::new();
    let compiled = match compiled {
        Ok(compiled) => compiled,
        Err(error) => {
            assert!(error.is(&DIALECT_UNSUPPORTED), "{error:?}");
            let instead = error.hints().join("; ");
            return format!("    (refused) {}\n    hint: {instead}\n", error.message());
        }
    };
    if compiled.foreign_keys == ForeignKeys::Verified {
        shown.push_str("    -- foreign keys are verified at the end\n");
    }
    for statement in &compiled.statements {
        for line in statement.sql.lines() {
            writeln!(shown, "    {line}").unwrap();
        }
        let locks: Vec<&str> = statement.locks.iter().map(|lock| lock.as_str()).collect();
        let repeatable = if statement.repeatable {
            ", repeatable"
        } else {
            ""
        };
        let (work, blocks) = (statement.work, statement.blocks);
        let on = match locks.is_empty() {
            true => "nothing".to_owned(),
            false => locks.join(", "),
        };
        writeln!(
            shown,
            "    -- {work:?} on {on}, blocks {blocks:?}{repeatable}"
        )
        .unwrap();
    }
    shown
}
