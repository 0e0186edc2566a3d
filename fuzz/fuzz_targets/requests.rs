//! Arbitrary requests, built by setters: each is written, or refused by name, and what is written
//! can be read.
#![no_main]
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    os::fd::RawFd,
    time::Duration,
};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nlroute::{
    Address, Addresses, FdbEntry, Neighbour, Neighbours, NetnsId, Prefix, Query, Request, Route,
    Routes, Verb,
    address::AddressFlags,
    link::{
        AddrGenMode, AfSpec, AltNames, Bridge, BridgeOption, BridgeOptions, BridgePort, ExtMask,
        Inet, Inet6, Ipv4Conf, Kind, Link, LinkFlags, LinkRequest, Links, Peer, Veth, Xdp,
    },
    neighbour::{FdbExt, NeighbourFlags, NeighbourState},
    route::{EncapType, MetricsLock, Nexthop, RouteMetrics, encap::Encap},
    wire::{BoxError, EncodeError, LinkAddress, LinkRef, Lookup, Messages, Writer},
};

/// Bytes of one of the crate's own types could be malformed, and would be told as such.
const UNKNOWN: EncapType = EncapType::Other(77);

/// Finds every other name.
struct Names(u32);

impl Lookup for Names {
    fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError> {
        self.0 += 1;
        if name.len() % 2 == 0 {
            return Err("no such device".into());
        }
        Ok(self.0)
    }

    fn netns(&mut self, name: &str) -> Result<RawFd, BoxError> {
        if name.is_empty() {
            return Err("no such namespace".into());
        }
        Ok(9)
    }
}

#[derive(Arbitrary, Clone, Debug)]
enum Which {
    Index(u32),
    Name(String),
    Bytes(Vec<u8>),
}

impl<'a> From<&'a Which> for LinkRef<'a> {
    fn from(which: &'a Which) -> Self {
        match which {
            Which::Index(index) => Self::from(*index),
            Which::Name(name) => Self::from(name),
            Which::Bytes(name) => Self::from(&name[..]),
        }
    }
}

#[derive(Arbitrary, Debug)]
enum LinkSetter<'a> {
    Address(Vec<u8>),
    Alias(&'a str),
    Carrier(bool),
    Conf(Vec<(u16, i32)>),
    ExtMask(u32),
    Flag(u32, bool),
    GenMode(u8),
    Group(u32),
    Ifindex(u32),
    Link(Which),
    Master(Which),
    Mtu(u32),
    Name(Which),
    Netns(&'a str),
    NetnsPid(u32),
    Netnsid(i32),
    Raw(&'a [u8]),
    Token([u8; 16]),
    Txqlen(u32),
    Xdp(i32),
}

impl<'a> LinkSetter<'a> {
    fn set<K: Kind>(
        &'a self,
        link: LinkRequest<'a, K>,
        conf: &'a [(Ipv4Conf, i32)],
    ) -> LinkRequest<'a, K> {
        match self {
            Self::Address(bytes) => link.address(LinkAddress::new(bytes).unwrap_or_default()),
            Self::Alias(text) => link.alias(text),
            Self::Carrier(on) => link.carrier(*on),
            Self::Conf(_) => link.af_spec(AfSpec::new().inet(Inet::new().conf(conf))),
            Self::ExtMask(bits) => link.ext_mask(ExtMask::from_bits_retain(*bits)),
            Self::Flag(bits, on) => link.flag(LinkFlags::from_bits_retain(*bits), *on),
            Self::GenMode(mode) => link.addr_gen_mode(AddrGenMode::from(*mode)),
            Self::Group(group) => link.group(*group),
            Self::Ifindex(index) => link.ifindex(*index),
            Self::Link(which) => link.link(which),
            Self::Master(which) => link.master(which),
            Self::Mtu(mtu) => link.mtu(*mtu),
            Self::Name(which) => link.rename(which),
            Self::Netns(name) => link.netns(*name),
            Self::NetnsPid(pid) => link.netns_pid(*pid),
            Self::Netnsid(id) => link.target_netnsid(*id).link_netnsid(*id),
            Self::Raw(bytes) => link.raw_attributes(bytes),
            Self::Token(token) => {
                let inet6 = Inet6::new().token(Ipv6Addr::from(*token));
                link.af_spec(AfSpec::new().inet6(inet6))
            }
            Self::Txqlen(len) => link.txqlen(*len),
            Self::Xdp(fd) => link.xdp(Xdp::new().fd(*fd)),
        }
    }
}

#[derive(Arbitrary, Debug)]
struct LinkAsked<'a> {
    new: bool,
    which: Which,
    setters: Vec<LinkSetter<'a>>,
}

