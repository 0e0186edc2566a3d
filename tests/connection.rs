//! The promises of the connection, with a script in the kernel's place that breaks every rule.
mod common;

use std::{os::fd::AsFd, time::Duration};

use common::{hex, link, scripted, sent};
use nlroute::{
    Connection, ErrorKind, Listing, Route, Routes, Verb,
    link::{Bridge, Link, Links},
    script::Script,
};

const LONG: Duration = Duration::from_secs(120);

#[test]
fn an_answer_of_another_sequence_is_skipped() {
    let mut connection = scripted(
        "> * @1
         < NLMSG_ERROR CAPPED =0 EPERM
         < NLMSG_ERROR CAPPED =4000000000 EBUSY
         # In one datagram with the true one, too.
         < NLMSG_ERROR CAPPED =0 EPERM
         + NLMSG_ERROR CAPPED @1 OK quote",
    );
    connection.change(Link::named(1).up()).unwrap();
    connection.finish().unwrap();
}

#[test]
fn an_error_names_what_was_asked() {
    let mut attributes = Vec::new();
    let mut out = nlroute::wire::Writer::new(&mut attributes);
    out.attribute(1, b"MTU out of range\0").unwrap();
    // Past nlmsghdr and ifinfomsg: the first attribute.
    out.attribute(2, &32u32.to_ne_bytes()).unwrap();
    let policy = out.begin_nest(4);
    out.attribute(4, &68u64.to_ne_bytes()).unwrap();
    out.attribute(5, &1500u64.to_ne_bytes()).unwrap();
    out.end_attribute(policy).unwrap();
    let mut connection = scripted(&format!(
        "> * @1\n< NLMSG_ERROR CAPPED|ACK_TLVS @1 ERANGE quote {}",
        hex(&attributes)
    ));
    let error = connection.change(Link::named(7).mtu(9)).unwrap_err();
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
        // The connection's first sequence is 1.
        let whole = common::error(1, 0, &[]);
        let script = Script::new()
            .expect_any()
            .answer(&whole[..whole.len() - cut]);
        let mut connection = script.connect().unwrap();
        let error = connection.change(Link::named(1).up()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Malformed { .. }),
            "{cut}: {error}"
        );
    }
}

#[test]
fn an_error_in_done_is_an_error() {
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         < NLMSG_DONE MULTI @1 EMSGSIZE",
        link("MULTI @1", 1, "lo")
    ));
    let error = connection.list(Links::all()).unwrap_err();
    assert_eq!(error.errno(), Some(libc::EMSGSIZE));
}

#[test]
fn what_is_asked_for_is_read_in_its_place_or_told_missing() {
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         + {}
         > * @2
         < NLMSG_ERROR CAPPED @2 ENODEV quote
         > * @3
         < RTM_NEWLINK - @3 00000000",
        link("- =0", 9, "event"),
        link("- @1", 1, "lo"),
    ));
    let mut ask = || connection.get_with(Link::named("lo"), |link| link.index());
    assert_eq!(ask().unwrap(), 1);
    assert!(ask().unwrap_err().is_not_found());
    let error = ask().unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Malformed { .. }),
        "{error}"
    );
    connection.finish().unwrap();
}

#[test]
fn an_interrupted_list_is_begun_again() {
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         < {}
         < NLMSG_DONE MULTI @1 OK
         > * @2
         < {}
         + {}
         < NLMSG_DONE MULTI @2 OK",
        link("MULTI @1", 1, "lo"),
        link("MULTI|DUMP_INTR @1", 3, "gone"),
        link("MULTI @2", 1, "lo"),
        link("MULTI @2", 2, "eth0"),
    ));
    let links = connection.list(Links::all()).unwrap();
    connection.finish().unwrap();
    let names: Vec<_> = links.iter().map(|link| link.name().to_string()).collect();
    assert_eq!(names, ["lo", "eth0"]);
}

