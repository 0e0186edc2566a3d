//! Settings of links, address labels, neighbour tables and what routers tell, without the kernel.
mod golden;

use std::{net::Ipv6Addr, time::Duration};

use golden::{body, described, encode, refused};
use nlroute::{
    AddressLabel, AddressLabels, Family, Netconf, Netconfs, NetnsIds, Ntable, Ntables, Query,
    Request, Verb,
    addrlabel::{AddressLabelHeader, AddressLabelView},
    ndisc::{
        RouterPrefixCacheInfo, RouterPrefixFlags, RouterPrefixHeader, RouterPrefixView,
        UserOptionHeader, UserOptionView,
    },
    neighbour::NeighbourState,
    netconf::{NetconfTarget, NetconfView, ReversePath},
    ntable::{NtableConfig, NtableParms, NtableView},
    wire::{Format, Writer},
};

fn asked<Q: Query>(mut query: Q) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut links = golden::Links;
    let mut out = Writer::with_lookup(&mut bytes, &mut links);
    query.encode(&mut out).map_err(|error| error.to_string())?;
    Ok(bytes)
}

struct Asked<Q>(Q);

impl<Q: Query> std::fmt::Display for Asked<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.describe(f)
    }
}

#[test]
fn settings_of_links() {
    let of_link = asked(Netconf::new(Family::Inet, "v0")).unwrap();
    let view = NetconfView::parse(&of_link[16..]).unwrap();
    assert_eq!((view.family(), view.index()), (Family::Inet, Some(10)));
    for (question, target) in [
        (Netconf::of_all(Family::Inet6), NetconfTarget::All),
        (Netconf::of_default(Family::Inet6), NetconfTarget::Default),
    ] {
        let bytes = asked(question).unwrap();
        let view = NetconfView::parse(&bytes[16..]).unwrap();
        assert_eq!((view.target(), view.index()), (Some(target), None));
        assert_eq!(NetconfTarget::from(i32::from(target)), target);
    }
    assert!(
        asked(Netconf::of_all(Family::Unspec))
            .unwrap_err()
            .starts_with("family")
    );
    assert!(asked(Netconf::new(Family::Inet, "absent")).is_err());
    let told = Asked(Netconf::new(Family::Inet, "v0")).to_string();
    assert_eq!(told, "inet netconf of v0");
    let told = Asked(Netconf::of_default(Family::Mpls)).to_string();
    assert_eq!(told, "mpls netconf of default");
    let told = Asked(Netconf::of_all(Family::Inet)).to_string();
    assert_eq!(told, "inet netconf of all");
    assert_eq!(Asked(Netconfs::all()).to_string(), "netconf");
    let told = Asked(Netconfs::all().family(Family::Inet6).link("v0")).to_string();
    assert_eq!(told, "inet6 netconf of v0");

    let mut bytes = vec![2, 0, 0, 0];
    let mut out = Writer::new(&mut bytes);
    for (kind, value) in [(2, 1u32), (3, 2), (4, 0), (8, 5)] {
        out.attribute(kind, &value.to_ne_bytes()).unwrap();
    }
    let view = NetconfView::parse(bytes).unwrap();
    assert_eq!(
        (view.forwarding(), view.mc_forwarding()),
        (Some(true), Some(false))
    );
    assert_eq!(view.rp_filter(), Some(ReversePath::Loose));
    assert_eq!((view.bc_forwarding(), view.input()), (Some(true), None));
}

