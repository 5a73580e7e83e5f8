//! An add-in as the checks see it: its own evidence, the farm around it, and the matrix of its domains.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::crowd::Crowd;
use super::domains::Place;
use super::evidence::manifest::{Manifest, ManifestPrincipal};
use super::evidence::registration::Principal;
use super::evidence::secret::is_shown;
use super::evidence::{Evidence, Value};
use crate::model::audit::Target;
use crate::model::stage::Stage;
use crate::model::suppression::Suppression;

/// What the audit is told besides the evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditSettings {
    /// The moment against which ends and retirements are compared, UTC.
    pub now: NaiveDateTime,
    /// `--target`, for all add-ins.
    pub target: Option<Target>,
    /// From `spdoctor.toml`; `object` is the id, the name or the client id of an add-in.
    pub suppressions: Vec<Suppression>,
}

/// What belongs together: one add-in, or one program with an app principal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddIn {
    /// Stable: its product id, client id or path, lower case.
    pub id: String,
    /// Its title or name.
    pub name: String,
    /// Its own evidence. The farm is not in here: see [`Subject::farm`].
    pub evidence: Evidence,
    /// Where it is meant to run.
    pub target: Target,
    /// Why, as a sentence.
    pub target_reason: String,
    /// The target was told, or an artefact shows it; false where it was assumed.
    pub target_known: bool,
}

impl AddIn {
    /// The manifest that counts most: of a package, else a published one, else of a build, else of the source; of
    /// several the one of the highest version.
    pub fn manifest(&self) -> Option<&Manifest> {
        let rank = |manifest: &&Manifest| (manifest.stage, manifest.package.is_some(), manifest.version());
        self.evidence.manifests.iter().max_by_key(rank)
    }

    /// The packages that another one of a higher version has replaced.
    pub fn superseded_packages(&self) -> BTreeSet<&str> {
        let Some(leading) = self.manifest() else { return BTreeSet::new() };
        let older = self.evidence.manifests.iter().filter(|manifest| manifest.is_superseded_by(leading));
        older.filter_map(|manifest| manifest.package.as_deref()).collect()
    }

    /// How far it has come; `None` without a manifest.
    pub fn stage(&self) -> Option<Stage> {
        self.manifest().map(|manifest| manifest.stage)
    }

    /// The client id that counts most: of the manifest, unless it is `*`, else of a configuration, else registered.
    pub fn client_id(&self) -> Option<&Value> {
        let in_manifests = self.manifest().into_iter().chain(&self.evidence.manifests).flat_map(|manifest| {
            manifest.principals.iter().filter_map(|principal| match principal {
                ManifestPrincipal::Remote { client_id, .. } => client_id.as_ref(),
                _ => None,
            })
        });
        let in_configs =
            self.evidence.configs.iter().filter(|config| !config.transform).filter_map(|config| {
                config.get("ClientId").or_else(|| config.get("HostedAppName")).map(|setting| &setting.value)
            });
        let registered = self.evidence.principals.iter().filter_map(|principal| principal.client_id.as_ref());
        let installed = self.evidence.installed.iter().filter_map(|installed| installed.client_id.as_ref());
        let mut all = in_manifests.chain(in_configs).chain(registered).chain(installed);
        // What was hidden is a secret, not an id that anything could be looked up with.
        all.find(|value| !matches!(value.trimmed(), "" | "*") && !is_shown(&value.raw))
    }

    /// The product id of the manifest that counts most.
    pub fn product_id(&self) -> Option<&Value> {
        let of_manifest = self.manifest().and_then(|manifest| manifest.product_id.as_ref());
        of_manifest
            .or_else(|| self.evidence.installed.iter().find_map(|installed| installed.product_id.as_ref()))
    }

    /// Its manifest says `Internal`, and nothing else.
    pub fn is_sharepoint_hosted(&self) -> bool {
        self.manifest().is_some_and(Manifest::is_internal) && !self.is_provider_hosted()
    }

    /// It is launched with a page of its app web, for which nobody makes a context token.
    pub fn starts_in_app_web(&self) -> bool {
        let page = self.manifest().and_then(|manifest| manifest.start_page.as_ref());
        page.is_some_and(|page| page.trimmed().to_ascii_lowercase().starts_with("~appweburl"))
    }

    /// Its manifest says `RemoteWebApplication`, or there is no manifest and a registration or a configuration.
    pub fn is_provider_hosted(&self) -> bool {
        match self.manifest() {
            Some(manifest) => manifest
                .principals
                .iter()
                .any(|principal| !matches!(principal, ManifestPrincipal::Internal { .. })),
            None => true,
        }
    }
}

/// What a check may look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The add-in.
    pub addin: &'a AddIn,
    /// The farm or tenant, and everything else that belongs to no add-in.
    pub shared: &'a Evidence,
    /// The other add-ins that share a client id, a product, a secret or a certificate with it.
    pub related: &'a [&'a AddIn],
    /// What is known of all add-ins together.
    pub crowd: &'a Crowd,
    /// The matrix of its domains, with what comparisons need to know.
    pub places: &'a [Place],
    /// What the audit is told.
    pub settings: &'a AuditSettings,
}

impl<'a> Subject<'a> {
    /// The own evidence of the add-in.
    pub fn evidence(&self) -> &'a Evidence {
        &self.addin.evidence
    }

    /// The farm or tenant.
    pub fn farm(&self) -> &'a super::evidence::farm::Farm {
        &self.shared.farm
    }

    /// Where it is meant to run.
    pub fn target(&self) -> Target {
        self.addin.target
    }

    /// It runs on a farm, not in SharePoint Online.
    pub fn on_premises(&self) -> bool {
        matches!(self.addin.target, Target::OnPremLowTrust | Target::OnPremHighTrust)
    }

    /// Registered domains, with the principals that tell them.
    /// What stands in place of a secret is none.
    pub fn registered_domains(&self) -> impl Iterator<Item = (&'a Principal, &'a Value)> {
        self.addin
            .evidence
            .principals
            .iter()
            .flat_map(|principal| principal.domains.iter().flatten().map(move |domain| (principal, domain)))
            .filter(|(_, domain)| !is_shown(&domain.raw))
    }

    /// Some source tells the registered domains, even if there are none.
    pub fn domains_are_known(&self) -> bool {
        self.addin.evidence.principals.iter().any(|principal| principal.domains.is_some())
    }
}
