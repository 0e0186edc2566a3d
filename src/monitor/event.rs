//! What a monitor receives: notifications, typed by noun.
use std::fmt;

use crate::{
    Family, NetnsIdView,
    address::AddressView,
    bridge::{MdbView, VlanView, VniView},
    link::{LinkHeader, LinkView},
    ndisc::{RouterPrefixView, UserOptionView},
    neighbour::{NeighbourHeader, NeighbourView},
    netconf::NetconfView,
    nexthop::NexthopView,
    route::{CacheReportView, RouteView},
    rule::RuleView,
    stats::StatsView,
    wire::Message,
};

crate::open_enum! {
    /// The type of a notification (`RTM_*` of `linux/rtnetlink.h`).
    ///
    /// ```
    /// use nlroute::monitor::MessageType;
    /// assert_eq!(MessageType::from(24), MessageType::NewRoute);
    /// assert_eq!(MessageType::NewRoute.to_string(), "newroute");
    /// ```
    pub enum MessageType: u16 {
        /// A link is there, or has changed.
        NewLink = 16 "newlink",
        /// A link is gone, or left its bridge.
        DelLink = 17 "dellink",
        /// An address is there, or has changed.
        NewAddr = 20 "newaddr",
        /// An address is gone.
        DelAddr = 21 "deladdr",
        /// A route is there, or has changed.
        NewRoute = 24 "newroute",
        /// A route is gone.
        DelRoute = 25 "delroute",
        /// A neighbour or an entry of a forwarding database is there, or has changed.
        NewNeigh = 28 "newneigh",
        /// A neighbour or an entry of a forwarding database is gone.
        DelNeigh = 29 "delneigh",
        /// A neighbour that a program is to look for (`app_solicit`).
        GetNeigh = 30 "getneigh",
        /// A routing rule is there.
        NewRule = 32 "newrule",
        /// A routing rule is gone.
        DelRule = 33 "delrule",
        /// A queueing discipline is there, or has changed.
        NewQdisc = 36 "newqdisc",
        /// A queueing discipline is gone.
        DelQdisc = 37 "delqdisc",
        /// A traffic class is there, or has changed.
        NewTclass = 40 "newtclass",
        /// A traffic class is gone.
        DelTclass = 41 "deltclass",
        /// A traffic filter is there, or has changed.
        NewTfilter = 44 "newtfilter",
        /// A traffic filter is gone.
        DelTfilter = 45 "deltfilter",
        /// A traffic action is there, or has changed.
        NewAction = 48 "newaction",
        /// A traffic action is gone.
        DelAction = 49 "delaction",
        /// A router told a prefix.
        NewPrefix = 52 "newprefix",
        /// A multicast address is listened to.
        NewMulticast = 56 "newmulticast",
        /// A multicast address is no longer listened to.
        DelMulticast = 57 "delmulticast",
        /// An anycast address is there.
        NewAnycast = 60 "newanycast",
        /// An anycast address is gone.
        DelAnycast = 61 "delanycast",
        /// A router told an option that a program is to handle.
        NewNdUseropt = 68 "newnduseropt",
        /// A setting of a link or of all has changed.
        NewNetconf = 80 "newnetconf",
        /// The settings of a link are gone with it.
        DelNetconf = 81 "delnetconf",
        /// An entry of a bridge's multicast database is there.
        NewMdb = 84 "newmdb",
        /// An entry of a bridge's multicast database is gone.
        DelMdb = 85 "delmdb",
        /// A namespace has got a number.
        NewNsid = 88 "newnsid",
        /// A namespace's number is free again.
        DelNsid = 89 "delnsid",
        /// Statistics of a link.
        NewStats = 92 "newstats",
        /// A packet that a multicast routing daemon is to know of.
        NewCacheReport = 96 "newcachereport",
        /// A chain of traffic filters is there.
        NewChain = 100 "newchain",
        /// A chain of traffic filters is gone.
        DelChain = 101 "delchain",
        /// A next hop object is there, or has changed.
        NewNexthop = 104 "newnexthop",
        /// A next hop object is gone.
        DelNexthop = 105 "delnexthop",
        /// A VLAN of a bridge's port is there, or has changed.
        NewVlan = 112 "newvlan",
        /// A VLAN of a bridge's port is gone.
        DelVlan = 113 "delvlan",
        /// A next hop group's resilient bucket has changed.
        NewNexthopBucket = 116 "newnexthopbucket",
        /// A next hop group's resilient bucket is gone.
        DelNexthopBucket = 117 "delnexthopbucket",
        /// A tunnel's network identifiers are there.
        NewTunnel = 120 "newtunnel",
        /// A tunnel's network identifiers are gone.
        DelTunnel = 121 "deltunnel",
    }
}

