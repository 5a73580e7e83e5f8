//! What the configuration of a high-trust add-in says, and what these checks share.

use super::super::{Issue, Outcome};
use super::scripts;
use crate::addin::certificate_role::digits;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::evidence::secret::{Secret, is_shown};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

pub(super) const PATH: &str = "ClientSigningCertificatePath";
pub(super) const PASSWORD: &str = "ClientSigningCertificatePassword";
pub(super) const SERIAL: &str = "ClientSigningCertificateSerialNumber";

/// The configurations that speak of a signing certificate, or what to say without any.
pub(super) fn configs<'a>(subject: &Subject<'a>) -> Result<Vec<&'a Config>, Outcome> {
    // Templates carry the keys without values; that alone makes no high trust.
    let told = subject.target() == Target::OnPremHighTrust;
    let speaks = |config: &&Config| {
        [PATH, PASSWORD, SERIAL]
            .iter()
            .any(|key| if told { config.get(key).is_some() } else { filled(config, key).is_some() })
    };
    let all = subject.addin.evidence.configs.iter().filter(|config| !config.transform);
    let found: Vec<&Config> = all.filter(speaks).collect();
    match (found.is_empty(), subject.target()) {
        (false, _) => Ok(found),
        (true, Target::OnPremHighTrust) => Err(Outcome::needs(
            "the web.config of the remote web application, with the keys ClientSigningCertificate…",
        )),
        (true, _) => Err(Outcome::does_not_apply(
            "the add-in does not use high trust: no configuration names a signing certificate",
        )),
    }
}

/// A setting with something in it.
pub(super) fn filled<'a>(config: &'a Config, key: &'a str) -> Option<&'a Setting> {
    config.get(key).filter(|setting| !setting.value.trimmed().is_empty())
}

/// Who signs: `IssuerId`, else `ClientId`, as `TokenHelper` does it.
pub(super) fn issuer_id(config: &Config) -> Option<&Value> {
    let issuer = filled(config, "IssuerId").or_else(|| filled(config, "ClientId"));
    issuer.or_else(|| filled(config, "HostedAppName")).map(|setting| &setting.value)
}

/// Whoever it speaks for.
pub(super) fn client_id(config: &Config) -> Option<&Value> {
    filled(config, "ClientId").or_else(|| filled(config, "HostedAppName")).map(|setting| &setting.value)
}

