//! Packages as whole files: what is found in them and where, hostile ones, and what becomes of corrections.

use spdoctor::addin::correct::{corrections, edits, edits_of_file};
use spdoctor::addin::evidence::Evidence;
use spdoctor::addin::read::{ReadOptions, manifest_of_package, read};
use spdoctor::model::audit::{PairVerdict, Status};
use spdoctor::model::byte_limit::ByteLimit;
use spdoctor::model::stage::Stage;

use super::support::audit;
use super::support::manifest::{CLIENT_ID, manifest};
use super::support::package::{cabinet, elements, package, receiver, wsp, zipped};

fn evidence(path: &str, bytes: &[u8]) -> Evidence {
    read(path, bytes, &ReadOptions::default()).expect("an artefact")
}

#[test]
fn receivers_and_parts_are_found_with_their_places() {
    let parts = elements(
        "<ClientWebPart Name=\"Orders\"><Content Type=\"html\" Src=\"~remoteAppUrl/part?{StandardTokens}\" /></ClientWebPart>\n\
         <CustomAction Id=\"A\"><UrlAction Url=\"https://addin.adatum.test/a\" /></CustomAction>",
    );
    let bytes = package(
        &manifest(|_| {}),
        &[
            ("elements1.xml", parts.into_bytes()),
            ("Orders.wsp", wsp(&receiver("ListTemplateId=\"104\"", "ItemAdding", "~remoteAppUrl/a.svc"))),
        ],
    );
    let found = evidence("out/Orders.app", &bytes);
    assert_eq!(found.manifests[0].at.path.as_ref(), "out/Orders.app!/AppManifest.xml");
    assert_eq!(found.manifests[0].package.as_deref(), Some("out/Orders.app"));
    let kinds: Vec<&str> = found.elements.iter().flat_map(|file| &file.parts).map(|part| part.kind).collect();
    assert_eq!(kinds, ["client web part", "custom action"]);
    let receiver = found.elements.iter().flat_map(|file| &file.receivers).next().expect("a receiver");
    assert_eq!(
        receiver.url.at.to_string(),
        "out/Orders.app!/Orders.wsp!/Orders_Feature1/Receivers/Elements.xml:8:12"
    );
    assert_eq!(receiver.bound_to.as_ref().map(|bound| bound.raw.as_str()), Some("104"));
    assert!(found.packages[0].faults.is_empty(), "{:?}", found.packages[0].faults);
}

#[test]
fn a_deploy_package_is_read_member_by_member() {
    let inner = package(&manifest(|_| {}), &[]);
    let bytes = zipped(&[
        ("Content/web/AppManifest.xml", manifest(|_| {}).into_bytes()),
        ("Content/web/Services/A.svc", b"x".to_vec()),
        ("app/Orders.app", inner),
    ]);
    let found = evidence("out/Web.zip", &bytes);
    let names: Vec<&str> = found.deployed_files.iter().map(|file| file.raw.as_str()).collect();
    assert_eq!(names, ["Content/web/AppManifest.xml", "Content/web/Services/A.svc", "app/Orders.app"]);
    assert_eq!(found.manifests.len(), 2);
    assert_eq!(found.packages[0].at.path.as_ref(), "out/Web.zip!/app/Orders.app");
}

#[test]
fn archives_in_archives_share_one_budget_and_end() {
    let mut bytes = zipped(&[("AppManifest.xml", manifest(|_| {}))]);
    for level in 0..6 {
        bytes = zipped(&[(format!("{level}.zip"), bytes)]);
    }
    let found = evidence("a.zip", &bytes);
    assert!(
        found.problems.iter().any(|problem| problem.message.contains("too deep")),
        "{:?}",
        found.problems
    );
    let many: Vec<(String, Vec<u8>)> =
        (0..20).map(|number| (format!("{number}.zip"), zipped(&[("a.xml", vec![b'x'; 900_000])]))).collect();
    let options = ReadOptions { most_expanded: ByteLimit::of_bytes(4_000_000), ..ReadOptions::default() };
    let found = read("a.zip", &zipped(&many), &options).expect("a zip file");
    let refused =
        found.problems.iter().filter(|problem| problem.message.contains("more bytes than are allowed"));
    assert!(refused.count() > 10, "{:?}", found.problems);
}

