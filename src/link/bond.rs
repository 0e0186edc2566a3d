//! Bonds: several links as one (`IFLA_BOND_*` of `linux/if_link.h`, `linux/if_bonding.h`).
use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::{Kind, LinkRequest, kind::getters};
use crate::{
    noun::invalid,
    wire::{
        Each, EncodeError, Index, LinkAddress, LinkRef, ListOf, Mac, Millis, NUMBERED, Nest, OnOff,
        Seconds, Values,
    },
};

/// A bond: several links as one. A link that is down becomes a port by
/// [`master`](LinkRequest::master).
///
/// ```
/// use std::time::Duration;
/// use nlroute::link::{Bond, BondMode, XmitHashPolicy};
/// let bond = Bond::new("bond0")
///     .mode(BondMode::Ieee8023ad)
///     .miimon(Duration::from_millis(100))
///     .xmit_hash_policy(XmitHashPolicy::Layer34);
/// ```
pub type Bond<'a> = LinkRequest<'a, BondTable>;

/// Most targets that the kernel keeps of either family.
const MOST_TARGETS: usize = 16;

impl Kind for BondTable {
    const NAME: &'static str = "bond";

    #[inline]
    fn check(settings: &BondData<'_>, _: u32) -> Result<(), EncodeError> {
        settings.check_targets()
    }

    #[inline]
    fn check_change(settings: &BondData<'_>) -> Result<(), EncodeError> {
        settings.check_targets()
    }
}

impl BondData<'_> {
    /// The kernel leaves out those that are too many.
    #[inline]
    fn check_targets(&self) -> Result<(), EncodeError> {
        let many = "are more targets than the 16 that there can be";
        match (&self.arp_ip_target, &self.ns_ip6_target) {
            (Values::These(v4), _) if v4.len() > MOST_TARGETS => {
                Err(invalid("arp_ip_target", v4.len(), many))
            }
            (_, Values::These(v6)) if v6.len() > MOST_TARGETS => {
                Err(invalid("ns_ip6_target", v6.len(), many))
            }
            _ => Ok(()),
        }
    }
}

crate::open_enum! {
    /// How a bond spreads packets over its ports (`BOND_MODE_*` of `linux/if_bonding.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::BondMode::Ieee8023ad.to_string(), "802.3ad");
    /// ```
    pub enum BondMode: u8 {
        /// In turn: what it is at first.
        RoundRobin = 0 "balance-rr",
        /// All over one port, the others stand by.
        ActiveBackup = 1 "active-backup",
        /// By a hash of their addresses.
        Xor = 2 "balance-xor",
        /// Over all.
        Broadcast = 3 "broadcast",
        /// By a hash, over the ports that the switch agrees to (LACP).
        Ieee8023ad = 4 "802.3ad",
        /// What is sent goes over the port with the least load.
        Tlb = 5 "balance-tlb",
        /// So does what is received, by way of ARP.
        Alb = 6 "balance-alb",
    }
}

crate::open_enum! {
    /// Which ports must see the ARP messages by which they are watched.
    ///
    /// ```
    /// assert_eq!(nlroute::link::ArpValidate::FilterActive.to_string(), "filter_active");
    /// ```
    pub enum ArpValidate: u32 {
        /// None: any packet will do.
        None = 0 "none",
        /// The active one.
        Active = 1 "active",
        /// Those that stand by.
        Backup = 2 "backup",
        /// All.
        All = 3 "all",
        /// Any ARP message will do.
        Filter = 4 "filter",
        /// Any ARP message will do, and the active one is to see the right ones.
        FilterActive = 5 "filter_active",
        /// Any ARP message will do, and those that stand by are to see the right ones.
        FilterBackup = 6 "filter_backup",
    }
}

crate::open_enum! {
    /// How many of its targets a port must reach.
    ///
    /// ```
    /// assert_eq!(nlroute::link::ArpAllTargets::All.to_string(), "all");
    /// ```
    pub enum ArpAllTargets: u32 {
        /// One of them.
        Any = 0 "any",
        /// All of them.
        All = 1 "all",
    }
}

