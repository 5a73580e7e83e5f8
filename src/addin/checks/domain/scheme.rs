//! The scheme of an address, and where its host ends.

use super::{MANIFEST, decided, of, with_host};
use crate::addin::checks::{Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::subject::Subject;

/// B09: a StartPage over http.
pub(super) fn start_page_http(subject: &Subject<'_>) -> Outcome {
    if !subject.addin.is_provider_hosted() {
        return Outcome::does_not_apply("a SharePoint-hosted add-in has no remote StartPage");
    }
    let Some(page) = of(subject, &[Role::StartPage]).next() else {
        return if subject.addin.manifest().is_none() {
            Outcome::does_not_apply("there is no manifest")
        } else {
            Outcome::needs(MANIFEST)
        };
    };
    let Some(authority) =
        page.authority.as_ref().filter(|authority| authority.scheme.as_deref() == Some("http"))
    else {
        return decided(Vec::new(), [page]);
    };
    let message = format!("the StartPage is called over http: {}", page.value.trimmed());
    let domain = authority.canonical();
    let mut remedy = format!("Serve {domain} over https and publish with https://{domain}.");
    if subject.on_premises() {
        remedy.push_str(" Until then the farm needs AllowOAuthOverHttp, which sends tokens in clear: take it back as soon as https works.");
    }
    Outcome::decided(vec![Issue::new(message, remedy).shown_by(&page.value)], [&page.value])
}

/// B22: `https://host?query`.
pub(super) fn no_path_before_query(subject: &Subject<'_>) -> Outcome {
    const ROLES: &[Role] = &[Role::StartPage, Role::SettingsPage, Role::Endpoint, Role::Receiver, Role::Part];
    let places: Vec<&Place> = with_host(subject, ROLES).collect();
    if places.is_empty() {
        return Outcome::does_not_apply("no address with a written domain was found");
    }
    let lacks_slash = |place: &&&Place| {
        let after = place.value.trimmed().split_once("://").map_or("", |(_, rest)| rest);
        after
            .find(['?', '#'])
            .is_some_and(|at| after.get(..at).is_some_and(|host| !host.contains(['/', '\\'])))
    };
    let issues = places
        .iter()
        .filter(lacks_slash)
        .map(|place| {
            let better = place.value.trimmed().replacen('?', "/?", 1);
            let message = format!("{} has no / between its host and the ?", place.row.place);
            Issue::new(message, format!("Write {better}")).shown_by(&place.value)
        })
        .collect();
    decided(issues, places)
}
