//! Rules without the kernel: what is written, what is read, what is refused.
mod golden;

use golden::{body, described, refused};
use nlroute::{
    Family, Prefix, Request, Rule, Verb,
    route::{RouteProtocol, RouteTable},
    rule::{RuleAction, RuleFlags, RuleHeader, RulePortRange, RuleTable, RuleUidRange, RuleView},
    wire::{Writer, table::Table},
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn new<'a>() -> Rule<'a> {
    Rule::new()
}

fn view(verb: Verb, rule: &Rule<'_>) -> RuleView<'static> {
    RuleView::parse(body(verb, rule)).unwrap()
}

#[test]
fn reads_what_it_writes() {
    let rule = new()
        .from(prefix("2001:db8:1::/48"))
        .to(prefix("2001:db8:2::2/128"))
        .iif("v0")
        .oif("a-link-not-here")
        .priority(7)
        .table(300)
        .fwmark(5)
        .fwmask(0xff)
        .tun_id(1 << 40)
        .suppress_prefixlength(0)
        .suppress_ifgroup(-1)
        .uid_range(1000..=1999)
        .protocol(RouteProtocol::Zebra)
        .ip_proto(17)
        .sport(53)
        .dport(1000..=2000)
        .sport_mask(0xff)
        .dscp(46)
        .dscp_mask(0x3e)
        .flowlabel(0x12300)
        .flowlabel_mask(0xfff00)
        .invert();
    let view = view(Verb::Add, &rule);
    assert_eq!(view.family(), Family::Inet6);
    assert_eq!(view.from(), Some(prefix("2001:db8:1::/48")));
    assert_eq!(view.to(), Some(prefix("2001:db8:2::2/128")));
    assert_eq!(view.iif().unwrap(), "v0");
    assert_eq!(view.oif().unwrap(), "a-link-not-here");
    assert_eq!((view.priority(), view.table()), (Some(7), RouteTable(300)));
    assert_eq!((view.fwmark(), view.fwmask()), (Some(5), Some(0xff)));
    assert_eq!(view.tun_id(), Some(1 << 40));
    assert_eq!(view.suppress_prefixlength(), Some(0));
    assert_eq!(view.suppress_ifgroup(), Some(-1));
    assert_eq!(view.uid_range(), Some(RuleUidRange::from(1000..=1999)));
    assert_eq!(view.protocol(), Some(RouteProtocol::Zebra));
    assert_eq!((view.ip_proto(), view.sport_mask()), (Some(17), Some(0xff)));
    assert_eq!(view.sport(), Some(RulePortRange::from(53)));
    assert_eq!(view.dport(), Some(RulePortRange::from(1000..=2000)));
    assert_eq!((view.dscp(), view.dscp_mask()), (Some(46), Some(0x3e)));
    assert_eq!(view.flowlabel(), Some(0x12300));
    assert_eq!(view.flowlabel_mask(), Some(0xfff00));
    assert_eq!(view.flags(), RuleFlags::INVERT);
    assert_eq!((view.action(), view.tos()), (RuleAction::Lookup, 0));
    assert_eq!(view.malformed(), []);
}

#[test]
fn defaults_go_by_what_is_set_and_by_the_verb() {
    let told = |verb, rule: &Rule<'_>| {
        let view = view(verb, rule);
        (view.family(), view.action(), view.table())
    };
    use RuleAction::{Blackhole, Goto, Lookup, Unspec};
    let (none, main) = (RouteTable::UNSPEC, RouteTable::MAIN);
    assert_eq!(told(Verb::Add, &new()), (Family::Inet, Lookup, main));
    let all6 = new().from(Prefix::ALL_IPV6);
    assert_eq!(told(Verb::Add, &all6), (Family::Inet6, Lookup, main));
    assert!(view(Verb::Add, &all6).from().is_none());
    let goto = new().goto(9);
    assert_eq!(told(Verb::Add, &goto), (Family::Inet, Goto, none));
    assert_eq!(told(Verb::Delete, &goto), (Family::Inet, Goto, none));
    let hole = new().action(Blackhole);
    assert_eq!(told(Verb::Add, &hole), (Family::Inet, Blackhole, none));
    let vrf = new().l3mdev(true);
    assert_eq!(told(Verb::Add, &vrf), (Family::Inet, Lookup, none));
    assert_eq!(told(Verb::Delete, &vrf), (Family::Inet, Unspec, none));
    let mr = new().family(Family::Ipmr).from(prefix("10.0.0.0/8"));
    assert_eq!(told(Verb::Add, &mr), (Family::Ipmr, Lookup, main));
    assert_eq!(view(Verb::Add, &mr).from(), Some(prefix("10.0.0.0/8")));
    let label = new().family(Family::Inet6).flowlabel(5);
    assert_eq!(view(Verb::Add, &label).flowlabel_mask(), Some(0xfffff));
}

#[test]
fn what_cannot_be_sent_is_named() {
    let six = || new().family(Family::Inet6);
    for (rule, why) in [
        (
            new().from(prefix("10.0.0.0/8")).to(prefix("::/0")),
            "to ::/0: is of another family than the rule",
        ),
        (
            six().from(prefix("10.0.0.0/8")),
            "from 10.0.0.0/8: is of another family than the rule",
        ),
        (
            new().family(Family::Mpls).to(prefix("10.0.0.0/8")),
            "to 10.0.0.0/8: is of another family than the rule",
        ),
        (
            new().goto(5).action(RuleAction::Nop),
            "action nop: has nowhere to go to",
        ),
        (
            new().action(RuleAction::Goto),
            "goto none: the priority to go to is needed",
        ),
        (
            new().table(100).action(RuleAction::Blackhole),
            "table 100: only the action lookup looks in a table",
        ),
        (
            new().table(100).goto(5),
            "table 100: only the action lookup looks in a table",
        ),
        (
            new().table(100).l3mdev(true),
            "table 100: with l3mdev it is the VRF that tells the table",
        ),
        (six().realms(5), "realms 5: only a rule of IPv4 has them"),
        (
            new().uid_range(RuleUidRange { start: 9, end: 8 }),
            "uid_range 9-8: ends before it starts",
        ),
        (
            new().sport(RulePortRange { start: 9, end: 8 }),
            "sport 9-8: ends before it starts",
        ),
        (new().sport(0), "sport 0: there is no port 0"),
        (new().dport(0..=9), "dport 0-9: there is no port 0"),
        (new().dport(65535), "dport 65535: the last port is 65534"),
        (
            new().sport_mask(3),
            "sport_mask 0x3: is the mask of no port",
        ),
        (
            new().dport(8..=9).dport_mask(0xff),
            "dport_mask 0xff: is for one port, not for a range",
        ),
        (
            new().dport(0x101).dport_mask(0xff),
            "dport_mask 0xff: the port has other bits",
        ),
        (new().dscp(64), "dscp 64: is not 0 to 63"),
        (
            new().dscp(1).tos(4),
            "dscp 1: the type of service is given already",
        ),
        (new().dscp_mask(1), "dscp_mask 0x1: is the mask of nothing"),
        (
            new().dscp(3).dscp_mask(1),
            "dscp_mask 0x1: the value has other bits",
        ),
        (
            new().dscp(3).dscp_mask(0xff),
            "dscp_mask 0xff: has bits that there are none of",
        ),
        (
            new().flowlabel(5),
            "flowlabel 0x5: only a rule of IPv6 has one",
        ),
        (
            six().flowlabel(1 << 20),
            "flowlabel 0x100000: has more than 20 bits",
        ),
        (
            six().flowlabel(3).flowlabel_mask(1),
            "flowlabel_mask 0x1: the value has other bits",
        ),
        (
            six().flowlabel_mask(1),
            "flowlabel_mask 0x1: is the mask of nothing",
        ),
        (new().iif("a/b"), "iif \"a/b\": holds a slash or a colon"),
        (
            new().oif(7),
            "oif \"#7\": is an index where a name is needed",
        ),
    ] {
        assert_eq!(refused(&rule), why);
    }
    let mut bytes = Vec::new();
    let error = new()
        .encode(Verb::Replace, &mut Writer::new(&mut bytes))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "replace: a rule is only added and deleted"
    );
    // To delete, a table says which.
    let old = new().table(254).action(RuleAction::Blackhole);
    assert_eq!(view(Verb::Delete, &old).table(), RouteTable::MAIN);
}

