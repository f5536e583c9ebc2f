//! Actors: who may run commands, with which roles.
//!
//! Of a token only its hash is stored; making and comparing tokens is the caller's business.
//!
//! Invariant: there is an administrator who is not disabled as long as there is any actor.

use std::collections::BTreeSet;

use database::Row;
use jiff::Timestamp;
use model::{Actor, ActorKind, ActorName, Error, Result, Role, Slug, TenantId};

use crate::change::{Change, tenant};
use crate::landlord::Landlord;
use crate::stored::reading;

mod codes {
    model::codes! {
        ACTOR_UNKNOWN = "actor.unknown", Input, "There is no actor of this name.";
        ACTOR_EXISTS = "actor.exists", Conflict, "An actor of this name is there already, maybe disabled.";
        ACTOR_LAST_ADMIN = "actor.last_admin", Conflict, "The last administrator cannot be disabled, and the first actor must be one.";
    }
}
pub use codes::*;

/// An actor that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActor {
    /// Its name.
    pub name: ActorName,
    /// What it is.
    pub kind: ActorKind,
    /// What it may be trusted with.
    pub roles: BTreeSet<Role>,
    /// The tenants of a tenant's administrator.
    pub tenants: Vec<TenantId>,
    /// By which part of a token the actor is found.
    pub token_id: String,
    /// The hash of the secret part.
    pub token_hash: String,
}

/// An actor as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredActor {
    /// Who it is.
    pub actor: Actor,
    /// The hash of its token's secret part.
    pub token_hash: String,
    /// Who added it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
}

macro_rules! select_actors {
    ($rest:literal) => {
        concat!(
            "SELECT name, kind, roles, token_hash, created_by, created_at, disabled_at FROM actors ",
            $rest
        )
    };
}

impl Landlord {
    /// Whether there is any actor.
    ///
    /// # Errors
    /// Those of a database.
    pub async fn has_actors(&mut self) -> Result<bool> {
        let sql = "SELECT name FROM actors LIMIT 1";
        Ok(!self.fetch(sql, &[]).await?.is_empty())
    }

    /// All actors in order of their names.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn actors(&mut self) -> Result<Vec<RegisteredActor>> {
        let rows = self.fetch(select_actors!("ORDER BY name"), &[]).await?;
        let mut actors = Vec::new();
        for row in &rows {
            actors.push(self.with_tenants(parse(row)?).await?);
        }
        Ok(actors)
    }

    /// The actor whose token has this id.
    ///
    /// # Errors
    /// `landlord.bad_row` and those of a database.
    pub async fn actor_of_token(&mut self, token_id: &str) -> Result<Option<RegisteredActor>> {
        let sql = select_actors!("WHERE token_id = $1");
        let rows = self.fetch(sql, &[token_id.into()]).await?;
        match rows.first() {
            Some(row) => {
                let actor = parse(row)?;
                self.with_tenants(actor).await.map(Some)
            }
            None => Ok(None),
        }
    }

    async fn with_tenants(&mut self, mut known: RegisteredActor) -> Result<RegisteredActor> {
        let sql = "SELECT tenants.slug AS slug FROM actor_tenants \
                   JOIN tenants ON tenants.id = actor_tenants.tenant_id WHERE actor_tenants.actor = $1";
        let rows = self.fetch(sql, &[known.actor.name.as_str().into()]).await?;
        for row in &rows {
            let slug: Slug = reading(row, "actor_tenants").parse("slug")?;
            known.actor.tenants.insert(slug);
        }
        Ok(known)
    }
}

impl Change<'_> {
    /// Adds an actor. The first one must be an administrator: nobody else could add another.
    ///
    /// # Errors
    /// `actor.exists`, `actor.last_admin` and those of a database.
    pub async fn add_actor(&mut self, new: &NewActor, by: &str, now: Timestamp) -> Result<()> {
        let sql = select_actors!("ORDER BY name");
        let present = self.fetch(sql, &[]).await?;
        if present.is_empty() && !new.roles.contains(&Role::Admin) {
            return Err(Error::new(
                &ACTOR_LAST_ADMIN,
                "the first actor must be an administrator, for from then on nothing runs without a token",
            )
            .hint(format!("strata actor add {} --role admin", new.name)));
        }
        for row in &present {
            if parse(row)?.actor.name == new.name.as_str() {
                let what = format!("there is an actor `{}` already", new.name);
                return Err(Error::new(&ACTOR_EXISTS, what)
                    .hint("names are never given twice, so that records stay true")
                    .hint("strata actor list"));
            }
        }
        let sql = "INSERT INTO actors (name, kind, roles, token_id, token_hash, created_by, created_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let roles: Vec<&str> = new.roles.iter().map(|role| role.as_str()).collect();
        let parameters = [
            new.name.as_str().into(),
            new.kind.as_str().into(),
            roles.join(" ").into(),
            new.token_id.as_str().into(),
            new.token_hash.as_str().into(),
            by.into(),
            now.into(),
        ];
        self.run(sql, &parameters).await?;
        for of in &new.tenants {
            let sql = "INSERT INTO actor_tenants (actor, tenant_id) VALUES ($1, $2)";
            self.run(sql, &[new.name.as_str().into(), tenant(*of)])
                .await?;
        }
        Ok(())
    }

    /// Disables an actor: its token is no longer taken. Done before: nothing changes.
    ///
    /// # Errors
    /// `actor.unknown`, `actor.last_admin` and those of a database.
    pub async fn disable_actor(&mut self, name: &ActorName, now: Timestamp) -> Result<()> {
        let rows = self.fetch(select_actors!("ORDER BY name"), &[]).await?;
        let all = rows.iter().map(parse).collect::<Result<Vec<_>>>()?;
        if !all.iter().any(|one| one.actor.name == name.as_str()) {
            let known: Vec<String> = all
                .iter()
                .map(|one| format!("`{}`", one.actor.name))
                .collect();
            let what = format!("there is no actor `{name}`");
            return Err(
                Error::new(&ACTOR_UNKNOWN, what).hint(format!("known are {}", known.join(", ")))
            );
        }
        let others = all.iter().filter(|one| one.actor.name != name.as_str());
        let is_left = others
            .filter(|one| one.disabled_at.is_none())
            .any(|one| one.actor.roles.contains(&Role::Admin));
        if !is_left {
            let what = format!("`{name}` is the last administrator");
            return Err(Error::new(&ACTOR_LAST_ADMIN, what)
                .hint("add another one first: strata actor add NAME --role admin"));
        }
        let sql = "UPDATE actors SET disabled_at = $2 WHERE name = $1 AND disabled_at IS NULL";
        self.run(sql, &[name.as_str().into(), now.into()])
            .await
            .map(|_| ())
    }
}

fn parse(row: &Row) -> Result<RegisteredActor> {
    let row = reading(row, "actors");
    let roles = row.text("roles")?.split(' ').map(str::parse::<Role>);
    let roles = roles.collect::<Result<BTreeSet<Role>>>();
    Ok(RegisteredActor {
        actor: Actor {
            name: row.text("name")?.to_owned(),
            kind: row.parse("kind")?,
            roles: roles
                .map_err(|cause| row.bad("roles", "it is no list of roles").because(cause))?,
            tenants: BTreeSet::new(),
        },
        token_hash: row.text("token_hash")?.to_owned(),
        created_by: row.text("created_by")?.to_owned(),
        created_at: row.time("created_at")?,
        disabled_at: row.time_if_any("disabled_at")?,
    })
}
