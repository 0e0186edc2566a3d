//! The greatest and the least that fits, and one more.
use std::{net::IpAddr, time::Duration};

use nlroute::{
    Request, Route, Verb,
    link::{Bridge, BridgeTable, Link, LinkTable, LinkView, Peer, Veth},
    route::{
        EncapType, RouteMetrics, RouteView,
        encap::{Encap, EncapView},
    },
    wire::{
        Attributes, EncodeError, HEADER_LEN, IfName, Messages, Schema, Writer, align, table::Table,
    },
};

const MOST: usize = 65_531;

fn body(request: &impl Request, verb: Verb) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    request.encode(verb, &mut Writer::new(&mut bytes))?;
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    assert_eq!(align(message.as_bytes().len()), bytes.len());
    Ok(bytes.split_off(HEADER_LEN))
}

/// The attribute that an error names, and why it can't be sent.
fn refused(request: &impl Request, verb: Verb) -> (String, String) {
    let error = body(request, verb).unwrap_err();
    (error.attribute(), error.why().to_owned())
}

fn named(path: &str, why: &str) -> (String, String) {
    (path.to_owned(), why.to_owned())
}

fn default_route<'a>() -> Route<'a> {
    Route::default_via(IpAddr::from([192, 0, 2, 1]))
}

#[test]
fn a_name_has_one_byte_to_fifteen() {
    for len in 1..=15 {
        let name = "n".repeat(len);
        let body = body(&Link::new(&name).kind("dummy"), Verb::Add).unwrap();
        let written = Attributes::new(&body[16..]).find(3).unwrap();
        assert_eq!(written, [name.as_bytes(), &[0]].concat());
    }
    let [too_long, alternative, never] = [16, 127, 128].map(|len| "n".repeat(len));
    let long = Link::new(&too_long).kind("dummy");
    let why = "is longer than 15 bytes";
    assert_eq!(refused(&long, Verb::Add), named("name", why));
    let veth = Veth::new("v0").peer(Peer::new(&too_long));
    assert_eq!(
        refused(&veth, Verb::Add),
        named("linkinfo.data.peer.name", why)
    );
    assert_eq!(
        refused(&Link::new("").kind("dummy"), Verb::Add),
        named("name", "is empty")
    );
    // A link that exists may have a longer name beside its own, of up to 127 bytes.
    assert!(body(&Link::named(&alternative).up(), Verb::Change).is_ok());
    assert_eq!(
        refused(&Link::named(&never).up(), Verb::Change),
        named("name", "is longer than 127 bytes")
    );
}

#[test]
fn every_byte_that_the_kernel_takes_is_taken_in_a_name() {
    // `dev_valid_name`: `isspace` of the kernel counts 0xa0 too.
    let white = [9, 10, 11, 12, 13, 32, 0xa0];
    for byte in 0..=255_u8 {
        let bad = byte == 0 || byte == b'/' || byte == b':' || white.contains(&byte);
        assert_eq!(IfName::new([b'n', byte]).is_err(), bad, "{byte:#x}");
        let alone = IfName::new([byte]).is_err();
        assert_eq!(alone, bad || byte == b'.', "{byte:#x} alone");
    }
}

#[test]
fn an_attribute_holds_65531_bytes() {
    const WHY: &str = "an attribute holds at most 65531";
    const OTHER: EncapType = EncapType::Other(77);
    let raw = |bytes| Encap::Raw(OTHER, bytes);
    let bytes = vec![7; MOST + 1];
    let whole = body(&default_route().encap(raw(&bytes[..MOST])), Verb::Add).unwrap();
    let view = RouteView::parse(&whole).unwrap();
    assert_eq!(view.encap(), Some(EncapView::Raw(OTHER, &bytes[..MOST])));
    assert_eq!(view.gateway(), Some([192, 0, 2, 1].into()));
    assert_eq!(
        refused(&default_route().encap(raw(&bytes)), Verb::Add),
        named("encap", WHY)
    );

    // Text has a NUL behind it.
    let text = "t".repeat(MOST);
    let whole = body(&Link::named(1).alias(&text[1..]), Verb::Change).unwrap();
    let alias = LinkView::parse(&whole)
        .unwrap()
        .alias()
        .unwrap()
        .to_string();
    assert_eq!(alias, text[1..]);
    let long = Link::named(1).alias(&text);
    assert_eq!(refused(&long, Verb::Change), named("alias", WHY));

    // In a nest there is the attribute's own header too, and it is the nest that is too long.
    let nested = |len| default_route().metrics(RouteMetrics::new().cc_algo(&text[..len]));
    let whole = body(&nested(MOST - 8), Verb::Add).unwrap();
    let metrics = RouteView::parse(&whole).unwrap();
    let metrics = metrics.metrics().unwrap();
    assert_eq!(metrics.cc_algo().unwrap(), text[..MOST - 8]);
    assert_eq!(refused(&nested(MOST - 4), Verb::Add), named("metrics", WHY));
    assert_eq!(
        refused(&nested(MOST), Verb::Add),
        named("metrics.cc_algo", WHY)
    );
}

