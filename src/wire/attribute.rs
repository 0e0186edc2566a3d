//! `nlattr`: the type-length-value of netlink.
//!
//! ```text
//!    0        2        4                 len        align(len)
//!    +--------+--------+------------------+----------+
//!    | len    | kind   | payload          | padding  |
//!    +--------+--------+------------------+----------+
//!      u16,     u16: bit 15 says "nested", bit 14 "network byte order",
//!      header   the rest is the number of the attribute in its table
//!      included
//! ```
use super::{Fault, align};

/// Bit of an attribute's kind: the payload is attributes again.
pub const NLA_F_NESTED: u16 = 1 << 15;
/// Bit of an attribute's kind: the payload is in network byte order.
pub const NLA_F_NET_BYTEORDER: u16 = 1 << 14;

const HEADER: usize = 4;
/// The bits of an attribute's kind that are its number.
const KIND: u16 = !(NLA_F_NESTED | NLA_F_NET_BYTEORDER);

/// The length and the kind in a header: one load, where two of two bytes become four of one.
#[inline]
fn halves(header: [u8; HEADER]) -> (usize, usize) {
    let both = u32::from_ne_bytes(header) as usize;
    let (low, high) = (both & 0xffff, both >> 16);
    if cfg!(target_endian = "little") {
        (low, high)
    } else {
        (high, low)
    }
}

/// The same, by a load each: for who needs the length last.
#[inline]
fn apart(header: &[u8; HEADER]) -> (usize, usize) {
    let [l0, l1, k0, k1] = *header;
    let (len, kind) = (u16::from_ne_bytes([l0, l1]), u16::from_ne_bytes([k0, k1]));
    (len.into(), kind.into())
}

/// One attribute: its number and its payload.
///
/// ```
/// use nlroute::wire::Attributes;
/// let bytes = [5, 0, 4, 0, 7, 0, 0, 0];
/// let attribute = Attributes::new(&bytes).next().unwrap()?;
/// assert_eq!((attribute.kind(), attribute.payload()), (4, &[7][..]));
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    // A whole word: a narrower one goes by way of the stack in an iterator's item.
    raw_kind: usize,
    payload: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// The attribute's number in its table, without the two flag bits.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.raw_kind as u16 & KIND
    }

    /// The number as it stands in the bytes, flag bits included.
    #[must_use]
    pub const fn raw_kind(&self) -> u16 {
        self.raw_kind as u16
    }

    /// Whether the sender marked the payload as attributes again. Old parts of the kernel nest
    /// without the mark, so its absence says nothing.
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.raw_kind() & NLA_F_NESTED != 0
    }

    /// The payload, without padding.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The payload as attributes.
    #[must_use]
    pub const fn nested(&self) -> Attributes<'a> {
        Attributes::new(self.payload)
    }
}

/// A walk over attributes.
///
/// It ends at the first attribute whose length can't be true, after one [`Fault`] that says so:
/// where the next one would start is then unknown. Every attribute before it has been given out.
///
/// ```
/// use nlroute::wire::Attributes;
/// // The second says 200 bytes and has 4.
/// let bytes = [5, 0, 4, 0, 7, 0, 0, 0, 200, 0, 1, 0];
/// let mut walk = Attributes::new(&bytes);
/// assert!(walk.next().unwrap().is_ok());
/// assert!(walk.next().unwrap().is_err());
/// assert!(walk.next().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// Walks the attributes in `bytes`, which must start at the first one.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The payload of the last attribute of this kind: where one is given twice the kernel takes
    /// the last, and so does this crate everywhere.
    #[must_use]
    pub fn find(self, kind: u16) -> Option<&'a [u8]> {
        let (words, _) = self.rest.as_chunks();
        // Only the place of the last one is kept: one number, where a payload is two.
        let (mut at, mut found) = (0, usize::MAX);
        while let Some(header) = words.get(at) {
            let (len, raw_kind) = halves(*header);
            if len < HEADER {
                break;
            }
            if raw_kind & usize::from(KIND) == usize::from(kind) {
                found = at;
            }
            at += quarters(len);
        }
        let (len, _) = halves(*words.get(found)?);
        let whole = self.rest.get(found * 4 + HEADER..found * 4 + len);
        // Only where the walk ends can one not be whole: then it is one before it.
        whole.or_else(|| Attributes::new(self.rest.get(..found * 4)?).find(kind))
    }

    /// What has not been walked yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>, Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match split(self.rest) {
            Some(Ok((attribute, rest))) => {
                self.rest = rest;
                Some(Ok(attribute))
            }
            Some(Err(fault)) => {
                self.rest = &[];
                Some(Err(fault))
            }
            None => None,
        }
    }
}

