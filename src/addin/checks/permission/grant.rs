//! What was granted, what is not requested, and what comes after: OI19, OI21, OI22.

use super::super::{Issue, Outcome};
use super::{RequestSet, all, scopes_of, some_sets};
use crate::addin::evidence::permission::PermissionRequest;
use crate::addin::evidence::registration::Grant;
use crate::addin::scopes::{meant, meant_right, rank, width};
use crate::addin::subject::Subject;
use crate::model::audit::{Fix, Target};

/// OI19.
pub(super) fn not_granted(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return without_requests(subject).unwrap_or(outcome),
    };
    let told: Vec<&Vec<Grant>> = told(subject).collect();
    let policy = policy_not_granted(subject, &sets);
    if told.is_empty() {
        if let Some(issue) = policy {
            return Outcome::decided(vec![issue], []);
        }
        let exported = subject.farm().places().next().is_some();
        return Outcome::needs(if subject.on_premises() && exported {
            "the granted permissions, which the export of the farm does not tell of this client id: run it again with -ClientId and the id"
        } else if subject.on_premises() {
            "the granted permissions: run the script that spdoctor oauth export-script prints, on a server of the farm"
        } else {
            "the granted permissions: Get-PnPAzureACSPrincipal -Scope All -IncludeSubsites | ConvertTo-Json -Depth 5 -EnumsAsStrings, or the CSV files of the Microsoft 365 Assessment tool"
        });
    }
    let grants: Vec<&Grant> = told.into_iter().flatten().collect();
    let requests: Vec<&PermissionRequest> = all(&sets).collect();
    let by_set = sets.iter().flat_map(|set| set.requests.iter().map(move |request| (set, request)));
    let lacking = by_set.filter_map(|(set, request)| Some((set, request, missing(request, &grants)?)));
    let mut issues: Vec<Issue> =
        lacking.map(|(set, request, issue)| regranted(subject, set, request, issue)).collect();
    issues.extend(policy);
    issues.extend(grants.iter().filter_map(|grant| excess(grant, &requests)));
    Outcome::decided(issues, grants.iter().map(|grant| &grant.scope))
}

/// Grants of each source that tells them.
fn told<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Vec<Grant>> {
    subject.evidence().principals.iter().filter_map(|principal| principal.grants.as_ref())
}

/// What a manifest without requests has nevertheless; `None` where nothing is granted, or no manifest tells.
fn without_requests(subject: &Subject<'_>) -> Option<Outcome> {
    let manifest = subject.addin.manifest()?;
    let app_only = subject.evidence().principals.iter().any(|principal| principal.app_only == Some(true));
    let alone = if app_only { ", also without a user" } else { "" };
    let issue = |grant: &Grant| {
        let message = format!("{} is granted{alone}, and the manifest never requested it", shown(grant));
        let remedy = "find out who granted it on appinv.aspx and what uses it: if the add-in does, write the request into its manifest; else remove the add-in on appprincipals.aspx of that site, and trust it again";
        Issue::new(message, remedy).shown_by(&grant.scope).shown_by(&grant.right).at(&manifest.at, "App")
    };
    let issues: Vec<Issue> = told(subject).flatten().map(issue).collect();
    (!issues.is_empty()).then(|| Outcome::decided(issues, []))
}

/// `FullControl on http://sharepoint/content/tenant`.
fn shown(grant: &Grant) -> String {
    let scope = meant(&grant.scope.raw).map_or(grant.scope.trimmed(), |rule| rule.uri);
    format!("{} on {scope}", grant.right.trimmed())
}

/// On a farm a cmdlet grants what is requested and missing.
fn regranted(
    subject: &Subject<'_>,
    set: &RequestSet<'_>,
    request: &PermissionRequest,
    issue: Issue,
) -> Issue {
    let rule = request.scope.as_ref().and_then(|scope| meant(&scope.raw));
    let (Some(id), Some(rule), Some(right)) = (subject.addin.client_id(), rule, &request.right) else {
        return issue;
    };
    if !subject.on_premises() {
        return issue;
    }
    issue.fixed_by(Fix::Grant {
        client_id: id.trimmed().to_owned(),
        scope: rule.uri.to_owned(),
        right: right.trimmed().to_owned(),
        app_only: set.is_app_only(),
    })
}

