//! What IPv6 routers tell, as the kernel passes it on: prefixes (`RTM_NEWPREFIX`) and options that
//! a program is to handle, such as name servers (`RTM_NEWNDUSEROPT`; RFC 4861, RFC 8106). Both only
//! come by a [`Monitor`](crate::Monitor).
//!
//! ```no_run
//! use nlroute::{Group, Monitor, monitor::{Change, Event, Noun}};
//!
//! let mut monitor = Monitor::open()?;
//! monitor.join([Group::Ipv6Prefix, Group::NdUseropt])?;
//! loop {
//!     let Event::Notification(told) = monitor.next()? else { continue };
//!     match told.change() {
//!         Change::New(Noun::RouterPrefix(prefix)) => println!("{:?}", prefix.prefix()),
//!         Change::New(Noun::UserOption(told)) => {
//!             for option in told.options() {
//!                 println!("option {} of {:?}", option.kind, told.source());
//!             }
//!         }
//!         _ => {}
//!     }
//! }
//! # #[allow(unreachable_code)]
//! # Ok::<(), nlroute::Error>(())
//! ```
use std::{fmt, net::Ipv6Addr, time::Duration};

use crate::{
    Family, Prefix,
    wire::{Attributes, Fault, align},
};

crate::record! {
    /// What stands before the attributes of a prefix.
    ///
    /// ```
    /// assert_eq!(nlroute::ndisc::RouterPrefixHeader::LEN, 12);
    /// ```
    pub struct RouterPrefixHeader "prefixmsg" 12 from 12;
    0 prefix_family family: u8 = "Address family, [`Family::Inet6`].";
    4 prefix_ifindex index: u32 = "Index of the link that it came by.";
    8 prefix_type kind: u8 = "Type of the option it stood in: 3.";
    9 prefix_len len: u8 = "Prefix length in bits.";
    10 prefix_flags flags: u8 = "What is true of it, [`RouterPrefixFlags`].";
}

crate::record! {
    /// For how long a prefix is valid.
    ///
    /// ```
    /// use nlroute::ndisc::RouterPrefixCacheInfo;
    /// let mut forever = RouterPrefixCacheInfo::default();
    /// (forever.preferred_time, forever.valid_time) = (60, u32::MAX);
    /// assert_eq!(forever.valid(), None);
    /// assert_eq!(forever.preferred(), Some(std::time::Duration::from_secs(60)));
    /// ```
    #[non_exhaustive]
    pub struct RouterPrefixCacheInfo "prefix_cacheinfo" 8 from 8;
    0 preferred_time preferred_time: u32 = "For how long it is preferred, in seconds; 4294967295 is forever.";
    4 valid_time valid_time: u32 = "For how long it is valid, in seconds; 4294967295 is forever.";
}

impl RouterPrefixCacheInfo {
    /// For how long it is preferred; `None` is forever.
    #[must_use]
    pub fn preferred(self) -> Option<Duration> {
        seconds(self.preferred_time)
    }

    /// For how long it is valid; `None` is forever.
    #[must_use]
    pub fn valid(self) -> Option<Duration> {
        seconds(self.valid_time)
    }
}

fn seconds(time: u32) -> Option<Duration> {
    (time < u32::MAX).then(|| Duration::from_secs(time.into()))
}

crate::open_flags! {
    /// What is true of a prefix: the flags of the option (RFC 4861, RFC 6275, RFC 9762).
    ///
    /// ```
    /// assert_eq!(nlroute::ndisc::RouterPrefixFlags::AUTOCONF.bits(), 0x40);
    /// ```
    pub struct RouterPrefixFlags: u8 {
        /// Its addresses are on the link.
        const ONLINK = 1 << 7;
        /// Hosts may make themselves addresses of it.
        const AUTOCONF = 1 << 6;
        /// It holds the router's own address. Since Linux 6.8.
        const ROUTER = 1 << 5;
        /// Hosts are rather to ask for a prefix of their own by DHCP. Since Linux 6.8.
        const PD_PREFERRED = 1 << 4;
    }
}

crate::table! {
    /// Attributes of a prefix (`PREFIX_*` of `linux/rtnetlink.h`).
    table RouterPrefixTable "prefix" after RouterPrefixHeader;
    /// A prefix that a router told.
    ///
    /// ```
    /// use nlroute::ndisc::{RouterPrefixFlags, RouterPrefixHeader, RouterPrefixView};
    /// let header = RouterPrefixHeader { family: 10, index: 3, flags: 0x40, ..Default::default() };
    /// let prefix = RouterPrefixView::parse(header.to_bytes().to_vec())?;
    /// assert_eq!(prefix.flags(), RouterPrefixFlags::AUTOCONF);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view RouterPrefixView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::ndisc::RouterPrefixAttributes::new().is_empty());
    /// ```
    request RouterPrefixAttributes;

    ro 1 PREFIX_ADDRESS address: Ipv6Addr = "The prefix's address.";
    ro 2 PREFIX_CACHEINFO cacheinfo: RouterPrefixCacheInfo = "For how long it is valid.";
}

