//! RPL source routing: `encap rpl` (`linux/rpl_iptunnel.h`, `linux/rpl.h`, RFC 6554).
use std::{fmt, marker::PhantomData, net::Ipv6Addr};

use crate::{
    noun::invalid,
    wire::{EncodeError, Fault, Format, Shape, ValueInfo, Writer},
};

crate::table! {
    /// RPL source routing (`RPL_IPTUNNEL_*` of `linux/rpl_iptunnel.h`, since Linux 5.7).
    table RplEncapTable "rpl";
    /// RPL source routing, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::RplEncapView::parse(&[][..])?.segments().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RplEncapView;
    /// RPL source routing to set.
    ///
    /// ```
    /// let hops = ["2001:db8::1".parse()?, "2001:db8::2".parse()?];
    /// let rpl = nlroute::route::encap::RplEncap::new().segments(&hops);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    request RplEncap;

    rw 1 RPL_IPTUNNEL_SRH segments: RplSegments<'_> | &'a [Ipv6Addr] as RplSrh =
        "The nodes on the way, 1 to 127, in the packet's order: the next first. `ip route` gives \
         and shows them the other way round.";
}

impl RplEncap<'_> {
    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        match self.segments.len() {
            0 => Err(invalid("segments", "none", "at least one is needed")),
            n @ 128.. => Err(invalid("segments", n, "there is room for 127")),
            _ => Ok(()),
        }
    }
}

/// The nodes on the way of a packet.
///
/// ```
/// use nlroute::route::encap::RplSegments;
/// assert_eq!(RplSegments::new(&[0; 8]).iter().count(), 0);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RplSegments<'a>(&'a [u8]);

impl<'a> RplSegments<'a> {
    /// Those of this header (`ipv6_rpl_sr_hdr`).
    #[must_use]
    pub fn new(header: &'a [u8]) -> Self {
        Self(header)
    }

    /// The nodes, in the packet's order.
    #[inline]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Ipv6Addr> + use<'a> {
        let addresses = self.0.get(HEADER..).unwrap_or(&[]).chunks_exact(16);
        addresses.filter_map(|address| Ipv6Addr::read(address).ok())
    }
}

impl fmt::Debug for RplSegments<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Length of what stands before the addresses.
const HEADER: usize = 8;

/// A routing header of RPL, whose addresses are whole (`ipv6_rpl_sr_hdr`).
#[derive(Clone, Copy, Debug)]
pub enum RplSrh {}

impl Format for RplSrh {
    type Read<'a> = RplSegments<'a>;
    type Write<'a> = &'a [Ipv6Addr];
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "rpl_srh",
        Shape::Bytes {
            least: HEADER,
            most: HEADER + 16 * 127,
        },
    );

    fn read(payload: &[u8]) -> Result<RplSegments<'_>, Fault> {
        if payload.len() < HEADER {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(RplSegments(payload))
    }

    #[inline]
    fn write(value: &&[Ipv6Addr], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        /// RFC 6554's type of routing header.
        const SOURCE_ROUTE: u8 = 3;
        let count = u8::try_from(value.len()).unwrap_or(u8::MAX);
        let len = count.saturating_mul(2);
        out.payload(&[0, len, SOURCE_ROUTE, count, 0, 0, 0, 0]);
        value
            .iter()
            .for_each(|address| out.payload(&address.octets()));
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[Ipv6Addr] {
        &[]
    }

    /// Addresses are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[Ipv6Addr]> {
        None
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}
