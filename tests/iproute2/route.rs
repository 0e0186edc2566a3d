//! `ip route`.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Family, Route, Routes,
    route::{
        MetricsLock, Nexthop, RouteFeatures, RouteMetrics, RouteProtocol, RouteScope, RouteTable,
        RouteType, RouterPreference,
    },
};

use super::{
    compare::{Row, add, append, ask, change, delete, prepend, replace},
    differences::Why,
};

fn to<'a>(prefix: &str) -> Route<'a> {
    Route::new(prefix.parse().unwrap())
}

fn ip(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn gateway() -> IpAddr {
    ip("192.168.0.1")
}

fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub fn rows() -> Vec<Row> {
    let mut rows = ipv4();
    rows.extend(metrics());
    rows.extend(types());
    rows.extend(several_next_hops());
    rows.extend(ipv6());
    rows.extend(altered_and_deleted());
    rows.extend(mpls());
    rows.extend(asked());
    rows
}

fn ipv4() -> Vec<Row> {
    vec![
        add(
            "ip route add 10.9.0.0/16 dev v0",
            &to("10.9.0.0/16").oif("v0"),
        ),
        add(
            "ip route add default via 192.168.0.1",
            &Route::default_via(gateway()),
        ),
        add("ip route add default dev v0", &to("0.0.0.0/0").oif("v0")),
        add(
            "ip route add default via 192.168.0.1 dev v0 metric 100 proto dhcp src 192.168.0.2",
            &Route::default_via(gateway())
                .oif("v0")
                .metric(100)
                .protocol(RouteProtocol::Dhcp)
                .source(ip("192.168.0.2")),
        ),
        add(
            "ip route add 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static",
            &to("10.8.0.0/16")
                .gateway(gateway())
                .oif("v0")
                .metric(9)
                .table(1000)
                .protocol(RouteProtocol::Static),
        ),
        add(
            "ip route add 10.8.0.0/16 via 192.168.0.1 table local",
            &to("10.8.0.0/16")
                .gateway(gateway())
                .table(RouteTable::LOCAL),
        ),
        add(
            "ip route add 10.8.0.0/16 via 192.168.0.1 table 255 proto bird",
            &to("10.8.0.0/16")
                .gateway(gateway())
                .table(255)
                .protocol(RouteProtocol::Bird),
        ),
        add(
            "ip route add 10.8.0.0/16 dev v0 scope host",
            &to("10.8.0.0/16").oif("v0").scope(RouteScope::Host),
        ),
        add(
            "ip route add 10.8.0.0/16 dev v0 scope global",
            &to("10.8.0.0/16").oif("v0").scope(RouteScope::Universe),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 realms 5/6",
            &to("10.7.0.0/16").oif("v0").realms(5 << 16 | 6),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 realms 6",
            &to("10.7.0.0/16").oif("v0").realms(6),
        ),
        add(
            "ip route add 10.3.0.0/16 via inet6 fe80::1 dev v0",
            &to("10.3.0.0/16").via(ip("fe80::1")).oif("v0"),
        ),
        add(
            "ip route add 10.2.0.0/16 via 172.16.0.1 dev v0 onlink",
            &to("10.2.0.0/16")
                .gateway(ip("172.16.0.1"))
                .oif("v0")
                .onlink(),
        ),
        add(
            "ip route add 10.0.0.0/16 nhid 7",
            &to("10.0.0.0/16").nexthop_id(7),
        ),
    ]
}

fn metrics() -> Vec<Row> {
    let new = RouteMetrics::new;
    let to = || to("10.7.0.0/16");
    vec![
        add(
            "ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 initcwnd 20",
            &to().gateway(gateway()).source(ip("192.168.0.2")).metrics(
                new()
                    .mtu(1400)
                    .lock(MetricsLock::MTU)
                    .advmss(1300)
                    .initcwnd(20),
            ),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 window 1000 rttvar 50ms ssthresh 7 cwnd lock 8 reordering 5",
            &to().oif("v0").metrics(
                new()
                    .window(1000)
                    .rttvar(millis(50))
                    .ssthresh(7)
                    .cwnd(8)
                    .lock(MetricsLock::CWND)
                    .reordering(5),
            ),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 hoplimit 9 initrwnd 30 rto_min 20ms quickack 1",
            &to().oif("v0").metrics(
                new()
                    .hoplimit(9)
                    .initrwnd(30)
                    .rto_min(millis(20))
                    .lock(MetricsLock::RTO_MIN)
                    .quickack(1),
            ),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 features ecn fastopen_no_cookie 1",
            &to()
                .oif("v0")
                .metrics(new().features(RouteFeatures::ECN).fastopen_no_cookie(1)),
        ),
        add(
            "ip route add 10.7.0.0/16 dev v0 rtt 100ms rttvar lock 20ms",
            &to().oif("v0").metrics(
                new()
                    .rtt(millis(100))
                    .rttvar(millis(20))
                    .lock(MetricsLock::RTTVAR),
            ),
        ),
        add(
            "ip route add 10.1.0.0/16 tos 0x10 dev v0 congctl cubic rtt 100ms",
            &self::to("10.1.0.0/16")
                .tos(0x10)
                .oif("v0")
                .metrics(new().cc_algo("cubic").rtt(millis(100))),
        ),
    ]
}

fn types() -> Vec<Row> {
    vec![
        add(
            "ip route add blackhole 10.6.0.0/16",
            &to("10.6.0.0/16").kind(RouteType::Blackhole),
        ),
        add(
            "ip route add prohibit 10.6.0.0/16",
            &to("10.6.0.0/16").kind(RouteType::Prohibit),
        ),
        add(
            "ip route add unreachable default metric 4278198272",
            &to("0.0.0.0/0")
                .kind(RouteType::Unreachable)
                .metric(4_278_198_272),
        ),
        add(
            "ip route add local 10.5.0.1 dev lo",
            &to("10.5.0.1").kind(RouteType::Local).oif("lo"),
        ),
        add(
            "ip route add broadcast 10.5.0.255 dev v0",
            &to("10.5.0.255").kind(RouteType::Broadcast).oif("v0"),
        ),
        add(
            "ip route add anycast 10.5.0.1 dev v0",
            &to("10.5.0.1").kind(RouteType::Anycast).oif("v0"),
        ),
        add(
            "ip route add nat 10.5.0.0/24 dev v0",
            &to("10.5.0.0/24").kind(RouteType::Nat).oif("v0"),
        ),
        add(
            "ip route add multicast 239.0.0.0/8 dev v0",
            &to("239.0.0.0/8").kind(RouteType::Multicast).oif("v0"),
        ),
        add(
            "ip route add throw 10.11.0.0/16 table 77",
            &to("10.11.0.0/16").kind(RouteType::Throw).table(77),
        ),
    ]
}

fn several_next_hops() -> Vec<Row> {
    let hop = Nexthop::new;
    vec![
        add(
            "ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.2 dev v0 onlink",
            &to("10.4.0.0/16").nexthops(&[
                hop().gateway(gateway()).weight(3),
                hop().gateway(ip("192.168.0.2")).link("v0").onlink(),
            ]),
        ),
        add(
            "ip route add 10.4.0.0/16 nexthop dev v0 nexthop dev v2 weight 256",
            &to("10.4.0.0/16").nexthops(&[hop().link("v0"), hop().link("v2").weight(256)]),
        ),
        add(
            "ip route add 10.4.0.0/16 nexthop via inet6 fe80::1 dev v0 nexthop via 192.168.0.2 realms 7",
            &to("10.4.0.0/16").nexthops(&[
                hop().via(ip("fe80::1")).link("v0"),
                hop().gateway(ip("192.168.0.2")).realms(7),
            ]),
        ),
        add(
            "ip route add 2001:db8:6::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0 weight 2",
            &to("2001:db8:6::/48").nexthops(&[
                hop().gateway(ip("fe80::1")).link("v0"),
                hop().gateway(ip("fe80::2")).link("v0").weight(2),
            ]),
        ),
    ]
}

fn ipv6() -> Vec<Row> {
    vec![
        add(
            "ip route add 2001:db8:9::/48 via fe80::1 dev v0",
            &to("2001:db8:9::/48").gateway(ip("fe80::1")).oif("v0"),
        ),
        add(
            "ip route add 2001:db8:8::/48 dev v0 pref high expires 60",
            &to("2001:db8:8::/48")
                .oif("v0")
                .pref(RouterPreference::High)
                .expires(Duration::from_secs(60)),
        ),
        add(
            "ip route add 2001:db8:8::/48 dev v0 pref low metric 7",
            &to("2001:db8:8::/48")
                .oif("v0")
                .pref(RouterPreference::Low)
                .metric(7),
        ),
        add(
            "ip route add 2001:db8:8::/48 dev v0 pref medium",
            &to("2001:db8:8::/48")
                .oif("v0")
                .pref(RouterPreference::Medium),
        ),
        add(
            "ip route add 2001:db8:7::/48 from 2001:db8:6::/64 dev v0",
            &to("2001:db8:7::/48")
                .from("2001:db8:6::/64".parse().unwrap())
                .oif("v0"),
        ),
        add(
            "ip route add unreachable 2001:db8:7::/48",
            &to("2001:db8:7::/48").kind(RouteType::Unreachable),
        ),
        add(
            "ip route add blackhole 2001:db8:7::/48 table 1000",
            &to("2001:db8:7::/48").kind(RouteType::Blackhole).table(1000),
        ),
        add(
            "ip route add 2001:db8:5::/48 nhid 8",
            &to("2001:db8:5::/48").nexthop_id(8),
        ),
        add(
            "ip route add default via fe80::1 dev v0 mtu 1280",
            &Route::default_via(ip("fe80::1"))
                .oif("v0")
                .metrics(RouteMetrics::new().mtu(1280)),
        ),
        add(
            "ip route add anycast 2001:db8:4::1 dev v0",
            &to("2001:db8:4::1").kind(RouteType::Anycast).oif("v0"),
        ),
        add(
            "ip route add 2001:db8:4::1 dev lo table local",
            &to("2001:db8:4::1").oif("lo").table(RouteTable::LOCAL),
        ),
    ]
}

fn altered_and_deleted() -> Vec<Row> {
    vec![
        replace(
            "ip route replace 10.9.0.0/16 dev v0",
            &to("10.9.0.0/16").oif("v0"),
        ),
        replace(
            "ip route replace default via 192.168.0.1",
            &Route::default_via(gateway()),
        ),
        replace(
            "ip route replace 2001:db8:9::/48 via fe80::1 dev v0",
            &to("2001:db8:9::/48").gateway(ip("fe80::1")).oif("v0"),
        ),
        change(
            "ip route change 10.9.0.0/16 dev v0 mtu 1300",
            &to("10.9.0.0/16")
                .oif("v0")
                .metrics(RouteMetrics::new().mtu(1300)),
        ),
        append(
            "ip route append 10.9.0.0/16 via 192.168.0.1",
            &to("10.9.0.0/16").gateway(gateway()),
        ),
        append(
            "ip route append 2001:db8:9::/48 via fe80::2 dev v0",
            &to("2001:db8:9::/48").gateway(ip("fe80::2")).oif("v0"),
        ),
        prepend(
            "ip route prepend 10.9.0.0/16 via 192.168.0.1",
            &to("10.9.0.0/16").gateway(gateway()),
        ),
        prepend(
            "ip route prepend 2001:db8:9::/48 via fe80::2 dev v0",
            &to("2001:db8:9::/48").gateway(ip("fe80::2")).oif("v0"),
        ),
        delete("ip route del 10.9.0.0/16", &to("10.9.0.0/16")),
        delete("ip route del default", &to("0.0.0.0/0")),
        delete(
            "ip route del blackhole 10.6.0.0/16",
            &to("10.6.0.0/16").kind(RouteType::Blackhole),
        ),
        delete(
            "ip route del local 10.5.0.1",
            &to("10.5.0.1").kind(RouteType::Local),
        ),
        delete(
            "ip route del 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static",
            &to("10.8.0.0/16")
                .gateway(gateway())
                .oif("v0")
                .metric(9)
                .table(1000)
                .protocol(RouteProtocol::Static),
        ),
        delete(
            "ip route del 10.8.0.0/16 scope link",
            &to("10.8.0.0/16").scope(RouteScope::Link),
        ),
        delete(
            "ip route del 2001:db8:9::/48 dev v0",
            &to("2001:db8:9::/48").oif("v0"),
        ),
        delete("ip -6 route del default", &to("::/0")).but(&Why {
            why: "A prefix of no bits needs no address, of IPv6 as of IPv4, where iproute2 sends \
                  none either.",
            lines: &["destination_address: 00000000000000000000000000000000 | -"],
        }),
    ]
}

fn mpls() -> Vec<Row> {
    let route = || Route::mpls(100);
    let hop = Nexthop::new;
    vec![
        add("ip -f mpls route add 100 dev v0", &route().oif("v0")),
        add(
            "ip -f mpls route add 100 via inet 192.168.0.1",
            &route().via(gateway()),
        ),
        add(
            "ip -f mpls route add 100 as 200 via inet 192.168.0.1 dev v0 proto static",
            &route()
                .newdst(&[200])
                .via(gateway())
                .oif("v0")
                .protocol(RouteProtocol::Static),
        ),
        add(
            "ip -f mpls route add 100 as 200/300 via inet6 fe80::1 dev v0 ttl-propagate disabled",
            &route()
                .newdst(&[200, 300])
                .via(ip("fe80::1"))
                .oif("v0")
                .ttl_propagate(false),
        ),
        add(
            "ip -f mpls route add 100 nexthop as 200 via inet 192.168.0.1 nexthop as 300/301 via inet6 fe80::1 dev v0",
            &route().nexthops(&[
                hop().newdst(&[200]).via(gateway()),
                hop().newdst(&[300, 301]).via(ip("fe80::1")).link("v0"),
            ]),
        ),
        replace(
            "ip -f mpls route replace 100 via inet 192.168.0.1 ttl-propagate enabled",
            &route().via(gateway()).ttl_propagate(true),
        ),
        delete("ip -f mpls route del 100", &route()),
        ask(
            "ip -f mpls route show",
            Routes::all().family(Family::Mpls).table(RouteTable::MAIN),
        ),
        ask(
            "ip mroute show",
            Routes::all()
                .family(Family::Ipmr)
                .table(RouteTable::DEFAULT),
        ),
        ask("ip -6 mroute show", Routes::all().family(Family::Ip6mr)),
    ]
}

fn asked() -> Vec<Row> {
    let v4 = || Routes::all().family(Family::Inet).table(RouteTable::MAIN);
    let v6 = || Routes::all().family(Family::Inet6);
    vec![
        ask("ip route get 10.9.0.1", Route::to(ip("10.9.0.1"))),
        ask(
            "ip route get fibmatch 10.9.0.1 oif v0 mark 5",
            Route::to(ip("10.9.0.1")).fib_match().oif("v0").mark(5),
        ),
        ask(
            "ip route get 10.9.0.1 tos 0x10",
            Route::to(ip("10.9.0.1")).tos(0x10),
        ),
        ask(
            "ip route get 10.9.0.1 ipproto tcp sport 1000 dport 443",
            Route::to(ip("10.9.0.1")).ip_proto(6).sport(1000).dport(443),
        ),
        ask(
            "ip route get 10.9.0.1 from 192.168.0.2 iif v0",
            Route::to(ip("10.9.0.1")).from(ip("192.168.0.2")).iif("v0"),
        ),
        ask(
            "ip route get 2001:db8:9::1 from 2001:db8::1 iif v0 uid 1000",
            Route::to(ip("2001:db8:9::1"))
                .from(ip("2001:db8::1"))
                .iif("v0")
                .uid(1000),
        ),
        ask(
            "ip route get 2001:db8:9::1 oif v0",
            Route::to(ip("2001:db8:9::1")).oif("v0"),
        ),
        ask("ip route show table all", Routes::all()),
        ask(
            "ip route show table main proto static dev v0",
            v4().protocol(RouteProtocol::Static).oif("v0"),
        ),
        ask("ip -4 route show", v4()),
        ask("ip -6 route show", v6().table(RouteTable::MAIN)),
        ask("ip -6 route show table 1000", v6().table(1000)),
        ask(
            "ip -4 route show type blackhole",
            v4().kind(RouteType::Blackhole),
        )
        .but(&Why {
            why: "The kernel filters by type; iproute2 lets it send all and filters itself.",
            lines: &["header.rtm_type: 0 | 6"],
        }),
        ask("ip -4 route show cache", v4().cached()),
    ]
}
