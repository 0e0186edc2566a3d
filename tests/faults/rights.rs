//! Processes that may not.
use nlroute::{
    Address, Addresses, Connection, Error, FdbEntry, Neighbour, Neighbours, Netns, NetnsId, Route,
    Routes,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
};

use crate::process::{State, drop_capabilities, forked_well};

/// Every verb that alters something is refused, by the connection and in a batch; what only reads
/// works, before and after.
fn nothing_but_reading(host: &mut Connection, netns: &Netns) {
    let prefix = "192.0.2.1/24".parse().unwrap();
    let gateway = "192.0.2.9".parse().unwrap();
    let look = |host: &mut Connection| {
        let links = format!("{:?}", host.list(Links::all()).unwrap());
        let rest = (
            host.list(Addresses::all()).unwrap().len(),
            host.list(Routes::all()).unwrap().len(),
            host.list(Neighbours::all()).unwrap().len(),
        );
        (links, rest)
    };
    let before = look(host);
    let peer = || Peer::new("p0").up();
    let errors = [
        host.add(Bridge::new("br1")).map(drop).unwrap_err(),
        host.add(Veth::new("v0").peer(peer()))
            .map(drop)
            .unwrap_err(),
        host.add(Veth::new("v0").peer(peer().netns(netns)))
            .map(drop)
            .unwrap_err(),
        host.replace(Bridge::new("br1")).unwrap_err(),
        host.change(Link::named("br0").up()).unwrap_err(),
        host.delete(Link::named("br0")).unwrap_err(),
        host.add(Address::new("br0", prefix)).unwrap_err(),
        host.replace(Address::new("br0", prefix)).unwrap_err(),
        host.delete(Address::new("br0", prefix)).unwrap_err(),
        host.add(Route::new(prefix.network()).oif("br0"))
            .unwrap_err(),
        host.replace(Route::default_via(gateway)).unwrap_err(),
        host.append(Route::default_via(gateway)).unwrap_err(),
        host.delete(Route::default_via(gateway)).unwrap_err(),
        host.add(Neighbour::new("br0", gateway)).unwrap_err(),
        host.delete(Neighbour::new("br0", gateway)).unwrap_err(),
        host.add(FdbEntry::new("br0", [2, 0, 0, 0, 0, 9]))
            .unwrap_err(),
        host.add(NetnsId::new().fd(netns).nsid(7)).unwrap_err(),
    ];
    for error in &errors {
        assert!(error.is_permission_denied(), "{error}");
        assert!(error.refusal().is_some(), "{error}");
    }
    let mut batch = host.batch();
    batch.change(Link::named("br0").up()).unwrap();
    batch.add(Address::new("br0", prefix)).unwrap();
    batch.add(Route::new(prefix.network()).oif("br0")).unwrap();
    let results = batch.results().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let error = result.unwrap_err();
        assert!(error.is_permission_denied(), "{error}");
    }
    assert_eq!(look(host), before);
    assert_eq!(host.get(Link::named("br0")).unwrap().name(), "br0");
}

fn no_namespaces(netns: &Netns) {
    let before = State::now();
    for error in [
        Netns::create("red").map(drop).unwrap_err(),
        Netns::anonymous().map(drop).unwrap_err(),
        Netns::delete("blue").unwrap_err(),
        netns.run(|| panic!("it is in there")).unwrap_err(),
        netns.connect().map(drop).unwrap_err(),
    ] {
        assert!(error.is_permission_denied(), "{error}");
    }
    assert_eq!(State::now(), before);
}

#[test]
fn without_capabilities_nothing_is_altered_and_all_is_read() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        forked_well(|| {
            drop_capabilities();
            nothing_but_reading(&mut Connection::open().unwrap(), &blue);
            no_namespaces(&blue);
        });
        Ok::<(), Error>(())
    });
}

#[test]
fn root_of_a_user_namespace_has_no_rights_over_the_network_outside() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        forked_well(|| {
            // SAFETY: takes no pointers.
            assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWUSER) }, 0);
            nothing_but_reading(&mut Connection::open().unwrap(), &blue);
            no_namespaces(&blue);
        });
        Ok::<(), Error>(())
    });
}

#[test]
fn a_socket_goes_by_the_rights_of_who_opened_it_and_of_who_sends() {
    isolated(|| {
        forked_well(|| {
            let mut host = Connection::open().unwrap();
            host.add(Bridge::new("br0")).unwrap();
            drop_capabilities();
            let error = host.delete(Link::named("br0")).unwrap_err();
            assert!(error.is_permission_denied(), "{error}");
            assert_eq!(host.list(Links::all()).unwrap().len(), 2);
        });
    });
}
