//! Links that go, and others in their place, while they are meant.
use std::time::Duration;

use nlroute::{
    Address, Addresses, Connection, Error, ErrorKind, Netns, Result,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
};

use crate::{
    common::{hex, link, scripted},
    process::limit,
};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn what_is_undone_is_what_was_made_and_not_what_bears_its_name_by_now() {
    // The echo says which it is; the host's end is then renamed, say, and another gets its name.
    let mut host = scripted(&format!(
        "> * @1
         < {}
         < NLMSG_ERROR CAPPED @1 OK quote
         > * @2
         < NLMSG_ERROR CAPPED @2 EBUSY quote
         > RTM_DELLINK REQUEST|ACK @3 00000000 {} 00000000 00000000
         < NLMSG_ERROR CAPPED @3 OK quote",
        link("ECHO @1", 9, "veth0"),
        hex(&9_u32.to_ne_bytes()),
    ));
    let error = host.add(Veth::new("veth0").peer(Peer::new("ceth0").up()));
    assert!(matches!(
        error.unwrap_err().kind(),
        ErrorKind::Undone { .. }
    ));
    host.finish().unwrap();
}

/// Adds what can't be brought up at its other end, which is in another namespace.
fn fail_to_follow<'a>(host: &mut Connection, other: &'a Netns, veth: Veth<'a>) -> Result<()> {
    let before = host.list(Links::all())?.len();
    let veth = veth.peer(Peer::new("ceth0").netns(other).up());
    limit(libc::RLIMIT_NOFILE, 0);
    let error = host.add(veth).unwrap_err();
    limit(libc::RLIMIT_NOFILE, 1024);
    assert!(matches!(error.kind(), ErrorKind::Undone { .. }), "{error}");
    assert_eq!(error.errno(), Some(libc::EMFILE));
    assert_eq!(host.list(Links::all())?.len(), before);
    Ok(())
}

#[test]
fn what_is_undone_is_found_by_its_index() {
    isolated(|| {
        let mut host = Connection::open()?;
        let other = Netns::anonymous()?;
        fail_to_follow(&mut host, &other, Veth::new("veth0"))?;
        // The kernel makes the name.
        fail_to_follow(&mut host, &other, Veth::new("veth%d"))?;
        // Who has chosen the index isn't told it.
        fail_to_follow(&mut host, &other, Veth::new("veth0").ifindex(77))
    });
}

#[test]
fn a_link_that_is_replaced_between_look_up_and_use_is_not_taken_for_the_other() {
    isolated(|| {
        let mut host = Connection::open()?;
        let mut other = Connection::open()?;
        let address = "192.0.2.1/24".parse().unwrap();
        let old = host.add(Bridge::new("br0"))?;
        // A batch looks up when it's given a request, and sends later.
        let mut batch = host.batch();
        batch.add(Address::new("br0", address))?;
        batch.change(Link::named("br0").master("br0"))?;
        other.delete(Link::named("br0"))?;
        let new = other.add(Bridge::new("br0"))?;
        assert_ne!(old, new, "the kernel doesn't give an index again");
        let results = batch.results()?;
        let error = results.into_iter().next().unwrap().unwrap_err();
        assert_eq!(error.errno(), Some(libc::ENODEV));
        assert_eq!(error.operation(), "add address 192.0.2.1/24 on br0");
        assert!(host.list(Addresses::all().link("br0"))?.is_empty());
        // Nothing is remembered from one call to the next.
        host.add(Address::new("br0", address))?;
        let added = host.list(Addresses::all())?;
        assert!(added.iter().any(|address| address.index() == new));
        Ok::<(), Error>(())
    });
}

#[test]
fn the_kernel_itself_finds_a_link_by_its_name() {
    // No look-up, so nothing can come in between.
    let mut host = scripted(
        "> RTM_SETLINK REQUEST|ACK @1 00000000 00000000 01000000 01000000 09000300 65746830 00000000
         < NLMSG_ERROR CAPPED @1 OK quote
         > RTM_DELLINK REQUEST|ACK @2 00000000 00000000 00000000 00000000 09000300 65746830 00000000
         < NLMSG_ERROR CAPPED @2 OK quote
         > RTM_DELLINK REQUEST|ACK @3 00000000 00000000 00000000 00000000
         + RTM_DELLINK REQUEST|ACK @4 00000000 00000000 00000000 00000000",
    );
    host.change(Link::named("eth0").up()).unwrap();
    host.delete(Link::named("eth0")).unwrap();
}

#[test]
fn the_link_whose_end_is_waited_for_is_the_one_that_was_there() {
    let gone = |index: u32| {
        let text = link("- =0", index, "veth0");
        text.replace("RTM_NEWLINK", "RTM_DELLINK")
    };
    // Another goes first, and another gets the name.
    let mut host = scripted(&format!(
        "> * @1
         < {}
         < {}
         < {}
         + {}",
        link("- @1", 5, "veth0"),
        gone(4),
        gone(5),
        link("- =0", 6, "veth0"),
    ));
    host.set_timeout(Some(HOUR));
    host.wait_until_gone("veth0", HOUR).unwrap();
    host.finish().unwrap();
    // Its event is among what was lost: it is asked for by its index, not by its name.
    let mut host = scripted(&format!(
        "> * @1
         < {}
         < !ENOBUFS
         < {}
         > RTM_GETLINK REQUEST @2 00000000 {} 00000000 00000000 08001d00 ........
         < NLMSG_ERROR CAPPED @2 ENODEV quote",
        link("- @1", 5, "veth0"),
        link("- =0", 6, "veth0"),
        hex(&5_u32.to_ne_bytes()),
    ));
    host.wait_until_gone("veth0", HOUR).unwrap();
    host.finish().unwrap();
}

#[test]
fn a_link_that_goes_while_its_index_is_asked_for_is_an_error() {
    isolated(|| {
        let mut host = Connection::open()?;
        let br0 = host.add(Bridge::new("br0"))?;
        host.delete(Link::named(br0))?;
        let address = "192.0.2.1/24".parse().unwrap();
        for error in [
            host.add(Address::new(br0, address)).unwrap_err(),
            host.add(Address::new("br0", address)).unwrap_err(),
            host.change(Link::named(br0).up()).unwrap_err(),
            host.delete(Link::named(br0)).unwrap_err(),
            host.list(Addresses::all().link(br0)).unwrap_err(),
            host.list(Addresses::all().link("br0")).unwrap_err(),
            host.get(Link::named(br0)).unwrap_err(),
        ] {
            assert!(error.is_not_found(), "{error}");
        }
        Ok::<(), Error>(())
    });
}
