//! A table as data: paths, what is malformed, `Debug`, and the walk over everything, by tables
//! that are made for it.
use std::marker::PhantomData;

use super::{attribute, written};
use crate::wire::{table::Table, *};

/// In a module of its own, for what every table has and isn't asked for here.
#[allow(dead_code, clippy::wrong_self_convention)]
mod tables {
    use super::*;

    crate::record! {
        /// What stands before the attributes.
        pub struct Head "head" 4 from 4;
        0 first first: u16 = "A number.";
        2 second second: u16 = "Another.";
    }

    crate::table! {
        /// What is in a nest.
        table InnerTable "inner";
        /// What is read.
        view InnerView;
        /// What is set.
        request Inner;
        rw 1 INNER_NUMBER number: u32 = "A number.";
        rw 2 INNER_OUTER outer: OuterView<'_> | Outer<'a> as Nest<OuterTable> = "All of it again.";
    }

    crate::table! {
        /// One of many.
        table RecordTable "record" after Head;
        /// What is read.
        view RecordView;
        /// What is set.
        request Record;
        rw 1 RECORD_NUMBER number: u32 = "A number.";
    }

    crate::table! {
        /// One of each sort.
        table OuterTable "outer" after Head names by_name;
        /// What is read.
        view OuterView;
        /// What is set.
        request Outer;
        rw 1 OUTER_KIND kind: Text<'_> | &'a str as Str = "What `data` is.";
        ro 2 OUTER_DATA data: &[u8] as Chosen<ByKind> = "By `kind`.";
        ro 3 OUTER_INNER inner: InnerView<'_> as Nest<InnerTable> = "A table.";
        ro 4 OUTER_NUMBERS numbers: Each<'_, Be16> as Each<'static, Be16> = "Numbers.";
        ro 5 OUTER_INNERS inners: Each<'_, Nest<InnerTable>> as Each<'static, Nest<InnerTable>>
            = "Tables.";
        ro 6 OUTER_RECORDS records: &[u8] as Records = "Bodies one after the other.";
        ro 7 OUTER_BYTES bytes: &[u8] as Bytes = "Whatever it is.";
        rw 8 OUTER_PORT port: u16 as Be16 = "A number.";
    }
}
use tables::*;

/// Knows one name.
fn by_name(what: &str, name: &[u8]) -> Option<&'static Schema> {
    (what == "data" && name == b"inner").then_some(InnerTable::SCHEMA)
}

enum ByKind {}

impl Choose for ByKind {
    const NAME: &'static str = "data";

    fn choose(body: &[u8], named: ByName) -> Option<&'static Schema> {
        let kind = OuterTable::SCHEMA.attributes(body).find(1)?;
        named(Self::NAME, kind.strip_suffix(&[0])?)
    }
}

enum Records {}

impl Format for Records {
    type Read<'a> = &'a [u8];
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo = ValueInfo::new::<Self>("records", Shape::Nest)
        .nesting(Nesting::Records(RecordTable::NAMELESS));

    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
}

const HEAD: [u8; 4] = [1, 0, 2, 0];

fn outer(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&HEAD[..], &attributes.concat()].concat()
}

fn number(value: u32) -> Vec<u8> {
    attribute(1, &value.to_ne_bytes())
}

fn nested(kind: u16, payload: &[u8]) -> Vec<u8> {
    attribute(NLA_F_NESTED | kind, payload)
}

/// A body of records: its length first.
fn record(says: u16, rest: &[u8]) -> Vec<u8> {
    [&says.to_ne_bytes()[..], &[0, 0], rest].concat()
}

#[test]
fn lines_are_told_as_they_are_written_down() {
    let schema = OuterTable::SCHEMA;
    assert_eq!((schema.name, schema.header), ("outer", 4));
    assert_eq!(schema.head.map(|head| head.name), Some("head"));
    let port = schema.line(8).unwrap();
    assert_eq!((port.kind, port.uapi, port.name), (8, "OUTER_PORT", "port"));
    assert_eq!((port.doc, port.value.name), ("A number.", Be16::INFO.name));
    assert!(port.readable && port.settable);
    let data = schema.line(2).unwrap();
    assert!(data.readable && !data.settable);
    assert!(schema.line(0).is_none() && schema.line(9).is_none());
    assert_eq!(schema.lines().count(), 8);
    assert_eq!(
        (schema.name_of(1), schema.name_of(9)),
        ("kind".into(), "9".into())
    );
    let body = outer(&[attribute(1, b"inner\0")]);
    assert_eq!(schema.attributes(&body).count(), 1);
    for (kind, name) in [
        (2, Some("inner")),
        (3, Some("inner")),
        (4, None),
        (6, None),
        (9, None),
    ] {
        assert_eq!(
            schema.inner(kind, &body).map(|inner| inner.name),
            name,
            "{kind}"
        );
    }
    assert!(schema.inner(2, &HEAD).is_none());
    // Looked up where the table says that it is in.
    let nameless = OuterTable::NAMELESS;
    assert!(nameless.inner(2, &body).is_none());
    assert!((nameless.within(schema).named)("data", b"inner").is_none());
    assert!((schema.within(nameless).named)("data", b"inner").is_some());
}

