//! `ip monitor`.
use nlroute::{
    Family, Group, Monitor, NetnsIdView,
    address::AddressView,
    link::Links,
    monitor::{Change, Event, MessageType, Notification, Noun},
    ndisc::{RouterPrefixFlags, RouterPrefixView},
    neighbour::NeighbourView,
};

use crate::{
    addr::show::{self as addr, AddressFilter},
    context::{Context, Label, errno_text},
    help,
    link::show as link,
    mroute, neigh, netconf, netns, nexthop,
    print::Text,
    route, rule,
    words::{Done, Stop, Words, matches},
};

/// What can be asked for by name.
const OBJECTS: &[(&str, &[Group])] = &[
    ("link", &[Group::Link]),
    ("address", &[Group::Ipv4Ifaddr, Group::Ipv6Ifaddr]),
    ("maddress", &[Group::Ipv4Mcaddr, Group::Ipv6Mcaddr]),
    ("acaddress", &[Group::Ipv6Acaddr]),
    (
        "route",
        &[Group::Ipv4Route, Group::Ipv6Route, Group::MplsRoute],
    ),
    ("mroute", &[Group::Ipv4Mroute, Group::Ipv6Mroute]),
    ("prefix", &[Group::Ipv6Prefix]),
    ("neigh", &[Group::Neigh]),
    (
        "netconf",
        &[Group::Ipv4Netconf, Group::Ipv6Netconf, Group::MplsNetconf],
    ),
    ("rule", &[Group::Ipv4Rule, Group::Ipv6Rule]),
    ("nsid", &[Group::Nsid]),
    ("nexthop", &[Group::Nexthop]),
    ("stats", &[]),
];

/// The family of a group's notifications.
fn family_of(group: Group) -> Option<Family> {
    match group {
        Group::Ipv4Ifaddr
        | Group::Ipv4Mcaddr
        | Group::Ipv4Mroute
        | Group::Ipv4Netconf
        | Group::Ipv4Route
        | Group::Ipv4Rule => Some(Family::Inet),
        Group::Ipv6Acaddr
        | Group::Ipv6Ifaddr
        | Group::Ipv6Mcaddr
        | Group::Ipv6Mroute
        | Group::Ipv6Netconf
        | Group::Ipv6Prefix
        | Group::Ipv6Route
        | Group::Ipv6Rule => Some(Family::Inet6),
        Group::MplsNetconf | Group::MplsRoute => Some(Family::Mpls),
        _ => None,
    }
}

/// What is told of.
struct Filters<'a> {
    index: u32,
    addresses: AddressFilter<'a>,
    routes: route::Filter,
    multicast_routes: mroute::Filter,
    neighbours: neigh::Filter,
    rules: rule::Filter<'a>,
}

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut groups, mut index) = (Vec::new(), 0);
    let (mut label, mut any) = (Label::default(), false);
    while let Some(word) = words.next() {
        let object = OBJECTS.iter().find(|(name, _)| match *name {
            "acaddress" | "stats" => word == *name,
            name => matches(word, name),
        });
        match word {
            _ if matches(word, "file") => {
                words.value()?;
                return Stop::SENSELESS.say("A file isn't read here.");
            }
            _ if matches(word, "label") => label.banner = true,
            _ if object.is_some() => {
                any = true;
                groups.extend(object.into_iter().flat_map(|(_, groups)| groups.iter()));
            }
            "all" => label.banner = true,
            _ if matches(word, "all-nsid") => label.all_nsid = true,
            _ if matches(word, "help") => return help::monitor(),
            "dev" => index = context.device_of(words, "Device does not exist\n")?,
            _ => {
                let stop = Stop::SENSELESS;
                return stop.say(format_args!(
                    "Argument \"{word}\" is unknown, try \"ip monitor help\"."
                ));
            }
        }
    }
    if !any {
        groups.extend(OBJECTS.iter().flat_map(|(_, groups)| groups.iter()));
    }
    let family = context.options.family;
    groups.retain(|group| {
        family == Family::Unspec || family_of(*group).is_none_or(|of| of == family)
    });
    let mut filters = Filters {
        index,
        addresses: AddressFilter::default(),
        routes: route::Filter {
            oif: Some(index).filter(|index| *index > 0),
            cloned: Some(false),
            ..Default::default()
        },
        multicast_routes: mroute::Filter {
            iif: index,
            ..Default::default()
        },
        neighbours: neigh::Filter::all(),
        rules: rule::Filter::of(family),
    };
    filters.addresses.link.index = index;
    filters.neighbours.index = index;
    let monitor = open(context, &groups, label)?;
    // What the namespaces are called now.
    netns::name_of(context, -1);
    listen(context, monitor, |context, told| {
        tell(context, told, &mut filters);
    })
}

/// Opens a monitor of these groups, and makes what is printed be what it tells.
pub fn open(context: &mut Context, groups: &[Group], label: Label) -> Done<Monitor> {
    let monitor = match &context.netns {
        Some(netns) => netns.monitor(),
        None => Monitor::open(),
    };
    let monitor = monitor.and_then(|mut monitor| {
        // A kernel without one of them still tells the others.
        monitor.set_receive_buffer(1 << 20)?;
        for group in groups {
            match monitor.join([*group]) {
                Err(error) if error.errno() != Some(libc::EINVAL) => return Err(error),
                _ => {}
            }
        }
        if label.all_nsid {
            monitor.listen_all_nsid(true)?;
        }
        Ok(monitor)
    });
    let monitor = context.talk(monitor)?;
    // There is no end to it, and so it is never JSON.
    context.out = Box::new(Text::new(context.options.oneline));
    context.monitor = Some(label);
    if let Ok(links) = context.host.list(Links::all()) {
        links.iter().for_each(|link| context.remember(&link));
    }
    Ok(monitor)
}

