//! Values that hold more than one: nests of a table, nests chosen by what is beside them, lists.
use std::{
    fmt,
    marker::PhantomData,
    net::{Ipv4Addr, Ipv6Addr},
};

use super::{
    Attributes, ByName, EncodeError, Fault, Fixed, Format, LinkAddress, Mac, Nesting, Schema,
    Shape, ValueInfo, Writer,
    schema::{ShowError, ask_each, ask_nest},
    table::{Maybe, Table},
};

/// The attributes of table `T`.
#[derive(Clone, Copy, Debug)]
pub struct Nest<T>(PhantomData<T>);

/// Appends an attribute that holds what a request of table `T` sets.
#[inline(never)]
pub(crate) fn put_nest<T: Table>(
    kind: u16,
    value: &T::Request<'_>,
    out: &mut Writer<'_>,
) -> Result<(), EncodeError> {
    let nest = out.begin_nest(kind);
    T::encode(value, out)?;
    out.end_nest(nest)
}

impl<T: Table> Format for Nest<T> {
    type Read<'a> = T::View<'a>;
    type Write<'a> = Maybe<T::Request<'a>>;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>(T::SCHEMA.name, Shape::Nest).nesting(Nesting::Table(T::NAMELESS));
    const SENT: ValueInfo = ValueInfo::shown(T::SCHEMA.name, Shape::Nest, ask_nest::<T>)
        .nesting(Nesting::Table(T::SENT));

    fn read(payload: &[u8]) -> Result<T::View<'_>, Fault> {
        T::view(payload)
    }

    // Not by the view's own, which looks names up.
    fn show(payload: &[u8], f: &mut fmt::Formatter<'_>) -> Result<(), ShowError> {
        T::view(payload).map_err(ShowError::Fault)?;
        T::NAMELESS.show(payload, f)
    }

    fn write(value: &Maybe<T::Request<'_>>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        value.get().map_or(Ok(()), |value| T::encode(value, out))
    }

    fn put(
        kind: u16,
        value: &Maybe<T::Request<'_>>,
        out: &mut Writer<'_>,
    ) -> Result<(), EncodeError> {
        value
            .get()
            .map_or(Ok(()), |value| put_nest::<T>(kind, value, out))
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> Maybe<T::Request<'_>> {
        Maybe::Unset
    }

    fn again(payload: &[u8]) -> Option<Maybe<T::Request<'_>>> {
        Some(T::again(payload).into())
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// Which table an attribute holds, where that depends on what it stands in.
///
/// ```
/// use nlroute::wire::{ByName, Choose, Schema, table::Table};
/// struct Data;
/// impl Choose for Data {
///     const NAME: &'static str = "data";
///     fn choose(_body: &[u8], _named: ByName) -> Option<&'static Schema> {
///         Some(nlroute::link::LinkTable::SCHEMA)
///     }
/// }
/// assert!(Data::choose(&[], |_, _| None).is_some());
/// ```
pub trait Choose {
    /// The name of the value's type.
    const NAME: &'static str;
    /// The table, given the body that the attribute stands in: header first, then the attributes
    /// beside it. A name is looked up by `named`. `None` if it can't be told.
    fn choose(body: &[u8], named: ByName) -> Option<&'static Schema>;
}

/// The attributes of the table that `C` chooses, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<C>(PhantomData<C>);

impl<C: Choose> Format for Chosen<C> {
    type Read<'a> = &'a [u8];
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo =
        ValueInfo::new::<Self>(C::NAME, Shape::Nest).nesting(Nesting::Beside(C::choose));

    #[inline]
    fn read(payload: &[u8]) -> Result<&[u8], Fault> {
        Ok(payload)
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    fn put(kind: u16, value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        out.payload(value);
        out.end_attribute(nest)
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// Any number of attributes, each of them a value of `F` whatever its number.
#[derive(Clone)]
pub struct Each<'a, F>(&'a [u8], PhantomData<F>);

impl<'a, F: Format> Each<'a, F> {
    /// The values; one that is none is left out (and told by the view's `malformed`).
    pub fn iter(&self) -> impl Iterator<Item = F::Read<'a>> + use<'a, F> {
        Attributes::new(self.0)
            .flatten()
            .filter_map(|a| F::read(a.payload()).ok())
    }

    /// The attributes, with their numbers.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.0)
    }
}

impl<F: Format> fmt::Debug for Each<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<F: Format> Format for Each<'static, F> {
    type Read<'a> = Each<'a, F>;
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("list", Shape::Nest).nesting(Nesting::Each(&const { F::INFO }));
    const SENT: ValueInfo = ValueInfo::shown("list", Shape::Nest, ask_each::<F>)
        .nesting(Nesting::Each(&const { F::SENT }));

