//! Flags as sets of bits, every one with every other, and as they are shown.
use std::fmt;

use crate::wire::table;

crate::open_flags! {
    /// Three bits of eight have a name.
    pub struct Abilities: u8 {
        /// The lowest.
        const TURNS = 1;
        /// Another.
        const BLINKS = 2;
        /// The highest.
        const RINGS = 128;
    }
}

type Bits = fn(u8, u8) -> u8;
type Operator = fn(Abilities, Abilities) -> Abilities;
type Change = fn(&mut Abilities, Abilities);

/// What every operation makes of two sets, as bits: alike, whether it answers with a set or alters
/// one.
const OPERATIONS: [(Bits, [Operator; 2], [Change; 2]); 4] = [
    (
        |a, b| a | b,
        [Abilities::union, |a, b| a | b],
        [Abilities::insert, |a, b| *a |= b],
    ),
    (
        |a, b| a & b,
        [Abilities::intersection, |a, b| a & b],
        [|a, b| *a &= b, |a, b| *a -= !b],
    ),
    (
        |a, b| a ^ b,
        [Abilities::symmetric_difference, |a, b| a ^ b],
        [Abilities::toggle, |a, b| *a ^= b],
    ),
    (
        |a, b| a & !b,
        [Abilities::difference, |a, b| a - b],
        [Abilities::remove, |a, b| *a -= b],
    ),
];

#[test]
fn flags_are_sets_of_bits() {
    for a in 0..=u8::MAX {
        let one = Abilities::from_bits_retain(a);
        assert_eq!(one.bits(), a);
        assert_eq!(Abilities::from_bits(a), Some(one));
        assert_eq!(Abilities::from_bits_truncate(a), one);
        assert_eq!((one.is_empty(), one.is_all()), (a == 0, a == u8::MAX));
        assert_eq!((one.complement().bits(), (!one).bits()), (!a, !a));
        for b in 0..=u8::MAX {
            let other = Abilities::from_bits_retain(b);
            assert_eq!(one.contains(other), a & b == b);
            assert_eq!(one.intersects(other), a & b != 0);
            for (bits, operators, changes) in OPERATIONS {
                for operator in operators {
                    assert_eq!(operator(one, other).bits(), bits(a, b));
                }
                for change in changes {
                    let mut changed = one;
                    change(&mut changed, other);
                    assert_eq!(changed.bits(), bits(a, b));
                }
            }
            for (value, bits) in [(true, a | b), (false, a & !b)] {
                let mut changed = one;
                changed.set(other, value);
                assert_eq!(changed.bits(), bits);
            }
        }
    }
}

#[test]
fn flags_are_gone_through_one_by_one() {
    for a in 0..=u8::MAX {
        let one = Abilities::from_bits_retain(a);
        // Those that have no name are the last, together.
        assert_eq!(one.into_iter().collect::<Abilities>(), one);
        let mut named = Abilities::empty();
        for (name, flag) in one.iter_names().filter(|(name, _)| !name.is_empty()) {
            assert_eq!(Abilities::from_name(name), Some(flag));
            named.extend([flag]);
        }
        let names = Abilities::TURNS | Abilities::BLINKS | Abilities::RINGS;
        assert_eq!(named, one & names);
    }
    assert_eq!(Abilities::from_name("SINGS"), None);
}

struct Shown(u64);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = &[("BOTH", 3), ("READ", 1), ("WRITE", 2), ("WIDE", 12)];
        table::show_flags(f, "Shown", self.0, names)
    }
}

#[test]
fn flags_are_shown_by_their_names_and_what_has_none_by_its_bits() {
    for (bits, shown) in [
        (0, "0x0"),
        (1, "READ"),
        (3, "BOTH"),
        (4, "0x4"),
        (6, "WRITE | 0x4"),
        (12, "WIDE"),
        (0x1d, "READ | WIDE | 0x10"),
    ] {
        assert_eq!(format!("{:?}", Shown(bits)), format!("Shown({shown})"));
    }
}
