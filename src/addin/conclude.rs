//! Evidence to report: joined, compared, judged, each add-in by itself and side by side with the others.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::evidence::Evidence;
use super::join::join;
use super::subject::{AddIn, AuditSettings, Subject};
use super::{checks, domains, pairs};
use crate::catalogue::card::Cards;
use crate::model::audit::{AddInAudit, AuditReport, DomainRow};

/// Audits. The report is the same for any number of threads.
pub fn conclude(cards: &Cards, evidence: Evidence, settings: &AuditSettings) -> AuditReport {
    let joined = join(evidence, settings);
    let audit = |addin: &AddIn| {
        let places = domains::places(addin);
        let compared = pairs::pairs(addin, &places);
        let mut rows: Vec<DomainRow> = places.iter().map(|place| place.row.clone()).collect();
        pairs::judge(&mut rows, &compared);
        let subject = Subject {
            addin,
            shared: &joined.shared,
            all: &joined.addins,
            domains: &rows,
            places: &places,
            pairs: &compared,
            settings,
        };
        let checks = checks::run(cards, &subject);
        AddInAudit {
            id: addin.id.clone(),
            name: addin.name.clone(),
            client_id: addin.client_id().map(|value| value.raw.clone()),
            product_id: addin.product_id().map(|value| value.raw.clone()),
            stage: addin.stage_name(),
            target: addin.target,
            target_reason: addin.target_reason.clone(),
            sources: Vec::new(),
            domains: rows,
            pairs: compared,
            checks,
        }
    };
    let addins: Vec<AddInAudit> = joined.addins.par_iter().map(audit).collect();
    let mentioned = addins.iter().flat_map(|addin| &addin.checks).map(|check| check.id.as_str());
    let named: BTreeMap<String, _> =
        mentioned.filter_map(|code| Some((code.to_owned(), cards.get(code)?.card()))).collect();
    AuditReport { addins, unmatched: joined.unmatched, cards: named, ..AuditReport::default() }
}
