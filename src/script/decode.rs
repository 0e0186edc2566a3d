//! The bytes of a message in words, for the reader of a script.
use std::fmt::{self, Write as _};

use super::step::{Entry, Sent};
use crate::{
    Address, FdbEntry, Neighbour, NetnsId, Request, Route,
    exchange::Verdict,
    extack::ExtAckTable,
    link::Link,
    messages::{Noun, Nouns},
    request::Describe,
    wire::{Messages, Schema, table::Table},
};

/// How a message of this type is told in words.
fn describe(noun: &Noun, body: &[u8]) -> Option<Describe> {
    let bridge = body.first() == Some(&(libc::AF_BRIDGE as u8));
    match noun.name {
        "link" => Some(Link::DESCRIBE),
        "addr" => Some(Address::DESCRIBE),
        "route" => Some(Route::DESCRIBE),
        "neigh" if bridge => Some(FdbEntry::DESCRIBE),
        "neigh" => Some(Neighbour::DESCRIBE),
        "nsid" => Some(NetnsId::DESCRIBE),
        _ => None,
    }
}

/// Where in a message's body a byte is: the path of names to its attribute.
#[inline]
pub(super) fn place(nouns: Nouns, kind: u16, body: &[u8], offset: usize) -> Option<String> {
    let schema = nouns.of(kind)?.schema?;
    schema.path(body, offset).map(|path| path.to_string())
}

/// What stands after the bytes of a message: `#` and the message in words.
pub(super) struct Comment<'a>(pub(super) &'a Entry, pub(super) Nouns);

impl fmt::Display for Comment<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.kind;
        let mut bytes = Vec::new();
        self.0.encode(&Sent::default(), &mut bytes);
        let Some(Ok(message)) = Messages::new(&bytes).next() else {
            return Ok(());
        };
        let body = message.body();
        let mut words = String::new();
        if let Some(verdict) = Verdict::of(&message) {
            let shown = Shown(ExtAckTable::SCHEMA, verdict.attributes);
            write!(words, "{shown:?}")?;
        } else if let Some(noun) = self.1.of(kind) {
            if let Some(describe) = describe(noun, body) {
                write!(words, "{}:", In(describe, body))?;
            }
            if let Some(schema) = noun.schema {
                write!(words, "{:?}", Shown(schema, body))?;
            }
        }
        // One line.
        let words = words.replace(char::is_control, " ");
        match words.trim().trim_end_matches(':') {
            "" => Ok(()),
            words => write!(f, "  # {words}"),
        }
    }
}

struct In<'a>(Describe, &'a [u8]);

impl fmt::Display for In<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(self.1, &|index| format!("#{index}"), f)
    }
}

struct Shown<'a>(&'static Schema, &'a [u8]);

impl fmt::Debug for Shown<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(schema, body) = self;
        let mut out = f.debug_struct("");
        schema.debug(body, &mut out);
        out.finish()
    }
}
