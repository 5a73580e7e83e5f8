//! Facts of `AppManifest.xml`, of the `.app` package around it, and of the element files in both.

use super::permission::PermissionRequest;
use super::secret::Secret;
use super::{Spot, Value};
use crate::model::stage::Stage;

/// An add-in manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The root element.
    pub at: Spot,
    /// How far it has come.
    pub stage: Stage,
    /// It holds the comment that the publish step writes.
    pub published_marker: bool,
    /// The path of the package it lies in.
    pub package: Option<String>,
    /// The namespace of the root element.
    pub namespace: Value,
    /// `App/@Name`.
    pub name: Option<Value>,
    /// `App/@ProductID`.
    pub product_id: Option<Value>,
    /// `App/@Version`.
    pub version: Option<Value>,
    /// `App/@SharePointMinVersion`.
    pub min_version: Option<Value>,
    /// `App/@SharePointMaxVersion`.
    pub max_version: Option<Value>,
    /// `Properties/Title`.
    pub title: Option<Value>,
    /// `Properties/StartPage`.
    pub start_page: Option<Value>,
    /// `Properties/SettingsPage`.
    pub settings_page: Option<Value>,
    /// `InstalledEventEndpoint` and its two siblings.
    pub endpoints: Vec<EventEndpoint>,
    /// The children of `AppPrincipal`; a sound manifest has one.
    pub principals: Vec<ManifestPrincipal>,
    /// `AppPermissionRequests/@AllowAppOnlyPolicy`.
    pub allow_app_only: Option<Value>,
    /// `AllowAppOnlyPolicy` where it does not belong.
    pub misplaced_app_only: Vec<Value>,
    /// `AppPermissionRequest` elements; `None` without `AppPermissionRequests`.
    pub permissions: Option<Vec<PermissionRequest>>,
    /// `RemoteEndpoint/@Url`.
    pub remote_endpoints: Vec<Value>,
    /// `SupportedLocale/@CultureName`.
    pub locales: Vec<Value>,
    /// `SupportedLanguages`, which `SupportedLocales` has replaced.
    pub languages: Option<Value>,
    /// `AppPrerequisite/@ID`.
    pub prerequisites: Vec<Value>,
    /// Secrets in comments.
    pub remarks: Vec<Secret>,
    /// What is structurally wrong: unknown, missing or repeated elements and attributes.
    pub faults: Vec<ManifestFault>,
}

impl Manifest {
    /// A manifest of which nothing is known yet.
    pub fn new(at: Spot, stage: Stage) -> Self {
        Self {
            namespace: Value::new("", at.clone()),
            at,
            stage,
            published_marker: false,
            package: None,
            name: None,
            product_id: None,
            version: None,
            min_version: None,
            max_version: None,
            title: None,
            start_page: None,
            settings_page: None,
            endpoints: Vec::new(),
            principals: Vec::new(),
            allow_app_only: None,
            misplaced_app_only: Vec::new(),
            permissions: None,
            remote_endpoints: Vec::new(),
            locales: Vec::new(),
            languages: None,
            prerequisites: Vec::new(),
            remarks: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Secrets that stand in it: those of `DebugInfo`, then those in comments.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let of_debug = self.principals.iter().filter_map(|principal| match principal {
            ManifestPrincipal::AutoDeployed { secret, .. } => secret.as_ref(),
            _ => None,
        });
        of_debug.chain(&self.remarks)
    }

    /// The faults of one kind.
    pub fn faults_of(&self, kind: FaultKind) -> impl Iterator<Item = &ManifestFault> {
        self.faults.iter().filter(move |fault| fault.kind == kind)
    }

    /// The parts of its version as numbers: 1.0.0.10 comes after 1.0.0.9. Empty where none is told.
    pub fn version(&self) -> Vec<u64> {
        let text = self.version.as_ref().map_or("", |version| version.trimmed());
        text.split('.').map_while(|part| part.trim().parse().ok()).collect()
    }

    /// It has come as far as another one of a higher version: it was in use before.
    pub fn is_superseded_by(&self, leading: &Self) -> bool {
        self.stage == leading.stage && self.version() < leading.version()
    }

    /// A client id that is written in it.
    pub fn client_id(&self) -> Option<&Value> {
        self.principals.iter().find_map(|principal| match principal {
            ManifestPrincipal::Remote { client_id, .. } => client_id.as_ref(),
            _ => None,
        })
    }

    /// `Internal` is its principal.
    pub fn is_internal(&self) -> bool {
        self.principals.iter().any(|principal| matches!(principal, ManifestPrincipal::Internal { .. }))
    }
}

/// An event endpoint of a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventEndpoint {
    /// `InstalledEventEndpoint`, `UninstallingEventEndpoint` or `UpgradedEventEndpoint`.
    pub element: &'static str,
    /// The address.
    pub url: Value,
}

