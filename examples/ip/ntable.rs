//! `ip ntable`: the tables that neighbours are kept in.
use std::time::Duration;

use nlroute::{
    Family, Listing, Ntable, Ntables,
    ntable::{NtableConfig, NtableParms, NtableParmsView, NtableStats, NtableView},
};

use crate::{
    context::Context,
    help,
    print::{Print, Value},
    time,
    words::{Done, Stop, Words, duplicate, family_name, invalid, matches, matches_any, missing},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    match words.next() {
        None => show(context, words),
        Some(word) if matches_any(word, &["change", "chg"]) => change(context, words),
        Some(word) if matches_any(word, &["show", "lst", "list"]) => show(context, words),
        Some(word) if matches(word, "help") => help::ntable(),
        Some(word) => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip ntable help\"."
        )),
    }
}

/// The name of the table, with which a request begins.
fn name_ahead<'a>(words: &Words<'a>) -> Option<&'a str> {
    words.clone().skip_while(|word| *word != "name").nth(1)
}

fn change(context: &mut Context, words: &mut Words<'_>) -> Done {
    let name = name_ahead(words);
    let mut table = Ntable::new(context.options.family, name.unwrap_or(""));
    let mut parms = NtableParms::new();
    let (mut named, mut changed) = (false, false);
    while let Some(word) = words.next() {
        let why = format!("\"{word}\" value is invalid");
        match word {
            "name" => {
                let value = words.value()?;
                if named {
                    return duplicate("NAME", value);
                }
                named = true;
                continue;
            }
            "dev" => {
                parms = parms.index(context.device(words.value()?)?);
                continue;
            }
            "thresh1" => table = table.thresh1(words.number(&why)?),
            "thresh2" => table = table.thresh2(words.number(&why)?),
            "thresh3" => table = table.thresh3(words.number(&why)?),
            "gc_int" => table = table.gc_interval(millis(words, &why)?),
            "base_reachable" => parms = parms.base_reachable_time(millis(words, &why)?),
            "retrans" => parms = parms.retrans_time(millis(words, &why)?),
            "gc_stale" => parms = parms.gc_staletime(millis(words, &why)?),
            "delay_probe" => parms = parms.delay_probe_time(millis(words, &why)?),
            "queue" => parms = parms.queue_len(words.number(&why)?),
            "app_probes" => parms = parms.app_probes(words.number(&why)?),
            "ucast_probes" => parms = parms.ucast_probes(words.number(&why)?),
            "mcast_probes" => parms = parms.mcast_probes(words.number(&why)?),
            "anycast_delay" => parms = parms.anycast_delay(millis(words, &why)?),
            "proxy_delay" => parms = parms.proxy_delay(millis(words, &why)?),
            "proxy_queue" => parms = parms.proxy_qlen(words.number(&why)?),
            "locktime" => parms = parms.locktime(millis(words, &why)?),
            _ => return invalid("unknown", word),
        }
        changed = true;
    }
    if !named {
        return missing("NAME");
    } else if !changed {
        return Stop::SENSELESS.say("Not enough information: changeable attributes required.");
    }
    if !parms.is_empty() {
        table = table.parms(parms);
    }
    let done = context.host.change(table);
    context.talk(done)
}

fn millis(words: &mut Words<'_>, why: &str) -> Done<Duration> {
    words.number(why).map(Duration::from_millis)
}

fn show(context: &mut Context, words: &mut Words<'_>) -> Done {
    let family = context.options.family;
    let mut query = Ntables::all();
    if family != Family::Unspec {
        query = query.family(family);
    }
    while let Some(word) = words.next() {
        match word {
            "dev" => match words.value()? {
                "none" => query = query.whole(),
                name => match context.find(name) {
                    Some(index) => query = query.link(index),
                    None => return invalid("\"DEV\" is invalid", name),
                },
            },
            "name" => query = query.name(words.value()?),
            _ => return invalid("unknown", word),
        }
    }
    let listed = context.host.list(query).or_else(Listing::interrupted);
    let listed = context.list(listed, Stop::FAILED)?;
    context.out.begin();
    for table in &listed {
        shown(context, &table);
    }
    context.out.end();
    Ok(())
}

fn millis_of(time: Option<Duration>) -> Option<u64> {
    time.map(|time| time.as_millis() as u64)
}

fn line(out: &mut dyn Print) {
    out.line();
    out.str("    ");
}

