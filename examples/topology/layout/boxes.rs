//! The boxes of links and of namespaces that hang on others.
use super::{
    super::{
        network::{LinkId, Namespace},
        words,
    },
    column::{self, Aim, Arrow, Block, Row},
    item::{ANCHOR, End, Item, Shape, Style, Text, width},
    plan::Plan,
};

/// Addresses that are shown of a link; its title has all.
const MOST_ADDRESSES: usize = 4;
/// Up to here, boxes of links stand beside each other.
pub const FLOW: i32 = 440;
/// Between the ends of a pair in one namespace.
const APART: i32 = 44;
/// From a namespace's edge to what is in it.
pub const PAD: i32 = 10;
/// Below the name.
pub const TOP: i32 = 30;
/// From a namespace's edge over its bridge's to the ports.
pub const PORT_INSET: i32 = 16;

/// The links of a namespace, by where they are drawn.
pub struct Parts {
    /// In front, beside each other.
    pub loose: Vec<usize>,
    /// Along the edge, by the bridge that they are ports of, if any.
    pub groups: Vec<(Option<usize>, Vec<usize>)>,
}

pub fn parts(plan: &Plan<'_>, namespace: usize) -> Parts {
    let of = &plan.network.namespaces[namespace];
    let entry = plan.entries.get(&namespace).copied();
    let id = |link| LinkId { namespace, link };
    let at_edge = |link: usize| Some(link) != entry && !plan.uplinks.contains(&id(link));
    let mut parts = Parts {
        loose: Vec::new(),
        groups: Vec::new(),
    };
    let mut wired = Vec::new();
    for (n, link) in of.links.iter().enumerate() {
        let bridged = link.master.is_some_and(|master| of.links[master].is_bridge);
        let ports: Vec<usize> = if link.is_bridge {
            of.ports(n).filter(|port| at_edge(*port)).collect()
        } else {
            Vec::new()
        };
        if !ports.is_empty() {
            parts.groups.push((Some(n), ports));
        } else if bridged || !at_edge(n) {
            // With its bridge, or where the line to it is.
        } else if plan.leads_out(id(n)) {
            wired.push(n);
        } else {
            parts.loose.push(n);
        }
    }
    if !wired.is_empty() {
        parts.groups.push((None, wired));
    }
    parts
}

/// The box of a link.
pub fn link(plan: &Plan<'_>, id: LinkId) -> Item {
    let network = plan.network;
    let of = &network.namespaces[id.namespace];
    let link = network.link(id);
    let mut first = vec![(Style::Name, link.name.clone())];
    first.extend(link.port.iter().map(|port| (Style::Detail, port.clone())));
    // Every namespace has a loopback, which says little: it is to be narrow.
    let details = if link.kind == "loopback" {
        first.push((Style::Detail, link.kind.clone()));
        words::state(link)
    } else {
        words::details(link)
    };
    let mut lines = vec![first, vec![(Style::Detail, details)]];
    let mut say = |style, text| lines.push(vec![(style, text)]);
    let master = link.master.map(|master| &of.links[master]);
    if let Some(master) = master {
        let entry = plan.entries.get(&id.namespace) == Some(&id.link);
        if !master.is_bridge || entry || plan.uplinks.contains(&id) {
            say(Style::Detail, format!("port of {}", master.name));
        }
    }
    let addresses = words::addresses(link);
    for address in addresses.iter().take(MOST_ADDRESSES) {
        say(Style::Detail, address.clone());
    }
    if let Some(more @ 1..) = addresses.len().checked_sub(MOST_ADDRESSES) {
        say(Style::Detail, format!("and {more} more"));
    }
    for (prefix, winner) in of.clashes_of(id.link) {
        say(
            Style::Clash,
            match winner {
                None => format!("{prefix} wins"),
                Some(winner) => format!("{prefix} hidden by {winner}"),
            },
        );
    }
    if !plan.leads_out(id) {
        if let Some(other) = link.other_end.filter(|_| plan.beside(id).is_none()) {
            say(
                Style::Detail,
                format!("⇄ {}", words::place(network, other, id.namespace)),
            );
        }
        for route in plan.defaults(id) {
            say(
                Style::Route,
                format!("→ {}", words::default_route(network, route)),
            );
        }
    }
    let mut class = "link".to_owned();
    for (is, name) in [
        (link.is_bridge, " bridge"),
        (!link.state.carries(), " down"),
        (
            of.clashes_of(id.link).any(|(_, winner)| winner.is_some()),
            " loser",
        ),
    ] {
        class += if is { name } else { "" };
    }
    Item::lines(&class, words::link_facts(network, id), &lines)
}

