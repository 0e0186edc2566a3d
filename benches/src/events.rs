//! The events job: routes change in batches while somebody listens.
//!
//! The writer adds [`PHASE`] routes one by one, deletes them one by one, and so on, at a given
//! rate or as fast as the kernel goes. A listener ends when it is told of [`END`], which the
//! writer makes again and again once it is through: it may be lost as anything else may.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::Ipv4Addr;
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nlroute::{Connection, Prefix, Route};

use crate::bulk;
use crate::sandbox::processor_of_children;
use crate::table::Table;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The destination of the route that ends a listener.
pub const END: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
/// So many are added, then so many deleted. Neither divides the other, so that a run ends with
/// some of them there.
const PHASE: u32 = 7_000;
/// Changes in a datagram.
const BURST: u32 = 100;
/// The receive buffer that is asked for, by those who ask.
pub const BUFFER: u32 = 2 << 20;
/// One that overruns with every burst.
const SMALL: u32 = 4096;
const LIMIT: Duration = Duration::from_secs(120);
/// How long the writer waits until it looks again whether the listener has ended.
const PAUSE: Duration = Duration::from_millis(10);

fn route<'a>(n: u32) -> Route<'a> {
    Route::new(Prefix::host(bulk::destination(n).into()))
        .gateway(bulk::GATEWAY.into())
        .oif(bulk::LINK)
        .metric(bulk::METRIC)
}

fn end<'a>() -> Route<'a> {
    Route::new(Prefix::host(END.into())).oif(bulk::LINK)
}

/// Which route change `n` is about, and whether it deletes it.
fn change(n: u32) -> (u32, bool) {
    (n % PHASE, n / PHASE % 2 == 1)
}

/// How many routes are there after so many changes.
fn left(changes: u32) -> u32 {
    let (done, deletes) = change(changes);
    if deletes { PHASE - done } else { done }
}

/// The sum of the fields of the routes that so many changes are about.
fn expected(changes: u32) -> u64 {
    let whole = bulk::expected(PHASE) * u64::from(changes / PHASE);
    whole + bulk::expected(changes % PHASE)
}

/// What a listener reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// Events about the job's routes, and the [sum](bulk::sum) of their fields.
    pub events: u64,
    pub sum: u64,
    /// How often it was told that some are lost.
    pub overruns: u64,
    /// How often a tracker listed everything again for it.
    pub resyncs: u64,
    /// For a tracker, 1 if it was what the kernel lists in the end.
    pub is_true: u64,
    pub peak_kib: u64,
}

impl Heard {
    pub fn to_line(self) -> String {
        let Heard {
            events,
            sum,
            overruns,
            resyncs,
            is_true,
            peak_kib,
        } = self;
        format!("{events} {sum} {overruns} {resyncs} {is_true} {peak_kib}")
    }

    fn from_line(line: &str) -> Option<Heard> {
        let mut words = line.split_whitespace().map_while(|word| word.parse().ok());
        Some(Heard {
            events: words.next()?,
            sum: words.next()?,
            overruns: words.next()?,
            resyncs: words.next()?,
            is_true: words.next()?,
            peak_kib: words.next()?,
        })
    }
}

/// What a listener prints when it has joined.
pub const READY: &str = "ready";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    /// `bulk_events` with this word, and with so large a buffer.
    Ours(&'static str, u32),
    Ip,
}

const LISTENERS: [(&str, Who); 6] = [
    ("nobody", Who::Nobody),
    ("floor (bare `recv`)", Who::Ours("bare", BUFFER)),
    ("nlroute, `Monitor`", Who::Ours("monitor", BUFFER)),
    ("nlroute, `Tracker`", Who::Ours("tracker", BUFFER)),
    (
        "nlroute, `Tracker`, buffer of 4 KiB",
        Who::Ours("tracker", SMALL),
    ),
    ("`ip monitor route`", Who::Ip),
];

/// A file in memory.
fn memory() -> io::Result<File> {
    // SAFETY: the name is NUL-terminated; the answer is checked before it is owned.
    unsafe {
        match libc::memfd_create(c"events".as_ptr(), libc::MFD_CLOEXEC) {
            -1 => Err(io::Error::last_os_error()),
            fd => Ok(OwnedFd::from_raw_fd(fd).into()),
        }
    }
}

/// Who listens, in a process of its own.
enum Listener {
    Nobody,
    Ours(Child, BufReader<std::process::ChildStdout>),
    Ip(Child, File, File),
}

