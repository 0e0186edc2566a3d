//! Ipvlan and ipvtap: a link with addresses of its own and the link-layer address of another
//! (`IFLA_IPVLAN_*` of `linux/if_link.h`).
use super::{Kind, LinkRequest, kind::getters};

/// An ipvlan: a link with IP addresses of its own and the link-layer address of another, which is
/// [`link`](LinkRequest::link).
///
/// ```
/// use nlroute::link::{Ipvlan, IpvlanMode};
/// let ipvlan = Ipvlan::new("ipv0").link("eth0").mode(IpvlanMode::L2).up();
/// ```
pub type Ipvlan<'a> = LinkRequest<'a, IpvlanTable>;

/// An ipvtap: an ipvlan whose packets a program has by `/dev/tapN`, N being its index.
///
/// ```
/// use nlroute::link::{Ipvtap, IpvlanFlags};
/// let ipvtap = Ipvtap::new("ipt0").link("eth0").flags(IpvlanFlags::VEPA);
/// ```
pub type Ipvtap<'a> = LinkRequest<'a, IpvtapTable>;

impl Kind for IpvlanTable {
    const NAME: &'static str = "ipvlan";
}

impl Kind for IpvtapTable {
    const NAME: &'static str = "ipvtap";
}

crate::open_enum! {
    /// At which layer an ipvlan works; all on one link are of the same mode (`IPVLAN_MODE_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::IpvlanMode::L3s.to_string(), "l3s");
    /// ```
    pub enum IpvlanMode: u16 {
        /// It switches, and takes broadcast and multicast.
        L2 = 0 "l2",
        /// It routes: what it is at first.
        L3 = 1 "l3",
        /// It routes, and netfilter sees the packets.
        L3s = 2 "l3s",
    }
}

crate::open_flags! {
    /// Whom an ipvlan reaches; without any flag it bridges (`IPVLAN_F_*` of `linux/if_link.h`).
    /// The kernel takes one of them at most.
    ///
    /// ```
    /// assert_eq!(nlroute::link::IpvlanFlags::VEPA.bits(), 2);
    /// ```
    pub struct IpvlanFlags: u16 {
        /// Nobody on the same link.
        const PRIVATE = 1;
        /// Others on the same link by a switch that sends back.
        const VEPA = 1 << 1;
    }
}

crate::table! {
    /// Settings of an ipvlan.
    table IpvlanTable "ipvlan";
    /// Settings of an ipvlan or ipvtap, read.
    ///
    /// ```
    /// let view = nlroute::link::IpvlanView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IpvlanView;
    /// Settings of an ipvlan or ipvtap, as [`LinkRequest::data`] takes them; each is a method of
    /// [`Ipvlan`] and [`Ipvtap`] too.
    ///
    /// ```
    /// assert!(nlroute::link::IpvlanData::new().is_empty());
    /// ```
    request IpvlanData
        set by [impl<'a> LinkRequest<'a, IpvlanTable>] also [impl<'a> LinkRequest<'a, IpvtapTable>]
        in [.data];
    rw 1 IFLA_IPVLAN_MODE mode: IpvlanMode = "At which layer it works, and all others on its link.";
    rw 2 IFLA_IPVLAN_FLAGS flags: IpvlanFlags = "Whom it reaches, and all others on its link. Since Linux 4.15.";
}

crate::same_table! {
    /// Settings of an ipvtap, which are those of an ipvlan.
    table IpvtapTable "ipvtap" as IpvlanTable;
}

getters! {
    /// What it is set to as an ipvlan or ipvtap, if it is one.
    ipvlan of IpvlanTable | IpvtapTable => IpvlanView;
}
