//! Linux network configuration over raw `NETLINK_ROUTE`: links, addresses, routes, neighbours and
//! network namespaces, synchronous, with no async runtime, no thread of its own and no external
//! command.
//!
//! # A first program
//!
//! Two containers on a bridge: what `docker network create` comes down to.
//!
//! ```
//! # nlroute::sandbox::isolated(|| {
//! use nlroute::{Address, Connection, Netns, Route, link::{Bridge, Link, Peer, Veth}};
//!
//! let mut host = Connection::open()?;
//! let bridge = host.add(Bridge::new("br0").up())?;
//! host.add(Address::new(bridge, "192.168.56.1/16".parse()?))?;
//!
//! for (n, address) in ["192.168.56.10/16", "192.168.56.20/16"].iter().enumerate() {
//!     let netns = Netns::create(format!("netns{n}"))?;
//!     let (outer, inner) = (format!("veth{n}"), format!("ceth{n}"));
//!     // Both ends in one message, each born in its place.
//!     host.add(
//!         Veth::new(&outer)
//!             .master(bridge)
//!             .up()
//!             .peer(Peer::new(&inner).netns(&netns).up()),
//!     )?;
//!     // This thread stays where it is.
//!     let mut inside = netns.connect()?;
//!     inside.change(Link::named("lo").up())?;
//!     inside.add(Address::new(&inner, address.parse()?))?;
//!     inside.add(Route::default_via("192.168.56.1".parse()?))?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # });
//! ```
//!
//! Run it as an ordinary user in a [sandbox], as the examples do. They rebuild a talk's "Docker
//! bridge network from scratch" slide by slide; `examples/docker_bridge.rs` is the whole of it.
//!
//! # Few verbs, many nouns
//!
//! | | |
//! |---|---|
//! | [`add`](Connection::add) | fails on what exists; of a link it answers the index |
//! | [`replace`](Connection::replace) | doesn't |
//! | [`change`](Connection::change) | alters what exists |
//! | [`append`](Connection::append) | one more beside its like |
//! | [`prepend`](Connection::prepend) | one more before its like |
//! | [`delete`](Connection::delete) | |
//! | [`get`](Connection::get) | one, as a view |
//! | [`list`](Connection::list) | all into memory; begun again when the kernel says that it was interrupted |
//! | [`dump`](Connection::dump) | all as a stream, in constant memory; says at its end that it was interrupted |
//! | [`batch`](Connection::batch) | many requests in one datagram, a result for each |
//! | [`bulk`](Connection::bulk) | as many as there are, in constant memory, a result for each |
//!
//! And what one reaches for around them: waiting for what the kernel does in its own time
//! ([`wait_until_running`](Connection::wait_until_running),
//! [`wait_until_usable`](Connection::wait_until_usable),
//! [`wait_for_link`](Connection::wait_for_link),
//! [`wait_until_gone`](Connection::wait_until_gone)), the way that packets take
//! ([`path_to`](Connection::path_to), [`source_for`](Connection::source_for),
//! [`default_path`](Connection::default_path)), and names and subnets that nobody uses
//! ([`with_unused_name`], [`claim_subnet`](Connection::claim_subnet)).
//!
//! What the kernel tells by itself a [`Monitor`] gives out, event by event; a [`Tracker`] keeps
//! links, addresses, routes and neighbours true by it, and says what has changed.
//!
//! The nouns are [`Link`](link::Link) and its kinds ([`Veth`](link::Veth),
//! [`Bridge`](link::Bridge), [`BridgePort`](link::BridgePort), [`Vxlan`](link::Vxlan) and every other
//! tunnel, or one of your own),
//! [`Address`], [`Route`], [`Rule`], [`Nexthop`],
//! [`Neighbour`], [`Netns`], and what is inside of [bridges](bridge).
//! A request is a plain value that is built by setters; wherever the kernel wants an index, a name
//! is taken too. Which message and which flags a verb means is the noun's affair.
//!
//! # What is read
//!
//! A view is the message's own bytes with an index made in one walk. Getters are in constant time
//! and answer `None` where the kernel said nothing; an attribute that can't be read is told by
//! `malformed` and hides no other; attributes that the crate doesn't know stay there, and are
//! given out by `attributes`. A view lends the receive buffer or, kept, owns its bytes: the same
//! type either way.
//!
//! # What is promised
//!
//! - An answer counts only if it comes from the kernel and bears our sequence.
//! - No answer is ever truncated, and a failed or interrupted dump never looks like a short list.
//! - No refusal is lost: a datagram has no more requests than the receive buffer takes refusals.
//! - An event that is lost is told, and what is tracked is then listed again.
//! - An [`Error`] says what was asked, the errno, the kernel's own sentence, the attribute by its
//!   path of names with the value that was sent, what the kernel accepts there, and what is
//!   missing. See [`errors`].
//! - Nothing half done is left: no descriptor, namespace, mount or link.
//! - A thread is never left in another namespace than the one it was in: if it can't be put
//!   back, the process aborts.
//! - No input makes it panic: of the kernel, of a peer, or of a caller.
//!
//! # How it is built
//!
//! One way through it, down for a request and up for an answer:
//!
//! ```text
//!   a typed request         Veth::new("veth0").peer(Peer::new("ceth0").netns(&ns)).up()
//!     -> its table          link/veth.rs, link/table.rs     one line an attribute
//!     -> bytes              wire/                           no system call, no unsafe
//!     -> one datagram       connection.rs, batch.rs         names resolved, sequence, flags
//!     -> exchange           exchange.rs                     deadlines, whose answer is whose
//!     -> the socket         socket.rs -> sys.rs             all unsafe is in sys.rs
//!     ===================== the kernel ============================================
//!     <- datagram           socket.rs                       exact size, the kernel's only
//!     <- messages           exchange.rs, extack.rs          errors, end of dump, interruption
//!     <- a typed view       link.name(), link.mtu(), link.bridge()
//! ```
//!
//! | module | what it is | knows |
//! |---|---|---|
//! | [`wire`] | bytes: messages, attributes, value types, [tables](wire::table) | nothing |
//! | [`link`], [`bridge`], [`address`], [`route`], [`rule`], [`nexthop`], [`neighbour`] | the nouns: tables, requests, views, queries | `wire`, `request` |
//! | `request` | the small traits that a noun implements | `wire` |
//! | [`netconf`], [`ntable`], [`addrlabel`], [`ndisc`], [`stats`] | settings, labels and counters: the same | `wire`, `request` |
//! | [`messages`] | which table a type of message has | the nouns |
//! | `connection`, `batch`, `bulk`, `dump`, `wait` | the verbs, for any noun | `request`, `exchange` |
//! | `netlink` | other families: what is asked is written with [`wire`] | `exchange`, `wire` |
//! | `path`, `unused` | answers made of several questions | `connection`, the nouns |
//! | [`tracker`] | the state kept true: identity of each noun, what is in doubt | `connection`, `monitor` |
//! | [`monitor`], `group` | what the kernel tells, filtered and typed by noun | the nouns, `socket` |
//! | `exchange`, [`extack`], `lookup` | questions and answers over one socket | `socket`, `wire` |
//! | `netns`, [`sandbox`] | namespaces | `sys` |
//! | `told`, `given` | what was read, deleted as it is; setters of what is optional | the nouns |
//! | [`script`] | a recorder and a kernel that is played, between a connection and its socket | the nouns, `socket` |
//! | `socket`, `sys` | the file descriptor; every system call | nothing |
//!
//! What only some programs use is generic or `#[inline]`, so that it is compiled by the program
//! that uses it. The crate's own build is that of `wire`, the exchange, the connection and its
//! socket, and of looking up a link by its name and a namespace by its file. What isn't to become
//! a part of its caller is called by `wire::table::aside`. `.ci/compiled` checks this.
//!
//! A kind of link that the crate doesn't know is a [`table!`] of your own and a few lines:
//! `examples/own_kind.rs`. Another netlink family is spoken by [`Netlink`] and tables of your own:
//! `examples/masquerade` has those of nf_tables.
//!
//! Recipes, what takes which right, and what is called how by those who know `ip` or another
//! crate: the [`guide`].
//!
//! # Kernels
//!
//! Linux 4.20 or newer filters dumps itself and checks requests strictly; on an older one the
//! queries filter here. Sentences with an error come since 4.12, the accepted range since 5.10,
//! the missing attribute since 6.1. Each attribute says which kernel brought it where it matters.
#![warn(missing_docs, missing_debug_implementations)]
#![deny(unsafe_code)]
#[cfg(not(target_os = "linux"))]
compile_error!("nlroute speaks to the Linux kernel: it is for Linux targets only");

