//! Family E.

use spdoctor::addin::evidence::registration::{Principal, PrincipalSource};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target;
use spdoctor::model::stage::Stage;

use crate::oauth::support::facts::{
    OTHER_ID, SECRET, high_trust_config, principal, published_manifest, told_manifest, usual_config, value,
    web_config,
};
use crate::oauth::support::manifest::{CLIENT_ID, PRODUCT_ID, manifest};
use crate::oauth::support::{Case, Expect, case};
use Expect::{DoesNotApply, Fires, Passes, Undecided};

const WEB: &str = "Orders/Web.config";
const UPPER: &str = "3B062084-9617-464A-A774-A72B853C825F";

pub(crate) fn cases() -> Vec<Case> {
    [form(), settings(), principals()].concat()
}

/// A configuration with this client id.
fn with_id(code: &'static str, title: &'static str, expect: Expect, id: &str) -> Case {
    case(code, title, expect).file(WEB, web_config(&[("ClientId", id), ("ClientSecret", SECRET)]))
}

/// Two add-ins, each with its folder; the configuration in that of the second names this client id.
fn swapped(code: &'static str, title: &'static str, expect: Expect, id: &str) -> Case {
    let published = |id: &str, product: &str| {
        manifest(|text| {
            text.client_id(id).set("ProductID", product);
        })
    };
    case(code, title, expect)
        .file("a/AppManifest.xml", published(CLIENT_ID, PRODUCT_ID))
        .file("b/AppManifest.xml", published(OTHER_ID, "{0f3c1a52-9a53-4c3e-8f4e-0c1d2e3f4a5b}"))
        .file("a/Web/Web.config", usual_config())
        .file("b/Web/Web.config", web_config(&[("ClientId", id), ("ClientSecret", SECRET)]))
}

/// Code that names this client id.
fn code(id: &str) -> String {
    format!(
        "class Sync {{ const string ClientId = \"{id}\"; void Run() {{ TokenHelper.GetAppOnlyAccessToken(a, b, c); }} }}"
    )
}

/// A configuration that names no client id.
fn without_id(code: &'static str) -> Case {
    case(code, "no client id anywhere", Undecided)
        .file(WEB, web_config(&[("Realm", "x")]))
        .says("AppManifest.xml")
}

fn form() -> Vec<Case> {
    vec![
        with_id("OE01", "a digit is missing", Fires(Critical), "6569a7e8-3670-4669-91ae-ec6819ab461")
            .says("its last group has 11 digits, not 12"),
        with_id("OE01", "braces", Fires(Critical), "{3b062084-9617-464a-a774-a72b853c825f}")
            .says("without braces"),
        with_id("OE01", "a letter beyond F", Fires(Critical), "3b062084-9617-464a-a774-a72b853c825g")
            .says("'g'"),
        with_id("OE01", "a sound id", Passes, CLIENT_ID),
        without_id("OE01"),
        with_id("OE02", "upper case", Fires(Warning), UPPER).says(CLIENT_ID),
        case("OE02", "upper case in high trust", Fires(Error))
            .file(WEB, high_trust_config(&[("ClientId", UPPER)])),
        with_id("OE02", "lower case", Passes, CLIENT_ID),
        without_id("OE02"),
        with_id("OE03", "a blank behind", Fires(Error), "3b062084-9617-464a-a774-a72b853c825f ")
            .says(CLIENT_ID),
        with_id("OE03", "a zero-width space", Fires(Error), "\u{200b}3b062084-9617-464a-a774-a72b853c825f"),
        with_id("OE03", "no blank", Passes, CLIENT_ID),
        without_id("OE03"),
        with_id("OE04", "a word of a template", Fires(Critical), "[CLIENT_ID]"),
        with_id(
            "OE04",
            "an id of the documentation",
            Fires(Critical),
            "1ee82b34-7c1b-471b-b27e-ff272accd564",
        ),
        with_id(
            "OE04",
            "an id of a page about scripts",
            Fires(Critical),
            "c1c12d4c-4900-43c2-8b89-c05725e0ba30",
        ),
        with_id(
            "OE04",
            "an id of a page about registration",
            Fires(Critical),
            "a4cdf20c-3385-4664-8302-5eab57ee6f14",
        ),
        case("OE04", "a word of a template in high trust", Fires(Critical))
            .file(WEB, high_trust_config(&[("ClientId", "[CLIENT_ID]")]))
            .says("The farm knows no principal"),
        with_id("OE04", "all digits are the same", Fires(Critical), "11111111-1111-1111-1111-111111111111"),
        with_id("OE04", "empty", Fires(Critical), "").says("is empty"),
        with_id("OE04", "empty in a project", Fires(Info), "")
            .evidence(|evidence| evidence.manifests.push(told_manifest(Stage::Source, "*"))),
        with_id("OE04", "filled in", Passes, CLIENT_ID),
        without_id("OE04"),
        with_id("OE08", "SharePoint itself", Fires(Warning), "00000003-0000-0ff1-ce00-000000000000"),
        case("OE08", "the product id", Fires(Warning))
            .evidence(|evidence| evidence.manifests.push(told_manifest(Stage::Package, PRODUCT_ID)))
            .says("ProductID"),
        with_id("OE08", "an id of its own", Passes, CLIENT_ID),
        without_id("OE08"),
    ]
}