impl Listener {
    /// Starts it and waits until it listens.
    fn start(who: Who, host: &mut Connection, own: &Path) -> Result<Self> {
        match who {
            Who::Nobody => Ok(Self::Nobody),
            Who::Ours(word, buffer) => {
                let mut child = Command::new(own.with_file_name("bulk_events"))
                    .args([word, &buffer.to_string()])
                    .stdout(Stdio::piped())
                    .spawn()?;
                let mut output = BufReader::new(child.stdout.take().ok_or("no pipe")?);
                let mut line = String::new();
                output.read_line(&mut line)?;
                if line.trim() != READY {
                    return Err(format!("{word} doesn't listen: {}", child.wait()?).into());
                }
                Ok(Self::Ours(child, output))
            }
            Who::Ip => {
                let (output, errors) = (memory()?, memory()?);
                let child = Command::new("ip")
                    .args(["-4", "monitor", "route"])
                    .stdout(output.try_clone()?)
                    .stderr(errors.try_clone()?)
                    .spawn()?;
                // It doesn't say when it listens, only what it hears.
                let deadline = Instant::now() + LIMIT;
                while output.metadata()?.len() == 0 {
                    mark(host)?;
                    pause(deadline)?;
                }
                Ok(Self::Ip(child, output, errors))
            }
        }
    }

    /// Ends it, when it has been told all that is ever told.
    fn finish(self, host: &mut Connection) -> Result<Heard> {
        let deadline = Instant::now() + LIMIT;
        match self {
            Self::Nobody => Ok(Heard::default()),
            Self::Ours(mut child, mut output) => {
                let status = loop {
                    mark(host)?;
                    match child.try_wait()? {
                        Some(status) => break status,
                        None => pause(deadline)?,
                    }
                };
                let mut line = String::new();
                output.read_to_string(&mut line)?;
                let heard = Heard::from_line(&line).filter(|_| status.success());
                heard.ok_or_else(|| format!("a listener: {status}: {line}").into())
            }
            Self::Ip(mut child, output, errors) => {
                let end = format!("{END} ");
                // The file had some of them when it began.
                let from = output.metadata()?.len();
                let told = |after: u64| -> io::Result<bool> {
                    let len = output.metadata()?.len();
                    let some = (len - after).min(4096);
                    let mut last = vec![0; some as usize];
                    output.read_exact_at(&mut last, len - some)?;
                    Ok(String::from_utf8_lossy(&last).contains(&end))
                };
                loop {
                    mark(host)?;
                    pause(deadline)?;
                    if told(from)? {
                        break;
                    }
                }
                let peak_kib = bulk::status_kib(&child.id().to_string(), "VmHWM:");
                child.kill()?;
                child.wait()?;
                let lines = |file: File, wanted: fn(&str) -> bool| -> io::Result<u64> {
                    let mut text = vec![0; file.metadata()?.len() as usize];
                    file.read_exact_at(&mut text, 0)?;
                    let text = String::from_utf8_lossy(&text);
                    Ok(text.lines().filter(|line| wanted(line)).count() as u64)
                };
                Ok(Heard {
                    events: lines(output, |line| {
                        line.trim_start_matches("Deleted ").starts_with("10.")
                    })?,
                    overruns: lines(errors, |line| line.contains("No buffer space"))?,
                    peak_kib,
                    ..Heard::default()
                })
            }
        }
    }
}

fn pause(deadline: Instant) -> Result<()> {
    if Instant::now() > deadline {
        return Err("a listener doesn't come to its end".into());
    }
    sleep(PAUSE);
    Ok(())
}

/// Makes the route that ends a listener, anew.
fn mark(host: &mut Connection) -> nlroute::Result<()> {
    match host.delete(end()) {
        Err(error) if !error.is_not_found() => return Err(error),
        _ => {}
    }
    host.add(end())
}

/// Makes so many changes, at most `rate` of them a second; how long it took.
fn write(host: &mut Connection, changes: u32, rate: Option<u32>) -> Result<Duration> {
    let started = Instant::now();
    let paced = (0..changes).inspect(|n| {
        let Some(rate) = rate.filter(|_| n % BURST == 0) else {
            return;
        };
        let due = Duration::from_nanos(u64::from(*n) * 1_000_000_000 / u64::from(rate));
        sleep(due.saturating_sub(started.elapsed()));
    });
    let results = host.bulk(paced, |batch, n| match change(n) {
        (n, false) => batch.add(route(n)),
        (n, true) => batch.delete(route(n)),
    });
    for result in results.datagrams_of(BURST as usize) {
        result?;
    }
    Ok(started.elapsed())
}

fn dash(is: bool, text: impl ToString) -> String {
    if is { text.to_string() } else { "–".into() }
}

