//! What is read out of the kernel's word on a request, and how requests are numbered.
use std::os::{fd::OwnedFd, unix::net::UnixDatagram};

use super::*;
use crate::wire::{Messages, Writer};

/// The verdict in a message of this type and these flags.
fn verdict(kind: i32, flags: i32, body: &[u8]) -> Option<(i32, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let message = out.begin(kind as u16, flags as u16);
    out.payload(body);
    out.end(message).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let verdict = Verdict::of(&message)?;
    Some((verdict.errno, verdict.attributes.to_vec()))
}

/// `NLMSG_ERROR`'s body: the number, the request's header and as much of it, what is said of it.
fn error(errno: i32, says: u32, quoted: &[u8], told: &[u8]) -> Vec<u8> {
    let header = [&says.to_ne_bytes()[..], &[0; 12]].concat();
    [&(-errno).to_ne_bytes()[..], &header, quoted, told].concat()
}

#[test]
fn what_is_said_of_a_refusal_stands_behind_what_it_quotes() {
    const ERROR: i32 = libc::NLMSG_ERROR;
    const TOLD: i32 = libc::NLM_F_ACK_TLVS;
    let told = [8, 0, 1, 0, b'n', b'o', 0, 0];
    let is = |errno: i32, attributes: &[u8]| Some((errno, attributes.to_vec()));
    // All of the request is quoted, padded; or only its header.
    for len in [0, 1, 4, 6, 8] {
        let quoted = vec![7; usize::next_multiple_of(len, 4)];
        let body = error(libc::EPERM, 16 + len as u32, &quoted, &told);
        assert_eq!(verdict(ERROR, TOLD, &body), is(libc::EPERM, &told), "{len}");
        assert_eq!(verdict(ERROR, 0, &body), is(libc::EPERM, &[]), "{len}");
        assert_eq!(
            verdict(ERROR, libc::NLM_F_MULTI, &body),
            is(libc::EPERM, &[])
        );
        let body = error(libc::EPERM, 16 + len as u32, &[], &told);
        assert_eq!(
            verdict(ERROR, TOLD | libc::NLM_F_CAPPED, &body),
            is(libc::EPERM, &told),
            "{len}"
        );
    }
    // A length that can't be true.
    let body = error(libc::EPERM, 3, &[], &told);
    assert_eq!(verdict(ERROR, TOLD, &body), is(libc::EPERM, &told));
    let body = error(libc::EPERM, u32::MAX, &[], &told);
    assert_eq!(verdict(ERROR, TOLD, &body), is(libc::EPERM, &[]));
    // An acknowledgement; a number that has no other sign; a refusal without a number.
    assert_eq!(verdict(ERROR, 0, &error(0, 16, &[], &[])), is(0, &[]));
    let odd = i32::MIN.to_ne_bytes();
    assert_eq!(verdict(ERROR, 0, &odd), is(i32::MAX, &[]));
    assert_eq!(verdict(ERROR, TOLD, &[1, 2]), is(libc::EBADMSG, &[]));
    // At the end of a dump nothing is quoted.
    let done = [&(-libc::EINVAL).to_ne_bytes()[..], &told].concat();
    const DONE: i32 = libc::NLMSG_DONE;
    assert_eq!(verdict(DONE, TOLD, &done), is(libc::EINVAL, &told));
    assert_eq!(verdict(DONE, 0, &done), is(libc::EINVAL, &[]));
    assert_eq!(verdict(DONE, 0, &[]), is(0, &[]));
    for other in [libc::NLMSG_NOOP, libc::NLMSG_OVERRUN, 16] {
        assert_eq!(verdict(other, 0, &done), None);
    }
}

#[test]
fn numbers_of_requests_follow_each_other_and_are_never_zero() {
    let (ours, _theirs) = UnixDatagram::pair().unwrap();
    let mut exchange = Exchange::new(Socket::from_fd(OwnedFd::from(ours)).unwrap());
    let mut numbered = |from: u32, count: u32| {
        exchange.sequence = from;
        let first = exchange.sequences(count);
        (first, exchange.sequence)
    };
    assert_eq!(numbered(0, 1), (1, 1));
    assert_eq!(numbered(1, 3), (2, 4));
    assert_eq!(numbered(7, 0), (8, 8));
    let most = u32::MAX;
    assert_eq!(numbered(most - 1, 1), (most, most));
    assert_eq!(numbered(most - 3, 3), (most - 2, most));
    // Where the last would be zero or more, all begin again.
    assert_eq!(numbered(most - 3, 4), (1, 4));
    assert_eq!(numbered(most - 1, 2), (1, 2));
    assert_eq!(numbered(most, 1), (1, 1));
    assert_eq!(numbered(most, 5), (1, 5));
}

#[test]
fn a_socket_that_was_used_before_begins_at_no_low_number() {
    let (ours, _theirs) = UnixDatagram::pair().unwrap();
    let mut exchange = Exchange::new(Socket::from_fd(OwnedFd::from(ours)).unwrap());
    // It is the time: that it is nought twice would take a clock that stands still.
    exchange.begin_anywhere();
    let first = exchange.sequence;
    exchange.begin_anywhere();
    assert!(first != 0 || exchange.sequence != 0);
}
