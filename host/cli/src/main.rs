//! `strata`: the command line. Parses, wires, prints, exits; what is done is done by the rooms below.

#![expect(
    unreachable_pub,
    reason = "a binary has no outside; its modules are public to each other"
)]

mod arguments;
mod build;
mod commands;
mod configuration;
mod exit;
mod output;
mod progress;
mod report;

use std::process::ExitCode;

use clap::Parser as _;
use model::{Error, Result};
use tokio::signal::unix::SignalKind;

use crate::arguments::{Arguments, Command, Global, LogFormat};
use crate::commands::context::{self, Context};

/// `SIGXFSZ` as Linux numbers it.
const FILE_SIZE_SIGNAL: i32 = 25;

mod codes {
    model::codes! {
        RUNTIME_FAILED = "runtime.failed", Bug, "The asynchronous runtime cannot be started.";
    }
}

/// Every error code of this room.
fn codes() -> Vec<&'static model::Code> {
    let lists = [
        codes::ALL,
        configuration::ALL,
        context::ALL,
        commands::compliance::ALL,
        commands::doctor::ALL,
        commands::server::ALL,
        commands::verify::ALL,
    ];
    let mut all: Vec<_> = lists.into_iter().flatten().copied().collect();
    all.extend(build::codes::ALL.iter().copied());
    all
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A configuration that cannot be read is told in the format of the flag.
    let context = Context::new(&arguments.global);
    let flag = arguments.global.output.unwrap_or_default();
    let format = context
        .as_ref()
        .map_or(flag, |context| context.output.format);
    match run(&arguments, context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error, format);
            exit::exit(error.code().class)
        }
    }
}

fn run(arguments: &Arguments, context: Result<Context>) -> Result<()> {
    // The compiler's process gets an empty environment and no home: nothing of it is read.
    if let Command::CompileComponent(compile) = &arguments.command {
        return commands::compile_component::run(compile);
    }
    let context = context?;
    start_log(&arguments.global, &context)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|cause| {
        Error::new(
            &codes::RUNTIME_FAILED,
            "the asynchronous runtime cannot be started",
        )
        .because(cause)
    })?;
    runtime.block_on(async {
        // While this is listened to, a write beyond a limit on the size of files fails like one on a full
        // disk, and is undone like it; otherwise the signal would kill the process.
        let _listening = tokio::signal::unix::signal(SignalKind::from_raw(FILE_SIZE_SIGNAL));
        dispatch(&context, &arguments.command).await
    })
}

async fn dispatch(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Init(arguments) => commands::init::run(context, arguments).await,
        Command::Plugin(command) => commands::plugin::run(context, command).await,
        Command::Tenant(command) => commands::tenant::run(context, command).await,
        Command::Server(command) => commands::server::run(context, command).await,
        Command::Verify(command) => commands::verify::run(context, command).await,
        Command::Actor(command) => commands::actor::run(context, command).await,
        Command::Audit(command) => commands::audit::run(context, command).await,
        Command::Compliance(command) => commands::compliance::run(context, command).await,
        Command::Plan(arguments) => commands::plan::run(context, arguments).await,
        Command::Apply(arguments) => commands::apply::run(context, arguments).await,
        Command::Resume(arguments) => commands::resume::run(context, arguments).await,
        Command::History(arguments) => commands::history::run(context, arguments).await,
        Command::Explain(arguments) => commands::explain::run(context, arguments).await,
        Command::Config(commands::config::ConfigCommand::Show) => {
            commands::config::show(context);
            Ok(())
        }
        Command::Doctor => commands::doctor::run(context).await,
        Command::Completions(arguments) => {
            commands::completions::run(arguments, context.output);
            Ok(())
        }
        Command::ErrorCodes => {
            commands::error_codes::run(context.output);
            Ok(())
        }
        Command::CompileComponent(arguments) => commands::compile_component::run(arguments),
    }
}

fn start_log(global: &Global, context: &Context) -> Result<()> {
    let level = context::log_level(global, context.configuration())?;
    let filter = tracing_subscriber::EnvFilter::new(format!("{level},sqlx=warn"));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match context::log_format(global, context.configuration())? {
        LogFormat::Text => subscriber.with_target(true).compact().init(),
        LogFormat::Json => subscriber.json().init(),
    }
    Ok(())
}
