//! Family C.

use spdoctor::addin::evidence::farm::Switch;
use spdoctor::addin::evidence::registration::{Principal, PrincipalSource, ReceiverRow};
use spdoctor::addin::evidence::{Evidence, Spot, Value};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target::{OnPremLowTrust, Spo};

use crate::oauth::support::certificates;
use crate::oauth::support::manifest::{CLIENT_ID, ManifestText, manifest};
use crate::oauth::support::package::{elements, package, receiver, wsp, zipped};
use crate::oauth::support::{Case, Expect, case};

const APP: &str = "out/Orders.app";
const SERVICE: &str = "https://addin.adatum.test/Services/AppEventReceiver.svc";

fn with(
    code: &'static str,
    title: &'static str,
    expect: Expect,
    change: impl FnOnce(&mut ManifestText),
) -> Case {
    case(code, title, expect).file(APP, package(&manifest(change), &[]))
}

fn installed(code: &'static str, title: &'static str, expect: Expect, url: &str) -> Case {
    with(code, title, expect, |text| {
        text.installed(url);
    })
}

/// A package with a receiver in its cabinet.
fn in_cabinet(code: &'static str, title: &'static str, expect: Expect, xml: &str) -> Case {
    case(code, title, expect).file(APP, package(&manifest(|_| {}), &[("Orders.wsp", wsp(xml))]))
}

fn none(code: &'static str) -> Case {
    with(code, "no receivers", Expect::DoesNotApply, |_| {})
}

fn value(text: &str) -> Value {
    Value::new(text, Spot::file("told"))
}

pub(crate) fn cases() -> Vec<Case> {
    [addresses(), services(), host_webs(), certificates(), anonymous(), retirement()].concat()
}

fn addresses() -> Vec<Case> {
    let item = |url| receiver("ListTemplateId=\"104\"", "ItemAdding", url);
    vec![
        none("OC01"),
        installed("OC01", "https", Expect::Passes, SERVICE),
        in_cabinet("OC01", "a token", Expect::Passes, &item("~remoteAppUrl/a.svc")),
        installed("OC01", "http", Expect::Fires(Critical), "http://addin.adatum.test/a.svc").says("https://addin.adatum.test/a.svc"),
        installed("OC01", "relative", Expect::Fires(Critical), "/Services/a.svc").says("https://<registered domain>/Services/a.svc"),
        installed("OC01", "no such port", Expect::Fires(Critical), "https://addin.adatum.test:99999/a.svc").says("has the port 99999"),
        installed("OC01", "no host", Expect::Fires(Critical), "https:///a.svc").says("has no host"),
        installed("OC01", "empty", Expect::Fires(Critical), ""),
        in_cabinet("OC01", "http in the cabinet", Expect::Fires(Critical), &item("http://addin.adatum.test/a.svc")).says("receiver ItemAdding"),
        case("OC01", "nothing read", Expect::Undecided).target(Spo).file("perm/app.xml", "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/taxonomy\" Right=\"Read\"/></AppPermissionRequests>"),
        none("OC02"),
        installed("OC02", "no port", Expect::Passes, SERVICE),
        installed("OC02", "443", Expect::Passes, "https://addin.adatum.test:443/a.svc"),
        installed("OC02", "a port", Expect::Fires(Critical), "https://addin.adatum.test:44307/a.svc").says("https://addin.adatum.test/a.svc"),
        in_cabinet("OC02", "a port in the cabinet", Expect::Fires(Critical), &item("https://addin.adatum.test:8443/a.svc")),
        case("OC02", "a port in a project", Expect::Fires(Info)).file("src/AppManifest.xml", manifest(|text| {
            text.source().installed("https://localhost:44307/a.svc");
        })),
    ]
}

