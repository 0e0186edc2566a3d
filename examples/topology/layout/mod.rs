//! Where everything stands.
//!
//! No graph-layout crate serves here: none knows boxes in boxes whose lines end at inner ones, and
//! a tree of namespaces needs no search for a good place.
mod boxes;
mod column;
mod comb;
mod item;
mod plan;

pub use item::{End, Item, Shape, Text};
use item::{LINE, PAD, Style, width};
use plan::Plan;

use super::network::Network;

pub struct Picture {
    pub width: i32,
    pub height: i32,
    pub items: Vec<Item>,
}

const MARGIN: i32 = 16;
/// Between parts that have no way to each other.
const APART: i32 = 28;
/// Parts stand beside each other up to here.
const SHELF: i32 = 1400;

pub fn layout(network: &Network) -> Picture {
    let plan = Plan::new(network);
    let mut items = Vec::new();
    let (mut x, mut y, mut tallest, mut right) = (MARGIN, MARGIN, 0, 0);
    let mut limit = SHELF;
    for root in &plan.roots {
        let block = comb::root(&plan, *root);
        let mut whole = Item::group(block.items);
        whole.children.extend(block.lines);
        let (x0, y0, x1, y1) = bounds(&whole);
        let (w, h) = (x1 - x0, y1 - y0);
        if x > MARGIN && x + w > limit {
            (x, y, tallest) = (MARGIN, y + tallest + APART, 0);
        }
        items.push(whole.at(x - x0, y - y0));
        (x, tallest, right) = (x + w + APART, tallest.max(h), right.max(x + w));
        limit = limit.max(right);
    }
    y += tallest + APART;
    let limit = right.max(640);
    let unseen = unseen(network);
    if !unseen.texts.is_empty() {
        let (w, h) = unseen.size();
        right = right.max(MARGIN + w);
        items.push(unseen.at(MARGIN, y));
        y += h + APART;
    }
    let legend = legend(&items, limit);
    let (x0, y0, x1, y1) = bounds(&legend);
    items.push(legend.at(MARGIN - x0, y - y0));
    Picture {
        width: right.max(MARGIN + x1 - x0) + MARGIN,
        height: y + y1 - y0 + MARGIN,
        items,
    }
}

/// Left, top, right and bottom of all that is drawn.
fn bounds(item: &Item) -> (i32, i32, i32, i32) {
    let mut all = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
    let mut take = |x0: i32, y0: i32, x1: i32, y1: i32| {
        all = (all.0.min(x0), all.1.min(y0), all.2.max(x1), all.3.max(y1));
    };
    match &item.shape {
        Shape::None => {}
        Shape::Box { x, y, w, h } => take(*x, *y, x + w, y + h),
        Shape::Outline(points) => points.iter().for_each(|(x, y)| take(*x, *y, *x, *y)),
        Shape::Line { from, to, .. } => {
            take(
                from.0.min(to.0),
                from.1.min(to.1),
                from.0.max(to.0),
                from.1.max(to.1),
            );
        }
    }
    for text in &item.texts {
        take(text.x, text.y - 11, text.x + text.width(), text.y + 3);
    }
    for child in &item.children {
        let (x0, y0, x1, y1) = bounds(child);
        if x0 <= x1 {
            take(x0, y0, x1, y1);
        }
    }
    all
}

/// What is there and can't be seen, by name.
fn unseen(network: &Network) -> Item {
    let mut titles = Vec::new();
    let mut lines = Vec::new();
    for unseen in &network.unseen {
        if lines.is_empty() {
            lines.push(vec![(Style::Name, "Not to be seen from here".to_owned())]);
        }
        for part in wrap(&format!("{}: {}", unseen.what, unseen.why)) {
            lines.push(vec![(Style::Detail, part)]);
        }
        titles.push(format!("{}: {}", unseen.what, unseen.why));
        titles.extend(unseen.details.iter().map(|detail| format!("  {detail}")));
    }
    Item::lines("unseen", titles.join("\n"), &lines)
}

fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.len() + word.len() >= item::MOST_CELLS);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            *line += if line.is_empty() { "" } else { " " };
            *line += word;
        }
    }
    lines
}

/// What the shapes mean, of those that are there.
fn legend(items: &[Item], limit: i32) -> Item {
    let (from, to) = ((0, 8), (34, 8));
    let line = |end| Shape::Line { from, to, end };
    let (x, y, w, h) = (0, 0, 34, 16);
    let square = Shape::Box { x, y, w, h };
    let entries = [
        ("netns current", square.clone(), "this namespace"),
        ("netns", square.clone(), "network namespace"),
        ("link", square.clone(), "link"),
        ("link down", square.clone(), "down"),
        ("link bridge", square.clone(), "bridge, around its ports"),
        ("wire", line(End::Plain), "veth pair"),
        ("default", line(End::Arrow), "default route, to its gateway"),
        (
            "default",
            line(End::Open),
            "default route, its gateway is not seen",
        ),
        ("clash", square, "routes that clash: one is hidden"),
        (
            "wire lost",
            line(End::Plain),
            "leads where nothing can be seen",
        ),
    ];
    let mut legend = Item::new("legend", "What the shapes mean".to_owned(), Shape::None);
    let (mut x, mut y) = (0, 0);
    for (class, shape, text) in entries {
        if !items.iter().any(|item| drawn(item, class, &shape)) {
            continue;
        }
        let w = 42 + width(Style::Detail, text);
        if x > 0 && x + w > limit {
            (x, y) = (0, y + LINE + PAD + 2);
        }
        let sign = Item::new(class, text.to_owned(), shape);
        legend.children.push(sign.at(x, y));
        legend
            .texts
            .push(Text::new(x + 42, y + 12, Style::Detail, text));
        x += w + 24;
    }
    legend
}

/// Whether something of a class is in the picture, and of a line's end.
fn drawn(item: &Item, class: &str, shape: &Shape) -> bool {
    let same_end = match (&item.shape, shape) {
        (Shape::Line { end, .. }, Shape::Line { end: wanted, .. }) => end == wanted,
        _ => true,
    };
    let same = item.class == class || item.class.strip_suffix(" down") == Some(class);
    (same_end && same) || item.children.iter().any(|item| drawn(item, class, shape))
}
