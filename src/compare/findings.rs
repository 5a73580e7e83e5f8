//! Findings of two runs: what is gone, what has come, what is still there, also by content database.

use std::collections::{BTreeMap, BTreeSet};

use super::Groups;
use crate::model::comparison::{Comparison, FindingChange, Side, SideFinding};
use crate::model::report::Report;

type Key = (String, BTreeMap<String, String>);

/// Says which findings are fixed, new or still there, each with the databases of which that is true.
pub(super) fn compare(comparison: &mut Comparison, before: &Side, after: &Side, groups: &Groups) {
    let mut old = keyed(before, groups);
    for (key, new) in keyed(after, groups) {
        let Some(old) = old.remove(&key) else {
            let databases = new.databases.iter().copied();
            comparison.new.push(new.change(&key, databases, [0, new.count]));
            continue;
        };
        let count = [old.count, new.count];
        let both = Parts::of(&key, [&old, &new], [before, after]);
        let list = |part: Option<Vec<&str>>, list: &mut Vec<FindingChange>, finding: &Keyed<'_>| {
            list.extend(part.map(|databases| finding.change(&key, databases.into_iter(), count)));
        };
        list(both.gone, &mut comparison.fixed, &old);
        list(both.come, &mut comparison.new, &new);
        list(both.stayed, &mut comparison.unchanged, &new);
    }
    let gone = old.iter().map(|(key, old)| old.change(key, old.databases.iter().copied(), [old.count, 0]));
    comparison.fixed.extend(gone);
    for list in [&mut comparison.fixed, &mut comparison.new, &mut comparison.unchanged] {
        list.sort_by(|a, b| (b.severity, &a.code, &a.captures).cmp(&(a.severity, &b.code, &b.captures)));
    }
}

/// What became of a finding that both runs have: each part with its databases, `None` where there is no such part.
#[derive(Default)]
struct Parts<'a> {
    gone: Option<Vec<&'a str>>,
    come: Option<Vec<&'a str>>,
    stayed: Option<Vec<&'a str>>,
}

impl<'a> Parts<'a> {
    fn of((code, _): &Key, [old, new]: [&Keyed<'a>; 2], [before, after]: [&Side; 2]) -> Self {
        let told = !old.databases.is_empty() && !new.databases.is_empty();
        // Where one run does not tell the databases, nothing is known of what moved between them.
        let databases = |from: &Keyed<'a>, other: &Keyed<'a>, in_both: bool| -> Vec<&'a str> {
            let here = from.databases.iter().copied().filter(|_| told);
            here.filter(|name| other.databases.contains(name) == in_both).collect()
        };
        let [gone, come, stayed] =
            [databases(old, new, false), databases(new, old, false), databases(new, old, true)];
        if code == Report::REFUSED {
            // Of refused sites the ids tell: the owner of a site may be known in one run only.
            let [old, new] = [&before.refused_sites, &after.refused_sites];
            return Self {
                gone: old.difference(new).next().map(|_| gone),
                come: new.difference(old).next().map(|_| come),
                stayed: new.intersection(old).next().map(|_| stayed),
            };
        }
        let some = |part: Vec<&'a str>| Some(part).filter(|part| !part.is_empty());
        let stayed = if told { some(stayed) } else { Some(Vec::new()) };
        Self { gone: some(gone), come: some(come), stayed }
    }
}

/// Findings of one key in one run.
struct Keyed<'a> {
    first: &'a SideFinding,
    count: u64,
    databases: BTreeSet<&'a str>,
}

impl<'a> Keyed<'a> {
    fn change(
        &self,
        (code, captures): &Key,
        databases: impl Iterator<Item = &'a str>,
        count: [u64; 2],
    ) -> FindingChange {
        FindingChange {
            code: code.clone(),
            rule: self.first.rule.clone(),
            title: self.first.title.clone(),
            severity: self.first.severity,
            captures: captures.clone(),
            databases: databases.map(str::to_owned).collect(),
            count,
            suppressed: self.first.suppressed,
        }
    }
}