crate::open_enum! {
    /// When the primary port becomes the active one again.
    ///
    /// ```
    /// assert_eq!(nlroute::link::PrimaryReselect::Better.to_string(), "better");
    /// ```
    pub enum PrimaryReselect: u8 {
        /// As soon as it is up.
        Always = 0 "always",
        /// When it is up and faster.
        Better = 1 "better",
        /// When the active one fails.
        Failure = 2 "failure",
    }
}

crate::open_enum! {
    /// Which addresses the ports of a bond in mode active-backup have.
    ///
    /// ```
    /// assert_eq!(nlroute::link::FailOverMac::Follow.to_string(), "follow");
    /// ```
    pub enum FailOverMac: u8 {
        /// All that of the bond.
        None = 0 "none",
        /// Their own, and the bond has the active one's.
        Active = 1 "active",
        /// Their own, until one becomes the active one and takes the bond's.
        Follow = 2 "follow",
    }
}

crate::open_enum! {
    /// What of a packet decides on its port (`BOND_XMIT_POLICY_*` of `linux/if_bonding.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::XmitHashPolicy::Layer34.to_string(), "layer3+4");
    /// ```
    pub enum XmitHashPolicy: u8 {
        /// The link-layer addresses: what it is at first.
        Layer2 = 0 "layer2",
        /// Addresses and ports.
        Layer34 = 1 "layer3+4",
        /// Link-layer addresses and addresses.
        Layer23 = 2 "layer2+3",
        /// As `Layer23`, of the packet inside of a tunnel.
        Encap23 = 3 "encap2+3",
        /// As `Layer34`, of the packet inside of a tunnel.
        Encap34 = 4 "encap3+4",
        /// VLAN and source link-layer address. Since Linux 5.12.
        VlanSrcmac = 5 "vlan+srcmac",
    }
}

crate::open_enum! {
    /// How often the switch is to send LACP messages.
    ///
    /// ```
    /// assert_eq!(nlroute::link::LacpRate::Fast.to_string(), "fast");
    /// ```
    pub enum LacpRate: u8 {
        /// Every 30 s.
        Slow = 0 "slow",
        /// Every second.
        Fast = 1 "fast",
    }
}

crate::open_enum! {
    /// Which group of ports becomes the active one.
    ///
    /// ```
    /// assert_eq!(nlroute::link::AdSelect::Bandwidth.to_string(), "bandwidth");
    /// ```
    pub enum AdSelect: u8 {
        /// The fastest, and another one only when all its ports are down.
        Stable = 0 "stable",
        /// The fastest.
        Bandwidth = 1 "bandwidth",
        /// The one with the most ports.
        Count = 2 "count",
        /// The one whose ports have the highest priority. Since Linux 6.18.
        ActorPortPrio = 3 "actor_port_prio",
    }
}

crate::table! {
    /// The active group of ports of a bond in mode 802.3ad.
    table BondAdInfoTable "ad_info";
    /// The active group of ports of a bond in mode 802.3ad, read.
    ///
    /// ```
    /// let view = nlroute::link::BondAdInfoView::parse(&[][..])?;
    /// assert!(view.num_ports().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BondAdInfoView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::BondAdInfo::new().is_empty());
    /// ```
    request BondAdInfo;
    ro 1 IFLA_BOND_AD_INFO_AGGREGATOR aggregator: u16 = "Number of the group.";
    ro 2 IFLA_BOND_AD_INFO_NUM_PORTS num_ports: u16 = "How many ports it has.";
    ro 3 IFLA_BOND_AD_INFO_ACTOR_KEY actor_key: u16 = "Key of its ports here.";
    ro 4 IFLA_BOND_AD_INFO_PARTNER_KEY partner_key: u16 = "Key of its ports on the switch.";
    ro 5 IFLA_BOND_AD_INFO_PARTNER_MAC partner_mac: LinkAddress as Mac = "Address of the switch.";
}

