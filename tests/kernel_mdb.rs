//! Multicast databases, forwarding databases and networks of VXLANs on the real kernel.
use std::{collections::BTreeMap, net::IpAddr};

use nlroute::{
    Connection, Error, Fdb, FdbEntry, Group, Monitor, Result,
    bridge::{FilterMode, Mdb, MdbEntry, MdbFlush, MdbGroup, MdbState, Vni, Vnis},
    link::{Bridge, BridgePort, Link, MulticastRouter, Peer, Veth, Vxlan},
    monitor::{Change, Event, Noun},
    neighbour::{FdbExt, FdbFlush, FdbNotify, NeighbourState},
    route::RouteProtocol,
    sandbox::{isolated, skip},
};

/// `br0` with the ports `v0` and `v1`, whose other ends are `p0` and `p1`; all up.
fn bridge() -> Result<Connection> {
    let mut host = Connection::open()?;
    host.add(
        Bridge::new("br0")
            .mcast_igmp_version(3)
            .mcast_querier(true)
            .up(),
    )?;
    for (port, peer) in [("v0", "p0"), ("v1", "p1")] {
        host.add(Veth::new(port).master("br0").up().peer(Peer::new(peer)))?;
        host.change(Link::named(peer).up())?;
    }
    Ok(host)
}

