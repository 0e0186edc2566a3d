//! `DEL` and `GC`: what an attachment has is taken away, as often as that is asked for.
use nlroute::{
    Connection, Netns,
    link::{Link, Links},
};

use super::{
    add::{delete_rules, remove_rules},
    config::{Attachment, Config},
    failure::Result,
    ipam,
};

/// Takes away what `ADD` made. What isn't there any more is no error. The address is given back
/// last: nobody else is to get it while it is in use.
pub fn delete(config: &Config, at: &Attachment) -> Result {
    let note = config.note(&at.container, &at.ifname);
    if !delete_inside(at)? {
        delete_noted(config, |alias| alias == note)?;
    }
    remove_rules(&note)?;
    ipam::run(config, "DEL")
}

/// Deletes the container's end, and so both; `false` if there is no such namespace any more.
fn delete_inside(at: &Attachment) -> Result<bool> {
    let Some(path) = &at.netns else {
        return Ok(false);
    };
    let netns = match Netns::open_path(path) {
        Ok(netns) => netns,
        Err(error) if error.is_permission_denied() => return Err(error.into()),
        // Nothing is there, or the file that its name was.
        Err(_) => return Ok(false),
    };
    match netns.connect()?.delete(Link::named(&at.ifname)) {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(true),
    }
}

/// Deletes the host's ends whose notes are `gone`.
fn delete_noted(config: &Config, gone: impl Fn(&str) -> bool) -> Result {
    let mut host = Connection::open()?;
    let bridge = match host.ifindex(&config.bridge) {
        Err(error) if error.is_not_found() => return Ok(()),
        found => found?,
    };
    let mut ends = Vec::new();
    for link in &host.list(Links::all().master(bridge))? {
        let alias = link.alias().map(|alias| alias.to_string());
        if alias.is_some_and(|alias| gone(&alias)) {
            ends.push(link.index());
        }
    }
    for end in ends {
        match host.delete(Link::index(end)) {
            // The namespace's end took it along.
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Takes away what belongs to attachments of this network that are no longer valid. All is tried;
/// the first failure is told.
pub fn collect(config: &Config) -> Result {
    let links = delete_noted(config, |alias| config.is_stale(alias));
    let rules = delete_rules(|note| config.is_stale(note));
    let addresses = ipam::run(config, "GC");
    links.and(rules).and(addresses)
}
