//! A picture as it was drawn: what is in it, and whether it can be read.
use std::collections::{BTreeSet, HashMap};

use roxmltree::{Document, Node};
use unicode_width::UnicodeWidthStr;

#[derive(Clone, Copy, Debug)]
pub struct Rect {
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
}

#[derive(Debug)]
pub struct Words {
    at: Rect,
    pub text: String,
}

#[derive(Debug)]
pub struct Element {
    pub class: String,
    pub title: String,
    /// Without a common part; none for a line.
    area: Vec<Rect>,
    pub words: Vec<Words>,
    /// From where to where, all level.
    line: Option<Rect>,
    /// The box that it is in.
    parent: Option<usize>,
}

pub struct Drawing {
    size: Rect,
    pub elements: Vec<Element>,
}

impl Rect {
    fn overlaps(&self, other: &Self) -> bool {
        let most = |a: f64, b: f64| a.min(b);
        let least = |a: f64, b: f64| a.max(b);
        most(self.x1, other.x1) - least(self.x0, other.x0) > 0.0
            && most(self.y1, other.y1) - least(self.y0, other.y0) > 0.0
    }

    fn holds(&self, other: &Self) -> bool {
        self.x0 <= other.x0 && self.y0 <= other.y0 && self.x1 >= other.x1 && self.y1 >= other.y1
    }
}

/// Whether upright strips, each next to the one before, hold a rectangle together.
fn hold(area: &[Rect], inner: &Rect) -> bool {
    let mut x = inner.x0;
    for strip in area {
        if strip.x0 <= x && x < strip.x1 && strip.y0 <= inner.y0 && strip.y1 >= inner.y1 {
            x = strip.x1;
        }
    }
    x >= inner.x1
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} of {node:?}"))
}

