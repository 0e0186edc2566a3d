//! Lightweight tunnels: what a route, a next hop or a next hop object wraps packets in
//! (`RTA_ENCAP_TYPE` and `RTA_ENCAP`, `NHA_ENCAP_TYPE` and `NHA_ENCAP`; `linux/lwtunnel.h`, since
//! Linux 4.3).
//!
//! ```
//! use nlroute::{Route, route::encap::{IpEncap, MplsEncap, Seg6Encap, Seg6Mode, Srh}};
//!
//! let labels = MplsEncap::new().labels(&[100, 200]);
//! let mpls = Route::new("10.1.0.0/16".parse()?).gateway("192.0.2.1".parse()?).encap(&labels);
//!
//! let tunnel = IpEncap::new().id(5).dst("192.0.2.7".parse()?).ttl(64);
//! let vxlan = Route::new("10.2.0.0/16".parse()?).oif("vxlan0").encap(&tunnel);
//!
//! let segments = ["2001:db8::1".parse()?, "2001:db8::2".parse()?];
//! let seg6 = Seg6Encap::new().srh((Seg6Mode::Encap, Srh::new(&segments)));
//! let sr = Route::new("2001:db8:1::/48".parse()?).oif("eth0").encap(&seg6);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
use std::{fmt, marker::PhantomData};

use super::types::EncapType;
use crate::wire::{
    Attributes, ByName, Choose, EncodeError, Fault, Format, Nesting, Schema, Shape, ValueInfo,
    Writer,
    table::{Table, aside, nameless},
};

mod bpf;
mod ila;
mod ioam6;
mod ip;
mod mpls;
mod rpl;
mod seg6;
mod seg6local;
mod xfrm;

pub use bpf::{BpfEncap, BpfEncapTable, BpfEncapView, BpfProg, BpfProgTable, BpfProgView};
pub use ila::{IlaCsumMode, IlaEncap, IlaEncapTable, IlaEncapView, IlaHookType, IlaIdentType};
pub use ioam6::{Ioam6Encap, Ioam6EncapTable, Ioam6EncapView, Ioam6Mode, Ioam6Trace};
pub use ip::{
    ErspanOpts, ErspanOptsTable, ErspanOptsView, GeneveOpt, GeneveOptTable, GeneveOptView,
    GeneveOpts, Ip6Encap, Ip6EncapTable, Ip6EncapView, IpEncap, IpEncapTable, IpEncapView, IpOpts,
    IpOptsTable, IpOptsView, TunnelFlags, VxlanOpts, VxlanOptsTable, VxlanOptsView,
};
pub use mpls::LabelStack;
pub(super) use mpls::label_entry;
pub use mpls::{Labels, MplsEncap, MplsEncapTable, MplsEncapView};
pub use rpl::{RplEncap, RplEncapTable, RplEncapView, RplSegments, RplSrh};
pub use seg6::{
    Seg6Encap, Seg6EncapTable, Seg6EncapView, Seg6Mode, Seg6Srh, Seg6Tunnel, Seg6TunnelBytes, Srh,
    SrhBytes, SrhView,
};
pub use seg6local::{
    Seg6Action, Seg6Counters, Seg6CountersTable, Seg6CountersView, Seg6Flavor, Seg6Flavors,
    Seg6FlavorsTable, Seg6FlavorsView, Seg6LocalBpf, Seg6LocalBpfTable, Seg6LocalBpfView,
    Seg6LocalEncap, Seg6LocalEncapTable, Seg6LocalEncapView,
};
pub use xfrm::{XfrmEncap, XfrmEncapTable, XfrmEncapView};

/// Settings of a type of tunnel: what a route or a next hop can be given by
/// [`Route::encap`](crate::Route::encap).
///
/// The types of this module are such; implement it for a type that the crate doesn't know.
///
/// ```
/// use nlroute::route::{EncapType, encap::{EncapSettings, XfrmEncap}};
/// assert_eq!(XfrmEncap::new().kind(), EncapType::Xfrm);
/// ```
pub trait EncapSettings: fmt::Debug {
    /// The type.
    fn kind(&self) -> EncapType;

