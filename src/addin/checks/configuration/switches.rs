//! Settings and sections of the configuration that a running add-in should not have.

use crate::addin::checks::client_id::{CONFIG, configs, of_config};
use crate::addin::checks::{Issue, Outcome, commands};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Config, Setting, Use};
use crate::addin::evidence::secret::is_shown;
use crate::addin::host::Authority;
use crate::addin::subject::Subject;

/// G05: the host part of an app-only client id.
pub(super) fn host_name(subject: &Subject<'_>) -> Outcome {
    let found: Vec<&Setting> =
        configs(subject).filter_map(|config| config.get("HostedAppHostName")).collect();
    if found.is_empty() {
        return match configs(subject).next() {
            None => Outcome::needs(CONFIG),
            Some(_) => Outcome::does_not_apply("no configuration sets HostedAppHostName"),
        };
    }
    if found.iter().any(|setting| is_shown(&setting.value.raw)) {
        return Outcome::needs("the value of HostedAppHostName, which is not kept: it looks like a secret");
    }
    let registered: Vec<&Value> = subject.registered_domains().map(|(_, domain)| domain).collect();
    let issues: Vec<Issue> = found.iter().filter_map(|setting| host_flaw(setting, &registered)).collect();
    if issues.is_empty() && !subject.domains_are_known() {
        return Outcome::needs(commands::export(subject.addin.client_id().map(Value::trimmed)));
    }
    Outcome::decided(issues, found.iter().map(|setting| &setting.value))
}

fn host_flaw(setting: &Setting, registered: &[&Value]) -> Option<Issue> {
    let text = setting.value.raw.as_str();
    let bare = Authority::of(text).map(|authority| authority.canonical());
    if text.trim().is_empty() {
        return None;
    }
    if text.contains(['/', '\\', ' ', '?']) || text.trim() != text {
        let message = format!("HostedAppHostName is {text:?}, which is more than a host");
        let remedy = bare
            .map_or_else(|| "Write the registered host alone.".to_owned(), |bare| format!("Write {bare}."));
        return Some(Issue::new(message, remedy).shown_by(&setting.value));
    }
    let first = registered.first().filter(|_| !registered.iter().any(|domain| domain.is(text)))?;
    let message = format!("HostedAppHostName is {text:?}, registered is {:?}", first.trimmed());
    let remedy = format!("Write {}, or remove the key.", first.trimmed());
    Some(Issue::new(message, remedy).shown_by(&setting.value).shown_by(first))
}

/// G06: the names of these settings from before 2013.
pub(super) fn legacy_keys(subject: &Subject<'_>) -> Outcome {
    let all: Vec<&Config> = configs(subject).collect();
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let pairs = [("HostedAppName", "ClientId"), ("HostedAppSigningKey", "ClientSecret")];
    let filled = |config: &Config, key: &str| {
        config.get(key).is_some_and(|setting| !setting.value.trimmed().is_empty())
    };
    let issues = all.iter().flat_map(|config| {
        let old = pairs.iter().filter(|(old, new)| filled(config, old) && !filled(config, new));
        old.filter_map(|(old, new)| {
            let setting = config.get(old)?;
            let message =
                format!("{old} is set, and {new} is not: the old name is only looked at as a last resort");
            Some(Issue::new(message, format!("Rename the key {old} to {new}.")).shown_by(&setting.value))
        })
    });
    Outcome::decided(
        issues.collect(),
        all.iter().filter_map(|config| of_config(config)).map(|setting| &setting.value),
    )
}

