//! A tracker with a receive buffer that overruns all the time, beside a writer that changes
//! everything at random: whenever the writer pauses, the tracker is what the kernel lists.
//!
//! `NLROUTE_TRACKER_CHANGES=1000000 cargo test --release --test tracker_truth -- --nocapture` is
//! the long run: a million changes, a thousand pauses.
#[path = "common/normal.rs"]
mod normal;

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    time::{Duration, Instant},
};

use nlroute::{
    Address, Connection, ErrorKind, Monitor, Neighbour, Netns, Result, Route, Tracker,
    link::{Bridge, BridgePort, Link, Peer, Veth},
    neighbour::NeighbourState,
    route::{Nexthop, RouteType},
    sandbox::isolated,
};

/// The same numbers each time, of one seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

struct Writer {
    host: Connection,
    other: Netns,
    random: Random,
    done: u32,
    refused: u32,
}

const NAMES: [&str; 6] = ["a0", "a1", "b0", "b1", "c0", "c1"];

impl Writer {
    fn change(&mut self) {
        let done = match self.random.below(1000) {
            0..600 => self.route(),
            600..780 => self.neighbour(),
            780..980 => self.address(),
            980..998 => self.link(),
            _ => self.rare(),
        };
        match done {
            Ok(()) => self.done += 1,
            // Most often what was to go isn't there, or what was to come is.
            Err(_) => self.refused += 1,
        }
    }

    fn route(&mut self) -> Result<()> {
        let random = &mut self.random;
        let v6 = random.below(3) == 0;
        let n = random.below(6);
        let (to, hosts): (String, [String; 4]) = if v6 {
            (
                format!("2001:db8:{n:x}::/{}", random.of(&[48, 64])),
                [1, 2, 3, 4].map(|n| format!("fd00::{n}")),
            )
        } else {
            (
                format!("198.18.{}.0/{}", n & !1, random.of(&[23, 24])),
                [1, 2, 3, 4].map(|n| format!("10.0.0.{n}")),
            )
        };
        let hosts = hosts.map(|host| host.parse().unwrap());
        let mut route = Route::new(to.parse().unwrap());
        let hops = [0, 1, 2].map(|_| {
            let hop = Nexthop::new();
            match random.below(3) {
                0 => hop.link(random.of(&NAMES)),
                1 => hop
                    .gateway(random.of(&hosts))
                    .link(random.of(&NAMES))
                    .onlink(),
                _ => hop.gateway(random.of(&hosts)),
            }
        });
        route = match random.below(8) {
            0 => route.kind(RouteType::Blackhole),
            1 | 2 => route.oif(random.of(&NAMES)),
            3 | 4 => route
                .gateway(random.of(&hosts))
                .oif(random.of(&NAMES))
                .onlink(),
            5 => route.gateway(random.of(&hosts)),
            6 => route.nexthops(&hops[..2]),
            _ => route.nexthops(&hops),
        };
        match random.below(4) {
            0 => route = route.metric(7),
            1 => route = route.table(1000),
            2 if !v6 => route = route.tos(0x10),
            _ => {}
        }
        if random.below(8) == 0 {
            let own = if v6 { "fd00::1" } else { "10.0.0.1" };
            route = route.source(own.parse().unwrap());
        }
        match random.below(10) {
            0 | 1 => self.host.add(route),
            2 | 3 => self.host.append(route),
            4 | 5 => self.host.replace(route),
            6 => self.host.change(route),
            7 | 8 => self.host.delete(route),
            // Whatever is there.
            _ => self.host.delete(Route::new(to.parse().unwrap())),
        }
    }

    fn neighbour(&mut self) -> Result<()> {
        let random = &mut self.random;
        let address = match random.below(2) {
            0 => format!("10.0.0.{}", 10 + random.below(8)),
            _ => format!("fd00::{:x}", 10 + random.below(8)),
        };
        let neighbour = Neighbour::new(random.of(&NAMES), address.parse().unwrap());
        if random.below(4) == 0 {
            return self.host.delete(neighbour);
        }
        let state = random.of(&[
            NeighbourState::PERMANENT,
            NeighbourState::REACHABLE,
            NeighbourState::STALE,
            NeighbourState::NOARP,
            NeighbourState::FAILED,
        ]);
        let lladdr = [2, 0, 0, 0, 0, random.below(4) as u8];
        self.host.replace(neighbour.lladdr(lladdr).state(state))
    }

    fn address(&mut self) -> Result<()> {
        let random = &mut self.random;
        let prefix = match random.below(3) {
            0 => format!(
                "fd00::{}/{}",
                1 + random.below(4),
                random.of(&[64, 64, 128])
            ),
            _ => format!(
                "10.0.0.{}/{}",
                1 + random.below(4),
                random.of(&[24, 24, 16])
            ),
        };
        let v6 = prefix.contains(':');
        let mut address = Address::new(random.of(&NAMES), prefix.parse().unwrap());
        if v6 {
            // It would go on by itself otherwise, and be told later.
            address = address.nodad();
        }
        if random.below(6) == 0 {
            address = address.valid(Duration::from_secs(100_000));
        }
        if random.below(6) == 0 {
            address = address.no_prefix_route();
        }
        match random.below(5) {
            0 | 1 => self.host.add(address),
            2 => self.host.replace(address),
            _ => self
                .host
                .delete(Address::new(random.of(&NAMES), prefix.parse().unwrap())),
        }
    }