impl RouterPrefixView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> RouterPrefixHeader {
        RouterPrefixHeader::at(self.as_bytes())
    }

    /// The prefix.
    #[inline]
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        Prefix::new(self.address()?.into(), self.header().len).ok()
    }

    /// Index of the link that it came by.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// What is true of it.
    ///
    /// Before Linux 6.8 the kernel told only the first two flags, by numbers of its own; those are
    /// told as the option's here.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> RouterPrefixFlags {
        const OLD_ONLINK: u8 = 1;
        const OLD_AUTOCONF: u8 = 2;
        let told = self.header().flags;
        let mut flags = RouterPrefixFlags::from_bits_retain(told);
        if told & !(OLD_ONLINK | OLD_AUTOCONF) == 0 {
            flags = RouterPrefixFlags::empty();
            flags.set(RouterPrefixFlags::ONLINK, told & OLD_ONLINK != 0);
            flags.set(RouterPrefixFlags::AUTOCONF, told & OLD_AUTOCONF != 0);
        }
        flags
    }
}

crate::record! {
    /// What stands before the options and the attributes of options for a program.
    ///
    /// ```
    /// assert_eq!(nlroute::ndisc::UserOptionHeader::LEN, 16);
    /// ```
    pub struct UserOptionHeader "nduseroptmsg" 16 from 16;
    0 nduseropt_family family: u8 = "Address family, [`Family::Inet6`].";
    2 nduseropt_opts_len options_len: u16 = "Length of the options in bytes.";
    4 nduseropt_ifindex index: u32 = "Index of the link that they came by.";
    8 nduseropt_icmp_type icmp_type: u8 = "Type of the ICMP message: 134 of a router's advertisement.";
    9 nduseropt_icmp_code icmp_code: u8 = "Code of the ICMP message: 0.";
}

crate::table! {
    /// Attributes behind the options for a program (`NDUSEROPT_*` of `linux/rtnetlink.h`).
    table UserOptionTable "nduseropt";
    /// The attributes behind the options: see [`UserOptionView`].
    ///
    /// ```
    /// assert_eq!(nlroute::ndisc::UserOptionAttributesView::parse(&[][..])?.source(), None);
    /// # Ok::<(), nlroute::wire::Fault>(())
    /// ```
    view UserOptionAttributesView;
    /// Nothing of it can be set.
    ///
    /// ```
    /// assert!(nlroute::ndisc::UserOptionAttributes::new().is_empty());
    /// ```
    request UserOptionAttributes;

    ro 1 NDUSEROPT_SRCADDR source: Ipv6Addr = "The router's address.";
}

/// An option of a router.
///
/// ```
/// use nlroute::ndisc::UserOption;
/// let servers = UserOption { kind: 25, data: &[0; 22] };
/// assert_eq!(servers.data.len(), 22);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserOption<'a> {
    /// Its type: 25 is name servers (RFC 8106), 31 is search domains, 38 is the prefix of a
    /// translator to IPv4 (RFC 8781).
    pub kind: u8,
    /// What stands behind type and length.
    pub data: &'a [u8],
}

/// Options of a router that a program is to handle.
///
/// The message is no table: the options stand between header and attributes.
///
/// ```
/// use nlroute::ndisc::{UserOptionHeader, UserOptionView};
/// let header = UserOptionHeader { family: 10, options_len: 8, index: 3, ..Default::default() };
/// let mut body = header.to_bytes().to_vec();
/// body.extend([25, 1, 0, 0, 0, 0, 0, 60]);
/// let told = UserOptionView::parse(&body)?;
/// assert_eq!((told.index(), told.options().count()), (3, 1));
/// # Ok::<(), nlroute::wire::Fault>(())
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct UserOptionView<'a>(&'a [u8]);

impl<'a> UserOptionView<'a> {
    /// A view of these bytes: header, options, attributes.
    ///
    /// # Errors
    /// When the header or the options aren't whole.
    #[inline]
    pub fn parse(body: &'a [u8]) -> Result<Self, Fault> {
        let says = UserOptionHeader::LEN
            .saturating_add(usize::from(UserOptionHeader::at(body).options_len));
        if body.len() < UserOptionHeader::LEN || body.len() < says {
            let has = body.len();
            return Err(Fault::Frame { says, has });
        }
        Ok(Self(body))
    }

    /// The bytes that this is a view of.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> UserOptionHeader {
        UserOptionHeader::at(self.0)
    }

    /// Its address family.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of the link that they came by.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// The options, as far as their lengths are true.
    #[inline]
    pub fn options(&self) -> impl Iterator<Item = UserOption<'a>> + use<'a> {
        let end = UserOptionHeader::LEN + usize::from(self.header().options_len);
        let mut rest = self.0.get(UserOptionHeader::LEN..end).unwrap_or(&[]);
        std::iter::from_fn(move || {
            let (&kind, &eighths) = (rest.first()?, rest.get(1)?);
            let (option, behind) = rest.split_at_checked(usize::from(eighths) * 8)?;
            rest = behind;
            let data = option.get(2..)?;
            Some(UserOption { kind, data })
        })
    }

    #[inline]
    fn behind(&self) -> &'a [u8] {
        let options = align(usize::from(self.header().options_len));
        self.0.get(UserOptionHeader::LEN + options..).unwrap_or(&[])
    }

    /// Every attribute as bytes.
    #[inline]
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.behind())
    }

    /// The router's address.
    ///
    /// `NDUSEROPT_SRCADDR`.
    #[inline]
    #[must_use]
    pub fn source(&self) -> Option<Ipv6Addr> {
        let attributes = UserOptionAttributesView::parse(self.behind()).ok()?;
        attributes.source()
    }
}

impl fmt::Debug for UserOptionView<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserOptionView")
            .field("options", &self.options().collect::<Vec<_>>())
            .field("source", &self.source())
            .finish()
    }
}