fn settings() -> Vec<Case> {
    let twice = web_config(&[("ClientId", CLIENT_ID), ("clientid", OTHER_ID)]);
    let commented = usual_config().replace(
        "</appSettings>",
        "<!-- <add key=\"ClientId\" value=\"d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77\" /> --></appSettings>",
    );
    let part = format!(
        "<location path=\"admin\"><appSettings><add key=\"ClientId\" value=\"{OTHER_ID}\"/></appSettings></location></configuration>"
    );
    let redirected = usual_config().replace("<appSettings>", "<appSettings file=\"local.config\">");
    vec![
        with_id("OE05", "another id in the configuration", Fires(Critical), OTHER_ID)
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says(OTHER_ID)
            .says(CLIENT_ID),
        with_id("OE05", "another id in a project", Fires(Warning), OTHER_ID)
            .evidence(|evidence| evidence.manifests.push(told_manifest(Stage::Source, CLIENT_ID))),
        with_id("OE05", "one of two configurations fits", Fires(Warning), OTHER_ID)
            .file("Orders/Tool/App.config", usual_config())
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        swapped("OE05", "the id of another add-in in its folder", Fires(Critical), CLIENT_ID)
            .says("b/Web/Web.config"),
        swapped("OE05", "its own id in its folder", Passes, OTHER_ID),
        with_id("OE05", "the same but for case", Passes, UPPER)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        with_id("OE05", "a malformed id in the manifest", Fires(Critical), CLIENT_ID)
            .evidence(|evidence| {
                evidence.manifests.push(told_manifest(Stage::Package, "3b062084-9617-464a-a774-a72b853c825"));
            })
            .says("Publish the add-in with the client id of its registration"),
        with_id("OE05", "letters of another script", Fires(Critical), "3b062084-9617-464\u{430}-a774-a72b853c825f")
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("only look like"),
        with_id("OE05", "an invisible character", Fires(Critical), "\u{200b}3b062084-9617-464a-a774-a72b853c825f")
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        with_id("OE05", "to be filled in", Undecided, "[CLIENT_ID]")
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "no configuration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("web.config"),
        with_id("OE05", "a manifest of a project", Undecided, CLIENT_ID)
            .evidence(|evidence| evidence.manifests.push(told_manifest(Stage::Source, "*"))),
        case("OE05", "another id in the parameters of the deployment", Fires(Critical))
            .file("deploy/OrdersWeb.SetParameters.xml", format!("<parameters><setParameter name=\"Client ID\" value=\"{OTHER_ID}\"/></parameters>"))
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("the deploy parameters d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77")
            .says("deploy/OrdersWeb.SetParameters.xml"),
        case("OE05", "parameters of another environment", Fires(Warning))
            .file(WEB, usual_config())
            .file(
                "Orders/Parameters.xml",
                format!("<parameters><parameter name=\"Principal\" defaultValue=\"{OTHER_ID}\"><parameterEntry match=\"//add[@key='ClientId']/@value\"/></parameter></parameters>"),
            )
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "another id in application settings", Fires(Warning))
            .file("Orders/appsettings.json", format!("{{\"ClientId\":\"{OTHER_ID}\"}}"))
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("the application settings d8c2a1da"),
        case("OE05", "parameters that are filled in later", Undecided)
            .file("a.SetParameters.xml", "<parameters><setParameter name=\"ClientId\" value=\"#{ClientId}#\"/></parameters>")
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "another id in the code of the add-in", Fires(Warning))
            .file(WEB, usual_config())
            .file("Orders/Sync.cs", code(OTHER_ID))
            .evidence(|evidence| evidence.manifests.push(published_manifest()))
            .says("the code d8c2a1da-5f0e-4d6b-8a61-2f1f3a0c9e77"),
        case("OE05", "the id of a login to Microsoft Entra in the code", Passes)
            .file(WEB, usual_config())
            .file(
                "Orders/graph.ts",
                format!("const body = {{ client_id: \"{OTHER_ID}\", client_secret: \"abc8Q~dkfjghdkfjghdkfjghdkfjghdkfjghdkfj\" }};\nfetch(`https://login.microsoftonline.com/${{tenant}}/oauth2/v2.0/token`, {{ body }});"),
            )
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "the same id in the code of the add-in", Passes)
            .file(WEB, usual_config())
            .file("Orders/Sync.cs", code(CLIENT_ID))
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "another id for a part of the application", Passes)
            .file(WEB, usual_config().replace("</configuration>", &part))
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE05", "a setting that another file replaces", Fires(Warning))
            .file(WEB, web_config(&[("ClientId", OTHER_ID)]).replace("<appSettings>", "<appSettings file=\"my.config\">"))
            .file("Orders/my.config", "<appSettings><add key=\"ClientId\" value=\"3b062084-9617-464a-a774-a72b853c825f\"/></appSettings>")
            .says("my.config replaces it")
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE04", "filled in by a builder", Fires(Warning))
            .file(WEB, web_config(&[("ClientId", "from env")]).replace("<appSettings>", "<appSettings configBuilders=\"Env\">"))
            .says("the configuration builders \"Env\""),
        case("OE11", "for a part of the application", Passes)
            .file(WEB, usual_config().replace("</configuration>", &part)),
        case("OE11", "taken out before it is set again", Passes).file(
            WEB,
            twice.replace("<add key=\"clientid\"", "<remove key=\"ClientId\"/><add key=\"clientid\""),
        ),
        case("OE11", "all taken out before it is set again", Passes)
            .file(WEB, twice.replace("<add key=\"clientid\"", "<clear/><add key=\"clientid\"")),
        case("OE11", "a key twice", Fires(Warning)).file(WEB, twice).says("line 5"),
        case("OE11", "a key thousands of times", Fires(Warning))
            .file(WEB, web_config(&[("ClientSecret", "x"); 2_000]))
            .says("set 2000 times"),
        case("OE11", "another value in a comment", Fires(Info)).file(WEB, commented),
        case("OE11", "a blank behind a key", Fires(Critical))
            .file(WEB, usual_config().replace("\"ClientId\"", "\"ClientId \""))
            .says("the key \"ClientId \" has a blank around it"),
        case("OE11", "a blank before a key", Fires(Error))
            .file(WEB, web_config(&[("ClientId", CLIENT_ID), (" Realm", "x")]))
            .says("TokenHelper asks for Realm"),
        case("OE01", "a blank behind the key", Undecided)
            .file(WEB, web_config(&[("ClientId ", "x1")])),
        case("OE11", "each key once", Passes).file(WEB, usual_config()),
        case("OE11", "no configuration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        case("OE12", "settings of another file", Fires(Info))
            .file(WEB, redirected.clone())
            .says("local.config"),
        case("OE12", "the other file is given", Passes)
            .file(WEB, redirected)
            .file("Orders/local.config", "<appSettings><add key=\"Realm\" value=\"x\" /></appSettings>"),
        case("OE12", "no configuration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
    ]
}

