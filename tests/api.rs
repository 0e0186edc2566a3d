//! What the types promise beside their methods: threads, iteration, what stands in a chain.
use std::{
    io,
    os::fd::{AsFd, AsRawFd},
    panic::{RefUnwindSafe, UnwindSafe},
    time::{Duration, Instant},
};

use nlroute::{
    Address, Batch, Bulk, Connection, Deadline, Dump, Error, ErrorKind, Given, Group, Listing,
    ListingIntoIter, ListingIter, Monitor, Neighbour, Netlink, Netns, Partial, Path, Prefix,
    Request, Route, Routes, Rule, Tracker, Verb,
    link::{Bridge, Link, LinkView, Links, Ppp, Veth, Xdp, XdpFlags},
    monitor::{Event, Noun},
    route::{
        RouteView,
        encap::{BpfEncap, BpfProg, Encap},
    },
    sandbox::isolated,
    script::Script,
    wire::{
        Attributes, EncodeError, FdRef, IfName, LinkAddress, LinkRef, NameError, NetnsRef, Schema,
        Writer,
    },
};

const _: () = {
    const fn everywhere<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
    const fn goes<T: Send>() {}
    const fn crosses<T: Send + Sync>() {}

    // What is plain bytes and numbers.
    everywhere::<Address<'_>>();
    everywhere::<Bridge<'_>>();
    everywhere::<Deadline>();
    everywhere::<LinkRef<'_>>();
    everywhere::<LinkView<'_>>();
    everywhere::<Listing<Links<'_>>>();
    everywhere::<ListingIntoIter<Links<'_>>>();
    everywhere::<ListingIter<'_, Links<'_>>>();
    everywhere::<Neighbour<'_>>();
    everywhere::<NetnsRef<'_>>();
    everywhere::<FdRef<'_>>();
    everywhere::<Partial>();
    everywhere::<Path>();
    everywhere::<Prefix>();
    everywhere::<RouteView<'_>>();
    everywhere::<Rule<'_>>();
    everywhere::<Schema>();
    everywhere::<Script>();
    everywhere::<Veth<'_>>();
    everywhere::<Attributes<'_>>();
    everywhere::<Event<'_>>();
    everywhere::<Noun<'_>>();

    // What has descriptors, and errors.
    crosses::<Connection>();
    crosses::<Monitor>();
    crosses::<Netlink>();
    crosses::<Netns>();
    crosses::<Tracker>();
    crosses::<Error>();
    crosses::<EncodeError>();
    crosses::<Dump<'_, Routes<'_>>>();

    // What stands on a connection.
    goes::<Batch<'_>>();
    goes::<Bulk<'_, std::vec::IntoIter<Link<'_>>, fn(Link<'_>)>>();
};

/// The message of a request.
fn message(request: &impl Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    request.encode(Verb::Change, &mut out).unwrap();
    bytes
}

fn ends_with(bytes: &[u8], numbers: &[i32]) -> bool {
    let tail: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
    bytes.ends_with(&tail)
}

#[test]
fn descriptors_are_lent() {
    let (stdin, stdout) = (io::stdin(), io::stdout());
    let link = || Link::index(7);
    assert!(ends_with(&message(&link().xdp(Xdp::detach())), &[-1]));
    assert_eq!(Xdp::detach(), Xdp::new().fd(FdRef::NONE));
    assert_eq!(Xdp::new().fd(None), Xdp::detach());
    let xdp = Xdp::new().fd(&stdout);
    assert_eq!(xdp, Xdp::new().fd(stdout.as_fd()));
    assert_eq!(xdp, Xdp::new().fd(Some(stdout.as_fd())));
    assert_ne!(xdp, Xdp::new().fd(&stdin));
    let number = stdout.as_raw_fd();
    assert!(ends_with(&message(&link().xdp(xdp.clone())), &[number]));
    let xdp = xdp.flags(XdpFlags::REPLACE).expected_fd(&stdin);
    let bytes = message(&link().xdp(xdp));
    assert!(ends_with(&bytes, &[stdin.as_raw_fd()]), "{bytes:?}");

    let ppp = Ppp::new("ppp0").dev_fd(&stdout);
    assert!(format!("{ppp:?}").contains("BorrowedFd"), "{ppp:?}");
    let bpf = BpfEncap::new().xmit(BpfProg::new().fd(&stdout).name("shape"));
    let route = Route::new(Prefix::ALL_IPV4).encap(&bpf);
    assert_eq!(route, route.clone().encap(Encap::from(&bpf)));
}

#[test]
fn what_is_given_is_set() {
    assert_eq!(
        Bridge::new("br0")
            .given(Some(1450), Bridge::mtu)
            .given(Some("br1"), Bridge::master)
            .given(None, Bridge::ageing_time)
            .up(),
        Bridge::new("br0").mtu(1450).master("br1").up()
    );
    let via = "192.0.2.1".parse().unwrap();
    let route = Route::new(Prefix::ALL_IPV4);
    assert_eq!(
        route.clone().given(Some(via), Route::gateway),
        route.gateway(via)
    );
}

#[test]
fn a_list_is_gone_through_by_value_too() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        let lent = host.list(Links::all())?;
        let mut kept: Vec<LinkView<'static>> = Vec::new();
        for link in host.list(Links::all())? {
            kept.push(link);
        }
        assert!(lent.iter().eq(kept.iter().cloned()));
        assert_eq!(lent.len(), kept.len());
        let mut own = lent.into_iter();
        assert_eq!(own.by_ref().count(), kept.len());
        assert!(own.next().is_none());
        Ok::<_, Error>(())
    });
}

