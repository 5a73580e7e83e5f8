//! What is wrong with a token by itself: its times, its algorithm, its names.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

use super::principal::{ACS, is_guid};
use super::signature::Keys;
use crate::addin::host::is_online;
use crate::model::audit::AuditSeverity::{self, Critical, Error, Warning};
use crate::model::token::{SignatureStatus, Token, TokenFinding, TokenKind};

/// What .NET forgives on either side of a time.
const SKEW_SECONDS: i64 = 300;
/// Longest life of a token that ACS or a high-trust add-in should make: twelve hours are usual.
const LONGEST: i64 = 24 * 3600;
/// Entra gives tokens up to 28 hours where access is evaluated continuously.
const LONGEST_OF_ENTRA: i64 = 29 * 3600;

/// Adds what is wrong with a token and those inside it, the worst first.
pub(super) fn judge(token: &mut Token, now: NaiveDateTime, keys: &Keys) {
    let mut found = std::mem::take(&mut token.findings);
    let odd_time = found.iter().any(|finding| finding.name == "time-out-of-range");
    found.extend(lifetime(token, now, odd_time));
    found.extend(algorithm(token));
    found.extend(names(token));
    found.extend(signature(token));
    found.extend(certificate(token, keys));
    found.extend(delegation(token));
    found.extend(super::shape::odd(token));
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    token.findings = found;
    if let Some(actor) = &mut token.actor {
        judge(actor, now, keys);
    }
}

fn finding(
    name: &'static str,
    severity: AuditSeverity,
    message: String,
    remedy: &str,
    checks: &[&str],
) -> TokenFinding {
    let checks = checks.iter().map(|check| (*check).to_owned()).collect();
    TokenFinding { name, severity, message, remedy: remedy.to_owned(), checks }
}

fn seconds(token: &Token, claim: &str) -> Option<i64> {
    token.times.iter().find(|time| time.claim == claim).map(|time| time.seconds)
}

fn lifetime(token: &Token, now: NaiveDateTime, odd_time: bool) -> Vec<TokenFinding> {
    let mut found = Vec::new();
    if matches!(token.kind, TokenKind::Opaque | TokenKind::Encrypted) {
        return found;
    }
    let now = now.and_utc().timestamp();
    let (start, end) = (seconds(token, "nbf").or_else(|| seconds(token, "iat")), seconds(token, "exp"));
    if let Some(end) = end.filter(|end| *end + SKEW_SECONDS < now) {
        let message = format!("it expired {} ago, at {}", span(now - end), utc(end));
        let remedy = "launch the add-in again from SharePoint, or have the program ask for a new token; a capture that \
                      is old always shows expired tokens: give --now the time of the capture";
        found.push(finding("token-expired", Error, message, remedy, &[]));
    }
    if let Some(start) = start.filter(|start| *start > now + SKEW_SECONDS) {
        let message = format!("it is not valid before {}, in {}", utc(start), span(start - now));
        let remedy = "set the clocks of the servers: the one that made the token runs ahead";
        found.push(finding("token-not-yet-valid", Error, message, remedy, &[]));
    }
    if end.is_none() && !odd_time {
        let message = "it has no exp: it never ends, and SharePoint refuses it".to_owned();
        found.push(finding(
            "token-without-end",
            Error,
            message,
            "give the token an exp of at most 12 hours",
            &[],
        ));
    }
    if let (Some(start), Some(end)) = (start, end) {
        found.extend(length_of_life(token.kind, start, end));
    }
    found
}

fn length_of_life(kind: TokenKind, start: i64, end: i64) -> Option<TokenFinding> {
    let longest =
        if matches!(kind, TokenKind::EntraV1 | TokenKind::EntraV2) { LONGEST_OF_ENTRA } else { LONGEST };
    if end <= start {
        let message = format!("it ends at {}, before it begins at {}", utc(end), utc(start));
        return Some(finding("token-ends-before-it-begins", Error, message, "make a new token", &[]));
    }
    (end - start > longest).then(|| {
        let message =
            format!("it lives {}, longer than the {} that are usual", span(end - start), span(longest));
        let remedy = "give tokens 12 hours at most: whoever steals one keeps it that long";
        finding("token-lives-too-long", Warning, message, remedy, &[])
    })
}

