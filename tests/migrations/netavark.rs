//! What netavark's `network::netlink` and `network::netlink_route` are, on nlroute.
//!
//! The names are netavark's. Its `LinkID` is whatever a `LinkRef` can be made of, its
//! `CreateLinkOptions` and `parse_create_link_options` are a request of the link's kind, its `IpNet`
//! is a `Prefix`, and what it reads is a view.
use std::{net::IpAddr, os::fd::AsFd};

use nlroute::{
    Address, Addresses, Connection, Listing, Prefix, Result, Route, Routes,
    bridge::{BridgeVlan, BridgeVlanFlags},
    link::{Bridge, Kind, Link, LinkRequest, LinkView, Links},
    route::{RouteProtocol, RouteTable, RouteType},
    wire::{LinkAddress, LinkRef},
};

/// The metric of routes of which the configuration says none.
pub const DEFAULT_METRIC: u32 = 100;

/// A route as the configuration has it.
pub fn route(
    dest: Prefix,
    gw: Option<IpAddr>,
    metric: Option<u32>,
    kind: RouteType,
) -> Route<'static> {
    let route = Route::new(dest)
        .kind(kind)
        .protocol(RouteProtocol::Static)
        .metric(metric.unwrap_or(DEFAULT_METRIC));
    match gw {
        Some(gw) => route.gateway(gw),
        None => route,
    }
}

#[derive(Debug)]
pub struct Socket(Connection);

impl Socket {
    pub fn new() -> Result<Self> {
        Connection::open().map(Self)
    }

    /// In the place of `exec_netns!` around `new`.
    pub fn new_in(netns: impl AsFd) -> Result<Self> {
        Connection::open_in(netns).map(Self)
    }

    pub fn get_link<'a>(&mut self, id: impl Into<LinkRef<'a>>) -> Result<LinkView<'static>> {
        self.0.get(Link::named(id))
    }

    pub fn create_link<K: Kind>(&mut self, link: LinkRequest<'_, K>) -> Result<()> {
        self.0.add(link).map(drop)
    }

    pub fn set_link_name(&mut self, id: u32, name: &str) -> Result<()> {
        self.0.change(Link::named(id).rename(name))
    }

    pub fn del_link<'a>(&mut self, id: impl Into<LinkRef<'a>>) -> Result<()> {
        self.0.delete(Link::named(id))
    }

    pub fn set_link_ns_pid(&mut self, id: u32, pid: u32) -> Result<()> {
        self.0.change(Link::named(id).netns_pid(pid))
    }

    pub fn set_link_ns<Fd: AsFd>(&mut self, id: u32, netns: Fd) -> Result<()> {
        self.0.change(Link::named(id).netns(&netns))
    }

    pub fn set_vlan_filtering(&mut self, id: u32, vlan_filtering: bool) -> Result<()> {
        self.0
            .change(Bridge::named(id).vlan_filtering(vlan_filtering))
    }

    pub fn set_vlan_id(&mut self, id: u32, vid: u16, flags: BridgeVlanFlags) -> Result<()> {
        self.0.add(BridgeVlan::new(id, vid).flags(flags))
    }

    pub fn add_addr(&mut self, id: u32, addr: Prefix) -> Result<()> {
        self.0.add(Address::new(id, addr).broadcast_of_prefix())
    }

    pub fn del_addr(&mut self, id: u32, addr: Prefix) -> Result<()> {
        self.0.delete(Address::new(id, addr))
    }

    pub fn add_route(&mut self, route: &Route<'_>) -> Result<()> {
        self.0.prepend(route)
    }

    pub fn del_route(&mut self, route: &Route<'_>) -> Result<()> {
        self.0.delete(route)
    }

    pub fn dump_routes(&mut self, table: Option<u32>) -> Result<Listing<Routes<'static>>> {
        let table = table.map_or(RouteTable::MAIN, RouteTable);
        self.0
            .list(Routes::all().table(table).kind(RouteType::Unicast))
    }

    pub fn dump_links(&mut self, master: Option<u32>) -> Result<Listing<Links<'static>>> {
        let all = Links::all();
        self.0
            .list(master.map_or(all.clone(), |master| all.master(master)))
    }

    pub fn dump_addresses(&mut self, id: Option<u32>) -> Result<Listing<Addresses<'static>>> {
        let all = Addresses::all();
        self.0.list(id.map_or(all.clone(), |id| all.link(id)))
    }

    pub fn set_up<'a>(&mut self, id: impl Into<LinkRef<'a>>) -> Result<()> {
        self.0.change(Link::named(id).up())
    }

    pub fn set_mac_address<'a>(
        &mut self,
        id: impl Into<LinkRef<'a>>,
        mac: LinkAddress,
    ) -> Result<()> {
        self.0.change(Link::named(id).address(mac))
    }
}