/// Decides configuration by configuration; what is looked at are the values of some keys.
fn by_config<'a>(
    subject: &Subject<'a>,
    keys: &[&'a str],
    judge: impl Fn(&'a Config) -> Option<Issue>,
) -> Outcome {
    match configs(subject) {
        Err(outcome) => outcome,
        Ok(configs) => {
            let seen = configs.iter().flat_map(|config| keys.iter().filter_map(|key| config.get(key)));
            let seen: Vec<Value> = seen.map(|setting| setting.value.clone()).collect();
            Outcome::decided(configs.into_iter().filter_map(judge).collect(), &seen)
        }
    }
}

/// OH01.
pub(super) fn half_configured(subject: &Subject<'_>) -> Outcome {
    by_config(subject, &[PATH, SERIAL], |config| {
        let (here, missing) = match (filled(config, PATH), filled(config, PASSWORD), filled(config, SERIAL)) {
            (_, _, Some(_)) | (Some(_), Some(_), None) | (None, None, None) => return None,
            (Some(path), None, None) => (path, PASSWORD),
            (None, Some(password), None) => (password, PATH),
        };
        let message = format!(
            "{} is set and {missing} is not: TokenHelper then does not use high trust at all, and says nothing",
            here.key.raw
        );
        let remedy = format!(
            "add <add key=\"{missing}\" value=\"…\"/>; or use {SERIAL} with the certificate in the store of Windows, without either of them"
        );
        Some(Issue::new(message, remedy).shown_by(&here.value).at(&config.at, format!("no {missing}")))
    })
}

/// OH02.
pub(super) fn issuer_id_missing(subject: &Subject<'_>) -> Outcome {
    let configs = match configs(subject) {
        Ok(configs) => configs,
        Err(outcome) => return outcome,
    };
    let without: Vec<&Config> =
        configs.iter().copied().filter(|config| filled(config, "IssuerId").is_none()).collect();
    if without.is_empty() {
        let seen: Vec<&Value> = configs.iter().filter_map(|config| issuer_id(config)).collect();
        return Outcome::decided(Vec::new(), seen);
    }
    let issues: Vec<Issue> = without.iter().filter_map(|config| shared(subject, config)).collect();
    if issues.is_empty() && !subject.farm().issuers_known && subject.farm().issuers.is_empty() {
        return Outcome::needs(super::issuers::NEEDED);
    }
    Outcome::decided(issues, without.iter().filter_map(|config| client_id(config)))
}

/// Someone else signs with the same certificate: then the client id of one add-in cannot be its issuer.
fn shared(subject: &Subject<'_>, config: &Config) -> Option<Issue> {
    let client = client_id(config)?;
    let (who, remedy_id) = broker(subject, client).or_else(|| neighbour(subject, config, client))?;
    let message = format!(
        "IssuerId is not set, so TokenHelper signs as the client id {}; but the certificate is shared: {}",
        client.raw, who.raw
    );
    let remedy = format!("add <add key=\"IssuerId\" value=\"{remedy_id}\"/> to appSettings, in lower case");
    Some(Issue::new(message, remedy).shown_by(client).shown_by(&who))
}

/// A trust broker with the certificate of this add-in is registered under another id.
fn broker(subject: &Subject<'_>, client: &Value) -> Option<(Value, String)> {
    let signing = super::signing::thumbprints(subject);
    let mut issuers = subject.farm().issuers.iter().filter(|issuer| issuer.trust_broker == Some(true));
    let found = issuers.find(|issuer| {
        let thumbprint = issuer.thumbprint.as_ref().map(|value| digits(&value.raw));
        let same = thumbprint.is_some_and(|thumbprint| signing.contains(&thumbprint));
        let other = issuer
            .registered_name
            .as_ref()
            .is_some_and(|name| !super::issuers::id_of(&name.raw).eq_ignore_ascii_case(client.trimmed()));
        same && other
    })?;
    let name = found.registered_name.clone()?;
    let id = super::issuers::id_of(&name.raw).to_ascii_lowercase();
    Some((name, id))
}

/// Another add-in of the audit names the same certificate.
fn neighbour(subject: &Subject<'_>, config: &Config, client: &Value) -> Option<(Value, String)> {
    let own = certificate_setting(config)?;
    let configs =
        subject.related.iter().flat_map(|addin| &addin.evidence.configs).filter(|other| !other.transform);
    let mut others = configs.filter(|other| client_id(other).is_some_and(|id| !id.is(client.trimmed())));
    let other =
        others.find(|other| certificate_setting(other).is_some_and(|setting| setting.is(own.trimmed())))?;
    let theirs = filled(other, "IssuerId").map(|setting| setting.value.trimmed().to_ascii_lowercase());
    let theirs = theirs.filter(|id| is_guid(id));
    Some((
        client_id(other)?.clone(),
        theirs.unwrap_or_else(|| "the id that the trusted token issuer is registered with".to_owned()),
    ))
}

fn certificate_setting(config: &Config) -> Option<&Value> {
    filled(config, SERIAL).or_else(|| filled(config, PATH)).map(|setting| &setting.value)
}

/// OH03.
pub(super) fn issuer_id_malformed(subject: &Subject<'_>) -> Outcome {
    let in_configs = of_issuer_id(subject, |value| {
        let text = value.raw.as_str();
        let problem = if !is_guid(text) {
            "is no GUID of the form 8-4-4-4-12"
        } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            "has upper-case letters, and SharePoint compares it letter by letter"
        } else {
            return None;
        };
        let lower = text.trim().trim_matches(['{', '}']).to_ascii_lowercase();
        let remedy = if is_guid(&lower) {
            format!(
                "write <add key=\"IssuerId\" value=\"{lower}\"/>; the issuer has to be registered in lower case as well"
            )
        } else {
            "copy the id before the @ of RegisteredIssuerName: Get-SPTrustedSecurityTokenIssuer | Format-List Name, RegisteredIssuerName".to_owned()
        };
        Some(Issue::new(format!("IssuerId {text} {problem}"), remedy).shown_by(value))
    });
    in_configs.and(scripts::in_upper_case(subject))
}