#[test]
fn every_cut_of_a_package_is_survived() {
    let bytes = package(&manifest(|_| {}), &[("Orders.wsp", wsp(&elements("")))]);
    for end in (0..bytes.len()).step_by(23).chain([bytes.len() - 1]) {
        let found = evidence("a.app", &bytes[..end]);
        assert_eq!(found.packages.len(), 1);
        assert!(!found.packages[0].faults.is_empty(), "{end}");
    }
    let sound = cabinet(&[("manifest.xml", elements("")), ("a\\b.xml", elements(""))]);
    for end in 0..sound.len() {
        let _ = read("a.wsp", &sound[..end], &ReadOptions::default());
        let mut changed = sound.clone();
        changed[end] ^= 0x55;
        let _ = read("a.wsp", &changed, &ReadOptions::default());
        let _ = read("a.app", &package(&manifest(|_| {}), &[("a.wsp", changed)]), &ReadOptions::default());
    }
}

#[test]
fn no_secret_of_a_manifest_reaches_the_report() {
    let canary = "vR3canaryK9xUq7";
    // The same in base64, and with a percent escape.
    let forms = [canary, "dlIzY2FuYXJ5Szl4VXE3", "vR3canaryK9x%55q7"];
    for (path, secret) in [
        ("src/pkgobj/AppManifest.xml", forms[0]),
        ("a/AppManifest.xml", forms[1]),
        ("b/AppManifest.xml", forms[2]),
    ] {
        let debug = format!(
            "<AutoDeployedWebApplication><DebugInfo AppUrl=\"https://localhost/\" ClientSecret=\"{secret}\" /></AutoDeployedWebApplication>"
        );
        let sound = manifest(|text| {
            text.principal(&debug);
        });
        let broken =
            sound.replace("\" /></Auto", "\"x\" /></Auto").replace("/Default.aspx?", "/Default.aspx?a&b");
        for text in [sound, broken] {
            let files = vec![
                (path.to_owned(), text.clone().into_bytes()),
                ("c/Orders.app".to_owned(), package(&text, &[])),
            ];
            let report = audit(&files, "2026-11-25", None);
            let told = format!("{report:?}");
            assert!(forms.iter().all(|form| !told.contains(form)), "{path}");
            let fixed = corrections(path, text.as_bytes(), &edits(&report.addins[0]));
            assert!(forms.iter().all(|form| !fixed.diff().contains(form)), "{}", fixed.diff());
            assert!(forms.iter().all(|form| !format!("{:?}", fixed.applied).contains(form)), "{path}");
        }
    }
}

