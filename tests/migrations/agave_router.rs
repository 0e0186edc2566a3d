//! What agave's router and its monitor do with the layer: the tables read, followed, read again.
use std::{net::Ipv4Addr, time::Instant};

use nlroute::{
    Address, Connection, Family, Group, Monitor, Neighbour, Request, Route, Verb,
    link::{Gre, LinkView, Peer, Veth, Vlan},
    monitor::{Change, Event, Noun},
    neighbour::NeighbourState,
    route::RouteTable,
    sandbox::isolated,
    wire::{Messages, Writer},
};

use super::{
    Result,
    agave::{
        InterfaceInfo, NeighborEntry, RouteEntry, bind, netlink_get_interfaces,
        netlink_get_neighbors, netlink_get_routes, netlink_use_neighbor,
    },
};

const MAIN: u32 = RouteTable::MAIN.0;

/// `PendingEvents` of the route monitor.
#[derive(Debug, Default, PartialEq)]
struct Pending {
    routes: usize,
    neighbors: usize,
    links: usize,
    errors: usize,
}

/// What the monitor's thread does until nothing more is there; `reset` is its part where
/// something was lost.
fn drain(monitor: &mut Monitor, table: u32) -> Result<Pending> {
    let mut pending = Pending::default();
    while let Some(event) = monitor.try_next()? {
        let Event::Notification(told) = event else {
            pending.errors += 1;
            continue;
        };
        match told.change() {
            Change::New(Noun::Route(view)) | Change::Deleted(Noun::Route(view)) => {
                let route = RouteEntry::of(&view);
                pending.routes += usize::from(route.table == table);
            }
            Change::New(Noun::Neighbour(view)) | Change::Deleted(Noun::Neighbour(view)) => {
                pending.neighbors += usize::from(NeighborEntry::of(&view).key().is_some());
            }
            Change::New(Noun::Link(_)) | Change::Deleted(Noun::Link(_)) => pending.links += 1,
            _ => {}
        }
    }
    Ok(pending)
}

#[test]
fn agave_reads_and_follows() {
    isolated(|| -> Result {
        let mut host = Connection::open()?;
        let link = host.add(
            Veth::new("eth0")
                .mtu(1400)
                .up()
                .peer(Peer::new("far0").up()),
        )?;
        host.wait_until_running(link, Instant::now() + std::time::Duration::from_secs(60))?;
        host.add(Address::new(link, "192.0.2.7/24".parse()?))?;
        host.add(Route::default_via("192.0.2.1".parse()?).metric(100))?;
        let mac = [2, 0, 0, 0, 0, 9];
        host.add(Neighbour::new(link, "192.0.2.9".parse()?).lladdr(mac))?;
        host.add(Neighbour::new(link, "2001:db8::9".parse()?).lladdr(mac))?;

        let interfaces = netlink_get_interfaces()?;
        let ours = interfaces.iter().find(|info| info.if_index == link);
        assert_eq!(
            ours.map(|info| (info.mtu, info.is_gre())),
            Some((1400, false))
        );
        let routes = netlink_get_routes(Family::Inet, MAIN)?;
        let default = routes
            .iter()
            .find(|route| route.dst_len == 0)
            .ok_or("no route")?;
        assert_eq!(default.gateway, Some("192.0.2.1".parse()?));
        assert_eq!(
            (default.out_if_index, default.priority),
            (Some(link), Some(100))
        );
        assert!(routes.iter().all(|route| route.table == MAIN));
        assert!(netlink_get_routes(Family::Inet, 4711)?.is_empty());
        for of in [None, Some(link)] {
            let neighbours = netlink_get_neighbors(of, Family::Inet)?;
            let known = "192.0.2.9".parse::<Ipv4Addr>()?;
            let ours = neighbours.iter().find(|n| n.key() == Some((link, known)));
            let ours = ours.ok_or("no neighbour")?;
            assert_eq!(ours.lladdr, Some(mac.into()));
            assert!(!ours.requires_refresh());
            assert!(
                neighbours
                    .iter()
                    .all(|n| n.destination.is_none_or(|ip| ip.is_ipv4()))
            );
        }

        let mut monitor = bind([Group::Ipv4Route, Group::Neigh, Group::Link])?;
        assert_eq!(drain(&mut monitor, MAIN)?, Pending::default());
        netlink_use_neighbor(&mut host, link, "192.0.2.10".parse()?)?;
        let looked_for = netlink_get_neighbors(Some(link), Family::Inet)?;
        let new = "192.0.2.10".parse::<Ipv4Addr>()?;
        let new = looked_for.iter().find(|n| n.key() == Some((link, new)));
        let new = new.ok_or("not looked for")?;
        assert!(new.requires_refresh() && new.state != NeighbourState::empty());
        host.delete(Neighbour::new(link, "192.0.2.9".parse()?))?;
        host.add(Route::new("198.51.100.0/24".parse()?).gateway("192.0.2.1".parse()?))?;
        host.add(Route::new("203.0.113.0/24".parse()?).oif(link).table(4711))?;
        host.delete(Route::new("198.51.100.0/24".parse()?))?;
        let pending = drain(&mut monitor, MAIN)?;
        assert_eq!((pending.routes, pending.errors), (2, 0));
        assert!(pending.neighbors > 0, "{pending:?}");
        assert_eq!(netlink_get_routes(Family::Inet, 4711)?.len(), 1);
        host.delete(nlroute::link::Link::index(link))?;
        assert!(drain(&mut monitor, MAIN)?.links > 0);
        Ok(())
    });
}

/// A link as the kernel would tell it, from the request that makes it: kinds that few kernels have.
fn told(request: &impl Request) -> Result<Option<InterfaceInfo>> {
    let mut bytes = Vec::new();
    request.encode(Verb::Add, &mut Writer::new(&mut bytes))?;
    let message = Messages::new(&bytes).next().ok_or("no message")??;
    Ok(InterfaceInfo::of(&LinkView::parse(message.body())?))
}

#[test]
fn agave_knows_tunnels_and_vlans() -> Result {
    let gre = Gre::new("gre1")
        .mtu(1476)
        .local([192, 0, 2, 1])
        .remote([192, 0, 2, 2]);
    let info = told(&gre.ttl(64).tos(0).pmtudisc(true))?.ok_or("no link")?;
    let tunnel = info.gre_tunnel.as_ref().ok_or("no tunnel")?;
    assert!(info.is_gre());
    assert_eq!((tunnel.ttl, tunnel.tos, tunnel.pmtudisc), (64, 0, 1));
    let ends = [tunnel.local, tunnel.remote].map(|end| end.to_string());
    assert_eq!(ends, ["192.0.2.1", "192.0.2.2"]);
    let vlan = |protocol| {
        Vlan::new("eth0.5")
            .link(2)
            .mtu(1500)
            .id(5)
            .protocol(protocol)
    };
    let vid = told(&vlan(0x8100))?
        .and_then(|info| info.vlan_link)
        .map(|v| v.vid);
    assert_eq!(vid, Some(5));
    let of_provider = told(&vlan(0x88a8))?.ok_or("no link")?;
    assert_eq!(of_provider.vlan_link, None);
    // One whose MTU isn't told is none.
    assert_eq!(told(&Vlan::new("eth0.6").link(2).id(6))?, None);
    Ok(())
}
