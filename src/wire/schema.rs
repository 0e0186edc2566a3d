//! What a table says of itself while the program runs: for errors, `Debug`, tests and tools.
use std::fmt;

use super::{Attribute, Attributes, Bytes, Fault, Format, Writer, table::Table};

/// How deep nests are followed here. The deepest that the kernel makes is six; a peer's link may
/// hold a peer again, so bytes made for it would nest until the stack ends.
pub(super) const DEEPEST: usize = 16;

/// A table of attributes as data.
///
/// ```
/// use nlroute::wire::table::Table;
/// let schema = nlroute::link::LinkTable::SCHEMA;
/// let mtu = schema.line(4).unwrap();
/// assert_eq!((mtu.uapi, mtu.name, mtu.value.name), ("IFLA_MTU", "mtu", "u32"));
/// ```
///
/// Its words stand in one string and its types are told by a function, because every pointer in
/// a static costs each program that links it a relocation when it starts: with a record a line,
/// listing the links took 15 % more memory than by bare bytes.
///
/// A table whose nests go by a name beside them (the settings of a kind of link) says for itself
/// where such a name is looked up. The tables in it don't, so that a request of one kind can tell
/// its refusals without that every kind is linked.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The table's name in paths, for instance `link`.
    pub name: &'static str,
    /// Length in bytes of what stands before the first attribute.
    pub header: usize,
    /// What stands there, as a value; `None` if nothing does.
    pub head: Option<&'static ValueInfo>,
    /// For each line its number, and whether it can be read and set.
    #[doc(hidden)]
    pub kinds: &'static [(u16, bool, bool)],
    /// For each line its name in the headers, its name here and what it is, each ended by a tab.
    #[doc(hidden)]
    pub words: &'static str,
    /// The type of each line.
    #[doc(hidden)]
    pub value: fn(u16) -> Option<&'static ValueInfo>,
    /// Where a table is found that goes by a name.
    #[doc(hidden)]
    pub named: ByName,
}

/// Finds a table by what the attribute is called that holds it, and by the name beside that.
pub type ByName = fn(&str, &[u8]) -> Option<&'static Schema>;

/// Finds none.
#[doc(hidden)]
#[must_use]
pub fn nameless(_: &str, _: &[u8]) -> Option<&'static Schema> {
    None
}

/// One attribute of a table.
///
/// ```
/// use nlroute::wire::table::Table;
/// assert!(nlroute::link::LinkTable::SCHEMA.line(4).unwrap().settable);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Its number.
    pub kind: u16,
    /// Its name in the kernel's headers.
    pub uapi: &'static str,
    /// Its name here: of the getter, of the setter, in errors.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Whether a view has a getter for it.
    pub readable: bool,
    /// Whether a request has a setter for it.
    pub settable: bool,
    /// How its value stands in bytes.
    pub value: &'static ValueInfo,
}

/// A value type as data.
///
/// ```
/// use nlroute::wire::{Format, Shape};
/// assert_eq!(<u32 as Format>::INFO.shape, Shape::Number { len: 4 });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ValueInfo {
    /// The type's name.
    pub name: &'static str,
    /// Which payloads are values.
    pub shape: Shape,
    /// What is in it, where it holds attributes.
    pub nesting: Nesting,
    /// All that can be asked of a payload, behind one pointer: see [`Schema`].
    ask: Asked,
}

pub(crate) type Asked = fn(&[u8], Ask<'_, '_, '_>) -> Result<(), ShowError>;

/// What can be asked of a payload.
pub(crate) enum Ask<'a, 'f, 'w> {
    /// Whether it is a value.
    Check,
    /// To write it as its value.
    Show(&'a mut fmt::Formatter<'f>),
    /// To append it made anew; whether it was is told in the place.
    Rewrite(&'a mut Writer<'w>, &'a mut bool),
}

/// Writes what was read of a payload.
pub(super) fn show_value(
    value: Result<&dyn fmt::Debug, Fault>,
    f: &mut fmt::Formatter<'_>,
) -> Result<(), ShowError> {
    value
        .map_err(ShowError::Fault)?
        .fmt(f)
        .map_err(ShowError::Format)
}

/// Why a payload could not be written as its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShowError {
    /// It isn't one.
    Fault(Fault),
    /// The formatter failed.
    Format(fmt::Error),
}

