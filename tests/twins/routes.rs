//! Twins of routes.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Prefix, Route,
    route::{
        MetricsLock, Nexthop, RouteFeatures, RouteMetrics, RouteProtocol, RouteScope, RouteTable,
        RouteType, RouterPreference,
    },
};

use crate::harness::{Twin, twin, twins};

/// Two links that are up, each in a network of either family; the addresses are chosen.
const NET: &str = "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02; \
    ip link set v0 addrgenmode none; ip link set p0 addrgenmode none; ip link set p0 up; \
    ip link set v0 up; ip addr add 10.0.0.1/24 dev v0; ip addr add 2001:db8::1/64 dev v0 nodad";
const NET1: &str = "ip addr add 10.0.1.1/24 dev p0; ip addr add 2001:db8:1::1/64 dev p0 nodad";
const OLD: &str = "ip route add 10.8.0.0/16 via 10.0.0.2";
const OLD6: &str = "ip route add 2001:db8:8::/48 via 2001:db8::2";

fn to<'a>(prefix: &str) -> Route<'a> {
    Route::new(prefix.parse::<Prefix>().unwrap())
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn hop<'a>(gateway: &str) -> Nexthop<'a> {
    Nexthop::new().gateway(ip(gateway))
}

const fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

twins! {
    /// Routes of both families.
    ROUTES {
        "default" [NET]
            "ip route add default via 10.0.0.2" =>
            |c| c.add(Route::default_via(ip("10.0.0.2")));
        "default of IPv6" [NET]
            "ip route add default via 2001:db8::2" =>
            |c| c.add(Route::default_via(ip("2001:db8::2")));
        "default by a link" [NET]
            "ip route add default dev v0" =>
            |c| c.add(Route::new(Prefix::ALL_IPV4).oif("v0"));
        "gateway" [NET]
            "ip route add 10.8.0.0/16 via 10.0.0.2" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")));
        "gateway of IPv6" [NET]
            "ip route add 2001:db8:8::/48 via 2001:db8::2" =>
            |c| c.add(to("2001:db8:8::/48").gateway(ip("2001:db8::2")));
        "gateway and link" [NET]
            "ip route add 10.8.0.0/16 via 10.0.0.2 dev v0" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")).oif("v0"));
        "link-local gateway" [NET]
            "ip route add 2001:db8:8::/48 via fe80::9 dev v0" =>
            |c| c.add(to("2001:db8:8::/48").gateway(ip("fe80::9")).oif("v0"));
        "link" [NET] "ip route add 10.8.0.0/16 dev v0" => |c| c.add(to("10.8.0.0/16").oif("v0"));
        "link of IPv6" [NET]
            "ip route add 2001:db8:8::/48 dev v0" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0"));
        "host" [NET] "ip route add 10.8.0.1 dev v0" => |c| c.add(to("10.8.0.1").oif("v0"));
        "host of IPv6" [NET]
            "ip route add 2001:db8:8::1 dev v0" =>
            |c| c.add(to("2001:db8:8::1").oif("v0"));
        "via inet6" [NET]
            "ip route add 10.8.0.0/16 via inet6 fe80::9 dev v0" =>
            |c| c.add(to("10.8.0.0/16").via(ip("fe80::9")).oif("v0"));
        "via inet" [NET]
            "ip route add 10.8.0.0/16 via inet 10.0.0.2" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")));
        "onlink" [NET]
            "ip route add 10.8.0.0/16 via 192.0.2.1 dev v0 onlink" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("192.0.2.1")).oif("v0").onlink());
        "onlink of IPv6" [NET]
            "ip route add 2001:db8:8::/48 via 2001:db8:77::1 dev v0 onlink" =>
            |c| c.add(to("2001:db8:8::/48").gateway(ip("2001:db8:77::1")).oif("v0").onlink());
        "no way to the gateway" [NET]
            "ip route add 10.8.0.0/16 via 192.0.2.1" refused
            |c| c.add(to("10.8.0.0/16").gateway(ip("192.0.2.1")));
        "no way to the gateway of IPv6" [NET]
            "ip route add 2001:db8:8::/48 via 2001:db8:77::1" refused
            |c| c.add(to("2001:db8:8::/48").gateway(ip("2001:db8:77::1")));
        "blackhole" [NET]
            "ip route add blackhole 10.8.0.0/16" =>
            |c| c.add(to("10.8.0.0/16").kind(RouteType::Blackhole));
        "blackhole of IPv6" [NET]
            "ip route add blackhole 2001:db8:8::/48" =>
            |c| c.add(to("2001:db8:8::/48").kind(RouteType::Blackhole));
        "unreachable" [NET]
            "ip route add unreachable 10.8.0.0/16" =>
            |c| c.add(to("10.8.0.0/16").kind(RouteType::Unreachable));
        "unreachable of IPv6" [NET]
            "ip route add unreachable 2001:db8:8::/48" =>
            |c| c.add(to("2001:db8:8::/48").kind(RouteType::Unreachable));
        "prohibit" [NET]
            "ip route add prohibit 10.8.0.0/16" =>
            |c| c.add(to("10.8.0.0/16").kind(RouteType::Prohibit));
        "prohibit of IPv6" [NET]
            "ip route add prohibit 2001:db8:8::/48" =>
            |c| c.add(to("2001:db8:8::/48").kind(RouteType::Prohibit));
        "throw" [NET]
            "ip route add throw 10.8.0.0/16" =>
            |c| c.add(to("10.8.0.0/16").kind(RouteType::Throw));
        "throw of IPv6" [NET]
            "ip route add throw 2001:db8:8::/48" =>
            |c| c.add(to("2001:db8:8::/48").kind(RouteType::Throw));
        "local" [NET]
            "ip route add local 10.8.0.1 dev v0" =>
            |c| c.add(to("10.8.0.1").kind(RouteType::Local).oif("v0"));
        "local of a network" [NET, "ip link set lo up"]
            "ip route add local 10.8.0.0/16 dev lo" =>
            |c| c.add(to("10.8.0.0/16").kind(RouteType::Local).oif("lo"));
        "local of IPv6" [NET, "ip link set lo up"]
            "ip route add local 2001:db8:8::/48 dev lo" =>
            |c| c.add(to("2001:db8:8::/48").kind(RouteType::Local).oif("lo"));
        "broadcast" [NET]
            "ip route add broadcast 10.8.255.255 dev v0" =>
            |c| c.add(to("10.8.255.255").kind(RouteType::Broadcast).oif("v0"));
        "multicast" [NET]
            "ip route add multicast 239.0.0.0/8 dev v0" =>
            |c| c.add(to("239.0.0.0/8").kind(RouteType::Multicast).oif("v0"));
        "multicast of IPv6" [NET]
            "ip route add multicast ff05::/16 dev v0" =>
            |c| c.add(to("ff05::/16").kind(RouteType::Multicast).oif("v0"));
        "anycast of IPv6" [NET]
            "ip route add anycast 2001:db8:8::7 dev v0" =>
            |c| c.add(to("2001:db8:8::7").kind(RouteType::Anycast).oif("v0"));
        "table" [NET]
            "ip route add 10.8.0.0/16 via 10.0.0.2 table 77" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")).table(77));
        "table over 255" [NET]
            "ip route add 10.8.0.0/16 via 10.0.0.2 table 7777" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")).table(7777));
        "table over 255 of IPv6" [NET]
            "ip route add 2001:db8:8::/48 via 2001:db8::2 table 7777" =>
            |c| c.add(to("2001:db8:8::/48").gateway(ip("2001:db8::2")).table(7777));
        "table local" [NET]
            "ip route add 10.8.0.0/16 dev v0 table local" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").table(RouteTable::LOCAL));
        "scope global" [NET]
            "ip route add 10.8.0.0/16 dev v0 scope global" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").scope(RouteScope::Universe));
        "scope host" [NET]
            "ip route add 10.8.0.0/16 dev v0 scope host" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").scope(RouteScope::Host));
        "scope site" [NET]
            "ip route add 10.8.0.0/16 dev v0 scope site" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").scope(RouteScope::Site));
        "proto static" [NET]
            "ip route add 10.8.0.0/16 dev v0 proto static" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").protocol(RouteProtocol::Static));
        "proto bgp" [NET]
            "ip route add 10.8.0.0/16 dev v0 proto bgp" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").protocol(RouteProtocol::Bgp));
        "proto of a number" [NET]
            "ip route add 2001:db8:8::/48 dev v0 proto 77" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").protocol(RouteProtocol::from(77)));
        "metric" [NET]
            "ip route add 10.8.0.0/16 dev v0 metric 50" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").metric(50));
        "metric of IPv6" [NET]
            "ip route add 2001:db8:8::/48 dev v0 metric 50" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").metric(50));
        "two metrics" [NET, OLD]
            "ip route add 10.8.0.0/16 dev v0 metric 50" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").metric(50));
        "source" [NET]
            "ip route add 10.8.0.0/16 dev v0 src 10.0.0.1" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").source(ip("10.0.0.1")));
        "source of IPv6" [NET]
            "ip route add 2001:db8:8::/48 dev v0 src 2001:db8::1" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").source(ip("2001:db8::1")));
        "source that isn't the host's" [NET]
            "ip route add 10.8.0.0/16 dev v0 src 192.0.2.1" refused
            |c| c.add(to("10.8.0.0/16").oif("v0").source(ip("192.0.2.1")));
        "source that isn't the host's of IPv6" [NET]
            "ip route add 2001:db8:8::/48 dev v0 src 2001:db8:99::1" refused
            |c| c.add(to("2001:db8:8::/48").oif("v0").source(ip("2001:db8:99::1")));
        "from" [NET]
            "ip route add 2001:db8:8::/48 from 2001:db8:5::/48 dev v0" optional
            |c| c.add(to("2001:db8:8::/48").from("2001:db8:5::/48".parse().unwrap()).oif("v0"));
        "tos" [NET]
            "ip route add 10.8.0.0/16 dev v0 tos 0x10" =>
            |c| c.add(to("10.8.0.0/16").oif("v0").tos(0x10));
        "realms" [NET]
            "ip route add 10.8.0.0/16 dev v0 realms 5/7" optional
            |c| c.add(to("10.8.0.0/16").oif("v0").realms(5 << 16 | 7));
        "pref high" [NET]
            "ip route add 2001:db8:8::/48 dev v0 pref high" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").pref(RouterPreference::High));
        "pref low" [NET]
            "ip route add 2001:db8:8::/48 dev v0 pref low" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").pref(RouterPreference::Low));
        "expires" [NET]
            "ip route add 2001:db8:8::/48 dev v0 expires 10000" =>
            |c| c.add(to("2001:db8:8::/48").oif("v0").expires(millis(10_000_000)));
        "next hops" [NET, NET1]
            "ip route add 10.8.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2" =>
            |c| c.add(to("10.8.0.0/16").nexthops(&[hop("10.0.0.2"), hop("10.0.1.2")]));
        "next hops with weights and links" [NET, NET1]
            "ip route add 10.8.0.0/16 nexthop via 10.0.0.2 dev v0 weight 3 nexthop dev p0 weight 200" =>
            |c| c.add(to("10.8.0.0/16").nexthops(&[hop("10.0.0.2").link("v0").weight(3), Nexthop::new().link("p0").weight(200)]));
        "next hops of IPv6" [NET, NET1]
            "ip route add 2001:db8:8::/48 nexthop via 2001:db8::2 weight 2 nexthop via 2001:db8:1::2" =>
            |c| c.add(to("2001:db8:8::/48").nexthops(&[hop("2001:db8::2").weight(2), hop("2001:db8:1::2")]));
        "next hops on the link" [NET, NET1]
            "ip route add 10.8.0.0/16 nexthop via 192.0.2.1 dev v0 onlink nexthop via 192.0.2.2 dev p0 onlink" =>
            |c| c.add(to("10.8.0.0/16").nexthops(&[hop("192.0.2.1").link("v0").onlink(), hop("192.0.2.2").link("p0").onlink()]));
        "next hops via inet6" [NET, NET1]
            "ip route add 10.8.0.0/16 nexthop via inet6 fe80::9 dev v0 nexthop via 10.0.1.2" =>
            |c| c.add(to("10.8.0.0/16").nexthops(&[Nexthop::new().via(ip("fe80::9")).link("v0"), hop("10.0.1.2")]));
        "next hops with realms" [NET, NET1]
            "ip route add 10.8.0.0/16 nexthop via 10.0.0.2 realms 3 nexthop via 10.0.1.2 realms 4" optional
            |c| c.add(to("10.8.0.0/16").nexthops(&[hop("10.0.0.2").realms(3), hop("10.0.1.2").realms(4)]));
        "one next hop" [NET]
            "ip route add 10.8.0.0/16 nexthop via 10.0.0.2 weight 9" =>
            |c| c.add(to("10.8.0.0/16").nexthops(&[hop("10.0.0.2").weight(9)]));
        "next hop object" [NET, "ip nexthop add id 5 via 10.0.0.2 dev v0"]
            "ip route add 10.8.0.0/16 nhid 5" =>
            |c| c.add(to("10.8.0.0/16").nexthop_id(5));
        "next hop object of IPv6" [NET, "ip nexthop add id 5 via 2001:db8::2 dev v0"]
            "ip route add 2001:db8:8::/48 nhid 5" =>
            |c| c.add(to("2001:db8:8::/48").nexthop_id(5));
        "next hop object that isn't there" [NET]
            "ip route add 10.8.0.0/16 nhid 5" refused
            |c| c.add(to("10.8.0.0/16").nexthop_id(5));
        "many settings" [NET]
            "ip route add 10.8.0.0/16 via 10.0.0.2 dev v0 src 10.0.0.1 metric 9 table 500 proto static mtu 1400" =>
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.2")).oif("v0").source(ip("10.0.0.1")).metric(9).table(500)
                .protocol(RouteProtocol::Static).metrics(RouteMetrics::new().mtu(1400)));
        "add twice" [NET, OLD]
            "ip route add 10.8.0.0/16 via 10.0.0.3" refused
            |c| c.add(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "add twice of IPv6" [NET, OLD6]
            "ip route add 2001:db8:8::/48 via 2001:db8::2" refused
            |c| c.add(to("2001:db8:8::/48").gateway(ip("2001:db8::2")));
        "bits after the prefix" [NET]
            "ip route add 10.8.0.1/16 dev v0" refused
            |c| c.add(to("10.8.0.1/16").oif("v0"));
        "bits after the prefix of IPv6" [NET]
            "ip route add 2001:db8:8::1/48 dev v0" =>
            |c| c.add(to("2001:db8:8::1/48").oif("v0"));
        "a link that is down" [NET, "ip link set v0 down"]
            "ip route add 10.8.0.0/16 dev v0" refused
            |c| c.add(to("10.8.0.0/16").oif("v0"));
        "replace" [NET, OLD]
            "ip route replace 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.replace(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "replace of IPv6" [NET, OLD6]
            "ip route replace 2001:db8:8::/48 via 2001:db8::3" =>
            |c| c.replace(to("2001:db8:8::/48").gateway(ip("2001:db8::3")));
        "replace what isn't there" [NET]
            "ip route replace 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.replace(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "replace of another metric" [NET, OLD]
            "ip route replace 10.8.0.0/16 via 10.0.0.3 metric 7" =>
            |c| c.replace(to("10.8.0.0/16").gateway(ip("10.0.0.3")).metric(7));
        "replace by next hops" [NET, NET1, OLD]
            "ip route replace 10.8.0.0/16 nexthop via 10.0.0.3 nexthop via 10.0.1.3" =>
            |c| c.replace(to("10.8.0.0/16").nexthops(&[hop("10.0.0.3"), hop("10.0.1.3")]));
        "replace one of two by next hops of IPv6" [NET, NET1, OLD6]
            "ip route replace 2001:db8:8::/48 nexthop via 2001:db8::3 nexthop via 2001:db8:1::3" =>
            |c| c.replace(to("2001:db8:8::/48").nexthops(&[hop("2001:db8::3"), hop("2001:db8:1::3")]));
        "change" [NET, OLD]
            "ip route change 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.change(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "change of IPv6" [NET, OLD6]
            "ip route change 2001:db8:8::/48 via 2001:db8::3" =>
            |c| c.change(to("2001:db8:8::/48").gateway(ip("2001:db8::3")));
        "change what isn't there" [NET]
            "ip route change 10.8.0.0/16 via 10.0.0.3" refused
            |c| c.change(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "change what isn't there of IPv6" [NET]
            "ip route change 2001:db8:8::/48 via 2001:db8::3" refused
            |c| c.change(to("2001:db8:8::/48").gateway(ip("2001:db8::3")));
        "append" [NET, OLD]
            "ip route append 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.append(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "append what isn't there" [NET]
            "ip route append 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.append(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "append of IPv6" [NET, OLD6]
            "ip route append 2001:db8:8::/48 via 2001:db8::3" =>
            |c| c.append(to("2001:db8:8::/48").gateway(ip("2001:db8::3")));
        "delete" [NET, OLD] "ip route delete 10.8.0.0/16" => |c| c.delete(to("10.8.0.0/16"));
        "delete of IPv6" [NET, OLD6]
            "ip route delete 2001:db8:8::/48" =>
            |c| c.delete(to("2001:db8:8::/48"));
        "delete by gateway" [NET, OLD, "ip route append 10.8.0.0/16 via 10.0.0.3"]
            "ip route delete 10.8.0.0/16 via 10.0.0.3" =>
            |c| c.delete(to("10.8.0.0/16").gateway(ip("10.0.0.3")));
        "delete the first of two" [NET, OLD, "ip route append 10.8.0.0/16 via 10.0.0.3"]
            "ip route delete 10.8.0.0/16" =>
            |c| c.delete(to("10.8.0.0/16"));
        "delete by metric" [NET, OLD, "ip route add 10.8.0.0/16 dev v0 metric 9"]
            "ip route delete 10.8.0.0/16 metric 9" =>
            |c| c.delete(to("10.8.0.0/16").metric(9));
        "delete by proto" [NET, OLD, "ip route add 10.8.0.0/16 dev v0 metric 9 proto static"]
            "ip route delete 10.8.0.0/16 proto static" =>
            |c| c.delete(to("10.8.0.0/16").protocol(RouteProtocol::Static));
        "delete by link" [NET, OLD]
            "ip route delete 10.8.0.0/16 dev v0" =>
            |c| c.delete(to("10.8.0.0/16").oif("v0"));
        "delete of another gateway" [NET, OLD]
            "ip route delete 10.8.0.0/16 via 10.0.0.9" refused
            |c| c.delete(to("10.8.0.0/16").gateway(ip("10.0.0.9")));
        "delete of a table" [NET, "ip route add 10.8.0.0/16 dev v0 table 7777"]
            "ip route delete 10.8.0.0/16 table 7777" =>
            |c| c.delete(to("10.8.0.0/16").table(7777));
        "delete by type" [NET, "ip route add blackhole 10.8.0.0/16"]
            "ip route delete blackhole 10.8.0.0/16" =>
            |c| c.delete(to("10.8.0.0/16").kind(RouteType::Blackhole));
        "delete any type" [NET, "ip route add blackhole 10.8.0.0/16"]
            "ip route delete 10.8.0.0/16" =>
            |c| c.delete(to("10.8.0.0/16"));
        "delete the local one" [NET]
            "ip route delete local 10.0.0.1 dev v0" =>
            |c| c.delete(to("10.0.0.1").kind(RouteType::Local).oif("v0"));
        "delete next hops" [
            NET,
            NET1,
            "ip route add 10.8.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.1.2"
        ]
            "ip route delete 10.8.0.0/16" =>
            |c| c.delete(to("10.8.0.0/16"));
        "delete one next hop of IPv6" [
            NET,
            NET1,
            "ip route add 2001:db8:8::/48 nexthop via 2001:db8::2 nexthop via 2001:db8:1::2"
        ]
            "ip route delete 2001:db8:8::/48 via 2001:db8::2" =>
            |c| c.delete(to("2001:db8:8::/48").gateway(ip("2001:db8::2")));
        "delete the default" [NET, "ip route add default via 10.0.0.2"]
            "ip route delete default" =>
            |c| c.delete(Route::new(Prefix::ALL_IPV4));
        "delete what isn't there" [NET]
            "ip route delete 10.8.0.0/16" refused
            |c| c.delete(to("10.8.0.0/16"));
        "delete what isn't there of IPv6" [NET]
            "ip route delete 2001:db8:8::/48" refused
            |c| c.delete(to("2001:db8:8::/48"));
    }
}

