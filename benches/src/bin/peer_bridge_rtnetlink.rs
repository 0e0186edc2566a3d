//! The bridge job by rtnetlink, on tokio's single-threaded runtime.
//!
//! Its own namespaces come by fork, so that is what is used; a connection inside is opened
//! with the thread moved in and back. The peer is born in the namespace, and its index is
//! chosen, so that no look-up is needed there.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsRawFd;
use std::time::Instant;

use futures::TryStreamExt;
use netlink_packet_route::link::{InfoData, InfoKind, InfoVeth};
use nlroute_benches::job;
use rtnetlink::{
    Handle, LinkBridge, LinkMessageBuilder, LinkUnspec, LinkVeth, NetworkNamespace,
    RouteMessageBuilder, new_connection,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const PEER_INDEX: u32 = 2;

fn set_namespace(namespace: &File) -> Result<()> {
    // SAFETY: the descriptor is open.
    match unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error().into()),
    }
}

async fn index_of(handle: &Handle, name: &str) -> Result<u32> {
    let link = handle
        .link()
        .get()
        .match_name(name.to_owned())
        .execute()
        .try_next()
        .await?;
    Ok(link.ok_or("no such link")?.header.index)
}

async fn container(host: &Handle, own: &File, i: u32, bridge: u32) -> Result<()> {
    let name = format!("netns{i}");
    NetworkNamespace::add(&name).await?;
    let namespace = File::open(format!("{}/{name}", job::NETNS_DIR))?;

    let peer = LinkMessageBuilder::<LinkUnspec>::new()
        .name(format!("ceth{i}"))
        .index(PEER_INDEX)
        .setns_by_fd(namespace.as_raw_fd())
        .build();
    let veth = LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
        .name(format!("veth{i}"))
        .controller(bridge)
        .up()
        .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
        .build();
    host.link().add(veth).execute().await?;

    set_namespace(&namespace)?;
    let inside = new_connection();
    set_namespace(own)?;
    let (connection, inside, _) = inside?;
    let driver = tokio::spawn(connection);
    inside
        .link()
        .set(LinkUnspec::new_with_index(1).up().build())
        .execute()
        .await?;
    inside
        .link()
        .set(LinkUnspec::new_with_index(PEER_INDEX).up().build())
        .execute()
        .await?;
    let ip = IpAddr::from(job::ip(i));
    inside
        .address()
        .add(PEER_INDEX, ip, job::PREFIX)
        .execute()
        .await?;
    let route = RouteMessageBuilder::<Ipv4Addr>::new()
        .gateway(job::GATEWAY.into())
        .build();
    inside.route().add(route).execute().await?;
    driver.abort();
    Ok(())
}

async fn run(args: job::Args) -> Result<()> {
    let started = Instant::now();
    let own = File::open("/proc/thread-self/ns/net")?;
    let (connection, host, _) = new_connection()?;
    tokio::spawn(connection);
    host.link()
        .add(LinkBridge::new(job::BRIDGE).up().build())
        .execute()
        .await?;
    let bridge = index_of(&host, job::BRIDGE).await?;
    let gateway = IpAddr::from(job::GATEWAY);
    host.address()
        .add(bridge, gateway, job::PREFIX)
        .execute()
        .await?;
    for i in 0..args.containers {
        container(&host, &own, i, bridge).await?;
    }
    job::report(args, started);
    if !args.keep {
        for i in 0..args.containers {
            NetworkNamespace::del(format!("netns{i}")).await?;
        }
        host.link().del(bridge).execute().await?;
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
