//! `ip address`.
use nlroute::{
    Family,
    address::{AddressFlags, AddressTable, AddressView},
    wire::table::Table,
};
use serde_json::Value;

use super::{
    compare::{Row, Rows, blocks, text},
    link::{self, own, view},
};

type Address = AddressView<'static>;

pub fn addresses() -> (usize, usize) {
    let rows = Rows::new(AddressTable::SCHEMA, ADDRESS);
    let link_rows = link::rows();
    let mut states = 0;
    for block in blocks(include_str!("../data/states/address.txt")) {
        let [object] = &block.objects[..] else {
            panic!("{}: not one link", block.command);
        };
        let mut link = own(object);
        let Some(Value::Array(told)) = link.remove("addr_info") else {
            panic!("{}: no addresses", block.command);
        };
        let (first, addresses) = block.bodies.split_first().unwrap();
        link_rows.compare(&block.command, &link, first, &view(first));
        assert_eq!(told.len(), addresses.len(), "{}", block.command);
        for (told, body) in told.iter().zip(addresses) {
            let address = AddressView::parse(body.clone()).unwrap();
            let told = told.as_object().unwrap();
            rows.compare(&block.command, told, body, &address);
            states += 1;
        }
    }
    (states, rows.finish())
}

fn flag(address: &Address, flags: AddressFlags) -> Value {
    address.flags().contains(flags).into()
}

const ADDRESS: &[Row<Address>] = &[
    ("family", |a| match a.family() {
        Family::Inet => "inet".into(),
        Family::Inet6 => "inet6".into(),
        other => panic!("{other}"),
    }),
    ("local", |a| text(a.address())),
    ("address", |a| text(a.other_end())),
    ("prefixlen", |a| a.prefix().unwrap().len().into()),
    ("scope", |a| a.scope().to_string().into()),
    ("label", |a| text(a.label())),
    ("broadcast", |a| text(a.broadcast())),
    ("metric", |a| a.metric().into()),
    ("valid_life_time", |a| a.cacheinfo().unwrap().valid.into()),
    ("preferred_life_time", |a| {
        a.cacheinfo().unwrap().preferred.into()
    }),
    ("tentative", |a| flag(a, AddressFlags::TENTATIVE)),
    ("secondary", |a| flag(a, AddressFlags::SECONDARY)),
    ("dynamic", |a| {
        (!a.flags().contains(AddressFlags::PERMANENT)).into()
    }),
    ("noprefixroute", |a| flag(a, AddressFlags::NOPREFIXROUTE)),
    ("deprecated", |a| flag(a, AddressFlags::DEPRECATED)),
    ("autojoin", |a| flag(a, AddressFlags::MCAUTOJOIN)),
    ("nodad", |a| flag(a, AddressFlags::NODAD)),
    ("home", |a| flag(a, AddressFlags::HOMEADDRESS)),
    ("mngtmpaddr", |a| flag(a, AddressFlags::MANAGETEMPADDR)),
];
