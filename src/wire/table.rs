//! The attribute table: every attribute of the kernel is written down once, as one line.
//!
//! # Why this shape
//!
//! A line becomes two small things: a getter on a view, and a slot with a setter on a request.
//! Other ways to make them were built on the same lines (link, bridge settings, address) and
//! counted; `benches/shapes/RESULTS.md` has every number.
//!
//! - *A view is the bytes and an index made in one walk*, 10 instructions an attribute of four
//!   bytes and 14 of others (by callgrind, of a real link); a getter then costs about 30. A view that walks in each getter is 32 bytes instead of 168 for a link
//!   and its macro needs no index, but six fields of a real link of 42 attributes cost it 6,500
//!   instructions against 1,100, and twenty 21,000 against 1,600: it loses from the second field
//!   on. A struct of seventy options filled in one walk would cost every field to who reads six.
//! - *A request is plain slots and the set of the numbers that are set.* A struct of options that
//!   are all looked at is as short to write down, and as fast where a table is small (an address:
//!   137 instructions to 142). In a long table looking at all of them costs: a veth with its peer
//!   543 to 460, and the options' tags 80 bytes in 456. The set also answers at once whether
//!   nothing is set, or something that must not be: a mask instead of a search. (So encoding looks
//!   only at the lines that are set.)
//! - *What most requests set is written where the request is made.* The lines that a table calls
//!   `usual`, or all of a table of few, are inlined behind one look at the set; whatever else is
//!   set goes the long way, in a function of its own. Where the compiler sees the request being
//!   made it knows the set, so that of the checks, the slots and the lines only what is set is
//!   left: a veth with its peer went from 646 to 303 instructions by this, a default route from
//!   317 to 98.
//! - *A setter takes the request by value and gives it back*, and costs next to nothing, because
//!   the compiler takes the request apart: a setter that is inlined is a store into a slot of its
//!   own, and what is never set is never moved. That holds as long as nothing in a request is
//!   dropped, no part of it is reached by a number that is only known when the program runs, and
//!   no reference to it goes into a function that isn't inlined, before it is encoded. So names
//!   are borrowed ([`LinkRef`](super::LinkRef)), unset values are made in place, and large ones
//!   are [`Maybe`]; errors are made of copies.
//! - *A request that is bytes already*, appended to by its setters and copied when it is encoded,
//!   breaks the second of these: the place of the next byte is such a number. Two sketches, which
//!   checked next to nothing, took 576 and 1,037 instructions for that veth with its encoding, a
//!   third to a half of them copies; what is here takes 278. Besides, a link's name is looked up, and an error told,
//!   only when there is a connection to send it by; a setter called twice would have to search for
//!   what it wrote before; and two requests that set the same in another order would not be equal.
//!
//! The tables are the same 228 lines in each shape. The macro of options has 82, without the trait,
//! reading back and [`Schema`]-driven checks that this one has in its 238; what the set itself
//! needs beside it is `Bits`, some seventy lines once for all tables. Compiling the three tables
//! takes about one processor second in each: some 0.8 with options, 1.4 with all that is here.
//!
//! rustdoc shows the same for all of them, because a line names the Rust type, and the format
//! after `as` only where the bytes say more than it: `pub fn mtu(&self) -> Option<u32>`,
//! `pub fn vlan_protocol(&self) -> Option<u16>` (big-endian in the message), `pub fn master(self,
//! master: impl Into<LinkRef>) -> Self`. Below each stands the line's sentence and the kernel's
//! name. No marker, no generic codec and no builder type appears in a signature, and
//! rust-analyzer completes what it would complete in code written by hand.
use std::{borrow::Cow, fmt, marker::PhantomData};

mod macros;

use super::{
    Attributes, EncodeError, Fault, Format, Schema, ValueInfo, Writer, align, attribute::Indexed,
};

#[doc(hidden)]
pub use super::schema::nameless;

#[doc(hidden)]
pub use super::open::{NamedBits, show_flags};

#[doc(hidden)]
pub use bitflags;

/// A table of attributes: what [`table!`](crate::table) makes. By that macro only: what else the
/// trait asks for is no part of its promise, and may grow.
pub trait Table {
    /// Reads: getters over the message's own bytes.
    type View<'a>: Clone + std::fmt::Debug;
    /// Writes: what can be set.
    type Request<'a>: Clone + PartialEq + std::fmt::Debug + Default;
    /// The table as data.
    const SCHEMA: &'static Schema;
    /// The same, by which no name is looked up: so whoever only tells of an attribute doesn't link
    /// every table that a name may stand for.
    #[doc(hidden)]
    const NAMELESS: &'static Schema = &Self::SCHEMA.with_names(nameless);
    /// The same for a request, to tell what is refused: of what no request holds only the name is
    /// known, so that whoever only sends links nothing of it.
    #[doc(hidden)]
    const SENT: &'static Schema;

