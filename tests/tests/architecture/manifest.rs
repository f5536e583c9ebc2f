//! A `Cargo.toml` as the rules read it: the package and what it depends on.

use toml::{Table, Value};

use crate::tree;

/// Which kind of dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Needed by whoever uses the package: normal and build dependencies, on any target.
    Normal,
    /// Needed by its tests.
    Dev,
}

/// A dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The package's name, whatever it is called in the source.
    pub(crate) name: String,
    /// The folder, for a package of this workspace.
    pub(crate) folder: Option<String>,
    /// Which kind.
    pub(crate) kind: Kind,
}

/// A package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// The folder that it stands in.
    pub(crate) folder: String,
    /// Its name.
    pub(crate) name: String,
    /// What it depends on.
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether it takes the workspace's lints.
    pub(crate) has_lints: bool,
    /// Whether it takes the workspace's word that nothing is published.
    pub(crate) is_private: bool,
}

/// Every package of the main workspace.
pub(crate) fn manifests() -> Vec<Manifest> {
    let workspace = table("Cargo.toml");
    let shared = section(&workspace, &["workspace", "dependencies"]);
    let folders = [
        "host/",
        "sdk/",
        "plugins/",
        "tenant-migrations/",
        "tests/Cargo.toml",
    ];
    let is_member = |path: &String| {
        path.ends_with("/Cargo.toml") && folders.iter().any(|folder| path.starts_with(folder))
    };
    let members = tree::files().into_iter().filter(is_member);
    members
        .map(|path| read(&path, &table(&path), &shared))
        .collect()
}

/// The packages below a folder.
pub(crate) fn below(folder: &str) -> Vec<Manifest> {
    let prefix = format!("{folder}/");
    let mut found = manifests();
    found.retain(|manifest| manifest.folder == folder || manifest.folder.starts_with(&prefix));
    found
}

/// A manifest that was read; an unreadable one is an empty table, which breaks the first rule asked.
pub(crate) fn table(path: &str) -> Table {
    tree::text(path)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

fn read(path: &str, manifest: &Table, shared: &Table) -> Manifest {
    let folder = path.trim_end_matches("/Cargo.toml");
    let mut dependencies = dependencies(folder, manifest, shared);
    let targets = section(manifest, &["target"]);
    for target in targets.values().filter_map(Value::as_table) {
        dependencies.extend(self::dependencies(folder, target, shared));
    }
    let flag =
        |keys: &[&str]| section(manifest, keys).get("workspace") == Some(&Value::Boolean(true));
    let name = section(manifest, &["package"])
        .get("name")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Manifest {
        folder: folder.to_owned(),
        name: name.unwrap_or_default(),
        dependencies,
        has_lints: flag(&["lints"]),
        is_private: flag(&["package", "publish"]),
    }
}

fn dependencies(folder: &str, manifest: &Table, shared: &Table) -> Vec<Dependency> {
    let sections = [
        ("dependencies", Kind::Normal),
        ("build-dependencies", Kind::Normal),
        ("dev-dependencies", Kind::Dev),
    ];
    let mut found = Vec::new();
    for (key, kind) in sections {
        for (name, own) in section(manifest, &[key]) {
            found.push(dependency(folder, &name, &own, shared, kind));
        }
    }
    found
}

fn dependency(folder: &str, name: &str, own: &Value, shared: &Table, kind: Kind) -> Dependency {
    let is_shared = own.get("workspace").and_then(Value::as_bool) == Some(true);
    let (says, base) = match shared.get(name) {
        Some(says) if is_shared => (says, ""),
        _ => (own, folder),
    };
    let text = |key: &str| says.get(key).and_then(Value::as_str);
    Dependency {
        name: text("package").unwrap_or(name).to_owned(),
        folder: text("path").map(|path| joined(base, path)),
        kind,
    }
}

/// A path relative to the root, from one relative to a folder.
fn joined(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn section(table: &Table, keys: &[&str]) -> Table {
    let mut found = table.clone();
    for key in keys {
        found = found
            .get(*key)
            .and_then(Value::as_table)
            .cloned()
            .unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_found_in_every_section_and_by_their_real_name() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nb = { package = \"c\", path = \"../c\" }\n\
                    [target.'cfg(unix)'.dependencies]\nd.workspace = true\n[dev-dependencies]\ne = \"1\"\n";
        let shared: Table = "d = { path = \"host/d\" }\n".parse().unwrap_or_default();
        let manifest = read(
            "host/a/Cargo.toml",
            &text.parse().unwrap_or_default(),
            &shared,
        );
        let dependency = |name: &str, folder: Option<&str>, kind| Dependency {
            name: name.to_owned(),
            folder: folder.map(str::to_owned),
            kind,
        };
        assert_eq!(
            manifest.dependencies,
            [
                dependency("c", Some("host/c"), Kind::Normal),
                dependency("e", None, Kind::Dev),
                dependency("d", Some("host/d"), Kind::Normal),
            ]
        );
    }
}
