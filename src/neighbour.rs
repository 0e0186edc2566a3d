//! Neighbours: which link-layer address an IP address has on a link, and a bridge's or a VXLAN's
//! forwarding database, which the kernel keeps by the same messages (`RTM_NEWNEIGH` and its like;
//! `rtnetlink(7)`, `linux/neighbour.h`).
//!
//! ```no_run
//! use nlroute::{Connection, FdbEntry, Neighbour, Neighbours, wire::LinkAddress};
//!
//! let mut host = Connection::open()?;
//! let mac: LinkAddress = "02:42:c0:a8:38:0a".parse()?;
//! host.replace(Neighbour::new("eth0", "192.168.56.10".parse()?).lladdr(mac))?;
//! host.append(FdbEntry::new("vxlan0", mac).destination("192.0.2.9".parse()?))?;
//! for neighbour in &host.list(Neighbours::all().link("eth0"))? {
//!     println!("{:?} {:?}", neighbour.destination(), neighbour.lladdr());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::{fmt, net::IpAddr, time::Duration};

use crate::{
    Family,
    route::RouteProtocol,
    wire::{Be16, Index, IpBytes, LinkAddress, LinkRef, Nest, Present},
};

mod entry;
mod fdb;
mod flush;
mod list;

pub use entry::Neighbour;
pub use fdb::FdbEntry;
pub use flush::FdbFlush;
pub use list::{Fdb, Neighbours};

crate::record! {
    /// What stands before the attributes of a neighbour.
    ///
    /// ```
    /// assert_eq!(nlroute::neighbour::NeighbourHeader::LEN, 12);
    /// ```
    pub struct NeighbourHeader "ndmsg" 12 from 12;
    0 ndm_family family: u8 = "Address family, a [`Family`].";
    4 ndm_ifindex index: u32 = "Index of the link.";
    8 ndm_state state: u16 = "What is known of it, [`NeighbourState`].";
    10 ndm_flags flags: u8 = "What is true of it, [`NeighbourFlags`].";
    11 ndm_type kind: u8 = "Type of the address, as of routes.";
}

crate::record! {
    /// How a neighbour is used.
    ///
    /// ```
    /// use nlroute::neighbour::NeighbourCacheInfo;
    /// let mut info = NeighbourCacheInfo::default();
    /// info.used = 250;
    /// assert_eq!(info.since_used(), std::time::Duration::from_millis(2500));
    /// ```
    #[non_exhaustive]
    pub struct NeighbourCacheInfo "nda_cacheinfo" 16 from 16;
    0 ndm_confirmed confirmed: u32 = "Since it was heard of, in hundredths of a second.";
    4 ndm_used used: u32 = "Since it was used, in hundredths of a second.";
    8 ndm_updated updated: u32 = "Since it changed, in hundredths of a second.";
    12 ndm_refcnt references: u32 = "How many hold it.";
}

impl NeighbourCacheInfo {
    /// Since it was heard of.
    #[inline]
    #[must_use]
    pub fn since_confirmed(&self) -> Duration {
        centis(self.confirmed)
    }

    /// Since it was used.
    #[inline]
    #[must_use]
    pub fn since_used(&self) -> Duration {
        centis(self.used)
    }

    /// Since it changed.
    #[inline]
    #[must_use]
    pub fn since_updated(&self) -> Duration {
        centis(self.updated)
    }
}

fn centis(units: u32) -> Duration {
    Duration::from_millis(u64::from(units) * 10)
}

crate::open_flags! {
    /// What is known of a neighbour (`NUD_*` of `linux/neighbour.h`; RFC 4861). Nothing set is
    /// "none": nothing was asked yet.
    ///
    /// ```
    /// use nlroute::neighbour::NeighbourState;
    /// assert_eq!(NeighbourState::PERMANENT.bits(), 0x80);
    /// ```
    pub struct NeighbourState: u16 {
        /// Asked, not answered yet.
        const INCOMPLETE = 1;
        /// Answered not long ago.
        const REACHABLE = 1 << 1;
        /// Answered long ago; asked again when used.
        const STALE = 1 << 2;
        /// Used while stale: to be asked soon.
        const DELAY = 1 << 3;
        /// Being asked again.
        const PROBE = 1 << 4;
        /// Didn't answer.
        const FAILED = 1 << 5;
        /// Never asked: it needs no asking. Of a forwarding database: doesn't age.
        const NOARP = 1 << 6;
        /// Set by hand, forever. Of a forwarding database: the host's own address.
        const PERMANENT = 1 << 7;
    }
}

