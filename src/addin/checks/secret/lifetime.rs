//! When secrets end, against the moment of the audit.

use chrono::{Days, Months, NaiveDateTime, TimeDelta};

use super::{client_id, commands, kind, needs_registration, with_credentials};
use crate::addin::checks::lifecycle::has_ended;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::registration::{Credential, CredentialKind, Principal, PrincipalSource};
use crate::addin::evidence::{Moment, Value};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Fix, Target};

/// The documentation asks for a new secret so many days before the end.
const DAYS_BEFORE: u64 = 30;

/// The end of what a registration lets in, by kind: the last one counts.
struct End<'a> {
    principal: &'a Principal,
    what: &'static str,
    moment: &'a Moment,
    certificate: bool,
}

impl End<'_> {
    /// The likely end, and the other one that the text may mean. What the export says of it (`HasExpired`) settles it
    /// where it had ended; where it had not, the export may be older than the end.
    fn readings(&self, now: NaiveDateTime) -> (NaiveDateTime, Option<NaiveDateTime>) {
        let (first, other) = (self.moment.utc, self.moment.or);
        let Some(second) = other.filter(|other| (*other < now) != (first < now)) else {
            return (first, other);
        };
        let (past, open) = (first.min(second), first.max(second));
        match self.principal.expired {
            Some(true) => (past, None),
            Some(false) => (open, Some(past)),
            None => (first, other),
        }
    }
}

/// The last end of each kind of secret, and of the registration as a whole where only that is told.
fn ends<'a>(subject: &Subject<'a>) -> Vec<End<'a>> {
    let mut ends = Vec::new();
    for principal in &subject.evidence().principals {
        let before = ends.len();
        for wanted in
            [CredentialKind::Password, CredentialKind::SymmetricSign, CredentialKind::SymmetricVerify]
        {
            let all = principal.credentials.iter().flatten().filter(|credential| credential.kind == wanted);
            let last = all.filter_map(|credential| credential.end.as_ref()).max_by_key(|end| end.utc);
            ends.extend(last.map(|moment| End { principal, what: kind(wanted), moment, certificate: false }));
        }
        ends.extend(certificate_end(principal));
        if ends.len() == before {
            ends.extend(principal.valid_until.as_ref().map(|moment| End {
                principal,
                what: "secret",
                moment,
                certificate: false,
            }));
        }
    }
    ends
}

/// The last end of the certificates, unless a secret lets the program in for longer: either will do.
fn certificate_end(principal: &Principal) -> Option<End<'_>> {
    let all = || principal.credentials.iter().flatten();
    let of_certificates = || all().filter(|credential| credential.kind == CredentialKind::Asymmetric);
    let endless = |credential: &Credential| credential.end.is_none();
    let moment = of_certificates().filter_map(|one| one.end.as_ref()).max_by_key(|end| end.utc)?;
    let goes_on = |credential: &Credential| credential.end.as_ref().is_none_or(|end| end.utc > moment.utc);
    let secret = all().any(|credential| credential.kind == CredentialKind::Password && goes_on(credential));
    (!secret && !of_certificates().any(endless)).then_some(End {
        principal,
        what: kind(CredentialKind::Asymmetric),
        moment,
        certificate: true,
    })
}

fn shown(moment: &Moment) -> Value {
    let or = moment.or.map_or_else(String::new, |or| format!(" or {}", or.date()));
    Value::new(format!("ends {}{or}", moment.utc.format("%Y-%m-%d %H:%M UTC")), moment.at.clone())
}

fn is_application(principal: &Principal) -> bool {
    principal.source == PrincipalSource::Application || principal.legacy == Some(false)
}

fn renewed(subject: &Subject<'_>, principal: &Principal, certificate: bool, message: String) -> Issue {
    let id = client_id(subject, principal);
    if has_ended(subject) {
        let remedy = "Nothing: a new secret does not bring back what has ended. Delete the principal once what it was \
                      for has moved.";
        return Issue { at_most: Some(AuditSeverity::Info), ..Issue::new(message, remedy) };
    }
    if subject.target() == Target::OnPremHighTrust {
        let remedy = "Nothing: a high-trust add-in signs its tokens itself and never uses this secret. Remove it where \
                      nothing else does.";
        return Issue { at_most: Some(AuditSeverity::Info), ..Issue::new(message, remedy) };
    }
    if certificate {
        let remedy = "Make a new certificate, add it to the application (Certificates & secrets of the app \
                      registration), and have the program use it. Keep the old one until then.";
        return Issue::new(message, remedy);
    }
    let command = commands::new_secret(&id, is_application(principal));
    let remedy = format!("Make a new secret, and put the encoded form into ClientSecret: {command}");
    Issue::new(message, remedy).fixed_by(Fix::NewSecret { client_id: id })
}

