//! Family B: domain, scheme, port and token of every address.

use spdoctor::model::audit::{AuditSeverity, Target};

use crate::oauth::support::Expect::{DoesNotApply, Fires, Passes, Undecided};
use crate::oauth::support::package::receiver;
use crate::oauth::support::{Case, Expect, case};
use AuditSeverity::{Critical, Error, Info, Warning};

const CLIENT: &str = "3b062084-9617-464a-a774-a72b853c825f";
const HOST: &str = "apps.litware-travel.net";

/// A published manifest with this StartPage, and further children of `Properties`.
fn published(start_page: &str, more: &str) -> String {
    manifest("<!--Published:6A2B3E44-1D1B-4F0B-9C58-5B3C5D0B7A11-->", CLIENT, start_page, more)
}

/// The manifest of a project, before it is published.
fn source(start_page: &str) -> String {
    manifest("", "*", start_page, "")
}

fn manifest(marker: &str, client: &str, start_page: &str, more: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n{marker}\n<App xmlns=\"http://schemas.microsoft.com/sharepoint/2012/app/manifest\" Name=\"Orders\" ProductID=\"{{7f0c1a52-9a53-4c3e-8f4e-0c1d2e3f4a5b}}\" Version=\"1.0.0.0\" SharePointMinVersion=\"15.0.0.0\">\n  <Properties>\n    <Title>Orders</Title>\n    <StartPage>{start_page}</StartPage>\n{more}\n  </Properties>\n  <AppPrincipal>\n    <RemoteWebApplication ClientId=\"{client}\" />\n  </AppPrincipal>\n</App>\n"
    )
}

/// The export of a principal with these domains.
fn graph(domains: &[&str]) -> String {
    let names: Vec<String> = domains.iter().map(|domain| format!("\"{CLIENT}/{domain}\"")).collect();
    let names = if names.is_empty() { String::new() } else { format!(", {}", names.join(", ")) };
    format!(
        "{{ \"appId\": \"{CLIENT}\", \"displayName\": \"Orders\", \"servicePrincipalType\": \"Legacy\", \"accountEnabled\": true,\n  \"servicePrincipalNames\": [\"{CLIENT}\"{names}],\n  \"replyUrls\": [\"https://{HOST}/\"], \"keyCredentials\": [], \"passwordCredentials\": [] }}"
    )
}

/// What the registration page shows.
fn appinv(domain: &str) -> String {
    format!("Client Id:\t{CLIENT}\nTitle:\tOrders\nApp Domain:\t{domain}\nRedirect URI:\thttps://{HOST}/\n")
}

fn web_config(settings: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<configuration>\n  <appSettings>\n    <add key=\"ClientId\" value=\"{CLIENT}\" />\n{settings}\n  </appSettings>\n</configuration>\n"
    )
}

fn endpoint(url: &str) -> String {
    format!("    <InstalledEventEndpoint>{url}</InstalledEventEndpoint>")
}

fn certificate(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    rcgen::generate_simple_self_signed(names).expect("a certificate").cert.pem()
}

fn page(host: &str) -> String {
    format!("https://{host}/Pages/Default.aspx?{{StandardTokens}}")
}

/// A StartPage and an event endpoint on these hosts, with this domain registered.
fn spelt(title: &'static str, (start, called): (&str, &str), domain: &str, expect: Expect) -> Case {
    let events = endpoint(&format!("https://{called}/a.svc"));
    case("OB03", title, expect)
        .file("a/AppManifest.xml", published(&page(start), &events))
        .file("a/registration.json", graph(&[domain]))
}

/// A package that somebody unpacked: a receiver below its manifest.
fn unpacked(code: &'static str, title: &'static str, host: &str, expect: Expect) -> Case {
    pair(code, title, &page(HOST), &[HOST], expect).file(
        "a/wsp/Feature1/Elements.xml",
        receiver("ListTemplateId=\"104\"", "ItemAdded", &format!("https://{host}/a.svc")),
    )
}

/// Manifest and registration.
fn pair(
    code: &'static str,
    title: &'static str,
    start_page: &str,
    domains: &[&str],
    expect: super::super::support::Expect,
) -> Case {
    case(code, title, expect)
        .file("a/AppManifest.xml", published(start_page, ""))
        .file("a/registration.json", graph(domains))
}

/// A program with nothing but its code and a registration.
fn app_only(
    code: &'static str,
    title: &'static str,
    domain: &str,
    expect: super::super::support::Expect,
) -> Case {
    case(code, title, expect)
        .file(
            "job/Program.cs",
            "var token = TokenHelper.GetAppOnlyAccessToken(principal, host, realm).AccessToken;",
        )
        .file("job/registration.json", graph(&[domain]))
        .target(Target::ExternalApp)
}

