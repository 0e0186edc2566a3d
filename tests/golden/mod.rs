//! The links of the captures in `tests/data`, and what the kernel answered there.
#![allow(dead_code)] // each test binary uses a part
use std::os::fd::RawFd;

use nlroute::{
    Request, Verb,
    wire::{BoxError, Lookup, Schema, Writer},
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
            b"v4" => Ok(16),
            _ => Err("no such device".into()),
        }
    }

    fn netns(&mut self, name: &str) -> Result<RawFd, BoxError> {
        match name {
            "ns0" => Ok(4),
            _ => Err("no such namespace".into()),
        }
    }
}

pub fn link_name(index: u32) -> String {
    match index {
        10 => "v0".into(),
        14 => "v2".into(),
        _ => format!("#{index}"),
    }
}

/// The lines of a file of captures: what it is, and the bytes.
pub fn lines(file: &str) -> Vec<(String, Vec<u8>)> {
    // In the program, which may be run where the sources can't be read.
    let text = match file {
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
            known(&inner, attribute.payload());
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