#[test]
fn the_greatest_numbers_are_kept() {
    let link = Link::named(u32::MAX)
        .mtu(u32::MAX)
        .group(0)
        .master(u32::MAX)
        .address([0xff; 6]);
    let bytes = body(&link, Verb::Change).unwrap();
    let view = LinkView::parse(&bytes).unwrap();
    assert_eq!(view.index(), u32::MAX);
    assert_eq!(view.mtu(), Some(u32::MAX));
    assert_eq!(view.group(), Some(0));
    assert_eq!(view.master(), Some(u32::MAX));
    assert_eq!(view.address(), Some([0xff; 6].into()));
}

#[test]
fn a_time_that_does_not_fit_is_refused_by_name() {
    // Hundredths of a second in 32 bits.
    let most = Duration::from_millis(u64::from(u32::MAX) * 10);
    let bytes = body(&Bridge::new("br0").forward_delay(most), Verb::Add).unwrap();
    let view = LinkView::parse(&bytes).unwrap();
    let told = view.bridge().unwrap().forward_delay();
    assert_eq!(told, Some(most));
    // What the unit can't say is cut off.
    let finer = most + Duration::from_nanos(9_999_999);
    let bytes = body(&Bridge::new("br0").forward_delay(finer), Verb::Add).unwrap();
    let view = LinkView::parse(&bytes).unwrap();
    assert_eq!(view.bridge().unwrap().forward_delay(), Some(most));
    for long in [most + Duration::from_millis(10), Duration::MAX] {
        assert_eq!(
            refused(&Bridge::new("br0").forward_delay(long), Verb::Add),
            named(
                "linkinfo.data.forward_delay",
                "longer than the attribute can say"
            )
        );
    }
    // In 64 bits: only seconds by the hundred overflow.
    let bridge = Bridge::new("br0").mcast_query_intvl(Duration::MAX);
    let (path, _) = refused(&bridge, Verb::Add);
    assert_eq!(path, "linkinfo.data.mcast_query_intvl");
}

#[test]
fn a_message_of_any_length_is_read_or_refused() {
    // Around the lengths where an attribute's own ends and where the index does.
    let lengths = (65_520..65_560).chain(262_120..262_150);
    for len in lengths {
        let mut body = vec![0; 16];
        let mut out = Writer::new(&mut body);
        out.attribute(4, &1500_u32.to_ne_bytes()).unwrap();
        let last = out.len();
        while out.len() + 8 < len {
            let left = (len - out.len() - 8).min(60_000);
            out.attribute(1000, &vec![0; left & !3]).unwrap();
        }
        out.truncate(len);
        body.resize(len, 0);
        match LinkView::parse(&body) {
            Ok(view) => {
                assert!(len <= 262_140, "{len}");
                assert_eq!(view.mtu(), Some(1500), "{len}");
                assert_eq!(view.attributes().find(4), Some(&body[20..24]));
            }
            Err(error) => assert!(len > 262_140, "{len}: {error}"),
        }
        // A length of nothing ends the walk, wherever it stands.
        for says in 0..4_u16 {
            body[last..last + 2].copy_from_slice(&says.to_ne_bytes());
            if let Ok(view) = LinkView::parse(&body) {
                assert_eq!(view.mtu(), Some(1500), "{len}, {says}");
                assert_eq!(view.attributes().flatten().count(), 1);
                assert_eq!(view.malformed().len(), 1);
            }
            // The same of a table without a header.
            let bridge = <BridgeTable as Table>::view(&body[16..]).unwrap_or_else(|_| {
                assert!(len > 262_140);
                <BridgeTable as Table>::view(&[]).unwrap()
            });
            assert_eq!(
                bridge.ageing_time().is_some(),
                !bridge.as_bytes().is_empty()
            );
        }
    }
}

#[test]
fn every_settable_number_has_its_bit() {
    // More than 64 of them: the second word too.
    let schema: &Schema = LinkTable::SCHEMA;
    let most = schema.lines().map(|line| line.kind).max().unwrap();
    assert!(most > 64);
    let mut body = vec![0; 16];
    Writer::new(&mut body)
        .attribute(64, &7_u32.to_ne_bytes())
        .unwrap();
    let mut bytes = Vec::new();
    LinkTable::encode(&LinkTable::again(&body), &mut Writer::new(&mut bytes)).unwrap();
    assert_eq!(bytes, body[16..]);
}
