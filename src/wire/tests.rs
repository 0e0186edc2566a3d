//! The layer by itself: what is written byte by byte, and what is no value, without a table.
use std::{net::IpAddr, os::fd::RawFd, time::Duration};

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

/// That a payload is a value that shows so, and is written again as it is, by every way.
#[track_caller]
fn stands<F: Format>(payload: &[u8], shown: &str) {
    let read = F::read(payload).unwrap();
    assert_eq!(format!("{read:?}"), shown);
    assert_eq!(F::check(payload), Ok(()));
    let value = F::again(payload).unwrap();
    assert_eq!(
        written(|out| F::write(&value, out).unwrap()),
        payload,
        "write {shown}"
    );
    assert_eq!(
        written(|out| F::put(7, &value, out).unwrap()),
        attribute(7, payload),
        "put {shown}"
    );
}

/// That it is written again too where there is no payload but a value.
#[track_caller]
fn rewritten<F: Format>(payload: &[u8]) {
    let bytes = written(|out| {
        out.payload(&[1]);
        assert!(F::rewrite(payload, out));
    });
    assert_eq!(bytes[1..], *payload);
}

#[track_caller]
fn refuses<F: Format>(payload: &[u8]) {
    let has = payload.len();
    assert_eq!(F::read(payload).map(drop), Err(Fault::Length { has }));
    assert_eq!(F::check(payload), Err(Fault::Length { has }));
    assert!(F::again(payload).is_none());
    let bytes = written(|out| {
        out.payload(&[1]);
        assert!(!F::rewrite(payload, out));
    });
    assert_eq!(bytes, [1]);
}

#[track_caller]
fn sized<F: Format>(payload: &[u8], shown: &str, unset: &str) {
    stands::<F>(payload, shown);
    rewritten::<F>(payload);
    refuses::<F>(&payload[1..]);
    refuses::<F>(&[payload, &[0]].concat());
    assert_eq!(F::INFO.shape, Shape::Number { len: payload.len() });
    assert_eq!(format!("{:?}", F::unset(std::marker::PhantomData)), unset);
}

#[test]
fn numbers_stand_in_their_bytes() {
    sized::<u8>(&[200], "200", "0");
    sized::<i8>(&[0xfe], "-2", "0");
    sized::<u16>(&1000_u16.to_ne_bytes(), "1000", "0");
    sized::<u32>(&70_000_u32.to_ne_bytes(), "70000", "0");
    sized::<i32>(&(-5_i32).to_ne_bytes(), "-5", "0");
    sized::<u64>(&(1_u64 << 40).to_ne_bytes(), "1099511627776", "0");
    sized::<i64>(&(-5_i64).to_ne_bytes(), "-5", "0");
    sized::<Be16>(&[1, 2], "258", "0");
    sized::<Be32>(&[0, 0, 1, 2], "258", "0");
    sized::<Be64>(&[0, 0, 0, 0, 0, 0, 1, 2], "258", "0");
    sized::<OnOff>(&[1], "true", "false");
    sized::<OnOff>(&[0], "false", "false");
    sized::<OnOff32>(&1_u32.to_ne_bytes(), "true", "false");
    sized::<OnOff32>(&[0; 4], "false", "false");
    sized::<std::net::Ipv4Addr>(&[192, 0, 2, 1], "192.0.2.1", "0.0.0.0");
    sized::<std::net::Ipv6Addr>(&[0x20; 16], "2020:2020:2020:2020:2020:2020:2020:2020", "::");
    // Any number but zero is true.
    assert_eq!(
        (OnOff::read(&[2]), OnOff32::read(&[0, 2, 0, 0])),
        (Ok(true), Ok(true))
    );
    stands::<Uint>(&7_u32.to_ne_bytes(), "7");
    stands::<Uint>(&u32::MAX.to_ne_bytes(), "4294967295");
    stands::<Uint>(&(1_u64 << 32).to_ne_bytes(), "4294967296");
    rewritten::<Uint>(&7_u32.to_ne_bytes());
    assert_eq!(Uint::read(&7_u64.to_ne_bytes()), Ok(7));
    refuses::<Uint>(&[0; 5]);
    assert_eq!(Uint::unset(std::marker::PhantomData), 0);
    stands::<[u8; 3]>(&[1, 2, 3], "[1, 2, 3]");
    rewritten::<[u8; 3]>(&[1, 2, 3]);
    refuses::<[u8; 3]>(&[1, 2]);
    assert_eq!(<[u8; 3]>::unset(std::marker::PhantomData), [0; 3]);
}

