//! `spdoctor.token/1`: tokens, taken apart, as JSON. No token, signature or secret is in it.

use serde::Serialize;

use crate::model::token::{
    Claim, Exchange, Explained, Signature, Token, TokenComparison, TokenFinding, TokenName, TokenPlace,
    TokenProblem, TokenReport, TokenTime,
};

/// The report.
#[derive(Debug, Serialize)]
pub struct TokenReportV1<'a> {
    schema: &'static str,
    version: &'a str,
    now: &'a str,
    utc_offset: Option<&'a str>,
    summary: SummaryV1<'a>,
    tokens: Vec<TokenV1<'a>>,
    failures: Vec<ExchangeV1<'a>>,
    problems: Vec<ProblemV1<'a>>,
}

impl<'a> TokenReportV1<'a> {
    /// The published form. `version` is that of the program.
    pub fn new(report: &'a TokenReport, version: &'a str) -> Self {
        Self {
            schema: "spdoctor.token/1",
            version,
            now: &report.summary.now,
            utc_offset: report.summary.utc_offset.as_deref(),
            summary: SummaryV1 {
                verdict: &report.summary.verdict,
                tokens: report.tokens.len(),
                exchanges: report.summary.exchanges,
                failures: report.failures.len(),
                addins_compared: report.summary.artefacts,
            },
            tokens: report.tokens.iter().map(TokenV1::from).collect(),
            failures: report.failures.iter().map(ExchangeV1::from).collect(),
            problems: report.problems.iter().map(ProblemV1::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SummaryV1<'a> {
    verdict: &'a str,
    tokens: usize,
    exchanges: u64,
    failures: usize,
    addins_compared: u64,
}

#[derive(Debug, Serialize)]
struct TokenV1<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'static str,
    recognised_by: &'a [String],
    length: usize,
    sha256: &'a str,
    seen: u64,
    places: Vec<PlaceV1<'a>>,
    client_id: Option<&'a str>,
    realm: Option<&'a str>,
    audience: Option<NameV1<'a>>,
    issuer: Option<NameV1<'a>>,
    times: Vec<TimeV1<'a>>,
    signature: SignatureV1<'a>,
    header: Vec<ClaimV1<'a>>,
    claims: Vec<ClaimV1<'a>>,
    app_context: Vec<ClaimV1<'a>>,
    actor: Option<Box<TokenV1<'a>>>,
    comparisons: Vec<ComparisonV1<'a>>,
    findings: Vec<FindingV1<'a>>,
}

impl<'a> From<&'a Token> for TokenV1<'a> {
    fn from(token: &'a Token) -> Self {
        let claims = |claims: &'a [Claim]| claims.iter().map(ClaimV1::from).collect();
        Self {
            id: &token.id,
            kind: token.kind.name(),
            title: token.kind.title(),
            recognised_by: &token.recognised_by,
            length: token.length,
            sha256: &token.digest,
            seen: token.seen,
            places: token.places.iter().map(PlaceV1::from).collect(),
            client_id: token.client_id.as_deref(),
            realm: token.realm.as_deref(),
            audience: token.audience.as_ref().map(NameV1::from),
            issuer: token.issuer.as_ref().map(NameV1::from),
            times: token.times.iter().map(TimeV1::from).collect(),
            signature: SignatureV1::from(&token.signature),
            header: claims(&token.header),
            claims: claims(&token.claims),
            app_context: claims(&token.app_context),
            actor: token.actor.as_deref().map(|actor| Box::new(TokenV1::from(actor))),
            comparisons: token.comparisons.iter().map(ComparisonV1::from).collect(),
            findings: token.findings.iter().map(FindingV1::from).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct PlaceV1<'a> {
    path: &'a str,
    exchange: Option<u64>,
    field: &'a str,
}

impl<'a> From<&'a TokenPlace> for PlaceV1<'a> {
    fn from(place: &'a TokenPlace) -> Self {
        Self { path: &place.path, exchange: place.exchange, field: &place.field }
    }
}

#[derive(Debug, Serialize)]
struct NameV1<'a> {
    raw: &'a str,
    id: &'a str,
    known_as: Option<&'static str>,
    host: Option<&'a str>,
    port: Option<u16>,
    realm: Option<&'a str>,
}

impl<'a> From<&'a TokenName> for NameV1<'a> {
    fn from(name: &'a TokenName) -> Self {
        Self {
            raw: &name.raw,
            id: &name.id,
            known_as: name.known_as,
            host: name.host.as_deref(),
            port: name.port,
            realm: name.realm.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct TimeV1<'a> {
    claim: &'static str,
    seconds: i64,
    utc: &'a str,
    local: Option<&'a str>,
}

impl<'a> From<&'a TokenTime> for TimeV1<'a> {
    fn from(time: &'a TokenTime) -> Self {
        Self { claim: time.claim, seconds: time.seconds, utc: &time.utc, local: time.local.as_deref() }
    }
}

#[derive(Debug, Serialize)]
struct SignatureV1<'a> {
    status: &'static str,
    message: String,
    key: Option<&'a str>,
}

