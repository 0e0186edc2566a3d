//! What is left after ten thousand times is what was left after a hundred: descriptors, threads,
//! mounts, names, and every byte of the heap.
use std::{
    alloc::{GlobalAlloc, Layout, System},
    io,
    sync::atomic::{AtomicIsize, Ordering},
    time::Duration,
};

use nlroute::{
    Address, Addresses, Connection, Error, Fdb, FdbEntry, Neighbour, Neighbours, Netns, NetnsId,
    Result, Route, Routes,
    link::{AltNames, Bridge, BridgePort, Link, Links, Peer, Veth},
    sandbox::isolated,
    script::Script,
};

use crate::process::State;

const HOUR: Duration = Duration::from_secs(3600);

static HELD: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, which counts the bytes that are held.
struct Counting;

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let more = size as isize - layout.size() as isize;
        HELD.fetch_add(more, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Runs it so many times, and asserts that what is held after all is what was held after a few.
pub fn repeated(few: usize, all: usize, mut run: impl FnMut() -> Result<()>) -> Result<()> {
    let mut early = None;
    for cycle in 1..=all {
        run()?;
        if cycle == few {
            // Looking takes memory too, and keeps it.
            drop(State::now());
            early = Some((State::now(), HELD.load(Ordering::Relaxed)));
        }
    }
    let held = HELD.load(Ordering::Relaxed);
    let (state, early) = early.unwrap();
    assert_eq!(held, early, "bytes of the heap");
    assert_eq!(State::now(), state);
    Ok(())
}

#[test]
fn the_heap_is_counted() {
    isolated(|| {
        let before = HELD.load(Ordering::Relaxed);
        let kept = std::hint::black_box(vec![0_u8; 1000]);
        assert_eq!(HELD.load(Ordering::Relaxed) - before, 1000);
        drop(kept);
        assert_eq!(HELD.load(Ordering::Relaxed), before);
    });
}

/// Every verb of every noun that the kernel makes and forgets quickly; refusals and half ways too.
fn cycle(host: &mut Connection, blue: &Netns) -> Result<()> {
    let prefix = "192.0.2.1/24".parse().unwrap();
    let gateway = "192.0.2.9".parse().unwrap();
    let other = "192.0.2.8".parse().unwrap();
    let to = "203.0.113.0/24".parse().unwrap();
    host.change(Link::named("br0").mtu(1400).alias("a bridge"))?;
    host.replace(Bridge::new("br0").ageing_time(Duration::from_secs(30)))?;
    host.change(BridgePort::named("veth0").hairpin(true))?;
    assert!(host.add(Bridge::new("br0")).unwrap_err().is_exists());
    assert!(host.change(Link::named("none0").up()).is_err());
    assert!(host.add(Address::new("none0", prefix)).is_err());
    assert!(host.add(Bridge::new("no/name")).is_err());
    host.add(AltNames::of("br0").name("another-name-of-the-bridge"))?;
    host.ifindex("another-name-of-the-bridge")?;
    host.delete(AltNames::of("br0").name("another-name-of-the-bridge"))?;

    host.add(Address::new("br0", prefix))?;
    host.replace(Address::new("br0", prefix).metric(7))?;
    assert!(!host.list(Addresses::all().link("br0"))?.is_empty());
    host.add(Route::new(to).gateway(gateway).oif("br0"))?;
    host.replace(Route::new(to).gateway(other).oif("br0"))?;
    host.change(Route::new(to).gateway(gateway).oif("br0"))?;
    host.append(Route::new(to).gateway(other).oif("br0"))?;
    host.get(Route::to("203.0.113.7".parse().unwrap()))?;
    assert!(host.list(Routes::all().oif("br0"))?.iter().count() > 1);
    host.add(Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 9]))?;
    host.replace(Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 8]))?;
    host.get(Neighbour::new("br0", gateway))?;
    assert!(!host.list(Neighbours::all().link("br0"))?.is_empty());
    let entry = || {
        FdbEntry::new("veth0", [2, 0, 0, 0, 0, 7])
            .master()
            .permanent()
    };
    host.add(entry())?;
    assert!(!host.list(Fdb::all())?.is_empty());
    host.delete(entry())?;
    host.delete(Neighbour::new("br0", gateway))?;
    host.delete(Route::new(to))?;
    host.delete(Route::new(to))?;

    let mut batch = host.batch();
    batch.replace(Route::new(to).oif("br0"))?;
    batch.change(Link::named("br0").mtu(1300))?;
    batch.delete(Link::named("none0"))?;
    batch.delete(Route::new(to))?;
    assert!(batch.results()?[2].is_err());
    host.batch()
        .delete(Address::new("none0", prefix))
        .map(drop)
        .unwrap_err();
    let mut done = 0;
    for result in host.bulk(0..300_u32, |batch, n| {
        batch.change(Link::named(if n == 7 { "none0" } else { "br0" }).mtu(1400))
    }) {
        done += usize::from(result.is_ok());
    }
    assert_eq!(done, 299);
    host.delete(Address::new("br0", prefix))?;

    assert!(host.list(Links::all())?.len() > 2);
    let _left = host.dump(Links::all())?.next()?;
    host.get(Link::named("br0"))?;
    host.wait_until("br0", HOUR, |link| link.is_up())?;
    host.wait_until_gone("none0", HOUR)?;
    host.set_timeout(Some(Duration::ZERO));
    assert!(host.list(Links::all()).unwrap_err().is_timed_out());
    host.set_timeout(Some(HOUR));
    host.get(NetnsId::new().fd("blue"))?;
    host.netnsid_of(blue)?;
    Ok(())
}

