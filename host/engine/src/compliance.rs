//! Rule packs in use: reading them from folders, putting them in use, judging tenants as they stand.
//!
//! What a pack is and says is the room `compliance`'s; that every plan is judged is `plan`'s.
//!
//! Invariant: a pack whose own test cases do not hold is not put in use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ::compliance::{CaseOutcome, Options, Outcome, Pack, PackFinding, shipped, shipped_files};
use landlord::{PackInUse, StoredPack};
use model::digest::Digest;
use model::error::Error;
use model::id::Slug;
use model::manifest::Manifest;
use model::{Result, TenantFacts};
use plan::{Judged, Judging};

use crate::home::Home;
use crate::{audit, tenants};

mod codes {
    model::codes! {
        PACK_UNREADABLE = "pack.unreadable", Input, "The files of a rule pack cannot be read.";
        PACK_CASES_FAILED = "pack.cases_failed", Rule, "The test cases of a rule pack do not hold or are missing, so it is not put in use.";
        COMPLIANCE_NO_PACK = "compliance.no_pack", Input, "No rule pack is in use or named, so there is nothing to judge by.";
    }
}
pub use codes::*;

/// The most files that are read of a folder, so that a wrong one is not read whole.
const FILES_MAX: usize = 200;

/// The most bytes that are read of a file.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The files of a pack: path to content.
type Files = BTreeMap<String, Vec<u8>>;

/// A rule pack with where it stands.
#[derive(Debug, Clone)]
pub struct KnownPack {
    /// The pack, its options set.
    pub pack: Pack,
    /// Who put it in use and when, if it is.
    pub in_use: Option<(String, jiff::Timestamp)>,
}

/// What a tenant's schema was judged to be.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The tenant.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The packs that judged it: id, version, title, digest.
    pub packs: Vec<JudgingPack>,
    /// The findings, by pack.
    pub findings: Vec<PackFinding>,
    /// The day.
    pub today: String,
    /// What kind of place this is.
    pub environment: String,
    /// How many tables there are.
    pub tables: usize,
}

/// A pack that judged.
#[derive(Debug, Clone, serde::Serialize)]
pub struct JudgingPack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The digest of its files and options.
    pub digest: Digest,
    /// How many rules it has.
    pub rules: usize,
    /// How many of them found nothing; none of them when the pack could not judge.
    pub passed: usize,
}

/// The packs in use and what they may know, for a plan.
pub(crate) async fn judging(home: &mut Home, allowed: &BTreeSet<String>) -> Result<Judging> {
    let in_use = home.landlord.packs_in_use().await?;
    let packs = in_use.iter().map(|one| parse(&one.pack));
    Ok(Judging {
        packs: packs.collect::<Result<_>>()?,
        today: today(home),
        environment: home.options.environment.clone(),
        actor: home.options.executed_by.clone(),
        allowed: allowed.clone(),
    })
}

fn today(home: &Home) -> String {
    let utc = home.clock.now().to_zoned(jiff::tz::TimeZone::UTC);
    utc.date().to_string()
}

fn parse(stored: &StoredPack) -> Result<Pack> {
    let files: Files = stored
        .files
        .iter()
        .map(|(path, text)| (path.clone(), text.as_bytes().to_vec()))
        .collect();
    Pack::parse(&files)?.configure(&stored.options)
}

/// The pack of a folder, or the one of this name that comes with Strata.
///
/// # Errors
/// `pack.unreadable` and those of packs.
pub fn read(source: &str) -> Result<Pack> {
    Pack::parse(&files(source)?)
}

fn files(source: &str) -> Result<Files> {
    if let Some(files) = shipped_files(source) {
        return Ok(files);
    }
    let folder = Path::new(source);
    if !folder.is_dir() {
        let what = format!("`{}` is no folder", model::name::display(source));
        return Err(Error::new(&PACK_UNREADABLE, what).hint(format!(
            "give the folder of a pack, or one that comes with Strata: {}",
            shipped().join(", ")
        )));
    }
    let mut files = Files::new();
    read_folder(folder, "", &mut files)?;
    Ok(files)
}

