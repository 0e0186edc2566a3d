//! How much goes into a datagram.
use std::os::{
    fd::{AsFd, OwnedFd},
    unix::net::UnixDatagram,
};

use super::*;
use crate::{
    link::{Link, Peer, Veth},
    socket::Socket,
    sys,
};

/// A connection to something that is no kernel, which quotes requests as a whole.
fn connection() -> Connection {
    let (ours, _theirs) = UnixDatagram::pair().unwrap();
    Connection::from_fd(OwnedFd::from(ours)).unwrap()
}

/// One of the crate's own, whose buffers are the smallest.
fn smallest() -> Exchange {
    let mut exchange = Exchange::new(Socket::open().unwrap());
    exchange.socket.set_receive_buffer(1).unwrap();
    let fd = exchange.socket.as_fd();
    sys::set_option_u32(fd, libc::SOL_SOCKET, libc::SO_SNDBUF, 1).unwrap();
    exchange
}

fn entry<R: Request>(request: &R, range: Range<usize>) -> Entry {
    Entry {
        range,
        verb: Verb::Change,
        describe: R::DESCRIBE,
        schema: R::SCHEMA,
        named: request.names(),
    }
}

/// So many requests of this length, one after the other, of which the first stands there.
fn entries(count: usize, len: usize, start: usize) -> Vec<Entry> {
    let request = Link::named(1).up();
    let ends = (1..=count).map(|n| start + n * len);
    ends.map(|end| entry(&request, end - len..end)).collect()
}

#[test]
fn an_answer_takes_what_it_says_what_it_quotes_and_what_the_kernel_keeps() {
    for (len, capped, takes) in [
        (0, false, 1280),
        (324, false, 1280),
        (325, false, 2304),
        (1348, false, 2304),
        (1349, false, 4352),
        (1349, true, 1280),
        (usize::MAX, false, usize::MAX),
        (usize::MAX, true, 1280),
    ] {
        assert_eq!(answer_takes(len, capped), takes, "{len} {capped}");
    }
}

#[test]
fn a_batch_is_full_when_one_more_might_not_fit() {
    let mut host = connection();
    let roomy = Room {
        receive: usize::MAX,
        send: usize::MAX,
    };
    let none = Room {
        receive: 0,
        send: 0,
    };
    let mut batch = host.batch();
    assert!(batch.is_empty() && !batch.is_full(none), "one always fits");
    // 32 bytes each, and 1,280 of an answer.
    batch.change(Link::named(1).up()).unwrap();
    assert!(!batch.is_empty() && batch.len() == 1);
    let sends = |batch: &Batch<'_>, send| !batch.is_full(Room { send, ..roomy });
    let receives = |batch: &Batch<'_>, receive| !batch.is_full(Room { receive, ..roomy });
    assert!(!batch.is_full(roomy) && batch.is_full(none));
    assert!(sends(&batch, 128) && !sends(&batch, 126));
    assert!(receives(&batch, 2560) && !receives(&batch, 2559));
    batch.change(Link::named(1).down()).unwrap();
    assert!(sends(&batch, 192) && !sends(&batch, 190));
    assert!(receives(&batch, 3840) && !receives(&batch, 3839));
    // The longest of them counts, of 360 bytes.
    let alias = "a".repeat(323);
    batch.change(Link::named(1).alias(&alias)).unwrap();
    batch.change(Link::named(1).up()).unwrap();
    let (bytes, longest) = (batch.connection.out.len(), batch.longest);
    assert_eq!((bytes, longest), (3 * 32 + 360, 360));
    assert!(sends(&batch, 2 * (bytes + 360)) && !sends(&batch, 2 * (bytes + 359)));
    assert!(receives(&batch, 5 * 2304) && !receives(&batch, 5 * 2304 - 1));
    batch.connection.exchange.socket.capped = true;
    assert!(receives(&batch, 5 * 1280) && !receives(&batch, 5 * 1280 - 1));

    for _ in 4..MOST {
        assert!(!batch.is_full(roomy));
        batch.change(Link::named(1).up()).unwrap();
    }
    assert!(batch.is_full(roomy), "{}", batch.len());
    batch.change(Link::named(1).up()).unwrap();
    assert!(batch.is_full(roomy));

    // The most bytes, whatever the socket takes: two of 32 KiB.
    let half = [0; LONGEST / 2];
    let mut batch = host.batch();
    for more in [&half[..], &[0]] {
        batch.connection.out.extend_from_slice(more);
        batch.entries = entries(1, 32, 0);
        batch.longest = half.len();
        assert_eq!(batch.is_full(roomy), more.len() == 1);
    }
}

