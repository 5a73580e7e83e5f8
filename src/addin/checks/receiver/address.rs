//! Addresses of receivers: OC01, OC02, OC10.

use super::super::{Issue, Outcome};
use super::{Endpoint, all_endpoints, endpoints};
use crate::addin::address::{fault, registered};
use crate::addin::evidence::Value;
use crate::addin::evidence::source_code::{SourceFactKind, SourceFile};
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::model::audit::{PairVerdict, Target};
use crate::text::quote::powershell_literal;

/// OC01. A token in front is replaced later, and is judged by the checks of domains.
pub(super) fn not_https(subject: &Subject<'_>) -> Outcome {
    let all = match all_endpoints(subject) {
        Ok(all) => all,
        Err(outcome) => return outcome,
    };
    let issue = |endpoint: &Endpoint<'_>| {
        let text = endpoint.url.trimmed();
        let lower = text.to_ascii_lowercase();
        if text.starts_with('~') {
            return None;
        }
        if lower.starts_with("https://") {
            let message = format!("{} {}: {}", endpoint.place, fault(text)?.told(), endpoint.url.raw);
            let remedy =
                "write the https address of the service, with the host and port at which it is served";
            return Some(Issue::new(message, remedy).shown_by(endpoint.url));
        }
        let message = format!("{} is not an absolute https address: {}", endpoint.place, endpoint.url.raw);
        let rest = if lower.starts_with("http://") { text.get(7..).unwrap_or_default() } else { text };
        let remedy = if rest.is_empty() {
            "write the https address of the service, or remove the element".to_owned()
        } else if lower.starts_with("http://") {
            format!("write https://{rest}")
        } else {
            format!("write https://<registered domain>/{}", rest.trim_start_matches('/'))
        };
        Some(Issue::new(message, remedy).shown_by(endpoint.url))
    };
    Outcome::decided(all.iter().filter_map(issue).collect(), all.iter().map(|endpoint| endpoint.url))
}

/// OC02.
pub(super) fn explicit_port(subject: &Subject<'_>) -> Outcome {
    let all = endpoints(subject);
    if all.is_empty() {
        return super::without_receivers(subject);
    }
    let issue = |endpoint: &Endpoint<'_>| {
        let authority = Authority::of(&endpoint.url.raw)?;
        if !authority.explicit_port || matches!(authority.port, 80 | 443) {
            return None;
        }
        let message = format!("{} names port {}: {}", endpoint.place, authority.port, endpoint.url.raw);
        let port = format!(":{}", authority.port);
        let remedy = format!(
            "serve the receiver on port 443 and write {}",
            endpoint.url.trimmed().replacen(&port, "", 1)
        );
        Some(Issue::new(message, remedy).shown_by(endpoint.url))
    };
    Outcome::decided(all.iter().filter_map(issue).collect(), all.iter().map(|endpoint| endpoint.url))
}

/// OC10.
pub(super) fn host_web(subject: &Subject<'_>) -> Outcome {
    let rows = &subject.evidence().receivers;
    if rows.is_empty() {
        let registers = |file: &SourceFile| file.of(SourceFactKind::ReceiverRegistration).next().is_some();
        if subject.target() == Target::ExternalApp && !subject.evidence().sources.iter().any(registers) {
            return Outcome::does_not_apply("nothing that was read of the program registers receivers");
        }
        return if subject.addin.is_provider_hosted() {
            Outcome::needs(
                "an export of the receivers of the host webs: Get-PnPEventReceiver -Scope All | ConvertTo-Json -Depth 5",
            )
        } else {
            Outcome::does_not_apply("a SharePoint-hosted add-in registers no receivers in a host web")
        };
    }
    let domains: Vec<&Value> = subject.registered_domains().map(|(_, domain)| domain).collect();
    let disabled = subject.evidence().principals.iter().find(|principal| principal.enabled == Some(false));
    let mut issues = Vec::new();
    for row in rows {
        let name = row.name.as_ref().map_or("", |name| name.trimmed());
        issues.extend(row_issue(name, &row.url, &domains));
        if let Some(principal) = disabled {
            let message = format!(
                "the host web receiver {name} belongs to a principal that is disabled: {}",
                row.url.raw
            );
            issues.push(Issue::new(message, remove(name)).shown_by(&row.url).at(&principal.at, "disabled"));
        }
    }
    Outcome::decided(issues, rows.iter().map(|row| &row.url))
}

fn row_issue(name: &str, url: &Value, domains: &[&Value]) -> Option<Issue> {
    let place = format!("the host web receiver {name}");
    let Some(authority) = Authority::of(&url.raw) else {
        let message = format!("{place} has no absolute address: {}", url.raw);
        return Some(Issue::new(message, remove(name)).shown_by(url));
    };
    if authority.scheme.as_deref() == Some("http") {
        return Some(Issue::new(format!("{place} uses http: {}", url.raw), remove(name)).shown_by(url));
    }
    if authority.explicit_port && authority.port != 443 {
        let message = format!("{place} names port {}: {}", authority.port, url.raw);
        return Some(Issue::new(message, remove(name)).shown_by(url));
    }
    let domain = domains.first()?;
    let matches = domains.iter().filter_map(|domain| registered(&domain.raw));
    let known = matches.into_iter().any(|domain| authority.compare(&domain) == PairVerdict::Identical);
    (!known).then(|| {
        let message =
            format!("{place} is called at {}, and the registered domain is {}", url.raw, domain.raw);
        Issue::new(message, remove(name)).shown_by(url).shown_by(domain)
    })
}

fn remove(name: &str) -> String {
    format!(
        "remove the receiver and let the add-in register it again with the registered domain: Remove-PnPEventReceiver -Identity {}",
        powershell_literal(name)
    )
}
