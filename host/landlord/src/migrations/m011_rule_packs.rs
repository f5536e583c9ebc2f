//! Rule packs: their files by digest, and which are in use.

use model::{ColumnType as T, Operation, Result};

use super::shape::{DIGEST, PERSON, Shape, VERSION};

pub(super) fn operations() -> Result<Vec<Operation>> {
    let id = || T::String { length: 40 };
    let packs = Shape::table("rule_packs")?
        .columns(&[
            ("digest", DIGEST),
            ("id", id()),
            ("version", VERSION),
            ("files", T::Text),
            ("added_by", PERSON),
            ("added_at", T::Timestamptz),
        ])?
        .key(&["digest"])?;
    let in_use = Shape::table("rule_packs_in_use")?
        .columns(&[
            ("id", id()),
            ("pack", DIGEST),
            ("options", T::Text),
            ("put_by", PERSON),
            ("put_at", T::Timestamptz),
        ])?
        .key(&["id"])?
        .references(&["pack"], "rule_packs", &["digest"])?;
    Ok(vec![packs.made(), in_use.made()])
}
