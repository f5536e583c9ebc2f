//! Who runs a command: finding the actor of a token, asking whether it may, adding and disabling actors.
//!
//! Which role may do what is `model`'s ([`Deed`]); where actors are kept is `landlord`'s.
//!
//! Until the first actor there is only whoever has the home's files, `local:<login>`, an administrator. From
//! then on nothing runs without a token.
//!
//! Invariant: a token is shown once and stored as its Argon2 hash; no error and no log holds one.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use database::Secret;
use landlord::{NewActor, RegisteredActor};
use model::error::Error;
use model::{Actor, ActorKind, ActorName, Deed, Result, Role, Slug};

use crate::audit;
use crate::home::Home;

mod codes {
    model::codes! {
        ACTOR_TOKEN_MISSING = "actor.token_missing", Rule, "There are actors, and a command came without a token.";
        ACTOR_TOKEN_REFUSED = "actor.token_refused", Rule, "A token is nobody's, or its actor is disabled.";
        ACTOR_NOT_ALLOWED = "actor.not_allowed", Rule, "The actor has no role that may do this.";
        ACTOR_TENANTS_MISSING = "actor.tenants_missing", Usage, "A tenant's administrator needs its tenants, and only it has any.";
    }
}
pub use codes::*;

/// What every token begins with, so that people and scanners of secrets know one.
const PREFIX: &str = "strata";

/// How many letters of a token say whose it is.
const ID_LETTERS: usize = 16;

/// The memory that hashing a token takes, in KiB. The secret part has 160 random bits and cannot be
/// guessed; the cost keeps a stolen table from being tried at leisure without making commands slow.
const MEMORY_KIB: u32 = 8 * 1024;

/// How often that memory is gone over.
const PASSES: u32 = 1;

/// An actor that was just added.
#[derive(Debug, Clone)]
pub struct AddedActor {
    /// Who it is.
    pub actor: Actor,
    /// Its token, which is not shown again.
    pub token: Secret,
}

/// Admits whoever runs a command to a deed: finds out who it is, asks whether it may, and writes down that
/// the deed begins. From then on the home knows its actor.
///
/// # Errors
/// `actor.token_missing`, `actor.token_refused`, `actor.not_allowed` and those of the landlord.
pub async fn admit(
    home: &mut Home,
    token: Option<&Secret>,
    deed: Deed,
    tenant: Option<&Slug>,
    subject: &str,
) -> Result<()> {
    let actor = identify(home, token).await?;
    home.options.executed_by.clone_from(&actor.name);
    let may = actor.may(deed, tenant);
    home.actor = Some(actor);
    if may {
        return audit::begin(home, deed, subject).await;
    }
    let error = not_allowed(home, deed, subject);
    audit::refused(home, deed, subject, &error).await?;
    Err(error)
}

fn not_allowed(home: &Home, deed: Deed, subject: &str) -> Error {
    let roles: Vec<&str> = deed.roles().iter().map(|role| role.as_str()).collect();
    let who = &home.options.executed_by;
    let what = match subject {
        "" => format!("actor `{who}` may not do `{deed}`"),
        _ => format!("actor `{who}` may not do `{deed}` to `{subject}`"),
    };
    Error::new(&ACTOR_NOT_ALLOWED, what)
        .hint(format!("it takes one of the roles {}", roles.join(", ")))
}

/// The actor of a token, or who there is before there are actors.
async fn identify(home: &mut Home, token: Option<&Secret>) -> Result<Actor> {
    if !home.landlord.has_actors().await? {
        return Ok(Actor {
            name: home.options.executed_by.clone(),
            kind: ActorKind::User,
            roles: [Role::Admin].into(),
            tenants: Default::default(),
        });
    }
    let Some(token) = token else {
        return Err(Error::new(
            &ACTOR_TOKEN_MISSING,
            "this home has actors, and nothing says which one this is",
        )
        .hint("set STRATA_TOKEN to the actor's token, or give --token-file FILE"));
    };
    let refused = || {
        Error::new(
            &ACTOR_TOKEN_REFUSED,
            "the token is nobody's, or its actor is disabled",
        )
        .hint("ask an administrator of this home for one: strata actor add")
    };
    let (id, secret) = parts(token.expose()).ok_or_else(refused)?;
    let known = home.landlord.actor_of_token(id).await?;
    // Whether there is such an actor takes as long to say as whether the secret is right.
    let hash = known.as_ref().map_or_else(
        || hashed(&Secret::new("nobody")),
        |known| Ok(known.token_hash.clone()),
    );
    let is_right = is_hash_of(&hash?, secret);
    match known {
        Some(known) if is_right && known.disabled_at.is_none() => Ok(known.actor),
        _ => Err(refused()),
    }
}

