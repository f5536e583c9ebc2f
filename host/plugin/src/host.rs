//! The host: components that are added, loaded and ready to be called.
//!
//! It judges no operation and keeps no tenant. Calls are [`crate::call`]'s, files the store's.
//!
//! Invariant: a component passes the gate again whenever it is loaded: the gate of today, not of the day
//! on which it was added.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::digest::Digest;
use model::emission::{Emission, TenantFacts};
use model::error::{Error, Result};
use model::id::Slug;
use model::manifest::Manifest;
use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::{Plugin, PluginPre};
use crate::call::{self, Call, Callee, Outcome, Reversal};
use crate::compile::{COMPILER_UNAVAILABLE, Compiler};
use crate::engine;
use crate::gate::{Inspected, inspect};
use crate::limits;
use crate::state::State;
use crate::store::Store;
use crate::text::printable;

mod codes {
    model::codes! {
        COMPONENT_CONTRACT_MISMATCH = "component.contract_mismatch", Input, "A component's types are not those of the contract that it names.";
        COMPONENT_START_FAILED = "component.start_failed", Input, "A component cannot be started within the limits of a call.";
    }
}
pub use codes::*;

/// Components, ready to be called.
pub struct Host {
    engine: &'static Engine,
    linker: Linker<State>,
    store: Store,
    compiler: Compiler,
    loaded: Mutex<HashMap<Digest, Arc<LoadedComponent>>>,
}

/// A component that is ready to be called, from any thread.
pub struct LoadedComponent {
    engine: &'static Engine,
    manifest: Manifest,
    digest: Digest,
    pre: PluginPre<State>,
}

impl Host {
    /// Makes the host of this process: a store of components, and what compiles them.
    ///
    /// # Errors
    /// `plugin.sandbox`.
    pub fn new(store: Store, compiler: Compiler) -> Result<Host> {
        let engine = engine::executing()?;
        let mut linker = Linker::new(engine);
        Plugin::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(|cause| {
            Error::new(&engine::PLUGIN_SANDBOX, "the contract could not be linked")
                .because(format!("{cause:#}"))
        })?;
        Ok(Host {
            engine,
            linker,
            store,
            compiler,
            loaded: Mutex::default(),
        })
    }

    /// Inspects, compiles, starts once and keeps a component. One that is there already is checked again
    /// and kept as it is.
    ///
    /// # Errors
    /// Those of [`inspect`], `component.compile_failed`, `component.compile_timeout`,
    /// `component.contract_mismatch`, `component.start_failed`, `component.store`.
    pub fn add(&self, bytes: &[u8]) -> Result<Inspected> {
        let inspected = inspect(bytes)?;
        let whose = || {
            format!(
                "plugin `{}@{}`",
                inspected.manifest.id, inspected.manifest.version
            )
        };
        let loaded = self
            .prepare(&inspected, bytes)
            .map_err(|error| error.within(whose()))?;
        call::start(self.engine, &loaded.pre, nobody()?).map_err(|cause| {
            Error::new(
                &COMPONENT_START_FAILED,
                format!("{} cannot be started", whose()),
            )
            .because(printable(&format!("{cause:#}"), 500))
        })?;
        if self.store.bytes(&inspected.digest).is_err() {
            self.store.keep(&inspected.digest, bytes)?;
        }
        self.cache().insert(inspected.digest, loaded);
        Ok(inspected)
    }

