//! How the remote web application finds out who its user is: only Windows authentication gives the identity that a
//! high-trust token is made of.

use super::super::{Issue, Outcome};
use super::settings::configs;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Binding, Config};
use crate::addin::subject::Subject;

/// OH14.
pub(super) fn not_windows(subject: &Subject<'_>) -> Outcome {
    let configs = match configs(subject) {
        Ok(configs) => configs,
        Err(outcome) => return outcome,
    };
    let bindings = &subject.evidence().bindings;
    let of_config = |config: &&Config| [config.anonymous.clone(), config.windows.clone()];
    let of_binding = |binding: &Binding| [binding.anonymous.clone(), binding.windows.clone()];
    let seen: Vec<Value> =
        configs.iter().flat_map(of_config).chain(bindings.iter().flat_map(of_binding)).flatten().collect();
    let providers = configs.iter().any(|config| !config.windows_providers.is_empty());
    if seen.is_empty() && !providers {
        return Outcome::needs(
            "how the site authenticates: the system.webServer/security/authentication of its web.config, or applicationHost.config",
        );
    }
    let mut issues: Vec<Issue> = configs.iter().flat_map(|config| judge(config)).collect();
    for binding in bindings {
        issues.extend(anonymous(binding.anonymous.as_ref()));
        issues.extend(windows(binding.windows.as_ref()));
    }
    issues.dedup();
    Outcome::decided(issues, &seen)
}

fn judge(config: &Config) -> Vec<Issue> {
    // A rule that denies users without a name makes up for anonymous authentication.
    let anonymous = if config.denies_anonymous() { None } else { anonymous(config.anonymous.as_ref()) };
    anonymous
        .into_iter()
        .chain(windows(config.windows.as_ref()))
        .chain(order(&config.windows_providers))
        .collect()
}

fn anonymous(value: Option<&Value>) -> Option<Issue> {
    let value = value.filter(|value| value.is("true"))?;
    let message = "anonymous authentication is on, so the add-in sees no Windows identity to make a token of";
    let remedy = "switch it off for the pages: Set-WebConfigurationProperty -Filter system.webServer/security/authentication/anonymousAuthentication -Name enabled -Value $false -PSPath IIS:\\ -Location 'SITE'; leave it on only for the addresses of event receivers";
    Some(Issue::new(message, remedy).shown_by(value))
}

fn windows(value: Option<&Value>) -> Option<Issue> {
    let value = value
        .filter(|value| value.is("false") || value.is("None") || value.is("Forms") || value.is("Passport"))?;
    let message = format!("Windows authentication is off ({})", value.raw);
    let remedy = "switch it on: Set-WebConfigurationProperty -Filter system.webServer/security/authentication/windowsAuthentication -Name enabled -Value $true -PSPath IIS:\\ -Location 'SITE'";
    Some(Issue::new(message, remedy).shown_by(value))
}

/// Microsoft has NTLM stand above Negotiate: without service principal names Kerberos fails for the add-in's host.
fn order(providers: &[Value]) -> Option<Issue> {
    let place = |name: &str| providers.iter().position(|provider| provider.is(name));
    let first = providers.first()?;
    let late = match (place("NTLM"), place("Negotiate")) {
        (Some(ntlm), Some(negotiate)) => negotiate < ntlm,
        (None, Some(_)) => true,
        _ => false,
    };
    late.then(|| {
        let message = "NTLM does not stand above Negotiate in the providers of Windows authentication";
        let remedy = "move NTLM to the top in IIS Manager (Authentication, Windows Authentication, Providers); or register service principal names and keep Negotiate";
        Issue::new(message, remedy).shown_by(first)
    })
}
