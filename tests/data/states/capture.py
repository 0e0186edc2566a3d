#!/usr/bin/env python3
"""Captures what the kernel tells of many states, and what `ip -j -d` made of the same messages.

Run in this directory; needs iproute2 and strace. Each block of a file beside this one is a
sandbox of its own: `$` and the command that showed it, what that printed as JSON, and a line for
each message that it printed it from, the body in hexadecimal; before addresses stands their link.
"""
import json, re, sys
sys.path.append("..")
import traced

NEWLINK, NEWADDR, NEWROUTE, NEWNEIGH = 16, 20, 24, 28

def link(show, *setup):
    return f"ip -j -d -s -s link show dev {show}", setup

LINKS = [
    link("lo"),
    link("lo", "ip link set lo down"),
    link("v0"),
    link("v1"),
    link("v4"),
    link("v0", "ip link set v1 down"),
    link("v0", "ip link set v0 mtu 1400 txqueuelen 77 address 02:00:00:00:00:01"),
    link("v0", "ip link set v0 alias 'to the host' group 9"),
    link("v0", "ip link set v0 promisc on allmulticast on arp off"),
    link("v0", "ip link set v0 multicast off dynamic on"),
    link("v0", "ip link set v0 mode dormant", "ip link set v0 down"),
    link("v0", "ip link set v0 addrgenmode none"),
    link("v0", "ip link set v0 addrgenmode random"),
    link("v0", "sysctl -qw net.ipv6.conf.v0.stable_secret=2001:db8::1"),
    link("v0", "ip token set ::5 dev v0", ),
    link("v0", "ip link property add dev v0 altname alt0 altname a-longer-name-than-fifteen"),
    link("v0", "ip link set v0 gso_max_size 30000 gso_max_segs 9 gro_max_size 40000"),
    link("v0", "ip link set v1 netns ns0"),
    link("v0", "ip link set v1 netns ns0", "ip -n ns0 link set v1 up"),
    link("v8", "ip link add v8 numtxqueues 3 numrxqueues 5 type veth peer name v9"),
    link("i0", "ip link add i0 type ifb"),
    link("i0", "ip link add i0 type ifb", "ip link set i0 up"),
    link("br0"),
    link("br0", "ip link set br0 down"),
    link("br0", "ip link set v2 nomaster"),
    link("br0", "ip link set br0 type bridge stp_state 1 forward_delay 400 hello_time 100 max_age 1000"),
    link("br0", "ip link set br0 type bridge priority 100 ageing_time 12345 group_fwd_mask 0x4008"),
    link("br0", "ip link set br0 type bridge mcast_snooping 0 mcast_router 2 mcast_querier 0"),
    link("br0", "ip link set br0 type bridge mcast_querier 1 mcast_query_use_ifaddr 1 mcast_stats_enabled 1 mcast_igmp_version 3 mcast_mld_version 2"),
    link("br0", "ip link set br0 type bridge mcast_hash_max 512 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 200"),
    link("br0", "ip link set br0 type bridge mcast_membership_interval 20000 mcast_querier_interval 10000 mcast_query_interval 5000 mcast_query_response_interval 500 mcast_startup_query_interval 1000"),
    link("br0", "ip link set br0 type bridge nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1"),
    link("br0", "ip link set br0 type bridge no_linklocal_learn 1 group_address 01:80:c2:00:00:05"),
    link("br0", "bridge fdb add 02:00:00:00:00:0a dev v2 master dynamic"),
    link("v2"),
    link("v2", "ip link set v3 down"),
    link("v2", "ip link set v2 type bridge_slave hairpin on guard on root_block on fastleave on learning off flood off"),
    link("v2", "ip link set v2 type bridge_slave proxy_arp on proxy_arp_wifi on mcast_router 2 mcast_flood off bcast_flood off mcast_to_unicast on"),
    link("v2", "ip link set v2 type bridge_slave group_fwd_mask 8 neigh_suppress on vlan_tunnel on isolated on locked on"),
    link("v2", "ip link set v2 type bridge_slave cost 77 priority 5 mcast_router 0"),
    link("v2", "ip link set v4 master br0", "ip link set v2 type bridge_slave backup_port v4"),
    link("v2", "ip link set br0 type bridge stp_state 1"),
    link("v2", "ip link set v2 type bridge_slave state 4"),
]

BRIDGE_LINKS = [
    ("bridge -j -d link show dev v2", ()),
    ("bridge -j -d link show dev v2", ("bridge link set dev v2 hairpin on learning off cost 9",)),
    ("bridge -j -d link show dev v2", ("ip link set v2 type bridge_slave isolated on locked on neigh_suppress on vlan_tunnel on",)),
    ("bridge -j -d link show dev v2", ("ip link set v2 type bridge_slave guard on root_block on fastleave on flood off",)),
    ("bridge -j -d link show dev v2", ("ip link set v2 type bridge_slave mcast_router 2 mcast_flood off bcast_flood off mcast_to_unicast on",)),
    ("bridge -j -d link show dev v2", ("ip link set br0 type bridge stp_state 1",)),
    ("bridge -j -d link show dev v2", ("ip link set v4 master br0", "ip link set v2 type bridge_slave backup_port v4",)),
]

