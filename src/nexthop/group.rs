//! The members of a group (`NHA_GROUP`).
use std::{fmt, marker::PhantomData};

use crate::wire::{EncodeError, Fault, Format, Shape, ValueInfo, Writer};

crate::record! {
    /// A member of a group: a next hop object, and its share among all.
    ///
    /// ```
    /// use nlroute::nexthop::NexthopMember;
    /// let member = NexthopMember::new(7).share(300);
    /// assert_eq!((member.id, member.weight()), (7, 300));
    /// assert_eq!(NexthopMember::new(7).to_string(), "7");
    /// ```
    pub struct NexthopMember "nexthop_grp" 8 from 8;
    0 id id: u32 = "Number of the next hop object, which is no group itself.";
    4 weight weight_low: u8 = "Its weight less one, the low byte; see [`weight`](Self::weight).";
    5 weight_high weight_high: u8 =
        "Its weight less one, the high byte; 0 before Linux 6.12.";
    6 resvd2 reserved: u16 = "0.";
}

impl NexthopMember {
    /// The next hop object of this number, with a weight of 1.
    #[must_use]
    pub const fn new(id: u32) -> Self {
        Self {
            id,
            weight_low: 0,
            weight_high: 0,
            reserved: 0,
        }
    }

    /// With this weight, 1 to 65535; before Linux 6.12 up to 255.
    #[must_use]
    pub const fn share(mut self, weight: u16) -> Self {
        // Without a carry: 0 becomes what can't be sent.
        [self.weight_low, self.weight_high] = weight.wrapping_sub(1).to_le_bytes();
        self
    }

    /// Its share among all.
    #[must_use]
    pub fn weight(self) -> u32 {
        u32::from(u16::from_le_bytes([self.weight_low, self.weight_high])) + 1
    }
}

impl fmt::Display for NexthopMember {
    /// As iproute2 writes it: `7`, `7,300`.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.weight() {
            1 => write!(f, "{}", self.id),
            weight => write!(f, "{},{weight}", self.id),
        }
    }
}

/// The members of a group.
///
/// ```
/// use nlroute::nexthop::{NexthopGroup, NexthopMember};
/// let bytes = NexthopMember::new(7).share(3).to_bytes();
/// let group = NexthopGroup::new(&bytes);
/// assert_eq!(group.iter().next(), Some(NexthopMember::new(7).share(3)));
/// assert_eq!(group.to_string(), "7,3");
/// ```
#[derive(Clone, Copy)]
pub struct NexthopGroup<'a>(&'a [u8]);

impl<'a> NexthopGroup<'a> {
    /// The members in these bytes: the payload of `NHA_GROUP`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The members, in their order.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = NexthopMember> + use<'a> {
        let all = self.0.chunks_exact(NexthopMember::LEN);
        all.map(NexthopMember::at)
    }
}

impl fmt::Debug for NexthopGroup<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for NexthopGroup<'_> {
    /// As iproute2 writes it: `1,3/2`.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, member) in self.iter().enumerate() {
            let between = if n == 0 { "" } else { "/" };
            write!(f, "{between}{member}")?;
        }
        Ok(())
    }
}

/// Members of a group, one after the other (`nexthop_grp`).
#[derive(Clone, Copy, Debug)]
pub enum NexthopMembers {}

impl Format for NexthopMembers {
    type Read<'a> = NexthopGroup<'a>;
    type Write<'a> = &'a [NexthopMember];
    const INFO: ValueInfo = ValueInfo::new::<Self>(
        "nexthop_group",
        Shape::Many {
            len: NexthopMember::LEN,
        },
    );

    fn read(payload: &[u8]) -> Result<NexthopGroup<'_>, Fault> {
        if !payload.len().is_multiple_of(NexthopMember::LEN) {
            return Err(Fault::Length { has: payload.len() });
        }
        Ok(NexthopGroup(payload))
    }

    #[inline]
    fn write(value: &&[NexthopMember], out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if value.is_empty() {
            return Err(EncodeError::new("none", "at least one is needed"));
        }
        for (n, member) in value.iter().enumerate() {
            if member.weight() > 65_535 {
                let why = "is not 1 to 65535";
                let error = EncodeError::new(0, why).inside("weight");
                return Err(error.inside(n.to_string()));
            }
            out.payload(&member.to_bytes());
        }
        Ok(())
    }

    #[inline]
    fn unset(_: PhantomData<&()>) -> &[NexthopMember] {
        &[]
    }

    /// Members are borrowed, and there is nobody to borrow them from.
    fn again(_: &[u8]) -> Option<&[NexthopMember]> {
        None
    }

    #[inline]
    fn rewrite(payload: &[u8], out: &mut Writer<'_>) -> bool {
        let Ok(group) = Self::read(payload) else {
            return false;
        };
        group
            .iter()
            .for_each(|member| out.payload(&member.to_bytes()));
        true
    }
}
