//! Names in order, each once: as a rule one or two, of thousands of findings. In a list they take a tenth of the room
//! that a tree would.

use std::ops::Deref;

/// A set of names in order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Names(Box<[String]>);

impl Names {
    /// Whether a name is one of them.
    pub fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }

    /// Whether no name is in both.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let (few, many) = if self.len() <= other.len() { (self, other) } else { (other, self) };
        few.iter().all(|name| !many.contains(name))
    }

    /// Adds a name.
    pub fn insert(&mut self, name: String) {
        *self = std::mem::take(self).into_iter().chain([name]).collect();
    }

    /// Leaves those out of which this is false.
    pub fn retain(&mut self, keeps: impl FnMut(&String) -> bool) {
        let mut names = std::mem::take(self).0.into_vec();
        names.retain(keeps);
        self.0 = names.into();
    }
}

impl Deref for Names {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl FromIterator<String> for Names {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        Self(names.into())
    }
}

impl IntoIterator for Names {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_vec().into_iter()
    }
}

impl<'n> IntoIterator for &'n Names {
    type Item = &'n String;
    type IntoIter = std::slice::Iter<'n, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set_in_order(
            one in prop::collection::vec("[a-d]{0,2}", 0..8),
            other in prop::collection::vec("[a-d]{0,2}", 0..3),
            more in "[a-d]{0,2}",
        ) {
            let (mut names, others): (Names, Names) = (one.clone().into_iter().collect(), other.clone().into_iter().collect());
            let (mut set, other_set): (BTreeSet<String>, BTreeSet<String>) = (one.into_iter().collect(), other.into_iter().collect());
            prop_assert!(names.iter().eq(&set));
            prop_assert_eq!(names.is_disjoint(&others), set.is_disjoint(&other_set));
            prop_assert_eq!(names.contains(&more), set.contains(&more));
            prop_assert_eq!(names.cmp(&others), set.cmp(&other_set));
            names.insert(more.clone());
            set.insert(more);
            prop_assert!(names.iter().eq(&set));
            names.retain(|name| !others.contains(name));
            set.retain(|name| !other_set.contains(name));
            prop_assert!(names.into_iter().eq(set));
        }
    }
}