    /// Appends the attributes.
    ///
    /// # Errors
    /// When the kernel would take them for something else, or a value can't be sent.
    fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError>;

    /// Where its table is found by its type, to tell what of it is refused.
    #[doc(hidden)]
    fn names(&self) -> ByName {
        nameless
    }
}

/// What packets are to be wrapped in: a type and its settings, lent.
///
/// Made of a reference to a type's settings; of a type that the crate doesn't know it is
/// [`Raw`](Self::Raw).
///
/// ```
/// use nlroute::route::{EncapType, encap::{Encap, XfrmEncap}};
/// let xfrm = XfrmEncap::new().if_id(7);
/// assert_eq!(Encap::from(&xfrm).kind(), EncapType::Xfrm);
/// assert_eq!(Encap::Raw(EncapType::Other(77), &[]).kind(), EncapType::Other(77));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[repr(u8)] // A tag of its own, as in `Maybe`: where nothing is set nothing else is written.
pub enum Encap<'a> {
    /// Nothing: nothing is sent.
    None,
    /// Settings of a type. By a table of functions, so that a program has only those of the types
    /// that it uses.
    Settings(&'a (dyn EncapSettings + 'a)),
    /// A type, and its attributes as bytes.
    Raw(EncapType, &'a [u8]),
}

impl Encap<'_> {
    /// Its type.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> EncapType {
        match self {
            Self::None => EncapType::None,
            Self::Settings(settings) => settings.kind(),
            Self::Raw(kind, _) => *kind,
        }
    }

    /// Where the table of its settings is found, if it has some.
    #[inline]
    pub(in crate::route) fn names(&self) -> Option<ByName> {
        match self {
            Self::Settings(settings) => Some(settings.names()),
            Self::None | Self::Raw(..) => None,
        }
    }

    #[inline]
    fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match self {
            Self::None => Ok(()),
            Self::Settings(settings) => settings.write(out),
            Self::Raw(_, bytes) => {
                out.payload(bytes);
                Ok(())
            }
        }
    }
}

/// Two are the same if they say the same.
impl PartialEq for Encap<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Settings(a), Self::Settings(b)) => {
                a.kind() == b.kind() && format!("{a:?}") == format!("{b:?}")
            }
            (Self::Raw(kind, bytes), Self::Raw(other_kind, other)) => {
                kind == other_kind && bytes == other
            }
            _ => false,
        }
    }
}

impl<'a, S: EncapSettings + 'a> From<&'a S> for Encap<'a> {
    #[inline]
    fn from(settings: &'a S) -> Self {
        Self::Settings(settings)
    }
}

