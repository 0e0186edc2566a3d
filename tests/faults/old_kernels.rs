//! Kernels that don't know the newer options, simulated: the system call that sets one is refused.
use std::thread;

use nlroute::{
    Address, Addresses, Connection, Error, Fdb, FdbEntry, List, Neighbour, Neighbours, Result,
    Route, Routes,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::{isolated, skip},
};

use crate::{
    common::{link, scripted},
    process::{Call, refuse},
};

/// The options that a connection sets, with the kernels that brought them.
const OPTIONS: [libc::c_int; 3] = [
    libc::NETLINK_CAP_ACK,        // 4.3
    libc::NETLINK_EXT_ACK,        // 4.12
    libc::NETLINK_GET_STRICT_CHK, // 4.20
];

/// Runs on a thread whose connections have a kernel that doesn't know these.
fn without<T: Send + 'static>(
    options: &'static [libc::c_int],
    errno: i32,
    run: impl FnOnce(&mut Connection) -> T + Send + 'static,
) -> T {
    let old = thread::spawn(move || {
        for option in options {
            let set = Call {
                number: libc::SYS_setsockopt,
                arguments: &[(1, libc::SOL_NETLINK as u32), (2, *option as u32)],
            };
            refuse(set, errno);
        }
        run(&mut Connection::open().unwrap())
    });
    old.join().unwrap()
}

fn network(host: &mut Connection) -> Result<()> {
    for name in ["br0", "br1"] {
        host.add(Bridge::new(name).up())?;
    }
    host.add(
        Veth::new("veth0")
            .master("br0")
            .up()
            .peer(Peer::new("ceth0").up()),
    )?;
    let prefix = |text: &str| text.parse().unwrap();
    host.add(Address::new("br0", prefix("192.0.2.1/24")))?;
    host.add(Address::new("br1", prefix("198.51.100.1/24")))?;
    host.add(Address::new("br1", prefix("2001:db8::1/64")))?;
    let gateway = "192.0.2.9".parse().unwrap();
    host.add(Route::new(prefix("203.0.113.0/24")).gateway(gateway))?;
    host.add(Route::new(prefix("203.0.113.0/24")).oif("br1").table(77))?;
    host.add(Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 9]))?;
    host.add(
        FdbEntry::new("veth0", [2, 0, 0, 0, 0, 7])
            .master()
            .permanent(),
    )
}

/// What a list has, or that there is none. Ages are left out.
fn of<Q: List>(host: &mut Connection, query: Q) -> Result<Vec<String>>
where
    for<'a> Q::View<'a>: Key,
{
    let listing = host.list(query)?;
    let mut keys: Vec<_> = listing.iter().map(|view| view.key()).collect();
    // Neighbours that the kernel has learned come and go.
    keys.retain(|key| !key.contains("NOARP"));
    keys.sort();
    Ok(keys)
}

/// What tells one from another, and doesn't change by itself.
trait Key {
    fn key(&self) -> String;
}

macro_rules! keys {
    ($($view:ty: |$it:ident| $key:expr;)*) => {$(
        impl Key for $view {
            fn key(&self) -> String {
                let $it = self;
                format!("{:?}", $key)
            }
        }
    )*};
}

keys! {
    nlroute::link::LinkView<'_>: |it| it.name();
    nlroute::address::AddressView<'_>: |it| (it.prefix(), it.index());
    nlroute::route::RouteView<'_>: |it| (it.destination(), it.table(), it.oif());
    nlroute::neighbour::NeighbourView<'_>: |it| (it.index(), it.destination(), it.lladdr(), it.state());
}

/// Every filter of every query.
fn everything(host: &mut Connection) -> Result<Vec<Vec<String>>> {
    Ok(vec![
        of(host, Links::all())?,
        of(host, Links::all().kind("bridge"))?,
        of(host, Links::all().master("br0"))?,
        of(host, Addresses::all())?,
        of(host, Addresses::all().link("br1"))?,
        of(
            host,
            Addresses::all().family(nlroute::Family::Inet6).link("br1"),
        )?,
        of(host, Routes::all())?,
        of(host, Routes::all().oif("br0"))?,
        of(host, Routes::all().table(77))?,
        of(host, Neighbours::all().link("br0"))?,
        of(host, Fdb::all())?,
        of(host, Fdb::all().port("veth0"))?,
    ])
}