    /// A view of `body`, which starts with the table's header if it has one.
    ///
    /// # Errors
    /// When the header isn't whole, or the body is longer than can be indexed.
    fn view(body: &[u8]) -> Result<Self::View<'_>, Fault>;

    /// Appends the attributes that are set, in the table's order.
    ///
    /// # Errors
    /// When a value can't be sent; the error names the attribute.
    fn encode(request: &Self::Request<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Whether a request sets nothing.
    fn is_empty(request: &Self::Request<'_>) -> bool;

    /// A request for all in `body` that a request can set. Where an attribute is given twice the
    /// last counts, as in a view: if that can't be set, it isn't.
    fn again(body: &[u8]) -> Self::Request<'_>;

    /// Calls every getter: hands the attribute's name and the value, an `Option`, to `each`.
    #[doc(hidden)]
    fn getters<E: FnMut(&'static str, &dyn std::fmt::Debug)>(view: &Self::View<'_>, each: &mut E);
}

/// A C struct as data: name, size, and each member's name, offset and size.
#[doc(hidden)]
#[derive(Debug)]
pub struct Layout {
    pub name: &'static str,
    pub size: usize,
    pub members: &'static [(&'static str, usize, usize)],
}

/// How many slots an index needs for these numbers.
#[doc(hidden)]
#[must_use]
pub const fn slots(kinds: &[u16]) -> usize {
    let mut most = 0;
    let mut n = 0;
    while n < kinds.len() {
        if kinds[n] > most {
            most = kinds[n];
        }
        n += 1;
    }
    most as usize + 1
}

/// The lines that are written where a request is made: those of a table of few, of others what
/// most requests set.
#[doc(hidden)]
#[must_use]
pub const fn usual(lines: &[(u16, bool, bool)], usual: &[u16]) -> Bits {
    let mut all = Bits([0; 2]);
    let mut n = 0;
    while n < lines.len() {
        let (kind, _, settable) = lines[n];
        assert!(
            !settable || kind < 128,
            "an attribute that can be set has a number below 128"
        );
        all = all.and(kind);
        n += 1;
    }
    if lines.len() <= 4 {
        return all;
    }
    Bits::of(usual)
}

/// Which attributes of a table are set: a bit for each number.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bits([u64; 2]);

impl Bits {
    #[inline]
    pub fn insert(&mut self, kind: usize) {
        let [low, high] = &mut self.0;
        let word = if kind < 64 { low } else { high };
        *word |= 1 << (kind % 64);
    }

    /// The set of these numbers.
    #[must_use]
    pub const fn of(kinds: &[u16]) -> Self {
        let mut set = Self([0; 2]);
        let mut n = 0;
        while n < kinds.len() {
            set = set.and(kinds[n]);
            n += 1;
        }
        set
    }

    /// With this number too.
    const fn and(mut self, kind: u16) -> Self {
        // What can only be read may have any number.
        if kind < 128 {
            self.0[kind as usize / 64] |= 1 << (kind % 64);
        }
        self
    }

    #[inline]
    pub fn remove(&mut self, kind: u16) {
        self.set(kind, false);
    }

    pub fn set(&mut self, kind: u16, on: bool) {
        let [low, high] = &mut self.0;
        let word = match kind {
            0..64 => low,
            64..128 => high,
            // It can only be read.
            _ => return,
        };
        let bit = 1 << (kind % 64);
        *word = if on { *word | bit } else { *word & !bit };
    }

    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0[0] | self.0[1] == 0
    }

    /// Whether no number is in this that isn't in the other too.
    #[inline]
    #[must_use]
    pub const fn is_within(&self, other: Self) -> bool {
        (self.0[0] & !other.0[0]) | (self.0[1] & !other.0[1]) == 0
    }

    /// Whether no number is in both.
    #[inline]
    #[must_use]
    pub const fn has_none_of(&self, other: Self) -> bool {
        (self.0[0] & other.0[0]) | (self.0[1] & other.0[1]) == 0
    }

    /// The first that is in both.
    #[must_use]
    pub fn first_of(&self, other: Self) -> Option<u16> {
        let [low, high] = self.0;
        let [other_low, other_high] = other.0;
        match (low & other_low, high & other_high) {
            (0, 0) => None,
            (0, high) => Some(64 + high.trailing_zeros() as u16),
            (low, _) => Some(low.trailing_zeros() as u16),
        }
    }

    #[inline]
    #[must_use]
    pub const fn contains(&self, kind: u16) -> bool {
        let word = self.0[(kind / 64 % 2) as usize];
        kind < 128 && word >> (kind % 64) & 1 == 1
    }

    /// Calls `each` with the numbers that are set, in order.
    #[inline]
    pub fn each<E>(&self, mut each: impl FnMut(usize) -> Result<(), E>) -> Result<(), E> {
        let [mut left, high] = self.0;
        let mut first = 0;
        loop {
            while left != 0 {
                each(first + left.trailing_zeros() as usize)?;
                left &= left - 1;
            }
            if first == 64 || high == 0 {
                return Ok(());
            }
            (left, first) = (high, 64);
        }
    }
}

