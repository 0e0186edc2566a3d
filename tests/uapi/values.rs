//! The crate's enumerations and flags, each with the names that the headers have for its values.
//! A new one is one line here.
use std::collections::BTreeMap;

use nlroute::{Group, address, bridge, link, monitor, neighbour, nexthop, route, rule};

/// An enumeration or flags of the crate.
pub struct Values {
    /// The type's name.
    pub name: &'static str,
    /// What the names of the headers begin with.
    pub prefixes: &'static [&'static str],
    /// Whether each value of the headers must be here.
    pub whole: bool,
    /// What a value is where the headers have the number of its bit.
    pub bits: bool,
    /// Whether the headers have the values, and others beside them, in network byte order: as a
    /// little-endian machine reads it.
    pub network: bool,
    /// Names here and in the headers, behind the prefix, where they aren't the same.
    pub other_names: &'static [(&'static str, &'static str)],
    /// Every value that has a name here.
    pub all: fn() -> Vec<(String, i64)>,
}

/// Every number below 65536 that has a name.
fn named(show: impl Fn(u16) -> Option<String>) -> Vec<(String, i64)> {
    (0..=u16::MAX)
        .filter_map(|number| Some((show(number)?, number.into())))
        .collect()
}

/// The values of an enumeration or of flags.
macro_rules! all {
    (enum $type:path: $number:ty) => {
        || {
            named(|number| {
                type This = $type;
                let number = <$number>::try_from(number).ok()?;
                let name = format!("{:?}", This::from(number));
                (!name.starts_with("Other(")).then_some(name)
            })
        }
    };
    (flags $type:path: $number:ty) => {
        || {
            type This = $type;
            This::all()
                .iter_names()
                .map(|(name, flag)| (name.to_owned(), i64::from(flag.bits())))
                .collect()
        }
    };
}

macro_rules! values {
    ($(
        $kind:ident $($type:ident)::+: $number:ident
        = $($prefix:literal)|+ $(($option:ident))? $(, $ours:ident is $theirs:literal)*;
    )*) => {
        pub const ALL: &[Values] = &[$(Values {
            name: concat!($("::", stringify!($type)),+),
            prefixes: &[$($prefix),+],
            whole: !is(concat!($(stringify!($option))?), "some")
                && !is(concat!($(stringify!($option))?), "network"),
            bits: is(concat!($(stringify!($option))?), "bits"),
            network: is(concat!($(stringify!($option))?), "network"),
            other_names: &[$((stringify!($ours), $theirs)),*],
            all: all!($kind $($type)::+: $number),
        }),*];
    };
}

const fn is(option: &str, wanted: &str) -> bool {
    // The first letter tells them apart.
    !option.is_empty() && option.as_bytes()[0] == wanted.as_bytes()[0]
}

