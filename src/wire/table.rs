//! The attribute table: every attribute of the kernel is written down once, as one line.
//!
//! # Why this shape
//!
//! A line becomes two small things: a getter on a view, and a slot with a setter on a request.
//! Other ways to make them were built on the same lines (link, bridge settings, address) and
//! counted; `benches/shapes/RESULTS.md` has every number.
//!
//! - *A view is the bytes and an index made in one walk*, 13 instructions an attribute; a getter
//!   then costs about 30. A view that walks in each getter is 32 bytes instead of 168 for a link
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

/// Where a table's names are looked up.
#[doc(hidden)]
#[macro_export]
macro_rules! named {
    () => {
        $crate::wire::table::nameless
    };
    ($named:path) => {
        $named
    };
}

/// The first of what is given.
#[doc(hidden)]
#[macro_export]
macro_rules! first {
    ($first:ty $(, $rest:ty)*) => {
        $first
    };
}

/// What stands before the attributes of a table, as a value.
#[doc(hidden)]
#[macro_export]
macro_rules! head {
    () => {
        None
    };
    ($header:ident) => {
        Some(const { &<$header as $crate::wire::Format>::INFO })
    };
}

/// Declares a table of attributes.
///
/// ```
/// nlroute::table! {
///     /// Settings of a kind of link that this crate doesn't know.
///     table GadgetTable "gadget";
///     /// What a gadget is set to.
///     view GadgetView;
///     /// What to set a gadget to.
///     request GadgetData;
///
///     rw 1 IFLA_GADGET_LIMIT limit: u32 = "Most packets that wait.";
///     rw 2 IFLA_GADGET_PORT port: u16 as nlroute::wire::Be16 = "UDP port, in network order.";
///     ro 3 IFLA_GADGET_SEEN seen: u64 = "Packets so far.";
/// }
/// use nlroute::wire::{Writer, table::Table};
///
/// let mut bytes = Vec::new();
/// GadgetTable::encode(&GadgetData::new().limit(9).port(4789), &mut Writer::new(&mut bytes))?;
/// let view = GadgetView::parse(&bytes)?;
/// assert_eq!((view.limit(), view.port(), view.seen()), (Some(9), Some(4789), None));
/// assert_eq!(format!("{view:?}"), "GadgetView { limit: 9, port: 4789 }");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! table {
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)? $(names $named:path)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident;
        $($lines:tt)*
    ) => {
        $crate::table! {
            $(#[$table_meta])* table $table $title $(after $header)? $(names $named)?;
            $(#[$view_meta])* view $view;
            $(#[$request_meta])* request $request set by {[impl<'a> $request<'a>]} [] usual [];
            $($lines)*
        }
    };
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)? $(names $named:path)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident
            set by $target:tt $(also $also:tt)+ in $place:tt;
        $($lines:tt)*
    ) => {
        $crate::table! {
            $(#[$table_meta])* table $table $title $(after $header)? $(names $named)?;
            $(#[$view_meta])* view $view;
            $(#[$request_meta])* request $request set by {$target $($also)+} $place usual [];
            $($lines)*
        }
    };
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)? $(names $named:path)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident set by [$($target:tt)*] $place:tt;
        $($lines:tt)*
    ) => {
        $crate::table! {
            $(#[$table_meta])* table $table $title $(after $header)? $(names $named)?;
            $(#[$view_meta])* view $view;
            $(#[$request_meta])* request $request set by {[$($target)*]} $place usual [];
            $($lines)*
        }
    };
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)? $(names $named:path)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident
            set by [$($target:tt)*] $place:tt usual $usual:tt;
        $($lines:tt)*
    ) => {
        $crate::table! {
            $(#[$table_meta])* table $table $title $(after $header)? $(names $named)?;
            $(#[$view_meta])* view $view;
            $(#[$request_meta])* request $request set by {[$($target)*]} $place usual $usual;
            $($lines)*
        }
    };
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)? $(names $named:path)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident
            set by {$($targets:tt)+} $place:tt usual [$($usual:literal)*];
        $(
            $mode:ident $kind:literal $uapi:ident $name:ident:
                $read:ty $(| $write:ty)? $(as $format:ty)? = $doc:literal;
        )*
    ) => {
        $(#[$table_meta])*
        #[allow(missing_debug_implementations)] // There is no value of it.
        pub enum $table {}

        impl $table {
            const HEADER: usize = 0 $(+ $header::LEN)?;

            // In a table without a line.
            #[allow(unreachable_code, clippy::extra_unused_type_parameters)]
            fn value<K: $crate::wire::table::Known>(
                kind: u16,
            ) -> Option<&'static $crate::wire::ValueInfo> {
                Some(match kind {
                    $($kind => K::info::<
                        $crate::wire::table::mode::$mode,
                        $crate::first!($($format,)? $read),
                    >(),)*
                    _ => return None,
                })
            }
        }

        impl $crate::wire::table::Table for $table {
            type View<'a> = $view<'a>;
            type Request<'a> = $request<'a>;
            const SCHEMA: &'static $crate::wire::Schema = &$crate::wire::Schema {
                name: $title,
                header: $table::HEADER,
                head: $crate::head!($($header)?),
                kinds: &[$($crate::mode! { $mode $kind }),*],
                words: concat!($(stringify!($uapi), "\t", stringify!($name), "\t", $doc, "\t",)*),
                value: $table::value::<$crate::wire::table::All>,
                named: $crate::named!($($named)?),
            };
            const SENT: &'static $crate::wire::Schema = &$crate::wire::Schema {
                value: $table::value::<$crate::wire::table::OfRefusals>,
                named: $crate::wire::table::nameless,
                ..*Self::SCHEMA
            };

            fn view(body: &[u8]) -> Result<$view<'_>, $crate::wire::Fault> {
                $view::parse(body)
            }

            #[inline]
            fn encode(
                request: &$request<'_>,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                request.encode(out)
            }

            #[inline]
            fn is_empty(request: &$request<'_>) -> bool {
                request.is_empty()
            }

            #[allow(unused)] // in a table without a line
            #[inline]
            fn again(body: &[u8]) -> $request<'_> {
                let mut request = $request::new();
                for attribute in $crate::wire::table::after($table::HEADER, body).flatten() {
                    let payload = attribute.payload();
                    let is_set: bool = match attribute.kind() {
                        $($kind => <$crate::wire::table::mode::$mode
                            as $crate::wire::table::Mode>::again::<
                                $crate::first!($($format,)? $read)>(payload, &mut request.$name),)*
                        _ => continue,
                    };
                    request.is_set.set(attribute.kind(), is_set);
                }
                request
            }

            #[allow(unused)] // in a table without a line
            fn getters<E: FnMut(&'static str, &dyn ::std::fmt::Debug)>(
                view: &$view<'_>,
                each: &mut E,
            ) {
                $($crate::call_getter! { $mode $name view each })*
            }
        }

        $(#[$view_meta])*
        #[derive(Clone)]
        pub struct $view<'a> {
            body: $crate::wire::table::Body<'a, { $crate::wire::table::slots(&[$($kind),*]) }>,
        }

        impl<'a> $view<'a> {
            /// A view of these bytes, borrowed or owned: the header of this table, if it has one,
            /// then attributes. An attribute that can't be read is told by
            /// [`malformed`](Self::malformed) and hides no other.
            ///
            /// # Errors
            /// When the header isn't whole, or the bytes are more than can be indexed.
            #[inline]
            pub fn parse(
                body: impl Into<::std::borrow::Cow<'a, [u8]>>,
            ) -> Result<Self, $crate::wire::Fault> {
                let body = $crate::wire::table::Body::new(body.into(), $table::HEADER)?;
                Ok(Self { body })
            }

            /// The bytes that this is a view of.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                self.body.bytes()
            }

            /// Every attribute as bytes, those without a getter too.
            #[must_use]
            pub fn attributes(&self) -> $crate::wire::Attributes<'_> {
                $crate::wire::table::after($table::HEADER, self.body.bytes())
            }

            /// The attributes that are there and are no values of their type, in nests too.
            #[must_use]
            #[inline]
            pub fn malformed(&self) -> Vec<$crate::wire::Malformed> {
                <$table as $crate::wire::table::Table>::SCHEMA.malformed(self.body.bytes())
            }

            /// The same view over bytes of its own, to be kept.
            #[must_use]
            #[inline]
            pub fn into_owned(self) -> $view<'static> {
                $view { body: self.body.into_owned() }
            }

            $($crate::getter! {
                $mode $kind $uapi $name ($read) [$crate::first!($($format,)? $read)] $doc
            })*
        }

        impl ::std::fmt::Debug for $view<'_> {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::wire::table::show_view(
                    f,
                    stringify!($view),
                    <$table as $crate::wire::table::Table>::SCHEMA,
                    self.body.bytes(),
                )
            }
        }

        impl PartialEq for $view<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.body.bytes() == other.body.bytes()
            }
        }

        $(#[$request_meta])*
        #[derive(Clone, PartialEq)]
        pub struct $request<'a> {
            is_set: $crate::wire::table::Bits,
            lifetime: ::std::marker::PhantomData<&'a ()>,
            $($name: <$crate::wire::table::mode::$mode as $crate::wire::table::Mode>::Slot<
                'a, $crate::first!($($format,)? $read)>,)*
        }

        impl<'a> $request<'a> {
            /// What is written where the request is made.
            const USUAL: $crate::wire::table::Bits =
                $crate::wire::table::usual(
                    <$table as $crate::wire::table::Table>::SCHEMA.kinds,
                    &[$($usual),*],
                );

            /// Nothing set yet.
            #[must_use]
            #[inline(always)]
            pub fn new() -> Self {
                Self {
                    is_set: Default::default(),
                    lifetime: ::std::marker::PhantomData,
                    $($name: <$crate::wire::table::mode::$mode
                        as $crate::wire::table::Mode>::unset::<
                            $crate::first!($($format,)? $read)>(::std::marker::PhantomData),)*
                }
            }

            /// Whether nothing is set.
            #[must_use]
            #[inline]
            pub fn is_empty(&self) -> bool {
                self.is_set.is_empty()
            }

            /// Appends what is set, as attributes.
            ///
            /// # Errors
            /// When a value can't be sent; the error names the attribute.
            // Inlined where a request is made: what isn't set is seen there, and nothing of it left.
            #[inline(always)]
            #[allow(unused)] // in a table without a line
            pub fn encode(
                &self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                if !self.is_set.is_within(Self::USUAL) {
                    return self.encode_all(out);
                }
                $crate::usual! {
                    { $table self out } [$($usual)*]
                    $([$mode $kind $name [$crate::first!($($format,)? $read)]])*
                }
                Ok(())
            }

            #[inline(never)]
            #[allow(unused)] // in a table without a line
            fn encode_all(
                &self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                let table = <$table as $crate::wire::table::Table>::SENT;
                $crate::wire::table::put_all(self.is_set, out, table, &|kind, out| match kind {
                    $($kind => <$crate::wire::table::mode::$mode
                        as $crate::wire::table::Mode>::put::<
                            $crate::first!($($format,)? $read)>($kind, &self.$name, out),)*
                    _ => Ok(()),
                })
            }
        }

        impl Default for $request<'_> {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }

        impl ::std::fmt::Debug for $request<'_> {
            #[inline]
            #[allow(unreachable_code)] // in a table without a line
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let name = stringify!($request);
                $crate::wire::table::show_request(f, name, self.is_set, &|kind| Some(match kind {
                    $($kind => (stringify!($name), &self.$name),)*
                    _ => return None,
                }))
            }
        }

        $crate::setters! {
            { $($targets)+ }
            { $([$mode $kind $uapi $name ($crate::first!($($write,)? $read)) $place $doc])* }
        }
    };
}

