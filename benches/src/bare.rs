//! The floor: messages laid out at compile time, copied, and patched in place. It uses
//! nothing but `libc` constants, allocates nothing and checks only what must be checked.
//!
//! An interface name is a field of 16 bytes padded with NUL, which the kernel accepts, so
//! that every offset is a constant whatever the name is.

use std::marker::PhantomData;
use std::slice;

/// Writes a message at compile time.
#[derive(Clone, Copy)]
pub struct Template<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Template<N> {
    pub(crate) const fn message(kind: u16, flags: i32) -> Self {
        let mut t = Template {
            bytes: [0; N],
            len: 0,
        };
        t.put(&[0; 4]);
        t.put(&kind.to_ne_bytes());
        t.put(&(flags as u16).to_ne_bytes());
        t.put(&[0; 8]);
        t
    }

    pub(crate) const fn put(&mut self, from: &[u8]) -> usize {
        let at = self.len;
        let mut i = 0;
        while i < from.len() {
            self.bytes[self.len] = from[i];
            self.len += 1;
            i += 1;
        }
        at
    }

    /// `struct ifinfomsg`.
    const fn ifinfomsg(&mut self, index: i32, flags: u32, change: u32) {
        self.put(&[0; 4]);
        self.put(&index.to_ne_bytes());
        self.put(&flags.to_ne_bytes());
        self.put(&change.to_ne_bytes());
    }

    /// An attribute; the answer is where its value begins.
    pub(crate) const fn attribute(&mut self, kind: u16, value: &[u8]) -> usize {
        self.put(&(4 + value.len() as u16).to_ne_bytes());
        self.put(&kind.to_ne_bytes());
        let at = self.put(value);
        while !self.len.is_multiple_of(4) {
            self.put(&[0]);
        }
        at
    }

    const fn nest(&mut self, kind: u16) -> usize {
        let at = self.put(&[0; 2]);
        self.put(&(kind | libc::NLA_F_NESTED as u16).to_ne_bytes());
        at
    }

    const fn end_nest(&mut self, at: usize) {
        let len = ((self.len - at) as u16).to_ne_bytes();
        self.bytes[at] = len[0];
        self.bytes[at + 1] = len[1];
    }

    /// The finished message; its length must be exactly `N`.
    pub(crate) const fn finish(mut self) -> [u8; N] {
        assert!(self.len == N);
        let len = (N as u32).to_ne_bytes();
        let mut i = 0;
        while i < 4 {
            self.bytes[i] = len[i];
            i += 1;
        }
        self.bytes
    }
}

pub(crate) const REQUEST: i32 = libc::NLM_F_REQUEST;
const ACK: i32 = libc::NLM_F_ACK;
pub(crate) const CREATE: i32 = libc::NLM_F_CREATE | libc::NLM_F_EXCL;
const UP: u32 = libc::IFF_UP as u32;
const VETH_INFO_PEER: u16 = 1;
const NAME: [u8; 16] = [0; 16];

const SEQ: usize = 8;

/// Where the kernel wants a `u32`, here it goes.
#[inline(always)]
pub fn patch_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_ne_bytes());
}

/// An interface name in a field of 16 bytes.
pub type Name = [u8; 16];

/// `prefix` with the number `n` behind it, for instance `veth12`. `None` past 15 bytes.
pub fn numbered(prefix: &[u8], n: u32) -> Option<Name> {
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    let mut rest = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let digits = &digits[at..];
    let mut name = [0; 16];
    let end = prefix.len() + digits.len();
    if end > 15 {
        return None;
    }
    name[..prefix.len()].copy_from_slice(prefix);
    name[prefix.len()..end].copy_from_slice(digits);
    Some(name)
}

// The veth pair.

pub const VETH_LEN: usize = 16 + 16 + 20 + 8 + (4 + 12 + 4 + 4 + 16 + 20 + 8);

struct VethAt {
    bytes: [u8; VETH_LEN],
    name: usize,
    master: usize,
    peer: usize,
    peer_name: usize,
    netns_fd: usize,
}

