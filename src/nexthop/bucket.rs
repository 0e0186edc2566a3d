//! The buckets of resilient groups: one, or all that a filter keeps (`RTM_GETNEXTHOPBUCKET`).
use std::{borrow::Cow, fmt};

use super::{
    NHA_ID, NHA_RES_BUCKET, NexthopHeader, NexthopObjectTable, NexthopView, RTM_GETNEXTHOPBUCKET,
    RTM_NEWNEXTHOPBUCKET, ResilientBucket, ResilientBucketTable, list,
};
use crate::{
    Get, List, Query,
    noun::{invalid, put},
    wire::{EncodeError, Fault, LinkRef, Nest, Schema, Writer, table::Table},
};

/// The question for one bucket of a resilient group. Since Linux 5.13.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::nexthop::NexthopBucket;
/// let bucket = host.get(NexthopBucket::new(10, 0))?;
/// println!("{:?}", bucket.res_bucket().and_then(|bucket| bucket.nexthop_id()));
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NexthopBucket {
    group: u32,
    index: u16,
}

impl NexthopBucket {
    /// The bucket of this group at this place, counted from 0.
    #[must_use]
    pub fn new(group: u32, index: u16) -> Self {
        Self { group, index }
    }
}

impl Query for NexthopBucket {
    const SCHEMA: &'static Schema = NexthopObjectTable::SCHEMA;
    type View<'a> = NexthopView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bucket {} of nexthop {}", self.index, self.group)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.group == 0 {
            return Err(invalid("id", 0, "no next hop object has this number"));
        }
        let message = out.begin(RTM_GETNEXTHOPBUCKET, 0);
        out.bytes(&NexthopHeader::default().to_bytes());
        put::<u32>(NHA_ID, "id", &self.group, out)?;
        let bucket = ResilientBucket::new().index(self.index);
        put::<Nest<ResilientBucketTable>>(NHA_RES_BUCKET, "res_bucket", &bucket.into(), out)?;
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNEXTHOPBUCKET
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NexthopView<'a>, Fault> {
        NexthopView::parse(body)
    }
}

impl Get for NexthopBucket {}

/// All buckets of all resilient groups, or those that a filter keeps. Since Linux 5.13.
///
/// ```no_run
/// # let mut host = nlroute::Connection::open()?;
/// use nlroute::nexthop::NexthopBuckets;
/// for told in &host.list(NexthopBuckets::all().group(10))? {
///     if let Some(bucket) = told.res_bucket() {
///         println!("{:?} by {:?}", bucket.index(), bucket.nexthop_id());
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NexthopBuckets<'a> {
    group: Option<u32>,
    nexthop: Option<u32>,
    link: Option<LinkRef<'a>>,
    master: Option<LinkRef<'a>>,
}

impl<'a> NexthopBuckets<'a> {
    /// Every bucket.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of the group of this number, which must be resilient.
    ///
    /// `NHA_ID`.
    #[must_use]
    pub fn group(mut self, id: u32) -> Self {
        self.group = Some(id);
        self
    }

    /// Only those that the next hop object of this number has.
    ///
    /// `NHA_RES_BUCKET_NH_ID`.
    #[must_use]
    pub fn nexthop(mut self, id: u32) -> Self {
        self.nexthop = Some(id);
        self
    }

    /// Only those whose next hop object is on this link.
    ///
    /// `NHA_OIF`.
    #[must_use]
    pub fn link(mut self, link: impl Into<LinkRef<'a>>) -> Self {
        self.link = Some(link.into());
        self
    }

    /// Only those whose next hop object is on a port of this master, a bridge or VRF.
    ///
    /// `NHA_MASTER`.
    #[must_use]
    pub fn master(mut self, master: impl Into<LinkRef<'a>>) -> Self {
        self.master = Some(master.into());
        self
    }
}

impl Query for NexthopBuckets<'_> {
    const SCHEMA: &'static Schema = NexthopObjectTable::SCHEMA;
    type View<'a> = NexthopView<'a>;

    #[inline]
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nexthop buckets")?;
        if let Some(group) = self.group {
            write!(f, " of {group}")?;
        }
        if let Some(nexthop) = self.nexthop {
            write!(f, " by {nexthop}")?;
        }
        list::on(self.link.as_ref(), self.master.as_ref(), f)
    }

    #[inline]
    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        for (id, name) in [(self.group, "group"), (self.nexthop, "nexthop")] {
            // To the kernel it would be as if it weren't there.
            if id == Some(0) {
                return Err(invalid(name, 0, "no next hop object has this number"));
            }
        }
        let message = out.begin(RTM_GETNEXTHOPBUCKET, 0);
        list::begin(None, &mut self.link, &mut self.master, out)?;
        if let Some(group) = &self.group {
            put::<u32>(NHA_ID, "group", group, out)?;
        }
        if let Some(nexthop) = self.nexthop {
            let bucket = ResilientBucket::new().nexthop_id(nexthop);
            put::<Nest<ResilientBucketTable>>(NHA_RES_BUCKET, "nexthop", &bucket.into(), out)?;
        }
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        kind == RTM_NEWNEXTHOPBUCKET
    }

    #[inline]
    fn view<'a>(body: Cow<'a, [u8]>) -> Result<NexthopView<'a>, Fault> {
        NexthopView::parse(body)
    }
}

impl List for NexthopBuckets<'_> {
    /// A kernel that has buckets filters.
    fn filters(&self, _: bool) -> bool {
        false
    }
}
