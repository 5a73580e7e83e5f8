//! Family G.

use spdoctor::addin::evidence::registration::Principal;
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};

use crate::oauth::support::facts::{
    OTHER_ID, REALM, SECRET, high_trust_config, principal, published_manifest, usual_config, value,
    web_config,
};
use crate::oauth::support::manifest::CLIENT_ID;
use crate::oauth::support::{Case, Expect, case};
use Expect::{DoesNotApply, Fires, Passes, Undecided};

const WEB: &str = "Orders/Web.config";
/// What looks like a secret, whatever its key is.
const HIDDEN: &str = "q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567=";
const CODE: &str = "Orders/Program.cs";
const NULL: &str =
    "var t = TokenHelper.GetAppOnlyAccessToken(TokenHelper.SharePointPrincipal, u.Authority, null);";

pub(crate) fn cases() -> Vec<Case> {
    [realm(), switches(), sections(), code()].concat()
}

/// The usual configuration with one more setting.
fn with(code: &'static str, title: &'static str, expect: Expect, key: &str, text: &str) -> Case {
    let settings = [("ClientId", CLIENT_ID), ("ClientSecret", SECRET), (key, text)];
    case(code, title, expect).file(WEB, web_config(&settings))
}

fn usual(code: &'static str, title: &'static str, expect: Expect) -> Case {
    case(code, title, expect).file(WEB, usual_config())
}

fn no_config(code: &'static str) -> Case {
    case(code, "no configuration", Undecided)
        .evidence(|evidence| evidence.manifests.push(published_manifest()))
        .says("web.config")
}

/// The usual configuration with these elements below the root.
fn section(code: &'static str, title: &'static str, expect: Expect, xml: &str) -> Case {
    let config = usual_config().replace("</configuration>", &format!("{xml}\r\n</configuration>"));
    case(code, title, expect).file(WEB, config)
}

fn realm() -> Vec<Case> {
    vec![
        with("OG01", "a domain", Fires(Critical), "Realm", "adatum.onmicrosoft.com")
            .says("adatum.onmicrosoft.com"),
        with("OG01", "a placeholder", Fires(Critical), "Realm", "[CLIENT_REALM]"),
        with("OG01", "a GUID", Passes, "Realm", REALM),
        usual("OG01", "not set", DoesNotApply),
        no_config("OG01"),
        with("OG02", "empty", Fires(Critical), "Realm", "").says("client id/host@"),
        with("OG02", "set", Passes, "Realm", REALM),
        case("OG02", "empty in high trust", Passes)
            .file(WEB, high_trust_config(&[("ClientId", CLIENT_ID), ("Realm", "")])),
        usual("OG02", "not set", DoesNotApply),
        no_config("OG02"),
        with("OG03", "another farm", Fires(Critical), "Realm", OTHER_ID)
            .evidence(|evidence| evidence.farm.realms.push(value(REALM, "farm.json", 3)))
            .says(REALM)
            .says(OTHER_ID),
        with("OG03", "another tenant", Fires(Critical), "Realm", OTHER_ID).evidence(|evidence| {
            let realm = Some(value(REALM, "principals.json", 2));
            evidence.principals.push(Principal { realm, ..principal(CLIENT_ID) });
        }),
        with("OG03", "the same farm", Passes, "Realm", REALM)
            .evidence(|evidence| evidence.farm.realms.push(value(REALM, "farm.json", 3))),
        with("OG03", "no realm known", Undecided, "Realm", REALM).says("Get-SPAuthenticationRealm"),
        usual("OG03", "not set", DoesNotApply),
        with("OG04", "two tenants", Fires(Error), "Realm", REALM).evidence(|evidence| {
            for realm in [REALM, OTHER_ID] {
                let realm = Some(value(realm, "principals.json", 2));
                evidence.principals.push(Principal { realm, ..principal(CLIENT_ID) });
            }
        }),
        with("OG04", "one tenant", Passes, "Realm", REALM).evidence(|evidence| {
            let realm = Some(value(REALM, "principals.json", 2));
            evidence.principals.push(Principal { realm, ..principal(CLIENT_ID) });
        }),
        with("OG04", "no realm known", Undecided, "Realm", REALM),
        usual("OG04", "not set", DoesNotApply),
        case("OG14", "no realm anywhere", Fires(Critical))
            .file(WEB, usual_config())
            .file(CODE, NULL)
            .says("GetRealmFromTargetUrl"),
        with("OG14", "the configuration has it", Passes, "Realm", REALM).file(CODE, NULL),
        usual("OG14", "the code passes it", Passes).file(CODE, NULL.replace("null", "realm")),
        case("OG14", "no configuration", Undecided).file(CODE, NULL),
        usual("OG14", "no sources", Undecided),
    ]
}

