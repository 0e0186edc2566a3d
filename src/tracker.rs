//! What is there now, kept true by what the kernel tells.
use std::os::fd::{AsFd, BorrowedFd};

use crate::{
    Addresses, Connection, Deadline, ErrorKind, Family, Group, Monitor, Neighbours, Partial,
    Result, Routes,
    address::AddressView,
    link::{Link, LinkView, Links},
    monitor::{Event, Filter, MessageType},
    neighbour::NeighbourView,
    route::RouteView,
};

mod changes;
mod doubt;
mod key;
mod reading;
mod same;
mod state;
mod store;

pub use changes::{Changes, Difference};

use key::Key;
use reading::read;
use state::State;
use store::{Items, Keys, Map};

/// The links, addresses, routes and neighbours of a network namespace, kept true by what the
/// kernel tells.
///
/// It lists once, and then follows. [`update`](Self::update) takes in all that was told up to
/// now; between two of them nothing changes here. What the kernel's notifications leave open is
/// listed again then: after an overrun, where a list was interrupted, and where the kernel changes
/// something without telling it. It holds what is there, and what has changed since
/// [`changes`](Self::changes) was last called: memory is bounded by both, however much happens.
///
/// ```
/// # nlroute::sandbox::isolated(|| {
/// use nlroute::{Connection, Tracker, link::Bridge, monitor::Noun, tracker::Difference};
///
/// let mut tracker = Tracker::open()?;
/// assert!(tracker.links().any(|link| link.name() == "lo"));
/// let _ = tracker.changes(); // what has been seen
///
/// Connection::open()?.add(Bridge::new("br0"))?;
/// tracker.update()?;
/// for difference in &tracker.changes() {
///     if let Difference::New(Noun::Link(link)) = difference {
///         assert_eq!(link.name(), "br0");
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// # });
/// ```
///
/// # In an event loop
///
/// Call [`update`](Self::update) whenever [`AsFd::as_fd`] can be read; or let
/// [`wait`](Self::wait) wait.
///
/// # What is kept
///
/// - Every link, as [`Links::all`](crate::link::Links::all) lists it.
/// - Every address of IPv4 and IPv6.
/// - Every route of every table of IPv4 and IPv6; not those of MPLS and of multicast forwarding,
///   nor what is learnt for one destination. What the kernel's own list leaves out isn't here
///   either: an IPv6 route without a gateway that came between two next hops of one alike.
/// - Every neighbour of IPv4 and IPv6 whose link-layer address is known. The kernel makes those
///   that it is only looking for, and those that need none, without a word; and one that didn't
///   answer is gone here.
///
/// # What the kernel doesn't tell
///
/// Routes that go with a link or an address, next hops that become dead or alive, what a bridge
/// makes of its ports, IPv6 routes beside or in the place of others: all that is listed again when
/// something is told that it goes with. Nothing is ever told of the following, so it is as of the
/// last word, and no [change](Self::changes) by itself:
///
/// - counters and ages;
/// - a link's queueing discipline, settings by family (`af_spec`), how often it is promiscuous;
/// - timers and spanning tree of a bridge;
/// - whether a neighbour is about to be asked again
///   ([`DELAY`](crate::neighbour::NeighbourState::DELAY)), instead of reachable or stale;
/// - the other end of a link in another namespace, when it moves on from there.
///
/// Some is told late: of a link that is down its group, alias and alternative names, and settings
/// of its kind and as a port, when it goes up; an IPv6 address that the kernel makes by itself, when
/// it has been checked for duplicates. [`resync`](Self::resync) lists all again.
#[derive(Debug)]
pub struct Tracker {
    connection: Connection,
    monitor: Monitor,
    state: State,
    /// Whether there was more to receive than was taken at once.
    behind: bool,
    resyncs: u64,
}

/// How often in a row is listed again what changed while it was listed.
const ATTEMPTS: u32 = 16;
/// How many events are taken at most in one go: who tells faster than it can be heard must not
/// hold anybody up for ever.
const AT_ONCE: u32 = 1 << 18;
/// The receive buffer that is asked for: a few thousand notifications.
const BUFFER: u32 = 1 << 21;
const OPERATION: &str = "follow the kernel's state";

