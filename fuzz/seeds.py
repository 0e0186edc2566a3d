#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets out of what the kernel and others wrote, in tests/data/.

    fuzz/seeds.py

A seed is whole only on a little-endian machine, as the captures are.
"""
import re
import shutil
import struct
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "tests" / "data"
TABLES = re.findall(
    r"^\s+nlroute::(?:\w+::)?(\w+),$",
    (HERE.parent / "tests" / "common" / "tables.rs").read_text(),
    re.M,
)

NLMSG_ERROR, NLMSG_DONE = 2, 3
CAPPED, TLVS = 0x100, 0x200


def message(kind, body, sequence=1, flags=0):
    pad = b"\0" * (-len(body) % 4)
    return struct.pack("=IHHII", 16 + len(body), kind, flags, sequence, 0) + body + pad


def messages(name):
    data, at = (DATA / name).read_bytes(), 0
    while at < len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        yield kind, data[at + 16 : at + length]
        at += (length + 3) & ~3


def attribute(kind, payload):
    pad = b"\0" * (-len(payload) % 4)
    return struct.pack("=HH", 4 + len(payload), kind) + payload + pad


def replies(name):
    for line in (DATA / "replies" / name).read_text().split("\n"):
        if line:
            yield bytes.fromhex(line.split("\t")[1])


def write(target, name, data):
    directory = HERE / "seeds" / target
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(data)


def main():
    shutil.rmtree(HERE / "seeds", ignore_errors=True)
    links = [body for kind, body in messages("links.bin") if kind == 16]
    port = [body for kind, body in messages("bridge_links.bin") if kind == 16]
    # The first, a bridge and a port of it, and the same in the bridge's own family.
    bodies = [(16, "LinkTable", f"link{n}", body) for n, body in enumerate(links[:4])]
    bodies += [(16, "LinkTable", f"bridge_link{n}", body) for n, body in enumerate(port)]
    for kind, table, noun, keep in [
        (20, "AddressTable", "address", 3),
        (24, "RouteAttributeTable", "route", 10),
        (28, "NeighbourTable", "neighbour", 4),
    ]:
        for n, body in enumerate(list(replies(f"{noun}.txt"))[:keep]):
            bodies.append((kind, table, f"{noun}{n}", body))
    for request in ["ip_link_add_veth", "ip_link_add_bridge", "ip_link_set_bridge_slave"]:
        for kind, body in messages(f"{request}.bin"):
            bodies.append((kind, "LinkTable", request, body))

    policy = attribute(4, attribute(4, struct.pack("=Q", 68)) + attribute(5, struct.pack("=Q", 1500)))
    said = attribute(1, b"MTU out of range\0") + attribute(2, struct.pack("=I", 32)) + policy
    quoted = struct.pack("=IHHII", 40, 16, 5, 1, 0)
    refusal = struct.pack("=i", -34) + quoted + said
    bodies.append((NLMSG_ERROR, "ExtAckTable", "extack", said))

    for kind, table, name, body in bodies:
        write("datagram", name, message(kind, body))
        write("round_trip", name, bytes([TABLES.index(table)]) + body)
    # A kind's own table.
    for table, name, attributes in [
        ("BridgeTable", "bridge", attribute(1, struct.pack("=I", 400)) + attribute(7, b"\1")),
        ("VethTable", "veth", attribute(1, struct.pack("=16x") + attribute(3, b"ceth0\0"))),
        ("RouteMetricsTable", "metrics", attribute(2, struct.pack("=I", 1400))),
    ]:
        write("round_trip", name, bytes([TABLES.index(table)]) + attributes)

    done = struct.pack("=i", 0)
    ack = done + quoted

    def played(call, *datagrams):
        return bytes([call]) + b"".join(struct.pack("<H", len(d)) + d for d in datagrams)

    first = {kind: body for kind, _, _, body in reversed(bodies)}
    multi = 2
    for call, kind in [(0, 16), (7, 24), (9, 28), (13, 16), (14, 88)]:
        body = first.get(kind, struct.pack("=4x") + attribute(1, struct.pack("=i", 3)))
        write("connection", f"get{call}", played(call, message(kind, body)))
    for call, kind in [(1, 16), (5, 24), (10, 28), (11, 28), (12, 20), (15, 16)]:
        # A name to be looked up is asked for first.
        asked = message(16, first[16]) if call in (5, 10) else b""
        found = [asked] if asked else []
        sequence = 2 if asked else 1
        answer = message(kind, first[kind], sequence, multi)
        end = message(NLMSG_DONE, done, sequence, multi)
        write("connection", f"list{call}", played(call, *found, answer, end))
        end = message(NLMSG_DONE, done, sequence, multi | 0x10)
        write("connection", f"interrupted{call}", played(call, *found, answer + end, answer + end))
    for call in (2, 3, 4, 8, 16):
        acks = [message(NLMSG_ERROR, ack, n, CAPPED) for n in (1, 2, 3)]
        write("connection", f"change{call}", played(call, *acks))
        refused = message(NLMSG_ERROR, refusal, 1, CAPPED | TLVS)
        write("connection", f"refused{call}", played(call, refused))
    refused = message(NLMSG_ERROR, refusal, 3, CAPPED | TLVS)
    last = message(NLMSG_ERROR, ack, 8, CAPPED)
    write("connection", "batch", played(6, refused + last))


main()
