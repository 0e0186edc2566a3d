//! neli 0.7.
use nlroute::{
    Address, Addresses, Connection, Group, Monitor, Netlink, Route, Routes,
    link::{Link, Links},
    route::RouteTable,
};

use super::rows;

rows! { host;
    # "Connections";
    "let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;" => Connection::open()?;
    "router.enable_strict_checking(true)?; router.enable_ext_ack(true)?;" => Connection::open()?;
    "let (router, events) = NlRouter::connect(NlFamily::Route, None, Groups::new_groups(&[1]))?;"
        => Monitor::open()?.join([Group::Link])?;
    "router.add_mcast_membership(Groups::new_groups(&[7]))?" => Monitor::open()?.join([Group::Ipv4Route])?;
    "let (router, _) = NlRouter::connect(NlFamily::Generic, None, Groups::empty())?;" => Netlink::open(16)?;

    # "Requests: the type, the flags, the payload";
    "router.send::<_, _, Rtm, Ifinfomsg>(Rtm::Getlink, NlmF::DUMP, NlPayload::Payload(link))?" => host.list(Links::all())?;
    "router.send::<_, _, Rtm, Ifinfomsg>(Rtm::Getlink, NlmF::ACK, NlPayload::Payload(link))?" => host.get(Link::named("eth0"))?;
    "router.send::<_, _, Rtm, Ifinfomsg>(Rtm::Setlink, NlmF::ACK, NlPayload::Payload(link))?"
        => host.change(Link::named("eth0").up())?;
    "router.send::<_, _, Rtm, Ifinfomsg>(Rtm::Dellink, NlmF::ACK, NlPayload::Payload(link))?" => host.delete(Link::named("eth0"))?;
    "router.send::<_, _, Rtm, Ifaddrmsg>(Rtm::Getaddr, NlmF::DUMP, NlPayload::Payload(address))?" => host.list(Addresses::all())?;
    "router.send::<_, _, Rtm, Ifaddrmsg>(Rtm::Newaddr, NlmF::CREATE | NlmF::EXCL | NlmF::ACK, NlPayload::Payload(address))?"
        => host.add(Address::new("eth0", "192.0.2.1/24".parse()?))?;
    "router.send::<_, _, Rtm, Rtmsg>(Rtm::Newroute, NlmF::CREATE | NlmF::EXCL | NlmF::ACK, NlPayload::Payload(route))?"
        => host.add(Route::default_via("192.0.2.1".parse()?))?;
    "router.send::<_, _, Rtm, Rtmsg>(Rtm::Newroute, NlmF::CREATE | NlmF::REPLACE | NlmF::ACK, NlPayload::Payload(route))?"
        => host.replace(Route::default_via("192.0.2.1".parse()?))?;
    "router.send::<_, _, Rtm, Rtmsg>(Rtm::Newroute, NlmF::CREATE | NlmF::APPEND | NlmF::ACK, NlPayload::Payload(route))?"
        => host.append(Route::default_via("192.0.2.1".parse()?))?;
    "router.send::<_, _, Rtm, Rtmsg>(Rtm::Delroute, NlmF::ACK, NlPayload::Payload(route))?"
        => host.delete(Route::default_via("192.0.2.1".parse()?))?;
    "router.send::<_, _, Rtm, Rtmsg>(Rtm::Getroute, NlmF::DUMP, NlPayload::Payload(route))?" => host.list(Routes::all())?;

    # "What is put in";
    "IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).ifi_index(2).up().build()?" => Link::index(2).up();
    "RtattrBuilder::default().rta_type(Ifla::Mtu).rta_payload(1400u32).build()?" => Link::named("eth0").mtu(1400);
    "RtattrBuilder::default().rta_type(Ifla::Ifname).rta_payload(\"eth0\").build()?" => Link::named("eth0");
    "RtattrBuilder::default().rta_type(Rta::Gateway).rta_payload([192u8, 0, 2, 1]).build()?"
        => Route::new("10.0.0.0/8".parse()?).gateway("192.0.2.1".parse()?);
    "RtattrBuilder::default().rta_type(Rta::Oif).rta_payload(2u32).build()?" => Route::new("10.0.0.0/8".parse()?).oif("eth0");
    "RtmsgBuilder::default().rtm_table(RtTable::Local)" => Route::new("10.0.0.0/8".parse()?).table(RouteTable::LOCAL);

    # "What is read";
    "link.ifi_index()" => host.get(Link::named("eth0"))?.index();
    "link.rtattrs().get_attr_handle().get_attr_payload_as_with_len::<String>(Ifla::Ifname)?" => host.get(Link::named("eth0"))?.name();
    "link.rtattrs().get_attr_handle().get_attr_payload_as::<u32>(Ifla::Mtu)?" => host.get(Link::named("eth0"))?.mtu();
    "link.rtattrs().iter()" => host.get(Link::named("eth0"))?.attributes().count();
}
