//! Links in bytes, without a kernel: what is written is read back, what others wrote is read,
//! what can't be sent is refused by name.
use std::{os::fd::AsFd, time::Duration};

use nlroute::{
    Add, Place, Query, Request, Verb,
    link::{
        AddrGenMode, AfSpec, AltNames, Bridge, BridgeOption, BridgeOptions, BridgePort,
        BridgePortTable, BridgeTable, DeviceType, ExtMask, Inet, Inet6, Ipv4Conf, Kind, Link,
        LinkFlags, LinkHeader, LinkRequest, LinkTable, LinkView, Links, OperState, Peer, PortState,
        Veth, VethTable, Xdp,
    },
    wire::{
        Attributes, BoxError, EncodeError, LinkRef, Lookup, Messages, NoLookup, Schema, Writer,
        table::Table,
    },
};

/// Answers 7 for every link and 99 for every namespace.
struct Seven;

impl Lookup for Seven {
    fn ifindex(&mut self, _: &[u8]) -> Result<u32, BoxError> {
        Ok(7)
    }

    fn netns(&mut self, _: &str) -> Result<std::os::fd::RawFd, BoxError> {
        Ok(99)
    }
}

fn written(request: &impl Request, verb: Verb) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    request.encode(verb, &mut Writer::with_lookup(&mut bytes, &mut Seven))?;
    Ok(bytes)
}

fn message(request: &impl Request, verb: Verb) -> (u16, u16, Vec<u8>) {
    let bytes = written(request, verb).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    assert_eq!(message.as_bytes().len(), bytes.len());
    (
        message.header().kind,
        message.header().flags,
        message.body().to_vec(),
    )
}

fn body(request: &impl Request, verb: Verb) -> Vec<u8> {
    message(request, verb).2
}

fn refused(request: &impl Request, verb: Verb) -> String {
    written(request, verb).unwrap_err().to_string()
}

/// The numbers of the attributes after the header.
fn kinds(body: &[u8]) -> Vec<u16> {
    Attributes::new(&body[16..])
        .map(|attribute| attribute.unwrap().kind())
        .collect()
}

fn described<R: Request>(_: &R, body: &[u8], name: &str) -> String {
    struct Described<'a>(nlroute::Describe, &'a [u8], &'a str);
    impl std::fmt::Display for Described<'_> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            (self.0)(self.1, &|_| self.2.to_owned(), f)
        }
    }
    Described(R::DESCRIBE, body, name).to_string()
}

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_SETLINK: u16 = 19;
const CREATE: u16 = 0x400;
const EXCL: u16 = 0x200;
const ECHO: u16 = 8;

#[test]
fn what_is_set_is_read_back() {
    let request = Bridge::new("br0")
        .address([2, 0, 0, 0, 0, 1])
        .mtu(1400)
        .txqlen(50)
        .group(3)
        .num_tx_queues(2)
        .gso_max_size(60_000)
        .gro_ipv4_max_size(50_000)
        .master("up")
        .ifindex(12)
        .up()
        .arp(false)
        .forward_delay(Duration::from_millis(4_500))
        .mcast_query_intvl(Duration::from_secs(125))
        .vlan_protocol(0x88a8)
        .group_addr([1, 0x80, 0xc2, 0, 0, 0x0f])
        .multi_boolopt(BridgeOptions::new(BridgeOption::MST_ENABLE, true))
        .fdb_flush(true);
    let (kind, flags, body) = message(&request, Verb::Add);
    // Its index is chosen, so no notification has to tell it.
    assert_eq!((kind, flags), (RTM_NEWLINK, CREATE | EXCL));
    let (_, flags, _) = message(&Bridge::new("br0"), Verb::Add);
    assert_eq!(flags, CREATE | EXCL | ECHO);
    let link = LinkView::parse(&body).unwrap();
    assert!(link.malformed().is_empty());
    assert_eq!((link.name().to_string(), link.index()), ("br0".into(), 12));
    assert_eq!(link.flags(), LinkFlags::UP | LinkFlags::NOARP);
    assert_eq!(
        link.header().change,
        (LinkFlags::UP | LinkFlags::NOARP).bits()
    );
    assert_eq!(link.address(), Some([2, 0, 0, 0, 0, 1].into()));
    assert_eq!((link.mtu(), link.master()), (Some(1400), Some(7)));
    assert_eq!((link.txqlen(), link.group()), (Some(50), Some(3)));
    assert_eq!(link.gro_ipv4_max_size(), Some(50_000));
    assert_eq!(link.kind().unwrap(), "bridge");
    let bridge = link.bridge().unwrap();
    assert_eq!(bridge.forward_delay(), Some(Duration::from_millis(4_500)));
    assert_eq!(bridge.mcast_query_intvl(), Some(Duration::from_secs(125)));
    assert_eq!(bridge.vlan_protocol(), Some(0x88a8));
    let options = bridge.multi_boolopt().unwrap();
    assert_eq!(options.get(BridgeOption::MST_ENABLE), Some(true));
    assert_eq!(options.get(BridgeOption::NO_LL_LEARN), None);
    let flushes = bridge.attributes().flatten().any(|a| a.kind() == 21);
    assert!(flushes);
    assert!(link.veth_peer().is_none());
    assert!(link.data::<VethTable>().is_none());
}

