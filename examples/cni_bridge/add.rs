//! `ADD`: a container gets its link, its addresses and its routes.
//!
//! Each step that leaves something behind first notes how to undo it; if a later one fails, all is
//! undone, the last first. The bridge and its address stay, which other containers share.
use std::{collections::BTreeSet, fs, net::IpAddr, time::Duration};

use nlroute::{
    Address, Connection, Deadline, Family, Given, Netns, Prefix, Route,
    bridge::BridgeVlan,
    link::{BridgePort, Link, Peer, Veth},
    route::{RouteMetrics, RouteScope},
    wire::{IfName, LinkAddress},
    with_unused_name,
};

use super::{
    announce, bridge,
    config::{Attachment, Config},
    failure::{Context, ENVIRONMENT, Failure, IO, Result},
    ipam,
    outcome::{Interface, Outcome, RouteTo},
    rules::{self, Rule, Rules},
    undo::Undo,
};

/// The table of nf_tables that holds what `ipMasq` asks for.
pub const TABLE: &str = "nlroute_cni";
/// Much longer than the kernel takes for a port to forward and an address to be checked.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both sides.
pub struct Sides {
    host: Connection,
    inside: Connection,
    netns: Netns,
    /// The IPAM plugin, while it works.
    ipam: Option<ipam::Running>,
}

pub fn add(config: &Config, at: &Attachment) -> Result<Outcome> {
    let path = at.path();
    let netns = Netns::open_path(path).context(ENVIRONMENT, "CNI_NETNS")?;
    let mut sides = Sides {
        host: Connection::open()?,
        inside: netns.connect()?,
        netns,
        ipam: None,
    };
    let mut undo = Undo::new();
    carry_out(config, at, &mut sides, &mut undo).map_err(|failure| undo.all(&mut sides, failure))
}

