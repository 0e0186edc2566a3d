//! The promises of the connection, with a peer that plays the kernel and breaks every rule.
mod common;

use std::{os::fd::AsFd, time::Duration};

use common::{done, error, link, message, scripted};
use nlroute::{
    ErrorKind, Listing, Routes,
    link::{Link, Links},
};

const INTERRUPTED: u16 = libc::NLM_F_DUMP_INTR as u16;
const LONG: Duration = Duration::from_secs(600);

#[test]
fn an_answer_of_another_sequence_is_skipped() {
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        peer.send(&error(sequence.wrapping_sub(1), libc::EPERM, &[]));
        peer.send(&error(sequence.wrapping_add(1), libc::EBUSY, &[]));
        // In one datagram with the true one, too.
        peer.send_all(&[error(0, libc::EPERM, &[]), error(sequence, 0, &[])]);
    });
    connection.change(Link::named(1).up()).unwrap();
    peer.join().unwrap();
}

#[test]
fn an_error_names_what_was_asked() {
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        let mut attributes = Vec::new();
        let mut out = nlroute::wire::Writer::new(&mut attributes);
        out.attribute(1, b"MTU out of range\0").unwrap();
        // Past nlmsghdr and ifinfomsg: the first attribute.
        out.attribute(2, &32u32.to_ne_bytes()).unwrap();
        let policy = out.begin_nest(4);
        out.attribute(4, &68u64.to_ne_bytes()).unwrap();
        out.attribute(5, &1500u64.to_ne_bytes()).unwrap();
        out.end_attribute(policy).unwrap();
        peer.send(&error(sequence, libc::ERANGE, &attributes));
    });
    let error = connection.change(Link::named(7).mtu(9)).unwrap_err();
    peer.join().unwrap();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.errno, libc::ERANGE);
    assert_eq!(refusal.message.as_deref(), Some("MTU out of range"));
    assert_eq!(refusal.attribute.as_deref(), Some("mtu"));
    assert_eq!(refusal.value.as_deref(), Some("9"));
    assert_eq!(refusal.accepts.as_deref(), Some("68..=1500"));
    assert_eq!(
        error.to_string(),
        "change link #7: Numerical result out of range (ERANGE): MTU out of range; mtu = 9, \
         accepted is 68..=1500"
    );
}

#[test]
fn a_datagram_that_is_cut_short_is_an_error_and_not_an_answer() {
    for cut in 1..20 {
        let (mut connection, peer) = scripted(move |peer| {
            let sequence = peer.sequence();
            let whole = error(sequence, 0, &[]);
            peer.send(&whole[..whole.len() - cut]);
        });
        let error = connection.change(Link::named(1).up()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Malformed { .. }),
            "{cut}: {error}"
        );
        peer.join().unwrap();
    }
}

#[test]
fn an_error_in_done_is_an_error() {
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        peer.send(&link(sequence, 2, 1, "lo"));
        peer.send(&done(sequence, 0, libc::EMSGSIZE));
    });
    let error = connection.list(Links::all()).unwrap_err();
    peer.join().unwrap();
    assert_eq!(error.errno(), Some(libc::EMSGSIZE));
}

#[test]
fn an_interrupted_list_is_begun_again() {
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        peer.send(&link(sequence, 2, 1, "lo"));
        peer.send(&link(sequence, 2 | INTERRUPTED, 3, "gone"));
        peer.send(&done(sequence, 0, 0));
        let again = peer.sequence();
        assert_ne!(sequence, again);
        peer.send_all(&[link(again, 2, 1, "lo"), link(again, 2, 2, "eth0")]);
        peer.send(&done(again, 0, 0));
    });
    let links = connection.list(Links::all()).unwrap();
    peer.join().unwrap();
    let names: Vec<_> = links.iter().map(|link| link.name().to_string()).collect();
    assert_eq!(names, ["lo", "eth0"]);
}

#[test]
fn a_list_that_is_always_interrupted_is_an_error() {
    let (mut connection, peer) = scripted(|peer| {
        for _ in 0..16 {
            let sequence = peer.sequence();
            // Only the end says it.
            peer.send_all(&[link(sequence, 2, 1, "lo"), done(sequence, INTERRUPTED, 0)]);
        }
    });
    let error = connection.list(Links::all()).unwrap_err();
    peer.join().unwrap();
    assert!(
        matches!(error.kind(), ErrorKind::Interrupted { attempts: 16, .. }),
        "{error}"
    );
    // What was read is in it, as what it is and as nothing else.
    let error = Listing::<Routes>::interrupted(error).unwrap_err();
    let links = Listing::<Links>::interrupted(error).unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links.iter().next().unwrap().name(), "lo");
    let other = connection.ifindex("").unwrap_err();
    let told = other.to_string();
    let same = Listing::<Links>::interrupted(other).unwrap_err();
    assert_eq!(same.to_string(), told);
}

#[test]
fn a_streamed_dump_says_at_its_end_that_it_was_interrupted() {
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        peer.send_all(&[
            link(sequence, 2 | INTERRUPTED, 1, "lo"),
            link(sequence, 2, 2, "eth0"),
        ]);
        peer.send(&done(sequence, 0, 0));
    });
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().name(), "lo");
    assert_eq!(dump.next().unwrap().unwrap().name(), "eth0");
    let error = dump.next().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted { .. }));
    assert!(dump.next().unwrap().is_none(), "the end stays the end");
    peer.join().unwrap();
}