/// F05: the last secret has ended.
pub(super) fn expired(subject: &Subject<'_>) -> Outcome {
    let now = subject.settings.now;
    let ends = ends(subject);
    let told = subject.evidence().principals.iter().filter(|principal| principal.expired == Some(true));
    let mut issues: Vec<Issue> = Vec::new();
    for end in &ends {
        let (likely, other) = end.readings(now);
        // 09/07/2026 is July or September: where only one reading is past, that is said.
        let past = Some(likely).filter(|end| *end < now).or(other.filter(|end| *end < now));
        let Some(past) = past else { continue };
        let id = client_id(subject, end.principal);
        let open = if past == likely { other.filter(|end| *end >= now) } else { Some(likely) };
        let message = match open {
            None => format!("the last {} of {id} ended on {}", end.what, past.date()),
            Some(open) => format!(
                "the last {} of {id} may have ended on {}: the date can also be read as {}{}",
                end.what,
                past.date(),
                open.date(),
                if end.principal.expired == Some(false) {
                    ", and the export calls it not expired"
                } else {
                    ""
                }
            ),
        };
        let issue = renewed(subject, end.principal, end.certificate, message).shown_by(&shown(end.moment));
        issues.push(match open {
            None => issue,
            Some(_) if end.principal.expired == Some(false) => issue.rated(AuditSeverity::Info),
            Some(_) => issue.rated(AuditSeverity::Warning),
        });
    }
    for principal in told.filter(|principal| !ends.iter().any(|end| std::ptr::eq(end.principal, *principal)))
    {
        let message = format!("the export says that {} has expired", client_id(subject, principal));
        issues.push(renewed(subject, principal, false, message).at(&principal.at, "expired"));
    }
    if ends.is_empty() && issues.is_empty() {
        return needs_registration(subject);
    }
    let seen: Vec<Value> = ends.iter().map(|end| shown(end.moment)).collect();
    Outcome::decided(issues, &seen)
}

/// F06: the last secret ends soon.
pub(super) fn expires_soon(subject: &Subject<'_>) -> Outcome {
    let now = subject.settings.now;
    let soon = now.checked_add_days(Days::new(DAYS_BEFORE)).unwrap_or(now);
    let ends = ends(subject);
    if ends.is_empty() {
        return needs_registration(subject);
    }
    let likely = |end: &End<'_>| end.readings(now).0;
    let issues = ends.iter().filter(|end| (now..=soon).contains(&likely(end))).map(|end| {
        let day = likely(end);
        let days = (day - now).num_days();
        let id = client_id(subject, end.principal);
        let message = format!("the last {} of {id} ends on {}, in {days} days", end.what, day.date());
        renewed(subject, end.principal, end.certificate, message).shown_by(&shown(end.moment))
    });
    let seen: Vec<Value> = ends.iter().map(|end| shown(end.moment)).collect();
    Outcome::decided(issues.collect(), &seen)
}

/// F07: only the creation is known: a year is the likely life.
pub(super) fn estimated(subject: &Subject<'_>) -> Outcome {
    let principals = &subject.evidence().principals;
    let unknown = |principal: &&Principal| {
        let told = principal.credentials.iter().flatten().any(|credential| credential.end.is_some());
        !told && principal.valid_until.is_none()
    };
    let created: Vec<(&Principal, &Moment)> = principals
        .iter()
        .filter(unknown)
        .filter_map(|principal| Some((principal, principal.created.as_ref()?)))
        .collect();
    let ends = ends(subject);
    if created.is_empty() && ends.is_empty() {
        return needs_registration(subject);
    }
    // Another export of the same principal tells the real end.
    let issues = created.iter().filter(|_| ends.is_empty()).filter_map(|(principal, moment)| {
        let end = moment.utc.checked_add_months(Months::new(12))?;
        let past = if end < subject.settings.now { ", which is past" } else { "" };
        let message = format!(
            "the end of the secret is not told; made on {}, it is estimated to end on {}{past}",
            moment.utc.date(),
            end.date()
        );
        let export = commands::export(Some(&client_id(subject, principal)));
        let made = Value::new(format!("made {}", moment.utc.date()), moment.at.clone());
        Some(Issue::new(message, format!("Get the real end: {export}")).shown_by(&made))
    });
    let seen: Vec<Value> = ends.iter().map(|end| shown(end.moment)).collect();
    Outcome::decided(issues.collect(), &seen)
}

/// F11: a secret that not every server of ACS knows yet.
pub(super) fn just_made(subject: &Subject<'_>) -> Outcome {
    let now = subject.settings.now;
    let all = with_credentials(subject);
    let starts: Vec<(&Credential, &Moment)> = all
        .iter()
        .flat_map(|(_, credentials)| credentials.iter())
        .filter(|credential| credential.kind != CredentialKind::Asymmetric)
        .filter_map(|credential| Some((credential, credential.start.as_ref()?)))
        .collect();
    if starts.is_empty() {
        return needs_registration(subject);
    }
    let young = |start: NaiveDateTime| start <= now && now - start < TimeDelta::hours(24);
    let value = |moment: &Moment| {
        Value::new(format!("starts {}", moment.utc.format("%Y-%m-%d %H:%M UTC")), moment.at.clone())
    };
    let issues = starts.iter().filter(|(_, start)| young(start.utc)).map(|(credential, start)| {
        let hours = (now - start.utc).num_hours();
        let message = format!(
            "the {} is {hours} hours old; it can take 24 hours until it counts everywhere",
            kind(credential.kind)
        );
        Issue::new(message, "Wait a day before it replaces the old one in ClientSecret.")
            .shown_by(&value(start))
    });
    let seen: Vec<Value> = starts.iter().map(|(_, start)| value(start)).collect();
    Outcome::decided(issues.collect(), &seen)
}
