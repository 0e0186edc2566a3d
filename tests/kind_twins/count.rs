//! How the rows went, for each kind.
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use nlroute::{Error, sandbox::skip};

use crate::{compare, told::Told};

/// What was said of a kind.
#[derive(Default)]
struct Kind {
    /// The words of the commands that did something.
    done: BTreeSet<&'static str>,
    /// Those of all commands.
    all: BTreeSet<&'static str>,
}

/// How the rows of a table went.
pub struct Count {
    group: &'static str,
    kinds: BTreeMap<&'static str, Kind>,
    twins: usize,
    /// Settings that the kernel told as they were asked for.
    settings: BTreeSet<String>,
    /// Settings that this kernel doesn't have.
    new: BTreeSet<String>,
    lacking: BTreeSet<&'static str>,
    /// How many rows are about what this question tells nothing of.
    not_shown: BTreeMap<&'static str, usize>,
    without_effect: Vec<&'static str>,
    refused: Vec<(&'static str, String)>,
    wrong: Vec<String>,
}

/// Words of the help that no row has, of these kinds or of all.
const NO_ROW: &[(&[&str], &[&str], &str)] = &[
    (&[], &["hwid", "version", "flag"], "stands for a value"),
    (
        &[],
        &["encap-csum6", "noencap-csum6"],
        "the words that iproute2 takes are encap-udp6-csum and noencap-udp6-csum",
    ),
    (&["ipip", "sit"], &["6rd-reset"], "iproute2 6.15 crashes"),
    (
        &["ipip"],
        &["6rd-prefix", "6rd-relay_prefix"],
        "only sit has it",
    ),
    (&["sit"], &["external"], "the kernel's sit has no such mode"),
    (
        &["ip6gre", "ip6gretap"],
        &[
            "erspan",
            "erspan_ver",
            "erspan_dir",
            "erspan_hwid",
            "ingress",
            "egress",
        ],
        "only ip6erspan has it",
    ),
    (
        &["erspan", "ip6erspan"],
        &["csum", "icsum", "ocsum"],
        "the kernel's ERSPAN has no checksum",
    ),
];

/// Whether no row is wanted for this word of this kind's help.
fn is_excused(kind: &str, word: &str) -> bool {
    NO_ROW.iter().any(|(kinds, words, why)| {
        assert!(!why.is_empty());
        (kinds.is_empty() || kinds.contains(&kind)) && words.contains(&word)
    })
}

/// The kind that a command is about, and the words after it.
fn words(command: &'static str) -> Option<(&'static str, BTreeSet<&'static str>)> {
    let (_, after) = command.split_once(" type ")?;
    let mut words = after.split(' ');
    Some((words.next()?, words.collect()))
}

impl Count {
    pub fn new(group: &'static str) -> Self {
        Self {
            group,
            kinds: BTreeMap::new(),
            twins: 0,
            settings: BTreeSet::new(),
            new: BTreeSet::new(),
            lacking: BTreeSet::new(),
            not_shown: BTreeMap::new(),
            without_effect: Vec::new(),
            refused: Vec::new(),
            wrong: Vec::new(),
        }
    }

    fn said(&mut self, command: &'static str, done: bool) {
        if let Some((kind, words)) = words(command) {
            let kind = self.kinds.entry(kind).or_default();
            if done {
                kind.done.insert("");
                kind.done.extend(&words);
            }
            kind.all.extend(words);
        }
    }

    /// Both sides did it, and are equal.
    pub fn equal(&mut self, command: &'static str, changed: bool, told: Told) {
        self.said(command, true);
        self.twins += 1;
        if !changed {
            self.without_effect.push(command);
        }
        if !told.wrong.is_empty() {
            self.wrong(command, &told.wrong.join("\n  "));
        }
        self.settings.extend(told.equal);
        self.new.extend(told.new);
    }

    /// This kernel hasn't the kind.
    pub fn lacks(&mut self, command: &'static str) {
        self.said(command, false);
        self.lacking.extend(words(command).map(|(kind, _)| kind));
    }

    /// Both sides were refused, for the same reason.
    pub fn refused(&mut self, command: &'static str, error: &Error) {
        self.said(command, false);
        let why = format!("refused alike: {command}: {error}");
        self.refused.push((command, why));
    }

    /// This iproute2 doesn't know the words.
    pub fn unknown(&mut self, command: &'static str, says: &str) {
        self.said(command, false);
        let says = says.lines().next().unwrap_or_default();
        let why = format!("not in this iproute2: {command}: {says}");
        self.refused.push((command, why));
    }

