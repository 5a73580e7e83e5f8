//! Family I.

use spdoctor::addin::evidence::farm::Switch;
use spdoctor::addin::evidence::registration::{Grant, Installed, Principal, PrincipalSource};
use spdoctor::addin::evidence::source_code::{SourceFact, SourceFactKind, SourceFile};
use spdoctor::addin::evidence::{Evidence, Spot, Value};
use spdoctor::model::audit::AuditSeverity::{Critical, Error, Info, Warning};
use spdoctor::model::audit::Target::{OnPremHighTrust, OnPremLowTrust, Spo};

use crate::oauth::support::manifest::{CLIENT_ID, ManifestText, manifest};
use crate::oauth::support::package::package;
use crate::oauth::support::{Case, Expect, case};

const APP: &str = "out/Orders.app";
const TENANT: &str = "http://sharepoint/content/tenant";
const SITE: &str = "http://sharepoint/content/sitecollection";
const WEB: &str = "http://sharepoint/content/sitecollection/web";
const LIST: &str = "http://sharepoint/content/sitecollection/web/list";

fn with(
    code: &'static str,
    title: &'static str,
    expect: Expect,
    change: impl FnOnce(&mut ManifestText),
) -> Case {
    case(code, title, expect).file(APP, package(&manifest(change), &[]))
}

/// A package that requests these pairs of scope and right.
fn requests(code: &'static str, title: &'static str, expect: Expect, pairs: &[(&str, &str)]) -> Case {
    with(code, title, expect, |text| {
        text.permissions("", pairs);
    })
}

/// As [`requests`], with the app-only policy.
fn app_only(code: &'static str, title: &'static str, expect: Expect, pairs: &[(&str, &str)]) -> Case {
    with(code, title, expect, |text| {
        text.permissions("AllowAppOnlyPolicy=\"true\"", pairs);
    })
}

fn pasted(code: &'static str, title: &'static str, expect: Expect, text: &str) -> Case {
    case(code, title, expect).file("notes/permissions.xml", text)
}

fn no_requests(code: &'static str) -> Case {
    with(code, "no requests", Expect::DoesNotApply, |text| text.permissions.clear())
}

fn value(text: &str) -> Value {
    Value::new(text, Spot::file("out/told.cs"))
}

pub(crate) fn cases() -> Vec<Case> {
    [texts(), scopes(), rights(), policies(), breadth(), lists(), grants(), rest()].concat()
}

fn texts() -> Vec<Case> {
    let unclosed = "<AppPermissionRequests AllowAppOnlyPolicy=\"true\">\n  <AppPermissionRequest Scope=\"http://sharepoint/content/tenant\" Right=\"FullControl\" />\n";
    let whole = format!("{unclosed}</AppPermissionRequests>");
    let note = format!("# How to\n\nEnter this:\n\n```\n{unclosed}```\n\nThen choose Trust It.\n");
    vec![
        pasted("OI01", "whole", Expect::Passes, &whole),
        pasted("OI01", "no end tag", Expect::Fires(Critical), unclosed).says("the end tag </AppPermissionRequests> is missing").says("Right=\"FullControl\" /> </AppPermissionRequests>"),
        case("OI01", "no end tag in a note", Expect::Fires(Critical)).file("notes/readme.md", note).says("</AppPermissionRequests> is missing"),
        pasted("OI01", "typographic quotes", Expect::Fires(Critical), &whole.replace('"', "“")).says("Scope=\"http://sharepoint/content/tenant\""),
        pasted("OI01", "a request that is not closed", Expect::Fires(Critical), &whole.replace(" />", ">")),
        pasted("OI01", "an end tag that is cut off behind the root", Expect::Fires(Critical), &format!("{whole}</AppPermissionRequests")),
        pasted("OI01", "a tag behind the root", Expect::Fires(Critical), &format!("{whole}<x")),
        pasted("OI01", "text behind the root", Expect::Fires(Critical), &format!("{whole}done")).says("text outside of the root element"),
        case("OI01", "a second end tag in a note", Expect::Fires(Critical)).file("notes/readme.md", format!("{whole}</AppPermissionRequests>\n")),
        pasted("OI01", "a comment around the root", Expect::Passes, &format!("<!-- a -->\n{whole}<!-- b -->\n")),
        case("OI01", "prose around it in a note", Expect::Passes).file("notes/readme.md", format!("a < b\n{whole}\nwhere x < y")),
        pasted("OI01", "only a request", Expect::Fires(Critical), "<AppPermissionRequest Scope=\"http://sharepoint/taxonomy\" Right=\"Read\" />").says("around the requests is missing"),
        case("OI01", "in a script", Expect::Passes).file("notes/grant.ps1", "$xml = \"<AppPermissionRequests><AppPermissionRequest Scope=`\"http://sharepoint/taxonomy`\" Right=`\"Read`\" /></AppPermissionRequests>\"\n"),
        with("OI01", "in the manifest", Expect::DoesNotApply, |_| {}),
    ]
}

