//! Many requests in few datagrams, against the real kernel: a result for each, whatever fails.
mod common;

use std::{net::Ipv4Addr, os::fd::OwnedFd, time::Duration};

use common::{scripted, sent};
use nlroute::{
    Address, Connection, Error, ErrorKind, Neighbour, Prefix, Route, Routes, Verb,
    link::{Bridge, Link},
    route::RouteTable,
    sandbox::isolated,
};

/// What every request of a datagram may fail with, and the buffer still takes.
const DATAGRAM: usize = 128;
/// A table of the test's own, so that a list of it holds nothing else.
const TABLE: RouteTable = RouteTable(4000);

fn host(n: u32) -> Prefix {
    Prefix::host(Ipv4Addr::from(0x0a00_0000 + n).into())
}

fn route<'a>(n: u32) -> Route<'a> {
    Route::new(host(n)).oif(1).table(TABLE)
}

fn with_lo() -> Result<Connection, Error> {
    let mut host = Connection::open()?;
    host.change(Link::named("lo").up())?;
    Ok(host)
}

fn count(host: &mut Connection) -> Result<usize, Error> {
    Ok(host.list(Routes::all().table(TABLE))?.len())
}

/// A request that succeeds and changes nothing, or one that is refused: no link has its index.
fn request<'a>(fails: bool, n: usize) -> Link<'a> {
    Link::named(if fails { 1_000_000 + n as u32 } else { 1 }).up()
}

/// That these results are errors at these places, each naming its own request, and nowhere else.
#[track_caller]
fn check(results: &[Result<(), Error>], size: usize, fails: impl Fn(usize) -> bool) {
    assert_eq!(results.len(), size);
    for (n, result) in results.iter().enumerate() {
        match result {
            Ok(()) => assert!(!fails(n), "{n} of {size}: a refusal is lost"),
            Err(error) => {
                assert!(fails(n), "{n} of {size}: {error}");
                assert_eq!(error.errno(), Some(libc::ENODEV), "{error}");
                assert_eq!(
                    error.operation(),
                    format!("change link #{}", 1_000_000 + n),
                    "{n} of {size}"
                );
            }
        }
    }
}

