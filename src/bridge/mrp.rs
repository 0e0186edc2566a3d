//! Media redundancy of a bridge (IEC 62439-2): rings of which one link is blocked until another
//! breaks (`IFLA_BRIDGE_MRP_*` of `linux/if_bridge.h`). Since Linux 5.8.
use std::time::Duration;

use super::{BridgeMrp, af::nests};
use crate::wire::{Index, LinkRef, Micros, Nest, OnOff32};

crate::open_enum! {
    /// State of a port of a ring (`BR_MRP_PORT_STATE_*` of `linux/mrp_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MrpPortState::from(1).to_string(), "blocked");
    /// ```
    pub enum MrpPortState: u32 {
        /// It takes no part.
        Disabled = 0 "disabled",
        /// It carries no packets but those of the ring.
        Blocked = 1 "blocked",
        /// It carries packets.
        Forwarding = 2 "forwarding",
        /// It has no carrier.
        NotConnected = 3 "not connected",
    }
}

crate::open_enum! {
    /// Which port of a ring one is (`BR_MRP_PORT_ROLE_*` of `linux/mrp_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MrpPortRole::from(2).to_string(), "inter");
    /// ```
    pub enum MrpPortRole: u32 {
        /// The first.
        Primary = 0 "primary",
        /// The second.
        Secondary = 1 "secondary",
        /// The one between two rings.
        Inter = 2 "inter",
    }
}

crate::open_enum! {
    /// What a node is in its ring (`BR_MRP_RING_ROLE_*` of `linux/mrp_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MrpRingRole::from(2).to_string(), "mrm");
    /// ```
    pub enum MrpRingRole: u32 {
        /// Nothing.
        Disabled = 0 "disabled",
        /// A client.
        Client = 1 "mrc",
        /// The manager, which tests the ring.
        Manager = 2 "mrm",
        /// What the nodes agree on.
        Auto = 3 "mra",
    }
}

crate::open_enum! {
    /// What a node is in the ring between two rings (`BR_MRP_IN_ROLE_*` of `linux/mrp_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MrpInRole::from(1).to_string(), "mic");
    /// ```
    pub enum MrpInRole: u32 {
        /// Nothing.
        Disabled = 0 "disabled",
        /// A client.
        Client = 1 "mic",
        /// The manager, which tests the ring.
        Manager = 2 "mim",
    }
}

crate::open_enum! {
    /// State of a ring, or of one between two (`BR_MRP_RING_STATE_*`, `BR_MRP_IN_STATE_*` of
    /// `linux/mrp_bridge.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::bridge::MrpRingState::from(1).to_string(), "closed");
    /// ```
    pub enum MrpRingState: u32 {
        /// A link of it is broken.
        Open = 0 "open",
        /// It is whole.
        Closed = 1 "closed",
    }
}

crate::table! {
    /// A ring that a bridge is in.
    table MrpInstanceTable "instance";
    /// A ring that a bridge is in.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpInstanceView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpInstanceView;
    /// A ring that a bridge is in, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpInstance::new().is_empty());
    /// ```
    request MrpInstance;
    rw 1 IFLA_BRIDGE_MRP_INSTANCE_RING_ID ring_id: u32 = "Number of the ring.";
    rw 2 IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX primary: u32 | impl Into<LinkRef<'a>> as Index = "Its first port.";
    rw 3 IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX secondary: u32 | impl Into<LinkRef<'a>> as Index = "Its second port.";
    rw 4 IFLA_BRIDGE_MRP_INSTANCE_PRIO priority: u16 = "Who of many managers it is to be; lower is more.";
}

crate::table! {
    /// The state of a port of a ring.
    table MrpPortStateOfTable "port_state";
    /// The state of a port of a ring.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpPortStateOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpPortStateOfView;
    /// The state of a port of a ring, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpPortStateOf::new().is_empty());
    /// ```
    request MrpPortStateOf;
    rw 1 IFLA_BRIDGE_MRP_PORT_STATE_STATE state: MrpPortState = "The state.";
}

crate::table! {
    /// Which port of a ring one is.
    table MrpPortRoleOfTable "port_role";
    /// Which port of a ring one is.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpPortRoleOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpPortRoleOfView;
    /// Which port of a ring one is, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpPortRoleOf::new().is_empty());
    /// ```
    request MrpPortRoleOf;
    rw 1 IFLA_BRIDGE_MRP_PORT_ROLE_ROLE role: MrpPortRole = "Which.";
}

