//! Pictures of live networks: what must be in them, and that a person can read them.
#[path = "../common/programs.rs"]
mod programs;

mod drawing;

use std::{
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{self, Command, Output, Stdio},
};

use drawing::Drawing;
use nlroute::{
    Address, Connection, Netns, Result, Route,
    link::{Bridge, Link, OperState, Peer, Veth},
    sandbox::isolated,
};
use programs::{program, succeeds};

/// A file for a picture, which goes with the value.
struct Picture(PathBuf);

impl Picture {
    fn new(name: &str) -> Self {
        let name = format!("nlroute-{}-{name}", process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn read(&self) -> String {
        fs::read_to_string(&self.0).unwrap()
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Runs a program that may neither enter a namespace nor look into other processes.
fn without_rights(name: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program(name));
    command.args(arguments).stdin(Stdio::null());
    // SAFETY: `geteuid` and `prctl` may be called after `fork`.
    unsafe {
        command.pre_exec(|| {
            // What is in `linux/capability.h` of this name. An ordinary user has none to give up.
            const CAP_NET_ADMIN: libc::c_ulong = 12;
            const CAP_SYS_PTRACE: libc::c_ulong = 19;
            const CAP_SYS_ADMIN: libc::c_ulong = 21;
            for right in [CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN] {
                let root = libc::geteuid() == 0;
                if root && libc::prctl(libc::PR_CAPBSET_DROP, right, 0, 0, 0) != 0 {
                    return Err(std::io::Error::last_os_error());
                }
            }
            Ok(())
        });
    }
    command.output().unwrap()
}

/// What is drawn twice alike: what nothing changes comes out the same. The kernel itself goes on
/// for a while with link-local addresses and the checks for duplicates of them.
fn settled(arguments: &[&str]) -> String {
    let mut last = succeeds("topology", arguments);
    for _ in 0..1000 {
        let next = succeeds("topology", arguments);
        if next == last {
            return next;
        }
        last = next;
    }
    panic!("never the same twice: {last}");
}

/// What an example draws.
fn drawn(example: &str, arguments: &[&str]) -> String {
    let name = format!("{example}{}.svg", arguments.concat());
    let picture = Picture::new(&name);
    let arguments = [arguments, &["--picture", picture.path()]].concat();
    succeeds(example, &arguments);
    picture.read()
}

/// Draws a slide, and compares it with the one that is in the README.
fn slide(example: &str, committed: &str, wanted: &[&str], unwanted: &[&str]) {
    let drawing = Drawing::parse(&drawn(example, &[]));
    drawing.check();
    let facts = drawing.facts();
    for fact in wanted {
        assert!(facts.contains(*fact), "{fact}\nisn't in {facts:#?}");
    }
    for word in unwanted {
        let found = facts.iter().find(|fact| fact.contains(word));
        assert!(found.is_none(), "{word} is in {found:?}");
    }
    let committed = Drawing::parse(committed).facts();
    assert_eq!(facts, committed, "drawn, and in the README");
}

const HOST: &str = "host/link: eth0, veth · up · mtu 1500, 198.19.249.243/24";
const OUTSIDE: &str = "wire: veth pair: eth0 in host and eth0 in world";
const OUT: &str = "default: host: default via 198.19.249.1 dev eth0; \
                   198.19.249.1 is the address of eth0 in world";

#[test]
fn slide_1_the_finished_network() {
    let svg = include_str!("../../docs/pictures/slide1.svg");
    slide(
        "docker_bridge",
        svg,
        &[
            "netns current: host",
            "netns: netns0",
            "netns: netns1",
            "netns: world",
            HOST,
            OUTSIDE,
            OUT,
            "host/link bridge: br0, bridge · up · mtu 1500, 192.168.56.1/16",
            "host/br0/link: veth0, forwarding, veth · up · mtu 1500",
            "host/br0/link: veth1, forwarding, veth · up · mtu 1500",
            "netns0/link: ceth0, veth · up · mtu 1500, 192.168.56.10/16",
            "netns1/link: ceth1, veth · up · mtu 1500, 192.168.56.20/16",
            "netns0/link: lo, loopback, up · mtu 65536, 127.0.0.1/8",
            "wire: veth pair: veth0 in host and ceth0 in netns0",
            "wire: veth pair: veth1 in host and ceth1 in netns1",
            "default: netns0: default via 192.168.56.1 dev ceth0; \
             192.168.56.1 is the address of br0 in host",
            "default: netns1: default via 192.168.56.1 dev ceth1; \
             192.168.56.1 is the address of br0 in host",
        ],
        &["clash", "hidden", "down", "no carrier"],
    );
}

#[test]
fn slide_4_an_empty_namespace() {
    let svg = include_str!("../../docs/pictures/slide4.svg");
    slide(
        "slide03_namespace",
        svg,
        &[
            "netns current: host",
            "netns: netns0",
            "netns0/link down: lo, loopback, down · mtu 65536",
            HOST,
            OUTSIDE,
        ],
        &["veth0", "bridge", "clash"],
    );
}

#[test]
fn slide_6_a_veth_pair() {
    let svg = include_str!("../../docs/pictures/slide6.svg");
    slide(
        "slide05_veth",
        svg,
        &[
            "host/link: veth0, veth · up · mtu 1500, 192.168.56.11/24",
            "netns0/link: ceth0, veth · up · mtu 1500, 192.168.56.10/26",
            "wire: veth pair: veth0 in host and ceth0 in netns0",
            HOST,
        ],
        &["bridge", "clash", "default: netns0"],
    );
}

#[test]
fn slide_7d_the_clash() {
    let svg = include_str!("../../docs/pictures/slide7.svg");
    slide(
        "slide07_two_namespaces",
        svg,
        &[
            "host/clash: route clash, 192.168.56.0/24, dev veth0 wins, dev veth1 is hidden",
            "host/link: veth0, veth · up · mtu 1500, 192.168.56.11/24, 192.168.56.0/24 wins",
            "host/link loser: veth1, veth · up · mtu 1500, 192.168.56.21/24, \
             192.168.56.0/24 hidden by veth0",
            "netns1/link: ceth1, veth · up · mtu 1500, 192.168.56.20/24",
            "wire: veth pair: veth0 in host and ceth0 in netns0",
            "wire: veth pair: veth1 in host and ceth1 in netns1",
        ],
        &["bridge"],
    );
}

#[test]
fn slide_9_a_bridge() {
    let svg = include_str!("../../docs/pictures/slide9.svg");
    slide(
        "slide08_bridge",
        svg,
        &[
            "host/link bridge: br0, bridge · up · mtu 1500",
            "host/br0/link: veth0, forwarding, veth · up · mtu 1500",
            "host/br0/link: veth1, forwarding, veth · up · mtu 1500",
            "netns0/link: ceth0, veth · up · mtu 1500, 192.168.56.10/16",
            "netns1/link: ceth1, veth · up · mtu 1500, 192.168.56.20/16",
            "wire: veth pair: veth0 in host and ceth0 in netns0",
            "wire: veth pair: veth1 in host and ceth1 in netns1",
        ],
        &["clash", "default: netns0"],
    );
}

#[test]
fn many_containers_can_be_read() {
    for containers in [1, 2, 20, 100] {
        let number = containers.to_string();
        let svg = drawn("docker_bridge", &["--no-ping", "--containers", &number]);
        let drawing = Drawing::parse(&svg);
        drawing.check();
        let facts = drawing.facts();
        let count = |start: &str| facts.iter().filter(|fact| fact.starts_with(start)).count();
        assert_eq!(count("host/br0/link: veth"), containers);
        assert_eq!(count("wire: veth pair: veth"), containers);
        assert_eq!(count("default: netns"), containers);
        assert_eq!(count("netns: netns"), containers);
    }
}

#[test]
fn svg_stands_alone() {
    let svg = drawn("docker_bridge", &[]);
    for word in [
        "<script",
        "href",
        "url(",
        "@font-face",
        "@import",
        "<image",
        "<foreignObject",
    ] {
        assert!(!svg.contains(word), "{word}");
    }
    assert!(svg.contains("@media (prefers-color-scheme: dark)"));
    for element in &Drawing::parse(&svg).elements {
        assert!(
            element.class.is_empty() || !element.title.is_empty(),
            "{element:?}"
        );
    }
    // What there is no room for is in the titles.
    for word in ["MAC ", "net:[", "port of br0, forwarding", "neighbour "] {
        assert!(svg.contains(word), "{word}");
    }
}

/// Pairs within and between namespaces, in rows and in circles, bridges in a container, a namespace
/// that nothing names, a name that is markup.
fn tangle(host: &mut Connection) -> Result<Netns> {
    let wire = |host: &mut Connection, name: &str, netns: &Netns, peer: &str, address: &str| {
        host.add(Veth::new(name).up().peer(Peer::new(peer).netns(netns)))?;
        let mut inside = netns.connect()?;
        inside.change(Link::named(peer).up())?;
        inside.add(Address::new(peer, address.parse().unwrap()))?;
        inside.wait_until(peer, std::time::Duration::from_secs(60), |link| {
            link.operstate() == Some(OperState::Up)
        })
    };
    let via = |gateway: &str| Route::default_via(gateway.parse().unwrap());
    host.change(Link::named("lo").up())?;
    for (bridge, address) in [("br0", "10.0.0.1/24"), ("br1", "10.1.0.1/24")] {
        host.add(Bridge::new(bridge).up())?;
        host.add(Address::new(bridge, address.parse().unwrap()))?;
    }
    let web = Netns::create("web")?;
    wire(host, "v0", &web, "eth0", "10.0.0.10/24")?;
    wire(host, "v1", &web, "eth1", "10.1.0.10/24")?;
    web.connect()?.add(via("10.0.0.1"))?;
    web.connect()?.add(via("10.1.0.1").metric(100))?;
    let db =
        Netns::create("a <b> & \"db\" \t of 漢字, with a name that goes on and on and on and on")?;
    wire(host, "v2", &db, "eth0", "10.1.0.20/24")?;
    wire(host, "v3", &db, "direct", "10.9.0.2/24")?;
    db.connect()?.add(via("10.1.0.99"))?;
    let router = Netns::create("router")?;
    wire(host, "v4", &router, "up0", "10.1.0.30/24")?;
    let mut inside = router.connect()?;
    inside.add(Bridge::new("br-lan").up())?;
    inside.add(Address::new("br-lan", "172.16.0.1/24".parse().unwrap()))?;
    let inner = Netns::create("inner")?;
    wire(&mut inside, "r0", &inner, "eth0", "172.16.0.2/24")?;
    inside.change(Link::named("r0").master("br-lan"))?;
    inner.connect()?.add(via("172.16.0.1"))?;
    for (port, bridge) in [("v0", "br0"), ("v1", "br1"), ("v2", "br1"), ("v4", "br1")] {
        host.change(Link::named(port).master(bridge))?;
    }
    host.add(Veth::new("pa").peer(Peer::new("pb")))?;
    host.add(Veth::new("a<b>&\"'").master("br0").peer(Peer::new("pd")))?;
    let ghost = Netns::anonymous()?;
    wire(host, "v5", &ghost, "eth0", "10.3.0.2/24")?;
    Netns::create("lonely")?;
    Ok(ghost)
}

#[test]
fn a_tangle_can_be_read() {
    isolated(|| {
        let mut host = Connection::open()?;
        let _ghost = tangle(&mut host)?;
        let first = succeeds("topology", &["--names", "--format", "svg"]);
        let drawing = Drawing::parse(&first);
        drawing.check();
        let facts = drawing.facts();
        for fact in [
            "wire: veth pair: v0 in this namespace and eth0 in web",
            "stub: ⇄ eth1 in web",
            "stub: ⇄ v1 in this namespace",
            "default: web: default via 10.1.0.1 dev eth1 metric 100; \
             10.1.0.1 is the address of br1 in this namespace",
            "router/link bridge: br-lan, bridge · up · mtu 1500, 172.16.0.1/24",
            "wire: veth pair: r0 in router and eth0 in inner",
            "default: inner: default via 172.16.0.1 dev eth0; \
             172.16.0.1 is the address of br-lan in router",
            "wire down: veth pair: pb in this namespace and pa in this namespace",
            "this namespace/br0/link down: a<b>&\"', disabled, veth · down · mtu 1500",
        ] {
            assert!(facts.contains(fact), "{fact}\nisn't in {facts:#?}");
        }
        // The one that has no name, by the number that the host knows it by.
        let ghost = facts
            .iter()
            .find(|fact| fact.contains("10.3.0.2/24"))
            .unwrap();
        assert!(ghost.starts_with("netnsid "), "{ghost}");
        assert!(
            facts
                .iter()
                .any(|fact| fact.contains("no link that can be seen here has 10.1.0.99"))
        );
        for format in ["svg", "mermaid", "dot", "tree"] {
            let text = settled(&["--names", "--format", format]);
            for word in [
                "web",
                "router",
                "inner",
                "lonely",
                "br-lan",
                "172.16.0.2/24",
                "10.1.0.99",
            ] {
                assert!(text.contains(word), "{word} isn't in {text}");
            }
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_may_not_be_seen_is_named() {
    isolated(|| {
        let mut host = Connection::open()?;
        let closed = Netns::create("closed")?;
        let other = Netns::anonymous()?;
        for (name, netns) in [("veth0", &closed), ("veth1", &other)] {
            host.add(Veth::new(name).peer(Peer::new("eth0").netns(netns)))?;
        }
        let output = without_rights("topology", &["--names", "--format", "svg"]);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{errors}");
        let drawing = Drawing::parse(std::str::from_utf8(&output.stdout).unwrap());
        drawing.check();
        let facts = drawing.facts();
        let says = |word: &str| facts.iter().any(|fact| fact.contains(word));
        assert!(
            says("stub lost: link 2 of closed, not to be seen from here"),
            "{facts:#?}"
        );
        assert!(
            says("stub lost: link 2 of netnsid 1, not to be seen from here"),
            "{facts:#?}"
        );
        assert!(
            says("Not to be seen from here, namespace closed: "),
            "{facts:#?}"
        );
        for what in [
            "namespace closed: ",
            "the namespace that this namespace knows as netnsid 1: ",
        ] {
            let line = errors.lines().find(|line| line.contains(what));
            assert!(
                line.is_some_and(|line| line.to_lowercase().contains("permi")),
                "{errors}"
            );
        }
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn any_machine_is_drawn_without_rights() {
    // Other tests are about, whose namespaces are none of this one's business.
    let output = without_rights("topology", &["--format", "tree"]);
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && tree.starts_with("this namespace"),
        "{tree}"
    );
    assert!(tree.contains("lo  loopback"), "{tree}");
    let output = without_rights("topology", &[]);
    Drawing::parse(std::str::from_utf8(&output.stdout).unwrap()).check();
}

#[test]
fn options_are_checked() {
    for words in [&["--picture"][..], &["--format", "png"], &["--nonsense"]] {
        let output = programs::run("topology", words);
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.starts_with("error: --"), "{errors}");
    }
    let nowhere = programs::run("topology", &["--picture", "/nonexistent/picture.svg"]);
    assert!(!nowhere.status.success());
    assert!(
        String::from_utf8_lossy(&nowhere.stderr).contains("/nonexistent/picture.svg: No such file")
    );
}
