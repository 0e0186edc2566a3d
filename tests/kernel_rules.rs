//! Rules on the real kernel.
mod golden;

use std::time::{Duration, Instant};

use nlroute::{
    Connection, Family, Group, Monitor, Prefix, Route, Rule, Rules,
    link::{Link, Peer, Veth},
    monitor::{Change, Event, Noun},
    route::{RouteProtocol, RouteTable, RouteType},
    rule::{RuleAction, RuleFlags, RulePortRange, RuleTable, RuleUidRange, RuleView},
    sandbox::{isolated, skip},
    wire::table::Table,
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

/// Whether this kernel has rules.
fn rules(host: &mut Connection) -> nlroute::Result<bool> {
    match host.list(Rules::all().family(Family::Inet)) {
        Ok(_) => Ok(true),
        Err(error) if error.is_unsupported() => {
            skip(format_args!("this kernel has no rules"));
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// The one rule of this priority.
fn read(host: &mut Connection, priority: u32) -> nlroute::Result<RuleView<'static>> {
    let all = host.list(Rules::all().priority(priority))?;
    let mut found = all.iter();
    let rule = found.next().expect("no such rule").clone().into_owned();
    assert!(found.next().is_none());
    golden::assert_known(RuleTable::SCHEMA, rule.as_bytes());
    Ok(rule)
}

#[test]
fn rules_come_and_go() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        host.add(Veth::new("v0").peer(Peer::new("v1")))?;
        let before = host.list(Rules::all())?.iter().count();
        for (from, to) in [
            ("10.1.0.0/16", "192.0.2.7/32"),
            ("2001:db8:1::/48", "2001:db8::7/128"),
        ] {
            let rule = Rule::new()
                .from(prefix(from))
                .to(prefix(to))
                .iif("v0")
                .oif("absent")
                .priority(1000)
                .table(300)
                .fwmark(0x10)
                .fwmask(0xf0)
                .tun_id(77)
                .tos(0x10)
                .suppress_prefixlength(0)
                .suppress_ifgroup(5)
                .uid_range(0..=0)
                .protocol(RouteProtocol::Static)
                .ip_proto(17)
                .sport(53)
                .dport(1000..=2000)
                .invert();
            host.add(&rule)?;
            assert!(host.add(&rule).unwrap_err().is_exists());
            let view = read(&mut host, 1000)?;
            assert_eq!(view.from(), Some(prefix(from)));
            assert_eq!(view.to(), Some(prefix(to)));
            assert_eq!(view.family(), prefix(from).family());
            assert_eq!(view.iif().unwrap(), "v0");
            assert_eq!(view.oif().unwrap(), "absent");
            assert_eq!(view.table(), RouteTable(300));
            assert_eq!((view.fwmark(), view.fwmask()), (Some(0x10), Some(0xf0)));
            assert_eq!(view.tun_id(), Some(77));
            assert_eq!(view.tos(), 0x10);
            assert_eq!(view.suppress_prefixlength(), Some(0));
            assert_eq!(view.suppress_ifgroup(), Some(5));
            assert_eq!(view.uid_range(), Some(RuleUidRange::from(0)));
            assert_eq!(view.protocol(), Some(RouteProtocol::Static));
            assert_eq!(view.ip_proto(), Some(17));
            assert_eq!(view.sport(), Some(RulePortRange::from(53)));
            assert_eq!(view.dport(), Some(RulePortRange::from(1000..=2000)));
            let flags = RuleFlags::INVERT | RuleFlags::OIF_DETACHED;
            assert_eq!(view.flags(), flags);
            host.delete(&rule)?;
            assert!(host.delete(&rule).unwrap_err().is_not_found());
        }
        assert_eq!(host.list(Rules::all())?.iter().count(), before);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_rule_does_something_else_than_looking() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        for family in [Family::Inet, Family::Inet6] {
            let rule = |priority| Rule::new().family(family).priority(priority);
            for (priority, action) in [
                (20, RuleAction::Nop),
                (21, RuleAction::Blackhole),
                (22, RuleAction::Unreachable),
                (23, RuleAction::Prohibit),
            ] {
                host.add(rule(priority).action(action))?;
                let view = read(&mut host, priority)?;
                assert_eq!(view.action(), action);
                assert_eq!(view.table(), RouteTable::UNSPEC);
            }
            host.add(rule(10).goto(20))?;
            let view = read(&mut host, 10)?;
            assert_eq!((view.action(), view.goto()), (RuleAction::Goto, Some(20)));
            assert_eq!(view.flags(), RuleFlags::empty());
            host.delete(rule(20))?;
            assert_eq!(read(&mut host, 10)?.flags(), RuleFlags::UNRESOLVED);
            // Only forward.
            assert_eq!(host.add(rule(9).goto(9)).unwrap_err().errno(), Some(22));
            for priority in [10, 21, 22, 23] {
                host.delete(rule(priority))?;
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn newer_selectors_are_read_back_where_the_kernel_has_them() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        let new = || Rule::new().priority(5).table(100);
        type Check = fn(&RuleView<'_>) -> Option<bool>;
        let cases: [(&str, Rule<'_>, Check); 6] = [
            ("dscp", new().dscp(0), |v| Some(v.dscp()? == 0)),
            ("dscp_mask", new().dscp(46).dscp_mask(0x3e), |v| {
                Some(v.dscp()? == 46 && v.dscp_mask()? == 0x3e)
            }),
            ("sport_mask", new().sport(0x50).sport_mask(0xf0), |v| {
                Some(v.sport()? == 0x50.into() && v.sport_mask()? == 0xf0)
            }),
            (
                "dport_mask",
                new().family(Family::Inet6).dport(80).dport_mask(0xffff),
                |v| Some(v.dport()? == 80.into() && v.dport_mask()? == 0xffff),
            ),
            ("flowlabel", new().family(Family::Inet6).flowlabel(5), |v| {
                Some(v.flowlabel()? == 5 && v.flowlabel_mask()? == 0xfffff)
            }),
            (
                "flowlabel_mask",
                new()
                    .family(Family::Inet6)
                    .flowlabel(0x12300)
                    .flowlabel_mask(0xfff00),
                |v| Some(v.flowlabel()? == 0x12300 && v.flowlabel_mask()? == 0xfff00),
            ),
        ];
        for (name, rule, check) in cases {
            host.add(&rule)?;
            match check(&read(&mut host, 5)?) {
                None => skip(format_args!("this kernel makes a rule without {name}")),
                Some(same) => assert!(same, "{name}"),
            }
            host.delete(&rule)?;
        }
        match host.add(Rule::new().l3mdev(true).priority(5)) {
            Ok(()) => assert_eq!(read(&mut host, 5)?.l3mdev(), Some(true)),
            Err(error) => skip(format_args!("this kernel has no l3mdev: {error}")),
        }
        host.add(
            Rule::new()
                .from(prefix("10.0.0.0/8"))
                .realms(5 << 16 | 6)
                .priority(6),
        )?;
        if read(&mut host, 6)?.realms() != Some(5 << 16 | 6) {
            skip(format_args!("this kernel has no realms"));
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn rules_are_filtered_and_of_every_family() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        host.add(
            Rule::new()
                .table(100)
                .priority(5)
                .protocol(RouteProtocol::Bgp),
        )?;
        host.add(Rule::new().table(100_000).priority(6))?;
        host.add(Rule::new().family(Family::Inet6).table(100).priority(7))?;
        let mut found = |query: Rules| -> nlroute::Result<Vec<u32>> {
            let all = host.list(query)?;
            Ok(all.iter().map(|r| r.priority().unwrap_or(0)).collect())
        };
        assert_eq!(found(Rules::all().table(100))?, [5, 7]);
        assert_eq!(found(Rules::all().table(100_000))?, [6]);
        let four = Rules::all().family(Family::Inet);
        assert_eq!(found(four.clone().table(100))?, [5]);
        assert_eq!(found(Rules::all().protocol(RouteProtocol::Bgp))?, [5]);
        assert_eq!(found(four.priority(0))?, [0]);
        for family in [Family::Ipmr, Family::Ip6mr] {
            match found(Rules::all().family(family)) {
                Ok(rules) => assert_eq!(rules.last(), Some(&32767)),
                Err(error) if error.is_unsupported() => {
                    skip(format_args!("this kernel has no rules of {family}"));
                }
                Err(error) => return Err(error),
            }
        }
        assert!(found(Rules::all().family(Family::Mpls)).is_err());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_rule_leads_a_packet_to_its_table() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        host.change(Link::named("lo").up())?;
        let net = prefix("198.51.100.0/24");
        host.add(Route::new(net).oif("lo").table(100))?;
        host.add(Route::new(net).kind(RouteType::Prohibit).table(101))?;
        let to = || Route::to("198.51.100.1".parse().unwrap());
        assert!(host.get(to()).unwrap_err().is_unreachable());
        host.add(Rule::new().fwmark(5).table(100))?;
        host.add(Rule::new().ip_proto(6).dport(80..=90).table(101))?;
        assert_eq!(host.get(to().mark(5))?.table(), RouteTable(100));
        assert!(host.get(to().mark(4)).is_err());
        let web = to().mark(5).ip_proto(6).dport(85);
        assert!(host.get(web).unwrap_err().is_permission_denied());
        host.delete(Rule::new().fwmark(5))?;
        assert!(host.get(to().mark(5)).is_err());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn rules_are_told_when_they_come_and_when_they_go() {
    isolated(|| {
        let mut host = Connection::open()?;
        if !rules(&mut host)? {
            return Ok(());
        }
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Ipv4Rule, Group::Ipv6Rule])?;
        let deadline = Instant::now() + Duration::from_secs(600);
        for family in [Family::Inet, Family::Inet6] {
            let rule = Rule::new().family(family).priority(77).table(1000);
            host.add(&rule)?;
            host.delete(&rule)?;
            for deleted in [false, true] {
                let Some(Event::Notification(told)) = monitor.next_until(deadline)? else {
                    panic!("it never came");
                };
                let rule = match told.change() {
                    Change::New(Noun::Rule(rule)) if !deleted => rule,
                    Change::Deleted(Noun::Rule(rule)) if deleted => rule,
                    other => panic!("{other:?}"),
                };
                assert_eq!((rule.family(), rule.priority()), (family, Some(77)));
                assert_eq!(rule.table(), RouteTable(1000));
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}
