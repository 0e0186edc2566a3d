//! The network as a tree of text, for a terminal.
use std::fmt::Write;

use super::{
    network::{LinkId, Network},
    words,
};

pub fn draw(network: &Network) -> String {
    let mut out = String::new();
    for (namespace, of) in network.namespaces.iter().enumerate() {
        let _ = writeln!(
            out,
            "{}{}",
            of.label,
            if of.current { " (this namespace)" } else { "" }
        );
        let mut lines: Vec<(usize, String)> = Vec::new();
        for id in network.outermost(namespace) {
            lines.push((0, link(network, id)));
            lines.extend(network.ports(id).map(|port| (1, link(network, port))));
        }
        for route in network
            .defaults
            .iter()
            .filter(|route| route.namespace == namespace)
        {
            let dev = &of.links[route.dev].name;
            let mut line = format!("{} dev {dev}", words::default_route(network, route));
            match (route.gateway, route.owner) {
                (_, Some(owner)) => {
                    line += &format!(" → {}", words::place(network, owner, namespace))
                }
                (Some(_), None) => line += " → not seen from here",
                (None, None) => {}
            }
            lines.push((0, line));
        }
        let clashes = of
            .clashes
            .iter()
            .map(|clash| format!("CLASH {}", words::clash(of, clash)));
        lines.extend(clashes.map(|line| (0, line)));
        lines.extend(of.gaps.iter().map(|gap| (0, format!("not read: {gap}"))));
        for (n, (depth, line)) in lines.iter().enumerate() {
            let after = lines.get(n + 1..).unwrap_or_default();
            // Whether something of this depth still comes before the one above it goes on.
            let more = |depth| {
                let rest = after.iter().map(|line| line.0);
                rest.take_while(|d| *d >= depth).any(|d| d == depth)
            };
            for above in 0..*depth {
                out += if more(above) { "│  " } else { "   " };
            }
            out += if more(*depth) { "├─ " } else { "└─ " };
            out += line;
            out += "\n";
        }
        out += "\n";
    }
    for unseen in &network.unseen {
        let _ = writeln!(
            out,
            "not to be seen from here: {}: {}",
            unseen.what, unseen.why
        );
    }
    out
}

fn link(network: &Network, id: LinkId) -> String {
    let of = &network.namespaces[id.namespace];
    let link = network.link(id);
    let mut line = format!("{}  {}", link.name, words::details(link));
    if let Some(port) = &link.port {
        let _ = write!(line, " · {port}");
    }
    if let Some(master) = link
        .master
        .map(|master| &of.links[master])
        .filter(|m| !m.is_bridge)
    {
        let _ = write!(line, " · port of {}", master.name);
    }
    for address in words::addresses(link) {
        let _ = write!(line, "  {address}");
    }
    if let Some(other) = link.other_end {
        let _ = write!(line, "  ⇄ {}", words::place(network, other, id.namespace));
    } else if let Some(lost) = &link.lost_end {
        let _ = write!(line, "  ⇄ {lost}, not to be seen from here");
    }
    line
}
