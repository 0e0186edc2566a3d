//! That all contenders write and read the same.
use super::*;

/// Attributes as (path, value), sorted: the order of attributes means nothing, nor do
/// NULs behind a name, the nested flag or padding.
fn flat(bytes: &[u8], path: &str, nests: &[(u16, usize)], out: &mut Vec<(String, Vec<u8>)>) {
    for (kind, value) in bare::Attributes::new(bytes) {
        let path = format!("{path}/{kind}");
        match nests {
            [(nest, skip), rest @ ..] if *nest == kind => {
                out.push((format!("{path}#"), value[..*skip].to_vec()));
                flat(&value[*skip..], &path, rest, out);
            }
            _ => {
                let mut value = value.to_vec();
                while value.len() > 4 && value.last() == Some(&0) {
                    value.pop();
                }
                out.push((path, value));
            }
        }
    }
    out.sort();
}

fn same_bytes<T>(
    input: &T,
    run: impl Fn(&Contender) -> Option<fn(&T, &mut Vec<u8>)>,
    fixed: usize,
    nests: &[(u16, usize)],
    fix: impl Fn(&str, &mut Vec<(String, Vec<u8>)>),
) {
    let mut expected = None;
    for contender in CONTENDERS {
        let Some(encode) = run(contender) else {
            continue;
        };
        let mut out = Vec::new();
        for _ in 0..2 {
            encode(input, &mut out);
        }
        assert_eq!(
            bare::u32_at(&out, 0),
            Some(out.len() as u32),
            "{}",
            contender.name
        );
        let mut attributes = vec![("head".to_owned(), out[4..fixed].to_vec())];
        flat(&out[fixed..], "", nests, &mut attributes);
        fix(contender.name, &mut attributes);
        match &expected {
            None => expected = Some(attributes),
            Some(expected) => assert_eq!(&attributes, expected, "{}", contender.name),
        }
    }
}

#[test]
fn all_encode_the_same_veth() {
    let nests = [(libc::IFLA_LINKINFO, 0), (libc::IFLA_INFO_DATA, 0), (1, 16)];
    same_bytes(
        &veth(),
        |c| c.encode_veth,
        32,
        &nests,
        |name, attributes| {
            for (_, head) in attributes.iter_mut().filter(|(path, _)| path == "head") {
                // Who adds a link may ask for its index in the answer.
                let echo = (libc::NLM_F_ECHO as u16).to_ne_bytes();
                head[2] &= !echo[0];
                head[3] &= !echo[1];
            }
            // By process id, see there.
            for (path, _) in attributes.iter_mut().filter(|_| name == "nlink") {
                *path = path.replace("/18/2/1/19", "/18/2/1/28");
            }
            attributes.sort();
        },
    );
}

#[test]
fn all_encode_the_same_address() {
    same_bytes(&ADDRESS, |c| c.encode_address, 24, &[], |_, _| {});
}

#[test]
fn all_encode_the_same_route() {
    same_bytes(&ROUTE, |c| c.encode_route, 28, &[], |_, _| {});
}

#[test]
fn all_decode_the_same_link() {
    let mut expected = Default::default();
    assert!(bare::link(LINK_BYTES, &mut expected));
    assert_eq!(
        (expected.name, expected.kind),
        (&b"veth0"[..], &b"veth"[..])
    );
    assert!(expected.mtu == 1500 && expected.operstate == 6 && expected.master != 0);
    for contender in CONTENDERS {
        let Some(decode) = contender.decode_link else {
            continue;
        };
        decode(LINK_BYTES, &mut |fields| {
            assert_eq!(*fields, expected, "{}", contender.name)
        });
    }
}

#[test]
fn all_visit_the_same_attributes() {
    let all = BARE.visit_link.map(|visit| visit(LINK_BYTES));
    assert!(all > Some(80), "{all:?}");
    for contender in CONTENDERS {
        let Some(visit) = contender.visit_link else {
            continue;
        };
        assert_eq!(Some(visit(LINK_BYTES)), all, "{}", contender.name);
    }
}

#[test]
fn dumps_have_as_many_messages_as_they_say() {
    for (dump, operation) in [(links(), "dump-links"), (routes(), "dump-routes")] {
        for contender in ["bare", "nlroute"] {
            let mut count = 0;
            walk(contender, &dump, |_| count += 1);
            assert_eq!(count, messages(operation), "{contender}");
        }
    }
    let mut last = RouteFields::default();
    bare_walk(&routes(), |message| {
        assert!(bare::read_route(message, &mut last));
    });
    assert_eq!(u32::from_be_bytes(last.dst), 0x0a00_0000 + (99_999 << 8));
}

#[test]
fn all_decode_the_same_address() {
    let mut expected = Default::default();
    assert!(bare::read_address(ADDRESS_BYTES, &mut expected));
    assert_eq!(
        (expected.local, expected.label),
        ([192, 168, 56, 1], &b"br0"[..])
    );
    for contender in CONTENDERS {
        let Some(decode) = contender.decode_address else {
            continue;
        };
        decode(ADDRESS_BYTES, &mut |fields| {
            assert_eq!(*fields, expected, "{}", contender.name);
        });
    }
}

#[test]
fn all_decode_the_same_route() {
    let mut expected = Default::default();
    assert!(bare::read_route(ROUTE_BYTES, &mut expected));
    assert_eq!((expected.dst, expected.metric), ([10, 20, 0, 0], 100));
    for contender in CONTENDERS {
        let Some(decode) = contender.decode_route else {
            continue;
        };
        decode(ROUTE_BYTES, &mut |fields| {
            assert_eq!(*fields, expected, "{}", contender.name)
        });
    }
}
