//! Waiting for what the kernel does in its own time, by its events and not by the clock.
use std::time::{Duration, Instant};

use crate::{
    Connection, Error, Group, Result,
    link::{Link, LinkView},
    monitor::{Change, Noun},
    wire::{LinkRef, Messages},
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
    /// [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if it is still there after `timeout`.
    pub fn wait_until_gone<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        timeout: Duration,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until link {link} is gone");
        self.watch(&link, timeout, &operation, |link| link.is_none())
    }

    /// Waits until a link is as it should be; at once if it is.
    ///
    /// It is looked at again whenever the kernel tells that something about it has changed.
    ///
    /// ```
    /// # nlroute::sandbox::isolated(|| {
    /// use nlroute::{Connection, link::{Bridge, Link, Peer, PortState, Veth}};
    /// use std::time::Duration;
    ///
    /// let mut host = Connection::open()?;
    /// host.add(Bridge::new("br0").up())?;
    /// host.add(Veth::new("veth0").master("br0").up().peer(Peer::new("ceth0").up()))?;
    /// host.wait_until("veth0", Duration::from_secs(60), |link| {
    ///     link.bridge_port().and_then(|port| port.state()) == Some(PortState::Forwarding)
    /// })?;
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`](crate::ErrorKind::TimedOut) if it isn't so after `timeout`; [`Error::is_not_found`] if there is
    /// no such link, or it goes while it is waited for.
    pub fn wait_until<'a>(
        &mut self,
        link: impl Into<LinkRef<'a>>,
        timeout: Duration,
        mut is: impl FnMut(&LinkView<'_>) -> bool,
    ) -> Result<()> {
        let link = link.into();
        let operation = format!("wait for link {link}");
        let mut gone = false;
        self.watch(&link, timeout, &operation, |link| {
            gone = link.is_none();
            link.is_none_or(&mut is)
        })?;
        if gone {
            self.ifindex(link).map(drop)
        } else {
            Ok(())
        }
    }

    /// Shows `done` the link, now and after each of its events, until that is true.
    fn watch(
        &mut self,
        link: &LinkRef<'_>,
        timeout: Duration,
        operation: &str,
        done: impl FnMut(Option<&LinkView<'_>>) -> bool,
    ) -> Result<()> {
        let failed = |error| Error::system(operation, error);
        let before = self.exchange.timeout.replace(timeout);
        let joined = self.exchange.member(Group::Link, true).map_err(failed);
        let watched = joined.and_then(|()| self.watch_joined(link, operation, done));
        let left = self.exchange.member(Group::Link, false).map_err(failed);
        self.exchange.timeout = before;
        watched.and(left)
    }

    fn watch_joined(
        &mut self,
        link: &LinkRef<'_>,
        operation: &str,
        mut done: impl FnMut(Option<&LinkView<'_>>) -> bool,
    ) -> Result<()> {
        let deadline = self.exchange.deadline();
        let mut link = *link;
        loop {
            // Looked at after joining: what happens from here on is told.
            let view = match self.get(Link::named(link)) {
                Ok(view) => Some(view),
                Err(error) if error.is_not_found() => None,
                // The next question is asked when all is received that was before it.
                Err(error) if error.is_overrun() => continue,
                Err(error) => return Err(error),
            };
            if done(view.as_ref()) {
                return Ok(());
            }
            // From now on it is this one, whatever it is called.
            let Some(index) = view.map(|view| view.index()) else {
                // What isn't there has no events to tell it by.
                return Ok(());
            };
            link = LinkRef::Index(index);
            match self.event_of(index, deadline, operation) {
                Ok(deleted) if deleted => {
                    done(None);
                    return Ok(());
                }
                // Its event may be among what was lost.
                Err(error) if !error.is_overrun() => return Err(error),
                _ => {}
            }
        }
    }

    /// Receives events until one is about the link of this index; answers whether it is deleted.
    fn event_of(&mut self, index: u32, deadline: Option<Instant>, operation: &str) -> Result<bool> {
        loop {
            self.exchange.receive(deadline, &operation)?;
            // The end of a dump that was left comes here, if nobody waited for it.
            self.exchange.note_ends();
            let mut seen = None;
            for message in Messages::new(self.exchange.socket.datagram()).flatten() {
                let deleted = match Change::of(message) {
                    Change::New(Noun::Link(link)) if link.index() == index => false,
                    // As a port it only comes to a bridge or leaves it.
                    Change::New(Noun::BridgePort(link))
                    | Change::Deleted(Noun::BridgePort(link))
                        if link.index() == index =>
                    {
                        false
                    }
                    Change::Deleted(Noun::Link(link)) if link.index() == index => true,
                    _ => continue,
                };
                seen = Some(deleted || seen == Some(true));
            }
            if let Some(deleted) = seen {
                return Ok(deleted);
            }
        }
    }
}
