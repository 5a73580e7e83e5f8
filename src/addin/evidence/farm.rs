//! Facts of the farm or tenant that the add-ins run in: realm, trust, switches.

use super::certificate::Certificate;
use super::{Moment, Spot, Value};

/// A switch, as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Switch {
    /// On or off.
    pub on: bool,
    /// As written, and where.
    pub value: Value,
}

/// What is known of the farm or tenant. Every list may come from several exports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Farm {
    /// `Get-SPAuthenticationRealm`, a tenant id.
    pub realms: Vec<Value>,
    /// `NameIdentifier` of the security token service.
    pub sts_identifiers: Vec<Value>,
    /// Thumbprint of the signing certificate of the security token service.
    pub sts_thumbprints: Vec<Value>,
    /// `AllowOAuthOverHttp`.
    pub oauth_over_http: Vec<Switch>,
    /// `AllowMetadataOverHttp`.
    pub metadata_over_http: Vec<Switch>,
    /// `DisableCustomAppAuthentication`.
    pub custom_app_authentication_disabled: Vec<Switch>,
    /// `LegacyAuthProtocolsEnabled`.
    pub legacy_protocols: Vec<Switch>,
    /// `SiteOwnerManageLegacyServicePrincipalEnabled`.
    pub site_owners_may_register: Vec<Switch>,
    /// `IsSharePointAddInsDisabled`.
    pub addins_disabled: Vec<Switch>,
    /// Addresses of the web applications.
    pub web_applications: Vec<Value>,
    /// Service principal names of SharePoint itself: `00000003-0000-0ff1-ce00-000000000000/host`.
    pub sharepoint_names: Vec<Value>,
    /// Service applications and settings that add-ins need, by name; on means that it runs or is set.
    pub services: Vec<(String, Switch)>,
    /// Trusted security token issuers.
    pub issuers: Vec<TrustedIssuer>,
    /// Trusted root authorities; `None` where no export tells them.
    pub roots: Option<Vec<TrustedRoot>>,
    /// Build of the farm: `15.0.5337.1000`.
    pub builds: Vec<Value>,
    /// When the tenant was made.
    pub tenant_created: Vec<Moment>,
    /// An export says that this is SharePoint Online.
    pub online: Vec<Value>,
    /// Trusted issuers were exported, even if there is none.
    pub issuers_known: bool,
}

impl Farm {
    /// Appends what another export says.
    pub fn append(&mut self, mut other: Self) {
        self.realms.append(&mut other.realms);
        self.sts_identifiers.append(&mut other.sts_identifiers);
        self.sts_thumbprints.append(&mut other.sts_thumbprints);
        self.oauth_over_http.append(&mut other.oauth_over_http);
        self.metadata_over_http.append(&mut other.metadata_over_http);
        self.custom_app_authentication_disabled.append(&mut other.custom_app_authentication_disabled);
        self.legacy_protocols.append(&mut other.legacy_protocols);
        self.site_owners_may_register.append(&mut other.site_owners_may_register);
        self.addins_disabled.append(&mut other.addins_disabled);
        self.web_applications.append(&mut other.web_applications);
        self.sharepoint_names.append(&mut other.sharepoint_names);
        self.services.append(&mut other.services);
        self.issuers.append(&mut other.issuers);
        if let Some(roots) = other.roots {
            self.roots.get_or_insert_default().extend(roots);
        }
        self.builds.append(&mut other.builds);
        self.tenant_created.append(&mut other.tenant_created);
        self.online.append(&mut other.online);
        self.issuers_known |= other.issuers_known;
    }
}

impl Farm {
    /// Where exports tell of it what only a farm has: its build, its token service, issuers and roots that it trusts.
    pub fn places(&self) -> impl Iterator<Item = &Spot> {
        let told = self.builds.iter().chain(&self.sts_identifiers).map(|value| &value.at);
        let issuers = self.issuers.iter().map(|issuer| &issuer.at);
        told.chain(issuers).chain(self.roots.iter().flatten().map(|root| &root.at))
    }
}

/// A trusted security token issuer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedIssuer {
    /// Where.
    pub at: Spot,
    /// Its name.
    pub name: Option<Value>,
    /// `issuerId@realm`.
    pub registered_name: Option<Value>,
    /// It may issue tokens for add-ins with another client id; `None` where the export does not tell.
    pub trust_broker: Option<bool>,
    /// Thumbprint of its certificate.
    pub thumbprint: Option<Value>,
    /// The end of its certificate.
    pub not_after: Option<Moment>,
    /// `MetadataEndPoint`.
    pub metadata: Option<Value>,
}

/// A trusted root authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedRoot {
    /// Where.
    pub at: Spot,
    /// Its name.
    pub name: Option<Value>,
    /// Thumbprint, if it is told.
    pub thumbprint: Option<String>,
    /// The certificate, if it is exported.
    pub certificate: Option<Certificate>,
}
