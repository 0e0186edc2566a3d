//! Bodies of messages drawn from the tables' own data: an attribute is drawn from the moment
//! that its line is written.
use nlroute::{
    link::LinkTable,
    route::NexthopTable,
    wire::{
        ByName, Line, NLA_F_NESTED, NLA_F_NET_BYTEORDER, Nesting, Schema, Shape, ValueInfo, Writer,
        table::Table,
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{check::has_a_peer, tables::ALL};

/// How deep nests are drawn.
const DEPTH: usize = 4;
/// The most attributes in one body.
const MOST: usize = 10;

/// A header, as long as the alignment wants it, and attributes.
#[derive(Clone, Debug)]
pub struct Body {
    pub header: Vec<u8>,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug)]
pub struct Attribute {
    /// The number, flag bits included.
    pub kind: u16,
    pub payload: Payload,
}

#[derive(Clone, Debug)]
pub enum Payload {
    Bytes(Vec<u8>),
    Nest(Body),
    /// Of a list: what the numbers are counts for nothing, and the order may.
    List(Vec<Attribute>),
}

impl Payload {
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut Writer::new(&mut bytes));
        bytes
    }

    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Bytes(bytes) => out.payload(bytes),
            Self::Nest(body) => body.write(out),
            Self::List(list) => list.iter().for_each(|attribute| attribute.write(out)),
        }
    }
}

impl Body {
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut Writer::new(&mut bytes));
        bytes
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.header);
        for attribute in &self.attributes {
            attribute.write(out);
        }
    }
}

impl Attribute {
    fn write(&self, out: &mut Writer<'_>) {
        let mark = out.begin_attribute(self.kind);
        self.payload.write(out);
        out.end_attribute(mark).unwrap();
    }
}

/// Bodies of this table whose attributes all are values of their type, and some unknown ones
/// between, in any order, some twice.
pub fn bodies(schema: &'static Schema) -> BoxedStrategy<Body> {
    body(schema, lines(schema, None), DEPTH, false)
}

/// The same with no number twice, in nests too; in lists there may be.
pub fn distinct(schema: &'static Schema) -> BoxedStrategy<Body> {
    body(schema, lines(schema, None), DEPTH, true)
}

/// What the kernel doesn't take for the other end of a veth, so that requests refuse it: what
/// counts once a link exists, then what is not looked at.
pub const NOT_OF_A_PEER: &[u16] = &[14, 20, 22, 26, 33, 39, 43, 49, 55, 5, 10, 29, 37, 46];

/// Whether `inner`, in a table of this name, is the other end of a veth or the like.
fn is_peer(inner: &Schema, within: Option<&str>) -> bool {
    within.is_some_and(has_a_peer) && inner.name == "link"
}

fn lines(schema: &'static Schema, within: Option<&str>) -> Vec<Line> {
    let peer = is_peer(schema, within);
    let lines = schema.lines();
    lines
        .filter(|line| !(peer && NOT_OF_A_PEER.contains(&line.kind)))
        .collect()
}

/// Tells the table of an attribute by what stands beside it.
type Choice = fn(&[u8], ByName) -> Option<&'static Schema>;

/// An attribute that may still depend on those beside it.
#[derive(Clone, Debug)]
enum Draft {
    Done(Attribute),
    Beside(u16, Choice),
}

impl Draft {
    fn kind(&self) -> u16 {
        match self {
            Self::Done(Attribute { kind, .. }) | Self::Beside(kind, _) => *kind,
        }
    }
}

