//! The audit of add-ins: what was read, compared and judged. Self-contained: it renders without the artefacts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::report::Skipped;
use super::stage::Stage;

/// How bad a check is when it fails. Comes from its card, for the target and the stage of the add-in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AuditSeverity {
    /// Worth knowing; nothing to do.
    Info,
    /// Will bite later, or is careless.
    Warning,
    /// A documented rule is broken.
    Error,
    /// Authorization will fail, or something is exposed.
    Critical,
}

impl AuditSeverity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for AuditSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a check came to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Critical or error.
    Fail,
    /// A warning.
    Warn,
    /// Worth knowing.
    Info,
    /// The evidence was there, and nothing is wrong; or the check does not apply, and the message says why.
    Pass,
    /// The evidence is missing; the message says which.
    Undecided,
}

impl Status {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Pass => "pass",
            Self::Undecided => "undecided",
        }
    }
}

/// Where an add-in is meant to run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// SharePoint Online.
    Spo,
    /// A farm that trusts Azure ACS.
    OnPremLowTrust,
    /// A farm that trusts the certificate of the add-in.
    OnPremHighTrust,
    /// No add-in: a program that calls SharePoint with an app principal.
    ExternalApp,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 4] = [Self::Spo, Self::OnPremLowTrust, Self::OnPremHighTrust, Self::ExternalApp];

    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spo => "spo",
            Self::OnPremLowTrust => "onprem-low-trust",
            Self::OnPremHighTrust => "onprem-high-trust",
            Self::ExternalApp => "external-app",
        }
    }
}

/// A way to get a token; a difference between two domains breaks some of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Breaks {
    /// The launch of the add-in with a context token.
    ContextToken,
    /// The authorization code flow.
    AuthorizationCode,
    /// App-only tokens.
    AppOnly,
    /// High trust.
    HighTrust,
    /// Calls of SharePoint to event receivers.
    Receivers,
}

impl Breaks {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContextToken => "context-token",
            Self::AuthorizationCode => "authorization-code",
            Self::AppOnly => "app-only",
            Self::HighTrust => "high-trust",
            Self::Receivers => "receivers",
        }
    }

    /// Every flow.
    pub const ALL: [Self; 5] =
        [Self::ContextToken, Self::AuthorizationCode, Self::AppOnly, Self::HighTrust, Self::Receivers];
}

/// How two places where a domain is written compare.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PairVerdict {
    /// The audience string is the same.
    Identical,
    /// The same host for TLS, but another audience string.
    TlsOnly,
    /// Another host or port.
    Different,
}

impl PairVerdict {
    /// The published name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::TlsOnly => "tls-only",
            Self::Different => "different",
        }
    }
}

/// The audit of everything that was given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditReport {
    /// The add-ins, in the order of their ids.
    pub addins: Vec<AddInAudit>,
    /// Evidence that belongs to no add-in.
    pub unmatched: Vec<Unmatched>,
    /// What was not read, and why.
    pub skipped: Vec<Skipped>,
    /// Something could not be read.
    pub unreadable: bool,
    /// Numbers and the verdict.
    pub summary: AuditSummary,
    /// Cards of the checks that are mentioned, by code.
    pub cards: BTreeMap<String, super::report::RuleCard>,
}

/// Numbers and the verdict.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditSummary {
    /// The verdict, as one or two sentences.
    pub verdict: String,
    /// Add-ins.
    pub addins: u64,
    /// Artefacts that were read.
    pub artefacts: u64,
    /// Check results by status.
    pub statuses: BTreeMap<&'static str, u64>,
    /// Failing, warning and informing results by severity.
    pub severities: BTreeMap<&'static str, u64>,
    /// The date against which ends and retirements were compared, `2026-11-25`.
    pub now: String,
    /// What to do next, in order.
    pub next: Vec<String>,
}

/// Evidence that belongs to no add-in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Unmatched {
    /// Where. Hostile text.
    pub path: String,
    /// Line, 0 for the whole file.
    pub line: u64,
    /// `registration`, `certificate` …
    pub kind: &'static str,
    /// Its id, title or name. Hostile text.
    pub name: String,
    /// Why it was matched to none.
    pub reason: String,
}

/// The audit of one add-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddInAudit {
    /// Stable: its product id, client id or path.
    pub id: String,
    /// Its title or name. Hostile text.
    pub name: String,
    /// The client id, as written where it counts most. Hostile text.
    pub client_id: Option<String>,
    /// The product id. Hostile text.
    pub product_id: Option<String>,
    /// How far it has come; `None` where there is no manifest.
    pub stage: Option<Stage>,
    /// Where it is meant to run.
    pub target: Target,
    /// Why this target was taken, as a sentence.
    pub target_reason: String,
    /// The target was told, or an artefact shows it; false where it was assumed.
    pub target_known: bool,
    /// Paths of the artefacts it consists of.
    pub sources: Vec<String>,
    /// Paths of its manifests and permission XML, which can be corrected.
    pub xml_files: Vec<String>,
    /// The matrix: every place a domain is written.
    pub domains: Vec<DomainRow>,
    /// Further places, past the bound of the matrix.
    pub domains_left_out: u64,
    /// The comparisons; of many that say the same, some.
    pub pairs: Vec<Pair>,
    /// How many more there are.
    pub pairs_left_out: u64,
    /// Every check, by code, then by place.
    pub checks: Vec<CheckResult>,
}

