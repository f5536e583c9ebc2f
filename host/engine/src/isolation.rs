//! Proving isolation: logging in as a tenant's application and trying what its server must refuse, and
//! looking at the files of tenants that are files.
//!
//! It changes nothing that is not refused: each trial that a server lets pass is rolled back, and is told.
//!
//! Invariant: a trial counts as refused only when the server refused it for lack of a right, or when there is
//! no database that anybody could get into. A trial that
//! fails for another reason is told as not refused, because it proves nothing.

use database::failure::{
    DATABASE_CLOSED, DATABASE_MISSING, SERVER_ACCESS_DENIED, SERVER_NOT_PERMITTED,
};
use database::{Connection, Location, Login};
use landlord::Tenant;
use model::id::Slug;
use model::status::ProvisioningStatus;
use model::{Error, ForeignKeys, Result, Statement};
use serde::Serialize;

use crate::home::Home;
use crate::place::Place;
use crate::server_place::ServerPlace;
use crate::{registry, tenants};

/// What was tried on one tenant.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The tenant.
    pub slug: Slug,
    /// Where its database is.
    pub place: String,
    /// The trials.
    pub trials: Vec<Trial>,
    /// What the server shows to everybody who may log in, and no right can hide.
    pub shown_to_everybody: Vec<String>,
}

/// One trial.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// What was tried.
    pub what: String,
    /// Whether the server refused it.
    pub refused: bool,
    /// What the server said.
    pub said: String,
}

impl Report {
    /// The trials that were not refused.
    pub fn broken(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| !trial.refused)
    }
}

/// Tries every tenant, or one.
///
/// # Errors
/// `tenant.unknown` and those of connections to tenants' own databases.
pub async fn verify(home: &mut Home, slug: Option<&Slug>) -> Result<Vec<Report>> {
    let all = tenants::list(home).await?;
    let mut everybody = Vec::new();
    for summary in &all {
        let tenant = home.landlord.tenant(&summary.slug).await?;
        // What is not built yet, or no more, holds nothing that could be reached.
        if tenant.provisioning_status == ProvisioningStatus::Completed {
            everybody.push(tenant);
        }
    }
    let chosen: Vec<Tenant> = match slug {
        Some(slug) => vec![home.landlord.tenant(slug).await?],
        None => everybody.clone(),
    };
    let mut reports = Vec::new();
    for tenant in &chosen {
        reports.push(examine(home, tenant, &everybody).await?);
    }
    Ok(reports)
}

async fn examine(home: &mut Home, tenant: &Tenant, everybody: &[Tenant]) -> Result<Report> {
    match home.place(tenant).await? {
        Place::File(file, _) => Ok(Report {
            slug: tenant.slug.clone(),
            place: "file".to_owned(),
            trials: file
                .exposures()?
                .into_iter()
                .map(|(what, why)| Trial {
                    what,
                    refused: why.is_none(),
                    said: why.unwrap_or_default(),
                })
                .collect(),
            shown_to_everybody: Vec::new(),
        }),
        Place::Server(place) => {
            let others = everybody.iter().filter(|other| {
                other.id != tenant.id && other.server.as_deref() == Some(place.server.name())
            });
            let others: Vec<String> = others.map(|other| other.database_name.clone()).collect();
            let registry = registry::database_on(&home.root, &home.vault, place.server.url())?;
            on_server(tenant, &place, &others, registry.as_deref()).await
        }
    }
}

async fn on_server(
    tenant: &Tenant,
    place: &ServerPlace,
    others: &[String],
    registry: Option<&str>,
) -> Result<Report> {
    let mut report = Report {
        slug: tenant.slug.clone(),
        place: place.server.name().to_owned(),
        trials: Vec::new(),
        shown_to_everybody: Vec::new(),
    };
    let login = Login {
        role: place.roles.application.to_string(),
        password: place.passwords.application.clone(),
    };
    if let Some(registry) = registry {
        let location = Location::on_server(&place.server, registry, login.clone())?;
        let opened = Connection::open(&location, &place.options).await;
        let what = "connect to the registry of tenants".to_owned();
        report.trials.push(entering(what, opened.err()));
    }
    for other in others {
        let location = Location::on_server(&place.server, other, login.clone())?;
        let opened = Connection::open(&location, &place.options).await;
        let what = format!("connect to the database `{other}` of another tenant");
        report.trials.push(entering(what, opened.err()));
    }
    let own = Location::on_server(&place.server, place.roles.database.as_str(), login)?;
    let mut connection = Connection::open(&own, &place.options).await?;
    let dialect = connection.dialect();
    let relations = database::observe::relations(connection.session().await?).await?;
    let Some(administration) = dialect.administration() else {
        return Ok(report);
    };
    for attempt in administration.forbidden(&place.roles, others, &relations) {
        let error = attempt_in(&mut connection, &attempt.sql).await;
        report.trials.push(trial(attempt.what, error));
    }
    report.shown_to_everybody = administration
        .shown_to_everybody()
        .iter()
        .map(|what| (*what).to_owned())
        .collect();
    connection.close().await?;
    Ok(report)
}

/// Runs a statement that must be refused, and takes it back if it is not.
async fn attempt_in(connection: &mut Connection, sql: &str) -> Option<Error> {
    let statement = Statement {
        sql: sql.to_owned(),
        work: model::Work::Instant,
        blocks: model::Blocks::Nothing,
        locks: Vec::new(),
        repeatable: false,
    };
    let mut transaction = match connection.begin(ForeignKeys::Enforced).await {
        Ok(transaction) => transaction,
        Err(error) => return Some(error),
    };
    let outcome = transaction.execute(&statement).await;
    if let Err(error) = transaction.rollback().await {
        tracing::warn!(%error, "a trial could not be rolled back");
    }
    outcome.err()
}

/// The trial of getting into a database. Into one that is gone or closed to everybody nobody gets.
fn entering(what: String, error: Option<Error>) -> Trial {
    let nobody = error
        .as_ref()
        .is_some_and(|error| error.is(&DATABASE_MISSING) || error.is(&DATABASE_CLOSED));
    let trial = trial(what, error);
    Trial {
        refused: trial.refused || nobody,
        ..trial
    }
}

fn trial(what: String, error: Option<Error>) -> Trial {
    let refused = error
        .as_ref()
        .is_some_and(|error| error.is(&SERVER_NOT_PERMITTED) || error.is(&SERVER_ACCESS_DENIED));
    Trial {
        what,
        refused,
        said: error.map_or_else(|| "nothing: it was done".to_owned(), |e| e.sentences()),
    }
}