fn scopes() -> Vec<Case> {
    vec![
        no_requests("OI02"),
        requests("OI02", "known", Expect::Passes, &[(WEB, "Read")]),
        requests("OI02", "of Graph", Expect::Fires(Critical), &[("https://graph.microsoft.com/Sites.Read.All", "Read")]).says("Sites.Read.All"),
        requests("OI02", "an alias", Expect::Fires(Critical), &[("Web.Read", "Read")]),
        requests("OI03", "http", Expect::Passes, &[(WEB, "Read")]),
        requests("OI03", "https", Expect::Fires(Critical), &[("https://sharepoint/content/sitecollection/web", "Read")]).says("Scope=\"http://sharepoint/content/sitecollection/web\""),
        requests("OI04", "exact", Expect::Passes, &[(WEB, "Read")]),
        requests("OI04", "slash", Expect::Fires(Critical), &[("http://sharepoint/content/tenant/", "Read")]).says("slash"),
        requests("OI04", "case", Expect::Fires(Critical), &[("http://sharepoint/content/SiteCollection", "Read")]).says("upper and lower case"),
        requests("OI04", "tenant host", Expect::Fires(Critical), &[("http://contoso.sharepoint.com/content/tenant", "Read")]).says("names the tenant"),
        requests("OI04", "site", Expect::Fires(Critical), &[("http://sharepoint/content/site", "Read")]).says(SITE),
        requests("OI04", "blank", Expect::Fires(Critical), &[(" http://sharepoint/search", "QueryAsUserIgnoreAppPrincipal")]).says("blanks"),
        pasted("OI04", "Markdown link", Expect::Fires(Critical), "<AppPermissionRequests><AppPermissionRequest Scope=\"[http://sharepoint/content/tenant](http://sharepoint/content/tenant)\" Right=\"Read\" /></AppPermissionRequests>").says("Markdown"),
        pasted("OI04", "nothing", Expect::Passes, "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/content/tenant\" Right=\"Read\" /></AppPermissionRequests>"),
        case("OI04", "not told", Expect::Undecided).file("sp.json", "{\"appId\":\"3b062084-9617-464a-a774-a72b853c825f\",\"servicePrincipalNames\":[],\"servicePrincipalType\":\"Legacy\"}"),
    ]
}

fn rights() -> Vec<Case> {
    let bare = "<AppPermissionRequests><AppPermissionRequest Scope=\"http://sharepoint/content/tenant\" /></AppPermissionRequests>";
    vec![
        requests("OI05", "known", Expect::Passes, &[(WEB, "FullControl")]),
        requests("OI05", "Query", Expect::Fires(Error), &[("http://sharepoint/search", "Query")])
            .says("QueryAsUserIgnoreAppPrincipal"),
        requests(
            "OI05",
            "full control of terms",
            Expect::Fires(Error),
            &[("http://sharepoint/taxonomy", "FullControl")],
        )
        .says("Right=\"Write\""),
        requests("OI05", "two words", Expect::Fires(Error), &[(WEB, "Full Control")])
            .says("Right=\"FullControl\""),
        requests("OI06", "both", Expect::Passes, &[(WEB, "Read")]),
        with("OI06", "no right", Expect::Fires(Error), |text| bare.clone_into(&mut text.permissions))
            .says("has no Right"),
        with("OI06", "no scope", Expect::Fires(Error), |text| {
            text.permissions = bare.replace("Scope=\"http://sharepoint/content/tenant\"", "Right=\"Read\"");
        })
        .says("has no Scope"),
    ]
}

fn source(evidence: &mut Evidence, kinds: &[SourceFactKind]) {
    let facts = kinds
        .iter()
        .map(|kind| SourceFact { kind: *kind, value: value("TokenHelper.GetAppOnlyAccessToken(…)") })
        .collect();
    evidence.sources.push(SourceFile {
        at: Spot::file("out/Default.aspx.cs"),
        facts,
        secrets: Vec::new(),
        names_sharepoint: true,
        of_entra: false,
    });
}

