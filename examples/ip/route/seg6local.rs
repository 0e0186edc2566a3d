//! What a segment's end does (`encap seg6local`); programs aside.
use nlroute::route::{
    RouteTable,
    encap::{Seg6Action, Seg6Flavor, Seg6Flavors, Seg6LocalEncap, Seg6LocalEncapView, Srh},
};

use super::encap::{Encap, segments, written};
use crate::{
    context::Context,
    names::Table,
    words::{Done, Stop, Words, garbage, invalid},
};

const FLAVORS: [(Seg6Flavor, &str); 4] = [
    (Seg6Flavor::PSP, "psp"),
    (Seg6Flavor::USP, "usp"),
    (Seg6Flavor::USD, "usd"),
    (Seg6Flavor::NEXT_CSID, "next-csid"),
];

fn flavors<'f>(words: &mut Words<'_>) -> Done<Seg6Flavors<'f>> {
    let list = words.value()?;
    let one = |word: &str| {
        let found = FLAVORS
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(word));
        found.map(|(flavor, _)| *flavor)
    };
    let Some(all) = list.split(',').map(one).collect::<Option<Vec<_>>>() else {
        return invalid("invalid \"flavors\" attribute\n", list);
    };
    let all = all.into_iter().collect::<Seg6Flavor>();
    let mut flavors = Seg6Flavors::new().operation(all);
    if all.contains(Seg6Flavor::NEXT_CSID) {
        if words.take("lblen") {
            let why = "\"locator-block length\" value is invalid\n";
            flavors = flavors.lcblock_bits(words.number(why)?);
        }
        if words.take("nflen") {
            let why = "\"locator-node function length\" value is invalid\n";
            flavors = flavors.lcnode_fn_bits(words.number(why)?);
        }
    }
    Ok(flavors)
}

/// Takes the words after `seg6local`.
pub fn parse(context: &mut Context, words: &mut Words<'_>) -> Done<Encap> {
    const WORDS: [&str; 10] = [
        "action", "table", "vrftable", "nh4", "nh6", "iif", "oif", "count", "flavors", "srh",
    ];
    let (mut list, mut hmac) = (Vec::new(), 0);
    let mut local = Seg6LocalEncap::new();
    let mut seen = Vec::new();
    while let Some(word) = words.peek().filter(|word| WORDS.contains(word)) {
        words.next();
        if seen.contains(&word) {
            return garbage(word, words.peek().unwrap_or(word));
        }
        seen.push(word);
        local = match word {
            "action" => {
                let name = words.value()?;
                let mut actions = (1..=16).map(Seg6Action::from);
                match actions.find(|action| action.to_string() == name) {
                    Some(action) => local.action(action),
                    None => return invalid("\"action\" value is invalid\n", name),
                }
            }
            "table" | "vrftable" => {
                let name = words.value()?;
                match context.names.number(Table::Route, name).map(RouteTable) {
                    Some(table) if word == "table" => local.table(table),
                    Some(table) => local.vrftable(table),
                    None if word == "table" => return invalid("invalid table id\n", name),
                    None => return invalid("invalid vrf table id\n", name),
                }
            }
            "nh4" => match words.address(nlroute::Family::Inet)? {
                std::net::IpAddr::V4(address) => local.nh4(address),
                std::net::IpAddr::V6(_) => local,
            },
            "nh6" => match words.address(nlroute::Family::Inet6)? {
                std::net::IpAddr::V6(address) => local.nh6(address),
                std::net::IpAddr::V4(_) => local,
            },
            "iif" => local.iif(context.device(words.value()?)?),
            "oif" => local.oif(context.device(words.value()?)?),
            "count" => local.count(),
            "flavors" => local.flavors(flavors(words)?),
            _ => {
                let word = words.value()?;
                if word != "segs" {
                    return invalid("missing \"segs\" attribute for srh\n", word);
                }
                list = segments(words)?;
                if words.take("hmac") {
                    hmac = words.number("\"hmac\" value is invalid\n")?;
                }
                local
            }
        };
    }
    if !seen.contains(&"action") {
        return Stop::SENSELESS.say("Missing action type");
    }
    let mut srh = Srh::new(&list);
    if hmac > 0 {
        srh = srh.hmac(hmac);
    }
    match list.is_empty() {
        true => written(&local),
        false => written(&local.srh(srh)),
    }
}

pub fn show(context: &mut Context, local: &Seg6LocalEncapView<'_>) {
    let Some(action) = local.action() else {
        return;
    };
    let table = local
        .table()
        .map(|table| context.named(Table::Route, table.0));
    let vrf = local
        .vrftable()
        .map(|table| context.named(Table::Route, table.0));
    let iif = local.iif().map(|index| context.name_of(index));
    let oif = local.oif().map(|index| context.name_of(index));
    let out = &mut *context.out;
    out.field("action", "action {} ", &action.to_string());
    if let Some(srh) = local.srh() {
        out.open(Some("srh"));
        super::encap::show_segments(out, srh.segments());
        out.close();
    }
    out.named("table", table.as_deref());
    out.named("vrftable", vrf.as_deref());
    out.named("nh4", local.nh4().map(|a| a.to_string()).as_deref());
    out.named("nh6", local.nh6().map(|a| a.to_string()).as_deref());
    out.named("iif", iif.as_deref());
    out.named("oif", oif.as_deref());
    let Some(flavors) = local.flavors() else {
        return;
    };
    let Some(all) = flavors.operation() else {
        return;
    };
    out.open_array("flavors", "flavors ");
    let named = FLAVORS.iter().filter(|(flavor, _)| all.contains(*flavor));
    for (n, (_, name)) in named.enumerate() {
        out.item(if n == 0 { "{}" } else { ",{}" }, (*name).into());
    }
    out.close_array(" ");
    out.named("lblen", flavors.lcblock_bits());
    out.named("nflen", flavors.lcnode_fn_bits());
}
