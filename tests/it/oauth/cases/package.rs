//! Family A.

use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target;

use crate::oauth::support::manifest::{ManifestText, PRODUCT_ID, manifest};
use crate::oauth::support::package::{
    cabinet, elements, package, package_members, relationships, wsp, zipped,
};
use crate::oauth::support::{Case, Expect, case};

const APP: &str = "out/Orders.app";
const LOOSE: &str = "src/Orders/AppManifest.xml";

fn sound() -> Vec<u8> {
    package(&manifest(|_| {}), &[])
}

/// A published package with a manifest that was changed.
fn with(
    code: &'static str,
    title: &'static str,
    expect: Expect,
    change: impl FnOnce(&mut ManifestText),
) -> Case {
    case(code, title, expect).file(APP, package(&manifest(change), &[]))
}

/// A manifest of a project that was changed.
fn source(
    code: &'static str,
    title: &'static str,
    expect: Expect,
    change: impl FnOnce(&mut ManifestText),
) -> Case {
    let text = manifest(|text| {
        text.source();
        change(text);
    });
    case(code, title, expect).file(LOOSE, text)
}

/// The beginning of a manifest.
fn cut() -> Vec<u8> {
    manifest(|_| {}).into_bytes().into_iter().take(300).collect()
}

/// A package of which one member was changed or removed.
fn spoilt(name: &str, bytes: Option<Vec<u8>>) -> Vec<u8> {
    let mut members = package_members(&manifest(|_| {}), &[]);
    match bytes {
        Some(bytes) => {
            members.iter_mut().filter(|(found, _)| found == name).for_each(|(_, old)| old.clone_from(&bytes));
        }
        None => members.retain(|(found, _)| found != name),
    }
    zipped(&members)
}

fn added(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut members = package_members(&manifest(|_| {}), &[]);
    members.push((name.to_owned(), bytes));
    zipped(&members)
}

/// A second member of the very name of the manifest. No writer makes this: the name is put in afterwards.
fn second_manifest() -> Vec<u8> {
    let (written, meant) = (b"AppManifest.xmX", b"AppManifest.xml");
    let mut bytes = added("AppManifest.xmX", b"<App/>".to_vec());
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(written) {
            bytes[at..at + meant.len()].copy_from_slice(meant);
        }
    }
    bytes
}

/// A manifest that is not read, because it expands to more than any does.
fn huge() -> Vec<u8> {
    spoilt("AppManifest.xml", Some(vec![b' '; 8 << 20]))
}

/// Every encrypted flag of a zip file set.
fn encrypted() -> Vec<u8> {
    let mut bytes = sound();
    for at in 0..bytes.len().saturating_sub(10) {
        let flags = match bytes.get(at..at + 4) {
            Some(b"PK\x03\x04") => at + 6,
            Some(b"PK\x01\x02") => at + 8,
            _ => continue,
        };
        bytes[flags] |= 1;
    }
    bytes
}

pub(crate) fn cases() -> Vec<Case> {
    let mut all = archive();
    all.extend(linked());
    all.extend(structure());
    all.extend(elements_and_attributes());
    all.extend(identity());
    all.extend(principal());
    all.extend(rest());
    all
}

