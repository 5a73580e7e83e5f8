//! Settings that are not final: a transform, another file or a builder may put something else in their place before
//! the application reads them.

use super::Issue;
use crate::addin::evidence::Spot;
use crate::addin::evidence::config::{Config, Setting};
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;

/// An issue about a setting that may be replaced is no more than a warning, and says what replaces it.
pub(super) fn relaxed(subject: &Subject<'_>, issue: Issue) -> Issue {
    let Some(why) = issue.evidence.iter().find_map(|value| replaced(subject, &value.at)) else {
        return issue;
    };
    Issue { message: format!("{}; {why}", issue.message), at_most: Some(AuditSeverity::Warning), ..issue }
}

/// What replaces the setting whose value stands there.
fn replaced(subject: &Subject<'_>, at: &Spot) -> Option<String> {
    let all = &subject.evidence().configs;
    let stands = |setting: &&Setting| setting.value.at == *at && at.line > 0;
    let config = all.iter().find(|config| config.at.path == at.path && !config.transform)?;
    // Most configurations are replaced by nothing, and the settings of a file are as many as its author likes.
    let changed = all.iter().any(|other| other.transform && other.at.folder() == config.at.folder());
    if !changed && config.redirects.is_empty() && config.builders.is_none() {
        return None;
    }
    let setting = config.settings.iter().filter(|setting| setting.counts()).find(stands)?;
    let has = |other: &Config| {
        other.at.path != config.at.path
            && other.at.folder() == config.at.folder()
            && other.settings.iter().any(|found| !found.commented && found.is(&setting.key.raw))
    };
    if let Some(other) = all.iter().find(|other| other.transform && has(other)) {
        return Some(format!("{} changes it when it is published", other.at.file_name()));
    }
    let named = |other: &Config| {
        config.redirects.iter().any(|target| {
            let target = target.trimmed().replace('\\', "/");
            target.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(other.at.file_name()))
        })
    };
    if let Some(other) = all.iter().find(|other| named(other) && has(other)) {
        return Some(format!("{} replaces it", other.at.file_name()));
    }
    let builders = config.builders.as_ref()?;
    Some(format!(
        "the configuration builders {:?} may replace it when the application starts",
        builders.trimmed()
    ))
}
