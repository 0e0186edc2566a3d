//! Pictures of a live network: reads it, lays it out, writes it as SVG, Mermaid, DOT or text.
//!
//! The slides and `docker_bridge` draw by this too.
#![allow(dead_code)] // Each example uses a part.
mod dot;
mod find;
mod join;
mod layout;
mod mermaid;
pub mod network;
mod read;
mod svg;
mod tree;
pub mod words;

use std::{ffi::OsStr, fs, path::Path};

use network::{Network, Unseen};
use words::printable;

/// Which namespaces to look for besides this one and those that its veth pairs lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those that have a name.
    Names,
    /// Those that have a name, and those that processes are in.
    All,
}

/// Reads the network. Changes nothing, and enters only what it may. `label` is what this namespace
/// is called where it has no name.
pub fn read(reach: Reach, label: &str) -> nlroute::Result<Network> {
    let (found, unseen) = find::find(reach == Reach::All)?;
    let mut network = Network {
        unseen,
        ..Network::default()
    };
    let mut entered = Vec::with_capacity(found.len());
    let mut closed = Vec::new();
    for found in found {
        let current = entered.is_empty();
        let read = found
            .handle
            .connect()
            .and_then(|mut c| read::namespace(&mut c));
        let name = found.label(label);
        match read {
            Ok(mut namespace) => {
                namespace.label = name;
                namespace.facts = found.facts();
                namespace.current = current;
                network.namespaces.push(namespace);
                entered.push(found);
            }
            Err(error) if current => return Err(error),
            // It has ended meanwhile.
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                network.unseen.push(Unseen {
                    what: format!("namespace {name}"),
                    why: printable(&error.to_string()),
                    details: found.facts(),
                });
                closed.push((found, name));
            }
        }
    }
    join::cables(&mut network, &entered, &closed);
    join::gateways(&mut network);
    Ok(network)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Svg,
    Mermaid,
    Dot,
    Tree,
}

impl Format {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "svg" => Some(Self::Svg),
            "mermaid" | "mmd" => Some(Self::Mermaid),
            "dot" | "gv" => Some(Self::Dot),
            "tree" | "txt" => Some(Self::Tree),
            _ => None,
        }
    }

    /// By the end of a file's name; SVG unless it says otherwise.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.and_then(Self::named).unwrap_or(Self::Svg)
    }

    pub fn draw(self, network: &Network) -> String {
        match self {
            Self::Svg => svg::draw(network),
            Self::Mermaid => mermaid::draw(network),
            Self::Dot => dot::draw(network),
            Self::Tree => tree::draw(network),
        }
    }
}

/// Draws the network to a file, whose name says in which format.
pub fn picture(network: &Network, path: &Path) -> std::io::Result<()> {
    fs::write(path, Format::of(path).draw(network))
}