#[test]
fn times_stand_in_their_units() {
    fn both<F: Format, G: Format>(units: u32, shown: &str) {
        sized::<F>(&units.to_ne_bytes(), shown, "0ns");
        sized::<G>(&u64::from(units).to_ne_bytes(), shown, "0ns");
    }
    both::<Centis<u32>, Centis<u64>>(150, "1.5s");
    both::<Millis<u32>, Millis<u64>>(1501, "1.501s");
    both::<Micros<u32>, Micros<u64>>(1_000_007, "1.000007s");
    both::<Seconds<u32>, Seconds<u64>>(90, "90s");
    both::<Quarters<u32>, Quarters<u64>>(4001, "1.00025s");
    both::<Eighths<u32>, Eighths<u64>>(8001, "1.000125s");
    let most = Duration::from_millis(u64::from(u32::MAX) * 10);
    let put = |time: Duration| {
        let mut bytes = Vec::new();
        Centis::<u32>::put(1, &time, &mut Writer::new(&mut bytes)).map(|()| bytes)
    };
    assert_eq!(put(most).unwrap(), attribute(1, &u32::MAX.to_ne_bytes()));
    for long in [most + Duration::from_millis(10), Duration::MAX] {
        let why = put(long).unwrap_err();
        assert_eq!(why.why(), "longer than the attribute can say");
        assert_eq!(why.value(), format!("{long:?}"));
        assert!(Centis::<u32>::write(&long, &mut Writer::new(&mut Vec::new())).is_err());
    }
    // Its seconds alone fit, what is added to them doesn't.
    let units = u64::MAX / 1000;
    let near = Duration::new(units, 999_000_000);
    assert!(Millis::<u64>::write(&near, &mut Writer::new(&mut Vec::new())).is_err());
}

#[test]
fn text_and_bytes_stand_as_they_are() {
    stands::<Bytes>(&[1, 0, 2], "[1, 0, 2]");
    assert_eq!(written(|out| assert!(!Bytes::rewrite(&[1], out))), []);
    assert_eq!(Bytes::unset(std::marker::PhantomData), [0_u8; 0]);
    stands::<Str>(b"br0\0", "\"br0\"");
    rewritten::<Str>(b"br0\0");
    assert_eq!(Str::read(b"br0").unwrap(), "br0");
    assert_eq!(Str::again(&[0xff]), None);
    assert_eq!(Str::unset(std::marker::PhantomData), "");
    let why = Str::write(&"a\0b", &mut Writer::new(&mut Vec::new())).unwrap_err();
    assert_eq!(why.why(), "holds a NUL");
    stands::<IfName>(b"fifteen-bytes-1\0", "\"fifteen-bytes-1\"");
    stands::<IfName>(b"lo\0", "\"lo\"");
    rewritten::<IfName>(b"lo\0");
    assert_eq!(IfName::read(&[b'n'; 16]).unwrap(), "nnnnnnnnnnnnnnn");
    refuses::<IfName>(&[b'n'; 17]);
    // Its being there is the value.
    let flag = |on| written(|out| Present::put(3, &on, out).unwrap());
    assert_eq!((flag(true), flag(false)), (attribute(3, &[]), Vec::new()));
    assert_eq!(written(|out| Present::write(&true, out).unwrap()), []);
    assert_eq!(
        (Present::read(&[1]), Present::again(&[])),
        (Ok(true), Some(true))
    );
    assert!(!Present::unset(std::marker::PhantomData));
}

#[test]
fn addresses_are_told_by_their_length() {
    stands::<IpBytes>(&[192, 0, 2, 1], "192.0.2.1");
    stands::<IpBytes>(&[0x20; 16], "2020:2020:2020:2020:2020:2020:2020:2020");
    rewritten::<IpBytes>(&[192, 0, 2, 1]);
    refuses::<IpBytes>(&[0; 5]);
    refuses::<IpBytes>(&[]);
    assert_eq!(
        IpBytes::unset(std::marker::PhantomData),
        IpAddr::from([0; 4])
    );
    for len in [0, 1, 4, 6, 7, 16, 20, 32] {
        let bytes: Vec<u8> = (1..=len).collect();
        let shown: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        stands::<LinkAddress>(&bytes, &shown.join(":"));
        rewritten::<LinkAddress>(&bytes);
    }
    refuses::<LinkAddress>(&[0; 33]);
    assert_eq!(
        LinkAddress::unset(std::marker::PhantomData).as_bytes(),
        [0; 0]
    );
    stands::<Mac>(&[2, 0, 0, 0, 0, 1], "02:00:00:00:00:01");
    rewritten::<Mac>(&[2, 0, 0, 0, 0, 1]);
    refuses::<Mac>(&[2, 0, 0, 0, 0]);
    assert_eq!(Mac::unset(std::marker::PhantomData).as_bytes(), [0; 0]);
    let four = LinkAddress::new(&[1; 4]).unwrap();
    let why = Mac::write(&four, &mut Writer::new(&mut Vec::new())).unwrap_err();
    assert_eq!(why.why(), "is no address of 6 bytes");
}
