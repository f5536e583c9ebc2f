//! Plugins for the tests: manifests as short JSON, and an emitter that answers from a table.

use std::collections::BTreeMap;

use model::digest::Digest;
use model::emission::{Emission, Question, Read, TenantFacts};
use model::id::{MigrationId, PluginId, RunId, Slug};
use model::ledger::{AppliedMigration, LedgerEvent, LedgerRow};
use model::operation::Operation;
use model::plan::LockedPlugin;
use model::{Backend, Manifest, Result};
use plan::emitter::Down;
use plan::{Call, Catalogue, Emitter, Entry, History, Planned, Request, Resolved, Wish};
use serde_json::{Value, json};

/// A plugin in version `version`; `more` is laid over its manifest.
pub(crate) fn plugin_at(id: &str, version: &str, layer: &str, more: Value) -> Entry {
    let mut json = json!({"format": "strata/manifest/1", "id": id, "version": version, "layer": layer,
        "title": id, "publisher": "tests", "contract": "0.1.0", "migrations": ["0001_init"]});
    json.as_object_mut()
        .unwrap()
        .extend(more.as_object().cloned().unwrap());
    Entry {
        manifest: Manifest::parse(json.to_string().as_bytes()).unwrap(),
        component: Digest::of_bytes(format!("{id}@{version}").as_bytes()),
        is_active: true,
    }
}

pub(crate) fn plugin(id: &str, layer: &str, more: Value) -> Entry {
    plugin_at(id, "1.0.0", layer, more)
}

/// The catalogue of most tests: a core, two templates, modules that need each other.
pub(crate) fn entries() -> Vec<Entry> {
    let need = |id: &str, requirement: &str| json!({"id": id, "requirement": requirement});
    vec![
        plugin("core", "basic", json!({})),
        plugin(
            "club",
            "template",
            json!({"depends": [need("core", "^1")], "default_modules": ["dues"],
            "aliases": ["verein"]}),
        ),
        plugin(
            "shop",
            "template",
            json!({"depends": [need("core", "^1")], "default_modules": ["stock", "mail"]}),
        ),
        plugin(
            "dues",
            "module",
            json!({"depends": [need("members", "^1")]}),
        ),
        plugin(
            "members",
            "module",
            json!({"depends": [need("people", "^1")]}),
        ),
        plugin("people", "module", json!({"depends": [need("core", "^1")]})),
        plugin("stock", "module", json!({})),
        plugin("mail", "module", json!({})),
        plugin("prices", "module", json!({"depends": [need("shop", "^1")]})),
        plugin(
            "acme_extra",
            "custom",
            json!({"tenant": "acme", "depends": [need("members", "^1")]}),
        ),
    ]
}

/// The entries of the catalogue with more, or others in the place of those with the same id and version.
pub(crate) fn with(more: Vec<Entry>) -> Catalogue {
    let mut all = entries();
    all.retain(|entry| {
        let same = |new: &Entry| {
            (&new.manifest.id, &new.manifest.version)
                == (&entry.manifest.id, &entry.manifest.version)
        };
        !more.iter().any(same)
    });
    all.extend(more);
    Catalogue::new(all)
}

pub(crate) fn wish(template: &str, modules: &[&str]) -> Wish {
    Wish {
        template: (!template.is_empty()).then(|| template.parse().unwrap()),
        modules: modules
            .iter()
            .map(|module| module.parse().unwrap())
            .collect(),
        ..Wish::default()
    }
}

pub(crate) fn resolve(wish: &Wish, catalogue: &Catalogue) -> Result<Resolved> {
    plan::resolve(wish, catalogue, &Slug::new("acme").unwrap())
}

/// `id@version` of all plugins, in order.
pub(crate) fn names(resolved: &Resolved) -> Vec<String> {
    let name = |locked: LockedPlugin| format!("{}@{}", locked.id, locked.version);
    resolved.lock().into_iter().map(name).collect()
}

/// A wish of a tenant that has these plugins.
pub(crate) fn having(entries: &[&Entry]) -> Wish {
    let lock = |entry: &&Entry| LockedPlugin {
        id: entry.manifest.id.clone(),
        version: entry.manifest.version.clone(),
        layer: entry.manifest.layer,
        component: entry.component,
    };
    Wish {
        present: entries.iter().map(lock).collect(),
        ..Wish::default()
    }
}

pub(crate) fn code<T>(result: Result<T>) -> Option<&'static str> {
    result.err().map(|error| error.code().name)
}

pub(crate) fn op(json: Value) -> Operation {
    serde_json::from_value(json.clone()).unwrap_or_else(|e| panic!("{e} in {json}"))
}

pub(crate) fn column(name: &str) -> Value {
    json!({"name": name, "column_type": {"type": "text"}, "nullable": true})
}

