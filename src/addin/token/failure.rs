//! Responses that refuse something, and what they say about why.

mod meanings;

use super::capture::Traffic;
use super::find::looks_like_token;
use super::launch;
use super::mask::{self, masked};
use super::members::Members;
use crate::model::token::{Exchange, Explained};
use meanings::{DIAGNOSTICS, MEANINGS, NO_CONTEXT_TOKEN, SENT};

/// Headers that tell why.
const TELLING_HEADERS: [&str; 5] =
    ["x-ms-diagnostics", "WWW-Authenticate", "SPRequestGuid", "request-id", "X-Forms_Based_Auth_Required"];

/// Fields of the body of an error that are told.
const TELLING_FIELDS: [&str; 7] =
    ["error", "error_description", "error_codes", "error_uri", "correlation_id", "trace_id", "timestamp"];

/// A response that refuses something, explained; `None` for all others. `tokens` are the ids of the tokens that the
/// request carried.
pub(super) fn failure(
    path: &str,
    traffic: &Traffic,
    tokens: Vec<String>,
    explain: &dyn Fn(&str) -> Vec<String>,
) -> Option<Exchange> {
    let called = receiver_errors(traffic);
    if !called.is_empty() {
        let explained = explained(traffic, &called, explain);
        return Some(exchange(path, traffic, tokens, called, explained));
    }
    // Of an answer that was copied the status may be missing.
    if !(400..600).contains(&traffic.status) && traffic.status != 0 {
        let (told, explained) = launch::refused(traffic).filter(|_| !tokens.is_empty())?;
        return Some(exchange(path, traffic, tokens, vec![told], vec![explained]));
    }
    let mut told = headers(traffic);
    told.extend(fields(&traffic.response.body));
    let phrases = phrases(&traffic.response.body);
    let concerns = !tokens.is_empty() || !told.is_empty() || !phrases.is_empty() || carries_bearer(traffic);
    let usual = matches!(traffic.status, 400 | 401 | 403 | 500);
    if !concerns || (!usual && told.is_empty()) {
        return None;
    }
    let expected = asks_for_realm(traffic);
    told.extend(phrases);
    let explained = if expected { vec![realm_question()] } else { explained(traffic, &told, explain) };
    Some(Exchange { expected, ..exchange(path, traffic, tokens, told, explained) })
}

/// SharePoint calls a receiver also where it has no token for it: with an empty `ContextToken`, and with the reason in
/// the request. Whatever the receiver answers then, it cannot call back.
fn receiver_errors(traffic: &Traffic) -> Vec<(String, String)> {
    let body = &traffic.request.body;
    if !body.trim_start().starts_with('<') || body.len() > (4 << 20) {
        return Vec::new();
    }
    let lower = body.to_ascii_lowercase();
    if !lower.contains(NO_CONTEXT_TOKEN) {
        return Vec::new();
    }
    let told = [NO_CONTEXT_TOKEN, "does not match the app"].into_iter().filter_map(|text| lower.find(text));
    told.map(|at| ("request body".to_owned(), sentence(body, at).replace("&apos;", "'"))).collect()
}

fn exchange(
    path: &str,
    traffic: &Traffic,
    tokens: Vec<String>,
    told: Vec<(String, String)>,
    explained: Vec<Explained>,
) -> Exchange {
    let (method, host, target) = address(traffic);
    Exchange {
        path: path.to_owned(),
        number: traffic.number,
        method,
        host,
        target,
        status: traffic.status,
        told: told.into_iter().map(|(name, text)| (name, masked(&text))).collect(),
        explained,
        tokens,
        expected: false,
    }
}

