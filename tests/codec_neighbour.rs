//! Neighbours and forwarding databases without the kernel: what is written, read and refused.
mod golden;

use golden::{body, described, refused};
use nlroute::{
    Family, FdbEntry, Neighbour, Neighbours, Query, Request, Verb,
    neighbour::{
        FdbExt, FdbNotify, NeighbourExtFlags, NeighbourFlags, NeighbourState, NeighbourTable,
        NeighbourView,
    },
    route::RouteProtocol,
    wire::{LinkAddress, Writer, table::Table},
};

fn mac(last: u8) -> LinkAddress {
    [2, 0, 0, 0, 0, last].into()
}

fn on_v0(address: &str) -> Neighbour<'_> {
    Neighbour::new("v0", address.parse().unwrap())
}

#[test]
fn reads_what_it_writes() {
    let entry = FdbEntry::new(13, mac(1))
        .destination("2001:db8::9".parse().unwrap())
        .port(4790)
        .vni(0xff_ffff)
        .source_vni(8)
        .via("v0")
        .vlan(4094)
        .nexthop_id(3)
        .protocol(RouteProtocol::Bgp)
        .ext(
            FdbExt::new()
                .activity_notify(FdbNotify::NOTIFY)
                .dont_refresh(true),
        )
        .ext_flags(NeighbourExtFlags::LOCKED);
    let view = NeighbourView::parse(body(Verb::Add, &entry)).unwrap();
    assert!(view.is_fdb());
    assert_eq!((view.index(), view.lladdr()), (13, Some(mac(1))));
    assert_eq!(view.destination(), Some("2001:db8::9".parse().unwrap()));
    assert_eq!(
        (view.port(), view.vni(), view.source_vni()),
        (Some(4790), Some(0xff_ffff), Some(8))
    );
    assert_eq!(
        (view.via(), view.vlan(), view.nexthop_id()),
        (Some(10), Some(4094), Some(3))
    );
    assert_eq!(view.protocol(), Some(RouteProtocol::Bgp));
    let ext = view.ext().unwrap();
    assert_eq!(ext.activity_notify(), Some(FdbNotify::NOTIFY));
    assert_eq!(ext.dont_refresh(), Some(true));
    assert_eq!(view.ext_flags(), Some(NeighbourExtFlags::LOCKED));
    assert_eq!(view.flags(), NeighbourFlags::SELF);
    assert_eq!(view.malformed(), []);

    let managed = on_v0("10.0.0.1").managed();
    let view = NeighbourView::parse(body(Verb::Add, &managed)).unwrap();
    assert_eq!(view.state(), NeighbourState::empty());
    assert_eq!(view.ext_flags(), Some(NeighbourExtFlags::MANAGED));
    assert_eq!(view.family(), Family::Inet);
}

#[test]
fn what_cannot_be_sent_is_named() {
    let entry = || FdbEntry::new("v2", mac(9));
    assert_eq!(
        refused(&FdbEntry::new("v2", LinkAddress::default())),
        "lladdr : is not of 6 bytes"
    );
    assert_eq!(refused(&entry().vlan(0)), "vlan 0: is not 1 to 4094");
    assert_eq!(refused(&entry().vlan(4095)), "vlan 4095: is not 1 to 4094");
    assert_eq!(
        refused(&entry().vni(1 << 24)),
        "vni 16777216: has more than 24 bits"
    );
    assert_eq!(
        refused(&entry().source_vni(1 << 24)),
        "source_vni 16777216: has more than 24 bits"
    );
    assert_eq!(refused(&entry().via("absent")), "via no such device");
    assert_eq!(
        refused(&on_v0("10.0.0.1").lladdr(LinkAddress::default())),
        "lladdr no bytes: is no address"
    );
    assert_eq!(
        refused(&Neighbour::new(0, "10.0.0.1".parse().unwrap())),
        "link #0: no link has this index"
    );
    let mut bytes = Vec::new();
    let error = Neighbours::all()
        .family(Family::Bridge)
        .encode(&mut Writer::new(&mut bytes))
        .unwrap_err();
    assert_eq!(error.attribute(), "family");
}

#[test]
fn says_what_it_is_about() {
    assert_eq!(
        described(Verb::Add, &on_v0("10.0.0.2")),
        "add neighbour 10.0.0.2 on v0"
    );
    assert_eq!(
        described(Verb::Delete, &on_v0("::2").proxy()),
        "delete proxy neighbour ::2 on v0"
    );
    let entry = FdbEntry::new("v2", mac(9))
        .vlan(5)
        .destination("192.0.2.9".parse().unwrap());
    assert_eq!(
        described(Verb::Append, &entry),
        "append fdb entry 02:00:00:00:00:09 vlan 5 dst 192.0.2.9 on v2"
    );
}

#[test]
fn what_this_kernel_told_is_all_known() {
    let bodies = golden::all_known(NeighbourTable::SCHEMA, "neighbour");
    let views: Vec<_> = bodies
        .iter()
        .map(|b| NeighbourView::parse(b).unwrap())
        .collect();
    assert!(
        views
            .iter()
            .any(|v| v.flags().contains(NeighbourFlags::PROXY))
    );
    assert!(
        views
            .iter()
            .any(|v| v.ext_flags() == Some(NeighbourExtFlags::MANAGED))
    );
    let tunnel = views.iter().find(|v| v.vni() == Some(7)).unwrap();
    assert_eq!((tunnel.port(), tunnel.via()), (Some(4790), Some(10)));
    assert!(views.iter().any(|v| v.is_fdb() && v.master() == Some(12)));
}

#[test]
fn no_bytes_make_a_view_panic() {
    golden::mutate("neighbour", |body| {
        let Ok(view) = NeighbourView::parse(body) else {
            return;
        };
        let _ = (view.state(), view.flags(), view.is_fdb(), view.ext());
        let _ = (view.malformed(), format!("{view:?}"));
        let _ = golden::told(body, <Neighbour as Request>::DESCRIBE);
    });
}
