//! What ends in the middle: a deadline, a stream that is dropped, a socket that is closed.
use std::{
    io,
    mem::forget,
    os::fd::{AsFd, AsRawFd},
    thread,
    time::Duration,
};

use nlroute::{
    Connection, Error, ErrorKind, Result,
    link::{Bridge, Link, Links},
    sandbox::isolated,
};
use socket2::{Domain, Socket, Type};

use crate::process::forked_well;

const HOUR: Duration = Duration::from_secs(3600);
const BRIDGES: u32 = 60;

/// A connection where there are some links.
fn crowded() -> Result<Connection> {
    let mut host = Connection::open()?;
    for n in 0..BRIDGES {
        host.add(Bridge::new(&format!("br{n}")))?;
    }
    Ok(host)
}

fn check(host: &mut Connection) -> Result<()> {
    host.change(Link::named("lo").up())?;
    assert_eq!(host.get(Link::named("br7"))?.name(), "br7");
    let links = host.list(Links::all())?;
    let indexes: std::collections::BTreeSet<_> = links.iter().map(|link| link.index()).collect();
    assert_eq!((links.len(), indexes.len()), (61, 61));
    Ok(())
}

#[test]
fn a_deadline_in_the_middle_of_a_dump_spoils_nothing() {
    isolated(|| {
        let mut host = crowded()?;
        let (mut over, mut timeout) = (0, Duration::ZERO);
        loop {
            host.set_timeout(Some(timeout));
            // As long as it takes: the deadline passes everywhere on the way.
            match host.list(Links::all()) {
                Ok(links) => {
                    assert_eq!(links.len(), 61);
                    break;
                }
                Err(error) => assert!(error.is_timed_out(), "{error}"),
            }
            over += 1;
            host.set_timeout(Some(HOUR));
            check(&mut host)?;
            timeout += Duration::from_micros(5) + timeout / 16;
        }
        assert!(over > 0);
        Ok::<(), Error>(())
    });
}

#[test]
fn a_stream_may_be_dropped_anywhere() {
    isolated(|| {
        let mut host = crowded()?;
        host.set_timeout(Some(HOUR));
        for read in 0..=BRIDGES + 2 {
            let mut dump = host.dump(Links::all())?;
            for _ in 0..read {
                dump.next()?;
            }
            drop(dump);
            match read % 3 {
                // A dump, first or second after it.
                0 => assert_eq!(host.list(Links::all())?.len(), 61),
                1 => {
                    let mut batch = host.batch();
                    batch.change(Link::named("br1").up())?;
                    batch.change(Link::named("br1").down())?;
                    batch.commit()?;
                }
                _ => drop(host.dump(Links::all())?),
            }
            check(&mut host)?;
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn a_socket_that_is_closed_behind_its_back_is_an_error() {
    isolated(|| {
        crowded()?;
        let each = |replaced: Option<&str>, errno: i32| {
            for timeout in [None, Some(HOUR)] {
                // A process of its own: nobody else's descriptor gets the number.
                forked_well(|| {
                    let mut host = Connection::open().unwrap();
                    host.set_timeout(timeout);
                    let fd = host.as_fd().as_raw_fd();
                    let mut dump = host.dump(Links::all()).unwrap();
                    assert!(dump.next().unwrap().is_some());
                    let other = replaced.map(|path| std::fs::File::open(path).unwrap());
                    // SAFETY: it's the mistake that is tried.
                    let result = match &other {
                        None => unsafe { libc::close(fd) },
                        Some(file) => unsafe { libc::dup2(file.as_raw_fd(), fd) },
                    };
                    assert_ne!(result, -1, "{}", io::Error::last_os_error());
                    let error = loop {
                        match dump.next() {
                            Ok(link) => assert!(link.is_some(), "the end"),
                            Err(error) => break error,
                        }
                    };
                    assert_eq!(error.errno(), Some(errno), "{error}");
                    assert!(dump.next().unwrap().is_none());
                    let error = host.change(Link::named("lo").up()).unwrap_err();
                    assert_eq!(error.errno(), Some(errno), "{error}");
                    assert!(host.list(Links::all()).is_err());
                    // It doesn't own it any more.
                    forget(host);
                });
            }
        };
        each(None, libc::EBADF);
        each(Some("/dev/null"), libc::ENOTSOCK);
        Ok::<(), Error>(())
    });
}

#[test]
fn a_peer_that_goes_away_ends_the_waiting() {
    for timeout in [None, Some(HOUR)] {
        let (ours, theirs) = Socket::pair(Domain::UNIX, Type::SEQPACKET, None).unwrap();
        let mut connection = Connection::from_fd(ours.into()).unwrap();
        connection.set_timeout(timeout);
        let reader = thread::spawn(move || connection.change(Link::named(1).up()));
        let mut request = [std::mem::MaybeUninit::uninit(); 64];
        assert!(theirs.recv(&mut request).unwrap() > 0);
        drop(theirs);
        let error = reader.join().unwrap().unwrap_err();
        let ErrorKind::System { source, .. } = error.kind() else {
            panic!("{error}");
        };
        assert_eq!(source.kind(), io::ErrorKind::UnexpectedEof);
    }
}
