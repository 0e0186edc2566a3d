//! `docs/coverage.md`: every attribute of rtnetlink that the headers have, and where it is typed.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
};

use super::{tables, values};

/// The families of names that the page tells of.
const FAMILIES: &[&str] = &[
    "IFLA_",
    "IFA_",
    "IFAL_",
    "RTA_",
    "RTAX_",
    "NDA_",
    "NDTA_",
    "NDTPA_",
    "NFEA_",
    "FRA_",
    "NHA_",
    "BRIDGE_",
    "MDBA_",
    "MDBE_",
    "VXLAN_VNIFILTER_",
    "VNIFILTER_ENTRY_",
    "NETCONFA_",
    "NETNSA_",
    "LWTUNNEL_",
    "LWT_",
    "SEG6_",
    "MPLS_",
    "RPL_IPTUNNEL_",
    "IOAM6_IPTUNNEL_",
    "ILA_",
    "VETH_INFO_",
    "VXCAN_INFO_",
    "NLMSGERR_ATTR_",
    "NL_POLICY_TYPE_ATTR_",
    "NDUSEROPT_",
    "PREFIX_",
    "BOND_3AD_STAT_",
    "BOND_XSTATS_",
    "LINK_XSTATS_TYPE_",
];

/// Enumerations whose end the headers don't mark, and constants outside of any.
const MORE_ENUMERATIONS: &[&str] = &[
    "BRIDGE_FLAGS",
    "BRIDGE_MODE",
    "BRIDGE_VLAN_INFO",
    "BRIDGE_VLANDB_DUMPF",
    "BRIDGE_VLANDB_GLOBAL_OPTIONS",
    "IFLA_CAN_CTRLMODE",
    "IFLA_CAN_PWM",
    "IFLA_CAN_TDC",
    "IFLA_EVENT",
    "IFLA_VF_LINK_STATE",
    "IFLA_PROTO_DOWN_REASON",
    "RTAX_FEATURE",
];

/// Names that are not meant to be typed, and why. A `*` at an end stands for anything.
const NOT_MEANT: &[(&str, &str)] = &[
    (
        "BRIDGE_MODE_HAIRPIN",
        "a value of `IFLA_BRPORT_MODE`, which is read and set as a `bool`",
    ),
    ("*_UNSPEC", "no attribute"),
    ("*_UNUSED", "no attribute"),
    ("*_PAD", "padding"),
    ("*_MASK", "the sum of others"),
    ("FRA_IFNAME", "the old name of `FRA_IIFNAME`"),
    ("FRA_UNUSED*", "no attribute"),
    ("IFA_F_TEMPORARY", "another name of `IFA_F_SECONDARY`"),
    ("ILA_ATTR_DIR", "only in the generic netlink family `ila`"),
    (
        "ILA_ATTR_IDENTIFIER",
        "only in the generic netlink family `ila`",
    ),
    (
        "ILA_ATTR_IFINDEX",
        "only in the generic netlink family `ila`",
    ),
    (
        "ILA_ATTR_LOCATOR_MATCH",
        "only in the generic netlink family `ila`",
    ),
    ("ILA_ATYPE_RSVD_*", "no values"),
    ("ILA_CMD_*", "only in the generic netlink family `ila`"),
    ("ILA_DIR_*", "only in the generic netlink family `ila`"),
    (
        "ILA_GENL_VERSION",
        "only in the generic netlink family `ila`",
    ),
    ("IOAM6_IPTUNNEL_FREQ_MAX", "a limit"),
    ("IOAM6_IPTUNNEL_FREQ_MIN", "a limit"),
    ("IOAM6_IPTUNNEL_MODE_MIN", "a limit"),
    ("IFLA_DSA_MASTER", "the old name of `IFLA_DSA_CONDUIT`"),
    ("IFLA_IF_NETNSID", "the old name of `IFLA_TARGET_NETNSID`"),
    (
        "IFLA_VF_INFO",
        "the element of `IFLA_VFINFO_LIST`, whose values are read and set",
    ),
    (
        "IFLA_VF_VLAN_INFO",
        "the element of `IFLA_VF_VLAN_LIST`, whose values are read and set",
    ),
    (
        "IFLA_VF_PORT",
        "the element of `IFLA_VF_PORTS`, whose values are read",
    ),
    (
        "IFLA_VLAN_QOS_MAPPING",
        "the element of `IFLA_VLAN_EGRESS_QOS` and `IFLA_VLAN_INGRESS_QOS`, whose values are read and set",
    ),
    ("LWT_BPF_MAX_HEADROOM", "a limit"),
    (
        "MDBA_MDB_SRCLIST_ENTRY",
        "the element of `MDBA_MDB_EATTR_SRC_LIST`, whose values are read",
    ),
    (
        "MDBE_SRC_LIST_ENTRY",
        "the element of `MDBE_ATTR_SRC_LIST`, whose values are read and set",
    ),
    (
        "MPLS_LABEL_*",
        "labels of a meaning of their own, given by their numbers",
    ),
    ("MPLS_LS_*", "where the parts of a label are"),
    (
        "NETCONFA_ALL",
        "every setting, of the kernel's own notifications",
    ),
    ("NETCONFA_IFINDEX_*", "told as `NetconfTarget`"),
    ("NETNSA_NONE", "no attribute"),
    (
        "NETNSA_NSID_NOT_ASSIGNED",
        "told as `None` by `Connection::netnsid_of`",
    ),
    (
        "NHA_GROUP_STATS_ENTRY",
        "the element of `NHA_GROUP_STATS`, whose values are read",
    ),
    (
        "NL_POLICY_TYPE_ATTR_POLICY_IDX",
        "only in generic netlink's list of policies",
    ),
    ("RTA_ALIGNTO", "the alignment"),
];

