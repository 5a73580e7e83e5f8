//! What a certificate file is for, in one add-in: told by the file itself, or by what the configuration, IIS and the
//! farm say of its certificate.

use super::evidence::Evidence;
use super::evidence::certificate::{Certificate, CertificateFile, CertificateForm, CertificateUse};
use super::evidence::config::Config;
use super::evidence::farm::Farm;
use super::{domains, tls};

/// What the file is for.
///
/// A file that nothing is known of is taken as the certificate of the remote web application, unless it holds nothing
/// but authorities that name no host.
pub fn role_of(own: &Evidence, file: &CertificateFile) -> CertificateUse {
    if file.role != CertificateUse::Unknown {
        return file.role;
    }
    if is_bound(own, file) || file.form == CertificateForm::Capture {
        return CertificateUse::Tls;
    }
    if signs(own, file) {
        return if serves_as_well(own, file) { CertificateUse::Tls } else { CertificateUse::Signing };
    }
    match file.leaf() {
        Some(leaf) if names_host(leaf) || is_called_as_host(own, leaf) => CertificateUse::Tls,
        Some(leaf) if leaf.ca == Some(true) => CertificateUse::Root,
        Some(leaf) if !is_for_servers(leaf) => CertificateUse::Signing,
        // A store that could not be opened.
        None if file.form == CertificateForm::Pfx => CertificateUse::Signing,
        _ => CertificateUse::Unknown,
    }
}

/// The remote web application serves it, as far as can be told.
pub fn is_served(own: &Evidence, file: &CertificateFile) -> bool {
    matches!(role_of(own, file), CertificateUse::Tls | CertificateUse::Unknown)
}

/// Settles what the farm tells: a certificate of a trusted token issuer signs tokens, whatever the file is called. One
/// that IIS binds, that was captured, that names a host of the add-in, or that lies there as web servers send it is
/// served all the same.
pub(super) fn settle(own: &mut Evidence, farm: &Farm) {
    let issued = |file: &CertificateFile| {
        let mut issuers = farm.issuers.iter().filter_map(|issuer| issuer.thumbprint.as_ref());
        file.role == CertificateUse::Unknown
            && issuers.any(|thumbprint| has_thumbprint(file, &thumbprint.raw))
    };
    if !own.certificates.iter().any(issued) {
        return;
    }
    let hosts = domains::hosts(own);
    let served = |file: &CertificateFile| {
        let covers = |leaf: &Certificate| hosts.iter().any(|host| tls::covers(leaf, host));
        file.form == CertificateForm::Capture
            || is_bound(own, file)
            || file.leaf().is_some_and(covers)
            || serves_as_well(own, file)
    };
    let signing: Vec<bool> = own.certificates.iter().map(|file| issued(file) && !served(file)).collect();
    for (file, signs) in own.certificates.iter_mut().zip(signing) {
        if signs {
            file.role = CertificateUse::Signing;
        }
    }
}

/// A file of a certificate that signs is that of the web server, too: of several files of one certificate the one that
/// holds most of its chain, as a server sends it; or a file by itself, if an authority issued it for a host of the add-in.
/// The file that a configuration names is there to sign with.
fn serves_as_well(own: &Evidence, file: &CertificateFile) -> bool {
    let Some(leaf) = file.leaf() else { return false };
    if file.form == CertificateForm::Pfx || is_named(own, file) {
        return false;
    }
    let copies: Vec<&CertificateFile> = own
        .certificates
        .iter()
        .filter(|other| other.at != file.at)
        .filter(|other| other.leaf().is_some_and(|other| other.thumbprint == leaf.thumbprint))
        .collect();
    let chain = file.certificates.len();
    if copies.iter().any(|other| other.certificates.len() > chain) {
        return false;
    }
    let covers = || domains::hosts(own).iter().any(|host| tls::covers(leaf, host));
    let sent = !copies.is_empty() && chain > 1 && names_host(leaf) && is_for_servers(leaf);
    sent || ((!copies.is_empty() || !leaf.self_issued) && covers())
}

/// IIS serves it.
fn is_bound(own: &Evidence, file: &CertificateFile) -> bool {
    let mut thumbprints = own.bindings.iter().filter_map(|binding| binding.thumbprint.as_ref());
    thumbprints.any(|thumbprint| has_thumbprint(file, &thumbprint.raw))
}

/// A configuration names the file, or the serial number or thumbprint of its certificate, or it lies beside the file that is named.
pub fn signs(own: &Evidence, file: &CertificateFile) -> bool {
    let by_number = |config: &Config| {
        let serial =
            config.get("ClientSigningCertificateSerialNumber").map(|setting| digits(&setting.value.raw));
        let by_serial = serial.is_some_and(|serial| {
            !serial.is_empty()
                && file.certificates.iter().any(|certificate| same_serial(&certificate.serial, &serial))
        });
        // What code that was written for it looks up instead.
        let thumbprint = config.get("ClientSigningCertificateThumbprint");
        let by_thumbprint = thumbprint.is_some_and(|setting| has_thumbprint(file, &setting.value.raw));
        by_serial || by_thumbprint
    };
    is_named(own, file) || own.configs.iter().any(by_number)
}

/// A configuration names the file, or it lies beside the file that is named.
fn is_named(own: &Evidence, file: &CertificateFile) -> bool {
    let own_name = file_name(file.at.file_name());
    own.configs.iter().any(|config| {
        let path =
            config.get("ClientSigningCertificatePath").map(|setting| file_name(setting.value.trimmed()));
        path.is_some_and(|named| !named.is_empty() && (named == own_name || stem(&named) == stem(&own_name)))
    })
}

/// The certificate has this thumbprint, however it is written.
pub fn has_thumbprint(file: &CertificateFile, thumbprint: &str) -> bool {
    let wanted = digits(thumbprint);
    !wanted.is_empty() && file.certificates.iter().any(|certificate| certificate.thumbprint == wanted)
}

/// Hexadecimal digits alone, upper case: thumbprints and serial numbers are pasted with blanks, colons and more.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_uppercase()).collect()
}

/// Windows shows serial numbers without the zero byte that keeps them positive.
pub fn same_serial(a: &str, b: &str) -> bool {
    a.trim_start_matches('0') == b.trim_start_matches('0')
}

fn names_host(certificate: &Certificate) -> bool {
    !certificate.dns_names.is_empty() || !certificate.ip_addresses.is_empty()
}

/// An authority that is called as a host of the add-in: `openssl req -x509` makes such certificates for a web server.
fn is_called_as_host(own: &Evidence, certificate: &Certificate) -> bool {
    let name = certificate.common_name.as_deref().filter(|_| certificate.ca == Some(true));
    name.is_some_and(|name| domains::hosts(own).iter().any(|host| host.eq_ignore_ascii_case(name.trim())))
}

fn is_for_servers(certificate: &Certificate) -> bool {
    let server = |usage: &String| matches!(usage.as_str(), "1.3.6.1.5.5.7.3.1" | "2.5.29.37.0");
    certificate.extended_usage.as_ref().is_none_or(|usages| usages.iter().any(server))
}

fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
