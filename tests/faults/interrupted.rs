//! Signals at every system call, and a process full of them.
use std::{
    io, mem,
    os::unix::{net::UnixDatagram, thread::JoinHandleExt},
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use nlroute::{
    Address, Addresses, Connection, Error, Group, Monitor, Netns, Result, Route, Tracker,
    link::{Bridge, Link, Links, Peer, Veth},
    monitor::Filter,
    sandbox::isolated,
};

use crate::{
    common,
    process::{State, answer, every, supervise},
};

const HOUR: Duration = Duration::from_secs(3600);

/// Some of everything that makes a system call; nothing of it is left behind.
fn session() -> Result<()> {
    let blue = Netns::create("blue")?;
    let (red, inside) = Netns::create_with("red", Connection::open)?;
    inside?.change(Link::named("lo").up())?;
    assert!(Netns::anonymous()?.id()? != blue.id()?);
    assert!(Netns::current()?.same_as(&Netns::of_pid(std::process::id())?)?);
    assert_eq!(red.run(|| Netns::current()?.names())??, ["red"]);

    let mut host = Connection::open()?;
    host.set_timeout(Some(HOUR));
    let br0 = host.add(Bridge::new("br0").up())?;
    let peer = Peer::new("ceth0").netns("blue").up();
    host.add(Veth::new("veth0").master("br0").up().peer(peer))?;
    host.add(Address::new(br0, "192.0.2.1/24".parse().unwrap()))?;
    assert!(!host.list(Addresses::all().link("br0"))?.is_empty());
    assert!(host.netnsid_of(&blue)?.is_some());
    let mut links = host.dump(Links::all())?;
    while links.next()?.is_some() {}
    let mut batch = host.batch();
    batch.change(Link::named("br0").mtu(1400))?;
    batch.change(Link::named("veth0").mtu(1400))?;
    batch.commit()?;
    let mut inside = blue.connect()?;
    inside.add(Address::new("ceth0", "192.0.2.2/24".parse().unwrap()))?;
    inside.add(Route::default_via("192.0.2.1".parse().unwrap()))?;

    host.wait_until("veth0", HOUR, |link| link.is_up())?;
    host.delete(Link::named("veth0"))?;
    host.wait_until_gone("veth0", HOUR)?;
    host.delete(Link::named("br0"))?;
    Netns::delete("blue")?;
    Netns::delete("red")
}

/// The same of those who follow what happens.
fn following() -> Result<()> {
    let here = Netns::current()?;
    let mut host = Connection::open()?;
    let mut monitor = here.monitor()?;
    monitor.set_receive_buffer(1 << 20)?;
    monitor.set_filter(Filter::all().link(1))?;
    // Not of what is told late: namespaces that went before.
    monitor.join([Group::Link, Group::Ipv4Rule])?;
    monitor.leave([Group::Ipv4Rule])?;
    let mut small = Monitor::open()?;
    small.set_receive_buffer(1)?;
    let mut tracker = Tracker::with(Connection::open_in(&here)?, small)?;
    let first = tracker.resyncs();
    let hour = Instant::now() + HOUR;
    for n in 0..9 {
        host.change(Link::named("lo").mtu(1400 + n))?;
        assert!(monitor.next_until(hour)?.is_some());
    }
    assert!(monitor.try_next()?.is_none());
    assert!(tracker.wait(Some(hour))? && tracker.resyncs() > first);
    assert_eq!(tracker.link(1).and_then(|link| link.mtu()), Some(1408));
    Ok(())
}

/// Runs a session on a thread each of whose system calls is asked about.
fn supervised(session: fn() -> Result<()>, fail: impl Fn(usize) -> bool) -> (usize, Result<()>) {
    let calls = [
        libc::SYS_socket,
        libc::SYS_setsockopt,
        libc::SYS_getsockopt,
        libc::SYS_getsockname,
        libc::SYS_bind,
        libc::SYS_connect,
        libc::SYS_sendto,
        libc::SYS_recvmsg,
        libc::SYS_recvfrom,
        libc::SYS_ppoll,
        libc::SYS_setns,
        libc::SYS_unshare,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_flock,
        libc::SYS_ioctl,
        libc::SYS_openat,
    ]
    .map(every);
    let (give, take) = std::sync::mpsc::channel();
    let worker = thread::spawn(move || {
        give.send(supervise(&calls)).unwrap();
        session()
    });
    let listener = take.recv().unwrap();
    let asked = answer(&listener, |_, asked| fail(asked).then_some(libc::EINTR));
    (asked, worker.join().unwrap())
}

#[test]
fn a_call_that_is_interrupted_is_made_again_whichever_it_is() {
    isolated(|| {
        for (session, few) in [(session as fn() -> _, 100), (following, 60)] {
            session()?;
            let before = State::now();
            let (calls, result) = supervised(session, |_| false);
            result?;
            assert!(calls > few, "{calls}");
            for interrupted in 0..calls {
                let (_, result) = supervised(session, |call| call == interrupted);
                result.unwrap_or_else(|error| panic!("call {interrupted} of {calls}: {error}"));
            }
            // And each of them, more than once.
            let (_, result) = supervised(session, |call| call % 3 < 2);
            result?;
            assert_eq!(State::now(), before);
        }
        Ok::<(), Error>(())
    });
}

static HANDLED: AtomicUsize = AtomicUsize::new(0);

/// Has `SIGUSR1` interrupt what it meets.
fn interrupting() {
    extern "C" fn handle(_: libc::c_int) {
        HANDLED.fetch_add(1, Ordering::Relaxed);
    }
    // SAFETY: the handler only counts. Without SA_RESTART calls are interrupted.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = handle as *const () as usize;
        let result = libc::sigaction(libc::SIGUSR1, &raw const action, ptr::null_mut());
        assert_eq!(result, 0, "{}", io::Error::last_os_error());
    }
}

fn signal(thread: libc::pthread_t) {
    // SAFETY: the thread hasn't been joined yet.
    assert_eq!(unsafe { libc::pthread_kill(thread, libc::SIGUSR1) }, 0);
}

#[test]
fn a_flood_of_signals_disturbs_nothing() {
    isolated(|| {
        // The first name makes the directory's mount.
        session()?;
        interrupting();
        let before = State::now();
        let worker = thread::spawn(|| (0..20).try_for_each(|_| session()));
        while !worker.is_finished() {
            signal(worker.as_pthread_t());
            thread::yield_now();
        }
        worker.join().unwrap()?;
        assert!(HANDLED.load(Ordering::Relaxed) > 100);
        assert_eq!(State::now(), before);
        Ok::<(), Error>(())
    });
}

#[test]
fn who_waits_for_an_answer_waits_on_through_signals() {
    isolated(|| {
        interrupting();
        for timeout in [None, Some(HOUR)] {
            let (ours, theirs) = UnixDatagram::pair().unwrap();
            let mut connection = Connection::from_fd(ours.into())?;
            connection.set_timeout(timeout);
            let worker = thread::spawn(move || connection.change(Link::named(1).up()));
            // The request is there: from here on it does nothing but wait.
            theirs.recv(&mut [0; 64]).unwrap();
            let enough = HANDLED.load(Ordering::Relaxed) + 50;
            while HANDLED.load(Ordering::Relaxed) < enough {
                signal(worker.as_pthread_t());
                thread::yield_now();
            }
            theirs.send(&common::error(1, 0, &[])).unwrap();
            worker.join().unwrap()?;
        }
        Ok::<(), Error>(())
    });
}
