//! The same of the nouns that are not of every day, and of who follows what happens.
use std::time::Duration;

use nlroute::{
    Address, AddressLabel, AddressLabels, Connection, ErrorKind, Family, Fdb, FdbEntry, Group,
    Monitor, Neighbour, Netconf, Netconfs, Netlink, Netns, NetnsId, NetnsIds, Nexthop, Nexthops,
    Ntable, Ntables, Prefix, Result, Route, Rule, Rules, Tracker,
    bridge::{BridgeLink, BridgeLinks, BridgeVlan, Mdb, MdbEntry, MdbFlush, Vlans, Vni, Vnis},
    link::{AddrGenMode, Bridge, BridgePort, Link, OperState, Peer, Veth, Vxlan},
    monitor::{Event, Filter},
    neighbour::FdbFlush,
    nexthop::{NexthopBuckets, NexthopMember},
    ntable::NtableParms,
    sandbox::isolated,
    stats::{AllStats, Stats},
};

use crate::leaks::repeated;

const HOUR: Duration = Duration::from_secs(3600);

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

/// Takes what this kernel doesn't have: that is a way too, and leaves nothing either.
fn may<T>(result: Result<T>) -> bool {
    result.is_ok()
}

/// A bridge with a port, and a VXLAN if there is one; all up.
fn network() -> Result<Connection> {
    let mut host = Connection::open()?;
    host.add(Bridge::new("br0").up())?;
    let veth = Veth::new("veth0").master("br0").up();
    host.add(veth.peer(Peer::new("ceth0").up()))?;
    let vxlan = Vxlan::new("vx0").collect_metadata(true).vnifilter(true);
    may(host.add(vxlan.port(4789).up()));
    host.add(Address::new("br0", prefix("192.0.2.1/24")))?;
    Ok(host)
}

/// A pair of which nothing becomes by itself what it wasn't: no address, no route.
fn pair() -> Result<Connection> {
    let mut host = Connection::open()?;
    host.add(Veth::new("veth0").peer(Peer::new("ceth0")))?;
    for link in ["veth0", "ceth0"] {
        // Not where there is no IPv6.
        may(host.change(Link::named(link).addr_gen_mode(AddrGenMode::None)));
        host.change(Link::named(link).up())?;
    }
    for link in ["veth0", "ceth0"] {
        host.wait_until(link, HOUR, |link| link.operstate() == Some(OperState::Up))?;
    }
    host.add(Address::new("veth0", prefix("192.0.2.1/24")))?;
    Ok(host)
}

/// Those that lead the way of packets; how many succeeded.
fn ways(host: &mut Connection) -> usize {
    let gateway = "192.0.2.9".parse().unwrap();
    let hop = |id| Nexthop::new(id).gateway(gateway).oif("br0");
    let members = [NexthopMember::new(1), NexthopMember::new(2).share(3)];
    let by_object = || Route::new(prefix("203.0.113.0/24")).nexthop_id(10);
    let rule = || Rule::new().from(prefix("10.1.0.0/16")).priority(1000);
    let label = || AddressLabel::new(prefix("2001:db8::/32"), 99);
    let beside = || Route::new(prefix("198.51.100.0/24")).gateway(gateway);
    [
        may(host.add(hop(1))),
        may(host.add(hop(2))),
        !may(host.add(hop(1))),
        may(host.replace(hop(2))),
        may(host.change(hop(2))),
        may(host.add(Nexthop::new(10).group(&members))),
        may(host.add(by_object())),
        may(host.get(Nexthop::new(10))),
        may(host.list(Nexthops::all())),
        may(host.list(NexthopBuckets::all())),
        may(host.delete(by_object())),
        may(host.delete(Nexthop::new(10))),
        may(host.delete(Nexthop::new(2))),
        may(host.delete(Nexthop::new(1))),
        may(host.add(rule().table(300))),
        !may(host.add(rule().table(300))),
        may(host.list(Rules::all())),
        may(host.delete(rule())),
        may(host.add(label())),
        may(host.replace(label())),
        may(host.list(AddressLabels::all())),
        may(host.delete(label())),
        may(host.add(beside().metric(5))),
        may(host.prepend(beside().metric(5).tos(0x10))),
        may(host.delete(beside().metric(5).tos(0x10))),
        may(host.delete(beside().metric(5))),
    ]
    .into_iter()
    .filter(|done| *done)
    .count()
}

