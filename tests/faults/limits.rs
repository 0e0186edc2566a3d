//! Descriptors and memory that run out, at each place.
use nlroute::{
    Connection, Error, Monitor, Netlink, Netns, NetnsId, Result, Tracker,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
    script::Script,
};

use crate::process::{State, forked_well, limit};

const RLIMIT: libc::__rlimit_resource_t = libc::RLIMIT_NOFILE;

/// Tries it with one descriptor more each time, until it succeeds. Each failure says why, and
/// leaves nothing.
fn at_each_count<T>(what: &str, run: impl Fn(&mut Connection) -> Result<T>) -> Result<T> {
    let mut host = Connection::open()?;
    let before = State::now();
    let links = host.list(Links::all())?.len();
    for count in 0.. {
        limit(RLIMIT, count);
        let result = run(&mut host);
        limit(RLIMIT, 1024);
        match result {
            Ok(value) => {
                assert!(count > 0, "{what}");
                return Ok(value);
            }
            Err(error) => assert_eq!(error.errno(), Some(libc::EMFILE), "{what}: {error}"),
        }
        assert_eq!(State::now(), before, "{what}");
        assert_eq!(host.list(Links::all())?.len(), links, "{what}");
    }
    unreachable!()
}

#[test]
fn descriptors_run_out_at_each_place_that_opens_one() {
    isolated(|| {
        let blue = Netns::create("blue")?;
        at_each_count("open", |_| Connection::open())?;
        at_each_count("open in", |_| blue.connect())?;
        at_each_count("open namespace", |_| Netns::open("blue"))?;
        at_each_count("current namespace", |_| Netns::current())?;
        at_each_count("names", |_| Netns::list())?;
        at_each_count("names of one", |_| blue.names())?;
        at_each_count("anonymous", |_| Netns::anonymous())?;
        at_each_count("run", |_| blue.run(|| ()))?;
        at_each_count("create", |_| Netns::create("red"))?;
        at_each_count("create with", |_| {
            Netns::create_with("green", Connection::open).and_then(|(_, inside)| {
                let inside = inside.map(drop);
                if inside.is_err() {
                    Netns::delete("green")?;
                }
                inside
            })
        })?;
        at_each_count("a link in a namespace by name", |host| {
            host.add(Veth::new("veth0").peer(Peer::new("ceth0").netns("blue")))
        })?;
        at_each_count("a link that is brought up there", |host| {
            host.add(Veth::new("veth1").peer(Peer::new("ceth1").netns(&blue).up()))
        })?;
        at_each_count("the same by name", |host| {
            host.add(Veth::new("veth2").peer(Peer::new("ceth2").netns("blue").up()))
        })?;
        at_each_count("a question about a namespace", |host| {
            host.get(NetnsId::new().fd("blue")).map(drop)
        })?;
        at_each_count("a link that moves", |host| {
            host.change(Link::named("veth0").netns("blue"))
        })?;
        at_each_count("a script", |_| Script::new().connect())?;
        at_each_count("monitor", |_| Monitor::open())?;
        at_each_count("monitor in", |_| blue.monitor())?;
        at_each_count("tracker", |_| Tracker::open())?;
        at_each_count("tracker in", |_| Tracker::open_in(&blue))?;
        at_each_count("another family", |_| Netlink::open(libc::NETLINK_NETFILTER))?;
        at_each_count("namespace of a process", |_| {
            Netns::of_pid(std::process::id())
        })?;
        Ok::<(), Error>(())
    });
}

#[test]
fn what_needs_no_descriptor_works_without_one() {
    isolated(|| {
        let mut host = Connection::open()?;
        limit(RLIMIT, 0);
        host.add(Bridge::new("br0").up())?;
        host.change(Link::named("br0").mtu(1400))?;
        let links = host.list(Links::all())?.len();
        limit(RLIMIT, 1024);
        assert_eq!(links, 2);
        Ok::<(), Error>(())
    });
}

/// How many bytes of addresses the process uses.
fn address_space() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = status.split(' ').next().unwrap().parse().unwrap();
    // SAFETY: takes no pointers.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64
}

#[test]
fn no_memory_for_a_connection_is_an_error() {
    isolated(|| {
        forked_well(|| {
            let before = State::now();
            let used = address_space();
            let mut refused = 0;
            for kib in (0..).step_by(256) {
                limit(libc::RLIMIT_AS, used + kib * 1024);
                let result = Connection::open();
                limit(libc::RLIMIT_AS, libc::RLIM_INFINITY);
                match result {
                    Ok(mut host) => {
                        assert_eq!(host.list(Links::all()).unwrap().len(), 1);
                        break;
                    }
                    Err(error) => assert_eq!(error.errno(), Some(libc::ENOMEM), "{error}"),
                }
                refused += 1;
                assert_eq!(State::now(), before);
            }
            assert!(refused > 4, "{refused}");
        });
    });
}