fn archive() -> Vec<Case> {
    let office =
        "<OfficeApp xmlns=\"http://schemas.microsoft.com/office/appforoffice/1.1\"><Id>1</Id></OfficeApp>";
    let framework = manifest(|text| {
        text.set("IsClientSideSolution", "true");
    });
    vec![
        case("OA01", "sound", Expect::Passes).file(APP, sound()),
        case("OA01", "no zip file", Expect::Fires(Critical))
            .file(APP, "<html>sign in</html>")
            .says("no zip file"),
        case("OA01", "empty", Expect::Fires(Critical)).file(APP, "").says("empty"),
        case("OA01", "encrypted", Expect::Fires(Critical)).file(APP, encrypted()).says("encrypted"),
        case("OA01", "no content types", Expect::Fires(Critical))
            .file(APP, spoilt("[Content_Types].xml", None))
            .says("[Content_Types].xml"),
        case("OA01", "no relationships", Expect::Fires(Critical)).file(APP, spoilt("_rels/.rels", None)),
        case("OA01", "no manifest relationship", Expect::Fires(Critical))
            .file(APP, spoilt("_rels/.rels", Some(relationships(&[("other", "/AppManifest.xml")]))))
            .says("which part is the manifest"),
        case("OA01", "only the project", Expect::Undecided).file(
            LOOSE,
            manifest(|text| {
                text.source();
            }),
        ),
        case("OA03", "sound", Expect::Passes).file(APP, sound()),
        case("OA03", "name leads out", Expect::Fires(Error))
            .file(APP, added("../../evil.xml", b"x".to_vec()))
            .says("../../evil.xml"),
        case("OA03", "name in the cabinet leads out", Expect::Fires(Error))
            .file(
                APP,
                package(
                    &manifest(|_| {}),
                    &[(
                        "Orders.wsp",
                        cabinet(&[
                            ("..\\..\\evil.xml", "x"),
                            (
                                "manifest.xml",
                                "<Solution xmlns=\"http://schemas.microsoft.com/sharepoint/\"/>",
                            ),
                        ]),
                    )],
                ),
            )
            .says("../../evil.xml"),
        case("OA03", "a cabinet", Expect::Passes)
            .file(APP, package(&manifest(|_| {}), &[("Orders.wsp", wsp(&elements("")))])),
        case("OA03", "absolute name", Expect::Fires(Error)).file(APP, added("C:\\evil.xml", b"x".to_vec())),
        case("OA03", "twice in another case", Expect::Fires(Error))
            .file(APP, added("appmanifest.XML", b"<App/>".to_vec()))
            .says("same name"),
        case("OA03", "twice", Expect::Fires(Error))
            .file(APP, second_manifest())
            .says("2 members have exactly the same name, of which only the last is read (AppManifest.xml)"),
        case("OA03", "bomb", Expect::Fires(Error))
            .file(APP, added("big.xml", vec![b' '; 8 << 20]))
            .says("expands to"),
        case("OA03", "a manifest that is too large", Expect::Fires(Error))
            .file(APP, huge())
            .says("expands to"),
        case("OA01", "a manifest that is too large", Expect::Passes).file(APP, huge()),
        case("OA02", "a manifest that is too large", Expect::Passes).file(APP, huge()),
        case("OA03", "many members", Expect::Fires(Error)).file(APP, many()).says("10002 members"),
        case("OA05", "an add-in", Expect::Passes).file(APP, sound()),
        case("OA05", "Office add-in in a package", Expect::Fires(Error))
            .file(APP, package(office, &[]))
            .says("Office add-in"),
        case("OA05", "SharePoint Framework beside it", Expect::Fires(Info))
            .file(
                LOOSE,
                manifest(|text| {
                    text.source();
                }),
            )
            .file("src/Orders/solution.sppkg", package(&framework, &[]))
            .says("SharePoint Framework package"),
        case("OA05", "Android manifest beside it", Expect::Fires(Info))
            .file(
                LOOSE,
                manifest(|text| {
                    text.source();
                }),
            )
            .file(
                "src/Orders/AndroidManifest.xml",
                "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" package=\"a.b\"/>",
            )
            .says("Android"),
    ]
}

fn many() -> Vec<u8> {
    let mut members = package_members(&manifest(|_| {}), &[]);
    let missing = 10_002 - members.len();
    members.extend((0..missing).map(|number| (format!("x/{number}.txt"), Vec::new())));
    zipped(&members)
}

