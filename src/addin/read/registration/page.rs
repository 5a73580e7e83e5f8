//! Text copied from `AppRegNew.aspx`, `AppInv.aspx` and `AppPrincipals.aspx`.
//!
//! The client secret that such a page shows once is looked at like any other: what is kept is no text.

use super::context::{Context, identifier_parts};
use super::{is_guid, page_shape as shape};
use crate::addin::evidence::registration::{Principal, PrincipalSource};
use crate::addin::evidence::{Spot, Value};
use crate::addin::read::secret_keys;

/// No page shows more principals.
const MOST_PRINCIPALS: usize = 100_000;

/// The text has a client id and something else of such a page, or identifiers of app principals.
pub(super) fn fits(head: &str) -> bool {
    let mut fields = head.lines().filter_map(field).map(|(field, _)| field);
    let first_is_id = |wanted: Field| head.lines().filter_map(field).any(|(found, _)| found == wanted);
    let identifier = head.contains("|ms.sp.ext|") || head.contains("|ms.sp.int|");
    identifier
        || shape::is_one(head)
        || (fields.any(|found| found == Field::ClientId)
            && [Field::Domain, Field::Secret, Field::Redirect].into_iter().any(first_is_id))
}

/// What a line of the page says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    ClientId,
    Secret,
    Title,
    Domain,
    Redirect,
}

const LABELS: [(&str, Field); 12] = [
    ("client id", Field::ClientId),
    ("app id", Field::ClientId),
    ("add-in id", Field::ClientId),
    ("client secret", Field::Secret),
    ("app secret", Field::Secret),
    ("title", Field::Title),
    ("app domain", Field::Domain),
    ("add-in domain", Field::Domain),
    ("redirect uri", Field::Redirect),
    ("redirect url", Field::Redirect),
    ("app redirect url", Field::Redirect),
    ("add-in redirect url", Field::Redirect),
];

/// A label of the page, and what stands behind it.
fn field(line: &str) -> Option<(Field, &str)> {
    let (label, value) = line.split_once([':', '\t'])?;
    let label = label.trim().trim_start_matches('\u{feff}').trim_end_matches(':').trim();
    let known = LABELS.iter().find(|(name, _)| label.eq_ignore_ascii_case(name))?;
    Some((known.1, value.trim_start_matches(':').trim()))
}

/// Reads the page.
pub(super) fn read(cx: &mut Context, text: &str) {
    let known = text.lines().filter_map(field).any(|(found, _)| found == Field::ClientId);
    if !known && shape::is_one(text) {
        return by_shape(cx, text);
    }
    let mut open: Option<Principal> = None;
    let mut waiting: Option<Field> = None;
    for (number, line) in (1u64..).zip(text.lines()) {
        let told = field(line);
        match (told, waiting) {
            // The value stands on the line below its label.
            (Some((found, "")), _) => waiting = Some(found),
            (Some((found, value)), _) => {
                waiting = None;
                tell(cx, &mut open, found, place(cx, number, line, value));
            }
            (None, Some(found)) if !line.trim().is_empty() => {
                waiting = None;
                tell(cx, &mut open, found, place(cx, number, line, line.trim()));
            }
            (None, _) => identifiers(cx, number, line),
        }
        if cx.evidence.principals.len() > MOST_PRINCIPALS {
            break;
        }
    }
    finish(cx, open);
}

/// A page in another language: what its values look like tells what they are.
fn by_shape(cx: &mut Context, text: &str) {
    let mut open: Option<Principal> = None;
    for (number, line) in (1u64..).zip(text.lines()) {
        let Some(value) = shape::value(line) else { continue };
        let titled = open.as_ref().is_some_and(|page| page.title.is_some());
        let field = match shape::of(value) {
            Some(field) => field,
            None if !titled && open.is_some() => Field::Title,
            None => continue,
        };
        tell(cx, &mut open, field, place(cx, number, line, value));
    }
    finish(cx, open);
}

fn place(cx: &Context, number: u64, line: &str, value: &str) -> Value {
    let before = line.len() - line.find(value).map_or(line.len(), |at| line.len() - at);
    let column = line.get(..before).map_or(0, |before| before.chars().count() as u64 + 1);
    Value::new(value, cx.file.at(number, column))
}

fn tell(cx: &mut Context, open: &mut Option<Principal>, field: Field, value: Value) {
    let again = field == Field::ClientId && open.as_ref().is_some_and(|page| page.client_id.is_some());
    if again {
        finish(cx, open.take());
    }
    let at: Spot = cx.file.at(value.at.line, 0);
    let principal = open.get_or_insert_with(|| Principal::new(at, PrincipalSource::Page));
    match field {
        Field::ClientId => {
            principal.client_id = Some(value);
        }
        Field::Title => principal.title = Some(value),
        Field::Domain => principal.domains.get_or_insert_default().push(value),
        Field::Redirect => principal.redirect_uris.get_or_insert_default().push(value),
        Field::Secret => {
            principal.secrets.extend(secret_keys::secret("Client Secret", &value.raw, &value.at));
        }
    }
}

fn finish(cx: &mut Context, open: Option<Principal>) {
    if let Some(principal) = open.filter(|page| page.client_id.is_some() || page.domains.is_some()) {
        cx.evidence.principals.push(principal);
    }
}

/// `Title   i:0i.t|ms.sp.ext|client id@realm`, as the list of principals shows them.
fn identifiers(cx: &mut Context, number: u64, line: &str) {
    let Some((at, word)) = line.match_indices("|ms.sp.").next().and_then(|(at, _)| {
        let start = line.get(..at)?.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        Some((start, line.get(start..)?.split_whitespace().next()?))
    }) else {
        return;
    };
    let column = line.get(..at).map_or(0, |before| before.chars().count() as u64 + 1);
    let identifier = Value::new(word, cx.file.at(number, column));
    let (client_id, realm) = identifier_parts(&identifier);
    let Some(client_id) = client_id.filter(|id| is_guid(id.trimmed())) else { return };
    let mut principal = Principal::new(cx.file.at(number, 0), PrincipalSource::Page);
    principal.client_id = Some(client_id);
    principal.realm = realm;
    principal.internal = Some(word.to_ascii_lowercase().contains("|ms.sp.int|"));
    let title = line.get(..at).unwrap_or_default().trim();
    // What stands before the identifier of a command is the command.
    let of_command =
        title.ends_with('"') || title.split(' ').any(|word| word.starts_with('-') && word.len() > 2);
    principal.title = (!title.is_empty() && !of_command).then(|| Value::new(title, cx.file.at(number, 1)));
    cx.evidence.principals.push(principal);
}
