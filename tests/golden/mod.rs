//! Compares what is written here with what iproute2 sends, and reads what the kernel answered.
//!
//! The data is in `tests/data`, made by the scripts beside it. Messages are compared as trees:
//! the order of attributes and a NUL at the end of a text count for nothing.
#![allow(dead_code)] // each test binary uses a part
use std::{collections::BTreeMap, os::fd::RawFd};

use nlroute::{
    Query, Request, Verb,
    wire::{BoxError, Lookup, Schema, Shape, Writer},
};

/// The links of the captures, by their numbers there.
pub struct Links;

impl Lookup for Links {
    fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError> {
        match name {
            b"lo" => Ok(1),
            b"v0" => Ok(10),
            b"v1" => Ok(11),
            b"br0" => Ok(12),
            b"vx0" => Ok(13),
            b"v2" => Ok(14),
            b"v3" => Ok(15),
            _ => Err("no such device".into()),
        }
    }

    fn netns(&mut self, _: &str) -> Result<RawFd, BoxError> {
        Err("no such namespace".into())
    }
}

pub fn link_name(index: u32) -> String {
    match index {
        10 => "v0".into(),
        14 => "v2".into(),
        _ => format!("#{index}"),
    }
}

#[derive(Debug, PartialEq)]
enum Tree {
    Leaf(Vec<u8>),
    Nest(BTreeMap<u16, Tree>),
}

#[derive(Debug, PartialEq)]
struct Message {
    kind: u16,
    flags: u16,
    header: Vec<u8>,
    attributes: BTreeMap<u16, Tree>,
}

/// A message from its type on, without sequence and port.
fn message(schema: &Schema, kind: u16, flags: u16, body: &[u8]) -> Message {
    const REQUEST_ACK_DUMP: u16 = 0x305;
    // NLM_F_DUMP's bits are those of REPLACE and EXCL, and are the connection's.
    let is_get = kind % 4 == 2;
    Message {
        kind,
        flags: if is_get {
            flags & !REQUEST_ACK_DUMP
        } else {
            flags & !5
        },
        header: body[..schema.header].to_vec(),
        attributes: tree(schema, body),
    }
}

fn tree(schema: &Schema, body: &[u8]) -> BTreeMap<u16, Tree> {
    let mut all = BTreeMap::new();
    for attribute in schema.attributes(body) {
        let attribute = attribute.expect("a whole attribute");
        let kind = attribute.kind();
        let line = schema.line(kind).expect("a known attribute");
        let payload = attribute.payload();
        let value = match (schema.inner(kind, body), line.value.shape) {
            (Some(inner), _) => Tree::Nest(tree(inner, payload)),
            (None, Shape::Text { .. }) => {
                Tree::Leaf(payload.strip_suffix(b"\0").unwrap_or(payload).to_vec())
            }
            _ => Tree::Leaf(payload.to_vec()),
        };
        assert!(all.insert(kind, value).is_none(), "{} twice", line.uapi);
    }
    all
}

fn written(schema: &Schema, bytes: &[u8]) -> Message {
    let mut messages = nlroute::wire::Messages::new(bytes);
    let message_ = messages.next().expect("one message").expect("whole");
    assert!(messages.next().is_none());
    let header = message_.header();
    message(schema, header.kind, header.flags, message_.body())
}

/// The lines of a file of captures: what it is, and the bytes.
pub fn lines(file: &str) -> Vec<(String, Vec<u8>)> {
    // In the program, which may be run where the sources can't be read.
    let text = match file {
        "golden/address.txt" => include_str!("../data/golden/address.txt"),
        "golden/neighbour.txt" => include_str!("../data/golden/neighbour.txt"),
        "golden/route.txt" => include_str!("../data/golden/route.txt"),
        "replies/address.txt" => include_str!("../data/replies/address.txt"),
        "replies/neighbour.txt" => include_str!("../data/replies/neighbour.txt"),
        "replies/route.txt" => include_str!("../data/replies/route.txt"),
        other => panic!("{other} is no file of captures"),
    };
    text.lines()
        .map(|line| {
            let (what, hex) = line.split_once('\t').unwrap();
            let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            (
                what.to_owned(),
                (0..hex.len()).step_by(2).map(byte).collect(),
            )
        })
        .collect()
}

