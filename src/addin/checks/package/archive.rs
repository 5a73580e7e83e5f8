//! The package as a file: OA01 to OA03, and OA05.

use super::super::{Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::{Package, PackageFaultKind};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

const REPACK: &str = "publish the add-in again with the Publish wizard of Visual Studio and take the .app file out of \
    app.publish; do not change a package by hand";

/// OA01.
pub(super) fn not_a_package(subject: &Subject<'_>) -> Outcome {
    faults(subject, PackageFaultKind::NotAPackage, REPACK)
}

/// OA02.
pub(super) fn broken(subject: &Subject<'_>) -> Outcome {
    faults(subject, PackageFaultKind::Broken, REPACK)
}

/// OA03.
pub(super) fn hazards(subject: &Subject<'_>) -> Outcome {
    let remedy = "do not install this package and do not unpack it; get it again from its maker, and compare: \
        Get-FileHash -Algorithm SHA256";
    faults(subject, PackageFaultKind::Hazard, remedy)
}

/// OA05.
pub(super) fn wrong_product(subject: &Subject<'_>) -> Outcome {
    let evidence = subject.evidence();
    let issue = |foreign: &&crate::addin::evidence::Foreign| {
        let path = foreign.at.path.to_ascii_lowercase();
        // Under the name of an add-in it is taken for one; a package of its own name beside it is only told.
        let is_member = subject.settings.file_of(&foreign.at.path) != &*foreign.at.path;
        let loose = !is_member && path.rsplit('/').next() == Some("appmanifest.xml");
        let mistaken = loose || path.contains(".app!/");
        let severity = if mistaken { AuditSeverity::Error } else { AuditSeverity::Info };
        let message =
            format!("the file belongs to another product: {} ({})", foreign.product, foreign.reason);
        Issue::new(
            message,
            "leave it out of the audit of add-ins, and check it with the tools of that product",
        )
        .at(&foreign.at, foreign.product)
        .rated(severity)
    };
    let issues: Vec<Issue> = super::foreign(subject).iter().map(issue).collect();
    if issues.is_empty() && evidence.manifests.is_empty() && evidence.packages.is_empty() {
        return without_package(subject);
    }
    Outcome::decided(issues, super::names(&evidence.manifests))
}

fn faults(subject: &Subject<'_>, kind: PackageFaultKind, remedy: &str) -> Outcome {
    let packages = &subject.evidence().packages;
    if packages.is_empty() {
        return without_package(subject);
    }
    let of_package = |package: &Package| -> Vec<Issue> {
        let found = package.faults.iter().filter(|fault| fault.kind == kind);
        let issue = |value: &Value, message: &str| {
            let named = if value.raw.is_empty() { String::new() } else { format!(" ({})", value.raw) };
            Issue::new(format!("{message}{named}"), remedy).shown_by(value)
        };
        found.map(|fault| issue(&fault.value, &fault.message)).collect()
    };
    let seen: Vec<Value> =
        packages.iter().map(|package| Value::new(package.at.file_name(), package.at.clone())).collect();
    Outcome::decided(packages.iter().flat_map(of_package).collect(), &seen)
}

fn without_package(subject: &Subject<'_>) -> Outcome {
    if subject.target() == Target::ExternalApp {
        return Outcome::does_not_apply("a program with an app principal has no package");
    }
    if let Some(foreign) = super::foreign(subject).first() {
        return Outcome::does_not_apply(format!("{} is a {}", foreign.at, foreign.product));
    }
    Outcome::needs("the .app package as it was published: bin/Release/app.publish/<version>/<name>.app")
}
