//! Segment routing: `encap seg6` (`linux/seg6_iptunnel.h`, `linux/seg6.h`, RFC 8754).
use std::{fmt, marker::PhantomData, net::Ipv6Addr};

use crate::{
    noun::invalid,
    wire::{Be32, EncodeError, Fault, Fixed, Format, Shape, ValueInfo, Writer},
};

crate::open_enum! {
    /// How segments are put into a packet (`SEG6_IPTUN_MODE_*` of `linux/seg6_iptunnel.h`).
    ///
    /// ```
    /// use nlroute::route::encap::Seg6Mode;
    /// assert_eq!(Seg6Mode::from(1).to_string(), "encap");
    /// ```
    pub enum Seg6Mode: i32 {
        /// Into the packet itself; its own destination is the last segment.
        Inline = 0 "inline",
        /// With an outer header around the packet.
        Encap = 1 "encap",
        /// With an outer header around the whole frame. Since Linux 4.14.
        L2encap = 2 "l2encap",
        /// As encap, without the first segment in the list. Since Linux 6.0.
        EncapRed = 3 "encap.red",
        /// As l2encap, without the first segment in the list. Since Linux 6.0.
        L2encapRed = 4 "l2encap.red",
    }
}

crate::table! {
    /// Segment routing (`SEG6_IPTUNNEL_*` of `linux/seg6_iptunnel.h`, since Linux 4.10).
    table Seg6EncapTable "seg6";
    /// Segment routing, as the kernel tells it.
    ///
    /// ```
    /// assert!(nlroute::route::encap::Seg6EncapView::parse(&[][..])?.srh().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view Seg6EncapView;
    /// Segment routing to set.
    ///
    /// ```
    /// use nlroute::route::encap::{Seg6Encap, Seg6Mode, Srh};
    /// let segments = ["2001:db8::1".parse()?, "2001:db8::2".parse()?];
    /// let seg6 = Seg6Encap::new().srh((Seg6Mode::Encap, Srh::new(&segments).hmac(5)));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    request Seg6Encap;

    rw 1 SEG6_IPTUNNEL_SRH srh: Seg6Tunnel<'_> | impl Into<Seg6Srh<'a>> as Seg6TunnelBytes =
        "The mode and the segments.";
    rw 2 SEG6_IPTUNNEL_SRC src: Ipv6Addr =
        "Source of the outer header; unset that of `ip sr tunsrc`, else the link's. In newer \
         kernels than 6.18 only: an older one makes the route without it.";
}

impl Seg6Encap<'_> {
    #[inline]
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        let Seg6Srh { mode, srh } = self.srh;
        srh.check(mode == Seg6Mode::Inline)
            .map_err(|error| error.inside("srh"))?;
        match mode {
            Seg6Mode::Inline if self.is_set.contains(2) => {
                Err(invalid("src", self.src, "only an outer header has one"))
            }
            _ => Ok(()),
        }
    }
}

/// Segments to go by, in the order in which they are passed.
///
/// Where they stand in the packet itself (mode inline, action End.B6) its own destination comes
/// last, and room for it is made.
///
/// ```
/// use nlroute::route::encap::Srh;
/// let segments = ["2001:db8::1".parse()?, "2001:db8::2".parse()?];
/// let srh = Srh::new(&segments).hmac(5);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Srh<'a> {
    segments: &'a [Ipv6Addr],
    hmac: u32,
    room: bool,
}

impl<'a> Srh<'a> {
    /// These segments: at least one, at most 127.
    #[must_use]
    pub fn new(segments: &'a [Ipv6Addr]) -> Self {
        Self {
            segments,
            hmac: 0,
            room: false,
        }
    }

    /// With a keyed hash by the key of this number (`ip sr hmac`), 1 or more; it takes the room
    /// of two and a half segments.
    #[must_use]
    pub fn hmac(mut self, key: u32) -> Self {
        self.hmac = key;
        self
    }

    /// With room at the end for the packet's own destination.
    pub(super) fn with_room(mut self, room: bool) -> Self {
        self.room = room;
        self
    }

    /// Whether the header can say how long it is.
    #[inline]
    pub(super) fn check(&self, room: bool) -> Result<(), EncodeError> {
        let most = 127 - usize::from(room) - if self.hmac == 0 { 0 } else { 2 };
        match self.segments.len() {
            0 => Err(invalid("segments", "none", "at least one is needed")),
            n if n > most => {
                let why = "there is room for 127, less one for the packet's own destination and \
                           two for a hash";
                Err(invalid("segments", n, why))
            }
            _ => Ok(()),
        }
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        /// RFC 8754's type of routing header.
        const SEGMENT_ROUTING: u8 = 4;
        let count = self.segments.len() + usize::from(self.room);
        let hash = if self.hmac == 0 { 0 } else { HASH };
        let len = (16 * count + usize::from(hash)) / 8;
        let byte = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        let last = byte(count.saturating_sub(1));
        let flags = if self.hmac == 0 { 0 } else { SR6_FLAG1_HMAC };
        out.payload(&[0, byte(len), SEGMENT_ROUTING, last, last, flags, 0, 0]);
        if self.room {
            out.payload(&[0; 16]);
        }
        // The first that is passed stands last.
        for segment in self.segments.iter().rev() {
            out.payload(&segment.octets());
        }
        if self.hmac != 0 {
            out.payload(&[SR6_TLV_HMAC, HASH - 2, 0, 0]);
            out.payload(&self.hmac.to_be_bytes());
            out.payload(&[0; 32]);
        }
        Ok(())
    }
}

