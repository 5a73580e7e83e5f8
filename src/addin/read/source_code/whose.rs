//! Whose a source file is: one that speaks of SharePoint or ACS, one that signs in to Microsoft Entra, or any other.

use std::sync::LazyLock;

use regex::Regex;

/// What nothing but SharePoint, its add-ins and the libraries for them are called.
static SHAREPOINT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)sharepoint|accesscontrol\.windows|0ff1-ce00-0000|tokenhelper|\bpnp|office365|hostedapp|spfetchclient|\bsp-(?:request|auth|pnp-js)\b|\bspo?[-_.]?(?:app|add|client|site|url|tenant|secret)|appregnew|appinv\.aspx|addin_?(?:client|secret)",
    )
});

/// Signs that tokens are got of ACS, or made for SharePoint.
static ACS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)accesscontrol\.windows|0ff1-ce00-0000|tokenhelper|GetACSAppOnly|GetAppOnlyAuthenticatedContext|-AppSecret\b",
    )
});

/// Where Microsoft Entra hands out tokens, the libraries that ask it, and what they are mostly for.
static ENTRA: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)login\.(?:microsoftonline|windows)\.(?:com|net|us)|login\.partner\.microsoftonline|graph\.microsoft\.com|Microsoft\.Identity\.Client|\bmsal\b|@azure/msal",
    )
});

/// The host of ACS.
static ACS_HOST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)accounts\.accesscontrol\.windows\.net"));

/// Other services that take tokens of ACS: Azure AD Graph, by its host and its id, and what trusts the directory.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(?:directory|graph|sts)\.windows\.net\b|\b00000002-0000-0000-c000-000000000000\b")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Ids and secrets in it are those of a login to Microsoft Entra: nothing asks ACS.
pub(super) fn is_of_entra(text: &str) -> bool {
    ENTRA.is_match(text) && !ACS.is_match(text)
}

/// Azure ACS handed out tokens for the directory and for Dynamics as well: it asks for one of these, and names nothing of
/// SharePoint.
pub(super) fn asks_acs_for_another(text: &str) -> bool {
    let rest = ACS_HOST.replace_all(text, "");
    (OTHERS.is_match(&rest) || ENTRA.is_match(&rest)) && !SHAREPOINT.is_match(&rest)
}

/// It speaks of SharePoint, and not only as of something that a login to Microsoft Entra is for.
pub(super) fn speaks_of_sharepoint(text: &str) -> bool {
    SHAREPOINT.is_match(text) && !is_of_entra(text) && !asks_acs_for_another(text)
}

#[cfg(test)]
mod tests {
    use super::{asks_acs_for_another, is_of_entra, speaks_of_sharepoint};

    #[test]
    fn a_file_is_of_sharepoint_of_entra_or_of_neither() {
        for (text, entra, sharepoint) in [
            (
                "fetch(`https://login.microsoftonline.com/${SHAREPOINT_TENANT}/oauth2/v2.0/token`)",
                true,
                false,
            ),
            ("msal.ConfidentialClientApplication(ID); url = 'https://a.sharepoint.com'", true, false),
            ("'https://graph.microsoft.com/.default'", true, false),
            ("u = 'https://login.microsoftonline.com/x'; TokenHelper.A()", false, true),
            ("const spo_client_secret = '';", false, true),
            ("https://accounts.accesscontrol.windows.net/tokens/OAuth/2", false, true),
            ("https://accounts.spotify.com/api/token", false, false),
            ("responsive_clients = 1", false, false),
        ] {
            assert_eq!((is_of_entra(text), speaks_of_sharepoint(text)), (entra, sharepoint), "{text}");
        }
    }

    #[test]
    fn acs_is_asked_for_tokens_of_other_services_as_well() {
        let acs = "post('https://accounts.accesscontrol.windows.net/tokens/OAuth/2')";
        for (rest, another) in [
            ("resource: '00000002-0000-0000-c000-000000000000/directory.windows.net@' + tenant", true),
            ("'https://login.windows.net/common/FederationMetadata'", true),
            ("'https://login.windows.net/x'; 'https://a.sharepoint.com'", false),
            ("'00000003-0000-0ff1-ce00-000000000000/' + host; 'https://graph.windows.net'", false),
            ("", false),
        ] {
            let text = format!("{acs}; {rest}");
            assert_eq!(
                (asks_acs_for_another(&text), speaks_of_sharepoint(&text)),
                (another, !another),
                "{text}"
            );
        }
    }
}
