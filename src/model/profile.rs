//! Where the time went, as a tree in one flat list: a node stands before those below it, and each name is held
//! once. With ten thousands of sessions it has half a million nodes, whose paths repeat the same few names.

use std::hash::BuildHasher;
use std::iter;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use indexmap::map::RawEntryApiV1;
use indexmap::map::raw_entry_v1::RawEntryMut;

/// The tree: servers, their sessions, then what was at work. Nodes beside each other are ordered by name, so all
/// nodes are ordered by path; every parent is there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    /// In the order in which the nodes need them, so that equal trees are equal values.
    names: Vec<Box<str>>,
    nodes: Vec<Node>,
}

/// Time that is charged to one path or one site.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Charge {
    /// Milliseconds; negative only where the clock stepped back.
    pub millis: i64,
    /// Gaps.
    pub count: u64,
    /// The longest gap in milliseconds.
    pub longest: i64,
}

/// What is charged to a node alone is not stored: it is the rest that its children leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Node {
    /// Charged to it and to all below it.
    charge: Charge,
    /// Index of its name.
    name: u32,
    /// Index of the node above it.
    parent: u32,
    /// How many nodes are below it; they follow it.
    below: u32,
    /// How many nodes are above it.
    depth: u32,
}

/// In place of the parent of a server.
const NO_PARENT: u32 = u32::MAX;

/// One node, with the tree that it stands in.
#[derive(Clone, Copy, Debug)]
pub struct ProfileNode<'p> {
    profile: &'p Profile,
    index: usize,
    node: &'p Node,
}

impl Profile {
    /// The depth of a session: below its server.
    pub const SESSION: usize = 1;

    /// The name under which the time of refused sites stands.
    pub const RETRIES: &str = "token service retries";
    /// The name under which the tasks of psconfig stand beside the content databases.
    pub const TASKS: &str = "psconfig tasks";
    /// The name of time that belongs to no content database.
    pub const FARM: &str = "(farm)";
    /// The name for the databases of sites whose owner is not known.
    pub const UNKNOWN_DATABASE: &str = "(databases not known)";

    /// Every node, those above before those below.
    pub fn nodes(&self) -> impl Iterator<Item = ProfileNode<'_>> + Clone {
        self.nodes.iter().enumerate().map(|(index, node)| ProfileNode { profile: self, index, node })
    }

    /// The node with this path.
    pub fn find(&self, path: &[&str]) -> Option<ProfileNode<'_>> {
        let path = path.iter().copied();
        let index = self.nodes.partition_point(|node| self.path(node).lt(path.clone()));
        self.at(index).filter(|node| node.path().eq(path))
    }

    /// Number of its nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// It has none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node at this place.
    pub fn at(&self, index: usize) -> Option<ProfileNode<'_>> {
        Some(ProfileNode { profile: self, index, node: self.nodes.get(index)? })
    }

    /// The names from the server down to a node. Paths have a handful of parts: going up for each of them costs
    /// less than a list would.
    fn path<'p>(&'p self, node: &'p Node) -> impl Iterator<Item = &'p str> + Clone {
        (0..=node.depth).map(move |depth| {
            let mut above = node;
            while above.depth > depth
                && let Some(parent) = self.nodes.get(above.parent as usize)
            {
                above = parent;
            }
            self.name(above)
        })
    }

    fn name(&self, node: &Node) -> &str {
        self.names.get(node.name as usize).map_or("", |name| name)
    }
}

