//! Runs nlroute, the floor and the peers side by side and writes the tables.
//!
//! ```text
//! compare [--write FILE] [--quick] [--only bridge|links] [--syscalls] [--rounds N]
//! ```

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::time::Duration;

use nlroute_benches::sandbox::{self, Cost};
use nlroute_benches::table::{self, Table, median, pairwise, quantile};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Default)]
struct Options {
    write: Option<PathBuf>,
    quick: bool,
    only: Option<String>,
    syscalls: bool,
    rounds: Option<usize>,
}

fn options() -> Options {
    let mut options = Options::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--write" => options.write = words.next().map(PathBuf::from),
            "--quick" => options.quick = true,
            "--only" => options.only = words.next(),
            "--syscalls" => options.syscalls = true,
            "--rounds" => options.rounds = words.next().and_then(|n| n.parse().ok()),
            other => {
                eprintln!(
                    "{other}?\nusage: compare [--write FILE] [--quick] [--only bridge|links] \
                     [--syscalls] [--rounds N]"
                );
                exit(2)
            }
        }
    }
    options
}

/// A program that does the job. The floor is always the first of its list.
struct Contender {
    name: &'static str,
    program: PathBuf,
}

/// The contenders that are built; the others are named on standard error.
fn contenders(list: &[(&'static str, &'static str)]) -> io::Result<Vec<Contender>> {
    let exe = std::env::current_exe()?;
    let own = exe.parent().unwrap_or(Path::new("."));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release");
    let mut found = Vec::new();
    for &(name, program) in list {
        let places = [own.join(program), root.join(program)];
        match places.into_iter().find(|place| place.exists()) {
            Some(program) => found.push(Contender { name, program }),
            None => eprintln!("skipped: {name} ({program} is not built)"),
        }
    }
    match found.first() {
        Some(first) if first.name == FLOOR => Ok(found),
        _ => Err(io::Error::other(
            "the floor is not built: cargo build --release",
        )),
    }
}

const FLOOR: &str = "floor (bare bytes)";

fn bridge_contenders() -> io::Result<Vec<Contender>> {
    contenders(&[
        (FLOOR, "floor_bridge"),
        ("nlroute", "examples/docker_bridge"),
        ("ip -batch", "peer_bridge_ip"),
        ("rtnetlink (tokio)", "peer_bridge_rtnetlink"),
        ("nlink (tokio)", "peer_bridge_nlink"),
    ])
}

fn links_contenders() -> io::Result<Vec<Contender>> {
    contenders(&[
        (FLOOR, "floor_links"),
        ("nlroute", "examples/list_links"),
        ("netlink-bindings", "peer_links_netlink_bindings"),
        ("neli", "peer_links_neli"),
        ("rtnetlink (tokio)", "peer_links_rtnetlink"),
        ("nlink (tokio)", "peer_links_nlink"),
    ])
}

fn words(program: &Path, arguments: &[&str]) -> Vec<String> {
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(arguments.iter().map(|&word| word.to_owned()));
    words
}

fn bridge_words(contender: &Contender, containers: u32, time: bool) -> Vec<String> {
    let containers = containers.to_string();
    let mut arguments = vec!["--containers", &containers, "--here", "--quiet", "--keep"];
    if time {
        arguments.push("--time");
    }
    words(&contender.program, &arguments)
}

/// Interleaved rounds, each beginning with another contender; the first is a warm-up.
fn rounds(
    commands: &[Vec<String>],
    links: u32,
    count: usize,
    settle: bool,
) -> io::Result<(Vec<Vec<Cost>>, Duration)> {
    let mut costs = vec![Vec::new(); commands.len()];
    let mut waited = Duration::ZERO;
    for round in 0..=count {
        for i in 0..commands.len() {
            let which = (round + i) % commands.len();
            let cost = sandbox::cost(links, &commands[which])?;
            if settle {
                waited += sandbox::settle()?;
            }
            if round > 0 {
                costs[which].push(cost);
            }
        }
    }
    Ok((costs, waited))
}

fn column(costs: &[Cost], field: fn(&Cost) -> f64) -> Vec<f64> {
    costs.iter().map(field).collect()
}

fn spread(values: &[f64], unit: f64, digits: usize) -> String {
    let (low, high) = (quantile(values, 0.25), quantile(values, 0.75));
    format!("{:.digits$}–{:.digits$}", low / unit, high / unit)
}

fn peaks(commands: &[Vec<String>], links: u32) -> io::Result<Vec<f64>> {
    let one = |command: &Vec<String>| {
        let runs: io::Result<Vec<f64>> = (0..3)
            .map(|_| sandbox::peak_kib(links, command).map(|kib| kib as f64))
            .collect();
        runs.map(|runs| median(&runs))
    };
    commands.iter().map(one).collect()
}

