//! Waiting for what the kernel does in its own time, by its events and not by the clock.
use std::time::{Duration, Instant};

use crate::{
    Connection, ErrorKind, Result,
    exchange::Exchange,
    lookup,
    wire::{LinkRef, Messages},
};

/// `RTNLGRP_LINK`: links that come, change and go.
const RTNLGRP_LINK: u32 = 1;

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
    /// host.wait_until_gone("veth0", Duration::from_secs(10))?;
    /// host.add(Veth::new("veth0").peer(Peer::new("ceth0")))?; // no EEXIST
    /// # Ok::<(), nlroute::Error>(())
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`] if it is still there after `timeout`.
    pub fn wait_until_gone(&mut self, link: impl Into<LinkRef>, timeout: Duration) -> Result<()> {
        let link = link.into();
        let operation = format!("wait until link {link} is gone");
        let before = self.exchange.timeout.replace(timeout);
        let joined = self.exchange.member(RTNLGRP_LINK, true);
        let gone = joined
            .map_err(|error| crate::Error::system(&operation, error))
            .and_then(|()| self.gone(&link, &operation));
        let left = self.exchange.member(RTNLGRP_LINK, false);
        self.exchange.timeout = before;
        gone?;
        left.map_err(|error| crate::Error::system(&operation, error))
    }

    fn gone(&mut self, link: &LinkRef, operation: &str) -> Result<()> {
        let deadline = self.exchange.deadline();
        // Asked after joining: what goes from here on is told.
        let Some(index) = self.index_if_any(link)? else {
            return Ok(());
        };
        loop {
            match deleted(&mut self.exchange, index, deadline, operation) {
                Err(error) if matches!(error.kind(), ErrorKind::Overrun { .. }) => {
                    // The word may be among what was lost.
                    if self.index_if_any(&LinkRef::Index(index))?.is_none() {
                        return Ok(());
                    }
                }
                done => return done,
            }
        }
    }

    fn index_if_any(&mut self, link: &LinkRef) -> Result<Option<u32>> {
        match self.ifindex(link) {
            Ok(index) => Ok(Some(index)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Receives events until one says that the link of this index is deleted.
fn deleted(
    exchange: &mut Exchange,
    index: u32,
    deadline: Option<Instant>,
    operation: &str,
) -> Result<()> {
    loop {
        exchange.receive(deadline, &operation)?;
        for message in Messages::new(exchange.socket.datagram()).flatten() {
            let body = message.body();
            // One that leaves a bridge is told by the same type, with the bridge's family.
            let whole = body.first() == Some(&(libc::AF_UNSPEC as u8));
            let deleted = message.header().kind == libc::RTM_DELLINK && whole;
            if deleted && lookup::index(body) == Some(index) {
                return Ok(());
            }
        }
    }
}
