//! [`Context`]: what every command gets: the global arguments, the configuration, the output.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::PathBuf;

use database::Secret;
use engine::home::{Home, HomeOptions};
use model::{Deed, Error, Result, Slug};
use plugin::Compiler;

use crate::arguments::{Global, LogFormat, OutputFormat};
use crate::configuration::{self, Configuration, Loaded};
use crate::output::Output;
use crate::progress::TerminalProgress;

mod codes {
    model::codes! {
        TOKEN_UNREADABLE = "actor.token_unreadable", Input, "The file with an actor's token cannot be read.";
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
    /// Where the actor's token is, if not in the environment.
    token_file: Option<PathBuf>,
}

/// The most bytes that a token's file may have.
const TOKEN_BYTES_MAX: u64 = 1_024;

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
            token_file: global.token_file.clone(),
        })
    }

    /// The configuration.
    pub fn configuration(&self) -> &Configuration {
        &self.loaded.configuration
    }

    /// Opens the home to look at what is no secret.
    ///
    /// # Errors
    /// Those of [`Home::open`] and [`engine::actors::admit`].
    pub async fn open_to_look(&self) -> Result<Home> {
        self.admitted(Deed::Look, None, "").await
    }

    /// Opens the home for a deed to a tenant.
    ///
    /// # Errors
    /// Those of [`Home::open`] and [`engine::actors::admit`].
    pub async fn open_for(&self, deed: Deed, tenant: &Slug) -> Result<Home> {
        self.admitted(deed, Some(tenant), tenant.as_str()).await
    }

    /// Opens the home for a deed to something else: a server, a plugin, an actor.
    ///
    /// # Errors
    /// Those of [`Home::open`] and [`engine::actors::admit`].
    pub async fn open_as(&self, deed: Deed, subject: &str) -> Result<Home> {
        self.admitted(deed, None, subject).await
    }

    async fn admitted(&self, deed: Deed, tenant: Option<&Slug>, subject: &str) -> Result<Home> {
        let token = self.token()?;
        let mut home = Home::open(&self.home, self.options()?).await?;
        let admitted = engine::actors::admit(&mut home, token.as_ref(), deed, tenant, subject);
        match admitted.await {
            Ok(()) => Ok(home),
            Err(error) => closed(home, Err(error)).await,
        }
    }

    /// The actor's token: of the file that was named, else of the environment.
    fn token(&self) -> Result<Option<Secret>> {
        let Some(file) = &self.token_file else {
            let text = std::env::var(TOKEN_VARIABLE).unwrap_or_default();
            return Ok((!text.is_empty()).then(|| Secret::new(text)));
        };
        let mut text = String::new();
        let read = std::fs::File::open(file)
            .and_then(|open| open.take(TOKEN_BYTES_MAX).read_to_string(&mut text));
        match read {
            Ok(_) => Ok(Some(Secret::new(text))),
            Err(cause) => Err(Error::new(
                &TOKEN_UNREADABLE,
                format!("the token's file `{}` cannot be read", file.display()),
            )
            .because(cause)
            .hint(format!("name another file, or set {TOKEN_VARIABLE}"))),
        }
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
            environment: configuration.compliance.environment.clone(),
        })
    }

    /// A progress bar, on a terminal only.
    pub fn progress(&self) -> TerminalProgress {
        TerminalProgress::new(!self.output.is_json())
    }
}

/// Writes down how what was done in a home ended, and closes it. What went wrong there is told before what goes wrong here.
///
/// # Errors
/// That of the result, else those of the database.
pub async fn closed<T>(mut home: Home, result: Result<T>) -> Result<T> {
    let noted = engine::audit::end(&mut home, result.as_ref().err()).await;
    let closed = home.close().await;
    let value = result?;
    noted?;
    closed?;
    Ok(value)
}

/// The variable that says an actor's token.
const TOKEN_VARIABLE: &str = "STRATA_TOKEN";

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
