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
    raw_kind: u16,
    payload: &'a [u8],
}

impl<'a> Attribute<'a> {
    /// The attribute's number in its table, without the two flag bits.
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.raw_kind & !(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
    }

    /// The number as it stands in the bytes, flag bits included.
    #[must_use]
    pub const fn raw_kind(&self) -> u16 {
        self.raw_kind
    }

    /// Whether the sender marked the payload as attributes again. Old parts of the kernel nest
    /// without the mark, so its absence says nothing.
    #[must_use]
    pub const fn is_nested(&self) -> bool {
        self.raw_kind & NLA_F_NESTED != 0
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
        self.flatten()
            .filter(|a| a.kind() == kind)
            .last()
            .map(|a| a.payload())
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
    let Some((&[l0, l1, k0, k1], after)) = bytes.split_first_chunk::<HEADER>() else {
        return (!bytes.is_empty()).then_some(Err(Fault::Leftover { len: bytes.len() }));
    };
    let len = usize::from(u16::from_ne_bytes([l0, l1]));
    let payload = len.checked_sub(HEADER).and_then(|len| after.get(..len));
    let Some(payload) = payload else {
        return Some(Err(Fault::Frame {
            says: len,
            has: bytes.len(),
        }));
    };
    let rest = bytes.get(align(len)..).unwrap_or(&[]);
    Some(Ok((
        Attribute {
            raw_kind: u16::from_ne_bytes([k0, k1]),
            payload,
        },
        rest,
    )))
}

/// Attributes with an index, made in one walk: what a view stands on.
///
/// The index holds for each number the offset of its payload, in units of four bytes, because
/// every attribute is aligned so; zero is "not there". A message longer than 256 KiB can't be
/// indexed and is refused whole (the kernel's longest is about a sixth of that).
#[derive(Clone)]
pub(crate) struct Indexed<const N: usize> {
    slots: [u16; N],
}

impl<const N: usize> Indexed<N> {
    #[inline]
    pub(crate) fn new(bytes: &[u8], start: usize) -> Result<Self, Fault> {
        const LONGEST: usize = (u16::MAX as usize) * 4;
        let mut slots = [0u16; N];
        if bytes.len() > LONGEST {
            return Err(Fault::TooLong {
                len: bytes.len(),
                most: LONGEST,
            });
        }
        let mut rest = bytes.get(start..).unwrap_or(&[]);
        while let Some((&[l0, l1, k0, k1], after)) = rest.split_first_chunk::<HEADER>() {
            let len = usize::from(u16::from_ne_bytes([l0, l1]));
            if len < HEADER || len > rest.len() {
                break;
            }
            let kind = u16::from_ne_bytes([k0, k1]) & !(NLA_F_NESTED | NLA_F_NET_BYTEORDER);
            if let Some(slot) = slots.get_mut(usize::from(kind)) {
                // Within LONGEST, so the quotient fits.
                *slot = ((bytes.len() - after.len()) / 4) as u16;
            }
            rest = rest.get(align(len)..).unwrap_or(&[]);
        }
        Ok(Self { slots })
    }

    /// The payload of attribute `kind` in the bytes that the index was made of.
    #[inline]
    pub(crate) fn payload<'a>(&self, bytes: &'a [u8], kind: u16) -> Option<&'a [u8]> {
        let at = usize::from(*self.slots.get(usize::from(kind))?) * 4;
        let header = at.checked_sub(HEADER)?;
        let (&[l0, l1, ..], after) = bytes.get(header..)?.split_first_chunk::<HEADER>()?;
        let len = usize::from(u16::from_ne_bytes([l0, l1]));
        after.get(..len.checked_sub(HEADER)?)
    }
}
