//! Which export a record comes from, by the names of its fields.

use super::node::Node;

/// The exports that are known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Shape {
    /// What `Export-AddInRegistration.ps1` writes.
    FarmExport,
    /// `Get-SPAppInstance`, or the installed add-ins of the Assessment tool.
    Installed,
    /// `Get-MsolServicePrincipal`.
    MsolPrincipal,
    /// `Get-MsolServicePrincipalCredential`, with or without the id of its principal; the list of credentials of Graph by
    /// itself.
    MsolCredential,
    /// `Get-PnPAzureACSPrincipal`, and `classicacsprincipals.csv`.
    AcsPrincipal,
    /// Permissions of the Assessment tool on sites.
    SitePermission,
    /// Permissions of the Assessment tool on the tenant.
    TenantPermission,
    /// Where a principal of the Assessment tool was seen: nothing that is not told elsewhere.
    AcsSite,
    /// A service principal of Microsoft Graph.
    ServicePrincipal,
    /// An application of Microsoft Graph.
    Application,
    /// The tenant itself: `Get-MgOrganization`.
    Organization,
    /// `Get-SPTrustedSecurityTokenIssuer`.
    TrustedIssuer,
    /// `Get-SPSecurityTokenServiceConfig`.
    TokenService,
    /// `Get-SPAppPrincipal`, or its configuration.
    FarmPrincipal,
    /// `Get-SPTrustedRootAuthority`.
    TrustedRoot,
    /// `Get-SPOTenant`.
    Tenant,
    /// An event receiver of a web or list.
    Receiver,
}

/// The schema of our own export.
pub(super) const SCHEMA: &str = "spdoctor.addin-registration/1";

/// Switches of a tenant.
pub(super) const TENANT_SWITCHES: [&str; 4] = [
    "DisableCustomAppAuthentication",
    "LegacyAuthProtocolsEnabled",
    "SiteOwnerManageLegacyServicePrincipalEnabled",
    "IsSharePointAddInsDisabled",
];

impl Shape {
    /// The shape of a record.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let has = |names: &[&str]| names.iter().all(|name| node.has(name));
        let any = |names: &[&str]| node.has_any(names);
        if node.get("schema").and_then(Node::text).is_some_and(|schema| schema == SCHEMA) {
            return Some(Self::FarmExport);
        }
        let tables: [(Self, bool); 16] = [
            (
                Self::Installed,
                (has(&["AppPrincipalId"]) && any(&["LaunchUrl", "RemoteAppUrl", "StartPage"]))
                    || (has(&["AppInstanceId"]) && any(&["LaunchUrl", "AppIdentifier"])),
            ),
            (Self::MsolPrincipal, has(&["AppPrincipalId", "ServicePrincipalNames"])),
            (Self::MsolCredential, has(&["AppPrincipalId"]) && any(&["KeyId", "EndDate"])),
            (Self::MsolPrincipal, has(&["AppPrincipalId"]) && any(&["DisplayName", "Addresses", "ObjectId"])),
            (Self::TenantPermission, has(&["AppIdentifier", "Right"]) && any(&["ProductFeature", "Scope"])),
            (Self::SitePermission, has(&["AppIdentifier", "Right"])),
            (
                Self::AcsPrincipal,
                has(&["AppIdentifier"]) && any(&["AppDomains", "RedirectUri", "AppId", "Title"]),
            ),
            (Self::AcsSite, has(&["AppIdentifier", "ServerRelativeUrl"])),
            (
                Self::ServicePrincipal,
                has(&["AppId"])
                    && any(&[
                        "ServicePrincipalNames",
                        "ServicePrincipalType",
                        "ReplyUrls",
                        "AppOwnerOrganizationId",
                    ]),
            ),
            (
                Self::Application,
                has(&["AppId"])
                    && any(&[
                        "IdentifierUris",
                        "PublisherDomain",
                        "ReplyUrlsWithType",
                        "RequiredResourceAccess",
                    ])
                    || has(&["AppId", "PasswordCredentials"])
                    || has(&["AppId", "SignInAudience", "Web"]),
            ),
            (Self::Organization, has(&["VerifiedDomains", "CreatedDateTime"])),
            (Self::TrustedIssuer, has(&["RegisteredIssuerName"])),
            (Self::TokenService, any(&["AllowOAuthOverHttp", "AllowMetadataOverHttp"])),
            (
                Self::FarmPrincipal,
                has(&["NameIdentifier"]) && any(&["EncodedNameIdentifier", "ApplicationEndpointAuthorities"]),
            ),
            (Self::Tenant, any(&TENANT_SWITCHES)),
            (Self::Receiver, has(&["ReceiverUrl"]) && any(&["EventType", "ReceiverName", "ReceiverId"])),
        ];
        let found = tables.into_iter().find_map(|(shape, fits)| fits.then_some(shape));
        found.or_else(|| Self::of_certificate(node))
    }

    /// Many things have a certificate and a name; a root authority has no key and no address besides.
    fn of_certificate(node: &Node) -> Option<Self> {
        // A password by itself has no type: `az ad app credential list`, `(Get-MgApplication …).PasswordCredentials`.
        let password = node.has_any(&["StartDate", "StartDateTime"])
            && node.has_any(&["SecretText", "Hint", "CustomKeyIdentifier"]);
        if node.has("KeyId")
            && node.has_any(&["EndDate", "EndDateTime"])
            && (password || node.has_any(&["Type", "Usage"]))
        {
            return Some(Self::MsolCredential);
        }
        let certificate = node.get("Certificate")?;
        let named = node.has_any(&["Name", "DisplayName"]);
        let shown = certificate.has("Thumbprint")
            || certificate.text().is_some_and(|text| text.contains("[Thumbprint]"));
        (named && shown).then_some(Self::TrustedRoot)
    }
}
