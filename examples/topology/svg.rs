//! The picture as SVG: stands alone, no script, no font to load, for light and for dark screens.
use std::fmt::Write;

use super::{
    layout::{End, Item, Shape, layout},
    network::Network,
};

/// Each colour for light and for dark screens. The picture paints its own ground, so it can be
/// read wherever it is put.
const STYLE: &str = include_str!("style.css");

pub fn draw(network: &Network) -> String {
    let picture = layout(network);
    let (w, h) = (picture.width, picture.height);
    let count = network.namespaces.len();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\">\n<title>{count} network namespace{}</title>\n<style>\n{STYLE}\
         </style>\n<rect class=\"ground\" width=\"{w}\" height=\"{h}\"/>\n",
        if count == 1 { "" } else { "s" }
    );
    for item in &picture.items {
        write_item(&mut out, item);
    }
    out += "</svg>\n";
    out
}

fn write_item(out: &mut String, item: &Item) {
    // A `String` takes whatever is written.
    *out += "<g";
    if !item.class.is_empty() {
        let _ = write!(out, " class=\"{}\"", item.class);
    }
    *out += ">";
    if !item.title.is_empty() {
        let _ = write!(out, "<title>{}</title>", escaped(&item.title));
    }
    match &item.shape {
        Shape::None => {}
        Shape::Box { x, y, w, h } => {
            let _ = write!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"5\"/>"
            );
        }
        Shape::Outline(points) => {
            let points: Vec<_> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
            let _ = write!(out, "<polygon points=\"{}\"/>", points.join(" "));
        }
        Shape::Line { from, to, end } => line(out, *from, *to, *end),
    }
    for text in &item.texts {
        let (x, y, class) = (text.x, text.y, text.style.class());
        let text = escaped(&text.text);
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>"
        );
    }
    if !item.children.is_empty() {
        *out += "\n";
    }
    for child in &item.children {
        write_item(out, child);
    }
    *out += "</g>\n";
}

fn line(out: &mut String, (x0, y0): (i32, i32), (x1, y1): (i32, i32), end: End) {
    // All lines that have an end are level.
    let back = if x1 < x0 { 9 } else { -9 };
    let stop = if end == End::Plain { x1 } else { x1 + back };
    let _ = write!(
        out,
        "<line x1=\"{x0}\" y1=\"{y0}\" x2=\"{stop}\" y2=\"{y1}\"/>"
    );
    let _ = match end {
        End::Plain => Ok(()),
        End::Arrow => {
            let (top, bottom) = (y1 - 5, y1 + 5);
            write!(
                out,
                "<path class=\"head\" d=\"M{x1} {y1} L{stop} {top} V{bottom} Z\"/>"
            )
        }
        End::Open => {
            let x = x1 + back / 2;
            write!(out, "<circle cx=\"{x}\" cy=\"{y1}\" r=\"4\"/>")
        }
    };
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
