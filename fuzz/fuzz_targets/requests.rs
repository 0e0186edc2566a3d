//! Arbitrary requests, built by setters: each is written, or refused by name, and what is written
//! can be read.
#![no_main]
use std::{
    fmt,
    io::{Stdin, stdin},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::fd::RawFd,
    sync::LazyLock,
    time::Duration,
};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use nlroute::{
    Address, Addresses, Family, FdbEntry, Neighbour, Neighbours, NetnsId, Prefix, Query, Request,
    Route, Routes, Rule, Rules, Verb,
    address::AddressFlags,
    link::{
        AddrGenMode, AfSpec, AltNames, Bridge, BridgeOption, BridgeOptions, BridgePort, ExtMask,
        Inet, Inet6, Ipv4Conf, Kind, Link, LinkFlags, LinkRequest, Links, Peer, Veth, Xdp,
    },
    messages,
    neighbour::{FdbExt, NeighbourFlags, NeighbourState},
    nexthop::{NexthopMember, ResilientGroup},
    route::{
        EncapType, MetricsLock, Nexthop, RouteMetrics,
        encap::{
            BpfEncap, BpfProg, Encap, ErspanOpts, GeneveOpt, IlaEncap, Ioam6Encap, Ioam6Trace,
            Ip6Encap, IpEncap, IpOpts, MplsEncap, RplEncap, Seg6Counters, Seg6Encap, Seg6Flavor,
            Seg6Flavors, Seg6LocalEncap, Srh, TunnelFlags, VxlanOpts, XfrmEncap,
        },
    },
    wire::{BoxError, EncodeError, LinkAddress, LinkRef, Lookup, Messages, Schema, Writer},
};

/// Bytes of one of the crate's own types could be malformed, and would be told as such.
const UNKNOWN: EncapType = EncapType::Other(77);

/// A descriptor that is open.
static PROGRAM: LazyLock<Stdin> = LazyLock::new(stdin);

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
    Xdp(bool),
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
            Self::Xdp(false) => link.xdp(Xdp::detach()),
            Self::Xdp(true) => link.xdp(Xdp::new().fd(&*PROGRAM)),
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

