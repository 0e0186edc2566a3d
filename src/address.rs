//! IP addresses of links (`RTM_NEWADDR` and its like; `rtnetlink(7)`, `linux/if_addr.h`).
//!
//! ```no_run
//! use nlroute::{Address, Addresses, Connection};
//!
//! let mut host = Connection::open()?;
//! host.add(Address::new("eth0", "192.168.56.10/16".parse()?))?;
//! for address in &host.list(Addresses::all().link("eth0"))? {
//!     println!("{:?}", address.prefix());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There is no look-up of one address: the kernel has one for IPv6 only. List those of the link
//! instead, which the kernel filters.
use std::{net::IpAddr, time::Duration};

use crate::{
    Family, Prefix,
    route::RouteScope,
    wire::{IpBytes, Str, Text, table::aside},
};

mod list;
mod request;

pub use list::Addresses;
pub use request::Address;

crate::record! {
    /// What stands before the attributes of an address.
    ///
    /// ```
    /// assert_eq!(nlroute::address::AddressHeader::LEN, 8);
    /// ```
    pub struct AddressHeader "ifaddrmsg" 8 from 8;
    0 ifa_family family: u8 = "Address family, a [`Family`].";
    1 ifa_prefixlen prefix_len: u8 = "Length of the prefix in bits.";
    2 ifa_flags flags: u8 = "The lower eight of the [`AddressFlags`].";
    3 ifa_scope scope: u8 = "Where the address is valid, a [`RouteScope`].";
    4 ifa_index index: u32 = "Index of its link.";
}

crate::record! {
    /// How long an address is valid, and since when it is there.
    ///
    /// ```
    /// use nlroute::address::AddressCacheInfo;
    /// let mut info = AddressCacheInfo::default();
    /// (info.valid, info.preferred) = (60, u32::MAX);
    /// assert_eq!(info.valid_lifetime(), Some(std::time::Duration::from_secs(60)));
    /// assert_eq!(info.preferred_lifetime(), None);
    /// ```
    #[non_exhaustive]
    pub struct AddressCacheInfo "ifa_cacheinfo" 16 from 16;
    0 ifa_prefered preferred: u32 = "For how long new connections may use it, in seconds; all ones is forever.";
    4 ifa_valid valid: u32 = "For how long it stays, in seconds; all ones is forever.";
    8 cstamp created: u32 = "When it was made, in hundredths of a second since boot.";
    12 tstamp updated: u32 = "When it was last changed, in hundredths of a second since boot.";
}

impl AddressCacheInfo {
    /// For how long new connections may use the address; `None` is forever, zero is "deprecated".
    /// Of an IPv4 address that is valid forever the kernel says forever here in any case:
    /// [`AddressFlags::DEPRECATED`] tells.
    #[inline]
    #[must_use]
    pub fn preferred_lifetime(&self) -> Option<Duration> {
        lifetime(self.preferred)
    }

    /// For how long the address stays; `None` is forever.
    #[inline]
    #[must_use]
    pub fn valid_lifetime(&self) -> Option<Duration> {
        lifetime(self.valid)
    }
}

/// Seconds, all ones being "forever" (`INFINITY_LIFE_TIME`).
fn lifetime(seconds: u32) -> Option<Duration> {
    (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()))
}

crate::open_flags! {
    /// What is true of an address (`IFA_F_*` of `linux/if_addr.h`).
    ///
    /// ```
    /// use nlroute::address::AddressFlags;
    /// assert_eq!(AddressFlags::NOPREFIXROUTE.bits(), 0x200);
    /// ```
    pub struct AddressFlags: u32 {
        /// Of IPv4: another address of the same network came before. Of IPv6: temporary, made
        /// for privacy (`IFA_F_TEMPORARY` has the same number).
        const SECONDARY = 1;
        /// Not to be checked for duplicates; IPv6.
        const NODAD = 1 << 1;
        /// Used before the check for duplicates has ended; IPv6.
        const OPTIMISTIC = 1 << 2;
        /// Somebody else has it; IPv6.
        const DADFAILED = 1 << 3;
        /// A mobile node's home address; IPv6.
        const HOMEADDRESS = 1 << 4;
        /// Not for new connections: its preferred lifetime has ended.
        const DEPRECATED = 1 << 5;
        /// Not usable until the check for duplicates has ended; IPv6.
        const TENTATIVE = 1 << 6;
        /// Valid forever.
        const PERMANENT = 1 << 7;
        /// The kernel makes temporary addresses beside it, for privacy; IPv6.
        const MANAGETEMPADDR = 1 << 8;
        /// No route to its network is made for it.
        const NOPREFIXROUTE = 1 << 9;
        /// The kernel joins this multicast group, so that switches between forward it.
        const MCAUTOJOIN = 1 << 10;
        /// Made by the kernel from a secret; IPv6.
        const STABLE_PRIVACY = 1 << 11;
    }
}

impl AddressFlags {
    /// Those that mean nothing for IPv4.
    const IPV6_ONLY: Self = Self::NODAD
        .union(Self::OPTIMISTIC)
        .union(Self::HOMEADDRESS)
        .union(Self::MANAGETEMPADDR);
}

