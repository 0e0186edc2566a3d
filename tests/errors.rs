//! The ten commonest mistakes, each made on the real kernel: what is said of it must be what
//! `docs/errors.md` shows. `NLROUTE_BLESS=1` writes the page anew.
use std::{fmt::Write, fs};

#[path = "common/process.rs"]
mod process;

use nlroute::{
    Address, Connection, Error, Netns, Route,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::{isolated, skip},
    script::Script,
};
use process::drop_capabilities;

/// What is wrong, how it is written, and how it comes about.
type Mistake = (&'static str, &'static str, fn(&mut Connection) -> Error);

const MISTAKES: [Mistake; 10] = [
    (
        "A name is too long",
        r#"host.add(Bridge::new("a-bridge-for-the-tests"))"#,
        |host| host.add(Bridge::new("a-bridge-for-the-tests")).unwrap_err(),
    ),
    (
        "There is no such link",
        r#"host.change(Link::named("eht0").up())"#,
        |host| host.change(Link::named("eht0").up()).unwrap_err(),
    ),
    (
        "There is one already",
        r#"host.add(Bridge::new("br0"))"#,
        |host| {
            host.add(Bridge::new("br0")).unwrap();
            host.add(Bridge::new("br0")).unwrap_err()
        },
    ),
    (
        "The process may not",
        r#"host.add(Bridge::new("br0")) // as an ordinary user"#,
        |_| {
            without_rights(|| {
                Connection::open()
                    .unwrap()
                    .add(Bridge::new("br0"))
                    .unwrap_err()
            })
        },
    ),
    (
        "The gateway can't be reached",
        r#"host.add(Route::default_via("10.9.9.9".parse()?))"#,
        |host| {
            host.add(Route::default_via("10.9.9.9".parse().unwrap()))
                .unwrap_err()
        },
    ),
    (
        "The address is there already",
        r#"host.add(Address::new("veth0", "192.168.56.10/16".parse()?))"#,
        |host| {
            pair(host);
            let address = Address::new("veth0", "192.168.56.10/16".parse().unwrap());
            host.add(&address).unwrap();
            host.add(&address).unwrap_err()
        },
    ),
    (
        "A route's prefix has bits behind its length",
        r#"host.add(Route::new("192.168.56.1/16".parse()?).oif("veth0"))"#,
        |host| {
            pair(host);
            host.change(Link::named("veth0").up()).unwrap();
            let prefix = "192.168.56.1/16".parse().unwrap();
            host.add(Route::new(prefix).oif("veth0")).unwrap_err()
        },
    ),
    (
        "The kernel doesn't know the kind",
        r#"host.add(Link::new("b0").kind("bonb"))"#,
        |host| host.add(Link::new("b0").kind("bonb")).unwrap_err(),
    ),
    (
        "The link can't be a port, because something else sits on it",
        r#"host.change(Link::named("veth0").master("br0")) // a macvlan is on veth0"#,
        |host| {
            pair(host);
            host.add(Bridge::new("br0")).unwrap();
            host.add(Link::new("mv0").kind("macvlan").link("veth0"))
                .unwrap();
            host.change(Link::named("veth0").master("br0")).unwrap_err()
        },
    ),
    (
        "IPv6 is disabled on the link",
        r#"host.add(Address::new("veth0", "2001:db8::1/64".parse()?))"#,
        |host| {
            fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").unwrap();
            pair(host);
            host.add(Address::new("veth0", "2001:db8::1/64".parse().unwrap()))
                .unwrap_err()
        },
    ),
];

fn pair(host: &mut Connection) {
    host.add(Veth::new("veth0").peer(Peer::new("ceth0")))
        .unwrap();
}

/// Runs on a thread that has given its capabilities up.
fn without_rights<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        drop_capabilities();
        run()
    });
    thread.join().unwrap()
}

const HEAD: &str = "\
The ten commonest mistakes, and what is said of each.

