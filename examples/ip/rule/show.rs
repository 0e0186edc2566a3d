//! A rule, printed.
use std::net::IpAddr;

use nlroute::{
    Family,
    route::RouteProtocol,
    rule::{RuleAction, RuleFlags, RulePortRange, RuleView},
};

use super::{DSCP, Filter, LABEL, PORT};
use crate::{
    context::Context,
    names::{self, Table},
    print::{Print, Value},
};

/// Where it is from or to.
fn prefix(
    out: &mut dyn Print,
    keys: [&str; 2],
    before: &str,
    address: Option<IpAddr>,
    len: u8,
    host: u8,
) {
    match address {
        Some(address) => {
            let address = address.to_string();
            out.field(keys[0], &format!("{before}{{}}"), &address);
            if len != host {
                out.field(keys[1], "/{}", len);
            }
        }
        None if len > 0 => {
            out.field(keys[0], &format!("{before}{{}}"), "0");
            out.field(keys[1], "/{}", len);
        }
        None => {}
    }
}

fn ports(out: &mut dyn Print, name: &str, ports: Option<RulePortRange>, mask: Option<u16>) {
    let Some(ports) = ports else {
        return;
    };
    match mask {
        _ if ports.start != ports.end => {
            out.field(
                &format!("{name}_start"),
                &format!(" {name} {{}}"),
                ports.start,
            );
            out.field(&format!("{name}_end"), "-{}", ports.end);
        }
        None => out.field(name, &format!(" {name} {{}}"), ports.start),
        Some(mask) => {
            out.json(name, ports.start.into());
            out.json(&format!("{name}_mask"), Value::Hex(mask.into()));
            match mask {
                PORT => out.text(format_args!(" {name} {}", ports.start)),
                mask => out.text(format_args!(" {name} {:#x}/{mask:#x}", ports.start)),
            }
        }
    }
}

/// Prints a rule, if it is one of those that are meant.
pub fn rule(context: &mut Context, rule: &RuleView<'_>, filter: &Filter<'_>, deleted: bool) {
    if !filter.keeps(rule) {
        return;
    }
    context.headers("[RULE]");
    let header = rule.header();
    let host = match rule.family() {
        Family::Inet | Family::Ipmr => 32,
        _ => 128,
    };
    let tos = Some(header.tos).filter(|tos| *tos > 0);
    let tos = tos.map(|tos| context.named(Table::DsField, tos));
    let out = &mut *context.out;
    out.open(None);
    if deleted {
        out.field("deleted", "Deleted ", true);
    }
    out.field("priority", "{}:\t", rule.priority().unwrap_or(0));
    let flags = rule.flags();
    if flags.contains(RuleFlags::INVERT) {
        out.field("not", "{}", Value::Null("not "));
    }
    let source = rule.source_address();
    if source.is_none() && header.src_len == 0 {
        out.field("src", "from {}", "all");
    }
    prefix(
        out,
        ["src", "srclen"],
        "from ",
        source,
        header.src_len,
        host,
    );
    let destination = rule.destination_address();
    prefix(
        out,
        ["dst", "dstlen"],
        " to ",
        destination,
        header.dst_len,
        host,
    );
    out.opt("tos", " tos {}", tos.as_deref());
    if rule.fwmark().is_some() || rule.fwmask().is_some() {
        let mark = rule.fwmark().unwrap_or(0);
        out.field("fwmark", " fwmark {}", Value::Hex(mark.into()));
        if let Some(mask) = rule.fwmask().filter(|mask| *mask != u32::MAX) {
            out.field("fwmask", "/{}", Value::Hex(mask.into()));
        }
    }
    let links = [
        ("iif", rule.iif(), RuleFlags::IIF_DETACHED),
        ("oif", rule.oif(), RuleFlags::OIF_DETACHED),
    ];
    for (name, link, detached) in links {
        let Some(link) = link else { continue };
        out.field(name, &format!(" {name} {{}}"), &link.to_string());
        if flags.contains(detached) {
            out.field(
                &format!("{name}_detached"),
                "{}",
                Value::Null(" [detached]"),
            );
        }
    }
    if rule.l3mdev() == Some(true) {
        out.field("l3mdev", "{}", Value::Null(" lookup [l3mdev-table]"));
    }
    if let Some(users) = rule.uid_range() {
        out.field("uid_start", " uidrange {}", users.start);
        out.field("uid_end", "-{}", users.end);
    }
    if let Some(protocol) = rule.ip_proto() {
        let name = names::ip_protocol_name(protocol, context.options.numeric);
        out.field("ipproto", " ipproto {}", &name);
    }
    ports(out, "sport", rule.sport(), rule.sport_mask());
    ports(out, "dport", rule.dport(), rule.dport_mask());
    out.opt("tun_id", " tun_id {}", rule.tun_id());
    target(context, rule);
    context.out.str("\n");
    context.out.close();
}

