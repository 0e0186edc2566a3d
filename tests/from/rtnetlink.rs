//! rtnetlink 0.24.
use nlroute::{
    Address, Addresses, Connection, FdbEntry, Group, Monitor, Neighbour, Neighbours, Netns, Prefix,
    Route, Routes, Rule, Rules,
    link::{
        AltNames, Bond, BondMode, Bridge, BridgePort, Link, Links, Macvlan, MacvlanMode, Peer,
        Veth, Vlan, Vrf, Vxlan,
    },
    route::{Nexthop, RouteTable},
};

use super::rows;

rows! { host;
    # "Connections and namespaces";
    "let (connection, handle, _) = new_connection()?; tokio::spawn(connection);" => Connection::open()?;
    "let (connection, handle, messages) = new_multicast_connection(&[MulticastGroup::Link])?;"
        => Monitor::open()?.join([Group::Link])?;
    "NetworkNamespace::add(\"blue\").await?" => Netns::create("blue")?;
    "NetworkNamespace::del(\"blue\").await?" => Netns::delete("blue")?;

    # "Links";
    "handle.link().get().execute()" => host.list(Links::all())?;
    "handle.link().get().match_name(\"eth0\").execute().try_next().await?" => host.get(Link::named("eth0"))?;
    "handle.link().get().match_index(index).execute().try_next().await?" => host.get(Link::index(2))?;
    "handle.link().add(LinkBridge::new(\"br0\").up().build()).execute().await?" => host.add(Bridge::new("br0").up())?;
    "handle.link().add(LinkVeth::new(\"veth0\", \"ceth0\").build()).execute().await?"
        => host.add(Veth::new("veth0").peer(Peer::new("ceth0")))?;
    "handle.link().add(LinkVlan::new(\"eth0.5\", eth0, 5).build()).execute().await?"
        => host.add(Vlan::new("eth0.5").link("eth0").id(5))?;
    "handle.link().add(LinkMacVlan::new(\"mv0\", eth0, MacVlanMode::Bridge).build()).execute().await?"
        => host.add(Macvlan::new("mv0").link("eth0").mode(MacvlanMode::Bridge))?;
    "handle.link().add(LinkVxlan::new(\"vxlan0\", 42).port(4789).build()).execute().await?"
        => host.add(Vxlan::new("vxlan0").id(42).port(4789))?;
    "handle.link().add(LinkVrf::new(\"vrf0\", 10).build()).execute().await?" => host.add(Vrf::new("vrf0").table(10))?;
    "handle.link().add(LinkBond::new(\"bond0\").mode(BondMode::ActiveBackup).build()).execute().await?"
        => host.add(Bond::new("bond0").mode(BondMode::ActiveBackup))?;
    "handle.link().set(LinkUnspec::new_with_index(index).up().build()).execute().await?"
        => host.change(Link::named("eth0").up())?;
    "handle.link().set(LinkUnspec::new_with_index(index).mtu(1400).name(\"lan0\").build()).execute().await?"
        => host.change(Link::named("eth0").mtu(1400).rename("lan0"))?;
    "handle.link().set(LinkUnspec::new_with_index(index).address(vec![2, 0, 0, 0, 0, 1]).build()).execute().await?"
        => host.change(Link::named("eth0").address([2, 0, 0, 0, 0, 1]))?;
    "handle.link().set(LinkUnspec::new_with_index(index).controller(bridge).build()).execute().await?"
        => host.change(Link::named("eth0").master("br0"))?;
    "handle.link().set(LinkUnspec::new_with_index(index).nocontroller().build()).execute().await?"
        => host.change(Link::named("eth0").no_master())?;
    "handle.link().set(LinkUnspec::new_with_index(index).setns_by_fd(file.as_raw_fd()).build()).execute().await?"
        => host.change(Link::named("eth0").netns("blue"))?;
    "handle.link().set(LinkUnspec::new_with_index(index).setns_by_pid(pid).build()).execute().await?"
        => host.change(Link::named("eth0").netns_pid(4711))?;
    "handle.link().set_port(LinkBridgePort::new(index).hairpin(true).build()).execute().await?"
        => host.change(BridgePort::named("veth0").hairpin(true))?;
    "handle.link().property_add(index).alt_ifname(&[\"a-long-name-for-it\"]).execute().await?"
        => host.add(AltNames::of("eth0").name("a-long-name-for-it"))?;
    "handle.link().del(index).execute().await?" => host.delete(Link::named("eth0"))?;
    "link.header.index" => host.get(Link::named("eth0"))?.index();
    "link.attributes.iter().find_map(|one| match one { LinkAttribute::Mtu(mtu) => Some(*mtu), _ => None })"
        => host.get(Link::named("eth0"))?.mtu();

    # "Addresses";
    "handle.address().add(index, \"192.0.2.1\".parse()?, 24).execute().await?"
        => host.add(Address::new("eth0", "192.0.2.1/24".parse()?))?;
    "handle.address().add(index, \"192.0.2.1\".parse()?, 24).replace().execute().await?"
        => host.replace(Address::new("eth0", "192.0.2.1/24".parse()?))?;
    "handle.address().add(index, address, 24).execute().await?"
        => host.add(Address::new("eth0", Prefix::new([192, 0, 2, 1].into(), 24)?))?;
    "handle.address().get().set_link_index_filter(index).execute()" => host.list(Addresses::all().link("eth0"))?;
    "handle.address().del(message).execute().await?" => host.delete(Address::new("eth0", "192.0.2.1/24".parse()?))?;

    # "Routes";
    "handle.route().add(RouteMessageBuilder::<Ipv4Addr>::new().gateway([192, 0, 2, 1].into()).build()).execute().await?"
        => host.add(Route::default_via("192.0.2.1".parse()?))?;
    "handle.route().add(RouteMessageBuilder::<Ipv4Addr>::new().destination_prefix([10, 0, 0, 0].into(), 8).output_interface(index).table_id(100).priority(7).build()).execute().await?"
        => host.add(Route::new("10.0.0.0/8".parse()?).oif("eth0").table(100).metric(7))?;
    "handle.route().add(RouteMessageBuilder::<Ipv4Addr>::new().destination_prefix([10, 0, 0, 0].into(), 8).pref_source([192, 0, 2, 1].into()).build()).execute().await?"
        => host.add(Route::new("10.0.0.0/8".parse()?).source("192.0.2.1".parse()?))?;
    "handle.route().add(route).replace().execute().await?" => host.replace(Route::default_via("192.0.2.1".parse()?))?;
    "RouteNextHopBuilder::new_ipv4().via([192, 0, 2, 1].into())?.weight(2).build()"
        => Nexthop::new().gateway("192.0.2.1".parse()?).weight(3);
    "handle.route().get(RouteMessageBuilder::<Ipv4Addr>::new().build()).execute()"
        => host.list(Routes::all().family(nlroute::Family::Inet))?;
    "handle.route().get(RouteMessageBuilder::<Ipv4Addr>::new().table_id(254).build()).execute()"
        => host.list(Routes::all().family(nlroute::Family::Inet).table(RouteTable::MAIN))?;
    "handle.route().del(route).execute().await?" => host.delete(Route::default_via("192.0.2.1".parse()?))?;

    # "Neighbours, forwarding databases, rules";
    "handle.neighbours().get().execute()" => host.list(Neighbours::all())?;
    "handle.neighbours().add(index, \"192.0.2.9\".parse()?).link_layer_address(&[2, 0, 0, 0, 0, 9]).execute().await?"
        => host.add(Neighbour::new("eth0", "192.0.2.9".parse()?).lladdr([2, 0, 0, 0, 0, 9]))?;
    "handle.neighbours().add_bridge(index, &[2, 0, 0, 0, 0, 9]).execute().await?"
        => host.add(FdbEntry::new("eth0", [2, 0, 0, 0, 0, 9]))?;
    "handle.rule().get(IpVersion::V4).execute()" => host.list(Rules::all().family(nlroute::Family::Inet))?;
    "handle.rule().add().v4().source_prefix([10, 1, 0, 0].into(), 16).table_id(100).priority(7).execute().await?"
        => host.add(Rule::new().from("10.1.0.0/16".parse()?).table(100).priority(7))?;
    "handle.rule().add().v4().fw_mark(5).table_id(100).execute().await?" => host.add(Rule::new().fwmark(5).table(100))?;
    "handle.rule().del(rule).execute().await?" => host.delete(Rule::new().priority(7))?;
}
