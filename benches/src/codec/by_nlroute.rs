//! nlroute.
use std::hint::black_box;

use super::{Contender, REQUEST, inside, octets};
use crate::bare::{AddressFields, LinkFields, RouteFields};

/// Reads what bare bytes read of a link, by nlroute, and shows it to `see`.
#[inline(always)]
pub fn see_link(link: &nlroute::link::LinkView<'_>, see: impl FnOnce(&LinkFields<'_>)) {
    let (name, mac, kind) = (link.name(), link.address(), link.kind());
    see(&LinkFields {
        index: link.index(),
        name: name.as_bytes(),
        mtu: link.mtu().unwrap_or_default(),
        operstate: link.operstate().map_or(0, u8::from),
        mac: mac
            .and_then(|mac| mac.as_bytes().try_into().ok())
            .unwrap_or_default(),
        kind: kind.map_or(&b""[..], |kind| kind.as_bytes()),
        master: link.master().unwrap_or_default(),
    });
}

fn visit_nlroute(attributes: nlroute::wire::Attributes<'_>, table: u8) -> usize {
    let mut count = 0;
    for attribute in attributes {
        let attribute = attribute.expect("whole");
        black_box(attribute.payload());
        count += 1;
        let inner = inside(table, attribute.kind());
        if inner != 0 {
            count += visit_nlroute(attribute.nested(), inner);
        }
    }
    count
}

/// What the connection sets in each message.
fn stamp(out: &mut [u8]) {
    out[6] |= REQUEST as u8;
    out[8..12].copy_from_slice(&1u32.to_ne_bytes());
}

pub(super) const NLROUTE: Contender = Contender {
    name: "nlroute",
    encode_veth: Some(|veth, out| {
        use nlroute::link::{Peer, Veth};
        use nlroute::wire::{NetnsRef, Writer};
        use nlroute::{Request, Verb};
        out.clear();
        // SAFETY: nothing is done with the descriptor but to write its number down.
        let netns = unsafe { std::os::fd::BorrowedFd::borrow_raw(veth.netns_fd) };
        Veth::new(veth.name)
            .master(veth.master)
            .up()
            .peer(Peer::new(veth.peer).netns(NetnsRef::Fd(netns)))
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    encode_address: Some(|a, out| {
        use nlroute::wire::Writer;
        use nlroute::{Address, Prefix, Request, Verb};
        out.clear();
        let prefix = Prefix::new(a.ip.into(), a.prefix).expect("a short prefix");
        Address::new(a.index, prefix)
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    encode_route: Some(|r, out| {
        use nlroute::wire::Writer;
        use nlroute::{Request, Route, Verb};
        out.clear();
        Route::default_via(r.gateway.into())
            .oif(r.oif)
            .metric(r.metric)
            .encode(Verb::Add, &mut Writer::new(out))
            .expect("nothing to look up");
        stamp(out);
    }),
    index_link: Some(|bytes| {
        let link = nlroute::link::LinkView::parse(&bytes[16..]).expect("a link");
        black_box(&link).index()
    }),
    visit_link: Some(|bytes| {
        visit_nlroute(
            nlroute::wire::Attributes::new(bytes.get(32..).unwrap_or_default()),
            1,
        )
    }),
    decode_link: Some(|bytes, see| {
        let link = nlroute::link::LinkView::parse(&bytes[16..]).expect("a link");
        see_link(&link, see);
    }),
    decode_address: Some(|bytes, see| {
        let address = nlroute::address::AddressView::parse(&bytes[16..]).expect("an address");
        let (prefix, label) = (address.prefix(), address.label());
        see(&AddressFields {
            index: address.index(),
            prefix: prefix.map_or(0, |prefix| prefix.len()),
            local: prefix.map_or([0; 4], |prefix| octets(prefix.address())),
            label: label.map_or(&b""[..], |label| label.as_bytes()),
        });
    }),
    decode_route: Some(|bytes, see| {
        let route = nlroute::route::RouteView::parse(&bytes[16..]).expect("a route");
        let to = route.destination();
        see(&RouteFields {
            prefix: to.map_or(0, |to| to.len()),
            dst: to.map_or([0; 4], |to| octets(to.address())),
            gateway: route.gateway().map_or([0; 4], octets),
            oif: route.oif().unwrap_or_default(),
            metric: route.metric().unwrap_or_default(),
        });
    }),
};
