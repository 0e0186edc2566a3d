//! Options of VLANs, multicast databases, flushes and networks of VXLANs without the kernel.
mod common;
mod golden;

use std::{net::IpAddr, time::Duration};

use golden::{body, described, encode, refused};
use nlroute::{
    Query, Request, Verb,
    bridge::{
        BridgeVlanFlags, BridgeVlanInfo, FilterMode, GlobalVlanOptions, MdbEntry, MdbEntryInfo,
        MdbFlush, MdbGetView, MdbGroup, MdbHeader, MdbSetView, MdbView, RouterPort, Vids,
        VlanHeader, VlanOptions, VlanView, Vni, VniEntry, VniView, Vnis,
    },
    link::{MulticastRouter, PortState},
    neighbour::{FdbFlush, NeighbourFlags, NeighbourState, NeighbourView},
    wire::{EncodeError, Writer},
};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Why a request can't be sent, by this verb.
fn refused_by<R: Request>(verb: Verb, request: &R) -> String {
    let mut bytes = Vec::new();
    let mut links = golden::Links;
    let written = request.encode(verb, &mut Writer::with_lookup(&mut bytes, &mut links));
    written.unwrap_err().to_string()
}

#[test]
fn options_of_vlans_read_as_written() {
    let options = VlanOptions::new("v2", 10..=20)
        .state(PortState::Learning)
        .mcast_router(MulticastRouter::Permanent)
        .mcast_max_groups(7)
        .neigh_suppress(true);
    let view = VlanView::parse(body(Verb::Change, &options)).unwrap();
    assert_eq!(view.index(), 14);
    let entry = view.entries().next().unwrap();
    assert_eq!(entry.vids(), Some(Vids::from(10..=20)));
    assert_eq!(entry.flags(), BridgeVlanFlags::ONLY_OPTS);
    assert_eq!(entry.state(), Some(PortState::Learning));
    assert_eq!(entry.mcast_router(), Some(MulticastRouter::Permanent));
    assert_eq!(entry.mcast_max_groups(), Some(7));
    assert_eq!(entry.neigh_suppress(), Some(true));
    assert_eq!(view.malformed(), []);
    let added = VlanOptions::new("v2", 10).pvid().untagged();
    let view = VlanView::parse(body(Verb::Add, &added)).unwrap();
    let entry = view.entries().next().unwrap();
    assert_eq!(entry.vids(), Some(Vids::from(10)));
    assert_eq!(
        entry.flags(),
        BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED
    );

    let global = GlobalVlanOptions::new("br0", 10)
        .mcast_query_interval(Duration::from_secs(60))
        .msti(5);
    let view = VlanView::parse(body(Verb::Change, &global)).unwrap();
    assert_eq!(view.entries().count(), 0);
    let told = view.all_global_options().next().unwrap();
    assert_eq!(told.vids(), Some(Vids::from(10)));
    assert_eq!(told.mcast_query_interval(), Some(Duration::from_secs(60)));
    assert_eq!(told.msti(), Some(5));
}