crate::open_enum! {
    /// Who made an address (`IFAPROT_*` of `linux/if_addr.h`). Numbers that have no name here
    /// are free for programs to use. Since Linux 5.18.
    ///
    /// ```
    /// use nlroute::address::AddressProtocol;
    /// assert_eq!(AddressProtocol::from(2).to_string(), "kernel_ra");
    /// ```
    pub enum AddressProtocol: u8 {
        /// Nobody said.
        Unspec = 0 "unspec",
        /// The kernel: the loopback's.
        KernelLo = 1 "kernel_lo",
        /// The kernel, told by a router.
        KernelRa = 2 "kernel_ra",
        /// The kernel: link-local.
        KernelLl = 3 "kernel_ll",
    }
}

crate::table! {
    /// Attributes of an address (`IFA_*` of `linux/if_addr.h`).
    table AddressTable "address" after AddressHeader;
    /// An address as the kernel tells it.
    ///
    /// ```
    /// use nlroute::address::{AddressHeader, AddressView};
    /// let header = AddressHeader { family: 2, prefix_len: 16, index: 3, ..Default::default() };
    /// let local = [8, 0, 2, 0, 192, 168, 56, 10]; // IFA_LOCAL
    /// # let local = [&8u16.to_ne_bytes()[..], &2u16.to_ne_bytes(), &local[4..]].concat();
    /// let body = [&header.to_bytes()[..], &local].concat();
    /// let address = AddressView::parse(body)?;
    /// assert_eq!(address.prefix(), Some("192.168.56.10/16".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    view AddressView;
    /// What an address is set to, as attributes.
    ///
    /// ```
    /// assert!(nlroute::address::AddressAttributes::new().is_empty());
    /// ```
    request AddressAttributes set by [impl<'a> Address<'a>] [.attributes];

    rw 1 IFA_ADDRESS peer: IpAddr as IpBytes =
        "The other end's address on a point-to-point link; the prefix is then its. Where there \
         is no other end it is told too: it is the address itself.";
    ro 2 IFA_LOCAL local: IpAddr as IpBytes =
        "The address itself; of IPv6 only where there is another end.";
    rw 3 IFA_LABEL label: Text<'_> | &'a str as Str =
        "Label, 1 to 15 bytes, by custom the link's name and perhaps a colon and more; IPv4.";
    rw 4 IFA_BROADCAST broadcast: IpAddr as IpBytes = "The broadcast address; IPv4.";
    ro 5 IFA_ANYCAST anycast: IpAddr as IpBytes = "An anycast address; IPv6.";
    ro 6 IFA_CACHEINFO cacheinfo: AddressCacheInfo = "Lifetimes.";
    ro 7 IFA_MULTICAST multicast: IpAddr as IpBytes = "A multicast address that the link listens to.";
    ro 8 IFA_FLAGS all_flags: AddressFlags =
        "All flags, where the header has room for eight. Since Linux 3.14.";
    rw 9 IFA_RT_PRIORITY metric: u32 =
        "Metric of the route to its network. Since Linux 4.18.";
    ro 10 IFA_TARGET_NETNSID target_netnsid: i32 =
        "Number of the namespace that it is in, where it was asked for. Since Linux 4.20.";
    rw 11 IFA_PROTO protocol: AddressProtocol = "Who made it. Since Linux 5.18.";
}

impl AddressView<'_> {
    /// The header.
    #[inline]
    #[must_use]
    pub fn header(&self) -> AddressHeader {
        AddressHeader::at(self.as_bytes())
    }

    /// Its address family.
    #[inline]
    #[must_use]
    pub fn family(&self) -> Family {
        self.header().family.into()
    }

    /// Index of the link that it is on.
    #[inline]
    #[must_use]
    pub fn index(&self) -> u32 {
        self.header().index
    }

    /// The address itself, whichever attribute it is in.
    ///
    /// `IFA_LOCAL`, else `IFA_ADDRESS`, `IFA_MULTICAST` or `IFA_ANYCAST`.
    #[inline]
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.local() {
            None => aside(self, (), |view, ()| view.address_alone()),
            local => local,
        }
    }

    /// The address of one that has no other end, or isn't its link's own.
    #[inline]
    fn address_alone(&self) -> Option<IpAddr> {
        self.peer()
            .or_else(|| self.multicast())
            .or_else(|| self.anycast())
    }

    /// The address itself with the length of its prefix; `None` where the message has no
    /// address, or a length that can't be.
    #[inline]
    #[must_use]
    pub fn prefix(&self) -> Option<Prefix> {
        Prefix::new(self.address()?, self.header().prefix_len).ok()
    }

    /// The other end's address, if there is another end.
    #[inline]
    #[must_use]
    pub fn other_end(&self) -> Option<IpAddr> {
        self.peer()
            .filter(|peer| self.local().is_some_and(|local| local != *peer))
    }

    /// What is true of it.
    ///
    /// `IFA_FLAGS`, else what the header says.
    #[inline]
    #[must_use]
    pub fn flags(&self) -> AddressFlags {
        self.all_flags()
            .unwrap_or_else(|| AddressFlags::from_bits_retain(self.header().flags.into()))
    }

    /// Where it is valid.
    #[inline]
    #[must_use]
    pub fn scope(&self) -> RouteScope {
        self.header().scope.into()
    }
}