fn elements(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Elements xmlns=\"http://schemas.microsoft.com/sharepoint/\">\n{body}\n</Elements>\n"
    )
}

fn part(src: &str) -> String {
    elements(&format!(
        "  <ClientWebPart Name=\"Latest\" Title=\"Latest\"><Content Type=\"html\" Src=\"{src}\" /></ClientWebPart>"
    ))
}

pub(crate) fn cases() -> Vec<Case> {
    [agreement(), misspelt(), spare(), reconciled(), tokens(), ports(), names(), environment(), elsewhere()]
        .concat()
}

/// A registered domain that nothing uses.
fn spare() -> Vec<Case> {
    vec![
        pair(
            "OB04",
            "a second domain that nothing uses",
            &page(HOST),
            &[HOST, "old.litware-travel.net"],
            Passes,
        )
        .file("a/tls.pem", certificate(&[HOST])),
        pair(
            "OD02",
            "a second domain that nothing uses",
            &page(HOST),
            &[HOST, "old.litware-travel.net"],
            Passes,
        )
        .file("a/tls.pem", certificate(&[HOST])),
        pair(
            "OB01",
            "a scheme is registered with the domain",
            &page(HOST),
            &["https://apps.litware-travel.net"],
            Fires(Critical),
        )
        .says("not the same text")
        .says("Register apps.litware-travel.net as the App Domain."),
        pair(
            "OB01",
            "a blank is registered before the domain",
            &page(HOST),
            &[" apps.litware-travel.net"],
            Fires(Critical),
        )
        .says("\" apps.litware-travel.net\""),
        pair(
            "OB04",
            "only a domain that nothing uses is registered",
            &page(HOST),
            &["old.litware-travel.net"],
            Fires(Critical),
        )
        .file("a/tls.pem", certificate(&[HOST])),
    ]
}

/// Addresses in which a colon or a slash is missing name no host, least of all one that is called https.
fn misspelt() -> Vec<Case> {
    let each = |code, title, start_page: &str| {
        pair(code, title, start_page, &[HOST], Passes).file("a/tls.pem", certificate(&[HOST]))
    };
    let page = |scheme: &str| format!("{scheme}{HOST}/Pages/Default.aspx?{{StandardTokens}}");
    vec![
        each("OD02", "no colon behind the scheme", &page("https//")),
        each("OB04", "one slash behind the scheme", &page("https:/")),
        each("OD02", "one slash behind the scheme", &page("https:/")),
        each("OB04", "backslashes behind the scheme", &page("https:\\\\")),
        each("OD02", "backslashes behind the scheme", &page("https:\\\\")),
    ]
}

/// Which side has to change where two differ.
fn reconciled() -> Vec<Case> {
    vec![
        pair(
            "OB01",
            "a dot at the end of the page",
            &page("apps.litware-travel.net."),
            &[HOST],
            Fires(Critical),
        )
        .says("Publish the add-in with https://apps.litware-travel.net in its StartPage."),
        pair("OB01", "registered by a debug session", &page(HOST), &["localhost:44311"], Fires(Critical))
            .says("Register apps.litware-travel.net as the App Domain."),
        pair("OB01", "published by a debug session", &page("localhost:44311"), &[HOST], Fires(Critical))
            .says("Publish the add-in with https://apps.litware-travel.net in its StartPage."),
        pair("OB01", "both of debug sessions", &page("a1b2.ngrok.io"), &["localhost:44311"], Fires(Critical))
            .says("Neither can stay"),
        pair(
            "OB01",
            "over http",
            "http://orders.litware-travel.net/a?{StandardTokens}",
            &[HOST],
            Fires(Critical),
        )
        .says("register orders.litware-travel.net as the App Domain"),
    ]
}