impl<'a> From<&'a Signature> for SignatureV1<'a> {
    fn from(signature: &'a Signature) -> Self {
        Self {
            status: signature.status.name(),
            message: signature.status.to_string(),
            key: signature.key.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct ClaimV1<'a> {
    name: &'a str,
    value: &'a str,
    secret: bool,
    note: &'a str,
}

impl<'a> From<&'a Claim> for ClaimV1<'a> {
    fn from(claim: &'a Claim) -> Self {
        Self { name: &claim.name, value: &claim.value, secret: claim.secret, note: &claim.note }
    }
}

#[derive(Debug, Serialize)]
struct ComparisonV1<'a> {
    what: &'static str,
    token: &'a str,
    place: &'a str,
    artefact: EvidenceV1<'a>,
    verdict: &'static str,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct EvidenceV1<'a> {
    path: &'a str,
    line: u64,
    value: &'a str,
}

impl<'a> From<&'a TokenComparison> for ComparisonV1<'a> {
    fn from(row: &'a TokenComparison) -> Self {
        Self {
            what: row.what,
            token: &row.token,
            place: &row.place,
            artefact: EvidenceV1 {
                path: &row.artefact.path,
                line: row.artefact.line,
                value: &row.artefact.value,
            },
            verdict: row.verdict.name(),
            reason: &row.reason,
        }
    }
}

#[derive(Debug, Serialize)]
struct FindingV1<'a> {
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    remedy: &'a str,
    checks: &'a [String],
}

impl<'a> From<&'a TokenFinding> for FindingV1<'a> {
    fn from(finding: &'a TokenFinding) -> Self {
        Self {
            name: finding.name,
            severity: finding.severity.name(),
            message: &finding.message,
            remedy: &finding.remedy,
            checks: &finding.checks,
        }
    }
}

#[derive(Debug, Serialize)]
struct ExchangeV1<'a> {
    path: &'a str,
    number: u64,
    method: &'a str,
    host: &'a str,
    target: &'a str,
    status: u16,
    expected: bool,
    told: Vec<ToldV1<'a>>,
    explained: Vec<ExplainedV1<'a>>,
    tokens: &'a [String],
}

#[derive(Debug, Serialize)]
struct ToldV1<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct ExplainedV1<'a> {
    meaning: &'a str,
    checks: &'a [String],
}

impl<'a> From<&'a Exchange> for ExchangeV1<'a> {
    fn from(exchange: &'a Exchange) -> Self {
        let explained =
            |explained: &'a Explained| ExplainedV1 { meaning: &explained.meaning, checks: &explained.checks };
        Self {
            path: &exchange.path,
            number: exchange.number,
            method: &exchange.method,
            host: &exchange.host,
            target: &exchange.target,
            status: exchange.status,
            expected: exchange.expected,
            told: exchange.told.iter().map(|(name, text)| ToldV1 { name, text }).collect(),
            explained: exchange.explained.iter().map(explained).collect(),
            tokens: &exchange.tokens,
        }
    }
}

#[derive(Debug, Serialize)]
struct ProblemV1<'a> {
    path: &'a str,
    message: &'a str,
}

impl<'a> From<&'a TokenProblem> for ProblemV1<'a> {
    fn from(problem: &'a TokenProblem) -> Self {
        Self { path: &problem.path, message: &problem.message }
    }
}
