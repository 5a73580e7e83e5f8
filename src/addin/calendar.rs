//! Every date at which something of an add-in ends, in order: certificates, secrets, trusted issuers.

use super::evidence::certificate::Certificate;
use super::evidence::farm::{Farm, TrustedIssuer};
use super::evidence::registration::{CredentialKind, Principal};
use super::evidence::{Evidence, Moment, Spot};
use super::masked_address;
use crate::model::calendar::Deadline;

/// The dates, the earliest first; what ends in the same moment is ordered by name and place. The same certificate in
/// several files is one entry, at the first of them.
pub fn calendar<'e>(evidence: impl IntoIterator<Item = &'e Evidence>) -> Vec<Deadline> {
    let mut all: Vec<Deadline> = evidence.into_iter().flat_map(of_evidence).collect();
    all.sort();
    all.dedup_by(|later, first| later.date == first.date && later.what == first.what);
    all
}

/// The dates of one add-in on a farm: its own, and those of the trusted token issuers. Roots are left out: there are
/// many, and none of them is renewed by the owner of an add-in.
pub fn of_addin(evidence: &Evidence, farm: &Farm) -> Vec<Deadline> {
    let mut all = of_evidence(evidence);
    all.extend(of_issuers(farm));
    all.sort();
    all.dedup_by(|later, first| later.date == first.date && later.what == first.what);
    all
}

fn of_evidence(evidence: &Evidence) -> Vec<Deadline> {
    let certificates = evidence.certificates.iter().flat_map(|file| &file.certificates).map(of_certificate);
    let roots =
        evidence.farm.roots.iter().flatten().filter_map(|root| root.certificate.as_ref()).map(of_certificate);
    let principals = evidence.principals.iter().flat_map(of_principal);
    certificates.chain(roots).chain(principals).chain(of_issuers(&evidence.farm)).collect()
}

fn of_issuers(farm: &Farm) -> Vec<Deadline> {
    let issuer = |issuer: &TrustedIssuer| {
        let name = issuer.name.as_ref().or(issuer.registered_name.as_ref());
        let name = name.map_or("without a name", |name| name.raw.as_str());
        let what = format!("certificate of the trusted token issuer {name} ends");
        Some(of_moment(issuer.not_after.as_ref()?, what))
    };
    farm.issuers.iter().filter_map(issuer).collect()
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
    // What stands for a name may be a secret or an address with one in it.
    let what = masked_address::text_for_showing(&what).unwrap_or(what);
    Deadline { date, what, path: at.path.to_string(), line: at.line }
}

#[cfg(test)]
mod tests {
    use super::{calendar, of_addin};
    use crate::addin::evidence::farm::{Farm, TrustedIssuer};
    use crate::addin::evidence::registration::{Credential, CredentialKind, Principal, PrincipalSource};
    use crate::addin::evidence::{Evidence, Moment, Spot, Value};

    fn moment(day: &str) -> Moment {
        let utc = format!("{day}T00:00:00").parse().expect("a date");
        Moment { utc, or: None, at: Spot::file("a.json").at(3, 0) }
    }

    fn evidence() -> Evidence {
        let at = Spot::file("a.json");
        let mut principal = Principal::new(at.clone(), PrincipalSource::ServicePrincipal);
        principal.client_id = Some(Value::new("id", at.clone()));
        let credential = |kind, day| Credential {
            at: at.clone(),
            kind,
            key_id: None,
            start: None,
            end: Some(moment(day)),
        };
        principal.credentials = Some(vec![
            credential(CredentialKind::Password, "2027-03-01"),
            credential(CredentialKind::SymmetricSign, "2027-01-01"),
        ]);
        Evidence { principals: vec![principal], ..Evidence::default() }
    }

    fn issuer() -> TrustedIssuer {
        TrustedIssuer {
            at: Spot::default(),
            name: Some(Value::new("High trust", Spot::default())),
            registered_name: None,
            trust_broker: None,
            thumbprint: None,
            not_after: Some(moment("2027-02-01")),
            metadata: None,
        }
    }

    #[test]
    fn what_ends_first_stands_first() {
        let farm = Farm { issuers: vec![issuer()], ..Farm::default() };
        let texts: Vec<String> =
            of_addin(&evidence(), &farm).into_iter().map(|deadline| deadline.what).collect();
        assert_eq!(
            texts,
            [
                "signing key of id ends",
                "certificate of the trusted token issuer High trust ends",
                "client secret of id ends"
            ]
        );
    }

    #[test]
    fn a_secret_that_stands_for_a_name_is_hidden_and_a_name_is_not() {
        let secret = "q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567=";
        for hostile in [secret, "aB18Q~dy12BkksLf_W6kq2CFGSjWDJjLvo89tLjx", "https://u:CANARY@h.test/"] {
            let value = |text: &str| Some(Value::new(text, Spot::default()));
            let named = TrustedIssuer { name: value(hostile), ..issuer() };
            let registered = TrustedIssuer { name: None, registered_name: value(hostile), ..issuer() };
            let mut evidence = evidence();
            evidence.principals.iter_mut().for_each(|principal| principal.client_id = value(hostile));
            evidence.farm.issuers.extend([named, registered]);
            let told = calendar([&evidence]);
            assert!(told.len() >= 3, "{told:?}");
            assert!(told.iter().all(|deadline| !deadline.what.contains(hostile)), "{told:?}");
            assert!(told.iter().all(|deadline| !deadline.what.contains("CANARY")), "{told:?}");
        }
        let farm = Farm { issuers: vec![issuer()], ..Farm::default() };
        let told = of_addin(&Evidence::default(), &farm);
        assert_eq!(told[0].what, "certificate of the trusted token issuer High trust ends");
    }

    #[test]
    fn the_same_end_is_told_once_whatever_the_order() {
        let (one, two) = (
            evidence(),
            Evidence { farm: Farm { issuers: vec![issuer()], ..Farm::default() }, ..Evidence::default() },
        );
        let forth = calendar([&one, &two, &one]);
        assert_eq!(forth, calendar([&two, &one]));
        assert_eq!(forth.len(), 3);
        assert_eq!(forth[0].place(), "a.json:3");
    }
}
