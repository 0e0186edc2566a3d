//! Captures of an `nlmon` link: pcap and pcapng, of either byte order, with the header that
//! libpcap puts before a netlink message (`LINKTYPE_NETLINK`).
//!
//! ```text
//!    0            2         4                  14              16
//!    +------------+---------+------------------+---------------+-----------------
//!    | direction  | ARPHRD  | nothing          | family        | nlmsghdr ...
//!    +------------+---------+------------------+---------------+-----------------
//!      in network order, of the netlink families       in the order of the machine
//! ```
use nlroute::wire::HEADER_LEN;

const LINKTYPE_LINUX_SLL: u32 = 113;
const LINKTYPE_NETLINK: u32 = 253;
const ARPHRD_NETLINK: u16 = 824;
const COOKED: usize = 16;

const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// The first four bytes of a pcap file whose times are in micro- or in nanoseconds.
const PCAP: [u32; 2] = [0xa1b2_c3d4, 0xa1b2_3c4d];

/// A packet of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    pub link_type: u32,
    pub data: &'a [u8],
    /// How long it was before it was cut.
    pub original: usize,
}

impl Packet<'_> {
    pub fn cut(&self) -> bool {
        self.data.len() < self.original
    }
}

/// Numbers of a file, in its byte order.
#[derive(Clone, Copy)]
struct Order {
    big: bool,
}

impl Order {
    fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn len(self, bytes: &[u8], at: usize) -> Option<usize> {
        self.u32(bytes, at)?.try_into().ok()
    }
}

/// The byte order of a pcap file.
fn pcap_order(bytes: &[u8]) -> Option<Order> {
    [false, true]
        .map(|big| Order { big })
        .into_iter()
        .find(|order| {
            order
                .u32(bytes, 0)
                .is_some_and(|magic| PCAP.contains(&magic))
        })
}

/// Whether bytes are the start of a capture.
pub fn is_capture(bytes: &[u8]) -> bool {
    bytes.starts_with(&PCAPNG) || pcap_order(bytes).is_some()
}

/// The packets of a capture, and what kept from reading it to its end.
pub fn packets(bytes: &[u8]) -> (Vec<Packet<'_>>, Option<String>) {
    let mut packets = Vec::new();
    let ended = match pcap_order(bytes) {
        Some(order) => pcap(bytes, order, &mut packets),
        None => pcapng(bytes, &mut packets),
    };
    let trouble = ended.err();
    (
        packets,
        trouble.map(|at| format!("the capture is cut or broken at byte {at}")),
    )
}

fn pcap<'a>(bytes: &'a [u8], order: Order, packets: &mut Vec<Packet<'a>>) -> Result<(), usize> {
    // The upper half says things of the link that netlink has none of.
    let link_type = order.u32(bytes, 20).ok_or(bytes.len())? & 0xffff;
    let mut at = 24;
    while at < bytes.len() {
        let packet = packet(bytes, order, at + 8, at + 12, at + 16).ok_or(at)?;
        at += 16 + packet.data.len();
        packets.push(Packet {
            link_type,
            ..packet
        });
    }
    Ok(())
}

/// A packet with its length, the length that it had, and its bytes at these places.
fn packet(
    bytes: &[u8],
    order: Order,
    len: usize,
    original: usize,
    data: usize,
) -> Option<Packet<'_>> {
    let end = data.checked_add(order.len(bytes, len)?)?;
    Some(Packet {
        link_type: 0,
        data: bytes.get(data..end)?,
        original: order.len(bytes, original)?,
    })
}