/// An encapsulation of one of the crate's own types.
#[derive(Arbitrary, Debug)]
enum Tunnel<'a> {
    Bpf(&'a str, u32),
    Ila(u64, u8, u8, u8),
    Ioam6(u8, Option<Ipv6Addr>, u32, u16, u32),
    Ip(u64, Ipv4Addr, u8, u16, Option<u32>),
    Ip6(u64, Ipv6Addr, u8, u16, u8, u32),
    Geneve(Vec<(u16, u8, &'a [u8])>),
    Mpls(Vec<u32>, Option<u8>),
    Rpl(Vec<Ipv6Addr>),
    Seg6(i32, Vec<Ipv6Addr>, Option<u32>, Ipv6Addr),
    Seg6Local(u32, Vec<Ipv6Addr>, Which, u32, Ipv6Addr, u8),
    Xfrm(u32, Which),
}

impl Tunnel<'_> {
    /// Hands it over: what it borrows lives no longer.
    fn with(&self, run: impl FnOnce(Encap<'_>)) {
        fn srh(segments: &[Ipv6Addr], key: Option<u32>) -> Srh<'_> {
            let srh = Srh::new(segments);
            match key {
                Some(key) => srh.hmac(key),
                None => srh,
            }
        }
        match self {
            Self::Bpf(name, room) => {
                let program = BpfProg::new().fd(&*PROGRAM).name(name);
                let bpf = BpfEncap::new().r#in(program.clone()).xmit(program);
                run(Encap::from(&bpf.headroom(*room)));
            }
            Self::Ila(locator, csum, ident, hook) => {
                let ila = IlaEncap::new().locator(*locator);
                let ila = ila.csum_mode((*csum).into()).ident_type((*ident).into());
                run(Encap::from(&ila.hook_type((*hook).into())));
            }
            Self::Ioam6(mode, dst, kinds, size, freq) => {
                let trace = Ioam6Trace {
                    kinds: *kinds,
                    size: *size,
                    ..Ioam6Trace::default()
                };
                let mut ioam6 = Ioam6Encap::new().mode((*mode).into()).trace(trace);
                if let Some(dst) = dst {
                    ioam6 = ioam6.dst(*dst).freq(*freq, *kinds);
                }
                run(Encap::from(&ioam6));
            }
            Self::Ip(id, dst, ttl, flags, gbp) => {
                let flags = TunnelFlags::from_bits_retain(*flags);
                let mut ip = IpEncap::new().id(*id).dst(*dst).ttl(*ttl).flags(flags);
                if let Some(gbp) = gbp {
                    ip = ip.opts(IpOpts::new().vxlan(VxlanOpts::new().gbp(*gbp)));
                }
                run(Encap::from(&ip));
            }
            Self::Ip6(id, dst, limit, flags, ver, index) => {
                let flags = TunnelFlags::from_bits_retain(*flags);
                let erspan = ErspanOpts::new().ver(*ver).index(*index).hwid(*limit);
                let ip6 = Ip6Encap::new().id(*id).dst(*dst).hoplimit(*limit);
                run(Encap::from(
                    &ip6.flags(flags).opts(IpOpts::new().erspan(erspan)),
                ));
            }
            Self::Geneve(options) => {
                let options: Vec<_> = options
                    .iter()
                    .map(|(class, kind, data)| {
                        GeneveOpt::new().class(*class).kind(*kind).data(data)
                    })
                    .collect();
                run(Encap::from(
                    &IpEncap::new().opts(IpOpts::new().geneve(&options)),
                ));
            }
            Self::Mpls(labels, ttl) => {
                let mut mpls = MplsEncap::new().labels(labels);
                if let Some(ttl) = ttl {
                    mpls = mpls.ttl(*ttl);
                }
                run(Encap::from(&mpls));
            }
            Self::Rpl(segments) => run(Encap::from(&RplEncap::new().segments(segments))),
            Self::Seg6(mode, segments, key, src) => {
                let srh = srh(segments, *key);
                run(Encap::from(
                    &Seg6Encap::new().srh(((*mode).into(), srh)).src(*src),
                ));
            }
            Self::Seg6Local(action, segments, which, table, nh6, bits) => {
                let flavor = Seg6Flavor::from_bits_retain(*table);
                let flavors = Seg6Flavors::new().operation(flavor).lcblock_bits(*bits);
                let mut local = Seg6LocalEncap::new()
                    .action((*action).into())
                    .table(*table)
                    .nh6(*nh6)
                    .oif(which)
                    .flavors(flavors)
                    .counters(Seg6Counters::new().packets(u64::from(*table)));
                if !segments.is_empty() {
                    local = local.srh(srh(segments, None));
                }
                run(Encap::from(&local));
            }
            Self::Xfrm(id, which) => {
                run(Encap::from(&XfrmEncap::new().if_id(*id).link(which)));
            }
        }
    }
}

#[derive(Arbitrary, Debug)]
enum RuleSetter {
    Action(u8),
    Dport(u16, u16),
    Dscp(u8, u8),
    Family(u8),
    Flowlabel(u32, u32),
    From(IpAddr, u8),
    Fwmark(u32, u32),
    Goto(u32),
    Iif(Which),
    Invert,
    IpProto(u8),
    L3mdev(bool),
    Oif(Which),
    Priority(u32),
    Protocol(u8),
    Sport(u16),
    Suppress(i32, i32),
    Table(u32),
    To(IpAddr, u8),
    Tos(u8),
    TunId(u64),
    UidRange(u32, u32),
}

impl RuleSetter {
    fn set<'a>(&'a self, rule: Rule<'a>) -> Rule<'a> {
        match self {
            Self::Action(action) => rule.action((*action).into()),
            Self::Dport(first, last) => rule.dport(*first..=*last).dport_mask(*last),
            Self::Dscp(dscp, mask) => rule.dscp(*dscp).dscp_mask(*mask),
            Self::Family(family) => rule.family(Family::from(*family)),
            Self::Flowlabel(label, mask) => rule.flowlabel(*label).flowlabel_mask(*mask),
            Self::From(address, len) => match Prefix::new(*address, *len) {
                Ok(prefix) => rule.from(prefix),
                Err(_) => rule,
            },
            Self::Fwmark(mark, mask) => rule.fwmark(*mark).fwmask(*mask),
            Self::Goto(priority) => rule.goto(*priority),
            Self::Iif(which) => rule.iif(which),
            Self::Invert => rule.invert(),
            Self::IpProto(protocol) => rule.ip_proto(*protocol),
            Self::L3mdev(on) => rule.l3mdev(*on),
            Self::Oif(which) => rule.oif(which),
            Self::Priority(priority) => rule.priority(*priority),
            Self::Protocol(protocol) => rule.protocol((*protocol).into()),
            Self::Sport(port) => rule.sport(*port),
            Self::Suppress(group, len) => rule.suppress_ifgroup(*group).suppress_prefixlength(*len),
            Self::Table(table) => rule.table(*table),
            Self::To(address, len) => match Prefix::new(*address, *len) {
                Ok(prefix) => rule.to(prefix),
                Err(_) => rule,
            },
            Self::Tos(tos) => rule.tos(*tos),
            Self::TunId(id) => rule.tun_id(*id),
            Self::UidRange(first, last) => rule.uid_range(*first..=*last),
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
    Rule(Vec<RuleSetter>),
    Tunnel(IpAddr, u8, Tunnel<'a>, Which),
    Mpls(u32, Vec<u32>, IpAddr, Which),
    Nexthop(u32, Option<IpAddr>, Option<Which>, u8, bool),
    NexthopGroup(u32, Vec<(u32, u8, u8)>, u16, Duration),
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
                whole(R::SCHEMA).malformed(body)
            });
        }
    }
}

