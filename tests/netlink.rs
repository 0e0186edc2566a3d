//! Other families of netlink: generic netlink, and nfnetlink with its transactions.
#[path = "common/process.rs"]
mod process;
#[path = "../examples/masquerade/rules.rs"]
mod rules;
#[path = "../examples/masquerade/tables.rs"]
mod tables;

use std::{os::fd::AsFd, thread, time::Duration};

use nlroute::{
    ErrorKind, Family, Netlink, Netns,
    sandbox::{isolated, skip},
    wire::{Bytes, EncodeError, Schema, Str, Text, Writer, table::Table},
};
use rules::{IN, LOCAL, OUT, Protocol, Rule, Rules, is_missing};
use tables::{NfGen, TableData, TableTable, TableView};

const LONG: Duration = Duration::from_secs(120);

nlroute::record! {
    /// What stands before the attributes of a generic message.
    pub struct Generic "genlmsghdr" 4 from 4;
    0 cmd command: u8 = "What is asked.";
    1 version version: u8 = "Version of the family.";
    2 reserved reserved: u16 = "Zero.";
}

nlroute::table! {
    /// Attributes of a family.
    table FamilyTable "family" after Generic;
    /// A family as the kernel tells it.
    view FamilyView;
    /// Which family is asked for.
    request FamilyData;

    rw 1 CTRL_ATTR_FAMILY_ID id: u16 = "Its number.";
    rw 2 CTRL_ATTR_FAMILY_NAME name: Text<'_> | &'a str as Str = "Its name.";
    ro 7 CTRL_ATTR_MCAST_GROUPS groups: &[u8] as Bytes = "Its groups.";
}

const NETLINK_GENERIC: i32 = 16;
const NETLINK_NETFILTER: i32 = 12;
const GENL_ID_CTRL: u16 = 16;

fn family(data: FamilyData<'_>) -> impl FnOnce(&mut Writer<'_>) -> Result<(), EncodeError> {
    move |out| {
        let message = out.begin(GENL_ID_CTRL, 0);
        let head = Generic {
            command: 3, // CTRL_CMD_GETFAMILY
            version: 1,
            reserved: 0,
        };
        out.bytes(&head.to_bytes());
        FamilyTable::encode(&data, out)?;
        out.end(message)
    }
}

#[test]
fn a_generic_family_is_found() {
    let mut socket = Netlink::open(NETLINK_GENERIC).unwrap();
    socket.set_timeout(Some(LONG));
    let schema = FamilyTable::SCHEMA;
    for _ in 0..20 {
        let ask = family(FamilyData::new().name("nlctrl"));
        let found = socket.get("get family nlctrl", schema, ask, |message| {
            let view = FamilyView::parse(message.body())?;
            Ok(view.id().zip(view.name().map(|name| name.to_string())))
        });
        assert_eq!(found.unwrap(), (GENL_ID_CTRL, "nlctrl".to_owned()));
    }
    // The same beside all others.
    let mut all = Vec::new();
    let ask = family(FamilyData::new());
    let listed = socket.dump("list families", schema, ask, |message| {
        all.extend(FamilyView::parse(message.body())?.id());
        Ok(())
    });
    listed.unwrap();
    assert!(all.contains(&GENL_ID_CTRL), "{all:?}");
    // A question is carried out though nobody reads its answer.
    let ask = family(FamilyData::new().id(GENL_ID_CTRL));
    socket.execute("ask for family 16", schema, ask).unwrap();
    // One that isn't there, and the socket can be used on.
    let ask = family(FamilyData::new().name("nobody"));
    let error = socket.get("get family nobody", schema, ask, |_| Ok(Some(())));
    let error = error.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(
        error.to_string().starts_with("get family nobody: "),
        "{error}"
    );
    // What the kernel refuses is told by name.
    let long = "n".repeat(60);
    let ask = family(FamilyData::new().name(&long));
    let error = socket.execute("get family n", schema, ask).unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.attribute.as_deref(), Some("name"), "{error}");
    let ask = family(FamilyData::new().id(GENL_ID_CTRL));
    let error = socket.get::<()>("get nothing", schema, ask, |_| Ok(None));
    let error = error.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoAnswer { .. }),
        "{error}"
    );
}

