//! What youki does with its layer: a host's device becomes a container's, its addresses kept.
use std::{net::IpAddr, os::fd::AsFd};

use nlroute::{
    Address, Connection, Netns,
    address::AddressFlags,
    link::{Link, Peer, Veth},
    route::RouteScope,
    sandbox::isolated,
    script::Script,
};

use super::{
    Result,
    youki::{
        AddressClient, CidrAddress, LinkClient, LinuxNetDevice, create_network_client,
        dev_change_net_namespace, resolve_device_name, setup_addresses_in_network_namespace,
    },
};

/// `configure_container_network_devices` of the container's first process.
fn configure(name: &str, addrs: &[CidrAddress]) -> Result {
    let mut link_client = LinkClient::new(create_network_client()?);
    let mut addr_client = AddressClient::new(create_network_client()?);
    let index = link_client.get_by_name(name)?.index();
    setup_addresses_in_network_namespace(addrs, index, &mut addr_client)?;
    Ok(link_client.set_up(index)?)
}

fn kept(address: &str, prefix_len: u8) -> Result<CidrAddress> {
    let address = address.parse()?;
    Ok(CidrAddress {
        prefix_len,
        address,
    })
}

#[test]
fn youki_moves_a_device_with_its_addresses() {
    isolated(|| -> Result {
        let mut host = Connection::open()?;
        let container = Netns::anonymous()?;
        host.add(Veth::new("dev0").up().peer(Peer::new("far0").up()))?;
        host.add(Address::new("dev0", "192.0.2.7/24".parse()?))?;
        host.add(Address::new("dev0", "192.0.2.8/32".parse()?))?;
        host.add(Address::new("dev0", "2001:db8::7/64".parse()?).nodad())?;
        // What stays behind: of the link only, and for a while.
        host.add(Address::new("dev0", "169.254.1.1/16".parse()?).scope(RouteScope::Link))?;
        let hour = std::time::Duration::from_secs(3600);
        host.add(Address::new("dev0", "198.51.100.1/24".parse()?).valid(hour))?;

        let device = LinuxNetDevice {
            name: Some("eth0".to_owned()),
        };
        let mut addrs = dev_change_net_namespace("dev0", container.as_fd(), &device)?;
        addrs.sort_by_key(|addr| addr.address);
        let mut wanted = vec![kept("192.0.2.7", 24)?, kept("192.0.2.8", 32)?];
        wanted.push(kept("2001:db8::7", 64)?);
        assert_eq!(addrs, wanted);
        let gone = host.get(Link::named("dev0")).unwrap_err();
        assert!(gone.is_not_found(), "{gone}");

        let inside = container.run(|| -> Result<Vec<CidrAddress>> {
            let name = resolve_device_name(&device, "dev0");
            configure(name, &addrs)?;
            let mut link_client = LinkClient::new(create_network_client()?);
            let link = link_client.get_by_name(name)?;
            assert!(link.is_up());
            let mut addr_client = AddressClient::new(create_network_client()?);
            let listed = addr_client.get_by_index(link.index())?;
            let by_hand = listed.iter().filter(|address| {
                let v4 = address.prefix().is_some_and(|p| p.address().is_ipv4());
                v4 || address.scope() == RouteScope::Universe
            });
            let mut found: Vec<_> = by_hand.filter_map(|a| CidrAddress::of(&a)).collect();
            let first = listed.iter().next().ok_or("no address")?;
            assert!(first.flags().contains(AddressFlags::PERMANENT));
            assert_eq!(first.broadcast(), Some("192.0.2.255".parse()?));
            found.sort_by_key(|addr| addr.address);
            Ok(found)
        })??;
        assert_eq!(inside, addrs);

        // There is no such device, and one that comes back has its old name.
        let none = LinuxNetDevice::default();
        let error = dev_change_net_namespace("dev0", container.as_fd(), &none).unwrap_err();
        assert_eq!(error.to_string(), "get link dev0: No such device (ENODEV)");
        let empty = LinuxNetDevice {
            name: Some(String::new()),
        };
        assert_eq!(resolve_device_name(&empty, "dev0"), "dev0");
        Ok(())
    });
}

/// Why the addresses are listed before the device is set down, and not after as youki does.
#[test]
fn youki_loses_ipv6_addresses_by_its_order() {
    isolated(|| -> Result {
        let mut host = Connection::open()?;
        let dev0 = host.add(Veth::new("dev0").up().peer(Peer::new("far0").up()))?;
        host.add(Address::new(dev0, "192.0.2.7/24".parse()?))?;
        host.add(Address::new(dev0, "2001:db8::7/64".parse()?).nodad())?;
        let mut link_client = LinkClient::new(create_network_client()?);
        let mut addr_client = AddressClient::new(create_network_client()?);
        link_client.set_down(dev0)?;
        let listed = addr_client.get_by_index(dev0)?;
        let left: Vec<_> = listed.iter().filter_map(|a| CidrAddress::of(&a)).collect();
        assert_eq!(left, [kept("192.0.2.7", 24)?]);
        Ok(())
    });
}

/// In the place of `FakeNetlinkClient`: what is sent is compared, what is answered is written down.
#[test]
fn youki_clients_without_a_kernel() -> Result {
    let script: Script = "nlroute-script 1 strict
        > RTM_NEWADDR REQUEST|ACK|EXCL|CREATE @1 02180000 2a000000 08000100 0a000001 08000200 0a000001 08000400 0a0000ff
        < NLMSG_ERROR CAPPED @1 OK quote
        > RTM_NEWADDR REQUEST|ACK|EXCL|CREATE @2 02180000 2a000000 08000100 0a000001 08000200 0a000001 08000400 0a0000ff
        < NLMSG_ERROR CAPPED @2 EEXIST quote"
        .parse()?;
    let mut addr_client = AddressClient::new(script.connect()?);
    let address: IpAddr = "10.0.0.1".parse()?;
    addr_client.add(42, address, 24)?;
    let error = addr_client.add(42, address, 24).unwrap_err();
    assert!(error.is_exists());
    assert_eq!(
        addr_client.add(42, address, 33).unwrap_err().to_string(),
        "make a prefix: length 33: is more than 32"
    );
    let script: Script = "nlroute-script 1 strict
        > RTM_SETLINK REQUEST|ACK @1 00000000 05000000 00000000 01000000
        < NLMSG_ERROR CAPPED @1 EPERM quote"
        .parse()?;
    let mut link_client = LinkClient::new(script.connect()?);
    let error = link_client.set_down(5).unwrap_err();
    assert!(error.is_permission_denied(), "{error}");
    Ok(())
}
