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
        for id in network.outermost(namespace) {
            let mut ports = network.ports(id).peekable();
            if ports.peek().is_none() {
                node(&mut out, network, id);
                continue;
            }
            let label = quoted(&words::label(network, id).join("\n"));
            let _ = writeln!(out, "    subgraph {id}[{label}]");
            ports.for_each(|port| node(&mut out, network, port));
            out += "    end\n";
        }
        for (n, clash) in of.clashes.iter().enumerate() {
            let label = quoted(&words::clash_box(of, clash));
            let _ = writeln!(out, "    c{namespace}_{n}[{label}]:::clash");
        }
        out += "  end\n";
    }
    for [a, b] in &network.cables {
        let _ = writeln!(out, "  {a} --- {b}");
    }
    for (n, route) in network.defaults.iter().enumerate() {
        let from = route.from();
        let label = quoted(&words::default_route(network, route));
        let to = match route.owner {
            Some(owner) => owner.to_string(),
            None => format!("g{n}((\" \"))"),
        };
        let _ = writeln!(out, "  {from} -. {label} .-> {to}");
    }
    for (n, unseen) in network.unseen.iter().enumerate() {
        let label = quoted(&words::unseen_box(unseen));
        let _ = writeln!(out, "  u{n}[{label}]:::unseen");
    }
    out += "  classDef down fill:#e4e7eb,stroke:#9aa2ab,color:#656d76\n  \
            classDef clash fill:#ffebe9,stroke:#cf222e,color:#b31d28\n  \
            classDef unseen stroke-dasharray:5 4\n";
    out
}

fn node(out: &mut String, network: &Network, id: LinkId) {
    let class = if network.link(id).state.carries() {
        ""
    } else {
        ":::down"
    };
    let label = quoted(&words::label(network, id).join("\n"));
    let _ = writeln!(out, "    {id}[{label}]{class}");
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
