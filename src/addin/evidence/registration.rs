//! Facts of registrations: app principals, installed add-ins, receivers of host webs.

use super::secret::Secret;
use super::{Moment, Spot, Value};

/// Where the facts of a principal come from; each source knows other things.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PrincipalSource {
    /// `Get-MgServicePrincipal`, `az ad sp show`, `m365 entra sp get`.
    ServicePrincipal,
    /// `Get-MgApplication`, `az ad app show`: what `AppRegNew.aspx` makes since December 2024.
    Application,
    /// `Get-MsolServicePrincipal` and its credentials.
    Msol,
    /// `Get-PnPAzureACSPrincipal`.
    Pnp,
    /// The CSV files of the Microsoft 365 Assessment tool.
    Assessment,
    /// Text copied from `AppRegNew.aspx`, `AppInv.aspx` or `AppPrincipals.aspx`.
    Page,
    /// The export script of this program, run on a farm.
    OnPremises,
    /// Flags of the command line.
    Flags,
}

impl PrincipalSource {
    /// For messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServicePrincipal => "Graph service principal",
            Self::Application => "Graph application",
            Self::Msol => "MSOnline export",
            Self::Pnp => "PnP export",
            Self::Assessment => "Microsoft 365 Assessment export",
            Self::Page => "registration page",
            Self::OnPremises => "on-premises export",
            Self::Flags => "command line",
        }
    }
}

/// A registered app principal, as one source tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Principal {
    /// Where.
    pub at: Spot,
    /// Who tells it.
    pub source: PrincipalSource,
    /// The client id.
    pub client_id: Option<Value>,
    /// The realm: behind the `@` of an identifier, or the tenant.
    pub realm: Option<Value>,
    /// Its title.
    pub title: Option<Value>,
    /// Registered domains; `None` where the source does not tell them.
    pub domains: Option<Vec<Value>>,
    /// Redirect addresses; `None` where the source does not tell them.
    pub redirect_uris: Option<Vec<Value>>,
    /// `accountEnabled`.
    pub enabled: Option<bool>,
    /// `servicePrincipalType` is `Legacy`.
    pub legacy: Option<bool>,
    /// Secrets and keys; `None` where the source does not tell them.
    pub credentials: Option<Vec<Credential>>,
    /// Secrets that the source holds in clear: they were copied along with the rest.
    pub secrets: Vec<Secret>,
    /// When it was made.
    pub created: Option<Moment>,
    /// The end of its validity, where a source tells only that.
    pub valid_until: Option<Moment>,
    /// The source says it has expired.
    pub expired: Option<bool>,
    /// App-only is allowed.
    pub app_only: Option<bool>,
    /// Granted permissions; `None` where the source does not tell them.
    pub grants: Option<Vec<Grant>>,
    /// The principal of a SharePoint-hosted add-in (`|ms.sp.int|`), not of ACS (`|ms.sp.ext|`).
    pub internal: Option<bool>,
    /// It stands in a list of everything a tenant has, and nothing in it tells of an add-in: a tenant has hundreds of such
    /// applications.
    pub one_of_all: bool,
}

impl Principal {
    /// A principal of which nothing is known yet.
    pub fn new(at: Spot, source: PrincipalSource) -> Self {
        Self {
            at,
            source,
            client_id: None,
            realm: None,
            title: None,
            domains: None,
            redirect_uris: None,
            enabled: None,
            legacy: None,
            credentials: None,
            secrets: Vec::new(),
            created: None,
            valid_until: None,
            expired: None,
            app_only: None,
            grants: None,
            internal: None,
            one_of_all: false,
        }
    }
}

/// A secret or key of a principal; never its text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential {
    /// Where.
    pub at: Spot,
    /// Which kind.
    pub kind: CredentialKind,
    /// Its id, if told.
    pub key_id: Option<String>,
    /// From when on it is valid.
    pub start: Option<Moment>,
    /// Until when.
    pub end: Option<Moment>,
}

/// Kinds of credentials. `AppRegNew.aspx` makes three at once: a password, and a symmetric key to sign and to verify.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CredentialKind {
    /// A password.
    Password,
    /// A symmetric key, `Sign`.
    SymmetricSign,
    /// A symmetric key, `Verify`.
    SymmetricVerify,
    /// A certificate.
    Asymmetric,
    /// Anything else.
    Other,
}

/// A granted permission.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Grant {
    /// As the source writes it; may lack `http://sharepoint/`.
    pub scope: Value,
    /// `Read`, `FullControl` …
    pub right: Value,
    /// The site or web it was granted on.
    pub on: Option<Value>,
}

/// An add-in that is installed somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Installed {
    /// Where.
    pub at: Spot,
    /// Its title.
    pub title: Option<Value>,
    /// Its product id.
    pub product_id: Option<Value>,
    /// The client id, out of its app identifier.
    pub client_id: Option<Value>,
    /// `Provider hosted`, `SharePoint hosted`, `Hybrid`.
    pub kind: Option<Value>,
    /// The `StartPage` of the package that was installed.
    pub launch_url: Option<Value>,
    /// The web it is installed in.
    pub web: Option<Value>,
    /// The source says it has expired.
    pub expired: Option<bool>,
    /// Where it was got: `Marketplace`, `CorporateCatalog` …
    pub app_source: Option<Value>,
}

/// An event receiver of a host web.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiverRow {
    /// Where.
    pub at: Spot,
    /// Its name.
    pub name: Option<Value>,
    /// The event.
    pub event: Option<Value>,
    /// Its address.
    pub url: Value,
    /// The web or list it is bound to.
    pub on: Option<Value>,
}