/// Findings by code and group. Two with the same key, as other programs may write them, count together.
fn keyed<'a>(side: &'a Side, groups: &Groups) -> BTreeMap<Key, Keyed<'a>> {
    let mut keyed: BTreeMap<Key, Keyed<'_>> = BTreeMap::new();
    for finding in &side.findings {
        let tells = |name: &String| groups.get(&finding.code).is_none_or(|names| names.contains(name));
        let captures = finding.captures.iter().filter(|(name, _)| tells(name));
        let captures = captures.map(|(name, value)| (name.clone(), value.clone())).collect();
        let entry = keyed.entry((finding.code.clone(), captures)).or_insert_with(|| Keyed {
            first: finding,
            count: 0,
            databases: BTreeSet::new(),
        });
        entry.count = entry.count.saturating_add(finding.count);
        entry.databases.extend(finding.databases.iter().map(String::as_str));
    }
    keyed
}

#[cfg(test)]
mod tests {
    use crate::compare::compare;
    use crate::compare::tests::{finding, groups};
    use crate::model::comparison::{Comparison, FindingChange, Side};
    use crate::model::finding::Severity;
    use crate::model::report::Report;

    /// Lists of a comparison, as `code in databases`.
    fn lists(comparison: &Comparison) -> [Vec<String>; 3] {
        let told = |change: &FindingChange| format!("{} in {}", change.code, change.databases.join("+"));
        [&comparison.fixed, &comparison.new, &comparison.unchanged]
            .map(|list| list.iter().map(told).collect())
    }

    #[test]
    fn findings_are_told_apart_by_the_captures_that_group_them() {
        let side = |count: &str, file: &str, records| Side {
            findings: vec![finding("X1", Severity::Error, &[("count", count), ("file", file)], records)],
            ..Side::default()
        };
        let same = compare(&side("1", "a", 4), &side("2", "a", 3), &groups());
        assert_eq!((same.unchanged.len(), same.unchanged[0].count, same.worse.len()), (1, [4, 3], 0));
        let other = compare(&side("1", "a", 4), &side("1", "b", 3), &groups());
        assert_eq!((other.fixed.len(), other.new.len(), other.worse.len()), (1, 1, 1));
    }

    #[test]
    fn a_finding_that_went_from_one_database_to_another_is_fixed_and_new() {
        let side = |databases: &[&str]| {
            let mut finding = finding("X1", Severity::Error, &[("file", "a")], 2);
            finding.databases = databases.iter().map(|name| (*name).to_owned()).collect();
            Side { findings: vec![finding], ..Side::default() }
        };
        for (before, after, fixed, new, unchanged) in [
            (&["A"][..], &["B"][..], "A", "B", ""),
            (&["A", "B"], &["B", "C"], "A", "C", "B"),
            (&["A"], &["A"], "", "", "A"),
        ] {
            let comparison = compare(&side(before), &side(after), &groups());
            let expected = [fixed, new, unchanged].map(|name| match name {
                "" => Vec::new(),
                name => vec![format!("X1 in {name}")],
            });
            assert_eq!(lists(&comparison), expected);
            assert_eq!(comparison.worse.len(), usize::from(!new.is_empty()));
        }
        // The databases of one run are not known.
        let comparison = compare(&side(&[]), &side(&["B"]), &groups());
        assert_eq!(lists(&comparison), [vec![], vec![], vec!["X1 in ".to_owned()]]);
    }

    #[test]
    fn refused_sites_are_told_apart_by_their_ids() {
        let side = |databases: &[&str], sites: &[&str]| {
            let mut finding = finding(Report::REFUSED, Severity::Error, &[], 2);
            finding.databases = databases.iter().map(|name| (*name).to_owned()).collect();
            let refused_sites = sites.iter().map(|id| (*id).to_owned()).collect();
            Side { findings: vec![finding], refused_sites, ..Side::default() }
        };
        let other = compare(&side(&["A"], &["1", "2", "3"]), &side(&["B"], &["4", "5"]), &groups());
        assert_eq!(lists(&other), [vec!["UA01 in A"], vec!["UA01 in B"], vec![]]);
        assert_eq!(other.worse, ["2 sites were refused that were not before", "new error: UA01 title (B)"]);
        // The same sites, of which the owners are known now.
        let known = compare(&side(&["A"], &["1", "2"]), &side(&["A", "B"], &["1", "2"]), &groups());
        assert_eq!(lists(&known), [vec![], vec![], vec!["UA01 in A"]]);
        assert!(known.worse.is_empty());
    }
}
