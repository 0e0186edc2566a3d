//! Tunnels: kinds of links whose packets travel inside of others, and what several of them share
//! (`linux/if_tunnel.h`, `linux/if_link.h`).
//!
//! [`new`](super::LinkRequest::new) needs no more than a name; what a kind can't do without is told when the
//! link is added, by [`Kind::check`](super::Kind::check) where the kernel would make something up
//! or say no more than `EINVAL`.
//!
//! To alter a tunnel of IPv4 or IPv6 ([`Gre`], [`Ipip`], [`Sit`], [`Ip6tnl`], [`Vti`] and their
//! kin) is to give it all its settings anew: the kernel takes what isn't said for zero. What it has
//! is taken over by [`Table::again`], and then altered; a [`Vxlan`] or a [`Geneve`] keeps the rest.
//!
//! ```
//! use nlroute::{link::{Ipip, IpipTable, Link}, wire::table::Table};
//! # fn sandboxed(host: &mut nlroute::Connection) -> nlroute::Result<()> {
//! let link = host.get(Link::named("tun0"))?;
//! if let Some(tunnel) = link.ipip() {
//!     host.change(Ipip::named("tun0").data(IpipTable::again(tunnel.as_bytes())).ttl(9))?;
//! }
//! # Ok(())
//! # }
//! ```
use std::{fmt, marker::PhantomData, ops::RangeInclusive};

use super::kind::getters;
use crate::{
    noun::invalid,
    wire::{EncodeError, Fault, Format, Shape, ValueInfo, Writer},
};

mod amt;
mod bareudp;
mod geneve;
mod gre;
mod gtp;
mod ip6gre;
mod ip6tnl;
mod ipip;
mod pfcp;
mod sit;
mod vti;
mod vxlan;
mod xfrm;

pub use amt::{Amt, AmtData, AmtMode, AmtTable, AmtView};
pub use bareudp::{Bareudp, BareudpData, BareudpTable, BareudpView};
pub use geneve::{Geneve, GeneveData, GeneveDf, GeneveTable, GeneveView};
pub use gre::{
    Erspan, ErspanDirection, ErspanTable, Gre, GreData, GreFlags, GreHeader, GreTable, GreView,
    Gretap, GretapTable,
};
pub use gtp::{Gtp, GtpData, GtpRole, GtpTable, GtpView};
pub use ip6gre::{
    Ip6erspan, Ip6erspanTable, Ip6gre, Ip6greData, Ip6greTable, Ip6greView, Ip6gretap,
    Ip6gretapTable,
};
pub use ip6tnl::{Ip6TunnelFlags, Ip6tnl, Ip6tnlData, Ip6tnlTable, Ip6tnlView};
pub use ipip::{Ipip, IpipData, IpipTable, IpipView};
pub use pfcp::{Pfcp, PfcpTable};
pub use sit::{Sit, SitData, SitFlags, SitTable, SitView};
pub use vti::{Vti, Vti6, Vti6Data, Vti6Table, Vti6View, VtiData, VtiTable, VtiView};
pub use vxlan::{Vxlan, VxlanData, VxlanDf, VxlanLabelPolicy, VxlanTable, VxlanView};
pub use xfrm::{Xfrm, XfrmData, XfrmTable, XfrmView};

crate::open_enum! {
    /// What a tunnel's packets are wrapped in besides (`TUNNEL_ENCAP_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::TunnelEncap::Gue.to_string(), "gue");
    /// ```
    pub enum TunnelEncap: u16 {
        /// Nothing.
        None = 0 "none",
        /// UDP: foo over UDP.
        Fou = 1 "fou",
        /// UDP with a header: generic UDP encapsulation.
        Gue = 2 "gue",
        /// Labels of MPLS.
        Mpls = 3 "mpls",
    }
}

crate::open_flags! {
    /// How a tunnel's packets are wrapped (`TUNNEL_ENCAP_FLAG_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::TunnelEncapFlags::CSUM6.bits(), 2);
    /// ```
    pub struct TunnelEncapFlags: u16 {
        /// With the checksum of UDP over IPv4.
        const CSUM = 1;
        /// With the checksum of UDP over IPv6.
        const CSUM6 = 1 << 1;
        /// The inner checksum is left to the receiver.
        const REMCSUM = 1 << 2;
    }
}

