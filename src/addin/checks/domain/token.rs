//! Tokens that SharePoint or Visual Studio replaces, in places where they do not.

use super::{MANIFEST, decided, is_before_publishing, of};
use crate::addin::address::is_instruction;
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::evidence::Value;
use crate::addin::standard_tokens::{self, Ampersand};
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// Tokens at the beginning of an address, and whether a StartPage may begin with them.
const LEADING: &[(&str, bool)] = &[
    ("~appWebUrl", true),
    ("~remoteAppUrl", true),
    ("~hostUrl", false),
    ("~site", false),
    ("~sitecollection", false),
    ("~layouts", false),
    ("~controlTemplates", false),
    ("~hostLogoUrl", false),
];

/// Tokens inside an address, and whether a StartPage may hold them.
const INNER: &[(&str, bool)] = &[
    ("{StandardTokens}", true),
    ("{HostUrl}", true),
    ("{AppWebUrl}", true),
    ("{Language}", true),
    ("{ClientTag}", true),
    ("{ProductNumber}", true),
    ("{HostTitle}", true),
    ("{HostLogoUrl}", true),
    ("{RemoteAppUrl}", true),
    ("{ListId}", false),
    ("{ListUrlDir}", false),
    ("{ItemId}", false),
    ("{ItemUrl}", false),
    ("{SelectedListId}", false),
    ("{SelectedItemId}", false),
    ("{Source}", false),
    ("{Site}", false),
    ("{SiteUrl}", false),
    ("{SiteCollection}", false),
    ("{SiteCollectionUrl}", false),
    ("{RecurrenceId}", false),
    ("{AppContextToken}", false),
];

const ADDRESSES: &[Role] =
    &[Role::StartPage, Role::SettingsPage, Role::Endpoint, Role::Receiver, Role::Part, Role::Other];

/// Whether a text begins with a token in braces, which SharePoint replaces, in whatever case it is written.
pub(super) fn begins_with_token(text: &str) -> bool {
    INNER
        .iter()
        .any(|(token, _)| text.get(..token.len()).is_some_and(|start| start.eq_ignore_ascii_case(token)))
}

/// Whether a text begins with a token, and nothing goes on after it that would make it another one.
fn begins_with(text: &str, token: &str) -> bool {
    text.strip_prefix(token).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// B05: `~remoteAppUrl` that nothing replaces any more.
pub(super) fn remote_app_url(subject: &Subject<'_>) -> Outcome {
    if subject.addin.manifest().is_none() {
        return Outcome::does_not_apply("there is no manifest");
    }
    let places: Vec<&Place> = of(subject, &[Role::StartPage, Role::SettingsPage, Role::Endpoint]).collect();
    if places.is_empty() {
        return Outcome::needs(MANIFEST);
    }
    if is_before_publishing(subject) {
        return decided(Vec::new(), places);
    }
    let registered = subject.registered_domains().next().map(|(_, domain)| domain.trimmed().to_owned());
    let host = registered.unwrap_or_else(|| "<the host of the remote web application>".to_owned());
    let lower = |place: &&&Place| place.value.trimmed().to_ascii_lowercase().starts_with("~remoteappurl");
    let issues = places
        .iter()
        .filter(lower)
        .map(|place| {
            let message = format!("{} of the package still begins with ~remoteAppUrl", place.row.place);
            let remedy = format!("Publish with the wizard of Visual Studio, or write https://{host} in its place and package again.");
            Issue::new(message, remedy).shown_by(&place.value)
        });
    let in_braces = places.iter().filter(|place| place.value.trimmed().starts_with("{RemoteAppUrl}"));
    let in_braces = in_braces.map(|place| {
        let message = format!(
            "{} of the package begins with {{RemoteAppUrl}}, which is documented for the inside of an address only",
            place.row.place
        );
        let remedy = format!("Write https://{host} in its place and package again.");
        Issue::new(message, remedy).shown_by(&place.value).rated(AuditSeverity::Warning)
    });
    decided(issues.chain(in_braces).collect(), places)
}

/// B06: a token that no tool knows.
pub(super) fn remote_web_url(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = subject.places.iter().filter(|place| ADDRESSES.contains(&place.role)).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("there is no manifest or element file with an address");
    }
    let issues = places
        .iter()
        .filter(|place| place.value.raw.to_ascii_lowercase().contains("~remoteweburl"))
        .map(|place| {
            let message = format!("{} uses ~remoteWebUrl, a token that does not exist", place.row.place);
            let remedy = "Write ~remoteAppUrl in the project and publish again, or the https address itself.";
            Issue::new(message, remedy).shown_by(&place.value)
        })
        .collect();
    decided(issues, places)
}

