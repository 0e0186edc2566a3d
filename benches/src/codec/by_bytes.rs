//! Bare bytes: finished messages, patched.
use std::hint::black_box;

use super::{Contender, inside};
use crate::bare::{self, AddressFields, LinkFields, RouteFields};

/// `out` at length `N`, as an array. The buffer has the room after the first time.
#[inline(always)]
fn room<const N: usize>(out: &mut Vec<u8>) -> &mut [u8; N] {
    if out.len() != N {
        out.resize(N, 0);
    }
    out.first_chunk_mut().expect("resized")
}

fn visit_bare(bytes: &[u8], table: u8) -> usize {
    let mut count = 0;
    for (kind, value) in bare::Attributes::new(bytes) {
        black_box(value);
        count += 1;
        let inner = inside(table, kind);
        if inner != 0 {
            count += visit_bare(value, inner);
        }
    }
    count
}

pub(super) const BARE: Contender = Contender {
    name: "bare",
    encode_veth: Some(|veth, out| {
        let veth = bare::Veth {
            name: veth.fixed.0,
            master: veth.master,
            peer_name: veth.fixed.1,
            peer_index: 0,
            netns_fd: veth.netns_fd,
        };
        bare::veth(room(out), 1, &veth);
    }),
    encode_address: Some(|a, out| bare::address(room(out), 1, a.index, a.ip.octets(), a.prefix)),
    encode_route: Some(|r, out| {
        bare::default_route(room(out), 1, r.gateway.octets(), r.oif, r.metric)
    }),
    index_link: Some(|bytes| {
        let attributes = bare::Attributes::new(bytes.get(32..).unwrap_or_default());
        attributes.map(|(kind, _)| u32::from(kind)).sum()
    }),
    visit_link: Some(|bytes| visit_bare(bytes.get(32..).unwrap_or_default(), 1)),
    decode_link: Some(|bytes, see| {
        let mut fields = LinkFields::default();
        assert!(bare::link(bytes, &mut fields));
        see(&fields);
    }),
    decode_address: Some(|bytes, see| {
        let mut fields = AddressFields::default();
        assert!(bare::read_address(bytes, &mut fields));
        see(&fields);
    }),
    decode_route: Some(|bytes, see| {
        let mut fields = RouteFields::default();
        assert!(bare::read_route(bytes, &mut fields));
        see(&fields);
    }),
};
