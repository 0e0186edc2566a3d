//! Dumps that are really interrupted: links, addresses and routes change without end while they
//! are listed, and a relay between the connection and the kernel sees for itself which dumps the
//! kernel flagged.
//!
//! `NLROUTE_DUMPS` is how many dumps of each noun are made (200).
use std::{
    fmt::Debug,
    mem::take,
    net::{IpAddr, Ipv4Addr},
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use nlroute::{
    Address, Addresses, Connection, Error, ErrorKind, Family, List, Listing, Prefix, Route, Routes,
    link::{Bridge, Link, Links},
    route::RouteTable,
    sandbox::isolated,
    wire::Messages,
};

const LONG: Duration = Duration::from_secs(60);
const TABLE: RouteTable = RouteTable(4000);
/// So many of each stay as they are, to fill more than one datagram.
const LINKS: u32 = 150;
const ADDRESSES: u32 = 1200;
const ROUTES: u32 = 1200;

/// What the kernel said of each dump: whether a message of it bore `NLM_F_DUMP_INTR`.
type Flags = Arc<Mutex<Vec<bool>>>;

/// A connection to the kernel through a relay that takes note of the flags.
fn relayed() -> (Connection, Flags) {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let kernel = socket2::Socket::new(
        socket2::Domain::from(libc::AF_NETLINK),
        socket2::Type::from(libc::SOCK_RAW),
        Some(socket2::Protocol::from(libc::NETLINK_ROUTE)),
    )
    .unwrap();
    let kernel = std::fs::File::from(OwnedFd::from(kernel));
    let flags = Flags::default();
    let noted = flags.clone();
    // Ends with the connection, whose end makes `recv` fail.
    thread::spawn(move || relay(&theirs, &kernel, &noted));
    (Connection::from_fd(OwnedFd::from(ours)).unwrap(), flags)
}

fn relay(connection: &UnixDatagram, mut kernel: &std::fs::File, noted: &Flags) {
    use std::io::{Read, Write};
    let mut buffer = vec![0; 1 << 20];
    while let Ok(len) = connection.recv(&mut buffer) {
        if len == 0 {
            return;
        }
        kernel.write_all(&buffer[..len]).unwrap();
        let (mut flagged, mut ended) = (false, false);
        while !ended {
            let len = kernel.read(&mut buffer).unwrap();
            for message in Messages::new(&buffer[..len]) {
                let header = *message.unwrap().header();
                flagged |= header.flags & libc::NLM_F_DUMP_INTR as u16 != 0;
                ended |= [libc::NLMSG_DONE, libc::NLMSG_ERROR].contains(&i32::from(header.kind));
            }
            if ended {
                // Before the connection can know.
                noted.lock().unwrap().push(flagged);
            }
            if connection.send(&buffer[..len]).is_err() {
                return;
            }
        }
    }
}

fn address(n: u32) -> Prefix {
    Prefix::host(Ipv4Addr::from(0x0a01_0000 + n).into())
}

fn destination(n: u32) -> Prefix {
    Prefix::host(Ipv4Addr::from(0x0a80_0000 + n).into())
}

/// What an IPv4 address stands for, from this one on.
fn number(address: Option<IpAddr>, from: u32) -> Option<u32> {
    match address {
        Some(IpAddr::V4(address)) => u32::from(address).checked_sub(from),
        _ => None,
    }
    .filter(|n| *n < 1 << 24)
}

/// One of the nouns that are listed while they change: those that stay have even numbers, those
/// that come and go odd ones. Among the latter there are always one or two, and these follow one
/// another: the next one is made before the last one is taken away.
trait Noun: List + Clone + Debug {
    const STAY: u32;
    /// Whether the kernel tells at all that a list is of more than one moment.
    const FLAGGED: bool;
    fn all() -> Self;
    fn add(host: &mut Connection, n: u32) -> Result<(), Error>;
    fn delete(host: &mut Connection, n: u32) -> Result<(), Error>;
    /// The number of one that is listed; `None` if it is none of ours.
    fn number(view: &Self::View<'_>) -> Option<u32>;
}

impl Noun for Links<'static> {
    const STAY: u32 = LINKS;
    const FLAGGED: bool = true;

    fn all() -> Self {
        Self::all()
    }

    fn add(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.add(Bridge::new(&format!("n{n}"))).map(drop)
    }

    fn delete(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.delete(Link::named(&format!("n{n}")))
    }

    fn number(view: &Self::View<'_>) -> Option<u32> {
        view.name().to_string().strip_prefix('n')?.parse().ok()
    }
}

impl Noun for Addresses<'static> {
    const STAY: u32 = ADDRESSES;
    const FLAGGED: bool = true;

    fn all() -> Self {
        Self::all().family(Family::Inet)
    }

    fn add(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.add(Address::new(1, address(n)))
    }

    fn delete(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.delete(Address::new(1, address(n)))
    }

    fn number(view: &Self::View<'_>) -> Option<u32> {
        number(view.local(), 0x0a01_0000)
    }
}

