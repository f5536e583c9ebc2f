//! What went wrong in a call, told so that a plugin's developer can find it.
//!
//! It decides nothing: [`crate::call`] ran the guest, here the end of it gets its code and sentence.
//!
//! Invariant: every error names plugin, version, component, migration and export; what the plugin wrote
//! last is in it, harmless to a terminal.

use std::fmt;

use model::digest::Digest;
use model::emission::SETTING_INVALID;
use model::error::{Code, Error};
use model::id::MigrationId;
use model::manifest::Manifest;
use model::name::display;
use wasmtime::Trap;

use crate::bindings::strata::plugin::types::PluginError;
use crate::convert::PLUGIN_RESULT_TOO_LARGE;
use crate::limits;
use crate::state::{State, Stop};
use crate::text::printable;

pub(crate) mod codes {
    //! How a call of a plugin fails.
    model::codes! {
        PLUGIN_TRAPPED = "plugin.trapped", Input, "A plugin crashed.";
        PLUGIN_OUT_OF_FUEL = "plugin.out_of_fuel", Input, "A plugin computed longer than one call may.";
        PLUGIN_TIMEOUT = "plugin.timeout", Input, "A plugin took longer than one call may.";
        PLUGIN_OUT_OF_MEMORY = "plugin.out_of_memory", Input, "A plugin wanted more memory than one call may have.";
        PLUGIN_TOO_MANY_CALLS = "plugin.too_many_calls", Input, "A plugin asked the host more often, or for more, than one call may.";
        PLUGIN_FAILED = "plugin.failed", Input, "A plugin gave no operations and said why.";
        PLUGIN_HOST_BUG = "plugin.host_bug", Bug, "The host could not answer a plugin.";
    }
}
use codes::*;

/// Where a call is: for the sentences of errors.
pub(crate) struct Site<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) digest: &'a Digest,
    pub(crate) migration: &'a MigrationId,
    pub(crate) export: &'static str,
}

impl fmt::Display for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` of migration `{}` of plugin `{}@{}` ({})",
            self.export,
            self.migration,
            self.manifest.id,
            self.manifest.version,
            self.digest.short()
        )
    }
}

/// The error of a call that trapped or was stopped.
pub(crate) fn stopped(site: &Site<'_>, cause: &wasmtime::Error, state: &State) -> Error {
    let (code, what) = verdict(cause, state);
    let error = Error::new(code, format!("{site} {what}")).hint(whom_to_ask(site));
    if code.name != PLUGIN_TRAPPED.name {
        return with_log(error, state);
    }
    let reason = printable(&format!("{cause:#}"), 500);
    let error = match state.log.last_warning() {
        // The SDK writes the message of a panic as a warning just before it traps.
        Some(warning) => error.because(Error::new(&PLUGIN_TRAPPED, warning).because(reason)),
        None => error.because(reason),
    };
    with_log(error, state)
}

fn verdict(cause: &wasmtime::Error, state: &State) -> (&'static Code, String) {
    match &state.stop {
        Some(Stop::TooManyCalls) => {
            let what = format!("called the host more than {} times", limits::HOST_CALLS_MAX);
            return (&PLUGIN_TOO_MANY_CALLS, what);
        }
        Some(Stop::TooManyReads) => {
            let what = format!(
                "read more than {} different things or {} parts of definitions",
                limits::READS_MAX,
                limits::LENT_PARTS_MAX
            );
            return (&PLUGIN_TOO_MANY_CALLS, what);
        }
        Some(Stop::LongQuestion) => {
            let what = format!(
                "asked for a name or key of more than {} bytes",
                limits::QUESTION_BYTES_MAX
            );
            return (&PLUGIN_TOO_MANY_CALLS, what);
        }
        Some(Stop::Unanswerable(why)) => {
            return (&PLUGIN_HOST_BUG, format!("could not be answered: {why}"));
        }
        None => {}
    }
    match cause.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => (
            &PLUGIN_OUT_OF_FUEL,
            format!("used up its fuel ({} instructions)", limits::FUEL),
        ),
        Some(Trap::Interrupt) => {
            let seconds = limits::TICK.as_secs_f64() * limits::TICKS_MAX as f64;
            (
                &PLUGIN_TIMEOUT,
                format!("was stopped after {seconds} seconds"),
            )
        }
        None if host_fuel_exhausted(cause) => (
            &PLUGIN_RESULT_TOO_LARGE,
            format!(
                "gave more than {} bytes at once",
                limits::HOST_CALL_BYTES_MAX
            ),
        ),
        _ if state.limiter.refused() => (
            &PLUGIN_OUT_OF_MEMORY,
            format!(
                "wanted more than {} bytes of memory",
                limits::MEMORY_BYTES_MAX
            ),
        ),
        _ => (&PLUGIN_TRAPPED, "crashed".to_owned()),
    }
}

/// wasmtime has no type for this failure, only a sentence; a test holds on to it.
fn host_fuel_exhausted(cause: &wasmtime::Error) -> bool {
    cause
        .chain()
        .any(|part| part.to_string().contains("fuel allocated for hostcalls"))
}

/// The error of a call that gave an error of the plugin's own.
pub(crate) fn refused(site: &Site<'_>, error: &PluginError, state: &State) -> Error {
    let told = match error {
        PluginError::InvalidSetting(invalid) => Error::new(
            &SETTING_INVALID,
            format!(
                "plugin `{}@{}` cannot work with the setting `{}`",
                site.manifest.id,
                site.manifest.version,
                display(&invalid.key)
            ),
        )
        .because(
            Error::new(&SETTING_INVALID, printable(&invalid.message, 1_000))
                .because(site.to_string()),
        )
        .hint(format!(
            "`strata plugin show {}` lists its settings",
            site.manifest.id
        )),
        PluginError::UnexpectedSchema(message) => {
            failed(site, "does not find the schema that it needs", message)
        }
        PluginError::UnknownMigration(message) => {
            failed(site, "does not know the migration", message)
                .hint("the manifest lists a migration that the code does not have")
        }
        PluginError::Failed(message) => failed(site, "failed", message),
    };
    with_log(told, state)
}

fn failed(site: &Site<'_>, what: &str, message: &str) -> Error {
    let error = Error::new(&PLUGIN_FAILED, format!("{site} {what}")).hint(whom_to_ask(site));
    match message.trim() {
        "" => error,
        message => error.because(printable(message, 1_000)),
    }
}

/// What somebody can do who did not write the plugin.
fn whom_to_ask(site: &Site<'_>) -> String {
    format!(
        "choose another version of `{}`, leave it out, or show this to its publisher, {}",
        site.manifest.id,
        display(&site.manifest.publisher)
    )
}

/// The error of a call whose result cannot be taken.
pub(crate) fn bad_result(site: &Site<'_>, cause: Error, state: &State) -> Error {
    with_log(
        cause
            .within(format!("the result of {site} is not allowed"))
            .hint(whom_to_ask(site)),
        state,
    )
}

fn with_log(mut error: Error, state: &State) -> Error {
    for line in state.log.last(limits::LOG_LINES_IN_ERROR) {
        error = error.hint(format!("the plugin wrote: {line}"));
    }
    error
}
