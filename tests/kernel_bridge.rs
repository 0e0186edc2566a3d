//! Bridges on the real kernel: VLANs, and ports in the bridge's own messages.
use nlroute::{
    Connection, Group, Monitor, Result,
    bridge::{
        BridgeCfm, BridgeLink, BridgeLinks, BridgeMrp, BridgeVlan, CfmDirection, CfmDomain,
        CfmMepCreate, CfmMepDelete, GlobalVlanOptions, MrpInstance, VlanOptions, Vlans,
    },
    link::{Bridge, BridgeOption, BridgeOptions, BridgePort, Link, Peer, PortState, Veth, Vxlan},
    monitor::{Change, Event, Noun},
    sandbox::{isolated, skip},
};

/// `br0` with the ports `v0` and `v1`, whose other ends are `p0` and `p1`; all up.
fn bridge(host: &mut Connection, bridge: Bridge<'_>) -> Result<u32> {
    let index = host.add(bridge.up())?;
    for (port, peer) in [("v0", "p0"), ("v1", "p1")] {
        host.add(
            Veth::new(port)
                .master(index)
                .up()
                .peer(Peer::new(peer).up()),
        )?;
    }
    Ok(index)
}

/// A bridge that filters by VLAN; `None`, and the test is skipped, where the kernel can't.
fn filtering() -> Result<Option<Connection>> {
    let mut host = Connection::open()?;
    let made = bridge(
        &mut host,
        Bridge::new("br0").vlan_filtering(true).vlan_default_pvid(1),
    );
    match made {
        Ok(_) => {}
        Err(error) if error.errno() == Some(libc::EOPNOTSUPP) => {
            skip(format_args!(
                "the kernel's bridges can't filter by VLAN: {error}"
            ));
            return Ok(None);
        }
        Err(error) => return Err(error),
    }
    // An old kernel takes a setting that it doesn't know without a word.
    let filters = host
        .get(Link::named("br0"))?
        .bridge()
        .unwrap()
        .vlan_filtering();
    if filters != Some(true) {
        skip(format_args!("the kernel's bridges don't filter by VLAN"));
        return Ok(None);
    }
    Ok(Some(host))
}

/// Runs a test with a bridge that filters by VLAN.
fn filtered(test: fn(&mut Connection) -> Result<()>) {
    isolated(move || match filtering()? {
        Some(mut host) => test(&mut host),
        None => Ok(()),
    });
}

/// The VLANs of a link: `1 pvid untagged, 2-9`.
fn vlans(host: &mut Connection, query: BridgeLinks<'_>) -> Result<String> {
    let all = host.list(query)?;
    let mut words = Vec::new();
    for range in all.iter().flat_map(|link| {
        let ranges: Vec<_> = link.vlans().collect();
        ranges
    }) {
        let pvid = if range.is_pvid() { " pvid" } else { "" };
        let untagged = if range.is_untagged() { " untagged" } else { "" };
        words.push(format!("{}{pvid}{untagged}", range.vids()));
    }
    Ok(words.join(", "))
}

#[test]
fn vlans_of_a_port_come_and_go() {
    filtered(|host| {
        let of_v0 = || BridgeLinks::all().link("v0").vlans();
        assert_eq!(vlans(host, of_v0())?, "1 pvid untagged");
        host.add(BridgeVlan::new("v0", 2..=9))?;
        host.add(BridgeVlan::new("v0", 10).pvid().untagged())?;
        assert_eq!(vlans(host, of_v0())?, "1 untagged, 2-9, 10 pvid untagged");
        let each = BridgeLinks::all().link("v0").each_vlan();
        assert_eq!(
            vlans(host, each)?,
            "1 untagged, 2, 3, 4, 5, 6, 7, 8, 9, 10 pvid untagged"
        );
        // What is there is set anew.
        host.add(BridgeVlan::new("v0", 3..=4).untagged())?;
        host.replace(BridgeVlan::new("v0", 10))?;
        assert_eq!(vlans(host, of_v0())?, "1 untagged, 2, 3-4 untagged, 5-10");
        host.delete(BridgeVlan::new("v0", 2..=9))?;
        host.delete(BridgeVlan::new("v0", 1))?;
        assert_eq!(vlans(host, of_v0())?, "10");
        // The last of 4094 too, and all at once.
        host.add(BridgeVlan::new("v0", 1..=4094))?;
        assert_eq!(vlans(host, of_v0())?, "1-4094");
        let each = BridgeLinks::all().link("v0").each_vlan();
        assert_eq!(vlans(host, each)?.split(", ").count(), 4094);
        Ok(())
    });
}

