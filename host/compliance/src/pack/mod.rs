//! Rule packs: an organisation's own rules, in Rego, over one documented JSON value.
//!
//! They are not the core rules ([`crate::core`]), which are typed and always on: a pack is chosen, has a
//! version and is part of a plan by its digest. Nothing here reads a file: a folder comes as bytes.
//! `docs/compliance.md` says how a pack is written.
//!
//! Invariants: the same pack and the same input give the same findings on every machine, since even
//! the limit on work is counted and not timed; what cannot be judged is denied, never passed.

pub mod bounded;
pub mod case;
pub mod evaluate;
pub mod files;
pub mod input;
pub mod judge;
pub mod manifest;
pub mod recursion;
pub mod scan;
pub mod shipped;
pub mod steps;
pub mod syntax;
pub mod vet;

use std::collections::BTreeMap;

use model::digest::Digest;
use model::error::{Code, Result};
use serde::Serialize;

use crate::pack::case::Case;
use crate::pack::evaluate::Rules;
use crate::pack::manifest::{PackId, PackManifest};

/// The format of a pack's digest.
pub const PACK_DIGEST_FORMAT: u32 = 1;

/// The options of a pack: name to value.
pub type Options = BTreeMap<String, serde_json::Value>;

/// A rule pack that was read, vetted and compiled.
#[derive(Debug, Clone)]
pub struct Pack {
    manifest: PackManifest,
    /// The digests of its files by path.
    files: BTreeMap<String, Digest>,
    /// Only those that differ from their defaults.
    options: Options,
    digest: Digest,
    rules: Rules,
    cases: Vec<Case>,
}

/// What a pack's digest covers.
#[derive(Serialize)]
struct Digested<'a> {
    files: &'a BTreeMap<String, Digest>,
    options: &'a Options,
}

impl Pack {
    /// Reads a pack from its files: path relative to the pack's folder, with `/`, to content.
    ///
    /// # Errors
    /// `pack.invalid` for what is no pack, `pack.rego_invalid` for rules that do not parse, do not compile
    /// or use what a pack may not use.
    pub fn parse(files: &BTreeMap<String, Vec<u8>>) -> Result<Pack> {
        let sorted = files::sort(files)?;
        let manifest = PackManifest::parse(&sorted.manifest)?;
        let cases = case::parse(&sorted.cases, &manifest)?;
        let rules = Rules::compile(&manifest, &sorted.rego)?;
        let digests = files
            .iter()
            .map(|(path, bytes)| (path.clone(), Digest::of_bytes(bytes)));
        let files: BTreeMap<String, Digest> = digests.collect();
        let options = Options::new();
        Ok(Pack {
            digest: digest(&files, &options)?,
            manifest,
            files,
            options,
            rules,
            cases,
        })
    }

    /// The pack with some of its options set; the others are as the manifest says.
    ///
    /// Options change what is found, so they change the digest, unless they say what the default says.
    ///
    /// # Errors
    /// `pack.option_invalid` for one that the pack does not have or whose value is of another kind.
    pub fn configure(mut self, options: &Options) -> Result<Pack> {
        self.options = self.manifest.chosen(options)?;
        self.digest = digest(&self.files, &self.options)?;
        Ok(self)
    }

    /// Its id.
    pub fn id(&self) -> &PackId {
        &self.manifest.id
    }

    /// What it says about itself.
    pub fn manifest(&self) -> &PackManifest {
        &self.manifest
    }

    /// Its options with their values: those that were set, and the defaults of the rest.
    pub fn options(&self) -> Options {
        self.manifest.effective(&self.options)
    }

    /// The digest of all its files and of the options that were set; the order of files leaves no trace.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

fn digest(files: &BTreeMap<String, Digest>, options: &Options) -> Result<Digest> {
    Digest::of("pack", PACK_DIGEST_FORMAT, &Digested { files, options })
}

/// The error codes of rule packs.
pub(crate) fn codes() -> impl Iterator<Item = &'static Code> {
    let lists = [manifest::ALL, vet::ALL, evaluate::ALL];
    lists.into_iter().flatten().copied()
}