/// Takes `body` apart and writes it again.
#[test]
fn what_is_read_can_be_written_again() {
    let bytes = {
        let request = Bridge::new("b")
            .hello_time(Duration::from_secs(1))
            .priority(5);
        body(&request, Verb::Add)
    };
    let link = LinkView::parse(&bytes).unwrap();
    let bridge = link.bridge().unwrap();
    let again = BridgeTable::again(bridge.as_bytes());
    let mut written = Vec::new();
    again.encode(&mut Writer::new(&mut written)).unwrap();
    assert_eq!(written, bridge.as_bytes());
}

#[test]
fn a_name_selects_without_a_look_up() {
    let (kind, flags, body) = message(&Link::named("eth0").mtu(1400), Verb::Change);
    assert_eq!((kind, flags), (RTM_SETLINK, 0));
    assert_eq!(LinkHeader::at(&body).index, 0);
    assert_eq!(kinds(&body), [3, 4]);

    let long = "an-alternative-name-of-eth0";
    let body = self::body(&Link::named(long).up(), Verb::Change);
    assert_eq!(LinkView::parse(&body).unwrap().alt_name().unwrap(), long);
    assert_eq!(kinds(&body), [53]);

    let body = self::body(&Link::index(4).down(), Verb::Change);
    assert_eq!(LinkHeader::at(&body).index, 4);
    assert_eq!(LinkHeader::at(&body).change, 1);
    assert_eq!(kinds(&body), []);
}

#[test]
fn a_rename_looks_the_index_up() {
    let body = self::body(&Link::named("eth0").rename("lan0"), Verb::Change);
    assert_eq!(LinkHeader::at(&body).index, 7);
    assert_eq!(LinkView::parse(&body).unwrap().name(), "lan0");

    let moved = Link::named("eth0").netns("netns0").rename("lan0");
    assert_eq!(LinkHeader::at(&self::body(&moved, Verb::Change)).index, 7);
    // Without a new name it moves by name.
    let moved = Link::named("eth0").netns("netns0");
    assert_eq!(LinkHeader::at(&self::body(&moved, Verb::Change)).index, 0);
    // One that `new` made is selected by its name, which is no new one.
    let (kind, _, body) = message(&Veth::new("veth0").mtu(1400), Verb::Change);
    assert_eq!((kind, LinkHeader::at(&body).index), (RTM_SETLINK, 0));
    assert_eq!(kinds(&body), [3, 4]);
}

