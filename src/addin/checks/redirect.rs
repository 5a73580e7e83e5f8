//! Checks of redirect addresses and flows (family J).

use super::{Check, Issue, Outcome, commands};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::ManifestPrincipal;
use crate::addin::evidence::registration::PrincipalSource;
use crate::addin::evidence::secret::is_shown;
use crate::addin::evidence::source_code::SourceFactKind;
use crate::addin::host::Authority;
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Breaks, Target};

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OJ01", decide: not_absolute_https },
    Check { code: "OJ02", decide: other_host },
    Check { code: "OJ03", decide: not_as_registered },
    Check { code: "OJ04", decide: none_registered },
    Check { code: "OJ05", decide: careless },
    Check { code: "OJ06", decide: flows },
];

const NEEDS_REGISTRATION: &str = "a registration that tells its redirect addresses: Get-MgServicePrincipal -Filter \
    \"AppId eq '<client id>'\" | ConvertTo-Json -Depth 5, or on a farm the export of spdoctor oauth export-script";

/// Redirect addresses that are registered; `None` where no registration tells them.
fn registered<'a>(subject: &Subject<'a>) -> Option<Vec<&'a Value>> {
    let mut told =
        subject.addin.evidence.principals.iter().filter_map(|p| p.redirect_uris.as_ref()).peekable();
    told.peek()?;
    Some(told.flatten().filter(|value| !value.trimmed().is_empty()).collect())
}

/// Redirect addresses that configuration or code sends.
fn sent(subject: &Subject<'_>) -> Vec<Value> {
    let evidence = subject.evidence();
    let settings = evidence.configs.iter().filter(|config| !config.transform);
    let settings =
        settings.filter_map(|config| config.get("RedirectUri")).map(|setting| setting.value.clone());
    let in_code = evidence.sources.iter().flat_map(|source| source.of(SourceFactKind::RedirectUri));
    let in_code = in_code.map(|fact| Value::new(address_in(&fact.value.raw), fact.value.at.clone()));
    settings.chain(in_code).filter(|value| !value.trimmed().is_empty()).collect()
}

/// The address in a line of code, or the text as it is.
fn address_in(text: &str) -> &str {
    let Some(start) = text.find("http://").or_else(|| text.find("https://")) else { return text };
    let rest = text.get(start..).unwrap_or(text);
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')'))
        .unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest)
}

/// The command that registers an address in place of those there are.
fn register(subject: &Subject<'_>, address: &str) -> String {
    let id = subject.addin.client_id().map_or("<client id>", |id| id.trimmed());
    if subject.on_premises() {
        return format!("register {address} as the Redirect URI of {id} on _layouts/15/appregnew.aspx");
    }
    // What AppRegNew.aspx makes since December 2024 has its addresses at the application.
    let application = subject
        .evidence()
        .principals
        .iter()
        .any(|one| one.source == PrincipalSource::Application || one.legacy == Some(false));
    commands::redirect(id, address, application)
}

/// The address as it should be: `https`, and nothing before it.
fn as_https(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    format!("https://{}", rest.trim().trim_start_matches('/'))
}

fn not_absolute_https(subject: &Subject<'_>) -> Outcome {
    let known = registered(subject);
    let sent = sent(subject);
    if known.is_none() && sent.is_empty() {
        return Outcome::needs(NEEDS_REGISTRATION);
    }
    let all: Vec<&Value> = known.into_iter().flatten().chain(&sent).collect();
    let issues = all.iter().filter_map(|uri| {
        if is_shown(&uri.raw) {
            let remedy =
                "make a new secret, for this one lies open, and register the address of the application";
            return Some(Issue::new("a redirect address looks like a secret", remedy).shown_by(uri));
        }
        let authority = Authority::of(uri.trimmed());
        let fault = match authority.as_ref().map(|authority| authority.scheme.as_deref()) {
            Some(Some("https")) => return None,
            Some(Some(scheme)) => format!("uses {scheme}, not https"),
            Some(None) | None => "is no absolute address".to_owned(),
        };
        let remedy = register(subject, &as_https(uri.trimmed()));
        Some(Issue::new(format!("the redirect address \"{}\" {fault}", uri.raw), remedy).shown_by(uri))
    });
    Outcome::decided(issues.collect(), all.iter().copied())
}