crate::table! {
    /// The state of a ring.
    table MrpRingStateOfTable "ring_state";
    /// The state of a ring.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpRingStateOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpRingStateOfView;
    /// The state of a ring, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpRingStateOf::new().is_empty());
    /// ```
    request MrpRingStateOf;
    rw 1 IFLA_BRIDGE_MRP_RING_STATE_RING_ID ring_id: u32 = "Number of the ring.";
    rw 2 IFLA_BRIDGE_MRP_RING_STATE_STATE state: MrpRingState = "The state.";
}

crate::table! {
    /// What a bridge is in a ring.
    table MrpRingRoleOfTable "ring_role";
    /// What a bridge is in a ring.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpRingRoleOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpRingRoleOfView;
    /// What a bridge is in a ring, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpRingRoleOf::new().is_empty());
    /// ```
    request MrpRingRoleOf;
    rw 1 IFLA_BRIDGE_MRP_RING_ROLE_RING_ID ring_id: u32 = "Number of the ring.";
    rw 2 IFLA_BRIDGE_MRP_RING_ROLE_ROLE role: MrpRingRole = "What it is.";
}

crate::table! {
    /// How a ring is tested.
    table MrpStartTestTable "start_test";
    /// How a ring is tested.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpStartTestView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpStartTestView;
    /// How a ring is tested, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpStartTest::new().is_empty());
    /// ```
    request MrpStartTest;
    rw 1 IFLA_BRIDGE_MRP_START_TEST_RING_ID ring_id: u32 = "Number of the ring.";
    rw 2 IFLA_BRIDGE_MRP_START_TEST_INTERVAL interval: Duration as Micros<u32> = "Between two tests; zero ends them.";
    rw 3 IFLA_BRIDGE_MRP_START_TEST_MAX_MISS max_miss: u32 = "How many may be missed before the ring is open.";
    rw 4 IFLA_BRIDGE_MRP_START_TEST_PERIOD period: Duration as Micros<u32> = "For how long.";
    rw 5 IFLA_BRIDGE_MRP_START_TEST_MONITOR monitor: bool as OnOff32 = "Whether only to look for tests of another. Since Linux 5.9.";
}

crate::table! {
    /// What a bridge is in a ring between two rings.
    table MrpInRoleOfTable "in_role";
    /// What a bridge is in a ring between two rings.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpInRoleOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpInRoleOfView;
    /// What a bridge is in a ring between two rings, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpInRoleOf::new().is_empty());
    /// ```
    request MrpInRoleOf;
    rw 1 IFLA_BRIDGE_MRP_IN_ROLE_RING_ID ring_id: u32 = "Number of its own ring.";
    rw 2 IFLA_BRIDGE_MRP_IN_ROLE_IN_ID in_id: u16 = "Number of the ring between.";
    rw 3 IFLA_BRIDGE_MRP_IN_ROLE_ROLE role: MrpInRole = "What it is.";
    rw 4 IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX port: u32 | impl Into<LinkRef<'a>> as Index = "The port between the rings.";
}

crate::table! {
    /// The state of a ring between two rings.
    table MrpInStateOfTable "in_state";
    /// The state of a ring between two rings.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpInStateOfView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpInStateOfView;
    /// The state of a ring between two rings, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpInStateOf::new().is_empty());
    /// ```
    request MrpInStateOf;
    rw 1 IFLA_BRIDGE_MRP_IN_STATE_IN_ID in_id: u32 = "Number of the ring between.";
    rw 2 IFLA_BRIDGE_MRP_IN_STATE_STATE state: MrpRingState = "The state.";
}

crate::table! {
    /// How a ring between two rings is tested.
    table MrpStartInTestTable "start_in_test";
    /// How a ring between two rings is tested.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpStartInTestView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpStartInTestView;
    /// How a ring between two rings is tested, to be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpStartInTest::new().is_empty());
    /// ```
    request MrpStartInTest;
    rw 1 IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID in_id: u32 = "Number of the ring between.";
    rw 2 IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL interval: Duration as Micros<u32> = "Between two tests; zero ends them.";
    rw 3 IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS max_miss: u32 = "How many may be missed before the ring is open.";
    rw 4 IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD period: Duration as Micros<u32> = "For how long.";
}

