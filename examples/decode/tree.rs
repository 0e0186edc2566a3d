//! A body as a tree of what is in it, and the same body made anew out of its values.
use std::fmt;

use nlroute::{
    messages::Noun,
    wire::{Attributes, Mark, Schema, Shape, Step, ValueInfo, Visited, Writer, align},
};

/// What the attributes of lists are called, which have no line in a table.
const ELEMENTS: &[(&str, u16, &str)] = &[
    ("IFLA_PROP_LIST", 53, "IFLA_ALT_IFNAME"),
    ("IFLA_VFINFO_LIST", 1, "IFLA_VF_INFO"),
    ("IFLA_VF_PORTS", 1, "IFLA_VF_PORT"),
    ("IFLA_VF_VLAN_LIST", 1, "IFLA_VF_VLAN_INFO"),
];

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub attributes: usize,
    /// Attributes without a line in a known table.
    pub unknown: usize,
    /// Attributes that are no values of their type, and bytes that are no attribute.
    pub malformed: usize,
    /// Values whose bytes were made anew.
    pub anew: usize,
    /// Attributes whose bytes were copied: unknown, malformed, or of no further meaning.
    pub copied: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.attributes += other.attributes;
        self.unknown += other.unknown;
        self.malformed += other.malformed;
        self.anew += other.anew;
        self.copied += other.copied;
    }
}

/// Whether something is what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Fine,
    Unknown,
    Malformed(String),
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// What stands before attributes.
    Header,
    Attribute(u16),
    /// Bytes that are neither.
    Bytes,
}

/// A thing in a body.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name in the kernel's headers.
    pub name: String,
    /// Its name in the crate.
    pub field: Option<&'static str>,
    /// The type of its value.
    pub kind: Option<&'static str>,
    /// Where it is in the message.
    pub offset: usize,
    pub sort: Sort,
    pub bytes: Vec<u8>,
    /// Its value as `Debug` writes it.
    pub value: Option<String>,
    /// Whether the value is a text.
    pub is_text: bool,
    pub state: State,
    /// What is in it.
    pub inner: Option<Vec<Node>>,
}

impl Node {
    /// Bytes that aren't looked into.
    pub fn bytes(name: &str, offset: usize, bytes: &[u8], state: State) -> Self {
        Self {
            name: name.to_owned(),
            field: None,
            kind: None,
            offset,
            sort: Sort::Bytes,
            bytes: bytes.to_vec(),
            value: None,
            is_text: false,
            state,
            inner: None,
        }
    }
}

/// What was looked at at which bytes, to name a place that differs.
#[derive(Clone, Debug)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub name: String,
}

/// A body, taken apart and made anew.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub nodes: Vec<Node>,
    pub anew: Vec<u8>,
    pub spans: Vec<Span>,
    pub tally: Tally,
}

impl Tree {
    /// Attributes of a table, behind its header. Offsets are counted from `base` on. An old
    /// program's question may have one byte of the header, if `short` allows it.
    pub fn of(schema: &Schema, body: &[u8], base: usize, short: bool) -> Self {
        Self::walk(body, base, short, |each| schema.visit(body, each))
    }

    /// The same of a noun, with a table or without.
    pub fn of_noun(noun: &Noun, body: &[u8], base: usize, short: bool) -> Self {
        if let Some(schema) = noun.schema {
            return Self::of(schema, body, base, short);
        }
        let mut start = align(noun.header_len);
        if noun.uapi == "NDUSEROPT" {
            // The options of the router's message stand between, as long as the header says.
            let options = body.get(2..4).and_then(|len| len.try_into().ok());
            start += align(options.map_or(0, u16::from_ne_bytes).into());
        }
        let (header, rest) = body.split_at_checked(start).unwrap_or((body, &[]));
        let state = if header.len() >= noun.header_len || (short && !header.is_empty()) {
            State::Fine
        } else {
            State::Malformed(format!("{} of {} bytes", header.len(), noun.header_len))
        };
        let mut tree = Self::walk(rest, base + start, false, |each| {
            Attributes::new(rest).visit(each);
        });
        tree.tally.malformed += usize::from(state != State::Fine);
        tree.anew.splice(..0, header.iter().copied());
        tree.spans.insert(
            0,
            Span {
                start: base,
                end: base + header.len(),
                name: noun.header.to_owned(),
            },
        );
        let mut node = Node::bytes(noun.header, base, header, state);
        node.sort = Sort::Header;
        tree.nodes.insert(0, node);
        tree
    }

