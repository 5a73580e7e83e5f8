//! Reads bindings of IIS: `applicationHost.config`, what `appcmd list site` tells, what `netsh http show sslcert` tells.

mod appcmd;
mod host_config;
mod netsh;

use super::{File, Reader};
use crate::addin::evidence::config::Binding;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::xml::Element;
use crate::text::encoding::decode_all;

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&HostConfig, &Appcmd, &Netsh];

/// How much of a text is looked at to tell what it is.
const HEAD: usize = 4096;
/// So many bindings of one file are kept.
const MOST: usize = 5000;

/// `applicationHost.config` and copies of it.
struct HostConfig;

impl Reader for HostConfig {
    fn fits(&self, file: &File<'_>) -> bool {
        is_host_config(file)
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        host_config::read(file)
    }
}

/// By its name, or by the section that no other configuration has.
pub(super) fn is_host_config(file: &File<'_>) -> bool {
    if !matches!(file.extension(), "config" | "xml" | "txt" | "log" | "out") {
        return false;
    }
    let named = file.name().starts_with("applicationhost") && matches!(file.extension(), "config" | "xml");
    named
        || file.root().as_deref() == Some("configuration") && file.text().contains("<system.applicationHost")
}

/// `appcmd list site`, as text, with `/config`, or with `/xml`.
struct Appcmd;

impl Reader for Appcmd {
    fn fits(&self, file: &File<'_>) -> bool {
        is_text(file) && {
            let head = head(file);
            let begin = head.trim_start_matches('\u{feff}').trim_start();
            begin.starts_with("SITE \"") || head.contains("<appcmd") || begin.starts_with("<site ")
        }
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        appcmd::read(file)
    }
}

/// `netsh http show sslcert`, in the language of any Windows.
struct Netsh;

impl Reader for Netsh {
    fn fits(&self, file: &File<'_>) -> bool {
        is_text(file) && file.extension() != "xml" && netsh::is_listing(&head(file))
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        netsh::read(file)
    }
}

fn is_text(file: &File<'_>) -> bool {
    matches!(file.extension(), "txt" | "log" | "xml" | "out" | "")
}

/// The beginning of a text. PowerShell writes what it redirects in UTF-16.
fn head(file: &File<'_>) -> String {
    decode_all(file.bytes.get(..HEAD).unwrap_or(file.bytes)).0
}

/// A binding out of `*:443:host`, `10.0.0.1:443:host`, `[::1]:443:host`; `None` for other protocols.
fn binding(site: &Value, protocol: &str, information: &Value) -> Option<Binding> {
    let protocol = protocol.trim().to_ascii_lowercase();
    if !matches!(protocol.as_str(), "http" | "https") {
        return None;
    }
    let (address, host) = information.trimmed().rsplit_once(':')?;
    let (_, port) = address.rsplit_once(':')?;
    Some(Binding {
        at: information.at.clone(),
        site: site.clone(),
        protocol: Value::new(protocol, information.at.clone()),
        host: Value::new(host, information.at.clone()),
        port: port.trim().parse().ok(),
        thumbprint: None,
        anonymous: None,
        windows: None,
    })
}

/// The bindings below a `site` element.
fn of_site(site: &Element) -> Vec<Binding> {
    let absent = Value::new("", site.at.clone());
    let name = site.attribute("name").or_else(|| site.attribute("SITE.NAME")).unwrap_or(&absent);
    let rows = site.descendants().filter(|element| element.name == "binding").filter_map(|row| {
        let protocol = row.attribute("protocol").map_or("", |protocol| protocol.trimmed());
        let mut found = binding(name, protocol, row.attribute("bindingInformation")?)?;
        let hash = row.attribute("certificateHash").filter(|hash| !hash.trimmed().is_empty());
        found.thumbprint = hash.map(|hash| Value::new(hash.trimmed().to_ascii_uppercase(), hash.at.clone()));
        Some(found)
    });
    rows.take(MOST).collect()
}

fn problem(at: &Spot, message: &str) -> Evidence {
    Evidence::of_problem(at.clone(), message)
}

#[cfg(test)]
mod tests;
