//! `ip neighbour` and `bridge fdb`.
use nlroute::{
    neighbour::{
        NeighbourCacheInfo, NeighbourExtFlags, NeighbourFlags, NeighbourState, NeighbourTable,
        NeighbourView,
    },
    wire::table::Table,
};
use serde_json::Value;

use super::compare::{Row, Rows, blocks, name, text};

type Neighbour = NeighbourView<'static>;

pub fn neighbours() -> (usize, usize) {
    compared(include_str!("../data/states/neighbour.txt"), NEIGHBOUR)
}

pub fn fdb() -> (usize, usize) {
    compared(include_str!("../data/states/fdb.txt"), FDB)
}

fn compared(file: &str, rows: &'static [Row<Neighbour>]) -> (usize, usize) {
    let rows = Rows::new(NeighbourTable::SCHEMA, rows);
    let mut states = 0;
    for block in blocks(file) {
        assert_eq!(block.objects.len(), block.bodies.len(), "{}", block.command);
        for (object, body) in block.objects.iter().zip(&block.bodies) {
            let view = NeighbourView::parse(body.clone()).unwrap();
            rows.compare(&block.command, object, body, &view);
            states += 1;
        }
    }
    (states, rows.finish())
}

fn cacheinfo(neighbour: &Neighbour) -> NeighbourCacheInfo {
    neighbour.cacheinfo().unwrap()
}

/// Something whose being there is the value.
fn flag(is_set: bool) -> Value {
    assert!(is_set);
    Value::Null
}

fn states(neighbour: &Neighbour) -> Value {
    let names = neighbour.state();
    names.iter_names().map(|(name, _)| name).collect()
}

const NEIGHBOUR: &[Row<Neighbour>] = &[
    ("dst", |n| text(n.destination())),
    ("dev", |n| name(n.index()).into()),
    ("lladdr", |n| text(n.lladdr())),
    ("refcnt", |n| cacheinfo(n).references.into()),
    ("used", |n| (cacheinfo(n).used / 100).into()),
    ("confirmed", |n| (cacheinfo(n).confirmed / 100).into()),
    ("updated", |n| (cacheinfo(n).updated / 100).into()),
    ("probes", |n| n.probes().into()),
    ("state", states),
    ("protocol", |n| text(n.protocol())),
    ("router", |n| {
        flag(n.flags().contains(NeighbourFlags::ROUTER))
    }),
    ("proxy", |n| flag(n.flags().contains(NeighbourFlags::PROXY))),
    ("extern_learn", |n| {
        flag(n.flags().contains(NeighbourFlags::EXT_LEARNED))
    }),
    ("managed", |n| {
        flag(n.ext_flags() == Some(NeighbourExtFlags::MANAGED))
    }),
];

fn fdb_flags(entry: &Neighbour) -> Value {
    const NAMES: &[(NeighbourFlags, &str)] = &[
        (NeighbourFlags::SELF, "self"),
        (NeighbourFlags::ROUTER, "router"),
        (NeighbourFlags::EXT_LEARNED, "extern_learn"),
        (NeighbourFlags::OFFLOADED, "offload"),
        (NeighbourFlags::MASTER, "master"),
        (NeighbourFlags::STICKY, "sticky"),
    ];
    let flags = entry.flags();
    let named = NAMES.iter().filter(|(flag, _)| flags.contains(*flag));
    named.map(|(_, name)| *name).collect()
}

fn fdb_state(entry: &Neighbour) -> Value {
    let state = entry.state();
    if state.contains(NeighbourState::PERMANENT) {
        "permanent".into()
    } else if state.contains(NeighbourState::NOARP) {
        "static".into()
    } else if state.contains(NeighbourState::STALE) {
        "stale".into()
    } else {
        "".into()
    }
}

const FDB: &[Row<Neighbour>] = &[
    ("mac", |n| text(n.lladdr())),
    ("ifname", |n| name(n.index()).into()),
    ("flags", fdb_flags),
    ("state", fdb_state),
    ("used", |n| (cacheinfo(n).used / 100).into()),
    ("updated", |n| (cacheinfo(n).updated / 100).into()),
    ("master", |n| text(n.master().map(name))),
    ("dst", |n| text(n.destination())),
    ("port", |n| n.port().into()),
    ("vni", |n| n.vni().into()),
    ("viaIf", |n| text(n.via().map(name))),
];
