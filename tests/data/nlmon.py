#!/usr/bin/env python3
"""Writes nlmon.pcap: what a monitor of netlink would have seen, out of captured messages.

Run in this directory. The packets: `ip` makes a veth pair and is told that it is done; a message of
generic netlink; a dump of bridge ports with its end; a refusal with what the kernel says of it; one
that was cut; one of no netlink family that there is.
"""
import struct
from pathlib import Path

ROUTE, GENERIC = 0, 16
TO_USER, TO_KERNEL = 6, 7

def message(kind, flags, sequence, body):
    return struct.pack("<IHHII", 16 + len(body), kind, flags, sequence, 0) + body

def attribute(kind, payload):
    return struct.pack("<HH", 4 + len(payload), kind) + payload + b"\0" * (-len(payload) % 4)

def cooked(direction, family, datagram):
    return struct.pack(">HH10xH", direction, 824, family) + datagram

veth = Path("ip_link_add_veth.bin").read_bytes()
sequence = struct.unpack_from("<I", veth, 8)[0]
done = message(2, 0x100, sequence, struct.pack("<i", 0) + veth[:16])
ports = Path("bridge_links.bin").read_bytes()
mtu = message(16, 5, 77, bytes(16) + attribute(4, struct.pack("<I", 9)))
said = attribute(1, b"mtu less than device minimum\0") + attribute(2, struct.pack("<I", 32))
refused = message(2, 0x300, 77, struct.pack("<i", -22) + mtu[:16] + said)

packets = [
    cooked(TO_KERNEL, ROUTE, veth),
    cooked(TO_USER, ROUTE, done),
    cooked(TO_KERNEL, GENERIC, message(16, 5, 1, bytes([3, 1, 0, 0]))),
    cooked(TO_USER, ROUTE, ports),
    cooked(TO_KERNEL, ROUTE, mtu),
    cooked(TO_USER, ROUTE, refused),
    cooked(TO_KERNEL, ROUTE, mtu)[:40],
    cooked(TO_USER, 99, b""),
]
with open("nlmon.pcap", "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 253))
    for n, packet in enumerate(packets):
        whole = len(packet) + (12 if n == 6 else 0)
        out.write(struct.pack("<IIII", 1700000000, n, len(packet), whole) + packet)
