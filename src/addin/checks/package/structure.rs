//! The structure of the manifest: OA04, OA06 to OA09.

use super::super::Outcome;
use super::{issues, manifests, names};
use crate::addin::evidence::manifest::{FaultKind, Manifest, ManifestFault};
use crate::addin::subject::Subject;

/// OA04.
pub(super) fn not_well_formed(subject: &Subject<'_>) -> Outcome {
    faults(subject, FaultKind::NotWellFormed, |fault| {
        let place = match fault.value.at.line {
            0 => String::new(),
            line => format!(" in line {line}, column {}", fault.value.at.column),
        };
        format!(
            "correct the XML{place}, for instance write & as &amp; and < as &lt;, and open the file in a browser to prove it"
        )
    })
}

/// OA06.
pub(super) fn namespace(subject: &Subject<'_>) -> Outcome {
    faults(subject, FaultKind::WrongNamespace, |_| {
        "begin the manifest with <App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\">; it is the \
         same for SharePoint 2013 up to Subscription Edition"
            .to_owned()
    })
}

/// OA07.
pub(super) fn unknown(subject: &Subject<'_>) -> Outcome {
    faults(subject, FaultKind::Unknown, |fault| match fault.value.raw.as_str() {
        "AppDomain" => {
            "remove AppDomain from the manifest; the domain is registered on appregnew.aspx".to_owned()
        }
        "Permissions" | "Permission" => {
            "write AppPermissionRequests with AppPermissionRequest elements, each with Scope and Right"
                .to_owned()
        }
        name => format!("remove {name}, or write it as the schema does; upper and lower case count"),
    })
}

/// OA08.
pub(super) fn missing(subject: &Subject<'_>) -> Outcome {
    faults(subject, FaultKind::Missing, |fault| {
        let text = match fault.value.raw.as_str() {
            "Name" => "Name=\"OrdersAddIn\"",
            "ProductID" => "ProductID=\"{<a new GUID: [guid]::NewGuid()>}\"",
            "Version" => "Version=\"1.0.0.0\"",
            "SharePointMinVersion" => "SharePointMinVersion=\"15.0.0.0\"",
            "Title" => "<Title>…</Title> inside of Properties",
            "StartPage" => "<StartPage>https://<host>/?{StandardTokens}</StartPage> inside of Properties",
            "AppPrincipal" => {
                "<AppPrincipal><RemoteWebApplication ClientId=\"<client id>\" /></AppPrincipal>"
            }
            "ClientId" => "ClientId=\"<client id>\" on RemoteWebApplication",
            other => return format!("add {other}"),
        };
        format!("add {text}")
    })
}

/// OA09.
pub(super) fn repeated(subject: &Subject<'_>) -> Outcome {
    faults(subject, FaultKind::Repeated, |_| {
        "leave only the one that is meant; SharePoint refuses the manifest otherwise".to_owned()
    })
}

fn faults(subject: &Subject<'_>, kind: FaultKind, remedy: impl Fn(&ManifestFault) -> String) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    // Where the XML breaks off, what is missing may stand behind; where the namespace is another, the schema is too.
    let judged = |manifest: &&Manifest| {
        !matches!(kind, FaultKind::Missing) || manifest.faults_of(FaultKind::NotWellFormed).next().is_none()
    };
    let judged: Vec<&Manifest> = manifests.iter().filter(judged).collect();
    if judged.is_empty() {
        return Outcome::needs(
            "a manifest that is well-formed; what is missing may stand behind the place where it breaks off",
        );
    }
    Outcome::decided(
        issues(judged.into_iter().flat_map(|manifest| manifest.faults_of(kind)), remedy),
        names(manifests),
    )
}
