//! Next hop objects: gateways, links and groups of them that have a number, by which routes and
//! entries of forwarding databases refer to them (`RTM_NEWNEXTHOP` and its like,
//! `linux/nexthop.h`; `ip nexthop`). Since Linux 5.3.
//!
//! These are objects of their own, which routes share: [`Nexthop`]. The next hops that stand in a
//! route itself, and go with it, are [`route::Nexthop`](crate::route::Nexthop).
//!
//! ```no_run
//! use nlroute::{Connection, Nexthop, Nexthops, Route, nexthop::NexthopMember};
//!
//! let mut host = Connection::open()?;
//! host.add(Nexthop::new(1).gateway("192.0.2.1".parse()?).oif("eth0"))?;
//! host.add(Nexthop::new(2).gateway("192.0.2.2".parse()?).oif("eth0"))?;
//! let members = [NexthopMember::new(1).share(3), NexthopMember::new(2)];
//! host.add(Nexthop::new(10).group(&members))?;
//! host.add(Route::new("10.0.0.0/8".parse()?).nexthop_id(10))?;
//! // One change, and all routes by it are changed.
//! host.replace(Nexthop::new(1).gateway("192.0.2.9".parse()?).oif("eth0"))?;
//! for object in &host.list(Nexthops::all().groups())? {
//!     println!("{:?}", object.group());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::{fmt, net::IpAddr, time::Duration};

use crate::{
    Family,
    route::{
        EncapType, NexthopFlags, RouteProtocol, RouteScope,
        encap::{self, Encap, EncapData, EncapView},
    },
    wire::{Bytes, Centis, Each, Index, IpBytes, LinkRef, Nest, OnOff32, Present, Uint},
};

mod bucket;
mod group;
mod list;
mod request;

pub use bucket::{NexthopBucket, NexthopBuckets};
pub use group::{NexthopGroup, NexthopMember, NexthopMembers};
pub use list::Nexthops;
pub use request::Nexthop;

crate::record! {
    /// What stands before the attributes of a next hop object.
    ///
    /// ```
    /// assert_eq!(nlroute::nexthop::NexthopHeader::LEN, 8);
    /// ```
    pub struct NexthopHeader "nhmsg" 8 from 8;
    0 nh_family family: u8 = "Address family, a [`Family`]; of a group 0.";
    1 nh_scope scope: u8 = "How far away the gateway is, a [`RouteScope`]; only told.";
    2 nh_protocol protocol: u8 = "Who made it, a [`RouteProtocol`].";
    3 resvd reserved: u8 = "0.";
    4 nh_flags flags: u32 = "What is true of it, [`NexthopFlags`].";
}

crate::open_enum! {
    /// How a group chooses among its members (`NEXTHOP_GRP_TYPE_*` of `linux/nexthop.h`).
    ///
    /// ```
    /// use nlroute::nexthop::NexthopGroupType;
    /// assert_eq!(NexthopGroupType::Resilient.to_string(), "resilient");
    /// ```
    pub enum NexthopGroupType: u16 {
        /// By the packet's hash and the members' weights: where members change, flows move.
        Multipath = 0 "mpath",
        /// By buckets, so that only flows of a member that goes move. Since Linux 5.13.
        Resilient = 1 "resilient",
    }
}

crate::open_flags! {
    /// What more is asked of next hop objects, and what an answer says of itself
    /// (`NHA_OP_FLAG_*` of `linux/nexthop.h`). Since Linux 6.9.
    ///
    /// ```
    /// assert_eq!(nlroute::nexthop::NexthopOpFlags::DUMP_STATS.bits(), 1);
    /// ```
    pub struct NexthopOpFlags: u32 {
        /// Packets that went by each member of a group.
        const DUMP_STATS = 1;
        /// What hardware counted too; beside the other.
        const DUMP_HW_STATS = 1 << 1;
        /// Of an answer: the kernel knows weights above 256, and what is reserved in a group's
        /// members is 0. Since Linux 6.12.
        const RESP_GRP_RESVD_0 = 1 << 31;
    }
}

