//! Byte order and layout: what stands at which offset, in which order, whatever the host's is.
//! Numbers of the host's order are made by `to_ne_bytes` here, those of the network's are
//! written out.
use std::{
    fmt::Debug,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use nlroute::{
    NetnsId,
    address::{AddressCacheInfo, AddressHeader},
    bridge::{BridgeVlanInfo, MdbEntryInfo, MdbHeader, TunnelHeader, VlanHeader},
    link::{
        BridgeId, BridgeOptions, IfMap, Inet6CacheInfo, LinkHeader, LinkStats, LinkStats32, VfGuid,
        VfMac, VfVlanInfo,
    },
    neighbour::{NeighbourCacheInfo, NeighbourHeader},
    route::{MulticastStats, NexthopHeader, RouteCacheInfo, RouteHeader},
    rule::{RuleHeader, RulePortRange, RuleUidRange},
    wire::{
        Attributes, Be16, Be32, Be64, Bytes, Centis, Eighths, Fixed, Format, IfName, Index,
        IpBytes, LinkAddress, MessageHeader, Messages, Millis, OnOff, Packed, Present, Quarters,
        Seconds, Str, Uint, Writer, table::Layout,
    },
};

/// That `payload` reads as `value`, and that what was read is written so again.
#[track_caller]
fn stands<'a, F: Format>(payload: &'a [u8], value: F::Read<'a>)
where
    F::Read<'a>: PartialEq,
{
    assert_eq!(F::read(payload).map(|read| read == value), Ok(true));
    let again = F::again(payload).unwrap();
    let mut written = Vec::new();
    F::write(&again, &mut Writer::new(&mut written)).unwrap();
    assert_eq!(written, payload);
    // As an attribute: by `put`, which may have a way of its own.
    let mut attribute = Vec::new();
    F::put(7, &again, &mut Writer::new(&mut attribute)).unwrap();
    let len = (4 + payload.len()) as u16;
    assert_eq!(attribute[..2], len.to_ne_bytes());
    assert_eq!(attribute[2..4], 7_u16.to_ne_bytes());
    assert_eq!(&attribute[4..4 + payload.len()], payload);
    assert!(attribute[4 + payload.len()..].iter().all(|byte| *byte == 0));
    assert_eq!(attribute.len() % 4, 0);
}

#[test]
fn network_order_stands_big_end_first() {
    stands::<Be16>(&[0x12, 0x34], 0x1234);
    stands::<Be32>(&[0x12, 0x34, 0x56, 0x78], 0x1234_5678);
    stands::<Be64>(&[1, 2, 3, 4, 5, 6, 7, 8], 0x0102_0304_0506_0708);
    stands::<Ipv4Addr>(&[192, 0, 2, 1], Ipv4Addr::new(192, 0, 2, 1));
    let v6: Ipv6Addr = "2001:db8::102".parse().unwrap();
    let bytes = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2];
    stands::<Ipv6Addr>(&bytes, v6);
    stands::<IpBytes>(&[192, 0, 2, 1], IpAddr::from([192, 0, 2, 1]));
    stands::<IpBytes>(&bytes, v6.into());
    stands::<LinkAddress>(&[2, 0x42, 0, 0, 0, 9], [2, 0x42, 0, 0, 0, 9].into());
}

#[test]
fn numbers_stand_in_the_hosts_order() {
    stands::<u8>(&[0x12], 0x12);
    stands::<i8>(&[0xfe], -2);
    stands::<u16>(&0x1234_u16.to_ne_bytes(), 0x1234);
    stands::<u32>(&0x1234_5678_u32.to_ne_bytes(), 0x1234_5678);
    stands::<i32>(&(-2_i32).to_ne_bytes(), -2);
    stands::<u64>(&(1_u64 << 40).to_ne_bytes(), 1 << 40);
    stands::<i64>(&i64::MIN.to_ne_bytes(), i64::MIN);
    stands::<Uint>(&7_u32.to_ne_bytes(), 7);
    stands::<Uint>(&(1_u64 << 32).to_ne_bytes(), 1 << 32);
    stands::<Index>(&9_u32.to_ne_bytes(), 9);
    stands::<OnOff>(&[1], true);
    stands::<OnOff>(&[0], false);
    stands::<Present>(&[], true);
    stands::<Bytes>(&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5]);
    stands::<[u8; 3]>(&[1, 2, 3], [1, 2, 3]);
}

