//! TUN and TAP: links whose packets a program has (`IFLA_TUN_*` of `linux/if_link.h`,
//! `linux/if_tun.h`).
use super::{Kind, kind::getters};
use crate::wire::OnOff;

impl Kind for TunTable {
    const NAME: &'static str = "tun";
}

crate::open_enum! {
    /// Which packets a program has (`IFF_TUN`, `IFF_TAP` of `linux/if_tun.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::TunType::Tap.to_string(), "tap");
    /// ```
    pub enum TunType: u8 {
        /// IP packets.
        Tun = 1 "tun",
        /// Ethernet frames.
        Tap = 2 "tap",
    }
}

crate::table! {
    /// Settings of a TUN or TAP.
    table TunTable "tun";
    /// Settings of a TUN or TAP, read. Programs make them by `/dev/net/tun`; the kernel refuses
    /// to by netlink.
    ///
    /// ```
    /// let view = nlroute::link::TunView::parse(&[][..])?;
    /// assert!(view.owner().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view TunView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::TunData::new().is_empty());
    /// ```
    request TunData;
    ro 1 IFLA_TUN_OWNER owner: u32 = "User who may open it; anybody who may open any if it isn't told.";
    ro 2 IFLA_TUN_GROUP group: u32 = "Group who may open it.";
    ro 3 IFLA_TUN_TYPE tun_type: TunType = "Which packets a program has.";
    ro 4 IFLA_TUN_PI pi: bool as OnOff = "Whether each comes with four bytes of flags and protocol.";
    ro 5 IFLA_TUN_VNET_HDR vnet_hdr: bool as OnOff
        = "Whether each comes with a `virtio_net_hdr`.";
    ro 6 IFLA_TUN_PERSIST persist: bool as OnOff = "Whether it stays when no program has it open.";
    ro 7 IFLA_TUN_MULTI_QUEUE multi_queue: bool as OnOff = "Whether it can be open several times.";
    ro 8 IFLA_TUN_NUM_QUEUES num_queues: u32
        = "How often it is open; told if it can be several times.";
    ro 9 IFLA_TUN_NUM_DISABLED_QUEUES num_disabled_queues: u32
        = "How many of these get no packets; told if it can be open several times.";
}

getters! {
    /// What it is set to as a TUN or TAP, if it is one.
    tun of TunTable => TunView;
}
