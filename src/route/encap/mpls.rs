//! Labels: `encap mpls` (`linux/mpls_iptunnel.h`), and the labels of MPLS routes.
use std::{fmt, marker::PhantomData};

use crate::{
    noun::invalid,
    wire::{EncodeError, Fault, Format, Shape, ValueInfo, Writer, table::Maybe},
};

crate::table! {
    /// Labels that packets are given (`MPLS_IPTUNNEL_*` of `linux/mpls_iptunnel.h`).
    table MplsEncapTable "mpls";
    /// Labels that packets are given, as the kernel tells it.
    ///
    /// ```
    /// use nlroute::route::encap::MplsEncapView;
    /// let told = MplsEncapView::parse(&[][..])?;
    /// assert!(told.labels().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MplsEncapView;
    /// Labels that packets are to be given.
    ///
    /// ```
    /// use nlroute::route::encap::MplsEncap;
    /// let labels = MplsEncap::new().labels(&[100, 200]).ttl(64);
    /// ```
    request MplsEncap;

    rw 1 MPLS_IPTUNNEL_DST labels: Labels<'_> | &'a [u32] as LabelStack =
        "The labels, the outermost first; each below 1048576, and not 3.";
    rw 2 MPLS_IPTUNNEL_TTL ttl: u8 =
        "The time to live that the labels start with, 1 to 255; unset the packet's own. Since \
         Linux 4.12.";
}

impl MplsEncap<'_> {
    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        if self.labels.or_default().is_empty() {
            return Err(invalid("labels", "none", "at least one is needed"));
        }
        Ok(())
    }
}

/// A stack of labels.
///
/// ```
/// use nlroute::route::encap::Labels;
/// let labels = Labels::new(&[0, 6, 0x41, 64]);
/// assert_eq!(labels.iter().collect::<Vec<_>>(), [100]);
/// assert_eq!(labels.to_string(), "100");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Labels<'a>(&'a [u8]);

impl<'a> Labels<'a> {
    /// The stack in these bytes, four each (`mpls_label`).
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The labels, the outermost first, as far as the mark of the stack's end.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = u32> + use<'a> {
        let mut ended = false;
        self.entries()
            .take_while(move |entry| !std::mem::replace(&mut ended, entry & BOTTOM != 0))
            .map(|entry| entry >> LABEL)
    }

    /// The whole entries: label, traffic class, end of the stack and time to live.
    #[inline]
    pub fn entries(&self) -> impl Iterator<Item = u32> + use<'a> {
        let chunks = self.0.chunks_exact(4);
        chunks.map(|chunk| u32::read(chunk).map_or(0, u32::from_be))
    }
}

impl fmt::Display for Labels<'_> {
    /// As `ip` writes it: a slash between.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, label) in self.iter().enumerate() {
            write!(f, "{}{label}", if n == 0 { "" } else { "/" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Labels<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Where the label is in an entry.
const LABEL: u32 = 12;
/// The mark of the stack's end.
const BOTTOM: u32 = 1 << 8;

/// The entry of one label.
#[inline]
pub(in crate::route) fn label_entry(label: u32, last: bool) -> Result<[u8; 4], EncodeError> {
    if label >= 1 << 20 {
        return Err(EncodeError::new(label, "a label has 20 bits"));
    }
    let bottom = if last { BOTTOM } else { 0 };
    Ok((label << LABEL | bottom).to_be_bytes())
}

/// Labels, each in four bytes, the last marked (`mpls_label`).
#[derive(Clone, Copy, Debug)]
pub enum LabelStack {}

impl Format for LabelStack {
    type Read<'a> = Labels<'a>;
    type Write<'a> = Maybe<&'a [u32]>;
    const INFO: ValueInfo = ValueInfo::new::<Self>("labels", Shape::Many { len: 4 });

    fn read(payload: &[u8]) -> Result<Labels<'_>, Fault> {
        match payload.len() % 4 {
            0 => Ok(Labels(payload)),
            _ => Err(Fault::Length { has: payload.len() }),
        }
    }

    #[inline]
    fn write(value: &Maybe<&[u32]>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        /// What only stands for no label (`MPLS_LABEL_IMPLNULL`).
        const IMPLICIT_NULL: u32 = 3;
        let labels = value.or_default();
        let mut left = labels.len();
        for label in labels {
            left -= 1;
            if *label == IMPLICIT_NULL {
                return Err(EncodeError::new(label, "no packet has this label"));
            }
            out.payload(&label_entry(*label, left == 0)?);
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Maybe<&[u32]> {
        Maybe::Unset
    }

    /// Labels are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<Maybe<&[u32]>> {
        None
    }

    #[inline]
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        let Ok(labels) = Self::read(payload) else {
            return false;
        };
        for entry in labels.entries() {
            out.payload(&entry.to_be_bytes());
        }
        true
    }
}
