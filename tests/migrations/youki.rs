//! What youki's `network` module is, on nlroute: how a host's device comes into a container.
//!
//! The names are youki's. `ClientWrapper`, `NetlinkClient`, the handlers and the traits are gone:
//! a client is a connection, and `FakeNetlinkClient` is a `script`.
use std::{net::IpAddr, os::fd::BorrowedFd};

use nlroute::{
    Address, Addresses, Connection, Listing, Prefix, Result,
    address::{AddressFlags, AddressView},
    link::{Link, LinkView},
    route::RouteScope,
};

/// The device as the container's configuration has it (`oci_spec::runtime::LinuxNetDevice`).
#[derive(Clone, Debug, Default)]
pub struct LinuxNetDevice {
    pub name: Option<String>,
}

/// An address on its way from the main process to the container's (`network::cidr`).
#[derive(Debug, Clone, PartialEq)]
pub struct CidrAddress {
    pub prefix_len: u8,
    pub address: IpAddr,
}

impl CidrAddress {
    pub fn of(view: &AddressView<'_>) -> Option<Self> {
        view.prefix().map(|prefix| Self {
            prefix_len: prefix.len(),
            address: prefix.address(),
        })
    }
}

pub fn create_network_client() -> Result<Connection> {
    Connection::open()
}

pub struct LinkClient {
    client: Connection,
}

impl LinkClient {
    pub fn new(client: Connection) -> Self {
        Self { client }
    }

    pub fn get_by_name(&mut self, name: &str) -> Result<LinkView<'static>> {
        self.client.get(Link::named(name))
    }

    pub fn set_up(&mut self, index: u32) -> Result<()> {
        self.client.change(Link::index(index).up())
    }

    pub fn set_down(&mut self, index: u32) -> Result<()> {
        self.client.change(Link::index(index).down())
    }

    pub fn set_ns_fd(&mut self, index: u32, new_name: &str, netns: BorrowedFd<'_>) -> Result<()> {
        self.client
            .change(Link::index(index).rename(new_name).netns(&netns))
    }
}

pub struct AddressClient {
    client: Connection,
}

impl AddressClient {
    pub fn new(client: Connection) -> Self {
        Self { client }
    }

    pub fn get_by_index(&mut self, index: u32) -> Result<Listing<Addresses<'static>>> {
        self.client.list(Addresses::all().link(index))
    }

    pub fn add(&mut self, index: u32, address: IpAddr, prefix_len: u8) -> Result<()> {
        let prefix = Prefix::try_from((address, prefix_len))?;
        self.client
            .add(Address::new(index, prefix).broadcast_of_prefix())
    }
}

/// The name that the device is to have in the container.
pub fn resolve_device_name<'a>(device: &'a LinuxNetDevice, original_name: &'a str) -> &'a str {
    match &device.name {
        Some(name) if !name.is_empty() => name,
        _ => original_name,
    }
}

/// Moves a device into the container's namespace, and answers its addresses, which the kernel takes
/// away with the move: those that are global and for good.
pub fn dev_change_net_namespace(
    name: &str,
    netns_fd: BorrowedFd<'_>,
    device: &LinuxNetDevice,
) -> Result<Vec<CidrAddress>> {
    let mut link_client = LinkClient::new(create_network_client()?);
    let mut addr_client = AddressClient::new(create_network_client()?);
    let index = link_client.get_by_name(name)?.index();
    // Before it is set down, with which the kernel takes IPv6's away.
    let addrs = addr_client.get_by_index(index)?;
    link_client.set_down(index)?;
    link_client.set_ns_fd(index, resolve_device_name(device, name), netns_fd)?;
    let stays = |addr: &AddressView<'_>| {
        addr.scope() == RouteScope::Universe && addr.flags().contains(AddressFlags::PERMANENT)
    };
    let addrs = addrs.iter().filter(stays);
    Ok(addrs.filter_map(|addr| CidrAddress::of(&addr)).collect())
}

/// Gives the device its addresses back, in the container.
pub fn setup_addresses_in_network_namespace(
    addrs: &[CidrAddress],
    link_index: u32,
    addr_client: &mut AddressClient,
) -> Result<()> {
    addrs
        .iter()
        .try_for_each(|addr| addr_client.add(link_index, addr.address, addr.prefix_len))
}
