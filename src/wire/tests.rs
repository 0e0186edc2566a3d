//! The layer by itself: what is written byte by byte, and what is no value, without a table.
mod flags;
mod formats;
mod names;
mod schemas;
mod tables;

use std::os::fd::RawFd;

use super::*;

/// What is written.
fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut Writer::new(&mut bytes));
    bytes
}

/// An attribute by hand.
fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() + 4) as u16;
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(payload);
    while bytes.len() % 4 != 0 {
        bytes.push(0);
    }
    bytes
}

/// A message by hand.
fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = ((body.len() + 16) as u32).to_ne_bytes().to_vec();
    bytes.extend([kind.to_ne_bytes(), flags.to_ne_bytes()].concat());
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

#[test]
fn the_bits_of_a_kind_are_the_kernels() {
    assert_eq!((NLA_F_NESTED, NLA_F_NET_BYTEORDER), (0x8000, 0x4000));
    let attributes = attribute(0xffff, &[]);
    let kind = Attributes::new(&attributes).next().unwrap().unwrap().kind();
    assert_eq!(kind, 0x3fff);
}

#[test]
fn lengths_are_aligned_to_four() {
    let aligned = [0, 1, 3, 4, 5, 8, 9].map(align);
    assert_eq!(aligned, [0, 4, 4, 4, 8, 8, 12]);
    assert_eq!(align(usize::MAX), usize::MAX - 3);
}

#[test]
fn a_message_is_written_with_its_length() {
    let bytes = written(|out| {
        assert!(out.is_empty());
        let message = out.begin(0x1234, 0x5678);
        out.bytes(&[1, 2, 3, 4]);
        out.payload(&[5]);
        assert_eq!((out.len(), out.is_empty()), (21, false));
        out.end(message).unwrap();
        assert_eq!(out.as_bytes().len(), 24);
    });
    let mut expected = message(0x1234, 0x5678, &[1, 2, 3, 4, 5]);
    expected.extend([0; 3]);
    assert_eq!(bytes, expected);
    let short = written(|out| {
        let message = out.begin_with(0x1234, 0x5678, [1, 2, 3, 4]);
        out.end(message).unwrap();
    });
    assert_eq!(short, message(0x1234, 0x5678, &[1, 2, 3, 4]));
    let alone = written(|out| {
        let message = out.begin(1, 0);
        out.end(message).unwrap();
        let shown = format!("Writer {{ bytes: {:?}, .. }}", out.as_bytes());
        assert_eq!(format!("{out:?}"), shown);
    });
    assert_eq!(alone, message(1, 0, &[]));
}

#[test]
fn what_was_not_begun_is_not_ended() {
    written(|out| {
        out.bytes(&[0; 20]);
        let message = out.begin(1, 0);
        out.truncate(35);
        let why = out.end(message).unwrap_err();
        assert_eq!(why.why(), "not a message's length");
        let message = out.begin(1, 0);
        out.truncate(0);
        assert!(out.end(message).is_err());
        for left in 0..4 {
            let nest = out.begin_nest(1);
            out.truncate(left);
            assert!(out.end_attribute(nest).is_err(), "{left}");
        }
        let nest = out.mark();
        assert!(out.end_nest(nest).is_err());
    });
}

#[test]
fn attributes_are_padded_with_zeros() {
    for len in 0..40_usize {
        let payload: Vec<u8> = (1..=len as u8).collect();
        let expected = attribute(0x4003, &payload);
        let whole = written(|out| out.attribute(0x4003, &payload).unwrap());
        assert_eq!(whole, expected, "{len}");
        let pieces = written(|out| {
            let mark = out.begin_attribute(0x4003);
            for byte in &payload {
                out.payload(&[*byte]);
            }
            out.end_attribute(mark).unwrap();
        });
        assert_eq!(pieces, expected, "{len}");
        let padded = written(|out| out.bytes(&payload));
        assert_eq!(padded, expected[4..], "{len}");
    }
}

