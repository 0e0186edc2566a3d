//! A whole message: what its type says is in it.
use std::collections::HashMap;

use nlroute::{
    extack::{ExtAckTable, refusal},
    link::{LinkTable, NoKind},
    messages::{self, Noun},
    wire::{HEADER_LEN, Message, MessageHeader, Messages, Schema, align, table::Table},
};

use super::tree::{Node, Span, State, Tally, Tree};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
pub const NLM_F_REQUEST: u16 = 1;
const NLM_F_CAPPED: u16 = 0x100;
const NLM_F_ACK_TLVS: u16 = 0x200;
/// How many requests are remembered for the answers that quote only their headers.
const REMEMBERED: usize = 4096;

/// A message taken apart, and made anew.
#[derive(Clone, Debug, Default)]
pub struct Decoded {
    /// The header; `None` of a body alone.
    pub header: Option<MessageHeader>,
    /// What it is called.
    pub name: String,
    /// The address family, where there is one.
    pub family: u8,
    pub len: usize,
    pub nodes: Vec<Node>,
    pub remarks: Vec<String>,
    pub tally: Tally,
    was: Vec<u8>,
    anew: Vec<u8>,
    spans: Vec<Span>,
}

impl Decoded {
    /// Where the message made anew is another: one sentence for each place.
    pub fn differences(&self) -> Vec<String> {
        let mut told = Vec::new();
        let mut last = None;
        let pairs = self.was.iter().zip(&self.anew).enumerate();
        for (at, (was, anew)) in pairs.filter(|(_, (was, anew))| was != anew) {
            let place = self.place(at);
            if last.as_ref() != Some(&place) {
                told.push(format!(
                    "byte {at}, {place}: {was:02x}, made anew {anew:02x}"
                ));
            }
            last = Some(place);
        }
        let (was, anew) = (self.was.len(), self.anew.len());
        if was != anew {
            let place = self.place(was.min(anew));
            told.push(format!(
                "{was} bytes, made anew {anew}: the first is at {place}"
            ));
        }
        told
    }

    fn place(&self, at: usize) -> String {
        match self.spans.iter().rev().find(|span| span.start <= at) {
            Some(span) if at < span.end => span.name.clone(),
            Some(span) => format!("padding after {}", span.name),
            None => "nlmsghdr".to_owned(),
        }
    }

    /// Puts a tree at the end.
    fn add(&mut self, tree: Tree) -> Vec<Node> {
        self.tally.add(&tree.tally);
        self.anew.extend_from_slice(&tree.anew);
        self.spans.extend(tree.spans);
        tree.nodes
    }

    /// Puts bytes at the end that stand for a value.
    fn put(&mut self, name: &str, bytes: &[u8]) {
        let start = self.anew.len();
        self.anew.extend_from_slice(bytes);
        let end = self.anew.len();
        let name = name.to_owned();
        self.spans.push(Span { start, end, name });
    }

    /// Puts bytes at the end that are copied.
    fn copy(&mut self, name: &str, bytes: &[u8], state: State) {
        if bytes.is_empty() {
            return;
        }
        self.tally.malformed += usize::from(matches!(state, State::Malformed(_)));
        let node = Node::bytes(name, self.anew.len(), bytes, state);
        self.put(name, bytes);
        self.nodes.push(node);
    }
}

/// Takes messages apart, and remembers requests for the answers to them.
#[derive(Default)]
pub struct Decoder {
    requests: HashMap<u32, Vec<u8>>,
}

impl Decoder {
    /// A body without its `nlmsghdr`.
    pub fn body(&self, noun: &'static Noun, body: &[u8]) -> Decoded {
        let mut decoded = Decoded {
            name: noun.name.to_owned(),
            family: body.first().copied().unwrap_or(0),
            len: body.len(),
            was: body.to_vec(),
            ..Decoded::default()
        };
        decoded.nodes = decoded.add(Tree::of_noun(noun, body, 0, false));
        remark_untyped(noun, &mut decoded);
        decoded
    }