/// One table: so many changes at this rate, or as fast as can be, once for each listener.
fn measure(changes: u32, rate: Option<u32>, text: &mut String) -> Result<()> {
    let own = std::env::current_exe()?;
    let mut host = Connection::open()?;
    let mut table = Table::new(&[
        "who listens",
        "changes a second",
        "events received",
        "lost",
        "told of a loss, times",
        "listed again",
        "true in the end",
        "processor, ms",
        "µs a change",
        "peak memory, KiB",
    ]);
    for (name, who) in LISTENERS {
        let before = processor_of_children();
        let listener = Listener::start(who, &mut host, &own)?;
        let took = write(&mut host, changes, rate)?;
        let heard = listener.finish(&mut host)?;
        let processor = processor_of_children() - before;

        let counts = !matches!(who, Who::Nobody | Who::Ours("tracker", _));
        let tracks = matches!(who, Who::Ours("tracker", _));
        let lost = u64::from(changes).saturating_sub(heard.events);
        if counts && heard.overruns == 0 && lost != 0 {
            return Err(format!("{name}: {lost} events are lost without a word").into());
        }
        let reads = matches!(who, Who::Ours("bare" | "monitor", _));
        if reads && lost == 0 && (heard.sum, heard.events) != (expected(changes), changes.into()) {
            return Err(format!("{name}: events aren't what was done: {heard:?}").into());
        }
        if tracks && heard.is_true != 1 {
            return Err(format!("{name}: it isn't what the kernel lists: {heard:?}").into());
        }
        let each = processor.as_secs_f64() / f64::from(changes);
        table.row(&[
            name.into(),
            format!("{:.0}", f64::from(changes) / took.as_secs_f64()),
            dash(counts, heard.events),
            dash(counts, lost),
            dash(counts, heard.overruns),
            dash(tracks, heard.resyncs),
            dash(tracks, "yes"),
            dash(
                who != Who::Nobody,
                format!("{:.0}", processor.as_secs_f64() * 1e3),
            ),
            dash(who != Who::Nobody, format!("{:.2}", each * 1e6)),
            dash(who != Who::Nobody, heard.peak_kib),
        ]);
        // What is there is taken away, as nobody listens.
        let rest = host.bulk(0..PHASE, |batch, n| batch.delete(route(n)));
        let there = rest.filter(|result| result.is_ok()).count();
        if there != left(changes) as usize {
            return Err(format!("{there} routes were there in the end").into());
        }
        host.delete(end()).or_else(|error| {
            if error.is_not_found() {
                Ok(())
            } else {
                Err(error)
            }
        })?;
    }
    let how = match rate {
        Some(rate) => format!("{rate} a second"),
        None => "as fast as the kernel goes".into(),
    };
    text.push_str(&format!(
        "### {changes} changes of routes, {how}\n\n{}\n",
        table.finish()
    ));
    Ok(())
}

/// The whole job, in the network that the bulk jobs have.
pub fn run(quick: bool) -> Result<String> {
    const RATE: u32 = 100_000;
    let seconds = if quick { 1 } else { 10 };
    let mut text = String::from("## Events\n\n");
    measure(RATE * seconds, Some(RATE), &mut text)?;
    measure(RATE * seconds, None, &mut text)?;
    let version = Command::new("ip").arg("-V").output()?;
    let version = String::from_utf8_lossy(&version.stdout);
    let mut words = version.split([' ', ',']);
    let version = words.find(|word| word.starts_with("iproute2"));
    text += &format!(
        "Method: {PHASE} IPv4 routes are added, deleted, added again and so on, {BURST} in a \
         datagram, by one process, while another one listens: each in its turn, once. \"Changes a \
         second\" is what the writer came to. The floor and `Monitor` read \
         destination, gateway, link and metric of each event, whose sum is checked; `Tracker` \
         keeps all links, addresses, routes and neighbours and gives out what changed after each \
         update, and is compared with a list of the kernel's at the end. A loss without a word, \
         sums that differ and a state that isn't true end the program. They ask for a receive \
         buffer of {} MiB, one row but of 4 KiB; `ip` ({}) has the one that it asks for itself, \
         its lines go to memory and are counted, and its losses are those that it prints. \
         Processor time is that of the listener's whole process.\n\n",
        BUFFER >> 20,
        version.unwrap_or("of a version that it doesn't tell"),
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_what_was_added_and_not_deleted() {
        for changes in [
            0, 1, 6_999, 7_000, 7_001, 13_999, 14_000, 100_000, 1_000_000,
        ] {
            let mut there = std::collections::BTreeSet::new();
            let mut sum = 0;
            for n in 0..changes {
                let (n, deletes) = change(n);
                let did = if deletes {
                    there.remove(&n)
                } else {
                    there.insert(n)
                };
                assert!(did);
                sum += bulk::sum(
                    bulk::destination(n),
                    bulk::GATEWAY,
                    bulk::LINK,
                    bulk::METRIC,
                );
            }
            assert_eq!(
                (there.len() as u32, sum),
                (left(changes), expected(changes))
            );
        }
    }
}