fn other_host(subject: &Subject<'_>) -> Outcome {
    let Some(uris) = registered(subject) else { return Outcome::needs(NEEDS_REGISTRATION) };
    if !subject.domains_are_known() {
        return Outcome::needs(
            "a registration that tells the add-in domain: servicePrincipalNames, or AppInv.aspx",
        );
    }
    let domains: Vec<&Value> = subject.registered_domains().map(|(_, domain)| domain).collect();
    if domains.is_empty() || uris.is_empty() {
        return Outcome::does_not_apply("no domain, or no redirect address, is registered");
    }
    let hosts: Vec<String> =
        domains.iter().filter_map(|domain| Some(Authority::of(&domain.raw)?.host)).collect();
    let add_in = subject.addin.manifest().is_some() && !asks_for_codes(subject);
    let issues = uris.iter().filter_map(|uri| {
        let host = Authority::of(uri.trimmed())?.host;
        if hosts.contains(&host) {
            return None;
        }
        let domain = domains.first()?;
        let message = format!(
            "the redirect address \"{}\" lies on {host}, the add-in domain is {}",
            uri.raw, domain.raw
        );
        let remedy =
            format!("use an address on {}, or register {host} as the add-in domain", domain.trimmed());
        let issue = Issue::new(message, remedy).shown_by(uri).shown_by(domain);
        // SharePoint does not use the redirect address of an add-in that is launched with a context token.
        Some(if add_in { issue.rated(AuditSeverity::Info) } else { issue })
    });
    Outcome::decided(issues.collect(), uris.iter().copied().chain(domains.iter().copied()))
}

fn asks_for_codes(subject: &Subject<'_>) -> bool {
    let sources = &subject.evidence().sources;
    sources.iter().any(|source| source.of(SourceFactKind::AuthorizationCodeCall).next().is_some())
        || !sent(subject).is_empty()
}

fn not_as_registered(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let sent = sent(subject);
    if sent.is_empty() {
        if evidence.configs.is_empty() && evidence.sources.is_empty() {
            return Outcome::needs(
                "the web.config or the source of the application, with the RedirectUri it sends",
            );
        }
        return Outcome::does_not_apply("neither configuration nor code sends a redirect address");
    }
    let Some(uris) = registered(subject) else { return Outcome::needs(NEEDS_REGISTRATION) };
    let issues = sent
        .iter()
        .filter(|value| !is_shown(&value.raw) && !uris.iter().any(|uri| uri.raw == value.raw))
        .map(|value| {
            let registered: Vec<String> = uris.iter().map(|uri| format!("\"{}\"", uri.raw)).collect();
            let told = if registered.is_empty() { "none".to_owned() } else { registered.join(", ") };
            let message =
                format!("the application sends the redirect address \"{}\", registered is {told}", value.raw);
            let issue = Issue::new(message, register(subject, value.trimmed())).shown_by(value);
            uris.iter().take(2).fold(issue, |issue, uri| issue.shown_by(uri))
        });
    let issues: Vec<Issue> = issues.collect();
    Outcome::decided(issues, sent.iter().chain(uris.iter().copied()))
}

fn none_registered(subject: &Subject<'_>) -> Outcome {
    let principals = &subject.evidence().principals;
    let told: Vec<_> = principals.iter().filter(|principal| principal.redirect_uris.is_some()).collect();
    if told.is_empty() {
        return Outcome::needs(NEEDS_REGISTRATION);
    }
    let empty = told.iter().filter(|principal| {
        principal.redirect_uris.as_ref().is_some_and(|uris| uris.iter().all(|uri| uri.trimmed().is_empty()))
    });
    let issues = empty.map(|principal| {
        let how = match (principal.source, principal.legacy) {
            (PrincipalSource::Application, _) | (_, Some(false)) => "it was made in Microsoft Entra",
            (_, Some(true)) => "it was registered without one",
            (_, None) => "it was probably made in Microsoft Entra and granted on AppInv.aspx",
        };
        let name = principal.client_id.as_ref().map_or("the principal", |id| id.trimmed());
        Issue::new(
            format!("{name} has no redirect address: {how}"),
            "nothing for app-only access; before the authorization code flow is used, register one",
        )
        .at(&principal.at, format!("{name}: no redirect address"))
    });
    let issues: Vec<Issue> = issues.collect();
    Outcome::decided(issues, told.iter().filter_map(|principal| principal.redirect_uris.as_ref()).flatten())
}

fn careless(subject: &Subject<'_>) -> Outcome {
    let Some(uris) = registered(subject) else { return Outcome::needs(NEEDS_REGISTRATION) };
    let issues = uris.iter().filter_map(|uri| {
        let text = uri.trimmed();
        let host = Authority::of(text).map(|authority| authority.host).unwrap_or_default();
        let fault = if text.contains('*') {
            "holds a wildcard: tokens may be sent to any address that fits"
        } else if host == "localhost" || host.starts_with("127.") || host == "::1" {
            "leads to the computer of whoever signs in: it is left from debugging"
        } else if text.contains('#') {
            "holds a fragment, which is no part of a redirect address"
        } else {
            return None;
        };
        let remedy = format!("remove \"{text}\" from the registration, and keep only addresses in use");
        Some(Issue::new(format!("the redirect address \"{}\" {fault}", uri.raw), remedy).shown_by(uri))
    });
    Outcome::decided(issues.collect(), uris.iter().copied())
}

