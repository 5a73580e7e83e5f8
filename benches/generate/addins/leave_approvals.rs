//! A healthy high-trust add-in on a farm.

use serde_json::json;

use super::certificate::{
    NORTHFIELD_LEAVE, NORTHFIELD_ROOT, NORTHFIELD_SIGNING, SIGNING_SERIAL, base64, thumbprint,
};
use super::manifest::Manifest;
use super::{Files, exports, package, web_config};
use crate::prng::Prng;

const HOST: &str = "leave.northfield-hr.net";

pub(super) fn files(prng: &Prng) -> Files {
    let mut prng = prng.fork("leave-approvals");
    let client_id = prng.guid().to_string();
    let issuer_id = prng.guid().to_string();
    let realm = prng.guid().to_string();
    let manifest = Manifest {
        name: "LeaveApprovals",
        title: "Leave approvals",
        product_id: prng.guid(),
        client_id: &client_id,
        version: "1.4.2.0",
        min_version: "16.0.0.0",
        start_page: "https://leave.northfield-hr.net/Pages/Default.aspx",
        endpoint: None,
        permissions: &[("content/sitecollection/web", "Write")],
    };
    let icon = package::icon(900, &mut prng);
    let app = package::package(&manifest.published(), icon, None, &mut prng);
    let settings = [
        ("ClientId", client_id.as_str()),
        ("IssuerId", issuer_id.as_str()),
        ("ClientSigningCertificateSerialNumber", SIGNING_SERIAL),
    ];
    Files::from([
        ("LeaveApprovals.app".to_owned(), app),
        ("LeaveApprovalsWeb/web.config".to_owned(), web_config(&settings)),
        ("leave.northfield-hr.net.pem".to_owned(), [NORTHFIELD_LEAVE, NORTHFIELD_ROOT].concat().into_bytes()),
        ("leave-signing.cer".to_owned(), NORTHFIELD_SIGNING.as_bytes().to_vec()),
        ("AddInRegistration.json".to_owned(), farm(&client_id, &issuer_id, &realm)),
    ])
}

fn farm(client_id: &str, issuer_id: &str, realm: &str) -> Vec<u8> {
    let sharepoint = "00000003-0000-0ff1-ce00-000000000000";
    let root = |name: &str, pem: &str, end: &str| json!({"name": name, "thumbprint": thumbprint(pem), "notAfter": end, "certificate": base64(pem)});
    let web = "https://portal.northfield-hr.net/sites/hr";
    exports::farm(json!({
        "authenticationRealm": realm,
        "tokenService": {
            "nameIdentifier": format!("{sharepoint}@{realm}"),
            "allowOAuthOverHttp": false,
            "allowMetadataOverHttp": false,
        },
        "issuers": [{
            "name": "Leave approvals",
            "registeredIssuerName": format!("{issuer_id}@{realm}"),
            "isSelfIssuer": false,
            "metadataEndPoint": "",
            "certificateThumbprint": thumbprint(NORTHFIELD_SIGNING),
            "certificateNotAfter": "2027-09-30T23:59:59Z",
        }],
        "trustedRoots": [
            root("Northfield HR Root CA", NORTHFIELD_ROOT, "2044-01-01T00:00:00Z"),
            root("Leave approvals signing", NORTHFIELD_SIGNING, "2027-09-30T23:59:59Z"),
        ],
        "webApplications": [{"url": "https://portal.northfield-hr.net", "zone": "Default"}],
        "services": exports::services("addins.northfield-hr.net"),
        "principals": [{
            "clientId": client_id,
            "nameIdentifier": format!("{client_id}@{realm}"),
            "displayName": "Leave approvals",
            "endpointAuthorities": [HOST],
            "redirectAddresses": [format!("https://{HOST}/")],
            "appOnlyAllowed": false,
            "permissions": [{"scope": "content/sitecollection/web", "right": "Write", "on": web}],
        }],
        "addIns": [{
            "title": "Leave approvals",
            "launchUrl": format!("https://{HOST}/Pages/Default.aspx"),
            "webUrl": web,
            "appPrincipalId": format!("i:0i.t|ms.sp.ext|{client_id}@{realm}"),
            "status": "Installed",
        }],
        "errors": [],
    }))
}