    /// iproute2 can't show what it is about.
    pub fn not_shown(&mut self, command: &'static str, question: &'static str) {
        self.said(command, false);
        *self.not_shown.entry(question).or_default() += 1;
    }

    pub fn wrong(&mut self, command: &str, why: &str) {
        self.wrong.push(format!("-- {command}: {why}"));
    }

    /// Prints all that, and panics with what is wrong.
    pub fn tell(mut self) {
        let (mut kinds, mut options) = (0, 0);
        let mut missing = Vec::new();
        for (name, kind) in &self.kinds {
            let mut listed = options_of(name);
            listed.retain(|word| !is_excused(name, word));
            let without_row = listed.iter().filter(|word| !kind.all.contains(&***word));
            missing.extend(without_row.map(|word| format!("{name} {word}")));
            if kind.done.is_empty() {
                if !self.lacking.contains(name) {
                    skip(format_args!("kind {name}: needs a device of its own"));
                }
                self.refused
                    .retain(|(of, _)| words(of).is_none_or(|of| of.0 != *name));
                continue;
            }
            let (done, refused): (Vec<&String>, Vec<_>) = listed
                .iter()
                .filter(|word| kind.all.contains(&***word))
                .partition(|word| kind.done.contains(&***word));
            kinds += 1;
            options += done.len();
            if !refused.is_empty() {
                skip(format_args!("options refused alike of {name}: {refused:?}"));
            }
        }
        let of_kinds = match kinds {
            0 => String::new(),
            _ => format!(
                "{kinds} kinds, {options} options, {} settings told as asked, ",
                self.settings.len()
            ),
        };
        println!(
            "COUNTED {}: {of_kinds}{} twins equal, {} refused alike",
            self.group,
            self.twins,
            self.refused.len(),
        );
        println!("without effect: {:?}", self.without_effect);
        for kind in &self.lacking {
            skip(format_args!("kind {kind}: not in this kernel"));
        }
        for (question, rows) in &self.not_shown {
            skip(format_args!("{rows} rows: no `{question}` in this kernel"));
        }
        for (_, why) in &self.refused {
            skip(why);
        }
        for setting in &self.new {
            skip(format_args!("{setting}: not in this kernel"));
        }
        // A newer one may list more.
        if compare::version() == compare::KNOWN {
            assert!(missing.is_empty(), "options without a row: {missing:?}");
        }
        assert!(
            self.wrong.is_empty(),
            "{} rows differ\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
    }
}

/// The words that `ip link help KIND` lists.
fn options_of(kind: &str) -> BTreeSet<String> {
    let output = Command::new("ip").args(["link", "help", kind]).output();
    let output = output.unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let mut all = BTreeSet::new();
    // Without help of its own it is that of all links.
    let Some((_, usage)) = text.split_once(&format!(" {kind}")) else {
        return all;
    };
    if text.contains("ip link add [link DEV") {
        return all;
    }
    for (n, line) in usage.lines().enumerate() {
        let is_more = line.starts_with([' ', '\t']) || line.is_empty();
        if n > 0 && !is_more || line.contains(":=") {
            break;
        }
        for word in line.split([' ', '\t', '{', '}', ',']) {
            all.extend(alternatives(word));
        }
    }
    all
}

/// What a word of a usage stands for: `[no][i|o]seq` for six.
fn alternatives(word: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (choices, after): (Vec<&str>, _) = match rest.strip_prefix('[') {
            Some(inner) => match inner.split_once(']') {
                Some((inner, after)) => {
                    (std::iter::once("").chain(inner.split('|')).collect(), after)
                }
                None => (vec![""], inner),
            },
            None => (vec![&rest[..c.len_utf8()]], &rest[c.len_utf8()..]),
        };
        let each = all
            .iter()
            .flat_map(|word| choices.iter().map(move |one| (word, one)));
        all = each.map(|(word, one)| format!("{word}{one}")).collect();
        rest = after;
    }
    let words = all.iter().flat_map(|word| word.split('|'));
    let is_word = |word: &&str| {
        let word = word.trim_end_matches(']');
        word.starts_with(|c: char| c.is_ascii_lowercase() || c == '6')
            && word
                .bytes()
                .all(|c| !c.is_ascii_uppercase() && c != b'.' && c != b'<')
    };
    words
        .filter(is_word)
        .map(|word| word.trim_end_matches(']').to_owned())
        .collect()
}