fn carry_out<'s>(
    config: &'s Config,
    at: &'s Attachment,
    sides: &mut Sides,
    undo: &mut Undo<'s, Sides>,
) -> Result<Outcome> {
    let ifname = at.ifname.as_str();
    match sides.inside.ifindex(ifname) {
        Ok(_) => {
            let message = format_args!("the container has {ifname} already");
            return Err(Failure::new(ENVIRONMENT, message));
        }
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(kind) = &config.ipam {
        undo.note("addresses", |sides: &mut Sides| {
            if let Some(running) = sides.ipam.take() {
                // Whether it has given any: it is told that they aren't needed.
                let _ = running.addresses();
            }
            ipam::run(config, "DEL")
        });
        sides.ipam = Some(ipam::start(config, kind, "ADD")?);
    }
    // Meanwhile.
    let (bridge, bridge_mac) = bridge::ensure(&mut sides.host, config)?;
    undo.note(format!("link {ifname}"), |sides: &mut Sides| {
        match sides.inside.delete(Link::named(&at.ifname)) {
            Err(error) if !error.is_not_found() => Err(error.into()),
            _ => Ok(()),
        }
    });
    let port = make_link(config, at, sides, bridge)?;
    let mut outcome = match sides.ipam.take() {
        Some(running) => running.addresses()?,
        None => Outcome::default(),
    };
    let gateways = gateways(config, &mut outcome)?;
    configure(config, at, sides, &outcome)?;
    for gateway in &gateways {
        bridge::ensure_gateway(&mut sides.host, config, bridge, *gateway)?;
    }
    let families: BTreeSet<bool> = gateways.iter().map(|g| g.address().is_ipv4()).collect();
    for v4 in families {
        let family = if v4 { Family::Inet } else { Family::Inet6 };
        rules::forward(family, true).context(IO, format_args!("forward {family} packets"))?;
    }
    if config.ip_masq {
        undo.note("rules", |_: &mut Sides| {
            remove_rules(&config.note(&at.container, &at.ifname))
        });
        masquerade(config, at, &outcome)?;
    }
    wait(config, at, sides, port, &outcome)?;

    let port = sides.host.get(Link::named(port))?;
    let inner = sides.inside.get(Link::named(ifname))?;
    announce::all(&sides.netns, &mut sides.inside, &inner, &outcome.ips)?;
    let mac_of = |mac: Option<LinkAddress>| mac.map(|mac| mac.to_string()).unwrap_or_default();
    let sandbox = at.path();
    outcome.interfaces = vec![
        Interface {
            name: config.bridge.clone(),
            mac: bridge_mac.to_string(),
            ..Interface::default()
        },
        Interface {
            name: port.name().to_string(),
            mac: mac_of(port.address()),
            mtu: port.mtu(),
            ..Interface::default()
        },
        Interface {
            name: ifname.to_owned(),
            mac: mac_of(inner.address()),
            mtu: inner.mtu(),
            sandbox: sandbox.display().to_string(),
        },
    ];
    for ip in &mut outcome.ips {
        ip.interface = Some(2);
    }
    Ok(outcome)
}

/// Both ends in one message, each born in its place; answers the host's end.
fn make_link(config: &Config, at: &Attachment, sides: &mut Sides, bridge: u32) -> Result<IfName> {
    let note = config.note(&at.container, &at.ifname);
    let Sides { host, netns, .. } = sides;
    let port = with_unused_name("veth", |name| {
        let peer = Peer::new(&at.ifname)
            .netns(&*netns)
            .given(config.mtu, Peer::mtu)
            .given(config.mac, Peer::address);
        let veth = Veth::new(name)
            .master(bridge)
            .up()
            .given(config.mtu, Veth::mtu);
        host.add(veth.peer(peer)).map(|_| name)
    })?;
    // By the note it is found where the namespace's name has gone before the namespace.
    let mut settings = BridgePort::named(port).alias(&note).hairpin(config.hairpin);
    if config.isolated {
        settings = settings.isolated(true);
    }
    host.change(settings)?;
    if let Some(vlan) = config.vlan {
        host.add(BridgeVlan::new(port, vlan).pvid().untagged())?;
    }
    Ok(port)
}

/// The addresses that the bridge is to have. The container's gateway and default routes are
/// written into the result.
fn gateways(config: &Config, outcome: &mut Outcome) -> Result<Vec<Prefix>> {
    let mut gateways = Vec::new();
    if !config.is_gateway {
        return Ok(gateways);
    }
    for ip in &mut outcome.ips {
        let gateway = bridge::gateway_of(ip.address, ip.gateway);
        let gateway = gateway.ok_or_else(|| {
            let told = ip.gateway.map(|gateway| gateway.to_string());
            let told = told.unwrap_or_default();
            Failure::field(
                "ipam",
                format_args!("gateway {told} is not beside {}", ip.address),
            )
        })?;
        ip.gateway = Some(gateway.address());
        if !gateways.contains(&gateway) {
            gateways.push(gateway);
        }
        let all = match ip.address.family() {
            Family::Inet => Prefix::ALL_IPV4,
            _ => Prefix::ALL_IPV6,
        };
        let has_one = |route: &RouteTo| route.destination == all;
        if config.is_default_gateway && !outcome.routes.iter().any(has_one) {
            outcome.routes.push(RouteTo {
                destination: all,
                gateway: ip.gateway,
                more: serde_json::Map::new(),
            });
        }
    }
    Ok(gateways)
}

/// Brings the container's end up, with its addresses and routes: one datagram.
fn configure(config: &Config, at: &Attachment, sides: &mut Sides, outcome: &Outcome) -> Result {
    let Sides { inside, netns, .. } = sides;
    let ifname = at.ifname.as_str();
    let has_v6 = outcome
        .ips
        .iter()
        .any(|ip| ip.address.family() == Family::Inet6);
    if has_v6 {
        let path = format!("/proc/sys/net/ipv6/conf/{ifname}/disable_ipv6");
        // Where the container's IPv6 is off, for the address's sake it isn't on this link.
        netns
            .run(|| match fs::read_to_string(&path) {
                Ok(off) if off.trim() == "1" => fs::write(&path, "0"),
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            })?
            .context(IO, &path)?;
    }
    let link = inside.ifindex(ifname)?;
    let mut batch = inside.batch();
    batch.change(Link::index(link).up())?;
    for ip in &outcome.ips {
        let address = Address::new(link, ip.address);
        batch.add(match ip.address.family() {
            Family::Inet => address.broadcast_of_prefix(),
            _ if config.nodad => address.nodad(),
            _ => address,
        })?;
    }
    for route in &outcome.routes {
        let family = route.destination.family();
        let of_family = |ip: &&super::outcome::Ip| ip.address.family() == family;
        let gateway = route
            .gateway
            .or_else(|| outcome.ips.iter().find(of_family)?.gateway);
        batch.add(made_of(route, gateway, link))?;
    }
    Ok(batch.commit()?)
}

/// A route as it is asked for.
fn made_of<'r>(route: &RouteTo, gateway: Option<IpAddr>, link: u32) -> Route<'r> {
    let metrics = RouteMetrics::new()
        .given(route.number("mtu"), RouteMetrics::mtu)
        .given(route.number("advmss"), RouteMetrics::advmss);
    let scope = route.number("scope").and_then(|n| u8::try_from(n).ok());
    Route::new(route.destination)
        .oif(link)
        .given(gateway, Route::gateway)
        .given(
            Some(metrics).filter(|metrics| !metrics.is_empty()),
            Route::metrics,
        )
        .given(route.number("priority"), Route::metric)
        .given(route.number("table"), Route::table)
        .given(scope.map(RouteScope::from), Route::scope)
}

/// What each address of the container is to be masqueraded by.
pub fn wanted_rules<'c>(config: &'c Config, outcome: &Outcome) -> Vec<Rule<'c>> {
    let addresses = outcome.ips.iter().map(|ip| ip.address.address());
    let rules = addresses.map(|address| Rule::Masquerade {
        from: Prefix::host(address),
        but: &config.bridge,
    });
    rules.collect()
}

