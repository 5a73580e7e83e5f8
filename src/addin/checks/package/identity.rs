//! Product id, versions, name and title: OA10 to OA12.

use super::super::{Issue, Outcome};
use super::{manifests, names};
use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::Manifest;
use crate::addin::subject::Subject;
use crate::model::stage::Stage;

/// OA10.
pub(super) fn product_id(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let ids: Vec<&Value> = manifests.iter().filter_map(|manifest| manifest.product_id.as_ref()).collect();
    let mut issues: Vec<Issue> = ids.iter().filter_map(|id| bad_id(id)).collect();
    issues.extend(shared(subject, manifests));
    Outcome::decided(issues, ids)
}

const NEW_ID: &str = "give the add-in a new product id: '{' + [guid]::NewGuid() + '}'";

fn bad_id(id: &Value) -> Option<Issue> {
    let bare = bare(id);
    let message = if !is_guid(&bare) {
        format!("the ProductID {} is no GUID", id.raw)
    } else if bare.bytes().all(|byte| matches!(byte, b'0' | b'-')) {
        format!("the ProductID {} is all zeros", id.raw)
    } else if id.raw.trim() != id.raw {
        "the ProductID has blanks around it".to_owned()
    } else {
        return None;
    };
    Some(Issue::new(message, NEW_ID).shown_by(id))
}

/// The same id under two names: in other add-ins, and among packages of this one.
fn shared(subject: &Subject<'_>, manifests: &[Manifest]) -> Option<Issue> {
    let own = subject.addin.manifest()?;
    let (id, name) = (own.product_id.as_ref()?, own.name.as_ref()?);
    let bare_id = bare(id);
    if !is_guid(&bare_id) {
        return None;
    }
    let of_related = subject.related.iter().flat_map(|addin| &addin.evidence.manifests);
    let of_all = manifests.iter().chain(of_related);
    let other = of_all
        .filter(|manifest| manifest.stage == Stage::Package || own.stage != Stage::Package)
        .filter(|manifest| manifest.product_id.as_ref().is_some_and(|other| bare(other) == bare_id))
        .filter_map(|manifest| manifest.name.as_ref())
        .find(|other| !other.is(&name.raw))?;
    let message = format!("the add-ins {} and {} have the same ProductID {}", name.raw, other.raw, id.raw);
    Some(Issue::new(message, NEW_ID).shown_by(id).shown_by(name).shown_by(other))
}

fn bare(id: &Value) -> String {
    let trimmed = id.trimmed();
    let inner = trimmed.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
    inner.unwrap_or(trimmed).to_ascii_lowercase()
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// OA11.
pub(super) fn versions(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let mut issues = Vec::new();
    for manifest in manifests {
        let named = [
            ("Version", &manifest.version),
            ("SharePointMinVersion", &manifest.min_version),
            ("SharePointMaxVersion", &manifest.max_version),
        ];
        for (name, value) in named {
            issues.extend(value.as_ref().filter(|value| version(value).is_none()).map(|value| {
                let message =
                    format!("{name} {} is no version of four numbers with at most four digits", value.raw);
                Issue::new(message, format!("write {name} as 1.0.0.0")).shown_by(value)
            }));
        }
        issues.extend(order(manifest));
        issues.extend(too_new(subject, manifest));
    }
    Outcome::decided(issues, manifests.iter().filter_map(|manifest| manifest.version.as_ref()))
}

fn order(manifest: &Manifest) -> Option<Issue> {
    let (least, most) = (manifest.min_version.as_ref()?, manifest.max_version.as_ref()?);
    (version(least)? > version(most)?).then(|| {
        let message =
            format!("SharePointMinVersion {} is above SharePointMaxVersion {}", least.raw, most.raw);
        Issue::new(message, "remove SharePointMaxVersion").shown_by(least).shown_by(most)
    })
}

/// 16.0.0.0 is SharePoint 2016 and later; a farm of 2013 is 15.
fn too_new(subject: &Subject<'_>, manifest: &Manifest) -> Option<Issue> {
    let least = manifest.min_version.as_ref()?;
    let wanted = *version(least)?.first()?;
    let build = subject.farm().builds.iter().find(|build| {
        build
            .trimmed()
            .split('.')
            .next()
            .and_then(|major| major.parse::<u32>().ok())
            .is_some_and(|major| major < wanted)
    })?;
    let message = format!("SharePointMinVersion {} is above the build of the farm, {}", least.raw, build.raw);
    let remedy = "write SharePointMinVersion=\"15.0.0.0\" if the add-in runs on SharePoint 2013";
    Some(Issue::new(message, remedy).shown_by(least).shown_by(build))
}

/// Four numbers of one to four digits.
pub(super) fn version(value: &Value) -> Option<[u32; 4]> {
    let number = |text: &str| {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let numbers: Option<Vec<u32>> = value.raw.split('.').map(number).collect();
    numbers?.try_into().ok()
}

/// OA12.
pub(super) fn name_and_title(subject: &Subject<'_>) -> Outcome {
    let manifests = match manifests(subject) {
        Ok(manifests) => manifests,
        Err(outcome) => return outcome,
    };
    let mut issues = Vec::new();
    for manifest in manifests {
        issues.extend(manifest.name.as_ref().filter(|name| !is_name(&name.raw)).map(|name| {
            let message = format!(
                "the Name {} is not 1 to 64 letters, digits, blanks, hyphens and underscores that begin with a letter or digit",
                name.raw
            );
            Issue::new(message, "write a Name of ASCII letters and digits; it becomes part of addresses").shown_by(name)
        }));
        let length = |title: &Value| title.raw.chars().count();
        issues.extend(manifest.title.as_ref().filter(|title| !(1..=256).contains(&length(title))).map(
            |title| {
                let message = format!("the Title has {} characters, and must have 1 to 256", length(title));
                Issue::new(message, "write a Title of 1 to 256 characters").shown_by(title)
            },
        ));
    }
    Outcome::decided(issues, names(manifests))
}

fn is_name(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    (1..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(inner)
        && name.trim_end() == name
}
