//! Rules about users without a name as they are published.

use crate::addin::evidence::Value;
use crate::addin::evidence::config::{AccessBy, AccessChange, AccessEffect, AccessRule, Config, Taken};

/// Applies what a transform does to the rules of a configuration, in order.
pub(super) fn apply(config: &mut Config, changes: &[AccessChange]) {
    let only = only_location(config);
    let before = config.access.clone();
    for change in changes {
        let Some(path) = change.path.as_ref().or(only.as_ref()) else { continue };
        if !is_there(&before, change, path) {
            apply_one(&mut config.access, change, path);
        }
    }
    if changes.iter().any(|change| change.by == AccessBy::Authentication) {
        let whole = |rule: &&AccessRule| rule.by == AccessBy::Authentication && rule.path.is_empty();
        config.anonymous = config.access.iter().find(whole).map(|rule| {
            let on = if rule.effect == AccessEffect::Denies { "false" } else { "true" };
            Value::new(on, rule.value.at.clone())
        });
    }
}

/// The `location` that is meant where a transform does not say which: of several, any may be.
fn only_location(config: &Config) -> Option<String> {
    let mut paths = config.access.iter().map(|rule| &rule.path).filter(|path| !path.is_empty());
    let first = paths.next()?;
    paths.all(|path| path == first).then(|| first.clone())
}

/// What a transform puts only where it is missing is there.
fn is_there(before: &[AccessRule], change: &AccessChange, path: &str) -> bool {
    let Some(start) = &change.unless else { return false };
    before.iter().any(|rule| rule.by == change.by && rule.path == path && is_told(rule, start))
}

/// A rule is told with this beginning, up to the end of a word.
fn is_told(rule: &AccessRule, start: &str) -> bool {
    let rest = rule.value.raw.strip_prefix(start);
    rest.is_some_and(|rest| start.is_empty() || rest.is_empty() || rest.starts_with(' '))
}

fn apply_one(rules: &mut Vec<AccessRule>, change: &AccessChange, path: &str) {
    let is_taken = |rule: &AccessRule| match &change.taken {
        Taken::Nothing => false,
        Taken::All => true,
        Taken::Told(start) => is_told(rule, start),
    };
    let is_of = |rule: &AccessRule| rule.by == change.by && rule.path == path;
    let is_meant = |rule: &AccessRule| is_of(rule) && is_taken(rule);
    let place = rules.iter().position(is_meant);
    // What changes something changes nothing where it is not there.
    if change.taken != Taken::Nothing && place.is_none() {
        return;
    }
    rules.retain(|rule| !is_meant(rule));
    if let Some(rule) = &change.put {
        let place = place.unwrap_or(if change.first { 0 } else { rules.len() });
        rules.insert(place.min(rules.len()), AccessRule { path: path.to_owned(), ..rule.clone() });
    }
}

#[cfg(test)]
mod tests {
    use crate::addin::join::production;
    use crate::addin::read::{ReadOptions, read};

    const OPEN: &str = "<location path='Services'><system.web><authorization><allow users='*'/></authorization></system.web></location>";
    const SHUT: &str = "<system.web><authorization><deny users='?'/></authorization></system.web>";

