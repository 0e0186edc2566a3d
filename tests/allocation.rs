//! What needs no memory of the heap: building a request, writing it into a buffer that has been
//! used before, walking a datagram, a view over borrowed bytes and each of its getters, receiving a
//! notification.
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    hint::black_box,
    time::Duration,
};

use nlroute::{
    Address, FdbEntry, Neighbour, Request, Route, Verb,
    address::AddressView,
    link::{Bridge, BridgePort, BridgeTable, Link, LinkTable, LinkView, Links, Peer, Veth},
    neighbour::NeighbourView,
    route::{Nexthop, RouteMetrics, RouteView},
    wire::{Attributes, Messages, Writer, table::Table},
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts for each thread.
struct Counting;

fn count() {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
}

// SAFETY: the system's allocator does it all; the counter is a number without a destructor, so
// reaching it neither allocates nor fails.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller says.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller says.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `run` gives, and how often it allocated.
fn counted<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = ALLOCATIONS.get();
    let value = run();
    (value, ALLOCATIONS.get() - before)
}

#[track_caller]
fn without<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let (value, allocations) = counted(run);
    assert_eq!(allocations, 0, "{what}");
    value
}

/// Writes a request twice: the first time the buffer grows.
#[track_caller]
fn written<R: Request>(what: &str, verb: Verb, request: R, out: &mut Vec<u8>) {
    request.encode(verb, &mut Writer::new(out)).unwrap();
    let first = out.clone();
    out.clear();
    without(what, || request.encode(verb, &mut Writer::new(out))).unwrap();
    assert_eq!(*out, first);
    out.clear();
}

#[test]
fn the_counter_counts() {
    assert_eq!(counted(|| black_box(Vec::<u8>::with_capacity(9))).1, 1);
    let mut grown = Vec::new();
    grown.push(1_u8);
    assert_eq!(counted(|| grown.reserve(black_box(1000))).1, 1);
}

#[test]
fn building_and_writing_a_request() {
    let mut out = Vec::new();
    let veth = without("build a veth", || {
        let peer = Peer::new("ceth0")
            .address([2, 0, 0, 0, 0, 1])
            .mtu(1400)
            .up();
        Veth::new("veth0").master(7).mtu(1400).up().peer(peer)
    });
    written("write a veth", Verb::Add, &veth, &mut out);
    let bridge = without("build a bridge", || {
        Bridge::new("br0")
            .forward_delay(Duration::from_secs(4))
            .vlan_filtering(true)
            .vlan_protocol(0x88a8)
            .group_addr([1, 0x80, 0xc2, 0, 0, 0])
            .up()
    });
    written("write a bridge", Verb::Add, &bridge, &mut out);
    let port = without("build a port", || BridgePort::named("veth0").hairpin(true));
    written("write a port", Verb::Change, &port, &mut out);
    let link = without("build a change", || Link::named("eth0").alias("outside"));
    written("write a change", Verb::Change, &link, &mut out);
    written("write a deletion", Verb::Delete, &link, &mut out);

    let prefix = "192.168.56.10/16".parse().unwrap();
    let address = without("build an address", || Address::new(3, prefix).metric(5));
    written("write an address", Verb::Add, &address, &mut out);
    let (gateway, other) = ([192, 168, 56, 1].into(), [192, 168, 56, 2].into());
    let hops = without("build next hops", || {
        let hop = |gateway| Nexthop::new().gateway(gateway).link(3);
        [hop(gateway), hop(other).weight(2)]
    });
    let route = without("build a route", || {
        Route::new(prefix.network())
            .nexthops(&hops)
            .metrics(RouteMetrics::new().mtu(1400).cc_algo("cubic"))
    });
    written("write a route", Verb::Replace, &route, &mut out);
    let neighbour = without("build a neighbour", || {
        Neighbour::new(3, gateway).lladdr([2, 0, 0, 0, 0, 9])
    });
    written("write a neighbour", Verb::Add, &neighbour, &mut out);
    let entry = without("build an entry", || {
        FdbEntry::new(3, [2, 0, 0, 0, 0, 9])
            .vlan(7)
            .master()
            .permanent()
    });
    written("write an entry", Verb::Append, &entry, &mut out);

    // A copy needs none either: all is inline.
    let copy = without("copy a veth", || veth.clone());
    assert!(without("compare", || copy == veth));
}

#[test]
fn writing_a_query() {
    use nlroute::Query;
    let mut out = Vec::with_capacity(4096);
    without("ask for all links", || {
        Links::all().encode(&mut Writer::new(&mut out)).unwrap();
    });
    without("ask for a link", || {
        let mut query = Link::named("eth0");
        Query::encode(&mut query, &mut Writer::new(&mut out)).unwrap();
    });
    without("ask for a route", || {
        let mut query = Route::to([192, 0, 2, 1].into());
        Query::encode(&mut query, &mut Writer::new(&mut out)).unwrap();
    });
    assert_eq!(Messages::new(&out).count(), 3);
}

/// Whole dumps of the kernel.
const LINKS: [&[u8]; 2] = [
    include_bytes!("data/links.bin"),
    include_bytes!("data/bridge_links.bin"),
];

