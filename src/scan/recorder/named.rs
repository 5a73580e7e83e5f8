//! What a record names: values of captures, the content database and the site that it concerns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalogue::rule::Rule;
use crate::format::title::{self, Title};
use crate::model::captures::Captures;
use crate::model::kind::LogFamily;
use crate::model::site::SiteId;
use crate::scan::literals::words::Meaning;
use crate::scan::record::lane::Closed;
use crate::scan::rules::found::Found;
use crate::scan::tally::Group;
use crate::text::charset::text_of_line;
use crate::text::secrets::{hidden, hidden_in_name};

/// The values of the captures that separate findings of a rule.
pub(super) fn group_of(card: &Rule, captures: &Found<'_>) -> Group {
    card.group_by.iter().map(|name| named(captures, name)).collect()
}

/// The value of a capture. GUIDs are written in either case: they compare in lower case.
pub(super) fn named(captures: &Found<'_>, name: &str) -> String {
    let Some(found) = captures.name(name) else { return String::new() };
    match SiteId::parse(found) {
        Some(id) => id.to_string(),
        None => text_of_line(found).trim().to_owned(),
    }
}

/// The same as a report shows it: without its secrets.
pub(super) fn shown(captures: &Found<'_>, name: &str) -> String {
    text_of_line(&hidden(named(captures, name).as_bytes())).into_owned()
}

/// The type of the object that is named: some lines write it with its namespace.
pub(super) fn object_type(captures: &Found<'_>) -> String {
    let mut name = named(captures, "object_type");
    name.drain(..name.rfind('.').map_or(0, |dot| dot + 1));
    name
}

pub(super) fn all_captures(captures: &Found<'_>, names: &[String]) -> Captures {
    names
        .iter()
        .map(|name| (name.clone(), shown(captures, name)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The content database a record concerns: what the rule captured, else what it names itself, else the title before it.
pub(super) fn database_of(captures: &Found<'_>, open: &Closed<'_>, meaning: &Meaning) -> Option<String> {
    let direct = named(captures, "database");
    if !direct.is_empty() {
        return Some(direct);
    }
    let object_type = object_type(captures);
    if !object_type.is_empty() && object_type != "SPContentDatabase" {
        return None;
    }
    if object_type == "SPContentDatabase" {
        return Some(named(captures, "object_name")).filter(|name| !name.is_empty());
    }
    mentioned(open, meaning).or_else(|| context_database(open)).map(Cow::into_owned)
}

/// The content database that a record names itself. What its literals say, where it is known, spares a search.
pub(super) fn mentioned<'t>(open: &Closed<'t>, meaning: &Meaning) -> Option<Cow<'t, str>> {
    let name = match open.sighted.filter(|_| open.family == LogFamily::Upgrade) {
        Some(sighted) => meaning.database(open.text, sighted),
        None => title::mentioned_database(open.text),
    };
    name.map(text_of_line)
}

pub(super) fn context_database<'a>(open: &Closed<'a>) -> Option<Cow<'a, str>> {
    match title::title(open.title?)? {
        Title::ContentDatabase(name) => Some(text_of_line(name)),
        _ => None,
    }
}

/// Notes the site that a record concerns by its URL: what the rule captured, else the title before the record.
pub(super) fn note_url(urls: &mut BTreeSet<String>, captures: &Found<'_>, open: &Closed<'_>) {
    match named(captures, "url") {
        url if url.is_empty() => note_context_url(urls, open),
        url => note(urls, &url),
    }
}

/// The same of the title alone.
pub(super) fn note_context_url(urls: &mut BTreeSet<String>, open: &Closed<'_>) {
    if let Some(Title::Site(url)) = open.title.and_then(title::title) {
        note(urls, &text_of_line(url));
    }
}

/// Most records name a site that is known.
fn note(urls: &mut BTreeSet<String>, url: &str) {
    if !urls.contains(url) {
        urls.insert(hidden_in_name(url).into_owned());
    }
}