    fn walk<'a>(
        body: &'a [u8],
        base: usize,
        short: bool,
        visit: impl FnOnce(&mut dyn FnMut(Step<'a>)),
    ) -> Self {
        let mut tree = Self::default();
        let mut anew = Vec::new();
        let mut builder = Builder {
            tree: &mut tree,
            out: Writer::new(&mut anew),
            open: Vec::new(),
            base,
            short,
        };
        visit(&mut |step| builder.step(step));
        trim(&mut anew, 0, body.len());
        tree.anew = anew;
        tree
    }
}

/// Takes back the padding after the last attribute where the original has none.
fn trim(bytes: &mut Vec<u8>, start: usize, len: usize) {
    let end = start + len;
    if bytes.len() > end && bytes.len() - end < 4 {
        bytes.truncate(end);
    }
}

/// A nest that is being walked through.
struct Open {
    node: Node,
    mark: Mark,
    /// Where its payload is in what is made anew.
    start: usize,
}

struct Builder<'t, 'w> {
    tree: &'t mut Tree,
    out: Writer<'w>,
    open: Vec<Open>,
    base: usize,
    short: bool,
}

impl Builder<'_, '_> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Header {
                offset,
                value,
                bytes,
            } => self.header(offset, value, bytes),
            Step::Attribute(found) => self.attribute(&found),
            Step::Enter(found) => {
                let mut node = self.node(&found);
                node.inner = Some(Vec::new());
                let state = node.state.clone();
                self.count(&state);
                self.span(found.offset, 4, &node.name);
                let mark = self.out.begin_attribute(found.attribute.raw_kind());
                let start = self.out.len();
                self.open.push(Open { node, mark, start });
            }
            Step::Leave => self.leave(),
            Step::Broken {
                offset,
                bytes,
                fault,
            } => {
                self.tree.tally.malformed += 1;
                self.span(offset, bytes.len(), "what is no attribute");
                self.out.payload(bytes);
                let state = State::Malformed(fault.to_string());
                self.push(Node::bytes("?", self.base + offset, bytes, state));
            }
            // Whatever a later version tells beside these holds no bytes of its own.
            _ => {}
        }
    }

    fn header(&mut self, offset: usize, value: &'static ValueInfo, bytes: &[u8]) {
        let mut whole = bytes.to_vec();
        let short = self.short && self.open.is_empty() && !bytes.is_empty();
        if let (true, Shape::Bytes { most, .. }) = (short, value.shape) {
            whole.resize(most.max(whole.len()), 0);
        }
        let state = state_of(Some(value), &whole);
        self.tree.tally.malformed += usize::from(state != State::Fine);
        let mut anew = Vec::new();
        if value.rewrite(&whole, &mut Writer::new(&mut anew)) {
            fit(&mut anew, bytes, value.shape);
        } else {
            anew = bytes.to_vec();
        }
        self.out.bytes(&anew);
        self.span(offset, bytes.len(), value.name);
        let mut node = Node::bytes(value.name, self.base + offset, bytes, state);
        node.sort = Sort::Header;
        node.value = shown(value, &whole);
        self.push(node);
    }

    fn attribute(&mut self, found: &Visited<'_>) {
        let mut node = self.node(found);
        let payload = found.attribute.payload();
        node.state = state_of(found.value, payload);
        self.count(&node.state);
        let mut anew = Vec::new();
        let fine = found.value.filter(|_| node.state == State::Fine);
        match fine {
            Some(value) if value.rewrite(payload, &mut Writer::new(&mut anew)) => {
                self.tree.tally.anew += 1;
                fit(&mut anew, payload, value.shape);
            }
            _ => {
                self.tree.tally.copied += 1;
                anew = payload.to_vec();
            }
        }
        node.value = fine.and_then(|value| shown(value, payload));
        self.span(found.offset, 4 + payload.len(), &node.name);
        let mark = self.out.begin_attribute(found.attribute.raw_kind());
        self.out.payload(&anew);
        self.end(mark);
        self.push(node);
    }

    fn leave(&mut self) {
        let Some(Open { node, mark, start }) = self.open.pop() else {
            return;
        };
        let (is, was) = (self.out.len() - start, node.bytes.len());
        if is > was && is - was < 4 {
            self.out.truncate(start + was);
        }
        self.end(mark);
        self.push(node);
    }

    fn end(&mut self, mark: Mark) {
        // What is made anew may be longer than an attribute can say: then the comparison tells.
        let _ = self.out.end_attribute(mark);
    }

    fn node(&self, found: &Visited<'_>) -> Node {
        let kind = found.attribute.kind();
        let list = self.open.last().map(|open| open.node.name.as_str());
        let element = ELEMENTS
            .iter()
            .find(|(of, number, _)| Some(*of) == list && *number == kind);
        let name = match (found.line, element) {
            (Some(line), _) => line.uapi.to_owned(),
            (None, Some((_, _, name))) => (*name).to_owned(),
            (None, None) => format!("#{kind}"),
        };
        let known = found.value.is_some();
        Node {
            name,
            field: found.line.map(|line| line.name),
            kind: found.value.map(|value| value.name),
            offset: self.base + found.offset,
            sort: Sort::Attribute(kind),
            bytes: found.attribute.payload().to_vec(),
            value: None,
            is_text: found
                .value
                .is_some_and(|value| matches!(value.shape, Shape::Text { .. })),
            state: if known { State::Fine } else { State::Unknown },
            inner: None,
        }
    }

    fn count(&mut self, state: &State) {
        self.tree.tally.attributes += 1;
        match state {
            State::Fine => {}
            State::Unknown => self.tree.tally.unknown += 1,
            State::Malformed(_) => self.tree.tally.malformed += 1,
        }
    }

    fn span(&mut self, offset: usize, len: usize, name: &str) {
        let mut path: Vec<&str> = self
            .open
            .iter()
            .map(|open| open.node.name.as_str())
            .collect();
        path.push(name);
        self.tree.spans.push(Span {
            start: self.base + offset,
            end: self.base + offset + len,
            name: path.join("."),
        });
    }

    fn push(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(open) => open.node.inner.get_or_insert_default().push(node),
            None => self.tree.nodes.push(node),
        }
    }
}

