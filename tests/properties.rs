//! The codec's promises for every table, on bodies drawn from the tables' own data, on damaged
//! ones and on arbitrary bytes.
#[path = "common/bodies.rs"]
mod bodies;
#[path = "common/check.rs"]
mod check;
mod common;
#[path = "common/tables.rs"]
mod tables;

use bodies::{Attribute, Body, Payload, bodies, distinct};
use check::has_a_peer;
use nlroute::{
    Connection, Neighbours, Route, Routes,
    link::{Link, LinkTable, LinkView, Links, Veth},
    script::Script,
    wire::{
        Attributes, Messages, NLA_F_NESTED, NLA_F_NET_BYTEORDER, Nesting, Schema, Shape, Writer,
        align, table::Table,
    },
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner},
};
use std::collections::BTreeMap;
use tables::{ALL, AnyTable, Seen, again};

fn config(cases: u32) -> Config {
    let path = "tests/proptest-regressions/properties.txt";
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(path))),
        ..Config::default()
    }
}

/// Runs a property over bodies of every table, `cases` of each.
fn every_table<S: Strategy>(
    cases: u32,
    strategy: impl Fn(&'static Schema) -> S,
    property: impl Fn(&'static AnyTable, S::Value) -> Result<(), TestCaseError>,
) {
    for table in ALL {
        let run = TestRunner::new(config(cases))
            .run(&strategy(table.schema), |value| property(table, value));
        if let Err(error) = run {
            panic!("{}: {error}", table.name);
        }
    }
}

#[test]
fn what_is_set_is_written_and_read_back() {
    every_table(32, bodies, |table, body| {
        check::round_trip(table, &body.bytes())
            .map_err(|error| TestCaseError::fail(error.to_string()))
    });
}

#[test]
fn a_view_tells_all_and_alters_nothing() {
    every_table(32, bodies, |table, body| {
        let bytes = body.bytes();
        let seen = check::read(table, &bytes).unwrap();
        prop_assert_eq!(&seen.malformed, &[]);
        let walked: Result<Vec<_>, _> = seen.attributes.iter().cloned().collect();
        let put: Vec<_> = body
            .attributes
            .iter()
            .map(|attribute| (attribute.kind & 0x3fff, attribute.payload.bytes()))
            .collect();
        prop_assert_eq!(walked, Ok(put));
        Ok(())
    });
}

/// The characters of a view's `Debug`, sorted: what counts where the order doesn't.
fn characters(seen: &Seen) -> Vec<char> {
    let mut all: Vec<_> = seen.debug.chars().collect();
    all.sort_unstable();
    all
}

/// The table that a nest holds.
fn any_table(schema: &Schema) -> &'static AnyTable {
    let same = |one: &Schema| one.name == schema.name && one.words == schema.words;
    let table = ALL.iter().find(|table| same(table.schema));
    table.unwrap_or_else(|| panic!("{} is not in the list of tables", schema.name))
}

/// What every getter tells of a body, by the path of names, those of nests included: each nest is
/// asked by itself, so that the order of what is in it doesn't show.
fn told(table: &AnyTable, body: &[u8], above: &str, all: &mut BTreeMap<String, String>) {
    let Ok(seen) = (table.read)(body) else {
        all.insert(format!("{above}?"), "unreadable".to_owned());
        return;
    };
    let getters: BTreeMap<_, _> = seen.getters.iter().cloned().collect();
    for line in table.schema.lines() {
        let path = format!("{above}{}", line.name);
        let payload = table.schema.attributes(body).find(line.kind);
        let inner = table.schema.inner(line.kind, body);
        match (payload, inner, line.value.nesting) {
            (Some(payload), Some(inner), _) => {
                told(any_table(&inner), payload, &format!("{path}."), all);
            }
            (Some(payload), None, Nesting::Each(each)) => {
                for (n, attribute) in Attributes::new(payload).flatten().enumerate() {
                    let path = format!("{path}[{n}].");
                    if let Nesting::Table(inner) = each.nesting {
                        told(any_table(inner), attribute.payload(), &path, all);
                    } else {
                        all.insert(path, format!("{:02x?}", attribute.payload()));
                    }
                }
            }
            _ => {
                if let Some(value) = getters.get(line.name) {
                    all.insert(path, value.clone());
                }
                continue;
            }
        }
        let there = getters.get(line.name).map(|value| value != "None");
        all.insert(path, format!("{there:?}"));
    }
}

fn all_told(table: &AnyTable, body: &Body) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    told(table, &body.bytes(), "", &mut all);
    all
}