#[test]
fn the_registered_domain_corrects_a_package() {
    let text = manifest(|text| {
        text.client_id("*")
            .start_page("http://old.adatum-orders.net/Default.aspx")
            .installed("~remoteAppUrl/a.svc");
    });
    let bytes = package(&text, &[]);
    let registration = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders\",\"replyUrls\":[],\"servicePrincipalNames\":[\"{CLIENT_ID}\",\"{CLIENT_ID}/addin.adatum-orders.net\"],\"servicePrincipalType\":\"Legacy\"}}"
    );
    let config = format!(
        "<configuration><appSettings><add key=\"ClientId\" value=\"{CLIENT_ID}\" /></appSettings></configuration>"
    );
    let files = vec![
        ("Orders/Orders.app".to_owned(), bytes.clone()),
        ("Orders/sp.json".to_owned(), registration.into_bytes()),
        ("Orders/web.config".to_owned(), config.into_bytes()),
    ];
    let report = audit(&files, "2026-11-25", None);
    let addin = report.addins.iter().find(|addin| addin.stage == Some(Stage::Package)).expect("the package");
    let options = ReadOptions::default();
    let (path, original) = manifest_of_package("Orders/Orders.app", &bytes, &options).expect("a manifest");
    assert_eq!(path, "Orders/Orders.app!/AppManifest.xml");
    let fixed = corrections(&path, &original, &edits_of_file(addin, &original, true));
    let text = fixed.text();
    assert!(
        text.contains("<StartPage>https://addin.adatum-orders.net/Default.aspx?{StandardTokens}</StartPage>"),
        "{text}"
    );
    assert!(
        text.contains(
            "<InstalledEventEndpoint>https://addin.adatum-orders.net/a.svc</InstalledEventEndpoint>"
        ),
        "{text}"
    );
    assert!(text.contains(&format!("ClientId=\"{CLIENT_ID}\"")), "{text}");
    assert_eq!(fixed.applied.len(), 3, "{:?}", fixed.applied);
    assert!(fixed.diff().starts_with("--- Orders/Orders.app!/AppManifest.xml\n+++ "), "{}", fixed.diff());
}

#[test]
fn nothing_is_corrected_towards_a_domain_that_the_audit_refuses() {
    let text = manifest(|text| {
        text.client_id(CLIENT_ID)
            .start_page("https://addin.adatum.test/Default.aspx?{StandardTokens}")
            .installed("https://addin.adatum.test/a.svc");
    });
    let bytes = package(&text, &[]);
    for domain in ["localhost:44311", "a1b2.ngrok.io", "192.168.1.7", "www.contoso.com"] {
        let registration = format!(
            "{{\"appId\":\"{CLIENT_ID}\",\"servicePrincipalNames\":[\"{CLIENT_ID}\",\"{CLIENT_ID}/{domain}\"],\"servicePrincipalType\":\"Legacy\"}}"
        );
        let files = vec![
            ("Orders/Orders.app".to_owned(), bytes.clone()),
            ("Orders/sp.json".to_owned(), registration.into_bytes()),
        ];
        let report = audit(&files, "2026-11-25", None);
        let (path, original) =
            manifest_of_package("Orders/Orders.app", &bytes, &ReadOptions::default()).expect("a manifest");
        let fixed = corrections(&path, &original, &edits_of_file(&report.addins[0], &original, true));
        assert!(fixed.is_unchanged(), "{domain}: {:?}", fixed.applied);
    }
}

#[test]
fn a_published_manifest_in_utf_16_gets_the_registered_host() {
    let text = manifest(|text| {
        text.client_id(CLIENT_ID).start_page("https://old.adatum-orders.net/Default.aspx?{StandardTokens}");
    });
    let text = format!("\u{feff}{}", text.replace("utf-8", "utf-16"));
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let registration = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"servicePrincipalNames\":[\"{CLIENT_ID}\",\"{CLIENT_ID}/addin.adatum-orders.net\"],\"servicePrincipalType\":\"Legacy\"}}"
    );
    let path = "Orders/AppManifest.xml";
    let files =
        vec![(path.to_owned(), bytes.clone()), ("Orders/sp.json".to_owned(), registration.into_bytes())];
    let report = audit(&files, "2026-11-25", None);
    let fixed = corrections(path, &bytes, &edits_of_file(&report.addins[0], &bytes, false));
    let expected = text.replace("old.adatum-orders.net", "addin.adatum-orders.net");
    assert_eq!(fixed.bytes, expected.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
}