    /// A message.
    pub fn message(&mut self, message: &Message<'_>) -> Decoded {
        let (header, body) = (*message.header(), message.body());
        let was = message.as_bytes();
        let mut decoded = Decoded {
            header: Some(header),
            len: was.len(),
            was: was.to_vec(),
            ..Decoded::default()
        };
        let len = u32::try_from(was.len()).unwrap_or(u32::MAX);
        decoded.put("nlmsghdr", &header_bytes(len, &header));
        if header.flags & NLM_F_REQUEST != 0 {
            if self.requests.len() >= REMEMBERED {
                self.requests.clear();
            }
            self.requests.insert(header.sequence, was.to_vec());
        }
        decoded.name =
            messages::name(header.kind).unwrap_or_else(|| format!("type {}", header.kind));
        match header.kind {
            NLMSG_ERROR => self.error(&header, body, &mut decoded),
            NLMSG_DONE => self.done(&header, body, &mut decoded),
            kind => match Noun::of(kind) {
                Some(noun) => {
                    decoded.family = body.first().copied().unwrap_or(0);
                    let mut tree = Tree::of_noun(noun, body, HEADER_LEN, is_get(kind));
                    if is_get(kind) && tree.tally.malformed > 0 {
                        // Old versions of ip ask for anything by the header of a link.
                        let link = Tree::of(LinkTable::SCHEMA, body, HEADER_LEN, false);
                        if link.tally.malformed == 0 {
                            tree = link;
                            let remark = "asked by the header of a link, as old programs do";
                            decoded.remarks.push(remark.to_owned());
                        }
                    }
                    decoded.nodes = decoded.add(tree);
                    remark_untyped(noun, &mut decoded);
                }
                None if kind < 5 => decoded.copy("body", body, State::Fine),
                None => {
                    decoded.tally.unknown += 1;
                    let remark = "rtnetlink has no message of this type";
                    decoded.remarks.push(remark.to_owned());
                    decoded.copy("body", body, State::Unknown);
                }
            },
        }
        decoded
    }

    /// `NLMSG_ERROR`: an error number, the request or its header, what the kernel says of it.
    fn error(&self, header: &MessageHeader, body: &[u8], decoded: &mut Decoded) {
        let Some(errno) = number(body, 0) else {
            return decoded.copy("nlmsgerr", body, malformed(body.len()));
        };
        decoded.put("error", &errno.to_ne_bytes());
        let rest = body.get(4..).unwrap_or(&[]);
        let Some((quoted, said)) = quoted_header(rest) else {
            return decoded.copy("msg", rest, malformed(rest.len()));
        };
        decoded.put("msg", &header_bytes(said, &quoted));
        let name = messages::name(quoted.kind).unwrap_or_else(|| format!("type {}", quoted.kind));
        let after = rest.get(HEADER_LEN..).unwrap_or(&[]);
        // Of the request the answer has all, or the header alone.
        let says = (said as usize).saturating_sub(HEADER_LEN);
        let capped = header.flags & NLM_F_CAPPED != 0 || after.len() < says;
        let (request, after) = if capped {
            (None, after)
        } else {
            let (request, after) = after.split_at_checked(align(says)).unwrap_or((after, &[]));
            (Some(request), after)
        };
        let noun = Noun::of(quoted.kind);
        let mut inner = Vec::new();
        if let Some(request) = request {
            let (whole, padding) = request.split_at_checked(says).unwrap_or((request, &[]));
            let at = HEADER_LEN + 4 + HEADER_LEN;
            match noun {
                Some(noun) => {
                    let tree = Tree::of_noun(noun, whole, at, is_get(quoted.kind));
                    inner = decoded.add(tree);
                }
                None => decoded.copy("body", whole, State::Fine),
            }
            decoded.put("padding after the request", &vec![0; padding.len()]);
        }
        let what = format!("{name}, sequence {}", quoted.sequence);
        let mut node = Node::bytes("msg", HEADER_LEN + 4, &[], State::Fine);
        node.value = Some(what.clone());
        node.inner = (!inner.is_empty()).then_some(inner);
        decoded.nodes.push(node);

        let sent = self.requests.get(&quoted.sequence);
        let sent = sent.filter(|sent| same_request(sent, &quoted));
        let sent = request
            .map(|_| rest)
            .or(sent.map(Vec::as_slice))
            .unwrap_or(&[]);
        let schema = noun.and_then(|noun| noun.schema);
        self.said(header, errno, after, &what, sent, schema, decoded);
    }

