//! The bulk jobs by rtnetlink, on tokio's single-threaded runtime. It has no batch; its best is
//! many requests under way at a time, so many as overrun no default receive buffer.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use netlink_packet_route::link::{InfoData, InfoKind, InfoVeth};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteMessage};
use nlroute_benches::bulk::{self, Job};
use nlroute_benches::job;
use rtnetlink::{LinkMessageBuilder, LinkUnspec, LinkVeth, RouteMessageBuilder, new_connection};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const MOST: usize = 128;

fn route(n: u32) -> RouteMessage {
    RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(bulk::destination(n), 32)
        .gateway(bulk::GATEWAY)
        .output_interface(bulk::LINK)
        .priority(bulk::METRIC)
        .build()
}

fn sum(route: &RouteMessage) -> u64 {
    let (mut to, mut gateway) = (Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED);
    let (mut link, mut metric) = (0, 0);
    for attribute in &route.attributes {
        match attribute {
            RouteAttribute::Destination(RouteAddress::Inet(address)) => to = *address,
            RouteAttribute::Gateway(RouteAddress::Inet(address)) => gateway = *address,
            RouteAttribute::Oif(index) => link = *index,
            RouteAttribute::Priority(number) => metric = *number,
            _ => {}
        }
    }
    if bulk::is_ours(to) {
        bulk::sum(to, gateway, link, metric)
    } else {
        0
    }
}

async fn run() -> Result<()> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let (connection, handle, _) = new_connection()?;
    tokio::spawn(connection);
    let all = || {
        handle
            .route()
            .get(RouteMessageBuilder::<Ipv4Addr>::new().build())
    };
    match job {
        Job::Add | Job::Delete => {
            let one = async |n| {
                let routes = handle.route();
                match job {
                    Job::Add => routes.add(route(n)).execute().await,
                    _ => routes.del(route(n)).execute().await,
                }
            };
            let results = stream::iter(0..number).map(one).buffer_unordered(MOST);
            let done = results.try_fold(0, async |done, ()| Ok(done + 1)).await?;
            begun.end(done, 0)?;
        }
        Job::Count | Job::Fields => {
            let (mut count, mut total) = (0, 0);
            let mut routes = Box::pin(all().execute());
            while let Some(route) = routes.try_next().await? {
                count += 1;
                if job == Job::Fields {
                    total += sum(&route);
                }
            }
            begun.end(count, total)?;
        }
        Job::List => {
            let list: Vec<RouteMessage> = all().execute().try_collect().await?;
            begun.end(list.len() as u64, 0)?;
        }
        Job::Failing => bulk::cannot(job),
        Job::Veth => {
            let one = async |n| -> Result<()> {
                let space = File::open(format!("{}/{}", job::NETNS_DIR, bulk::netns(n)))?;
                let peer = LinkMessageBuilder::<LinkUnspec>::new()
                    .name(format!("p{n}"))
                    .setns_by_fd(space.as_raw_fd())
                    .build();
                let veth = LinkMessageBuilder::<LinkVeth>::new_with_info_kind(InfoKind::Veth)
                    .name(format!("v{n}"))
                    .up()
                    .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
                    .build();
                Ok(handle.link().add(veth).execute().await?)
            };
            let results = stream::iter(0..number).map(one).buffer_unordered(MOST);
            let done = results.try_fold(0, async |done, ()| Ok(done + 1)).await?;
            begun.end(done, 0)?;
        }
    }
    Ok(())
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run())
}