impl std::iter::FusedIterator for Attributes<'_> {}

/// The first attribute and what follows it.
#[inline]
fn split(bytes: &[u8]) -> Option<Result<(Attribute<'_>, &[u8]), Fault>> {
    let Some((header, after)) = bytes.split_first_chunk::<HEADER>() else {
        return (!bytes.is_empty()).then_some(Err(Fault::Leftover { len: bytes.len() }));
    };
    let (len, raw_kind) = halves(*header);
    // Less than a header wraps to more than there is.
    let Some(payload) = after.get(..len.wrapping_sub(HEADER)) else {
        return Some(Err(Fault::Frame {
            says: len,
            has: bytes.len(),
        }));
    };
    // Of the last one the padding may be missing.
    let rest = bytes.get(align(len).min(bytes.len())..).unwrap_or(&[]);
    Some(Ok((Attribute { raw_kind, payload }, rest)))
}

/// Attributes with an index, made in one walk: what a view stands on.
///
/// The index holds for each number the offset of its header, in units of four bytes, because
/// every attribute is aligned so. A message longer than 256 KiB can't be indexed and is refused
/// whole (the kernel's longest is about a sixth of that).
#[derive(Clone)]
pub(crate) struct Indexed<const N: usize> {
    slots: [u16; N],
}

/// How many words of four bytes a length of two bytes takes.
#[inline]
#[expect(clippy::manual_div_ceil, reason = "doesn't know that no sum overflows")]
fn quarters(len: usize) -> usize {
    (len + 3) / 4
}

/// What a slot holds where there is no attribute.
const NONE: u16 = u16::MAX;
/// The longest body that can be indexed.
const LONGEST: usize = (NONE as usize) * 4;

/// Whether a view can stand on a body: its header is whole, and it isn't too long for an index.
/// Attributes that aren't whole hinder nobody from reading the others.
///
/// # Errors
/// What is wrong.
#[inline]
pub(crate) fn indexable(body: &[u8], header: usize) -> Result<(), Fault> {
    if body.len() < header {
        return Err(Fault::Frame {
            says: header,
            has: body.len(),
        });
    }
    if body.len() > LONGEST {
        return Err(Fault::TooLong {
            len: body.len(),
            most: LONGEST,
        });
    }
    Ok(())
}

impl<const N: usize> Indexed<N> {
    /// The index of nothing.
    pub(crate) const EMPTY: Self = Self { slots: [NONE; N] };

    /// Makes the index of these bytes, whose first attribute is behind a header of this length.
    #[inline]
    pub(crate) fn fill(&mut self, bytes: &[u8], header: usize) -> Result<(), Fault> {
        indexable(bytes, header)?;
        let start = align(header);
        // In units of four bytes: no sum can overflow.
        let (words, _) = bytes.as_chunks();
        let mut at = start / 4;
        while let Some(header) = words.get(at) {
            let (len, raw_kind) = apart(header);
            if let Some(slot) = self.slots.get_mut(raw_kind) {
                *slot = at as u16;
            } else if let Some(slot) = self.slots.get_mut(raw_kind & usize::from(KIND)) {
                *slot = at as u16;
            }
            // Most of them are a number of four bytes. A processor guesses this branch and goes on
            // to the next attribute, where by the sum below it has to wait for the length: links
            // are indexed in two thirds of the time.
            if len == 2 * HEADER {
                at += 2;
                continue;
            }
            if len < HEADER {
                at = LONGEST;
                break;
            }
            at += quarters(len);
        }
        // If the last one wasn't whole (or only its padding is missing, which no kernel sends), all
        // is walked again by somebody who asks before he believes.
        if at * 4 > bytes.len() {
            *self = Self::carefully(bytes, start);
        }
        Ok(())
    }

    // Made anew, not altered: a reference to this one would keep the compiler from making it in
    // its last place.
    #[cold]
    #[inline(never)]
    fn carefully(bytes: &[u8], start: usize) -> Self {
        let mut slots = [NONE; N];
        let mut walk = Attributes::new(bytes.get(start..).unwrap_or(&[]));
        loop {
            let at = (bytes.len() - walk.rest().len()) / 4;
            let Some(Ok(attribute)) = walk.next() else {
                return Self { slots };
            };
            if let Some(slot) = slots.get_mut(usize::from(attribute.kind())) {
                *slot = at as u16;
            }
        }
    }