fn captured(schema: &Schema, file: &str, command: &str) -> Message {
    let (_, bytes) = lines(&format!("golden/{file}.txt"))
        .into_iter()
        .find(|(what, _)| what == command)
        .unwrap_or_else(|| panic!("not captured: {command}"));
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    message(schema, number(0), number(2), &bytes[4..])
}

/// Asserts that a request is what `command` sends.
#[track_caller]
pub fn same<R: Request>(file: &str, command: &str, verb: Verb, request: &R) {
    if cfg!(target_endian = "big") {
        return; // captured on a little-endian machine
    }
    let bytes = encode(verb, request);
    let wanted = captured(R::SCHEMA, file, command);
    assert_eq!(written(R::SCHEMA, &bytes), wanted, "{command}");
}

/// Asserts that a question is what `command` sends.
#[track_caller]
pub fn same_question<Q: Query>(file: &str, command: &str, mut query: Q) {
    if cfg!(target_endian = "big") {
        return;
    }
    let mut bytes = Vec::new();
    let mut links = Links;
    query
        .encode(&mut Writer::with_lookup(&mut bytes, &mut links))
        .unwrap();
    let wanted = captured(Q::SCHEMA, file, command);
    assert_eq!(written(Q::SCHEMA, &bytes), wanted, "{command}");
}

pub fn encode<R: Request>(verb: Verb, request: &R) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut links = Links;
    request
        .encode(verb, &mut Writer::with_lookup(&mut bytes, &mut links))
        .unwrap();
    bytes
}

/// The body of a request's message.
pub fn body<R: Request>(verb: Verb, request: &R) -> Vec<u8> {
    encode(verb, request)[16..].to_vec()
}

/// What a request says that it is about.
pub fn described<R: Request>(verb: Verb, request: &R) -> String {
    let body = body(verb, request);
    format!("{verb} {}", told(&body, R::DESCRIBE))
}

/// What a body is in words.
pub fn told(body: &[u8], describe: nlroute::Describe) -> String {
    struct Words<'a>(&'a [u8], nlroute::Describe);
    impl std::fmt::Display for Words<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.1(self.0, &link_name, f)
        }
    }
    Words(body, describe).to_string()
}

/// Why a request can't be sent, and that nothing of it was finished.
pub fn refused<R: Request>(request: &R) -> String {
    let mut bytes = Vec::new();
    let mut links = Links;
    request
        .encode(Verb::Add, &mut Writer::with_lookup(&mut bytes, &mut links))
        .unwrap_err()
        .to_string()
}

/// Asserts that the kernel's answers hold nothing that is unknown or malformed.
pub fn all_known(schema: &'static Schema, file: &str) -> Vec<Vec<u8>> {
    let bodies: Vec<_> = lines(&format!("replies/{file}.txt"))
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    assert!(!bodies.is_empty());
    for body in &bodies {
        if cfg!(target_endian = "little") {
            assert_known(schema, body);
        }
    }
    bodies
}

/// Asserts that a body holds nothing that is unknown or malformed.
pub fn assert_known(schema: &'static Schema, body: &[u8]) {
    assert_eq!(schema.malformed(body), []);
    known(schema, body);
}

fn known(schema: &Schema, body: &[u8]) {
    for attribute in schema.attributes(body).flatten() {
        let kind = attribute.kind();
        assert!(schema.line(kind).is_some(), "{} {kind}", schema.name);
        if let Some(inner) = schema.inner(kind, body) {
            known(inner, attribute.payload());
        }
    }
}

/// Gives the kernel's answers to `each`, cut at every length and with bytes changed.
pub fn mutate(file: &str, each: impl Fn(&[u8])) {
    // Any sequence will do, as long as it is the same each time (xorshift).
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for (_, body) in lines(&format!("replies/{file}.txt")) {
        (0..=body.len()).for_each(|end| each(&body[..end]));
        for _ in 0..200 {
            let mut changed = body.clone();
            for _ in 0..=next(4) {
                let at = next(changed.len());
                changed[at] = next(256) as u8;
            }
            each(&changed);
        }
    }
}
