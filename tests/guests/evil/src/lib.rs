//! A plugin that does whatever a plugin must not do, one misdeed for each migration id.
//!
//! It is not an example of a plugin: it does without the SDK, so that nothing stands between it and the
//! contract. The manifest, beside this crate's `Cargo.toml`, lists the ids.

mod catalogue;
mod deeds;
mod shapes;

wit_bindgen::generate!({ path: "../../../wit/v0", world: "plugin" });

use exports::strata::plugin::migrations::Guest;
use strata::plugin::snapshot::Snapshot;
use strata::plugin::types::{Operation, PluginError};

/// The manifest, where the host looks for it.
#[unsafe(link_section = "strata:manifest")]
#[used]
static MANIFEST: [u8; include_bytes!("../manifest.json").len()] =
    *include_bytes!("../manifest.json");

struct Evil;

impl Guest for Evil {
    fn up(migration_id: String, current: &Snapshot) -> Result<Vec<Operation>, PluginError> {
        deeds::up(&migration_id, current)
    }

    fn down(
        migration_id: String,
        _current: &Snapshot,
    ) -> Result<Option<Vec<Operation>>, PluginError> {
        match migration_id.as_str() {
            "own_down" => Ok(Some(vec![Operation::DropTable("evil_own_down".to_owned())])),
            "panic_down" => panic!("down"),
            _ => Ok(None),
        }
    }
}

export!(Evil);
