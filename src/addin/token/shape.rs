//! Claims and header fields that every token of its kind has, in the form in which `TokenHelper` and SharePoint read them.

use super::principal::{SHAREPOINT_NAME, is_guid, name};
use crate::addin::host::is_online;
use crate::model::audit::AuditSeverity::{Critical, Error};
use crate::model::token::{Token, TokenFinding, TokenKind};

/// What is missing in a token, or not of the form that is read.
pub(super) fn odd(token: &Token) -> Vec<TokenFinding> {
    match token.kind {
        TokenKind::ContextToken => domain(token).into_iter().chain(sender(token)).collect(),
        TokenKind::HighTrustUser => issuer(token).into_iter().chain(identity_provider(token)).collect(),
        TokenKind::HighTrustActor => actor_realm(token).into_iter().chain(thumbprint(token)).collect(),
        TokenKind::EntraV1 | TokenKind::EntraV2 => got_with_secret(token).into_iter().collect(),
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

/// SharePoint finds the key of a signature by `x5t`, and by nothing else: not by `kid` (*verified*, the code of
/// Microsoft.IdentityModel.Extensions that reads tokens, and its error text).
fn thumbprint(token: &Token) -> Option<TokenFinding> {
    if told_in_header(token, "alg") != Some("RS256") || told_in_header(token, "x5t").is_some() {
        return None;
    }
    let others = ["x5t#S256", "kid", "x5c"].map(|field| told_in_header(token, field).map(|_| field));
    let others: Vec<&str> = others.into_iter().flatten().collect();
    let instead = match others.as_slice() {
        [] => String::new(),
        fields => format!(", only {}", fields.join(" and ")),
    };
    let message = format!(
        "its header has no x5t{instead}: SharePoint cannot tell which certificate signed, and says \"No certificate \
         thumbprint specified in token header.\""
    );
    let remedy = "write the SHA-1 thumbprint of the certificate, its 20 bytes in base64url, into x5t of the header; \
                  TokenHelper does so";
    Some(finding("token-without-thumbprint", message, remedy, &["OH08"]))
}

fn told_in_header<'t>(token: &'t Token, field: &str) -> Option<&'t str> {
    token.field(field).map(str::trim).filter(|value| !matches!(*value, "" | "null"))
}

/// SharePoint Online lets programs in only where they proved themselves with a certificate (*documented*, granting access
/// via Azure AD App-Only: all other means are blocked; what the claim holds: access token claims reference). Entra makes
/// such tokens for no other SharePoint.
fn got_with_secret(token: &Token) -> Option<TokenFinding> {
    let claim = ["appidacr", "azpacr"].into_iter().find(|claim| told(token, claim) == Some("1"))?;
    let is_app_only = match told(token, "idtyp") {
        Some(kind) => kind == "app",
        None => told(token, "scp").is_none(),
    };
    let audience = token.audience.as_ref()?;
    let is_for_sharepoint =
        audience.known_as == Some(SHAREPOINT_NAME) || audience.host.as_deref().is_some_and(is_online);
    if !is_app_only || !is_for_sharepoint {
        return None;
    }
    let message = format!(
        "it is app-only and was got with a client secret ({claim} is 1): SharePoint Online takes such tokens only where \
         they were got with a certificate (2), and answers \"Unsupported app only token.\""
    );
    let remedy = "upload a certificate to the application in Microsoft Entra and ask for the token with it, or call \
                  Microsoft Graph, which takes secrets; a new secret changes nothing";
    let found = finding("app-only-token-got-with-secret", message, remedy, &[]);
    Some(TokenFinding { severity: Critical, ..found })
}