#[test]
fn a_place_has_a_path() {
    let inner = [number(7), attribute(9, &[5; 4])].concat();
    let body = outer(&[
        attribute(8, &[1, 2]),
        attribute(1, b"inner\0"),
        nested(2, &inner),
        nested(77, &number(3)),
        attribute(4, &[1]),
    ]);
    let at = |offset: usize| {
        let path = OuterTable::SCHEMA.path(&body, offset);
        path.map(|path| (path.to_string(), path.value()))
    };
    let is = |path: &str, value: &str| Some((path.to_owned(), value.to_owned()));
    assert_eq!(at(0), None);
    assert_eq!(at(3), None);
    for offset in 4..12 {
        assert_eq!(at(offset), is("port", "258"), "{offset}");
    }
    assert_eq!(at(12), is("kind", "\"inner\""));
    // At its header it is the nest, past it what is in it.
    let data = 12 + 12;
    for offset in data..data + 4 {
        assert_eq!(at(offset).unwrap().0, "data", "{offset}");
    }
    assert_eq!(at(data + 4), is("data.number", "7"));
    assert_eq!(at(data + 11), is("data.number", "7"));
    assert_eq!(at(data + 12), is("data.9", "[05, 05, 05, 05]"));
    let unknown = data + 4 + inner.len();
    assert_eq!(at(unknown).unwrap().0, "77");
    let three = format!("{:02x?}", 3_u32.to_ne_bytes());
    assert_eq!(at(unknown + 4), is("77.1", &three));
    let last = unknown + 12;
    assert_eq!(at(last).unwrap().0, "numbers");
    assert_eq!(at(body.len()), None);
    let path = OuterTable::SCHEMA.path(&body, data).unwrap();
    assert_eq!(path.inner.map(|inner| inner.name), Some("inner"));
    assert_eq!((path.payload, path.line.unwrap().kind), (&inner[..], 2));
    // In a nest where no attribute is, it is the nest.
    let body = outer(&[nested(3, &[number(7), vec![0; 2]].concat()), number(1)]);
    let path = OuterTable::SCHEMA.path(&body, 4 + 4 + 8).unwrap();
    assert_eq!(
        (path.to_string(), path.line.unwrap().kind),
        ("inner".into(), 3)
    );
    assert!(path.inner.is_some() && path.payload.len() == 10);
    // What is no value is told as it stands.
    let body = outer(&[attribute(8, &[1, 2, 3])]);
    let path = OuterTable::SCHEMA.path(&body, 4).unwrap();
    assert_eq!(
        path.value(),
        "malformed (a payload of 3 bytes): [01, 02, 03]"
    );
}

/// A body within a body, so many times, and the place of the innermost number.
fn deep(times: usize) -> (Vec<u8>, usize) {
    let (mut body, mut place) = (number(7), 0);
    for _ in 0..times {
        body = attribute(2, &outer(&[attribute(3, &body)]));
        place += 4 + 4 + 4;
    }
    (outer(&[attribute(3, &body)]), place + 4 + 4)
}

#[test]
fn nests_are_followed_sixteen_deep() {
    for times in [1, 7, 8, 20] {
        let (body, place) = deep(times);
        let path = OuterTable::SCHEMA.path(&body, place).unwrap();
        let names = 2 + 2 * times;
        assert_eq!(path.names.len(), names.min(16), "{times}");
        let whole = names <= 16;
        assert_eq!(path.names.last().unwrap() == "number", whole, "{times}");
        let view = OuterView::parse(&body).unwrap();
        assert_eq!(format!("{view:?}").contains("number: 7"), whole, "{times}");
        // A number of three bytes: seen as deep as the walk goes.
        let mut bad = body.clone();
        bad[place..place + 2].copy_from_slice(&7_u16.to_ne_bytes());
        let found = OuterTable::SCHEMA.malformed(&bad);
        assert_eq!(found.len(), usize::from(whole), "{times} {found:?}");
        let (mut deepest, mut depth) = (0, 0);
        OuterTable::SCHEMA.visit(&body, &mut |step| match step {
            Step::Enter(_) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Step::Leave => depth -= 1,
            _ => {}
        });
        assert_eq!((depth, deepest), (0, (names - 1).min(16)), "{times}");
    }
}

