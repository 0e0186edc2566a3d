//! Names of links and namespaces, resolved while a request is written.
use std::os::fd::{AsFd, AsRawFd, RawFd};

use super::{Exchange, stamp};
use crate::{
    Error, Netns, Result, lookup,
    wire::{BoxError, LinkRef, Lookup, Text, Writer},
};

/// What names were resolved to while a request was written: kept until it has been answered, for
/// the descriptors to stay open and for errors to say the names again.
#[derive(Debug, Default)]
pub(crate) struct Names {
    links: Vec<(u32, Box<[u8]>)>,
    netns: Vec<Netns>,
}

impl Names {
    #[inline]
    pub(crate) fn clear(&mut self) {
        if !(self.links.is_empty() && self.netns.is_empty()) {
            self.clear_all();
        }
    }

    #[inline(never)]
    fn clear_all(&mut self) {
        self.links.clear();
        self.netns.clear();
    }

    /// How to call the link of this index.
    pub(crate) fn name(&self, index: u32) -> String {
        let known = self.links.iter().find(|(known, _)| *known == index);
        known.map_or_else(
            || format!("#{index}"),
            |(_, name)| Text::new(name).to_string(),
        )
    }
}

/// Resolves names by asking over the same socket.
pub(crate) struct Resolver<'c> {
    pub(crate) exchange: &'c mut Exchange,
    pub(crate) names: &'c mut Names,
    /// Where the question is written.
    pub(crate) buffer: &'c mut Vec<u8>,
}

impl Resolver<'_> {
    pub(crate) fn find(&mut self, link: &LinkRef<'_>) -> Result<u32> {
        let operation = format!("find link {link}");
        self.buffer.clear();
        let mut out = Writer::new(self.buffer);
        lookup::encode(link, &mut out).map_err(|error| Error::encode(&operation, error))?;
        let sequence = self.exchange.sequences(1);
        stamp(self.buffer, libc::NLM_F_REQUEST, sequence);
        let schema = lookup::SCHEMA;
        let index =
            self.exchange
                .question(self.buffer, sequence, schema, &operation, |message| {
                    Ok(lookup::index(message.body()))
                })?;
        if let Some(name) = link.as_name() {
            self.names.links.push((index, name.into()));
        }
        Ok(index)
    }
}

impl Lookup for Resolver<'_> {
    fn ifindex(&mut self, name: &[u8]) -> Result<u32, BoxError> {
        let known = self.names.links.iter().find(|(_, known)| **known == *name);
        match known {
            Some((index, _)) => Ok(*index),
            None => Ok(self.find(&name.into())?),
        }
    }

    fn netns(&mut self, name: &str) -> Result<RawFd, BoxError> {
        let netns = Netns::open(name)?;
        let fd = netns.as_fd().as_raw_fd();
        self.names.netns.push(netns);
        Ok(fd)
    }
}
