//! The one thing that is named, if it is one only.

use crate::text::charset::text_of_line;

/// The name among those met, as long as there is but one. Merging is commutative and associative.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Sole {
    /// Nothing is named.
    #[default]
    Nothing,
    /// This one, and no other.
    One(Box<str>),
    /// More than one.
    Many,
}

impl Sole {
    /// A name was met.
    pub fn meet(&mut self, name: &[u8]) {
        match self {
            Self::Many => {}
            Self::One(known) if known.as_bytes() == name || **known == *text_of_line(name) => {}
            Self::One(_) => *self = Self::Many,
            Self::Nothing => *self = Self::One(text_of_line(name).into()),
        }
    }

    /// What was met elsewhere was met, too.
    pub fn merge(&mut self, other: Self) {
        match other {
            Self::Nothing => {}
            Self::One(name) => self.meet(name.as_bytes()),
            Self::Many => *self = Self::Many,
        }
    }

    /// The name, if there is one only.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::One(name) => Some(name),
            Self::Nothing | Self::Many => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sole;
    use proptest::prelude::*;

    fn of(names: &[&str]) -> Sole {
        let mut sole = Sole::default();
        for name in names {
            sole.meet(name.as_bytes());
        }
        sole
    }

    proptest! {
        #[test]
        fn names_may_be_met_in_parts_and_in_any_order(
            names in prop::collection::vec(prop::sample::select(vec!["a", "b"]), 0..5),
            cut in 0usize..5,
        ) {
            let (left, right) = names.split_at(cut.min(names.len()));
            let (mut merged, mut turned) = (of(left), of(right));
            merged.merge(of(right));
            turned.merge(of(left));
            prop_assert_eq!(&merged, &of(&names));
            prop_assert_eq!(&turned, &merged);
            let mut different = names.clone();
            different.sort_unstable();
            different.dedup();
            let expected = if let [one] = different[..] { Some(one) } else { None };
            prop_assert_eq!(merged.name(), expected);
        }
    }

    #[test]
    fn a_name_in_another_charset_is_the_text_it_stands_for() {
        let mut sole = of(&["Größe"]);
        sole.meet(b"Gr\xf6\xdfe");
        assert_eq!(sole.name(), Some("Größe"));
    }
}
