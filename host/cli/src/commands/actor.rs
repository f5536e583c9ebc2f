//! `strata actor add|list|disable`: who may run commands.

use clap::{Args, Subcommand, ValueEnum};
use landlord::RegisteredActor;
use model::{Actor, ActorKind, ActorName, Deed, Result, Role, Slug};
use serde::Serialize;

use crate::commands::context::{Context, closed};

/// Who may run commands: add, list, disable actors.
#[derive(Debug, Subcommand)]
pub enum ActorCommand {
    /// Add an actor and print its token, once. From the first one on nothing runs without a token.
    Add(AddArguments),
    /// List actors.
    List,
    /// Take an actor's token back. Its name stays in the records and is not given again.
    Disable(DisableArguments),
}

/// Arguments of `strata actor add`.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// The name that it gets.
    pub name: String,
    /// What it may be trusted with: viewer, operator, reviewer, approver, tenant-admin, admin; may be
    /// repeated.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub roles: Vec<String>,
    /// A tenant of a tenant's administrator; may be repeated.
    #[arg(long = "tenant", value_name = "SLUG")]
    pub tenants: Vec<String>,
    /// What it is.
    #[arg(long, value_enum, default_value_t = Kind::User)]
    pub kind: Kind,
}

/// What an actor can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A person.
    User,
    /// A program.
    Service,
}

/// Arguments of `strata actor disable`.
#[derive(Debug, Args)]
pub struct DisableArguments {
    /// The actor.
    pub name: String,
}

#[derive(Serialize)]
struct ActorReport<'a> {
    name: &'a str,
    kind: &'static str,
    roles: Vec<&'static str>,
    tenants: Vec<&'a Slug>,
    created_by: Option<&'a str>,
    created_at: Option<String>,
    disabled_at: Option<String>,
}

#[derive(Serialize)]
struct AddedReport<'a> {
    format: &'static str,
    actor: ActorReport<'a>,
    token: &'a str,
}

#[derive(Serialize)]
struct ListReport<'a> {
    format: &'static str,
    actors: Vec<ActorReport<'a>>,
}

/// Runs a command of `strata actor`.
///
/// # Errors
/// Those of [`engine::actors`].
pub async fn run(context: &Context, command: &ActorCommand) -> Result<()> {
    match command {
        ActorCommand::Add(arguments) => add(context, arguments).await,
        ActorCommand::List => list(context).await,
        ActorCommand::Disable(arguments) => disable(context, arguments).await,
    }
}

async fn add(context: &Context, arguments: &AddArguments) -> Result<()> {
    let name = ActorName::new(&*arguments.name)?;
    let roles = arguments.roles.iter().map(|role| role.parse::<Role>());
    let roles = roles.collect::<Result<Vec<_>>>()?;
    let tenants = arguments.tenants.iter().map(|slug| Slug::new(&**slug));
    let tenants = tenants.collect::<Result<Vec<_>>>()?;
    let kind = match arguments.kind {
        Kind::User => ActorKind::User,
        Kind::Service => ActorKind::Service,
    };
    let mut home = context.open_as(Deed::KeepActors, name.as_str()).await?;
    let added = engine::actors::add(&mut home, &name, kind, &roles, &tenants).await;
    let added = closed(home, added).await?;
    if context.output.is_json() {
        context.output.json(&AddedReport {
            format: "strata/actor-added/1",
            actor: report(&added.actor),
            token: added.token.expose(),
        });
        return Ok(());
    }
    let mut pairs = described(&added.actor);
    pairs.push(("token", added.token.expose().to_owned()));
    context.output.pairs(&pairs);
    context.output.line(
        "the token is not shown again; keep it where secrets are kept, and give it as STRATA_TOKEN",
    );
    Ok(())
}

async fn list(context: &Context) -> Result<()> {
    let mut home = context.open_as(Deed::ListActors, "").await?;
    let actors = engine::actors::list(&mut home).await;
    let actors = closed(home, actors).await?;
    if context.output.is_json() {
        context.output.json(&ListReport {
            format: "strata/actors/1",
            actors: actors.iter().map(registered).collect(),
        });
        return Ok(());
    }
    let row = |known: &RegisteredActor| {
        let mut cells: Vec<String> = described(&known.actor)
            .into_iter()
            .map(|(_, cell)| cell)
            .collect();
        cells.push(known.created_by.clone());
        cells.push(match known.disabled_at {
            None => "active".to_owned(),
            Some(time) => format!("disabled since {time}"),
        });
        cells
    };
    let header = ["name", "kind", "roles", "tenants", "added by", "state"];
    context
        .output
        .table(&header, actors.iter().map(row).collect());
    Ok(())
}

async fn disable(context: &Context, arguments: &DisableArguments) -> Result<()> {
    let name = ActorName::new(&*arguments.name)?;
    let mut home = context.open_as(Deed::KeepActors, name.as_str()).await?;
    let disabled = engine::actors::disable(&mut home, &name).await;
    closed(home, disabled).await?;
    if context.output.is_json() {
        context.output.json(&serde_json::json!({
            "format": "strata/actor-disabled/1",
            "actor": name,
        }));
    } else {
        context
            .output
            .line(&format!("the token of `{name}` is no longer taken"));
    }
    Ok(())
}

fn roles(actor: &Actor) -> Vec<&'static str> {
    actor.roles.iter().map(|role| role.as_str()).collect()
}

fn described(actor: &Actor) -> Vec<(&'static str, String)> {
    let tenants: Vec<&str> = actor.tenants.iter().map(Slug::as_str).collect();
    let tenants = match tenants.is_empty() {
        true => "-".to_owned(),
        false => tenants.join(", "),
    };
    vec![
        ("name", actor.name.clone()),
        ("kind", actor.kind.as_str().to_owned()),
        ("roles", roles(actor).join(", ")),
        ("tenants", tenants),
    ]
}

fn report(actor: &Actor) -> ActorReport<'_> {
    ActorReport {
        name: &actor.name,
        kind: actor.kind.as_str(),
        roles: roles(actor),
        tenants: actor.tenants.iter().collect(),
        created_by: None,
        created_at: None,
        disabled_at: None,
    }
}

fn registered(known: &RegisteredActor) -> ActorReport<'_> {
    ActorReport {
        created_by: Some(&known.created_by),
        created_at: Some(known.created_at.to_string()),
        disabled_at: known.disabled_at.map(|time| time.to_string()),
        ..report(&known.actor)
    }
}
