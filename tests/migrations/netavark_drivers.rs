//! What netavark's bridge and macvlan drivers do with its layer: each call in its order.
use std::os::fd::AsFd;

use nlroute::{
    Error, Family, Given, Netns, Prefix, Route,
    bridge::{BridgeLinks, BridgeVlanFlags},
    link::{
        Bridge, Ipvlan, IpvlanMode, Kind, Link, LinkRequest, LinkView, Macvlan, MacvlanMode, Peer,
        Veth,
    },
    route::RouteType,
    sandbox::{isolated, skip},
    wire::LinkAddress,
};

use super::{
    Result, have,
    netavark::{DEFAULT_METRIC, Socket, route},
};

/// What a driver is told: see `InternalData` of netavark's bridge and vlan drivers.
#[derive(Default)]
struct Data {
    bridge: &'static str,
    container_interface: &'static str,
    /// Empty where the kernel is to choose.
    host_interface: &'static str,
    /// 0 where none is given.
    mtu: u32,
    mac: Option<LinkAddress>,
    container_addresses: Vec<Prefix>,
    gateway_addresses: Vec<Prefix>,
    metric: Option<u32>,
    routes: Vec<Route<'static>>,
    vlan: Option<u16>,
}

fn nonzero(mtu: u32) -> Option<u32> {
    Some(mtu).filter(|mtu| *mtu != 0)
}

/// `core_utils::add_default_routes`: one for each family.
fn add_default_routes(netns: &mut Socket, data: &Data) -> Result {
    let mut done = Vec::new();
    for gateway in &data.gateway_addresses {
        let family = gateway.family();
        if !done.contains(&family) {
            done.push(family);
            let all = match family {
                Family::Inet => Prefix::ALL_IPV4,
                _ => Prefix::ALL_IPV6,
            };
            let via = Some(gateway.address());
            netns.add_route(&route(all, via, data.metric, RouteType::Unicast))?;
        }
    }
    Ok(())
}

/// `core_utils::get_default_route_interface`.
fn get_default_route_interface(host: &mut Socket) -> Result<LinkView<'static>> {
    for route in &host.dump_routes(None)? {
        let default = route.destination().is_some_and(|all| all.is_default());
        if let (true, Some(index)) = (default, route.oif()) {
            return Ok(host.get_link(index)?);
        }
    }
    Err("failed to get default route interface".into())
}

/// Of a bridge that is there its index and MTU: `validate_bridge_link`.
fn validate_bridge_link(host: &mut Socket, link: &LinkView<'_>, vlan: bool) -> Result<(u32, u32)> {
    let Some(bridge) = link.bridge() else {
        return Err(format!("{} already exists but is a {:?}", link.name(), link.kind()).into());
    };
    if vlan && bridge.vlan_filtering() != Some(true) {
        host.set_vlan_filtering(link.index(), true)?;
    }
    Ok((link.index(), link.mtu().unwrap_or_default()))
}

/// `create_interfaces` of the bridge driver; answers the MAC in the container.
fn setup_bridge(
    host: &mut Socket,
    netns: &mut Socket,
    data: &Data,
    netns_fd: &impl AsFd,
) -> Result<String> {
    let (bridge, mtu, bridge_mac) = match host.get_link(data.bridge) {
        Ok(link) => {
            let (index, mtu) = validate_bridge_link(host, &link, data.vlan.is_some())?;
            (index, if data.mtu == 0 { mtu } else { data.mtu }, None)
        }
        Err(error) if error.errno() == Some(libc::ENODEV) => {
            let default = get_default_route_interface(host);
            let mtu = match data.mtu {
                0 => default.ok().and_then(|link| link.mtu()).unwrap_or(0),
                mtu => mtu,
            };
            let new = Bridge::new(data.bridge)
                .given(nonzero(data.mtu), Bridge::mtu)
                .given(data.vlan, |bridge, _| bridge.vlan_filtering(true));
            host.create_link(new)?;
            let link = host.get_link(data.bridge)?;
            let mac = link.address().ok_or("a bridge without a MAC")?;
            for address in &data.gateway_addresses {
                host.add_addr(link.index(), *address)?;
            }
            host.set_up(link.index())?;
            (link.index(), mtu, Some(mac))
        }
        Err(error) => return Err(error.into()),
    };

    let mtu = nonzero(mtu);
    let peer = Peer::new(data.container_interface)
        .netns(netns_fd)
        .given(data.mac, Peer::address)
        .given(mtu, Peer::mtu);
    let veth = match data.host_interface {
        "" => Veth::unnamed(),
        name => Veth::new(name),
    };
    let veth = veth.master(bridge).given(mtu, Veth::mtu);
    host.create_link(veth.peer(peer))?;
    let veth = netns.get_link(data.container_interface)?;
    let mac = veth.address().ok_or("a veth without a MAC")?;
    let host_link = veth.link().ok_or("a veth without another end")?;
    if let Some(vid) = data.vlan {
        host.set_vlan_id(
            host_link,
            vid,
            BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED,
        )?;
    }
    host.set_up(host_link)?;
    if let Some(mac) = bridge_mac {
        host.set_mac_address(bridge, mac)?;
    }
    configure(netns, veth.index(), data)?;
    Ok(mac.to_string())
}

