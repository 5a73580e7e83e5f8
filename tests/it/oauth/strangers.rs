//! Files of other systems are no add-ins, and a script belongs to the add-in that it registers.

use spdoctor::model::audit::{AuditReport, Target};

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
        // Whoever names nothing else means this file.
        assert_eq!(audited(&[(path, &text)]).addins.len(), 1, "{path}");
        let report =
            audited(&[("a/AppManifest.xml", &published), ("b/AppManifest.xml", &second), (path, &text)]);
        assert_eq!(report.addins.len(), 2, "{path}");
    }
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
