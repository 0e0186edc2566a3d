//! A script in the kernel's place: recorded from the real kernel, played, and written by hand.
mod common;

use std::{
    fs,
    io::{self, Write},
    os::fd::AsFd,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{hex, link, scripted};
use nlroute::{
    Address, Addresses, Connection, Error, ErrorKind, Neighbour, Neighbours, Netns, NetnsId,
    Result, Route, Routes,
    link::{Bridge, Link, Links, Peer, Veth},
    sandbox::isolated,
    script::{Mismatch, Script},
    wire::IfName,
};
use proptest::prelude::*;

const HOUR: Duration = Duration::from_secs(3600);

/// Writes to memory that the test keeps.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn script(&self) -> Script {
        self.text().parse().unwrap()
    }
}

/// The difference in an error.
fn mismatch(error: &Error) -> String {
    let ErrorKind::System { source, .. } = error.kind() else {
        panic!("{error}");
    };
    let inner = source.get_ref().unwrap();
    inner.downcast_ref::<Mismatch>().unwrap().to_string()
}

/// Some of everything; what was seen, in words.
fn session(host: &mut Connection) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    let br0 = host.add(Bridge::new("br0").up())?;
    let veth0 = host.add(
        Veth::new("veth0")
            .master("br0")
            .up()
            .peer(Peer::new("ceth0").up()),
    )?;
    seen.push(format!("{br0} {veth0}"));
    host.add(Address::new("br0", "192.0.2.1/24".parse().unwrap()))?;
    let gateway = "192.0.2.9".parse().unwrap();
    host.replace(Route::new("198.51.100.0/24".parse().unwrap()).gateway(gateway))?;
    host.add(Neighbour::new("br0", gateway).lladdr([2, 0, 0, 0, 0, 9]))?;
    // Refusals of several kinds.
    for error in [
        host.add(Bridge::new("br0")).unwrap_err(),
        host.change(Link::named("eht0").up()).unwrap_err(),
        host.change(Link::named("veth0").mtu(1)).unwrap_err(),
    ] {
        seen.push(error.to_string());
    }
    for link in &host.list(Links::all())? {
        seen.push(format!("{link:?}"));
    }
    for address in &host.list(Addresses::all().link("br0"))? {
        seen.push(format!("{address:?}"));
    }
    let mut routes = host.dump(Routes::all())?;
    // Left in the middle.
    seen.push(format!("{:?}", routes.next()?));
    drop(routes);
    for neighbour in &host.list(Neighbours::all())? {
        seen.push(format!("{neighbour:?}"));
    }
    let mut batch = host.batch();
    batch.change(Link::named("br0").mtu(1400))?;
    batch.delete(Link::named("nothing0"))?;
    batch.change(Link::named("br0").mtu(1300))?;
    for result in batch.results()? {
        seen.push(format!("{result:?}"));
    }
    seen.push(format!("{:?}", host.get(Link::named("br0"))?));
    host.delete(Link::named("veth0"))?;
    host.wait_until_gone("ceth0", HOUR)?;
    host.wait_until("br0", HOUR, |link| link.is_up())?;
    Ok(seen)
}

#[test]
fn what_is_recorded_of_the_kernel_is_played_the_same() {
    isolated(|| {
        let kept = Kept::default();
        let mut host = Connection::open()?;
        // Sequences begin anywhere.
        host.ifindex("lo")?;
        host.record(kept.clone());
        let seen = session(&mut host)?;
        host.finish()?;
        assert!(seen.len() > 12, "{seen:#?}");

        let script = kept.script();
        let again = Kept::default();
        let mut played = script.connect()?;
        played.record(again.clone());
        assert_eq!(session(&mut played)?, seen);
        played.finish()?;
        // The recording of a script that is played is that script, the sequences aside.
        let of_played = again.script();
        let mut twice = of_played.connect()?;
        assert_eq!(session(&mut twice)?, seen);
        twice.finish()?;
        // Written and read again it is the same.
        assert_eq!(script.to_string().parse::<Script>().unwrap(), script);

        let text = kept.text();
        assert!(text.is_ascii(), "{text}");
        for part in [
            "nlroute-script 1 ",
            "# bridge br0: { name: \"br0\"",
            "> RTM_NEWLINK REQUEST|ACK|ECHO|EXCL|CREATE @",
            " EEXIST quote",
            " OK quote\n",
            "< NLMSG_DONE MULTI @",
        ] {
            assert!(text.contains(part), "{part} in:\n{text}");
        }
        Ok::<(), Error>(())
    });
}