/// The app-only policy is requested, and every source that tells of it says that it is off. It is granted together
/// with the permissions, and calls without a user are refused whatever else is granted.
fn policy_not_granted(subject: &Subject<'_>, sets: &[RequestSet<'_>]) -> Option<Issue> {
    let set = sets.iter().find(|set| set.is_app_only() && !set.requests.is_empty())?;
    let principals = &subject.evidence().principals;
    if principals.iter().any(|principal| principal.app_only == Some(true)) {
        return None;
    }
    let off = principals.iter().find(|principal| principal.app_only == Some(false))?;
    let message = "AllowAppOnlyPolicy is requested, and the app-only policy is not granted";
    let remedy = "trust the add-in again: open appinv.aspx with its client id, enter the permission XML with AllowAppOnlyPolicy=\"true\" and choose Trust It";
    let issue = set.policy.into_iter().fold(Issue::new(message, remedy), Issue::shown_by);
    let issue = issue.at(&off.at, "app-only is not allowed");
    // A cmdlet sets the policy only with a permission that it can grant.
    let request = set.requests.iter().find(|request| by_cmdlet(request)).or(set.requests.first())?;
    Some(regranted(subject, set, request, issue))
}

/// Permissions on content, but for lists, are those that a cmdlet grants.
fn by_cmdlet(request: &PermissionRequest) -> bool {
    let rule = request.scope.as_ref().and_then(|scope| meant(&scope.raw));
    rule.is_some_and(|rule| width(rule.uri).is_some() && !rule.uri.ends_with("/list"))
}

/// A request that no grant covers. Sources tell grants of sites without a scope, by the site; those cover content.
fn missing(request: &PermissionRequest, grants: &[&Grant]) -> Option<Issue> {
    let (scope, right) = (request.scope.as_ref()?, request.right.as_ref()?);
    let rule = meant(&scope.raw)?;
    let enough = |grant: &Grant| match (rank(&grant.right.raw), rank(&right.raw)) {
        (Some(granted), Some(requested)) => granted >= requested,
        _ => grant.right.is(&right.raw),
    };
    let covers = |grant: &&&Grant| {
        let same = match meant(&grant.scope.raw) {
            Some(granted) => {
                granted == rule || width(granted.uri).zip(width(rule.uri)).is_some_and(|(g, r)| g < r)
            }
            None => width(rule.uri).is_some_and(|width| width > 0) && grant.on.is_some(),
        };
        same && enough(grant)
    };
    if grants.iter().any(|grant| covers(&grant)) {
        return None;
    }
    let given = grants.iter().find(|grant| meant(&grant.scope.raw) == Some(rule));
    let message = match given {
        Some(given) => {
            format!("{} on {} is requested, and only {} is granted", right.raw, rule.uri, given.right.raw)
        }
        None => format!("{} on {} is requested, and not granted", right.raw, rule.uri),
    };
    let remedy = "trust the add-in again: open appinv.aspx with its client id, enter the permission XML and choose Trust It";
    let issue = Issue::new(message, remedy).shown_by(scope).shown_by(right);
    Some(given.into_iter().fold(issue, |issue, given| issue.shown_by(&given.right)))
}

fn excess(grant: &Grant, requests: &[&PermissionRequest]) -> Option<Issue> {
    let rule = meant(&grant.scope.raw)?;
    let asked = requests.iter().any(|request| {
        let scope = request.scope.as_ref().and_then(|scope| meant(&scope.raw));
        let right = request.right.as_ref().and_then(|right| rank(&right.raw));
        scope == Some(rule)
            && rank(&grant.right.raw).zip(right).is_none_or(|(granted, asked)| granted <= asked)
    });
    (!asked).then(|| {
        let message = format!("{} on {} is granted, and no longer requested", grant.right.raw, rule.uri);
        let remedy = "remove the add-in on appprincipals.aspx of that site, and trust it again with what it requests now";
        let issue = Issue::new(message, remedy).shown_by(&grant.scope).shown_by(&grant.right);
        requests.first().into_iter().filter_map(|request| request.scope.as_ref()).fold(issue, Issue::shown_by)
    })
}

