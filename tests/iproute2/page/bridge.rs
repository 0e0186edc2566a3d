//! What is inside of bridges.
use std::net::IpAddr;

use nlroute::{
    Fdb, FdbEntry,
    bridge::{
        BridgeLink, BridgeLinks, BridgeVlan, GlobalVlanOptions, Mdb, MdbEntry, MdbFlush,
        VlanOptions, Vni, Vnis,
    },
    link::{BridgePort, PortState},
    neighbour::FdbFlush,
};

use super::{Call, rows};

pub fn calls() -> Vec<Call> {
    rows! { host;
        # "bridge fdb";
        "bridge fdb add 02:00:00:00:00:09 dev v2 master static vlan 5"
            => host.add(FdbEntry::new("v2", [2, 0, 0, 0, 0, 9]).master().r#static().vlan(5))?;
        "bridge fdb add 02:00:00:00:00:0b dev v2" => host.add(FdbEntry::new("v2", [2, 0, 0, 0, 0, 11]))?;
        "bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 vni 7 port 4790"
            => host.add(FdbEntry::new("vx0", [2, 0, 0, 0, 0, 12]).destination("192.0.2.9".parse()?).vni(7).port(4790))?;
        "bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10 self permanent"
            => host.append(FdbEntry::new("vx0", [0; 6]).destination("192.0.2.10".parse()?))?;
        "bridge fdb replace 02:00:00:00:00:0a dev v2 master dynamic"
            => host.replace(FdbEntry::new("v2", [2, 0, 0, 0, 0, 10]).master().dynamic())?;
        "bridge fdb del 02:00:00:00:00:0a dev v2 master"
            => host.delete(FdbEntry::new("v2", [2, 0, 0, 0, 0, 10]).master())?;
        "bridge fdb get 02:00:00:00:00:0b dev v2 master"
            => host.get(FdbEntry::new("v2", [2, 0, 0, 0, 0, 11]).master())?;
        "bridge fdb show" => host.list(Fdb::all())?;
        "bridge fdb show br br0" => host.list(Fdb::all().bridge("br0"))?;
        "bridge fdb show dev v2" => host.list(Fdb::all().port("v2"))?;
        "bridge fdb flush dev br0 dynamic" => host.delete(FdbFlush::new("br0").dynamic())?;

        # "bridge vlan";
        "bridge vlan add dev v2 vid 10 pvid untagged" => host.add(BridgeVlan::new("v2", 10).pvid().untagged())?;
        "bridge vlan add dev v2 vid 2-9" => host.add(BridgeVlan::new("v2", 2..=9))?;
        "bridge vlan add dev v2 vid 10 tunnel_info id 100" => host.add(BridgeVlan::new("v2", 10).tunnel(100))?;
        "bridge vlan del dev v2 vid 2-9" => host.delete(BridgeVlan::new("v2", 2..=9))?;
        "bridge vlan set dev v2 vid 10 state blocking"
            => host.change(VlanOptions::new("v2", 10).state(PortState::Blocking))?;
        "bridge vlan global set dev br0 vid 10 mcast_snooping 1"
            => host.change(GlobalVlanOptions::new("br0", 10).mcast_snooping(true))?;
        "bridge vlan show" => host.list(BridgeLinks::all().each_vlan())?;

        # "bridge link, mdb, vni";
        "bridge link set dev v2 isolated on locked on mab on"
            => host.change(BridgeLink::port(BridgePort::named("v2").isolated(true).locked(true).mab(true)))?;
        "bridge link show" => host.list(BridgeLinks::all())?;
        "bridge mdb add dev br0 port v2 grp 239.1.1.1 permanent vid 5"
            => host.add(MdbEntry::new("br0", "239.1.1.1".parse::<IpAddr>()?).port("v2").permanent().vid(5))?;
        "bridge mdb del dev br0 port v2 grp 239.1.1.1"
            => host.delete(MdbEntry::new("br0", "239.1.1.1".parse::<IpAddr>()?).port("v2"))?;
        "bridge mdb show dev br0" => host.list(Mdb::all().bridge("br0"))?;
        "bridge mdb flush dev br0" => host.delete(MdbFlush::new("br0"))?;
        "bridge vni add dev vx0 vni 100-110 group 239.1.1.1"
            => host.add(Vni::range("vx0", 100..=110).remote([239, 1, 1, 1]))?;
        "bridge vni show dev vx0" => host.list(Vnis::all().link("vx0"))?;
    }
}