/// Throws by a number that was drawn.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        // Knuth's generator; its higher bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// A body made of another: `alter` is given the attributes of each table in it, the innermost
/// first. Lists keep theirs.
fn altered(body: &Body, alter: &mut impl FnMut(&mut Vec<Attribute>)) -> Body {
    fn payload(payload: &Payload, alter: &mut impl FnMut(&mut Vec<Attribute>)) -> Payload {
        match payload {
            Payload::Bytes(bytes) => Payload::Bytes(bytes.clone()),
            Payload::Nest(body) => Payload::Nest(altered(body, alter)),
            Payload::List(list) => Payload::List(attributes(list, alter)),
        }
    }
    fn attributes(
        list: &[Attribute],
        alter: &mut impl FnMut(&mut Vec<Attribute>),
    ) -> Vec<Attribute> {
        let all = list.iter().map(|attribute| Attribute {
            kind: attribute.kind,
            payload: payload(&attribute.payload, alter),
        });
        all.collect()
    }
    let mut attributes = attributes(&body.attributes, alter);
    alter(&mut attributes);
    Body {
        header: body.header.clone(),
        attributes,
    }
}

#[test]
fn the_order_of_attributes_counts_for_nothing() {
    let drawn = |schema| (distinct(schema), any::<u64>());
    every_table(24, drawn, |table, (body, seed)| {
        let mut dice = Dice(seed);
        // In every nest too.
        let other = altered(&body, &mut |attributes| {
            for last in (1..attributes.len()).rev() {
                attributes.swap(last, dice.below(last + 1));
            }
        });
        let (one, two) = (body.bytes(), other.bytes());
        let (seen, shuffled) = ((table.read)(&one).unwrap(), (table.read)(&two).unwrap());
        prop_assert_eq!(all_told(table, &body), all_told(table, &other));
        prop_assert_eq!(characters(&seen), characters(&shuffled));
        prop_assert_eq!(again(table, &one).unwrap(), again(table, &two).unwrap());
        Ok(())
    });
}

/// Another attribute of the same number: a value, or none.
fn rival(attribute: &Attribute, dice: &mut Dice) -> Attribute {
    let mut payload = attribute.payload.bytes();
    match dice.below(4) {
        0 => payload.clear(),
        1 => payload.truncate(payload.len() / 2),
        2 => payload.push(1),
        _ => payload
            .iter_mut()
            .for_each(|byte| *byte ^= dice.below(256) as u8),
    }
    let flags = [0, NLA_F_NESTED, NLA_F_NET_BYTEORDER][dice.below(3)];
    Attribute {
        kind: (attribute.kind & 0x3fff) | flags,
        payload: Payload::Bytes(payload),
    }
}

#[test]
fn what_is_there_before_the_last_of_its_number_counts_for_nothing() {
    let drawn = |schema| (distinct(schema), any::<u64>());
    every_table(24, drawn, |table, (body, seed)| {
        let mut dice = Dice(seed);
        // In every nest too.
        let other = altered(&body, &mut |attributes| {
            for last in std::mem::take(attributes) {
                for _ in 0..dice.below(3) {
                    let at = dice.below(attributes.len() + 1);
                    attributes.insert(at, rival(&last, &mut dice));
                }
                attributes.push(last);
            }
        });
        prop_assert_eq!(all_told(table, &body), all_told(table, &other));
        let (one, two) = (body.bytes(), other.bytes());
        prop_assert_eq!(again(table, &one).unwrap(), again(table, &two).unwrap());
        Ok(())
    });
}

#[test]
fn the_last_of_several_counts() {
    let twice = |schema| (bodies(schema), distinct(schema));
    every_table(24, twice, |table, (mut first, last)| {
        // All of `last` after all of another body: what is in `last` is as if alone.
        first.header.clone_from(&last.header);
        first.attributes.extend(last.attributes.iter().cloned());
        let (both, alone) = (first.bytes(), last.bytes());
        let both = (table.read)(&both).unwrap();
        let alone = (table.read)(&alone).unwrap();
        for (one, two) in both.getters.iter().zip(&alone.getters) {
            let line = table
                .schema
                .lines()
                .find(|line| line.name == one.0)
                .unwrap();
            let given = last.attributes.iter().any(|a| a.kind & 0x3fff == line.kind);
            if given {
                prop_assert_eq!(one, two);
            }
        }
        Ok(())
    });
}