/// What both drivers do in the container at last.
fn configure(netns: &mut Socket, index: u32, data: &Data) -> Result {
    for address in &data.container_addresses {
        netns.add_addr(index, *address)?;
    }
    netns.set_up(index)?;
    add_default_routes(netns, data)?;
    for route in &data.routes {
        netns.add_route(route)?;
    }
    Ok(())
}

/// `netns_teardown` and `host_teardown` of the bridge driver.
fn teardown_bridge(host: &mut Socket, netns: &mut Socket, data: &Data) -> Result {
    teardown_container(netns, data)?;
    let bridge = host.get_link(data.bridge)?.index();
    if host.dump_links(Some(bridge))?.is_empty() {
        host.del_link(bridge)?;
    }
    Ok(())
}

fn teardown_container(netns: &mut Socket, data: &Data) -> Result {
    for route in &data.routes {
        netns.del_route(route)?;
    }
    Ok(netns.del_link(data.container_interface)?)
}

/// `setup` of the vlan driver: macvlan and ipvlan. The name may be taken on the host, where the
/// kernel makes the link first: then it gets its own only in the container.
fn setup_vlan<'a, K: Kind>(
    host: &mut Socket,
    netns: &mut Socket,
    data: &Data,
    new: impl Fn(&'a str) -> LinkRequest<'a, K>,
    netns_fd: &'a impl AsFd,
) -> Result<String> {
    let parent = match data.host_interface {
        "" => get_default_route_interface(host)?,
        name => host.get_link(name)?,
    };
    let make = |name| {
        new(name)
            .link(parent.index())
            .netns(netns_fd)
            .given(data.mac, LinkRequest::address)
            .given(nonzero(data.mtu), LinkRequest::mtu)
    };
    match host.create_link(make(data.container_interface)) {
        Err(error) if error.is_exists() => {
            host.create_link(make("mv-tmp"))?;
            let index = netns.get_link("mv-tmp")?.index();
            if let Err(error) = netns.set_link_name(index, data.container_interface) {
                netns.del_link(index)?;
                return Err(error.into());
            }
        }
        made => made?,
    }
    let link = netns.get_link(data.container_interface)?;
    configure(netns, link.index(), data)?;
    Ok(link.address().ok_or("no MAC")?.to_string())
}

fn container(name: &str) -> Result<(Netns, Socket)> {
    let netns = Netns::create(name)?;
    let mut inside = Socket::new_in(&netns)?;
    inside.set_up(1)?;
    Ok((netns, inside))
}

fn data() -> Result<Data> {
    let via = |text: &str| text.parse().map(Some);
    Ok(Data {
        bridge: "podman1",
        container_interface: "eth0",
        mtu: 1400,
        mac: Some("02:00:00:00:00:07".parse()?),
        container_addresses: vec!["10.89.0.2/24".parse()?, "fd00:89::2/64".parse()?],
        gateway_addresses: vec!["10.89.0.1/24".parse()?, "fd00:89::1/64".parse()?],
        routes: vec![
            route(
                "10.7.0.0/16".parse()?,
                via("10.89.0.9")?,
                Some(50),
                RouteType::Unicast,
            ),
            route("10.8.0.0/16".parse()?, None, None, RouteType::Blackhole),
            route(
                "fd07::/32".parse()?,
                via("fd00:89::9")?,
                None,
                RouteType::Unicast,
            ),
        ],
        ..Data::default()
    })
}