/// A receiver that lets `TokenHelper` make its context.
fn receiver_context(evidence: &mut Evidence) {
    source(evidence, &[SourceFactKind::ContextTokenCall]);
    let facts = evidence.sources.iter_mut().flat_map(|source| &mut source.facts);
    facts.for_each(|fact| fact.value = value("TokenHelper.CreateRemoteEventReceiverClientContext(…)"));
}

fn policies() -> Vec<Case> {
    let read: &[(&str, &str)] = &[(WEB, "Read")];
    vec![
        with("OI07", "provider-hosted", Expect::DoesNotApply, |_| {}),
        with("OI07", "not requested", Expect::Passes, |text| {
            text.principal("<Internal/>");
        }),
        with("OI07", "requested", Expect::Fires(Warning), |text| {
            text.principal("<Internal/>").permissions("AllowAppOnlyPolicy=\"true\"", &[(WEB, "Read")]);
        }),
        requests("OI08", "none", Expect::DoesNotApply, read),
        app_only("OI08", "true", Expect::Passes, read),
        with("OI08", "True", Expect::Fires(Error), |text| {
            text.permissions("AllowAppOnlyPolicy=\"True\"", &[(WEB, "Read")]);
        })
        .says("AllowAppOnlyPolicy=\"true\""),
        with("OI08", "on App", Expect::Fires(Error), |text| {
            text.set("AllowAppOnlyPolicy", "true");
        })
        .says("another element"),
        app_only("OI09", "no code", Expect::Undecided, read),
        app_only("OI09", "both", Expect::Passes, read)
            .evidence(|evidence| source(evidence, &[SourceFactKind::AppOnlyCall])),
        requests("OI09", "used only", Expect::Fires(Error), read)
            .evidence(|evidence| source(evidence, &[SourceFactKind::AppOnlyCall]))
            .says("not requested"),
        app_only("OI09", "requested only", Expect::Fires(Warning), read)
            .evidence(|evidence| source(evidence, &[SourceFactKind::ContextTokenCall])),
        app_only("OI09", "a receiver in high trust", Expect::Passes, read)
            .target(OnPremHighTrust)
            .evidence(receiver_context),
        app_only("OI09", "a receiver in low trust", Expect::Fires(Warning), read)
            .target(OnPremLowTrust)
            .evidence(receiver_context)
            .says("Nothing fails"),
        requests("OI09", "a receiver in high trust without the policy", Expect::Fires(Error), read)
            .target(OnPremHighTrust)
            .evidence(receiver_context),
        requests("OI09", "only in TokenHelper", Expect::Passes, read).evidence(|evidence| {
            source(evidence, &[SourceFactKind::TokenHelper, SourceFactKind::AppOnlyCall]);
        }),
        requests("OI20", "no policy", Expect::DoesNotApply, read),
        app_only("OI20", "no code", Expect::Undecided, read),
        app_only("OI20", "other APIs", Expect::Passes, read)
            .evidence(|evidence| source(evidence, &[SourceFactKind::AppOnlyCall])),
        app_only("OI20", "a user API", Expect::Fires(Info), read)
            .evidence(|evidence| source(evidence, &[SourceFactKind::UserOnlyApi])),
    ]
}

fn breadth() -> Vec<Case> {
    vec![
        requests("OI10", "read", Expect::Passes, &[(WEB, "Read")]),
        requests("OI10", "full control of a web", Expect::Fires(Warning), &[(WEB, "FullControl")])
            .says("the web"),
        app_only("OI10", "full control of all, alone", Expect::Fires(Warning), &[(TENANT, "FullControl")])
            .says("also without a user"),
        requests("OI11", "write", Expect::Passes, &[(WEB, "Write")]),
        requests("OI11", "full control", Expect::Fires(Info), &[(SITE, "FullControl")]).says("Contribute"),
        requests("OI12", "apart", Expect::Passes, &[(SITE, "Read"), (WEB, "Write")]),
        requests("OI12", "inside", Expect::Fires(Info), &[(SITE, "FullControl"), (WEB, "Write")])
            .says("already part"),
        requests("OI13", "once", Expect::Passes, &[(SITE, "Read"), (WEB, "Write")]),
        requests("OI13", "twice", Expect::Fires(Warning), &[(WEB, "Read"), (WEB, "Write")])
            .says("requested twice"),
        requests("OI16", "a web", Expect::Passes, &[(WEB, "Read")]),
        requests("OI16", "all sites", Expect::Fires(Info), &[(TENANT, "Read")])
            .target(Spo)
            .says("-admin.sharepoint.com/_layouts/15/appinv.aspx"),
        requests("OI16", "all sites of a farm", Expect::Fires(Info), &[(TENANT, "Read")])
            .target(OnPremLowTrust)
            .says("farm administrator"),
        requests("OI17", "manage", Expect::Passes, &[(WEB, "Manage")]),
        requests("OI17", "full control", Expect::Undecided, &[(WEB, "FullControl")]),
        requests("OI17", "full control, from the marketplace", Expect::Fires(Info), &[(WEB, "FullControl")])
            .evidence(|evidence| got_from(evidence, "Marketplace")),
        requests("OI17", "full control, from the catalog", Expect::Passes, &[(WEB, "FullControl")])
            .evidence(|evidence| got_from(evidence, "CorporateCatalog")),
        with("OI17", "full control with locales", Expect::Fires(Info), |text| {
            text.permissions("", &[(WEB, "FullControl")])
                .property("<SupportedLocales><SupportedLocale CultureName=\"en-US\"/></SupportedLocales>");
        }),
    ]
}

