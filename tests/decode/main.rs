//! The example `decode`: what it prints of captured messages, what it says of what isn't one, and
//! that it takes anything.
mod anything;
#[path = "../../examples/decode/mod.rs"]
mod decode;
mod inputs;
#[path = "../common/programs.rs"]
#[allow(dead_code)] // One of them is enough here.
mod programs;

use std::fmt::Write as _;

use decode::{Options, Run};
use nlroute::{messages::NOUNS, wire::Writer};
use serde_json::Value;

const LINKS: &[u8] = include_bytes!("../data/links.bin");
const PORTS: &[u8] = include_bytes!("../data/bridge_links.bin");
const VETH: &[u8] = include_bytes!("../data/ip_link_add_veth.bin");
const NLMON: &[u8] = include_bytes!("../data/nlmon.pcap");
const BODIES: [(&str, &str); 3] = [
    ("addr", include_str!("../data/replies/address.txt")),
    ("neigh", include_str!("../data/replies/neighbour.txt")),
    ("route", include_str!("../data/replies/route.txt")),
];

const CHECK: Options = Options {
    check: true,
    json: false,
    body: None,
};

/// What comes of an input.
struct Output {
    text: String,
    remarks: String,
    code: u8,
}

impl Output {
    fn last(&self) -> &str {
        self.text.lines().last().unwrap()
    }

    #[track_caller]
    fn has(&self, line: &str) {
        let mut lines = self.text.lines();
        assert!(lines.any(|is| is.trim() == line), "{line}\n{}", self.text);
    }
}

fn decoded(options: Options, input: &[u8]) -> Output {
    let (mut text, mut remarks) = (Vec::new(), Vec::new());
    let mut run = Run::new(options, &mut text, &mut remarks);
    run.read(&mut &*input).unwrap();
    let code = run.finish().unwrap();
    Output {
        text: String::from_utf8(text).unwrap(),
        remarks: String::from_utf8(remarks).unwrap(),
        code,
    }
}

/// A line of hexadecimal for each.
fn lines<'a>(all: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut text = String::new();
    for bytes in all {
        for byte in bytes {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
    }
    text
}

fn checked(bytes: &[u8]) -> Output {
    decoded(CHECK, lines([bytes]).as_bytes())
}

fn body_of(name: &str) -> Options {
    Options {
        body: Options::noun(name),
        ..CHECK
    }
}

/// Whether the captures are of a machine like this one.
fn of_here() -> bool {
    cfg!(target_endian = "little")
}

fn attribute(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Writer::new(&mut bytes).attribute(kind, payload).unwrap();
    bytes
}

fn message(kind: u16, flags: u16, sequence: u32, body: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let mark = out.begin(kind, flags);
    out.payload(&body.concat());
    out.end(mark).unwrap();
    bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
    bytes
}

fn number(number: u32) -> [u8; 4] {
    number.to_ne_bytes()
}

#[test]
fn a_request_of_ip_is_shown_whole() {
    if !of_here() {
        return;
    }
    let output = checked(VETH);
    assert_eq!(
        output.text,
        r#"message 1 (line 1): request RTM_NEWLINK, 84 bytes, flags NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, sequence 1795563791, port 0
  ifinfomsg: { family: 0, device_type: 0, index: 0, flags: 0, change: 0 }
  IFLA_IFNAME (ifname): "v0"
  IFLA_LINKINFO:
    IFLA_INFO_KIND (text): "veth"
    IFLA_INFO_DATA:
      VETH_INFO_PEER:
        ifinfomsg: { family: 0, device_type: 0, index: 0, flags: 0, change: 0 }
        IFLA_IFNAME (ifname): "c0"
checked: 3 values made anew, 0 copied as bytes, 0 messages differ
1 messages, 6 attributes, 0 unknown, 0 malformed
"#
    );
    assert_eq!((output.code, output.remarks.as_str()), (0, ""));
}

