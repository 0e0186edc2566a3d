//! The codec's promises for every table.
use nlroute::{
    link::{LinkTable, LinkView},
    wire::table::Table,
};

#[test]
fn of_several_the_last_counts_for_a_request_too_where_it_is_no_value() {
    let mut body = vec![0; 16];
    let mut out = nlroute::wire::Writer::new(&mut body);
    out.attribute(4, &1500_u32.to_ne_bytes()).unwrap();
    out.attribute(4, &[1, 2]).unwrap();
    assert_eq!(LinkView::parse(&body).unwrap().mtu(), None);
    assert!(LinkTable::is_empty(&LinkTable::again(&body)));
}

#[test]
fn what_is_wrong_in_a_list_is_told_too() {
    let mut body = vec![0; 16];
    let mut out = nlroute::wire::Writer::new(&mut body);
    let list = out.begin_nest(22); // IFLA_VFINFO_LIST
    let first = out.begin_nest(1); // IFLA_VF_INFO
    out.attribute(1, &[0; 36]).unwrap(); // IFLA_VF_MAC
    out.attribute(6, &[0; 3]).unwrap(); // IFLA_VF_RATE
    out.end_attribute(first).unwrap();
    out.payload(&[9_u16, 1].map(u16::to_ne_bytes).concat()); // nine bytes, it says
    out.end_attribute(list).unwrap();
    let bad = LinkView::parse(&body).unwrap().malformed();
    let bad: Vec<_> = bad.iter().map(|bad| bad.to_string()).collect();
    assert_eq!(
        bad,
        [
            "vfinfo_list.1.rate: a payload of 3 bytes",
            "vfinfo_list.?: says 9 bytes where 4 are left",
        ]
    );
}
