//! Exports of registrations.

use serde_json::{Value, json};

use crate::prng::Prng;

/// What `Get-MgServicePrincipal | ConvertTo-Json` prints of a principal that `AppRegNew.aspx` made.
pub(super) fn service_principal(
    title: &str,
    client_id: &str,
    domain: &str,
    life: (&str, &str),
    prng: &mut Prng,
) -> Vec<u8> {
    let (start, end) = life;
    let key = |usage: &str, id: String| json!({"EndDateTime": end, "Key": null, "KeyId": id, "StartDateTime": start, "Type": "Symmetric", "Usage": usage});
    let principal = json!({
        "AccountEnabled": true,
        "AppId": client_id,
        "AppOwnerOrganizationId": null,
        "CreatedDateTime": start,
        "DisplayName": title,
        "Id": prng.guid().to_string(),
        "KeyCredentials": [key("Sign", prng.guid().to_string()), key("Verify", prng.guid().to_string())],
        "PasswordCredentials": [
            {"EndDateTime": end, "Hint": null, "KeyId": prng.guid().to_string(), "SecretText": null, "StartDateTime": start}
        ],
        "ReplyUrls": [format!("https://{domain}/")],
        "ServicePrincipalNames": [client_id, format!("{client_id}/{domain}")],
        "ServicePrincipalType": "Legacy",
    });
    text(&principal)
}

/// What `Export-AddInRegistration.ps1` writes, with these parts beside the schema.
pub(super) fn farm(parts: Value) -> Vec<u8> {
    let mut export = json!({
        "schema": "spdoctor.addin-registration/1",
        "generated": "2026-11-24T06:30:00Z",
        "farmBuild": "16.0.17928.20238",
    });
    if let (Value::Object(export), Value::Object(parts)) = (&mut export, parts) {
        export.extend(parts);
    }
    [b"\xEF\xBB\xBF".to_vec(), text(&export)].concat()
}

/// The services that add-ins need.
pub(super) fn services(domain: &str) -> Value {
    let service = |name: &str, status: &str| json!({"name": name, "on": true, "status": status});
    json!([
        service("App Management Service", "online on 2 servers"),
        service("Subscription Settings Service", "online on 2 servers"),
        service("App Management service application", "found 1"),
        service("Subscription Settings service application", "found 1"),
        service("app domain", domain),
        service("app prefix", "app"),
    ])
}

fn text(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(value).expect("plain data").replace('\n', "\r\n");
    text.push_str("\r\n");
    text.into_bytes()
}
