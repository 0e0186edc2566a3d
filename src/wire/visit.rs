//! A walk over everything in a body, nests included: what tools that show or compare any message
//! stand on.
use super::{
    Attribute, Attributes, Fault, Fixed, Line, Nesting, Schema, Shape, ValueInfo, align,
    schema::DEEPEST,
};

/// What a walk comes by, in the order of the bytes.
///
/// Nothing is left out: the bytes of what is handed over, with the headers and the padding of
/// attributes between, are the whole body.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Step<'a> {
    /// What stands before the attributes of a table.
    Header {
        /// Where it is, counted from the body's first byte.
        offset: usize,
        /// How its value stands in bytes.
        value: &'static ValueInfo,
        /// Its bytes: fewer than it should have where the body ends before.
        bytes: &'a [u8],
    },
    /// An attribute in which the walk doesn't go on: it holds a value, or bytes that nobody
    /// here knows more of.
    Attribute(Visited<'a>),
    /// An attribute that holds attributes. What is in it follows, up to its
    /// [`Leave`](Self::Leave).
    Enter(Visited<'a>),
    /// The end of what was entered last.
    Leave,
    /// Bytes that are no attribute: the rest of the nest, or of the body.
    Broken {
        /// Where they are, counted from the body's first byte.
        offset: usize,
        /// The bytes.
        bytes: &'a [u8],
        /// What is wrong.
        fault: Fault,
    },
}

/// An attribute that a walk came by.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Visited<'a> {
    /// Where its header is, counted from the body's first byte.
    pub offset: usize,
    /// Its number and its payload.
    pub attribute: Attribute<'a>,
    /// Its line in its table; `None` in a list, and where the table isn't known or doesn't know
    /// it.
    pub line: Option<Line>,
    /// How its value stands in bytes: by its line, or by the list that it is in.
    pub value: Option<&'static ValueInfo>,
    /// The table of what is in it, where it holds the attributes of a known one.
    pub inner: Option<Schema>,
}

impl Schema {
    /// Walks over everything in `body`, nests included, and tells each thing to `each`.
    ///
    /// An attribute of an unknown number that is marked as a nest is entered too, and so is the
    /// nest of a table that can't be told (the settings of a kind of link that the crate doesn't
    /// know). Nests deeper than 16 are handed over as attributes.
    ///
    /// ```
    /// use nlroute::{link::LinkTable, wire::{Step, Writer, table::Table}};
    /// let mut body = vec![0; 16];
    /// let mut out = Writer::new(&mut body);
    /// out.attribute(4, &1500_u32.to_ne_bytes())?;
    /// let linkinfo = out.begin_nest(18);
    /// out.attribute(1, b"veth\0")?;
    /// out.end_attribute(linkinfo)?;
    ///
    /// let mut seen = Vec::new();
    /// LinkTable::SCHEMA.visit(&body, &mut |step| match step {
    ///     Step::Header { value, .. } => seen.push(value.name),
    ///     Step::Attribute(found) | Step::Enter(found) => {
    ///         seen.push(found.line.map_or("unknown", |line| line.uapi));
    ///     }
    ///     _ => {}
    /// });
    /// assert_eq!(seen, ["ifinfomsg", "IFLA_MTU", "IFLA_LINKINFO", "IFLA_INFO_KIND"]);
    /// # Ok::<(), nlroute::wire::EncodeError>(())
    /// ```
    pub fn visit<'a>(&self, body: &'a [u8], each: &mut dyn FnMut(Step<'a>)) {
        table(self, body, 0, 0, each);
    }
}

