//! `strata plugin build|add|list|show`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use engine::catalogue::{Added, CatalogueEntry};
use model::id::PluginReference;
use model::manifest::{Dependency, Manifest};
use model::{Deed, Result};
use serde::Serialize;

use crate::build;
use crate::commands::context::{Context, closed};

/// Commands of `strata plugin`.
#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Build packages into components.
    Build(BuildArguments),
    /// Add components to the catalogue.
    Add(AddArguments),
    /// List the catalogue.
    List,
    /// Show a plugin: manifest, settings, migrations.
    Show(ShowArguments),
}

/// Arguments of `strata plugin build`.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Folders with a `Cargo.toml` and a `plugin.toml`.
    #[arg(required = true, value_name = "DIR")]
    pub directories: Vec<PathBuf>,
    /// Where the components go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
}

/// Arguments of `strata plugin add`.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Components.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Take other bytes for a version that is there, while no tenant, plan or ledger names the old ones.
    #[arg(long)]
    pub replace: bool,
}

/// Arguments of `strata plugin show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Which plugin; its newest version when none is said.
    #[arg(value_name = "ID[@VERSION]")]
    pub plugin: String,
}

#[derive(Serialize)]
struct BuiltReport {
    format: &'static str,
    components: Vec<BuiltComponent>,
}

#[derive(Serialize)]
struct BuiltComponent {
    id: String,
    version: String,
    file: String,
    size_bytes: usize,
}

#[derive(Serialize)]
struct AddedReport<'a> {
    format: &'static str,
    plugins: &'a [Added],
}

#[derive(Serialize)]
struct ListReport<'a> {
    format: &'static str,
    plugins: &'a [CatalogueEntry],
}

#[derive(Serialize)]
struct ShowReport<'a> {
    format: &'static str,
    component: String,
    size_bytes: u64,
    manifest: &'a Manifest,
}

/// Runs a command of `strata plugin`.
///
/// # Errors
/// Those of [`build`] and [`engine::catalogue`].
pub async fn run(context: &Context, command: &PluginCommand) -> Result<()> {
    match command {
        PluginCommand::Build(arguments) => run_build(context, arguments),
        PluginCommand::Add(arguments) => add(context, arguments).await,
        PluginCommand::List => list(context).await,
        PluginCommand::Show(arguments) => show(context, arguments).await,
    }
}

fn run_build(context: &Context, arguments: &BuildArguments) -> Result<()> {
    let mut components = Vec::new();
    for directory in &arguments.directories {
        let built = build::build(directory, &arguments.out)?;
        components.push(BuiltComponent {
            id: built.manifest.id.to_string(),
            version: built.manifest.version.to_string(),
            file: built.file.display().to_string(),
            size_bytes: built.n_bytes,
        });
    }
    if context.output.is_json() {
        context.output.json(&BuiltReport {
            format: "strata/built/1",
            components,
        });
        return Ok(());
    }
    let row = |c: BuiltComponent| {
        vec![
            format!("{}@{}", c.id, c.version),
            kib(c.size_bytes as u64),
            c.file,
        ]
    };
    context.output.table(
        &["plugin", "size", "file"],
        components.into_iter().map(row).collect(),
    );
    Ok(())
}

async fn add(context: &Context, arguments: &AddArguments) -> Result<()> {
    let mut added = Vec::new();
    for file in &arguments.files {
        let before = added.len();
        let one = add_file(context, file, arguments.replace).await;
        added.push(one.map_err(|error| match before {
            0 => error,
            _ => error.hint(format!("the {before} files before it were added")),
        })?);
    }
    if context.output.is_json() {
        context.output.json(&AddedReport {
            format: "strata/plugins-added/1",
            plugins: &added,
        });
        return Ok(());
    }
    let row = |a: &Added| {
        vec![
            format!("{}@{}", a.id, a.version),
            a.layer.to_string(),
            a.outcome.as_str().to_owned(),
            a.component.short(),
        ]
    };
    context.output.table(
        &["plugin", "layer", "outcome", "component"],
        added.iter().map(row).collect(),
    );
    Ok(())
}

async fn add_file(context: &Context, file: &Path, replace: bool) -> Result<Added> {
    let name = file.file_name().unwrap_or(file.as_os_str());
    let subject = model::name::display(&name.to_string_lossy()).to_string();
    let mut home = context.open_as(Deed::AddPlugin, &subject).await?;
    let added = engine::catalogue::add(&mut home, file, replace).await;
    closed(home, added).await
}

async fn list(context: &Context) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let entries = engine::catalogue::list(&mut home).await;
    let entries = closed(home, entries).await?;
    if context.output.is_json() {
        context.output.json(&ListReport {
            format: "strata/plugins/1",
            plugins: &entries,
        });
        return Ok(());
    }
    let row = |e: &CatalogueEntry| {
        vec![
            format!("{}@{}", e.id, e.version),
            e.layer.to_string(),
            e.title.clone(),
            e.publisher.clone(),
            e.migrations.to_string(),
            e.component.short(),
        ]
    };
    let header = [
        "plugin",
        "layer",
        "title",
        "publisher",
        "migrations",
        "component",
    ];
    context
        .output
        .table(&header, entries.iter().map(row).collect());
    Ok(())
}

async fn show(context: &Context, arguments: &ShowArguments) -> Result<()> {
    let reference: PluginReference = arguments.plugin.parse()?;
    let mut home = context.open_to_look().await?;
    let shown = engine::catalogue::show(&mut home, &reference).await;
    let shown = closed(home, shown).await?;
    let manifest = &shown.manifest;
    if context.output.is_json() {
        context.output.json(&ShowReport {
            format: "strata/plugin/1",
            component: shown.component.to_string(),
            size_bytes: shown.size_bytes,
            manifest,
        });
        return Ok(());
    }
    print_manifest(
        context,
        manifest,
        &[
            ("component", shown.component.to_string()),
            ("size", kib(shown.size_bytes)),
        ],
    );
    Ok(())
}

fn print_manifest(context: &Context, manifest: &Manifest, more: &[(&str, String)]) {
    let m = manifest;
    let needs = |d: &Dependency| format!("{} {}", d.id, d.requirement);
    let conflicts = m
        .conflicts
        .iter()
        .map(|c| format!("{} ({})", c.id, c.reason));
    let capabilities = m.capabilities.iter().map(|c| c.as_str());
    let mut pairs = vec![
        ("plugin", format!("{}@{}", m.id, m.version)),
        ("title", m.title.clone()),
        ("description", m.description.clone()),
        ("layer", m.layer.to_string()),
        ("publisher", m.publisher.clone()),
        ("contract", m.contract.to_string()),
        ("depends", list_of(m.depends.iter().map(needs))),
        ("conflicts", list_of(conflicts)),
        (
            "required modules",
            list_of(m.required_modules.iter().map(needs)),
        ),
        ("default modules", list_of(&m.default_modules)),
        ("aliases", list_of(&m.aliases)),
        (
            "extension points",
            list_of(m.extension_points.iter().map(|p| &p.table)),
        ),
        ("capabilities", list_of(capabilities)),
        ("settings", m.settings.to_string()),
        ("migrations", list_of(&m.migrations)),
    ];
    pairs.extend(m.tenant.iter().map(|tenant| ("tenant", tenant.to_string())));
    pairs.extend(more.iter().cloned());
    context.output.pairs(&pairs);
}

/// Things with commas between them, or a dash.
fn list_of<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    if texts.is_empty() {
        "-".to_owned()
    } else {
        texts.join(", ")
    }
}

fn kib(bytes: u64) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}
