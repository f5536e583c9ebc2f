//! The customization of the tenant `cpn-uml`; its id is `cpn_uml`, `cpnuml` an alias (CON-08).
//!
//! It adds to the template `political_party_nepal` what only this party has.
//!
//! Invariant: on tables of others it adds one nullable column and an index over it, nothing else.

mod cells;
mod study;

use strata_sdk::prelude::*;

/// Party cells, study circles and organized membership.
#[strata_sdk::plugin(manifest = "plugin.toml")]
pub struct CpnUml;

impl Plugin for CpnUml {
    fn migrations(&self) -> Vec<Migration> {
        vec![
            Migration::new("001_party_cells", cells::party_cells),
            Migration::new("002_marxist_study_circles", study::marxist_study_circles),
            Migration::new("003_organized_membership", cells::organized_membership),
        ]
    }
}
