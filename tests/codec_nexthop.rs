//! Next hop objects without the kernel: what is written, read and refused.
mod golden;

use std::{
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    time::Duration,
};

use golden::{body, described, encode, refused};
use nlroute::{
    Add, Family, Monitor, Nexthop, Nexthops, Query, Request, Verb,
    monitor::{Change, Event, Noun},
    nexthop::{
        NexthopBucket, NexthopBuckets, NexthopGroup, NexthopGroupType, NexthopHeader,
        NexthopMember, NexthopOpFlags, NexthopView, ResilientGroup,
    },
    route::{
        NexthopFlags, RouteProtocol,
        encap::{EncapView, MplsEncap},
    },
    wire::{Attributes, NoLookup, Writer},
};

fn asked<Q: Query>(mut query: Q) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut links = golden::Links;
    let mut out = Writer::with_lookup(&mut bytes, &mut links);
    query.encode(&mut out).map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[test]
fn reads_what_it_writes() {
    let labels = MplsEncap::new().labels(&[25]);
    let object = Nexthop::new(7)
        .gateway("2001:db8::1".parse().unwrap())
        .oif("v0")
        .onlink()
        .protocol(RouteProtocol::Bgp)
        .encap(&labels);
    let view = NexthopView::parse(body(Verb::Add, &object)).unwrap();
    assert_eq!((view.id(), view.family()), (Some(7), Family::Inet6));
    assert_eq!(view.gateway(), Some("2001:db8::1".parse().unwrap()));
    assert_eq!((view.oif(), view.flags()), (Some(10), NexthopFlags::ONLINK));
    assert_eq!(view.protocol(), RouteProtocol::Bgp);
    let Some(EncapView::Mpls(mpls)) = view.encap() else {
        panic!("{view:?}");
    };
    assert_eq!(mpls.labels().unwrap().to_string(), "25");
    assert_eq!(view.malformed(), []);
    // The kernel refuses it without the flag.
    let encap = view.attributes().flatten().find(|a| a.kind() == 8).unwrap();
    assert!(encap.is_nested());

    let members = [
        NexthopMember::new(1),
        NexthopMember::new(2).share(256),
        NexthopMember::new(3).share(257),
        NexthopMember::new(4).share(65_535),
    ];
    let group = Nexthop::new(10)
        .group(&members)
        .group_type(NexthopGroupType::Resilient)
        .res_group(
            ResilientGroup::new()
                .buckets(64)
                .idle_timer(Duration::from_millis(1500))
                .unbalanced_timer(Duration::from_secs(9)),
        )
        .fdb(true)
        .hw_stats_enable(true);
    let bytes = body(Verb::Replace, &group);
    let view = NexthopView::parse(bytes.clone()).unwrap();
    assert_eq!(view.family(), Family::Unspec);
    let read: Vec<_> = view.group().unwrap().iter().collect();
    assert_eq!(read, members);
    let weights: Vec<_> = read.iter().map(|member| member.weight()).collect();
    assert_eq!(weights, [1, 256, 257, 65_535]);
    assert_eq!(members[2].to_bytes(), {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&3u32.to_ne_bytes());
        bytes[5] = 1;
        bytes
    });
    assert_eq!(view.group().unwrap().to_string(), "1/2,256/3,257/4,65535");
    let settings = view.res_group().unwrap();
    assert_eq!(settings.buckets(), Some(64));
    assert_eq!(settings.idle_timer(), Some(Duration::from_millis(1500)));
    assert_eq!(settings.unbalanced_timer(), Some(Duration::from_secs(9)));
    assert_eq!(
        (view.fdb(), view.hw_stats_enable()),
        (Some(true), Some(true))
    );
    let resilient = Attributes::new(&bytes[8..])
        .flatten()
        .find(|a| a.kind() == 12);
    assert_eq!(resilient.unwrap().payload()[8..12], [8, 0, 2, 0]);
    assert_eq!(resilient.unwrap().payload()[12..16], 150u32.to_ne_bytes());
}

