//! Names, addresses and references as requests take them, and errors in words.
use super::{
    One, attribute,
    formats::{refuses, stands},
    written,
};
use crate::wire::*;

#[test]
fn links_are_referred_to_by_index_or_name() {
    let (mut bytes, mut found) = (Vec::new(), One);
    let mut out = Writer::with_lookup(&mut bytes, &mut found);
    let name: IfName = "lo".parse().unwrap();
    let by_name = [
        LinkRef::from(name),
        LinkRef::from("lo"),
        LinkRef::from(&b"lo"[..]),
        LinkRef::from(&LinkRef::from("lo")),
    ];
    for link in by_name {
        assert_eq!(link, LinkRef::Name(name));
        assert_eq!(
            (link.index(&mut out).unwrap(), link.name().unwrap()),
            (7, &name)
        );
        assert_eq!(link.to_string(), "lo");
    }
    assert_eq!(LinkRef::from(9).index(&mut out).unwrap(), 9);
    assert_eq!(
        (LinkRef::from(9).to_string(), LinkRef::default()),
        ("#9".into(), LinkRef::Index(0))
    );
    // Another name is looked up if it can be one.
    let (most, more) = ("n".repeat(127), "n".repeat(128));
    assert_eq!(LinkRef::from(&most), LinkRef::Other(most.as_bytes()));
    assert_eq!(LinkRef::from(&most).to_string(), most);
    let why = |link: LinkRef<'_>, out: &mut Writer<'_>| {
        let error = link.index(out).unwrap_err();
        (error.value().to_owned(), error.why().to_owned())
    };
    // That is looked up, and not found.
    assert_eq!(
        why(LinkRef::from(&most), &mut out),
        (String::new(), String::new())
    );
    let told = (format!("\"{more}\""), "is longer than 127 bytes".to_owned());
    assert_eq!(why(LinkRef::from(&more), &mut out), told);
    let told = ("\"a/b\"".to_owned(), "holds a slash or a colon".to_owned());
    assert_eq!(why(LinkRef::from("a/b"), &mut out), told);
    // Only the first bytes are looked at.
    assert!(LinkRef::from("fifteen-bytes-1/").check_altname().is_ok());
    for (link, value, why) in [
        (LinkRef::from(9), "#9", "is an index where a name is needed"),
        (LinkRef::from(""), "", "is empty"),
        (
            LinkRef::from("sixteen-bytes-12"),
            "sixteen-bytes-12",
            "is longer than 15 bytes",
        ),
        (LinkRef::Other(b"lo"), "lo", "is no interface name"),
    ] {
        let error = link.name().unwrap_err();
        assert_eq!(
            (error.value(), error.why()),
            (&*format!("\"{value}\""), why)
        );
    }
    for (link, index) in [(LinkRef::from(9), 9_u32), (LinkRef::from("lo"), 7)] {
        let mut bytes = Vec::new();
        let mut out = Writer::with_lookup(&mut bytes, &mut found);
        Index::write(&link, &mut out).unwrap();
        Index::put(5, &link, &mut out).unwrap();
        let number = index.to_ne_bytes();
        assert_eq!(bytes, [&number[..], &attribute(5, &number)].concat());
    }
    let nobody = &mut Vec::new();
    assert!(Index::put(5, &"l0".into(), &mut Writer::new(nobody)).is_err() && nobody.is_empty());
    stands::<Index>(&9_u32.to_ne_bytes(), "9");
    refuses::<Index>(&[0; 3]);
    assert_eq!(Index::unset(std::marker::PhantomData), LinkRef::Index(0));
}

