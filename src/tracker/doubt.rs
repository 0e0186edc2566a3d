//! What must be read again, and what is being made true from the last reading.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{key::Key, store::Keys};
use crate::route::{NexthopFlags, RouteView};

/// Addresses of which routes are in doubt: ranges that don't touch each other, both ends in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges(Keys);

pub(super) const FIRST_V4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
pub(super) const LAST_V4: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);
pub(super) const FIRST_V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
pub(super) const LAST_V6: IpAddr = IpAddr::V6(Ipv6Addr::from_bits(u128::MAX));

impl Ranges {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.overlaps(address, address)
    }

    /// Whether any address from `first` to `last` is in it.
    #[inline]
    pub(super) fn overlaps(&self, first: IpAddr, last: IpAddr) -> bool {
        self.nearest(last).is_some_and(|(_, end)| end >= first)
    }

    /// The last that begins at `last` or before.
    #[inline]
    fn nearest(&self, last: IpAddr) -> Option<(IpAddr, IpAddr)> {
        self.0.up_to(Key::range(last, LAST_V6)).map(Key::ends)
    }

    #[inline]
    pub(super) fn insert(&mut self, first: IpAddr, last: IpAddr) {
        let (mut first, mut last) = (first, last);
        while let Some((start, end)) = self.nearest(last) {
            if end < first {
                break;
            }
            self.0.remove(&Key::range(start, end));
            (first, last) = (first.min(start), last.max(end));
        }
        self.0.insert(Key::range(first, last));
    }

    /// Takes in what is in the other of the same family as `of`.
    #[inline]
    pub(super) fn insert_all(&mut self, other: &Self, of: IpAddr) {
        for (first, last) in other.0.iter().map(Key::ends) {
            if first.is_ipv4() == of.is_ipv4() {
                self.insert(first, last);
            }
        }
    }

    #[inline]
    pub(super) fn has_v4(&self) -> bool {
        self.overlaps(FIRST_V4, LAST_V4)
    }

    #[inline]
    pub(super) fn has_v6(&self) -> bool {
        self.overlaps(FIRST_V6, LAST_V6)
    }
}

/// What is to be read again.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// All links and all addresses.
    pub(super) all: bool,
    pub(super) neighbours: bool,
    /// Indexes of links.
    pub(super) links: Keys,
    /// Indexes of links whose addresses are meant.
    pub(super) addresses: Keys,
    pub(super) routes: Ranges,
}

impl Doubt {
    #[inline]
    pub(super) fn everything() -> Self {
        let mut routes = Ranges::default();
        routes.insert(FIRST_V4, LAST_V4);
        routes.insert(FIRST_V6, LAST_V6);
        Self {
            all: true,
            neighbours: true,
            routes,
            ..Self::default()
        }
    }

    pub(super) fn is_none(&self) -> bool {
        !self.all
            && !self.neighbours
            && self.links.is_empty()
            && self.addresses.is_empty()
            && self.routes.is_empty()
    }
}

/// What the kernel does to routes without a word, in so far as it has been told with what it goes.
#[derive(Debug, Default)]
pub(super) struct Silent {
    /// Links that came up or went down: all routes by them.
    pub(super) links: Keys,
    /// Links of which next hops that are dead or without carrier may live again.
    pub(super) lame: Keys,
    /// Addresses that are gone: routes that send from them.
    pub(super) sources: Keys,
    /// Next hop objects, whichever: they don't all say by which link they go.
    pub(super) objects: bool,
}

impl Silent {
    pub(super) fn is_none(&self) -> bool {
        let Self {
            links,
            lame,
            sources,
            objects,
        } = self;
        links.is_empty() && lame.is_empty() && sources.is_empty() && !objects
    }

    /// Whether it may have been done to this route.
    #[inline]
    pub(super) fn concerns(&self, route: &RouteView<'_>) -> bool {
        let lame = NexthopFlags::DEAD | NexthopFlags::LINKDOWN;
        let by = |index, flags: NexthopFlags| {
            let link = Key::link(index);
            self.links.contains(&link) || flags.intersects(lame) && self.lame.contains(&link)
        };
        // The lower byte of a route's flags is that of its one next hop.
        let flags = NexthopFlags::from_bits_retain(route.header().flags as u8);
        let by_link = || {
            let mut hops = route.nexthops().into_iter().flat_map(|hops| hops.iter());
            route.oif().is_some_and(|index| by(index, flags))
                || hops.any(|hop| by(hop.index(), hop.flags()))
        };
        let by_source = |source| self.sources.contains(&Key::first_route(source));
        let object = self.objects || !self.links.is_empty();
        !(self.links.is_empty() && self.lame.is_empty()) && by_link()
            || object && route.nexthop_id().is_some()
            || !self.sources.is_empty() && route.source().is_some_and(by_source)
    }
}

/// What was read last, while what is told from before and meanwhile hasn't all been received yet.
///
/// A notification may then tell of what the reading already shows, or has overtaken.
#[derive(Debug, Default)]
pub(super) struct Replay {
    /// Links and addresses.
    pub(super) all: bool,
    /// Links that were read one by one. One may be read as down while its routes still go.
    pub(super) links: Keys,
    /// Links whose addresses were read.
    pub(super) addresses: Keys,
    /// Neighbours, in more than one piece.
    pub(super) neighbours_in_pieces: bool,
    /// Routes.
    pub(super) routes: Ranges,
    pub(super) v4_in_pieces: bool,
    pub(super) v6_in_pieces: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    #[test]
    fn ranges_are_one_where_they_overlap() {
        let mut ranges = Ranges::default();
        for (first, last) in [(5, 7), (20, 30), (9, 9), (1, 2), (6, 9), (8, 21)] {
            ranges.insert(at(first), at(last));
        }
        assert_eq!(
            ranges.0.iter().map(Key::ends).collect::<Vec<_>>(),
            [(at(1), at(2)), (at(5), at(30))]
        );
        assert!(ranges.contains(at(1)) && ranges.contains(at(30)) && ranges.contains(at(19)));
        assert!(!ranges.contains(at(3)) && !ranges.contains(at(31)) && !ranges.contains(at(0)));
        assert!(ranges.overlaps(at(3), at(5)) && !ranges.overlaps(at(3), at(4)));
        assert!(ranges.has_v4() && !ranges.has_v6());
        let all = Doubt::everything().routes;
        assert!(all.has_v4() && all.has_v6());
        assert!(all.contains(LAST_V6) && all.contains(FIRST_V4) && all.contains(at(4)));
    }
}
