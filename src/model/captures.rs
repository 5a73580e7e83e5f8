//! What the named captures of a rule hold. Thousands of findings have two or three of them: in a list they take a fifth
//! of the room that a tree would.

/// Values by name, in the order of the names. The values are hostile text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Captures(Box<[(String, String)]>);

impl Captures {
    /// What the capture with this name holds.
    pub fn get(&self, name: &str) -> Option<&String> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// Every name with its value.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &String)> + DoubleEndedIterator {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Every value, in the order of the names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &String> + DoubleEndedIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// Nothing was captured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value, or puts it in the place of the one with this name.
    pub fn insert(&mut self, name: String, value: String) {
        *self = std::mem::take(self).0.into_iter().chain([(name, value)]).collect();
    }
}

impl FromIterator<(String, String)> for Captures {
    /// Of two values with one name the last one counts.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(captures: I) -> Self {
        let mut captures: Vec<(String, String)> = captures.into_iter().collect();
        captures.reverse();
        captures.sort_by(|(one, _), (other, _)| one.cmp(other));
        captures.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Self(captures.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Captures;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_a_map_in_order(
            pairs in prop::collection::vec(("[a-d]{0,2}", "[x-z]{1}"), 0..8),
            more in ("[a-d]{0,2}", "[x-z]{1}"),
        ) {
            let mut captures: Captures = pairs.clone().into_iter().collect();
            let mut map: BTreeMap<String, String> = pairs.into_iter().collect();
            prop_assert_eq!(captures.get(&more.0), map.get(&more.0));
            captures.insert(more.0.clone(), more.1.clone());
            map.insert(more.0, more.1);
            prop_assert!(captures.iter().eq(&map));
            prop_assert!(captures.values().eq(map.values()));
            prop_assert_eq!(captures.is_empty(), map.is_empty());
        }
    }
}
