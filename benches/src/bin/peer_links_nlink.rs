//! The links job by nlink, on tokio's single-threaded runtime.

use std::io::{Write as _, stdout};

use nlink::netlink::{Connection, Route};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn run() -> Result<()> {
    let connection = Connection::<Route>::new()?;
    let mut out = Vec::new();
    for link in connection.get_links().await? {
        writeln!(out, "{} {}", link.ifindex(), link.name_or(""))?;
    }
    Ok(stdout().write_all(&out)?)
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(run())
}
