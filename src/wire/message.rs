//! `nlmsghdr`: the messages in a datagram.
//!
//! ```text
//!    0        4      6      8        12       16             len
//!    +--------+------+------+--------+--------+---------------+
//!    | len    | type | flags| seq    | port   | body          |  next, aligned to 4
//!    +--------+------+------+--------+--------+---------------+
//!      u32      u16    u16    u32      u32
//! ```
use super::{Fault, align};

/// Length of `nlmsghdr` in bytes.
pub const HEADER_LEN: usize = 16;

/// The header of a message (`nlmsghdr` of `linux/netlink.h`), its length aside.
///
/// ```
/// let header = nlroute::wire::MessageHeader { kind: 16, flags: 1, sequence: 7, port: 0 };
/// assert_eq!(header.kind, 16);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageHeader {
    /// What the message is: `RTM_NEWLINK`, `NLMSG_ERROR`, ...
    pub kind: u16,
    /// `NLM_F_*`.
    pub flags: u16,
    /// Of the request; the answer bears the same.
    pub sequence: u32,
    /// Port of the socket that the message is for, or from; 0 is the kernel.
    pub port: u32,
}

/// One message of a datagram.
///
/// ```
/// use nlroute::wire::Messages;
/// let mut bytes = [0; 16];
/// bytes[..4].copy_from_slice(&16u32.to_ne_bytes());
/// assert!(Messages::new(&bytes).next().unwrap()?.body().is_empty());
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    header: MessageHeader,
    bytes: &'a [u8],
    body: &'a [u8],
}

impl<'a> Message<'a> {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &MessageHeader {
        &self.header
    }

    /// What follows the header: the family's own header, then attributes.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The whole message, header included, padding not.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// A walk over the messages of a datagram.
///
/// It ends after one [`Fault`] where a message's length can't be true.
///
/// ```
/// use nlroute::wire::Messages;
/// assert!(Messages::new(&[]).next().is_none());
/// assert!(Messages::new(&[1, 2, 3]).next().unwrap().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// Walks the messages of one datagram.
    #[must_use]
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Fault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let all = std::mem::take(&mut self.rest);
        let Some((header, after)) = all.split_first_chunk::<HEADER_LEN>() else {
            return Some(Err(Fault::Leftover { len: all.len() }));
        };
        let [a, b, c, d, k0, k1, f0, f1, s0, s1, s2, s3, p0, p1, p2, p3] = *header;
        let len = u32::from_ne_bytes([a, b, c, d]) as usize;
        let found = len
            .checked_sub(HEADER_LEN)
            .and_then(|n| after.get(..n))
            .zip(all.get(..len));
        let Some((body, bytes)) = found else {
            return Some(Err(Fault::Frame {
                says: len,
                has: all.len(),
            }));
        };
        self.rest = all.get(align(len).min(all.len())..).unwrap_or(&[]);
        let header = MessageHeader {
            kind: u16::from_ne_bytes([k0, k1]),
            flags: u16::from_ne_bytes([f0, f1]),
            sequence: u32::from_ne_bytes([s0, s1, s2, s3]),
            port: u32::from_ne_bytes([p0, p1, p2, p3]),
        };
        Some(Ok(Message {
            header,
            bytes,
            body,
        }))
    }
}

impl std::iter::FusedIterator for Messages<'_> {}
