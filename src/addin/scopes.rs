//! The scopes of permission requests that SharePoint knows, their rights, and what a misspelt one was meant to be.

use strsim::damerau_levenshtein;

use super::host::is_online_domain;

/// A scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// As it must be written.
    pub uri: &'static str,
    /// The rights that it has, weakest first.
    pub rights: &'static [&'static str],
}

const CONTENT: &[&str] = &["Read", "Write", "Manage", "FullControl"];
const READ_WRITE: &[&str] = &["Read", "Write"];

/// Scopes that are content, widest first; each lies inside of those before it.
pub const CONTENT_SCOPES: [&str; 4] = [
    "http://sharepoint/content/tenant",
    "http://sharepoint/content/sitecollection",
    "http://sharepoint/content/sitecollection/web",
    "http://sharepoint/content/sitecollection/web/list",
];

/// Every scope.
pub static SCOPES: &[Scope] = &[
    Scope { uri: "http://sharepoint/content/tenant", rights: CONTENT },
    Scope { uri: "http://sharepoint/content/sitecollection", rights: CONTENT },
    Scope { uri: "http://sharepoint/content/sitecollection/web", rights: CONTENT },
    Scope { uri: "http://sharepoint/content/sitecollection/web/list", rights: CONTENT },
    Scope { uri: "http://sharepoint/bcs/connection", rights: &["Read"] },
    Scope { uri: "http://sharepoint/search", rights: &["QueryAsUserIgnoreAppPrincipal"] },
    Scope { uri: "http://sharepoint/projectserver", rights: &["Manage"] },
    Scope { uri: "http://sharepoint/projectserver/projects", rights: READ_WRITE },
    Scope { uri: "http://sharepoint/projectserver/projects/project", rights: READ_WRITE },
    Scope { uri: "http://sharepoint/projectserver/enterpriseresources", rights: READ_WRITE },
    Scope { uri: "http://sharepoint/projectserver/statusing", rights: &["SubmitStatus"] },
    Scope { uri: "http://sharepoint/projectserver/reporting", rights: &["Read"] },
    Scope { uri: "http://sharepoint/projectserver/workflow", rights: &["Elevate"] },
    Scope { uri: "http://sharepoint/social/tenant", rights: CONTENT },
    Scope { uri: "http://sharepoint/social/core", rights: CONTENT },
    Scope { uri: "http://sharepoint/social/microfeed", rights: CONTENT },
    Scope { uri: "http://sharepoint/social/trimming", rights: CONTENT },
    Scope { uri: "http://sharepoint/taxonomy", rights: READ_WRITE },
];

/// The scope that is written exactly so.
pub fn known(text: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.uri == text)
}

/// The scope that a text was probably meant to be; a known one is itself.
pub fn meant(text: &str) -> Option<&'static Scope> {
    if let Some(scope) = known(text) {
        return Some(scope);
    }
    let path = path_of(text)?;
    let by_path = |path: &str| SCOPES.iter().find(|scope| scope.uri.strip_prefix(PREFIX) == Some(path));
    by_path(&path).or_else(|| match path.as_str() {
        "content/site" | "content/sites" | "content/sitecollections" => by_path("content/sitecollection"),
        "content/web" | "content/webs" | "content/site/web" | "content/sitecollection/site" => {
            by_path("content/sitecollection/web")
        }
        "content/list" | "content/lists" | "content/web/list" | "content/site/list" => {
            by_path("content/sitecollection/web/list")
        }
        "tenant" => by_path("content/tenant"),
        _ => nearest(&path),
    })
}

const PREFIX: &str = "http://sharepoint/";

fn nearest(path: &str) -> Option<&'static Scope> {
    let distance =
        |scope: &Scope| damerau_levenshtein(scope.uri.strip_prefix(PREFIX).unwrap_or(scope.uri), path);
    let best = SCOPES.iter().map(|scope| (distance(scope), scope)).min_by_key(|(distance, _)| *distance)?;
    (best.0 <= 3 && best.0 * 3 <= path.len()).then_some(best.1)
}

/// What stands behind the host, lower case; `None` where the text cannot be a scope at all.
fn path_of(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 300 {
        return None;
    }
    let text = markdown_target(text).unwrap_or(text);
    let text =
        text.trim_matches(|c: char| matches!(c, '<' | '>' | '"' | '\'' | '`' | '\u{2018}'..='\u{201f}'));
    let lower: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let rest = match lower.split_once("://") {
        Some(("http" | "https", rest)) => {
            let (host, path) = rest.split_once('/')?;
            let sharepoint = host == "sharepoint"
                || is_online_domain(host)
                || damerau_levenshtein(host, "sharepoint") <= 2;
            sharepoint.then_some(path)?
        }
        Some(_) => return None,
        None => lower.trim_start_matches('/').trim_start_matches("sharepoint/"),
    };
    let path: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    (!path.is_empty()).then(|| path.join("/"))
}

