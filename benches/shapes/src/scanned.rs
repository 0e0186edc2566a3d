//! Requests as structs of `Option`s. The view's body is whatever `Body` is where the macro is used.

use nlroute::wire::{EncodeError, Format, Writer};

/// What a request holds for a line: nothing where it can't be set.
pub trait Mode {
    type Slot<'a, F: Format>: Clone + PartialEq + std::fmt::Debug + Default;
    fn put<F: Format>(
        kind: u16,
        slot: &Self::Slot<'_, F>,
        out: &mut Writer<'_>,
    ) -> Result<(), EncodeError>;
}

#[allow(non_camel_case_types)]
pub mod mode {
    use super::{EncodeError, Format, Mode, Writer};

    pub enum ro {}
    /// What a request holds without a setter of its own: here it doesn't.
    pub type rs = ro;
    pub enum rw {}
    pub enum wo {}

    impl Mode for ro {
        type Slot<'a, F: Format> = ();
        fn put<F: Format>(_: u16, (): &(), _: &mut Writer<'_>) -> Result<(), EncodeError> {
            Ok(())
        }
    }

    macro_rules! settable {
        ($($mode:ident)*) => {$(
            impl Mode for $mode {
                type Slot<'a, F: Format> = Option<F::Write<'a>>;
                #[inline]
                fn put<F: Format>(
                    kind: u16,
                    slot: &Option<F::Write<'_>>,
                    out: &mut Writer<'_>,
                ) -> Result<(), EncodeError> {
                    match slot {
                        Some(value) => F::put(kind, value, out),
                        None => Ok(()),
                    }
                }
            }
        )*};
    }
    settable! { rw wo }
}

// begin macro
macro_rules! scanned {
    (
        $(#[$table_meta:meta])* table $table:ident $title:literal $(after $header:ident)?;
        $(#[$view_meta:meta])* view $view:ident;
        $(#[$request_meta:meta])* request $request:ident;
        $(
            $mode:ident $kind:literal $uapi:ident $name:ident:
                $read:ty $(| $write:ty)? $(as $format:ty)? = $doc:literal;
        )*
    ) => {
        $(#[$table_meta])*
        pub enum $table {}

        impl $table {
            const HEADER: usize = 0 $(+ $header::LEN)?;
            /// The table as data.
            pub const SCHEMA: &'static nlroute::wire::Schema = &nlroute::wire::Schema {
                name: $title,
                named: nlroute::wire::table::nameless,
                header: $table::HEADER,
                head: nlroute::head!($($header)?),
                kinds: &[$(($kind, true, true)),*],
                words: concat!($(stringify!($uapi), "\t", stringify!($name), "\t", $doc, "\t",)*),
                value: |kind| match kind {
                    $($kind => Some(const {
                        &<nlroute::first!($($format,)? $read) as nlroute::wire::Format>::INFO
                    }),)*
                    _ => None,
                },
            };
        }

        $(#[$view_meta])*
        #[derive(Clone)]
        pub struct $view<'a> {
            body: Body<'a, { nlroute::wire::table::slots(&[$($kind),*]) }>,
        }

        impl<'a> $view<'a> {
            /// A view of these bytes.
            #[inline]
            pub fn parse(
                body: impl Into<::std::borrow::Cow<'a, [u8]>>,
            ) -> Result<Self, nlroute::wire::Fault> {
                Ok(Self { body: Body::new(body.into(), $table::HEADER)? })
            }

            $(nlroute::getter! {
                $mode $kind $uapi $name ($read) [nlroute::first!($($format,)? $read)] $doc
            })*
        }

        $(#[$request_meta])*
        #[derive(Clone, PartialEq, Debug, Default)]
        pub struct $request<'a> {
            lifetime: ::std::marker::PhantomData<&'a ()>,
            $($name: <$crate::scanned::mode::$mode as $crate::scanned::Mode>::Slot<
                'a, nlroute::first!($($format,)? $read)>,)*
        }

        impl<'a> $request<'a> {
            /// Nothing set yet.
            pub fn new() -> Self {
                Self::default()
            }

            /// Appends what is set, as attributes.
            pub fn encode(
                &self,
                out: &mut nlroute::wire::Writer<'_>,
            ) -> Result<(), nlroute::wire::EncodeError> {
                $(<$crate::scanned::mode::$mode as $crate::scanned::Mode>::put::<
                    nlroute::first!($($format,)? $read)>($kind, &self.$name, out)
                    .map_err(|error| error.inside(stringify!($name)))?;)*
                Ok(())
            }

            $($crate::scanned::scanned_setter! {
                $mode $uapi $name (nlroute::first!($($write,)? $read)) $doc
            })*
        }
    };
}

macro_rules! scanned_setter {
    (ro $($rest:tt)*) => {};
    (rs $($rest:tt)*) => {};
    ($mode:ident $uapi:ident $name:ident ($write:ty) $doc:literal) => {
        #[doc = $doc]
        #[doc = concat!("\n\n`", stringify!($uapi), "`.")]
        #[inline]
        #[must_use]
        pub fn $name(mut self, $name: $write) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
}
// end macro

pub(crate) use {scanned, scanned_setter};
