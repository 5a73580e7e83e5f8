//! Secrets that stand where an id or a name belongs: the fields of a registration are easily taken for one another.
//!
//! Ids are shown everywhere, so this is done once for all readers, before anything else sees what they read.

use super::secret_keys;
use crate::addin::evidence::manifest::ManifestPrincipal;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::secret_text;

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
        principal.domains.iter_mut().chain(&mut principal.redirect_uris).flatten().for_each(mask_domain);
    }
    for installed in &mut evidence.installed {
        installed.client_id.iter_mut().chain(&mut installed.product_id).for_each(mask);
        installed.title.iter_mut().for_each(mask_name);
    }
}

/// A name may be anything but what has the form of a secret.
fn mask_name(value: &mut Value) {
    if secret_text::holds(&value.raw) {
        *value = Secret::new("Title", &value.raw, value.at.clone()).value();
    }
}

/// A domain or an address; the secrets within an address are hidden where it is shown.
fn mask_domain(value: &mut Value) {
    if !value.raw.contains("://") && secret_text::holds(&value.raw) {
        *value = Secret::new("AppDomain", &value.raw, value.at.clone()).value();
    }
}

fn mask(value: &mut Value) {
    if let Some(secret) = secret_keys::instead_of_id("ClientId", value) {
        *value = secret.value();
    }
}

#[cfg(test)]
mod tests {
    use super::hide;
    use crate::addin::evidence::registration::{Principal, PrincipalSource};
    use crate::addin::evidence::secret::is_shown;
    use crate::addin::evidence::{Evidence, Spot, Value};

    #[test]
    fn a_secret_in_place_of_a_domain_is_hidden_and_a_domain_is_not() {
        let value = |text: &str| Value::new(text, Spot::default());
        let mut principal = Principal::new(Spot::default(), PrincipalSource::Page);
        principal.domains = Some(vec![
            value("aB18Q~dy12BkksLf_W6kq2CFGSjWDJjLvo89tLjx"),
            value("q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567="),
            value("orders.example.net:8443"),
        ]);
        principal.redirect_uris = Some(vec![value("https://orders.example.net/")]);
        principal.title = principal.domains.iter().flatten().next().cloned();
        let mut evidence = Evidence { principals: vec![principal], ..Evidence::default() };
        hide(&mut evidence);
        let principal = evidence.principals.first().expect("it was put in");
        let shown: Vec<bool> = [&principal.domains, &principal.redirect_uris]
            .into_iter()
            .flatten()
            .flatten()
            .chain(&principal.title)
            .map(|value| is_shown(&value.raw))
            .collect();
        assert_eq!(shown, [true, true, false, false, true]);
    }
}
