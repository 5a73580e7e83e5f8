//! Which steps the script has: each once, in the order in which they depend on one another.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::audit::{AddInAudit, AuditReport, CheckResult, Fix, Status, Target};

/// Longest name that a step gives to something on the farm, in characters.
const NAME_LENGTH: usize = 100;

/// What a step does, in the order of doing: roots before the issuers that rest on them, principals before grants.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    TrustRoot,
    TrustIssuer,
    Register,
    Grant,
    OAuthOverHttp,
    MetadataOverHttp,
    NewSecret,
    RestartIis,
}

impl Kind {
    /// As the script calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::TrustRoot => "TrustRoot",
            Self::TrustIssuer => "TrustIssuer",
            Self::Register => "Register",
            Self::Grant => "Grant",
            Self::OAuthOverHttp => "OAuthOverHttp",
            Self::MetadataOverHttp => "MetadataOverHttp",
            Self::NewSecret => "NewSecret",
            Self::RestartIis => "RestartIis",
        }
    }
}

/// One step. What a kind does not need is empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    /// One line for people. Hostile text.
    pub(super) what: String,
    pub(super) client_id: String,
    /// The name to give to what is made. Hostile text.
    pub(super) name: String,
    pub(super) issuer_id: String,
    pub(super) thumbprint: String,
    /// The last part of a path only. Hostile text.
    pub(super) file: String,
    pub(super) scope: &'static str,
    pub(super) right: &'static str,
    pub(super) app_only: bool,
    pub(super) broker: bool,
    /// Codes of the checks that ask for it.
    pub(super) codes: BTreeSet<String>,
    /// Names of the add-ins it is for. Hostile text.
    pub(super) addins: BTreeSet<String>,
}

impl Step {
    fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
            client_id: String::new(),
            name: String::new(),
            issuer_id: String::new(),
            thumbprint: String::new(),
            file: String::new(),
            scope: "",
            right: "",
            app_only: false,
            broker: false,
            codes: BTreeSet::new(),
            addins: BTreeSet::new(),
        }
    }

    /// The codes, as one text.
    pub(super) fn reason(&self) -> String {
        self.codes.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Two steps with this in common are one.
    fn key(&self) -> (Kind, String) {
        let id = match self.kind {
            Kind::TrustRoot if self.thumbprint.is_empty() => format!("{} {}", self.name, self.file),
            Kind::TrustRoot => self.thumbprint.clone(),
            Kind::TrustIssuer => format!("{} {}", self.issuer_id, self.thumbprint),
            Kind::Register | Kind::NewSecret => self.client_id.clone(),
            Kind::Grant => format!("{} {} {}", self.client_id, self.scope, rank(self.right)),
            Kind::OAuthOverHttp | Kind::MetadataOverHttp | Kind::RestartIis => String::new(),
        };
        (self.kind, id)
    }
}

/// What a script can do, and what it leaves to people with the reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    /// Code, name of the add-in, and why no command does it. Hostile text.
    pub(super) by_hand: Vec<(String, String, String)>,
}

impl Plan {
    /// Some step does something; that for a new secret only tells how it is made.
    pub(super) fn acts(&self) -> bool {
        self.steps.iter().any(|step| step.kind != Kind::NewSecret)
    }

    /// The plan for a report.
    pub(super) fn of(report: &AuditReport) -> Self {
        let mut plan = Self::default();
        let mut steps: BTreeMap<(Kind, String), Step> = BTreeMap::new();
        let checks =
            report.addins.iter().flat_map(|addin| addin.checks.iter().map(move |check| (addin, check)));
        for (addin, check) in checks.filter(|(_, check)| asks(check)) {
            let Some(fix) = fix(check) else { continue };
            match step(&fix, addin) {
                Ok(step) => note(&mut steps, step, check, &addin.name),
                Err(why) => plan.by_hand.push((check.id.to_string(), addin.name.clone(), why)),
            }
        }
        advise_restart(&mut steps);
        plan.steps = steps.into_values().collect();
        plan.by_hand.sort();
        plan.by_hand.dedup();
        plan
    }
}

fn asks(check: &CheckResult) -> bool {
    check.suppressed.is_none() && matches!(check.status, Status::Fail | Status::Warn | Status::Info)
}

/// What the check says; of the two switches the code alone says enough.
pub(super) fn fix(check: &CheckResult) -> Option<Fix> {
    check.fix.as_deref().cloned().or(match &*check.id {
        "OK01" => Some(Fix::OAuthOverHttpOff),
        "OK02" => Some(Fix::MetadataOverHttpOff),
        _ => None,
    })
}

fn note(steps: &mut BTreeMap<(Kind, String), Step>, step: Step, check: &CheckResult, name: &str) {
    let known = steps.entry(step.key()).or_insert_with(|| step.clone());
    known.codes.insert(check.id.to_string());
    known.addins.insert(name.to_owned());
    if step.app_only && !known.app_only {
        known.what = step.what;
        known.app_only = true;
    }
    known.broker |= step.broker;
    if known.file.is_empty() {
        known.file = step.file;
    }
}

