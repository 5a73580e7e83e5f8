//! Every date at which something of an add-in ends, in order: certificates, secrets, trusted issuers.

use super::evidence::certificate::Certificate;
use super::evidence::registration::{CredentialKind, Principal};
use super::evidence::{Evidence, Moment, Spot};
use crate::model::calendar::Deadline;

/// The dates, the earliest first; what ends in the same moment is ordered by name and place. The same certificate in
/// several files is one entry, at the first of them.
pub fn calendar<'e>(evidence: impl IntoIterator<Item = &'e Evidence>) -> Vec<Deadline> {
    let mut all: Vec<Deadline> = evidence.into_iter().flat_map(of_evidence).collect();
    all.sort();
    all.dedup_by(|later, first| later.date == first.date && later.what == first.what);
    all
}

fn of_evidence(evidence: &Evidence) -> Vec<Deadline> {
    let certificates = evidence.certificates.iter().flat_map(|file| &file.certificates).map(of_certificate);
    let roots =
        evidence.farm.roots.iter().flatten().filter_map(|root| root.certificate.as_ref()).map(of_certificate);
    let issuers = evidence.farm.issuers.iter().filter_map(|issuer| {
        let name = issuer
            .name
            .as_ref()
            .or(issuer.registered_name.as_ref())
            .map_or("without a name", |name| &name.raw);
        Some(of_moment(
            issuer.not_after.as_ref()?,
            format!("certificate of the trusted token issuer {name} ends"),
        ))
    });
    let principals = evidence.principals.iter().flat_map(of_principal);
    certificates.chain(roots).chain(issuers).chain(principals).collect()
}

fn of_certificate(certificate: &Certificate) -> Deadline {
    let name =
        certificate.common_name.as_ref().or(certificate.dns_names.first()).unwrap_or(&certificate.subject);
    let kind = if certificate.ca == Some(true) { "authority certificate" } else { "certificate" };
    let what = format!("{kind} {name} ends (thumbprint {})", certificate.thumbprint);
    deadline(certificate.not_after, what, &certificate.at)
}

fn of_principal(principal: &Principal) -> Vec<Deadline> {
    let id = principal.client_id.as_ref().map_or("an unknown client id", |id| id.trimmed());
    let credentials = principal.credentials.iter().flatten().filter_map(|credential| {
        let kind = match credential.kind {
            CredentialKind::Password => "client secret",
            CredentialKind::SymmetricSign => "signing key",
            CredentialKind::SymmetricVerify => "verifying key",
            CredentialKind::Asymmetric => "registered certificate",
            CredentialKind::Other => "credential",
        };
        Some(of_moment(credential.end.as_ref()?, format!("{kind} of {id} ends")))
    });
    let valid = principal.valid_until.iter().map(|end| of_moment(end, format!("registration of {id} ends")));
    credentials.chain(valid).collect()
}

fn of_moment(moment: &Moment, what: String) -> Deadline {
    deadline(moment.utc, what, &moment.at)
}

fn deadline(date: chrono::NaiveDateTime, what: String, at: &Spot) -> Deadline {
    Deadline { date, what, path: at.path.to_string(), line: at.line }
}
