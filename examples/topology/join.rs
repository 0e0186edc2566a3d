//! Joins what was read of each namespace: the ends of veth pairs, and who has which gateway.
use std::collections::{HashMap, HashSet};

use nlroute::{Connection, Netns};

use super::{
    find::{Found, Handle},
    network::{DefaultRoute, LinkId, Network, Unseen},
    read,
    words::printable,
};

/// Joins the ends of veth pairs. A link only tells its other end's index and, by a number of its
/// own namespace's, where that is: whose number it is has to be asked.
///
/// `found` are the namespaces that could be entered, in the places they have in `network`;
/// `closed` those that could not, with what they are called.
pub fn cables(network: &mut Network, found: &[Found], closed: &[(Found, String)]) {
    // By the index of an end and that of the other: who may be whose.
    let mut ends: HashMap<(u32, u32), Vec<LinkId>> = HashMap::new();
    for (namespace, of) in network.namespaces.iter().enumerate() {
        for (link, veth) in of.links.iter().enumerate().filter(|(_, link)| link.is_veth) {
            if let Some(peer) = veth.below {
                let id = LinkId { namespace, link };
                ends.entry((veth.index, peer)).or_default().push(id);
            }
        }
    }
    for namespace in 0..found.len() {
        let mut numbers = Numbers {
            found,
            closed,
            ..Numbers::default()
        };
        for link in 0..network.namespaces[namespace].links.len() {
            let id = LinkId { namespace, link };
            let veth = network.link(id);
            let Some(peer) = veth
                .below
                .filter(|_| veth.is_veth && veth.other_end.is_none())
            else {
                continue;
            };
            let index = veth.index;
            let there = match veth.netnsid {
                None => Some(namespace),
                Some(number) => {
                    let maybe = ends.get(&(peer, index)).into_iter().flatten();
                    let maybe = maybe.map(|id| id.namespace).filter(|n| *n != namespace);
                    let maybe: Vec<_> = maybe.collect();
                    numbers.find(network, namespace, number, &maybe)
                }
            };
            let other = there.and_then(|namespace| {
                let link = network.namespaces[namespace].position(peer)?;
                Some(LinkId { namespace, link })
            });
            match other {
                Some(other) => connect(network, id, other),
                None => numbers.lose(network, id, peer),
            }
        }
        let mut refused: Vec<_> = numbers.refused.into_iter().collect();
        // What has a name is told by that already.
        refused.retain(|(number, _)| !numbers.known_closed.contains_key(number));
        refused.sort_unstable();
        for (number, why) in refused {
            let label = &network.namespaces[namespace].label;
            network.unseen.push(Unseen {
                what: format!("the namespace that {label} knows as netnsid {number}"),
                why,
                details: Vec::new(),
            });
        }
    }
}

fn connect(network: &mut Network, a: LinkId, b: LinkId) {
    network.namespaces[a.namespace].links[a.link].other_end = Some(b);
    network.namespaces[b.namespace].links[b.link].other_end = Some(a);
    network.cables.push([a, b]);
}

/// The numbers by which one namespace knows others.
#[derive(Default)]
struct Numbers<'a> {
    found: &'a [Found],
    closed: &'a [(Found, String)],
    known: HashMap<i32, usize>,
    /// Those that can't be entered: what they are called.
    known_closed: HashMap<i32, String>,
    asked: HashSet<usize>,
    asked_closed: bool,
    connection: Option<Connection>,
    refused: HashMap<i32, String>,
}

