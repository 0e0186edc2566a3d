//! Numbers with names, which keep what they have no name for: enumerations and flags.
use std::fmt;

/// Declares an enumeration that keeps what it doesn't know.
///
/// ```
/// nlroute::open_enum! {
///     /// A colour.
///     pub enum Colour: u8 {
///         /// Red.
///         Red = 1 "red",
///     }
/// }
/// assert_eq!(Colour::from(1), Colour::Red);
/// assert_eq!(u8::from(Colour::from(9)), 9);
/// assert_eq!(Colour::Red.to_string(), "red");
/// assert_eq!(Colour::Other(9).to_string(), "9");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $number:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that this crate has no name for.
            Other($number),
        }

        impl From<$number> for $name {
            #[inline]
            fn from(number: $number) -> Self {
                match number {
                    $($value => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for $number {
            #[inline]
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => $value,)*
                    $name::Other(other) => other,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant => f.pad($word),)*
                    Self::Other(other) => ::std::fmt::Display::fmt(other, f),
                }
            }
        }

        $crate::as_number!($name: $number, |v| $name::from(v), |v| $number::from(*v));
    };
}

/// Makes a type a [`Format`] by way of a number.
#[doc(hidden)]
#[macro_export]
macro_rules! as_number {
    ($name:ident: $number:ident, |$read:ident| $from:expr, |$write:ident| $to:expr) => {
        impl $crate::wire::Format for $name {
            type Read<'a> = Self;
            type Write<'a> = Self;
            const INFO: $crate::wire::ValueInfo = $crate::wire::ValueInfo::new::<Self>(
                stringify!($name),
                $crate::wire::Shape::Number {
                    len: <$number as $crate::wire::Fixed>::LEN,
                },
            );

            #[inline]
            fn read(payload: &[u8]) -> Result<Self, $crate::wire::Fault> {
                let $read = <$number as $crate::wire::Format>::read(payload)?;
                Ok($from)
            }

            #[inline]
            fn write(
                $write: &Self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$number as $crate::wire::Format>::write(&$to, out)
            }

            #[inline]
            fn put(
                kind: u16,
                $write: &Self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$number as $crate::wire::Format>::put(kind, &$to, out)
            }

            #[inline]
            fn unset(_: ::std::marker::PhantomData<&()>) -> Self {
                let $read: $number = 0;
                $from
            }

            #[inline]
            fn again(payload: &[u8]) -> Option<Self> {
                <Self as $crate::wire::Format>::read(payload).ok()
            }
        }
    };
}

/// Names of flags, each with its bits.
#[doc(hidden)]
pub type NamedBits = &'static [(&'static str, u64)];

/// Writes flags: their names, then the bits that have none. One function for all of them.
///
/// # Errors
/// When the formatter fails.
#[doc(hidden)]
pub fn show_flags(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    bits: u64,
    names: NamedBits,
) -> fmt::Result {
    f.debug_tuple(name).field(&Flags { bits, names }).finish()
}

struct Flags {
    bits: u64,
    names: NamedBits,
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut left, mut between) = (self.bits, "");
        for &(name, bits) in self.names {
            if self.bits & bits == bits && left & bits != 0 {
                write!(f, "{between}{name}")?;
                left &= !bits;
                between = " | ";
            }
        }
        if left != 0 || self.bits == 0 {
            write!(f, "{between}{left:#x}")?;
        }
        Ok(())
    }
}