fn bridge(options: &Options) -> Result<String> {
    let contenders = bridge_contenders()?;
    let sizes: &[(u32, usize)] = if options.quick {
        &[(1, 7), (10, 5)]
    } else {
        &[(1, 41), (10, 21), (100, 11)]
    };
    let mut text = String::from("## The bridge job\n\n");
    text.push_str(
        "A bridge with an address; for each container a namespace, a veth pair born at its \
         place, and inside it `lo` up, the peer up, an address and the default route.\n\n",
    );
    for &(containers, count) in sizes {
        let count = options.rounds.unwrap_or(count);
        let commands: Vec<_> = contenders
            .iter()
            .map(|c| bridge_words(c, containers, true))
            .collect();
        let (costs, waited) = rounds(&commands, 0, count, true)?;
        let peaks = peaks(&commands, 0)?;
        sandbox::settle()?;
        let mut table = Table::new(&[
            "program",
            "build, ms",
            "× floor",
            "middle half, ms",
            "whole process, ms",
            "× floor",
            "processor, ms",
            "peak memory, KiB",
        ]);
        let floor_build = column(&costs[0], |c| c.build_ns);
        let floor_wall = column(&costs[0], |c| c.wall_ns);
        for ((contender, costs), peak) in contenders.iter().zip(&costs).zip(&peaks) {
            let build = column(costs, |c| c.build_ns);
            let wall = column(costs, |c| c.wall_ns);
            let told = build.iter().all(|&ns| ns > 0.0);
            let or_dash = |text: String| if told { text } else { "–".into() };
            table.row(&[
                contender.name.into(),
                or_dash(format!("{:.2}", median(&build) / 1e6)),
                or_dash(format!("{:.2}", pairwise(&build, &floor_build))),
                or_dash(spread(&build, 1e6, 2)),
                format!("{:.2}", median(&wall) / 1e6),
                format!("{:.2}", pairwise(&wall, &floor_wall)),
                format!("{:.2}", median(&column(costs, |c| c.processor_us)) / 1e3),
                format!("{peak:.0}"),
            ]);
        }
        text.push_str(&format!(
            "### {containers} container{}\n\n{}\n",
            if containers == 1 { "" } else { "s" },
            table.finish()
        ));
        text.push_str(&format!(
            "{count} rounds; {:.1} s in all were spent waiting for the kernel.\n\n",
            waited.as_secs_f64()
        ));
    }
    text.push_str(
        "Method: the programs take turns, each round begins with another one, and the first \
         round is thrown away. Every run has fresh network and mount namespaces. \"build\" is \
         the program's own monotonic clock around the work; \"whole process\" is from spawn to \
         wait. Both are medians; a ratio is the median of the ratios to the floor of the same \
         round. What was built is left standing (`--keep`) and goes with its sandbox, and the \
         next run begins when the kernel has taken it down: two canary namespaces given up \
         after it, one after the other, are gone. So no run is timed against another's \
         tear-down. Memory is VmHWM, read as the process exits, in runs of its own; for \
         `ip -batch` it is the driver's, which only starts `ip`, and its times count every \
         `ip` that it starts.\n\n",
    );
    text.push_str(&table::machine());
    Ok(text)
}

fn links(options: &Options) -> Result<String> {
    let contenders = links_contenders()?;
    let count = options
        .rounds
        .unwrap_or(if options.quick { 11 } else { 61 });
    let mut text = String::from(
        "## The links job\n\nA process that starts, lists the links (index and name) and ends.\n\n",
    );
    for links in [0, 500] {
        let commands: Vec<_> = contenders.iter().map(|c| words(&c.program, &[])).collect();
        let expected = sandbox::output(links, &commands[0])?;
        for (contender, command) in contenders.iter().zip(&commands) {
            // nlroute's example may say more of a link than the floor does.
            if contender.name != "nlroute" && sandbox::output(links, command)? != expected {
                return Err(format!("{}: not the floor's list", contender.name).into());
            }
        }
        // Making and giving up 500 links takes the kernel longer than the job.
        let count = if links == 0 { count } else { count.div_ceil(3) };
        let (costs, _) = rounds(&commands, links, count, true)?;
        let peaks = peaks(&commands, links)?;
        let mut table = Table::new(&[
            "program",
            "whole process, ms",
            "× floor",
            "middle half, ms",
            "processor, ms",
            "peak memory, KiB",
            "size of the program, KiB",
        ]);
        let floor = column(&costs[0], |c| c.wall_ns);
        for ((contender, costs), peak) in contenders.iter().zip(&costs).zip(&peaks) {
            let wall = column(costs, |c| c.wall_ns);
            table.row(&[
                contender.name.into(),
                format!("{:.2}", median(&wall) / 1e6),
                format!("{:.2}", pairwise(&wall, &floor)),
                spread(&wall, 1e6, 2),
                format!("{:.2}", median(&column(costs, |c| c.processor_us)) / 1e3),
                format!("{peak:.0}"),
                stripped_kib(&contender.program).map_or("–".into(), |kib| kib.to_string()),
            ]);
        }
        text.push_str(&format!(
            "### {} link{}\n\n{}\n",
            links + 1,
            if links == 0 { "" } else { "s" },
            table.finish()
        ));
        text.push_str(&format!("{count} rounds.\n\n"));
    }
    text.push_str(
        "Method: as for the bridge job. The floor prints the same list. The size is that of the \
         program's text and data (`size`).\n\n",
    );
    text.push_str(&table::machine());
    Ok(text)
}