fn linked() -> Vec<Case> {
    let part = elements(
        "<ClientWebPart Name=\"P\"><Content Type=\"html\" Src=\"https://addin.adatum.test/p?{StandardTokens}\" /></ClientWebPart>",
    );
    let with_parts = package(
        &manifest(|_| {}),
        &[("elements1.xml", part.clone().into_bytes()), ("Orders.wsp", wsp(&elements("")))],
    );
    let relative = relationships(&[("manifest-icon", "./appicon%2Epng")]);
    let broken_icon = relationships(&[("manifest-icon", "/Nothing.png")]);
    let outside = relationships(&[("manifest-icon", "../../x.png")]);
    let loop_back = relationships(&[("manifest-icon", "/AppIcon.png"), ("x", "/AppManifest.xml")]);
    let wrong_size = {
        let mut bytes = wsp(&elements(""));
        bytes[8] ^= 1;
        bytes
    };
    let damaged = {
        let mut bytes = wsp(&elements(""));
        let end = bytes.len();
        bytes[end - 20..].fill(0xFF);
        bytes
    };
    let lacking = cabinet(&[(
        "manifest.xml",
        "<Solution><FeatureManifests><FeatureManifest Location=\"F\\Feature.xml\"/></FeatureManifests></Solution>",
    )]);
    let orphan = {
        let mut members = package_members(&manifest(|_| {}), &[]);
        members.push(("elements9.xml".to_owned(), part.into_bytes()));
        zipped(&members)
    };
    let with_wsp = |bytes: Vec<u8>| package(&manifest(|_| {}), &[("Orders.wsp", bytes)]);
    vec![
        case("OA02", "feature and cabinet", Expect::Passes).file(APP, with_parts),
        case("OA02", "relative, escaped, other case", Expect::Passes)
            .file(APP, spoilt("_rels/AppManifest.xml.rels", Some(relative))),
        case("OA02", "a loop is no fault", Expect::Passes)
            .file(APP, spoilt("_rels/AppManifest.xml.rels", Some(loop_back))),
        case("OA02", "missing target", Expect::Fires(Error))
            .file(APP, spoilt("_rels/AppManifest.xml.rels", Some(broken_icon)))
            .says("/Nothing.png"),
        case("OA02", "target outside", Expect::Fires(Error))
            .file(APP, spoilt("_rels/AppManifest.xml.rels", Some(outside))),
        case("OA02", "orphan", Expect::Fires(Error)).file(APP, orphan).says("elements9.xml"),
        case("OA02", "malformed relationships", Expect::Fires(Error))
            .file(APP, spoilt("_rels/AppManifest.xml.rels", Some(b"<Relationships><Relationship".to_vec()))),
        case("OA02", "cabinet of another size", Expect::Fires(Error))
            .file(APP, with_wsp(wrong_size))
            .says("says that it has"),
        case("OA02", "damaged cabinet", Expect::Fires(Error)).file(APP, with_wsp(damaged)),
        case("OA02", "cabinet lacks a feature", Expect::Fires(Error))
            .file(APP, with_wsp(lacking))
            .says("F/Feature.xml"),
        case("OA02", "no package", Expect::Undecided).file(
            LOOSE,
            manifest(|text| {
                text.source();
            }),
        ),
    ]
}

fn structure() -> Vec<Case> {
    let utf16: Vec<u8> = manifest(|_| {}).replace("utf-8", "utf-16").encode_utf16().fold(
        vec![0xFF, 0xFE],
        |mut bytes, unit| {
            bytes.extend(unit.to_le_bytes());
            bytes
        },
    );
    let bad_bytes = [
        manifest(|text| {
            text.source();
        })
        .into_bytes(),
        b"<!-- \xE9 -->".to_vec(),
    ]
    .concat();
    let unescaped = manifest(|text| {
        text.properties = Some(
            "<Title>Orders</Title><StartPage>https://addin.adatum.test/?a=1&b={StandardTokens}</StartPage>"
                .to_owned(),
        );
    });
    let two_roots = manifest(|_| {}) + "<App/>";
    let wide = |name: &str| -> Vec<u8> {
        format!("\u{feff}{}", manifest(|_| {}).replace("utf-8", name))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    vec![
        with("OA04", "sound", Expect::Passes, |_| {}),
        case("OA04", "UTF-16", Expect::Passes).file(LOOSE, utf16),
        case("OA04", "unescaped ampersand", Expect::Fires(Critical))
            .file(APP, package(&unescaped, &[]))
            .says("&amp;"),
        case("OA04", "two roots", Expect::Fires(Critical))
            .file(APP, package(&two_roots, &[]))
            .says("second root"),
        case("OA04", "another encoding than it says", Expect::Fires(Critical))
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "utf-16"))
            .says("utf-16"),
        case("OA04", "an encoding that nobody knows", Expect::Fires(Critical))
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "x-foo"))
            .says("x-foo"),
        case("OA04", "UTF-7", Expect::Fires(Critical))
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "utf-7")),
        case("OA04", "no name of an encoding", Expect::Fires(Critical))
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "")),
        case("OA04", "an encoding of Western Europe", Expect::Passes)
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "iso-8859-1")),
        case("OA04", "UTF-16 under the name of Western Europe", Expect::Fires(Critical))
            .file(LOOSE, wide("windows-1252"))
            .says("the declaration says windows-1252, and the bytes are UTF-16"),
        case("OA04", "UTF-16 under the name of ASCII", Expect::Fires(Critical)).file(LOOSE, wide("us-ascii")),
        case("OA04", "UTF-8 under the name of UTF-32", Expect::Fires(Critical))
            .file(LOOSE, manifest(|_| {}).replace("utf-8", "utf-32"))
            .says("the bytes are not UTF-32"),
        case("OA04", "two byte order marks", Expect::Fires(Critical))
            .file(LOOSE, format!("\u{feff}\u{feff}{}", manifest(|_| {})))
            .says("second byte order mark"),
        case("OA04", "hyphens in a comment", Expect::Fires(Critical))
            .file(LOOSE, manifest(|text| text.rest.push_str("<!-- a -- b -->")))
            .says("two hyphens"),
        case("OA04", "bad bytes", Expect::Fires(Critical)).file(LOOSE, bad_bytes).says("UTF-8"),
        case("OA04", "cut off", Expect::Fires(Critical)).file(LOOSE, cut()),
        case("OA04", "document type", Expect::Fires(Critical))
            .file(LOOSE, format!("<!DOCTYPE App [<!ENTITY a 'b'>]>{}", manifest(|text| text.head.clear()))),
        with("OA06", "the namespace", Expect::Passes, |_| {}),
        with("OA06", "invented year", Expect::Fires(Critical), |text| {
            "http://schemas.microsoft.com/sharepoint/2013/app/manifest".clone_into(&mut text.namespace);
        })
        .says("2013"),
    ]
}

