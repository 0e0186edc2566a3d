//! The text of a script, written and read.
//!
//! One line a message. What stands after `#` is for the reader.
use std::fmt;

use super::{
    Script, ScriptError, decode,
    names::{self, flag_names},
    step::{Entry, Sequence, Step, What},
};
use crate::{
    error::{errno_name, errno_of},
    messages::Nouns,
};

const TITLE: &str = "nlroute-script";
const VERSION: &str = "1";
const BYTE_ORDER: &str = if cfg!(target_endian = "big") {
    "big-endian"
} else {
    "little-endian"
};

/// Writes the first line.
pub(crate) fn write_title(out: &mut impl fmt::Write, strict: bool, capped: bool) -> fmt::Result {
    let strict = if strict { " strict" } else { "" };
    let capped = if capped { " capped" } else { "" };
    writeln!(out, "{TITLE} {VERSION} {BYTE_ORDER}{strict}{capped}")
}

/// Writes what happens, in one line or, for messages, in one each.
pub(crate) fn write_step(out: &mut impl fmt::Write, nouns: Nouns, what: &What) -> fmt::Result {
    match what {
        What::Request(entries) => write_entries(out, nouns, '>', entries),
        What::Answer(entries) => write_entries(out, nouns, '<', entries),
        What::AnyRequest(None) => writeln!(out, "> *"),
        What::AnyRequest(Some(number)) => writeln!(out, "> * @{number}"),
        What::FailedRequest(errno) => writeln!(out, "> !{}", Errno(*errno)),
        What::FailedAnswer(errno) => writeln!(out, "< !{}", Errno(*errno)),
        What::Silence => writeln!(out, "< timeout"),
        What::Raw(bytes) => {
            out.write_str("< raw")?;
            write_hex(out, bytes.iter().copied().map(Some))?;
            out.write_char('\n')
        }
    }
}

fn write_entries(
    out: &mut impl fmt::Write,
    nouns: Nouns,
    mark: char,
    entries: &[Entry],
) -> fmt::Result {
    let mut mark = mark;
    for entry in entries {
        write!(out, "{mark} {}", Head(entry, nouns))?;
        let mut body = entry.body.as_slice();
        if let (Some(errno), Some((_, rest))) = (ending(entry), body.split_first_chunk::<4>()) {
            write!(out, " {}", Errno(errno))?;
            body = rest;
        }
        if let (true, Some((_, rest))) = (entry.quotes, body.split_first_chunk::<16>()) {
            out.write_str(" quote")?;
            body = rest;
        }
        write_hex(out, body.iter().copied())?;
        writeln!(out, "{}", decode::Comment(entry, nouns))?;
        mark = '+';
    }
    Ok(())
}

/// Type, flags and sequence.
pub(crate) struct Head<'a>(pub(crate) &'a Entry, pub(crate) Nouns);

impl fmt::Display for Head<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry {
            kind, flags, port, ..
        } = *self.0;
        match self.1.name(kind) {
            Some(name) => f.write_str(&name)?,
            None => write!(f, "{kind}")?,
        }
        write!(f, " {}", flag_names(kind, flags))?;
        match self.0.sequence {
            Sequence::Of(number) => write!(f, " @{number}")?,
            Sequence::Is(number) => write!(f, " ={number}")?,
        }
        if port == 0 {
            Ok(())
        } else {
            write!(f, ":{port}")
        }
    }
}

/// The error number, positive, in what ends an answer; `None` where it isn't one, or has bytes
/// that may be any.
#[inline]
fn ending(entry: &Entry) -> Option<i32> {
    if !names::is_ending(entry.kind) {
        return None;
    }
    let [a, b, c, d] = *entry.body.first_chunk::<4>()?;
    let errno = i32::from_ne_bytes([a?, b?, c?, d?]).checked_neg()?;
    (errno >= 0).then_some(errno)
}

/// An error number by its name.
pub(crate) struct Errno(pub(crate) i32);

impl fmt::Display for Errno {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, errno_name(self.0)) {
            (0, _) => f.write_str("OK"),
            (_, Some(name)) => f.write_str(name),
            (errno, None) => write!(f, "errno:{errno}"),
        }
    }
}

