//! What a script is made of: what is expected of the program, and what it is answered.
use crate::wire::{HEADER_LEN, MessageHeader, Messages, align};

/// One thing that happens, and in which line of the text it stands.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) what: What,
}

/// Wherever it stands.
impl PartialEq for Step {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.what == other.what
    }
}

impl Eq for Step {}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The program sends these messages in one datagram.
    Request(Vec<Entry>),
    /// The program sends some datagram; its first message's sequence gets this number.
    AnyRequest(Option<u32>),
    /// The program sends some datagram, which fails with this error.
    FailedRequest(i32),
    /// These messages come in one datagram.
    Answer(Vec<Entry>),
    /// These bytes come as a datagram, whatever they are.
    Raw(Vec<u8>),
    /// Receiving fails with this error.
    FailedAnswer(i32),
    /// Nothing comes: who waits waits until the deadline.
    Silence,
}

impl What {
    pub(crate) fn is_request(&self) -> bool {
        matches!(
            self,
            Self::Request(_) | Self::AnyRequest(_) | Self::FailedRequest(_)
        )
    }
}

/// What a message bears as its sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequence {
    /// That of the request with this number in the script.
    Of(u32),
    /// This one.
    Is(u32),
}

/// One message of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: u16,
    pub(crate) flags: u16,
    pub(crate) sequence: Sequence,
    pub(crate) port: u32,
    /// `None` is any byte, in a request.
    pub(crate) body: Vec<Option<u8>>,
    /// In an answer: from byte 4 of the body on there is the header of the request.
    pub(crate) quotes: bool,
}

/// Where `NLMSG_ERROR` quotes the header of the request.
const QUOTED: std::ops::Range<usize> = 4..4 + HEADER_LEN;

/// A header as bytes, for a message of so many.
pub(crate) fn header_bytes(header: &MessageHeader, len: usize) -> [u8; HEADER_LEN] {
    let [l0, l1, l2, l3] = u32::try_from(len).unwrap_or(u32::MAX).to_ne_bytes();
    let [k0, k1] = header.kind.to_ne_bytes();
    let [f0, f1] = header.flags.to_ne_bytes();
    let [s0, s1, s2, s3] = header.sequence.to_ne_bytes();
    let [p0, p1, p2, p3] = header.port.to_ne_bytes();
    [
        l0, l1, l2, l3, k0, k1, f0, f1, s0, s1, s2, s3, p0, p1, p2, p3,
    ]
}

/// The requests that were sent: by what number the script knows each, and its header as it was.
#[derive(Debug, Default)]
pub(crate) struct Sent(Vec<(u32, [u8; HEADER_LEN])>);

impl Sent {
    #[inline]
    pub(crate) fn add(&mut self, number: u32, header: [u8; HEADER_LEN]) {
        self.0.push((number, header));
    }

    #[inline]
    fn header(&self, sequence: Sequence) -> Option<&[u8; HEADER_LEN]> {
        let Sequence::Of(number) = sequence else {
            return None;
        };
        let found = self.0.iter().rev().find(|(known, _)| *known == number);
        found.map(|(_, header)| header)
    }
}

impl Entry {
    /// The message of a session as a script has it.
    #[inline]
    pub(crate) fn of(
        message: &crate::wire::Message<'_>,
        sequence: Sequence,
        port: u32,
        quotes: bool,
    ) -> Self {
        let header = message.header();
        Self {
            kind: header.kind,
            flags: header.flags,
            sequence,
            port,
            body: message.body().iter().copied().map(Some).collect(),
            quotes,
        }
    }

    /// Appends the message as an answer.
    #[inline]
    pub(crate) fn encode(&self, sent: &Sent, out: &mut Vec<u8>) {
        let request = sent.header(self.sequence);
        let sequence = match (self.sequence, request) {
            (Sequence::Is(sequence), _) => sequence,
            // The text has only numbers of requests that come before.
            (Sequence::Of(number), None) => number,
            (_, Some([_, _, _, _, _, _, _, _, s0, s1, s2, s3, ..])) => {
                u32::from_ne_bytes([*s0, *s1, *s2, *s3])
            }
        };
        let header = MessageHeader {
            kind: self.kind,
            flags: self.flags,
            sequence,
            port: self.port,
        };
        let start = out.len();
        out.extend(header_bytes(&header, HEADER_LEN + self.body.len()));
        out.extend(self.body.iter().map(|byte| byte.unwrap_or(0)));
        let quoted = start + HEADER_LEN + QUOTED.start..start + HEADER_LEN + QUOTED.end;
        if let (true, Some(request), Some(place)) = (self.quotes, request, out.get_mut(quoted)) {
            place.copy_from_slice(request);
        }
        out.resize(align(out.len()), 0);
    }

    /// The first byte of the body that isn't as expected, from the start of the body.
    #[inline]
    pub(crate) fn differs_at(&self, body: &[u8]) -> Option<usize> {
        let same = |(expected, sent): (&Option<u8>, &u8)| expected.is_none_or(|byte| byte == *sent);
        let pairs = self.body.iter().zip(body);
        let differing = pairs.into_iter().position(|pair| !same(pair));
        let shorter = self.body.len().min(body.len());
        differing.or((self.body.len() != body.len()).then_some(shorter))
    }

    /// The bytes of the body, 0 where any will do.
    #[inline]
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.body.iter().map(|byte| byte.unwrap_or(0)).collect()
    }
}

/// The header that an `NLMSG_ERROR` quotes.
pub(crate) fn quoted(kind: u16, body: &[u8]) -> Option<&[u8]> {
    (kind == libc::NLMSG_ERROR as u16)
        .then(|| body.get(QUOTED))
        .flatten()
}

/// The messages of a datagram; `None` if it isn't made of whole messages, or not of them alone.
#[inline]
pub(crate) fn whole(datagram: &[u8]) -> Option<Vec<crate::wire::Message<'_>>> {
    let messages: Vec<_> = Messages::new(datagram).collect::<Result<_, _>>().ok()?;
    let len: usize = messages.iter().map(|m| align(m.as_bytes().len())).sum();
    (!messages.is_empty() && len == align(datagram.len())).then_some(messages)
}
