//! The options before the object.
use nlroute::Family;

use crate::{
    context::Options,
    help,
    words::{Done, Stop, family, invalid, matches, missing},
};

/// The options, and the words that follow them.
pub fn read(arguments: &[String], is_bridge: bool) -> Done<(Options, &[String])> {
    let mut options = Options::default();
    let mut at = 0;
    while let Some(word) = arguments.get(at).filter(|word| word.starts_with('-')) {
        at += 1;
        if word == "--" {
            break;
        }
        let word = word.strip_prefix('-').filter(|rest| rest.starts_with('-'));
        let word = word.unwrap_or(&arguments[at - 1]);
        let mut value = |what: &str| {
            let value = arguments.get(at).map(String::as_str);
            at += 1;
            value.map_or_else(|| missing(what), Ok)
        };
        // In iproute2's order: the first that a word abbreviates counts.
        match word {
            _ if !is_bridge && matches(word, "-loops") => {
                options.loops = crate::words::loose(value("loop count")?).max(0) as u32;
            }
            _ if matches(word, "-family") => {
                let word = value("family type")?;
                if word == "help" {
                    return of(is_bridge);
                }
                options.family = family(word);
                if options.family == Family::Unspec {
                    return invalid("invalid protocol family", word);
                }
            }
            "-4" => options.family = Family::Inet,
            "-6" => options.family = Family::Inet6,
            "-0" => options.family = Family::Other(17),
            "-M" => options.family = Family::Mpls,
            "-B" => options.family = Family::Bridge,
            _ if matches(word, "-human") || matches(word, "-human-readable") => {
                options.human = true;
            }
            _ if matches(word, "-iec") => options.iec = true,
            _ if matches(word, "-stats") || matches(word, "-statistics") => options.stats += 1,
            _ if matches(word, "-details") => options.details = true,
            // No name is looked up: there is nobody to ask without a network.
            _ if matches(word, "-resolve") => {}
            _ if matches(word, "-oneline") => options.oneline = true,
            _ if matches(word, "-timestamp") => options.timestamp = true,
            _ if matches(word, "-tshort") => {
                options.timestamp = true;
                options.timestamp_short = true;
            }
            _ if matches(word, "-Version") => {
                let name = if is_bridge { "bridge" } else { "ip" };
                println!("{name} utility, nlroute-{}", env!("CARGO_PKG_VERSION"));
                return Err(Stop {
                    code: 0,
                    exits: true,
                });
            }
            _ if matches(word, "-force") => options.force = true,
            _ if matches(word, "-batch") => options.batch = Some(value("batch file")?.to_owned()),
            _ if matches(word, "-brief") => options.brief = true,
            _ if matches(word, "-json") => options.json = true,
            _ if matches(word, "-pretty") => options.pretty = true,
            _ if matches(word, "-rcvbuf") => {
                value("rcvbuf size")?;
            }
            // Nothing is coloured.
            _ if matches(word.split('=').next().unwrap_or(word), "-color") => {}
            _ if is_bridge && matches(word, "-compressvlans") => options.compress = true,
            _ if matches(word, "-help") => return of(is_bridge),
            _ if matches(word, "-netns") => {
                let Some(name) = arguments.get(at) else {
                    return Stop::SENSELESS
                        .say("Command line is not complete. Try option \"help\"");
                };
                at += 1;
                options.netns = Some(name.clone());
            }
            _ if matches(word, "-Numeric") => options.numeric = true,
            _ if matches(word, "-all") => options.all = true,
            "-echo" => {}
            word => {
                let help = if is_bridge { "bridge help" } else { "ip -help" };
                return Stop::SENSELESS.say(format_args!(
                    "Option \"{word}\" is unknown, try \"{help}\"."
                ));
            }
        }
    }
    Ok((options, arguments.get(at..).unwrap_or(&[])))
}

fn of<T>(is_bridge: bool) -> Done<T> {
    let done = if is_bridge {
        help::bridge()
    } else {
        help::ip()
    };
    done.and(Err(Stop::SENSELESS))
}