#[test]
fn queries_filter_themselves_where_the_kernel_does_not() {
    isolated(|| {
        let mut host = Connection::open()?;
        // Nothing comes by itself while two lists are compared: no address of the link's own, and
        // no waiting for its being the only one.
        let ipv6 = |name: &str, value: &str| {
            std::fs::write(format!("/proc/sys/net/ipv6/conf/default/{name}"), value)
        };
        if ipv6("addr_gen_mode", "1")
            .and_then(|()| ipv6("accept_dad", "0"))
            .is_err()
        {
            skip("queries_filter_themselves: this kernel has no IPv6");
            return Ok(());
        }
        network(&mut host)?;
        // The kernel adds the route to an IPv6 address in its own time.
        while !of(&mut host, Routes::all())?
            .concat()
            .contains("2001:db8::1/128")
        {
            thread::yield_now();
        }
        let strict = everything(&mut host)?;
        assert!(
            strict.iter().filter(|list| !list.is_empty()).count() > 9,
            "{strict:?}"
        );
        for errno in [libc::ENOPROTOOPT, libc::EINVAL] {
            let old = without(&OPTIONS, errno, everything)?;
            let some = without(&OPTIONS[2..], errno, everything)?;
            for (place, strict) in strict.iter().enumerate() {
                assert_eq!(&old[place], strict, "{place}");
                assert_eq!(&some[place], strict, "{place}");
            }
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn without_extended_acknowledgement_an_error_is_its_number_and_what_was_asked() {
    isolated(|| {
        let mistakes = |host: &mut Connection| {
            [
                host.change(Link::named("eht0").up()).unwrap_err(),
                host.change(Link::named("lo").master(4711)).unwrap_err(),
                host.add(Route::default_via("192.0.2.9".parse().unwrap()))
                    .unwrap_err(),
            ]
        };
        let new = mistakes(&mut Connection::open()?);
        assert!(
            new.iter()
                .any(|error| error.refusal().unwrap().message.is_some())
        );
        for options in [&OPTIONS[..], &OPTIONS[1..2], &OPTIONS[..1]] {
            let old = without(options, libc::ENOPROTOOPT, mistakes);
            for (old, new) in old.iter().zip(&new) {
                let (old, new) = (old.refusal().unwrap(), new.refusal().unwrap());
                assert_eq!((old.errno, &old.operation), (new.errno, &new.operation));
                if options.contains(&libc::NETLINK_EXT_ACK) {
                    assert_eq!(old.message, None);
                } else {
                    // Also where all of the request is quoted before it.
                    assert_eq!(old, new);
                }
            }
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn batches_are_answered_where_refusals_quote_all() {
    isolated(|| {
        let results = without(&OPTIONS, libc::ENOPROTOOPT, |host| {
            let mut batch = host.batch();
            for n in 0..500_u32 {
                let name = if n % 2 == 0 { "lo" } else { "none0" };
                batch.change(Link::named(name).mtu(1500)).unwrap();
            }
            batch.results()
        })?;
        for (n, result) in results.iter().enumerate() {
            assert_eq!(result.is_ok(), n % 2 == 0, "{n}: {result:?}");
        }
        assert_eq!(results.len(), 500);
        Ok::<(), Error>(())
    });
}

#[test]
fn the_index_of_a_new_link_is_asked_for_where_the_kernel_does_not_echo_it() {
    // Before Linux 6.2.
    let mut host = scripted(&format!(
        "> * @1
         < NLMSG_ERROR CAPPED @1 OK quote
         > RTM_GETLINK REQUEST @2 00000000 00000000 00000000 00000000 08000300 62723000 08001d00 ........
         < {}",
        link("- @2", 9, "br0"),
    ));
    assert_eq!(host.add(Bridge::new("br0")).unwrap(), 9);
    host.finish().unwrap();
}

#[test]
fn a_batch_needs_no_option_to_tell_whose_a_refusal_is() {
    // A scripted kernel that knows none, and quotes the whole request.
    let request = "00000000 01000000 01000000 01000000";
    let mut host = scripted(&format!(
        "> RTM_SETLINK REQUEST @1 {request}
         + RTM_SETLINK REQUEST|ACK @2 {request}
         < NLMSG_ERROR - @1 EPERM quote {request}
         < NLMSG_ERROR - @2 OK quote",
    ));
    let mut batch = host.batch();
    batch.change(Link::named(1).up()).unwrap();
    batch.change(Link::named(1).up()).unwrap();
    let results = batch.results().unwrap();
    assert_eq!(results[0].as_ref().unwrap_err().errno(), Some(libc::EPERM));
    assert!(results[1].is_ok());
}
