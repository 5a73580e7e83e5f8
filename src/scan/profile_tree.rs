//! Time charged by path, and the sums above it.

use std::collections::BTreeMap;

use super::charges::Charge;
use crate::model::session::ProfileNode;

/// A path, and everything below it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    own: Charge,
    below: BTreeMap<String, Tree>,
}

impl Tree {
    /// Charges a path below a root.
    pub(super) fn add(&mut self, root: &[String], path: &[String], charge: Charge) {
        let mut node = self;
        for name in root.iter().chain(path) {
            // Most charges go where others went before: the name is copied for a new node only.
            if !node.below.contains_key(name) {
                node.below.insert(name.clone(), Self::default());
            }
            let Some(next) = node.below.get_mut(name) else { return };
            node = next;
        }
        node.own.merge(charge);
    }

    /// Milliseconds charged to a path and below it.
    pub(super) fn millis(&self, path: &[String]) -> i64 {
        let node = path.iter().try_fold(self, |node, name| node.below.get(name));
        node.map_or(0, Self::all_millis)
    }

    fn all_millis(&self) -> i64 {
        self.own.millis + self.below.values().map(Self::all_millis).sum::<i64>()
    }

    /// Every node, those above before those below.
    pub(super) fn into_nodes(self) -> Vec<ProfileNode> {
        let mut nodes = Vec::new();
        self.list(&mut Vec::new(), &mut nodes);
        nodes
    }

    /// Lists everything below, and returns the sum of it all.
    fn list(self, path: &mut Vec<String>, nodes: &mut Vec<ProfileNode>) -> Charge {
        let mut sum = self.own;
        for (name, below) in self.below {
            path.push(name);
            let (place, own) = (nodes.len(), below.own.millis);
            nodes.push(ProfileNode { path: path.clone(), own, total: 0, count: 0, longest: 0 });
            let charge = below.list(path, nodes);
            if let Some(node) = nodes.get_mut(place) {
                (node.total, node.count, node.longest) = (charge.millis, charge.count, charge.longest);
            }
            sum.merge(charge);
            path.pop();
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::scan::charges::Charge;

    #[test]
    fn sums_stand_before_their_parts() {
        let words = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let charge = |millis| Charge { millis, count: 1, longest: millis };
        let mut tree = Tree::default();
        tree.add(&words("farm/s1"), &words("b"), charge(1));
        tree.add(&words("farm/s1"), &words("a/x"), charge(2));
        tree.add(&words("farm/s1"), &words("b"), charge(4));
        tree.add(&words("farm/s2"), &words("a"), charge(8));
        assert_eq!(tree.millis(&words("farm/s1")), 7);
        let nodes: Vec<_> = tree
            .into_nodes()
            .into_iter()
            .map(|node| (node.path.join("/"), node.own, node.total, node.count, node.longest))
            .collect();
        let expected = [
            ("farm", 0, 15, 4, 8),
            ("farm/s1", 0, 7, 3, 4),
            ("farm/s1/a", 0, 2, 1, 2),
            ("farm/s1/a/x", 2, 2, 1, 2),
            ("farm/s1/b", 5, 5, 2, 4),
            ("farm/s2", 0, 8, 1, 8),
            ("farm/s2/a", 8, 8, 1, 8),
        ];
        assert_eq!(
            nodes,
            expected.map(|(path, own, total, count, longest)| (path.to_owned(), own, total, count, longest))
        );
    }
}
