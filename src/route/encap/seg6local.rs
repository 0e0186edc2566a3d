//! What a segment's end does: `encap seg6local` (`linux/seg6_local.h`, RFC 8986).
use std::net::{Ipv4Addr, Ipv6Addr};

use super::seg6::{Srh, SrhBytes, SrhView};
use crate::{
    noun::invalid,
    route::RouteTable,
    wire::{EncodeError, Index, LinkRef, Nest, Str, Text, Writer},
};

crate::open_enum! {
    /// What a segment's end does (`SEG6_LOCAL_ACTION_*` of `linux/seg6_local.h`).
    ///
    /// ```
    /// use nlroute::route::encap::Seg6Action;
    /// assert_eq!(Seg6Action::from(7).to_string(), "End.DT6");
    /// ```
    pub enum Seg6Action: u32 {
        /// Goes on to the next segment.
        End = 1 "End",
        /// Goes on by the neighbour `nh6`.
        EndX = 2 "End.X",
        /// Goes on by `table`.
        EndT = 3 "End.T",
        /// Unwraps a frame and sends it by `oif`.
        EndDx2 = 4 "End.DX2",
        /// Unwraps an IPv6 packet and sends it to `nh6`.
        EndDx6 = 5 "End.DX6",
        /// Unwraps an IPv4 packet and sends it to `nh4`.
        EndDx4 = 6 "End.DX4",
        /// Unwraps an IPv6 packet and looks in `table`, or since Linux 5.11 in `vrftable`.
        EndDt6 = 7 "End.DT6",
        /// Unwraps an IPv4 packet and looks in `vrftable`. Since Linux 5.11.
        EndDt4 = 8 "End.DT4",
        /// Puts more segments into the packet.
        EndB6 = 9 "End.B6",
        /// Wraps the packet, with more segments.
        EndB6Encap = 10 "End.B6.Encaps",
        /// Gives labels; no kernel does it.
        EndBm = 11 "End.BM",
        /// Looks the last segment up; no kernel does it.
        EndS = 12 "End.S",
        /// A proxy of fixed settings; no kernel does it.
        EndAs = 13 "End.AS",
        /// A proxy that hides the segments; no kernel does it.
        EndAm = 14 "End.AM",
        /// Runs the program `bpf`. Since Linux 4.18.
        EndBpf = 15 "End.BPF",
        /// Unwraps a packet of either family and looks in `vrftable`. Since Linux 5.14.
        EndDt46 = 16 "End.DT46",
    }
}

crate::open_flags! {
    /// How a segment's end goes about it (a bit for each `SEG6_LOCAL_FLV_OP_*` number of
    /// `linux/seg6_local.h`).
    ///
    /// ```
    /// use nlroute::route::encap::Seg6Flavor;
    /// assert_eq!(Seg6Flavor::PSP.bits(), 2);
    /// ```
    pub struct Seg6Flavor: u32 {
        /// The last but one takes the segments out. Since Linux 6.4.
        const PSP = 1 << 1;
        /// The last takes the segments out; not made by the kernel.
        const USP = 1 << 2;
        /// The last unwraps the packet; not made by the kernel.
        const USD = 1 << 3;
        /// Segments are compressed into one address. Since Linux 6.1.
        const NEXT_CSID = 1 << 4;
    }
}

crate::table! {
    /// What a segment's end does (`SEG6_LOCAL_*` of `linux/seg6_local.h`, since Linux 4.14).
    table Seg6LocalEncapTable "seg6local";
    /// What a segment's end does, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Seg6LocalEncapView::parse(&[][..])?.action().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Seg6LocalEncapView;
    /// What a segment's end is to do. What an action needs, and what it may have, the kernel
    /// checks.
    ///
    /// ```
    /// use nlroute::route::encap::{Seg6Action, Seg6LocalEncap};
    /// let local = Seg6LocalEncap::new().action(Seg6Action::EndDt4).vrftable(100).count();
    /// ```
    request Seg6LocalEncap;

    rw 1 SEG6_LOCAL_ACTION action: Seg6Action = "What it does.";
    rw 2 SEG6_LOCAL_SRH srh: SrhView<'_> | Srh<'a> as SrhBytes = "More segments.";
    rw 3 SEG6_LOCAL_TABLE table: RouteTable | impl Into<RouteTable> = "The table it looks in.";
    rw 4 SEG6_LOCAL_NH4 nh4: Ipv4Addr = "The IPv4 neighbour that it sends to.";
    rw 5 SEG6_LOCAL_NH6 nh6: Ipv6Addr = "The IPv6 neighbour that it sends to.";
    rw 6 SEG6_LOCAL_IIF iif: u32 | impl Into<LinkRef<'a>> as Index =
        "The link that packets come in by; read, its index.";
    rw 7 SEG6_LOCAL_OIF oif: u32 | impl Into<LinkRef<'a>> as Index =
        "The link that packets go out by; read, its index.";
    rw 8 SEG6_LOCAL_BPF bpf: Seg6LocalBpfView<'_> | Seg6LocalBpf<'a> as Nest<Seg6LocalBpfTable> =
        "The program. Since Linux 4.18.";
    rw 9 SEG6_LOCAL_VRFTABLE vrftable: RouteTable | impl Into<RouteTable> =
        "The table of the VRF it looks in. Since Linux 5.11.";
    rw 10 SEG6_LOCAL_COUNTERS counters: Seg6CountersView<'_> | Seg6Counters<'a> as Nest<Seg6CountersTable> =
        "What it has done; set, from what it counts. Since Linux 5.14.";
    rw 11 SEG6_LOCAL_FLAVORS flavors: Seg6FlavorsView<'_> | Seg6Flavors<'a> as Nest<Seg6FlavorsTable> =
        "How it goes about it. Since Linux 6.1.";
}

