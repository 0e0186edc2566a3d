//! The list of messages against the kernel's headers, and the walk over everything in a body.
#[path = "common/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use nlroute::{
    link::{LinkTable, VethTable},
    messages::{self, NOUNS, Noun},
    route::RouteAttributeTable,
    wire::{Attributes, Fault, Line, Messages, Nesting, Schema, Shape, Step, Writer, table::Table},
};

/// The numbers of the headers whose names start so.
fn numbers(prefixes: &[&str]) -> BTreeMap<String, u16> {
    let lines = include_str!("data/constants.tsv").lines();
    lines
        .filter(|line| prefixes.iter().any(|prefix| line.starts_with(prefix)))
        .map(|line| {
            let mut fields = line.split('\t');
            let name = fields.next().unwrap().to_owned();
            (name, fields.next().unwrap().parse().unwrap())
        })
        .collect()
}

#[test]
fn every_message_of_the_headers_has_its_name_and_no_other_has_one() {
    let headers = numbers(&["RTM_NEW", "RTM_DEL", "RTM_GET", "RTM_SET"]);
    assert!(headers.len() > 70);
    let named: BTreeMap<String, u16> = (5..=u16::MAX)
        .filter_map(|kind| Some((messages::name(kind)?, kind)))
        .collect();
    assert_eq!(named, headers);
    let listed: BTreeSet<u16> = NOUNS.iter().flat_map(Noun::kinds).collect();
    assert_eq!(listed, headers.into_values().collect());
    for (name, kind) in [("NOOP", 1), ("ERROR", 2), ("DONE", 3), ("OVERRUN", 4)] {
        assert_eq!(messages::name(kind), Some(format!("NLMSG_{name}")));
    }
}

#[test]
fn every_header_has_the_length_of_the_headers() {
    let structs: BTreeMap<&str, usize> = include_str!("data/structs.tsv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, fields.next()?.parse().ok()?))
        })
        .chain([("dcbmsg", 4)]) // linux/dcbnl.h, which isn't in that file
        .collect();
    for noun in NOUNS {
        assert_eq!(
            structs.get(noun.header),
            Some(&noun.header_len),
            "{}",
            noun.name
        );
    }
}

#[test]
fn a_noun_is_found_by_each_of_its_names() {
    for noun in NOUNS {
        for name in [noun.name.to_owned(), noun.uapi.to_lowercase()] {
            assert_eq!(Noun::named(&name).unwrap().first, noun.first, "{name}");
        }
    }
    assert_eq!(Noun::named("address").unwrap().first, 20);
    assert_eq!(Noun::named("neighbour").unwrap().first, 28);
    assert!(Noun::named("frog").is_none());
}

fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Writer::new(&mut bytes).attribute(kind, payload).unwrap();
    bytes
}

/// A walk in one line: names, with what is in a nest in braces.
fn walked(schema: &Schema, body: &[u8]) -> String {
    let mut words = Vec::new();
    schema.visit(body, &mut |step| words.push(word(step)));
    words.join(" ")
}

fn word(step: Step<'_>) -> String {
    let name = |line: Option<Line>, kind: u16| {
        line.map_or_else(|| kind.to_string(), |line| line.uapi.to_owned())
    };
    match step {
        Step::Header { value, bytes, .. } => format!("{}:{}", value.name, bytes.len()),
        Step::Attribute(found) => name(found.line, found.attribute.kind()),
        Step::Enter(found) => format!("{} {{", name(found.line, found.attribute.kind())),
        Step::Leave => "}".to_owned(),
        Step::Broken { offset, fault, .. } => format!("{offset}: {fault}"),
        _ => panic!("{step:?}"),
    }
}

#[test]
fn a_walk_goes_into_nests_of_every_sort() {
    let peer = [vec![0; 16], attribute(3, b"ceth0\0")].concat();
    let linkinfo = [attribute(1, b"veth\0"), attribute(2, &attribute(1, &peer))].concat();
    let unknown = attribute(900 | 0x8000, &attribute(1, &[1, 2]));
    let body = [
        vec![0; 16],
        attribute(18, &linkinfo),
        attribute(52, &attribute(53, b"other\0")),
        unknown,
        attribute(901, &attribute(1, &[1, 2])),
    ]
    .concat();
    assert_eq!(
        walked(LinkTable::SCHEMA, &body),
        "ifinfomsg:16 IFLA_LINKINFO { IFLA_INFO_KIND IFLA_INFO_DATA { VETH_INFO_PEER { \
         ifinfomsg:16 IFLA_IFNAME } } } IFLA_PROP_LIST { 53 } 900 { 1 } 901"
    );
    // A kind that nobody knows: its settings are attributes all the same.
    let linkinfo = [attribute(1, b"frog"), attribute(2, &attribute(1, &[9; 3]))].concat();
    let body = [vec![0; 16], attribute(18, &linkinfo)].concat();
    assert_eq!(
        walked(LinkTable::SCHEMA, &body),
        "ifinfomsg:16 IFLA_LINKINFO { IFLA_INFO_KIND IFLA_INFO_DATA { 1 } }"
    );
    // Next hops: a header and attributes for each.
    let hop = |len: u16, rest: &[u8]| [&len.to_ne_bytes(), &[0; 6][..], rest].concat();
    let hops = [
        hop(16, &attribute(5, &[192, 0, 2, 1])),
        hop(8, &[]),
        hop(9, &[]),
    ]
    .concat();
    let body = [vec![0; 12], attribute(9, &hops)].concat();
    assert_eq!(
        walked(RouteAttributeTable::SCHEMA, &body),
        "rtmsg:12 RTA_MULTIPATH { rtnexthop:8 RTA_GATEWAY rtnexthop:8 40: says 9 bytes where 8 \
         are left }"
    );
    let hops = [hop(8, &[]), vec![0; 3]].concat();
    let body = [vec![0; 12], attribute(9, &hops)].concat();
    assert_eq!(
        walked(RouteAttributeTable::SCHEMA, &body),
        "rtmsg:12 RTA_MULTIPATH { rtnexthop:8 24: 3 bytes left over }"
    );
}

