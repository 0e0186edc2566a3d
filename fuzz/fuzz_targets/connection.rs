//! Arbitrary bytes as what the kernel answers to whole calls of a connection.
//!
//! The input is a byte that says which calls, then datagrams: two bytes of length, little end
//! first, and so many bytes. All are there before the call, and a call that waits for more is an
//! error by the script.
#![no_main]
use libfuzzer_sys::fuzz_target;
use nlroute::{
    Address, Addresses, Connection, ErrorKind, Fdb, Neighbour, Neighbours, NetnsId, Result, Route,
    Routes,
    link::{Bridge, Link, Links, Peer, Veth},
    script::Script,
};

fn datagrams(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (len, rest) = bytes.split_first_chunk::<2>()?;
        let len = usize::from(u16::from_le_bytes(*len)).min(rest.len());
        let (datagram, rest) = rest.split_at(len);
        bytes = rest;
        Some(datagram)
    })
    // More is more of the same.
    .take(8)
}

/// One call, or some; what it answers is looked at as a whole.
fn call(connection: &mut Connection, which: u8) -> Result<()> {
    let gateway = [192, 0, 2, 1].into();
    let prefix = "192.0.2.9/24".parse().unwrap();
    match which {
        0 => {
            let link = connection.get(Link::named("lo"))?;
            let _ = format!("{link:?} {:?} {:?}", link.malformed(), link.bridge());
        }
        1 => {
            for link in &connection.list(Links::all().kind("bridge"))? {
                let _ = format!("{link:?}");
            }
        }
        2 => connection.change(Link::named("eth0").master("br0").rename("eth1"))?,
        3 => {
            let peer = Peer::new("ceth0").up();
            connection.add(Veth::new("veth0").master("br0").peer(peer))?;
        }
        4 => connection.delete(Link::named("an-alternative-name"))?,
        5 => {
            let mut dump = connection.dump(Routes::all().oif("eth0"))?;
            while let Some(route) = dump.next()? {
                let _ = format!("{route:?} {:?}", route.destination());
            }
        }
        6 => {
            let mut batch = connection.batch();
            for index in 1..5 {
                batch.change(Link::named(index).up())?;
                batch.add(Address::new(index, prefix))?;
            }
            for result in batch.results()? {
                let _ = result.map_err(|error| format!("{error} {error:?}"));
            }
        }
        7 => {
            let _ = format!("{:?}", connection.get(Route::to(gateway))?);
        }
        8 => connection.replace(Route::default_via(gateway))?,
        9 => {
            let neighbour = connection.get(Neighbour::new("eth0", gateway))?;
            let _ = format!("{neighbour:?}");
        }
        10 => {
            for neighbour in &connection.list(Neighbours::all().link("eth0"))? {
                let _ = format!("{neighbour:?}");
            }
        }
        11 => {
            for entry in &connection.list(Fdb::all())? {
                let _ = format!("{entry:?}");
            }
        }
        12 => {
            let listing = connection.list(Addresses::all())?;
            let _ = format!("{listing:?}");
        }
        13 => {
            let _ = connection.ifindex("eth0")?;
        }
        14 => {
            let id = connection.get(NetnsId::new().nsid(3))?;
            let _ = format!("{id:?}");
        }
        15 => {
            // Left in the middle; then a dump, which has to wait for the first one's end.
            let _ = connection.dump(Links::all())?.next()?;
            connection.list(Routes::all())?;
        }
        _ => {
            connection.add(Bridge::new("br0").up())?;
            connection.add(Address::new("br0", prefix))?;
        }
    }
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let answers = datagrams(bytes).fold(Script::new(), Script::answer);
    // As many requests as there can be answers, and more.
    let script = (0..32).fold(answers, |script, _| script.expect_any());
    let mut connection = script.connect().unwrap();
    connection.set_nonblocking(which & 0x80 != 0);
    for _ in 0..2 {
        if let Err(error) = call(&mut connection, which & 0x1f) {
            assert!(!error.to_string().is_empty());
            let _ = format!("{error:?} {:?} {:?}", error.kind(), error.refusal());
            if let ErrorKind::Undone { source, .. } = error.kind() {
                let _ = source.to_string();
            }
        }
    }
});