/// `RTM_SETLINK` ignores the settings of a kind; before Linux 6.0 `RTM_NEWLINK` with a group and
/// the name of no link alters the whole group.
#[test]
fn settings_of_a_kind_go_by_newlink_and_a_group_beside_them_by_index() {
    let change = Bridge::named("br0").priority(5);
    let (kind, flags, body) = message(&change, Verb::Change);
    assert_eq!((kind, flags), (RTM_NEWLINK, 0));
    assert_eq!(LinkHeader::at(&body).index, 0);
    for grouped in [change.group(3), Bridge::new("br0").priority(5).group(3)] {
        assert_eq!(LinkHeader::at(&self::body(&grouped, Verb::Change)).index, 7);
    }
    // Without settings of the kind there is nothing to say of the kind.
    let (kind, _, body) = message(&Bridge::named("br0").group(3), Verb::Change);
    assert_eq!((kind, LinkHeader::at(&body).index), (RTM_SETLINK, 0));
    assert_eq!(kinds(&body), [3, 27]);
}

#[test]
fn delete_and_get_say_only_which_link() {
    let (kind, _, body) = message(&Veth::new("veth0").group(3).up(), Verb::Delete);
    assert_eq!(kind, RTM_DELLINK);
    assert_eq!(kinds(&body), [3]);
    assert_eq!(LinkHeader::at(&body).flags, 0);

    let mut bytes = Vec::new();
    let mut query = Link::named("eth0").mtu(5).up();
    Query::encode(&mut query, &mut Writer::new(&mut bytes)).unwrap();
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    assert_eq!(kinds(message.body()), [3, 29]);
    assert_eq!(message.body()[..16], [0; 16]);
}

#[test]
fn every_question_bears_a_mask() {
    let mask = |query: &mut dyn FnMut(&mut Writer<'_>) -> Result<(), EncodeError>| {
        let mut bytes = Vec::new();
        query(&mut Writer::with_lookup(&mut bytes, &mut Seven)).unwrap();
        let message = Messages::new(&bytes).next().unwrap().unwrap();
        LinkView::parse(message.body()).unwrap().ext_mask().unwrap()
    };
    assert!(!mask(&mut |out| Query::encode(&mut Link::index(1), out)).is_empty());
    assert!(!mask(&mut |out| Links::all().encode(out)).is_empty());
    let none = ExtMask::empty();
    assert!(!mask(&mut |out| Links::all().ext_mask(none).encode(out)).is_empty());
    assert!(!mask(&mut |out| Query::encode(&mut Link::index(1).ext_mask(none), out)).is_empty());
    let vf = ExtMask::VF;
    assert_eq!(mask(&mut |out| Links::all().ext_mask(vf).encode(out)), vf);
}

#[test]
fn a_list_is_filtered_here_too() {
    use nlroute::List;
    let mut links = Links::all().master("br0").kind("bridge");
    let mut bytes = Vec::new();
    links
        .encode(&mut Writer::with_lookup(&mut bytes, &mut Seven))
        .unwrap();
    let port = body(&Bridge::new("b").master(7), Verb::Add);
    let other = body(&Bridge::new("b").master(8), Verb::Add);
    let veth = body(&Veth::new("b").master(7), Verb::Add);
    let keeps = |body: &[u8]| links.keeps(&LinkView::parse(body).unwrap());
    assert!(keeps(&port));
    assert!(!keeps(&other));
    assert!(!keeps(&veth));
}

#[test]
fn the_peer_is_up_by_a_message_of_its_own() {
    let fd = std::fs::File::open("/dev/null").unwrap();
    let pair = Veth::new("veth0").ifindex(8).up().peer(
        Peer::new("ceth0")
            .address([2, 0, 0, 0, 0, 1])
            .ifindex(9)
            .netns(&fd)
            .arp(false)
            .up(),
    );
    let bytes = body(&pair, Verb::Add);
    let link = LinkView::parse(&bytes).unwrap();
    assert!(link.is_up());
    let veth = link.data::<VethTable>().unwrap();
    let peer = veth.peer().unwrap();
    assert_eq!((peer.name().to_string(), peer.index()), ("ceth0".into(), 9));
    assert_eq!(peer.flags(), LinkFlags::NOARP);
    assert_eq!(peer.header().change, LinkFlags::NOARP.bits());

    let mut bytes = Vec::new();
    let place = pair.follow_up(&mut Writer::new(&mut bytes)).unwrap();
    let Some(Place::Netns(nlroute::wire::NetnsRef::Fd(there))) = place else {
        panic!("{place:?}");
    };
    use std::os::fd::AsRawFd;
    assert_eq!(there.as_raw_fd(), fd.as_fd().as_raw_fd());
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    assert_eq!(message.header().kind, RTM_SETLINK);
    let up = LinkView::parse(message.body()).unwrap();
    assert_eq!((up.index(), up.flags()), (9, LinkFlags::UP));
}