fn services() -> Vec<Case> {
    let deploy = |name: &str| zipped(&[(name, "x"), ("Web.txt", "x")]);
    let with_zip = |title, expect, name: &str| {
        case("OC04", title, expect)
            .file(
                "Orders/Orders.app",
                package(
                    &manifest(|text| {
                        text.installed(SERVICE);
                    }),
                    &[],
                ),
            )
            .file("Orders/Web.zip", deploy(name))
    };
    let item = |bound, event| receiver(bound, event, "https://addin.adatum.test/a.svc");
    vec![
        with("OC03", "provider-hosted", Expect::DoesNotApply, |_| {}),
        with("OC03", "no endpoints", Expect::Passes, |text| {
            text.principal("<Internal/>");
        }),
        with("OC03", "an endpoint", Expect::Fires(Error), |text| {
            text.principal("<Internal/>").installed(SERVICE);
        })
        .says("InstalledEventEndpoint"),
        none("OC04"),
        installed("OC04", "a service", Expect::Passes, SERVICE),
        installed("OC04", "an API", Expect::Passes, "https://addin.adatum.test/api/installed"),
        installed("OC04", "a page", Expect::Fires(Warning), "https://addin.adatum.test/Default.aspx")
            .says("does not point at a service"),
        with_zip("deployed", Expect::Passes, "Content/C_C/web/Services/AppEventReceiver.svc"),
        with_zip("not deployed", Expect::Fires(Warning), "Content/C_C/web/Services/Other.svc")
            .says("not in the web deploy package"),
        none("OC07"),
        with("OC07", "both", Expect::Passes, |text| {
            text.installed(SERVICE)
                .property(&format!("<UninstallingEventEndpoint>{SERVICE}</UninstallingEventEndpoint>"));
        }),
        installed("OC07", "one", Expect::Fires(Info), SERVICE).says("UninstallingEventEndpoint"),
        with("OC07", "two hosts", Expect::Fires(Info), |text| {
            text.installed(SERVICE).property(
                "<UninstallingEventEndpoint>https://other.adatum.test/a.svc</UninstallingEventEndpoint>",
            );
        })
        .says("other.adatum.test"),
        none("OC08"),
        in_cabinet("OC08", "of a list", Expect::Passes, &item("ListUrl=\"Lists/Orders\"", "ItemAdded")),
        in_cabinet("OC08", "of a site", Expect::Fires(Error), &item("", "SiteDeleting")).says("SiteDeleting"),
        in_cabinet("OC08", "of a web", Expect::Fires(Error), &item("", "WebDeleting")),
        none("OC09"),
        in_cabinet("OC09", "of a template", Expect::Passes, &item("ListTemplateId=\"104\"", "ItemAdded")),
        in_cabinet("OC09", "of the web", Expect::Fires(Info), &item("", "ItemAdded")).says("every list"),
        in_cabinet(
            "OC09",
            "of a farm solution",
            Expect::DoesNotApply,
            &elements(
                "<Receivers><Receiver><Name>x</Name><Assembly>a</Assembly><Class>b</Class></Receiver></Receivers>",
            ),
        ),
    ]
}

fn row(evidence: &mut Evidence, url: &str) {
    evidence.receivers.push(ReceiverRow {
        at: Spot::file("rer.json"),
        name: Some(value("OrdersAdded")),
        event: None,
        url: value(url),
        on: None,
    });
    let mut principal = Principal::new(Spot::file("sp.json"), PrincipalSource::OnPremises);
    principal.client_id = Some(value(CLIENT_ID));
    principal.domains = Some(vec![value("addin.adatum.test")]);
    evidence.principals.push(principal);
}

fn host_webs() -> Vec<Case> {
    let exported = |title, expect| with("OC10", title, expect, |_| {}).target(OnPremLowTrust);
    vec![
        with("OC10", "no export", Expect::Undecided, |_| {}),
        with("OC10", "SharePoint-hosted", Expect::DoesNotApply, |text| {
            text.principal("<Internal/>");
        }),
        exported("sound", Expect::Passes).evidence(|evidence| row(evidence, SERVICE)),
        exported("another host", Expect::Fires(Error))
            .evidence(|evidence| row(evidence, "https://old.adatum.test/a.svc"))
            .says("addin.adatum.test"),
        exported("http", Expect::Fires(Error))
            .evidence(|evidence| row(evidence, "http://addin.adatum.test/a.svc"))
            .says("Remove-PnPEventReceiver -Identity 'OrdersAdded'"),
        exported("a port", Expect::Fires(Error))
            .evidence(|evidence| row(evidence, "https://addin.adatum.test:8443/a.svc")),
        exported("disabled principal", Expect::Fires(Error))
            .evidence(|evidence| {
                row(evidence, SERVICE);
                for principal in &mut evidence.principals {
                    principal.enabled = Some(false);
                }
            })
            .says("disabled"),
    ]
}

fn certificates() -> Vec<Case> {
    let online = |title, expect| installed("OC05", title, expect, SERVICE).target(Spo);
    let site = || certificates::site(&["addin.adatum.test"]);
    let authority = certificates::Authority::root("Adatum Root");
    vec![
        none("OC05").target(Spo),
        installed("OC05", "on a farm", Expect::DoesNotApply, SERVICE).target(OnPremLowTrust),
        online("no certificate", Expect::Undecided),
        online("signed itself", Expect::Fires(Critical))
            .file("out/addin.pem", certificates::self_signed(&site()))
            .says("signed itself"),
        online("public", Expect::Passes)
            .file("out/addin.pem", authority.issue(&certificates::public(site()))),
        online("of an own authority", Expect::Undecided).file("out/addin.pem", authority.issue(&site())),
    ]
}

