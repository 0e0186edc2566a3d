//! The page of those who know `ip`: rows of this test, chosen and written as a program writes
//! them.
//!
//! Each call is compiled for a [`Connection`](nlroute::Connection), and its bytes are compared
//! with those of the row of the same command, which are compared with what `ip` sends.
mod address;
mod bridge;
mod kinds;
mod link;
mod more;
mod neighbour;
mod others;
mod route;
mod rule;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
};

use nlroute::{Add, Append, Change, Delete, Get, List, Prepend, Query, Replace, Request, Verb};

use super::compare::{self, Row};
use crate::page_of_calls::{Entry, check, entries, tables};

/// Takes a connection's calls, and keeps what it would send.
#[derive(Default)]
pub struct Host(Option<Row>);

macro_rules! verbs {
    ($($verb:ident $bound:ident)*) => {$(
        fn $verb<R: $bound>(&mut self, request: R) -> nlroute::Result<()> {
            self.keep(Verb::$bound, &request)
        }
    )*};
}

impl Host {
    verbs! { add Add replace Replace change Change append Append prepend Prepend delete Delete }

    fn keep<R: Request>(&mut self, verb: Verb, request: &R) -> nlroute::Result<()> {
        self.0 = Some(compare::request("", verb, request));
        Ok(())
    }

    fn get<Q: Get>(&mut self, query: Q) -> nlroute::Result<()> {
        self.ask(query)
    }

    fn list<Q: List>(&mut self, query: Q) -> nlroute::Result<()> {
        self.ask(query)
    }

    fn ask<Q: Query>(&mut self, query: Q) -> nlroute::Result<()> {
        self.0 = Some(compare::ask("", query));
        Ok(())
    }
}

/// A row of the page: a command, and what its call sends, if it sends what a row has.
struct Call {
    command: &'static str,
    send: Option<Send>,
}

type Send = fn(&mut Host) -> Result<(), Box<dyn Error>>;

/// Rows of the page. A call is compiled twice: for what keeps its bytes, and for a connection.
macro_rules! rows {
    ($host:ident; $(# $head:literal; $($command:literal => $call:ident.$verb:ident($($of:tt)*)?;)*)*) => {
        vec![$($({
            fn send($host: &mut super::Host) -> Result<(), Box<dyn std::error::Error>> {
                $call.$verb($($of)*)?;
                Ok(())
            }
            #[allow(dead_code, unused_must_use)]
            fn call($host: &mut nlroute::Connection) -> Result<(), Box<dyn std::error::Error>> {
                $call.$verb($($of)*)?;
                Ok(())
            }
            super::Call { command: $command, send: Some(send) }
        }),*),*]
    };
}
use rows;

/// Code that is compiled only.
macro_rules! compiled {
    ($host:ident; $(# $head:literal; $($command:literal => $code:expr;)*)*) => {
        vec![$($({
            #[allow(dead_code, unused_variables)]
            fn call($host: &mut nlroute::Connection) -> Result<(), Box<dyn std::error::Error>> {
                let _ = $code;
                Ok(())
            }
            super::Call { command: $command, send: None }
        }),*),*]
    };
}
use compiled;

/// What `ip` says and the kernel does anyway: the end of the path, and the value in hexadecimal.
/// A call may leave it out.
const SAID: &[(&str, &str)] = &[
    ("data.dev", "00000000"),
    ("data.encap_dport", "0000"),
    ("data.encap_flags", "0000"),
    ("data.encap_sport", "0000"),
    ("data.encap_type", "0000"),
    ("data.fwmark", "00000000"),
    ("data.iflags", "0000"),
    ("data.ikey", "00000000"),
    ("data.label", "00000000"),
    ("data.learning", "01"),
    ("data.oflags", "0000"),
    ("data.okey", "00000000"),
    ("data.pmtudisc", "01"),
    ("data.proto", "00"),
    ("data.tos", "00"),
    ("data.ttl", "00"),
    ("data.tunnel_flags", "0000"),
];

/// Compares the calls with the rows, and the page with both.
pub fn check_all(rows: Vec<Row>) {
    let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.command(), row)).collect();
    let sources = [
        (include_str!("link.rs"), link::calls()),
        (include_str!("kinds.rs"), kinds::calls()),
        (include_str!("address.rs"), address::calls()),
        (include_str!("route.rs"), route::calls()),
        (include_str!("rule.rs"), rule::calls()),
        (include_str!("neighbour.rs"), neighbour::calls()),
        (include_str!("bridge.rs"), bridge::calls()),
        (include_str!("others.rs"), others::calls()),
        (include_str!("more.rs"), more::calls()),
    ];
    let mut page = String::new();
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    for (source, calls) in sources {
        let entries = entries(source);
        let written = entries.iter().filter_map(|entry| match entry {
            Entry::Head(_) => None,
            Entry::Row(command, _) => Some(command.as_str()),
        });
        assert!(written.eq(calls.iter().map(|call| call.command)));
        page += &tables(&entries, "#", "`ip`");
        for Call { command, send } in calls {
            assert!(known.insert(command), "{command}, twice");
            let Some(send) = send else { continue };
            let mut host = Host::default();
            send(&mut host).unwrap();
            let sent = host.0.expect("a call sends something");
            match rows.get(command) {
                Some(row) => wrong.extend(row.differs_from(&sent, SAID)),
                None => wrong.push(format!("{command}: no row")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    check(
        "docs/from/ip.md",
        include_str!("../../../docs/from/ip.md"),
        &page,
        "cargo test --test iproute2",
    );
}
