//! The codes of this room, for the generated page. Each is declared beside what raises it.

use model::Code;

use crate::{
    actors, catalogue, landlord, leases, ledger_copy, packs, plans, runs, servers, stored, tenants,
    upgrade, vault,
};

/// Every code that this room declares.
pub fn codes() -> Vec<&'static Code> {
    let lists = [
        actors::ALL,
        catalogue::ALL,
        landlord::ALL,
        leases::ALL,
        ledger_copy::ALL,
        packs::ALL,
        plans::ALL,
    ];
    [
        lists.concat(),
        [runs::ALL, servers::ALL, stored::ALL].concat(),
        [tenants::ALL, upgrade::ALL, vault::ALL].concat(),
    ]
    .concat()
}