/// Declares flags that keep bits that they don't know: [`bitflags::Flags`], readable in a table.
/// By a macro of its own, because `bitflags!` makes each of them twice, and a function for
/// everything that a look into a list does.
///
/// ```
/// nlroute::open_flags! {
///     /// What a gadget can do.
///     pub struct Abilities: u8 {
///         /// It turns.
///         const TURNS = 1;
///         /// It blinks.
///         const BLINKS = 2;
///     }
/// }
/// let some = Abilities::BLINKS | Abilities::from_bits_retain(8);
/// assert!(some.contains(Abilities::BLINKS) && !some.contains(Abilities::TURNS));
/// assert_eq!(format!("{some:?}"), "Abilities(BLINKS | 0x8)");
/// assert_eq!(some.bits(), 10);
/// ```
#[macro_export]
macro_rules! open_flags {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $number:ident {
            $($(#[$($flag_meta:tt)*])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $name($number);

        impl $name {
            $($(#[$($flag_meta)*])* pub const $flag: Self = Self($value);)*

            /// No flag.
            #[inline]
            #[must_use]
            pub const fn empty() -> Self {
                Self(0)
            }

            /// All bits, those without a name too.
            #[inline]
            #[must_use]
            pub const fn all() -> Self {
                Self(!0)
            }

            /// The bits.
            #[inline]
            #[must_use]
            pub const fn bits(&self) -> $number {
                self.0
            }

            /// Flags of these bits, all of which are kept: never `None`.
            #[inline]
            #[must_use]
            pub const fn from_bits(bits: $number) -> Option<Self> {
                Some(Self(bits))
            }

            /// Flags of these bits, all of which are kept.
            #[inline]
            #[must_use]
            pub const fn from_bits_truncate(bits: $number) -> Self {
                Self(bits)
            }

            /// Flags of these bits, all of which are kept.
            #[inline]
            #[must_use]
            pub const fn from_bits_retain(bits: $number) -> Self {
                Self(bits)
            }

            /// The flag of this name.
            #[inline]
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                <Self as $crate::wire::table::bitflags::Flags>::from_name(name)
            }

            /// Whether no bit is set.
            #[inline]
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.0 == 0
            }

            /// Whether all bits are set.
            #[inline]
            #[must_use]
            pub const fn is_all(&self) -> bool {
                self.0 == !0
            }

            /// Whether any bit is set in both.
            #[inline]
            #[must_use]
            pub const fn intersects(&self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// Whether all bits of the other are set in this too.
            #[inline]
            #[must_use]
            pub const fn contains(&self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Sets the bits of the other too.
            #[inline]
            pub fn insert(&mut self, other: Self) {
                self.0 |= other.0;
            }

            /// Sets no bit of the other any more.
            #[inline]
            pub fn remove(&mut self, other: Self) {
                self.0 &= !other.0;
            }

            /// Turns the bits of the other around.
            #[inline]
            pub fn toggle(&mut self, other: Self) {
                self.0 ^= other.0;
            }

            /// Sets the bits of the other, or none of them any more.
            #[inline]
            pub fn set(&mut self, other: Self, value: bool) {
                if value {
                    self.insert(other);
                } else {
                    self.remove(other);
                }
            }

            /// The bits that are set in both.
            #[inline]
            #[must_use]
            pub const fn intersection(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// The bits that are set in either.
            #[inline]
            #[must_use]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// The bits that are set in this and not in the other.
            #[inline]
            #[must_use]
            pub const fn difference(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// The bits that are set in one of both only.
            #[inline]
            #[must_use]
            pub const fn symmetric_difference(self, other: Self) -> Self {
                Self(self.0 ^ other.0)
            }

            /// The bits that aren't set.
            #[inline]
            #[must_use]
            pub const fn complement(self) -> Self {
                Self(!self.0)
            }

            /// The flags that are set, and last what has no name.
            #[inline]
            #[must_use]
            pub fn iter(&self) -> $crate::wire::table::bitflags::iter::Iter<Self> {
                <Self as $crate::wire::table::bitflags::Flags>::iter(self)
            }

            /// The flags that are set and have a name, with it.
            #[inline]
            #[must_use]
            pub fn iter_names(&self) -> $crate::wire::table::bitflags::iter::IterNames<Self> {
                <Self as $crate::wire::table::bitflags::Flags>::iter_names(self)
            }
        }

        impl $crate::wire::table::bitflags::Flags for $name {
            const FLAGS: &'static [$crate::wire::table::bitflags::Flag<Self>] = &[
                $($crate::wire::table::bitflags::Flag::new(stringify!($flag), Self::$flag),)*
                // Bits without a name are flags too.
                $crate::wire::table::bitflags::Flag::new("", Self::all()),
            ];
            type Bits = $number;

            #[inline]
            fn bits(&self) -> $number {
                self.0
            }

            #[inline]
            fn from_bits_retain(bits: $number) -> Self {
                Self(bits)
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                const NAMES: $crate::wire::table::NamedBits =
                    &[$((stringify!($flag), $name::$flag.0 as u64)),*];
                $crate::wire::table::show_flags(f, stringify!($name), u64::from(self.0), NAMES)
            }
        }

        $crate::flag_operators! { $name
            BitOr bitor BitOrAssign bitor_assign union;
            BitAnd bitand BitAndAssign bitand_assign intersection;
            BitXor bitxor BitXorAssign bitxor_assign symmetric_difference;
            Sub sub SubAssign sub_assign difference;
        }

        impl ::std::ops::Not for $name {
            type Output = Self;

            #[inline]
            fn not(self) -> Self {
                self.complement()
            }
        }

        impl Extend<Self> for $name {
            #[inline]
            fn extend<I: IntoIterator<Item = Self>>(&mut self, flags: I) {
                for flag in flags {
                    self.insert(flag);
                }
            }
        }

        impl FromIterator<Self> for $name {
            #[inline]
            fn from_iter<I: IntoIterator<Item = Self>>(flags: I) -> Self {
                let mut all = Self(0);
                all.extend(flags);
                all
            }
        }

        impl IntoIterator for $name {
            type Item = Self;
            type IntoIter = $crate::wire::table::bitflags::iter::Iter<Self>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        $crate::as_number!($name: $number, |v| $name(v), |v| v.0);
    };
}

/// The operators of flags.
#[doc(hidden)]
#[macro_export]
macro_rules! flag_operators {
    ($name:ident $($trait:ident $fn:ident $assign_trait:ident $assign_fn:ident $by:ident;)*) => {$(
        impl ::std::ops::$trait for $name {
            type Output = Self;

            #[inline]
            fn $fn(self, other: Self) -> Self {
                self.$by(other)
            }
        }

        impl ::std::ops::$assign_trait for $name {
            #[inline]
            fn $assign_fn(&mut self, other: Self) {
                *self = self.$by(other);
            }
        }
    )*};
}
