//! One call of a plugin: a fresh sandbox, limits, the call, and what came out.
//!
//! It does not keep components ([`crate::host`]) and does not apply what they emit.
//!
//! Invariant: one wasmtime store per call, thrown away whatever happens: after a trap nothing in it can be
//! trusted. A result is taken whole or not at all.

use std::time::{Duration, Instant};

use model::digest::Digest;
use model::emission::{Emission, Read, Settings, TenantFacts};
use model::error::Result;
use model::id::MigrationId;
use model::manifest::Manifest;
use model::operation::Operation;
use model::schema::{Schema, Structure};
use wasmtime::component::Resource;
use wasmtime::{Engine, Store};

use crate::bindings::strata::plugin::types::PluginError;
use crate::bindings::{Plugin, PluginPre};
use crate::convert;
use crate::failure::{self, Site};
use crate::limits;
use crate::log::LogLine;
use crate::state::{Lent, State};
use crate::watchdog;

/// What a migration is called with.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Which migration.
    pub migration: &'a MigrationId,
    /// The facts that the plugin may ask for.
    pub tenant: &'a TenantFacts,
    /// The plugin's settings, defaults filled in.
    pub settings: &'a Settings,
    /// The schema as it is at this point.
    pub schema: &'a Schema,
}

/// What a call gave, and what it took.
#[derive(Debug, Clone)]
pub struct Outcome<T> {
    /// What it gave.
    pub value: T,
    /// What it took.
    pub usage: Usage,
    /// What the plugin wrote for people.
    pub log: Vec<LogLine>,
}

/// What a call took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Instructions, roughly; the same on every machine.
    pub fuel: u64,
    /// The most memory it had, in bytes.
    pub memory_bytes: u64,
    /// How often it called the host.
    pub host_calls: u64,
    /// How long it took, waiting for a place not counted.
    pub duration: Duration,
}

/// What takes a migration back, as its plugin says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// The operations; none when they are to be derived.
    pub operations: Option<Vec<Operation>>,
    /// Everything that the call read, each question once, in order.
    pub reads: Vec<Read>,
}

/// A component that is ready to be called.
pub(crate) struct Callee<'a> {
    pub(crate) engine: &'static Engine,
    pub(crate) pre: &'a PluginPre<State>,
    pub(crate) manifest: &'a Manifest,
    pub(crate) digest: &'a Digest,
}

/// What an export gives: a trap, the plugin's own error, or a result.
type Exported<T> = wasmtime::Result<std::result::Result<T, PluginError>>;

/// A result that was taken over, with what it took.
struct Returned<T> {
    value: T,
    state: State,
    fuel: u64,
    duration: Duration,
}

impl Callee<'_> {
    /// Calls `up`.
    pub(crate) fn up(&self, call: &Call<'_>) -> Result<Outcome<Emission>> {
        let site = self.site(call, "up");
        let returned = self.run(
            &site,
            call,
            |plugin, store, lent| {
                plugin
                    .strata_plugin_migrations()
                    .call_up(store, call.migration.as_str(), lent)
            },
            convert::operations,
        )?;
        Ok(returned.finish(|operations, reads| Emission { operations, reads }))
    }

    /// Calls `down`.
    pub(crate) fn down(&self, call: &Call<'_>) -> Result<Outcome<Reversal>> {
        let site = self.site(call, "down");
        let returned = self.run(
            &site,
            call,
            |plugin, store, lent| {
                plugin
                    .strata_plugin_migrations()
                    .call_down(store, call.migration.as_str(), lent)
            },
            |operations| operations.map(convert::operations).transpose(),
        )?;
        Ok(returned.finish(|operations, reads| Reversal { operations, reads }))
    }

    fn site<'a>(&'a self, call: &Call<'a>, export: &'static str) -> Site<'a> {
        Site {
            manifest: self.manifest,
            digest: self.digest,
            migration: call.migration,
            export,
        }
    }

    /// Calls an export in a sandbox of its own and takes its result over.
    fn run<T, V>(
        &self,
        site: &Site<'_>,
        call: &Call<'_>,
        export: impl FnOnce(&Plugin, &mut Store<State>, Resource<Lent>) -> Exported<T>,
        take: impl FnOnce(T) -> Result<V>,
    ) -> Result<Returned<V>> {
        let _slot = watchdog::enter(self.engine);
        let started = Instant::now();
        let state = State::new(
            call.tenant.clone(),
            call.settings.clone(),
            call.schema.structure.clone(),
        );
        let mut store = store(self.engine, state);
        let run = || -> wasmtime::Result<_> {
            limit(&mut store)?;
            let plugin = self.pre.instantiate(&mut store)?;
            let lent = store.data_mut().lend()?;
            export(&plugin, &mut store, Resource::new_borrow(lent.rep()))
        };
        let ended = run();
        let fuel = limits::FUEL.saturating_sub(store.get_fuel().unwrap_or(limits::FUEL));
        let state = store.into_data();
        let returned = match ended {
            Err(cause) => return Err(failure::stopped(site, &cause, &state)),
            Ok(Err(error)) => return Err(failure::refused(site, &error, &state)),
            Ok(Ok(returned)) => returned,
        };
        match take(returned) {
            Ok(value) => Ok(Returned {
                value,
                state,
                fuel,
                duration: started.elapsed(),
            }),
            Err(cause) => Err(failure::bad_result(site, cause, &state)),
        }
    }
}

impl<T> Returned<T> {
    fn finish<V>(mut self, value: impl FnOnce(T, Vec<Read>) -> V) -> Outcome<V> {
        let reads = self.state.take_reads();
        Outcome {
            value: value(self.value, reads),
            usage: Usage {
                fuel: self.fuel,
                memory_bytes: self.state.limiter.peak_bytes(),
                host_calls: self.state.host_calls,
                duration: self.duration,
            },
            log: self.state.log.into_lines(),
        }
    }
}

/// Instantiates a component and calls nothing: whether it starts within the limits of a call.
pub(crate) fn start(
    engine: &'static Engine,
    pre: &PluginPre<State>,
    tenant: TenantFacts,
) -> wasmtime::Result<()> {
    let _slot = watchdog::enter(engine);
    let mut store = store(
        engine,
        State::new(tenant, Settings::new(), Structure::default()),
    );
    limit(&mut store)?;
    pre.instantiate(&mut store).map(|_| ())
}

fn store(engine: &Engine, state: State) -> Store<State> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store
}

/// Sets every limit of a call; before anything of the guest runs.
fn limit(store: &mut Store<State>) -> wasmtime::Result<()> {
    store.set_fuel(limits::FUEL)?;
    store.set_epoch_deadline(limits::TICKS_MAX);
    store.epoch_deadline_trap();
    store.set_hostcall_fuel(limits::HOST_CALL_BYTES_MAX);
    store.set_max_component_handles(limits::HANDLES_MAX);
    Ok(())
}
