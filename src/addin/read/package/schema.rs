//! The structure of a manifest, as a table. The schema that Microsoft publishes cannot be loaded: it gives an
//! attribute to an element without a type, and an address no text.

use strsim::damerau_levenshtein;

use crate::addin::evidence::Value;
use crate::addin::evidence::manifest::{FaultKind, ManifestFault};
use crate::addin::xml::Element;

/// Faults that are told; a file of another schema has one at every element.
const MOST_FAULTS: usize = 100;

/// An element and what it may have.
struct Rule {
    name: &'static str,
    /// Attributes that must be there.
    required: &'static [&'static str],
    /// Attributes that may be there.
    optional: &'static [&'static str],
    /// Children that must be there, each once.
    once: &'static [&'static str],
    /// Children that may be there, at most once.
    at_most_once: &'static [&'static str],
    /// Children that may be there any number of times.
    many: &'static [&'static str],
    /// It has exactly one child element, whichever.
    choice: bool,
}

const PLAIN: Rule =
    Rule { name: "", required: &[], optional: &[], once: &[], at_most_once: &[], many: &[], choice: false };

/// The order of children and attributes is free everywhere.
const RULES: &[Rule] = &[
    Rule {
        name: "App",
        required: &["Name", "ProductID", "Version", "SharePointMinVersion"],
        optional: &["SharePointMaxVersion", "Type"],
        once: &["Properties", "AppPrincipal"],
        at_most_once: &["AppPermissionRequests", "RemoteEndpoints", "AppPrerequisites"],
        ..PLAIN
    },
    Rule {
        name: "AppPrincipal",
        at_most_once: &["RemoteWebApplication", "Internal", "AutoDeployedWebApplication"],
        choice: true,
        ..PLAIN
    },
    Rule { name: "RemoteWebApplication", required: &["ClientId"], ..PLAIN },
    Rule { name: "Internal", optional: &["AllowedRemoteHostUrl", "RedirectUrl"], ..PLAIN },
    Rule { name: "AutoDeployedWebApplication", at_most_once: &["DebugInfo"], ..PLAIN },
    Rule { name: "DebugInfo", required: &["AppUrl", "ClientSecret"], optional: &["RedirectUri"], ..PLAIN },
    Rule {
        name: "AppPermissionRequests",
        optional: &["AllowAppOnlyPolicy"],
        many: &["AppPermissionRequest"],
        ..PLAIN
    },
    // What a request lacks is told by the checks of permissions.
    Rule { name: "AppPermissionRequest", optional: &["Scope", "Right"], many: &["Property"], ..PLAIN },
    Rule { name: "Property", optional: &["Name", "Value"], ..PLAIN },
    Rule {
        name: "Properties",
        once: &["Title", "StartPage"],
        at_most_once: &[
            "SupportedLocales",
            "SupportedLanguages",
            "InstalledEventEndpoint",
            "UninstallingEventEndpoint",
            "UpgradedEventEndpoint",
            "WebTemplate",
            "SettingsPage",
        ],
        ..PLAIN
    },
    Rule { name: "WebTemplate", required: &["Id"], optional: &["FeatureId"], ..PLAIN },
    Rule { name: "SupportedLocales", many: &["SupportedLocale"], ..PLAIN },
    Rule { name: "SupportedLocale", required: &["CultureName"], ..PLAIN },
    Rule { name: "RemoteEndpoints", many: &["RemoteEndpoint"], ..PLAIN },
    Rule { name: "RemoteEndpoint", required: &["Url"], ..PLAIN },
    Rule { name: "AppPrerequisites", many: &["AppPrerequisite"], ..PLAIN },
    Rule { name: "AppPrerequisite", required: &["Type", "ID"], optional: &["MinimumVersion"], ..PLAIN },
];

/// Notes what the schema does not allow.
pub(super) fn validate(root: &Element, faults: &mut Vec<ManifestFault>) {
    let mut open = vec![root];
    let before = faults.len();
    while let Some(element) = open.pop() {
        if faults.len() - before > MOST_FAULTS {
            break;
        }
        let rule = RULES.iter().find(|rule| rule.name == element.name).unwrap_or(&PLAIN);
        attributes(rule, element, faults);
        children(rule, element, faults);
        // Inside of an unknown element everything is unknown; one fault is enough.
        let known = element.elements().filter(|child| rule.child_names().any(|name| name == child.name));
        let known: Vec<&Element> = known.collect();
        open.extend(known.into_iter().rev());
    }
    if let Some(found) = faults.get_mut(before..) {
        found.sort_by(|a, b| a.value.at.cmp(&b.value.at));
    }
}