/// Which payloads are values of a type: enough for a test to make some.
///
/// ```
/// use nlroute::wire::{Format, Shape};
/// assert!(matches!(<nlroute::wire::Str as Format>::INFO.shape, Shape::Text { .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing: its being there is the value.
    Empty,
    /// Any number of so many bytes.
    Number {
        /// 1, 2, 4 or 8.
        len: usize,
    },
    /// Any bytes, within these lengths.
    Bytes {
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// An address of 4 or 16 bytes.
    Ip,
    /// Any number of values of so many bytes.
    Many {
        /// Length of one.
        len: usize,
    },
    /// Bytes without NUL, then a NUL.
    Text {
        /// The most bytes, NUL not counted.
        most: usize,
    },
    /// Attributes.
    Nest,
}

/// What attributes a payload holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Nesting {
    /// None.
    No,
    /// Those of a table.
    Table(&'static Schema),
    /// Any number of attributes, each of which is a value of this type whatever its number.
    Each(&'static ValueInfo),
    /// Any number of bodies of a table, one after the other, each with its length in the first
    /// two bytes of its header (`rtnexthop`).
    Records(&'static Schema),
    /// Those of the table that is decided on by what it stands in: the whole body, header first,
    /// then the attributes beside it. If by a name, it is looked up in the other.
    Beside(fn(&[u8], ByName) -> Option<&'static Schema>),
}

impl ValueInfo {
    /// The data of type `F`.
    #[must_use]
    pub const fn new<F: Format>(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            nesting: Nesting::No,
            ask: ask::<F>,
        }
    }

    /// The data of a type of which only showing is ever asked: how it stands in a request.
    pub(crate) const fn shown(name: &'static str, shape: Shape, ask: Asked) -> Self {
        Self {
            name,
            shape,
            nesting: Nesting::No,
            ask,
        }
    }

    /// The same where only showing is ever asked.
    #[doc(hidden)]
    #[must_use]
    pub const fn only_shown<F: Format>(mut self) -> Self {
        self.ask = ask_show::<F>;
        self
    }

    /// What is to be known of the type where it can only be read, and a request that was refused
    /// is told of: numbers, addresses and text, which others have as well. All else is bytes.
    pub(super) const fn of_refusals<F: Format>(self) -> Self {
        match self.shape {
            Shape::Empty | Shape::Number { .. } | Shape::Ip | Shape::Text { .. } => {
                self.only_shown::<F>()
            }
            _ => Self::shown(self.name, self.shape, ask_show::<Bytes>),
        }
    }

    /// The same with what is in it.
    #[must_use]
    pub const fn nesting(mut self, nesting: Nesting) -> Self {
        self.nesting = nesting;
        self
    }

    /// Writes a payload as its value.
    ///
    /// # Errors
    /// When it is none, or the formatter fails.
    pub fn show(&self, payload: &[u8], f: &mut fmt::Formatter<'_>) -> Result<(), ShowError> {
        (self.ask)(payload, Ask::Show(f))
    }

    /// Whether a payload is a value.
    ///
    /// # Errors
    /// Why it is none.
    pub fn check(&self, payload: &[u8]) -> Result<(), Fault> {
        match (self.ask)(payload, Ask::Check) {
            Err(ShowError::Fault(fault)) => Err(fault),
            _ => Ok(()),
        }
    }

    /// Appends a payload made anew from the value that is in this one: [`Format::rewrite`].
    ///
    /// ```
    /// use nlroute::wire::{Be16, Format, Writer};
    /// let mut bytes = Vec::new();
    /// assert!(Be16::INFO.rewrite(&[0x12, 0xb5], &mut Writer::new(&mut bytes)));
    /// assert_eq!(bytes, [0x12, 0xb5]);
    /// assert!(!Be16::INFO.rewrite(&[1], &mut Writer::new(&mut bytes)));
    /// ```
    pub fn rewrite(&self, payload: &[u8], out: &mut Writer<'_>) -> bool {
        let mut written = false;
        // The one failure of this is told by the other answer.
        let _ = (self.ask)(payload, Ask::Rewrite(out, &mut written));
        written
    }
}

fn ask<F: Format>(payload: &[u8], ask: Ask<'_, '_, '_>) -> Result<(), ShowError> {
    match ask {
        Ask::Check => match F::check(payload) {
            Ok(()) => Ok(()),
            Err(fault) => Err(ShowError::Fault(fault)),
        },
        Ask::Show(f) => F::show(payload, f),
        Ask::Rewrite(out, written) => {
            *written = F::rewrite(payload, out);
            Ok(())
        }
    }
}

/// Answers for a value of a request.
fn ask_show<F: Format>(payload: &[u8], ask: Ask<'_, '_, '_>) -> Result<(), ShowError> {
    match ask {
        Ask::Show(f) => F::show(payload, f),
        _ => Ok(()),
    }
}

/// Answers for a nest of a request.
pub(super) fn ask_nest<T: Table>(payload: &[u8], ask: Ask<'_, '_, '_>) -> Result<(), ShowError> {
    match ask {
        Ask::Show(f) => T::SENT.show(payload, f),
        _ => Ok(()),
    }
}

/// Answers for a list of a request.
pub(super) fn ask_each<F: Format>(payload: &[u8], ask: Ask<'_, '_, '_>) -> Result<(), ShowError> {
    match ask {
        Ask::Show(f) => show_each(const { &F::SENT }, payload, f).map_err(ShowError::Format),
        _ => Ok(()),
    }
}

/// A payload or a body, in `Debug` as it is shown by data.
pub(crate) enum ByData<'a> {
    /// As a value of this type.
    Value(&'a ValueInfo, &'a [u8]),
    /// As attributes of this table.
    Table(&'a Schema, &'a [u8]),
}

impl fmt::Debug for ByData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = match self {
            Self::Value(value, payload) => value.show(payload, f),
            Self::Table(table, body) => table.show(body, f),
        };
        match shown {
            Err(ShowError::Format(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

fn show_each(value: &ValueInfo, body: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let each = Attributes::new(body).flatten();
    f.debug_list()
        .entries(each.map(|attribute| ByData::Value(value, attribute.payload())))
        .finish()
}

impl Schema {
    /// The lines, in the table's order.
    pub fn lines(&self) -> impl Iterator<Item = Line> + use<> {
        let value = self.value;
        let mut words = self.words.split('\t');
        self.kinds
            .iter()
            .filter_map(move |&(kind, readable, settable)| {
                let (uapi, name, doc) = (words.next()?, words.next()?, words.next()?);
                Some(Line {
                    kind,
                    uapi,
                    name,
                    doc,
                    readable,
                    settable,
                    value: value(kind)?,
                })
            })
    }

    /// The line of this number.
    #[must_use]
    pub fn line(&self, kind: u16) -> Option<Line> {
        self.lines().find(|line| line.kind == kind)
    }

    /// The same, by which names are looked up elsewhere.
    #[must_use]
    pub const fn with_names(mut self, named: ByName) -> Self {
        self.named = named;
        self
    }

    /// A table that stands in this one: names are looked up where this one does.
    #[must_use]
    pub const fn within(&self, inner: &Self) -> Self {
        inner.with_names(self.named)
    }

    /// The table inside the attribute of this number, given the body that it stands in.
    #[must_use]
    pub fn inner(&self, kind: u16, body: &[u8]) -> Option<Self> {
        let inner = match self.line(kind)?.value.nesting {
            Nesting::Table(schema) => Some(schema),
            Nesting::Beside(choose) => choose(body, self.named),
            Nesting::No | Nesting::Each(_) | Nesting::Records(_) => None,
        };
        inner.map(|inner| self.within(inner))
    }

    /// The attributes after this table's header.
    #[must_use]
    pub fn attributes<'a>(&self, body: &'a [u8]) -> Attributes<'a> {
        super::table::after(self.header, body)
    }

    /// The name of an attribute, its number where the table doesn't know it.
    #[must_use]
    pub fn name_of(&self, kind: u16) -> String {
        self.line(kind)
            .map_or_else(|| kind.to_string(), |line| line.name.to_owned())
    }

    /// The path of names to the attribute whose header or payload is at `offset` of `body`.
    ///
    /// ```
    /// use nlroute::{link::LinkTable, wire::{Writer, table::Table}};
    /// let mut body = vec![0; 16];
    /// Writer::new(&mut body).attribute(4, &[1, 2, 3, 4])?;
    /// let path = LinkTable::SCHEMA.path(&body, 16).unwrap();
    /// assert_eq!(path.to_string(), "mtu");
    /// assert_eq!(path.payload, [1, 2, 3, 4]);
    /// # Ok::<(), nlroute::wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn path<'a>(&self, body: &'a [u8], offset: usize) -> Option<Path<'a>> {
        let mut path = Path {
            names: Vec::new(),
            line: None,
            payload: &[],
            inner: None,
        };
        find(Some(self), body, offset, &mut path).then_some(path)
    }

    /// Which attributes of `body` are no values of their type, nests included.
    pub fn malformed(&self, body: &[u8]) -> Vec<Malformed> {
        let mut found = Vec::new();
        check_all(self, body, "", 0, &mut found);
        found
    }

    /// Writes the attributes of `body` as fields: known ones by name, others by number.
    #[doc(hidden)]
    pub fn debug(&self, body: &[u8], out: &mut fmt::DebugStruct<'_, '_>) {
        self.debug_at(0, body, out);
    }

    /// Writes a body as its table's name with its attributes as fields.
    pub(crate) fn show(&self, body: &[u8], f: &mut fmt::Formatter<'_>) -> Result<(), ShowError> {
        let mut out = f.debug_struct(self.name);
        self.debug(body, &mut out);
        out.finish().map_err(ShowError::Format)
    }

    fn debug_at(&self, depth: usize, body: &[u8], out: &mut fmt::DebugStruct<'_, '_>) {
        for attribute in self.attributes(body) {
            match attribute {
                Ok(attribute) => {
                    let shown = Shown {
                        schema: self,
                        attribute,
                        body,
                        depth,
                    };
                    out.field(&self.name_of(attribute.kind()), &shown);
                }
                Err(fault) => {
                    out.field("malformed", &fault);
                }
            }
        }
    }
}

/// Follows `offset` through the attributes of `body`.
fn find<'a>(schema: Option<&Schema>, body: &'a [u8], offset: usize, path: &mut Path<'a>) -> bool {
    let mut walk = schema.map_or_else(|| Attributes::new(body), |s| s.attributes(body));
    loop {
        let start = body.len() - walk.rest().len();
        let Some(Ok(attribute)) = walk.next() else {
            return false;
        };
        let end = body.len() - walk.rest().len();
        if offset < start {
            return false;
        }
        if offset >= end {
            continue;
        }
        let kind = attribute.kind();
        path.names
            .push(schema.map_or_else(|| kind.to_string(), |s| s.name_of(kind)));
        path.line = schema.and_then(|s| s.line(kind));
        path.payload = attribute.payload();
        path.inner = schema.and_then(|s| s.inner(kind, body));
        // At its header it is the attribute itself that is meant, past it one that is inside.
        let deeper = path.names.len() < DEEPEST;
        if offset >= start + 4 && deeper && (path.inner.is_some() || attribute.is_nested()) {
            let (line, payload, inner) = (path.line, path.payload, path.inner);
            let depth = path.names.len();
            if !find(inner.as_ref(), payload, offset - start - 4, path) {
                path.names.truncate(depth);
                (path.line, path.payload, path.inner) = (line, payload, inner);
            }
        }
        return true;
    }
}

