//! GRE over IPv4: packets, Ethernet, or what a switch mirrors (`IFLA_GRE_*` of
//! `linux/if_tunnel.h`, RFC 2784, RFC 2890).
use std::{marker::PhantomData, net::Ipv4Addr};

use super::{TunnelEncap, TunnelEncapFlags, at_most};
use crate::{
    link::{Kind, LinkRequest},
    noun::invalid,
    wire::{
        Be16, Be32, EncodeError, Fault, Format, Index, LinkRef, OnOff, Present, Shape, ValueInfo,
        Writer,
    },
};

/// A tunnel of packets in GRE over IPv4.
///
/// A change sets all that isn't said to zero, as for an [`Ipip`](super::Ipip).
///
/// ```
/// use nlroute::link::Gre;
/// let tunnel = Gre::new("gre1").local([192, 0, 2, 1]).remote([192, 0, 2, 2]).ttl(64).key(7).up();
/// ```
pub type Gre<'a> = LinkRequest<'a, GreTable>;

/// A tunnel of Ethernet frames in GRE over IPv4: as [`Gre`].
///
/// ```
/// use nlroute::link::Gretap;
/// let tunnel = Gretap::new("tap1").remote([192, 0, 2, 2]).csum().up();
/// ```
pub type Gretap<'a> = LinkRequest<'a, GretapTable>;

/// What a switch mirrors, in GRE over IPv4: as [`Gre`]. It has a [`key`](Self::key), the session,
/// and [`seq`](Self::seq), or [`collect_metadata`](Self::collect_metadata).
///
/// ```
/// use nlroute::link::Erspan;
/// let mirror = Erspan::new("erspan1").remote([192, 0, 2, 2]).key(100).seq().erspan_index(3);
/// ```
pub type Erspan<'a> = LinkRequest<'a, ErspanTable>;

crate::open_flags! {
    /// What the header of GRE has, here in the host's byte order (`GRE_*`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::GreFlags::KEY.bits(), 0x2000);
    /// ```
    pub struct GreFlags: u16 {
        /// A checksum.
        const CSUM = 0x8000;
        /// A source route; the kernel takes none.
        const ROUTING = 0x4000;
        /// A key.
        const KEY = 0x2000;
        /// A sequence number.
        const SEQ = 0x1000;
        /// A strict source route.
        const STRICT = 0x0800;
    }
}

/// [`GreFlags`] as they stand in the header, in network byte order.
#[derive(Clone, Copy, Debug)]
pub enum GreHeader {}

crate::open_enum! {
    /// Which way what is mirrored went (`enum erspan_direction` of the kernel's own
    /// `net/erspan.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::ErspanDirection::Egress.to_string(), "egress");
    /// ```
    pub enum ErspanDirection: u8 {
        /// In.
        Ingress = 0 "ingress",
        /// Out.
        Egress = 1 "egress",
    }
}

