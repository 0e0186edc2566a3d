//! The namespace that all others hang on. Its links stand along teeth that reach down between
//! columns of what hangs on them, so that a hundred containers make neither a row nor a column.
use super::{
    super::{network::LinkId, words},
    boxes::{self, PAD, PORT_INSET, TOP},
    column::{self, Block, Column, Measure, Row, column},
    item::{ANCHOR, Item, Shape},
    plan::Plan,
};

/// Between the two columns of ports of a tooth: what the arrows to a bridge end in.
const SPINE: i32 = 36;
/// Between columns that belong to different teeth.
const APART: i32 = 36;
/// Rows up to this high stand on one side only.
const ONE_SIDE: i32 = 620;

struct Group {
    bar: Option<Item>,
    rows: Vec<Row>,
    inset: i32,
}

/// Columns of a tooth on its left, if there is one, and on its right.
type Tooth = (Option<Vec<Row>>, Vec<Row>);

/// A bridge, how far its ports stand from the edge, and its teeth.
type Folded = (Option<Item>, i32, Vec<Tooth>);

pub fn root(plan: &Plan<'_>, namespace: usize) -> Block {
    let of = &plan.network.namespaces[namespace];
    let parts = boxes::parts(plan, namespace);
    let id = |link: usize| LinkId { namespace, link };
    let uplinks = (0..of.links.len()).filter(|link| plan.uplinks.contains(&id(*link)));
    let uplinks = column(
        uplinks.map(|link| boxes::row(plan, id(link))).collect(),
        PAD,
    );
    let left = PAD
        + if uplinks.ports.is_empty() {
            0
        } else {
            uplinks.size.port + PAD
        };
    let groups: Vec<Group> = parts
        .groups
        .iter()
        .map(|(bridge, ports)| Group {
            bar: bridge.map(|bridge| boxes::link(plan, id(bridge))),
            rows: ports
                .iter()
                .map(|port| boxes::row(plan, id(*port)))
                .collect(),
            inset: if bridge.is_some() { PORT_INSET } else { PAD },
        })
        .collect();

    let (teeth, wide) = fold(groups);
    let alone = teeth.len() == 1 && teeth[0].2.len() == 1 && teeth[0].2[0].0.is_none();
    let flow = if alone {
        boxes::FLOW
    } else {
        boxes::FLOW.max(wide - left)
    };
    let front = boxes::front(plan, namespace, &parts.loose, None, left, flow);

    // As the rows of the uplinks, with what is out there on the left.
    let uplink_top = TOP - uplinks.first_port;
    let mirrored = |items: Vec<Item>| -> Vec<Item> {
        items
            .into_iter()
            .map(|item| item.mirrored().at(0, uplink_top))
            .collect()
    };
    let head = front.height.max(if uplinks.ports.is_empty() {
        0
    } else {
        uplink_top + uplinks.size.height + PAD
    });
    let mut comb = Comb {
        head,
        bars: teeth
            .iter()
            .flat_map(|group| &group.0)
            .map(|bar| bar.size().1)
            .max()
            .unwrap_or(0),
        ..Comb::default()
    };
    comb.inside = front.items;
    comb.inside.extend(mirrored(uplinks.ports));
    comb.ends = mirrored(uplinks.ends);
    comb.lines = mirrored(uplinks.lines);

    for (bar, inset, teeth) in teeth {
        comb.group(bar, inset, teeth, if alone { front.width } else { 0 });
    }
    let (left, right) = (comb.left.min(0), comb.right.max(front.width));
    let bottom = if comb.teeth.is_empty() {
        head
    } else {
        comb.bottom()
    };
    let shape = shape((left, right), (0, bottom), &comb.teeth);
    let mut item = Item::new(boxes::class_of(of), words::namespace_facts(of), shape);
    item.texts = front.texts;
    item.children = comb.inside;
    let mut items = vec![item];
    items.extend(comb.ends);
    Block {
        items,
        lines: comb.lines,
        width: 0,
        height: 0,
        anchor: (0, 0),
    }
}

/// A bar from left to right and from top to bottom, with teeth that reach down from it: left, right
/// and lower end of each.
fn shape((left, right): (i32, i32), (top, bottom): (i32, i32), teeth: &[(i32, i32, i32)]) -> Shape {
    let level = match teeth {
        [] => Some(bottom),
        [(x0, x1, y)] if (*x0, *x1) == (left, right) => Some(*y),
        _ => None,
    };
    if let Some(bottom) = level {
        return Shape::Box {
            x: left,
            y: top,
            w: right - left,
            h: bottom - top,
        };
    }
    let mut outline = vec![(left, top), (right, top), (right, bottom)];
    for (x0, x1, y) in teeth.iter().rev() {
        outline.extend([(*x1, bottom), (*x1, *y), (*x0, *y), (*x0, bottom)]);
    }
    outline.push((left, bottom));
    outline.dedup();
    Shape::Outline(outline)
}