/// What it does, and for what else.
fn target(context: &mut Context, rule: &RuleView<'_>) {
    let table = rule.table().0;
    if table > 0 {
        let name = context.named(Table::Route, table);
        context.out.field("table", " lookup {}", &name);
        let len = rule.suppress_prefixlength().filter(|len| *len != -1);
        context
            .out
            .opt("suppress_prefixlen", " suppress_prefixlength {}", len);
        if let Some(group) = rule.suppress_ifgroup().filter(|group| *group != -1) {
            let name = context.named(Table::Group, group as u32);
            context
                .out
                .field("suppress_ifgroup", " suppress_ifgroup {}", &name);
        }
    }
    if let Some(realms) = rule.realms() {
        let (from, to) = (realms >> 16, realms & 0xffff);
        if from > 0 {
            let name = context.named(Table::Realm, from);
            context.out.field("flow_from", " realms {}/", &name);
        } else {
            context.out.str(" realms ");
        }
        let name = context.named(Table::Realm, to);
        context.out.field("flow_to", "{}", &name);
    }
    let out = &mut *context.out;
    match rule.action() {
        RuleAction::Lookup => {}
        RuleAction::Goto => {
            match rule.goto() {
                Some(priority) => out.field("goto", " goto {}", priority),
                None => out.field("goto", " goto {}", "none"),
            }
            if rule.flags().contains(RuleFlags::UNRESOLVED) {
                out.field("unresolved", "{}", Value::Null(" [unresolved]"));
            }
        }
        RuleAction::Nop => out.field("nop", "{}", Value::Null(" nop")),
        RuleAction::Other(10) => out.field("masquerade", "{}", Value::Null(" masquerade")),
        action => {
            let numeric = context.options.numeric;
            let name = match action {
                _ if numeric => u8::from(action).to_string(),
                RuleAction::Unspec => "none".to_owned(),
                action => nlroute::route::RouteType::from(u8::from(action)).to_string(),
            };
            out.field("action", " {}", &name);
        }
    }
    let protocol = rule.protocol();
    let is_common = matches!(
        protocol,
        Some(RouteProtocol::Unspec | RouteProtocol::Kernel)
    );
    if let Some(protocol) = protocol.filter(|_| !is_common || context.options.details) {
        let name = context.named(Table::Protocol, u8::from(protocol));
        context.out.field("protocol", " proto {}", &name);
    }
    if let Some(dscp) = rule.dscp() {
        let name = names::dscp_name(&mut context.names, dscp);
        let out = &mut *context.out;
        match rule.dscp_mask() {
            None => out.field("dscp", " dscp {}", &name),
            Some(mask) => {
                out.json("dscp", (&name).into());
                out.json("dscp_mask", Value::Hex(mask.into()));
                match u32::from(mask) {
                    DSCP => out.text(format_args!(" dscp {name}")),
                    mask => out.text(format_args!(" dscp {dscp:#x}/{mask:#x}")),
                }
            }
        }
    }
    let out = &mut *context.out;
    if let (Some(label), Some(mask)) = (rule.flowlabel(), rule.flowlabel_mask()) {
        out.field("flowlabel", " flowlabel {}", Value::Hex(label.into()));
        match mask {
            LABEL => out.json("flowlabel_mask", Value::Hex(mask.into())),
            mask => out.field("flowlabel_mask", "/{}", Value::Hex(mask.into())),
        }
    }
}
