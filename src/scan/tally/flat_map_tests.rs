//! Tests of [`super::FlatMap`]: it says the same as a map that keeps everything in order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::SiteCounts;
use crate::model::site::SiteId;

fn site(number: u16) -> SiteId {
    SiteId::parse(format!("961cfd1e-5cf8-4e40-8756-0032a517{number:04x}").as_bytes()).unwrap()
}

fn counts(steps: &[(u16, u64)]) -> SiteCounts {
    let mut counts = SiteCounts::default();
    for (number, count) in steps {
        counts.add(site(*number), *count);
    }
    counts
}

fn expected(steps: &[(u16, u64)]) -> BTreeMap<SiteId, u64> {
    let mut counts = BTreeMap::new();
    for (number, count) in steps {
        *counts.entry(site(*number)).or_default() += count;
    }
    counts
}

fn seen(counts: &SiteCounts) -> BTreeMap<SiteId, u64> {
    counts.settled().iter().collect()
}

#[test]
fn a_count_that_is_too_large_to_pack_is_exact() {
    let most = u64::from(u32::MAX);
    let mut sum = counts(&[(1, most), (2, 1), (1, 1), (1, most * 5)]);
    sum.merge(counts(&[(1, most), (2, most)]));
    assert_eq!(seen(&sum), expected(&[(1, most * 7 + 1), (2, most + 1)]));
    sum.change(site(1), |count| count - most * 6);
    assert_eq!(seen(&sum), expected(&[(1, most + 1), (2, most + 1)]));
    assert_eq!(sum.total(), 2 * (most + 1));
}

proptest! {
    #[test]
    fn it_counts_as_a_tree_does(steps in prop::collection::vec((0u16..600, 0u64..9), 0..3000), cut in 0usize..3000) {
        let (left, right) = steps.split_at(cut.min(steps.len()));
        let whole = counts(&steps);
        prop_assert_eq!(seen(&whole), expected(&steps));
        prop_assert_eq!(whole.len(), expected(&steps).len());
        let mut joined = counts(left);
        joined.merge(counts(right));
        prop_assert_eq!(&joined, &whole);
        let mut other_way = counts(right);
        other_way.merge(counts(left));
        prop_assert_eq!(&other_way, &whole);
        let (ids, amounts) = joined.into_columns();
        prop_assert!(ids.is_sorted());
        prop_assert_eq!(ids.into_iter().zip(amounts).collect::<BTreeMap<_, _>>(), expected(&steps));
    }
}
