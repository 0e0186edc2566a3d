//! What several tests share.
#![allow(dead_code)] // Each test binary uses a part.
use nlroute::{
    Connection, Request, Verb,
    script::Script,
    wire::{Messages, Writer},
};

/// A message: header and body.
pub fn message(kind: u16, flags: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&(16 + body.len() as u32).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(&flags.to_ne_bytes());
    bytes.extend_from_slice(&sequence.to_ne_bytes());
    bytes.extend_from_slice(&0u32.to_ne_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// `NLMSG_ERROR`, capped, with this error number (0 is an acknowledgement) and attributes.
pub fn error(sequence: u32, errno: i32, attributes: &[u8]) -> Vec<u8> {
    let mut body = (-errno).to_ne_bytes().to_vec();
    body.extend_from_slice(&message(0, 0, sequence, &[]));
    body.extend_from_slice(attributes);
    let flags = libc::NLM_F_CAPPED
        | if attributes.is_empty() {
            0
        } else {
            libc::NLM_F_ACK_TLVS
        };
    message(libc::NLMSG_ERROR as u16, flags as u16, sequence, &body)
}

/// Bytes as a script has them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A link's message as a script has it, flags and sequence given: `link("MULTI @1", 1, "lo")`.
pub fn link(head: &str, index: u32, name: &str) -> String {
    let mut body = vec![0; 16];
    body[4..8].copy_from_slice(&index.to_ne_bytes());
    let mut out = Writer::new(&mut body);
    out.attribute(3, &[name.as_bytes(), &[0]].concat()).unwrap();
    format!("RTM_NEWLINK {head} {}", hex(&body))
}

/// Requests as a script has them in one datagram, numbered from `first` on, the last of them to be
/// acknowledged.
pub fn sent<R: Request>(verb: Verb, requests: &[R], first: u32) -> String {
    let mut text = String::new();
    for (place, request) in requests.iter().enumerate() {
        let mut bytes = Vec::new();
        request.encode(verb, &mut Writer::new(&mut bytes)).unwrap();
        let message = Messages::new(&bytes).next().unwrap().unwrap();
        let kind = nlroute::messages::name(message.header().kind).unwrap();
        let mark = if place == 0 { '>' } else { '+' };
        let last = place + 1 == requests.len();
        let flags = if last { "REQUEST|ACK" } else { "REQUEST" };
        let number = first + place as u32;
        let body = hex(message.body());
        text += &format!("{mark} {kind} {flags} @{number} {body}\n");
    }
    text
}

/// A connection to a kernel that plays this script, its first line aside.
pub fn scripted(text: &str) -> Connection {
    let script: Script = format!("nlroute-script 1\n{text}").parse().unwrap();
    script.connect().unwrap()
}
