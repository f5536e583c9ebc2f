//! `strata init`: makes a home.

use engine::home::Home;
use model::Result;
use serde::Serialize;

use crate::commands::context::Context;

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
pub async fn run(context: &Context) -> Result<()> {
    let (home, created) = Home::init(&context.home, context.options()?).await?;
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
