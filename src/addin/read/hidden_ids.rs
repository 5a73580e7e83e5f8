//! Secrets that stand where an id or a name belongs: the fields of a registration are easily taken for one another.
//!
//! Ids are shown everywhere, so this is done once for all readers, before anything else sees what they read.

use super::secret_keys;
use crate::addin::evidence::manifest::ManifestPrincipal;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Spot, Value};

/// Every id that may be a secret is replaced by what may be shown of it.
pub(super) fn hide(evidence: &mut Evidence) {
    for manifest in &mut evidence.manifests {
        manifest.product_id.iter_mut().for_each(mask);
        manifest.title.iter_mut().chain(&mut manifest.name).for_each(mask_name);
        for principal in &mut manifest.principals {
            if let ManifestPrincipal::Remote { client_id: Some(id), .. } = principal {
                mask(id);
            }
        }
    }
    for published in &mut evidence.published {
        let secrets = published.client_ids.iter().filter_map(|id| secret_keys::instead_of_id("ClientId", id));
        published.secrets.extend(secrets);
        published.client_ids.iter_mut().for_each(mask);
    }
    for principal in &mut evidence.principals {
        principal.client_id.iter_mut().for_each(mask);
        principal.title.iter_mut().for_each(mask_name);
    }
    for installed in &mut evidence.installed {
        installed.client_id.iter_mut().chain(&mut installed.product_id).for_each(mask);
        installed.title.iter_mut().for_each(mask_name);
    }
}

/// A name may be anything but this: 32 bytes in base64, as the registration page makes its secrets.
fn mask_name(value: &mut Value) {
    let is_secret =
        |word: &str| word.len() == 44 && Secret::new("", word, Spot::default()).form.decoded == Some(32);
    if value.raw.split_whitespace().any(is_secret) {
        *value = Secret::new("Title", &value.raw, value.at.clone()).value();
    }
}

fn mask(value: &mut Value) {
    if let Some(secret) = secret_keys::instead_of_id("ClientId", value) {
        *value = secret.value();
    }
}