fn read_folder(folder: &Path, before: &str, files: &mut Files) -> Result<()> {
    let unreadable = |path: &Path, cause: std::io::Error| {
        let what = format!("`{}` of a rule pack cannot be read", path.display());
        Error::new(&PACK_UNREADABLE, what).because(cause)
    };
    let entries = std::fs::read_dir(folder).map_err(|cause| unreadable(folder, cause))?;
    for entry in entries {
        let entry = entry.map_err(|cause| unreadable(folder, cause))?;
        let path = entry.path();
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        let kind = entry
            .file_type()
            .map_err(|cause| unreadable(&path, cause))?;
        if kind.is_dir() && before.is_empty() {
            read_folder(&path, &format!("{name}/"), files)?;
            continue;
        }
        // A link may lead anywhere, and what is behind it may be another thing tomorrow.
        if !kind.is_file() || files.len() == FILES_MAX {
            let what = format!(
                "`{}` of a rule pack is no file, too deep or too many",
                path.display()
            );
            return Err(Error::new(&PACK_UNREADABLE, what)
                .hint("a pack has pack.toml, rules and a folder `tests`: docs/compliance.md"));
        }
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&path).and_then(|file| {
            use std::io::Read as _;
            file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)
        });
        read.map_err(|cause| unreadable(&path, cause))?;
        files.insert(name, bytes);
    }
    Ok(())
}

/// Puts a pack in use, from a folder or of those that come with Strata; done before: nothing changes.
///
/// # Errors
/// `pack.unreadable`, `pack.cases_failed`, those of packs and of the landlord.
pub async fn add(home: &mut Home, source: &str, options: &Options) -> Result<KnownPack> {
    let files = files(source)?;
    let pack = Pack::parse(&files)?;
    demand_cases(&pack)?;
    let stored_digest = pack.digest();
    let pack = pack.configure(options)?;
    audit::about(home, pack.digest());
    let texts = files.into_iter().map(|(path, bytes)| {
        let text = String::from_utf8(bytes);
        text.map(|text| (path.clone(), text)).map_err(|cause| {
            let what = format!("`{path}` of a rule pack is no text");
            Error::new(&PACK_UNREADABLE, what).because(cause)
        })
    });
    let stored = StoredPack {
        id: pack.id().to_string(),
        version: pack.manifest().version.to_string(),
        digest: stored_digest,
        files: texts.collect::<Result<_>>()?,
        options: options.clone(),
    };
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut change = home.landlord.begin().await?;
    change.put_pack_in_use(&stored, &by, now).await?;
    change.commit().await?;
    Ok(KnownPack {
        pack,
        in_use: Some((by, now)),
    })
}

/// Demands that a pack's own test cases hold.
fn demand_cases(pack: &Pack) -> Result<()> {
    let untested = pack.untested();
    if !untested.is_empty() {
        let what = format!(
            "rule pack `{}` has rules without both a test case that finds something and one that does not: {}",
            pack.id(),
            untested.join(", ")
        );
        return Err(Error::new(&PACK_CASES_FAILED, what)
            .hint("write a case of each kind for each rule: docs/compliance.md"));
    }
    let outcomes = pack.test();
    let failed: Vec<&CaseOutcome> = outcomes
        .iter()
        .filter(|case| case.outcome != Outcome::Passed)
        .collect();
    let Some(first) = failed.first() else {
        return Ok(());
    };
    Err(Error::new(
        &PACK_CASES_FAILED,
        format!(
            "{} of {} test cases of rule pack `{}` do not hold, the first is `{}` of `{}`",
            failed.len(),
            outcomes.len(),
            pack.id(),
            first.name,
            first.file
        ),
    )
    .hint("strata compliance pack test says what differs"))
}

/// Takes a pack out of use.
///
/// # Errors
/// `pack.unknown` and those of the landlord.
pub async fn remove(home: &mut Home, id: &str) -> Result<()> {
    let mut change = home.landlord.begin().await?;
    change.take_pack_out_of_use(id).await?;
    change.commit().await
}

