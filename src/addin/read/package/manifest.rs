//! `AppManifest.xml` to facts. What is not of an add-in is recognised by its root element.

use super::{foreign, schema};
use crate::addin::evidence::manifest::{
    EventEndpoint, FaultKind, Manifest, ManifestFault, ManifestPrincipal,
};
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::read::declaration;
use crate::addin::read::permission::{self, Requests};
use crate::addin::read::remarks;
use crate::addin::xml::{Document, Element};
use crate::model::stage::Stage;
use crate::text::encoding::decode_all;

/// The namespace of every version of the manifest.
pub(super) const NAMESPACE: &str = "http://schemas.microsoft.com/sharepoint/2012/app/manifest";

const ENDPOINTS: [&str; 3] = ["InstalledEventEndpoint", "UninstallingEventEndpoint", "UpgradedEventEndpoint"];

/// Permission requests, endpoints and the like that are kept of each.
const MOST: usize = 1_000;

/// Whether a text begins like a manifest of an add-in, or of another product that is told apart.
pub(super) fn is_begun_by(head: &str) -> bool {
    head.contains("<App") && head.contains("/app/manifest")
        || head.contains("<OfficeApp")
        || head.contains("/appforoffice/")
}

/// Reads a manifest.
pub(super) fn read(path: &str, bytes: &[u8], package: Option<&str>) -> Evidence {
    let (text, encoding) = decode_all(bytes);
    let spot = Spot::file(path);
    let document = Document::parse(&text, &spot);
    if let Some(found) = document.root.as_ref().and_then(|root| foreign::product(root, path, &spot)) {
        return Evidence { foreign: vec![found], ..Evidence::default() };
    }
    let marker = document.comments.iter().any(|comment| comment.value.trimmed().starts_with("Published:"));
    let at = document.root.as_ref().map_or_else(|| spot.clone(), |root| root.at.clone());
    let mut manifest = Manifest::new(at, stage(path, package, marker));
    manifest.published_marker = marker;
    manifest.package = package.map(str::to_owned);
    manifest.remarks = remarks::in_xml(&text, &document.comments);
    for fault in declaration::faults(bytes, &text, encoding, &spot) {
        let value = Value::new("", fault.at);
        manifest.faults.push(ManifestFault { kind: FaultKind::NotWellFormed, value, message: fault.raw });
    }
    for fault in &document.faults {
        let value = Value::new("", fault.at.clone());
        manifest.faults.push(ManifestFault {
            kind: FaultKind::NotWellFormed,
            value,
            message: fault.raw.clone(),
        });
    }
    if let Some(root) = &document.root {
        read_root(root, &mut manifest);
        schema::validate(root, &mut manifest.faults);
    }
    Evidence { manifests: vec![manifest], ..Evidence::default() }
}

/// The published values are final in a package, and where the publish step has left its mark.
fn stage(path: &str, package: Option<&str>, marker: bool) -> Stage {
    let built = path
        .split('/')
        .any(|part| ["pkgobj", "bin", "obj"].iter().any(|folder| part.eq_ignore_ascii_case(folder)));
    if package.is_some() || marker {
        Stage::Package
    } else if built {
        Stage::Build
    } else {
        Stage::Source
    }
}

fn read_root(root: &Element, manifest: &mut Manifest) {
    let declared = root.namespace.as_deref().unwrap_or_default();
    let place = root.attribute_in_any_case("xmlns").map_or(&root.at, |value| &value.at);
    manifest.namespace = Value::new(declared, place.clone());
    if declared != NAMESPACE || root.name != "App" {
        let value = Value::new(if root.name == "App" { declared } else { &root.name }, place.clone());
        let message = if root.name == "App" {
            "the root element is in another namespace than that of an add-in manifest"
        } else {
            "the root element is not App"
        };
        manifest.faults.push(ManifestFault {
            kind: FaultKind::WrongNamespace,
            value,
            message: message.to_owned(),
        });
    }
    let attribute = |name: &str| root.attribute(name).cloned();
    manifest.name = attribute("Name");
    manifest.product_id = attribute("ProductID");
    manifest.version = attribute("Version");
    manifest.min_version = attribute("SharePointMinVersion");
    manifest.max_version = attribute("SharePointMaxVersion");
    if let Some(properties) = root.child("Properties") {
        read_properties(properties, manifest);
    }
    for parent in root.children_named("AppPrincipal") {
        manifest.principals.extend(parent.elements().take(MOST).filter_map(principal));
    }
    read_permissions(root, manifest);
    let inside = |parent: &str, child: &'static str, attribute: &'static str| -> Vec<Value> {
        let parents = root.children_named(parent).flat_map(|parent| parent.children_named(child));
        parents.filter_map(|element| element.attribute(attribute).cloned()).take(MOST).collect()
    };
    manifest.remote_endpoints = inside("RemoteEndpoints", "RemoteEndpoint", "Url");
    manifest.prerequisites = inside("AppPrerequisites", "AppPrerequisite", "ID");
}

fn read_properties(properties: &Element, manifest: &mut Manifest) {
    let text = |name: &str| properties.child(name).map(Element::text);
    manifest.title = text("Title");
    manifest.start_page = text("StartPage");
    manifest.settings_page = text("SettingsPage");
    manifest.languages = text("SupportedLanguages");
    for element in ENDPOINTS {
        let found = properties.children_named(element).take(MOST);
        manifest.endpoints.extend(found.map(|found| EventEndpoint { element, url: found.text() }));
    }
    let locales = properties.children_named("SupportedLocales").flat_map(Element::elements);
    manifest.locales =
        locales.filter_map(|locale| locale.attribute("CultureName").cloned()).take(MOST).collect();
}

fn principal(element: &Element) -> Option<ManifestPrincipal> {
    let at = element.at.clone();
    let attribute = |name: &str| element.attribute(name).cloned();
    match element.name.as_str() {
        "RemoteWebApplication" => Some(ManifestPrincipal::Remote { at, client_id: attribute("ClientId") }),
        "Internal" => Some(ManifestPrincipal::Internal {
            at,
            allowed_remote_host: attribute("AllowedRemoteHostUrl"),
            redirect_url: attribute("RedirectUrl"),
        }),
        "AutoDeployedWebApplication" => {
            let debug = element.child("DebugInfo");
            let of_debug = |name: &str| debug.and_then(|debug| debug.attribute(name));
            let secret = of_debug("ClientSecret");
            Some(ManifestPrincipal::AutoDeployed {
                at,
                app_url: of_debug("AppUrl").cloned(),
                redirect_uri: of_debug("RedirectUri").cloned(),
                secret: secret.map(|value| Secret::new("ClientSecret", &value.raw, value.at.clone())),
            })
        }
        _ => None,
    }
}

fn read_permissions(root: &Element, manifest: &mut Manifest) {
    let mut requests = Requests::default();
    for element in root.children_named("AppPermissionRequests") {
        permission::read_requests(element, &mut requests);
        manifest.permissions.get_or_insert_default().append(&mut requests.requests);
    }
    manifest.allow_app_only = requests.allow_app_only;
    let elsewhere = root.descendants().filter(|element| element.name != "AppPermissionRequests");
    let misplaced =
        elsewhere.filter_map(|element| element.attribute_in_any_case("AllowAppOnlyPolicy").cloned());
    manifest.misplaced_app_only = misplaced.take(MOST).collect();
}