impl Noun for Routes<'static> {
    const STAY: u32 = ROUTES;
    const FLAGGED: bool = false;

    fn all() -> Self {
        Self::all().table(TABLE)
    }

    fn add(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.add(Route::new(destination(n)).oif(1).table(TABLE))
    }

    fn delete(host: &mut Connection, n: u32) -> Result<(), Error> {
        host.delete(Route::new(destination(n)).oif(1).table(TABLE))
    }

    fn number(view: &Self::View<'_>) -> Option<u32> {
        number(view.destination().map(|to| to.address()), 0x0a80_0000)
    }
}

/// Makes and takes away until told to stop.
fn change<N: Noun>(host: &mut Connection, stop: &AtomicBool) -> Result<(), Error> {
    let mut last = 1;
    while !stop.load(Ordering::Relaxed) {
        // The numbers begin again some time, and are in between those that stay.
        let next = if last > 2 * N::STAY { 1 } else { last + 2 };
        if next == 1 {
            N::delete(host, last)?;
            N::add(host, next)?;
        } else {
            N::add(host, next)?;
            N::delete(host, last)?;
        }
        last = next;
    }
    N::delete(host, last)
}

#[derive(Debug, Default)]
struct Told {
    dumps: usize,
    /// Of these the kernel said that they were interrupted.
    flagged: usize,
    /// Lists that came out as complete.
    complete: usize,
    /// Of these, lists that are not of one moment.
    mixed: usize,
}

