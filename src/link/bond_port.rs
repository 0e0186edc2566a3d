//! Ports of bonds (`IFLA_BOND_SLAVE_*` of `linux/if_link.h`).
use super::{BondTable, Half, Kind, LinkRequest, kind::getters};
use crate::wire::LinkAddress;

/// A link as a port of a bond: for `change`, once its [`master`](LinkRequest::master) is one.
///
/// ```
/// let port = nlroute::link::BondPort::named("eth0").queue_id(2).prio(10);
/// ```
pub type BondPort<'a> = LinkRequest<'a, BondPortTable>;

impl Kind for BondPortTable {
    const NAME: &'static str = BondTable::NAME;
    const HALF: Half = Half::Port;
}

crate::open_enum! {
    /// What a port of a bond does (`BOND_STATE_*` of `linux/if_bonding.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::BondPortState::Backup.to_string(), "BACKUP");
    /// ```
    pub enum BondPortState: u8 {
        /// It carries packets.
        Active = 0 "ACTIVE",
        /// It stands by.
        Backup = 1 "BACKUP",
    }
}

crate::open_enum! {
    /// Whether a port of a bond has its carrier (`BOND_LINK_*` of `linux/if_bonding.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MiiStatus::Fail.to_string(), "GOING_DOWN");
    /// ```
    pub enum MiiStatus: u8 {
        /// It has.
        Up = 0 "UP",
        /// It has lost it, less than `downdelay` ago.
        Fail = 1 "GOING_DOWN",
        /// It hasn't.
        Down = 2 "DOWN",
        /// It has it again, since less than `updelay`.
        Back = 3 "GOING_BACK",
    }
}

crate::open_enum! {
    /// Whether LACP of a port gets anywhere.
    ///
    /// ```
    /// assert_eq!(nlroute::link::ChurnState::Churned.to_string(), "churned");
    /// ```
    pub enum ChurnState: u8 {
        /// It is watched.
        Monitoring = 0 "monitoring",
        /// It doesn't.
        Churned = 1 "churned",
        /// It does.
        None = 2 "none",
    }
}

crate::open_flags! {
    /// State of LACP on a port (`LACP_STATE_*` of `linux/if_bonding.h`), as wide as the kernel
    /// tells that of the bond.
    ///
    /// ```
    /// assert_eq!(nlroute::link::LacpState::SYNCHRONIZATION.bits(), 8);
    /// ```
    pub struct LacpState: u8 {
        /// Messages are sent unasked.
        const LACP_ACTIVITY = 1;
        /// Messages are to come every second.
        const LACP_TIMEOUT = 1 << 1;
        /// It can be in a group.
        const AGGREGATION = 1 << 2;
        /// It is in the right group.
        const SYNCHRONIZATION = 1 << 3;
        /// It takes packets.
        const COLLECTING = 1 << 4;
        /// It sends packets.
        const DISTRIBUTING = 1 << 5;
        /// What is known of the other side is only supposed.
        const DEFAULTED = 1 << 6;
        /// What is known of the other side is too old.
        const EXPIRED = 1 << 7;
    }
}

crate::table! {
    /// Settings and state of a bond's port.
    table BondPortTable "bond_port";
    /// Settings and state of a bond's port, read.
    ///
    /// ```
    /// let view = nlroute::link::BondPortView::parse(&[][..])?;
    /// assert!(view.state().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BondPortView;
    /// Settings of a bond's port, as [`LinkRequest::data`] takes them; each is a method of
    /// [`BondPort`] too.
    ///
    /// ```
    /// assert!(nlroute::link::BondPortData::new().is_empty());
    /// ```
    request BondPortData set by [impl<'a> LinkRequest<'a, BondPortTable>] [.data];
    ro 1 IFLA_BOND_SLAVE_STATE state: BondPortState = "What it does.";
    ro 2 IFLA_BOND_SLAVE_MII_STATUS mii_status: MiiStatus = "Whether it has its carrier.";
    ro 3 IFLA_BOND_SLAVE_LINK_FAILURE_COUNT link_failure_count: u32 = "How often it lost it.";
    ro 4 IFLA_BOND_SLAVE_PERM_HWADDR perm_hwaddr: LinkAddress
        = "The address that it had before it was a port.";
    rw 5 IFLA_BOND_SLAVE_QUEUE_ID queue_id: u16
        = "Number of the queue whose packets go over it; 0 is none.";
    ro 6 IFLA_BOND_SLAVE_AD_AGGREGATOR_ID ad_aggregator_id: u16
        = "Number of its group; in mode 802.3ad.";
    ro 7 IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE ad_actor_oper_port_state: LacpState
        = "State of LACP here.";
    ro 8 IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE ad_partner_oper_port_state: u16
        = "State of LACP on the switch: the bits of [`LacpState`].";
    rw 9 IFLA_BOND_SLAVE_PRIO prio: i32
        = "The port with the highest becomes the active one. Since Linux 6.0.";
    rw 10 IFLA_BOND_SLAVE_ACTOR_PORT_PRIO actor_port_prio: u16
        = "Priority of the port towards the switch; in mode 802.3ad. Since Linux 6.18.";
    ro 11 IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE ad_churn_actor_state: ChurnState
        = "Whether LACP gets anywhere here. Newer than Linux 6.18.";
    ro 12 IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE ad_churn_partner_state: ChurnState
        = "Whether LACP gets anywhere on the switch. Newer than Linux 6.18.";
}

impl BondPortView<'_> {
    /// The state of LACP on the switch as flags.
    #[inline]
    #[must_use]
    pub fn lacp_partner(&self) -> Option<LacpState> {
        let state = self.ad_partner_oper_port_state()?;
        Some(LacpState::from_bits_retain(state as u8))
    }
}

getters! {
    /// What it has as a port of a bond, if it is one.
    bond_port of BondPortTable => BondPortView;
}
