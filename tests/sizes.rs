//! How much memory is taken by what is handed on by value.
use nlroute::{
    Address, AddressLabel, FdbEntry, Neighbour, Nexthop, Route, Rule,
    bridge::{BridgeLink, MdbEntry, Vni},
    link::{Bond, BondData, Link, Netkit, Veth, Vxcan, Vxlan, VxlanData},
};

#[path = "common/tables.rs"]
mod tables;

const KIB: usize = 1024;

#[test]
fn no_view_is_over_256_bytes_and_no_request_over_a_kib() {
    for table in tables::ALL {
        let (view, request) = table.sizes;
        assert!(view <= 256, "{}: a view of {view} bytes", table.name);
        assert!(request <= KIB, "{}: {request} bytes", table.name);
    }
    for (name, request) in [
        ("Address", size_of::<Address<'_>>()),
        ("AddressLabel", size_of::<AddressLabel<'_>>()),
        ("BridgeLink", size_of::<BridgeLink<'_>>()),
        ("FdbEntry", size_of::<FdbEntry<'_>>()),
        ("Link", size_of::<Link<'_>>()),
        ("MdbEntry", size_of::<MdbEntry<'_>>()),
        ("Neighbour", size_of::<Neighbour<'_>>()),
        ("Nexthop", size_of::<Nexthop<'_>>()),
        ("Route", size_of::<Route<'_>>()),
        ("Rule", size_of::<Rule<'_>>()),
        ("Vni", size_of::<Vni<'_>>()),
    ] {
        assert!(request <= KIB, "{name}: {request} bytes");
    }
}

/// The request for a link of a kind is one for a link, and the settings.
#[test]
fn no_link_of_any_kind_is_over_a_kib_but_pairs() {
    let link = size_of::<Link<'_>>();
    assert!(size_of::<Bond<'_>>() <= link + size_of::<BondData<'_>>());
    assert!(size_of::<Vxlan<'_>>() <= link + size_of::<VxlanData<'_>>());
    let mut kinds = 0;
    for table in tables::ALL {
        let mut words = table.name.rsplit("::").map(str::trim);
        let (name, within) = (words.next(), words.next());
        // A link's own table, and those that hold one.
        let whole = ["LinkTable", "NetkitTable", "VethTable", "VxcanTable"];
        if within != Some("link") || name.is_some_and(|name| whole.contains(&name)) {
            continue;
        }
        kinds += 1;
        let request = link + table.sizes.1;
        assert!(request <= KIB, "{}: {request} bytes", table.name);
    }
    assert!(kinds > 40, "{kinds}");
}

/// A link with another end is two of them, and no more than that and some settings.
#[test]
fn a_pair_is_as_large_as_two_links() {
    let link = size_of::<Link<'_>>();
    for (name, pair) in [
        ("Veth", size_of::<Veth<'_>>()),
        ("Vxcan", size_of::<Vxcan<'_>>()),
        ("Netkit", size_of::<Netkit<'_>>()),
    ] {
        assert!(pair <= 2 * link + 64, "{name}: {pair} bytes, a link {link}");
    }
}
