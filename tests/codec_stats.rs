//! Statistics without the kernel: what is written, read and refused.
mod golden;

use std::os::{fd::OwnedFd, unix::net::UnixDatagram};

use golden::{body, described};
use nlroute::{
    Monitor, Query, Request, Verb,
    link::LinkStats,
    monitor::{Change, Event, Noun},
    stats::{
        AllStats, BridgeMcastStats, BridgeVlanStats, Directions, HwStats, MplsLinkStats,
        OffloadGroups, Stats, StatsGetSetView, StatsGroups, StatsHeader, StatsView,
    },
    wire::Writer,
};

fn asked<Q: Query>(mut query: Q) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut links = golden::Links;
    let mut out = Writer::with_lookup(&mut bytes, &mut links);
    query.encode(&mut out).map_err(|error| error.to_string())?;
    Ok(bytes[16..].to_vec())
}

#[test]
fn questions_say_what_they_are_for() {
    let header = |bytes: &[u8]| {
        let StatsHeader {
            index, filter_mask, ..
        } = StatsHeader::at(bytes);
        (index, StatsGroups::from_bits_retain(filter_mask))
    };
    assert_eq!(
        header(&asked(Stats::new("v0")).unwrap()),
        (10, StatsGroups::LINK_64)
    );
    assert_eq!(
        header(&asked(AllStats::new()).unwrap()),
        (0, StatsGroups::LINK_64)
    );
    let both = StatsGroups::LINK_64 | StatsGroups::AF_SPEC;
    assert_eq!(
        header(&asked(Stats::new(3).groups(both)).unwrap()),
        (3, both)
    );
    let offload = StatsGroups::LINK_OFFLOAD_XSTATS;
    for bytes in [
        asked(AllStats::new().offload(OffloadGroups::L3_STATS)).unwrap(),
        asked(Stats::new(3).offload(OffloadGroups::L3_STATS)).unwrap(),
    ] {
        assert_eq!(header(&bytes).1, offload);
        let view = StatsGetSetView::parse(bytes).unwrap();
        let filters = view.filters().unwrap();
        assert_eq!(filters.link_offload_xstats(), Some(OffloadGroups::L3_STATS));
    }
    let more = AllStats::new().groups(both).offload(OffloadGroups::CPU_HIT);
    assert_eq!(header(&asked(more).unwrap()).1, both | offload);
    let none = StatsGroups::empty();
    let why = Err("groups none: at least one is needed".to_owned());
    assert_eq!(asked(Stats::new(3).groups(none)), why);
    assert_eq!(asked(AllStats::new().groups(none)), why);
    assert!(
        asked(Stats::new(3).l3_stats(true))
            .unwrap_err()
            .starts_with("l3_stats")
    );
    assert!(asked(Stats::new("absent")).is_err());
}

#[test]
fn changes_are_no_questions() {
    let change = Stats::new("v0").l3_stats(true);
    let bytes = body(Verb::Change, &change);
    let header = StatsHeader::at(&bytes);
    assert_eq!((header.index, header.filter_mask), (10, 0));
    assert_eq!(
        StatsGetSetView::parse(bytes).unwrap().l3_stats(),
        Some(true)
    );
    assert_eq!(described(Verb::Change, &change), "change statistics of v0");
    let refused = |verb, stats: Stats<'_>| {
        let mut bytes = Vec::new();
        let error = stats
            .encode(verb, &mut Writer::new(&mut bytes))
            .unwrap_err();
        error.to_string()
    };
    assert!(refused(Verb::Add, Stats::new(3).l3_stats(true)).contains("isn't done"));
    assert!(refused(Verb::Change, Stats::new(3)).contains("nothing is to be changed"));
    let asks = Stats::new(3).l3_stats(true).groups(StatsGroups::LINK_64);
    assert!(refused(Verb::Change, asks).contains("not of a change"));
}

