//! Captures cut and changed, and any bytes: `decode` takes them all.
use nlroute::{messages::NOUNS, wire::Messages};
use serde_json::Value;

use super::{
    BODIES, CHECK, LINKS, NLMON, PORTS, VETH, attribute, checked, decoded,
    inputs::{File, STRACE, rewritten},
    lines, message, number,
};
use crate::decode::Options;

/// Any numbers will do, as long as they are the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % most
    }
}

/// That whatever is in the lines is told: with a count at the end, and as JSON that can be read.
fn takes(options: Options, input: &[u8]) {
    let output = decoded(options, input);
    if options.json {
        for line in output.text.lines() {
            assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        }
    } else {
        assert!(output.last().ends_with(" malformed"));
    }
    assert!(output.code <= 2);
}

/// The bodies of all captures, with their message types.
fn bodies() -> Vec<(u16, Vec<u8>)> {
    let mut all = Vec::new();
    for datagram in [LINKS, PORTS, VETH] {
        let messages = Messages::new(datagram).flatten();
        all.extend(messages.map(|message| (message.header().kind, message.body().to_vec())));
    }
    for (noun, bodies) in BODIES {
        let kind = Options::noun(noun).unwrap().first;
        for line in bodies.lines() {
            let (_, hex) = line.split_once('\t').unwrap();
            let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            all.push((kind, (0..hex.len()).step_by(2).map(byte).collect()));
        }
    }
    let said = [attribute(1, b"no\0"), attribute(2, &number(32))].concat();
    let refused = [&(-22_i32).to_ne_bytes(), VETH, &said].concat();
    all.push((2, refused));
    all
}

/// Message flags: none, or those of an error with attributes.
fn flags(kind: u16) -> u16 {
    if kind == 2 { 0x200 } else { 0 }
}

#[test]
fn captures_cut_at_every_byte_are_told() {
    for (kind, body) in bodies() {
        for (n, end) in (0..=body.len()).enumerate() {
            let cut = message(kind, flags(kind), 1, &[&body[..end]]);
            let output = checked(&cut);
            assert!(output.code == 0, "{}", output.text);
            if n % 64 == 0 {
                takes(
                    Options {
                        json: true,
                        ..CHECK
                    },
                    lines([&cut[..]]).as_bytes(),
                );
            }
        }
    }
    for end in 0..VETH.len() {
        takes(CHECK, lines([&VETH[..end]]).as_bytes());
    }
}

#[test]
fn captures_with_bytes_changed_are_told() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for (kind, body) in bodies() {
        for n in 0..12 {
            let mut changed = body.clone();
            for _ in 0..=numbers.below(6) {
                let at = numbers.below(changed.len());
                changed[at] = numbers.below(256) as u8;
            }
            let json = n % 4 == 0;
            let changed = message(kind, flags(kind), 1, &[&changed]);
            takes(Options { json, ..CHECK }, lines([&changed[..]]).as_bytes());
        }
    }
}

#[test]
fn any_bytes_are_told() {
    let mut numbers = Numbers(7);
    for n in 0..3000 {
        let len = numbers.below(120);
        let mut bytes: Vec<u8> = (0..len).map(|_| numbers.below(256) as u8).collect();
        let json = n % 2 == 0;
        // As a file, as a datagram, as a message of some type, as a body of some noun.
        takes(Options { json, ..CHECK }, &bytes);
        takes(Options { json, ..CHECK }, lines([&bytes[..]]).as_bytes());
        let kind = numbers.below(130) as u16;
        let some = message(kind, numbers.below(1 << 16) as u16, 1, &[&bytes]);
        takes(Options { json, ..CHECK }, lines([&some[..]]).as_bytes());
        let body = Some(&NOUNS[numbers.below(NOUNS.len())]);
        takes(
            Options {
                json,
                body,
                ..CHECK
            },
            lines([&bytes[..]]).as_bytes(),
        );
        for start in [
            &NLMON[..24],
            &rewritten(File::Pcapng, false)[..76],
            b"sendto(3, \"\\x",
        ] {
            bytes.splice(..0, start.iter().copied());
            takes(CHECK, &bytes);
        }
    }
    // What strace wrote, with anything in it.
    for _ in 0..3000 {
        let mut text = STRACE.as_bytes().to_vec();
        for _ in 0..=numbers.below(30) {
            let at = numbers.below(text.len());
            text[at] = b"\"\\x|=({[,)} \n0"[numbers.below(14)];
        }
        takes(CHECK, &text);
    }
}