#[test]
fn a_view_takes_any_family_and_any_length() {
    let from = |family, src_len, address: &[u8]| {
        let header = RuleHeader {
            family,
            src_len,
            ..Default::default()
        };
        let mut body = header.to_bytes().to_vec();
        Writer::new(&mut body).attribute(2, address).unwrap();
        RuleView::parse(body).unwrap().from()
    };
    assert_eq!(from(2, 33, &[10, 0, 0, 0]), None);
    assert_eq!(from(2, 8, &[0; 16]), None);
    assert_eq!(from(2, 8, &[10, 0, 0, 0]), Some(prefix("10.0.0.0/8")));
    assert_eq!(from(0, 8, &[10, 0, 0, 0]), None);
    assert_eq!(from(129, 8, &[0; 16]), Some(prefix("::/8")));
}

#[test]
fn says_what_it_is_about() {
    let said = |rule: Rule<'_>| described(Verb::Add, &rule);
    assert_eq!(said(new()), "add rule lookup main");
    assert_eq!(
        said(
            new()
                .priority(7)
                .invert()
                .from(prefix("10.0.0.0/8"))
                .to(prefix("192.0.2.7"))
                .iif("v0")
                .oif("v2")
                .fwmark(16)
                .table(1000)
        ),
        "add rule 7 not from 10.0.0.0/8 to 192.0.2.7/32 iif v0 oif v2 fwmark 0x10 lookup 1000"
    );
    assert_eq!(said(new().l3mdev(true)), "add rule lookup l3mdev");
    assert_eq!(said(new().goto(20)), "add rule goto 20");
    assert_eq!(
        said(new().action(RuleAction::Prohibit)),
        "add rule prohibit"
    );
    assert_eq!(described(Verb::Delete, &new()), "delete rule");
    assert_eq!(
        described(Verb::Delete, &new().table(100)),
        "delete rule lookup 100"
    );
    assert_eq!(RuleTable::SCHEMA.name, "rule");
}
