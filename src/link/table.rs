//! The attributes of a link (`IFLA_*` of `linux/if_link.h`), and its header.
use super::{
    AddrGenMode, AfSpec, Kind, LinkInfoTable, LinkInfoView, LinkRequest, LinkStats, LinkStats32,
    PortTable, PortView, Vf, VfList, VfTable,
    af_spec::{AfSpecOf, ProtInfoOf},
};
use crate::{
    Place,
    wire::{
        Bytes, Chosen, Each, EncodeError, Fd, FdRef, IfName, Index, LinkAddress, LinkRef, Nest,
        Netns4, NetnsRef, OnOff, Str, Text, Uint, Writer,
        table::{Bits, Table},
    },
};

crate::record! {
    /// What stands before a link's attributes.
    ///
    /// ```
    /// use nlroute::link::LinkHeader;
    /// let header = LinkHeader { index: 1, ..Default::default() };
    /// assert_eq!(LinkHeader::at(&header.to_bytes()).index, 1);
    /// ```
    pub struct LinkHeader "ifinfomsg" 16 from 16;
    0 ifi_family family: u8 = "Address family: `AF_UNSPEC`, or `AF_BRIDGE` for a bridge's own messages.";
    2 ifi_type device_type: u16 = "What the link-layer is (`ARPHRD_*`).";
    4 ifi_index index: u32 = "The link's index, 1 or more.";
    8 ifi_flags flags: u32 = "`IFF_*`, as in [`LinkFlags`](super::LinkFlags).";
    12 ifi_change change: u32 = "Which of the flags are to be changed.";
}

crate::open_enum! {
    /// What the link-layer of a link is (`ARPHRD_*` of `linux/if_arp.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::DeviceType::from(1).to_string(), "ether");
    /// ```
    pub enum DeviceType: u16 {
        /// Ethernet, and what looks like it.
        Ether = 1 "ether",
        /// InfiniBand.
        Infiniband = 32 "infiniband",
        /// CAN bus.
        Can = 280 "can",
        /// MCTP.
        Mctp = 290 "mctp",
        /// PPP.
        Ppp = 512 "ppp",
        /// IP without a header of its own.
        Rawip = 519 "rawip",
        /// IPv4 in IPv4.
        Tunnel = 768 "ipip",
        /// IPv6 in IPv6.
        Tunnel6 = 769 "tunnel6",
        /// Loopback.
        Loopback = 772 "loopback",
        /// IPv6 in IPv4.
        Sit = 776 "sit",
        /// GRE over IPv4.
        Ipgre = 778 "gre",
        /// IEEE 802.11.
        Ieee80211 = 801 "ieee802.11",
        /// IEEE 802.11 with radiotap headers.
        Radiotap = 803 "ieee802.11/radiotap",
        /// IEEE 802.15.4.
        Ieee802154 = 804 "ieee802.15.4",
        /// GRE over IPv6.
        Ip6gre = 823 "gre6",
        /// Netlink monitor.
        Netlink = 824 "netlink",
        /// No link-layer header.
        None = 65534 "none",
    }
}

crate::open_flags! {
    /// Flags of a link (`IFF_*` of `linux/if.h`).
    ///
    /// ```
    /// use nlroute::link::LinkFlags;
    /// assert!(LinkFlags::from_bits_retain(0x11043).contains(LinkFlags::UP | LinkFlags::LOWER_UP));
    /// ```
    pub struct LinkFlags: u32 {
        /// It is to carry packets.
        const UP = 1;
        /// It has a broadcast address.
        const BROADCAST = 1 << 1;
        /// Its driver logs more.
        const DEBUG = 1 << 2;
        /// It is a loopback.
        const LOOPBACK = 1 << 3;
        /// It has one other end.
        const POINTOPOINT = 1 << 4;
        /// No trailers; without a meaning today.
        const NOTRAILERS = 1 << 5;
        /// It works: operational state up or unknown.
        const RUNNING = 1 << 6;
        /// No neighbour is asked for its address.
        const NOARP = 1 << 7;
        /// It takes packets for any address.
        const PROMISC = 1 << 8;
        /// It takes all multicast packets.
        const ALLMULTI = 1 << 9;
        /// It is the master of a load balancer.
        const MASTER = 1 << 10;
        /// It is a slave of a load balancer.
        const SLAVE = 1 << 11;
        /// It can multicast.
        const MULTICAST = 1 << 12;
        /// It can choose between media.
        const PORTSEL = 1 << 13;
        /// It chooses its medium itself.
        const AUTOMEDIA = 1 << 14;
        /// Its addresses are lost when it goes down.
        const DYNAMIC = 1 << 15;
        /// It has a carrier.
        const LOWER_UP = 1 << 16;
        /// Its driver says that it waits for something.
        const DORMANT = 1 << 17;
        /// It gives back what it sends.
        const ECHO = 1 << 18;
    }
}

