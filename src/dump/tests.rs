//! In which piece a message of a list came.
use crate::{Connection, link::Links, script::Script};

fn played(text: &str) -> Connection {
    let script: Script = format!("nlroute-script 1\n{text}").parse().unwrap();
    script.connect().unwrap()
}

#[test]
fn datagrams_are_numbered() {
    let link = |n| format!("RTM_NEWLINK MULTI @1 00000000 0{n}000000 00000000 00000000");
    let mut host = played(&format!(
        "> * @1\n< {}\n+ {}\n< {}\n< {}\n+ NLMSG_DONE MULTI @1 OK",
        link(1),
        link(2),
        link(3),
        link(4)
    ));
    let mut dump = host.dump(Links::all()).unwrap();
    let mut told = Vec::new();
    while let Some((datagram, message, view)) = dump.next_message().unwrap() {
        assert_eq!(message.len(), 32);
        told.push((datagram, view.index()));
    }
    assert_eq!(told, [(1, 1), (1, 2), (2, 3), (3, 4)]);
}