#[test]
fn a_list_that_is_always_interrupted_is_an_error() {
    let mut text = String::new();
    for n in 1..=16 {
        // Only the end says it.
        let lo = link(&format!("MULTI @{n}"), 1, "lo");
        text += &format!("> * @{n}\n< {lo}\n+ NLMSG_DONE MULTI|DUMP_INTR @{n} OK\n");
    }
    let mut connection = scripted(&text);
    let error = connection.list(Links::all()).unwrap_err();
    connection.finish().unwrap();
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
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         + {}
         < NLMSG_DONE MULTI @1 OK",
        link("MULTI|DUMP_INTR @1", 1, "lo"),
        link("MULTI @1", 2, "eth0"),
    ));
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().name(), "lo");
    assert_eq!(dump.next().unwrap().unwrap().name(), "eth0");
    let error = dump.next().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Interrupted { .. }));
    assert!(dump.next().unwrap().is_none(), "the end stays the end");
}

#[test]
fn a_message_that_is_too_short_ends_a_list_and_is_not_left_out() {
    let text = |n| {
        format!(
            "> * @{n}\n< {}\n+ RTM_NEWLINK MULTI @{n} 00000000\n+ {}\n< NLMSG_DONE MULTI @{n} OK\n",
            link(&format!("MULTI @{n}"), 1, "lo"),
            link(&format!("MULTI @{n}"), 2, "eth0")
        )
    };
    let mut connection = scripted(&[text(1), text(2), text(3)].concat());
    let is_fault = |error: nlroute::Error| matches!(error.kind(), ErrorKind::Malformed { .. });
    assert!(is_fault(connection.list(Links::all()).unwrap_err()));
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().name(), "lo");
    assert!(is_fault(dump.next().unwrap_err()));
    assert!(dump.next().unwrap().is_none(), "the end stays the end");
    assert!(is_fault(
        connection
            .dump(Links::all())
            .and_then(nlroute::Dump::count)
            .unwrap_err()
    ));
}

#[test]
fn what_is_none_of_the_list_may_be_as_short_as_it_likes() {
    let mut connection = scripted(&format!(
        "> * @1\n< {}\n+ RTM_NEWADDR MULTI @1 00\n+ {}\n< NLMSG_DONE MULTI @1 OK",
        link("MULTI @1", 1, "lo"),
        link("MULTI @1", 2, "veth0"),
    ));
    let links = connection.list(Links::all()).unwrap();
    assert!(links.len() == 2 && !links.is_empty());
    assert!(format!("{links:?}").contains("veth0"));
    let debug = format!("{:?}", links.iter());
    assert!(debug.starts_with("ListingIter "), "{debug}");
    let owned = links.into_iter();
    let debug = format!("{owned:?}");
    assert!(debug.starts_with("ListingIntoIter "), "{debug}");
    let names: Vec<_> = owned.take(3).map(|link| link.name().to_string()).collect();
    assert_eq!(names, ["lo", "veth0"]);
}

#[test]
fn a_dump_is_counted_without_what_is_no_answer() {
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         + {}
         < {}
         + {}
         < NLMSG_DONE MULTI @1 OK
         > * @2
         < {}
         < NLMSG_DONE MULTI|DUMP_INTR @2 OK",
        link("MULTI @1", 1, "lo"),
        link("- =0", 9, "event"),
        link("- =7777", 9, "another"),
        link("MULTI @1", 2, "eth0"),
        link("MULTI @2", 1, "lo"),
    ));
    assert_eq!(connection.dump(Links::all()).unwrap().count().unwrap(), 2);
    let error = connection.dump(Links::all()).unwrap().count().unwrap_err();
    assert!(error.is_interrupted());
    connection.finish().unwrap();
}