/// OI21.
pub(super) fn no_request(subject: &Subject<'_>) -> Outcome {
    let Some(manifest) = subject.addin.manifest() else {
        return super::without_manifest(subject);
    };
    if manifest.is_internal() {
        return Outcome::does_not_apply(
            "a SharePoint-hosted add-in may use its own app web without a request",
        );
    }
    let requests = manifest.permissions.iter().flatten().count();
    if requests > 0 || !subject.evidence().permissions.is_empty() {
        return Outcome::decided(Vec::new(), manifest.name.iter());
    }
    if let Some(grant) = told(subject).flatten().next() {
        return Outcome::does_not_apply(format!(
            "the manifest requests nothing, but {} is granted, which OI19 tells",
            shown(grant)
        ));
    }
    let message =
        "the provider-hosted add-in requests no permission: with a token it reads nothing of the host web";
    let remedy = "nothing, if it only shows pages of its own; otherwise add AppPermissionRequests, publish and trust it again";
    Outcome::decided(vec![Issue::new(message, remedy).at(&manifest.at, "App")], [])
}

/// OI22.
pub(super) fn successor(subject: &Subject<'_>) -> Outcome {
    if subject.on_premises() {
        return Outcome::does_not_apply("on a farm permissions of add-ins go on as they are");
    }
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let online = matches!(subject.target(), Target::Spo | Target::ExternalApp);
    let mut issues = Vec::new();
    for set in sets.iter().filter(|_| online) {
        for request in set.requests.iter().take(20) {
            issues.extend(replacement(request, set.is_app_only()));
        }
    }
    Outcome::decided(issues, scopes_of(&sets))
}

fn replacement(request: &PermissionRequest, app_only: bool) -> Option<Issue> {
    let scope = request.scope.as_ref()?;
    let rule = meant(&scope.raw)?;
    // Of a right that nobody can tell no successor can be told either.
    let right = meant_right(rule, request.right.as_ref()?.trimmed())?;
    let strong = rank(right).unwrap_or(0);
    let permission = match (width(rule.uri), app_only, strong) {
        (Some(0), true, 0) => "Sites.Read.All (application)",
        (Some(0), true, 1) => "Sites.ReadWrite.All (application)",
        (Some(0), true, 2) => "Sites.Manage.All (application)",
        (Some(0), true, _) => {
            "Sites.FullControl.All (application); better Sites.Selected with a grant for each site"
        }
        (Some(_), true, _) => {
            "Sites.Selected (application), with a grant for the site: Grant-PnPEntraIDAppSitePermission"
        }
        (Some(_), false, 0) => "Sites.Read.All or AllSites.Read (delegated)",
        (Some(_), false, 1) => "Sites.ReadWrite.All or AllSites.Write (delegated)",
        (Some(_), false, _) => "AllSites.Manage or AllSites.FullControl (delegated)",
        (None, _, _) if rule.uri.ends_with("/taxonomy") => "TermStore.Read.All or TermStore.ReadWrite.All",
        (None, _, _) if rule.uri.ends_with("/search") => "Sites.Search.All of SharePoint (delegated)",
        (None, _, _) if rule.uri.contains("/social/") => "User.Read.All or User.ReadWrite.All of SharePoint",
        (None, _, _) => "no direct successor; see the permissions of that service in Microsoft Entra",
    };
    let message = format!("{right} on {} becomes, in Microsoft Entra: {permission}", rule.uri);
    let remedy = "register an application in Microsoft Entra with a certificate, and give it this permission";
    Some(Issue::new(message, remedy).shown_by(scope))
}