/// One line a type: its variant, table, request, view, and what writes it.
macro_rules! encaps {
    ($(
        $(#[$doc:meta])*
        $variant:ident $table:ident $request:ident $view:ident $encode:ident;
    )*) => {
        $(impl EncapSettings for $request<'_> {
            fn kind(&self) -> EncapType {
                EncapType::$variant
            }

            #[inline]
            fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                self.check()?;
                self.$encode(out)
            }

            fn names(&self) -> ByName {
                |what, kind| {
                    let is_it = EncapType::read(kind) == Ok(EncapType::$variant);
                    (is_it && what == NAME).then_some($table::SENT)
                }
            }
        })*

        /// What packets are wrapped in, as the kernel tells it.
        ///
        /// ```
        /// use nlroute::route::{EncapType, encap::EncapView};
        /// let told = EncapView::new(EncapType::Xfrm, &[8, 0, 1, 0, 7, 0, 0, 0]);
        /// # if cfg!(target_endian = "little") {
        /// let EncapView::Xfrm(xfrm) = told else { unreachable!() };
        /// assert_eq!(xfrm.if_id(), Some(7));
        /// # }
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum EncapView<'a> {
            $($(#[$doc])* $variant($view<'a>),)*
            /// A type that the crate doesn't know, and its attributes as bytes.
            Raw(EncapType, &'a [u8]),
        }

        impl<'a> EncapView<'a> {
            /// What these attributes are of this type.
            #[inline]
            #[must_use]
            pub fn new(kind: EncapType, attributes: &'a [u8]) -> Self {
                let view = match kind {
                    $(EncapType::$variant => $view::parse(attributes).map(Self::$variant),)*
                    _ => return Self::Raw(kind, attributes),
                };
                view.unwrap_or(Self::Raw(kind, attributes))
            }

            /// Its type.
            #[must_use]
            pub fn kind(&self) -> EncapType {
                match self {
                    $(Self::$variant(_) => EncapType::$variant,)*
                    Self::Raw(kind, _) => *kind,
                }
            }
        }

        /// The table of a type's attributes.
        #[inline]
        fn schema(kind: EncapType) -> Option<&'static Schema> {
            match kind {
                $(EncapType::$variant => Some($table::SCHEMA),)*
                _ => None,
            }
        }
    };
}
encaps! {
    /// Labels.
    Mpls MplsEncapTable MplsEncap MplsEncapView encode;
    /// A tunnel's metadata for IPv4.
    Ip IpEncapTable IpEncap IpEncapView encode;
    /// Identifier-locator addressing.
    Ila IlaEncapTable IlaEncap IlaEncapView encode;
    /// A tunnel's metadata for IPv6.
    Ip6 Ip6EncapTable Ip6Encap Ip6EncapView encode;
    /// Segment routing.
    Seg6 Seg6EncapTable Seg6Encap Seg6EncapView encode;
    /// BPF programs.
    Bpf BpfEncapTable BpfEncap BpfEncapView encode;
    /// What a segment's end does.
    Seg6Local Seg6LocalEncapTable Seg6LocalEncap Seg6LocalEncapView put;
    /// RPL source routing.
    Rpl RplEncapTable RplEncap RplEncapView encode;
    /// In-situ measurement.
    Ioam6 Ioam6EncapTable Ioam6Encap Ioam6EncapView encode;
    /// A transform of IPsec.
    Xfrm XfrmEncapTable XfrmEncap XfrmEncapView encode;
}

const NAME: &str = "encap";

/// The attributes of a tunnel, whose type stands beside them in the attribute `TYPE`, after a
/// header of so many bytes.
#[derive(Clone, Copy, Debug)]
pub enum EncapData<const HEADER: usize, const TYPE: u16> {}

impl<const HEADER: usize, const TYPE: u16> Choose for EncapData<HEADER, TYPE> {
    const NAME: &'static str = NAME;

    fn choose(body: &[u8], _: ByName) -> Option<&'static Schema> {
        let kind = Attributes::new(body.get(HEADER..)?).find(TYPE)?;
        schema(EncapType::read(kind).ok()?)
    }
}

/// Written, it is two attributes: the type, and the settings.
impl<const HEADER: usize, const TYPE: u16> Format for EncapData<HEADER, TYPE> {
    type Read<'a> = &'a [u8];
    type Write<'a> = Encap<'a>;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>(Self::NAME, Shape::Nest).nesting(Nesting::Beside(Self::choose));
    /// Of a request: by name, so that only those tables are linked whose settings are used.
    const SENT: ValueInfo =
        ValueInfo::new::<Self>(Self::NAME, Shape::Nest).nesting(Nesting::Beside(|body, named| {
            named(NAME, Attributes::new(body.get(HEADER..)?).find(TYPE)?)
        }));

    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    fn write(value: &Encap<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.write(out)
    }

    #[inline]
    fn put(kind: u16, value: &Encap<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if let Encap::None = value {
            return Ok(());
        }
        aside(value, out, move |value, out| {
            EncapType::put(TYPE, &value.kind(), out)?;
            let nest = out.begin_nest(kind);
            value.write(out)?;
            out.end_attribute(nest)
        })
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Encap<'_> {
        Encap::None
    }

    /// The type stands beside it.
    fn again(_: &[u8]) -> Option<Encap<'_>> {
        None
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// What a route or a next hop tells of its tunnel.
#[inline]
pub(crate) fn told<'a>(
    kind: Option<EncapType>,
    attributes: Option<&'a [u8]>,
) -> Option<EncapView<'a>> {
    let kind = kind.filter(|kind| *kind != EncapType::None)?;
    Some(EncapView::new(kind, attributes.unwrap_or(&[])))
}
