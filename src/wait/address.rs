//! Waiting for addresses that can be used.
use std::net::IpAddr;

use super::{Concern, Deadline, is_gone};
use crate::{
    Addresses, Connection, ErrorKind, Group, Result,
    address::{AddressFlags, AddressView},
    wire::LinkRef,
};

const GROUPS: &[Group] = &[Group::Link, Group::Ipv4Ifaddr, Group::Ipv6Ifaddr];

impl Connection {
    /// Waits until an address of a link can be used; at once if it can.
    ///
    /// An IPv4 address can as soon as it is there. An IPv6 address is first
    /// [tentative](AddressFlags::TENTATIVE), until the check for duplicates has ended (DAD, RFC
    /// 4862), which begins when the link has a carrier and takes about a second, unless it was
    /// added with [`nodad`](crate::Address::nodad); an [optimistic](AddressFlags::OPTIMISTIC) one
    /// can be used meanwhile. An address that isn't there yet is waited for too.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Address, Connection, link::{Link, Peer, Veth}};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// host.add(Veth::new("veth0").up().peer(Peer::new("ceth0").up()))?;
    /// host.add(Address::new("veth0", "2001:db8::1/64".parse()?).nodad())?;
    /// host.wait_until_usable("veth0", "2001:db8::1".parse()?, Duration::from_secs(60))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Duplicate`] if somebody else has it; [`Error::is_not_found`](crate::Error::is_not_found) if there is no
    /// such link, or if link or address go while they are waited for;
    /// [`ErrorKind::TimedOut`] if it can't be used at the deadline.
    pub fn wait_until_usable<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        address: IpAddr,
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until {address} on {link} can be used");
        self.watch_addresses(&link, Some(address), deadline.into(), &operation)
    }

    /// Waits until every address that a link has can be used, as
    /// [`wait_until_usable`](Self::wait_until_usable) does for one; at once if it has none.
    ///
    /// # Errors
    /// As [`wait_until_usable`](Self::wait_until_usable).
    pub fn wait_until_all_usable<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until the addresses on {link} can be used");
        self.watch_addresses(&link, None, deadline.into(), &operation)
    }

    #[inline]
    fn watch_addresses(
        &mut self,
        link: &LinkRef<'_>,
        one: Option<IpAddr>,
        deadline: Deadline,
        operation: &str,
    ) -> Result<()> {
        let mut index = None;
        let mut was_there = false;
        self.watch(GROUPS, deadline, operation, |host, concern, gone| {
            let on = match index {
                None => host.ifindex(*link)?,
                Some(_) if gone => return Err(is_gone(operation, libc::ENODEV)),
                Some(index) => index,
            };
            index = Some(on);
            *concern = Concern::Addresses(on);
            let listed = host.list(Addresses::all().link(on))?;
            let (mut there, mut usable) = (false, true);
            for address in &listed {
                let Some(own) = address.address() else {
                    continue;
                };
                if one.is_some_and(|one| one != own) {
                    continue;
                }
                there = true;
                if address.flags().contains(AddressFlags::DADFAILED) {
                    return Err(ErrorKind::Duplicate {
                        operation: operation.to_owned(),
                        address: own,
                    }
                    .into());
                }
                usable &= address.is_usable();
            }
            if one.is_some() && !there {
                if was_there {
                    return Err(is_gone(operation, libc::EADDRNOTAVAIL));
                }
                usable = false;
            }
            was_there = there;
            Ok(usable.then_some(()))
        })
    }
}

impl AddressView<'_> {
    /// Whether packets can be sent from it and are taken for it: the check for duplicates has
    /// ended well, or the address needn't wait for it.
    #[inline]
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let flags = self.flags();
        !flags.contains(AddressFlags::DADFAILED)
            && (!flags.contains(AddressFlags::TENTATIVE)
                || flags.contains(AddressFlags::OPTIMISTIC))
    }
}