crate::table! {
    /// Settings of a resilient group (`NHA_RES_GROUP_*` of `linux/nexthop.h`).
    table ResilientGroupTable "resilient_group";
    /// Settings of a resilient group, and how it fares.
    ///
    /// ```
    /// assert_eq!(nlroute::nexthop::ResilientGroupView::parse(&[][..])?.buckets(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view ResilientGroupView;
    /// What to set a resilient group to. What isn't set is the kernel's choice when it is added,
    /// and as it was when it is replaced.
    ///
    /// ```
    /// use std::time::Duration;
    /// use nlroute::nexthop::ResilientGroup;
    /// let settings = ResilientGroup::new().buckets(64).idle_timer(Duration::from_secs(60));
    /// ```
    request ResilientGroup;

    rw 1 NHA_RES_GROUP_BUCKETS buckets: u16 =
        "How many buckets; at least as many as members, and never changed.";
    rw 2 NHA_RES_GROUP_IDLE_TIMER idle_timer: Duration as Centis<u32> =
        "For how long a bucket must be without a packet to be given to another member, in \
         hundredths of a second; 120 s at first.";
    rw 3 NHA_RES_GROUP_UNBALANCED_TIMER unbalanced_timer: Duration as Centis<u32> =
        "After how long out of balance buckets in use are given to others too, in hundredths of a \
         second; 0, as at first, is never.";
    ro 4 NHA_RES_GROUP_UNBALANCED_TIME unbalanced_time: Duration as Centis<u64> =
        "For how long it has been out of balance, in hundredths of a second.";
}

crate::table! {
    /// A bucket of a resilient group (`NHA_RES_BUCKET_*` of `linux/nexthop.h`).
    table ResilientBucketTable "resilient_bucket";
    /// A bucket of a resilient group.
    ///
    /// ```
    /// assert_eq!(nlroute::nexthop::ResilientBucketView::parse(&[][..])?.index(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view ResilientBucketView;
    /// Which bucket is meant.
    ///
    /// ```
    /// assert!(nlroute::nexthop::ResilientBucket::new().is_empty());
    /// ```
    request ResilientBucket;

    rw 1 NHA_RES_BUCKET_INDEX index: u16 = "Its place in the group, counted from 0.";
    ro 2 NHA_RES_BUCKET_IDLE_TIME idle_time: Duration as Centis<u64> =
        "Since a packet was in it, in hundredths of a second.";
    rw 3 NHA_RES_BUCKET_NH_ID nexthop_id: u32 = "Number of the next hop object that has it.";
}

crate::table! {
    /// Packets of a group's member (`NHA_GROUP_STATS_ENTRY_*` of `linux/nexthop.h`).
    table NexthopStatsTable "nexthop_stats";
    /// Packets of a group's member.
    ///
    /// ```
    /// assert_eq!(nlroute::nexthop::NexthopStatsView::parse(&[][..])?.packets(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NexthopStatsView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::nexthop::NexthopStats::new().is_empty());
    /// ```
    request NexthopStats;

    ro 1 NHA_GROUP_STATS_ENTRY_ID id: u32 = "The member's number.";
    ro 2 NHA_GROUP_STATS_ENTRY_PACKETS packets: u64 as Uint =
        "Packets that went by it, hardware's too.";
    ro 3 NHA_GROUP_STATS_ENTRY_PACKETS_HW packets_hw: u64 as Uint =
        "Packets that hardware sent by it; only where it was asked for.";
}

