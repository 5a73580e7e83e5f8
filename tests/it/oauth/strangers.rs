//! Files of other systems are no add-ins, and a script belongs to the add-in that it registers.

use spdoctor::model::audit::{AddInAudit, AuditReport, Status, Target};

use super::support::audit;
use super::support::facts::OTHER_ID;
use super::support::manifest::{CLIENT_ID, manifest};

fn audited(files: &[(&str, &str)]) -> AuditReport {
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    audit(&files, "2026-11-27", None)
}

fn names(report: &AuditReport) -> Vec<&str> {
    report.addins.iter().map(|addin| addin.name.as_str()).collect()
}

/// The codes of what is wrong.
fn found(addin: &AddInAudit) -> Vec<&str> {
    let wrong = addin.checks.iter().filter(|check| matches!(check.status, Status::Fail | Status::Warn));
    wrong.map(|check| &*check.id).collect()
}

const SECRET_OF_ENTRA: &str = "abc8Q~dkfjghdkfjghdkfjghdkfjghdkfjghdkfj";

fn others() -> Vec<(&'static str, String)> {
    let add = |key: &str, value: &str| format!("<add key=\"{key}\" value=\"{value}\"/>");
    let config = |adds: &[String]| {
        format!("<configuration><appSettings>{}</appSettings></configuration>", adds.concat())
    };
    vec![
        ("tools/agent.js", "const agent = new https.Agent({ rejectUnauthorized: false });".to_owned()),
        (
            "tools/pay.js",
            "const paypal = { client_secret: \"EGnHDxD_qRPdaLdZz8iCr8N7_MzF-YHPTkjs6NKYQvQS\" };".to_owned(),
        ),
        (
            "tools/graph.ts",
            format!(
                "const b = {{ client_id: \"{OTHER_ID}\", client_secret: \"{SECRET_OF_ENTRA}\", scope: \"https://graph.microsoft.com/.default\" }};\nfetch(`https://login.microsoftonline.com/${{process.env.SHAREPOINT_TENANT_ID}}/oauth2/v2.0/token`);"
            ),
        ),
        (
            "tools/app.config",
            config(&[
                add("appId", OTHER_ID),
                add("tenantId", "common"),
                add("clientSecret", SECRET_OF_ENTRA),
            ]),
        ),
        (
            "tools/web.config",
            config(&[
                add("ClientId", "kdJf83kdjf_Kdjf9Adkfj3"),
                add("ClientSecret", "kdjf93KDJFkdj3kdjf"),
                add("TokenEndpoint", "https://localhost:9443/oauth2/token"),
            ]),
        ),
    ]
}

#[test]
fn files_of_other_systems_make_no_add_in() {
    let published = manifest(|_| {});
    let second = manifest(|text| {
        text.client_id(OTHER_ID)
            .set("ProductID", "{0c6a1d5e-98d0-4b5e-8d62-0c4f1f5b2a12}")
            .set("Name", "Sales");
    });
    for (path, text) in others() {
        // Whoever names nothing else means this file, and is told of a secret in it.
        let alone = audited(&[(path, &text)]);
        let told: Vec<&str> = alone.addins.iter().flat_map(found).collect();
        let holds_secret = path != "tools/agent.js";
        assert_eq!(
            (alone.addins.len(), told.contains(&"OF13")),
            (usize::from(holds_secret), holds_secret),
            "{path}"
        );
        assert!(!told.contains(&"OL01") && !told.contains(&"OG07"), "{path}");
        let report =
            audited(&[("a/AppManifest.xml", &published), ("b/AppManifest.xml", &second), (path, &text)]);
        assert_eq!(report.addins.len(), 2, "{path}");
    }
}

