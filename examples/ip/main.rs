//! `ip` of iproute2, on this crate: the same grammar, the same text and JSON, the same sentences
//! and exit codes. Under the name `bridge` it is `bridge`.
//!
//! ```text
//! ip [ OPTIONS ] OBJECT { COMMAND | help }
//! OBJECT := link | addr | addrlabel | route | rule | neigh | ntable | nexthop | netns | netconf |
//!           mroute | monitor
//! ```
//!
//! It is put first in PATH where scripts call `ip`; see `tests/ip` and `docs/selftests.md`.
mod addr;
mod addrlabel;
mod bridge;
mod context;
mod flush;
mod help;
mod link;
mod monitor;
mod mroute;
mod names;
mod neigh;
mod netconf;
mod netns;
mod nexthop;
mod ntable;
mod options;
mod print;
mod route;
mod rule;
mod saved;
mod time;
mod words;

use std::{
    io::{BufRead, BufReader, Read},
    process::ExitCode,
};

use context::Context;
use words::{Done, Stop, Words, matches};

/// What is done to an object.
type Run = fn(&mut Context, &mut Words<'_>) -> Done;

/// The objects of `ip`, in the order in which an abbreviation is looked up.
const OBJECTS: &[(&str, Run)] = &[
    ("address", addr::run),
    ("addrlabel", addrlabel::run),
    ("route", route::run),
    ("rule", rule::run),
    ("neighbor", neigh::run),
    ("neighbour", neigh::run),
    ("ntable", ntable::run),
    ("ntbl", ntable::run),
    ("link", link::run),
    ("monitor", monitor::run),
    ("mroute", mroute::run),
    ("netns", netns::run),
    ("netconf", netconf::run),
    ("nexthop", nexthop::run),
    ("help", |_, _| help::ip()),
];

/// Those of `bridge`.
const BRIDGE_OBJECTS: &[(&str, Run)] = &[
    ("link", bridge::link::run),
    ("fdb", bridge::fdb::run),
    ("mdb", bridge::mdb::run),
    ("mst", bridge::mst::run),
    ("vlan", bridge::vlan::run),
    ("vni", bridge::vni::run),
    ("monitor", bridge::monitor::run),
    ("help", |_, _| help::bridge()),
];

fn run_object(context: &mut Context, words: &[String]) -> Done {
    let mut words = Words::new(words);
    let Some(word) = words.next() else {
        return if context.is_bridge {
            help::bridge()
        } else {
            help::ip()
        };
    };
    let objects = if context.is_bridge {
        BRIDGE_OBJECTS
    } else {
        OBJECTS
    };
    let found = objects.iter().find(|(name, _)| matches(word, name));
    let program = if context.is_bridge { "bridge" } else { "ip" };
    match found {
        Some((_, run)) => {
            let done = run(context, &mut words);
            context.out.flush();
            done
        }
        None => Stop::FAILED.say(format_args!(
            "Object \"{word}\" is unknown, try \"{program} help\"."
        )),
    }
}

/// The words of a line of a batch: between white space, or quotes. `Err` where a quote doesn't
/// end.
fn split(line: &str) -> Result<Vec<String>, ()> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' | '"' => rest[1..].split_once(first).ok_or(())?,
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

fn batch(context: &mut Context, file: &str) -> Done {
    let input: Box<dyn Read> = if file == "-" {
        Box::new(std::io::stdin())
    } else {
        match std::fs::File::open(file) {
            Ok(file) => Box::new(file),
            Err(error) => {
                let why = context::errno_text(error.raw_os_error().unwrap_or(0));
                return Stop::FAILED.say(format_args!(
                    "Cannot open file \"{file}\" for reading: {why}"
                ));
            }
        }
    };
    context.in_batch = true;
    let family = context.options.family;
    let mut lines = BufReader::new(input).lines();
    let (mut number, mut result) = (0, Ok(()));
    let without_comment = |line: String| line.split('#').next().unwrap_or("").to_owned();
    while let Some(Ok(line)) = lines.next() {
        number += 1;
        let mut line = without_comment(line);
        while let Some(begun) = line.strip_suffix('\\') {
            let Some(Ok(more)) = lines.next() else {
                eprintln!("Missing continuation line");
                return result;
            };
            number += 1;
            line = format!("{begun}{}", without_comment(more));
        }
        let Ok(words) = split(&line) else {
            let stop = Stop {
                code: 1,
                exits: true,
            };
            return stop.say("Unterminated quoted string");
        };
        if words.is_empty() {
            continue;
        }
        context.options.family = family;
        match run_object(context, &words) {
            Err(stop) if stop.exits => return Err(stop),
            Err(_) => {
                eprintln!("Command failed {file}:{number}");
                result = Err(Stop::FAILED);
                if !context.options.force {
                    break;
                }
            }
            Ok(()) => {}
        }
    }
    result
}

fn start() -> Done {
    let mut arguments = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = arguments.next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(&program);
    let is_bridge = name == "bridge";
    let arguments: Vec<_> = arguments.collect();
    let (options, words) = options::read(&arguments, is_bridge)?;
    let mut context = Context::new(options, is_bridge)?;
    if let Some(file) = context.options.batch.clone() {
        return batch(&mut context, &file);
    }
    // `iplink` is `ip link`.
    let object = name.strip_prefix("ip").filter(|object| !object.is_empty());
    if let Some(object) = object {
        let found = OBJECTS.iter().find(|(name, _)| matches(object, name));
        if let Some((_, run)) = found {
            return run(&mut context, &mut Words::new(words));
        }
    }
    run_object(&mut context, words).map_err(|stop| match stop.code {
        // What `ip` answers `bridge` answers as a negative number.
        code @ 1.. if is_bridge && !stop.exits => Stop {
            code: code.wrapping_neg(),
            ..stop
        },
        _ => stop,
    })
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.code.into(),
    }
}