crate::table! {
    /// Settings and state of a bond.
    table BondTable "bond";
    /// Settings and state of a bond, read.
    ///
    /// ```
    /// let view = nlroute::link::BondView::parse(&[][..])?;
    /// assert!(view.mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BondView;
    /// Settings of a bond, as [`LinkRequest::data`] takes them; each is a method of [`Bond`] too.
    ///
    /// ```
    /// assert!(nlroute::link::BondData::new().is_empty());
    /// ```
    request BondData set by [impl<'a> LinkRequest<'a, BondTable>] [.data];
    rw 1 IFLA_BOND_MODE mode: BondMode
        = "How packets are spread over the ports; while it is down and has none.";
    rw 2 IFLA_BOND_ACTIVE_SLAVE active_slave: u32 | impl Into<LinkRef<'a>> as Index
        = "The active port, in modes that have one; 0 lets the bond choose.";
    rw 3 IFLA_BOND_MIIMON miimon: Duration as Millis<u32>
        = "Time between two looks at the ports' carriers; 0 is never. Kept in milliseconds. Not with `arp_interval`.";
    rw 4 IFLA_BOND_UPDELAY updelay: Duration as Millis<u32>
        = "Time after which a port that has its carrier is used; the kernel rounds it down to a multiple of `miimon`. Kept in milliseconds.";
    rw 5 IFLA_BOND_DOWNDELAY downdelay: Duration as Millis<u32>
        = "Time after which a port without its carrier isn't used; the kernel rounds it down to a multiple of `miimon`. Kept in milliseconds.";
    rw 6 IFLA_BOND_USE_CARRIER use_carrier: bool as OnOff
        = "Whether the driver's word for its carrier is taken; always so since Linux 6.18.";
    rw 7 IFLA_BOND_ARP_INTERVAL arp_interval: Duration as Millis<u32>
        = "Time between two ARP requests by which ports are watched; 0 is never. Kept in milliseconds. Not with `miimon`.";
    rw 8 IFLA_BOND_ARP_IP_TARGET arp_ip_target: Each<'_, Ipv4Addr> | impl Into<Values<'a, Ipv4Addr>>
        as ListOf<Ipv4Addr, NUMBERED>
        = "Whom these are sent to, 16 at most; all at once.";
    rw 9 IFLA_BOND_ARP_VALIDATE arp_validate: ArpValidate
        = "Which ports must see them.";
    rw 10 IFLA_BOND_ARP_ALL_TARGETS arp_all_targets: ArpAllTargets
        = "How many of the targets a port must reach.";
    rw 11 IFLA_BOND_PRIMARY primary: u32 | impl Into<LinkRef<'a>> as Index
        = "The port that is the active one when it can be; 0 is none.";
    rw 12 IFLA_BOND_PRIMARY_RESELECT primary_reselect: PrimaryReselect
        = "When the primary port becomes the active one again.";
    rw 13 IFLA_BOND_FAIL_OVER_MAC fail_over_mac: FailOverMac
        = "Which addresses the ports have; while there are none.";
    rw 14 IFLA_BOND_XMIT_HASH_POLICY xmit_hash_policy: XmitHashPolicy
        = "What of a packet decides on its port.";
    rw 15 IFLA_BOND_RESEND_IGMP resend_igmp: u32
        = "How often memberships are told again when another port becomes the active one: 0 to 255, every 200 ms.";
    rw 16 IFLA_BOND_NUM_PEER_NOTIF num_peer_notif: u8
        = "How often neighbours are told when another port becomes the active one: 0 to 255.";
    rw 17 IFLA_BOND_ALL_SLAVES_ACTIVE all_slaves_active: bool as OnOff
        = "Whether what ports that stand by receive is taken.";
    rw 18 IFLA_BOND_MIN_LINKS min_links: u32
        = "How many ports must have their carrier for the bond to have its; in mode 802.3ad.";
    rw 19 IFLA_BOND_LP_INTERVAL lp_interval: Duration as Seconds<u32>
        = "Time between two packets by which each port's switch learns, 1 s or more. Kept in seconds.";
    rw 20 IFLA_BOND_PACKETS_PER_SLAVE packets_per_slave: u32
        = "How many packets a port sends before it is the next one's turn: 0 to 65535, 0 is by chance; in mode balance-rr.";
    rw 21 IFLA_BOND_AD_LACP_RATE ad_lacp_rate: LacpRate
        = "How often the switch is to send; in mode 802.3ad, while the bond is down.";
    rw 22 IFLA_BOND_AD_SELECT ad_select: AdSelect
        = "Which group of ports becomes the active one; while the bond is down.";
    ro 23 IFLA_BOND_AD_INFO ad_info: BondAdInfoView<'_> as Nest<BondAdInfoTable>
        = "The active group of ports; in mode 802.3ad.";
    rw 24 IFLA_BOND_AD_ACTOR_SYS_PRIO ad_actor_sys_prio: u16
        = "Priority towards the switch, 1 to 65535; in mode 802.3ad. Told to who has CAP_NET_ADMIN.";
    rw 25 IFLA_BOND_AD_USER_PORT_KEY ad_user_port_key: u16
        = "Upper ten bits of the ports' key, 0 to 1023; in mode 802.3ad, while the bond is down. Told to who has CAP_NET_ADMIN.";
    rw 26 IFLA_BOND_AD_ACTOR_SYSTEM ad_actor_system: LinkAddress | impl Into<LinkAddress> as Mac
        = "Address towards the switch, zero is the bond's; in mode 802.3ad. Told to who has CAP_NET_ADMIN.";
    rw 27 IFLA_BOND_TLB_DYNAMIC_LB tlb_dynamic_lb: bool as OnOff
        = "Whether flows are moved to where there is less load; in modes balance-tlb and balance-alb, while the bond is down.";
    rw 28 IFLA_BOND_PEER_NOTIF_DELAY peer_notif_delay: Duration as Millis<u32>
        = "Time between two of the messages of `num_peer_notif`; the kernel rounds it down to a multiple of `miimon`. Kept in milliseconds. Since Linux 5.3.";
    rw 29 IFLA_BOND_AD_LACP_ACTIVE ad_lacp_active: bool as OnOff
        = "Whether LACP messages are sent unasked; in mode 802.3ad, while the bond is down. Since Linux 5.15.";
    rw 30 IFLA_BOND_MISSED_MAX missed_max: u8
        = "How many `arp_interval` without an answer a port may have, 1 to 255. Since Linux 5.17.";
    rw 31 IFLA_BOND_NS_IP6_TARGET ns_ip6_target: Each<'_, Ipv6Addr> | impl Into<Values<'a, Ipv6Addr>>
        as ListOf<Ipv6Addr, NUMBERED>
        = "Whom neighbour solicitations are sent to, 16 at most; all at once. Since Linux 5.18.";
    rw 32 IFLA_BOND_COUPLED_CONTROL coupled_control: bool as OnOff
        = "Whether a port sends as soon as it may receive; in mode 802.3ad, while the bond is down. Since Linux 6.9.";
    rw 33 IFLA_BOND_BROADCAST_NEIGH broadcast_neigh: bool as OnOff
        = "Whether ARP and neighbour messages go over all ports; in mode 802.3ad. Since Linux 6.17.";
    rw 34 IFLA_BOND_LACP_STRICT lacp_strict: bool as OnOff
        = "Whether there is no carrier without a switch that speaks LACP; in mode 802.3ad. Newer than Linux 6.18.";
}

getters! {
    /// What it is set to as a bond, if it is one.
    bond of BondTable => BondView;
}
