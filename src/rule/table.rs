//! A rule's header and attributes, and what is read out of more than one of them.
use std::net::IpAddr;

use super::{
    Rule,
    types::{RuleAction, RuleFlags, RulePortRange, RuleUidRange},
};
use crate::{
    Family, Prefix,
    route::{RouteProtocol, RouteTable},
    wire::{Be32, Be64, IfName, IpBytes, LinkRef, OnOff, table::Bits},
};

crate::record! {
    /// What stands before the attributes of a rule.
    ///
    /// ```
    /// assert_eq!(nlroute::rule::RuleHeader::LEN, 12);
    /// ```
    pub struct RuleHeader "fib_rule_hdr" 12 from 12;
    0 family family: u8 = "Address family, a [`Family`].";
    1 dst_len dst_len: u8 = "Prefix length of the destination in bits.";
    2 src_len src_len: u8 = "Prefix length of the source in bits.";
    3 tos tos: u8 = "Type of service that a packet must have; 0 is any.";
    4 table table: u8 = "A [`RouteTable`] below 256.";
    5 res1 reserved1: u8 = "Zero.";
    6 res2 reserved2: u8 = "Zero.";
    7 action action: u8 = "What it does, a [`RuleAction`].";
    8 flags flags: u32 = "What is true of it, [`RuleFlags`].";
}

crate::table! {
    /// Attributes of a rule (`FRA_*` of `linux/fib_rules.h`).
    table RuleTable "rule" after RuleHeader;
    /// A rule as the kernel tells it.
    ///
    /// ```
    /// use nlroute::rule::{RuleAction, RuleHeader, RuleView};
    /// let header = RuleHeader { family: 2, table: 254, action: 1, ..Default::default() };
    /// let rule = RuleView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!(rule.action(), RuleAction::Lookup);
    /// assert!(rule.from().is_none() && rule.priority().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RuleView;
    /// What a rule is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::rule::RuleAttributes::new().is_empty());
    /// ```
    request RuleAttributes set by [impl<'a> Rule<'a>] [.attributes];

    ro 1 FRA_DST destination_address: IpAddr as IpBytes =
        "Address of the prefix that a packet's destination must have.";
    ro 2 FRA_SRC source_address: IpAddr as IpBytes =
        "Address of the prefix that a packet's source must have.";
    rw 3 FRA_IIFNAME iif: IfName | impl Into<LinkRef<'a>> =
        "The link that packets come in by, by its name, also of one that isn't there yet; `lo` is \
         what the host itself sends.";
    rw 4 FRA_GOTO goto: u32 = "Goes on with the rule of this priority, which is greater than its own.";
    rw 6 FRA_PRIORITY priority: u32 =
        "Its place: the rule of the least goes first. The kernel doesn't tell 0. Unset it is one \
         less than that of the second rule.";
    rw 10 FRA_FWMARK fwmark: u32 = "The mark that packets have, in the bits of the mask.";
    rw 11 FRA_FLOW realms: u32 =
        "Realms: that of the source times 65536, plus that of the destination; IPv4.";
    rw 12 FRA_TUN_ID tun_id: u64 as Be64 = "The identifier of the tunnel that packets came by. Since Linux 4.3.";
    rw 13 FRA_SUPPRESS_IFGROUP suppress_ifgroup: i32 =
        "A route found doesn't count if it goes by a link of this group; -1 is none. Since Linux 3.12.";
    rw 14 FRA_SUPPRESS_PREFIXLEN suppress_prefixlength: i32 =
        "A route found doesn't count if its prefix is so long or shorter, in bits; -1 is none. \
         Since Linux 3.12.";
    ro 15 FRA_TABLE full_table: RouteTable =
        "The table it looks in, which the header has no room for from 256 on.";
    rw 16 FRA_FWMASK fwmask: u32 =
        "The bits of the mark that count. Unset all do, or none where the mark is 0.";
    rw 17 FRA_OIFNAME oif: IfName | impl Into<LinkRef<'a>> =
        "The link that packets go out by, as a socket is bound to it, by its name.";
    rw 19 FRA_L3MDEV l3mdev: bool as OnOff =
        "Looks in the table of the VRF that the packet is in. Since Linux 4.8.";
    rw 20 FRA_UID_RANGE uid_range: RuleUidRange | impl Into<RuleUidRange> =
        "The users that send them. Since Linux 4.10.";
    rw 21 FRA_PROTOCOL protocol: RouteProtocol = "Who made it. Since Linux 4.17.";
    rw 22 FRA_IP_PROTO ip_proto: u8 =
        "The protocol above IP, for instance 6 for TCP. Since Linux 4.17.";
    rw 23 FRA_SPORT_RANGE sport: RulePortRange | impl Into<RulePortRange> =
        "Source ports. Since Linux 4.17.";
    rw 24 FRA_DPORT_RANGE dport: RulePortRange | impl Into<RulePortRange> =
        "Destination ports. Since Linux 4.17.";
    rw 25 FRA_DSCP dscp: u8 =
        "Differentiated services code point, 0 to 63. Since Linux 6.13; an older kernel makes the \
         rule without it.";
    rw 26 FRA_FLOWLABEL flowlabel: u32 as Be32 =
        "Flow label, 20 bits, in the bits of its mask; IPv6. Since Linux 6.14; an older kernel \
         makes the rule without it.";
    rw 27 FRA_FLOWLABEL_MASK flowlabel_mask: u32 as Be32 =
        "The bits of the flow label that count; unset all. Since Linux 6.14.";
    rw 28 FRA_SPORT_MASK sport_mask: u16 =
        "The bits of the one source port that count. Since Linux 6.15; an older kernel makes the \
         rule without it.";
    rw 29 FRA_DPORT_MASK dport_mask: u16 =
        "The bits of the one destination port that count. Since Linux 6.15; an older kernel makes \
         the rule without it.";
    rw 30 FRA_DSCP_MASK dscp_mask: u8 =
        "The bits of the code point that count. Since Linux 6.15; an older kernel makes the rule \
         without it.";
}

