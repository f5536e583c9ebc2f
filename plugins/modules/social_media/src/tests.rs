//! Tests of the module without a host.

#[path = "../../conventions.rs"]
mod conventions;

use conventions::{assert_can_be_taken_back, assert_conventions, schema_of, tenant};
use plugin_basic::Basic;
use strata_sdk::testing::Refused;

use crate::SocialMedia;

#[test]
fn every_migration_applies_on_basic_alone() -> Result<(), Refused> {
    let schema = assert_conventions(&SocialMedia, &[&Basic])?;
    for table in ["social_accounts", "social_posts", "social_analytics"] {
        assert!(schema.table(table).is_some(), "`{table}` is missing");
    }
    Ok(())
}

#[test]
fn every_migration_can_be_taken_back() -> Result<(), Refused> {
    assert_can_be_taken_back(&SocialMedia, &[&Basic])
}

#[test]
fn approval_by_somebody_else_is_required_unless_the_tenant_wants_none() -> Result<(), Refused> {
    for is_required in [true, false] {
        let mut schema = schema_of(&[&Basic])?;
        schema.apply_all(
            &SocialMedia,
            &tenant().setting("requires_approval", is_required),
        )?;
        let posts = schema.table("social_posts").unwrap_or_default();
        assert_eq!(
            posts.check("social_posts_approval_check").is_some(),
            is_required
        );
    }
    Ok(())
}

#[test]
fn no_column_keeps_a_secret() -> Result<(), Refused> {
    let schema = assert_conventions(&SocialMedia, &[&Basic])?;
    let accounts = schema.table("social_accounts").unwrap_or_default();
    for word in ["token", "secret", "password"] {
        assert!(
            accounts
                .columns
                .iter()
                .all(|column| !column.name.contains(word))
        );
    }
    Ok(())
}
