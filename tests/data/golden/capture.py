#!/usr/bin/env python3
"""Captures what `ip` and `bridge` send, as the files beside this one.

Run in this directory; needs iproute2 and strace. Each command has a sandbox of its own. A line of
a result is the command, a tab, and the message in hexadecimal: type, flags, family header,
attributes. The length, the sequence and the port are left out, and so are the look-ups of links.
What the kernel of the machine refuses is sent all the same, and is here too. Files named after
the command are made anew, without one all of them.
"""
import re, sys
sys.path.append("..")
import traced

COMMANDS = {
    "link": """
ip link add v8 type veth peer name v9
ip link add v8 type veth peer name v9 netns ns0
ip link add v8 netns ns0 type veth peer name v9
ip link add v8 address 02:00:00:00:00:08 mtu 1400 up type veth peer name v9 address 02:00:00:00:00:09 mtu 1300
ip link add name v8 index 20 type veth peer name v9 index 21
ip link add v8 txqueuelen 500 numtxqueues 4 numrxqueues 2 type veth peer name v9 numtxqueues 3 numrxqueues 5
ip link add v8 group 5 type veth peer name v9 group 6
ip link add v8 type veth peer name v9 up
ip link add v8 master br0 type veth peer name v9
ip link add v8 arp off multicast off promisc on type veth peer name v9
ip link add type veth
ip link add i0 type ifb
ip link add d0 type dummy
ip link add nlmon0 type nlmon
ip link add vcan0 type vcan
ip link add d0 broadcast ff:ff:ff:ff:ff:fe gso_max_size 30000 gso_max_segs 64 gro_max_size 30000 type dummy
ip link add link v0 name mv0 type macvlan
ip link add link v0 name eth0 netns ns0 type macvlan
ip link set v0 up
ip link set v0 down
ip link set v0 mtu 1400
ip link set v0 txqueuelen 100
ip link set v0 alias 'to the host'
ip link set v0 alias ''
ip link set v0 address 02:00:00:00:00:01
ip link set v0 broadcast ff:ff:ff:ff:ff:fe
ip link set v0 name v7
ip link set v0 group 5
ip link set v0 group default
ip link set v0 master br0
ip link set v2 nomaster
ip link set v4 netns ns0
ip link set v4 netns 1
ip link set v4 netns ns0 name eth0
ip link set v0 arp off
ip link set v0 arp on
ip link set v0 promisc on
ip link set v0 promisc off
ip link set v0 allmulticast on
ip link set v0 allmulticast off
ip link set v0 multicast off
ip link set v0 multicast on
ip link set v0 dynamic on
ip link set v0 dynamic off
ip link set v0 trailers off
ip link set v0 carrier off
ip link set v0 carrier on
ip link set v0 mode dormant
ip link set v0 mode default
ip link set v0 state dormant
ip link set v0 addrgenmode none
ip link set v0 addrgenmode eui64
ip link set v0 addrgenmode stable_secret
ip link set v0 addrgenmode random
ip link set v0 protodown on
ip link set v0 protodown off
ip link set v0 protodown_reason 3 on
ip link set v0 protodown_reason 3 off
ip link set v0 gso_max_size 30000 gso_max_segs 10
ip link set v0 gro_max_size 30000
ip link set v0 xdp off
ip link set v0 xdpgeneric off
ip link set v0 xdpdrv off
ip link set v0 xdpoffload off
ip link set v0 up mtu 1300 txqueuelen 10 address 02:00:00:00:00:01 multicast off
ip link set v0 vf 0 mac 02:00:00:00:00:0f
ip link set v0 vf 1 vlan 100
ip link set v0 vf 1 vlan 100 qos 5 proto 802.1ad
ip link set v0 vf 2 rate 100
ip link set v0 vf 2 max_tx_rate 200 min_tx_rate 100
ip link set v0 vf 3 spoofchk on
ip link set v0 vf 3 query_rss on
ip link set v0 vf 4 state auto
ip link set v0 vf 4 state enable
ip link set v0 vf 4 state disable
ip link set v0 vf 5 trust on
ip link set v0 vf 6 node_guid 02:00:00:00:00:00:00:01
ip link set v0 vf 6 port_guid 02:00:00:00:00:00:00:02
ip link set v0 vf 7 mac 02:00:00:00:00:0f trust off spoofchk off
ip link property add dev v0 altname a-longer-name-than-fifteen
ip link property add dev v0 altname alt0 altname alt1
ip link property del dev v0 altname alt0
ip link del v0
ip link del dev v0 type veth
ip link show dev v0
ip link show
ip link show master br0
ip link show type veth
ip link show master br0 type veth
ip netns set ns0 7
ip netns list-id nsid 7
""",
    "bridge": """
ip link add br1 type bridge
ip link add br1 up mtu 9000 address 02:00:00:00:00:0b type bridge forward_delay 400 stp_state 1
ip link add br1 type bridge vlan_filtering 1 vlan_default_pvid 0 mcast_snooping 0
ip link set br0 type bridge forward_delay 400
ip link set br0 type bridge hello_time 100
ip link set br0 type bridge max_age 1000
ip link set br0 type bridge ageing_time 30000
ip link set br0 type bridge stp_state 1
ip link set br0 type bridge stp_state 0
ip link set br0 type bridge priority 4096
ip link set br0 type bridge vlan_filtering 1
ip link set br0 type bridge vlan_protocol 802.1ad
ip link set br0 type bridge group_fwd_mask 0x4008
ip link set br0 type bridge group_address 01:80:c2:00:00:05
ip link set br0 type bridge fdb_flush
ip link set br0 type bridge no_linklocal_learn 1
ip link set br0 type bridge mcast_vlan_snooping 1
ip link set br0 type bridge mst_enabled 1
ip link set br0 type bridge fdb_max_learned 100
ip link set br0 type bridge mcast_router 2
ip link set br0 type bridge mcast_snooping 0
ip link set br0 type bridge mcast_query_use_ifaddr 1
ip link set br0 type bridge mcast_querier 1
ip link set br0 type bridge mcast_hash_elasticity 16
ip link set br0 type bridge mcast_hash_max 512
ip link set br0 type bridge mcast_last_member_count 3
ip link set br0 type bridge mcast_startup_query_count 4
ip link set br0 type bridge mcast_last_member_interval 200
ip link set br0 type bridge mcast_membership_interval 20000
ip link set br0 type bridge mcast_querier_interval 10000
ip link set br0 type bridge mcast_query_interval 5000
ip link set br0 type bridge mcast_query_response_interval 500
ip link set br0 type bridge mcast_startup_query_interval 1000
ip link set br0 type bridge nf_call_iptables 1
ip link set br0 type bridge nf_call_ip6tables 1
ip link set br0 type bridge nf_call_arptables 1
ip link set br0 type bridge vlan_default_pvid 5
ip link set br0 type bridge vlan_stats_enabled 1
ip link set br0 type bridge vlan_stats_per_port 1
ip link set br0 type bridge mcast_stats_enabled 1
ip link set br0 type bridge mcast_igmp_version 3
ip link set br0 type bridge mcast_mld_version 2
ip link set br0 up type bridge stp_state 1 priority 100 forward_delay 200 no_linklocal_learn 0 mcast_vlan_snooping 1
ip link set v2 type bridge_slave fdb_flush
ip link set v2 type bridge_slave state 0
ip link set v2 type bridge_slave priority 5
ip link set v2 type bridge_slave cost 77
ip link set v2 type bridge_slave hairpin on
ip link set v2 type bridge_slave guard on
ip link set v2 type bridge_slave root_block on
ip link set v2 type bridge_slave fastleave on
ip link set v2 type bridge_slave learning off
ip link set v2 type bridge_slave flood off
ip link set v2 type bridge_slave proxy_arp on
ip link set v2 type bridge_slave proxy_arp_wifi on
ip link set v2 type bridge_slave mcast_router 1
ip link set v2 type bridge_slave mcast_fast_leave on
ip link set v2 type bridge_slave mcast_flood off
ip link set v2 type bridge_slave bcast_flood off
ip link set v2 type bridge_slave mcast_to_unicast on
ip link set v2 type bridge_slave group_fwd_mask 8
ip link set v2 type bridge_slave neigh_suppress on
ip link set v2 type bridge_slave vlan_tunnel on
ip link set v2 type bridge_slave isolated on
ip link set v2 type bridge_slave locked on
ip link set v2 type bridge_slave locked on learning on mab on
ip link set v2 type bridge_slave neigh_vlan_suppress on
ip link set v2 type bridge_slave backup_nhid 7
ip link set v2 type bridge_slave backup_port v3
ip link set v2 type bridge_slave nobackup_port
ip link set v2 type bridge_slave hairpin on learning off flood off isolated on cost 9
ip link set v2 up type bridge_slave hairpin on
bridge link set dev v2 hairpin on learning off cost 9
bridge fdb add 02:00:00:00:00:09 dev v2 master static vlan 5
bridge fdb add 02:00:00:00:00:0a dev v2 master dynamic
bridge fdb add 02:00:00:00:00:0b dev v2
bridge fdb add 02:00:00:00:00:0d dev v2 self permanent
bridge fdb add 02:00:00:00:00:0e dev v2 master static extern_learn
bridge fdb add 02:00:00:00:00:0f dev v2 self master
bridge fdb add 02:00:00:00:00:10 dev br0 vlan 7 local
bridge fdb add 02:00:00:00:00:11 dev v2 master use static
bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 vni 7 port 4790
bridge fdb add 02:00:00:00:00:0c dev vx0 dst 2001:db8::9
bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9 via v0 src_vni 6
bridge fdb add 02:00:00:00:00:0c dev vx0 nhid 7
bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.10 self permanent
bridge fdb replace 02:00:00:00:00:0a dev v2 master static sticky
bridge fdb replace 02:00:00:00:00:0a dev v2 master dynamic
bridge fdb del 02:00:00:00:00:0a dev v2 master
bridge fdb del 02:00:00:00:00:0a dev v2 vlan 5 master
bridge fdb del 02:00:00:00:00:0c dev vx0 dst 192.0.2.9
bridge fdb get 02:00:00:00:00:0b br br0
bridge fdb get 02:00:00:00:00:0b dev v2 master
bridge fdb get 02:00:00:00:00:0b dev v2 self
bridge fdb get 02:00:00:00:00:0b dev v2 master vlan 5
bridge fdb show
bridge fdb show br br0
bridge fdb show dev v2
bridge fdb show br br0 brport v2
""",
    "bridge_vlan": """
bridge vlan add dev v2 vid 10
bridge vlan add dev v2 vid 10 pvid untagged
bridge vlan add dev v2 vid 2-9
bridge vlan add dev v2 vid 2-9 untagged
bridge vlan add dev br0 vid 10 self
bridge vlan add dev br0 vid 10 pvid untagged self
bridge vlan add dev v2 vid 10 master
bridge vlan add dev v2 vid 10 self master
bridge vlan add dev v2 vid 10 tunnel_info id 100
bridge vlan add dev v2 vid 10-12 tunnel_info id 100-102
bridge vlan del dev v2 vid 10
bridge vlan del dev v2 vid 2-9
bridge vlan del dev br0 vid 10 self
bridge vlan del dev v2 vid 10 tunnel_info id 100
bridge vlan del dev v2 vid 10-12 tunnel_info id 100-102
bridge vlan show
bridge vlan show dev v2
bridge vlan show vid 5
bridge vlan tunnelshow
bridge vlan set dev v2 vid 10 state blocking
bridge vlan set dev v2 vid 10-20 state forwarding
bridge vlan set dev v2 vid 10-20 mcast_router 2
bridge vlan set dev v2 vid 10 mcast_max_groups 5
bridge vlan set dev v2 vid 10 neigh_suppress on
bridge vlan global set dev br0 vid 10 mcast_snooping 1
bridge vlan global set dev br0 vid 10-20 mcast_querier 1 msti 5
bridge vlan global set dev br0 vid 10 mcast_igmp_version 3 mcast_mld_version 2
bridge vlan global set dev br0 vid 10 mcast_last_member_count 3 mcast_last_member_interval 200
bridge vlan global set dev br0 vid 10 mcast_startup_query_count 4 mcast_startup_query_interval 1000
bridge vlan global set dev br0 vid 10 mcast_membership_interval 20000 mcast_querier_interval 10000
bridge vlan global set dev br0 vid 10 mcast_query_interval 5000 mcast_query_response_interval 500
bridge vlan global show
bridge vlan global show dev br0
bridge -d vlan show
bridge mst set dev v2 msti 2 state blocking
bridge mst set dev v2 msti 0 state forwarding
bridge mst show
bridge mst show dev v2
bridge link set dev v2 hwmode veb
bridge link set dev v2 hwmode vepa
bridge link set dev v2 state 3
bridge link set dev v2 priority 5
bridge link set dev v2 hairpin on master
bridge link set dev v2 learning off self
bridge link set dev v2 mcast_router 2 mcast_max_groups 100
bridge link set dev v2 neigh_vlan_suppress on
bridge link set dev v2 backup_port v3 backup_nhid 7
bridge link set dev v2 isolated on locked on mab on
bridge link show
bridge link show dev v2
bridge -d link show
""",
    "bridge_mdb": """
bridge mdb add dev br0 port v2 grp 239.1.1.1
bridge mdb add dev br0 port v2 grp 239.1.1.1 permanent vid 5
bridge mdb add dev br0 port br0 grp ff02::5
bridge mdb add dev br0 port v2 grp ff0e::5 permanent
bridge mdb add dev br0 port v2 grp 01:00:5e:00:00:05 permanent
bridge mdb add dev br0 port v2 grp 239.1.1.1 src 192.0.2.1
bridge mdb add dev br0 port v2 grp ff0e::5 src 2001:db8::1 proto bgp
bridge mdb add dev br0 port v2 grp 239.1.1.1 filter_mode include source_list 192.0.2.1,192.0.2.2 proto zebra
bridge mdb replace dev br0 port v2 grp 239.1.1.1 filter_mode exclude
bridge mdb replace dev br0 port v2 grp 239.1.1.1 permanent filter_mode exclude source_list 192.0.2.1
bridge mdb add dev vx0 port vx0 grp 239.1.1.1 permanent dst 192.0.2.9
bridge mdb add dev vx0 port vx0 grp 239.1.1.1 permanent dst 192.0.2.9 dst_port 4790 vni 7 src_vni 8 via v0
bridge mdb del dev br0 port v2 grp 239.1.1.1
bridge mdb del dev br0 port v2 grp 239.1.1.1 vid 5
bridge mdb del dev br0 port v2 grp 239.1.1.1 src 192.0.2.1
bridge mdb del dev br0 port br0 grp ff02::5
bridge mdb show
bridge mdb show dev br0
bridge mdb get dev br0 grp 239.1.1.1
bridge mdb get dev br0 grp 239.1.1.1 src 192.0.2.1 vid 5
bridge mdb get dev vx0 grp 239.1.1.1 src_vni 8
bridge mdb flush dev br0
bridge mdb flush dev br0 port v2 vid 5 permanent proto static
bridge mdb flush dev br0 nopermanent
bridge mdb flush dev vx0 dst 192.0.2.9 dst_port 4790 vni 7 src_vni 8
bridge fdb flush dev br0
bridge fdb flush dev v2 master
bridge fdb flush dev br0 brport v2 vlan 5 nopermanent
bridge fdb flush dev br0 permanent
bridge fdb flush dev br0 static
bridge fdb flush dev br0 dynamic
bridge fdb flush dev br0 extern_learn nosticky noadded_by_user
bridge fdb flush dev br0 offloaded self
bridge fdb flush dev vx0 vni 7 dst 192.0.2.9 port 4790 self
bridge fdb flush dev vx0 nhid 5 src_vni 7 norouter
bridge vni add dev vx0 vni 100
bridge vni add dev vx0 vni 100-110 group 239.1.1.1
bridge vni add dev vx0 vni 100 remote 192.0.2.1
bridge vni add dev vx0 vni 100 group ff02::5
bridge vni del dev vx0 vni 100
bridge vni del dev vx0 vni 100-110
bridge vni show
bridge vni show dev vx0
bridge -s vni show

""",
    "kinds": """
ip link add link v0 name v0.5 type vlan id 5
ip link add link v0 name v0.5 type vlan protocol 802.1ad id 4094 reorder_hdr off gvrp on mvrp on loose_binding on bridge_binding on
ip link add link v0 name v0.5 type vlan id 5 ingress-qos-map 1:2 3:4 egress-qos-map 5:6 7:0
ip link set v0 type vlan gvrp off mvrp off
ip link set v0 type vlan egress-qos-map 1:7
ip link add link v0 name mv1 type macvlan mode private
ip link add link v0 name mv1 type macvlan mode vepa bcqueuelen 500
ip link add link v0 name mv1 type macvlan mode bridge bclim 3
ip link add link v0 name mv1 type macvlan mode bridge bclim -1
ip link add link v0 name mv1 type macvlan mode passthru nopromisc
ip link add link v0 name mv1 type macvlan mode source nodst
ip link add link v0 name mv1 type macvlan mode source macaddr add 02:00:00:00:00:01
ip link add link v0 name mv1 type macvlan mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02
ip link set v0 type macvlan macaddr del 02:00:00:00:00:01
ip link set v0 type macvlan macaddr flush
ip link set v0 type macvlan macaddr set
ip link add link v0 name mvt1 type macvtap mode bridge
ip link add link v0 name mvt1 type macvtap mode passthru bcqueuelen 2000
ip link add link v0 name mvt1 type macvtap mode private bclim 3
ip link add link v0 name mvt1 type macvtap mode vepa
ip link add link v0 name mvt1 type macvtap mode passthru nopromisc
ip link add link v0 name mvt1 type macvtap mode source nodst macaddr add 02:00:00:00:00:01
ip link add link v0 name mvt1 type macvtap mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02
ip link set v0 type macvtap macaddr del 02:00:00:00:00:01
ip link set v0 type macvtap macaddr flush
ip link add link v0 name ipv1 type ipvlan
ip link add link v0 name ipv1 type ipvlan mode l2 bridge
ip link add link v0 name ipv1 type ipvlan mode l3 private
ip link add link v0 name ipv1 type ipvlan mode l3s vepa
ip link add link v0 name ipvt1 type ipvtap mode l2 vepa
ip link add link v0 name ipvt1 type ipvtap mode l3 private
ip link add link v0 name ipvt1 type ipvtap mode l3s bridge
ip link add vrf1 type vrf table 10
ip link add bond1 type bond
ip link add bond1 type bond mode balance-rr packets_per_slave 3
ip link add bond1 type bond mode active-backup primary v2 primary_reselect better fail_over_mac active
ip link add bond1 type bond mode balance-xor xmit_hash_policy layer3+4
ip link add bond1 type bond mode broadcast all_slaves_active 1
ip link add bond1 type bond mode 802.3ad lacp_rate fast lacp_active off ad_select count min_links 2 coupled_control off
ip link add bond1 type bond mode 802.3ad ad_user_port_key 5 ad_actor_sys_prio 100 ad_actor_system 02:00:00:00:00:01
ip link add bond1 type bond mode balance-tlb tlb_dynamic_lb 0
ip link add bond1 type bond mode balance-alb lp_interval 5 resend_igmp 3 num_grat_arp 4
ip link add bond1 type bond miimon 100 updelay 200 downdelay 300 peer_notify_delay 400 use_carrier 1
ip link add bond1 type bond arp_interval 100 arp_ip_target 192.0.2.1,192.0.2.2 arp_validate filter_active arp_all_targets all arp_missed_max 3
ip link add bond1 type bond mode active-backup arp_interval 100 ns_ip6_target 2001:db8::1,2001:db8::2
ip link add bond1 type bond fail_over_mac follow xmit_hash_policy vlan+srcmac
ip link add bond1 type bond mode active-backup num_unsol_na 4 primary_reselect failure fail_over_mac none
ip link set v0 type bond active_slave v2
ip link set v0 type bond clear_active_slave
ip link set v2 type bond_slave queue_id 2 prio -3
ip link add team1 type team
ip link add ifb1 type ifb
ip link add wg1 type wireguard
ip link add nlmon1 type nlmon
ip link add vcan1 type vcan
ip link add vsockmon1 type vsockmon
ip link add ovpn1 type ovpn
ip link add dummy1 type dummy
ip link add link v0 name wifi1 type virt_wifi
ip link add vxcan1 type vxcan peer name vxcan2
ip link add vxcan1 type vxcan peer name vxcan2 netns ns0
ip link set v0 type can bitrate 500000 sample-point 0.875 sjw 2
ip link set v0 type can tq 125 prop-seg 6 phase-seg1 7 phase-seg2 2 sjw 1
ip link set v0 type can tq 125 prop-seg 6 phase-seg1 7 phase-seg2 2 dtq 25 dprop-seg 3 dphase-seg1 4 dphase-seg2 2 dsjw 1 fd on tdc-mode auto
ip link set v0 type can bitrate 500000 dbitrate 2000000 dsample-point 0.75 fd on
ip link set v0 type can loopback on listen-only off triple-sampling on one-shot on berr-reporting on fd-non-iso on presume-ack on cc-len8-dlc on
ip link set v0 type can tdc-mode manual tdcv 33 tdco 16 tdcf 4
ip link set v0 type can tdc-mode off
ip link set v0 type can restart-ms 100
ip link set v0 type can restart
ip link set v0 type can termination 120
ip link add nk1 type netkit
ip link add nk1 type netkit mode l2 peer name nk2
ip link add nk1 type netkit mode l3 blackhole scrub none peer forward scrub default
ip link add nk1 type netkit peer blackhole name nk2 netns ns0
ip link add hsr1 type hsr slave1 v0 slave2 v2 supervision 45 version 1
ip link add hsr1 type hsr slave1 v0 slave2 v2 proto 1
ip link add hsr1 type hsr slave1 v0 slave2 v2 interlink v4
ip link add bat1 type batadv ra BATMAN_V
ip link add link v0 macsec1 type macsec
ip link add link v0 macsec1 type macsec sci 0200000000010001
ip link add link v0 macsec1 type macsec port 11 encrypt on cipher gcm-aes-256 icvlen 16
ip link add link v0 macsec1 type macsec cipher default send_sci off end_station on scb off protect on replay on window 7 validate check encodingsa 2
ip link add link v0 macsec1 type macsec cipher gcm-aes-xpn-128 offload mac
ip link add link v0 macsec1 type macsec address 02:00:00:00:00:09 port 7 cipher gcm-aes-128 validate disabled
ip link add link v0 macsec1 type macsec cipher gcm-aes-xpn-256 offload off
ip link add link v0 macsec1 type macsec offload phy
ip link set v0 type macsec encrypt off validate strict replay off
ip link add link v0 name ib1 type ipoib pkey 0x8001 mode connected umcast 1
ip link set v0 type ipoib mode datagram
ip link add link v0 name rmnet1 type rmnet mux_id 1
ip link add link v0 name rmnet1 type rmnet mux_id 254 ingress-deaggregation on ingress-commands off ingress-mapv4-checksum on egress-mapv4-checksum on ingress-mapv5-checksum off egress-mapv5-checksum on
ip link set v0 type dsa conduit v2
ip link add dev wwan0-2 parentdev wwan0 type wwan linkid 2
""",
    "address": """
ip addr add 192.168.56.10/16 dev v0
ip addr add 127.0.0.5/8 dev lo
ip addr add 10.1.0.1/24 brd + dev v0 label v0:x
ip addr add 10.1.0.1/24 brd - dev v0
ip addr add 10.1.0.1/24 brd 10.1.0.200 dev v0
ip addr add 10.1.0.0/31 brd + dev v0
ip addr add 10.2.0.1 peer 10.2.0.2/32 dev v0 scope link
ip addr add 10.2.0.1/24 dev v0 scope host
ip addr add 10.2.0.1/24 dev v0 scope 100
ip addr add 10.2.0.1/24 dev v0 metric 50
ip addr add 224.0.0.9/32 dev v0 autojoin
ip addr add 10.3.0.1/24 dev v0 valid_lft 100 preferred_lft 50 metric 7 noprefixroute
ip addr add 10.3.0.1/24 dev v0 valid_lft forever preferred_lft 0
ip addr add 2001:db8::1/64 dev v0
ip addr add 2001:db8::2/64 dev v0 nodad
ip addr add 2001:db8::2/64 dev v0 optimistic
ip addr add 2001:db8::2/64 dev v0 home
ip addr add 2001:db8::2/64 dev v0 mngtmpaddr
ip addr add 2001:db8::2/64 dev v0 nodad noprefixroute valid_lft 3600 preferred_lft 1800
ip addr add 2001:db8::3/128 peer 2001:db8::4/128 dev v0
ip addr add ::5/128 dev lo
ip addr replace 10.3.0.1/24 dev v0 valid_lft 60 preferred_lft 60
ip addr replace 2001:db8::1/64 dev v0 preferred_lft 0
ip addr change 10.3.0.1/24 dev v0 preferred_lft 0
ip addr change 10.3.0.1/24 dev v0 metric 9
ip addr del 10.1.0.1/24 dev v0
ip addr del 10.1.0.1/24 dev v0 label v0:x
ip addr del 10.2.0.1 peer 10.2.0.2/32 dev v0
ip addr del 127.0.0.5/8 dev lo
ip addr del 2001:db8::1/64 dev v0
ip addr show dev v0
ip -4 addr show dev v0
ip -6 addr show
""",
    "route": """
ip route add 10.9.0.0/16 dev v0
ip route add default via 192.168.0.1
ip route add default dev v0
ip route add default via 192.168.0.1 dev v0 metric 100 proto dhcp src 192.168.0.2
ip route add 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static
ip route add 10.8.0.0/16 via 192.168.0.1 table local
ip route add 10.8.0.0/16 via 192.168.0.1 table 255 proto bird
ip route add 10.8.0.0/16 dev v0 scope host
ip route add 10.8.0.0/16 dev v0 scope global
ip route add 10.7.0.0/16 via 192.168.0.1 src 192.168.0.2 mtu lock 1400 advmss 1300 initcwnd 20
ip route add 10.7.0.0/16 dev v0 window 1000 rttvar 50ms ssthresh 7 cwnd lock 8 reordering 5
ip route add 10.7.0.0/16 dev v0 hoplimit 9 initrwnd 30 rto_min 20ms quickack 1
ip route add 10.7.0.0/16 dev v0 features ecn fastopen_no_cookie 1
ip route add 10.7.0.0/16 dev v0 rtt 100ms rttvar lock 20ms
ip route add 10.7.0.0/16 dev v0 realms 5/6
ip route add 10.7.0.0/16 dev v0 realms 6
ip route add blackhole 10.6.0.0/16
ip route add prohibit 10.6.0.0/16
ip route add unreachable default metric 4278198272
ip route add local 10.5.0.1 dev lo
ip route add broadcast 10.5.0.255 dev v0
ip route add anycast 10.5.0.1 dev v0
ip route add nat 10.5.0.0/24 dev v0
ip route add multicast 239.0.0.0/8 dev v0
ip route add throw 10.11.0.0/16 table 77
ip route add 10.4.0.0/16 nexthop via 192.168.0.1 weight 3 nexthop via 192.168.0.2 dev v0 onlink
ip route add 10.4.0.0/16 nexthop dev v0 nexthop dev v2 weight 256
ip route add 10.4.0.0/16 nexthop via inet6 fe80::1 dev v0 nexthop via 192.168.0.2 realms 7
ip route add 10.3.0.0/16 via inet6 fe80::1 dev v0
ip route add 10.2.0.0/16 via 172.16.0.1 dev v0 onlink
ip route add 10.1.0.0/16 tos 0x10 dev v0 congctl cubic rtt 100ms
ip route add 10.0.0.0/16 nhid 7
ip route add 2001:db8:9::/48 via fe80::1 dev v0
ip route add 2001:db8:8::/48 dev v0 pref high expires 60
ip route add 2001:db8:8::/48 dev v0 pref low metric 7
ip route add 2001:db8:8::/48 dev v0 pref medium
ip route add 2001:db8:7::/48 from 2001:db8:6::/64 dev v0
ip route add unreachable 2001:db8:7::/48
ip route add blackhole 2001:db8:7::/48 table 1000
ip route add 2001:db8:6::/48 nexthop via fe80::1 dev v0 nexthop via fe80::2 dev v0 weight 2
ip route add 2001:db8:5::/48 nhid 8
ip route add default via fe80::1 dev v0 mtu 1280
ip route add anycast 2001:db8:4::1 dev v0
ip route add 2001:db8:4::1 dev lo table local
ip route replace 10.9.0.0/16 dev v0
ip route replace default via 192.168.0.1
ip route replace 2001:db8:9::/48 via fe80::1 dev v0
ip route change 10.9.0.0/16 dev v0 mtu 1300
ip route append 10.9.0.0/16 via 192.168.0.1
ip route append 2001:db8:9::/48 via fe80::2 dev v0
ip route prepend 10.9.0.0/16 via 192.168.0.1
ip route prepend 2001:db8:9::/48 via fe80::2 dev v0
ip -f mpls route add 100 dev v0
ip -f mpls route add 100 via inet 192.168.0.1
ip -f mpls route add 100 as 200 via inet 192.168.0.1 dev v0 proto static
ip -f mpls route add 100 as 200/300 via inet6 fe80::1 dev v0 ttl-propagate disabled
ip -f mpls route add 100 nexthop as 200 via inet 192.168.0.1 nexthop as 300/301 via inet6 fe80::1 dev v0
ip -f mpls route replace 100 via inet 192.168.0.1 ttl-propagate enabled
ip -f mpls route del 100
ip -f mpls route show
ip mroute show
ip -6 mroute show
ip route del 10.9.0.0/16
ip route del default
ip route del blackhole 10.6.0.0/16
ip route del local 10.5.0.1
ip route del 10.8.0.0/16 via 192.168.0.1 dev v0 metric 9 table 1000 proto static
ip route del 10.8.0.0/16 scope link
ip route del 2001:db8:9::/48 dev v0
ip -6 route del default
ip route get 10.9.0.1
ip route get fibmatch 10.9.0.1 oif v0 mark 5
ip route get 10.9.0.1 tos 0x10
ip route get 10.9.0.1 ipproto tcp sport 1000 dport 443
ip route get 10.9.0.1 from 192.168.0.2 iif v0
ip route get 2001:db8:9::1 from 2001:db8::1 iif v0 uid 1000
ip route get 2001:db8:9::1 oif v0
ip route show table all
ip route show table main proto static dev v0
ip -4 route show
ip -6 route show
ip -6 route show table 1000
ip -4 route show type blackhole
ip -4 route show cache
""",
    "neighbour": """
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 dev v0
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 nud noarp dev v0
ip neigh add 192.168.0.9 lladdr 02:00:00:00:00:09 nud delay dev v0
ip neigh add 192.168.0.9 nud none dev v0 use
ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a nud reachable dev v0 router
ip neigh replace 192.168.0.9 lladdr 02:00:00:00:00:0a dev v0
ip neigh change 192.168.0.9 lladdr 02:00:00:00:00:0a nud stale dev v0
ip neigh change 192.168.0.9 nud probe dev v0
ip neigh add proxy 192.168.0.10 dev v0
ip neigh add proxy 2001:db8::10 dev v0 router
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 extern_learn protocol static
ip neigh add 192.168.0.11 dev v0 managed
ip neigh add 192.168.0.12 dev v0 managed extern_learn
ip neigh del 192.168.0.9 dev v0
ip neigh del proxy 192.168.0.10 dev v0
ip neigh del 2001:db8::9 dev v0
ip neigh get 192.168.0.9 dev v0
ip neigh get 2001:db8::9 dev v0
ip neigh get proxy 192.168.0.10 dev v0
ip neigh show
ip neigh show dev v0
ip neigh show proxy
ip -6 neigh show
""",
    # Without `geneve_opts`: there are kernels that stop for good when they are sent them, so what
    # `ip` would send for them is in the test, made by hand. Without `bpf` too: `ip` loads the
    # program before it sends anything.
    "encap": """
ip route add 10.1.0.0/16 encap mpls 100 via 192.168.0.1
ip route add 10.1.0.0/16 encap mpls 100/200/300 ttl 64 via 192.168.0.1 dev v0
ip -6 route add 2001:db8:1::/48 encap mpls 16 via 2001:db8::1
ip route add 10.1.0.0/16 nexthop encap mpls 100 via 192.168.0.1 dev v0 weight 2 nexthop encap ip id 5 dst 192.0.2.7 dev v2
ip route add 10.1.0.0/16 encap ip id 100 dst 192.0.2.7 src 192.0.2.1 ttl 64 tos 0x10 dev v0
ip route add 10.1.0.0/16 encap ip id 0x100000002 dst 192.0.2.7 key csum seq dev v0
ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 vxlan_opts 456 dev v0
ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 erspan_opts 1:123:: dev v0
ip route add 10.1.0.0/16 encap ip id 5 dst 192.0.2.7 erspan_opts 2::1:22 dev v0
ip -6 route add 2001:db8:1::/48 encap ip6 id 100 dst 2001:db8::7 src 2001:db8::1 hoplimit 64 tc 0x10 dev v0
ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 key dev v0
ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 vxlan_opts 0x1ff dev v0
ip -6 route add 2001:db8:1::/48 encap ip6 id 5 dst 2001:db8::7 erspan_opts 2::0:7 dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b,2001:db8::c dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode inline segs 2001:db8::a,2001:db8::b dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b hmac 0x5a dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode l2encap segs 2001:db8::a dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode encap.red segs 2001:db8::a,2001:db8::b dev v0
ip -6 route add 2001:db8:1::/48 encap seg6 mode l2encap.red segs 2001:db8::a,2001:db8::b dev v0
ip route add 10.1.0.0/16 encap seg6 mode encap segs 2001:db8::a dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End count dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors psp dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors psp,usp,usd dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End flavors next-csid lblen 48 nflen 16 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.X nh6 2001:db8::a dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.T table 100 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX2 oif v2 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX6 nh6 2001:db8::a count dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DX4 nh4 192.0.2.7 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT6 table main dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT4 vrftable 100 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.DT46 vrftable 1000 dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.B6 srh segs 2001:db8::a,2001:db8::b dev v0
ip -6 route add 2001:db8:1::1/128 encap seg6local action End.B6.Encaps srh segs 2001:db8::a,2001:db8::b hmac 7 dev v0
ip -6 route add 2001:db8:1::/48 encap rpl segs 2001:db8::a dev v0
ip -6 route add 2001:db8:1::/48 encap rpl segs 2001:db8::a,2001:db8::b dev v0
ip -6 route add 2001:db8:1::/48 encap ioam6 trace prealloc type 0x800000 ns 1 size 12 dev v0
ip -6 route add 2001:db8:1::/48 encap ioam6 freq 2/5 mode inline trace prealloc type 0xc00000 ns 123 size 244 dev v0
ip -6 route add 2001:db8:1::/48 encap ioam6 mode encap tundst 2001:db8::7 trace prealloc type 0x1 ns 0xffff size 4 dev v0
ip -6 route add 2001:db8:1::/48 encap ioam6 freq 1/100 mode auto tunsrc 2001:db8::1 tundst 2001:db8::7 trace prealloc type 0x800000 ns 1 size 12 dev v0
ip route add 10.1.0.0/16 encap xfrm if_id 7 dev v0
ip route add 10.1.0.0/16 encap xfrm if_id 7 link_dev v2 dev v0
ip -6 route add 2001:db8:1::/48 encap ila 2001:db8:0:1 via fe80::1 dev v0
ip -6 route add 2001:db8:1::/48 encap ila 2001:db8:0:1 csum-mode neutral-map-auto ident-type luid hook-type input via fe80::1 dev v0
ip route replace 10.1.0.0/16 encap mpls 100 via 192.168.0.1
ip route del 10.1.0.0/16 encap mpls 100 via 192.168.0.1
""",
    "rule": """
ip rule add from 10.1.0.0/16 table 100
ip rule add from 10.1.0.0/16 to 192.0.2.7 lookup main priority 1000
ip rule add from all table 1000 pref 5
ip rule add to 2001:db8::/32 table 100
ip -6 rule add table 100 pref 7
ip -6 rule add from 2001:db8::1 iif v0 oif v2 lookup 300 protocol static
ip rule add iif absent table 100
ip rule add not from 10.0.0.0/8 table 100
ip rule add fwmark 5 table 100
ip rule add fwmark 0x10/0xf0 table 100
ip rule add tos 0x10 table 100
ip rule add dscp 0 table 100
ip rule add dscp 46/0x3e table 100
ip rule add ipproto tcp sport 1000 dport 80-90 table 100
ip -6 rule add ipproto udp dport 0x50/0xf0 sport 53 table 100
ip rule add uidrange 1000-1999 table 100
ip rule add l3mdev
ip -6 rule add l3mdev pref 1000
ip rule add table main suppress_prefixlength 0
ip rule add table main suppress_ifgroup 7
ip rule add tun_id 5 table 100
ip -6 rule add flowlabel 0x12345 table 100
ip -6 rule add flowlabel 0x12300/0xfff00 table 100
ip rule add from 10.1.0.0/16 realms 5/6 table 100
ip rule add from 10.1.0.0/16 realms 6 table 100
ip rule add pref 10 goto 20
ip rule add pref 20 nop
ip rule add pref 30 iif v0 blackhole
ip rule add from 10.1.0.0/16 unreachable
ip -6 rule add prohibit
ip rule del from 10.1.0.0/16
ip rule del pref 1000
ip -6 rule del pref 1000 table 300 fwmark 5
ip rule del table 100
ip rule del goto 20
ip rule del unreachable pref 9
ip -6 rule del flowlabel 5 table 100
ip rule del not sport 5 dscp 7
ip rule show
ip -6 rule show
ip mrule add iif v2 table 100 pref 9
ip -6 mrule add iif v0 table 100
ip mrule show
""",
    "netconf": """
ip netconf show
ip netconf show dev v0
ip -4 netconf show
ip -6 netconf show
ip -4 netconf show dev v0
ip -6 netconf show dev v0
""",
    "addrlabel": """
ip addrlabel add prefix 2001:db8::/32 label 99
ip addrlabel add prefix 2001:db8::/32 dev v0 label 99
ip addrlabel add prefix ::ffff:0:0/96 label 4
ip addrlabel del prefix 2001:db8::/32 label 99
ip addrlabel del prefix 2001:db8::/32 dev v0 label 99
ip addrlabel list
""",
    "ntable": """
ip ntable change name arp_cache dev v0 base_reachable 12345
ip ntable change name arp_cache dev v0 retrans 2000
ip ntable change name arp_cache dev v0 gc_stale 90000
ip ntable change name arp_cache dev v0 delay_probe 7000
ip ntable change name arp_cache dev v0 queue 50
ip ntable change name arp_cache dev v0 app_probes 1 ucast_probes 4 mcast_probes 5
ip ntable change name arp_cache dev v0 anycast_delay 500 proxy_delay 600
ip ntable change name arp_cache dev v0 proxy_queue 70 locktime 1500
ip ntable change name arp_cache thresh1 1 thresh2 2 thresh3 3 gc_int 30000
ip ntable change name ndisc_cache ucast_probes 4
ip -6 ntable change name ndisc_cache dev v0 retrans 2000
ip ntable show
ip -6 ntable show
ip ntable show dev v0
""",
    "nsid": """
ip netns list-id
ip netns list-id target-nsid 7
ip netns list-id target-nsid 7 nsid 3
""",
    "stats": """
ip stats show
ip stats show dev v0
ip stats show group link
ip stats show dev v0 group link
ip stats show group xstats
ip stats show group xstats_slave
ip stats show group offload
ip stats show dev v0 group offload subgroup l3_stats
ip stats show dev v0 group offload subgroup cpu_hit
ip stats show group offload subgroup hw_stats_info
ip stats show group afstats
ip stats set dev v0 l3_stats on
ip stats set dev v0 l3_stats off
""",
    "nexthop": """
ip nexthop add id 7 via 192.168.0.1 dev v0
ip nexthop add id 7 via 192.168.0.1 dev v0 onlink protocol bgp
ip nexthop add id 7 via 2001:db8::1 dev v0
ip nexthop add id 7 via inet6 fe80::1 dev v0
ip nexthop add id 7 dev v0
ip -6 nexthop add id 7 dev v0
ip nexthop add via 192.168.0.1 dev v0
ip nexthop add id 7 blackhole
ip -6 nexthop add id 7 blackhole
ip nexthop add id 7 via 192.0.2.9 fdb
ip nexthop add id 7 encap mpls 100/200 via 192.168.0.1 dev v0
ip nexthop add id 10 group 1
ip nexthop add id 10 group 1,3/2
ip nexthop add id 10 group 1,256/2,3/3,1
ip nexthop add id 10 group 1,300/2,65535
ip nexthop add id 10 group 1/2 fdb
ip nexthop add id 10 group 1/2 type mpath
ip nexthop add id 10 group 1/2 type resilient
ip nexthop add id 10 group 1/2 type resilient buckets 64 idle_timer 60 unbalanced_timer 300
ip nexthop add id 10 group 1/2 hw_stats on
ip nexthop add id 10 group 1/2 protocol static hw_stats off
ip nexthop replace id 7 via 192.168.0.2 dev v0
ip nexthop replace id 10 group 1/3 type resilient idle_timer 30
ip nexthop del id 7
ip nexthop get id 7
ip nexthop show
ip nexthop show id 7
ip nexthop show dev v0
ip nexthop show master br0
ip nexthop show groups
ip nexthop show fdb
ip nexthop show groups fdb dev v0
ip -6 nexthop show
ip -s nexthop show groups
ip -s -s nexthop show
ip nexthop bucket show
ip nexthop bucket show id 10
ip nexthop bucket show nhid 1
ip nexthop bucket show id 10 nhid 1 dev v0
ip nexthop bucket show master br0
ip nexthop bucket get id 10 index 3
""",
    "tunnel": """
ip link add vx1 type vxlan id 42 dstport 4789
ip link add vx1 type vxlan id 42 remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 df set dev v0 dstport 4789
ip link add vx1 type vxlan id 42 group 239.1.1.1 dev v0 dstport 8472
ip link add vx1 type vxlan id 42 group ff05::100 local 2001:db8::1 dev v0 flowlabel 0x12345 dstport 4789
ip link add vx1 type vxlan id 42 srcport 49152 65535 ttl inherit tos inherit df inherit dstport 4789
ip link add vx1 type vxlan id 42 flowlabel 7 remote 2001:db8::2 dstport 4789
ip link add vx1 type vxlan id 16777215 nolearning proxy rsc l2miss l3miss ageing 300 maxaddress 100 dstport 4789
ip link add vx1 type vxlan id 42 noudpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx remcsumrx nolocalbypass dstport 4789
ip link add vx1 type vxlan id 42 learning noproxy norsc nol2miss nol3miss udpcsum noudp6zerocsumtx noudp6zerocsumrx noremcsumtx noremcsumrx localbypass dstport 4789
ip link add vx1 type vxlan external vnifilter dstport 4789
ip link add vx1 type vxlan external gpe dstport 4790
ip link add vx1 type vxlan id 42 gbp dstport 4789
ip link add vx1 type vxlan id 42 ttl auto df unset noexternal novnifilter dstport 4789
ip link add vx1 type vxlan id 42 reserved_bits 0xff dstport 4789
ip link add vx1 mtu 1400 up type vxlan id 42 dstport 4789
ip link set vx0 type vxlan nolearning ageing 60
ip link set vx0 type vxlan remote 192.0.2.3
ip link set vx0 type vxlan dev v2 ttl 9
ip link add gn1 type geneve id 42 remote 192.0.2.2
ip link add gn1 type geneve id 42 remote 192.0.2.2 ttl 64 tos 0x10 df set dstport 6082 udpcsum
ip link add gn1 type geneve id 42 remote 2001:db8::2 ttl inherit tos inherit flowlabel 0x12345 udp6zerocsumtx noudp6zerocsumrx
ip link add gn1 type geneve external innerprotoinherit
ip link add gn1 type geneve id 42 remote 192.0.2.2 ttl auto df unset noexternal noudpcsum noudp6zerocsumtx udp6zerocsumrx
ip link add bu1 type bareudp dstport 6635 ethertype mpls_uc srcportmin 49152 multiproto
ip link add bu1 type bareudp dstport 7777 ethertype ipv4
ip link add bu1 type bareudp dstport 7777 ethertype ipv4 nomultiproto
ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1
ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1 ttl 64 tos 0x10 key 7 seq csum dev v0 fwmark 0x20
ip link add g1 type gre remote 192.0.2.2 ikey 1.2.3.4 okey 8 iseq ocsum tos inherit
ip link add g1 type gre remote 192.0.2.2 nopmtudisc ignore-df
ip link add g1 type gre external
ip link add g1 type gre remote 192.0.2.2 encap fou encap-sport auto encap-dport 5555 encap-csum
ip link add g1 type gretap remote 192.0.2.2 local 192.0.2.1 ttl 64 key 7
ip link add g1 type gretap remote 192.0.2.2 encap gue encap-sport 1000 encap-dport 6080 encap-udp6-csum encap-remcsum
ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 seq key 100 erspan_ver 1 erspan 123
ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 seq key 100 erspan_ver 2 erspan_dir egress erspan_hwid 17
ip link add g1 type erspan external
ip link add g1 type ip6gre remote 2001:db8::2 local 2001:db8::1
ip link add g1 type ip6gre remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 key 7 dev v0 fwmark 5
ip link add g1 type ip6gre remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote
ip link add g1 type ip6gre external
ip link add g1 type ip6gretap remote 2001:db8::2 hoplimit 64 csum
ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 1 erspan 123
ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 2 erspan_dir ingress erspan_hwid 3
ip link add t1 type ipip remote 192.0.2.2 local 192.0.2.1
ip link add t1 type ipip remote 192.0.2.2 ttl 64 tos 0x10 dev v0 fwmark 7 mode any
ip link add t1 type ipip remote 192.0.2.2 nopmtudisc mode mplsip
ip link add t1 type ipip external
ip link add t1 type ipip remote 192.0.2.2 encap fou encap-sport auto encap-dport 5555 encap-csum
ip link add t1 type sit remote 192.0.2.2 local 192.0.2.1 ttl 64
ip link add t1 type sit local 192.0.2.1 isatap
ip link add t1 type sit local 192.0.2.1 6rd-prefix 2001:db8::/32 6rd-relay_prefix 192.0.0.0/16
ip link add t1 type sit remote 192.0.2.2 mode ipip tos inherit dev v0 fwmark 7
ip link add t1 type ip6tnl remote 2001:db8::2 local 2001:db8::1
ip link add t1 type ip6tnl remote 2001:db8::2 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 mode ipip6 dev v0 fwmark 5
ip link add t1 type ip6tnl remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote mode any
ip link add t1 type ip6tnl external
ip link add t1 type ip6tnl remote 2001:db8::2 encap gue encap-sport auto encap-dport 6080
ip link add t1 type vti remote 192.0.2.2 local 192.0.2.1 key 42 dev v0
ip link add t1 type vti remote 192.0.2.2 ikey 1 okey 2 fwmark 3
ip link add t1 type vti6 remote 2001:db8::2 local 2001:db8::1 key 42 fwmark 3
ip link add x1 type xfrm dev v0 if_id 42
ip link add x1 type xfrm external
ip link add p1 type gtp role sgsn hsize 131071 restart_count 3
ip link add p1 type gtp role ggsn
ip link add a1 type amt mode gateway local 192.0.2.1 discovery 192.0.2.9 dev v0
ip link add a1 type amt mode relay local 192.0.2.1 dev v0 relay_port 2269 gateway_port 2270 max_tunnels 10
ip link add p1 type pfcp
ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1 ttl inherit tos inherit dev v0 fwmark 0x20 iseq ikey 5 icsum oseq okey 6 ocsum encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type gre remote 192.0.2.2 nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum pmtudisc noignore-df noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type gre remote 192.0.2.2 ttl 7 csum key 7 seq nopmtudisc ignore-df encap fou encap-sport auto encap-dport 5555 encap-csum
ip link add g1 type gre remote 192.0.2.2 local 192.0.2.1 encap none key 9 seq
ip link add g1 type gretap remote 192.0.2.2 local 192.0.2.1 ttl inherit tos inherit dev v0 fwmark 0x20 iseq ikey 5 icsum oseq okey 6 ocsum encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type gretap remote 192.0.2.2 nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum pmtudisc noignore-df noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type gretap remote 192.0.2.2 ttl 7 csum key 7 seq nopmtudisc ignore-df encap fou encap-sport auto encap-dport 5555 encap-csum
ip link add g1 type gretap remote 192.0.2.2 local 192.0.2.1 encap none key 9 seq
ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 ttl inherit tos inherit dev v0 fwmark 0x20 iseq ikey 5 oseq okey 6 encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type erspan remote 192.0.2.2 nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum pmtudisc noignore-df noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type erspan remote 192.0.2.2 ttl 7 key 7 seq nopmtudisc ignore-df encap fou encap-sport auto encap-dport 5555 encap-csum
ip link add g1 type erspan remote 192.0.2.2 local 192.0.2.1 encap none key 9 seq
ip link add g1 type gretap external
ip link add g1 type erspan remote 192.0.2.2 seq key 100 erspan_ver 2 erspan_dir ingress erspan_hwid 3
ip link add g1 type ip6gre remote 2001:db8::2 local 2001:db8::1 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 dev v0 fwmark 5 iseq ikey 5 icsum oseq okey 6 ocsum encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type ip6gre remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote key 7 seq csum encap fou encap-sport auto encap-dport 5555
ip link add g1 type ip6gre remote 2001:db8::2 noallow-localremote nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type ip6gre remote 2001:db8::2 encap none key 9 seq
ip link add g1 type ip6gretap remote 2001:db8::2 local 2001:db8::1 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 dev v0 fwmark 5 iseq ikey 5 icsum oseq okey 6 ocsum encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type ip6gretap remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote key 7 seq csum encap fou encap-sport auto encap-dport 5555
ip link add g1 type ip6gretap remote 2001:db8::2 noallow-localremote nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type ip6gretap remote 2001:db8::2 encap none key 9 seq
ip link add g1 type ip6erspan remote 2001:db8::2 local 2001:db8::1 hoplimit 9 encaplimit 5 tclass 0x20 flowlabel 0x12345 dev v0 fwmark 5 iseq ikey 5 oseq okey 6 encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add g1 type ip6erspan remote 2001:db8::2 encaplimit none tclass inherit flowlabel inherit dscp inherit fwmark inherit allow-localremote key 7 seq encap fou encap-sport auto encap-dport 5555
ip link add g1 type ip6erspan remote 2001:db8::2 noallow-localremote nokey noikey nookey noseq noiseq nooseq nocsum noicsum noocsum noencap noencap-csum noencap-udp6-csum noencap-remcsum key 9 seq
ip link add g1 type ip6erspan remote 2001:db8::2 encap none key 9 seq
ip link add g1 type ip6gretap external
ip link add g1 type ip6erspan external
ip link add g1 type ip6erspan remote 2001:db8::2 seq key 100 erspan_ver 2 erspan_dir egress erspan_hwid 4
ip link add t1 type ip6tnl remote 2001:db8::2 mode ip6ip6 noallow-localremote noencap noencap-csum noencap-udp6-csum noencap-remcsum
ip link add t1 type ip6tnl remote 2001:db8::2 encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add t1 type ip6tnl remote 2001:db8::2 encap fou encap-sport auto encap-dport 5555
ip link add t1 type ipip remote 192.0.2.2 mode ipip ttl inherit tos inherit pmtudisc encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add t1 type ipip remote 192.0.2.2 noencap noencap-csum noencap-udp6-csum noencap-remcsum
ip link add t1 type ipip remote 192.0.2.2 local 192.0.2.1 encap none
ip link add t1 type sit remote 192.0.2.2 mode ip6ip ttl inherit pmtudisc encap gue encap-sport 1000 encap-dport 6080 encap-csum encap-udp6-csum encap-remcsum
ip link add t1 type sit remote 192.0.2.2 local 192.0.2.1 mode any noencap noencap-csum noencap-udp6-csum noencap-remcsum
ip link add t1 type sit remote 192.0.2.2 mode mplsip nopmtudisc encap fou encap-sport auto encap-dport 5555
ip link add t1 type sit remote 192.0.2.2 encap none
ip link add t1 type vti6 remote 2001:db8::2 ikey 1 okey 2 dev v0
""",
}

