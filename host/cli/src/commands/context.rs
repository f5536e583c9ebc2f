//! [`Context`]: what every command gets: the global arguments, the configuration, the output.

use std::ffi::OsString;
use std::path::PathBuf;

use engine::home::{Home, HomeOptions};
use model::{Error, Result};
use plugin::Compiler;

use crate::arguments::{Global, LogFormat, OutputFormat};
use crate::configuration::{self, Configuration, Loaded};
use crate::output::Output;
use crate::progress::TerminalProgress;

mod codes {
    model::codes! {
        PROGRAM_UNKNOWN = "program.unknown", Unreachable, "The path of the running program cannot be found out.";
    }
}
pub use codes::*;

/// What every command gets.
pub struct Context {
    /// The folder of the home.
    pub home: PathBuf,
    /// The configuration with its sources.
    pub loaded: Loaded,
    /// Where data goes.
    pub output: Output,
}

impl Context {
    /// Loads the configuration and settles what the flags override.
    ///
    /// # Errors
    /// Those of [`configuration::load`].
    pub fn new(global: &Global) -> Result<Context> {
        let loaded = configuration::load(&global.home, &|name| std::env::var(name).ok())?;
        let format = match global.output {
            Some(format) => format,
            None => output_format(&loaded.configuration.output.format)?,
        };
        Ok(Context {
            home: global.home.clone(),
            loaded,
            output: Output { format },
        })
    }

    /// The configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.loaded.configuration
    }

    /// Opens the home.
    ///
    /// # Errors
    /// Those of [`Home::open`].
    pub async fn open(&self) -> Result<Home> {
        Home::open(&self.home, self.options()?).await
    }

    /// How the home is opened.
    ///
    /// # Errors
    /// `program.unknown`.
    pub fn options(&self) -> Result<HomeOptions> {
        let program = std::env::current_exe().map_err(|cause| {
            Error::new(
                &PROGRAM_UNKNOWN,
                "the path of this program cannot be found out",
            )
            .because(cause)
        })?;
        let configuration = self.configuration();
        Ok(HomeOptions {
            compiler: Compiler {
                program,
                arguments: vec![OsString::from("compile-component")],
            },
            executed_by: login(),
            max_attempts: configuration.provisioning.max_attempts,
            cleanup_on_failure: configuration.provisioning.cleanup_on_failure,
            timeout_s: configuration.provisioning.timeout_s,
            lock_timeout_ms: configuration.database.lock_timeout_ms,
            max_page_count: configuration.database.max_page_count,
        })
    }

    /// A progress bar, on a terminal only.
    pub fn progress(&self) -> TerminalProgress {
        TerminalProgress::new(!self.output.is_json())
    }
}

/// Closes the home after what was done in it. What went wrong there is told before what goes wrong here.
///
/// # Errors
/// That of the result, else those of the database.
pub async fn closed<T>(home: Home, result: Result<T>) -> Result<T> {
    let closed = home.close().await;
    let value = result?;
    closed?;
    Ok(value)
}

/// `local:<login>`: who runs commands until there are actors.
fn login() -> String {
    let name = std::env::var("USER")
        .or_else(|_| std::env::var("LOGNAME"))
        .unwrap_or_default();
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
        .take(64)
        .collect();
    format!(
        "local:{}",
        if plain.is_empty() { "unknown" } else { &plain }
    )
}

fn output_format(text: &str) -> Result<OutputFormat> {
    match text {
        "table" => Ok(OutputFormat::Table),
        "json" => Ok(OutputFormat::Json),
        _ => Err(choice("output.format", text, "table, json")),
    }
}

/// The format of log lines: the flag, else the configuration.
///
/// # Errors
/// `config.invalid`.
pub fn log_format(global: &Global, configuration: &Configuration) -> Result<LogFormat> {
    match (global.log_format, configuration.log.format.as_str()) {
        (Some(format), _) => Ok(format),
        (None, "text") => Ok(LogFormat::Text),
        (None, "json") => Ok(LogFormat::Json),
        (None, other) => Err(choice("log.format", other, "text, json")),
    }
}

/// The level of log lines: `-v` raises what the configuration says.
///
/// # Errors
/// `config.invalid`.
pub fn log_level(global: &Global, configuration: &Configuration) -> Result<&'static str> {
    let levels = ["error", "warn", "info", "debug", "trace"];
    let configured = levels
        .iter()
        .position(|level| *level == configuration.log.level);
    let configured = configured.ok_or_else(|| {
        choice(
            "log.level",
            &configuration.log.level,
            "error, warn, info, debug, trace",
        )
    })?;
    Ok(levels[(configured + usize::from(global.verbose)).min(levels.len() - 1)])
}

fn choice(key: &str, value: &str, choices: &str) -> Error {
    Error::new(
        &configuration::CONFIG_INVALID,
        format!("`{key}` is `{}`", model::name::display(value)),
    )
    .hint(format!("it is one of {choices}"))
}
