//! Whether two messages tell the same: counters, ages and the order of attributes aside.
use crate::{
    address::AddressHeader,
    neighbour::{NeighbourHeader, NeighbourState},
    route::RouteHeader,
    wire::{Attribute, Attributes, Text},
};

/// Attributes of a link that count or age, or that the kernel changes without a word, or that are
/// only in notifications.
const LINK: &[u16] = &[
    6,  // IFLA_QDISC
    7,  // IFLA_STATS
    12, // IFLA_PROTINFO
    23, // IFLA_STATS64
    26, // IFLA_AF_SPEC
    30, // IFLA_PROMISCUITY
    35, // IFLA_CARRIER_CHANGES
    44, // IFLA_EVENT
    45, // IFLA_NEW_NETNSID
    47, // IFLA_CARRIER_UP_COUNT
    48, // IFLA_CARRIER_DOWN_COUNT
    49, // IFLA_NEW_IFINDEX
    61, // IFLA_ALLMULTI
    68, // IFLA_HEADROOM
    69, // IFLA_TAILROOM
];
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_INFO_XSTATS: u16 = 3;
const IFLA_INFO_SLAVE_KIND: u16 = 4;
const IFLA_INFO_SLAVE_DATA: u16 = 5;
/// What the spanning tree and multicast make of a bridge while it runs, and its timers.
const BRIDGE: &[u16] = &[10, 12, 13, 14, 15, 16, 17, 18, 19, 47, 48];
/// The same of a port.
const BRIDGE_PORT: &[u16] = &[13, 14, 15, 16, 19, 20, 21, 22, 23, 35, 36, 38, 41];

#[inline]
pub(super) fn links(a: &[u8], b: &[u8]) -> bool {
    a == b
        // Up to `ifi_change`, which is only in notifications.
        || a.get(..12) == b.get(..12)
            && alike(body(a, 16), body(b, 16), LINK, &|kind, a, b| {
                a == b || kind == IFLA_LINKINFO && link_infos(a, b)
            })
}

#[inline]
fn link_infos(a: &[u8], b: &[u8]) -> bool {
    let running = |kind, of_bridge| match Attributes::new(a).find(kind) {
        Some(kind) if Text::new(kind) == "bridge" => of_bridge,
        _ => &[][..],
    };
    let (bridge, port) = (
        running(IFLA_INFO_KIND, BRIDGE),
        running(IFLA_INFO_SLAVE_KIND, BRIDGE_PORT),
    );
    alike(a, b, &[IFLA_INFO_XSTATS], &|kind, a, b| match kind {
        IFLA_INFO_DATA => alike(a, b, bridge, &|_, a, b| a == b),
        IFLA_INFO_SLAVE_DATA => alike(a, b, port, &|_, a, b| a == b),
        _ => a == b,
    })
}

#[inline]
pub(super) fn addresses(a: &[u8], b: &[u8]) -> bool {
    const IFA_CACHEINFO: u16 = 6;
    let header = AddressHeader::LEN;
    a == b
        || a.get(..header) == b.get(..header)
            && alike(
                body(a, header),
                body(b, header),
                &[IFA_CACHEINFO],
                &|_, a, b| a == b,
            )
}

#[inline]
pub(super) fn neighbours(a: &[u8], b: &[u8]) -> bool {
    let header = |bytes| {
        let mut header = NeighbourHeader::at(bytes);
        // The kernel doesn't tell when it is about to ask one again.
        let may_be_asked =
            NeighbourState::REACHABLE | NeighbourState::STALE | NeighbourState::DELAY;
        let state = NeighbourState::from_bits_retain(header.state);
        let delay = state.contains(NeighbourState::DELAY);
        if may_be_asked.contains(state) {
            header.state = 0;
        }
        (header, delay, state)
    };
    let ((head_a, delay_a, state_a), (head_b, delay_b, state_b)) = (header(a), header(b));
    let len = NeighbourHeader::LEN;
    a == b
        || head_a == head_b
            && (delay_a || delay_b || state_a == state_b)
            && alike(
                body(a, len),
                body(b, len),
                &[libc::NDA_CACHEINFO, libc::NDA_PROBES],
                &|_, a, b| a == b,
            )
}

#[inline]
pub(super) fn routes(a: &[u8], b: &[u8]) -> bool {
    let header = RouteHeader::LEN;
    let v6 = a.first() == Some(&(libc::AF_INET6 as u8));
    a == b
        || a.get(..header) == b.get(..header)
            && alike(
                body(a, header),
                body(b, header),
                &[libc::RTA_CACHEINFO],
                &|kind, a, b| a == b || v6 && kind == libc::RTA_MULTIPATH && same_hops(a, b),
            )
}

/// The next hops of an IPv6 route begin with any of them.
#[inline]
fn same_hops(a: &[u8], b: &[u8]) -> bool {
    let (mut a, mut b) = (hops(a), hops(b));
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

#[inline]
fn hops(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut hops = Vec::new();
    while let Some(len) = bytes.first_chunk() {
        let len = usize::from(u16::from_ne_bytes(*len)).max(8);
        let (hop, rest) = bytes.split_at(len.min(bytes.len()));
        hops.push(hop);
        bytes = rest;
    }
    hops
}

fn body(bytes: &[u8], header: usize) -> &[u8] {
    bytes.get(header..).unwrap_or(&[])
}

/// Whether two payloads of an attribute of this number tell the same.
type Same<'f> = &'f dyn Fn(u16, &[u8], &[u8]) -> bool;

/// Whether both have the same attributes, in any order, but for those to `ignore`.
#[inline]
fn alike(a: &[u8], b: &[u8], ignore: &[u16], same: Same<'_>) -> bool {
    let counts = |attribute: &Attribute<'_>| !ignore.contains(&attribute.kind());
    let walk = |bytes| Attributes::new(bytes).flatten().filter(counts);
    walk(a).count() == walk(b).count()
        && walk(a).all(|attribute| {
            let other = Attributes::new(b).find(attribute.kind());
            other.is_some_and(|other| same(attribute.kind(), attribute.payload(), other))
        })
}