fn check_all(schema: &Schema, body: &[u8], above: &str, depth: usize, found: &mut Vec<Malformed>) {
    for attribute in schema.attributes(body) {
        let (name, checked) = match attribute {
            Ok(attribute) => {
                let (kind, payload) = (attribute.kind(), attribute.payload());
                let line = schema.line(kind);
                let path = || format!("{above}{}.", schema.name_of(kind));
                if depth >= DEEPEST {
                    // Only what a getter would say of the nest itself.
                } else if let Some(inner) = schema.inner(kind, body) {
                    check_all(&inner, payload, &path(), depth + 1, found);
                } else if let Some(Nesting::Each(each)) = line.map(|line| line.value.nesting) {
                    check_each(schema, each, payload, &path(), depth + 1, found);
                }
                let checked = line.map_or(Ok(()), |line| line.value.check(payload));
                (schema.name_of(kind), checked)
            }
            Err(fault) => ("?".to_owned(), Err(fault)),
        };
        tell(above, &name, checked, found);
    }
}

/// Checks a list, each of whose attributes is a value of one type.
fn check_each(
    within: &Schema,
    value: &ValueInfo,
    body: &[u8],
    above: &str,
    depth: usize,
    found: &mut Vec<Malformed>,
) {
    for attribute in Attributes::new(body) {
        let (name, checked) = match attribute {
            Ok(attribute) => {
                let name = attribute.kind().to_string();
                if let Nesting::Table(inner) = value.nesting {
                    let path = format!("{above}{name}.");
                    let inner = within.within(inner);
                    check_all(&inner, attribute.payload(), &path, depth + 1, found);
                }
                (name, value.check(attribute.payload()))
            }
            Err(fault) => ("?".to_owned(), Err(fault)),
        };
        tell(above, &name, checked, found);
    }
}

