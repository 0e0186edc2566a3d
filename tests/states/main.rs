//! What the kernel told of many states, against what iproute2 printed for the same messages:
//! nothing in them is unknown or malformed, and field by field the getters tell the same.
//!
//! The messages are in `tests/data/states`, captured by the script there.
mod address;
mod compare;
#[path = "../golden/mod.rs"]
mod golden;
mod link;
mod neighbour;
mod route;
#[path = "../common/words.rs"]
mod words;

/// As many states as must be compared at least, all files together.
const LEAST: usize = 100;

#[test]
fn every_field_is_what_ip_prints() {
    if cfg!(target_endian = "big") {
        return nlroute::sandbox::skip(format_args!("the captures are of a little-endian machine"));
    }
    let files = [
        link::links(),
        link::bridge_links(),
        address::addresses(),
        route::routes(),
        neighbour::neighbours(),
        neighbour::fdb(),
    ];
    let states: usize = files.iter().map(|(states, _)| states).sum();
    let fields: usize = files.iter().map(|(_, fields)| fields).sum();
    println!("{states} states, {fields} fields");
    assert!(states >= LEAST, "{states}");
}