fn switches() -> Vec<Case> {
    let domain = |evidence: &mut spdoctor::addin::evidence::Evidence| {
        let domains = Some(vec![value("addin.adatum.test", "principals.json", 2)]);
        evidence.principals.push(Principal { domains, ..principal(CLIENT_ID) });
    };
    vec![
        with("OG05", "an address", Fires(Error), "HostedAppHostName", "https://localhost:44302")
            .says("localhost:44302"),
        with("OG05", "another host", Fires(Error), "HostedAppHostName", "other.adatum.test")
            .evidence(domain)
            .says("addin.adatum.test"),
        with("OG05", "the registered host", Passes, "HostedAppHostName", "addin.adatum.test").evidence(domain),
        with("OG05", "no registration", Undecided, "HostedAppHostName", "addin.adatum.test"),
        with("OG05", "a value that is not shown", Undecided, "HostedAppHostName", HIDDEN)
            .evidence(domain)
            .says("looks like a secret"),
        usual("OG05", "not set", DoesNotApply),
        case("OG06", "old names", Fires(Warning))
            .file(WEB, web_config(&[("HostedAppName", CLIENT_ID), ("HostedAppSigningKey", SECRET)]))
            .says("Rename the key HostedAppName to ClientId"),
        usual("OG06", "new names", Passes),
        no_config("OG06"),
        usual("OG10", "a transform that leaves both", Fires(Info))
            .file("Orders/Web.Release.config", transform(""))
            .says("ClientId and ClientSecret"),
        usual("OG10", "a transform that sets both", Passes).file(
            "Orders/Web.Release.config",
            transform(
                "<appSettings><add key=\"ClientId\" value=\"3b062084-9617-464a-a774-a72b853c825f\" xdt:Transform=\"SetAttributes\"/>\
                 <add key=\"ClientSecret\" value=\"\" xdt:Transform=\"SetAttributes\"/></appSettings>",
            ),
        ),
        case("OG10", "nothing to transform", Undecided)
            .file("Orders/Web.Release.config", transform(""))
            .file(CODE, NULL),
        usual("OG10", "the transform as Visual Studio makes it", Fires(Info)).file(
            "Orders/Web.Release.config",
            transform("").replace(" debug=\"false\"", ""),
        ),
        usual("OG10", "no transform", DoesNotApply),
        published("OG03", "another farm in production", Fires(Critical), "Release", "Realm", OTHER_ID)
            .evidence(|evidence| evidence.farm.realms.push(value(REALM, "farm.json", 3))),
        published("OG02", "empty in production", Fires(Critical), "Production", "Realm", ""),
        published("OG02", "empty in development", DoesNotApply, "Debug", "Realm", ""),
        with("OG02", "empty where production sets it", Passes, "Realm", "").file(
            "Orders/Web.Release.config",
            transform(&set("Realm", REALM)),
        ),
        published("OG05", "more than a host in production", Fires(Error), "Release", "HostedAppHostName", "https://a.test"),
        published("OF01", "no base64 in production", Fires(Critical), "Release", "ClientSecret", "Zx8~Q4rT.kLm2_pVw9-HsB7nYcD3fGj1KaEuRoXi"),
        published("OE05", "another client id in production", Fires(Critical), "Release", "ClientId", OTHER_ID)
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("Web.Release.config"),
        published("OE05", "another client id in development", Passes, "Debug", "ClientId", OTHER_ID)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        section("OG09", "debug that production removes", Passes, "<system.web><compilation debug=\"true\" /></system.web>")
            .file("Orders/Web.Release.config", transform("").replace(" debug=\"false\"", "")),
    ]
}

/// The usual configuration, and a transform that sets a key.
fn published(
    code: &'static str,
    title: &'static str,
    expect: Expect,
    name: &str,
    key: &str,
    text: &str,
) -> Case {
    usual(code, title, expect).file(&format!("Orders/Web.{name}.config"), transform(&set(key, text)))
}