    fn read(payload: &[u8]) -> Result<Each<'_, F>, Fault> {
        Ok(Each(payload, PhantomData))
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// What a request holds of a list: values that it borrows, or the attributes of one that was read.
///
/// ```
/// use nlroute::wire::Values;
/// let two = Values::from(&[1, 2]);
/// assert_eq!(two, Values::These(&[1, 2]));
/// ```
#[derive(Clone, Copy, PartialEq)]
pub enum Values<'a, T> {
    /// These.
    These(&'a [T]),
    /// Attributes, each of them a value, as they are.
    Raw(&'a [u8]),
}

impl<T: fmt::Debug> fmt::Debug for Values<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::These(values) => values.fmt(f),
            Self::Raw(bytes) => write!(f, "{bytes:02x?}"),
        }
    }
}

impl<'a, T> From<&'a [T]> for Values<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self::These(values)
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Values<'a, T> {
    fn from(values: &'a [T; N]) -> Self {
        Self::These(values)
    }
}

impl<'a, T> From<&'a Vec<T>> for Values<'a, T> {
    fn from(values: &'a Vec<T>) -> Self {
        Self::These(values)
    }
}

/// What a [`ListOf`] can hold: a format whose values borrow nothing.
///
/// ```
/// fn is_one<F: nlroute::wire::Element>() {}
/// is_one::<std::net::Ipv4Addr>();
/// ```
pub trait Element: for<'a> Format<Write<'a> = Self::Value> {
    /// The value that a request holds.
    type Value: Clone + PartialEq + fmt::Debug + 'static;
}

macro_rules! elements {
    ($($format:ty => $value:ty;)*) => {$(
        impl Element for $format {
            type Value = $value;
        }
    )*};
}
elements! {
    Ipv4Addr => Ipv4Addr;
    Ipv6Addr => Ipv6Addr;
    Mac => LinkAddress;
}

/// A list: attributes of number `KIND`, each of them a value of `F`. Where `KIND` is
/// [`NUMBERED`], they are numbered from 0.
#[derive(Clone, Copy, Debug)]
pub struct ListOf<F, const KIND: u16>(PhantomData<F>);

/// That the attributes of a [`ListOf`] are numbered from 0.
pub const NUMBERED: u16 = u16::MAX;

impl<F: Element, const KIND: u16> Format for ListOf<F, KIND> {
    type Read<'a> = Each<'a, F>;
    type Write<'a> = Values<'a, F::Value>;
    const INFO: ValueInfo =
        ValueInfo::new::<Self>("list", Shape::Nest).nesting(Nesting::Each(&const { F::INFO }));
    const SENT: ValueInfo = ValueInfo::shown("list", Shape::Nest, ask_each::<F>)
        .nesting(Nesting::Each(&const { F::SENT }));

    fn read(payload: &[u8]) -> Result<Each<'_, F>, Fault> {
        Ok(Each(payload, PhantomData))
    }

    fn write(value: &Self::Write<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        match value {
            Values::Raw(bytes) => out.payload(bytes),
            Values::These(values) => {
                for (n, value) in values.iter().enumerate() {
                    let kind = if KIND == NUMBERED { n as u16 } else { KIND };
                    F::put(kind, value, out).map_err(|error| error.inside(n.to_string()))?;
                }
            }
        }
        Ok(())
    }

    fn put(kind: u16, value: &Self::Write<'_>, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let nest = out.begin_nest(kind);
        Self::write(value, out)?;
        out.end_attribute(nest)
    }

    #[inline]
    fn unset<'a>(_: PhantomData<&'a ()>) -> Self::Write<'a> {
        Values::These(&[])
    }

    fn again(payload: &[u8]) -> Option<Self::Write<'_>> {
        Some(Values::Raw(payload))
    }

    fn rewrite(_: &[u8], _: &mut Writer<'_>) -> bool {
        false
    }
}

/// Any number of numbers, one after the other.
#[derive(Clone)]
pub struct Packed<'a, T>(&'a [u8], PhantomData<T>);

impl<'a, T: Fixed> Packed<'a, T> {
    /// The numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        self.0.chunks_exact(T::LEN).map(|chunk| T::get(chunk, 0))
    }

    /// The number at this place, counted from 0.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<T> {
        self.iter().nth(place)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() / T::LEN
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Fixed + fmt::Debug> fmt::Debug for Packed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Fixed + fmt::Debug> Format for Packed<'static, T> {
    type Read<'a> = Packed<'a, T>;
    type Write<'a> = &'a [u8];
    const INFO: ValueInfo = ValueInfo::new::<Self>("numbers", Shape::Many { len: T::LEN });

    fn read(payload: &[u8]) -> Result<Packed<'_, T>, Fault> {
        if !payload.len().is_multiple_of(T::LEN) {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(Packed(payload, PhantomData))
    }

    fn write(value: &&[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        out.payload(value);
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[u8] {
        &[]
    }

    fn again(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }

    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        let Ok(numbers) = Self::read(payload) else {
            return false;
        };
        let mut bytes = vec![0; payload.len()];
        for (n, number) in numbers.iter().enumerate() {
            number.put(&mut bytes, n * T::LEN);
        }
        out.payload(&bytes);
        true
    }
}
