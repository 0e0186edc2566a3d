//! Which routes are meant.
use std::net::IpAddr;

use nlroute::{
    Family, Prefix,
    route::{RouteFlags, RouteView},
};

use crate::words::InetPrefix;

/// Which routes are shown; what all of them have in common isn't.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub family: Option<Family>,
    /// 0 is every table.
    pub table: u32,
    /// Those that were learnt for one destination; `None` are either.
    pub cloned: Option<bool>,
    pub protocol: Option<u8>,
    pub scope: Option<u8>,
    /// A bit each; 0 is all.
    pub types: u64,
    pub tos: Option<u8>,
    pub iif: Option<u32>,
    pub oif: Option<u32>,
    pub mark: Option<u32>,
    pub metric: Option<u32>,
    /// Realms, and which of their bits count.
    pub realms: Option<(u32, u32)>,
    pub source: Option<InetPrefix>,
    pub via: Option<InetPrefix>,
    /// The destination is no shorter than this.
    pub root: Option<InetPrefix>,
    /// The destination is no longer than this.
    pub matched: Option<InetPrefix>,
    pub from_root: Option<InetPrefix>,
    pub from_matched: Option<InetPrefix>,
    /// It is to be flushed.
    pub flushes: bool,
}

/// Whether the first `bits` are the same; of another family none are.
fn alike(a: IpAddr, b: IpAddr, bits: u8) -> bool {
    Prefix::new(a, bits).is_ok_and(|prefix| prefix.contains(b))
}

/// Whether a prefix is one that is under `root` and over `matched`.
fn between(
    own: Option<Prefix>,
    family: Family,
    root: Option<&InetPrefix>,
    matched: Option<&InetPrefix>,
) -> bool {
    let len = own.map_or(0, |own| own.len());
    let counts = |wanted: &&InetPrefix| wanted.family != Family::Unspec || wanted.specified;
    let of_family =
        |wanted: &InetPrefix| wanted.family == Family::Unspec || wanted.family == family;
    let zero = InetPrefix {
        family,
        address: None,
        len: 0,
        specified: true,
    };
    let address = own.map_or_else(|| zero.as_prefix(family).address(), |own| own.address());
    let wanted = |wanted: &InetPrefix| wanted.as_prefix(family).address();
    root.filter(counts).is_none_or(|root| {
        of_family(root) && root.len <= len && alike(address, wanted(root), root.len)
    }) && matched.filter(counts).is_none_or(|matched| {
        of_family(matched) && matched.len >= len && alike(address, wanted(matched), len)
    })
}

/// Whether an address, if there is one, has this prefix.
fn has(own: Option<IpAddr>, family: Family, wanted: Option<&InetPrefix>) -> bool {
    let Some(wanted) = wanted.filter(|wanted| wanted.family != Family::Unspec) else {
        return true;
    };
    let zero = InetPrefix {
        address: None,
        len: 0,
        ..*wanted
    };
    let own = own.unwrap_or_else(|| zero.as_prefix(family).address());
    Family::of(own) == wanted.family && wanted.as_prefix(wanted.family).contains(own)
}

impl Filter {
    pub fn keeps(&self, route: &RouteView<'_>) -> bool {
        let header = route.header();
        let family = route.family();
        let is_cloned = route.flags().contains(RouteFlags::CLONED);
        fn is<T: PartialEq>(wanted: Option<T>, own: T) -> bool {
            wanted.is_none_or(|wanted| wanted == own)
        }
        let realms =
            |(wanted, mask): (u32, u32)| (route.realms().unwrap_or(0) ^ wanted) & mask == 0;
        self.family.is_none_or(|wanted| wanted == family)
            && is(self.cloned, is_cloned)
            && (self.table == 0 || self.table == route.table().0)
            && is(self.protocol, header.protocol)
            && is(self.scope, header.scope)
            && (self.types == 0 || self.types >> (header.kind % 64) & 1 == 1)
            && is(self.tos, header.tos)
            && between(
                route.destination(),
                family,
                self.root.as_ref(),
                self.matched.as_ref(),
            )
            && between(
                route.from(),
                family,
                self.from_root.as_ref(),
                self.from_matched.as_ref(),
            )
            && has(route.next_hop(), family, self.via.as_ref())
            && has(route.source(), family, self.source.as_ref())
            && self.realms.is_none_or(realms)
            && is(self.iif, route.iif().unwrap_or(0))
            && self.goes_out(route)
            && is(self.mark, route.mark().unwrap_or(0))
            && is(self.metric, route.metric().unwrap_or(0))
            && !(self.flushes && is_the_last(route))
    }

    fn goes_out(&self, route: &RouteView<'_>) -> bool {
        match (self.oif, route.oif(), route.nexthops()) {
            (None, ..) | (_, None, None) => true,
            (Some(index), ..) => route.goes_out_by(index),
        }
    }
}

/// The route of IPv6 that is always there.
fn is_the_last(route: &RouteView<'_>) -> bool {
    route.family() == Family::Inet6
        && route.header().dst_len == 0
        && route.header().kind == 7
        && route.metric() == Some(u32::MAX)
}
