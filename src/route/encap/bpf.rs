//! BPF programs on a route: `encap bpf` (`linux/lwtunnel.h`).
use crate::{
    noun::invalid,
    wire::{EncodeError, Fd, FdRef, Nest, Str, Text},
};

crate::table! {
    /// BPF programs on a route (`LWT_BPF_*` of `linux/lwtunnel.h`, since Linux 4.10).
    table BpfEncapTable "bpf";
    /// BPF programs on a route, as the kernel tells them.
    ///
    /// ```
    /// assert!(nlroute::route::encap::BpfEncapView::parse(&[][..])?.xmit().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BpfEncapView;
    /// BPF programs to set on a route, at least one.
    ///
    /// ```
    /// use nlroute::route::encap::{BpfEncap, BpfProg};
    /// # let program = std::fs::File::open("/dev/null").unwrap();
    /// let bpf = BpfEncap::new().xmit(BpfProg::new().fd(&program).name("shape")).headroom(14);
    /// ```
    request BpfEncap;

    rw 1 LWT_BPF_IN r#in: BpfProgView<'_> | BpfProg<'a> as Nest<BpfProgTable> =
        "For packets that come in (`BPF_PROG_TYPE_LWT_IN`).";
    rw 2 LWT_BPF_OUT out: BpfProgView<'_> | BpfProg<'a> as Nest<BpfProgTable> =
        "For packets that go out (`BPF_PROG_TYPE_LWT_OUT`).";
    rw 3 LWT_BPF_XMIT xmit: BpfProgView<'_> | BpfProg<'a> as Nest<BpfProgTable> =
        "For packets that are about to be sent, which it may change (`BPF_PROG_TYPE_LWT_XMIT`).";
    rw 4 LWT_BPF_XMIT_HEADROOM headroom: u32 =
        "Room before a packet for what the program puts there, at most 256 bytes.";
}

crate::table! {
    /// A BPF program on a route (`LWT_BPF_PROG_*` of `linux/lwtunnel.h`).
    table BpfProgTable "prog";
    /// A BPF program on a route, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::BpfProgView::parse(&[][..])?.name().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view BpfProgView;
    /// A BPF program to set on a route. The kernel wants both.
    ///
    /// ```
    /// # let program = std::fs::File::open("/dev/null").unwrap();
    /// let prog = nlroute::route::encap::BpfProg::new().fd(&program).name("shape");
    /// ```
    request BpfProg;

    wo 1 LWT_BPF_PROG_FD fd: FdRef<'a> | impl Into<FdRef<'a>> as Fd = "The program.";
    rw 2 LWT_BPF_PROG_NAME name: Text<'_> | &'a str as Str =
        "What it is called, at most 255 bytes; only to be told again.";
}

impl BpfEncap<'_> {
    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        match self.headroom {
            headroom @ 257.. => Err(invalid("headroom", headroom, "is more than 256")),
            _ => Ok(()),
        }
    }
}
