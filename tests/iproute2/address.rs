//! `ip address`.
use std::time::Duration;

use nlroute::{Address, Addresses, Family, address::AddressFlags, route::RouteScope};

use super::{
    compare::{Row, add, ask, change, delete, replace},
    differences::Why,
};

fn on_v0<'a>(prefix: &str) -> Address<'a> {
    Address::new("v0", prefix.parse().unwrap())
}

fn on_lo<'a>(prefix: &str) -> Address<'a> {
    Address::new("lo", prefix.parse().unwrap())
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn rows() -> Vec<Row> {
    let mut rows = ipv4();
    rows.extend(ipv6());
    rows.extend(altered_deleted_and_shown());
    rows
}

fn ipv4() -> Vec<Row> {
    vec![
        add(
            "ip addr add 192.168.56.10/16 dev v0",
            &on_v0("192.168.56.10/16"),
        ),
        add("ip addr add 127.0.0.5/8 dev lo", &on_lo("127.0.0.5/8")),
        add(
            "ip addr add 10.1.0.1/24 brd + dev v0 label v0:x",
            &on_v0("10.1.0.1/24").broadcast_of_prefix().label("v0:x"),
        ),
        add(
            "ip addr add 10.1.0.1/24 brd - dev v0",
            &on_v0("10.1.0.1/24").broadcast([10, 1, 0, 0].into()),
        ),
        add(
            "ip addr add 10.1.0.1/24 brd 10.1.0.200 dev v0",
            &on_v0("10.1.0.1/24").broadcast([10, 1, 0, 200].into()),
        ),
        add(
            "ip addr add 10.1.0.0/31 brd + dev v0",
            &on_v0("10.1.0.0/31").broadcast_of_prefix(),
        ),
        add(
            "ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link",
            &on_v0("10.2.0.1")
                .peer([10, 2, 0, 2].into())
                .scope(RouteScope::Link),
        ),
        add(
            "ip addr add 10.2.0.1/24 dev v0 scope host",
            &on_v0("10.2.0.1/24").scope(RouteScope::Host),
        ),
        add(
            "ip addr add 10.2.0.1/24 dev v0 scope 100",
            &on_v0("10.2.0.1/24").scope(RouteScope::from(100)),
        ),
        add(
            "ip addr add 10.2.0.1/24 dev v0 metric 50",
            &on_v0("10.2.0.1/24").metric(50),
        ),
        add(
            "ip addr add 224.0.0.9/32 dev v0 autojoin",
            &on_v0("224.0.0.9").auto_join(),
        ),
        add(
            "ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute",
            &on_v0("10.3.0.1/24")
                .valid(secs(100))
                .preferred(secs(50))
                .metric(7)
                .no_prefix_route(),
        ),
        add(
            "ip addr add 10.3.0.1/24 dev v0 valid_lft forever preferred_lft 0",
            &on_v0("10.3.0.1/24").preferred(secs(0)),
        ),
    ]
}

fn ipv6() -> Vec<Row> {
    vec![
        add(
            "ip addr add 2001:db8::1/64 dev v0",
            &on_v0("2001:db8::1/64"),
        ),
        add(
            "ip addr add 2001:db8::2/64 dev v0 nodad",
            &on_v0("2001:db8::2/64").nodad(),
        ),
        add(
            "ip addr add 2001:db8::2/64 dev v0 optimistic",
            &on_v0("2001:db8::2/64").optimistic(),
        ),
        add(
            "ip addr add 2001:db8::2/64 dev v0 home",
            &on_v0("2001:db8::2/64").home_address(),
        ),
        add(
            "ip addr add 2001:db8::2/64 dev v0 mngtmpaddr",
            &on_v0("2001:db8::2/64").manage_temp(),
        ),
        add(
            "ip addr add 2001:db8::2/64 dev v0 nodad noprefixroute valid_lft 3600 preferred_lft 1800",
            &on_v0("2001:db8::2/64")
                .flags(AddressFlags::NODAD | AddressFlags::NOPREFIXROUTE)
                .valid(secs(3600))
                .preferred(secs(1800)),
        )
        .but(&Why {
            why: "IFA_FLAGS has all flags, and the header as many as it has room for.",
            lines: &["header.ifa_flags: 0 | 2"],
        }),
        add(
            "ip addr add 2001:db8::3/128 peer 2001:db8::4/128 dev v0",
            &on_v0("2001:db8::3").peer("2001:db8::4".parse().unwrap()),
        ),
        add("ip addr add ::5/128 dev lo", &on_lo("::5")),
    ]
}

fn altered_deleted_and_shown() -> Vec<Row> {
    vec![
        replace(
            "ip addr replace 10.3.0.1/24 dev v0 valid_lft 60 preferred_lft 60",
            &on_v0("10.3.0.1/24").valid(secs(60)),
        ),
        replace(
            "ip addr replace 2001:db8::1/64 dev v0 preferred_lft 0",
            &on_v0("2001:db8::1/64").preferred(secs(0)),
        ),
        change(
            "ip addr change 10.3.0.1/24 dev v0 preferred_lft 0",
            &on_v0("10.3.0.1/24").preferred(secs(0)),
        ),
        change(
            "ip addr change 10.3.0.1/24 dev v0 metric 9",
            &on_v0("10.3.0.1/24").metric(9),
        ),
        delete("ip addr del 10.1.0.1/24 dev v0", &on_v0("10.1.0.1/24")),
        delete(
            "ip addr del 10.1.0.1/24 dev v0 label v0:x",
            &on_v0("10.1.0.1/24").label("v0:x"),
        ),
        delete(
            "ip addr del 10.2.0.1 peer 10.2.0.2/32 dev v0",
            &on_v0("10.2.0.1").peer([10, 2, 0, 2].into()),
        ),
        delete("ip addr del 127.0.0.5/8 dev lo", &on_lo("127.0.0.5/8")),
        delete(
            "ip addr del 2001:db8::1/64 dev v0",
            &on_v0("2001:db8::1/64"),
        ),
        ask("ip addr show dev v0", Addresses::all().link("v0")),
        ask(
            "ip -4 addr show dev v0",
            Addresses::all().family(Family::Inet).link("v0"),
        ),
        ask("ip -6 addr show", Addresses::all().family(Family::Inet6)),
    ]
}