/// What a manifest requests.
const POLICY: &str = "AllowAppOnlyPolicy=true";
/// What a registration grants.
const GRANTED: &str = "app-only is allowed";
/// Signs that a flow may be used, not that it is.
const ALLOWED: [&str; 2] = [POLICY, GRANTED];

/// Which way to a token the artefacts show, and by what.
fn flow_signs(subject: &Subject<'_>) -> Vec<(Breaks, Value)> {
    let evidence = subject.evidence();
    let mut signs = Vec::new();
    for manifest in &evidence.manifests {
        let remote = manifest
            .principals
            .iter()
            .any(|principal| !matches!(principal, ManifestPrincipal::Internal { .. }));
        if let Some(page) = manifest.start_page.as_ref().filter(|_| remote) {
            signs.push((Breaks::ContextToken, page.clone()));
        }
        if let Some(policy) = manifest.allow_app_only.as_ref().filter(|policy| policy.is("true") && remote) {
            signs.push((Breaks::AppOnly, Value::new(POLICY, policy.at.clone())));
        }
    }
    let kinds = [
        (SourceFactKind::ContextTokenCall, Breaks::ContextToken),
        (SourceFactKind::AuthorizationCodeCall, Breaks::AuthorizationCode),
        (SourceFactKind::AppOnlyCall, Breaks::AppOnly),
        (SourceFactKind::HighTrustCall, Breaks::HighTrust),
        (SourceFactKind::OwnToken, Breaks::HighTrust),
    ];
    for source in &evidence.sources {
        // A TokenHelper holds the calls of every flow, whichever is used.
        let is_helper = source.of(SourceFactKind::TokenHelper).next().is_some()
            || source.of(SourceFactKind::SharePointContext).next().is_some();
        for (kind, flow) in kinds.iter().filter(|_| !is_helper) {
            signs.extend(source.of(*kind).map(|fact| (*flow, fact.value.clone())));
        }
    }
    for config in evidence.configs.iter().filter(|config| !config.transform) {
        if config.is_high_trust() {
            signs
                .push((Breaks::HighTrust, Value::new("ClientSigningCertificate… is set", config.at.clone())));
        }
        if let Some(setting) = config.get("RedirectUri") {
            signs.push((Breaks::AuthorizationCode, setting.value.clone()));
        }
    }
    let principals = evidence.principals.iter().filter(|principal| principal.app_only == Some(true));
    signs.extend(principals.map(|p| (Breaks::AppOnly, Value::new(GRANTED, p.at.clone()))));
    signs
}

fn flows(subject: &Subject<'_>) -> Outcome {
    let hosted = subject.addin.manifest().is_some() && !subject.addin.is_provider_hosted();
    if hosted {
        return Outcome::does_not_apply("a SharePoint-hosted add-in gets no token");
    }
    let mut signs = flow_signs(subject);
    signs.sort_by_key(|(flow, _)| *flow);
    let mut kinds: Vec<Breaks> = signs.iter().map(|(flow, _)| *flow).collect();
    kinds.dedup();
    // High trust replaces the context token: TokenHelper asks for nothing else once its certificate is set.
    if subject.target() == Target::OnPremHighTrust || kinds.contains(&Breaks::HighTrust) {
        kinds.retain(|flow| *flow != Breaks::ContextToken);
    }
    let shown: Vec<Value> = kinds
        .iter()
        .filter_map(|kind| signs.iter().find(|(flow, _)| flow == kind))
        .map(|(flow, value)| Value::new(format!("{}: {}", flow.name(), value.raw), value.at.clone()))
        .collect();
    match kinds.as_slice() {
        [] => Outcome::needs(
            "the manifest, the web.config or the source: nothing shows how the program gets its tokens",
        ),
        [_] => Outcome::decided(Vec::new(), &shown),
        several => {
            let told = several.iter().map(|flow| {
                let mut of_flow = signs.iter().filter(|(kind, _)| kind == flow);
                let allowed = of_flow.all(|(_, value)| ALLOWED.contains(&value.raw.as_str()));
                format!("{}{}", judged_by(*flow), if allowed { ", allowed but not seen in code" } else { "" })
            });
            let told: Vec<String> = told.collect();
            let message =
                format!("the artefacts show {} ways to a token: {}", several.len(), told.join("; "));
            let remedy =
                "read the checks of each of them; a flow that is not meant should be taken out of the code";
            let issue = shown.iter().fold(Issue::new(message, remedy), Issue::shown_by);
            Outcome::decided(vec![issue], &shown)
        }
    }
}

/// A flow, and the families of checks that decide whether it works.
fn judged_by(flow: Breaks) -> &'static str {
    match flow {
        Breaks::ContextToken => "context token (families A, B, D, E, F, G)",
        Breaks::AuthorizationCode => "authorization code (E, F, J)",
        Breaks::AppOnly => "app-only (E, F, G, I, K)",
        Breaks::HighTrust => "high trust (E, H, K)",
        Breaks::Receivers => "receivers (B, C, D)",
    }
}