    /// The component of this digest, from the store; loaded ones are kept.
    ///
    /// # Errors
    /// `component.missing`, `component.damaged`, and those of [`Host::add`].
    pub fn load(&self, digest: &Digest) -> Result<Arc<LoadedComponent>> {
        if let Some(loaded) = self.cache().get(digest) {
            return Ok(Arc::clone(loaded));
        }
        let bytes = self.store.bytes(digest)?;
        let within = |error: Error| error.within(format!("the component `{}`", digest.short()));
        let inspected = inspect(&bytes).map_err(within)?;
        let loaded = self.prepare(&inspected, &bytes).map_err(within)?;
        let mut cache = self.cache();
        if cache.len() >= limits::LOADED_MAX {
            // Rare and cheap to repair: each is loaded again from its code in a millisecond.
            cache.clear();
        }
        cache.insert(*digest, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Removes a component from the store and from memory. Calls that run are not disturbed.
    ///
    /// # Errors
    /// `component.store`.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        self.cache().remove(digest);
        self.store.remove(digest)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn cache(&self) -> MutexGuard<'_, HashMap<Digest, Arc<LoadedComponent>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a component callable, from the code in the store or from new code.
    fn prepare(&self, inspected: &Inspected, bytes: &[u8]) -> Result<Arc<LoadedComponent>> {
        let component = match self.stored(&inspected.digest) {
            Some(component) => component,
            None => self.compiled(&inspected.digest, bytes)?,
        };
        let linked = self
            .linker
            .instantiate_pre(&component)
            .and_then(PluginPre::new);
        let pre = linked.map_err(|cause| {
            Error::new(
                &COMPONENT_CONTRACT_MISMATCH,
                "the component's types are not those of the contract",
            )
            .because(printable(&format!("{cause:#}"), 500))
            .hint("build the plugin again with the SDK of this host")
        })?;
        Ok(Arc::new(LoadedComponent {
            engine: self.engine,
            manifest: inspected.manifest.clone(),
            digest: inspected.digest,
            pre,
        }))
    }

    fn stored(&self, digest: &Digest) -> Option<Component> {
        let code = self.store.code(digest)?;
        match deserialize(self.engine, &code) {
            Ok(component) => Some(component),
            Err(cause) => {
                // Another wasmtime or another configuration made it; it is made again.
                tracing::info!(
                    cause = format!("{cause:#}"),
                    "precompiled code does not fit this engine"
                );
                None
            }
        }
    }

    fn compiled(&self, digest: &Digest, bytes: &[u8]) -> Result<Component> {
        let code = self.compiler.compile(bytes, self.store.scratch())?;
        let component = deserialize(self.engine, &code).map_err(|cause| {
            let why = printable(&format!("{cause:#}"), 500);
            // What does not fit the pool of memory, and the gate could not see: adapters that the
            // compiler made. wasmtime has no type for it, only sentences.
            if why.contains("exceed") {
                return Error::new(
                    &COMPONENT_START_FAILED,
                    "the component does not fit into a call",
                )
                .because(why);
            }
            Error::new(
                &COMPILER_UNAVAILABLE,
                "the compiling process made code for another engine",
            )
            .because(why)
            .hint("the compiling program must be of the same version as this one")
        })?;
        self.store.keep_code(digest, &code)?;
        Ok(component)
    }
}

/// Turns code into a component.
///
/// The callers pass code whose seal was verified, or that our own compiling process just wrote into a
/// directory that is closed to others.
#[expect(
    unsafe_code,
    reason = "machine code can only be trusted, not checked; it is sealed or just made"
)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `code` was made by `Component` serialization of the pinned wasmtime in a process of ours,
    // and was either read back under a verified MAC or never left a directory of mode 0700. wasmtime
    // itself checks version and configuration.
    unsafe { Component::deserialize(engine, code) }
}

/// The tenant of a trial start, which nobody can ask about: nothing is called.
fn nobody() -> Result<TenantFacts> {
    Ok(TenantFacts {
        slug: Slug::new("nobody")?,
        name: String::new(),
        locale: "en".to_owned(),
        facts: std::collections::BTreeMap::new(),
    })
}

impl LoadedComponent {
    /// What the plugin says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The digest of the component.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The operations of a migration, and what it read to find them.
    ///
    /// # Errors
    /// `plugin.*` and `setting.invalid`: each names plugin, component, migration and cause.
    pub fn up(&self, call: &Call<'_>) -> Result<Outcome<Emission>> {
        self.callee().up(call)
    }

    /// The operations that take a migration back, on the schema as it is after it.
    ///
    /// # Errors
    /// Those of [`LoadedComponent::up`].
    pub fn down(&self, call: &Call<'_>) -> Result<Outcome<Reversal>> {
        self.callee().down(call)
    }

    fn callee(&self) -> Callee<'_> {
        Callee {
            engine: self.engine,
            pre: &self.pre,
            manifest: &self.manifest,
            digest: &self.digest,
        }
    }
}
