//! An add-in as the checks see it: its own evidence, the farm around it, and the matrix of its domains.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::crowd::Crowd;
use super::domains::Place;
use super::evidence::manifest::{Manifest, ManifestPrincipal};
use super::evidence::registration::Principal;
use super::evidence::secret::is_shown;
use super::evidence::source_code::SourceFile;
use super::evidence::{Evidence, Spot, Value, ids};
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
    /// Paths of files that look like members of archives and are none, since a folder above them is called `x!`.
    pub files: Vec<String>,
}

impl AuditSettings {
    /// The file that a path leads to: of a member, the archive around all.
    pub fn file_of<'p>(&self, path: &'p str) -> &'p str {
        let inside = |file: &&String| {
            let rest = path.strip_prefix(file.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("!/"))
        };
        let length = self.files.iter().filter(inside).map(String::len).max();
        match length {
            Some(length) => path.get(..length).unwrap_or(path),
            None => path.split("!/").next().unwrap_or(path),
        }
    }
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
    /// Which of its manifests leads: [`leading`], asked once, as hundreds of places ask for it.
    pub leading: Option<usize>,
    /// Where it is meant to run.
    pub target: Target,
    /// Why, as a sentence.
    pub target_reason: String,
    /// The target was told, or an artefact shows it; false where it was assumed.
    pub target_known: bool,
    /// Of a farm: low or high trust was told, or an artefact shows it; false where it was assumed.
    pub trust_known: bool,
    /// Nothing of it is of SharePoint or of Azure ACS: a program of another system, given alone.
    pub foreign: bool,
}

/// The number of the manifest that counts most: of a package, else a published one, else of a build, else of the
/// source; of several the one of the highest version.
pub fn leading(manifests: &[Manifest]) -> Option<usize> {
    let rank =
        |(_, manifest): &(usize, &Manifest)| (manifest.stage, manifest.package.is_some(), manifest.version());
    manifests.iter().enumerate().max_by_key(rank).map(|(index, _)| index)
}