impl Numbers<'_> {
    /// The namespace that `here` knows by a number: first those that may be it are asked for,
    /// then all. One that isn't among them is read by its number, if that's allowed.
    fn find(
        &mut self,
        network: &mut Network,
        here: usize,
        number: i32,
        maybe: &[usize],
    ) -> Option<usize> {
        for there in maybe.iter().copied().chain(0..self.found.len()) {
            if let Some(known) = self.known.get(&number) {
                return Some(*known);
            }
            if there < self.found.len() && self.asked.insert(there) {
                let id = self.ask(here, &self.found[there]);
                self.known.extend(id.map(|id| (id, there)));
            }
        }
        if let Some(known) = self.known.get(&number) {
            return Some(*known);
        }
        if !std::mem::replace(&mut self.asked_closed, true) {
            for (closed, name) in self.closed {
                let id = self.ask(here, closed);
                self.known_closed.extend(id.map(|id| (id, name.clone())));
            }
        }
        if self.refused.contains_key(&number) {
            return None;
        }
        // An answer may give the namespace that asks a number of its own, which no other is to have
        // from this program.
        if !matches!(self.found[here].handle, Handle::Current) {
            let why = "only what this namespace itself knows is asked for by number".to_owned();
            self.refused.insert(number, why);
            return None;
        }
        let name = self.known_closed.get(&number).cloned();
        match read::by_number(self.connection.as_mut()?, number) {
            Ok(mut namespace) => {
                let label = &network.namespaces[here].label;
                namespace.label = name.unwrap_or(format!("netnsid {number} of {label}"));
                network.namespaces.push(namespace);
                let there = network.namespaces.len() - 1;
                self.known.insert(number, there);
                Some(there)
            }
            Err(error) => {
                self.refused.insert(number, printable(&error.to_string()));
                None
            }
        }
    }

    fn ask(&mut self, here: usize, there: &Found) -> Option<i32> {
        let open = |found: &Found| -> Option<Netns> {
            let netns = found.handle.open().ok()?;
            // The name may be another's by now.
            (netns.id().ok()? == found.id).then_some(netns)
        };
        if self.connection.is_none() {
            let here = &self.found[here];
            self.connection = match here.handle {
                Handle::Current => Connection::open().ok(),
                _ => open(here)?.connect().ok(),
            };
        }
        let netns = open(there)?;
        self.connection.as_mut()?.netnsid_of(&netns).ok()?
    }

    /// Notes where an end is that can't be seen.
    fn lose(&self, network: &mut Network, id: LinkId, peer: u32) {
        let link = &mut network.namespaces[id.namespace].links[id.link];
        let number = link.netnsid;
        let name = number.and_then(|number| self.known_closed.get(&number));
        link.lost_end = Some(match (number, name) {
            (_, Some(name)) => format!("link {peer} of {name}"),
            (Some(number), None) => format!("link {peer} of netnsid {number}"),
            (None, None) => format!("link {peer}"),
        });
    }
}

/// Finds the default routes, and the link that has each one's gateway: one that can be reached
/// over veth pairs and bridges alone.
pub fn gateways(network: &mut Network) {
    let offsets: Vec<usize> = network
        .namespaces
        .iter()
        .scan(0, |sum, namespace| {
            let at = *sum;
            *sum += namespace.links.len();
            Some(at)
        })
        .collect();
    let place = |id: LinkId| offsets[id.namespace] + id.link;
    let count = network.namespaces.iter().map(|n| n.links.len()).sum();
    let mut segments = Segments((0..count).collect());
    for [a, b] in &network.cables {
        segments.join(place(*a), place(*b));
    }
    let each = |network: &Network| -> Vec<LinkId> {
        let all = network.namespaces.iter().enumerate();
        all.flat_map(|(namespace, of)| {
            (0..of.links.len()).map(move |link| LinkId { namespace, link })
        })
        .collect()
    };
    let all = each(network);
    for id in &all {
        let bridge = network.link(*id).master.map(|link| LinkId { link, ..*id });
        if let Some(bridge) = bridge.filter(|bridge| network.link(*bridge).is_bridge) {
            segments.join(place(*id), place(bridge));
        }
    }
    let mut owners = HashMap::new();
    for id in &all {
        for address in &network.link(*id).addresses {
            let key = (segments.of(place(*id)), address.prefix.address());
            owners.entry(key).or_insert(*id);
        }
    }
    for (namespace, of) in network.namespaces.iter().enumerate() {
        for (route, what) in of.routes.iter().enumerate() {
            // Other tables are for packets that a rule picks out.
            if !what.destination.is_default() || what.table != "main" {
                continue;
            }
            for (gateway, dev) in &what.hops {
                let Some(dev) = *dev else { continue };
                let segment = segments.of(place(LinkId {
                    namespace,
                    link: dev,
                }));
                network.defaults.push(DefaultRoute {
                    namespace,
                    route,
                    gateway: *gateway,
                    dev,
                    owner: gateway.and_then(|gateway| owners.get(&(segment, gateway)).copied()),
                });
            }
        }
    }
}

/// Links that hear each other, as sets that are joined.
struct Segments(Vec<usize>);

impl Segments {
    fn of(&mut self, mut link: usize) -> usize {
        while self.0[link] != link {
            self.0[link] = self.0[self.0[link]];
            link = self.0[link];
        }
        link
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}