fn algorithm(token: &Token) -> Option<TokenFinding> {
    if matches!(token.kind, TokenKind::Opaque | TokenKind::Encrypted) {
        return None;
    }
    let Some(algorithm) = token.field("alg") else {
        let message = "its header has no alg".to_owned();
        return Some(finding("no-algorithm", Error, message, "make a new token", &[]));
    };
    match (algorithm, token.kind) {
        ("RS256", TokenKind::ContextToken) => {
            let message = "the context token is signed with RS256 (the certificate of ACS) instead of HS256 (the client \
                           secret): the signing key of the app principal has expired or is missing, and TokenHelper \
                           says \"Invalid JWT token. Could not resolve issuer token.\"";
            let remedy = "renew the client secret with all three credentials: Sign, Verify and Password";
            Some(finding(
                "context-token-not-signed-with-secret",
                Critical,
                message.to_owned(),
                remedy,
                &["OF05", "OF08"],
            ))
        }
        ("HS256", TokenKind::ContextToken) | ("RS256", _) => None,
        (none, TokenKind::HighTrustUser) if none.eq_ignore_ascii_case("none") => None,
        (none, _) if none.eq_ignore_ascii_case("none") => {
            let message = "alg is none: nobody signed this token, and anyone can make one";
            let remedy = "sign the token; only the outer part of a high-trust token has no signature, because the actor \
                          token inside has one";
            Some(finding("unsigned-token", Critical, message.to_owned(), remedy, &[]))
        }
        (other, _) => {
            let other: String = other.chars().take(40).collect();
            let message = format!("alg is {other}: SharePoint takes RS256, and HS256 for context tokens");
            Some(finding("unknown-algorithm", Error, message, "sign with RS256", &["OH08"]))
        }
    }
}

fn names(token: &Token) -> Vec<TokenFinding> {
    let mut found = Vec::new();
    let on_its_way = matches!(
        token.kind,
        TokenKind::ContextToken
            | TokenKind::AcsUser
            | TokenKind::AcsAppOnly
            | TokenKind::HighTrustUser
            | TokenKind::HighTrustActor
    );
    if !on_its_way {
        return found;
    }
    let (audience, issuer) = (token.audience.as_ref(), token.issuer.as_ref());
    match audience {
        None => {
            let message = match token.claim("aud") {
                None => "it has no aud".to_owned(),
                Some(told) => {
                    format!("aud is no single text: {told}; TokenHelper and SharePoint read one name there")
                }
            };
            found.push(finding("no-audience", Error, message, "make a new token", &[]));
        }
        Some(audience) => {
            found.extend(audience_realm(audience));
            if audience.authority.as_deref().is_none_or(str::is_empty) {
                let message = format!("aud names no host: {}", audience.raw);
                let remedy = "register the add-in with its domain; the host is part of the audience";
                found.push(finding("audience-without-host", Error, message, remedy, &["OB13"]));
            }
        }
    }
    if let (Some(audience), Some(issuer)) = (audience, issuer) {
        found.extend(realms(token, audience.realm.as_deref(), issuer.realm.as_deref()));
    }
    if matches!(token.kind, TokenKind::HighTrustActor) {
        found.extend(lower_case(issuer.map(|name| name.raw.as_str()), "iss"));
        found.extend(lower_case(token.claim("nameid"), "nameid"));
    }
    found
}

fn audience_realm(audience: &crate::model::token::TokenName) -> Option<TokenFinding> {
    match audience.realm.as_deref() {
        Some(realm) if is_guid(realm) => None,
        Some("") | None => {
            let message = format!("aud ends without a realm: {}", audience.raw);
            let remedy =
                "remove the empty Realm from web.config, or find the realm before asking for a token";
            Some(finding("audience-without-realm", Error, message, remedy, &["OG02", "OG14"]))
        }
        Some(_) => {
            let message = format!("the realm in aud is no GUID: {}", audience.raw);
            let remedy = "use the id of the tenant, or what Get-SPAuthenticationRealm prints";
            Some(finding("realm-is-no-guid", Error, message, remedy, &["OG01"]))
        }
    }
}

fn realms(token: &Token, audience: Option<&str>, issuer: Option<&str>) -> Option<TokenFinding> {
    let (audience, issuer) =
        (audience.filter(|realm| !realm.is_empty())?, issuer.filter(|realm| !realm.is_empty())?);
    if audience.eq_ignore_ascii_case(issuer) {
        return None;
    }
    // A multi-tenant add-in of its own realm may be high trust in another one only by mistake; ACS names the same.
    let severity = if token.kind == TokenKind::ContextToken { Error } else { Warning };
    let message = format!("the realm of aud is {audience}, that of iss is {issuer}");
    let remedy = "take the realm that SharePoint tells: GET /_vti_bin/client.svc with an empty bearer token";
    Some(finding("two-realms", severity, message, remedy, &["OG03", "OH07"]))
}

