//! An arbitrary datagram: its messages, and all that the table of each one's type tells of it.
#![no_main]
#[path = "../../tests/common/check.rs"]
mod check;
#[path = "../../tests/common/tables.rs"]
mod tables;

use libfuzzer_sys::fuzz_target;
use nlroute::{
    extack::ExtAckTable,
    messages::Noun,
    wire::{HEADER_LEN, Messages, table::Table},
};
use tables::{ALL, AnyTable};

/// The table of a type of message; of a type that has none, any.
fn table_of(kind: u16) -> &'static AnyTable {
    let schema = match kind {
        2 => Some(ExtAckTable::SCHEMA),
        _ => Noun::of(kind).and_then(|noun| noun.schema),
    };
    let table = schema.and_then(|schema| ALL.iter().find(|table| table.schema.name == schema.name));
    table.unwrap_or(&ALL[usize::from(kind) % ALL.len()])
}

fuzz_target!(|datagram: &[u8]| {
    let mut at = 0;
    for message in Messages::new(datagram) {
        let Ok(message) = message else { break };
        assert_eq!(message.as_bytes().len(), HEADER_LEN + message.body().len());
        let start = message.as_bytes().as_ptr() as usize - datagram.as_ptr() as usize;
        assert_eq!(start, at);
        at = nlroute::wire::align(start + message.as_bytes().len());
        let table = table_of(message.header().kind);
        let Some(seen) = check::read(table, message.body()) else {
            continue;
        };
        for bad in &seen.malformed {
            assert!(!bad.to_string().is_empty());
        }
        // Every place in it has a path, or none.
        for offset in (0..message.body().len().min(256)).step_by(4) {
            if let Some(path) = table.schema.path(message.body(), offset) {
                assert!(!path.names.is_empty() && !path.to_string().is_empty());
                let _ = path.value();
            }
        }
        let _ = tables::again(table, message.body());
    }
});
