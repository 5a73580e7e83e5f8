//! What is known of tokens and of the traffic they were found in. Self-contained: it renders without the token, whose
//! text is in no field.

use std::fmt;

use super::audit::{AuditEvidence, AuditSeverity, PairVerdict};

/// Everything that was examined.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenReport {
    /// Each different token once, in the order in which they were found.
    pub tokens: Vec<Token>,
    /// Responses of captures that refused something, in their order.
    pub failures: Vec<Exchange>,
    /// What could not be read.
    pub problems: Vec<TokenProblem>,
    /// A capture broke off: what it lacks may have held tokens.
    pub broken_off: bool,
    /// Numbers and the verdict.
    pub summary: TokenSummary,
}

/// Numbers and the verdict.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenSummary {
    /// The verdict, as one or two sentences.
    pub verdict: String,
    /// The moment against which times were compared, UTC: `2026-11-25T12:00:00Z`.
    pub now: String,
    /// `+01:00`; `None` where it is not known, and local times are left out.
    pub utc_offset: Option<String>,
    /// Exchanges that the captures hold.
    pub exchanges: u64,
    /// Artefacts that the tokens were compared with.
    pub artefacts: u64,
}

/// A token.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Token {
    /// `t1`; the token of the actor inside it is `t1.actor`.
    pub id: String,
    /// Where it was found; the first few of [`Self::seen`] places.
    pub places: Vec<TokenPlace>,
    /// How often it was found.
    pub seen: u64,
    /// Characters.
    pub length: usize,
    /// The first eight digits of the SHA-256 of its text.
    pub digest: String,
    /// What it is.
    pub kind: TokenKind,
    /// How it was recognised, as sentences without a full stop.
    pub recognised_by: Vec<String>,
    /// Its header.
    pub header: Vec<Claim>,
    /// Its claims, in the order of the token.
    pub claims: Vec<Claim>,
    /// `aud`, taken apart.
    pub audience: Option<TokenName>,
    /// `iss`, taken apart.
    pub issuer: Option<TokenName>,
    /// The add-in that it speaks of. Hostile text.
    pub client_id: Option<String>,
    /// The realm or tenant. Hostile text.
    pub realm: Option<String>,
    /// `nbf`, `iat`, `exp`, in this order.
    pub times: Vec<TokenTime>,
    /// What is inside `appctx`.
    pub app_context: Vec<Claim>,
    /// What is known of its signature.
    pub signature: Signature,
    /// The token inside `actortoken`.
    pub actor: Option<Box<Token>>,
    /// Comparisons with artefacts.
    pub comparisons: Vec<TokenComparison>,
    /// What is wrong with it, the worst first.
    pub findings: Vec<TokenFinding>,
}

impl Token {
    /// The shown value of a claim.
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.claims.iter().find(|claim| claim.name == name).map(|claim| claim.value.as_str())
    }

    /// The shown value of a header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.header.iter().find(|claim| claim.name == name).map(|claim| claim.value.as_str())
    }

    /// The token and those inside it.
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |token| token.actor.as_deref())
    }
}

/// A place where a token was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenPlace {
    /// The file, or `argument 1`, `standard input`. Hostile text.
    pub path: String,
    /// Number of the exchange in a capture, counted from 1.
    pub exchange: Option<u64>,
    /// `request header Authorization`, `request form SPAppToken` … Hostile text.
    pub field: String,
}

/// A claim or a header field, as it may be shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claim {
    /// Its name. Hostile text.
    pub name: String,
    /// Its value; for secrets length and digest. Hostile text.
    pub value: String,
    /// The value is not shown.
    pub secret: bool,
    /// What it means, if that is known.
    pub note: String,
}

/// A name of a principal: `id/host:port@realm`, `id@realm`, or an address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenName {
    /// As written. Hostile text.
    pub raw: String,
    /// The id in front; empty in an address. Hostile text.
    pub id: String,
    /// Who that is, if it is known: `SharePoint`.
    pub known_as: Option<&'static str>,
    /// `host` or `host:port`, as written. Hostile text.
    pub authority: Option<String>,
    /// The host, lower case.
    pub host: Option<String>,
    /// The port that is written or follows from the scheme.
    pub port: Option<u16>,
    /// Behind the `@`; empty if nothing stands there. Hostile text.
    pub realm: Option<String>,
}

/// A time of a token.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TokenTime {
    /// `nbf`, `iat` or `exp`.
    pub claim: &'static str,
    /// Seconds since 1970.
    pub seconds: i64,
    /// `2026-11-25T12:00:00Z`.
    pub utc: String,
    /// `2026-11-25T13:00:00+01:00`, where the offset is known.
    pub local: Option<String>,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum TokenKind {
    /// SharePoint hands it to the add-in.
    ContextToken,
    /// Of ACS, for a user and an add-in.
    AcsUser,
    /// Of ACS, for the add-in alone.
    AcsAppOnly,
    /// Made by a high-trust add-in for a user: an unsigned token around a signed one.
    HighTrustUser,
    /// Signed by a high-trust add-in: the actor token, which alone is an app-only token.
    HighTrustActor,
    /// Of Microsoft Entra, version 1.0.
    EntraV1,
    /// Of Microsoft Entra, version 2.0.
    EntraV2,
    /// SharePoint made it for its own services.
    SharePointInternal,
    /// An encrypted token.
    Encrypted,
    /// A JWT of a kind that is not known here.
    Unknown,
    /// No JWT.
    #[default]
    Opaque,
}

