//! Private keys where they should not be.

use super::super::{Issue, Outcome};
use super::settings::configs;
use crate::addin::evidence::certificate::{CertificateFile, CertificateForm};
use crate::addin::evidence::config::BACKUP;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::subject::Subject;
use crate::model::stage::Stage;

/// OH13.
pub(super) fn beside_the_code(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let code = code(evidence);
    let Some(first) = code.first() else {
        return Outcome::does_not_apply("no source, project or configuration is part of the audit");
    };
    let looked_at = Value::new("sources and configurations", (*first).clone());
    let keys =
        evidence.certificates.iter().chain(&subject.shared.certificates).filter(|file| file.private_key);
    let issue = |file: &CertificateFile| {
        let near = code.iter().find(|spot| lies_with(file.at.folder(), spot.folder()))?;
        // Nobody knows what is in a store that could not be opened; such files are made for keys.
        let shut = file.form == CertificateForm::Pfx && file.certificates.is_empty();
        let what =
            if shut { "could not be opened, is made to hold a private key," } else { "holds a private key" };
        let message = format!("{} {what} and lies beside the code ({})", file.at.path, near.path);
        let remedy = "take the file out of the folder and out of the history of the repository, treat the key as lost: make a new certificate and register it";
        Some(
            Issue::new(message, remedy)
                .at(&file.at, if shut { "not opened" } else { "private key" })
                .at(near, "code"),
        )
    };
    Outcome::decided(keys.filter_map(issue).collect(), [&looked_at])
}

/// Places of the code: configurations, sources, projects, manifests that are no package.
fn code(evidence: &Evidence) -> Vec<&Spot> {
    let configs = evidence.configs.iter().map(|config| &config.at);
    let sources = evidence.sources.iter().map(|source| &source.at);
    let projects = evidence.published.iter().filter(|published| published.kind != BACKUP);
    let projects = projects.map(|published| &published.at);
    let manifests = evidence.manifests.iter().filter(|manifest| manifest.stage == Stage::Source);
    configs.chain(sources).chain(projects).chain(manifests.map(|manifest| &manifest.at)).collect()
}

/// In the same folder, or one in the folder of the other.
fn lies_with(key: &str, code: &str) -> bool {
    let below = |inner: &str, outer: &str| {
        outer.is_empty()
            || inner == outer
            || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
    };
    below(key, code) || below(code, key)
}

/// OH18.
pub(super) fn in_a_certificate_file(subject: &Subject<'_>) -> Outcome {
    let named = |file: &&CertificateFile| {
        let name = file.at.file_name().to_ascii_lowercase();
        [".cer", ".crt", ".der"].iter().any(|extension| name.ends_with(extension))
    };
    let uses = configs(subject);
    let shared = if uses.is_ok() { subject.shared.certificates.as_slice() } else { &[] };
    let files: Vec<&CertificateFile> =
        subject.evidence().certificates.iter().chain(shared).filter(named).collect();
    match uses {
        Err(outcome) if files.is_empty() => return outcome,
        Ok(_) if files.is_empty() => return Outcome::needs("the .cer file that was given to SharePoint"),
        _ => {}
    }
    let judge = |file: &&CertificateFile| {
        let what = match file.form {
            CertificateForm::Pfx => "it is a .pfx with another name, which holds the private key",
            _ => "it holds the private key as well",
        };
        file.private_key.then(|| {
            let message = format!("{} is given to SharePoint as a certificate, and {what}", file.at.path);
            let remedy = "export the certificate without its key: Export-Certificate -Cert Cert:\\LocalMachine\\My\\THUMBPRINT -FilePath signing.cer; delete this file, and make a new key if anyone could read it";
            Issue::new(message, remedy).at(&file.at, "private key")
        })
    };
    let seen: Vec<Value> = files.iter().map(|file| Value::new("certificate", file.at.clone())).collect();
    Outcome::decided(files.iter().filter_map(judge).collect(), &seen)
}
