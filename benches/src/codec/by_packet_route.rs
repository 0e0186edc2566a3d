//! netlink-packet-route, which rtnetlink is made of.
use std::hint::black_box;

use netlink_packet_core::{NetlinkMessage, NetlinkPayload};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{CREATE, Contender, octets};
use crate::bare::{AddressFields, LinkFields, RouteFields};

fn write(message: RouteNetlinkMessage, out: &mut Vec<u8>) {
    let mut message = NetlinkMessage::from(message);
    message.header.flags = CREATE;
    message.header.sequence_number = 1;
    message.finalize();
    out.resize(message.buffer_len(), 0);
    message.serialize(out);
}

fn read(bytes: &[u8]) -> RouteNetlinkMessage {
    match NetlinkMessage::deserialize(bytes)
        .expect("a message")
        .payload
    {
        NetlinkPayload::InnerMessage(message) => message,
        _ => unreachable!("a route message"),
    }
}

pub(super) const PACKET_ROUTE: Contender = Contender {
    name: "netlink-packet-route",
    encode_veth: Some(|veth, out| {
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
        write(RouteNetlinkMessage::NewLink(link), out);
    }),
    encode_address: Some(|a, out| {
        use netlink_packet_route::address::{AddressAttribute, AddressMessage};
        let mut address = AddressMessage::default();
        address.header.family = AddressFamily::Inet;
        address.header.prefix_len = a.prefix;
        address.header.index = a.index;
        address.attributes = vec![
            AddressAttribute::Local(a.ip.into()),
            AddressAttribute::Address(a.ip.into()),
        ];
        write(RouteNetlinkMessage::NewAddress(address), out);
    }),
    encode_route: Some(|r, out| {
        use netlink_packet_route::route::{
            RouteAddress, RouteAttribute, RouteHeader, RouteMessage, RouteProtocol, RouteScope,
            RouteType,
        };
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
        write(RouteNetlinkMessage::NewRoute(route), out);
    }),
    index_link: Some(|bytes| {
        let netlink_packet_route::RouteNetlinkMessage::NewLink(link) = read(bytes) else {
            unreachable!("a link")
        };
        black_box(&link).header.index
    }),
    visit_link: Some(|bytes| {
        use netlink_packet_route::link::{AfSpecUnspec, InfoPortData, LinkAttribute, LinkInfo};
        let netlink_packet_route::RouteNetlinkMessage::NewLink(link) = read(bytes) else {
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
        use netlink_packet_route::link::{LinkAttribute, LinkInfo};
        let RouteNetlinkMessage::NewLink(link) = read(bytes) else {
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
        use netlink_packet_route::address::AddressAttribute;
        let RouteNetlinkMessage::NewAddress(address) = read(bytes) else {
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
        use netlink_packet_route::route::{RouteAddress, RouteAttribute};
        let RouteNetlinkMessage::NewRoute(route) = read(bytes) else {
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
