//! What is read out of the kernel's word on a request, and how requests are numbered.
use std::os::{fd::OwnedFd, unix::net::UnixDatagram};

use super::*;
use crate::{
    script::Script,
    wire::{Lookup, Messages, Writer},
};

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

/// An acknowledgement of request 7, in which a word may be another.
fn done(change: Option<(usize, u32)>) -> Vec<u8> {
    let words = [36, 0, 7, 0, 0, 20, 16, 0, 0];
    let mut bytes: Vec<u8> = words
        .iter()
        .flat_map(|word: &u32| word.to_ne_bytes())
        .collect();
    bytes[4..6].copy_from_slice(&(libc::NLMSG_ERROR as u16).to_ne_bytes());
    if let Some((at, word)) = change {
        bytes[at..at + 4].copy_from_slice(&word.to_ne_bytes());
    }
    bytes
}

#[test]
fn only_the_word_that_all_is_well_is_taken_for_it() {
    let whole = done(None);
    assert!(is_done(&whole, 7));
    assert!(is_done(&[&whole[..], &[1, 2, 3, 4]].concat(), 7));
    assert!(!is_done(&whole, 8), "another's");
    assert!(!is_done(&done(Some((4, 0x0003_0003))), 7), "an end");
    assert!(!is_done(&done(Some((16, 1))), 7), "a refusal");
    for (len, fits) in [(0, false), (19, false), (20, true), (36, true), (37, false)] {
        assert_eq!(is_done(&done(Some((0, len))), 7), fits, "{len}");
    }
    for len in 0..36 {
        assert!(!is_done(&whole[..len], 7), "{len}");
    }
    assert!(is_done(&done(Some((0, 20)))[..20], 7));
}

#[test]
fn an_answer_bears_one_of_the_numbers_that_were_sent_and_the_port() {
    let mut unfinished = None;
    let mut ours = |port, sequence, own| {
        let header = MessageHeader {
            sequence,
            port: own,
            ..MessageHeader::default()
        };
        is_ours(port, &mut unfinished, &header, false, 7, 3)
    };
    let told = [6, 7, 9, 10].map(|sequence| ours(None, sequence, 5));
    assert_eq!(told, [false, true, true, false]);
    assert!(ours(Some(5), 8, 5) && !ours(Some(6), 8, 5));
}

#[test]
fn flags_are_set_and_taken_back() {
    let mut message = [0xff; 20];
    unflag(&mut message, libc::NLM_F_ACK | libc::NLM_F_ECHO);
    let flags = |message: &[u8; 20]| u16::from_ne_bytes([message[6], message[7]]);
    assert_eq!(flags(&message), !0xc);
    stamp(&mut message, libc::NLM_F_ACK, 0x0102_0304);
    assert_eq!(flags(&message), !0x8);
    assert_eq!(message[8..12], 0x0102_0304_u32.to_ne_bytes());
    assert_eq!(message[..6], [0xff; 6]);
    assert_eq!(message[12..], [0xff; 8]);
    let mut short = [0xff; 15];
    unflag(&mut short, 1);
    stamp(&mut short, 0, 1);
    assert_eq!(short, [0xff; 15]);
}

/// An exchange with what plays this script.
fn played(text: &str) -> Exchange {
    let script: Script = format!("nlroute-script 1\n{text}").parse().unwrap();
    script.connect().unwrap().exchange
}

#[test]
fn a_socket_is_emptied_whatever_was_lost_but_not_of_faults() {
    let mut exchange = played("< raw 00\n< !ENOBUFS\n< raw 00\n< timeout");
    exchange.overrun = true;
    exchange.drain(&"empty it").unwrap();
    assert!(!exchange.overrun);
    let error = exchange.socket.receive(true).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    let mut exchange = played("< !EIO");
    exchange.overrun = true;
    let error = exchange.drain(&"empty it").unwrap_err();
    assert_eq!(error.errno(), Some(libc::EIO));
    assert!(exchange.overrun);
}

