//! What tells one thing from another: the kernel's own identity of each noun.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{
    Family,
    address::AddressView,
    neighbour::{NeighbourState, NeighbourView},
    route::{RouteFlags, RouteView},
    wire::Fixed,
};

/// The key of a noun: bytes, in whose order keys are. The same type for all nouns, so that there
/// is one map of it and not one of each.
///
/// ```text
///              0      4         21          22
/// link         index
/// address      index  address   if of IPv4  prefix
/// neighbour    index  address
///
///              0      18        22          23      41   42
/// route        prefix table     if from     prefix  tos  metric
///
///              0      17
/// range        first  last
/// ```
///
/// An address is its family and its bytes, a prefix an address and its length. So what is on one
/// link stands together; and of a route the address comes first: a list that is read while it
/// changes goes wrong by addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 46]);

/// Neighbours whose link-layer address is known. Those that are being looked for, and those that
/// need none (multicast and the like), the kernel makes without a word.
const KNOWN: NeighbourState = NeighbourState::PERMANENT
    .union(NeighbourState::REACHABLE)
    .union(NeighbourState::STALE)
    .union(NeighbourState::DELAY)
    .union(NeighbourState::PROBE);

impl Key {
    const EMPTY: Self = Self([0; 46]);

    #[inline]
    pub(super) fn link(index: u32) -> Self {
        // In network order the first of two that differ is the lesser.
        Self::EMPTY.with(0, index.to_be_bytes())
    }

    /// IPv4 may have the same one with other lengths or other ends; IPv6 has each once on a link,
    /// whatever its length.
    #[inline]
    pub(super) fn address(view: &AddressView<'_>) -> Option<Self> {
        let address = view.local().or_else(|| view.peer())?;
        let key = Self::link(view.index()).with_ip(4, address);
        Some(match address {
            IpAddr::V4(_) => {
                let other = view.peer().unwrap_or(address);
                key.with(21, [1])
                    .with_prefix(22, other, view.header().prefix_len)
            }
            IpAddr::V6(_) => key,
        })
    }

    #[inline]
    pub(super) fn neighbour(view: &NeighbourView<'_>) -> Option<Self> {
        Some(Self::link(view.index()).with_ip(4, view.destination()?))
    }

    /// The same, `None` for one whose link-layer address isn't known.
    #[inline]
    pub(super) fn known_neighbour(view: &NeighbourView<'_>) -> Option<Self> {
        Self::neighbour(view).filter(|_| is_known(view))
    }

    /// Several may be alike in all of this: of IPv4 those that were appended, of IPv6 those by
    /// several links that aren't one route with several next hops. `None` for a route that is not
    /// of a table of IPv4 or IPv6.
    #[inline]
    pub(super) fn route(view: &RouteView<'_>) -> Option<Self> {
        let unicast = matches!(view.family(), Family::Inet | Family::Inet6);
        if !unicast || view.flags().contains(RouteFlags::CLONED) {
            return None;
        }
        let destination = view.destination()?;
        let key = Self::EMPTY
            .with_prefix(0, destination.address(), destination.len())
            .with(18, view.table().0.to_be_bytes())
            .with(41, [view.header().tos])
            .with(42, view.metric().unwrap_or(0).to_be_bytes());
        Some(match view.from() {
            Some(from) => key
                .with(22, [1])
                .with_prefix(23, from.address(), from.len()),
            None => key,
        })
    }

    /// The least of a route to an address.
    #[inline]
    pub(super) fn first_route(address: IpAddr) -> Self {
        Self::EMPTY.with_ip(0, address)
    }

    /// A range of addresses, both ends in it.
    #[inline]
    pub(super) fn range(first: IpAddr, last: IpAddr) -> Self {
        Self::first_route(first).with_ip(17, last)
    }

    /// The ends of a range.
    #[inline]
    pub(super) fn ends(&self) -> (IpAddr, IpAddr) {
        (self.ip(0), self.ip(17))
    }

    /// The link of what is on one, and of a link.
    #[inline]
    pub(super) fn index(&self) -> u32 {
        u32::from_be_bytes(Fixed::get(&self.0, 0))
    }

    /// The address of an address.
    #[inline]
    pub(super) fn address_on_link(&self) -> IpAddr {
        self.ip(4)
    }

    /// The address of a route's destination.
    #[inline]
    pub(super) fn destination(&self) -> IpAddr {
        self.ip(0)
    }

    fn with<const N: usize>(mut self, at: usize, bytes: [u8; N]) -> Self {
        bytes.put(&mut self.0, at);
        self
    }

    #[inline]
    fn with_ip(self, at: usize, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.with(at, [4]).with(at + 1, address.octets()),
            IpAddr::V6(address) => self.with(at, [6]).with(at + 1, address.octets()),
        }
    }

    #[inline]
    fn with_prefix(self, at: usize, address: IpAddr, len: u8) -> Self {
        self.with_ip(at, address).with(at + 17, [len])
    }

    #[inline]
    fn ip(&self, at: usize) -> IpAddr {
        match u8::get(&self.0, at) {
            4 => Ipv4Addr::from(<[u8; 4]>::get(&self.0, at + 1)).into(),
            _ => Ipv6Addr::from(<[u8; 16]>::get(&self.0, at + 1)).into(),
        }
    }
}

#[inline]
pub(super) fn is_known(view: &NeighbourView<'_>) -> bool {
    view.state().intersects(KNOWN)
}
