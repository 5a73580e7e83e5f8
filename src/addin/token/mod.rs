//! Tokens of add-ins, taken apart: from the command line, a file, or a capture of traffic.
//!
//! ```text
//! bytes ── capture, find ──> text of a token ── jwt ──> Token ── judge, compare ──> TokenReport
//! ```
//!
//! The text of a token lives from `find` to `jwt`, and in no type. No signature is called valid unless a key was given.

mod addressee;
mod capture;
mod challenge;
mod claims;
mod compare;
mod decoded;
mod escapes;
mod failure;
mod find;
mod judge;
mod jwt;
mod kind;
mod launch;
pub(super) mod mask;
mod members;
mod pasted;
pub mod principal;
mod shape;
mod signature;
mod times;
mod wrapped;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

pub use signature::{Keys, certificates_of};
pub use times::{offset, parse_offset};

use super::join::Joined;
use crate::model::audit::AuditSeverity;
use crate::model::token::{Exchange, Token, TokenKind, TokenPlace, TokenProblem, TokenReport};
use crate::text::encoding::decode_all;
use capture::{Sink, Traffic, har, saz};

/// Most different tokens of one run.
const MOST_TOKENS: usize = 500;
/// Most places that are kept of one token.
const MOST_PLACES: usize = 5;
/// Most refusals that are told.
const MOST_FAILURES: usize = 500;

/// Something to look for tokens in.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// For the report.
    pub path: &'a str,
    /// All of it.
    pub bytes: &'a [u8],
}

/// What an examination is told besides its inputs.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The moment against which times are compared, UTC.
    pub now: NaiveDateTime,
    /// Minutes by which local time is ahead of UTC, if that is known.
    pub offset_minutes: Option<i32>,
    /// Keys to check signatures with.
    pub keys: &'a Keys,
    /// Codes of the checks that an error text points to.
    pub explain: &'a dyn Fn(&str) -> Vec<String>,
}

impl std::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("now", &self.now)
            .field("offset_minutes", &self.offset_minutes)
            .finish_non_exhaustive()
    }
}