/// A link at the edge, the line from it and what that leads to.
pub fn row(plan: &Plan<'_>, id: LinkId) -> Row {
    let network = plan.network;
    let port = link(plan, id);
    let near = network.link(id);
    let child = plan.children.get(&id).copied();
    let mut arrows = Vec::new();
    if let Some(child) = child {
        for route in plan.defaults(child) {
            let bridge = near.master.map(|link| LinkId { link, ..id });
            let mut label = words::default_route(network, route);
            let aim = match route.owner {
                None if route.gateway.is_none() => Aim::Link,
                None => {
                    label += " (not seen)";
                    Aim::Unseen
                }
                Some(owner) if owner == id => Aim::Link,
                owner if owner == bridge => Aim::Bridge,
                Some(owner) => {
                    label += &format!(" ({})", words::place(network, owner, id.namespace));
                    if bridge.is_some() {
                        Aim::Bridge
                    } else {
                        Aim::Link
                    }
                }
            };
            arrows.push((route, label, true, aim));
        }
    }
    if plan.leads_out(id) {
        for route in plan.defaults(id) {
            let mut label = words::default_route(network, route);
            let unseen = child.is_some() && route.owner.is_none() && route.gateway.is_some();
            label += if unseen { " (not seen)" } else { "" };
            arrows.push((
                route,
                label,
                false,
                if unseen { Aim::Unseen } else { Aim::Link },
            ));
        }
    }
    let (mut class, title) = match near.other_end {
        Some(other) => wire(plan, id, other),
        None => ("wire".to_owned(), words::link_facts(network, id)),
    };
    if !near.state.carries() && near.other_end.is_none() {
        class += " down";
    }
    let down = if class.ends_with("down") { " down" } else { "" };
    let arrows: Vec<Arrow> = arrows
        .into_iter()
        .map(|(route, label, inwards, aim)| Arrow {
            label,
            title: words::default_facts(network, route),
            class: format!("default{down}"),
            inwards,
            aim,
        })
        .collect();
    let pill = |class: &str, lines: &[&str]| {
        let lines: Vec<_> = lines
            .iter()
            .map(|l| vec![(Style::Detail, (*l).to_owned())])
            .collect();
        let mut item = Item::lines(class, words::link_facts(network, id), &lines);
        item.stretch(0, column::least_height(&port, &arrows));
        let (width, height) = item.size();
        Block {
            items: vec![item],
            lines: Vec::new(),
            width,
            height,
            anchor: (0, ANCHOR),
        }
    };
    let end = if let Some(child) = child {
        let least = column::least_height(&port, &arrows);
        Some(block(plan, child.namespace, least))
    } else if let Some(other) = near.other_end {
        let place = words::place(network, other, usize::MAX);
        Some(pill("stub", &[&format!("⇄ {place}")]))
    } else if let Some(lost) = &near.lost_end {
        class += " lost";
        Some(pill("stub lost", &[lost, "not to be seen from here"]))
    } else if plan.uplinks.contains(&id) {
        class += " lost";
        Some(pill("stub", &["beyond this link"]))
    } else {
        None
    };
    Row {
        port,
        line: (class, title),
        arrows,
        end,
    }
}

/// The upper part of a namespace: its name, links beside each other, and what is to be said.
pub struct Front {
    pub items: Vec<Item>,
    pub texts: Vec<Text>,
    pub width: i32,
    pub height: i32,
}

/// `entry` is the link on which it hangs, and how high that has to be at least; the others begin
/// at `left`, and stand beside each other for as long as `flow` is wide.
pub fn front(
    plan: &Plan<'_>,
    namespace: usize,
    loose: &[usize],
    entry: Option<(usize, i32)>,
    left: i32,
    flow: i32,
) -> Front {
    let of = &plan.network.namespaces[namespace];
    let mut items = Vec::new();
    let (mut x, mut y, mut tallest, mut right) = (left, TOP, 0, 0);
    let mut place = |item: Item, (w, h): (i32, i32)| {
        if x > left && x + w > left + flow {
            (x, y, tallest) = (left, y + tallest + PAD, 0);
        }
        items.push(item.at(x, y));
        right = right.max(x + w);
        (x, tallest) = (x + w + PAD, tallest.max(h));
        y + tallest
    };
    let mut bottom = TOP - PAD;
    if let Some((link, least)) = entry {
        let mut item = self::link(plan, LinkId { namespace, link });
        item.stretch(0, least);
        let size = item.size();
        bottom = place(item, size);
    }
    for link in loose {
        let id = LinkId {
            namespace,
            link: *link,
        };
        let item = self::link(plan, id);
        let size = item.size();
        bottom = match plan.beside(id) {
            None => place(item, size),
            Some(other) if other < id => continue,
            Some(other) => {
                let (item, size) = pair(plan, id, other);
                place(item, size)
            }
        };
    }
    let mut below = bottom + PAD;
    for clash in &of.clashes {
        let lines = [
            vec![
                (Style::Clash, "route clash".to_owned()),
                (Style::Detail, clash.destination.to_string()),
            ],
            vec![(
                Style::Detail,
                format!("dev {} wins", of.dev_name(clash.winner)),
            )],
            vec![(Style::Clash, hidden(of, &clash.losers))],
        ];
        let item = Item::lines("clash", words::clash_facts(of, clash), &lines);
        right = right.max(left + item.size().0);
        let height = item.size().1;
        items.push(item.at(left, below));
        below += height + PAD;
    }
    let mut texts = vec![Text::new(PAD + 2, 20, Style::Name, &of.label)];
    for gap in &of.gaps {
        let text = format!("not read: {gap}");
        right = right.max(left + width(Style::Detail, &text));
        texts.push(Text::new(left, below + 11, Style::Detail, &text));
        below += PAD + 14;
    }
    right = right.max(PAD + 2 + width(Style::Name, &of.label));
    Front {
        items,
        texts,
        width: right + PAD,
        height: below,
    }
}

