//! [`Progress`]: how long work tells whoever waits how far it is. It prints nothing itself.

/// Is told how far a run is.
pub trait Progress: Send + Sync {
    /// A run of this many steps begins.
    fn begin(&self, steps: usize);
    /// A step begins: `1`-based, with a few words.
    fn step(&self, n: usize, what: &str);
    /// The run ended, well or not.
    fn end(&self);
    /// A point is reached at which a process could die: before and after each statement and each writing
    /// to a ledger. Tests die here; nobody else listens.
    fn reach(&self, _point: Point) {}
}

/// A point of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A statement is about to run.
    BeforeStatement,
    /// A statement ran; what it did is perhaps not kept yet.
    AfterStatement,
    /// Rows of the tenant's ledger are about to be kept.
    BeforeLedger,
    /// They are kept.
    AfterLedger,
    /// Something is about to be done on a server: a role, a database, a grant.
    BeforeServer,
    /// It is done.
    AfterServer,
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _steps: usize) {}
    fn step(&self, _n: usize, _what: &str) {}
    fn end(&self) {}
}
