//! `ip nexthop`.
use std::time::Duration;

use nlroute::{
    Family, Nexthop, Nexthops,
    nexthop::{
        NexthopBucket, NexthopBuckets, NexthopGroupType, NexthopMember, NexthopOpFlags,
        ResilientGroup,
    },
    route::{RouteProtocol, encap::MplsEncap},
};

use super::{
    compare::{Row, add, ask, delete, replace},
    differences::{NO_FLAGS, NUMBER},
};

fn by(id: u32, gateway: &str) -> Nexthop<'_> {
    Nexthop::new(id).gateway(gateway.parse().unwrap()).oif("v0")
}

pub fn rows() -> Vec<Row> {
    let hole = || Nexthop::new(7).blackhole(true);
    let one = NexthopMember::new(1);
    let two = NexthopMember::new(2);
    let three = NexthopMember::new(3);
    let both = [one, two];
    let group = || Nexthop::new(10).group(&both);
    let resilient = || group().group_type(NexthopGroupType::Resilient);
    vec![
        add(
            "ip nexthop add id 7 via 192.168.0.1 dev v0",
            &by(7, "192.168.0.1"),
        ),
        add(
            "ip nexthop add id 7 via 192.168.0.1 dev v0 onlink protocol bgp",
            &by(7, "192.168.0.1").onlink().protocol(RouteProtocol::Bgp),
        ),
        add(
            "ip nexthop add id 7 via 2001:db8::1 dev v0",
            &by(7, "2001:db8::1"),
        ),
        add(
            "ip nexthop add id 7 via inet6 fe80::1 dev v0",
            &by(7, "fe80::1"),
        ),
        add("ip nexthop add id 7 dev v0", &Nexthop::new(7).oif("v0")),
        add(
            "ip -6 nexthop add id 7 dev v0",
            &Nexthop::new(7).oif("v0").family(Family::Inet6),
        ),
        add(
            "ip nexthop add via 192.168.0.1 dev v0",
            &by(0, "192.168.0.1"),
        )
        .but(&NUMBER),
        add("ip nexthop add id 7 blackhole", &hole()),
        add(
            "ip -6 nexthop add id 7 blackhole",
            &hole().family(Family::Inet6),
        ),
        add(
            "ip nexthop add id 7 via 192.0.2.9 fdb",
            &Nexthop::new(7)
                .gateway("192.0.2.9".parse().unwrap())
                .fdb(true),
        ),
        add(
            "ip nexthop add id 7 encap mpls 100/200 via 192.168.0.1 dev v0",
            &by(7, "192.168.0.1").encap(&MplsEncap::new().labels(&[100, 200])),
        ),
        add(
            "ip nexthop add id 10 group 1",
            &Nexthop::new(10).group(&[one]),
        ),
        add(
            "ip nexthop add id 10 group 1,3/2",
            &Nexthop::new(10).group(&[one.share(3), two]),
        ),
        add(
            "ip nexthop add id 10 group 1,256/2,3/3,1",
            &Nexthop::new(10).group(&[one.share(256), two.share(3), three.share(1)]),
        ),
        add(
            "ip nexthop add id 10 group 1,300/2,65535",
            &Nexthop::new(10).group(&[one.share(300), two.share(65_535)]),
        ),
        add("ip nexthop add id 10 group 1/2 fdb", &group().fdb(true)),
        add(
            "ip nexthop add id 10 group 1/2 type mpath",
            &group().group_type(NexthopGroupType::Multipath),
        ),
        add(
            "ip nexthop add id 10 group 1/2 type resilient",
            &resilient(),
        ),
        add(
            "ip nexthop add id 10 group 1/2 type resilient buckets 64 idle_timer 60 unbalanced_timer 300",
            &resilient().res_group(
                ResilientGroup::new()
                    .buckets(64)
                    .idle_timer(Duration::from_secs(60))
                    .unbalanced_timer(Duration::from_secs(300)),
            ),
        ),
        add(
            "ip nexthop add id 10 group 1/2 hw_stats on",
            &group().hw_stats_enable(true),
        ),
        add(
            "ip nexthop add id 10 group 1/2 protocol static hw_stats off",
            &group()
                .protocol(RouteProtocol::Static)
                .hw_stats_enable(false),
        ),
        replace(
            "ip nexthop replace id 7 via 192.168.0.2 dev v0",
            &by(7, "192.168.0.2"),
        ),
        replace(
            "ip nexthop replace id 10 group 1/3 type resilient idle_timer 30",
            &Nexthop::new(10)
                .group(&[one, three])
                .group_type(NexthopGroupType::Resilient)
                .res_group(ResilientGroup::new().idle_timer(Duration::from_secs(30))),
        ),
        delete("ip nexthop del id 7", &Nexthop::new(7)),
        ask("ip nexthop get id 7", Nexthop::new(7)).but(&NO_FLAGS),
        ask("ip nexthop show id 7", Nexthop::new(7)).but(&NO_FLAGS),
        ask("ip nexthop show", Nexthops::all()),
        ask("ip nexthop show dev v0", Nexthops::all().link("v0")),
        ask("ip nexthop show master br0", Nexthops::all().master("br0")),
        ask("ip nexthop show groups", Nexthops::all().groups()),
        ask("ip nexthop show fdb", Nexthops::all().fdb()),
        ask(
            "ip nexthop show groups fdb dev v0",
            Nexthops::all().groups().fdb().link("v0"),
        ),
        ask("ip -6 nexthop show", Nexthops::all().family(Family::Inet6)),
        ask(
            "ip -s nexthop show groups",
            Nexthops::all()
                .groups()
                .op_flags(NexthopOpFlags::DUMP_STATS),
        ),
        ask(
            "ip -s -s nexthop show",
            Nexthops::all().op_flags(NexthopOpFlags::DUMP_STATS | NexthopOpFlags::DUMP_HW_STATS),
        ),
        ask("ip nexthop bucket show", NexthopBuckets::all()),
        ask(
            "ip nexthop bucket show id 10",
            NexthopBuckets::all().group(10),
        ),
        ask(
            "ip nexthop bucket show nhid 1",
            NexthopBuckets::all().nexthop(1),
        ),
        ask(
            "ip nexthop bucket show id 10 nhid 1 dev v0",
            NexthopBuckets::all().group(10).nexthop(1).link("v0"),
        ),
        ask(
            "ip nexthop bucket show master br0",
            NexthopBuckets::all().master("br0"),
        ),
        ask(
            "ip nexthop bucket get id 10 index 3",
            NexthopBucket::new(10, 3),
        ),
    ]
}