#[test]
fn where_the_peer_is_brought_up() {
    let place = |peer: Peer<'static>| {
        let mut bytes = Vec::new();
        let pair = Veth::new("veth0").peer(peer);
        match pair.follow_up(&mut Writer::new(&mut bytes)).unwrap() {
            None => "nothing to do".to_owned(),
            Some(place) => format!("{place:?}"),
        }
    };
    assert_eq!(place(Peer::new("ceth0")), "nothing to do");
    assert_eq!(place(Peer::new("ceth0").up()), "Here");
    assert_eq!(place(Peer::new("ceth0").up().netns_pid(5)), "Pid(5)");
    assert_eq!(
        place(Peer::new("ceth0").up().netns("n")),
        "Netns(Name(\"n\"))"
    );
}

#[test]
fn what_the_kernel_would_forget_is_an_error() {
    let veth = |peer: Peer<'static>| Veth::new("veth0").peer(peer);
    let cases = [
        (
            refused(&Link::new("a").kind("ifb").alias("x"), Verb::Add),
            "alias given: can only be set once the link exists",
        ),
        (
            refused(
                &Link::new("a").kind("ifb").addr_gen_mode(AddrGenMode::None),
                Verb::Replace,
            ),
            "af_spec given: can only be set once the link exists",
        ),
        (
            refused(&Link::named("a").num_tx_queues(4), Verb::Change),
            "num_tx_queues given: can only be given when the link is created",
        ),
        (
            refused(&Link::named("a").ifindex(4), Verb::Change),
            "ifindex 4: the index of a link that exists doesn't change",
        ),
        (
            refused(
                &BridgePort::named("a").master(3).hairpin(true),
                Verb::Change,
            ),
            "master given: a port's settings count once the link has this master: change it twice",
        ),
        (
            refused(&BridgePort::new("a").hairpin(true), Verb::Add),
            "slave_kind bridge: a port is made by giving a link a master; its settings come afterwards",
        ),
        (
            refused(&veth(Peer::new("b").master("br0")), Verb::Add),
            "linkinfo.data.peer.master given: is not taken for the other end of a veth; set it afterwards",
        ),
        (
            refused(&veth(Peer::new("b").alias("x")), Verb::Add),
            "linkinfo.data.peer.alias given: can only be set once the link exists",
        ),
        (
            refused(&veth(Peer::new("b").kind("ifb")), Verb::Add),
            "linkinfo.data.peer \"ifb\": the other end has no kind of its own",
        ),
        (
            refused(&veth(Peer::unnamed().up()), Verb::Add),
            "linkinfo.data.peer.name none: an end that is to be up needs a name or an index",
        ),
        (
            refused(&veth(Peer::new("c%d").up()), Verb::Add),
            "linkinfo.data.peer.name \"c%d\": an end that is to be up needs a whole name or an index",
        ),
        (
            refused(&veth(Peer::new("b").ifindex(9)), Verb::Add),
            "linkinfo.data.peer.ifindex 9: counts only if an index is chosen for this end too",
        ),
        (
            refused(&Veth::named("veth0"), Verb::Add),
            "name \"veth0\": selects a link that exists; a new one is given by `new`",
        ),
        (
            refused(&Link::new("a"), Verb::Add),
            "kind none: a new link has a kind",
        ),
        (
            refused(&Link::unnamed().up(), Verb::Change),
            "name none: no link is given",
        ),
        (
            refused(&Link::index(0), Verb::Delete),
            "name none: no link is given",
        ),
    ];
    for (error, expected) in cases {
        assert_eq!(error, expected);
    }
    // The port's settings alone, and the master alone, are fine.
    written(&BridgePort::named("a").hairpin(true), Verb::Change).unwrap();
    written(&BridgePort::named("a").master(3), Verb::Change).unwrap();
    // An unnamed end that needn't be up is fine.
    written(&veth(Peer::unnamed()), Verb::Add).unwrap();
}