#[test]
fn verbs_are_the_kernels_flags() {
    let head = |verb, object: &Nexthop<'_>| {
        let bytes = encode(verb, object);
        let number = |at| u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
        (number(4), number(6))
    };
    let hole = Nexthop::new(7).blackhole(true);
    assert_eq!(head(Verb::Add, &hole), (104, 0x600));
    assert_eq!(head(Verb::Replace, &hole), (104, 0x500));
    assert_eq!(head(Verb::Change, &hole), (104, 0x100));
    assert_eq!(head(Verb::Delete, &hole), (105, 0));
    // The kernel tells the number by an echo.
    let unnumbered = Nexthop::new(0).blackhole(true);
    assert_eq!(head(Verb::Add, &unnumbered), (104, 0x608));

    // To delete, only the number counts: the kernel takes nothing else.
    let deleted = body(
        Verb::Delete,
        &hole.clone().onlink().protocol(RouteProtocol::Bgp),
    );
    assert_eq!(deleted[..8], NexthopHeader::default().to_bytes());
    assert_eq!(deleted.len(), 16);

    let echo = NexthopView::parse(body(Verb::Add, &hole)).unwrap();
    let answer = |object: &Nexthop<'_>, echo| object.answer(echo, &mut NoLookup).unwrap();
    assert_eq!(answer(&unnumbered, Some(echo.as_bytes())), 7);
    assert_eq!(answer(&hole, None), 7);
    assert_eq!(answer(&unnumbered, None), 0);
}

#[test]
fn what_cannot_be_sent_is_named() {
    let gateway = "192.0.2.1".parse().unwrap();
    let one = [NexthopMember::new(1)];
    let weightless = [one[0], NexthopMember::new(2).share(0)];
    let cases = [
        (
            Nexthop::new(1).group(&[]),
            "group none: at least one is needed",
        ),
        (
            Nexthop::new(1).group(&weightless),
            "group.1.weight 0: is not 1 to 65535",
        ),
        (
            Nexthop::new(1).group(&one).gateway(gateway),
            "gateway : is not of a group: its members have it",
        ),
        (
            Nexthop::new(1).group(&one).oif("v0"),
            "oif : is not of a group: its members have it",
        ),
        (
            Nexthop::new(1).group(&one).family(Family::Inet),
            "family inet: a group has none",
        ),
        (
            Nexthop::new(1)
                .group(&one)
                .res_group(ResilientGroup::new().buckets(8)),
            "res_group : is of a group of type resilient",
        ),
        (
            Nexthop::new(1).oif("v0").hw_stats_enable(true),
            "hw_stats_enable : is of a group: there are no members",
        ),
        (
            Nexthop::new(1).group_type(NexthopGroupType::Resilient),
            "group_type : is of a group: there are no members",
        ),
        (
            Nexthop::new(1).blackhole(true).gateway(gateway),
            "gateway : is not of a hole",
        ),
        (
            Nexthop::new(1).fdb(true).gateway(gateway).oif("v0"),
            "oif : is not of the other end of a tunnel",
        ),
        (
            Nexthop::new(1).gateway(gateway).family(Family::Inet6),
            "gateway 192.0.2.1: is of another family",
        ),
        (Nexthop::new(1).oif("absent"), "oif no such device"),
    ];
    for (object, why) in &cases {
        assert_eq!(refused(object), *why);
    }
    let mut bytes = Vec::new();
    for verb in [Verb::Replace, Verb::Change, Verb::Delete, Verb::Append] {
        let hole = Nexthop::new(0).blackhole(true);
        hole.encode(verb, &mut Writer::new(&mut bytes)).unwrap_err();
    }
    let why = Err("id 0: no next hop object has this number".to_owned());
    assert_eq!(asked(Nexthop::new(0)), why);
    assert_eq!(asked(NexthopBucket::new(0, 0)), why);
    let buckets = NexthopBuckets::all;
    assert!(
        asked(buckets().group(0))
            .unwrap_err()
            .starts_with("group 0")
    );
    assert!(
        asked(buckets().nexthop(0))
            .unwrap_err()
            .starts_with("nexthop 0")
    );
}

