//! The links job by rtnetlink, on tokio's single-threaded runtime.

use std::io::{Write as _, stdout};

use futures::TryStreamExt;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn run() -> Result<()> {
    let (connection, handle, _) = rtnetlink::new_connection()?;
    tokio::spawn(connection);
    let mask = vec![LinkExtentMask::SkipStats];
    let mut links = handle
        .link()
        .get()
        .set_filter_mask(Default::default(), mask)
        .execute();
    let mut out = Vec::new();
    while let Some(link) = links.try_next().await? {
        let name = link
            .attributes
            .iter()
            .find_map(|attribute| match attribute {
                LinkAttribute::IfName(name) => Some(name.as_str()),
                _ => None,
            });
        writeln!(out, "{} {}", link.header.index, name.unwrap_or_default())?;
    }
    Ok(stdout().write_all(&out)?)
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run())
}