crate::table! {
    /// Settings of a tunnel of GRE over IPv4: of kind `gre`, `gretap` or `erspan`.
    table GreTable "gre";
    /// Settings of a tunnel of GRE over IPv4, read.
    ///
    /// ```
    /// let view = nlroute::link::GreView::parse(&[][..])?;
    /// assert!(view.remote().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view GreView;
    /// Settings of a tunnel of GRE over IPv4, as [`LinkRequest::data`] takes them; each is a
    /// method of [`Gre`], [`Gretap`] and [`Erspan`] too.
    ///
    /// ```
    /// assert!(nlroute::link::GreData::new().is_empty());
    /// ```
    request GreData
        set by [impl<'a> LinkRequest<'a, GreTable>] also [impl<'a> LinkRequest<'a, GretapTable>]
            also [impl<'a> LinkRequest<'a, ErspanTable>]
        in [.data];

    rw 1 IFLA_GRE_LINK dev: u32 | impl Into<LinkRef<'a>> as Index
        = "The link that its packets leave by; 0 is none.";
    rw 2 IFLA_GRE_IFLAGS iflags: GreFlags as GreHeader = "What packets that come must have.";
    rw 3 IFLA_GRE_OFLAGS oflags: GreFlags as GreHeader = "What packets that go have.";
    rw 4 IFLA_GRE_IKEY ikey: u32 as Be32 = "Key of packets that come; with `KEY` in `iflags`.";
    rw 5 IFLA_GRE_OKEY okey: u32 as Be32 = "Key of packets that go; with `KEY` in `oflags`.";
    rw 6 IFLA_GRE_LOCAL local: Ipv4Addr | impl Into<Ipv4Addr> = "Source address; 0.0.0.0 is any.";
    rw 7 IFLA_GRE_REMOTE remote: Ipv4Addr | impl Into<Ipv4Addr>
        = "The other end, or a group of them; 0.0.0.0 is whatever the neighbours say.";
    rw 8 IFLA_GRE_TTL ttl: u8 = "Lifetime of its packets in hops; 0 is that of the packet inside.";
    rw 9 IFLA_GRE_TOS tos: u8 = "Type of service; 1 is that of the packet inside.";
    rw 10 IFLA_GRE_PMTUDISC pmtudisc: bool as OnOff
        = "Whether the MTU of the path is discovered, by the DF bit. On at first.";
    rw 14 IFLA_GRE_ENCAP_TYPE encap_type: TunnelEncap = "What its packets are wrapped in besides.";
    rw 15 IFLA_GRE_ENCAP_FLAGS encap_flags: TunnelEncapFlags = "How they are wrapped.";
    rw 16 IFLA_GRE_ENCAP_SPORT encap_sport: u16 as Be16
        = "Source port of what they are wrapped in; 0 is one for each flow.";
    rw 17 IFLA_GRE_ENCAP_DPORT encap_dport: u16 as Be16
        = "Destination port of what they are wrapped in.";
    rw 18 IFLA_GRE_COLLECT_METADATA collect_metadata: bool as Present
        = "Whether routes and filters say where each packet goes, instead of this link. The kernel knows only on.";
    rw 19 IFLA_GRE_IGNORE_DF ignore_df: bool as OnOff
        = "Whether packets are fragmented that don't want to be; without `pmtudisc`.";
    rw 20 IFLA_GRE_FWMARK fwmark: u32 = "Mark by which its packets are routed; 0 is none.";
    rw 21 IFLA_GRE_ERSPAN_INDEX erspan_index: u32
        = "Which port of the mirrored switch, of 20 bits; in version 1.";
    rw 22 IFLA_GRE_ERSPAN_VER erspan_ver: u8
        = "Version of ERSPAN: 1, as at first, 2, or 0 without its header.";
    rw 23 IFLA_GRE_ERSPAN_DIR erspan_dir: ErspanDirection
        = "Which way what is mirrored went; in version 2.";
    rw 24 IFLA_GRE_ERSPAN_HWID erspan_hwid: u16
        = "Which engine of the switch mirrors, of 6 bits; in version 2.";
}

crate::same_table! {
    /// Settings of a tunnel of Ethernet frames in GRE over IPv4, which are those of GRE.
    table GretapTable "gretap" as GreTable;
    /// Settings of a tunnel of ERSPAN over IPv4, which are those of GRE.
    table ErspanTable "erspan" as GreTable;
}

/// Setters for both directions, of every kind of GRE.
macro_rules! both_ways {
    ($($table:ident)*) => {$(
        impl LinkRequest<'_, $table> {
            /// Key of packets that come and that go, and that they have one.
            ///
            /// `IFLA_GRE_IKEY`, `IFLA_GRE_OKEY`, `GRE_KEY`.
            #[must_use]
            pub fn key(self, key: u32) -> Self {
                self.with(GreFlags::KEY).ikey(key).okey(key)
            }

            /// That packets that come and that go have a checksum.
            ///
            /// `GRE_CSUM`.
            #[must_use]
            pub fn csum(self) -> Self {
                self.with(GreFlags::CSUM)
            }

            /// That packets that come and that go are numbered.
            ///
            /// `GRE_SEQ`.
            #[must_use]
            pub fn seq(self) -> Self {
                self.with(GreFlags::SEQ)
            }

            fn with(self, flags: GreFlags) -> Self {
                let (iflags, oflags) = (self.data.iflags | flags, self.data.oflags | flags);
                self.iflags(iflags).oflags(oflags)
            }
        }
    )*};
}
pub(super) use both_ways;
both_ways! { GreTable GretapTable ErspanTable }

/// What both tables of GRE have: the flags and keys, and of ERSPAN version, index, direction and
/// hardware; `None` where it isn't set.
pub(super) struct Common {
    pub flags: [GreFlags; 2],
    pub keys: [u32; 2],
    pub external: bool,
    pub erspan: [Option<u32>; 4],
}

/// From either table: the same numbers and names, other types of tables.
macro_rules! common {
    ($settings:ident) => {{
        let has = |kind| $settings.is_set.contains(kind);
        let given = |kind, value| has(kind).then_some(value);
        $crate::link::tunnel::gre::Common {
            flags: [$settings.iflags, $settings.oflags],
            keys: [$settings.ikey, $settings.okey],
            external: has(18) && $settings.collect_metadata,
            erspan: [
                given(22, $settings.erspan_ver.into()),
                given(21, $settings.erspan_index),
                given(23, u8::from($settings.erspan_dir).into()),
                given(24, $settings.erspan_hwid.into()),
            ],
        }
    }};
}
pub(super) use common;

