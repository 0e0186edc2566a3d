//! What tells one thing from another: the kernel's own identity of each noun.
use std::net::{IpAddr, Ipv4Addr};

use crate::{
    Family, Prefix,
    address::AddressView,
    neighbour::{NeighbourState, NeighbourView},
    route::{RouteFlags, RouteView},
};

/// What is on one link. Keys are in order of their links.
pub(super) trait OnLink: Ord + Clone {
    /// The least key of a link.
    fn first(index: u32) -> Self;
    fn index(&self) -> u32;
}

const LEAST: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl OnLink for AddressKey {
    fn first(index: u32) -> Self {
        Self {
            index,
            address: LEAST,
            other: None,
        }
    }

    fn index(&self) -> u32 {
        self.index
    }
}

impl OnLink for NeighbourKey {
    fn first(index: u32) -> Self {
        Self {
            index,
            destination: LEAST,
        }
    }

    fn index(&self) -> u32 {
        self.index
    }
}

/// An address: IPv4 may have the same one with other lengths or other ends; IPv6 has each once on
/// a link, whatever its length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AddressKey {
    pub(super) index: u32,
    pub(super) address: IpAddr,
    other: Option<(IpAddr, u8)>,
}

impl AddressKey {
    pub(super) fn of(view: &AddressView<'_>) -> Option<Self> {
        let address = view.local().or_else(|| view.peer())?;
        let other = match address {
            IpAddr::V4(_) => Some((view.peer().unwrap_or(address), view.header().prefix_len)),
            IpAddr::V6(_) => None,
        };
        Some(Self {
            index: view.index(),
            address,
            other,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NeighbourKey {
    index: u32,
    destination: IpAddr,
}

/// Neighbours whose link-layer address is known. Those that are being looked for, and those that
/// need none (multicast and the like), the kernel makes without a word.
const KNOWN: NeighbourState = NeighbourState::PERMANENT
    .union(NeighbourState::REACHABLE)
    .union(NeighbourState::STALE)
    .union(NeighbourState::DELAY)
    .union(NeighbourState::PROBE);

impl NeighbourKey {
    pub(super) fn of(view: &NeighbourView<'_>) -> Option<Self> {
        Some(Self {
            index: view.index(),
            destination: view.destination()?,
        })
    }

    pub(super) fn is_known(view: &NeighbourView<'_>) -> bool {
        view.state().intersects(KNOWN)
    }
}

/// A route. Several may be alike in all of this: of IPv4 those that were appended, of IPv6 those
/// by several links that aren't one route with several next hops.
///
/// The address comes first: a list that is read while it changes goes wrong by addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RouteKey {
    address: IpAddr,
    len: u8,
    table: u32,
    from: Option<Prefix>,
    tos: u8,
    metric: u32,
}

impl RouteKey {
    /// `None` for a route that is not of a table of IPv4 or IPv6.
    pub(super) fn of(view: &RouteView<'_>) -> Option<Self> {
        let header = view.header();
        let unicast = matches!(view.family(), Family::Inet | Family::Inet6);
        if !unicast || view.flags().contains(RouteFlags::CLONED) {
            return None;
        }
        let destination = view.destination()?;
        Some(Self {
            address: destination.address(),
            len: destination.len(),
            table: view.table().0,
            from: view.from(),
            tos: header.tos,
            metric: view.metric().unwrap_or(0),
        })
    }

    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// The least key of an address.
    pub(super) fn first(address: IpAddr) -> Self {
        Self {
            address,
            len: 0,
            table: 0,
            from: None,
            tos: 0,
            metric: 0,
        }
    }
}
