//! The certificate that signs the tokens.

use chrono::TimeDelta;

use super::super::certificate::{ROOTS, day, is_weak_signature, name, untrusted, validity, value, weakness};
use super::super::{Issue, Outcome};
use super::issuers::id_of;
use super::settings::{SERIAL, configs, issuer_id};
use crate::addin::certificate_role::{digits, role_of, same_serial, signs};
use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{Certificate, CertificateFile, CertificateForm, CertificateUse};
use crate::addin::evidence::farm::TrustedIssuer;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// Files of the signing certificate, with the certificate.
fn files<'a>(subject: &Subject<'a>) -> Vec<(&'a CertificateFile, &'a Certificate)> {
    let all = || subject.addin.evidence.certificates.iter().filter_map(|file| Some((file, file.leaf()?)));
    // What a configuration names counts more than what a certificate looks like.
    let named: Vec<_> = all().filter(|(file, _)| signs(subject.evidence(), file)).collect();
    if !named.is_empty() {
        return named;
    }
    all().filter(|(file, _)| role_of(subject.evidence(), file) == CertificateUse::Signing).collect()
}

/// The signing certificate, if all files hold the same one; of these a file without a key, which is what SharePoint
/// may be given.
pub(super) fn only_certificate<'a>(subject: &Subject<'a>) -> Option<(&'a CertificateFile, &'a Certificate)> {
    let files = files(subject);
    let (_, first) = files.first()?;
    let same = files.iter().all(|(_, leaf)| leaf.thumbprint == first.thumbprint);
    files.iter().copied().filter(|_| same).min_by_key(|(file, _)| file.private_key)
}

/// Thumbprints of the signing certificates.
pub(super) fn thumbprints(subject: &Subject<'_>) -> Vec<String> {
    files(subject).into_iter().map(|(_, leaf)| leaf.thumbprint.clone()).collect()
}

/// Issuers of the farm that the add-in signs as.
fn registered<'a>(subject: &Subject<'a>) -> Vec<&'a TrustedIssuer> {
    let configs = configs(subject).unwrap_or_default();
    let ids: Vec<&Value> = configs.iter().filter_map(|config| issuer_id(config)).collect();
    let named = |issuer: &&TrustedIssuer| {
        let name = issuer.registered_name.as_ref().map(|name| id_of(&name.raw));
        name.is_some_and(|name| ids.iter().any(|id| id.is(name)))
    };
    subject.farm().issuers.iter().filter(named).collect()
}

const FILE: &str = "the signing certificate: the .cer that was registered, or the .pfx that the web.config names (with --pfx-password-env NAME)";

const RENEW: &str = "make a new signing certificate, register it with New-SPTrustedRootAuthority and New-SPTrustedSecurityTokenIssuer, run iisreset, and give it to the add-in";

/// OH08.
pub(super) fn unsound(subject: &Subject<'_>) -> Outcome {
    if let Err(outcome) = configs(subject) {
        return outcome;
    }
    let files = files(subject);
    let issuers = registered(subject);
    let now = subject.settings.now;
    let dated = |leaf: &Certificate| Some(Issue { remedy: RENEW.to_owned(), ..validity(leaf, now)? });
    let mut issues: Vec<Issue> = files.iter().filter_map(|(_, leaf)| dated(leaf)).collect();
    for (file, leaf) in &files {
        issues.extend(unusable(file, leaf));
    }
    issues.extend(other_than_registered(&files, &issuers));
    issues.extend(other_serial(subject, &issuers));
    let ends: Vec<&TrustedIssuer> =
        issuers.iter().copied().filter(|issuer| issuer.not_after.is_some()).collect();
    if issues.is_empty() && files.is_empty() && ends.is_empty() {
        return Outcome::needs(FILE);
    }
    if files.is_empty() {
        issues.extend(ends.iter().filter_map(|issuer| ended(subject, issuer)));
    }
    let seen: Vec<Value> = files.iter().map(|(_, leaf)| value(leaf)).collect();
    Outcome::decided(issues, &seen)
}

/// What keeps `TokenHelper` from signing with it, or should.
fn unusable(file: &CertificateFile, leaf: &Certificate) -> Vec<Issue> {
    let called = name(leaf);
    let keyless = (file.form == CertificateForm::Pfx && !file.private_key).then(|| {
        let message = format!(
            "the file of the signing certificate {called} holds no private key, so nothing can be signed"
        );
        Issue::new(message, "export the certificate again with its private key: Export-PfxCertificate")
            .shown_by(&value(leaf))
    });
    let other = (leaf.key_algorithm != "RSA").then(|| {
        let message = format!(
            "the signing certificate {called} has a key for {}, and TokenHelper signs with RSA and SHA-256",
            leaf.key_algorithm
        );
        Issue::new(message, "make a signing certificate with an RSA key of 2048 bits").shown_by(&value(leaf))
    });
    let weak =
        weakness(leaf).filter(|_| leaf.key_algorithm == "RSA").map(|issue| issue.rated(AuditSeverity::Error));
    let old = is_weak_signature(leaf).then(|| {
        let message =
            format!("the signing certificate {called} is itself signed with {}", leaf.signature_algorithm);
        Issue::new(message, "make a new signing certificate with SHA-256")
            .shown_by(&value(leaf))
            .rated(AuditSeverity::Warning)
    });
    keyless.into_iter().chain(other).chain(weak).chain(old).collect()
}

