//! What add-ins have in common: who else names the same client id, product, secret or signing certificate.
//!
//! Made once for an audit, so that the checks which compare add-ins look at the few that share something with one of
//! them and not at all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::manifest::ManifestPrincipal;
use super::evidence::registration::{Principal, PrincipalSource};
use super::evidence::secret::Secret;
use super::evidence::{Evidence, Value, ids};
use super::subject::AddIn;

/// How many others an add-in is compared with. More of one kind add no finding that the first have not made.
const MOST_RELATED: usize = 50;

/// Something that two add-ins may share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Key {
    ClientId(String),
    Product(String),
    Secret([u8; 32]),
    Issuer(String),
    Certificate(String),
}

/// The add-ins of an audit by what they share, and what is known of all of them together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Crowd {
    by_key: BTreeMap<Key, Vec<usize>>,
    keys: Vec<BTreeSet<Key>>,
    /// Client ids that registrations tell, as GUIDs.
    pub registered: BTreeSet<String>,
    /// They are all there are: a scan of the whole tenant tells them.
    pub registered_whole: bool,
    /// One place where a registration stands.
    pub example: Option<Value>,
    /// Client ids that add-ins and programs use.
    pub used: BTreeSet<String>,
    /// An add-in, a configuration or a list of installed add-ins was given, not only registrations.
    pub has_addins: bool,
}

impl Crowd {
    /// Looks at everything once.
    pub fn of(addins: &[AddIn], shared: &Evidence) -> Self {
        let mut crowd = Self::default();
        for (index, addin) in addins.iter().enumerate() {
            let keys = keys(addin);
            for key in &keys {
                crowd.by_key.entry(key.clone()).or_default().push(index);
            }
            crowd.keys.push(keys);
        }
        for evidence in addins.iter().map(|addin| &addin.evidence).chain([shared]) {
            crowd.registered.extend(exported(evidence).filter_map(client_id_of));
            let scanned = |principal: &Principal| principal.source == PrincipalSource::Assessment;
            crowd.registered_whole |= exported(evidence).any(scanned);
            if crowd.example.is_none() {
                let first = exported(evidence).next();
                crowd.example = first.map(|principal| Value::new("", principal.at.clone()));
            }
            crowd.used.extend(ids::used(evidence));
            crowd.has_addins |= ids::has_addins(evidence);
        }
        crowd
    }

    /// The add-ins that share something with this one, in their order; not itself.
    pub fn related<'a>(&self, addins: &'a [AddIn], index: usize) -> Vec<&'a AddIn> {
        let mut others: BTreeSet<usize> = BTreeSet::new();
        for key in self.keys.get(index).into_iter().flatten() {
            let sharing = self.by_key.get(key).into_iter().flatten().copied();
            others.extend(sharing.filter(|other| *other != index).take(MOST_RELATED));
        }
        others.into_iter().take(MOST_RELATED).filter_map(|other| addins.get(other)).collect()
    }
}

/// Registrations that an export tells; flags of the command line register nothing.
pub(super) fn exported(evidence: &Evidence) -> impl Iterator<Item = &Principal> {
    evidence.principals.iter().filter(|principal| principal.source != PrincipalSource::Flags)
}

fn client_id_of(principal: &Principal) -> Option<String> {
    principal.client_id.as_ref().and_then(|value| ids::guid(&value.raw))
}

fn keys(addin: &AddIn) -> BTreeSet<Key> {
    let own = &addin.evidence;
    let mut keys: BTreeSet<Key> = ids::used(own).into_iter().map(Key::ClientId).collect();
    keys.extend(addin.client_id().and_then(|value| ids::guid(&value.raw)).map(Key::ClientId));
    let products = own.manifests.iter().filter_map(|manifest| manifest.product_id.as_ref());
    keys.extend(products.filter_map(|value| ids::guid(&value.raw)).map(Key::Product));
    keys.extend(secrets(own).map(|secret| Key::Secret(*secret.fingerprint())));
    for config in own.configs.iter().filter(|config| !config.transform) {
        let text = |key| config.get(key).map(|setting| setting.value.trimmed().to_ascii_lowercase());
        let filled = |key| text(key).filter(|text: &String| !text.is_empty());
        // Without an issuer id the client id is the issuer.
        keys.extend(filled("IssuerId").or_else(|| filled("ClientId")).map(Key::Issuer));
        keys.extend(filled("ClientSigningCertificateSerialNumber").map(Key::Certificate));
        keys.extend(filled("ClientSigningCertificatePath").map(Key::Certificate));
    }
    keys
}

fn secrets(own: &Evidence) -> impl Iterator<Item = &Secret> {
    let settings = own.configs.iter().flat_map(|config| &config.settings);
    let in_configs = settings.filter_map(|setting| setting.secret.as_ref());
    let published = own.published.iter().flat_map(|published| &published.secrets);
    let in_sources = own.sources.iter().flat_map(|source| &source.secrets);
    let principals = own.manifests.iter().flat_map(|manifest| &manifest.principals);
    let in_manifests = principals.filter_map(|principal| match principal {
        ManifestPrincipal::AutoDeployed { secret, .. } => secret.as_ref(),
        _ => None,
    });
    let registered = own.principals.iter().flat_map(|principal| &principal.secrets);
    in_configs.chain(published).chain(in_sources).chain(in_manifests).chain(registered)
}