/// What a [`Monitor`](super::Monitor) gives out. It lends the monitor's buffer: nothing is copied
/// or allocated for an event.
///
/// ```no_run
/// # let mut monitor = nlroute::Monitor::open()?;
/// use nlroute::monitor::Event;
/// let mut lost = false;
/// while let Some(event) = monitor.try_next()? {
///     match event {
///         Event::Notification(told) => println!("{}", told.kind()),
///         Event::Overrun => lost = true,
///     }
/// }
/// if lost {
///     println!("list again");
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub enum Event<'m> {
    /// The kernel told of something.
    Notification(Notification<'m>),
    /// The monitor's receive buffer overran (`ENOBUFS`): the kernel has dropped notifications,
    /// nobody knows how many and of what. What is known of its state is stale: list again.
    ///
    /// First receive all that is there, until [`try_next`](super::Monitor::try_next) answers
    /// `None`: until then the kernel goes on dropping what comes, even where there is room, and
    /// doesn't say so again. What is dropped while one lists would then never be known.
    Overrun,
}

/// One message of the kernel, from what it tells of by itself.
///
/// ```no_run
/// use nlroute::{Group, Monitor, monitor::{Change, Event, Noun}};
///
/// let mut monitor = Monitor::open()?;
/// monitor.join([Group::Link, Group::Ipv4Route])?;
/// loop {
///     match monitor.next()? {
///         Event::Overrun => println!("something was lost: list again"),
///         Event::Notification(notification) => match notification.change() {
///             Change::New(Noun::Link(link)) => println!("{} is there", link.name()),
///             Change::Deleted(Noun::Link(link)) => println!("{} is gone", link.name()),
///             Change::New(Noun::Route(route)) => println!("{:?}", route.destination()),
///             other => println!("{other:?}"),
///         },
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Notification<'m> {
    message: Message<'m>,
    nsid: Option<i32>,
}

impl<'m> Notification<'m> {
    pub(crate) fn new(message: Message<'m>, nsid: Option<i32>) -> Self {
        Self { message, nsid }
    }

    /// The message itself. Its header says on whose request it happened: port and sequence of who
    /// asked, 0 where nobody did; of a new route its flags say whether it is in the place of
    /// another (`NLM_F_REPLACE`) or beside one (`NLM_F_APPEND`).
    #[must_use]
    pub fn message(&self) -> &Message<'m> {
        &self.message
    }

    /// The number that the namespace it happened in has in the monitor's own; `None` if it is the
    /// monitor's own, as it always is without
    /// [`listen_all_nsid`](super::Monitor::listen_all_nsid).
    #[must_use]
    pub fn nsid(&self) -> Option<i32> {
        self.nsid
    }

    /// Its type.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> MessageType {
        self.message.header().kind.into()
    }

    /// What it tells.
    #[inline]
    #[must_use]
    pub fn change(&self) -> Change<'m> {
        Change::of(self.message)
    }
}