values! {
    enum Group: u32 = "RTNLGRP_" (some);
    enum monitor::MessageType: u16 = "RTM_" (some);
    enum bridge::BridgeMode: u16 = "BRIDGE_MODE_" (some);
    enum bridge::MdbState: u8 = "MDB_";
    enum link::AddrGenMode: u8 = "IN6_ADDR_GEN_MODE_";
    enum link::BondMode: u8 = "BOND_MODE_", Ieee8023ad is "8023AD";
    enum link::BondPortState: u8 = "BOND_STATE_";
    enum link::CanState: u32 = "CAN_STATE_";
    enum link::DeviceType: u16 = "ARPHRD_" (some), Ieee80211 is "IEEE80211", Radiotap is "IEEE80211_RADIOTAP";
    enum link::HsrProtocol: u8 = "HSR_PROTOCOL_";
    enum link::IpoibMode: u16 = "IPOIB_MODE_";
    enum link::GeneveDf: u8 = "GENEVE_DF_";
    enum link::GtpRole: u32 = "GTP_ROLE_";
    enum link::Ipv4Conf: u16 = "IPV4_DEVCONF_";
    enum link::Ipv6Conf: u16 = "DEVCONF_" (some);
    enum link::IpvlanMode: u16 = "IPVLAN_MODE_";
    enum link::LinkEvent: u32 = "IFLA_EVENT_";
    enum link::LinkMode: u8 = "IF_LINK_MODE_";
    enum link::MacaddrMode: u32 = "MACVLAN_MACADDR_";
    enum link::MacsecOffload: u8 = "MACSEC_OFFLOAD_" (some);
    enum link::MacsecValidation: u8 = "MACSEC_VALIDATE_";
    enum link::MacvlanMode: u32 = "MACVLAN_MODE_";
    enum link::MiiStatus: u8 = "BOND_LINK_";
    enum link::MulticastRouter: u8 = "MDB_RTR_TYPE_", Query is "TEMP_QUERY", Permanent is "PERM", Temporary is "TEMP";
    enum link::NetkitMode: u32 = "NETKIT_" (some);
    enum link::NetkitPairing: u32 = "NETKIT_DEVICE_";
    enum link::NetkitPolicy: u32 = "NETKIT_" (some);
    enum link::NetkitScrub: u32 = "NETKIT_SCRUB_";
    enum link::OperState: u8 = "IF_OPER_";
    enum link::OvpnMode: u8 = "OVPN_MODE_";
    enum link::PortRequest: u8 = "PORT_REQUEST_";
    enum link::PortResponse: u16 = "PORT_VDP_RESPONSE_" | "PORT_PROFILE_RESPONSE_", VdpSuccess is "SUCCESS", VdpInvalidFormat is "INVALID_FORMAT", VdpInsufficientResources is "INSUFFICIENT_RESOURCES", VdpUnusedVtid is "UNUSED_VTID", VdpVtidViolation is "VTID_VIOLATION", VdpVtidVersionViolation is "VTID_VERSION_VIOALTION", VdpOutOfSync is "OUT_OF_SYNC", ProfileSuccess is "SUCCESS", ProfileInprogress is "INPROGRESS", ProfileInvalid is "INVALID", ProfileBadstate is "BADSTATE", ProfileInsufficientResources is "INSUFFICIENT_RESOURCES", ProfileError is "ERROR";
    enum link::PortState: u8 = "BR_STATE_";
    enum link::StpMode: u32 = "BR_STP_MODE_";
    enum link::VfState: u32 = "IFLA_VF_LINK_STATE_";
    enum link::TunnelEncap: u16 = "TUNNEL_ENCAP_";
    enum link::VxlanDf: u8 = "VXLAN_DF_";
    enum link::VxlanLabelPolicy: u32 = "VXLAN_LABEL_";
    enum link::XdpAttached: u8 = "XDP_ATTACHED_", Driver is "DRV", Generic is "SKB", Hardware is "HW";
    enum link::XmitHashPolicy: u8 = "BOND_XMIT_POLICY_";
    enum address::AddressProtocol: u8 = "IFAPROT_";
    enum nexthop::NexthopGroupType: u16 = "NEXTHOP_GRP_TYPE_", Multipath is "MPATH", Resilient is "RES";
    enum route::EncapType: u16 = "LWTUNNEL_ENCAP_";
    enum route::encap::IlaCsumMode: u8 = "ILA_CSUM_";
    enum route::encap::IlaHookType: u8 = "ILA_HOOK_";
    enum route::encap::IlaIdentType: u8 = "ILA_ATYPE_";
    enum route::encap::Ioam6Mode: u8 = "IOAM6_IPTUNNEL_MODE_";
    enum route::encap::Seg6Action: u32 = "SEG6_LOCAL_ACTION_";
    enum route::encap::Seg6Mode: i32 = "SEG6_IPTUN_MODE_";
    enum route::RouteProtocol: u8 = "RTPROT_";
    enum route::RouteScope: u8 = "RT_SCOPE_";
    enum route::RouteType: u8 = "RTN_";
    enum rule::RuleAction: u8 = "FR_ACT_", Lookup is "TO_TBL";
    flags bridge::BridgeFlags: u16 = "BRIDGE_FLAGS_";
    flags bridge::BridgeVlanFlags: u16 = "BRIDGE_VLAN_INFO_";
    flags bridge::MdbFlags: u8 = "MDB_FLAGS_";
    flags bridge::VlanDumpFlags: u32 = "BRIDGE_VLANDB_DUMPF_";
    flags link::BridgeOption: u32 = "BR_BOOLOPT_" (bits);
    flags link::CanCtrlMode: u32 = "CAN_CTRLMODE_", TRIPLE_SAMPLING is "3_SAMPLES";
    flags link::IpvlanFlags: u16 = "IPVLAN_F_";
    flags link::LacpState: u8 = "LACP_STATE_";
    flags link::MacvlanFlags: u16 = "MACVLAN_FLAG_";
    flags link::RmnetFlag: u32 = "RMNET_FLAGS_";
    flags link::VlanFlag: u32 = "VLAN_FLAG_";
    flags link::ExtMask: u32 = "RTEXT_FILTER_";
    flags link::GreFlags: u16 = "GRE_" (network);
    flags link::LinkFlags: u32 = "IFF_";
    flags link::SitFlags: u16 = "SIT_";
    flags link::TunnelEncapFlags: u16 = "TUNNEL_ENCAP_FLAG_";
    flags link::XdpFlags: u32 = "XDP_FLAGS_";
    flags address::AddressFlags: u32 = "IFA_F_";
    flags neighbour::FdbNotify: u8 = "FDB_NOTIFY_", NOTIFY is "BIT", INACTIVE is "INACTIVE_BIT";
    flags neighbour::NeighbourExtFlags: u32 = "NTF_EXT_";
    flags neighbour::NeighbourFlags: u8 = "NTF_";
    flags neighbour::NeighbourState: u16 = "NUD_";
    flags nexthop::NexthopOpFlags: u32 = "NHA_OP_FLAG_";
    flags route::encap::Seg6Flavor: u32 = "SEG6_LOCAL_FLV_OP_" (bits);
    flags route::MetricsLock: u32 = "RTAX_" (bits);
    flags route::NexthopFlags: u8 = "RTNH_F_";
    flags route::RouteFeatures: u32 = "RTAX_FEATURE_";
    flags route::RouteFlags: u32 = "RTM_F_" | "RTNH_F_", NEXTHOP_OFFLOAD is "OFFLOAD", NEXTHOP_TRAP is "TRAP";
    flags rule::RuleFlags: u32 = "FIB_RULE_";
}