/// Distributes the rows of each group over columns, so that the whole is about as wide as a
/// screen is for its height. Answers too how wide the teeth will reach, about.
fn fold(groups: Vec<Group>) -> (Vec<Folded>, i32) {
    let sizes: Vec<Measure> = groups.iter().map(|g| column::measure(&g.rows)).collect();
    let mut most = ONE_SIDE;
    let sides = |size: &Measure, most: i32| (size.height / most + 1).max(1);
    let wide = loop {
        let wide: i32 = sizes
            .iter()
            .map(|size| (size.port + size.gap + size.out + SPINE) * sides(size, most))
            .sum();
        let folded = sizes.iter().any(|size| sides(size, most) > 1);
        if !folded || wide <= most * 8 / 5 {
            break wide - sizes.last().map_or(0, |last| 2 * (last.gap + last.out));
        }
        most += most / 8;
    };
    let fold = |(group, size): (Group, Measure)| {
        let sides = sides(&size, most);
        let each = size.height / sides + 1;
        let mut columns: Vec<Vec<Row>> = Vec::new();
        let (mut sum, mut begun) = (0, 0);
        for row in group.rows {
            // Each column ends as near to its share as rows allow.
            if columns.is_empty() || (sum + row.height() / 2 > each * begun && begun < sides) {
                columns.push(Vec::new());
                begun += 1;
            }
            sum += row.height();
            columns.extend(columns.is_empty().then(Vec::new));
            if let Some(last) = columns.last_mut() {
                last.push(row);
            }
        }
        let mut teeth: Vec<Tooth> = Vec::new();
        let mut columns = columns.into_iter();
        while let Some(first) = columns.next() {
            teeth.push(match columns.next() {
                Some(second) => (Some(first), second),
                None => (None, first),
            });
        }
        (group.bar, group.inset, teeth)
    };
    (groups.into_iter().zip(sizes).map(fold).collect(), wide)
}

#[derive(Default)]
struct Comb {
    head: i32,
    bars: i32,
    left: i32,
    right: i32,
    /// Up to where columns of ends reach, on the right.
    taken: Option<i32>,
    /// Left, right and lower end of each.
    teeth: Vec<(i32, i32, i32)>,
    inside: Vec<Item>,
    ends: Vec<Item>,
    lines: Vec<Item>,
}

impl Comb {
    /// The lower edge of what all teeth hang on.
    fn bottom(&self) -> i32 {
        self.head + self.bars + if self.bars > 0 { 8 } else { 0 }
    }

    /// `least` is how wide a tooth has to be that is all there is.
    fn group(&mut self, bar: Option<Item>, inset: i32, teeth: Vec<Tooth>, least: i32) {
        let alone = least > 0;
        let mut ports = Vec::new();
        let mut spans = Vec::new();
        let least = least.max(bar.as_ref().map_or(0, |bar| bar.size().0 + 2 * PAD));
        let only = teeth.len() == 1;
        for (left, right) in teeth {
            let left = left.map(|rows| column(rows, inset));
            let right = column(right, inset);
            let out = |side: &Column| side.size.gap + side.size.out;
            let own = left.as_ref().map_or(0, |left| left.size.port) + right.size.port;
            let mut width = own + 2 * inset + SPINE;
            if only {
                width = width.max(least);
            }
            let x0 = match (self.taken, &left) {
                (None, _) => 0,
                (Some(taken), None) => taken + APART,
                (Some(taken), Some(left)) => taken + APART + out(left),
            };
            let x1 = x0 + width;
            self.taken = Some(x1 + out(&right));
            let heights = left.iter().chain([&right]).map(|side| side.size.height);
            let height = heights.max().unwrap_or(0);
            let top = self.first_row(alone, left.iter().chain([&right]));
            let mut tooth = Side {
                comb: self,
                ports: &mut ports,
                top,
            };
            if let Some(left) = left {
                tooth.add(left, |item| item.mirrored().at(x0, 0));
            }
            tooth.add(right, |item| item.at(x1, 0));
            let end = top + height + inset;
            spans.push((x0, x1, end));
            self.teeth.push((x0, x1, end));
        }
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
            return;
        };
        let (x0, x1) = (first.0, last.1);
        (self.left, self.right) = (self.left.min(x0), self.right.max(x1));
        match bar {
            Some(mut bar) => {
                bar = bar.at(x0 + 8, self.head);
                let foot = self.head + self.bars;
                let teeth = spans
                    .iter()
                    .map(|(left, right, y)| (left + 8, right - 8, y - 8));
                let teeth: Vec<_> = teeth.collect();
                bar.shape = shape((x0 + 8, x1 - 8), (self.head, foot), &teeth);
                bar.children = ports;
                self.inside.push(bar);
            }
            None => self.inside.extend(ports),
        }
    }

    /// Where rows begin: so that what they lead to is below what it would else run into.
    fn first_row<'a>(&self, alone: bool, sides: impl Iterator<Item = &'a Column>) -> i32 {
        if !alone {
            return self.bottom() + 12;
        }
        let first = sides.map(|side| side.first_port).min().unwrap_or(0);
        self.head + self.bars + 4 - first.min(TOP + ANCHOR)
    }
}

struct Side<'a> {
    comb: &'a mut Comb,
    ports: &'a mut Vec<Item>,
    top: i32,
}

impl Side<'_> {
    fn add(&mut self, column: Column, place: impl Fn(Item) -> Item) {
        let top = self.top;
        let put = |items: Vec<Item>| {
            items
                .into_iter()
                .map(|item| place(item).at(0, top))
                .collect::<Vec<_>>()
        };
        self.ports.extend(put(column.ports));
        self.comb.ends.extend(put(column.ends));
        self.comb.lines.extend(put(column.lines));
    }
}