#[test]
fn walking() {
    for datagram in LINKS {
        let (messages, attributes) = without("walk", || {
            let (mut messages, mut attributes) = (0, 0);
            for message in Messages::new(datagram) {
                messages += 1;
                let body = message.unwrap().body().get(16..).unwrap_or(&[]);
                for attribute in Attributes::new(body) {
                    attributes += attribute.unwrap().nested().flatten().count() + 1;
                }
            }
            (messages, attributes)
        });
        assert!(messages > 2 && attributes > 10);
    }
}

/// Calls every getter of a view.
fn getters<T: Table>(view: &T::View<'_>) -> usize {
    let mut called = 0;
    T::getters(view, &mut |_, value| {
        black_box(value);
        called += 1;
    });
    called
}

#[test]
fn reading_a_link() {
    let bodies = LINKS
        .into_iter()
        .flat_map(Messages::new)
        .map(Result::unwrap)
        .filter(|message| message.header().kind == libc::RTM_NEWLINK);
    let (mut read, mut bridges, mut ports, mut inet6) = (0, 0, 0, 0);
    for message in bodies {
        let body = message.body();
        let called = without("read a link", || {
            let link = LinkView::parse(body).unwrap();
            black_box((
                (
                    link.header(),
                    link.index(),
                    link.flags(),
                    link.device_type(),
                ),
                (link.is_up(), link.name(), link.kind(), link.slave_kind()),
                (link.veth_peer(), link.as_bytes(), link.attributes().count()),
            ));
            if let Some(bridge) = link.bridge() {
                bridges += getters::<BridgeTable>(&bridge).min(1);
            }
            for port in [link.bridge_port(), link.protinfo_bridge_port()] {
                ports += usize::from(black_box(port).is_some());
            }
            black_box((link.families(), link.inet(), link.bridge_family()));
            if let Some(families) = link.inet6() {
                inet6 += 1;
                let stats = families.stats();
                black_box((
                    families.conf(),
                    stats.map(|stats| stats.iter().sum::<u64>()),
                ));
            }
            if let Some(names) = link.alt_names() {
                black_box(names.iter().count());
            }
            if let Some(info) = link.linkinfo() {
                black_box((info.kind(), info.data(), info.xstats()));
            }
            getters::<LinkTable>(&link)
        });
        assert!(called > 60);
        read += 1;
    }
    assert!(read > 6 && bridges > 0 && ports > 1 && inet6 > 4);
}

#[test]
fn receiving_notifications() {
    use nlroute::{
        Monitor,
        monitor::{Change, Event, Filter, MessageType, Noun},
    };
    let (ours, theirs) = std::os::unix::net::UnixDatagram::pair().unwrap();
    let mut monitor = Monitor::from_fd(ours.into()).unwrap();
    let types = [MessageType::NewLink, MessageType::NewRoute];
    monitor
        .set_filter(Filter::all().kinds(types).link(1))
        .unwrap();
    let mut links = 0;
    for message in LINKS.into_iter().flat_map(Messages::new).flatten() {
        theirs.send(message.as_bytes()).unwrap();
        let is_link = message.header().kind == libc::RTM_NEWLINK;
        let first = message.body().get(4) == Some(&1);
        if !(is_link && first) {
            continue;
        }
        links += without("receive a link", || {
            let Event::Notification(told) = monitor.next().unwrap() else {
                return 0;
            };
            let Change::New(Noun::Link(link)) = told.change() else {
                return 0;
            };
            black_box((link.name(), link.mtu(), told.nsid()));
            1
        });
    }
    assert!(links > 0);
}

#[test]
fn reading_addresses_routes_and_neighbours() {
    // A table's header and some attributes: what counts is that each getter is called.
    let body = |header: usize, attributes: &[(u16, &[u8])]| {
        let mut body = vec![0; header];
        let mut out = Writer::new(&mut body);
        for (kind, payload) in attributes {
            out.attribute(*kind, payload).unwrap();
        }
        body
    };
    let ip = [192, 0, 2, 1];
    let address = body(8, &[(1, &ip), (2, &ip), (3, b"eth0:1\0"), (6, &[0; 16])]);
    without("read an address", || {
        let view = AddressView::parse(&address).unwrap();
        black_box((view.address(), view.prefix(), view.flags(), view.label()));
        getters::<nlroute::address::AddressTable>(&view)
    });
    let mut hops = [0; 16];
    hops[..2].copy_from_slice(&16_u16.to_ne_bytes());
    hops[8..10].copy_from_slice(&8_u16.to_ne_bytes());
    hops[10..12].copy_from_slice(&5_u16.to_ne_bytes());
    let route = body(12, &[(1, &ip), (9, &hops), (8, &[8, 0, 2, 0, 1, 0, 0, 0])]);
    without("read a route", || {
        let view = RouteView::parse(&route).unwrap();
        black_box((view.destination(), view.table(), view.next_hop()));
        let hops = view.nexthops().unwrap();
        assert!(hops.iter().all(|hop| hop.next_hop().is_some()));
        assert!(!view.goes_out_by(7));
        getters::<nlroute::route::RouteAttributeTable>(&view)
    });
    let neighbour = body(12, &[(1, &ip), (2, &[2, 0, 0, 0, 0, 1]), (3, &[0; 16])]);
    without("read a neighbour", || {
        let view = NeighbourView::parse(&neighbour).unwrap();
        black_box((view.state(), view.flags(), view.lladdr(), view.is_fdb()));
        getters::<nlroute::neighbour::NeighbourTable>(&view)
    });
}