/// Types whose values no header of the data beside this has, and where they are.
pub const ELSEWHERE: &[(&str, &str)] = &[
    ("CfmDirection", "linux/cfm_bridge.h"),
    ("CfmDomain", "linux/cfm_bridge.h"),
    ("CfmInterval", "linux/cfm_bridge.h"),
    ("MrpInRole", "linux/mrp_bridge.h"),
    ("MrpPortRole", "linux/mrp_bridge.h"),
    ("MrpPortState", "linux/mrp_bridge.h"),
    ("MrpRingRole", "linux/mrp_bridge.h"),
    ("MrpRingState", "linux/mrp_bridge.h"),
    ("AdSelect", "the kernel's own net/bond_3ad.h"),
    ("ArpAllTargets", "the kernel's own net/bonding.h"),
    ("ArpValidate", "the kernel's own net/bonding.h"),
    ("ChurnState", "the kernel's own net/bond_3ad.h"),
    ("FailOverMac", "the kernel's own net/bonding.h"),
    ("LacpRate", "the kernel's own net/bond_3ad.h"),
    (
        "MacsecCipher",
        "numbers too high to be tried here; `tests/codec_kinds.rs` has them",
    ),
    ("PrimaryReselect", "the kernel's own net/bonding.h"),
    ("TunType", "linux/if_tun.h"),
    ("AmtMode", "linux/amt.h"),
    ("ErspanDirection", "the kernel's own net/erspan.h"),
    (
        "OffloadGroups",
        "the bits of IFLA_OFFLOAD_XSTATS_*, one less",
    ),
    (
        "ReversePath",
        "the kernel's Documentation/networking/ip-sysctl.rst",
    ),
    ("RouterPrefixFlags", "RFC 4861, RFC 6275, RFC 9762"),
    ("StatsGroups", "the bits of IFLA_STATS_*, one less"),
    ("CacheReportKind", "linux/mroute.h, as IGMPMSG_*"),
    ("Family", "linux/socket.h, as `libc` has it"),
    ("FilterMode", "linux/in.h"),
    ("Inet6Flags", "the kernel's own net/if_inet6.h"),
    ("Ip6TunnelFlags", "linux/ip6_tunnel.h"),
    ("RouterPreference", "linux/icmpv6.h"),
    ("StpState", "the kernel's own net/bridge/br_private.h"),
    (
        "TunnelFlags",
        "linux/if_tunnel.h, where they are in network order",
    ),
];

