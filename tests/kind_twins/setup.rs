//! What a row needs so that it does something: the captures were made of what is sent, whether the
//! kernel took it or not.

/// The namespace where the other ends of links go that a row doesn't keep.
pub const ELSEWHERE: &str = "ns0";

/// Ports that forward.
macro_rules! ports {
    ($($more:literal),*) => {
        &[
            "ip link set br0 addrgenmode none",
            "ip link set v2 addrgenmode none",
            "ip link set v3 addrgenmode none",
            "ip link set v4 addrgenmode none",
            "ip link set v5 addrgenmode none",
            "ip link set v2 master br0",
            "ip link set v4 master br0",
            "ip link set br0 up",
            "ip link set v3 up",
            "ip link set v5 up",
            "ip link set v2 up",
            "ip link set v4 up",
            "await v2 forwarding",
            "await v4 forwarding",
            $($more),*
        ]
    };
}

const BACKUP: &[&str] = &[
    "ip link set v2 master br0",
    "ip link set v3 master br0",
    "ip nexthop add id 6 via 192.0.2.9 fdb",
    "ip nexthop add id 7 group 6 fdb",
];
const BACKED_UP: &[&str] = &[
    "ip link set v2 master br0",
    "ip link set v3 master br0",
    "ip link set v2 type bridge_slave backup_port v3",
];

/// A command that begins so, or has these words where they begin with a space, and what goes
/// before it: commands of iproute2, or `await PORT STATE`. What stands after `? ` may fail, as it
/// does on a kernel without it. The first that fits counts.
const SETUPS: &[(&str, &[&str])] = &[
    (
        " v0 type vlan",
        &[
            "ip link delete v0",
            "ip link add link v2 name v0 index 10 type vlan id 5 gvrp on mvrp on",
        ],
    ),
    (
        " v0 type macvlan",
        &[
            "ip link delete v0",
            "ip link add link v2 name v0 index 10 type macvlan mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:03",
        ],
    ),
    (
        " v0 type macvtap",
        &[
            "ip link delete v0",
            "ip link add link v2 name v0 index 10 type macvtap mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:03",
        ],
    ),
    (
        " v2 type bond_slave",
        &[
            "ip link delete v0",
            "ip link add v0 address 02:00:00:00:00:a0 index 10 type bond mode active-backup",
            "ip link set v2 master v0",
        ],
    ),
    (
        " v0 type bond",
        &[
            "ip link delete v0",
            "ip link add v0 address 02:00:00:00:00:a0 index 10 type bond mode active-backup",
            "ip link set v0 addrgenmode none",
            "ip link set v2 addrgenmode none",
            "ip link set v3 addrgenmode none",
            "ip link set v4 addrgenmode none",
            "ip link set v5 addrgenmode none",
            "ip link set v4 master v0",
            "ip link set v2 master v0",
            "ip link set v3 up",
            "ip link set v5 up",
            "ip link set v0 up",
        ],
    ),
    (
        " v0 type macsec",
        &[
            "ip link delete v0",
            "ip link add link v2 name v0 index 10 type macsec encrypt on replay on window 5",
        ],
    ),
    (
        " vx0 type vxlan remote",
        &[
            "ip link delete vx0",
            "ip link add vx0 address 02:00:00:00:00:ac index 13 type vxlan id 5 dstport 4789 remote 192.0.2.2",
        ],
    ),
    // The kernel takes it only where nothing has VLANs yet.
    (
        "ip link set br0 type bridge mst_enabled",
        &["? ip link set br0 type bridge vlan_filtering 1 vlan_default_pvid 0"],
    ),
    // Both ends of a pair, so that neither is up.
    (" type bridge_slave backup_", BACKUP),
    (" type bridge_slave nobackup_port", BACKED_UP),
    ("bridge link set dev v2 backup_port", BACKUP),
    (" type bridge_slave", ports!()),
    (
        "bridge fdb del 02:00:00:00:00:0c",
        &["bridge fdb add 02:00:00:00:00:0c dev vx0 dst 192.0.2.9"],
    ),
    (
        "bridge fdb add 02:00:00:00:00:0c dev vx0 dst 2001:db8::9",
        &[
            "ip link delete vx0",
            "ip link add vx0 address 02:00:00:00:00:ac index 13 type vxlan id 5 dstport 4789 remote 2001:db8::2",
        ],
    ),
    (
        "bridge fdb add 02:00:00:00:00:0c",
        &[
            "ip nexthop add id 6 via 192.0.2.9 fdb",
            "ip nexthop add id 7 group 6 fdb",
        ],
    ),
    (
        "bridge fdb",
        ports!(
            "? bridge vlan add dev v2 vid 5",
            "? bridge vlan add dev br0 vid 7 self"
        ),
    ),
    (
        "bridge vlan global",
        ports!(
            "? ip link set br0 type bridge vlan_filtering 1 vlan_default_pvid 0",
            "? ip link set br0 type bridge mst_enabled 1",
            "? bridge vlan add dev br0 vid 10-20 self",
            "? ip link set br0 type bridge mcast_vlan_snooping 1"
        ),
    ),
    (
        "bridge vlan set",
        ports!(
            "? ip link set br0 type bridge vlan_filtering 1",
            "? bridge vlan add dev br0 vid 10-20 self",
            "? bridge vlan add dev v2 vid 10-20",
            "? ip link set br0 type bridge mcast_vlan_snooping 1",
            "? ip link set v2 type bridge_slave neigh_vlan_suppress on"
        ),
    ),
    (
        "bridge mst",
        ports!(
            "? ip link set br0 type bridge vlan_filtering 1 vlan_default_pvid 0",
            "? ip link set br0 type bridge mst_enabled 1",
            "? bridge vlan add dev br0 vid 10 self",
            "? bridge vlan global set dev br0 vid 10 msti 2",
            "? bridge vlan add dev v2 vid 10"
        ),
    ),
    (
        "bridge vlan",
        ports!("? ip link set v2 type bridge_slave vlan_tunnel on"),
    ),
    ("bridge link", ports!()),
    (
        "bridge mdb",
        ports!(
            "? bridge vlan add dev v2 vid 5",
            "? ip link set br0 type bridge vlan_filtering 1"
        ),
    ),
    (
        "bridge vni",
        &[
            "ip link delete vx0",
            "ip link add vx0 address 02:00:00:00:00:ac index 13 type vxlan external vnifilter dstport 4789",
        ],
    ),
];

/// What goes before this command.
pub fn setup(command: &str) -> &'static [&'static str] {
    let fits = |words: &str| match words.starts_with(' ') {
        true => command.contains(words),
        false => command.starts_with(words),
    };
    let found = SETUPS.iter().find(|(words, _)| fits(words));
    found.map_or(&[], |(_, setup)| setup)
}

/// Whether what earlier rows left must not be there.
pub fn is_first(command: &str) -> bool {
    // Numbers of namespaces.
    command.contains(ELSEWHERE)
        // More than one way to the same address isn't added.
        || command.starts_with("bridge fdb add 02:00:00:00:00:0c")
}
