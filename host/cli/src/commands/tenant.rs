//! `strata tenant create|list|show|credentials|rotate-credentials`.

use clap::{Args, Subcommand};
use engine::provision::{Created, DryRun};
use engine::request::{TenantRequest, parse_fact, parse_setting};
use engine::servers::ShownCredentials;
use engine::tenants::{LayerSummary, TenantDetails, TenantSummary};
use model::id::Slug;
use model::{Deed, Result};
use serde::Serialize;

use crate::commands::context::{Context, closed};
use crate::commands::plan;

/// Commands of `strata tenant`.
#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    /// Register a tenant and build its database; the same command again finishes or reports.
    Create(CreateArguments),
    /// List tenants.
    List,
    /// Show a tenant: status, plugins, schema.
    Show(ShowArguments),
    /// Show the login of a tenant's application on its server.
    Credentials(ShowArguments),
    /// Give both roles of a tenant new passwords.
    RotateCredentials(RotateArguments),
}

/// Arguments of `strata tenant create`.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// The short name: 1 to 50 of `a-z`, `0-9`, `_` and `-`.
    pub slug: String,
    /// The name for people.
    #[arg(long)]
    pub name: String,
    /// What kind of organisation.
    #[arg(long, value_name = "ID[@VERSION]")]
    pub template: Option<String>,
    /// An optional feature; can be repeated.
    #[arg(long = "module", value_name = "ID[@VERSION]")]
    pub modules: Vec<String>,
    /// A customization made for this tenant; can be repeated.
    #[arg(long = "custom", value_name = "ID[@VERSION]")]
    pub customs: Vec<String>,
    /// A setting of a plugin; the value is JSON, else taken as text; can be repeated.
    #[arg(long = "set", value_name = "PLUGIN.KEY=VALUE")]
    pub settings: Vec<String>,
    /// The server that its database is to be on, or `file` for a file of this home; else the server with
    /// the fewest tenants, or a file when there is no server.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// A fact that plugins may read; can be repeated.
    #[arg(long = "fact", value_name = "KEY=VALUE")]
    pub facts: Vec<String>,
    /// Plan and print, change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `strata tenant show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The tenant.
    pub slug: String,
}

/// Arguments of `strata tenant rotate-credentials`.
#[derive(Debug, Args)]
pub struct RotateArguments {
    /// The tenant.
    pub slug: String,
    /// Print the application's new password, this once.
    #[arg(long)]
    pub show: bool,
}

#[derive(Serialize)]
struct CredentialsReport<'a> {
    format: &'static str,
    slug: &'a Slug,
    server: &'a str,
    host: &'a str,
    port: u16,
    database: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

#[derive(Serialize)]
struct CreatedReport<'a> {
    format: &'static str,
    slug: &'a Slug,
    outcome: &'static str,
    database: &'a str,
    run: Option<String>,
    plan: Option<String>,
    layers: &'a [LayerSummary],
    migrations: usize,
    tables: usize,
    fingerprint: String,
    duration_ms: u64,
}

#[derive(Serialize)]
struct ListReport<'a> {
    format: &'static str,
    tenants: &'a [TenantSummary],
}

#[derive(Serialize)]
struct ShowReport<'a> {
    format: &'static str,
    tenant: &'a TenantDetails,
}

/// Runs a command of `strata tenant`.
///
/// # Errors
/// Those of [`engine::provision`] and [`engine::tenants`].
pub async fn run(context: &Context, command: &TenantCommand) -> Result<()> {
    match command {
        TenantCommand::Create(arguments) => create(context, arguments).await,
        TenantCommand::List => list(context).await,
        TenantCommand::Show(arguments) => show(context, arguments).await,
        TenantCommand::Credentials(arguments) => credentials(context, arguments).await,
        TenantCommand::RotateCredentials(arguments) => rotate(context, arguments).await,
    }
}

async fn create(context: &Context, arguments: &CreateArguments) -> Result<()> {
    let request = request(arguments)?;
    let deed = match arguments.dry_run {
        true => Deed::Look,
        false => Deed::CreateTenant,
    };
    let mut home = context.open_for(deed, &request.slug).await?;
    if arguments.dry_run {
        let dry = engine::provision::dry_run(&mut home, &request).await;
        let DryRun { plan: bound } = closed(home, dry).await?;
        plan::print(context, &bound, false);
        return Ok(());
    }
    let created = engine::provision::create(&mut home, &request, &context.progress()).await;
    print_created(context, &closed(home, created).await?);
    Ok(())
}

fn request(arguments: &CreateArguments) -> Result<TenantRequest> {
    let mut request = TenantRequest {
        slug: Slug::new(&*arguments.slug)?,
        name: arguments.name.clone(),
        template: arguments.template.clone(),
        modules: arguments.modules.clone(),
        customs: arguments.customs.clone(),
        settings: Default::default(),
        facts: Default::default(),
        server: arguments.server.clone(),
    };
    for text in &arguments.settings {
        let (plugin, key, value) = parse_setting(text)?;
        request
            .settings
            .entry(plugin)
            .or_default()
            .insert(key, value);
    }
    for text in &arguments.facts {
        let (key, value) = parse_fact(text)?;
        request.facts.insert(key, value);
    }
    request.checked()
}

