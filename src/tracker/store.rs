//! What is known, by key: the kernel's messages as they came.
use std::{collections::BTreeMap, mem, ops::RangeBounds};

use super::key::Key;
use crate::wire::{Message, Messages, Writer, align};

/// Messages, one after the other in one piece. Most often it is one; several routes may be alike
/// in all that tells routes apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Items(Box<[u8]>);

impl Items {
    pub(super) fn one(message: &Message<'_>) -> Self {
        Self::of([*message])
    }

    pub(super) fn of<'a>(messages: impl IntoIterator<Item = Message<'a>>) -> Self {
        let mut all = Self::default();
        for message in messages {
            all.push(message.as_bytes());
        }
        all
    }

    /// Of a body whose header isn't there any more.
    pub(super) fn made(kind: u16, body: &[u8]) -> Self {
        let mut bytes = Vec::new();
        let mut out = Writer::new(&mut bytes);
        let message = out.begin(kind, 0);
        out.bytes(body);
        // It was received in a message that was no longer.
        let _ = out.end(message);
        bytes.resize(align(bytes.len()), 0);
        Self(bytes.into_boxed_slice())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Message<'_>> + Clone {
        Messages::new(&self.0).flatten()
    }

    pub(super) fn bodies(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.iter().map(|message| message.body())
    }

    /// The first body; of most nouns there is no other.
    pub(super) fn body(&self) -> &[u8] {
        self.bodies().next().unwrap_or(&[])
    }

    /// One more, by its bytes.
    pub(super) fn push(&mut self, message: &[u8]) {
        let mut bytes = Vec::with_capacity(self.0.len().saturating_add(align(message.len())));
        bytes.extend_from_slice(&self.0);
        bytes.extend_from_slice(message);
        bytes.resize(align(bytes.len()), 0);
        self.0 = bytes.into_boxed_slice();
    }
}

/// What changed: the keys, each with what was there before.
pub(super) type Before = BTreeMap<Key, Option<Items>>;

/// One noun's part of the state.
#[derive(Debug, Default)]
pub(super) struct Store {
    now: BTreeMap<Key, Items>,
    /// What was there when changes were last asked for, where that is something else than now;
    /// `None` until they are first asked for, as everything is new then.
    before: Option<Before>,
}

impl Store {
    pub(super) fn get(&self, key: &Key) -> Option<&Items> {
        self.now.get(key)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&Key, &Items)> {
        self.now.iter()
    }

    pub(super) fn range(
        &self,
        range: impl RangeBounds<Key>,
    ) -> impl Iterator<Item = (&Key, &Items)> {
        self.now.range(range)
    }

    pub(super) fn set(&mut self, key: Key, items: Option<Items>) {
        let same = self.now.get(&key) == items.as_ref();
        if same {
            return;
        }
        let there = items.is_some();
        let old = match items {
            Some(items) => self.now.insert(key.clone(), items),
            None => self.now.remove(&key),
        };
        let Some(before) = &mut self.before else {
            return;
        };
        // What came and went in between is nobody's change: so this never holds more than what
        // was there when it was last asked for and what is there now.
        let came = before.entry(key.clone()).or_insert(old).is_none();
        if came && !there {
            before.remove(&key);
        }
    }

    /// Puts `fresh` in the place of all that is there of `keys`.
    pub(super) fn replace(&mut self, fresh: BTreeMap<Key, Items>, keys: &dyn Fn(&Key) -> bool) {
        let old = self.now.keys().filter(|key| keys(key)).cloned().collect();
        self.exchange(old, fresh);
    }

    fn exchange(&mut self, old: Vec<Key>, mut fresh: BTreeMap<Key, Items>) {
        for key in old {
            if !fresh.contains_key(&key) {
                self.set(key, None);
            }
        }
        while let Some((key, items)) = fresh.pop_first() {
            self.set(key, Some(items));
        }
    }

    /// What has changed since this was last asked.
    pub(super) fn changes(&mut self) -> Before {
        match &mut self.before {
            Some(before) => mem::take(before),
            None => {
                self.before = Some(BTreeMap::new());
                self.now.keys().map(|key| (key.clone(), None)).collect()
            }
        }
    }

    /// What is on a link.
    pub(super) fn on_link(&self, index: u32) -> impl Iterator<Item = &Key> {
        let keys = self.now.range(Key::link(index)..).map(|(key, _)| key);
        keys.take_while(move |key| key.index() == index)
    }

    /// Puts `fresh` in the place of all that is on a link.
    pub(super) fn replace_on_link(&mut self, index: u32, fresh: BTreeMap<Key, Items>) {
        let old = self.on_link(index).cloned().collect();
        self.exchange(old, fresh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(n: u8) -> Option<Items> {
        let mut bytes = vec![0; 20];
        bytes[0] = 20;
        bytes[16] = n;
        Some(Items(bytes.into()))
    }

    #[test]
    fn changes_hold_no_more_than_what_was_and_what_is() {
        let key = Key::link;
        let told = |store: &mut Store| store.changes().into_iter().collect::<Vec<_>>();
        let mut store = Store::default();
        store.set(key(1), items(1));
        assert_eq!(told(&mut store), [(key(1), None)]);
        // They come and go, and nobody asks.
        for n in 0..1000 {
            store.set(key(n + 2), items(1));
            store.set(key(n + 2), None);
        }
        assert!(store.before.as_ref().unwrap().is_empty());
        store.set(key(1), items(2));
        store.set(key(1), items(3));
        store.set(key(2), items(4));
        assert_eq!(told(&mut store), [(key(1), items(1)), (key(2), None)]);
        store.set(key(1), None);
        store.set(key(1), items(5));
        let fresh = BTreeMap::from([(key(7), items(7).unwrap())]);
        store.replace(fresh, &|key| key.index() > 1);
        let changes = told(&mut store);
        assert_eq!(
            changes,
            [(key(1), items(3)), (key(2), items(4)), (key(7), None)]
        );
        assert_eq!(store.all().count(), 2);
    }
}
