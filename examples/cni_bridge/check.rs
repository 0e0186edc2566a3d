//! `CHECK`: all is still as `ADD` made it. `STATUS`: a container could be added.
use std::net::IpAddr;

use nlroute::{
    Addresses, Connection, Family, Netns, Prefix, Routes, link::Link, route::RouteTable,
};

use super::{
    add::{TABLE, wanted_rules},
    bridge,
    config::{Attachment, Config},
    failure::{CONFIGURATION, Context, DIFFERS, ENVIRONMENT, Failure, NOT_AVAILABLE, Result},
    ipam,
    outcome::{Interface, Outcome, version_number},
    rules::{OUT, Rules},
};

fn differs(what: impl std::fmt::Display) -> Failure {
    Failure::new(DIFFERS, what)
}

/// Compares what was answered to `ADD` with what is there.
pub fn check(config: &Config, at: &Attachment) -> Result {
    if version_number(config.version) < [0, 4, 0].into() {
        let why = format_args!("CNI {} has no CHECK", config.version);
        return Err(Failure::new(CONFIGURATION, why));
    }
    let missing = || Failure::field("prevResult", "CHECK needs what ADD answered");
    let previous = config.previous.as_ref().ok_or_else(missing)?;
    ipam::run(config, "CHECK")?;
    let path = at.path();
    let netns = Netns::open_path(path).context(ENVIRONMENT, "CNI_NETNS")?;
    let (mut host, mut inside) = (Connection::open()?, netns.connect()?);

    let in_netns = |link: &&Interface| !link.sandbox.is_empty() && link.name == at.ifname;
    let inner = previous.interfaces.iter().find(in_netns);
    let inner = inner.ok_or_else(|| Failure::field("prevResult", "has not the interface"))?;
    check_links(config, previous, inner, &mut host, &mut inside)?;
    check_addresses(config, previous, inner, &mut host, &mut inside)?;
    check_routes(previous, inner, &mut inside)?;
    check_rules(config, at, previous)
}

fn check_links(
    config: &Config,
    previous: &Outcome,
    inner: &Interface,
    host: &mut Connection,
    inside: &mut Connection,
) -> Result {
    let is_there = |connection: &mut Connection, name: &str, place: &str| {
        let found = connection.get(Link::named(name));
        found.map_err(|error| match error.is_not_found() {
            true => differs(format_args!("{place} has no link {name}")),
            false => error.into(),
        })
    };
    let bridge = is_there(host, &config.bridge, "the host")?;
    if bridge.bridge().is_none() {
        return Err(differs(format_args!("{} is no bridge", config.bridge)));
    } else if !bridge.is_up() {
        return Err(differs(format_args!("{} is down", config.bridge)));
    }
    let end = is_there(inside, &inner.name, "the container")?;
    let mac = end.address().map(|mac| mac.to_string()).unwrap_or_default();
    if !end.is_up() {
        return Err(differs(format_args!("{} is down", inner.name)));
    } else if mac != inner.mac.to_lowercase() {
        let (name, was) = (&inner.name, &inner.mac);
        return Err(differs(format_args!("{name} has the MAC {mac}, not {was}")));
    } else if let Some(mtu) = config.mtu.filter(|mtu| end.mtu() != Some(*mtu)) {
        let is = end.mtu().unwrap_or_default();
        return Err(differs(format_args!(
            "{} has the MTU {is}, not {mtu}",
            inner.name
        )));
    }
    let is_port = |link: &&Interface| link.sandbox.is_empty() && link.name != config.bridge;
    let Some(port) = previous.interfaces.iter().find(is_port) else {
        return Err(Failure::field("prevResult", "has not the host's end"));
    };
    let port = is_there(host, &port.name, "the host")?;
    let name = port.name();
    if end.veth_peer() != Some(port.index()) {
        return Err(differs(format_args!(
            "{name} is not the other end of {}",
            inner.name
        )));
    } else if port.master() != Some(bridge.index()) {
        return Err(differs(format_args!(
            "{name} is no port of {}",
            config.bridge
        )));
    }
    let settings = port.bridge_port();
    let hairpin = settings.as_ref().and_then(|port| port.hairpin());
    if hairpin != Some(config.hairpin) {
        let (is, not) = if config.hairpin {
            ("not ", "")
        } else {
            ("", "not ")
        };
        let message = format_args!("{name} is {is}in hairpin mode, and should {not}be");
        return Err(differs(message));
    }
    Ok(())
}