NLM_F_DUMP = 0x300
# By this `ip` finds out at first whether the kernel takes `RTM_NEWLINK` at all.
PROBE = (16, 5, bytes(16))

def sent(command):
    """The message of the command: the last one, without the look-ups of links around it."""
    _, trace = traced.run(command, options=("-e", "trace=sendmsg,sendto", "-e", "write=all"))
    every = [m for d in traced.datagrams(trace, ("sendmsg(", "sendto("))
             for m in traced.messages(d)]
    mine = [m for m in every if m[0] != traced.GETLINK and m != PROBE]
    if re.match(r"(ip link|bridge .*) (tunnel)?show", command):
        lists = [m for m in every if m[1] & NLM_F_DUMP]
        mine = lists[-1:] or [m for m in every if m[0] == traced.GETLINK][:1]
    if not mine:
        print(f"{command}: nothing sent: {trace}")
        return None
    return mine[-1]

def whole(kind, body):
    """Cuts off what `ip` sends of its buffer behind the last attribute of a list's question."""
    header = {16: 16, 17: 16, 18: 16, 19: 16, 20: 8, 21: 8, 22: 8, 88: 4, 90: 4,
              66: 4, 67: 4, 82: 4, 104: 8, 105: 8, 106: 8, 118: 8}.get(kind, 12)
    if kind in (108, 109):
        header = 16
    # Bridges: multicast, VLANs, tunnels.
    if kind & ~3 in (84, 112, 120):
        header = 8
    at = header
    while at + 4 <= len(body) and (size := int.from_bytes(body[at:at + 2], "little")) >= 4:
        at += (size + 3) & ~3
    return body[:at]

def main():
    # All, or those whose names are given.
    for noun, commands in COMMANDS.items():
        if sys.argv[1:] and noun not in sys.argv[1:]:
            continue
        with open(noun + ".txt", "w") as out:
            for command in filter(None, commands.split("\n")):
                if not (message := sent(command)):
                    continue
                kind, flags, body = message
                head = kind.to_bytes(2, "little") + flags.to_bytes(2, "little")
                out.write(f"{command}\t{(head + whole(kind, body)).hex()}\n")

main()
