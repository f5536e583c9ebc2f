//! Which operations must not run while foreign keys are off.

use model::Operation;
use model::operation::{CreateTable, DeleteRows, RunSql};

use super::tables::{insert_plans, members, plans};
use super::words::name;
use super::world::dialect;

#[test]
fn operations_whose_rows_cascade_need_enforced_keys() {
    let mut schema = model::Schema::empty();
    for table in [plans(), members()] {
        Operation::from(CreateTable { table })
            .apply(&mut schema, &super::world::origin())
            .unwrap();
    }
    let delete = |table: &str| {
        Operation::from(DeleteRows {
            table: name(table),
            filter: None,
        })
    };
    assert!(dialect().needs_enforced_keys(&delete("plans"), &schema));
    assert!(!dialect().needs_enforced_keys(&delete("members"), &schema));
    let raw = RunSql {
        description: "by hand".into(),
        texts: vec![],
        touches: vec!["plans".parse().unwrap()],
    }
    .into();
    assert!(dialect().needs_enforced_keys(&raw, &schema));
    assert!(!dialect().needs_enforced_keys(&insert_plans().into(), &schema));
}