fn shown(context: &mut Context, table: &NtableView<'_>) {
    let stats = context.options.stats > 0;
    context.out.open(None);
    let out = &mut *context.out;
    out.field("family", "{} ", family_name(table.family()));
    let name = table.name().map(|name| name.to_string());
    out.opt("name", "{} ", name.as_deref());
    out.line();
    let interval = millis_of(table.gc_interval());
    if table.thresh1().is_some() || interval.is_some() {
        out.str("    ");
        out.named("thresh1", table.thresh1());
        out.named("thresh2", table.thresh2());
        out.named("thresh3", table.thresh3());
        out.opt("gc_interval", "gc_int {} ", interval);
        out.line();
    }
    if let Some(config) = table.config().filter(|_| stats) {
        show_config(out, &config);
    }
    if let Some(parms) = table.parms() {
        show_parms(context, &parms);
    }
    let out = &mut *context.out;
    if let Some(counted) = table.stats().filter(|_| stats) {
        show_stats(out, &counted);
    }
    out.str("\n");
    out.close();
}

fn show_config(out: &mut dyn Print, config: &NtableConfig) {
    let ago = |millis: u32| time::ago(Duration::from_millis(millis.into()));
    out.field("key_length", "    config key_len {} ", config.key_len);
    out.field("entry_size", "entry_size {} ", config.entry_size);
    out.field("entries", "entries {} ", config.entries);
    out.line();
    out.field(
        "last_flush",
        "        last_flush {} ",
        &ago(config.last_flush),
    );
    out.field("last_rand", "last_rand {} ", &ago(config.last_rand));
    out.line();
    out.field("hash_rnd", "        hash_rnd {} ", config.hash_rnd);
    let mask = config.hash_mask;
    out.json("hash_mask", Value::Hex(mask.into()));
    out.text(format_args!("hash_mask {mask:08x} "));
    out.field("hash_chain_gc", "hash_chain_gc {} ", config.hash_chain_gc);
    out.field("proxy_qlen", "proxy_qlen {} ", config.proxy_qlen);
    out.line();
}

fn show_parms(context: &mut Context, parms: &NtableParmsView<'_>) {
    if let Some(index) = parms.index() {
        let name = context.name_of(index);
        context.out.field("dev", "    dev {} ", &name);
        context.out.line();
    }
    let out = &mut *context.out;
    out.str("    ");
    out.opt("refcnt", "refcnt {} ", parms.references());
    out.named("reachable", millis_of(parms.reachable_time()));
    out.named("base_reachable", millis_of(parms.base_reachable_time()));
    out.named("retrans", millis_of(parms.retrans_time()));
    line(out);
    out.named("gc_stale", millis_of(parms.gc_staletime()));
    out.named("delay_probe", millis_of(parms.delay_probe_time()));
    out.named("queue", parms.queue_len());
    line(out);
    out.named("app_probes", parms.app_probes());
    out.named("ucast_probes", parms.ucast_probes());
    out.named("mcast_probes", parms.mcast_probes());
    line(out);
    out.named("anycast_delay", millis_of(parms.anycast_delay()));
    out.named("proxy_delay", millis_of(parms.proxy_delay()));
    out.named("proxy_queue", parms.proxy_qlen());
    out.named("locktime", millis_of(parms.locktime()));
    out.line();
}

fn show_stats(out: &mut dyn Print, stats: &NtableStats) {
    out.str("    stats ");
    out.field("allocs", "allocs {} ", stats.allocs);
    out.field("destroys", "destroys {} ", stats.destroys);
    out.field("hash_grows", "hash_grows {} ", stats.hash_grows);
    line(out);
    out.field("res_failed", "res_failed {} ", stats.res_failed);
    out.field("lookups", "lookups {} ", stats.lookups);
    out.field("hits", "hits {} ", stats.hits);
    line(out);
    let [many, one] = [stats.rcv_probes_mcast, stats.rcv_probes_ucast];
    out.field("rcv_probes_mcast", "rcv_probes_mcast {} ", many);
    out.field("rcv_probes_ucast", "rcv_probes_ucast {} ", one);
    line(out);
    let [clock, forced] = [stats.periodic_gc_runs, stats.forced_gc_runs];
    out.field("periodic_gc_runs", "periodic_gc_runs {} ", clock);
    out.field("forced_gc_runs", "forced_gc_runs {} ", forced);
    line(out);
    out.field("table_fulls", "table_fulls {} ", stats.table_fulls);
    out.line();
}
