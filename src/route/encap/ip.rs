//! A tunnel's metadata: `encap ip` and `encap ip6` (`linux/lwtunnel.h`).
use std::{
    marker::PhantomData,
    net::{Ipv4Addr, Ipv6Addr},
};

use crate::wire::{
    Attributes, Be16, Be32, Be64, EncodeError, Fault, Format, Nest, Nesting, Shape, ValueInfo,
    Writer, table::Table,
};

crate::open_flags! {
    /// What a tunnel's packets have (`TUNNEL_*` of `linux/if_tunnel.h`, there in network order).
    ///
    /// ```
    /// use nlroute::route::encap::TunnelFlags;
    /// assert_eq!((TunnelFlags::CSUM | TunnelFlags::KEY).bits(), 5);
    /// ```
    pub struct TunnelFlags: u16 {
        /// A checksum.
        const CSUM = 1;
        /// Routing; of GRE.
        const ROUTING = 1 << 1;
        /// A key.
        const KEY = 1 << 2;
        /// A sequence number.
        const SEQ = 1 << 3;
        /// A strict source route; of GRE.
        const STRICT = 1 << 4;
        /// Recursion control; of GRE.
        const REC = 1 << 5;
        /// A version; of GRE.
        const VERSION = 1 << 6;
        /// No key.
        const NO_KEY = 1 << 7;
        /// No fragments.
        const DONT_FRAGMENT = 1 << 8;
        /// For operations and maintenance.
        const OAM = 1 << 9;
        /// An option that must be understood.
        const CRIT_OPT = 1 << 10;
        /// Options of Geneve.
        const GENEVE_OPT = 1 << 11;
        /// An option of VXLAN.
        const VXLAN_OPT = 1 << 12;
        /// The route isn't to be kept.
        const NOCACHE = 1 << 13;
        /// An option of ERSPAN.
        const ERSPAN_OPT = 1 << 14;
        /// Options of GTP.
        const GTP_OPT = 1 << 15;
    }
}

/// [`TunnelFlags`] in network order.
#[derive(Clone, Copy, Debug)]
pub enum TunnelFlagsBytes {}

impl Format for TunnelFlagsBytes {
    type Read<'a> = TunnelFlags;
    type Write<'a> = TunnelFlags;
    const INFO: ValueInfo = ValueInfo::new::<Self>("TunnelFlags", Shape::Number { len: 2 });

    fn read(payload: &[u8]) -> Result<TunnelFlags, Fault> {
        Be16::read(payload).map(TunnelFlags::from_bits_retain)
    }