/// What `get_default_route_interface` and the like must find in the container afterwards.
fn check_container(netns: &mut Socket, data: &Data, mac: &str) -> Result {
    let link = netns.get_link(data.container_interface)?;
    assert_eq!(mac, "02:00:00:00:00:07");
    assert_eq!((link.mtu(), link.is_up()), (Some(1400), true));
    let addresses = netns.dump_addresses(Some(link.index()))?;
    let prefixes: Vec<_> = addresses.iter().filter_map(|a| a.prefix()).collect();
    for address in &data.container_addresses {
        assert!(prefixes.contains(address), "{address}: {prefixes:?}");
    }
    let broadcast = addresses.iter().find_map(|address| address.broadcast());
    assert_eq!(broadcast, Some("10.89.0.255".parse()?));
    assert!(netns.dump_addresses(None)?.len() > addresses.len());
    let routes = netns.dump_routes(None)?;
    let has = |to: &str, metric| {
        let mut routes = routes.iter();
        routes.any(|r| r.destination() == to.parse().ok() && r.metric() == Some(metric))
    };
    assert!(has("0.0.0.0/0", DEFAULT_METRIC) && has("::/0", DEFAULT_METRIC));
    assert!(has("10.7.0.0/16", 50) && has("fd07::/32", DEFAULT_METRIC));
    // The layer asks for those that are for one destination only.
    assert!(!has("10.8.0.0/16", DEFAULT_METRIC));
    Ok(())
}

#[test]
fn netavark_bridge_is_set_up_and_torn_down() {
    isolated(|| -> Result {
        let mut host = Socket::new()?;
        let (first, mut inside) = container("first")?;
        let (second, mut beside) = container("second")?;
        let data = data()?;
        let mac = setup_bridge(&mut host, &mut inside, &data, &first)?;
        check_container(&mut inside, &data, &mac)?;
        let bridge = host.get_link("podman1")?;
        let pinned = bridge.address();

        // The second finds the bridge.
        let other = Data {
            mac: None,
            mtu: 0,
            host_interface: "veth-second",
            container_addresses: vec!["10.89.0.3/24".parse()?],
            gateway_addresses: vec!["10.89.0.1/24".parse()?],
            routes: Vec::new(),
            ..self::data()?
        };
        setup_bridge(&mut host, &mut beside, &other, &second)?;
        assert_eq!(beside.get_link("eth0")?.mtu(), Some(1400));
        let bridge = host.get_link(bridge.index())?;
        assert_eq!(bridge.address(), pinned);
        assert_eq!(host.dump_links(Some(bridge.index()))?.len(), 2);
        let names = host.dump_links(None)?;
        assert!(names.iter().any(|link| link.name() == "veth-second"));

        // Once more there are names in the way.
        let error = setup_bridge(&mut host, &mut beside, &other, &second).unwrap_err();
        assert!(
            error.downcast_ref::<Error>().is_some_and(Error::is_exists),
            "{error}"
        );

        // A lease of DHCP that is another one now.
        let default = |via: &str| -> Result<Route<'static>> {
            let via = Some(via.parse()?);
            Ok(route(Prefix::ALL_IPV4, via, None, RouteType::Unicast))
        };
        beside.del_route(&default("10.89.0.1")?)?;
        let gone = beside.del_route(&default("10.89.0.1")?).unwrap_err();
        assert_eq!(gone.errno(), Some(libc::ESRCH), "{gone}");
        let index = beside.get_link("eth0")?.index();
        beside.add_addr(index, "10.90.0.3/24".parse()?)?;
        beside.del_addr(index, "10.89.0.3/24".parse()?)?;
        beside.add_route(&default("10.90.0.7")?)?;
        // One more beside it, as netavark's own messages have it.
        beside.add_route(&default("10.90.0.8")?)?;
        assert_eq!(get_default_route_interface(&mut beside)?.name(), "eth0");

        teardown_bridge(&mut host, &mut inside, &data)?;
        assert!(host.get_link("podman1").is_ok());
        teardown_bridge(&mut host, &mut beside, &other)?;
        assert_eq!(
            host.get_link("podman1").unwrap_err().errno(),
            Some(libc::ENODEV)
        );
        assert_eq!(host.dump_links(None)?.len(), 1);
        Ok(())
    });
}