crate::open_flags! {
    /// What more the kernel is to tell of a link (`RTEXT_FILTER_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::link::{ExtMask, Link};
    /// let query = Link::named("eth0").ext_mask(ExtMask::VF | ExtMask::SKIP_STATS);
    /// ```
    pub struct ExtMask: u32 {
        /// Virtual functions of a network card.
        const VF = 1;
        /// VLANs of a bridge's ports, one by one; of family `AF_BRIDGE` only.
        const BRVLAN = 1 << 1;
        /// VLANs of a bridge's ports, by ranges; of family `AF_BRIDGE` only.
        const BRVLAN_COMPRESSED = 1 << 2;
        /// No counters of IPv6 and ICMPv6, which are a quarter of a message; the link's own stay.
        const SKIP_STATS = 1 << 3;
        /// Media redundancy; of family `AF_BRIDGE` only.
        const MRP = 1 << 4;
        /// Configuration of fault management; of family `AF_BRIDGE` only.
        const CFM_CONFIG = 1 << 5;
        /// State of fault management; of family `AF_BRIDGE` only.
        const CFM_STATUS = 1 << 6;
        /// Multiple spanning trees; of family `AF_BRIDGE` only.
        const MST = 1 << 7;
        /// Names and nothing else; an older kernel tells all.
        const NAME_ONLY = 1 << 8;
    }
}

crate::open_enum! {
    /// Operational state of a link (RFC 2863; `IF_OPER_*` of `linux/if.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::OperState::from(6), nlroute::link::OperState::Up);
    /// ```
    pub enum OperState: u8 {
        /// The driver doesn't tell: take it for up.
        Unknown = 0 "unknown",
        /// Not there.
        NotPresent = 1 "notpresent",
        /// Down.
        Down = 2 "down",
        /// Down because of the link below it.
        LowerLayerDown = 3 "lowerlayerdown",
        /// Being tested.
        Testing = 4 "testing",
        /// Waits for something, 802.1X for instance.
        Dormant = 5 "dormant",
        /// Up.
        Up = 6 "up",
    }
}

crate::open_enum! {
    /// What a link becomes when it gets its carrier (`IF_LINK_MODE_*` of `linux/if.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::LinkMode::Dormant.to_string(), "dormant");
    /// ```
    pub enum LinkMode: u8 {
        /// Up.
        Default = 0 "default",
        /// Dormant, until somebody says up.
        Dormant = 1 "dormant",
        /// Testing, until somebody says up. Since Linux 5.8.
        Testing = 2 "testing",
    }
}

crate::open_enum! {
    /// Why a link was told of (`IFLA_EVENT_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::LinkEvent::Features.to_string(), "features");
    /// ```
    pub enum LinkEvent: u32 {
        /// No reason given.
        None = 0 "none",
        /// The device was reset.
        Reboot = 1 "reboot",
        /// Its features changed.
        Features = 2 "features",
        /// Another port of the bond became the active one.
        BondingFailover = 3 "bonding-failover",
        /// Neighbours are to be told of its addresses again.
        NotifyPeers = 4 "notify-peers",
        /// Multicast groups are to be joined again.
        IgmpResend = 5 "igmp-resend",
        /// The bond's options changed.
        BondingOptions = 6 "bonding-options",
    }
}

crate::record! {
    /// Where a device is in the machine.
    ///
    /// ```
    /// assert_eq!(nlroute::link::IfMap::LEN, 32);
    /// ```
    pub struct IfMap "rtnl_link_ifmap" 32 from 28;
    0 mem_start mem_start: u64 = "First address of its memory.";
    8 mem_end mem_end: u64 = "Last address of its memory.";
    16 base_addr base_addr: u64 = "I/O port.";
    24 irq irq: u16 = "Interrupt.";
    26 dma dma: u8 = "DMA channel.";
    27 port port: u8 = "Medium.";
}