#[test]
fn nothing_is_told_of_programs_of_other_systems_without_a_secret() {
    let config = |adds: &str| format!("<configuration><appSettings>{adds}</appSettings></configuration>");
    let add = |key: &str, value: &str| format!("<add key=\"{key}\" value=\"{value}\"/>");
    let google = [add("GoogleClientId", "a.apps.googleusercontent.com"), add("GoogleClientSecret", "[TBD]")];
    for (path, text) in [
        ("web.config", config(&google.concat())),
        ("Web.Release.config", config(&add("MicrosoftClientId", "[TBD]"))),
        (
            "waad.js",
            "post('https://accounts.accesscontrol.windows.net/tokens/OAuth/2', { resource: '00000002-0000-0000-c000-000000000000/directory.windows.net@' + t });".to_owned(),
        ),
        (
            "config.ps1",
            "$c = @{ ClientSecret = 'your-client-secret'; SiteUrl = 'https://yourtenant.sharepoint.com' }".to_owned(),
        ),
    ] {
        assert_eq!(audited(&[(path, &text)]).addins.len(), 0, "{path}");
    }
    let entra = "<?php $clientSecret = 'q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c='; $a = 'https://login.microsoftonline.com/x'; curl_setopt($h, CURLOPT_SSL_VERIFYPEER, false);";
    let report = audited(&[("token.php", entra)]);
    assert_eq!(found(&report.addins[0]), ["OF13"]);
    let told = [("token.php".to_owned(), entra.as_bytes().to_vec())];
    let report = audit(&told, "2026-11-27", Some(Target::ExternalApp));
    assert!(found(&report.addins[0]).contains(&"OL01"), "whoever tells the target says it is one");
}

#[test]
fn permissions_in_a_page_are_not_those_of_an_add_in_with_a_manifest() {
    let page = "# Notes\n<AppPermissionRequests AllowAppOnlyPolicy=\"true\">\n<AppPermissionRequest Scope=\"http://sharepoint/content/tenant\" Right=\"FullControl\" />\n</AppPermissionRequests>\n";
    let published = manifest(|_| {});
    let of = |files: &[(&str, &str)]| -> Vec<String> {
        audited(files).addins.iter().flat_map(found).map(str::to_owned).collect()
    };
    let alone = of(&[("AppManifest.xml", &published)]);
    assert_eq!(of(&[("AppManifest.xml", &published), ("README.md", page)]), alone);
    assert!(of(&[("AppManifest.xml", &published), ("request.txt", page)]).contains(&"OI10".to_owned()));
}

#[test]
fn the_configuration_of_a_project_of_tests_is_not_that_of_the_add_in() {
    let published = manifest(|_| {});
    let config = |id: &str, secret: &str| {
        format!(
            "<configuration><appSettings><add key=\"ClientId\" value=\"{id}\"/><add key=\"ClientSecret\" value=\"{secret}\"/></appSettings></configuration>"
        )
    };
    let own = config(CLIENT_ID, "");
    let tests = config("11111111-1111-1111-1111-111111111111", "test");
    let of = |path: &str, text: &str| -> Vec<String> {
        let report =
            audited(&[("Orders/AppManifest.xml", &published), ("OrdersWeb/web.config", &own), (path, text)]);
        report.addins.iter().flat_map(found).map(str::to_owned).collect()
    };
    let alone = of("OrdersWeb/readme.txt", "");
    assert_eq!(of("OrdersWeb.Tests/app.config", &tests), alone);
    assert_ne!(of("OrdersWeb.Jobs/app.config", &tests), alone);
    let real = config("", "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=");
    assert!(of("OrdersWeb.Tests/app.config", &real).contains(&"OF13".to_owned()));
}

#[test]
fn programs_for_sharepoint_are_still_add_ins() {
    let add = |key: &str, value: &str| format!("<add key=\"{key}\" value=\"{value}\"/>");
    let config = |adds: &[String]| {
        format!("<configuration><appSettings>{}</appSettings></configuration>", adds.concat())
    };
    let secret = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=";
    for (path, text) in [
        ("a.js", "// SharePoint\nconst agent = new https.Agent({ rejectUnauthorized: false });".to_owned()),
        ("a.php", format!("<?php $client_id = '{CLIENT_ID}'; $client_secret = '{secret}';")),
        ("web.config", config(&[add("ClientId", CLIENT_ID), add("ClientSecret", "")])),
        (
            "web.config",
            config(&[add("ClientId", CLIENT_ID), add("ClientSecret", secret), add("TenantId", "common")]),
        ),
        (
            "web.config",
            config(&[
                add("ClientId", CLIENT_ID),
                add("TenantId", "a"),
                add("Site", "https://a.sharepoint.com"),
            ]),
        ),
    ] {
        assert_eq!(audited(&[(path, &text)]).addins.len(), 1, "{text}");
    }
}

