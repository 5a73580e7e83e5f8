//! Claims that every token of its kind has, in the form in which `TokenHelper` and SharePoint read them.

use super::principal::{is_guid, name};
use crate::model::audit::AuditSeverity::Error;
use crate::model::token::{Token, TokenFinding, TokenKind};

/// What is missing in a token, or not of the form that is read.
pub(super) fn odd(token: &Token) -> Vec<TokenFinding> {
    match token.kind {
        TokenKind::ContextToken => domain(token).into_iter().chain(sender(token)).collect(),
        TokenKind::HighTrustUser => issuer(token).into_iter().chain(identity_provider(token)).collect(),
        TokenKind::HighTrustActor => actor_realm(token).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn finding(name: &'static str, message: String, remedy: &str, checks: &[&str]) -> TokenFinding {
    let checks = checks.iter().map(|check| (*check).to_owned()).collect();
    TokenFinding { name, severity: Error, message, remedy: remedy.to_owned(), checks }
}

/// A claim that says something.
fn told<'t>(token: &'t Token, claim: &str) -> Option<&'t str> {
    token.claim(claim).map(str::trim).filter(|value| !matches!(*value, "" | "null"))
}

/// What is registered is compared with `Request.Url.Authority`, which is a host and perhaps a port.
fn domain(token: &Token) -> Option<TokenFinding> {
    let authority = token.audience.as_ref()?.authority.as_deref()?;
    let flaw = if authority.contains("://") {
        "has a scheme"
    } else if authority.contains(['/', '\\', '?', '#']) {
        "has a slash or a path"
    } else if authority.contains('@') {
        "has an @ in it"
    } else if authority.contains(char::is_whitespace) {
        "has blanks in it"
    } else {
        return None;
    };
    let message =
        format!("the domain in aud, {authority}, {flaw}: it was registered so, and no address equals it");
    let remedy = "register the bare host, with the port where it is not 443, as the App Domain";
    Some(finding("audience-is-no-bare-host", message, remedy, &["OB13"]))
}

/// `TokenHelper` takes from it whom to ask for an access token.
fn sender(token: &Token) -> Option<TokenFinding> {
    if told(token, "appctxsender").is_some() {
        return None;
    }
    let message = "it has no appctxsender: the add-in cannot tell which SharePoint sent it".to_owned();
    Some(finding("context-token-without-sender", message, "launch the add-in from SharePoint again", &[]))
}

/// The outer part speaks for the add-in of the actor token.
fn issuer(token: &Token) -> Option<TokenFinding> {
    let outer = token.issuer.as_ref().filter(|issuer| is_guid(&issuer.id))?;
    let actor = name(told(token.actor.as_ref()?, "nameid")?);
    if !is_guid(&actor.id) || actor.id.eq_ignore_ascii_case(&outer.id) {
        return None;
    }
    let message = format!("iss is the add-in {}, and the actor token is that of {}", outer.id, actor.id);
    let remedy = "make both parts with the same ClientId; IssuerId belongs into iss of the actor token only";
    Some(finding("another-actor-than-issuer", message, remedy, &["OE05", "OH02"]))
}

/// SharePoint looks the user up with it.
fn identity_provider(token: &Token) -> Option<TokenFinding> {
    if told(token, "nii").is_some() {
        return None;
    }
    let message = "it has no nii, so SharePoint cannot tell whose name nameid is".to_owned();
    let remedy =
        "set nii to urn:office:idp:activedirectory for Windows users, or to trusted:<name of the provider>";
    Some(finding("user-without-identity-provider", message, remedy, &["OH14"]))
}

fn actor_realm(token: &Token) -> Option<TokenFinding> {
    let nameid = told(token, "nameid")?;
    if name(nameid).realm.as_deref().is_some_and(is_guid) {
        return None;
    }
    let message =
        format!("nameid of the actor token, {nameid}, has no realm: SharePoint knows the add-in as id@realm");
    let remedy = "write nameid as the client id, @, and what Get-SPAuthenticationRealm prints";
    Some(finding("actor-without-realm", message, remedy, &["OG02", "OG14"]))
}
