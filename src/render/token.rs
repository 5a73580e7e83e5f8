//! Tokens for people: the verdict first, then each token, what is wrong with it, and the responses that refused.

use std::io::{self, Write};

use super::Setting;
use super::sheet::{MARGIN, Sheet, audit_severity, in_margin};
use super::table::{self, Align};
use crate::model::audit::{AuditSeverity, PairVerdict};
use crate::model::token::{Claim, Exchange, Token, TokenComparison, TokenFinding, TokenName, TokenReport};
use crate::text::quote::terminal as clean;

/// Columns of the name of a claim, before it is cut.
const NAME: usize = 24;
/// Columns of its value, with its note.
const CELL: usize = Setting::WIDEST - MARGIN - NAME - 2;
/// Tokens that are shown whole; the rest are one line each.
const WHOLE: usize = 20;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn render(report: &TokenReport, setting: &Setting, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { sheet: Sheet::new(out, setting.width()) };
    page.sheet.beside("VERDICT", &report.summary.verdict)?;
    page.sheet.beside("TIMES", &clocks(report))?;
    for token in report.tokens.iter().take(WHOLE) {
        page.token(token)?;
    }
    page.rest(report.tokens.get(WHOLE..).unwrap_or_default())?;
    for failure in &report.failures {
        page.failure(failure)?;
    }
    let problems = report.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.message));
    let problems: Vec<String> = problems.collect();
    if !problems.is_empty() {
        page.sheet.gap()?;
    }
    page.sheet.items("NOT READ", &problems)
}

fn clocks(report: &TokenReport) -> String {
    match &report.summary.utc_offset {
        Some(offset) => format!("compared with {}; local times are UTC{offset}", report.summary.now),
        None => format!(
            "compared with {}; local times are left out, since this system does not tell its offset: give --utc-offset",
            report.summary.now
        ),
    }
}

struct Page<'a> {
    sheet: Sheet<'a>,
}

