//! The bulk jobs by neli's blocking router, which has one request under way at a time.

use std::net::Ipv4Addr;

use neli::attr::Attribute as _;
use neli::consts::{
    nl::NlmF,
    rtnl::{RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot},
    socket::NlFamily,
};
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Rtattr, RtattrBuilder, Rtmsg, RtmsgBuilder};
use neli::types::{Buffer, RtBuffer};
use neli::utils::Groups;
use neli::{Size, ToBytes};
use nlroute_benches::bulk::{self, Job};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn attribute<P: Size + ToBytes>(kind: Rta, value: P) -> Result<Rtattr<Rta, Buffer>> {
    Ok(RtattrBuilder::default()
        .rta_type(kind)
        .rta_payload(value)
        .build()?)
}

fn route(n: u32, delete: bool) -> Result<Rtmsg> {
    let mut attributes = RtBuffer::new();
    attributes.push(attribute(Rta::Dst, bulk::destination(n).octets())?);
    attributes.push(attribute(Rta::Gateway, bulk::GATEWAY.octets())?);
    attributes.push(attribute(Rta::Oif, bulk::LINK)?);
    attributes.push(attribute(Rta::Priority, bulk::METRIC)?);
    let (protocol, scope, kind) = if delete {
        (Rtprot::Unspec, RtScope::Nowhere, Rtn::Unspec)
    } else {
        (Rtprot::Boot, RtScope::Universe, Rtn::Unicast)
    };
    Ok(RtmsgBuilder::default()
        .rtm_family(RtAddrFamily::Inet)
        .rtm_dst_len(32)
        .rtm_src_len(0)
        .rtm_tos(0)
        .rtm_table(RtTable::Main)
        .rtm_protocol(protocol)
        .rtm_scope(scope)
        .rtm_type(kind)
        .rtattrs(attributes)
        .build()?)
}

fn all() -> Result<Rtmsg> {
    Ok(RtmsgBuilder::default()
        .rtm_family(RtAddrFamily::Inet)
        .rtm_dst_len(0)
        .rtm_src_len(0)
        .rtm_tos(0)
        .rtm_table(RtTable::Unspec)
        .rtm_protocol(Rtprot::Unspec)
        .rtm_scope(RtScope::Universe)
        .rtm_type(Rtn::Unspec)
        .build()?)
}

fn main() -> Result<()> {
    let (job, number) = bulk::from_env();
    let begun = bulk::begin();
    let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;
    match job {
        Job::Add | Job::Delete => {
            let (kind, flags) = match job {
                Job::Add => (Rtm::Newroute, NlmF::CREATE | NlmF::EXCL | NlmF::ACK),
                _ => (Rtm::Delroute, NlmF::ACK),
            };
            let mut done = 0;
            for n in 0..number {
                let payload = NlPayload::Payload(route(n, job == Job::Delete)?);
                let answers = router.send::<_, _, Rtm, Rtmsg>(kind, flags, payload)?;
                for answer in answers {
                    answer?;
                }
                done += 1;
            }
            begun.end(done, 0)?;
        }
        Job::Count | Job::Fields => {
            let payload = NlPayload::Payload(all()?);
            let answers = router.send::<_, _, Rtm, Rtmsg>(Rtm::Getroute, NlmF::DUMP, payload)?;
            let (mut count, mut sum) = (0, 0);
            for answer in answers {
                let answer = answer?;
                let Some(route) = answer.get_payload() else {
                    continue;
                };
                count += 1;
                if job == Job::Count {
                    continue;
                }
                let (mut to, mut gateway) = ([0; 4], [0; 4]);
                let (mut link, mut metric) = (0, 0);
                for attribute in route.rtattrs().iter() {
                    match attribute.rta_type() {
                        Rta::Dst => to = attribute.get_payload_as()?,
                        Rta::Gateway => gateway = attribute.get_payload_as()?,
                        Rta::Oif => link = attribute.get_payload_as()?,
                        Rta::Priority => metric = attribute.get_payload_as()?,
                        _ => {}
                    }
                }
                let to = Ipv4Addr::from(to);
                if bulk::is_ours(to) {
                    sum += bulk::sum(to, gateway.into(), link, metric);
                }
            }
            begun.end(count, sum)?;
        }
        Job::List | Job::Veth | Job::Failing => bulk::cannot(job),
    }
    Ok(())
}
