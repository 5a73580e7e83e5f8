//! Exports as they come, and what is read out of them.

mod credentials;
mod pages;

use proptest::prelude::*;

use crate::addin::evidence::registration::{CredentialKind, Principal, PrincipalSource};
use crate::addin::evidence::{Evidence, Value};
use crate::addin::read::{ReadOptions, read};

const ID: &str = "ee091f63-9e48-4697-8462-7cfbf7410b8e";
const REALM: &str = "d8623c9e-30c7-473a-83bc-d907df44a26e";
const SECRET: &str = "Xq7CanaryCanaryCanaryCanaryCanaryCanary0Zz8=";

/// What the legacy principal of a tenant looks like in Graph.
const GRAPH: &str = r#"{ "id":"be559819-b036-470f-858b-281c4e808403","accountEnabled":true,"appDisplayName":null,
  "appId":"ee091f63-9e48-4697-8462-7cfbf7410b8e","appOwnerOrganizationId":null,
  "createdDateTime":"2021-03-07T15:04:11Z","displayName":"Test App","replyUrls":["https://localhost/"],
  "servicePrincipalNames":["ee091f63-9e48-4697-8462-7cfbf7410b8e","ee091f63-9e48-4697-8462-7cfbf7410b8e/localhost:44349"],
  "servicePrincipalType":"Legacy","signInAudience":null,"tags":[],
  "keyCredentials":[
    {"endDateTime":"2022-03-07T15:04:11.0580414Z","keyId":"c535f925","type":"Symmetric","usage":"Verify","key":null},
    {"endDateTime":"2022-03-07T15:04:11.0580414Z","keyId":"2bba7eac","type":"Symmetric","usage":"Sign","key":null}],
  "passwordCredentials":[{"endDateTime":"2022-03-07T15:04:11.0580414Z","hint":"Xq7","keyId":"7aa974b3",
    "secretText":"Xq7CanaryCanaryCanaryCanaryCanaryCanary0Zz8=","startDateTime":"/Date(1615129451000)/"}] }"#;

fn evidence(name: &str, text: &str) -> Evidence {
    read(name, text.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|| panic!("{name} is not recognised: {text}"))
}

fn principal(name: &str, text: &str) -> Principal {
    let mut found = evidence(name, text);
    assert_eq!(found.problems, [], "{text}");
    assert_eq!(found.principals.len(), 1, "{:?}", found.principals);
    found.principals.remove(0)
}

fn raw(values: Option<&Vec<Value>>) -> Vec<&str> {
    values.into_iter().flatten().map(|value| value.raw.as_str()).collect()
}

fn one(value: Option<&Value>) -> &str {
    value.map_or("", |value| value.raw.as_str())
}

fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_legacy_principal_of_graph_tells_its_domain_and_three_credentials() {
    let found = principal("registration.json", GRAPH);
    assert_eq!((one(found.client_id.as_ref()), one(found.title.as_ref())), (ID, "Test App"));
    assert_eq!(
        (found.source, found.legacy, found.enabled),
        (PrincipalSource::ServicePrincipal, Some(true), Some(true))
    );
    assert_eq!(raw(found.domains.as_ref()), ["localhost:44349"]);
    assert_eq!(raw(found.redirect_uris.as_ref()), ["https://localhost/"]);
    assert_eq!(found.domains.as_ref().and_then(|all| all.first()).map(|value| value.at.line), Some(4));
    let credentials = found.credentials.unwrap_or_default();
    let kinds: Vec<CredentialKind> = credentials.iter().map(|credential| credential.kind).collect();
    assert_eq!(
        kinds,
        [CredentialKind::SymmetricVerify, CredentialKind::SymmetricSign, CredentialKind::Password]
    );
    let start = credentials.last().and_then(|credential| credential.start.clone());
    assert_eq!(start.map(|moment| moment.utc.to_string()).as_deref(), Some("2021-03-07 15:04:11"));
}