    #[inline]
    fn write(value: &TunnelFlags, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Be16::write(&value.bits(), out)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> TunnelFlags {
        TunnelFlags::empty()
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<TunnelFlags> {
        Self::read(payload).ok()
    }
}

crate::table! {
    /// A tunnel's metadata for IPv4 (`LWTUNNEL_IP_*` of `linux/lwtunnel.h`).
    table IpEncapTable "ip";
    /// A tunnel's metadata for IPv4, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::IpEncapView::parse(&[][..])?.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IpEncapView;
    /// A tunnel's metadata for IPv4, for a link that takes it from the route (`external`).
    ///
    /// ```
    /// use nlroute::route::encap::{IpEncap, TunnelFlags};
    /// let tunnel = IpEncap::new().id(5).dst("192.0.2.7".parse()?).flags(TunnelFlags::KEY);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    request IpEncap;

    rw 1 LWTUNNEL_IP_ID id: u64 as Be64 = "The tunnel's identifier: VNI or key.";
    rw 2 LWTUNNEL_IP_DST dst: Ipv4Addr = "Destination of the outer header.";
    rw 3 LWTUNNEL_IP_SRC src: Ipv4Addr = "Source of the outer header.";
    rw 4 LWTUNNEL_IP_TTL ttl: u8 = "Time to live of the outer header.";
    rw 5 LWTUNNEL_IP_TOS tos: u8 = "Type of service of the outer header.";
    rw 6 LWTUNNEL_IP_FLAGS flags: TunnelFlags as TunnelFlagsBytes = "What the tunnel's packets have.";
    rw 8 LWTUNNEL_IP_OPTS opts: IpOptsView<'_> | IpOpts<'a> as Nest<IpOptsTable> =
        "Options of the tunnel's kind. Since Linux 5.5.";
}

crate::table! {
    /// A tunnel's metadata for IPv6 (`LWTUNNEL_IP6_*` of `linux/lwtunnel.h`).
    table Ip6EncapTable "ip6";
    /// A tunnel's metadata for IPv6, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Ip6EncapView::parse(&[][..])?.id().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Ip6EncapView;
    /// A tunnel's metadata for IPv6, for a link that takes it from the route (`external`).
    ///
    /// ```
    /// use nlroute::route::encap::Ip6Encap;
    /// let tunnel = Ip6Encap::new().id(5).dst("2001:db8::7".parse()?).hoplimit(64);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    request Ip6Encap;

    rw 1 LWTUNNEL_IP6_ID id: u64 as Be64 = "The tunnel's identifier: VNI or key.";
    rw 2 LWTUNNEL_IP6_DST dst: Ipv6Addr = "Destination of the outer header.";
    rw 3 LWTUNNEL_IP6_SRC src: Ipv6Addr = "Source of the outer header.";
    rw 4 LWTUNNEL_IP6_HOPLIMIT hoplimit: u8 = "Hop limit of the outer header.";
    rw 5 LWTUNNEL_IP6_TC tc: u8 = "Traffic class of the outer header.";
    rw 6 LWTUNNEL_IP6_FLAGS flags: TunnelFlags as TunnelFlagsBytes = "What the tunnel's packets have.";
    rw 8 LWTUNNEL_IP6_OPTS opts: IpOptsView<'_> | IpOpts<'a> as Nest<IpOptsTable> =
        "Options of the tunnel's kind. Since Linux 5.5.";
}

impl IpEncap<'_> {
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl Ip6Encap<'_> {
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }
}

crate::table! {
    /// Options of a tunnel, of one kind (`LWTUNNEL_IP_OPTS_*` of `linux/lwtunnel.h`).
    table IpOptsTable "opts";
    /// Options of a tunnel, as the kernel tells them.
    ///
    /// ```
    /// assert!(nlroute::route::encap::IpOptsView::parse(&[][..])?.vxlan().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view IpOptsView;
    /// Options of a tunnel; of one kind only, the kernel takes no others beside them.
    ///
    /// ```
    /// use nlroute::route::encap::{IpOpts, VxlanOpts};
    /// let opts = IpOpts::new().vxlan(VxlanOpts::new().gbp(7));
    /// ```
    request IpOpts;

    rw 1 LWTUNNEL_IP_OPTS_GENEVE geneve: GeneveOptView<'_> | &'a [GeneveOpt<'a>] as GeneveOpts =
        "Options of Geneve, in their order; read, the last of them: `geneve_opts` gives all.";
    rw 2 LWTUNNEL_IP_OPTS_VXLAN vxlan: VxlanOptsView<'_> | VxlanOpts<'a> as Nest<VxlanOptsTable> =
        "The option of VXLAN.";
    rw 3 LWTUNNEL_IP_OPTS_ERSPAN erspan: ErspanOptsView<'_> | ErspanOpts<'a> as Nest<ErspanOptsTable> =
        "The options of ERSPAN.";
}

impl IpOptsView<'_> {
    /// All options of Geneve, in their order.
    pub fn geneve_opts(&self) -> impl Iterator<Item = GeneveOptView<'_>> {
        let all = Attributes::new(self.as_bytes()).flatten();
        all.filter(|opt| opt.kind() == LWTUNNEL_IP_OPTS_GENEVE)
            .filter_map(|opt| GeneveOptView::parse(opt.payload()).ok())
    }
}

const LWTUNNEL_IP_OPTS_GENEVE: u16 = 1;

