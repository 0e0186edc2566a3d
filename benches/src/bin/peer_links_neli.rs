//! The links job by neli's blocking router.

use std::io::{Write as _, stdout};

use neli::consts::{
    nl::NlmF,
    rtnl::{Ifla, RtAddrFamily, Rtm},
    socket::NlFamily,
};
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder, RtattrBuilder};
use neli::types::RtBuffer;
use neli::utils::Groups;
use nlroute_benches::bare;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;
    let mut attributes = RtBuffer::new();
    attributes.push(
        RtattrBuilder::default()
            .rta_type(Ifla::ExtMask)
            .rta_payload(bare::SKIP_STATS)
            .build()?,
    );
    let request = IfinfomsgBuilder::default()
        .ifi_family(RtAddrFamily::Unspecified)
        .rtattrs(attributes)
        .build()?;
    let answers = router.send::<_, _, Rtm, Ifinfomsg>(
        Rtm::Getlink,
        NlmF::DUMP,
        NlPayload::Payload(request),
    )?;
    let mut out = Vec::new();
    for answer in answers {
        if let Some(link) = answer?.get_payload() {
            let attributes = link.rtattrs().get_attr_handle();
            let name = attributes.get_attr_payload_as_with_len::<String>(Ifla::Ifname)?;
            writeln!(out, "{} {}", link.ifi_index(), name.trim_end_matches('\0'))?;
        }
    }
    Ok(stdout().write_all(&out)?)
}
