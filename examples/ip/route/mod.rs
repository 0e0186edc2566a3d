//! `ip route`.
pub mod encap;
mod filter;
mod get;
mod list;
mod metrics;
mod modify;
mod saved;
mod seg6local;
pub mod show;

use nlroute::Verb;

use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, matches, matches_any},
};

pub use filter::Filter;

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return list::show(context, words);
    };
    match word {
        _ if matches(word, "add") => modify::run(context, words, Verb::Add),
        _ if matches(word, "change") || word == "chg" => modify::run(context, words, Verb::Change),
        _ if matches(word, "replace") => modify::run(context, words, Verb::Replace),
        _ if matches(word, "prepend") => modify::run(context, words, Verb::Prepend),
        _ if matches(word, "append") => modify::run(context, words, Verb::Append),
        _ if matches(word, "delete") => modify::run(context, words, Verb::Delete),
        _ if matches_any(word, &["list", "show", "lst"]) => list::show(context, words),
        _ if matches(word, "get") => get::run(context, words),
        _ if matches(word, "flush") => list::flush(context, words),
        _ if matches(word, "save") => saved::save(context, words),
        _ if matches(word, "restore") => saved::restore(context),
        _ if matches(word, "showdump") => saved::show(context),
        _ if matches(word, "help") => help::route(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip route help\"."
        )),
    }
}