fn pcapng<'a>(bytes: &'a [u8], packets: &mut Vec<Packet<'a>>) -> Result<(), usize> {
    const SECTION: u32 = 0x0a0d_0d0a;
    const INTERFACE: u32 = 1;
    const SIMPLE_PACKET: u32 = 3;
    const ENHANCED_PACKET: u32 = 6;
    let mut order = Order { big: false };
    let mut link_types = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).ok_or(at)?;
        if rest.starts_with(&PCAPNG) {
            const MAGIC: u32 = 0x1a2b_3c4d;
            let big = Order { big: true }.u32(rest, 8) == Some(MAGIC);
            order = Order { big };
            link_types.clear();
            if order.u32(rest, 8) != Some(MAGIC) {
                return Err(at);
            }
        }
        let len = order.len(rest, 4).filter(|len| *len >= 12).ok_or(at)?;
        let block = rest.get(..len).ok_or(at)?;
        match order.u32(block, 0) {
            Some(SECTION) => {}
            Some(INTERFACE) => link_types.push(u32::from(order.u16(block, 8).ok_or(at)?)),
            Some(ENHANCED_PACKET) => {
                let interface = order.len(block, 8).ok_or(at)?;
                let link_type = *link_types.get(interface).ok_or(at)?;
                let packet = packet(block, order, 20, 24, 28).ok_or(at)?;
                packets.push(Packet {
                    link_type,
                    ..packet
                });
            }
            Some(SIMPLE_PACKET) => {
                let original = order.len(block, 8).ok_or(at)?;
                // Between the length that it had and the block's own at its end.
                let data = block.get(12..len - 4).ok_or(at)?;
                packets.push(Packet {
                    link_type: *link_types.first().ok_or(at)?,
                    data: data.get(..original).unwrap_or(data),
                    original,
                });
            }
            _ => {}
        }
        at += len;
    }
    Ok(())
}

/// The datagram of a packet and where it went, or why it is none that can be looked at.
pub fn netlink<'a>(packet: &Packet<'a>) -> Result<(&'a [u8], &'static str), String> {
    let network = Order { big: true };
    let Some((cooked, datagram)) = packet.data.split_at_checked(COOKED) else {
        return Err(format!("{} bytes", packet.data.len()));
    };
    let (direction, hardware, family) = (
        network.u16(cooked, 0).unwrap_or(0),
        network.u16(cooked, 2).unwrap_or(0),
        network.u16(cooked, 14).unwrap_or(0),
    );
    let is_netlink = packet.link_type == LINKTYPE_NETLINK
        || (packet.link_type == LINKTYPE_LINUX_SLL && hardware == ARPHRD_NETLINK);
    if !is_netlink {
        return Err(format!("not of netlink (link type {})", packet.link_type));
    }
    if family != 0 {
        return Err(match FAMILIES.get(usize::from(family)) {
            Some(name) if !name.is_empty() => format!("NETLINK_{name}"),
            _ => format!("netlink family {family}"),
        });
    }
    let len = |big| Order { big }.len(datagram, 0);
    let can_be =
        |len: Option<usize>| len.is_some_and(|len| (HEADER_LEN..=packet.original).contains(&len));
    let (here, elsewhere) = if cfg!(target_endian = "big") {
        (len(true), len(false))
    } else {
        (len(false), len(true))
    };
    if !can_be(here) && can_be(elsewhere) {
        return Err("of a machine of the other byte order".to_owned());
    }
    // As the kernel marks what it hands to a monitor.
    let direction = match direction {
        6 => ", to user space",
        7 => ", to the kernel",
        _ => "",
    };
    Ok((datagram, direction))
}

/// The netlink families by their numbers (`NETLINK_*` of `linux/netlink.h`).
const FAMILIES: &[&str] = &[
    "ROUTE",
    "UNUSED",
    "USERSOCK",
    "FIREWALL",
    "SOCK_DIAG",
    "NFLOG",
    "XFRM",
    "SELINUX",
    "ISCSI",
    "AUDIT",
    "FIB_LOOKUP",
    "CONNECTOR",
    "NETFILTER",
    "IP6_FW",
    "DNRTMSG",
    "KOBJECT_UEVENT",
    "GENERIC",
    "",
    "SCSITRANSPORT",
    "ECRYPTFS",
    "RDMA",
    "CRYPTO",
    "SMC",
];