crate::record! {
    /// Ports from which packets are sent, the first and the last; `struct ifla_geneve_port_range`
    /// is the same.
    ///
    /// ```
    /// use nlroute::link::{PortRange, Vxlan};
    /// let vxlan = Vxlan::new("vxlan0").id(42).port_range(49152..=65535);
    /// assert_eq!(PortRange::from(1..=2).ports(), 1..=2);
    /// ```
    pub struct PortRange "ifla_vxlan_port_range" 4 from 4;
    0 low low: [u8; 2] = "The first, in network byte order.";
    2 high high: [u8; 2] = "The last, in network byte order.";
}

impl PortRange {
    /// The ports.
    #[must_use]
    pub const fn ports(&self) -> RangeInclusive<u16> {
        u16::from_be_bytes(self.low)..=u16::from_be_bytes(self.high)
    }

    /// Whether there are any: the kernel refuses a range that ends before it begins.
    #[inline]
    fn check(&self) -> Result<(), EncodeError> {
        let ports = self.ports();
        if ports.is_empty() {
            let why = "ends before it begins";
            return Err(invalid("port_range", format_args!("{ports:?}"), why));
        }
        Ok(())
    }
}

impl From<RangeInclusive<u16>> for PortRange {
    fn from(ports: RangeInclusive<u16>) -> Self {
        Self {
            low: ports.start().to_be_bytes(),
            high: ports.end().to_be_bytes(),
        }
    }
}

/// Traffic class and flow label of the header of IPv6, 28 bits (`IPV6_FLOWINFO_MASK`).
///
/// Which of them are copied from the packet inside instead is said by [`Ip6TunnelFlags`].
///
/// ```
/// use nlroute::link::FlowInfo;
/// let flow = FlowInfo::new(0x20, 0x12345);
/// assert_eq!((flow.0, flow.tclass(), flow.label()), (0x0201_2345, 0x20, 0x12345));
/// assert_eq!(flow.to_string(), "tclass 0x20 flowlabel 0x12345");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlowInfo(pub u32);

impl FlowInfo {
    /// This class, and this label of 20 bits.
    #[must_use]
    pub const fn new(tclass: u8, label: u32) -> Self {
        Self((tclass as u32) << 20 | label & MOST_LABEL)
    }

    /// The traffic class.
    #[must_use]
    pub const fn tclass(self) -> u8 {
        (self.0 >> 20) as u8
    }

    /// The flow label.
    #[must_use]
    pub const fn label(self) -> u32 {
        self.0 & MOST_LABEL
    }
}

impl fmt::Display for FlowInfo {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "tclass {:#04x} flowlabel {:#07x}",
            self.tclass(),
            self.label()
        )
    }
}

/// Makes a type of a number a [`Format`] in network byte order.
macro_rules! network_order {
    ($name:ident: $number:ident as $format:ident, |$read:ident| $from:expr, |$write:ident| $to:expr) => {
        impl Format for $name {
            type Read<'a> = Self;
            type Write<'a> = Self;
            const INFO: ValueInfo = ValueInfo::new::<Self>(
                stringify!($name),
                Shape::Number {
                    len: size_of::<$number>(),
                },
            );

            fn read(payload: &[u8]) -> Result<Self, Fault> {
                let $read = crate::wire::$format::read(payload)?;
                Ok($from)
            }

            #[inline]
            fn write($write: &Self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                crate::wire::$format::write(&$to, out)
            }

            fn unset(_: PhantomData<&()>) -> Self {
                Self::default()
            }

            #[inline]
            fn again(payload: &[u8]) -> Option<Self> {
                Self::read(payload).ok()
            }
        }
    };
}

network_order!(FlowInfo: u32 as Be32, |number| Self(number), |flow| flow.0);

/// A switch that is set by a flag, which can't switch it off, and told as a `u8`.
#[derive(Clone, Copy, Debug)]
pub enum FlagOrU8 {}