    /// `NLMSG_DONE`: an error number, what the kernel says of it.
    fn done(&self, header: &MessageHeader, body: &[u8], decoded: &mut Decoded) {
        let Some(errno) = number(body, 0) else {
            return decoded.copy("error", body, malformed(body.len()));
        };
        decoded.put("error", &errno.to_ne_bytes());
        let after = body.get(4..).unwrap_or(&[]);
        let sent = self.requests.get(&header.sequence);
        let sent = sent.map_or(&[][..], Vec::as_slice);
        let request = Messages::new(sent).flatten().next();
        let kind = request.map(|request| request.header().kind);
        let what = kind.and_then(messages::name).unwrap_or("the dump".into());
        let schema = kind.and_then(Noun::of).and_then(|noun| noun.schema);
        self.said(header, errno, after, &what, sent, schema, decoded);
    }

    /// The attributes after an error number, and all in a sentence.
    #[allow(clippy::too_many_arguments)] // the parts of one message
    fn said(
        &self,
        header: &MessageHeader,
        errno: i32,
        after: &[u8],
        what: &str,
        sent: &[u8],
        schema: Option<&'static Schema>,
        decoded: &mut Decoded,
    ) {
        let mut node = Node::bytes("error", HEADER_LEN, &[], State::Fine);
        node.value = Some(errno.to_string());
        decoded.nodes.insert(0, node);
        let attributes = if header.flags & NLM_F_ACK_TLVS != 0 {
            let at = decoded.anew.len();
            let tree = Tree::of(ExtAckTable::SCHEMA, after, at, false);
            let nodes = decoded.add(tree);
            decoded.nodes.extend(nodes);
            after
        } else {
            let state = malformed(after.len());
            decoded.copy("what is left over", after, state);
            &[]
        };
        if errno == 0 && attributes.is_empty() {
            let done = header.kind == NLMSG_DONE;
            let word = if done { "all told" } else { "done" };
            decoded.remarks.push(format!("{word}: {what}"));
            return;
        }
        // A table without a line names attributes by their numbers.
        let schema = schema.unwrap_or(NoKind::SCHEMA);
        let positive = errno.checked_neg().unwrap_or(i32::MAX);
        let told = refusal(what.to_owned(), positive, attributes, sent, schema);
        decoded.remarks.push(told.to_string());
    }
}

fn remark_untyped(noun: &Noun, decoded: &mut Decoded) {
    if noun.schema.is_none() {
        let remark = format!("no table for {} yet: walked by lengths alone", noun.name);
        decoded.remarks.push(remark);
    }
}

/// Whether a message of this type asks: its header may be the one byte that old programs send.
fn is_get(kind: u16) -> bool {
    kind & 3 == 2
}

fn malformed(len: usize) -> State {
    State::Malformed(format!("{len} bytes"))
}

fn number(bytes: &[u8], at: usize) -> Option<i32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(i32::from_ne_bytes(*bytes))
}

/// An `nlmsghdr` that stands without its message, and the length that it says.
fn quoted_header(bytes: &[u8]) -> Option<(MessageHeader, u32)> {
    let &[
        l0,
        l1,
        l2,
        l3,
        k0,
        k1,
        f0,
        f1,
        s0,
        s1,
        s2,
        s3,
        p0,
        p1,
        p2,
        p3,
    ] = bytes.first_chunk()?;
    let header = MessageHeader {
        kind: u16::from_ne_bytes([k0, k1]),
        flags: u16::from_ne_bytes([f0, f1]),
        sequence: u32::from_ne_bytes([s0, s1, s2, s3]),
        port: u32::from_ne_bytes([p0, p1, p2, p3]),
    };
    Some((header, u32::from_ne_bytes([l0, l1, l2, l3])))
}

fn header_bytes(len: u32, header: &MessageHeader) -> Vec<u8> {
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend_from_slice(&header.kind.to_ne_bytes());
    bytes.extend_from_slice(&header.flags.to_ne_bytes());
    bytes.extend_from_slice(&header.sequence.to_ne_bytes());
    bytes.extend_from_slice(&header.port.to_ne_bytes());
    bytes
}

/// Whether a remembered request is the one that an answer quotes.
fn same_request(sent: &[u8], quoted: &MessageHeader) -> bool {
    let mut sent = Messages::new(sent).flatten();
    sent.next()
        .is_some_and(|sent| sent.header().kind == quoted.kind)
}
