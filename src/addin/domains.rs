//! The matrix: every place a domain is written.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::certificate_role::is_served;
use super::evidence::ids::guid;
use super::evidence::manifest::{Manifest, ManifestPrincipal};
use super::evidence::secret::is_shown;
use super::evidence::source_code::{SourceFactKind, SourceFile};
use super::evidence::{Evidence, Value};
use super::host::Authority;
use super::subject::AddIn;
use super::tls;
use crate::model::audit::DomainRow;
use crate::model::stage::Stage;

/// How many names of one certificate get a row; those that cover a host of the add-in come first.
const CERTIFICATE_NAMES: usize = 12;

/// How many places of one role are compared; every one is compared with the places of other roles. No honest add-in
/// comes near.
const PLACES_OF_A_ROLE: usize = 300;

/// What a place is; decides what it must equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// The registered add-in domain.
    Registration,
    /// A name of the certificate of the remote web application.
    Certificate,
    /// `StartPage`.
    StartPage,
    /// `SettingsPage`.
    SettingsPage,
    /// One of the three event endpoints of the manifest.
    Endpoint,
    /// A receiver of an element file.
    Receiver,
    /// A receiver of a host web.
    HostWebReceiver,
    /// A client web part or custom action.
    Part,
    /// An entry of `HostedAppHostNameOverride`.
    Override,
    /// `HostedAppHostName`.
    HostName,
    /// A redirect address in configuration or code.
    OwnRedirect,
    /// A registered redirect address.
    RegisteredRedirect,
    /// Where a publish profile or deploy parameters send the web application.
    Publish,
    /// The StartPage of the installed package.
    LaunchUrl,
    /// A binding of IIS.
    Binding,
    /// Addresses that take no part in authorization.
    Other,
}

/// A row with what the comparisons need to know of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The row of the report.
    pub row: DomainRow,
    /// What it is.
    pub role: Role,
    /// What stands there for a domain; `None` for tokens and relative addresses.
    pub authority: Option<Authority>,
    /// The value itself.
    pub value: Value,
    /// How far the manifest has come that it stands in; `None` outside of manifests.
    pub stage: Option<Stage>,
    /// Which certificate file of the add-in, counted from 0.
    pub certificate: Option<usize>,
    /// It stands in a package that one of a higher version has replaced.
    pub superseded: bool,
}

impl Place {
    /// It counts: it stands outside of manifests, or in a manifest as far along as the one that leads. The
    /// addresses of an earlier stage or version are replaced on the way.
    pub fn is_final(&self, leading: Option<Stage>) -> bool {
        !self.superseded && (self.stage.is_none() || leading.is_none() || self.stage == leading)
    }
}

/// The places of one add-in, in the order in which they are shown, and how many more there are.
pub fn places(addin: &AddIn) -> (Vec<Place>, usize) {
    let mut matrix = Matrix::default();
    let own = &addin.evidence;
    matrix.registrations(addin);
    let leading = addin.manifest();
    if let Some(manifest) = leading {
        matrix.manifest(manifest, "");
    }
    matrix.elements(addin);
    for row in &own.receivers {
        let name = row.name.as_ref().map(Value::trimmed).unwrap_or_default();
        matrix.add(&labelled("host-web-receiver", name), Role::HostWebReceiver, &row.url);
    }
    for url in own.sources.iter().flat_map(SourceFile::receivers) {
        matrix.add("code ReceiverUrl", Role::Receiver, url);
    }
    matrix.configs(own);
    matrix.redirects(own);
    for url in own.published.iter().filter(|item| !item.debug_only).flat_map(|item| &item.urls) {
        matrix.add("publish-profile", Role::Publish, url);
    }
    for url in own.installed.iter().filter_map(|item| item.launch_url.as_ref()) {
        matrix.add("installed-launch-url", Role::LaunchUrl, url);
    }
    for binding in &own.bindings {
        let host = binding.host.trimmed();
        let port = binding.port.map_or_else(String::new, |port| format!(":{port}"));
        let text =
            format!("{}://{}{port}", binding.protocol.trimmed(), if host.is_empty() { "*" } else { host });
        let value = Value::new(text, binding.at.clone());
        matrix.add(&labelled("iis-binding", binding.site.trimmed()), Role::Binding, &value);
    }
    matrix.certificates(own);
    for manifest in own
        .manifests
        .iter()
        .filter(|manifest| leading.is_some_and(|leading| !std::ptr::eq(*manifest, leading)))
    {
        matrix.superseded = leading.is_some_and(|leading| manifest.is_superseded_by(leading));
        let version = manifest.version.as_ref().filter(|_| matrix.superseded);
        let suffix = match version {
            Some(version) => format!(" (version {})", version.trimmed()),
            None => format!(" ({} manifest)", manifest.stage.name()),
        };
        matrix.manifest(manifest, &suffix);
    }
    (matrix.places, matrix.left_out)
}

/// What an add-in does with a domain besides registering it.
const USING: [Role; 10] = [
    Role::StartPage,
    Role::SettingsPage,
    Role::Endpoint,
    Role::Receiver,
    Role::HostWebReceiver,
    Role::Part,
    Role::Override,
    Role::HostName,
    Role::OwnRedirect,
    Role::LaunchUrl,
];

