#!/usr/bin/env python3
"""Captures what the kernel tells of addresses, routes and neighbours.

Run as `unshare -rn ./capture.py` in this directory; needs iproute2. A line of a result is the
number of the message's place, a tab, and the message's body in hexadecimal.
"""
import socket, struct, subprocess, time

SETUP = """
ip link set lo up
ip link add v0 index 10 type veth peer name v1 index 11
ip link add br0 index 12 type bridge
ip link add vx0 index 13 type vxlan id 5 dstport 4789
ip link add v2 index 14 type veth peer name v3 index 15
ip link set v2 master br0
ip link set v0 up
ip link set v1 up
ip link set br0 up
ip link set v2 up
ip link set v3 up
ip link set vx0 up
ip addr add 192.168.0.2/16 brd + dev v0 label v0:x
ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link
ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7
ip addr add 2001:db8::1/64 dev v0 nodad
ip addr add 2001:db8::3/128 peer 2001:db8::4/128 dev v0
ip route add default via 192.168.0.1
ip route add 10.8.0.0/16 via 192.168.0.1 metric 9 table 1000 proto static
ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 congctl cubic
ip route add 10.6.0.0/16 rtt 100ms rttvar 50ms rto_min 20ms hoplimit 9 quickack 1 features ecn dev v0
ip route add blackhole 10.5.0.0/16
ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.3 dev v0 onlink
ip route add 10.1.0.0/16 via inet6 fe80::1 dev v0
ip nexthop add id 7 via 192.168.0.1 dev v0
ip route add 10.0.0.0/16 nhid 7
ip route add 2001:db8:9::/48 via fe80::1 dev v0
ip route add 2001:db8:8::/48 dev v0 pref high expires 60
ip route add unreachable 2001:db8:7::/48
ip route add 2001:db8:6::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0 weight 2
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0 protocol static
ip neigh add proxy 192.168.0.10 dev v0
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 router
ip neigh add 192.168.0.11 dev v0 managed
bridge fdb add 02:00:00:00:00:09 dev v2 master static
bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 vni 7 port 4790 via v0
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10
"""

DUMPS = {
    "address": [(22, bytes(8))],
    "route": [(26, bytes(12)), (26, bytes([2]) + bytes(11))],
    "neighbour": [(30, bytes(12)), (30, bytes(10) + bytes([8, 0])), (30, bytes([7]) + bytes(11))],
}

def dump(kind, header):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
        s.send(struct.pack("=IHHII", 16 + len(header), kind, 0x301, 1, 0) + header)
        while True:
            data = s.recv(1 << 16)
            while data:
                size, of = struct.unpack_from("=IH", data)
                if of == 3:
                    return
                yield data[16:size]
                data = data[(size + 3) & ~3:]

for line in filter(None, SETUP.split("\n")):
    if subprocess.run(line.split()).returncode:
        print("failed:", line)
time.sleep(2)
for noun, dumps in DUMPS.items():
    with open(noun + ".txt", "w") as out:
        for n, body in enumerate(b for d in dumps for b in dump(*d)):
            out.write(f"{n}\t{body.hex()}\n")