/// A place where a domain is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DomainRow {
    /// `registration`, `start-page`, `receiver ItemAdding` … Unique in an add-in. May hold hostile text.
    pub place: String,
    /// As written. Hostile text.
    pub raw: String,
    /// The host, lower case, as A-labels; empty where there is none.
    pub host: String,
    /// The port that is written or follows from the scheme.
    pub port: Option<u16>,
    /// The file.
    pub path: String,
    /// The line in it.
    pub line: u64,
    /// Places that must say the same.
    pub must_equal: Vec<String>,
    /// How many more places must say the same.
    pub must_equal_left_out: u64,
    /// The worst verdict against those; `None` where there is nothing to compare with.
    pub verdict: Option<PairVerdict>,
    /// What its differences break.
    pub breaks: BTreeSet<Breaks>,
}

/// A comparison of two places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// One place.
    pub a: String,
    /// The other.
    pub b: String,
    /// How they compare.
    pub verdict: PairVerdict,
    /// What the difference breaks.
    pub breaks: Vec<Breaks>,
    /// Why, as a sentence; empty for identical ones.
    pub reason: String,
}

/// The result of one check, on one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckResult {
    /// `OB01`.
    pub id: Arc<str>,
    /// Name of the check, kebab case.
    pub name: Arc<str>,
    /// Title of the check.
    pub title: Arc<str>,
    /// What it came to.
    pub status: Status,
    /// How bad, if it fails.
    pub severity: AuditSeverity,
    /// What is wrong, with the values; or what is missing. May quote hostile text. Shared, since hundreds of add-ins get
    /// the same answer to most questions.
    pub message: Arc<str>,
    /// What shows it.
    pub evidence: Box<[AuditEvidence]>,
    /// What follows: which flow, which error text.
    pub consequence: Arc<str>,
    /// What it breaks.
    pub breaks: Arc<[Breaks]>,
    /// What to do, with the exact new value or command.
    pub remedy: Arc<str>,
    /// Of a check that is undecided, what is missing: `a registration export …`. May quote hostile text.
    pub needs: Option<Arc<str>>,
    /// Where this fails, the add-in can no longer run, whatever else is right: that leads.
    pub ends: bool,
    /// The check does not apply to this add-in: it passes, and the message says why.
    pub applies: bool,
    /// The reason an administrator gave for not wanting to see this.
    pub suppressed: Option<String>,
    /// What a script can do about it.
    pub fix: Option<Box<Fix>>,
}

/// What a script can do about an issue on a farm, as data: `script::addin` makes guarded steps of it.
///
/// Texts may be hostile. Nothing in here is a secret, and there is no step that deletes anything.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fix {
    /// `AllowOAuthOverHttp` off again, with `.Update()`.
    OAuthOverHttpOff,
    /// `AllowMetadataOverHttp` off again, with `.Update()`.
    MetadataOverHttpOff,
    /// `New-SPTrustedRootAuthority`: a certificate of a chain that SharePoint does not trust yet.
    TrustRoot {
        /// The name to give it.
        name: String,
        /// SHA-1 in hexadecimal digits, if it is known: an authority with it is not made twice.
        thumbprint: Option<String>,
        /// The certificate file that the audit saw; the administrator may have to copy it to the farm.
        file: Option<String>,
    },
    /// `New-SPTrustedSecurityTokenIssuer`: a certificate that signs high-trust tokens.
    TrustIssuer {
        /// The name to give it.
        name: String,
        /// The GUID before the `@` of its registered name.
        issuer_id: String,
        /// SHA-1 in hexadecimal digits, if it is known.
        thumbprint: Option<String>,
        /// The certificate file that the audit saw.
        file: Option<String>,
        /// It signs for several client ids: `-IsTrustBroker`.
        broker: bool,
    },
    /// `Register-SPAppPrincipal`.
    RegisterPrincipal {
        /// The client id.
        client_id: String,
        /// The title to give it.
        title: String,
    },
    /// `Set-SPAppPrincipalPermission`: a permission that is requested and not granted.
    Grant {
        /// The client id.
        client_id: String,
        /// As a manifest writes it: `http://sharepoint/content/sitecollection/web`.
        scope: String,
        /// `Read`, `Write`, `Manage`, `FullControl`.
        right: String,
        /// The manifest asks for app-only.
        app_only: bool,
    },
    /// A new client secret. It is made by people; the script tells where and how.
    NewSecret {
        /// The client id.
        client_id: String,
    },
    /// `iisreset` on every server of the farm, as advice.
    RestartIis {
        /// Why, as a sentence.
        because: String,
    },
}

/// A value that shows something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AuditEvidence {
    /// The file. Hostile text. Shared, since a file stands behind hundreds of results.
    pub path: Arc<str>,
    /// Line, 0 for the whole file.
    pub line: u64,
    /// Column, 0 if unknown.
    pub column: u64,
    /// The value. Hostile text, never a secret.
    pub value: String,
}
