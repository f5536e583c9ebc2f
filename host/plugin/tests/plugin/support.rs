//! What the tests share: one host, the hostile component, a tenant, a schema.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use model::emission::{Emission, Settings, TenantFacts};
use model::error::Error;
use model::id::MigrationId;
use model::operation::Operation;
use model::schema::{Origin, Schema};
use plugin::call::{Call, Outcome, Reversal};
use plugin::compile::Compiler;
use plugin::host::{Host, LoadedComponent};
use plugin::store::Store;

use crate::guests;

/// The compiling process of the tests: this program, called so that it runs one test alone.
///
/// With two paths after its own name it is the compiler; in an ordinary run it does nothing.
#[test]
fn compiler_process() {
    let arguments: Vec<_> = std::env::args_os().collect();
    if let [.., name, input, output] = arguments.as_slice()
        && name == "support::compiler_process"
    {
        plugin::compile::compile_component(Path::new(input), Path::new(output)).unwrap();
    }
}

/// What compiles components in these tests.
pub(crate) fn compiler() -> Compiler {
    Compiler {
        program: std::env::current_exe().unwrap(),
        arguments: vec!["--exact".into(), "support::compiler_process".into()],
    }
}

/// A host of its own with an empty store.
pub(crate) fn new_host() -> (tempfile::TempDir, Host) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("components"), [7; 32]).unwrap();
    let host = Host::new(store, compiler()).unwrap();
    (directory, host)
}

/// The hostile component, built once.
pub(crate) fn evil() -> &'static [u8] {
    static EVIL: OnceLock<Vec<u8>> = OnceLock::new();
    EVIL.get_or_init(|| {
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests");
        guests::build(
            &guests,
            &Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests"),
        )
    })
}

/// The hostile component, loaded once.
pub(crate) fn loaded() -> Arc<LoadedComponent> {
    static LOADED: OnceLock<Arc<LoadedComponent>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let (directory, host) = new_host();
        let inspected = host.add(evil()).unwrap();
        drop(directory);
        host.load(&inspected.digest).unwrap()
    });
    Arc::clone(loaded)
}

/// Where the committed components are.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/v0/components")
}

pub(crate) fn tenant() -> TenantFacts {
    TenantFacts {
        slug: "everest".parse().unwrap(),
        name: "Everest \u{92f}".to_owned(),
        locale: "ne-NP".to_owned(),
        facts: BTreeMap::from([("country".to_owned(), "NP".to_owned())]),
    }
}

pub(crate) fn settings() -> Settings {
    Settings::from([("colour".to_owned(), serde_json::json!("green"))])
}

/// A schema with a table of every type, two more, and a view.
pub(crate) fn schema() -> Schema {
    let operations: Vec<Operation> = serde_json::from_value(serde_json::json!([
        { "operation": "create-table", "table": {
            "name": "plans", "columns": [{ "name": "id", "column_type": { "type": "id" }, "nullable": false }],
            "primary_key": ["id"] } },
        { "operation": "create-table", "table": {
            "name": "members",
            "columns": [
                { "name": "id", "column_type": { "type": "id" }, "nullable": false },
                { "name": "plan", "column_type": { "type": "bigint" }, "nullable": true },
                { "name": "fee", "column_type": { "type": "decimal", "precision": 12, "scale": 2 },
                  "nullable": false, "default": { "value": { "decimal": "-12.50" } } },
                { "name": "weight", "column_type": { "type": "double" }, "nullable": false,
                  "default": { "value": { "float": "1.5" } } },
                { "name": "photo", "column_type": { "type": "blob" }, "nullable": true },
                { "name": "status", "column_type": { "type": "enum", "values": ["open", "closed"] },
                  "nullable": false, "default": { "value": { "text": "open" } } },
                { "name": "email", "column_type": { "type": "string", "length": 200 }, "nullable": true,
                  "collation": "ignore-case", "comment": "how to reach them" },
                { "name": "joined", "column_type": { "type": "timestamptz" }, "nullable": false,
                  "default": "current-timestamp" }
            ],
            "primary_key": ["id"],
            "indexes": [{ "name": "members_email", "columns": [{ "name": "email", "descending": true }],
                          "unique": true, "filter": "status = 'open'" }],
            "foreign_keys": [{ "name": "members_plan", "columns": ["plan"], "references_table": "plans",
                               "references_columns": ["id"], "on_delete": "set-null", "on_update": "restrict" }],
            "checks": [{ "name": "members_fee", "condition": "fee >= 0 OR fee = -12.50" }],
            "comment": "everybody" } },
        { "operation": "create-view", "view": { "name": "open_members",
            "query": "SELECT m.id AS id FROM members AS m WHERE m.status = 'open'" } }
    ]))
    .unwrap();
    let origin = Origin {
        plugin: "basic".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        migration: migration("0001_members"),
        run: None,
    };
    let mut schema = Schema::empty();
    for operation in operations {
        operation.apply(&mut schema, &origin).unwrap();
    }
    schema
}

pub(crate) fn migration(id: &str) -> MigrationId {
    MigrationId::new(id).unwrap()
}

/// Calls `up` of the hostile component.
pub(crate) fn up(id: &str) -> Result<Outcome<Emission>, Error> {
    let (tenant, settings, schema) = (tenant(), settings(), schema());
    let migration = migration(id);
    loaded().up(&Call {
        migration: &migration,
        tenant: &tenant,
        settings: &settings,
        schema: &schema,
    })
}

/// Calls `down` of the hostile component.
pub(crate) fn down(id: &str) -> Result<Outcome<Reversal>, Error> {
    let (tenant, settings, schema) = (tenant(), settings(), schema());
    let migration = migration(id);
    loaded().down(&Call {
        migration: &migration,
        tenant: &tenant,
        settings: &settings,
        schema: &schema,
    })
}

/// The error of a deed, which names plugin, component, migration and export, and hides nothing.
pub(crate) fn crime(id: &str) -> Error {
    let error = up(id)
        .err()
        .unwrap_or_else(|| panic!("`{id}` went unpunished"));
    assert_names_everything(&error, id);
    error
}

fn assert_names_everything(error: &Error, id: &str) {
    let whole = format!("{error:?}");
    let digest = loaded().digest().short();
    for part in ["`evil@6.6.6`", &digest, &format!("`{id}`"), "`up`"] {
        assert!(
            whole.contains(part),
            "the error of `{id}` does not say {part}:\n{whole}"
        );
    }
    let steers = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
    assert!(
        !whole.contains(steers),
        "the error of `{id}` steers a terminal: {whole:?}"
    );
}
