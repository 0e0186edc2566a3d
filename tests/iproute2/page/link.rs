//! Links.
use nlroute::{
    NetnsId,
    link::{AddrGenMode, AltNames, Ifb, Link, Links, Peer, Veth, Xdp, XdpFlags},
};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "ip link add";
        "ip link add v8 type veth peer name v9"
            => host.add(Veth::new("v8").peer(Peer::new("v9")))?;
        "ip link add v8 type veth peer name v9 netns ns0"
            => host.add(Veth::new("v8").peer(Peer::new("v9").netns("ns0")))?;
        "ip link add v8 netns ns0 type veth peer name v9"
            => host.add(Veth::new("v8").netns("ns0").peer(Peer::new("v9")))?;
        "ip link add v8 address 02:00:00:00:00:08 mtu 1400 up type veth peer name v9 address 02:00:00:00:00:09 mtu 1300"
            => host.add(Veth::new("v8").address([2, 0, 0, 0, 0, 8]).mtu(1400).up()
                .peer(Peer::new("v9").address([2, 0, 0, 0, 0, 9]).mtu(1300)))?;
        "ip link add v8 master br0 type veth peer name v9"
            => host.add(Veth::new("v8").master("br0").peer(Peer::new("v9")))?;
        "ip link add type veth" => host.add(Veth::unnamed())?;
        "ip link add i0 type ifb" => host.add(Ifb::new("i0"))?;
        "ip link add d0 type dummy" => host.add(Link::new("d0").kind("dummy"))?;

        # "ip link set";
        "ip link set v0 up" => host.change(Link::named("v0").up())?;
        "ip link set v0 down" => host.change(Link::named("v0").down())?;
        "ip link set v0 mtu 1400" => host.change(Link::named("v0").mtu(1400))?;
        "ip link set v0 address 02:00:00:00:00:01"
            => host.change(Link::named("v0").address([2, 0, 0, 0, 0, 1]))?;
        "ip link set v0 name v7" => host.change(Link::named("v0").rename("v7"))?;
        "ip link set v0 alias 'to the host'" => host.change(Link::named("v0").alias("to the host"))?;
        "ip link set v0 txqueuelen 100" => host.change(Link::named("v0").txqlen(100))?;
        "ip link set v0 group 5" => host.change(Link::named("v0").group(5))?;
        "ip link set v0 master br0" => host.change(Link::named("v0").master("br0"))?;
        "ip link set v2 nomaster" => host.change(Link::named("v2").no_master())?;
        "ip link set v4 netns ns0" => host.change(Link::named("v4").netns("ns0"))?;
        "ip link set v4 netns 1" => host.change(Link::named("v4").netns_pid(1))?;
        "ip link set v4 netns ns0 name eth0" => host.change(Link::named("v4").netns("ns0").rename("eth0"))?;
        "ip link set v0 arp off" => host.change(Link::named("v0").arp(false))?;
        "ip link set v0 promisc on" => host.change(Link::named("v0").promisc(true))?;
        "ip link set v0 carrier off" => host.change(Link::named("v0").carrier(false))?;
        "ip link set v0 addrgenmode none" => host.change(Link::named("v0").addr_gen_mode(AddrGenMode::None))?;
        "ip link set v0 protodown on" => host.change(Link::named("v0").proto_down(true))?;
        "ip link set v0 xdp off"
            => host.change(Link::named("v0").xdp(Xdp::detach().flags(XdpFlags::UPDATE_IF_NOEXIST)))?;

        # "ip link property, del, show";
        "ip link property add dev v0 altname alt0 altname alt1"
            => host.add(AltNames::of("v0").name("alt0").name("alt1"))?;
        "ip link property del dev v0 altname alt0" => host.delete(AltNames::of("v0").name("alt0"))?;
        "ip link del v0" => host.delete(Link::named("v0"))?;
        "ip link show dev v0" => host.get(Link::named("v0"))?;
        "ip link show" => host.list(Links::all())?;
        "ip link show master br0" => host.list(Links::all().master("br0"))?;
        "ip link show type veth" => host.list(Links::all().kind("veth"))?;

        # "ip netns, by messages";
        "ip netns set ns0 7" => host.add(NetnsId::new().fd("ns0").nsid(7))?;
        "ip netns list-id nsid 7" => host.get(NetnsId::new().nsid(7))?;
    }
}