/// G08: the proxy of a debugging tool.
pub(super) fn debug_proxy(subject: &Subject<'_>) -> Outcome {
    let all: Vec<&Config> = configs(subject).collect();
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let local = |proxy: &&Value| {
        Authority::of(&proxy.raw).is_some_and(|authority| {
            authority.host == "localhost" || authority.host == "::1" || authority.host.starts_with("127.")
        })
    };
    let proxies: Vec<&Value> = all.iter().filter_map(|config| config.proxy.as_ref()).collect();
    let issues = proxies.iter().copied().filter(local).map(|proxy| {
        let message = format!(
            "every call goes through the proxy {}, which only runs on the machine of a developer",
            proxy.trimmed()
        );
        let remedy = format!("Remove <defaultProxy> from {}.", proxy.at.path);
        Issue::new(message, remedy).shown_by(proxy)
    });
    Outcome::decided(issues.collect(), proxies.iter().copied())
}

/// G09: debugging switches.
pub(super) fn debug(subject: &Subject<'_>) -> Outcome {
    let all: Vec<&Config> = configs(subject).collect();
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let mut issues = Vec::new();
    for config in &all {
        let switches = [
            (&config.debug, "true", "compilation debug", "false"),
            (&config.custom_errors, "Off", "customErrors mode", "RemoteOnly"),
            (&config.trace, "true", "trace enabled", "false"),
        ];
        for (value, bad, name, good) in switches {
            if let Some(value) = value.as_ref().filter(|value| value.is(bad)) {
                let message =
                    format!("{name} is {}, so errors and their details are shown to anyone", value.trimmed());
                issues.push(
                    Issue::new(message, format!("Set {name}=\"{good}\" in production.")).shown_by(value),
                );
            }
        }
    }
    let seen = all.iter().flat_map(|config| [&config.debug, &config.custom_errors, &config.trace]).flatten();
    Outcome::decided(issues, seen)
}

/// G10: a transform for production that leaves the values of development.
pub(super) fn transform(subject: &Subject<'_>) -> Outcome {
    let is_meant = |config: &&Config| matches!(config.usage(), Use::Production | Use::Other);
    let release: Vec<&Config> = subject.evidence().configs.iter().filter(is_meant).collect();
    if release.is_empty() {
        return Outcome::does_not_apply("there is no transform of the configuration for production");
    }
    let base: Vec<&Config> = configs(subject).filter(|config| of_config(config).is_some()).collect();
    if base.is_empty() {
        return Outcome::needs(format!("{CONFIG} that the transform changes"));
    }
    let keys = ["ClientId", "ClientSecret"];
    let issues = release.iter().filter_map(|config| {
        let kept: Vec<&str> = keys
            .into_iter()
            .filter(|key| config.get(key).is_none() && base.iter().any(|base| base.get(key).is_some()))
            .collect();
        let message = format!("{} leaves {} as development has it", config.at.file_name(), kept.join(" and "));
        let remedy = format!(
            "Add <add key=\"{}\" value=\"…\" xdt:Transform=\"SetAttributes\" xdt:Locator=\"Match(key)\" />, or set it on the server.",
            kept.first().unwrap_or(&"ClientId")
        );
        let shown = base.iter().find_map(|base| of_config(base)).map(|setting| &setting.value);
        let issue = Issue::new(message, remedy).at(&config.at, "transform");
        (!kept.is_empty()).then(|| shown.into_iter().fold(issue, Issue::shown_by))
    });
    let seen: Vec<Value> = release.iter().map(|config| Value::new("transform", config.at.clone())).collect();
    Outcome::decided(issues.collect(), &seen)
}

/// G11: not well-formed.
pub(super) fn malformed(subject: &Subject<'_>) -> Outcome {
    let all = &subject.evidence().configs;
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let issues = all.iter().filter_map(|config| config.malformed.as_ref()).map(|fault| {
        let message = format!("the configuration is not well-formed: {}", fault.raw);
        let remedy =
            format!("Correct line {} of {}; a bare & is written &amp;.", fault.at.line, fault.at.path);
        Issue::new(message, remedy).shown_by(fault)
    });
    let seen: Vec<Value> = all.iter().map(|config| Value::new("well-formed", config.at.clone())).collect();
    Outcome::decided(issues.collect(), &seen)
}
