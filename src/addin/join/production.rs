//! What is published: a configuration with the transforms for production applied to it.
//!
//! *Documented*: publishing applies `Web.<build configuration>.config` to `Web.config`, then that of the profile. A value
//! that they change is one of development, and the one that they set is what `TokenHelper` reads in production.

mod access;

use crate::addin::evidence::Value;
use crate::addin::evidence::config::{Change, Config, Setting, Switch, Use};

/// Applies them to every configuration they lie beside. The transforms stay, for what is asked of them alone.
pub(super) fn apply(configs: &mut [Config]) {
    let mut transforms: Vec<Config> =
        configs.iter().filter(|config| config.usage() == Use::Production).cloned().collect();
    // `Release` comes before a profile, whatever their names.
    transforms
        .sort_by_key(|config| (config.middle_name().is_none_or(|name| name != "release"), config.at.clone()));
    for config in configs.iter_mut().filter(|config| config.usage() == Use::Base) {
        let own: Vec<&Config> =
            transforms.iter().filter(|transform| transform.changes_what(config)).collect();
        for transform in own {
            publish(config, transform);
        }
    }
}

fn publish(config: &mut Config, transform: &Config) {
    for change in &transform.changes {
        let Change { switch, value } = change.clone();
        match switch {
            Switch::Settings => take_out(config, |_| true),
            Switch::Debug => config.debug = value,
            Switch::CustomErrors => config.custom_errors = value,
            Switch::Trace => config.trace = value,
            Switch::Proxy => config.proxy = value,
            Switch::TargetFramework => config.target_framework = value,
            Switch::Mode if config.windows.as_ref().is_some_and(is_of_iis) => {}
            Switch::Windows | Switch::Mode => config.windows = value,
            Switch::Providers => match value {
                Some(provider) => config.windows_providers.push(provider),
                None => config.windows_providers.clear(),
            },
        }
    }
    access::apply(config, &transform.access_changes);
    let replaces_all = transform.changes.iter().any(|change| change.switch == Switch::Settings);
    for setting in transform.settings.iter().filter(|setting| setting.counts()) {
        let Some(verb) = setting.verb() else { continue };
        let known = config.get(&setting.key.raw).is_some();
        let puts = match verb.as_str() {
            _ if replaces_all => true,
            "insertifmissing" => !known,
            verb if verb.starts_with("insert") => true,
            "replace" | "setattributes" => known && setting.sets_value(),
            verb if verb.starts_with("remove") => {
                take_out(config, |own| own.is(&setting.key.raw));
                false
            }
            _ => false,
        };
        if puts {
            take_out(config, |own| own.is(&setting.key.raw));
            config.settings.push(setting.clone());
        }
    }
}

/// Windows authentication was told by `windowsAuthentication/@enabled`, not by a mode of ASP.NET.
fn is_of_iis(windows: &Value) -> bool {
    windows.is("true") || windows.is("false")
}

fn take_out(config: &mut Config, is_meant: impl Fn(&Setting) -> bool) {
    let meant = config.settings.iter_mut().filter(|own| own.counts() && is_meant(own));
    meant.for_each(|own| own.of_development = true);
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::addin::read::{ReadOptions, read};

    const XDT: &str = "http://schemas.microsoft.com/XML-Document-Transform";

    /// The settings that count after the transforms, and the debugging switch.
    fn published(base: &str, transforms: &[(&str, &str)]) -> String {
        let mut configs = Vec::new();
        let base = format!(
            "<configuration><appSettings>{base}</appSettings><system.web><compilation debug='true'/></system.web></configuration>"
        );
        let texts = transforms.iter().map(|(name, text)| {
            (
                *name,
                format!(
                    "<configuration xmlns:xdt=\"{XDT}\"><appSettings>{text}</appSettings></configuration>"
                ),
            )
        });
        for (name, text) in std::iter::once(("a/Web.config", base)).chain(texts) {
            configs.extend(
                read(name, text.as_bytes(), &ReadOptions::default()).expect("a configuration").configs,
            );
        }
        apply(&mut configs);
        let config = configs.iter().find(|config| !config.transform).expect("the base");
        let settings = config.settings.iter().filter(|setting| setting.counts());
        settings.map(|one| format!("{}={}", one.key.raw, one.value.raw)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_a_transform_for_production_sets_is_what_counts() {
        let base = "<add key='Realm' value='dev'/><add key='ClientId' value='x'/>";
        let one = |verb: &str| {
            format!("<add key='Realm' value='live' xdt:Transform='{verb}' xdt:Locator='Match(key)'/>")
        };
        for (verb, expected) in [
            ("SetAttributes", "ClientId=x Realm=live"),
            ("SetAttributes(value)", "ClientId=x Realm=live"),
            ("SetAttributes(key)", "Realm=dev ClientId=x"),
            ("Replace", "ClientId=x Realm=live"),
            ("Insert", "ClientId=x Realm=live"),
            ("InsertIfMissing", "Realm=dev ClientId=x"),
            ("Remove", "ClientId=x"),
            ("RemoveAttributes(value)", "ClientId=x"),
        ] {
            assert_eq!(published(base, &[("a/Web.Release.config", &one(verb))]), expected, "{verb}");
        }
        // No verb, another folder, development, and another environment change nothing that is known to be published.
        let bare = "<add key='Realm' value='live'/>";
        let set = one("SetAttributes");
        for (name, text) in [
            ("a/Web.Release.config", bare),
            ("b/Web.Release.config", &set),
            ("a/Web.Debug.config", &set),
            ("a/Web.Test.config", &set),
            ("a/App.Release.config", &set),
        ] {
            assert_eq!(published(base, &[(name, text)]), "Realm=dev ClientId=x", "{name}");
        }
    }

    #[test]
    fn a_key_may_stand_in_the_locator_and_a_profile_has_the_last_word() {
        let base = "<add key='Realm' value='dev'/>";
        let set = |value: &str, locator: &str| {
            format!("<add value='{value}' xdt:Transform='SetAttributes' xdt:Locator=\"{locator}\"/>")
        };
        let condition = set("live", "Condition(@key='Realm')");
        assert_eq!(published(base, &[("a/Web.Release.config", &condition)]), "Realm=live");
        let path = set("profile", "XPath(//appSettings/add[@key='Realm'])");
        let both = [("a/Web.Production.config", path.as_str()), ("a/Web.Release.config", condition.as_str())];
        assert_eq!(published(base, &both), "Realm=profile");
    }
}