crate::open_enum! {
    /// Where an XDP program is attached (`XDP_ATTACHED_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::XdpAttached::Driver.to_string(), "drv");
    /// ```
    pub enum XdpAttached: u8 {
        /// Nowhere.
        None = 0 "none",
        /// In the driver.
        Driver = 1 "drv",
        /// After the driver, where every kind can.
        Generic = 2 "skb",
        /// In the network card.
        Hardware = 3 "hw",
        /// In more than one place.
        Multi = 4 "multi",
    }
}

crate::open_flags! {
    /// How an XDP program is to be attached (`XDP_FLAGS_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::XdpFlags::DRV_MODE.bits(), 4);
    /// ```
    pub struct XdpFlags: u32 {
        /// Only if there is none.
        const UPDATE_IF_NOEXIST = 1;
        /// After the driver.
        const SKB_MODE = 1 << 1;
        /// In the driver.
        const DRV_MODE = 1 << 2;
        /// In the network card.
        const HW_MODE = 1 << 3;
        /// Only in the place of `expected_fd`. Since Linux 5.7.
        const REPLACE = 1 << 4;
    }
}

crate::table! {
    /// XDP programs of a link.
    table XdpTable "xdp";
    /// XDP programs of a link, read.
    ///
    /// ```
    /// let view = nlroute::link::XdpView::parse(&[][..])?;
    /// assert!(view.prog_id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view XdpView;
    /// An XDP program to attach to a link that exists.
    ///
    /// ```
    /// use nlroute::link::{Link, Xdp, XdpFlags};
    /// let detach = Link::named("eth0").xdp(Xdp::detach().flags(XdpFlags::SKB_MODE));
    /// # let program = std::fs::File::open("/dev/null").unwrap();
    /// let attach = Link::named("eth0").xdp(Xdp::new().fd(&program));
    /// ```
    request Xdp;
    wo 1 IFLA_XDP_FD fd: FdRef<'a> | impl Into<FdRef<'a>> as Fd
        = "The program; [`FdRef::NONE`] is [`detach`](Self::detach).";
    ro 2 IFLA_XDP_ATTACHED attached: XdpAttached = "Where one is attached.";
    rw 3 IFLA_XDP_FLAGS flags: XdpFlags = "How to attach it.";
    ro 4 IFLA_XDP_PROG_ID prog_id: u32 = "Identifier of the program, where it is one.";
    ro 5 IFLA_XDP_DRV_PROG_ID drv_prog_id: u32 = "Identifier of the one in the driver.";
    ro 6 IFLA_XDP_SKB_PROG_ID skb_prog_id: u32 = "Identifier of the one after the driver.";
    ro 7 IFLA_XDP_HW_PROG_ID hw_prog_id: u32 = "Identifier of the one in the network card.";
    wo 8 IFLA_XDP_EXPECTED_FD expected_fd: FdRef<'a> | impl Into<FdRef<'a>> as Fd
        = "The program that is to be replaced; [`FdRef::NONE`]: there must be none. Only together with [`XdpFlags::REPLACE`]. Since Linux 5.7.";
}

impl Xdp<'_> {
    /// To attach none: what is attached is detached.
    #[inline]
    #[must_use]
    pub fn detach() -> Self {
        Self::new().fd(FdRef::NONE)
    }
}

crate::table! {
    /// Why a link is held down.
    table ProtoDownReasonTable "proto_down_reason";
    /// Why a link is held down, read.
    ///
    /// ```
    /// let view = nlroute::link::ProtoDownReasonView::parse(&[][..])?;
    /// assert!(view.value().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view ProtoDownReasonView;
    /// Reasons to hold a link down: bits that the programs of a system agree on.
    ///
    /// ```
    /// use nlroute::link::{Link, ProtoDownReason};
    /// let reason = ProtoDownReason::new().mask(1).value(1);
    /// let link = Link::named("eth0").proto_down(true).proto_down_reason(reason);
    /// ```
    request ProtoDownReason;
    rw 1 IFLA_PROTO_DOWN_REASON_MASK mask: u32 = "Which bits to set; without it all.";
    rw 2 IFLA_PROTO_DOWN_REASON_VALUE value: u32 = "The bits.";
}