/// New roots and issuers are seen after a day, or after a restart.
fn advise_restart(steps: &mut BTreeMap<(Kind, String), Step>) {
    let causes = steps.values().filter(|step| matches!(step.kind, Kind::TrustRoot | Kind::TrustIssuer));
    let codes: BTreeSet<String> = causes.flat_map(|step| step.codes.iter().cloned()).collect();
    if !codes.is_empty() {
        let restart =
            Step::new(Kind::RestartIis, "Restart IIS, so that new certificates and issuers count at once");
        let known = steps.entry(restart.key()).or_insert(restart);
        known.codes.extend(codes);
    }
}

/// A step, or why there is none.
fn step(fix: &Fix, addin: &AddInAudit) -> Result<Step, String> {
    let anywhere = matches!(fix, Fix::OAuthOverHttpOff | Fix::MetadataOverHttpOff | Fix::NewSecret { .. });
    if !anywhere && matches!(addin.target, Target::Spo | Target::ExternalApp) {
        return Err("this add-in is not one of a farm; no command of a farm helps it".to_owned());
    }
    match fix {
        Fix::OAuthOverHttpOff => Ok(Step::new(Kind::OAuthOverHttp, "Switch AllowOAuthOverHttp off again")),
        Fix::MetadataOverHttpOff => {
            Ok(Step::new(Kind::MetadataOverHttp, "Switch AllowMetadataOverHttp off again"))
        }
        Fix::RestartIis { because } => Ok(Step::new(Kind::RestartIis, format!("Restart IIS: {because}"))),
        Fix::NewSecret { client_id } => {
            let client_id = guid(client_id)?;
            Ok(Step {
                client_id: client_id.clone(),
                ..Step::new(
                    Kind::NewSecret,
                    format!("By hand: a new secret for {client_id}; the step tells how"),
                )
            })
        }
        Fix::RegisterPrincipal { client_id, title } => {
            let client_id = guid(client_id)?;
            let step = Step::new(Kind::Register, format!("Register the principal {client_id}"));
            Ok(Step { name: named(title, &client_id), client_id, ..step })
        }
        Fix::Grant { client_id, scope, right, app_only } => grant(client_id, scope, right, *app_only),
        Fix::TrustRoot { name, thumbprint, file } => {
            let step =
                Step::new(Kind::TrustRoot, format!("Trust the root {}", named(name, "without a name")));
            let thumbprint = hexadecimal(thumbprint.as_deref())?;
            Ok(Step { name: named(name, "Add-in root"), thumbprint, file: leaf(file.as_deref()), ..step })
        }
        Fix::TrustIssuer { name, issuer_id, thumbprint, file, broker } => {
            let issuer_id = guid(issuer_id)?;
            let step = Step::new(Kind::TrustIssuer, format!("Trust the token issuer {issuer_id}"));
            let thumbprint = hexadecimal(thumbprint.as_deref())?;
            let name = named(name, &issuer_id);
            Ok(Step { name, issuer_id, thumbprint, file: leaf(file.as_deref()), broker: *broker, ..step })
        }
    }
}

const RIGHTS: [&str; 4] = ["Read", "Write", "Manage", "FullControl"];

fn rank(right: &str) -> usize {
    RIGHTS.iter().position(|known| *known == right).unwrap_or(RIGHTS.len())
}

fn grant(client_id: &str, scope: &str, right: &str, app_only: bool) -> Result<Step, String> {
    let client_id = guid(client_id)?;
    let scope = match scope.trim().to_ascii_lowercase().trim_start_matches("http://sharepoint/") {
        "content/tenant" => "SiteSubscription",
        "content/sitecollection" => "SiteCollection",
        "content/sitecollection/web" => "Site",
        _ => {
            return Err(format!(
                "no cmdlet grants the scope {scope}; paste the permission XML into appinv.aspx"
            ));
        }
    };
    let known = RIGHTS.into_iter().find(|known| known.eq_ignore_ascii_case(right.trim()));
    let right = known.ok_or_else(|| format!("no cmdlet grants the right {right}"))?;
    let alone = if app_only { ", also without a user" } else { "" };
    let step = Step::new(Kind::Grant, format!("Grant {right} on {scope} to {client_id}{alone}"));
    Ok(Step { client_id, scope, right, app_only, ..step })
}

/// A GUID in lower case; anything else is no id that a farm knows.
fn guid(text: &str) -> Result<String, String> {
    let bare = text.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase();
    let sized = bare.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let sound = sized && bare.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if sound { Ok(bare) } else { Err(format!("{text:?} is not a GUID: correct that first")) }
}

/// A thumbprint in upper case without blanks and colons; empty where none is known.
fn hexadecimal(text: Option<&str>) -> Result<String, String> {
    let text = text.unwrap_or_default();
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | ':' | '\u{200e}')).collect();
    let sound = bare.is_empty() || (bare.len() == 40 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if sound { Ok(bare.to_ascii_uppercase()) } else { Err(format!("{text:?} is not a thumbprint")) }
}

fn named(text: &str, otherwise: &str) -> String {
    let name: String = text.trim().chars().take(NAME_LENGTH).collect();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

/// The name of a file without its folders: a path out of an artefact is never opened.
fn leaf(path: Option<&str>) -> String {
    let leaf = path.unwrap_or_default().rsplit(['/', '\\', ':']).next().unwrap_or_default().trim();
    if matches!(leaf, "." | "..") { String::new() } else { leaf.to_owned() }
}