#[test]
fn every_vlan_of_a_message_is_told() {
    let header = VlanHeader {
        family: libc::AF_BRIDGE as u8,
        index: 14,
        ..Default::default()
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut out = Writer::new(&mut bytes);
    for vid in [1_u16, 5, 9] {
        let entry = out.begin_nest(1);
        let info = BridgeVlanInfo { flags: 0, vid };
        out.fixed(1, info.to_bytes());
        out.end_attribute(entry).unwrap();
    }
    let view = VlanView::parse(bytes).unwrap();
    let vids: Vec<_> = view.entries().map(|e| e.vids().unwrap().first()).collect();
    assert_eq!(vids, [1, 5, 9]);
    // The last counts for a getter.
    assert_eq!(view.entry().unwrap().vids(), Some(Vids::from(9)));
}

#[test]
fn groups_read_as_written() {
    let sources = [ip("192.0.2.1"), ip("192.0.2.2")];
    let entry = MdbEntry::new("br0", [239, 1, 1, 1])
        .port("v2")
        .vid(5)
        .permanent()
        .filter_mode(FilterMode::Include)
        .sources(&sources);
    let view = MdbSetView::parse(body(Verb::Add, &entry)).unwrap();
    let info = view.entry().unwrap();
    assert_eq!((info.index, info.vid, info.state), (14, 5, 1));
    assert_eq!(info.group(), Some(MdbGroup::from([239, 1, 1, 1])));
    let more = view.entry_attrs().unwrap();
    assert_eq!(more.filter_mode(), Some(FilterMode::Include));
    let told: Vec<_> = more
        .sources()
        .unwrap()
        .iter()
        .map(|s| s.address())
        .collect();
    assert_eq!(told, sources.map(Some));
    assert_eq!(view.malformed(), []);
    let header = MdbHeader::at(view.as_bytes());
    assert_eq!((header.family, header.index), (libc::AF_BRIDGE as u8, 12));
    for group in [
        MdbGroup::from(ip("ff0e::5")),
        MdbGroup::Mac([1, 0, 0x5e, 0, 0, 5]),
        MdbGroup::from([239, 1, 1, 1]),
    ] {
        let info = MdbEntryInfo::of(group);
        assert_eq!(MdbEntryInfo::at(&info.to_bytes()).group(), Some(group));
    }
    let unknown = MdbEntryInfo {
        addr: [0xff; 20],
        ..Default::default()
    };
    assert_eq!(unknown.group(), None);
}

#[test]
fn a_question_holds_what_counts_for_it() {
    let mut question = MdbEntry::new(12, [239, 1, 1, 1])
        .port("v2")
        .permanent()
        .vid(5)
        .source(ip("192.0.2.1"))
        .dst(ip("192.0.2.9"))
        .vni(7)
        .source_vni(8);
    let mut bytes = Vec::new();
    let mut links = golden::Links;
    Query::encode(
        &mut question,
        &mut Writer::with_lookup(&mut bytes, &mut links),
    )
    .unwrap();
    let view = MdbGetView::parse(&bytes[16..]).unwrap();
    let info = view.entry().unwrap();
    assert_eq!((info.index, info.state, info.vid), (0, 0, 5));
    let more = view.entry_attrs().unwrap();
    assert_eq!(more.source(), Some(ip("192.0.2.1")));
    assert_eq!((more.dst(), more.vni()), (None, None));
    assert_eq!(more.source_vni(), Some(8));
}

/// A message as a bridge sends it: these entries of one group, and ports with routers.
fn told() -> Result<Vec<u8>, EncodeError> {
    let header = MdbHeader {
        family: libc::AF_BRIDGE as u8,
        index: 12,
    };
    let mut bytes = header.to_bytes().to_vec();
    let mut out = Writer::new(&mut bytes);
    let groups = out.begin_attribute(1);
    for last in [1, 2] {
        let group = out.begin_attribute(1);
        for port in [14, 15] {
            let entry = out.begin_attribute(1);
            let info = MdbEntryInfo {
                index: port,
                ..MdbEntryInfo::of([239, 1, 1, last].into())
            };
            out.payload(&info.to_bytes());
            out.fixed(1, 4200_u32.to_ne_bytes());
            out.end_attribute(entry)?;
        }
        out.end_attribute(group)?;
    }
    out.end_attribute(groups)?;
    let routers = out.begin_attribute(2);
    for port in [14_u32, 15] {
        let router = out.begin_attribute(1);
        out.payload(&port.to_ne_bytes());
        out.fixed(2, [2]);
        out.end_attribute(router)?;
    }
    out.end_attribute(routers)?;
    Ok(bytes)
}

#[test]
fn every_entry_of_a_message_is_told() {
    let view = MdbView::parse(told().unwrap()).unwrap();
    assert_eq!(view.malformed(), []);
    let entries: Vec<_> = view
        .entries()
        .map(|e| {
            format!(
                "{} {} {:?}",
                e.group().unwrap(),
                e.port(),
                e.timer().unwrap()
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            "239.1.1.1 14 42s",
            "239.1.1.1 15 42s",
            "239.1.1.2 14 42s",
            "239.1.1.2 15 42s"
        ]
    );
    let routers: Vec<_> = view.routers().map(|r| (r.port(), r.kind())).collect();
    let permanent = Some(MulticastRouter::Permanent);
    assert_eq!(routers, [(14, permanent), (15, permanent)]);
    // The last counts for a getter.
    let groups = view.groups().unwrap();
    let group = groups.group().unwrap();
    assert_eq!(group.entry().unwrap().port(), 15);
    let ports = view.router_ports().unwrap();
    assert_eq!(ports.ports().map(|port| port.port()).max(), Some(15));
    assert_eq!(RouterPort(7), RouterPort(7));
    // Cut anywhere, what is whole is told and nothing panics.
    let bytes = told().unwrap();
    for end in 0..bytes.len() {
        if let Ok(view) = MdbView::parse(&bytes[..end]) {
            let _ = (view.entries().count(), view.routers().count());
            let _ = (view.malformed(), format!("{view:?}"));
        }
    }
}

#[test]
fn flushes_say_what_is_looked_at() {
    let flush = FdbFlush::new("br0").bridge_port("v2").r#static().flags(
        NeighbourFlags::STICKY,
        NeighbourFlags::STICKY | NeighbourFlags::USE,
    );
    let bytes = encode(Verb::Delete, &flush);
    assert_eq!(bytes[6..8], 0x200_u16.to_ne_bytes());
    let view = NeighbourView::parse(&bytes[16..]).unwrap();
    assert_eq!((view.index(), view.via()), (12, Some(14)));
    assert_eq!(view.state(), NeighbourState::NOARP);
    let both = NeighbourState::NOARP | NeighbourState::PERMANENT;
    assert_eq!(view.state_mask(), Some(both));
    assert_eq!(view.flags(), NeighbourFlags::STICKY | NeighbourFlags::SELF);
    let mask = NeighbourFlags::STICKY | NeighbourFlags::USE;
    assert_eq!(view.flags_mask(), Some(mask));
    assert_eq!(view.lladdr(), None);
}

#[test]
fn networks_read_as_written() {
    let many = Vni::range("vx0", 100..=110).remote(ip("ff02::5"));
    let view = VniView::parse(body(Verb::Add, &many)).unwrap();
    assert_eq!(view.index(), 13);
    let told: Vec<_> = view.entries().map(|e| (e.range(), e.remote())).collect();
    assert_eq!(told, [(Some((100, 110)), Some(ip("ff02::5")))]);
    let one = VniView::parse(body(Verb::Delete, &Vni::new("vx0", 7))).unwrap();
    let entry = one.entry().unwrap();
    assert_eq!((entry.range(), entry.end()), (Some((7, 7)), None));
}

#[test]
fn what_cannot_be_sent_is_named() {
    let sources = [ip("192.0.2.1"), ip("::1")];
    let group = || MdbEntry::new("br0", [239, 1, 1, 1]);
    assert_eq!(refused(&group().vid(0)), "vid 0: is not 1 to 4094");
    assert_eq!(
        refused(&group().source(ip("2001:db8::1"))),
        "source 2001:db8::1: is of another family than the group"
    );
    assert_eq!(
        refused(&group().sources(&sources)),
        "source ::1: is of another family than the group"
    );
    assert_eq!(
        refused(&group().vni(1 << 24)),
        "vni 16777216: has more than 24 bits"
    );
    assert_eq!(refused(&group().port("absent")), "port no such device");
    assert_eq!(
        refused_by(Verb::Append, &group()),
        "append: isn't done to an entry of a multicast database"
    );
    assert_eq!(
        refused(&MdbFlush::new("br0")),
        "add: isn't done to many entries at once"
    );
    assert_eq!(
        refused(&FdbFlush::new("br0")),
        "add: isn't done to many entries at once"
    );
    assert_eq!(
        refused_by(Verb::Delete, &FdbFlush::new("br0").vlan(4095)),
        "vlan 4095: is not 1 to 4094"
    );
    let vlan = |vids: Vids| VlanOptions::new("v2", vids);
    assert_eq!(refused(&vlan(4095.into())), "vids 4095: is not 1 to 4094");
    assert_eq!(
        refused(&vlan((2..=3).into()).pvid()),
        "pvid 2-3: is more than one VLAN"
    );
    assert_eq!(
        refused_by(Verb::Change, &vlan(2.into()).untagged()),
        "flags 4: is set only where the VLAN is added; BridgeVlan alters it"
    );
    assert_eq!(
        refused(&GlobalVlanOptions::new("br0", 5)),
        "add: isn't done to what VLANs have on all ports"
    );
    assert_eq!(
        refused(&Vni::range("vx0", 5..=1 << 24)),
        "vni 16777216: has more than 24 bits"
    );
    let reversed = std::ops::RangeInclusive::new(9, 2);
    assert_eq!(
        refused(&Vni::range("vx0", reversed)),
        "vni 2: ends before it begins"
    );
}

#[test]
fn says_what_it_is_about() {
    let entry = MdbEntry::new("br0", [239, 1, 1, 1]).port("v2").vid(5);
    assert_eq!(
        described(Verb::Add, &entry),
        "add mdb group 239.1.1.1 vid 5 port v2 on #12"
    );
    let tunnel = MdbEntry::new("v0", [239, 1, 1, 1])
        .source(ip("192.0.2.1"))
        .dst(ip("192.0.2.9"));
    assert_eq!(
        described(Verb::Replace, &tunnel),
        "replace mdb group 239.1.1.1 src 192.0.2.1 dst 192.0.2.9 on v0"
    );
    assert_eq!(
        described(Verb::Delete, &MdbFlush::new("v0").vid(5)),
        "delete mdb entries vid 5 on v0"
    );
    assert_eq!(
        described(Verb::Delete, &FdbFlush::new("v0").vlan(5)),
        "delete all of fdb entry vlan 5 on v0"
    );
    assert_eq!(
        described(Verb::Change, &VlanOptions::new("v2", 2..=9)),
        "change options of vlan 2-9 on v2"
    );
    assert_eq!(
        described(Verb::Change, &GlobalVlanOptions::new("v0", 2)),
        "change global options of vlan 2 on v0"
    );
    assert_eq!(
        described(Verb::Add, &Vni::range("v0", 100..=110)),
        "add vni 100-110 on v0"
    );
}

#[test]
fn networks_of_a_vxlan_are_asked_for_and_read() {
    let body = |index: u32, first: u32, last: u32| {
        let entry = VniEntry::new().start(first).end(last);
        let mut bytes = vec![7, 0, 0, 0];
        bytes.extend(index.to_ne_bytes());
        let mut out = Writer::new(&mut bytes);
        let nest = out.begin_nest(1);
        entry.encode(&mut out).unwrap();
        out.end_attribute(nest).unwrap();
        common::hex(&bytes)
    };
    let ask = |flags: u8, index: u32| {
        let header = [&[7, flags, 0, 0][..], &index.to_ne_bytes()].concat();
        common::hex(&header)
    };
    let mut connection = common::scripted(&format!(
        "> RTM_GETTUNNEL REQUEST|DUMP @1 {}\n\
         < RTM_NEWTUNNEL MULTI @1 {}\n\
         + RTM_NEWTUNNEL MULTI @1 {}\n\
         + NLMSG_DONE MULTI @1 OK\n\
         > RTM_GETTUNNEL REQUEST|DUMP @2 {}\n\
         < NLMSG_DONE MULTI @2 EINVAL\n",
        ask(0, 0),
        body(13, 100, 110),
        body(14, 7, 7),
        ask(1, 13),
    ));
    let listing = connection.list(Vnis::all()).unwrap();
    let told: Vec<_> = listing
        .iter()
        .flat_map(|vxlan| vxlan.entries().map(|one| one.range()).collect::<Vec<_>>())
        .collect();
    assert_eq!(told, [Some((100, 110)), Some((7, 7))]);
    drop(listing);
    let error = connection.list(Vnis::all().link(13).stats()).unwrap_err();
    assert_eq!(error.operation(), "list vnis on #13");

    let mut connection = common::scripted("> * @1\n< NLMSG_ERROR CAPPED @1 OK quote\n> * @2");
    connection.add(Vni::new(13, 7)).unwrap();
    let error = connection.list(Vnis::all()).unwrap_err();
    assert_eq!(error.operation(), "list vnis");

    let said = |body: &[u8]| golden::told(body, <Vni<'_> as Request>::DESCRIBE);
    let one = Vni::new("v2", 7).remote(ip("192.0.2.1"));
    assert_eq!(described(Verb::Add, &one), "add vni 7 on v2");
    assert_eq!((said(&[0; 8]), said(&[0; 7])), ("vni".into(), "vni".into()));
    let why = one.encode(Verb::Change, &mut Writer::new(&mut Vec::new()));
    let told = "change: isn't done to the networks of a VXLAN";
    assert_eq!(why.unwrap_err().to_string(), told);
}
