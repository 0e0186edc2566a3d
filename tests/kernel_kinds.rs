//! Every kind of link that is no tunnel, on the real kernel: created with all its settings,
//! altered, read back. What the kernel hasn't is told by name; a setting counts as one that it
//! hasn't only if the setting's documentation says that a later kernel brought it.
#[path = "common/kernel.rs"]
mod kernel;

use std::{
    fs::{self, File},
    net::{Ipv4Addr, Ipv6Addr},
    os::fd::RawFd,
    process::Command,
    time::Duration,
};

use kernel::{is_new, running, shown};
use nlroute::{
    Connection, Netns, Request, Result, Verb,
    link::{
        AdSelect, ArpAllTargets, ArpValidate, Batadv, Bond, BondMode, BondPort, BondPortState,
        Dummy, FailOverMac, Half, Hsr, HsrProtocol, Ifb, Ipvlan, IpvlanFlags, IpvlanMode, Ipvtap,
        Kind, LacpRate, Link, LinkFlags, LinkRequest, LinkView, MacaddrMode, Macsec, MacsecCipher,
        MacsecValidation, Macvlan, MacvlanFlags, MacvlanMode, Macvtap, MiiStatus, Netdevsim,
        Netkit, NetkitMode, NetkitPairing, NetkitPolicy, NetkitScrub, Nlmon, Ovpn, OvpnMode, Peer,
        Ppp, PrimaryReselect, Sci, Team, TunType, Vcan, Veth, VirtWifi, Vlan, VlanFlag, VlanFlags,
        VlanQos, Vrf, Vsockmon, Vxcan, Wireguard, XmitHashPolicy,
    },
    sandbox::{isolated, skip},
    wire::{Attributes, BoxError, LinkAddress, Lookup, Messages, Schema, Writer},
};