#[test]
fn a_dump_that_was_left_does_not_poison_the_next() {
    let mut connection = scripted(&format!(
        "> RTM_GETLINK REQUEST|DUMP @1 00000000 00000000 00000000 00000000 08001d00 04000000
         < {}
         # A request that is no dump goes through at once, and skips what is left.
         > RTM_SETLINK REQUEST|ACK @2 00000000 01000000 01000000 01000000
         < {}
         < NLMSG_ERROR CAPPED @2 OK quote
         # The next dump is only asked for after the first one's end.
         < {}
         + NLMSG_DONE MULTI @1 OK
         > RTM_GETLINK REQUEST|DUMP @3 00000000 00000000 00000000 00000000 08001d00 04000000
         < {}
         + NLMSG_DONE MULTI @3 OK",
        link("MULTI @1", 1, "lo"),
        link("MULTI @1", 2, "stale0"),
        link("MULTI @1", 3, "stale1"),
        link("MULTI @3", 4, "fresh"),
    ));
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().index(), 1);
    drop(dump);
    connection.change(Link::named(1).up()).unwrap();
    let links = connection.list(Links::all()).unwrap();
    connection.finish().unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links.iter().next().unwrap().name(), "fresh");
}

#[test]
fn a_request_that_timed_out_does_not_poison_the_next() {
    let mut connection = scripted(
        "> * @1
         < timeout
         > * @2
         < NLMSG_ERROR CAPPED @1 EEXIST quote
         < NLMSG_ERROR CAPPED @2 OK quote",
    );
    connection.set_timeout(Some(LONG));
    let error = connection.change(Link::named(1).up()).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    connection.change(Link::named(1).down()).unwrap();
    connection.finish().unwrap();
}

#[test]
fn a_dump_that_timed_out_does_not_poison_the_next() {
    let mut connection = scripted(&format!(
        "> * @1
         < {}
         < timeout
         < NLMSG_DONE MULTI @1 OK
         > * @2
         < NLMSG_DONE MULTI @2 OK",
        link("MULTI @1", 1, "lo")
    ));
    connection.set_timeout(Some(LONG));
    let error = connection.list(Links::all()).unwrap_err();
    assert!(error.is_timed_out(), "{error}");
    assert!(connection.list(Links::all()).unwrap().is_empty());
    connection.finish().unwrap();
}

#[test]
fn a_non_blocking_connection_says_that_it_would_block() {
    let mut connection = scripted(
        "> * @1
         > * @2
         < NLMSG_ERROR CAPPED @1 EPERM quote
         > * @3
         < NLMSG_ERROR CAPPED @3 OK quote",
    );
    connection.set_nonblocking(true);
    let mut raise = || connection.change(Link::named(1).up());
    assert!(raise().unwrap_err().is_would_block());
    // The answer to the first is there, and isn't that to the second.
    assert!(raise().unwrap_err().is_would_block());
    raise().unwrap();
    assert!(!std::os::fd::AsRawFd::as_raw_fd(&connection.as_fd()).is_negative());
}

#[test]
fn a_long_reply_arrives_whole() {
    // Attributes that no table knows, as many as a socket of this family can send in one piece.
    let mut body = vec![0; 16];
    body[4] = 9;
    let mut out = nlroute::wire::Writer::new(&mut body);
    for n in 0..3 {
        out.attribute(1000 + n, &[n as u8; 50_000]).unwrap();
    }
    let mut connection = scripted(&format!(
        "> * @1
         < RTM_NEWLINK MULTI @1 {}
         < NLMSG_DONE MULTI @1 OK",
        hex(&body)
    ));
    let links = connection.list(Links::all()).unwrap();
    assert_eq!(links.messages().next().unwrap().body(), body);
}

#[test]
fn what_the_kernel_tells_of_what_it_made_is_not_asked_for() {
    let mut connection = scripted(&format!(
        "> * @1\n< {}\n< NLMSG_ERROR CAPPED @1 OK quote",
        link("- @1", 7, "br0"),
    ));
    assert_eq!(connection.add(Bridge::new("br0")).unwrap(), 7);
    connection.finish().unwrap();
}

