//! The bulk jobs by netlink-bindings and its blocking socket: chains of 63 requests, the longest
//! whose answers it reads (a chain of exactly 64 is said to be done without an answer read).

use std::net::{IpAddr, Ipv4Addr};

use netlink_bindings::rt_route::{Chained, Request, Rtmsg};
use netlink_socket2::NetlinkSocket;
use nlroute_benches::bulk::{self, Job};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const MOST: u32 = 63;

fn change(socket: &mut NetlinkSocket, number: u32, delete: bool) -> Result<u64> {
    let mut header = Rtmsg {
        rtm_family: libc::AF_INET as u8,
        rtm_dst_len: 32,
        rtm_table: libc::RT_TABLE_MAIN,
        ..Default::default()
    };
    if delete {
        header.rtm_scope = libc::RT_SCOPE_NOWHERE;
    } else {
        header.rtm_protocol = libc::RTPROT_BOOT;
        header.rtm_type = libc::RTN_UNICAST;
    }
    let mut buffer = Vec::new();
    let (mut at, mut done) = (0, 0);
    while at < number {
        let count = MOST.min(number - at);
        let mut chain = Chained::new_from_buf(buffer, socket.reserve_seq(count));
        for n in at..at + count {
            let to = IpAddr::from(bulk::destination(n));
            let gateway = IpAddr::from(bulk::GATEWAY);
            if delete {
                let mut request = chain.request().op_delroute_do(&header);
                request
                    .encode()
                    .push_dst(to)
                    .push_oif(bulk::LINK)
                    .push_gateway(gateway)
                    .push_priority(bulk::METRIC)
                    .end_nested();
            } else {
                let mut request = chain
                    .request()
                    .set_create()
                    .set_excl()
                    .op_newroute_do(&header);
                request
                    .encode()
                    .push_dst(to)
                    .push_oif(bulk::LINK)
                    .push_gateway(gateway)
                    .push_priority(bulk::METRIC)
                    .end_nested();
            }
        }
        let chain = chain.finalize();
        {
            let mut answers = socket.request_chained(&chain)?;
            while let Some(answer) = answers.recv() {
                answer?;
                done += 1;
            }
        }
        buffer = chain.into_chained().into_buf();
        at += count;
    }
    Ok(done)
}

fn main() -> Result<()> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let mut socket = NetlinkSocket::new();
    match job {
        Job::Add | Job::Delete => {
            let done = change(&mut socket, number, job == Job::Delete)?;
            begun.end(done, 0)?;
        }
        Job::Count | Job::Fields => {
            let header = Rtmsg {
                rtm_family: libc::AF_INET as u8,
                ..Default::default()
            };
            let request = Request::new().op_getroute_dump(&header);
            let mut answers = socket.request(&request)?;
            let (mut count, mut sum) = (0, 0);
            while let Some((_, attributes)) = answers.recv().transpose()? {
                count += 1;
                if job == Job::Count {
                    continue;
                }
                let (mut to, mut gateway) = (Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED);
                let (mut link, mut metric) = (0, 0);
                for attribute in attributes {
                    use netlink_bindings::rt_route::RouteAttrs;
                    match attribute.map_err(|e| format!("{e:?}"))? {
                        RouteAttrs::Dst(IpAddr::V4(address)) => to = address,
                        RouteAttrs::Gateway(IpAddr::V4(address)) => gateway = address,
                        RouteAttrs::Oif(index) => link = index,
                        RouteAttrs::Priority(number) => metric = number,
                        _ => {}
                    }
                }
                if bulk::is_ours(to) {
                    sum += bulk::sum(to, gateway, link, metric);
                }
            }
            begun.end(count, sum)?;
        }
        Job::List | Job::Veth | Job::Failing => bulk::cannot(job),
    }
    Ok(())
}