#[test]
fn what_is_not_received_is_told_and_an_overrun_remembered() {
    for (errno, before, after) in [
        ("EIO", false, false),
        ("EIO", true, true),
        ("ENOBUFS", false, true),
        ("ENOBUFS", true, true),
    ] {
        let mut exchange = played(&format!("< !{errno}\n< raw 00"));
        exchange.overrun = before;
        let error = exchange.receive(None, &"ask").unwrap_err();
        assert_eq!(error.is_overrun(), errno == "ENOBUFS", "{error}");
        assert_eq!(exchange.overrun, after, "{errno}");
    }
    // Nothing lost: there was no memory for the datagram.
    let mut exchange = played("> !ENOBUFS");
    let error = exchange.send(&[0; 16], &"ask").unwrap_err();
    assert!(!error.is_overrun() && error.errno() == Some(libc::ENOBUFS));
}

#[test]
fn a_dump_that_was_left_ends_with_its_own_end() {
    for (message, ended) in [
        ("NLMSG_DONE MULTI =7 OK", true),
        ("NLMSG_DONE MULTI =8 OK", false),
        ("RTM_NEWLINK MULTI =7 00", false),
        (
            "RTM_NEWLINK MULTI =8 00\n+ NLMSG_ERROR CAPPED =7 EPERM",
            true,
        ),
    ] {
        let mut exchange = played(&format!("< {message}"));
        exchange.unfinished = Some(7);
        exchange.socket.receive(true).unwrap();
        exchange.note_ends();
        assert_eq!(exchange.unfinished.is_none(), ended, "{message}");
    }
}

#[test]
fn who_listens_to_others_knows_its_port_and_who_leaves_needs_none() {
    let mut exchange = played("< raw 00\n< timeout");
    exchange.member(Group::Link, false).unwrap();
    assert_eq!(exchange.port, None);
    // What nobody waits for any more is gone.
    assert!(!exchange.overrun && exchange.socket.receive(true).is_err());
    exchange.member(Group::Link, true).unwrap();
    assert_eq!(exchange.port, Some(0));
}

#[test]
fn the_short_way_is_for_who_has_nothing_to_look_after() {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let message = out.begin(libc::NLMSG_NOOP as u16, 0);
    out.end(message).unwrap();
    stamp(&mut bytes, libc::NLM_F_REQUEST | libc::NLM_F_ACK, 7);

    let mut exchange = Exchange::new(Socket::open().unwrap());
    assert!(!exchange.is_plain() && exchange.turn(&bytes).is_none());
    exchange.socket.be_alone();
    assert!(exchange.is_plain());
    assert!(matches!(exchange.turn(&bytes), Some(Turn::Received)));
    assert!(is_done(exchange.socket.datagram(), 7));
    exchange.nonblocking = true;
    assert!(!exchange.is_plain());
    exchange.overrun = true;
    assert!(!exchange.is_plain());
    exchange.nonblocking = false;
    assert!(!exchange.is_plain() && exchange.turn(&bytes).is_none());
    exchange.overrun = false;
    assert!(exchange.is_plain());
    exchange.timeout = Some(Duration::ZERO);
    assert!(!exchange.is_plain());
    exchange.timeout = None;
    exchange.unfinished = Some(1);
    assert!(!exchange.is_plain());
}

#[test]
fn a_name_is_asked_for_once_in_a_request_and_again_in_the_next() {
    let link =
        |n| format!("> * @{n}\n< RTM_NEWLINK - @{n} 00000000 0{n}000000 00000000 00000000\n");
    let mut exchange = played(&(1..=4).map(link).collect::<String>());
    let (mut names, mut buffer) = (Names::default(), Vec::new());
    let mut find = |names: &mut Names, name: &str| {
        let mut resolver = Resolver {
            exchange: &mut exchange,
            names,
            buffer: &mut buffer,
        };
        resolver.ifindex(name.as_bytes()).unwrap()
    };
    let found = ["eth0", "eth1", "eth0", "eth1", "eth2"].map(|name| find(&mut names, name));
    assert_eq!(found, [1, 2, 1, 2, 3]);
    assert_eq!([1, 3, 4].map(|n| names.name(n)), ["eth0", "eth2", "#4"]);
    names.clear();
    assert_eq!(names.name(1), "#1");
    assert_eq!(find(&mut names, "eth0"), 4);
}