/// An answer with everything in it.
fn everything() -> Vec<u8> {
    let header = StatsHeader {
        index: 3,
        filter_mask: 31,
        ..Default::default()
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut out = Writer::new(&mut bytes);
    let mut link = LinkStats::default();
    link.rx_packets = 1;
    out.attribute(1, &link.to_bytes()).unwrap();
    let xstats = out.begin_nest(2);
    let bridge = out.begin_nest(1);
    for vid in [1, 5, 9] {
        let mut vlan = BridgeVlanStats::default();
        (vlan.vid, vlan.rx_bytes) = (vid, 100);
        out.attribute(1, &vlan.to_bytes()).unwrap();
    }
    let mut mcast = BridgeMcastStats::default();
    mcast.igmp_v3reports = Directions { rx: 7, tx: 8 };
    out.attribute(2, &mcast.to_bytes()).unwrap();
    out.end_attribute(bridge).unwrap();
    let bond = out.begin_nest(2);
    let lacp = out.begin_nest(1);
    for kind in 0..9 {
        out.attribute(kind, &(u64::from(kind) + 40).to_ne_bytes())
            .unwrap();
    }
    out.end_attribute(lacp).unwrap();
    out.end_attribute(bond).unwrap();
    out.end_attribute(xstats).unwrap();
    let offload = out.begin_nest(4);
    out.attribute(1, &link.to_bytes()).unwrap();
    let info = out.begin_nest(2);
    let l3 = out.begin_nest(3);
    out.attribute(1, &[1]).unwrap();
    out.attribute(2, &[0]).unwrap();
    out.end_attribute(l3).unwrap();
    out.end_attribute(info).unwrap();
    let mut routed = HwStats::default();
    routed.multicast = 5;
    out.attribute(3, &routed.to_bytes()).unwrap();
    out.end_attribute(offload).unwrap();
    let families = out.begin_nest(5);
    let mpls = out.begin_nest(28);
    let mut labelled = MplsLinkStats::default();
    labelled.rx_noroute = 6;
    out.attribute(1, &labelled.to_bytes()).unwrap();
    out.end_attribute(mpls).unwrap();
    out.end_attribute(families).unwrap();
    bytes
}

#[test]
fn every_counter_is_read() {
    let bytes = everything();
    let told = StatsView::parse(&bytes[..]).unwrap();
    assert_eq!(told.malformed(), []);
    assert_eq!((told.index(), told.groups()), (3, StatsGroups::KNOWN));
    assert_eq!(told.link_64().unwrap().rx_packets, 1);
    let kinds = told.link_xstats().unwrap();
    let bridge = kinds.bridge().unwrap();
    let vlans: Vec<_> = bridge.vlans().map(|vlan| vlan.vid).collect();
    assert_eq!(vlans, [1, 5, 9]);
    assert_eq!(bridge.vlan().unwrap().vid, 9);
    assert_eq!(
        bridge.mcast().unwrap().igmp_v3reports,
        Directions { rx: 7, tx: 8 }
    );
    assert_eq!(bridge.stp(), None);
    let bond = kinds.bond().unwrap();
    let lacp = bond.bond_3ad().unwrap();
    assert_eq!((lacp.lacpdu_rx(), lacp.lacpdu_tx()), (Some(40), Some(41)));
    assert_eq!(lacp.marker_unknown_rx(), Some(48));
    assert!(told.link_xstats_slave().is_none());
    let offload = told.link_offload_xstats().unwrap();
    assert_eq!(offload.cpu_hit().unwrap().rx_packets, 1);
    let info = offload.hw_s_info().unwrap();
    let l3 = info.l3_stats().unwrap();
    assert_eq!((l3.request(), l3.used()), (Some(true), Some(false)));
    assert_eq!(offload.l3_stats().unwrap().multicast, 5);
    let families = told.af_spec().unwrap();
    let mpls = families.mpls().unwrap();
    assert_eq!(mpls.link().unwrap().rx_noroute, 6);
}

#[test]
fn the_monitor_tells_of_statistics() {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let message = out.begin(92, 0);
    out.bytes(&everything());
    out.end(message).unwrap();
    theirs.send(&bytes).unwrap();
    let Some(Event::Notification(told)) = monitor.try_next().unwrap() else {
        panic!("it was sent");
    };
    let Change::New(Noun::Stats(stats)) = told.change() else {
        panic!("{told:?}");
    };
    assert_eq!(stats.index(), 3);
}

#[test]
fn no_bytes_make_a_view_panic() {
    let whole = everything();
    for len in 0..whole.len() {
        if let Ok(told) = StatsView::parse(&whole[..len]) {
            let _ = (told.malformed(), format!("{told:?}"));
            for kinds in told.link_xstats().iter() {
                let _ = kinds.bridge().map(|bridge| bridge.vlans().count());
            }
        }
    }
}
