//! Messages of lengths that aren't those of whole words.
use super::*;
use crate::wire::Writer;

#[test]
fn messages_of_any_length_stand_one_after_the_other() {
    let message = |len: usize| {
        let mut bytes = Vec::new();
        let mut out = Writer::new(&mut bytes);
        let message = out.begin(16, 0);
        out.payload(&vec![7; len]);
        out.end(message).unwrap();
        bytes[..4].copy_from_slice(&(16 + len as u32).to_ne_bytes());
        bytes.truncate(16 + len);
        bytes
    };
    let mut read = Partial::default();
    assert!(read.is_empty());
    for len in 0..9 {
        read.push(&message(len));
    }
    let lens: Vec<_> = read.messages().map(|m| m.body().len()).collect();
    assert_eq!(lens, (0..9).collect::<Vec<_>>());
    assert_eq!(format!("{read:?}"), "Partial { len: 9 }");
    read.bytes.reserve(1000);
    read.shrink();
    assert!(read.bytes.capacity() < 1000);
    read.clear();
    assert!(read.is_empty() && read.messages().next().is_none());
}
