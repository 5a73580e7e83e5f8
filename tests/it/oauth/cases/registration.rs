//! Registrations and exports that the cases of several families need.

pub(crate) const CLIENT_ID: &str = "6daebfdd-6516-4506-a7a9-168862921987";
pub(crate) const REALM: &str = "a044e184-7de2-4d05-aacf-52118008c44f";

fn list(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// `az ad sp show`: a service principal with these hosts and redirect addresses.
pub(crate) fn service_principal(hosts: &[&str], uris: &[&str], kind: &str) -> String {
    let names: Vec<String> = hosts.iter().map(|host| format!("{CLIENT_ID}/{host}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.push(CLIENT_ID);
    format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Leave requests\",\"accountEnabled\":true,\
         \"servicePrincipalType\":\"{kind}\",\"servicePrincipalNames\":{},\"replyUrls\":{},\
         \"createdDateTime\":\"2026-03-01T10:00:00Z\",\"keyCredentials\":[],\"passwordCredentials\":[]}}",
        list(&names),
        list(uris)
    )
}

/// `Get-MgApplication`: an application of Microsoft Entra.
pub(crate) fn application(uris: &[&str]) -> String {
    format!(
        "{{\"AppId\":\"{CLIENT_ID}\",\"DisplayName\":\"Leave requests\",\"IdentifierUris\":[],\
         \"Web\":{{\"RedirectUris\":{}}},\"PasswordCredentials\":[],\"KeyCredentials\":[]}}",
        list(uris)
    )
}

/// An application of Microsoft Entra that signs in with a certificate.
pub(crate) fn application_with_certificate() -> String {
    application(&[]).replace(
        "\"KeyCredentials\":[]",
        "\"KeyCredentials\":[{\"KeyId\":\"1\",\"Type\":\"AsymmetricX509Cert\",\"Usage\":\"Verify\",\"EndDateTime\":\"2027-03-01T00:00:00Z\"}]",
    )
}

/// `Get-PnPAzureACSPrincipal`.
pub(crate) fn acs(app_only: &str) -> String {
    format!(
        "[{{\"AppIdentifier\":\"i:0i.t|ms.sp.ext|{CLIENT_ID}@{REALM}\",\"Title\":\"Leave requests\",\
         \"AllowAppOnly\":\"{app_only}\",\"AppDomains\":[\"addin.fabrikam.test\"],\"RedirectUri\":\"\"}}]"
    )
}

/// What `AppRegNew.aspx` shows, with or without a redirect address.
pub(crate) fn page(redirect: bool) -> String {
    let redirect = if redirect { "Redirect URI:\thttps://addin.fabrikam.test/callback\r\n" } else { "" };
    format!(
        "The app identifier has been successfully created.\r\nClient Id:\t{CLIENT_ID}\r\nTitle:\tLeave requests\r\n\
         App Domain:\taddin.fabrikam.test\r\n{redirect}"
    )
}

/// `web.config` with these settings.
pub(crate) fn config(settings: &[(&str, &str)]) -> String {
    let rows: Vec<String> = settings
        .iter()
        .map(|(key, value)| format!("    <add key=\"{key}\" value=\"{value}\" />\n"))
        .collect();
    let rows = rows.concat();
    format!(
        "<?xml version=\"1.0\"?>\n<configuration>\n  <appSettings>\n{rows}  </appSettings>\n</configuration>\n"
    )
}

/// A published manifest of a provider-hosted add-in.
pub(crate) fn manifest(start_page: &str, app_only: &str) -> String {
    let policy =
        if app_only.is_empty() { String::new() } else { format!(" AllowAppOnlyPolicy=\"{app_only}\"") };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<!--Published:7B9A4D5E-0E2B-4B63-9C0B-2D6B2D8D2E11-->\n\
         <App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\" Name=\"LeaveRequests\" \
         ProductID=\"{{5d1b6b36-0a8f-4a53-9d0c-7e54cf1a1f10}}\" Version=\"1.0.0.0\" SharePointMinVersion=\"15.0.0.0\">\n\
         <Properties><Title>Leave requests</Title><StartPage>{start_page}?{{StandardTokens}}</StartPage></Properties>\n\
         <AppPrincipal><RemoteWebApplication ClientId=\"{CLIENT_ID}\" /></AppPrincipal>\n\
         <AppPermissionRequests{policy}><AppPermissionRequest Scope=\"http://sharepoint/content/sitecollection/web\" \
         Right=\"Read\" /></AppPermissionRequests>\n</App>\n"
    )
}

/// What `Export-AddInRegistration.ps1` writes, with these parts.
pub(crate) fn farm(parts: &str) -> String {
    format!(
        "\u{feff}{{\r\n  \"schema\": \"spdoctor.addin-registration/1\",\r\n  \"generated\": \"2026-11-25T12:00:00Z\",\r\n  \
         \"authenticationRealm\": \"{REALM}\",\r\n  {parts},\r\n  \"errors\": []\r\n}}\r\n"
    )
}
