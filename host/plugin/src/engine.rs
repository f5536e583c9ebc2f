//! The engine: one configuration for who compiles and who runs.
//!
//! It holds no component. The compiling engine exists in the worker process alone
//! ([`crate::compile`]); the process that runs plugins makes one engine without a compiler, ever, even
//! when the compiler is linked into the same program: type mix-ups across engines were sandbox escapes.
//!
//! Invariant: code compiled under one configuration loads only under the same; [`tag`] names it.

use std::sync::OnceLock;

use model::error::{Error, Result};
use sha2::{Digest as _, Sha256};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, OperatorCost, PoolingAllocationConfig};

use crate::limits;

pub(crate) mod codes {
    //! Why there is no sandbox.
    model::codes! {
        PLUGIN_SANDBOX = "plugin.sandbox", Unreachable, "The sandbox for plugins could not be set up on this machine.";
    }
}
pub(crate) use codes::PLUGIN_SANDBOX;

/// The version of wasmtime that made the code; the workspace pins it exactly.
const WASMTIME: &str = "48.0.8";
/// Raised when the configuration below changes in a way that wasmtime's own check would not see.
const CONFIGURATION: u32 = 1;

/// Names the engine that code was compiled for.
pub(crate) fn tag() -> String {
    let facts = format!(
        "wasmtime {WASMTIME}\nconfiguration {CONFIGURATION}\n{} {}\n",
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    hex::encode(Sha256::digest(facts))[..16].to_owned()
}

/// What compiler and executor must have in common.
///
/// Multi-memory stays on: without it wasmtime 48 panics on composed components; memories are limited
/// where they are made. Tail calls and bulk memory stay on for JavaScript engines. What is absent as a
/// cargo feature (async, garbage collection, threads) needs no switch.
fn shared() -> Config {
    let mut cost = OperatorCost::new();
    cost.variable.memory_grow_per_page = limits::FUEL_PER_PAGE;
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .operator_cost(cost)
        .epoch_interruption(true)
        .wasm_simd(false)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .wasm_multi_memory(true)
        .wasm_custom_page_sizes(false)
        .wasm_stack_switching(false)
        .wasm_wide_arithmetic(false)
        .shared_memory(false)
        .concurrency_support(false)
        .max_wasm_stack(limits::STACK_BYTES)
        .memory_init_cow(true)
        .wasm_backtrace_max_frames(None);
    config
}

/// An engine that compiles and never runs.
#[cfg(feature = "compiler")]
pub(crate) fn compiling() -> wasmtime::Result<Engine> {
    let mut config = shared();
    // NaN payloads differ between processors; a plan must not.
    config.cranelift_nan_canonicalization(true);
    Engine::new(&config)
}

/// The one engine of this process that runs plugins; it cannot compile.
pub(crate) fn executing() -> Result<&'static Engine> {
    static ENGINE: OnceLock<std::result::Result<Engine, String>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| make().map_err(|cause| format!("{cause:#}")));
    engine.as_ref().map_err(|cause| {
        Error::new(
            &PLUGIN_SANDBOX,
            "the sandbox for plugins could not be set up",
        )
        .because(cause.clone())
    })
}

fn make() -> wasmtime::Result<Engine> {
    let mut config = shared();
    #[cfg(feature = "compiler")]
    config.enable_compiler(false);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    // The pool reserves address space for every slot at once; where that is limited (containers,
    // `ulimit -v`), memory is mapped for each call instead: slower, as safe.
    match Engine::new(&config) {
        Ok(engine) => Ok(engine),
        Err(cause) => {
            tracing::debug!(
                cause = format!("{cause:#}"),
                "no address space for pooled plugin memory"
            );
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            Engine::new(&config)
        }
    }
}

fn pool() -> PoolingAllocationConfig {
    let calls = limits::CALLS_AT_ONCE_MAX;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls * limits::INSTANCES_MAX)
        .total_memories(calls * limits::MEMORIES_MAX)
        .total_tables(calls * limits::TABLES_MAX)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(2 << 20)
        .max_core_instances_per_component(limits::INSTANCES_MAX)
        .max_memories_per_component(limits::MEMORIES_MAX)
        .max_tables_per_component(limits::TABLES_MAX)
        .max_memories_per_module(1)
        .max_tables_per_module(limits::TABLES_OF_MODULE_MAX)
        .table_elements(limits::TABLE_ELEMENTS_MAX)
        .max_memory_size(limits::MEMORY_BYTES_MAX)
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(64 << 10);
    pool
}

#[cfg(test)]
mod tests {
    use super::WASMTIME;

    #[test]
    fn the_tag_names_the_pinned_wasmtime() {
        let workspace = include_str!("../../../Cargo.toml");
        assert!(workspace.contains(&format!("wasmtime = {{ version = \"={WASMTIME}\"")));
    }
}
