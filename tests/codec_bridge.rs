//! Bridges without the kernel: what is written, read and refused.
mod golden;

use std::time::Duration;

use golden::{body, described, refused};
use nlroute::{
    Query, Verb,
    bridge::{
        BridgeAfView, BridgeCfm, BridgeFlags, BridgeLink, BridgeLinks, BridgeMode, BridgeMrp,
        BridgeVlan, BridgeVlanFlags, BridgeVlanInfo, CfmCcConfig, CfmInterval, MrpInstance,
        MrpRingState, MrpStartTest, Vids,
    },
    link::{BridgePort, ExtMask, LinkHeader, LinkView, PortState},
    wire::{Attributes, EncodeError, LinkRef, Writer},
};

fn link(request: &BridgeVlan<'_>) -> LinkView<'static> {
    LinkView::parse(body(Verb::Add, request)).unwrap()
}

/// `vids flags`, a word each.
fn ranges(view: &LinkView<'_>) -> Vec<String> {
    let told = view
        .vlans()
        .map(|range| format!("{} {:#x}", range.vids(), range.flags().bits()));
    told.collect()
}

#[test]
fn a_range_has_a_beginning_and_an_end() {
    let one = link(&BridgeVlan::new("v2", 10).pvid().untagged());
    assert_eq!(ranges(&one), ["10 0x6"]);
    let vlans = one.vlans().next().unwrap();
    assert!(vlans.is_pvid() && vlans.is_untagged());
    let many = link(&BridgeVlan::new("v2", 2..=9).untagged());
    assert_eq!(ranges(&many), ["2-9 0x4"]);
    let all = many.bridge_family().unwrap();
    assert_eq!(all.attributes().count(), 2);
    // The last counts for a getter.
    let last = all.vlan_info().unwrap();
    assert_eq!((last.vid, last.flags), (9, 0x14));
    assert_eq!(all.flags(), None);
    // As another port tells them, marks of its ranges and all.
    let told = BridgeVlanFlags::UNTAGGED | BridgeVlanFlags::RANGE_END;
    let alike = BridgeVlan::new("v2", 2..=9).flags(told);
    assert_eq!(alike, BridgeVlan::new("v2", 2..=9).untagged());
    let own = link(&BridgeVlan::new("br0", 1..=4094).own().master());
    let both = BridgeFlags::SELF | BridgeFlags::MASTER;
    assert_eq!(own.bridge_family().unwrap().flags(), Some(both));
    assert_eq!(ranges(&own), ["1-4094 0x0"]);
    assert_eq!(many.malformed(), []);
}

#[test]
fn each_vlan_has_its_tunnel() {
    let view = link(&BridgeVlan::new("vx0", 10..=12).tunnel(100));
    let tunnels: Vec<_> = view.vlan_tunnels().collect();
    let [tunnel] = tunnels[..] else {
        panic!("{tunnels:?}")
    };
    assert_eq!(tunnel.vids(), Vids::from(10..=12));
    assert_eq!((tunnel.id(), tunnel.last_id()), (100, 102));
    assert_eq!(view.vlans().count(), 0);
    assert_eq!(view.malformed(), []);
    let inner = view.bridge_family().unwrap();
    let last = inner.vlan_tunnel_info().unwrap();
    assert_eq!((last.vid(), last.id()), (Some(12), Some(102)));
    assert_eq!(last.flags(), Some(BridgeVlanFlags::RANGE_END));
}

/// A message of these VLANs, each with its flags.
fn told(vlans: &[(u16, BridgeVlanFlags)]) -> BridgeAfView<'static> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    for (vid, flags) in vlans {
        let flags = flags.bits();
        out.fixed(2, BridgeVlanInfo { flags, vid: *vid }.to_bytes());
    }
    BridgeAfView::parse(bytes).unwrap()
}