/// `[a](b)`: what an editor makes of an address.
fn markdown_target(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix('[')?.split_once("](")?;
    rest.split_once(')').map(|(target, _)| target)
}

/// It is a link as Markdown writes it.
pub fn is_markdown_link(text: &str) -> bool {
    markdown_target(text.trim()).is_some()
}

/// The right of a scope that a text was probably meant to be; a known one is itself.
pub fn meant_right(scope: &Scope, text: &str) -> Option<&'static str> {
    let packed: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(64).collect();
    let exact = |name: &str| scope.rights.iter().copied().find(|right| right.eq_ignore_ascii_case(name));
    let alias = match packed.as_str() {
        "full" | "fullcontroll" | "owner" | "all" => "fullcontrol",
        "edit" | "contribute" | "readwrite" | "writeread" | "update" => "write",
        "design" | "managelists" => "manage",
        "query" | "queryasuser" | "search" => "queryasuserignoreappprincipal",
        "view" | "reader" => "read",
        other => other,
    };
    let strongest = || scope.rights.last().copied();
    exact(alias).or_else(|| match alias {
        // A right of other scopes: the nearest that this one has.
        "read" => scope.rights.first().copied(),
        "write" | "manage" | "fullcontrol" => strongest(),
        _ => {
            let distance = |right: &str| damerau_levenshtein(&right.to_lowercase(), alias);
            let best = scope.rights.iter().map(|right| (distance(right), *right)).min();
            best.filter(|(distance, _)| *distance <= 2).map(|(_, right)| right)
        }
    })
}

/// Its place among the four rights of content, weakest 0.
pub fn rank(right: &str) -> Option<usize> {
    CONTENT.iter().position(|known| known.eq_ignore_ascii_case(right.trim()))
}

/// Its place among the scopes of content, widest 0.
pub fn width(scope: &str) -> Option<usize> {
    CONTENT_SCOPES.iter().position(|known| *known == scope)
}

#[cfg(test)]
mod tests {
    use super::{known, meant, meant_right};

    fn uri(text: &str) -> Option<&'static str> {
        meant(text).map(|scope| scope.uri)
    }

    #[test]
    fn misspelt_scopes_are_recognised() {
        let web = Some("http://sharepoint/content/sitecollection/web");
        for text in [
            "https://sharepoint/content/sitecollection/web",
            "http://sharepoint/content/sitecollection/web/",
            "http://SharePoint/Content/SiteCollection/Web",
            " http://sharepoint/content/sitecollection/web",
            "[http://sharepoint/content/sitecollection/web](http://sharepoint/content/sitecollection/web)",
            "http://sharepoint/content/sitecolection/web",
            "http://contoso.sharepoint.com/content/sitecollection/web",
            "http://contoso.sharepoint.us/content/sitecollection/web",
            "content/sitecollection/web",
            "http://sharepoint/content/web",
        ] {
            assert_eq!(uri(text), web, "{text}");
            assert!(known(text).is_none(), "{text}");
        }
        for text in [
            "",
            "http://sharepoint/",
            "https://graph.microsoft.com/Sites.Read.All",
            "ftp://sharepoint/search",
            "http://evilsharepoint.com/content/sitecollection/web",
        ] {
            assert_eq!(uri(text), None, "{text}");
        }
    }

    #[test]
    fn misspelt_rights_are_recognised() {
        let right = |scope, text| meant_right(known(scope).expect("a scope"), text);
        assert_eq!(right("http://sharepoint/content/tenant", "Full Control"), Some("FullControl"));
        assert_eq!(right("http://sharepoint/content/tenant", "fullcontrol"), Some("FullControl"));
        assert_eq!(right("http://sharepoint/search", "Query"), Some("QueryAsUserIgnoreAppPrincipal"));
        assert_eq!(right("http://sharepoint/taxonomy", "FullControl"), Some("Write"));
        assert_eq!(right("http://sharepoint/bcs/connection", "Write"), Some("Read"));
        assert_eq!(right("http://sharepoint/content/tenant", "xyz"), None);
    }
}