#[test]
fn every_capture_is_shown_by_name_and_made_anew_byte_by_byte() {
    if !of_here() {
        return;
    }
    let links = checked(LINKS);
    links.has("IFLA_MTU (u32): 65536");
    links.has("IFLA_BR_FORWARD_DELAY (centiseconds): 15s");
    links.has("IFLA_ADDRESS (lladdr): aa:94:ef:90:d5:b0");
    assert_eq!(
        links.last(),
        "7 messages, 429 attributes, 0 unknown, 0 malformed"
    );
    let ports = checked(PORTS);
    ports.has("IFLA_BRPORT_STATE (PortState): Listening");
    assert_eq!(
        ports.last(),
        "3 messages, 51 attributes, 0 unknown, 0 malformed"
    );
    let set = checked(include_bytes!("../data/ip_link_set_bridge_slave.bin"));
    set.has("IFLA_BRPORT_COST (u32): 7");
    assert_eq!(
        set.last(),
        "1 messages, 6 attributes, 0 unknown, 0 malformed"
    );
    let mut all = vec![
        links,
        ports,
        set,
        checked(include_bytes!("../data/ip_link_add_bridge.bin")),
    ];
    for (noun, bodies) in BODIES {
        let output = decoded(body_of(noun), bodies.as_bytes());
        assert!(
            output.last().ends_with(" 0 unknown, 0 malformed"),
            "{}",
            output.text
        );
        all.push(output);
    }
    all[6].has("rtnexthop: { len: 16, flags: 4, hops: 0, index: 10 }");
    all[6].has("RTA_GATEWAY (ip): 192.168.0.3");
    all[6].has("RTAX_CC_ALGO (text): \"cubic\"");
    for output in all {
        assert_eq!((output.code, output.remarks.as_str()), (0, ""));
        assert!(output.text.contains("values made anew"));
        assert!(
            output.text.contains(" 0 messages differ"),
            "{}",
            output.text
        );
    }
}

#[test]
fn json_says_the_same() {
    if !of_here() {
        return;
    }
    let options = Options {
        json: true,
        ..CHECK
    };
    let output = decoded(options, lines([VETH, PORTS]).as_bytes());
    let objects: Vec<Value> = output
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [veth, .., counts] = &objects[..] else {
        panic!("{}", output.text)
    };
    assert_eq!(objects.len(), 5);
    assert_eq!(veth["name"], "RTM_NEWLINK");
    assert_eq!(veth["flag_names"][3], "NLM_F_CREATE");
    assert_eq!(veth["body"][0]["value"]["family"], 0);
    let name = &veth["body"][1];
    assert_eq!(name["attribute"], "IFLA_IFNAME");
    assert_eq!(
        (&name["name"], &name["value"]),
        (&"name".into(), &"v0".into())
    );
    assert_eq!(
        (&name["offset"], &name["hex"]),
        (&32.into(), &"763000".into())
    );
    let peer = &veth["body"][2]["attributes"][1]["attributes"][0];
    assert_eq!(peer["attributes"][1]["value"], "c0");
    // Numbers, truths and structs as such, all else as text.
    let port = objects[2]["body"].as_array().unwrap();
    let find = |name: &str| port.iter().find(|node| node["attribute"] == name).unwrap();
    assert_eq!(find("IFLA_MTU")["value"], 1500);
    let port = find("IFLA_PROTINFO")["attributes"].as_array().unwrap();
    let find = |name: &str| port.iter().find(|node| node["attribute"] == name).unwrap();
    assert_eq!(find("IFLA_BRPORT_STATE")["value"], "Listening");
    assert_eq!(find("IFLA_BRPORT_LEARNING")["value"], true);
    assert_eq!(find("IFLA_BRPORT_BRIDGE_ID")["value"]["addr"][0], 170);
    assert_eq!(
        counts,
        &serde_json::json!({
            "messages": 4, "attributes": 57, "unknown": 0, "malformed": 0, "skipped": 0,
            "anew": 53, "copied": 0, "differing": 0,
        })
    );
}

