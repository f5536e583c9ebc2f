//! The limiter: all memories and tables of one call, together.
//!
//! Time is limited elsewhere (fuel, [`crate::watchdog`]).
//!
//! Invariant: attached before instantiation, so that initial memories count.

use wasmtime::ResourceLimiter;

use crate::limits::{
    INSTANCES_MAX, MEMORIES_MAX, MEMORY_BYTES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX,
};

/// Counts what a guest takes.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    taken: usize,
    last: usize,
    peak: usize,
    refused: bool,
}

impl Limiter {
    /// The most bytes that all memories had together.
    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak as u64
    }

    /// Whether a memory was refused: guests tell that only by trapping.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let taken = self.taken.saturating_add(more);
        if taken > MEMORY_BYTES_MAX {
            self.refused = true;
            return Ok(false);
        }
        self.taken = taken;
        self.last = more;
        self.peak = self.peak.max(taken);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.taken = self.taken.saturating_sub(self.last);
        self.last = 0;
        self.refused = true;
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS_MAX)
    }

    fn instances(&self) -> usize {
        INSTANCES_MAX as usize
    }

    fn tables(&self) -> usize {
        TABLES_MAX as usize
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX as usize
    }
}

#[cfg(test)]
mod tests {
    use wasmtime::ResourceLimiter;

    use super::Limiter;
    use crate::limits::MEMORY_BYTES_MAX;

    #[test]
    fn memories_are_limited_together_and_not_each() {
        let mut limiter = Limiter::default();
        assert!(
            limiter
                .memory_growing(0, MEMORY_BYTES_MAX / 2, None)
                .unwrap()
        );
        assert!(
            limiter
                .memory_growing(0, MEMORY_BYTES_MAX / 2, None)
                .unwrap()
        );
        assert!(!limiter.refused());
        assert!(!limiter.memory_growing(0, 65_536, None).unwrap());
        assert!(limiter.refused());
        assert_eq!(limiter.peak_bytes(), MEMORY_BYTES_MAX as u64);
    }

    #[test]
    fn growth_that_failed_is_given_back() {
        let mut limiter = Limiter::default();
        assert!(limiter.memory_growing(0, MEMORY_BYTES_MAX, None).unwrap());
        limiter
            .memory_grow_failed(wasmtime::Error::msg("no memory"))
            .unwrap();
        assert!(limiter.memory_growing(0, MEMORY_BYTES_MAX, None).unwrap());
    }
}
