//! What a table's lines become: the macro that declares a table, and those that it takes its lines
//! apart by.

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

            #[inline]
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
                    return $crate::wire::table::aside(self, out, |request, out| {
                        let table = <$table as $crate::wire::table::Table>::SENT;
                        $crate::wire::table::put_all(request.is_set, out, table, &|kind, out| {
                            match kind {
                                $($kind => <$crate::wire::table::mode::$mode
                                    as $crate::wire::table::Mode>::put::<
                                        $crate::first!($($format,)? $read)>(
                                            $kind, &request.$name, out),)*
                                _ => Ok(()),
                            }
                        })
                    });
                }
                $crate::usual! {
                    { $table self out } [$($usual)*]
                    $([$mode $kind $name [$crate::first!($($format,)? $read)]])*
                }
                Ok(())
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

            #[inline]
            fn view(body: &[u8]) -> Result<Self::View<'_>, $crate::wire::Fault> {
                <$lines as $crate::wire::table::Table>::view(body)
            }

            #[inline]
            fn encode(
                request: &Self::Request<'_>,
                out: &mut $crate::wire::Writer<'_>,
            ) -> Result<(), $crate::wire::EncodeError> {
                <$lines as $crate::wire::table::Table>::encode(request, out)
            }

            #[inline]
            fn is_empty(request: &Self::Request<'_>) -> bool {
                <$lines as $crate::wire::table::Table>::is_empty(request)
            }

            #[inline]
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
