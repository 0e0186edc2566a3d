//! `ip address`.
mod modify;
mod saved;
pub mod show;

use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, matches, matches_any},
};
use nlroute::Verb;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return show::addresses(context, words);
    };
    match word {
        _ if matches(word, "add") => modify::run(context, words, Verb::Add),
        _ if matches(word, "change") || word == "chg" => modify::run(context, words, Verb::Change),
        _ if matches(word, "replace") => modify::run(context, words, Verb::Replace),
        _ if matches(word, "delete") => modify::run(context, words, Verb::Delete),
        _ if matches_any(word, &["list", "show", "lst"]) => show::addresses(context, words),
        _ if matches(word, "flush") => show::flush(context, words),
        _ if matches(word, "save") => saved::save(context, words),
        _ if matches(word, "showdump") => saved::show(context),
        _ if matches(word, "restore") => saved::restore(context),
        _ if matches(word, "help") => help::address(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip address help\"."
        )),
    }
}

/// A flag of an address, as a word.
pub struct Flag {
    pub name: &'static str,
    pub mask: u32,
    /// Only the kernel sets it.
    pub read_only: bool,
    pub v6_only: bool,
}

const fn flag(name: &'static str, mask: u32, read_only: bool, v6_only: bool) -> Flag {
    Flag {
        name,
        mask,
        read_only,
        v6_only,
    }
}

pub const FLAGS: &[Flag] = &[
    flag("secondary", 1, true, false),
    flag("temporary", 1, true, false),
    flag("nodad", 2, false, true),
    flag("optimistic", 4, false, true),
    flag("dadfailed", 8, true, true),
    flag("home", 0x10, false, true),
    flag("deprecated", 0x20, true, true),
    flag("tentative", 0x40, true, true),
    flag("permanent", PERMANENT, true, true),
    flag("mngtmpaddr", 0x100, false, true),
    flag("noprefixroute", 0x200, false, false),
    flag("autojoin", 0x400, false, false),
    flag("stable-privacy", 0x800, true, true),
];

pub const SECONDARY: u32 = 1;
pub const PERMANENT: u32 = 0x80;

pub fn flag_named(name: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name == name)
}
