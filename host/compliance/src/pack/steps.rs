//! The limit on the work of a rule: steps are counted, nothing is timed.
//!
//! `regorus` asks a source for the time after so many units of work. Ours answers with how often it was
//! asked on this thread, so that the limit is a number of units: no clock, and the same on every machine.
//! It can only deny: no rule can read it.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Duration;

use regorus::utils::limits::{ExecutionTimerConfig, TimeSource, set_time_source};

/// The most units of work of one evaluation. A unit is about one expression.
pub const WORK_UNITS_MAX: u32 = 5_000_000;

/// After how many units `regorus` asks.
const UNITS_PER_STEP: u32 = 16;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Answers how often it was asked, as nanoseconds.
struct Steps;

impl TimeSource for Steps {
    fn now(&self) -> Option<Duration> {
        let steps = STEPS.get().wrapping_add(1);
        STEPS.set(steps);
        Some(Duration::from_nanos(steps))
    }
}

/// Makes the count the one source, once per process; whether it is.
pub(crate) fn installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| set_time_source(&Steps).is_ok())
}

/// The limit, as `regorus` takes it.
pub(crate) fn limit() -> ExecutionTimerConfig {
    ExecutionTimerConfig {
        limit: Duration::from_nanos(u64::from(WORK_UNITS_MAX / UNITS_PER_STEP)),
        check_interval: NonZeroU32::new(UNITS_PER_STEP).unwrap_or(NonZeroU32::MIN),
    }
}
