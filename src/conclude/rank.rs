//! The order in which findings are told.

use std::cmp::Reverse;
use std::iter;

use rayon::slice::ParallelSliceMut;

use crate::model::finding::{Finding, Severity};
use crate::model::report::Report;

/// Causes before symptoms; blocking before the rest; worse before better; warnings that are explained before others; wide
/// before narrow.
pub(super) fn rank(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        (
            finding.suppressed.is_some(),
            Reverse(finding.blocking && finding.caused_by.is_empty()),
            Reverse(finding.severity),
            !finding.caused_by.is_empty(),
            // The headline problem opens the report wherever it occurs.
            finding.code != Report::REFUSED,
            finding.severity <= Severity::Warning && finding.is_unexplained(),
            Reverse(finding.databases.len()),
            Reverse(finding.count),
        )
    };
    // Thousands of one rule differ in nothing but what they captured: that is laid out once, not for each comparison.
    let mut keys: Vec<_> =
        findings.iter().map(|finding| (key(finding), texts(finding))).enumerate().collect();
    keys.par_sort_by(|(_, one), (_, other)| one.cmp(other));
    let order = keys.into_iter().map(|(index, _)| index).collect();
    put_in_order(findings, order);
}

/// The code of a finding, then its captures.
fn texts(Finding { code, captures, .. }: &Finding) -> Vec<&str> {
    let captures = captures.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    iter::once(code.as_str()).chain(captures).collect()
}

/// Puts items where the order says that they come from. Each stands in it once.
fn put_in_order<T>(items: &mut [T], mut order: Vec<usize>) {
    for start in 0..items.len() {
        // Round by round: each item goes to its place, and makes room for the next.
        let mut at = start;
        while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at))
            && from != start
            && from < items.len()
        {
            items.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::put_in_order;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_go_where_the_order_says(order in Just((0..9usize).collect::<Vec<_>>()).prop_shuffle()) {
            let mut items: Vec<usize> = (0..9).collect();
            put_in_order(&mut items, order.clone());
            prop_assert_eq!(items, order);
        }
    }
}