/// Text and data as loaded, in KiB.
fn stripped_kib(program: &Path) -> Option<u64> {
    let output = Command::new("size").arg(program).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let sizes = text.lines().nth(1)?.split_whitespace();
    let mut bytes = sizes.map_while(|word| word.parse::<u64>().ok());
    Some((bytes.next()? + bytes.next()?) / 1024)
}

/// System calls of one run by name, counted by strace in every thread and child.
fn count_calls(program: &[String]) -> Result<HashMap<String, u64>> {
    let file = std::env::temp_dir().join(format!("calls-{}", std::process::id()));
    let mut command: Vec<String> = ["strace", "-f", "-c", "-o"].map(String::from).into();
    command.push(file.to_string_lossy().into_owned());
    command.extend_from_slice(program);
    sandbox::output(0, &command)?;
    let text = std::fs::read_to_string(&file)?;
    std::fs::remove_file(&file)?;
    let mut calls = HashMap::new();
    for line in text.lines() {
        let mut fields = line.split_whitespace();
        let (Some(share), Some(name)) = (fields.next(), line.split_whitespace().last()) else {
            continue;
        };
        let count = fields.nth(2).and_then(|word| word.parse::<u64>().ok());
        if let (Ok(_), Some(count), true) = (share.parse::<f64>(), count, name != "total") {
            *calls.entry(name.to_owned()).or_default() += count;
        }
    }
    Ok(calls)
}

fn syscalls() -> Result<String> {
    if Command::new("strace").arg("--version").output().is_err() {
        return Ok("## System calls\n\nNot counted: strace is not installed.".into());
    }
    const FEW: u32 = 1;
    const MANY: u32 = 11;
    let total = |calls: &HashMap<String, u64>| calls.values().sum::<u64>();
    let sends = |calls: &HashMap<String, u64>| {
        ["sendto", "sendmsg", "sendmmsg", "writev"]
            .iter()
            .filter_map(|name| calls.get(*name))
            .sum::<u64>()
    };
    let receives = |calls: &HashMap<String, u64>| {
        let names = ["recvfrom", "recvmsg", "recvmmsg"];
        names
            .iter()
            .filter_map(|name| calls.get(*name))
            .sum::<u64>()
    };
    let mut table = Table::new(&[
        "program",
        "calls, 1 container",
        "calls a further container",
        "sends",
        "receives",
        "forks and threads",
    ]);
    for contender in bridge_contenders()? {
        let few = count_calls(&bridge_words(&contender, FEW, false))?;
        let many = count_calls(&bridge_words(&contender, MANY, false))?;
        let each =
            |few: u64, many: u64| format!("{:.1}", (many - few) as f64 / f64::from(MANY - FEW));
        let forks = |calls: &HashMap<String, u64>| {
            let names = ["fork", "vfork", "clone", "clone3"];
            names
                .iter()
                .filter_map(|name| calls.get(*name))
                .sum::<u64>()
        };
        table.row(&[
            contender.name.into(),
            total(&few).to_string(),
            each(total(&few), total(&many)),
            each(sends(&few), sends(&many)),
            each(receives(&few), receives(&many)),
            each(forks(&few), forks(&many)),
        ]);
    }
    let mut links = Table::new(&["program", "calls", "sends", "receives"]);
    for contender in links_contenders()? {
        let calls = count_calls(&words(&contender.program, &[]))?;
        let sent = sends(&calls).to_string();
        let received = receives(&calls).to_string();
        links.row(&[
            contender.name.into(),
            total(&calls).to_string(),
            sent,
            received,
        ]);
    }
    sandbox::settle()?;
    Ok(format!(
        "## System calls\n\nCounted by `strace -f -c`, every thread and child, from `exec` to exit. \"A further \
         container\" is the difference between {MANY} containers and {FEW}, divided by {}; so \
         are the columns behind it.\n\n### The bridge job\n\n{}\n### The links job, 1 link\n\n{}\n",
        MANY - FEW,
        table.finish(),
        links.finish()
    ))
}

fn main() -> Result<()> {
    if let Some(code) = sandbox::inside_main().or_else(sandbox::settle_main) {
        exit(code)
    }
    let options = options();
    let wants = |job: &str| options.only.as_deref().is_none_or(|only| only == job);
    let mut sections = Vec::new();
    if options.syscalls {
        sections.push(("system calls", syscalls()?));
    } else {
        if wants("bridge") {
            sections.push(("bridge", bridge(&options)?));
        }
        if wants("links") {
            sections.push(("links", links(&options)?));
        }
    }
    for (name, text) in sections {
        println!("{}\n", text.trim_end());
        if let Some(file) = &options.write {
            table::write_section(file, name, &text)?;
        }
    }
    Ok(())
}