impl Page<'_> {
    fn token(&mut self, token: &Token) -> io::Result<()> {
        self.sheet.gap()?;
        self.sheet.beside(&token.id.to_uppercase(), token.kind.title())?;
        self.sheet.beside(
            "",
            &format!("{} characters, sha256 {}; {}", token.length, token.digest, places(token)),
        )?;
        for token in token.chain() {
            self.findings(&token.findings)?;
        }
        for token in token.chain() {
            self.facts(token)?;
        }
        let rows: Vec<Vec<String>> = token.comparisons.iter().map(comparison).collect();
        self.table("COMPARED", &[Align::Left; 3], &rows)
    }

    fn findings(&mut self, findings: &[TokenFinding]) -> io::Result<()> {
        for finding in findings {
            let checks = if finding.checks.is_empty() {
                String::new()
            } else {
                format!(" ({})", finding.checks.join(", "))
            };
            let opening = format!("  {}  ", audit_severity(finding.severity, MARGIN - 4));
            self.sheet.hanging(&opening, &format!("{}{checks}", finding.message), MARGIN)?;
            let remedy = format!("do: {}", finding.remedy);
            self.sheet.hanging(&" ".repeat(MARGIN + 4), &remedy, MARGIN + 4)?;
        }
        Ok(())
    }

    fn facts(&mut self, token: &Token) -> io::Result<()> {
        if token.header.is_empty() && token.claims.is_empty() {
            return Ok(());
        }
        if token.id.contains(".actor") {
            self.sheet.beside("ACTOR TOKEN", token.kind.title())?;
        }
        self.sheet.beside("recognised", &token.recognised_by.join("; "))?;
        self.sheet.beside("signature", &signature(token))?;
        for (heading, name) in [("audience", &token.audience), ("issuer", &token.issuer)] {
            if let Some(name) = name {
                self.sheet.beside(heading, &described(name))?;
            }
        }
        for (heading, value) in [("client id", &token.client_id), ("realm", &token.realm)] {
            if let Some(value) = value {
                self.sheet.beside(heading, value)?;
            }
        }
        let times = token.times.iter().map(|time| {
            let local = time.local.clone().unwrap_or_default();
            vec![time.claim.to_owned(), time.utc.clone(), local]
        });
        self.table("times", &[Align::Left; 3], &times.collect::<Vec<_>>())?;
        let others: Vec<Claim> =
            token.claims.iter().filter(|claim| !TOLD.contains(&claim.name.as_str())).cloned().collect();
        self.table("header", &[Align::Left; 2], &claims(&token.header))?;
        self.table("claims", &[Align::Left; 2], &claims(&others))?;
        self.table("appctx", &[Align::Left; 2], &claims(&token.app_context))
    }

    fn table(&mut self, heading: &str, aligns: &[Align], rows: &[Vec<String>]) -> io::Result<()> {
        if self.sheet.is_too_narrow_for(rows, MARGIN) {
            return self.narrow_table(heading, aligns, rows);
        }
        for (index, line) in table::lines(aligns, rows).iter().enumerate() {
            let heading = if index == 0 { heading } else { "" };
            self.sheet.line_beside(heading, &table::clipped(line, Setting::WIDEST - MARGIN))?;
        }
        Ok(())
    }

    /// Nothing is cut to make a table fit: values are there to be copied. Where breaking the last column does not do, each
    /// row becomes a line of text.
    fn narrow_table(&mut self, heading: &str, aligns: &[Align], rows: &[Vec<String>]) -> io::Result<()> {
        let broken = table::wrap_last(rows.to_vec(), self.sheet.width.saturating_sub(MARGIN));
        let is_table = !self.sheet.is_too_narrow_for(&broken, MARGIN);
        let lines = if is_table {
            table::lines(aligns, &broken)
        } else {
            let text = |row: &Vec<String>| match row.as_slice() {
                [name, values @ ..] => format!("{name}: {}", values.join(", ")),
                [] => String::new(),
            };
            rows.iter().map(text).collect()
        };
        for (index, line) in lines.iter().enumerate() {
            let heading = if index == 0 { heading } else { "" };
            if is_table {
                self.sheet.line_beside(heading, line)?;
            } else {
                self.sheet.hanging(&in_margin(heading), line, MARGIN + 2)?;
            }
        }
        Ok(())
    }

    fn rest(&mut self, tokens: &[Token]) -> io::Result<()> {
        if tokens.is_empty() {
            return Ok(());
        }
        self.sheet.gap()?;
        let row = |token: &Token| {
            let worst = token.chain().flat_map(|token| &token.findings).map(|finding| finding.severity).max();
            let worst = worst.map_or("nothing wrong", AuditSeverity::name);
            vec![
                token.id.clone(),
                token.kind.name().to_owned(),
                worst.to_owned(),
                clean(&places(token)).into_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = tokens.iter().map(row).collect();
        self.table("MORE TOKENS", &[Align::Left; 4], &rows)
    }

    fn failure(&mut self, failure: &Exchange) -> io::Result<()> {
        self.sheet.gap()?;
        let heading = if failure.expected { "ANSWER" } else { "REFUSED" };
        self.sheet.beside(heading, &table::clipped(&clean(&call(failure)), Setting::WIDEST - MARGIN))?;
        let tokens =
            if failure.tokens.is_empty() { "no token".to_owned() } else { failure.tokens.join(", ") };
        let place = match failure.number {
            0 => failure.path.clone(),
            number => format!("exchange {number} of {}", failure.path),
        };
        self.sheet.beside("", &format!("{place}, with {tokens}"))?;
        for (name, text) in &failure.told {
            self.sheet.beside("", &format!("{name}: {text}"))?;
        }
        for explained in &failure.explained {
            let checks = if explained.checks.is_empty() {
                String::new()
            } else {
                format!(" ({})", explained.checks.join(", "))
            };
            self.sheet.beside("means", &format!("{}{checks}", explained.meaning))?;
        }
        Ok(())
    }
}

/// Status, method and address, as far as they are known.
fn call(failure: &Exchange) -> String {
    let status = if failure.status == 0 { String::new() } else { failure.status.to_string() };
    let address = format!("{}{}", failure.host, failure.target);
    let known: Vec<String> =
        [status, failure.method.clone(), address].into_iter().filter(|part| !part.is_empty()).collect();
    if known.is_empty() { "a call that was not copied".to_owned() } else { known.join(" ") }
}

fn signature(token: &Token) -> String {
    let key = token.signature.key.as_ref().map_or(String::new(), |key| format!(" ({key})"));
    format!("{}{key}", token.signature.status)
}

fn described(name: &TokenName) -> String {
    let known = name.known_as.map_or(String::new(), |known| format!(" ({known})"));
    let host = match (&name.host, name.port) {
        (Some(host), Some(port)) => format!(", host {host}, port {port}"),
        _ => String::new(),
    };
    let realm = match name.realm.as_deref() {
        Some("") => ", realm empty".to_owned(),
        Some(realm) => format!(", realm {realm}"),
        None => String::new(),
    };
    if name.id.is_empty() {
        format!("{}{known}{host}{realm}", name.raw)
    } else {
        format!("{}{known}{host}{realm}", name.id)
    }
}

fn places(token: &Token) -> String {
    let place = token.places.first();
    let first = place.map_or(String::new(), |place| {
        let exchange = place.exchange.map_or(String::new(), |number| format!(", exchange {number}"));
        format!("{}{exchange}, {}", place.path, place.field)
    });
    if token.seen > 1 { format!("{first}, and {} times more", token.seen - 1) } else { first }
}

fn claims(claims: &[Claim]) -> Vec<Vec<String>> {
    let row = |claim: &Claim| {
        let value = if claim.secret { format!("[{}]", claim.value) } else { claim.value.clone() };
        let value = table::clipped(&clean(&value), CELL);
        let noted = format!("{value} ({})", claim.note);
        // A note that is cut off helps nobody.
        let fits = !claim.note.is_empty() && noted.chars().count() <= CELL;
        vec![table::clipped(&clean(&claim.name), NAME), if fits { noted } else { value }]
    };
    claims.iter().map(row).collect()
}

/// Told above in words.
const TOLD: [&str; 5] = ["aud", "iss", "nbf", "iat", "exp"];

fn comparison(row: &TokenComparison) -> Vec<String> {
    let verdict = match row.verdict {
        PairVerdict::Identical => "identical".to_owned(),
        PairVerdict::TlsOnly => "TLS ONLY".to_owned(),
        PairVerdict::Different => "DIFFERENT".to_owned(),
    };
    vec![verdict, clean(&row.place).into_owned(), table::clipped(&clean(&row.artefact.value), 44)]
}
