//! What is counted: the same for every shape, and the crate's own requests beside it.

use std::{hint::black_box, os::fd::AsFd, os::fd::BorrowedFd};

use nlroute::{
    Address, Prefix, Request, Verb,
    link::{Bridge, LinkView, Peer, StpState, Veth},
    wire::{Attributes, EncodeError, Messages, Writer},
};

/// As in a receive buffer.
#[repr(align(16))]
struct Aligned<const N: usize>([u8; N]);

/// What a kernel says of a veth that is up and in a bridge.
pub static LINK: &[u8] = &Aligned(*include_bytes!("../../data/link.bin")).0;

/// The plain values of the requests.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub name: &'a str,
    pub peer: &'a str,
    pub master: u32,
    pub netns: BorrowedFd<'a>,
    pub ip: [u8; 4],
    pub prefix: u8,
    pub times: [std::time::Duration; 2],
}

/// An operation, run so many times.
pub type Run = fn(&Input<'_>, u32);

/// A shape: its operations by name, sizes in bytes by name.
pub struct Shape {
    pub name: &'static str,
    pub operations: &'static [(&'static str, Run)],
    pub sizes: &'static [(&'static str, usize)],
    /// The three messages: a veth, a bridge, an address.
    pub messages: fn(&Input<'_>) -> [Vec<u8>; 3],
}

/// The operations by name, in words.
pub const OPERATIONS: &[(&str, &str)] = &[
    (
        "make-veth",
        "make and encode RTM_NEWLINK: veth, peer in a namespace, master, up",
    ),
    ("encode-veth", "encode the same, made before"),
    (
        "make-bridge",
        "make and encode RTM_NEWLINK: bridge with 5 settings, up",
    ),
    ("encode-bridge", "encode the same, made before"),
    ("make-address", "make and encode RTM_NEWADDR: IPv4 address"),
    ("encode-address", "encode the same, made before"),
    (
        "decode-6",
        "decode a real veth: name, MTU, state, MAC, kind, master",
    ),
    ("decode-20", "decode a real veth: these and 14 more"),
    ("visit", "visit all attributes of it, those in nests too"),
];

/// The crate's own requests and views, whole: what a caller pays.
pub const CRATE: Shape = Shape {
    name: "crate",
    messages: |input| {
        let encode = |request: &dyn Fn(&mut Writer<'_>) -> Result<(), EncodeError>| {
            let mut bytes = Vec::new();
            request(&mut Writer::new(&mut bytes)).expect("fits");
            bytes
        };
        [
            encode(&|out| veth(input).encode(Verb::Add, out)),
            encode(&|out| bridge(input).encode(Verb::Add, out)),
            encode(&|out| address(input).encode(Verb::Add, out)),
        ]
    },
    operations: &[
        ("make-veth", |input, times| {
            repeat(input, times, |input, out| {
                veth(input).encode(Verb::Add, out).expect("fits")
            });
        }),
        ("encode-veth", |input, times| {
            let request = veth(input);
            repeat(&request, times, |request, out| {
                request.encode(Verb::Add, out).expect("fits")
            });
        }),
        ("make-bridge", |input, times| {
            repeat(input, times, |input, out| {
                bridge(input).encode(Verb::Add, out).expect("fits")
            });
        }),
        ("encode-bridge", |input, times| {
            let request = bridge(input);
            repeat(&request, times, |request, out| {
                request.encode(Verb::Add, out).expect("fits")
            });
        }),
        ("make-address", |input, times| {
            repeat(input, times, |input, out| {
                address(input).encode(Verb::Add, out).expect("fits");
            });
        }),
        ("encode-address", |input, times| {
            let request = address(input);
            repeat(&request, times, |request, out| {
                request.encode(Verb::Add, out).expect("fits");
            });
        }),
        ("decode-6", |_, times| {
            decode(times, |body| {
                let link = LinkView::parse(body).expect("a link");
                black_box(link.name());
                black_box((link.mtu(), link.operstate(), link.address()));
                black_box((link.kind(), link.master()));
            });
        }),
        ("visit", |_, times| {
            decode(times, |body| {
                black_box(visit(Attributes::new(&body[16..])));
            });
        }),
    ],
    sizes: &[
        ("link request", size_of::<Veth<'_>>()),
        ("bridge request", size_of::<Bridge<'_>>()),
        ("peer", size_of::<Peer<'_>>()),
        ("address request", size_of::<Address<'_>>()),
        ("link view", size_of::<LinkView<'_>>()),
    ],
};

/// Every attribute, those in nests too: how many, and the sum of their first bytes.
fn visit(attributes: Attributes<'_>) -> (u32, u32) {
    let (mut count, mut sum) = (0, 0);
    for attribute in attributes.flatten() {
        count += 1;
        let nest = matches!(attribute.kind(), 18 | 26 | 43) && attribute.payload().len() > 4;
        if nest || attribute.is_nested() {
            let (inner, first) = visit(attribute.nested());
            count += inner;
            sum += first;
        } else {
            sum += attribute.payload().first().map_or(0, |&b| u32::from(b));
        }
    }
    (count, sum)
}

fn veth<'a>(input: &Input<'a>) -> Veth<'a> {
    Veth::new(input.name)
        .master(input.master)
        .up()
        .peer(Peer::new(input.peer).netns(nlroute::wire::NetnsRef::Fd(input.netns)))
}

fn address<'a>(input: &Input<'a>) -> Address<'a> {
    let prefix = Prefix::new(input.ip.into(), input.prefix).expect("a prefix");
    Address::new(input.master, prefix)
}

fn bridge<'a>(input: &Input<'a>) -> Bridge<'a> {
    Bridge::new(input.name)
        .stp_state(StpState::Kernel)
        .forward_delay(input.times[0])
        .ageing_time(input.times[1])
        .vlan_filtering(true)
        .priority(4096)
        .up()
}

