//! `strata server add|list|check|remove`.

use std::io::Read as _;

use clap::{Args, Subcommand, ValueEnum};
use database::Secret;
use dialect::DatabaseCollation;
use engine::servers::{AskedOptions, ServerSummary};
use model::{Deed, Error, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

mod codes {
    model::codes! {
        PASSWORD_IN_ARGUMENTS = "server.password_in_arguments", Usage, "A password stands on the command line, where every user of the machine can read it.";
        URL_UNREADABLE = "server.url_unreadable", Usage, "The URL of a server cannot be read from standard input.";
    }
}
pub use codes::*;

/// Where the password of a server's URL is looked for when the URL has none.
const PASSWORD_VARIABLE: &str = "STRATA_SERVER_PASSWORD";

/// The most that is read from standard input, in bytes.
const URL_BYTES_MAX: u64 = 4_096;

/// Commands of `strata server`.
#[derive(Debug, Subcommand)]
pub enum ServerCommand {
    /// Add a server that tenants' databases can be on.
    Add(AddArguments),
    /// List servers.
    List,
    /// Look whether a server answers and lets Strata do what it must.
    Check(NameArguments),
    /// Forget a server that no tenant is on.
    Remove(NameArguments),
}

/// Arguments of `strata server add`.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// The name that it gets: 1 to 63 of `a-z`, `0-9`, `_` and `-`.
    pub name: String,
    /// `postgres://USER@HOST:PORT/DATABASE` or `mysql://USER@HOST:PORT` of an administrator; `-` reads it
    /// from standard input. Its password is taken from STRATA_SERVER_PASSWORD, or stands in a URL that is
    /// read from standard input.
    pub url: String,
    /// What the server is for.
    #[arg(long, value_enum, default_value_t = Role::Tenants)]
    pub role: Role,
    /// How many connections one process opens to it; 20 when nothing is said, or what was said before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub max_connections: Option<u32>,
    /// The collation that databases are made with on MySQL and MariaDB, one of utf8mb4; utf8mb4_unicode_ci
    /// when nothing is said.
    #[arg(long, value_name = "NAME")]
    pub collation: Option<String>,
}

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Tenants' databases.
    Tenants,
}

/// Arguments that name a server.
#[derive(Debug, Args)]
pub struct NameArguments {
    /// The server.
    pub name: String,
}

#[derive(Serialize)]
struct ServerReport<'a> {
    format: &'static str,
    server: &'a ServerSummary,
}

#[derive(Serialize)]
struct ListReport<'a> {
    format: &'static str,
    servers: &'a [ServerSummary],
}

/// Runs a command of `strata server`.
///
/// # Errors
/// Those of [`engine::servers`].
pub async fn run(context: &Context, command: &ServerCommand) -> Result<()> {
    match command {
        ServerCommand::Add(arguments) => add(context, arguments).await,
        ServerCommand::List => list(context).await,
        ServerCommand::Check(arguments) => check(context, arguments).await,
        ServerCommand::Remove(arguments) => remove(context, arguments).await,
    }
}

async fn add(context: &Context, arguments: &AddArguments) -> Result<()> {
    let url = whole_url(&arguments.url)?;
    let mut home = context.open_as(Deed::KeepServers, &arguments.name).await?;
    let name = &arguments.name;
    let added = match server_options(arguments) {
        Ok(options) => engine::servers::add(&mut home, name, &url, options).await,
        Err(error) => Err(error),
    };
    print(context, &closed(home, added).await?);
    Ok(())
}

fn server_options(arguments: &AddArguments) -> Result<AskedOptions> {
    let collation = arguments.collation.as_deref();
    Ok(AskedOptions {
        max_connections: arguments.max_connections,
        collation: collation.map(DatabaseCollation::new).transpose()?,
    })
}

/// The URL with its password.
///
/// # Errors
/// `server.password_in_arguments`, `server.url_unreadable`, `server.url_invalid`.
pub fn whole_url(argument: &str) -> Result<Secret> {
    let from_input = argument == "-";
    let text = if from_input {
        let mut text = String::new();
        let read = std::io::stdin()
            .take(URL_BYTES_MAX)
            .read_to_string(&mut text);
        read.map_err(|cause| {
            Error::new(
                &URL_UNREADABLE,
                "the URL cannot be read from standard input",
            )
            .because(cause)
        })?;
        text.trim().to_owned()
    } else {
        argument.to_owned()
    };
    let has_password = database::ServerUrl::parse(&text)?.password.is_some();
    if has_password && !from_input {
        return Err(Error::new(
            &PASSWORD_IN_ARGUMENTS,
            "the URL holds a password, and every user of this machine can read a command line",
        )
        .hint(format!(
            "leave it out of the URL and set {PASSWORD_VARIABLE}"
        ))
        .hint("or write `-` for the URL and give it on standard input"));
    }
    if has_password {
        return Ok(Secret::new(text));
    }
    let password = std::env::var(PASSWORD_VARIABLE).unwrap_or_default();
    database::server_url::with_password(&text, &Secret::new(password))
}

async fn list(context: &Context) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let servers = engine::servers::list(&mut home).await;
    let servers = closed(home, servers).await?;
    if context.output.is_json() {
        context.output.json(&ListReport {
            format: "strata/servers/1",
            servers: &servers,
        });
        return Ok(());
    }
    let row = |server: &ServerSummary| {
        vec![
            server.name.clone(),
            server.kind.title().to_owned(),
            server.version.clone(),
            server.url.clone(),
            server.max_connections.to_string(),
            server.tenants.to_string(),
        ]
    };
    let header = ["name", "kind", "version", "url", "connections", "tenants"];
    context
        .output
        .table(&header, servers.iter().map(row).collect());
    Ok(())
}

async fn check(context: &Context, arguments: &NameArguments) -> Result<()> {
    let mut home = context.open_as(Deed::CheckServer, &arguments.name).await?;
    let checked = engine::servers::check(&mut home, &arguments.name).await;
    print(context, &closed(home, checked).await?);
    Ok(())
}

async fn remove(context: &Context, arguments: &NameArguments) -> Result<()> {
    let mut home = context.open_as(Deed::KeepServers, &arguments.name).await?;
    let removed = engine::servers::remove(&mut home, &arguments.name).await;
    closed(home, removed).await?;
    if context.output.is_json() {
        context.output.json(&serde_json::json!({
            "format": "strata/server-removed/1",
            "server": arguments.name,
        }));
    } else {
        let name = &arguments.name;
        context.output.line(&format!(
            "server `{name}` is forgotten; nothing was done on it"
        ));
    }
    Ok(())
}

fn print(context: &Context, server: &ServerSummary) {
    if context.output.is_json() {
        context.output.json(&ServerReport {
            format: "strata/server/1",
            server,
        });
        return;
    }
    let mut pairs = vec![
        ("name", server.name.clone()),
        (
            "kind",
            format!("{} {}", server.kind.title(), server.version),
        ),
        ("url", server.url.clone()),
        ("connections", server.max_connections.to_string()),
        ("tenants", server.tenants.to_string()),
    ];
    pairs.extend(server.collation.clone().map(|one| ("collation", one)));
    context.output.pairs(&pairs);
}