impl AddIn {
    /// The manifest that counts most.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.evidence.manifests.get(self.leading?)
    }

    /// Manifests that one of a higher version has replaced.
    fn superseded(&self) -> impl Iterator<Item = &Manifest> {
        let leading = self.manifest();
        let all = self.evidence.manifests.iter();
        all.filter(move |manifest| leading.is_some_and(|leading| manifest.is_superseded_by(leading)))
    }

    /// The packages that another one of a higher version has replaced, with their versions.
    pub fn superseded_packages(&self) -> BTreeMap<&str, &str> {
        let found = self.superseded().filter_map(|manifest| {
            let version = manifest.version.as_ref().map_or("", |version| version.trimmed());
            Some((manifest.package.as_deref()?, version))
        });
        found.collect()
    }

    /// Client ids, as GUIDs, that only replaced versions name, with these versions.
    pub fn superseded_ids(&self) -> BTreeMap<String, &str> {
        let mut found: BTreeMap<String, &str> = BTreeMap::new();
        for manifest in self.superseded() {
            let id = manifest.client_id().and_then(|id| ids::guid(&id.raw));
            let version = manifest.version.as_ref().map_or("", |version| version.trimmed());
            found.extend(id.map(|id| (id, version)));
        }
        if found.is_empty() {
            return found;
        }
        let own = &self.evidence;
        let leading = self.manifest();
        let current = own
            .manifests
            .iter()
            .filter(|manifest| leading.is_some_and(|leading| !manifest.is_superseded_by(leading)));
        let in_configs = own.configs.iter().filter(|config| !config.transform).filter_map(|config| {
            config.get("ClientId").or_else(|| config.get("HostedAppName")).map(|setting| &setting.value)
        });
        let installed = own.installed.iter().filter_map(|installed| installed.client_id.as_ref());
        let used = current.filter_map(Manifest::client_id).chain(in_configs).chain(installed);
        for id in used.filter_map(|value| ids::guid(&value.raw)) {
            found.remove(&id);
        }
        found
    }

    /// The add-in as it is now: without what only replaced versions of its package say, and without the
    /// registrations that only they use.
    pub fn current(&self) -> Cow<'_, Self> {
        let Some(leading) = self.manifest() else { return Cow::Borrowed(self) };
        if self.superseded().next().is_none() {
            return Cow::Borrowed(self);
        }
        let (packages, old_ids) = (self.superseded_packages(), self.superseded_ids());
        let mut current = self.clone();
        let own = &mut current.evidence;
        own.manifests.retain(|manifest| !manifest.is_superseded_by(leading));
        own.packages.retain(|package| !packages.contains_key(&*package.at.path));
        own.elements
            .retain(|file| file.package.as_deref().is_none_or(|package| !packages.contains_key(package)));
        own.principals.retain(|principal| {
            let id = principal.client_id.as_ref().and_then(|id| ids::guid(&id.raw));
            id.is_none_or(|id| !old_ids.contains_key(&id))
        });
        current.leading = self::leading(&own.manifests);
        Cow::Owned(current)
    }

    /// How far it has come; `None` without a manifest.
    pub fn stage(&self) -> Option<Stage> {
        self.manifest().map(|manifest| manifest.stage)
    }

    /// How far an element file outside of a package has come. A package that somebody unpacked is still one: what the
    /// manifest of the nearest folder around it says of itself, of two in one folder the earlier. Before that the
    /// tooling may yet replace what is written.
    pub fn stage_at(&self, file: &Spot) -> Stage {
        let inside = |folder: &str| {
            let rest = file.folder().strip_prefix(folder);
            folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let outside = self.evidence.manifests.iter().filter(|manifest| manifest.package.is_none());
        let around = outside.filter(|manifest| inside(manifest.at.folder()));
        let nearest = around.max_by_key(|manifest| (manifest.at.folder().len(), Reverse(manifest.stage)));
        nearest
            .map(|manifest| manifest.stage)
            .filter(|stage| *stage == Stage::Package)
            .unwrap_or(Stage::Source)
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
        let published = self.evidence.published.iter().flat_map(|published| &published.client_ids);
        let by_scripts = self.evidence.sources.iter().flat_map(SourceFile::registered);
        let elsewhere = published.chain(ids::in_sources(&self.evidence)).chain(by_scripts);
        let elsewhere = elsewhere.filter(|value| ids::guid(&value.raw).is_some());
        let app_ids = self.evidence.configs.iter().filter_map(|config| Some(&config.app_id()?.value));
        let all = in_manifests.chain(in_configs).chain(registered).chain(installed);
        let mut all = all.chain(app_ids).chain(elsewhere);
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

#[cfg(test)]
mod tests {
    use super::{AddIn, leading};
    use crate::addin::evidence::manifest::{Elements, Manifest, ManifestPrincipal};
    use crate::addin::evidence::registration::{Principal, PrincipalSource};
    use crate::addin::evidence::{Evidence, Spot, Value};
    use crate::model::audit::Target;
    use crate::model::stage::Stage;

    fn manifest(version: &str, id: &str) -> Manifest {
        let package = format!("{version}.app");
        let at = Spot::file(&format!("{package}!/AppManifest.xml"));
        let client_id = Some(Value::new(id, at.clone()));
        Manifest {
            version: Some(Value::new(version, at.clone())),
            package: Some(package),
            principals: vec![ManifestPrincipal::Remote { at: at.clone(), client_id }],
            ..Manifest::new(at, Stage::Package)
        }
    }

    #[test]
    fn what_only_an_older_version_says_is_left_out_of_the_current_add_in() {
        let (old, new) = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222");
        let principal = |id: &str| {
            let at = Spot::file("sp.json");
            let client_id = Some(Value::new(id, at.clone()));
            Principal { client_id, ..Principal::new(at, PrincipalSource::ServicePrincipal) }
        };
        let file = Elements {
            at: Spot::file("1.0.0.9.app!/elements.xml"),
            package: Some("1.0.0.9.app".to_owned()),
            receivers: Vec::new(),
            parts: Vec::new(),
        };
        let evidence = Evidence {
            manifests: vec![manifest("1.0.0.9", old), manifest("1.0.0.10", new)],
            elements: vec![file],
            principals: vec![principal(old), principal(new)],
            ..Evidence::default()
        };
        let addin = AddIn {
            id: String::new(),
            name: String::new(),
            leading: leading(&evidence.manifests),
            evidence,
            target: Target::OnPremLowTrust,
            target_reason: String::new(),
            target_known: false,
            trust_known: false,
            foreign: false,
        };
        let current = addin.current();
        let versions: Vec<_> = current.evidence.manifests.iter().map(Manifest::version).collect();
        assert_eq!(versions, [[1, 0, 0, 10]]);
        assert_eq!(current.evidence.elements, []);
        assert_eq!(current.evidence.principals, [principal(new)]);
        assert_eq!(addin.evidence.principals.len(), 2);
    }
}
