//! Family L.

use super::registration::{
    CLIENT_ID, REALM, acs, application, application_with_certificate, farm, manifest, page, service_principal,
};
use crate::oauth::support::facts::usual_config;
use crate::oauth::support::{Case, Expect, case};
use spdoctor::model::audit::AuditSeverity::{Critical, Info, Warning};
use spdoctor::model::audit::Target;

fn registered(code: &'static str, title: &'static str, expect: Expect, target: Target) -> Case {
    case(code, title, expect).target(target).file("page.txt", page(true))
}

pub(crate) fn cases() -> Vec<Case> {
    [online(), store(), farms(), receivers(), project()].concat()
}

fn online() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let organization = |created: &str| {
        format!(
            "{{\"@odata.context\": \"x\", \"value\": [{{\"id\": \"{REALM}\", \"displayName\": \"Fabrikam\", \
             \"createdDateTime\": \"{created}\", \"verifiedDomains\": []}}]}}"
        )
    };
    vec![
        registered("OL01", "today", Fires(Critical), Target::Spo)
            .says("2026-04-02")
            .says("can no longer run"),
        registered("OL01", "the day itself", Fires(Critical), Target::Spo).now("2026-04-02"),
        registered("OL01", "the day before", Fires(Warning), Target::Spo).now("2026-04-01").says("in 1 days"),
        registered("OL01", "before it was announced", Passes, Target::Spo).now("2023-11-01"),
        registered("OL01", "a program", Fires(Critical), Target::ExternalApp).says("the program"),
        case("OL01", "beside an add-in that lies with the export of a farm", Fires(Critical))
            .file("a/AppManifest.xml", manifest("https://leave.test/?{StandardTokens}", ""))
            .file("a/sp.json", service_principal(&["leave.test"], &[], "Legacy"))
            .file("b/AddInRegistration.json", "{\"schema\":\"spdoctor.addin-registration/1\",\"farmBuild\":\"16.0.17928.20238\"}")
            .file("b/AppManifest.xml", crate::oauth::support::manifest::manifest(|_| {})),
        registered("OL01", "on a farm", DoesNotApply, Target::OnPremLowTrust),
        case("OL01", "nothing tells where it runs", Fires(Warning))
            .file("page.txt", page(true))
            .says("nothing that was given tells where it runs")
            .says("--target onprem-low-trust"),
        case("OL01", "code with ACS and an address of SharePoint Online", Fires(Critical))
            .file("Program.cs", "x.GetACSAppOnlyContext(\"https://fabrikam.sharepoint.com/\", id, secret);"),
        case("OL01", "code with ACS and its address in a configuration", Fires(Critical))
            .file("Program.cs", "x.GetACSAppOnlyContext(url, id, secret);")
            .file(
                "App.config",
                "<configuration><appSettings><add key=\"ClientId\" value=\"\"/><add key=\"Site\" \
                 value=\"https://fabrikam.sharepoint.com/\"/></appSettings></configuration>",
            ),
        case("OL01", "deployed to Azure with a tenant beside the client id", Fires(Critical))
            .file(
                "app.parameters.json",
                "{\"$schema\":\"https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#\",\
                 \"parameters\":{\"AppClientId\":{\"value\":\"5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001\"},\
                 \"Tenant\":{\"value\":\"https://fabrikam.sharepoint.com\"}}}",
            ),
        case("OL01", "deployed with a tenant, and registered on a farm", DoesNotApply)
            .file(
                "appsettings.json",
                "{\"ClientId\":\"5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001\",\"Tenant\":\"https://fabrikam.sharepoint.com\"}",
            )
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a"),
        case("OL01", "code that asks ACS for tokens, whatever it is written in", Fires(Critical))
            .file(
                "Sync.java",
                "String a = \"https://accounts.accesscontrol.windows.net/x/tokens/OAuth/2\", b = \"https://fabrikam.sharepoint.com\";",
            ),
        case("OL01", "a library that asks ACS, with the tenant in the settings beside it", Fires(Critical))
            .file(
                "load.py",
                "from office365.sharepoint.client_context import ClientContext\nctx = ClientContext(u).with_client_credentials(client_id, client_secret)\n",
            )
            .file("settings.py", "url = 'https://fabrikam.sharepoint.com/sites/a'\nclient_secret = None\n"),
        case("OL01", "a library that asks ACS, for all that is known", Fires(Warning))
            .file(
                "load.js",
                "const n = require('@pnp/nodejs');\nnew n.SPFetchClient(settings.url, settings.id, settings.secret);",
            ),
        case("OL01", "a tenant that the program fills in", Fires(Critical))
            .file(
                "Program.cs",
                "string u = $\"https://{tenant}.sharepoint.com/sites/a\"; x.GetACSAppOnlyContext(u, id, secret);",
            ),
        case("OL01", "a program that tells tenants from farms", Fires(Warning))
            .file(
                "Program.cs",
                "if (host.EndsWith(\".sharepoint.com\")) { } x.GetACSAppOnlyContext(u, id, secret);",
            ),
        case("OL01", "code in a folder below its settings", Fires(Critical))
            .file("api/Controllers/Orders.cs", "x.GetACSAppOnlyContext(url, id, secret);")
            .file(
                "api/appsettings.json",
                "{\"siteUrl\":\"https://fabrikam.sharepoint.com\",\"appId\":\"5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001\",\"appSecret\":\"#{AppSecret}#\"}",
            ),
        case("OL01", "a program that signs its own tokens", DoesNotApply)
            .file(
                "app.js",
                "var sharePoint = '00000003-0000-0ff1-ce00-000000000000'; var inner = { trustedfordelegation: 'true' }; outer.actortoken = jwt.sign(inner, key);",
            ),
        case("OL01", "code with ACS for a farm, for all that is known", Fires(Warning))
            .file("Program.cs", "x.GetACSAppOnlyContext(\"https://portal.fabrikam.test/\", id, secret);"),
        case("OL01", "a script that registers on a farm", DoesNotApply)
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a"),
        case("OL04", "a script that registers on a farm tells of no trust", Fires(Info))
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a")
            .says("low trust is assumed")
            .says("if it is one of low trust, still every launch"),
        case("OL04", "a script with which a farm trusts a service", Fires(Info))
            .file("a.ps1", "New-SPTrustedSecurityTokenIssuer -Name ACS -IsTrustBroker -MetadataEndPoint $endpoint")
            .says("tells its keys itself"),
        case("OL04", "a registration and a client secret", Fires(Info))
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a")
            .file("web.config", usual_config())
            .says("has a client secret: low trust"),
        case("OL04", "a registration, and code that makes its tokens itself", Passes)
            .file("a.ps1", "Register-SPAppPrincipal -DisplayName a")
            .file(
                "Sync.cs",
                "class A { void B() { TokenHelper.GetS2SAccessTokenWithWindowsIdentity(uri, null); } }",
            ),
        case("OL01", "a manifest that runs on an assumed farm", Fires(Warning))
            .file("AppManifest.xml", manifest("https://addin.fabrikam.test/Pages/Default.aspx", ""))
            .says("2026-04-02"),
        case("OL01", "an assumed farm, before the end", DoesNotApply)
            .file("AppManifest.xml", manifest("https://addin.fabrikam.test/Pages/Default.aspx", ""))
            .now("2026-04-01"),
        case("OL01", "a principal of Microsoft Entra", Fires(Critical))
            .file("registration.json", service_principal(&["addin.fabrikam.test"], &[], "Legacy")),
        case("OL01", "a program with a certificate of Microsoft Entra", DoesNotApply)
            .target(Target::ExternalApp)
            .file("app.json", application_with_certificate()),
        registered("OL02", "a young tenant", Fires(Critical), Target::Spo)
            .file("organization.json", organization("2025-02-03T04:05:06Z"))
            .says("2025-02-03"),
        registered("OL02", "an old tenant", Passes, Target::Spo)
            .file("organization.json", organization("2015-02-03T04:05:06Z")),
        registered("OL02", "not told", Undecided, Target::Spo),
        registered("OL02", "on a farm", DoesNotApply, Target::OnPremHighTrust),
        registered("OL06", "today", Fires(Info), Target::Spo).says("2023-11-27"),
        registered("OL06", "before it was announced", Passes, Target::Spo).now("2023-11-01"),
        registered("OL06", "on a farm", DoesNotApply, Target::OnPremHighTrust),
    ]
}

