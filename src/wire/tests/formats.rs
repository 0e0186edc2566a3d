//! How values stand in bytes, one by one.
use std::{net::IpAddr, time::Duration};

use super::{
    One, attribute,
    tables::few::{Few, FewTable},
    written,
};
use crate::wire::*;

/// That a payload is a value that shows so, and is written again as it is, by every way.
#[track_caller]
pub(super) fn stands<F: Format>(payload: &[u8], shown: &str) {
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
pub(super) fn refuses<F: Format>(payload: &[u8]) {
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
    let mut bytes = [9; 4];
    [1_u8, 2].put(&mut bytes, 1);
    [3_u8, 4].put(&mut bytes, 3);
    assert_eq!((bytes, <[u8; 2]>::get(&bytes, 3)), ([9, 1, 2, 9], [0; 2]));
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

/// Chooses by the first attribute.
struct ByFirst;

impl Choose for ByFirst {
    const NAME: &'static str = "by_first";

    fn choose(body: &[u8], _: ByName) -> Option<&'static Schema> {
        let number = Attributes::new(body).find(1)?;
        (number == 7_u32.to_ne_bytes()).then_some(<FewTable as table::Table>::SCHEMA)
    }
}

#[test]
fn nests_and_lists_stand_as_attributes() {
    let few = attribute(1, &7_u32.to_ne_bytes());
    let nested = |payload: &[u8]| attribute(NLA_F_NESTED | 9, payload);
    type Inner = Nest<FewTable>;
    let value = Inner::again(&few).unwrap();
    assert_eq!(written(|out| Inner::write(&value, out).unwrap()), few);
    assert_eq!(
        written(|out| Inner::put(9, &value, out).unwrap()),
        nested(&few)
    );
    let unset = Inner::unset(std::marker::PhantomData);
    assert_eq!(written(|out| Inner::write(&unset, out).unwrap()), []);
    assert_eq!(written(|out| Inner::put(9, &unset, out).unwrap()), []);
    assert_eq!(Inner::read(&few).unwrap().number(), Some(7));
    assert!(!Inner::rewrite(&few, &mut Writer::new(&mut Vec::new())));

    type Data = Chosen<ByFirst>;
    assert_eq!(
        (value.or_default().is_empty(), unset.or_default()),
        (false, Few::new())
    );
    assert_eq!(format!("{value:?} {unset:?}"), "Few { number: 7 } unset");
    let value = Data::again(&few).unwrap();
    assert_eq!(written(|out| Data::write(&value, out).unwrap()), few);
    assert_eq!(
        written(|out| Data::put(9, &value, out).unwrap()),
        nested(&few)
    );
    assert_eq!(
        (Data::read(&few), Data::INFO.name),
        (Ok(&few[..]), "by_first")
    );
    assert_eq!(Data::unset(std::marker::PhantomData), [0; 0]);
    assert!(!Data::rewrite(&few, &mut Writer::new(&mut Vec::new())));
    let Nesting::Beside(choose) = Data::INFO.nesting else {
        panic!("{:?}", Data::INFO)
    };
    assert_eq!(
        choose(&few, |_, _| None).map(|schema| schema.name),
        Some("few")
    );
    assert!(choose(&[], |_, _| None).is_none());

    let ips = [[192, 0, 2, 1], [192, 0, 2, 2]];
    type Ips = ListOf<std::net::Ipv4Addr, NUMBERED>;
    let list = ips.map(std::net::Ipv4Addr::from).to_vec();
    let bytes = [attribute(0, &ips[0]), attribute(1, &ips[1])].concat();
    let these = Values::from(&list);
    assert_eq!(written(|out| Ips::write(&these, out).unwrap()), bytes);
    assert_eq!(
        written(|out| Ips::put(9, &these, out).unwrap()),
        nested(&bytes)
    );
    assert_eq!(format!("{these:?}"), "[192.0.2.1, 192.0.2.2]");
    assert_eq!(Ips::again(&bytes), Some(Values::Raw(&bytes)));
    let raw = Values::Raw(&bytes);
    assert_eq!(written(|out| Ips::write(&raw, out).unwrap()), bytes);
    let of_three = |out: &mut Writer<'_>| {
        ListOf::<std::net::Ipv4Addr, 3>::write(&these, out).unwrap();
    };
    let threes = [attribute(3, &ips[0]), attribute(3, &ips[1])].concat();
    assert_eq!(written(of_three), threes);
    let read = Ips::read(&bytes).unwrap();
    assert!(read.iter().eq(list.iter().copied()));
    assert_eq!(read.attributes().count(), 2);
    assert_eq!(format!("{read:?}"), "[192.0.2.1, 192.0.2.2]");
    type All = Each<'static, std::net::Ipv4Addr>;
    assert_eq!(written(|out| All::write(&&bytes[..], out).unwrap()), bytes);
    assert_eq!(All::again(&bytes), Some(&bytes[..]));
    assert_eq!(All::unset(std::marker::PhantomData), [0; 0]);
    let again = written(|out| assert!(!All::rewrite(&bytes, out) && !Ips::rewrite(&bytes, out)));
    assert!(again.is_empty());
    assert_eq!(All::read(&bytes).unwrap().iter().count(), 2);
    let long = Values::These(&[LinkAddress::new(&[1; 7]).unwrap()][..]);
    let why = ListOf::<Mac, 1>::write(&long, &mut Writer::new(&mut Vec::new()));
    assert_eq!(why.unwrap_err().attribute(), "0");

    type Many = Packed<'static, u16>;
    let bytes = [7_u16, 8].map(u16::to_ne_bytes).concat();
    let many = Many::read(&bytes).unwrap();
    assert_eq!((many.len(), many.is_empty()), (2, false));
    assert_eq!((many.get(1), many.get(2)), (Some(8), None));
    assert_eq!(format!("{many:?}"), "[7, 8]");
    assert!(Many::read(&[]).unwrap().is_empty());
    assert_eq!(Many::read(&[1]).map(drop), Err(Fault::Length { has: 1 }));
    assert!(!Many::rewrite(&[1], &mut Writer::new(&mut Vec::new())));
    rewritten::<Many>(&bytes);
    let value = Many::again(&bytes).unwrap();
    assert_eq!(written(|out| Many::write(&value, out).unwrap()), bytes);
    assert_eq!(Many::unset(std::marker::PhantomData), [0; 0]);
}

