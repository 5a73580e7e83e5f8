//! Which add-ins have a host: for certificates, bindings and receivers, which name no client id.

use std::collections::{BTreeMap, BTreeSet};

use crate::addin::certificate_role::signs;
use crate::addin::domains;
use crate::addin::evidence::Evidence;
use crate::addin::evidence::certificate::{Certificate, CertificateFile};
use crate::addin::host::Authority;
use crate::addin::tls;

/// Add-ins by host, and hosts by the domain above them, which is what a wildcard names.
#[derive(Debug)]
pub(super) struct HostIndex {
    owners: BTreeMap<String, BTreeSet<usize>>,
    below: BTreeMap<String, BTreeSet<String>>,
}

impl HostIndex {
    pub(super) fn of(groups: &[Evidence]) -> Self {
        let mut index: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (number, group) in groups.iter().enumerate() {
            for host in domains::hosts(group) {
                index.entry(host).or_default().insert(number);
            }
        }
        let mut below: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for host in index.keys() {
            if let Some((_, domain)) = host.split_once('.') {
                below.entry(domain.to_owned()).or_default().insert(host.clone());
            }
        }
        Self { owners: index, below }
    }

    pub(super) fn owners_of_host(&self, host: &str) -> BTreeSet<usize> {
        let host = Authority::of(host).map(|authority| authority.host);
        host.and_then(|host| self.owners.get(&host)).cloned().unwrap_or_default()
    }

    pub(super) fn owners_of_address(&self, address: &str) -> BTreeSet<usize> {
        self.owners_of_host(address)
    }

    /// Add-ins with a host that the certificate is for, or that it was captured from.
    pub(super) fn owners_of_certificate(&self, file: &CertificateFile) -> BTreeSet<usize> {
        let captured = file.captured_from.iter().flat_map(|from| self.owners_of_host(from.trimmed()));
        let mut owners: BTreeSet<usize> = captured.collect();
        let Some(leaf) = file.leaf() else { return owners };
        for host in self.candidates(leaf) {
            if tls::covers(leaf, host) {
                owners.extend(self.owners.get(host).into_iter().flatten());
            }
        }
        owners
    }

    /// Hosts that a certificate may be for, by its names as text: asking the verifier of every host of a thousand
    /// add-ins would take the longest part of an audit.
    fn candidates<'h>(&'h self, leaf: &Certificate) -> BTreeSet<&'h String> {
        let addresses = leaf.ip_addresses.iter().map(ToString::to_string);
        let names = leaf.dns_names.iter().map(|name| name.to_ascii_lowercase()).chain(addresses);
        let mut found = BTreeSet::new();
        for name in names {
            let below = name.strip_prefix("*.").and_then(|domain| self.below.get(domain));
            found.extend(below.into_iter().flatten());
            found.extend(self.owners.get_key_value(&name).map(|(host, _)| host));
        }
        found
    }
}

/// Add-ins whose configuration names the certificate.
pub(super) fn named_in_configs(groups: &[Evidence], file: &CertificateFile) -> BTreeSet<usize> {
    groups.iter().enumerate().filter(|(_, group)| signs(group, file)).map(|(number, _)| number).collect()
}