fn store() -> Vec<Case> {
    use Expect::{Fires, Passes, Undecided};
    let csv = |source: &str| {
        format!(
            "AppInstanceId,Title,Type,HasExpired,AppSource,LaunchUrl,ProductId,AppIdentifier,ScanId,SiteUrl\r\n\
             1,Leave requests,Provider hosted,False,{source},https://addin.fabrikam.test/,5d1b6b36-0a8f-4a53-9d0c-7e54cf1a1f10,\
             i:0i.t|ms.sp.ext|{CLIENT_ID}@{REALM},2,https://fabrikam.sharepoint.test\r\n"
        )
    };
    vec![
        case("OL03", "from the store", Fires(Info))
            .target(Target::Spo)
            .file("classicaddins.csv", csv("Marketplace"))
            .says("2024-07-01"),
        case("OL03", "from the store on a farm", Fires(Info))
            .target(Target::OnPremLowTrust)
            .file("classicaddins.csv", csv("Marketplace"))
            .says("2026-04-02"),
        case("OL03", "from the catalog", Passes)
            .target(Target::Spo)
            .file("classicaddins.csv", csv("CorporateCatalog")),
        registered("OL03", "not told", Undecided, Target::Spo),
    ]
}

fn farms() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let build = |build: &str| farm(&format!("\"farmBuild\": \"{build}\""));
    let on = |title, expect, version: &str| {
        registered("OL08", title, expect, Target::OnPremHighTrust)
            .file("AddInRegistration-1.json", build(version))
    };
    vec![
        registered("OL04", "low trust", Fires(Info), Target::OnPremLowTrust),
        case("OL04", "SharePoint-hosted", DoesNotApply).target(Target::OnPremLowTrust).file(
            "AppManifest.xml",
            manifest("~appWebUrl/Default.aspx", "")
                .replace(&format!("<RemoteWebApplication ClientId=\"{CLIENT_ID}\" />"), "<Internal />"),
        ),
        case("OL04", "with its page in the app web", Fires(Info))
            .target(Target::OnPremLowTrust)
            .file("AppManifest.xml", manifest("~appWebUrl/Default.aspx", ""))
            .says("its page in the app web opens without ACS"),
        registered("OL04", "high trust", Passes, Target::OnPremHighTrust),
        registered("OL04", "in the cloud", DoesNotApply, Target::Spo),
        on("2013", Fires(Warning), "15.0.5337.1000").says("2023-04-11"),
        on("2016", Fires(Warning), "16.0.5300.1001").says("2026-07-14"),
        on("2019", Fires(Warning), "16.0.10417.20027").says("2026-07-14"),
        on("2019, soon", Fires(Info), "16.0.10417.20027").now("2026-01-14").says("in 181 days"),
        on("2019, long before", Passes, "16.0.10417.20027").now("2024-01-14"),
        on("Subscription Edition", Passes, "16.0.17928.20000"),
        registered("OL08", "not told", Undecided, Target::OnPremLowTrust),
        registered("OL08", "in the cloud", DoesNotApply, Target::Spo),
    ]
}