#[test]
fn an_error_inside_of_a_namespace_is_one_with_that_of_entering_it() {
    isolated(|| {
        let netns = Netns::create("blue")?;
        let inside = netns.try_run(Netns::current)?;
        assert!(inside.same_as(&netns)?);
        let failed: io::Result<()> = netns.try_run(|| Err(io::ErrorKind::NotFound.into()));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::NotFound);
        Ok::<_, Error>(())
    });
}

#[test]
fn a_deadline_may_be_none_a_moment_or_a_time() {
    isolated(|| {
        let mut monitor = Monitor::open()?;
        monitor.join([Group::Link])?;
        assert!(monitor.next_until(Duration::ZERO)?.is_none());
        assert!(monitor.next_until(Instant::now())?.is_none());
        let mut tracker = Tracker::open()?;
        assert!(!tracker.wait(Duration::ZERO)?);
        Connection::open()?.add(Bridge::new("br0"))?;
        assert!(monitor.next_until(None)?.is_some());
        assert!(tracker.wait(Deadline::from(None))?);
        Ok::<_, Error>(())
    });
}

#[test]
fn what_is_no_link_address_is_an_error_of_its_own() {
    let no = |text: &str| text.parse::<LinkAddress>().unwrap_err();
    for text in ["", ":", "02:", "02:+f", "02:-1", "2:042", "02:zz", "02 03"] {
        assert!(no(text).to_string().contains("hexadecimal"), "{text}");
    }
    let long = no(&["00"; 33].join(":"));
    assert_eq!(long.to_string(), "is longer than 32 bytes");
    assert!(matches!(
        Error::from(long).kind(),
        ErrorKind::Invalid { .. }
    ));
    let short: LinkAddress = "2:F".parse().unwrap();
    assert_eq!(short.as_bytes(), [2, 15]);
}

#[test]
fn what_is_no_name_is_an_error_of_its_own() {
    let why: NameError = "a/b".parse::<IfName>().unwrap_err();
    assert_eq!(why.to_string(), "holds a slash or a colon");
    let error = Error::from(why);
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }));
    assert!(error.to_string().contains(&why.to_string()), "{error}");
    let boxed: Box<dyn std::error::Error + Send + Sync> = why.into();
    assert!(boxed.is::<NameError>());
}
