//! Configurations of projects of tests: their ids and secrets stand for those of the add-in, and are none.

use crate::addin::evidence::config::Config;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Spot};

/// Secrets of tests are words; a longer one may be the real one all the same.
const SHORTEST: usize = 24;

/// Takes the settings of such configurations out of account, unless there is nothing else. A secret in them that looks
/// real is still told.
pub(super) fn set_apart(evidence: &mut Evidence) {
    let others = evidence.configs.iter().any(|config| config.speaks_of_oauth() && !is_of_tests(&config.at))
        || evidence.manifests.iter().any(|manifest| !is_of_tests(&manifest.at));
    if !others {
        return;
    }
    evidence.configs.retain_mut(|config| {
        if !is_of_tests(&config.at) {
            return true;
        }
        for setting in &mut config.settings {
            setting.void = true;
            setting.secret = setting.secret.take().filter(is_real);
        }
        config.remarks.retain(is_real);
        holds_secret(config)
    });
}

fn holds_secret(config: &Config) -> bool {
    !config.remarks.is_empty() || config.settings.iter().any(|setting| setting.secret.is_some())
}

fn is_real(secret: &Secret) -> bool {
    secret.length >= SHORTEST && !secret.form.placeholder && !secret.form.weak
}

/// A folder around the file is called as projects of tests are: `Orders.Tests`, `OrdersUnitTest`, `tests`.
fn is_of_tests(at: &Spot) -> bool {
    at.folder().split('/').any(|folder| {
        let lower = folder.to_ascii_lowercase();
        let last = lower.rsplit('.').next().unwrap_or_default();
        matches!(last, "test" | "tests") || lower.contains("unittest") || folder.ends_with("Tests")
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_tests;
    use crate::addin::evidence::Spot;

    #[test]
    fn projects_of_tests_are_known_by_their_names() {
        for (path, expected) in [
            ("a/OrdersWeb.Tests/app.config", true),
            ("OrdersWeb.Test/app.config", true),
            ("OrdersTests/bin/app.config", true),
            ("Orders.UnitTesting/app.config", true),
            ("src/tests/app.config", true),
            ("Latest/web.config", false),
            ("contests/web.config", false),
            ("OrdersWeb/Tests.config", false),
            ("web.config", false),
        ] {
            assert_eq!(is_of_tests(&Spot::file(path)), expected, "{path}");
        }
    }
}