#[test]
fn lists_of_nests_are_followed_as_deep() {
    // A table in a list in a table, so many times: three nests each.
    let within = |body: &[u8]| outer(&[attribute(5, &attribute(0, body))]);
    let mut body = attribute(1, &[1, 2, 3]);
    for times in 0..8 {
        let whole = within(&body);
        let found = OuterTable::SCHEMA.malformed(&whole);
        assert_eq!(found.len(), usize::from(times <= 5), "{times} {found:?}");
        body = attribute(2, &whole);
    }
}

#[test]
fn what_is_no_value_is_told_by_its_path() {
    let inner = |payload: &[u8]| attribute(1, payload);
    let body = outer(&[
        attribute(1, b"inner\0"),
        attribute(2, &inner(&[1, 2])),
        attribute(3, &[inner(&[1]), number(1)].concat()),
        attribute(4, &[attribute(0, &[1, 2]), attribute(1, &[1])].concat()),
        attribute(
            5,
            &[attribute(0, &inner(&[1; 5])), attribute(7, &[0; 3])].concat(),
        ),
        attribute(8, &[1]),
        attribute(99, &[1]),
        vec![9, 0],
    ]);
    let told = |body: &[u8]| -> Vec<String> {
        let found = OuterTable::SCHEMA.malformed(body);
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        told(&body),
        [
            "data.number: a payload of 2 bytes",
            "inner.number: a payload of 1 bytes",
            "numbers.1: a payload of 1 bytes",
            "inners.0.number: a payload of 5 bytes",
            "inners.7.?: 3 bytes left over",
            "port: a payload of 1 bytes",
            "?: 2 bytes left over",
        ]
    );
    let body = outer(&[attribute(4, &[attribute(0, &[1, 2]), vec![1; 3]].concat())]);
    assert_eq!(told(&body), ["numbers.?: 3 bytes left over"]);
    assert_eq!(told(&outer(&[number(1)])[..]), [""; 0]);
}

#[test]
fn a_view_shows_its_attributes_by_name() {
    let inner = [number(7), attribute(9, &[1])].concat();
    let body = outer(&[
        attribute(1, b"inner\0"),
        attribute(2, &inner),
        attribute(3, &inner),
        attribute(8, &[1, 2, 3]),
        attribute(99, &[1, 2]),
        vec![9],
    ]);
    let view = OuterView::parse(&body).unwrap();
    assert_eq!(
        format!("{view:?}"),
        "OuterView { kind: \"inner\", data: inner { number: 7, 9: [01] }, inner: inner { number: \
         7, 9: [01] }, port: malformed (a payload of 3 bytes): [01, 02, 03], 99: [01, 02], \
         malformed: Leftover { len: 1 } }"
    );
    // As the value of an attribute, by its type alone: where no name is looked up.
    struct Shown<'a>(&'a ValueInfo, &'a [u8]);
    impl std::fmt::Debug for Shown<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.show(self.1, f).map_err(|_| std::fmt::Error)
        }
    }
    let body = outer(&[attribute(1, b"inner\0"), attribute(2, &number(7))]);
    let shown = format!("{:?}", Shown(&Nest::<OuterTable>::INFO, &body));
    let bytes = &number(7)[..];
    assert_eq!(
        shown,
        format!("outer {{ kind: \"inner\", data: {bytes:?} }}")
    );
    assert_eq!(
        format!("{:?}", Shown(&Nest::<InnerTable>::INFO, &number(7))),
        "inner { number: 7 }"
    );
    let fault = Nest::<OuterTable>::INFO.check(&[1, 2]);
    assert_eq!(fault, Err(Fault::Frame { says: 4, has: 2 }));
}

