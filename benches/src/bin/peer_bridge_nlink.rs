//! The bridge job by nlink, on tokio's single-threaded runtime: its own namespaces, one
//! request for the veth pair, one batch for what its batches take inside.

use std::net::Ipv4Addr;
use std::time::Instant;

use nlink::netlink::addr::Ipv4Address;
use nlink::netlink::link::{BridgeLink, LinkCreateExt, VethLink};
use nlink::netlink::route::Ipv4Route;
use nlink::netlink::{Connection, InterfaceRef, Route, namespace};
use nlroute_benches::job;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn container(host: &Connection<Route>, i: u32, bridge: u32) -> Result<()> {
    let (name, peer) = (format!("netns{i}"), format!("ceth{i}"));
    namespace::create(&name)?;
    let veth = VethLink::new(format!("veth{i}"), &peer)
        .peer_netns(&name)?
        .master(InterfaceRef::index(bridge))
        .up();
    host.add_link(veth).await?;

    let inside = Connection::<Route>::new_in(name.as_str())?;
    inside.set_link_up_by_index(1).await?;
    let link = inside
        .get_link_by_name(peer.as_str())
        .await?
        .ok_or("no peer")?;
    let index = link.ifindex();
    inside.set_link_up_by_index(index).await?;
    let address = Ipv4Address::with_index(index, job::ip(i).into(), job::PREFIX);
    let route = Ipv4Route::default_route().gateway(Ipv4Addr::from(job::GATEWAY));
    inside
        .batch()
        .add_address(address, index)
        .add_route(route)
        .execute_all()
        .await?;
    Ok(())
}

async fn run(args: job::Args) -> Result<()> {
    let started = Instant::now();
    let host = Connection::<Route>::new()?;
    host.add_link(BridgeLink::new(job::BRIDGE).up()).await?;
    let bridge = host
        .get_link_by_name(job::BRIDGE)
        .await?
        .ok_or("no bridge")?
        .ifindex();
    let address = Ipv4Address::with_index(bridge, job::GATEWAY.into(), job::PREFIX);
    host.add_address(address).await?;
    for i in 0..args.containers {
        container(&host, i, bridge).await?;
    }
    job::report(args, started);
    if !args.keep {
        for i in 0..args.containers {
            namespace::delete(&format!("netns{i}"))?;
        }
        host.del_link(job::BRIDGE).await?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let args = job::Args::from_env();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run(args))
}
