//! What is asked of a link that exists: what wouldn't count there is refused as of a new one, and
//! what need not be said again is not missed.
use nlroute::{
    Request, Verb,
    link::{
        Erspan, ErspanDirection, Geneve, Gre, GreFlags, Gretap, Ip6gre, Ipip, Kind, LinkRequest,
        LinkView, Sit, Vlan, VlanQos, VlanTable, Vxlan, Xfrm,
    },
    wire::{Messages, Writer, table::Table},
};

/// The settings in a message of this verb, or why it can't be sent.
fn settings<K: Kind>(request: &LinkRequest<'_, K>, verb: Verb) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let encoded = request.encode(verb, &mut Writer::new(&mut bytes));
    encoded.map_err(|error| error.to_string())?;
    let message = Messages::new(&bytes).next().unwrap().unwrap();
    let link = LinkView::parse(message.body()).unwrap();
    let data = link.linkinfo().unwrap().data().unwrap_or(&[]).to_vec();
    Ok(data)
}

/// That it is refused of a new link and of one that exists, in the same words.
#[track_caller]
fn refused<K: Kind>(request: impl Fn(bool) -> LinkRequest<'static, K>, why: &str) {
    for (exists, verb) in [(false, Verb::Add), (true, Verb::Change)] {
        let error = settings(&request(exists), verb).unwrap_err();
        assert_eq!(error, format!("linkinfo.data.{why}"), "{verb}");
    }
}

/// That it can be said of one that exists.
#[track_caller]
fn taken<K: Kind>(request: LinkRequest<'_, K>) {
    let data = settings(&request, Verb::Change).unwrap();
    assert!(K::SCHEMA.malformed(&data).is_empty() && !data.is_empty());
}

macro_rules! one {
    ($kind:ident) => {
        |exists| {
            if exists {
                $kind::named("t")
            } else {
                $kind::new("t")
            }
        }
    };
}

#[test]
fn what_does_not_count_is_refused_of_both() {
    let gre = one!(Gre);
    refused(
        move |exists| gre(exists).ikey(5),
        "ikey 5: counts only with the flag KEY, which `key` sets",
    );
    let gretap = one!(Gretap);
    refused(
        move |exists| gretap(exists).oflags(GreFlags::ROUTING),
        &format!(
            "oflags {:?}: the kernel takes no source routes",
            GreFlags::ROUTING
        ),
    );
    let ip6gre = one!(Ip6gre);
    refused(
        move |exists| ip6gre(exists).okey(5),
        "okey 5: counts only with the flag KEY, which `key` sets",
    );
    let gretap = one!(Gretap);
    refused(
        move |exists| gretap(exists).erspan_dir(ErspanDirection::Egress),
        "erspan_dir given: is only of ERSPAN",
    );
    refused(
        move |exists| gretap(exists).erspan_hwid(3),
        "erspan_hwid given: is only of ERSPAN",
    );
    let erspan = |exists| one!(Erspan)(exists).key(1).seq();
    let why = "is only in version 2";
    refused(
        move |exists| {
            erspan(exists)
                .erspan_ver(0)
                .erspan_dir(ErspanDirection::Egress)
        },
        &format!("erspan_dir 1: {why}"),
    );
    refused(
        move |exists| erspan(exists).erspan_ver(0).erspan_hwid(3),
        &format!("erspan_hwid 3: {why}"),
    );
    let why = "pmtudisc false: counts only without a ttl: the kernel discovers the MTU where there \
               is one";
    let (ipip, sit) = (one!(Ipip), one!(Sit));
    refused(move |exists| ipip(exists).ttl(9).pmtudisc(false), why);
    refused(move |exists| sit(exists).ttl(9).pmtudisc(false), why);
    let xfrm = one!(Xfrm);
    refused(
        move |exists| xfrm(exists).if_id(0),
        "if_id none: an interface that doesn't collect metadata has one of 1 or more",
    );
    let geneve = |exists| one!(Geneve)(exists).remote([192, 0, 2, 1]);
    refused(
        move |exists| geneve(exists).id(1).label(1 << 20),
        "label 1048576: is more than 20 bits hold: 1048575",
    );
    refused(
        move |exists| geneve(exists).id(1 << 24),
        "id 16777216: is more than 24 bits hold: 16777215",
    );
}

#[test]
fn what_is_known_of_a_link_need_not_be_said_again() {
    taken(Geneve::named("t").label(5));
    taken(Vxlan::named("t").ageing(std::time::Duration::from_secs(9)));
    taken(Sit::named("t").ttl(9));
    taken(Ipip::named("t").tos(9));
    // Nor where packets say it one by one.
    assert!(settings(&Geneve::new("t").collect_metadata(true), Verb::Add).is_ok());
    assert!(settings(&Sit::new("t").ttl(9), Verb::Add).is_ok());
    // Whom it collects no metadata for has an end.
    let geneve = Geneve::new("t").collect_metadata(false).id(1);
    assert!(settings(&geneve, Verb::Add).unwrap_err().contains("remote"));
}

#[test]
fn maps_of_a_vlan_are_looked_at_where_they_are_written_down() {
    let map = [VlanQos { from: 8, to: 1 }];
    let vlan = || Vlan::new("v").link(3).id(5);
    let why = "linkinfo.data.ingress_qos.0 8: is no priority of a VLAN: they are 0 to 7";
    assert_eq!(
        settings(&vlan().ingress_qos(&map), Verb::Add).unwrap_err(),
        why
    );
    // What was read goes back as it was.
    let map = [VlanQos { from: 2, to: 8 }];
    let read = settings(&vlan().ingress_qos(&map), Verb::Add).unwrap();
    let again = Vlan::new("v").link(3).data(VlanTable::again(&read));
    assert_eq!(settings(&again, Verb::Add).unwrap(), read);
}