#[test]
fn ranges_are_put_together_whatever_is_told() {
    use BridgeVlanFlags as Flags;
    let (begin, end, plain) = (Flags::RANGE_BEGIN, Flags::RANGE_END, Flags::empty());
    let read = |vlans: &[(u16, Flags)]| {
        let view = told(vlans);
        let words: Vec<_> = view.vlans().map(|range| range.vids().to_string()).collect();
        words.join(" ")
    };
    assert_eq!(
        read(&[(1, plain), (5, begin), (9, end), (11, plain)]),
        "1 5-9 11"
    );
    // A beginning without an end, an end without a beginning, one that ends before it begins.
    assert_eq!(read(&[(5, begin)]), "5");
    assert_eq!(read(&[(5, begin), (7, plain)]), "5 7");
    assert_eq!(read(&[(5, begin), (6, begin), (9, end)]), "5 6-9");
    assert_eq!(read(&[(9, end), (11, plain)]), "9 11");
    assert_eq!(read(&[(9, begin), (5, end)]), "9 5");
    assert_eq!(read(&[]), "");
    let vids = Vids::from(3..=5);
    assert_eq!(vids.iter().collect::<Vec<_>>(), [3, 4, 5]);
    assert!(!vids.contains(2) && vids.contains(3) && vids.contains(5) && !vids.contains(6));
}

#[test]
fn a_links_own_things_go_in_the_bridges_family() {
    let card = BridgeLink::new("v0").mode(BridgeMode::Vepa).own();
    let view = LinkView::parse(body(Verb::Change, &card)).unwrap();
    let all = view.bridge_family().unwrap();
    assert_eq!(all.mode(), Some(BridgeMode::Vepa));
    assert_eq!(all.flags(), Some(BridgeFlags::SELF));
    let tree = BridgeLink::new("v2").mst_state(2, PortState::Blocking);
    let view = LinkView::parse(body(Verb::Change, &tree)).unwrap();
    let states: Vec<_> = view.mst_states().map(|e| (e.msti(), e.state())).collect();
    assert_eq!(states, [(Some(2), Some(PortState::Blocking))]);
    assert_eq!(view.malformed(), []);
    let port = BridgeLink::port(BridgePort::named("v2").hairpin(true).port_cost(7));
    let view = LinkView::parse(body(Verb::Change, &port)).unwrap();
    let settings = view.protinfo_bridge_port().unwrap();
    assert_eq!(
        (settings.hairpin(), settings.port_cost()),
        (Some(true), Some(7))
    );
    assert!(view.bridge_family().is_none());
}

#[test]
fn redundancy_and_faults_read_as_written() {
    let ring = MrpInstance::new()
        .ring_id(1)
        .primary("v2")
        .secondary("v3")
        .priority(0x8000);
    let test = MrpStartTest::new()
        .ring_id(1)
        .interval(Duration::from_millis(20))
        .max_miss(3);
    let request = BridgeMrp::new("br0").instance(ring).start_test(test);
    let view = LinkView::parse(body(Verb::Change, &request)).unwrap();
    let mrp = view.mrp().unwrap();
    let ring = mrp.instance().unwrap();
    assert_eq!((ring.primary(), ring.secondary()), (Some(14), Some(15)));
    assert_eq!(ring.priority(), Some(0x8000));
    let test = mrp.start_test().unwrap();
    assert_eq!(test.interval(), Some(Duration::from_millis(20)));
    assert_eq!(view.malformed(), []);
    assert_eq!(
        described(Verb::Delete, &BridgeMrp::new("v2")),
        "delete media redundancy on v2"
    );

    let config = CfmCcConfig::new()
        .instance(1)
        .enable(true)
        .exp_interval(CfmInterval::Second1)
        .exp_maid([7; 48]);
    let request = BridgeCfm::new("br0").cc_config(config);
    let view = LinkView::parse(body(Verb::Change, &request)).unwrap();
    let cfm = view.cfm().unwrap();
    let config = cfm.cc_config().unwrap();
    assert_eq!(config.exp_interval(), Some(CfmInterval::Second1));
    assert_eq!(config.exp_maid(), Some([7; 48]));
    assert_eq!(
        refused(&BridgeCfm::new("br0")),
        "add: isn't done to fault management"
    );
}

