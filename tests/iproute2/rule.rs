//! `ip rule` and `ip mrule`.
use nlroute::{
    Family, Rule, Rules,
    route::{RouteProtocol, RouteTable},
    rule::RuleAction,
};

use super::{
    compare::{Row, add, ask, delete},
    differences::Why,
};

fn from<'a>(prefix: &str) -> Rule<'a> {
    Rule::new().from(prefix.parse().unwrap())
}

fn to<'a>(prefix: &str) -> Rule<'a> {
    Rule::new().to(prefix.parse().unwrap())
}

fn new<'a>() -> Rule<'a> {
    Rule::new()
}

fn new6<'a>() -> Rule<'a> {
    Rule::new().family(Family::Inet6)
}

const ALL: Why = Why {
    why: "A prefix of no bits needs no address; iproute2 sends one of no bytes.",
    lines: &["source_address:  | -"],
};

const FAMILY: Why = Why {
    why: "iproute2 takes a rule for one of IPv4 unless told `-6`, whatever its prefixes are, and \
          the kernel refuses it.",
    lines: &["header.family: 2 | 10"],
};

pub fn rows() -> Vec<Row> {
    let mut rows = selectors();
    rows.extend(ports_and_bits());
    rows.extend(actions());
    rows.extend(deleted());
    rows.extend(asked());
    rows
}

fn selectors() -> Vec<Row> {
    vec![
        add(
            "ip rule add from 10.1.0.0/16 table 100",
            &from("10.1.0.0/16").table(100),
        ),
        add(
            "ip rule add from 10.1.0.0/16 to 192.0.2.7 lookup main priority 1000",
            &from("10.1.0.0/16")
                .to("192.0.2.7".parse().unwrap())
                .table(RouteTable::MAIN)
                .priority(1000),
        ),
        add(
            "ip rule add from all table 1000 pref 5",
            &from("0.0.0.0/0").table(1000).priority(5),
        )
        .but(&ALL),
        add(
            "ip rule add to 2001:db8::/32 table 100",
            &to("2001:db8::/32").table(100),
        )
        .but(&FAMILY),
        add(
            "ip -6 rule add table 100 pref 7",
            &new6().table(100).priority(7),
        ),
        add(
            "ip -6 rule add from 2001:db8::1 iif v0 oif v2 lookup 300 protocol static",
            &from("2001:db8::1")
                .iif("v0")
                .oif("v2")
                .table(300)
                .protocol(RouteProtocol::Static),
        ),
        add(
            "ip rule add iif absent table 100",
            &new().iif("absent").table(100),
        ),
        add(
            "ip rule add not from 10.0.0.0/8 table 100",
            &from("10.0.0.0/8").invert().table(100),
        ),
        add(
            "ip rule add uidrange 1000-1999 table 100",
            &new().uid_range(1000..=1999).table(100),
        ),
        add(
            "ip rule add tun_id 5 table 100",
            &new().tun_id(5).table(100),
        ),
        add(
            "ip rule add from 10.1.0.0/16 realms 5/6 table 100",
            &from("10.1.0.0/16").realms(5 << 16 | 6).table(100),
        ),
        add(
            "ip rule add from 10.1.0.0/16 realms 6 table 100",
            &from("10.1.0.0/16").realms(6).table(100),
        ),
        add(
            "ip mrule add iif v2 table 100 pref 9",
            &new().family(Family::Ipmr).iif("v2").table(100).priority(9),
        ),
        add(
            "ip -6 mrule add iif v0 table 100",
            &new().family(Family::Ip6mr).iif("v0").table(100),
        ),
    ]
}

fn ports_and_bits() -> Vec<Row> {
    vec![
        add(
            "ip rule add fwmark 5 table 100",
            &new().fwmark(5).table(100),
        ),
        add(
            "ip rule add fwmark 0x10/0xf0 table 100",
            &new().fwmark(0x10).fwmask(0xf0).table(100),
        ),
        add("ip rule add tos 0x10 table 100", &new().tos(16).table(100)),
        add("ip rule add dscp 0 table 100", &new().dscp(0).table(100)),
        add(
            "ip rule add dscp 46/0x3e table 100",
            &new().dscp(46).dscp_mask(0x3e).table(100),
        ),
        add(
            "ip rule add ipproto tcp sport 1000 dport 80-90 table 100",
            &new().ip_proto(6).sport(1000).dport(80..=90).table(100),
        ),
        add(
            "ip -6 rule add ipproto udp dport 0x50/0xf0 sport 53 table 100",
            &new6()
                .ip_proto(17)
                .dport(0x50)
                .dport_mask(0xf0)
                .sport(53)
                .table(100),
        ),
        add(
            "ip -6 rule add flowlabel 0x12345 table 100",
            &new6().flowlabel(0x12345).table(100),
        ),
        add(
            "ip -6 rule add flowlabel 0x12300/0xfff00 table 100",
            &new6().flowlabel(0x12300).flowlabel_mask(0xfff00).table(100),
        ),
    ]
}

fn actions() -> Vec<Row> {
    vec![
        add("ip rule add l3mdev", &new().l3mdev(true)),
        add(
            "ip -6 rule add l3mdev pref 1000",
            &new6().l3mdev(true).priority(1000),
        ),
        add(
            "ip rule add table main suppress_prefixlength 0",
            &new().suppress_prefixlength(0),
        ),
        add(
            "ip rule add table main suppress_ifgroup 7",
            &new().suppress_ifgroup(7),
        ),
        add("ip rule add pref 10 goto 20", &new().priority(10).goto(20)),
        add(
            "ip rule add pref 20 nop",
            &new().priority(20).action(RuleAction::Nop),
        ),
        add(
            "ip rule add pref 30 iif v0 blackhole",
            &new().priority(30).iif("v0").action(RuleAction::Blackhole),
        ),
        add(
            "ip rule add from 10.1.0.0/16 unreachable",
            &from("10.1.0.0/16").action(RuleAction::Unreachable),
        ),
        add(
            "ip -6 rule add prohibit",
            &new6().action(RuleAction::Prohibit),
        ),
    ]
}

fn deleted() -> Vec<Row> {
    vec![
        delete("ip rule del from 10.1.0.0/16", &from("10.1.0.0/16")),
        delete("ip rule del pref 1000", &new().priority(1000)),
        delete(
            "ip -6 rule del pref 1000 table 300 fwmark 5",
            &new6().priority(1000).table(300).fwmark(5),
        ),
        delete("ip rule del table 100", &new().table(100)),
        delete("ip rule del goto 20", &new().goto(20)),
        delete(
            "ip rule del unreachable pref 9",
            &new().action(RuleAction::Unreachable).priority(9),
        ),
        delete(
            "ip -6 rule del flowlabel 5 table 100",
            &new6().flowlabel(5).table(100),
        ),
        delete(
            "ip rule del not sport 5 dscp 7",
            &new().invert().sport(5).dscp(7),
        ),
    ]
}

fn asked() -> Vec<Row> {
    vec![
        ask("ip rule show", Rules::all().family(Family::Inet)),
        ask("ip -6 rule show", Rules::all().family(Family::Inet6)),
        ask("ip mrule show", Rules::all().family(Family::Ipmr)),
    ]
}