impl NeighbourState {
    const NAMES: &[(Self, &str)] = &[
        (Self::empty(), "none"),
        (Self::INCOMPLETE, "incomplete"),
        (Self::REACHABLE, "reachable"),
        (Self::STALE, "stale"),
        (Self::DELAY, "delay"),
        (Self::PROBE, "probe"),
        (Self::FAILED, "failed"),
        (Self::NOARP, "noarp"),
        (Self::PERMANENT, "permanent"),
    ];

    /// The state's name, as iproute2 has it; `None` of several states or an unknown one.
    #[inline]
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let found = Self::NAMES.iter().find(|(state, _)| *state == self);
        found.map(|(_, name)| *name)
    }

    /// The state of this name.
    ///
    /// ```
    /// use nlroute::neighbour::NeighbourState;
    /// assert_eq!(NeighbourState::named("stale"), Some(NeighbourState::STALE));
    /// ```
    #[inline]
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(_, other)| *other == name);
        found.map(|(state, _)| *state)
    }
}

crate::open_flags! {
    /// What is true of a neighbour (`NTF_*` of `linux/neighbour.h`). More flags are
    /// [`NeighbourExtFlags`].
    ///
    /// ```
    /// use nlroute::neighbour::NeighbourFlags;
    /// assert_eq!(NeighbourFlags::PROXY.bits(), 8);
    /// ```
    pub struct NeighbourFlags: u8 {
        /// In use, so it is asked and does not age.
        const USE = 1;
        /// Of a forwarding database: the device's own.
        const SELF = 1 << 1;
        /// Of a forwarding database: the bridge's that the device is a port of.
        const MASTER = 1 << 2;
        /// The host answers for the address.
        const PROXY = 1 << 3;
        /// Learnt by a program or by hardware.
        const EXT_LEARNED = 1 << 4;
        /// Hardware has it.
        const OFFLOADED = 1 << 5;
        /// Never moves to another port. Since Linux 4.20.
        const STICKY = 1 << 6;
        /// Is a router.
        const ROUTER = 1 << 7;
    }
}

crate::open_flags! {
    /// What more is true of a neighbour (`NTF_EXT_*` of `linux/neighbour.h`). Since Linux 5.16.
    ///
    /// ```
    /// use nlroute::neighbour::NeighbourExtFlags;
    /// assert_eq!(NeighbourExtFlags::MANAGED.bits(), 1);
    /// ```
    pub struct NeighbourExtFlags: u32 {
        /// The kernel keeps it known by itself.
        const MANAGED = 1;
        /// A locked port's: it may not send yet. Since Linux 6.2.
        const LOCKED = 1 << 1;
        /// Checked by a program: the kernel doesn't remove it by itself. Since Linux 6.18.
        const EXT_VALIDATED = 1 << 2;
    }
}

crate::open_flags! {
    /// What is told of an entry's activity (`FDB_NOTIFY_*` of `linux/neighbour.h`). Since Linux
    /// 5.14.
    ///
    /// ```
    /// use nlroute::neighbour::FdbNotify;
    /// assert_eq!(FdbNotify::NOTIFY.bits(), 1);
    /// ```
    pub struct FdbNotify: u8 {
        /// Tell when it becomes active or inactive.
        const NOTIFY = 1;
        /// It is inactive.
        const INACTIVE = 1 << 1;
    }
}

crate::table! {
    /// More attributes of an entry of a forwarding database (`NFEA_*` of `linux/neighbour.h`).
    table FdbExtTable "fdb_ext";
    /// What more the kernel tells of an entry.
    ///
    /// ```
    /// assert_eq!(nlroute::neighbour::FdbExtView::parse(&[][..])?.activity_notify(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view FdbExtView;
    /// What more an entry is to be set to.
    ///
    /// ```
    /// use nlroute::neighbour::{FdbExt, FdbNotify};
    /// let ext = FdbExt::new().activity_notify(FdbNotify::NOTIFY);
    /// ```
    request FdbExt;

    rw 1 NFEA_ACTIVITY_NOTIFY activity_notify: FdbNotify = "What is told of its activity.";
    rw 2 NFEA_DONT_REFRESH dont_refresh: bool as Present =
        "Changing it doesn't count as its being used.";
}

