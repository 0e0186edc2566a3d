//! Tells everybody on the link who has an address now, for those who remember another MAC: a
//! gratuitous ARP request (RFC 5227) and an unsolicited neighbour advertisement (RFC 4861, 7.2.6).
//!
//! The kernel sends both itself when a link's MAC is set, be it to what it is, if it is told to.
//! That is not only less than packets made by hand: to close the socket that could send an ARP
//! packet takes half as long as all of the rest, because the kernel waits until no packet can be
//! on its way to it.
use std::{fs, io};

use nlroute::{
    Connection, Netns,
    link::{Link, LinkView},
};

use super::{
    failure::{Context, IO, Result},
    outcome::Ip,
};

/// Announces the addresses of a link of the container's.
pub fn all(netns: &Netns, inside: &mut Connection, link: &LinkView<'_>, ips: &[Ip]) -> Result {
    let Some(mac) = link.address() else {
        return Ok(());
    };
    let name = link.name();
    let mut switches = Vec::new();
    if ips.iter().any(|ip| ip.address.address().is_ipv4()) {
        switches.push(format!("/proc/sys/net/ipv4/conf/{name}/arp_notify"));
    }
    if ips.iter().any(|ip| ip.address.address().is_ipv6()) {
        switches.push(format!("/proc/sys/net/ipv6/conf/{name}/ndisc_notify"));
    }
    let told = netns
        .run(|| -> io::Result<Vec<String>> {
            let read: io::Result<_> = switches.iter().map(fs::read_to_string).collect();
            for path in &switches {
                fs::write(path, "1")?;
            }
            read
        })?
        .context(IO, "announce the addresses")?;
    inside.change(Link::index(link.index()).address(mac))?;
    netns
        .run(|| {
            let mut all = switches.iter().zip(&told);
            all.try_for_each(|(path, was)| fs::write(path, was.trim()))
        })?
        .context(IO, "announce the addresses")
}