#[test]
fn names_that_are_none_are_told_by_attribute() {
    let cases = [
        ("", "is empty"),
        ("a-name-of-16-byt", "is longer than 15 bytes"),
        ("a/b", "holds a slash or a colon"),
        ("a b", "holds white space"),
        (".", "is a directory's name"),
    ];
    for (name, why) in cases {
        let error = written(&Veth::new(name), Verb::Add).unwrap_err();
        assert_eq!((error.attribute().as_str(), error.why()), ("name", why));
        let error = written(&Veth::new("v").peer(Peer::new(name)), Verb::Add).unwrap_err();
        assert_eq!(error.attribute(), "linkinfo.data.peer.name");
        let error = written(&Link::named("v").rename(name), Verb::Change).unwrap_err();
        assert_eq!(error.attribute(), "name");
    }
    let error = written(&Veth::new(3), Verb::Add).unwrap_err();
    assert_eq!(error.why(), "is an index where a name is needed");
    let endless = "x".repeat(128);
    let error = written(&Link::named(&endless), Verb::Delete).unwrap_err();
    assert_eq!(error.why(), "is longer than 127 bytes");
    let error = written(&AltNames::of("lo").name(""), Verb::Add).unwrap_err();
    assert_eq!(error.attribute(), "alt_names");
    let long = Duration::from_secs(1 << 40);
    let error = written(&Bridge::new("b").max_age(long), Verb::Add).unwrap_err();
    assert_eq!(error.attribute(), "linkinfo.data.max_age");
}

#[test]
fn the_new_index_is_told() {
    let echo = LinkHeader {
        index: 42,
        ..LinkHeader::default()
    }
    .to_bytes();
    let veth = Veth::new("veth0");
    assert_eq!(veth.answer(Some(&echo), &mut NoLookup).unwrap(), 42);
    assert_eq!(veth.answer(None, &mut Seven).unwrap(), 7);
    assert!(veth.answer(None, &mut NoLookup).is_err());
    let chosen = veth.clone().ifindex(5);
    assert_eq!(chosen.answer(None, &mut NoLookup).unwrap(), 5);
    // The link of this name here is another one.
    let elsewhere = veth.netns("netns0");
    assert_eq!(elsewhere.answer(None, &mut Seven).unwrap(), 0);
    assert_eq!(Veth::unnamed().answer(None, &mut Seven).unwrap(), 0);
}

#[test]
fn families_are_set_on_a_link_that_exists() {
    let inet = Inet::new().conf(&[(Ipv4Conf::Forwarding, 1), (Ipv4Conf::RpFilter, 2)]);
    let request = Link::named("eth0")
        .af_spec(
            AfSpec::new()
                .inet(inet)
                .inet6(Inet6::new().token(1u128.into())),
        )
        .addr_gen_mode(AddrGenMode::None);
    let body = body(&request, Verb::Change);
    let link = LinkView::parse(&body).unwrap();
    let inet6 = link.inet6().unwrap();
    assert_eq!(inet6.addr_gen_mode(), Some(AddrGenMode::None));
    assert_eq!(inet6.token(), Some(1u128.into()));
    let inet = link.inet().unwrap();
    let conf = inet.attributes().next().unwrap().unwrap();
    let set: Vec<_> = conf
        .nested()
        .flatten()
        .map(|a| (a.kind(), a.payload().to_vec()))
        .collect();
    assert_eq!(
        set,
        [
            (1, 1i32.to_ne_bytes().to_vec()),
            (8, 2i32.to_ne_bytes().to_vec())
        ]
    );
}