fn print_created(context: &Context, created: &Created) {
    if context.output.is_json() {
        context.output.json(&CreatedReport {
            format: "strata/tenant-created/1",
            slug: &created.slug,
            outcome: created.outcome.as_str(),
            database: &created.database,
            run: created.run.map(|run| run.to_string()),
            plan: created.plan.map(|plan| plan.to_string()),
            layers: &created.layers,
            migrations: created.migrations,
            tables: created.tables,
            fingerprint: created.fingerprint.to_string(),
            duration_ms: created.duration_ms,
        });
        return;
    }
    context.output.line(&format!(
        "tenant `{}`: {}",
        created.slug,
        created.outcome.sentence()
    ));
    context.output.pairs(&[
        ("database", created.database.clone()),
        ("tables", created.tables.to_string()),
        ("fingerprint", created.fingerprint.to_string()),
        ("time", format!("{} ms", created.duration_ms)),
    ]);
    print_layers(context, &created.layers);
}

fn print_layers(context: &Context, layers: &[LayerSummary]) {
    let rows = layers.iter().map(|layer| {
        vec![
            layer.layer.to_string(),
            layer.plugins.join(", "),
            layer.migrations.to_string(),
        ]
    });
    context
        .output
        .table(&["layer", "plugins", "migrations"], rows.collect());
}

async fn list(context: &Context) -> Result<()> {
    let mut home = context.open_to_look().await?;
    let tenants = engine::tenants::list(&mut home).await;
    let tenants = closed(home, tenants).await?;
    if context.output.is_json() {
        context.output.json(&ListReport {
            format: "strata/tenants/1",
            tenants: &tenants,
        });
        return Ok(());
    }
    let row = |t: &TenantSummary| {
        vec![
            t.slug.to_string(),
            t.name.clone(),
            t.status.to_string(),
            t.provisioning_status.to_string(),
            t.template.clone().unwrap_or_else(|| "-".to_owned()),
            t.fingerprint
                .map_or_else(|| "-".to_owned(), |fingerprint| fingerprint.short()),
        ]
    };
    let rows = tenants.iter().map(row).collect();
    context.output.table(
        &[
            "slug",
            "name",
            "status",
            "provisioning",
            "template",
            "fingerprint",
        ],
        rows,
    );
    Ok(())
}

async fn show(context: &Context, arguments: &ShowArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::LookAtTenant, &slug).await?;
    let details = engine::tenants::show(&mut home, &slug).await;
    let details = closed(home, details).await?;
    if context.output.is_json() {
        context.output.json(&ShowReport {
            format: "strata/tenant/1",
            tenant: &details,
        });
        return Ok(());
    }
    let summary = &details.summary;
    let dash = || "-".to_owned();
    context.output.pairs(&[
        ("slug", summary.slug.to_string()),
        ("name", summary.name.clone()),
        ("id", summary.id.to_string()),
        ("status", summary.status.to_string()),
        ("provisioning", summary.provisioning_status.to_string()),
        ("database", details.database.clone()),
        (
            "server",
            details.server.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("template", summary.template.clone().unwrap_or_else(dash)),
        (
            "migrations",
            details.migrations.map_or_else(dash, |n| n.to_string()),
        ),
        (
            "tables",
            details.tables.map_or_else(dash, |n| n.to_string()),
        ),
        (
            "fingerprint",
            summary.fingerprint.map_or_else(dash, |f| f.to_string()),
        ),
        (
            "provisioned",
            details
                .provisioned_at
                .as_ref()
                .map_or_else(dash, crate::output::time),
        ),
        (
            "available",
            details
                .unavailable
                .as_ref()
                .map_or_else(|| "yes".to_owned(), |why| format!("no: {why}")),
        ),
    ]);
    print_layers(context, &details.layers);
    Ok(())
}

async fn credentials(context: &Context, arguments: &ShowArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::ShowCredentials, &slug).await?;
    let shown = engine::servers::show_credentials(&mut home, &slug).await;
    print_credentials(context, &slug, &closed(home, shown).await?);
    Ok(())
}

async fn rotate(context: &Context, arguments: &RotateArguments) -> Result<()> {
    let slug = Slug::new(&*arguments.slug)?;
    let mut home = context.open_for(Deed::RotateCredentials, &slug).await?;
    let rotated = engine::servers::rotate_credentials(&mut home, &slug, arguments.show).await;
    print_credentials(context, &slug, &closed(home, rotated).await?);
    Ok(())
}

fn print_credentials(context: &Context, slug: &Slug, credentials: &ShownCredentials) {
    let password = credentials.password.as_ref().map(database::Secret::expose);
    if context.output.is_json() {
        context.output.json(&CredentialsReport {
            format: "strata/credentials/1",
            slug,
            server: &credentials.server,
            host: &credentials.host,
            port: credentials.port,
            database: &credentials.database,
            role: &credentials.role,
            password,
        });
        return;
    }
    let mut pairs = vec![
        ("server", credentials.server.clone()),
        ("host", credentials.host.clone()),
        ("port", credentials.port.to_string()),
        ("database", credentials.database.clone()),
        ("role", credentials.role.clone()),
    ];
    pairs.extend(password.map(|password| ("password", password.to_owned())));
    context.output.pairs(&pairs);
}
