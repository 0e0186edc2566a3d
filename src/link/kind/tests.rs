//! What is made of a kind beforehand.
use super::{
    super::{BondPort, Bridge},
    *,
};

crate::same_table! {
    /// A kind whose name is as long as is made beforehand.
    table LongTable "long" as BridgeTable;
    /// One whose name is longer.
    table LongerTable "longer" as BridgeTable;
}
impl Kind for LongTable {
    const NAME: &'static str = "a kind of 20 letters";
}
impl Kind for LongerTable {
    const NAME: &'static str = "a kind of more letters";
}

/// `IFLA_LINKINFO` by the one way or the other.
fn written<K: Kind>(settings: &K::Request<'_>, beforehand: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    if beforehand {
        encode::<K>(K::NAME, settings, &mut out).unwrap();
    } else {
        encode_named::<K>(K::NAME, settings, &mut out).unwrap();
    }
    bytes
}

#[test]
fn what_is_made_beforehand_is_what_would_be_written() {
    let data = || Bridge::new("b").vlan_default_pvid(5).into_data().1;
    fn both<K: Kind>(settings: K::Request<'_>) {
        for settings in [K::Request::default(), settings] {
            let written = [true, false].map(|way| written::<K>(&settings, way));
            assert_eq!(written[0], written[1], "{}", K::NAME);
        }
    }
    both::<BridgeTable>(data());
    both::<LongTable>(data());
    both::<LongerTable>(data());
    both::<BondPortTable>(BondPort::named("p").queue_id(3).into_data().1);
    both::<NoKind>(NoSettings::new());

    let start = Start::of::<BridgeTable>().unwrap();
    assert_eq!(&start.bytes[8..14], b"bridge");
    assert_eq!(start.data, 16);
    assert_eq!(Start::of::<LongTable>().unwrap().data, 28);
    assert!(Start::of::<LongerTable>().is_none());
    assert!(Start::of::<NoKind>().is_none());
}

#[test]
fn each_kind_is_found_once() {
    for one in KNOWN {
        let half = numbers(one.half).2;
        let schema = known(half, one.name.as_bytes()).unwrap();
        // One table may be compiled more than once.
        let same =
            |schema: &Schema| schema.name == one.schema.name && schema.words == one.schema.words;
        assert!(same(schema), "{}", one.name);
        let other = match one.half {
            Half::Link => Half::Port,
            Half::Port => Half::Link,
        };
        let of_other = known(numbers(other).2, one.name.as_bytes());
        assert!(of_other.is_none_or(|schema| !same(schema)));
    }
    assert!(known("data", b"frog").is_none());
    let bridge = Known::new::<BridgeTable>();
    assert!(bridge.is("data", b"bridge") && !bridge.is("slave_data", b"bridge"));
}
