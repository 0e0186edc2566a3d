//! Kinds of links.
use std::time::Duration;

use nlroute::link::{
    Bond, BondMode, BondPort, Bridge, BridgePort, Can, CanBitTiming, FailOverMac, Geneve, Gre,
    Gretap, Ipip, Ipvlan, IpvlanFlags, IpvlanMode, Macsec, MacsecCipher, Macvlan, MacvlanMode,
    Macvtap, Netkit, NetkitMode, Peer, PrimaryReselect, Sit, StpState, Vcan, Vlan, VlanFlag,
    VlanFlags, VlanQos, Vrf, Vxlan, VxlanDf, Wireguard, Xfrm,
};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    let mut calls = kinds();
    calls.extend(tunnels());
    calls
}

fn kinds() -> Vec<Call> {
    rows! { host;
        # "type bridge, and its ports";
        "ip link add br1 type bridge" => host.add(Bridge::new("br1"))?;
        "ip link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0"
            => host.add(Bridge::new("br1").vlan_filtering(true).vlan_default_pvid(0).mcast_snooping(false))?;
        "ip link set br0 type bridge forward_delay 400"
            => host.change(Bridge::named("br0").forward_delay(Duration::from_secs(4)))?;
        "ip link set br0 type bridge ageing_time 30000"
            => host.change(Bridge::named("br0").ageing_time(Duration::from_secs(300)))?;
        "ip link set br0 type bridge stp_state 1" => host.change(Bridge::named("br0").stp_state(StpState::Kernel))?;
        "ip link set br0 type bridge mcast_querier 1" => host.change(Bridge::named("br0").mcast_querier(true))?;
        "ip link set br0 type bridge fdb_flush" => host.change(Bridge::named("br0").fdb_flush(true))?;
        "ip link set v2 type bridge_slave hairpin on" => host.change(BridgePort::named("v2").hairpin(true))?;
        "ip link set v2 type bridge_slave isolated on" => host.change(BridgePort::named("v2").isolated(true))?;
        "ip link set v2 type bridge_slave learning off" => host.change(BridgePort::named("v2").learning(false))?;
        "ip link set v2 type bridge_slave neigh_suppress on"
            => host.change(BridgePort::named("v2").neigh_suppress(true))?;

        # "type vlan, macvlan, ipvlan, vrf";
        "ip link add link v0 name v0.5 type vlan id 5" => host.add(Vlan::new("v0.5").link("v0").id(5))?;
        "ip link add link v0 name v0.5 type vlan id 5 ingress-qos-map 1:2 3:4 egress-qos-map 5:6 7:0"
            => host.add(Vlan::new("v0.5").link("v0").id(5)
                .ingress_qos(&[VlanQos { from: 1, to: 2 }, VlanQos { from: 3, to: 4 }])
                .egress_qos(&[VlanQos { from: 5, to: 6 }, VlanQos { from: 7, to: 0 }]))?;
        "ip link set v0 type vlan gvrp off mvrp off"
            => host.change(Vlan::named("v0").flags(VlanFlags::new(VlanFlag::GVRP.union(VlanFlag::MVRP), false)))?;
        "ip link add link v0 name mv1 type macvlan mode vepa bcqueuelen 500"
            => host.add(Macvlan::new("mv1").link("v0").mode(MacvlanMode::Vepa).bc_queue_len(500))?;
        "ip link add link v0 name mvt1 type macvtap mode bridge"
            => host.add(Macvtap::new("mvt1").link("v0").mode(MacvlanMode::Bridge))?;
        "ip link add link v0 name ipv1 type ipvlan" => host.add(Ipvlan::new("ipv1").link("v0"))?;
        "ip link add link v0 name ipv1 type ipvlan mode l3 private"
            => host.add(Ipvlan::new("ipv1").link("v0").mode(IpvlanMode::L3).flags(IpvlanFlags::PRIVATE))?;
        "ip link add vrf1 type vrf table 10" => host.add(Vrf::new("vrf1").table(10))?;

        # "type bond, and its ports";
        "ip link add bond1 type bond" => host.add(Bond::new("bond1"))?;
        "ip link add bond1 type bond mode active-backup primary v2 primary_reselect better fail_over_mac active"
            => host.add(Bond::new("bond1").mode(BondMode::ActiveBackup).primary("v2")
                .primary_reselect(PrimaryReselect::Better).fail_over_mac(FailOverMac::Active))?;
        "ip link add bond1 type bond miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 1"
            => host.add(Bond::new("bond1").miimon(Duration::from_millis(100)).updelay(Duration::from_millis(200))
                .downdelay(Duration::from_millis(300)).peer_notif_delay(Duration::from_millis(400)).use_carrier(true))?;
        "ip link set v2 type bond_slave queue_id 2 prio -3" => host.change(BondPort::named("v2").queue_id(2).prio(-3))?;

        # "other types";
        "ip link add wg1 type wireguard" => host.add(Wireguard::new("wg1"))?;
        "ip link add vcan1 type vcan" => host.add(Vcan::new("vcan1"))?;
        "ip link set v0 type can bitrate 500000 dbitrate 2000000 dsample-point 0.75 fd on"
            => host.change(Can::named("v0").bittiming(CanBitTiming::bitrate(500_000))
                .data_bittiming(CanBitTiming::bitrate(2_000_000).sample_point(750))
                .ctrlmode(nlroute::link::CanCtrlModes::new(nlroute::link::CanCtrlMode::FD, true)))?;
        "ip link add nk1 type netkit mode l2 peer name nk2"
            => host.add(Netkit::new("nk1").mode(NetkitMode::L2).peer(Peer::new("nk2")))?;
        "ip link add link v0 macsec1 type macsec port 11 encrypt on cipher gcm-aes-256 icvlen 16"
            => host.add(Macsec::new("macsec1").link("v0").port(11).encrypt(true)
                .cipher_suite(MacsecCipher::GcmAes256).icv_len(16))?;
    }
}

