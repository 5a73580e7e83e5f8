//! Scopes, rights and properties as they are written: OI02 to OI06, OI14, OI15.

use super::super::{Issue, Outcome};
use super::{all, scopes_of, some_sets};
use crate::addin::evidence::Value;
use crate::addin::evidence::permission::PermissionRequest;
use crate::addin::host::names_online;
use crate::addin::scopes::{self, known, meant, meant_right};
use crate::addin::subject::Subject;

const LIST: &str = "http://sharepoint/content/sitecollection/web/list";

/// OI02: what is neither known nor near to anything known.
pub(super) fn unknown(subject: &Subject<'_>) -> Outcome {
    by_scope(subject, |scope| {
        if meant(&scope.raw).is_some() {
            return None;
        }
        let message =
            format!("SharePoint knows no scope {}; it ignores the request and grants nothing", scope.raw);
        let remedy = "use one of the scopes that exist, such as http://sharepoint/content/sitecollection/web; \
            permissions of Microsoft Graph are granted in Microsoft Entra, not here";
        Some(Issue::new(message, remedy).shown_by(scope))
    })
}

/// OI03.
pub(super) fn https(subject: &Subject<'_>) -> Outcome {
    by_scope(subject, |scope| {
        if !is_https(scope) {
            return None;
        }
        let right = meant(&scope.raw)?;
        let message = format!(
            "the scope is written with https: {}; scopes are names that begin with http://sharepoint",
            scope.raw
        );
        Some(Issue::new(message, format!("write Scope=\"{}\"", right.uri)).shown_by(scope))
    })
}

fn is_https(scope: &Value) -> bool {
    scope.trimmed().to_ascii_lowercase().starts_with("https://")
}

/// OI04.
pub(super) fn near_miss(subject: &Subject<'_>) -> Outcome {
    by_scope(subject, |scope| {
        if known(&scope.raw).is_some() || is_https(scope) {
            return None;
        }
        let right = meant(&scope.raw)?;
        let how = if scopes::is_markdown_link(&scope.raw) {
            "is a Markdown link"
        } else if scope.raw.trim() != scope.raw {
            "has blanks around it"
        } else if scope.raw.eq_ignore_ascii_case(right.uri) {
            "differs in upper and lower case"
        } else if scope.raw.trim_end_matches('/') == right.uri {
            "ends in a slash"
        } else if names_online(&scope.raw) {
            "names the tenant, where the word sharepoint has to stand"
        } else {
            "is misspelt"
        };
        let message = format!("the scope {} {how}; meant is {}", scope.raw, right.uri);
        Some(Issue::new(message, format!("write Scope=\"{}\"", right.uri)).shown_by(scope))
    })
}

/// OI05.
pub(super) fn wrong_right(subject: &Subject<'_>) -> Outcome {
    by_request(subject, |request| {
        let (scope, right) = (request.scope.as_ref()?, request.right.as_ref()?);
        let rule = meant(&scope.raw)?;
        if rule.rights.contains(&right.raw.as_str()) {
            return None;
        }
        let allowed = rule.rights.join(", ");
        let message = format!("the scope {} has no right {}; it has {allowed}", rule.uri, right.raw);
        let remedy = match meant_right(rule, &right.raw) {
            Some(meant) => format!("write Right=\"{meant}\""),
            None => format!("write one of: {allowed}"),
        };
        Some(Issue::new(message, remedy).shown_by(right).shown_by(scope))
    })
}

/// OI06.
pub(super) fn no_right(subject: &Subject<'_>) -> Outcome {
    by_request(subject, |request| {
        let missing = |value: Option<&Value>| value.is_none_or(|value| value.trimmed().is_empty());
        let scope = request.scope.as_ref().map_or("", |scope| scope.raw.as_str());
        if missing(request.scope.as_ref()) {
            let message = "a permission request has no Scope";
            return Some(
                Issue::new(message, "add Scope, or remove the request")
                    .at(&request.at, "AppPermissionRequest"),
            );
        }
        if !missing(request.right.as_ref()) {
            return None;
        }
        let rights = meant(scope).map_or("Read", |rule| rule.rights.first().copied().unwrap_or("Read"));
        let message = format!("the request for {scope} has no Right");
        Some(
            Issue::new(message, format!("add Right=\"{rights}\", or the right that is needed"))
                .at(&request.at, scope),
        )
    })
}

/// OI14.
pub(super) fn list_without_template(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let lists: Vec<&PermissionRequest> = all(&sets).filter(|request| is_list(request)).collect();
    if lists.is_empty() {
        return Outcome::does_not_apply("no permission on a single list is requested");
    }
    let open = lists
        .iter()
        .filter(|request| !request.properties.iter().any(|(name, _)| name.raw == "BaseTemplateId"));
    let issues = open.filter_map(|request| {
        let scope = request.scope.as_ref()?;
        let message = "the list that the user picks may be of any kind, and is only one";
        let remedy = "add <Property Name=\"BaseTemplateId\" Value=\"101\" /> for document libraries; for several lists \
            request http://sharepoint/content/sitecollection/web";
        Some(Issue::new(message, remedy).shown_by(scope))
    });
    Outcome::decided(issues.collect(), scopes_of(&sets))
}

fn is_list(request: &PermissionRequest) -> bool {
    request.scope.as_ref().and_then(|scope| meant(&scope.raw)).is_some_and(|scope| scope.uri == LIST)
}

/// OI15.
pub(super) fn bad_property(subject: &Subject<'_>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    let mut issues = Vec::new();
    for request in all(&sets) {
        for (name, value) in &request.properties {
            issues.extend(property(request, name, value));
        }
    }
    if issues.is_empty() && all(&sets).all(|request| request.properties.is_empty()) {
        return Outcome::does_not_apply("no request has a Property");
    }
    Outcome::decided(issues, scopes_of(&sets))
}

fn property(request: &PermissionRequest, name: &Value, value: &Value) -> Option<Issue> {
    if name.raw != "BaseTemplateId" {
        let message = format!("a request has no property {}; only BaseTemplateId is known", name.raw);
        return Some(
            Issue::new(message, "remove the Property, or write Name=\"BaseTemplateId\"").shown_by(name),
        );
    }
    if !is_list(request) {
        let message = "BaseTemplateId stands at another scope than that of a list";
        let scope = request.scope.as_ref();
        let issue =
            Issue::new(message, format!("remove the Property, or write Scope=\"{LIST}\"")).shown_by(name);
        return Some(scope.into_iter().fold(issue, Issue::shown_by));
    }
    value.raw.parse::<u32>().is_err().then(|| {
        let message = format!("BaseTemplateId is no number: {}", value.raw);
        Issue::new(
            message,
            "write the number of the list template: 101 for document libraries, 100 for lists",
        )
        .shown_by(value)
    })
}

fn by_scope(subject: &Subject<'_>, judge: impl Fn(&Value) -> Option<Issue>) -> Outcome {
    by_request(subject, |request| {
        let scope = request.scope.as_ref().filter(|scope| !scope.trimmed().is_empty())?;
        judge(scope)
    })
}

fn by_request(subject: &Subject<'_>, judge: impl Fn(&PermissionRequest) -> Option<Issue>) -> Outcome {
    let sets = match some_sets(subject) {
        Ok(sets) => sets,
        Err(outcome) => return outcome,
    };
    Outcome::decided(all(&sets).filter_map(judge).collect(), scopes_of(&sets))
}