#[test]
fn a_dump_that_was_left_does_not_poison_the_next() {
    let (mut connection, peer) = scripted(|peer| {
        let first = peer.sequence();
        peer.send(&link(first, 2, 1, "lo"));
        // A request that is no dump goes through at once, and skips what is left.
        let second = peer.sequence();
        peer.send(&link(first, 2, 2, "stale0"));
        peer.send(&error(second, 0, &[]));
        // The next dump is only asked for after the first one's end.
        peer.send_all(&[link(first, 2, 3, "stale1"), done(first, 0, 0)]);
        let third = peer.sequence();
        peer.send_all(&[link(third, 2, 4, "fresh"), done(third, 0, 0)]);
    });
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().index(), 1);
    drop(dump);
    connection.change(Link::named(1).up()).unwrap();
    let links = connection.list(Links::all()).unwrap();
    peer.join().unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links.iter().next().unwrap().name(), "fresh");
}

#[test]
fn a_request_that_timed_out_does_not_poison_the_next() {
    let (mut connection, peer) = scripted(|peer| {
        let late = peer.sequence();
        let next = peer.sequence();
        peer.send(&error(late, libc::EEXIST, &[]));
        peer.send(&error(next, 0, &[]));
    });
    connection.set_timeout(Some(Duration::from_millis(1)));
    let error = connection.change(Link::named(1).up()).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    connection.set_timeout(Some(LONG));
    connection.change(Link::named(1).down()).unwrap();
    peer.join().unwrap();
}

#[test]
fn a_dump_that_timed_out_does_not_poison_the_next() {
    let (ready, wait) = std::sync::mpsc::channel();
    let (mut connection, peer) = scripted(move |peer| {
        let first = peer.sequence();
        peer.send(&link(first, 2, 1, "lo"));
        wait.recv().unwrap();
        peer.send(&done(first, 0, 0));
        let second = peer.sequence();
        peer.send(&done(second, 0, 0));
    });
    connection.set_timeout(Some(Duration::from_millis(1)));
    let error = connection.list(Links::all()).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    connection.set_timeout(Some(LONG));
    ready.send(()).unwrap();
    assert!(connection.list(Links::all()).unwrap().is_empty());
    peer.join().unwrap();
}

#[test]
fn a_non_blocking_connection_says_that_it_would_block() {
    let (mut connection, peer) = scripted(|peer| {
        let first = peer.sequence();
        let second = peer.sequence();
        (first, second)
    });
    connection.set_nonblocking(true);
    assert!(
        connection
            .change(Link::named(1).up())
            .unwrap_err()
            .is_would_block()
    );
    assert!(
        connection
            .change(Link::named(1).up())
            .unwrap_err()
            .is_would_block()
    );
    assert!(!std::os::fd::AsRawFd::as_raw_fd(&connection.as_fd()).is_negative());
    let (first, second) = peer.join().unwrap();
    assert_ne!(first, second);
}

#[test]
fn a_long_reply_arrives_whole() {
    // Attributes that no table knows, as many as a socket of this family can send in one piece.
    let (mut connection, peer) = scripted(|peer| {
        let sequence = peer.sequence();
        let mut body = vec![0; 16];
        body[4] = 9;
        let mut out = nlroute::wire::Writer::new(&mut body);
        for n in 0..3 {
            out.attribute(1000 + n, &[n as u8; 50_000]).unwrap();
        }
        let first = message(libc::RTM_NEWLINK, 2, sequence, &body);
        peer.send(&first);
        peer.send(&done(sequence, 0, 0));
        first.len()
    });
    let links = connection.list(Links::all()).unwrap();
    let sent = peer.join().unwrap();
    let received = links.messages().next().unwrap().as_bytes().len();
    assert_eq!(received, sent);
}

#[test]
fn a_batch_answers_for_each_in_order() {
    let (mut connection, peer) = scripted(|peer| {
        let datagram = peer.receive();
        let messages: Vec<_> = nlroute::wire::Messages::new(&datagram)
            .map(Result::unwrap)
            .collect();
        assert_eq!(messages.len(), 5);
        let sequence = |n: usize| messages[n].header().sequence;
        let wants = |n: usize| messages[n].header().flags & libc::NLM_F_ACK as u16 != 0;
        assert_eq!(
            [0, 1, 2, 3, 4].map(wants),
            [false, false, false, false, true]
        );
        peer.send(&error(sequence(1), libc::ENODEV, &[]));
        peer.send_all(&[
            error(sequence(3), libc::EBUSY, &[]),
            error(sequence(4), 0, &[]),
        ]);
    });
    let mut batch = connection.batch();
    for index in 1..=5 {
        batch.change(Link::named(index).up()).unwrap();
    }
    let results = batch.results().unwrap();
    peer.join().unwrap();
    let errnos: Vec<_> = results
        .iter()
        .map(|r| r.as_ref().err().and_then(|e| e.errno()))
        .collect();
    assert_eq!(
        errnos,
        [None, Some(libc::ENODEV), None, Some(libc::EBUSY), None]
    );
    assert_eq!(
        results[1].as_ref().unwrap_err().operation(),
        "change link #2"
    );
}

#[test]
fn a_batch_is_cut_into_datagrams_and_stops_after_a_refusal() {
    let (mut connection, peer) = scripted(|peer| {
        let datagram = peer.receive();
        let messages: Vec<_> = nlroute::wire::Messages::new(&datagram)
            .map(Result::unwrap)
            .collect();
        let last = messages.last().unwrap().header().sequence;
        peer.send(&error(messages[7].header().sequence, libc::EPERM, &[]));
        peer.send(&error(last, 0, &[]));
        messages.len()
    });
    let mut batch = connection.batch();
    for index in 1..=300 {
        batch.change(Link::named(index).up()).unwrap();
    }
    let error = batch.commit().unwrap_err();
    assert_eq!(error.operation(), "change link #8");
    assert_eq!(peer.join().unwrap(), 128);
}
