//! Counts the instructions of each codec operation by callgrind, and times it by the wall:
//! `count [--write FILE]`.
//!
//! The program that runs an operation is counted with few and with many repetitions; the
//! difference, divided, is what one costs, free of start-up. A turn of the loop itself, with
//! its two calls through pointers, is a handful of instructions and is left in for all; what it
//! is by itself is the last row.
//!
//! Times are taken here, all contenders of an operation by turns, so that what slows the machine
//! for a while slows all of them.

use std::path::PathBuf;
use std::process::{Command, Stdio, exit};
use std::time::{Duration, Instant};

use nlroute_benches::codec::{CONTENDERS, OPERATIONS, Ready, messages, ready};
use nlroute_benches::table::{self, Table, median, pairwise};

/// Turns of one operation, each a sample of each contender's.
const ROUNDS: usize = 61;
/// How long a sample takes at least.
const SAMPLE: Duration = Duration::from_micros(400);

/// What was asked for: operation, instructions at most, and those of bare bytes for what was
/// measured then, which was captured on another machine.
const ASKED: &[(&str, f64, f64)] = &[
    ("encode-veth", 300.0, 40.0),
    ("encode-address", 120.0, 30.0),
    ("encode-route", 120.0, 30.0),
    ("decode-link", 850.0, 655.0),
    ("visit-link", 2600.0, 1681.0),
    ("decode-address", 250.0, 174.0),
    ("decode-route", 200.0, 91.0),
];

/// And of the time: operation, nanoseconds at most, on the machine of then.
const ASKED_OF_TIME: &[(&str, f64)] = &[
    ("encode-veth", 20.0),
    ("encode-address", 9.0),
    ("encode-route", 9.0),
    ("decode-link", 80.0),
    ("decode-address", 12.0),
    ("decode-route", 12.0),
];

/// Repetitions to count, few and many; of a dump less will do.
fn repetitions(operation: &str) -> (u64, u64) {
    if messages(operation) == 1 {
        (1_000, 3_000)
    } else {
        (1, 3)
    }
}

fn instructions(contender: &str, operation: &str, times: u64) -> Option<u64> {
    let exe = std::env::current_exe().ok()?.with_file_name("codec_count");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(exe)
        .args([contender, operation, &times.to_string()])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Instructions for one message.
fn counted(contender: &str, operation: &str) -> Option<f64> {
    let (few, many) = repetitions(operation);
    let less = instructions(contender, operation, few)?;
    let all = instructions(contender, operation, many)?;
    let runs = (many - few) * messages(operation);
    Some((all - less) as f64 / runs as f64)
}

fn sample(run: &mut Ready, times: u64) -> Duration {
    let begin = Instant::now();
    for _ in 0..times {
        run();
    }
    begin.elapsed()
}

/// Nanoseconds for one message, all samples of each contender.
fn timed(operation: &str) -> Vec<Option<Vec<f64>>> {
    let mut all: Vec<_> = CONTENDERS
        .iter()
        .map(|contender| {
            let mut run = ready(contender, operation)?;
            let mut times = 1;
            while sample(&mut run, times) < SAMPLE {
                times *= 2;
            }
            Some((run, times, Vec::with_capacity(ROUNDS)))
        })
        .collect();
    let turns = all.len();
    for round in 0..ROUNDS {
        for turn in 0..turns {
            // Each round begins with another one.
            let one = all.get_mut((round + turn) % turns);
            if let Some((run, times, samples)) = one.and_then(Option::as_mut) {
                let took = sample(run, *times).as_nanos() as f64;
                samples.push(took / (*times * messages(operation)) as f64);
            }
        }
    }
    all.into_iter()
        .map(|one| one.map(|(_, _, samples)| samples))
        .collect()
}

/// What one operation costs each contender.
struct Costs {
    instructions: Vec<Option<f64>>,
    nanoseconds: Vec<Option<Vec<f64>>>,
}

fn measure(operation: &str, callgrind: bool) -> Result<Costs, String> {
    let nanoseconds = timed(operation);
    let mut instructions = Vec::new();
    for (contender, samples) in CONTENDERS.iter().zip(&nanoseconds) {
        instructions.push(match samples {
            Some(_) if callgrind => Some(
                counted(contender.name, operation)
                    .ok_or_else(|| format!("{} {operation}", contender.name))?,
            ),
            _ => None,
        });
    }
    Ok(Costs {
        instructions,
        nanoseconds,
    })
}

/// The bytes' own cost first, this crate's second, then the others.
const OURS: usize = 1;

/// By how much the best of the others is dearer.
fn ahead(costs: &[Option<f64>]) -> Option<f64> {
    let ours = (*costs.get(OURS)?)?;
    let others = costs.iter().skip(OURS + 1).flatten();
    let best = others.copied().min_by(f64::total_cmp)?;
    Some(best / ours)
}

fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".into(), |value| format!("{value:.digits$}"))
}

/// By operation, and for each contender.
type Found<'a> = [(&'a str, Vec<Option<f64>>)];

fn found(all: &Found<'_>, operation: &str, contender: usize) -> Option<f64> {
    let (_, costs) = all.iter().find(|(name, _)| *name == operation)?;
    *costs.get(contender)?
}

fn ratio(value: Option<f64>, bare: Option<f64>) -> String {
    shown(value.zip(bare).map(|(value, bare)| value / bare), 2)
}

