//! For whom a token is, where that is not the SharePoint that it is given to.

use super::capture::Traffic;
use super::principal::{SHAREPOINT_NAME, is_guid};
use crate::addin::host::{Authority, is_online};
use crate::model::audit::AuditSeverity::{Error, Warning};
use crate::model::token::{Token, TokenFinding, TokenKind};

/// The name of what [`sent_elsewhere`] finds.
const ELSEWHERE: &str = "sent-to-another-audience";

/// A token of Microsoft Entra for another service than SharePoint (*verified*: what SharePoint answers is that of
/// sp-dev-docs #5889 and pnpframework #662). Whether it was meant for SharePoint is not known: in a capture its calls
/// tell that.
pub(super) fn another_service(token: &Token) -> Option<TokenFinding> {
    let captured = token.places.iter().any(|place| place.exchange.is_some());
    if captured || token.findings.iter().any(|known| known.name == ELSEWHERE) {
        return None;
    }
    let service = service(token)?;
    Some(TokenFinding {
        name: "token-for-another-service",
        severity: Warning,
        message: format!(
            "it is for {service}: SharePoint answers it with 401 and \"Invalid audience Uri\" or \"Invalid issuer or \
             signature\""
        ),
        remedy: format!(
            "for calls of SharePoint itself (/_api, CSOM) ask for a token of SharePoint, scope \
             https://<tenant>.sharepoint.com/.default; for calls of {service} this is the right one"
        ),
        checks: vec!["OG12".to_owned()],
    })
}

/// A token that SharePoint refused, and that is for another service or another host (*verified* for a farm: node-sp-auth
/// #136; for tokens of Microsoft Graph: sp-dev-docs #5889, pnpframework #662; for those of an application of its own:
/// azure-activedirectory-library-for-js #589). Where SharePoint took it, nothing is
/// wrong: the id alone, without a host, stands for every SharePoint of a tenant.
pub(super) fn sent_elsewhere(token: &Token, traffic: &Traffic) -> Option<TokenFinding> {
    traffic.request.header("Authorization")?;
    if traffic.status != 401 || token.kind == TokenKind::ContextToken || !is_call_of_sharepoint(traffic) {
        return None;
    }
    let called = Authority::of(&traffic.url)?;
    let audience = token.audience.as_ref()?;
    let other_host =
        audience.authority.as_deref().and_then(Authority::of).filter(|own| !is_same_place(own, &called));
    let (whom, checks) = match (service(token), &other_host) {
        (Some(service), _) => (service.to_owned(), vec!["OG12".to_owned()]),
        (None, Some(own)) => (own.audience.clone(), Vec::new()),
        // The audience of a token that signs a user in to the application itself.
        (None, None) if is_of_entra(token) && audience.known_as.is_none() && is_guid(&audience.id) => {
            (format!("the application {}", audience.id), vec!["OG12".to_owned()])
        }
        (None, None) => return None,
    };
    let called = &called.audience;
    let remedy = if is_of_entra(token) {
        format!("ask for a token with the scope https://{called}/.default (resource https://{called})")
    } else {
        format!("ask for a token for {called}: each web application needs one of its own, for its own host")
    };
    Some(TokenFinding {
        name: ELSEWHERE,
        severity: Error,
        message: format!("it is for {whom} and was sent to {called}, which refused it"),
        remedy,
        checks,
    })
}

/// The service that a token of Microsoft Entra is for, if it is known and not SharePoint.
pub(super) fn service(token: &Token) -> Option<&'static str> {
    let known = token.audience.as_ref().filter(|_| is_of_entra(token))?.known_as;
    known.filter(|name| *name != SHAREPOINT_NAME)
}

/// Whether a request asks SharePoint for something.
fn is_call_of_sharepoint(traffic: &Traffic) -> bool {
    let url = traffic.url.to_ascii_lowercase();
    let page = url.split(['?', '#']).next().unwrap_or_default();
    let headers = ["MicrosoftSharePointTeamServices", "SPRequestGuid"];
    is_online(&url)
        || ["/_api", "/_vti_bin/", "/_layouts/"].iter().any(|part| page.contains(part))
        || headers.iter().any(|name| traffic.response.header(name).is_some())
}

/// The same host and port. An audience without a port stands for either scheme.
fn is_same_place(audience: &Authority, called: &Authority) -> bool {
    let unwritten = !audience.explicit_port && !called.explicit_port;
    audience.host == called.host && (unwritten || audience.port == called.port)
}

/// Whether Microsoft Entra issued it.
fn is_of_entra(token: &Token) -> bool {
    matches!(token.kind, TokenKind::EntraV1 | TokenKind::EntraV2)
}