/// OH04, in configurations and in scripts that register an issuer.
pub(super) fn issuer_id_of_documentation(subject: &Subject<'_>) -> Outcome {
    let in_configs = of_issuer_id(subject, |value| of_documentation(value, "IssuerId"));
    let registered = scripts::issuers(subject).into_iter().map(|(value, _)| value);
    let in_scripts: Vec<Issue> = registered
        .filter_map(|value| of_documentation(value, "the issuer that a script registers,"))
        .collect();
    in_configs.and(in_scripts)
}

fn of_documentation(value: &Value, what: &str) -> Option<Issue> {
    let plain = value.trimmed().trim_matches(['{', '}']);
    let mut letters = plain.chars().filter(|c| *c != '-');
    let first = letters.next()?;
    // The examples of Microsoft are of ones and of twos; any other digit alone is as little a real id.
    (is_guid(plain) && letters.all(|c| c == first)).then(|| {
        let message = format!("{what} {} is an example of the documentation", value.raw);
        let remedy = "make an id of your own, [guid]::NewGuid().ToString().ToLower(), and register the trusted token issuer again with it";
        Issue::new(message, remedy).shown_by(value)
    })
}

fn of_issuer_id(subject: &Subject<'_>, judge: impl Fn(&Value) -> Option<Issue>) -> Outcome {
    let configs = match configs(subject) {
        Ok(configs) => configs,
        Err(outcome) => return outcome,
    };
    let ids: Vec<&Value> = configs
        .iter()
        .filter_map(|config| filled(config, "IssuerId"))
        .map(|setting| &setting.value)
        .collect();
    if ids.is_empty() {
        return Outcome::does_not_apply("IssuerId is not set, so the client id is the issuer");
    }
    Outcome::decided(ids.iter().filter_map(|value| judge(value)).collect(), ids.iter().copied())
}