const VETH: VethAt = {
    let mut t = Template::<VETH_LEN>::message(libc::RTM_NEWLINK, REQUEST | ACK | CREATE);
    t.ifinfomsg(0, UP, UP);
    let name = t.attribute(libc::IFLA_IFNAME, &NAME);
    let master = t.attribute(libc::IFLA_MASTER, &[0; 4]);
    let info = t.nest(libc::IFLA_LINKINFO);
    t.attribute(libc::IFLA_INFO_KIND, b"veth\0");
    let data = t.nest(libc::IFLA_INFO_DATA);
    let peer = t.nest(VETH_INFO_PEER);
    t.ifinfomsg(0, 0, 0);
    let peer_name = t.attribute(libc::IFLA_IFNAME, &NAME);
    let netns_fd = t.attribute(libc::IFLA_NET_NS_FD, &[0; 4]);
    t.end_nest(peer);
    t.end_nest(data);
    t.end_nest(info);
    VethAt {
        bytes: t.finish(),
        name,
        master,
        peer: peer + 4,
        peer_name,
        netns_fd,
    }
};

/// What differs from one veth pair to the next.
#[derive(Clone, Copy)]
pub struct Veth {
    pub name: Name,
    pub master: u32,
    pub peer_name: Name,
    /// 0 lets the kernel choose.
    pub peer_index: u32,
    pub netns_fd: i32,
}

/// RTM_NEWLINK: veth with a master, up, its peer born in the namespace of `netns_fd`.
#[inline(always)]
pub fn veth(out: &mut [u8; VETH_LEN], seq: u32, veth: &Veth) {
    *out = VETH.bytes;
    patch_u32(out, SEQ, seq);
    out[VETH.name..VETH.name + 16].copy_from_slice(&veth.name);
    patch_u32(out, VETH.master, veth.master);
    patch_u32(out, VETH.peer + 4, veth.peer_index);
    out[VETH.peer_name..VETH.peer_name + 16].copy_from_slice(&veth.peer_name);
    patch_u32(out, VETH.netns_fd, veth.netns_fd as u32);
}

// The bridge.

pub const BRIDGE_LEN: usize = 16 + 16 + 20 + (4 + 12);

const BRIDGE: ([u8; BRIDGE_LEN], usize) = {
    let mut t = Template::<BRIDGE_LEN>::message(libc::RTM_NEWLINK, REQUEST | CREATE);
    t.ifinfomsg(0, UP, UP);
    let name = t.attribute(libc::IFLA_IFNAME, &NAME);
    let info = t.nest(libc::IFLA_LINKINFO);
    t.attribute(libc::IFLA_INFO_KIND, b"bridge\0");
    t.end_nest(info);
    (t.finish(), name)
};

/// RTM_NEWLINK: a bridge, up, of the index that the caller chooses.
#[inline(always)]
pub fn bridge(out: &mut [u8; BRIDGE_LEN], seq: u32, name: &Name, index: u32) {
    *out = BRIDGE.0;
    patch_u32(out, SEQ, seq);
    patch_u32(out, 16 + 4, index);
    out[BRIDGE.1..BRIDGE.1 + 16].copy_from_slice(name);
}

// An address.

pub const ADDRESS_LEN: usize = 16 + 8 + 8 + 8;

const ADDRESS: ([u8; ADDRESS_LEN], usize, usize) = {
    let mut t = Template::<ADDRESS_LEN>::message(libc::RTM_NEWADDR, REQUEST | ACK | CREATE);
    t.put(&[libc::AF_INET as u8, 0, 0, 0, 0, 0, 0, 0]);
    let local = t.attribute(libc::IFA_LOCAL, &[0; 4]);
    let address = t.attribute(libc::IFA_ADDRESS, &[0; 4]);
    (t.finish(), local, address)
};

/// RTM_NEWADDR: an IPv4 address and its prefix length on the link of that index.
#[inline(always)]
pub fn address(out: &mut [u8; ADDRESS_LEN], seq: u32, index: u32, ip: [u8; 4], prefix: u8) {
    *out = ADDRESS.0;
    patch_u32(out, SEQ, seq);
    out[17] = prefix;
    patch_u32(out, 20, index);
    out[ADDRESS.1..ADDRESS.1 + 4].copy_from_slice(&ip);
    out[ADDRESS.2..ADDRESS.2 + 4].copy_from_slice(&ip);
}

