//! `bridge`.
pub mod fdb;
mod fdb_flush;
pub mod link;
pub mod mdb;
mod mdb_modify;
pub mod monitor;
pub mod mst;
pub mod vlan;
mod vlan_modify;
pub mod vlan_options;
pub mod vni;

use nlroute::link::PortState;

use crate::{
    context::Context,
    print::Print,
    words::{Done, Words, duplicate, loose},
};

/// What a list shows: a link's, and of one VLAN.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub index: u32,
    pub vlan: u16,
}

impl Filter {
    /// Words that it doesn't know are none, as iproute2 has it.
    fn parse(context: &mut Context, words: &mut Words<'_>) -> Done<Self> {
        let (mut device, mut vlan) = (None, 0);
        while let Some(word) = words.next() {
            match word {
                "dev" => {
                    let name = words.value()?;
                    if device.replace(name).is_some() {
                        return duplicate("dev", name);
                    }
                }
                "vid" => {
                    let value = words.value()?;
                    if vlan > 0 {
                        return duplicate("vid", value);
                    }
                    vlan = loose(value) as u16;
                }
                _ => {}
            }
        }
        let index = device.map(|name| context.device(name)).transpose()?;
        Ok(Self {
            index: index.unwrap_or(0),
            vlan,
        })
    }

    fn is_link(&self, index: u32) -> bool {
        self.index == 0 || self.index == index
    }

    fn is_vlan(&self, first: u16, last: u16) -> bool {
        self.vlan == 0 || (first..=last).contains(&self.vlan)
    }
}

/// A number, or two that are a range. How many characters the text has.
fn range(out: &mut dyn Print, key: &str, first: u32, last: u32) -> usize {
    out.field(key, "{}", first);
    let mut width = first.to_string().len();
    if first != last {
        out.field(&format!("{key}End"), "-{}", last);
        width += 1 + last.to_string().len();
    }
    width
}

/// White space in the place of the columns before; only in text.
fn indent(out: &mut dyn Print, width: usize) {
    out.text(format_args!("{:width$}", ""));
}

/// Begins what is shown of a link: its name, and an array.
fn open_port(context: &mut Context, index: u32, key: &str) {
    let name = context.name_of(index);
    context.out.open(None);
    context.out.field("ifname", "{16}  ", &name);
    context.out.open_array_json(key);
}

fn close_port(context: &mut Context) {
    context.out.close_array_json();
    context.out.close();
}

/// A state in a spanning tree.
fn state(out: &mut dyn Print, state: PortState) {
    match u8::from(state) {
        0..=4 => out.field("state", "state {} ", &state.to_string()),
        n => out.field("state", "state ({}) ", n),
    }
}

/// The state of this name or number.
fn state_of(word: &str) -> Option<PortState> {
    let mut states = (0..=4).map(PortState::from);
    let named = states.find(|state| state.to_string() == word);
    word.parse::<u8>().ok().map(PortState::from).or(named)
}
