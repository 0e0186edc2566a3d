//! `docs/migrations.md`: written of what is measured here and of what the layers are made of.
//! `NLROUTE_BLESS=1` writes the page anew. The numbers before are data, because those sources aren't
//! here; with `NLROUTE_MIGRATIONS_FROM=DIR`, which has a checkout of each project under its name,
//! they are counted again by the same program.
use std::{env, fmt::Write, fs, path::Path};

use super::lines::{Lines, count};

/// A layer before and after.
struct Layer {
    project: &'static str,
    repository: &'static str,
    revision: &'static str,
    licence: &'static str,
    /// Its files and what is counted of each.
    before: &'static [(&'static str, usize, usize)],
    /// What it is now: the file's name, and its text.
    after: (&'static str, &'static str),
    /// The test that is its callers.
    callers: &'static str,
    text: &'static str,
    /// Its call, and what that is now: found word for word in `after`.
    calls: &'static [(&'static str, &'static str)],
}

const LAYERS: [Layer; 4] = [
    Layer {
        project: "netavark",
        repository: "containers/netavark",
        revision: "9a10e4621012095d56a262c3856bc1d61ef3f29b",
        licence: "Apache-2.0",
        before: &[
            ("src/network/netlink.rs", 162, 0),
            ("src/network/netlink_route.rs", 439, 0),
        ],
        after: ("netavark.rs", include_str!("netavark.rs")),
        callers: "netavark_drivers.rs",
        text: "\
Podman's network set-up, over netlink-packet-route and netlink-sys. The test does what its bridge
and macvlan drivers do, set-up and teardown, call by call.

**Built in now:** sequence numbers, the end of a dump, the fixed buffer of 8 KiB for what is sent
and received, the count of answers that each call expects, the type of each answer.

**Better:** an answer that bears another sequence is skipped; there it is an error, and what is
still in the socket then fails the calls that follow. A reply over 8 KiB is read whole. An errno
in the end of a dump, and a dump that was interrupted, are no list. Links whose message is long
are listed. A refusal bears the kernel's sentence and the attribute. Which of `RTM_NEWLINK` and
`RTM_SETLINK` sets `vlan_filtering` need not be found by strace. A route's type, a link's MTU or
kind is one getter, where the callers search a `Vec` of enum. The namespace is entered inside of
`open_in`, by no macro around it.

**Worse:** nothing goes to `log`: there messages are traced, here a connection is recorded. What
is read is a view and can't be put together by hand in a unit test: bytes or a script can. Setters
take values, so what may be absent is a `match` or an `if` around one.
",
        calls: &[
            ("Socket::new()", "Connection::open()"),
            (
                "exec_netns!(.., Socket::new())",
                "Connection::open_in(netns)",
            ),
            ("get_link(LinkID)", "get(Link::named(id))"),
            ("create_link(CreateLinkOptions)", "add(link)"),
            ("set_link_name", "change(Link::named(id).rename(name))"),
            ("del_link(LinkID)", "delete(Link::named(id))"),
            ("set_link_ns_pid", "change(Link::named(id).netns_pid(pid))"),
            ("set_link_ns", "change(Link::named(id).netns(&netns))"),
            (
                "set_vlan_filtering",
                "change(Bridge::named(id).vlan_filtering(vlan_filtering))",
            ),
            ("set_vlan_id", "add(BridgeVlan::new(id, vid).flags(flags))"),
            (
                "add_addr",
                "add(Address::new(id, addr).broadcast_of_prefix())",
            ),
            ("del_addr", "delete(Address::new(id, addr))"),
            ("add_route", "prepend(route)"),
            ("del_route", "delete(route)"),
            (
                "dump_routes",
                "list(Routes::all().table(table).kind(RouteType::Unicast))",
            ),
            ("dump_links", "Links::all()"),
            ("dump_addresses", "Addresses::all()"),
            ("set_up", "change(Link::named(id).up())"),
            ("set_mac_address", "change(Link::named(id).address(mac))"),
        ],
    },
    Layer {
        project: "youki",
        repository: "youki-dev/youki",
        revision: "bc78720681ad34be682fe1a6daa61cb3bf47762d",
        licence: "Apache-2.0",
        before: &[
            ("crates/libcontainer/src/network/address.rs", 116, 0),
            ("crates/libcontainer/src/network/cidr.rs", 31, 0),
            ("crates/libcontainer/src/network/client.rs", 105, 0),
            ("crates/libcontainer/src/network/fake.rs", 131, 0),
            ("crates/libcontainer/src/network/link.rs", 93, 0),
            ("crates/libcontainer/src/network/mod.rs", 25, 0),
            ("crates/libcontainer/src/network/network_device.rs", 79, 0),
            ("crates/libcontainer/src/network/traits.rs", 37, 0),
            ("crates/libcontainer/src/network/wrapper.rs", 83, 0),
        ],
        after: ("youki.rs", include_str!("youki.rs")),
        callers: "youki_devices.rs",
        text: "\
A container runtime that moves devices of the host into a container, over netlink-packet-route
and netlink-sys. The test moves one with its addresses, which the kernel takes away, and gives
them back inside. Routes are lost with the move in youki too.

**Built in now:** handlers for each type of answer, the trait and the enum that choose between the
client and its fake, the fake (a `script`), the state of a client whose socket could not be
opened.

**Better:** answers are told by their sender and sequence, of which nothing is checked there. A
reply over 4 KiB is read whole, a failed or interrupted dump is no list. An error keeps its errno
and says what was asked (`get link dev0: No such device (ENODEV)`); there it is `Netlink error:
-19`, without a number to ask for. IPv6 addresses are kept: youki lists them after the device was
set down, with which the kernel has taken them away. An address that can't be read is no panic.

**Worse:** opening a client can fail, which the callers must hand on. `Serialize` of the address
on its way between the processes stays the caller's: the crate has no serde.
",
        calls: &[
            ("create_network_client()", "Connection::open()"),
            ("LinkClient::get_by_name", "get(Link::named(name))"),
            ("LinkClient::set_up", "change(Link::index(index).up())"),
            ("LinkClient::set_down", "change(Link::index(index).down())"),
            (
                "LinkClient::set_ns_fd",
                "change(Link::index(index).rename(new_name).netns(&netns))",
            ),
            (
                "AddressClient::get_by_index",
                "list(Addresses::all().link(index))",
            ),
            (
                "AddressClient::add",
                "add(Address::new(index, prefix).broadcast_of_prefix())",
            ),
            ("CidrAddress::from(&AddressMessage)", "view.prefix()"),
        ],
    },
    Layer {
        project: "aya",
        repository: "aya-rs/aya",
        revision: "875daf9717d9569e5ca8b827aab2303a16703793",
        licence: "MIT OR Apache-2.0",
        before: &[("aya/src/sys/netlink.rs", 701, 33)],
        after: ("aya.rs", include_str!("aya.rs")),
        callers: "aya_programs.rs",
        text: "\
A loader of eBPF, over libc. The test attaches, replaces and detaches real programs of XDP and of
traffic control where it may load some, as root. Traffic control has no nouns in the crate: its
header and two tables are declared in the layer, one line an attribute, and go over a `Netlink`.

**Built in now:** alignment, nested attributes, the walk over them, the request buffers and their
sizes, the socket with its options, acknowledgements, echoes, the kernel's sentence.

**Better:** no `unsafe`. Answers are told by sender and sequence, of which nothing is checked
there. A reply over 4 KiB is read whole, a failed or interrupted dump is no list. A refusal says
what was asked and which attribute is meant. A program is put in the place of another: aya sets
`XDP_FLAGS_UPDATE_IF_NOEXIST` beside `XDP_FLAGS_REPLACE`, with which Linux 6.18 answers `EBUSY`
each time.

**Worse:** filters are found into a `Vec`, not lazily.
",
        calls: &[
            (
                "netlink_set_xdp_fd",
                "change(Link::index(if_index).xdp(xdp))",
            ),
            (
                "netlink_qdisc_add_clsact",
                "execute(&what, TcTable::SCHEMA, write)",
            ),
            ("netlink_qdisc_attach", "socket.get"),
            (
                "netlink_qdisc_detach",
                "execute(&what, TcTable::SCHEMA, write)",
            ),
            ("netlink_find_filter_with_name", "socket.dump"),
            ("netlink_set_link_up", "change(Link::index(if_index).up())"),
            ("NetlinkSocket::open", "Netlink::open(libc::NETLINK_ROUTE)"),
        ],
    },
    Layer {
        project: "agave",
        repository: "anza-xyz/agave",
        revision: "ccddd3dffc7edb1d6ed8182ac8e9cbd73b24b159 (agave-xdp 4.5.0-alpha.4)",
        licence: "Apache-2.0",
        before: &[("xdp/src/netlink.rs", 732, 20)],
        after: ("agave.rs", include_str!("agave.rs")),
        callers: "agave_router.rs",
        text: "\
A validator that sends by XDP and therefore routes itself, over libc. The test reads what its
router reads, has the kernel look for a neighbour, and follows what changes.

**Built in now:** as aya's, and the headers of links, neighbours and routes, their attributes, the
settings of GRE and VLAN.

**Better:** no `unsafe`. Answers are told by sender and sequence, of which nothing is checked
there. A datagram over 8 KiB is read whole, where there it is an error, and links whose message is
long are listed. A list that was interrupted is begun again at once, where the callers sleep for a
second. An errno in the end of a dump is an error. An attribute that can't be read hides no other,
where there the whole message is passed over. What was lost is an event of its own
(`Event::Overrun`). A `Tracker` would take the place of the rebuild too. The functions
answer `io::Result` as there, and the error inside says what was asked.

**Worse:** a link-layer address is of any length, and six bytes are asked for. A socket is borrowed
mutably by whoever asks.
",
        calls: &[
            ("NetlinkSocket::bind(groups)", "monitor.join(groups)"),
            ("netlink_get_interfaces", "list(Links::all())"),
            ("netlink_get_neighbors", "Neighbours::all().family(family)"),
            (
                "netlink_use_neighbor",
                "replace(neighbour.flags(NeighbourFlags::USE))",
            ),
            (
                "netlink_get_routes",
                "Routes::all().family(family).table(table)",
            ),
            ("parse_rtm_newneigh", "NeighborEntry"),
            ("parse_rtm_newroute", "RouteEntry"),
            ("parse_rtm_ifinfomsg", "InterfaceInfo::of(&link)"),
        ],
    },
];