#[test]
fn every_wrapping_and_case_of_names_gives_the_same_principal() {
    let expected = principal("a.json", GRAPH);
    let pascal: String = {
        let mut text = String::new();
        let mut after_quote = false;
        for c in GRAPH.chars() {
            text.push(if after_quote { c.to_ascii_uppercase() } else { c });
            after_quote =
                c == '"' && (text.ends_with(",\"") || text.ends_with("{\"") || text.ends_with(" \""));
        }
        text.replace("\"Be559819", "\"be559819")
    };
    let wrapped = [
        format!("[{GRAPH}]"),
        format!("[[{GRAPH}]]"),
        format!("{{\"value\":[{GRAPH}],\"Count\":1}}"),
        format!("{{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata\",\"value\":[{GRAPH}]}}"),
        pascal,
        format!(
            "{{\"Id\":\"x\",\"AppId\":null,\"ServicePrincipalNames\":null,\"AdditionalProperties\":{GRAPH}}}"
        ),
    ];
    for text in wrapped {
        for bytes in [text.clone().into_bytes(), utf16(&text)] {
            let found =
                read("export.json", &bytes, &ReadOptions::default()).unwrap_or_else(|| panic!("{text}"));
            let found = found.principals.first().unwrap_or_else(|| panic!("{text}")).clone();
            assert_eq!(one(found.client_id.as_ref()), one(expected.client_id.as_ref()), "{text}");
            assert_eq!(raw(found.domains.as_ref()), ["localhost:44349"], "{text}");
            assert_eq!(found.credentials.map(|all| all.len()), Some(3), "{text}");
        }
    }
}

#[test]
fn a_blank_behind_a_registered_host_is_kept() {
    let found = principal("a.json", &GRAPH.replace("/localhost:44349\"", "/localhost:44349 \""));
    assert_eq!(raw(found.domains.as_ref()), ["localhost:44349 "]);
}

#[test]
fn what_pnp_lists_is_read_as_json_table_and_list() {
    let id = format!("i:0i.t|ms.sp.ext|{ID}@{REALM}");
    let json = format!(
        r#"[{{"AppIdentifier":"{id}","AppId":"{ID}","Title":"x","AllowAppOnly":true,"AppDomains":["a.test","b.test"],
            "RedirectUri":"https://a.test/","ValidUntil":"2026-09-07T12:05:22Z",
            "SiteCollectionScopedPermissions":[{{"SiteId":"1","WebId":"00000000-0000-0000-0000-000000000000","ListId":"00000000-0000-0000-0000-000000000000","Right":"Read"}}],
            "TenantScopedPermissions":[{{"ProductFeature":"Taxonomy","Scope":"taxonomy","Right":"Read"}}]}}]"#
    );
    let found = principal("acs.json", &json);
    assert_eq!(raw(found.domains.as_ref()), ["a.test", "b.test"]);
    let grants = found.grants.unwrap_or_default();
    let scopes: Vec<&str> = grants.iter().map(|grant| grant.scope.raw.as_str()).collect();
    assert_eq!(scopes, ["content/sitecollection", "taxonomy"]);
    let numbers = evidence("acs.json", &json.replace("\"Read\"", "2"));
    assert!(
        numbers.problems.iter().any(|problem| problem.message.contains("-EnumsAsStrings")),
        "{numbers:?}"
    );
    assert!(numbers.principals.iter().all(|principal| principal.grants.is_none()), "{numbers:?}");
    let list = format!(
        "\r\nAppIdentifier : {id}\r\nTitle         : x\r\nAllowAppOnly  : False\r\nAppDomains    : {{a.test, b.test}}\r\nRedirectUri   : \r\n"
    );
    let found = principal("acs.txt", &list);
    assert_eq!((raw(found.domains.as_ref()), found.app_only), (vec!["a.test", "b.test"], Some(false)));
    assert_eq!(found.redirect_uris, Some(Vec::new()));
    let csv = format!(
        "\"AppIdentifier\",\"Title\",\"AppDomains\",\"ValidUntil\"\r\n\"{id}\",\"x\",\"System.String[]\",\"9/7/2026 12:05:22 PM\"\r\n"
    );
    let found = principal("acs.csv", &csv);
    assert_eq!((found.domains, found.source), (None, PrincipalSource::Pnp));
    assert!(found.valid_until.is_some_and(|until| until.or.is_some()));
}