crate::table! {
    /// The devlink port that a link belongs to.
    table DevlinkPortTable "devlink_port";
    /// The devlink port that a link belongs to.
    ///
    /// ```
    /// let view = nlroute::link::DevlinkPortView::parse(&[][..])?;
    /// assert!(view.port_index().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view DevlinkPortView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::DevlinkPort::new().is_empty());
    /// ```
    request DevlinkPort;
    ro 1 DEVLINK_ATTR_BUS_NAME bus_name: Text<'_> as Str = "The bus, for instance `pci`.";
    ro 2 DEVLINK_ATTR_DEV_NAME dev_name: Text<'_> as Str = "The device on the bus.";
    ro 3 DEVLINK_ATTR_PORT_INDEX port_index: u32 = "The port of the device.";
}

crate::table! {
    /// The clock that a link is driven by.
    table DpllPinTable "dpll_pin";
    /// The clock that a link is driven by.
    ///
    /// ```
    /// let view = nlroute::link::DpllPinView::parse(&[][..])?;
    /// assert!(view.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view DpllPinView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::link::DpllPin::new().is_empty());
    /// ```
    request DpllPin;
    ro 1 DPLL_A_PIN_ID id: u32 = "Number of the pin.";
}

crate::table! {
    /// The attributes of a link.
    table LinkTable "link" after LinkHeader names super::kind::known;
    /// A link, read from its own bytes.
    ///
    /// ```
    /// use nlroute::{link::LinkView, wire::Writer};
    /// let mut body = vec![0; 16];
    /// Writer::new(&mut body).attribute(3, b"lo\0")?;
    /// let link = LinkView::parse(&body)?;
    /// assert_eq!(link.name(), "lo");
    /// assert_eq!(link.mtu(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    view LinkView;
    /// The attributes of a link that can be set: what a [`LinkRequest`] holds, whose setters
    /// they are.
    ///
    /// ```
    /// assert!(nlroute::link::LinkAttributes::new().is_empty());
    /// ```
    request LinkAttributes set by [impl<'a, K: Kind> LinkRequest<'a, K>] [.attributes]
        usual [3 4 10 28];

    rw 1 IFLA_ADDRESS address: LinkAddress | impl Into<LinkAddress>
        = "Link-layer address: six bytes on Ethernet.";
    rw 2 IFLA_BROADCAST broadcast: LinkAddress | impl Into<LinkAddress> = "Link-layer broadcast address.";
    wo 3 IFLA_IFNAME name: IfName | impl Into<LinkRef<'a>>
        = "Name: of a new link its own, of one that exists its new one. A `%d` in it becomes the first free number.";
    rw 4 IFLA_MTU mtu: u32 = "Longest packet, in bytes.";
    rw 5 IFLA_LINK link: u32 | impl Into<LinkRef<'a>> as Index
        = "The link below it (of a VLAN, say), or the other end of a veth; given only when it is created. The index is one of `link_netnsid`'s namespace.";
    ro 6 IFLA_QDISC qdisc: Text<'_> as Str = "Queueing discipline.";
    ro 7 IFLA_STATS stats32: LinkStats32 = "Counters, 32 bits wide: they wrap.";
    ro 8 IFLA_COST cost: u32 = "No kernel sends it.";
    ro 9 IFLA_PRIORITY priority: u32 = "No kernel sends it.";
    rw 10 IFLA_MASTER master: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that it is a port of: a bridge, a bond, a VRF. See also [`no_master`](LinkRequest::no_master).";
    ro 11 IFLA_WIRELESS wireless: &[u8] as Bytes = "Event of the wireless extensions.";
    ro 12 IFLA_PROTINFO protinfo: &[u8] as Chosen<ProtInfoOf>
        = "What the family of the message adds: see [`protinfo_bridge_port`](LinkView::protinfo_bridge_port).";
    rw 13 IFLA_TXQLEN txqlen: u32 = "Most packets that wait to be sent.";
    rw 14 IFLA_MAP map: IfMap = "Where the device is in the machine.";
    ro 15 IFLA_WEIGHT weight: u32 = "No kernel sends it.";
    rw 16 IFLA_OPERSTATE operstate: OperState
        = "Operational state; only from up to dormant or testing and back can it be set.";
    rw 17 IFLA_LINKMODE linkmode: LinkMode = "What it becomes when it gets its carrier.";
    rs 18 IFLA_LINKINFO linkinfo: LinkInfoView<'_> as Nest<LinkInfoTable>
        = "Its kind and what the kind has; see also [`LinkView::kind`].";
    wo 19 IFLA_NET_NS_PID netns_pid: u32
        = "The process whose network namespace it is to move to or be born in.";
    rw 20 IFLA_IFALIAS alias: Text<'_> | &'a str as Str
        = "A description, up to 255 bytes; empty takes it away. Only of a link that exists.";
    ro 21 IFLA_NUM_VF num_vf: u32 = "How many virtual functions it has; told if asked for by [`ExtMask::VF`].";
    rw 22 IFLA_VFINFO_LIST vfinfo_list: Each<'_, Nest<VfTable>> | &'a [Vf<'a>] as VfList
        = "Its virtual functions; told if asked for by [`ExtMask::VF`]. Only of a link that exists.";
    ro 23 IFLA_STATS64 stats: LinkStats = "Counters.";
    ro 24 IFLA_VF_PORTS vf_ports: Each<'_, Nest<PortTable>> as Each<'static, Nest<PortTable>>
        = "Port profiles of its virtual functions; told if asked for by [`ExtMask::VF`].";
    ro 25 IFLA_PORT_SELF port_self: PortView<'_> as Nest<PortTable> = "Its own port profile.";
    rw 26 IFLA_AF_SPEC af_spec: &[u8] | AfSpec<'a> as AfSpecOf
        = "What it has for each address family; see [`LinkView::inet6`]. Only of a link that exists.";
    rw 27 IFLA_GROUP group: u32 = "Group of links, 0 if none was set.";
    wo 28 IFLA_NET_NS_FD netns: NetnsRef<'a> | impl Into<NetnsRef<'a>> as Netns4
        = "The network namespace that it is to move to or be born in. Before Linux 6.15 the name \
           of one that is born there must be free here, too.";
    rw 29 IFLA_EXT_MASK ext_mask: ExtMask = "What more the kernel is to tell.";
    ro 30 IFLA_PROMISCUITY promiscuity: u32 = "How many want it promiscuous.";
    rw 31 IFLA_NUM_TX_QUEUES num_tx_queues: u32
        = "Queues to send by, 1 to 4096; given only when it is created.";
    rw 32 IFLA_NUM_RX_QUEUES num_rx_queues: u32
        = "Queues to receive by, 1 to 4096; given only when it is created.";
    rw 33 IFLA_CARRIER carrier: bool as OnOff
        = "Whether it has a carrier; some kinds let it be set, of a link that exists.";
    ro 34 IFLA_PHYS_PORT_ID phys_port_id: &[u8] as Bytes
        = "Identifier of the card's port, up to 32 bytes.";
    ro 35 IFLA_CARRIER_CHANGES carrier_changes: u32 = "How often its carrier came or went.";
    ro 36 IFLA_PHYS_SWITCH_ID phys_switch_id: &[u8] as Bytes
        = "Identifier of the switch that it is a port of, up to 32 bytes.";
    rw 37 IFLA_LINK_NETNSID link_netnsid: i32
        = "Number, in this namespace, of the namespace that `link` is in; given only when it is created.";
    ro 38 IFLA_PHYS_PORT_NAME phys_port_name: Text<'_> as Str = "Name of the card's port.";
    rw 39 IFLA_PROTO_DOWN proto_down: bool as OnOff
        = "Whether something holds it down, on kinds that can be. Only of a link that exists.";
    rw 40 IFLA_GSO_MAX_SEGS gso_max_segs: u32 = "Most packets that one large packet is cut into, up to 65535.";
    rw 41 IFLA_GSO_MAX_SIZE gso_max_size: u32
        = "Longest large packet that is cut late, in bytes, up to `tso_max_size`.";
    ro 42 IFLA_PAD pad: &[u8] as Bytes = "Padding.";
    rw 43 IFLA_XDP xdp: XdpView<'_> | Xdp<'a> as Nest<XdpTable>
        = "XDP programs. Only of a link that exists. Since Linux 4.8.";
    ro 44 IFLA_EVENT event: LinkEvent = "Why it was told of. Since Linux 4.13.";
    ro 45 IFLA_NEW_NETNSID new_netnsid: i32
        = "Number, in this namespace, of the namespace that it moved to. Since Linux 4.15.";
    rw 46 IFLA_TARGET_NETNSID target_netnsid: i32
        = "Number, in this namespace, of the namespace that the request is about. Since Linux 4.15.";
    ro 47 IFLA_CARRIER_UP_COUNT carrier_up_count: u32 = "How often its carrier came. Since Linux 4.16.";
    ro 48 IFLA_CARRIER_DOWN_COUNT carrier_down_count: u32 = "How often its carrier went. Since Linux 4.16.";
    rw 49 IFLA_NEW_IFINDEX new_ifindex: u32
        = "Its index in the namespace that it moves to. Told since Linux 4.16, can be set since 5.13.";
    ro 50 IFLA_MIN_MTU min_mtu: u32 = "Least that `mtu` may be, in bytes. Since Linux 4.19.";
    ro 51 IFLA_MAX_MTU max_mtu: u32 = "Most that `mtu` may be, in bytes; 0 is without bound. Since Linux 4.19.";
    rs 52 IFLA_PROP_LIST alt_names: Each<'_, Str> as Each<'static, Str>
        = "Alternative names; set by [`AltNames`](super::AltNames). Since Linux 5.5.";
    ro 53 IFLA_ALT_IFNAME alt_name: Text<'_> as Str
        = "An alternative name, in a request that selects a link by it. Since Linux 5.5.";
    ro 54 IFLA_PERM_ADDRESS perm_address: LinkAddress
        = "Link-layer address that the device was made with. Since Linux 5.6.";
    rw 55 IFLA_PROTO_DOWN_REASON proto_down_reason: ProtoDownReasonView<'_> | ProtoDownReason<'a>
        as Nest<ProtoDownReasonTable>
        = "Why it is held down. Only of a link that exists. Since Linux 5.9.";
    ro 56 IFLA_PARENT_DEV_NAME parent_dev_name: Text<'_> as Str
        = "The device that it belongs to, on its bus. Since Linux 5.14.";
    ro 57 IFLA_PARENT_DEV_BUS_NAME parent_dev_bus_name: Text<'_> as Str
        = "The bus of that device, for instance `pci`. Since Linux 5.14.";
    rw 58 IFLA_GRO_MAX_SIZE gro_max_size: u32
        = "Longest large packet that is put together on receipt, in bytes. Since Linux 5.17.";
    ro 59 IFLA_TSO_MAX_SIZE tso_max_size: u32
        = "Longest large packet that the device cuts, in bytes. Since Linux 5.19.";
    ro 60 IFLA_TSO_MAX_SEGS tso_max_segs: u32
        = "Most packets that the device cuts one into. Since Linux 5.19.";
    ro 61 IFLA_ALLMULTI allmulti: u32 = "How many want all multicast packets. Since Linux 6.0.";
    ro 62 IFLA_DEVLINK_PORT devlink_port: DevlinkPortView<'_> as Nest<DevlinkPortTable>
        = "The devlink port that it belongs to. Since Linux 6.2.";
    rw 63 IFLA_GSO_IPV4_MAX_SIZE gso_ipv4_max_size: u32
        = "As `gso_max_size`, for IPv4. Since Linux 6.3.";
    rw 64 IFLA_GRO_IPV4_MAX_SIZE gro_ipv4_max_size: u32
        = "As `gro_max_size`, for IPv4. Since Linux 6.3.";
    ro 65 IFLA_DPLL_PIN dpll_pin: DpllPinView<'_> as Nest<DpllPinTable>
        = "The clock that it is driven by. Since Linux 6.7.";
    ro 66 IFLA_MAX_PACING_OFFLOAD_HORIZON max_pacing_offload_horizon: u64 as Uint
        = "How far ahead the device can be told when to send, in nanoseconds. Since Linux 6.13.";
    ro 67 IFLA_NETNS_IMMUTABLE netns_immutable: bool as OnOff
        = "Whether it can't leave its namespace. Since Linux 6.15.";
    ro 68 IFLA_HEADROOM headroom: u16
        = "Bytes that it needs before a packet. Since Linux 6.18.";
    ro 69 IFLA_TAILROOM tailroom: u16
        = "Bytes that it needs after a packet. Since Linux 6.18.";
}

/// What the kernel takes without a word for a new link, and forgets, or refuses: it must be set
/// on the link when it exists.
const AFTER_CREATION: Bits = Bits::of(&[14, 20, 22, 26, 33, 39, 43, 49, 55]);
/// What the kernel takes without a word for a link that exists, and forgets.
const AT_CREATION: Bits = Bits::of(&[5, 31, 32, 37]);
/// What the kernel doesn't look at in the other end of a veth.
const NOT_OF_A_PEER: Bits = Bits::of(&[5, 10, 29, 37, 46]);

impl LinkAttributes<'_> {
    /// The name that is to be set.
    pub(super) fn name(&self) -> Option<&LinkRef<'_>> {
        self.is_set.contains(3).then_some(&self.name)
    }

    /// Whether nothing is set but what most links have.
    #[inline]
    pub(super) fn is_usual(&self) -> bool {
        self.is_set.is_within(Self::USUAL)
    }

    pub(super) fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }

    /// The namespace that the link is to be born in or to move to.
    pub(super) fn place(&self) -> Place<'_> {
        if self.is_set.contains(28) {
            Place::Netns(self.netns)
        } else if self.is_set.contains(19) {
            Place::Pid(self.netns_pid)
        } else {
            Place::Here
        }
    }

    #[inline]
    pub(super) fn check_new(&self) -> Result<(), EncodeError> {
        self.refuse(AFTER_CREATION, "can only be set once the link exists")
    }

    #[inline]
    pub(super) fn check_peer(&self) -> Result<(), EncodeError> {
        self.refuse(
            NOT_OF_A_PEER,
            "is not taken for the other end of a veth; set it afterwards",
        )
    }

    #[inline]
    pub(super) fn check_change(&self) -> Result<(), EncodeError> {
        self.refuse(AT_CREATION, "can only be given when the link is created")
    }

    /// An error that names the first of `kinds` that is set.
    #[inline]
    fn refuse(&self, kinds: Bits, why: &'static str) -> Result<(), EncodeError> {
        if self.is_set.has_none_of(kinds) {
            return Ok(());
        }
        Err(refused::<LinkTable>(self.is_set, kinds, why))
    }

    /// Appends what may stand beside a selection: the namespace that the request is about.
    #[inline]
    pub(super) fn encode_target(&self, out: &mut Writer<'_>) {
        if self.is_set.contains(46) {
            encode_netnsid(self.target_netnsid, out);
        }
    }

    pub(super) fn mask(&self) -> Option<ExtMask> {
        self.is_set.contains(29).then_some(self.ext_mask)
    }
}

