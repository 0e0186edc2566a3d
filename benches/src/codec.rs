//! The table of contenders for the codec benches: the same messages, written and read by
//! bare bytes and by each library the best way it allows.
//!
//! Encoding goes from plain values to the finished message in `out` (a reused buffer where
//! the library can use one), the building of the library's own request included. Decoding
//! goes from the whole message to the fields, handed to `see`.

use std::ffi::CStr;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use crate::bare::{self, AddressFields, LinkFields, Name, RouteFields};

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

// Bare bytes.

/// `out` at length `N`, as an array. The buffer has the room after the first time.
#[inline(always)]
fn room<const N: usize>(out: &mut Vec<u8>) -> &mut [u8; N] {
    if out.len() != N {
        out.resize(N, 0);
    }
    out.first_chunk_mut().expect("resized")
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

fn visit_bare(bytes: &[u8], table: u8) -> usize {
    let mut count = 0;
    for (kind, value) in bare::Attributes::new(bytes) {
        black_box(value);
        count += 1;
        let inner = inside(table, kind);
        if inner != 0 {
            count += visit_bare(value, inner);
        }
    }
    count
}

/// Reads what bare bytes read of a link, by nlroute, and shows it to `see`.
#[inline(always)]
pub fn see_link(link: &nlroute::link::LinkView<'_>, see: impl FnOnce(&LinkFields<'_>)) {
    let (name, mac, kind) = (link.name(), link.address(), link.kind());
    see(&LinkFields {
        index: link.index(),
        name: name.as_bytes(),
        mtu: link.mtu().unwrap_or_default(),
        operstate: link.operstate().map_or(0, u8::from),
        mac: mac
            .and_then(|mac| mac.as_bytes().try_into().ok())
            .unwrap_or_default(),
        kind: kind.map_or(&b""[..], |kind| kind.as_bytes()),
        master: link.master().unwrap_or_default(),
    });
}

fn visit_nlroute(attributes: nlroute::wire::Attributes<'_>, table: u8) -> usize {
    let mut count = 0;
    for attribute in attributes {
        let attribute = attribute.expect("whole");
        black_box(attribute.payload());
        count += 1;
        let inner = inside(table, attribute.kind());
        if inner != 0 {
            count += visit_nlroute(attribute.nested(), inner);
        }
    }
    count
}

const BARE: Contender = Contender {
    name: "bare",
    encode_veth: Some(|veth, out| {
        let veth = bare::Veth {
            name: veth.fixed.0,
            master: veth.master,
            peer_name: veth.fixed.1,
            peer_index: 0,
            netns_fd: veth.netns_fd,
        };
        bare::veth(room(out), 1, &veth);
    }),
    encode_address: Some(|a, out| bare::address(room(out), 1, a.index, a.ip.octets(), a.prefix)),
    encode_route: Some(|r, out| {
        bare::default_route(room(out), 1, r.gateway.octets(), r.oif, r.metric)
    }),
    index_link: Some(|bytes| {
        let attributes = bare::Attributes::new(bytes.get(32..).unwrap_or_default());
        attributes.map(|(kind, _)| u32::from(kind)).sum()
    }),
    visit_link: Some(|bytes| visit_bare(bytes.get(32..).unwrap_or_default(), 1)),
    decode_link: Some(|bytes, see| {
        let mut fields = LinkFields::default();
        assert!(bare::link(bytes, &mut fields));
        see(&fields);
    }),
    decode_address: Some(|bytes, see| {
        let mut fields = AddressFields::default();
        assert!(bare::read_address(bytes, &mut fields));
        see(&fields);
    }),
    decode_route: Some(|bytes, see| {
        let mut fields = RouteFields::default();
        assert!(bare::read_route(bytes, &mut fields));
        see(&fields);
    }),
};

// netlink-bindings. Its requests leave the message header to the socket, which sends it
// beside the payload; here it is written before it. It has no veth data, so that nest is
// written with its own helpers.

fn header(out: &mut Vec<u8>, kind: u16, flags: u16) {
    out.clear();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&kind.to_ne_bytes());
    out.extend_from_slice(&flags.to_ne_bytes());
    out.extend_from_slice(&1u32.to_ne_bytes());
    out.extend_from_slice(&[0; 4]);
}