#[test]
fn a_descriptor_may_be_any() {
    isolated(|| {
        let netns = Netns::anonymous()?;
        let kept = Kept::default();
        let mut host = Connection::open()?;
        host.record(kept.clone());
        assert_eq!(host.netnsid_of(&netns)?, None);
        host.finish()?;
        let other = fs::File::open("/dev/null").unwrap();
        let again = netns.as_fd().try_clone_to_owned().unwrap();

        let ask = |text: &str, fd: &dyn Fn(&mut Connection) -> Result<Option<i32>>| {
            let mut connection = text.parse::<Script>().unwrap().connect()?;
            fd(&mut connection)
        };
        let text = kept.text();
        let error = ask(&text, &|c| c.netnsid_of(&again)).unwrap_err();
        assert!(mismatch(&error).contains("(fd): expected is"), "{error}");
        // NETNSA_FD, whatever the descriptor's number.
        let request = text.lines().nth(1).unwrap();
        let bytes: Vec<_> = request.split_whitespace().collect();
        assert_eq!(bytes[..4], [">", "RTM_GETNSID", "REQUEST", "@1"]);
        let edited = text.replace(
            request,
            "> RTM_GETNSID REQUEST @1 00000000 08000300 ........",
        );
        assert_eq!(ask(&edited, &|c| c.netnsid_of(&other))?, None);
        let error = ask(&edited, &|c| {
            c.get(NetnsId::new().nsid(3)).map(|view| view.nsid())
        });
        let error = mismatch(&error.unwrap_err());
        assert!(error.contains("byte 6 of the body (nsid)"), "{error}");
        Ok::<(), Error>(())
    });
}

#[test]
fn a_difference_is_shown() {
    let one = hex(&1_u32.to_ne_bytes());
    let text = format!("> RTM_SETLINK REQUEST|ACK @1 00000000 {one} 00000000 00000000");
    let with = |rest: &str| scripted(&format!("{text} {rest}\n< NLMSG_ERROR CAPPED @1 OK quote"));
    let mtu = |bytes: [u8; 4]| format!("08000400 {}", hex(&bytes));
    // The value.
    let error = with(&mtu(1400_u32.to_ne_bytes()))
        .change(Link::named(1).mtu(9000))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("change link #1: not as in the script, line 2:\n  expected  RTM_SETLINK"),
        "{text}"
    );
    for part in ["{ mtu: 1400 }", "{ mtu: 9000 }", "of the body (mtu)"] {
        assert!(text.contains(part), "{text}");
    }
    // One has more than the other.
    let error = with(&mtu([0; 4])).change(Link::named(1)).unwrap_err();
    assert!(
        mismatch(&error).ends_with("byte 16 of the body (mtu): expected is 08, sent was the end"),
        "{error}"
    );
    let error = with("").change(Link::named(1).mtu(9)).unwrap_err();
    assert!(
        mismatch(&error).ends_with("byte 16 of the body (mtu): expected is the end, sent was 08"),
        "{error}"
    );
    // Another type; and from then on nothing goes on, and the end says so too.
    let mut connection = with("");
    let error = connection.delete(Link::named(1)).unwrap_err();
    assert!(
        mismatch(&error).ends_with("the message types differ"),
        "{error}"
    );
    let same = connection.change(Link::named(1)).unwrap_err();
    assert_eq!(mismatch(&same), mismatch(&error));
    assert_eq!(
        mismatch(&connection.finish().unwrap_err()),
        mismatch(&error)
    );
    // More messages than expected.
    let mut connection = with("");
    let mut batch = connection.batch();
    batch.change(Link::named(1)).unwrap();
    batch.change(Link::named(1)).unwrap();
    let error = batch.commit().unwrap_err();
    assert!(mismatch(&error).ends_with("the flags differ"), "{error}");
    let mut connection = scripted(
        "> RTM_DELLINK REQUEST @1 00000000 ........ 00000000 00000000
         + RTM_DELLINK REQUEST|ACK @2 00000000 ........ 00000000 00000000",
    );
    let mut batch = connection.batch();
    for index in 1..=3 {
        batch.delete(Link::named(index)).unwrap();
    }
    let error = batch.commit().unwrap_err();
    assert!(mismatch(&error).ends_with("the flags differ"), "{error}");
}