#[test]
fn lists_that_format_list_cuts_off_are_told() {
    let list =
        format!("AppPrincipalId        : {ID}\r\nServicePrincipalNames : {{{ID}/a.test, b, c, d...}}\r\n");
    let found = evidence("p.txt", &list);
    assert!(found.problems.iter().any(|problem| problem.message.contains("FormatEnumerationLimit")));
}

#[test]
fn an_application_tells_its_addresses_and_no_domain() {
    let found = principal(
        "app.json",
        r#"{"AppId":"1","DisplayName":"x","IdentifierUris":[],"Web":{"RedirectUris":["https://a.test/cb"]},
            "Spa":{"RedirectUris":[]},"PasswordCredentials":[{"KeyId":"k","EndDateTime":{"value":"/Date(1646665451000)/","DateTime":"Monday, March 7, 2022 3:04:11 PM"}}]}"#,
    );
    assert_eq!(
        (found.source, found.legacy, found.domains),
        (PrincipalSource::Application, Some(false), None)
    );
    assert_eq!(raw(found.redirect_uris.as_ref()), ["https://a.test/cb"]);
    let end = found.credentials.unwrap_or_default().first().and_then(|key| key.end.clone());
    assert_eq!(end.map(|moment| moment.utc.to_string()).as_deref(), Some("2022-03-07 15:04:11"));
}

#[test]
fn names_of_sharepoint_itself_belong_to_the_farm() {
    let text = r#"{"AppId":"00000003-0000-0ff1-ce00-000000000000","ServicePrincipalNames":["00000003-0000-0ff1-ce00-000000000000/sp.test","https://microsoft.sharepoint-df.com"]}"#;
    let found = evidence("sharepoint.json", text);
    assert_eq!(found.principals, []);
    assert_eq!(found.farm.sharepoint_names.len(), 1);
}

#[test]
fn msonline_is_read_as_json_table_and_list() {
    let json = format!(
        r#"{{"AppPrincipalId":"{ID}","DisplayName":"x","AccountEnabled":true,"ServicePrincipalNames":["{ID}","{ID}/a.test"],
            "Addresses":[{{"Address":"https://a.test/cb","AddressType":0}}]}}"#
    );
    let list = format!(
        "\r\nAccountEnabled        : True\r\nAddresses             : {{}}\r\nAppPrincipalId        : {ID}\r\n\
         DisplayName           : x\r\nServicePrincipalNames : {{{ID}, {ID}/a.test}}\r\n\r\n"
    );
    let csv = format!(
        "#TYPE Microsoft.Online.Administration.ServicePrincipal\r\n\"AppPrincipalId\";\"DisplayName\";\"ServicePrincipalNames\"\r\n\"{ID}\";\"x\";\"{ID} {ID}/a.test\"\r\n"
    );
    for (name, text) in [("p.json", json), ("p.txt", list), ("p.csv", csv)] {
        let found = principal(name, &text);
        assert_eq!(found.source, PrincipalSource::Msol, "{name}");
        assert_eq!(raw(found.domains.as_ref()), ["a.test"], "{name}");
    }
    let useless = format!(
        "AppPrincipalId,DisplayName,ServicePrincipalNames\r\n{ID},x,System.Collections.Generic.List`1[System.String]\r\n"
    );
    assert_eq!(principal("p.csv", &useless).domains, None);
}

