//! What is known, by key: the kernel's messages as they came.
use std::{collections::BTreeMap, mem, ops::RangeBounds};

use super::key::Key;
use crate::wire::{Message, Messages, Writer, align};

/// Messages, one after the other in one piece. Most often it is one; several routes may be alike
/// in all that tells routes apart. Of what isn't there, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Items(Box<[u8]>);

impl Items {
    #[inline]
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
    #[inline]
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
    #[inline]
    pub(super) fn body(&self) -> &[u8] {
        self.bodies().next().unwrap_or(&[])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One more, by its bytes.
    #[inline]
    pub(super) fn push(&mut self, message: &[u8]) {
        let mut bytes = Vec::with_capacity(self.0.len().saturating_add(align(message.len())));
        bytes.extend_from_slice(&self.0);
        bytes.extend_from_slice(message);
        bytes.resize(align(bytes.len()), 0);
        self.0 = bytes.into_boxed_slice();
    }
}

/// Things by key. There is one kind of map in the tracker, because each kind costs whoever builds
/// this crate as much as a few of its modules.
pub(super) type Map = BTreeMap<Key, Items>;

/// What changed: the keys, each with what was there before.
pub(super) type Before = Map;

/// Some keys: a map to nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(Map);

impl Keys {
    #[inline]
    pub(super) fn insert(&mut self, key: Key) {
        self.0.insert(key, Items::default());
    }

    #[inline]
    pub(super) fn remove(&mut self, key: &Key) {
        self.0.remove(key);
    }

    #[inline]
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    #[inline]
    pub(super) fn contains(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.keys()
    }

    /// The greatest of those up to this one.
    #[inline]
    pub(super) fn up_to(&self, last: Key) -> Option<&Key> {
        self.0.range(..=last).next_back().map(|(key, _)| key)
    }
}

/// One noun's part of the state.
#[derive(Debug, Default)]
pub(super) struct Store {
    now: Map,
    /// What was there when changes were last asked for, where that is something else than now;
    /// `None` until they are first asked for, as everything is new then.
    before: Option<Before>,
}

impl Store {
    #[inline]
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

    /// Puts `items` in the place of what is there of `key`; none if they are empty.
    #[inline]
    pub(super) fn set(&mut self, key: Key, items: Items) {
        let there = !items.is_empty();
        let same = match self.now.get(&key) {
            Some(now) => *now == items,
            None => !there,
        };
        if same {
            return;
        }
        let old = if there {
            self.now.insert(key.clone(), items)
        } else {
            self.now.remove(&key)
        };
        let Some(before) = &mut self.before else {
            return;
        };
        // What came and went in between is nobody's change: so this never holds more than what
        // was there when it was last asked for and what is there now.
        match before.get(&key) {
            None => {
                before.insert(key, old.unwrap_or_default());
            }
            Some(then) if then.is_empty() && !there => {
                before.remove(&key);
            }
            Some(_) => {}
        }
    }

    /// Puts `fresh` in the place of all that is there of `keys`.
    #[inline]
    pub(super) fn replace(&mut self, fresh: Map, keys: &dyn Fn(&Key) -> bool) {
        let old = self.now.keys().filter(|key| keys(key)).cloned().collect();
        self.exchange(old, fresh);
    }

    #[inline]
    fn exchange(&mut self, old: Vec<Key>, mut fresh: Map) {
        for key in old {
            if !fresh.contains_key(&key) {
                self.set(key, Items::default());
            }
        }
        while let Some((key, items)) = fresh.pop_first() {
            self.set(key, items);
        }
    }

    /// What has changed since this was last asked.
    #[inline]
    pub(super) fn changes(&mut self) -> Before {
        match &mut self.before {
            Some(before) => mem::take(before),
            None => {
                self.before = Some(Map::new());
                let mut all = Keys::default();
                self.now.keys().cloned().for_each(|key| all.insert(key));
                all.0
            }
        }
    }

    /// What is on a link.
    #[inline]
    pub(super) fn on_link(&self, index: u32) -> impl Iterator<Item = &Key> {
        let keys = self.now.range(Key::link(index)..).map(|(key, _)| key);
        keys.take_while(move |key| key.index() == index)
    }

    /// Puts `fresh` in the place of all that is on a link.
    #[inline]
    pub(super) fn replace_on_link(&mut self, index: u32, fresh: Map) {
        let old = self.on_link(index).cloned().collect();
        self.exchange(old, fresh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Items {
        Items::default()
    }

    fn items(n: u8) -> Items {
        let mut bytes = vec![0; 20];
        bytes[0] = 20;
        bytes[16] = n;
        Items(bytes.into())
    }

    #[test]
    fn changes_hold_no_more_than_what_was_and_what_is() {
        let key = Key::link;
        let told = |store: &mut Store| store.changes().into_iter().collect::<Vec<_>>();
        let mut store = Store::default();
        store.set(key(1), items(1));
        assert_eq!(told(&mut store), [(key(1), none())]);
        // They come and go, and nobody asks.
        for n in 0..1000 {
            store.set(key(n + 2), items(1));
            store.set(key(n + 2), none());
        }
        assert!(store.before.as_ref().unwrap().is_empty());
        store.set(key(1), items(2));
        store.set(key(1), items(3));
        store.set(key(2), items(4));
        assert_eq!(told(&mut store), [(key(1), items(1)), (key(2), none())]);
        store.set(key(1), none());
        store.set(key(1), items(5));
        let fresh = Map::from([(key(7), items(7))]);
        store.replace(fresh, &|key| key.index() > 1);
        let changes = told(&mut store);
        assert_eq!(
            changes,
            [(key(1), items(3)), (key(2), items(4)), (key(7), none())]
        );
        assert_eq!(store.all().count(), 2);
    }
}