#[test]
fn what_is_malformed_or_unknown_is_marked_and_kept() {
    let output = checked(&message(
        16,
        0,
        0,
        &[
            &[0; 16],
            &attribute(4, &[1, 2]),
            &attribute(900, &[1, 2, 3]),
            &attribute(901 | 0x8000, &attribute(1, b"x")),
            &[200, 0, 1, 0],
        ],
    ));
    output.has("IFLA_MTU (u32) MALFORMED, a payload of 2 bytes: 01 02");
    output.has("#900 UNKNOWN: 01 02 03");
    output.has("#901 UNKNOWN:");
    output.has("#1 UNKNOWN: 78");
    assert!(
        output.text.contains("? MALFORMED, says "),
        "{}",
        output.text
    );
    output.has("checked: 0 values made anew, 3 copied as bytes, 0 messages differ");
    assert_eq!(
        output.last(),
        "1 messages, 4 attributes, 3 unknown, 2 malformed"
    );
    assert_eq!(output.code, 0);
    // A header that isn't whole; an old program's question has one byte of it.
    let short = checked(&message(16, 0, 0, &[&[0; 4]]));
    short.has("ifinfomsg MALFORMED, a payload of 4 bytes: 00 00 00 00");
    let asked = checked(&message(18, 0x301, 0, &[&[17, 0, 0, 0]]));
    asked.has("ifinfomsg: { family: 17, device_type: 0, index: 0, flags: 0, change: 0 }");
    assert_eq!(
        (asked.last(), asked.code),
        ("1 messages, 0 attributes, 0 unknown, 0 malformed", 0)
    );
    for len in [1, 4] {
        let mut asked = message(22, 0x301, 0, &[&[17, 0, 0, 0]]);
        asked.truncate(16 + len);
        asked[..4].copy_from_slice(&number(16 + len as u32));
        let output = checked(&asked);
        output.has("ifaddrmsg: { family: 17, prefix_len: 0, flags: 0, scope: 0, index: 0 }");
        assert!(output.last().ends_with(" 0 malformed") && output.code == 0);
    }
    // It may have that of a link, whatever it asks for.
    let asked = message(26, 0x301, 0, &[&[0; 16], &attribute(29, &number(1))]);
    let asked = checked(&asked);
    asked.has("-- asked by the header of a link, as old programs do");
    asked.has("IFLA_EXT_MASK (ExtMask): ExtMask(VF)");
    assert!(asked.last().ends_with(" 0 malformed") && asked.code == 0);
    // A message whose length can't be true.
    let mut cut = message(16, 0, 0, &[&[0; 16]]);
    cut.truncate(20);
    let output = checked(&cut);
    assert!(
        output
            .text
            .starts_with("-- line 1: MALFORMED at byte 0, says 32 bytes where 20")
    );
    assert_eq!(
        output.last(),
        "0 messages, 0 attributes, 0 unknown, 1 malformed"
    );
}

#[test]
fn a_byte_that_is_not_made_anew_is_named() {
    let link = |attributes: &[u8]| message(16, 0, 0, &[&[0; 16], attributes]);
    let mut padded = link(&[attribute(16, &[6]), attribute(4, &number(9))].concat());
    padded[38] = 7;
    // 2 is true, and is written 1.
    let truth = link(&attribute(33, &[2]));
    let mut header = link(&[]);
    header[17] = 1;
    // Nothing is what a flag holds.
    let nest = attribute(
        18,
        &[
            attribute(1, b"bridge"),
            attribute(2, &attribute(7, &[0, 0])),
        ]
        .concat(),
    );
    for (bytes, says) in [
        (
            &padded,
            "byte 38, padding after IFLA_OPERSTATE: 07, made anew 00",
        ),
        (&truth, "byte 36, IFLA_CARRIER: 02, made anew 01"),
        (&header, "byte 17, ifinfomsg: 01, made anew 00"),
    ] {
        let output = checked(bytes);
        assert!(
            output.text.contains(&format!("  DIFFERS at {says}\n")),
            "{}",
            output.text
        );
        assert!(output.text.contains(", 1 messages differ"));
        assert_eq!(output.code, 1);
        let unchecked = decoded(Options::default(), lines([&bytes[..]]).as_bytes());
        assert!(!unchecked.text.contains("DIFFERS"));
        assert_eq!(unchecked.code, 0);
    }
    // What differs in form alone doesn't: a text without its NUL or with more of them, a struct
    // of an older kernel, no padding at the end.
    for fine in [
        link(&attribute(6, b"noqueue")),
        link(&attribute(6, b"noqueue\0\0\0")),
        link(&attribute(14, &[0; 28])),
        link(&attribute(16, &[6])[..5]),
        link(&attribute(18, &attribute(1, b"veth\0")[..9])),
        link(&nest),
    ] {
        let output = checked(&fine);
        assert_eq!(output.code, 0, "{}", output.text);
    }
}