#[test]
fn the_files_of_the_assessment_tool_are_read() {
    let principals = format!(
        "ScanId,AppIdentifier,HasExpired,HasTenantScopedPermissions,HasSiteCollectionScopedPermissions,Title,AllowAppOnly,AppId,RedirectUri,AppDomains,ValidUntil,RemediationCode\r\n\
         s,i:0i.t|ms.sp.ext|{ID}@{REALM},False,True,True,Demo,True,{ID},https://www.fabrikam.test/default.aspx,\"www.fabrikam.test,b.test\",09/07/2026 12:05:22,\r\n"
    );
    let found = principal("classicacsprincipals.csv", &principals);
    assert_eq!(
        (found.source, found.app_only, found.expired),
        (PrincipalSource::Assessment, Some(true), Some(false))
    );
    assert_eq!((one(found.realm.as_ref()), found.internal), (REALM, Some(false)));
    assert_eq!(raw(found.domains.as_ref()), ["www.fabrikam.test", "b.test"]);
    let until = found.valid_until.expect("a moment");
    assert_eq!(until.utc.to_string(), "2026-09-07 12:05:22");
    assert_eq!(until.or.map(|or| or.to_string()).as_deref(), Some("2026-07-09 12:05:22"));
    let never = principal(
        "classicacsprincipals.csv",
        &principals.replace("09/07/2026 12:05:22", "01/01/0001 00:00:00"),
    );
    assert_eq!(never.valid_until, None);
    let tenant = format!(
        "ScanId,AppIdentifier,ProductFeature,Scope,Right,ResourceId,RemediationCode\r\ns,i:0i.t|ms.sp.ext|{ID}@{REALM},Taxonomy,taxonomy,Read,,\r\ns,i:0i.t|ms.sp.ext|{ID}@{REALM},Content,content/tenant,FullControl,,\r\n"
    );
    let grants =
        principal("classicacsprincipaltenantcopedpermissions.csv", &tenant).grants.unwrap_or_default();
    let scopes: Vec<&str> = grants.iter().map(|grant| grant.scope.raw.as_str()).collect();
    assert_eq!(scopes, ["taxonomy", "content/tenant"]);
    let sites = format!(
        "ScanId,AppIdentifier,ServerRelativeUrl,SiteId,WebId,ListId,Right,RemediationCode\r\ns,i:0i.t|ms.sp.ext|{ID}@{REALM},/sites/a,1111,2222,00000000-0000-0000-0000-000000000000,Write,\r\n"
    );
    let grants = principal("classicacsprincipalsitescopedpermissions.csv", &sites).grants.unwrap_or_default();
    assert_eq!(grants.first().map(|grant| grant.scope.raw.as_str()), Some("content/sitecollection/web"));
    let seen = evidence(
        "classicacsprincipalsites.csv",
        "ScanId,AppIdentifier,ServerRelativeUrl\r\ns,i,/sites/a\r\n",
    );
    assert!(seen.is_empty());
}