crate::table! {
    /// Attributes of a neighbour (`NDA_*` of `linux/neighbour.h`).
    table NeighbourTable "neighbour" after NeighbourHeader;
    /// A neighbour, or an entry of a forwarding database, as the kernel tells it.
    ///
    /// ```
    /// use nlroute::neighbour::{NeighbourHeader, NeighbourState, NeighbourView};
    /// let header = NeighbourHeader { family: 2, index: 3, state: 2, ..Default::default() };
    /// let neighbour = NeighbourView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!(neighbour.state(), NeighbourState::REACHABLE);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NeighbourView;
    /// What a neighbour is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::neighbour::NeighbourAttributes::new().is_empty());
    /// ```
    request NeighbourAttributes set by [impl<'a> FdbEntry<'a>] [.attributes];

    rw 1 NDA_DST destination: IpAddr as IpBytes =
        "The neighbour's IP address; of a VXLAN's entry, the tunnel's other end.";
    ro 2 NDA_LLADDR lladdr: LinkAddress = "The link-layer address.";
    ro 3 NDA_CACHEINFO cacheinfo: NeighbourCacheInfo = "How it is used.";
    ro 4 NDA_PROBES probes: u32 = "How often it was asked without an answer.";
    rw 5 NDA_VLAN vlan: u16 = "VLAN, 1 to 4094.";
    rw 6 NDA_PORT port: u16 as Be16 = "UDP port of the tunnel's other end; VXLAN.";
    rw 7 NDA_VNI vni: u32 = "VXLAN network identifier to send with, 24 bits.";
    rw 8 NDA_IFINDEX via: u32 | impl Into<LinkRef<'a>> as Index =
        "Link by which the tunnel's packets go out; VXLAN.";
    ro 9 NDA_MASTER master: u32 as Index = "Index of the bridge.";
    ro 10 NDA_LINK_NETNSID link_netnsid: i32 =
        "Number of the namespace that `via` is in.";
    rw 11 NDA_SRC_VNI source_vni: u32 =
        "VXLAN network identifier that the packet came with, 24 bits; of a VXLAN that takes all. \
         Since Linux 4.12.";
    rw 12 NDA_PROTOCOL protocol: RouteProtocol = "Who made it. Since Linux 5.0.";
    rw 13 NDA_NH_ID nexthop_id: u32 =
        "Number of a next hop group, instead of the other end; VXLAN. Since Linux 5.8.";
    rw 14 NDA_FDB_EXT_ATTRS ext: FdbExtView<'_> | FdbExt<'a> as Nest<FdbExtTable> =
        "More of a bridge's entry. Since Linux 5.14.";
    rw 15 NDA_FLAGS_EXT ext_flags: NeighbourExtFlags = "What more is true of it. Since Linux 5.16.";
    ro 16 NDA_NDM_STATE_MASK state_mask: NeighbourState =
        "States that a flush is about. Since Linux 6.1.";
    ro 17 NDA_NDM_FLAGS_MASK flags_mask: NeighbourFlags =
        "Flags that a flush is about. Since Linux 6.1.";
}

impl NeighbourAttributes<'_> {
    fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }
}

impl NeighbourView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> NeighbourHeader {
        NeighbourHeader::at(self.as_bytes())
    }

    /// Its address family; [`Family::Bridge`] is an entry of a forwarding database.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of its link.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// What is known of it.
    #[inline]
    #[must_use]
    pub fn state(&self) -> NeighbourState {
        NeighbourState::from_bits_retain(self.header().state)
    }

    /// What is true of it; more is in [`ext_flags`](Self::ext_flags).
    #[inline]
    #[must_use]
    pub fn flags(&self) -> NeighbourFlags {
        NeighbourFlags::from_bits_retain(self.header().flags)
    }

    /// Whether it is an entry of a forwarding database.
    #[inline]
    #[must_use]
    pub fn is_fdb(&self) -> bool {
        self.family() == Family::Bridge
    }
}

/// Describes a message of either noun.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Ok(view) = NeighbourView::parse(body) else {
        return f.write_str("neighbour");
    };
    let proxy = view.flags().contains(NeighbourFlags::PROXY);
    match (view.is_fdb(), view.lladdr(), view.destination()) {
        (true, Some(mac), _) => write!(f, "fdb entry {mac}")?,
        (true, None, _) => f.write_str("fdb entry")?,
        (false, _, address) => {
            f.write_str(if proxy {
                "proxy neighbour"
            } else {
                "neighbour"
            })?;
            if let Some(address) = address {
                write!(f, " {address}")?;
            }
        }
    }
    if let Some(vlan) = view.vlan() {
        write!(f, " vlan {vlan}")?;
    }
    if let Some(address) = view.destination().filter(|_| view.is_fdb()) {
        write!(f, " dst {address}")?;
    }
    let index = match view.index() {
        0 => view.master().unwrap_or(0),
        index => index,
    };
    match index {
        0 => Ok(()),
        index => write!(f, " on {}", name(index)),
    }
}