#[test]
fn names_are_those_of_the_kernel() {
    for (name, why) in [
        ("", "is empty"),
        ("sixteen-bytes-12", "is longer than 15 bytes"),
        (".", "is a directory's name"),
        ("..", "is a directory's name"),
        ("a b", "holds white space"),
        ("a\u{b}", "holds white space"),
        ("abcdefgh\t", "holds white space"),
        ("eth0:1", "holds a slash or a colon"),
        ("fifteen bytes-1", "holds white space"),
        ("a\0b", "holds a NUL"),
    ] {
        let error = IfName::new(name).unwrap_err();
        assert_eq!(error.to_string(), why, "{name}");
        assert_eq!(std::borrow::Cow::from(error), why);
    }
    assert_eq!(
        IfName::new([b'a', 0xa0]).unwrap_err().to_string(),
        "holds white space"
    );
    for name in [
        "...",
        "a",
        "a.",
        "\u{e9}t\u{e9}",
        "fifteen-bytes-1",
        "fifteen-byt\u{e9}s-",
        "a\u{8}\u{e}",
    ] {
        let (read, bytes) = (IfName::new(name).unwrap(), name.as_bytes());
        assert_eq!((read.as_bytes(), read.to_str()), (bytes, Some(name)));
        assert_eq!(IfName::cut(bytes), read);
        assert!(read == name && read == *name && read != "b" && Text::new(bytes) == name);
        let mut padded = [0; 16];
        padded[..bytes.len()].copy_from_slice(bytes);
        assert_eq!(read.padded(), (padded, bytes.len()));
    }
    // A name of the kernel's ends at the first NUL; one without any is cut.
    for (bytes, name) in [
        (&b"lo\0\0"[..], "lo"),
        (b"lo\0x", "lo"),
        (b"\0\0\0\0", ""),
        (b"eth0\0\xff\xff", "eth0"),
        (b"abcdefgh\0", "abcdefgh"),
        (b"abc\0efghijk", "abc"),
        (b"sixteen-bytes-12", "sixteen-bytes-1"),
    ] {
        assert_eq!(IfName::cut(bytes), name, "{bytes:?}");
        assert_eq!(Text::new(&bytes[..bytes.len().min(15)]), name);
    }
    // As text where it is, with the marks of a program's text where it isn't.
    let odd = [b'a', 0xff, b'\n'];
    let (name, text) = (IfName::cut(&odd), Text::new(&odd));
    assert_eq!(
        (name.to_str(), text.to_str(), text.as_bytes()),
        (None, None, &odd[..])
    );
    assert_eq!(
        (name.to_string(), text.to_string()),
        ("a\\xff\\n".into(), name.to_string())
    );
    assert_eq!(format!("{name:?} {text:?}"), "\"a\\xff\\n\" \"a\\xff\\n\"");
    assert_eq!(Text::new(b"a\x07").to_string(), "a\\x07");
    let (short, accents) = (Text::new(b"lo"), IfName::new("\u{e9}").unwrap());
    assert_eq!(format!("[{short:4}] [{accents:>3}]"), "[lo  ] [  \u{e9}]");
    let (owned, longer) = (String::from("lo"), String::from("lo0"));
    assert!(short == owned && short != longer);
    assert_eq!(Text::default().as_ref(), b"");
}

#[test]
fn errors_and_faults_say_what_is_wrong() {
    for (fault, told) in [
        (
            Fault::Frame { says: 9, has: 8 },
            "says 9 bytes where 8 are left",
        ),
        (Fault::Leftover { len: 3 }, "3 bytes left over"),
        (Fault::Length { has: 5 }, "a payload of 5 bytes"),
        (Fault::Value("is odd"), "is odd"),
    ] {
        assert_eq!(fault.to_string(), told);
    }
    let error = EncodeError::new("7", "is odd");
    assert_eq!(
        (error.attribute(), error.to_string()),
        (String::new(), "7: is odd".into())
    );
    let inside = error.inside("mtu");
    assert_eq!(
        (inside.attribute(), inside.to_string()),
        ("mtu".into(), "mtu 7: is odd".into())
    );
    let lookup = EncodeError::lookup("no such device".into()).inside("master");
    assert_eq!(lookup.to_string(), "master no such device");
    assert_eq!(lookup.attribute(), "master");
}

#[test]
fn descriptors_are_written_by_number() {
    use std::os::fd::{AsFd, AsRawFd};
    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let by_fd = FdRef::from(&one);
    let number = one.as_raw_fd().to_ne_bytes();
    assert_eq!(written(|out| Fd::write(&by_fd, out).unwrap()), number);
    assert_eq!(
        written(|out| Fd::put(9, &by_fd, out).unwrap()),
        attribute(9, &number)
    );
    assert!(by_fd == FdRef::from(one.as_fd()) && by_fd == FdRef::from(Some(one.as_fd())));
    assert!(by_fd != FdRef::from(&other) && by_fd != FdRef::from(None));
    let none = Fd::unset(std::marker::PhantomData);
    assert_eq!(none, FdRef::from(None));
    assert!(Fd::again(&number).is_none());
    assert_eq!(written(|out| Fd::write(&none, out).unwrap()), [0xff; 4]);
    assert_eq!(
        (Fd::read(&number), Fd::read(&[1])),
        (Ok(one.as_raw_fd()), Err(Fault::Length { has: 1 }))
    );
    let again = written(|out| assert!(Fd::rewrite(&number, out) && !Fd::rewrite(&[1], out)));
    assert_eq!(again, number);
}

#[test]
fn addresses_of_links_are_read_and_told() {
    for text in ["02:42:00:00:00:09", "00", "c0:00:02:01"] {
        assert_eq!(text.parse::<LinkAddress>().unwrap().to_string(), text);
    }
    let most = [7; 32];
    assert_eq!(LinkAddress::new(&most).unwrap().as_bytes(), most);
    assert!(LinkAddress::new(&[7; 33]).is_none());
    for text in ["02:", ":02", "02 42", "0x02", "+2:42", "02:0042", "0g"] {
        let why = text.parse::<LinkAddress>().unwrap_err().to_string();
        assert_eq!(
            why, "isn't bytes in hexadecimal with colons between",
            "{text}"
        );
    }
    let longest = ["7"; 32].join(":");
    assert_eq!(longest.parse().ok(), LinkAddress::new(&most));
    let why = format!("{longest}:7").parse::<LinkAddress>().unwrap_err();
    assert_eq!(why.to_string(), "is longer than 32 bytes");
    let mac = LinkAddress::from([2, 0, 0, 0, 0, 9]);
    assert_eq!(
        (mac.as_bytes(), format!("{mac:?}")),
        (&[2, 0, 0, 0, 0, 9][..], mac.to_string())
    );
}