/// The table of a noun as what is read of it is told: a request's own knows as much of it as
/// refusals tell.
fn whole(schema: &'static Schema) -> &'static Schema {
    let mut all = (16..128).filter_map(|kind| messages::Noun::of(kind)?.schema);
    all.find(|whole| whole.name == schema.name)
        .unwrap_or(schema)
}

fn ask<Q: Query>(mut query: Q) {
    let mut bytes = Vec::new();
    let mut names = Names(0);
    let written = query.encode(&mut Writer::with_lookup(&mut bytes, &mut names));
    look(written, &bytes, true, |body| {
        whole(Q::SCHEMA).malformed(body)
    });
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
            ask(Rules::all().table(*number).priority(*number));
            ask(nlroute::Nexthops::all().link(which));
        }
        Asked::Rule(setters) => {
            let rule = setters.iter().fold(Rule::new(), |rule, s| s.set(rule));
            write(&rule);
        }
        Asked::Tunnel(ip, len, tunnel, which) => {
            let Ok(prefix) = Prefix::new(*ip, *len) else {
                return;
            };
            tunnel.with(|encap| {
                write(&Route::new(prefix).oif(which).encap(encap));
                write(&nlroute::Nexthop::new(7).oif(which).encap(encap));
                let hops = [Nexthop::new().link(which).encap(encap), Nexthop::new()];
                write(&Route::new(prefix).nexthops(&hops));
            });
        }
        Asked::Mpls(label, labels, via, which) => {
            let route = Route::mpls(*label).newdst(labels).via(*via).oif(which);
            write(&route);
            let hops = [Nexthop::new().newdst(labels).via(*via).link(which)];
            write(&Route::mpls(*label).nexthops(&hops));
        }
        Asked::Nexthop(id, gateway, which, protocol, blackhole) => {
            let mut object = nlroute::Nexthop::new(*id)
                .protocol((*protocol).into())
                .blackhole(*blackhole);
            if let Some(gateway) = gateway {
                object = object.gateway(*gateway);
            }
            if let Some(which) = which {
                object = object.oif(which).onlink();
            }
            write(&object);
        }
        Asked::NexthopGroup(id, members, buckets, time) => {
            let members: Vec<_> = members
                .iter()
                .map(|(id, low, high)| NexthopMember {
                    id: *id,
                    weight_low: *low,
                    weight_high: *high,
                    reserved: 0,
                })
                .collect();
            let group = ResilientGroup::new().buckets(*buckets).idle_timer(*time);
            let object = nlroute::Nexthop::new(*id).group(&members);
            write(&object);
            write(&object.group_type(1.into()).res_group(group));
        }
        _ => {}
    }
});

fn no_raw(link: &LinkAsked<'_>) -> bool {
    let raw = |setter: &LinkSetter<'_>| matches!(setter, LinkSetter::Raw(_));
    !link.setters.iter().any(raw)
}
