//! Whose a source file is: one that speaks of SharePoint or ACS, one that signs in to Microsoft Entra, or any other.

use std::sync::LazyLock;

use regex::Regex;

/// What nothing but SharePoint, its add-ins and the libraries for them are called.
static SHAREPOINT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)sharepoint|accesscontrol\.windows|0ff1-ce00-0000|tokenhelper|\bpnp|office365|hostedapp|spfetchclient|\bspo?[-_.]?(?:app|add|client|site|url|tenant|secret)|appregnew|appinv\.aspx|addin_?(?:client|secret)",
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

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// Ids and secrets in it are those of a login to Microsoft Entra: nothing asks ACS.
pub(super) fn is_of_entra(text: &str) -> bool {
    ENTRA.is_match(text) && !ACS.is_match(text)
}

/// It speaks of SharePoint, and not only as of something that a login to Microsoft Entra is for.
pub(super) fn speaks_of_sharepoint(text: &str) -> bool {
    SHAREPOINT.is_match(text) && !is_of_entra(text)
}

#[cfg(test)]
mod tests {
    use super::{is_of_entra, speaks_of_sharepoint};

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
}