impl TokenKind {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContextToken => "context-token",
            Self::AcsUser => "acs-user",
            Self::AcsAppOnly => "acs-app-only",
            Self::HighTrustUser => "high-trust-user",
            Self::HighTrustActor => "high-trust-actor",
            Self::EntraV1 => "entra-v1",
            Self::EntraV2 => "entra-v2",
            Self::SharePointInternal => "sharepoint-internal",
            Self::Encrypted => "encrypted",
            Self::Unknown => "unknown",
            Self::Opaque => "opaque",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::ContextToken => "context token: SharePoint hands it to the add-in",
            Self::AcsUser => "access token of ACS for a user and an add-in",
            Self::AcsAppOnly => "app-only access token of ACS",
            Self::HighTrustUser => "high-trust access token for a user, with an actor token in it",
            Self::HighTrustActor => "high-trust token of an add-in (app-only, or an actor token by itself)",
            Self::EntraV1 => "access token of Microsoft Entra, version 1.0",
            Self::EntraV2 => "access token of Microsoft Entra, version 2.0",
            Self::SharePointInternal => "token that SharePoint made for its own services",
            Self::Encrypted => "encrypted token, which cannot be read",
            Self::Unknown => "JSON web token of a kind that is not known",
            Self::Opaque => "bearer token that is no JSON web token",
        }
    }
}

/// What is known of a signature.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signature {
    /// The outcome.
    pub status: SignatureStatus,
    /// The key that was tried last, or that fits: the name of a variable or of a file. Hostile text.
    pub key: Option<String>,
}

/// The outcome of a check of a signature. Nothing is claimed without a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum SignatureStatus {
    /// No key of the kind that its algorithm needs was given.
    #[default]
    NoKey,
    /// It has none.
    Unsigned,
    /// The algorithm is not one that can be checked here.
    UnknownAlgorithm,
    /// A key that was given made it.
    Valid,
    /// None of the keys that were given made it.
    Mismatch,
}

impl SignatureStatus {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoKey => "not-checked",
            Self::Unsigned => "unsigned",
            Self::UnknownAlgorithm => "unknown-algorithm",
            Self::Valid => "valid",
            Self::Mismatch => "mismatch",
        }
    }
}

impl fmt::Display for SignatureStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => "not checked: no key was given",
            Self::Unsigned => "not checked: it has none",
            Self::UnknownAlgorithm => "not checked: its algorithm is not one that can be checked here",
            Self::Valid => "valid with the key given",
            Self::Mismatch => "does not match the key given",
        })
    }
}

/// Something in a token, side by side with an artefact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenComparison {
    /// `client id`, `host`, `realm`, `issuer`, `certificate`.
    pub what: &'static str,
    /// The value of the token. Hostile text.
    pub token: String,
    /// What the artefact's value is: `registered domain`, `StartPage` …
    pub place: String,
    /// The value of the artefact, with its place.
    pub artefact: AuditEvidence,
    /// How they compare.
    pub verdict: PairVerdict,
    /// What follows from a difference, as a sentence without a full stop; empty where there is none.
    pub reason: String,
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenFinding {
    /// Kebab case: `token-expired`.
    pub name: &'static str,
    /// How bad.
    pub severity: AuditSeverity,
    /// With the values, as a sentence without a full stop. May quote hostile text, never a secret.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Codes of the checks of the audit that look for the cause.
    pub checks: Vec<String>,
}

/// An exchange whose response refused something, from a capture or copied as text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Exchange {
    /// The capture or the text. Hostile text.
    pub path: String,
    /// Its number in the capture, counted from 1; 0 where it was copied as text.
    pub number: u64,
    /// `GET`; empty where it is not known. Hostile text.
    pub method: String,
    /// The host, with its port if it is written; empty where it is not known. Hostile text.
    pub host: String,
    /// Path and query, secrets masked. Hostile text.
    pub target: String,
    /// The status code; 0 where it is not known.
    pub status: u16,
    /// Headers and fields of the body that tell why, secrets masked: name and text. Hostile text.
    pub told: Vec<(String, String)>,
    /// What they mean.
    pub explained: Vec<Explained>,
    /// Ids of the tokens that the request carried.
    pub tokens: Vec<String>,
    /// The response belongs to the flow: a question for the realm.
    pub expected: bool,
}

/// A refusal, explained.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Explained {
    /// What it means, as a sentence without a full stop.
    pub meaning: String,
    /// Codes of the checks of the audit that look for the cause.
    pub checks: Vec<String>,
}

/// Something that could not be read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TokenProblem {
    /// Where. Hostile text.
    pub path: String,
    /// What was being done to what, lower case, without a full stop. Never a piece of what was read.
    pub message: String,
}