crate::table! {
    /// A ring that a bridge is in, as the kernel tells it.
    table MrpInfoTable "info";
    /// A ring that a bridge is in, as the kernel tells it.
    ///
    /// ```
    /// let view = nlroute::bridge::MrpInfoView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpInfoView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::bridge::MrpInfo::new().is_empty());
    /// ```
    request MrpInfo;
    ro 1 IFLA_BRIDGE_MRP_INFO_RING_ID ring_id: u32 = "Number of the ring.";
    ro 2 IFLA_BRIDGE_MRP_INFO_P_IFINDEX primary: u32 as Index = "Index of its first port.";
    ro 3 IFLA_BRIDGE_MRP_INFO_S_IFINDEX secondary: u32 as Index = "Index of its second port.";
    ro 4 IFLA_BRIDGE_MRP_INFO_PRIO priority: u16 = "Who of many managers it is to be; lower is more.";
    ro 5 IFLA_BRIDGE_MRP_INFO_RING_STATE ring_state: MrpRingState = "State of the ring.";
    ro 6 IFLA_BRIDGE_MRP_INFO_RING_ROLE ring_role: MrpRingRole = "What the bridge is in the ring.";
    ro 7 IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL test_interval: Duration as Micros<u32> = "Between two tests.";
    ro 8 IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS test_max_miss: u32 = "How many tests may be missed.";
    ro 9 IFLA_BRIDGE_MRP_INFO_TEST_MONITOR test_monitor: bool as OnOff32 = "Whether it only looks for tests of another.";
    ro 10 IFLA_BRIDGE_MRP_INFO_I_IFINDEX in_port: u32 as Index = "Index of the port between two rings.";
    ro 11 IFLA_BRIDGE_MRP_INFO_IN_STATE in_state: MrpRingState = "State of the ring between.";
    ro 12 IFLA_BRIDGE_MRP_INFO_IN_ROLE in_role: MrpInRole = "What the bridge is in the ring between.";
    ro 13 IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL in_test_interval: Duration as Micros<u32> = "Between two tests of the ring between.";
    ro 14 IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS in_test_max_miss: u32 = "How many tests of the ring between may be missed.";
}

crate::table! {
    /// Media redundancy of a bridge or of a port.
    table MrpTable "mrp";
    /// Media redundancy of a bridge or of a port; its rings are told by [`rings`](Self::rings).
    ///
    /// ```
    /// let view = nlroute::bridge::MrpView::parse(&[][..])?;
    /// assert_eq!(view.attributes().count(), 0);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MrpView;
    /// Media redundancy of a bridge or of a port, to be set: what a [`BridgeMrp`] holds,
    /// whose setters they are.
    ///
    /// ```
    /// assert!(nlroute::bridge::Mrp::new().is_empty());
    /// ```
    request Mrp set by [impl<'a> BridgeMrp<'a>] [.attributes];
    rw 1 IFLA_BRIDGE_MRP_INSTANCE instance: MrpInstanceView<'_> | MrpInstance<'a> as Nest<MrpInstanceTable> = "A ring: made, or with `delete` taken away.";
    rw 2 IFLA_BRIDGE_MRP_PORT_STATE port_state: MrpPortStateOfView<'_> | MrpPortStateOf<'a> as Nest<MrpPortStateOfTable> = "State of the port.";
    rw 3 IFLA_BRIDGE_MRP_PORT_ROLE port_role: MrpPortRoleOfView<'_> | MrpPortRoleOf<'a> as Nest<MrpPortRoleOfTable> = "Which port it is.";
    rw 4 IFLA_BRIDGE_MRP_RING_STATE ring_state: MrpRingStateOfView<'_> | MrpRingStateOf<'a> as Nest<MrpRingStateOfTable> = "State of a ring.";
    rw 5 IFLA_BRIDGE_MRP_RING_ROLE ring_role: MrpRingRoleOfView<'_> | MrpRingRoleOf<'a> as Nest<MrpRingRoleOfTable> = "What the bridge is in a ring.";
    rw 6 IFLA_BRIDGE_MRP_START_TEST start_test: MrpStartTestView<'_> | MrpStartTest<'a> as Nest<MrpStartTestTable> = "How a ring is tested.";
    ro 7 IFLA_BRIDGE_MRP_INFO info: MrpInfoView<'_> as Nest<MrpInfoTable> = "A ring; the last where there are many.";
    rw 8 IFLA_BRIDGE_MRP_IN_ROLE in_role: MrpInRoleOfView<'_> | MrpInRoleOf<'a> as Nest<MrpInRoleOfTable> = "What the bridge is in a ring between two. Since Linux 5.9.";
    rw 9 IFLA_BRIDGE_MRP_IN_STATE in_state: MrpInStateOfView<'_> | MrpInStateOf<'a> as Nest<MrpInStateOfTable> = "State of a ring between two. Since Linux 5.9.";
    rw 10 IFLA_BRIDGE_MRP_START_IN_TEST start_in_test: MrpStartInTestView<'_> | MrpStartInTest<'a> as Nest<MrpStartInTestTable> = "How a ring between two is tested. Since Linux 5.9.";
}

impl MrpView<'_> {
    /// All rings that are told of.
    pub fn rings(&self) -> impl Iterator<Item = MrpInfoView<'_>> {
        nests(self.attributes(), 7).filter_map(|payload| MrpInfoView::parse(payload).ok())
    }
}