#[test]
fn netavark_bridge_with_vlans() {
    isolated(|| -> Result {
        let mut host = Socket::new()?;
        let (netns, mut inside) = container("first")?;
        let data = Data {
            vlan: Some(9),
            ..data()?
        };
        let made = setup_bridge(&mut host, &mut inside, &data, &netns);
        if !have("a bridge that filters by VLAN", &made) {
            return Ok(());
        }
        made?;
        let mut asked = nlroute::Connection::open()?;
        let ports = asked.list(BridgeLinks::all().bridge("podman1").vlans())?;
        let port = ports.iter().find(|port| port.name() != "podman1");
        let port = port.ok_or("no port")?;
        assert!(
            port.vlans()
                .any(|v| v.is_untagged() && v.vids().first() == 9)
        );
        // One that doesn't filter is made to.
        host.create_link(Bridge::new("plain"))?;
        let plain = host.get_link("plain")?;
        validate_bridge_link(&mut host, &plain, true)?;
        let filters = host
            .get_link("plain")?
            .bridge()
            .and_then(|b| b.vlan_filtering());
        assert_eq!(filters, Some(true));
        teardown_bridge(&mut host, &mut inside, &data)
    });
}

#[test]
fn netavark_macvlan_and_ipvlan() {
    isolated(|| -> Result {
        let mut host = Socket::new()?;
        let (netns, mut inside) = container("first")?;
        host.create_link(Veth::new("uplink").mtu(1400).peer(Peer::new("far")))?;
        for name in ["uplink", "far"] {
            host.set_up(name)?;
        }
        let uplink = host.get_link("uplink")?.index();
        host.add_addr(uplink, "10.89.0.200/24".parse()?)?;
        let out = route(
            "0.0.0.0/0".parse()?,
            Some("10.89.0.1".parse()?),
            None,
            RouteType::Unicast,
        );
        host.add_route(&out)?;
        // The container's name is taken on the host.
        host.create_link(Veth::new("eth0").peer(Peer::new("eth1")))?;

        let data = data()?;
        let macvlan = |name| Macvlan::new(name).mode(MacvlanMode::Bridge).bc_cutoff(3);
        let made = setup_vlan(&mut host, &mut inside, &data, macvlan, &netns);
        if have("macvlan", &made) {
            check_container(&mut inside, &data, &made?)?;
            let link = inside.get_link("eth0")?;
            let mode = link.macvlan().and_then(|macvlan| macvlan.mode());
            assert_eq!(mode, Some(MacvlanMode::Bridge));
            assert_eq!(link.link(), Some(uplink));
            // In the container the name is taken too: no link is left.
            let before = inside.dump_links(None)?.len();
            let again = setup_vlan(&mut host, &mut inside, &data, macvlan, &netns);
            assert!(again.is_err());
            assert_eq!(inside.dump_links(None)?.len(), before);
            teardown_container(&mut inside, &data)?;
        }
        let data = Data { mac: None, ..data };
        let ipvlan = |name| Ipvlan::new(name).mode(IpvlanMode::L3);
        let made = setup_vlan(&mut host, &mut inside, &data, ipvlan, &netns);
        if have("ipvlan", &made) {
            made?;
            teardown_container(&mut inside, &data)?;
        }
        Ok(())
    });
}

#[test]
fn netavark_moves_links() {
    isolated(|| -> Result {
        let mut host = Socket::new()?;
        let (netns, mut inside) = container("first")?;
        for (name, by_fd) in [("a0", true), ("b0", false)] {
            host.create_link(Veth::new(name).peer(Peer::unnamed()))?;
            let index = host.get_link(name)?.index();
            if by_fd {
                host.set_link_ns(index, &netns)?;
                assert_eq!(inside.get_link(name)?.name(), name);
            } else {
                // To the namespace of a process: where it is already.
                host.set_link_ns_pid(index, std::process::id())?;
                assert_eq!(host.get_link(index)?.name(), name);
            }
        }
        // Of a kind that needs no settings, as netavark's own tests have it.
        match host.create_link(Link::new("test1").kind("dummy")) {
            Err(error) if error.is_unsupported() => skip(format_args!("no dummy: {error}")),
            made => made?,
        }
        Ok(())
    });
}