#[test]
fn times_stand_in_their_unit() {
    let time = Duration::from_millis(12_340);
    stands::<Centis<u32>>(&1234_u32.to_ne_bytes(), time);
    stands::<Centis<u64>>(&1234_u64.to_ne_bytes(), time);
    stands::<Millis<u32>>(&12_340_u32.to_ne_bytes(), time);
    stands::<Eighths<u32>>(&98_720_u32.to_ne_bytes(), time);
    stands::<Quarters<u32>>(&49_360_u32.to_ne_bytes(), time);
    stands::<Seconds<u32>>(&12_u32.to_ne_bytes(), Duration::from_secs(12));
    // The greatest number of units is a time too.
    let most = u64::MAX.to_ne_bytes();
    stands::<Centis<u64>>(&most, Duration::new(u64::MAX / 100, 150_000_000));
    stands::<Seconds<u64>>(&most, Duration::from_secs(u64::MAX));
}

#[test]
fn names_and_arrays_stand_byte_by_byte() {
    let name = IfName::new("eth0").unwrap();
    stands::<IfName>(b"eth0\0", name);
    stands::<IfName>(
        b"fifteen-bytes-n\0",
        IfName::new("fifteen-bytes-n").unwrap(),
    );
    // Without its NUL, or with many: the same.
    assert_eq!(IfName::read(b"eth0"), Ok(name));
    assert_eq!(IfName::read(b"eth0\0\0\0\0"), Ok(name));
    assert_eq!(Str::read(b"cubic\0rest").unwrap(), "cubic");
    let numbers = [1_u64, 1 << 40].map(u64::to_ne_bytes).concat();
    let packed = <Packed<'static, u64> as Format>::read(&numbers).unwrap();
    assert_eq!(packed.iter().collect::<Vec<_>>(), [1, 1 << 40]);
    assert!(<Packed<'static, u64> as Format>::read(&numbers[1..]).is_err());
}

#[test]
fn the_header_of_a_message_stands_where_it_must() {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let message = out.begin(0x1234, 0x0567);
    out.bytes(&[9, 8, 7]);
    out.end(message).unwrap();
    // What is appended is padded, and counts as part of the message.
    let expected = [
        &20_u32.to_ne_bytes()[..],
        &0x1234_u16.to_ne_bytes(),
        &0x0567_u16.to_ne_bytes(),
        &[0; 8],
        &[9, 8, 7, 0],
    ]
    .concat();
    assert_eq!(bytes, expected);
    bytes[8..12].copy_from_slice(&0x0a0b_0c0d_u32.to_ne_bytes());
    bytes[12..16].copy_from_slice(&77_u32.to_ne_bytes());
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let header = MessageHeader {
        kind: 0x1234,
        flags: 0x0567,
        sequence: 0x0a0b_0c0d,
        port: 77,
    };
    assert_eq!(*message.header(), header);
    assert_eq!(message.body(), [9, 8, 7, 0]);
}

#[test]
fn the_header_of_an_attribute_stands_where_it_must() {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    let nest = out.begin_nest(0x0123);
    out.fixed(0x0045, [1, 2, 3]);
    out.end_attribute(nest).unwrap();
    let expected = [
        &12_u16.to_ne_bytes()[..],
        &0x8123_u16.to_ne_bytes(),
        &7_u16.to_ne_bytes(),
        &0x0045_u16.to_ne_bytes(),
        &[1, 2, 3, 0],
    ]
    .concat();
    assert_eq!(bytes, expected);
    let nest = Attributes::new(&bytes).next().unwrap().unwrap();
    assert_eq!((nest.kind(), nest.raw_kind()), (0x0123, 0x8123));
    assert!(nest.is_nested());
    let inner = nest.nested().next().unwrap().unwrap();
    assert_eq!((inner.kind(), inner.payload()), (0x0045, &[1, 2, 3][..]));
}

/// A record read from `bytes` is `value`, and writes them, wherever the bytes come from.
#[track_caller]
fn record<R>(bytes: &[&[u8]], value: R)
where
    R: Copy + PartialEq + Debug + for<'a> Format<Read<'a> = R, Write<'a> = R>,
{
    let bytes = bytes.concat();
    assert_eq!(R::read(&bytes), Ok(value));
    let mut written = Vec::new();
    R::write(&value, &mut Writer::new(&mut written)).unwrap();
    assert_eq!(written, bytes);
    // At no address that is aligned for its numbers, and with what a newer kernel appends.
    for shift in 1..8 {
        let shifted = [&vec![0xaa; shift][..], &bytes, &[0xbb; 9]].concat();
        assert_eq!(R::read(&shifted[shift..]), Ok(value));
    }
}

fn ne(number: u32) -> [u8; 4] {
    number.to_ne_bytes()
}

fn ne16(number: u16) -> [u8; 2] {
    number.to_ne_bytes()
}

#[test]
fn headers_are_read_by_offset() {
    record(
        &[&[7, 0], &ne16(0x0301), &ne(0x0102_0304), &ne(0x11), &ne(1)],
        LinkHeader {
            family: 7,
            device_type: 0x0301,
            index: 0x0102_0304,
            flags: 0x11,
            change: 1,
        },
    );
    record(
        &[&[2, 16, 0x80, 253], &ne(0x0a0b_0c0d)],
        AddressHeader {
            family: 2,
            prefix_len: 16,
            flags: 0x80,
            scope: 253,
            index: 0x0a0b_0c0d,
        },
    );
    record(
        &[&[10, 64, 48, 1, 254, 3, 253, 2], &ne(0x0102_0304)],
        RouteHeader {
            family: 10,
            dst_len: 64,
            src_len: 48,
            tos: 1,
            table: 254,
            protocol: 3,
            scope: 253,
            kind: 2,
            flags: 0x0102_0304,
        },
    );
    record(
        &[&ne16(0x0108), &[4, 9], &ne(0x0102_0304)],
        NexthopHeader {
            len: 0x0108,
            flags: 4,
            hops: 9,
            index: 0x0102_0304,
        },
    );
    record(
        &[&[10, 0, 0, 0], &ne(0x0102_0304), &ne16(0x0102), &[8, 5]],
        NeighbourHeader {
            family: 10,
            index: 0x0102_0304,
            state: 0x0102,
            flags: 8,
            kind: 5,
        },
    );
}

/// A record that has more members in a later version: not a literal.
fn made<R: Default>(set: impl FnOnce(&mut R)) -> R {
    let mut record = R::default();
    set(&mut record);
    record
}

#[test]
fn records_are_read_by_offset() {
    record(
        &[&ne(1), &ne(2), &ne(3), &ne(4)],
        made(|r: &mut AddressCacheInfo| {
            (r.preferred, r.valid, r.created, r.updated) = (1, 2, 3, 4)
        }),
    );
    record(
        &[&ne(1), &ne(2), &ne(3), &ne(4)],
        made(|r: &mut Inet6CacheInfo| {
            (r.max_reasm_len, r.tstamp, r.reachable_time, r.retrans_time) = (1, 2, 3, 4)
        }),
    );
    record(
        &[&[0x80, 1], &[2, 0, 0, 0, 0, 9]],
        BridgeId {
            prio: [0x80, 1],
            addr: [2, 0, 0, 0, 0, 9],
        },
    );
    record(
        &[&ne(0x0102), &ne(0x0304)],
        BridgeOptions {
            optval: 0x0102,
            optmask: 0x0304,
        },
    );
    record(
        &[&ne16(6), &ne16(4094)],
        BridgeVlanInfo {
            flags: 6,
            vid: 4094,
        },
    );
    record(
        &[&ne(1), &[0; 4], &0x0102_0304_0506_0708_u64.to_ne_bytes()],
        VfGuid {
            vf: 1,
            guid: 0x0102_0304_0506_0708,
        },
    );
    record(
        &[&ne(1), &ne(2), &ne(3), &[0x88, 0xa8], &[0; 2]],
        VfVlanInfo {
            vf: 1,
            vlan: 2,
            qos: 3,
            vlan_proto: [0x88, 0xa8],
        },
    );
    record(
        &[1_u64, 2, 3]
            .map(u64::to_ne_bytes)
            .each_ref()
            .map(|n| &n[..]),
        made(|r: &mut MulticastStats| (r.packets, r.bytes, r.wrong_if) = (1, 2, 3)),
    );
}

/// A record whose bytes are all different: each member is the number at its offset.
macro_rules! all_different {
    ($($record:ty),*) => {$({
        let bytes: Vec<u8> = (0..<$record>::LEN).map(|n| n as u8 ^ 0x5a).collect();
        let layout: Layout = <$record>::LAYOUT;
        let mut expected = vec![0; layout.size];
        for (_, offset, size) in layout.members {
            expected[*offset..offset + size].copy_from_slice(&bytes[*offset..offset + size]);
        }
        assert_eq!(<$record>::at(&bytes).to_bytes()[..], expected[..], "{}", layout.name);
        // Cut anywhere: a member that isn't whole is zero, and those before it stay.
        for cut in 0..bytes.len() {
            let mut expected = vec![0; layout.size];
            for (_, offset, size) in layout.members.iter().filter(|m| m.1 + m.2 <= cut) {
                expected[*offset..offset + size].copy_from_slice(&bytes[*offset..offset + size]);
            }
            let told = <$record>::at(&bytes[..cut]).to_bytes();
            assert_eq!(told[..], expected[..], "{} cut at {cut}", layout.name);
        }
    })*};
}

#[test]
fn every_member_is_the_number_at_its_offset() {
    all_different! {
        MdbEntryInfo, MdbHeader, TunnelHeader, VlanHeader,
        AddressCacheInfo, AddressHeader, BridgeId, BridgeOptions, BridgeVlanInfo, IfMap,
        Inet6CacheInfo, LinkHeader, LinkStats, LinkStats32, MulticastStats, NeighbourCacheInfo,
        NeighbourHeader, NexthopHeader, RouteCacheInfo, RouteHeader, RuleHeader, RulePortRange, RuleUidRange,
        VfGuid, VfMac, VfVlanInfo
    }
    // And the other way round: by name, in the middle.
    let mut bytes = [0; LinkStats::LEN];
    bytes[24..32].copy_from_slice(&(1_u64 << 40).to_ne_bytes());
    assert_eq!(LinkStats::at(&bytes).tx_bytes, 1 << 40);
    assert_eq!(<u64 as Fixed>::get(&bytes, 24), 1 << 40);
}

#[test]
fn a_header_of_one_byte_is_padded_before_the_first_attribute() {
    use nlroute::{Request, Verb};
    let mut bytes = Vec::new();
    NetnsId::new()
        .nsid(7)
        .encode(Verb::Add, &mut Writer::new(&mut bytes))
        .unwrap();
    let attribute = [&ne16(8)[..], &ne16(1), &7_i32.to_ne_bytes()].concat();
    assert_eq!(bytes[16..], [&[0; 4][..], &attribute].concat());
}