impl Tracker {
    /// Of the network namespace of the calling thread.
    ///
    /// # Errors
    /// As [`Connection::open`], [`Monitor::open`] and [`update`](Self::update).
    #[inline]
    pub fn open() -> Result<Self> {
        let (connection, mut monitor) = (Connection::open()?, Monitor::open()?);
        monitor.set_receive_buffer(BUFFER)?;
        Self::with(connection, monitor)
    }

    /// Of `netns`. The calling thread stays where it is.
    ///
    /// # Errors
    /// As [`open`](Self::open), and as [`Netns::run`](crate::Netns::run).
    pub fn open_in(netns: impl AsFd) -> Result<Self> {
        let netns = netns.as_fd();
        let (connection, mut monitor) = (Connection::open_in(netns)?, Monitor::open_in(netns)?);
        monitor.set_receive_buffer(BUFFER)?;
        Self::with(connection, monitor)
    }

    /// Over a connection and a monitor that were opened elsewhere, both in one namespace. The
    /// monitor joins the groups that are needed, and its filter is replaced.
    ///
    /// # Errors
    /// As [`update`](Self::update), and as [`Monitor::join`].
    #[inline]
    pub fn with(connection: Connection, mut monitor: Monitor) -> Result<Self> {
        use MessageType as Type;
        let filter = Filter::all().without_fdb().kinds([
            Type::NewLink,
            Type::DelLink,
            Type::NewAddr,
            Type::DelAddr,
            Type::NewRoute,
            Type::DelRoute,
            Type::NewNeigh,
            Type::DelNeigh,
            Type::NewNexthop,
            Type::DelNexthop,
        ]);
        monitor.set_filter(filter)?;
        monitor.join([
            Group::Link,
            Group::Neigh,
            Group::Ipv4Ifaddr,
            Group::Ipv4Route,
            Group::Ipv6Ifaddr,
            Group::Ipv6Route,
        ])?;
        match monitor.join([Group::Nexthop]) {
            // Before Linux 5.3 there are no next hop objects.
            Err(error) if error.errno() != Some(libc::EINVAL) => return Err(error),
            _ => {}
        }
        let mut tracker = Self {
            connection,
            monitor,
            state: State::new(),
            behind: false,
            resyncs: 0,
        };
        tracker.update()?;
        Ok(tracker)
    }

