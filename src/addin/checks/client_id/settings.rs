//! The client id in configurations, and settings that are not what they seem.

use std::collections::BTreeMap;

use super::form::is_template;
use super::{CONFIG, configs, guid, in_manifests, in_sources, needs_client_id, of_config};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::config::{Config, Setting, TOKEN_HELPER_KEYS, Use};
use crate::addin::evidence::secret::is_shown;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// E05: the manifest and the configuration name different client ids.
pub(super) fn differs(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let of_manifest = subject.addin.manifest().and_then(|counting| {
        in_manifests(evidence)
            .filter(|value| value.at.path == counting.at.path)
            .find(|value| is_filled_in(value))
    });
    let Some(manifest) = of_manifest.or_else(|| in_manifests(evidence).find(|value| is_filled_in(value)))
    else {
        return if evidence.manifests.is_empty() {
            needs_client_id()
        } else {
            Outcome::needs("the published package: a manifest of a project says ClientId=\"*\"")
        };
    };
    let named = named(evidence);
    if named.is_empty() {
        return Outcome::needs(format!("{CONFIG} with its ClientId"));
    }
    let plain = |value: &Value| guid(&value.raw).unwrap_or_else(|| value.trimmed().to_ascii_lowercase());
    let same = |named: &&Named<'_>| plain(named.value) == plain(manifest);
    let one_fits = named.iter().any(|named| same(&named));
    let issues = named.iter().filter(|named| !same(named)).map(|named| {
        let issue = differing(manifest, named);
        // Another place fits: this one may belong to a tool or to another environment. So may what TokenHelper does not
        // read.
        let beside = one_fits || matches!(named.place, CODE | "application settings");
        if beside { issue.rated(AuditSeverity::Warning) } else { issue }
    });
    let seen = named.iter().map(|named| named.value);
    Outcome::decided(issues.collect(), [manifest].into_iter().chain(seen))
}

/// A client id outside of the manifest, and what it stands in.
struct Named<'a> {
    value: &'a Value,
    place: &'static str,
}

/// What code is called in messages.
const CODE: &str = "code";

/// A transform counts as well, but for development, and so do parameters: what is deployed is the outcome of them.
fn named(evidence: &Evidence) -> Vec<Named<'_>> {
    // What is set for production stands in the configuration that it is applied to.
    let counts = |config: &&Config| match config.usage() {
        Use::Base | Use::Other => true,
        Use::Development => false,
        Use::Production => !evidence.configs.iter().any(|base| config.changes_what(base)),
    };
    let in_configs = evidence
        .configs
        .iter()
        .filter(counts)
        .filter_map(|config| Some(Named { value: &of_config(config)?.value, place: "configuration" }));
    let published = evidence.published.iter().flat_map(|published| {
        published.client_ids.iter().map(|value| Named { value, place: published.kind })
    });
    let in_code = in_sources(evidence).map(|value| Named { value, place: CODE });
    let all = in_configs.chain(published).chain(in_code);
    all.filter(|named| is_filled_in(named.value)).collect()
}

fn differing(manifest: &Value, named: &Named<'_>) -> Issue {
    let (id, other) = (manifest.trimmed(), named.value.trimmed());
    let message = format!(
        "the manifest names the client id {id}, the {} {other}{}",
        named.place,
        look_alike(id, other)
    );
    let path = &named.value.at.path;
    let remedy = match guid(&manifest.raw) {
        Some(_) if matches!(named.place, "configuration" | "application settings") => {
            format!("Set ClientId to {id} in {path}, with the secret of that registration.")
        }
        Some(_) if named.place == CODE => format!(
            "Take {id} in {path}, with its secret, if the code acts for the add-in; read both from the configuration."
        ),
        Some(_) => format!(
            "Set the client id to {id} in {path}, with the secret of that registration: what is deployed takes both from there."
        ),
        None => "Publish the add-in with the client id of its registration, and set the same in the configuration."
            .to_owned(),
    };
    Issue::new(message, remedy).shown_by(manifest).shown_by(named.value)
}

/// A client id, be it malformed: not the star of a project, nothing that has to be filled in yet, no hidden secret.
fn is_filled_in(value: &Value) -> bool {
    guid(&value.raw).is_some() || !(value.trimmed() == "*" || is_shown(&value.raw) || is_template(value))
}

