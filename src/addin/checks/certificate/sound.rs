//! Odd certificates, captures of the wrong server, and one certificate for two purposes.

use super::super::{Issue, Outcome};
use super::served::{Served, by_leaf, hosts, name, needed, served, value};
use crate::addin::certificate_role::{digits, role_of, signs};
use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{Certificate, CertificateUse};
use crate::addin::evidence::config::Config;
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::addin::tls::{ChainFault, verify_chain};
use crate::model::audit::Target;

/// OD16.
pub(super) fn oddities(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let odd = |certificate: &Certificate| {
            let issue = |oddity: &String| {
                let message = format!("the certificate {} is odd: {oddity}", name(certificate));
                let remedy = "have the certificate issued again by a current tool or authority";
                Issue::new(message, remedy).shown_by(&value(certificate))
            };
            certificate.oddities.iter().map(issue).collect::<Vec<_>>()
        };
        served.file.certificates.iter().flat_map(odd).chain(constrained(served)).collect()
    })
}

/// An authority of the same file may not issue for the names of the certificate. Its own dates are left out of it.
fn constrained(served: &Served<'_>) -> Option<Issue> {
    let authorities: Vec<&Certificate> =
        served.file.certificates.iter().filter(|certificate| certificate.ca == Some(true)).collect();
    authorities.iter().any(|authority| authority.limits_hosts).then_some(())?;
    let moment = served.leaf.not_before.max(authorities.iter().map(|one| one.not_before).max()?);
    let verdict = verify_chain(served.leaf, &authorities, &authorities, moment);
    (verdict == Err(ChainFault::NameConstraint)).then(|| {
        let message =
            format!("an authority of {} may not issue certificates for its names", name(served.leaf));
        let remedy = "have the certificate issued by an authority whose name constraints allow the host";
        authorities.iter().fold(Issue::new(message, remedy).shown_by(&served.value()), |issue, authority| {
            issue.shown_by(&value(authority))
        })
    })
}

/// OD17.
pub(super) fn captured_elsewhere(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let captured: Vec<(&Served<'_>, &Value)> =
        served.iter().filter_map(|served| Some((served, served.file.captured_from.as_ref()?))).collect();
    if captured.is_empty() {
        return Outcome::does_not_apply("no certificate here was captured from a connection");
    }
    let hosts = hosts(subject);
    let Some(wanted) = hosts.first() else {
        return Outcome::needs(
            "the host of the remote web application: its .app package, a registration export, or --domain HOST",
        );
    };
    let here = |from: &Value| {
        let from = Authority::of(&from.raw);
        from.is_some_and(|from| {
            hosts.iter().any(|host| host.authority.host == from.host && host.authority.port == from.port)
        })
    };
    let judge = |(served, from): &(&Served<'_>, &Value)| {
        (!here(from)).then(|| {
            let message = format!(
                "the certificate {} was captured from {}, and the {} is {}",
                name(served.leaf),
                from.raw,
                wanted.place,
                wanted.value.raw
            );
            let remedy = format!("capture it again from the host of the add-in: {}", needed(Some(wanted)));
            Issue::new(message, remedy).shown_by(from).shown_by(wanted.value)
        })
    };
    let seen: Vec<Value> = captured.iter().map(|(_, from)| (*from).clone()).collect();
    Outcome::decided(captured.iter().filter_map(judge).collect(), &seen)
}

/// OD18.
pub(super) fn also_signs(subject: &Subject<'_>) -> Outcome {
    let configs = &subject.evidence().configs;
    if subject.target() != Target::OnPremHighTrust && !configs.iter().any(Config::is_high_trust) {
        return Outcome::does_not_apply(
            "the add-in does not use high trust, so no certificate signs its tokens",
        );
    }
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let files = &subject.evidence().certificates;
    let signing = files.iter().filter(|file| {
        role_of(subject.evidence(), file) == CertificateUse::Signing || signs(subject.evidence(), file)
    });
    let signing = signing.filter_map(|file| file.leaf()).map(|leaf| leaf.thumbprint.clone());
    let issuers = subject.farm().issuers.iter().filter_map(|issuer| issuer.thumbprint.as_ref());
    let thumbprints: Vec<String> = signing.chain(issuers.map(|value| digits(&value.raw))).collect();
    if thumbprints.is_empty() {
        return Outcome::needs(
            "the signing certificate: its .cer or .pfx, or an export of the trusted token issuers",
        );
    }
    let seen: Vec<Value> = served.iter().map(Served::value).collect();
    let judge = |served: &Served<'_>| {
        thumbprints.contains(&served.leaf.thumbprint).then(|| {
            let message = format!("the certificate {} serves TLS and signs tokens as well", name(served.leaf));
            let remedy = "make a certificate of its own for signing, so that renewing one does not break the other; who takes the key of the web server can otherwise speak for every user";
            Issue::new(message, remedy).shown_by(&served.value())
        })
    };
    Outcome::decided(served.iter().filter_map(judge).collect(), &seen)
}
