//! The text of a token is looked at here, once: what leaves is a [`Token`] without it.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::find::MOST_CHARACTERS;
use super::members::Members;
use super::signature::Keys;
use super::{claims, kind, principal, times};
use crate::addin::evidence::Spot;
use crate::addin::evidence::secret::Secret;
use crate::model::audit::AuditSeverity;
use crate::model::token::{Token, TokenFinding, TokenKind};

/// How many tokens may lie inside one another. A high-trust token has one in it; more is a trick.
const MOST_NESTED: usize = 3;

/// What opening a token needs besides its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<'a> {
    /// Keys to check signatures with.
    pub(super) keys: &'a Keys,
    /// For local times.
    pub(super) offset_minutes: Option<i32>,
}

/// Opens a token. What is wrong with its form becomes findings.
pub(super) fn open(text: &str, id: &str, opening: Opening<'_>) -> Token {
    nested(text, id, opening, MOST_NESTED)
}

fn nested(text: &str, id: &str, opening: Opening<'_>, depth: usize) -> Token {
    let digest = Secret::new("", text, Spot::default());
    let mut token = Token {
        id: id.to_owned(),
        length: digest.length,
        digest: digest.shown().rsplit(' ').next().unwrap_or_default().to_owned(),
        ..Token::default()
    };
    match parts(text) {
        Ok(parts) => fill(&mut token, &parts, opening, depth),
        Err(Broken::Encrypted) => {
            token.kind = TokenKind::Encrypted;
            token.recognised_by.push("it has the five parts of an encrypted token".to_owned());
        }
        Err(Broken::NoToken(reason)) => {
            token.recognised_by.push(reason.clone());
            token.findings.push(malformed(&reason));
        }
    }
    token
}

/// The parts of a token in compact form.
struct Parts<'a> {
    /// Header and payload as they stand, which is what is signed.
    signed: &'a str,
    header: Members,
    payload: Members,
    signature: Vec<u8>,
    trailing: Option<&'static str>,
}

enum Broken {
    Encrypted,
    NoToken(String),
}

fn parts(text: &str) -> Result<Parts<'_>, Broken> {
    let broken = |reason: &str| Broken::NoToken(reason.to_owned());
    if text.len() > MOST_CHARACTERS {
        return Err(broken("it is longer than 1 MiB, and no token is"));
    }
    let pieces: Vec<&str> = text.split('.').take(6).collect();
    let (header, payload, signature) = match pieces.as_slice() {
        [header, payload] => (*header, *payload, ""),
        [header, payload, signature] => (*header, *payload, *signature),
        [_, _, _, _, _] => return Err(Broken::Encrypted),
        _ => return Err(broken("it does not have the two dots of a JSON web token")),
    };
    let header = object(header, "the header").map_err(Broken::NoToken)?;
    let claims = object(payload, "the payload").map_err(Broken::NoToken)?;
    let (bytes, trailing) = match decode(signature) {
        Some(bytes) => (bytes, None),
        // Not empty, so that the token does not pass for an unsigned one.
        None => (vec![0], Some("the signature is no base64")),
    };
    let signed = text.get(..text.len().saturating_sub(signature.len() + usize::from(pieces.len() == 3)));
    Ok(Parts { signed: signed.unwrap_or_default(), header, payload: claims, signature: bytes, trailing })
}

fn object(part: &str, what: &str) -> Result<Members, String> {
    let bytes = decode(part).ok_or_else(|| format!("{what} is no base64"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{what} is no UTF-8 text"))?;
    Members::parse(text.trim_start_matches('\u{feff}')).map_err(|error| format!("{what} {error}"))
}

/// Base64 of either alphabet, with or without padding.
pub(super) fn decode(part: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet =
        if part.contains(['+', '/']) { &base64::alphabet::STANDARD } else { &base64::alphabet::URL_SAFE };
    GeneralPurpose::new(alphabet, config).decode(part).ok()
}

fn fill(token: &mut Token, parts: &Parts<'_>, opening: Opening<'_>, depth: usize) {
    let (kind, why) = kind::kind(&parts.header, &parts.payload);
    token.kind = kind;
    token.recognised_by = why;
    token.header = claims::claims(&parts.header);
    token.claims = claims::claims(&parts.payload);
    token.audience = parts.payload.text("aud").map(|text| principal::name(&text));
    token.issuer = parts.payload.text("iss").map(|text| principal::name(&text));
    let algorithm = parts.header.text("alg").unwrap_or_default();
    token.signature = opening.keys.check(&algorithm, parts.signed, &parts.signature);
    let (found, odd) = times::times(&parts.payload, opening.offset_minutes);
    token.times = found;
    token.findings.extend(odd.into_iter().map(no_time));
    for (members, what) in [(&parts.header, "header"), (&parts.payload, "payload")] {
        token.findings.extend(members.repeated().into_iter().take(10).map(|name| repeated(name, what)));
    }
    token.findings.extend(parts.trailing.map(malformed));
    context(token, &parts.payload);
    actor(token, &parts.payload, opening, depth);
    let of_actor = token.actor.as_ref().and_then(|actor| actor.client_id.as_deref());
    token.client_id = kind::client_id(kind, &parts.payload, of_actor);
    token.realm = realm(token, &parts.payload);
}

fn context(token: &mut Token, payload: &Members) {
    let text = match payload.get("appctx") {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => return,
    };
    match claims::app_context(&text) {
        Ok(context) => token.app_context = context,
        Err(error) => token.findings.push(malformed(&format!("appctx {error}"))),
    }
}

fn actor(token: &mut Token, payload: &Members, opening: Opening<'_>, depth: usize) {
    let Some(text) = payload.text("actortoken") else { return };
    if depth <= 1 {
        token.findings.push(malformed("more than three tokens lie inside one another; the rest is not read"));
        return;
    }
    token.actor = Some(Box::new(nested(&text, &format!("{}.actor", token.id), opening, depth - 1)));
}

/// The tenant of Entra tokens, else the realm of the audience, else that of the issuer.
fn realm(token: &Token, payload: &Members) -> Option<String> {
    let of_tenant =
        payload.text("tid").filter(|_| matches!(token.kind, TokenKind::EntraV1 | TokenKind::EntraV2));
    let of = |name: &Option<crate::model::token::TokenName>| {
        name.as_ref().and_then(|name| name.realm.clone()).filter(|realm| !realm.is_empty())
    };
    let found = of_tenant.or_else(|| of(&token.audience)).or_else(|| of(&token.issuer))?;
    Some(found.chars().take(100).collect())
}

fn malformed(reason: &str) -> TokenFinding {
    TokenFinding {
        name: "malformed-token",
        severity: AuditSeverity::Error,
        message: reason.to_owned(),
        remedy: "copy the token whole: from the form field or the header, without blanks and line ends"
            .to_owned(),
        checks: Vec::new(),
    }
}

fn no_time(claim: &str) -> TokenFinding {
    TokenFinding {
        name: "time-out-of-range",
        severity: AuditSeverity::Error,
        message: format!("{claim} is no time in seconds since 1970"),
        remedy: "whoever makes the token must write seconds as a whole number, not milliseconds or ticks"
            .to_owned(),
        checks: Vec::new(),
    }
}

fn repeated(name: &str, what: &str) -> TokenFinding {
    let name: String = super::mask::masked(name).chars().take(60).collect();
    TokenFinding {
        name: "repeated-claim",
        severity: AuditSeverity::Error,
        message: format!(
            "{name} stands more than once in the {what}; one reader takes the first, another the last"
        ),
        remedy: "take the token for forged until the program that made it is known".to_owned(),
        checks: Vec::new(),
    }
}