#[test]
fn what_is_no_message_is_not_sent() {
    let mut socket = Netlink::open(NETLINK_GENERIC).unwrap();
    socket.set_timeout(Some(LONG));
    let schema = FamilyTable::SCHEMA;
    type Write = fn(&mut Writer<'_>) -> Result<(), EncodeError>;
    let writes: [Write; 4] = [
        |_| Ok(()),
        |out| {
            out.bytes(&[1, 2, 3]);
            Ok(())
        },
        |out| {
            family(FamilyData::new())(out)?;
            family(FamilyData::new())(out)
        },
        |out| {
            let _message = out.begin(GENL_ID_CTRL, 0);
            Ok(())
        },
    ];
    for write in writes {
        let error = socket.execute("ask", schema, write).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
    }
    // What can't be written leaves the batch as it was.
    let mut batch = socket.batch();
    assert!(batch.is_empty());
    batch
        .push("ask", schema, family(FamilyData::new().id(GENL_ID_CTRL)))
        .unwrap();
    assert!(batch.push("ask", schema, |_| Ok(())).is_err());
    let too_long = |out: &mut Writer<'_>| {
        let message = out.begin(GENL_ID_CTRL, 0);
        out.attribute(1, &[0; 70_000])?;
        out.end(message)
    };
    let error = batch.push("ask much", schema, too_long).unwrap_err();
    assert_eq!(error.operation(), "ask much");
    assert_eq!(batch.len(), 1);
    batch.commit().unwrap();
    socket.batch().commit().unwrap();
    let error = Netlink::open(4711).unwrap_err();
    assert_eq!(error.errno(), Some(libc::EPROTONOSUPPORT), "{error}");
}

#[test]
fn each_message_of_a_batch_has_its_result() {
    let mut socket = Netlink::open(NETLINK_GENERIC).unwrap();
    socket.set_timeout(Some(LONG));
    let mut batch = socket.batch();
    for name in ["nlctrl", "nobody", "nlctrl", "nobody else", "nlctrl"] {
        let ask = family(FamilyData::new().name(name));
        batch
            .push(format_args!("get {name}"), FamilyTable::SCHEMA, ask)
            .unwrap();
    }
    let results = batch.results().unwrap();
    let said: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().err().map(|error| error.operation()))
        .collect();
    assert_eq!(
        said,
        [
            None,
            Some("get nobody"),
            None,
            Some("get nobody else"),
            None
        ]
    );
}

/// Whether this kernel has nf_tables, and all that a rule here needs of it; says so if not.
fn has_nf_tables(rules: &mut Rules) -> bool {
    let tried = rules.tables(Family::Inet).and_then(|_| {
        let rule = (publish(80), "try");
        let tried = rules.add(Family::Inet, &[rule]);
        tried.and_then(|()| rules.clear(Family::Inet))
    });
    match tried {
        Err(error) if is_missing(&error) => {
            let refusal = error.refusal().cloned().unwrap_or_default();
            let (what, errno) = (refusal.operation, refusal.errno);
            skip(format_args!("no nf_tables here: {what}: errno {errno}"));
            false
        }
        tried => tried.map(|()| true).unwrap(),
    }
}

fn publish(port: u16) -> Rule<'static> {
    Rule::Publish {
        protocol: Protocol::Tcp,
        port,
        to: ("192.0.2.1".parse().unwrap(), 80),
    }
}

fn masquerade(from: &str) -> Rule<'static> {
    Rule::Masquerade {
        from: from.parse().unwrap(),
        but: "br0",
    }
}