/// Names of the headers that are no values: sums of others, limits, or the same value again.
pub const NO_VALUES: &[&str] = &[
    "FIB_RULE_DEV_DETACHED",
    "FR_ACT_RES3",
    "FR_ACT_RES4",
    "IFA_F_TEMPORARY",
    "IFF_VOLATILE",
    "ILA_ATYPE_RSVD_1",
    "ILA_ATYPE_RSVD_2",
    "IOAM6_IPTUNNEL_MODE_MIN",
    "NUD_NONE",
    "RTAX_FEATURE_MASK",
    "RTAX_LOCK",
    "RTAX_UNSPEC",
    "SEG6_LOCAL_ACTION_UNSPEC",
    "SEG6_LOCAL_FLV_OP_UNSPEC",
    "XDP_FLAGS_MASK",
    "XDP_FLAGS_MODES",
];

/// What `LowerLayerDown` and `IF_OPER_LOWERLAYERDOWN` have in common.
fn squeezed(name: &str) -> String {
    name.replace('_', "").to_uppercase()
}

impl Values {
    /// The names of the headers that are this type's, not those of a longer prefix: prefix, name
    /// and number.
    fn of_headers(
        &self,
        constants: &BTreeMap<&'static str, i64>,
    ) -> Vec<(&'static str, &'static str, i64)> {
        let prefixes = || ALL.iter().flat_map(|values| values.prefixes);
        let prefix_of = |name: &str| match name {
            "NTF_EXT_LEARNED" => Some("NTF_"),
            _ => prefixes()
                .filter(|prefix| name.starts_with(**prefix))
                .max_by_key(|prefix| prefix.len())
                .copied(),
        };
        constants
            .iter()
            .filter_map(|(name, number)| Some((prefix_of(name)?, *name, *number)))
            .filter(|(prefix, ..)| self.prefixes.contains(prefix))
            .collect()
    }

    /// The name in the headers of each value, which must have the value's number.
    pub fn names(&self, constants: &BTreeMap<&'static str, i64>) -> BTreeMap<&'static str, String> {
        let theirs = self.of_headers(constants);
        let mut names = BTreeMap::new();
        for (ours, value) in (self.all)() {
            let other = self.other_names.iter().find(|(name, _)| *name == ours);
            let wanted = squeezed(other.map_or(ours.as_str(), |(_, theirs)| *theirs));
            let found = theirs.iter().find(|(prefix, name, number)| {
                let number = match self {
                    Self { bits: true, .. } => 1 << *number,
                    Self { network: true, .. } => (*number as u16).swap_bytes().into(),
                    _ => *number,
                };
                squeezed(&name[prefix.len()..]) == wanted && number == value
            });
            let Some((_, name, _)) = found else {
                panic!("{}: the headers have no {ours} of {value}", self.name);
            };
            names.insert(*name, format!("{}::{ours}", &self.name[2..]));
        }
        names
    }

    /// The names of the headers that have no value here.
    pub fn missing(&self, constants: &BTreeMap<&'static str, i64>) -> Vec<&'static str> {
        let names = self.names(constants);
        let mut missing: Vec<_> = self.of_headers(constants).iter().map(|of| of.1).collect();
        missing.retain(|name| !names.contains_key(name) && !NO_VALUES.contains(name));
        missing.retain(|name| !name.ends_with("_MAX") && !name.starts_with("__"));
        missing
    }
}
