//! What a multicast routing daemon is told: packets that no route is known for
//! (`RTM_NEWCACHEREPORT`; `linux/mroute.h`, `linux/mroute6.h`).
use std::net::IpAddr;

use crate::{
    Family, GenHeader,
    wire::{Bytes, IpBytes},
};

crate::open_enum! {
    /// What a daemon is told (`IGMPMSG_*` of `linux/mroute.h`, `MRT6MSG_*` of `linux/mroute6.h`).
    ///
    /// ```
    /// use nlroute::route::CacheReportKind;
    /// assert_eq!(CacheReportKind::from(1).to_string(), "nocache");
    /// ```
    pub enum CacheReportKind: u8 {
        /// No route is known for the packet.
        NoCache = 1 "nocache",
        /// It came in by another link than its route says.
        WrongVif = 2 "wrongvif",
        /// The whole packet, for a daemon that sends it on.
        WholePacket = 3 "wholepkt",
        /// It came in by another link, and is here as a whole.
        WrongVifWhole = 4 "wrvifwhole",
    }
}

crate::table! {
    /// What a multicast routing daemon is told (`IPMRA_CREPORT_*` of `linux/mroute.h`, of IPv6
    /// `IP6MRA_CREPORT_*` of `linux/mroute6.h` with the same numbers; since Linux 4.13).
    table CacheReportTable "cachereport" after GenHeader;
    /// What a multicast routing daemon is told, in the groups
    /// [`Ipv4MrouteR`](crate::Group::Ipv4MrouteR) and [`Ipv6MrouteR`](crate::Group::Ipv6MrouteR).
    ///
    /// ```
    /// let told = nlroute::route::CacheReportView::parse(&[128, 0, 0, 0][..])?;
    /// assert_eq!((told.family(), told.kind()), (nlroute::Family::Ipmr, None));
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view CacheReportView;
    /// Nothing of it is set: the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::CacheReport::new().is_empty());
    /// ```
    request CacheReport;

    ro 1 IPMRA_CREPORT_MSGTYPE kind: CacheReportKind = "What it is about.";
    ro 2 IPMRA_CREPORT_VIF_ID vif_id: u32 = "Number of the daemon's interface that the packet came in by.";
    ro 3 IPMRA_CREPORT_SRC_ADDR source: IpAddr as IpBytes = "The packet's source.";
    ro 4 IPMRA_CREPORT_DST_ADDR group: IpAddr as IpBytes = "The packet's destination, a multicast address.";
    ro 5 IPMRA_CREPORT_PKT packet: &[u8] as Bytes = "The packet, as far as it is told.";
    ro 6 IPMRA_CREPORT_TABLE table: u32 = "The multicast routing table; IPv4. Since Linux 4.18.";
}

impl CacheReportView<'_> {
    /// Its address family, [`Family::Ipmr`] or [`Family::Ip6mr`].
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        GenHeader::at(self.as_bytes()).family.into()
    }
}