/// B07: tokens that are misspelt, or not for a StartPage.
pub(super) fn unknown(subject: &Subject<'_>) -> Outcome {
    let places: Vec<&Place> = of(subject, ADDRESSES).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("there is no manifest or element file with an address");
    }
    let mut issues = Vec::new();
    for place in &places {
        let start_page = place.role == Role::StartPage;
        let raw = place.value.trimmed();
        if raw.starts_with('~') && !raw.to_ascii_lowercase().starts_with("~remoteweburl") {
            let word: String = raw.chars().skip(1).take_while(char::is_ascii_alphanumeric).collect();
            issues.extend(judge(&format!("~{word}"), LEADING, start_page, place));
        }
        for token in inner_tokens(raw) {
            issues.extend(judge(&token, INNER, start_page, place));
        }
    }
    decided(issues, places)
}

/// What stands in braces and looks like a token: letters only.
fn inner_tokens(text: &str) -> Vec<String> {
    let pieces = text.split('{').skip(1).filter_map(|piece| piece.split_once('}'));
    let words = pieces.map(|(word, _)| word);
    words
        .filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic()))
        .map(|word| format!("{{{word}}}"))
        .collect()
}

fn judge(token: &str, known: &[(&str, bool)], start_page: bool, place: &Place) -> Option<Issue> {
    let place_name = &place.row.place;
    if let Some((_, allowed)) = known.iter().find(|(name, _)| *name == token) {
        if *allowed || !start_page {
            return None;
        }
        let message = format!("{place_name} uses {token}, which is not replaced in a StartPage");
        return Some(
            Issue::new(message, "Take the token out; {StandardTokens} brings what a StartPage may know.")
                .shown_by(&place.value),
        );
    }
    let nearest =
        known.iter().min_by_key(|(name, _)| strsim::levenshtein(&name.to_lowercase(), &token.to_lowercase()));
    let (name, _) = nearest?;
    let message = if name.eq_ignore_ascii_case(token) {
        format!("{place_name} writes {token} in another case than {name}")
    } else {
        format!("{place_name} uses {token}, which is no token")
    };
    Some(Issue::new(message, format!("Write {name}, if that is meant.")).shown_by(&place.value))
}

/// B08: what the add-in needs to know about its host.
pub(super) fn not_passed(subject: &Subject<'_>) -> Outcome {
    if !subject.addin.is_provider_hosted() {
        return Outcome::does_not_apply("a SharePoint-hosted add-in needs no tokens to find its host");
    }
    let Some(page) = of(subject, &[Role::StartPage]).next() else { return Outcome::needs(MANIFEST) };
    let raw = page.value.trimmed();
    if begins_with(raw, "~appWebUrl") {
        return Outcome::does_not_apply("the StartPage lies in the app web");
    }
    if is_instruction(raw) {
        return Outcome::does_not_apply("the StartPage was never filled in");
    }
    let missing = standard_tokens::missing(raw, Ampersand::Plain);
    if missing.is_empty() {
        let doubled = standard_tokens::doubled(raw, Ampersand::Plain);
        let spoilt = standard_tokens::escaped_twice(raw, Ampersand::Plain);
        let twice = (!doubled.is_empty()).then(|| twice(page, &doubled));
        let escaped = (!spoilt.is_empty()).then(|| escaped_twice(page, &spoilt));
        return decided(twice.into_iter().chain(escaped).collect(), [page]);
    }
    Outcome::decided(vec![without_tokens(page, &missing)], [&page.value])
}