/// What a request holds of a value that is large: nothing to fill in until it is set. In `Debug`
/// it is the value.
///
/// The tag is a byte of its own, in no niche of the value: only then does the compiler see that
/// nothing else of it has to be moved.
///
/// ```
/// use nlroute::wire::table::Maybe;
/// assert_eq!(Maybe::from(3).get(), Some(&3));
/// assert_eq!(Maybe::<u8>::Unset.or_default(), 0);
/// ```
#[derive(Clone, Copy, PartialEq)]
#[repr(u8)]
pub enum Maybe<T> {
    /// Nothing set.
    Unset,
    /// The value.
    Set(T),
}

impl<T> Maybe<T> {
    /// The value, if one is set.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Unset => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T: Clone + Default> Maybe<T> {
    /// The value, an empty one where none is set.
    #[inline]
    pub fn or_default(&self) -> T {
        self.get().cloned().unwrap_or_default()
    }
}

impl<T> From<T> for Maybe<T> {
    #[inline]
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Maybe<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unset => f.write_str("unset"),
            Self::Set(value) => value.fmt(f),
        }
    }
}

/// What is to be known of the types of a table's lines.
#[doc(hidden)]
pub trait Known {
    fn info<M: Mode, F: Format>() -> &'static ValueInfo;
}

/// All.
#[doc(hidden)]
#[derive(Debug)]
pub enum All {}

impl Known for All {
    #[inline]
    fn info<M: Mode, F: Format>() -> &'static ValueInfo {
        const { &F::INFO }
    }
}

/// As much as refusals tell.
#[doc(hidden)]
#[derive(Debug)]
pub enum OfRefusals {}

impl Known for OfRefusals {
    #[inline]
    fn info<M: Mode, F: Format>() -> &'static ValueInfo {
        M::of_refusals::<F>()
    }
}

/// Whether a line can be read, set, or both: `ro`, `wo`, `rw`. Of what can't be set by a setter of
/// its name, but a request holds all the same, it is `rs`.
#[doc(hidden)]
pub trait Mode {
    /// What is known of the type where a request is refused.
    fn of_refusals<F: Format>() -> &'static ValueInfo;
    /// What a request holds for the line.
    type Slot<'a, F: Format>: Clone + PartialEq + std::fmt::Debug;
    fn unset<'a, F: Format>(_: PhantomData<&'a ()>) -> Self::Slot<'a, F>;
    fn put<F: Format>(
        kind: u16,
        slot: &Self::Slot<'_, F>,
        out: &mut Writer<'_>,
    ) -> Result<(), EncodeError>;
    /// Puts the value in a payload into the slot, and says whether there was one.
    fn again<'a, F: Format>(payload: &'a [u8], slot: &mut Self::Slot<'a, F>) -> bool;
}

#[doc(hidden)]
#[allow(non_camel_case_types)]
pub mod mode {
    use super::{EncodeError, Format, Mode, PhantomData, ValueInfo, Writer};

    struct Read<F>(F);

    impl<F: Format> Read<F> {
        const INFO: &'static ValueInfo = &F::INFO.of_refusals::<F>();
    }

    #[derive(Debug)]
    pub enum ro {}
    #[derive(Debug)]
    pub enum rs {}
    #[derive(Debug)]
    pub enum rw {}
    /// In a request it is like any other that can be set.
    pub type wo = rw;

