//! What a link has for each address family (`IFLA_AF_SPEC`, `IFLA_PROTINFO`).
use std::{net::Ipv6Addr, time::Duration};

use super::{
    BridgePortTable,
    conf::{Conf, Ipv4Conf, Ipv6Conf},
    table::LinkHeader,
};
use crate::bridge::BridgeAfTable;
use crate::wire::{
    ByName, Bytes, Choose, EncodeError, Fault, Format, Nest, Nesting, Packed, Schema, Shape,
    ValueInfo, Writer,
    table::{Maybe, Table},
};

crate::open_enum! {
    /// How a link makes its IPv6 addresses (`IN6_ADDR_GEN_MODE_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::AddrGenMode::None.to_string(), "none");
    /// ```
    pub enum AddrGenMode: u8 {
        /// Out of the link-layer address.
        Eui64 = 0 "eui64",
        /// Not at all: no link-local address either.
        None = 1 "none",
        /// Out of a secret, always the same in the same network (RFC 7217).
        StablePrivacy = 2 "stable_secret",
        /// As that, out of a secret that the kernel makes.
        Random = 3 "random",
    }
}

crate::open_flags! {
    /// State of IPv6 on a link (`IF_*` of the kernel's `net/if_inet6.h`).
    ///
    /// ```
    /// use nlroute::link::Inet6Flags;
    /// assert_eq!(Inet6Flags::READY.bits(), 1 << 31);
    /// ```
    pub struct Inet6Flags: u32 {
        /// Router solicitations have been sent.
        const RS_SENT = 0x10;
        /// A router advertisement was received.
        const RA_RCVD = 0x20;
        /// The router says: addresses by DHCPv6.
        const RA_MANAGED = 0x40;
        /// The router says: other configuration by DHCPv6.
        const RA_OTHERCONF = 0x80;
        /// It can be used.
        const READY = 0x8000_0000;
    }
}

crate::record! {
    /// Limits and times of IPv6 on a link.
    ///
    /// ```
    /// assert_eq!(nlroute::link::Inet6CacheInfo::LEN, 16);
    /// ```
    #[non_exhaustive]
    pub struct Inet6CacheInfo "ifla_cacheinfo" 16 from 16;
    0 max_reasm_len max_reasm_len: u32 = "Longest packet that is put together from fragments, in bytes.";
    4 tstamp tstamp: u32 = "When the settings were last changed, in hundredths of a second since the system started.";
    8 reachable_time reachable_time: u32 = "How long a neighbour counts as reachable, in milliseconds.";
    12 retrans_time retrans_time: u32 = "Time between two solicitations, in milliseconds.";
}

impl Inet6CacheInfo {
    /// How long a neighbour counts as reachable.
    #[must_use]
    pub fn reachable(&self) -> Duration {
        Duration::from_millis(self.reachable_time.into())
    }
}

crate::table! {
    /// What a link has for IPv4.
    table InetTable "inet";
    /// What a link has for IPv4, read.
    ///
    /// ```
    /// let view = nlroute::link::InetView::parse(&[][..])?;
    /// assert!(view.conf().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view InetView;
    /// What to set for IPv4 on a link that exists.
    ///
    /// ```
    /// use nlroute::link::{AfSpec, Inet, Ipv4Conf, Link};
    /// let link = Link::named("eth0").af_spec(AfSpec::new().inet(Inet::new().conf(&[(Ipv4Conf::Forwarding, 1)])));
    /// ```
    request Inet;
    rw 1 IFLA_INET_CONF conf: Conf<'_, Ipv4Conf> | &'a [(Ipv4Conf, i32)]
        as Conf<'static, Ipv4Conf> = "The settings under `net.ipv4.conf`.";
}

crate::table! {
    /// What a link has for IPv6.
    table Inet6Table "inet6";
    /// What a link has for IPv6, read.
    ///
    /// ```
    /// let view = nlroute::link::Inet6View::parse(&[][..])?;
    /// assert!(view.addr_gen_mode().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Inet6View;
    /// What to set for IPv6 on a link that exists.
    ///
    /// ```
    /// use nlroute::link::{AddrGenMode, AfSpec, Inet6, Link};
    /// let inet6 = Inet6::new().addr_gen_mode(AddrGenMode::None);
    /// let link = Link::named("eth0").af_spec(AfSpec::new().inet6(inet6));
    /// ```
    request Inet6;
    ro 1 IFLA_INET6_FLAGS flags: Inet6Flags = "State of IPv6 on the link.";
    ro 2 IFLA_INET6_CONF conf: Conf<'_, Ipv6Conf> as Conf<'static, Ipv6Conf>
        = "The settings under `net.ipv6.conf`.";
    ro 3 IFLA_INET6_STATS stats: Packed<'_, u64> as Packed<'static, u64>
        = "Counters of IPv6; the first is how many there are (`IPSTATS_MIB_*` of `linux/snmp.h`).";
    ro 4 IFLA_INET6_MCAST mcast: &[u8] as Bytes = "Multicast; no kernel sends it.";
    ro 5 IFLA_INET6_CACHEINFO cacheinfo: Inet6CacheInfo = "Limits and times.";
    ro 6 IFLA_INET6_ICMP6STATS icmp6stats: Packed<'_, u64> as Packed<'static, u64>
        = "Counters of ICMPv6; the first is how many there are (`ICMP6_MIB_*` of `linux/snmp.h`).";
    rw 7 IFLA_INET6_TOKEN token: Ipv6Addr
        = "Lower 64 bits of addresses made from router advertisements; `::` is none.";
    rw 8 IFLA_INET6_ADDR_GEN_MODE addr_gen_mode: AddrGenMode = "How addresses are made.";
    ro 9 IFLA_INET6_RA_MTU ra_mtu: u32
        = "MTU that the router advertised, in bytes; 0 is none. Since Linux 5.15.";
}

