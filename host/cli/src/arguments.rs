//! The command line: what can be said, and nothing of what it does.
//!
//! Each command's arguments stand in its own file under [`crate::commands`]; here they are put together.
//! The doc comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Provisions and migrates one database per tenant from sandboxed plugins.
#[derive(Debug, Parser)]
#[command(
    name = "strata",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The folder with the landlord, the tenants and the component store.
    #[arg(
        long,
        global = true,
        env = "STRATA_HOME",
        default_value = "./.strata",
        value_name = "DIR"
    )]
    pub home: PathBuf,
    /// A file with the token of the actor who runs the command; STRATA_TOKEN says the token itself.
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// How data is printed.
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub output: Option<OutputFormat>,
    /// Say more on standard error; twice for still more.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How log lines are written.
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// How data is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Table,
    /// For programs: one JSON value with its `format`.
    Json,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a home: landlord database, component store, master key.
    Init(commands::init::InitArguments),
    /// Components: build them, add them to the catalogue, look at them.
    #[command(subcommand)]
    Plugin(commands::plugin::PluginCommand),
    /// Tenants: create, list, look at them.
    #[command(subcommand)]
    Tenant(commands::tenant::TenantCommand),
    /// Servers that tenants' databases can be on: add, list, check, remove them.
    #[command(subcommand)]
    Server(commands::server::ServerCommand),
    /// Who may run commands: add, list, disable actors.
    #[command(subcommand)]
    Actor(commands::actor::ActorCommand),
    /// The audit log: read, verify, export it.
    #[command(subcommand)]
    Audit(commands::audit::AuditCommand),
    /// Rule packs: judge tenants by them, put them in use so that every plan is judged.
    #[command(subcommand)]
    Compliance(commands::compliance::ComplianceCommand),
    /// Plan a change to a tenant: store it, print it and its digest.
    Plan(commands::plan::PlanArguments),
    /// Apply a stored plan.
    Apply(commands::apply::ApplyArguments),
    /// Finish what a crash or a failure left half done.
    Resume(commands::resume::ResumeArguments),
    /// What happened to a tenant's database.
    History(commands::history::HistoryArguments),
    /// Which plugin, version, migration and run made a table or column, and what changed it since.
    Explain(commands::explain::ExplainArguments),
    /// Prove what is promised about tenants.
    #[command(subcommand)]
    Verify(commands::verify::VerifyCommand),
    /// The configuration.
    #[command(subcommand)]
    Config(commands::config::ConfigCommand),
    /// Look for what is wrong with this home.
    Doctor,
    /// Print a script that completes commands in a shell.
    Completions(commands::completions::CompletionsArguments),
    /// Print the page of all error codes.
    #[command(hide = true)]
    ErrorCodes,
    /// Compile a component to native code; run by `strata plugin add` in a process of its own.
    #[command(hide = true)]
    CompileComponent(commands::compile_component::CompileComponentArguments),
}
