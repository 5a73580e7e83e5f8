//! Chains: does the certificate lead to something that is trusted, and by whom?

use super::super::{Issue, Outcome};
use super::served::{Served, by_leaf, day, name, served, value};
use crate::addin::evidence::Value;
use crate::addin::evidence::certificate::{Certificate, CertificateForm};
use crate::addin::evidence::farm::TrustedRoot;
use crate::addin::subject::Subject;
use crate::addin::tls::{ChainFault, chain_of, issued, verify_chain};
use crate::model::audit::{AuditSeverity, Fix};
use crate::text::quote::powershell_literal;

/// OD07.
pub(super) fn self_signed(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| {
        let leaf = served.leaf;
        if !leaf.self_signed {
            return Vec::new();
        }
        let known = subject.farm().roots.iter().flatten().any(|root| is_root(root, leaf));
        let (message, remedy) = if !subject.on_premises() {
            (
                format!(
                    "the certificate {} signed itself, and SharePoint Online trusts only public authorities",
                    name(leaf)
                ),
                "have a public authority issue the certificate, and bind it in IIS".to_owned(),
            )
        } else if known {
            (
                format!(
                    "the certificate {} signed itself: the farm trusts it, browsers warn of it",
                    name(leaf)
                ),
                "have the authority of the company, or a public one, issue the certificate".to_owned(),
            )
        } else {
            (
                format!("the certificate {} signed itself, and only who was told trusts it", name(leaf)),
                format!(
                    "have an authority issue the certificate; or tell the farm to trust it: {}",
                    trust(leaf)
                ),
            )
        };
        vec![Issue::new(message, remedy).shown_by(&value(leaf))]
    })
}

/// The command that makes a certificate a trusted root authority. From a file with several certificates it would take
/// the first, so only a file that starts with this one is named.
pub(in crate::addin::checks) fn trust(certificate: &Certificate) -> String {
    let at = &certificate.at;
    let file = at.file_name().to_ascii_lowercase();
    let loads = at.line <= 1 && [".cer", ".crt", ".der"].iter().any(|extension| file.ends_with(extension));
    let (before, file) = if loads {
        (String::new(), at.file_name())
    } else {
        (format!("save the certificate {} as authority.cer, then: ", certificate.thumbprint), "authority.cer")
    };
    format!(
        "{before}New-SPTrustedRootAuthority -Name {} -Certificate (New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 (Resolve-Path {}).Path)",
        powershell_literal(name(certificate)),
        powershell_literal(&format!(".\\{file}"))
    )
}

/// The root authority is this certificate.
pub(in crate::addin::checks) fn is_root(root: &TrustedRoot, certificate: &Certificate) -> bool {
    let same_der = root.certificate.as_ref().is_some_and(|known| known.der == certificate.der);
    let thumbprint = root.thumbprint.as_deref().map(crate::addin::certificate_role::digits);
    same_der || thumbprint.as_deref() == Some(certificate.thumbprint.as_str())
}

/// OD08.
pub(super) fn incomplete(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let shows_chain = |served: &&Served<'_>| {
        let captured = served.file.form == CertificateForm::Capture && served.file.not_shown == 0;
        captured || served.file.certificates.len() > 1 || served.leaf.self_issued
    };
    let chains: Vec<&Served<'_>> = served.iter().filter(shows_chain).collect();
    if chains.is_empty() {
        return Outcome::needs(
            "the chain as the server sends it: run again with --connect HOST[:PORT], or save the output of openssl s_client -showcerts",
        );
    }
    let seen: Vec<Value> = chains.iter().map(|served| served.value()).collect();
    let issues = chains.iter().flat_map(|served| {
        let missing = missing(subject, served);
        missing.into_iter().chain(wrong_order(served)).chain(ended(subject, served))
    });
    Outcome::decided(issues.collect(), &seen)
}

/// The certificate comes without the one that issued it.
fn missing(subject: &Subject<'_>, served: &Served<'_>) -> Option<Issue> {
    let chain = chain_of(served.leaf, &served.file.certificates);
    let top = chain.last().filter(|top| !top.self_issued)?;
    let roots = subject.farm().roots.as_deref();
    let mut known = roots.into_iter().flatten().filter_map(|root| root.certificate.as_ref());
    if known.any(|root| issued(root, top)) || (chain.len() > 1 && roots.is_none()) {
        return None;
    }
    let message = match roots {
        Some(_) => format!(
            "the chain ends with {}: its issuer, {}, neither comes with it nor is among the trusted roots",
            name(top),
            top.issuer
        ),
        None => {
            format!("the chain ends with {}: its issuer, {}, does not come with it", name(top), top.issuer)
        }
    };
    let remedy = format!(
        "install the certificate of {} in the store for intermediate authorities of the web server: certutil -addstore CA intermediate.cer",
        top.issuer
    );
    let issue =
        Issue::new(message, remedy).shown_by(&value(top)).at(&top.at, format!("issuer {}", top.issuer));
    // A root is not sent, so the issuer of what ends a longer chain may be one; and the authority of a company may
    // issue with its root itself. Public authorities never do.
    let certain = chain.len() == 1 && (top.publicly_issued || roots.is_some());
    Some(if certain { issue } else { issue.rated(AuditSeverity::Warning) })
}

