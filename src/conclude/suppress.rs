//! What an administrator does not want to be told, from `spdoctor.toml`: marked, never dropped.

use crate::model::database::same_database;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::model::suppression::Suppression;
use crate::scan::rules::engine::Engine;
use crate::text::clock::Stamp;

/// Marks the findings that are covered; says which suppressions have ended or match nothing.
pub(super) fn suppress(
    engine: &Engine,
    report: &mut Report,
    suppressions: &[Suppression],
    now: Option<Stamp>,
) {
    for suppression in suppressions {
        let Suppression { code, place, .. } = suppression;
        if let (Some(until), Some(now)) = (suppression.until, now)
            && now >= until
        {
            report
                .coverage
                .remarks
                .insert(format!("{place}: the suppression of {code} has ended and is not applied"));
            continue;
        }
        let (mut applied, mut wider) = (false, false);
        for finding in &mut report.findings {
            match covers(engine, suppression, finding) {
                Covers::All => {
                    finding.suppressed = Some(suppression.reason.clone());
                    applied = true;
                }
                Covers::Some => wider = true,
                Covers::None => {}
            }
        }
        let why = match (applied, wider) {
            (true, _) => continue,
            (false, true) => "is not applied: what it names is one of several that the finding is about",
            (false, false) => "matches nothing; remove it if it is stale",
        };
        report.coverage.remarks.insert(format!("{place}: the suppression of {code} {why}"));
    }
}

/// How much of a finding a suppression is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Covers {
    All,
    Some,
    None,
}

/// A suppression for one database or object hides a finding only if the finding is about no other.
fn covers(engine: &Engine, suppression: &Suppression, finding: &Finding) -> Covers {
    if !suppression.code.eq_ignore_ascii_case(&finding.code) {
        return Covers::None;
    }
    let database = suppression.database.as_deref().map_or(Covers::All, |wanted| {
        of_all(finding.databases.iter().map(|name| same_database(name, wanted)))
    });
    let object = suppression.object.as_deref().map_or(Covers::All, |wanted| object(engine, finding, wanted));
    match (database, object) {
        (Covers::All, Covers::All) => Covers::All,
        (Covers::None, _) | (_, Covers::None) => Covers::None,
        _ => Covers::Some,
    }
}

fn of_all(mut named: impl ExactSizeIterator<Item = bool>) -> Covers {
    let all = named.len();
    match named.by_ref().filter(|is_named| *is_named).count() {
        0 => Covers::None,
        found if found == all => Covers::All,
        _ => Covers::Some,
    }
}

fn object(engine: &Engine, finding: &Finding, wanted: &str) -> Covers {
    let is_wanted = |text: &str| text.eq_ignore_ascii_case(wanted);
    // What separates the findings of a rule is the same in all records of one. Other captures are of the first record.
    let group_by = engine.catalogue().get(&finding.code).map(|rule| rule.group_by.as_slice());
    let separates = |name: &String| finding.captures.get(name).is_some_and(|value| is_wanted(value));
    if group_by.unwrap_or_default().iter().any(separates) {
        return Covers::All;
    }
    let sites = of_all(finding.sites.ids().iter().map(|site| is_wanted(&site.to_string())));
    let is_captured = finding.captures.values().any(|value| is_wanted(value));
    let is_named = is_captured || finding.objects.iter().any(|name| is_wanted(name));
    let alone = finding.sites.ids().len() <= 1 && finding.object_count <= 1;
    match (sites, is_named, alone) {
        (Covers::All, ..) | (_, true, true) => Covers::All,
        (Covers::Some, ..) | (_, true, false) => Covers::Some,
        (Covers::None, false, _) => Covers::None,
    }
}
