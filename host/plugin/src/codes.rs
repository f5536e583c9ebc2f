//! The error codes of this room, gathered from where they are declared.
//!
//! Nothing is declared here: a code stands beside what raises it, or in `model` if other rooms raise it too.

pub use crate::compile::{
    COMPILER_UNAVAILABLE, COMPONENT_COMPILE_FAILED, COMPONENT_COMPILE_TIMEOUT,
};
pub use crate::convert::codes::{
    PLUGIN_BAD_OUTPUT, PLUGIN_RESULT_TOO_LARGE, PLUGIN_TOO_MANY_OPERATIONS,
};
pub use crate::engine::codes::PLUGIN_SANDBOX;
pub use crate::failure::codes::{
    PLUGIN_FAILED, PLUGIN_HOST_BUG, PLUGIN_OUT_OF_FUEL, PLUGIN_OUT_OF_MEMORY, PLUGIN_TIMEOUT,
    PLUGIN_TOO_MANY_CALLS, PLUGIN_TRAPPED,
};
pub use crate::gate::codes::{
    COMPONENT_CONTRACT_NEWER, COMPONENT_CONTRACT_OLDER, COMPONENT_IMPORTS, COMPONENT_INVALID,
    COMPONENT_NO_MANIFEST, COMPONENT_NO_MIGRATIONS, COMPONENT_NOT_COMPONENT, COMPONENT_TOO_COMPLEX,
    COMPONENT_TOO_LARGE, COMPONENT_TRUNCATED, COMPONENT_TWO_MANIFESTS,
};
pub use crate::host::{COMPONENT_CONTRACT_MISMATCH, COMPONENT_START_FAILED};
pub use crate::store::{COMPONENT_DAMAGED, COMPONENT_MISSING, COMPONENT_STORE};
pub use model::emission::SETTING_INVALID;

/// The declarations of all modules, for the page of all codes.
pub fn all() -> impl Iterator<Item = &'static model::Code> {
    [
        crate::gate::codes::ALL,
        crate::compile::ALL,
        crate::store::ALL,
        crate::host::ALL,
        crate::engine::codes::ALL,
        crate::failure::codes::ALL,
        crate::convert::codes::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_code_is_declared_twice() {
        let mut names: Vec<&str> = super::all().map(|code| code.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
