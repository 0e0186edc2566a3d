//! Twins of links of any kind and of veths.
use nlroute::link::{AddrGenMode, AltNames, Link, LinkMode, Peer, Veth};

use crate::harness::twins;

/// A pair whose addresses nobody draws.
const PAIR: &str =
    "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02";
const BRIDGE: &str = "ip link add br0 address 02:00:00:00:00:10 type bridge";
const UP: &str = "ip link set v0 up";
const PEER_UP: &str = "ip link set p0 up";
/// The kernel makes no address of IPv6 by itself.
const QUIET: &str = "ip link set v0 addrgenmode none";
const PEER_QUIET: &str = "ip link set p0 addrgenmode none";
const THERE: &str = "ip netns add there";

fn v0<'a>() -> Link<'a> {
    Link::named("v0")
}

twins! {
    /// Links of any kind.
    LINKS {
        "mtu" [PAIR] "ip link set v0 mtu 1400" => |c| c.change(v0().mtu(1400));
        "address" [PAIR]
            "ip link set v0 address 02:00:00:00:00:07" =>
            |c| c.change(v0().address([2, 0, 0, 0, 0, 7]));
        "broadcast" [PAIR]
            "ip link set v0 broadcast 02:00:00:00:00:ff" =>
            |c| c.change(v0().broadcast([2, 0, 0, 0, 0, 255]));
        "txqlen" [PAIR] "ip link set v0 txqueuelen 7" => |c| c.change(v0().txqlen(7));
        "group" [PAIR] "ip link set v0 group 5" => |c| c.change(v0().group(5));
        "group back to default" [PAIR, "ip link set v0 group 5"]
            "ip link set v0 group default" =>
            |c| c.change(v0().group(0));
        "alias" [PAIR] "ip link set v0 alias uplink" => |c| c.change(v0().alias("uplink"));
        "alias replaced" [PAIR, "ip link set v0 alias old"]
            "ip link set v0 alias new" =>
            |c| c.change(v0().alias("new"));
        "alias taken away" [PAIR, "ip link set v0 alias old"]
            "ip link set v0 alias " =>
            |c| c.change(v0().alias(""));
        "rename" [PAIR] "ip link set v0 name eth0" => |c| c.change(v0().rename("eth0"));
        "rename by index" [PAIR]
            "ip link set p0 name eth0" =>
            |c| c.change(Link::index(2).rename("eth0"));
        // Since Linux 6.2.
        "rename while up" [PAIR, QUIET, UP]
            "ip link set v0 name eth0" optional
            |c| c.change(v0().rename("eth0"));
        "up" [PAIR, QUIET] "ip link set v0 up" => |c| c.change(v0().up());
        "up with carrier" [PAIR, QUIET, PEER_QUIET, PEER_UP]
            "ip link set v0 up" =>
            |c| c.change(v0().up());
        "up with IPv6" [PAIR, PEER_QUIET, PEER_UP] "ip link set v0 up" => |c| c.change(v0().up());
        "loopback up" [] "ip link set lo up" => |c| c.change(Link::named("lo").up());
        "down" [PAIR, QUIET, UP] "ip link set v0 down" => |c| c.change(v0().down());
        "arp off" [PAIR] "ip link set v0 arp off" => |c| c.change(v0().arp(false));
        "arp on" [PAIR, "ip link set v0 arp off"]
            "ip link set v0 arp on" =>
            |c| c.change(v0().arp(true));
        "multicast off" [PAIR]
            "ip link set v0 multicast off" =>
            |c| c.change(v0().multicast(false));
        "multicast on" [PAIR, "ip link set v0 multicast off"]
            "ip link set v0 multicast on" =>
            |c| c.change(v0().multicast(true));
        "allmulticast on" [PAIR]
            "ip link set v0 allmulticast on" =>
            |c| c.change(v0().allmulticast(true));
        "allmulticast off" [PAIR, "ip link set v0 allmulticast on"]
            "ip link set v0 allmulticast off" =>
            |c| c.change(v0().allmulticast(false));
        "promisc on" [PAIR] "ip link set v0 promisc on" => |c| c.change(v0().promisc(true));
        "promisc off" [PAIR, "ip link set v0 promisc on"]
            "ip link set v0 promisc off" =>
            |c| c.change(v0().promisc(false));
        "dynamic on" [PAIR] "ip link set v0 dynamic on" => |c| c.change(v0().dynamic(true));
        "trailers off" [PAIR]
            "ip link set v0 trailers off" =>
            |c| c.change(v0().flag(nlroute::link::LinkFlags::NOTRAILERS, true));
        "mode dormant" [PAIR]
            "ip link set v0 mode dormant" =>
            |c| c.change(v0().linkmode(LinkMode::Dormant));
        "mode default" [PAIR, "ip link set v0 mode dormant"]
            "ip link set v0 mode default" =>
            |c| c.change(v0().linkmode(LinkMode::Default));
        "master" [PAIR, BRIDGE] "ip link set v0 master br0" => |c| c.change(v0().master("br0"));
        "master by index" [PAIR, BRIDGE]
            "ip link set v0 master br0" =>
            |c| c.change(v0().master(4));
        "nomaster" [PAIR, BRIDGE, "ip link set v0 master br0"]
            "ip link set v0 nomaster" =>
            |c| c.change(v0().no_master());
        "another master" [
            PAIR,
            BRIDGE,
            "ip link add br1 address 02:00:00:00:00:11 type bridge",
            "ip link set v0 master br0"
        ]
            "ip link set v0 master br1" =>
            |c| c.change(v0().master("br1"));
        "addrgenmode none" [PAIR]
            "ip link set v0 addrgenmode none" =>
            |c| c.change(v0().addr_gen_mode(AddrGenMode::None));
        "addrgenmode eui64" [PAIR, QUIET]
            "ip link set v0 addrgenmode eui64" =>
            |c| c.change(v0().addr_gen_mode(AddrGenMode::Eui64));
        "addrgenmode random" [PAIR]
            "ip link set v0 addrgenmode random" =>
            |c| c.change(v0().addr_gen_mode(AddrGenMode::Random));
        "addrgenmode stable_secret without a secret" [PAIR]
            "ip link set v0 addrgenmode stable_secret" refused
            |c| c.change(v0().addr_gen_mode(AddrGenMode::StablePrivacy));
        "gso_max_size" [PAIR]
            "ip link set v0 gso_max_size 32768" =>
            |c| c.change(v0().gso_max_size(32768));
        "gso_max_segs" [PAIR]
            "ip link set v0 gso_max_segs 64" =>
            |c| c.change(v0().gso_max_segs(64));
        "gro_max_size" [PAIR]
            "ip link set v0 gro_max_size 32768" =>
            |c| c.change(v0().gro_max_size(32768));
        "gso_max_size too large" [PAIR]
            "ip link set v0 gso_max_size 900000" refused
            |c| c.change(v0().gso_max_size(900_000));
        "netns by name" [PAIR, THERE]
            "ip link set v0 netns there" =>
            |c| c.change(v0().netns("there"));
        "netns by process" [PAIR, THERE]
            "ip link set v0 netns PID" =>
            |c| { let pid = c.pid(); c.change(v0().netns_pid(pid)) };
        "netns and name" [PAIR, THERE]
            "ip link set v0 netns there name eth0" =>
            |c| c.change(v0().netns("there").rename("eth0"));
        "many settings" [PAIR, BRIDGE, QUIET]
            "ip link set v0 mtu 1300 txqueuelen 50 group 3 alias x address 02:00:00:00:00:08 master br0 up" =>
            |c| c.change(v0().mtu(1300).txqlen(50).group(3).alias("x").address([2, 0, 0, 0, 0, 8]).master("br0").up());
        "carrier of a veth" [PAIR]
            "ip link set v0 carrier off" refused
            |c| c.change(v0().carrier(false));
        "protodown of a veth" [PAIR]
            "ip link set v0 protodown on" refused
            |c| c.change(v0().proto_down(true));
        "mtu too small" [PAIR] "ip link set v0 mtu 60" refused |c| c.change(v0().mtu(60));
        "a link that isn't there" [] "ip link set v0 up" refused |c| c.change(v0().up());
        "a name that is taken" [PAIR]
            "ip link set v0 name p0" refused
            |c| c.change(v0().rename("p0"));
        "altname" [PAIR]
            "ip link property add dev v0 altname a-name-longer-than-fifteen" =>
            |c| c.add(AltNames::of("v0").name("a-name-longer-than-fifteen"));
        "altnames" [PAIR]
            "ip link property add dev v0 altname one-name altname another" =>
            |c| c.add(AltNames::of("v0").name("one-name").name("another"));
        "altname deleted" [PAIR, "ip link property add dev v0 altname one-name altname another"]
            "ip link property del dev v0 altname one-name" =>
            |c| c.delete(AltNames::of("v0").name("one-name"));
        "altname twice" [PAIR, "ip link property add dev v0 altname one-name"]
            "ip link property add dev v0 altname one-name" refused
            |c| c.add(AltNames::of("v0").name("one-name"));
        "set by altname" [PAIR, "ip link property add dev v0 altname a-name-longer-than-fifteen"]
            "ip link set a-name-longer-than-fifteen mtu 1400" =>
            |c| c.change(Link::named("a-name-longer-than-fifteen").mtu(1400));
        "master by altname" [PAIR, BRIDGE, "ip link property add dev br0 altname a-name-longer-than-fifteen"]
            "ip link set v0 master a-name-longer-than-fifteen" => |c| c.change(v0().master("a-name-longer-than-fifteen"));
        "delete" [PAIR] "ip link delete v0" => |c| c.delete(v0());
        "delete by index" [PAIR] "ip link delete p0" => |c| c.delete(Link::index(2));
        "delete by altname" [PAIR, "ip link property add dev v0 altname one-name"]
            "ip link delete one-name" =>
            |c| c.delete(Link::named("one-name"));
        "delete what isn't there" [] "ip link delete v0" refused |c| c.delete(v0());
        "delete the loopback" [] "ip link delete lo" refused |c| c.delete(Link::named("lo"));
        "add dummy" []
            "ip link add d0 type dummy" optional
            |c| c.add(Link::new("d0").kind("dummy"));
        "add ifb" [] "ip link add i0 type ifb" optional |c| c.add(Link::new("i0").kind("ifb"));
        "add of no known kind" []
            "ip link add x0 type nosuchkind" refused
            |c| c.add(Link::new("x0").kind("nosuchkind"));
    }

    /// Both ends of veths.
    VETHS {
        "pair" []
            "ip link add v0 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").peer(Peer::new("p0")));
        "pair by type" [] "ip link add type veth" => |c| c.add(Veth::unnamed());
        "peer without a name" [] "ip link add v0 type veth" => |c| c.add(Veth::new("v0"));
        "names of a pattern" []
            "ip link add v%d type veth peer name p%d" =>
            |c| c.add(Veth::new("v%d").peer(Peer::new("p%d")));
        "mtu" []
            "ip link add v0 mtu 1400 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").mtu(1400).peer(Peer::new("p0")));
        "mtu of the peer" []
            "ip link add v0 type veth peer name p0 mtu 1300" =>
            |c| c.add(Veth::new("v0").peer(Peer::new("p0").mtu(1300)));
        "addresses" []
            "ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02" =>
            |c| c.add(Veth::new("v0").address([2, 0, 0, 0, 0, 1]).peer(Peer::new("p0").address([2, 0, 0, 0, 0, 2])));
        "txqlen of both" []
            "ip link add v0 txqueuelen 5 type veth peer name p0 txqueuelen 6" =>
            |c| c.add(Veth::new("v0").txqlen(5).peer(Peer::new("p0").txqlen(6)));
        "queues" []
            "ip link add v0 numtxqueues 3 numrxqueues 2 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").num_tx_queues(3).num_rx_queues(2).peer(Peer::new("p0")));
        "queues of the peer" []
            "ip link add v0 type veth peer name p0 numtxqueues 4 numrxqueues 5" =>
            |c| c.add(Veth::new("v0").peer(Peer::new("p0").num_tx_queues(4).num_rx_queues(5)));
        "index" []
            "ip link add v0 index 77 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").ifindex(77).peer(Peer::new("p0")));
        "indices of both" []
            "ip link add v0 index 77 type veth peer name p0 index 78" =>
            |c| c.add(Veth::new("v0").ifindex(77).peer(Peer::new("p0").ifindex(78)));
        "gso and gro sizes" []
            "ip link add v0 gso_max_size 30000 gso_max_segs 20 gro_max_size 20000 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").gso_max_size(30000).gso_max_segs(20).gro_max_size(20000).peer(Peer::new("p0")));
        "group" []
            "ip link add v0 group 9 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").group(9).peer(Peer::new("p0")));
        "born a port" [BRIDGE]
            "ip link add v0 master br0 type veth peer name p0" =>
            |c| c.add(Veth::new("v0").master("br0").peer(Peer::new("p0")));
        "born up" []
            "ip link add v0 address 02:00:00:00:00:01 up type veth peer name p0" =>
            |c| c.add(Veth::new("v0").address([2, 0, 0, 0, 0, 1]).up().peer(Peer::new("p0")));
        "peer in a namespace" [THERE]
            "ip link add v0 type veth peer name p0 netns there" =>
            |c| c.add(Veth::new("v0").peer(Peer::new("p0").netns("there")));
        "peer in a process's namespace" [THERE]
            "ip link add v0 type veth peer name p0 netns PID" =>
            |c| { let pid = c.pid(); c.add(Veth::new("v0").peer(Peer::new("p0").netns_pid(pid))) };
        "the host's end in a namespace" [THERE]
            "ip link add v0 netns there type veth peer name p0" =>
            |c| c.add(Veth::new("v0").netns("there").peer(Peer::new("p0")));
        "both ends in a namespace" [THERE]
            "ip link add v0 netns there type veth peer name p0 netns there" =>
            |c| c.add(Veth::new("v0").netns("there").peer(Peer::new("p0").netns("there")));
        "peer in a namespace with all settings" [THERE, BRIDGE]
            "ip link add v0 mtu 1400 address 02:00:00:00:00:01 master br0 type veth peer name p0 mtu 1400 address 02:00:00:00:00:02 netns there" =>
            |c| c.add(Veth::new("v0").mtu(1400).address([2, 0, 0, 0, 0, 1]).master("br0")
                .peer(Peer::new("p0").mtu(1400).address([2, 0, 0, 0, 0, 2]).netns("there")));
        "peer up" []
            "ip link add v0 address 02:00:00:00:00:01 up type veth peer name p0 address 02:00:00:00:00:02; ip link set p0 up" =>
            |c| c.add(Veth::new("v0").address([2, 0, 0, 0, 0, 1]).up().peer(Peer::new("p0").address([2, 0, 0, 0, 0, 2]).up()));
        "peer up in a namespace" [THERE]
            "ip link add v0 address 02:00:00:00:00:01 up type veth peer name p0 address 02:00:00:00:00:02 netns there; ip -n there link set p0 up" =>
            |c| c.add(Veth::new("v0").address([2, 0, 0, 0, 0, 1]).up().peer(Peer::new("p0").address([2, 0, 0, 0, 0, 2]).netns("there").up()));
        // `ip link replace` sends NLM_F_REPLACE, which kernels refuse for a link that exists.
        "replaced" [PAIR] "ip link set v0 mtu 1400" => |c| c.replace(Veth::new("v0").mtu(1400));
        "replaced where there is none" []
            "ip link replace v0 type veth peer name p0" =>
            |c| c.replace(Veth::new("v0").peer(Peer::new("p0")));
        "added twice" [PAIR]
            "ip link add v0 type veth peer name p1" refused
            |c| c.add(Veth::new("v0").peer(Peer::new("p1")));
        "a peer's name that is taken" [BRIDGE]
            "ip link add v0 type veth peer name br0" refused
            |c| c.add(Veth::new("v0").peer(Peer::new("br0")));
        "a mtu too large" []
            "ip link add v0 mtu 70000 type veth peer name p0" refused
            |c| c.add(Veth::new("v0").mtu(70000).peer(Peer::new("p0")));
        "an index that is taken" [BRIDGE]
            "ip link add v0 index 2 type veth peer name p0" refused
            |c| c.add(Veth::new("v0").ifindex(2).peer(Peer::new("p0")));
        "deleted by the peer" [PAIR] "ip link delete p0" => |c| c.delete(Link::named("p0"));
        "deleted from its namespace" [THERE, "ip link add v0 type veth peer name p0 netns there"]
            "ip link delete v0" =>
            |c| c.delete(v0());
        "moved back" [THERE, PAIR, "ip link set p0 netns there"]
            "ip -n there link set p0 netns here" =>
            |_c| nlroute::Netns::open("there")?.connect()?.change(Link::named("p0").netns("here"));
        "ports of two bridges" [
            BRIDGE,
            PAIR,
            "ip link add br1 address 02:00:00:00:00:11 type bridge"
        ]
            "ip link set v0 master br0; ip link set p0 master br1" =>
            |c| { c.change(v0().master("br0"))?; c.change(Link::named("p0").master("br1")) };
    }
}
