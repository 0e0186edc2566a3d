//! The table of contenders for the codec benches: the same messages, written and read by
//! bare bytes and by each library the best way it allows.
//!
//! Encoding goes from plain values to the finished message in `out` (a reused buffer where
//! the library can use one), the building of the library's own request included. Decoding
//! goes from the whole message to the fields, handed to `see`.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

mod by_bindings;
mod by_bytes;
mod by_neli;
mod by_nlink;
mod by_nlroute;
mod by_packet_route;

use crate::bare::{self, AddressFields, LinkFields, Name, RouteFields};

use by_bindings::NETLINK_BINDINGS;
use by_bytes::BARE;
use by_neli::NELI;
use by_nlink::NLINK;
use by_nlroute::NLROUTE;
pub use by_nlroute::see_link;
use by_packet_route::PACKET_ROUTE;

/// A veth pair to encode: up, in a bridge, its peer born in a namespace.
#[derive(Clone, Copy)]
pub struct Veth {
    pub name: &'static str,
    pub peer: &'static str,
    /// The same names as fields of 16 bytes, for who keeps them so.
    pub fixed: (Name, Name),
    pub master: u32,
    pub netns_fd: i32,
}

/// An address to encode.
#[derive(Clone, Copy)]
pub struct Address {
    pub index: u32,
    pub ip: Ipv4Addr,
    pub prefix: u8,
}

/// A default route to encode.
#[derive(Clone, Copy)]
pub struct Route {
    pub gateway: Ipv4Addr,
    pub oif: u32,
    pub metric: u32,
}

pub fn veth() -> Veth {
    let fixed = (bare::numbered(b"veth", 0), bare::numbered(b"ceth", 0));
    let (Some(name), Some(peer)) = fixed else {
        unreachable!("short names")
    };
    Veth {
        name: "veth0",
        peer: "ceth0",
        fixed: (name, peer),
        master: 5,
        netns_fd: 7,
    }
}

pub const ADDRESS: Address = Address {
    index: 2,
    ip: Ipv4Addr::new(192, 168, 56, 10),
    prefix: 16,
};
pub const ROUTE: Route = Route {
    gateway: Ipv4Addr::new(192, 168, 56, 1),
    oif: 2,
    metric: 100,
};

/// As in a receive buffer: a library may read a structure in place.
#[repr(align(16))]
struct Aligned<const N: usize>([u8; N]);

/// What this kernel says of a veth that is up and in a bridge; see the `capture` program.
pub static LINK_BYTES: &[u8] = &Aligned(*include_bytes!("../data/link.bin")).0;
pub static ADDRESS_BYTES: &[u8] = &Aligned(*include_bytes!("../data/address.bin")).0;
pub static ROUTE_BYTES: &[u8] = &Aligned(*include_bytes!("../data/route.bin")).0;

