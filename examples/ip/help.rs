//! What each command takes. Scripts look here for words that an older program doesn't know.
use crate::words::{Done, Stop};

fn usage(text: &str) -> Done {
    eprint!("{text}");
    Err(Stop::SENSELESS)
}

pub fn ip() -> Done {
    usage(
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch FILE
OBJECT: address addrlabel link monitor mroute neighbour netconf netns nexthop ntable route rule
OPTIONS: -V[ersion] -s[tatistics] -d[etails] -h[uman-readable] -iec -j[son] -p[retty]
         -f[amily] { inet | inet6 | mpls | bridge | link } -4 -6 -M -B -0 -l[oops] COUNT
         -br[ief] -o[neline] -t[imestamp] -ts[hort] -b[atch] FILE -n[etns] NAME -N[umeric]
         -a[ll] -c[olor] -rc[vbuf] SIZE -r[esolve] -force
",
    )
}

pub fn bridge() -> Done {
    usage(
        "Usage: bridge [ OPTIONS ] { link | fdb | mdb | mst | vlan | vni | monitor } { COMMAND | help }
       bridge [ -force ] -batch FILE
OPTIONS: -V[ersion] -s[tatistics] -d[etails] -o[neline] -t[imestamp] -n[etns] NAME
         -com[pressvlans] -c[olor] -p[retty] -j[son]
",
    )
}

pub fn link() -> Done {
    usage(
        "Usage: ip link add [ link DEV ] [ name ] NAME [ SETTING ]... type TYPE [ ARGS ]
       ip link { set | change } { DEVICE | group GROUP } [ SETTING ]... [ type TYPE ARGS ]
       ip link delete { DEVICE | group GROUP }
       ip link show [ DEVICE | group GROUP ] [ up | down ] [ master DEV ] [ vrf NAME ]
                    [ type TYPE ] [ nomaster ] [ novf ]
       ip link property { add | del } dev DEVICE [ altname NAME ]...
       ip link help [ TYPE ]
SETTING: up down index IDX txqueuelen N address LLADDR broadcast LLADDR mtu N
         netns { PID | NAME | FILE } link-netns NAME link-netnsid ID alias TEXT master DEV
         nomaster vrf NAME group GROUP name NEWNAME numtxqueues N numrxqueues N mode MODE
         state STATE addrgenmode { eui64 | none | stable_secret | random }
         protodown { on | off } protodown_reason REASON { on | off } carrier { on | off }
         arp dynamic multicast allmulticast promisc trailers { on | off }
         gso_max_size gso_max_segs gro_max_size gso_ipv4_max_size gro_ipv4_max_size N
TYPE: bridge bridge_slave macvlan macvtap veth vlan vrf vxlan, and any kind of the kernel's without ARGS
",
    )
}

pub fn bridge_vlan() -> Done {
    usage(
        "Usage: bridge vlan { add | del } vid VLAN_ID[-VLAN_ID] dev DEV [ tunnel_info id TUNNEL_ID[-ID] ]
                       [ pvid ] [ untagged ] [ self ] [ master ]
       bridge vlan set vid VLAN_ID dev DEV [ state STP_STATE ] [ mcast_router N ]
                       [ mcast_max_groups N ] [ neigh_suppress { on | off } ]
       bridge vlan { show | tunnelshow } [ dev DEV ] [ vid VLAN_ID ]
       bridge vlan global set vid VLAN_ID dev DEV [ SETTING N ]...
       bridge vlan global show [ dev DEV ] [ vid VLAN_ID ]
SETTING: mcast_snooping mcast_querier mcast_igmp_version mcast_mld_version
         mcast_last_member_count mcast_last_member_interval mcast_startup_query_count
         mcast_startup_query_interval mcast_membership_interval mcast_querier_interval
         mcast_query_interval mcast_query_response_interval msti
",
    )
}

