//! `strata resume SLUG`: finishes what a crash or a failure left half done.

use clap::Args;
use model::id::Slug;
use model::{Deed, Result};

use crate::commands::apply;
use crate::commands::context::{Context, closed};

/// Arguments of `strata resume`.
#[derive(Debug, Args)]
pub struct ResumeArguments {
    /// The tenant.
    pub slug: String,
}

/// Finishes an unfinished run.
///
/// # Errors
/// Those of [`engine::resume::resume`].
pub async fn run(context: &Context, arguments: &ResumeArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::Resume, &slug).await?;
    let ran = engine::resume::resume(&mut home, &slug, &context.progress()).await;
    apply::print(context, &slug, &closed(home, ran).await?);
    Ok(())
}