// A default route.

pub const ROUTE_LEN: usize = 16 + 12 + 8 + 8 + 8;

const ROUTE: ([u8; ROUTE_LEN], usize, usize, usize) = {
    let mut t = Template::<ROUTE_LEN>::message(libc::RTM_NEWROUTE, REQUEST | ACK | CREATE);
    t.put(&[libc::AF_INET as u8, 0, 0, 0]);
    t.put(&[
        libc::RT_TABLE_MAIN,
        libc::RTPROT_BOOT,
        libc::RT_SCOPE_UNIVERSE,
        libc::RTN_UNICAST,
    ]);
    t.put(&[0; 4]);
    let gateway = t.attribute(libc::RTA_GATEWAY, &[0; 4]);
    let oif = t.attribute(libc::RTA_OIF, &[0; 4]);
    let metric = t.attribute(libc::RTA_PRIORITY, &[0; 4]);
    (t.finish(), gateway, oif, metric)
};

/// RTM_NEWROUTE: the IPv4 default route via a gateway, on a link, with a metric.
#[inline(always)]
pub fn default_route(out: &mut [u8; ROUTE_LEN], seq: u32, gateway: [u8; 4], oif: u32, metric: u32) {
    *out = ROUTE.0;
    patch_u32(out, SEQ, seq);
    out[ROUTE.1..ROUTE.1 + 4].copy_from_slice(&gateway);
    patch_u32(out, ROUTE.2, oif);
    patch_u32(out, ROUTE.3, metric);
}

// The datagrams of the bridge job.

pub const HOST_LEN: usize = BRIDGE_LEN + ADDRESS_LEN;

/// The host's datagram: the bridge (up) and its address, acknowledged at the end.
pub fn host(out: &mut [u8; HOST_LEN], name: &Name, index: u32, ip: [u8; 4], prefix: u8) {
    let (link, addr) = out.split_at_mut(BRIDGE_LEN);
    bridge(link.try_into().unwrap(), 1, name, index);
    address(addr.try_into().unwrap(), 2, index, ip, prefix);
}

const SET_LEN: usize = 16 + 16;
const PLAIN_ROUTE_LEN: usize = 16 + 12 + 8;
pub const INSIDE_LEN: usize = 2 * SET_LEN + ADDRESS_LEN + PLAIN_ROUTE_LEN;
/// The sequence of the last message of the datagram inside, the one that is acknowledged.
pub const INSIDE_LAST: u32 = 4;

/// The container's datagram, all but its address: lo up, the peer up, the address, the
/// default route; one acknowledgement, asked for by the last.
pub const fn inside(peer: u32, prefix: u8, gateway: [u8; 4]) -> ([u8; INSIDE_LEN], usize, usize) {
    let mut out = [0u8; INSIDE_LEN];
    let mut at = 0;

    let mut lo = Template::<SET_LEN>::message(libc::RTM_SETLINK, REQUEST);
    lo.ifinfomsg(1, UP, UP);
    at = append(&mut out, at, &lo.finish(), 1);

    let mut up = Template::<SET_LEN>::message(libc::RTM_SETLINK, REQUEST);
    up.ifinfomsg(peer as i32, UP, UP);
    at = append(&mut out, at, &up.finish(), 2);

    let mut addr = Template::<ADDRESS_LEN>::message(libc::RTM_NEWADDR, REQUEST | CREATE);
    addr.put(&[libc::AF_INET as u8, prefix, 0, 0]);
    addr.put(&peer.to_ne_bytes());
    let local = at + addr.attribute(libc::IFA_LOCAL, &[0; 4]);
    let address = at + addr.attribute(libc::IFA_ADDRESS, &[0; 4]);
    at = append(&mut out, at, &addr.finish(), 3);

    let mut route =
        Template::<PLAIN_ROUTE_LEN>::message(libc::RTM_NEWROUTE, REQUEST | ACK | CREATE);
    route.put(&[libc::AF_INET as u8, 0, 0, 0]);
    route.put(&[
        libc::RT_TABLE_MAIN,
        libc::RTPROT_BOOT,
        libc::RT_SCOPE_UNIVERSE,
        libc::RTN_UNICAST,
    ]);
    route.put(&[0; 4]);
    route.attribute(libc::RTA_GATEWAY, &gateway);
    at = append(&mut out, at, &route.finish(), INSIDE_LAST);

    assert!(at == INSIDE_LEN);
    (out, local, address)
}

