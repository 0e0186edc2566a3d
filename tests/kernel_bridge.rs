//! Bridges on the real kernel: VLANs, and ports in the bridge's own messages.
use nlroute::{
    Connection, Result,
    bridge::{BridgeLink, BridgeLinks, BridgeVlan},
    link::{Bridge, BridgePort, Link, Peer, PortState, Veth},
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
