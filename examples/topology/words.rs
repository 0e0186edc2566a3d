//! What was read, in words: the same in every output.
use std::fmt::Write;

use nlroute::route::RouteView;

use super::network::{Address, Clash, DefaultRoute, Link, LinkId, Namespace, Network, Unseen};

/// Text of somebody else's making, fit to be shown: nothing that moves the cursor, turns the
/// direction of writing or can't stand in XML.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        if c.is_control() || hidden {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// As `ip route`: `192.168.56.0/24 dev veth0 proto kernel scope link src 192.168.56.11`.
pub fn route_line(route: &RouteView<'_>, name: impl Fn(u32) -> String) -> String {
    let mut line = match route.destination() {
        Some(to) if !to.is_default() => to.to_string(),
        _ => "default".to_owned(),
    };
    if let Some(gateway) = route.next_hop() {
        let _ = write!(line, " via {gateway}");
    }
    if let Some(oif) = route.oif() {
        let _ = write!(line, " dev {}", name(oif));
    }
    for hop in route.nexthops().iter().flat_map(|hops| hops.iter()) {
        line += " nexthop";
        if let Some(gateway) = hop.next_hop() {
            let _ = write!(line, " via {gateway}");
        }
        let _ = write!(line, " dev {} weight {}", name(hop.index()), hop.weight());
    }
    if route.next_hop().is_none() {
        let _ = write!(line, " proto {} scope {}", route.protocol(), route.scope());
    }
    if let Some(source) = route.source() {
        let _ = write!(line, " src {source}");
    }
    if let Some(metric) = route.metric() {
        let _ = write!(line, " metric {metric}");
    }
    line
}

/// `veth · up · mtu 1500`.
pub fn details(link: &Link) -> String {
    format!("{} · {}", link.kind, state(link))
}

/// `up · mtu 1500`.
pub fn state(link: &Link) -> String {
    match link.mtu {
        Some(mtu) => format!("{} · mtu {mtu}", link.state.name()),
        None => link.state.name().to_owned(),
    }
}

/// The addresses that tell something. A link-local one is made of the MAC, and every link has one.
pub fn addresses(link: &Link) -> Vec<String> {
    let told = link.addresses.iter().filter(|a| a.scope != "link");
    let told = told.map(address).collect::<Vec<_>>();
    // The loopback's never differ, and need no line each.
    if link.kind == "loopback" && !told.is_empty() {
        return vec![told.join(" ")];
    }
    told
}

fn address(address: &Address) -> String {
    match address.peer {
        Some(peer) => format!("{} peer {peer}", address.prefix.address()),
        None => address.prefix.to_string(),
    }
}

/// `ceth0 in netns0`, or `ceth0` if it's in `from`.
pub fn place(network: &Network, id: LinkId, from: usize) -> String {
    let name = &network.link(id).name;
    if id.namespace == from {
        return name.clone();
    }
    format!("{name} in {}", network.namespaces[id.namespace].label)
}

/// `default via 192.168.56.1`, and the metric if there is one.
pub fn default_route(network: &Network, route: &DefaultRoute) -> String {
    let mut words = "default".to_owned();
    if let Some(gateway) = route.gateway {
        let _ = write!(words, " via {gateway}");
    }
    let metric = network.namespaces[route.namespace].routes[route.route].metric;
    // What the kernel gives an IPv6 route that was given none.
    if metric != 0 && metric != 1024 {
        let _ = write!(words, " metric {metric}");
    }
    words
}

/// All about a default route.
pub fn default_facts(network: &Network, route: &DefaultRoute) -> String {
    let namespace = &network.namespaces[route.namespace];
    let mut facts = format!(
        "{}: {}",
        namespace.label, namespace.routes[route.route].line
    );
    match (route.gateway, route.owner) {
        (Some(gateway), Some(owner)) => {
            let place = place(network, owner, route.namespace);
            let _ = write!(facts, "\n{gateway} is the address of {place}");
        }
        (Some(gateway), None) => {
            let _ = write!(facts, "\nno link that can be seen here has {gateway}");
        }
        _ => {}
    }
    facts
}

/// `192.168.56.0/24: veth0 wins, veth1 is hidden`.
pub fn clash(namespace: &Namespace, clash: &Clash) -> String {
    let losers: Vec<_> = clash
        .losers
        .iter()
        .map(|l| namespace.dev_name(*l))
        .collect();
    let are = if losers.len() == 1 { "is" } else { "are" };
    format!(
        "{}: dev {} wins, dev {} {are} hidden",
        clash.destination,
        namespace.dev_name(clash.winner),
        losers.join(", ")
    )
}

