//! Tunnels on the real kernel: each kind is created, read back, altered, and what was asked for is
//! what the kernel tells. A kind that the kernel wasn't built with is skipped, aloud.
#[path = "common/kernel.rs"]
mod kernel;

use std::{net::Ipv6Addr, time::Duration};

use kernel::{is_new, shown};
use nlroute::{
    Connection, Request, Result, Verb,
    link::{
        Amt, AmtMode, Bareudp, Erspan, ErspanDirection, FlowInfo, Geneve, GeneveDf, Gre, GreFlags,
        Gretap, Gtp, GtpRole, Ip6TunnelFlags, Ip6erspan, Ip6gre, Ip6gretap, Ip6tnl, Ipip, Kind,
        Link, LinkRequest, LinkView, Peer, Pfcp, Sit, SitFlags, TunnelEncap, Veth, Vti, Vti6,
        Vxlan, VxlanDf, VxlanLabelPolicy, VxlanTable, Xfrm,
    },
    sandbox::{isolated, skip},
    wire::{Messages, Writer},
};

const NAME: &str = "tun0";
const HERE: [u8; 4] = [192, 0, 2, 1];
const THERE: [u8; 4] = [192, 0, 2, 2];

fn v6(last: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)
}

/// That the kernel tells of a link what a request asks for, and nothing that can't be read.
fn compare<K: Kind>(link: &LinkView<'_>, request: &LinkRequest<'_, K>, verb: Verb) {
    assert_eq!(link.kind().unwrap(), K::NAME);
    assert!(link.malformed().is_empty(), "{:?}", link.malformed());
    let mut bytes = Vec::new();
    request.encode(verb, &mut Writer::new(&mut bytes)).unwrap();
    let body = Messages::new(&bytes)
        .next()
        .unwrap()
        .unwrap()
        .body()
        .to_vec();
    let asked = LinkView::parse(&body).unwrap();
    let data = |link: &LinkView<'_>| -> Vec<u8> {
        let info = link.linkinfo().and_then(|info| Some(info.data()?.to_vec()));
        info.unwrap_or_default()
    };
    let (asked, told) = (data(&asked), data(link));
    for attribute in K::SCHEMA.attributes(&told) {
        let kind = attribute.unwrap().kind();
        assert!(
            K::SCHEMA.line(kind).is_some(),
            "{}: {kind} is unknown",
            K::NAME
        );
    }
    for attribute in K::SCHEMA.attributes(&asked).flatten() {
        let line = K::SCHEMA.line(attribute.kind()).unwrap();
        let place = format!("{}.{}", K::NAME, line.name);
        let wanted = shown(&line, attribute.payload());
        match K::SCHEMA.attributes(&told).find(line.kind) {
            _ if !line.readable => {}
            None if is_new(&line) => skip(format_args!("this kernel has no {place}")),
            // Taken since Linux 6.17, and not told by 6.18 either.
            None if line.name == "mc_route" => {}
            // What is off needs no telling.
            None => assert_eq!(wanted, "false", "{place} isn't told"),
            // The kernel adds what it found out itself.
            Some(told) if line.name == "tunnel_flags" => {
                let all = |bytes: &[u8]| {
                    bytes
                        .iter()
                        .rev()
                        .fold(0_u32, |n, b| n << 8 | u32::from(*b))
                };
                let (told, wanted) = (all(told), all(attribute.payload()));
                assert_eq!(told & wanted, wanted, "{place}");
            }
            Some(told) => assert_eq!(shown(&line, told), wanted, "{place}"),
        }
    }
}

/// A tunnel to try out, and its like altered.
struct Try<'a, K: Kind> {
    new: LinkRequest<'a, K>,
    /// With all settings where the kernel forgets the others.
    changed: Option<LinkRequest<'a, K>>,
    /// Whether what the kernel tells can be given back to it as it is.
    again: bool,
}