/// That damage hides no attribute before it, and that nothing panics. What is read of it.
fn damaged(
    table: &AnyTable,
    whole: &Seen,
    ends: &[usize],
    bytes: &[u8],
    at: usize,
) -> Result<Option<Seen>, TestCaseError> {
    let Some(seen) = check::read(table, bytes) else {
        return Ok(None);
    };
    let header = nlroute::wire::align(table.schema.header);
    let before = ends
        .iter()
        .filter(|end| **end <= at || at < header && bytes.len() > header);
    let before = before.count();
    prop_assert!(seen.attributes.len() >= before);
    prop_assert_eq!(&seen.attributes[..before], &whole.attributes[..before]);
    // Only the other end of a veth or the like refuses what the wire can say.
    if let Err(error) = check::round_trip(table, bytes) {
        prop_assert!(has_a_peer(table.schema.name), "{}", error);
    }
    Ok(Some(seen))
}

#[test]
fn damage_hides_nothing_before_it() {
    every_table(2, bodies, |table, body| {
        let bytes = body.bytes();
        let whole = (table.read)(&bytes).unwrap();
        let mut walk = table.schema.attributes(&bytes);
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        loop {
            let start = bytes.len() - walk.rest().len();
            let Some(attribute) = walk.next() else { break };
            starts.push(start);
            ends.push(start + 4 + attribute.unwrap().payload().len());
        }
        for at in 0..bytes.len() {
            damaged(table, &whole, &ends, &bytes[..at], at)?;
            let mut flipped = bytes.clone();
            flipped[at] ^= [1, 0xff, 0x40, 8][at % 4];
            let seen = damaged(table, &whole, &ends, &flipped, at)?;
            // Where it isn't a length that is damaged, it hides nothing after it either.
            let hit = starts.iter().rposition(|start| *start <= at);
            if let (Some(hit), Some(seen)) = (hit.filter(|hit| at - starts[*hit] >= 2), seen) {
                let mut seen = seen.attributes;
                prop_assert_eq!(seen.len(), whole.attributes.len());
                seen[hit].clone_from(&whole.attributes[hit]);
                prop_assert_eq!(&seen, &whole.attributes);
            }
        }
        Ok(())
    });
}

/// A body of one attribute.
fn alone(table: &AnyTable, kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0; align(table.schema.header)];
    Writer::new(&mut body).attribute(kind, payload).unwrap();
    body
}

#[test]
fn the_least_and_the_greatest_number_of_every_line_are_kept() {
    let mut numbers = 0;
    for table in ALL {
        for line in table.schema.lines() {
            let Shape::Number { len } = line.value.shape else {
                continue;
            };
            numbers += 1;
            for byte in [0, 0x7f, 0x80, 0xff] {
                let body = alone(table, line.kind, &vec![byte; len]);
                let seen = check::read(table, &body).unwrap();
                assert_eq!(seen.malformed, [], "{} {}", table.name, line.name);
                check::round_trip(table, &body).unwrap();
            }
            // A byte less and a byte more are no number.
            for len in [len - 1, len + 1] {
                let body = alone(table, line.kind, &vec![1; len]);
                let seen = check::read(table, &body).unwrap();
                assert_eq!(seen.malformed.len(), 1, "{} {}", table.name, line.name);
                let empty = again(table, &body).unwrap();
                assert_eq!(empty.len(), align(table.schema.header));
            }
        }
    }
    assert!(numbers > 500, "{numbers}");
}

#[test]
fn names_of_links_have_fifteen_bytes_on_every_line() {
    let mut names = 0;
    for table in ALL {
        let lines = table.schema.lines();
        for line in lines.filter(|line| line.value.shape == Shape::Text { most: 15 }) {
            names += 1;
            for (payload, malformed) in [
                (&b"fifteen-bytes-1\0"[..], 0),
                (b"fifteen-bytes-1", 0),
                // The kernel's field is of 16 bytes, the last of which is NUL.
                (b"sixteen-bytes-12", 0),
                (b"sixteen-bytes-12\0", 1),
            ] {
                let body = alone(table, line.kind, payload);
                let seen = check::read(table, &body).unwrap();
                assert_eq!(seen.malformed.len(), malformed, "{}", line.name);
                check::round_trip(table, &body).unwrap();
            }
        }
    }
    assert!(names > 1, "{names}");
}

#[test]
fn arbitrary_bytes_are_read() {
    every_table(
        64,
        |_| vec(any::<u8>(), 0..120),
        |table, bytes| {
            check::read(table, &bytes);
            if let Err(error) = check::round_trip(table, &bytes) {
                prop_assert!(has_a_peer(table.schema.name), "{}", error);
            }
            Ok(())
        },
    );
}

