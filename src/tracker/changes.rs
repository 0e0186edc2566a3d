//! What is different from when it was last asked.
use std::fmt;

use super::{
    same,
    state::State,
    store::{Before, Items, Store},
};
use crate::{
    address::AddressView, link::LinkView, monitor::Noun, neighbour::NeighbourView, route::RouteView,
};

/// What is different: links first, then addresses, routes and neighbours. See
/// [`Tracker::changes`](super::Tracker::changes).
///
/// It has been asked for with the call, whether it is gone through or not.
///
/// ```no_run
/// # let mut tracker = nlroute::Tracker::open()?;
/// let changes = tracker.changes();
/// println!("{} changes: {changes:?}", changes.iter().count());
/// # Ok::<(), nlroute::Error>(())
/// ```
#[must_use]
pub struct Changes<'t> {
    links: Before,
    addresses: Before,
    routes: Before,
    neighbours: Before,
    state: &'t State,
}

/// One difference between two states.
///
/// ```no_run
/// # let mut tracker = nlroute::Tracker::open()?;
/// use nlroute::tracker::Difference;
/// for difference in &tracker.changes() {
///     match difference {
///         Difference::New(noun) => println!("+ {noun:?}"),
///         Difference::Deleted(noun) => println!("- {noun:?}"),
///         Difference::Changed { before, now } => println!("{before:?} is {now:?}"),
///     }
/// }
/// # Ok::<(), nlroute::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Difference<'a> {
    /// It wasn't there.
    New(Noun<'a>),
    /// It is no longer there.
    Deleted(Noun<'a>),
    /// It was otherwise.
    Changed {
        /// As it was.
        before: Noun<'a>,
        /// As it is.
        now: Noun<'a>,
    },
}

impl<'t> Changes<'t> {
    #[inline]
    pub(super) fn new(state: &'t mut State) -> Self {
        Self {
            links: state.links.changes(),
            addresses: state.addresses.changes(),
            routes: state.routes.changes(),
            neighbours: state.neighbours.changes(),
            state,
        }
    }

    /// Goes through them.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Difference<'_>> {
        let state = self.state;
        let links = each(&self.links, &state.links, same::links, |body| {
            LinkView::parse(body).ok().map(Noun::Link)
        });
        let addresses = each(&self.addresses, &state.addresses, same::addresses, |body| {
            AddressView::parse(body).ok().map(Noun::Address)
        });
        let routes = each(&self.routes, &state.routes, same::routes, |body| {
            RouteView::parse(body).ok().map(Noun::Route)
        });
        let neighbours = each(
            &self.neighbours,
            &state.neighbours,
            same::neighbours,
            |body| NeighbourView::parse(body).ok().map(Noun::Neighbour),
        );
        links.chain(addresses).chain(routes).chain(neighbours)
    }
}

/// The differences of one noun.
fn each<'a>(
    before: &'a Before,
    store: &'a Store,
    same: fn(&[u8], &[u8]) -> bool,
    noun: fn(&'a [u8]) -> Option<Noun<'a>>,
) -> impl Iterator<Item = Difference<'a>> {
    before.iter().flat_map(move |(key, before)| {
        let mut old: Vec<_> = before.bodies().collect();
        let mut new: Vec<_> = store.get(key).into_iter().flat_map(Items::bodies).collect();
        new.retain(|now| {
            let kept = old.iter().position(|before| same(before, now));
            kept.map(|at| old.remove(at)).is_none()
        });
        if let ([before], [now]) = (&*old, &*new) {
            let changed = noun(before).zip(noun(now));
            return Vec::from_iter(
                changed.map(|(before, now)| Difference::Changed { before, now }),
            );
        }
        let gone = old.into_iter().filter_map(noun).map(Difference::Deleted);
        let come = new.into_iter().filter_map(noun).map(Difference::New);
        gone.chain(come).collect()
    })
}

impl<'a> IntoIterator for &'a Changes<'_> {
    type Item = Difference<'a>;
    type IntoIter = Box<dyn Iterator<Item = Difference<'a>> + 'a>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl fmt::Debug for Changes<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