    fn link(&mut self) -> Result<()> {
        let name = self.random.of(&NAMES);
        let link = Link::named(name);
        let random = &mut self.random;
        match random.below(12) {
            0 => self.host.change(link.down()),
            1..4 => self.host.change(link.up()),
            4 => self.host.change(link.mtu(1280 + random.below(200) as u32)),
            5 => self
                .host
                .change(link.address([2, 0, 0, 0, 1, random.below(200) as u8])),
            6 => self.host.change(link.alias(random.of(&["", "one", "two"]))),
            7 => {
                self.host.change(Link::named(name).rename("x"))?;
                self.host.change(Link::named("x").rename(name))
            }
            8 => self.host.change(link.group(random.below(4) as u32)),
            // Not both ends of a pair: they would send in circles.
            9 => self
                .host
                .change(Link::named(random.of(&["a0", "b0", "c0"])).master("br0")),
            10 => self.host.change(link.no_master()),
            _ => self
                .host
                .change(BridgePort::named(name).port_cost(1 + random.below(9) as u32)),
        }
    }

    /// What takes the kernel long.
    fn rare(&mut self) -> Result<()> {
        let pair = self.random.below(3) as usize * 2;
        let (near, far) = (NAMES[pair], NAMES[pair + 1]);
        match self.random.below(4) {
            0 => self.host.delete(Link::named(near)),
            1 => {
                let inside = self.other.connect();
                self.host.change(Link::named(far).netns(&self.other))?;
                inside?.delete(Link::named(far))
            }
            2 => {
                // An index is used again.
                let index = self.host.ifindex(near)?;
                self.host.delete(Link::named(near))?;
                let veth = Veth::new(near).ifindex(index).up();
                self.host.add(veth.peer(Peer::new(far).up())).map(drop)
            }
            _ => self
                .host
                .add(Veth::new(near).up().peer(Peer::new(far).up()))
                .map(drop),
        }
    }

    fn run(
        mut self,
        changes: u32,
        pause: u32,
        paused: &SyncSender<()>,
        go_on: &Receiver<()>,
    ) -> (u32, u32) {
        self.host.add(Bridge::new("br0").up()).unwrap();
        while self.done < changes {
            let before = self.done / pause;
            self.change();
            if self.done / pause != before {
                paused.send(()).unwrap();
                if go_on.recv().is_err() {
                    break;
                }
            }
        }
        (self.done, self.refused)
    }
}

#[test]
fn a_tracker_is_true_whenever_the_writer_pauses() {
    isolated(|| {
        let changes = std::env::var("NLROUTE_TRACKER_CHANGES");
        let changes: u32 = changes.map_or(20_000, |n| n.parse().unwrap());
        let pause = (changes / 1000).max(500);
        let seed = std::env::var("NLROUTE_TRACKER_SEED").map_or(1, |n| n.parse().unwrap());
        let writer = Writer {
            host: Connection::open()?,
            other: Netns::create("other")?,
            random: Random(0x9e37_79b9_7f4a_7c15 ^ seed),
            done: 0,
            refused: 0,
        };
        let mut host = Connection::open()?;
        let mut monitor = Monitor::open()?;
        // A few notifications.
        monitor.set_receive_buffer(4096)?;
        let mut tracker = Tracker::with(Connection::open()?, monitor)?;
        let start = Instant::now();
        let (paused, when_paused) = sync_channel(0);
        let (go_on, when_to_go_on) = sync_channel(0);
        let writer =
            std::thread::spawn(move || writer.run(changes, pause, &paused, &when_to_go_on));

        let (mut points, mut again, mut interrupted) = (0, 0, 0);
        let mut follow = |tracker: &mut Tracker, until| match tracker.wait(Some(until)) {
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted { .. }) => {
                interrupted += 1;
                Ok(true)
            }
            result => result,
        };
        loop {
            match when_paused.try_recv() {
                Ok(()) => {}
                Err(std::sync::mpsc::TryRecvError::Empty) => {
                    follow(&mut tracker, Instant::now() + Duration::from_millis(5))?;
                    continue;
                }
                Err(std::sync::mpsc::TryRecvError::Disconnected) => break,
            }
            points += 1;
            loop {
                tracker.update()?;
                let (tracked, listed) = (normal::tracked(&tracker), normal::listed(&mut host)?);
                if tracked == listed {
                    break;
                }
                // The kernel itself may be at work: it must tell of it.
                again += 1;
                let told = follow(&mut tracker, Instant::now() + Duration::from_secs(10))?;
                assert!(
                    told,
                    "point {points}, seed {seed}, {} resyncs:{}",
                    tracker.resyncs(),
                    normal::differences(&tracked, &listed)
                );
            }
            go_on.send(()).unwrap();
        }
        drop(go_on);
        let (done, refused) = writer.join().unwrap();
        println!(
            "{done} changes, {refused} refused, {points} points of {again} looked at again, {} \
             resyncs, {interrupted} updates given up, {:?}",
            tracker.resyncs(),
            start.elapsed()
        );
        assert!(done >= changes && points == changes / pause);
        assert!(tracker.resyncs() > 1, "it never overran");
        Ok::<(), nlroute::Error>(())
    });
}
