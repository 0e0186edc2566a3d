//! Links made, altered and deleted.
use nlroute::link::{Kind, Link, LinkRequest, Links};

use super::{kinds, settings::Settings};
use crate::{
    context::Context,
    help,
    words::{Done, Stop, Words, matches, no_device},
};

/// What is done to a link.
pub enum Action {
    Add,
    Replace,
    /// Of the link of this index.
    Set(u32),
}

impl Action {
    pub fn creates(&self) -> bool {
        !matches!(self, Self::Set(_))
    }
}

/// A request of kind `K` that says which link.
pub fn start<'r, K: Kind>(action: &Action, settings: &Settings<'r>) -> LinkRequest<'r, K> {
    match (action, settings.name) {
        (Action::Set(index), _) => LinkRequest::index(*index),
        (_, Some(name)) => LinkRequest::new(name),
        (_, None) => LinkRequest::unnamed(),
    }
}

/// Sends a request with the settings that any link has.
pub fn send<'r, K: Kind>(
    context: &mut Context,
    action: &Action,
    settings: &'r Settings<'_>,
    request: LinkRequest<'r, K>,
) -> Done {
    let mut request = settings.apply(request, action.creates());
    let done = match action {
        Action::Add => context.host.add(request).map(drop),
        Action::Replace => context.host.replace(request),
        Action::Set(index) => {
            let renamed = settings.name.filter(|name| Some(*name) != settings.device);
            if let Some(name) = renamed {
                request = request.rename(name);
            }
            context.forget(*index);
            context.host.change(request)
        }
    };
    context.talk(done)
}

pub fn add(context: &mut Context, words: &mut Words<'_>, replaces: bool) -> Done {
    let settings = Settings::parse(context, words, true)?;
    let Some(kind) = settings.kind else {
        return Stop::FAILED.say("Not enough information: \"type\" argument is required");
    };
    if settings.name != settings.device {
        return Stop::SENSELESS
            .say("both \"name\" and \"dev\" cannot be used when creating devices.");
    }
    let existing = settings.name.filter(|_| replaces);
    let action = match existing.and_then(|name| context.find(name)) {
        Some(_) if replaces => Action::Replace,
        _ if replaces => Action::Replace,
        _ => Action::Add,
    };
    kinds::run(context, &action, kind, &settings, words)
}

pub fn set(context: &mut Context, words: &mut Words<'_>) -> Done {
    let settings = Settings::parse(context, words, false)?;
    let indices = devices(context, &settings, words)?;
    let Some(kind) = settings.kind else {
        for index in indices {
            send(context, &Action::Set(index), &settings, Link::index(index))?;
        }
        return Ok(());
    };
    indices.into_iter().try_for_each(|index| {
        let mut words = words.clone();
        kinds::run(context, &Action::Set(index), kind, &settings, &mut words)
    })
}

pub fn delete(context: &mut Context, words: &mut Words<'_>) -> Done {
    let settings = Settings::parse(context, words, false)?;
    let indices = devices(context, &settings, words)?;
    if indices.is_empty() {
        return Stop::REFUSED.say("RTNETLINK answers: No such device");
    }
    for index in indices {
        context.forget(index);
        let done = context.host.delete(Link::index(index));
        context.talk(done)?;
    }
    Ok(())
}

/// The links that are meant: one, or those of a group.
fn devices(context: &mut Context, settings: &Settings<'_>, words: &Words<'_>) -> Done<Vec<u32>> {
    match (settings.device, settings.group) {
        (Some(device), _) => match context.find(device) {
            Some(index) => Ok(vec![index]),
            None => no_device(device),
        },
        (None, Some(group)) => {
            if let Some(word) = words.peek() {
                return Stop::SENSELESS.say(format_args!(
                    "Garbage instead of arguments \"{word} ...\". Try \"ip link help\"."
                ));
            }
            let listed = context.host.list(Links::all());
            let listed = context.list(listed, Stop::FAILED)?;
            let of_group = listed.iter().filter(|link| link.group() == Some(group));
            Ok(of_group.map(|link| link.index()).collect())
        }
        (None, None) => {
            if words.peek().is_some_and(|word| matches(word, "help")) {
                help::link()?;
            }
            Stop::SENSELESS.say("Not enough information: \"dev\" argument is required.")
        }
    }
}