pub fn bridge_mdb() -> Done {
    usage(
        "Usage: bridge mdb { add | del | replace } dev DEV port PORT grp GROUP [ src SOURCE ]
                       [ permanent | temp ] [ vid VID ] [ filter_mode { include | exclude } ]
                       [ source_list SOURCE,... ] [ proto PROTO ] [ dst IPADDR ]
                       [ dst_port DST_PORT ] [ vni VNI ] [ src_vni SRC_VNI ] [ via DEV ]
       bridge mdb show [ dev DEV ] [ vid VID ]
       bridge mdb get dev DEV grp GROUP [ src SOURCE ] [ vid VID ] [ src_vni SRC_VNI ]
       bridge mdb flush dev DEV [ port PORT ] [ vid VID ] [ src_vni SRC_VNI ] [ proto PROTO ]
                        [ [no]permanent ] [ dst IPADDR ] [ dst_port DST_PORT ] [ vni VNI ]
",
    )
}

pub fn bridge_mst() -> Done {
    usage(
        "Usage: bridge mst set dev DEV msti MSTI state STATE
       bridge mst show [ dev DEV ]
",
    )
}

pub fn bridge_monitor() -> Done {
    usage("Usage: bridge monitor [ link | fdb | mdb | vlan | vni | all ]\n")
}

pub fn bridge_vni() -> Done {
    usage(
        "Usage: bridge vni { add | del } vni VNI[-VNI],... [ { group | remote } IP_ADDRESS ] dev DEV
       bridge vni show [ dev DEV ]
",
    )
}

pub fn address() -> Done {
    usage(
        "Usage: ip address { add | change | replace } ADDR dev DEV [ LIFETIME ] [ FLAG ]...
       ip address del ADDR dev DEV
       ip address { showdump | restore }
       ip address { show | save | flush } [ dev DEV ] [ scope SCOPE ] [ to PREFIX ] [ FLAG ]...
                  [ label PATTERN ] [ up | down ] [ master DEV ] [ nomaster ] [ vrf NAME ]
                  [ type TYPE ] [ group GROUP ] [ proto ADDRPROTO ]
ADDR: [ local ] PREFIX [ peer PREFIX ] [ broadcast { ADDR | + | - } ] [ label NAME ]
      [ scope SCOPE ] [ metric METRIC ] [ proto ADDRPROTO ]
FLAG: permanent dynamic secondary primary [-]tentative [-]deprecated [-]dadfailed temporary
      home nodad optimistic mngtmpaddr noprefixroute autojoin
LIFETIME: [ valid_lft { forever | SECONDS } ] [ preferred_lft { forever | SECONDS } ]
",
    )
}

pub fn route() -> Done {
    usage(
        "Usage: ip route { list | flush | save } SELECTOR
       ip route { restore | showdump }
       ip route get [ to ] ADDRESS [ from ADDRESS iif DEV ] [ oif DEV ] [ tos TOS ]
                [ mark N ] [ vrf NAME ] [ uid N ] [ ipproto PROTOCOL ] [ sport N ]
                [ dport N ] [ flowlabel N ] [ fibmatch ]
       ip route { add | del | change | append | prepend | replace } ROUTE
SELECTOR: [ root | match | exact ] PREFIX [ table TABLE ] [ proto PROTO ] [ type TYPE ]
          [ scope SCOPE ] [ dev DEV ] [ iif DEV ] [ via PREFIX ] [ src PREFIX ]
          [ from PREFIX ] [ metric N ] [ mark N ] [ tos TOS ] [ realms REALMS ] [ cached ]
ROUTE: [ TYPE ] PREFIX [ from PREFIX ] [ tos TOS ] [ table TABLE ] [ proto PROTO ]
       [ scope SCOPE ] [ metric METRIC ] [ ttl-propagate { enabled | disabled } ]
       { HOP | nhid ID } [ OPTION ]... [ nexthop HOP ]...
HOP: [ encap ENCAP ] [ via [ FAMILY ] ADDRESS ] [ dev DEV ] [ weight N ] [ onlink ]
     [ realms REALMS ]
OPTION: src ADDRESS mtu [lock] N advmss N rtt TIME rttvar TIME reordering N window N cwnd N
        initcwnd N ssthresh N rto_min TIME hoplimit N initrwnd N features { ecn | tcp_usec_ts }
        quickack BOOL congctl NAME pref { low | medium | high } expires TIME
        fastopen_no_cookie BOOL
TYPE: unicast local broadcast multicast throw unreachable prohibit blackhole nat
ENCAP: mpls LABELS | { ip | ip6 } [ id N ] [ src ADDR ] [ dst ADDR ] ... | seg6 SEG6 | seg6local SEG6LOCAL
SEG6: mode { encap | inline | l2encap | encap.red | l2encap.red } segs SEGMENT,... [ hmac ID ]
SEG6LOCAL: action ACTION [ table TABLE ] [ vrftable TABLE ] [ nh4 ADDR ] [ nh6 ADDR ] [ iif DEV ]
           [ oif DEV ] [ srh segs SEGMENT,... [ hmac ID ] ] [ count ]
           [ flavors { psp | usp | usd | next-csid [ lblen N ] [ nflen N ] },... ]
",
    )
}