/// Examines every token of the inputs, in their order.
pub fn examine(inputs: &[Input<'_>], artefacts: Option<&Joined>, settings: &Settings<'_>) -> TokenReport {
    let mut bench =
        Bench { settings, report: TokenReport::default(), by_digest: BTreeMap::new(), path: "", full: false };
    for input in inputs {
        bench.path = input.path;
        bench.input(input);
    }
    let mut report = bench.report;
    for token in &mut report.tokens {
        judge::judge(token, settings.now, settings.keys);
        token.findings.extend(judge::retirement(token, settings.now));
        token.findings.extend(addressee::another_service(token));
        if let Some(joined) = artefacts {
            compare::compare(token, joined);
        }
        token.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    report.summary.now = times::shown(settings.now);
    report.summary.utc_offset = settings.offset_minutes.map(offset);
    report.summary.artefacts = artefacts.map_or(0, |joined| joined.addins.len() as u64);
    report.summary.verdict = verdict(&report);
    report
}

/// The token or tokens of a text, and a place to sort them into.
struct Bench<'a> {
    settings: &'a Settings<'a>,
    report: TokenReport,
    /// SHA-256 of a text, to the place of its token.
    by_digest: BTreeMap<[u8; 32], usize>,
    path: &'a str,
    full: bool,
}

impl<'a> Bench<'a> {
    fn input(&mut self, input: &Input<'a>) {
        if saz::fits(input.bytes) {
            let count = saz::read(input.path, input.bytes, self);
            self.report.summary.exchanges += count;
            return;
        }
        let (text, _) = decode_all(input.bytes);
        if har::fits(&text) {
            let count = har::read(input.path, &text, self);
            self.report.summary.exchanges += count;
            return;
        }
        self.plain(&text);
    }

    /// A file or an argument with a token or an answer in it, or that is one.
    fn plain(&mut self, text: &str) {
        let apart = decoded::tokens(text);
        let rest = decoded::without(text, &apart);
        let found = find::tokens(&rest);
        let mut ids = Vec::new();
        for found in &found {
            let field = if found.name.is_empty() { "text".to_owned() } else { named(found.name) };
            ids.extend(self.token(&found.text, None, field));
        }
        ids.extend(apart.iter().filter_map(|token| self.decoded(&token.text)));
        let tokens = found.len() + apart.len();
        let answer = pasted::traffic(text);
        let is_answer = answer.is_some_and(|answer| self.answer(&answer, ids));
        if tokens > 0 || is_answer {
            return;
        }
        let bare = bare(text);
        if bare.is_empty() {
            self.problem(self.path, "no token was found: there is no text".to_owned());
        } else if bare.contains(char::is_whitespace) || bare.len() > find::MOST_CHARACTERS {
            self.problem(
                self.path,
                "no token was found in it, no text of the form header.payload.signature, and no answer that refuses one; \
                 what an error text means, `spdoctor explain` tells"
                    .to_owned(),
            );
        } else {
            self.token(bare, None, "text".to_owned());
        }
    }

    /// Adds a token that was taken apart: no key can tell anything of a signature that was not copied.
    fn decoded(&mut self, text: &str) -> Option<String> {
        let id = self.opened(text, None, "text, taken apart".to_owned(), &Keys::default());
        let token = self.report.tokens.iter_mut().find(|token| Some(&token.id) == id.as_ref())?;
        let note = "it was copied taken apart, and its signature was not copied";
        if token.recognised_by.iter().all(|known| known != note) {
            token.recognised_by.push(note.to_owned());
        }
        id
    }

    /// Tells of an answer; whether it refuses something. `ids` are those of the tokens that it was an answer to.
    fn answer(&mut self, traffic: &Traffic, ids: Vec<String>) -> bool {
        self.compare_place(&ids, traffic);
        let refusal = failure::failure(self.path, traffic, ids, self.settings.explain);
        let refuses = refusal.is_some();
        self.refused(refusal);
        refuses
    }

    fn refused(&mut self, refusal: Option<Exchange>) {
        match refusal {
            Some(refusal) if self.report.failures.len() < MOST_FAILURES => self.report.failures.push(refusal),
            Some(_) if self.report.failures.len() == MOST_FAILURES => {
                let message = format!("only the first {MOST_FAILURES} refusals are told");
                if !self.report.problems.iter().any(|known| known.message == message) {
                    self.problem(self.path, message);
                }
            }
            _ => {}
        }
    }

    /// Adds a token, or a place to one that is known. Returns its id.
    fn token(&mut self, text: &str, exchange: Option<u64>, field: String) -> Option<String> {
        self.opened(text, exchange, field, self.settings.keys)
    }

    fn opened(&mut self, text: &str, exchange: Option<u64>, field: String, keys: &Keys) -> Option<String> {
        use sha2::Digest as _;
        let digest: [u8; 32] = sha2::Sha256::digest(text.as_bytes()).into();
        let place = TokenPlace { path: self.path.to_owned(), exchange, field };
        if let Some(token) = self.by_digest.get(&digest).and_then(|index| self.report.tokens.get_mut(*index))
        {
            token.seen += 1;
            if token.places.len() < MOST_PLACES {
                token.places.push(place);
            }
            return Some(token.id.clone());
        }
        if self.report.tokens.len() >= MOST_TOKENS {
            if !std::mem::replace(&mut self.full, true) {
                self.problem(
                    self.path,
                    format!("only the first {MOST_TOKENS} different tokens are examined"),
                );
            }
            return None;
        }
        let id = format!("t{}", self.report.tokens.len() + 1);
        let opening = jwt::Opening { keys, offset_minutes: self.settings.offset_minutes };
        let token = Token { places: vec![place], seen: 1, ..jwt::open(text, &id, opening) };
        self.by_digest.insert(digest, self.report.tokens.len());
        self.report.tokens.push(token);
        Some(id)
    }

    /// Tokens of a request. The ids are those that it carried, each once.
    fn of_request(&mut self, traffic: &Traffic) -> Vec<String> {
        let mut ids = Vec::new();
        for (name, value) in &traffic.request.headers {
            let field = format!("request header {}", named(name));
            ids.extend(self.of_text(value, traffic.number, &field));
            if name.eq_ignore_ascii_case("Authorization")
                && let Some(opaque) = failure::opaque_bearer(value)
            {
                ids.extend(self.token(opaque, Some(traffic.number), field));
            }
        }
        let query = traffic.url.split_once('?').map_or("", |(_, query)| query);
        ids.extend(self.of_fields(query, traffic.number, "request query"));
        ids.extend(self.of_text(&traffic.request.body, traffic.number, "request body"));
        if !traffic.request.body.trim_start().starts_with(['{', '[', '<']) {
            ids.extend(self.of_context_fields(&traffic.request.body, traffic.number));
        }
        ids.dedup();
        let mut unique: Vec<String> = Vec::new();
        for id in ids {
            if !unique.contains(&id) {
                unique.push(id);
            }
        }
        unique
    }

    fn of_response(&mut self, traffic: &Traffic) {
        for (name, value) in &traffic.response.headers {
            self.of_text(value, traffic.number, &format!("response header {}", named(name)));
        }
        self.of_text(&traffic.response.body, traffic.number, "response body");
    }

    /// Tells where a token was sent to another address, or into another realm, than the one it is for.
    fn compare_place(&mut self, ids: &[String], traffic: &Traffic) {
        for token in self.report.tokens.iter_mut().filter(|token| ids.contains(&token.id)) {
            let found = [
                launch::another_address(token, traffic),
                challenge::another_realm(token, traffic),
                addressee::sent_elsewhere(token, traffic),
            ];
            for found in found.into_iter().flatten() {
                if token.findings.iter().all(|known| known.name != found.name) {
                    token.findings.push(found);
                }
            }
        }
    }

    /// Texts of the shape of a token.
    fn of_text(&mut self, text: &str, number: u64, side: &str) -> Vec<String> {
        let found = find::tokens(text);
        let field =
            |name: &str| if name.is_empty() { side.to_owned() } else { format!("{side}, {}", named(name)) };
        found.iter().filter_map(|found| self.token(&found.text, Some(number), field(found.name))).collect()
    }

    fn of_fields(&mut self, text: &str, number: u64, side: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for (name, value) in find::form_fields(text) {
            ids.extend(self.of_text(&value, number, &format!("{side}, {}", named(&name))));
        }
        ids
    }

    /// Fields of a form that should hold a context token, also if they do not.
    fn of_context_fields(&mut self, body: &str, number: u64) -> Vec<String> {
        let mut ids = Vec::new();
        for (name, value) in find::form_fields(body) {
            let known = find::CONTEXT_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(&name));
            if known && !value.is_empty() && find::tokens(&value).is_empty() {
                ids.extend(self.token(&value, Some(number), format!("request form, {}", named(&name))));
            }
        }
        ids
    }
}