/// What is installed, and where it was got.
fn got_from(evidence: &mut Evidence, source: &str) {
    evidence.installed.push(Installed {
        at: Spot::file("installed.csv"),
        title: None,
        product_id: None,
        client_id: Some(value(CLIENT_ID)),
        kind: None,
        launch_url: None,
        web: None,
        expired: None,
        app_source: Some(value(source)),
    });
}

fn service(evidence: &mut Evidence, name: &str) {
    evidence.farm.services.push((name.to_owned(), Switch { on: true, value: value("Online") }));
}

fn lists() -> Vec<Case> {
    let list = |property: &str| {
        format!(
            "<AppPermissionRequests><AppPermissionRequest Scope=\"{LIST}\" Right=\"Write\">{property}</AppPermissionRequest></AppPermissionRequests>"
        )
    };
    let property = |name: &str, text: &str| format!("<Property Name=\"{name}\" Value=\"{text}\" />");
    let of_web = list(&property("BaseTemplateId", "101")).replace("/list", "");
    let project: &[(&str, &str)] = &[("http://sharepoint/projectserver/projects", "Read")];
    vec![
        requests("OI14", "no list", Expect::DoesNotApply, &[(WEB, "Read")]),
        pasted("OI14", "with a template", Expect::Passes, &list(&property("BaseTemplateId", "101"))),
        pasted("OI14", "without", Expect::Fires(Info), &list("")).says("BaseTemplateId"),
        pasted("OI15", "a number", Expect::Passes, &list(&property("BaseTemplateId", "101"))),
        pasted("OI15", "no number", Expect::Fires(Error), &list(&property("BaseTemplateId", "Documents")))
            .says("Documents"),
        pasted("OI15", "another name", Expect::Fires(Error), &list(&property("ListTitle", "Orders")))
            .says("ListTitle"),
        pasted("OI15", "another scope", Expect::Fires(Error), &of_web).says("another scope"),
        pasted("OI15", "none", Expect::DoesNotApply, &list("")),
        requests("OI18", "other scopes", Expect::DoesNotApply, &[(WEB, "Read")]),
        requests("OI18", "services not told", Expect::Undecided, project),
        requests("OI18", "with Project Server", Expect::Passes, project)
            .evidence(|evidence| service(evidence, "Project Server Service Application")),
        requests("OI18", "without", Expect::Fires(Warning), project)
            .evidence(|evidence| service(evidence, "App Management Service"))
            .says("projectserver"),
    ]
}

fn granted(evidence: &mut Evidence, grants: &[(&str, &str)]) {
    let mut principal = Principal::new(Spot::file("farm.json"), PrincipalSource::OnPremises);
    principal.client_id = Some(value(CLIENT_ID));
    let grant = |(scope, right): &(&str, &str)| Grant { scope: value(scope), right: value(right), on: None };
    principal.grants = Some(grants.iter().map(grant).collect());
    evidence.principals.push(principal);
}

/// Read on the web, and what the export says of the app-only policy.
fn policy_told(evidence: &mut Evidence, allowed: bool) {
    granted(evidence, &[(WEB, "Read")]);
    if let Some(principal) = evidence.principals.last_mut() {
        principal.app_only = Some(allowed);
    }
}