impl Rule {
    fn child_names(&self) -> impl Iterator<Item = &'static str> {
        self.once.iter().chain(self.at_most_once).chain(self.many).copied()
    }

    fn attribute_names(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

fn attributes(rule: &Rule, element: &Element, faults: &mut Vec<ManifestFault>) {
    for name in rule.required {
        if element.attribute(name).is_none() {
            let value = Value::new(*name, element.at.clone());
            let message = format!("the attribute {name} of {} is missing", element.name);
            faults.push(ManifestFault { kind: FaultKind::Missing, value, message });
        }
    }
    for attribute in element.attributes.iter().take(MOST_FAULTS) {
        let declares = attribute.name == "xmlns" || !attribute.prefix.is_empty();
        // Where it stands has a check of its own.
        let app_only = attribute.name.eq_ignore_ascii_case("AllowAppOnlyPolicy");
        // SharePoint Framework writes these two into the same namespace.
        let framework = matches!(attribute.name.as_str(), "IsClientSideSolution" | "SkipFeatureDeployment");
        if declares || app_only || framework {
            continue;
        }
        if !rule.attribute_names().any(|name| name == attribute.name) {
            let hint = nearest(&attribute.name, rule.attribute_names());
            let message = format!("{} has no attribute {}{hint}", element.name, attribute.name);
            let value = Value::new(attribute.name.as_str(), attribute.value.at.clone());
            faults.push(ManifestFault { kind: FaultKind::Unknown, value, message });
        }
    }
}

fn children(rule: &Rule, element: &Element, faults: &mut Vec<ManifestFault>) {
    for name in rule.once {
        let child = element.child(name);
        // The other texts have checks of their own for what may stand in them.
        let empty = child.filter(|child| *name == "StartPage" && child.text().trimmed().is_empty());
        if child.is_none() || empty.is_some() {
            let value = Value::new(*name, empty.unwrap_or(element).at.clone());
            let fate = if child.is_none() { "missing" } else { "empty" };
            let message = format!("the element {name} inside of {} is {fate}", element.name);
            faults.push(ManifestFault { kind: FaultKind::Missing, value, message });
        }
    }
    for name in rule.once.iter().chain(rule.at_most_once) {
        for again in element.children_named(name).skip(1).take(5) {
            let value = Value::new(*name, again.at.clone());
            let message = format!("{name} stands more than once inside of {}", element.name);
            faults.push(ManifestFault { kind: FaultKind::Repeated, value, message });
        }
    }
    let mut known = 0;
    for child in element.elements().take(MOST_FAULTS) {
        if rule.child_names().any(|name| name == child.name) {
            known += 1;
            continue;
        }
        let hint = nearest(&child.name, rule.child_names());
        let message = format!("{} may not hold an element {}{hint}", element.name, child.name);
        let value = Value::new(child.name.as_str(), child.at.clone());
        faults.push(ManifestFault { kind: FaultKind::Unknown, value, message });
    }
    if rule.choice {
        choice(element, known, faults);
    }
}

fn choice(element: &Element, known: usize, faults: &mut Vec<ManifestFault>) {
    let names: Vec<&str> = element.elements().map(|child| child.name.as_str()).collect();
    let all_the_same = names.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
    if known == 0 {
        let value = Value::new(element.name.as_str(), element.at.clone());
        let message = format!("{} holds no principal: RemoteWebApplication or Internal", element.name);
        faults.push(ManifestFault { kind: FaultKind::Missing, value, message });
    } else if known > 1 && !all_the_same {
        let value = Value::new(names.join(", "), element.at.clone());
        let message = format!("{} holds more than one principal", element.name);
        faults.push(ManifestFault { kind: FaultKind::Repeated, value, message });
    }
}

/// `; StartPage is meant`, where a known name is near.
fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    if name.len() > 64 {
        return String::new();
    }
    let distance = |known: &str| damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
    let best = known.map(|known| (distance(known), known)).min();
    best.filter(|(distance, _)| *distance <= 2)
        .map_or(String::new(), |(_, known)| format!("; {known} is meant"))
}