/// Bytes that look like headers more often than arbitrary ones: small numbers at even places.
fn lengths() -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![3 => 0..64_u16, 1 => any::<u16>()];
    (vec(number, 0..60), 0..4_usize).prop_map(|(numbers, cut)| {
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        bytes.truncate(bytes.len().saturating_sub(cut));
        bytes
    })
}

/// Whether `part` is in `whole`, at or after `from`; answers where it ends.
fn end_of(whole: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    (start >= from && start + part.len() <= whole.len()).then_some(start + part.len())
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn a_walk_over_attributes_only_goes_on(bytes in lengths()) {
        let mut walk = Attributes::new(&bytes);
        let mut left = bytes.len();
        let mut at = 0;
        while let Some(attribute) = walk.next() {
            prop_assert!(walk.rest().len() < left);
            left = walk.rest().len();
            match attribute {
                Ok(attribute) => {
                    let end = end_of(&bytes, attribute.payload(), at + 4);
                    prop_assert!(end.is_some(), "{attribute:?} at {at}");
                    at = bytes.len() - left;
                }
                Err(_) => {
                    prop_assert_eq!(left, 0);
                    prop_assert!(walk.next().is_none());
                }
            }
        }
    }

    #[test]
    fn a_walk_over_messages_only_goes_on(bytes in lengths()) {
        let mut walk = Messages::new(&bytes);
        let mut at = 0;
        while let Some(message) = walk.next() {
            match message {
                Ok(message) => {
                    prop_assert_eq!(message.as_bytes().len(), 16 + message.body().len());
                    let end = end_of(&bytes, message.as_bytes(), at);
                    prop_assert!(end > Some(at), "{message:?} at {at}");
                    at = end.unwrap();
                }
                Err(_) => prop_assert!(walk.next().is_none()),
            }
        }
    }
}

/// A message that may be an answer: mostly of a sequence that the connection uses.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![
        3 => Just(libc::NLMSG_ERROR as u16),
        2 => Just(libc::NLMSG_DONE as u16),
        2 => Just(libc::RTM_NEWLINK),
        1 => Just(libc::RTM_NEWROUTE),
        1 => any::<u16>(),
    ];
    let number = prop_oneof![
        Just(0_i32),
        Just(-libc::ENODEV),
        Just(i32::MIN),
        any::<i32>()
    ];
    let body = prop_oneof![
        vec(any::<u8>(), 0..60),
        (number, lengths()).prop_map(|(number, rest)| [&number.to_ne_bytes()[..], &rest].concat()),
    ];
    (kind, any::<u16>(), 0..4_u32, body)
        .prop_map(|(kind, flags, sequence, body)| common::message(kind, flags, sequence, &body))
}

/// A connection to a kernel that has sent these datagrams already and sends no more.
fn answered(datagrams: &[Vec<u8>]) -> Connection {
    let answers = datagrams
        .iter()
        .fold(Script::new(), |script, datagram| script.answer(datagram));
    // As many requests as there are answers, and more.
    let script = (0..32).fold(answers, |script, _| script.expect_any());
    script.connect().unwrap()
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn whatever_answers_a_call_it_ends(
        datagrams in vec(
            prop_oneof![
                vec(answers(), 1..4).prop_map(|messages| messages.concat()),
                vec(any::<u8>(), 0..60),
            ],
            0..5,
        ),
        call in 0..8,
    ) {
        let mut connection = answered(&datagrams);
        let error = match call {
            0 => connection.get(Link::named("lo")).err(),
            1 => connection.list(Links::all()).err(),
            2 => connection.change(Link::named(1).mtu(9)).err(),
            3 => connection.add(Veth::new("v0").master("br0")).err(),
            4 => connection.delete(Link::named("v0")).err(),
            5 => connection.get(Route::to([192, 0, 2, 1].into())).err(),
            6 => {
                let mut batch = connection.batch();
                for index in 1..4 {
                    batch.change(Link::named(index).up()).unwrap();
                }
                batch.results().err()
            }
            _ => {
                let mut dump = connection.dump(Routes::all()).unwrap();
                loop {
                    match dump.next() {
                        Ok(Some(route)) => assert!(!format!("{route:?}").is_empty()),
                        Ok(None) => break None,
                        Err(error) => break Some(error),
                    }
                }
            }
        };
        if let Some(error) = error {
            prop_assert!(!error.to_string().is_empty());
        }
        // The next call is none the worse for it, but there are no answers left in the end.
        for _ in 0..datagrams.len() + 1 {
            let _ = connection.list(Neighbours::all());
        }
        prop_assert!(connection.list(Neighbours::all()).is_err());
    }
}

