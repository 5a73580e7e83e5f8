//! What stands for a domain in a value, and the three ways in which two of them compare.
//!
//! The audience string of a context token is compared by `TokenHelper` letter by letter but for case, and with the
//! port. TLS compares host names only. A comparison that normalises first would hide exactly the differences that
//! break authorization, so both readings are kept.

use url::Url;

use crate::model::audit::PairVerdict;

/// A domain as it is written somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authority {
    /// What `System.Uri.Authority` gives for an address, or the text itself where no scheme stands before it.
    pub audience: String,
    /// The host for TLS: lower case, A-labels, no trailing dot. IPv6 without brackets.
    pub host: String,
    /// The port that is written, or that the scheme implies; 443 where neither is.
    pub port: u16,
    /// The port is written.
    pub explicit_port: bool,
    /// The scheme, lower case; `None` where there is none.
    pub scheme: Option<String>,
}

impl Authority {
    /// Reads an address, or a bare `host[:port]`. `None` where no host can be seen: a token, a relative address.
    pub fn of(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        match trimmed.split_once("://") {
            Some((scheme, rest)) => Self::of_address(scheme, rest),
            None => Self::of_bare(trimmed),
        }
    }

    fn of_address(scheme: &str, rest: &str) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        if scheme.is_empty()
            || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            return None;
        }
        let written = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let written = written.rsplit('@').next().unwrap_or(written);
        let default = default_port(Some(&scheme));
        let (name, port) = split_port(written)?;
        let host = normalised(name)?;
        // System.Uri drops the default port of the scheme and lowers the case.
        let shown_port = port.filter(|port| *port != default);
        let audience = match shown_port {
            Some(port) => format!("{}:{port}", name.to_lowercase()),
            None => name.to_lowercase(),
        };
        let explicit_port = port.is_some();
        Some(Self { audience, host, port: port.unwrap_or(default), explicit_port, scheme: Some(scheme) })
    }

    /// A registered domain: nothing is dropped, since nothing drops it at run time either.
    fn of_bare(text: &str) -> Option<Self> {
        if text.is_empty()
            || text.starts_with(['~', '/', '{', '[', '(']) && !text.starts_with("[:") && !is_ipv6(text)
        {
            return None;
        }
        let written = text.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        // `Default.aspx` stands beside the page that names it; no domain ends like that.
        let lower = written.to_ascii_lowercase();
        let is_page = PAGES.iter().any(|ending| lower.ends_with(ending));
        if written.is_empty() || written.contains(char::is_whitespace) || is_page {
            return None;
        }
        let (name, port) = split_port(written)?;
        let host = normalised(name)?;
        let explicit_port = port.is_some();
        Some(Self {
            audience: text.to_lowercase(),
            host,
            port: port.unwrap_or(443),
            explicit_port,
            scheme: None,
        })
    }

    /// How this domain compares with another one.
    pub fn compare(&self, other: &Self) -> PairVerdict {
        if self.audience.eq_ignore_ascii_case(&other.audience) {
            PairVerdict::Identical
        } else if self.host == other.host && self.port == other.port {
            PairVerdict::TlsOnly
        } else {
            PairVerdict::Different
        }
    }

    /// `host`, or `host:port` where the port is not the one that the scheme implies.
    pub fn canonical(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == default_port(self.scheme.as_deref()) { host } else { format!("{host}:{}", self.port) }
    }
}

/// Domains of SharePoint Online in its clouds (*documented*); each tenant has a name below one of them.
const ONLINE: [&str; 4] = ["sharepoint.com", "sharepoint.us", "sharepoint.cn", "sharepoint-mil.us"];

/// An address of SharePoint Online.
pub(in crate::addin) fn is_online(address: &str) -> bool {
    Authority::of(address).is_some_and(|authority| is_below(&authority.host, false))
}

/// The host is one of SharePoint Online, or one of its domains, which people write for their tenant.
pub(in crate::addin) fn is_online_domain(host: &str) -> bool {
    is_below(host, true)
}

fn is_below(host: &str, or_same: bool) -> bool {
    ONLINE.iter().any(|domain| {
        let before = host.strip_suffix(domain);
        before.is_some_and(|before| before.ends_with('.') || (or_same && before.is_empty()))
    })
}

/// Somewhere in a text stands a host of SharePoint Online, or one of its domains.
pub(in crate::addin) fn names_online(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    // `sharepoint.com.evil.example` is none, and a dot that ends a sentence is no part of it.
    let goes_on = |rest: &str| rest.strip_prefix('.').unwrap_or(rest).starts_with(of_name);
    ONLINE.iter().any(|domain| {
        lower.match_indices(domain).any(|(at, found)| {
            let before = lower.get(..at).unwrap_or_default();
            let behind = lower.get(at + found.len()..).unwrap_or_default();
            !before.ends_with(of_name) && !goes_on(behind)
        })
    })
}

/// Whether IIS answers calls for a host where a binding has this host header: none or `*` takes any, and since IIS 10 `*.`
/// in front takes every host below a domain (*documented*).
pub fn answers(header: &str, host: &str) -> bool {
    let header = header.trim().to_ascii_lowercase();
    let below =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
    matches!(header.as_str(), "" | "*") || header == host || header.strip_prefix("*.").is_some_and(below)
}

/// Endings of pages and services.
const PAGES: [&str; 9] = [".aspx", ".asp", ".html", ".htm", ".cshtml", ".php", ".svc", ".asmx", ".ashx"];

fn default_port(scheme: Option<&str>) -> u16 {
    if scheme == Some("http") { 80 } else { 443 }
}

fn is_ipv6(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(inner, _)| inner.contains(':'))
}

