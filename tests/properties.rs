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