/// The addresses of a link.
fn addresses(connection: &mut Connection, name: &str) -> Result<Vec<Prefix>> {
    let listed = connection.list(Addresses::all().link(name))?;
    Ok(listed
        .iter()
        .filter_map(|address| address.prefix())
        .collect())
}

fn check_addresses(
    config: &Config,
    previous: &Outcome,
    inner: &Interface,
    host: &mut Connection,
    inside: &mut Connection,
) -> Result {
    let there = addresses(inside, &inner.name)?;
    let bridge = match config.vlan {
        None => config.bridge.clone(),
        Some(vlan) => format!("{}.{vlan}", config.bridge),
    };
    let at_bridge = addresses(host, &bridge)?;
    for ip in &previous.ips {
        if !there.contains(&ip.address) {
            let (name, address) = (&inner.name, ip.address);
            return Err(differs(format_args!(
                "{name} has not the address {address}"
            )));
        }
        let gateway = bridge::gateway_of(ip.address, ip.gateway);
        if let Some(gateway) = gateway.filter(|g| config.is_gateway && !at_bridge.contains(g)) {
            return Err(differs(format_args!(
                "{bridge} has not the address {gateway}"
            )));
        }
    }
    Ok(())
}

fn check_routes(previous: &Outcome, inner: &Interface, inside: &mut Connection) -> Result {
    let listed = inside.list(Routes::all().oif(inner.name.as_str()))?;
    for wanted in &previous.routes {
        let destination = wanted.destination.network();
        let table = wanted.number("table").map_or(RouteTable::MAIN, RouteTable);
        let gateway = |is: Option<IpAddr>| wanted.gateway.is_none_or(|gateway| is == Some(gateway));
        let found = listed.iter().any(|route| {
            route.destination() == Some(destination)
                && route.table() == table
                && gateway(route.next_hop())
        });
        if !found {
            let via = wanted.gateway.map(|gateway| format!(" via {gateway}"));
            let via = via.unwrap_or_default();
            let name = &inner.name;
            return Err(differs(format_args!(
                "no route {destination}{via} by {name}"
            )));
        }
    }
    Ok(())
}

fn check_rules(config: &Config, at: &Attachment, previous: &Outcome) -> Result {
    if !config.ip_masq {
        return Ok(());
    }
    let note = config.note(&at.container, &at.ifname);
    let wanted = wanted_rules(config, previous);
    let mut rules = Rules::open(TABLE)?;
    for family in [Family::Inet, Family::Inet6] {
        let count = wanted.iter().filter(|rule| rule.family() == family).count();
        let listed = rules.list(family, OUT)?;
        if listed.iter().filter(|(found, _)| *found == note).count() < count {
            let message = format_args!("a rule that masquerades {note} is missing");
            return Err(differs(message));
        }
    }
    Ok(())
}

/// Whether a container could be added.
pub fn status(config: &Config) -> Result {
    ipam::run(config, "STATUS")?;
    let opened = Connection::open().and_then(|mut host| match host.get(Link::named("lo")) {
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    });
    opened.context(NOT_AVAILABLE, "netlink")?;
    if config.ip_masq {
        let listed = Rules::open(TABLE).and_then(|mut rules| rules.list(Family::Inet, OUT));
        listed.context(NOT_AVAILABLE, "ipMasq needs nf_tables")?;
    }
    Ok(())
}
