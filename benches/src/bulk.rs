//! The bulk jobs: what is done, the arguments that every program of them takes, and the line that
//! it reports.
//!
//! `PROGRAM JOB NUMBER` does one job, in the network that [`prepare`] made:
//!
//! - `add`, `delete`: so many IPv4 routes, [`destination`]`(0)` and up, by the gateway on the link
//!   and with the metric. Each must be known to have succeeded.
//! - `count`, `fields`, `list`: a dump of all IPv4 routes, to their number; to destination,
//!   gateway, link and metric of each; to a list in memory.
//! - `failing`: so many requests, of which every hundredth is refused.
//! - `veth`: so many veth pairs, each with its peer in a namespace of its own, all up.

use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::process::exit;
use std::time::Instant;
use std::{fmt, fs};

use crate::bare::{self, Template};

/// The link that all routes go out by; its index is chosen.
pub const LINK: u32 = 10;
pub const LINK_NAME: &str = "near0";
pub const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 56, 1);
pub const METRIC: u32 = 50;
/// Every so many requests one is refused in the job that has refusals.
pub const EVERY: u32 = 100;
const FIRST: u32 = 0x0a00_0000;
/// The group of the veth pairs, by which they are deleted in one go.
pub const GROUP: u32 = 77;

/// Where route `n` leads: 10.0.0.0/32 and up.
pub fn destination(n: u32) -> Ipv4Addr {
    Ipv4Addr::from(FIRST + n)
}

/// What the fields of one route add to the sum by which it is checked that all were read.
#[inline(always)]
pub fn sum(destination: Ipv4Addr, gateway: Ipv4Addr, link: u32, metric: u32) -> u64 {
    u64::from(u32::from(destination))
        + u64::from(u32::from(gateway))
        + u64::from(link)
        + u64::from(metric)
}

/// The sum of routes 0 to `number`.
pub fn expected(number: u32) -> u64 {
    (0..number)
        .map(|n| sum(destination(n), GATEWAY, LINK, METRIC))
        .sum()
}

/// Whether a route is one of these, by its destination.
#[inline(always)]
pub fn is_ours(destination: Ipv4Addr) -> bool {
    destination.octets()[0] == 10
}

/// The name of namespace `n` of the veth job.
pub fn netns(n: u32) -> String {
    format!("n{n}")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Add,
    Delete,
    Count,
    Fields,
    List,
    Veth,
    Failing,
}

impl Job {
    pub const fn word(self) -> &'static str {
        match self {
            Job::Add => "add",
            Job::Delete => "delete",
            Job::Count => "count",
            Job::Fields => "fields",
            Job::List => "list",
            Job::Veth => "veth",
            Job::Failing => "failing",
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The job and the number in the command line; prints what is wrong and exits with 2.
pub fn from_env() -> (Job, u32) {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let all = [
        Job::Add,
        Job::Delete,
        Job::Count,
        Job::Fields,
        Job::List,
        Job::Veth,
        Job::Failing,
    ];
    if let [job, number] = words.as_slice() {
        let job = all.into_iter().find(|known| known.word() == job);
        if let (Some(job), Ok(number)) = (job, number.parse()) {
            return (job, number);
        }
    }
    eprintln!("usage: add|delete|count|fields|list|veth|failing NUMBER");
    exit(2)
}

/// Ends a program that doesn't do this job, which isn't a failure.
pub fn cannot(job: Job) -> ! {
    eprintln!("no {job}");
    exit(NOT_DONE)
}

/// The exit status of [`cannot`].
pub const NOT_DONE: i32 = 3;

/// What a program reports of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    pub ns: f64,
    /// Of routes or links.
    pub count: u64,
    /// See [`sum`]; 0 when the fields aren't read.
    pub sum: u64,
    /// Resident memory when it began, in KiB.
    pub before_kib: u64,
    /// The most that it had meanwhile.
    pub peak_kib: u64,
}

impl Report {
    pub fn to_line(self) -> String {
        let Report {
            ns,
            count,
            sum,
            before_kib,
            peak_kib,
        } = self;
        format!("{ns} {count} {sum} {before_kib} {peak_kib}")
    }

    pub fn from_line(line: &str) -> Option<Report> {
        let mut words = line.split_whitespace();
        Some(Report {
            ns: words.next()?.parse().ok()?,
            count: words.next()?.parse().ok()?,
            sum: words.next()?.parse().ok()?,
            before_kib: words.next()?.parse().ok()?,
            peak_kib: words.next()?.parse().ok()?,
        })
    }
}

/// A number of the memory of a process (`self`, or by id), from its `status`.
pub fn status_kib(process: &str, key: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

/// A job that has begun.
pub struct Begun {
    before_kib: u64,
    at: Instant,
}

/// Begins: from here on time and memory count.
pub fn begin() -> Begun {
    // Forgets the peak so far; where that isn't allowed the peak is one of the whole process.
    let _ = fs::write("/proc/self/clear_refs", "5");
    Begun {
        before_kib: status_kib("self", "VmRSS:"),
        at: Instant::now(),
    }
}

impl Begun {
    /// Ends: prints the report.
    pub fn end(self, count: u64, sum: u64) -> io::Result<()> {
        let ns = self.at.elapsed().as_nanos() as f64;
        let report = Report {
            ns,
            count,
            sum,
            before_kib: self.before_kib,
            peak_kib: status_kib("self", "VmHWM:"),
        };
        writeln!(io::stdout(), "{}", report.to_line())
    }
}

// The floor's messages.

pub const ROUTE_LEN: usize = 16 + 12 + 4 * 8;

/// A message about a route of the job: its bytes, and where the destination stands.
pub type RouteAt = ([u8; ROUTE_LEN], usize);

const fn route(kind: u16, flags: i32, fixed: [u8; 4]) -> RouteAt {
    let mut t = Template::<ROUTE_LEN>::message(kind, bare::REQUEST | flags);
    t.put(&[libc::AF_INET as u8, 32, 0, 0]);
    t.put(&fixed);
    t.put(&[0; 4]);
    let destination = t.attribute(libc::RTA_DST, &[0; 4]);
    t.attribute(libc::RTA_OIF, &LINK.to_ne_bytes());
    t.attribute(libc::RTA_GATEWAY, &GATEWAY.octets());
    t.attribute(libc::RTA_PRIORITY, &METRIC.to_ne_bytes());
    (t.finish(), destination)
}

pub const ADD: RouteAt = route(
    libc::RTM_NEWROUTE,
    bare::CREATE,
    [
        libc::RT_TABLE_MAIN,
        libc::RTPROT_BOOT,
        libc::RT_SCOPE_UNIVERSE,
        libc::RTN_UNICAST,
    ],
);
pub const DELETE: RouteAt = route(
    libc::RTM_DELROUTE,
    0,
    [libc::RT_TABLE_MAIN, 0, libc::RT_SCOPE_NOWHERE, 0],
);

/// RTM_GETROUTE of every IPv4 route.
pub const DUMP: [u8; 28] = {
    let mut t = Template::<28>::message(libc::RTM_GETROUTE, bare::REQUEST | libc::NLM_F_DUMP);
    t.put(&[libc::AF_INET as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    t.finish()
};