#[test]
fn a_link_that_holds_itself_without_end_is_read_and_shown() {
    let mut bytes = Vec::new();
    while bytes.len() < 60_000 {
        let nest = |kind: u16, payload: &[u8]| {
            let mut bytes = Vec::new();
            let mut out = nlroute::wire::Writer::new(&mut bytes);
            out.attribute(kind, payload).unwrap();
            bytes
        };
        // ifinfomsg, linkinfo { kind "veth", data { peer { ... } } }
        let data = nest(2, &nest(1, &bytes));
        bytes = [vec![0; 16], nest(18, &[nest(1, b"veth"), data].concat())].concat();
    }
    for table in ALL {
        let seen = (table.read)(&bytes).unwrap();
        assert!(!seen.debug.is_empty());
        let _ = again(table, &bytes);
    }
    let link = LinkView::parse(&bytes).unwrap();
    assert_eq!(link.kind().unwrap(), "veth");
    let path = <nlroute::link::LinkTable as nlroute::wire::table::Table>::SCHEMA
        .path(&bytes, bytes.len() - 1)
        .unwrap();
    assert!(
        path.to_string()
            .starts_with("linkinfo.data.peer.linkinfo.data")
    );
}

#[test]
fn of_several_the_last_counts_for_a_request_too_where_it_is_no_value() {
    let mut body = vec![0; 16];
    let mut out = nlroute::wire::Writer::new(&mut body);
    out.attribute(4, &1500_u32.to_ne_bytes()).unwrap();
    out.attribute(4, &[1, 2]).unwrap();
    assert_eq!(LinkView::parse(&body).unwrap().mtu(), None);
    assert!(LinkTable::is_empty(&LinkTable::again(&body)));
}

#[test]
fn an_attribute_that_is_cut_by_a_byte_does_not_hide_the_one_before_of_its_number() {
    let mut body = vec![0; 16];
    let mut out = nlroute::wire::Writer::new(&mut body);
    out.attribute(4, &1500_u32.to_ne_bytes()).unwrap();
    out.attribute(4, &9000_u32.to_ne_bytes()).unwrap();
    for cut in 1..=8 {
        let link = LinkView::parse(&body[..body.len() - cut]).unwrap();
        assert_eq!(link.mtu(), Some(1500), "{cut}");
    }
}

#[test]
fn what_is_wrong_in_a_list_is_told_too() {
    let mut body = vec![0; 16];
    let mut out = nlroute::wire::Writer::new(&mut body);
    let list = out.begin_nest(22); // IFLA_VFINFO_LIST
    let first = out.begin_nest(1); // IFLA_VF_INFO
    out.attribute(1, &[0; 36]).unwrap(); // IFLA_VF_MAC
    out.attribute(6, &[0; 3]).unwrap(); // IFLA_VF_RATE
    out.end_attribute(first).unwrap();
    out.payload(&[9_u16, 1].map(u16::to_ne_bytes).concat()); // nine bytes, it says
    out.end_attribute(list).unwrap();
    let bad = LinkView::parse(&body).unwrap().malformed();
    let bad: Vec<_> = bad.iter().map(|bad| bad.to_string()).collect();
    assert_eq!(
        bad,
        [
            "vfinfo_list.1.rate: a payload of 3 bytes",
            "vfinfo_list.?: says 9 bytes where 4 are left",
        ]
    );
}

#[test]
fn what_is_wrong_in_a_next_hop_is_told_of_the_route() {
    let mut hop = nlroute::route::NexthopHeader {
        len: 16,
        index: 3,
        ..Default::default()
    }
    .to_bytes()
    .to_vec();
    let mut out = nlroute::wire::Writer::new(&mut hop);
    out.attribute(5, &[192, 0, 2]).unwrap(); // RTA_GATEWAY
    let mut body = vec![0; 12];
    let mut out = nlroute::wire::Writer::new(&mut body);
    out.attribute(9, &hop).unwrap(); // RTA_MULTIPATH
    let route = nlroute::route::RouteView::parse(&body).unwrap();
    let bad = route.malformed();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].to_string(), "nexthops: a payload of 3 bytes");
    // It hides neither the next hop nor the route.
    assert!(route.goes_out_by(3));
}