/// A child of `AppPrincipal`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ManifestPrincipal {
    /// `RemoteWebApplication`: provider-hosted.
    Remote {
        /// The element.
        at: Spot,
        /// `@ClientId`.
        client_id: Option<Value>,
    },
    /// `Internal`: SharePoint-hosted.
    Internal {
        /// The element.
        at: Spot,
        /// `@AllowedRemoteHostUrl`.
        allowed_remote_host: Option<Value>,
        /// `@RedirectUrl`.
        redirect_url: Option<Value>,
    },
    /// `AutoDeployedWebApplication`: autohosted, or a debug build.
    AutoDeployed {
        /// The element.
        at: Spot,
        /// `DebugInfo/@AppUrl`.
        app_url: Option<Value>,
        /// `DebugInfo/@RedirectUri`.
        redirect_uri: Option<Value>,
        /// `DebugInfo/@ClientSecret`.
        secret: Option<Secret>,
    },
}

/// Something structurally wrong with a manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManifestFault {
    /// Which kind.
    pub kind: FaultKind,
    /// Where, and the name or text concerned.
    pub value: Value,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// Kinds of structural faults; the checks of family A each take theirs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FaultKind {
    /// The XML is not well-formed; what came before is read.
    NotWellFormed,
    /// The root is `App` in another namespace.
    WrongNamespace,
    /// An element or attribute that the schema does not know.
    Unknown,
    /// Something required is not there.
    Missing,
    /// Something stands more often than it may.
    Repeated,
}

/// A `.app` package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// The file.
    pub at: Spot,
    /// Names of its members, as written in the zip directory.
    pub members: Vec<String>,
    /// What is wrong with it as a package.
    pub faults: Vec<PackageFault>,
}

/// Something wrong with a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageFault {
    /// Which kind.
    pub kind: PackageFaultKind,
    /// Where, and the member or target concerned.
    pub value: Value,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// Kinds of package faults.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PackageFaultKind {
    /// Not a zip, encrypted, or without the parts that make it a package (A01).
    NotAPackage,
    /// A relationship points at nothing, or a part is reached by none (A02).
    Broken,
    /// Names or sizes that no honest package has (A03).
    Hazard,
}

/// An element file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Elements {
    /// The file.
    pub at: Spot,
    /// The path of the package it lies in.
    pub package: Option<String>,
    /// Remote event receivers: those with a `Url`.
    pub receivers: Vec<Receiver>,
    /// Addresses of client web parts and custom actions.
    pub parts: Vec<AppPart>,
}

/// A `Receiver` with a `Url`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receiver {
    /// `Name`.
    pub name: Value,
    /// `Type`: `ItemAdding`.
    pub event: Value,
    /// `Url`.
    pub url: Value,
    /// `ListTemplateId`, `ListUrl` or `Scope` of the `Receivers` around it; `None` if it fires for the whole web.
    pub bound_to: Option<Value>,
}

/// An address in a client web part or a custom action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppPart {
    /// `client web part`, `custom action` …
    pub kind: &'static str,
    /// Its `Name`, `Id` or `Title`.
    pub name: Value,
    /// `Src`, `Url` or `CommandAction`.
    pub url: Value,
}
