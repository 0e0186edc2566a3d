//! How much memory is taken by what is handed on by value.
use nlroute::{
    Address, Neighbour, Nexthop, Route, Rule,
    link::{Bond, Bridge, Can, Link, Netkit, Sit, Veth, Vxcan, Vxlan},
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
        ("Neighbour", size_of::<Neighbour<'_>>()),
        ("Nexthop", size_of::<Nexthop<'_>>()),
        ("Route", size_of::<Route<'_>>()),
        ("Rule", size_of::<Rule<'_>>()),
        ("Link", size_of::<Link<'_>>()),
        ("Bond", size_of::<Bond<'_>>()),
        ("Bridge", size_of::<Bridge<'_>>()),
        ("Can", size_of::<Can<'_>>()),
        ("Sit", size_of::<Sit<'_>>()),
        ("Vxlan", size_of::<Vxlan<'_>>()),
    ] {
        assert!(request <= KIB, "{name}: {request} bytes");
    }
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