impl Told {
    /// What must be true of any complete list: what was there all along is there, once; and
    /// nothing is there twice. Where the kernel tells, it must be of one moment as well: one or
    /// two of those that change, which follow one another, or none while the numbers begin again.
    fn check<N: Noun>(&mut self, list: &Listing<N>) {
        let mut numbers: Vec<u32> = list.iter().filter_map(|view| N::number(&view)).collect();
        numbers.sort_unstable();
        let all = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), all, "something is there twice");
        let (stay, change): (Vec<u32>, Vec<u32>) = numbers.iter().partition(|n| *n % 2 == 0);
        assert_eq!(stay.len(), N::STAY as usize, "what never went is missing");
        let of_one_moment = match change[..] {
            [] | [_] => true,
            [one, other] => other == one + 2,
            _ => false,
        };
        assert!(
            of_one_moment || !N::FLAGGED,
            "complete, but mixed: {change:?}"
        );
        self.complete += 1;
        self.mixed += usize::from(!of_one_moment);
    }

    /// One list, which is some dumps if it is begun again, and one stream.
    fn relayed<N: Noun>(&mut self, host: &mut Connection, flags: &Flags) {
        let listed = host.list(N::all());
        let said = take(&mut *flags.lock().unwrap());
        self.note(&said);
        match listed {
            Ok(list) => {
                let (last, before) = said.split_last().unwrap();
                assert!(!last, "flagged, and came out as complete");
                assert!(before.iter().all(|flag| *flag), "begun again without need");
                self.check(&list);
            }
            Err(error) => {
                let kind = error.kind();
                assert!(
                    matches!(kind, ErrorKind::Interrupted { attempts: 16, .. }),
                    "{error}"
                );
                assert_eq!(said, [true; 16]);
                let read = Listing::<N>::interrupted(error).unwrap();
                assert!(read.len() >= N::STAY as usize / 2);
            }
        }

        let mut dump = host.dump(N::all()).unwrap();
        let ended = loop {
            match dump.next() {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let said = take(&mut *flags.lock().unwrap());
        self.note(&said);
        if let Err(error) = &ended {
            let kind = error.kind();
            assert!(
                matches!(kind, ErrorKind::Interrupted { attempts: 1, .. }),
                "{error}"
            );
        }
        assert_eq!(said, [ended.is_err()]);
    }

    fn note(&mut self, said: &[bool]) {
        self.dumps += said.len();
        self.flagged += said.iter().filter(|flag| **flag).count();
    }
}

fn interrupted<N: Noun>(what: &str) -> Result<(), Error> {
    let wanted = std::env::var("NLROUTE_DUMPS").map(|n| n.parse().unwrap());
    let wanted = wanted.unwrap_or(200);
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    for n in 0..N::STAY {
        N::add(&mut host, n * 2)?;
    }
    N::add(&mut host, 1)?;

    let stop = AtomicBool::new(false);
    let (mut through, flags) = relayed();
    let mut changer = Connection::open()?;
    let mut told = Told::default();
    thread::scope(|scope| {
        let changing = scope.spawn(|| change::<N>(&mut changer, &stop));
        // Whatever is found, the changing ends.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            while told.dumps < wanted || N::FLAGGED && told.flagged == 0 {
                assert!(!changing.is_finished());
                told.relayed::<N>(&mut through, &flags);
                // Nobody in between, and so faster.
                if let Ok(list) = host.list(N::all()) {
                    told.check(&list);
                }
                assert!(
                    told.dumps < 1000 * wanted,
                    "no dump was interrupted: {told:?}"
                );
            }
        }));
        stop.store(true, Ordering::Relaxed);
        let changed = changing.join().unwrap();
        ended.unwrap_or_else(|panic| resume_unwind(panic));
        changed
    })?;
    eprintln!("{what}: {told:?}");
    Ok(())
}

#[test]
fn links_that_change_while_they_are_listed() {
    isolated(|| interrupted::<Links<'static>>("links"));
}

#[test]
fn addresses_that_change_while_they_are_listed() {
    isolated(|| interrupted::<Addresses<'static>>("addresses"));
}

#[test]
fn routes_that_change_while_they_are_listed() {
    // The kernel (6.18) doesn't tell of these.
    isolated(|| interrupted::<Routes<'static>>("routes"));
}

#[test]
fn a_dump_that_was_left_does_not_poison_what_waits_for_an_event() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.set_timeout(Some(LONG));
        // The rest of the dump comes before the event: of some of these its end, too.
        for n in 0..100 {
            Links::add(&mut host, n)?;
            if n % 5 == 0 {
                wait_after_a_dump(&mut host, n)?;
            }
        }
        Ok::<(), Error>(())
    });
}

fn wait_after_a_dump(host: &mut Connection, last: u32) -> Result<(), Error> {
    let mut other = Connection::open()?;
    let (begin, begun) = mpsc::channel();
    let changer = thread::spawn(move || {
        begun.recv().unwrap();
        Links::delete(&mut other, last)
    });
    let mut links = host.dump(Links::all())?;
    assert!(links.next()?.is_some());
    drop(links);
    let waited = host.wait_until(&format!("n{last}"), LONG, |_| {
        let _ = begin.send(());
        false
    });
    assert!(waited.unwrap_err().is_not_found());
    changer.join().unwrap()?;
    assert!(!host.list(Links::all())?.is_empty());
    Ok(())
}
