//! What there is in one form, to be compared: without counters, ages, and what the kernel never
//! tells. Written down here once more, so that the crate doesn't judge itself.
#![allow(dead_code)] // Each test binary uses a part.
use std::collections::BTreeSet;

use nlroute::{
    Addresses, Connection, Family, Neighbours, Result, Routes, Tracker,
    address::AddressFlags,
    link::{LinkFlags, Links},
    neighbour::NeighbourState,
    route::RouteView,
    wire::Attributes,
};

/// Everything, a line each.
pub type Lines = Vec<String>;

fn attributes(bytes: &[u8], without: &[u16]) -> String {
    let all: BTreeSet<String> = Attributes::new(bytes)
        .map(Result::unwrap)
        .filter(|attribute| !without.contains(&attribute.kind()))
        .map(|attribute| format!("{}={:02x?}", attribute.kind(), attribute.payload()))
        .collect();
    all.into_iter().collect::<Vec<_>>().join(" ")
}

fn link(view: &nlroute::link::LinkView<'_>) -> String {
    let header = view.header();
    let flags = LinkFlags::from_bits_retain(header.flags);
    let mut info = String::new();
    for attribute in view.attributes().map(Result::unwrap) {
        if attribute.kind() != 18 {
            continue;
        }
        let nested = |kind| {
            Attributes::new(attribute.payload())
                .find(kind)
                .unwrap_or(&[])
        };
        let bridge = nested(1).starts_with(b"bridge");
        let port = nested(4).starts_with(b"bridge");
        let running: &[u16] = &[10, 12, 13, 14, 15, 16, 17, 18, 19, 47, 48];
        let of_port: &[u16] = &[13, 14, 15, 16, 19, 20, 21, 22, 23, 35, 36, 38, 41];
        info = format!(
            "{:?} {:?}",
            String::from_utf8_lossy(nested(1)),
            String::from_utf8_lossy(nested(4)),
        );
        if flags.contains(LinkFlags::UP) {
            info += &format!(
                " [{}] [{}]",
                attributes(nested(2), if bridge { running } else { &[] }),
                attributes(nested(5), if port { of_port } else { &[] }),
            );
        }
    }
    let mut without = vec![6, 7, 12, 18, 23, 26, 30, 35, 44, 45, 47, 48, 49, 61, 68, 69];
    if !flags.contains(LinkFlags::UP) {
        // Of a link that is down the kernel tells these when it goes up.
        without.extend([20, 27]);
    }
    format!(
        "link {} {} {:?} {flags:?} {} {info}",
        header.index,
        view.name(),
        header.device_type,
        attributes(&view.as_bytes()[16..], &without),
    )
}

fn address(view: &nlroute::address::AddressView<'_>) -> Option<String> {
    if view.flags().contains(AddressFlags::TENTATIVE) {
        // One that the kernel makes by itself it lists, and tells only when it is checked.
        return None;
    }
    let bytes = view.as_bytes();
    Some(format!(
        "address {:?} {:?} {}",
        view.prefix(),
        &bytes[..8],
        attributes(&bytes[8..], &[6])
    ))
}

fn neighbour(view: &nlroute::neighbour::NeighbourView<'_>) -> Option<String> {
    let known = NeighbourState::PERMANENT
        | NeighbourState::REACHABLE
        | NeighbourState::STALE
        | NeighbourState::DELAY
        | NeighbourState::PROBE;
    let mut state = view.state();
    if !state.intersects(known) {
        return None;
    }
    let header = view.header();
    if state == NeighbourState::DELAY {
        // What it was before isn't known here; the tests don't send by any.
        state = NeighbourState::STALE;
    }
    Some(format!(
        "neighbour {:?} on {} {state:?} {:?} {} {}",
        view.destination(),
        header.index,
        view.flags(),
        header.kind,
        attributes(&view.as_bytes()[12..], &[3, 4]),
    ))
}

/// Family and what tells a route from others first, and what it is.
fn route(view: &RouteView<'_>) -> ((Family, String), String) {
    let key = format!(
        "{:?} table {} from {:?} tos {} metric {:?}",
        view.destination().unwrap(),
        view.table(),
        view.from(),
        view.tos(),
        view.metric(),
    );
    let bytes = view.as_bytes();
    let (mut without, mut hops) = (vec![12], Vec::new());
    if view.family() == Family::Inet6 {
        without.push(9);
        if let Some(all) = view.nexthops() {
            hops = all
                .iter()
                .map(|hop| {
                    format!(
                        "{:?} {:?} {:?} {:?}",
                        hop.index(),
                        hop.next_hop(),
                        hop.weight(),
                        hop.flags()
                    )
                })
                .collect();
            hops.sort();
        }
    }
    let what = format!(
        "{:?} {} {hops:?}",
        &bytes[..12],
        attributes(&bytes[12..], &without)
    );
    ((view.family(), key), what)
}

fn routes<'a>(all: impl Iterator<Item = RouteView<'a>>) -> impl Iterator<Item = String> {
    let mut all: Vec<_> = all.map(|view| route(&view)).collect();
    all.sort_by(|(a, what_a), (b, what_b)| {
        let v6 = a.0 == Family::Inet6;
        // Those of IPv4 that are alike have an order.
        a.cmp(b).then_with(|| {
            if v6 {
                what_a.cmp(what_b)
            } else {
                std::cmp::Ordering::Equal
            }
        })
    });
    all.into_iter()
        .map(|((family, key), what)| format!("route {family} {key} {what}"))
}

/// What a tracker holds.
pub fn tracked(tracker: &Tracker) -> Lines {
    let mut lines: Lines = tracker.links().map(|view| link(&view)).collect();
    lines.extend(tracker.addresses().filter_map(|view| address(&view)));
    lines.extend(tracker.neighbours().map(|view| neighbour(&view).unwrap()));
    lines.sort();
    lines.extend(routes(tracker.routes()));
    lines
}

/// What the kernel lists.
pub fn listed(host: &mut Connection) -> Result<Lines> {
    let mut lines: Lines = host
        .list(Links::all())?
        .iter()
        .map(|view| link(&view))
        .collect();
    lines.extend(
        host.list(Addresses::all())?
            .iter()
            .filter_map(|view| address(&view)),
    );
    lines.extend(
        host.list(Neighbours::all())?
            .iter()
            .filter_map(|view| neighbour(&view)),
    );
    lines.sort();
    let (v4, v6) = (
        host.list(Routes::all().family(Family::Inet))?,
        host.list(Routes::all().family(Family::Inet6))?,
    );
    lines.extend(routes(v4.iter().chain(v6.iter())));
    Ok(lines)
}

/// What is in one and not in the other.
pub fn differences(tracked: &Lines, listed: &Lines) -> String {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (tracked.iter().collect(), listed.iter().collect());
    let mut text = String::new();
    for line in a.difference(&b) {
        text += &format!("\n  tracked {line}");
    }
    for line in b.difference(&a) {
        text += &format!("\n  listed  {line}");
    }
    if text.is_empty() && tracked != listed {
        text += &format!("\n  in another order or number: {tracked:#?} {listed:#?}");
    }
    text
}
