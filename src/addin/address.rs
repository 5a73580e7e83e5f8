//! Addresses that have to be absolute, and what makes one unusable. They are where SharePoint sends a browser, and what
//! its servers call.

use super::domains::Role;
use super::host::Authority;

/// Why an address leads nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing stands there.
    Empty,
    /// There is no scheme and host in front, nor a token.
    Relative,
    /// The scheme, lower case, is neither https nor http.
    Scheme(String),
    /// No host stands behind the scheme, or none that can be read.
    NoHost,
    /// What stands for a port is no number up to 65535.
    Port(String),
}

impl Fault {
    /// What is wrong, as the end of a sentence about the address.
    pub fn told(&self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::Relative => "is a relative address".to_owned(),
            Self::Scheme(scheme) => format!("begins with {scheme}://, which no browser opens as a page"),
            Self::NoHost => "has no host that could be called".to_owned(),
            Self::Port(port) => format!("has the port {port}, which is no number from 1 to 65535"),
        }
    }
}

/// Whether what stands in the place of an address tells what belongs there: `[Enter the URL of the site]`. It is no
/// address that could be wrong in any other way.
pub fn is_instruction(text: &str) -> bool {
    text.trim_start().starts_with(['[', '<'])
}

/// What is wrong with an address that has to be absolute; `None` for a usable one, and for one that begins with a token
/// or holds a name that a deployment fills in.
pub fn fault(text: &str) -> Option<Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Fault::Empty);
    }
    if text.starts_with(['~', '{']) {
        return None;
    }
    let Some((scheme, rest)) = with_scheme(text) else { return Some(Fault::Relative) };
    let scheme = scheme.to_ascii_lowercase();
    if !is_web(&scheme) {
        return Some(Fault::Scheme(scheme));
    }
    let host = rest.split(['/', '?', '\\']).next().unwrap_or_default();
    if host.contains(['{', '$', '%']) || host.contains("__") {
        return None;
    }
    let host = host.split('#').next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or(host);
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.contains(']'));
    match port {
        Some(port) if !port.is_empty() && !is_port(port) => Some(Fault::Port(port.to_owned())),
        _ => Authority::of(text).is_none().then_some(Fault::NoHost),
    }
}

/// What stands for a domain at a place of this role; `None` for tokens, relative addresses, and addresses that nobody can
/// call over the web.
pub fn domain(role: Role, text: &str) -> Option<Authority> {
    let is_page = matches!(role, Role::StartPage | Role::SettingsPage | Role::Endpoint | Role::Receiver);
    let is_called = is_page || matches!(role, Role::Part | Role::HostWebReceiver);
    if role == Role::Registration {
        return registered(text);
    }
    let authority = Authority::of(text).filter(|found| !is_called || is_called_over_the_web(found))?;
    if text.contains("://") {
        return Some(authority);
    }
    // A part is loaded from an address; what has no scheme lies beside the page, or stands for nothing. So does the
    // folder that a page is said to lie in.
    let trimmed = text.trim();
    let first = trimmed.split(['/', '?', '#']).next().unwrap_or_default();
    // A StartPage without a scheme is relative even if it looks like a host: the check of OA18 tells it.
    let dotted = first.contains('.') && role != Role::StartPage;
    let folder = first.len() < trimmed.len() && !dotted && !first.contains(':');
    let relative = role == Role::Part || (is_page && folder && first != "localhost");
    (!relative).then_some(authority)
}

/// A registered domain. SharePoint writes it into the audience as it was registered, with a scheme or blanks if they
/// were, so nothing is taken away (*inferred*).
pub fn registered(text: &str) -> Option<Authority> {
    Some(Authority { audience: text.to_lowercase(), ..Authority::of(text)? })
}

/// `https:/host` and `https//host` name no host, least of all one by the name of https.
fn is_called_over_the_web(authority: &Authority) -> bool {
    match &authority.scheme {
        Some(scheme) => is_web(scheme),
        None => !is_web(&authority.host),
    }
}

/// A scheme and what stands behind it. One in a query is that of another address.
fn with_scheme(text: &str) -> Option<(&str, &str)> {
    text.split_once("://").filter(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "https" | "http")
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Role, domain, fault};

    #[test]
    fn what_leads_nowhere_is_told() {
        let scheme = || Fault::Scheme("ftp".to_owned());
        let port = |port: &str| Fault::Port(port.to_owned());
        for (text, expected) in [
            ("https://h.example/a?{StandardTokens}", None),
            ("https://h.example:8443/", None),
            ("https://[::1]/", None),
            ("https://user:word@h.example/", None),
            ("~remoteAppUrl/a", None),
            ("{RemoteAppUrl}/a", None),
            ("https://#{Host}#:#{Port}#/a", None),
            ("  ", Some(Fault::Empty)),
            ("Default.aspx?u=https://h.example/", Some(Fault::Relative)),
            ("https//h.example/", Some(Fault::Relative)),
            ("ftp://h.example/a", Some(scheme())),
            ("https:///a", Some(Fault::NoHost)),
            ("https://?a=b:c", Some(Fault::NoHost)),
            ("https://h.example:70000/", Some(port("70000"))),
            ("https://h.example:abc", Some(port("abc"))),
            ("https://[::1]:0/", Some(port("0"))),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }

    #[test]
    fn a_scheme_is_no_host() {
        for text in
            ["https//h.example/a", "https:/h.example/a", "https:\\\\h.example\\a", "ftp://h.example/a"]
        {
            assert_eq!(domain(Role::Endpoint, text), None, "{text}");
        }
        assert!(domain(Role::StartPage, "localhost/a").is_some());
        assert!(domain(Role::Endpoint, "h.example/a.svc").is_some());
        assert_eq!(domain(Role::StartPage, "Pages/Start"), None);
    }
}