/// Declares a table of another name with the lines of one that there is: for kinds of links that
/// have the same settings, and for those that have none.
///
/// ```
/// use nlroute::link::{Kind, LinkRequest, MacvlanTable};
/// nlroute::same_table! {
///     /// Settings of a gadget, which are those of a macvlan.
///     table GadgetTable "gadget" as MacvlanTable;
/// }
/// impl Kind for GadgetTable {
///     const NAME: &'static str = "gadget";
/// }
/// let gadget = LinkRequest::<GadgetTable>::new("g0");
/// ```
#[macro_export]
macro_rules! same_table {
    ($($(#[$meta:meta])* table $table:ident $title:literal as $lines:ident;)*) => {$(
        $(#[$meta])*
        #[allow(missing_debug_implementations)] // There is no value of it.
        pub enum $table {}

        impl $crate::wire::table::Table for $table {
            type View<'a> = <$lines as $crate::wire::table::Table>::View<'a>;
            type Request<'a> = <$lines as $crate::wire::table::Table>::Request<'a>;
            const SCHEMA: &'static $crate::wire::Schema = &$crate::wire::Schema {
                name: $title,
                ..*<$lines as $crate::wire::table::Table>::SCHEMA
            };
            const SENT: &'static $crate::wire::Schema = &$crate::wire::Schema {
                name: $title,
                ..*<$lines as $crate::wire::table::Table>::SENT
            };

            fn view(body: &[u8]) -> Result<Self::View<'_>, $crate::wire::Fault> {
                <$lines as $crate::wire::table::Table>::view(body)
            }

            fn encode(
                request: &Self::Request<'_>,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$lines as $crate::wire::table::Table>::encode(request, out)
            }

            fn is_empty(request: &Self::Request<'_>) -> bool {
                <$lines as $crate::wire::table::Table>::is_empty(request)
            }

            fn again(body: &[u8]) -> Self::Request<'_> {
                <$lines as $crate::wire::table::Table>::again(body)
            }

            fn getters<E: FnMut(&'static str, &dyn ::std::fmt::Debug)>(
                view: &Self::View<'_>,
                each: &mut E,
            ) {
                <$lines as $crate::wire::table::Table>::getters(view, each);
            }
        }
    )*};
}

