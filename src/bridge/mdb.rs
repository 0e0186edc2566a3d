//! The multicast databases of bridges and VXLANs: which ports, or which other ends, want which
//! group (`MDBA_*`, `MDBE_*` of `linux/if_bridge.h`): what a message holds.
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::af::nests;
use crate::{
    link::MulticastRouter,
    route::RouteProtocol,
    wire::{Attributes, Centis, Each, Fixed, Index, IpBytes, Nest},
};

crate::record! {
    /// What stands before the attributes of a multicast database.
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MdbHeader::LEN, 8);
    /// ```
    pub struct MdbHeader "br_port_msg" 8 from 8;
    0 family family: u8 = "`AF_BRIDGE`.";
    4 ifindex index: u32 = "Index of the bridge or VXLAN.";
}

crate::open_enum! {
    /// Whether an entry ages (`MDB_TEMPORARY` and `MDB_PERMANENT` of `linux/if_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MdbState::from(1).to_string(), "permanent");
    /// ```
    pub enum MdbState: u8 {
        /// It goes when no member has been heard of for long.
        Temporary = 0 "temp",
        /// It stays.
        Permanent = 1 "permanent",
    }
}

crate::open_flags! {
    /// What is true of an entry (`MDB_FLAGS_*` of `linux/if_bridge.h`).
    ///
    /// ```
    /// use nlroute::bridge::MdbFlags;
    /// assert_eq!(MdbFlags::OFFLOAD.bits(), 1);
    /// ```
    pub struct MdbFlags: u8 {
        /// Hardware has it.
        const OFFLOAD = 1;
        /// It goes at the first word of a member that leaves.
        const FAST_LEAVE = 1 << 1;
        /// Made because the port excludes no source of the group.
        const STAR_EXCL = 1 << 2;
        /// Nothing is sent by it: the source is excluded.
        const BLOCKED = 1 << 3;
        /// Hardware was to have it and hasn't. Since Linux 6.16.
        const OFFLOAD_FAILED = 1 << 4;
    }
}

crate::open_enum! {
    /// How the sources of an entry are meant (`MCAST_EXCLUDE` and `MCAST_INCLUDE` of `linux/in.h`;
    /// RFC 3376).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::FilterMode::Include.to_string(), "include");
    /// ```
    pub enum FilterMode: u8 {
        /// All are wanted but these.
        Exclude = 0 "exclude",
        /// Only these are wanted.
        Include = 1 "include",
    }
}

/// A multicast group: of IP, or of the link-layer.
///
/// ```
/// use nlroute::bridge::MdbGroup;
/// let ip: std::net::IpAddr = "239.1.1.1".parse()?;
/// assert_eq!(MdbGroup::from(ip).to_string(), "239.1.1.1");
/// assert_eq!(MdbGroup::from([1, 0, 0x5e, 0, 0, 5]).to_string(), "01:00:5e:00:00:05");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MdbGroup {
    /// An IP group.
    Ip(IpAddr),
    /// A link-layer group. Since Linux 5.10.
    Mac([u8; 6]),
}

impl MdbGroup {
    /// Type of the Ethernet frames, 0 for the link-layer.
    fn proto(self) -> u16 {
        match self {
            Self::Ip(IpAddr::V4(_)) => 0x0800,
            Self::Ip(IpAddr::V6(_)) => 0x86dd,
            Self::Mac(_) => 0,
        }
    }

    /// As it stands in `br_mdb_entry`.
    #[inline]
    fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        match self {
            Self::Ip(IpAddr::V4(v4)) => v4.octets().put(&mut bytes, 0),
            Self::Ip(IpAddr::V6(v6)) => v6.octets().put(&mut bytes, 0),
            Self::Mac(mac) => mac.put(&mut bytes, 0),
        }
        self.proto().to_be_bytes().put(&mut bytes, 16);
        bytes
    }

    #[inline]
    fn at(bytes: &[u8; 20]) -> Option<Self> {
        match u16::from_be_bytes(Fixed::get(bytes, 16)) {
            0x0800 => Some(Self::Ip(Ipv4Addr::from(<[u8; 4]>::get(bytes, 0)).into())),
            0x86dd => Some(Self::Ip(Ipv6Addr::from(<[u8; 16]>::get(bytes, 0)).into())),
            0 => Some(Self::Mac(Fixed::get(bytes, 0))),
            _ => None,
        }
    }
}