/// Method, host, and path with a masked query.
fn address(traffic: &Traffic) -> (String, String, String) {
    let method = masked(&traffic.method.chars().take(20).collect::<String>());
    let rest = traffic.url.split_once("://").map_or(traffic.url.as_str(), |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    // Names and passwords in front of a host are nobody's business.
    let host = authority.rsplit('@').next().unwrap_or_default();
    (method, masked(&host.chars().take(260).collect::<String>()), mask::target(target))
}

fn headers(traffic: &Traffic) -> Vec<(String, String)> {
    let telling = traffic.response.headers.iter().filter(|(name, value)| {
        TELLING_HEADERS.iter().take(2).any(|telling| telling.eq_ignore_ascii_case(name)) && !value.is_empty()
    });
    let mut found: Vec<(String, String)> = telling.take(8).cloned().collect();
    if !found.is_empty() {
        let ids = traffic.response.headers.iter().filter(|(name, _)| {
            TELLING_HEADERS.iter().skip(2).any(|telling| telling.eq_ignore_ascii_case(name))
        });
        found.extend(ids.take(4).cloned());
    }
    found
}

/// What the body of an OAuth error or of a SharePoint error says.
fn fields(body: &str) -> Vec<(String, String)> {
    if !body.trim_start().starts_with('{') || body.len() > (1 << 20) {
        return Vec::new();
    }
    let Ok(members) = Members::parse(body.trim_start()) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(inner) =
        members.get("error").or_else(|| members.get("odata.error")).filter(|value| value.is_object())
    {
        let code = inner.get("code").and_then(super::members::scalar);
        let message = inner.get("message");
        let text = message
            .and_then(|message| message.get("value").or(Some(message)))
            .and_then(super::members::scalar);
        found.extend(code.map(|code| ("error".to_owned(), code)));
        found.extend(text.map(|text| ("message".to_owned(), text)));
        return found;
    }
    // SharePoint itself gives no more than a description.
    if !["error", "error_description", "error_codes"].iter().any(|name| members.get(name).is_some()) {
        return found;
    }
    for name in TELLING_FIELDS {
        let value = members.get(name);
        let text = value.and_then(super::members::scalar).or_else(|| match value {
            Some(serde_json::Value::Array(items)) => {
                Some(items.iter().take(10).filter_map(super::members::scalar).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        });
        found.extend(text.filter(|text| !text.is_empty()).map(|text| (name.to_owned(), text)));
    }
    found
}

/// Known sentences inside a page of errors.
fn phrases(body: &str) -> Vec<(String, String)> {
    if body.len() > (4 << 20) || body.trim_start().starts_with('{') {
        return Vec::new();
    }
    let lower = body.to_ascii_lowercase();
    let known = MEANINGS.iter().filter_map(|(text, _, _)| lower.find(text));
    let mut sentences: Vec<(String, String)> =
        known.map(|at| ("body".to_owned(), sentence(body, at))).take(4).collect();
    sentences.dedup();
    sentences
}

/// The line or the content of the element around a place, of at most 300 characters. Of a token that was broken
/// before it, the end is left out.
pub(super) fn sentence(body: &str, at: usize) -> String {
    let is_end = |c| matches!(c, '\n' | '\r' | '<' | '>');
    let before = body.get(..at).unwrap_or_default();
    let start = before.rfind(is_end).map_or(0, |found| found + 1);
    let start = mask::end_of_broken(body, start).filter(|end| *end <= at).unwrap_or(start);
    let after = body.get(start..).unwrap_or_default();
    let end = after.find(is_end).unwrap_or(after.len());
    after.get(..end).unwrap_or_default().trim().chars().take(300).collect()
}

fn carries_bearer(traffic: &Traffic) -> bool {
    traffic.request.all("Authorization").any(|value| value.to_ascii_lowercase().starts_with("bearer"))
}

/// `Authorization: Bearer` without a token: how `TokenHelper` asks SharePoint for its realm. 401 is the answer.
fn asks_for_realm(traffic: &Traffic) -> bool {
    let empty = traffic.request.all("Authorization").any(|value| value.trim().eq_ignore_ascii_case("bearer"));
    let told = traffic.response.all("WWW-Authenticate").any(|value| value.contains("realm=\""));
    traffic.status == 401 && empty && told
}

fn realm_question() -> Explained {
    Explained {
        meaning: "expected: the add-in asks SharePoint for its realm, and the refusal tells it".to_owned(),
        checks: Vec::new(),
    }
}

fn explained(
    traffic: &Traffic,
    told: &[(String, String)],
    explain: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Explained> {
    let mut found: Vec<Explained> = Vec::new();
    for (name, text) in told {
        let lower = text.to_ascii_lowercase();
        let by_number = DIAGNOSTICS.iter().filter(|(number, _, _)| {
            name.eq_ignore_ascii_case("x-ms-diagnostics")
                && lower.split(';').next().is_some_and(|first| first.trim() == *number)
        });
        // To a call with a token the texts mean the token that was sent, not one that an add-in was given.
        let of_call = SENT.iter().filter(|_| carries_bearer(traffic) && is_told_of_token(name));
        let by_call: Vec<_> = of_call.filter(|(known, _, _)| lower.contains(known)).collect();
        let of_text = MEANINGS.iter().filter(|_| by_call.is_empty());
        let by_text = of_text.filter(|(known, _, _)| holds(&lower, known)).chain(by_call.iter().copied());
        let mut by_text = by_text.peekable();
        // The reason says more than its number.
        let by_number = by_number.filter(|_| by_text.peek().is_none()).collect::<Vec<_>>();
        for (_, meaning, checks) in by_number.into_iter().chain(by_text) {
            add(&mut found, meaning, checks.iter().map(|check| (*check).to_owned()).collect());
        }
        // To a token that was sent `invalid_client` means the token, not the secret that it was got with.
        let settled = !by_call.is_empty() || (name == "error" && carries_bearer(traffic));
        let further: Vec<String> = if settled { Vec::new() } else { explain(text) };
        if !further.is_empty() {
            match found.last_mut() {
                Some(last) => last.checks.extend(
                    further.into_iter().filter(|check| !last.checks.contains(check)).collect::<Vec<_>>(),
                ),
                None => add(&mut found, "the audit knows this text", further),
            }
        }
    }
    found.extend(schemes(traffic));
    if found.is_empty() {
        let known = told.iter().any(|(name, text)| gives_reason(name, text));
        found.extend(if known { Some(unknown_reason()) } else { by_status(traffic) });
    }
    found.truncate(8);
    found
}

/// The text, not as the beginning of a longer number.
fn holds(lower: &str, known: &str) -> bool {
    lower.match_indices(known).any(|(at, _)| {
        let after = lower.get(at + known.len()..).unwrap_or_default();
        !(known.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn add(found: &mut Vec<Explained>, meaning: &str, checks: Vec<String>) {
    match found.iter_mut().find(|explained| explained.meaning == meaning) {
        Some(explained) => {
            let new: Vec<String> =
                checks.into_iter().filter(|check| !explained.checks.contains(check)).collect();
            explained.checks.extend(new);
        }
        None => found.push(Explained { meaning: meaning.to_owned(), checks }),
    }
}

/// What the schemes of `WWW-Authenticate` tell where a bearer token was sent.
fn schemes(traffic: &Traffic) -> Option<Explained> {
    let schemes: Vec<String> =
        traffic.response.all("WWW-Authenticate").map(str::to_ascii_lowercase).collect();
    let only_windows = !schemes.is_empty()
        && schemes.iter().all(|scheme| scheme.starts_with("ntlm") || scheme.starts_with("negotiate"));
    (traffic.status == 401 && only_windows && carries_bearer(traffic)).then(|| Explained {
        meaning: "the other side takes Windows authentication only, and no bearer token".to_owned(),
        checks: vec!["OC06".to_owned(), "OH14".to_owned(), "OK09".to_owned()],
    })
}

/// Where SharePoint says what is wrong with a token that was sent to it.
fn is_told_of_token(name: &str) -> bool {
    name == "error_description" || name.eq_ignore_ascii_case("x-ms-diagnostics")
}

/// The response says why in words, whether or not anybody knows them.
fn gives_reason(name: &str, text: &str) -> bool {
    match name {
        "error_description" | "message" => true,
        name if name.eq_ignore_ascii_case("x-ms-diagnostics") => {
            let lower = text.to_ascii_lowercase();
            let reason = lower.split_once("reason=").map(|(_, reason)| reason.trim_start_matches('"'));
            reason.is_some_and(|reason| !reason.is_empty() && !reason.starts_with(';'))
        }
        _ => false,
    }
}

fn unknown_reason() -> Explained {
    Explained {
        meaning: "refused for the reason that the response gives; the audit knows no more of it".to_owned(),
        checks: Vec::new(),
    }
}

fn by_status(traffic: &Traffic) -> Option<Explained> {
    let http = traffic.url.to_ascii_lowercase().starts_with("http://");
    let (meaning, checks): (&str, &[&str]) = match traffic.status {
        401 if carries_bearer(traffic) => (
            "the token was refused without a reason: the ULS log of SharePoint has it",
            &["OE06", "OI19", "OH05", "OH09"],
        ),
        403 if http => ("SharePoint takes no tokens over http", &["OK01", "OK09"]),
        403 => ("the token was accepted, the permission was not enough", &["OI19", "OI11"]),
        500 if !traffic.request.body.is_empty() => (
            "the add-in failed while it handled the request: its own log has the exception",
            &["OF05", "OB27", "OC06"],
        ),
        _ => return None,
    };
    let checks = checks.iter().map(|check| (*check).to_owned()).collect();
    Some(Explained { meaning: meaning.to_owned(), checks })
}

/// A bearer value that is no token by its shape.
pub(super) fn opaque_bearer(value: &str) -> Option<&str> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    let rest = rest.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !rest.is_empty() && !looks_like_token(rest)).then_some(rest)
}