pub type SeeLink<'a> = &'a mut dyn FnMut(&LinkFields<'_>);
pub type SeeAddress<'a> = &'a mut dyn FnMut(&AddressFields<'_>);
pub type SeeRoute<'a> = &'a mut dyn FnMut(&RouteFields);

/// One library. An operation that it has not is `None`.
#[derive(Clone, Copy)]
pub struct Contender {
    pub name: &'static str,
    pub encode_veth: Option<fn(&Veth, &mut Vec<u8>)>,
    pub encode_address: Option<fn(&Address, &mut Vec<u8>)>,
    pub encode_route: Option<fn(&Route, &mut Vec<u8>)>,
    /// Makes all of a link's message that it needs to answer for any attribute, and asks nothing.
    pub index_link: Option<fn(&[u8]) -> u32>,
    /// Comes by every attribute of a link's message, nests included, and counts them.
    pub visit_link: Option<fn(&[u8]) -> usize>,
    pub decode_link: Option<fn(&[u8], SeeLink)>,
    pub decode_address: Option<fn(&[u8], SeeAddress)>,
    pub decode_route: Option<fn(&[u8], SeeRoute)>,
}

/// Every contender, the floor first.
pub const CONTENDERS: &[Contender] = &[BARE, NLROUTE, NETLINK_BINDINGS, NLINK, NELI, PACKET_ROUTE];

/// The operations by the names that the programs take.
pub const OPERATIONS: &[(&str, &str)] = &[
    (
        "encode-veth",
        "encode RTM_NEWLINK, veth pair with a peer in a namespace, master, up",
    ),
    (
        "encode-address",
        "encode RTM_NEWADDR, 192.168.56.10/16 on an index",
    ),
    (
        "encode-route",
        "encode RTM_NEWROUTE, default via a gateway, link, metric",
    ),
    (
        "index-link",
        "the same RTM_NEWLINK of a real veth made ready to be asked, and not asked",
    ),
    (
        "decode-link",
        "decode RTM_NEWLINK of a real veth: name, MTU, state, MAC, kind, master",
    ),
    (
        "visit-link",
        "the same message, every attribute of every nest visited",
    ),
    (
        "decode-address",
        "decode RTM_NEWADDR: index, prefix, address, label",
    ),
    (
        "decode-route",
        "decode RTM_NEWROUTE: destination, gateway, link, metric",
    ),
    (
        "dump-links",
        "a dump of 1,000 links, each decoded as above, for a link",
    ),
    (
        "dump-routes",
        "a dump of 100,000 routes, each decoded as above, for a route",
    ),
    ("nothing", "the loop alone"),
];

/// How many messages one run of an operation reads or writes.
#[must_use]
pub fn messages(operation: &str) -> u64 {
    match operation {
        "dump-links" => 1_000,
        "dump-routes" => 100_000,
        _ => 1,
    }
}

/// The captured link so often, each with another index.
fn links() -> Vec<u8> {
    let mut all = Vec::with_capacity(LINK_BYTES.len() * 1_000);
    for index in 1..=1_000_u32 {
        let start = all.len();
        all.extend_from_slice(LINK_BYTES);
        all[start + 20..start + 24].copy_from_slice(&index.to_ne_bytes());
    }
    all
}

/// The captured route so often, each with another destination.
fn routes() -> Vec<u8> {
    let destination = bare::Attributes::new(&ROUTE_BYTES[28..])
        .find(|(kind, _)| *kind == libc::RTA_DST)
        .map(|(_, value)| value.as_ptr() as usize - ROUTE_BYTES.as_ptr() as usize)
        .expect("a destination");
    let mut all = Vec::with_capacity(ROUTE_BYTES.len() * 100_000);
    for n in 0..100_000_u32 {
        let start = all.len();
        all.extend_from_slice(ROUTE_BYTES);
        all[start + 17] = 24;
        let place = start + destination;
        all[place..place + 4].copy_from_slice(&(0x0a00_0000 + (n << 8)).to_be_bytes());
    }
    all
}

/// The messages of a dump, by bare bytes: for those who have no walk of their own, or a slower
/// one.
#[inline(always)]
fn bare_walk(dump: &[u8], mut each: impl FnMut(&[u8])) {
    let mut rest = dump;
    while let Some(message) = bare::u32_at(rest, 0).and_then(|len| rest.get(..len as usize)) {
        each(message);
        rest = rest.get((message.len() + 3) & !3..).unwrap_or_default();
    }
}

/// The messages of a dump, by the walk that is the contender's.
#[inline(always)]
fn walk(contender: &str, dump: &[u8], mut each: impl FnMut(&[u8])) {
    if contender == "nlroute" {
        for message in nlroute::wire::Messages::new(dump) {
            each(message.expect("whole").as_bytes());
        }
    } else {
        bare_walk(dump, each);
    }
}

/// An operation made ready to be run again and again.
pub type Ready = Box<dyn FnMut()>;

/// One operation of one contender; `None` when it has none.
///
/// What goes in and what comes out passes through `black_box`, so that neither can be
/// worked out at compile time nor thrown away. Of a message it is the vector's place: its pointer
/// and its length, read at once when one of them was just written, would stall the processor for
/// as long as a message takes.
pub fn ready(contender: &Contender, operation: &str) -> Option<Ready> {
    let mut out = Vec::with_capacity(4096);
    Some(match operation {
        "encode-veth" => {
            let (run, input) = (contender.encode_veth?, veth());
            Box::new(move || {
                run(black_box(&input), &mut out);
                black_box(&mut out);
            })
        }
        "encode-address" => {
            let run = contender.encode_address?;
            Box::new(move || {
                run(black_box(&ADDRESS), &mut out);
                black_box(&mut out);
            })
        }
        "encode-route" => {
            let run = contender.encode_route?;
            Box::new(move || {
                run(black_box(&ROUTE), &mut out);
                black_box(&mut out);
            })
        }
        "nothing" => Box::new(move || {
            black_box(LINK_BYTES);
            black_box(&mut out);
        }),
        "index-link" => {
            let run = contender.index_link?;
            Box::new(move || {
                black_box(run(black_box(LINK_BYTES)));
            })
        }
        "visit-link" => {
            let run = contender.visit_link?;
            Box::new(move || {
                black_box(run(black_box(LINK_BYTES)));
            })
        }
        "dump-links" => {
            let (run, name, dump) = (contender.decode_link?, contender.name, links());
            Box::new(move || {
                walk(name, black_box(&dump), |message| {
                    run(message, &mut |fields| {
                        black_box(fields);
                    });
                });
            })
        }
        "dump-routes" => {
            let (run, name, dump) = (contender.decode_route?, contender.name, routes());
            Box::new(move || {
                walk(name, black_box(&dump), |message| {
                    run(message, &mut |fields| {
                        black_box(fields);
                    });
                });
            })
        }
        "decode-link" => {
            let run = contender.decode_link?;
            Box::new(move || {
                run(black_box(LINK_BYTES), &mut |fields| {
                    black_box(fields);
                })
            })
        }
        "decode-address" => {
            let run = contender.decode_address?;
            Box::new(move || {
                run(black_box(ADDRESS_BYTES), &mut |fields| {
                    black_box(fields);
                })
            })
        }
        "decode-route" => {
            let run = contender.decode_route?;
            Box::new(move || {
                run(black_box(ROUTE_BYTES), &mut |fields| {
                    black_box(fields);
                })
            })
        }
        _ => return None,
    })
}

const REQUEST: u16 = (libc::NLM_F_REQUEST | libc::NLM_F_ACK) as u16;
const CREATE: u16 = REQUEST | (libc::NLM_F_CREATE | libc::NLM_F_EXCL) as u16;
const UP: u32 = libc::IFF_UP as u32;

fn octets(ip: IpAddr) -> [u8; 4] {
    match ip {
        IpAddr::V4(ip) => ip.octets(),
        IpAddr::V6(_) => [0; 4],
    }
}

/// The kinds of attributes that [`inside`] tells apart.
const KINDS: usize = 64;

/// For each table what is in each attribute.
const INSIDE: [[u8; KINDS]; 8] = {
    let mut all = [[0; KINDS]; 8];
    all[1][libc::IFLA_LINKINFO as usize] = 2;
    all[1][libc::IFLA_AF_SPEC as usize] = 3;
    all[1][libc::IFLA_XDP as usize] = 4;
    all[1][libc::IFLA_PROP_LIST as usize] = 4;
    all[2][libc::IFLA_INFO_DATA as usize] = 4;
    all[2][libc::IFLA_INFO_SLAVE_DATA as usize] = 4;
    all[3] = [4; KINDS];
    all
};

/// Which table is in an attribute of a link's message: 0 is none, 1 the message's own. One look,
/// so that it is the walk that is measured.
#[inline(always)]
fn inside(table: u8, kind: u16) -> u8 {
    INSIDE[usize::from(table) % INSIDE.len()]
        .get(usize::from(kind))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