/// A `web.config` with this below its root.
fn web(inner: &str) -> String {
    format!(
        "<configuration>{inner}<appSettings><add key=\"ClientId\" value=\"{CLIENT_ID}\"/></appSettings></configuration>"
    )
}

fn authorization(rule: &str) -> String {
    format!("<system.web><authorization>{rule}</authorization></system.web>")
}

fn anonymous() -> Vec<Case> {
    let deny = authorization("<deny users=\"?\"/>");
    let allow = authorization("<allow users=\"*\"/>");
    let at = |path: &str, inner: &str| format!("<location path=\"{path}\">{inner}</location>");
    let shut = "<system.web><authorization xdt:Transform=\"Replace\"><deny users=\"?\"/></authorization></system.web>";
    let release = |inner: &str| {
        format!(
            "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">{inner}</configuration>"
        )
    };
    let decided = |title, expect, inner: &str| {
        installed("OC06", title, expect, SERVICE).file("out/web.config", web(inner))
    };
    vec![
        none("OC06"),
        installed("OC06", "no configuration", Expect::Undecided, SERVICE),
        decided("open", Expect::Passes, ""),
        decided("denied", Expect::Fires(Critical), &deny).says("deny users"),
        decided("denied in high trust", Expect::Fires(Critical), &deny)
            .target(spdoctor::model::audit::Target::OnPremHighTrust)
            .says("nothing proves who calls"),
        decided(
            "a transform for production shuts the folder",
            Expect::Fires(Critical),
            &at("Services", &allow),
        )
        .file("out/Web.Release.config", release(&at("Services\" xdt:Locator=\"Match(path)", shut)))
        .says("deny users=\"?\" for Services"),
        decided("a transform for production lets the folder in", Expect::Passes, &deny).file(
            "out/Web.Release.config",
            release(&format!("<location path=\"Services\" xdt:Transform=\"Insert\">{allow}</location>")),
        ),
        decided("a transform for another folder", Expect::Passes, &at("Services", &allow))
            .file("out/Web.Release.config", release(&at("Admin\" xdt:Locator=\"Match(path)", shut))),
        decided("let in for the folder", Expect::Passes, &format!("{deny}{}", at("services", &allow))),
        decided("denied elsewhere", Expect::Passes, &at("Admin", &deny)),
        decided(
            "denied for the service",
            Expect::Fires(Critical),
            &at("Services/AppEventReceiver.svc", &deny),
        )
        .says(SERVICE),
        decided("let in by the folder itself", Expect::Passes, &deny)
            .file("out/Services/web.config", format!("<configuration>{allow}</configuration>")),
    ]
}

fn entra(evidence: &mut Evidence) {
    let mut principal = Principal::new(Spot::file("app.json"), PrincipalSource::Application);
    principal.client_id = Some(value(CLIENT_ID));
    evidence.principals.push(principal);
}

fn switch(evidence: &mut Evidence, on: bool) {
    evidence.farm.legacy_protocols.push(Switch { on, value: value(if on { "true" } else { "false" }) });
}

fn retirement() -> Vec<Case> {
    let with_code = |code, title, expect| installed(code, title, expect, SERVICE).target(Spo);
    vec![
        none("OC11").target(Spo),
        installed("OC11", "on a farm", Expect::DoesNotApply, SERVICE).target(OnPremLowTrust),
        with_code("OC11", "after the end of ACS", Expect::Fires(Critical)).says("2026-04-02"),
        with_code("OC11", "before the end of ACS", Expect::Fires(Warning)).now("2026-03-01"),
        with_code("OC11", "through Entra", Expect::Fires(Warning)).evidence(entra).says("2027-07-01"),
        with_code("OC11", "through Entra, too late", Expect::Fires(Critical))
            .evidence(entra)
            .now("2027-07-01"),
        with_code("OC11", "before the announcement", Expect::Passes).now("2023-01-01"),
        none("OC12").target(Spo),
        installed("OC12", "on a farm", Expect::DoesNotApply, SERVICE).target(OnPremLowTrust),
        with_code("OC12", "not told", Expect::Undecided),
        with_code("OC12", "on", Expect::Passes).evidence(|evidence| switch(evidence, true)),
        with_code("OC12", "off", Expect::Fires(Warning))
            .evidence(|evidence| switch(evidence, false))
            .says("LegacyAuthProtocolsEnabled"),
    ]
}
