//! VXLANs as iproute2 shows them.
use std::net::IpAddr;

use nlroute::link::VxlanView;
use serde_json::{Value, json};

use super::{Names, name, object, some, text};

/// An address under the name that it has for its family.
fn address(
    address: Option<IpAddr>,
    v4: &'static str,
    v6: &'static str,
) -> (&'static str, Option<Value>) {
    let name = if address.is_some_and(|address| address.is_ipv6()) {
        v6
    } else {
        v4
    };
    (name, address.and_then(text))
}

pub fn vxlan(view: &VxlanView<'_>, names: &Names) -> Value {
    // Told by iproute2 only where they are on.
    let on = |value: Option<bool>| some(value.filter(|on| *on));
    let hex = |value: Option<u32>| {
        let value = value.filter(|value| *value > 0);
        value.and_then(|value| text(format!("{value:#x}")))
    };
    let remote = view.remote();
    let remote = if remote.is_some_and(|remote| remote.is_multicast()) {
        address(remote, "group", "group6")
    } else {
        address(remote, "remote", "remote6")
    };
    let ports = view.port_range().map(|range| {
        let ports = range.ports();
        json!({ "low": ports.start(), "high": ports.end() })
    });
    let ttl = view.ttl().filter(|_| view.ttl_inherit() != Some(true));
    object([
        ("external", on(view.collect_metadata())),
        ("vnifilter", on(view.vnifilter())),
        ("id", some(view.id())),
        remote,
        address(view.local(), "local", "local6"),
        ("link", view.dev().map(|index| name(names, index))),
        ("port_range", ports),
        ("port", some(view.port())),
        ("learning", some(view.learning())),
        ("proxy", on(view.proxy())),
        ("rsc", on(view.rsc())),
        ("l2miss", on(view.l2miss())),
        ("l3miss", on(view.l3miss())),
        ("tos", hex(view.tos().map(u32::from))),
        ("ttl", some(ttl)),
        ("df", view.df().and_then(text)),
        ("label", hex(view.label())),
        ("ageing", some(view.ageing().map(|ageing| ageing.as_secs()))),
        ("limit", some(view.limit().filter(|limit| *limit > 0))),
        ("udp_csum", some(view.udp_csum())),
        ("udp_zero_csum6_tx", some(view.udp_zero_csum6_tx())),
        ("udp_zero_csum6_rx", some(view.udp_zero_csum6_rx())),
        ("remcsum_tx", on(view.remcsum_tx())),
        ("remcsum_rx", on(view.remcsum_rx())),
        ("gbp", on(view.gbp())),
        ("gpe", on(view.gpe())),
    ])
}