/// The setters of a table's lines, once for each target.
#[doc(hidden)]
#[macro_export]
macro_rules! setters {
    (in [$($target:tt)*] { $([$($line:tt)*])* }) => {
        $($target)* {
            $($crate::setter! { $($line)* })*
        }
    };
    ({ $([$($target:tt)*])+ } $lines:tt) => {
        $($crate::setters! { in [$($target)*] $lines })+
    };
}

/// A line's number, and whether it can be read and set.
#[doc(hidden)]
#[macro_export]
macro_rules! mode {
    (ro $kind:literal) => {
        ($kind, true, false)
    };
    (rs $kind:literal) => {
        ($kind, true, false)
    };
    (rw $kind:literal) => {
        ($kind, true, true)
    };
    (wo $kind:literal) => {
        ($kind, false, true)
    };
}

/// Appends what is set of the lines that are usual: of all if they are few, else of those that the
/// table says.
#[doc(hidden)]
#[macro_export]
macro_rules! usual {
    ($to:tt [] $one:tt $($two:tt $($three:tt $($four:tt)?)?)?) => {
        $crate::put_line! { $to $one }
        $($crate::put_line! { $to $two } $($crate::put_line! { $to $three }
            $($crate::put_line! { $to $four })?)?)?
    };
    ($to:tt [] $($line:tt)*) => {};
    ($to:tt $usual:tt $($line:tt)*) => {
        $($crate::put_line! { $to $line })*
    };
}

