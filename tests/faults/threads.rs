//! Many threads: each with a connection, and all with one.
use std::{
    collections::BTreeSet,
    sync::{Barrier, Mutex},
    thread,
};

use nlroute::{
    Address, Addresses, Connection, Error, Netns, Result,
    link::{Bridge, Link, Links},
    sandbox::isolated,
};

use crate::process::State;

const THREADS: u8 = 64;
const ROUNDS: u8 = 8;

/// What a thread does, and that each answer is the thread's own.
fn work(host: &mut Connection, thread: u8) -> Result<()> {
    let name = &format!("br{thread}")[..];
    let index = host.add(Bridge::new(name))?;
    for round in 0..ROUNDS {
        let mtu = 1000 + u32::from(thread) * 8 + u32::from(round);
        host.change(Link::named(name).mtu(mtu))?;
        let link = host.get(Link::named(name))?;
        assert_eq!((link.index(), link.mtu()), (index, Some(mtu)));
        let address = format!("10.{thread}.{round}.1/24").parse().unwrap();
        host.add(Address::new(name, address))?;
        assert!(
            host.add(Address::new(name, address))
                .unwrap_err()
                .is_exists()
        );
        let of_it = host.list(Addresses::all().link(name))?;
        assert!(of_it.iter().all(|address| address.index() == index));
        assert!(of_it.iter().any(|found| found.prefix() == Some(address)));
        let missing = format!("none{thread}");
        let error = host.delete(Link::named(&missing[..])).unwrap_err();
        assert_eq!(error.operation(), format!("delete link {missing}"));
    }
    host.delete(Link::named(name))
}

#[test]
fn sixty_four_threads_with_a_connection_each() {
    isolated(|| {
        let before = State::now();
        let gate = Barrier::new(THREADS.into());
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let gate = &gate;
                    scope.spawn(move || {
                        gate.wait();
                        work(&mut Connection::open()?, thread)
                    })
                })
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap())
        })?;
        assert_eq!(State::now(), before);
        assert_eq!(Connection::open()?.list(Links::all())?.len(), 1);
        Ok::<(), Error>(())
    });
}

#[test]
fn sixty_four_threads_share_one_behind_a_lock() {
    isolated(|| {
        let shared = Mutex::new(Connection::open()?);
        let gate = Barrier::new(THREADS.into());
        let indexes: BTreeSet<u32> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let (gate, shared) = (&gate, &shared);
                    scope.spawn(move || {
                        gate.wait();
                        let name = &format!("br{thread}")[..];
                        let lock = || shared.lock().unwrap();
                        let index = lock().add(Bridge::new(name))?;
                        for round in 0..u32::from(ROUNDS) {
                            let mtu = 1000 + u32::from(thread) * 8 + round;
                            lock().change(Link::named(name).mtu(mtu))?;
                            // A dump that is left, for the next thread to go past.
                            let _ = lock().dump(Links::all())?.next()?;
                            let link = lock().get(Link::named(index))?;
                            assert_eq!(link.name(), name);
                            assert_eq!(link.mtu(), Some(mtu));
                        }
                        Ok::<u32, Error>(index)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Result<_>>()
        })?;
        let mut host = shared.into_inner().unwrap();
        let links = host.list(Links::all())?;
        assert!(links.iter().map(|link| link.index()).skip(1).eq(indexes));
        Ok::<(), Error>(())
    });
}

#[test]
fn threads_go_in_and_out_of_namespaces_beside_others_that_stay() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        blue.connect()?.add(Bridge::new("inside"))?;
        Connection::open()?.add(Bridge::new("outside"))?;
        let before = State::now();
        thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .map(|thread| {
                    let blue = &blue;
                    scope.spawn(move || {
                        for _ in 0..50 {
                            let (mut host, name) = match thread % 2 {
                                0 => (blue.connect()?, "inside"),
                                _ => (Connection::open()?, "outside"),
                            };
                            assert_eq!(host.get(Link::named(name))?.name(), name);
                            assert_eq!(host.list(Links::all())?.len(), 2);
                        }
                        Ok::<(), Error>(())
                    })
                })
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().unwrap())
        })?;
        assert_eq!(State::now(), before);
        Ok::<(), Error>(())
    });
}