#[test]
fn a_refusal_says_what_was_asked_by_its_verb() {
    let refused = |n| format!("> * @{n}\n< NLMSG_ERROR CAPPED @{n} EPERM quote\n");
    let mut connection = scripted(&(1..=4).map(refused).collect::<String>());
    let route = || Route::new("192.0.2.0/24".parse().unwrap());
    let errors = [
        connection.append(route()).unwrap_err(),
        connection.prepend(route()).unwrap_err(),
        connection.list(Links::all()).unwrap_err(),
        connection.get(Link::index(7)).unwrap_err(),
    ];
    connection.finish().unwrap();
    assert_eq!(
        errors.map(|error| error.operation().to_owned()),
        [
            "append route 192.0.2.0/24",
            "prepend route 192.0.2.0/24",
            "list links",
            "get link #7"
        ]
    );
}

#[test]
fn a_single_request_of_a_batch_does_not_wait_for_the_end_of_a_dump() {
    let mut connection = scripted(&format!(
        "> * @1\n< {}\n> * @2\n< NLMSG_ERROR CAPPED @2 OK quote",
        link("MULTI @1", 1, "lo"),
    ));
    let mut dump = connection.dump(Links::all()).unwrap();
    assert_eq!(dump.next().unwrap().unwrap().index(), 1);
    let debug = format!("{dump:?}");
    assert!(debug.starts_with("Dump ") && debug.contains("Links"));
    drop(dump);
    raise(&mut connection, 1).commit().unwrap();
    connection.finish().unwrap();
}

#[test]
fn a_batch_that_is_not_sent_is_called_by_how_many_it_has() {
    let mut connection = scripted("> !ENOBUFS");
    let error = raise(&mut connection, 2).commit().unwrap_err();
    assert_eq!(error.operation(), "send 2 requests");
}

#[test]
fn bulk_knows_how_many_results_are_left() {
    let mut connection = scripted("");
    // Items without requests, of which as many are taken at once as a datagram has requests.
    let mut results = connection.bulk(0..300, |batch, _| Ok(batch));
    assert_eq!(results.size_hint(), (0, Some(300)));
    assert!(results.next().unwrap().is_ok());
    assert_eq!(results.size_hint(), (127, Some(127 + 172)));
    let debug = format!("{results:?}");
    assert!(debug.starts_with("Bulk ") && debug.contains("ended: false"));
    results.stop();
    assert_eq!(results.size_hint(), (127, Some(127)));
    assert_eq!(results.count(), 127);
    let without_end = connection.bulk(0_u64.., |batch, _| Ok(batch));
    assert_eq!(without_end.size_hint(), (0, None));
}

/// So many requests to bring links up, in one datagram.
fn raised(count: u32) -> String {
    let requests: Vec<_> = (1..=count).map(|index| Link::named(index).up()).collect();
    sent(Verb::Change, &requests, 1)
}

fn raise(connection: &mut Connection, count: u32) -> nlroute::Batch<'_> {
    let mut batch = connection.batch();
    for index in 1..=count {
        batch.change(Link::named(index).up()).unwrap();
    }
    batch
}

#[test]
fn a_batch_answers_for_each_in_order() {
    let mut connection = scripted(&format!(
        "{}< NLMSG_ERROR CAPPED @2 ENODEV quote
         < NLMSG_ERROR CAPPED @4 EBUSY quote
         + NLMSG_ERROR CAPPED @5 OK quote",
        raised(5)
    ));
    let results = raise(&mut connection, 5).results().unwrap();
    connection.finish().unwrap();
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
    let mut connection = scripted(&format!(
        "{}< NLMSG_ERROR CAPPED @8 EPERM quote
         < NLMSG_ERROR CAPPED @128 OK quote",
        raised(128)
    ));
    let error = raise(&mut connection, 300).commit().unwrap_err();
    connection.finish().unwrap();
    assert_eq!(error.operation(), "change link #8");
}