#[test]
fn requests_are_told_in_words() {
    let name = "veth7";
    let veth = Veth::new("veth0").peer(Peer::new("c"));
    assert_eq!(
        described(&veth, &body(&veth, Verb::Add), name),
        "veth veth0"
    );
    let bridge = Bridge::new("br0").ifindex(4);
    let told = described(&bridge, &body(&bridge, Verb::Add), "#4");
    assert_eq!(told, "bridge br0 (#4)");
    let port = BridgePort::named("veth0").hairpin(true);
    let told = described(&port, &body(&port, Verb::Change), name);
    assert_eq!(told, "bridge port veth0");
    let link = Link::named("veth0").up();
    assert_eq!(
        described(&link, &body(&link, Verb::Change), name),
        "link veth0"
    );
    let renamed = Link::index(7).rename("x");
    assert_eq!(
        described(&renamed, &body(&renamed, Verb::Change), name),
        "link veth7"
    );
    assert_eq!(described(&link, &[], name), "link");
}

#[test]
fn a_request_is_a_value() {
    let one = Veth::new("veth0").mtu(1400).peer(Peer::new("ceth0"));
    assert_eq!(one, one.clone());
    assert_ne!(one, one.clone().up());
    assert_ne!(one, Veth::new("veth0").mtu(1400).peer(Peer::new("ceth1")));
    assert_eq!(
        format!("{:?}", Link::named("eth0").mtu(5)),
        "LinkRequest { existing: Name(\"eth0\"), attributes: LinkAttributes { mtu: 5 } }"
    );
}

#[test]
fn raw_attributes_go_as_they_are() {
    let mut raw = Vec::new();
    Writer::new(&mut raw).attribute(1000, b"abc").unwrap();
    let link = body(&Link::named("a").raw_attributes(&raw), Verb::Change);
    assert!(link.ends_with(&raw));
    // Settings of a kind given by hand need the message that looks at them.
    let mut raw = Vec::new();
    Writer::new(&mut raw).attribute(18, &[]).unwrap();
    let (kind, ..) = message(&Link::named("a").raw_attributes(&raw), Verb::Change);
    assert_eq!(kind, RTM_NEWLINK);
    let xdp = Link::named("a").xdp(Xdp::detach());
    assert_eq!(kinds(&body(&xdp, Verb::Change)), [3, 43]);
}

nlroute::table! {
    /// A kind that the crate doesn't know.
    table GadgetTable "gadget";
    /// It, read.
    view GadgetView;
    /// It, set.
    request Gadget;
    rw 1 IFLA_GADGET_LIMIT limit: u32 = "Most packets that wait.";
}
impl Kind for GadgetTable {
    const NAME: &'static str = "gadget";
}

#[test]
fn a_kind_of_ones_own() {
    let new = LinkRequest::<GadgetTable>::new("g0").data(Gadget::new().limit(9));
    let body = body(&new, Verb::Add);
    let link = LinkView::parse(&body).unwrap();
    assert_eq!(link.data::<GadgetTable>().unwrap().limit(), Some(9));
    assert!(link.data::<BridgeTable>().is_none());
    assert_eq!(described(&new, &body, ""), "gadget g0");
    // The crate keeps the bytes of what it doesn't know.
    let info = link.linkinfo().unwrap();
    assert_eq!(info.data().unwrap(), [8, 0, 1, 0, 9, 0, 0, 0]);
    assert!(link.malformed().is_empty());
    // What is refused of it is told by its own table, which no list of the crate has; and of a
    // kind that another request is about nothing is known.
    let refused = |schema: &Schema| schema.path(&body, body.len() - 8).unwrap().to_string();
    let schema = <LinkRequest<GadgetTable> as Request>::SCHEMA;
    assert_eq!(refused(schema), "linkinfo.data.limit");
    assert_eq!(refused(LinkTable::SCHEMA), "linkinfo.data.1");
    assert_eq!(refused(<Bridge as Request>::SCHEMA), "linkinfo.data.1");
}

