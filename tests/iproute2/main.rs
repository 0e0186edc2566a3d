//! What `ip` and `bridge` send, byte for byte, and what this crate sends for the same: the same
//! tree of attributes, or a difference that is meant and is exactly the one told of here.
//!
//! The messages are in `tests/data/golden`, captured by the script there.
mod address;
mod bridge;
mod bridge_mdb;
mod bridge_vlan;
mod compare;
mod differences;
mod encap;
#[path = "../golden/mod.rs"]
mod golden;
mod kinds;
mod link;
mod neighbour;
mod netconf;
mod nexthop;
mod page;
#[path = "../common/page.rs"]
mod page_of_calls;
mod route;
mod rule;
mod stats;
mod tunnel;

use compare::check;

#[test]
fn link() {
    check(include_str!("../data/golden/link.txt"), link::rows());
}

#[test]
fn kinds() {
    check(include_str!("../data/golden/kinds.txt"), kinds::rows());
}

#[test]
fn bridge() {
    check(include_str!("../data/golden/bridge.txt"), bridge::rows());
}

#[test]
fn bridge_mdb() {
    check(
        include_str!("../data/golden/bridge_mdb.txt"),
        bridge_mdb::rows(),
    );
}

#[test]
fn bridge_vlan() {
    check(
        include_str!("../data/golden/bridge_vlan.txt"),
        bridge_vlan::rows(),
    );
}

#[test]
fn address() {
    check(include_str!("../data/golden/address.txt"), address::rows());
}

#[test]
fn netconf() {
    check(
        include_str!("../data/golden/netconf.txt"),
        netconf::netconf(),
    );
}

#[test]
fn addrlabel() {
    check(
        include_str!("../data/golden/addrlabel.txt"),
        netconf::addrlabel(),
    );
}

#[test]
fn ntable() {
    check(include_str!("../data/golden/ntable.txt"), netconf::ntable());
}

#[test]
fn nsid() {
    check(include_str!("../data/golden/nsid.txt"), netconf::nsid());
}

#[test]
fn stats() {
    check(include_str!("../data/golden/stats.txt"), stats::rows());
}

#[test]
fn nexthop() {
    check(include_str!("../data/golden/nexthop.txt"), nexthop::rows());
}

#[test]
fn route() {
    check(include_str!("../data/golden/route.txt"), route::rows());
}

#[test]
fn encap() {
    check(include_str!("../data/golden/encap.txt"), encap::rows());
}

#[test]
fn rule() {
    check(include_str!("../data/golden/rule.txt"), rule::rows());
}

#[test]
fn neighbour() {
    check(
        include_str!("../data/golden/neighbour.txt"),
        neighbour::rows(),
    );
}

#[test]
fn tunnel() {
    check(include_str!("../data/golden/tunnel.txt"), tunnel::rows());
}

#[test]
fn page_of_commands() {
    page::check_all(
        [
            link::rows(),
            kinds::rows(),
            tunnel::rows(),
            address::rows(),
            route::rows(),
            encap::rows(),
            rule::rows(),
            nexthop::rows(),
            neighbour::rows(),
            bridge::rows(),
            bridge_vlan::rows(),
            bridge_mdb::rows(),
            netconf::netconf(),
            netconf::addrlabel(),
            netconf::ntable(),
            netconf::nsid(),
            stats::rows(),
        ]
        .into_iter()
        .flatten()
        .collect(),
    );
}