fn elements_and_attributes() -> Vec<Case> {
    vec![
        with("OA07", "only known ones", Expect::Passes, |_| {}),
        with("OA07", "AppDomain", Expect::Fires(Error), |text| {
            text.rest.push_str("<AppDomain>addin.adatum.test</AppDomain>");
        })
        .says("appregnew.aspx"),
        with("OA07", "invented permissions", Expect::Fires(Error), |text| {
            "<Permissions><Permission /></Permissions>".clone_into(&mut text.permissions);
        })
        .says("AppPermissionRequests"),
        with("OA07", "misspelt", Expect::Fires(Error), |text| {
            text.properties = Some("<Title>x</Title><Startpage>https://a/</Startpage>".to_owned());
        })
        .says("StartPage is meant"),
        with("OA07", "unknown attribute", Expect::Fires(Error), |text| {
            text.set("Domain", "x");
        })
        .says("Domain"),
        with("OA08", "all there", Expect::Passes, |_| {}),
        with("OA08", "no Name", Expect::Fires(Error), |text| {
            text.without("Name");
        })
        .says("Name"),
        with("OA08", "no ProductID", Expect::Fires(Error), |text| {
            text.without("ProductID");
        }),
        with("OA08", "no Version", Expect::Fires(Error), |text| {
            text.without("Version");
        }),
        with("OA08", "no SharePointMinVersion", Expect::Fires(Error), |text| {
            text.without("SharePointMinVersion");
        }),
        with("OA08", "no Properties", Expect::Fires(Error), |text| text.properties = None).says("Properties"),
        with("OA08", "no Title", Expect::Fires(Error), |text| {
            text.properties = Some("<StartPage>https://a/</StartPage>".to_owned());
        })
        .says("Title"),
        with("OA08", "no StartPage", Expect::Fires(Error), |text| {
            text.properties = Some("<Title>x</Title>".to_owned());
        })
        .says("StartPage"),
        with("OA08", "an empty StartPage", Expect::Fires(Error), |text| {
            text.start_page(" ");
        })
        .says("StartPage inside of Properties is empty"),
        with("OA08", "no AppPrincipal", Expect::Fires(Error), |text| text.principal = None)
            .says("AppPrincipal"),
        with("OA08", "empty AppPrincipal", Expect::Fires(Error), |text| {
            text.principal("");
        })
        .says("no principal"),
        with("OA08", "no ClientId", Expect::Fires(Error), |text| {
            text.principal("<RemoteWebApplication/>");
        })
        .says("ClientId"),
        case("OA08", "broken off", Expect::Undecided).file(LOOSE, cut()),
        with("OA09", "each once", Expect::Passes, |_| {}),
        with("OA09", "two StartPages", Expect::Fires(Error), |text| {
            text.property("<StartPage>https://b/</StartPage>");
        })
        .says("StartPage"),
        with("OA09", "two principals", Expect::Fires(Error), |text| {
            text.principal("<Internal/><RemoteWebApplication ClientId=\"x\"/>");
        })
        .says("more than one principal"),
    ]
}

