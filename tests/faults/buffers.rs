//! Buffers that are full, and descriptors that don't block.
use std::{
    io,
    os::{
        fd::{AsFd, AsRawFd, BorrowedFd},
        unix::net::UnixDatagram,
    },
    sync::mpsc,
    thread,
    time::Duration,
};

use nlroute::{
    Connection, Error, ErrorKind,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
};
use socket2::{Domain, Protocol, Socket, Type};

use crate::{
    common,
    process::{answer, every, refuse, supervise},
};

const HOUR: Duration = Duration::from_secs(3600);

/// A socket of the kernel's routing family.
fn netlink() -> Socket {
    let domain = Domain::from(libc::AF_NETLINK);
    let protocol = Protocol::from(libc::NETLINK_ROUTE);
    Socket::new(domain, Type::RAW, Some(protocol)).unwrap()
}

/// Joins a group, behind the connection's back: its descriptor is shared.
fn join(fd: BorrowedFd<'_>, group: i32) {
    // SAFETY: the pointer and the length are those of `group`, which outlives the call.
    let result = unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_NETLINK,
            libc::NETLINK_ADD_MEMBERSHIP,
            (&raw const group).cast(),
            4,
        )
    };
    assert_eq!(result, 0, "{}", io::Error::last_os_error());
}

#[test]
fn a_receive_buffer_that_overran_is_an_error_and_then_it_goes_on() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0"))?;
        let socket = netlink();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut small = Connection::from_fd(socket.try_clone().unwrap().into())?;
        small.set_timeout(Some(HOUR));
        // A socket that has no port yet is told nothing.
        small.ifindex("br0")?;
        const RTNLGRP_LINK: i32 = 1;
        join(socket.as_fd(), RTNLGRP_LINK);
        // Nobody reads what the kernel tells of these.
        for _ in 0..50 {
            host.change(Link::named("br0").up())?;
            host.change(Link::named("br0").down())?;
        }
        let error = small.change(Link::named("br0").mtu(1400)).unwrap_err();
        assert!(error.is_overrun(), "{error}");
        assert_eq!(
            error.to_string(),
            "change link br0: the receive buffer overran and messages are lost"
        );
        // Until it is empty the kernel drops answers without another word.
        assert_eq!(small.get(Link::named("br0"))?.mtu(), Some(1400));
        small.change(Link::named("br0").mtu(1300))?;
        assert!(small.list(Links::all())?.len() >= 2);
        assert_eq!(host.get(Link::named("br0"))?.mtu(), Some(1300));
        Ok::<(), Error>(())
    });
}

#[test]
fn a_dump_fits_through_the_smallest_receive_buffer() {
    isolated(|| {
        let mut host = Connection::open()?;
        for n in 0..20 {
            host.add(Veth::new(&format!("veth{n}")).peer(Peer::new(&format!("ceth{n}"))))?;
        }
        let socket = netlink();
        socket.set_recv_buffer_size(1).unwrap();
        let mut small = Connection::from_fd(socket.into())?;
        let all = |connection: &mut Connection| {
            let links = connection.list(Links::all())?;
            let names = links.iter().map(|link| link.name().to_string());
            Ok::<_, Error>(names.collect::<Vec<_>>())
        };
        assert_eq!(all(&mut small)?, all(&mut host)?);
        Ok::<(), Error>(())
    });
}

/// A connection that has been used so often: after some requests it has a shorter way.
fn used(times: u32) -> Connection {
    let mut host = Connection::open().unwrap();
    for _ in 0..times {
        host.change(Link::named(1).up()).unwrap();
    }
    host
}

#[test]
fn a_datagram_that_cannot_be_sent_is_an_error_that_says_so() {
    isolated(|| {
        for (errno, times) in [(libc::ENOBUFS, 0), (libc::ENOMEM, 0), (libc::EPERM, 0)]
            .into_iter()
            .chain([(libc::ENOBUFS, 20), (libc::EPERM, 20)])
        {
            let error = thread::spawn(move || {
                let mut host = used(times);
                refuse(every(libc::SYS_sendto), errno);
                let error = host.change(Link::named(1).up()).unwrap_err();
                // Nothing was sent: a list is no empty one.
                assert_eq!(host.list(Links::all()).unwrap_err().errno(), Some(errno));
                error
            });
            let error = error.join().unwrap();
            assert!(matches!(error.kind(), ErrorKind::System { .. }), "{error}");
            assert_eq!(error.errno(), Some(errno));
            assert!(!error.is_overrun());
            assert!(error.to_string().starts_with("change link #1: "), "{error}");
        }
    });
}

#[test]
fn an_answer_that_cannot_be_received_is_an_error_that_says_so() {
    isolated(|| {
        for (errno, times) in [libc::ENOBUFS, libc::ENOMEM, libc::EBADF]
            .into_iter()
            .flat_map(|errno| [(errno, 0), (errno, 20)])
            // After so many what waits is thrown away, which fails too.
            .chain([(libc::ENOMEM, 8), (libc::EBADF, 8)])
        {
            let error = thread::spawn(move || {
                let mut host = used(times);
                for call in [libc::SYS_recvmsg, libc::SYS_recvfrom] {
                    refuse(every(call), errno);
                }
                host.change(Link::named(1).up()).unwrap_err()
            });
            let error = error.join().unwrap();
            assert_eq!(error.is_overrun(), errno == libc::ENOBUFS, "{error}");
            if errno != libc::ENOBUFS {
                assert_eq!(error.errno(), Some(errno), "{error}");
            }
            assert!(error.to_string().starts_with("change link #1: "), "{error}");
        }
    });
}

#[test]
fn a_datagram_longer_than_the_send_buffer_is_an_error_and_then_it_goes_on() {
    isolated(|| {
        let socket = netlink();
        socket.set_send_buffer_size(1).unwrap();
        let mut host = Connection::from_fd(socket.into())?;
        let alias = "a".repeat(60_000);
        let error = host
            .change(Link::named("lo").alias(&alias[..]))
            .unwrap_err();
        assert_eq!(error.errno(), Some(libc::EMSGSIZE), "{error}");
        host.change(Link::named("lo").up())?;
        Ok::<(), Error>(())
    });
}

#[test]
fn a_non_blocking_connection_needs_no_waiting_for_the_kernel() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.set_nonblocking(true);
        let br0 = host.add(Bridge::new("br0").up())?;
        assert_eq!(host.ifindex("br0")?, br0);
        assert_eq!(host.list(Links::all())?.len(), 2);
        host.delete(Link::named("br0"))?;
        Ok::<(), Error>(())
    });
}

#[test]
fn a_descriptor_that_does_not_block_is_waited_for_all_the_same() {
    isolated(|| {
        let (ours, theirs) = UnixDatagram::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let mut connection = Connection::from_fd(ours.into())?;
        let (give, take) = mpsc::channel();
        let worker = thread::spawn(move || {
            give.send(supervise(&[
                every(libc::SYS_recvmsg),
                every(libc::SYS_ppoll),
            ]))
            .unwrap();
            connection.change(Link::named(1).up())
        });
        // It is answered once it waits, and not by looking again and again.
        let (mut looked, mut waited) = (0, 0);
        answer(&take.recv().unwrap(), |call, _| {
            looked += usize::from(call == libc::SYS_recvmsg);
            waited += usize::from(call == libc::SYS_ppoll);
            if looked > 100 || waited == 1 {
                let _ = theirs.send(&common::error(1, 0, &[]));
            }
            None
        });
        worker.join().unwrap()?;
        assert_eq!((looked, waited), (2, 1));
        Ok::<(), Error>(())
    });
}
