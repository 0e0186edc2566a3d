//! Which lines of a table are set, how they are written, and how they are shown.
use std::fmt;

use super::{attribute, written};
use crate::wire::{table::Table, *};

/// In a module of its own, for what every table has and isn't asked for here.
#[allow(dead_code)]
pub(super) mod few {
    use std::net::Ipv4Addr;

    use crate::wire::{Be16, Each, ListOf, NUMBERED, Nest, Str, Text, Values};

    crate::table! {
        /// A table of few lines.
        table FewTable "few";
        /// What is read.
        view FewView;
        /// What is set.
        request Few;
        rw 1 FEW_NUMBER number: u32 = "A number.";
        ro 2 FEW_SEEN seen: u32 = "A number that can't be set.";
        rw 100 FEW_NAME name: Text<'_> | &'a str as Str = "Text.";
    }

    crate::table! {
        /// A table of more lines than are written where a request is made.
        table MoreTable "more";
        /// What is read.
        view MoreView;
        /// What is set.
        request More;
        rw 1 MORE_FIRST first: u8 = "A number.";
        rw 2 MORE_SECOND second: u16 = "A number.";
        rw 63 MORE_THIRD third: u32 = "A number.";
        rw 64 MORE_FOURTH fourth: u32 = "A number.";
        rw 127 MORE_NAME name: Text<'_> | &'a str as Str = "Text.";
    }

    crate::table! {
        /// A table of what holds something else.
        table HeldTable "held";
        /// What is read.
        view HeldView;
        /// What is set.
        request Held;
        rw 1 HELD_PORT port: u16 as Be16 = "A number.";
        rw 2 HELD_FEW few: FewView<'_> | Few<'a> as Nest<FewTable> = "A table.";
        rw 3 HELD_ADDRESSES addresses: Each<'_, Ipv4Addr> | impl Into<Values<'a, Ipv4Addr>>
            as ListOf<Ipv4Addr, NUMBERED> = "Addresses.";
        ro 4 HELD_NAME name: Text<'_> as Str = "Text that can't be set.";
        ro 5 HELD_SEEN seen: u16 as Be16 = "A number that can't be set.";
        ro 6 HELD_LIST list: Each<'_, Be16> as Each<'static, Be16> = "A list that can't be set.";
    }
}
use few::{Few, FewTable, HeldTable, More};

