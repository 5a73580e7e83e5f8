//! What the readers of one file share: its path, how its dates are read, and what was found so far.

use std::collections::BTreeMap;

use super::dates::Dates;
use super::node::Node;
use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::evidence::registration::{Principal, PrincipalSource};
use crate::addin::evidence::{Evidence, ReadProblem, Spot, Value};

/// Problems beyond these say nothing new.
const MOST_PROBLEMS: usize = 20;

/// The state of reading one file.
pub(super) struct Context {
    /// The file.
    pub(super) file: Spot,
    /// How its dates are read.
    pub(super) dates: Dates,
    /// What was found.
    pub(super) evidence: Evidence,
    /// Principals of which each row tells a part, by their id.
    groups: BTreeMap<String, Principal>,
    /// The file tells principals that every tenant has: it is a list of all of them.
    whole_tenant: bool,
}

impl Context {
    pub(super) fn new(file: Spot, dates: Dates) -> Self {
        Self { file, dates, evidence: Evidence::default(), groups: BTreeMap::new(), whole_tenant: false }
    }

    /// A principal that begins at this record.
    pub(super) fn principal(&self, node: &Node, source: PrincipalSource) -> Principal {
        Principal::new(node.spot(&self.file), source)
    }

    pub(super) fn add(&mut self, principal: Principal) {
        let of_sharepoint = principal.client_id.as_ref().is_some_and(|id| id.is(SHAREPOINT));
        if !of_sharepoint {
            self.evidence.principals.push(principal);
        }
    }

    /// A principal that is no add-in for certain: Microsoft's own, or that of an Azure resource.
    pub(super) fn pass_over(&mut self) {
        self.whole_tenant = true;
    }

    /// The principal to which this row adds something.
    pub(super) fn grouped(&mut self, node: &Node, source: PrincipalSource, key: &str) -> &mut Principal {
        let at = node.spot(&self.file);
        self.groups.entry(key.to_owned()).or_insert_with(|| Principal::new(at, source))
    }

    /// Everything that was found.
    pub(super) fn finish(mut self) -> Evidence {
        self.evidence.principals.extend(self.groups.into_values());
        let whole_tenant = self.whole_tenant;
        for principal in &mut self.evidence.principals {
            let told = principal.domains.as_ref();
            let domains = told.is_some_and(|domains| !domains.is_empty());
            // `MSOnline` does not tell the type, but every domain that `AppRegNew.aspx` registers.
            let of_entra = match principal.source {
                PrincipalSource::Msol => told.is_some(),
                _ => principal.legacy == Some(false),
            };
            principal.one_of_all = whole_tenant && of_entra && !domains;
        }
        self.evidence.principals.sort_by(|a, b| a.at.cmp(&b.at));
        self.evidence
    }

    /// Client id and realm out of `i:0i.t|ms.sp.ext|client id@realm`, or `client id@realm`.
    pub(super) fn identify(&self, principal: &mut Principal, node: &Node, field: &str) {
        let Some(identifier) = node.value(field, &self.file) else { return };
        let (client_id, realm) = identifier_parts(&identifier);
        principal.client_id = client_id;
        principal.realm = realm;
        principal.internal = internal(&identifier.raw);
    }

    pub(super) fn problem(&mut self, node: &Node, message: impl Into<String>) {
        let problem = ReadProblem { at: node.spot(&self.file), message: message.into() };
        if self.evidence.problems.len() < MOST_PROBLEMS && !self.evidence.problems.contains(&problem) {
            self.evidence.problems.push(problem);
        }
    }
}

/// Client id and realm of an app identifier.
pub(super) fn identifier_parts(identifier: &Value) -> (Option<Value>, Option<Value>) {
    let name = identifier.trimmed().rsplit('|').next().unwrap_or_default();
    let (id, realm) = match name.split_once('@') {
        Some((id, realm)) => (id, Some(realm)),
        None => (name, None),
    };
    let value = |text: &str| (!text.is_empty()).then(|| Value::new(text, identifier.at.clone()));
    (value(id), realm.and_then(value))
}

/// `|ms.sp.int|` is the principal of a SharePoint-hosted add-in, `|ms.sp.ext|` one of ACS.
fn internal(identifier: &str) -> Option<bool> {
    let lower = identifier.to_ascii_lowercase();
    match (lower.contains("|ms.sp.int|"), lower.contains("|ms.sp.ext|")) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
