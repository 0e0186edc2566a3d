//! What the kernel told of is also what to delete.
use crate::{
    Address, Delete, Describe, Neighbour, Request, Route, Rule, Verb,
    address::AddressView,
    neighbour::NeighbourView,
    noun::never,
    route::{RouteHeader, RouteView},
    rule::RuleView,
    wire::{Attributes, EncodeError, Schema, Writer, constants},
};

/// The message's own bytes.
#[inline]
fn put(body: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    out.bytes(body);
    Ok(())
}

/// Of a route by a next hop object the kernel tells the object and also what is in it, and takes
/// only one of both.
#[inline]
fn put_route(body: &[u8], out: &mut Writer<'_>) -> Result<(), EncodeError> {
    const IN_OBJECT: [u16; 6] = [
        libc::RTA_OIF,
        libc::RTA_GATEWAY,
        libc::RTA_MULTIPATH,
        constants::RTA_VIA,
        constants::RTA_ENCAP_TYPE,
        constants::RTA_ENCAP,
    ];
    let (header, attributes) = body
        .split_at_checked(RouteHeader::LEN)
        .unwrap_or((body, &[]));
    let attributes = Attributes::new(attributes);
    if attributes.clone().find(constants::RTA_NH_ID).is_none() {
        return put(body, out);
    }
    out.bytes(header);
    let kept = attributes
        .flatten()
        .filter(|one| !IN_OBJECT.contains(&one.kind()));
    for attribute in kept {
        out.attribute(attribute.raw_kind(), attribute.payload())?;
    }
    Ok(())
}

/// A line for each: the view, the request of the same noun, and what deletes it, and how it is written.
macro_rules! told {
    ($($view:ident $request:ident $kind:ident $put:ident;)*) => {$(
        /// What was read can be deleted as it is: what the kernel told of it goes back, so that
        /// whatever tells it from its like is said.
        impl Request for $view<'_> {
            const SCHEMA: &'static Schema = <$request as Request>::SCHEMA;
            const DESCRIBE: Describe = <$request as Request>::DESCRIBE;

            #[inline]
            fn encode(&self, verb: Verb, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                if verb != Verb::Delete {
                    return Err(never(verb, "what was read is only deleted"));
                }
                let message = out.begin(libc::$kind, 0);
                $put(self.as_bytes(), out)?;
                out.end(message)
            }
        }
        impl Delete for $view<'_> {}
    )*};
}
told! {
    AddressView Address RTM_DELADDR put;
    NeighbourView Neighbour RTM_DELNEIGH put;
    RouteView Route RTM_DELROUTE put_route;
    RuleView Rule RTM_DELRULE put;
}