/// A tunnel that can't be altered.
fn fixed<K: Kind>(new: LinkRequest<'_, K>) -> Try<'_, K> {
    Try {
        new,
        changed: None,
        again: false,
    }
}

/// One that keeps what isn't said.
fn altered<'a, K: Kind>(new: LinkRequest<'a, K>, changed: LinkRequest<'a, K>) -> Try<'a, K> {
    Try {
        changed: Some(changed),
        ..fixed(new)
    }
}

/// One of which all is said again.
fn forgets<'a, K: Kind>(new: LinkRequest<'a, K>, changed: LinkRequest<'a, K>) -> Try<'a, K> {
    Try {
        again: true,
        ..altered(new, changed)
    }
}

/// Whether the kernel has the kind; panics where it does something else than it was asked.
fn tried<K: Kind>(host: &mut Connection, this: Try<'_, K>) -> Result<bool> {
    match host.add(this.new.clone()) {
        Err(error) if error.errno() == Some(libc::EOPNOTSUPP) => {
            skip(format_args!("this kernel has no {}: {error}", K::NAME));
            return Ok(false);
        }
        added => added?,
    };
    let link = host.get(Link::named(NAME))?;
    compare(&link, &this.new, Verb::Add);
    if this.again {
        let told = link.linkinfo().unwrap().data().unwrap_or(&[]).to_vec();
        let same = LinkRequest::<K>::named(NAME).data(K::again(&told));
        host.change(same)?;
        let link = host.get(Link::named(NAME))?;
        let now = link.linkinfo().unwrap().data().unwrap_or(&[]).to_vec();
        assert_eq!(now, told, "{}: given back as it was told", K::NAME);
    }
    if let Some(changed) = this.changed {
        host.change(changed.clone())?;
        compare(&host.get(Link::named(NAME))?, &changed, Verb::Change);
    }
    host.delete(Link::named(NAME))?;
    println!("{}: created and read back", K::NAME);
    Ok(true)
}

/// A connection, and the index of a link for tunnels to stand on.
fn host() -> Result<(Connection, u32)> {
    let mut host = Connection::open()?;
    let below = host.add(Veth::new("v0").up().peer(Peer::new("p0").up()))?;
    Ok((host, below))
}

#[test]
fn every_option_of_a_vxlan_is_read_back() {
    isolated(|| {
        let (mut host, below) = host()?;
        let vxlan = || Vxlan::new(NAME).id(42).port(4789);
        let named = || Vxlan::named(NAME);
        let all_of_ipv4 = vxlan()
            .remote(THERE)
            .local(HERE)
            .dev(below)
            .ttl(64)
            .tos(0x10)
            .df(VxlanDf::Set)
            .learning(false)
            .ageing(Duration::from_secs(60))
            .limit(100)
            .port_range(49152..=65535)
            .proxy(true)
            .rsc(true)
            .l2miss(true)
            .l3miss(true)
            .udp_csum(false)
            .remcsum_tx(true)
            .remcsum_rx(true)
            .gbp(true)
            .remcsum_nopartial(true)
            .localbypass(false)
            .mc_route(true);
        let changed = named()
            .remote([192, 0, 2, 3])
            .local([192, 0, 2, 4])
            .ttl(9)
            .tos(1)
            .df(VxlanDf::Inherit)
            .learning(true)
            .ageing(Duration::from_secs(90));
        tried(&mut host, altered(all_of_ipv4, changed))?;
        let all_of_ipv6 = vxlan()
            .remote(v6(2))
            .local(v6(1))
            .label(0x12345)
            .label_policy(VxlanLabelPolicy::Fixed)
            .ttl_inherit(true)
            .udp_zero_csum6_tx(true)
            .udp_zero_csum6_rx(true)
            .remcsum_tx(false)
            .l2miss(false)
            .df(VxlanDf::Unset);
        let changed = named().remote(v6(3)).label(7);
        tried(&mut host, altered(all_of_ipv6, changed))?;
        let groups = [
            vxlan().remote([239, 1, 1, 1]).dev(below),
            vxlan()
                .remote(Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 0, 0x100))
                .dev(below)
                .label_policy(VxlanLabelPolicy::Inherit),
        ];
        for group in groups {
            tried(&mut host, fixed(group))?;
        }
        let external = || Vxlan::new(NAME).collect_metadata(true).learning(false);
        tried(&mut host, fixed(external().vnifilter(true).port(4789)))?;
        tried(&mut host, fixed(external().gpe(true).port(4790)))?;
        // Bits that without a group policy nobody uses.
        tried(
            &mut host,
            fixed(vxlan().reserved_bits(0x8040_0000_0000_0000)),
        )?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_is_said_by_none_of_a_vxlan() {
    isolated(|| {
        let (mut host, _) = host()?;
        if !tried(&mut host, fixed(Vxlan::new(NAME).id(7)))? {
            return Ok(());
        }
        host.add(Vxlan::new(NAME).id(7).up())?;
        let link = host.get(Link::named(NAME))?;
        let vxlan = link.vxlan().unwrap();
        assert_eq!(vxlan.port(), Some(8472));
        assert_eq!((vxlan.remote(), vxlan.local()), (None, None));
        assert_eq!(vxlan.learning(), Some(true));
        assert_eq!(vxlan.ageing(), Some(Duration::from_secs(300)));
        assert_eq!(vxlan.ttl_inherit(), Some(false));
        assert_eq!((vxlan.gbp(), vxlan.gpe()), (None, None));
        assert!(link.data::<VxlanTable>().is_some() && link.geneve().is_none());
        // What can't be altered is told by the kernel, in its words.
        let error = host.change(Vxlan::named(NAME).port(4789)).unwrap_err();
        let message = error.refusal().and_then(|refusal| refusal.message.clone());
        assert!(
            message.is_none_or(|message| message.contains("port")),
            "{error}"
        );
        // One that the kernel would understand otherwise isn't sent.
        let error = host.add(Vxlan::new("tun1")).unwrap_err();
        assert!(error.to_string().contains("linkinfo.data.id"), "{error}");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn tunnels_in_udp() {
    isolated(|| {
        let (mut host, _) = host()?;
        let geneve = || Geneve::new(NAME).id(42);
        tried(
            &mut host,
            altered(
                geneve()
                    .remote(THERE)
                    .ttl(64)
                    .tos(0x10)
                    .port(6082)
                    .df(GeneveDf::Set)
                    .udp_csum(true)
                    .port_range(49152..=65535),
                Geneve::named(NAME).remote([192, 0, 2, 3]).ttl(9).tos(1),
            ),
        )?;
        tried(
            &mut host,
            altered(
                geneve()
                    .remote(v6(2))
                    .label(0x12345)
                    .ttl_inherit(true)
                    .udp_zero_csum6_tx(true)
                    .udp_zero_csum6_rx(false),
                Geneve::named(NAME).label(7).ttl_inherit(false),
            ),
        )?;
        // What older kernels don't know.
        let newest = geneve().remote(THERE).local(HERE).gro_hint(true);
        tried(&mut host, fixed(newest))?;
        tried(&mut host, fixed(geneve().remote(v6(2)).local(v6(1))))?;
        let external = Geneve::new(NAME).collect_metadata(true);
        tried(&mut host, fixed(external.clone()))?;
        tried(&mut host, fixed(external.inner_proto_inherit(true)))?;
        let bareudp = |ethertype| Bareudp::new(NAME).port(6635).ethertype(ethertype);
        let mpls = bareudp(0x8847).srcport_min(50000).multiproto_mode(true);
        tried(&mut host, fixed(mpls))?;
        tried(&mut host, fixed(bareudp(0x86dd)))?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn gre_over_ipv4() {
    isolated(|| {
        let (mut host, below) = host()?;
        tried(
            &mut host,
            forgets(
                Gre::new(NAME)
                    .local(HERE)
                    .remote(THERE)
                    .dev(below)
                    .ttl(64)
                    .tos(0x10)
                    .key(7)
                    .csum()
                    .seq()
                    .fwmark(5),
                Gre::named(NAME)
                    .local(HERE)
                    .remote([192, 0, 2, 3])
                    .key(8)
                    .pmtudisc(false)
                    .ignore_df(true),
            ),
        )?;
        tried(
            &mut host,
            forgets(
                Gretap::new(NAME)
                    .local(HERE)
                    .remote(THERE)
                    .iflags(GreFlags::KEY)
                    .ikey(3)
                    .ttl(9),
                Gretap::named(NAME)
                    .local(HERE)
                    .remote(THERE)
                    .iflags(GreFlags::KEY)
                    .ikey(3)
                    .tos(1),
            ),
        )?;
        tried(&mut host, fixed(Gretap::new(NAME).collect_metadata(true)))?;
        let erspan = |request: Erspan<'static>| request.remote(THERE).local(HERE).key(100).seq();
        tried(
            &mut host,
            forgets(
                erspan(Erspan::new(NAME)).erspan_ver(1).erspan_index(123),
                erspan(Erspan::named(NAME)).erspan_ver(1).erspan_index(7),
            ),
        )?;
        tried(
            &mut host,
            fixed(
                erspan(Erspan::new(NAME))
                    .erspan_ver(2)
                    .erspan_dir(ErspanDirection::Egress)
                    .erspan_hwid(17),
            ),
        )?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn gre_over_ipv6() {
    isolated(|| {
        let (mut host, below) = host()?;
        let gre = |request: Ip6gre<'static>| request.local(v6(1)).remote(v6(2)).key(7).csum();
        tried(
            &mut host,
            forgets(
                gre(Ip6gre::new(NAME))
                    .dev(below)
                    .ttl(9)
                    .encap_limit(5)
                    .flowinfo(FlowInfo::new(0x20, 0x12345))
                    .fwmark(5),
                gre(Ip6gre::named(NAME)).tunnel_flags(
                    Ip6TunnelFlags::IGN_ENCAP_LIMIT | Ip6TunnelFlags::USE_ORIG_TCLASS,
                ),
            ),
        )?;
        tried(
            &mut host,
            forgets(
                Ip6gretap::new(NAME).local(v6(1)).remote(v6(2)).seq(),
                Ip6gretap::named(NAME).local(v6(1)).remote(v6(3)).ttl(3),
            ),
        )?;
        let erspan = |request: Ip6erspan<'static>| request.remote(v6(2)).key(100).seq();
        tried(
            &mut host,
            fixed(erspan(Ip6erspan::new(NAME)).erspan_ver(1).erspan_index(123)),
        )?;
        tried(
            &mut host,
            fixed(
                erspan(Ip6erspan::new(NAME))
                    .erspan_ver(2)
                    .erspan_dir(ErspanDirection::Egress)
                    .erspan_hwid(3),
            ),
        )?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn ip_over_ip() {
    isolated(|| {
        let (mut host, below) = host()?;
        tried(
            &mut host,
            forgets(
                Ipip::new(NAME)
                    .local(HERE)
                    .remote(THERE)
                    .dev(below)
                    .ttl(64)
                    .tos(0x10)
                    .fwmark(5),
                Ipip::named(NAME)
                    .local(HERE)
                    .remote([192, 0, 2, 3])
                    .pmtudisc(false)
                    .ttl(0),
            ),
        )?;
        tried(&mut host, fixed(Ipip::new(NAME).collect_metadata(true)))?;
        tried(
            &mut host,
            forgets(
                Sit::new(NAME)
                    .local(HERE)
                    .remote(THERE)
                    .ttl(9)
                    .tunnel_flags(SitFlags::ISATAP),
                Sit::named(NAME).local(HERE).remote([192, 0, 2, 3]).tos(1),
            ),
        )?;
        let sixrd = Sit::new(NAME).local(HERE).sixrd(v6(0), 32);
        tried(&mut host, fixed(sixrd.sixrd_relay([192, 0, 0, 0], 16)))?;
        tried(
            &mut host,
            forgets(
                Ip6tnl::new(NAME)
                    .local(v6(1))
                    .remote(v6(2))
                    .dev(below)
                    .ttl(9)
                    .encap_limit(5)
                    .flowinfo(FlowInfo::new(0x20, 0x12345))
                    .proto(4)
                    .fwmark(5),
                Ip6tnl::named(NAME)
                    .local(v6(1))
                    .remote(v6(3))
                    .tunnel_flags(Ip6TunnelFlags::USE_ORIG_FLOWLABEL),
            ),
        )?;
        tried(&mut host, fixed(Ip6tnl::new(NAME).collect_metadata(true)))?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_tunnels_are_wrapped_in_besides() {
    isolated(|| {
        let (mut host, _) = host()?;
        let wrapped = Ipip::new(NAME)
            .local(HERE)
            .remote(THERE)
            .encap_type(TunnelEncap::Fou)
            .encap_dport(5555);
        match tried(&mut host, fixed(wrapped)) {
            // The module that wraps them is another.
            Err(error) if error.errno() == Some(libc::EINVAL) => {
                skip(format_args!("this kernel has no foo over UDP: {error}"));
            }
            other => drop(other?),
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn tunnels_of_ipsec() {
    isolated(|| {
        let (mut host, below) = host()?;
        tried(
            &mut host,
            forgets(
                Vti::new(NAME).local(HERE).remote(THERE).key(42).fwmark(3),
                Vti::named(NAME).local(HERE).remote(THERE).ikey(1).okey(2),
            ),
        )?;
        tried(
            &mut host,
            forgets(
                Vti6::new(NAME).local(v6(1)).remote(v6(2)).key(42),
                Vti6::named(NAME).local(v6(1)).remote(v6(3)).key(43),
            ),
        )?;
        tried(&mut host, fixed(Xfrm::new(NAME).dev(below).if_id(42)))?;
        tried(&mut host, fixed(Xfrm::new(NAME).collect_metadata(true)))?;
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn tunnels_of_mobile_networks_and_of_multicast() {
    isolated(|| {
        let (mut host, below) = host()?;
        let gtp = Gtp::new(NAME).create_sockets(true).role(GtpRole::Sgsn);
        tried(&mut host, fixed(gtp.pdp_hashsize(512).restart_count(3)))?;
        tried(&mut host, fixed(Pfcp::new(NAME)))?;
        let amt = |mode| Amt::new(NAME).mode(mode).local(HERE).dev(below);
        let relay = amt(AmtMode::Relay).relay_port(2269).max_tunnels(10);
        tried(&mut host, fixed(relay))?;
        let gateway = amt(AmtMode::Gateway).discovery([192, 0, 2, 9]);
        tried(&mut host, fixed(gateway.gateway_port(2270)))?;
        Ok::<(), nlroute::Error>(())
    });
}