/// Tells what the kernel tells, for ever.
pub fn listen(
    context: &mut Context,
    mut monitor: Monitor,
    mut tell: impl FnMut(&mut Context, &Notification<'_>),
) -> Done {
    loop {
        match monitor.next() {
            Ok(Event::Notification(told)) => {
                if let Some(label) = &mut context.monitor {
                    label.nsid = told.nsid();
                }
                tell(context, &told);
                context.out.flush();
            }
            Ok(Event::Overrun) => {
                let why = errno_text(libc::ENOBUFS);
                eprintln!("netlink receive error {why} ({})", libc::ENOBUFS);
            }
            Err(error) => return Stop::REFUSED.say(error),
        }
    }
}

fn tell(context: &mut Context, told: &Notification<'_>, filters: &mut Filters<'_>) {
    const GETNEIGH: u16 = libc::RTM_GETNEIGH;
    let (noun, deleted) = match told.change() {
        Change::New(noun) => (noun, false),
        Change::Deleted(noun) => (noun, true),
        Change::Other(message) if message.header().kind == GETNEIGH => {
            if let Ok(view) = NeighbourView::parse(message.body()) {
                neighbour(context, &view, filters, false);
            }
            return;
        }
        Change::Other(message) => {
            // The groups and the anycast addresses of a link are addresses of a kind of their own.
            let deleted = match told.kind() {
                MessageType::NewMulticast | MessageType::NewAnycast => false,
                MessageType::DelMulticast | MessageType::DelAnycast => true,
                _ => return,
            };
            if let Ok(view) = AddressView::parse(message.body()) {
                addr::show(context, &view, &filters.addresses, deleted);
            }
            return;
        }
    };
    match &noun {
        Noun::Link(view) | Noun::BridgePort(view) => {
            if deleted {
                context.forget(view.index());
            } else if matches!(noun, Noun::Link(_)) {
                context.remember(view);
            }
            if filters.index == 0 || filters.index == view.index() {
                link::shown(context, view, &filters.addresses.link, deleted);
            }
        }
        Noun::Address(view) => {
            addr::show(context, view, &filters.addresses, deleted);
        }
        Noun::Route(view) if matches!(view.family(), Family::Ipmr | Family::Ip6mr) => {
            mroute::shown(context, view, &filters.multicast_routes, deleted);
        }
        Noun::Route(view) if filters.routes.keeps(view) => {
            route::show::route(context, view, &filters.routes, deleted);
        }
        Noun::Rule(view) => rule::shown(context, view, &filters.rules, deleted),
        Noun::Neighbour(view) | Noun::Fdb(view) => neighbour(context, view, filters, deleted),
        Noun::Nexthop(view) => nexthop::show::line(context, view, deleted),
        Noun::NexthopBucket(view) => nexthop::show::bucket(context, view),
        Noun::Netconf(view) => {
            netconf::shown(context, view, filters.addresses.link.index, deleted);
        }
        Noun::RouterPrefix(view) => prefix(context, view),
        Noun::NetnsId(view) => nsid(context, view, deleted),
        _ => {}
    }
}

fn neighbour(
    context: &mut Context,
    view: &NeighbourView<'_>,
    filters: &Filters<'_>,
    deleted: bool,
) {
    let family = context.options.family;
    let is_meant = family == Family::Unspec || family == view.family();
    if is_meant && filters.neighbours.keeps(view) {
        neigh::neighbour_shown(context, view, &filters.neighbours, deleted);
    }
}

/// What a router told of a prefix.
fn prefix(context: &mut Context, view: &RouterPrefixView<'_>) {
    context.headers("[PREFIX]");
    let name = context.name_of(view.index());
    let out = &mut *context.out;
    if let Some(prefix) = view.prefix() {
        out.text(format_args!("prefix {prefix}"));
    }
    out.text(format_args!("dev {name} "));
    if view.flags().contains(RouterPrefixFlags::ONLINK) {
        out.str("onlink ");
    }
    if view.flags().contains(RouterPrefixFlags::AUTOCONF) {
        out.str("autoconf ");
    }
    if let Some(times) = view.cacheinfo() {
        let (valid, preferred) = (times.valid_time, times.preferred_time);
        out.text(format_args!("valid {valid} preferred {preferred} "));
    }
    out.str("\n");
}

fn nsid(context: &mut Context, view: &NetnsIdView<'_>, deleted: bool) {
    context.headers("[NSID]");
    if deleted {
        context.out.str("Deleted ");
    }
    let numbers = [("nsid", view.nsid()), ("current-nsid", view.current_nsid())];
    for (name, number) in numbers {
        match number {
            Some(0..) => context
                .out
                .text(format_args!("{name} {} ", number.unwrap_or(0))),
            Some(_) => context.out.text(format_args!("{name} unassigned ")),
            None => {}
        }
    }
    let number = view.current_nsid().or(view.nsid()).unwrap_or(-1);
    let mut name = netns::name_of(context, number);
    if name.is_some() {
        // What is told of next by this number may be another.
        if let Some(known) = &mut context.nsids {
            known.retain(|(id, _)| *id != number);
        }
    } else if !deleted {
        context.nsids = None;
        name = netns::name_of(context, view.nsid().unwrap_or(-1));
    }
    if let Some(name) = name {
        context
            .out
            .text(format_args!("(iproute2 netns name: {name})"));
    }
    context.out.str("\n");
}