/// Those of bridges and links; how many succeeded.
fn switches(host: &mut Connection, blue: &Netns) -> usize {
    let entry = || {
        FdbEntry::new("veth0", [2, 0, 0, 0, 0, 7])
            .master()
            .r#static()
    };
    let to = "192.0.2.7".parse().unwrap();
    let neighbour = || Neighbour::new("br0", to).lladdr([2, 0, 0, 0, 0, 9]);
    let group = || {
        MdbEntry::new("br0", [239, 1, 1, 1])
            .port("veth0")
            .permanent()
    };
    let port = BridgePort::named("veth0").port_cost(5);
    let parms = NtableParms::new().index("br0").app_probes(1);
    [
        may(host.add(entry())),
        may(host.replace(entry())),
        may(host.change(entry())),
        may(host.append(entry())),
        may(host.get(entry())),
        may(host.list(Fdb::all().bridge("br0"))),
        may(host.delete(FdbFlush::new("br0").bridge_port("veth0").r#static())),
        may(host.delete(entry())),
        may(host.add(neighbour())),
        may(host.change(neighbour())),
        may(host.delete(neighbour())),
        may(host.add(group())),
        may(host.replace(group())),
        may(host.get(group())),
        may(host.list(Mdb::all())),
        may(host.delete(group())),
        may(host.delete(MdbFlush::new("br0"))),
        may(host.change(BridgeLink::port(port))),
        may(host.list(BridgeLinks::all().vlans())),
        may(host.add(BridgeVlan::new("veth0", 2..=9))),
        may(host.delete(BridgeVlan::new("veth0", 2..=9))),
        may(host.list(Vlans::all())),
        may(host.add(Vni::new("vx0", 77))),
        may(host.list(Vnis::all())),
        may(host.delete(Vni::new("vx0", 77))),
        may(host.change(Ntable::new(Family::Inet, "arp_cache").parms(parms))),
        may(host.list(Ntables::all())),
        may(host.get(Netconf::new(Family::Inet, "br0"))),
        may(host.list(Netconfs::all())),
        may(host.get(Stats::new("br0"))),
        may(host.list(AllStats::new())),
        may(host.change(Stats::new("br0").l3_stats(true))),
        may(host.list(NetnsIds::all())),
        !may(host.add(NetnsId::new().fd(blue).nsid(7))),
    ]
    .into_iter()
    .filter(|done| *done)
    .count()
}

#[test]
fn every_verb_of_the_other_nouns_leaves_what_it_found() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let mut host = network()?;
        host.add(NetnsId::new().fd(&blue).nsid(7))?;
        let first = (ways(&mut host), switches(&mut host, &blue));
        eprintln!("of 26 and of 34 this kernel did {first:?}");
        assert!(first.0 >= 8 && first.1 >= 20, "{first:?}");
        repeated(100, 10_000, || {
            // As often as the first time: nothing is left that would be in the way.
            assert_eq!((ways(&mut host), switches(&mut host, &blue)), first);
            Ok(())
        })
    });
}

/// Some changes that go back to where they began.
fn there_and_back(host: &mut Connection, to: Prefix) -> Result<()> {
    let gateway = "192.0.2.9".parse().unwrap();
    host.add(Route::new(to).gateway(gateway))?;
    host.replace(Neighbour::new("veth0", gateway).lladdr([2, 0, 0, 0, 0, 9]))?;
    host.add(Address::new("veth0", prefix("198.51.100.1/24")))?;
    host.change(Link::named("veth0").mtu(1400))?;
    host.change(Link::named("veth0").mtu(1500))?;
    host.delete(Address::new("veth0", prefix("198.51.100.1/24")))?;
    host.delete(Neighbour::new("veth0", gateway))?;
    host.delete(Route::new(to))
}

/// Takes all that there is; how often something was lost.
fn drain(monitor: &mut Monitor) -> Result<usize> {
    let mut lost = 0;
    while let Some(event) = monitor.try_next()? {
        lost += usize::from(matches!(event, Event::Overrun));
    }
    Ok(lost)
}

#[test]
fn who_follows_holds_no_more_after_ten_thousand_times() {
    isolated(|| {
        let mut host = pair()?;
        let to = prefix("203.0.113.0/24");
        let groups = [
            Group::Link,
            Group::Ipv4Route,
            Group::Ipv4Ifaddr,
            Group::Neigh,
        ];
        let (mut monitor, mut small) = (Monitor::open()?, Monitor::open()?);
        monitor.join(groups)?;
        small.join(groups)?;
        small.set_receive_buffer(1)?;
        let mut tracker = Tracker::open()?;
        drop(tracker.changes());
        repeated(100, 10_000, || {
            there_and_back(&mut host, to)?;
            assert_eq!(drain(&mut monitor)?, 0);
            assert!(drain(&mut small)? > 0);
            tracker.update()?;
            assert!(tracker.links().count() > 2 && tracker.routes().count() > 2);
            drop(tracker.changes());
            Ok(())
        })?;
        assert_eq!(tracker.resyncs(), 1);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn followers_that_are_opened_and_dropped_leave_nothing() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let mut host = pair()?;
        let to = prefix("203.0.113.0/24");
        repeated(100, 1000, || {
            let mut monitor = blue.monitor()?;
            monitor.join([Group::Link, Group::Nsid])?;
            monitor.set_filter(Filter::all().link(1))?;
            assert!(monitor.join([Group::from(9999)]).is_err());
            monitor.leave([Group::Nsid])?;
            assert!(monitor.try_next()?.is_none());
            let mut small = Monitor::open()?;
            small.set_receive_buffer(1)?;
            let mut tracker = Tracker::with(Connection::open()?, small)?;
            there_and_back(&mut host, to)?;
            match tracker.wait(None) {
                Err(error) if !matches!(error.kind(), ErrorKind::Interrupted { .. }) => {
                    return Err(error);
                }
                _ => {}
            }
            assert!(tracker.resyncs() > 1);
            drop(Tracker::open_in(&blue)?);
            let mut other = Netlink::open(libc::NETLINK_ROUTE)?;
            other.set_timeout(Some(HOUR));
            Ok(())
        })
    });
}
