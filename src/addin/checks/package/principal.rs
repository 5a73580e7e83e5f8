//! Who the add-in is for SharePoint, and where its pages are: OA13 to OA18.

use super::super::{Issue, Outcome};
use super::manifests;
use crate::addin::address::{Fault, fault, is_instruction};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::{Manifest, ManifestPrincipal};
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;
use crate::model::stage::Stage;
use crate::text::quote::powershell_literal;

/// OA13. In a project the star is normal: Visual Studio replaces it when it publishes.
pub(super) fn client_id_star(subject: &Subject<'_>) -> Outcome {
    let found = match remote(subject) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let published: Vec<&(&Manifest, &Value)> =
        found.iter().filter(|(manifest, _)| manifest.stage == Stage::Package).collect();
    if published.is_empty() {
        return Outcome::does_not_apply(
            "no manifest is published yet; in a project ClientId=\"*\" is normal",
        );
    }
    let known = subject.addin.client_id().map(|id| id.raw.clone());
    let issue = |(manifest, id): &&(&Manifest, &Value)| {
        let remedy = match &known {
            Some(id) => format!("run the Publish wizard again and enter the client id {id}"),
            None => {
                "register the add-in on appregnew.aspx, run the Publish wizard again and enter that client id"
                    .to_owned()
            }
        };
        let message = "the published manifest has ClientId=\"*\"; no principal has that id";
        Issue::new(message, remedy).shown_by(id).at(&manifest.at, "published manifest")
    };
    let issues =
        published.iter().copied().filter(|(_, id)| id.trimmed() == "*").map(|found| issue(&found)).collect();
    Outcome::decided(issues, published.iter().map(|(_, id)| *id))
}

/// Manifests with a remote web application, and its client id.
fn remote<'a>(subject: &Subject<'a>) -> Result<Vec<(&'a Manifest, &'a Value)>, Outcome> {
    let found: Vec<(&Manifest, &Value)> =
        manifests(subject)?.iter().filter_map(|manifest| Some((manifest, manifest.client_id()?))).collect();
    if found.is_empty() {
        return Err(Outcome::does_not_apply("no manifest has a RemoteWebApplication with a client id"));
    }
    Ok(found)
}

/// OA14. In a project only what was autohosted from the start counts: a debug run writes its principal anew.
pub(super) fn auto_deployed(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let mut issues = Vec::new();
    for manifest in manifests {
        for principal in &manifest.principals {
            let ManifestPrincipal::AutoDeployed { at, app_url, redirect_uri, secret } = principal else {
                continue;
            };
            let debugged = app_url.is_some() || redirect_uri.is_some() || secret.is_some();
            let (message, remedy) = match (manifest.stage == Stage::Package, debugged) {
                (_, false) => (
                    "the add-in is autohosted: SharePoint was to make its web application in Azure, which ended in 2014",
                    "convert the project to provider-hosted: host the web application yourself, register a client id, and \
                     write RemoteWebApplication with it in the place of AutoDeployedWebApplication",
                ),
                (true, true) => (
                    "the principal is AutoDeployedWebApplication with DebugInfo: the build for a debug run",
                    "publish the add-in and deploy the package out of app.publish, not the one of bin or pkgobj",
                ),
                (false, true) => continue,
            };
            issues.push(Issue::new(message, remedy).at(at, "AutoDeployedWebApplication"));
        }
    }
    if issues.is_empty() && !manifests.iter().any(|manifest| manifest.stage == Stage::Package) {
        return Outcome::needs(
            "the .app package as it was published; in a debug build AutoDeployedWebApplication is normal",
        );
    }
    Outcome::decided(issues, super::names(manifests))
}

/// OA15.
pub(super) fn debug_secret(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let secrets = manifests
        .iter()
        .flat_map(|manifest| manifest.secrets().map(|secret| (secret, manifest.remarks.contains(secret))));
    let filled = secrets.filter(|(secret, _)| secret.length > 0 && !secret.form.placeholder);
    let issues = filled.map(|(secret, in_remark)| {
        if in_remark {
            let message = format!("a comment holds a client secret in clear text ({})", secret.shown());
            let remedy = "make a new secret for the app principal, and take the comment out of the manifest: it goes \
                into the package and stays in the history of the repository";
            return Issue::new(message, remedy).shown_by(&secret.value());
        }
        // A part of a package is no file for git; the package around it is.
        let file = subject.settings.file_of(&secret.at.path);
        let in_folder = file.contains('/');
        let message = format!("DebugInfo holds a ClientSecret in clear text ({})", secret.shown());
        let remedy = format!(
            "make a new secret for the app principal, then take the file out of source control: git rm --cached {}, and add pkgobj and bin to .gitignore{}",
            powershell_literal(file),
            if in_folder { "; rewrite the history, or treat the secret as known" } else { "" }
        );
        Issue::new(message, remedy).shown_by(&secret.value())
    });
    Outcome::decided(issues.collect(), super::names(manifests))
}

/// OA16.
pub(super) fn internal_but_remote(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let internal: Vec<&Manifest> = manifests.iter().filter(|manifest| manifest.is_internal()).collect();
    if internal.is_empty() {
        return Outcome::does_not_apply("the principal is not Internal");
    }
    let issues = internal.iter().flat_map(|manifest| internal_issues(manifest)).collect();
    Outcome::decided(issues, internal.iter().filter_map(|manifest| manifest.start_page.as_ref()))
}

