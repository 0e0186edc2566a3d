//! What `decode` takes beside hexadecimal: what strace wrote, and captures.
use super::{CHECK, NLMON, decoded, lines, message, of_here};
use crate::decode::Options;

/// What strace 6.1 wrote, of `ip link set lo up` and of others.
pub const STRACE: &str = r#"execve("/sbin/ip", ["ip", "link"], 0x7ffd /* 9 vars */) = 0
sendmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=[{nlmsg_len=32, nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=1795572080, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_NETROM, ifi_index=if_nametoindex("lo"), ifi_flags=IFF_UP, ifi_change=0x1}], iov_len=32}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 32
 * 32 bytes in buffer 0
 | 00000  20 00 00 00 10 00 05 00  70 41 06 6b 00 00 00 00   .......pA.k.... |
 | 00010  00 00 00 00 01 00 00 00  01 00 00 00 01 00 00 00  ................ |
[pid 7] recvmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base=NULL, iov_len=0}], msg_iovlen=1, msg_controllen=0, msg_flags=MSG_TRUNC}, MSG_PEEK|MSG_TRUNC) = 36
recvmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, msg_iov=[{iov_base="\x24\x00\x00\x00\x02\x00\x00\x01\x70\x41\x06\x6b\x00\x00\x00\x00", iov_len=16}, {iov_base="\x00\x00\x00\x00\x20\x00\x00\x00\x10\x00\x05\x00\x70\x41\x06\x6b\x00\x00\x00\x00\x00\x00", iov_len=32768}], msg_iovlen=2, msg_controllen=0, msg_flags=0}, 0) = 36
sendto(3, "\24\0\0\0\22\0\1\3\2\0\0\0\0\0\0\0\21\0\0\0", 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20
sendto(4, "\x14\x00\x00\x00\x12\x00\x01\x03\x02\x00\x00\x00\x00\x00\x00\x00\x11\x00\x00\x00", 20, 0, NULL, 0) = 20
sendto(5, "GET / HTTP/1.1\r\n", 16, 0, NULL, 0) = 16
sendto(5, "GET / HTTP/1.1\r\n", 16, 0, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.1")}, 16) = 16
recvfrom(3, 0x7ffe, 4096, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN
+++ exited with 0 +++
"#;

#[test]
fn calls_that_strace_told_of_are_taken() {
    if !of_here() {
        return;
    }
    let output = decoded(CHECK, STRACE.as_bytes());
    assert_eq!(
        output.text,
        "message 1 (line 2, sendmsg): request RTM_NEWLINK, 32 bytes, flags NLM_F_REQUEST|NLM_F_ACK, sequence 1795572080, port 0
  ifinfomsg: { family: 0, device_type: 0, index: 1, flags: 1, change: 1 }
message 2 (line 7, recvmsg): NLMSG_ERROR, 36 bytes, flags NLM_F_CAPPED, sequence 1795572080, port 0
  -- done: RTM_NEWLINK, sequence 1795572080
  error: 0
  msg: RTM_NEWLINK, sequence 1795572080
message 3 (line 8, sendto): request RTM_GETLINK, 20 bytes, flags NLM_F_REQUEST|NLM_F_ROOT|NLM_F_MATCH, sequence 2, port 0, family 17
  ifinfomsg: { family: 17, device_type: 0, index: 0, flags: 0, change: 0 }
message 4 (line 9, sendto): request RTM_GETLINK, 20 bytes, flags NLM_F_REQUEST|NLM_F_ROOT|NLM_F_MATCH, sequence 2, port 0, family 17
  ifinfomsg: { family: 17, device_type: 0, index: 0, flags: 0, change: 0 }
-- line 10, sendto: not of netlink
checked: 0 values made anew, 0 copied as bytes, 0 messages differ
4 messages, 0 attributes, 0 unknown, 0 malformed
"
    );
    assert_eq!((output.code, output.remarks.as_str()), (0, ""));
    // Zeros after a message, as ip sends them.
    let zeros = decoded(
        CHECK,
        b"0x14000000120001030200000000000000 11:00:00:00 0000000000000000",
    );
    zeros.has("-- line 1: 8 zeros after the last message");
    assert_eq!(
        zeros.last(),
        "1 messages, 0 attributes, 0 unknown, 0 malformed"
    );
}

#[test]
fn what_cannot_be_read_is_said_and_is_an_error() {
    let taken_apart = STRACE.lines().nth(1).unwrap();
    let cut = r#"sendto(3, "\x54\x00\x00\x00\x10\x00\x05\x06"..., 84, 0, {sa_family=AF_NETLINK}, 12) = 84"#;
    for (input, says) in [
        (
            "zz",
            "line 1: neither hexadecimal nor a call of strace: 'z'",
        ),
        ("abc", "line 1: an odd number of hexadecimal digits"),
        (taken_apart, "add -e write=all -e read=all"),
        (cut, "strace cut the bytes short; add -s 65535"),
    ] {
        let output = decoded(CHECK, input.as_bytes());
        assert!(output.remarks.contains(says), "{}", output.remarks);
        assert_eq!(output.code, 2);
        assert_eq!(
            output.last(),
            "0 messages, 0 attributes, 0 unknown, 0 malformed"
        );
    }
    // The next line is none the worse for it.
    let both = format!("zz\n# a remark\n\n{}", lines([&message(1, 0, 0, &[])[..]]));
    assert!(decoded(CHECK, both.as_bytes()).text.contains("NLMSG_NOOP"));
}

#[derive(Clone, Copy)]
pub enum File {
    Pcap,
    Pcapng,
    Simple,
}

/// The packets of the capture in another form of file.
pub fn rewritten(form: File, big: bool) -> Vec<u8> {
    let word = |number: u32| {
        if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let half = |number: u16| {
        if big {
            number.to_be_bytes()
        } else {
            number.to_le_bytes()
        }
    };
    let block = |kind: u32, body: &[&[u8]]| {
        let mut body = body.concat();
        body.resize(body.len().next_multiple_of(4), 0);
        let len = word(12 + body.len() as u32);
        [&word(kind)[..], &len, &body, &len].concat()
    };
    let mut file = match form {
        // In nanoseconds.
        File::Pcap => [0xa1b2_3c4d, 0, 0, 0, 65535, 253].map(word).concat(),
        _ => {
            let section = block(0x0a0d_0d0a, &[&word(0x1a2b_3c4d), &half(1), &[0; 10]]);
            let other = block(1, &[&half(1), &[0; 6]]);
            let netlink = block(1, &[&half(253), &[0; 6]]);
            match form {
                File::Simple => [section, netlink].concat(),
                _ => [section, other, block(5, &[&[1; 9]]), netlink].concat(),
            }
        }
    };
    let mut rest = &NLMON[24..];
    while !rest.is_empty() {
        let len = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        let (captured, original) = (len(8), len(12));
        let data = &rest[16..16 + captured as usize];
        file.extend(match form {
            File::Pcap => [&[0; 8][..], &word(captured), &word(original), data].concat(),
            File::Pcapng => {
                let head = [1, 0, 0, captured, original].map(word).concat();
                block(6, &[&head, data, &[]])
            }
            // It has no length of its own but the original.
            File::Simple => block(3, &[&word(captured), data]),
        });
        rest = &rest[16 + captured as usize..];
    }
    file
}

#[test]
fn captures_of_nlmon_are_taken() {
    if !of_here() {
        return;
    }
    let output = decoded(CHECK, NLMON);
    for line in [
        "message 1 (packet 1, to the kernel): request RTM_NEWLINK, 84 bytes, flags NLM_F_REQUEST|NLM_F_ACK|NLM_F_EXCL|NLM_F_CREATE, sequence 1795563791, port 0",
        "-- done: RTM_NEWLINK, sequence 1795563791",
        "-- packet 3: skipped, NETLINK_GENERIC",
        "message 4 (packet 4, to user space): RTM_NEWLINK, 424 bytes, flags NLM_F_MULTI, sequence 7, port 15108, family bridge",
        "IFLA_BRPORT_FORWARD_DELAY_TIMER (centiseconds): 14.98s",
        "-- RTM_NEWLINK, sequence 77: Invalid argument (EINVAL): mtu less than device minimum; mtu = 9",
        "-- packet 7: cut to 40 of 52 bytes",
        "-- packet 8: skipped, netlink family 99",
        "2 packets skipped",
        "checked: 56 values made anew, 0 copied as bytes, 0 messages differ",
    ] {
        output.has(line);
    }
    assert_eq!(
        output.last(),
        "7 messages, 60 attributes, 0 unknown, 1 malformed"
    );
    assert_eq!((output.code, output.remarks.as_str()), (0, ""));
    for big in [false, true] {
        assert_eq!(
            decoded(CHECK, &rewritten(File::Pcap, big)).text,
            output.text
        );
        assert_eq!(
            decoded(CHECK, &rewritten(File::Pcapng, big)).text,
            output.text
        );
        let simple = decoded(CHECK, &rewritten(File::Simple, big)).text;
        assert_eq!(
            simple,
            output
                .text
                .replace("-- packet 7: cut to 40 of 52 bytes\n", "")
        );
    }
    // In JSON the remarks stand elsewhere.
    let json = decoded(
        Options {
            json: true,
            ..CHECK
        },
        NLMON,
    );
    assert_eq!(json.text.lines().count(), 8);
    assert!(json.remarks.contains("NETLINK_GENERIC"));
    // Of a machine of the other byte order, and of another sort of link.
    let mut other = NLMON[..24 + 16 + 16 + 84].to_vec();
    other[56..60].reverse();
    decoded(CHECK, &other).has("-- packet 1: skipped, of a machine of the other byte order");
    other[20] = 1;
    decoded(CHECK, &other).has("-- packet 1: skipped, not of netlink (link type 1)");
    other[20] = 113;
    other[56..60].reverse();
    assert!(decoded(CHECK, &other).last().starts_with("1 messages"));
    // Cut anywhere: all packets before are there.
    for form in [
        NLMON.to_vec(),
        rewritten(File::Pcapng, true),
        rewritten(File::Simple, false),
    ] {
        for end in 4..form.len() {
            let output = decoded(CHECK, &form[..end]);
            assert!(output.code == 0 || output.remarks.contains("cut or broken at byte"));
        }
    }
}