ADDRESSES = [("ip -j -d addr show dev lo", ())] + [
    ("ip -j -d addr show dev v0", setup) for setup in [
        (),
        ("ip addr add 192.168.56.10/16 dev v0", "ip addr add 192.168.57.10/16 dev v0"),
        ("ip addr add 10.1.0.1/24 brd + dev v0 label v0:x", "ip addr add 10.1.1.1/24 brd 10.1.1.7 dev v0"),
        ("ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link", "ip addr add 10.2.0.5/24 dev v0 scope host"),
        ("ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute",),
        ("ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 0",),
        ("ip addr add 224.0.0.9/32 dev v0 autojoin", "ip addr add 10.4.0.1/24 scope 77 dev v0"),
        ("ip addr add 2001:db8::1/64 dev v0", "ip addr add 2001:db8::2/64 dev v0 nodad"),
        ("ip addr add 2001:db8::3/128 peer 2001:db8::4/128 dev v0 nodad",),
        ("ip addr add 2001:db8::5/64 dev v0 nodad home mngtmpaddr", "ip addr add 2001:db8:1::5/64 dev v0 optimistic"),
        ("ip addr add 2001:db8::6/64 dev v0 nodad noprefixroute valid_lft 3600 preferred_lft 1800",),
        ("ip addr add 2001:db8::7/64 dev v0 nodad valid_lft 3600 preferred_lft 0 metric 9",),
    ]
]

V4 = """
ip addr add 192.168.0.2/16 brd + dev v0
ip addr add 10.32.0.1 peer 10.32.0.2/32 dev v0
ip nexthop add id 7 via 192.168.0.1 dev v0
ip nexthop add id 8 via 192.168.0.3 dev v0
ip nexthop add id 9 group 7,2/8,5
ip route add default via 192.168.0.1 metric 5
ip route add 10.8.0.0/16 via 192.168.0.1 metric 9 table 1000 proto static
ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 congctl cubic
ip route add 10.6.0.0/16 rtt 100ms rttvar 50ms rto_min 20ms hoplimit 9 quickack 1 features ecn dev v0
ip route add 10.6.1.0/24 window 1000 ssthresh 7 cwnd lock 8 reordering 5 initcwnd 20 initrwnd 30 fastopen_no_cookie 1 dev v0
ip route add blackhole 10.5.0.0/16
ip route add unreachable 10.5.1.0/24 metric 4278198272
ip route add prohibit 10.5.2.0/24 proto bird
ip route add throw 10.5.3.0/24 table 77
ip route add multicast 239.0.0.0/8 dev v0
ip route add local 10.5.4.1 dev lo
ip route add broadcast 10.5.4.255 dev v0
ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.3 dev v0 onlink
ip route add 10.4.1.0/24 nexthop dev v0 nexthop dev v2 weight 256
ip route add 10.4.2.0/24 nexthop via inet6 fe80::1 dev v0 nexthop via 192.168.0.4
ip route add 10.3.0.0/16 via inet6 fe80::1 dev v0
ip route add 10.2.0.0/16 via 172.16.0.1 dev v0 onlink
ip route add 10.1.0.0/16 tos 0x10 dev v0 proto zebra scope host
ip route add 10.0.0.0/16 nhid 7
ip route add 10.0.1.0/24 nhid 9
ip link set v3 down
ip route add 10.9.0.0/16 dev v2
"""
V6 = """
ip addr add 2001:db8::1/64 dev v0 nodad
ip nexthop add id 8 via fe80::1 dev v0
ip nexthop add id 10 via fe80::2 dev v0
ip nexthop add id 9 group 8/10
ip -6 route add default via fe80::1 dev v0 proto ra expires 600 mtu 1280
ip route add 2001:db8:9::/48 via fe80::1 dev v0
ip route add 2001:db8:8::/48 dev v0 pref high expires 60
ip route add 2001:db8:8:1::/64 dev v0 pref low metric 7 proto 99
ip route add 2001:db8:7::/48 via 2001:db8::9 src 2001:db8::1 hoplimit 7
ip route add unreachable 2001:db8:7:1::/64
ip route add blackhole 2001:db8:7:2::/64 table 1000
ip route add prohibit 2001:db8:7:3::/64
ip route add 2001:db8:6::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0 weight 2
ip route add 2001:db8:5::/48 nhid 8
ip route add 2001:db8:5:1::/64 nhid 9
ip route add anycast 2001:db8:4::1 dev v0
"""
lines = lambda text: tuple(filter(None, text.split("\n")))
ROUTES = [
    ("ip -j -d -4 route show table all", lines(V4)),
    ("ip -j -d -6 route show table all", lines(V6)),
] + [
    (f"ip -j -d route get {what}", lines(V4)) for what in
    ("10.7.0.1", "10.4.0.9", "192.168.0.2", "10.8.0.1 mark 7", "192.168.255.255", "fibmatch 10.6.0.1", "10.0.0.9")
] + [(f"ip -j -d route get {what}", lines(V6)) for what in ("2001:db8:9::7", "2001:db8::1", "fibmatch 2001:db8:6::9")]

