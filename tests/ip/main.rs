//! `examples/ip` beside iproute2: what both print of the same namespace, what the same commands
//! leave in two, what both say to what is wrong; and the talk's own words, run by it.
mod bridges;
mod compare;
mod harness;
mod monitors;
mod nouns;
mod shows;
mod talk;
mod twins;

#[path = "../common/programs.rs"]
#[allow(dead_code)]
mod programs;

use nlroute::sandbox::{isolated, skip};

/// Whether there is something to compare with.
fn is_iproute2_here() -> bool {
    let here = harness::version().is_some();
    if !here {
        skip(format_args!("there is no `ip` (iproute2)"));
    }
    here
}

/// Whether it is the version that what is compared was new in, or whose text it has.
fn is_iproute2_new() -> bool {
    let new = harness::exact();
    if !new {
        let version = harness::version().unwrap_or("none");
        skip(format_args!(
            "iproute2 {version}: it is 6.15 that is compared"
        ));
    }
    new
}

#[test]
fn both_print_the_same() {
    isolated(|| {
        if is_iproute2_here() {
            shows::run();
        }
    });
}

#[test]
fn both_print_rules_next_hops_and_kinds_the_same() {
    isolated(|| {
        if is_iproute2_here() {
            shows::rules();
        }
    });
}

#[test]
fn both_refuse_the_same() {
    isolated(|| {
        if is_iproute2_here() {
            shows::errors();
        }
    });
}

#[test]
fn both_print_what_is_within_bridges_the_same() {
    isolated(|| {
        if is_iproute2_new() {
            bridges::groups();
            bridges::vlans();
        }
    });
}

#[test]
fn both_leave_the_same_within_bridges() {
    isolated(|| {
        if is_iproute2_new() {
            bridges::group_twins();
            bridges::vlan_twins();
        }
    });
}

#[test]
fn both_have_the_rarer_nouns_alike() {
    isolated(|| {
        if is_iproute2_new() {
            nouns::run();
        }
    });
}

#[test]
fn both_tell_the_same() {
    isolated(|| {
        if is_iproute2_new() {
            monitors::run();
        }
    });
}

#[test]
fn both_leave_the_same() {
    isolated(|| {
        if is_iproute2_here() {
            twins::run();
        }
    });
}

#[test]
fn a_batch_ends_where_iproute2_ends_it() {
    isolated(|| {
        if is_iproute2_here() {
            twins::batches();
        }
    });
}

#[test]
fn the_talk_s_words_run() {
    isolated(talk::run);
}