#[test]
fn nothing_is_missing_of_what_a_sharepoint_hosted_addin_does_not_have() {
    let text = manifest(|text| {
        text.principal("<Internal />").start_page("~appWebUrl/Pages/Default.aspx?{StandardTokens}");
    });
    let report = audit(&[("Orders/Orders.app".to_owned(), package(&text, &[]))], "2026-11-25", None);
    let addin = &report.addins[0];
    let undecided: Vec<&str> = addin
        .checks
        .iter()
        .filter(|check| check.status == Status::Undecided)
        .map(|check| &*check.id)
        .collect();
    assert_eq!(undecided, ["OA21", "OI19", "OK10", "OL03", "OL08"]);
    let told = addin.checks.iter().filter(|check| check.status != Status::Undecided);
    let acs: Vec<&str> =
        told.filter(|check| check.message.contains("in the cloud")).map(|check| &*check.id).collect();
    assert!(acs.is_empty(), "{acs:?}");
}

#[test]
fn of_several_packages_the_highest_version_leads() {
    let of = |version: &str, host: &str| {
        let page = format!("https://{host}/?{{StandardTokens}}");
        let text = manifest(|text| {
            text.set("Version", version).start_page(&page);
        });
        package(&text, &[])
    };
    let registration = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[\"{CLIENT_ID}/addin.adatum.test\"]}}"
    );
    let files = [
        ("out/1.0.0.10/Orders.app".to_owned(), of("1.0.0.10", "addin.adatum.test")),
        ("out/1.0.0.9/Orders.app".to_owned(), of("1.0.0.9", "old.adatum.test")),
        ("out/sp.json".to_owned(), registration.into_bytes()),
    ];
    let report = audit(&files, "2026-11-25", None);
    let [addin] = report.addins.as_slice() else { panic!("{:?}", report.addins.len()) };
    let of = |code: &str| addin.checks.iter().find(|check| &*check.id == code).expect("decided");
    assert_eq!(of("OB01").status, Status::Pass, "{}", of("OB01").message);
    let page = |place: &str| addin.domains.iter().find(|row| row.place == place).map(|row| row.host.as_str());
    assert_eq!(page("start-page"), Some("addin.adatum.test"));
    assert_eq!(page("start-page (version 1.0.0.9)"), Some("old.adatum.test"));
}

#[test]
fn a_manifest_that_says_it_is_no_framework_solution_is_one_of_an_add_in() {
    let text = |value: &str| {
        manifest(|text| {
            text.set("IsClientSideSolution", value);
        })
    };
    assert_eq!(evidence("AppManifest.xml", text("false").as_bytes()).manifests.len(), 1);
    assert_eq!(evidence("AppManifest.xml", text("true").as_bytes()).foreign.len(), 1);
}

#[test]
fn a_page_without_a_host_is_no_host() {
    for page in ["Default.aspx?{StandardTokens}", "Pages/Default.aspx?{StandardTokens}"] {
        let text = manifest(|text| {
            text.start_page(page);
        });
        let report = audit(&[("out/Orders.app".to_owned(), package(&text, &[]))], "2026-11-25", None);
        let rows: Vec<&str> = report.addins[0].domains.iter().map(|row| row.host.as_str()).collect();
        assert_eq!(rows, [""], "{page}");
    }
}

#[test]
fn a_second_registered_domain_need_not_equal_the_page() {
    let registration = format!(
        "{{\"appId\":\"{CLIENT_ID}\",\"displayName\":\"Orders\",\"servicePrincipalType\":\"Legacy\",\"servicePrincipalNames\":[\"{CLIENT_ID}/old.adatum.test\",\"{CLIENT_ID}/addin.adatum.test\"]}}"
    );
    let files = [
        ("out/Orders.app".to_owned(), package(&manifest(|_| {}), &[])),
        ("out/sp.json".to_owned(), registration.into_bytes()),
    ];
    let report = audit(&files, "2026-11-25", None);
    let row = |host: &str| {
        let row = report.addins[0]
            .domains
            .iter()
            .find(|row| row.host == host && row.place.starts_with("registration"));
        let row = row.expect("a row");
        (row.verdict, row.must_equal.clone())
    };
    assert_eq!(row("old.adatum.test"), (None, Vec::new()));
    assert_eq!(row("addin.adatum.test"), (Some(PairVerdict::Identical), vec!["start-page".to_owned()]));
}
