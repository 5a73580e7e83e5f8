//! A client secret in the place of the client id, or of a name: in no output, whichever reader finds it.

use assert_cmd::Command;
use spdoctor::addin::read::{ReadOptions, read};

use super::support::audit;
use super::support::manifest::{CLIENT_ID, manifest};
use super::support::package::{package, zipped};

/// As the registration page makes them, and as Microsoft Entra does.
const SECRETS: [&str; 2] =
    ["Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=", "Zk3vQ7xW9p~cD6.fG4-hJ0_kS7.uV3-wX9_zA1~b"];
/// What no output may hold.
const BEGINNING: &str = "Zk3vQ7xW9p";

/// A file for each reader that knows ids, each with the secret in place of one.
#[expect(clippy::too_many_lines, reason = "a table of files")]
fn files(secret: &str) -> Vec<(String, Vec<u8>)> {
    let swapped = manifest(|text| {
        text.client_id(secret).start_page("http://addin.adatum-orders.net/");
    });
    let titled = manifest(|text| {
        text.properties =
            Some(format!("<Title>{secret}</Title><StartPage>~remoteAppUrl/?{{StandardTokens}}</StartPage>"));
    });
    let app_settings =
        |inner: &str| format!("<configuration><appSettings>{inner}</appSettings></configuration>");
    let texts = [
        ("loose/AppManifest.xml", swapped.clone()),
        (
            "quoted/AppManifest.xml",
            swapped.replace(&format!("\"{secret}\""), &format!("\u{201c}{secret}\u{201d}")),
        ),
        ("a/web.config", app_settings(&format!("<add key=\"ClientId\" value=\"{secret}\"/>"))),
        ("b/web.config", app_settings(&format!("<add key=\"HostedAppName\" value=\"{secret}\"/>"))),
        (
            "c/app.config",
            app_settings(&format!(
                "<!-- <add key=\"ClientId\" value=\"{secret}\"/> --><add key=\"ClientId\" value=\"{CLIENT_ID}\"/>"
            )),
        ),
        ("d/appsettings.json", format!("{{\"ClientId\":\"{secret}\",\"ClientSecret\":\"{CLIENT_ID}\"}}")),
        (
            "e/a.SetParameters.xml",
            format!("<parameters><setParameter name=\"ClientId\" value=\"{secret}\"/></parameters>"),
        ),
        (
            "f/a.pubxml",
            format!(
                "<Project><ItemGroup><MsDeployDeclareParameters Include=\"ClientId\"><Value>{secret}</Value></MsDeployDeclareParameters></ItemGroup></Project>"
            ),
        ),
        (
            "g/reg.txt",
            format!(
                "Client Id: {secret}\nClient Secret: {CLIENT_ID}\nTitle: Orders\nApp Domain: addin.adatum-orders.net\n"
            ),
        ),
        (
            "g/sp.json",
            format!(
                "{{\"appId\":\"{secret}\",\"displayName\":\"Orders\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[\"{CLIENT_ID}\"]}}"
            ),
        ),
        (
            "g/msol.json",
            format!(
                "{{\"AppPrincipalId\":\"{secret}\",\"DisplayName\":\"Orders\",\"ServicePrincipalNames\":[\"{CLIENT_ID}\"]}}"
            ),
        ),
        (
            "g/pnp.json",
            format!(
                "{{\"AppIdentifier\":\"i:0i.t|ms.sp.ext|{secret}@c98f41a0-e9d7-4d31-9ac4-813b81680177\",\"AppId\":\"{secret}\",\"Title\":\"Orders\",\"AppDomains\":[\"addin.adatum-orders.net\"]}}"
            ),
        ),
        (
            "g/acs.csv",
            format!(
                "AppIdentifier,AppId,Title,AppDomains,RedirectUri,ValidUntil,HasExpired,AllowAppOnly,ScanId\ni:0i.t|ms.sp.ext|{secret}@c98f41a0-e9d7-4d31-9ac4-813b81680177,{secret},Orders,addin.adatum-orders.net,,,False,False,1\n"
            ),
        ),
        (
            "g/list.txt",
            format!(
                "ExtensionData        : x\nAppPrincipalId       : {secret}\nDisplayName          : Orders\nServicePrincipalNames : {{{CLIENT_ID}}}\nAccountEnabled : True\n"
            ),
        ),
    ];
    let mut all: Vec<(String, Vec<u8>)> =
        texts.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())).collect();
    all.push(("out/Orders.app".to_owned(), package(&swapped, &[])));
    all.push(("out/Zipped.zip".to_owned(), zipped(&[("Orders.app", package(&swapped, &[]))])));
    if secret.ends_with('=') {
        all.push(("title/AppManifest.xml".to_owned(), titled.into_bytes()));
    }
    all
}

#[test]
fn no_reader_tells_a_secret_for_an_id() {
    for secret in SECRETS {
        for (path, bytes) in files(secret) {
            let evidence = read(&path, &bytes, &ReadOptions::default());
            assert!(evidence.is_some(), "{path} is not read");
            assert!(!format!("{evidence:?}").contains(BEGINNING), "{path}");
            let report = audit(&[(path.clone(), bytes)], "2026-11-25", None);
            assert!(!format!("{report:?}").contains(BEGINNING), "{path}");
        }
    }
}

#[test]
fn no_output_shows_a_secret_for_an_id() {
    for secret in SECRETS {
        let dir = tempfile::tempdir().expect("a folder");
        for (path, bytes) in files(secret) {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, bytes).expect("written");
        }
        let run = |args: &[&str]| {
            let mut program = Command::cargo_bin("spdoctor").expect("the program is built");
            let output = program.arg("oauth").args(args).current_dir(dir.path()).output().expect("it runs");
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()
        };
        let mut shown = run(&[
            ".",
            "--details",
            "--fix-script",
            "fix.ps1",
            "--fix-xml",
            "fixed",
            "--calendar",
            "ends.ics",
        ]);
        shown.push_str(&run(&[".", "--format", "json"]));
        let read = |path: &str| std::fs::read_to_string(dir.path().join(path)).expect(path);
        for path in [
            "fix.ps1",
            "ends.ics",
            "fixed/loose/AppManifest.xml.diff",
            "fixed/out/Orders.app/AppManifest.xml.diff",
        ] {
            shown.push_str(&read(path));
        }
        assert!(!shown.contains(BEGINNING), "{:?}", shown.lines().find(|line| line.contains(BEGINNING)));
        assert!(shown.contains("stands where the client id belongs"), "{shown}");
    }
}
