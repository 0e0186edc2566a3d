//! Waiting for a link: that it is there, works, is as it should be, or is gone.
use super::{Concern, Deadline, is_gone};
use crate::{
    Connection, Group, Result,
    link::{Link, LinkView, PortState},
    wire::LinkRef,
};

impl Connection {
    /// Waits until a link is gone; at once if there is none.
    ///
    /// `ip netns delete` and [`Netns::delete`](crate::Netns::delete) return before the kernel
    /// takes the namespace's links down: the host's ends of its veth pairs live on for a while,
    /// and making them again answers `EEXIST`. This listens for the kernel's own word that the
    /// link is deleted (`RTM_DELLINK`), so there is nothing to guess and nothing to race with.
    ///
    /// The link that is waited for is the one that bears the name now. One that gets its name
    /// afterwards is another.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, Netns, link::{Peer, Veth}};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// let netns0 = Netns::create("netns0")?;
    /// host.add(Veth::new("veth0").peer(Peer::new("ceth0").netns(&netns0)))?;
    /// drop(netns0);
    /// Netns::delete("netns0")?;
    /// host.wait_until_gone("veth0", Duration::from_secs(60))?;
    /// host.add(Veth::new("veth0").peer(Peer::new("ceth0")))?; // no EEXIST
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if it is still there at the deadline.
    pub fn wait_until_gone<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until link {link} is gone");
        self.watch_link(&link, deadline.into(), &operation, |link| link.is_none())
    }

    /// Waits until a link is as it should be; at once if it is.
    ///
    /// It is looked at again whenever the kernel tells that something about it has changed.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::{Link, Peer, Veth}};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// host.add(Veth::new("veth0").up().peer(Peer::new("ceth0").up()))?;
    /// host.wait_until("veth0", Duration::from_secs(60), |link| link.carrier() == Some(true))?;
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if it isn't so at the deadline;
    /// [`Error::is_not_found`](crate::Error::is_not_found) if there is no such link, or it goes
    /// while it is waited for.
    pub fn wait_until<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
        is: impl FnMut(&LinkView<'_>) -> bool,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait for link {link}");
        self.watch_while(&link, deadline.into(), &operation, is)
    }

    /// Waits until a link carries packets ([`LinkView::is_running`]); at once if it does.
    ///
    /// Of a veth it takes both ends to be up. Whether packets pass a bridge that it is a port of
    /// is [`wait_until_forwarding`](Self::wait_until_forwarding).
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_running<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until link {link} is running");
        self.watch_while(&link, deadline.into(), &operation, |link| link.is_running())
    }

    /// Waits until a port of a bridge forwards ([`PortState::Forwarding`]); at once if it does.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::{Bridge, Peer, Veth}};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// host.add(Bridge::new("br0").up())?;
    /// host.add(Veth::new("veth0").master("br0").up().peer(Peer::new("ceth0").up()))?;
    /// host.wait_until_forwarding("veth0", Duration::from_secs(60))?;
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_forwarding<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until port {link} is forwarding");
        self.watch_while(&link, deadline.into(), &operation, |link| {
            link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
        })
    }

    /// Waits until there is a link of this name, or alternative name; at once if there is. Answers
    /// its index.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::Bridge};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// let index = host.add(Bridge::new("br0"))?;
    /// assert_eq!(host.wait_for_link("br0", Duration::from_secs(60))?, index);
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if there is none at the deadline.
    pub fn wait_for_link<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        deadline: impl Into<Deadline>,
    ) -> Result<u32> {
        let link = link.into();
        let operation = format!("wait for link {link} to appear");
        self.watch(
            &[Group::Link],
            deadline.into(),
            &operation,
            |host, _, _| match host.ifindex(link) {
                Ok(index) => Ok(Some(index)),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            },
        )
    }

    /// Waits until it is so, of a link that must be there.
    fn watch_while(
        &mut self,
        link: &LinkRef<'_>,
        deadline: Deadline,
        operation: &str,
        mut is: impl FnMut(&LinkView<'_>) -> bool,
    ) -> Result<()> {
        let mut gone = false;
        self.watch_link(link, deadline, operation, |link| {
            gone = link.is_none();
            link.is_none_or(&mut is)
        })?;
        match gone {
            // Not asked for once more: another may have the name by now.
            true => Err(is_gone(operation, libc::ENODEV)),
            false => Ok(()),
        }
    }

    /// Shows `done` the link, now and after each of its events, until that is true.
    fn watch_link(
        &mut self,
        link: &LinkRef<'_>,
        deadline: Deadline,
        operation: &str,
        mut done: impl FnMut(Option<&LinkView<'_>>) -> bool,
    ) -> Result<()> {
        let mut link = *link;
        self.watch(
            &[Group::Link],
            deadline,
            operation,
            |host, concern, gone| {
                if gone {
                    done(None);
                    return Ok(Some(()));
                }
                let view = match host.get(Link::named(link)) {
                    Ok(view) => Some(view),
                    Err(error) if error.is_not_found() => None,
                    Err(error) => return Err(error),
                };
                let Some(found) = &view else {
                    done(None);
                    return Ok(Some(()));
                };
                // From now on it is this one, whatever it is called.
                link = LinkRef::Index(found.index());
                *concern = Concern::Link(found.index());
                Ok(done(view.as_ref()).then_some(()))
            },
        )
    }
}