fn set(key: &str, text: &str) -> String {
    let verb = if key.starts_with("Client") { "SetAttributes" } else { "Insert" };
    format!(
        "<appSettings><add key=\"{key}\" value=\"{text}\" xdt:Transform=\"{verb}\" xdt:Locator=\"Match(key)\" /></appSettings>"
    )
}

fn transform(inner: &str) -> String {
    format!(
        "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">{inner}<system.web>\
         <compilation xdt:Transform=\"RemoveAttributes(debug)\" debug=\"false\" /></system.web></configuration>"
    )
}

fn sections() -> Vec<Case> {
    let proxy = |address: &str| {
        format!("<system.net><defaultProxy><proxy proxyaddress=\"{address}\" /></defaultProxy></system.net>")
    };
    vec![
        section("OG08", "Fiddler", Fires(Critical), &proxy("http://127.0.0.1:8888")).says("127.0.0.1:8888"),
        section("OG08", "a proxy of the network", Passes, &proxy("http://proxy.adatum.test:8080")),
        section(
            "OG08",
            "Fiddler, switched off",
            Passes,
            &proxy("http://127.0.0.1:8888").replace("<defaultProxy>", "<defaultProxy enabled=\"false\">"),
        ),
        usual("OG08", "no proxy", Passes),
        no_config("OG08"),
        section("OG09", "debug", Fires(Warning), "<system.web><compilation debug=\"true\" /></system.web>"),
        section(
            "OG09",
            "errors in full",
            Fires(Warning),
            "<system.web><customErrors mode=\"Off\" /></system.web>",
        )
        .says("RemoteOnly"),
        section("OG09", "a trace", Fires(Warning), "<system.web><trace enabled=\"true\" /></system.web>"),
        section("OG09", "all off", Passes, "<system.web><compilation debug=\"false\" /></system.web>"),
        no_config("OG09"),
        case("OG11", "a bare ampersand", Fires(Error))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), ("Note", "a & b")]))
            .says("line 5"),
        case("OG11", "another encoding than it says", Fires(Error))
            .file(
                WEB,
                format!(
                    "<?xml version=\"1.0\" encoding=\"utf-16\"?>{}",
                    web_config(&[("ClientId", CLIENT_ID)])
                ),
            )
            .says("the bytes are not UTF-16"),
        case("OG11", "the name of UTF-32", Fires(Error))
            .file(
                WEB,
                format!(
                    "<?xml version=\"1.0\" encoding=\"utf-32\"?>{}",
                    web_config(&[("ClientId", CLIENT_ID)])
                ),
            )
            .says("the bytes are not UTF-32"),
        usual("OG11", "well-formed", Passes),
        no_config("OG11"),
    ]
}

fn code() -> Vec<Case> {
    let with_code = |code, title, expect, text: &str| usual(code, title, expect).file(CODE, text);
    let constant = |id: &str| format!("class A {{ const string SharePointPrincipal = \"{id}\"; }}");
    vec![
        with_code(
            "OG07",
            "a callback that is always true",
            Fires(Error),
            "ServicePointManager.ServerCertificateValidationCallback += (s, c, h, e) => true;",
        ),
        with_code(
            "OG07",
            "a call in a comment",
            Passes,
            "// TokenHelper.TrustAllCertificates();\r\nx = TokenHelper.GetAppOnlyAccessToken(a, b, r);",
        ),
        usual("OG07", "no sources", Undecided),
        with_code("OG12", "another constant", Fires(Error), &constant(OTHER_ID))
            .says("00000003-0000-0ff1-ce00"),
        with_code("OG12", "SharePoint", Passes, &constant("00000003-0000-0ff1-ce00-000000000000")),
        usual("OG12", "no sources", Undecided),
        with_code("OG13", "OpenBinaryDirect", Fires(Info), "var f = File.OpenBinaryDirect(context, url);")
            .says("OpenBinaryStream"),
        with_code("OG13", "SaveBinaryDirect", Fires(Info), "File.SaveBinaryDirect(context, url, s, true);")
            .says("Files.Add"),
        with_code("OG13", "streams", Passes, NULL),
        usual("OG13", "no sources", Undecided),
    ]
}