#[test]
fn vlans_of_the_bridge_itself() {
    filtered(|host| {
        let of_br0 = || BridgeLinks::all().link("br0").vlans();
        host.add(BridgeVlan::new("br0", 20..=29).own())?;
        assert_eq!(vlans(host, of_br0())?, "1 pvid untagged, 20-29");
        host.delete(BridgeVlan::new("br0", 21..=29).own())?;
        assert_eq!(vlans(host, of_br0())?, "1 pvid untagged, 20");
        // A bridge that isn't a port has no bridge above it.
        let refused = host.add(BridgeVlan::new("br0", 7)).unwrap_err();
        assert_eq!(refused.errno(), Some(libc::EOPNOTSUPP));
        Ok(())
    });
}

#[test]
fn a_kernel_without_filtering_says_so() {
    isolated(|| {
        let mut host = Connection::open()?;
        let filters = bridge(&mut host, Bridge::new("br0").vlan_filtering(true)).is_ok();
        if filters {
            skip(format_args!("the kernel's bridges filter by VLAN"));
            return Ok(());
        }
        host.delete(Link::named("br0")).ok();
        bridge(&mut host, Bridge::new("br0"))?;
        let refused = host.add(BridgeVlan::new("v0", 2..=9)).unwrap_err();
        assert!(refused.is_unsupported(), "{refused}");
        let words = refused.to_string();
        assert!(words.starts_with("add vlan 2-9 on v0: "), "{words}");
        assert_eq!(vlans(&mut host, BridgeLinks::all().vlans())?, "");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn ports_are_set_and_read_in_the_bridges_own_messages() {
    isolated(|| {
        let mut host = Connection::open()?;
        let br0 = bridge(&mut host, Bridge::new("br0"))?;
        host.add(Bridge::new("br1"))?;
        let port = BridgePort::named("v0").hairpin(true).learning(false);
        host.change(BridgeLink::port(port))?;
        {
            let all = host.list(BridgeLinks::all().link("v0"))?;
            let mut ports = all.iter();
            let v0 = ports.next().unwrap();
            assert!(ports.next().is_none());
            assert_eq!(
                (v0.name().to_string(), v0.master()),
                ("v0".into(), Some(br0))
            );
            let settings = v0.protinfo_bridge_port().unwrap();
            assert_eq!(settings.hairpin(), Some(true));
            assert_eq!(settings.learning(), Some(false));
            assert_eq!(settings.state(), Some(PortState::Forwarding));
        }
        // A bridge tells of itself only with what more was asked for.
        let mut names: Vec<_> = host
            .list(BridgeLinks::all().bridge("br0").vlans())?
            .iter()
            .map(|link| link.name().to_string())
            .collect();
        names.sort();
        names.dedup();
        assert_eq!(names, ["br0", "v0", "v1"]);
        // What isn't a port has no bridge to ask.
        let refused = host.change(BridgeLink::port(BridgePort::named("p0").hairpin(true)));
        let refused = refused.unwrap_err();
        assert_eq!(refused.errno(), Some(libc::EOPNOTSUPP));
        assert!(
            refused.to_string().starts_with("change bridge link on p0"),
            "{refused}"
        );
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn vlans_go_through_tunnels() {
    filtered(|host| {
        let vxlan = Vxlan::new("vx0").collect_metadata(true).port(4789);
        if let Err(error) = host.add(vxlan.master("br0").up()) {
            skip(format_args!("the kernel has no VXLAN: {error}"));
            return Ok(());
        }
        host.add(BridgeVlan::new("vx0", 20..=29))?;
        let tunnels = || BridgeVlan::new("vx0", 20..=27).tunnel(10_020);
        let refused = host.add(tunnels()).unwrap_err();
        let words = refused.to_string();
        let begin = "add tunnel 10020-10027 of vlan 20-27 on vx0: ";
        assert!(words.starts_with(begin), "{words}");
        host.change(BridgePort::named("vx0").vlan_tunnel(true))?;
        host.add(tunnels())?;
        let read =
            |host: &mut Connection| -> Result<Vec<String>> {
                let mut told = Vec::new();
                for link in &host.list(BridgeLinks::all().link("vx0").vlans())? {
                    told.extend(link.vlan_tunnels().map(|range| {
                        format!("{} {}-{}", range.vids(), range.id(), range.last_id())
                    }));
                }
                Ok(told)
            };
        assert_eq!(read(host)?, ["20-27 10020-10027"]);
        host.delete(BridgeVlan::new("vx0", 22).tunnel(10_022))?;
        assert_eq!(read(host)?, ["20-21 10020-10021", "23-27 10023-10027"]);
        // The VLANs stay.
        let left = vlans(host, BridgeLinks::all().link("vx0").vlans())?;
        assert_eq!(left, "1 pvid untagged, 20-29");
        Ok(())
    });
}

#[test]
fn options_of_vlans_are_set_and_told() {
    filtered(|host| {
        host.add(BridgeVlan::new("v0", 20..=29))?;
        let made = VlanOptions::new("v0", 40).untagged();
        match host.add(made) {
            Err(error) if error.is_unsupported() => {
                skip(format_args!("the kernel has no options of VLANs: {error}"));
                return Ok(());
            }
            made => made?,
        }
        host.change(VlanOptions::new("v0", 22..=24).state(PortState::Blocking))?;
        let told =
            |host: &mut Connection| -> Result<Vec<String>> {
                let all = host.list(Vlans::all().link("v0"))?;
                let mut words = Vec::new();
                for told in &all {
                    words.extend(told.entries().map(|entry| {
                        format!("{} {}", entry.vids().unwrap(), entry.state().unwrap())
                    }));
                }
                Ok(words)
            };
        assert_eq!(
            told(host)?,
            [
                "1 forwarding",
                "20-21 forwarding",
                "22-24 blocking",
                "25-29 forwarding",
                "40 forwarding"
            ]
        );
        // Counters come VLAN by VLAN.
        let counted: usize = host
            .list(Vlans::all().link("v0").stats())?
            .iter()
            .map(|told| told.entries().filter(|e| e.stats().is_some()).count())
            .sum();
        assert_eq!(counted, 12);
        host.delete(VlanOptions::new("v0", 20..=29))?;
        host.delete(VlanOptions::new("v0", 40))?;
        assert_eq!(told(host)?, ["1 forwarding"]);
        let refused = host.change(VlanOptions::new("v0", 7).state(PortState::Blocking));
        assert!(refused.is_err());
        Ok(())
    });
}

#[test]
fn what_vlans_have_on_all_ports() {
    filtered(|host| {
        host.add(BridgeVlan::new("br0", 20..=29).own())?;
        let querier = GlobalVlanOptions::new("br0", 20..=24).mcast_igmp_version(3);
        if let Err(error) = host.change(querier) {
            skip(format_args!(
                "the kernel has no global options of VLANs: {error}"
            ));
            return Ok(());
        }
        let all = host.list(Vlans::all().link("br0").global())?;
        let mut words = Vec::new();
        for told in &all {
            words.extend(told.all_global_options().map(|vlan| {
                assert!(vlan.mcast_query_interval().is_some());
                let version = vlan.mcast_igmp_version().unwrap();
                format!("{} v{version}", vlan.vids().unwrap())
            }));
        }
        assert_eq!(words, ["1 v2", "20-24 v3", "25-29 v2"]);
        Ok(())
    });
}

#[test]
fn spanning_trees_of_a_port() {
    filtered(|host| {
        // The bridge's first VLAN is in the way.
        host.change(Bridge::named("br0").vlan_default_pvid(0))?;
        let many = BridgeOptions::new(BridgeOption::MST_ENABLE, true);
        if let Err(error) = host.change(Bridge::named("br0").multi_boolopt(many)) {
            skip(format_args!(
                "the kernel has no multiple spanning trees: {error}"
            ));
            return Ok(());
        }
        host.add(BridgeVlan::new("br0", 20..=29).own())?;
        host.add(BridgeVlan::new("v0", 20..=29))?;
        host.change(GlobalVlanOptions::new("br0", 20..=29).msti(2))?;
        host.change(BridgeLink::new("v0").mst_state(2, PortState::Learning))?;
        let all = host.list(BridgeLinks::all().link("v0").mst())?;
        let mut states = Vec::new();
        for link in &all {
            states.extend(link.mst_states().map(|tree| (tree.msti(), tree.state())));
        }
        assert_eq!(states, [(Some(2), Some(PortState::Learning))]);
        Ok(())
    });
}

#[test]
fn vlans_are_told_of() {
    filtered(|host| {
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Brvlan])?;
        host.add(BridgeVlan::new("v0", 20..=29))?;
        host.delete(BridgeVlan::new("v0", 20..=29))?;
        let (mut new, mut deleted) = (Vec::new(), Vec::new());
        while let Some(event) = monitor.try_next()? {
            let Event::Notification(told) = event else {
                panic!("{event:?}")
            };
            let words = |view: &nlroute::bridge::VlanView<'_>| -> Vec<String> {
                let vids = view.entries().filter_map(|entry| entry.vids());
                vids.map(|vids| vids.to_string()).collect()
            };
            match told.change() {
                Change::New(Noun::Vlan(vlan)) => new.extend(words(&vlan)),
                Change::Deleted(Noun::Vlan(vlan)) => deleted.extend(words(&vlan)),
                other => panic!("{other:?}"),
            }
        }
        assert!(new.contains(&"20-29".to_owned()), "{new:?}");
        assert!(deleted.contains(&"20-29".to_owned()), "{deleted:?}");
        Ok(())
    });
}

#[test]
fn a_ring_is_made_and_told() {
    isolated(|| {
        let mut host = Connection::open()?;
        bridge(&mut host, Bridge::new("br0"))?;
        let ring = || MrpInstance::new().ring_id(1).primary("v0").secondary("v1");
        if let Err(error) = host.change(BridgeMrp::new("br0").instance(ring())) {
            skip(format_args!(
                "the kernel's bridges have no media redundancy: {error}"
            ));
            return Ok(());
        }
        let rings = |host: &mut Connection| -> Result<Vec<Option<u32>>> {
            let mut rings = Vec::new();
            for link in &host.list(BridgeLinks::all().link("br0").mrp())? {
                if let Some(mrp) = link.mrp() {
                    rings.extend(mrp.rings().map(|ring| ring.ring_id()));
                }
            }
            Ok(rings)
        };
        assert_eq!(rings(&mut host)?, [Some(1)]);
        host.delete(BridgeMrp::new("br0").instance(MrpInstance::new().ring_id(1)))?;
        assert_eq!(rings(&mut host)?, []);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn an_end_point_is_made_and_told() {
    isolated(|| {
        let mut host = Connection::open()?;
        bridge(&mut host, Bridge::new("br0"))?;
        let mep = CfmMepCreate::new()
            .instance(1)
            .domain(CfmDomain::Port)
            .direction(CfmDirection::Down)
            .port("v0");
        if let Err(error) = host.change(BridgeCfm::new("br0").mep_create(mep)) {
            skip(format_args!(
                "the kernel's bridges have no fault management: {error}"
            ));
            return Ok(());
        }
        let mut meps = Vec::new();
        for link in &host.list(BridgeLinks::all().link("br0").cfm())? {
            if let Some(cfm) = link.cfm() {
                meps.extend(cfm.meps().map(|mep| (mep.instance(), mep.domain())));
            }
        }
        assert_eq!(meps, [(Some(1), Some(CfmDomain::Port))]);
        host.change(BridgeCfm::new("br0").mep_delete(CfmMepDelete::new().instance(1)))?;
        Ok::<(), nlroute::Error>(())
    });
}