#[test]
fn attributes_of_a_constant_length_are_as_any() {
    macro_rules! all {
        ($($len:literal)*) => {$(
            let payload: [u8; $len] = std::array::from_fn(|n| n as u8 + 1);
            let fixed = written(|out| {
                out.bytes(&[9]); // not the first
                out.fixed(0x8007, payload);
            });
            assert_eq!(fixed[4..], attribute(0x8007, &payload), "{}", $len);
        )*};
    }
    all!(0 1 2 3 4 5 6 7 8 9 12 13 15 16 17 18 19 20 32 33);
    for len in 0..=16 {
        let mut payload = [0; 16];
        payload[..len].fill(0xee);
        let front = written(|out| out.front(7, payload, len));
        assert_eq!(front, attribute(7, &payload[..len]), "{len}");
    }
    assert_eq!(
        written(|out| out.front(7, [1, 2, 0, 0], 2)),
        attribute(7, &[1, 2])
    );
    assert_eq!(written(|out| out.front(7, [], 0)), attribute(7, &[]));
}

#[test]
fn nests_are_marked_and_hold_what_is_between() {
    let inner = attribute(3, &[7]);
    let nest = |kind, payload: &[u8]| attribute(NLA_F_NESTED | kind, payload);
    let bytes = written(|out| {
        let outer = out.begin_nest(18);
        let mark = out.begin_nest_with(2, [1, 2, 3, 4]);
        out.attribute(3, &[7]).unwrap();
        out.end_nest(mark).unwrap();
        out.end_attribute(outer).unwrap();
    });
    let within = [&[1, 2, 3, 4][..], &inner].concat();
    assert_eq!(bytes, nest(18, &nest(2, &within)));
    let empty = written(|out| {
        let mark = out.begin_nest_with(2, []);
        out.end_nest(mark).unwrap();
    });
    assert_eq!(empty, nest(2, &[]));
    // A number that says so already is no other.
    let marked = written(|out| {
        let mark = out.begin_nest(NLA_F_NESTED | 2);
        out.end_nest(mark).unwrap();
        let mark = out.begin_nest_with(NLA_F_NESTED | 2, []);
        out.end_nest(mark).unwrap();
    });
    assert_eq!(marked, [nest(2, &[]), nest(2, &[])].concat());
    // Headers made beforehand, and a mark within them.
    let both = written(|out| {
        let first = out.mark();
        let second = first.after(4);
        out.headers(&[0, 0, 18, 0, 0, 0, 2, 0]);
        out.payload(&[0; 4]);
        out.end_nest(second).unwrap();
        out.end_nest(first).unwrap();
    });
    let len = |at: usize| u16::from_ne_bytes([both[at], both[at + 1]]);
    assert_eq!((len(0), len(4)), (12, 8));
}

#[test]
fn an_attribute_holds_65531_bytes() {
    let most = vec![1; 65_531];
    written(|out| {
        out.attribute(1, &most).unwrap();
        assert_eq!(out.len(), 65_536);
        assert_eq!(out.as_bytes()[..2], u16::MAX.to_ne_bytes());
        let why = out.attribute(1, &[&most[..], &[1]].concat()).unwrap_err();
        assert_eq!(why.why(), "an attribute holds at most 65531");
        assert_eq!(why.value(), "65532 bytes");
    });
}

/// Knows one link and one namespace.
struct One;

impl Lookup for One {
    fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError> {
        if name == b"lo" {
            Ok(7)
        } else {
            Err("no".into())
        }
    }

    fn netns(&mut self, name: &str) -> Result<RawFd, BoxError> {
        if name == "n0" {
            Ok(9)
        } else {
            Err("no".into())
        }
    }
}

#[test]
fn names_are_looked_up_where_somebody_is_to_ask() {
    let (mut bytes, mut one) = (Vec::new(), One);
    let mut out = Writer::with_lookup(&mut bytes, &mut one);
    assert_eq!(out.ifindex(b"lo").unwrap(), 7);
    assert!(out.ifindex(b"l0").is_err());
    assert_eq!(out.netns("n0").unwrap(), 9);
    assert!(out.netns("n1").is_err());
    written(|out| {
        let link = out.ifindex(b"lo").unwrap_err().to_string();
        assert!(link.contains("a link's name can't be looked up"), "{link}");
        let netns = out.netns("n0").unwrap_err().to_string();
        assert!(netns.contains("a namespace's name can't be"), "{netns}");
    });
}