#[test]
fn says_what_it_is_about() {
    let hop = Nexthop::new(7)
        .gateway("192.0.2.1".parse().unwrap())
        .oif("v0");
    assert_eq!(
        described(Verb::Add, &hop),
        "add nexthop 7 via 192.0.2.1 dev v0"
    );
    assert_eq!(described(Verb::Delete, &hop), "delete nexthop 7");
    let members = [NexthopMember::new(1).share(3), NexthopMember::new(2)];
    let group = Nexthop::new(10).group(&members);
    assert_eq!(
        described(Verb::Replace, &group),
        "replace nexthop 10 group 1,3/2"
    );
    let hole = Nexthop::new(0).blackhole(true);
    assert_eq!(described(Verb::Add, &hole), "add nexthop blackhole");

    struct Asked<Q>(Q);
    impl<Q: Query> std::fmt::Display for Asked<Q> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.describe(f)
        }
    }
    let all = Nexthops::all().family(Family::Inet6).fdb().groups();
    let told = Asked(all.link("v0").master("br0")).to_string();
    assert_eq!(told, "inet6 fdb nexthop groups on v0 of master br0");
    let buckets = NexthopBuckets::all().group(10).nexthop(1);
    assert_eq!(Asked(buckets).to_string(), "nexthop buckets of 10 by 1");
    let bucket = Asked(NexthopBucket::new(10, 3)).to_string();
    assert_eq!(bucket, "bucket 3 of nexthop 10");
}

#[test]
fn lengths_that_are_none_are_told() {
    let mut bytes = NexthopHeader::default().to_bytes().to_vec();
    Writer::new(&mut bytes).attribute(2, &[0; 12]).unwrap();
    let view = NexthopView::parse(bytes).unwrap();
    assert!(view.group().is_none());
    assert_eq!(view.malformed().len(), 1);
    // By itself it gives what is whole.
    assert_eq!(NexthopGroup::new(&[0; 12]).iter().count(), 1);
    NexthopView::parse(&[0; 7][..]).unwrap_err();
}

#[test]
fn statistics_are_read_in_either_width() {
    let mut bytes = NexthopHeader::default().to_bytes().to_vec();
    let mut out = Writer::new(&mut bytes);
    let all = out.begin_nest(15);
    for (id, packets) in [(1u32, 5u64), (2, 1 << 40)] {
        let entry = out.begin_nest(1);
        out.attribute(1, &id.to_ne_bytes()).unwrap();
        match u32::try_from(packets) {
            Ok(short) => out.attribute(2, &short.to_ne_bytes()).unwrap(),
            Err(_) => out.attribute(2, &packets.to_ne_bytes()).unwrap(),
        }
        out.end_attribute(entry).unwrap();
    }
    out.end_attribute(all).unwrap();
    out.attribute(14, &(1u32 << 31).to_ne_bytes()).unwrap();
    let view = NexthopView::parse(bytes).unwrap();
    let stats = view.group_stats().unwrap();
    let read: Vec<_> = stats.iter().map(|s| (s.id(), s.packets())).collect();
    assert_eq!(read, [(Some(1), Some(5)), (Some(2), Some(1 << 40))]);
    assert_eq!(view.op_flags(), Some(NexthopOpFlags::RESP_GRP_RESVD_0));
    assert_eq!(view.malformed(), []);
}

/// The kernel tells of a bucket that a timer moves, which takes traffic; here a peer does.
#[test]
fn a_bucket_is_told_by_the_monitor() {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut monitor = Monitor::from_fd(OwnedFd::from(ours)).unwrap();
    let mut told = encode(Verb::Add, &Nexthop::new(10).blackhole(true));
    for (kind, gone) in [(116u16, false), (117, true)] {
        told[4..6].copy_from_slice(&kind.to_ne_bytes());
        theirs.send(&told).unwrap();
        let Some(Event::Notification(event)) = monitor.try_next().unwrap() else {
            panic!("it was sent");
        };
        let id = match event.change() {
            Change::New(Noun::NexthopBucket(bucket)) if !gone => bucket.id(),
            Change::Deleted(Noun::NexthopBucket(bucket)) if gone => bucket.id(),
            other => panic!("{other:?}"),
        };
        assert_eq!(id, Some(10));
    }
}