#[test]
fn a_secret_of_another_system_in_the_project_of_an_add_in_is_told_and_is_not_that_of_the_add_in() {
    let published = manifest(|_| {});
    let all = others();
    let (_, config) = all.get(3).expect("the configuration");
    let report = audited(&[("Orders/AppManifest.xml", &published), ("Orders/app.config", config)]);
    assert_eq!(names(&report), ["Orders"]);
    let failed: Vec<&str> = report.addins[0]
        .checks
        .iter()
        .filter(|check| check.message.contains("app.config") || check.message.contains(OTHER_ID))
        .map(|check| &*check.id)
        .collect();
    assert_eq!(failed, ["OF13"]);
}

#[test]
fn a_script_belongs_to_the_add_in_that_it_registers() {
    let orders = manifest(|_| {});
    let sales = manifest(|text| {
        text.client_id(OTHER_ID)
            .set("ProductID", "{0c6a1d5e-98d0-4b5e-8d62-0c4f1f5b2a12}")
            .property("<Title>Sales</Title>")
            .set("Name", "Sales");
    });
    let script = |id: &str| {
        format!(
            "$clientId = '{id}'\n$name = $clientId + '@' + $realm\nRegister-SPAppPrincipal -NameIdentifier $name -Site $web"
        )
    };
    let of = |files: &[(&str, &str)]| {
        let report = audited(files);
        let with_script =
            report.addins.iter().filter(|addin| addin.sources.iter().any(|path| path.ends_with("reg.ps1")));
        let found: Vec<(String, Target)> =
            with_script.map(|addin| (addin.client_id.clone().unwrap_or_default(), addin.target)).collect();
        found
    };
    let both = [("a/Orders/AppManifest.xml", orders.as_str()), ("a/Sales/AppManifest.xml", &sales)];
    let low = Target::OnPremLowTrust;
    let named = |id: &str| [(id.to_owned(), low)];
    assert_eq!(of(&[both[0], both[1], ("a/tools/reg.ps1", &script(OTHER_ID))]), named(OTHER_ID));
    assert_eq!(of(&[both[0], both[1], ("a/Sales/reg.ps1", &script(CLIENT_ID))]), named(CLIENT_ID));
    assert_eq!(of(&[both[0], ("a/tools/reg.ps1", &script(OTHER_ID))]), named(OTHER_ID));
    assert_eq!(of(&[both[0], ("a/tools/reg.ps1", &script(CLIENT_ID))]), named(CLIENT_ID));
    // What lies beside it is still that of the only add-in there is.
    let leak = "const graph = { client_secret: \"0123456789abcdef0123456789abcdef\" };";
    let report = audited(&[both[0], ("a/tools/reg.ps1", &script(OTHER_ID)), ("a/tools/x.js", leak)]);
    let with_leak =
        report.addins.iter().filter(|addin| addin.sources.iter().any(|path| path.ends_with("x.js")));
    assert_eq!(with_leak.map(|addin| addin.name.as_str()).collect::<Vec<_>>(), ["Orders"]);
    // An issuer that is registered as a principal, too, and a service of Microsoft are no add-ins.
    let service = script("00000007-0000-0000-c000-000000000000");
    assert_eq!(of(&[both[0], ("a/tools/reg.ps1", &service)]), named(CLIENT_ID));
    // What it registers cannot be told: the add-in near to it.
    let untold = "Register-SPAppPrincipal -NameIdentifier $name -Site $web";
    assert_eq!(of(&[both[0], ("a/Orders/reg.ps1", untold)]), named(CLIENT_ID));
    // A project says `*`: the script is all that tells its id.
    let project = manifest(|text| {
        text.client_id("*");
    });
    let report = audited(&[("Orders/AppManifest.xml", &project), ("Orders/reg.ps1", &script(OTHER_ID))]);
    assert_eq!(report.addins.len(), 1);
}
