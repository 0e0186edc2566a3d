//! The getters of a link for the settings of its kind: each answers for the kinds that it is for,
//! and for no other.
use nlroute::{
    link::{LinkHeader, LinkView},
    wire::Writer,
};

/// The getters that answer for a link, by name.
macro_rules! getters {
    ($($getter:ident)*) => {
        fn answering(link: &LinkView<'_>) -> Vec<&'static str> {
            [$(link.$getter().map(|_| stringify!($getter))),*]
                .into_iter()
                .flatten()
                .collect()
        }
    };
}
getters! {
    amt bareudp bond bond_port bridge bridge_port can dsa geneve gre gtp hsr ip6gre ip6tnl ipip
    ipoib ipvlan macsec macvlan netkit ovpn rmnet sit tun vlan vrf vrf_port vti vti6 vxlan wwan
    xfrm
}

/// A kind as the kernel calls it, and the getter for it.
const LINKS: [(&str, &str); 35] = [
    ("amt", "amt"),
    ("bareudp", "bareudp"),
    ("bond", "bond"),
    ("bridge", "bridge"),
    ("can", "can"),
    ("dsa", "dsa"),
    ("erspan", "gre"),
    ("geneve", "geneve"),
    ("gre", "gre"),
    ("gretap", "gre"),
    ("gtp", "gtp"),
    ("hsr", "hsr"),
    ("ip6erspan", "ip6gre"),
    ("ip6gre", "ip6gre"),
    ("ip6gretap", "ip6gre"),
    ("ip6tnl", "ip6tnl"),
    ("ipip", "ipip"),
    ("ipoib", "ipoib"),
    ("ipvlan", "ipvlan"),
    ("ipvtap", "ipvlan"),
    ("macsec", "macsec"),
    ("macvlan", "macvlan"),
    ("macvtap", "macvlan"),
    ("netkit", "netkit"),
    ("ovpn", "ovpn"),
    ("rmnet", "rmnet"),
    ("sit", "sit"),
    ("tun", "tun"),
    ("vlan", "vlan"),
    ("vrf", "vrf"),
    ("vti", "vti"),
    ("vti6", "vti6"),
    ("vxlan", "vxlan"),
    ("wwan", "wwan"),
    ("xfrm", "xfrm"),
];

/// Kinds of a master, and the getter for what a port of it has.
const PORTS: [(&str, &str); 3] = [
    ("bond", "bond_port"),
    ("bridge", "bridge_port"),
    ("vrf", "vrf_port"),
];

/// A link's message with a kind and settings, of itself or as a port.
fn link(kind: u16, name: &str, data: Option<u16>) -> Vec<u8> {
    let mut bytes = vec![0; LinkHeader::LEN];
    let mut out = Writer::new(&mut bytes);
    let linkinfo = out.begin_nest(18);
    out.attribute(kind, format!("{name}\0").as_bytes()).unwrap();
    if let Some(data) = data {
        let data = out.begin_nest(data);
        out.end_attribute(data).unwrap();
    }
    out.end_attribute(linkinfo).unwrap();
    bytes
}

fn answers(bytes: &[u8]) -> Vec<&'static str> {
    answering(&LinkView::parse(bytes).unwrap())
}

#[test]
fn each_kind_has_one_getter() {
    for (kind, getter) in LINKS {
        assert_eq!(answers(&link(1, kind, Some(2))), [getter], "{kind}");
    }
    for (kind, getter) in PORTS {
        assert_eq!(answers(&link(4, kind, Some(5))), [getter], "{kind}");
    }
}

#[test]
fn a_kind_without_settings_or_that_nobody_knows_has_none() {
    for (kind, _) in LINKS {
        // A kernel that tells no settings, and those of the other half.
        assert_eq!(answers(&link(1, kind, None)), [""; 0], "{kind}");
        assert_eq!(answers(&link(1, kind, Some(5))), [""; 0], "{kind}");
        // A name that only starts so, or ends so.
        for name in [format!("{kind}x"), format!("x{kind}"), kind.to_uppercase()] {
            assert_eq!(answers(&link(1, &name, Some(2))), [""; 0], "{name}");
        }
    }
    for (kind, _) in PORTS {
        assert_eq!(answers(&link(4, kind, None)), [""; 0], "{kind}");
        assert_eq!(answers(&link(4, kind, Some(2))), [""; 0], "{kind}");
    }
    // What these have is their other end.
    for kind in ["veth", "vxcan"] {
        assert_eq!(answers(&link(1, kind, Some(2))), [""; 0], "{kind}");
    }
    assert_eq!(answers(&[0; LinkHeader::LEN]), [""; 0]);
}