pub fn neigh() -> Done {
    usage(
        "Usage: ip neigh { add | del | change | replace } { ADDR | proxy ADDR } dev DEV
                [ lladdr LLADDR ] [ nud STATE ] [ router ] [ use ] [ managed ]
                [ extern_learn ] [ protocol PROTO ]
       ip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]
                [ vrf NAME ] [ master DEV ] [ nomaster ] [ unused ] [ protocol PROTO ]
       ip neigh get { ADDR | proxy ADDR } dev DEV
STATE: delay failed incomplete noarp none permanent probe reachable stale
",
    )
}

pub fn netns() -> Done {
    // The only one that isn't an error.
    eprint!(
        "Usage: ip netns list
       ip netns add NAME
       ip netns attach NAME PID
       ip netns set NAME {{ auto | NETNSID }}
       ip [-all] netns delete [ NAME ]
       ip netns identify [ PID ]
       ip netns pids NAME
       ip [-all] netns exec [ NAME ] COMMAND...
"
    );
    Err(Stop::SENSELESS)
}

pub fn bridge_link() -> Done {
    usage(
        "Usage: bridge link set dev DEV [ cost N ] [ priority N ] [ state STATE ] [ SWITCH { on | off } ]...
                       [ mcast_router N ] [ mcast_max_groups N ] [ backup_port DEV ]
                       [ nobackup_port ] [ backup_nhid ID ] [ self ] [ master ]
       bridge link show [ dev DEV ] [ master DEV ]
SWITCH: guard hairpin fastleave root_block learning flood mcast_flood bcast_flood
        mcast_to_unicast neigh_suppress neigh_vlan_suppress vlan_tunnel isolated locked mab
",
    )
}

pub fn fdb() -> Done {
    usage(
        "Usage: bridge fdb { add | append | del | replace } MAC dev DEV [ self ] [ master ] [ use ]
                  [ router ] [ extern_learn ] [ sticky ] [ local | static | dynamic ]
                  [ vlan VID ] { [ dst ADDR ] [ port N ] [ vni N ] | nhid ID } [ via DEV ]
                  [ src_vni N ]
       bridge fdb show [ br DEV ] [ brport DEV ] [ vlan VID ] [ state STATE ] [ dynamic ]
       bridge fdb flush dev DEV [ brport DEV ] [ vlan VID ] [ self ] [ master ] [ [no]permanent ]
                  [ [no]static ] [ [no]dynamic ] [ [no]added_by_user ] [ [no]extern_learn ]
                  [ [no]sticky ] [ [no]offloaded ] [ [no]router ] [ src_vni VNI ] [ nhid ID ]
                  [ vni VNI ] [ port PORT ] [ dst IPADDR ]
       bridge fdb get [ to ] MAC { brport | dev | br } DEV [ vlan VID ] [ self ] [ master ]
",
    )
}

