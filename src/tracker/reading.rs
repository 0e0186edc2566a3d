//! Reading a list by key, and judging it: the kernel doesn't flag every list that went wrong.
use super::{
    key::Key,
    store::{Items, Map},
};
use crate::{Connection, List, Result};

/// A list, by key.
pub(super) struct Reading {
    pub(super) found: Map,
    /// Whether it came in more than one piece: in between the kernel lets go of what it goes
    /// through.
    pub(super) pieces: bool,
    /// Whether something came once more after something else: the kernel went on in another place
    /// than it had left off, and what it says is no list.
    pub(super) astray: bool,
}

impl Reading {
    /// Of what can't be twice, the last.
    #[inline]
    pub(super) fn one_each(mut self) -> Map {
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
    let mut found = Map::new();
    let (mut first, mut pieces, mut astray, mut last) = (None, false, false, None);
    let mut dump = connection.dump(query)?;
    while let Some((datagram, message, view)) = dump.next_message()? {
        pieces |= *first.get_or_insert(datagram) != datagram;
        let Some(key) = key(&view) else { continue };
        let again = last.as_ref() != Some(&key);
        last = Some(key.clone());
        let items = found.entry(key).or_default();
        astray |= again && !items.is_empty();
        items.push(message);
    }
    Ok(Reading {
        found,
        pieces,
        astray,
    })
}
