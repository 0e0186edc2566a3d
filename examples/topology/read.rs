//! Reads one namespace, through the crate's public side and nothing else.
use std::collections::{HashMap, HashSet};

use nlroute::{
    Addresses, Connection, Neighbours, Prefix, Result, Route as Request, Routes,
    link::{ExtMask, LinkFlags, LinkView, Links, OperState},
    neighbour::NeighbourState,
    route::{RouteTable, RouteType},
};

use super::{
    network::{Address, Clash, Link, Namespace, Route, State},
    words::{self, printable},
};

/// Everything of the namespace that the connection is in.
pub fn namespace(connection: &mut Connection) -> Result<Namespace> {
    let mut namespace = links(connection, Links::all(), Addresses::all())?;
    for neighbour in &connection.list(Neighbours::all())? {
        let Some(at) = namespace.position(neighbour.index()) else {
            continue;
        };
        let Some(to) = neighbour.destination() else {
            continue;
        };
        // Groups, which nobody was asked for.
        if to.is_multicast() || neighbour.state().contains(NeighbourState::NOARP) {
            continue;
        }
        namespace.links[at]
            .neighbours
            .push(match neighbour.lladdr() {
                Some(mac) => format!("{to} is at {mac}"),
                None => format!("{to} has not answered"),
            });
    }
    for link in &mut namespace.links {
        link.neighbours.sort_unstable();
    }
    routes(connection, &mut namespace)?;
    Ok(namespace)
}

/// What can be read of a namespace by the number that this one knows it by: its links and
/// addresses. Since Linux 4.20.
pub fn by_number(connection: &mut Connection, netnsid: i32) -> Result<Namespace> {
    let links = self::links(
        connection,
        Links::all().target_netnsid(netnsid),
        Addresses::all().target_netnsid(netnsid),
    )?;
    Ok(Namespace {
        gaps: vec!["routes, neighbours".to_owned()],
        ..links
    })
}

fn links(connection: &mut Connection, links: Links<'_>, addresses: Addresses) -> Result<Namespace> {
    let mut namespace = Namespace::default();
    let views = connection.list(links.ext_mask(ExtMask::SKIP_STATS))?;
    namespace.links = views.iter().map(|view| link(&view)).collect();
    namespace.links.sort_by_key(|link| link.index);
    for view in &views {
        let master = view.master().and_then(|index| namespace.position(index));
        if let Some(at) = namespace.position(view.index()) {
            namespace.links[at].master = master;
        }
    }
    for view in &connection.list(addresses)? {
        let (Some(prefix), Some(at)) = (view.prefix(), namespace.position(view.index())) else {
            continue;
        };
        namespace.links[at].addresses.push(Address {
            prefix,
            scope: view.scope().to_string(),
            peer: view.peer().filter(|peer| *peer != prefix.address()),
        });
    }
    Ok(namespace)
}

fn link(view: &LinkView<'_>) -> Link {
    let kind = view.kind().map(|kind| kind.to_string());
    let carrier = view.flags().contains(LinkFlags::LOWER_UP);
    Link {
        index: view.index(),
        name: printable(&view.name().to_string()),
        alt_names: view
            .alt_names()
            .iter()
            .flat_map(|names| names.iter())
            .map(|name| printable(&name.to_string()))
            .collect(),
        alias: view.alias().map(|alias| printable(&alias.to_string())),
        is_bridge: kind.as_deref() == Some("bridge"),
        is_veth: kind.as_deref() == Some("veth"),
        kind: printable(&kind.unwrap_or_else(|| view.device_type().to_string())),
        state: match view.operstate() {
            _ if !view.is_up() => State::Down,
            Some(OperState::Dormant | OperState::Testing) => State::Dormant,
            _ if carrier => State::Up,
            _ => State::NoCarrier,
        },
        mtu: view.mtu(),
        mac: view.address().map(|mac| mac.to_string()),
        port: view
            .bridge_port()
            .and_then(|port| port.state())
            .map(|state| state.to_string()),
        below: view.link(),
        netnsid: view.link_netnsid(),
        ..Link::default()
    }
}

fn routes(connection: &mut Connection, namespace: &mut Namespace) -> Result<()> {
    let views = connection.list(Routes::all())?;
    let mut alike: HashMap<_, Vec<usize>> = HashMap::new();
    for view in &views {
        let Some(destination) = view.destination() else {
            continue;
        };
        if view.kind() != RouteType::Unicast || view.table() == RouteTable::LOCAL {
            continue;
        }
        let place = |index| namespace.position(index);
        let hops = match view.nexthops() {
            Some(hops) => hops
                .iter()
                .map(|h| (h.next_hop(), place(h.index())))
                .collect(),
            None => vec![(view.next_hop(), view.oif().and_then(place))],
        };
        let line = words::route_line(&view, |index| {
            place(index).map_or_else(|| format!("#{index}"), |n| namespace.links[n].name.clone())
        });
        let metric = view.metric().unwrap_or(0);
        // Each link has these two of its own, and a packet to them says by which it goes.
        let each = match destination.address() {
            std::net::IpAddr::V6(to) => to.is_unicast_link_local() || to.is_multicast(),
            std::net::IpAddr::V4(_) => false,
        };
        if !each {
            let key = (view.table(), destination, view.tos(), metric, view.from());
            alike.entry(key).or_default().push(namespace.routes.len());
        }
        namespace.routes.push(Route {
            line,
            destination,
            hops,
            metric,
            table: view.table().to_string(),
        });
    }
    let mut clashes: Vec<_> = alike
        .into_iter()
        .filter(|(_, routes)| routes.len() > 1)
        .collect();
    clashes.sort_by(|a, b| a.1.cmp(&b.1));
    for ((_, destination, ..), mut routes) in clashes {
        let winner = taken(connection, namespace, destination, &routes);
        routes.retain(|route| *route != winner);
        namespace.clashes.push(Clash {
            destination,
            winner,
            losers: routes,
        });
    }
    Ok(())
}

/// Which of several routes the kernel takes: its own word, by looking up addresses that may be
/// behind them. Where it says nothing of use it's the first, as they stand in the table.
fn taken(
    connection: &mut Connection,
    namespace: &Namespace,
    destination: Prefix,
    routes: &[usize],
) -> usize {
    let own: HashSet<_> = namespace
        .links
        .iter()
        .flat_map(|link| &link.addresses)
        .map(|address| address.prefix.address())
        .collect();
    let first = destination.network().address();
    let near = (1..=16u8).filter_map(|n| {
        let address = match first {
            std::net::IpAddr::V4(a) => u32::from(a)
                .checked_add(n.into())
                .map(|a| std::net::IpAddr::from(std::net::Ipv4Addr::from(a))),
            std::net::IpAddr::V6(a) => u128::from(a)
                .checked_add(n.into())
                .map(|a| std::net::IpAddr::from(std::net::Ipv6Addr::from(a))),
        };
        address.filter(|a| destination.contains(*a) && !own.contains(a))
    });
    for address in near {
        let Ok(found) = connection.get(Request::to(address).fib_match()) else {
            continue;
        };
        let dev = found.oif().and_then(|index| namespace.position(index));
        let same = |route: &&usize| {
            found.destination() == Some(destination)
                && namespace.routes[**route].hops.first() == Some(&(found.next_hop(), dev))
        };
        if let Some(winner) = routes.iter().find(same) {
            return *winner;
        }
    }
    routes[0]
}