#[test]
fn nothing_is_waited_for_that_cannot_come() {
    let mut connection = scripted("> *\n> * @2\n< NLMSG_ERROR CAPPED @2 OK quote\n> * # three");
    let error = connection.change(Link::named(1)).unwrap_err();
    let text = "an answer is waited for, and the script has none before the request in line 3";
    assert_eq!(mismatch(&error), text);
    // With a deadline too.
    let mut connection = scripted("> *");
    connection.set_timeout(Some(HOUR));
    let error = connection.change(Link::named(1)).unwrap_err();
    let text = "an answer is waited for, and the script is at its end";
    assert_eq!(mismatch(&error), text);
    // A request that never came.
    let mut connection = scripted("> * @1\n< NLMSG_ERROR CAPPED @1 OK quote\n> *");
    connection.change(Link::named(1)).unwrap();
    let error = connection.finish().unwrap_err();
    let text = "what is in line 4 of the script was never sent";
    assert_eq!(mismatch(&error), text);
    // And one too many.
    let error = scripted("").change(Link::named(1)).unwrap_err();
    assert_eq!(mismatch(&error), "the script is at its end");
}

#[test]
fn a_system_call_fails_where_the_script_says_so() {
    let mut connection = scripted(
        "> !EPERM
         > * @1
         < !EIO
         < !ENOBUFS
         > * @2
         < NLMSG_ERROR CAPPED @2 OK quote",
    );
    let mut raise = || connection.change(Link::named(1).up());
    assert_eq!(raise().unwrap_err().errno(), Some(libc::EPERM));
    assert_eq!(raise().unwrap_err().errno(), Some(libc::EIO));
    // What was left of the answer to the one before.
    assert!(raise().unwrap_err().is_overrun());
}

#[test]
fn there_can_be_more_answers_than_a_socket_holds() {
    const MANY: u32 = 5000;
    let answers: String = (1..=MANY)
        .map(|n| format!("< {}\n", link("MULTI @1", n, "many")))
        .collect();
    let mut connection = scripted(&format!("> * @1\n{answers}< NLMSG_DONE MULTI @1 OK"));
    let links = connection.list(Links::all()).unwrap();
    assert!(links.iter().map(|link| link.index()).eq(1..=MANY));
    connection.finish().unwrap();
}