#[test]
fn a_batch_of_every_size_tells_of_an_error_at_each_end() {
    isolated(|| {
        let mut host = with_lo()?;
        for size in 1..=1025 {
            let fails = |n: usize| n == 0 || n == size - 1;
            let mut batch = host.batch();
            for n in 0..size {
                batch.change(request(fails(n), n))?;
            }
            check(&batch.results()?, size, fails);
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn bulk_of_every_size_tells_of_an_error_at_each_end() {
    isolated(|| {
        let mut host = with_lo()?;
        for size in 1..=1025 {
            let fails = |n: usize| n == 0 || n == size - 1;
            let results: Vec<_> = host
                .bulk(0..size, |batch, n| batch.change(request(fails(n), n)))
                .collect();
            check(&results, size, fails);
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn a_batch_that_is_refused_as_a_whole_loses_no_refusal() {
    isolated(|| {
        let mut host = with_lo()?;
        let alias = "a".repeat(300);
        // Around the datagram's own size, and around what a default receive buffer takes.
        for size in [1, 16, 17, 127, 128, 129, 255, 256, 257, 258, 1000, 1025] {
            let mut batch = host.batch();
            for n in 0..size {
                batch.change(request(true, n))?;
            }
            check(&batch.results()?, size, |_| true);
            // The kernel says the most where it says what it accepts, too.
            let mut batch = host.batch();
            for _ in 0..size {
                batch.change(Link::named(1).alias(&alias))?;
            }
            for result in batch.results()? {
                let error = result.unwrap_err();
                let refusal = error.refusal().unwrap();
                assert!(
                    refusal.message.is_some() && refusal.accepts.is_some(),
                    "{error}"
                );
            }
        }
        Ok::<(), Error>(())
    });
}

/// A socket of this protocol whose buffers the kernel makes as small as it can.
fn smallest(receive: bool, send: bool) -> Connection {
    let socket = socket2::Socket::new(
        socket2::Domain::from(libc::AF_NETLINK),
        socket2::Type::from(libc::SOCK_RAW),
        Some(socket2::Protocol::from(libc::NETLINK_ROUTE)),
    )
    .unwrap();
    if receive {
        socket.set_recv_buffer_size(1).unwrap();
    }
    if send {
        socket.set_send_buffer_size(1).unwrap();
    }
    Connection::from_fd(OwnedFd::from(socket)).unwrap()
}

#[test]
fn a_socket_with_the_smallest_buffers_gets_shorter_datagrams() {
    isolated(|| {
        for (receive, send) in [(true, false), (false, true), (true, true)] {
            let mut host = smallest(receive, send);
            let every_third = |n: usize| n.is_multiple_of(3);
            for all in [true, false] {
                let fails = |n| all || every_third(n);
                let mut batch = host.batch();
                for n in 0..300 {
                    batch.change(request(fails(n), n))?;
                }
                check(&batch.results()?, 300, fails);
                let bulk = host.bulk(0..300, |batch, n| batch.change(request(fails(n), n)));
                check(&bulk.collect::<Vec<_>>(), 300, fails);
            }
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn what_was_left_of_a_dump_takes_no_room_from_refusals() {
    isolated(|| {
        let mut host = with_lo()?;
        let added = host.bulk(0..5000, |batch, n| batch.add(route(n)));
        added.collect::<Result<(), _>>()?;
        for size in [2, 128, 300] {
            let mut dump = host.dump(Routes::all())?;
            assert!(dump.next()?.is_some());
            drop(dump);
            let mut batch = host.batch();
            for n in 0..size {
                batch.change(request(true, n))?;
            }
            check(&batch.results()?, size, |_| true);
            assert_eq!(count(&mut host)?, 5000);
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn events_that_nobody_waits_for_take_no_room_from_refusals() {
    isolated(|| {
        let mut host = with_lo()?;
        let mut other = Connection::open()?;
        for size in [2, 128, 300] {
            // So many that the buffer overruns.
            host.wait_until("lo", Duration::from_secs(60), |_| {
                for n in 0..1000 {
                    let change = Link::named(1).mtu(1500 + n % 2);
                    other.change(change).unwrap();
                }
                true
            })?;
            if size > 2 {
                host.change(request(false, 0))?;
            }
            let mut batch = host.batch();
            for n in 0..size {
                batch.change(request(true, n))?;
            }
            check(&batch.results()?, size, |_| true);
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn a_refusal_that_quotes_its_request_shortens_the_datagram() {
    // What plays the kernel may quote all of it, as kernels before 4.3 do.
    let alias = "a".repeat(20_000);
    let requests: Vec<_> = (0..30).map(|_| Link::named(1).alias(&alias)).collect();
    // 64 KiB of requests, and never more answers than wait in 212,992 bytes.
    let script: String = (1..)
        .step_by(3)
        .zip(requests.chunks(3))
        .map(|(first, datagram)| {
            let answers = (first..first + 3).map(|n| format!("< NLMSG_ERROR CAPPED @{n} EPERM\n"));
            sent(Verb::Change, datagram, first) + &answers.collect::<String>()
        })
        .collect();
    let mut connection = scripted(&script);
    let mut batch = connection.batch();
    for request in &requests {
        batch.change(request).unwrap();
    }
    let results = batch.results().unwrap();
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 30);
    connection.finish().unwrap();
}

#[test]
fn to_stop_is_to_send_no_further_datagram() {
    isolated(|| {
        let mut host = with_lo()?;
        host.add(route(5))?;
        // The sixth is refused; the kernel had the rest of its datagram already.
        let mut batch = host.batch();
        for n in 0..300 {
            batch.add(route(n))?;
        }
        let refused = batch.commit().unwrap_err();
        assert!(refused.is_exists());
        assert_eq!(
            refused.operation(),
            "add route 10.0.0.5/32 dev #1 table 4000"
        );
        assert_eq!(count(&mut host)?, DATAGRAM);

        // Bulk, by leaving the loop: the first is refused now.
        let mut tried = 0..300;
        for added in host.bulk(tried.by_ref(), |batch, n| batch.add(route(n))) {
            if added.is_err() {
                break;
            }
        }
        assert_eq!(tried, DATAGRAM as u32..300);
        assert_eq!(count(&mut host)?, DATAGRAM);

        // What became of the rest of the datagram can be asked for.
        let mut results = host.bulk(100..400, |batch, n| batch.add(route(n)));
        assert!(results.next().unwrap().unwrap_err().is_exists());
        results.stop();
        let left: Vec<_> = results.by_ref().collect();
        assert_eq!(left.len(), DATAGRAM - 1);
        assert_eq!(left.iter().filter(|added| added.is_ok()).count(), 100);
        assert!(results.next().is_none());
        assert_eq!(count(&mut host)?, DATAGRAM + 100);

        // One in each datagram: nothing is carried out after what fails.
        let results = host.bulk([5000, 5001, 5, 5002, 5003], |batch, n| batch.add(route(n)));
        let added: Result<(), Error> = results.datagrams_of(1).collect();
        assert_eq!(added.unwrap_err().operation(), refused.operation());
        assert_eq!(count(&mut host)?, DATAGRAM + 102);

        // To go on is to do all that can be done.
        let results = host.bulk(0..1000, |batch, n| batch.add(route(n)));
        let there = DATAGRAM + 100;
        assert_eq!(results.filter(Result::is_err).count(), there);
        assert_eq!(count(&mut host)?, 1002);
        Ok::<(), Error>(())
    });
}

#[test]
fn nothing_is_sent_before_a_result_is_asked_for() {
    isolated(|| {
        let mut host = with_lo()?;
        drop(host.bulk(0..1000, |batch, n| batch.add(route(n))));
        assert_eq!(count(&mut host)?, 0);
        let mut results = host.bulk(0..1000, |batch, n| batch.add(route(n)));
        results.next().unwrap()?;
        drop(results);
        assert_eq!(count(&mut host)?, DATAGRAM);
        Ok::<(), Error>(())
    });
}

#[test]
fn every_hundredth_of_very_many_fails() {
    // The bulk bench has a million of them.
    const MANY: u32 = 50_000;
    isolated(|| {
        let mut host = with_lo()?;
        let fails = |n: u32| n % 100 == 99;
        let mut results = host.bulk(0..MANY, |batch, n| {
            batch.change(request(fails(n), n as usize))
        });
        for n in 0..MANY {
            let result = results.next().unwrap();
            assert_eq!(result.is_err(), fails(n), "{n}");
            if let Err(error) = result {
                assert_eq!(error.operation(), format!("change link #{}", 1_000_000 + n));
            }
        }
        assert!(results.next().is_none());
        Ok::<(), Error>(())
    });
}

#[test]
fn nouns_and_verbs_are_mixed() {
    isolated(|| {
        let mut host = Connection::open()?;
        let gateway = [192, 0, 2, 1].into();
        let mut batch = host.batch();
        batch.add(Bridge::new("br0").ifindex(7).up())?;
        batch.change(Link::named(7).mtu(1400))?;
        batch.add(Address::new(7, "192.0.2.9/24".parse().unwrap()))?;
        batch.add(Route::default_via(gateway))?;
        batch.append(Route::default_via(gateway).metric(5))?;
        batch.replace(Neighbour::new(7, gateway).lladdr([2, 0, 0, 0, 0, 1]))?;
        batch.change(Link::named(8).up())?;
        batch.delete(Route::default_via(gateway).metric(5))?;
        batch.delete(Route::default_via(gateway).metric(6))?;
        let results = batch.results()?;
        let errnos: Vec<_> = results
            .iter()
            .map(|result| result.as_ref().err().and_then(Error::errno))
            .collect();
        let none = None;
        let (nodev, srch) = (Some(libc::ENODEV), Some(libc::ESRCH));
        assert_eq!(
            errnos,
            [none, none, none, none, none, none, nodev, none, srch]
        );
        assert_eq!(host.get(Link::named("br0"))?.mtu(), Some(1400));
        Ok::<(), Error>(())
    });
}

#[test]
fn an_item_that_can_not_be_written_sends_nothing_of_itself() {
    isolated(|| {
        let mut host = with_lo()?;
        let results: Vec<_> = host
            .bulk(0..400, |batch, n| {
                batch.add(route(n))?;
                if n == 200 {
                    // Of another family.
                    return batch.add(route(900).gateway("2001:db8::1".parse().unwrap()));
                }
                if n % 2 == 1 {
                    batch.add(route(n + 1000))?;
                }
                Ok(batch)
            })
            .collect();
        assert_eq!(results.len(), 400);
        for (n, result) in results.iter().enumerate() {
            assert_eq!(result.is_err(), n == 200, "{n}: {result:?}");
        }
        let kind = results[200].as_ref().unwrap_err();
        assert!(matches!(kind.kind(), ErrorKind::Invalid { .. }), "{kind}");
        assert_eq!(count(&mut host)?, 399 + 200);
        assert!(
            host.bulk(0..0, |batch, n| batch.add(route(n)))
                .next()
                .is_none()
        );
        // An item may have no request at all.
        let none: Vec<_> = host.bulk(0..300, |batch, _| Ok(batch)).collect();
        assert!(none.len() == 300 && none.iter().all(Result::is_ok));
        // There may be no end of them.
        let mut without_end = host.bulk(0_u64.., |batch, _| Ok(batch));
        assert!(without_end.by_ref().take(1000).all(|result| result.is_ok()));
        drop(without_end);
        Ok::<(), Error>(())
    });
}

#[test]
fn an_item_of_many_requests_has_the_first_refusal() {
    isolated(|| {
        let mut host = with_lo()?;
        host.add(route(1150))?;
        host.add(route(1250))?;
        let results: Vec<_> = host
            .bulk([0_u32, 1000, 2000], |batch, start| {
                for n in start..start + 300 {
                    batch.add(route(n))?;
                }
                Ok(batch)
            })
            .collect();
        assert_eq!(results.len(), 3);
        assert!(results[0].is_ok() && results[2].is_ok());
        assert_eq!(
            results[1].as_ref().unwrap_err().operation(),
            "add route 10.0.4.126/32 dev #1 table 4000"
        );
        assert_eq!(count(&mut host)?, 900);
        Ok::<(), Error>(())
    });
}

#[test]
fn a_connection_that_fails_ends_it_where_nothing_more_is_known() {
    let requests: Vec<_> = (0..1000).map(|n| request(true, n)).collect();
    let (first, rest) = requests.split_at(DATAGRAM);
    let from = DATAGRAM as u32 + 1;
    // Of the second datagram the first two are refused, and one later on; the rest is silence.
    let mut connection = scripted(&format!(
        "{}< NLMSG_ERROR CAPPED @{DATAGRAM} OK quote
         {}< NLMSG_ERROR CAPPED @{from} EBUSY quote
         < NLMSG_ERROR CAPPED @{} EBUSY quote
         < NLMSG_ERROR CAPPED @{} EBUSY quote
         < timeout",
        sent(Verb::Change, first, 1),
        sent(Verb::Change, &rest[..DATAGRAM], from),
        from + 1,
        from + 3,
    ));
    connection.set_timeout(Some(Duration::from_secs(600)));
    let mut results: Vec<_> = connection
        .bulk(0..1000, |batch, n| batch.change(request(true, n)))
        .collect();
    connection.finish().unwrap();
    let last = results.pop().unwrap().unwrap_err();
    assert!(last.is_timed_out() || last.errno().is_some(), "{last}");
    let refused: Vec<_> = results.split_off(DATAGRAM);
    assert!(results.iter().all(Result::is_ok));
    let errnos: Vec<_> = refused
        .into_iter()
        .map(|r| r.unwrap_err().errno())
        .collect();
    assert_eq!(errnos, [Some(libc::EBUSY); 2]);
}
