//! What holds of every schema that operations made, said once as a check that the properties use.

use std::collections::BTreeSet;

use model::Name;
use model::schema::{ObjectRef, Schema, Table};

/// Demands that names are unique, that parts refer to what is there, and that exactly the objects that
/// exist have a record.
pub(crate) fn check(schema: &Schema) -> Result<(), String> {
    let mut names: Vec<&Name> = schema.structure.views.keys().collect();
    for (key, table) in &schema.structure.tables {
        ensure(*key == table.name, || {
            format!("`{key}` holds table `{}`", table.name)
        })?;
        names.push(key);
        names.extend(table.indexes.iter().map(|index| &index.name));
        names.extend(table.foreign_keys.iter().map(|key| &key.name));
        names.extend(table.checks.iter().map(|check| &check.name));
        columns(table)?;
        parts(schema, table)?;
    }
    let distinct: BTreeSet<&Name> = names.iter().copied().collect();
    ensure(distinct.len() == names.len(), || {
        format!("a name is used twice: {names:?}")
    })?;
    for view in schema.views() {
        let resolved = view.query.resolve(&|name| schema.relation_columns(name));
        resolved.map_err(|e| format!("view `{}`: {e:?}", view.name))?;
    }
    provenance(schema)
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn columns(table: &Table) -> Result<(), String> {
    let distinct: BTreeSet<&Name> = table.columns.iter().map(|column| &column.name).collect();
    ensure(distinct.len() == table.columns.len(), || {
        format!("`{}` has a column twice", table.name)
    })?;
    ensure(!table.primary_key.is_empty(), || {
        format!("`{}` has no key", table.name)
    })?;
    for name in &table.primary_key {
        let column = table.column(name);
        ensure(column.is_some_and(|c| !c.nullable), || {
            format!("key column `{name}` of `{}`", table.name)
        })?;
    }
    let mut sorted = table.clone();
    sorted.sort_parts();
    ensure(sorted == *table, || {
        format!("the parts of `{}` are not in order", table.name)
    })
}

fn parts(schema: &Schema, table: &Table) -> Result<(), String> {
    let has = |name: &Name| table.column(name).is_some();
    for index in &table.indexes {
        let filter = index.filter.iter().flat_map(|filter| filter.columns());
        let all =
            index.columns.iter().all(|part| has(&part.name)) && filter.into_iter().all(|c| has(&c));
        ensure(all, || {
            format!("index `{}` of `{}`", index.name, table.name)
        })?;
    }
    for check in &table.checks {
        let stands = check.condition.require_condition(&[table.scope()]);
        stands.map_err(|e| format!("check `{}`: {e:?}", check.name))?;
    }
    for key in &table.foreign_keys {
        let target = schema.table(&key.references_table);
        let points = target.is_some_and(|target| {
            target.is_key(&key.references_columns)
                && key
                    .references_columns
                    .iter()
                    .all(|name| target.column(name).is_some())
        });
        ensure(points && key.columns.iter().all(has), || {
            format!("foreign key `{}` of `{}`", key.name, table.name)
        })?;
    }
    Ok(())
}

fn provenance(schema: &Schema) -> Result<(), String> {
    let mut there: BTreeSet<ObjectRef> = schema
        .views()
        .map(|view| ObjectRef::View(view.name.clone()))
        .collect();
    for table in schema.tables() {
        let name = || table.name.clone();
        there.insert(ObjectRef::Table(name()));
        there.extend(
            table
                .columns
                .iter()
                .map(|c| ObjectRef::Column(name(), c.name.clone())),
        );
        there.extend(
            table
                .indexes
                .iter()
                .map(|i| ObjectRef::Index(name(), i.name.clone())),
        );
        there.extend(
            table
                .foreign_keys
                .iter()
                .map(|k| ObjectRef::ForeignKey(name(), k.name.clone())),
        );
        there.extend(
            table
                .checks
                .iter()
                .map(|c| ObjectRef::Check(name(), c.name.clone())),
        );
    }
    let recorded: BTreeSet<ObjectRef> = schema
        .provenance
        .iter()
        .map(|(object, _)| object.clone())
        .collect();
    let differ: Vec<&ObjectRef> = there.symmetric_difference(&recorded).collect();
    ensure(differ.is_empty(), || {
        format!("records and objects differ in {differ:?}")
    })
}

#[test]
fn the_world_of_the_tests_meets_them() {
    assert_eq!(check(&crate::world::world()), Ok(()));
}