/// What a notification tells.
///
/// ```no_run
/// # let mut monitor = nlroute::Monitor::open()?;
/// use nlroute::monitor::{Change, Event};
/// if let Event::Notification(told) = monitor.next()? {
///     match told.change() {
///         Change::New(noun) => println!("+ {noun:?}"),
///         Change::Deleted(noun) => println!("- {noun:?}"),
///         Change::Other(message) => println!("? {:02x?}", message.as_bytes()),
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Change<'m> {
    /// It is there: it is new, or something about it is.
    New(Noun<'m>),
    /// It is gone. What the message says of it is how it was.
    Deleted(Noun<'m>),
    /// Something that the crate has no type for: the message as it is.
    Other(Message<'m>),
}

impl<'m> Change<'m> {
    #[inline]
    pub(crate) fn of(message: Message<'m>) -> Self {
        let kind = MessageType::from(message.header().kind);
        let Some(noun) = Noun::of(kind, message.body()) else {
            return Self::Other(message);
        };
        // Of the four types of a noun the second is that it is gone.
        if u16::from(kind) & 3 == 1 {
            Self::Deleted(noun)
        } else {
            Self::New(noun)
        }
    }
}

/// A noun of the crate, as a notification tells it.
///
/// ```
/// use nlroute::monitor::Noun;
/// fn index(noun: &Noun<'_>) -> Option<u32> {
///     Some(match noun {
///         Noun::Link(link) | Noun::BridgePort(link) => link.index(),
///         Noun::Address(address) => address.index(),
///         Noun::Neighbour(neighbour) | Noun::Fdb(neighbour) => neighbour.index(),
///         Noun::Route(route) => return route.oif(),
///         _ => return None,
///     })
/// }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Noun<'m> {
    /// A link. Deleted, it is gone from the namespace: if it went to another one,
    /// [`new_netnsid`](LinkView::new_netnsid) says to which.
    Link(LinkView<'m>),
    /// A link as the port of a bridge, in the bridge's own family (`AF_BRIDGE`): its settings and
    /// state as such are in [`protinfo_bridge_port`](LinkView::protinfo_bridge_port). Deleted, it
    /// has left the bridge, and is still a link.
    BridgePort(LinkView<'m>),
    /// An address.
    Address(AddressView<'m>),
    /// A route, of any family.
    Route(RouteView<'m>),
    /// A packet that a multicast routing daemon is to know of.
    CacheReport(CacheReportView<'m>),
    /// A routing rule.
    Rule(RuleView<'m>),
    /// A neighbour.
    Neighbour(NeighbourView<'m>),
    /// An entry of a forwarding database.
    Fdb(NeighbourView<'m>),
    /// A next hop object.
    Nexthop(NexthopView<'m>),
    /// A bucket of a resilient group, which another next hop object has now.
    NexthopBucket(NexthopView<'m>),
    /// What is done with packets of a link.
    Netconf(NetconfView<'m>),
    /// A prefix that a router told.
    RouterPrefix(RouterPrefixView<'m>),
    /// Options of a router that a program is to handle.
    UserOption(UserOptionView<'m>),
    /// Statistics: what hardware counts was switched on or off, or is told for the last time.
    Stats(StatsView<'m>),
    /// The number of a namespace.
    NetnsId(NetnsIdView<'m>),
    /// Entries of a multicast database, or ports that have multicast routers behind them.
    Mdb(MdbView<'m>),
    /// VLANs of a bridge or of a port.
    Vlan(VlanView<'m>),
    /// Networks that a VXLAN takes.
    Vni(VniView<'m>),
}

impl<'m> Noun<'m> {
    /// The noun in the body of a message, if it is one of the crate's and its header is whole.
    #[inline]
    fn of(kind: MessageType, body: &'m [u8]) -> Option<Self> {
        use MessageType as Type;
        Some(match kind {
            Type::NewLink | Type::DelLink => match LinkHeader::at(body).family.into() {
                Family::Unspec => Self::Link(LinkView::parse(body).ok()?),
                Family::Bridge => Self::BridgePort(LinkView::parse(body).ok()?),
                _ => return None,
            },
            Type::NewAddr | Type::DelAddr => Self::Address(AddressView::parse(body).ok()?),
            Type::NewRoute | Type::DelRoute => Self::Route(RouteView::parse(body).ok()?),
            Type::NewNeigh | Type::DelNeigh => match NeighbourHeader::at(body).family.into() {
                Family::Bridge => Self::Fdb(NeighbourView::parse(body).ok()?),
                _ => Self::Neighbour(NeighbourView::parse(body).ok()?),
            },
            Type::NewCacheReport => Self::CacheReport(CacheReportView::parse(body).ok()?),
            Type::NewRule | Type::DelRule => Self::Rule(RuleView::parse(body).ok()?),
            Type::NewMdb | Type::DelMdb => Self::Mdb(MdbView::parse(body).ok()?),
            Type::NewVlan | Type::DelVlan => Self::Vlan(VlanView::parse(body).ok()?),
            Type::NewTunnel | Type::DelTunnel => Self::Vni(VniView::parse(body).ok()?),
            Type::NewNexthop | Type::DelNexthop => Self::Nexthop(NexthopView::parse(body).ok()?),
            Type::NewNexthopBucket | Type::DelNexthopBucket => {
                Self::NexthopBucket(NexthopView::parse(body).ok()?)
            }
            Type::NewNetconf | Type::DelNetconf => Self::Netconf(NetconfView::parse(body).ok()?),
            Type::NewPrefix => Self::RouterPrefix(RouterPrefixView::parse(body).ok()?),
            Type::NewNdUseropt => Self::UserOption(UserOptionView::parse(body).ok()?),
            Type::NewStats => Self::Stats(StatsView::parse(body).ok()?),
            Type::NewNsid | Type::DelNsid => Self::NetnsId(NetnsIdView::parse(body).ok()?),
            _ => return None,
        })
    }
}

impl fmt::Debug for Noun<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(view) | Self::BridgePort(view) => view.fmt(f),
            Self::Address(view) => view.fmt(f),
            Self::Route(view) => view.fmt(f),
            Self::CacheReport(view) => view.fmt(f),
            Self::Rule(view) => view.fmt(f),
            Self::Neighbour(view) | Self::Fdb(view) => view.fmt(f),
            Self::Nexthop(view) | Self::NexthopBucket(view) => view.fmt(f),
            Self::Netconf(view) => view.fmt(f),
            Self::RouterPrefix(view) => view.fmt(f),
            Self::UserOption(view) => view.fmt(f),
            Self::Stats(view) => view.fmt(f),
            Self::NetnsId(view) => view.fmt(f),
            Self::Mdb(view) => view.fmt(f),
            Self::Vlan(view) => view.fmt(f),
            Self::Vni(view) => view.fmt(f),
        }
    }
}
