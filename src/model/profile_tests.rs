//! A profile lists what was charged as a tree of maps would.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Charge, Node, Profile, ProfileBuilder, ProfileNode};

/// The profile of paths like `farm/s1/a`, charged with milliseconds in the order of the paths.
fn profile(charges: &[(&str, i64)]) -> Profile {
    let mut charges: Vec<(Vec<&str>, i64)> =
        charges.iter().map(|(path, millis)| (path.split('/').collect(), *millis)).collect();
    charges.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut builder = ProfileBuilder::default();
    for (path, millis) in charges {
        let path: Vec<_> = path.into_iter().map(|name| builder.name(name)).collect();
        builder.charge(&path, Charge::of(millis));
    }
    builder.finish()
}

/// Path, own, total, count, longest.
type Row = (String, i64, i64, u64, i64);

fn row(node: ProfileNode<'_>) -> Row {
    let path = node.path().collect::<Vec<_>>().join("/");
    (path, node.own(), node.total(), node.count(), node.longest())
}

fn paths<'p>(nodes: impl Iterator<Item = ProfileNode<'p>>) -> Vec<String> {
    nodes.map(|node| row(node).0).collect()
}

#[test]
fn sums_stand_before_their_parts() {
    let profile = profile(&[
        ("farm/s1/b", 1),
        ("farm/s1/a/x", 2),
        ("farm/s1/b", 4),
        ("farm/s2/a", 8),
        ("farm/s10", -3),
    ]);
    let rows: Vec<Row> = profile.nodes().map(row).collect();
    let expected = [
        ("farm", 0, 12, 5, 8),
        ("farm/s1", 0, 7, 3, 4),
        ("farm/s1/a", 0, 2, 1, 2),
        ("farm/s1/a/x", 2, 2, 1, 2),
        ("farm/s1/b", 5, 5, 2, 4),
        ("farm/s10", -3, -3, 1, 0),
        ("farm/s2", 0, 8, 1, 8),
        ("farm/s2/a", 8, 8, 1, 8),
    ];
    assert_eq!(
        rows,
        expected.map(|(path, own, total, count, longest)| (path.to_owned(), own, total, count, longest))
    );
}

#[test]
fn a_node_knows_what_is_below_it() {
    let profile = profile(&[("A/s1/b/x", 1), ("A/s1/c", 1), ("A/s2/b", 1), ("B/s3", 1)]);
    let session = profile.find(&["A", "s1"]).unwrap();
    assert_eq!(paths(session.subtree()), ["A/s1", "A/s1/b", "A/s1/b/x", "A/s1/c"]);
    assert_eq!(paths(session.children()), ["A/s1/b", "A/s1/c"]);
    assert_eq!((session.name(), session.depth(), session.index()), ("s1", Profile::SESSION, 1));
    let last = profile.find(&["B", "s3"]).unwrap();
    assert_eq!((last.subtree().len(), last.children().count()), (1, 0));
}

#[test]
fn only_paths_that_are_there_are_found() {
    let profile = profile(&[("A/s1/b", 1), ("C/s2", 1)]);
    for path in [&[][..], &["A", "s"], &["A", "s1", "a"], &["A", "s1", "b", "x"], &["B"], &["s1"], &["D"]] {
        assert!(profile.find(path).is_none(), "{path:?}");
    }
    assert!(Profile::default().find(&["A"]).is_none());
}

#[test]
fn a_node_takes_forty_bytes() {
    assert_eq!(size_of::<Node>(), 40);
}

proptest! {
    #[test]
    fn a_profile_is_what_its_charges_add_up_to(
        charges in proptest::collection::vec(("[ab]?[a-c](/[ab ]?[a-c]){0,3}", -9_i64..90), 0..40),
    ) {
        let charges: Vec<(&str, i64)> = charges.iter().map(|(path, millis)| (path.as_str(), *millis)).collect();
        let profile = profile(&charges);
        let mut expected: BTreeMap<Vec<&str>, (i64, i64, u64, i64)> = BTreeMap::new();
        for (path, millis) in &charges {
            let path: Vec<&str> = path.split('/').collect();
            for length in 1..=path.len() {
                let sum = expected.entry(path[..length].to_vec()).or_default();
                sum.0 += if length == path.len() { *millis } else { 0 };
                *sum = (sum.0, sum.1 + millis, sum.2 + 1, sum.3.max(*millis));
            }
        }
        let rows: Vec<Row> = profile.nodes().map(row).collect();
        let expected: Vec<(Vec<&str>, Row)> = expected
            .into_iter()
            .map(|(path, sum)| (path.clone(), (path.join("/"), sum.0, sum.1, sum.2, sum.3)))
            .collect();
        prop_assert_eq!(rows, expected.iter().map(|(_, row)| row.clone()).collect::<Vec<_>>());
        for (path, row_of) in &expected {
            let node = profile.find(path).unwrap();
            prop_assert_eq!(&row(node), row_of);
            let below = |deep: Option<usize>| {
                let is_below = move |other: &&(Vec<&str>, Row)| {
                    other.0.starts_with(path) && deep.is_none_or(|deep| other.0.len() == path.len() + deep)
                };
                expected.iter().filter(is_below).map(|(_, row)| row.0.clone()).collect::<Vec<_>>()
            };
            prop_assert_eq!(paths(node.subtree()), below(None));
            prop_assert_eq!(paths(node.children()), below(Some(1)));
        }
    }
}
