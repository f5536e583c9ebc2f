//! Plugins for the tests of the builders and of the schema in memory.
#![allow(dead_code, reason = "each test file uses a part")]

use std::cell::RefCell;
use std::rc::Rc;

use strata_sdk::prelude::*;
use strata_sdk::{Described, Snapshot, table::Table, table::View};

/// Gives the operations of one function, on a schema where nothing is refused.
pub(crate) fn emit(define: impl Fn(&mut Schema)) -> Result<Vec<Operation>> {
    let mut schema = Schema::new(Nothing);
    define(&mut schema);
    schema.into_operations()
}

struct Nothing;

impl Snapshot for Nothing {
    fn table(&self, _: &str) -> Option<Table> {
        None
    }

    fn view(&self, _: &str) -> Option<View> {
        None
    }

    fn table_names(&self, _: Option<&str>, _: u32) -> Vec<String> {
        Vec::new()
    }
}

/// A schema of very many tables that counts how often it is asked.
#[derive(Clone)]
pub(crate) struct Many {
    pub(crate) names: Vec<String>,
    pub(crate) n_calls: Rc<RefCell<u32>>,
}

impl Snapshot for Many {
    fn table(&self, _: &str) -> Option<Table> {
        None
    }

    fn view(&self, _: &str) -> Option<View> {
        None
    }

    fn table_names(&self, after: Option<&str>, limit: u32) -> Vec<String> {
        *self.n_calls.borrow_mut() += 1;
        let later = self
            .names
            .iter()
            .filter(|name| after.is_none_or(|after| name.as_str() > after));
        later.take(limit as usize).cloned().collect()
    }
}

/// Two migrations: one whose reverse is derived, one that says it.
pub(crate) struct Fixed;

impl Described for Fixed {
    fn manifest_json(&self) -> &'static str {
        r#"{"id":"fixed","migrations":["001_provinces","002_users"],
            "settings":{"properties":{"wards":{"default":33}}}}"#
    }
}

impl Plugin for Fixed {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_provinces", provinces),
            Migration::new("002_users", users).with_down(drop_users),
        ]
    }
}

fn provinces(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.create_table("provinces", |t| {
        t.id();
        t.string("key", 20).unique();
    });
    schema.insert_rows("provinces", ["key"], rows![{ "key": "p1" }]);
    Ok(())
}

fn users(schema: &mut Schema, tenant: &Context) -> Result<()> {
    if !schema.has_column("provinces", "key") {
        return Err(PluginError::unexpected_schema("there are no provinces"));
    }
    let wards: u32 = tenant.required_setting("wards")?;
    schema.create_table("users", |t| {
        t.id();
        t.int("ward");
        t.reference("province_id", "provinces");
        t.check("users_ward_check", format!("ward BETWEEN 1 AND {wards}"));
    });
    Ok(())
}

fn drop_users(schema: &mut Schema, _tenant: &Context) -> Result<()> {
    schema.drop_table("users");
    Ok(())
}

/// One migration, given as a function.
pub(crate) struct One(pub(crate) fn(&mut Schema, &Context) -> Result<()>);

impl Described for One {
    fn manifest_json(&self) -> &'static str {
        r#"{"id":"one","migrations":["001"]}"#
    }
}

impl Plugin for One {
    fn migrations(&self) -> Vec<Migration> {
        vec![Migration::new("001", self.0)]
    }
}