/// The attributes of a message in an order of their own, nests taken apart, strings without
/// their NUL: what two programs mean by it.
fn tree(schema: Option<&Schema>, body: &[u8]) -> Vec<(u16, String)> {
    let walk = schema.map_or_else(|| Attributes::new(body), |s| s.attributes(body));
    let mut found: Vec<_> = walk
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let kind = attribute.kind();
            let inner = schema.and_then(|s| s.inner(kind, body));
            let payload = attribute.payload();
            let text = match inner {
                Some(inner) => {
                    let header = &payload[..inner.header];
                    format!("{header:?} {:?}", tree(Some(&inner), payload))
                }
                None if schema.is_some_and(|s| s.line(kind).unwrap().value.name == "text") => {
                    format!("{:?}", payload.strip_suffix(&[0]).unwrap_or(payload))
                }
                None => format!("{payload:?}"),
            };
            (kind, text)
        })
        .collect();
    found.sort();
    found
}

fn as_iproute2(request: &impl Request, verb: Verb, theirs: &[u8]) {
    let message = Messages::new(theirs).next().unwrap().unwrap();
    let (kind, _, ours) = self::message(request, verb);
    assert_eq!(kind, message.header().kind);
    let schema = Some(LinkTable::SCHEMA);
    assert_eq!(tree(schema, &ours), tree(schema, message.body()));
}

/// Captured from iproute2 6.1.
#[test]
fn the_same_as_iproute2_means() {
    as_iproute2(
        &Veth::new("v0").peer(Peer::new("c0")),
        Verb::Add,
        include_bytes!("data/ip_link_add_veth.bin"),
    );
    as_iproute2(
        &Bridge::new("br1")
            .forward_delay(Duration::from_secs(4))
            .vlan_filtering(true)
            .mcast_query_intvl(Duration::from_secs(120))
            .vlan_protocol(0x88a8),
        Verb::Add,
        include_bytes!("data/ip_link_add_bridge.bin"),
    );
    // iproute2 names the kind `bridge_slave`, which the kernel doesn't look at, and sends the
    // settings in another order.
    let theirs = include_bytes!("data/ip_link_set_bridge_slave.bin");
    let ours = body(
        &BridgePort::named("veth0")
            .hairpin(true)
            .isolated(true)
            .port_cost(7),
        Verb::Change,
    );
    let settings = |body: &[u8]| {
        let link = LinkView::parse(body).unwrap();
        let info = link.linkinfo().unwrap();
        tree(Some(BridgePortTable::SCHEMA), info.slave_data().unwrap())
    };
    assert_eq!(settings(&ours), settings(&theirs[16..]));
}

/// Every attribute without a line in its table, nests included.
fn unknown(schema: &Schema, body: &[u8], above: &str, found: &mut Vec<String>) {
    for attribute in schema.attributes(body).flatten() {
        let kind = attribute.kind();
        let path = format!("{above}{}", schema.name_of(kind));
        if schema.line(kind).is_none() {
            found.push(path.clone());
        }
        if let Some(inner) = schema.inner(kind, body) {
            unknown(&inner, attribute.payload(), &format!("{path}."), found);
        }
    }
}

fn captured(bytes: &[u8]) -> Vec<LinkView<'_>> {
    Messages::new(bytes)
        .map(Result::unwrap)
        .filter(|message| message.header().kind == RTM_NEWLINK)
        .map(|message| LinkView::parse(message.body()).unwrap())
        .collect()
}

