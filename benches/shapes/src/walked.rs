//! A view without an index.

use std::borrow::Cow;

use nlroute::wire::{Attributes, Fault, Format, align};

/// The bytes of a table's attributes; each look-up walks them.
#[derive(Clone)]
pub struct Body<'a, const N: usize> {
    bytes: Cow<'a, [u8]>,
    start: usize,
}

impl<'a, const N: usize> Body<'a, N> {
    #[inline]
    pub fn new(bytes: Cow<'a, [u8]>, header: usize) -> Result<Self, Fault> {
        if bytes.len() < header {
            return Err(Fault::Frame {
                says: header,
                has: bytes.len(),
            });
        }
        let start = align(header);
        Ok(Self { bytes, start })
    }

    #[inline]
    pub fn get<F: Format>(&self, kind: u16) -> Option<F::Read<'_>> {
        let attributes = Attributes::new(self.bytes.get(self.start..)?);
        F::read(attributes.find(kind)?).ok()
    }
}