impl<'p> ProfileNode<'p> {
    /// Its name. Hostile text.
    pub fn name(self) -> &'p str {
        self.profile.name(self.node)
    }

    /// Server, session, then what was at work. Hostile text.
    pub fn path(self) -> impl Iterator<Item = &'p str> + Clone {
        self.profile.path(self.node)
    }

    /// Its place among all nodes. Of two nodes the one with the lesser path has the lesser place.
    pub fn index(self) -> usize {
        self.index
    }

    /// How many nodes are above it: none above a server.
    pub fn depth(self) -> usize {
        self.node.depth as usize
    }

    /// Milliseconds charged to the node itself.
    pub fn own(self) -> i64 {
        self.total() - self.children().map(Self::total).sum::<i64>()
    }

    /// Milliseconds charged to it and to all below it.
    pub fn total(self) -> i64 {
        self.node.charge.millis
    }

    /// Gaps charged to it and to all below it.
    pub fn count(self) -> u64 {
        self.node.charge.count
    }

    /// The longest of them in milliseconds.
    pub fn longest(self) -> i64 {
        self.node.charge.longest
    }

    /// It and all below it, as they stand.
    pub fn subtree(self) -> impl ExactSizeIterator<Item = Self> + Clone {
        let nodes = self.profile.nodes.get(self.index..self.end()).unwrap_or_default();
        let (profile, first) = (self.profile, self.index);
        nodes.iter().enumerate().map(move |(index, node)| Self { profile, index: first + index, node })
    }

    /// The nodes directly below it, in the order of their names.
    pub fn children(self) -> impl Iterator<Item = Self> + Clone {
        let within = move |index: usize| self.profile.at(index).filter(|_| index < self.end());
        iter::successors(within(self.index + 1), move |child| within(child.end()))
    }

    /// The place behind all that is below it.
    fn end(self) -> usize {
        self.index + 1 + self.node.below as usize
    }
}

impl Charge {
    /// One gap.
    pub fn of(millis: i64) -> Self {
        Self { millis, count: 1, longest: millis.max(0) }
    }

    /// Adds another charge to the same place or below it.
    pub fn merge(&mut self, other: Self) {
        self.millis += other.millis;
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }
}

/// A profile in the making.
#[derive(Debug, Default)]
pub struct ProfileBuilder {
    names: IndexMap<Box<str>, (), RandomState>,
    nodes: Vec<Node>,
    /// Indices of the nodes on the path that was charged last.
    open: Vec<u32>,
}

/// Number of a name in a profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named(u32);

impl ProfileBuilder {
    /// Makes room for about so many further names and nodes.
    pub fn reserve(&mut self, names: usize, nodes: usize) {
        self.names.reserve(names);
        self.nodes.reserve(nodes);
    }

    /// The number of a name. Equal trees are equal values if each name is asked for when a node first needs it.
    pub fn name(&mut self, name: &str) -> Named {
        // A new name is looked up once, too, and only that is copied.
        let hash = self.names.hasher().hash_one(name);
        Named(number(match self.names.raw_entry_mut_v1().from_key_hashed_nocheck(hash, name) {
            RawEntryMut::Occupied(known) => known.index(),
            RawEntryMut::Vacant(place) => {
                let index = place.index();
                place.insert_hashed_nocheck(hash, name.into(), ());
                index
            }
        }))
    }

    /// Charges a path, and with it every path above. Paths must come in order; a path may come again at once.
    pub fn charge(&mut self, path: &[Named], charge: Charge) {
        let named = |index: u32| self.nodes.get(index as usize).map(|node| Named(node.name));
        let known = iter::zip(&self.open, path).take_while(|(index, name)| named(**index) == Some(**name));
        let known = known.count();
        debug_assert!(self.is_next(known, path), "{path:?} comes in order");
        self.open.truncate(known);
        for name in path.get(known..).unwrap_or_default() {
            self.open(*name);
        }
        for index in &self.open {
            if let Some(node) = self.nodes.get_mut(*index as usize) {
                node.charge.merge(charge);
            }
        }
    }

    /// The profile of all that was charged.
    pub fn finish(self) -> Profile {
        Profile { names: self.names.into_keys().collect(), nodes: self.nodes }
    }

    /// Whether a path comes after the one that was charged last, of which so many parts are the same.
    fn is_next(&self, known: usize, path: &[Named]) -> bool {
        let text = |Named(name): Named| self.names.get_index(name as usize).map(|(name, ())| name);
        let last = self.open.get(known).and_then(|index| self.nodes.get(*index as usize));
        last.is_none_or(|last| text(Named(last.name)) < path.get(known).copied().and_then(text))
    }

    /// Adds a node below those that are open.
    fn open(&mut self, Named(name): Named) {
        for index in &self.open {
            if let Some(above) = self.nodes.get_mut(*index as usize) {
                above.below += 1;
            }
        }
        let parent = self.open.last().copied().unwrap_or(NO_PARENT);
        let (index, depth) = (number(self.nodes.len()), number(self.open.len()));
        self.nodes.push(Node { charge: Charge::default(), name, parent, below: 0, depth });
        self.open.push(index);
    }
}

/// Four thousand million nodes would be 160 GiB.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
