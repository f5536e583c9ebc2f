//! [`Progress`]: how long work tells whoever waits how far it is. It prints nothing itself.

/// Is told how far a run is.
pub trait Progress: Send + Sync {
    /// A run of this many steps begins.
    fn begin(&self, steps: usize);
    /// A step begins: `1`-based, with a few words.
    fn step(&self, n: usize, what: &str);
    /// The run ended, well or not.
    fn end(&self);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _steps: usize) {}
    fn step(&self, _n: usize, _what: &str) {}
    fn end(&self) {}
}
