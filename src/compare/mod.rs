//! Two runs side by side: a pure function of what is known of each.

mod findings;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::comparison::{
    Comparison, FindingChange, PartTimes, PassChange, Side, SideFinding, SidePass, TimeChange,
};
use crate::model::finding::Severity;
use crate::model::kind::LogKind;
use crate::model::report::Report;
use crate::model::session::SessionOutcome;
use crate::text::duration::clock;
use crate::text::number::counted;
use crate::text::sentence::some_of;

/// A pass is slower if it takes so much longer in milliseconds …
const SLOWER: i64 = 60_000;
/// … and so many percent.
const SLOWER_PERCENT: i64 = 10;

/// The captures by which findings of a rule are told apart, by code. Other captures may differ between two runs
/// of the same problem: a number of references, the first site of many.
pub type Groups = BTreeMap<String, Vec<String>>;

/// What is compared of a report.
pub fn side(name: &str, report: &Report) -> Side {
    let findings = report.findings.iter().map(|finding| SideFinding {
        code: finding.code.clone(),
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        count: finding.count,
        captures: finding.captures.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        databases: finding.databases.iter().cloned().collect(),
        suppressed: finding.suppressed.is_some(),
    });
    let passes = report.time.passes().map(|pass| SidePass {
        server: pass.server.clone(),
        session: pass.id.clone(),
        duration: pass.duration,
        complete: matches!(pass.outcome, SessionOutcome::Succeeded | SessionOutcome::Failed),
        token_service_retry: pass.token_service_retry,
    });
    let passes: Vec<SidePass> = passes.collect();
    let nodes = report.time.profile.nodes().map(|node| (node.path(), node.total()));
    Side {
        name: name.to_owned(),
        findings: findings.collect(),
        sessions: report.time.sessions.len(),
        exports: report.files.iter().filter(|file| file.kind == LogKind::Export).count(),
        refused_sites: report.sites.iter().map(|site| site.id.to_string()).collect(),
        times: PartTimes::of(&passes, nodes),
        passes,
    }
}

/// Compares two runs.
pub fn compare(before: &Side, after: &Side, groups: &Groups) -> Comparison {
    let mut comparison = Comparison {
        names: [before.name.clone(), after.name.clone()],
        refused_sites: [before, after].map(|side| side.refused_sites.len() as u64),
        passes: passes(before, after),
        ..Comparison::default()
    };
    findings::compare(&mut comparison, before, after, groups);
    comparison.tasks = beside([before, after].map(|side| &side.times.tasks));
    comparison.databases = beside([before, after].map(|side| &side.times.databases));
    let refused_anew = after.refused_sites.difference(&before.refused_sites).count();
    comparison.worse = worse(&comparison, refused_anew);
    comparison.proves_nothing = before.sessions > 0 && after.sessions == 0;
    comparison.unproven = unproven(&comparison, before, after);
    comparison
}

/// The passes of each server in order; a pass on a server that is new is compared with the slowest one before.
fn passes(before: &Side, after: &Side) -> Vec<PassChange> {
    let slowest = before.passes.iter().filter(|pass| pass.complete).map(|pass| pass.duration).max();
    let mut old: Vec<Option<&SidePass>> = before.passes.iter().map(Some).collect();
    let mut changes = Vec::new();
    for pass in &after.passes {
        let same = |old: &&mut Option<&SidePass>| old.is_some_and(|old| same_server(old, pass));
        let partner = old.iter_mut().find(same).and_then(Option::take);
        let measure = match partner {
            Some(partner) if !partner.complete => None,
            Some(partner) => Some(partner.duration),
            None => slowest,
        };
        changes.push(PassChange {
            server: pass.server.clone(),
            passes: [partner.cloned(), Some(pass.clone())],
            slower: measure.is_some_and(|measure| is_slower(measure, pass.duration)),
        });
    }
    let gone = old.into_iter().flatten().map(|pass| PassChange {
        server: pass.server.clone(),
        passes: [Some(pass.clone()), None],
        slower: false,
    });
    gone.chain(changes).collect()
}

fn same_server(a: &SidePass, b: &SidePass) -> bool {
    match (&a.server, &b.server) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    }
}

fn is_slower(before: i64, after: i64) -> bool {
    let more = after.saturating_sub(before);
    more > SLOWER && more.saturating_mul(100) > before.saturating_mul(SLOWER_PERCENT)
}

/// Largest first.
fn beside([before, after]: [&BTreeMap<String, i64>; 2]) -> Vec<TimeChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| TimeChange {
        name: name.clone(),
        millis: [before.get(name).copied(), after.get(name).copied()],
    };
    let mut changes: Vec<TimeChange> = names.into_iter().map(change).collect();
    let size = |change: &TimeChange| change.millis.iter().flatten().copied().max();
    changes.sort_by(|a, b| (size(b), &a.name).cmp(&(size(a), &b.name)));
    changes
}

