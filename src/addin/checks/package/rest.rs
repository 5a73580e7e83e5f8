//! Locales, remote endpoints, and a project that is ahead of its package: OA19 to OA21.

use super::super::{Issue, Outcome};
use super::identity::version;
use super::{manifests, names};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::Manifest;
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;
use crate::model::stage::Stage;

/// OA19.
pub(super) fn locales(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let issue = |manifest: &Manifest| {
        let languages = manifest.languages.as_ref()?;
        let both = manifest.locales.first();
        let message = match both {
            Some(_) => format!(
                "SupportedLocales and SupportedLanguages ({}) both stand in the manifest",
                languages.raw
            ),
            None => {
                format!("SupportedLanguages ({}) is used, which SupportedLocales has replaced", languages.raw)
            }
        };
        let cultures = languages.raw.split([';', ',']).map(str::trim);
        let cultures = cultures.filter(|culture| !culture.is_empty() && culture.len() < 20).take(25);
        let list = cultures.fold(String::new(), |list, culture| {
            list + "<SupportedLocale CultureName=\"" + culture + "\" />"
        });
        let remedy = match both {
            Some(_) => "remove SupportedLanguages".to_owned(),
            None => format!("write <SupportedLocales>{list}</SupportedLocales> instead"),
        };
        let issue = Issue::new(message, remedy).shown_by(languages);
        Some(both.into_iter().fold(issue, Issue::shown_by))
    };
    let seen = manifests.iter().flat_map(|manifest| &manifest.locales);
    Outcome::decided(manifests.iter().filter_map(issue).collect(), seen)
}

/// OA20.
pub(super) fn remote_endpoints(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let all: Vec<&Value> = manifests.iter().flat_map(|manifest| &manifest.remote_endpoints).collect();
    if all.is_empty() {
        return Outcome::does_not_apply("the manifest declares no RemoteEndpoint");
    }
    let mut issues: Vec<Issue> =
        all.iter().flat_map(|url| blanks(url).into_iter().chain(endpoint(url))).collect();
    for manifest in manifests.iter().filter(|manifest| manifest.remote_endpoints.len() > 20) {
        let message =
            format!("{} remote endpoints are declared, and 20 are allowed", manifest.remote_endpoints.len());
        issues.push(
            Issue::new(message, "remove endpoints that SP.WebProxy does not call")
                .at(&manifest.at, "RemoteEndpoints"),
        );
    }
    Outcome::decided(issues, all)
}

fn blanks(url: &Value) -> Option<Issue> {
    let message = format!("the address of a remote endpoint has blanks around it: {}", url.raw);
    let remedy = format!("write Url=\"{}\"", url.trimmed());
    (url.trimmed() != url.raw).then(|| Issue::new(message, remedy).shown_by(url))
}

fn endpoint(url: &Value) -> Option<Issue> {
    let text = url.trimmed();
    let lower = text.to_ascii_lowercase();
    if text.contains(['{', '~']) {
        let message = format!("a remote endpoint holds a token, which nothing replaces there: {}", url.raw);
        return Some(Issue::new(message, PLAIN).shown_by(url));
    }
    if lower.starts_with("https://") {
        return None;
    }
    let Some(host) = text.get("http://".len()..).filter(|_| lower.starts_with("http://")) else {
        let message = format!("a remote endpoint is no absolute address: {}", url.raw);
        return Some(Issue::new(message, PLAIN).shown_by(url));
    };
    let message = format!("a remote endpoint uses http: {}", url.raw);
    let issue = Issue::new(message, format!("write Url=\"https://{host}\", if the service answers there"));
    let issue = issue.rated(AuditSeverity::Info).shown_by(url);
    Some(issue.followed_by(
        "SharePoint calls it, but what is sent and answered can be read and changed on its way.",
    ))
}

const PLAIN: &str = "write the plain https address of the service that SP.WebProxy calls";

/// OA21.
pub(super) fn source_is_newer(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let newest = |stage: Stage| {
        let of_stage = manifests.iter().filter(|manifest| manifest.stage == stage);
        of_stage.max_by_key(|manifest| {
            (manifest.version.as_ref().and_then(version), std::cmp::Reverse(&manifest.at))
        })
    };
    let (Some(source), Some(package)) = (newest(Stage::Source), newest(Stage::Package)) else {
        return Outcome::needs(
            "both the AppManifest.xml of the project and the published .app package, in one audit",
        );
    };
    let mut issues = Vec::new();
    let texts = [("Version", &source.version, &package.version), ("Title", &source.title, &package.title)];
    for (name, ours, theirs) in texts {
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours.trimmed() != theirs.trimmed()
        {
            issues.push(differs(name, ours, theirs));
        }
    }
    if let (Some(ours), Some(theirs)) = (&source.start_page, &package.start_page)
        && page(&ours.raw) != page(&theirs.raw)
    {
        issues.push(differs("the page of StartPage", ours, theirs));
    }
    Outcome::decided(issues, names(manifests))
}

fn differs(what: &str, source: &Value, package: &Value) -> Issue {
    let message =
        format!("{what} is {} in the project, and {} in the package", source.trimmed(), package.trimmed());
    let remedy =
        "publish the project again and upload the new package to the app catalog, with a higher Version";
    Issue::new(message, remedy).shown_by(source).shown_by(package)
}

/// What stands behind the host or the token, without the query.
fn page(url: &str) -> String {
    let text = url.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    path.split(['?', '#']).next().unwrap_or_default().trim_matches('/').to_ascii_lowercase()
}
