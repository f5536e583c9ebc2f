//! Rule packs: their files, kept for ever by digest, and which of them judge plans now.
//!
//! What the files mean is `compliance`'s; here they are texts.
//!
//! Invariant: files are never changed or forgotten, so that a plan's packs can be looked at later.

use std::collections::BTreeMap;

use database::Row;
use jiff::Timestamp;
use model::digest::canonical_json;
use model::{Digest, Error, Result};

use crate::change::Change;
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        PACK_UNKNOWN = "pack.unknown", Input, "No rule pack of this id is in use.";
    }
}
pub use codes::*;

/// A rule pack as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The digest of its files.
    pub digest: Digest,
    /// Its files: path to content.
    pub files: BTreeMap<String, String>,
    /// The options that were set.
    pub options: BTreeMap<String, serde_json::Value>,
}

/// A rule pack that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackInUse {
    /// The pack.
    pub pack: StoredPack,
    /// Who put it in use.
    pub put_by: String,
    /// When.
    pub put_at: Timestamp,
}

const SELECT_IN_USE: &str = "SELECT rule_packs_in_use.id AS id, version, digest, files, options, put_by, put_at \
    FROM rule_packs_in_use JOIN rule_packs ON digest = pack ORDER BY rule_packs_in_use.id";

impl Landlord {
    /// The rule packs that are in use, in order of their ids.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn packs_in_use(&mut self) -> Result<Vec<PackInUse>> {
        let rows = self.fetch(SELECT_IN_USE, &[]).await?;
        rows.iter().map(parse).collect()
    }
}

impl Change<'_> {
    /// Puts a rule pack in use, in the place of another version or other options of it.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn put_pack_in_use(
        &mut self,
        pack: &StoredPack,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO rule_packs (digest, id, version, files, added_by, added_at) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING";
        let parameters = [
            pack.digest.to_string().into(),
            pack.id.as_str().into(),
            pack.version.as_str().into(),
            canonical_json(&pack.files)?.into(),
            by.into(),
            now.into(),
        ];
        self.run(sql, &parameters).await?;
        let sql = "INSERT INTO rule_packs_in_use (id, pack, options, put_by, put_at) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET pack = excluded.pack, \
                   options = excluded.options, put_by = excluded.put_by, put_at = excluded.put_at";
        let parameters = [
            pack.id.as_str().into(),
            pack.digest.to_string().into(),
            canonical_json(&pack.options)?.into(),
            by.into(),
            now.into(),
        ];
        self.run(sql, &parameters).await.map(|_| ())
    }

    /// Takes a rule pack out of use; its files are kept.
    ///
    /// # Errors
    /// `pack.unknown` and those of a database.
    pub async fn take_pack_out_of_use(&mut self, id: &str) -> Result<()> {
        let sql = "DELETE FROM rule_packs_in_use WHERE id = $1";
        if self.run(sql, &[id.into()]).await? == 1 {
            return Ok(());
        }
        let rows = self.fetch(SELECT_IN_USE, &[]).await?;
        let known = rows.iter().map(parse).collect::<Result<Vec<_>>>()?;
        let known: Vec<String> = known
            .into_iter()
            .map(|one| format!("`{}`", one.pack.id))
            .collect();
        let what = format!("no rule pack `{}` is in use", model::name::display(id));
        let error = Error::new(&PACK_UNKNOWN, what);
        Err(match known.is_empty() {
            true => error.hint("none is; put one in use with `strata compliance pack add`"),
            false => error.hint(format!("in use are {}", known.join(", "))),
        })
    }
}

fn parse(row: &Row) -> Result<PackInUse> {
    let row = reading(row, "rule_packs_in_use");
    let files = serde_json::from_str(row.text("files")?);
    let options = serde_json::from_str(row.text("options")?);
    Ok(PackInUse {
        pack: StoredPack {
            id: row.text("id")?.to_owned(),
            version: row.text("version")?.to_owned(),
            digest: row.parse("digest")?,
            files: files
                .map_err(|cause| row.bad("files", "they are no list of files").because(cause))?,
            options: options
                .map_err(|cause| row.bad("options", "they are no options").because(cause))?,
        },
        put_by: row.text("put_by")?.to_owned(),
        put_at: row.time("put_at")?,
    })
}
