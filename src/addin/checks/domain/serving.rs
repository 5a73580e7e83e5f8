//! What serves the add-in: something in front of it that changes the host, and the bindings of IIS.

use super::{MANIFEST, REMOTE, canonical, differ, is_before_publishing, of, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::evidence::Value;
use crate::addin::evidence::config::Binding;
use crate::addin::host;
use crate::addin::subject::Subject;

/// B28: something in front of the add-in that changes the host.
pub(super) fn reverse_proxy(subject: &Subject<'_>) -> Outcome {
    let own = subject.evidence();
    if own.configs.is_empty() && own.bindings.is_empty() {
        return Outcome::needs(
            "the web.config of the remote web application, or the bindings of its IIS site (applicationHost.config)",
        );
    }
    let set = own.configs.iter().any(|config| {
        config.get("HostedAppHostNameOverride").is_some_and(|setting| !setting.value.trimmed().is_empty())
    });
    if set {
        return Outcome::decided(
            Vec::new(),
            own.configs
                .iter()
                .filter_map(|config| config.get("HostedAppHostNameOverride"))
                .map(|setting| &setting.value),
        );
    }
    let mut issues = Vec::new();
    let public = with_host(subject, REMOTE).next().map_or_else(|| "<public host>".to_owned(), canonical);
    for hint in own.configs.iter().flat_map(|config| &config.proxy_hints) {
        let message = format!(
            "a reverse proxy or load balancer seems to stand in front ({}), and HostedAppHostNameOverride is not set",
            hint.trimmed()
        );
        issues
            .push(Issue::new(message, format!("Set HostedAppHostNameOverride to {public}.")).shown_by(hint));
    }
    let page = with_host(subject, &[Role::StartPage]).next();
    let bindings: Vec<&Place> = with_host(subject, &[Role::Binding]).collect();
    let unanswered =
        |page: &&Place| !bindings.is_empty() && !bindings.iter().any(|binding| answers(binding, page));
    if let (Some(page), Some(binding)) = (page.filter(unanswered), bindings.first()) {
        let message = format!(
            "IIS listens at {}, the StartPage is {}: whatever stands between them changes the host",
            binding.value.raw,
            canonical(page)
        );
        issues.push(differ(message, format!("Set HostedAppHostNameOverride to {public}."), page, binding));
    }
    Outcome::decided(
        issues,
        own.configs.iter().filter_map(|config| config.settings.first()).map(|setting| &setting.key),
    )
}

fn answers(binding: &Place, page: &Place) -> bool {
    let port = |place: &Place| place.authority.as_ref().map(|authority| authority.port);
    host::answers(&binding.row.host, &page.row.host) && port(binding) == port(page)
}

/// B29: the binding of IIS.
pub(super) fn iis_binding(subject: &Subject<'_>) -> Outcome {
    let Some(page) = with_host(subject, &[Role::StartPage]).next() else {
        return if subject.addin.manifest().is_none() {
            Outcome::does_not_apply("there is no StartPage")
        } else if is_before_publishing(subject) || !subject.addin.is_provider_hosted() {
            Outcome::does_not_apply("the StartPage names no host")
        } else if of(subject, &[Role::StartPage]).next().is_some() {
            Outcome::does_not_apply("the StartPage names no host that IIS could answer")
        } else {
            Outcome::needs(MANIFEST)
        };
    };
    let all = &subject.shared.bindings;
    if all.is_empty() && subject.evidence().bindings.is_empty() {
        return Outcome::needs(
            "the bindings of IIS: applicationHost.config of the web server, or the output of appcmd list site",
        );
    }
    let bindings: Vec<&Binding> = subject.evidence().bindings.iter().chain(all).collect();
    let port = page.authority.as_ref().map(|authority| authority.port);
    let fits = |binding: &&Binding| binding.port == port && host::answers(&binding.host.raw, &page.row.host);
    let found: Vec<_> = bindings.iter().copied().filter(fits).collect();
    if found.is_empty() {
        return Outcome::decided(vec![unanswered(page, &bindings)], [&page.value]);
    }
    let leaves = subject.evidence().certificates.iter().filter_map(|file| file.leaf());
    let thumbprints: Vec<&str> = leaves.map(|leaf| leaf.thumbprint.as_str()).collect();
    let issues = found.into_iter().filter_map(|binding| other_certificate(page, binding, &thumbprints));
    Outcome::decided(issues.collect(), [&page.value])
}

/// No binding answers the page.
fn unanswered(page: &Place, bindings: &[&Binding]) -> Issue {
    let message = format!("no binding of IIS answers {}", canonical(page));
    let port = page.authority.as_ref().map_or(443, |authority| authority.port);
    let remedy = format!(
        "Add an https binding for {} on port {port} with its certificate to the site of the remote web application.",
        page.row.host
    );
    let issue = Issue::new(message, remedy).shown_by(&page.value);
    bindings.iter().take(3).fold(issue, |issue, binding| {
        let (protocol, host) = (binding.protocol.trimmed(), binding.host.trimmed());
        issue.at(&binding.at, format!("{protocol} {host}:{}", binding.port.unwrap_or(0)))
    })
}

/// The binding uses a certificate that is none of those given.
fn other_certificate(page: &Place, binding: &Binding, given: &[&str]) -> Option<Issue> {
    let is_other = |thumbprint: &&Value| !given.is_empty() && !given.iter().any(|known| thumbprint.is(known));
    let thumbprint = binding.thumbprint.as_ref().filter(is_other)?;
    let message = format!(
        "the binding for {} uses the certificate {}, not the one given",
        canonical(page),
        thumbprint.trimmed()
    );
    let remedy = "Bind the certificate that was given, or audit the one that is bound.";
    Some(Issue::new(message, remedy).shown_by(thumbprint))
}
