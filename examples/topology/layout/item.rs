//! What a picture is made of: boxes with text in them, and lines. Whole pixels, so that the same
//! network always comes out the same.
use unicode_width::UnicodeWidthStr;

/// Width of a character of a monospaced font in [`Style::size`] 13 and 11: none of the usual ones
/// is wider than 0.61 of its size.
const NAME_CELL: i32 = 8;
const DETAIL_CELL: i32 = 7;
/// Longer text is cut short; the title has all of it.
pub const MOST_CELLS: usize = 44;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A name.
    Name,
    Detail,
    /// About a default route.
    Route,
    /// About a route clash.
    Clash,
}

impl Style {
    pub fn class(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Detail => "detail",
            Self::Route => "route",
            Self::Clash => "clash",
        }
    }

    fn cell(self) -> i32 {
        match self {
            Self::Name => NAME_CELL,
            _ => DETAIL_CELL,
        }
    }
}

#[derive(Clone)]
pub struct Text {
    /// Left end, and base line.
    pub x: i32,
    pub y: i32,
    pub style: Style,
    pub text: String,
}

impl Text {
    pub fn new(x: i32, y: i32, style: Style, text: &str) -> Self {
        let text = cut(text);
        Self { x, y, style, text }
    }

    pub fn width(&self) -> i32 {
        width(self.style, &self.text)
    }
}

/// Room for some text, of which no more than [`MOST_CELLS`] is shown.
pub fn width(style: Style, text: &str) -> i32 {
    cut(text).width() as i32 * style.cell()
}

fn cut(text: &str) -> String {
    if text.width() <= MOST_CELLS {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut cells = 1;
    for c in text.chars() {
        cells += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if cells > MOST_CELLS {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[derive(Clone)]
pub enum Shape {
    /// Holds others together, without a line of its own.
    None,
    Box {
        x: i32,
        y: i32,
        w: i32,
        h: i32,
    },
    /// Corners of an outline whose sides are upright or level.
    Outline(Vec<(i32, i32)>),
    Line {
        from: (i32, i32),
        to: (i32, i32),
        end: End,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Plain,
    Arrow,
    /// Leads nowhere.
    Open,
}

/// An element of the picture, with what is in it.
#[derive(Clone)]
pub struct Item {
    pub class: String,
    pub title: String,
    pub shape: Shape,
    pub texts: Vec<Text>,
    pub children: Vec<Item>,
}

impl Item {
    pub fn new(class: &str, title: String, shape: Shape) -> Self {
        Self {
            class: class.to_owned(),
            title,
            shape,
            texts: Vec::new(),
            children: Vec::new(),
        }
    }

    pub fn group(children: Vec<Item>) -> Self {
        let mut item = Self::new("", String::new(), Shape::None);
        item.children = children;
        item
    }

    /// A box around lines of text.
    pub fn lines(class: &str, title: String, lines: &[Vec<(Style, String)>]) -> Self {
        let mut item = Self::new(class, title, Shape::None);
        let mut w = 0;
        let mut y = PAD + 11;
        for line in lines {
            let mut x = PAD + 2;
            for (style, text) in line {
                let text = Text::new(x, y, *style, text);
                x += text.width() + 2 * DETAIL_CELL;
                item.texts.push(text);
            }
            w = w.max(x - 2 * DETAIL_CELL + PAD + 2);
            y += LINE;
        }
        let h = y - LINE + PAD + 1;
        item.shape = Shape::Box { x: 0, y: 0, w, h };
        item
    }

    pub fn size(&self) -> (i32, i32) {
        match self.shape {
            Shape::Box { w, h, .. } => (w, h),
            _ => (0, 0),
        }
    }

    /// Makes a box at least so large.
    pub fn stretch(&mut self, width: i32, height: i32) {
        if let Shape::Box { w, h, .. } = &mut self.shape {
            *w = (*w).max(width);
            *h = (*h).max(height);
        }
    }

    pub fn at(mut self, dx: i32, dy: i32) -> Self {
        self.walk(&mut |shape, texts| {
            match shape {
                Shape::None => {}
                Shape::Box { x, y, .. } => (*x, *y) = (*x + dx, *y + dy),
                Shape::Outline(points) => {
                    for point in points {
                        *point = (point.0 + dx, point.1 + dy);
                    }
                }
                Shape::Line { from, to, .. } => {
                    *from = (from.0 + dx, from.1 + dy);
                    *to = (to.0 + dx, to.1 + dy);
                }
            }
            for text in texts {
                (text.x, text.y) = (text.x + dx, text.y + dy);
            }
        });
        self
    }

    /// The other way round, about x = 0; text still reads from left to right.
    pub fn mirrored(mut self) -> Self {
        self.walk(&mut |shape, texts| {
            match shape {
                Shape::None => {}
                Shape::Box { x, w, .. } => *x = -*x - *w,
                Shape::Outline(points) => {
                    for point in points {
                        point.0 = -point.0;
                    }
                }
                Shape::Line { from, to, .. } => (from.0, to.0) = (-from.0, -to.0),
            }
            // In a box it stays as far from the left as it was, so that lines still begin
            // below each other.
            match *shape {
                Shape::Box { x, w, .. } => {
                    for text in texts {
                        text.x += 2 * x + w;
                    }
                }
                _ => {
                    for text in texts {
                        text.x = -text.x - text.width();
                    }
                }
            }
        });
        self
    }

    fn walk(&mut self, change: &mut impl FnMut(&mut Shape, &mut [Text])) {
        change(&mut self.shape, &mut self.texts);
        for child in &mut self.children {
            child.walk(change);
        }
    }
}

pub const PAD: i32 = 6;
/// From one base line to the next.
pub const LINE: i32 = 15;
/// Where a line leaves a box, from its top.
pub const ANCHOR: i32 = 14;