/// What was asked for beside what was counted.
fn asked(all: &Found<'_>) -> String {
    let mut table = Table::new(&[
        "operation",
        "asked",
        "bare then",
        "ratio asked",
        "nlroute",
        "without the loop",
        "bare now",
        "ratio",
    ]);
    let alone = found(all, "nothing", OURS).unwrap_or_default();
    for (operation, most, bare) in ASKED {
        let (ours, now) = (found(all, operation, OURS), found(all, operation, 0));
        table.row(&[
            (*operation).to_owned(),
            format!("{most:.0}"),
            format!("{bare:.0}"),
            ratio(Some(*most), Some(*bare)),
            shown(ours, 0),
            shown(ours.map(|ours| ours - alone), 0),
            shown(now, 0),
            ratio(ours, now),
        ]);
    }
    table.finish()
        + "\nWhat was asked for was measured on another machine with other captures: the bare \
           bytes tell how much more there is to do here. The link captured here has more bytes \
           than that one, nests included, and the route five attributes.\n"
}

/// What was asked for beside what was timed.
fn asked_of_time(all: &Found<'_>) -> String {
    let mut table = Table::new(&[
        "operation",
        "asked, ns",
        "nlroute",
        "without the loop",
        "bare here",
        "ratio",
    ]);
    let alone = found(all, "nothing", OURS).unwrap_or_default();
    for (operation, most) in ASKED_OF_TIME {
        let (ours, bare) = (found(all, operation, OURS), found(all, operation, 0));
        table.row(&[
            (*operation).to_owned(),
            format!("{most:.0}"),
            shown(ours, 1),
            shown(ours.map(|ours| ours - alone), 1),
            shown(bare, 1),
            ratio(ours, bare),
        ]);
    }
    table.finish()
        + "\nBare bytes took 3.3 ns for the first on the machine of then, and what they take of an \
           address and of a link here is as much as was asked for, or more: a nanosecond isn't the \
           same here. Going from one attribute to the next a walk waits for a length to be loaded \
           and added, some nine cycles; the index guesses the most frequent one instead, and \
           overtakes bare bytes there.\n"
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let file = match words.as_slice() {
        [] => None,
        [flag, file] if flag == "--write" => Some(PathBuf::from(file)),
        _ => {
            eprintln!("usage: count [--write FILE]");
            exit(2)
        }
    };
    let callgrind = Command::new("valgrind").arg("--version").output().is_ok();
    let names: Vec<&str> = CONTENDERS.iter().map(|contender| contender.name).collect();
    let columns = [&["operation"], names.as_slice(), &["next of the others"]].concat();
    let (mut counts, mut times) = (Table::new(&columns), Table::new(&columns));
    let (mut all, mut all_times) = (Vec::new(), Vec::new());
    for (operation, what) in OPERATIONS {
        let costs = measure(operation, callgrind)?;
        all.push((*operation, costs.instructions.clone()));
        let mut cells = vec![(*what).to_owned()];
        cells.extend(costs.instructions.iter().map(|count| shown(*count, 0)));
        let alone = *operation == "nothing";
        let times_of = |value: Option<f64>| match value {
            Some(value) if !alone => format!("× {value:.1}"),
            _ => "–".into(),
        };
        cells.push(times_of(ahead(&costs.instructions)));
        counts.row(&cells);

        let bare = costs.nanoseconds.first().cloned().flatten();
        let mut cells = vec![(*what).to_owned()];
        let medians: Vec<_> = costs
            .nanoseconds
            .iter()
            .map(|samples| samples.as_deref().map(median))
            .collect();
        for (samples, median) in costs.nanoseconds.iter().zip(&medians) {
            let ratio = samples.as_deref().zip(bare.as_deref());
            let ratio = ratio.map(|(samples, bare)| pairwise(samples, bare));
            cells.push(match ratio {
                Some(ratio) if !alone => format!("{} (× {ratio:.1})", shown(*median, 1)),
                _ => shown(*median, 1),
            });
        }
        cells.push(times_of(ahead(&medians)));
        all_times.push((*operation, medians));
        times.row(&cells);
    }
    let mut text = String::from("## Instructions and times of the codec\n\n### Instructions\n\n");
    if callgrind {
        text.push_str(&counts.finish());
    } else {
        text.push_str("Not counted: valgrind is not installed.\n");
    }
    if callgrind {
        text.push_str("\n### What was asked for, in instructions\n\n");
        text.push_str(&asked(&all));
    }
    text.push_str("\n### Nanoseconds\n\n");
    text.push_str(&times.finish());
    text.push_str("\n### What was asked for, in nanoseconds\n\n");
    text.push_str(&asked_of_time(&all_times));
    text.push_str(&format!(
        "\nInstructions for one message, by callgrind: 3000 repetitions less 1000, of dumps 3 \
         less 1, divided; the loop's own are left in for all, and stand in the last row. \
         Nanoseconds for one message: the median of {ROUNDS} samples of at least {} µs each, \
         taken by turns; in brackets how often those of the bare bytes in the same round, the \
         median of the ratios. \"Next of the others\" is how much dearer than nlroute the best of \
         the libraries is. Encoding begins with plain values and ends with the finished message; \
         decoding begins with the whole message, as the kernel sent it, and ends with the fields. \
         All encode the same attributes and read the same fields, which the package's tests \
         check; nlink's peer namespace goes by process id, since by descriptor each message would \
         cost it a `dup` and a `close`. Where a library has no step that only makes a message \
         ready, it reads the message as it always does; nlink has no walk over what it has no \
         field for. A dump is a captured message over and over, with another index or destination \
         each; the others' messages are found by bare bytes, nlroute's by its own walk.\n\n",
        SAMPLE.as_micros(),
    ));
    text.push_str(&table::machine());
    println!("{text}");
    if let Some(file) = file {
        table::write_section(&file, "instructions", &text)?;
    }
    Ok(())
}