/// Encodes again and again into one buffer, as a connection does.
#[inline(always)]
pub fn repeat<T>(input: &T, times: u32, encode: impl Fn(&T, &mut Writer<'_>)) {
    let mut bytes = Vec::with_capacity(4096);
    for _ in 0..times {
        bytes.clear();
        encode(black_box(input), &mut Writer::new(&mut bytes));
        black_box(bytes.as_slice());
    }
}

/// Walks the datagram and gives the body of its message, again and again.
#[inline(always)]
pub fn decode(times: u32, read: impl Fn(&'static [u8])) {
    for _ in 0..times {
        for message in Messages::new(black_box(LINK)) {
            read(message.expect("whole").body());
        }
    }
}

/// All shapes that were compiled in, the crate last.
pub const SHAPES: &[Shape] = &[
    #[cfg(feature = "scan_walk")]
    crate::scan_walk::SHAPE,
    #[cfg(feature = "scan_index")]
    crate::scan_index::SHAPE,
    #[cfg(feature = "set_index")]
    crate::set_index::SHAPE,
    CRATE,
];

/// Runs `operation` of `shape` so many times; says whether there is one.
pub fn run(shape: &str, operation: &str, times: u32) -> bool {
    let found = SHAPES.iter().find(|it| it.name == shape);
    let found = found.and_then(|it| it.operations.iter().find(|(name, _)| *name == operation));
    let Some((_, run)) = found else {
        return false;
    };
    let stdin = std::io::stdin();
    let input = input(stdin.as_fd());
    run(black_box(&input), black_box(times));
    true
}

fn input(netns: BorrowedFd<'_>) -> Input<'_> {
    Input {
        name: "veth0",
        peer: "ceth0",
        master: 5,
        netns,
        ip: [192, 168, 56, 10],
        prefix: 16,
        times: [4, 300].map(std::time::Duration::from_secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The attributes of a body, in order of their numbers: the order of lines means nothing.
    fn sorted(body: &[u8]) -> Vec<(u16, Vec<u8>)> {
        let attributes = Attributes::new(body).map(|attribute| attribute.expect("whole"));
        let mut all: Vec<_> = attributes
            .map(|a| (a.kind(), a.payload().to_vec()))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn all_shapes_write_the_same() {
        let stdin = std::io::stdin();
        let input = input(stdin.as_fd());
        let expected = (CRATE.messages)(&input);
        for shape in SHAPES {
            let messages = (shape.messages)(&input);
            for (n, header) in [(0, 32), (1, 32), (2, 24)] {
                let (is, should) = (&messages[n], &expected[n]);
                assert_eq!(is[16..header], should[16..header], "{} {n}", shape.name);
                assert_eq!(
                    sorted(&is[header..]),
                    sorted(&should[header..]),
                    "{} {n}",
                    shape.name
                );
            }
        }
    }
}