/// A registered host that nothing of the add-in uses, while it does use another one that is registered: left over, or
/// not in use yet. Nothing is served there, so nothing has to fit it.
pub(super) fn is_spare(places: &[Place], leading: Option<Stage>, host: &str) -> bool {
    let stands = |place: &Place, host: &str| {
        place.is_final(leading) && place.authority.as_ref().is_some_and(|authority| authority.host == host)
    };
    let used = |host: &str| places.iter().any(|place| USING.contains(&place.role) && stands(place, host));
    let registered =
        places.iter().filter(|place| place.role == Role::Registration && place.is_final(leading));
    let mut others = registered.filter_map(|place| place.authority.as_ref());
    !used(host) && others.any(|other| other.host != host && used(&other.host))
}

/// What stands behind the label of a place that belongs to a replaced version.
fn of_version(version: Option<&str>) -> String {
    match version {
        None => String::new(),
        Some("") => " (older version)".to_owned(),
        Some(version) => format!(" (version {version})"),
    }
}

fn labelled(kind: &str, name: &str) -> String {
    if name.is_empty() { kind.to_owned() } else { format!("{kind} {name}") }
}

/// Hosts that stand anywhere in evidence but in certificates and bindings, as TLS sees them.
pub(super) fn hosts(own: &Evidence) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut add = |role: Role, text: &str| {
        found.extend(address::domain(role, text).map(|authority| authority.host));
    };
    for manifest in &own.manifests {
        manifest.start_page.iter().for_each(|url| add(Role::StartPage, &url.raw));
        manifest.settings_page.iter().for_each(|url| add(Role::SettingsPage, &url.raw));
        manifest.endpoints.iter().for_each(|endpoint| add(Role::Endpoint, &endpoint.url.raw));
    }
    for file in &own.elements {
        file.receivers.iter().for_each(|receiver| add(Role::Receiver, &receiver.url.raw));
        file.parts.iter().for_each(|part| add(Role::Part, &part.url.raw));
    }
    own.sources.iter().flat_map(SourceFile::receivers).for_each(|url| add(Role::Receiver, &url.raw));
    let domains = own.principals.iter().flat_map(|principal| principal.domains.iter().flatten());
    domains.for_each(|domain| add(Role::Registration, &domain.raw));
    let published = own.published.iter().filter(|item| !item.debug_only).flat_map(|item| &item.urls);
    published.for_each(|url| add(Role::Publish, &url.raw));
    let installed = own.installed.iter().filter_map(|item| item.launch_url.as_ref());
    installed.for_each(|url| add(Role::LaunchUrl, &url.raw));
    let overrides = own.configs.iter().flat_map(|config| config.all("HostedAppHostNameOverride"));
    overrides.for_each(|setting| setting.value.raw.split(';').for_each(|entry| add(Role::Override, entry)));
    found
}

#[derive(Default)]
struct Matrix {
    places: Vec<Place>,
    labels: BTreeMap<String, usize>,
    known: BTreeSet<(Role, Value)>,
    by_role: BTreeMap<Role, usize>,
    left_out: usize,
    /// What is added now lies in a package of an older version.
    superseded: bool,
}

impl Matrix {
    fn add(&mut self, label: &str, role: Role, value: &Value) {
        self.add_full(label, role, value, None, None);
    }

    fn add_full(
        &mut self,
        label: &str,
        role: Role,
        value: &Value,
        stage: Option<Stage>,
        certificate: Option<usize>,
    ) {
        // What is shown in place of a secret is no domain to compare.
        if is_shown(&value.raw) {
            return;
        }
        // The same value at the same place, told twice: by two exports of one registration, say.
        if !self.known.insert((role, value.clone())) {
            return;
        }
        let of_role = self.by_role.entry(role).or_default();
        *of_role += 1;
        if *of_role > PLACES_OF_A_ROLE {
            self.left_out += 1;
            return;
        }
        let times = self.labels.entry(label.to_owned()).or_default();
        *times += 1;
        let label = if *times == 1 { label.to_owned() } else { format!("{label} #{times}") };
        let authority = address::domain(role, &value.raw);
        let row = DomainRow {
            place: label,
            raw: value.raw.clone(),
            host: authority.as_ref().map(|authority| authority.host.clone()).unwrap_or_default(),
            port: authority.as_ref().map(|authority| authority.port),
            path: value.at.path.to_string(),
            line: value.at.line,
            must_equal: Vec::new(),
            must_equal_left_out: 0,
            verdict: None,
            breaks: BTreeSet::new(),
        };
        let superseded = self.superseded;
        self.places.push(Place {
            row,
            role,
            authority,
            value: value.clone(),
            stage,
            certificate,
            superseded,
        });
    }