// Generic, so that it is compiled where it is used.
#[cold]
#[inline(never)]
fn refused<T: Table>(set: Bits, kinds: Bits, why: &'static str) -> EncodeError {
    let first = set.first_of(kinds);
    let name = first.map(|kind| T::SENT.name_of(kind));
    EncodeError::new("given", why).inside(name.unwrap_or_default())
}

/// Appends the namespace that a request is about.
#[inline]
pub(super) fn encode_netnsid(netnsid: i32, out: &mut Writer<'_>) {
    out.fixed(46, netnsid.to_ne_bytes());
}

impl<K: Kind> LinkRequest<'_, K> {
    /// How the link makes its IPv6 addresses; only of a link that exists.
    ///
    /// A shorter way to [`af_spec`](Self::af_spec), which keeps what is there.
    #[must_use]
    pub fn addr_gen_mode(self, mode: AddrGenMode) -> Self {
        let families = self.attributes.af_spec.or_default();
        let inet6 = families.inet6_or_default().addr_gen_mode(mode);
        self.af_spec(families.inet6(inet6))
    }
}

impl LinkView<'_> {
    /// The payload of an attribute, whatever it is.
    #[inline]
    pub(super) fn payload(&self, kind: u16) -> Option<&[u8]> {
        self.body.get::<Bytes>(kind)
    }
}
