//! The codes of this room, for the generated page. Each is declared beside what raises it.

use model::Code;

use crate::{catalogue, landlord, leases, ledger_copy, plans, runs, stored, tenants, upgrade};

/// Every code that this room declares.
pub fn codes() -> Vec<&'static Code> {
    let lists = [
        catalogue::ALL,
        landlord::ALL,
        leases::ALL,
        ledger_copy::ALL,
        plans::ALL,
    ];
    [
        lists.concat(),
        [runs::ALL, stored::ALL, tenants::ALL, upgrade::ALL].concat(),
    ]
    .concat()
}