fn receivers() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let rows = "{\"d\": {\"results\": [{\"ReceiverName\": \"Requests\", \"EventType\": 10001, \"ReceiverId\": \"1\", \
        \"ReceiverUrl\": \"https://addin.fabrikam.test/Services/Requests.svc\"}]}}";
    let host = ["addin.fabrikam.test"];
    vec![
        case("OL05", "still called", Fires(Warning))
            .target(Target::Spo)
            .file("app.json", application(&[]))
            .file("eventreceivers.json", rows)
            .says("2027-07-01"),
        case("OL05", "no longer called", Fires(Critical))
            .target(Target::Spo)
            .now("2027-07-01")
            .file("app.json", application(&[]))
            .file("eventreceivers.json", rows),
        case("OL05", "of ACS", DoesNotApply)
            .target(Target::Spo)
            .file("registration.json", service_principal(&host, &[], "Legacy"))
            .file("eventreceivers.json", rows),
        case("OL05", "the kind is not told", Undecided)
            .target(Target::Spo)
            .file("page.txt", page(true))
            .file("eventreceivers.json", rows),
        registered("OL05", "receivers are not told", Undecided, Target::Spo),
        registered("OL05", "on a farm", DoesNotApply, Target::OnPremLowTrust),
        case("OL05", "a package without receivers", Passes)
            .target(Target::Spo)
            .file("AppManifest.xml", manifest("https://addin.fabrikam.test/", "")),
    ]
}

fn project() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    let grants = |scope: &str| {
        format!(
            "ScanId,AppIdentifier,ProductFeature,Scope,Right,ResourceId,RemediationCode\r\n\
             1,i:0i.t|ms.sp.ext|{CLIENT_ID}@{REALM},Project Server,{scope},Manage,,\r\n"
        )
    };
    let file = "classicacsprincipaltenantcopedpermissions.csv";
    vec![
        case("OL07", "a scope of Project Server", Fires(Info))
            .target(Target::Spo)
            .file("acs.json", acs("True"))
            .file(file, grants("projectserver"))
            .says("2026-04-02"),
        case("OL07", "other scopes", Passes)
            .target(Target::Spo)
            .file("acs.json", acs("True"))
            .file(file, grants("content/tenant")),
        registered("OL07", "not told", Undecided, Target::Spo),
        registered("OL07", "on a farm", DoesNotApply, Target::OnPremLowTrust),
    ]
}