#[test]
fn every_verb_leaves_what_it_found() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up())?;
        let veth = Veth::new("veth0").master("br0").up();
        host.add(veth.peer(Peer::new("ceth0").up()))?;
        repeated(100, 10_000, || cycle(&mut host, &blue))
    });
}

#[test]
fn connections_namespaces_entered_and_scripts_leave_nothing() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        let script: Script = "nlroute-script 1
            > * @1
            < NLMSG_ERROR CAPPED @1 OK quote
            > * @2
            < NLMSG_ERROR CAPPED @2 EPERM quote"
            .parse()
            .unwrap();
        repeated(100, 10_000, || {
            let mut inside = blue.connect()?;
            inside.record(io::sink());
            inside.change(Link::named("lo").up())?;
            inside.finish()?;
            assert!(blue.run(|| Connection::open()?.ifindex("none0"))?.is_err());
            assert!(Netns::open("blue")?.same_as(&blue)?);
            assert_eq!(blue.names()?, Netns::list()?);
            assert!(Netns::open("none").is_err() && Netns::create("blue").is_err());
            let mut scripted = script.connect()?;
            scripted.change(Link::named(1).up())?;
            assert!(scripted.change(Link::named(1).up()).is_err());
            assert!(scripted.change(Link::named(1).up()).is_err());
            Ok(())
        })
    });
}

#[test]
fn links_and_namespaces_that_are_made_and_deleted_leave_nothing() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.set_timeout(Some(HOUR));
        repeated(20, 200, || {
            let (blue, inside) = Netns::create_with("blue", Connection::open)?;
            inside?.change(Link::named("lo").up())?;
            drop(Netns::anonymous()?);
            let peer = Peer::new("ceth0").netns("blue").up();
            host.add(Veth::new("veth0").up().peer(peer))?;
            drop(blue);
            Netns::delete("blue")?;
            // Nothing keeps the namespace: it goes, and takes its end along.
            host.wait_until_gone("veth0", HOUR)
        })?;
        assert_eq!(host.list(Links::all())?.len(), 1);
        Ok::<(), Error>(())
    });
}