impl Format for FlagOrU8 {
    type Read<'a> = bool;
    type Write<'a> = bool;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("flag or u8", Shape::Bytes { least: 0, most: 1 });

    fn read(payload: &[u8]) -> Result<bool, Fault> {
        match payload {
            [] => Ok(true),
            [byte] => Ok(*byte != 0),
            _ => Err(Fault::Length { has: payload.len() }),
        }
    }

    #[inline]
    fn write(value: &bool, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(&[u8::from(*value)]);
        Ok(())
    }

    #[inline]
    fn put(kind: u16, value: &bool, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if *value {
            out.fixed(kind, []);
        }
        Ok(())
    }

    fn unset(_: PhantomData<&()>) -> bool {
        false
    }

    fn again(payload: &[u8]) -> Option<bool> {
        Self::read(payload).ok()
    }

    /// A flag stays one.
    #[inline]
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        payload.is_empty()
            || Self::read(payload).is_ok_and(|value| Self::write(&value, out).is_ok())
    }
}

/// The most that 20 bits hold: a flow label.
const MOST_LABEL: u32 = 0xf_ffff;
/// The most that 24 bits hold: a virtual network identifier.
const MOST_ID: u32 = 0xff_ffff;

/// Refuses what the kernel would cut, or refuse without a word.
fn at_most(
    name: &'static str,
    value: impl Into<u32>,
    most: u32,
    why: &'static str,
) -> Result<(), EncodeError> {
    let value = value.into();
    if value > most {
        return Err(invalid(name, value, why));
    }
    Ok(())
}

const OF_24_BITS: &str = "is more than 24 bits hold: 16777215";
const OF_20_BITS: &str = "is more than 20 bits hold: 1048575";
const ONE_FAMILY: &str = "is of another family than the other end";

/// Refuses a DF bit that isn't wanted beside a lifetime: the kernel would set it.
#[inline]
fn check_pmtudisc(pmtudisc: Option<bool>, ttl: Option<u8>) -> Result<(), EncodeError> {
    if pmtudisc == Some(false) && ttl.is_some_and(|ttl| ttl > 0) {
        let why = "counts only without a ttl: the kernel discovers the MTU where there is one";
        return Err(invalid("pmtudisc", "false", why));
    }
    Ok(())
}

getters! {
    /// What it is set to as an AMT tunnel, if it is one.
    amt of AmtTable => AmtView;
    /// What it is set to as a bare UDP tunnel, if it is one.
    bareudp of BareudpTable => BareudpView;
    /// What it is set to as a Geneve tunnel, if it is one.
    geneve of GeneveTable => GeneveView;
    /// What it is set to as a GRE tunnel over IPv4, if it is one: of kind `gre`, `gretap` or
    /// `erspan`.
    gre of GreTable | GretapTable | ErspanTable => GreView;
    /// What it is set to as a GRE tunnel over IPv6, if it is one: of kind `ip6gre`, `ip6gretap` or
    /// `ip6erspan`.
    ip6gre of Ip6greTable | Ip6gretapTable | Ip6erspanTable => Ip6greView;
    /// What it is set to as a GTP tunnel, if it is one.
    gtp of GtpTable => GtpView;
    /// What it is set to as a tunnel over IPv6, if it is one.
    ip6tnl of Ip6tnlTable => Ip6tnlView;
    /// What it is set to as a tunnel of IPv4 over IPv4, if it is one.
    ipip of IpipTable => IpipView;
    /// What it is set to as a tunnel of IPv6 over IPv4, if it is one.
    sit of SitTable => SitView;
    /// What it is set to as a virtual tunnel interface of IPv4, if it is one.
    vti of VtiTable => VtiView;
    /// What it is set to as a virtual tunnel interface of IPv6, if it is one.
    vti6 of Vti6Table => Vti6View;
    /// What it is set to as a VXLAN, if it is one.
    vxlan of VxlanTable => VxlanView;
    /// What it is set to as an interface of IPsec, if it is one.
    xfrm of XfrmTable => XfrmView;
}