fn agreement() -> Vec<Case> {
    let with_endpoint = |code, title, url: &str, domains: &[&str], expect| {
        case(code, title, expect)
            .file("a/AppManifest.xml", published(&page(HOST), &endpoint(url)))
            .file("a/registration.json", graph(domains))
    };
    let with_code = |code, title, host: &str, expect| {
        let source = format!(
            "class A {{ void Add() {{ var r = new EventReceiverDefinitionCreationInformation(); r.ReceiverUrl = $\"https://{host}/R.svc\"; }} }}"
        );
        case(code, title, expect)
            .file("a/AppManifest.xml", published(&page(HOST), ""))
            .file("a/registration.json", graph(&[HOST]))
            .file("a/Web/Attach.cs", source)
    };
    let good = format!("https://{HOST}/AppEventReceiver.svc");
    vec![
        pair("OB01", "the same domain", &page(HOST), &[HOST], Passes),
        pair("OB01", "no scheme", &format!("{HOST}/x?{{StandardTokens}}"), &[HOST], DoesNotApply),
        pair("OB01", "upper case does no harm", &page(&HOST.to_uppercase()), &[HOST], Passes),
        pair(
            "OB01",
            "a second registered domain agrees",
            &page(HOST),
            &["old.litware-travel.net", HOST],
            Passes,
        ),
        pair("OB01", "another host", &page("orders.litware-travel.net"), &[HOST], Fires(Critical))
            .says("another host"),
        pair("OB01", "another port", &page("apps.litware-travel.net:8443"), &[HOST], Fires(Critical))
            .says("another port"),
        pair(
            "OB01",
            "the default port written",
            &page(HOST),
            &["apps.litware-travel.net:443"],
            Fires(Critical),
        )
        .says("not the same text"),
        pair("OB01", "a dot at the end", &page(HOST), &["apps.litware-travel.net."], Fires(Critical))
            .says("Register apps.litware-travel.net as the App Domain."),
        pair("OB01", "nothing registered", &page(HOST), &[], Fires(Critical)).says("no domain is registered"),
        case("OB01", "no registration", Undecided)
            .file("AppManifest.xml", published(&page(HOST), ""))
            .says("--domain"),
        case("OB01", "a token in the project", DoesNotApply)
            .file("AppManifest.xml", source("~remoteAppUrl/Pages/Default.aspx?{StandardTokens}"))
            .file("registration.json", graph(&[HOST])),
        with_endpoint("OB02", "on the registered domain", &good, &[HOST], Passes),
        with_endpoint(
            "OB02",
            "on another domain",
            "https://events.litware-travel.net/a.svc",
            &[HOST],
            Fires(Critical),
        )
        .says("events.litware-travel.net"),
        with_code(
            "OB02",
            "registered by code on another domain",
            "events.litware-travel.net",
            Fires(Critical),
        )
        .says("events.litware-travel.net (code ReceiverUrl)")
        .says("let the code register its receivers at https://apps.litware-travel.net"),
        with_code("OB02", "registered by code on the registered domain", HOST, Passes),
        unpacked(
            "OB02",
            "in an unpacked package, on another domain",
            "events.litware-travel.net",
            Fires(Critical),
        )
        .says("events.litware-travel.net"),
        unpacked("OB02", "in an unpacked package, on the registered domain", HOST, Passes),
        unpacked(
            "OB03",
            "in an unpacked package, on another domain",
            "events.litware-travel.net",
            Fires(Warning),
        ),
        unpacked(
            "OB12",
            "in an unpacked package, with a port",
            "apps.litware-travel.net:8443",
            Fires(Critical),
        ),
        with_code("OB02", "registered by code on a domain that is put together", "{host}", DoesNotApply),
        with_code(
            "OB03",
            "registered by code on another domain",
            "events.litware-travel.net",
            Fires(Warning),
        ),
        with_endpoint("OB03", "on the StartPage's domain", &good, &[HOST], Passes),
        with_endpoint(
            "OB03",
            "apart and not registered",
            "https://events.litware-travel.net/a.svc",
            &[HOST],
            Fires(Warning),
        ),
        with_endpoint(
            "OB03",
            "apart and registered",
            "https://events.litware-travel.net/a.svc",
            &[HOST, "events.litware-travel.net"],
            Fires(Info),
        )
        .says("Nothing, as long as both domains stay registered"),
        spelt(
            "one host in Punycode and in its letters",
            ("bücher.example", "xn--bcher-kva.example"),
            "xn--bcher-kva.example",
            Fires(Info),
        )
        .says("bücher.example (with letters of its language) in the StartPage, xn--bcher-kva.example (in Punycode) in the")
        .says("Write https://xn--bcher-kva.example in both."),
        spelt(
            "registered in its letters as well",
            ("xn--bcher-kva.example", "bücher.example"),
            "bücher.example",
            Fires(Info),
        )
        .says("in both, and register the host in that spelling."),
        spelt(
            "in its letters everywhere",
            ("bücher.example", "Bücher.example"),
            "bücher.example",
            Passes,
        ),
        pair("OB04", "covered", &page(HOST), &[HOST], Passes).file("a/tls.pem", certificate(&[HOST])),
        pair("OB04", "covered by a wildcard", &page(HOST), &[HOST], Passes)
            .file("a/tls.pem", certificate(&["*.litware-travel.net"])),
        pair(
            "OB04",
            "a wildcard covers one level only",
            &page("a.apps.litware-travel.net"),
            &["a.apps.litware-travel.net"],
            Fires(Critical),
        )
        .file("a/tls.pem", certificate(&["*.litware-travel.net"])),
        pair("OB04", "another name", &page(HOST), &[HOST], Fires(Critical))
            .file("a/tls.pem", certificate(&["www.litware-travel.net"]))
            .says("www.litware-travel.net"),
        pair("OB04", "no certificate", &page(HOST), &[HOST], Undecided).says("--connect"),
        pair("OB26", "one domain", &page(HOST), &[HOST], Passes),
        pair("OB26", "two domains", &page(HOST), &[HOST, "old.litware-travel.net"], Fires(Info))
            .says("nothing that was given"),
        pair("OB26", "exports that contradict", &page(HOST), &[HOST], Fires(Warning))
            .file("a/appinv.txt", appinv("old.litware-travel.net"))
            .says("a/appinv.txt"),
        pair("OB01", "exports that contradict, of which one agrees", &page(HOST), &[HOST], Fires(Warning))
            .file("a/appinv.txt", appinv("old.litware-travel.net"))
            .says("by the registration in a/appinv.txt, the registered domain old.litware-travel.net and the StartPage")
            .says("another host; that in a/registration.json agrees"),
        pair("OB01", "exports that contradict, of which none agrees", &page("new.litware-travel.net"), &[HOST], Fires(Critical))
            .file("a/appinv.txt", appinv("old.litware-travel.net"))
            .says("by the registration in a/appinv.txt, the registered domain old.litware-travel.net")
            .says("by the registration in a/registration.json, the registered domain apps.litware-travel.net"),
        with_endpoint("OB02", "exports that contradict", &good, &[HOST], Fires(Warning))
            .file("a/appinv.txt", appinv("old.litware-travel.net"))
            .says("by the registration in a/appinv.txt"),
        with_endpoint(
            "OB03",
            "apart, and registered in one of two exports that contradict",
            "https://events.litware-travel.net/a.svc",
            &["events.litware-travel.net"],
            Fires(Warning),
        )
        .file("a/appinv.txt", appinv(HOST)),
        pair("OB26", "exports that agree", &page(HOST), &[HOST], Passes).file("a/appinv.txt", appinv(HOST)),
        case("OB25", "on the same host", Passes).file(
            "AppManifest.xml",
            published(&page(HOST), &format!("    <SettingsPage>https://{HOST}/settings</SettingsPage>")),
        ),
        case("OB25", "on another host", Fires(Warning)).file(
            "AppManifest.xml",
            published(&page(HOST), "    <SettingsPage>https://settings.litware-travel.net/</SettingsPage>"),
        ),
    ]
}

