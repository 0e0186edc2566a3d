//! The same step by iproute2 in one fresh network namespace and by this crate in another leaves
//! the same state, read by iproute2; and what iproute2 reads is what this crate reads.
mod addresses;
#[path = "../common/alike.rs"]
mod alike;
mod bridges;
mod gets;
mod harness;
#[path = "../common/iproute2.rs"]
mod iproute2;
mod links;
mod neighbours;
mod normal;
mod readback;
mod routes;
mod tunnels;
#[path = "../common/words.rs"]
mod words;

use std::process::Command;

use nlroute::sandbox::{isolated, skip};

/// Whether there is something to compare with.
fn is_iproute2_here() -> bool {
    for program in ["ip", "bridge"] {
        if Command::new(program).arg("-V").output().is_err() {
            skip(format_args!("there is no `{program}` (iproute2)"));
            return false;
        }
    }
    true
}

/// Runs tables of twins.
fn twins(groups: &[(&str, &[harness::Twin])]) {
    if is_iproute2_here() {
        for (group, rows) in groups {
            harness::run(group, rows);
        }
    }
}

#[test]
fn gets() {
    isolated(|| {
        if is_iproute2_here() {
            gets::run();
        }
    });
}

#[test]
fn links() {
    isolated(|| twins(&[("link", links::LINKS)]));
}

#[test]
fn veths() {
    isolated(|| twins(&[("veth", links::VETHS)]));
}

#[test]
fn bridges() {
    isolated(|| {
        twins(&[
            ("bridge", bridges::BRIDGES),
            ("bridge that is created", bridges::NEW),
            ("bridge that exists", bridges::OPTIONS),
        ]);
    });
}

#[test]
fn bridge_ports() {
    isolated(|| {
        twins(&[
            ("port", bridges::PORTS_ALL),
            ("port's option", bridges::PORTS),
        ])
    });
}

#[test]
fn vxlans() {
    isolated(|| twins(&[("vxlan", tunnels::VXLANS)]));
}

#[test]
fn addresses() {
    isolated(|| twins(&[("address", addresses::ADDRESSES)]));
}

#[test]
fn routes() {
    isolated(|| twins(&[("route", routes::ROUTES)]));
}

#[test]
fn route_metrics() {
    isolated(|| {
        twins(&[
            ("metric", routes::METRICS),
            ("metric of IPv6", routes::METRICS6),
        ]);
    });
}

#[test]
fn neighbours() {
    isolated(|| {
        twins(&[
            ("neighbour", neighbours::NEIGHBOURS),
            ("fdb entry", neighbours::FDB),
        ]);
    });
}

/// Rows are counted, so that none is lost with a table that no test runs.
#[test]
fn there_are_many() {
    let groups = [
        ("link", links::LINKS.len()),
        ("veth", links::VETHS.len()),
        (
            "bridge",
            bridges::BRIDGES.len() + bridges::NEW.len() + bridges::OPTIONS.len(),
        ),
        (
            "bridge port",
            bridges::PORTS_ALL.len() + bridges::PORTS.len(),
        ),
        ("vxlan", tunnels::VXLANS.len()),
        ("address", addresses::ADDRESSES.len()),
        (
            "route",
            routes::ROUTES.len() + routes::METRICS.len() + routes::METRICS6.len(),
        ),
        ("neighbour", neighbours::NEIGHBOURS.len()),
        ("fdb entry", neighbours::FDB.len()),
        ("get", gets::GETS.len() + gets::NOT_THERE.len()),
    ];
    let all: usize = groups.iter().map(|(_, count)| count).sum();
    println!("{all} twins: {groups:?}");
    assert!(all >= 480, "{all} twins: {groups:?}");
}