fn identity() -> Vec<Case> {
    let copy = manifest(|text| {
        text.set("Name", "InvoicesAddIn").client_id("0b9d6a2e-2222-4333-8444-555566667777");
    });
    vec![
        with("OA10", "sound", Expect::Passes, |_| {}),
        with("OA10", "without braces", Expect::Passes, |text| {
            text.set("ProductID", PRODUCT_ID);
        }),
        with("OA10", "no GUID", Expect::Fires(Error), |text| {
            text.set("ProductID", "{5c6a1d5e-98d0}");
        })
        .says("no GUID"),
        with("OA10", "zeros", Expect::Fires(Error), |text| {
            text.set("ProductID", "{00000000-0000-0000-0000-000000000000}");
        })
        .says("zeros"),
        case("OA10", "of two add-ins", Expect::Fires(Error))
            .file(APP, sound())
            .file("out/Invoices.app", package(&copy, &[]))
            .says("InvoicesAddIn"),
        with("OA11", "sound", Expect::Passes, |_| {}),
        with("OA11", "three numbers", Expect::Fires(Error), |text| {
            text.set("Version", "1.0.0");
        })
        .says("1.0.0"),
        with("OA11", "five digits", Expect::Fires(Error), |text| {
            text.set("Version", "1.0.12345.0");
        }),
        with("OA11", "minimum above maximum", Expect::Fires(Error), |text| {
            text.set("SharePointMinVersion", "16.0.0.0").set("SharePointMaxVersion", "15.0.0.0");
        })
        .says("above"),
        with("OA11", "too new for the farm", Expect::Fires(Error), |text| {
            text.set("SharePointMinVersion", "16.0.0.0");
        })
        .evidence(|evidence| {
            use spdoctor::addin::evidence::{Spot, Value};
            evidence.farm.builds.push(Value::new("15.0.5337.1000", Spot::file("farm.json")));
        })
        .says("15.0.5337.1000"),
        with("OA12", "sound", Expect::Passes, |_| {}),
        with("OA12", "bad letters", Expect::Fires(Warning), |text| {
            text.set("Name", "Orders/AddIn");
        }),
        with("OA12", "too long", Expect::Fires(Warning), |text| {
            text.set("Name", &"x".repeat(65));
        }),
        with("OA12", "long title", Expect::Fires(Warning), |text| {
            text.properties =
                Some(format!("<Title>{}</Title><StartPage>https://a/</StartPage>", "t".repeat(257)));
        })
        .says("257"),
        with("OA12", "empty title", Expect::Fires(Warning), |text| {
            text.properties = Some("<Title/><StartPage>https://a/</StartPage>".to_owned());
        }),
    ]
}