/// A VXLAN that takes many networks, up; `None`, and the test is skipped, where there is none.
fn vxlan(host: &mut Connection) -> Result<Option<u32>> {
    let vxlan = Vxlan::new("vx0")
        .collect_metadata(true)
        .vnifilter(true)
        .port(4789);
    match host.add(vxlan.up()) {
        Ok(index) => Ok(Some(index)),
        Err(error) if error.is_unsupported() => {
            skip(format_args!("the kernel has no VXLAN: {error}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn group(last: u8) -> MdbGroup {
    MdbGroup::from([239, 1, 1, last])
}

/// What is wanted: the group, by which port, and its one source if it has one. The groups that
/// the links join by themselves are left out.
fn wanted(host: &mut Connection) -> Result<BTreeMap<String, MdbState>> {
    let mut all = BTreeMap::new();
    for part in &host.list(Mdb::all().bridge("br0"))? {
        for entry in part.entries() {
            assert_eq!(entry.malformed(), []);
            let group = entry.group().unwrap();
            if matches!(group, MdbGroup::Ip(IpAddr::V6(_))) {
                continue;
            }
            let source = entry.source().map(|source| format!(" from {source}"));
            let key = format!("{group}{}", source.unwrap_or_default());
            all.insert(key, entry.state());
        }
    }
    Ok(all)
}

#[test]
fn groups_come_and_go() {
    isolated(|| {
        let mut host = bridge()?;
        let (br0, v0) = (host.ifindex("br0")?, host.ifindex("v0")?);
        let entry = || MdbEntry::new("br0", group(1)).port("v0").permanent();
        host.add(entry())?;
        let again = host.add(entry()).unwrap_err();
        assert!(again.is_exists());
        assert!(
            again
                .to_string()
                .starts_with("add mdb group 239.1.1.1 port v0 on br0: "),
            "{again}"
        );
        host.add(MdbEntry::new("br0", group(2)))?;
        host.add(
            MdbEntry::new("br0", group(3))
                .port(v0)
                .source(ip("192.0.2.1")),
        )?;
        host.add(
            MdbEntry::new("br0", [1, 0, 0x5e, 0, 0, 5])
                .port("v1")
                .permanent(),
        )?;
        let all = wanted(&mut host)?;
        let told: Vec<_> = all
            .iter()
            .map(|(what, state)| format!("{what} {state}"))
            .collect();
        assert_eq!(
            told,
            [
                "01:00:5e:00:00:05 permanent",
                "239.1.1.1 permanent",
                "239.1.1.2 temp",
                "239.1.1.3 from 192.0.2.1 temp",
            ]
        );
        for part in &host.list(Mdb::all().bridge("br0"))? {
            assert_eq!(part.index(), br0);
            for entry in part.entries() {
                match entry.group().unwrap() {
                    found if found == group(1) => {
                        assert_eq!((entry.port(), entry.vid()), (v0, None));
                        assert_eq!(entry.protocol(), Some(RouteProtocol::Static));
                        assert_eq!(entry.filter_mode(), Some(FilterMode::Exclude));
                        assert!(entry.is_permanent());
                    }
                    found if found == group(2) => {
                        assert_eq!(entry.port(), br0);
                        let left = entry.timer().unwrap().as_secs();
                        assert!((200..=260).contains(&left), "{left}");
                    }
                    _ => {}
                }
            }
        }
        host.delete(entry())?;
        assert!(host.delete(entry()).is_err());
        host.delete(MdbEntry::new("br0", group(2)))?;
        assert_eq!(wanted(&mut host)?.len(), 2);
        Ok::<(), Error>(())
    });
}

#[test]
fn sources_are_set_and_replaced() {
    isolated(|| {
        let mut host = bridge()?;
        let sources = [ip("192.0.2.1"), ip("192.0.2.2")];
        let entry = MdbEntry::new("br0", group(2))
            .port("v0")
            .filter_mode(FilterMode::Include)
            .sources(&sources)
            .protocol(RouteProtocol::Zebra);
        if let Err(error) = host.add(entry) {
            skip(format_args!(
                "the kernel sets no sources of a group: {error}"
            ));
            return Ok(());
        }
        let read = |host: &mut Connection| -> Result<(Option<FilterMode>, Vec<String>)> {
            let mut found = (None, Vec::new());
            for part in &host.list(Mdb::all().bridge("br0"))? {
                for entry in part.entries().filter(|entry| entry.source().is_none()) {
                    if entry.group() != Some(group(2)) {
                        continue;
                    }
                    let sources = entry.sources().unwrap();
                    found.0 = entry.filter_mode();
                    found.1.extend(sources.iter().map(|source| {
                        assert!(source.timer().is_some());
                        source.address().unwrap().to_string()
                    }));
                }
            }
            found.1.sort();
            Ok(found)
        };
        let (mode, told) = read(&mut host)?;
        assert_eq!(mode, Some(FilterMode::Include));
        assert_eq!(told, ["192.0.2.1", "192.0.2.2"]);
        host.replace(
            MdbEntry::new("br0", group(2))
                .port("v0")
                .filter_mode(FilterMode::Exclude)
                .sources(&sources[..1]),
        )?;
        assert_eq!(
            read(&mut host)?,
            (Some(FilterMode::Exclude), vec!["192.0.2.1".to_owned()])
        );
        Ok::<(), Error>(())
    });
}

#[test]
fn one_group_is_looked_up() {
    isolated(|| {
        let mut host = bridge()?;
        host.add(MdbEntry::new("br0", group(1)).port("v0").permanent())?;
        host.add(MdbEntry::new("br0", group(1)).port("v1"))?;
        let found = match host.get(MdbEntry::new("br0", group(1))) {
            Err(error) if error.is_unsupported() => {
                skip(format_args!("the kernel looks no group up: {error}"));
                return Ok(());
            }
            found => found?,
        };
        let mut states: Vec<_> = found
            .entries()
            .map(|entry| entry.state().to_string())
            .collect();
        states.sort();
        assert_eq!(states, ["permanent", "temp"]);
        let none = host.get(MdbEntry::new("br0", group(9))).unwrap_err();
        assert!(none.is_not_found(), "{none}");
        assert!(
            none.to_string()
                .starts_with("get mdb group 239.1.1.9 on br0: ")
        );
        Ok::<(), Error>(())
    });
}

#[test]
fn many_groups_go_at_once() {
    isolated(|| {
        let mut host = bridge()?;
        for (last, port) in [(1, "v0"), (2, "v1"), (3, "v0"), (4, "v1")] {
            let entry = MdbEntry::new("br0", group(last)).port(port);
            host.add(if last < 3 { entry.permanent() } else { entry })?;
        }
        if let Err(error) = host.delete(MdbFlush::new("br0").port("v0").permanent(false)) {
            skip(format_args!(
                "the kernel deletes groups one by one: {error}"
            ));
            return Ok(());
        }
        let left: Vec<_> = wanted(&mut host)?.into_keys().collect();
        assert_eq!(left, ["239.1.1.1", "239.1.1.2", "239.1.1.4"]);
        host.delete(MdbFlush::new("br0").protocol(RouteProtocol::Zebra))?;
        assert_eq!(wanted(&mut host)?.len(), 3);
        host.delete(MdbFlush::new("br0").permanent(true))?;
        let left: Vec<_> = wanted(&mut host)?.into_keys().collect();
        assert_eq!(left, ["239.1.1.4"]);
        host.delete(MdbFlush::new("br0"))?;
        assert_eq!(wanted(&mut host)?.len(), 0);
        let refused = host.delete(MdbFlush::new("v0")).unwrap_err();
        let words = refused.to_string();
        assert!(words.starts_with("delete mdb entries on v0: "), "{words}");
        Ok::<(), Error>(())
    });
}

#[test]
fn routers_are_told_with_their_ports() {
    isolated(|| {
        let mut host = bridge()?;
        let v0 = host.ifindex("v0")?;
        host.change(BridgePort::named("v0").multicast_router(MulticastRouter::Permanent))?;
        let all = host.list(Mdb::all().bridge("br0"))?;
        let mut ports = Vec::new();
        for part in &all {
            ports.extend(part.routers().map(|router| (router.port(), router.kind())));
        }
        assert_eq!(ports, [(v0, Some(MulticastRouter::Permanent))]);
        Ok::<(), Error>(())
    });
}

#[test]
fn groups_are_told_of() {
    isolated(|| {
        let mut host = bridge()?;
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Mdb])?;
        let entry = MdbEntry::new("br0", group(7)).port("v0").permanent();
        host.add(&entry)?;
        host.delete(&entry)?;
        let (mut new, mut deleted) = (0, 0);
        while let Some(event) = monitor.try_next()? {
            let Event::Notification(told) = event else {
                panic!("{event:?}")
            };
            let is_it = |view: &nlroute::bridge::MdbView<'_>| {
                view.entries()
                    .filter(|e| e.group() == Some(group(7)))
                    .count()
            };
            match told.change() {
                Change::New(Noun::Mdb(view)) => new += is_it(&view),
                Change::Deleted(Noun::Mdb(view)) => deleted += is_it(&view),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((new, deleted), (1, 1));
        Ok::<(), Error>(())
    });
}

#[test]
fn other_ends_of_a_vxlan_want_groups() {
    isolated(|| {
        let mut host = Connection::open()?;
        let Some(vx0) = vxlan(&mut host)? else {
            return Ok(());
        };
        let entry = |end: &str| {
            MdbEntry::new("vx0", group(1))
                .permanent()
                .dst(ip(end))
                .source_vni(8)
        };
        if let Err(error) = host.add(entry("192.0.2.9").dst_port(4790).vni(7)) {
            skip(format_args!(
                "the kernel's VXLAN has no multicast database: {error}"
            ));
            return Ok(());
        }
        host.add(entry("192.0.2.10"))?;
        let mut ends = BTreeMap::new();
        for part in &host.list(Mdb::all().bridge("vx0"))? {
            for entry in part.entries() {
                assert_eq!((entry.port(), entry.source_vni()), (vx0, Some(8)));
                ends.insert(entry.dst(), (entry.dst_port(), entry.vni()));
            }
        }
        assert_eq!(ends.len(), 2);
        let to = |end: &str| ends.get(&Some(ip(end))).copied();
        assert_eq!(to("192.0.2.9"), Some((Some(4790), Some(7))));
        assert_eq!(to("192.0.2.10"), Some((None, None)));
        host.delete(entry("192.0.2.10"))?;
        host.delete(MdbFlush::new("vx0").dst(ip("192.0.2.9")))?;
        let left: usize = host
            .list(Mdb::all().bridge("vx0"))?
            .iter()
            .map(|part| part.entries().count())
            .sum();
        assert_eq!(left, 0);
        Ok::<(), Error>(())
    });
}

#[test]
fn networks_of_a_vxlan_come_and_go() {
    isolated(|| {
        let mut host = Connection::open()?;
        let Some(vx0) = vxlan(&mut host)? else {
            return Ok(());
        };
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Tunnel])?;
        let many = || Vni::range("vx0", 100..=110);
        if let Err(error) = host.add(many()) {
            skip(format_args!(
                "the kernel's VXLAN takes one network: {error}"
            ));
            return Ok(());
        }
        host.add(Vni::new(vx0, 200).remote(ip("192.0.2.1")))?;
        let read = |host: &mut Connection, query: Vnis<'_>| -> Result<Vec<String>> {
            let mut words = Vec::new();
            for told in &host.list(query)? {
                assert_eq!((told.index(), told.malformed()), (vx0, vec![]));
                words.extend(told.entries().map(|vnis| {
                    let (first, last) = vnis.range().unwrap();
                    format!("{first}-{last} {:?}", vnis.remote())
                }));
            }
            Ok(words)
        };
        assert_eq!(
            read(&mut host, Vnis::all())?,
            ["100-110 None", "200-200 Some(192.0.2.1)"]
        );
        // Counters come network by network.
        assert_eq!(read(&mut host, Vnis::all().link("vx0").stats())?.len(), 12);
        {
            let counted = host.list(Vnis::all().stats())?;
            let told = counted.iter().next().unwrap();
            let stats = told.entries().next().unwrap().stats().map(|s| s.rx_bytes());
            assert_eq!(stats, Some(Some(0)));
        }
        host.delete(many())?;
        assert_eq!(read(&mut host, Vnis::all())?, ["200-200 Some(192.0.2.1)"]);
        let (mut new, mut deleted) = (0, 0);
        while let Some(event) = monitor.try_next()? {
            let Event::Notification(told) = event else {
                panic!("{event:?}")
            };
            match told.change() {
                Change::New(Noun::Vni(view)) => new += view.entries().count(),
                Change::Deleted(Noun::Vni(view)) => deleted += view.entries().count(),
                other => panic!("{other:?}"),
            }
        }
        // Told network by network, or by ranges.
        assert!(new >= 2 && deleted >= 1, "{new} {deleted}");
        Ok::<(), Error>(())
    });
}

