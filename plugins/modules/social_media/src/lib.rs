//! The module `social_media`: accounts, posts, and how they are received.
//!
//! It stands on `basic` alone and works with every template. Nothing here talks to a network; secrets
//! of accounts are not kept in the tenant's database.

mod analytics;
mod posts;
#[cfg(test)]
mod tests;

use strata_sdk::prelude::*;

/// Accounts and posts in social media.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct SocialMedia;

impl Plugin for SocialMedia {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_create_social_posts", posts::create),
            Migration::new("002_create_social_analytics", analytics::create),
        ]
    }
}
