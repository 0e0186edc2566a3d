//! The network as a Mermaid flowchart, which many a wiki draws.
use std::fmt::Write;

use super::{
    network::{LinkId, Network},
    words,
};

pub fn draw(network: &Network) -> String {
    let mut out = String::from("flowchart LR\n");
    for (namespace, of) in network.namespaces.iter().enumerate() {
        let _ = writeln!(out, "  subgraph n{namespace}[{}]", quoted(&of.label));
        for (n, link) in of.links.iter().enumerate() {
            let id = LinkId { namespace, link: n };
            let mut ports = of.ports(n).peekable();
            if link.is_bridge && ports.peek().is_some() {
                let label = quoted(&words::label(network, id).join("\n"));
                let _ = writeln!(out, "    subgraph {}[{label}]", name(id));
                for port in ports {
                    node(
                        &mut out,
                        network,
                        LinkId {
                            namespace,
                            link: port,
                        },
                    );
                }
                out += "    end\n";
            } else if link.master.is_none_or(|master| !of.links[master].is_bridge) {
                node(&mut out, network, id);
            }
        }
        for (n, clash) in of.clashes.iter().enumerate() {
            let label = quoted(&format!("route clash\n{}", words::clash(of, clash)));
            let _ = writeln!(out, "    c{namespace}_{n}[{label}]:::clash");
        }
        out += "  end\n";
    }
    for [a, b] in &network.cables {
        let _ = writeln!(out, "  {} --- {}", name(*a), name(*b));
    }
    for (n, route) in network.defaults.iter().enumerate() {
        let from = name(LinkId {
            namespace: route.namespace,
            link: route.dev,
        });
        let label = quoted(&words::default_route(network, route));
        let to = match route.owner {
            Some(owner) => name(owner),
            None => format!("g{n}((\" \"))"),
        };
        let _ = writeln!(out, "  {from} -. {label} .-> {to}");
    }
    for (n, unseen) in network.unseen.iter().enumerate() {
        let label = quoted(&format!(
            "not to be seen from here:\n{}\n{}",
            unseen.what, unseen.why
        ));
        let _ = writeln!(out, "  u{n}[{label}]:::unseen");
    }
    out += "  classDef down fill:#e4e7eb,stroke:#9aa2ab,color:#656d76\n  \
            classDef clash fill:#ffebe9,stroke:#cf222e,color:#b31d28\n  \
            classDef unseen stroke-dasharray:5 4\n";
    out
}

fn name(id: LinkId) -> String {
    format!("l{}_{}", id.namespace, id.link)
}

fn node(out: &mut String, network: &Network, id: LinkId) {
    let class = if network.link(id).state.carries() {
        ""
    } else {
        ":::down"
    };
    let label = quoted(&words::label(network, id).join("\n"));
    let _ = writeln!(out, "    {}[{label}]{class}", name(id));
}

/// What would end the text or be taken for markup stands as its number.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => out += "<br/>",
            '"' | '#' | '<' | '>' | '&' | '`' | ';' | '*' | '_' | '~' | '\\' | '{' | '}' | '['
            | ']' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