/// What becomes of the values. Behind the token stands its last one, which then arrives with more in it than it should.
fn lost(raw: &str, missing: &[&str]) -> String {
    let embedded = standard_tokens::is_embedded(raw, Ampersand::Plain);
    let (spoilt, missing): (Vec<&str>, Vec<&str>) =
        missing.iter().copied().partition(|name| embedded && *name == standard_tokens::LAST);
    let told = [(missing, "will be missing"), (spoilt, "will arrive spoilt, with what stands behind it")];
    let told = told.iter().filter(|(names, _)| !names.is_empty());
    told.map(|(names, fate)| format!("{} {fate}", names.join(", "))).collect::<Vec<_>>().join("; ")
}

/// A remedy never asks for http (OB09), as a corrected manifest never does.
fn over_https(address: String) -> String {
    let scheme = address.get(.."http://".len()).filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    match scheme.and_then(|scheme| address.get(scheme.len()..)) {
        Some(rest) => format!("https://{rest}"),
        None => address,
    }
}

/// `HttpRequest.QueryString` joins the values of a name with commas (*documented*). An address of the host that is two
/// of them is none, or that of a site which does not exist (*inferred*); the others are only passed on.
fn twice(page: &Place, doubled: &[&str]) -> Issue {
    let raw = page.value.trimmed();
    let names = doubled.join(", ");
    let by = if raw.contains(standard_tokens::TOKEN) { ", once by {StandardTokens}" } else { "" };
    let message = format!(
        "the StartPage passes {names} twice{by}: Request.QueryString gives both values in one, joined with a comma"
    );
    let better = over_https(standard_tokens::added(raw, Ampersand::Plain));
    let remedy = format!("Write the StartPage as {better} (in the XML an & is written &amp;).");
    let lost = doubled.contains(&standard_tokens::FIRST);
    let severity = if lost { AuditSeverity::Error } else { AuditSeverity::Warning };
    Issue::new(message, remedy).shown_by(&Value::clone(&page.value)).rated(severity)
}

/// The token brings the values all the same, so nothing is lost but what was meant.
fn escaped_twice(page: &Place, spoilt: &[&str]) -> Issue {
    let raw = page.value.trimmed();
    let names = spoilt.join(", ");
    let message = format!(
        "an ampersand of the StartPage is escaped twice, so {names} arrives with amp; in front of its name"
    );
    let better = over_https(standard_tokens::added(raw, Ampersand::Plain));
    let remedy = format!("Write the StartPage as {better} (in the XML an & is written &amp;).");
    Issue::new(message, remedy).shown_by(&Value::clone(&page.value)).rated(AuditSeverity::Warning)
}

fn without_tokens(page: &Place, missing: &[&str]) -> Issue {
    let raw = page.value.trimmed();
    let better = over_https(standard_tokens::added(raw, Ampersand::Plain));
    let lost = lost(raw, missing);
    let behind = raw.split_once('#').is_some_and(|(_, fragment)| fragment.contains(standard_tokens::TOKEN));
    let message = if behind {
        format!(
            "the StartPage has {{StandardTokens}} behind #, and what stands there never reaches the server: {lost}"
        )
    } else if standard_tokens::is_embedded(raw, Ampersand::Plain) {
        format!(
            "the StartPage has {{StandardTokens}} inside of another parameter, not as one of its own between ? and &: {lost}"
        )
    } else {
        format!("the StartPage does not pass {{StandardTokens}} in its query: {lost}")
    };
    let remedy = format!("Write the StartPage as {better} (in the XML an & is written &amp;).");
    Issue::new(message, remedy).shown_by(&Value::clone(&page.value)).rated(AuditSeverity::Error)
}
