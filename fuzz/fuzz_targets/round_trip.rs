//! Reading and writing agree, for every table: the first byte says which.
#![no_main]
#[path = "../../tests/common/check.rs"]
mod check;
#[path = "../../tests/common/tables.rs"]
mod tables;

use libfuzzer_sys::{Corpus, fuzz_target};
use tables::ALL;

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some((which, body)) = bytes.split_first() else {
        return Corpus::Reject;
    };
    let Some(table) = ALL.get(usize::from(*which)) else {
        return Corpus::Reject;
    };
    let seen = check::read(table, body);
    match check::round_trip(table, body) {
        Ok(()) => {}
        // Only the other end of a veth or the like refuses what the wire can say.
        Err(error) => assert!(check::has_a_peer(table.schema.name), "{error}"),
    }
    if seen.is_none() {
        return Corpus::Reject;
    }
    Corpus::Keep
});
