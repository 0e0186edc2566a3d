//! Links of every kind with every option, made by iproute2 in one network namespace and by this
//! crate in another: iproute2 shows the same of both, and this crate reads what was asked for.
//!
//! The rows are those of the comparison byte for byte, in `tests/iproute2`: a row is run as it is
//! made.
#[path = "../common/alike.rs"]
mod alike;
#[path = "../iproute2/bridge.rs"]
mod bridge;
#[path = "../iproute2/bridge_mdb.rs"]
mod bridge_mdb;
#[path = "../iproute2/bridge_vlan.rs"]
mod bridge_vlan;
mod compare;
mod count;
#[allow(dead_code)] // what differs byte for byte doesn't count here
#[path = "../iproute2/differences.rs"]
mod differences;
#[path = "../golden/mod.rs"]
mod golden;
#[path = "../common/iproute2.rs"]
mod iproute2;
#[path = "../common/kernel.rs"]
mod kernel;
#[path = "../iproute2/kinds.rs"]
mod kinds;
#[path = "../twins/normal.rs"]
mod normal;
mod setup;
mod side;
mod told;
#[path = "../iproute2/tunnel.rs"]
mod tunnel;

use nlroute::sandbox::isolated;

#[test]
fn kinds() {
    isolated(|| compare::run("kinds", kinds::rows));
}

#[test]
fn tunnels() {
    isolated(|| compare::run("tunnels", tunnel::rows));
}

#[test]
fn bridges() {
    isolated(|| compare::run("bridges", bridge::rows));
}

#[test]
fn vlans_of_bridges() {
    isolated(|| compare::run("VLANs of bridges", bridge_vlan::rows));
}

#[test]
fn groups_of_bridges() {
    isolated(|| compare::run("groups of bridges", bridge_mdb::rows));
}
