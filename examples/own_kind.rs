//! A kind of link declared by its user, as one that the crate doesn't know would be: macvlan once
//! more, because most kernels have it, with four of its attributes.
//!
//! One line an attribute makes the getter, the setter, the name in errors and in `Debug`.
mod talk;

use std::process::ExitCode;

use nlroute::{
    Connection,
    link::{Kind, Link, LinkRequest},
    sandbox::Sandbox,
};

nlroute::open_enum! {
    /// How the macvlans of one link reach each other.
    pub enum Mode: u32 {
        /// They don't.
        Private = 1 "private",
        /// By way of the switch outside.
        Vepa = 2 "vepa",
        /// Directly.
        Bridge = 4 "bridge",
    }
}

nlroute::table! {
    /// Settings of a macvlan (`IFLA_MACVLAN_*` of `linux/if_link.h`).
    table MacvlanTable "macvlan";
    /// What a macvlan is set to.
    view MacvlanView;
    /// What to set a macvlan to.
    request Macvlan;

    rw 1 IFLA_MACVLAN_MODE mode: Mode = "How they reach each other.";
    rw 2 IFLA_MACVLAN_FLAGS flags: u16 = "1: leave the link below out of promiscuous mode.";
    ro 6 IFLA_MACVLAN_MACADDR_COUNT sources: u32 = "How many source addresses are allowed.";
    rw 7 IFLA_MACVLAN_BC_QUEUE_LEN queue_length: u32 = "Broadcasts that wait. Since Linux 5.11.";
}

impl Kind for MacvlanTable {
    const NAME: &'static str = "macvlan";
}

fn run() -> talk::Result<bool> {
    Sandbox::new().enter()?;
    let mut host = Connection::open()?;
    host.add(nlroute::link::Veth::new("eth0").peer(nlroute::link::Peer::new("far0")))?;
    let settings = Macvlan::new().mode(Mode::Bridge).queue_length(500);
    let new = LinkRequest::<MacvlanTable>::new("mv0")
        .link("eth0")
        .data(settings)
        .up();
    println!("{new:?}");
    match host.add(new) {
        Ok(_) => {}
        Err(error) if error.is_unsupported() => {
            println!("SKIPPED own_kind: this kernel has no macvlan: {error}");
            return Ok(true);
        }
        Err(error) => return Err(error.into()),
    }
    let link = host.get(Link::named("mv0"))?;
    let macvlan = link.data::<MacvlanTable>().ok_or("it isn't a macvlan")?;
    println!("{}: {macvlan:?}", link.name());
    let told = (macvlan.mode(), macvlan.sources(), macvlan.queue_length());
    Ok(told == (Some(Mode::Bridge), Some(0), Some(500)))
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