impl Sink for Bench<'_> {
    fn traffic(&mut self, traffic: &Traffic) {
        let ids = self.of_request(traffic);
        self.of_response(traffic);
        self.answer(traffic, ids);
        for trouble in [traffic.request.trouble, traffic.response.trouble].into_iter().flatten() {
            let message = trouble.to_owned();
            let known =
                self.report.problems.iter().any(|known| known.path == self.path && known.message == message);
            if !known {
                self.problem(self.path, message);
            }
        }
    }

    fn problem(&mut self, path: &str, message: String) {
        if self.report.problems.len() < 200 {
            self.report.problems.push(TokenProblem { path: path.to_owned(), message });
        }
    }

    fn broken_off(&mut self, path: &str, message: String) {
        self.report.broken_off = true;
        self.problem(path, message);
    }
}

/// The name of a field or header, unless it is no name.
fn named(name: &str) -> String {
    let plain = name.len() <= 60 && mask::masked(name) == name;
    if plain { name.to_owned() } else { format!("[name of {}]", mask::shown(name)) }
}

/// Quotes, blanks and the words in front of a token taken off.
fn bare(text: &str) -> &str {
    let quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\u{feff}');
    let trimmed = text.trim_matches(quotes);
    let trimmed = trimmed.strip_prefix("Authorization:").unwrap_or(trimmed).trim_start();
    let trimmed =
        trimmed.strip_prefix("Bearer ").or_else(|| trimmed.strip_prefix("bearer ")).unwrap_or(trimmed);
    trimmed.trim_matches(quotes)
}

fn verdict(report: &TokenReport) -> String {
    let broken = |token: &&Token| {
        token
            .chain()
            .flat_map(|token| &token.findings)
            .any(|finding| finding.severity >= AuditSeverity::Error)
    };
    let wrong = report.tokens.iter().filter(broken).count();
    let refused = report.failures.iter().filter(|failure| !failure.expected).count();
    let tokens = report.tokens.len();
    let first = match (tokens, wrong) {
        (0, _) => "No token was found".to_owned(),
        (1, 0) => format!("Nothing wrong was found with the token ({})", kinds(report)),
        (1, _) => format!("The token will be refused, or is not what it should be ({})", kinds(report)),
        (_, 0) => format!("Nothing wrong was found with the {tokens} tokens"),
        (_, wrong) => format!("{wrong} of {tokens} tokens will be refused, or are not what they should be"),
    };
    match refused {
        0 => format!("{first}."),
        1 => format!("{first}; one response refuses something."),
        _ => format!("{first}; {refused} responses refuse something."),
    }
}

/// The kind of the only token, and for whom it is where that is not SharePoint.
fn kinds(report: &TokenReport) -> String {
    let Some(token) = report.tokens.first() else { return String::new() };
    let kind = if token.kind == TokenKind::Unknown { "of an unknown kind" } else { token.kind.name() };
    match addressee::service(token) {
        Some(service) => format!("{kind}, for {service}"),
        None => kind.to_owned(),
    }
}