/// An enumeration of the headers.
struct Enumeration {
    name: String,
    header: &'static str,
    constants: Vec<(&'static str, i64)>,
}

/// The enumerations of the families, in the headers' order: the constants before `__X_MAX` whose
/// name begins with `X`.
fn enumerations(facts: &[(&'static str, i64, &'static str)]) -> Vec<Enumeration> {
    let mut found: Vec<Enumeration> = Vec::new();
    let mut waiting: Vec<(&str, i64, &str)> = Vec::new();
    for &(name, number, header) in facts {
        if let Some(end) = name.strip_prefix("__").and_then(|n| n.strip_suffix("_MAX")) {
            let is_of = |name: &str| {
                name.strip_prefix(end)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            };
            let (of, others) = waiting.into_iter().partition(|(name, ..)| is_of(name));
            waiting = others;
            put(&mut found, end, of);
        } else if !name.starts_with("__") && !name.ends_with("_MAX") {
            waiting.push((name, number, header));
        }
    }
    for (name, number, header) in waiting {
        let of = |end: &&&str| name.strip_prefix(**end).is_some_and(|n| n.starts_with('_'));
        let end = MORE_ENUMERATIONS.iter().find(of).copied();
        put(
            &mut found,
            end.unwrap_or("outside of enumerations"),
            vec![(name, number, header)],
        );
    }
    found.retain(|enumeration| !enumeration.constants.is_empty());
    found
}

fn put(found: &mut Vec<Enumeration>, name: &str, facts: Vec<(&'static str, i64, &'static str)>) {
    for (constant, number, header) in facts {
        if !FAMILIES.iter().any(|family| constant.starts_with(family)) {
            continue;
        }
        match found.iter_mut().find(|known| known.name == name) {
            Some(known) => known.constants.push((constant, number)),
            None => found.push(Enumeration {
                name: name.to_owned(),
                header,
                constants: vec![(constant, number)],
            }),
        }
    }
}

/// Where each constant is typed.
fn typed(constants: &BTreeMap<&'static str, i64>) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut typed = BTreeMap::<_, BTreeSet<String>>::new();
    for table in tables::ALL {
        for line in table.schema.lines() {
            let how = match (line.readable, line.settable) {
                (true, true) => "read and set",
                (true, false) => "read",
                (false, _) => "set",
            };
            let place = format!("`{}.{}`, {how}", table.schema.name, line.name);
            typed.entry(line.uapi).or_default().insert(place);
        }
    }
    for values in values::ALL {
        for (name, place) in values.names(constants) {
            // A lock's bits are named like the attributes.
            if values.bits && name.starts_with("RTAX_") {
                continue;
            }
            typed.entry(name).or_default().insert(format!("`{place}`"));
        }
    }
    typed
}

fn not_meant(name: &str) -> Option<&'static str> {
    let is = |pattern: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => name == pattern,
    };
    let found = NOT_MEANT.iter().find(|(pattern, _)| is(pattern));
    found.map(|(_, why)| *why)
}