#[test]
fn sets_of_lines_are_told_by_their_numbers() {
    use table::{Bits, Table, slots, usual};
    assert_eq!([slots(&[]), slots(&[3, 70, 5])], [1, 71]);
    let line = |kind| (kind, true, kind < 128);
    let three = [1, 2, 100];
    assert_eq!(usual(&three.map(line), &[1]), Bits::of(&three));
    assert_eq!(usual(&[1, 2, 3, 4, 200].map(line), &[2]), Bits::of(&[2]));
    // What has no bit can't be set.
    assert_eq!(Bits::of(&[1, 128, 200]), Bits::of(&[1]));
    let mut bits = Bits::default();
    assert!(bits.is_empty());
    for kind in [0, 63, 64, 127] {
        bits.set(kind, true);
        bits.set(kind + 128, false);
        assert!(bits.contains(kind) && !bits.contains(kind + 128));
    }
    assert_eq!(bits, Bits::of(&[0, 63, 64, 127]));
    let mut inserted = Bits::default();
    for kind in [0, 63, 64, 127, 64] {
        inserted.insert(kind);
        bits.set(kind as u16, true);
    }
    assert_eq!(inserted, bits);
    let mut told = Vec::new();
    bits.each(|kind| {
        told.push(kind);
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(told, [0, 63, 64, 127]);
    assert_eq!(
        bits.each(|kind| if kind == 64 { Err(kind) } else { Ok(()) }),
        Err(64)
    );
    assert_eq!(bits.first_of(Bits::of(&[5, 63, 64])), Some(63));
    assert_eq!(bits.first_of(Bits::of(&[5, 70, 127])), Some(127));
    assert_eq!(bits.first_of(Bits::of(&[5, 70])), None);
    assert!(Bits::of(&[63, 127]).is_within(bits) && !bits.is_within(Bits::of(&[63, 127])));
    assert!(!Bits::of(&[70]).is_within(bits) && Bits::of(&[5, 70]).has_none_of(bits));
    assert!(!Bits::of(&[127]).has_none_of(bits) && !Bits::of(&[0]).has_none_of(bits));
    bits.set(0, false);
    bits.remove(127);
    assert_eq!(bits, Bits::of(&[63, 64]));
    let (mut low, mut high) = (bits, bits);
    low.remove(64);
    high.remove(63);
    assert_eq!((low, high), (Bits::of(&[63]), Bits::of(&[64])));
    assert!(!Bits::of(&[64]).is_empty());
    // Bits at the same place of both words.
    let both = Bits::of(&[3, 67]);
    assert!(!both.is_empty() && !both.has_none_of(both) && !both.is_within(bits));

    let few = Few::new().number(7).name("n");
    let bytes = written(|out| FewTable::encode(&few, out).unwrap());
    let expected = [attribute(1, &7_u32.to_ne_bytes()), attribute(100, b"n\0")].concat();
    assert_eq!(bytes, expected);
    assert!(FewTable::is_empty(&Few::new()) && !FewTable::is_empty(&few));
    assert_eq!(FewTable::again(&bytes), few);
    // One that can't be set is not.
    let seen = attribute(2, &[7; 4]);
    assert_eq!(FewTable::again(&seen), Few::default());
    let why = Few::new()
        .name("a\0")
        .encode(&mut Writer::new(&mut Vec::new()));
    assert_eq!(
        format!("{:?}", why.unwrap_err()),
        "EncodeError(name \"a\\0\": holds a NUL)"
    );
}

#[test]
fn lines_of_a_table_of_more_are_written_in_their_order() {
    let more = More::new().name("n").fourth(4).first(1);
    let bytes = written(|out| more.encode(out).unwrap());
    let lines = [(1, &[1_u8][..]), (64, &4_u32.to_ne_bytes()), (127, b"n\0")];
    assert_eq!(bytes, lines.map(|(n, value)| attribute(n, value)).concat());
    let why = More::new()
        .first(1)
        .name("a\0")
        .encode(&mut Writer::new(&mut Vec::new()));
    assert_eq!(
        format!("{:?}", why.unwrap_err()),
        "EncodeError(name \"a\\0\": holds a NUL)"
    );
}

/// As what a request holds: in the words of refusals.
struct Sent<'a>(&'static Schema, &'a [u8]);

impl fmt::Debug for Sent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ByData::Table(self.0, self.1).fmt(f)
    }
}

/// Takes so many bytes and no more.
struct Short(usize);

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[test]
fn what_a_request_holds_is_shown_as_far_as_it_can_be_set() {
    let inner = attribute(1, &7_u32.to_ne_bytes());
    let list = [attribute(1, &[192, 0, 2, 1]), attribute(1, &[192, 0, 2, 2])];
    let body = [
        attribute(1, &[0, 80]),
        attribute(2, &inner),
        attribute(3, &list.concat()),
        attribute(4, b"text\0"),
        attribute(5, &[1, 2]),
        attribute(5, &[1]),
        attribute(6, &attribute(1, &[0, 80])),
    ]
    .concat();
    let shown = format!("{:?}", Sent(HeldTable::SENT, &body));
    assert_eq!(
        shown,
        "held { port: 80, few: few { number: 7 }, addresses: [192.0.2.1, 192.0.2.2], \
         name: \"text\", seen: 258, seen: malformed (a payload of 1 bytes): [01], \
         list: [6, 0, 1, 0, 0, 80, 0, 0] }"
    );
    let nest = ByData::Value(&<Nest<FewTable> as Format>::SENT, &inner);
    assert_eq!(format!("{nest:?}"), "few { number: 7 }");
    let told = shown.len();
    for len in 0..=told {
        let result = fmt::write(
            &mut Short(len),
            format_args!("{:?}", Sent(HeldTable::SENT, &body)),
        );
        assert_eq!(result.is_ok(), len == told, "{len}");
    }
}