fn mac(last: u8) -> LinkAddress {
    [2, 0, 0, 0, 0, last].into()
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// `v0` to `v5`, three pairs.
fn network() -> Result<Connection> {
    let mut host = Connection::open()?;
    for (one, two) in [("v0", "v1"), ("v2", "v3"), ("v4", "v5")] {
        host.add(Veth::new(one).peer(Peer::new(two)))?;
    }
    Ok(host)
}

/// Any link will do where settings are written for comparison.
struct Any;

impl Lookup for Any {
    fn ifindex(&mut self, _: &[u8]) -> Result<u32, BoxError> {
        Ok(1)
    }

    fn netns(&mut self, _: &str) -> Result<RawFd, BoxError> {
        Ok(0)
    }
}

/// That the kernel tells each setting of a request as it was given, except those of these names.
#[track_caller]
fn told<K: Kind>(
    host: &mut Connection,
    name: &str,
    link: &LinkRequest<'_, K>,
    verb: Verb,
    except: &[&str],
) {
    let mut bytes = Vec::new();
    link.encode(verb, &mut Writer::with_lookup(&mut bytes, &mut Any))
        .unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let asked = LinkView::parse(message.body()).unwrap();
    let now = host.get(Link::named(name)).unwrap();
    assert_eq!(now.malformed(), [], "{name}");
    let (asked, now) = (asked.linkinfo().unwrap(), now.linkinfo().unwrap());
    let (wanted, told) = match K::HALF {
        Half::Port => (asked.slave_data(), now.slave_data()),
        _ => (asked.data(), now.data()),
    };
    let schema: &Schema = K::SCHEMA;
    for attribute in schema.attributes(wanted.unwrap_or_default()).flatten() {
        let line = schema.line(attribute.kind()).unwrap();
        if !line.readable || except.contains(&line.name) {
            continue;
        }
        let what = format!("{}.{}", schema.name, line.name);
        match Attributes::new(told.unwrap_or_default()).find(line.kind) {
            Some(payload) => {
                let (now, wanted) = (shown(&line, payload), shown(&line, attribute.payload()));
                assert_eq!(now, wanted, "{what}");
            }
            None if is_new(&line) => skip(format_args!("{what}: not in this kernel")),
            None => panic!("{what} isn't told"),
        }
    }
}

/// Creates a link, whose settings must be told as given; `false`, and said so, where the kernel
/// hasn't the kind.
#[track_caller]
fn made<K: Kind>(
    host: &mut Connection,
    name: &str,
    link: &LinkRequest<'_, K>,
    except: &[&str],
) -> bool {
    match host.add(link.clone()) {
        Ok(_) => {
            told(host, name, link, Verb::Add, except);
            true
        }
        Err(error) if error.is_unsupported() => {
            skip(format_args!("kind {}: {error}", K::NAME));
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// Alters a link, whose settings must be told as given.
#[track_caller]
fn altered<K: Kind>(host: &mut Connection, name: &str, link: &LinkRequest<'_, K>, except: &[&str]) {
    if let Err(error) = host.change(link.clone()) {
        panic!("{error}");
    }
    told(host, name, link, Verb::Change, except);
}

#[test]
fn vlans() {
    isolated(|| {
        let mut host = network()?;
        let ingress = [VlanQos { from: 1, to: 2 }, VlanQos { from: 3, to: 99 }];
        let egress = [VlanQos { from: 5, to: 6 }];
        let vlan = Vlan::new("vlan0")
            .link("v0")
            .id(4094)
            .protocol(0x88a8)
            .flags(VlanFlags::new(VlanFlag::LOOSE_BINDING, true))
            .ingress_qos(&ingress)
            .egress_qos(&egress);
        // Of the flags the kernel tells all.
        if !made(&mut host, "vlan0", &vlan, &["flags"]) {
            return Ok(());
        }
        let flags = |host: &mut Connection| -> Result<Option<VlanFlags>> {
            Ok(host.get(Link::named("vlan0"))?.vlan().unwrap().flags())
        };
        let now = flags(&mut host)?.unwrap();
        assert_eq!(now.get(VlanFlag::LOOSE_BINDING), Some(true));
        assert_eq!(now.get(VlanFlag::REORDER_HDR), Some(true));
        assert_eq!(now.get(VlanFlag::GVRP), Some(false));
        let off = VlanFlags::new(VlanFlag::LOOSE_BINDING | VlanFlag::REORDER_HDR, false);
        host.change(Vlan::named("vlan0").flags(off))?;
        // As their documentation says.
        assert_eq!(flags(&mut host)?, None);
        // What is given is added; 0 takes one away.
        let more = [VlanQos { from: 5, to: 0 }, VlanQos { from: 7, to: 1 }];
        host.change(Vlan::named("vlan0").egress_qos(&more))?;
        let link = host.get(Link::named("vlan0"))?;
        let view = link.vlan().unwrap();
        assert!(view.egress_qos().unwrap().iter().eq([more[1]]));
        assert!(view.ingress_qos().unwrap().iter().eq(ingress));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn macvlans() {
    isolated(|| {
        let mut host = network()?;
        let link = Macvlan::new("mv0")
            .link("v0")
            .mode(MacvlanMode::Bridge)
            .flags(MacvlanFlags::NODST)
            .bc_queue_len(500)
            .bc_cutoff(3);
        if !made(&mut host, "mv0", &link, &[]) {
            return Ok(());
        }
        let view = host.get(Link::named("mv0"))?;
        assert_eq!(view.macvlan().unwrap().bc_queue_len_used(), Some(500));
        let other = Macvlan::named("mv0")
            .mode(MacvlanMode::Vepa)
            .flags(MacvlanFlags::empty())
            .bc_queue_len(700)
            .bc_cutoff(-1);
        altered(&mut host, "mv0", &other, &[]);
        for mode in [MacvlanMode::Private, MacvlanMode::Bridge] {
            altered(&mut host, "mv0", &Macvlan::named("mv0").mode(mode), &[]);
        }
        let passthru = Macvlan::new("mv2")
            .link("v2")
            .mode(MacvlanMode::Passthru)
            .flags(MacvlanFlags::NOPROMISC);
        made(&mut host, "mv2", &passthru, &[]);
        Ok::<(), nlroute::Error>(())
    });
}

/// The list of source addresses, sorted.
fn sources(host: &mut Connection, name: &str) -> Vec<LinkAddress> {
    let link = host.get(Link::named(name)).unwrap();
    let view = link.macvlan().unwrap();
    let list = view.macaddr_data();
    let mut all: Vec<_> = list.iter().flat_map(|list| list.iter()).collect();
    assert_eq!(view.macaddr_count(), Some(all.len() as u32));
    all.sort();
    all
}

#[test]
fn source_addresses_of_macvlans() {
    isolated(|| {
        let mut host = network()?;
        let (two, nine) = ([mac(1), mac(2)], [mac(9)]);
        let link = Macvlan::new("ms0")
            .link("v0")
            .mode(MacvlanMode::Source)
            .macaddr_mode(MacaddrMode::Set)
            .macaddr_data(&two);
        // What is done with the list isn't told, nor is the list's order.
        if !made(&mut host, "ms0", &link, &["macaddr_mode", "macaddr_data"]) {
            return Ok(());
        }
        assert_eq!(sources(&mut host, "ms0"), two);
        let alter = |mode| Macvlan::named("ms0").macaddr_mode(mode);
        host.change(alter(MacaddrMode::Add).macaddr(mac(3)))?;
        assert_eq!(sources(&mut host, "ms0"), [mac(1), mac(2), mac(3)]);
        host.change(alter(MacaddrMode::Del).macaddr(mac(2)))?;
        assert_eq!(sources(&mut host, "ms0"), [mac(1), mac(3)]);
        host.change(alter(MacaddrMode::Set).macaddr_data(&nine))?;
        assert_eq!(sources(&mut host, "ms0"), nine);
        // A list of none, and no list.
        host.change(alter(MacaddrMode::Set).macaddr_data(&[]))?;
        assert_eq!(sources(&mut host, "ms0"), []);
        host.change(alter(MacaddrMode::Add).macaddr(mac(4)))?;
        host.change(alter(MacaddrMode::Flush))?;
        assert_eq!(sources(&mut host, "ms0"), []);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn macvtaps() {
    isolated(|| {
        let mut host = network()?;
        let link = Macvtap::new("mt0")
            .link("v0")
            .mode(MacvlanMode::Vepa)
            .flags(MacvlanFlags::NODST)
            .bc_queue_len(500);
        if made(&mut host, "mt0", &link, &[]) {
            let bridge = Macvtap::named("mt0").mode(MacvlanMode::Bridge);
            altered(&mut host, "mt0", &bridge, &[]);
            let view = host.get(Link::named("mt0"))?;
            assert_eq!(view.kind().unwrap(), "macvtap");
            assert!(view.macvlan().is_some());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn ipvlans() {
    isolated(|| {
        let mut host = network()?;
        let link = Ipvlan::new("ip0")
            .link("v0")
            .mode(IpvlanMode::L2)
            .flags(IpvlanFlags::PRIVATE);
        if made(&mut host, "ip0", &link, &[]) {
            for (mode, flags) in [
                (IpvlanMode::L3s, IpvlanFlags::VEPA),
                (IpvlanMode::L3, IpvlanFlags::empty()),
            ] {
                let other = Ipvlan::named("ip0").mode(mode).flags(flags);
                altered(&mut host, "ip0", &other, &[]);
            }
            let both = IpvlanFlags::PRIVATE | IpvlanFlags::VEPA;
            assert!(host.change(Ipvlan::named("ip0").flags(both)).is_err());
        }
        let link = Ipvtap::new("it2")
            .link("v2")
            .mode(IpvlanMode::L2)
            .flags(IpvlanFlags::VEPA);
        if made(&mut host, "it2", &link, &[]) {
            assert!(host.get(Link::named("it2"))?.ipvlan().is_some());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn vrfs() {
    isolated(|| {
        let mut host = network()?;
        if !made(&mut host, "red", &Vrf::new("red").table(1000).up(), &[]) {
            return Ok(());
        }
        host.change(Link::named("v0").master("red"))?;
        let port = host.get(Link::named("v0"))?;
        assert_eq!(port.vrf_port().unwrap().table(), Some(1000));
        assert_eq!(port.slave_kind().unwrap(), "vrf");
        assert!(port.bond_port().is_none() && port.bridge_port().is_none());
        Ok::<(), nlroute::Error>(())
    });
}

/// Whether this process has the privilege over the machine, not only over its namespaces.
fn is_of_the_first_user_namespace() -> bool {
    let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    map.split_whitespace().eq(["0", "0", "4294967295"])
}

#[test]
fn bonds_of_every_mode() {
    isolated(|| {
        let mut host = network()?;
        let bond = |mode| Bond::new("bond1").mode(mode);
        let all = [
            bond(BondMode::RoundRobin).packets_per_slave(3),
            bond(BondMode::ActiveBackup)
                .primary_reselect(PrimaryReselect::Better)
                .fail_over_mac(FailOverMac::Follow)
                .all_slaves_active(true)
                .num_peer_notif(4)
                .resend_igmp(3),
            bond(BondMode::Xor).xmit_hash_policy(XmitHashPolicy::Encap34),
            bond(BondMode::Broadcast).min_links(1),
            bond(BondMode::Ieee8023ad)
                .xmit_hash_policy(XmitHashPolicy::Layer23)
                .ad_lacp_rate(LacpRate::Fast)
                .ad_select(AdSelect::Count)
                .ad_actor_sys_prio(100)
                .ad_user_port_key(5)
                .ad_actor_system(mac(1))
                .ad_lacp_active(false)
                .coupled_control(false)
                .broadcast_neigh(true)
                .lacp_strict(true)
                .min_links(2),
            bond(BondMode::Tlb).tlb_dynamic_lb(false),
            bond(BondMode::Alb).lp_interval(Duration::from_secs(5)),
        ];
        let own = ["ad_actor_sys_prio", "ad_user_port_key", "ad_actor_system"];
        let except: &[&str] = if is_of_the_first_user_namespace() {
            &[]
        } else {
            &own
        };
        for bond in all {
            if !made(&mut host, "bond1", &bond, except) {
                return Ok(());
            }
            host.delete(Link::named("bond1"))?;
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn bonds_that_watch_their_ports() {
    isolated(|| {
        let mut host = network()?;
        let link = Bond::new("bond1")
            .mode(BondMode::ActiveBackup)
            .miimon(millis(100))
            .updelay(millis(200))
            .downdelay(millis(300))
            .peer_notif_delay(millis(400))
            .use_carrier(true);
        if !made(&mut host, "bond1", &link, &[]) {
            return Ok(());
        }
        // As its documentation says, to a multiple.
        host.change(Bond::named("bond1").updelay(millis(250)))?;
        let view = host.get(Link::named("bond1"))?;
        assert_eq!(view.bond().unwrap().updelay(), Some(millis(200)));

        let v4 = [Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)];
        let v6 = ["2001:db8::1", "2001:db8::2"].map(|text| text.parse::<Ipv6Addr>().unwrap());
        let link = Bond::new("bond2")
            .mode(BondMode::ActiveBackup)
            .arp_interval(millis(100))
            .arp_ip_target(&v4)
            .arp_validate(ArpValidate::FilterActive)
            .arp_all_targets(ArpAllTargets::All)
            .missed_max(3)
            .ns_ip6_target(&v6);
        made(&mut host, "bond2", &link, &[]);
        // All at once, and none.
        altered(
            &mut host,
            "bond2",
            &Bond::named("bond2").arp_ip_target(&v4[1..]),
            &[],
        );
        host.change(Bond::named("bond2").arp_ip_target(&[]).ns_ip6_target(&[]))?;
        let view = host.get(Link::named("bond2"))?;
        let targets = view
            .bond()
            .unwrap()
            .arp_ip_target()
            .map(|list| list.iter().count());
        assert_eq!(targets.unwrap_or_default(), 0);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn ports_of_bonds() {
    isolated(|| {
        let mut host = network()?;
        let bond = Bond::new("bond1").mode(BondMode::ActiveBackup);
        if !made(&mut host, "bond1", &bond.miimon(millis(100)), &[]) {
            return Ok(());
        }
        for port in ["v0", "v2"] {
            host.change(Link::named(port).master("bond1"))?;
        }
        let port = BondPort::named("v0").queue_id(2).prio(-3);
        altered(&mut host, "v0", &port, &[]);
        host.change(Link::named("v1").up())?;
        host.change(Link::named("bond1").up())?;
        // The bond looks every while, and takes no port that it hasn't seen up.
        let is_up = |link: &LinkView<'_>| {
            let port = link.bond_port();
            port.is_some_and(|port| port.mii_status() == Some(MiiStatus::Up))
        };
        host.wait_until("v0", Duration::from_secs(60), is_up)?;
        host.change(Bond::named("bond1").primary("v0").active_slave("v0"))?;
        let index = host.ifindex("v0")?;
        let view = host.get(Link::named("bond1"))?;
        let bond = view.bond().unwrap();
        assert_eq!(
            (bond.primary(), bond.active_slave()),
            (Some(index), Some(index))
        );
        let view = host.get(Link::named("v0"))?;
        let port = view.bond_port().unwrap();
        assert_eq!(port.state(), Some(BondPortState::Active));
        assert_eq!(port.mii_status(), Some(MiiStatus::Up));
        assert_eq!(port.perm_hwaddr().map(|mac| mac.as_bytes().len()), Some(6));
        let view = host.get(Link::named("v2"))?;
        let other = view.bond_port().unwrap();
        assert_eq!(other.state(), Some(BondPortState::Backup));
        host.change(Bond::named("bond1").primary(0))?;
        assert_eq!(
            host.get(Link::named("bond1"))?.bond().unwrap().primary(),
            None
        );
        host.change(Link::named("v0").no_master())?;
        assert!(host.get(Link::named("v0"))?.bond_port().is_none());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn groups_of_ports_of_bonds() {
    isolated(|| {
        let mut host = network()?;
        let bond = Bond::new("bond1")
            .mode(BondMode::Ieee8023ad)
            .miimon(millis(100));
        if !made(&mut host, "bond1", &bond, &[]) {
            return Ok(());
        }
        host.change(Link::named("v0").master("bond1"))?;
        host.change(Link::named("v1").up())?;
        host.change(Link::named("bond1").up())?;
        let port = BondPort::named("v0").actor_port_prio(7);
        if running() >= (6, 18) {
            altered(&mut host, "v0", &port, &[]);
        } else {
            skip(format_args!(
                "bond_port.actor_port_prio: not in this kernel"
            ));
        }
        let view = host.get(Link::named("bond1"))?;
        assert_eq!(view.malformed(), []);
        let info = view.bond().unwrap().ad_info().is_some();
        assert!(info);
        let view = host.get(Link::named("v0"))?;
        let port = view.bond_port().unwrap();
        assert!(port.ad_aggregator_id().is_some() && port.lacp_partner().is_some());
        assert!(port.ad_actor_oper_port_state().is_some());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn kinds_without_settings() {
    isolated(|| {
        let mut host = network()?;
        made(&mut host, "dummy1", &Dummy::new("dummy1").up(), &[]);
        made(&mut host, "ifb1", &Ifb::new("ifb1").up(), &[]);
        made(&mut host, "nlmon1", &Nlmon::new("nlmon1").up(), &[]);
        made(&mut host, "team1", &Team::new("team1").up(), &[]);
        made(&mut host, "vcan1", &Vcan::new("vcan1").up(), &[]);
        made(&mut host, "wg1", &Wireguard::new("wg1").mtu(1400).up(), &[]);
        made(&mut host, "vsock1", &Vsockmon::new("vsock1").up(), &[]);
        made(&mut host, "wifi1", &VirtWifi::new("wifi1").link("v0"), &[]);
        // The kernel makes none by netlink, whether it knows the kind or not.
        assert!(!made(&mut host, "sim1", &Netdevsim::new("sim1"), &[]));
        for link in &host.list(nlroute::link::Links::all())? {
            assert_eq!(link.malformed(), [], "{}", link.name());
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn pairs_of_virtual_can_links() {
    isolated(|| {
        let mut host = network()?;
        let other = Netns::create("other")?;
        let peer = Peer::new("can1").netns(&other).mtu(72).up();
        let pair = Vxcan::new("can0").mtu(72).up().peer(peer);
        if !made(&mut host, "can0", &pair, &["peer"]) {
            return Ok(());
        }
        let far = other.connect()?.get(Link::named("can1"))?.into_owned();
        assert!(far.is_up());
        assert_eq!(
            (far.mtu(), far.kind().unwrap().to_str()),
            (Some(72), Some("vxcan"))
        );
        let near = host.get(Link::named("can0"))?;
        assert_eq!(near.link(), Some(far.index()));
        assert!(near.link_netnsid().is_some());
        // Without a name of its own.
        made(&mut host, "can8", &Vxcan::new("can8"), &[]);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn netkits() {
    isolated(|| {
        let mut host = network()?;
        let other = Netns::create("other")?;
        let peer = Peer::new("eth0")
            .netns(&other)
            .address(mac(2))
            .mtu(1400)
            .multicast(false)
            .up();
        let pair = Netkit::new("nk0")
            .mode(NetkitMode::L2)
            .address(mac(1))
            .policy(NetkitPolicy::Drop)
            .scrub(NetkitScrub::None)
            .peer(peer)
            .peer_policy(NetkitPolicy::Drop)
            .peer_scrub(NetkitScrub::None)
            .headroom(32)
            .tailroom(16)
            .up();
        if !made(&mut host, "nk0", &pair, &["peer"]) {
            return Ok(());
        }
        let mut inside = other.connect()?;
        let far = inside.get(Link::named("eth0"))?;
        assert!(far.is_up() && !far.flags().contains(LinkFlags::MULTICAST));
        assert_eq!((far.mtu(), far.address()), (Some(1400), Some(mac(2))));
        assert_eq!(far.netkit().unwrap().primary(), Some(false));
        let near = host.get(Link::named("nk0"))?;
        assert_eq!(near.netkit().unwrap().primary(), Some(true));
        assert_eq!(near.link(), Some(far.index()));
        let policies = Netkit::named("nk0")
            .policy(NetkitPolicy::Pass)
            .peer_policy(NetkitPolicy::Pass);
        altered(&mut host, "nk0", &policies, &[]);
        // The rest is told to be fixed, and so is what the other end is asked.
        assert!(
            host.change(Netkit::named("nk0").mode(NetkitMode::L3))
                .is_err()
        );
        assert!(
            inside
                .change(Netkit::named("eth0").policy(NetkitPolicy::Drop))
                .is_err()
        );
        let alone = Netkit::new("alone").pairing(NetkitPairing::Single);
        if running() >= (7, 0) {
            made(&mut host, "alone", &alone, &[]);
        } else {
            skip(format_args!("netkit.pairing: not in this kernel"));
        }
        // Without a named peer the other end is `nk` and a number, before this one has its name.
        let mut elsewhere = Netns::create("elsewhere")?.connect()?;
        let clash = elsewhere.add(Netkit::new("nk0"));
        assert!(clash.is_err_and(|error| error.is_exists()));
        assert!(elsewhere.add(Netkit::new("first")).is_ok());
        assert!(elsewhere.get(Link::named("nk0")).is_ok());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn rings() {
    isolated(|| {
        let mut host = network()?;
        let (v0, v2) = (host.ifindex("v0")?, host.ifindex("v2")?);
        let ring = |name| Hsr::new(name).slave1(v0).slave2(v2).multicast_spec(45);
        let link = ring("hsr0").version(1).protocol(HsrProtocol::Hsr);
        if made(&mut host, "hsr0", &link, &[]) {
            let view = host.get(Link::named("hsr0"))?;
            let address = view.hsr().unwrap().supervision_addr().unwrap();
            assert_eq!(address.as_bytes()[5], 45);
            host.delete(Link::named("hsr0"))?;
            made(
                &mut host,
                "prp0",
                &ring("prp0").protocol(HsrProtocol::Prp),
                &[],
            );
            host.delete(Link::named("prp0"))?;
            if running() >= (6, 10) {
                let v4 = host.ifindex("v4")?;
                made(
                    &mut host,
                    "hsr1",
                    &ring("hsr1").interlink(v4),
                    &["interlink"],
                );
            } else {
                skip(format_args!("hsr.interlink: not in this kernel"));
            }
        }
        let mesh = Batadv::new("bat0").algo_name("BATMAN_IV");
        made(&mut host, "bat0", &mesh, &[]);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn macsecs() {
    isolated(|| {
        let mut host = network()?;
        let link = Macsec::new("ms0")
            .link("v0")
            .sci(Sci::new([2, 0, 0, 0, 0, 7], 9))
            .cipher_suite(MacsecCipher::GcmAes256)
            .icv_len(16)
            .encoding_sa(2)
            .encrypt(true)
            .protect(true)
            .inc_sci(true)
            .es(false)
            .scb(false)
            .replay_protect(true)
            .window(7)
            .validation(MacsecValidation::Check);
        if !made(&mut host, "ms0", &link, &[]) {
            return Ok(());
        }
        let other = Macsec::named("ms0")
            .encrypt(false)
            .encoding_sa(1)
            .es(true)
            .inc_sci(false)
            .replay_protect(true)
            .window(100)
            .validation(MacsecValidation::Strict);
        altered(&mut host, "ms0", &other, &[]);
        // A window that doesn't count isn't told, as its documentation says.
        host.change(Macsec::named("ms0").replay_protect(false).window(9))?;
        assert_eq!(
            host.get(Link::named("ms0"))?.macsec().unwrap().window(),
            None
        );
        let link = Macsec::new("ms2").link("v2").port(0x102);
        made(
            &mut host,
            "ms2",
            &link.cipher_suite(MacsecCipher::GcmAes128),
            &["cipher_suite"],
        );
        let view = host.get(Link::named("ms2"))?;
        let macsec = view.macsec().unwrap();
        assert_eq!(macsec.sci().unwrap().port(), 0x102);
        assert_eq!(macsec.cipher_suite(), Some(MacsecCipher::Default));
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn kinds_that_programs_serve() {
    isolated(|| {
        let mut host = network()?;
        made(
            &mut host,
            "ovpn0",
            &Ovpn::new("ovpn0").mode(OvpnMode::Mp),
            &[],
        );
        match File::options().read(true).write(true).open("/dev/ppp") {
            Ok(file) => {
                let ppp = Ppp::new("ppp0").dev_fd(&file);
                made(&mut host, "ppp0", &ppp, &[]);
            }
            Err(error) => skip(format_args!("kind ppp: /dev/ppp: {error}")),
        }
        let status = Command::new("ip")
            .args("tuntap add dev tap0 mode tap multi_queue vnet_hdr user 0".split(' '))
            .status();
        if status.is_ok_and(|status| status.success()) {
            let link = host.get(Link::named("tap0"))?;
            assert_eq!(link.malformed(), []);
            let tun = link.tun().unwrap();
            assert_eq!(tun.tun_type(), Some(TunType::Tap));
            assert_eq!((tun.owner(), tun.group()), (Some(0), None));
            assert_eq!((tun.pi(), tun.vnet_hdr()), (Some(false), Some(true)));
            assert_eq!((tun.persist(), tun.multi_queue()), (Some(true), Some(true)));
            assert_eq!(
                (tun.num_queues(), tun.num_disabled_queues()),
                (Some(0), Some(0))
            );
        } else {
            skip(format_args!("kind tun: no iproute2, or no /dev/net/tun"));
        }
        for kind in ["can", "dsa", "ipoib", "rmnet", "wwan"] {
            skip(format_args!(
                "kind {kind}: needs a device, or a program that has it open"
            ));
        }
        Ok::<(), nlroute::Error>(())
    });
}
