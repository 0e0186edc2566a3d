//! What the kind of a link has.
use nlroute::link::LinkView;

use super::{macvlan, show_bridge, vlan, vxlan};
use crate::context::Context;

/// What prints the settings of a kind.
type ShowKind = fn(&mut Context, &LinkView<'_>);

/// The kinds whose settings are printed.
const KINDS: &[(&str, ShowKind)] = &[
    ("bridge", show_bridge::bridge),
    ("macvlan", macvlan::show),
    ("macvtap", macvlan::show),
    ("vlan", vlan::show),
    ("vrf", vlan::show_vrf),
    ("vxlan", vxlan::show),
];

/// Those of masters.
const PORTS: &[(&str, ShowKind)] = &[("bridge", show_bridge::port), ("vrf", vlan::show_vrf_port)];

pub fn show(context: &mut Context, link: &LinkView<'_>) {
    context.out.open(Some("linkinfo"));
    if let Some(kind) = link.kind() {
        context.out.line();
        context.out.field("info_kind", "    {} ", &kind.to_string());
        if let Some((_, show)) = KINDS.iter().find(|(name, _)| kind == *name) {
            context.out.open(Some("info_data"));
            show(context, link);
            context.out.close();
        }
    }
    if let Some(kind) = link.slave_kind() {
        context.out.line();
        context
            .out
            .field("info_slave_kind", "    {}_slave ", &kind.to_string());
        if let Some((_, show)) = PORTS.iter().find(|(name, _)| kind == *name) {
            context.out.open(Some("info_slave_data"));
            show(context, link);
            context.out.close();
        }
    }
    context.out.close();
}
