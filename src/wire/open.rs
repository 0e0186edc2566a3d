//! Numbers with names, which keep what they have no name for: enumerations and flags.

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

/// Declares flags that keep bits that they don't know: `bitflags`, readable in a table.
#[macro_export]
macro_rules! open_flags {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $number:ident {
            $($(#[$($flag_meta:tt)*])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $crate::wire::table::bitflags! {
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            pub struct $name: $number {
                $($(#[$($flag_meta)*])* const $flag = $value;)*
                const _ = !0;
            }
        }

        $crate::as_number!($name: $number, |v| $name::from_bits_retain(v), |v| v.bits());
    };
}