/// A table with an id and text columns that may be null.
pub(crate) fn table(name: &str, columns: &[&str]) -> Operation {
    let mut all = vec![json!({"name": "id", "column_type": {"type": "id"}, "nullable": false})];
    all.extend(columns.iter().map(|name| column(name)));
    op(
        json!({"operation": "create-table", "table": {"name": name, "columns": all, "primary_key": ["id"]}}),
    )
}

/// Plays plugins: operations by component and migration, and what they read.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) up: BTreeMap<(Digest, MigrationId), Vec<Operation>>,
    pub(crate) down: BTreeMap<(Digest, MigrationId), Vec<Operation>>,
    /// Whether every `up` asks for the slug.
    pub(crate) reads_slug: bool,
    /// A setting that every `up` asks for.
    pub(crate) reads_setting: Option<&'static str>,
}

impl Stage {
    pub(crate) fn plays(mut self, entry: &Entry, migration: &str, up: Vec<Operation>) -> Stage {
        self.up
            .insert((entry.component, MigrationId::new(migration).unwrap()), up);
        self
    }

    pub(crate) fn undoes(mut self, entry: &Entry, migration: &str, down: Vec<Operation>) -> Stage {
        self.down.insert(
            (entry.component, MigrationId::new(migration).unwrap()),
            down,
        );
        self
    }
}

impl Emitter for Stage {
    fn up(&self, call: Call<'_>) -> Result<Emission> {
        let operations = self.up.get(&(*call.component, call.migration.clone()));
        let mut reads = Vec::new();
        if let Some(key) = self.reads_setting {
            let answer = call.settings.get(key).map(ToString::to_string);
            reads.push(Read {
                question: Question::Setting(key.to_owned()),
                answer,
            });
        }
        if self.reads_slug {
            reads.push(Read {
                question: Question::Slug,
                answer: Some(call.tenant.slug.to_string()),
            });
        }
        Ok(Emission {
            operations: operations.cloned().unwrap_or_default(),
            reads,
        })
    }

    fn down(&self, call: Call<'_>) -> Result<Down> {
        Ok((
            self.down
                .get(&(*call.component, call.migration.clone()))
                .cloned(),
            Vec::new(),
        ))
    }
}

pub(crate) fn tenant(slug: &str) -> TenantFacts {
    TenantFacts {
        slug: Slug::new(slug).unwrap(),
        name: format!("The {slug}"),
        locale: "en".to_owned(),
        facts: BTreeMap::new(),
    }
}

/// Plans these plugins, in this order, on this history.
pub(crate) fn plan_for(
    slug: &str,
    plugins: &[&Entry],
    stage: &Stage,
    history: &History,
) -> Result<Planned> {
    let resolved = Resolved {
        plugins: plugins.iter().map(|entry| (*entry).clone()).collect(),
        settings: BTreeMap::new(),
    };
    let request = Request {
        tenant: &tenant(slug),
        resolved: &resolved,
        history,
        judging: &plan::Judging::default(),
    };
    plan::plan(&request, stage, dialect::for_backend(Backend::Sqlite))
}

pub(crate) fn plan_fresh(plugins: &[&Entry], stage: &Stage) -> Result<Planned> {
    plan_for("acme", plugins, stage, &History::default())
}

pub(crate) fn run() -> RunId {
    "018f3a5e-0000-7000-8000-000000000000".parse().unwrap()
}

/// The ledger of a run that applied a plan, or a part of it.
pub(crate) fn ledger_of(planned: &Planned, steps: usize) -> Vec<LedgerRow> {
    let mut rows = Vec::new();
    let lock = planned.plan.lock.clone();
    append(
        &mut rows,
        LedgerEvent::RunStarted {
            plan: planned.plan.digest().unwrap(),
            lock,
        },
    );
    for step in &planned.plan.steps[..steps] {
        append(
            &mut rows,
            LedgerEvent::MigrationApplied(Box::new(AppliedMigration {
                plugin: step.plugin.clone(),
                version: step.version.clone(),
                component: step.component,
                layer: step.layer,
                migration: step.migration.clone(),
                operations: step.operations.clone(),
                reverse: step.reverse.clone(),
                before: step.before,
                after: step.after,
            })),
        );
    }
    rows
}

pub(crate) fn append(rows: &mut Vec<LedgerRow>, event: LedgerEvent) {
    let previous = rows.last().map(|row| (row.sequence, row.hash));
    let time = "2026-11-20T13:05:00Z".parse().unwrap();
    rows.push(LedgerRow::following(previous, event, run(), time).unwrap());
}

/// The history after a plan was applied.
pub(crate) fn applied(planned: &Planned) -> History {
    History::fold(&ledger_of(planned, planned.plan.steps.len())).unwrap()
}

pub(crate) fn id(text: &str) -> PluginId {
    PluginId::new(text).unwrap()
}
