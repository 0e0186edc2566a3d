//! Runs the bulk jobs by nlroute, the floor and the peers side by side and writes the tables.
//!
//! ```text
//! bulk [--write FILE] [--quick] [--only routes|dumps|one|veth|failing|events] [--rounds N]
//!      [--million]
//! ```
//!
//! Without `--million` the jobs are of 100,000 routes; with it those of 1,000,000 are done as
//! well, which takes some minutes. `--quick` is for whoever wants to know that it runs. Events are
//! written into a section of their own.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};
use std::time::Instant;

use nlroute::link::{Link, Peer, Veth};
use nlroute::{Address, Connection, Netns};
use nlroute_benches::bulk::{self, Job, Report};
use nlroute_benches::table::{self, Table, median, pairwise, quantile};
use nlroute_benches::{events, sandbox};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Default)]
struct Options {
    write: Option<PathBuf>,
    quick: bool,
    million: bool,
    only: Option<String>,
    rounds: Option<usize>,
    /// This is the process in the sandbox, whose output is the text.
    inside: bool,
}

const INSIDE: &str = "--inside";
/// The job that has a sandbox and a section of its own.
const EVENTS: &str = "events";

fn options() -> Options {
    let mut options = Options::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--write" => options.write = words.next().map(PathBuf::from),
            "--quick" => options.quick = true,
            "--million" => options.million = true,
            "--only" => options.only = words.next(),
            "--rounds" => options.rounds = words.next().and_then(|n| n.parse().ok()),
            INSIDE => options.inside = true,
            other => {
                eprintln!(
                    "{other}?\nusage: bulk [--write FILE] [--quick] [--million] [--rounds N] \
                     [--only routes|dumps|one|veth|failing|events]"
                );
                exit(2)
            }
        }
    }
    options
}

struct Contender {
    name: &'static str,
    program: PathBuf,
}

const FLOOR: &str = "floor (bare bytes)";
/// These two are measured more often than the peers, which differ by more.
const OURS: usize = 2;

fn contenders() -> io::Result<Vec<Contender>> {
    let exe = std::env::current_exe()?;
    let own = exe.parent().unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for (name, program) in [
        (FLOOR, "floor_bulk"),
        ("nlroute", "bulk_nlroute"),
        ("netlink-bindings", "peer_bulk_netlink_bindings"),
        ("nlink (tokio)", "peer_bulk_nlink"),
        ("rtnetlink (tokio)", "peer_bulk_rtnetlink"),
        ("ip -batch", "peer_bulk_ip"),
        ("neli", "peer_bulk_neli"),
    ] {
        let program = own.join(program);
        if program.exists() {
            found.push(Contender { name, program });
        } else if found.len() < OURS {
            return Err(io::Error::other(format!(
                "{name} is not built: cargo build --release"
            )));
        } else {
            eprintln!("skipped: {name} is not built");
        }
    }
    Ok(found)
}

