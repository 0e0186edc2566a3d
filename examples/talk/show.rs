//! What the kernel says, in the words of `ip`.
use std::net::IpAddr;

use nlroute::{
    Addresses, Connection, Family, Neighbours, Route, Routes,
    link::{Link, LinkFlags, LinkView, Links},
    route::RouteTable,
};

use super::{Result, topology::words::route_line};

/// As `ip address`.
pub fn links(connection: &mut Connection) -> Result {
    let addresses = connection.list(Addresses::all())?;
    let links = connection.list(Links::all())?;
    for link in &links {
        let master = links
            .iter()
            .find(|master| Some(master.index()) == link.master());
        let master = master.map(|master| format!(" master {}", master.name()));
        println!("  {}{}", title(&link), master.unwrap_or_default());
        for address in addresses
            .iter()
            .filter(|address| address.index() == link.index())
        {
            let Some(prefix) = address.prefix() else {
                continue;
            };
            let family = if prefix.address().is_ipv4() {
                "inet"
            } else {
                "inet6"
            };
            println!("      {family} {prefix} scope {}", address.scope());
        }
    }
    Ok(())
}

/// As the first line of `ip link`: `2: veth0@if3: <BROADCAST,UP> mtu 1500 state up`.
pub fn title(link: &LinkView<'_>) -> String {
    let mut line = format!("{}: {}", link.index(), link.name());
    if let Some(peer) = link.link() {
        line += &format!("@if{peer}");
    }
    let flags = link.flags().difference(LinkFlags::RUNNING);
    let flags: Vec<_> = flags.iter_names().map(|(name, _)| name).collect();
    line += &format!(": <{}>", flags.join(","));
    if let Some(mtu) = link.mtu() {
        line += &format!(" mtu {mtu}");
    }
    if let Some(state) = link.operstate() {
        line += &format!(" state {state}");
    }
    if let Some(netnsid) = link.link_netnsid() {
        line += &format!(" link-netnsid {netnsid}");
    }
    line
}

/// As `ip route list`: the main table of IPv4.
pub fn routes(connection: &mut Connection) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let main = Routes::all().table(RouteTable::MAIN).family(Family::Inet);
    let list = connection.list(main)?;
    let links = connection.list(Links::all())?;
    for route in &list {
        let line = route_line(&route, |index| {
            let link = links.iter().find(|link| link.index() == index);
            link.map_or_else(|| format!("#{index}"), |link| link.name().to_string())
        });
        println!("  {line}");
        lines.push(line);
    }
    if lines.is_empty() {
        println!("  (no route)");
    }
    Ok(lines)
}

/// As `ip neigh`; answers the addresses whose link-layer address is known.
pub fn neighbours(connection: &mut Connection) -> Result<Vec<IpAddr>> {
    let mut known = Vec::new();
    for neighbour in &connection.list(Neighbours::all())? {
        let Some(to) = neighbour.destination() else {
            continue;
        };
        let Some(address) = neighbour.lladdr() else {
            continue;
        };
        let state: Vec<_> = neighbour
            .state()
            .iter_names()
            .map(|(name, _)| name)
            .collect();
        println!("  {to} lladdr {address} {}", state.join("|"));
        known.push(to);
    }
    Ok(known)
}

/// As `ip route get`: the name of the device.
pub fn look_up(connection: &mut Connection, to: IpAddr) -> Result<String> {
    let oif = connection
        .get(Route::to(to))?
        .oif()
        .ok_or("a route without a device")?;
    let name = connection.get(Link::index(oif))?.name().to_string();
    println!("  {to} dev {name}");
    Ok(name)
}