#[test]
fn address_labels() {
    let label = AddressLabel::new("2001:db8::/32".parse().unwrap(), 99).link("v0");
    let bytes = encode(Verb::Add, &label);
    assert_eq!(bytes[4..8], [72, 0, 0, 6]);
    let view = AddressLabelView::parse(&bytes[16..]).unwrap();
    assert_eq!((view.index(), view.label()), (Some(10), Some(99)));
    assert_eq!(view.prefix(), "2001:db8::/32".parse().ok());
    assert_eq!(
        described(Verb::Add, &label),
        "add address label 99 of 2001:db8::/32 on v0"
    );
    for verb in [Verb::Change, Verb::Append] {
        label
            .encode(verb, &mut Writer::new(&mut Vec::new()))
            .unwrap_err();
    }
    let ipv4 = AddressLabel::new("10.0.0.0/8".parse().unwrap(), 1);
    assert_eq!(refused(&ipv4), "address 10.0.0.0/8: is no IPv6 prefix");

    let bytes = asked(AddressLabel::of("2001:db8::1".parse().unwrap()).link("v0")).unwrap();
    let header = AddressLabelHeader::at(&bytes[16..]);
    // The kernel looks up whole addresses only.
    assert_eq!((header.prefix_len, header.index), (128, 10));
    let told = Asked(AddressLabel::of(Ipv6Addr::LOCALHOST).link("v0")).to_string();
    assert_eq!(told, "address label of ::1 on v0");
    assert_eq!(Asked(AddressLabels::all()).to_string(), "address labels");
    let told = Asked(AddressLabel::of(Ipv6Addr::LOCALHOST)).to_string();
    assert_eq!(told, "address label of ::1");
    // Of a message as much as is in it.
    let said = |body: &[u8]| golden::told(body, <AddressLabel<'_> as Request>::DESCRIBE);
    assert_eq!(said(&bytes[16..]), "address label of 2001:db8::1/128 on v0");
    assert_eq!(said(&[0; 12]), "address label");
    assert_eq!(said(&[0; 11]), "address label");
    // A prefix that there is none of.
    let long = AddressLabelHeader {
        prefix_len: 129,
        ..header
    };
    let mut bytes = long.to_bytes().to_vec();
    Writer::new(&mut bytes).attribute(1, &[0; 16]).unwrap();
    assert_eq!(AddressLabelView::parse(bytes).unwrap().prefix(), None);
}

#[test]
fn neighbour_tables() {
    let parms = NtableParms::new()
        .index("v0")
        .locktime(Duration::from_millis(1_500));
    let table = Ntable::new(Family::Inet, "arp_cache")
        .thresh1(1)
        .gc_interval(Duration::from_secs(30))
        .parms(parms);
    let view = NtableView::parse(body(Verb::Change, &table)).unwrap();
    assert_eq!((view.family(), view.index()), (Family::Inet, Some(10)));
    assert_eq!(view.name().unwrap(), "arp_cache");
    assert_eq!((view.thresh1(), view.thresh2()), (Some(1), None));
    assert_eq!(view.gc_interval(), Some(Duration::from_secs(30)));
    let read = view.parms().unwrap();
    assert_eq!(read.locktime(), Some(Duration::from_millis(1_500)));
    assert_eq!(
        described(Verb::Change, &table),
        "change neighbour table arp_cache on v0"
    );
    assert_eq!(refused(&table), "add: isn't done to a neighbour table");
    let of = Ntables::all()
        .family(Family::Inet6)
        .name("ndisc_cache")
        .link("v0");
    let told = "inet6 neighbour tables of name ndisc_cache on v0";
    assert_eq!(Asked(of).to_string(), told);
    assert_eq!(Asked(Ntables::all()).to_string(), "neighbour tables");
    let whole = Ntable::new(Family::Unspec, "arp_cache").thresh1(1);
    let told = "change neighbour table arp_cache";
    assert_eq!(described(Verb::Change, &whole), told);
    let said = |body: &[u8]| golden::told(body, <Ntable<'_> as Request>::DESCRIBE);
    assert_eq!(
        (said(&[0; 4]), said(&[])),
        (said(&[0; 3]), "neighbour table".into())
    );
    // As kernels before 4.3 have it: without the last.
    let config = NtableConfig::at(&[0; 32]);
    assert_eq!(
        (config.since_flush(), config.since_rand()),
        (Duration::ZERO, Duration::ZERO)
    );
    assert!(nlroute::ntable::NtableStats::read(&[0; 80]).is_ok());
}

#[test]
fn options_of_routers() {
    let header = UserOptionHeader {
        family: 10,
        options_len: 24,
        index: 3,
        icmp_type: 134,
        ..Default::default()
    };
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend([25, 2]);
    bytes.extend([1; 14]);
    bytes.extend([31, 1, 0, 0, 0, 0, 0, 9]);
    let mut out = Writer::new(&mut bytes);
    let router: Ipv6Addr = "fe80::1".parse().unwrap();
    out.attribute(1, &router.octets()).unwrap();
    let view = UserOptionView::parse(&bytes).unwrap();
    let options: Vec<_> = view.options().map(|o| (o.kind, o.data.len())).collect();
    assert_eq!(options, [(25, 14), (31, 6)]);
    assert_eq!(
        (view.source(), view.family()),
        (Some(router), Family::Inet6)
    );
    assert_eq!(view.attributes().count(), 1);
    assert!(format!("{view:?}").contains("fe80::1"));
    // Cut at any length it panics nowhere, and options that aren't whole aren't told.
    for len in 0..bytes.len() {
        match UserOptionView::parse(&bytes[..len]) {
            Ok(view) => assert!(len >= 40 && view.options().count() == 2),
            Err(_) => assert!(len < 40),
        }
    }
    for wrong in [0, 4, 255] {
        let mut bytes = bytes.clone();
        bytes[17] = wrong;
        assert_eq!(UserOptionView::parse(&bytes).unwrap().options().count(), 0);
    }
    // As kernels before 6.8 have it, and since then.
    for told in [3, 0xc0] {
        let header = RouterPrefixHeader {
            flags: told,
            ..Default::default()
        };
        let prefix = RouterPrefixView::parse(header.to_bytes().to_vec()).unwrap();
        let both = RouterPrefixFlags::ONLINK | RouterPrefixFlags::AUTOCONF;
        assert_eq!((prefix.flags(), prefix.prefix()), (both, None));
    }
    let forever = RouterPrefixCacheInfo::default();
    assert_eq!(forever.preferred(), Some(Duration::ZERO));
}

#[test]
fn states_have_the_names_of_the_field() {
    let names: Vec<_> = NeighbourState::all()
        .iter()
        .filter_map(NeighbourState::name)
        .collect();
    let all = "incomplete reachable stale delay probe failed noarp permanent";
    assert_eq!(names.join(" "), all);
    assert_eq!(NeighbourState::empty().name(), Some("none"));
    let two = NeighbourState::STALE | NeighbourState::NOARP;
    assert_eq!(two.name(), None);
    for name in all.split(' ').chain(["none"]) {
        assert_eq!(
            NeighbourState::named(name).and_then(NeighbourState::name),
            Some(name)
        );
    }
    assert_eq!(NeighbourState::named("frog"), None);
}

#[test]
fn numbers_of_namespaces() {
    let all = asked(NetnsIds::all()).unwrap();
    assert_eq!((all.len(), &all[4..6]), (20, &[90, 0][..]));
    assert_eq!(asked(NetnsIds::all().target_nsid(7)).unwrap().len(), 28);
    let told = Asked(NetnsIds::all().target_nsid(7)).to_string();
    assert_eq!(told, "numbers of namespaces in 7");
    assert_eq!(Asked(NetnsIds::all()).to_string(), "numbers of namespaces");
}
