//! neli. It has no type for veth's one attribute; IflaVlan::Id is the same number.
use std::hint::black_box;
use std::io::Cursor;

use neli::attr::Attribute as _;
use neli::consts::nl::{NlType, NlmF};
use neli::nl::{NlPayload, Nlmsghdr, NlmsghdrBuilder};
use neli::rtnl::{Rtattr, RtattrBuilder};
use neli::types::{Buffer, RtBuffer};
use neli::{FromBytes as _, Size, ToBytes};

use super::{Contender, inside};
use crate::bare::{self, AddressFields, LinkFields, RouteFields};

fn attribute<T: Size, P: Size + ToBytes>(kind: T, value: P) -> Rtattr<T, Buffer> {
    RtattrBuilder::default()
        .rta_type(kind)
        .rta_payload(value)
        .build()
        .expect("complete")
}

fn list<T>(attributes: impl IntoIterator<Item = Rtattr<T, Buffer>>) -> RtBuffer<T, Buffer> {
    let mut list = RtBuffer::new();
    attributes
        .into_iter()
        .for_each(|attribute| list.push(attribute));
    list
}

fn write<T: NlType, P: Size + ToBytes>(kind: T, payload: P, out: &mut Vec<u8>)
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

pub(super) const NELI: Contender = Contender {
    name: "neli",
    encode_veth: Some(|veth, out| {
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
        write(Rtm::Newlink, link, out);
    }),
    encode_address: Some(|a, out| {
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
        write(Rtm::Newaddr, address, out);
    }),
    encode_route: Some(|r, out| {
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
        write(Rtm::Newroute, route, out);
    }),
    index_link: Some(|bytes| {
        use neli::consts::rtnl::Rtm;
        let message = neli::nl::Nlmsghdr::<Rtm, neli::rtnl::Ifinfomsg>::from_bytes(
            &mut std::io::Cursor::new(bytes),
        )
        .expect("a link");
        let link = message.get_payload().expect("a payload");
        *black_box(link).ifi_index() as u32
    }),
    visit_link: Some(|bytes| {
        use neli::consts::rtnl::{Ifla, Rtm};
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