/// Host and port as written. `None` where a port is no number.
fn split_port(written: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = written.strip_prefix('[') {
        let (_, after) = rest.split_once(']')?;
        let name = written.get(..written.len() - after.len())?;
        return match after.strip_prefix(':') {
            Some(port) => Some((name, Some(port.parse().ok()?))),
            None => after.is_empty().then_some((name, None)),
        };
    }
    match written.rsplit_once(':') {
        Some((name, "")) => Some((name, None)),
        Some((name, port)) => Some((name, Some(port.parse().ok()?))),
        None => Some((written, None)),
    }
}

/// The host as TLS sees it.
fn normalised(name: &str) -> Option<String> {
    let probe = Url::parse(&format!("https://{name}/"));
    let host = probe.ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.unwrap_or_else(|| name.to_lowercase());
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_owned();
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::Authority;
    use crate::model::audit::PairVerdict::{self, Different, Identical, TlsOnly};

    fn verdict(a: &str, b: &str) -> PairVerdict {
        Authority::of(a).expect("a host").compare(&Authority::of(b).expect("a host"))
    }

    #[test]
    fn three_verdicts() {
        assert_eq!(verdict("www.contoso.com", "https://WWW.contoso.com/Pages/a.aspx"), Identical);
        assert_eq!(verdict("www.contoso.com", "https://www.contoso.com:443/"), Identical);
        assert_eq!(verdict("www.contoso.com:443", "https://www.contoso.com:443/"), TlsOnly);
        assert_eq!(verdict("www.contoso.com.", "https://www.contoso.com/"), TlsOnly);
        assert_eq!(verdict("bücher.example", "https://xn--bcher-kva.example/"), TlsOnly);
        assert_eq!(verdict("www.contoso.com", "https://www.contoso.com:3333/"), Different);
        assert_eq!(verdict("www.contoso.com:3333", "https://www.contoso.com:3333/"), Identical);
        assert_eq!(verdict("contoso.com", "https://www.contoso.com/"), Different);
        // No port is left in the authority of either; that http is no way to serve an add-in, OB09 says.
        assert_eq!(verdict("www.contoso.com", "http://www.contoso.com/"), Identical);
        assert_eq!(verdict("https://www.contoso.com/", "http://www.contoso.com:8080/"), Different);
    }

    #[test]
    fn what_should_be_registered_has_no_port_that_nothing_shows() {
        let canonical = |text| Authority::of(text).map(|authority| authority.canonical());
        assert_eq!(canonical("http://shop.example/a").as_deref(), Some("shop.example"));
        assert_eq!(canonical("https://shop.example:443/").as_deref(), Some("shop.example"));
        assert_eq!(canonical("https://shop.example:80/").as_deref(), Some("shop.example:80"));
        assert_eq!(canonical("shop.example:80").as_deref(), Some("shop.example:80"));
        assert_eq!(canonical("http://[2001:DB8::1]:8080/").as_deref(), Some("[2001:db8::1]:8080"));
    }

    #[test]
    fn a_star_in_a_binding_stands_for_hosts_below_a_domain() {
        for (header, host, expected) in [
            ("", "a.b.test", true),
            ("*", "a.b.test", true),
            ("A.b.test", "a.b.test", true),
            ("*.b.test", "a.b.test", true),
            ("*.b.test", "b.test", false),
            ("*.b.test", "ab.test", false),
            ("*.c.test", "a.b.test", false),
        ] {
            assert_eq!(super::answers(header, host), expected, "{header} {host}");
        }
    }

    #[test]
    fn hosts_of_sharepoint_online_are_those_below_the_domains_of_its_clouds() {
        for (host, online) in [
            ("fabrikam.sharepoint.com", true),
            ("https://fabrikam-admin.sharepoint.us/sites/a", true),
            ("FABRIKAM.sharepoint.cn", true),
            ("fabrikam.sharepoint-mil.us:443", true),
            ("sharepoint.com", false),
            ("evilsharepoint.com", false),
            ("fabrikam.sharepoint.com.evil.example", false),
            ("fabrikam.sharepoint.de", false),
        ] {
            assert_eq!(super::is_online(host), online, "{host}");
        }
        assert!(super::is_online_domain("sharepoint.us") && !super::is_online_domain("evilsharepoint.us"));
    }

    #[test]
    fn a_host_of_sharepoint_online_is_seen_in_a_text() {
        for (text, named) in [
            ("00000003-0000-0ff1-ce00-000000000000/fabrikam.SharePoint.com@x", true),
            ("see https://fabrikam.sharepoint.cn.", true),
            ("http://sharepoint.com/content", true),
            ("evilsharepoint.com", false),
            ("a.sharepoint.com.evil.example", false),
            ("a.sharepoint.community", false),
            ("", false),
        ] {
            assert_eq!(super::names_online(text), named, "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_none() {
        for text in [
            "~remoteAppUrl/Pages/a.aspx",
            "",
            "/a/b",
            "{StandardTokens}",
            "(None)?{StandardTokens}",
            "Default.aspx?{StandardTokens}",
            "a b",
            "https://",
            "https://h:x/",
        ] {
            assert_eq!(Authority::of(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_of_every_form_have_a_host() {
        let host = |text| Authority::of(text).map(|authority| (authority.host, authority.port));
        assert_eq!(host("https://[::1]:8443/x"), Some(("::1".to_owned(), 8443)));
        assert_eq!(host("https://user:pw@h.example/x"), Some(("h.example".to_owned(), 443)));
        assert_eq!(host("https://h.example?{StandardTokens}"), Some(("h.example".to_owned(), 443)));
        assert_eq!(host("http://h.example/"), Some(("h.example".to_owned(), 80)));
        assert_eq!(host("h.example:3333"), Some(("h.example".to_owned(), 3333)));
    }
}
