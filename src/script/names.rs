//! The names of message types and flags (`linux/netlink.h`).
use std::fmt;

use crate::messages::Nouns;

/// The type of this name, or number.
#[inline]
pub(super) fn message_of(nouns: Nouns, word: &str) -> Option<u16> {
    nouns.kind(word).or_else(|| word.parse().ok())
}

/// Whether it ends an answer, and begins with an error number.
#[inline]
pub(super) fn is_ending(kind: u16) -> bool {
    [libc::NLMSG_ERROR as u16, libc::NLMSG_DONE as u16].contains(&kind)
}

type Flags = &'static [(u16, &'static str)];

const COMMON: Flags = &[
    (0x1, "REQUEST"),
    (0x2, "MULTI"),
    (0x4, "ACK"),
    (0x8, "ECHO"),
    (0x10, "DUMP_INTR"),
    (0x20, "DUMP_FILTERED"),
];
const GET: Flags = &[
    (0x300, "DUMP"),
    (0x100, "ROOT"),
    (0x200, "MATCH"),
    (0x400, "ATOMIC"),
];
const NEW: Flags = &[
    (0x100, "REPLACE"),
    (0x200, "EXCL"),
    (0x400, "CREATE"),
    (0x800, "APPEND"),
];
const DELETE: Flags = &[(0x100, "NONREC"), (0x200, "BULK")];
const ERROR: Flags = &[(0x100, "CAPPED"), (0x200, "ACK_TLVS")];

/// The flags that only mean something with this type.
fn flags_with(kind: u16) -> Flags {
    match kind {
        2 | 3 => ERROR,
        // From RTM_BASE on they come in fours: new, delete, get, set.
        16.. => match kind % 4 {
            0 | 3 => NEW,
            1 => DELETE,
            _ => GET,
        },
        _ => &[],
    }
}

/// The flags in words, joined by `|`; what has no name as a number, none as `-`.
pub(super) fn flag_names(kind: u16, flags: u16) -> impl fmt::Display {
    struct Names(u16, u16);
    impl fmt::Display for Names {
        #[inline]
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let Self(kind, mut left) = *self;
            let mut join = "";
            for (bits, name) in COMMON.iter().chain(flags_with(kind)) {
                if left & bits == *bits {
                    write!(f, "{join}{name}")?;
                    left &= !bits;
                    join = "|";
                }
            }
            match left {
                0 if join.is_empty() => f.write_str("-"),
                0 => Ok(()),
                left => write!(f, "{join}{left:#x}"),
            }
        }
    }
    Names(kind, flags)
}

/// The flags that these words say; the word that says none.
#[inline]
pub(super) fn flags_of(words: &str) -> Result<u16, &str> {
    if words == "-" {
        return Ok(0);
    }
    let mut flags = 0;
    for word in words.split('|') {
        let lists = [COMMON, GET, NEW, DELETE, ERROR];
        let known = lists.into_iter().flatten().find(|(_, name)| *name == word);
        let number = || u16::from_str_radix(word.strip_prefix("0x")?, 16).ok();
        flags |= known.map(|(bits, _)| *bits).or_else(number).ok_or(word)?;
    }
    Ok(flags)
}