/// Upright strips of a shape whose sides are upright or level.
fn strips(points: &str) -> Vec<Rect> {
    let points: Vec<(f64, f64)> = points
        .split(' ')
        .map(|point| point.split_once(',').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    let next = |n: usize| points[(n + 1) % points.len()];
    let mut xs: Vec<f64> = points.iter().map(|point| point.0).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let mut strips = Vec::new();
    for pair in xs.windows(2) {
        let middle = (pair[0] + pair[1]) / 2.0;
        let mut ys = Vec::new();
        for (n, (x, y)) in points.iter().enumerate() {
            let (x1, y1) = next(n);
            assert!(*x == x1 || *y == y1, "{points:?} is slanted");
            if *y == y1 && (x.min(x1)..x.max(x1)).contains(&middle) {
                ys.push(*y);
            }
        }
        ys.sort_by(f64::total_cmp);
        for y in ys.chunks(2) {
            strips.push(Rect {
                x0: pair[0],
                y0: y[0],
                x1: pair[1],
                y1: y[1],
            });
        }
    }
    strips
}

impl Drawing {
    pub fn parse(svg: &str) -> Self {
        let document = Document::parse(svg).unwrap();
        let root = document.root_element();
        let mut drawing = Self {
            size: Rect {
                x0: 0.0,
                y0: 0.0,
                x1: number(root, "width"),
                y1: number(root, "height"),
            },
            elements: Vec::new(),
        };
        for node in root.children() {
            drawing.walk(node, None);
        }
        drawing
    }

    fn walk(&mut self, node: Node<'_, '_>, parent: Option<usize>) {
        if !node.has_tag_name("g") {
            return;
        }
        let mut element = Element {
            class: node.attribute("class").unwrap_or_default().to_owned(),
            title: String::new(),
            area: Vec::new(),
            words: Vec::new(),
            line: None,
            parent,
        };
        for child in node.children() {
            match child.tag_name().name() {
                "title" => element.title = child.text().unwrap_or_default().to_owned(),
                "rect" => {
                    let (x0, y0) = (number(child, "x"), number(child, "y"));
                    let (x1, y1) = (x0 + number(child, "width"), y0 + number(child, "height"));
                    element.area.push(Rect { x0, y0, x1, y1 });
                }
                "polygon" => element.area = strips(child.attribute("points").unwrap()),
                "line" => {
                    let (x0, x1) = (number(child, "x1"), number(child, "x2"));
                    let y = number(child, "y1");
                    assert_eq!(y, number(child, "y2"));
                    element.line = Some(Rect {
                        x0: x0.min(x1),
                        y0: y - 1.0,
                        x1: x0.max(x1),
                        y1: y + 1.0,
                    });
                }
                "text" => {
                    let size = if child.attribute("class") == Some("name") {
                        13.0
                    } else {
                        11.0
                    };
                    let text = child.text().unwrap_or_default().to_owned();
                    let (x0, y) = (number(child, "x"), number(child, "y"));
                    // As wide as the widest of the usual monospaced fonts.
                    let x1 = x0 + text.width() as f64 * size * 0.61;
                    let (y0, y1) = (y - size * 0.78, y + size * 0.24);
                    let at = Rect { x0, y0, x1, y1 };
                    element.words.push(Words { at, text });
                }
                _ => {}
            }
        }
        let own = self.elements.len();
        let parent = if element.area.is_empty() {
            parent
        } else {
            Some(own)
        };
        self.elements.push(element);
        for child in node.children() {
            self.walk(child, parent);
        }
    }

    fn is_box(&self, n: usize) -> bool {
        !self.elements[n].area.is_empty()
    }

    /// That no text runs over text, over a line or out of its box, no box over another one or out
    /// of the one that it is in, and that each line ends at boxes.
    pub fn check(&self) {
        let boxes: Vec<usize> = (0..self.elements.len())
            .filter(|n| self.is_box(*n))
            .collect();
        let mut beside: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
        for n in &boxes {
            let element = &self.elements[*n];
            for rect in &element.area {
                assert!(self.size.holds(rect), "{element:?} isn't in the picture");
                if let Some(parent) = element.parent {
                    let parent = &self.elements[parent];
                    assert!(hold(&parent.area, rect), "{element:?} isn't in {parent:?}");
                }
            }
            beside.entry(element.parent).or_default().push(*n);
        }
        for children in beside.values() {
            for (n, a) in children.iter().enumerate() {
                for b in &children[n + 1..] {
                    let (a, b) = (&self.elements[*a], &self.elements[*b]);
                    let over = a.area.iter().any(|a| b.area.iter().any(|b| a.overlaps(b)));
                    assert!(!over, "{a:?} is over {b:?}");
                }
            }
        }
        self.check_words(&boxes);
        for element in self.elements.iter().filter(|e| e.class.starts_with("wire")) {
            let Some(line) = element.line else { continue };
            if self.in_legend(element) {
                continue;
            }
            for x in [line.x0, line.x1] {
                let ends = boxes.iter().map(|n| &self.elements[*n]).any(|end| {
                    let rect = end.area[0];
                    (end.class.starts_with("link") || end.class.starts_with("stub"))
                        && (rect.x0 == x || rect.x1 == x)
                        && rect.y0 < line.y0
                        && rect.y1 > line.y1
                });
                assert!(ends, "{element:?} ends nowhere at {x}");
            }
        }
    }

    fn check_words(&self, boxes: &[usize]) {
        let all: Vec<(usize, &Words)> = (0..self.elements.len())
            .flat_map(|n| self.elements[n].words.iter().map(move |words| (n, words)))
            .collect();
        for (n, (of, words)) in all.iter().enumerate() {
            let element = &self.elements[*of];
            assert!(self.size.holds(&words.at), "{words:?} isn't in the picture");
            if self.is_box(*of) {
                assert!(
                    hold(&element.area, &words.at),
                    "{words:?} is out of {element:?}"
                );
            }
            for (_, other) in &all[n + 1..] {
                assert!(!words.at.overlaps(&other.at), "{words:?} is over {other:?}");
            }
            for line in self.elements.iter().filter_map(|element| element.line) {
                assert!(!words.at.overlaps(&line), "a line goes through {words:?}");
            }
            // What is in a box may not cover the box's own words, nor may one elsewhere.
            for n in boxes.iter().filter(|n| *n != of) {
                let other = &self.elements[*n];
                let inside = self.ancestors(*of).any(|ancestor| ancestor == *n);
                let over = other.area.iter().any(|rect| rect.overlaps(&words.at));
                assert!(inside || !over, "{words:?} is over {other:?}");
            }
        }
    }

    fn ancestors(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.elements[of].parent, |n| self.elements[*n].parent)
    }

    fn in_legend(&self, element: &Element) -> bool {
        // Only there does a line's title say no more than what lines mean.
        element.parent.is_none() && element.line.is_some_and(|line| line.x1 - line.x0 <= 34.0)
    }

    /// What is in the picture: each box by the names of those around it, with its words; each
    /// line by what it joins. Nothing of where it stands, and no MAC, process or inode.
    pub fn facts(&self) -> BTreeSet<String> {
        let name = |n: usize| {
            let words = &self.elements[n].words;
            words.first().map_or("", |words| &words.text)
        };
        let mut facts = BTreeSet::new();
        for (n, element) in self.elements.iter().enumerate() {
            let class = &element.class;
            if self.is_box(n) && !element.words.is_empty() {
                let mut path: Vec<_> = self.ancestors(n).map(name).collect();
                path.reverse();
                let words: Vec<_> = element.words.iter().map(|w| w.text.as_str()).collect();
                // Some systems are without IPv6.
                let words = words.join(", ").replace(" ::1/128", "");
                path.push(class);
                facts.insert(format!("{}: {words}", path.join("/")));
            } else if element.line.is_some() && !self.in_legend(element) {
                facts.insert(format!("{class}: {}", element.title.replace('\n', "; ")));
            }
        }
        facts
    }
}
