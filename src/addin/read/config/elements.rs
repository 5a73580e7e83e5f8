//! Sections of a configuration besides `appSettings`: switches, authentication, proxies, services.

use super::access;
use super::changes::is_proxy_off;
use crate::addin::evidence::Value;
use crate::addin::evidence::config::Config;
use crate::addin::xml::Element;

/// Deeper elements are none of these.
const DEEPEST: usize = 16;

/// Reads what stands anywhere below the root.
pub(super) fn read(root: &Element, config: &mut Config) {
    walk(root, &mut Vec::new(), config);
}

fn walk<'a>(element: &'a Element, path: &mut Vec<&'a Element>, config: &mut Config) {
    note(element, path, config);
    access::note(element, path, config);
    if path.len() >= DEEPEST {
        return;
    }
    path.push(element);
    for child in element.elements() {
        walk(child, path, config);
    }
    path.pop();
}

fn note(element: &Element, path: &[&Element], config: &mut Config) {
    let parent = path.last().map_or("", |parent| parent.name.as_str());
    let attribute = |name: &str| element.attribute(name).cloned();
    let set = |field: &mut Option<Value>, value: Option<Value>| {
        if field.is_none() {
            *field = value;
        }
    };
    match (parent, element.name.as_str()) {
        (_, "compilation") => set(&mut config.debug, attribute("debug")),
        (_, "customErrors") => set(&mut config.custom_errors, attribute("mode")),
        ("system.web", "trace") => set(&mut config.trace, attribute("enabled")),
        (_, "httpRuntime") => set(&mut config.target_framework, attribute("targetFramework")),
        ("defaultProxy", "proxy") if path.last().is_some_and(|around| is_proxy_off(around)) => {}
        ("defaultProxy", "proxy") => set(&mut config.proxy, attribute("proxyaddress")),
        // What is for a part of the application alone tells nothing of its pages.
        (_, "windowsAuthentication") | ("system.web", "authentication")
            if !access::path_of(path).is_empty() => {}
        // What IIS is told counts more than what ASP.NET is told.
        (_, "windowsAuthentication") => {
            if let Some(enabled) = attribute("enabled") {
                config.windows = Some(enabled);
            }
            let providers = element.children_named("providers").flat_map(|all| all.children_named("add"));
            config.windows_providers.extend(providers.filter_map(|add| add.attribute("value")).cloned());
        }
        ("system.web", "authentication") => set(&mut config.windows, attribute("mode")),
        (_, "AppContextSwitchOverrides") => config.tls_switches.extend(attribute("value")),
        ("appSettings", "add") => {
            let key = element.attribute("key").filter(|key| {
                let lower = key.raw.to_ascii_lowercase();
                lower.contains("schusestrongcrypto") || lower.contains("systemdefaulttlsversions")
            });
            let value = element.attribute("value").map_or("", |value| value.trimmed());
            config
                .tls_switches
                .extend(key.map(|key| Value::new(format!("{}={value}", key.raw), key.at.clone())));
        }
        ("rule", "action") => {
            let forwards = attribute("url").filter(|url| {
                let lower = url.trimmed().to_ascii_lowercase();
                element.attribute("type").is_some_and(|kind| kind.is("Rewrite"))
                    && (lower.starts_with("http:") || lower.starts_with("https:"))
            });
            config.proxy_hints.extend(forwards);
        }
        ("serverVariables" | "allowedServerVariables", "set" | "add") => {
            config.proxy_hints.extend(attribute("name").filter(|name| is_forwarded(&name.raw)));
        }
        ("system.webServer", "proxy") => {
            config.proxy_hints.extend(attribute("enabled").filter(|on| on.is("true")));
        }
        ("service", "endpoint") => config.service_endpoints.extend(service(element, path)),
        _ => {}
    }
}

fn is_forwarded(name: &str) -> bool {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    ["X_FORWARDED", "X_ORIGINAL", "X_ARR", "HTTP_HOST"].iter().any(|word| upper.contains(word))
}

/// The address of an endpoint, or the service it belongs to where the address is that of the file.
fn service(endpoint: &Element, path: &[&Element]) -> Option<Value> {
    let address = endpoint.attribute("address").filter(|address| !address.trimmed().is_empty());
    let name = path.last().and_then(|service| service.attribute("name"));
    let binding = endpoint.attribute("binding").map_or("", |binding| binding.trimmed());
    let told = address.or(name)?;
    Some(Value::new(format!("{} {binding}", told.trimmed()).trim_end(), told.at.clone()))
}