fn masquerade(config: &Config, at: &Attachment, outcome: &Outcome) -> Result {
    let note = config.note(&at.container, &at.ifname);
    let wanted = wanted_rules(config, outcome);
    let wanted: Vec<_> = wanted
        .into_iter()
        .map(|rule| (rule, note.as_str()))
        .collect();
    let mut rules = Rules::open(TABLE)?;
    for family in [Family::Inet, Family::Inet6] {
        if wanted.iter().any(|(rule, _)| rule.family() == family) {
            rules.add(family, &wanted)?;
        }
    }
    Ok(())
}

/// Deletes the rules of an attachment.
pub fn remove_rules(note: &str) -> Result {
    delete_rules(|found| found == note)
}

/// Deletes the rules whose notes are `gone`. Where the kernel has no nf_tables there are none.
pub fn delete_rules(gone: impl Fn(&str) -> bool) -> Result {
    let deleted = Rules::open(TABLE).and_then(|mut rules| {
        rules.delete(Family::Inet, &gone)?;
        rules.delete(Family::Inet6, &gone)
    });
    match deleted {
        Err(error) if !rules::is_missing(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Waits until packets pass: the port forwards, and the addresses are nobody else's.
fn wait(
    config: &Config,
    at: &Attachment,
    sides: &mut Sides,
    port: IfName,
    outcome: &Outcome,
) -> Result {
    let deadline = Deadline::from(PATIENCE);
    sides.host.wait_until_forwarding(port, deadline)?;
    let addresses = outcome.ips.iter().map(|ip| ip.address.address());
    for address in addresses.filter(|address| address.is_ipv6() && !config.nodad) {
        sides
            .inside
            .wait_until_usable(&at.ifname, address, deadline)?;
    }
    Ok(())
}