fn principal() -> Vec<Case> {
    let debug = "<AutoDeployedWebApplication><DebugInfo ClientSecret=\"q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c=\" AppUrl=\"https://localhost:44307/\" /></AutoDeployedWebApplication>";
    vec![
        with("OA13", "an id", Expect::Passes, |_| {}),
        with("OA13", "the star", Expect::Fires(Critical), |text| { text.client_id("*"); }).says("ClientId=\"*\""),
        case("OA13", "the star beside the mark of publishing", Expect::Fires(Critical)).file(LOOSE, manifest(|text| { text.client_id("*"); })),
        source("OA13", "the star in a project", Expect::DoesNotApply, |_| {}),
        with("OA14", "a remote web application", Expect::Passes, |_| {}),
        with("OA14", "debug principal", Expect::Fires(Critical), |text| { text.principal(debug); }),
        source("OA14", "in a project", Expect::Undecided, |_| {}),
        source("OA14", "debug principal in a project", Expect::Undecided, |text| { text.principal(debug); }),
        source("OA14", "an autohosted project", Expect::Fires(Critical), |text| { text.principal("<AutoDeployedWebApplication/>"); }).says("autohosted"),
        with("OA15", "no secret", Expect::Passes, |_| {}),
        case("OA15", "a secret in a build", Expect::Fires(Critical))
            .file("src/pkgobj/Debug/AppManifest.xml", manifest(|text| { text.head.clear(); text.principal(debug); }))
            .says("44 characters"),
        source("OA15", "a secret in a comment of a project", Expect::Fires(Critical), |text| {
            text.principal(&format!("<!-- {debug} --><RemoteWebApplication ClientId=\"*\"/>"));
        }).says("a comment holds a client secret"),
        // One secret is one finding.
        with("OF13", "a secret in a comment of a manifest", Expect::Passes, |text| {
            text.principal(&format!("<!-- {debug} --><RemoteWebApplication ClientId=\"*\"/>"));
        }),
        with("OF13", "a secret in a manifest", Expect::Passes, |text| { text.principal(debug); }),
        with("OA16", "pages inside", Expect::Passes, |text| { text.principal("<Internal/>").start_page("~appWebUrl/Pages/Default.aspx?{StandardTokens}"); }),
        with("OA16", "remote page", Expect::Fires(Error), |text| { text.principal("<Internal/>"); }).says("StartPage is remote"),
        with("OA16", "cross-domain library", Expect::Fires(Warning), |text| { text.principal("<Internal AllowedRemoteHostUrl=\"~remoteAppUrl\"/>"); }),
        with("OA16", "endpoint with the library", Expect::Fires(Error), |text| { text.principal("<Internal AllowedRemoteHostUrl=\"~remoteAppUrl\"/>").installed("https://addin.adatum.test/a.svc"); }),
        with("OA16", "provider-hosted", Expect::DoesNotApply, |_| {}),
        with("OA17", "remote page", Expect::Passes, |_| {}),
        with("OA17", "hybrid", Expect::Fires(Info), |text| { text.start_page("~appWebUrl/Pages/Default.aspx"); }),
        with("OA18", "what belongs there", Expect::Fires(Critical), |text| { text.start_page("[Enter the URL, e.g. https://[SITE].azurewebsites.net/?{StandardTokens}]"); }).says("never filled in"),
        with("OB08", "what belongs there", Expect::DoesNotApply, |text| { text.start_page("[Enter the URL, e.g. https://[SITE].azurewebsites.net/?{StandardTokens}]"); }),
        with("OA18", "absolute", Expect::Passes, |_| {}),
        with("OA18", "relative", Expect::Fires(Critical), |text| { text.start_page("Default.aspx?{StandardTokens}"); }).says("https://<host of the remote web application>/Default.aspx"),
        with("OA18", "relative, as a file of Windows", Expect::Fires(Critical), |text| { text.start_page(r"\Pages\Default.aspx?{StandardTokens}"); }).says(r"https://<host of the remote web application>/Pages/Default.aspx?{StandardTokens}, or ~remoteAppUrl/Pages/Default.aspx"),
        with("OA18", "backslashes behind the scheme", Expect::Fires(Critical), |text| { text.start_page(r"https:\\addin.adatum.test\Pages\a.aspx?{StandardTokens}"); }).says("Write https://addin.adatum.test/Pages/a.aspx?{StandardTokens}"),
        with("OA18", "no colon behind the scheme", Expect::Fires(Critical), |text| { text.start_page("https//addin.adatum.test:8443/a"); }).says("Write https://addin.adatum.test:8443/a"),
        with("OA18", "a folder that is called as a scheme", Expect::Fires(Critical), |text| { text.start_page("https/a.aspx"); }).says("application>/https/a.aspx"),
        with("OA18", "SharePoint-hosted, as a file of Windows", Expect::Fires(Critical), |text| { text.principal("<Internal/>").start_page(r"Pages\a.aspx?{StandardTokens}"); }).says("~appWebUrl/Pages/a.aspx?{StandardTokens}"),
        with("OA18", "no such port", Expect::Fires(Critical), |text| { text.start_page("https://addin.adatum.test:70000/a?{StandardTokens}"); }).says("has the port 70000"),
        with("OA18", "no number for a port", Expect::Fires(Critical), |text| { text.start_page("https://addin.adatum.test:abc/a?{StandardTokens}"); }).says("has the port abc"),
        with("OA18", "no host", Expect::Fires(Critical), |text| { text.start_page("https:///Pages?{StandardTokens}"); }).says("has no host"),
        with("OA18", "another scheme", Expect::Fires(Critical), |text| { text.start_page("ftp://addin.adatum.test/a?{StandardTokens}"); }).says("begins with ftp://"),
        with("OA18", "empty", Expect::Fires(Critical), |text| { text.start_page(""); }).says("StartPage is empty"),
        with("OA18", "SharePoint-hosted, in the app web", Expect::Passes, |text| { text.principal("<Internal/>").start_page("~appWebUrl/Pages/Default.aspx?{StandardTokens}"); }),
        with("OA18", "SharePoint-hosted, in the site", Expect::Passes, |text| { text.principal("<Internal/>").start_page("~site/Pages/Default.aspx?{StandardTokens}"); }),
        with("OA18", "SharePoint-hosted, relative", Expect::Fires(Critical), |text| { text.principal("<Internal/>").start_page("/Pages/a.aspx?{StandardTokens}"); }).says("~appWebUrl/Pages/a.aspx?{StandardTokens}"),
        with("OA18", "SharePoint-hosted, a query alone", Expect::Fires(Critical), |text| { text.principal("<Internal/>").start_page("?{StandardTokens}"); }).says("~appWebUrl/Pages/Default.aspx?{StandardTokens}"),
        with("OA18", "a token in front", Expect::Passes, |text| { text.start_page("{RemoteAppUrl}/a?{StandardTokens}"); }),
        source("OA18", "relative in a project", Expect::Fires(Error), |text| { text.start_page("/Default.aspx"); }),
        case("OA18", "a program", Expect::DoesNotApply).target(Target::ExternalApp)
            .file("perm/app.xml", "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/taxonomy\" Right=\"Read\"/></AppPermissionRequests>"),
    ]
}