macro_rules! from_addresses {
    ($($address:ty),*) => {$(
        impl From<$address> for MdbGroup {
            fn from(address: $address) -> Self {
                Self::Ip(address.into())
            }
        }
    )*};
}
from_addresses!(IpAddr, Ipv4Addr, Ipv6Addr, [u8; 4], [u8; 16]);

impl From<[u8; 6]> for MdbGroup {
    fn from(mac: [u8; 6]) -> Self {
        Self::Mac(mac)
    }
}

impl fmt::Display for MdbGroup {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Mac(mac) => crate::wire::LinkAddress::from(*mac).fmt(f),
        }
    }
}

crate::record! {
    /// What stands before the attributes of an entry.
    ///
    /// ```
    /// use nlroute::bridge::{MdbEntryInfo, MdbGroup};
    /// let info = MdbEntryInfo { vid: 5, ..MdbEntryInfo::of(MdbGroup::Mac([1, 0, 0x5e, 0, 0, 5])) };
    /// assert_eq!(info.group(), Some(MdbGroup::Mac([1, 0, 0x5e, 0, 0, 5])));
    /// ```
    pub struct MdbEntryInfo "br_mdb_entry" 28 from 28;
    0 ifindex index: u32 = "Index of the port, or of the bridge for the host itself.";
    4 state state: u8 = "Whether it ages, a [`MdbState`].";
    5 flags flags: u8 = "What is true of it, [`MdbFlags`].";
    6 vid vid: u16 = "VLAN, 1 to 4094; 0 where there is none.";
    8 addr addr: [u8; 20] = "The group: 16 bytes of address, then the type of frames in network byte order.";
}

impl MdbEntryInfo {
    /// An entry of this group.
    #[inline]
    #[must_use]
    pub fn of(group: MdbGroup) -> Self {
        Self {
            addr: group.to_bytes(),
            ..Self::default()
        }
    }

    /// The group; `None` where it is of a protocol that nobody knows.
    #[inline]
    #[must_use]
    pub fn group(&self) -> Option<MdbGroup> {
        MdbGroup::at(&self.addr)
    }
}

crate::table! {
    /// A source of a group.
    table MdbSourceTable "source";
    /// A source of a group, as the kernel tells it.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbSourceView::parse(&[][..])?;
    /// assert!(view.address().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbSourceView;
    /// Nothing of it can be set: [`MdbEntry::sources`](super::MdbEntry::sources) sets them.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbSource::new().is_empty());
    /// ```
    request MdbSource;
    ro 1 MDBA_MDB_SRCATTR_ADDRESS address: IpAddr as IpBytes = "Its address.";
    ro 2 MDBA_MDB_SRCATTR_TIMER timer: Duration as Centis<u32> = "Until it is forgotten; zero where it isn't.";
}

