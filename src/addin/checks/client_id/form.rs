//! How a client id is written.

use super::{guid, needs_client_id, written};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::evidence::secret::{is_placeholder, is_shown};
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// Client ids that stand in pages of the documentation.
const OF_DOCUMENTATION: [&str; 8] = [
    "1ee82b34-7c1b-471b-b27e-ff272accd564",
    "a044e184-7de2-4d05-aacf-52118008c44e",
    "6daebfdd-6516-4506-a7a9-168862921986",
    "c78d058c-7f82-44ca-a077-fba855e14d38",
    "c1c12d4c-4900-43c2-8b89-c05725e0ba30",
    "2de23703-bbb9-4542-970d-84b6e5597f53",
    "a4cdf20c-3385-4664-8302-5eab57ee6f14",
    "06af1059-8916-4851-a271-2705e8cf53c6",
];

fn each(subject: &Subject<'_>, flaw: impl Fn(&Value) -> Option<Issue>) -> Outcome {
    let written = written(subject);
    if written.is_empty() {
        return needs_client_id();
    }
    let issues = written.iter().filter_map(|value| flaw(value).map(|issue| issue.shown_by(value))).collect();
    Outcome::decided(issues, written)
}

/// E01: no GUID, braces, digits that are missing.
pub(super) fn malformed(subject: &Subject<'_>) -> Outcome {
    each(subject, |value| {
        if is_shown(&value.raw) {
            return Some(swapped(value));
        }
        let why = flaw(value.trimmed()).filter(|_| !is_template(value))?;
        let message =
            format!("the client id {:?} is not a GUID as SharePoint writes it: {why}", value.trimmed());
        let remedy = match guid(&value.raw) {
            Some(bare) => format!("Write {bare}, without braces."),
            None => "Copy the client id from AppPrincipals.aspx or from Get-MgServicePrincipal: 8-4-4-4-12 hexadecimal \
                     digits."
                .to_owned(),
        };
        Some(Issue::new(message, remedy))
    })
}

/// The form of a hidden value was looked at when it was read; that of what is shown in its place means nothing.
fn swapped(value: &Value) -> Issue {
    let message = format!(
        "what looks like a secret stands where the client id belongs ({}): the two may be swapped",
        value.trimmed()
    );
    let remedy = "Put the client id there, 8-4-4-4-12 hexadecimal digits, and make a new secret: an id is shown to \
                  everyone, so this one is known.";
    Issue::new(message, remedy)
}

fn flaw(text: &str) -> Option<String> {
    if text.starts_with('{') || text.ends_with('}') {
        return Some("it stands in braces".to_owned());
    }
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 5 {
        return Some(format!("it has {} groups, not 5", groups.len()));
    }
    let names = ["first", "second", "third", "fourth", "last"];
    for ((group, length), name) in groups.iter().zip([8, 4, 4, 4, 12]).zip(names) {
        if let Some(other) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Some(format!("its {name} group holds {other:?}, which is no hexadecimal digit"));
        }
        if group.len() != length {
            return Some(format!("its {name} group has {} digits, not {length}", group.len()));
        }
    }
    None
}

/// E02: upper case.
pub(super) fn upper_case(subject: &Subject<'_>) -> Outcome {
    each(subject, |value| {
        let lower = guid(&value.raw)?;
        let upper = value.raw.bytes().any(|byte| byte.is_ascii_uppercase());
        let message =
            format!("the client id {} is written in upper case, SharePoint expects {lower}", value.trimmed());
        upper.then(|| Issue::new(message, format!("Write {lower}.")))
    })
}

/// E03: blanks around it.
pub(super) fn blanks(subject: &Subject<'_>) -> Outcome {
    each(subject, |value| {
        let hidden =
            |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}');
        let clean: String = value.raw.chars().filter(|c| !hidden(*c)).collect();
        let odd = clean != value.raw && guid(&clean).is_some();
        let message =
            format!("the client id {:?} has a blank or an invisible character in it or around it", value.raw);
        odd.then(|| Issue::new(message, format!("Write {clean} with nothing before and nothing behind it.")))
    })
}

/// E04: never filled in.
pub(super) fn placeholder(subject: &Subject<'_>) -> Outcome {
    let empty = super::configs(subject).filter_map(|config| {
        let empty = config.get("ClientId").filter(|setting| setting.value.trimmed().is_empty());
        empty.filter(|_| super::of_config(config).is_none()).map(|setting| &setting.value)
    });
    let written: Vec<&Value> = written(subject).into_iter().chain(empty).collect();
    if written.is_empty() {
        return needs_client_id();
    }
    let issues = written.iter().filter(|value| is_template(value)).map(|value| {
        let told = match value.trimmed() {
            "" => "the client id is empty".to_owned(),
            text => format!("the client id {text:?} is a placeholder or an example of the documentation"),
        };
        let remedy = "Register the add-in (appregnew.aspx) and put its client id here, in AppManifest.xml and web.config alike.";
        let issue = Issue::new(told, remedy).shown_by(value);
        if subject.target() == Target::OnPremHighTrust {
            issue.followed_by("The farm knows no principal with this id, and answers 401 to every token that names it.")
        } else {
            issue
        }
    });
    Outcome::decided(issues.collect(), written.iter().copied())
}

/// A text that stands where a client id should.
pub(super) fn is_template(value: &Value) -> bool {
    let text = value.trimmed();
    match guid(text) {
        Some(bare) => {
            let mut digits: Vec<u8> = bare.bytes().filter(|byte| *byte != b'-').collect();
            digits.dedup();
            digits.len() == 1 || OF_DOCUMENTATION.contains(&bare.as_str())
        }
        None => text.is_empty() || is_placeholder(text) || !text.bytes().any(|byte| byte.is_ascii_digit()),
    }
}

/// E08: a GUID of something else.
pub(super) fn wrong_guid(subject: &Subject<'_>) -> Outcome {
    let product = subject.addin.product_id().and_then(|value| Some((value, guid(&value.raw)?)));
    each(subject, |value| {
        let id = guid(&value.raw)?;
        let remedy = "Put the client id of the registration here: AppPrincipals.aspx shows it.";
        if id == SHAREPOINT {
            return Some(Issue::new(format!("the client id {id} is that of SharePoint itself"), remedy));
        }
        let (at, _) = product.as_ref().filter(|(_, product)| *product == id)?;
        Some(
            Issue::new(format!("the client id {id} is also the ProductID of the add-in"), remedy)
                .shown_by(at),
        )
    })
}
