//! Twins of addresses.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Address, Prefix,
    address::{AddressFlags, AddressProtocol},
    route::RouteScope,
};

use crate::harness::twins;

/// A pair that is down: what its addresses of IPv6 become stays as it is.
const PAIR: &str = "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02; \
    ip link set v0 addrgenmode none; ip link set p0 addrgenmode none";
const UP: &str = "ip link set p0 up; ip link set v0 up";

fn at<'a>(prefix: &str) -> Address<'a> {
    Address::new("v0", prefix.parse::<Prefix>().unwrap())
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const OLD: &str = "ip addr add 10.0.0.1/24 dev v0";
const OLD6: &str = "ip addr add 2001:db8::1/64 dev v0";

twins! {
    /// Addresses of both families.
    ADDRESSES {
        "add" [PAIR] "ip addr add 10.0.0.1/24 dev v0" => |c| c.add(at("10.0.0.1/24"));
        "add to a link that is up" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0" =>
            |c| c.add(at("10.0.0.1/24"));
        "add a host's" [PAIR] "ip addr add 10.0.0.1 dev v0" => |c| c.add(at("10.0.0.1/32"));
        "add of 31 bits" [PAIR, UP]
            "ip addr add 10.0.0.0/31 dev v0" =>
            |c| c.add(at("10.0.0.0/31"));
        "add of 0 bits" [PAIR, UP] "ip addr add 10.0.0.1/0 dev v0" => |c| c.add(at("10.0.0.1/0"));
        "add a loopback's" []
            "ip addr add 127.0.0.9/8 dev lo" =>
            |c| c.add(Address::new("lo", "127.0.0.9/8".parse().unwrap()));
        "add to the loopback" ["ip link set lo up"]
            "ip addr add 192.0.2.1/32 dev lo" =>
            |c| c.add(Address::new("lo", "192.0.2.1/32".parse().unwrap()));
        "add a second one" [PAIR, UP, OLD]
            "ip addr add 10.0.0.2/24 dev v0" =>
            |c| c.add(at("10.0.0.2/24"));
        "broadcast +" [PAIR, UP]
            "ip addr add 10.0.0.1/24 broadcast + dev v0" =>
            |c| c.add(at("10.0.0.1/24").broadcast_of_prefix());
        "broadcast + of 31 bits" [PAIR]
            "ip addr add 10.0.0.1/31 broadcast + dev v0" =>
            |c| c.add(at("10.0.0.1/31").broadcast_of_prefix());
        "broadcast" [PAIR, UP]
            "ip addr add 10.0.0.1/24 broadcast 10.0.0.99 dev v0" =>
            |c| c.add(at("10.0.0.1/24").broadcast(ip("10.0.0.99")));
        "peer" [PAIR, UP]
            "ip addr add 10.0.0.1 peer 10.9.0.1 dev v0" =>
            |c| c.add(at("10.0.0.1/32").peer(ip("10.9.0.1")));
        "peer with a prefix" [PAIR, UP]
            "ip addr add 10.0.0.1 peer 10.9.0.1/24 dev v0" =>
            |c| c.add(at("10.0.0.1/24").peer(ip("10.9.0.1")));
        "peer of IPv6" [PAIR]
            "ip addr add 2001:db8::1 peer 2001:db8::2 dev v0" =>
            |c| c.add(at("2001:db8::1/128").peer(ip("2001:db8::2")));
        "label" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 label v0:one" =>
            |c| c.add(at("10.0.0.1/24").label("v0:one"));
        "label too long" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 label v0:a-label-of-over-fifteen" refused
            |c| c.add(at("10.0.0.1/24").label("v0:a-label-of-over-fifteen"));
        "scope link" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0 scope link" =>
            |c| c.add(at("10.0.0.1/24").scope(RouteScope::Link));
        "scope host" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0 scope host" =>
            |c| c.add(at("10.0.0.1/24").scope(RouteScope::Host));
        "scope site" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0 scope site" =>
            |c| c.add(at("10.0.0.1/24").scope(RouteScope::Site));
        "scope of a number" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 scope 77" =>
            |c| c.add(at("10.0.0.1/24").scope(RouteScope::from(77)));
        "metric" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0 metric 77" =>
            |c| c.add(at("10.0.0.1/24").metric(77));
        "metric of IPv6" [PAIR, UP]
            "ip addr add 2001:db8::1/64 dev v0 metric 77 nodad" =>
            |c| c.add(at("2001:db8::1/64").metric(77).nodad());
        "noprefixroute" [PAIR, UP]
            "ip addr add 10.0.0.1/24 dev v0 noprefixroute" =>
            |c| c.add(at("10.0.0.1/24").no_prefix_route());
        "noprefixroute of IPv6" [PAIR, UP]
            "ip addr add 2001:db8::1/64 dev v0 noprefixroute nodad" =>
            |c| c.add(at("2001:db8::1/64").no_prefix_route().nodad());
        "lifetimes" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 valid_lft 10000 preferred_lft 5000" =>
            |c| c.add(at("10.0.0.1/24").valid(secs(10000)).preferred(secs(5000)));
        "lifetimes of IPv6" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 valid_lft 10000 preferred_lft 5000" =>
            |c| c.add(at("2001:db8::1/64").valid(secs(10000)).preferred(secs(5000)));
        "deprecated" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 preferred_lft 0" =>
            |c| c.add(at("10.0.0.1/24").preferred(secs(0)));
        "deprecated of IPv6" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 preferred_lft 0" =>
            |c| c.add(at("2001:db8::1/64").preferred(secs(0)));
        "preferred longer than valid" [PAIR]
            "ip addr change 10.0.0.1/24 dev v0 valid_lft forever preferred_lft forever" =>
            |c| c.change(at("10.0.0.1/24").forever());
        "proto" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 proto 77" optional
            |c| c.add(at("10.0.0.1/24").protocol(AddressProtocol::from(77)));
        "proto of IPv6" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 proto 77" optional
            |c| c.add(at("2001:db8::1/64").protocol(AddressProtocol::from(77)));
        "add of IPv6" [PAIR] "ip addr add 2001:db8::1/64 dev v0" => |c| c.add(at("2001:db8::1/64"));
        "add a host's of IPv6" [PAIR]
            "ip addr add 2001:db8::1 dev v0" =>
            |c| c.add(at("2001:db8::1/128"));
        "add to the loopback of IPv6" ["ip link set lo up"]
            "ip addr add 2001:db8::1/128 dev lo" =>
            |c| c.add(Address::new("lo", "2001:db8::1/128".parse().unwrap()));
        "link-local" [PAIR, UP]
            "ip addr add fe80::7/64 dev v0 nodad" =>
            |c| c.add(at("fe80::7/64").nodad());
        "mapped" [PAIR]
            "ip addr add ::ffff:10.0.0.1/128 dev v0" =>
            |c| c.add(at("::ffff:10.0.0.1/128"));
        "nodad" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 nodad" =>
            |c| c.add(at("2001:db8::1/64").nodad());
        "nodad on a link that is up" [PAIR, UP]
            "ip addr add 2001:db8::1/64 dev v0 nodad" =>
            |c| c.add(at("2001:db8::1/64").nodad());
        "optimistic" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 optimistic" optional
            |c| c.add(at("2001:db8::1/64").optimistic());
        "home" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 home" =>
            |c| c.add(at("2001:db8::1/64").home_address());
        "mngtmpaddr" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 mngtmpaddr" =>
            |c| c.add(at("2001:db8::1/64").manage_temp());
        "mngtmpaddr of 80 bits" [PAIR]
            "ip addr add 2001:db8::1/80 dev v0 mngtmpaddr" refused
            |c| c.add(at("2001:db8::1/80").manage_temp());
        "autojoin" [PAIR, UP]
            "ip addr add 239.1.2.3/32 dev v0 autojoin" =>
            |c| c.add(at("239.1.2.3/32").auto_join());
        "many settings" [PAIR, UP]
            "ip addr add 10.0.0.1/24 broadcast + dev v0 label v0:x scope link metric 5 valid_lft 10000 preferred_lft 10000" =>
            |c| c.add(at("10.0.0.1/24").broadcast_of_prefix().label("v0:x").scope(RouteScope::Link).metric(5).valid(secs(10000)).preferred(secs(10000)));
        "valid alone" [PAIR]
            "ip addr add 10.0.0.1/24 dev v0 valid_lft 10000 preferred_lft 10000" =>
            |c| c.add(at("10.0.0.1/24").valid(secs(10000)));
        "flags at once" [PAIR]
            "ip addr add 2001:db8::1/64 dev v0 nodad noprefixroute home" =>
            |c| c.add(at("2001:db8::1/64").flags(AddressFlags::NODAD | AddressFlags::NOPREFIXROUTE | AddressFlags::HOMEADDRESS));
        "add twice" [PAIR, OLD]
            "ip addr add 10.0.0.1/24 dev v0" refused
            |c| c.add(at("10.0.0.1/24"));
        "add twice of IPv6" [PAIR, OLD6]
            "ip addr add 2001:db8::1/64 dev v0" refused
            |c| c.add(at("2001:db8::1/64"));
        "add to no link" [] "ip addr add 10.0.0.1/24 dev v0" refused |c| c.add(at("10.0.0.1/24"));
        "add a multicast address of IPv6" [PAIR]
            "ip addr add ff02::7/128 dev v0" refused
            |c| c.add(at("ff02::7/128"));
        "replace what isn't there" [PAIR]
            "ip addr replace 10.0.0.1/24 dev v0" =>
            |c| c.replace(at("10.0.0.1/24"));
        "replace" [PAIR, OLD]
            "ip addr replace 10.0.0.1/24 dev v0 valid_lft 10000 preferred_lft 10000" =>
            |c| c.replace(at("10.0.0.1/24").valid(secs(10000)));
        "replace of IPv6" [PAIR, OLD6]
            "ip addr replace 2001:db8::1/64 dev v0 valid_lft 10000 preferred_lft 10000" =>
            |c| c.replace(at("2001:db8::1/64").valid(secs(10000)));
        "replace sets noprefixroute" [PAIR, UP, "ip addr add 2001:db8::1/64 dev v0 nodad"]
            "ip addr replace 2001:db8::1/64 dev v0 noprefixroute nodad" =>
            |c| c.replace(at("2001:db8::1/64").no_prefix_route().nodad());
        "change" [PAIR, OLD]
            "ip addr change 10.0.0.1/24 dev v0 valid_lft 10000 preferred_lft 5000" =>
            |c| c.change(at("10.0.0.1/24").valid(secs(10000)).preferred(secs(5000)));
        "change back to forever" [
            PAIR,
            "ip addr add 10.0.0.1/24 dev v0 valid_lft 10000 preferred_lft 5000"
        ]
            "ip addr change 10.0.0.1/24 dev v0 valid_lft forever preferred_lft forever" =>
            |c| c.change(at("10.0.0.1/24").forever());
        "change the metric" [PAIR, UP, OLD]
            "ip addr change 10.0.0.1/24 dev v0 metric 9" =>
            |c| c.change(at("10.0.0.1/24").metric(9));
        "change what isn't there of IPv6" [PAIR]
            "ip addr change 2001:db8::1/64 dev v0 valid_lft 10000 preferred_lft 10000" =>
            |c| c.change(at("2001:db8::1/64").valid(secs(10000)));
        "delete" [PAIR, UP, OLD]
            "ip addr delete 10.0.0.1/24 dev v0" =>
            |c| c.delete(at("10.0.0.1/24"));
        "delete of IPv6" [PAIR, OLD6]
            "ip addr delete 2001:db8::1/64 dev v0" =>
            |c| c.delete(at("2001:db8::1/64"));
        "delete by label" [PAIR, "ip addr add 10.0.0.1/24 dev v0 label v0:a"]
            "ip addr delete 10.0.0.1/24 dev v0 label v0:a" =>
            |c| c.delete(at("10.0.0.1/24").label("v0:a"));
        "delete of another label" [PAIR, OLD]
            "ip addr delete 10.0.0.1/24 dev v0 label v0:b" refused
            |c| c.delete(at("10.0.0.1/24").label("v0:b"));
        "delete with a peer" [PAIR, "ip addr add 10.0.0.1 peer 10.9.0.1/32 dev v0"]
            "ip addr delete 10.0.0.1 peer 10.9.0.1/32 dev v0" =>
            |c| c.delete(at("10.0.0.1/32").peer(ip("10.9.0.1")));
        "delete the first of two" [PAIR, UP, OLD, "ip addr add 10.0.0.2/24 dev v0"]
            "ip addr delete 10.0.0.1/24 dev v0" =>
            |c| c.delete(at("10.0.0.1/24"));
        "delete what isn't there" [PAIR]
            "ip addr delete 10.0.0.1/24 dev v0" refused
            |c| c.delete(at("10.0.0.1/24"));
        "delete of another length" [PAIR, OLD]
            "ip addr delete 10.0.0.1/25 dev v0" refused
            |c| c.delete(at("10.0.0.1/25"));
    }
}