/// Appends one line if it is usual and set.
#[doc(hidden)]
#[macro_export]
macro_rules! put_line {
    (
        { $table:ident $request:ident $out:ident }
        [$mode:ident $kind:literal $name:ident [$format:ty]]
    ) => {
        if const { Self::USUAL.contains($kind) } && $request.is_set.contains($kind) {
            <$crate::wire::table::mode::$mode as $crate::wire::table::Mode>::put::<$format>(
                $kind,
                &$request.$name,
                $out,
            )
            .map_err(|error| $crate::wire::table::named::<$table>($kind, error))?;
        }
    };
}

/// The getter of one line.
#[doc(hidden)]
#[macro_export]
macro_rules! getter {
    (wo $($rest:tt)*) => {};
    ($mode:ident $kind:literal $uapi:ident $name:ident ($read:ty) [$format:ty] $doc:literal) => {
        #[doc = $doc]
        #[doc = concat!("\n\n`", stringify!($uapi), "`.")]
        #[inline]
        #[must_use]
        pub fn $name(&self) -> Option<$read> {
            self.body.get::<$format>($kind)
        }
    };
}

/// Hands what the getter of one line gives to `each`.
#[doc(hidden)]
#[macro_export]
macro_rules! call_getter {
    (wo $($rest:tt)*) => {};
    ($mode:ident $name:ident $view:ident $each:ident) => {
        $each(stringify!($name), &$view.$name());
    };
}

/// The setter of one line.
#[doc(hidden)]
#[macro_export]
macro_rules! setter {
    (ro $($rest:tt)*) => {};
    (rs $($rest:tt)*) => {};
    (
        $mode:ident $kind:literal $uapi:ident $name:ident ($write:ty) [$($place:tt)*] $doc:literal
    ) => {
        #[doc = $doc]
        #[doc = concat!("\n\n`", stringify!($uapi), "`.")]
        #[inline(always)]
        #[must_use]
        pub fn $name(mut self, $name: $write) -> Self {
            self $($place)* .$name = $name.into();
            self $($place)* .is_set.insert($kind);
            self
        }
    };
}
