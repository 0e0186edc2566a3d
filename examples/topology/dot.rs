//! The network in Graphviz's language, for `dot`.
use std::fmt::Write;

use super::{
    network::{LinkId, Network},
    words,
};

pub fn draw(network: &Network) -> String {
    let mut out = String::from(
        "graph network {\n  rankdir=LR; compound=true; fontname=monospace;\n  \
         node [shape=box, fontname=monospace, fontsize=11];\n  \
         edge [fontname=monospace, fontsize=10];\n",
    );
    for (namespace, of) in network.namespaces.iter().enumerate() {
        let label = quoted(&of.label);
        let colour = if of.current { "#0969da" } else { "#57606a" };
        let _ = writeln!(
            out,
            "  subgraph cluster_{namespace} {{\n    label={label}; color=\"{colour}\";"
        );
        for id in network.outermost(namespace) {
            if !network.link(id).is_bridge {
                node(&mut out, network, id);
                continue;
            }
            let _ = writeln!(
                out,
                "    subgraph cluster_{id} {{\n      label=\"\"; color=\"#9a6700\";"
            );
            for id in std::iter::once(id).chain(network.ports(id)) {
                out += "  ";
                node(&mut out, network, id);
            }
            out += "    }\n";
        }
        for (n, clash) in of.clashes.iter().enumerate() {
            let label = quoted(&words::clash_box(of, clash));
            let _ = writeln!(
                out,
                "    clash_{namespace}_{n} [label={label}, color=\"#cf222e\", fontcolor=\"#cf222e\", penwidth=2];"
            );
        }
        out += "  }\n";
    }
    for [a, b] in &network.cables {
        let down = !(network.link(*a).state.carries() && network.link(*b).state.carries());
        let style = if down {
            " [style=dashed, color=gray]"
        } else {
            ""
        };
        let _ = writeln!(out, "  {a} -- {b}{style};");
    }
    for (n, route) in network.defaults.iter().enumerate() {
        let from = route.from();
        let label = quoted(&words::default_route(network, route));
        let to = match route.owner {
            Some(owner) => owner.to_string(),
            None => {
                let _ = writeln!(out, "  gateway_{n} [shape=point];");
                format!("gateway_{n}")
            }
        };
        let _ = writeln!(
            out,
            "  {from} -- {to} [dir=forward, color=\"#0969da\", fontcolor=\"#0969da\", label={label}, constraint=false];"
        );
    }
    for (n, unseen) in network.unseen.iter().enumerate() {
        let label = quoted(&words::unseen_box(unseen));
        let _ = writeln!(out, "  unseen_{n} [style=dashed, label={label}];");
    }
    out += "}\n";
    out
}

fn node(out: &mut String, network: &Network, id: LinkId) {
    let link = network.link(id);
    let style = if link.state.carries() {
        ""
    } else {
        ", style=filled, fillcolor=gray90, fontcolor=gray40"
    };
    let label = quoted(&words::label(network, id).join("\n"));
    let facts = quoted(&words::link_facts(network, id));
    let _ = writeln!(out, "    {id} [label={label}, tooltip={facts}{style}];");
}

fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}
