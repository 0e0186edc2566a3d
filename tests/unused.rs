//! Names and subnets that nobody uses.
use std::{collections::BTreeSet, thread};

use nlroute::{
    Address, Addresses, Connection, Error, Netns, Prefix, Route,
    link::{Bridge, Links, Peer, Veth},
    route::RouteType,
    sandbox::isolated,
    with_unused_name,
};
use proptest::{
    prelude::any,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

/// The kernel's `EEXIST`, of a name that is there.
fn exists() -> Error {
    Netns::create("taken")
        .and_then(|_| Netns::create("taken"))
        .unwrap_err()
}

#[test]
fn another_name_is_tried_until_one_is_free() {
    isolated(|| {
        let mut tried = BTreeSet::new();
        let name = with_unused_name("veth", |name| {
            tried.insert(name.to_string());
            match tried.len() {
                5 => Ok(name.to_string()),
                _ => Err(exists()),
            }
        })?;
        assert_eq!(tried.len(), 5);
        assert!(name.starts_with("veth") && name.len() == 12, "{name}");
        // Another error isn't tried again.
        let mut times = 0;
        let error = with_unused_name("veth", |_| {
            times += 1;
            Connection::open()?.ifindex("none0")
        });
        assert!(error.unwrap_err().is_not_found());
        assert_eq!(times, 1);
        // Nor is it tried for ever.
        let error = with_unused_name::<()>("veth", |_| Err(exists()));
        assert!(error.unwrap_err().is_exists());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_name_fits_in_what_a_name_holds() {
    for (prefix, len) in [("", 8), ("v", 9), ("1234567", 15), ("12345678901", 15)] {
        let name = with_unused_name(prefix, Ok).unwrap().to_string();
        assert_eq!(
            (name.len(), name.starts_with(prefix)),
            (len, true),
            "{name}"
        );
    }
    for prefix in ["123456789012", "a name", "a/b", "1234567890123456"] {
        let error = with_unused_name(prefix, Ok).unwrap_err();
        assert_eq!(error.operation(), "find an unused name", "{error}");
    }
}

#[test]
fn many_at_once_get_names_of_their_own() {
    isolated(|| {
        let makers: Vec<_> = (0..8)
            .map(|_| {
                thread::spawn(|| {
                    let mut host = Connection::open()?;
                    for _ in 0..8 {
                        with_unused_name("veth", |near| {
                            with_unused_name("p", |far| {
                                host.add(Veth::new(near).peer(Peer::new(far)))
                            })
                        })?;
                    }
                    Ok::<(), nlroute::Error>(())
                })
            })
            .collect();
        for maker in makers {
            maker.join().unwrap()?;
        }
        assert_eq!(Connection::open()?.list(Links::all())?.len(), 1 + 2 * 64);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_subnet_that_overlaps_nothing() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up())?;
        let pool = prefix("10.0.0.0/22");
        let found = |host: &mut Connection, len| host.unused_subnet(pool, len).unwrap();
        assert_eq!(found(&mut host, 24), Some(prefix("10.0.0.0/24")));
        assert_eq!(found(&mut host, 22), Some(pool));
        assert_eq!(found(&mut host, 32), Some(prefix("10.0.0.0/32")));
        // An address in the first, a route in the second, another end in the third.
        host.add(Address::new("br0", prefix("10.0.0.200/25")))?;
        assert_eq!(found(&mut host, 25), Some(prefix("10.0.0.0/25")));
        assert_eq!(found(&mut host, 24), Some(prefix("10.0.1.0/24")));
        let wall = Route::new(prefix("10.0.1.64/26")).kind(RouteType::Blackhole);
        host.add(wall.table(77))?;
        assert_eq!(found(&mut host, 24), Some(prefix("10.0.2.0/24")));
        assert_eq!(found(&mut host, 26), Some(prefix("10.0.0.0/26")));
        let tunnel = Address::new("br0", prefix("192.0.2.1/32"));
        host.add(tunnel.peer("10.0.2.2".parse().unwrap()))?;
        assert_eq!(found(&mut host, 24), Some(prefix("10.0.3.0/24")));
        assert_eq!(found(&mut host, 23), None);
        // Default routes, whole or halved, overlap everything and don't count.
        for all in ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"] {
            host.add(Route::new(prefix(all)).oif("br0"))?;
        }
        assert_eq!(found(&mut host, 24), Some(prefix("10.0.3.0/24")));
        // One that is larger than the pool leaves nothing.
        host.add(Route::new(prefix("10.0.0.0/8")).oif("br0"))?;
        assert_eq!(found(&mut host, 32), None);
        // At the ends of what an address can say.
        assert!(host.unused_subnet(prefix("::/0"), 128)?.is_some());
        let last = prefix("255.255.255.254/31");
        assert_eq!(host.unused_subnet(last, 31)?, Some(last));
        for (pool, len) in [
            ("10.0.0.0/22", 21),
            ("10.0.0.0/22", 33),
            ("2001:db8::/32", 129),
        ] {
            let error = host.unused_subnet(prefix(pool), len).unwrap_err();
            assert!(error.to_string().contains(&len.to_string()), "{error}");
        }
        Ok::<(), nlroute::Error>(())
    });
}

/// By looking at each in turn.
fn first_by_hand(used: &[Prefix], pool: Prefix, len: u8) -> Option<Prefix> {
    let std::net::IpAddr::V4(first) = pool.network().address() else {
        panic!("IPv4 only");
    };
    let count = 1_u32 << (len - pool.len());
    (0..count)
        .map(|n| first.to_bits() + (n << (32 - len)))
        .map(|bits| Prefix::new(std::net::Ipv4Addr::from_bits(bits).into(), len).unwrap())
        .find(|subnet| {
            let apart = |used: &Prefix| {
                !used.contains(subnet.address()) && !subnet.contains(used.network().address())
            };
            used.iter().all(apart)
        })
}

#[test]
fn the_first_is_the_one_that_is_found_by_hand() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up())?;
        let (pool, mut runner) = (prefix("10.0.0.0/24"), TestRunner::deterministic());
        for _ in 0..40 {
            let strategy = proptest::collection::vec((any::<u8>(), 25..=32_u8), 0..12);
            let chosen = strategy.new_tree(&mut runner).unwrap().current();
            let used: Vec<_> = chosen
                .into_iter()
                .map(|(last, len)| prefix(&format!("10.0.0.{last}/{len}")).network())
                .collect();
            for route in &used {
                host.replace(Route::new(*route).oif("br0"))?;
            }
            for len in 24..=32 {
                let found = host.unused_subnet(pool, len)?;
                assert_eq!(found, first_by_hand(&used, pool, len), "/{len} in {used:?}");
            }
            for route in used.iter().collect::<std::collections::HashSet<_>>() {
                host.delete(Route::new(*route).oif("br0"))?;
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn who_claims_at_the_same_time_gets_another() {
    isolated(|| {
        let mut host = Connection::open()?;
        for (pool, len) in [("10.0.0.0/24", 28), ("fd00::/60", 64), ("10.1.0.0/28", 31)] {
            let pool = prefix(pool);
            let claimers: Vec<_> = (0..4)
                .map(|n| {
                    let name = format!("br{n}");
                    thread::spawn(move || {
                        let mut host = Connection::open()?;
                        host.replace(Bridge::new(&name).up())?;
                        host.claim_subnet(&name, pool, len)
                    })
                })
                .collect();
            let mut claimed = Vec::new();
            for claimer in claimers {
                claimed.push(claimer.join().unwrap()?.expect("more than are claimed"));
            }
            for (n, one) in claimed.iter().enumerate() {
                assert!(pool.contains(one.address()) && one.len() == len, "{one}");
                for other in claimed.iter().skip(n + 1) {
                    assert!(!one.contains(other.address()), "{claimed:?}");
                }
                let of_subnet = |address: &nlroute::address::AddressView<'_>| {
                    address.prefix().as_ref() == Some(one)
                };
                let listed = host.list(Addresses::all())?;
                assert_eq!(listed.iter().filter(of_subnet).count(), 1);
            }
        }
        // A host's own; and a link that isn't there.
        let one = host.claim_subnet("br0", prefix("10.9.9.9/32"), 32)?;
        assert_eq!(one, Some(prefix("10.9.9.9/32")));
        let error = host.claim_subnet("none0", prefix("10.0.0.0/8"), 24);
        assert!(error.unwrap_err().is_not_found());
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn subnets_of_other_lengths_on_the_same_link_do_not_overlap() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up())?;
        for round in 0..8 {
            let pool = prefix(&format!("10.{round}.0.0/16"));
            let claimers: Vec<_> = (26..30)
                .map(|len| {
                    thread::spawn(move || {
                        let mut host = Connection::open()?;
                        host.claim_subnet("br0", pool, len)
                    })
                })
                .collect();
            let mut claimed = Vec::new();
            for claimer in claimers {
                claimed.push(claimer.join().unwrap()?.expect("more than are claimed"));
            }
            for (n, one) in claimed.iter().enumerate() {
                for other in claimed.iter().skip(n + 1) {
                    let apart = !one.contains(other.address()) && !other.contains(one.address());
                    assert!(apart, "{claimed:?}");
                }
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_pool_that_is_used_up_has_none() {
    isolated(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("br0").up())?;
        let pool = prefix("10.0.0.0/30");
        for subnet in ["10.0.0.0/31", "10.0.0.2/31"] {
            assert_eq!(host.claim_subnet("br0", pool, 31)?, Some(prefix(subnet)));
        }
        assert_eq!(host.claim_subnet("br0", pool, 31)?, None);
        Ok::<(), nlroute::Error>(())
    });
}
