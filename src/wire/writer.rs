//! Writing: messages and attributes appended to one buffer.
use std::{error::Error, os::fd::RawFd};

use super::{EncodeError, HEADER_LEN, NLA_F_NESTED, align};

/// Any error that a look-up may end in.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Turns what a request names into what the kernel wants, while it is being written.
///
/// A connection asks the kernel; a table of numbers known beforehand would do as well.
///
/// ```
/// use nlroute::wire::{BoxError, Lookup};
///
/// struct OnlyLo;
/// impl Lookup for OnlyLo {
///     fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError> {
///         if name == b"lo" { Ok(1) } else { Err("no such device".into()) }
///     }
///     fn netns(&mut self, _: &str) -> Result<std::os::fd::RawFd, BoxError> {
///         Err("no such namespace".into())
///     }
/// }
/// assert_eq!(OnlyLo.ifindex(b"lo").unwrap(), 1);
/// ```
pub trait Lookup {
    /// The index of the link of this name, or of this alternative name.
    fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError>;
    /// A file descriptor of the namespace of this name, to stay open until the message is sent.
    fn netns(&mut self, name: &str) -> Result<RawFd, BoxError>;
}

/// The [`Lookup`] of a writer that has no connection: every name is refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLookup;

impl Lookup for NoLookup {
    fn ifindex(&mut self, _: &[u8]) -> Result<u32, BoxError> {
        Err("a link's name can't be looked up without a connection".into())
    }

    fn netns(&mut self, _: &str) -> Result<RawFd, BoxError> {
        Err("a namespace's name can't be looked up without a connection".into())
    }
}

/// Where a message or a nest began: to be handed back to [`Writer::end`] or [`Writer::end_attribute`].
#[must_use = "what was begun must be ended"]
#[derive(Debug)]
pub struct Mark(usize);

impl Mark {
    /// So many bytes after this.
    #[inline]
    pub(crate) fn after(&self, bytes: usize) -> Self {
        Self(self.0 + bytes)
    }
}

