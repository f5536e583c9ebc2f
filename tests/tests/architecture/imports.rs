//! Who may import whom: the table of `design.md`, section 2.
//!
//! Dependencies of tests are free in the rooms; `sdk` and plugins reach no room even there.

use crate::manifest::{Dependency, Kind, Manifest, below, manifests};
use crate::violations::{Verdict, verdict};

/// A room, and the rooms that it may import.
const TABLE: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("plugin", &["model"]),
    ("dialect", &["model"]),
    ("compliance", &["model"]),
    ("database", &["model", "dialect"]),
    ("plan", &["model", "dialect", "compliance"]),
    ("landlord", &["model", "dialect", "database"]),
    (
        "engine",
        &[
            "model",
            "plugin",
            "dialect",
            "compliance",
            "database",
            "plan",
            "landlord",
        ],
    ),
    ("queue", &["model", "landlord"]),
    ("web", &["model", "plan", "landlord", "engine", "queue"]),
    (
        "cli",
        &[
            "model",
            "plugin",
            "dialect",
            "compliance",
            "database",
            "plan",
            "landlord",
            "engine",
            "queue",
            "web",
        ],
    ),
    ("xtask", &[]),
];

const SDK: &str = "strata-sdk";

fn is_room(name: &str) -> bool {
    TABLE.iter().any(|(room, _)| *room == name)
}

fn allowed(room: &str) -> Option<&'static [&'static str]> {
    TABLE
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, rooms)| *rooms)
}

/// A place in a manifest.
fn at(manifest: &Manifest, what: impl std::fmt::Display) -> String {
    format!("{}/Cargo.toml: {what}", manifest.folder)
}

fn normal(manifest: &Manifest) -> impl Iterator<Item = &Dependency> {
    manifest
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == Kind::Normal)
}

/// The imports of a room that the table does not list.
fn beyond_the_table(manifest: &Manifest) -> Vec<String> {
    let Some(rooms) = allowed(&manifest.name) else {
        return vec![at(
            manifest,
            format!("`{}` is not in the table of rooms", manifest.name),
        )];
    };
    let wrong = |dependency: &&Dependency| {
        let is_ours = is_room(&dependency.name) || dependency.folder.is_some();
        is_ours && !rooms.contains(&dependency.name.as_str())
    };
    let say = |d: &Dependency| {
        at(
            manifest,
            format!("`{}` imports `{}`", manifest.name, d.name),
        )
    };
    normal(manifest).filter(wrong).map(say).collect()
}

/// What a plugin depends on beyond the SDK, and the library that its folder or one above it holds.
fn beyond_the_sdk(plugin: &Manifest) -> Vec<String> {
    let wrong = |dependency: &&Dependency| {
        let name = dependency.name.as_str();
        let is_own = dependency
            .folder
            .as_ref()
            .is_some_and(|folder| plugin.folder.starts_with(&format!("{folder}/")));
        match dependency.kind {
            Kind::Normal => name != SDK && !is_own,
            Kind::Dev => is_room(name),
        }
    };
    let say = |d: &Dependency| {
        at(
            plugin,
            format!("plugin `{}` depends on `{}`", plugin.name, d.name),
        )
    };
    plugin.dependencies.iter().filter(wrong).map(say).collect()
}

#[test]
fn a_room_imports_only_rooms_that_the_table_of_the_design_lists() -> Verdict {
    let places = below("host").iter().flat_map(beyond_the_table).collect();
    verdict(
        "a room imports only rooms on lower floors, as listed in design.md section 2",
        places,
    )
}

#[test]
fn a_room_stands_in_a_folder_of_its_own_name() -> Verdict {
    let wrong = |manifest: &&Manifest| manifest.folder != format!("host/{}", manifest.name);
    let say = |manifest: &Manifest| at(manifest, format!("the package is `{}`", manifest.name));
    let places = below("host").iter().filter(wrong).map(say).collect();
    verdict(
        "a folder under host/ and its package have the same name",
        places,
    )
}

#[test]
fn the_queue_never_imports_the_engine() -> Verdict {
    let mut places = imports_of("queue", "engine");
    places.extend(imports_of("queue", "plan"));
    verdict(
        "the queue does not know what the work is: the CLI joins them with a closure",
        places,
    )
}

/// Where a room imports another one.
fn imports_of(room: &str, never: &str) -> Vec<String> {
    let mut places = Vec::new();
    for manifest in below(&format!("host/{room}")) {
        let imports = normal(&manifest).filter(|dependency| dependency.name == never);
        places.extend(imports.map(|d| at(&manifest, format!("imports `{}`", d.name))));
    }
    places
}

#[test]
fn the_sdk_depends_on_no_room_not_even_in_its_tests() -> Verdict {
    let mut places = Vec::new();
    for manifest in below("sdk") {
        let rooms = manifest.dependencies.iter().filter(|d| is_room(&d.name));
        places.extend(rooms.map(|d| at(&manifest, format!("imports room `{}`", d.name))));
    }
    verdict(
        "the contract in wit/ is the only bridge between the SDK and the host",
        places,
    )
}

#[test]
fn a_plugin_depends_on_the_sdk_and_its_own_library_only() -> Verdict {
    let mut plugins = below("plugins");
    plugins.extend(below("tenant-migrations"));
    let places = plugins.iter().flat_map(beyond_the_sdk).collect();
    verdict(
        "a plugin sees what an author outside of this repository sees",
        places,
    )
}

#[test]
fn xtask_imports_nothing_of_the_workspace() -> Verdict {
    let mut places = Vec::new();
    for manifest in below("host/xtask") {
        let ours = manifest.dependencies.iter().filter(|d| d.folder.is_some());
        places.extend(ours.map(|d| at(&manifest, format!("imports `{}`", d.name))));
    }
    verdict("automation asks the real binary", places)
}

#[test]
fn every_package_takes_the_lints_of_the_workspace_and_is_private() -> Verdict {
    let mut places = Vec::new();
    for manifest in manifests() {
        if !manifest.has_lints {
            places.push(at(&manifest, "no `[lints] workspace = true`"));
        }
        if !manifest.is_private {
            places.push(at(&manifest, "no `publish.workspace = true`"));
        }
    }
    verdict(
        "lints are the same everywhere, and nothing is published by accident",
        places,
    )
}

#[test]
fn the_table_itself_has_no_way_back_up() {
    for (floor, (room, imports)) in TABLE.iter().enumerate() {
        for import in *imports {
            let below = TABLE[..floor].iter().any(|(name, _)| name == import);
            assert!(below, "`{room}` imports `{import}`, which is not below it");
        }
    }
}

#[test]
fn an_import_beyond_the_table_is_found() {
    let dependency = |name: &str| Dependency {
        name: name.to_owned(),
        folder: None,
        kind: Kind::Normal,
    };
    let manifest = Manifest {
        folder: "host/plan".to_owned(),
        name: "plan".to_owned(),
        dependencies: vec![dependency("model"), dependency("landlord")],
        has_lints: true,
        is_private: true,
    };
    assert_eq!(
        beyond_the_table(&manifest),
        ["host/plan/Cargo.toml: `plan` imports `landlord`"]
    );
}
