//! Evidence to report: joined, compared, judged, each add-in by itself and side by side with the others.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::crowd::Crowd;
use super::evidence::{Evidence, Value};
use super::join::{join, places};
use super::subject::{AddIn, AuditSettings, Subject};
use super::texts::Texts;
use super::{checks, domains, masked_address, pairs, verdict};
use crate::catalogue::card::Cards;
use crate::model::audit::{AddInAudit, AuditReport, AuditSummary, CheckResult, DomainRow, Status};
use crate::model::report::Skipped;
use crate::text::clock::Stamp;

/// Audits. The report is the same for any number of threads.
pub fn conclude(cards: &Cards, evidence: Evidence, settings: &AuditSettings) -> AuditReport {
    let artefacts = sources(&evidence, settings).len() as u64;
    let joined = join(evidence, settings);
    let crowd = Crowd::of(&joined.addins, &joined.shared);
    let texts = Texts::default();
    let one = |(index, addin): (usize, &AddIn)| {
        let related = crowd.related(&joined.addins, index);
        audit(cards, (&joined.shared, &texts), (&crowd, &related), addin, settings)
    };
    let addins: Vec<AddInAudit> = joined.addins.par_iter().enumerate().map(one).collect();
    let mentioned: BTreeSet<&str> = addins
        .iter()
        .flat_map(|addin| &addin.checks)
        .filter(|check| check.status != Status::Pass)
        .map(|check| &*check.id)
        .collect();
    let cards =
        mentioned.iter().filter_map(|code| Some(((*code).to_owned(), cards.get(code)?.card()))).collect();
    let unreadable = !joined.shared.problems.is_empty();
    let mut report = AuditReport {
        skipped: skipped(&joined.shared, &addins),
        summary: summary(&addins, artefacts, settings),
        addins,
        unmatched: joined.unmatched,
        unreadable,
        cards,
    };
    masked_address::of_rest(&mut report);
    report.summary.verdict = verdict::sentence(&report);
    report.summary.next = verdict::next(&report);
    report
}

fn audit(
    cards: &Cards,
    (shared, texts): (&Evidence, &Texts),
    (crowd, related): (&Crowd, &[&AddIn]),
    addin: &AddIn,
    settings: &AuditSettings,
) -> AddInAudit {
    let (places, left_out) = domains::places(addin);
    let mut rows: Vec<DomainRow> = places.iter().map(|place| place.row.clone()).collect();
    let compared = pairs::pairs(addin, &places, &mut rows);
    let whole = Subject { addin, shared, related, crowd, places: &places, settings };
    // What a higher version has replaced is judged no more, but for the secrets in it.
    let current = addin.current();
    let places_now: Vec<_> = places.iter().filter(|place| !place.superseded).cloned().collect();
    let subject = Subject { addin: current.as_ref(), places: &places_now, ..whole };
    let mut checks = checks::run(cards, &subject, &whole);
    suppress(&mut checks, addin, settings);
    let mut audit = AddInAudit {
        id: addin.id.clone(),
        name: addin.name.clone(),
        client_id: addin.client_id().map(|value| value.raw.clone()),
        product_id: addin.product_id().map(|value| value.raw.clone()),
        stage: addin.stage(),
        target: addin.target,
        target_reason: addin.target_reason.clone(),
        target_known: addin.target_known,
        sources: sources(&addin.evidence, settings),
        xml_files: xml_files(&addin.evidence),
        domains: rows,
        domains_left_out: left_out as u64,
        pairs: compared.pairs,
        pairs_left_out: compared.left_out,
        checks,
    };
    masked_address::of_addin(&mut audit);
    texts.share(&mut audit.checks);
    audit
}

/// Files an add-in consists of; members of a package are its package.
fn sources(evidence: &Evidence, settings: &AuditSettings) -> Vec<String> {
    let outer = |path: &str| settings.file_of(path).to_owned();
    let files: BTreeSet<String> = places(evidence).into_iter().map(|at| outer(&at.path)).collect();
    files.into_iter().filter(|path| !path.is_empty()).collect()
}

fn xml_files(evidence: &Evidence) -> Vec<String> {
    let manifests = evidence.manifests.iter().map(|manifest| &manifest.at);
    let permissions = evidence.permissions.iter().map(|permission| &permission.at);
    let files: BTreeSet<String> = manifests.chain(permissions).map(|at| at.path.to_string()).collect();
    files.into_iter().collect()
}

/// Findings that the administrator does not want to be told of keep their status and carry the reason.
fn suppress(checks: &mut [CheckResult], addin: &AddIn, settings: &AuditSettings) {
    let now = Stamp::from_millis(settings.now.and_utc().timestamp_millis());
    let names = [Some(addin.id.as_str()), Some(addin.name.as_str()), addin.client_id().map(Value::trimmed)];
    for check in checks.iter_mut().filter(|check| !matches!(check.status, Status::Pass | Status::Undecided)) {
        let fits = |suppression: &&crate::model::suppression::Suppression| {
            suppression.code.eq_ignore_ascii_case(&check.id)
                && suppression.database.is_none()
                && suppression.until.is_none_or(|until| now < until)
                && suppression
                    .object
                    .as_deref()
                    .is_none_or(|object| names.iter().flatten().any(|name| name.eq_ignore_ascii_case(object)))
        };
        check.suppressed =
            settings.suppressions.iter().find(fits).map(|suppression| suppression.reason.clone());
    }
}

fn skipped(shared: &Evidence, addins: &[AddInAudit]) -> Vec<Skipped> {
    let problem = |problem: &super::evidence::ReadProblem| Skipped {
        path: problem.at.to_string(),
        reason: problem.message.clone(),
    };
    let foreign = |foreign: &super::evidence::Foreign| Skipped {
        path: foreign.at.path.to_string(),
        reason: format!("{}: {}", foreign.product, foreign.reason),
    };
    let crowded = addins.iter().filter(|addin| addin.domains_left_out > 0).map(|addin| Skipped {
        path: addin.id.clone(),
        reason: format!("{} more addresses are not compared", addin.domains_left_out),
    });
    let mut skipped: Vec<Skipped> = shared.problems.iter().map(problem).collect();
    skipped.extend(shared.foreign.iter().map(foreign));
    skipped.extend(crowded);
    skipped.sort();
    skipped.dedup();
    skipped
}

fn summary(addins: &[AddInAudit], artefacts: u64, settings: &AuditSettings) -> AuditSummary {
    let mut statuses: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut severities: BTreeMap<&'static str, u64> = BTreeMap::new();
    let told = addins.iter().flat_map(|addin| &addin.checks).filter(|check| check.suppressed.is_none());
    for check in told {
        *statuses.entry(check.status.name()).or_default() += 1;
        if !matches!(check.status, Status::Pass | Status::Undecided) {
            *severities.entry(check.severity.name()).or_default() += 1;
        }
    }
    AuditSummary {
        addins: addins.len() as u64,
        artefacts,
        statuses,
        severities,
        now: settings.now.date().to_string(),
        ..AuditSummary::default()
    }
}