fn lower_case(value: Option<&str>, claim: &str) -> Option<TokenFinding> {
    let value = value.filter(|value| value.bytes().any(|byte| byte.is_ascii_uppercase()))?;
    let message = format!(
        "{claim} is {value}: SharePoint compares issuer and client id of high-trust tokens with their case"
    );
    let remedy = "write ClientId and IssuerId in lower case, in web.config and when the issuer is registered";
    Some(finding("upper-case-in-high-trust", Error, message, remedy, &["OH03", "OE02"]))
}

fn signature(token: &Token) -> Option<TokenFinding> {
    let key = token.signature.key.as_deref().unwrap_or("the key given");
    match (token.signature.status, token.kind) {
        (SignatureStatus::Mismatch, TokenKind::ContextToken) => {
            let message = format!(
                "its signature does not match {key}: TokenHelper says \"Invalid issuer or signature.\""
            );
            let remedy = "put the secret that is registered into web.config; during a rotation keep the other one in \
                          SecondaryClientSecret";
            Some(finding("signature-mismatch", Critical, message, remedy, &["OF05", "OF10"]))
        }
        (SignatureStatus::Mismatch, _) => {
            let message = format!("its signature does not match {key}");
            let remedy = "compare x5t with the thumbprint of the certificate, and give the one that signs";
            Some(finding("signature-mismatch", Error, message, remedy, &["OH08"]))
        }
        _ => None,
    }
}

/// `x5t` against the certificates that were given.
fn certificate(token: &Token, keys: &Keys) -> Option<TokenFinding> {
    let sha1 = token.field("x5t").map(|text| text.trim_end_matches('='));
    let sha256 = token.field("x5t#S256").map(|text| text.trim_end_matches('='));
    let of_addin = matches!(token.kind, TokenKind::HighTrustActor);
    if sha1.or(sha256).is_none() || !of_addin {
        return None;
    }
    let given: Vec<(&str, String, String)> = keys.thumbprints().collect();
    let fits = |(_, first, second): &(&str, String, String)| {
        sha1.is_none_or(|text| text == first) && sha256.is_none_or(|text| text == second)
    };
    if given.is_empty() || given.iter().any(fits) {
        return None;
    }
    let names: Vec<&str> = given.iter().map(|(name, _, _)| *name).collect();
    let message = format!("x5t names another certificate than {}", names.join(", "));
    let remedy = "register the certificate that signs: New-SPTrustedSecurityTokenIssuer -Certificate";
    Some(finding("another-certificate-signed", Error, message, remedy, &["OH08"]))
}

/// Without it, SharePoint does not let an add-in act for a user.
fn delegation(token: &Token) -> Option<TokenFinding> {
    let actor = token.actor.as_ref().filter(|_| token.kind == TokenKind::HighTrustUser)?;
    if matches!(actor.kind, TokenKind::Opaque) {
        return None;
    }
    match actor.claim("trustedfordelegation") {
        Some(value) if value.eq_ignore_ascii_case("true") => None,
        told => {
            let told = told.map_or("is missing", |_| "is not true");
            let message = format!(
                "trustedfordelegation {told} in the actor token: SharePoint does not let it act for the user"
            );
            let remedy = "ask TokenHelper for a token with a user: GetS2SAccessTokenWithWindowsIdentity";
            Some(finding("not-trusted-for-delegation", Error, message, remedy, &["OH06"]))
        }
    }
}

fn utc(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |moment| super::times::shown(moment.naive_utc()))
}

/// `3 days`, `5 hours`, `12 minutes`.
fn span(seconds: i64) -> String {
    let span = TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX);
    let (number, noun) = match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (days, _, _) if days >= 3 => (days, "day"),
        (_, hours, _) if hours >= 2 => (hours, "hour"),
        (_, _, minutes) if minutes >= 2 => (minutes, "minute"),
        _ => (seconds, "second"),
    };
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Tokens of ACS for SharePoint Online cannot be had any more.
pub(super) fn retirement(token: &Token, now: NaiveDateTime) -> Option<TokenFinding> {
    let end = chrono::NaiveDate::from_ymd_opt(2026, 4, 2)?.and_hms_opt(0, 0, 0)?;
    let of_acs = token.issuer.as_ref().is_some_and(|issuer| issuer.id.eq_ignore_ascii_case(ACS));
    let host = token.audience.as_ref().and_then(|audience| audience.host.as_deref()).unwrap_or_default();
    (of_acs && now >= end && is_online(host)).then(|| {
        let message = format!("ACS tokens for SharePoint Online ended on 2026-04-02, and {host} is there");
        let remedy = "move the add-in to Microsoft Entra ID; nothing extends ACS for SharePoint Online";
        finding("acs-retired", Critical, message, remedy, &["OL01"])
    })
}
