//! The state, and what a notification makes of it.
//!
//! The kernel's own rules are followed as far as they lead to one result. Where they don't, and
//! where the kernel changes something without a word, what may be wrong is put in doubt, and is
//! read again before anybody sees it.
use std::{mem, net::IpAddr, ops::Bound};

use super::{
    doubt::{Doubt, LAST_V4, Replay, Silent},
    key::{self, Key},
    same,
    store::{Items, Keys, Map, Store},
};
use crate::{
    address::AddressView,
    link::{LinkFlags, LinkView},
    monitor::{Change, Notification, Noun},
    neighbour::NeighbourView,
    route::{RouteHeader, RouteView},
    wire::{Attributes, Message},
};

#[derive(Debug)]
pub(super) struct State {
    pub(super) links: Store,
    pub(super) addresses: Store,
    pub(super) neighbours: Store,
    pub(super) routes: Store,
    pub(super) doubt: Doubt,
    pub(super) replay: Replay,
    /// To be looked for in all routes when what was told has been taken in: once for all of it.
    silent: Silent,
    /// Links that are gone, to be looked for likewise in what other links lead to.
    gone: Keys,
}

impl State {
    #[inline]
    pub(super) fn new() -> Self {
        Self {
            links: Store::default(),
            addresses: Store::default(),
            neighbours: Store::default(),
            routes: Store::default(),
            doubt: Doubt::everything(),
            replay: Replay::default(),
            silent: Silent::default(),
            gone: Keys::default(),
        }
    }

    #[inline]
    pub(super) fn apply(&mut self, told: &Notification<'_>) {
        let message = told.message();
        match told.change() {
            Change::New(Noun::Link(link)) => self.new_link(&link, Items::one(message)),
            Change::Deleted(Noun::Link(link)) => self.deleted_link(&link),
            // What a link is as a port is told in another form than it is listed in.
            Change::New(Noun::BridgePort(link)) | Change::Deleted(Noun::BridgePort(link)) => {
                self.doubt.links.insert(Key::link(link.index()));
            }
            Change::New(Noun::Address(address)) => self.new_address(&address, Items::one(message)),
            Change::Deleted(Noun::Address(address)) => self.deleted_address(&address),
            Change::New(Noun::Neighbour(neighbour)) => {
                let items = match key::is_known(&neighbour) {
                    true => Items::one(message),
                    false => Items::default(),
                };
                self.neighbour(&neighbour, items);
            }
            Change::Deleted(Noun::Neighbour(neighbour)) => {
                self.neighbour(&neighbour, Items::default());
            }
            Change::New(Noun::Route(route)) => self.route(&route, message, false),
            Change::Deleted(Noun::Route(route)) => self.route(&route, message, true),
            // IPv4 routes go with it, and change with it, without a word.
            Change::New(Noun::Nexthop(_)) | Change::Deleted(Noun::Nexthop(_)) => {
                self.silent.objects = true;
            }
            _ => {}
        }
    }

