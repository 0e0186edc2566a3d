//! The host's side that containers share: the bridge, its address as their gateway. What of it is
//! there is taken as it is; it stays when the last container has gone.
use std::{
    collections::hash_map::RandomState,
    fs,
    hash::{BuildHasher, Hasher},
    net::IpAddr,
};

use nlroute::{
    Address, Addresses, Connection, Family, Prefix,
    bridge::BridgeVlan,
    link::{Bridge, Link, LinkView, Peer, Veth},
    wire::LinkAddress,
    with_unused_name,
};

use super::{
    config::Config,
    failure::{CONFIGURATION, Failure, Result},
};

/// Makes sure that there is the bridge and that it is up; answers its index and its MAC.
pub fn ensure(host: &mut Connection, config: &Config) -> Result<(u32, LinkAddress)> {
    let name = config.bridge.as_str();
    let found = match host.get(Link::named(name)) {
        Err(error) if error.is_not_found() => {
            let mac = random_mac();
            let bridge = Bridge::new(name).address(mac).up();
            let bridge = match config.promisc {
                true => bridge.promisc(true),
                false => bridge,
            };
            let bridge = match config.mtu {
                Some(mtu) => bridge.mtu(mtu),
                None => bridge,
            };
            let bridge = match config.vlan {
                Some(_) => bridge.vlan_filtering(true),
                None => bridge,
            };
            match host.add(bridge) {
                Ok(index) => {
                    // No router on a container's link is to be listened to.
                    let path = format!("/proc/sys/net/ipv6/conf/{name}/accept_ra");
                    let _ = fs::write(path, "0");
                    return Ok((index, mac));
                }
                // Another container's ADD was faster.
                Err(error) if error.is_exists() => host.get(Link::named(name))?,
                Err(error) => return Err(error.into()),
            }
        }
        found => found?,
    };
    if found.bridge().is_none() {
        let why = format!("{name} is there and is no bridge");
        return Err(Failure::new(CONFIGURATION, why));
    }
    let index = found.index();
    let mac = found.address().unwrap_or_default();
    let mut change = Link::index(index).address(mac).up();
    if config.promisc {
        change = change.promisc(true);
    }
    let filters = found.bridge().and_then(|bridge| bridge.vlan_filtering());
    if config.vlan.is_some() && filters != Some(true) {
        host.change(Bridge::index(index).vlan_filtering(true))?;
    }
    // A bridge's MAC follows its ports until it is set, be it to what it is. Containers know it
    // as their gateway's.
    if !is_ready(&found, config) || config.is_gateway {
        host.change(change)?;
    }
    Ok((index, mac))
}

fn is_ready(bridge: &LinkView<'_>, config: &Config) -> bool {
    bridge.is_up() && (!config.promisc || bridge.promiscuity().is_some_and(|times| times > 0))
}

/// One that nobody else has: locally administered, of a host.
fn random_mac() -> LinkAddress {
    let chance = RandomState::new().build_hasher().finish();
    let [_, _, a, b, c, d, e, f] = chance.to_be_bytes();
    [a & 0xfc | 2, b, c, d, e, f].into()
}

/// The address that a bridge has as the gateway of a container with this one.
pub fn gateway_of(address: Prefix, told: Option<IpAddr>) -> Option<Prefix> {
    let gateway = match (told, address.network().address()) {
        (Some(gateway), _) => gateway,
        (None, IpAddr::V4(v4)) => IpAddr::V4((v4.to_bits() | 1).into()),
        (None, IpAddr::V6(v6)) => IpAddr::V6((v6.to_bits() | 1).into()),
    };
    Prefix::new(gateway, address.len())
        .ok()
        .filter(|prefix| prefix.contains(address.address()))
}

/// Makes sure that the host has this address on its side of the bridge.
pub fn ensure_gateway(
    host: &mut Connection,
    config: &Config,
    bridge: u32,
    gateway: Prefix,
) -> Result {
    let link = match config.vlan {
        None => bridge,
        Some(vlan) => vlan_link(host, config, bridge, vlan)?,
    };
    let mut others = Vec::new();
    for address in &host.list(Addresses::all().family(gateway.family()).link(link))? {
        let Some(there) = address.prefix() else {
            continue;
        };
        if there == gateway {
            return Ok(());
        }
        // An IPv6 link has many; of IPv4 a second one is mostly a mistake.
        let alike = there.contains(gateway.address()) || gateway.contains(there.address());
        if gateway.family() == Family::Inet || alike {
            others.push(there);
        }
    }
    for other in others {
        if !config.force_address {
            let why = format!(
                "{} has {other} already, which is not {gateway} (forceAddress would replace it)",
                config.bridge
            );
            return Err(Failure::new(CONFIGURATION, why));
        }
        match host.delete(Address::new(link, other)) {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    let address = match gateway.family() {
        Family::Inet => Address::new(link, gateway).broadcast_of_prefix(),
        // Nobody else is to have it, and the check waits for a carrier.
        _ => Address::new(link, gateway).nodad(),
    };
    match host.add(address) {
        Err(error) if !error.is_exists() => Err(error.into()),
        _ => Ok(()),
    }
}

/// The host's own end in a VLAN of the bridge: a veth pair, of which one end is a port.
fn vlan_link(host: &mut Connection, config: &Config, bridge: u32, vlan: u16) -> Result<u32> {
    let name = format!("{}.{vlan}", config.bridge);
    match host.ifindex(&name) {
        Err(error) if error.is_not_found() => {}
        found => return Ok(found?),
    }
    let made = with_unused_name("veth", |port| {
        host.add(Veth::new(port).master(bridge).up().peer(Peer::new(&name)))?;
        Ok(port)
    });
    match made {
        Ok(port) => {
            let done = host.add(BridgeVlan::new(port, vlan).pvid().untagged());
            let done = done.and_then(|()| host.change(Link::named(&name).up()));
            if let Err(error) = done {
                host.delete(Link::named(port))?;
                return Err(error.into());
            }
        }
        // Another container's ADD was faster.
        Err(error) if error.is_exists() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(host.ifindex(&name)?)
}
