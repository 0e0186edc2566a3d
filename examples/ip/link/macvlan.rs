//! A macvlan, and a macvtap.
use nlroute::link::{LinkView, MacaddrMode, MacvlanFlags, MacvlanMode, MacvlanTable, MacvtapTable};

use super::{
    modify::{Action, send, start},
    settings::Settings,
};
use crate::{
    context::Context,
    words::{self, Done, Stop, Words, matches, number},
};

const MODES: [(&str, MacvlanMode); 5] = [
    ("private", MacvlanMode::Private),
    ("vepa", MacvlanMode::Vepa),
    ("bridge", MacvlanMode::Bridge),
    ("passthru", MacvlanMode::Passthru),
    ("source", MacvlanMode::Source),
];

fn explain<T>(kind: &str) -> Done<T> {
    Stop::FAILED.say(format_args!(
        "Usage: ... {kind} mode MODE [flag MODE_FLAG] MODE_OPTS [bcqueuelen BC_QUEUE_LEN] [bclim BCLIM]

MODE: private | vepa | bridge | passthru | source
MODE_FLAG: null | nopromisc | nodst
MODE_OPTS: for mode \"source\":
	macaddr {{ {{ add | del }} <macaddr> | set [ <macaddr> [ <macaddr>  ... ] ] | flush }}
BC_QUEUE_LEN: Length of the rx queue for broadcast/multicast: [0-4294967295]
BCLIM: Threshold for broadcast queueing: 32-bit integer"
    ))
}

fn flag(word: &str) -> Option<MacvlanFlags> {
    match word {
        "nopromisc" => Some(MacvlanFlags::NOPROMISC),
        "nodst" => Some(MacvlanFlags::NODST),
        "null" => Some(MacvlanFlags::empty()),
        _ => None,
    }
}

/// Both kinds have the same settings, each by its own type.
macro_rules! kind {
    ($run:ident $kind:literal $table:ident) => {
        pub fn $run<'a>(
            context: &mut Context,
            action: &Action,
            settings: &Settings<'a>,
            words: &mut Words<'a>,
        ) -> Done {
            let mut sources = Vec::new();
            let (mut mode, mut flags) = (None, None::<MacvlanFlags>);
            let (mut what, mut source, mut queue, mut limit) = (None, None, None, None);
            while let Some(word) = words.next() {
                match word {
                    _ if matches(word, "mode") => {
                        let word = words.value()?;
                        let found = MODES.iter().find(|(name, _)| *name == word);
                        let Some((_, found)) = found else {
                            return Stop::FAILED.say(format_args!(
                                "Error: argument of \"mode\" must be \"private\", \"vepa\", \"bridge\", \"passthru\" or \"source\", not \"{word}\""
                            ));
                        };
                        mode = Some(*found);
                    }
                    _ if matches(word, "flag") => {
                        let word = words.value()?;
                        let Some(flag) = flag(word) else {
                            return Stop::FAILED.say(format_args!(
                                "Error: argument of \"flag\" must be \"nopromisc\", \"nodst\" or \"null\", not \"{word}\""
                            ));
                        };
                        flags = Some(flags.unwrap_or(flag) | flag);
                    }
                    _ if matches(word, "macaddr") => {
                        let asked = match words.value()? {
                            "add" => MacaddrMode::Add,
                            "del" => MacaddrMode::Del,
                            "set" => MacaddrMode::Set,
                            "flush" => MacaddrMode::Flush,
                            _ => return explain($kind),
                        };
                        what = Some(asked);
                        if matches!(asked, MacaddrMode::Add | MacaddrMode::Del) {
                            source = Some(words.lladdr()?);
                        } else if asked == MacaddrMode::Set {
                            while let Some(word) = words.peek().filter(|word| word.contains(':')) {
                                words.next();
                                sources.push(words::lladdr(word)?);
                            }
                        }
                    }
                    _ if matches(word, "nopromisc") || matches(word, "nodst") => {
                        let flag = match matches(word, "nopromisc") {
                            true => MacvlanFlags::NOPROMISC,
                            false => MacvlanFlags::NODST,
                        };
                        flags = Some(flags.unwrap_or(flag) | flag);
                    }
                    _ if matches(word, "bcqueuelen") => {
                        let word = words.value()?;
                        queue = number::<u32>(word);
                        if queue.is_none() {
                            return Stop::FAILED.say(format_args!(
                                "Error: argument of \"bcqueuelen\" must be a positive integer [0-4294967295], not \"{word}\""
                            ));
                        }
                    }
                    "bclim" => {
                        let word = words.value()?;
                        limit = word.parse::<i32>().ok();
                        if limit.is_none() {
                            return Stop::FAILED.say(format_args!(
                                "Error: illegal value for \"bclim\": \"{word}\""
                            ));
                        }
                    }
                    _ => {
                        if !matches(word, "help") {
                            eprintln!(concat!($kind, ": unknown option \"{}\"?"), word);
                        }
                        return explain($kind);
                    }
                }
            }
            let mut link = start::<$table>(action, settings);
            if let Some(mode) = mode {
                link = link.mode(mode);
            }
            if let Some(flags) = flags {
                let passes = mode == Some(MacvlanMode::Passthru);
                if flags.contains(MacvlanFlags::NOPROMISC) && !passes {
                    eprintln!(concat!($kind, ": nopromisc flag only valid in passthru mode"));
                    return explain($kind);
                }
                link = link.flags(flags);
            }
            if let Some(what) = what {
                link = link.macaddr_mode(what);
            }
            if let Some(source) = source {
                link = link.macaddr(source);
            }
            if what == Some(MacaddrMode::Set) {
                link = link.macaddr_data(&sources);
            }
            if let Some(queue) = queue {
                link = link.bc_queue_len(queue);
            }
            if let Some(limit) = limit {
                link = link.bc_cutoff(limit);
            }
            send(context, action, settings, link)
        }
    };
}
kind! { run "macvlan" MacvlanTable }
kind! { run_tap "macvtap" MacvtapTable }

pub fn show(context: &mut Context, link: &LinkView<'_>) {
    let Some(macvlan) = link.macvlan() else {
        return;
    };
    let Some(mode) = macvlan.mode() else {
        return;
    };
    let name = MODES.iter().find(|(_, known)| *known == mode);
    let out = &mut *context.out;
    out.field("mode", "mode {} ", name.map_or("unknown", |(name, _)| name));
    let flags = macvlan.flags().unwrap_or(MacvlanFlags::empty());
    for (name, flag) in [
        ("nopromisc", MacvlanFlags::NOPROMISC),
        ("nodst", MacvlanFlags::NODST),
    ] {
        if flags.contains(flag) {
            out.field(name, &format!("{name} "), true);
        }
    }
    out.named("bcqueuelen", macvlan.bc_queue_len());
    out.named("usedbcqueuelen", macvlan.bc_queue_len_used());
    out.named("bclim", macvlan.bc_cutoff());
    if mode != MacvlanMode::Source {
        return;
    }
    out.opt("macaddr_count", "remotes ({}) ", macvlan.macaddr_count());
    if let Some(sources) = macvlan.macaddr_data() {
        out.open_array_json("macaddr_data");
        for source in sources.iter() {
            out.item("{} ", (&source.to_string()).into());
        }
        out.close_array_json();
    }
}