fn tokens() -> Vec<Case> {
    let alone = |code, title, start_page: &str, expect| {
        case(code, title, expect).file("AppManifest.xml", published(start_page, ""))
    };
    vec![
        alone("OB05", "a host in its place", &page(HOST), Passes),
        alone(
            "OB05",
            "left in a published manifest",
            "~remoteAppUrl/Pages/Default.aspx?{StandardTokens}",
            Fires(Critical),
        ),
        alone(
            "OB05",
            "a token for the inside of addresses",
            "{RemoteAppUrl}/?{StandardTokens}",
            Fires(Warning),
        )
        .says("Write https://"),
        pair("OB01", "no such port", "https://apps.litware-travel.net:70000/", &[HOST], DoesNotApply)
            .says("the StartPage has the port 70000"),
        case("OB05", "normal in a project", Passes)
            .file("AppManifest.xml", source("~remoteAppUrl/?{StandardTokens}")),
        alone("OB06", "no such token", &page(HOST), Passes),
        alone("OB06", "typed from the documentation", "~remoteWebUrl/?{StandardTokens}", Fires(Critical)),
        case("OB06", "in a project as well", Fires(Critical))
            .file("AppManifest.xml", source("~remoteWebUrl/?{StandardTokens}")),
        alone("OB07", "known tokens", &page(HOST), Passes),
        alone(
            "OB07",
            "not for a StartPage",
            "https://apps.litware-travel.net/?l={ListId}&amp;{StandardTokens}",
            Fires(Error),
        )
        .says("{ListId}"),
        alone("OB07", "in another case", "https://apps.litware-travel.net/?{standardtokens}", Fires(Error))
            .says("{StandardTokens}"),
        alone("OB07", "misspelt at the beginning", "~remoteAppURL/?{StandardTokens}", Fires(Error)),
        alone("OB08", "passed", &page(HOST), Passes),
        alone(
            "OB08",
            "each by itself",
            "https://apps.litware-travel.net/?SPHostUrl={HostUrl}&amp;SPLanguage={Language}&amp;SPClientTag={ClientTag}&amp;SPProductNumber={ProductNumber}",
            Passes,
        ),
        alone("OB08", "only the host", "https://apps.litware-travel.net/?SPHostUrl={HostUrl}", Fires(Error))
            .says("SPClientTag")
            .says("Write the StartPage as https://apps.litware-travel.net/?{StandardTokens} "),
        alone(
            "OB08",
            "something stuck to the token",
            "https://apps.litware-travel.net/?{StandardTokens}x=1",
            Fires(Error),
        )
        .says("SPProductNumber will arrive spoilt"),
        alone(
            "OB08",
            "passed twice",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;SPHostUrl={HostUrl}",
            Fires(Error),
        )
        .says("passes SPHostUrl twice, once by {StandardTokens}")
        .says("joined with a comma")
        .says("Write the StartPage as https://apps.litware-travel.net/?{StandardTokens} "),
        alone(
            "OB08",
            "a language twice",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;SPLanguage={Language}",
            Fires(Warning),
        ),
        alone(
            "OB08",
            "beside a name of its own",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;Host={HostUrl}",
            Passes,
        ),
        alone("OB08", "behind #", "https://apps.litware-travel.net/#{StandardTokens}", Fires(Error))
            .says("behind #")
            .says("Write the StartPage as https://apps.litware-travel.net/?{StandardTokens} "),
        alone(
            "OB08",
            "inside of a value",
            "https://apps.litware-travel.net/?x={StandardTokens}",
            Fires(Error),
        )
        .says("Write the StartPage as https://apps.litware-travel.net/?{StandardTokens} "),
        alone(
            "OB08",
            "behind an ampersand that was escaped twice",
            "https://apps.litware-travel.net/?a=b&amp;amp;{StandardTokens}",
            Fires(Error),
        )
        .says("inside of another parameter")
        .says("&{StandardTokens} "),
        alone(
            "OB08",
            "stuck to the host",
            "https://apps.litware-travel.net/?SPHostUrl={HostUrl};{StandardTokens}",
            Fires(Error),
        )
        .says("Write the StartPage as https://apps.litware-travel.net/?{StandardTokens} "),
        alone(
            "OB08",
            "twice in other letters",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;SPHost%55rl={HostUrl}",
            Fires(Error),
        )
        .says("passes SPHostUrl twice"),
        alone(
            "OB08",
            "a name escaped twice",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;amp;SPHostUrl={HostUrl}",
            Fires(Warning),
        )
        .says("with amp; in front"),
        alone(
            "OB08",
            "another name escaped twice",
            "https://apps.litware-travel.net/?{StandardTokens}&amp;amp;x=1",
            Passes,
        ),
        alone("OB08", "none over http", "http://apps.litware-travel.net/", Fires(Error))
            .says("Write the StartPage as https://apps.litware-travel.net/"),
        alone("OB09", "https", &page(HOST), Passes),
        alone(
            "OB09",
            "http in the cloud",
            "http://apps.litware-travel.net/?{StandardTokens}",
            Fires(Critical),
        )
        .target(Target::Spo),
        alone("OB09", "http on a farm", "http://apps.litware-travel.net/?{StandardTokens}", Fires(Warning))
            .target(Target::OnPremLowTrust)
            .says("AllowOAuthOverHttp"),
        alone("OB09", "an address", "http://[2001:DB8::1]:8080/?{StandardTokens}", Fires(Critical))
            .target(Target::Spo)
            .says("publish with https://[2001:db8::1]:8080"),
        alone("OB22", "a slash", &page(HOST), Passes),
        alone("OB22", "no slash", "https://apps.litware-travel.net?{StandardTokens}", Fires(Warning))
            .says("https://apps.litware-travel.net/?"),
        alone(
            "OB22",
            "a backslash",
            r"https://apps.litware-travel.net\Pages\a.aspx?{StandardTokens}",
            Passes,
        ),
    ]
}