#[test]
fn messages_are_walked_by_their_lengths() {
    let mut bytes = message(16, 2, &[1, 2, 3, 4, 5]);
    let first = bytes.len();
    bytes.extend([0; 3]);
    let mut second = message(3, 0, &[]);
    second[8..12].copy_from_slice(&7_u32.to_ne_bytes());
    second[12..16].copy_from_slice(&8_u32.to_ne_bytes());
    bytes.extend(&second);
    let all: Result<Vec<_>, _> = Messages::new(&bytes).collect();
    let all = all.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].body(), [1, 2, 3, 4, 5]);
    assert_eq!(all[0].as_bytes(), &bytes[..first]);
    assert_eq!((all[0].header().kind, all[0].header().flags), (16, 2));
    assert_eq!(
        *all[1].header(),
        MessageHeader {
            kind: 3,
            flags: 0,
            sequence: 7,
            port: 8
        }
    );
    assert!(all[1].body().is_empty());
    // The last one's padding may be missing.
    assert_eq!(Messages::new(&bytes[..first]).count(), 1);
    assert!(Messages::new(&bytes[..first]).all(|message| message.is_ok()));

    let fault = |bytes: &[u8]| Messages::new(bytes).next().unwrap().unwrap_err();
    for len in 1..16 {
        assert_eq!(fault(&bytes[..len]), Fault::Leftover { len });
    }
    for says in [0_u32, 15, 17, u32::MAX] {
        let mut bad = second.clone();
        bad[..4].copy_from_slice(&says.to_ne_bytes());
        let (says, has) = (says as usize, 16);
        assert_eq!(fault(&bad), Fault::Frame { says, has });
        assert_eq!(Messages::new(&bad).count(), 1);
    }
}

#[test]
fn attributes_are_walked_by_their_lengths() {
    let first = attribute(NLA_F_NESTED | 5, &attribute(1, &[9]));
    let bytes = [&first[..], &attribute(NLA_F_NET_BYTEORDER | 5, &[1, 2])].concat();
    let mut walk = Attributes::new(&bytes);
    let one = walk.next().unwrap().unwrap();
    assert_eq!((one.kind(), one.raw_kind()), (5, NLA_F_NESTED | 5));
    assert!(one.is_nested());
    assert_eq!(one.nested().find(1), Some(&[9][..]));
    assert_eq!(walk.rest(), &bytes[first.len()..]);
    let two = walk.next().unwrap().unwrap();
    assert_eq!((two.kind(), two.payload()), (5, &[1, 2][..]));
    assert!(!two.is_nested());
    assert!(walk.next().is_none() && walk.rest().is_empty());

    // The last of a number is found, whatever its flags, if it is whole.
    assert_eq!(Attributes::new(&bytes).find(5), Some(&[1, 2][..]));
    assert_eq!(
        Attributes::new(&bytes[..first.len() + 5]).find(5),
        Some(one.payload())
    );
    assert_eq!(Attributes::new(&bytes).find(4), None);
    assert_eq!(Attributes::new(&[]).find(0), None);
    let after_empty = [attribute(1, &[]), attribute(2, &[7])].concat();
    assert_eq!(Attributes::new(&after_empty).find(2), Some(&[7][..]));
    assert_eq!(Attributes::new(&after_empty).find(1), Some(&[][..]));
    let fault = |bytes: &[u8]| Attributes::new(bytes).next().unwrap().unwrap_err();
    for len in 1..4 {
        assert_eq!(fault(&bytes[..len]), Fault::Leftover { len });
    }
    for says in [0_u16, 3, 9, u16::MAX] {
        let mut bad = attribute(1, &[0; 4]);
        bad[..2].copy_from_slice(&says.to_ne_bytes());
        let (says, has) = (usize::from(says), 8);
        assert_eq!(fault(&bad), Fault::Frame { says, has });
        assert_eq!(Attributes::new(&bad).find(1), None);
        // One before it is found, one after it is not.
        let all = [attribute(1, &[7]), bad].concat();
        assert_eq!(Attributes::new(&all).find(1), Some(&[7][..]));
    }
}