An [`Error`](crate::Error) is in words what was asked and why it was refused; each part of it is a
field of [`ErrorKind`](crate::ErrorKind) or [`Refusal`](crate::Refusal). The texts below are what
Linux 6.18 makes of each: its own sentences come and change with its versions, the rest is ours.
";

#[test]
fn the_page_shows_what_is_said() {
    let bless = std::env::var_os("NLROUTE_BLESS").is_some();
    isolated(|| {
        let mut page = HEAD.to_owned();
        for (title, code, make) in MISTAKES {
            let netns = Netns::anonymous()?;
            let mut host = netns.connect()?;
            if code.contains("macvlan") && !has_macvlan(&mut Netns::anonymous()?.connect()?)? {
                skip("the_page_shows_what_is_said: this kernel has no macvlan");
                return Ok(());
            }
            let error = netns.run(|| make(&mut host))?;
            write!(
                page,
                "\n# {title}\n\n```text\n{code}\n```\n```text\n{error}\n```\n"
            )
            .unwrap();
        }
        if bless {
            fs::write(
                concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md"),
                &page,
            )
            .unwrap();
        }
        let shown = include_str!("../docs/errors.md");
        assert!(
            bless || page == shown,
            "it is:\n{page}\nand the page says:\n{shown}"
        );
        Ok::<(), Error>(())
    });
}

fn has_macvlan(host: &mut Connection) -> Result<bool, Error> {
    pair(host);
    match host.add(Link::new("mv9").kind("macvlan").link("veth0")) {
        Ok(_) => Ok(true),
        Err(error) if error.is_unsupported() => Ok(false),
        Err(error) => Err(error),
    }
}

#[test]
fn what_a_program_asks_of_an_error() {
    isolated(|| {
        let answers: [fn(&Error) -> bool; 10] = [
            |e| matches!(e.kind(), nlroute::ErrorKind::Invalid { .. }),
            Error::is_not_found,
            Error::is_exists,
            Error::is_permission_denied,
            Error::is_unreachable,
            Error::is_exists,
            |e| e.errno() == Some(libc::EINVAL),
            Error::is_unsupported,
            Error::is_busy,
            |e| e.is_permission_denied() || e.errno() == Some(libc::EACCES),
        ];
        for ((title, code, make), is) in MISTAKES.into_iter().zip(answers) {
            let netns = Netns::anonymous()?;
            let mut host = netns.connect()?;
            if code.contains("macvlan") && !has_macvlan(&mut Netns::anonymous()?.connect()?)? {
                continue;
            }
            let error = netns.run(|| make(&mut host))?;
            assert!(is(&error), "{title}: {error}");
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn an_error_of_io_is_made_of_it() {
    use std::io::{self, ErrorKind::*};
    let played = |answer: &str| -> io::Result<()> {
        let script: Script = format!("nlroute-script 1\n> * @1\n< {answer}")
            .parse()
            .unwrap();
        let mut connection = script.connect()?;
        connection.set_timeout(Some(std::time::Duration::from_secs(60)));
        while connection.dump(Links::all())?.next()?.is_some() {}
        Ok(())
    };
    for (answer, kind) in [
        ("NLMSG_ERROR CAPPED @1 EEXIST quote", AlreadyExists),
        ("NLMSG_DONE MULTI @1 EPERM", PermissionDenied),
        ("NLMSG_DONE MULTI|DUMP_INTR @1 OK", Interrupted),
        ("timeout", TimedOut),
        ("raw 00", InvalidData),
        ("!ENOBUFS", Other),
    ] {
        let error = played(answer).unwrap_err();
        assert_eq!(error.kind(), kind, "{answer}: {error}");
        let ours = error
            .get_ref()
            .and_then(|error| error.downcast_ref::<Error>());
        assert_eq!(ours.unwrap().operation(), "list links", "{answer}");
    }
    let long = Netns::open("a/name").map_err(io::Error::from);
    assert_eq!(long.unwrap_err().kind(), InvalidInput);
}