/// Only where the order of the file is the order of sending.
fn wrong_order(served: &Served<'_>) -> Option<Issue> {
    if !matches!(served.file.form, CertificateForm::Capture | CertificateForm::Pem) {
        return None;
    }
    let right = chain_of(served.leaf, &served.file.certificates);
    let sent = served.file.certificates.iter().zip(&right);
    let (first_wrong, expected) = sent.into_iter().find(|(sent, right)| sent.der != right.der)?;
    let order: Vec<&str> = right.iter().map(|certificate| name(certificate)).collect();
    let message = format!("{} stands where {} should: the order is wrong", name(first_wrong), name(expected));
    let remedy = format!("put the certificates into this order: {}", order.join(", then "));
    Some(Issue::new(message, remedy).shown_by(&value(first_wrong)).shown_by(&value(expected)))
}

/// Authorities of the chain that have ended.
fn ended(subject: &Subject<'_>, served: &Served<'_>) -> Vec<Issue> {
    let now = subject.settings.now;
    let chain = chain_of(served.leaf, &served.file.certificates);
    let ended = chain.into_iter().skip(1).filter(|certificate| certificate.not_after < now);
    let issue = |certificate: &Certificate| {
        let message = format!(
            "the authority {} of the chain expired on {}",
            name(certificate),
            day(certificate.not_after)
        );
        let remedy =
            "install the current certificate of this authority on the web server, and remove the old one";
        Issue::new(message, remedy).shown_by(&value(certificate))
    };
    ended.map(issue).collect()
}

/// OD09.
pub(super) fn not_trusted_by_farm(subject: &Subject<'_>) -> Outcome {
    if !subject.on_premises() {
        return Outcome::does_not_apply("SharePoint Online has no trusted root authorities of its own");
    }
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let Some(roots) = &subject.farm().roots else {
        return Outcome::needs(ROOTS);
    };
    let seen: Vec<Value> = served.iter().map(Served::value).collect();
    let judge = |served: &Served<'_>| untrusted(subject, served.leaf, &served.file.certificates, roots);
    Outcome::decided(served.iter().flat_map(judge).collect(), &seen)
}

/// What a check of the trusted roots needs.
pub(in crate::addin::checks) const ROOTS: &str = "the trusted root authorities of the farm: run the script that spdoctor oauth export-script prints, on one of its servers, or name their files with --root FILE";

/// Certificates between the leaf and its end that the farm does not know.
pub(in crate::addin::checks) fn untrusted(
    subject: &Subject<'_>,
    leaf: &Certificate,
    others: &[Certificate],
    roots: &[TrustedRoot],
) -> Vec<Issue> {
    let chain = chain_of(leaf, others);
    let known = |certificate: &Certificate| roots.iter().any(|root| is_root(root, certificate));
    let needed = chain.iter().copied().filter(|certificate| certificate.der != leaf.der || leaf.self_issued);
    let mut issues: Vec<Issue> =
        needed.filter(|certificate| !known(certificate)).map(unknown_authority).collect();
    let with_certificate: Vec<&Certificate> =
        roots.iter().filter_map(|root| root.certificate.as_ref()).collect();
    if let Some(top) = chain.last().filter(|top| !top.self_issued)
        && !known(top)
        && !with_certificate.iter().any(|root| issued(root, top))
    {
        issues.push(unknown_issuer(top));
    }
    if issues.is_empty() && !known(leaf) && with_certificate.len() == roots.len() {
        let others: Vec<&Certificate> = others.iter().collect();
        let verdict = verify_chain(leaf, &others, &with_certificate, subject.settings.now);
        issues.extend(verdict.err().and_then(|fault| not_proven(leaf, &fault)));
    }
    issues
}

fn unknown_authority(certificate: &Certificate) -> Issue {
    let message = format!("{} is not among the trusted root authorities of the farm", name(certificate));
    let fix = Fix::TrustRoot {
        name: name(certificate).to_owned(),
        thumbprint: Some(certificate.thumbprint.clone()),
        file: Some(certificate.at.path.to_string()),
    };
    let issue = Issue::new(message, trust(certificate)).shown_by(&value(certificate)).fixed_by(fix);
    // The end of the chain decides; for those between, Microsoft asks for all of them.
    if certificate.self_issued { issue } else { issue.rated(AuditSeverity::Error) }
}

fn unknown_issuer(top: &Certificate) -> Issue {
    let message = format!(
        "{} was issued by {}, which is not among the trusted root authorities of the farm",
        name(top),
        top.issuer
    );
    let remedy = format!(
        "get the certificate of {} from its authority as root.cer, then: New-SPTrustedRootAuthority -Name {} -Certificate (New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 (Resolve-Path '.\\root.cer').Path)",
        top.issuer,
        powershell_literal(&top.issuer)
    );
    Issue::new(message, remedy).shown_by(&value(top)).at(&top.at, format!("issuer {}", top.issuer))
}

/// The names fit, and yet webpki finds no way. Dates, usages and algorithms have checks of their own.
fn not_proven(leaf: &Certificate, fault: &ChainFault) -> Option<Issue> {
    match fault {
        ChainFault::UnknownIssuer | ChainFault::BadSignature | ChainFault::Other(_) => {
            let message = format!("{} carries the name of a trusted authority, but {fault}", name(leaf));
            let remedy = "compare the thumbprint of the authority with the one that Get-SPTrustedRootAuthority shows, and add the right one";
            Some(Issue::new(message, remedy).shown_by(&value(leaf)))
        }
        _ => None,
    }
}
