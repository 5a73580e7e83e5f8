//! `netsh http show sslcert`: which certificate answers at which address. Its labels are translated with Windows, so
//! only the values are looked at: an address with a port, and behind it forty hexadecimal digits.

use super::MOST;
use crate::addin::evidence::config::Binding;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::read::File;

/// A text with an address line and a hash line right behind it.
pub(super) fn is_listing(head: &str) -> bool {
    !bindings(head, &Spot::default()).is_empty()
}

pub(super) fn read(file: &File<'_>) -> Evidence {
    Evidence { bindings: bindings(file.text(), &file.spot()), ..Evidence::default() }
}

fn bindings(text: &str, at: &Spot) -> Vec<Binding> {
    let mut found = Vec::new();
    let mut address = None;
    for (number, line) in (1..).zip(text.lines()) {
        // Labels and values stand in columns: `    IP:port                      : 0.0.0.0:443`.
        let value = line.split_once(" : ").map_or("", |(_, value)| value.trim());
        if let Some((host, port)) = host_and_port(value) {
            address = Some((Value::new(host, at.at(number, 0)), port));
        } else if is_hash(value) && found.len() < MOST {
            let hash = Value::new(value.to_ascii_uppercase(), at.at(number, 0));
            found.extend(address.take().map(|(host, port)| binding(host, port, hash)));
        }
    }
    found
}

fn binding(host: Value, port: u16, thumbprint: Value) -> Binding {
    let at = host.at.clone();
    Binding {
        at: at.clone(),
        site: Value::new("", at.clone()),
        protocol: Value::new("https", at),
        host,
        port: Some(port),
        thumbprint: Some(thumbprint),
        anonymous: None,
        windows: None,
    }
}

/// Host and port; the host is empty for all addresses.
fn host_and_port(value: &str) -> Option<(&str, u16)> {
    let (host, port) = value.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let plain = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]*_".contains(&byte));
    let any = matches!(host, "0.0.0.0" | "[::]" | "*");
    // A time of day is no address.
    let named = any
        || host.starts_with('[')
        || host.contains('.')
        || host.bytes().any(|byte| byte.is_ascii_alphabetic());
    (plain && named).then_some((if any { "" } else { host }, port))
}

fn is_hash(value: &str) -> bool {
    matches!(value.len(), 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}