    /// Takes a link as it is told or read.
    #[inline]
    pub(super) fn new_link(&mut self, link: &LinkView<'_>, items: Items) {
        let key = Key::link(link.index());
        let before = self.links.get(&key).map(Items::body);
        let before = before.and_then(|body| LinkView::parse(body).ok());
        let carries = |link: &LinkView<'_>| {
            let told = LinkFlags::RUNNING | LinkFlags::LOWER_UP | LinkFlags::DORMANT;
            (link.flags() & told, link.operstate())
        };
        // A new one has no routes and no addresses yet.
        let (up, carrier) = before.map_or((false, false), |before| {
            (
                before.is_up() != link.is_up(),
                carries(&before) != carries(link),
            )
        });
        let replay = self.replay.all || self.replay.links.contains(&key);
        if up || carrier || replay {
            // Routes go with it, or become dead or alive, without a word.
            self.silent.links.insert(key.clone());
        } else {
            // Whatever it is told for, what is lame is looked at then.
            self.silent.lame.insert(key.clone());
        }
        if up || replay {
            // IPv6 addresses that are kept are to be checked again, without a word.
            self.doubt.addresses.insert(key.clone());
        }
        self.links.set(key, items);
    }

    #[inline]
    fn deleted_link(&mut self, link: &LinkView<'_>) {
        let (index, key) = (link.index(), Key::link(link.index()));
        self.silent.links.insert(key.clone());
        self.links.set(key.clone(), Items::default());
        // Those have been told, unless the index is another link's by now.
        self.addresses.replace_on_link(index, Map::new());
        self.neighbours.replace_on_link(index, Map::new());
        self.gone.insert(key);
    }

    /// Puts the links in doubt that lead to one that is gone: the other end of a veth that went to
    /// another namespace is told as nothing new.
    #[inline]
    fn doubt_other_ends(&mut self) {
        let gone = mem::take(&mut self.gone);
        if gone.is_empty() {
            return;
        }
        for (other, items) in self.links.all() {
            let leads_there = LinkView::parse(items.body()).is_ok_and(|link| {
                let below = link.link().filter(|_| link.link_netnsid().is_none());
                below.is_some_and(|below| gone.contains(&Key::link(below)))
            });
            if leads_there {
                self.doubt.links.insert(other.clone());
            }
        }
    }

    #[inline]
    fn new_address(&mut self, view: &AddressView<'_>, items: Items) {
        if let Some(key) = Key::address(view) {
            self.addresses.set(key, items);
        }
        // What died with the last address of the link lives again, without a word.
        self.silent.lame.insert(Key::link(view.index()));
    }

    #[inline]
    fn deleted_address(&mut self, view: &AddressView<'_>) {
        let Some(key) = Key::address(view) else {
            return;
        };
        let (index, address) = (key.index(), key.address_on_link());
        self.addresses.set(key, Items::default());
        // Routes that send from it go, or forget it; with the last one of a link go all by it.
        self.silent.sources.insert(Key::first_route(address));
        let v4 = address.is_ipv4();
        let mut left = self.addresses.on_link(index);
        let last = !left.any(|key| key.address_on_link().is_ipv4() == v4);
        if last || self.replay.all || self.replay.addresses.contains(&Key::link(index)) {
            self.silent.links.insert(Key::link(index));
        }
    }

    #[inline]
    fn neighbour(&mut self, view: &NeighbourView<'_>, items: Items) {
        if self.replay.neighbours_in_pieces {
            self.doubt.neighbours = true;
        }
        if let Some(key) = Key::neighbour(view) {
            self.neighbours.set(key, items);
        }
    }

    /// Puts in doubt what may have changed without a word.
    #[inline]
    pub(super) fn listen_closely(&mut self) {
        self.doubt_other_ends();
        if self.silent.is_none() {
            return;
        }
        let silent = mem::take(&mut self.silent);
        let mut found = Vec::new();
        for (key, items) in self.routes.all() {
            let address = key.destination();
            if found.last() != Some(&address) && concerns(&silent, items) {
                found.push(address);
            }
        }
        for address in found {
            self.doubt.routes.insert(address, address);
            self.doubt_reading(address);
        }
    }

    /// One that is gone may have led the reading astray.
    #[inline]
    fn doubt_reading(&mut self, address: IpAddr) {
        let replay = &self.replay;
        if address.is_ipv4() && replay.v4_in_pieces {
            // It goes on behind an address that is gone by number: it may have left out some of
            // the next one.
            let all = (Bound::Included(Key::first_route(address)), Bound::Unbounded);
            let mut behind = self.routes.range(all).map(|(key, _)| key.destination());
            let last = behind
                .find(|next| *next != address)
                .filter(IpAddr::is_ipv4)
                .unwrap_or(LAST_V4);
            if replay.routes.overlaps(address, last) {
                self.doubt.routes.insert(address, last);
            }
        } else if address.is_ipv6() && replay.v6_in_pieces {
            // It begins anew and leaves out as many as it has had.
            self.doubt.routes.insert_all(&replay.routes, address);
        }
    }

    #[inline]
    fn route(&mut self, route: &RouteView<'_>, message: &Message<'_>, deleted: bool) {
        let Some(key) = Key::route(route) else {
            return;
        };
        let address = key.destination();
        let v4 = address.is_ipv4();
        // Told before the last reading, or after it: who knows?
        if self.replay.routes.contains(address) {
            self.doubt.routes.insert(address, address);
        }
        if deleted || !v4 {
            self.doubt_reading(address);
        }
        let items = self.routes.get(&key).cloned().unwrap_or_default();
        // What is told next goes by what is there now, not by what was.
        if !self.silent.is_none() && concerns(&self.silent, &items) {
            self.doubt.routes.insert(address, address);
            self.doubt_reading(address);
        }
        let (items, sure) = match (v4, deleted) {
            (_, true) => without(&items, message),
            (true, false) => with_v4(items, message),
            (false, false) => with_v6(items, message),
        };
        if !sure {
            self.doubt.routes.insert(address, address);
        }
        self.routes.set(key, items);
    }
}