/// The farm knows another certificate under the name that the add-in signs as.
fn other_than_registered(
    files: &[(&CertificateFile, &Certificate)],
    issuers: &[&TrustedIssuer],
) -> Option<Issue> {
    let registered: Vec<&Value> = issuers.iter().filter_map(|issuer| issuer.thumbprint.as_ref()).collect();
    let known = |leaf: &Certificate| registered.iter().any(|value| digits(&value.raw) == leaf.thumbprint);
    let first = registered.first()?;
    let (_, leaf) = files.first().filter(|_| !files.iter().any(|(_, leaf)| known(leaf)))?;
    let message = format!(
        "the add-in signs with the certificate {} ({}), and the farm knows {}",
        name(leaf),
        leaf.thumbprint,
        first.raw
    );
    let remedy = "register the certificate that signs: remove the old issuer with Remove-SPTrustedSecurityTokenIssuer, then New-SPTrustedSecurityTokenIssuer with the current .cer, and iisreset";
    Some(Issue::new(message, remedy).shown_by(&value(leaf)).shown_by(first))
}

/// The serial number in a configuration is not that of the certificate that the farm knows.
fn other_serial(subject: &Subject<'_>, issuers: &[&TrustedIssuer]) -> Option<Issue> {
    let configs = configs(subject).unwrap_or_default();
    let named = configs.iter().find_map(|config| config.get(SERIAL)).map(|setting| &setting.value)?;
    let serial = digits(&named.raw);
    let given = || {
        let files = subject.addin.evidence.certificates.iter().chain(&subject.shared.certificates);
        files.flat_map(|file| &file.certificates)
    };
    let known = |issuer: &&&TrustedIssuer| {
        let thumbprint = issuer.thumbprint.as_ref().map(|value| digits(&value.raw));
        given().find(|certificate| thumbprint.as_deref() == Some(certificate.thumbprint.as_str()))
    };
    let registered: Vec<&Certificate> = issuers.iter().filter_map(|issuer| known(&issuer)).collect();
    // Where not every certificate of them is at hand, it may be one of the others.
    let all = !serial.is_empty() && registered.len() == issuers.len();
    let first = registered.first().filter(|_| all)?;
    if registered.iter().any(|certificate| same_serial(&certificate.serial, &serial)) {
        return None;
    }
    let message = format!(
        "{SERIAL} is {serial}, and the certificate {} that the farm knows has the serial number {}",
        name(first),
        first.serial
    );
    let remedy = format!("write {} into {SERIAL}, or register the certificate that signs", first.serial);
    Some(Issue::new(message, remedy).shown_by(named).shown_by(&value(first)))
}

/// Only the farm tells when the certificate ends.
fn ended(subject: &Subject<'_>, issuer: &TrustedIssuer) -> Option<Issue> {
    let end = issuer.not_after.as_ref()?;
    let left = (end.utc - subject.settings.now).num_days();
    let called = issuer.name.as_ref().map_or("without a name", |name| name.raw.as_str());
    let (message, severity) = if end.utc < subject.settings.now {
        (
            format!("the certificate of the issuer {called} expired on {}", day(end.utc)),
            AuditSeverity::Critical,
        )
    } else {
        let severity = match left {
            0..=7 => AuditSeverity::Error,
            8..=30 => AuditSeverity::Warning,
            _ => return None,
        };
        (
            format!("the certificate of the issuer {called} expires on {}, in {left} days", day(end.utc)),
            severity,
        )
    };
    Some(Issue::new(message, RENEW).at(&end.at, day(end.utc)).rated(severity))
}

/// OH09.
pub(super) fn not_trusted(subject: &Subject<'_>) -> Outcome {
    if let Err(outcome) = configs(subject) {
        return outcome;
    }
    let files = files(subject);
    if files.is_empty() {
        return Outcome::needs(FILE);
    }
    let Some(roots) = &subject.farm().roots else {
        return Outcome::needs(ROOTS);
    };
    let mut judged: Vec<&str> = Vec::new();
    let mut issues = Vec::new();
    for (file, leaf) in &files {
        // The .cer beside the .pfx is the same certificate.
        if !judged.contains(&leaf.thumbprint.as_str()) {
            judged.push(&leaf.thumbprint);
            issues.extend(untrusted(subject, leaf, &file.certificates, roots));
        }
    }
    let seen: Vec<Value> = files.iter().map(|(_, leaf)| value(leaf)).collect();
    Outcome::decided(issues, &seen)
}

/// OH16.
pub(super) fn just_registered(subject: &Subject<'_>) -> Outcome {
    if let Err(outcome) = configs(subject) {
        return outcome;
    }
    let files = files(subject);
    if files.is_empty() {
        return Outcome::needs(FILE);
    }
    let now = subject.settings.now;
    let fresh = |(_, leaf): &(&CertificateFile, &Certificate)| {
        let age = now - leaf.not_before;
        (age >= TimeDelta::zero() && age < TimeDelta::hours(24)).then(|| {
            let message = format!(
                "the signing certificate {} was made {} hours ago; without iisreset SharePoint may take a day to know it",
                name(leaf),
                age.num_hours()
            );
            Issue::new(message, "run iisreset on every web server of the farm after New-SPTrustedSecurityTokenIssuer").shown_by(&value(leaf))
        })
    };
    let seen: Vec<Value> = files.iter().map(|(_, leaf)| value(leaf)).collect();
    Outcome::decided(files.iter().filter_map(fresh).collect(), &seen)
}
