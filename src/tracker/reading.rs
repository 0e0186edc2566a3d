//! Reading a list by key, and judging it: the kernel doesn't flag every list that went wrong.
use std::collections::{BTreeMap, BTreeSet};

use super::{key::Key, store::Items};
use crate::{Connection, List, Result};

/// A list, by key.
pub(super) struct Reading {
    pub(super) found: BTreeMap<Key, Items>,
    /// Whether it came in more than one piece: in between the kernel lets go of what it goes
    /// through.
    pub(super) pieces: bool,
    /// Whether something came once more after something else: the kernel went on in another place
    /// than it had left off, and what it says is no list.
    pub(super) astray: bool,
}

impl Reading {
    /// Of what can't be twice, the last.
    pub(super) fn one_each(mut self) -> BTreeMap<Key, Items> {
        for items in self.found.values_mut() {
            if let (1.., Some(last)) = (items.iter().skip(1).count(), items.iter().last()) {
                *items = Items::one(&last);
            }
        }
        self.found
    }
}

pub(super) fn read<Q: List>(
    connection: &mut Connection,
    query: Q,
    key: impl Fn(&Q::View<'_>) -> Option<Key>,
) -> Result<Reading> {
    let mut found = BTreeMap::<_, Items>::new();
    let (mut pieces, mut astray, mut last) = (BTreeSet::new(), false, None);
    let mut dump = connection.dump(query)?;
    while let Some((datagram, message, view)) = dump.next_message()? {
        pieces.insert(datagram);
        let Some(key) = key(&view) else { continue };
        let again = last.as_ref() != Some(&key);
        last = Some(key.clone());
        let items = found.entry(key).or_default();
        astray |= again && *items != Items::default();
        items.push(message);
    }
    Ok(Reading {
        found,
        pieces: pieces.len() > 1,
        astray,
    })
}
