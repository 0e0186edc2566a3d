//! Messages that are kept, one after the other in one piece.
use std::fmt;

use crate::wire::{Message, Messages, align};

/// What was read of a list that was interrupted ([`ErrorKind::Interrupted`](crate::ErrorKind)), as
/// the messages that it is made of. [`Listing::interrupted`](crate::Listing::interrupted) makes a
/// list of it.
///
/// ```
/// # fn read(error: &nlroute::Error) -> usize {
/// match error.kind() {
///     nlroute::ErrorKind::Interrupted { read, .. } => read.len(),
///     _ => 0,
/// }
/// # }
/// ```
#[derive(Default)]
pub struct Partial {
    /// Each as long as it says, and padded.
    bytes: Vec<u8>,
    len: usize,
}

impl Partial {
    /// How many messages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The whole messages.
    pub fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        self.walk().flatten()
    }

    pub(crate) fn walk(&self) -> Messages<'_> {
        self.walk_from(0)
    }

    /// Those from this byte on.
    pub(crate) fn walk_from(&self, start: usize) -> Messages<'_> {
        Messages::new(self.bytes.get(start..).unwrap_or_default())
    }

    #[inline]
    pub(crate) fn push(&mut self, message: &[u8]) {
        self.bytes.extend_from_slice(message);
        let padded = align(self.bytes.len());
        if padded != self.bytes.len() {
            self.bytes.resize(padded, 0);
        }
        self.len += 1;
    }

    /// Forgets all and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.len = 0;
    }

    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }
}

impl fmt::Debug for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partial").field("len", &self.len).finish()
    }
}

#[cfg(test)]
mod tests;