fn tunnels() -> Vec<Call> {
    rows! { host;
        # "tunnels";
        "ip link add vx1 type vxlan id 42 dstport 4789" => host.add(Vxlan::new("vx1").id(42).port(4789))?;
        "ip link add vx1 type vxlan id 42 remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 df set dev v0 dstport 4789"
            => host.add(Vxlan::new("vx1").id(42).remote([192, 0, 2, 2]).local([192, 0, 2, 1])
                .ttl(64).tos(0x10).df(VxlanDf::Set).dev("v0").port(4789))?;
        "ip link add vx1 type vxlan id 42 group 239.1.1.1 dev v0 dstport 8472"
            => host.add(Vxlan::new("vx1").id(42).remote([239, 1, 1, 1]).dev("v0").port(8472))?;
        "ip link add vx1 type vxlan external vnifilter dstport 4789"
            => host.add(Vxlan::new("vx1").collect_metadata(true).vnifilter(true).learning(false).port(4789))?;
        "ip link set vx0 type vxlan nolearning ageing 60"
            => host.change(Vxlan::named("vx0").learning(false).ageing(Duration::from_secs(60)))?;
        "ip link add gn1 type geneve id 42 remote 192.0.2.2"
            => host.add(Geneve::new("gn1").id(42).remote([192, 0, 2, 2]))?;
        "ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1"
            => host.add(Gre::new("g1").remote([192, 0, 2, 2]).local([192, 0, 2, 1]))?;
        "ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 key 7 seq csum dev v0 fwmark 0x20"
            => host.add(Gre::new("g1").remote([192, 0, 2, 2]).local([192, 0, 2, 1])
                .ttl(64).tos(0x10).key(7).seq().csum().dev("v0").fwmark(0x20))?;
        "ip link add g1 type gretap remote 192.0.2.2 local 192.0.2.1 ttl 64 key 7"
            => host.add(Gretap::new("g1").remote([192, 0, 2, 2]).local([192, 0, 2, 1]).ttl(64).key(7))?;
        "ip link add t1 type ipip remote 192.0.2.2 local 192.0.2.1"
            => host.add(Ipip::new("t1").remote([192, 0, 2, 2]).local([192, 0, 2, 1]))?;
        "ip link add t1 type sit remote 192.0.2.2 local 192.0.2.1 ttl 64"
            => host.add(Sit::new("t1").remote([192, 0, 2, 2]).local([192, 0, 2, 1]).ttl(64))?;
        "ip link add x1 type xfrm dev v0 if_id 42" => host.add(Xfrm::new("x1").dev("v0").if_id(42))?;
    }
}