/// An export of registrations with these client ids.
fn graph(ids: &[&str]) -> String {
    let row = |id: &&str| {
        format!(
            "{{\"appId\":\"{id}\",\"displayName\":\"Job\",\"servicePrincipalType\":\"Application\",\"servicePrincipalNames\":[\"{id}\"],\"keyCredentials\":[],\"passwordCredentials\":[]}}"
        )
    };
    format!("[{}]", ids.iter().map(row).collect::<Vec<_>>().join(","))
}

fn principals() -> Vec<Case> {
    let usual = |code, title, expect| case(code, title, expect).file(WEB, usual_config());
    vec![
        usual("OE06", "only another registration", Fires(Warning))
            .evidence(|evidence| evidence.principals.push(principal(OTHER_ID)))
            .says("not among the 1")
            .says("need not be all"),
        case("OE06", "a script in another folder than the registration of its id", Passes)
            .file(
                "jobs/nightly.ps1",
                format!("Connect-PnPOnline -Url $url -ClientId {OTHER_ID} -ClientSecret $env:S"),
            )
            .file("registrations/principals.json", graph(&[OTHER_ID, CLIENT_ID])),
        case("OE09", "a principal that only a script uses", Passes)
            .file(
                "jobs/nightly.ps1",
                format!("Connect-PnPOnline -Url $url -ClientId {OTHER_ID} -ClientSecret $env:S"),
            )
            .file("registrations/principals.json", graph(&[OTHER_ID])),
        usual("OE06", "a scan of the whole tenant", Fires(Critical)).evidence(|evidence| {
            let scanned = Principal { source: PrincipalSource::Assessment, ..principal(OTHER_ID) };
            evidence.principals.push(scanned);
        }),
        usual("OE06", "a registration without an id", Undecided).evidence(|evidence| {
            evidence.principals.push(Principal { client_id: None, ..principal(OTHER_ID) });
        }),
        usual("OE06", "the same on a farm of low trust", Fires(Warning))
            .target(Target::OnPremLowTrust)
            .evidence(|evidence| evidence.principals.push(principal(OTHER_ID)))
            .says("appregnew.aspx"),
        usual("OE06", "the same on a farm of high trust", Fires(Warning))
            .target(Target::OnPremHighTrust)
            .evidence(|evidence| evidence.principals.push(principal(OTHER_ID)))
            .says("Register-SPAppPrincipal"),
        usual("OE06", "switched off", Fires(Critical))
            .evidence(|evidence| {
                evidence.principals.push(Principal { enabled: Some(false), ..principal(CLIENT_ID) });
            })
            .says("-AccountEnabled:$true"),
        usual("OE06", "registered", Passes)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        usual("OE06", "no registration given", Undecided).says("'AppId eq ''3b062084-"),
        case("OE07", "two products with one client id", Fires(Warning)).evidence(|evidence| {
            let mut other = published_manifest();
            other.product_id =
                Some(value("{7e7a1d5e-98d0-4b5e-8d62-0c4f1f5b2a22}", "Bills/AppManifest.xml", 2));
            other.at.path = "Bills/AppManifest.xml".into();
            evidence.manifests.extend([published_manifest(), other]);
        }),
        case("OE07", "two principals for one add-in", Fires(Warning))
            .file(WEB, web_config(&[("ClientId", OTHER_ID)]))
            .evidence(|evidence| {
                evidence.manifests.push(published_manifest());
                evidence.principals.extend([principal(CLIENT_ID), principal(OTHER_ID)]);
            })
            .says(OTHER_ID),
        usual("OE07", "one id, one add-in", Passes)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        without_id("OE07"),
        usual("OE09", "nothing uses it", Fires(Info))
            .evidence(|evidence| evidence.principals.push(principal(OTHER_ID)))
            .says(OTHER_ID),
        usual("OE09", "a configuration uses it", Passes)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        case("OE09", "only registrations were given", Undecided)
            .evidence(|evidence| evidence.principals.push(principal(CLIENT_ID))),
        usual("OE09", "no registration was given", DoesNotApply),
        case("OE10", "another title", Fires(Info))
            .evidence(|evidence| {
                evidence.manifests.push(published_manifest());
                let title = Some(value("Bills", "principals.json", 1));
                evidence.principals.push(Principal { title, ..principal(CLIENT_ID) });
            })
            .says("Bills")
            .says("Orders"),
        case("OE10", "the same title", Passes).evidence(|evidence| {
            evidence.manifests.push(published_manifest());
            evidence.principals.push(principal(CLIENT_ID));
        }),
        case("OE10", "no registration", Undecided)
            .evidence(|evidence| evidence.manifests.push(published_manifest())),
        usual("OE10", "no manifest", DoesNotApply),
    ]
}
