//! Links along a namespace's edge, one below the other, each with its line to what it leads to.
use super::item::{ANCHOR, End, Item, Shape, Style, Text, width};

/// Between what is on two rows.
const ROW_GAP: i32 = 12;
/// From a line to the first arrow below it, and from arrow to arrow.
const FIRST_ARROW: i32 = 34;
const ARROW: i32 = 20;
const LEAST_GAP: i32 = 70;

/// A default route along a line.
pub struct Arrow {
    pub label: String,
    pub title: String,
    pub class: String,
    /// Towards the edge, rather than away from it.
    pub inwards: bool,
    pub aim: Aim,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// The link at the other end of the line.
    Link,
    /// The bridge that this is a port of.
    Bridge,
    /// A gateway that is nowhere to be seen.
    Unseen,
}

/// What a line leads to, drawn at x = 0 and to the right.
pub struct Block {
    /// Boxes that don't overlap.
    pub items: Vec<Item>,
    /// Lines, to be drawn over all boxes.
    pub lines: Vec<Item>,
    pub width: i32,
    pub height: i32,
    /// Where its line arrives.
    pub anchor: (i32, i32),
}

pub struct Row {
    pub port: Item,
    pub line: (String, String),
    pub arrows: Vec<Arrow>,
    pub end: Option<Block>,
}

impl Row {
    /// From the line down to an arrow. One that goes on to the bridge passes below the port.
    fn depth(&self, arrow: usize) -> i32 {
        first_arrow(&self.port, &self.arrows) + ARROW * arrow as i32
    }

    fn up(&self) -> i32 {
        self.end.as_ref().map_or(0, |end| end.anchor.1).max(ANCHOR)
    }

    fn down(&self) -> i32 {
        let end = self.end.as_ref().map_or(0, |end| end.height - end.anchor.1);
        let arrows = self
            .arrows
            .len()
            .checked_sub(1)
            .map_or(0, |last| self.depth(last) + 8);
        (self.port.size().1 - ANCHOR).max(end).max(arrows)
    }

    pub fn height(&self) -> i32 {
        self.up() + self.down() + ROW_GAP
    }
}

fn first_arrow(port: &Item, arrows: &[Arrow]) -> i32 {
    let passes = arrows.iter().any(|arrow| arrow.aim == Aim::Bridge);
    let below = port.size().1 - ANCHOR + 12;
    if passes {
        FIRST_ARROW.max(below)
    } else {
        FIRST_ARROW
    }
}

/// How high a link's box has to be for arrows to begin and end at it.
pub fn least_height(port: &Item, arrows: &[Arrow]) -> i32 {
    match arrows.len() {
        0 => 0,
        n => ANCHOR + first_arrow(port, arrows) + ARROW * (n as i32 - 1) + 8,
    }
}

/// What rows take beside the edge, which is at x = 0: ports on its left, the rest on its right.
#[derive(Clone, Copy, Default)]
pub struct Measure {
    pub port: i32,
    pub gap: i32,
    pub out: i32,
    pub height: i32,
}

pub fn measure(rows: &[Row]) -> Measure {
    let most = |of: fn(&Row) -> i32| rows.iter().map(of).max().unwrap_or(0);
    let ends = rows.iter().any(|row| row.end.is_some());
    let labels = most(|row| {
        let widths = row
            .arrows
            .iter()
            .map(|arrow| width(Style::Route, &arrow.label));
        widths.max().unwrap_or(0)
    });
    Measure {
        port: most(|row| row.port.size().0),
        gap: if ends { LEAST_GAP.max(labels + 28) } else { 0 },
        out: most(|row| row.end.as_ref().map_or(0, |end| end.width)),
        height: rows.iter().map(Row::height).sum::<i32>()
            - if rows.is_empty() { 0 } else { ROW_GAP },
    }
}

/// Rows in their places. The first begins at y = 0.
#[derive(Default)]
pub struct Column {
    pub ports: Vec<Item>,
    pub ends: Vec<Item>,
    pub lines: Vec<Item>,
    pub size: Measure,
    /// Where the first port's top is.
    pub first_port: i32,
}

/// `inset` is from the edge to the ports.
pub fn column(rows: Vec<Row>, inset: i32) -> Column {
    let size = measure(&rows);
    let mut column = Column {
        size,
        first_port: rows.first().map_or(0, |row| row.up() - ANCHOR),
        ..Column::default()
    };
    let mut top = 0;
    for mut row in rows {
        let y = top + row.up();
        top += row.height();
        let depths: Vec<i32> = (0..row.arrows.len()).map(|n| row.depth(n)).collect();
        let aimed = |arrow: &Arrow| arrow.aim == Aim::Link || !arrow.inwards;
        let reached = row
            .arrows
            .iter()
            .zip(&depths)
            .filter(|(arrow, _)| aimed(arrow));
        let needs = reached
            .map(|(_, depth)| ANCHOR + depth + 8)
            .max()
            .unwrap_or(0);
        row.port.stretch(size.port, needs);
        let port = row.port.at(-inset - size.port, y - ANCHOR);
        column.ports.push(port);
        let Some(end) = row.end else { continue };
        let (x, dy) = (size.gap, y - end.anchor.1);
        column
            .ends
            .extend(end.items.into_iter().map(|item| item.at(x, dy)));
        column
            .lines
            .extend(end.lines.into_iter().map(|item| item.at(x, dy)));
        let far = x + end.anchor.0;
        let (class, title) = row.line;
        let (from, to) = ((-inset, y), (far, y));
        let end = End::Plain;
        column
            .lines
            .push(Item::new(&class, title, Shape::Line { from, to, end }));
        for (arrow, depth) in row.arrows.into_iter().zip(depths) {
            column
                .lines
                .push(arrow_item(arrow, y + depth, inset, size, far));
        }
    }
    column
}

fn arrow_item(arrow: Arrow, y: i32, inset: i32, size: Measure, far: i32) -> Item {
    let unseen = arrow.aim == Aim::Unseen;
    let near = match arrow.aim {
        // Into the bridge, past its port.
        Aim::Bridge => -inset - size.port - 10,
        Aim::Link => -inset,
        Aim::Unseen => 10,
    };
    let (from, to) = match (arrow.inwards, unseen) {
        (true, _) => ((far, y), (near, y)),
        (false, true) => ((-inset, y), (size.gap - 10, y)),
        (false, false) => ((-inset, y), (far, y)),
    };
    let end = if unseen { End::Open } else { End::Arrow };
    let label = width(Style::Route, &arrow.label);
    let mut item = Item::new(&arrow.class, arrow.title, Shape::Line { from, to, end });
    item.texts.push(Text::new(
        (size.gap - label) / 2,
        y - 5,
        Style::Route,
        &arrow.label,
    ));
    item
}
