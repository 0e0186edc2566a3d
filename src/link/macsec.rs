//! MACsec: encryption on a link (`IFLA_MACSEC_*` of `linux/if_link.h`, `linux/if_macsec.h`, IEEE
//! 802.1AE).
use std::{fmt, marker::PhantomData};

use super::{Kind, LinkRequest, kind::getters};
use crate::{
    noun::invalid,
    wire::{Be16, Be64, Bytes, EncodeError, Fault, Format, OnOff, Shape, ValueInfo, Writer},
};

/// MACsec on another link, which is [`link`](LinkRequest::link). Its keys are a generic netlink
/// family's.
///
/// ```
/// use nlroute::link::{Macsec, MacsecCipher};
/// let macsec = Macsec::new("macsec0")
///     .link("eth0")
///     .port(1)
///     .cipher_suite(MacsecCipher::GcmAes256)
///     .encrypt(true);
/// ```
pub type Macsec<'a> = LinkRequest<'a, MacsecTable>;

impl Kind for MacsecTable {
    const NAME: &'static str = "macsec";

    /// Beside a channel identifier the kernel doesn't look at its port.
    #[inline]
    fn check(settings: &MacsecData<'_>, _: u32) -> Result<(), EncodeError> {
        if settings.is_set.contains(1) && settings.is_set.contains(2) {
            let why = "counts only without `sci`, which has a port of its own";
            return Err(invalid("port", settings.port, why));
        }
        Ok(())
    }
}

/// Identifier of a secure channel: an address and a port.
///
/// ```
/// use nlroute::link::Sci;
/// let sci = Sci::new([2, 0, 0, 0, 0, 1], 1);
/// assert_eq!(sci.to_string(), "0200000000010001");
/// assert_eq!((sci.address(), sci.port()), ([2, 0, 0, 0, 0, 1], 1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sci(pub u64);