#[test]
fn a_connection_with_a_script_can_be_waited_for() {
    let mut connection = scripted("> * @1\n< NLMSG_ERROR CAPPED @1 OK quote\n> *");
    let ready = |connection: &Connection| {
        let mut poll = libc::pollfd {
            fd: std::os::fd::AsRawFd::as_raw_fd(&connection.as_fd()),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one entry, which outlives the call.
        unsafe { libc::poll(&raw mut poll, 1, 0) == 1 }
    };
    assert!(!ready(&connection));
    connection.set_nonblocking(true);
    connection.change(Link::named(1)).unwrap();
    assert!(!ready(&connection));
    let mut early = scripted("< RTM_NEWLINK - =0 00000000\n> *");
    assert!(ready(&early));
    early.set_nonblocking(true);
    assert!(early.delete(Link::named(1)).unwrap_err().is_would_block());
}

/// A disk that is full after so many bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let len = bytes.len().min(self.0);
        self.0 -= len;
        match len {
            0 => Err(io::Error::from_raw_os_error(libc::ENOSPC)),
            len => Ok(len),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_recording_that_cannot_be_written_is_told_at_the_end_and_disturbs_nothing() {
    let mut connection = scripted("> * @1\n< NLMSG_ERROR CAPPED @1 OK quote");
    connection.record(Full(60));
    connection.change(Link::named(1).up()).unwrap();
    assert_eq!(connection.finish().unwrap_err().errno(), Some(libc::ENOSPC));
}

#[test]
fn a_connection_stays_what_it_is() {
    fn is<T: Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    is::<Connection>();
}

#[test]
fn a_text_that_is_no_script_is_refused_by_line() {
    let refused = |text: &str, said: &str| {
        let error = text.parse::<Script>().unwrap_err();
        assert_eq!(error.to_string(), said, "{text}");
    };
    let none = "line 1: is no script: it doesn't begin with \"nlroute-script";
    refused("", &format!("{none} 1\""));
    refused("> *", &format!("{none}\""));
    let other = if cfg!(target_endian = "big") {
        ("little-endian", "big-endian")
    } else {
        ("big-endian", "little-endian")
    };
    for (text, said) in [
        (
            "\n\nnlroute-script 2",
            "line 3: its version is 2, and 1 is known",
        ),
        (
            "nlroute-script",
            "line 1: its version is none, and 1 is known",
        ),
        ("nlroute-script 1 fast", "line 1: \"fast\" isn't known"),
    ] {
        refused(text, said);
    }
    refused(
        &format!("nlroute-script 1 {}", other.0),
        &format!("line 1: it is {}, and this machine is {}", other.0, other.1),
    );
    for (text, said) in [
        ("?", "\"?\": a line begins with \">\", \"<\" or \"+\""),
        (
            "+ RTM_NEWLINK - =1",
            "\"+\" goes on with a datagram, and there is none before it",
        ),
        (
            "> RTM_NEWLINK",
            "a message is type, flags, sequence and then its bytes",
        ),
        ("> RTM_OLDLINK - @1", "\"RTM_OLDLINK\" is no message type"),
        ("> 70000 - @1", "\"70000\" is no message type"),
        ("> 16 REQUEST|X @1", "\"X\" is no flag"),
        ("> 16 - 1", "\"1\" is no sequence, as \"@1\" and \"=7\" are"),
        (
            "> 16 - @x",
            "\"@x\" is no sequence, as \"@1\" and \"=7\" are",
        ),
        ("> 16 - @1 0", "\"0\" isn't bytes in hexadecimal"),
        ("> 16 - @1 0g", "\"0g\" isn't bytes in hexadecimal"),
        ("> 16 - @1 é", "\"é\" isn't bytes in hexadecimal"),
        (
            "< 16 - =1 ..",
            "\"..\" stands in an answer: it is for requests",
        ),
        ("< 16 - @1", "@1 is the number of no request before it"),
        ("> * =1", "\"=1\" is no number of a request, as \"@1\" is"),
        ("> !EWHAT", "\"!EWHAT\" names no error"),
        ("< !OK", "\"!OK\" names no error"),
        (
            "< NLMSG_ERROR - =1 OK quote",
            "\"quote\" is for an answer to a request of the script",
        ),
        (
            "< NLMSG_DONE - =1 OK quote",
            "\"quote\" isn't bytes in hexadecimal",
        ),
    ] {
        let text = format!("nlroute-script 1\n# a comment\n{text}");
        refused(&text, &format!("line 3: {said}"));
    }
    refused(
        "nlroute-script 1\n> * @1\n> 16 - @1",
        "line 3: @1 is the number of a request before it",
    );
}

/// A script drawn at random, in its own words.
fn scripts() -> impl Strategy<Value = String> {
    let bytes = |wild: bool| {
        let byte = any::<u8>().prop_map(|byte| format!("{byte:02x}"));
        let byte = prop_oneof![8 => byte, u32::from(wild) => Just("..".to_owned())];
        proptest::collection::vec(byte, 0..40).prop_map(|bytes| bytes.concat())
    };
    let message = move |mark, request| {
        let kind = prop_oneof![2..5_u16, 16..125_u16, any::<u16>()];
        let port = prop_oneof![Just(0_u32), any::<u32>()];
        let numbers = (kind, any::<u16>(), any::<u32>(), port, 0..200_u32);
        (numbers, bytes(request)).prop_map(move |((kind, flags, sequence, port, errno), body)| {
            let errno = match kind {
                2 | 3 => format!("errno:{errno}"),
                _ => String::new(),
            };
            format!("{mark} {kind} {flags:#x} ={sequence}:{port} {errno} {body}")
        })
    };
    let line = prop_oneof![
        message('>', true),
        message('<', false),
        bytes(false).prop_map(|bytes| format!("< raw {bytes}")),
        Just("< timeout".to_owned()),
        Just("> *".to_owned()),
        (1..200).prop_map(|n| format!("< !errno:{n}")),
        (1..200).prop_map(|n| format!("> !errno:{n}")),
        (message('>', true), message('+', true)).prop_map(|(a, b)| format!("{a}\n{b}")),
        (message('<', false), message('+', false)).prop_map(|(a, b)| format!("{a}\n{b}")),
    ];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_script_that_is_written_reads_as_itself(text in scripts(), strict in "( strict)?( capped)?") {
        let script: Script = format!("nlroute-script 1{strict}\n{text}").parse().unwrap();
        let written = script.to_string();
        let again: Script = written.parse().unwrap();
        prop_assert_eq!(again.to_string(), written);
        prop_assert_eq!(again, script);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(nlroute-script 1\n)?([<>+@=!*.|a-f0-9A-Z_ \n#-]|quote|OK| @1){0,60}") {
        if let Ok(script) = text.parse::<Script>() {
            let mut connection = script.connect().unwrap();
            connection.set_nonblocking(true);
            let _ = connection.list(Links::all());
            let _ = connection.change(Link::named(IfName::new("eth0").unwrap()));
        }
    }
}
