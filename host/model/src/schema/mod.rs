//! The schema model: what a tenant's database looks like, as a pure value.
//!
//! It is not what was observed in a database (that is lowered to the database's own terms in
//! `dialect`), and it holds no rows. Operations ([`crate::operation`]) fold over it.
//!
//! Invariant: maps are ordered by name, so that a schema has one canonical form.

pub mod column;
pub mod constraint;
pub mod index;
pub mod provenance;
pub mod table;
pub mod view;

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use column::{Collation, Column, ColumnDefault};
pub use constraint::{Check, ForeignKey, ReferentialAction};
pub use index::{Index, IndexColumn};
pub use provenance::{ObjectRef, Origin, Provenance};
pub use table::Table;
pub use view::View;

use crate::digest::Digest;
use crate::error::Result;
use crate::name::Name;
use crate::query::Query;

/// A whole schema, with who made what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Tables and views.
    pub structure: Structure,
    /// Who made and changed each object.
    pub provenance: Provenance,
}

/// The tables and views of a schema, without history: what is digested and compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Tables by name.
    pub tables: BTreeMap<Name, Table>,
    /// Views by name.
    pub views: BTreeMap<Name, View>,
}

/// The format of the digested structure.
pub const STRUCTURE_FORMAT: u32 = 1;

impl Schema {
    /// A schema without anything.
    pub fn empty() -> Schema {
        Schema::default()
    }

    /// The table of this name.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.structure.tables.get(name)
    }

    /// The view of this name.
    pub fn view(&self, name: &Name) -> Option<&View> {
        self.structure.views.get(name)
    }

    /// The tables in order of their names.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.structure.tables.values()
    }

    /// The views in order of their names.
    pub fn views(&self) -> impl Iterator<Item = &View> {
        self.structure.views.values()
    }

    /// The digest of the structure; who made what is left out.
    ///
    /// # Errors
    /// `digest.unencodable`, which is a bug.
    pub fn digest(&self) -> Result<Digest> {
        Digest::of("schema", STRUCTURE_FORMAT, &self.structure)
    }

    /// Whether a table or view has this name: they share one namespace.
    pub fn has_relation(&self, name: &Name) -> bool {
        self.structure.tables.contains_key(name) || self.structure.views.contains_key(name)
    }

    /// The foreign keys of other tables (and of itself) that point at a table: the table that points,
    /// and its key.
    pub fn references_to<'a>(
        &'a self,
        table: &'a Name,
    ) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
        self.tables().flat_map(move |from| {
            from.foreign_keys
                .iter()
                .filter(move |key| &key.references_table == table)
                .map(move |key| (from, key))
        })
    }

    /// The views that select from a table or view, directly.
    pub fn views_over<'a>(&'a self, relation: &'a Name) -> impl Iterator<Item = &'a View> {
        self.views()
            .filter(move |view| view.query.sources().any(|source| &source.table == relation))
    }
}

/// A column as a query sees it: name, type, whether it may be null.
pub type RelationColumn = (Name, crate::column_type::ColumnType, bool);

impl Schema {
    /// The columns of a table or view, in order; `None` when there is neither.
    pub fn relation_columns(&self, name: &Name) -> Option<Vec<RelationColumn>> {
        self.relations().columns(name)
    }

    /// The tables and views as queries see them; ask one of these for many.
    pub fn relations(&self) -> Relations<'_> {
        Relations {
            schema: self,
            views: RefCell::default(),
        }
    }

    /// How deep a query stands over views: 1 when it reads tables only.
    pub fn view_depth(&self, query: &Query) -> usize {
        self.depth(query, &mut BTreeMap::new())
    }

    fn depth<'a>(&'a self, query: &'a Query, known: &mut BTreeMap<&'a Name, usize>) -> usize {
        let mut below = 0;
        for source in query.sources() {
            let Some(view) = self.view(&source.table) else {
                continue;
            };
            let depth = known.get(&view.name).copied().unwrap_or_else(|| {
                known.insert(&view.name, 0);
                let depth = self.depth(&view.query, known);
                known.insert(&view.name, depth);
                depth
            });
            below = below.max(depth);
        }
        below + 1
    }
}

/// The columns of tables and views of one schema; each view is resolved once.
#[derive(Debug)]
pub struct Relations<'a> {
    schema: &'a Schema,
    views: RefCell<BTreeMap<Name, Option<Vec<RelationColumn>>>>,
}

impl Relations<'_> {
    /// The columns of a table or view, in order; `None` when there is neither.
    pub fn columns(&self, name: &Name) -> Option<Vec<RelationColumn>> {
        if let Some(table) = self.schema.table(name) {
            let columns = table.columns.iter();
            return Some(
                columns
                    .map(|c| (c.name.clone(), c.column_type.clone(), c.nullable))
                    .collect(),
            );
        }
        if let Some(known) = self.views.borrow().get(name) {
            return known.clone();
        }
        let view = self.schema.view(name)?;
        // While it is resolved it is not there: a view that came to name itself ends here.
        self.views.borrow_mut().insert(name.clone(), None);
        let resolved = view.query.resolve(&|inner| self.columns(inner));
        let columns = resolved.ok().map(|resolved| resolved.columns);
        self.views
            .borrow_mut()
            .insert(name.clone(), columns.clone());
        columns
    }
}
