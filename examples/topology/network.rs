//! What was read: namespaces with their links, addresses and routes, and how they hang together.
use std::{fmt, net::IpAddr};

use nlroute::Prefix;

/// All that could be read. The namespace that the program is in comes first.
#[derive(Default)]
pub struct Network {
    pub namespaces: Vec<Namespace>,
    /// Veth pairs of which both ends are here.
    pub cables: Vec<[LinkId; 2]>,
    /// Default routes, by namespace.
    pub defaults: Vec<DefaultRoute>,
    pub unseen: Vec<Unseen>,
}

/// A link: the place of its namespace in [`Network::namespaces`], and its own in
/// [`Namespace::links`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkId {
    pub namespace: usize,
    pub link: usize,
}

/// A name for it in a language of pictures.
impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "l{}_{}", self.namespace, self.link)
    }
}

#[derive(Default)]
pub struct Namespace {
    /// The name to call it by.
    pub label: String,
    /// What else is known of it: names, processes, its number as in `/proc/PID/ns/net`.
    pub facts: Vec<String>,
    pub current: bool,
    pub links: Vec<Link>,
    pub routes: Vec<Route>,
    pub clashes: Vec<Clash>,
    /// What of it could not be read.
    pub gaps: Vec<String>,
}

#[derive(Default)]
pub struct Link {
    pub index: u32,
    pub name: String,
    pub alt_names: Vec<String>,
    pub alias: Option<String>,
    /// The kind, or what the link-layer is.
    pub kind: String,
    pub state: State,
    pub mtu: Option<u32>,
    pub mac: Option<String>,
    /// Its master's place in [`Namespace::links`].
    pub master: Option<usize>,
    pub is_bridge: bool,
    /// Its state as a port of a bridge.
    pub port: Option<String>,
    /// The link below it, or a veth's other end, by index.
    pub below: Option<u32>,
    /// In which namespace that is, by the number that this namespace knows it by.
    pub netnsid: Option<i32>,
    pub is_veth: bool,
    pub addresses: Vec<Address>,
    /// Who is known behind it: `192.168.56.20 is at 02:00:00:00:00:01`.
    pub neighbours: Vec<String>,
    /// A veth's other end.
    pub other_end: Option<LinkId>,
    /// Where that is, if it can't be seen.
    pub lost_end: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    Up,
    /// It is to carry packets, and nothing is plugged in.
    NoCarrier,
    #[default]
    Down,
    /// It waits, for 802.1X for instance.
    Dormant,
}

pub struct Address {
    pub prefix: Prefix,
    pub scope: String,
    pub peer: Option<IpAddr>,
}

pub struct Route {
    /// In the words of `ip route`.
    pub line: String,
    pub destination: Prefix,
    /// Gateway and link of each next hop, the link by its place in [`Namespace::links`].
    pub hops: Vec<(Option<IpAddr>, Option<usize>)>,
    pub metric: u32,
    pub table: String,
}

/// Routes of which a look-up can only ever find one: same table, prefix, type of service, metric.
pub struct Clash {
    pub destination: Prefix,
    /// By their places in [`Namespace::routes`].
    pub winner: usize,
    pub losers: Vec<usize>,
}

pub struct DefaultRoute {
    pub namespace: usize,
    pub route: usize,
    pub gateway: Option<IpAddr>,
    pub dev: usize,
    /// The link that has the gateway's address.
    pub owner: Option<LinkId>,
}

/// Something that is there and can't be seen.
pub struct Unseen {
    pub what: String,
    pub why: String,
    /// All of it, where `what` only counts.
    pub details: Vec<String>,
}

impl DefaultRoute {
    /// The link that it goes out by.
    pub fn from(&self) -> LinkId {
        LinkId {
            namespace: self.namespace,
            link: self.dev,
        }
    }
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::NoCarrier => "no carrier",
            Self::Down => "down",
            Self::Dormant => "dormant",
        }
    }

    pub fn carries(self) -> bool {
        self == Self::Up
    }
}

impl Network {
    pub fn link(&self, id: LinkId) -> &Link {
        &self.namespaces[id.namespace].links[id.link]
    }

    /// The links of a namespace that are in no bridge.
    pub fn outermost(&self, namespace: usize) -> impl Iterator<Item = LinkId> + '_ {
        let links = &self.namespaces[namespace].links;
        let bridged = move |master: usize| links[master].is_bridge;
        (0..links.len())
            .filter(move |link| !links[*link].master.is_some_and(bridged))
            .map(move |link| LinkId { namespace, link })
    }

    /// The ports of a bridge; what is no bridge has none.
    pub fn ports(&self, bridge: LinkId) -> impl Iterator<Item = LinkId> + '_ {
        let LinkId { namespace, link } = bridge;
        let ports = self.namespaces[namespace].ports(link);
        let ports = ports.filter(move |_| self.link(bridge).is_bridge);
        ports.map(move |link| LinkId { namespace, link })
    }
}

impl Namespace {
    pub fn position(&self, index: u32) -> Option<usize> {
        // Sorted by index as they are read.
        self.links
            .binary_search_by_key(&index, |link| link.index)
            .ok()
    }

    pub fn ports(&self, bridge: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.links.len()).filter(move |n| self.links[*n].master == Some(bridge))
    }

    /// What a clash says of the routes by a link: the prefix, and who won if it lost.
    pub fn clashes_of(&self, link: usize) -> impl Iterator<Item = (Prefix, Option<&str>)> + '_ {
        let dev = move |route: &usize| self.routes[*route].hops.iter().any(|h| h.1 == Some(link));
        self.clashes.iter().filter_map(move |clash| {
            if dev(&clash.winner) {
                Some((clash.destination, None))
            } else if clash.losers.iter().any(dev) {
                Some((clash.destination, Some(self.dev_name(clash.winner))))
            } else {
                None
            }
        })
    }

    /// The name of the link by which a route goes.
    pub fn dev_name(&self, route: usize) -> &str {
        let hop = self.routes[route].hops.first().and_then(|hop| hop.1);
        hop.map_or("no link", |link| &self.links[link].name)
    }
}
