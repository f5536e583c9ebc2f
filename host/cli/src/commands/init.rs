//! `strata init`: makes a home, its registry in a file or on a server.

use clap::Args;
use engine::home::Home;
use model::Result;
use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::server;

/// Arguments of `strata init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// Keep the registry in this empty PostgreSQL database, which several homes can share:
    /// `postgres://USER@HOST:PORT/DATABASE`; `-` reads it from standard input. Its password is taken from
    /// STRATA_SERVER_PASSWORD, or stands in a URL that is read from standard input.
    #[arg(long, value_name = "URL")]
    pub landlord: Option<String>,
}

#[derive(Serialize)]
struct Initialized<'a> {
    format: &'static str,
    home: String,
    landlord: String,
    outcome: &'a str,
}

/// Makes a home, or says that there is one.
///
/// # Errors
/// Those of [`Home::init`].
pub async fn run(context: &Context, arguments: &InitArguments) -> Result<()> {
    let url = arguments.landlord.as_deref().map(server::whole_url);
    let url = url.transpose()?;
    let (home, created) = Home::init(&context.home, context.options()?, url.as_ref()).await?;
    let outcome = if created { "created" } else { "unchanged" };
    let shown = context.home.display().to_string();
    if context.output.is_json() {
        let landlord = home.landlord_id().to_string();
        context.output.json(&Initialized {
            format: "strata/initialized/1",
            home: shown,
            landlord,
            outcome,
        });
    } else if created {
        context.output.line(&format!("made a home in {shown}"));
        context.output.line("next: strata plugin add FILE…");
    } else {
        context.output.line(&format!("{shown} is a home already"));
    }
    home.close().await
}