#[test]
fn few_requests_are_sent_without_a_look_at_the_buffers() {
    let mut exchange = smallest();
    let mut fit = |count, len, start| fitting(&mut exchange, &entries(count, len, start)).unwrap();
    // Two answers don't fit, but who has so small a buffer has set it.
    assert_eq!(fit(FEW, 20, 0), FEW);
    assert_eq!(fit(FEW + 1, 20, 0), 1);
    let quarter = LONGEST / 4;
    assert_eq!(fit(2, quarter / 2, 0), 2);
    assert_eq!(fit(2, quarter / 2, 20_000), 2);
    assert_eq!(fit(2, quarter / 2 + 4, 0), 1);
    exchange.socket.be_among_others();
    assert_eq!(fitting(&mut exchange, &entries(2, 20, 0)).unwrap(), 1);
}

#[test]
fn as_many_are_sent_as_fit_into_both_buffers() {
    let mut exchange = smallest();
    // One that isn't its own is asked for its buffers.
    exchange.socket.be_among_others();
    let room = exchange.room().unwrap();
    exchange.socket.capped = false;
    let mut fit = |entries: &[Entry]| fitting(&mut exchange, entries).unwrap();
    assert_eq!(fit(&entries(1, 1 << 20, 0)), 1, "one always fits");
    assert_eq!(fit(&[]), 1);
    assert_eq!(fit(&entries(3, 20, 0)), (room.receive / 1280).max(1));

    let fd = OwnedFd::from(UnixDatagram::unbound().unwrap());
    sys::set_option_u32(fd.as_fd(), libc::SOL_SOCKET, libc::SO_SNDBUF, 10_000).unwrap();
    sys::set_option_u32(fd.as_fd(), libc::SOL_SOCKET, libc::SO_RCVBUF, 50_000).unwrap();
    let mut exchange = Exchange::new(Socket::from_fd(fd).unwrap());
    let room = exchange.room().unwrap();
    assert_eq!((room.receive, room.send), (100_000, 20_000));
    let mut fit = |entries: &[Entry]| fitting(&mut exchange, entries).unwrap();
    // 10,000 bytes of requests, wherever they stand.
    assert_eq!(fit(&entries(30, 1000, 0)), 10);
    assert_eq!(fit(&entries(30, 1000, 7000)), 10);
    assert_eq!(fit(&entries(10, 1000, 7000)), 10);
    assert_eq!(fit(&entries(30, 1004, 0)), 9);
    // 100,000 bytes of answers, of 1,280 each.
    assert_eq!(fit(&entries(100, 20, 0)), 78);
    exchange.socket.set_receive_buffer(100_000).unwrap();
    let mut fit = |entries: &[Entry]| fitting(&mut exchange, entries).unwrap();
    assert_eq!(fit(&entries(200, 20, 0)), MOST);
}

#[test]
fn what_needs_a_second_step_is_not_taken() {
    let mut host = connection();
    let mut batch = host.batch();
    let pair = Veth::new("veth0").peer(Peer::new("ceth0"));
    batch.add(pair).unwrap();
    let up = Veth::new("veth0").peer(Peer::new("ceth0").up());
    let error = batch.add(up).unwrap_err().to_string();
    assert!(error.contains("needs a second step"), "{error}");
    assert_eq!(batch.len(), 1);
}