/// Writes bytes in groups of four, each group after a space.
pub(crate) fn write_hex(
    out: &mut impl fmt::Write,
    bytes: impl Iterator<Item = Option<u8>>,
) -> fmt::Result {
    for (place, byte) in bytes.enumerate() {
        if place % 4 == 0 {
            out.write_char(' ')?;
        }
        match byte {
            Some(byte) => write!(out, "{byte:02x}")?,
            None => out.write_str("..")?,
        }
    }
    Ok(())
}

/// Reads a whole script.
#[inline]
pub(super) fn parse(text: &str, nouns: Nouns) -> Result<Script, ScriptError> {
    let mut lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .zip(1..)
        .filter(|(words, _)| !words.is_empty());
    let (strict, capped) = match lines.next() {
        Some((title, line)) => parse_title(title).map_err(|why| ScriptError { line, why })?,
        None => {
            let why = format!("is no script: it doesn't begin with \"{TITLE} {VERSION}\"");
            return Err(ScriptError { line: 1, why });
        }
    };
    let mut script = Script {
        steps: Vec::new(),
        strict,
        capped,
    };
    let mut numbers = Vec::new();
    for (words, line) in lines {
        parse_line(nouns, words, line, &mut script.steps, &mut numbers)
            .map_err(|why| ScriptError { line, why })?;
    }
    Ok(script)
}

/// Whether the kernel is strict, and whether refusals are capped.
#[inline]
fn parse_title(line: &str) -> Result<(bool, bool), String> {
    let mut words = line.split_whitespace();
    if words.next() != Some(TITLE) {
        return Err(format!("is no script: it doesn't begin with \"{TITLE}\""));
    }
    match words.next() {
        Some(VERSION) => {}
        other => {
            let other = other.unwrap_or("none");
            return Err(format!("its version is {other}, and {VERSION} is known"));
        }
    }
    let (mut strict, mut capped) = (false, false);
    for word in words {
        match word {
            "strict" => strict = true,
            "capped" => capped = true,
            "little-endian" | "big-endian" if word == BYTE_ORDER => {}
            "little-endian" | "big-endian" => {
                return Err(format!("it is {word}, and this machine is {BYTE_ORDER}"));
            }
            _ => return Err(format!("\"{word}\" isn't known")),
        }
    }
    Ok((strict, capped))
}

#[inline]
fn parse_line(
    nouns: Nouns,
    line: &str,
    number: usize,
    steps: &mut Vec<Step>,
    numbers: &mut Vec<u32>,
) -> Result<(), String> {
    let mut words = line.split_whitespace();
    let mark = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let what = match (mark, rest.as_slice()) {
        ("+", rest) => {
            let Some(Step {
                what: what @ (What::Request(_) | What::Answer(_)),
                ..
            }) = steps.last_mut()
            else {
                return Err("\"+\" goes on with a datagram, and there is none before it".into());
            };
            let request = what.is_request();
            let entry = parse_entry(nouns, rest, request, numbers)?;
            if let What::Request(entries) | What::Answer(entries) = what {
                entries.push(entry);
            }
            return Ok(());
        }
        (">", ["*"]) => What::AnyRequest(None),
        (">", ["*", word]) => match parse_sequence(word)? {
            (Sequence::Of(request), 0) => {
                take_number(request, numbers)?;
                What::AnyRequest(Some(request))
            }
            _ => {
                return Err(format!(
                    "\"{word}\" is no number of a request, as \"@1\" is"
                ));
            }
        },
        (">", [word]) if word.starts_with('!') => What::FailedRequest(parse_fault(word)?),
        (">", rest) => What::Request(vec![parse_entry(nouns, rest, true, numbers)?]),
        ("<", ["timeout"]) => What::Silence,
        ("<", [word]) if word.starts_with('!') => What::FailedAnswer(parse_fault(word)?),
        ("<", ["raw", rest @ ..]) => {
            let bytes = parse_hex(rest)?;
            let all: Option<Vec<u8>> = bytes.into_iter().collect();
            What::Raw(all.ok_or("\"..\" stands in an answer: it is for requests")?)
        }
        ("<", rest) => What::Answer(vec![parse_entry(nouns, rest, false, numbers)?]),
        (mark, _) => {
            let why = "a line begins with \">\", \"<\" or \"+\"";
            return Err(format!("\"{mark}\": {why}"));
        }
    };
    steps.push(Step { line: number, what });
    Ok(())
}