fn rest() -> Vec<Case> {
    let source_text = |version: &'static str| {
        manifest(move |text| {
            text.source().set("Version", version);
        })
    };
    let endpoint = |url: &str| format!("<RemoteEndpoints><RemoteEndpoint Url=\"{url}\" /></RemoteEndpoints>");
    let (sound_url, http, blank, token) = (
        endpoint("https://api.adatum.test/"),
        endpoint("http://api.adatum.test/x"),
        endpoint(" https://api.adatum.test/"),
        endpoint("~remoteAppUrl/x"),
    );
    let blank_http = endpoint(" http://api.adatum.test/x");
    let twenty_one = format!(
        "<RemoteEndpoints>{}</RemoteEndpoints>",
        "<RemoteEndpoint Url=\"https://api.adatum.test/\" />".repeat(21)
    );
    vec![
        with("OA19", "new way", Expect::Passes, |text| { text.property("<SupportedLocales><SupportedLocale CultureName=\"en-US\"/></SupportedLocales>"); }),
        with("OA19", "old way", Expect::Fires(Info), |text| { text.property("<SupportedLanguages>en-US;de-DE</SupportedLanguages>"); }).says("CultureName=\"de-DE\""),
        with("OA19", "both", Expect::Fires(Info), |text| { text.property("<SupportedLanguages>en-US</SupportedLanguages><SupportedLocales><SupportedLocale CultureName=\"en-US\"/></SupportedLocales>"); }).says("both"),
        with("OA20", "none", Expect::DoesNotApply, |_| {}),
        with("OA20", "sound", Expect::Passes, move |text| text.rest = sound_url),
        with("OA20", "http", Expect::Fires(Info), move |text| text.rest = http).says("https://api.adatum.test/x").says("SharePoint calls it"),
        with("OA20", "blank in front", Expect::Fires(Warning), move |text| text.rest = blank).says("blanks"),
        with("OA20", "blank in front of http", Expect::Fires(Warning), move |text| text.rest = blank_http)
        .says("blanks")
        .says("uses http"),
        with("OA20", "token", Expect::Fires(Warning), move |text| text.rest = token).says("token"),
        with("OA20", "too many", Expect::Fires(Warning), move |text| text.rest = twenty_one).says("21"),
        case("OA21", "the same", Expect::Passes).file("Orders/AppManifest.xml", source_text("1.0.0.0")).file("Orders/Orders.app", sound()),
        case("OA21", "newer project", Expect::Fires(Warning)).file("Orders/AppManifest.xml", source_text("1.1.0.0")).file("Orders/Orders.app", sound()).says("1.1.0.0"),
        case("OA21", "only the package", Expect::Undecided).file(APP, sound()),
    ]
}
