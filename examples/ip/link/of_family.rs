//! Links as one address family tells them, which is less.
use std::{borrow::Cow, fmt};

use nlroute::{
    Family, List, Query,
    link::{LinkHeader, LinkView, Links},
    wire::{EncodeError, Fault, Schema, Writer},
};

/// All links, as this family tells them. It takes no filter.
pub struct OfFamily(pub Family);

impl Query for OfFamily {
    const SCHEMA: &'static Schema = <Links<'static> as Query>::SCHEMA;
    type View<'a> = LinkView<'a>;

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} links", self.0)
    }

    fn encode(&mut self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        let message = out.begin(libc::RTM_GETLINK, 0);
        let header = LinkHeader {
            family: self.0.into(),
            ..LinkHeader::default()
        };
        out.bytes(&header.to_bytes());
        out.end(message)
    }

    fn answers(kind: u16) -> bool {
        <Links<'static> as Query>::answers(kind)
    }

    fn view<'a>(body: Cow<'a, [u8]>) -> Result<LinkView<'a>, Fault> {
        <Links<'static> as Query>::view(body)
    }
}

impl List for OfFamily {}
