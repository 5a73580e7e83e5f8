//! What the artefacts of add-ins say, before anything is judged: plain facts, each with the place it was read at.
//!
//! A reader turns one file into an [`Evidence`]; evidence of many files is joined by appending, in the order of
//! their names. Secrets are never part of it: see [`secret::Secret`].

pub mod certificate;
pub mod config;
pub mod farm;
pub mod ids;
pub mod manifest;
pub mod permission;
pub mod registration;
pub mod secret;
pub mod source_code;
pub mod value;

pub use value::{Moment, Spot, Value};

use certificate::CertificateFile;
use config::{Binding, Config, Published};
use farm::Farm;
use manifest::{Elements, Manifest, Package};
use permission::PermissionText;
use registration::{Installed, Principal, ReceiverRow};
use source_code::SourceFile;

/// Everything that was read. Each list is in the order of the files, and of the places in them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// `AppManifest.xml`, loose or inside a package.
    pub manifests: Vec<Manifest>,
    /// `.app` packages.
    pub packages: Vec<Package>,
    /// `Elements.xml` and its like, loose, in a package, or in the cabinet inside a package.
    pub elements: Vec<Elements>,
    /// `web.config`, `app.config` and their transforms.
    pub configs: Vec<Config>,
    /// Publish profiles, `SetParameters.xml`, web project files.
    pub published: Vec<Published>,
    /// C#, Visual Basic, PowerShell and script sources that say something about authorization.
    pub sources: Vec<SourceFile>,
    /// Permission XML outside of a manifest, as it is pasted into `appinv.aspx`.
    pub permissions: Vec<PermissionText>,
    /// Certificate files, bundles, and captures of a connection.
    pub certificates: Vec<CertificateFile>,
    /// Bindings of IIS sites.
    pub bindings: Vec<Binding>,
    /// Registered app principals.
    pub principals: Vec<Principal>,
    /// Event receivers of host webs.
    pub receivers: Vec<ReceiverRow>,
    /// Installed add-ins.
    pub installed: Vec<Installed>,
    /// Switches, realm and trust of the farm or tenant.
    pub farm: Farm,
    /// What could not be read, or only in part.
    pub problems: Vec<ReadProblem>,
    /// Files that were recognised as something else and are no add-in: SPFx, Office add-ins, APPX.
    pub foreign: Vec<Foreign>,
    /// Absolute or relative names of files that a manifest or package could refer to, as they stand in deploy zips.
    pub deployed_files: Vec<Value>,
}

impl Evidence {
    /// Appends what another file says.
    pub fn append(&mut self, mut other: Self) {
        self.manifests.append(&mut other.manifests);
        self.packages.append(&mut other.packages);
        self.elements.append(&mut other.elements);
        self.configs.append(&mut other.configs);
        self.published.append(&mut other.published);
        self.sources.append(&mut other.sources);
        self.permissions.append(&mut other.permissions);
        self.certificates.append(&mut other.certificates);
        self.bindings.append(&mut other.bindings);
        self.principals.append(&mut other.principals);
        self.receivers.append(&mut other.receivers);
        self.installed.append(&mut other.installed);
        self.farm.append(other.farm);
        self.problems.append(&mut other.problems);
        self.foreign.append(&mut other.foreign);
        self.deployed_files.append(&mut other.deployed_files);
    }

    /// Nothing was found in the file, not even a problem.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A file of which nothing but a problem is known.
    pub fn of_problem(at: Spot, message: impl Into<String>) -> Self {
        Self { problems: vec![ReadProblem { at, message: message.into() }], ..Self::default() }
    }
}

/// Something that kept an artefact from being read, or from being read whole. The rest is still audited.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ReadProblem {
    /// Where.
    pub at: Spot,
    /// What was being done to what, lower case, without a full stop. May quote hostile text, never a secret.
    pub message: String,
}

/// A file of another product, recognised and left alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Foreign {
    /// Where.
    pub at: Spot,
    /// `SharePoint Framework package`, `Office add-in manifest` …
    pub product: &'static str,
    /// How it was recognised, as a sentence.
    pub reason: String,
}
