//! The plugin as a component: what the host calls, and what it lends.
//!
//! The only place that knows generated bindings; the types are converted in `convert.rs`. Not part of
//! the author's API: it is public for the code that [`macro@crate::plugin`] generates.
//!
//! Invariant: nothing that the host lends outlives the call.

mod convert;

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::Once;

use bindings::exports::strata::plugin::migrations::{Guest, Snapshot as Lent};
use bindings::strata::plugin::{log as host_log, snapshot, tenant, types};

use crate::context::{Context, Tenant};
use crate::log::Level;
use crate::plugin::{self, Plugin};
use crate::schema::{Schema, Snapshot};
use crate::table::{Table, View};

/// Generated from the contract.
#[allow(
    unsafe_code,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    clippy::all,
    reason = "the code is generated; the canonical ABI is raw pointers"
)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit/v0",
        world: "plugin",
        pub_export_macro: true,
        export_macro_name: "export",
    });
}

pub use bindings::export;

/// Names the plugin of this component.
pub trait Exports {
    /// The plugin.
    fn plugin() -> &'static dyn Plugin;
}

/// Answers the host's calls for a plugin.
pub struct Exported<E>(PhantomData<E>);

impl<E: Exports> Guest for Exported<E> {
    fn up(id: String, current: &Lent) -> Result<Vec<types::Operation>, types::PluginError> {
        install_panic_hook();
        plugin::up(E::plugin(), &id, schema(current), &Context::new(HostTenant))
            .map(convert::operations)
            .map_err(Into::into)
    }

    fn down(
        id: String,
        current: &Lent,
    ) -> Result<Option<Vec<types::Operation>>, types::PluginError> {
        install_panic_hook();
        plugin::down(E::plugin(), &id, schema(current), &Context::new(HostTenant))
            .map(|operations| operations.map(convert::operations))
            .map_err(Into::into)
    }
}

/// Writes a line to the host's log.
pub(crate) fn write(level: Level, message: &str) {
    let level = match level {
        Level::Debug => host_log::Level::Debug,
        Level::Info => host_log::Level::Info,
        Level::Warn => host_log::Level::Warn,
    };
    host_log::write(level, message);
}

/// Sends a panic's message and place to the host before the component traps.
fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let message = info.payload_as_str().unwrap_or("a panic without a message");
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            host_log::write(
                host_log::Level::Warn,
                &format!("panicked at {place}: {message}"),
            );
        }));
    });
}

struct HostTenant;

impl Tenant for HostTenant {
    fn slug(&self) -> String {
        tenant::slug()
    }

    fn name(&self) -> String {
        tenant::name()
    }

    fn locale(&self) -> String {
        tenant::locale()
    }

    fn setting(&self, key: &str) -> Option<String> {
        tenant::setting(key)
    }

    fn fact(&self, key: &str) -> Option<String> {
        tenant::fact(key)
    }
}

/// A second name for the handle that the host lent, so that [`Schema`] needs no lifetime.
struct HostSnapshot(ManuallyDrop<snapshot::Snapshot>);

/// The schema of one call.
#[expect(
    unsafe_code,
    reason = "a handle is copied; the host traps a handle that outlives its call"
)]
fn schema(current: &Lent) -> Schema {
    // SAFETY: the handle is valid for this call, in which the `Schema` is used up; `ManuallyDrop`
    // leaves it to the generated code to give the handle back.
    let copy = unsafe { snapshot::Snapshot::from_handle(current.handle()) };
    Schema::new(HostSnapshot(ManuallyDrop::new(copy)))
}

impl Snapshot for HostSnapshot {
    fn table(&self, name: &str) -> Option<Table> {
        self.0.table(name).map(Into::into)
    }

    fn view(&self, name: &str) -> Option<View> {
        self.0.view(name).map(Into::into)
    }

    fn table_names(&self, after: Option<&str>, limit: u32) -> Vec<String> {
        self.0.table_names(after, limit)
    }
}