const HEAD: &str = "\
# Layers written by hand, and what they are on nlroute

Four projects wrote a blocking netlink layer of their own. Each is written anew in
`tests/migrations/`, with the names that its project calls, and run there as its callers do, on the
real kernel. Lines are of code: not blank, no comment, of no test; all four counted by one program
(`tests/migrations/lines.rs`). What is before is the project's source at the revision given; of its
code nothing is here.
";

impl Layer {
    fn before(&self) -> Lines {
        let files = self.before.iter();
        files.fold(Lines::default(), |sum, (_, code, unsafes)| Lines {
            code: sum.code + code,
            unsafes: sum.unsafes + unsafes,
        })
    }

    /// Counts the files of a checkout as the others are counted.
    fn recount(&self, from: &Path) {
        for (file, code, unsafes) in self.before {
            let text = fs::read_to_string(from.join(self.project).join(file)).unwrap();
            let (code, unsafes) = (*code, *unsafes);
            assert_eq!(count(&text), Lines { code, unsafes }, "{file}");
        }
    }

    fn describe(&self, page: &mut String) {
        let (file, text) = self.after;
        let spaceless = |text: &str| text.split_whitespace().collect::<String>();
        let source = spaceless(text);
        let mut told = format!(
            "\n## {}\n\n{}\n| there | here |\n|---|---|\n",
            self.project, self.text
        );
        for (call, now) in self.calls {
            assert!(source.contains(&spaceless(now)), "{file} has no {now}");
            writeln!(told, "| `{call}` | `{now}` |").unwrap();
        }
        let files = self.before.iter().map(|(name, code, _)| {
            let name = name.rsplit('/').next().unwrap_or(name);
            format!("{name} {code}")
        });
        let files: Vec<_> = files.collect();
        let folder = self
            .before
            .first()
            .and_then(|(name, ..)| name.rsplit_once('/'));
        let folder = folder.map_or("", |(folder, _)| folder);
        writeln!(
            told,
            "\nBefore: {} ({}), revision {}, in {folder}: {}. After: `tests/migrations/{file}`, \
             called by `tests/migrations/{}`.",
            self.repository,
            self.licence,
            self.revision,
            files.join(", "),
            self.callers,
        )
        .unwrap();
        page.push_str(&told);
    }
}

#[test]
fn the_page_shows_what_is_counted() {
    let mut page = HEAD.to_owned();
    page.push_str("\n| | lines before | after | left | `unsafe` before | after |\n");
    page.push_str("|---|--:|--:|--:|--:|--:|\n");
    for layer in &LAYERS {
        let (before, after) = (layer.before(), count(layer.after.1));
        writeln!(
            page,
            "| [{0}](#{0}) | {1} | {2} | {3} % | {4} | {5} |",
            layer.project,
            before.code,
            after.code,
            (100 * after.code).div_ceil(before.code),
            before.unsafes,
            after.unsafes,
        )
        .unwrap();
    }
    for layer in &LAYERS {
        layer.describe(&mut page);
        if let Some(from) = env::var_os("NLROUTE_MIGRATIONS_FROM") {
            layer.recount(Path::new(&from));
        }
    }
    let bless = env::var_os("NLROUTE_BLESS").is_some();
    if bless {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/migrations.md");
        fs::write(path, &page).unwrap();
    }
    let shown = include_str!("../../docs/migrations.md");
    assert!(
        bless || page == shown,
        "it is:\n{page}\nand the page says:\n{shown}"
    );
}