fn body(
    schema: &'static Schema,
    lines: Vec<Line>,
    depth: usize,
    distinct: bool,
) -> BoxedStrategy<Body> {
    let most = if depth == DEPTH { MOST } else { MOST / 2 };
    let drafts = vec(draft(schema, lines, depth, distinct), 0..=most);
    (header(schema), drafts)
        .prop_flat_map(move |(header, mut drafts)| {
            if distinct {
                let mut seen = std::collections::HashSet::new();
                drafts.retain(|draft| seen.insert(number(draft.kind())));
            }
            let done = Body {
                header: header.clone(),
                attributes: drafts
                    .iter()
                    .filter_map(|draft| match draft {
                        Draft::Done(attribute) => Some(attribute.clone()),
                        Draft::Beside(..) => None,
                    })
                    .collect(),
            }
            .bytes();
            let attributes: Vec<_> = drafts
                .into_iter()
                .map(|draft| match draft {
                    Draft::Done(attribute) => Just(attribute).boxed(),
                    Draft::Beside(kind, choose) => {
                        let payload = match choose(&done, LinkTable::SCHEMA.named) {
                            Some(inner) => nest(inner, None, depth, distinct),
                            None => raw().prop_map(Payload::Bytes).boxed(),
                        };
                        payload
                            .prop_map(move |payload| Attribute { kind, payload })
                            .boxed()
                    }
                })
                .collect();
            (Just(header), attributes)
        })
        .prop_map(|(header, attributes)| Body { header, attributes })
        .boxed()
}

/// The number without the flag bits.
fn number(kind: u16) -> u16 {
    kind & !(NLA_F_NESTED | NLA_F_NET_BYTEORDER)
}

fn header(schema: &'static Schema) -> BoxedStrategy<Vec<u8>> {
    let len = nlroute::wire::align(schema.header);
    // The family stands first, and says which tables are inside.
    let family = select(vec![
        0,
        0,
        0,
        libc::AF_BRIDGE as u8,
        libc::AF_INET6 as u8,
        255,
    ]);
    (vec(any::<u8>(), len), family)
        .prop_map(|(mut header, family)| {
            if let Some(first) = header.first_mut() {
                *first = family;
            }
            header
        })
        .boxed()
}

fn draft(
    schema: &'static Schema,
    lines: Vec<Line>,
    depth: usize,
    distinct: bool,
) -> BoxedStrategy<Draft> {
    let unknown = (0..1_u16 << 14, raw())
        .prop_filter("a number of the table", move |(kind, _)| {
            schema.line(*kind).is_none()
        })
        .prop_map(|(kind, payload)| {
            let payload = Payload::Bytes(payload);
            Draft::Done(Attribute { kind, payload })
        });
    if lines.is_empty() {
        return unknown.boxed();
    }
    let known = (select(lines), any::<bool>())
        .prop_flat_map(move |(line, net)| known(schema, line, net, depth, distinct));
    prop_oneof![1 => unknown, 7 => known].boxed()
}

/// An attribute of this line.
fn known(
    schema: &'static Schema,
    line: Line,
    flag: bool,
    depth: usize,
    distinct: bool,
) -> BoxedStrategy<Draft> {
    let (kind, value) = (line.kind, line.value);
    // Both bits count for nothing: some parts of the kernel don't set them.
    let nested = kind | if flag { NLA_F_NESTED } else { 0 };
    let done = move |kind| move |payload| Draft::Done(Attribute { kind, payload });
    match value.nesting {
        Nesting::No | Nesting::Records(_) => {
            let kind = kind | if flag { NLA_F_NET_BYTEORDER } else { 0 };
            flat(value)
                .prop_map(Payload::Bytes)
                .prop_map(done(kind))
                .boxed()
        }
        Nesting::Table(inner) => nest(inner, Some(schema.name), depth, distinct)
            .prop_map(done(nested))
            .boxed(),
        Nesting::Each(each) => vec((1..200_u16, element(each, depth, distinct)), 0..4)
            .prop_map(|list| {
                let attributes = list
                    .into_iter()
                    .map(|(kind, payload)| Attribute { kind, payload });
                Payload::List(attributes.collect())
            })
            .prop_map(done(nested))
            .boxed(),
        Nesting::Beside(choose) => Just(Draft::Beside(nested, choose)).boxed(),
        other => panic!("draw {other:?}"),
    }
}

/// A value of a list.
fn element(value: &'static ValueInfo, depth: usize, distinct: bool) -> BoxedStrategy<Payload> {
    match value.nesting {
        Nesting::No => flat(value).prop_map(Payload::Bytes).boxed(),
        Nesting::Table(inner) => nest(inner, None, depth, distinct),
        other => panic!("draw a list of {other:?}"),
    }
}