    /// The rules after a transform for production, and what is told of authentication.
    fn published(base: &str, transform: &str) -> String {
        let xdt = "xmlns:xdt='http://schemas.microsoft.com/XML-Document-Transform'";
        let files = [
            ("Web.config", format!("<configuration>{base}</configuration>")),
            ("Web.Release.config", format!("<configuration {xdt}>{transform}</configuration>")),
        ];
        let mut configs: Vec<_> = files
            .iter()
            .filter_map(|(name, text)| read(name, text.as_bytes(), &ReadOptions::default()))
            .flat_map(|found| found.configs)
            .collect();
        production::apply(&mut configs);
        let config = configs.first().expect("the base");
        let rules = config.access.iter().map(|rule| rule.value.raw.clone());
        let told = |name: &str, value: &Option<super::Value>| {
            value.as_ref().map(|value| format!("{name} {} in {}", value.raw, value.at.path))
        };
        let switches = [
            told("anonymous", &config.anonymous),
            told("windows", &config.windows),
            told("framework", &config.target_framework),
        ];
        let providers = config.windows_providers.iter().map(|provider| provider.raw.clone());
        rules.chain(switches.into_iter().flatten()).chain(providers).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn rules_of_a_location_are_published() {
        let at = |inner: &str, more: &str| {
            format!("<location path='Services'{more}><system.web>{inner}</system.web></location>")
        };
        let found = " xdt:Locator='Match(path)'";
        let replaced = "<authorization xdt:Transform='Replace'><deny users='?'/></authorization>";
        let shut = "deny users=\"?\" for Services";
        for (base, transform, expected) in [
            (OPEN, at(replaced, found), shut),
            // Without a locator the only location is meant.
            (OPEN, at(replaced, ""), shut),
            (OPEN, at(replaced, found).replace("Services", "services/"), "deny users=\"?\" for services/"),
            (OPEN, at("<authorization xdt:Transform='Remove'/>", found), ""),
            (OPEN, at("<authorization><allow xdt:Transform='Remove'/></authorization>", found), ""),
            (
                OPEN,
                at("<authorization><allow users='?' xdt:Transform='Remove'/></authorization>", found),
                "allow users=\"*\" for Services",
            ),
            (
                OPEN,
                at("<authorization><deny users='?' xdt:Transform='InsertBefore(x)'/></authorization>", found),
                "deny users=\"?\" for Services, allow users=\"*\" for Services",
            ),
            (
                OPEN,
                at("<authorization><deny users='?' xdt:Transform='Insert'/></authorization>", found),
                "allow users=\"*\" for Services, deny users=\"?\" for Services",
            ),
            (
                OPEN,
                at(
                    "<authorization><allow users='?' xdt:Transform='SetAttributes(users)'/></authorization>",
                    found,
                ),
                "allow users=\"?\" for Services",
            ),
            (
                OPEN,
                at("<authorization><allow users='?'/></authorization>", found),
                "allow users=\"*\" for Services",
            ),
        ] {
            assert_eq!(published(base, &transform), expected, "{base} {transform}");
        }
    }

    #[test]
    fn locations_and_sections_are_published_as_a_whole() {
        for (base, transform, expected) in [
            (
                OPEN,
                "<location path='Services' xdt:Transform='Remove' xdt:Locator='Match(path)'/>".to_owned(),
                "",
            ),
            (
                OPEN,
                "<location path='Admin' xdt:Transform='Remove' xdt:Locator='Match(path)'/>".to_owned(),
                "allow users=\"*\" for Services",
            ),
            (
                SHUT,
                OPEN.replace("<location", "<location xdt:Transform='Insert'"),
                "deny users=\"?\", allow users=\"*\" for Services",
            ),
            (SHUT, "<system.web><authorization xdt:Transform='RemoveAll'/></system.web>".to_owned(), ""),
            (
                SHUT,
                format!(
                    "<location path='.'>{}</location>",
                    "<system.web><authorization xdt:Transform='Remove'/></system.web>"
                ),
                "",
            ),
        ] {
            assert_eq!(published(base, &transform), expected, "{base} {transform}");
        }
    }

    #[test]
    fn what_is_there_is_not_put_in_again() {
        let asp = |inner: &str| format!("<system.web>{inner}</system.web>");
        let section = "<authorization xdt:Transform='InsertIfMissing'><allow users='?'/><deny users='*'/></authorization>";
        let both = "allow users=\"?\", deny users=\"*\"";
        assert_eq!(published(SHUT, &asp(section)), "deny users=\"?\"");
        let runtime = "<system.web><httpRuntime targetFramework='4.8'/></system.web>";
        assert_eq!(published(runtime, &asp(section)), format!("{both}, framework 4.8 in Web.config"));
        assert_eq!(published(OPEN, &asp(section)), format!("allow users=\"*\" for Services, {both}"));
        let one = |users: &str| {
            asp(&format!(
                "<authorization><deny users='{users}' xdt:Transform='InsertIfMissing' xdt:Locator='Match(users)'/></authorization>"
            ))
        };
        assert_eq!(published(SHUT, &one("?")), "deny users=\"?\"");
        assert_eq!(published(SHUT, &one("*")), "deny users=\"?\", deny users=\"*\"");
    }

    #[test]
    fn rules_of_iis_are_published() {
        let iis = |inner: &str| {
            format!(
                "<system.webServer><security><authorization>{inner}</authorization></security></system.webServer>"
            )
        };
        let base = iis("<add accessType='Deny' users='?'/><add accessType='Allow' users='*'/>");
        for (inner, expected) in [
            ("<add users='?' xdt:Transform='Remove' xdt:Locator='Match(users)'/>", "add users=\"*\""),
            (
                "<add accessType='Deny' users='*' xdt:Transform='Replace' xdt:Locator='Match(users)'/>",
                "deny users=\"?\", deny users=\"*\"",
            ),
            ("<add users='*' xdt:Transform='RemoveAttributes(users)'/>", "deny users=\"?\", add users=\"*\""),
        ] {
            assert_eq!(published(&base, &iis(inner)), expected, "{inner}");
        }
        let cleared = "<system.webServer><security xdt:Transform='Remove'/></system.webServer>";
        assert_eq!(published(&format!("{SHUT}{base}"), cleared), "deny users=\"?\"");
    }

    #[test]
    fn which_of_two_locations_is_meant_has_to_be_told() {
        let base = format!("{OPEN}{}", OPEN.replace("Services", "Api"));
        let transform = "<location path='Api'><system.web><authorization xdt:Transform='Remove'/></system.web></location>";
        let both = "allow users=\"*\" for Services, allow users=\"*\" for Api";
        assert_eq!(published(&base, transform), both);
        let told = transform.replace("path='Api'", "path='Api' xdt:Locator='Match(path)'");
        assert_eq!(published(&base, &told), "allow users=\"*\" for Services");
    }

    #[test]
    fn authentication_is_published() {
        let iis = |inner: &str| {
            format!(
                "<system.webServer><security><authentication>{inner}</authentication></security></system.webServer>"
            )
        };
        let both = |anonymous: &str, windows: &str, verb: &str| {
            iis(&format!(
                "<anonymousAuthentication enabled='{anonymous}'{verb}/><windowsAuthentication enabled='{windows}'{verb}/>"
            ))
        };
        let base = both("true", "false", "");
        let set = " xdt:Transform='SetAttributes(enabled)'";
        let rule = "anonymousAuthentication enabled=\"false\"";
        let after =
            format!("{rule}, anonymous false in Web.Release.config, windows true in Web.Release.config");
        let before = "anonymousAuthentication enabled=\"true\", anonymous true in Web.config, windows false in Web.config";
        assert_eq!(published(&base, &both("false", "true", set)), after);
        assert_eq!(
            published(&base, &format!("<location path=''>{}</location>", both("false", "true", set))),
            after
        );
        assert_eq!(published(&base, &both("false", "true", "")), before);
        // In a location it is for that path, and nothing is changed that is not there.
        let at =
            |inner: &str| format!("<location path='Services' xdt:Locator='Match(path)'>{inner}</location>");
        assert_eq!(published(&base, &at(&both("false", "true", set))), before);
        let opened = format!("{base}<location path='Services'>{}</location>", both("true", "false", ""));
        let expected = format!(
            "anonymousAuthentication enabled=\"true\", {rule} for Services, anonymous true in Web.config, windows false in Web.config"
        );
        assert_eq!(published(&opened, &at(&both("false", "true", set))), expected);
        // A mode of ASP.NET counts where IIS is told nothing.
        let mode = |mode: &str, verb: &str| {
            format!("<system.web><authentication mode='{mode}'{verb}/></system.web>")
        };
        let windows = mode("Windows", " xdt:Transform='SetAttributes'");
        assert_eq!(published(&mode("Forms", ""), &windows), "windows Windows in Web.Release.config");
        assert_eq!(published(&base, &windows), before);
    }

    #[test]
    fn the_framework_and_providers_are_published() {
        let runtime = |version: &str, verb: &str| {
            format!("<system.web><httpRuntime targetFramework='{version}'{verb}/></system.web>")
        };
        let set = runtime("4.8", " xdt:Transform='SetAttributes(targetFramework)'");
        assert_eq!(published(&runtime("4.5", ""), &set), "framework 4.8 in Web.Release.config");
        let whole = format!("<location path='.'>{set}</location>");
        assert_eq!(published(&runtime("4.5", ""), &whole), "framework 4.8 in Web.Release.config");
        let part = format!("<location path='Upload'>{set}</location>");
        assert_eq!(published(&runtime("4.5", ""), &part), "framework 4.5 in Web.config");
        let removed = "<system.web><httpRuntime xdt:Transform='Remove'/></system.web>";
        assert_eq!(published(&format!("{SHUT}{}", runtime("4.5", "")), removed), "deny users=\"?\"");
        let providers = |first: &str, second: &str, verb: &str| {
            format!(
                "<system.webServer><security><authentication><windowsAuthentication enabled='true'{verb}><providers><add value='{first}'/><add value='{second}'/></providers></windowsAuthentication></authentication></security></system.webServer>"
            )
        };
        let replaced = providers("NTLM", "Negotiate", " xdt:Transform='Replace'");
        let expected = "windows true in Web.Release.config, NTLM, Negotiate";
        assert_eq!(published(&providers("Negotiate", "NTLM", ""), &replaced), expected);
    }
}
