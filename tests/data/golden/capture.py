#!/usr/bin/env python3
"""Captures what `ip` and `bridge` send, as the lines of address.txt, route.txt and neighbour.txt.

Run as `unshare -rn ./capture.py` in this directory; needs iproute2 and strace. A line of a result
is the command, a tab, and the message in hexadecimal: type, flags, family header, attributes.
The length, the sequence and the port are left out, and so are the look-ups of links.
"""
import re, subprocess

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
"""

COMMANDS = {
    "address": """
ip addr add 192.168.56.10/16 dev v0
ip addr add 127.0.0.5/8 dev lo
ip addr add 10.1.0.1/24 brd + dev v0 label v0:x
ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link
ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute
ip addr add 2001:db8::1/64 dev v0
ip addr add 2001:db8::2/64 dev v0 nodad
ip addr add 2001:db8::3/128 peer 2001:db8::4/128 dev v0
ip addr replace 10.3.0.1/24 dev v0 valid_lft 60 preferred_lft 60
ip addr change 10.3.0.1/24 dev v0 preferred_lft 0
ip addr del 10.1.0.1/24 dev v0
ip addr show dev v0
""",
    "route": """
ip route add 10.9.0.0/16 dev v0
ip route add default via 192.168.0.1
ip route add 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static
ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 initcwnd 20
ip route add blackhole 10.6.0.0/16
ip route add local 10.5.0.1 dev lo
ip route add broadcast 10.5.0.255 dev v0
ip route add multicast 239.0.0.0/8 dev v0
ip route add throw 10.11.0.0/16 table 77
ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.2 dev v0 onlink
ip route add 10.3.0.0/16 via inet6 fe80::1 dev v0
ip route add 10.2.0.0/16 via 172.16.0.1 dev v0 onlink
ip route add 10.1.0.0/16 tos 0x10 dev v0 congctl cubic rtt 100ms
ip route add 2001:db8:9::/48 via fe80::1 dev v0
ip route add 2001:db8:8::/48 dev v0 pref high expires 60
ip route add unreachable 2001:db8:7::/48
ip route add 10.0.0.0/16 nhid 7
ip route replace 10.9.0.0/16 dev v0
ip route change 10.9.0.0/16 dev v0 mtu 1300
ip route append 10.9.0.0/16 via 192.168.0.1
ip route del 10.9.0.0/16
ip route del blackhole 10.6.0.0/16
ip route del local 10.5.0.1
ip route del 2001:db8:9::/48 dev v0
ip route get 10.9.0.1
ip route get fibmatch 10.9.0.1 oif v0 mark 5
ip route get 2001:db8:9::1 from 2001:db8::1 iif v0 uid 1000
ip route show table all
ip route show table main proto static dev v0
""",
    "neighbour": """
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0
ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a nud reachable dev v0 router
ip neigh change 192.168.0.9 lladdr 02:00:00:00:00:0a nud stale dev v0
ip neigh add proxy 192.168.0.10 dev v0
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 extern_learn protocol static
ip neigh add 192.168.0.11 dev v0 managed
ip neigh del 192.168.0.9 dev v0
ip neigh get 192.168.0.9 dev v0
ip neigh show dev v0
ip neigh show proxy
bridge fdb add 02:00:00:00:00:09 dev v2 master static vlan 5
bridge fdb add 02:00:00:00:00:0a dev v2 master dynamic
bridge fdb add 02:00:00:00:00:0b dev v2
bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 vni 7 port 4790
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10 self permanent
bridge fdb replace 02:00:00:00:00:0a dev v2 master static sticky
bridge fdb del 02:00:00:00:00:0a dev v2 master
bridge fdb get 02:00:00:00:00:0b br br0
bridge fdb get 02:00:00:00:00:0b dev v2 master
bridge fdb show br br0
bridge fdb show dev v2
""",
}

def messages(command):
    run = subprocess.run(["strace", "-e", "trace=sendmsg,sendto", "-e", "write=3,4"]
                         + command.split(), capture_output=True, text=True)
    dumps, data = [], None
    for line in run.stderr.splitlines():
        if line.startswith(("sendmsg(", "sendto(")):
            data = bytearray()
            dumps.append(data)
        elif line.startswith(" | ") and data is not None:
            data += bytes.fromhex(line[10:60])
    return [d for d in dumps if int.from_bytes(d[4:6], "little") != 18]  # not RTM_GETLINK

def whole(data):
    """Cuts off what `ip` sends of its buffer behind the last attribute of a list's question."""
    header = 8 if data[4] in (20, 21, 22) else 12
    at = 16 + header
    while at + 4 <= len(data) and (size := int.from_bytes(data[at:at + 2], "little")) >= 4:
        at += (size + 3) & ~3
    return data[:at]

def main():
    for line in SETUP.split("\n"):
        subprocess.run(line.split(), check=True) if line else None
    for noun, commands in COMMANDS.items():
        with open(noun + ".txt", "w") as out:
            for command in filter(None, commands.split("\n")):
                sent = messages(command)
                if not sent:
                    print("nothing sent:", command)
                    continue
                data = whole(sent[0])
                out.write(f"{command}\t{(data[4:8] + data[16:]).hex()}\n")

main()