/// A twin a family for each metric: `"words" => setter(value)...;`
macro_rules! metrics {
    ($($words:literal $expect:tt $($setter:ident($value:expr)).+;)+) => {
        /// Each metric of an IPv4 route.
        pub const METRICS: &[Twin] = &[$(twin!(
            $words,
            [NET],
            concat!("ip route add 10.8.0.0/16 dev v0 ", $words),
            $expect,
            |c| c.add(to("10.8.0.0/16").oif("v0").metrics(RouteMetrics::new()$(.$setter($value))+))
        )),+];
        /// Each metric of an IPv6 route.
        pub const METRICS6: &[Twin] = &[$(twin!(
            $words,
            [NET],
            concat!("ip route add 2001:db8:8::/48 dev v0 ", $words),
            $expect,
            |c| c.add(to("2001:db8:8::/48").oif("v0").metrics(RouteMetrics::new()$(.$setter($value))+))
        )),+];
    };
}

metrics! {
    "mtu 1400" => mtu(1400);
    "mtu lock 1400" => mtu(1400).lock(MetricsLock::MTU);
    "window 20000" => window(20_000);
    "rtt 100ms" => rtt(millis(100));
    "rttvar 50ms" => rttvar(millis(50));
    "ssthresh 7" => ssthresh(7);
    "cwnd 9" => cwnd(9);
    "cwnd lock 9 mtu 1300" => cwnd(9).mtu(1300).lock(MetricsLock::CWND);
    "advmss 1200" => advmss(1200);
    "reordering 5" => reordering(5);
    "hoplimit 33" => hoplimit(33);
    "initcwnd 20" => initcwnd(20);
    "features ecn" => features(RouteFeatures::ECN);
    // The kernel heeds it only if it is locked; `ip` locks it by itself.
    "rto_min 300ms" => rto_min(millis(300)).lock(MetricsLock::RTO_MIN);
    "initrwnd 30" => initrwnd(30);
    "quickack 1" => quickack(1);
    "congctl cubic" optional cc_algo("cubic");
    "congctl nosuchthing" refused cc_algo("nosuchthing");
    "fastopen_no_cookie 1" => fastopen_no_cookie(1);
}