pub(super) fn is_guid(text: &str) -> bool {
    let mut lengths = text.split('-').map(str::len);
    let form =
        [8, 4, 4, 4, 12].iter().all(|length| lengths.next() == Some(*length)) && lengths.next().is_none();
    form && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// OH10.
pub(super) fn serial_number(subject: &Subject<'_>) -> Outcome {
    let configs = match configs(subject) {
        Ok(configs) => configs,
        Err(outcome) => return outcome,
    };
    let serials: Vec<&Value> =
        configs.iter().filter_map(|config| config.get(SERIAL)).map(|setting| &setting.value).collect();
    if serials.is_empty() {
        return Outcome::does_not_apply(format!("{SERIAL} is not used"));
    }
    let judge = |value: &&Value| {
        let bad = value.raw.chars().find(|c| !c.is_ascii_hexdigit());
        let problem = match bad {
            // Its own characters were looked at when it was hidden: digits alone are not.
            _ if is_shown(&value.raw) => "holds characters that are no hexadecimal digits".to_owned(),
            Some(c) if is_hidden(c) => format!(
                "holds the invisible character U+{:04X}, which the certificate console copies in front",
                u32::from(c)
            ),
            Some(c) if c.is_whitespace() || matches!(c, '-' | ':') => {
                "holds blanks, hyphens or colons".to_owned()
            }
            Some(c) => format!("holds U+{:04X}, which is no hexadecimal digit", u32::from(c)),
            None if value.raw.is_empty() => "is empty".to_owned(),
            None => return None,
        };
        let message = format!("the serial number {} {problem}: no certificate is found with it", value.raw);
        let clean = digits(&value.raw);
        let wrong =
            is_shown(&value.raw) || value.raw.chars().any(|c| c.is_alphanumeric() && !c.is_ascii_hexdigit());
        let remedy = if clean.is_empty() || wrong {
            "write the serial number as PowerShell shows it: Get-ChildItem Cert:\\LocalMachine\\My | Format-Table SerialNumber, Subject".to_owned()
        } else {
            format!(
                "write <add key=\"{SERIAL}\" value=\"{}\"/>, typed instead of pasted",
                clean.to_ascii_lowercase()
            )
        };
        Some(Issue::new(message, remedy).shown_by(value))
    };
    Outcome::decided(serials.iter().filter_map(judge).collect(), serials.iter().copied())
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        || c.is_control()
}

/// OH11.
pub(super) fn weak_password(subject: &Subject<'_>) -> Outcome {
    let configs = match configs(subject) {
        Ok(configs) => configs,
        Err(outcome) => return outcome,
    };
    let passwords: Vec<&Secret> =
        configs.iter().filter_map(|config| config.get(PASSWORD)?.secret.as_ref()).collect();
    let judge = |secret: &&Secret| {
        let weak = secret.form.weak || secret.form.placeholder;
        let (message, severity) = if weak {
            ("the password of the signing certificate is one that anyone would guess", AuditSeverity::Warning)
        } else {
            (
                "the password of the signing certificate stands in clear text in the configuration",
                AuditSeverity::Info,
            )
        };
        let remedy = "import the certificate into the store of Windows (Import-PfxCertificate -CertStoreLocation Cert:\\LocalMachine\\My), let the application pool read its key, use ClientSigningCertificateSerialNumber, and export the .pfx again with a long random password";
        Issue::new(message, remedy).at(&secret.at, secret.shown()).rated(severity)
    };
    let seen: Vec<Value> = passwords.iter().map(|secret| secret.value()).collect();
    Outcome::decided(passwords.iter().map(judge).collect(), &seen)
}

/// OH12.
pub(super) fn key_in_a_file(subject: &Subject<'_>) -> Outcome {
    by_config(subject, &[SERIAL], |config| {
        let path = filled(config, PATH)?;
        let beside = if filled(config, PASSWORD).is_some() { ", with its password beside it" } else { "" };
        let message = format!("the signing certificate is read from a file, {}{beside}", path.value.raw);
        let remedy = "import it into the store of Windows (Import-PfxCertificate -CertStoreLocation Cert:\\LocalMachine\\My), use ClientSigningCertificateSerialNumber, and delete the .pfx from the server";
        Some(Issue::new(message, remedy).shown_by(&path.value))
    })
}

/// OH15.
pub(super) fn online(subject: &Subject<'_>) -> Outcome {
    let told_online = subject.target() == Target::Spo || !subject.farm().online.is_empty();
    by_config(subject, &[PATH, SERIAL], |config| {
        (told_online && config.is_high_trust()).then_some(())?;
        let setting = certificate_setting(config)?;
        let message = format!(
            "the configuration is that of a high-trust add-in ({}), and the target is SharePoint Online",
            setting.raw
        );
        let remedy = "SharePoint Online takes no high-trust tokens: run the add-in on a farm, or rebuild it as an application of Microsoft Entra with a certificate";
        let issue = Issue::new(message, remedy).shown_by(setting);
        Some(subject.farm().online.iter().take(1).fold(issue, Issue::shown_by))
    })
}

#[cfg(test)]
mod tests {
    use super::is_guid;

    #[test]
    fn a_guid_has_five_groups_of_digits() {
        assert!(is_guid("6569a7e8-3670-4669-91ae-ec6819ab4610"));
        assert!(is_guid("6569A7E8-3670-4669-91AE-EC6819AB4610"));
        for text in [
            "6569a7e8-3670-4669-91ae-ec6819ab461",
            "",
            "x",
            "6569a7e8-3670-4669-91ae-ec6819ab461g",
            " 6569a7e8-3670-4669-91ae-ec6819ab461",
        ] {
            assert!(!is_guid(text), "{text}");
        }
    }
}