impl LinkAsked<'_> {
    fn conf(&self) -> Vec<(Ipv4Conf, i32)> {
        let conf = self.setters.iter().rev().find_map(|setter| match setter {
            LinkSetter::Conf(conf) => Some(conf),
            _ => None,
        });
        let conf = conf.into_iter().flatten();
        conf.map(|(setting, value)| (Ipv4Conf::from(*setting), *value))
            .collect()
    }

    fn request<'a, K: Kind>(&'a self, conf: &'a [(Ipv4Conf, i32)]) -> LinkRequest<'a, K> {
        let start = if self.new {
            LinkRequest::new(&self.which)
        } else {
            LinkRequest::named(&self.which)
        };
        self.setters
            .iter()
            .fold(start, |link, setter| setter.set(link, conf))
    }
}

#[derive(Arbitrary, Debug)]
enum BridgeSetter {
    ForwardDelay(Duration),
    QueryInterval(Duration),
    VlanProtocol(u16),
    GroupAddr([u8; 6]),
    Option(u32, bool),
    Flush(bool),
    Priority(u16),
}

impl BridgeSetter {
    fn set<'a>(&self, bridge: Bridge<'a>) -> Bridge<'a> {
        match self {
            Self::ForwardDelay(time) => bridge.forward_delay(*time),
            Self::QueryInterval(time) => bridge.mcast_query_intvl(*time),
            Self::VlanProtocol(protocol) => bridge.vlan_protocol(*protocol),
            Self::GroupAddr(address) => bridge.group_addr(*address),
            Self::Option(bits, on) => {
                let option = BridgeOption::from_bits_retain(*bits);
                bridge.multi_boolopt(BridgeOptions::new(option, *on))
            }
            Self::Flush(on) => bridge.fdb_flush(*on),
            Self::Priority(priority) => bridge.priority(*priority),
        }
    }
}

#[derive(Arbitrary, Debug)]
enum RouteSetter<'a> {
    Encap(&'a [u8]),
    From(IpAddr, u8),
    Gateway(IpAddr),
    Kind(u8),
    Metric(u32),
    Metrics(u32, Duration, &'a str),
    Nexthops,
    Oif(Which),
    Onlink,
    Protocol(u8),
    Scope(u8),
    Source(IpAddr),
    Table(u32),
    Tos(u8),
    Via(IpAddr),
}

#[derive(Arbitrary, Debug)]
struct Hop<'a> {
    gateway: Option<IpAddr>,
    via: Option<IpAddr>,
    link: Option<Which>,
    weight: u16,
    encap: &'a [u8],
}

impl<'a> Hop<'a> {
    fn nexthop(&'a self) -> Nexthop<'a> {
        let mut hop = Nexthop::new().weight(self.weight);
        if let Some(gateway) = self.gateway {
            hop = hop.gateway(gateway);
        }
        if let Some(via) = self.via {
            hop = hop.via(via);
        }
        if let Some(link) = &self.link {
            hop = hop.link(link);
        }
        if self.encap.is_empty() {
            return hop;
        }
        hop.encap(Encap::Raw(UNKNOWN, self.encap))
    }
}

impl<'a> RouteSetter<'a> {
    fn set(&'a self, route: Route<'a>, hops: &'a [Nexthop<'a>]) -> Route<'a> {
        match self {
            Self::Encap(bytes) => route.encap(Encap::Raw(UNKNOWN, bytes)),
            Self::From(address, len) => match Prefix::new(*address, *len) {
                Ok(prefix) => route.from(prefix),
                Err(_) => route,
            },
            Self::Gateway(address) => route.gateway(*address),
            Self::Kind(kind) => route.kind((*kind).into()),
            Self::Metric(metric) => route.metric(*metric),
            Self::Metrics(mtu, time, text) => route.metrics(
                RouteMetrics::new()
                    .mtu(*mtu)
                    .rtt(*time)
                    .lock(MetricsLock::from_bits_retain(*mtu))
                    .cc_algo(text),
            ),
            Self::Nexthops => route.nexthops(hops),
            Self::Oif(which) => route.oif(which),
            Self::Onlink => route.onlink(),
            Self::Protocol(protocol) => route.protocol((*protocol).into()),
            Self::Scope(scope) => route.scope((*scope).into()),
            Self::Source(address) => route.source(*address),
            Self::Table(table) => route.table(*table),
            Self::Tos(tos) => route.tos(*tos),
            Self::Via(address) => route.via(*address),
        }
    }
}

