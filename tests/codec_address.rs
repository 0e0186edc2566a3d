//! Addresses without the kernel: what is written, what is read, what is refused.
mod golden;

use std::time::Duration;

use golden::{body, described, refused};
use nlroute::{
    Address, Family, Prefix, Request, Verb,
    address::{AddressFlags, AddressProtocol, AddressTable, AddressView},
    route::RouteScope,
    wire::table::Table,
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

fn on_v0<'a>(text: &str) -> Address<'a> {
    Address::new("v0", prefix(text))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn reads_what_it_writes() {
    let address = on_v0("10.1.0.1/24")
        .broadcast("10.1.0.9".parse().unwrap())
        .peer("10.1.0.2".parse().unwrap())
        .label("v0:x")
        .scope(RouteScope::Site)
        .auto_join()
        .no_prefix_route()
        .valid(secs(9))
        .metric(3)
        .protocol(AddressProtocol::Other(77));
    let view = AddressView::parse(body(Verb::Add, &address)).unwrap();
    assert_eq!(view.family(), Family::Inet);
    assert_eq!(view.prefix(), Some(prefix("10.1.0.1/24")));
    assert_eq!(view.other_end(), Some("10.1.0.2".parse().unwrap()));
    assert_eq!(view.broadcast(), Some("10.1.0.9".parse().unwrap()));
    assert_eq!(view.label().unwrap(), "v0:x");
    assert_eq!(view.scope(), RouteScope::Site);
    assert_eq!(
        view.flags(),
        AddressFlags::MCAUTOJOIN | AddressFlags::NOPREFIXROUTE
    );
    let info = view.cacheinfo().unwrap();
    assert_eq!(
        (info.valid_lifetime(), info.preferred_lifetime()),
        (Some(secs(9)), Some(secs(9)))
    );
    assert_eq!((view.metric(), view.index()), (Some(3), 10));
    assert_eq!(view.protocol(), Some(AddressProtocol::Other(77)));
    assert_eq!(view.malformed(), []);

    let forever = on_v0("10.1.0.1/24").forever();
    let view = AddressView::parse(body(Verb::Change, &forever)).unwrap();
    let info = view.cacheinfo().unwrap();
    assert_eq!(
        (info.valid_lifetime(), info.preferred_lifetime()),
        (None, None)
    );
}

#[test]
fn where_there_is_no_broadcast_address_none_is_set() {
    for text in ["10.0.0.0/31", "10.0.0.0/32", "::1/64"] {
        let address = on_v0(text);
        assert_eq!(address.clone().broadcast_of_prefix(), address);
    }
}

#[test]
fn a_prefix_that_is_none_is_an_error_of_the_crate() {
    let error = |text: &str| -> nlroute::Result<nlroute::Prefix> { Ok(text.parse()?) };
    for (text, told) in [
        ("10.0.0.1/33", "make a prefix: length 33: is more than 32"),
        ("::1/x", "make a prefix: length given: is no number"),
        ("eth0", "make a prefix: address given: is no IP address"),
    ] {
        assert_eq!(error(text).unwrap_err().to_string(), told);
    }
}

#[test]
fn what_cannot_be_sent_is_named() {
    let refused = |address| refused(&address);
    assert_eq!(
        refused(on_v0("10.0.0.1/8").peer("::1".parse().unwrap())),
        "peer ::1: is of another family than the address"
    );
    assert_eq!(
        refused(on_v0("10.0.0.1/8").broadcast("::1".parse().unwrap())),
        "broadcast ::1: is of another family than the address"
    );
    assert_eq!(
        refused(on_v0("::1/64").broadcast("::9".parse().unwrap())),
        "broadcast ::9: IPv6 has no broadcast"
    );
    assert_eq!(
        refused(on_v0("::1/64").label("x")),
        "label \"x\": an IPv6 address has no label"
    );
    assert_eq!(
        refused(on_v0("10.0.0.1/8").label("a-label-of-16-by")),
        "label \"a-label-of-16-by\": is longer than 15 bytes"
    );
    assert_eq!(
        refused(on_v0("10.0.0.1/8").label("")),
        "label \"\": is empty"
    );
    assert!(refused(on_v0("10.0.0.1/8").label("a\0b")).contains("NUL"));
    assert!(refused(on_v0("10.0.0.1/8").nodad()).starts_with("flags AddressFlags(NODAD): "));
    assert_eq!(
        refused(on_v0("10.0.0.1/8").valid(secs(5)).preferred(secs(6))),
        "preferred 6 s: is longer than the address is valid"
    );
    assert_eq!(
        refused(on_v0("10.0.0.1/8").valid(Duration::from_millis(900))),
        "valid 0 s: is at least one second"
    );
    assert!(refused(on_v0("10.0.0.1/8").valid(secs(1 << 32))).starts_with("valid 4294967296 s: "));
    assert!(refused(on_v0("10.0.0.1/8").valid(Duration::MAX)).starts_with("valid "));
    assert_eq!(
        refused(Address::new(0, prefix("10.0.0.1/8"))),
        "link #0: no link has this index"
    );
    assert!(refused(Address::new("absent", prefix("10.0.0.1/8"))).contains("no such device"));
}

#[test]
fn says_what_it_is_about() {
    let address = on_v0("192.168.56.10/16");
    assert_eq!(
        described(Verb::Add, &address),
        "add address 192.168.56.10/16 on v0"
    );
    assert_eq!(
        described(Verb::Delete, &address),
        "delete address 192.168.56.10/16 on v0"
    );
}

#[test]
fn what_this_kernel_told_is_all_known() {
    for body in golden::all_known(AddressTable::SCHEMA, "address") {
        let view = AddressView::parse(&body).unwrap();
        assert!(
            view.prefix().is_some() && view.cacheinfo().is_some(),
            "{view:?}"
        );
    }
}

#[test]
fn no_bytes_make_a_view_panic() {
    golden::mutate("address", |body| {
        let Ok(view) = AddressView::parse(body) else {
            return;
        };
        let _ = (view.prefix(), view.other_end(), view.flags(), view.scope());
        let _ = (view.malformed(), format!("{view:?}"));
        let _ = golden::told(body, <Address<'_> as Request>::DESCRIBE);
    });
}