    /// Takes in all that has been told up to now, and lists what is in doubt. It doesn't wait for
    /// anything to happen.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] if what is listed changes, or the monitor overruns, each time it
    /// is tried: the state [is stale](Self::is_stale) then, and the next update goes on with it.
    /// When receiving or listing fails, likewise.
    #[inline]
    pub fn update(&mut self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let all = self.receive()?;
            // There is more, so nothing is known about what was lost: the caller comes back.
            if self.state.doubt.is_none() || !all {
                return Ok(());
            }
            match self.list() {
                Err(error) if !matches!(error.kind(), ErrorKind::Interrupted { .. }) => {
                    return Err(error);
                }
                _ => {}
            }
        }
        if self.receive()? && self.state.doubt.is_none() {
            return Ok(());
        }
        Err(ErrorKind::Interrupted {
            operation: OPERATION.to_owned(),
            attempts: ATTEMPTS,
            read: Partial::default(),
        }
        .into())
    }

    /// Lists everything again, whatever was told.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    #[inline]
    pub fn resync(&mut self) -> Result<()> {
        self.state.doubt = doubt::Doubt::everything();
        self.update()
    }

    /// Waits until something is told, until `deadline` at most, and updates. Answers whether there
    /// was something.
    ///
    /// What is told need not change anything here. Once the deadline is over nothing is taken in,
    /// also if something was told: that is [`update`](Self::update)'s. What is
    /// [stale](Self::is_stale) is updated at once.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn wait(&mut self, deadline: impl Into<Deadline>) -> Result<bool> {
        if !self.is_stale() {
            match self.monitor.next_until(deadline) {
                Ok(None) => return Ok(false),
                told => take(&mut self.state, told)?,
            };
        }
        self.update()?;
        Ok(true)
    }

    /// Whether something is in doubt because an [`update`](Self::update) failed, or didn't come to
    /// the end of what was told. Then what is here may not be true.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.behind || !self.state.doubt.is_none()
    }

    /// How often everything was listed: once at first, and again when the monitor overran.
    #[must_use]
    pub fn resyncs(&self) -> u64 {
        self.resyncs
    }

    /// As [`Monitor::set_receive_buffer`]. At first 2 MiB are asked for.
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn set_receive_buffer(&mut self, bytes: u32) -> Result<u32> {
        self.monitor.set_receive_buffer(bytes)
    }

    /// Every link, by index.
    pub fn links(&self) -> impl Iterator<Item = LinkView<'_>> {
        let links = self.state.links.all();
        links.filter_map(|(_, items)| LinkView::parse(items.body()).ok())
    }

    /// The link of this index.
    #[inline]
    #[must_use]
    pub fn link(&self, index: u32) -> Option<LinkView<'_>> {
        LinkView::parse(self.state.links.get(&Key::link(index))?.body()).ok()
    }

    /// Every address, by link.
    pub fn addresses(&self) -> impl Iterator<Item = AddressView<'_>> {
        let addresses = self.state.addresses.all();
        addresses.filter_map(|(_, items)| AddressView::parse(items.body()).ok())
    }

    /// Every route, by family and destination. Of those of IPv4 that are alike in destination,
    /// table, type of service and metric the first comes first.
    pub fn routes(&self) -> impl Iterator<Item = RouteView<'_>> {
        let routes = self.state.routes.all();
        let bodies = routes.flat_map(|(_, items)| items.bodies());
        bodies.filter_map(|body| RouteView::parse(body).ok())
    }

    /// Every neighbour whose link-layer address is known, by link.
    pub fn neighbours(&self) -> impl Iterator<Item = NeighbourView<'_>> {
        let neighbours = self.state.neighbours.all();
        neighbours.filter_map(|(_, items)| NeighbourView::parse(items.body()).ok())
    }

    /// What is different from when this was last called; the first time everything is new.
    ///
    /// It is between two states, not one by one what happened: of what changed several times the
    /// first and the last are told, and nothing of what came and went.
    #[inline]
    pub fn changes(&mut self) -> Changes<'_> {
        Changes::new(&mut self.state)
    }

    /// Takes what there is. Answers whether that was all.
    #[inline]
    fn receive(&mut self) -> Result<bool> {
        for _ in 0..AT_ONCE {
            if !take(&mut self.state, self.monitor.try_next())? {
                self.state.listen_closely();
                // From here on what comes has happened after the last reading.
                self.state.replay = doubt::Replay::default();
                self.behind = false;
                return Ok(true);
            }
        }
        self.state.listen_closely();
        self.behind = true;
        Ok(false)
    }

    /// Lists what is in doubt. All that was told before has been received: after an overrun the
    /// kernel drops what comes until then, and doesn't say so again.
    #[inline]
    fn list(&mut self) -> Result<()> {
        self.settled()?;
        if self.state.doubt.all {
            self.list_all()?;
            self.resyncs += 1;
        } else {
            // By what is read of links more comes in doubt.
            self.list_links(&self.state.doubt.links.clone())?;
            self.state.listen_closely();
            self.list_addresses(&self.state.doubt.addresses.clone())?;
        }
        if self.state.doubt.neighbours {
            self.list_neighbours()?;
        }
        self.list_routes()
    }

    /// Waits until the kernel is through with what it has told.
    ///
    /// It tells that an address or a next hop object is gone first, and takes the routes with it
    /// then; and routes are listed without the lock under which it does that (RTNL). A question
    /// for one link takes this lock, whether there is such a link or not.
    #[inline]
    fn settled(&mut self) -> Result<()> {
        match self.connection.get(Link::named(1)) {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    #[inline]
    fn list_all(&mut self) -> Result<()> {
        let links = read(&mut self.connection, Links::all(), |link: &LinkView<'_>| {
            Some(Key::link(link.index()))
        })?;
        let addresses = read(&mut self.connection, Addresses::all(), Key::address)?;
        let state = &mut self.state;
        state.links.replace(links.one_each(), &|_| true);
        state.addresses.replace(addresses.one_each(), &|_| true);
        state.replay.all = true;
        state.doubt.all = false;
        state.doubt.links.clear();
        state.doubt.addresses.clear();
        Ok(())
    }

    #[inline]
    fn list_links(&mut self, links: &Keys) -> Result<()> {
        for key in links.iter() {
            match self.connection.get(Link::named(key.index())) {
                Ok(link) => {
                    let items = Items::made(libc::RTM_NEWLINK, link.as_bytes());
                    self.state.new_link(&link, items);
                }
                Err(error) if error.is_not_found() => {
                    self.state.links.set(key.clone(), Items::default())
                }
                Err(error) => return Err(error),
            }
            self.state.doubt.links.remove(key);
            self.state.replay.links.insert(key.clone());
        }
        Ok(())
    }

    #[inline]
    fn list_addresses(&mut self, links: &Keys) -> Result<()> {
        for key in links.iter() {
            let query = Addresses::all().link(key.index());
            let addresses = match read(&mut self.connection, query, Key::address) {
                Ok(addresses) => addresses.one_each(),
                Err(error) if error.is_not_found() => Map::new(),
                Err(error) => return Err(error),
            };
            self.state.addresses.replace_on_link(key.index(), addresses);
            self.state.doubt.addresses.remove(key);
            self.state.replay.addresses.insert(key.clone());
        }
        Ok(())
    }

    #[inline]
    fn list_neighbours(&mut self) -> Result<()> {
        let key = Key::known_neighbour;
        let neighbours = read(&mut self.connection, Neighbours::all(), key)?;
        let state = &mut self.state;
        state.replay.neighbours_in_pieces = neighbours.pieces;
        state.neighbours.replace(neighbours.one_each(), &|_| true);
        state.doubt.neighbours = false;
        Ok(())
    }

    #[inline]
    fn list_routes(&mut self) -> Result<()> {
        let ranges = self.state.doubt.routes.clone();
        let key = |view: &RouteView<'_>| {
            Key::route(view).filter(|key| ranges.contains(key.destination()))
        };
        for (family, wanted) in [
            (Family::Inet, ranges.has_v4()),
            (Family::Inet6, ranges.has_v6()),
        ] {
            if !wanted {
                continue;
            }
            let query = Routes::all().family(family);
            let routes = read(&mut self.connection, query, key)?;
            if routes.astray {
                // It is still in doubt.
                return Ok(());
            }
            let v4 = family == Family::Inet;
            let replay = &mut self.state.replay;
            if v4 {
                replay.v4_in_pieces = routes.pieces;
            } else {
                replay.v6_in_pieces = routes.pieces;
            }
            let meant = |key: &Key| {
                let address = key.destination();
                address.is_ipv4() == v4 && ranges.contains(address)
            };
            self.state.routes.replace(routes.found, &meant);
        }
        self.state.doubt.routes = doubt::Ranges::default();
        self.state.replay.routes = ranges;
        Ok(())
    }
}

impl AsFd for Tracker {
    /// The monitor's socket, to wait on in an event loop.
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.monitor.as_fd()
    }
}

/// Takes what the monitor gave into the state. Answers whether there was something.
#[inline]
fn take(state: &mut State, told: Result<Option<Event<'_>>>) -> Result<bool> {
    match told {
        Ok(None) => return Ok(false),
        Ok(Some(Event::Notification(told))) => state.apply(&told),
        Ok(Some(Event::Overrun)) => state.doubt = doubt::Doubt::everything(),
        // Something was told, and nobody knows what.
        Err(error) if matches!(error.kind(), ErrorKind::Malformed { .. }) => {
            state.doubt = doubt::Doubt::everything();
        }
        Err(error) => return Err(error),
    }
    Ok(true)
}
