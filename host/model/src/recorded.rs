//! [`Recorded`]: what a server wrote back for the expressions that it was given.
//!
//! PostgreSQL, MySQL and MariaDB keep defaults, the conditions of checks and filters and the queries of
//! views in a form of their own that nobody can predict. The run that makes such an object records the form, and
//! from then on it is compared as recorded. Everything else about a schema is predicted exactly by
//! `dialect`.
//!
//! Invariant: an expression is recorded once, when it is made. What somebody changes later is never
//! learnt, and so is found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::observed::Observed;

/// The forms of expressions, by the object that holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recorded(BTreeMap<String, Form>);

/// One expression in two forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// As it was written for the server.
    pub written: String,
    /// As the server keeps it.
    pub kept: String,
}

impl Recorded {
    /// Nothing recorded.
    pub fn new() -> Recorded {
        Recorded::default()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Learns the form of each expression of `expected` that `before` does not have or writes otherwise,
    /// from what is there; forgets those that are no longer expected.
    pub fn learn(&mut self, before: &Observed, expected: &Observed, found: &Observed) {
        // A server reads an expression anew when a column's type changes, and keeps it in another form.
        let changed = changed_types(before, expected);
        let (mut before, mut expected, mut found) =
            (before.clone(), expected.clone(), found.clone());
        let before: BTreeMap<String, String> = expressions(&mut before)
            .map(|(place, text)| (place, text.clone()))
            .collect();
        let kept: BTreeMap<String, String> = expressions(&mut found)
            .map(|(place, text)| (place, text.clone()))
            .collect();
        let mut forms = BTreeMap::new();
        for (place, written) in expressions(&mut expected) {
            let is_same = before.get(&place) == Some(written);
            let form = if is_same && !changed.touches(&place) {
                self.0.remove(&place)
            } else {
                let kept = kept.get(&place).filter(|kept| *kept != written);
                kept.map(|kept| Form {
                    written: written.clone(),
                    kept: kept.clone(),
                })
            };
            if let Some(form) = form {
                forms.insert(place, form);
            }
        }
        self.0 = forms;
    }

    /// The expected schema with every expression in the form that the server keeps.
    pub fn applied_to(&self, expected: &Observed) -> Observed {
        let mut expected = expected.clone();
        for (place, text) in expressions(&mut expected) {
            if let Some(form) = self.0.get(&place).filter(|form| form.written == *text) {
                text.clone_from(&form.kept);
            }
        }
        expected
    }
}

/// The tables that have a column of another type than before.
struct ChangedTypes(Vec<String>);

impl ChangedTypes {
    /// Whether an expression may read such a column: one of such a table, or any view's.
    fn touches(&self, place: &str) -> bool {
        let of_table = |table: &String| {
            place.ends_with(&format!(" of {table}"))
                || place.contains(&format!(" of column {table}."))
        };
        !self.0.is_empty() && (place.starts_with("view ") || self.0.iter().any(of_table))
    }
}

fn changed_types(before: &Observed, expected: &Observed) -> ChangedTypes {
    let mut changed = Vec::new();
    for (name, table) in &expected.tables {
        let Some(old) = before.tables.get(name) else {
            continue;
        };
        let is_changed = table.columns.iter().any(|column| {
            let old = old.columns.iter().find(|old| old.name == column.name);
            old.is_some_and(|old| {
                (&old.type_text, &old.collation) != (&column.type_text, &column.collation)
            })
        });
        if is_changed {
            changed.push(name.clone());
        }
    }
    ChangedTypes(changed)
}

/// Every expression of a schema with its place.
fn expressions(observed: &mut Observed) -> impl Iterator<Item = (String, &mut String)> {
    let tables = observed.tables.iter_mut().flat_map(|(table, parts)| {
        let checks = parts
            .checks
            .iter_mut()
            .map(move |(check, text)| (format!("check {check} of {table}"), text));
        let of_columns = parts.columns.iter_mut().flat_map(move |column| {
            let name = &column.name;
            let place = |what: &str| format!("{what} of column {table}.{name}");
            let default = column.default.as_mut().map(|text| (place("default"), text));
            let generated = column.generated.as_mut();
            let generated = generated.map(|text| (place("expression"), text));
            default.into_iter().chain(generated)
        });
        let filters = parts.indexes.iter_mut().filter_map(move |(index, parts)| {
            let filter = parts.filter.as_mut()?;
            Some((format!("filter of index {index} of {table}"), filter))
        });
        checks.chain(of_columns).chain(filters)
    });
    let views = observed
        .views
        .iter_mut()
        .map(|(view, query)| (format!("view {view}"), query));
    let triggers = observed
        .triggers
        .iter_mut()
        .map(|(name, trigger)| (format!("trigger {name}"), &mut trigger.definition));
    tables.chain(views).chain(triggers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(condition: &str) -> Observed {
        let mut observed = Observed::default();
        let table = observed.tables.entry("members".to_owned()).or_default();
        table
            .checks
            .insert("adult".to_owned(), condition.to_owned());
        observed
    }

    #[test]
    fn an_expression_is_expected_in_the_form_that_was_recorded_when_it_was_made() {
        let (written, kept) = (
            schema("age IN (18, 19)"),
            schema("age = ANY (ARRAY[18, 19])"),
        );
        let mut recorded = Recorded::new();
        recorded.learn(&Observed::default(), &written, &kept);
        assert_eq!(recorded.applied_to(&written), kept);
    }

    #[test]
    fn what_somebody_changes_later_is_not_learnt() {
        let (written, kept, changed) = (schema("a > 1"), schema("(a > 1)"), schema("(a > 0)"));
        let mut recorded = Recorded::new();
        recorded.learn(&Observed::default(), &written, &kept);
        recorded.learn(&written, &written, &changed);
        assert_eq!(recorded.applied_to(&written), kept);
        assert_ne!(recorded.applied_to(&written), changed);
    }

    #[test]
    fn an_expression_that_is_written_anew_is_learnt_anew_and_a_dropped_one_is_forgotten() {
        let mut recorded = Recorded::new();
        recorded.learn(&Observed::default(), &schema("a > 1"), &schema("(a > 1)"));
        recorded.learn(&schema("a > 1"), &schema("b > 1"), &schema("(b > 1)"));
        assert_eq!(recorded.applied_to(&schema("b > 1")), schema("(b > 1)"));
        recorded.learn(&schema("b > 1"), &Observed::default(), &Observed::default());
        assert!(recorded.is_empty());
    }

    #[test]
    fn what_the_server_keeps_as_it_was_written_is_not_recorded() {
        let mut recorded = Recorded::new();
        recorded.learn(&Observed::default(), &schema("a > 1"), &schema("a > 1"));
        assert!(recorded.is_empty());
    }

    #[test]
    fn an_expression_is_learnt_anew_when_a_column_of_its_table_has_another_type() {
        let typed = |type_text: &str, condition: &str| {
            let mut schema = schema(condition);
            let table = schema.tables.entry("members".to_owned()).or_default();
            table.columns.push(crate::observed::ObservedColumn {
                name: "name".to_owned(),
                type_text: type_text.to_owned(),
                nullable: true,
                default: None,
                collation: None,
                identity: false,
                generated: None,
                comment: None,
            });
            schema
        };
        let (short, long) = (
            typed("varchar(9)", "name <> ''"),
            typed("text", "name <> ''"),
        );
        let mut recorded = Recorded::new();
        recorded.learn(
            &Observed::default(),
            &short,
            &typed("varchar(9)", "name::text <> ''"),
        );
        let kept = typed("text", "name <> ''::text");
        recorded.learn(&short, &long, &kept);
        assert_eq!(recorded.applied_to(&long), kept);
    }
}
