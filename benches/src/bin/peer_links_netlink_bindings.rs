//! The links job by netlink-bindings and its blocking socket.

use std::io::{Write as _, stdout};

use netlink_bindings::rt_link::{Ifinfomsg, Request};
use netlink_socket2::NetlinkSocket;
use nlroute_benches::bare;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut socket = NetlinkSocket::new();
    let mut request = Request::new().op_getlink_dump(&Ifinfomsg::default());
    let _ = request.encode().push_ext_mask(bare::SKIP_STATS);
    let mut answers = socket.request(&request)?;
    let mut out = Vec::new();
    while let Some((header, attributes)) = answers.recv().transpose()? {
        write!(out, "{} ", header.ifi_index)?;
        out.extend_from_slice(attributes.get_ifname()?.to_bytes());
        out.push(b'\n');
    }
    Ok(stdout().write_all(&out)?)
}