#[inline]
fn parse_fault(word: &str) -> Result<i32, String> {
    match parse_errno(word.trim_start_matches('!')) {
        Some(errno) if errno > 0 => Ok(errno),
        _ => Err(format!("\"{word}\" names no error")),
    }
}

#[inline]
fn parse_errno(word: &str) -> Option<i32> {
    match word.strip_prefix("errno:") {
        Some(number) => number.parse().ok().filter(|errno| *errno >= 0),
        None if word == "OK" => Some(0),
        None => errno_of(word),
    }
}

#[inline]
fn parse_entry(
    nouns: Nouns,
    words: &[&str],
    request: bool,
    numbers: &mut Vec<u32>,
) -> Result<Entry, String> {
    let [name, flags, sequence, body @ ..] = words else {
        return Err("a message is type, flags, sequence and then its bytes".into());
    };
    let mut body = body;
    let kind =
        names::message_of(nouns, name).ok_or_else(|| format!("\"{name}\" is no message type"))?;
    let flags = names::flags_of(flags).map_err(|word| format!("\"{word}\" is no flag"))?;
    let (sequence, port) = parse_sequence(sequence)?;
    match sequence {
        Sequence::Of(number) if request => take_number(number, numbers)?,
        Sequence::Of(number) if !numbers.contains(&number) => {
            return Err(format!("@{number} is the number of no request before it"));
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    let mut quotes = false;
    if let (true, [word, rest @ ..]) = (names::is_ending(kind), body)
        && let Some(errno) = parse_errno(word)
    {
        bytes.extend(errno.wrapping_neg().to_ne_bytes().map(Some));
        body = rest;
        if let ("NLMSG_ERROR", ["quote", rest @ ..]) = (*name, body) {
            bytes.extend([Some(0); 16]);
            (body, quotes) = (rest, true);
        }
    }
    bytes.extend(parse_hex(body)?);
    if !request && bytes.contains(&None) {
        return Err("\"..\" stands in an answer: it is for requests".into());
    }
    if quotes && (request || !matches!(sequence, Sequence::Of(_))) {
        return Err("\"quote\" is for an answer to a request of the script".into());
    }
    Ok(Entry {
        kind,
        flags,
        sequence,
        port,
        body: bytes,
        quotes,
    })
}

#[inline]
fn take_number(number: u32, numbers: &mut Vec<u32>) -> Result<(), String> {
    if numbers.contains(&number) {
        return Err(format!("@{number} is the number of a request before it"));
    }
    numbers.push(number);
    Ok(())
}

/// `@1` or `=7`, and `:PORT` after it.
#[inline]
fn parse_sequence(word: &str) -> Result<(Sequence, u32), String> {
    let no = || format!("\"{word}\" is no sequence, as \"@1\" and \"=7\" are");
    let (sequence, port) = match word.split_once(':') {
        Some((sequence, port)) => (sequence, port.parse().map_err(|_| no())?),
        None => (word, 0),
    };
    let number = |digits: &str| digits.parse().map_err(|_| no());
    if let Some(digits) = sequence.strip_prefix('@') {
        Ok((Sequence::Of(number(digits)?), port))
    } else if let Some(digits) = sequence.strip_prefix('=') {
        Ok((Sequence::Is(number(digits)?), port))
    } else {
        Err(no())
    }
}

#[inline]
fn parse_hex(words: &[&str]) -> Result<Vec<Option<u8>>, String> {
    let mut bytes = Vec::new();
    for word in words {
        let no = || format!("\"{word}\" isn't bytes in hexadecimal");
        let pairs = word.as_bytes().chunks_exact(2);
        if !pairs.remainder().is_empty() {
            return Err(no());
        }
        for pair in pairs {
            bytes.push(match pair {
                b".." => None,
                [high, low] => {
                    let digit = |byte: u8| char::from(byte).to_digit(16);
                    let (high, low) = (digit(*high), digit(*low));
                    let byte = high.zip(low).map(|(high, low)| high << 4 | low);
                    Some(byte.and_then(|b| u8::try_from(b).ok()).ok_or_else(no)?)
                }
                _ => return Err(no()),
            });
        }
    }
    Ok(bytes)
}