const fn append(out: &mut [u8; INSIDE_LEN], mut at: usize, message: &[u8], seq: u32) -> usize {
    let begin = at;
    let mut i = 0;
    while i < message.len() {
        out[at] = message[i];
        at += 1;
        i += 1;
    }
    let seq = seq.to_ne_bytes();
    i = 0;
    while i < 4 {
        out[begin + SEQ + i] = seq[i];
        i += 1;
    }
    at
}

const DELETE: [u8; SET_LEN] = {
    let mut t = Template::<SET_LEN>::message(libc::RTM_DELLINK, REQUEST | ACK);
    t.ifinfomsg(0, 0, 0);
    t.finish()
};

/// RTM_DELLINK of an index.
pub fn delete_link(index: u32, seq: u32) -> [u8; SET_LEN] {
    let mut out = DELETE;
    patch_u32(&mut out, SEQ, seq);
    patch_u32(&mut out, 20, index);
    out
}

pub const LINKS_LEN: usize = 16 + 16 + 8;

/// RTEXT_FILTER_SKIP_STATS of `linux/rtnetlink.h`.
pub const SKIP_STATS: u32 = 1 << 3;

/// RTM_GETLINK of every link, without statistics.
pub const LINKS: [u8; LINKS_LEN] = {
    let mut t = Template::<LINKS_LEN>::message(libc::RTM_GETLINK, REQUEST | libc::NLM_F_DUMP);
    t.ifinfomsg(0, 0, 0);
    t.attribute(libc::IFLA_EXT_MASK, &SKIP_STATS.to_ne_bytes());
    t.finish()
};

// Reading.

#[inline(always)]
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Walks attributes: (type without its flag bits, value). A malformed one ends the walk.
pub struct Attributes<'a> {
    at: *const u8,
    left: isize,
    message: PhantomData<&'a [u8]>,
}

impl<'a> Attributes<'a> {
    #[inline(always)]
    pub fn new(bytes: &'a [u8]) -> Self {
        Attributes {
            at: bytes.as_ptr(),
            left: bytes.len() as isize,
            message: PhantomData,
        }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left < 4 {
            return None;
        }
        // SAFETY: `at` has `left` bytes behind it, which are at least 4.
        let (len, kind) = unsafe {
            (
                self.at.cast::<u16>().read_unaligned(),
                self.at.add(2).cast::<u16>().read_unaligned(),
            )
        };
        let len = len as isize;
        if len < 4 || len > self.left {
            return None;
        }
        // SAFETY: the value is within the `left` bytes.
        let value = unsafe { slice::from_raw_parts(self.at.add(4), len as usize - 4) };
        let step = (len + 3) & !3;
        self.at = self.at.wrapping_add(step as usize);
        self.left -= step;
        Some((kind & libc::NLA_TYPE_MASK as u16, value))
    }
}

/// The value as a number, 0 when it is too short to be one.
#[inline(always)]
fn number(value: &[u8]) -> u32 {
    value
        .first_chunk()
        .map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

/// The first bytes of the value, zeroes when there are fewer.
#[inline(always)]
fn array<const N: usize>(value: &[u8]) -> [u8; N] {
    value.first_chunk().copied().unwrap_or([0; N])
}

/// A string as the kernel sends it, without its NUL.
#[inline(always)]
pub fn until_nul(bytes: &[u8]) -> &[u8] {
    match bytes {
        [rest @ .., 0] => rest,
        _ => bytes,
    }
}

/// The six fields that the decode benches pick from a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFields<'a> {
    pub index: u32,
    pub name: &'a [u8],
    pub mtu: u32,
    pub operstate: u8,
    pub mac: [u8; 6],
    pub kind: &'a [u8],
    pub master: u32,
}

