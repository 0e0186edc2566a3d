//! netlink-bindings. Its requests leave the message header to the socket, which sends it
//! beside the payload; here it is written before it. It has no veth data, so that nest is
//! written with its own helpers.
use std::ffi::CStr;
use std::hint::black_box;

use super::{CREATE, Contender, UP, octets};
use crate::bare::{AddressFields, LinkFields, RouteFields};

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

pub(super) const NETLINK_BINDINGS: Contender = Contender {
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
