//! What hangs on what: a tree of namespaces over their veth pairs, which the boxes then follow.
use std::collections::{HashMap, HashSet, VecDeque};

use super::super::network::{DefaultRoute, LinkId, Network};

pub struct Plan<'a> {
    pub network: &'a Network,
    /// Those that begin a tree: this namespace, and one of each part that has no way to it.
    pub roots: Vec<usize>,
    /// By the parent's end of a veth pair: the child's end.
    pub children: HashMap<LinkId, LinkId>,
    /// By the child: its own end.
    pub entries: HashMap<usize, usize>,
    /// Links of the roots by which their default routes go.
    pub uplinks: HashSet<LinkId>,
    defaults: HashMap<LinkId, Vec<usize>>,
}

impl<'a> Plan<'a> {
    pub fn new(network: &'a Network) -> Self {
        let mut plan = Self {
            network,
            roots: Vec::new(),
            children: HashMap::new(),
            entries: HashMap::new(),
            uplinks: HashSet::new(),
            defaults: HashMap::new(),
        };
        for (n, route) in network.defaults.iter().enumerate() {
            let (namespace, link) = (route.namespace, route.dev);
            plan.defaults
                .entry(LinkId { namespace, link })
                .or_default()
                .push(n);
        }
        let mut degrees = vec![0; network.namespaces.len()];
        for end in network.cables.iter().flatten() {
            degrees[end.namespace] += 1;
        }
        // This one, and then those first on which most hang.
        let mut order: Vec<usize> = (0..network.namespaces.len()).collect();
        order.sort_by_key(|n| (*n != 0, usize::MAX - degrees[*n], *n));
        let mut reached = HashSet::new();
        for root in order {
            if reached.insert(root) {
                plan.roots.push(root);
                plan.grow(root, &mut reached);
            }
        }
        plan.roots.sort_unstable();
        plan
    }

    fn grow(&mut self, root: usize, reached: &mut HashSet<usize>) {
        let mut waiting = VecDeque::from([root]);
        while let Some(namespace) = waiting.pop_front() {
            let links = &self.network.namespaces[namespace].links;
            let mut order: Vec<LinkId> = (0..links.len())
                .map(|link| LinkId { namespace, link })
                .collect();
            if namespace == root {
                for id in &order {
                    let link = &links[id.link];
                    if self.defaults.contains_key(id) && link.master.is_none() && !link.is_bridge {
                        self.uplinks.insert(*id);
                    }
                }
                // So that what is out there stands on the side where out is.
                order.sort_by_key(|id| !self.uplinks.contains(id));
            }
            for id in order {
                let Some(other) = links[id.link].other_end else {
                    continue;
                };
                if reached.insert(other.namespace) {
                    self.children.insert(id, other);
                    self.entries.insert(other.namespace, other.link);
                    waiting.push_back(other.namespace);
                }
            }
        }
    }

    /// Whether the link stands at its namespace's edge, with a line from there: to the box of its
    /// other end, or to a note that says where that is.
    pub fn leads_out(&self, id: LinkId) -> bool {
        let link = self.network.link(id);
        let away = |end: LinkId| end.namespace != id.namespace || link.master.is_some();
        self.uplinks.contains(&id) || link.lost_end.is_some() || link.other_end.is_some_and(away)
    }

    /// The other end, if both stand beside each other.
    pub fn beside(&self, id: LinkId) -> Option<LinkId> {
        let other = self.network.link(id).other_end?;
        (!self.leads_out(id) && !self.leads_out(other)).then_some(other)
    }

    pub fn defaults(&self, id: LinkId) -> impl Iterator<Item = &'a DefaultRoute> {
        let of = self.defaults.get(&id).map_or(&[][..], |v| v);
        let all = &self.network.defaults;
        of.iter().map(|n| &all[*n])
    }
}