fn nest(
    inner: &'static Schema,
    within: Option<&'static str>,
    depth: usize,
    distinct: bool,
) -> BoxedStrategy<Payload> {
    let lines = lines(inner, within);
    let bodies = match depth.checked_sub(1) {
        Some(depth) => body(inner, lines, depth, distinct),
        None => header(inner)
            .prop_map(|header| Body {
                header,
                attributes: Vec::new(),
            })
            .boxed(),
    };
    bodies
        .prop_map(move |mut body| {
            if is_peer(inner, within) {
                // One that is to be up needs a name: a message of its own follows.
                let mut header = nlroute::link::LinkHeader::at(&body.header);
                header.flags &= !1;
                header.change &= !1;
                body.header = header.to_bytes().to_vec();
            }
            Payload::Nest(body)
        })
        .boxed()
}

/// Any bytes, not many.
fn raw() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..24)
}

/// A number's bytes: the least and the greatest are drawn more often.
fn bytes(len: usize) -> BoxedStrategy<Vec<u8>> {
    prop_oneof![
        1 => Just(vec![0; len]),
        1 => Just(vec![0xff; len]),
        1 => vec(select(vec![0, 1]), len),
        5 => vec(any::<u8>(), len),
    ]
    .boxed()
}

/// A payload that holds no attributes and is a value of this type.
fn flat(value: &'static ValueInfo) -> BoxedStrategy<Vec<u8>> {
    let drawn = match (value.name, value.shape) {
        // Types whose shape doesn't say all.
        ("via", _) => prop_oneof![
            bytes(4).prop_map(|v4| [&(libc::AF_INET as u16).to_ne_bytes()[..], &v4].concat()),
            bytes(16).prop_map(|v6| [&(libc::AF_INET6 as u16).to_ne_bytes()[..], &v6].concat()),
            bytes(6).prop_map(|mac| [&(libc::AF_PACKET as u16).to_ne_bytes()[..], &mac].concat()),
        ]
        .boxed(),
        // Of few numbers, which choose a table.
        ("EncapType", _) => (0..12_u16)
            .prop_map(|kind| kind.to_ne_bytes().to_vec())
            .boxed(),
        ("nexthops", _) => vec(
            body(
                NexthopTable::SCHEMA,
                lines(NexthopTable::SCHEMA, None),
                1,
                false,
            ),
            0..4,
        )
        .prop_map(|hops| {
            let hops = hops.iter().map(|hop| {
                let mut hop = hop.bytes();
                let len = (hop.len() as u16).to_ne_bytes();
                hop[..2].copy_from_slice(&len);
                hop
            });
            hops.collect::<Vec<_>>().concat()
        })
        .boxed(),
        (_, Shape::Empty) => Just(Vec::new()).boxed(),
        (_, Shape::Number { len }) => bytes(len),
        (_, Shape::Bytes { least, most }) => prop_oneof![
            bytes(least),
            bytes(most.min(least + 300)),
            (least..=most.min(least + 12)).prop_flat_map(bytes),
        ]
        .boxed(),
        (_, Shape::Ip) => prop_oneof![bytes(4), bytes(16)].boxed(),
        (_, Shape::Many { len }) => (0..6_usize).prop_flat_map(move |n| bytes(n * len)).boxed(),
        (_, Shape::Text { most }) => text(most),
        (name, shape) => panic!("draw {shape:?} for {name}"),
    };
    // The check is the codec's own: a type whose shape says too little is told by its name here.
    drawn
        .prop_filter(value.name, |payload| value.check(payload).is_ok())
        .boxed()
}

/// Text, with its NUL or without; often the name of a table, because a kind's name chooses one.
fn text(most: usize) -> BoxedStrategy<Vec<u8>> {
    let names = ALL.iter().map(|table| table.schema.name);
    let names: Vec<_> = names.filter(|name| name.len() <= most).collect();
    let text = prop_oneof![
        3 => select(names).prop_map(|name| name.as_bytes().to_vec()),
        2 => vec(32..127_u8, 0..=most.min(20)),
        1 => vec(1..=255_u8, 0..=most.min(20)),
    ];
    (text, any::<bool>())
        .prop_map(|(mut text, nul)| {
            if nul {
                text.push(0);
            }
            text
        })
        .boxed()
}