/// `Get-PnPAzureACSPrincipal` with one right on a site collection, and with what is granted on the tenant.
fn pnp(right: &str, tenant: &str) -> String {
    format!(
        "[{{\"AppIdentifier\":\"i:0i.t|ms.sp.ext|{CLIENT_ID}@7b1f6a0e-3f55-4d0a-b0d2-90e1c4a2c8d7\",\"Title\":\"Orders\",\
         \"AllowAppOnly\":true,\"AppDomains\":[],\"SiteCollectionScopedPermissions\":[{right}],\
         \"TenantScopedPermissions\":[{tenant}]}}]"
    )
}

/// A package without requests, of a principal that was granted everything.
fn never_requested(code: &'static str, expect: Expect) -> Case {
    let tenant = "{\"ProductFeature\":\"Content\",\"Scope\":\"content/tenant\",\"Right\":\"FullControl\"}";
    with(code, "granted and never requested", expect, |text| text.permissions.clear())
        .file("acs.json", pnp("", tenant))
}

fn grants() -> Vec<Case> {
    vec![
        requests("OI19", "not told", Expect::Undecided, &[(WEB, "Read")]),
        requests("OI19", "not told, of a farm", Expect::Undecided, &[(WEB, "Read")])
            .target(OnPremLowTrust)
            .says("spdoctor oauth export-script"),
        requests("OI19", "not told by the export of the farm", Expect::Undecided, &[(WEB, "Read")])
            .target(OnPremLowTrust)
            .evidence(|evidence| {
                evidence.farm.builds.push(Value::new("16.0.1", Spot::file("farm.json").at(2, 0)));
            })
            .says("run it again with -ClientId"),
        requests("OI19", "granted", Expect::Passes, &[(WEB, "Read")])
            .evidence(|evidence| granted(evidence, &[(WEB, "Read")])),
        requests("OI19", "granted without the prefix", Expect::Passes, &[(TENANT, "Read")])
            .evidence(|evidence| granted(evidence, &[("content/tenant", "Read")])),
        requests("OI19", "not granted", Expect::Fires(Warning), &[(WEB, "Read"), (SITE, "Write")])
            .evidence(|evidence| granted(evidence, &[(WEB, "Read")]))
            .says("not granted"),
        requests("OI19", "granted less", Expect::Fires(Warning), &[(WEB, "Manage")])
            .evidence(|evidence| granted(evidence, &[(WEB, "Read")]))
            .says("only Read is granted"),
        requests("OI19", "granted more", Expect::Fires(Warning), &[(WEB, "Read")])
            .evidence(|evidence| granted(evidence, &[(WEB, "Read"), (TENANT, "FullControl")]))
            .says("no longer requested"),
        app_only("OI19", "the policy granted", Expect::Passes, &[(WEB, "Read")])
            .evidence(|evidence| policy_told(evidence, true)),
        app_only("OI19", "the policy not granted", Expect::Fires(Warning), &[(WEB, "Read")])
            .evidence(|evidence| policy_told(evidence, false))
            .says("the app-only policy is not granted"),
        app_only("OI19", "the policy granted by one of two sources", Expect::Passes, &[(WEB, "Read")])
            .evidence(|evidence| {
                policy_told(evidence, false);
                policy_told(evidence, true);
            }),
        requests("OI19", "no policy requested", Expect::Passes, &[(WEB, "Read")])
            .evidence(|evidence| policy_told(evidence, false)),
        no_requests("OI19"),
        never_requested("OI19", Expect::Fires(Warning))
            .says("FullControl on http://sharepoint/content/tenant is granted, also without a user")
            .says("never requested"),
        never_requested("OI21", Expect::DoesNotApply).says("FullControl on http://sharepoint/content/tenant"),
        requests("OI19", "rights as numbers", Expect::Undecided, &[(SITE, "Write")])
            .file("acs.json", pnp("{\"SiteId\":\"1\",\"Right\":3}", ""))
            .says("-EnumsAsStrings"),
    ]
}

fn rest() -> Vec<Case> {
    vec![
        with("OI21", "requests", Expect::Passes, |_| {}),
        with("OI21", "none", Expect::Fires(Info), |text| text.permissions.clear()),
        with("OI21", "SharePoint-hosted", Expect::DoesNotApply, |text| {
            text.principal("<Internal/>").permissions = String::new();
        }),
        requests("OI22", "on a farm", Expect::DoesNotApply, &[(WEB, "Read")]).target(OnPremLowTrust),
        app_only("OI22", "online", Expect::Fires(Info), &[(WEB, "Read")]).target(Spo).says("Sites.Selected"),
        requests("OI22", "a scope of no service", Expect::Passes, &[("urn:nothing", "Read")]).target(Spo),
    ]
}