#[test]
fn answers_say_what_they_are_the_answer_to() {
    let request = message(16, 5, 77, &[&[0; 16], &attribute(4, &number(9))]);
    let header = &request[..16];
    let said = [attribute(1, b"too small\0"), attribute(2, &number(32))].concat();
    let errno = (-22_i32).to_ne_bytes();
    // The whole request is quoted.
    let whole = checked(&message(2, 0x200, 77, &[&errno, &request, &said]));
    whole.has("-- RTM_NEWLINK, sequence 77: Invalid argument (EINVAL): too small; mtu = 9");
    whole.has("NLMSGERR_ATTR_MSG (text): \"too small\"");
    whole.has("IFLA_MTU (u32): 9");
    assert_eq!(
        (whole.last(), whole.code),
        ("1 messages, 3 attributes, 0 unknown, 0 malformed", 0)
    );
    // Its header alone: then it is the one that was seen before.
    let capped = message(2, 0x300, 77, &[&errno, header, &said]);
    let alone = checked(&capped);
    alone.has("-- RTM_NEWLINK, sequence 77: Invalid argument (EINVAL): too small");
    let after = checked(&[request.clone(), capped].concat());
    after.has("-- RTM_NEWLINK, sequence 77: Invalid argument (EINVAL): too small; mtu = 9");
    assert_eq!(after.code, 0);
    // Done.
    let done = checked(&message(2, 0x100, 77, &[&[0; 4], header]));
    done.has("-- done: RTM_NEWLINK, sequence 77");
    let asked = message(26, 0x301, 5, &[&[0; 12]]);
    let end = message(3, 2, 5, &[&[0; 4]]);
    checked(&[asked.clone(), end].concat()).has("-- all told: RTM_GETROUTE");
    let failed = message(
        3,
        0x202,
        5,
        &[&(-105_i32).to_ne_bytes(), &attribute(1, b"no\0")],
    );
    let failed = checked(&[asked, failed].concat());
    failed.has("-- RTM_GETROUTE: No buffer space available (ENOBUFS): no");
    // The others.
    let others = checked(&[message(1, 0, 0, &[]), message(4, 0, 0, &[&[1, 2, 3, 4]])].concat());
    assert!(
        others.text.contains(": NLMSG_NOOP, 16 bytes"),
        "{}",
        others.text
    );
    assert!(
        others.text.contains(": NLMSG_OVERRUN, 20 bytes"),
        "{}",
        others.text
    );
    let nobodys = checked(&message(200, 0, 0, &[&[1, 2, 3, 4]]));
    nobodys.has("-- rtnetlink has no message of this type");
    nobodys.has("body UNKNOWN: 01 02 03 04");
    for output in [whole, alone, after, done, failed, others, nobodys] {
        assert_eq!((output.code, output.remarks.as_str()), (0, ""));
    }
}

#[test]
fn a_noun_without_a_table_is_walked_and_told() {
    for noun in NOUNS {
        let header = nlroute::wire::align(noun.header_len);
        let body = [vec![0; header], attribute(999, &[1, 2, 3])].concat();
        for output in [
            decoded(body_of(noun.name), lines([&body[..]]).as_bytes()),
            checked(&message(noun.kinds().next().unwrap(), 0, 0, &[&body])),
        ] {
            output.has("#999 UNKNOWN: 01 02 03");
            let says = format!("no table for {} yet", noun.name);
            assert_eq!(
                output.text.contains(&says),
                noun.schema.is_none(),
                "{}",
                output.text
            );
            assert_eq!(
                output.last(),
                "1 messages, 1 attributes, 1 unknown, 0 malformed"
            );
            assert_eq!(output.code, 0);
        }
    }
    assert_eq!(Options::noun("tc").unwrap().first, 36);
}

#[test]
fn the_program_says_how_it_went() {
    let run = |arguments: &[&str]| {
        let output = programs::run("decode", arguments);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let nothing = "0 messages, 0 attributes, 0 unknown, 0 malformed\n";
    assert_eq!(run(&[]), (0, nothing.to_owned(), String::new()));
    assert_eq!(run(&["--body", "route", "--check", "-"]).0, 0);
    assert!(run(&["--help"]).1.starts_with("usage: decode"));
    for (wrong, says) in [
        (&["--body"][..], "--body wants a noun"),
        (
            &["--body", "frog"],
            "no noun is called frog; there are link, addr,",
        ),
        (&["--frog"], "no option --frog"),
        (
            &["/nowhere/to/be/found"],
            "/nowhere/to/be/found: No such file",
        ),
    ] {
        let (code, _, errors) = run(wrong);
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains(says), "{errors}");
    }
    let capture = std::env::temp_dir().join(format!("nlroute-decode-{}", std::process::id()));
    std::fs::write(&capture, NLMON).unwrap();
    let (code, text, _) = run(&[capture.to_str().unwrap()]);
    std::fs::remove_file(&capture).unwrap();
    assert_eq!(code, 0);
    if of_here() {
        assert!(
            text.ends_with("7 messages, 60 attributes, 0 unknown, 1 malformed\n"),
            "{text}"
        );
    }
}
