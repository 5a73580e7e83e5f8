//! What SharePoint tells of itself where it asks for a token: its realm.

use super::capture::Traffic;
use super::principal::{SHAREPOINT_NAME, is_guid};
use crate::model::audit::AuditSeverity::Error;
use crate::model::token::{Token, TokenFinding};

/// A token that was sent to SharePoint and is of another realm than the answer tells.
pub(super) fn another_realm(token: &Token, traffic: &Traffic) -> Option<TokenFinding> {
    traffic.request.header("Authorization")?;
    let audience = token.audience.as_ref().filter(|audience| audience.known_as == Some(SHAREPOINT_NAME))?;
    let own = audience.realm.as_deref().filter(|realm| is_guid(realm))?;
    let told = traffic.response.all("WWW-Authenticate").find_map(realm).filter(|realm| is_guid(realm))?;
    if told.eq_ignore_ascii_case(own) {
        return None;
    }
    Some(TokenFinding {
        name: "token-of-another-realm",
        severity: Error,
        message: format!(
            "it is of the realm {own}, and the SharePoint that it was sent to says that its realm is {told}"
        ),
        remedy: format!(
            "ask for tokens of the realm {told}: remove Realm from web.config, or put that one there"
        ),
        checks: ["OG03", "OH07"].iter().map(|check| (*check).to_owned()).collect(),
    })
}

/// `Bearer realm="…"`.
fn realm(challenge: &str) -> Option<&str> {
    let scheme = challenge.get(..6)?;
    let (_, behind) = challenge.split_once("realm=\"").filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    behind.split('"').next()
}
