//! What agave's `xdp::netlink` is, on nlroute: routes, neighbours and links read and followed.
//!
//! The names are agave's. What is told comes by a `Monitor`, already read; what is asked goes over
//! a `Connection`.
use std::{
    io::Result,
    net::{IpAddr, Ipv4Addr},
};

use nlroute::{
    Connection, Family, Group, Monitor, Neighbour, Neighbours, Routes,
    link::{GreTable, LinkView, Links, VlanTable},
    neighbour::{NeighbourExtFlags, NeighbourFlags, NeighbourState, NeighbourView},
    route::RouteView,
    wire::LinkAddress,
};

const ETH_P_8021Q: u16 = 0x8100;

/// In the place of `NetlinkSocket::bind`: what is followed.
pub fn bind(groups: impl IntoIterator<Item = Group>) -> Result<Monitor> {
    let mut monitor = Monitor::open()?;
    monitor.join(groups)?;
    Ok(monitor)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreTunnelInfo {
    pub local: IpAddr,
    pub remote: IpAddr,
    pub ttl: u8,
    pub tos: u8,
    pub pmtudisc: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VlanLinkInfo {
    pub vid: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceInfo {
    pub if_index: u32,
    pub mtu: u32,
    pub gre_tunnel: Option<GreTunnelInfo>,
    pub vlan_link: Option<VlanLinkInfo>,
}

impl InterfaceInfo {
    pub fn is_gre(&self) -> bool {
        self.gre_tunnel.is_some()
    }

    pub fn of(link: &LinkView<'_>) -> Option<Self> {
        Some(Self {
            if_index: link.index(),
            mtu: link.mtu()?,
            gre_tunnel: gre(link),
            vlan_link: vlan(link),
        })
    }
}

fn gre(link: &LinkView<'_>) -> Option<GreTunnelInfo> {
    let gre = link.data::<GreTable>()?;
    Some(GreTunnelInfo {
        local: gre.local()?.into(),
        remote: gre.remote()?.into(),
        ttl: gre.ttl()?,
        tos: gre.tos()?,
        pmtudisc: gre.pmtudisc()?.into(),
    })
}

fn vlan(link: &LinkView<'_>) -> Option<VlanLinkInfo> {
    let vlan = link.data::<VlanTable>()?;
    let plain = vlan
        .protocol()
        .is_none_or(|protocol| protocol == ETH_P_8021Q);
    vlan.id().filter(|_| plain).map(|vid| VlanLinkInfo { vid })
}

pub fn netlink_get_interfaces() -> Result<Vec<InterfaceInfo>> {
    let links = Connection::open()?.list(Links::all())?;
    Ok(links
        .iter()
        .filter_map(|link| InterfaceInfo::of(&link))
        .collect())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeighborEntry {
    pub destination: Option<IpAddr>,
    pub lladdr: Option<LinkAddress>,
    pub ifindex: u32,
    pub state: NeighbourState,
    pub flags: NeighbourFlags,
    pub flags_ext: NeighbourExtFlags,
}

impl NeighborEntry {
    pub fn of(view: &NeighbourView<'_>) -> Self {
        Self {
            destination: view.destination(),
            lladdr: view.lladdr(),
            ifindex: view.index(),
            state: view.state(),
            flags: view.flags(),
            flags_ext: view.ext_flags().unwrap_or_default(),
        }
    }

    pub fn key(&self) -> Option<(u32, Ipv4Addr)> {
        match self.destination {
            Some(IpAddr::V4(ip)) => Some((self.ifindex, ip)),
            _ => None,
        }
    }

    pub fn requires_refresh(&self) -> bool {
        let known = NeighbourState::PERMANENT | NeighbourState::NOARP;
        let kept = NeighbourExtFlags::MANAGED | NeighbourExtFlags::EXT_VALIDATED;
        !self.state.intersects(known)
            && !self.flags.contains(NeighbourFlags::EXT_LEARNED)
            && !self.flags_ext.intersects(kept)
    }
}

pub fn netlink_use_neighbor(sock: &mut Connection, if_index: u32, ip: Ipv4Addr) -> Result<()> {
    let neighbour = Neighbour::new(if_index, ip.into()).state(NeighbourState::empty());
    Ok(sock.replace(neighbour.flags(NeighbourFlags::USE))?)
}

pub fn netlink_get_neighbors(if_index: Option<u32>, family: Family) -> Result<Vec<NeighborEntry>> {
    let all = Neighbours::all().family(family);
    let query = if_index.map_or(all.clone(), |index| all.link(index));
    let neighbours = Connection::open()?.list(query)?;
    Ok(neighbours
        .iter()
        .map(|view| NeighborEntry::of(&view))
        .collect())
}

#[derive(Debug, Clone, PartialEq)]
pub struct RouteEntry {
    pub destination: Option<IpAddr>,
    pub gateway: Option<IpAddr>,
    pub pref_src: Option<IpAddr>,
    pub out_if_index: Option<u32>,
    pub in_if_index: Option<u32>,
    pub priority: Option<u32>,
    pub table: u32,
    pub protocol: u8,
    pub scope: u8,
    pub type_: u8,
    pub family: u8,
    pub dst_len: u8,
    pub flags: u32,
}

impl RouteEntry {
    pub fn of(view: &RouteView<'_>) -> Self {
        let header = view.header();
        Self {
            destination: view.destination_address(),
            gateway: view.gateway(),
            pref_src: view.source(),
            out_if_index: view.oif(),
            in_if_index: view.iif(),
            priority: view.metric(),
            table: view.table().into(),
            protocol: header.protocol,
            scope: header.scope,
            type_: header.kind,
            family: header.family,
            dst_len: header.dst_len,
            flags: header.flags,
        }
    }
}

pub fn netlink_get_routes(family: Family, table: u32) -> Result<Vec<RouteEntry>> {
    let query = Routes::all().family(family).table(table);
    let routes = Connection::open()?.list(query)?;
    Ok(routes.iter().map(|view| RouteEntry::of(&view)).collect())
}