/// Both ends of a veth pair that are in one namespace, and the line between them.
fn pair(plan: &Plan<'_>, a: LinkId, b: LinkId) -> (Item, (i32, i32)) {
    let (left, right) = (link(plan, a), link(plan, b));
    let ((w, h), (more, high)) = (left.size(), right.size());
    let far = w + APART;
    let (class, title) = wire(plan, a, b);
    let shape = Shape::Line {
        from: (w, ANCHOR),
        to: (far, ANCHOR),
        end: End::Plain,
    };
    let wire = Item::new(&class, title, shape);
    let item = Item::group(vec![left, right.at(far, 0), wire]);
    (item, (far + more, h.max(high)))
}

/// Class and title of the line between the ends of a veth pair.
fn wire(plan: &Plan<'_>, a: LinkId, b: LinkId) -> (String, String) {
    let carries = |id| plan.network.link(id).state.carries();
    let class = if carries(a) && carries(b) {
        "wire"
    } else {
        "wire down"
    };
    let place = |id| words::place(plan.network, id, usize::MAX);
    (
        class.to_owned(),
        format!("veth pair: {} and {}", place(a), place(b)),
    )
}

fn hidden(of: &Namespace, losers: &[usize]) -> String {
    let names: Vec<_> = losers.iter().map(|loser| of.dev_name(*loser)).collect();
    let are = if names.len() == 1 { "is" } else { "are" };
    format!("dev {} {are} hidden", names.join(", "))
}

pub fn class_of(of: &Namespace) -> &'static str {
    if of.current { "netns current" } else { "netns" }
}

/// A namespace that hangs on another by its entry, which stands at its left edge, and all that
/// hangs on it in turn.
pub fn block(plan: &Plan<'_>, namespace: usize, least: i32) -> Block {
    let of = &plan.network.namespaces[namespace];
    let parts = parts(plan, namespace);
    let entry = plan.entries.get(&namespace).map(|entry| (*entry, least));
    let front = front(plan, namespace, &parts.loose, entry, PAD, FLOW);
    let mut groups = Vec::new();
    for (bridge, ports) in &parts.groups {
        let rows = ports
            .iter()
            .map(|link| {
                row(
                    plan,
                    LinkId {
                        namespace,
                        link: *link,
                    },
                )
            })
            .collect();
        let bar = bridge.map(|link| self::link(plan, LinkId { namespace, link }));
        let inset = if bar.is_some() { PORT_INSET } else { PAD };
        groups.push((bar, column::column(rows, inset), inset));
    }
    let edge = groups.iter().map(|(bar, column, inset)| {
        let bar = bar.as_ref().map_or(0, |bar| bar.size().0);
        (2 * inset + column.size.port).max(2 * PAD + bar)
    });
    let edge = edge.max().unwrap_or(0).max(front.width);
    let mut inside = front.items;
    let (mut ends, mut lines) = (Vec::new(), Vec::new());
    let (mut y, mut width) = (front.height, edge);
    for (bar, column, _) in groups {
        let top = y;
        y += bar.as_ref().map_or(0, |bar| bar.size().1);
        let place = |item: Item| item.at(edge, y);
        let ports: Vec<Item> = column.ports.into_iter().map(place).collect();
        ends.extend(column.ends.into_iter().map(place));
        lines.extend(column.lines.into_iter().map(place));
        y += column.size.height + PAD;
        match bar {
            Some(mut bar) => {
                bar = bar.at(PAD, top);
                bar.shape = Shape::Box {
                    x: PAD,
                    y: top,
                    w: edge - 2 * PAD,
                    h: y - top,
                };
                bar.children = ports;
                inside.push(bar);
                y += PAD;
            }
            None => inside.extend(ports),
        }
        width = width.max(edge + column.size.gap + column.size.out);
    }
    let shape = Shape::Box {
        x: 0,
        y: 0,
        w: edge,
        h: y,
    };
    let mut item = Item::new(class_of(of), words::namespace_facts(of), shape);
    item.texts = front.texts;
    item.children = inside;
    let mut items = vec![item];
    items.extend(ends);
    Block {
        items,
        lines,
        width,
        height: y,
        anchor: (PAD, TOP + ANCHOR),
    }
}