fn finish(out: &mut [u8]) {
    let len = (out.len() as u32).to_ne_bytes();
    out[..4].copy_from_slice(&len);
}

/// What the connection sets in each message.
fn stamp(out: &mut [u8]) {
    out[6] |= REQUEST as u8;
    out[8..12].copy_from_slice(&1u32.to_ne_bytes());
}

const NLROUTE: Contender = Contender {
    name: "nlroute",
    encode_veth: Some(|veth, out| {
        use nlroute::link::{Peer, Veth};
        use nlroute::wire::{NetnsRef, Writer};
        use nlroute::{Request, Verb};
        out.clear();
        // SAFETY: nothing is done with the descriptor but to write its number down.
        let netns = unsafe { std::os::fd::BorrowedFd::borrow_raw(veth.netns_fd) };
        Veth::new(veth.name)
            .master(veth.master)
            .up()
            .peer(Peer::new(veth.peer).netns(NetnsRef::Fd(netns)))
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    encode_address: Some(|a, out| {
        use nlroute::wire::Writer;
        use nlroute::{Address, Prefix, Request, Verb};
        out.clear();
        let prefix = Prefix::new(a.ip.into(), a.prefix).expect("a short prefix");
        Address::new(a.index, prefix)
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    encode_route: Some(|r, out| {
        use nlroute::wire::Writer;
        use nlroute::{Request, Route, Verb};
        out.clear();
        Route::default_via(r.gateway.into())
            .oif(r.oif)
            .metric(r.metric)
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    index_link: Some(|bytes| {
        let link = nlroute::link::LinkView::parse(&bytes[16..]).expect("a link");
        black_box(&link).index()
    }),
    visit_link: Some(|bytes| {
        visit_nlroute(
            nlroute::wire::Attributes::new(bytes.get(32..).unwrap_or_default()),
            1,
        )
    }),
    decode_link: Some(|bytes, see| {
        let link = nlroute::link::LinkView::parse(&bytes[16..]).expect("a link");
        see_link(&link, see);
    }),
    decode_address: Some(|bytes, see| {
        let address = nlroute::address::AddressView::parse(&bytes[16..]).expect("an address");
        let (prefix, label) = (address.prefix(), address.label());
        see(&AddressFields {
            index: address.index(),
            prefix: prefix.map_or(0, |prefix| prefix.len()),
            local: prefix.map_or([0; 4], |prefix| octets(prefix.address())),
            label: label.map_or(&b""[..], |label| label.as_bytes()),
        });
    }),
    decode_route: Some(|bytes, see| {
        let route = nlroute::route::RouteView::parse(&bytes[16..]).expect("a route");
        let to = route.destination();
        see(&RouteFields {
            prefix: to.map_or(0, |to| to.len()),
            dst: to.map_or([0; 4], |to| octets(to.address())),
            gateway: route.gateway().map_or([0; 4], octets),
            oif: route.oif().unwrap_or_default(),
            metric: route.metric().unwrap_or_default(),
        });
    }),
};

const NETLINK_BINDINGS: Contender = Contender {
    name: "netlink-bindings",
    encode_veth: Some(|veth, out| {
        use netlink_bindings::rt_link::{Ifinfomsg, OpNewlinkDo, PushLinkAttrs};
        use netlink_bindings::traits::Pusher as _;
        use netlink_bindings::utils::{finalize_nested_header, push_nested_header};
        header(out, libc::RTM_NEWLINK, CREATE);
        let up = Ifinfomsg {
            ifi_flags: UP,
            ifi_change: UP,
            ..Default::default()
        };
        let mut info = OpNewlinkDo::encode_request(out, &up)
            .push_ifname_bytes(veth.name.as_bytes())
            .push_master(veth.master)
            .nested_linkinfo()
            .push_kind(c"veth");
        let bytes = info.as_vec_mut();
        let data = push_nested_header(bytes, libc::IFLA_INFO_DATA);
        let peer = push_nested_header(bytes, 1);
        bytes.extend_from_slice(Ifinfomsg::default().as_slice());
        PushLinkAttrs::new(&mut *bytes)
            .push_ifname_bytes(veth.peer.as_bytes())
            .push_net_ns_fd(veth.netns_fd as u32)
            .end_nested();
        finalize_nested_header(bytes, peer);
        finalize_nested_header(bytes, data);
        info.end_nested().end_nested();
        finish(out);
    }),
    encode_address: Some(|a, out| {
        use netlink_bindings::rt_addr::{Ifaddrmsg, OpNewaddrDo};
        header(out, libc::RTM_NEWADDR, CREATE);
        let fixed = Ifaddrmsg {
            ifa_family: libc::AF_INET as u8,
            ifa_prefixlen: a.prefix,
            ifa_index: a.index,
            ..Default::default()
        };
        OpNewaddrDo::encode_request(out, &fixed)
            .push_local(a.ip.into())
            .push_address(a.ip.into())
            .end_nested();
        finish(out);
    }),
    encode_route: Some(|r, out| {
        use netlink_bindings::rt_route::{OpNewrouteDo, Rtmsg};
        header(out, libc::RTM_NEWROUTE, CREATE);
        let fixed = Rtmsg {
            rtm_family: libc::AF_INET as u8,
            rtm_table: libc::RT_TABLE_MAIN,
            rtm_protocol: libc::RTPROT_BOOT,
            rtm_scope: libc::RT_SCOPE_UNIVERSE,
            rtm_type: libc::RTN_UNICAST,
            ..Default::default()
        };
        OpNewrouteDo::encode_request(out, &fixed)
            .push_gateway(r.gateway.into())
            .push_oif(r.oif)
            .push_priority(r.metric)
            .end_nested();
        finish(out);
    }),
    index_link: Some(|bytes| {
        use netlink_bindings::rt_link::OpNewlinkDo;
        let (header, attributes) = OpNewlinkDo::decode_request(&bytes[16..]);
        for attribute in attributes {
            black_box(&attribute.expect("well-formed"));
        }
        header.ifi_index as u32
    }),
    visit_link: Some(|bytes| {
        use netlink_bindings::rt_link::{
            AfSpecAttrs, LinkAttrs, LinkinfoAttrs, LinkinfoMemberDataMsg, OpNewlinkDo,
        };
        /// All of a nest in which there are no more.
        macro_rules! all {
            ($nest:expr) => {
                $nest
                    .map(|it| black_box(&it).is_ok() as usize)
                    .sum::<usize>()
            };
        }
        let (_, attributes) = OpNewlinkDo::decode_request(&bytes[16..]);
        let mut count = 0;
        for attribute in attributes {
            let attribute = attribute.expect("well-formed");
            black_box(&attribute);
            count += 1;
            match attribute {
                LinkAttrs::Linkinfo(infos) => {
                    for info in infos {
                        let info = info.expect("well-formed");
                        black_box(&info);
                        count += 1;
                        if let LinkinfoAttrs::SlaveData(LinkinfoMemberDataMsg::Bridge(port)) = info
                        {
                            count += all!(port);
                        }
                    }
                }
                LinkAttrs::AfSpec(families) => {
                    for family in families {
                        let family = family.expect("well-formed");
                        black_box(&family);
                        count += 1;
                        count += match family {
                            AfSpecAttrs::Inet(inet) => all!(inet),
                            AfSpecAttrs::Inet6(inet6) => all!(inet6),
                            AfSpecAttrs::Mctp(mctp) => all!(mctp),
                        };
                    }
                }
                LinkAttrs::Xdp(xdp) => count += all!(xdp),
                LinkAttrs::PropList(names) => count += all!(names),
                _ => {}
            }
        }
        count
    }),
    decode_link: Some(|bytes, see| {
        use netlink_bindings::rt_link::{LinkAttrs, OpNewlinkDo};
        let (header, attributes) = OpNewlinkDo::decode_request(&bytes[16..]);
        let mut fields = LinkFields {
            index: header.ifi_index as u32,
            ..Default::default()
        };
        for attribute in attributes {
            match attribute.expect("well-formed") {
                LinkAttrs::Ifname(name) => fields.name = name.to_bytes(),
                LinkAttrs::Mtu(mtu) => fields.mtu = mtu,
                LinkAttrs::Operstate(state) => fields.operstate = state,
                LinkAttrs::Address(mac) => fields.mac = mac.try_into().expect("a MAC"),
                LinkAttrs::Master(master) => fields.master = master,
                LinkAttrs::Linkinfo(info) => {
                    fields.kind = info.get_kind().map_or(&b""[..], CStr::to_bytes);
                }
                _ => {}
            }
        }
        see(&fields);
    }),
    decode_address: Some(|bytes, see| {
        use netlink_bindings::rt_addr::{AddrAttrs, OpNewaddrDo};
        let (header, attributes) = OpNewaddrDo::decode_request(&bytes[16..]);
        let mut fields = AddressFields {
            index: header.ifa_index,
            prefix: header.ifa_prefixlen,
            ..Default::default()
        };
        for attribute in attributes {
            match attribute.expect("well-formed") {
                AddrAttrs::Local(ip) => fields.local = octets(ip),
                AddrAttrs::Label(label) => fields.label = label.to_bytes(),
                _ => {}
            }
        }
        see(&fields);
    }),
    decode_route: Some(|bytes, see| {
        use netlink_bindings::rt_route::{OpNewrouteDo, RouteAttrs};
        let (header, attributes) = OpNewrouteDo::decode_request(&bytes[16..]);
        let mut fields = RouteFields {
            prefix: header.rtm_dst_len,
            ..Default::default()
        };
        for attribute in attributes {
            match attribute.expect("well-formed") {
                RouteAttrs::Dst(ip) => fields.dst = octets(ip),
                RouteAttrs::Gateway(ip) => fields.gateway = octets(ip),
                RouteAttrs::Oif(index) => fields.oif = index,
                RouteAttrs::Priority(metric) => fields.metric = metric,
                _ => {}
            }
        }
        see(&fields);
    }),
};

// nlink. Each message is a vector of its own. By file descriptor its peer would cost a
// `dup` and a `close` for each message, so the peer's namespace goes by process id here.

const NLINK: Contender = Contender {
    name: "nlink",
    encode_veth: Some(|veth, out| {
        use nlink::netlink::link::{LinkConfig as _, VethLink};
        use nlink::netlink::types::link::IfInfoMsg;
        let link = VethLink::new(veth.name, veth.peer).peer_netns_pid(veth.netns_fd as u32);
        let mut builder = nlink::netlink::MessageBuilder::new(libc::RTM_NEWLINK, CREATE);
        let mut info = IfInfoMsg::new();
        info.ifi_flags = UP;
        info.ifi_change = UP;
        builder.append(&info);
        link.write_to(&mut builder, None);
        builder.append_attr_u32(libc::IFLA_MASTER, veth.master);
        builder.set_seq(1);
        *out = builder.finish();
    }),
    encode_address: Some(|a, out| {
        use nlink::netlink::addr::{AddressConfig as _, Ipv4Address};
        let mut builder = nlink::netlink::MessageBuilder::new(libc::RTM_NEWADDR, CREATE);
        let address = Ipv4Address::with_index(a.index, a.ip, a.prefix);
        address.write_add(&mut builder, a.index).expect("valid");
        builder.set_seq(1);
        *out = builder.finish();
    }),
    encode_route: Some(|r, out| {
        use nlink::netlink::route::{Ipv4Route, ResolvedRouteInterfaces, RouteConfig as _};
        let mut builder = nlink::netlink::MessageBuilder::new(libc::RTM_NEWROUTE, CREATE);
        let route = Ipv4Route::default_route()
            .gateway(r.gateway)
            .dev_index(r.oif)
            .metric(r.metric);
        let found = ResolvedRouteInterfaces {
            oif: Some(r.oif),
            ..Default::default()
        };
        route.write_add(&mut builder, &found);
        builder.set_seq(1);
        *out = builder.finish();
    }),
    index_link: Some(|bytes| {
        use nlink::netlink::FromNetlink as _;
        use nlink::netlink::messages::LinkMessage;
        let link = LinkMessage::from_bytes(&bytes[16..]).expect("a link");
        black_box(&link).ifindex()
    }),
    // It reads what it has fields for, and has no walk over the rest.
    visit_link: None,
    decode_link: Some(|bytes, see| {
        use nlink::netlink::FromNetlink as _;
        use nlink::netlink::messages::LinkMessage;
        let link = LinkMessage::from_bytes(&bytes[16..]).expect("a link");
        see(&LinkFields {
            index: link.ifindex(),
            name: link.name().unwrap_or_default().as_bytes(),
            mtu: link.mtu().unwrap_or_default(),
            operstate: link.operstate().map_or(0, |state| state as u8),
            mac: link
                .address()
                .and_then(|mac| mac.try_into().ok())
                .unwrap_or_default(),
            kind: link.kind().unwrap_or_default().as_bytes(),
            master: link.master().unwrap_or_default(),
        });
    }),
    decode_address: Some(|bytes, see| {
        use nlink::netlink::FromNetlink as _;
        use nlink::netlink::messages::AddressMessage;
        let address = AddressMessage::from_bytes(&bytes[16..]).expect("an address");
        see(&AddressFields {
            index: address.ifindex(),
            prefix: address.prefix_len(),
            local: address.local().map_or([0; 4], |ip| octets(*ip)),
            label: address.label().unwrap_or_default().as_bytes(),
        });
    }),
    decode_route: Some(|bytes, see| {
        use nlink::netlink::FromNetlink as _;
        use nlink::netlink::messages::RouteMessage;
        let route = RouteMessage::from_bytes(&bytes[16..]).expect("a route");
        see(&RouteFields {
            prefix: route.dst_len(),
            dst: route.destination().map_or([0; 4], |ip| octets(*ip)),
            gateway: route.gateway().map_or([0; 4], |ip| octets(*ip)),
            oif: route.oif().unwrap_or_default(),
            metric: route.priority().unwrap_or_default(),
        });
    }),
};

// neli. It has no type for veth's one attribute; IflaVlan::Id is the same number.

mod by_neli {
    use std::io::Cursor;

    use neli::consts::nl::{NlType, NlmF};
    use neli::nl::{NlPayload, Nlmsghdr, NlmsghdrBuilder};
    use neli::rtnl::{Rtattr, RtattrBuilder};
    use neli::types::{Buffer, RtBuffer};
    use neli::{Size, ToBytes};

    pub fn attribute<T: Size, P: Size + ToBytes>(kind: T, value: P) -> Rtattr<T, Buffer> {
        RtattrBuilder::default()
            .rta_type(kind)
            .rta_payload(value)
            .build()
            .expect("complete")
    }

    pub fn list<T>(attributes: impl IntoIterator<Item = Rtattr<T, Buffer>>) -> RtBuffer<T, Buffer> {
        let mut list = RtBuffer::new();
        attributes
            .into_iter()
            .for_each(|attribute| list.push(attribute));
        list
    }

    pub fn write<T: NlType, P: Size + ToBytes>(kind: T, payload: P, out: &mut Vec<u8>)
    where
        Nlmsghdr<T, P>: ToBytes,
    {
        let message = NlmsghdrBuilder::default()
            .nl_type(kind)
            .nl_flags(NlmF::REQUEST | NlmF::ACK | NlmF::CREATE | NlmF::EXCL)
            .nl_seq(1)
            .nl_payload(NlPayload::Payload(payload))
            .build()
            .expect("complete");
        out.clear();
        let mut cursor = Cursor::new(std::mem::take(out));
        message.to_bytes(&mut cursor).expect("room");
        *out = cursor.into_inner();
    }
}

const NELI: Contender = Contender {
    name: "neli",
    encode_veth: Some(|veth, out| {
        use by_neli::{attribute, list};
        use neli::consts::rtnl::{Iff, Ifla, IflaInfo, IflaVlan, RtAddrFamily, Rtm};
        use neli::rtnl::IfinfomsgBuilder;
        let peer = IfinfomsgBuilder::default()
            .ifi_family(RtAddrFamily::Unspecified)
            .rtattrs(list([
                attribute(Ifla::Ifname, veth.peer),
                attribute(Ifla::NetNsFd, veth.netns_fd),
            ]))
            .build()
            .expect("complete");
        let info = list([
            attribute(IflaInfo::Kind, "veth"),
            attribute(IflaInfo::Data, list([attribute(IflaVlan::Id, peer)])),
        ]);
        let link = IfinfomsgBuilder::default()
            .ifi_family(RtAddrFamily::Unspecified)
            .ifi_flags(Iff::UP)
            .ifi_change(Iff::UP)
            .rtattrs(list([
                attribute(Ifla::Ifname, veth.name),
                attribute(Ifla::Master, veth.master),
                attribute(Ifla::Linkinfo, info),
            ]))
            .build()
            .expect("complete");
        by_neli::write(Rtm::Newlink, link, out);
    }),
    encode_address: Some(|a, out| {
        use by_neli::{attribute, list};
        use neli::consts::rtnl::{Ifa, RtAddrFamily, RtScope, Rtm};
        let ip = a.ip.octets();
        let address = neli::rtnl::IfaddrmsgBuilder::default()
            .ifa_family(RtAddrFamily::Inet)
            .ifa_prefixlen(a.prefix)
            .ifa_scope(RtScope::Universe)
            .ifa_index(a.index)
            .rtattrs(list([
                attribute(Ifa::Local, ip),
                attribute(Ifa::Address, ip),
            ]))
            .build()
            .expect("complete");
        by_neli::write(Rtm::Newaddr, address, out);
    }),
    encode_route: Some(|r, out| {
        use by_neli::{attribute, list};
        use neli::consts::rtnl::{RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot};
        let route = neli::rtnl::RtmsgBuilder::default()
            .rtm_family(RtAddrFamily::Inet)
            .rtm_dst_len(0)
            .rtm_src_len(0)
            .rtm_tos(0)
            .rtm_table(RtTable::Main)
            .rtm_protocol(Rtprot::Boot)
            .rtm_scope(RtScope::Universe)
            .rtm_type(Rtn::Unicast)
            .rtattrs(list([
                attribute(Rta::Gateway, r.gateway.octets()),
                attribute(Rta::Oif, r.oif),
                attribute(Rta::Priority, r.metric),
            ]))
            .build()
            .expect("complete");
        by_neli::write(Rtm::Newroute, route, out);
    }),
    index_link: Some(|bytes| {
        use neli::FromBytes as _;
        use neli::consts::rtnl::Rtm;
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Ifinfomsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("a link");
        let link = message.get_payload().expect("a payload");
        *black_box(link).ifi_index() as u32
    }),
    visit_link: Some(|bytes| {
        use neli::FromBytes as _;
        use neli::consts::rtnl::{Ifla, Rtm};
        use neli::rtnl::Rtattr;
        use neli::types::Buffer;
        fn visit(attribute: &Rtattr<Ifla, Buffer>, table: u8) -> usize {
            black_box(attribute);
            let kind = u16::from(*attribute.rta_type()) & libc::NLA_TYPE_MASK as u16;
            let inner = inside(table, kind);
            if inner == 0 || attribute.rta_payload().as_ref().is_empty() {
                return 1;
            }
            let nested = attribute.get_attr_handle::<Ifla>().expect("a nest");
            1 + nested.iter().map(|it| visit(it, inner)).sum::<usize>()
        }
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Ifinfomsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("a link");
        let link = message.get_payload().expect("a payload");
        link.rtattrs().iter().map(|it| visit(it, 1)).sum()
    }),
    decode_link: Some(|bytes, see| {
        use neli::FromBytes as _;
        use neli::attr::Attribute as _;
        use neli::consts::rtnl::{Ifla, IflaInfo, Rtm};
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Ifinfomsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("a link");
        let link = message.get_payload().expect("a payload");
        let mut fields = LinkFields {
            index: *link.ifi_index() as u32,
            ..Default::default()
        };
        let mut kind = None;
        for attribute in link.rtattrs().iter() {
            let value = attribute.rta_payload().as_ref();
            match attribute.rta_type() {
                Ifla::Ifname => fields.name = bare::until_nul(value),
                Ifla::Mtu => fields.mtu = attribute.get_payload_as().expect("a number"),
                Ifla::Operstate => fields.operstate = attribute.get_payload_as().expect("a byte"),
                Ifla::Address => fields.mac = attribute.get_payload_as().expect("a MAC"),
                Ifla::Master => fields.master = attribute.get_payload_as().expect("a number"),
                Ifla::Linkinfo => {
                    let nested = attribute.get_attr_handle::<IflaInfo>().expect("a nest");
                    let found = nested.get_attr_payload_as_with_len::<String>(IflaInfo::Kind);
                    kind = found.ok();
                }
                _ => {}
            }
        }
        fields.kind = kind
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches('\0')
            .as_bytes();
        see(&fields);
    }),
    decode_address: Some(|bytes, see| {
        use neli::FromBytes as _;
        use neli::attr::Attribute as _;
        use neli::consts::rtnl::{Ifa, Rtm};
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Ifaddrmsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("an address");
        let address = message.get_payload().expect("a payload");
        let mut fields = AddressFields {
            index: *address.ifa_index(),
            prefix: *address.ifa_prefixlen(),
            ..Default::default()
        };
        for attribute in address.rtattrs().iter() {
            match attribute.rta_type() {
                Ifa::Local => fields.local = attribute.get_payload_as().expect("an address"),
                Ifa::Label => fields.label = bare::until_nul(attribute.rta_payload().as_ref()),
                _ => {}
            }
        }
        see(&fields);
    }),
    decode_route: Some(|bytes, see| {
        use neli::FromBytes as _;
        use neli::attr::Attribute as _;
        use neli::consts::rtnl::{Rta, Rtm};
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Rtmsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("a route");
        let route = message.get_payload().expect("a payload");
        let mut fields = RouteFields {
            prefix: *route.rtm_dst_len(),
            ..Default::default()
        };
        for attribute in route.rtattrs().iter() {
            match attribute.rta_type() {
                Rta::Dst => fields.dst = attribute.get_payload_as().expect("an address"),
                Rta::Gateway => fields.gateway = attribute.get_payload_as().expect("an address"),
                Rta::Oif => fields.oif = attribute.get_payload_as().expect("a number"),
                Rta::Priority => fields.metric = attribute.get_payload_as().expect("a number"),
                _ => {}
            }
        }
        see(&fields);
    }),
};

// netlink-packet-route, which rtnetlink is made of.

mod by_packet_route {
    use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
    use netlink_packet_route::RouteNetlinkMessage;

    pub fn write(message: RouteNetlinkMessage, out: &mut Vec<u8>) {
        let mut message = NetlinkMessage::from(message);
        message.header.flags = super::CREATE;
        message.header.sequence_number = 1;
        message.finalize();
        out.resize(message.buffer_len(), 0);
        message.serialize(out);
    }

    pub fn read(bytes: &[u8]) -> RouteNetlinkMessage {
        match NetlinkMessage::deserialize(bytes)
            .expect("a message")
            .payload
        {
            NetlinkPayload::InnerMessage(message) => message,
            _ => unreachable!("a route message"),
        }
    }
}

const PACKET_ROUTE: Contender = Contender {
    name: "netlink-packet-route",
    encode_veth: Some(|veth, out| {
        use netlink_packet_route::RouteNetlinkMessage;
        use netlink_packet_route::link::{
            InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage,
        };
        let mut peer = LinkMessage::default();
        peer.attributes = vec![
            LinkAttribute::IfName(veth.peer.to_owned()),
            LinkAttribute::NetNsFd(veth.netns_fd),
        ];
        let mut link = LinkMessage::default();
        link.header.flags = LinkFlags::Up;
        link.header.change_mask = LinkFlags::Up;
        link.attributes = vec![
            LinkAttribute::IfName(veth.name.to_owned()),
            LinkAttribute::Controller(veth.master),
            LinkAttribute::LinkInfo(vec![
                LinkInfo::Kind(InfoKind::Veth),
                LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer))),
            ]),
        ];
        by_packet_route::write(RouteNetlinkMessage::NewLink(link), out);
    }),
    encode_address: Some(|a, out| {
        use netlink_packet_route::address::{AddressAttribute, AddressMessage};
        use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
        let mut address = AddressMessage::default();
        address.header.family = AddressFamily::Inet;
        address.header.prefix_len = a.prefix;
        address.header.index = a.index;
        address.attributes = vec![
            AddressAttribute::Local(a.ip.into()),
            AddressAttribute::Address(a.ip.into()),
        ];
        by_packet_route::write(RouteNetlinkMessage::NewAddress(address), out);
    }),
    encode_route: Some(|r, out| {
        use netlink_packet_route::route::{
            RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope,
            RouteType,
        };
        use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
        let mut route = RouteMessage::default();
        route.header.address_family = AddressFamily::Inet;
        route.header.table = RouteHeader::RT_TABLE_MAIN;
        route.header.protocol = RouteProtocol::Boot;
        route.header.scope = RouteScope::Universe;
        route.header.kind = RouteType::Unicast;
        route.attributes = vec![
            RouteAttribute::Gateway(RouteAddress::Inet(r.gateway)),
            RouteAttribute::Oif(r.oif),
            RouteAttribute::Priority(r.metric),
        ];
        by_packet_route::write(RouteNetlinkMessage::NewRoute(route), out);
    }),
    index_link: Some(|bytes| {
        let netlink_packet_route::RouteNetlinkMessage::NewLink(link) = by_packet_route::read(bytes)
        else {
            unreachable!("a link")
        };
        black_box(&link).header.index
    }),
    visit_link: Some(|bytes| {
        use netlink_packet_route::link::{AfSpecUnspec, InfoPortData, LinkAttribute, LinkInfo};
        let netlink_packet_route::RouteNetlinkMessage::NewLink(link) = by_packet_route::read(bytes)
        else {
            unreachable!("a link")
        };
        let mut count = 0;
        for attribute in &link.attributes {
            black_box(attribute);
            count += 1;
            match attribute {
                LinkAttribute::LinkInfo(infos) => {
                    for info in infos {
                        black_box(info);
                        count += 1;
                        if let LinkInfo::PortData(InfoPortData::BridgePort(port)) = info {
                            count += black_box(port).len();
                        }
                    }
                }
                LinkAttribute::AfSpecUnspec(families) => {
                    for family in families {
                        black_box(family);
                        count += 1;
                        count += match family {
                            AfSpecUnspec::Inet(inet) => black_box(inet).len(),
                            AfSpecUnspec::Inet6(inet6) => black_box(inet6).len(),
                            _ => 0,
                        };
                    }
                }
                LinkAttribute::Xdp(xdp) => count += black_box(xdp).len(),
                LinkAttribute::PropList(names) => count += black_box(names).len(),
                _ => {}
            }
        }
        count
    }),
    decode_link: Some(|bytes, see| {
        use netlink_packet_route::RouteNetlinkMessage;
        use netlink_packet_route::link::{LinkAttribute, LinkInfo};
        let RouteNetlinkMessage::NewLink(link) = by_packet_route::read(bytes) else {
            unreachable!("a link")
        };
        let mut fields = LinkFields {
            index: link.header.index,
            ..Default::default()
        };
        let mut kind = None;
        for attribute in &link.attributes {
            match attribute {
                LinkAttribute::IfName(name) => fields.name = name.as_bytes(),
                LinkAttribute::Mtu(mtu) => fields.mtu = *mtu,
                LinkAttribute::OperState(state) => fields.operstate = (*state).into(),
                LinkAttribute::Address(mac) => {
                    fields.mac = mac.as_slice().try_into().expect("a MAC");
                }
                LinkAttribute::Controller(master) => fields.master = *master,
                LinkAttribute::LinkInfo(infos) => {
                    for info in infos {
                        if let LinkInfo::Kind(it) = info {
                            kind = Some(it.to_string());
                        }
                    }
                }
                _ => {}
            }
        }
        fields.kind = kind.as_deref().unwrap_or_default().as_bytes();
        see(&fields);
    }),
    decode_address: Some(|bytes, see| {
        use netlink_packet_route::RouteNetlinkMessage;
        use netlink_packet_route::address::AddressAttribute;
        let RouteNetlinkMessage::NewAddress(address) = by_packet_route::read(bytes) else {
            unreachable!("an address")
        };
        let mut fields = AddressFields {
            index: address.header.index,
            prefix: address.header.prefix_len,
            ..Default::default()
        };
        for attribute in &address.attributes {
            match attribute {
                AddressAttribute::Local(ip) => fields.local = octets(*ip),
                AddressAttribute::Label(label) => fields.label = label.as_bytes(),
                _ => {}
            }
        }
        see(&fields);
    }),
    decode_route: Some(|bytes, see| {
        use netlink_packet_route::RouteNetlinkMessage;
        use netlink_packet_route::route::{RouteAddress, RouteAttribute};
        let RouteNetlinkMessage::NewRoute(route) = by_packet_route::read(bytes) else {
            unreachable!("a route")
        };
        let mut fields = RouteFields {
            prefix: route.header.destination_prefix_length,
            ..Default::default()
        };
        for attribute in &route.attributes {
            match attribute {
                RouteAttribute::Destination(RouteAddress::Inet(ip)) => fields.dst = ip.octets(),
                RouteAttribute::Gateway(RouteAddress::Inet(ip)) => fields.gateway = ip.octets(),
                RouteAttribute::Oif(index) => fields.oif = *index,
                RouteAttribute::Priority(metric) => fields.metric = *metric,
                _ => {}
            }
        }
        see(&fields);
    }),
};

#[cfg(test)]
mod tests {
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
}
