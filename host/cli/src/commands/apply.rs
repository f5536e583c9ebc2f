//! `strata apply SLUG --plan DIGEST`: applies a stored plan.

use clap::Args;
use engine::execute::Ran;
use model::digest::DigestPrefix;
use model::id::Slug;
use model::{Deed, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};

/// Arguments of `strata apply`.
#[derive(Debug, Args)]
pub struct ApplyArguments {
    /// The tenant.
    pub slug: String,
    /// The digest of the plan, or its first twelve digits.
    #[arg(long, value_name = "DIGEST")]
    pub plan: String,
}

#[derive(Serialize)]
struct Applied<'a> {
    format: &'static str,
    slug: &'a Slug,
    run: String,
    plan: String,
    migrations: usize,
    tables: usize,
    fingerprint: String,
    duration_ms: u64,
}

/// Applies a plan.
///
/// # Errors
/// Those of [`engine::apply::apply`].
pub async fn run(context: &Context, arguments: &ApplyArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let digest: DigestPrefix = arguments.plan.parse()?;
    let mut home = context.open_for(Deed::Apply, &slug).await?;
    let ran = engine::apply::apply(&mut home, &slug, &digest, &context.progress()).await;
    print(context, &slug, &closed(home, ran).await?);
    Ok(())
}

/// Prints what a run did.
pub fn print(context: &Context, slug: &Slug, ran: &Ran) {
    if context.output.is_json() {
        context.output.json(&Applied {
            format: "strata/applied/1",
            slug,
            run: ran.run.to_string(),
            plan: ran.plan.to_string(),
            migrations: ran.migrations,
            tables: ran.tables,
            fingerprint: ran.fingerprint.to_string(),
            duration_ms: ran.duration_ms,
        });
        return;
    }
    context.output.line(&format!(
        "applied {} migrations to `{slug}` in {} ms",
        ran.migrations, ran.duration_ms
    ));
    context.output.pairs(&[
        ("run", ran.run.to_string()),
        ("plan", ran.plan.to_string()),
        ("tables", ran.tables.to_string()),
        ("fingerprint", ran.fingerprint.to_string()),
    ]);
}