/// A walk in words: places, names, what is inside.
fn walked(visit: impl FnOnce(&mut dyn FnMut(Step<'_>))) -> String {
    let mut words = Vec::new();
    visit(&mut |step| {
        words.push(match step {
            Step::Header {
                offset,
                value,
                bytes,
            } => format!("{offset}:{}[{}]", value.name, bytes.len()),
            Step::Attribute(found) => format!("{}:{}", found.offset, called(&found)),
            Step::Enter(found) => {
                let inner = found.inner.map_or("?", |inner| inner.name);
                format!("{}:{} {inner}{{", found.offset, called(&found))
            }
            Step::Leave => "}".to_owned(),
            Step::Broken {
                offset,
                bytes,
                fault,
            } => format!("{offset}![{}] {fault}", bytes.len()),
        });
    });
    words.join(" ")
}

/// Its line, or its number, and the type of its value.
fn called(found: &Visited<'_>) -> String {
    let number = found.attribute.kind().to_string();
    let name = found.line.map_or(number, |line| line.name.to_owned());
    let value = found.value.map_or("-", |value| value.name);
    format!("{name}/{value}")
}

fn of_table(body: &[u8]) -> String {
    walked(|each| OuterTable::SCHEMA.visit(body, each))
}

#[test]
fn a_walk_comes_by_everything_in_its_place() {
    assert_eq!(
        of_table(&outer(&[
            attribute(8, &[1, 2]),
            attribute(1, b"inner\0"),
            attribute(2, &[number(7), attribute(9, &[])].concat()),
            attribute(3, &number(7)),
        ])),
        "0:head[4] 4:port/be16 12:kind/text 24:data/data inner{ 28:number/u32 36:9/- } \
         40:inner/inner inner{ 44:number/u32 }"
    );
    assert_eq!(
        of_table(&outer(&[
            attribute(4, &[attribute(0, &[1, 2]), attribute(1, &[3])].concat()),
            attribute(5, &[attribute(3, &number(7)), attribute(4, &[])].concat()),
        ])),
        "0:head[4] 4:numbers/list ?{ 8:0/be16 16:1/be16 } 24:inners/list ?{ 28:3/inner inner{ \
         32:number/u32 } 40:4/inner inner{ } }"
    );
    // Bodies one after the other; the last is cut short, or says what can't be.
    let two = [record(12, &number(7)), record(4, &[])].concat();
    assert_eq!(
        of_table(&outer(&[attribute(6, &two)])),
        "0:head[4] 4:records/records record{ 8:head[4] 12:number/u32 20:head[4] }"
    );
    let odd = [record(5, &[9]), vec![0; 3], record(4, &[])].concat();
    assert_eq!(
        of_table(&outer(&[attribute(6, &odd)])),
        "0:head[4] 4:records/records record{ 8:head[4] 12![1] 1 bytes left over 16:head[4] }"
    );
    for (rest, told) in [
        (vec![1, 2, 3], "12![3] 3 bytes left over"),
        (record(3, &[]), "12![4] says 3 bytes where 4 are left"),
        (record(0, &[]), "12![4] says 0 bytes where 4 are left"),
        (record(9, &[0; 4]), "12![8] says 9 bytes where 8 are left"),
    ] {
        let body = outer(&[attribute(6, &[record(4, &[]), rest].concat())]);
        let expected = format!("0:head[4] 4:records/records record{{ 8:head[4] {told} }}");
        assert_eq!(of_table(&body), expected);
    }
}

#[test]
fn a_walk_goes_on_where_a_type_is_not_known() {
    // What is marked as a nest is one, if all of it is attributes.
    let whole = nested(99, &[number(1), nested(2, &[])].concat());
    let odd = nested(98, &[1, 2, 3, 4, 5]);
    assert_eq!(
        of_table(&outer(&[
            whole.clone(),
            odd.clone(),
            attribute(97, &number(1))
        ])),
        "0:head[4] 4:99/- ?{ 8:1/- 16:2/- ?{ } } 20:98/- 32:97/-"
    );
    // So it is in bytes of a type that says no more, and nowhere else.
    assert_eq!(
        of_table(&outer(&[
            nested(7, &number(1)),
            attribute(7, &number(1)),
            nested(7, &[1]),
            nested(8, &number(1)),
        ])),
        "0:head[4] 4:bytes/bytes ?{ 8:1/- } 16:bytes/bytes 28:bytes/bytes 36:port/be16"
    );
    // A table that can't be told holds attributes all the same, marked or not.
    assert_eq!(
        of_table(&outer(&[attribute(2, &number(1)), attribute(2, &[1])])),
        "0:head[4] 4:data/data ?{ 8:1/- } 16:data/data"
    );
    // Without any table.
    let bytes = [whole, odd, attribute(1, &number(1)), vec![1, 2]].concat();
    assert_eq!(
        walked(|each| Attributes::new(&bytes).visit(each)),
        "0:99/- ?{ 4:1/- 12:2/- ?{ } } 16:98/- 28:1/- 40![2] 2 bytes left over"
    );
    // A header that isn't whole.
    assert_eq!(of_table(&HEAD[..3]), "0:head[3]");
    assert_eq!(of_table(&[]), "0:head[0]");
    assert_eq!(
        walked(|each| InnerTable::SCHEMA.visit(&number(1), each)),
        "0:number/u32"
    );
    let bytes = written(|out| out.attribute(1, &[1]).unwrap());
    assert_eq!(
        walked(|each| InnerTable::SCHEMA.visit(&bytes, each)),
        "0:number/u32"
    );
}
