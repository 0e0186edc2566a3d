//! `bridge monitor`.
use nlroute::{
    Group,
    monitor::{Change, Notification, Noun},
};

use super::{Filter, fdb, link, mdb, vlan_options, vni};
use crate::{
    context::{Context, Label},
    help, monitor,
    words::{Done, Stop, Words, matches},
};

/// What is told where nothing is asked for by name.
const USUAL: [Group; 3] = [Group::Link, Group::Neigh, Group::Mdb];

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let (mut groups, mut usual) = (Vec::new(), true);
    let mut label = Label::default();
    while let Some(word) = words.next() {
        let group = match word {
            _ if matches(word, "file") => {
                words.value()?;
                return Stop::SENSELESS.say("A file isn't read here.");
            }
            _ if matches(word, "link") => Group::Link,
            _ if matches(word, "fdb") => Group::Neigh,
            _ if matches(word, "mdb") => Group::Mdb,
            _ if matches(word, "vlan") => Group::Brvlan,
            "vni" => Group::Tunnel,
            "all" => {
                label.banner = true;
                usual = true;
                groups = vec![Group::Brvlan, Group::Tunnel];
                continue;
            }
            _ if matches(word, "help") => return help::bridge_monitor(),
            _ => {
                return Stop::SENSELESS.say(format_args!(
                    "Argument \"{word}\" is unknown, try \"bridge monitor help\"."
                ));
            }
        };
        groups.push(group);
        usual = false;
    }
    if usual {
        groups.extend(USUAL);
    }
    let opened = monitor::open(context, &groups, label)?;
    monitor::listen(context, opened, tell)
}

fn tell(context: &mut Context, told: &Notification<'_>) {
    let (noun, deleted) = match told.change() {
        Change::New(noun) => (noun, false),
        Change::Deleted(noun) => (noun, true),
        Change::Other(_) => return,
    };
    let filter = Filter::default();
    match &noun {
        // As iproute2 has it, what was known of a link stays what is known.
        Noun::Link(view) | Noun::BridgePort(view) => link::shown(context, view, deleted),
        Noun::Fdb(view) => fdb::shown(context, view, &fdb::Filter::default(), deleted),
        Noun::Mdb(view) => {
            said(context, "[MDB]", deleted);
            mdb::entries(context, view, &filter);
            mdb::router_told(context, view);
        }
        Noun::Vlan(view) => {
            said(context, "[VLAN]", deleted);
            vlan_options::shown(context, view, &filter, false, &mut None);
        }
        Noun::Vni(view) => {
            said(context, "[TUNNEL]", deleted);
            vni::shown(context, view);
        }
        _ => {}
    }
}

fn said(context: &mut Context, label: &str, deleted: bool) {
    context.headers(label);
    if deleted {
        context.out.str("Deleted ");
    }
}