/// Captured on Linux 6.18: `lo`, a bridge, a veth pair, a macvlan, a VXLAN.
#[test]
fn messages_of_a_kernel_are_known_whole() {
    let links = captured(include_bytes!("data/links.bin"));
    let bridges = captured(include_bytes!("data/bridge_links.bin"));
    assert!(!bridges.is_empty());
    for link in links.iter().chain(&bridges) {
        assert_eq!(link.malformed(), []);
        let mut missing = Vec::new();
        unknown(LinkTable::SCHEMA, link.as_bytes(), "", &mut missing);
        assert_eq!(missing, [""; 0]);
        assert!(!format!("{link:?}").contains("malformed"));
        assert_eq!(link.clone().into_owned(), *link);
    }

    let named = |name: &str| links.iter().find(|link| link.name() == name).unwrap();
    let lo = named("lo");
    assert_eq!(lo.device_type(), DeviceType::Loopback);
    assert!(lo.is_up());
    assert_eq!(lo.kind(), None);

    let (br0, veth0, ceth0) = (named("br0"), named("veth0"), named("ceth0"));
    let bridge = br0.bridge().unwrap();
    assert_eq!(bridge.forward_delay(), Some(Duration::from_secs(15)));
    assert_eq!(
        bridge.bridge_id().unwrap().address(),
        br0.address().unwrap()
    );
    assert_eq!(bridge.bridge_id().unwrap().priority(), 0x8000);
    assert_eq!(veth0.master(), Some(br0.index()));
    assert_eq!(veth0.slave_kind().unwrap(), "bridge");
    assert_eq!(veth0.veth_peer(), Some(ceth0.index()));
    assert_eq!(veth0.alias().unwrap(), "the first one");
    assert_eq!(veth0.operstate(), Some(OperState::Up));
    let names: Vec<String> = veth0
        .alt_names()
        .unwrap()
        .iter()
        .map(|name| name.to_string())
        .collect();
    assert_eq!(names, ["alternative-name-of-veth0"]);
    let port = veth0.bridge_port().unwrap();
    assert_eq!(port.no(), Some(1));
    assert_eq!(port.learning(), Some(true));
    assert_eq!(port.state(), Some(PortState::Listening));
    assert!(ceth0.stats().unwrap().tx_packets > 0);
    let inet = veth0.inet().unwrap();
    assert_eq!(inet.conf().unwrap().get(Ipv4Conf::Forwarding), Some(0));
    assert_eq!(
        veth0.inet6().unwrap().addr_gen_mode(),
        Some(AddrGenMode::Eui64)
    );
    // A kind that the crate doesn't know is there all the same.
    assert_eq!(named("mv0").kind().unwrap(), "macvlan");

    // In the bridge's own messages the port is in another place.
    let port = bridges.iter().find(|link| link.name() == "veth0").unwrap();
    assert!(port.inet().is_none());
    assert_eq!(port.protinfo_bridge_port().unwrap().no(), Some(1));
}

#[test]
fn nothing_panics_on_bytes_that_are_none() {
    let good = include_bytes!("data/links.bin");
    let mut seed = 1u32;
    for round in 0..2_000usize {
        let start = 16 + round % 64;
        let mut bytes = good[start..start + 1_400].to_vec();
        for _ in 0..4 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = seed as usize % bytes.len();
            bytes[place] = (seed >> 24) as u8;
        }
        let Ok(link) = LinkView::parse(&bytes) else {
            continue;
        };
        let _ = (link.malformed(), format!("{link:?}"), link.name());
        let _ = (link.bridge(), link.bridge_port(), link.inet6(), link.kind());
        let _ = described(&Link::named("a"), &bytes, "b");
        let _ = LinkTable::again(&bytes);
        let _ = LinkTable::SCHEMA.path(&bytes, round);
    }
}

#[test]
fn a_path_leads_into_the_peer() {
    let bytes = body(&Veth::new("v0").peer(Peer::new("c0").mtu(1234)), Verb::Add);
    let at = bytes
        .windows(4)
        .position(|w| w == 1234u32.to_ne_bytes())
        .unwrap();
    let path = LinkTable::SCHEMA.path(&bytes, at - 4).unwrap();
    assert_eq!(path.to_string(), "linkinfo.data.peer.mtu");
    assert_eq!(path.value(), "1234");
    let link: LinkRef = "v0".into();
    assert_eq!(link.to_string(), "v0");
}
