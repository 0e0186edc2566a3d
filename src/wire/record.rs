//! Records: C structs of the uapi headers, one line a member, read and written member by member.

/// A number of fixed size in a record, or so many bytes.
///
/// ```
/// use nlroute::wire::Fixed;
/// assert_eq!(<u16 as Fixed>::get(&[1, 0, 9], 0), u16::from_ne_bytes([1, 0]));
/// assert_eq!(<u16 as Fixed>::get(&[1], 0), 0); // not there
/// ```
pub trait Fixed: Copy {
    /// Its length in bytes.
    const LEN: usize;
    /// The number at `offset`; zero where the bytes end before it.
    fn get(bytes: &[u8], offset: usize) -> Self;
    /// Puts the number at `offset`; nothing where the bytes end before it.
    fn put(self, bytes: &mut [u8], offset: usize);
}

macro_rules! fixed {
    ($($type:ty),*) => {$(
        impl Fixed for $type {
            const LEN: usize = size_of::<$type>();

            #[inline]
            fn get(bytes: &[u8], offset: usize) -> Self {
                match bytes.get(offset..).and_then(<[u8]>::first_chunk) {
                    Some(chunk) => Self::from_ne_bytes(*chunk),
                    None => 0,
                }
            }

            #[inline]
            fn put(self, bytes: &mut [u8], offset: usize) {
                if let Some(chunk) = bytes.get_mut(offset..).and_then(<[u8]>::first_chunk_mut) {
                    *chunk = self.to_ne_bytes();
                }
            }
        }
    )*};
}
fixed!(u8, u16, u32, u64, i8, i16, i32, i64);

impl<const N: usize> Fixed for [u8; N] {
    const LEN: usize = N;

    fn get(bytes: &[u8], offset: usize) -> Self {
        match bytes.get(offset..).and_then(<[u8]>::first_chunk) {
            Some(chunk) => *chunk,
            None => [0; N],
        }
    }

    fn put(self, bytes: &mut [u8], offset: usize) {
        if let Some(chunk) = bytes.get_mut(offset..).and_then(<[u8]>::first_chunk_mut) {
            *chunk = self;
        }
    }
}

/// Declares a record: a C struct of the kernel's headers, a line a member.
///
/// A line is offset, name in the header, name here with type, documentation. Members are read at
/// their offset in host byte order. A shorter record of an older kernel reads as zero where it
/// ends, a longer one of a newer kernel is read as far as it is known; it must have at least
/// `from` bytes.
///
/// ```
/// nlroute::record! {
///     /// Times of something.
///     pub struct Times "my_times" 8 from 4;
///     0 tm_used used: u32 = "Since it was used, in seconds.";
///     4 tm_made made: u32 = "Since it was made, in seconds.";
/// }
/// use nlroute::wire::Format;
/// assert_eq!(Times::read(&7u32.to_ne_bytes()), Ok(Times { used: 7, made: 0 }));
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $record:ident $uapi:literal $size:literal from $least:literal;
        $($offset:literal $member:ident $name:ident : $type:ty = $doc:literal;)*
    ) => {
        $(#[$meta])*
        #[doc = concat!("\n\n`struct ", $uapi, "` of the kernel's headers, ", stringify!($size), " bytes.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $record {
            $(#[doc = $doc] pub $name: $type,)*
        }

        impl $record {
            /// Its length in bytes.
            pub const LEN: usize = $size;
            /// Name, size, and each member's name, offset and size, as in the kernel's headers.
            #[doc(hidden)]
            pub const LAYOUT: $crate::wire::table::Layout = $crate::wire::table::Layout {
                name: $uapi,
                size: $size,
                members: &[$((
                    stringify!($member), $offset, <$type as $crate::wire::Fixed>::LEN,
                )),*],
            };

            /// The record at the start of `bytes`, zero where they end before it.
            #[must_use]
            #[inline]
            pub fn at(bytes: &[u8]) -> Self {
                Self { $($name: <$type as $crate::wire::Fixed>::get(bytes, $offset)),* }
            }

            /// The record's bytes.
            #[inline]
            #[must_use]
            pub fn to_bytes(&self) -> [u8; $size] {
                let mut bytes = [0; $size];
                $($crate::wire::Fixed::put(self.$name, &mut bytes, $offset);)*
                bytes
            }
        }

        impl $crate::wire::Element for $record {
            type Value = Self;
        }

        impl $crate::wire::Format for $record {
            type Read<'a> = Self;
            type Write<'a> = Self;
            const INFO: $crate::wire::ValueInfo = $crate::wire::ValueInfo::new::<Self>(
                $uapi,
                $crate::wire::Shape::Bytes { least: $least, most: $size },
            );

            #[inline]
            fn read(payload: &[u8]) -> Result<Self, $crate::wire::Fault> {
                if payload.len() < $least {
                    return Err($crate::wire::Fault::Length { has: payload.len() });
                }
                Ok(Self::at(payload))
            }

            #[inline]
            fn write(
                value: &Self,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                out.payload(&value.to_bytes());
                Ok(())
            }

            #[inline]
            fn unset(_: ::std::marker::PhantomData<&()>) -> Self {
                Self::default()
            }

            #[inline]
            fn again(payload: &[u8]) -> Option<Self> {
                <Self as $crate::wire::Format>::read(payload).ok()
            }
        }
    };
}
