//! Looking for what is wrong with a home: files that nobody knows, tenants that cannot be read, runs that
//! are not finished, components that are missing. It repairs nothing.

use std::collections::BTreeSet;
use std::path::Path;

use landlord::Tenant;
use model::Result;
use model::error::Error;
use model::status::ProvisioningStatus;
use serde::Serialize;

use crate::home::{HOME_UNUSABLE, Home};
use crate::tenants;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What came of it.
    pub verdict: Verdict,
    /// What was looked at.
    pub subject: String,
    /// A sentence.
    pub message: String,
}

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to do.
    Fine,
    /// Something to know.
    Note,
    /// Something to do.
    Wrong,
}

impl Verdict {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Fine => "fine",
            Verdict::Note => "note",
            Verdict::Wrong => "wrong",
        }
    }
}

/// The files that belong to one SQLite database.
const FILE_ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Looks at everything in a home.
///
/// # Errors
/// Those of the landlord, and `home.unusable` when a folder cannot be listed.
pub async fn examine(home: &mut Home) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    landlord(home, &mut checks).await?;
    components(home, &mut checks).await?;
    let known = all_tenants(home).await?;
    files(home, &known, &mut checks)?;
    for tenant in &known {
        checks.push(examine_tenant(home, tenant).await);
    }
    Ok(checks)
}

async fn landlord(home: &mut Home, checks: &mut Vec<Check>) -> Result<()> {
    let subject = "landlord".to_owned();
    let findings = home.landlord.health().await?;
    if findings.is_empty() {
        let message = "its tables are as Strata made them".to_owned();
        checks.push(Check {
            verdict: Verdict::Fine,
            subject,
            message,
        });
        return Ok(());
    }
    let wrong = |message| Check {
        verdict: Verdict::Wrong,
        subject: subject.clone(),
        message,
    };
    checks.extend(findings.into_iter().map(wrong));
    Ok(())
}

async fn components(home: &mut Home, checks: &mut Vec<Check>) -> Result<()> {
    let catalogue = home.catalogue().await?;
    let before = checks.len();
    for entry in catalogue.entries() {
        if let Err(error) = home.host.store().bytes(&entry.component) {
            checks.push(Check {
                verdict: Verdict::Wrong,
                subject: format!("plugin {}@{}", entry.manifest.id, entry.manifest.version),
                message: format!("{error}; add its file again"),
            });
        }
    }
    if checks.len() == before {
        let message = format!(
            "all {} components are there and unchanged",
            catalogue.entries().len()
        );
        checks.push(Check {
            verdict: Verdict::Fine,
            subject: "component store".to_owned(),
            message,
        });
    }
    Ok(())
}

async fn all_tenants(home: &mut Home) -> Result<Vec<Tenant>> {
    let mut tenants = Vec::new();
    for summary in tenants::list(home).await? {
        tenants.push(home.landlord.tenant(&summary.slug).await?);
    }
    Ok(tenants)
}

/// Files in the tenants' folder that no tenant of the landlord has.
fn files(home: &Home, known: &[Tenant], checks: &mut Vec<Check>) -> Result<()> {
    let names = known.iter().flat_map(|tenant| {
        FILE_ENDINGS.map(|ending| format!("{}.db{ending}", tenant.database_name))
    });
    let names: BTreeSet<String> = names.collect();
    let folder = home.tenants_folder();
    let mut strays: Vec<String> = list(&folder)?
        .into_iter()
        .filter(|name| !names.contains(name))
        .collect();
    strays.sort();
    for stray in strays {
        checks.push(Check {
            verdict: Verdict::Wrong,
            subject: format!("file tenants/{stray}"),
            message: "no tenant of the landlord has this file".to_owned(),
        });
    }
    Ok(())
}

fn list(folder: &Path) -> Result<Vec<String>> {
    let unusable = |cause| {
        Error::new(
            &HOME_UNUSABLE,
            format!("`{}` cannot be listed", folder.display()),
        )
        .because(cause)
    };
    let entries = std::fs::read_dir(folder).map_err(unusable)?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        Ok(entry?.file_name().to_string_lossy().into_owned())
    };
    entries
        .map(name)
        .collect::<std::io::Result<_>>()
        .map_err(unusable)
}

async fn examine_tenant(home: &mut Home, tenant: &Tenant) -> Check {
    let subject = format!("tenant {}", tenant.slug);
    let check = |verdict, message: String| Check {
        verdict,
        subject: subject.clone(),
        message,
    };
    let built = tenant.provisioning_status == ProvisioningStatus::Completed;
    match tenants::standing(home, tenant).await {
        Err(_) if tenant.provisioning_status == ProvisioningStatus::Failed => check(
            Verdict::Note,
            "its building failed and was undone; `strata tenant create` tries again".to_owned(),
        ),
        Err(error) => check(Verdict::Wrong, error.sentences()),
        Ok(standing) if standing.unfinished.is_some() || !built => check(
            Verdict::Wrong,
            format!("a run is not finished: strata resume {}", tenant.slug),
        ),
        Ok(standing) if standing.head() != tenant.ledger_head => {
            let seen = tenant.ledger_head;
            let goes_on = seen.is_none_or(|head| {
                let mut rows = standing.rows.iter();
                rows.any(|row| (row.sequence, row.hash) == head)
            });
            match goes_on {
                true => check(
                    Verdict::Note,
                    "its ledger is ahead of the landlord's copy".to_owned(),
                ),
                false => check(
                    Verdict::Wrong,
                    "its ledger lacks what the landlord has seen of it: the file was exchanged or set back".to_owned(),
                ),
            }
        }
        Ok(_) => match look(home, tenant).await {
            Ok(message) => check(Verdict::Fine, message),
            Err(error) => check(Verdict::Wrong, error.sentences()),
        },
    }
}

/// Compares what is observed with what the ledger folds into.
async fn look(home: &mut Home, tenant: &Tenant) -> Result<String> {
    let standing = tenants::standing(home, tenant).await?;
    let mut connection = home.place(tenant).await?.open_to_look().await?;
    let dialect = connection.dialect();
    let session = connection.session().await?;
    let observed = database::observe::observe(session).await?;
    let broken = database::observe::foreign_key_check(session).await?.len();
    let unsound = database::observe::integrity_check(session).await?;
    connection.close().await?;
    let differences = standing.differences(dialect, &observed)?;
    if let Some(first) = differences.first() {
        return Err(Error::new(
            &crate::execute::OBSERVED_DIFFERS,
            format!(
                "{} places differ from what the ledger says, the first is {}",
                differences.len(),
                first.object
            ),
        ));
    }
    if broken > 0 || !unsound.is_empty() {
        return Err(Error::new(
            &crate::execute::OBSERVED_DIFFERS,
            format!(
                "{broken} broken references; integrity: {}",
                unsound.join(", ")
            ),
        ));
    }
    Ok(format!(
        "{} migrations, {} tables, as its ledger says",
        standing.history.applied.len(),
        standing.history.schema.tables().count()
    ))
}
