//! Checks of permission requests (family I).

mod breadth;
mod grant;
mod policy;
mod scope;

use super::{Check, Outcome};
use crate::addin::evidence::permission::PermissionRequest;
use crate::addin::evidence::{Spot, Value};
use crate::addin::subject::Subject;
use crate::model::audit::Target;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OI01", decide: policy::malformed },
    Check { code: "OI02", decide: scope::unknown },
    Check { code: "OI03", decide: scope::https },
    Check { code: "OI04", decide: scope::near_miss },
    Check { code: "OI05", decide: scope::wrong_right },
    Check { code: "OI06", decide: scope::no_right },
    Check { code: "OI07", decide: policy::app_only_internal },
    Check { code: "OI08", decide: policy::app_only_value },
    Check { code: "OI09", decide: policy::app_only_use },
    Check { code: "OI10", decide: breadth::full_control },
    Check { code: "OI11", decide: breadth::write_is_enough },
    Check { code: "OI12", decide: breadth::redundant },
    Check { code: "OI13", decide: breadth::twice },
    Check { code: "OI14", decide: scope::list_without_template },
    Check { code: "OI15", decide: scope::bad_property },
    Check { code: "OI16", decide: breadth::tenant },
    Check { code: "OI17", decide: breadth::marketplace },
    Check { code: "OI18", decide: breadth::project_server },
    Check { code: "OI19", decide: grant::not_granted },
    Check { code: "OI20", decide: policy::user_only },
    Check { code: "OI21", decide: grant::no_request },
    Check { code: "OI22", decide: grant::successor },
];

/// The requests of one manifest, or of one pasted text.
struct RequestSet<'a> {
    at: &'a Spot,
    policy: Option<&'a Value>,
    requests: &'a [PermissionRequest],
    in_manifest: bool,
}

impl RequestSet<'_> {
    fn is_app_only(&self) -> bool {
        self.policy.is_some_and(|policy| policy.is("true") || policy.is("1"))
    }
}

/// The requests of the manifest that counts most, and of every pasted text.
fn sets<'a>(subject: &Subject<'a>) -> Vec<RequestSet<'a>> {
    let of_manifest = subject.addin.manifest().and_then(|manifest| {
        let requests = manifest.permissions.as_deref()?;
        let policy = manifest.allow_app_only.as_ref();
        Some(RequestSet { at: &manifest.at, policy, requests, in_manifest: true })
    });
    let pasted = subject.evidence().permissions.iter().map(|text| RequestSet {
        at: &text.at,
        policy: text.allow_app_only.as_ref(),
        requests: &text.requests,
        in_manifest: false,
    });
    of_manifest.into_iter().chain(pasted).collect()
}

/// As [`sets`], or why there is nothing to judge.
fn some_sets<'a>(subject: &Subject<'a>) -> Result<Vec<RequestSet<'a>>, Outcome> {
    let sets = sets(subject);
    if sets.iter().any(|set| !set.requests.is_empty()) {
        return Ok(sets);
    }
    if subject.evidence().manifests.is_empty() {
        return Err(Outcome::needs(
            "the permission XML that was entered on appinv.aspx, saved as an .xml file, or the AppManifest.xml",
        ));
    }
    Err(Outcome::does_not_apply("no permission is requested"))
}

/// Why there is no manifest to judge.
fn without_manifest(subject: &Subject<'_>) -> Outcome {
    if subject.target() == Target::ExternalApp {
        return Outcome::does_not_apply("a program with an app principal has no manifest");
    }
    Outcome::needs("the AppManifest.xml of the add-in, or its .app package")
}

/// Every request.
fn all<'s>(sets: &'s [RequestSet<'_>]) -> impl Iterator<Item = &'s PermissionRequest> {
    sets.iter().flat_map(|set| set.requests)
}

/// The scopes, as what was looked at.
fn scopes_of<'s>(sets: &'s [RequestSet<'_>]) -> impl Iterator<Item = &'s Value> {
    all(sets).filter_map(|request| request.scope.as_ref())
}
