//! VXLANs, which most kernels have.
use std::{net::Ipv6Addr, time::Duration};

use nlroute::link::{Link, PortRange, Vxlan, VxlanDf};

use crate::harness::twins;

const PAIR: &str =
    "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02";
const VXLAN: &str = "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 dstport 4789";
const VXLAN_FAR: &str = "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 remote 192.0.2.2 local 192.0.2.1 dstport 4789";

const HERE: [u8; 4] = [192, 0, 2, 1];
const THERE: [u8; 4] = [192, 0, 2, 2];

fn v6(last: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)
}

fn vx0<'a>() -> Vxlan<'a> {
    Vxlan::new("vx0")
        .address([2, 0, 0, 0, 0, 9])
        .id(42)
        .port(4789)
}

twins! {
    VXLANS {
        "id" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 dstport 4789" =>
            |c| c.add(vx0());
        "the last id" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 16777215 dstport 4789" =>
            |c| c.add(vx0().id(16_777_215));
        "remote and local" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 remote 192.0.2.2 local 192.0.2.1 dstport 4789" =>
            |c| c.add(vx0().remote(THERE).local(HERE));
        "remote and local of IPv6" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 remote 2001:db8::2 local 2001:db8::1 flowlabel 0x12345 dstport 4789" =>
            |c| c.add(vx0().remote(v6(2)).local(v6(1)).label(0x12345));
        "group" [PAIR]
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 group 239.1.1.1 dev v0 dstport 4789" =>
            |c| c.add(vx0().remote([239, 1, 1, 1]).dev("v0"));
        "group of IPv6" [PAIR]
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 group ff05::100 dev v0 dstport 4789" =>
            |c| c.add(vx0().remote(Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0x100)).dev("v0"));
        "ttl and tos" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 ttl 9 tos 0x10 dstport 4789" =>
            |c| c.add(vx0().ttl(9).tos(0x10));
        "ttl, tos and df inherited" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 ttl inherit tos inherit df inherit dstport 4789" =>
            |c| c.add(vx0().ttl_inherit(true).tos(1).df(VxlanDf::Inherit));
        "df" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 df set dstport 4789" =>
            |c| c.add(vx0().df(VxlanDf::Set));
        "ports" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 srcport 49152 65535 dstport 8472" =>
            |c| c.add(vx0().port_range(49152..=65535).port(8472));
        "ports backwards" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 srcport 9 1 dstport 8472" refused
            |c| c.add(vx0().port(8472).port_range(PortRange { low: [0, 9], high: [0, 1] }));
        "learning" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 nolearning ageing 60 maxaddress 9 dstport 4789" =>
            |c| c.add(vx0().learning(false).ageing(Duration::from_secs(60)).limit(9));
        "proxy and misses" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 proxy rsc l2miss l3miss dstport 4789" =>
            |c| c.add(vx0().proxy(true).rsc(true).l2miss(true).l3miss(true));
        "checksums" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 noudpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx dstport 4789" =>
            |c| c.add(vx0().udp_csum(false).udp_zero_csum6_tx(true).udp_zero_csum6_rx(true).remcsum_tx(true).remcsum_rx(true));
        "group policy" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan id 42 gbp dstport 4789" =>
            |c| c.add(vx0().gbp(true));
        "external" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan external dstport 4789" =>
            |c| c.add(Vxlan::new("vx0").address([2, 0, 0, 0, 0, 9]).collect_metadata(true).learning(false).port(4789));
        "external with identifiers" []
            "ip link add vx0 address 02:00:00:00:00:09 type vxlan external vnifilter dstport 4789" optional
            |c| c.add(Vxlan::new("vx0").address([2, 0, 0, 0, 0, 9]).collect_metadata(true).vnifilter(true).learning(false).port(4789));
        "generic protocol extension" []
            "ip link add vx0 type vxlan external gpe dstport 4790" =>
            |c| c.add(Vxlan::new("vx0").collect_metadata(true).gpe(true).learning(false).port(4790));
        "settings of a link too" [PAIR]
            "ip link add vx0 address 02:00:00:00:00:09 mtu 1300 up type vxlan id 42 dev v0 dstport 4789" =>
            |c| c.add(vx0().mtu(1300).dev("v0").up());
        "the same id twice" [VXLAN]
            "ip link add vx1 type vxlan id 42 dstport 4789" refused
            |c| c.add(Vxlan::new("vx1").id(42).port(4789));
        "altered" [VXLAN]
            "ip link set vx0 type vxlan nolearning ageing 60" =>
            |c| c.change(Vxlan::named("vx0").learning(false).ageing(Duration::from_secs(60)));
        "another remote" [VXLAN_FAR]
            "ip link set vx0 type vxlan remote 192.0.2.3 local 192.0.2.4" =>
            |c| c.change(Vxlan::named("vx0").remote([192, 0, 2, 3]).local([192, 0, 2, 4]));
        "a remote of another family" [VXLAN_FAR]
            "ip link set vx0 type vxlan remote 2001:db8::2" refused
            |c| c.change(Vxlan::named("vx0").remote(v6(2)));
        "another port" [VXLAN]
            "ip link set vx0 type vxlan dstport 9" refused
            |c| c.change(Vxlan::named("vx0").port(9));
        "deleted" [VXLAN] "ip link delete vx0" => |c| c.delete(Link::named("vx0"));
    }
}