pub fn rule() -> Done {
    usage(
        "Usage: ip rule { add | del } SELECTOR ACTION
       ip rule flush [ SELECTOR ] [ protocol PROTO ]
       ip rule [ list [ SELECTOR ]]
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ]
            [ fwmark FWMARK[/MASK] ]
            [ iif STRING ] [ oif STRING ] [ pref NUMBER ] [ l3mdev ]
            [ uidrange NUMBER-NUMBER ]
            [ ipproto PROTOCOL ]
            [ sport [ NUMBER[/MASK] | NUMBER-NUMBER ]
            [ dport [ NUMBER[/MASK] | NUMBER-NUMBER ] ]
            [ dscp DSCP[/MASK] ] [ flowlabel FLOWLABEL[/MASK] ]
ACTION := [ table TABLE_ID ]
          [ protocol PROTO ]
          [ realms [SRCREALM/]DSTREALM ]
          [ goto NUMBER ]
          SUPPRESSOR
SUPPRESSOR := [ suppress_prefixlength NUMBER ]
              [ suppress_ifgroup DEVGROUP ]
TABLE_ID := [ local | main | default | NUMBER ]
",
    )
}

pub fn addrlabel() -> Done {
    usage(
        "Usage: ip addrlabel { add | del } prefix PREFIX [ dev DEV ] [ label LABEL ]
       ip addrlabel [ list | flush | help ]
",
    )
}

pub fn netconf() -> Done {
    usage("Usage: ip netconf show [ dev STRING ]\n")
}

pub fn ntable() -> Done {
    usage(
        "Usage: ip ntable change name NAME [ dev DEV ] [ thresh1 N ] [ thresh2 N ] [ thresh3 N ]
                 [ gc_int MSEC ] [ SETTING ]...
       ip ntable show [ dev DEV ] [ name NAME ]
SETTING: [ base_reachable MSEC ] [ retrans MSEC ] [ gc_stale MSEC ] [ delay_probe MSEC ]
         [ queue LEN ] [ app_probes N ] [ ucast_probes N ] [ mcast_probes N ]
         [ anycast_delay MSEC ] [ proxy_delay MSEC ] [ proxy_queue LEN ] [ locktime MSEC ]
",
    )
}

pub fn mroute() -> Done {
    usage(
        "Usage: ip mroute show [ [ to ] PREFIX ] [ from PREFIX ] [ iif DEVICE ] [ table TABLE ]\n",
    )
}

pub fn monitor() -> Done {
    usage(
        "Usage: ip monitor [ all | OBJECTS ] [ label ] [ all-nsid ]
                  [ dev DEVICE ]
OBJECTS :=  acaddress | address | link | maddress | mroute | neigh | netconf | nexthop | nsid |
            prefix | route | rule
",
    )
}

pub fn nexthop() -> Done {
    usage(
        "Usage: ip nexthop { list | flush } [ protocol ID ] SELECTOR
       ip nexthop { add | replace } id ID NH [ protocol ID ]
       ip nexthop { get | del } id ID
       ip nexthop bucket list BUCKET_SELECTOR
       ip nexthop bucket get id ID index INDEX
SELECTOR := [ id ID ] [ dev DEV ] [ vrf NAME ] [ master DEV ]
            [ groups ] [ fdb ]
BUCKET_SELECTOR := SELECTOR | [ nhid ID ]
NH := { blackhole | [ via ADDRESS ] [ dev DEV ] [ onlink ]
        [ encap ENCAPTYPE ENCAPHDR ] |
        group GROUP [ fdb ] [ type TYPE [ TYPE_ARGS ] ] }
GROUP := [ <id[,weight]>/<id[,weight]>/... ]
         [ hw_stats {off|on} ]
TYPE := { mpath | resilient }
TYPE_ARGS := [ RESILIENT_ARGS ]
RESILIENT_ARGS := [ buckets BUCKETS ] [ idle_timer IDLE ]
                  [ unbalanced_timer UNBALANCED ]
ENCAPTYPE := [ mpls ]
ENCAPHDR := [ MPLSLABEL ]
",
    )
}
