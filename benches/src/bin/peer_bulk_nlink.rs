//! The bulk jobs by nlink, on tokio's single-threaded runtime: its batch, with as many routes as
//! overrun no default receive buffer (each is acknowledged).

use std::net::IpAddr;

use futures::StreamExt as _;
use nlink::netlink::link::{LinkCreateExt as _, VethLink};
use nlink::netlink::messages::RouteMessage;
use nlink::netlink::route::Ipv4Route;
use nlink::netlink::{Connection, Route};
use nlroute_benches::bulk::{self, Job};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const MOST: u32 = 200;

fn route(n: u32) -> Ipv4Route {
    Ipv4Route::from_addr(bulk::destination(n), 32)
        .gateway(bulk::GATEWAY)
        .dev_index(bulk::LINK)
        .priority(bulk::METRIC)
}

fn sum(route: &RouteMessage) -> u64 {
    match (route.destination(), route.gateway()) {
        (Some(IpAddr::V4(to)), Some(IpAddr::V4(gateway))) if bulk::is_ours(*to) => bulk::sum(
            *to,
            *gateway,
            route.oif().unwrap_or(0),
            route.priority().unwrap_or(0),
        ),
        _ => 0,
    }
}

async fn run() -> Result<()> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let connection = Connection::<Route>::new()?;
    match job {
        Job::Add | Job::Delete => {
            let (mut at, mut done) = (0, 0);
            while at < number {
                let count = MOST.min(number - at);
                let mut batch = connection.batch();
                for n in at..at + count {
                    batch = match job {
                        Job::Add => batch.add_route(route(n)),
                        _ => batch.del_route(route(n)),
                    };
                }
                done += batch.execute().await?.success_count() as u64;
                at += count;
            }
            begun.end(done, 0)?;
        }
        Job::Count | Job::Fields => {
            let (mut count, mut total) = (0, 0);
            let mut routes = connection.stream_routes().await?;
            while let Some(route) = routes.next().await {
                let route = route?;
                if !route.is_ipv4() {
                    continue;
                }
                count += 1;
                if job == Job::Fields {
                    total += sum(&route);
                }
            }
            begun.end(count, total)?;
        }
        Job::List => {
            let list = connection.get_routes().await?;
            begun.end(
                list.iter().filter(|route| route.is_ipv4()).count() as u64,
                0,
            )?;
        }
        Job::Failing => bulk::cannot(job),
        Job::Veth => {
            // Its batch makes no peer in a namespace.
            let mut done = 0;
            for n in 0..number {
                let veth = VethLink::new(format!("v{n}"), format!("p{n}"));
                let veth = veth.peer_netns(&bulk::netns(n))?.up();
                connection.add_link(veth).await?;
                done += 1;
            }
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