NEIGHBOURS = """
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0 protocol static
ip neigh add 192.168.0.10 lladdr 02:00:00:00:00:0a nud reachable dev v0
ip neigh add 192.168.0.11 lladdr 02:00:00:00:00:0b nud stale dev v0
ip neigh add 192.168.0.12 lladdr 02:00:00:00:00:0c nud noarp dev v0 extern_learn
ip neigh add 192.168.0.13 lladdr 02:00:00:00:00:0d nud delay dev v0
ip neigh add 192.168.0.14 lladdr 02:00:00:00:00:0e nud probe dev v0
ip neigh add 192.168.0.15 nud incomplete dev v0
ip neigh add 192.168.0.16 dev v0 managed
ip neigh add 192.168.0.17 nud failed dev v0
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 router
ip neigh add 2001:db8::10 lladdr 02:00:00:00:00:0a nud stale dev v0 router extern_learn
ip neigh add proxy 192.168.0.30 dev v0
ip neigh add proxy 2001:db8::30 dev v0 router
"""
NEIGHBOURS = [
    ("ip -j -d -s -4 neigh show nud all", lines(NEIGHBOURS)),
    ("ip -j -d -s -6 neigh show nud all", lines(NEIGHBOURS)),
    ("ip -j -d -4 neigh show proxy", lines(NEIGHBOURS)),
    ("ip -j -d -6 neigh show proxy", lines(NEIGHBOURS)),
]

FDB = """
bridge fdb add 02:00:00:00:00:09 dev v2 master static
bridge fdb add 02:00:00:00:00:0a dev v2 master dynamic
bridge fdb add 02:00:00:00:00:0b dev v2 master static sticky
bridge fdb add 02:00:00:00:00:0c dev v2 master static extern_learn
bridge fdb add 02:00:00:00:00:0d dev v2 master permanent
bridge fdb add 02:00:00:00:00:0e dev br0 local
bridge fdb add 02:00:00:00:00:0f dev v2
bridge fdb add 02:00:00:00:00:1c dev vx0 dst 192.0.2.9 vni 7 port 4790 via v0
bridge fdb add 02:00:00:00:00:1d dev vx0 dst 192.0.2.9 static
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.11
"""
FDB = [("bridge -j -d -s fdb show", lines(FDB)), ("bridge -j -d -s fdb show br br0", lines(FDB))]

FILES = {
    "link": (NEWLINK, LINKS),
    "bridge_link": (NEWLINK, BRIDGE_LINKS),
    "address": (NEWADDR, ADDRESSES),
    "route": (NEWROUTE, ROUTES),
    "neighbour": (NEWNEIGH, NEIGHBOURS),
    "fdb": (NEWNEIGH, FDB),
}

def shown(file, kind, show, setup):
    """The JSON, and the messages that it was printed from."""
    quiet = [line + " >/dev/null || echo failed: " + line.replace("'", "") + " >&2" for line in setup]
    out, trace = traced.run(show, quiet, ("-e", "trace=recvmsg", "-e", "read=all"))
    for line in re.findall("failed: .*", trace):
        print(show, line)
    told = [(of, body) for d in traced.datagrams(trace, "recvmsg(")
            for of, _, body in traced.messages(d)]
    bodies = [body for of, body in told if of == kind]
    objects = [o for o in json.loads(out) if o]
    if kind in (NEWLINK, NEWADDR):
        # The last one of the link itself: the others are look-ups of names.
        index = objects[0]["ifindex"].to_bytes(4, "little")
        family = 7 if file == "bridge_link" else 0
        links = [b for of, b in told if of == NEWLINK and b[4:8] == index and b[0] == family]
        bodies = links[-1:] + (bodies if kind == NEWADDR else [])
    return objects, bodies

def main():
    for file, (kind, states) in FILES.items():
        with open(file + ".txt", "w") as out:
            for show, setup in states:
                objects, bodies = shown(file, kind, show, setup)
                out.write(f"$ {show}\n{json.dumps(objects)}\n")
                out.writelines(body.hex() + "\n" for body in bodies)

main()