#[test]
fn a_transaction_is_carried_out_as_a_whole_or_not_at_all() {
    isolated(|| {
        let mut rules = Rules::open("nat0")?;
        if !has_nf_tables(&mut rules) {
            return Ok(());
        }
        let v4 = Family::Inet;
        rules.add(
            v4,
            &[(publish(80), "one"), (masquerade("10.0.0.0/9"), "one")],
        )?;
        rules.add(v4, &[(publish(81), "two")])?;
        let notes = |rules: &mut Rules, chain| -> Result<Vec<String>, nlroute::Error> {
            Ok(rules
                .list(v4, chain)?
                .into_iter()
                .map(|(note, _)| note)
                .collect())
        };
        assert_eq!(notes(&mut rules, IN)?, ["one", "two"]);
        assert_eq!(notes(&mut rules, OUT)?, ["one"]);
        // The second of three is refused.
        let long = "n".repeat(300);
        let all = [
            (publish(82), "three"),
            (publish(83), &long),
            (publish(84), "four"),
        ];
        let error = rules.add(v4, &all).unwrap_err();
        assert!(error.operation().contains("publish tcp 83"), "{error}");
        assert_eq!(
            error.refusal().unwrap().attribute.as_deref(),
            Some("userdata")
        );
        assert_eq!(notes(&mut rules, IN)?, ["one", "two"]);
        // Of the other family nothing is there; and it can have the same name.
        assert_eq!(rules.list(Family::Inet6, OUT)?, []);
        rules.add(Family::Inet6, &[(masquerade("fd00::/61"), "six")])?;
        assert_eq!(rules.list(Family::Inet6, OUT)?.len(), 1);
        rules.delete(v4, |note| note == "one")?;
        assert_eq!(notes(&mut rules, OUT)?, [""; 0]);
        assert_eq!(notes(&mut rules, LOCAL)?, ["two"]);
        for family in [v4, Family::Inet6] {
            assert_eq!(rules.tables(family)?, ["nat0"]);
            rules.clear(family)?;
            assert!(rules.tables(family)?.is_empty());
        }
        let error = rules.clear(v4).unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(rules.list(v4, IN)?, []);
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn a_transaction_that_may_not_be_begun_is_an_error() {
    isolated(|| {
        let mut rules = Rules::open("nat0")?;
        if !has_nf_tables(&mut rules) {
            return Ok(());
        }
        process::drop_capabilities();
        let error = rules.add(Family::Inet, &[]).unwrap_err();
        assert!(error.is_permission_denied(), "{error}");
        Ok::<(), nlroute::Error>(())
    });
}

#[test]
fn what_a_family_tells_is_listened_to_in_its_namespace() {
    isolated(|| {
        const NFNLGRP_NFTABLES: u32 = 7;
        let mut rules = Rules::open("nat0")?;
        if !has_nf_tables(&mut rules) {
            return Ok(());
        }
        let elsewhere = Netns::create("elsewhere")?;
        let mut inside = Netlink::open_in(&elsewhere, NETLINK_NETFILTER)?;
        inside.join(NFNLGRP_NFTABLES)?;
        let mut socket = Netlink::open(NETLINK_NETFILTER)?;
        socket.join(NFNLGRP_NFTABLES)?;
        assert!(socket.join(4711).is_err());
        rules.add(Family::Inet, &[])?;
        let there =
            thread::spawn(move || elsewhere.run(|| Rules::open("nat1")?.add(Family::Inet, &[]))?);
        for (socket, table) in [(&mut socket, "nat0"), (&mut inside, "nat1")] {
            let mut told = Vec::new();
            socket.listen(LONG, |message| {
                if message.header().kind == 10 << 8 {
                    let view = TableView::parse(message.body()).unwrap();
                    told.extend(view.name().map(|name| name.to_string()));
                }
                !told.is_empty()
            })?;
            assert_eq!(told, [table]);
        }
        there.join().unwrap()?;
        let error = socket.listen(Duration::from_millis(1), |_| false);
        let error = error.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::TimedOut { .. }),
            "{error}"
        );
        let _: std::os::fd::BorrowedFd<'_> = socket.as_fd();
        Ok::<(), nlroute::Error>(())
    });
}

/// A family that the kernel hasn't a subsystem for refuses the beginning, once for all.
#[test]
fn a_batch_that_nobody_takes_is_an_error() {
    isolated(|| {
        let mut socket = Netlink::open(NETLINK_NETFILTER)?;
        socket.set_timeout(Some(LONG));
        let raw = |kind: u16, res_id: u16| {
            move |out: &mut Writer<'_>| {
                let message = out.begin(kind, 0);
                let res_id = res_id.to_be();
                out.bytes(
                    &NfGen {
                        res_id,
                        ..NfGen::default()
                    }
                    .to_bytes(),
                );
                TableTable::encode(&TableData::new(), out)?;
                out.end(message)
            }
        };
        const NONE: u16 = 200;
        let schema: &'static Schema = TableTable::SCHEMA;
        let mut batch = socket.batch();
        batch.mark(raw(16, NONE))?;
        batch.push("ask nobody", schema, raw(NONE << 8, 0))?;
        batch.mark(raw(17, NONE))?;
        let error = batch.commit().unwrap_err();
        assert!(error.errno().is_some(), "{error}");
        assert_eq!(error.operation(), "send 3 messages");
        Ok::<(), nlroute::Error>(())
    });
}
