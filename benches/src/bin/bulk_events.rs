//! A listener of the events job: `bulk_events bare|monitor|tracker BUFFER`.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::process::exit;

use nlroute::monitor::{Change, Event, Noun};
use nlroute::tracker::Difference;
use nlroute::{Connection, ErrorKind, Family, Group, Monitor, Routes, Tracker, route::RouteView};
use nlroute_benches::bare;
use nlroute_benches::bulk;
use nlroute_benches::events::{END, Heard, READY};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn ready() -> io::Result<()> {
    writeln!(io::stdout(), "{READY}")?;
    io::stdout().flush()
}

fn check(result: libc::c_int, what: &str) -> libc::c_int {
    if result < 0 {
        eprintln!("{what}: {}", io::Error::last_os_error());
        exit(1)
    }
    result
}

/// A socket that is told of IPv4 routes, by libc alone.
fn bare_socket(buffer: u32) -> libc::c_int {
    // SAFETY: the pointers are to values of the lengths that are given, which outlive the calls;
    // zeroes are a value of `sockaddr_nl`.
    unsafe {
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
        let fd = check(
            libc::socket(libc::AF_NETLINK, kind, libc::NETLINK_ROUTE),
            "socket",
        );
        let set = |option| {
            let value = (&raw const buffer).cast();
            libc::setsockopt(fd, libc::SOL_SOCKET, option, value, 4)
        };
        if set(libc::SO_RCVBUFFORCE) != 0 {
            check(set(libc::SO_RCVBUF), "SO_RCVBUF");
        }
        let mut address: libc::sockaddr_nl = std::mem::zeroed();
        address.nl_family = libc::AF_NETLINK as u16;
        address.nl_groups = libc::RTMGRP_IPV4_ROUTE as u32;
        let len = size_of::<libc::sockaddr_nl>() as u32;
        check(libc::bind(fd, (&raw const address).cast(), len), "bind");
        fd
    }
}

fn bare(buffer: u32) -> Result<Heard> {
    let fd = bare_socket(buffer);
    ready()?;
    let mut heard = Heard::default();
    let mut datagram = vec![0; 64 << 10];
    let mut fields = bare::RouteFields::default();
    loop {
        // SAFETY: the buffer is valid for its length.
        let got = unsafe { libc::recv(fd, datagram.as_mut_ptr().cast(), datagram.len(), 0) };
        let Ok(got) = usize::try_from(got) else {
            let error = io::Error::last_os_error();
            if error.raw_os_error() != Some(libc::ENOBUFS) {
                return Err(error.into());
            }
            heard.overruns += 1;
            continue;
        };
        let mut rest = datagram.get(..got).unwrap_or_default();
        while let Some(len) = bare::u32_at(rest, 0) {
            let len = len as usize;
            let Some(message) = rest.get(..len).filter(|_| len >= 16) else {
                return Err("a short datagram".into());
            };
            let kind = u16::from_ne_bytes([message[4], message[5]]);
            if [libc::RTM_NEWROUTE, libc::RTM_DELROUTE].contains(&kind) {
                bare::read_route(message, &mut fields);
                let to = Ipv4Addr::from(fields.dst);
                if bulk::is_ours(to) {
                    heard.events += 1;
                    let (gateway, link) = (fields.gateway.into(), fields.oif);
                    heard.sum += bulk::sum(to, gateway, link, fields.metric);
                } else if to == END && kind == libc::RTM_NEWROUTE {
                    return Ok(heard);
                }
            }
            rest = rest.get((len + 3) & !3..).unwrap_or_default();
        }
    }
}

/// Where an IPv4 route leads.
fn destination(route: &RouteView<'_>) -> Option<Ipv4Addr> {
    match route.destination().map(|to| to.address()) {
        Some(IpAddr::V4(to)) => Some(to),
        _ => None,
    }
}

fn sum(route: &RouteView<'_>) -> u64 {
    let (Some(to), Some(IpAddr::V4(gateway))) = (destination(route), route.gateway()) else {
        return 0;
    };
    let (link, metric) = (route.oif().unwrap_or(0), route.metric().unwrap_or(0));
    bulk::sum(to, gateway, link, metric)
}

fn monitor(buffer: u32) -> Result<Heard> {
    let mut monitor = Monitor::open()?;
    monitor.set_receive_buffer(buffer)?;
    monitor.join([Group::Ipv4Route])?;
    ready()?;
    let mut heard = Heard::default();
    loop {
        let Event::Notification(told) = monitor.next()? else {
            heard.overruns += 1;
            continue;
        };
        let (route, is_new) = match told.change() {
            Change::New(Noun::Route(route)) => (route, true),
            Change::Deleted(Noun::Route(route)) => (route, false),
            _ => continue,
        };
        match destination(&route) {
            Some(to) if bulk::is_ours(to) => {
                heard.events += 1;
                heard.sum += sum(&route);
            }
            Some(END) if is_new => return Ok(heard),
            _ => {}
        }
    }
}

/// The job's routes, and how often each is there.
fn count<'v>(routes: impl Iterator<Item = RouteView<'v>>) -> BTreeMap<(Ipv4Addr, u64), u32> {
    let mut counts = BTreeMap::new();
    for route in routes {
        if let Some(to) = destination(&route).filter(|to| bulk::is_ours(*to)) {
            *counts.entry((to, sum(&route))).or_default() += 1;
        }
    }
    counts
}

fn tracker(buffer: u32) -> Result<Heard> {
    let mut monitor = Monitor::open()?;
    monitor.set_receive_buffer(buffer)?;
    let mut tracker = Tracker::with(Connection::open()?, monitor)?;
    let first = tracker.resyncs();
    ready()?;
    let mut heard = Heard::default();
    let mut ended = false;
    while !ended {
        match tracker.wait(None) {
            // Routes change faster than they are listed: it goes on.
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted { .. }) => continue,
            result => result?,
        };
        for difference in &tracker.changes() {
            if let Difference::New(Noun::Route(route)) = difference {
                ended |= destination(&route) == Some(END);
            }
        }
    }
    tracker.update()?;
    let listed = Connection::open()?.list(Routes::all().family(Family::Inet))?;
    heard.is_true = (count(tracker.routes()) == count(listed.iter())).into();
    heard.resyncs = tracker.resyncs() - first;
    Ok(heard)
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (who, buffer) = match words.as_slice() {
        [who, buffer] => (who.as_str(), buffer.parse()?),
        _ => ("", 0),
    };
    let mut heard = match who {
        "bare" => bare(buffer)?,
        "monitor" => monitor(buffer)?,
        "tracker" => tracker(buffer)?,
        _ => {
            eprintln!("usage: bulk_events bare|monitor|tracker BUFFER");
            exit(2)
        }
    };
    heard.peak_kib = bulk::status_kib("self", "VmHWM:");
    writeln!(io::stdout(), "{}", heard.to_line())?;
    Ok(())
}