impl<'a> Attributes<'a> {
    /// As [`Schema::visit`], where no table is known: only what is marked as a nest is entered.
    /// Offsets are counted from the first byte of what is walked.
    pub fn visit(self, each: &mut dyn FnMut(Step<'a>)) {
        walk(self, Beside::Unknown, 0, 0, each);
    }
}

/// What the attributes of a walk are.
#[derive(Clone, Copy)]
enum Beside<'s, 'a> {
    /// Those of a table, in this body.
    Table(&'s Schema, &'a [u8]),
    /// Each a value of this type, within a table.
    Each(&'static ValueInfo, &'s Schema),
    Unknown,
}

/// What is in an attribute.
enum Inside {
    Table(Schema),
    Each(&'static ValueInfo, Schema),
    Records(Schema),
    Unknown,
}

/// A body: a table's header, and its attributes.
fn table<'a>(
    schema: &Schema,
    body: &'a [u8],
    offset: usize,
    depth: usize,
    each: &mut dyn FnMut(Step<'a>),
) {
    if let Some(value) = schema.head {
        let bytes = body.get(..schema.header).unwrap_or(body);
        each(Step::Header {
            offset,
            value,
            bytes,
        });
    }
    let start = align(schema.header);
    let attributes = schema.attributes(body);
    let beside = Beside::Table(schema, body);
    walk(attributes, beside, offset + start, depth, each);
}

fn walk<'a>(
    mut attributes: Attributes<'a>,
    beside: Beside<'_, 'a>,
    offset: usize,
    depth: usize,
    each: &mut dyn FnMut(Step<'a>),
) {
    let all = attributes.rest();
    loop {
        let rest = attributes.rest();
        let offset = offset + (all.len() - rest.len());
        match attributes.next() {
            None => return,
            Some(Err(fault)) => each(Step::Broken {
                offset,
                bytes: rest,
                fault,
            }),
            Some(Ok(attribute)) => visit_one(attribute, beside, offset, depth, each),
        }
    }
}

fn visit_one<'a>(
    attribute: Attribute<'a>,
    beside: Beside<'_, 'a>,
    offset: usize,
    depth: usize,
    each: &mut dyn FnMut(Step<'a>),
) {
    let within = match beside {
        Beside::Table(schema, _) | Beside::Each(_, schema) => Some(schema),
        Beside::Unknown => None,
    };
    let (line, body) = match beside {
        Beside::Table(schema, body) => (schema.line(attribute.kind()), body),
        Beside::Each(..) | Beside::Unknown => (None, &[][..]),
    };
    let value = match beside {
        Beside::Each(value, _) => Some(value),
        _ => line.map(|line| line.value),
    };
    let inside = (depth < DEEPEST)
        .then(|| inside(value.zip(within), attribute, body))
        .flatten();
    let visited = Visited {
        offset,
        attribute,
        line,
        value,
        inner: match inside {
            Some(Inside::Table(schema) | Inside::Records(schema)) => Some(schema),
            _ => None,
        },
    };
    let Some(inside) = inside else {
        return each(Step::Attribute(visited));
    };
    each(Step::Enter(visited));
    let (payload, offset, depth) = (attribute.payload(), offset + 4, depth + 1);
    match inside {
        Inside::Table(schema) => table(&schema, payload, offset, depth, each),
        Inside::Each(value, schema) => {
            walk(
                Attributes::new(payload),
                Beside::Each(value, &schema),
                offset,
                depth,
                each,
            );
        }
        Inside::Records(schema) => records(&schema, payload, offset, depth, each),
        Inside::Unknown => {
            walk(
                Attributes::new(payload),
                Beside::Unknown,
                offset,
                depth,
                each,
            );
        }
    }
    each(Step::Leave);
}

/// What is in an attribute of this type, which stands within a table.
fn inside(
    value: Option<(&ValueInfo, &Schema)>,
    attribute: Attribute<'_>,
    body: &[u8],
) -> Option<Inside> {
    let whole = || attribute.nested().all(|walked| walked.is_ok());
    let Some((value, within)) = value else {
        return (attribute.is_nested() && whole()).then_some(Inside::Unknown);
    };
    match value.nesting {
        Nesting::Table(schema) => Some(Inside::Table(within.within(schema))),
        Nesting::Each(value) => Some(Inside::Each(value, *within)),
        Nesting::Records(schema) => Some(Inside::Records(within.within(schema))),
        Nesting::Beside(choose) => match choose(body, within.named) {
            Some(schema) => Some(Inside::Table(within.within(schema))),
            None => whole().then_some(Inside::Unknown),
        },
        // What the sender says counts where the type leaves it open.
        Nesting::No => {
            let open = matches!(value.shape, Shape::Bytes { .. } | Shape::Many { .. });
            (open && attribute.is_nested() && whole()).then_some(Inside::Unknown)
        }
    }
}

/// Bodies one after the other, each with its length at its start.
fn records<'a>(
    schema: &Schema,
    all: &'a [u8],
    offset: usize,
    depth: usize,
    each: &mut dyn FnMut(Step<'a>),
) {
    let mut rest = all;
    while !rest.is_empty() {
        let offset = offset + (all.len() - rest.len());
        let says = usize::from(<u16 as Fixed>::get(rest, 0));
        let record = rest.get(..says).filter(|_| says >= schema.header.max(1));
        let Some(record) = record else {
            let has = rest.len();
            let fault = if has < schema.header {
                Fault::Leftover { len: has }
            } else {
                Fault::Frame { says, has }
            };
            return each(Step::Broken {
                offset,
                bytes: rest,
                fault,
            });
        };
        table(schema, record, offset, depth, each);
        rest = rest.get(align(says)..).unwrap_or(&[]);
    }
}