impl Seg6LocalEncap<'_> {
    /// It counts what it does, from 0.
    ///
    /// `SEG6_LOCAL_COUNTERS`.
    #[inline]
    #[must_use]
    pub fn count(self) -> Self {
        self.counters(Seg6Counters::new().packets(0).bytes(0).errors(0))
    }

    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        if !self.is_set.contains(1) {
            return Err(invalid("action", "none", "is needed"));
        }
        match self.is_set.contains(2) {
            true => (self.srh)
                .check(self.action == Seg6Action::EndB6)
                .map_err(|error| error.inside("srh")),
            false => Ok(()),
        }
    }

    /// The attributes, with room for the packet's own destination where the kernel puts it.
    #[inline]
    pub(super) fn put(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let mut whole = self.clone();
        whole.srh = self.srh.with_room(self.action == Seg6Action::EndB6);
        whole.encode(out)
    }
}

crate::table! {
    /// The program at a segment's end (`SEG6_LOCAL_BPF_PROG*` of `linux/seg6_local.h`).
    table Seg6LocalBpfTable "seg6local_bpf";
    /// The program at a segment's end, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Seg6LocalBpfView::parse(&[][..])?.name().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Seg6LocalBpfView;
    /// The program at a segment's end. The kernel wants both.
    ///
    /// ```
    /// let prog = nlroute::route::encap::Seg6LocalBpf::new().prog(7).name("end");
    /// ```
    request Seg6LocalBpf;

    rw 1 SEG6_LOCAL_BPF_PROG prog: u32 =
        "Descriptor of the program (`BPF_PROG_TYPE_LWT_SEG6LOCAL`); read, its number.";
    rw 2 SEG6_LOCAL_BPF_PROG_NAME name: Text<'_> | &'a str as Str =
        "What it is called, at most 255 bytes; only to be told again.";
}

crate::table! {
    /// What a segment's end has done (`SEG6_LOCAL_CNT_*` of `linux/seg6_local.h`).
    table Seg6CountersTable "counters";
    /// What a segment's end has done, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Seg6CountersView::parse(&[][..])?.packets().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Seg6CountersView;
    /// What a segment's end is to count. The kernel wants all three and starts at 0.
    ///
    /// ```
    /// let counters = nlroute::route::encap::Seg6Counters::new().packets(0).bytes(0).errors(0);
    /// ```
    request Seg6Counters;

    rw 2 SEG6_LOCAL_CNT_PACKETS packets: u64 = "Packets.";
    rw 3 SEG6_LOCAL_CNT_BYTES bytes: u64 = "Bytes.";
    rw 4 SEG6_LOCAL_CNT_ERRORS errors: u64 = "Packets that it could not do it with.";
}

crate::table! {
    /// How a segment's end goes about it (`SEG6_LOCAL_FLV_*` of `linux/seg6_local.h`).
    table Seg6FlavorsTable "flavors";
    /// How a segment's end goes about it, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Seg6FlavorsView::parse(&[][..])?.operation().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Seg6FlavorsView;
    /// How a segment's end is to go about it.
    ///
    /// ```
    /// use nlroute::route::encap::{Seg6Flavor, Seg6Flavors};
    /// let csid = Seg6Flavors::new().operation(Seg6Flavor::NEXT_CSID).lcblock_bits(32);
    /// ```
    request Seg6Flavors;

    rw 1 SEG6_LOCAL_FLV_OPERATION operation: Seg6Flavor = "How.";
    rw 2 SEG6_LOCAL_FLV_LCBLOCK_BITS lcblock_bits: u8 =
        "Bits of the locator's block, 8 to 120, a multiple of 8; unset 32. Of compressed segments.";
    rw 3 SEG6_LOCAL_FLV_LCNODE_FN_BITS lcnode_fn_bits: u8 =
        "Bits of the node's function, 8 to 120, a multiple of 8; unset 16. Of compressed segments.";
}