/// Decodes RTM_NEWLINK (its header included) in one walk. `false` when it is too short.
///
/// The fields are the caller's memory: kept in registers through the walk, they cost more
/// moves for each attribute than the attribute does.
#[inline(never)]
pub fn link<'a>(message: &'a [u8], f: &mut LinkFields<'a>) -> bool {
    let Some((head, attributes)) = message.split_first_chunk::<32>() else {
        return false;
    };
    f.index = number(&head[20..]);
    for (kind, value) in Attributes::new(attributes) {
        match kind {
            libc::IFLA_ADDRESS => f.mac = array(value),
            libc::IFLA_IFNAME => f.name = until_nul(value),
            libc::IFLA_MTU => f.mtu = number(value),
            libc::IFLA_MASTER => f.master = number(value),
            libc::IFLA_OPERSTATE => f.operstate = array::<1>(value)[0],
            libc::IFLA_LINKINFO => {
                for (kind, value) in Attributes::new(value) {
                    if kind == libc::IFLA_INFO_KIND {
                        f.kind = until_nul(value);
                    }
                }
            }
            _ => {}
        }
    }
    true
}

/// What the decode benches pick from an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressFields<'a> {
    pub index: u32,
    pub prefix: u8,
    pub local: [u8; 4],
    pub label: &'a [u8],
}

/// Decodes RTM_NEWADDR in one walk. `false` when it is too short.
#[inline(never)]
pub fn read_address<'a>(message: &'a [u8], f: &mut AddressFields<'a>) -> bool {
    let Some((head, attributes)) = message.split_first_chunk::<24>() else {
        return false;
    };
    f.prefix = head[17];
    f.index = number(&head[20..]);
    for (kind, value) in Attributes::new(attributes) {
        match kind {
            libc::IFA_LOCAL => f.local = array(value),
            libc::IFA_LABEL => f.label = until_nul(value),
            _ => {}
        }
    }
    true
}

/// What the decode benches pick from a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteFields {
    pub prefix: u8,
    pub dst: [u8; 4],
    pub gateway: [u8; 4],
    pub oif: u32,
    pub metric: u32,
}

/// Decodes RTM_NEWROUTE in one walk. `false` when it is too short.
#[inline(never)]
pub fn read_route(message: &[u8], f: &mut RouteFields) -> bool {
    let Some((head, attributes)) = message.split_first_chunk::<28>() else {
        return false;
    };
    f.prefix = head[17];
    for (kind, value) in Attributes::new(attributes) {
        match kind {
            libc::RTA_DST => f.dst = array(value),
            libc::RTA_GATEWAY => f.gateway = array(value),
            libc::RTA_OIF => f.oif = number(value),
            libc::RTA_PRIORITY => f.metric = number(value),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names() {
        assert_eq!(
            &numbered(b"veth", 0).unwrap(),
            b"veth0\0\0\0\0\0\0\0\0\0\0\0"
        );
        assert_eq!(
            &numbered(b"ceth", 1209).unwrap(),
            b"ceth1209\0\0\0\0\0\0\0\0"
        );
        assert_eq!(numbered(b"averylongname", 123), None);
    }

    #[test]
    fn veth_reads_back() {
        let mut out = [0; VETH_LEN];
        let name = numbered(b"veth", 7).unwrap();
        let peer_name = numbered(b"ceth", 7).unwrap();
        veth(
            &mut out,
            9,
            &Veth {
                name,
                master: 5,
                peer_name,
                peer_index: 2,
                netns_fd: 11,
            },
        );
        let mut read = LinkFields::default();
        assert!(link(&out, &mut read));
        assert!(read.name.starts_with(b"veth7\0"));
        assert_eq!((read.kind, read.master), (&b"veth"[..], 5));
    }
}