/// The last byte of the MAC addresses 02:00:00:00:00:xx that a list shows.
fn macs(host: &mut Connection, query: Fdb<'_>) -> Result<Vec<u8>> {
    let mut found = Vec::new();
    for entry in &host.list(query)? {
        if let Some([2, 0, 0, 0, 0, last]) = entry.lladdr().as_ref().map(|mac| mac.as_bytes()) {
            found.push(*last);
        }
    }
    // Where bridges filter by VLAN an entry is there for each VLAN of its port, and for none.
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[test]
fn many_entries_go_at_once() {
    isolated(|| {
        let mut host = bridge()?;
        for last in 1..=6 {
            let port = if last < 4 { "v0" } else { "v1" };
            let entry = FdbEntry::new(port, [2, 0, 0, 0, 0, last]).master();
            host.add(match last % 3 {
                0 => entry.permanent(),
                1 => entry.r#static(),
                _ => entry.r#static().sticky(),
            })?;
        }
        let br0 = || Fdb::all().bridge("br0");
        assert_eq!(macs(&mut host, br0())?, [1, 2, 3, 4, 5, 6]);
        let of_v0 = FdbFlush::new("br0").bridge_port("v0").r#static();
        if let Err(error) = host.delete(of_v0) {
            skip(format_args!(
                "the kernel deletes entries one by one: {error}"
            ));
            return Ok(());
        }
        assert_eq!(macs(&mut host, br0())?, [3, 4, 5, 6]);
        let sticky = nlroute::neighbour::NeighbourFlags::STICKY;
        host.delete(FdbFlush::new("br0").flags(sticky, sticky))?;
        assert_eq!(macs(&mut host, br0())?, [3, 4, 6]);
        // None of them ages.
        host.delete(FdbFlush::new("br0").dynamic())?;
        assert_eq!(macs(&mut host, br0())?, [3, 4, 6]);
        host.delete(FdbFlush::new("v1").master())?;
        assert_eq!(macs(&mut host, br0())?, [3]);
        let refused = host.delete(FdbFlush::new("p0").vlan(5)).unwrap_err();
        let words = refused.to_string();
        assert!(
            words.starts_with("delete all of fdb entry vlan 5 on p0: "),
            "{words}"
        );
        Ok::<(), Error>(())
    });
}

#[test]
fn what_becomes_of_an_entry_is_told() {
    isolated(|| {
        let mut host = bridge()?;
        let mac = [2, 0, 0, 0, 0, 9];
        let entry = FdbEntry::new("v0", mac).master().r#static();
        host.add(
            entry
                .clone()
                .ext(FdbExt::new().activity_notify(FdbNotify::NOTIFY)),
        )?;
        let found = host.get(FdbEntry::new("v0", mac).master())?;
        assert!(found.state().contains(NeighbourState::NOARP));
        let ext = found.ext().and_then(|ext| ext.activity_notify());
        if ext.is_none() {
            skip(format_args!(
                "the kernel doesn't tell of an entry's activity"
            ));
            return Ok(());
        }
        assert_eq!(ext, Some(FdbNotify::NOTIFY));
        let inactive = FdbNotify::NOTIFY | FdbNotify::INACTIVE;
        host.replace(entry.ext(FdbExt::new().activity_notify(inactive).dont_refresh(true)))?;
        let found = host.get(FdbEntry::new("v0", mac).master())?;
        let ext = found.ext().and_then(|ext| ext.activity_notify());
        assert_eq!(ext, Some(inactive));
        Ok::<(), Error>(())
    });
}
