//! The bulk jobs by nlroute.

use std::net::{IpAddr, Ipv4Addr};

use nlroute::link::{Link, Peer, Veth};
use nlroute::{Connection, Error, Family, Netns, Prefix, Route, Routes, route::RouteView};
use nlroute_benches::bulk::{self, Job};

fn route<'a>(n: u32) -> Route<'a> {
    Route::new(Prefix::host(bulk::destination(n).into()))
        .gateway(bulk::GATEWAY.into())
        .oif(bulk::LINK)
        .metric(bulk::METRIC)
}

fn sum(route: &RouteView<'_>) -> u64 {
    let Some(IpAddr::V4(to)) = route.destination().map(|to| to.address()) else {
        return 0;
    };
    if !bulk::is_ours(to) {
        return 0;
    }
    let gateway = match route.gateway() {
        Some(IpAddr::V4(gateway)) => gateway,
        _ => Ipv4Addr::UNSPECIFIED,
    };
    bulk::sum(
        to,
        gateway,
        route.oif().unwrap_or(0),
        route.metric().unwrap_or(0),
    )
}

fn succeeded(results: impl Iterator<Item = Result<(), Error>>) -> u64 {
    results.filter(Result::is_ok).count() as u64
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let mut host = Connection::open()?;
    let routes = Routes::all().family(Family::Inet);
    match job {
        Job::Add => {
            let results = host.bulk(0..number, |batch, n| batch.add(route(n)));
            let count = succeeded(results);
            begun.end(count, 0)?;
        }
        Job::Delete => {
            let results = host.bulk(0..number, |batch, n| batch.delete(route(n)));
            let count = succeeded(results);
            begun.end(count, 0)?;
        }
        Job::Count => {
            let count = host.dump(routes)?.count()?;
            begun.end(count as u64, 0)?;
        }
        Job::Fields => {
            let (mut count, mut total) = (0, 0);
            let mut dump = host.dump(routes)?;
            while let Some(route) = dump.next()? {
                count += 1;
                total += sum(&route);
            }
            begun.end(count, total)?;
        }
        Job::List => {
            let list = host.list(routes)?;
            begun.end(list.len() as u64, 0)?;
        }
        Job::Failing => {
            // No link has these indices.
            let fails = |n: u32| n % bulk::EVERY == bulk::EVERY - 1;
            let index = |n: u32| if fails(n) { 1_000_000 + n } else { 1 };
            let results = host.bulk(0..number, |batch, n| {
                batch.change(Link::named(index(n)).up())
            });
            let mut count = 0;
            for (n, result) in (0..).zip(results) {
                match result {
                    Ok(()) if !fails(n) => count += 1,
                    Err(error) if fails(n) => {
                        assert_eq!(error.operation(), format!("change link #{}", index(n)));
                    }
                    other => return Err(format!("{n}: {other:?}").into()),
                }
            }
            begun.end(count, 0)?;
        }
        Job::Veth => {
            let spaces: Result<Vec<_>, _> =
                (0..number).map(|n| Netns::open(bulk::netns(n))).collect();
            let spaces = spaces?;
            let results = host.bulk(spaces.iter().enumerate(), |batch, (n, netns)| {
                let (name, peer) = (format!("v{n}"), format!("p{n}"));
                batch.add(Veth::new(&name).up().peer(Peer::new(&peer).netns(netns)))
            });
            let count = succeeded(results);
            begun.end(count, 0)?;
        }
    }
    Ok(())
}