crate::table! {
    /// An entry of a multicast database.
    table MdbEntryTable "entry" after MdbEntryInfo;
    /// An entry of a multicast database: a port, or another end of a VXLAN, that wants a group.
    ///
    /// ```
    /// use nlroute::bridge::{MdbEntryInfo, MdbEntryView, MdbGroup};
    /// let info = MdbEntryInfo { index: 4, state: 1, ..MdbEntryInfo::of([239, 1, 1, 1].into()) };
    /// let view = MdbEntryView::parse(info.to_bytes().to_vec())?;
    /// assert!(view.is_permanent());
    /// assert_eq!((view.port(), view.group()), (4, Some(MdbGroup::from([239, 1, 1, 1]))));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbEntryView;
    /// Nothing of it can be set: [`MdbEntry`](super::MdbEntry) does.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbEntryData::new().is_empty());
    /// ```
    request MdbEntryData;
    ro 1 MDBA_MDB_EATTR_TIMER timer: Duration as Centis<u32> = "Until it goes; zero where it stays.";
    ro 2 MDBA_MDB_EATTR_SRC_LIST sources: Each<'_, Nest<MdbSourceTable>>
        as Each<'static, Nest<MdbSourceTable>> = "Sources that are wanted or not. Since Linux 5.10.";
    ro 3 MDBA_MDB_EATTR_GROUP_MODE filter_mode: FilterMode = "How the sources are meant. Since Linux 5.10.";
    ro 4 MDBA_MDB_EATTR_SOURCE source: IpAddr as IpBytes = "The one source that it is about. Since Linux 5.10.";
    ro 5 MDBA_MDB_EATTR_RTPROT protocol: RouteProtocol = "Who made it. Since Linux 5.10.";
    ro 6 MDBA_MDB_EATTR_DST dst: IpAddr as IpBytes = "The tunnel's other end; VXLAN. Since Linux 6.4.";
    ro 7 MDBA_MDB_EATTR_DST_PORT dst_port: u16 = "UDP port of the tunnel's other end; VXLAN. Since Linux 6.4.";
    ro 8 MDBA_MDB_EATTR_VNI vni: u32 = "VXLAN network identifier to send with. Since Linux 6.4.";
    ro 9 MDBA_MDB_EATTR_IFINDEX via: u32 as Index = "Link by which the tunnel's packets go out; VXLAN. Since Linux 6.4.";
    ro 10 MDBA_MDB_EATTR_SRC_VNI source_vni: u32 = "VXLAN network identifier that the packet came with. Since Linux 6.4.";
}

impl MdbEntryView<'_> {
    /// What stands before the attributes.
    #[inline]
    #[must_use]
    pub fn info(&self) -> MdbEntryInfo {
        MdbEntryInfo::at(self.as_bytes())
    }

    /// Index of the port that wants the group; of the bridge where it is the host itself.
    #[inline]
    #[must_use]
    pub fn port(&self) -> u32 {
        self.info().index
    }

    /// The group.
    #[inline]
    #[must_use]
    pub fn group(&self) -> Option<MdbGroup> {
        self.info().group()
    }

    /// The VLAN, if there is one.
    #[inline]
    #[must_use]
    pub fn vid(&self) -> Option<u16> {
        Some(self.info().vid).filter(|vid| *vid > 0)
    }

    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> MdbFlags {
        MdbFlags::from_bits_retain(self.info().flags)
    }

    /// Whether it ages.
    #[inline]
    #[must_use]
    pub fn state(&self) -> MdbState {
        self.info().state.into()
    }

    /// Whether it stays until it is deleted.
    #[inline]
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.state() == MdbState::Permanent
    }
}

crate::table! {
    /// The entries of a group.
    table MdbGroupTable "group";
    /// The entries of a group, one a port that wants it.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbGroupView::parse(&[][..])?;
    /// assert!(view.entry().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbGroupView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbGroupData::new().is_empty());
    /// ```
    request MdbGroupData;
    ro 1 MDBA_MDB_ENTRY_INFO entry: MdbEntryView<'_> as Nest<MdbEntryTable>
        = "An entry; the last where there are many.";
}

crate::table! {
    /// The groups of a multicast database.
    table MdbGroupsTable "groups";
    /// The groups of a multicast database.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbGroupsView::parse(&[][..])?;
    /// assert!(view.group().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbGroupsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbGroupsData::new().is_empty());
    /// ```
    request MdbGroupsData;
    ro 1 MDBA_MDB_ENTRY group: MdbGroupView<'_> as Nest<MdbGroupTable>
        = "A group; the last where there are many.";
}

/// Which port has a multicast router behind it: what stands before the attributes of one.
///
/// ```
/// use nlroute::{bridge::RouterPort, wire::Format};
/// assert_eq!(RouterPort::read(&7_u32.to_ne_bytes()), Ok(RouterPort(7)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RouterPort(pub u32);

impl RouterPort {
    /// Its length in bytes.
    pub const LEN: usize = 4;
}

crate::as_number!(RouterPort: u32, |index| RouterPort(index), |port| port.0);