fn state_of(value: Option<&ValueInfo>, payload: &[u8]) -> State {
    match value.map(|value| value.check(payload)) {
        None => State::Unknown,
        Some(Ok(())) => State::Fine,
        Some(Err(fault)) => State::Malformed(fault.to_string()),
    }
}

fn shown(value: &ValueInfo, payload: &[u8]) -> Option<String> {
    struct Shown<'a>(&'a ValueInfo, &'a [u8]);
    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.show(self.1, f).map_err(|_| fmt::Error)
        }
    }
    if value.name == "bytes" {
        return None;
    }
    let mut text = String::new();
    fmt::write(&mut text, format_args!("{}", Shown(value, payload))).ok()?;
    Some(text)
}

/// Of a type whose values may be longer or shorter, the length is the sender's: a text with its
/// NUL or without, a struct of an older kernel or of a newer one.
fn fit(anew: &mut Vec<u8>, was: &[u8], shape: Shape) {
    let open = match shape {
        Shape::Text { .. } => true,
        Shape::Bytes { least, most } => least != most || was.len() != most,
        _ => false,
    };
    if !open {
        return;
    }
    if let Some(more) = was.get(anew.len()..) {
        anew.extend_from_slice(more);
    } else if anew
        .get(was.len()..)
        .is_some_and(|cut| cut.iter().all(|byte| *byte == 0))
    {
        anew.truncate(was.len());
    }
}