crate::table! {
    /// Attributes of a next hop object, and of a resilient group's bucket (`NHA_*` of
    /// `linux/nexthop.h`).
    table NexthopObjectTable "nexthop_object" after NexthopHeader;
    /// A next hop object, or a bucket of a resilient group, as the kernel tells it.
    ///
    /// ```
    /// use nlroute::nexthop::{NexthopHeader, NexthopView};
    /// let header = NexthopHeader { family: 2, protocol: 4, ..Default::default() };
    /// let object = NexthopView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!(object.protocol(), nlroute::route::RouteProtocol::Static);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view NexthopView;
    /// What a next hop object is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::nexthop::NexthopAttributes::new().is_empty());
    /// ```
    request NexthopAttributes set by [impl<'a> Nexthop<'a>] [.attributes];

    ro 1 NHA_ID id: u32 = "Its number; of a bucket its group's.";
    rw 2 NHA_GROUP group: NexthopGroup<'_> | &'a [NexthopMember] as NexthopMembers =
        "It is a group, of these members.";
    rw 3 NHA_GROUP_TYPE group_type: NexthopGroupType = "How the group chooses among its members.";
    rw 4 NHA_BLACKHOLE blackhole: bool as Present = "It drops packets without a word.";
    rw 5 NHA_OIF oif: u32 | impl Into<LinkRef<'a>> as Index =
        "The link that packets go out by, which must be up and have a carrier; read, its index.";
    rw 6 NHA_GATEWAY gateway: IpAddr as IpBytes =
        "The gateway, which an IPv4 route may have of either family; of one for a forwarding \
         database the tunnel's other end.";
    ro 7 NHA_ENCAP_TYPE encap_type: EncapType = "What packets are wrapped in.";
    wo 8 NHA_ENCAP encap: &[u8] | impl Into<Encap<'a>> as EncapData<8, 7> =
        "What packets are wrapped in, and how.";
    ro 9 NHA_GROUPS groups: bool as Present = "Of the question for a list: groups only.";
    ro 10 NHA_MASTER master: u32 as Index =
        "Of the question for a list: those on ports of the link of this index only.";
    rw 11 NHA_FDB fdb: bool as Present =
        "It is for entries of a VXLAN's forwarding database. Since Linux 5.8.";
    rw 12 NHA_RES_GROUP res_group: ResilientGroupView<'_> | ResilientGroup<'a>
        as Nest<ResilientGroupTable> = "Settings of a resilient group. Since Linux 5.13.";
    ro 13 NHA_RES_BUCKET res_bucket: ResilientBucketView<'_> as Nest<ResilientBucketTable> =
        "The bucket that a message of buckets is about. Since Linux 5.13.";
    ro 14 NHA_OP_FLAGS op_flags: NexthopOpFlags =
        "What more is asked, and what an answer says of itself. Since Linux 6.9.";
    ro 15 NHA_GROUP_STATS group_stats: Each<'_, Nest<NexthopStatsTable>>
        as Each<'static, Nest<NexthopStatsTable>> =
        "Packets of each member of a group; only where they were asked for. Since Linux 6.9.";
    rw 16 NHA_HW_STATS_ENABLE hw_stats_enable: bool as OnOff32 =
        "Whether hardware is to count the packets of a group. Since Linux 6.9.";
    ro 17 NHA_HW_STATS_USED hw_stats_used: bool as OnOff32 =
        "Whether hardware counts the packets of a group. Since Linux 6.9.";
}

impl NexthopAttributes<'_> {
    fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }
}

impl NexthopView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> NexthopHeader {
        NexthopHeader::at(self.as_bytes())
    }

    /// The address family of the routes that can have it; of a group [`Family::Unspec`].
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// What packets are wrapped in, if they are.
    ///
    /// `NHA_ENCAP_TYPE` and `NHA_ENCAP`.
    #[inline]
    #[must_use]
    pub fn encap(&self) -> Option<EncapView<'_>> {
        encap::told(self.encap_type(), self.body.get::<Bytes>(8))
    }

    /// How far away the gateway is.
    #[inline]
    #[must_use]
    pub fn scope(&self) -> RouteScope {
        self.header().scope.into()
    }

    /// Who made it.
    #[inline]
    #[must_use]
    pub fn protocol(&self) -> RouteProtocol {
        self.header().protocol.into()
    }

    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> NexthopFlags {
        NexthopFlags::from_bits_retain((self.header().flags & 0xff) as u8)
    }
}

const RTM_NEWNEXTHOP: u16 = 104;
const RTM_DELNEXTHOP: u16 = 105;
const RTM_GETNEXTHOP: u16 = 106;
const RTM_NEWNEXTHOPBUCKET: u16 = 116;
const RTM_GETNEXTHOPBUCKET: u16 = 118;

const NHA_ID: u16 = 1;
const NHA_GROUP: u16 = 2;
const NHA_GROUP_TYPE: u16 = 3;
const NHA_BLACKHOLE: u16 = 4;
const NHA_OIF: u16 = 5;
const NHA_GATEWAY: u16 = 6;
const NHA_GROUPS: u16 = 9;
const NHA_MASTER: u16 = 10;
const NHA_FDB: u16 = 11;
const NHA_RES_GROUP: u16 = 12;
const NHA_RES_BUCKET: u16 = 13;
const NHA_OP_FLAGS: u16 = 14;
const NHA_HW_STATS_ENABLE: u16 = 16;

/// Describes a message of either noun.
#[inline]
fn describe(body: &[u8], name: &dyn Fn(u32) -> String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("nexthop")?;
    let Ok(view) = NexthopView::parse(body) else {
        return Ok(());
    };
    if let Some(id) = view.id() {
        write!(f, " {id}")?;
    }
    if view.blackhole() == Some(true) {
        f.write_str(" blackhole")?;
    }
    if let Some(gateway) = view.gateway() {
        write!(f, " via {gateway}")?;
    }
    if let Some(index) = view.oif() {
        write!(f, " dev {}", name(index))?;
    }
    match view.group() {
        Some(group) => write!(f, " group {group}"),
        None => Ok(()),
    }
}