/// Appends messages and attributes to a buffer, which is reused from one request to the next and
/// allocates only when it grows.
///
/// ```
/// use nlroute::wire::Writer;
/// let mut bytes = Vec::new();
/// Writer::new(&mut bytes).attribute(3, b"lo\0")?;
/// assert_eq!(bytes, [&7u16.to_ne_bytes()[..], &3u16.to_ne_bytes(), b"lo\0\0"].concat());
/// # Ok::<(), nlroute::wire::EncodeError>(())
/// ```
pub struct Writer<'b> {
    bytes: &'b mut Vec<u8>,
    lookup: Option<&'b mut dyn Lookup>,
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl<'b> Writer<'b> {
    /// Appends to `bytes`; names can't be resolved.
    #[inline]
    pub fn new(bytes: &'b mut Vec<u8>) -> Self {
        Self {
            bytes,
            lookup: None,
        }
    }

    /// Appends to `bytes`, resolves names by `lookup`.
    #[inline]
    pub fn with_lookup(bytes: &'b mut Vec<u8>, lookup: &'b mut dyn Lookup) -> Self {
        Self {
            bytes,
            lookup: Some(lookup),
        }
    }

    /// The index of the link of this name.
    ///
    /// # Errors
    /// The look-up's own, or that there is none to ask.
    pub fn ifindex(&mut self, name: &[u8]) -> Result<u32, EncodeError> {
        match &mut self.lookup {
            Some(lookup) => lookup.ifindex(name),
            None => NoLookup.ifindex(name),
        }
        .map_err(EncodeError::lookup)
    }

    /// A file descriptor of the namespace of this name.
    ///
    /// # Errors
    /// The look-up's own, or that there is none to ask.
    pub fn netns(&mut self, name: &str) -> Result<RawFd, EncodeError> {
        match &mut self.lookup {
            Some(lookup) => lookup.netns(name),
            None => NoLookup.netns(name),
        }
        .map_err(EncodeError::lookup)
    }

    /// The bytes so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Begins a message of type `kind` with `flags`. Its length, sequence and port are zero until
    /// [`end`](Self::end) and the connection set them.
    #[inline]
    pub fn begin(&mut self, kind: u16, flags: u16) -> Mark {
        let mark = Mark(self.bytes.len());
        let [k0, k1] = kind.to_ne_bytes();
        let [f0, f1] = flags.to_ne_bytes();
        self.bytes
            .extend_from_slice(&[0, 0, 0, 0, k0, k1, f0, f1, 0, 0, 0, 0, 0, 0, 0, 0]);
        mark
    }

    /// Begins a message and appends what follows its header: [`begin`](Self::begin), then
    /// [`bytes`](Self::bytes), in one.
    #[inline]
    pub(crate) fn begin_with<const N: usize>(
        &mut self,
        kind: u16,
        flags: u16,
        rest: [u8; N],
    ) -> Mark {
        const { assert!(N <= 48 && N.is_multiple_of(4)) }
        let mark = self.mark();
        let [k0, k1] = kind.to_ne_bytes();
        let [f0, f1] = flags.to_ne_bytes();
        let mut all = [0; HEADER_LEN + 48];
        if let Some((message, place)) = all.split_first_chunk_mut() {
            *message = [0, 0, 0, 0, k0, k1, f0, f1, 0, 0, 0, 0, 0, 0, 0, 0];
            if let Some(front) = place.first_chunk_mut() {
                *front = rest;
            }
        }
        self.bytes
            .extend_from_slice(all.get(..HEADER_LEN + N).unwrap_or(&all));
        mark
    }

    /// Ends the message: sets its length.
    ///
    /// # Errors
    /// When it is longer than the `u32` of its header can say, or no message was begun.
    #[inline]
    pub fn end(&mut self, message: Mark) -> Result<(), EncodeError> {
        const LONGEST: usize = u32::MAX as usize;
        let len = self.bytes.len().wrapping_sub(message.0);
        match self.bytes.get_mut(message.0..) {
            Some([l0, l1, l2, l3, ..]) if matches!(len, HEADER_LEN..=LONGEST) => {
                [*l0, *l1, *l2, *l3] = (len as u32).to_ne_bytes();
            }
            _ => return Err(wrong_length(len, "not a message's length")),
        }
        // Attributes are padded already.
        if !self.bytes.len().is_multiple_of(4) {
            self.pad_last();
        }
        Ok(())
    }

    /// Appends bytes as they are, then padding: a family's header, or attributes made elsewhere.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if !bytes.len().is_multiple_of(4) {
            self.pad();
        }
    }

    /// Appends payload to an attribute that was begun.
    #[inline]
    pub fn payload(&mut self, payload: &[u8]) {
        self.bytes.extend_from_slice(payload);
    }

    /// Appends an attribute.
    ///
    /// # Errors
    /// When the payload is longer than 65,531 bytes, the most an attribute can hold.
    #[inline]
    pub fn attribute(&mut self, kind: u16, payload: &[u8]) -> Result<(), EncodeError> {
        let mark = self.begin_attribute(kind);
        self.bytes.extend_from_slice(payload);
        self.end_attribute(mark)
    }

    /// Appends an attribute of `N` bytes, which always fits.
    #[inline]
    pub fn fixed<const N: usize>(&mut self, kind: u16, payload: [u8; N]) {
        const { assert!(N <= 65_531) }
        if N > 16 {
            self.bytes.extend_from_slice(&header(kind, N));
            self.bytes.extend_from_slice(&payload);
            return self.pad();
        }
        let all = short(kind, payload, N);
        self.bytes
            .extend_from_slice(all.get(..4 + align(N)).unwrap_or(&all));
    }

    /// Appends an attribute whose payload is the first `len` bytes of `payload`, of up to 16;
    /// those after them are zero.
    #[inline]
    pub(super) fn front<const N: usize>(&mut self, kind: u16, payload: [u8; N], len: usize) {
        const { assert!(N <= 16) }
        // All is copied, and what is too much taken back: a copy of constant length is a move or
        // two, one of any other length a call.
        let end = self.bytes.len() + 4 + align(len);
        let all = short(kind, payload, len);
        self.bytes
            .extend_from_slice(all.get(..4 + align(N)).unwrap_or(&all));
        self.bytes.truncate(end);
    }

    /// Where the next byte goes.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.bytes.len())
    }

    /// Appends headers that were made beforehand.
    #[inline]
    pub(crate) fn headers(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Begins an attribute whose payload is appended piece by piece.
    #[inline]
    pub fn begin_attribute(&mut self, kind: u16) -> Mark {
        let mark = Mark(self.bytes.len());
        let [k0, k1] = kind.to_ne_bytes();
        self.bytes.extend_from_slice(&[0, 0, k0, k1]);
        mark
    }

    /// Begins an attribute that holds attributes.
    #[inline]
    pub fn begin_nest(&mut self, kind: u16) -> Mark {
        self.begin_attribute(kind | NLA_F_NESTED)
    }

    /// Begins an attribute that holds attributes after a header.
    #[inline]
    pub(crate) fn begin_nest_with<const N: usize>(&mut self, kind: u16, header: [u8; N]) -> Mark {
        const { assert!(N <= 16 && N.is_multiple_of(4)) }
        let mark = self.mark();
        let mut all = [0; 4 + 16];
        if let Some((nest, rest)) = all.split_first_chunk_mut::<4>() {
            let [k0, k1] = (kind | NLA_F_NESTED).to_ne_bytes();
            *nest = [0, 0, k0, k1];
            if let Some(front) = rest.first_chunk_mut() {
                *front = header;
            }
        }
        self.bytes
            .extend_from_slice(all.get(..4 + N).unwrap_or(&all));
        mark
    }

    /// Ends an attribute or a nest: sets its length and pads it.
    ///
    /// # Errors
    /// When the payload is longer than 65,531 bytes, or no attribute was begun.
    #[inline]
    pub fn end_attribute(&mut self, attribute: Mark) -> Result<(), EncodeError> {
        self.end_nest(attribute)?;
        self.pad();
        Ok(())
    }

    /// Ends a nest that holds attributes alone: what they are padded to needs no more padding.
    ///
    /// # Errors
    /// As [`end_attribute`](Self::end_attribute).
    #[inline]
    pub(crate) fn end_nest(&mut self, nest: Mark) -> Result<(), EncodeError> {
        let len = self.bytes.len().wrapping_sub(nest.0);
        match self.bytes.get_mut(nest.0..) {
            Some([l0, l1, _, _, ..]) if len <= usize::from(u16::MAX) => {
                [*l0, *l1] = (len as u16).to_ne_bytes();
                Ok(())
            }
            _ => Err(wrong_attribute(len)),
        }
    }

    /// How long the buffer is, in bytes: to come back to by [`truncate`](Self::truncate).
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes back all that was written after the buffer was `len` bytes long.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    #[cold]
    fn pad_last(&mut self) {
        self.pad();
    }

    #[inline]
    fn pad(&mut self) {
        let end = align(self.bytes.len());
        if end != self.bytes.len() {
            self.bytes.extend_from_slice(&[0; 3]);
            self.bytes.truncate(end);
        }
    }
}

/// The header of an attribute with a payload of `len` bytes.
#[inline]
fn header(kind: u16, len: usize) -> [u8; 4] {
    // One store, where two of two bytes may become three.
    let (len, kind) = ((len + 4) as u16, kind);
    let both = if cfg!(target_endian = "little") {
        u32::from(kind) << 16 | u32::from(len)
    } else {
        u32::from(len) << 16 | u32::from(kind)
    };
    both.to_ne_bytes()
}

/// An attribute with up to 16 bytes of payload, zero after it.
#[inline]
fn short<const N: usize>(kind: u16, payload: [u8; N], len: usize) -> [u8; 20] {
    let mut all = [0; 20];
    if let Some((front, rest)) = all.split_first_chunk_mut() {
        *front = header(kind, len);
        if let Some(front) = rest.first_chunk_mut() {
            *front = payload;
        }
    }
    all
}

#[cold]
#[inline(never)]
fn wrong_attribute(len: usize) -> EncodeError {
    wrong_length(len.saturating_sub(4), "an attribute holds at most 65531")
}

#[cold]
#[inline(never)]
fn wrong_length(len: usize, why: &'static str) -> EncodeError {
    EncodeError::new(format_args!("{len} bytes"), why)
}
