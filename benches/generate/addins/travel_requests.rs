//! A provider-hosted add-in of a low-trust farm, moved to another port and another host after it was registered.

use serde_json::json;

use super::certificate::{LITWARE_APPS, LITWARE_ROOT, base64, thumbprint};
use super::manifest::{Manifest, requests};
use super::{Files, client_secret, exports, package, web_config};
use crate::prng::Prng;

const REGISTERED: &str = "apps.litware-travel.net";
const START_PAGE: &str = "https://apps.litware-travel.net:8443/Pages/Default.aspx";
const RECEIVER: &str = "https://events.litware-travel.net/Services/TravelItems.svc";
const APP_EVENTS: &str = "https://events.litware-travel.net/Services/AppEventReceiver.svc";
const PERMISSIONS: [(&str, &str); 2] =
    [("content/sitecollection/web", "Write"), ("content/sitecollection/web/list", "Manage")];

pub(super) fn files(prng: &Prng) -> Files {
    let mut prng = prng.fork("travel-requests");
    let client_id = prng.guid().to_string();
    let realm = prng.guid().to_string();
    let manifest = Manifest {
        name: "TravelRequests",
        title: "Travel requests",
        product_id: prng.guid(),
        client_id: &client_id,
        version: "2.3.0.0",
        min_version: "16.0.0.0",
        start_page: START_PAGE,
        endpoint: Some(APP_EVENTS),
        permissions: &PERMISSIONS,
    };
    let elements = package::receiver("TravelItemsItemAdded", "ItemAdded", RECEIVER);
    let wsp = package::wsp(&elements, &[], prng.guid(), prng.guid());
    let icon = package::icon(900, &mut prng);
    let app = package::package(&manifest.published(), icon, Some(("TravelRequests.wsp", wsp)), &mut prng);
    let secret = client_secret(&mut prng);
    let life = ("2026-03-02T09:41:07Z", "2027-03-02T09:41:07Z");
    let registration = exports::service_principal("Travel requests", &client_id, REGISTERED, life, &mut prng);
    Files::from([
        ("TravelRequests.app".to_owned(), app),
        (
            "TravelRequestsWeb/web.config".to_owned(),
            web_config(&[("ClientId", &client_id), ("ClientSecret", &secret)]),
        ),
        ("serviceprincipal.json".to_owned(), registration),
        ("apps.litware-travel.net.pem".to_owned(), [LITWARE_APPS, LITWARE_ROOT].concat().into_bytes()),
        ("permissions.xml".to_owned(), requests(&PERMISSIONS).into_bytes()),
        ("AddInRegistration.json".to_owned(), farm(&realm)),
    ])
}

/// The farm trusts ACS, the realm is that of the tenant, and add-ins may run.
fn farm(realm: &str) -> Vec<u8> {
    let sharepoint = "00000003-0000-0ff1-ce00-000000000000";
    exports::farm(json!({
        "authenticationRealm": realm,
        "tokenService": {
            "nameIdentifier": format!("{sharepoint}@{realm}"),
            "allowOAuthOverHttp": false,
            "allowMetadataOverHttp": false,
        },
        "issuers": [{
            "name": "ACS-STS",
            "registeredIssuerName": format!("00000001-0000-0000-c000-000000000000@{realm}"),
            "isSelfIssuer": false,
            "metadataEndPoint": format!("https://accounts.accesscontrol.windows.net/{realm}/metadata/json/1"),
            "certificateThumbprint": null,
            "certificateNotAfter": null,
        }],
        "trustedRoots": [{
            "name": "Litware Travel Root CA",
            "thumbprint": thumbprint(LITWARE_ROOT),
            "notAfter": "2044-01-01T00:00:00Z",
            "certificate": base64(LITWARE_ROOT),
        }],
        "webApplications": [{"url": "https://intranet.litware-travel.net", "zone": "Default"}],
        "services": exports::services("addins.litware-travel.net"),
        "errors": [],
    }))
}
