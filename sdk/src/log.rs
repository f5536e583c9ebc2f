//! Lines for the person who develops or operates the plugin.
//!
//! Not a way to give results: the host drops what is too much. In a native build the lines are kept
//! for [`testing::logged`](crate::testing::logged).

/// How important a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the plugin's developer.
    Debug,
    /// For the operator who looks closely.
    Info,
    /// For every operator.
    Warn,
}

/// Writes a line for the plugin's developer.
pub fn debug(message: impl AsRef<str>) {
    write(Level::Debug, message.as_ref());
}

/// Writes a line for the operator who looks closely.
pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message.as_ref());
}

/// Writes a line for every operator.
pub fn warn(message: impl AsRef<str>) {
    write(Level::Warn, message.as_ref());
}

#[cfg(target_family = "wasm")]
use crate::component::write;

#[cfg(not(target_family = "wasm"))]
fn write(level: Level, message: &str) {
    crate::testing::keep_line(level, message);
}