/// How many of how many.
#[derive(Clone, Copy, Default)]
struct Count {
    typed: usize,
    meant: usize,
}

impl Count {
    fn row(self, name: &str, header: &str) -> String {
        let Self { typed, meant } = self;
        let percent = (typed * 100).checked_div(meant).unwrap_or(100);
        format!("| {name} | {header} | {meant} | {typed} | {percent} % |\n")
    }
}

/// The page.
fn page(
    facts: &[(&'static str, i64, &'static str)],
    constants: &BTreeMap<&'static str, i64>,
) -> String {
    let typed = typed(constants);
    let (mut rows, mut lists) = (String::new(), String::new());
    let mut all = Count::default();
    let mut families = BTreeMap::<&str, Count>::new();
    for Enumeration {
        name,
        header,
        constants,
    } in enumerations(facts)
    {
        writeln!(lists, "\n## {name}\n\n| | | |\n|---|---|---|").unwrap();
        let mut count = Count::default();
        for (constant, number) in constants {
            let place = match (typed.get(constant), not_meant(constant)) {
                (Some(places), _) => {
                    count.typed += 1;
                    count.meant += 1;
                    places.iter().cloned().collect::<Vec<_>>().join("; ")
                }
                (None, Some(why)) => format!("not meant: {why}"),
                (None, None) => {
                    count.meant += 1;
                    "not yet".to_owned()
                }
            };
            writeln!(lists, "| {constant} | {number} | {place} |").unwrap();
            let family = FAMILIES
                .iter()
                .find(|family| constant.starts_with(*family))
                .unwrap();
            let of_family = families.entry(family).or_default();
            let (is_typed, is_meant) = (
                typed.contains_key(constant),
                typed.contains_key(constant) || not_meant(constant).is_none(),
            );
            of_family.typed += usize::from(is_typed);
            of_family.meant += usize::from(is_meant);
        }
        all.typed += count.typed;
        all.meant += count.meant;
        rows += &count.row(&format!("`{name}`"), header);
    }
    let families: String = FAMILIES
        .iter()
        .filter_map(|family| Some(families.get(family)?.row(&format!("`{family}*`"), "")))
        .collect();
    let all = all.row("all", "");
    format!(
        "# Which attributes of rtnetlink are typed\n\n\
         Every constant of these families that the kernel's headers have, by enumeration, and \
         where it is typed: the table and the name of its getter and setter, or the value of an \
         enumeration or flag. The headers are those of the data in `tests/data`, newer than Linux \
         6.18; attributes that aren't typed are still read as bytes, and some are set as such. \
         Written by `NLROUTE_BLESS=1 cargo test --test uapi`.\n\n\
         | family | | meant to be typed | typed | |\n|---|---|---|---|---|\n{families}{all}\n\
         | enumeration | header | meant to be typed | typed | |\n|---|---|---|---|---|\n{rows}\
         {lists}"
    )
}

/// Compares the page with what is kept.
pub fn check(facts: &[(&'static str, i64, &'static str)], constants: &BTreeMap<&'static str, i64>) {
    let page = page(facts, constants);
    if std::env::var_os("NLROUTE_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/coverage.md");
        fs::write(path, &page).unwrap();
        return;
    }
    let kept = include_str!("../../docs/coverage.md");
    let differs = kept
        .lines()
        .zip(page.lines())
        .find(|(kept, now)| kept != now);
    assert!(
        kept == page,
        "docs/coverage.md is another, from here on: {differs:?}; \
         NLROUTE_BLESS=1 cargo test --test uapi writes it"
    );
}