const SR6_FLAG1_HMAC: u8 = 1 << 3;
const SR6_TLV_HMAC: u8 = 5;
/// Length of the hash with its header (`sr6_tlv_hmac` of `linux/seg6_hmac.h`).
const HASH: u8 = 40;
/// Length of what stands before the segments.
const HEADER: usize = 8;

/// A header of segment routing.
///
/// ```
/// use nlroute::route::encap::SrhView;
/// let srh = SrhView::new(&[0, 0, 4, 0, 0, 0, 0, 0]);
/// assert_eq!((srh.segments().count(), srh.hmac()), (0, None));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SrhView<'a>(&'a [u8]);

impl<'a> SrhView<'a> {
    /// The header in these bytes (`ipv6_sr_hdr`).
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The segments in the order in which they are passed. Where there is room for the packet's
    /// own destination, the last is `::`.
    #[inline]
    pub fn segments(&self) -> impl Iterator<Item = Ipv6Addr> + use<'a> {
        let count = self.0.get(4).map_or(0, |last| usize::from(*last) + 1);
        let all = self.0.get(HEADER..).unwrap_or(&[]);
        let all = all.get(..16 * count).unwrap_or(all);
        let addresses = all.chunks_exact(16).rev();
        addresses.filter_map(|address| Ipv6Addr::read(address).ok())
    }

    /// The number of the key of its hash, if it has one.
    #[inline]
    #[must_use]
    pub fn hmac(&self) -> Option<u32> {
        let flags = self.0.get(5)?;
        let hash = self.0.len().checked_sub(HASH.into())?;
        let hash = self.0.get(hash..)?;
        let has = flags & SR6_FLAG1_HMAC != 0 && hash.first() == Some(&SR6_TLV_HMAC);
        Be32::read(hash.get(4..8).filter(|_| has)?).ok()
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for SrhView<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()?;
        match self.hmac() {
            Some(key) => write!(f, " hmac {key}"),
            None => Ok(()),
        }
    }
}

/// A header of segment routing (`ipv6_sr_hdr`).
#[derive(Clone, Copy, Debug)]
pub enum SrhBytes {}

/// The most bytes that a header has.
const MOST: usize = 256 * 8;

impl Format for SrhBytes {
    type Read<'a> = SrhView<'a>;
    type Write<'a> = Srh<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "srh",
        Shape::Bytes {
            least: HEADER,
            most: MOST,
        },
    );

    fn read(payload: &[u8]) -> Result<SrhView<'_>, Fault> {
        if payload.len() < HEADER {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(SrhView(payload))
    }

    #[inline]
    fn write(value: &Srh<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.write(out)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Srh<'_> {
        Srh::default()
    }

    /// Segments are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<Srh<'_>> {
        None
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// A mode and segments, to set.
///
/// ```
/// use nlroute::route::encap::{Seg6Mode, Seg6Srh, Srh};
/// let segments = ["2001:db8::1".parse()?];
/// let tunnel = Seg6Srh::from((Seg6Mode::Inline, Srh::new(&segments)));
/// assert_eq!(tunnel.mode, Seg6Mode::Inline);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seg6Srh<'a> {
    /// How they are put into a packet.
    pub mode: Seg6Mode,
    /// The segments.
    pub srh: Srh<'a>,
}

impl<'a> From<(Seg6Mode, Srh<'a>)> for Seg6Srh<'a> {
    fn from((mode, srh): (Seg6Mode, Srh<'a>)) -> Self {
        Self { mode, srh }
    }
}

/// A mode and segments, as the kernel tells them.
///
/// ```
/// use nlroute::{route::encap::{Seg6Mode, Seg6TunnelBytes}, wire::Format};
/// let tunnel = Seg6TunnelBytes::read(&[0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0])?;
/// assert_eq!((tunnel.mode, tunnel.srh.hmac()), (Seg6Mode::Inline, None));
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seg6Tunnel<'a> {
    /// How the segments are put into a packet.
    pub mode: Seg6Mode,
    /// The segments.
    pub srh: SrhView<'a>,
}

/// A mode, then a header of segment routing (`seg6_iptunnel_encap`).
#[derive(Clone, Copy, Debug)]
pub enum Seg6TunnelBytes {}

impl Format for Seg6TunnelBytes {
    type Read<'a> = Seg6Tunnel<'a>;
    type Write<'a> = Seg6Srh<'a>;
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "seg6_iptunnel_encap",
        Shape::Bytes {
            least: 4 + HEADER,
            most: 4 + MOST,
        },
    );

    #[inline]
    fn read(payload: &[u8]) -> Result<Seg6Tunnel<'_>, Fault> {
        let wrong = Fault::Length { has: payload.len() };
        let srh = SrhBytes::read(payload.get(4..).ok_or(wrong)?).map_err(|_| wrong)?;
        let mode = <i32 as Fixed>::get(payload, 0).into();
        Ok(Seg6Tunnel { mode, srh })
    }

    #[inline]
    fn write(value: &Seg6Srh<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(&i32::from(value.mode).to_ne_bytes());
        value
            .srh
            .with_room(value.mode == Seg6Mode::Inline)
            .write(out)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Seg6Srh<'_> {
        (Seg6Mode::Inline, Srh::default()).into()
    }

    /// Segments are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<Seg6Srh<'_>> {
        None
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}
