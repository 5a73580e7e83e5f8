//! Versions of TLS: what the web application speaks, and what it speaks as a client.

use super::super::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::Config;
use crate::addin::evidence::source_code::SourceFactKind;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// OD20.
pub(super) fn old_tls(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let configs: Vec<&Config> = evidence.configs.iter().filter(|config| is_of_web(config)).collect();
    let spoken: Vec<&Value> =
        evidence.certificates.iter().filter_map(|file| file.protocol.as_ref()).collect();
    let asked = evidence.sources.iter().flat_map(|source| source.of(SourceFactKind::TlsVersion));
    let asked: Vec<&Value> = asked.map(|fact| &fact.value).collect();
    if configs.is_empty() && spoken.is_empty() && asked.is_empty() {
        return Outcome::needs("the web.config of the remote web application (httpRuntime/@targetFramework)");
    }
    let modern_code = asked.iter().any(|value| asks_for_modern(&value.raw));
    let mut issues: Vec<Issue> = spoken.iter().filter_map(|value| old_server(value)).collect();
    issues.extend(asked.iter().filter_map(|value| old_code(value)));
    if !modern_code {
        issues.extend(configs.iter().filter_map(|config| old_framework(config)));
    }
    let frameworks = configs.iter().filter_map(|config| config.target_framework.as_ref());
    Outcome::decided(issues, frameworks.chain(spoken.iter().copied()).chain(asked.iter().copied()))
}

/// Only a `web.config` with `httpRuntime` decides it, and one that has keys of `TokenHelper` should have it.
fn is_of_web(config: &Config) -> bool {
    let web = config.at.file_name().eq_ignore_ascii_case("web.config");
    !config.transform && (config.target_framework.is_some() || (web && config.speaks_of_oauth()))
}

fn old_server(spoken: &Value) -> Option<Issue> {
    let old =
        matches!(spoken.trimmed(), "TLSv1" | "TLSv1.0" | "TLSv1.1") || spoken.trimmed().starts_with("SSLv");
    old.then(|| {
        let message =
            format!("the web server spoke {} when it was captured; SharePoint asks for TLS 1.2", spoken.raw);
        let remedy = "switch TLS 1.2 on in SChannel on the web server (and 1.0 and 1.1 off), then restart it";
        Issue::new(message, remedy).shown_by(spoken)
    })
}

fn asks_for_modern(text: &str) -> bool {
    if text.contains('~') {
        return false;
    }
    let named = ["Tls12", "Tls13", "SystemDefault"].iter().any(|version| text.contains(version));
    // TLS 1.2 and 1.3 are these bits, for servers and for clients.
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse::<u32>().ok());
    named || numbers.filter(|number| *number > 32).any(|number| number & 0x3c00 != 0)
}

fn old_code(value: &Value) -> Option<Issue> {
    let names = value.raw.contains("SecurityProtocol") && !asks_for_modern(&value.raw);
    names.then(|| {
        let does =
            if value.raw.contains('~') { "takes TLS 1.2 away" } else { "asks for old versions of TLS alone" };
        let message = format!("the code {does}: {}", value.trimmed());
        let remedy = "remove the line, and set targetFramework to 4.7 or later so that Windows chooses; or set ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12";
        Issue::new(message, remedy).shown_by(value)
    })
}

fn old_framework(config: &Config) -> Option<Issue> {
    let strong = switches(config).any(|on| on);
    let weak = switches(config).any(|on| !on);
    let remedy = "set <httpRuntime targetFramework=\"4.7.2\"/> (with that version of .NET on the server); or set SchUseStrongCrypto to 1 under HKLM\\SOFTWARE\\Microsoft\\.NETFramework\\v4.0.30319";
    match &config.target_framework {
        _ if strong => None,
        Some(value) if version(value.trimmed()).is_some_and(|version| version < (4, 6)) => {
            let message = format!(
                "targetFramework is {}: such code asks for TLS 1.0 unless it is told otherwise",
                value.raw
            );
            Some(Issue::new(message, remedy).shown_by(value))
        }
        Some(value) if weak => {
            let message =
                "strong cryptography is switched off by Switch.System.Net.DontEnableSchUseStrongCrypto=true";
            let issue =
                Issue::new(message, "remove the switch from AppContextSwitchOverrides").shown_by(value);
            Some(config.tls_switches.iter().fold(issue, Issue::shown_by))
        }
        Some(_) => None,
        None => {
            let message = "httpRuntime has no targetFramework: the code then behaves as under .NET 4.0 and asks for TLS 1.0";
            let issue = Issue::new(message, remedy).at(&config.at, "no targetFramework");
            // An administrator may have set the registry for the whole server.
            Some(issue.rated(AuditSeverity::Warning))
        }
    }
}

/// Each switch of the configuration that concerns it: whether it asks for strong cryptography. The switches of .NET are
/// named after what they forbid: `Switch.System.Net.DontEnableSchUseStrongCrypto=false`.
fn switches(config: &Config) -> impl Iterator<Item = bool> {
    let all = config.tls_switches.iter().flat_map(|value| value.raw.split([';', ' ', ',']));
    all.filter_map(|switch| {
        let (name, value) = switch.split_once('=')?;
        let name = name.to_ascii_lowercase();
        let known = name.contains("schusestrongcrypto") || name.contains("systemdefaulttlsversions");
        let on = value.eq_ignore_ascii_case("true") || value == "1";
        known.then(|| on != name.contains("dontenable"))
    })
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
    Some((parts.next()??, parts.next().flatten().unwrap_or(0)))
}
