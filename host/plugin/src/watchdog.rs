//! The watchdog: how many calls run at the same time, and the clock that stops one that lasts too long.
//!
//! It gives no verdict on a plugin's work (fuel does, alike on every machine); it is the net below.
//!
//! Invariant: the thread ticks only while a call runs, and there is one for the process, as there is one
//! engine.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use wasmtime::Engine;

use crate::limits::{CALLS_AT_ONCE_MAX, TICK};

/// A place among the calls that run; given back when dropped.
pub(crate) struct Slot {
    watchdog: &'static Watchdog,
}

#[derive(Default)]
struct Watchdog {
    running: Mutex<u32>,
    changed: Condvar,
}

/// Waits for a place, and has the clock tick as long as it is held.
pub(crate) fn enter(engine: &'static Engine) -> Slot {
    static WATCHDOG: OnceLock<Watchdog> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let watchdog = WATCHDOG.get_or_init(Watchdog::default);
    STARTED.get_or_init(|| {
        let ticking = move || watchdog.tick(engine);
        if let Err(cause) = std::thread::Builder::new()
            .name("plugin-clock".to_owned())
            .spawn(ticking)
        {
            // Fuel still ends every call; only waiting and copying go unwatched.
            tracing::warn!(%cause, "the clock for plugin calls could not be started");
        }
    });
    let mut running = watchdog.lock();
    while *running >= CALLS_AT_ONCE_MAX {
        running = watchdog
            .changed
            .wait(running)
            .unwrap_or_else(PoisonError::into_inner);
    }
    *running += 1;
    drop(running);
    watchdog.changed.notify_all();
    Slot { watchdog }
}

impl Watchdog {
    fn lock(&self) -> MutexGuard<'_, u32> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self, engine: &Engine) {
        loop {
            let mut running = self.lock();
            while *running == 0 {
                running = self
                    .changed
                    .wait(running)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            drop(running);
            std::thread::sleep(TICK);
            engine.increment_epoch();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.watchdog.lock();
        *running = running.saturating_sub(1);
        drop(running);
        self.watchdog.changed.notify_all();
    }
}