    macro_rules! unsettable {
        ($($mode:ident $of_refusals:expr;)*) => {$(
            impl Mode for $mode {
                type Slot<'a, F: Format> = ();
                fn of_refusals<F: Format>() -> &'static ValueInfo {
                    $of_refusals
                }
                fn unset<F: Format>(_: PhantomData<&()>) {}
                fn put<F: Format>(_: u16, (): &(), _: &mut Writer<'_>) -> Result<(), EncodeError> {
                    Ok(())
                }
                fn again<F: Format>(_: &[u8], (): &mut ()) -> bool {
                    false
                }
            }
        )*};
    }
    unsettable! {
        ro Read::<F>::INFO;
        rs const { &F::SENT };
    }

    impl Mode for rw {
        type Slot<'a, F: Format> = F::Write<'a>;
        fn of_refusals<F: Format>() -> &'static ValueInfo {
            const { &F::SENT }
        }
        #[inline]
        fn unset<F: Format>(a: PhantomData<&()>) -> F::Write<'_> {
            F::unset(a)
        }
        #[inline]
        fn put<F: Format>(
            kind: u16,
            slot: &F::Write<'_>,
            out: &mut Writer<'_>,
        ) -> Result<(), EncodeError> {
            F::put(kind, slot, out)
        }
        fn again<'a, F: Format>(payload: &'a [u8], slot: &mut F::Write<'a>) -> bool {
            let value = F::again(payload);
            let is_one = value.is_some();
            *slot = match value {
                Some(value) => value,
                None => F::unset(PhantomData),
            };
            is_one
        }
    }
}

/// What a view stands on: the bytes of a table's attributes, and where each one is.
#[doc(hidden)]
#[derive(Clone)]
#[allow(missing_debug_implementations)] // Views have their own.
pub struct Body<'a, const N: usize> {
    bytes: Cow<'a, [u8]>,
    index: Indexed<N>,
}

impl<'a, const N: usize> Body<'a, N> {
    #[inline]
    pub fn new(bytes: Cow<'a, [u8]>, header: usize) -> Result<Self, Fault> {
        let mut body = Self {
            bytes,
            index: Indexed::EMPTY,
        };
        body.index.fill(&body.bytes, header)?;
        Ok(body)
    }

    #[inline]
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    #[must_use]
    pub fn get<F: Format>(&self, kind: u16) -> Option<F::Read<'_>> {
        F::read(self.index.payload(&self.bytes, kind)?).ok()
    }

    #[must_use]
    pub fn into_owned(self) -> Body<'static, N> {
        Body {
            bytes: Cow::Owned(self.bytes.into_owned()),
            index: self.index,
        }
    }
}

/// Does what is rarely wanted, never as a part of the caller. It is generic so that the caller's
/// crate compiles it: a function that isn't, and is never inlined, is compiled by its own.
///
/// What it is done to is handed over by itself, and not within `work`: the compiler takes what a
/// closure refers to for known to everybody, and then a request has to be in memory, whole, before
/// anything is written of it.
#[doc(hidden)]
#[inline(never)]
pub fn aside<T, A, R>(of: &T, with: A, work: impl FnOnce(&T, A) -> R) -> R {
    work(of, with)
}

/// The error of an attribute, with its name.
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn named<T: Table>(kind: u16, error: EncodeError) -> EncodeError {
    error.inside(T::SENT.name_of(kind))
}

/// Appends what is set, of a request whose attributes `put` appends one by one.
///
/// # Errors
/// When a value can't be sent; the error names the attribute.
#[doc(hidden)]
pub fn put_all(
    set: Bits,
    out: &mut Writer<'_>,
    table: &Schema,
    put: &dyn Fn(usize, &mut Writer<'_>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    set.each(|kind| match put(kind, out) {
        Err(error) => Err(error.inside(table.name_of(kind as u16))),
        Ok(()) => Ok(()),
    })
}

/// Writes a request as its name with what is set as fields, which `field` gives.
///
/// # Errors
/// When the formatter fails.
#[doc(hidden)]
pub fn show_request<'a>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    set: Bits,
    field: &dyn Fn(usize) -> Option<(&'static str, &'a dyn fmt::Debug)>,
) -> fmt::Result {
    let mut out = f.debug_struct(name);
    let _ = set.each(|kind| {
        if let Some((name, value)) = field(kind) {
            out.field(name, value);
        }
        Ok::<(), ()>(())
    });
    out.finish()
}

/// Writes a view as its name with its attributes as fields.
///
/// # Errors
/// When the formatter fails.
#[doc(hidden)]
pub fn show_view(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    table: &Schema,
    body: &[u8],
) -> fmt::Result {
    let mut out = f.debug_struct(name);
    table.debug(body, &mut out);
    out.finish()
}

/// The attributes after a header of this length.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn after(header: usize, body: &[u8]) -> Attributes<'_> {
    Attributes::new(body.get(align(header)..).unwrap_or(&[]))
}