#[test]
fn the_farm_is_read_from_cmdlets() {
    let issuer = r#"[{"Name":"S2S","RegisteredIssuerName":"a@b","IsSelfIssuer":true,"MetadataEndPoint":null,"SigningCertificate":{"Thumbprint":"AB","NotAfter":"\/Date(1646665451000)\/"}}]"#;
    let found = evidence("issuers.json", issuer).farm;
    let first = found.issuers.first().expect("an issuer");
    assert_eq!(
        (first.trust_broker, one(first.thumbprint.as_ref()), found.issuers_known),
        (Some(false), "AB", true)
    );
    assert_eq!(
        first.not_after.as_ref().map(|end| end.utc.to_string()).as_deref(),
        Some("2022-03-07 15:04:11")
    );
    let list = "\r\nName                 : S2S\r\nRegisteredIssuerName : a@b\r\nIsSelfIssuer         : False\r\nSigningCertificate   : [Subject]\r\n                         CN=x\r\n\r\n                       [Thumbprint]\r\n                         AB12\r\n\r\n";
    let first = evidence("issuers.txt", list).farm.issuers.first().cloned().expect("an issuer");
    assert_eq!((first.trust_broker, one(first.thumbprint.as_ref())), (Some(true), "AB12"));
    let service = r#"{"NameIdentifier":"00000003-0000-0ff1-ce00-000000000000@r","AllowOAuthOverHttp":true,"AllowMetadataOverHttp":false}"#;
    let found = evidence("sts.json", service).farm;
    assert_eq!(found.oauth_over_http.first().map(|switch| switch.on), Some(true));
    assert_eq!(found.metadata_over_http.first().map(|switch| switch.on), Some(false));
    assert_eq!(evidence("realm.txt", &format!("{REALM}\r\n")).farm.realms.len(), 1);
    assert_eq!(evidence("Get-SPAuthenticationRealm.json", &format!("\"{REALM}\"")).farm.realms.len(), 1);
    let root = r#"[{"Name":"root","Certificate":{"Thumbprint":"AA","RawData":[48,3,2,1,5]}}]"#;
    let roots = evidence("roots.json", root).farm.roots.unwrap_or_default();
    // SHA-1 of the bytes, not what is written beside them.
    assert_eq!(roots.first().and_then(|root| root.thumbprint.as_ref()).map(String::len), Some(40));
}

#[test]
fn receivers_and_installed_add_ins_are_read() {
    let rest = r#"{"d":{"results":[{"ReceiverName":"r","EventType":10002,"ReceiverUrl":"https://a.test/r.svc","ReceiverId":"1"},{"ReceiverName":"farm","EventType":1,"ReceiverUrl":null,"ReceiverId":"2"}]}}"#;
    let found = evidence("eventreceivers.json", rest);
    assert_eq!(found.problems, []);
    let told: Vec<_> =
        found.receivers.iter().map(|row| (one(row.event.as_ref()), row.url.raw.as_str())).collect();
    assert_eq!(told, [("ItemUpdated", "https://a.test/r.svc")]);
    let csv = "\"ReceiverId\",\"EventType\",\"ReceiverName\",\"ReceiverUrl\"\r\n\"1\",\"ItemAdded\",\"r\",\"https://a.test/r.svc\"\r\n";
    assert_eq!(evidence("receivers.csv", csv).receivers.len(), 1);
    let instance = format!(
        r#"[{{"Title":"x","AppPrincipalId":"i:0i.t|ms.sp.ext|{ID}@{REALM}","LaunchUrl":"https://a.test/","App":{{"ProductId":"p","Source":1}}}}]"#
    );
    let found = evidence("instances.json", &instance).installed;
    let first = found.first().expect("an add-in");
    assert_eq!((one(first.client_id.as_ref()), one(first.product_id.as_ref())), (ID, "p"));
}

