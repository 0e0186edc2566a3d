//! In-situ measurement: `encap ioam6` (`linux/ioam6_iptunnel.h`, `linux/ioam6.h`).
use std::{marker::PhantomData, net::Ipv6Addr};

use crate::{
    noun::invalid,
    wire::{EncodeError, Fault, Format, Shape, ValueInfo, Writer},
};

crate::open_enum! {
    /// How the trace is put into a packet (`IOAM6_IPTUNNEL_MODE_*` of
    /// `linux/ioam6_iptunnel.h`).
    ///
    /// ```
    /// use nlroute::route::encap::Ioam6Mode;
    /// assert_eq!(Ioam6Mode::from(2).to_string(), "encap");
    /// ```
    pub enum Ioam6Mode: u8 {
        /// Into the packet itself.
        Inline = 1 "inline",
        /// With an outer header around the packet.
        Encap = 2 "encap",
        /// Into the host's own packets, around others.
        Auto = 3 "auto",
    }
}

crate::table! {
    /// In-situ measurement (`IOAM6_IPTUNNEL_*` of `linux/ioam6_iptunnel.h`, since Linux 5.15).
    table Ioam6EncapTable "ioam6";
    /// In-situ measurement, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Ioam6EncapView::parse(&[][..])?.trace().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Ioam6EncapView;
    /// In-situ measurement to set; the trace is needed, and a destination where there is an outer
    /// header.
    ///
    /// ```
    /// use nlroute::route::encap::{Ioam6Encap, Ioam6Mode, Ioam6Trace};
    /// let trace = Ioam6Trace { namespace: 1, kinds: 0x80_0000, size: 12, ..Default::default() };
    /// let ioam6 = Ioam6Encap::new()
    ///     .freq(1, 100)
    ///     .mode(Ioam6Mode::Encap)
    ///     .dst("2001:db8::7".parse()?)
    ///     .trace(trace);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    request Ioam6Encap;

    rw 1 IOAM6_IPTUNNEL_MODE mode: Ioam6Mode = "How the trace is put in; unset inline. Since Linux 5.16.";
    rw 2 IOAM6_IPTUNNEL_DST dst: Ipv6Addr = "Destination of the outer header. Since Linux 5.16.";
    rw 3 IOAM6_IPTUNNEL_TRACE trace: Ioam6Trace = "The trace that packets are given.";
    rw 4 IOAM6_IPTUNNEL_FREQ_K freq_k: u32 = "So many packets, 1 to 1000000. Since Linux 5.17.";
    rw 5 IOAM6_IPTUNNEL_FREQ_N freq_n: u32 = "Of so many, 1 to 1000000. Since Linux 5.17.";
    rw 6 IOAM6_IPTUNNEL_SRC src: Ipv6Addr = "Source of the outer header. Since Linux 6.12.";
}

impl Ioam6Encap<'_> {
    /// `k` of `n` packets are given the trace; unset all are.
    ///
    /// `IOAM6_IPTUNNEL_FREQ_K` and `IOAM6_IPTUNNEL_FREQ_N`.
    #[must_use]
    pub fn freq(self, k: u32, n: u32) -> Self {
        self.freq_k(k).freq_n(n)
    }

    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        let set = |kind| self.is_set.contains(kind);
        if set(4) != set(5) || self.freq_k > self.freq_n {
            let freq = format_args!("{}/{}", self.freq_k, self.freq_n).to_string();
            return Err(invalid("freq", freq, "is not k of n packets, k at most n"));
        }
        let size = self.trace.size;
        if set(3) && !((4..=244).contains(&size) && size.is_multiple_of(4)) {
            let why = "is not 4 to 244, a multiple of four";
            return Err(invalid("size", size, why).inside("trace"));
        }
        let inline = !set(1) || self.mode == Ioam6Mode::Inline;
        match inline {
            true if set(2) => Err(invalid("dst", self.dst, "only an outer header has one")),
            true if set(6) => Err(invalid("src", self.src, "only an outer header has one")),
            false if !set(2) => Err(invalid("dst", "none", "an outer header needs one")),
            _ => Ok(()),
        }
    }
}

/// The head of a trace (`ioam6_trace_hdr` of `linux/ioam6.h`, RFC 9197).
///
/// ```
/// use nlroute::{route::encap::Ioam6Trace, wire::Format};
/// let trace = Ioam6Trace::read(&[0, 1, 0, 3, 0x80, 0, 0, 0])?;
/// assert_eq!((trace.namespace, trace.size, trace.kinds), (1, 12, 0x80_0000));
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ioam6Trace {
    /// Number of the namespace of IOAM that it belongs to.
    pub namespace: u16,
    /// What each node writes, a bit each, 24 of them: bit 23 is the first of the RFC.
    pub kinds: u32,
    /// Room for what the nodes write, in bytes: 4 to 244, a multiple of four.
    pub size: u16,
    /// What one node writes, in bytes; the kernel counts it itself.
    pub node_size: u8,
    /// Whether there was no room for all; told by nodes.
    pub overflow: bool,
}

impl Format for Ioam6Trace {
    type Read<'a> = Self;
    type Write<'a> = Self;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("ioam6_trace_hdr", Shape::Bytes { least: 8, most: 8 });

    fn read(payload: &[u8]) -> Result<Self, Fault> {
        let [n0, n1, lengths, rest, k0, k1, k2, _] = payload else {
            return Err(Fault::Length { has: payload.len() });
        };
        Ok(Self {
            namespace: u16::from_be_bytes([*n0, *n1]),
            kinds: u32::from_be_bytes([0, *k0, *k1, *k2]),
            size: u16::from(rest & 0x7f) * 4,
            node_size: (lengths >> 3) * 4,
            overflow: lengths & 4 != 0,
        })
    }

    #[inline]
    fn write(value: &Self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let wrong = |name, value: u32, why| Err(invalid(name, value, why));
        if !value.size.is_multiple_of(4) || value.size > 4 * 0x7f {
            let why = "is not 0 to 508, a multiple of four";
            return wrong("size", value.size.into(), why);
        } else if value.kinds >= 1 << 24 {
            return wrong("kinds", value.kinds, "has more than 24 bits");
        } else if !value.node_size.is_multiple_of(4) || value.node_size > 4 * 0x1f {
            let why = "is not 0 to 124, a multiple of four";
            return wrong("node_size", value.node_size.into(), why);
        }
        let [n0, n1] = value.namespace.to_be_bytes();
        let [_, k0, k1, k2] = value.kinds.to_be_bytes();
        let lengths = (value.node_size / 4) << 3 | u8::from(value.overflow) << 2;
        out.payload(&[n0, n1, lengths, (value.size / 4) as u8, k0, k1, k2, 0]);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Self {
        Self::default()
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Self> {
        Self::read(payload).ok()
    }
}
