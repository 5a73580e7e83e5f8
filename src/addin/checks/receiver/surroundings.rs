//! What the receivers depend on: certificate, retirement, switches. OC05, OC11, OC12.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::{Issue, Outcome};
use super::{Endpoint, all_endpoints};
use crate::addin::address::domain;
use crate::addin::domains::Role;
use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{Certificate, CertificateUse};
use crate::addin::evidence::registration::PrincipalSource;
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

/// OC05.
pub(super) fn certificate(subject: &Subject<'_>) -> Outcome {
    if subject.target() != Target::Spo {
        return Outcome::does_not_apply(
            "on a farm a certificate of an own authority works, if the farm trusts it",
        );
    }
    let all = match all_endpoints(subject) {
        Ok(all) => all,
        Err(outcome) => return outcome,
    };
    let served = served(subject);
    let Some(host) = all.iter().find_map(|endpoint| domain(Role::Endpoint, &endpoint.url.raw)) else {
        return Outcome::needs("the published package: the addresses of the receivers name no host yet");
    };
    if served.is_empty() {
        return Outcome::needs(format!(
            "the certificate that the receivers are served with: spdoctor oauth --connect {}",
            host.canonical()
        ));
    }
    let own: Vec<&&Certificate> =
        served.iter().filter(|certificate| certificate.self_signed || certificate.self_issued).collect();
    let unknown = served.iter().find(|certificate| !certificate.publicly_issued);
    if let (true, Some(unknown)) = (own.is_empty(), unknown) {
        return Outcome::needs(format!(
            "the chain up to its root: {} does not look like a public authority: its certificate carries neither their policies nor their logs",
            unknown.issuer
        ));
    }
    let issues = own.iter().map(|certificate| {
        let message = format!(
            "the certificate {} signed itself, and SharePoint Online trusts public authorities only",
            certificate.subject
        );
        let remedy = format!(
            "get a certificate of a public authority for {} and bind it to the site of the receivers",
            host.host
        );
        let issue = Issue::new(message, remedy).at(&certificate.at, &certificate.subject);
        all.first().into_iter().fold(issue, |issue, endpoint| issue.shown_by(endpoint.url))
    });
    let seen: Vec<Value> = served
        .iter()
        .map(|certificate| Value::new(certificate.issuer.as_str(), certificate.at.clone()))
        .collect();
    Outcome::decided(issues.collect(), &seen)
}

fn served<'a>(subject: &Subject<'a>) -> Vec<&'a Certificate> {
    let files = subject.evidence().certificates.iter();
    let for_tls = files.filter(|file| matches!(file.role, CertificateUse::Tls | CertificateUse::Unknown));
    for_tls.filter_map(|file| file.leaf()).collect()
}

/// OC11.
pub(super) fn retired(subject: &Subject<'_>) -> Outcome {
    if subject.target() != Target::Spo {
        return Outcome::does_not_apply("the retirement concerns SharePoint Online only");
    }
    let all = match all_endpoints(subject) {
        Ok(all) => all,
        Err(outcome) => return outcome,
    };
    let principals = &subject.evidence().principals;
    let entra = principals.iter().find(|principal| {
        principal.source == PrincipalSource::Application || principal.legacy == Some(false)
    });
    let now = subject.settings.now.date();
    let issue = match entra {
        Some(principal) => Some(by_entra(now, &all).at(&principal.at, "application of Microsoft Entra")),
        None => by_acs(now, &all),
    };
    Outcome::decided(issue.into_iter().collect(), all.iter().map(|endpoint| endpoint.url))
}

/// Before the announcement of November 2023 there was nothing to tell.
fn by_acs(now: NaiveDate, all: &[Endpoint<'_>]) -> Option<Issue> {
    let from = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).is_some_and(|start| now >= start);
    if !from(2023, 11, 27) {
        return None;
    }
    let (verb, severity) =
        if from(2026, 4, 2) { ("ended", AuditSeverity::Critical) } else { ("ends", AuditSeverity::Warning) };
    // Several events may call one address.
    let addresses: BTreeSet<String> = all.iter().map(|one| one.url.trimmed().to_ascii_lowercase()).collect();
    let message = format!(
        "event receivers at {} rely on Azure ACS, which {verb} for SharePoint Online on 2026-04-02",
        match addresses.len() {
            1 => "1 address".to_owned(),
            number => format!("{number} addresses"),
        }
    );
    let remedy = "replace them by SharePoint webhooks, which tell of a change afterwards; for what must stop a change \
        beforehand use list validation or a form of SharePoint Framework";
    Some(shown(Issue::new(message, remedy).rated(severity), all))
}

fn by_entra(now: NaiveDate, all: &[Endpoint<'_>]) -> Issue {
    let over = NaiveDate::from_ymd_opt(2027, 7, 1).is_some_and(|end| now >= end);
    let severity = if over { AuditSeverity::Critical } else { AuditSeverity::Warning };
    let verb = if over { "ended" } else { "end" };
    let message = match all.len() {
        1 => format!("1 receiver is registered through Microsoft Entra; those {verb} on 2027-07-01"),
        number => {
            format!("{number} receivers are registered through Microsoft Entra; those {verb} on 2027-07-01")
        }
    };
    let remedy = "plan the change to SharePoint webhooks before that day";
    shown(Issue::new(message, remedy).rated(severity), all)
}

fn shown(issue: Issue, all: &[Endpoint<'_>]) -> Issue {
    all.iter().take(3).fold(issue, |issue, endpoint| issue.shown_by(endpoint.url))
}

/// OC12.
pub(super) fn legacy_protocols(subject: &Subject<'_>) -> Outcome {
    if subject.target() != Target::Spo {
        return Outcome::does_not_apply("LegacyAuthProtocolsEnabled is a switch of SharePoint Online");
    }
    let all = match all_endpoints(subject) {
        Ok(all) => all,
        Err(outcome) => return outcome,
    };
    let switches = &subject.farm().legacy_protocols;
    if switches.is_empty() {
        return Outcome::needs(
            "the settings of the tenant: Get-SPOTenant | Select-Object LegacyAuthProtocolsEnabled | ConvertTo-Json",
        );
    }
    let issues = switches.iter().filter(|switch| !switch.on).map(|switch| {
        let message = "LegacyAuthProtocolsEnabled is off: receivers that are added now are never called";
        let remedy = "Set-SPOTenant -LegacyAuthProtocolsEnabled $true, as long as receivers are needed; it opens old sign-in protocols again, so decide with whoever is responsible for security";
        shown(Issue::new(message, remedy).shown_by(&switch.value), &all)
    });
    Outcome::decided(issues.collect(), switches.iter().map(|switch| &switch.value))
}