fn internal_issues(manifest: &Manifest) -> Vec<Issue> {
    let library = manifest.principals.iter().find_map(|principal| match principal {
        ManifestPrincipal::Internal { allowed_remote_host, .. } => allowed_remote_host.as_ref(),
        _ => None,
    });
    let endpoints = manifest.endpoints.iter().map(|endpoint| (endpoint.element, &endpoint.url));
    let pages = manifest.start_page.iter().map(|page| ("StartPage", page));
    let remote = pages.chain(endpoints).filter(|(_, url)| is_remote(&url.raw));
    let issue = |(place, url): (&str, &Value)| {
        let message = format!("the principal is Internal, but {place} is remote: {}", url.raw);
        let remedy = "write <RemoteWebApplication ClientId=\"<client id>\" /> in AppPrincipal and register the add-in, \
            or use ~appWebUrl; Internal gets no context token";
        let issue = Issue::new(message, remedy).shown_by(url);
        match library {
            // The cross-domain library needs no token: the page may well be remote.
            Some(library) if place == "StartPage" => issue.shown_by(library).rated(AuditSeverity::Warning),
            _ => issue,
        }
    };
    remote.map(issue).collect()
}

fn is_remote(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    lower.starts_with("http://")
        || lower.starts_with("https://")
        || lower.starts_with("~remoteappurl")
        || lower.starts_with("~remoteweburl")
}

/// OA17.
pub(super) fn remote_but_app_web(subject: &Subject<'_>) -> Outcome {
    start_pages(subject, |page| {
        if !page.trimmed().to_ascii_lowercase().starts_with("~appweburl") {
            return None;
        }
        let message =
            format!("the principal is RemoteWebApplication, but StartPage is in the app web: {}", page.raw);
        let remedy = "nothing, if a hybrid add-in is meant: pages in the app web, receivers or services outside; the \
            launch then carries no context token";
        Some(Issue::new(message, remedy).shown_by(page))
    })
}

/// OA18.
pub(super) fn relative_start_page(subject: &Subject<'_>) -> Outcome {
    let hosted = match manifests(subject) {
        Ok(manifests) => manifests.iter().filter(|manifest| manifest.is_internal()),
        Err(outcome) => return outcome,
    };
    let hosted: Vec<&Value> = hosted.filter_map(|manifest| manifest.start_page.as_ref()).collect();
    let unusable: Vec<Issue> = hosted.iter().filter_map(|page| not_in_app_web(page)).collect();
    match remote_start_page(subject) {
        Outcome::Decided { mut issues, seen } => {
            issues.extend(unusable);
            Outcome::Decided { issues, seen }
        }
        _ if !hosted.is_empty() => Outcome::decided(unusable, hosted),
        other => other,
    }
}

/// The page of a SharePoint-hosted add-in lies in the app web, and the token for its address stands in front
/// (*documented*: StartPage element). An address of its own is one of a remote page, which OA16 judges.
fn not_in_app_web(page: &Value) -> Option<Issue> {
    let text = page.trimmed();
    if text.starts_with(['~', '{']) || text.contains("://") {
        return None;
    }
    let message = if text.is_empty() {
        "StartPage is empty".to_owned()
    } else {
        format!("the add-in is SharePoint-hosted, and StartPage does not begin with ~appWebUrl: {}", page.raw)
    };
    let path = path_of(text);
    let path = if path.is_empty() || path.starts_with('?') || is_instruction(text) {
        "Pages/Default.aspx?{StandardTokens}".to_owned()
    } else {
        path
    };
    Some(Issue::new(message, format!("write ~appWebUrl/{path}")).shown_by(page))
}

fn remote_start_page(subject: &Subject<'_>) -> Outcome {
    start_pages(subject, |page| {
        let text = page.trimmed();
        let fault = fault(text)?;
        let message = match fault {
            _ if is_instruction(text) => format!("StartPage was never filled in: {}", page.raw),
            Fault::Empty => "StartPage is empty".to_owned(),
            _ => format!("StartPage {}: {}", fault.told(), page.raw),
        };
        let remedy = match fault {
            Fault::Relative if !is_instruction(text) => {
                if let Some(address) = meant_address(text) {
                    return Some(Issue::new(message, format!("write {address}")).shown_by(page));
                }
                let path = path_of(text);
                format!(
                    "write https://<host of the remote web application>/{path}, or ~remoteAppUrl/{path} if Visual Studio publishes the add-in"
                )
            }
            _ => "write https://<host of the remote web application>/ with the path of the page and ?{StandardTokens}"
                .to_owned(),
        };
        Some(Issue::new(message, remedy).shown_by(page))
    })
}

/// The path of a page as an address has it: a file of a Windows project is written with backslashes. What stands behind
/// the `?` is no path.
fn path_of(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (path, query) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{}{query}", path.replace('\\', "/").trim_start_matches('/'))
}

/// `https://host/page` where somebody wrote `https:\\host\page`, `https:/host/page` or `https//host/page`.
fn meant_address(text: &str) -> Option<String> {
    let plain = path_of(text);
    let (scheme, rest) = plain.split_at_checked(plain.find([':', '/'])?)?;
    let host = rest.trim_start_matches([':', '/']);
    let scheme = scheme.to_ascii_lowercase();
    // `https/a.aspx` is a folder.
    let is_scheme = matches!(scheme.as_str(), "https" | "http") && rest.len() - host.len() > 1;
    let address = format!("{scheme}://{host}");
    (is_scheme && fault(&address).is_none()).then_some(address)
}

fn start_pages(subject: &Subject<'_>, judge: impl Fn(&Value) -> Option<Issue>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let remote =
        manifests.iter().filter(|manifest| !manifest.is_internal() && !manifest.principals.is_empty());
    let pages: Vec<&Value> = remote.filter_map(|manifest| manifest.start_page.as_ref()).collect();
    if pages.is_empty() {
        return Outcome::does_not_apply("no manifest has both a RemoteWebApplication and a StartPage");
    }
    Outcome::decided(pages.iter().filter_map(|page| judge(page)).collect(), pages)
}