#[test]
fn namespaces_are_written_by_descriptor() {
    use std::os::fd::{AsFd, AsRawFd};
    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let by_fd = NetnsRef::from(&one);
    let number = one.as_raw_fd().to_ne_bytes();
    assert_eq!(written(|out| Netns4::write(&by_fd, out).unwrap()), number);
    assert_eq!(
        written(|out| Netns4::put(9, &by_fd, out).unwrap()),
        attribute(9, &number)
    );
    let (mut bytes, mut found) = (Vec::new(), One);
    let mut out = Writer::with_lookup(&mut bytes, &mut found);
    Netns4::write(&NetnsRef::Name("n0"), &mut out).unwrap();
    Netns4::put(1, &NetnsRef::Name("n0"), &mut out).unwrap();
    assert!(Netns4::write(&NetnsRef::Name("n1"), &mut out).is_err());
    let nine = 9_i32.to_ne_bytes();
    assert_eq!(bytes, [&nine[..], &attribute(1, &nine)].concat());
    // Two are the same if they say the same.
    assert_eq!(by_fd, NetnsRef::Fd(one.as_fd()));
    assert_ne!(by_fd, NetnsRef::Fd(other.as_fd()));
    assert_ne!(by_fd, NetnsRef::Name("n0"));
    assert_ne!(NetnsRef::Name("n1"), NetnsRef::Name("n0"));
    assert_eq!(NetnsRef::Name("n0"), NetnsRef::from("n0"));
    assert_eq!((Netns4::read(&nine), Netns4::again(&nine)), (Ok(9), None));
    rewritten::<Netns4>(&nine);
}