    /// The payload of attribute `kind` in the bytes that the index was made of.
    #[inline]
    pub(crate) fn payload<'a>(&self, bytes: &'a [u8], kind: u16) -> Option<&'a [u8]> {
        // `NONE` is behind all words: no more of them can be indexed.
        let at = *self.slots.get(usize::from(kind))?;
        let at = usize::from(at);
        let (words, _) = bytes.as_chunks();
        let (len, _) = halves(*words.get(at)?);
        bytes.get(at * 4 + HEADER..at * 4 + len)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const N: usize = 8;

    /// The index finds what a walk finds, the last of each number, in whatever bytes.
    fn check(bytes: &[u8], start: usize) {
        let mut index = Indexed::<N>::EMPTY;
        let filled = index.fill(bytes, start);
        assert_eq!(filled.is_ok(), start <= bytes.len(), "{filled:?}");
        if filled.is_err() {
            return;
        }
        let walk = Attributes::new(bytes.get(start..).unwrap_or(&[]));
        for kind in 0..N as u16 + 1 {
            let walked = walk.clone().find(kind).filter(|_| usize::from(kind) < N);
            assert_eq!(index.payload(bytes, kind), walked, "{kind} in {bytes:?}");
        }
    }

    fn attribute(len: u16, kind: u16, room: usize) -> Vec<u8> {
        let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
        bytes.resize(bytes.len() + room, 7);
        bytes
    }

    proptest! {
        #[test]
        fn an_index_finds_what_a_walk_finds(
            parts in prop::collection::vec((0u16..20, 0u16..9, 0usize..5, any::<bool>()), 0..12),
            start in 0usize..2,
            cut in 0usize..4,
        ) {
            let mut bytes = vec![0; start * 4];
            for (len, kind, words, nested) in parts {
                let kind = kind | if nested { NLA_F_NESTED } else { 0 };
                bytes.extend(attribute(len, kind, words * 4));
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            check(&bytes, start * 4);
        }
    }

    #[test]
    fn a_length_below_that_of_the_header_ends_a_long_body_too() {
        for len in 0..4 {
            let mut bytes = attribute(8, 1, 4);
            bytes.extend(attribute(len, 2, 65_600));
            bytes.extend(attribute(8, 3, 4));
            bytes.resize(140_000, 0);
            check(&bytes, 0);
            check(&bytes[..65_536], 0);
            check(&bytes[..65_540], 0);
            // Whose end would be met from behind it too.
            let parts = [attribute(8, 1, 4), attribute(len, 2, 4), attribute(8, 3, 4)];
            check(&parts.concat(), 0);
        }
    }

    #[test]
    fn what_stands_before_the_first_is_no_attribute() {
        let mut bytes = attribute(8, 1, 4);
        bytes.extend(attribute(8, 2, 4));
        check(&bytes, 8);
        check(&bytes, 4);
    }

    #[test]
    fn what_is_longer_than_can_be_indexed_is_refused() {
        let most = 4 * 65_535;
        let mut bytes = attribute(8, 1, 4);
        while bytes.len() < most - 8 {
            let left = (most - 8 - bytes.len()).min(60_000);
            bytes.extend(attribute(left as u16, 9, left - 4));
        }
        bytes.extend(attribute(8, 2, 4));
        assert_eq!(bytes.len(), most);
        check(&bytes, 0);
        bytes.push(0);
        let mut index = Indexed::<N>::EMPTY;
        let refused = index.fill(&bytes, 0);
        let len = most + 1;
        assert_eq!(refused, Err(Fault::TooLong { len, most }));
    }

    #[test]
    fn one_that_is_not_whole_hides_none_before_it() {
        for len in [12, 13, 200] {
            let mut bytes = attribute(8, 1, 4);
            bytes.extend(attribute(len, 1, 4));
            check(&bytes, 0);
            check(&bytes, 8);
            check(&bytes, 12);
        }
    }

    #[test]
    fn a_header_that_is_not_whole_is_refused() {
        let bytes = attribute(8, 1, 4);
        let mut index = Indexed::<N>::EMPTY;
        let refused = index.fill(&bytes, 9);
        assert_eq!(refused, Err(Fault::Frame { says: 9, has: 8 }));
    }
}