fn tell(above: &str, name: &str, checked: Result<(), Fault>, found: &mut Vec<Malformed>) {
    if let Err(fault) = checked {
        found.push(Malformed {
            path: format!("{above}{name}"),
            fault,
        });
    }
}

/// An attribute whose payload is no value of its type.
///
/// ```
/// use nlroute::{link::LinkTable, wire::{Writer, table::Table}};
/// let mut body = vec![0; 16];
/// Writer::new(&mut body).attribute(4, &[1, 2])?;
/// let bad = LinkTable::SCHEMA.malformed(&body);
/// assert_eq!(bad[0].to_string(), "mtu: a payload of 2 bytes");
/// # Ok::<(), nlroute::wire::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malformed {
    /// The attribute by its path of names; `?` at its end where the bytes can't be walked on.
    pub path: String,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.fault)
    }
}

/// Where an attribute stands: the names that lead to it. Prints as `linkinfo.data.forward_delay`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Path<'a> {
    /// The names, outermost first.
    pub names: Vec<String>,
    /// Its line, if its table is known and knows it.
    pub line: Option<Line>,
    /// Its payload.
    pub payload: &'a [u8],
    /// The table inside it, if it has one.
    pub inner: Option<Schema>,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join("."))
    }
}

impl Path<'_> {
    /// The value in the attribute, as `Debug` writes it; its bytes where it is none.
    #[must_use]
    pub fn value(&self) -> String {
        Value {
            line: self.line,
            payload: self.payload,
        }
        .to_string()
    }
}

struct Value<'a> {
    line: Option<Line>,
    payload: &'a [u8],
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line.map(|line| line.value.show(self.payload, f)) {
            Some(Ok(())) => Ok(()),
            Some(Err(ShowError::Format(error))) => Err(error),
            Some(Err(ShowError::Fault(fault))) => {
                write!(f, "malformed ({fault}): {:02x?}", self.payload)
            }
            None => write!(f, "{:02x?}", self.payload),
        }
    }
}

/// One attribute in `Debug`.
struct Shown<'a> {
    schema: &'a Schema,
    attribute: Attribute<'a>,
    body: &'a [u8],
    depth: usize,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, payload) = (self.attribute.kind(), self.attribute.payload());
        if let Some(inner) = self.schema.inner(kind, self.body) {
            // As its value it would show what is in it, however deep.
            if self.depth >= DEEPEST {
                return write!(f, "{payload:02x?}");
            }
            let mut out = f.debug_struct(inner.name);
            inner.debug_at(self.depth + 1, payload, &mut out);
            return out.finish();
        }
        fmt::Display::fmt(
            &Value {
                line: self.schema.line(kind),
                payload,
            },
            f,
        )
    }
}