/// Runs one job; `None` if the program doesn't do it.
fn run(contender: &Contender, job: Job, number: u32) -> Result<Option<Report>> {
    let output = Command::new(&contender.program)
        .args([job.word(), &number.to_string()])
        .stderr(Stdio::piped())
        .output()?;
    if output.status.code() == Some(bulk::NOT_DONE) {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    match Report::from_line(&text) {
        Some(report) if output.status.success() => Ok(Some(report)),
        _ => Err(format!(
            "{} {job}: {}: {}",
            contender.name,
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}

/// Waits until what was deleted before is done with as far as readers of it go.
fn rest() {
    // SAFETY: MEMBARRIER_CMD_GLOBAL takes no memory; where there is none nothing is waited for.
    unsafe { libc::syscall(libc::SYS_membarrier, 1, 0, 0) };
}

/// Reports by contender and job, a column of rounds each.
type Reports = BTreeMap<(usize, &'static str), Vec<Report>>;

fn of(reports: &Reports, who: usize, job: Job) -> &[Report] {
    reports.get(&(who, job.word())).map_or(&[], Vec::as_slice)
}

fn ns(reports: &[Report]) -> Vec<f64> {
    reports.iter().map(|report| report.ns).collect()
}

/// Median for each, ratio to the base of the same rounds; dashes where there is nothing.
fn cells(reports: &[Report], base: &[Report], each: f64, digits: usize) -> [String; 2] {
    if reports.is_empty() {
        return ["–".into(), "–".into()];
    }
    let own = ns(reports);
    [
        format!("{:.digits$}", median(&own) / each),
        format!("{:.2}", pairwise(&own, &ns(base))),
    ]
}

fn spread(reports: &[Report], base: &[Report]) -> String {
    let ratios: Vec<f64> = reports.iter().zip(base).map(|(r, b)| r.ns / b.ns).collect();
    if ratios.len() < 3 {
        return "–".into();
    }
    format!(
        "{:.2}–{:.2}",
        quantile(&ratios, 0.25),
        quantile(&ratios, 0.75)
    )
}

fn peak(reports: &[Report]) -> f64 {
    let peaks: Vec<f64> = reports
        .iter()
        .map(|report| report.peak_kib as f64)
        .collect();
    peaks.into_iter().fold(0.0, f64::max)
}

fn kib(reports: &[Report]) -> String {
    if reports.is_empty() {
        return "–".into();
    }
    format!("{:.0}", peak(reports))
}

/// How often: by the floor and nlroute, and by the peers.
#[derive(Clone, Copy)]
struct Rounds(usize, usize);

/// Interleaved rounds, each beginning with another contender. In each, a contender does these
/// jobs one after the other.
fn rounds(
    contenders: &[Contender],
    jobs: &[Job],
    number: u32,
    count: Rounds,
    mut after: impl FnMut() -> Result<()>,
    check: impl Fn(Job, &Report) -> bool,
) -> Result<Reports> {
    let mut reports = Reports::new();
    for round in 0..count.0 {
        let those = if round < count.1 {
            contenders.len()
        } else {
            OURS.min(contenders.len())
        };
        for n in 0..those {
            let who = (round + n) % those;
            for &job in jobs {
                let Some(report) = run(&contenders[who], job, number)? else {
                    continue;
                };
                if !check(job, &report) {
                    let name = contenders[who].name;
                    return Err(format!("{name} {job}: not all was done: {report:?}").into());
                }
                after()?;
                reports.entry((who, job.word())).or_default().push(report);
            }
        }
    }
    Ok(reports)
}

fn routes(contenders: &[Contender], number: u32, count: Rounds) -> Result<String> {
    // A warm-up: the kernel's memory for so many.
    for job in [Job::Add, Job::Delete] {
        run(&contenders[0], job, number)?;
    }
    let after = || {
        rest();
        Ok(())
    };
    let all = |_, report: &Report| report.count == u64::from(number);
    let jobs = [Job::Add, Job::Delete];
    let reports = rounds(contenders, &jobs, number, count, after, all)?;
    let mut table = Table::new(&[
        "program",
        "add, µs a route",
        "× floor",
        "middle half, × floor",
        "delete, µs a route",
        "× floor",
        "peak memory, KiB",
    ]);
    let each = f64::from(number) * 1e3;
    for (who, contender) in contenders.iter().enumerate() {
        let (add, delete) = (of(&reports, who, Job::Add), of(&reports, who, Job::Delete));
        let base = of(&reports, 0, Job::Add);
        let [added, times] = cells(add, base, each, 2);
        let [deleted, delete_times] = cells(delete, of(&reports, 0, Job::Delete), each, 2);
        table.row(&[
            contender.name.into(),
            added,
            times,
            spread(add, base),
            deleted,
            delete_times,
            kib(&[add, delete].concat()),
        ]);
    }
    Ok(format!(
        "### {number} IPv4 routes added and deleted\n\n{}\n{} rounds, {} by the peers.\n\n",
        table.finish(),
        count.0,
        count.1.min(count.0)
    ))
}

fn dumps(contenders: &[Contender], number: u32, count: Rounds) -> Result<String> {
    run(&contenders[0], Job::Add, number)?;
    let sum = bulk::expected(number);
    let all = |job, report: &Report| {
        report.count >= u64::from(number) && (job != Job::Fields || report.sum == sum)
    };
    let jobs = [Job::Count, Job::Fields, Job::List];
    let reports = rounds(contenders, &jobs, number, count, || Ok(()), all)?;
    run(&contenders[0], Job::Delete, number)?;
    rest();
    let mut table = Table::new(&[
        "program",
        "to a count, ns a route",
        "× floor",
        "middle half, × floor",
        "to fields, ns a route",
        "× floor's count",
        "middle half",
        "peak memory, KiB",
        "a list in memory, bytes a route",
    ]);
    let base = of(&reports, 0, Job::Count);
    for (who, contender) in contenders.iter().enumerate() {
        let (count, fields) = (
            of(&reports, who, Job::Count),
            of(&reports, who, Job::Fields),
        );
        let each = f64::from(number);
        let [counted, times] = cells(count, base, each, 0);
        let [read, read_times] = cells(fields, base, each, 0);
        let list = of(&reports, who, Job::List);
        let bytes: Vec<f64> = list
            .iter()
            .map(|r| r.peak_kib.saturating_sub(r.before_kib) as f64 * 1024.0 / each)
            .collect();
        table.row(&[
            contender.name.into(),
            counted,
            times,
            spread(count, base),
            read,
            read_times,
            spread(fields, base),
            kib(&[count, fields].concat()),
            if bytes.is_empty() {
                "–".into()
            } else {
                format!("{:.0}", median(&bytes))
            },
        ]);
    }
    Ok(format!(
        "### A dump of {number} IPv4 routes\n\n{}\n{} rounds, {} by the peers.\n\n",
        table.finish(),
        count.0,
        count.1.min(count.0)
    ))
}

fn one(number: u32) -> Result<String> {
    let program = std::env::current_exe()?.with_file_name("bulk_one");
    let output = Command::new(program).arg(number.to_string()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut table = Table::new(&["request", "bare, ns", "nlroute, ns", "× bare"]);
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut words = line.split('\t');
        let what = words.next().unwrap_or_default();
        let mut number = || words.next().and_then(|word| word.parse::<f64>().ok());
        let (Some(bare), Some(ours)) = (number(), number()) else {
            return Err(line.into());
        };
        table.row(&[
            what.into(),
            format!("{bare:.0}"),
            format!("{ours:.0}"),
            format!("{:.3}", ours / bare),
        ]);
    }
    Ok(format!(
        "### One request and its answer\n\n{}\nMedians of {number} each, by two sockets of one \
         process that take turns. Bare is `sendto` and `recv` of finished bytes, with sequence \
         and error number checked, and the link's fields read in one walk.\n\n",
        table.finish()
    ))
}

fn veth(contenders: &[Contender], number: u32, count: Rounds) -> Result<String> {
    let mut host = Connection::open()?;
    for n in 0..number {
        Netns::create(bulk::netns(n))?;
    }
    let cleared = || {
        let names = (0..number).map(|n| format!("v{n}"));
        let set = host.bulk(names, |batch, name| {
            batch.change(Link::named(&name).group(bulk::GROUP))
        });
        set.collect::<nlroute::Result<()>>()?;
        let group = bulk::GROUP.to_string();
        let status = Command::new("ip")
            .args(["link", "delete", "group", &group])
            .status()?;
        rest();
        if status.success() {
            Ok(())
        } else {
            Err("the pairs stay".into())
        }
    };
    let all = |_, report: &Report| report.count == u64::from(number);
    let reports = rounds(contenders, &[Job::Veth], number, count, cleared, all)?;
    let mut table = Table::new(&[
        "program",
        "µs a pair",
        "× floor",
        "middle half, × floor",
        "peak memory, KiB",
    ]);
    let base = of(&reports, 0, Job::Veth);
    for (who, contender) in contenders.iter().enumerate() {
        let own = of(&reports, who, Job::Veth);
        let [each, times] = cells(own, base, f64::from(number) * 1e3, 1);
        table.row(&[
            contender.name.into(),
            each,
            times,
            spread(own, base),
            kib(own),
        ]);
    }
    Ok(format!(
        "### {number} veth pairs into {number} namespaces\n\n{}\n{} rounds, {} by the peers. The \
         namespaces are there before; each is opened.\n\n",
        table.finish(),
        count.0,
        count.1.min(count.0)
    ))
}

fn failing(contenders: &[Contender], number: u32) -> Result<String> {
    let Some(report) = run(&contenders[1], Job::Failing, number)? else {
        return Err("nlroute has refusals".into());
    };
    let refused = number / bulk::EVERY;
    if report.count != u64::from(number - refused) {
        return Err(format!("refusals are lost: {report:?}").into());
    }
    Ok(format!(
        "### Refusals\n\nOf {number} requests every {}th is refused: {refused} refusals, each \
         with the name of its request at its place, and {} successes; {:.2} µs a request, at most \
         {} KiB of memory.\n\n",
        bulk::EVERY,
        report.count,
        report.ns / f64::from(number) / 1e3,
        report.peak_kib
    ))
}

fn prepare() -> Result<()> {
    sandbox::enter()?;
    let mut host = Connection::open()?;
    let veth = Veth::new(bulk::LINK_NAME).ifindex(bulk::LINK).up();
    host.add(veth.peer(Peer::new("far0").up()))?;
    host.add(Address::new(bulk::LINK, "192.168.56.10/16".parse()?))?;
    Ok(())
}

fn inside(options: &Options) -> Result<String> {
    let contenders = contenders()?;
    let wants = |what| options.only.as_deref().is_none_or(|only| only == what);
    fn choose<T>(quick: bool, few: T, many: T) -> T {
        if quick { few } else { many }
    }
    let quick = options.quick;
    let rounds = |ours: usize, peers: usize| {
        let ours = options.rounds.unwrap_or(ours);
        Rounds(ours, peers.min(ours))
    };
    let started = Instant::now();
    let told = |part: &str| eprintln!("{part}: {:.0} s", started.elapsed().as_secs_f64());
    prepare()?;
    if options.only.as_deref() == Some(EVENTS) {
        let text = events::run(quick)? + &table::machine();
        told(EVENTS);
        return Ok(text);
    }
    let mut text = String::from("## Bulk\n\n");
    let number = choose(quick, 20_000, 100_000);
    if wants("one") {
        text += &one(choose(quick, 20_000, 100_000))?;
        told("one");
    }
    if wants("routes") {
        text += &routes(
            &contenders,
            number,
            choose(quick, rounds(5, 2), rounds(21, 5)),
        )?;
        told("routes");
    }
    if wants("dumps") {
        text += &dumps(
            &contenders,
            number,
            choose(quick, rounds(5, 3), rounds(31, 11)),
        )?;
        told("dumps");
    }
    if options.million && wants("routes") {
        text += &routes(&contenders, 1_000_000, rounds(7, 1))?;
        told("a million routes");
    }
    if options.million && wants("dumps") {
        text += &dumps(&contenders, 1_000_000, rounds(15, 3))?;
        told("dumps of a million");
    }
    if wants("failing") {
        text += &failing(&contenders, choose(quick, 100_000, 1_000_000))?;
        told("failing");
    }
    if wants("veth") {
        text += &veth(
            &contenders,
            choose(quick, 50, 1000),
            choose(quick, rounds(3, 1), rounds(7, 3)),
        )?;
        told("veth");
    }
    text += "Method: one network namespace for all; the programs take turns, each round begins \
             with another one. Times are each program's own monotonic clock around the job, its \
             socket's opening included; for `ip` from spawn to wait. Medians; a ratio is the \
             median of the ratios to the floor of the same round. Routes are \
             10.0.0.0/32 and up, by a gateway on a veth link, with a metric. Adding and deleting, \
             every program knows of each route that it succeeded: the floor sends 256 messages a \
             datagram and asks the last to be acknowledged, nlroute 128; netlink-bindings 63, the \
             most that it reads answers of, nlink 200, each acknowledged, rtnetlink has 128 under \
             way at a time, neli one. The floor of a dump receives into 64 KiB and walks the \
             messages' headers; \"to fields\" is to destination, gateway, link and metric, whose \
             sum is checked. Memory is the most that was resident during the job; of a list it is \
             what was added to it.\n\n";
    text += &table::machine();
    Ok(text)
}

fn main() -> Result<()> {
    let options = options();
    if options.inside {
        let text = inside(&options)?;
        io::stdout().write_all(text.as_bytes())?;
        return Ok(());
    }
    let jobs = match options.only.as_deref() {
        None => &[("bulk", None), (EVENTS, Some(EVENTS))][..],
        Some(EVENTS) => &[(EVENTS, None)],
        Some(_) => &[("bulk", None)],
    };
    for (section, only) in jobs {
        let output = Command::new(std::env::current_exe()?)
            .args(std::env::args().skip(1))
            .args(only.iter().flat_map(|only| ["--only", only]))
            .arg(INSIDE)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err(format!("inside of the sandbox: {}", output.status).into());
        }
        let text = String::from_utf8(output.stdout)?;
        println!("{text}");
        if let Some(file) = &options.write {
            table::write_section(file, section, &text)?;
        }
    }
    Ok(())
}