crate::table! {
    /// What a link has for MCTP, the management component transport protocol.
    table MctpTable "mctp";
    /// What a link has for MCTP, read.
    ///
    /// ```
    /// let view = nlroute::link::MctpView::parse(&[][..])?;
    /// assert!(view.net().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MctpView;
    /// What to set for MCTP on a link that exists.
    ///
    /// ```
    /// let mctp = nlroute::link::Mctp::new().net(1);
    /// assert!(!mctp.is_empty());
    /// ```
    request Mctp;
    rw 1 IFLA_MCTP_NET net: u32 = "The MCTP network, 1 or more. Since Linux 5.15.";
    ro 2 IFLA_MCTP_PHYS_BINDING phys_binding: u8
        = "The physical transport (DSP0239). Since Linux 6.13.";
}

crate::table! {
    /// The address families of a link, except in messages of the bridge.
    table AfSpecTable "af_spec";
    /// The address families of a link, read.
    ///
    /// ```
    /// let view = nlroute::link::AfSpecView::parse(&[][..])?;
    /// assert!(view.inet6().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view AfSpecView;
    /// What to set for the address families of a link that exists; the kernel refuses it for one
    /// that is to be created.
    ///
    /// ```
    /// use nlroute::link::{AddrGenMode, AfSpec, Inet6};
    /// let families = AfSpec::new().inet6(Inet6::new().addr_gen_mode(AddrGenMode::None));
    /// ```
    request AfSpec;
    rw 2 AF_INET inet: InetView<'_> | Inet<'a> as Nest<InetTable> = "IPv4.";
    rw 10 AF_INET6 inet6: Inet6View<'_> | Inet6<'a> as Nest<Inet6Table> = "IPv6.";
    rw 45 AF_MCTP mctp: MctpView<'_> | Mctp<'a> as Nest<MctpTable> = "MCTP. Since Linux 5.15.";
}

impl<'a> AfSpec<'a> {
    /// The part of IPv6, to be altered further.
    #[inline]
    pub(super) fn inet6_or_default(&self) -> Inet6<'a> {
        self.inet6.or_default()
    }
}

/// `IFLA_AF_SPEC`: its table depends on the family of the message. Read as bytes, because one
/// number means one thing in one table and another in the other.
#[derive(Clone, Copy, Debug)]
pub enum AfSpecOf {}

impl AfSpecOf {
    #[inline]
    fn choose(body: &[u8], _: ByName) -> Option<&'static Schema> {
        match i32::from(LinkHeader::at(body).family) {
            libc::AF_BRIDGE => Some(BridgeAfTable::SCHEMA),
            libc::AF_UNSPEC => Some(AfSpecTable::SCHEMA),
            _ => None,
        }
    }
}

impl Format for AfSpecOf {
    type Read<'a> = &'a [u8];
    type Write<'a> = Maybe<AfSpec<'a>>;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("af_spec", Shape::Nest).nesting(Nesting::Beside(Self::choose));
    const SENT: ValueInfo = Nest::<AfSpecTable>::SENT;

    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    #[inline]
    fn write(value: &Maybe<AfSpec<'_>>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Nest::<AfSpecTable>::write(value, out)
    }

    #[inline]
    fn put(kind: u16, value: &Maybe<AfSpec<'_>>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Nest::<AfSpecTable>::put(kind, value, out)
    }

    #[inline]
    fn unset(_: std::marker::PhantomData<&()>) -> Maybe<AfSpec<'_>> {
        Maybe::Unset
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Maybe<AfSpec<'_>>> {
        Nest::<AfSpecTable>::again(payload)
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// `IFLA_PROTINFO`: its table depends on the family of the message.
#[derive(Clone, Copy, Debug)]
pub enum ProtInfoOf {}

impl Choose for ProtInfoOf {
    const NAME: &'static str = "protinfo";

    #[inline]
    fn choose(body: &[u8], _: ByName) -> Option<&'static Schema> {
        match i32::from(LinkHeader::at(body).family) {
            libc::AF_BRIDGE => Some(BridgePortTable::SCHEMA),
            libc::AF_INET6 => Some(Inet6Table::SCHEMA),
            _ => None,
        }
    }
}