crate::table! {
    /// A port that has a multicast router behind it.
    table MdbRouterTable "router" after RouterPort;
    /// A port that has a multicast router behind it.
    ///
    /// ```
    /// let view = nlroute::bridge::MdbRouterView::parse(7_u32.to_ne_bytes().to_vec())?;
    /// assert_eq!(view.port(), 7);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbRouterView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbRouterData::new().is_empty());
    /// ```
    request MdbRouterData;
    ro 1 MDBA_ROUTER_PATTR_TIMER timer: Duration as Centis<u32> = "Until it is forgotten, by the longer of both families.";
    ro 2 MDBA_ROUTER_PATTR_TYPE kind: MulticastRouter = "How it is known.";
    ro 3 MDBA_ROUTER_PATTR_INET_TIMER inet_timer: Duration as Centis<u32> = "Until it is forgotten, IPv4. Since Linux 5.14.";
    ro 4 MDBA_ROUTER_PATTR_INET6_TIMER inet6_timer: Duration as Centis<u32> = "Until it is forgotten, IPv6. Since Linux 5.14.";
    ro 5 MDBA_ROUTER_PATTR_VID vid: u16 = "Its VLAN, where multicast is looked at VLAN by VLAN. Since Linux 5.15.";
}

impl MdbRouterView<'_> {
    /// Index of the port.
    #[inline]
    #[must_use]
    pub fn port(&self) -> u32 {
        <u32 as Fixed>::get(self.as_bytes(), 0)
    }
}

crate::table! {
    /// The ports that have multicast routers behind them.
    table MdbRoutersTable "routers";
    /// The ports that have multicast routers behind them. There is one `port` each: see
    /// [`ports`](Self::ports).
    ///
    /// ```
    /// let view = nlroute::bridge::MdbRoutersView::parse(&[][..])?;
    /// assert_eq!(view.ports().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbRoutersView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbRoutersData::new().is_empty());
    /// ```
    request MdbRoutersData;
    ro 1 MDBA_ROUTER_PORT port: MdbRouterView<'_> as Nest<MdbRouterTable>
        = "A port; the last where there are many.";
}

impl MdbRoutersView<'_> {
    /// All of them.
    pub fn ports(&self) -> impl Iterator<Item = MdbRouterView<'_>> {
        nests(self.attributes(), 1).filter_map(|payload| MdbRouterView::parse(payload).ok())
    }
}

crate::table! {
    /// A multicast database, or a part of one.
    table MdbTable "mdb" after MdbHeader;
    /// A multicast database, or a part of one: [`entries`](Self::entries) and
    /// [`routers`](Self::routers) are what is in it.
    ///
    /// ```
    /// use nlroute::bridge::{MdbHeader, MdbView};
    /// let header = MdbHeader { family: 7, index: 3 };
    /// let view = MdbView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!((view.index(), view.entries().count()), (3, 0));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MdbView;
    /// Nothing of it can be set: [`MdbEntry`](super::MdbEntry) does.
    ///
    /// ```
    /// assert!(nlroute::bridge::MdbData::new().is_empty());
    /// ```
    request MdbData;
    ro 1 MDBA_MDB groups: MdbGroupsView<'_> as Nest<MdbGroupsTable> = "Its groups.";
    ro 2 MDBA_ROUTER router_ports: MdbRoutersView<'_> as Nest<MdbRoutersTable>
        = "The ports that have multicast routers behind them.";
}

impl MdbView<'_> {
    /// Index of the bridge or VXLAN.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        MdbHeader::at(self.as_bytes()).index
    }

    /// Every entry: of each group every port that wants it.
    pub fn entries(&self) -> impl Iterator<Item = MdbEntryView<'_>> {
        nests(self.attributes(), 1)
            .flat_map(|groups| nests(Attributes::new(groups), 1))
            .flat_map(|group| nests(Attributes::new(group), 1))
            .filter_map(|entry| MdbEntryView::parse(entry).ok())
    }

    /// Every port that has a multicast router behind it.
    pub fn routers(&self) -> impl Iterator<Item = MdbRouterView<'_>> {
        nests(self.attributes(), 2)
            .flat_map(|ports| nests(Attributes::new(ports), 1))
            .filter_map(|port| MdbRouterView::parse(port).ok())
    }
}
