//! Manifests of add-ins, as Visual Studio publishes them.

use crate::prng::Guid;

/// What differs between the manifests of the samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manifest<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) product_id: Guid,
    pub(super) client_id: &'a str,
    pub(super) version: &'a str,
    pub(super) min_version: &'a str,
    /// With scheme, host and path; without the query.
    pub(super) start_page: &'a str,
    /// `InstalledEventEndpoint` and `UninstallingEventEndpoint`.
    pub(super) endpoint: Option<&'a str>,
    /// Scope below `http://sharepoint/` and right.
    pub(super) permissions: &'a [(&'a str, &'a str)],
}

impl Manifest<'_> {
    /// The text of a published manifest.
    pub(super) fn published(&self) -> String {
        let endpoints = self.endpoint.map_or(String::new(), |url| {
            format!(
                "    <InstalledEventEndpoint>{url}</InstalledEventEndpoint>\n    \
                 <UninstallingEventEndpoint>{url}</UninstallingEventEndpoint>\n"
            )
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<!--Created:cb85b80c-f585-40ff-8bfc-12ff4d0e34a9-->\n\
             <!--Published:83F0F0A1-F9A6-4F0B-8DA3-1D2F0E6C7C5B-->\n\
             <App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\" Name=\"{}\" ProductID=\"{{{}}}\" \
             Version=\"{}\" SharePointMinVersion=\"{}\">\n  <Properties>\n    <Title>{}</Title>\n    \
             <StartPage>{}?{{StandardTokens}}</StartPage>\n{endpoints}  </Properties>\n  <AppPrincipal>\n    \
             <RemoteWebApplication ClientId=\"{}\" />\n  </AppPrincipal>\n{}</App>\n",
            self.name,
            self.product_id,
            self.version,
            self.min_version,
            self.title,
            self.start_page,
            self.client_id,
            indented(&requests(self.permissions)),
        )
    }
}

/// Permission XML, as it is pasted into `appinv.aspx` as well.
pub(super) fn requests(permissions: &[(&str, &str)]) -> String {
    let rows = super::concatenated(permissions, |(scope, right)| {
        format!("  <AppPermissionRequest Scope=\"http://sharepoint/{scope}\" Right=\"{right}\" />\n")
    });
    format!("<AppPermissionRequests>\n{rows}</AppPermissionRequests>\n")
}

fn indented(xml: &str) -> String {
    super::concatenated(xml.lines(), |line| format!("  {line}\n"))
}
