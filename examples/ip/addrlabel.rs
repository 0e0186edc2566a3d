//! `ip addrlabel`.
use nlroute::{AddressLabel, AddressLabels, Family, Listing, addrlabel::AddressLabelView};

use crate::{
    context::{Context, errno_text},
    help,
    words::{Done, Stop, Words, invalid, matches, matches_any, number},
};

pub fn run(context: &mut Context, words: &mut Words<'_>) -> Done {
    let Some(word) = words.next() else {
        return list(context);
    };
    match word {
        _ if matches_any(word, &["list", "lst", "show"]) => match words.peek() {
            Some(_) => Stop::FAILED.say("\"ip addrlabel show\" does not take any arguments."),
            None => list(context),
        },
        _ if matches(word, "add") => modify(context, words, true),
        _ if matches(word, "delete") => modify(context, words, false),
        _ if matches(word, "flush") => match words.peek() {
            Some(_) => Stop::FAILED.say("\"ip addrlabel flush\" does not allow extra arguments"),
            None => flush(context),
        },
        _ if matches(word, "help") => help::addrlabel(),
        _ => Stop::SENSELESS.say(format_args!(
            "Command \"{word}\" is unknown, try \"ip addrlabel help\"."
        )),
    }
}

fn list(context: &mut Context) -> Done {
    let stop = Stop {
        exits: false,
        ..Stop::SENSELESS
    };
    context.out.begin();
    if !matches!(context.options.family, Family::Unspec | Family::Inet6) {
        // The kernel has labels of IPv6 only, and the crate asks for no others.
        let why = errno_text(libc::EOPNOTSUPP);
        eprintln!("RTNETLINK answers: {why}");
        context.out.end();
        return stop.say("Dump terminated");
    }
    let listed = context.host.list(AddressLabels::all());
    let listed = context.list(listed.or_else(Listing::interrupted), stop)?;
    for label in &listed {
        shown(context, &label);
    }
    context.out.end();
    Ok(())
}

fn shown(context: &mut Context, label: &AddressLabelView<'_>) {
    let index = label.index();
    let link = index.map(|index| context.name_of(index));
    let out = &mut *context.out;
    out.open(None);
    if let Some(prefix) = label.prefix() {
        out.field("address", "prefix {}", &prefix.address().to_string());
        out.field("prefixlen", "/{} ", prefix.len());
    }
    out.opt("ifname", "dev {} ", link.as_deref());
    out.named("label", label.label());
    out.str("\n");
    out.close();
}

fn modify(context: &mut Context, words: &mut Words<'_>, adds: bool) -> Done {
    let (mut prefix, mut index, mut label) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            "prefix" => prefix = Some(words.prefix(context.options.family)?),
            "dev" => index = Some(context.device_of(words, "dev is invalid\n")?),
            "label" => {
                let value = words.value()?;
                match number::<u32>(value).filter(|label| *label < u32::MAX) {
                    Some(value) => label = Some(value),
                    None => return invalid("label is invalid\n", value),
                }
            }
            _ => {}
        }
    }
    let missing = |what| {
        Stop::FAILED.say(format_args!(
            "Not enough information: \"{what}\" argument is required."
        ))
    };
    let Some(prefix) = prefix else {
        return missing("prefix");
    };
    let Some(label) = label else {
        return missing("label");
    };
    let mut request = AddressLabel::new(prefix.as_prefix(Family::Inet6), label);
    if let Some(index) = index {
        request = request.link(index);
    }
    let done = if adds {
        context.host.add(request)
    } else {
        context.host.delete(request)
    };
    context.talk(done)
}

fn flush(context: &mut Context) -> Done {
    let listed = context.host.list(AddressLabels::all());
    let listed = context.list(listed, Stop::FAILED)?;
    for one in &listed {
        if let (Some(prefix), Some(label)) = (one.prefix(), one.label()) {
            let mut request = AddressLabel::new(prefix, label);
            if let Some(index) = one.index() {
                request = request.link(index);
            }
            let done = context.host.delete(request);
            if context.talk(done).is_err() {
                return Stop::FAILED.say("Flush terminated");
            }
        }
    }
    Ok(())
}