#[test]
fn names_and_errors_are_told() {
    let name: IfName = "eth0".parse().unwrap();
    assert_eq!((name.to_str(), name.as_ref()), (Some("eth0"), &b"eth0"[..]));
    let (same, other) = ("eth0".to_owned(), "eth1".to_owned());
    assert!(name == same && name != other && name != *"eth00");
    let error = "a/b".parse::<IfName>().unwrap_err();
    assert_eq!(error.to_string(), "holds a slash or a colon");
    let error = "02:042".parse::<LinkAddress>().unwrap_err();
    assert!(error.to_string().starts_with("isn't bytes"), "{error}");
    let too_long = Fault::TooLong { len: 9, most: 8 };
    assert_eq!(too_long.to_string(), "9 bytes, more than 8");
    let (index, name) = (LinkRef::from(7), LinkRef::from("eth0"));
    assert_eq!(
        (index.as_name(), name.as_name()),
        (None, Some(&b"eth0"[..]))
    );
    let long = "n".repeat(20);
    assert_eq!(LinkRef::from(&long).as_name(), Some(long.as_bytes()));
    assert!(name.check_altname().is_ok() && LinkRef::from(&long).check_altname().is_ok());
    let error = EncodeError::new("7", "is odd")
        .inside("inner")
        .inside("outer");
    assert_eq!(error.to_string(), "outer.inner 7: is odd");
    let back = error.into_lookup().unwrap_err();
    assert_eq!((back.value(), back.why()), ("7", "is odd"));
    let lookup = EncodeError::lookup("no".into());
    assert_eq!((lookup.value(), lookup.why()), ("", ""));
    assert_eq!(lookup.into_lookup().unwrap().to_string(), "no");
}

/// Takes so many bytes of text, and no more.
struct Room(usize);

impl std::fmt::Write for Room {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(std::fmt::Error)?;
        Ok(())
    }
}

#[test]
fn a_type_and_a_table_as_data_say_the_same_when_the_program_runs() {
    use std::fmt::Write;
    use table::Table;

    let info = ValueInfo::new::<Be16>("port", Shape::Number { len: 2 });
    assert_eq!((info.name, info.shape), ("port", Be16::INFO.shape));
    assert!(matches!(info.nesting, Nesting::No));
    let info = info.nesting(Nesting::Each(&Be16::INFO));
    assert!(matches!(info.nesting, Nesting::Each(each) if each.name == Be16::INFO.name));
    assert_eq!(info.check(&[1, 2]), Ok(()));
    assert_eq!(info.check(&[1]), Err(Fault::Length { has: 1 }));
    let bytes = written(|out| assert!(info.rewrite(&[1, 2], out) && !info.rewrite(&[1], out)));
    assert_eq!(bytes, [1, 2]);

    let schema = FewTable::SCHEMA;
    let elsewhere = schema.with_names(|_, _| Some(FewTable::SCHEMA));
    assert!((schema.named)("few", b"few").is_none());
    assert!((elsewhere.named)("few", b"few").is_some());
    assert!((elsewhere.within(schema).named)("few", b"few").is_some());
    let names: Vec<_> = elsewhere.lines().map(|line| line.name).collect();
    assert_eq!(names, ["number", "seen", "name"]);

    // Where there is no room for the text, that is said, by whatever writes it.
    let body = [attribute(1, &7_u32.to_ne_bytes()), attribute(100, b"n\0")].concat();
    let view = FewTable::view(&body).unwrap();
    let few = FewTable::again(&body);
    let path = schema.path(&body, 0).unwrap();
    let texts: [&dyn std::fmt::Debug; 3] = [&view, &few, &path];
    for text in texts {
        let len = format!("{text:?}").len();
        assert!(write!(Room(len), "{text:?}").is_ok());
        for less in 0..len {
            assert!(write!(Room(less), "{text:?}").is_err(), "{less} {text:?}");
        }
    }
    assert_eq!(format!("{view:?}"), "FewView { number: 7, name: \"n\" }");
    assert_eq!(
        (path.to_string(), path.value()),
        ("number".into(), "7".into())
    );
}