#[inline]
fn concerns(silent: &Silent, items: &Items) -> bool {
    let mut routes = items.bodies().flat_map(RouteView::parse);
    routes.any(|route| silent.concerns(&route))
}

/// Whether a new route has the flag in its message.
fn has(message: &Message<'_>, flag: i32) -> bool {
    message.header().flags & flag as u16 != 0
}

#[inline]
fn is(one: &Message<'_>, other: &Message<'_>) -> bool {
    same::routes(one.body(), other.body())
}

/// The routes after one is deleted, and whether that is sure.
#[inline]
fn without(items: &Items, gone: &Message<'_>) -> (Items, bool) {
    let at = items.iter().position(|item| is(&item, gone));
    let left = items.iter().enumerate().filter(|(n, _)| Some(*n) != at);
    let left = Items::of(left.map(|(_, item)| item));
    // What isn't there is one next hop of several, perhaps; or it is gone already.
    let sure = (at.is_some() || items.is_empty()) && !may_hide(items);
    (left, sure)
}

/// Whether the kernel's list may leave out others: an IPv6 route without a gateway, where it came
/// after one next hop and before another of the route that it stands beside. It is seen again when
/// they are gone.
#[inline]
fn may_hide(items: &Items) -> bool {
    let mut bodies = items.bodies();
    bodies.any(|body| is_v6(body) && attribute(body, libc::RTA_MULTIPATH).is_some())
}

fn is_v6(body: &[u8]) -> bool {
    body.first() == Some(&(libc::AF_INET6 as u8))
}

/// IPv4 routes that are alike have an order; the first that works counts.
#[inline]
fn with_v4(mut items: Items, new: &Message<'_>) -> (Items, bool) {
    let count = items.iter().count();
    let there = items.iter().any(|item| is(&item, new));
    let one = Items::one(new);
    if count == 0 || has(new, libc::NLM_F_EXCL) {
        // In the place of something: then that is missing here.
        return (one, !has(new, libc::NLM_F_REPLACE));
    }
    if count == 1 && has(new, libc::NLM_F_REPLACE) {
        return (one, true);
    }
    // One that is there may have been read before it was told; or it differs from the other in
    // what isn't told. A next hop object that changes is told of each route that has it, whichever
    // that is.
    let sure = !(there || has_object(new) && has(new, libc::NLM_F_REPLACE));
    if has(new, libc::NLM_F_APPEND) {
        items.push(new.as_bytes());
        return (items, sure);
    }
    let skip = usize::from(has(new, libc::NLM_F_REPLACE));
    let all = Items::of([*new].into_iter().chain(items.iter().skip(skip)));
    (all, sure)
}

/// IPv6 routes that are alike are those by a gateway, all in one message, and each that has none.
#[inline]
fn with_v6(mut items: Items, new: &Message<'_>) -> (Items, bool) {
    let (one, count) = (Items::one(new), items.iter().count());
    let several = may_hide(&one);
    if has(new, libc::NLM_F_EXCL) {
        return (one, true);
    } else if count == 0 {
        // Several next hops never say that they are the first of their kind.
        return (one, several || has_object(new));
    } else if has(new, libc::NLM_F_REPLACE) {
        return (one, count == 1 && !may_hide(&items));
    }
    let link = |message: &Message<'_>| attribute(message.body(), libc::RTA_OIF).map(<[u8]>::to_vec);
    let alike = items.iter().position(|item| {
        let (by_item, by_new) = (by_gateway(item.body()), by_gateway(new.body()));
        by_item == by_new && (by_new || link(&item) == link(new))
    });
    let sure = alike.is_none() && !several && !may_hide(&items);
    match alike {
        None => items.push(new.as_bytes()),
        // All next hops are in the message; but what else it says is of the last, where a list
        // says what is of the first.
        Some(at) => {
            let all = items.iter().enumerate();
            items = Items::of(all.map(|(n, item)| if n == at { *new } else { item }));
        }
    }
    (items, sure)
}

#[inline]
fn attribute(body: &[u8], kind: u16) -> Option<&[u8]> {
    Attributes::new(body.get(RouteHeader::LEN..)?).find(kind)
}

#[inline]
fn has_object(message: &Message<'_>) -> bool {
    RouteView::parse(message.body()).is_ok_and(|route| route.nexthop_id().is_some())
}

#[inline]
fn by_gateway(body: &[u8]) -> bool {
    [libc::RTA_GATEWAY, libc::RTA_MULTIPATH]
        .iter()
        .any(|kind| attribute(body, *kind).is_some())
}