/// Letters of other scripts and invisible ones: what is read is no help then.
fn look_alike(a: &str, b: &str) -> &'static str {
    if a.is_ascii() && b.is_ascii() {
        ""
    } else {
        ", which holds characters that only look like those of an id, or are invisible"
    }
}

/// E11: a key that stands twice, or once more in a comment.
pub(super) fn duplicates(subject: &Subject<'_>) -> Outcome {
    let configs: Vec<&Config> = configs(subject).collect();
    if configs.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let all = configs.iter().flat_map(|config| repeated(config).into_iter().chain(with_blanks(config)));
    let issues = all.collect();
    let seen = configs.iter().flat_map(|config| &config.settings).map(|setting| &setting.key);
    Outcome::decided(issues, seen)
}

fn repeated(config: &Config) -> Vec<Issue> {
    let mut by_key: BTreeMap<&str, Vec<&Setting>> = BTreeMap::new();
    for setting in config.settings.iter().filter(|setting| !setting.void && !setting.of_development) {
        if let Some(key) = TOKEN_HELPER_KEYS.iter().copied().find(|key| setting.is(key)) {
            by_key.entry(key).or_default().push(setting);
        }
    }
    let issue = |(key, all): (&str, Vec<&Setting>)| {
        let (commented, live): (Vec<&Setting>, Vec<&Setting>) =
            all.iter().partition(|setting| setting.commented);
        let counts = live.last()?;
        let (message, twin, severity) = if live.len() > 1 {
            let message = format!(
                "{key} is set {} times; .NET takes the last one, in line {}",
                live.len(),
                counts.value.at.line
            );
            (message, live.first()?, None)
        } else {
            let twin = commented.iter().find(|twin| twin.value.raw != counts.value.raw)?;
            let message = format!(
                "{key} is set, and another value of it stands in a comment in line {}",
                twin.value.at.line
            );
            (message, twin, Some(AuditSeverity::Info))
        };
        let remedy = format!(
            "Keep one <add key=\"{key}\" …/> in {} and delete the others, the one in a comment as well.",
            config.at.path
        );
        let issue = Issue::new(message, remedy).shown_by(&twin.value).shown_by(&counts.value);
        Some(Issue { severity, ..issue })
    };
    by_key.into_iter().filter_map(issue).collect()
}

/// A key of `TokenHelper` with blanks around it, which is another key. Little is amiss where the right one is set, too.
fn with_blanks(config: &Config) -> Vec<Issue> {
    let known = |setting: &Setting| {
        TOKEN_HELPER_KEYS.iter().copied().find(|key| setting.key.is(key) && !setting.is(key))
    };
    let live = config.settings.iter().filter(|setting| setting.counts());
    let blank = live.filter_map(|setting| Some((setting, known(setting)?)));
    let issue = |(setting, key): (&Setting, &str)| {
        let message = format!(
            "the key {:?} has a blank around it: TokenHelper asks for {key}, and gets nothing from this line",
            setting.key.raw
        );
        let remedy = format!("Write <add key=\"{key}\" …/> in {}.", config.at.path);
        let severity = match (config.get(key), key) {
            (Some(_), _) => AuditSeverity::Info,
            (None, "ClientId" | "ClientSecret") => AuditSeverity::Critical,
            (None, _) => AuditSeverity::Error,
        };
        Issue::new(message, remedy).shown_by(&setting.key).rated(severity)
    };
    blank.take(20).map(issue).collect()
}

/// E12: the real values are elsewhere.
pub(super) fn redirected(subject: &Subject<'_>) -> Outcome {
    let all: Vec<&Config> = configs(subject).collect();
    if all.is_empty() {
        return Outcome::needs(CONFIG);
    }
    let given = |config: &Config, target: &Value| {
        let name = target.trimmed().replace('\\', "/");
        let wanted = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        all.iter().any(|other| other.at != config.at && other.at.file_name().eq_ignore_ascii_case(&wanted))
    };
    let issues = all.iter().flat_map(|config| config.redirects.iter().map(move |target| (config, target)));
    let issues = issues.filter(|(config, target)| !given(config, target)).map(|(_, target)| {
        let message = format!(
            "appSettings are taken from {:?} as well, which was not given: its values were not audited",
            target.trimmed()
        );
        Issue::new(message, format!("Give {} to the audit, too.", target.trimmed())).shown_by(target)
    });
    let seen = all.iter().flat_map(|config| config.redirects.iter());
    Outcome::decided(issues.collect(), seen)
}