#[test]
fn every_ring_and_end_point_is_told() -> Result<(), EncodeError> {
    let header = LinkHeader {
        family: libc::AF_BRIDGE as u8,
        index: 12,
        ..Default::default()
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut out = Writer::new(&mut bytes);
    let families = out.begin_nest(26);
    let mrp = out.begin_nest(4);
    for ring in [1_u32, 2] {
        let info = out.begin_nest(7);
        out.fixed(1, ring.to_ne_bytes());
        out.fixed(5, 1_u32.to_ne_bytes());
        out.end_attribute(info)?;
    }
    out.end_attribute(mrp)?;
    let cfm = out.begin_nest(5);
    for (kind, instance) in [(9, 1_u32), (9, 2), (15, 1), (16, 1), (16, 1)] {
        let info = out.begin_nest(kind);
        out.fixed(1, instance.to_ne_bytes());
        out.end_attribute(info)?;
    }
    out.end_attribute(cfm)?;
    out.end_attribute(families)?;
    let view = LinkView::parse(bytes).unwrap();
    assert_eq!(view.malformed(), []);
    let mrp = view.mrp().unwrap();
    let rings: Vec<_> = mrp.rings().map(|ring| ring.ring_id()).collect();
    assert_eq!(rings, [Some(1), Some(2)]);
    let states: Vec<_> = mrp.rings().map(|ring| ring.ring_state()).collect();
    assert_eq!(states, [Some(MrpRingState::Closed); 2]);
    let cfm = view.cfm().unwrap();
    let meps: Vec<_> = cfm.meps().map(|mep| mep.instance()).collect();
    assert_eq!(meps, [Some(1), Some(2)]);
    assert_eq!(cfm.mep_statuses().count(), 1);
    assert_eq!(cfm.peer_statuses().count(), 2);
    Ok(())
}

#[test]
fn what_cannot_be_sent_is_named() {
    let vlan = |vids: Vids| BridgeVlan::new("v2", vids);
    assert_eq!(refused(&vlan(0.into())), "vids 0: is not 1 to 4094");
    assert_eq!(
        refused(&vlan((1..=4095).into())),
        "vids 4095: is not 1 to 4094"
    );
    #[allow(clippy::reversed_empty_ranges)]
    let reversed = 9..=2;
    assert_eq!(
        refused(&vlan(reversed.into())),
        "vids 9-2: ends before it begins"
    );
    assert_eq!(
        refused(&vlan((2..=9).into()).pvid()),
        "pvid 2-9: is more than one VLAN"
    );
    assert_eq!(
        refused(&vlan((2..=3).into()).tunnel(0xff_ffff)),
        "tunnel 16777216: has more than 24 bits"
    );
    assert_eq!(
        refused(&vlan(2.into()).tunnel(7).untagged()),
        "flags 4: is set beside a tunnel, with which the kernel wouldn't look at it"
    );
    assert_eq!(
        refused(&BridgeVlan::new(0, 2)),
        "link #0: no link has this index"
    );
    assert_eq!(
        refused(&BridgeLink::new("v2").own()),
        "add: isn't done to a bridge's link"
    );
    let mut bytes = Vec::new();
    let more = BridgeLink::port(BridgePort::named(14).mtu(1400).hairpin(true));
    let error = nlroute::Request::encode(&more, Verb::Change, &mut Writer::new(&mut bytes));
    assert_eq!(
        error.unwrap_err().to_string(),
        "port more: only settings of the port go in a message of the bridge's family"
    );
}

#[test]
fn says_what_it_is_about() {
    let vlan = BridgeVlan::new("v2", 2..=9);
    assert_eq!(described(Verb::Add, &vlan), "add vlan 2-9 on v2");
    assert_eq!(
        described(Verb::Delete, &vlan.clone().tunnel(100)),
        "delete tunnel 100-107 of vlan 2-9 on v2"
    );
    assert_eq!(
        described(Verb::Replace, &BridgeVlan::new("v2", 3).tunnel(100)),
        "replace tunnel 100 of vlan 3 on v2"
    );
    assert_eq!(
        described(Verb::Change, &BridgeLink::new("v2").own()),
        "change bridge link on v2"
    );
}

#[test]
fn a_list_asks_for_what_is_wanted() {
    let mut bytes = Vec::new();
    let mut query = BridgeLinks::all().link(LinkRef::Index(14)).vlans().mst();
    query.encode(&mut Writer::new(&mut bytes)).unwrap();
    assert_eq!(bytes[16], libc::AF_BRIDGE as u8);
    let mask = ExtMask::BRVLAN_COMPRESSED | ExtMask::MST;
    let found = Attributes::new(&bytes[32..]).find(29).unwrap();
    assert_eq!(found, mask.bits().to_ne_bytes());
    struct Words<'a>(BridgeLinks<'a>);
    impl std::fmt::Display for Words<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.describe(f)
        }
    }
    let words = Words(BridgeLinks::all().bridge("br0").link("v2")).to_string();
    assert_eq!(words, "bridge links of bridge br0 on v2");
}