#[derive(Arbitrary, Debug)]
enum Asked<'a> {
    Link(LinkAsked<'a>, &'a str),
    Bridge(LinkAsked<'a>, Vec<BridgeSetter>),
    Port(LinkAsked<'a>, Option<bool>, Option<u32>),
    Veth(LinkAsked<'a>, LinkAsked<'a>),
    AltNames(Which, Vec<&'a str>),
    Address(Which, IpAddr, u8, &'a str, u32, Duration),
    Route(IpAddr, u8, Vec<RouteSetter<'a>>, Vec<Hop<'a>>),
    Neighbour(Which, IpAddr, Vec<u8>, u8, u16),
    Fdb(Which, Vec<u8>, u8, u16, Option<IpAddr>, Which),
    NetnsId(Option<i32>, &'a str),
    Queries(Which, &'a str, u32),
}

const VERBS: [Verb; 7] = [
    Verb::Add,
    Verb::Replace,
    Verb::Change,
    Verb::Append,
    Verb::Delete,
    Verb::Get,
    Verb::List,
];

/// A request in words, from its bytes.
struct Told<'a>(nlroute::Describe, &'a [u8]);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(self.1, &|index| format!("#{index}"), f)
    }
}

/// Writes a request by every verb.
fn write<R: Request + fmt::Debug + Clone + PartialEq>(request: &R) {
    assert!(request.clone() == *request);
    let _ = format!("{request:?}");
    let mut bytes = Vec::new();
    for verb in VERBS {
        for follow_up in [false, true] {
            bytes.clear();
            let mut names = Names(0);
            let mut out = Writer::with_lookup(&mut bytes, &mut names);
            let written = if follow_up {
                request.follow_up(&mut out).map(drop)
            } else {
                request.encode(verb, &mut out)
            };
            look(written, &bytes, !follow_up, |body| {
                let _ = Told(R::DESCRIBE, body).to_string();
                R::SCHEMA.malformed(body)
            });
        }
    }
}

fn ask<Q: Query>(mut query: Q) {
    let mut bytes = Vec::new();
    let mut names = Names(0);
    let written = query.encode(&mut Writer::with_lookup(&mut bytes, &mut names));
    look(written, &bytes, true, |body| Q::SCHEMA.malformed(body));
}

/// That what was written is one message whose attributes are values of their types.
fn look(
    written: Result<(), EncodeError>,
    bytes: &[u8],
    must: bool,
    malformed: impl Fn(&[u8]) -> Vec<nlroute::wire::Malformed>,
) {
    if let Err(error) = written {
        assert!(!error.to_string().is_empty());
        let _ = (error.attribute(), error.value().len(), error.why().len());
        return;
    }
    let messages: Result<Vec<_>, _> = Messages::new(bytes).collect();
    let messages = messages.unwrap();
    assert!(messages.len() == 1 || (!must && messages.is_empty()));
    for message in messages {
        let bad = malformed(message.body());
        assert!(bad.is_empty(), "{bad:?}");
    }
}

fuzz_target!(|asked: Asked<'_>| {
    match &asked {
        Asked::Link(link, kind) => {
            let conf = link.conf();
            let request: Link<'_> = link.request(&conf);
            // What is appended as it is may be anything.
            if link.setters.iter().any(|s| matches!(s, LinkSetter::Raw(_))) {
                let mut bytes = Vec::new();
                let mut names = Names(0);
                let mut out = Writer::with_lookup(&mut bytes, &mut names);
                let _ = request.kind(kind).encode(Verb::Change, &mut out);
                return;
            }
            ask(request.clone());
            write(&request.kind(kind));
        }
        Asked::Bridge(link, setters) if no_raw(link) => {
            let conf = link.conf();
            let start: Bridge<'_> = link.request(&conf);
            write(&setters.iter().fold(start, |bridge, s| s.set(bridge)));
        }
        Asked::Port(link, hairpin, cost) if no_raw(link) => {
            let conf = link.conf();
            let mut port: BridgePort<'_> = link.request(&conf);
            if let Some(hairpin) = hairpin {
                port = port.hairpin(*hairpin);
            }
            if let Some(cost) = cost {
                port = port.port_cost(*cost);
            }
            write(&port);
        }
        Asked::Veth(link, peer) if no_raw(link) && no_raw(peer) => {
            let (conf, peer_conf) = (link.conf(), peer.conf());
            let veth: Veth<'_> = link.request(&conf);
            let peer: Peer<'_> = peer.request(&peer_conf);
            write(&veth.peer(peer));
        }
        Asked::AltNames(which, names) => {
            let names = names
                .iter()
                .fold(AltNames::of(which), |all, n| all.name(*n));
            write(&names);
        }
        Asked::Address(which, ip, len, label, flags, time) => {
            let Ok(prefix) = Prefix::new(*ip, *len) else {
                return;
            };
            let address = Address::new(which, prefix)
                .label(label)
                .metric(*flags)
                .flags(AddressFlags::from_bits_retain(*flags))
                .valid(*time);
            write(&address);
            write(&address.broadcast_of_prefix());
            ask(Addresses::all().link(which));
        }
        Asked::Route(ip, len, setters, hops) => {
            let hops: Vec<_> = hops.iter().map(Hop::nexthop).collect();
            let Ok(prefix) = Prefix::new(*ip, *len) else {
                return;
            };
            let start = Route::new(prefix);
            write(&setters.iter().fold(start, |route, s| s.set(route, &hops)));
            ask(Route::to(*ip).from(prefix.last()));
        }
        Asked::Neighbour(which, ip, mac, flags, state) => {
            let neighbour = Neighbour::new(which, *ip)
                .flags(NeighbourFlags::from_bits_retain(*flags))
                .state(NeighbourState::from_bits_retain(*state));
            ask(neighbour.clone());
            write(&neighbour);
            let mac = LinkAddress::new(mac).unwrap_or_default();
            write(&neighbour.lladdr(mac));
        }
        Asked::Fdb(which, mac, flags, vlan, destination, via) => {
            let mac = LinkAddress::new(mac).unwrap_or_default();
            let mut entry = FdbEntry::new(which, mac)
                .flags(NeighbourFlags::from_bits_retain(*flags))
                .vlan(*vlan)
                .via(via)
                .ext(FdbExt::new().dont_refresh(flags % 2 == 0));
            if let Some(destination) = destination {
                entry = entry.destination(*destination);
            }
            ask(entry.clone());
            write(&entry);
        }
        Asked::NetnsId(id, name) => {
            let mut request = NetnsId::new().fd(*name);
            if let Some(id) = id {
                request = request.nsid(*id);
            }
            ask(request.clone());
            write(&request);
        }
        Asked::Queries(which, kind, number) => {
            ask(Links::all().master(which).kind(kind));
            ask(Routes::all().oif(which).table(*number));
            ask(Neighbours::all().link(which).master(which));
            ask(Neighbours::fdb().bridge(which));
            ask(Neighbours::fdb().port(which));
        }
        _ => {}
    }
});

fn no_raw(link: &LinkAsked<'_>) -> bool {
    let raw = |setter: &LinkSetter<'_>| matches!(setter, LinkSetter::Raw(_));
    !link.setters.iter().any(raw)
}
