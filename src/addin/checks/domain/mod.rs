//! Checks of domain, scheme, port and token of every address (family B).

mod agreement;
mod elsewhere;
mod environment;
mod names;
mod override_list;
mod port;
mod registered;
mod scheme;
mod serving;
mod token;

use super::{Check, Issue, Outcome};
use crate::addin::domains::{Place, Role};
use crate::addin::subject::Subject;
use crate::model::stage::Stage;

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OB01", decide: agreement::start_page },
    Check { code: "OB02", decide: agreement::receivers },
    Check { code: "OB03", decide: agreement::receivers_and_start_page },
    Check { code: "OB04", decide: agreement::certificate },
    Check { code: "OB05", decide: token::remote_app_url },
    Check { code: "OB06", decide: token::remote_web_url },
    Check { code: "OB07", decide: token::unknown },
    Check { code: "OB08", decide: token::not_passed },
    Check { code: "OB09", decide: scheme::start_page_http },
    Check { code: "OB10", decide: port::written_443 },
    Check { code: "OB11", decide: port::in_some_places },
    Check { code: "OB12", decide: port::with_receivers },
    Check { code: "OB13", decide: names::registered_form },
    Check { code: "OB14", decide: environment::internal_hosts },
    Check { code: "OB15", decide: environment::tunnels },
    Check { code: "OB16", decide: environment::placeholders },
    Check { code: "OB17", decide: environment::provider_names },
    Check { code: "OB18", decide: environment::alias_without_certificate },
    Check { code: "OB19", decide: names::equal_after_normalising },
    Check { code: "OB20", decide: names::odd_names },
    Check { code: "OB21", decide: names::address_literals },
    Check { code: "OB22", decide: scheme::no_path_before_query },
    Check { code: "OB23", decide: names::blanks },
    Check { code: "OB24", decide: elsewhere::parts },
    Check { code: "OB25", decide: elsewhere::settings_page },
    Check { code: "OB26", decide: registered::several_registered },
    Check { code: "OB27", decide: override_list::host_name_override },
    Check { code: "OB28", decide: serving::reverse_proxy },
    Check { code: "OB29", decide: serving::iis_binding },
    Check { code: "OB30", decide: elsewhere::publish_profile },
    Check { code: "OB31", decide: elsewhere::launch_url },
];

/// How to get a registration, for checks that need one.
const REGISTRATION: &str = "the registered domain: an export of the app principal (Get-MgServicePrincipal -Filter \"AppId eq '<client id>'\" | ConvertTo-Json -Depth 5, or on a farm the export of spdoctor oauth export-script), the text of appinv.aspx, or --domain HOST";

/// How to get a manifest, for checks that need one.
const MANIFEST: &str = "a manifest: the .app package, or AppManifest.xml";

/// Places of these roles that are final: those of the manifest that leads, not of an earlier stage.
fn of<'a>(subject: &Subject<'a>, roles: &'static [Role]) -> impl Iterator<Item = &'a Place> {
    let leading = subject.addin.stage();
    let places = subject.places.iter().filter(move |place| roles.contains(&place.role));
    places.filter(move |place| place.is_final(leading))
}

/// As [`of`], with a host.
fn with_host<'a>(subject: &Subject<'a>, roles: &'static [Role]) -> impl Iterator<Item = &'a Place> {
    of(subject, roles).filter(|place| place.authority.is_some())
}

/// The manifest of a project has a token in place of its host.
fn needs_published(subject: &Subject<'_>) -> Outcome {
    let told = subject.addin.manifest().is_some_and(|manifest| manifest.start_page.is_some());
    Outcome::needs(if told {
        "the published manifest (the .app package), or the registered domain"
    } else {
        MANIFEST
    })
}

/// What a provider-hosted add-in calls itself in addresses.
const REMOTE: &[Role] = &[Role::StartPage, Role::Endpoint, Role::Receiver, Role::HostWebReceiver];

/// Every place that takes part in authorization.
const ALL: &[Role] = &[
    Role::Registration,
    Role::StartPage,
    Role::SettingsPage,
    Role::Endpoint,
    Role::Receiver,
    Role::HostWebReceiver,
    Role::Part,
    Role::Override,
    Role::HostName,
    Role::LaunchUrl,
];

/// The addresses of a source tree, before the publish step has replaced the tokens.
fn is_before_publishing(subject: &Subject<'_>) -> bool {
    matches!(subject.addin.stage(), Some(Stage::Source | Stage::Build))
}

/// An issue of a comparison: both sides as evidence.
fn differ(message: String, remedy: String, a: &Place, b: &Place) -> Issue {
    Issue::new(message, remedy).shown_by(&a.value).shown_by(&b.value)
}

/// `contoso.com:3333`: what should be registered for an address.
fn canonical(place: &Place) -> String {
    place.authority.as_ref().map(super::super::host::Authority::canonical).unwrap_or_default()
}

/// Decided by the places that were looked at.
fn decided<'a>(issues: Vec<Issue>, places: impl IntoIterator<Item = &'a Place>) -> Outcome {
    Outcome::decided(issues, places.into_iter().map(|place| &place.value))
}
