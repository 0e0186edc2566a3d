//! Links against the running kernel, each test in a network of its own.
use std::time::Duration;

use nlroute::{
    Connection, Error, Netns,
    link::{AddrGenMode, AltNames, Bridge, BridgePort, ExtMask, Link, Links, Peer, StpState, Veth},
    sandbox::isolated,
};

/// Runs `body` in a sandbox, and fails with its error.
fn sandboxed(body: impl FnOnce() -> Result<(), Error>) {
    isolated(|| body().unwrap());
}

#[test]
fn a_pair_is_born_in_two_namespaces_and_up() {
    sandboxed(|| {
        let mut host = Connection::open()?;
        let netns = Netns::create("n0")?;
        let index = host.add(
            Veth::new("veth0").up().peer(
                Peer::new("ceth0")
                    .netns(&netns)
                    .address([2, 0, 0, 0, 0, 9])
                    .up(),
            ),
        )?;
        let veth0 = host.get(Link::named("veth0"))?;
        assert_eq!(veth0.index(), index);
        let mut inside = netns.connect()?;
        let ceth0 = inside.get(Link::named("ceth0"))?;
        assert!(ceth0.is_up() && veth0.is_up());
        assert_eq!(ceth0.address(), Some([2, 0, 0, 0, 0, 9].into()));
        assert_eq!(veth0.veth_peer(), Some(ceth0.index()));
        assert!(veth0.link_netnsid().is_some());
        assert!(host.get(Link::named("ceth0")).unwrap_err().is_not_found());
        // By the name of the namespace too, and with an index of the caller's choice.
        host.add(
            Veth::new("veth1")
                .ifindex(76)
                .peer(Peer::new("ceth1").netns("n0").ifindex(77).up()),
        )?;
        assert!(inside.get(Link::index(77))?.is_up());
        // Born elsewhere altogether.
        assert_eq!(
            host.add(Veth::new("far0").netns("n0").peer(Peer::new("near0")))?,
            0
        );
        assert_eq!(host.get(Link::named("near0"))?.kind().unwrap(), "veth");
        host.delete(Link::named("veth0"))
    });
}

#[test]
fn a_pair_whose_other_end_cant_be_made_is_not_there() {
    sandboxed(|| {
        let mut host = Connection::open()?;
        host.add(Bridge::new("taken"))?;
        let error = host
            .add(Veth::new("veth0").peer(Peer::new("taken").up()))
            .unwrap_err();
        assert!(error.is_exists(), "{error}");
        assert!(host.get(Link::named("veth0")).unwrap_err().is_not_found());
        Ok(())
    });
}

#[test]
fn a_bridge_and_its_port() {
    sandboxed(|| {
        let mut host = Connection::open()?;
        let bridge = Bridge::new("br0")
            .forward_delay(Duration::from_secs(4))
            .stp_state(StpState::Kernel)
            .mcast_query_intvl(Duration::from_secs(100))
            .up();
        let index = host.add(&bridge)?;
        assert!(host.add(&bridge).unwrap_err().is_exists());
        host.replace(bridge.priority(5))?;
        let br0 = host.get(Link::index(index))?;
        let told = br0.bridge().unwrap();
        assert_eq!(told.forward_delay(), Some(Duration::from_secs(4)));
        assert_eq!(told.stp_state(), Some(StpState::Kernel));
        assert_eq!(told.mcast_query_intvl(), Some(Duration::from_secs(100)));
        assert_eq!(told.priority(), Some(5));

        host.add(Veth::new("veth0").master("br0").peer(Peer::new("ceth0")))?;
        host.change(
            BridgePort::named("veth0")
                .hairpin(true)
                .isolated(true)
                .port_cost(7),
        )?;
        let veth0 = host.get(Link::named("veth0"))?;
        assert_eq!(veth0.master(), Some(index));
        let port = veth0.bridge_port().unwrap();
        assert_eq!((port.hairpin(), port.isolated()), (Some(true), Some(true)));
        assert_eq!(port.port_cost(), Some(7));

        let names = |links| -> Result<Vec<String>, Error> {
            let mut host = Connection::open()?;
            let mut names: Vec<_> = host
                .list::<Links<'_>>(links)?
                .iter()
                .map(|link| link.name().to_string())
                .collect();
            names.sort();
            Ok(names)
        };
        assert_eq!(names(Links::all().master("br0"))?, ["veth0"]);
        assert_eq!(names(Links::all().kind("veth"))?, ["ceth0", "veth0"]);
        assert_eq!(names(Links::all().kind("no-such-kind"))?, [""; 0]);
        assert!(names(Links::all())?.len() >= 4);

        host.change(Link::named("veth0").no_master())?;
        assert_eq!(host.get(Link::named("veth0"))?.master(), None);
        assert!(
            host.change(BridgePort::named("veth0").hairpin(true))
                .is_err()
        );
        host.delete(Link::named("br0"))
    });
}

#[test]
fn a_link_is_altered() {
    sandboxed(|| {
        let mut host = Connection::open()?;
        host.add(Veth::new("a").peer(Peer::new("b")))?;
        let long = "a-name-longer-than-15-bytes";
        host.add(AltNames::of("a").name(long).name("short"))?;
        let change = Link::named(long)
            .mtu(1400)
            .alias("the first")
            .group(3)
            .txqlen(77)
            .gso_max_size(50_000)
            .addr_gen_mode(AddrGenMode::None)
            .arp(false)
            .up();
        host.change(change)?;
        // Before Linux 6.2 only a link that is down takes a name.
        host.change(Link::named("short").down())?;
        host.change(Link::named("short").rename("c"))?;
        let link = host.get(Link::named("c"))?;
        assert_eq!((link.mtu(), link.group()), (Some(1400), Some(3)));
        assert_eq!(link.alias().unwrap(), "the first");
        assert_eq!(
            (link.txqlen(), link.gso_max_size()),
            (Some(77), Some(50_000))
        );
        assert_eq!(
            link.inet6().unwrap().addr_gen_mode(),
            Some(AddrGenMode::None)
        );
        assert!(link.alt_names().unwrap().iter().any(|name| name == long));
        assert!(!link.is_up());
        assert!(link.stats().is_some());
        let bare = host.get(Link::named("c").ext_mask(ExtMask::SKIP_STATS))?;
        assert!(link.inet6().unwrap().stats().is_some());
        assert!(bare.inet6().unwrap().stats().is_none());
        assert_eq!(link.malformed(), []);

        host.delete(AltNames::of("c").name("short"))?;
        assert!(host.get(Link::named("short")).unwrap_err().is_not_found());
        let error = host
            .change(Link::named("nobody").group(0).up())
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
        host.delete(Link::named(long))?;
        assert!(host.delete(Link::named("c")).unwrap_err().is_not_found());
        Ok(())
    });
}

#[test]
fn a_kind_without_settings() {
    sandboxed(|| {
        let mut host = Connection::open()?;
        host.add(Link::new("i0").kind("ifb"))?;
        assert_eq!(host.get(Link::named("i0"))?.kind().unwrap(), "ifb");
        let error = host.add(Link::new("i1").kind("no-such-kind")).unwrap_err();
        assert!(!error.is_exists(), "{error}");
        // The kernel names it.
        host.add(Veth::unnamed().peer(Peer::unnamed()))?;
        assert_eq!(host.list(Links::all().kind("veth"))?.iter().count(), 2);
        Ok(())
    });
}