crate::table! {
    /// An option of Geneve (`LWTUNNEL_IP_OPT_GENEVE_*` of `linux/lwtunnel.h`).
    table GeneveOptTable "geneve";
    /// An option of Geneve, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::GeneveOptView::parse(&[][..])?.class().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view GeneveOptView;
    /// An option of Geneve. The kernel wants all three parts.
    ///
    /// A Linux 6.18 that checks its copies (`CONFIG_FORTIFY_SOURCE`) has been seen to stop for
    /// good when it was sent one: try it where that does no harm.
    ///
    /// ```
    /// use nlroute::route::encap::{GeneveOpt, IpOpts};
    /// let options = [GeneveOpt::new().class(0x102).kind(0x80).data(&[1, 2, 3, 4])];
    /// let opts = IpOpts::new().geneve(&options);
    /// ```
    request GeneveOpt;

    rw 1 LWTUNNEL_IP_OPT_GENEVE_CLASS class: u16 as Be16 = "Whose type it is.";
    rw 2 LWTUNNEL_IP_OPT_GENEVE_TYPE kind: u8 = "Its type; from 128 on it must be understood.";
    rw 3 LWTUNNEL_IP_OPT_GENEVE_DATA data: &[u8] | &'a [u8] as crate::wire::Bytes =
        "What it says: 4 to 124 bytes, a multiple of four.";
}

crate::table! {
    /// The option of VXLAN (`LWTUNNEL_IP_OPT_VXLAN_*` of `linux/lwtunnel.h`).
    table VxlanOptsTable "vxlan_opts";
    /// The option of VXLAN, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::VxlanOptsView::parse(&[][..])?.gbp().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view VxlanOptsView;
    /// The option of VXLAN.
    ///
    /// ```
    /// let gbp = nlroute::route::encap::VxlanOpts::new().gbp(7);
    /// ```
    request VxlanOpts;

    rw 1 LWTUNNEL_IP_OPT_VXLAN_GBP gbp: u32 = "Group policy: its bits 0 to 15 are the group.";
}

crate::table! {
    /// The options of ERSPAN (`LWTUNNEL_IP_OPT_ERSPAN_*` of `linux/lwtunnel.h`).
    table ErspanOptsTable "erspan_opts";
    /// The options of ERSPAN, as the kernel tells them.
    ///
    /// ```
    /// assert!(nlroute::route::encap::ErspanOptsView::parse(&[][..])?.ver().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view ErspanOptsView;
    /// The options of ERSPAN: of version 1 an index, of version 2 direction and hardware.
    ///
    /// ```
    /// use nlroute::route::encap::ErspanOpts;
    /// let one = ErspanOpts::new().ver(1).index(123);
    /// let two = ErspanOpts::new().ver(2).dir(1).hwid(7);
    /// ```
    request ErspanOpts;

    rw 1 LWTUNNEL_IP_OPT_ERSPAN_VER ver: u8 = "Version, 1 or 2.";
    rw 2 LWTUNNEL_IP_OPT_ERSPAN_INDEX index: u32 as Be32 = "Index of the port; version 1.";
    rw 3 LWTUNNEL_IP_OPT_ERSPAN_DIR dir: u8 = "Direction: 0 is in, 1 is out; version 2.";
    rw 4 LWTUNNEL_IP_OPT_ERSPAN_HWID hwid: u8 = "Identifier of the hardware, 0 to 63; version 2.";
}

/// Any number of options of Geneve, an attribute each.
#[derive(Clone, Copy, Debug)]
pub enum GeneveOpts {}

impl Format for GeneveOpts {
    type Read<'a> = GeneveOptView<'a>;
    type Write<'a> = &'a [GeneveOpt<'a>];
    const INFO: ValueInfo = ValueInfo::new::<Self>("geneve_opts", Shape::Nest)
        .nesting(Nesting::Table(GeneveOptTable::SCHEMA));

    #[inline]
    fn read(payload: &[u8]) -> Result<GeneveOptView<'_>, Fault> {
        GeneveOptView::parse(payload)
    }

    #[inline]
    fn write(value: &&[GeneveOpt<'_>], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.iter().try_for_each(|opt| opt.encode(out))
    }

    #[inline]
    fn put(kind: u16, value: &&[GeneveOpt<'_>], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        for (n, opt) in value.iter().enumerate() {
            let nest = out.begin_nest(kind);
            opt.encode(out)
                .map_err(|error| error.inside(n.to_string()))?;
            out.end_attribute(nest)?;
        }
        Ok(())
    }

    #[inline]
    fn unset<'a>(_: PhantomData<&'a ()>) -> &'a [GeneveOpt<'a>] {
        &[]
    }

    /// Options are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[GeneveOpt<'_>]> {
        None
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}