impl Common {
    /// The kernel forgets a key that no flag goes with, takes no source routes, and gives no
    /// reason for what it refuses of ERSPAN, nor a word for what it forgets.
    #[inline]
    pub(super) fn check(&self, is_erspan: bool) -> Result<(), EncodeError> {
        let [iflags, oflags] = self.flags;
        let ways = [
            ("iflags", "ikey", iflags, self.keys[0]),
            ("oflags", "okey", oflags, self.keys[1]),
        ];
        for (name, key_name, flags, key) in ways {
            if flags.contains(GreFlags::ROUTING) {
                let why = "the kernel takes no source routes";
                return Err(invalid(name, format_args!("{flags:?}"), why));
            }
            if key > 0 && !flags.contains(GreFlags::KEY) {
                let why = "counts only with the flag KEY, which `key` sets";
                return Err(invalid(key_name, key, why));
            }
        }
        let [version, index, direction, hardware] = self.erspan;
        if !is_erspan {
            const OF_ERSPAN: &str = "is only of ERSPAN";
            // iproute2 says a version all the same.
            return match self.erspan {
                [_, Some(1..), ..] => Err(invalid("erspan_index", "given", OF_ERSPAN)),
                [.., Some(1..), _] => Err(invalid("erspan_dir", "given", OF_ERSPAN)),
                [.., Some(1..)] => Err(invalid("erspan_hwid", "given", OF_ERSPAN)),
                _ => Ok(()),
            };
        }
        if !self.external && iflags | oflags != GreFlags::KEY | GreFlags::SEQ {
            let why = "ERSPAN has the flags KEY and SEQ, by `key` and `seq`, and no others";
            return Err(invalid("iflags", format_args!("{iflags:?}"), why));
        }
        at_most("ikey", self.keys[0], 0x3ff, SESSION)?;
        at_most("okey", self.keys[1], 0x3ff, SESSION)?;
        at_most(
            "erspan_ver",
            version.unwrap_or(1),
            2,
            "is no version: 0 to 2",
        )?;
        at_most(
            "erspan_index",
            index.unwrap_or(0),
            super::MOST_LABEL,
            super::OF_20_BITS,
        )?;
        at_most(
            "erspan_dir",
            direction.unwrap_or(0),
            1,
            "is no direction: 0 or 1",
        )?;
        at_most(
            "erspan_hwid",
            hardware.unwrap_or(0),
            0x3f,
            "is more than 6 bits hold: 63",
        )?;
        match (version.unwrap_or(1), index, direction, hardware) {
            (1, _, None, None) | (2, None, ..) | (0, None, None, None) => Ok(()),
            (1, _, Some(direction), _) => Err(invalid("erspan_dir", direction, OF_2)),
            (1, .., Some(hardware)) => Err(invalid("erspan_hwid", hardware, OF_2)),
            (_, Some(index), ..) => Err(invalid("erspan_index", index, "is only in version 1")),
            (_, _, Some(direction), _) => Err(invalid("erspan_dir", direction, OF_2)),
            (.., Some(hardware)) => Err(invalid("erspan_hwid", hardware, OF_2)),
            _ => Ok(()),
        }
    }
}

const SESSION: &str = "is no session of ERSPAN, which has 10 bits: 1023";
const OF_2: &str = "is only in version 2";

impl GreData<'_> {
    #[inline]
    fn check(&self, is_erspan: bool) -> Result<(), EncodeError> {
        common!(self).check(is_erspan)?;
        let has = |kind| self.is_set.contains(kind);
        let discovers = !has(10) || self.pmtudisc;
        if has(19) && self.ignore_df && discovers {
            return Err(invalid(
                "ignore_df",
                "true",
                "is only where pmtudisc is off",
            ));
        }
        Ok(())
    }
}

/// A kind of GRE: its table, its settings, its name, whether it is ERSPAN.
macro_rules! kinds {
    ($($table:ident $data:ident $name:literal $is_erspan:literal;)*) => {$(
        impl Kind for $table {
            const NAME: &'static str = $name;

            #[inline]
            fn check(settings: &$data<'_>, _: u32) -> Result<(), EncodeError> {
                settings.check($is_erspan)
            }

            #[inline]
            fn check_change(settings: &$data<'_>) -> Result<(), EncodeError> {
                settings.check($is_erspan)
            }
        }
    )*};
}
pub(super) use kinds;
kinds! {
    GreTable GreData "gre" false;
    GretapTable GreData "gretap" false;
    ErspanTable GreData "erspan" true;
}

impl Format for GreHeader {
    type Read<'a> = GreFlags;
    type Write<'a> = GreFlags;
    const INFO: ValueInfo = ValueInfo::new::<Self>("GreFlags", Shape::Number { len: 2 });

    fn read(payload: &[u8]) -> Result<GreFlags, Fault> {
        Be16::read(payload).map(GreFlags::from_bits_retain)
    }

    #[inline]
    fn write(value: &GreFlags, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Be16::write(&value.bits(), out)
    }

    fn unset(_: PhantomData<&()>) -> GreFlags {
        GreFlags::empty()
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<GreFlags> {
        Self::read(payload).ok()
    }
}