fn ports() -> Vec<Case> {
    let odd = "apps.litware-travel.net:8443";
    let receiver = endpoint("https://apps.litware-travel.net:8443/a.svc");
    vec![
        pair("OB10", "not written", &page(HOST), &[HOST], Passes),
        pair("OB10", "written in one place", &page(HOST), &["apps.litware-travel.net:443"], Fires(Error)),
        pair("OB11", "the same port everywhere", &page(odd), &[odd], Passes),
        pair("OB11", "registered without", &page(odd), &[HOST], Fires(Critical)).says("8443"),
        case("OB12", "on 443", Passes).file(
            "AppManifest.xml",
            published(&page(HOST), &endpoint("https://apps.litware-travel.net/a.svc")),
        ),
        case("OB12", "another port", Fires(Critical))
            .file("a/AppManifest.xml", published(&page(odd), &receiver))
            .file("a/registration.json", graph(&[odd])),
        case("OB12", "another port in the override", Passes)
            .file("a/AppManifest.xml", published(&page(odd), &receiver))
            .file(
                "a/web.config",
                web_config(
                    "    <add key=\"HostedAppHostNameOverride\" value=\"apps.litware-travel.net:8443\" />",
                ),
            ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        pair("OB13", "a bare host", &page(HOST), &[HOST], Passes),
        pair("OB13", "with a port", &page(HOST), &["apps.litware-travel.net:8443"], Passes),
        pair("OB13", "with a wildcard", &page(HOST), &["*.litware-travel.net"], Fires(Error)),
        pair("OB13", "with a path", &page(HOST), &["apps.litware-travel.net/orders"], Fires(Error))
            .says("Register apps.litware-travel.net"),
        pair("OB19", "one spelling", &page(HOST), &[HOST], Passes),
        pair("OB19", "upper case", &page("APPS.litware-travel.net"), &[HOST], Fires(Info)),
        pair("OB19", "a dot at the end", &page(HOST), &["apps.litware-travel.net."], Fires(Error)),
        pair(
            "OB19",
            "letters and their xn-- form",
            &page("xn--bcher-kva.litware-travel.net"),
            &["bücher.litware-travel.net"],
            Fires(Error),
        ),
        pair("OB20", "a plain name", &page(HOST), &[HOST], Passes),
        pair("OB20", "an underscore", &page("my_app.litware-travel.net"), &[HOST], Fires(Warning)),
        pair(
            "OB20",
            "a Cyrillic letter among Latin ones",
            &page("аpps.litware-travel.net"),
            &[HOST],
            Fires(Warning),
        )
        .says("scripts"),
        pair("OB21", "a name", &page(HOST), &[HOST], Passes),
        pair("OB21", "an address", &page("203.0.113.7"), &["203.0.113.7"], Fires(Error)),
        pair("OB21", "a private address, on a farm", &page("10.20.30.40"), &["10.20.30.40"], Fires(Info))
            .target(Target::OnPremLowTrust)
            .says("an address of the own network"),
        pair("OB21", "a private address, in the cloud", &page("10.20.30.40"), &["10.20.30.40"], Passes)
            .target(Target::Spo),
        pair("OB21", "a public address, on a farm", &page("203.0.113.7"), &["203.0.113.7"], Fires(Error))
            .target(Target::OnPremLowTrust),
        pair("OB14", "a private address, on a farm", &page("[fd12::7]"), &["[fd12::7]"], Passes)
            .target(Target::OnPremHighTrust),
        pair("OB14", "a private address, in the cloud", &page("10.20.30.40"), &["10.20.30.40"], Fires(Error))
            .target(Target::Spo),
        pair(
            "OB14",
            "an address without a network, on a farm",
            &page("169.254.1.2"),
            &["169.254.1.2"],
            Fires(Error),
        )
        .target(Target::OnPremLowTrust),
        pair(
            "OB21",
            "an address of this machine, which OB14 tells",
            &page("127.0.0.1"),
            &["127.0.0.1"],
            Passes,
        ),
        pair("OB14", "an address of this machine", &page("127.0.0.1"), &["127.0.0.1"], Fires(Error)),
        pair("OB23", "no blank", &page(HOST), &[HOST], Passes),
        pair("OB23", "a blank in the registration", &page(HOST), &["apps.litware-travel.net "], Fires(Error))
            .says("Write apps.litware-travel.net"),
        pair(
            "OB23",
            "a character of zero width",
            &page("apps.litware\u{200b}-travel.net"),
            &[HOST],
            Fires(Error),
        )
        .says("invisible"),
        case("OB23", "a value that is not shown", Passes)
            .file("a/AppManifest.xml", published(&page(HOST), ""))
            .file("a/web.config", web_config(&hidden("HostedAppHostName"))),
    ]
}

/// A setting whose value looks like a secret.
fn hidden(key: &str) -> String {
    format!("    <add key=\"{key}\" value=\"q1W2e3R4t5Y6u7I8o9P0aSdFgHjKlZxCvBnM1234567=\" />")
}

fn environment() -> Vec<Case> {
    let azure = "litware-orders.azurewebsites.net";
    vec![
        pair("OB14", "a public host", &page(HOST), &[HOST], Passes),
        pair("OB14", "registered by a debug session", &page(HOST), &["localhost:44302"], Fires(Error)),
        pair(
            "OB14",
            "a name of the network, in the cloud",
            &page("apps.litware.local"),
            &["apps.litware.local"],
            Fires(Error),
        )
        .target(Target::Spo),
        pair(
            "OB14",
            "a name of the network, on a farm",
            &page("apps.litware.local"),
            &["apps.litware.local"],
            Passes,
        )
        .target(Target::OnPremLowTrust),
        case("OB14", "localhost in a project", Fires(Info))
            .file("AppManifest.xml", source("https://localhost:44307/?{StandardTokens}")),
        app_only("OB14", "a program that asks for app-only tokens", "localhost", DoesNotApply),
        case("OB14", "a program that is registered with a GUID", Passes)
            .file("job/registration.json", graph(&["d8c2a1da-1111-4222-8333-444455556666"]))
            .target(Target::ExternalApp),
        case("OB14", "a program of which nothing but a registration is known", Fires(Info))
            .file("job/registration.json", graph(&["localhost"]))
            .target(Target::ExternalApp)
            .says("any App Domain will do"),
        case("OB14", "a program at this machine that reads context tokens", Fires(Error))
            .file("job/registration.json", graph(&["localhost"]))
            .file("job/Page.cs", "var token = TokenHelper.ReadAndValidateContextToken(text, host);")
            .target(Target::ExternalApp),
        case("OB14", "a program that reads context tokens", Fires(Error))
            .file("job/registration.json", graph(&["d8c2a1da-1111-4222-8333-444455556666"]))
            .file("job/Page.cs", "var token = TokenHelper.ReadAndValidateContextToken(text, host);")
            .target(Target::ExternalApp),
        app_only("OB16", "a program that asks for app-only tokens", "www.contoso.com", DoesNotApply),
        case("OB16", "tokens in front of the address of an action", DoesNotApply)
            .file("a/elements.xml", elements(&part("{RemoteAppUrl}/part.aspx?{StandardTokens}")))
            .file("a/AppManifest.xml", source("~remoteAppUrl/?{StandardTokens}")),
        case("OB16", "no token in front", Fires(Error))
            .file("a/elements.xml", elements(&part("{host}/part.aspx?{StandardTokens}")))
            .file("a/AppManifest.xml", published("~appWebUrl/?{StandardTokens}", "")),
        pair("OB15", "no tunnel", &page(HOST), &[HOST], Passes),
        pair("OB15", "ngrok", &page("e1e1.ngrok.io"), &["e1e1.ngrok.io"], Fires(Error)),
        pair("OB16", "a real host", &page(HOST), &[HOST], Passes),
        pair(
            "OB16",
            "a company of the documentation",
            &page("apps.contoso.com"),
            &["apps.contoso.com"],
            Fires(Error),
        ),
        pair("OB16", "never filled in", &page("{{host}}"), &[HOST], Fires(Error)),
        pair("OB17", "the alias in all places", &page(HOST), &[HOST], Passes),
        pair("OB17", "the name of the provider registered", &page(HOST), &[azure], Fires(Error))
            .says("Use the alias apps.litware-travel.net"),
        pair("OB18", "a certificate of one's own", &page(HOST), &[HOST], Passes)
            .file("a/tls.pem", certificate(&[HOST])),
        pair("OB18", "the certificate of the provider", &page(HOST), &[HOST], Fires(Critical))
            .file("a/tls.pem", certificate(&["*.azurewebsites.net", "*.scm.azurewebsites.net"])),
    ]
}

fn elsewhere() -> Vec<Case> {
    let set =
        |value: &str| web_config(&format!("    <add key=\"HostedAppHostNameOverride\" value=\"{value}\" />"));
    let with_config = |code, title, config: String, expect| {
        case(code, title, expect)
            .file("a/AppManifest.xml", published(&page(HOST), ""))
            .file("a/web.config", config)
    };
    let iis = |bindings: &str| {
        format!(
            "<configuration><system.applicationHost><sites><site name=\"Orders\" id=\"2\"><bindings>{bindings}</bindings></site></sites></system.applicationHost></configuration>"
        )
    };
    let binding = |information: &str| {
        iis(&format!("<binding protocol=\"https\" bindingInformation=\"{information}\" />"))
    };
    let project = source("https://apps.litware-travel.net/?{StandardTokens}");
    let with_part = |code, title, src: &str, expect| {
        case(code, title, expect)
            .file("a/AppManifest.xml", project.clone())
            .file("a/Latest/Elements.xml", part(src))
    };
    let profile = |url: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Project ToolsVersion=\"4.0\" xmlns=\"http://schemas.microsoft.com/developer/msbuild/2003\"><PropertyGroup><WebPublishMethod>MSDeploy</WebPublishMethod><SiteUrlToLaunchAfterPublish>{url}</SiteUrlToLaunchAfterPublish></PropertyGroup></Project>"
        )
    };
    let installed = |url: &str| {
        format!(
            "AppInstanceId,Title,Type,HasExpired,AppSource,AppWebFullUrl,AppWebId,AssetId,CreationTime,InstalledBy,InstalledSiteId,InstalledWebId,InstalledWebFullUrl,InstalledWebName,CurrentSiteId,CurrentWebId,CurrentWebFullUrl,CurrentWebName,LaunchUrl,LicensePurchaseTime,PurchaserIdentity,Locale,ProductId,Status,TenantAppData,TenantAppDataUpdateTime,AppIdentifier,RemediationCode,ScanId,SiteUrl,WebUrl\n5cf14724-ca05-4e63-9c29-8044b847a3c7,Orders,Provider hosted,False,App Catalog,,,,09/27/2026 12:05:22,admin,,,https://litware.sharepoint.com/sites/a,A,,,https://litware.sharepoint.com/sites/a,A,{url},,,1033,7f0c1a52-9a53-4c3e-8f4e-0c1d2e3f4a5b,Installed,,,i:0i.t|ms.sp.ext|{CLIENT}@d8623c9e-30c7-473a-83bc-d907df44a26e,,1,https://litware.sharepoint.com/sites/a,https://litware.sharepoint.com/sites/a\n"
        )
    };
    vec![
        with_part("OB24", "on the same host", "https://apps.litware-travel.net/latest", Passes),
        with_part("OB24", "on another host", "https://parts.litware-travel.net/latest", Fires(Info)),
        with_part("OB24", "never filled in", "(None)?{StandardTokens}", Fires(Error)),
        with_config("OB27", "the host is listed", set(HOST), Passes),
        with_config("OB27", "the host is not listed", set("www.litware-travel.net"), Fires(Critical))
            .says("www.litware-travel.net;apps.litware-travel.net"),
        with_config(
            "OB27",
            "a blank behind the separator",
            set("www.litware-travel.net; apps.litware-travel.net"),
            Fires(Critical),
        )
        .says("blanks")
        .says("to www.litware-travel.net;apps.litware-travel.net"),
        with_config(
            "OB27",
            "a value that is not shown",
            web_config(&hidden("HostedAppHostNameOverride")),
            Undecided,
        ),
        with_config("OB27", "a separator too many", set("apps.litware-travel.net;"), Fires(Info)),
        with_config("OB27", "nothing but separators", set(";"), Fires(Critical)),
        with_config("OB28", "nothing in front", web_config(""), Passes),
        with_config("OB28", "IIS listens elsewhere", web_config(""), Fires(Warning))
            .file("a/applicationHost.config", binding("*:8080:inner.litware.local")),
        with_config("OB29", "a binding for the host", web_config(""), Passes)
            .file("a/applicationHost.config", binding("*:443:apps.litware-travel.net")),
        with_config("OB29", "a binding for any host", web_config(""), Passes)
            .file("a/applicationHost.config", binding("*:443:")),
        with_config("OB29", "a binding for all hosts below the domain", web_config(""), Passes)
            .file("a/applicationHost.config", binding("*:443:*.litware-travel.net")),
        with_config("OB29", "a binding for all hosts below another domain", web_config(""), Fires(Error))
            .file("a/applicationHost.config", binding("*:443:*.fabrikam-travel.net")),
        with_config("OB29", "another port", web_config(""), Fires(Error))
            .file("a/applicationHost.config", binding("*:8443:apps.litware-travel.net")),
        with_config("OB29", "no bindings given", web_config(""), Undecided),
        with_config("OB30", "the same host", web_config(""), Passes)
            .file("a/Properties/PublishProfiles/prod.pubxml", profile("https://apps.litware-travel.net/")),
        with_config("OB30", "another host over http", web_config(""), Fires(Warning))
            .file("a/Properties/PublishProfiles/prod.pubxml", profile("http://old.litware-travel.net/")),
        with_config("OB31", "the same StartPage", web_config(""), Passes)
            .file("a/classicaddins.csv", installed("https://apps.litware-travel.net/Pages/Default.aspx")),
        with_config("OB31", "another StartPage", web_config(""), Fires(Warning))
            .file("a/classicaddins.csv", installed("https://old.litware-travel.net/Pages/Default.aspx")),
    ]
}