/// The id and the secret of a token.
fn parts(token: &str) -> Option<(&str, &str)> {
    let rest = token.trim().strip_prefix(PREFIX)?.strip_prefix('_')?;
    let (id, secret) = rest.split_once('_')?;
    (id.len() == ID_LETTERS && !secret.is_empty()).then_some((id, secret))
}

fn hasher() -> Argon2<'static> {
    // Constant and within what the algorithm takes; the defaults, which cost more, would do as well.
    let parameters = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
}

fn hashed(secret: &Secret) -> Result<String> {
    let hash = hasher().hash_password(secret.expose().as_bytes());
    let hash = hash.map_err(|_| Error::new(&ACTOR_TOKEN_REFUSED, "the token cannot be hashed"))?;
    Ok(hash.to_string())
}

fn is_hash_of(hash: &str, secret: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| hasher().verify_password(secret.as_bytes(), &hash).is_ok())
}

/// Adds an actor and tells its token, once.
///
/// # Errors
/// `actor.exists`, `actor.last_admin`, `actor.tenants_missing`, `tenant.unknown` and those of the landlord.
pub async fn add(
    home: &mut Home,
    name: &ActorName,
    kind: ActorKind,
    roles: &[Role],
    tenants: &[Slug],
) -> Result<AddedActor> {
    if roles.contains(&Role::TenantAdmin) == tenants.is_empty() {
        return Err(Error::new(
            &ACTOR_TENANTS_MISSING,
            "the role tenant-admin comes with the tenants that it is for, and no other role does",
        )
        .hint(format!(
            "strata actor add {name} --role tenant-admin --tenant SLUG"
        )));
    }
    let mut ids = Vec::new();
    for slug in tenants {
        ids.push(home.landlord.tenant(slug).await?.id);
    }
    let id: String = Secret::random_password()
        .expose()
        .chars()
        .take(ID_LETTERS)
        .collect();
    let secret = Secret::random_password();
    let new = NewActor {
        name: name.clone(),
        kind,
        roles: roles.iter().copied().collect(),
        tenants: ids,
        token_hash: hashed(&secret)?,
        token_id: id.clone(),
    };
    let (now, by) = (home.clock.now(), home.options.executed_by.clone());
    let mut change = home.landlord.begin().await?;
    change.add_actor(&new, &by, now).await?;
    change.commit().await?;
    Ok(AddedActor {
        actor: Actor {
            name: name.to_string(),
            kind,
            roles: new.roles,
            tenants: tenants.iter().cloned().collect(),
        },
        token: Secret::new(format!("{PREFIX}_{id}_{}", secret.expose())),
    })
}

/// All actors in order of their names.
///
/// # Errors
/// Those of the landlord.
pub async fn list(home: &mut Home) -> Result<Vec<RegisteredActor>> {
    home.landlord.actors().await
}

/// Disables an actor: its token is no longer taken.
///
/// # Errors
/// `actor.unknown`, `actor.last_admin` and those of the landlord.
pub async fn disable(home: &mut Home, name: &ActorName) -> Result<()> {
    let now = home.clock.now();
    let mut change = home.landlord.begin().await?;
    change.disable_actor(name, now).await?;
    change.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_apart_only_in_its_one_form() {
        let id = "a".repeat(ID_LETTERS);
        let token = format!("strata_{id}_secret");
        assert_eq!(parts(&format!("{token}\n")), Some((id.as_str(), "secret")));
        for bad in [
            "",
            "strata_a_secret",
            "other_aaaaaaaaaaaaaaaa_secret",
            &format!("strata_{id}_"),
        ] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_hash_is_that_of_its_secret_alone_and_says_nothing_of_it() {
        let secret = Secret::new("hunter2");
        let (one, other) = (hashed(&secret).unwrap(), hashed(&secret).unwrap());
        assert!(one.starts_with("$argon2id$") && one != other && !one.contains("hunter2"));
        assert!(is_hash_of(&one, "hunter2") && is_hash_of(&other, "hunter2"));
        assert!(!is_hash_of(&one, "hunter3") && !is_hash_of("no hash", "hunter2"));
    }
}