fn worse(comparison: &Comparison, refused_anew: usize) -> Vec<String> {
    let mut worse = Vec::new();
    let [before, after] = comparison.refused_sites;
    if after > before {
        worse.push(format!("{after} sites were refused, {before} before"));
    } else if refused_anew > 0 {
        worse.push(format!("{} refused that were not before", were(refused_anew)));
    }
    for change in comparison.passes.iter().filter(|change| change.slower) {
        let [before, after] =
            change.passes.each_ref().map(|pass| pass.as_ref().map(|pass| clock(pass.duration)));
        let server = change.server.as_deref().unwrap_or("a server without a name");
        let took = after.unwrap_or_default();
        worse.push(match before {
            Some(before) => format!("psconfig on {server} took {took}, {before} before"),
            None => format!("psconfig on {server} took {took}, more than any pass before"),
        });
    }
    let bad = |change: &&FindingChange| change.severity > Severity::Info && !change.suppressed;
    let news = comparison.new.iter().filter(bad);
    worse.extend(news.map(|new| {
        let names: Vec<&str> = new.databases.iter().map(String::as_str).collect();
        let place =
            if names.is_empty() { String::new() } else { format!(" ({})", some_of(&names, "database")) };
        format!("new {}: {} {}{place}", new.severity, new.code, new.title)
    }));
    worse
}

/// Where nothing upgrades, nothing fails; and what only an export tells is not missed in logs.
fn unproven(comparison: &Comparison, before: &Side, after: &Side) -> Vec<String> {
    let mut unproven = Vec::new();
    if comparison.proves_nothing {
        unproven.push(
            "AFTER holds no run of psconfig or of an upgrade cmdlet, so nothing is proven fixed".to_owned(),
        );
    }
    if before.exports > 0 && after.exports == 0 {
        unproven.push("AFTER holds no export: what the exports of BEFORE told was not looked for".to_owned());
    }
    unproven
}

fn were(sites: usize) -> String {
    let were = if sites == 1 { "was" } else { "were" };
    format!("{} {were}", counted(sites as u64, "site"))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Groups, compare};
    use crate::model::comparison::{Side, SideFinding, SidePass};
    use crate::model::finding::Severity;

    pub(super) fn finding(
        code: &str,
        severity: Severity,
        captures: &[(&str, &str)],
        count: u64,
    ) -> SideFinding {
        SideFinding {
            code: code.to_owned(),
            rule: String::new(),
            title: "title".to_owned(),
            severity,
            count,
            captures: captures.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            databases: BTreeSet::new(),
            suppressed: false,
        }
    }

    fn pass(server: &str, seconds: i64) -> SidePass {
        SidePass {
            server: Some(server.to_owned()),
            session: format!("s{server}"),
            duration: seconds * 1000,
            complete: true,
            token_service_retry: 0,
        }
    }

    fn with_passes(passes: &[(&str, i64)]) -> Side {
        Side {
            passes: passes.iter().map(|(server, seconds)| pass(server, *seconds)).collect(),
            ..Side::default()
        }
    }

    pub(super) fn groups() -> Groups {
        BTreeMap::from([("X1".to_owned(), vec!["file".to_owned()])])
    }

    #[test]
    fn new_things_to_know_and_suppressed_findings_are_not_worse() {
        let mut suppressed = finding("X1", Severity::Error, &[], 1);
        suppressed.suppressed = true;
        let findings = vec![finding("X2", Severity::Info, &[], 1), suppressed];
        let after = Side { findings, ..Side::default() };
        let comparison = compare(&Side::default(), &after, &groups());
        assert_eq!((comparison.new.len(), comparison.worse.len()), (2, 0));
    }

    #[test]
    fn what_was_not_looked_at_is_not_fixed() {
        let side = |sessions, exports| Side { sessions, exports, ..Side::default() };
        for (before, after, sentences) in [
            ((1, 0), (1, 0), 0),
            ((1, 0), (0, 0), 1),
            ((1, 2), (0, 0), 2),
            ((0, 1), (1, 0), 1),
            ((0, 0), (0, 0), 0),
        ] {
            let comparison = compare(&side(before.0, before.1), &side(after.0, after.1), &groups());
            assert_eq!(comparison.unproven.len(), sentences, "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_pass_is_slower_by_a_minute_and_ten_percent() {
        let slower = |before, after| compare(&before, &after, &groups()).worse.len();
        assert_eq!(slower(with_passes(&[("A", 300)]), with_passes(&[("a", 361)])), 1);
        assert_eq!(slower(with_passes(&[("A", 300)]), with_passes(&[("A", 360)])), 0);
        assert_eq!(slower(with_passes(&[("A", 3000)]), with_passes(&[("A", 3200)])), 0);
    }

    #[test]
    fn a_pass_on_a_new_server_is_held_against_the_slowest_before() {
        let before = with_passes(&[("A", 300), ("B", 1500)]);
        let comparison = compare(&before, &with_passes(&[("C", 1000)]), &groups());
        assert_eq!((comparison.passes.len(), comparison.worse.len()), (3, 0));
        assert_eq!(compare(&before, &with_passes(&[("C", 2000)]), &groups()).worse.len(), 1);
        assert_eq!(compare(&Side::default(), &with_passes(&[("C", 2000)]), &groups()).worse.len(), 0);
    }

    #[test]
    fn times_stand_side_by_side_the_largest_first() {
        let side = |databases: &[(&str, i64)]| {
            let mut side = Side::default();
            side.times.databases = databases.iter().map(|(name, time)| ((*name).to_owned(), *time)).collect();
            side
        };
        let comparison = compare(&side(&[("a", 4), ("b", 5)]), &side(&[("b", 3), ("c", 9)]), &groups());
        let databases = comparison.databases.iter().map(|change| (change.name.as_str(), change.millis));
        let expected = [("c", [None, Some(9)]), ("b", [Some(5), Some(3)]), ("a", [Some(4), None])];
        assert_eq!(databases.collect::<Vec<_>>(), expected);
    }
}