pub mod address;
pub mod addrlabel;
mod batch;
pub mod bridge;
mod bulk;
mod connection;
mod dump;
mod error;
#[doc = include_str!("../docs/errors.md")]
pub mod errors {}
mod exchange;
pub mod extack;
mod given;
mod group;
pub mod guide;
pub mod link;
mod lookup;
pub mod messages;
pub mod monitor;
pub mod ndisc;
pub mod neighbour;
pub mod netconf;
mod netlink;
mod netns;
pub mod nexthop;
mod noun;
mod nsid;
pub mod ntable;
mod partial;
mod path;
mod prefix;
mod request;
pub mod route;
pub mod rule;
pub mod sandbox;
pub mod script;
mod socket;
pub mod stats;
mod sys;
mod told;
pub mod tracker;
mod unused;
mod wait;
pub mod wire;

pub use address::{Address, Addresses};
pub use addrlabel::{AddressLabel, AddressLabels};
pub use batch::Batch;
pub use bulk::Bulk;
pub use connection::Connection;
pub use dump::{Dump, Listing, ListingIntoIter, ListingIter};
pub use error::{Error, ErrorKind, Refusal, Result};
pub use given::Given;
pub use group::Group;
pub use monitor::Monitor;
pub use neighbour::{Fdb, FdbEntry, Neighbour, Neighbours};
pub use netconf::{Netconf, Netconfs};
pub use netlink::{Netlink, NetlinkBatch};
pub use netns::Netns;
pub use nexthop::{Nexthop, Nexthops};
pub use nsid::{GenHeader, NetnsId, NetnsIdAttributes, NetnsIdTable, NetnsIdView, NetnsIds};
pub use ntable::{Ntable, Ntables};
pub use partial::Partial;
pub use path::Path;
pub use prefix::{Family, Prefix, PrefixError};
pub use request::{
    Add, Append, Change, Delete, Describe, Get, List, Place, Prepend, Query, Replace, Request, Verb,
};
pub use route::{Route, Routes};
pub use rule::{Rule, Rules};
pub use tracker::Tracker;
pub use unused::with_unused_name;
pub use wait::Deadline;
