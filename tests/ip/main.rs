//! `examples/ip` beside iproute2: what both print of the same namespace, what the same commands
//! leave in two, what both say to what is wrong; and the talk's own words, run by it.
mod bridges;
mod compare;
mod harness;
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
        if is_iproute2_here() {
            bridges::groups();
            bridges::vlans();
        }
    });
}

#[test]
fn both_leave_the_same_within_bridges() {
    isolated(|| {
        if is_iproute2_here() {
            bridges::group_twins();
            bridges::vlan_twins();
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
