//! nlink. Each message is a vector of its own. By file descriptor its peer would cost a
//! `dup` and a `close` for each message, so the peer's namespace goes by process id here.
use std::hint::black_box;

use super::{CREATE, Contender, UP, octets};
use crate::bare::{AddressFields, LinkFields, RouteFields};

pub(super) const NLINK: Contender = Contender {
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