    fn manifest(&mut self, manifest: &Manifest, suffix: &str) {
        let stage = Some(manifest.stage);
        let mut add = |label: &str, role, value: &Value| {
            self.add_full(&format!("{label}{suffix}"), role, value, stage, None);
        };
        if let Some(page) = &manifest.start_page {
            add("start-page", Role::StartPage, page);
        }
        for endpoint in &manifest.endpoints {
            let label = match endpoint.element {
                "InstalledEventEndpoint" => "installed-endpoint",
                "UninstallingEventEndpoint" => "uninstalling-endpoint",
                _ => "upgraded-endpoint",
            };
            add(label, Role::Endpoint, &endpoint.url);
        }
        if let Some(page) = &manifest.settings_page {
            add("settings-page", Role::SettingsPage, page);
        }
        for principal in &manifest.principals {
            match principal {
                ManifestPrincipal::Internal { allowed_remote_host: Some(url), .. } => {
                    add("allowed-remote-host", Role::Other, url);
                }
                ManifestPrincipal::AutoDeployed { app_url: Some(url), .. } => {
                    for part in url.raw.split(';').filter(|part| !part.trim().is_empty()) {
                        add("debug-app-url", Role::Other, &Value::new(part, url.at.clone()));
                    }
                }
                _ => {}
            }
        }
        for url in &manifest.remote_endpoints {
            add("remote-endpoint", Role::Other, url);
        }
    }

    fn registrations(&mut self, addin: &AddIn) {
        let old = addin.superseded_ids();
        for principal in &addin.evidence.principals {
            let id = principal.client_id.as_ref().and_then(|id| guid(&id.raw));
            let version = id.and_then(|id| old.get(&id).copied());
            self.superseded = version.is_some();
            let label = format!("registration{}", of_version(version));
            for domain in principal.domains.iter().flatten() {
                self.add(&label, Role::Registration, domain);
            }
        }
        self.superseded = false;
    }

    fn elements(&mut self, addin: &AddIn) {
        let superseded = addin.superseded_packages();
        for file in &addin.evidence.elements {
            let version = file.package.as_deref().and_then(|package| superseded.get(package).copied());
            self.superseded = version.is_some();
            let suffix = of_version(version);
            // In a package `~remoteAppUrl` is filled in by SharePoint; only what is written can differ.
            let stage = Some(if file.package.is_some() { Stage::Package } else { addin.stage_at(&file.at) });
            for receiver in &file.receivers {
                let label = labelled("receiver", receiver.name.trimmed()) + &suffix;
                self.add_full(&label, Role::Receiver, &receiver.url, stage, None);
            }
            for part in &file.parts {
                // The rest are buttons of custom actions.
                let kind = if part.kind == "client web part" { "app-part" } else { "custom-action" };
                let label = labelled(kind, part.name.trimmed()) + &suffix;
                self.add_full(&label, Role::Part, &part.url, stage, None);
            }
        }
        self.superseded = false;
    }

    fn configs(&mut self, own: &Evidence) {
        for config in own.configs.iter().filter(|config| !config.transform) {
            if let Some(setting) = config.get("HostedAppHostNameOverride") {
                for entry in setting.value.raw.split(';').filter(|entry| !entry.is_empty()) {
                    let value = Value::new(entry, setting.value.at.clone());
                    self.add("config HostedAppHostNameOverride", Role::Override, &value);
                }
            }
            if let Some(setting) =
                config.get("HostedAppHostName").filter(|setting| !setting.value.raw.is_empty())
            {
                self.add("config HostedAppHostName", Role::HostName, &setting.value);
            }
        }
    }

    fn redirects(&mut self, own: &Evidence) {
        for config in own.configs.iter().filter(|config| !config.transform) {
            if let Some(setting) =
                config.get("RedirectUri").filter(|setting| !setting.value.trimmed().is_empty())
            {
                self.add("config RedirectUri", Role::OwnRedirect, &setting.value);
            }
        }
        for fact in own.sources.iter().flat_map(|file| file.of(SourceFactKind::RedirectUri)) {
            self.add("code RedirectUri", Role::OwnRedirect, &fact.value);
        }
        for uri in own.principals.iter().flat_map(|principal| principal.redirect_uris.iter().flatten()) {
            self.add("redirect-uri", Role::RegisteredRedirect, uri);
        }
    }

    fn certificates(&mut self, own: &Evidence) {
        let wanted = hosts(own);
        for (number, file) in own.certificates.iter().enumerate() {
            let Some(leaf) = file.leaf().filter(|_| is_served(own, file)) else { continue };
            let names: BTreeSet<&String> = leaf.dns_names.iter().collect();
            let mut names: Vec<&String> = names.into_iter().collect();
            names.sort_by_key(|name| !wanted.iter().any(|host| tls::name_covers(name, host)));
            let addresses: Vec<String> = leaf.ip_addresses.iter().map(ToString::to_string).collect();
            let nameless = names.is_empty() && addresses.is_empty();
            let fallback = leaf.common_name.iter().filter(|_| nameless);
            let all = names.into_iter().chain(&addresses).chain(fallback);
            for name in all.take(CERTIFICATE_NAMES) {
                let value = Value::new(name.as_str(), leaf.at.clone());
                self.add_full("certificate", Role::Certificate, &value, None, Some(number));
            }
        }
    }
}