#[test]
fn a_walk_hands_over_every_byte_once_and_ends() {
    let peer = [vec![0; 16], attribute(18, &attribute(1, b"veth"))].concat();
    let bodies = [
        attribute(1, &peer),
        [attribute(1, &peer), vec![4, 0, 0]].concat(),
        vec![0; 3],
        vec![],
        vec![0xff; 40],
    ];
    for body in &bodies {
        for end in 0..=body.len() {
            let body = &body[..end];
            let (mut next, mut ends, mut depth) = (0, Vec::new(), 0_usize);
            VethTable::SCHEMA.visit(body, &mut |step| match step {
                Step::Header { offset, bytes, .. } | Step::Broken { offset, bytes, .. } => {
                    assert_eq!(offset, next);
                    next += nlroute::wire::align(bytes.len());
                }
                Step::Attribute(found) => {
                    assert_eq!(found.offset, next);
                    next += 4 + nlroute::wire::align(found.attribute.payload().len());
                }
                Step::Enter(found) => {
                    assert_eq!(found.offset, next);
                    let len = nlroute::wire::align(found.attribute.payload().len());
                    ends.push(next + 4 + len);
                    next += 4;
                    depth += 1;
                }
                Step::Leave => {
                    depth -= 1;
                    assert!(next <= ends.pop().unwrap());
                }
                _ => panic!("{step:?}"),
            });
            assert_eq!(depth, 0);
            assert!(next >= body.len(), "{next} of {}", body.len());
        }
    }
    // Of no table.
    let mut found = Vec::new();
    Attributes::new(&attribute(7 | 0x8000, &attribute(1, &[1])))
        .visit(&mut |step| found.push(word(step)));
    assert_eq!(found, ["7 {", "1", "}"]);
}

#[test]
fn a_walk_of_what_holds_itself_without_end_ends() {
    let mut bytes = Vec::new();
    while bytes.len() < 3000 {
        bytes = attribute(1 | 0x8000, &bytes);
    }
    let mut deepest = 0;
    let mut depth = 0;
    Attributes::new(&bytes).visit(&mut |step| match step {
        Step::Enter(_) => {
            depth += 1;
            deepest = deepest.max(depth);
        }
        Step::Leave => depth -= 1,
        _ => {}
    });
    assert_eq!((depth, deepest), (0, 16));
}

/// The type of every value in the captures is one that can be made anew, and is the same then.
#[test]
fn what_is_made_anew_of_a_value_is_what_it_was_made_of() {
    let mut compared = 0;
    for message in Messages::new(include_bytes!("data/links.bin")) {
        if cfg!(target_endian = "big") {
            return; // captured on a little-endian machine
        }
        let message = message.unwrap();
        if message.header().kind != 16 {
            continue;
        }
        LinkTable::SCHEMA.visit(message.body(), &mut |step| {
            let (value, payload) = match step {
                Step::Header { value, bytes, .. } => (value, bytes),
                Step::Attribute(found) => match found.value {
                    Some(value) => (value, found.attribute.payload()),
                    None => return, // of a kind that has no table
                },
                _ => return,
            };
            let mut anew = vec![7];
            if value.rewrite(payload, &mut Writer::new(&mut anew)) {
                assert_eq!(anew.split_first(), Some((&7, payload)), "{}", value.name);
                compared += 1;
            } else {
                assert_eq!(anew, [7]);
                assert_eq!(value.name, "bytes");
            }
        });
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn nothing_is_made_anew_of_what_is_no_value_or_holds_attributes() {
    for table in tables::ALL {
        for line in table.schema.lines() {
            let mut out = Vec::new();
            // No type takes this, but those of bytes.
            let payload = [0xff; 70_000];
            let anew = line.value.rewrite(&payload, &mut Writer::new(&mut out));
            if line.value.check(&payload) != Ok(()) || !matches!(line.value.nesting, Nesting::No) {
                assert_eq!((anew, out.len()), (false, 0), "{}", line.uapi);
            }
        }
    }
    let header = LinkTable::SCHEMA.head.unwrap();
    assert_eq!(header.check(&[0; 15]), Err(Fault::Length { has: 15 }));
}

/// Of a type whose values each have one payload alone, what is made anew is that payload, whatever
/// the value.
#[test]
fn a_value_that_has_one_form_is_made_anew_in_it() {
    let mut compared = 0;
    for value in tables::ALL.iter().flat_map(|table| {
        let lines = table.schema.lines().map(|line| line.value);
        lines.chain(table.schema.head)
    }) {
        let lens = match value.shape {
            // Anything but zero is true.
            Shape::Number { len } if value.name != "bool" => vec![len],
            Shape::Ip => vec![4, 16],
            Shape::Many { len } => vec![0, len, 7 * len],
            _ => continue,
        };
        for len in lens {
            for step in [0, 1, 17, 255] {
                let payload: Vec<u8> = (0..len).map(|n| (n * step) as u8 ^ step as u8).collect();
                let mut anew = Vec::new();
                assert!(
                    value.rewrite(&payload, &mut Writer::new(&mut anew)),
                    "{}",
                    value.name
                );
                assert_eq!(anew, payload, "{}", value.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
}