/// What stands in a clash's own box.
pub fn clash_box(namespace: &Namespace, clash: &Clash) -> String {
    format!("route clash\n{}", self::clash(namespace, clash))
}

/// What stands in the box of what can't be seen.
pub fn unseen_box(unseen: &Unseen) -> String {
    format!("not to be seen from here:\n{}\n{}", unseen.what, unseen.why)
}

/// All about a clash.
pub fn clash_facts(namespace: &Namespace, clash: &Clash) -> String {
    let mut facts = format!(
        "{}: several routes to {} of one metric; a packet only ever takes one.\ntaken: {}",
        namespace.label, clash.destination, namespace.routes[clash.winner].line
    );
    for loser in &clash.losers {
        let _ = write!(facts, "\nhidden: {}", namespace.routes[*loser].line);
    }
    facts
}

/// All about a namespace itself.
pub fn namespace_facts(namespace: &Namespace) -> String {
    let mut facts = format!("network namespace {}", namespace.label);
    for fact in &namespace.facts {
        let _ = write!(facts, "\n{fact}");
    }
    for gap in &namespace.gaps {
        let _ = write!(facts, "\nnot read: {gap}");
    }
    let _ = write!(
        facts,
        "\n{} links, {} routes",
        namespace.links.len(),
        namespace.routes.len()
    );
    facts
}

/// Past that, the routes of a link are only counted.
const MOST_ROUTES: usize = 20;

/// All about a link.
pub fn link_facts(network: &Network, id: LinkId) -> String {
    let namespace = &network.namespaces[id.namespace];
    let link = network.link(id);
    let mut facts = format!(
        "{}: {} in {}\n{}",
        link.index,
        link.name,
        namespace.label,
        details(link)
    );
    for name in &link.alt_names {
        let _ = write!(facts, "\nalso called {name}");
    }
    if let Some(alias) = &link.alias {
        let _ = write!(facts, "\nalias {alias}");
    }
    if let Some(mac) = &link.mac {
        let _ = write!(facts, "\nMAC {mac}");
    }
    if let Some(master) = link.master {
        let _ = write!(facts, "\nport of {}", namespace.links[master].name);
    }
    if let Some(port) = &link.port {
        let _ = write!(facts, ", {port}");
    }
    if let Some(other) = link.other_end {
        let _ = write!(
            facts,
            "\nother end: {}",
            place(network, other, id.namespace)
        );
    } else if let Some(lost) = &link.lost_end {
        let _ = write!(facts, "\nother end: {lost}");
    } else if let Some(below) = link.below {
        let name = namespace.position(below).map(|n| &*namespace.links[n].name);
        match (link.netnsid, name) {
            (None, Some(name)) => _ = write!(facts, "\non top of {name}"),
            (None, None) => _ = write!(facts, "\non top of link {below}"),
            (Some(id), _) => _ = write!(facts, "\non top of link {below} of netnsid {id}"),
        }
    }
    for address in &link.addresses {
        let _ = write!(
            facts,
            "\naddress {}, scope {}",
            self::address(address),
            address.scope
        );
    }
    let by_it = |route: &&super::network::Route| route.hops.iter().any(|h| h.1 == Some(id.link));
    let routes: Vec<_> = namespace.routes.iter().filter(by_it).collect();
    for route in routes.iter().take(MOST_ROUTES) {
        let _ = write!(facts, "\nroute {}", route.line);
        if route.table != "main" {
            let _ = write!(facts, " table {}", route.table);
        }
    }
    if routes.len() > MOST_ROUTES {
        let _ = write!(facts, "\nand {} routes more", routes.len() - MOST_ROUTES);
    }
    for (prefix, winner) in namespace.clashes_of(id.link) {
        match winner {
            Some(winner) => _ = write!(facts, "\nits route to {prefix} is hidden by {winner}'s"),
            None => _ = write!(facts, "\nits route to {prefix} hides another"),
        }
    }
    for neighbour in &link.neighbours {
        let _ = write!(facts, "\nneighbour {neighbour}");
    }
    facts
}

/// What is to be read of a link, line by line.
pub fn label(network: &Network, id: LinkId) -> Vec<String> {
    let link = network.link(id);
    let mut lines = vec![link.name.clone(), details(link)];
    lines.extend(link.port.clone());
    lines.extend(addresses(link));
    for (prefix, winner) in network.namespaces[id.namespace].clashes_of(id.link) {
        lines.push(match winner {
            None => format!("{prefix} wins"),
            Some(winner) => format!("{prefix} hidden by {winner}"),
        });
    }
    lines.extend(
        link.lost_end
            .iter()
            .map(|lost| format!("⇄ {lost}, not to be seen from here")),
    );
    lines
}
