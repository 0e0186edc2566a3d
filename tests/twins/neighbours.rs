//! Twins of neighbours and of forwarding databases.
use std::net::IpAddr;

use nlroute::{FdbEntry, Neighbour, neighbour::NeighbourState, route::RouteProtocol};

use crate::harness::twins;

const PAIR: &str = "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02; \
    ip link set v0 addrgenmode none; ip link set p0 addrgenmode none; ip link set p0 up; \
    ip link set v0 up";
const BRIDGE: &str = "ip link add br0 address 02:00:00:00:00:10 type bridge; ip link set br0 addrgenmode none; \
    ip link set v0 master br0; ip link set br0 up; await v0 forwarding";
const OLD: &str = "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0";
const OLD6: &str = "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:99 dev v0";
const MAC: [u8; 6] = [2, 0, 0, 0, 0, 9];
const OLD_FDB: &str = "bridge fdb add 02:00:00:00:00:09 dev v0 master static";

fn of(address: &str) -> Neighbour<'_> {
    Neighbour::new("v0", address.parse::<IpAddr>().unwrap())
}

fn port<'a>() -> FdbEntry<'a> {
    FdbEntry::new("v0", MAC)
}

twins! {
    /// Neighbours of both families.
    NEIGHBOURS {
        "add" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC));
        "add of IPv6" [PAIR]
            "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0" =>
            |c| c.add(of("2001:db8::9").lladdr(MAC));
        "permanent" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).state(NeighbourState::PERMANENT));
        "stale" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud stale" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).state(NeighbourState::STALE));
        "stale of IPv6" [PAIR]
            "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 nud stale" =>
            |c| c.add(of("2001:db8::9").lladdr(MAC).state(NeighbourState::STALE));
        "reachable" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud reachable" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).state(NeighbourState::REACHABLE));
        "noarp" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud noarp" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).state(NeighbourState::NOARP));
        "none" [PAIR]
            "ip neigh add 10.0.0.9 dev v0 nud none" =>
            |c| c.add(of("10.0.0.9").state(NeighbourState::empty()));
        "failed" [PAIR]
            "ip neigh add 10.0.0.9 dev v0 nud failed" =>
            |c| c.add(of("10.0.0.9").state(NeighbourState::FAILED));
        "permanent without an address" [PAIR]
            "ip neigh add 10.0.0.9 dev v0 nud permanent" =>
            |c| c.add(of("10.0.0.9").state(NeighbourState::PERMANENT));
        "router" [PAIR]
            "ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 router" =>
            |c| c.add(of("2001:db8::9").lladdr(MAC).router());
        "extern_learn" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 extern_learn" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).ext_learned());
        "protocol" [PAIR]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 protocol static" =>
            |c| c.add(of("10.0.0.9").lladdr(MAC).protocol(RouteProtocol::Static));
        "proxy" [PAIR] "ip neigh add proxy 10.0.0.9 dev v0" => |c| c.add(of("10.0.0.9").proxy());
        "proxy of IPv6" [PAIR]
            "ip neigh add proxy 2001:db8::9 dev v0" =>
            |c| c.add(of("2001:db8::9").proxy());
        "proxy deleted" [PAIR, "ip neigh add proxy 10.0.0.9 dev v0"]
            "ip neigh delete proxy 10.0.0.9 dev v0" =>
            |c| c.delete(of("10.0.0.9").proxy());
        "add twice" [PAIR, OLD]
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" refused
            |c| c.add(of("10.0.0.9").lladdr(MAC));
        "replace" [PAIR, OLD]
            "ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" =>
            |c| c.replace(of("10.0.0.9").lladdr(MAC));
        "replace of IPv6" [PAIR, OLD6]
            "ip neigh replace 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0" =>
            |c| c.replace(of("2001:db8::9").lladdr(MAC));
        "replace what isn't there" [PAIR]
            "ip neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" =>
            |c| c.replace(of("10.0.0.9").lladdr(MAC));
        "change" [PAIR, OLD]
            "ip neigh change 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud stale" =>
            |c| c.change(of("10.0.0.9").lladdr(MAC).state(NeighbourState::STALE));
        "change what isn't there" [PAIR]
            "ip neigh change 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" refused
            |c| c.change(of("10.0.0.9").lladdr(MAC));
        "delete" [PAIR, OLD] "ip neigh delete 10.0.0.9 dev v0" => |c| c.delete(of("10.0.0.9"));
        "delete of IPv6" [PAIR, OLD6]
            "ip neigh delete 2001:db8::9 dev v0" =>
            |c| c.delete(of("2001:db8::9"));
        "delete what isn't there" [PAIR]
            "ip neigh delete 10.0.0.9 dev v0" refused
            |c| c.delete(of("10.0.0.9"));
        "on no link" []
            "ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0" refused
            |c| c.add(of("10.0.0.9").lladdr(MAC));
    }

    /// Entries of forwarding databases.
    FDB {
        "own" [PAIR] "bridge fdb add 02:00:00:00:00:09 dev v0" optional |c| c.add(port());
        "master" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master" =>
            |c| c.add(port().master());
        "master permanent" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master permanent" =>
            |c| c.add(port().master().permanent());
        "master static" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master static" =>
            |c| c.add(port().master().r#static());
        "master dynamic" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master dynamic" =>
            |c| c.add(port().master().dynamic());
        "sticky" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master static sticky" =>
            |c| c.add(port().master().r#static().sticky());
        "extern_learn" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master extern_learn" =>
            |c| c.add(port().master().ext_learned());
        "of the bridge" [PAIR, BRIDGE]
            "bridge fdb add 02:00:00:00:00:09 dev br0 self local" =>
            |c| c.add(FdbEntry::new("br0", MAC).own());
        "vlan" [PAIR, BRIDGE, "ip link set br0 type bridge vlan_default_pvid 1"]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master static vlan 1" optional
            |c| c.add(port().master().r#static().vlan(1));
        "add twice" [PAIR, BRIDGE, OLD_FDB]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master static" refused
            |c| c.add(port().master().r#static());
        "replace" [PAIR, BRIDGE, OLD_FDB]
            "bridge fdb replace 02:00:00:00:00:09 dev v0 master dynamic" =>
            |c| c.replace(port().master().dynamic());
        "replace what isn't there" [PAIR, BRIDGE]
            "bridge fdb replace 02:00:00:00:00:09 dev v0 master static" =>
            |c| c.replace(port().master().r#static());
        "delete" [PAIR, BRIDGE, OLD_FDB]
            "bridge fdb delete 02:00:00:00:00:09 dev v0 master" =>
            |c| c.delete(port().master());
        "delete what isn't there" [PAIR, BRIDGE]
            "bridge fdb delete 02:00:00:00:00:09 dev v0 master" refused
            |c| c.delete(port().master());
        "no port of a bridge" [PAIR]
            "bridge fdb add 02:00:00:00:00:09 dev v0 master static" refused
            |c| c.add(port().master().r#static());
        "an address that is no station's" [PAIR, BRIDGE]
            "bridge fdb add 00:00:00:00:00:00 dev v0 master static" refused
            |c| c.add(FdbEntry::new("v0", [0; 6]).master().r#static());
    }
}