impl<'a> RuleAttributes<'a> {
    #[inline]
    pub(super) fn has(&self, kind: u16) -> bool {
        self.is_set.contains(kind)
    }

    #[inline]
    pub(super) fn has_none_of(&self, kinds: Bits) -> bool {
        self.is_set.has_none_of(kinds)
    }

    /// Whether it is the VRF that tells the table.
    pub(super) fn by_vrf(&self) -> bool {
        self.has(19) && self.l3mdev
    }

    fn given<T>(&self, kind: u16, value: impl FnOnce(&Self) -> T) -> Option<T> {
        self.has(kind).then(|| value(self))
    }

    #[inline]
    pub(super) fn values(&self) -> Values {
        Values {
            realms: self.given(11, |set| set.realms),
            uid_range: self.given(20, |set| set.uid_range),
            sport: self.given(23, |set| set.sport),
            dport: self.given(24, |set| set.dport),
            dscp: self.given(25, |set| set.dscp),
            flowlabel: self.given(26, |set| set.flowlabel),
            flowlabel_mask: self.given(27, |set| set.flowlabel_mask),
            sport_mask: self.given(28, |set| set.sport_mask),
            dport_mask: self.given(29, |set| set.dport_mask),
            dscp_mask: self.given(30, |set| set.dscp_mask),
        }
    }
}

/// What has to fit together.
pub(super) struct Values {
    pub realms: Option<u32>,
    pub uid_range: Option<RuleUidRange>,
    pub sport: Option<RulePortRange>,
    pub dport: Option<RulePortRange>,
    pub dscp: Option<u8>,
    pub flowlabel: Option<u32>,
    pub flowlabel_mask: Option<u32>,
    pub sport_mask: Option<u16>,
    pub dport_mask: Option<u16>,
    pub dscp_mask: Option<u8>,
}

impl RuleView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> RuleHeader {
        RuleHeader::at(self.as_bytes())
    }

    /// Its address family. A list of all has [`Family::Ipmr`] and [`Family::Ip6mr`] too.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// The prefix that a packet's destination must have; `None` if any will do.
    #[inline]
    #[must_use]
    pub fn to(&self) -> Option<Prefix> {
        self.prefix(self.destination_address(), self.header().dst_len)
    }

    /// The prefix that a packet's source must have; `None` if any will do.
    #[inline]
    #[must_use]
    pub fn from(&self) -> Option<Prefix> {
        self.prefix(self.source_address(), self.header().src_len)
    }

    #[inline]
    fn prefix(&self, address: Option<IpAddr>, len: u8) -> Option<Prefix> {
        let of_family = Family::of(self.family().unspecified()?);
        let prefix = Prefix::new(address?, len).ok()?;
        (prefix.family() == of_family).then_some(prefix)
    }

    /// What it does.
    #[inline]
    #[must_use]
    pub fn action(&self) -> RuleAction {
        self.header().action.into()
    }

    /// The table it looks in; [`RouteTable::UNSPEC`] if none.
    ///
    /// `FRA_TABLE`, else what the header says.
    #[inline]
    #[must_use]
    pub fn table(&self) -> RouteTable {
        self.full_table()
            .unwrap_or_else(|| RouteTable(self.header().table.into()))
    }

    /// Type of service that a packet must have; 0 is any.
    #[inline]
    #[must_use]
    pub fn tos(&self) -> u8 {
        self.header().tos
    }

    /// What is true of it.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> RuleFlags {
        RuleFlags::from_bits_retain(self.header().flags)
    }
}