/// The packs in use, and those that come with Strata and are not, in order of their ids.
///
/// # Errors
/// Those of packs and of the landlord.
pub async fn list(home: &mut Home) -> Result<Vec<KnownPack>> {
    let mut known = BTreeMap::new();
    for id in shipped() {
        let pack = read(id)?;
        known.insert(pack.id().to_string(), KnownPack { pack, in_use: None });
    }
    for PackInUse {
        pack,
        put_by,
        put_at,
    } in home.landlord.packs_in_use().await?
    {
        let in_use = Some((put_by, put_at));
        let parsed = parse(&pack)?;
        known.insert(
            pack.id,
            KnownPack {
                pack: parsed,
                in_use,
            },
        );
    }
    Ok(known.into_values().collect())
}

/// The pack of this id that is in use, else the one that comes with Strata, else that of the folder.
///
/// # Errors
/// `pack.unreadable`, those of packs and of the landlord.
pub async fn show(home: &mut Home, name: &str) -> Result<KnownPack> {
    let known = list(home).await?;
    match known
        .into_iter()
        .find(|known| known.pack.id().as_str() == name)
    {
        Some(known) => Ok(known),
        None => Ok(KnownPack {
            pack: read(name)?,
            in_use: None,
        }),
    }
}

/// Judges a tenant's schema as its ledger says it is, by the packs in use or by those that are named.
///
/// # Errors
/// `tenant.unknown`, `compliance.no_pack`, `pack.unreadable`, those of packs and of the tenant's database.
pub async fn check(home: &mut Home, slug: &Slug, names: &[String]) -> Result<Checked> {
    let tenant = home.landlord.tenant(slug).await?;
    let standing = tenants::standing(home, &tenant).await?;
    let mut judging = judging(home, &BTreeSet::new()).await?;
    if !names.is_empty() {
        judging.packs.clear();
        for name in names {
            let pack = show(home, name).await?.pack;
            if judging.packs.iter().all(|other| other.id() != pack.id()) {
                judging.packs.push(pack);
            }
        }
    }
    if judging.packs.is_empty() {
        let what = format!("no rule pack is in use or named to judge `{slug}` by");
        return Err(Error::new(&COMPLIANCE_NO_PACK, what).hint(format!(
            "name one with `--pack`, or put it in use with `strata compliance pack add`; with Strata come {}",
            shipped().join(", ")
        )));
    }
    let catalogue = home.catalogue().await?;
    let locked = &standing.history.lock;
    let manifests: Vec<&Manifest> = catalogue
        .entries()
        .iter()
        .filter(|entry| {
            let is = |plugin: &model::LockedPlugin| {
                plugin.id == entry.manifest.id && plugin.version == entry.manifest.version
            };
            locked.iter().any(is)
        })
        .map(|entry| &entry.manifest)
        .collect();
    let facts: TenantFacts = tenants::request(&tenant)?.tenant_facts();
    let schema = &standing.history.schema;
    let judged = Judged {
        tenant: &facts,
        steps: &[],
        before: schema,
        after: schema,
    };
    let findings = judging.judge(judged, manifests.into_iter());
    Ok(Checked {
        slug: slug.clone(),
        name: tenant.name.clone(),
        packs: judging
            .packs
            .iter()
            .map(|pack| judged_by(pack, &findings))
            .collect(),
        findings,
        today: judging.today.clone(),
        environment: judging.environment.clone(),
        tables: schema.tables().count(),
    })
}

/// A pack beside what it found.
fn judged_by(pack: &Pack, findings: &[PackFinding]) -> JudgingPack {
    let manifest = pack.manifest();
    let found: BTreeSet<&str> = findings
        .iter()
        .filter(|found| found.pack == *pack.id())
        .map(|found| found.finding.code.as_str())
        .collect();
    // What is not declared is `pack.failed`: then no rule was heard.
    let failed = found.iter().any(|code| manifest.rule(code).is_none());
    JudgingPack {
        id: pack.id().to_string(),
        version: manifest.version.to_string(),
        title: manifest.title.clone(),
        digest: pack.digest(),
        rules: manifest.rules.len(),
        passed: match failed {
            true => 0,
            false => manifest.rules.len() - found.len(),
        },
    }
}
