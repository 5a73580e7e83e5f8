//! Names of principals in tokens: `id/host:port@realm`, `id@realm`, or an address.

use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::host::Authority;
use crate::model::token::TokenName;

/// Azure ACS, which issues the tokens of low trust.
pub const ACS: &str = "00000001-0000-0000-c000-000000000000";

/// What SharePoint is called in reports.
pub const SHAREPOINT_NAME: &str = "SharePoint";
/// What Microsoft Graph is called in reports.
const GRAPH_NAME: &str = "Microsoft Graph";

/// Hosts of services that Microsoft Entra makes tokens for, in its clouds (*documented*: Microsoft Graph, national cloud
/// deployments).
const SERVICES: [(&str, &str); 7] = [
    ("graph.microsoft.com", GRAPH_NAME),
    ("graph.microsoft.us", GRAPH_NAME),
    ("dod-graph.microsoft.us", GRAPH_NAME),
    ("microsoftgraph.chinacloudapi.cn", GRAPH_NAME),
    ("graph.windows.net", "Azure AD Graph"),
    ("outlook.office365.com", "Exchange"),
    ("outlook.office.com", "Exchange"),
];

/// Principals that every realm has.
const KNOWN: [(&str, &str); 7] = [
    (ACS, "Azure ACS"),
    (SHAREPOINT, SHAREPOINT_NAME),
    ("00000002-0000-0ff1-ce00-000000000000", "Exchange"),
    ("00000004-0000-0ff1-ce00-000000000000", "Skype for Business"),
    ("00000005-0000-0000-c000-000000000000", "Workflow"),
    ("00000003-0000-0000-c000-000000000000", GRAPH_NAME),
    ("00000002-0000-0000-c000-000000000000", "Azure AD Graph"),
];

/// Most characters of a part that are kept.
const MOST: usize = 300;

/// Takes a name apart. Whatever is not there stays empty; nothing is refused.
pub fn name(raw: &str) -> TokenName {
    let raw: String = raw.chars().take(MOST).collect();
    // A scheme deeper inside is one that was registered along with the domain.
    let scheme = raw.split_once("://").map(|(scheme, _)| scheme);
    if scheme
        .is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return address(raw);
    }
    let (left, realm) = match raw.rsplit_once('@') {
        Some((left, realm)) => (left, Some(realm.to_owned())),
        None => (raw.as_str(), None),
    };
    let (id, authority) = match left.split_once('/') {
        Some((id, authority)) => (id, Some(authority)),
        None => (left, None),
    };
    let read = authority.and_then(Authority::of);
    TokenName {
        id: id.to_owned(),
        known_as: known(id),
        authority: authority.map(str::to_owned),
        host: read.as_ref().map(|read| read.host.clone()),
        port: read.as_ref().map(|read| read.port),
        realm,
        raw,
    }
}

fn address(raw: String) -> TokenName {
    let read = Authority::of(&raw);
    let service = read.as_ref().and_then(|read| SERVICES.iter().find(|(host, _)| *host == read.host));
    TokenName {
        known_as: service.map(|(_, name)| *name),
        authority: read.as_ref().map(|read| read.audience.clone()),
        host: read.as_ref().map(|read| read.host.clone()),
        port: read.as_ref().map(|read| read.port),
        realm: tenant(&raw),
        raw,
        ..TokenName::default()
    }
}

/// The tenant in the address of an issuer: `https://sts.windows.net/<tenant>/`.
fn tenant(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let issuers = ["sts.windows.net/", "login.microsoftonline.com/", "login.windows.net/"];
    let path = issuers.iter().find_map(|issuer| rest.strip_prefix(issuer))?;
    let tenant = path.split('/').next()?;
    (!tenant.is_empty()).then(|| tenant.to_owned())
}

/// Who a well-known id is.
pub fn known(id: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, name)| *name)
}

/// Five groups of hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_taken_apart() {
        let found =
            name("b99d1203-0000-4000-8000-000000000001/localhost:44349@12768036-0000-4000-8000-000000000002");
        assert_eq!(found.id, "b99d1203-0000-4000-8000-000000000001");
        assert_eq!((found.host.as_deref(), found.port), (Some("localhost"), Some(44349)));
        assert_eq!(found.realm.as_deref(), Some("12768036-0000-4000-8000-000000000002"));
        let written =
            name("774d3860-47e7-4321-8a35-bb9e29f1f967/https://h.test@c98f41a0-e9d7-4d31-9ac4-813b81680177");
        assert_eq!((written.id.len(), written.authority.as_deref()), (36, Some("https://h.test")));
        assert_eq!(written.realm.as_deref(), Some("c98f41a0-e9d7-4d31-9ac4-813b81680177"));
        let bare = name("00000001-0000-0000-c000-000000000000@");
        assert_eq!((bare.known_as, bare.realm.as_deref(), bare.host), (Some("Azure ACS"), Some(""), None));
        let entra = name("https://sts.windows.net/d8623c9e-30c7-473a-83bc-d907df44a26e/");
        assert_eq!(entra.realm.as_deref(), Some("d8623c9e-30c7-473a-83bc-d907df44a26e"));
        assert!(entra.id.is_empty() && entra.known_as.is_none());
        assert_eq!(name("https://Graph.microsoft.com/").known_as, Some("Microsoft Graph"));
    }
}