impl Sci {
    /// Of an address and a port.
    #[must_use]
    pub const fn new(address: [u8; 6], port: u16) -> Self {
        let [a, b, c, d, e, f] = address;
        let [g, h] = port.to_be_bytes();
        Self(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The address.
    #[must_use]
    pub const fn address(self) -> [u8; 6] {
        let [a, b, c, d, e, f, ..] = self.0.to_be_bytes();
        [a, b, c, d, e, f]
    }

    /// The port.
    #[must_use]
    pub const fn port(self) -> u16 {
        self.0 as u16
    }
}

impl fmt::Display for Sci {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// In network byte order.
impl Format for Sci {
    type Read<'a> = Self;
    type Write<'a> = Self;
    const INFO: ValueInfo = ValueInfo::new::<Self>("sci", Shape::Number { len: 8 });

    fn read(payload: &[u8]) -> Result<Self, Fault> {
        Be64::read(payload).map(Self)
    }

    #[inline]
    fn write(value: &Self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        Be64::write(&value.0, out)
    }

    fn unset(_: PhantomData<&()>) -> Self {
        Self(0)
    }

    #[inline]
    fn again(payload: &[u8]) -> Option<Self> {
        Self::read(payload).ok()
    }
}

crate::open_enum! {
    /// A cipher suite of MACsec (`MACSEC_CIPHER_ID_*` of `linux/if_macsec.h`).
    ///
    /// ```
    /// use nlroute::link::MacsecCipher;
    /// assert_eq!(u64::from(MacsecCipher::GcmAes128), 0x0080_c200_0100_0001);
    /// assert!(MacsecCipher::Default.is_gcm_aes_128());
    /// ```
    pub enum MacsecCipher: u64 {
        /// GCM-AES-128, as the kernel tells it, whichever of its two numbers was given
        /// (`MACSEC_DEFAULT_CIPHER_ID`).
        Default = 0x0080_0200_0100_0001 "GCM-AES-128",
        /// GCM-AES-128.
        GcmAes128 = 0x0080_c200_0100_0001 "GCM-AES-128",
        /// GCM-AES-256. Since Linux 4.16.
        GcmAes256 = 0x0080_c200_0100_0002 "GCM-AES-256",
        /// GCM-AES-XPN-128. Since Linux 5.7.
        GcmAesXpn128 = 0x0080_c200_0100_0003 "GCM-AES-XPN-128",
        /// GCM-AES-XPN-256. Since Linux 5.7.
        GcmAesXpn256 = 0x0080_c200_0100_0004 "GCM-AES-XPN-256",
    }
}

impl MacsecCipher {
    /// Whether it is GCM-AES-128, by either number.
    #[must_use]
    pub const fn is_gcm_aes_128(self) -> bool {
        matches!(self, Self::Default | Self::GcmAes128)
    }
}

crate::open_enum! {
    /// What becomes of received packets that aren't as they should be (`MACSEC_VALIDATE_*` of
    /// `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MacsecValidation::Check.to_string(), "check");
    /// ```
    pub enum MacsecValidation: u8 {
        /// Nobody looks.
        Disabled = 0 "disabled",
        /// They are counted.
        Check = 1 "check",
        /// They are dropped: what it is at first.
        Strict = 2 "strict",
    }
}

crate::open_enum! {
    /// What of the work the card does (`MACSEC_OFFLOAD_*` of `linux/if_link.h`).
    ///
    /// ```
    /// assert_eq!(nlroute::link::MacsecOffload::Phy.to_string(), "phy");
    /// ```
    pub enum MacsecOffload: u8 {
        /// None.
        Off = 0 "off",
        /// All, close to the wire.
        Phy = 1 "phy",
        /// All, close to the host.
        Mac = 2 "mac",
    }
}

crate::table! {
    /// Settings of MACsec.
    table MacsecTable "macsec";
    /// Settings of MACsec, read.
    ///
    /// ```
    /// let view = nlroute::link::MacsecView::parse(&[][..])?;
    /// assert!(view.sci().is_none());
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view MacsecView;
    /// Settings of MACsec, as [`LinkRequest::data`] takes them; each is a method of [`Macsec`]
    /// too. Channel, cipher suite and length of the check value are given when it is created.
    ///
    /// ```
    /// assert!(nlroute::link::MacsecData::new().is_empty());
    /// ```
    request MacsecData set by [impl<'a> LinkRequest<'a, MacsecTable>] [.data];
    rw 1 IFLA_MACSEC_SCI sci: Sci = "The channel that it sends by; not without `inc_sci`.";
    wo 2 IFLA_MACSEC_PORT port: u16 as Be16
        = "The channel's port, with the address of the link; 1 at first. Not beside `sci`.";
    rw 3 IFLA_MACSEC_ICV_LEN icv_len: u8 = "Length of the check value, 8 to 16 bytes; 16 at first.";
    rw 4 IFLA_MACSEC_CIPHER_SUITE cipher_suite: MacsecCipher = "The cipher suite.";
    rw 5 IFLA_MACSEC_WINDOW window: u32
        = "How many packets late one may come; given, and told, with `replay_protect`.";
    rw 6 IFLA_MACSEC_ENCODING_SA encoding_sa: u8 = "Number of the key that it sends with, 0 to 3.";
    rw 7 IFLA_MACSEC_ENCRYPT encrypt: bool as OnOff = "Whether packets are encrypted, or only signed.";
    rw 8 IFLA_MACSEC_PROTECT protect: bool as OnOff = "Whether packets that it sends are signed; on at first.";
    rw 9 IFLA_MACSEC_INC_SCI inc_sci: bool as OnOff = "Whether each packet bears the channel; on at first.";
    rw 10 IFLA_MACSEC_ES es: bool as OnOff
        = "Whether packets say that they come from an end station; not with `inc_sci`.";
    rw 11 IFLA_MACSEC_SCB scb: bool as OnOff
        = "Whether packets say that they are for all; not with `inc_sci`.";
    rw 12 IFLA_MACSEC_REPLAY_PROTECT replay_protect: bool as OnOff
        = "Whether packets that come again, or too late, are dropped.";
    rw 13 IFLA_MACSEC_VALIDATION validation: MacsecValidation
        = "What becomes of received packets that aren't as they should be.";
    ro 14 IFLA_MACSEC_PAD pad: &[u8] as Bytes = "Padding.";
    rw 15 IFLA_MACSEC_OFFLOAD offload: MacsecOffload
        = "What of the work the card does. Since Linux 5.6, for a new one since 5.18.";
}

getters! {
    /// What it is set to as MACsec, if it is one.
    macsec of MacsecTable => MacsecView;
}