#[test]
fn our_own_export_is_read_whole() {
    let export = format!(
        r#"{{"schema":"spdoctor.addin-registration/1","farmBuild":"16.0.10417.20027","authenticationRealm":"{REALM}",
        "tokenService":{{"nameIdentifier":"x@{REALM}","allowOAuthOverHttp":false,"allowMetadataOverHttp":false}},
        "issuers":[],"trustedRoots":[{{"name":"r","thumbprint":"aa","certificate":"MAMCAQU="}}],
        "webApplications":[{{"url":"https://sp.test","zone":"Default"}}],
        "services":[{{"name":"app domain","on":true,"status":"apps.test"}}],
        "principals":[{{"clientId":"{ID}","nameIdentifier":"{ID}@{REALM}","displayName":"x","endpointAuthorities":["a.test:3333"],
           "redirectAddresses":[],"appOnlyAllowed":true,"permissions":[{{"scope":"content/sitecollection/web","right":"Read","on":"https://sp.test"}}]}}],
        "addIns":[{{"title":"x","launchUrl":"https://a.test:3333/","webUrl":"https://sp.test","appPrincipalId":"i:0i.t|ms.sp.ext|{ID}@{REALM}"}}],
        "receivers":[{{"name":"r","event":"ItemAdded","url":"https://a.test/r.svc","on":"https://sp.test"}}],
        "errors":[{{"part":"principals","message":"access denied"}}]}}"#
    );
    let found = evidence("AddInRegistration.json", &export);
    assert_eq!((found.principals.len(), found.installed.len(), found.receivers.len()), (1, 1, 1));
    let principal = found.principals.first().expect("a principal");
    assert_eq!(raw(principal.domains.as_ref()), ["a.test:3333"]);
    assert_eq!((principal.app_only, principal.grants.as_ref().map(Vec::len)), (Some(true), Some(1)));
    let farm = &found.farm;
    assert!(farm.issuers_known && farm.roots.as_ref().is_some_and(|roots| roots.len() == 1));
    assert_eq!(
        (farm.web_applications.len(), farm.services.len(), farm.builds.len(), farm.realms.len()),
        (1, 1, 1, 1)
    );
    assert!(found.problems.iter().any(|problem| problem.message.contains("access denied")));
}

#[test]
fn json_of_other_things_is_ignored_or_told_if_it_was_meant() {
    let other = r#"{"name":"demo","version":"1.0.0","build":{"appId":"com.example"},"dependencies":{}}"#;
    for name in ["package.json", "tsconfig.json", "appsettings.json", "x.json", "x.txt"] {
        assert_eq!(read(name, other.as_bytes(), &ReadOptions::default()), None, "{name}");
    }
    let meant = evidence("serviceprincipals.json", other);
    let problem = meant.problems.first().expect("a problem");
    assert!(
        problem.message.contains("no known registration shape: keys name, version"),
        "{}",
        problem.message
    );
    let newer = r#"{"schema":"spdoctor.addin-registration/9"}"#;
    assert_eq!(evidence("AddInRegistration.json", newer).problems.len(), 1);
    for text in ["{", "[]", "[{\"appId\":", "<html>", "\u{0}"] {
        let _ = read("registration.json", text.as_bytes(), &ReadOptions::default());
    }
}

#[test]
fn no_text_of_a_secret_is_kept() {
    let page = format!("Client Id: {ID}\r\nClient Secret: {SECRET}\r\nApp Domain: a.test\r\n");
    let csv = format!(
        "AppPrincipalId,Type,Usage,KeyId,StartDate,EndDate,Value\r\n{ID},Symmetric,Sign,a,,,{SECRET}\r\n"
    );
    let list = format!(
        "AppPrincipalId : {ID}\r\nKeyId          : k\r\nValue          : {SECRET}\r\nEndDate        : x\r\n"
    );
    for (name, text) in [("registration.json", GRAPH), ("p.txt", &page), ("c.csv", &csv), ("l.txt", &list)] {
        for cut in 0..=text.len() {
            let Some(text) = text.get(..cut) else { continue };
            let shown = format!("{:?}", read(name, text.as_bytes(), &ReadOptions::default()));
            assert!(!shown.contains("Canary"), "{name} cut at {cut}: {shown}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), pick in 0usize..5) {
        let name = ["registration.json", "a.csv", "a.txt", "realm.txt", "serviceprincipal.json"].get(pick).copied().unwrap_or("x");
        let _ = read(name, &bytes, &ReadOptions::default());
    }

    #[test]
    fn no_damage_makes_a_reader_fail(at in 0usize..1200, text in ".{0,12}", wide in any::<bool>()) {
        let mut damaged: Vec<char> = GRAPH.chars().collect();
        let at = at.min(damaged.len());
        damaged.splice(at..at, text.chars());
        let damaged: String = damaged.into_iter().collect();
        let bytes = if wide { utf16(&damaged) } else { damaged.into_bytes() };
        let _ = read("registration.json", &bytes, &ReadOptions::default());
    }
}
