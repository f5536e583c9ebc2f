//! [`Provenance`]: which plugin, version, migration and run made each object, and what changed it since.
//!
//! It is kept beside the structure, not in it: two tenants with the same structure have the same digest
//! whoever made it.

use std::collections::BTreeMap;
use std::fmt;

use semver::Version;

use crate::id::{MigrationId, PluginId, RunId};
use crate::name::Name;

/// Where an operation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The plugin.
    pub plugin: PluginId,
    /// Its version.
    pub version: Version,
    /// The migration.
    pub migration: MigrationId,
    /// The run that applied it; none while planning.
    pub run: Option<RunId>,
}

/// Names an object of a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectRef {
    /// A table.
    Table(Name),
    /// A view.
    View(Name),
    /// A column of a table.
    Column(Name, Name),
    /// An index of a table.
    Index(Name, Name),
    /// A foreign key of a table.
    ForeignKey(Name, Name),
    /// A check of a table.
    Check(Name, Name),
}

/// Who made an object and who changed it since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who made it: its owner.
    pub created: Origin,
    /// Who changed it, oldest first, with a few words on what.
    pub changed: Vec<(Origin, String)>,
}

/// The records of all objects of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    records: BTreeMap<ObjectRef, Record>,
}

impl ObjectRef {
    /// The table or view that the object is or belongs to.
    pub fn relation(&self) -> &Name {
        match self {
            ObjectRef::Table(name) | ObjectRef::View(name) => name,
            ObjectRef::Column(table, _)
            | ObjectRef::Index(table, _)
            | ObjectRef::ForeignKey(table, _)
            | ObjectRef::Check(table, _) => table,
        }
    }

    fn renamed(&self, to: &Name) -> ObjectRef {
        match self {
            ObjectRef::Table(_) => ObjectRef::Table(to.clone()),
            ObjectRef::View(_) => ObjectRef::View(to.clone()),
            ObjectRef::Column(_, part) => ObjectRef::Column(to.clone(), part.clone()),
            ObjectRef::Index(_, part) => ObjectRef::Index(to.clone(), part.clone()),
            ObjectRef::ForeignKey(_, part) => ObjectRef::ForeignKey(to.clone(), part.clone()),
            ObjectRef::Check(_, part) => ObjectRef::Check(to.clone(), part.clone()),
        }
    }
}

impl Provenance {
    /// The record of an object.
    pub fn of(&self, object: &ObjectRef) -> Option<&Record> {
        self.records.get(object)
    }

    /// The plugin that made an object.
    pub fn owner(&self, object: &ObjectRef) -> Option<&PluginId> {
        self.records
            .get(object)
            .map(|record| &record.created.plugin)
    }

    /// The plugin that made a table or view.
    pub fn relation_owner(&self, name: &Name) -> Option<&PluginId> {
        self.owner(&ObjectRef::Table(name.clone()))
            .or_else(|| self.owner(&ObjectRef::View(name.clone())))
    }

    /// All records, in order of their objects.
    pub fn iter(&self) -> impl Iterator<Item = (&ObjectRef, &Record)> {
        self.records.iter()
    }

    /// Notes that an object was made.
    pub fn create(&mut self, object: ObjectRef, origin: &Origin) {
        self.records.insert(
            object,
            Record {
                created: origin.clone(),
                changed: Vec::new(),
            },
        );
    }

    /// Notes that an object was changed.
    pub fn change(&mut self, object: &ObjectRef, origin: &Origin, what: impl Into<String>) {
        if let Some(record) = self.records.get_mut(object) {
            record.changed.push((origin.clone(), what.into()));
        }
    }

    /// Forgets an object; a table or view with all its parts.
    pub fn drop(&mut self, object: &ObjectRef) {
        match object {
            ObjectRef::Table(name) | ObjectRef::View(name) => {
                self.records.retain(|other, _| other.relation() != name);
            }
            _ => {
                self.records.remove(object);
            }
        }
    }

    /// Moves the records of a table and its parts to its new name.
    pub fn rename_table(&mut self, from: &Name, to: &Name) {
        self.records = std::mem::take(&mut self.records)
            .into_iter()
            .map(|(object, record)| {
                if object.relation() == from {
                    (object.renamed(to), record)
                } else {
                    (object, record)
                }
            })
            .collect();
    }

    /// Moves the record of a column to its new name.
    pub fn rename_column(&mut self, table: &Name, from: &Name, to: &Name) {
        if let Some(record) = self
            .records
            .remove(&ObjectRef::Column(table.clone(), from.clone()))
        {
            self.records
                .insert(ObjectRef::Column(table.clone(), to.clone()), record);
        }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ObjectRef::Table(name) => write!(f, "table `{name}`"),
            ObjectRef::View(name) => write!(f, "view `{name}`"),
            ObjectRef::Column(table, name) => write!(f, "column `{table}.{name}`"),
            ObjectRef::Index(table, name) => write!(f, "index `{name}` of `{table}`"),
            ObjectRef::ForeignKey(table, name) => write!(f, "foreign key `{name}` of `{table}`"),
            ObjectRef::Check(table, name) => write!(f, "check `{name}` of `{table}`"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} {}", self.plugin, self.version, self.migration)
    }
}
