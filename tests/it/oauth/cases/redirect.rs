//! Family J.

use super::registration::{config, manifest, service_principal};
use crate::oauth::support::{Case, Expect, case};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target;

const GOOD: &str = "https://addin.fabrikam.test/callback";
const HOST: &str = "addin.fabrikam.test";

/// A registration with these redirect addresses.
fn with(code: &'static str, title: &'static str, expect: Expect, uris: &[&str]) -> Case {
    case(code, title, expect).file("registration.json", service_principal(&[HOST], uris, "Legacy"))
}

pub(crate) fn cases() -> Vec<Case> {
    use Expect::{DoesNotApply, Fires, Passes, Undecided};
    vec![
        with("OJ01", "http", Fires(Error), &["http://addin.fabrikam.test/callback"]).says(GOOD),
        with("OJ01", "no scheme", Fires(Error), &["addin.fabrikam.test/callback"])
            .says("Update-MgServicePrincipal")
            .says("is no absolute address"),
        case("OJ01", "http, of an application", Fires(Error))
            .file("app.json", super::registration::application(&["http://addin.fabrikam.test/callback"]))
            .says("Update-MgApplication -ApplicationId $app.Id -Web @{RedirectUris=@('https://addin.fabrikam.test/callback')}"),
        with("OJ01", "relative", Fires(Error), &["/callback"]),
        with("OJ01", "https", Passes, &[GOOD]),
        case("OJ01", "no registration tells it", Undecided)
            .file("page.txt", super::registration::page(false)),
        with("OJ01", "a quote stays inside the literal", Fires(Error), &["http://a.test/'x"]).says("''x"),
        with("OJ02", "another host", Fires(Warning), &["https://old.fabrikam.test/callback"])
            .says("old.fabrikam.test"),
        with("OJ02", "an add-in never uses it", Fires(Info), &["https://old.fabrikam.test/callback"])
            .file("AppManifest.xml", manifest("https://addin.fabrikam.test/", "")),
        with(
            "OJ02",
            "the same host, another case and port",
            Passes,
            &["https://ADDIN.fabrikam.test:444/callback"],
        ),
        case("OJ02", "domains are not told", Undecided)
            .file("app.json", super::registration::application(&[GOOD])),
        with("OJ03", "a slash too much", Fires(Critical), &[GOOD])
            .file(
                "web.config",
                config(&[
                    ("ClientId", super::registration::CLIENT_ID),
                    ("RedirectUri", "https://addin.fabrikam.test/callback/"),
                ]),
            )
            .says("callback/"),
        with("OJ03", "to the letter", Passes, &["https://addin.fabrikam.test/other", GOOD]).file(
            "web.config",
            config(&[("ClientId", super::registration::CLIENT_ID), ("RedirectUri", GOOD)]),
        ),
        with("OJ03", "another case in the code", Fires(Critical), &[GOOD])
            .file(
                "Default.aspx.cs",
                "class P { void L() { TokenHelper.GetAuthorizationUrl(ctx, \"Web.Read\", \"https://addin.fabrikam.test/Callback\"); } }",
            )
            .says("sends the redirect address \"https://addin.fabrikam.test/Callback\""),
        with("OJ03", "no configuration", Undecided, &[GOOD]),
        with("OJ03", "a configuration without one", DoesNotApply, &[GOOD])
            .file("web.config", config(&[("ClientId", super::registration::CLIENT_ID)])),
        case("OJ04", "made in Microsoft Entra", Fires(Info))
            .file("app.json", super::registration::application(&[]))
            .says("made in Microsoft Entra"),
        with("OJ04", "has one", Passes, &[GOOD]),
        case("OJ04", "not told", Undecided).file("page.txt", super::registration::page(false)),
        with("OJ05", "a wildcard", Fires(Warning), &["https://*.fabrikam.test/callback"]).says("wildcard"),
        with("OJ05", "localhost", Fires(Warning), &[GOOD, "https://localhost:44301/"]).says("debugging"),
        with("OJ05", "a fragment", Fires(Warning), &["https://addin.fabrikam.test/#/callback"])
            .says("fragment"),
        with("OJ05", "one good address", Passes, &[GOOD]),
        case("OJ05", "not told", Undecided).file("page.txt", super::registration::page(false)),
        case("OJ06", "launch and app-only", Fires(Info))
            .file("registration.json", service_principal(&[HOST], &[GOOD], "Legacy"))
            .file("AppManifest.xml", manifest("https://addin.fabrikam.test/", "true"))
            .says("app-only (E, F, G, I, K), allowed but not seen in code"),
        case("OJ06", "app-only alone", Passes)
            .file("acs.json", super::registration::acs("True"))
            .target(Target::ExternalApp)
            .says("app-only: app-only is allowed"),
        with("OJ06", "nothing shows it", Undecided, &[GOOD]),
    ]
}
