//! Reads publish profiles, deploy parameters, web projects, application settings.

use std::sync::LazyLock;

use super::remarks;
use super::secret_keys::{OF_ADDINS, is_of_addin, is_secret_key, secret};
use super::{File, Reader, registration};
use crate::addin::evidence::config::{APPLICATION_SETTINGS, Published};
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Evidence, Spot, Value};
use crate::addin::host::is_online;
use crate::addin::secret_text;
use crate::addin::xml::{Document, Element};

/// The readers of this file, the most particular first.
pub(super) static READERS: &[&dyn Reader] = &[&Profile, &Parameters, &Template, &Project, &Settings];

/// `.pubxml`, `.pubxml.user`, `.PublishSettings`.
struct Profile;

impl Reader for Profile {
    fn fits(&self, file: &File<'_>) -> bool {
        let name = file.name();
        name.ends_with(".pubxml") || name.ends_with(".pubxml.user") || file.extension() == "publishsettings"
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        read(file, "publish profile", |root, published| {
            for element in root.descendants() {
                profile_element(element, published);
            }
        })
    }
}

fn profile_element(element: &Element, published: &mut Published) {
    match element.name.as_str() {
        "SiteUrlToLaunchAfterPublish" => published.urls.extend(filled(element.text())),
        "publishProfile" => {
            published.urls.extend(element.attribute("destinationAppUrl").cloned().and_then(filled));
            let passwords = element.attributes.iter().filter(|attribute| is_secret_key(&attribute.name));
            published
                .secrets
                .extend(passwords.filter_map(|found| secret(&found.name, &found.value.raw, &found.value.at)));
        }
        "MsDeployDeclareParameters" | "MSDeployParameterValue" => {
            let name = element.attribute_in_any_case("Include").map_or("", |name| name.trimmed());
            let values =
                ["Value", "ParameterValue", "DefaultValue"].iter().filter_map(|name| element.child(name));
            for value in values {
                parameter(name, &value.text(), published);
            }
        }
        // What Windows has encrypted for one user is no secret to anybody else.
        name if is_secret_key(name) && !name.contains("Encrypted") => {
            let text = element.text();
            published.secrets.extend(secret(name, &text.raw, &text.at));
        }
        _ => {}
    }
}

/// A parameter of a deployment, by its name or that of the setting it fills in. One of any other name holds a secret all
/// the same if its value has the form of one. Connection strings, which Visual Studio writes into every such file, are
/// those of databases.
fn parameter(name: &str, value: &Value, published: &mut Published) {
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let lower = bare.to_ascii_lowercase();
    if lower.ends_with("clientid") || lower.ends_with("hostedappname") {
        published.client_ids.extend(filled(value.clone()));
    } else if !lower.contains("connectionstring") && (is_secret_key(&bare) || secret_text::holds(&value.raw))
    {
        published.secrets.extend(secret(name, &value.raw, &value.at));
    }
}

/// The setting that a declared parameter fills in: `add[@key='ClientId']/@value` of a `parameterEntry`.
fn setting(parameter: &Element) -> Option<&str> {
    let entries = parameter.children_named("parameterEntry");
    let mut matches = entries.filter_map(|entry| entry.attribute("match"));
    matches.find_map(|value| {
        let (_, behind) = value.raw.split_once("@key")?;
        let quoted = behind.trim_start().strip_prefix('=')?.trim_start();
        let name = quoted.strip_prefix(['\'', '"'])?;
        name.split(['\'', '"']).next()
    })
}

fn filled(value: Value) -> Option<Value> {
    let known = !value.trimmed().is_empty() && !value.trimmed().starts_with("$(");
    known.then_some(value)
}

/// `X.SetParameters.xml`, `parameters.xml`, `X.SourceManifest.xml` of a Web Deploy package.
struct Parameters;

impl Reader for Parameters {
    fn fits(&self, file: &File<'_>) -> bool {
        let name = file.name();
        name.ends_with(".setparameters.xml")
            || name.ends_with(".sourcemanifest.xml")
            || name == "parameters.xml"
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        read(file, "deploy parameters", |root, published| {
            for element in root
                .descendants()
                .filter(|element| matches!(element.name.as_str(), "setParameter" | "parameter"))
            {
                let name = element.attribute("name").map_or("", |name| name.trimmed());
                let name = setting(element).unwrap_or(name);
                let value = element.attribute("value").or_else(|| element.attribute("defaultValue"));
                if let Some(value) = value {
                    parameter(name, value, published);
                }
            }
        })
    }
}

/// Parameters of an Azure deployment: JSON in which each has its `value`.
struct Template;

impl Reader for Template {
    fn fits(&self, file: &File<'_>) -> bool {
        file.extension() == "json" && file.text().contains("/deploymentParameters.json")
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        texts(file, "deploy parameters", |name, value, published| {
            let Some(name) = name.strip_prefix("parameters:").and_then(|name| name.strip_suffix(":value"))
            else {
                return;
            };
            parameter(name, &value, published);
        })
    }
}

/// Projects of a web application, for the addresses of a debug run.
struct Project;

static DEBUG: LazyLock<[memchr::memmem::Finder<'static>; 3]> =
    LazyLock::new(|| ["IISUrl", "IISExpressSSLPort", "ClientSecret"].map(memchr::memmem::Finder::new));

impl Reader for Project {
    fn fits(&self, file: &File<'_>) -> bool {
        let name = file.name();
        let project =
            [".csproj", ".vbproj", ".csproj.user", ".vbproj.user"].iter().any(|end| name.ends_with(end));
        project && DEBUG.iter().any(|word| word.find(file.bytes).is_some())
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        read(file, "project", |root, published| {
            published.debug_only = true;
            for element in root.descendants() {
                let text = element.text();
                match element.name.as_str() {
                    "IISUrl" | "CustomServerUrl" => published.urls.extend(filled(text)),
                    "IISExpressSSLPort" if text.trimmed().parse::<u16>().is_ok_and(|port| port > 0) => {
                        let url = format!("https://localhost:{}/", text.trimmed());
                        published.urls.push(Value::new(url, text.at));
                    }
                    // `UserSecretsId` is none.
                    name if is_of_addin(name) => published.secrets.extend(secret(name, &text.raw, &text.at)),
                    _ => {}
                }
            }
        })
    }
}

/// `appsettings.json` and those of its environments, and the settings of Azure Functions, for what such an application is
/// deployed with. `TokenHelper` does not read them.
struct Settings;

impl Reader for Settings {
    fn fits(&self, file: &File<'_>) -> bool {
        let name = file.name();
        let named = name.starts_with("appsettings") && file.extension() == "json";
        (named || name == "local.settings.json") && {
            let lower = file.text().to_ascii_lowercase();
            OF_ADDINS.iter().chain(&["\"clientid\""]).any(|word| lower.contains(word))
        }
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        texts(file, APPLICATION_SETTINGS, |name, value, published| {
            // Functions have all of their settings in one section.
            let name = name.strip_prefix("Values:").unwrap_or(name);
            let (section, leaf) = name.rsplit_once(':').unwrap_or(("", name));
            let lower = leaf.to_ascii_lowercase();
            if is_of_addin(leaf) {
                published.secrets.extend(secret(name, &value.raw, &value.at));
            } else if names_client(section, &lower, &value.raw) {
                published.client_ids.extend(filled(value));
            }
        })
    }
}

/// Every text of a JSON file with the names that lead to it, and the first address of SharePoint Online.
fn texts(file: &File<'_>, kind: &'static str, mut tell: impl FnMut(&str, Value, &mut Published)) -> Evidence {
    let mut published = Published { at: file.spot(), kind, ..Published::default() };
    let problem = registration::each_text(file, &mut |name, value| {
        if published.online.is_none() && is_online(value.trimmed()) {
            published.online = Some(value.clone());
        }
        tell(name, value, &mut published);
    });
    let mut evidence = Evidence::default();
    if let Some((at, reason)) = problem {
        evidence = Evidence::of_problem(at, format!("reading {kind}: {reason}"));
    }
    if !published.client_ids.is_empty() || !published.secrets.is_empty() {
        evidence.published.push(published);
    }
    evidence
}

/// `ClientId` at the top, whatever it holds; in a section about add-ins, or under the other name, an id. Those in other
/// sections are often those of another login.
fn names_client(section: &str, leaf: &str, value: &str) -> bool {
    let lower = section.to_ascii_lowercase();
    let of_addin =
        section.is_empty() || ["sharepoint", "addin", "acs"].iter().any(|word| lower.contains(word));
    (section.is_empty() && leaf == "clientid")
        || (of_addin && matches!(leaf, "clientid" | "appid") && guid(value).is_some())
}

fn read(file: &File<'_>, kind: &'static str, fill: impl FnOnce(&Element, &mut Published)) -> Evidence {
    let at: Spot = file.spot();
    let document = Document::parse(file.text(), &at);
    let mut published = Published { at, kind, ..Published::default() };
    if let Some(root) = &document.root {
        fill(root, &mut published);
    }
    published.secrets.extend(remarks::in_xml(file.text(), &document.comments));
    let mut evidence = match document.faults.first() {
        Some(fault) => Evidence::of_problem(fault.at.clone(), format!("reading a {kind}: {}", fault.raw)),
        None => Evidence::default(),
    };
    let says =
        !published.urls.is_empty() || !published.client_ids.is_empty() || !published.secrets.is_empty();
    if says {
        published.secrets.sort_by(|a: &Secret, b: &Secret| a.at.cmp(&b.at));
        evidence.published.push(published);
    }
    evidence
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::config::Published;
    use crate::addin::read::{ReadOptions, read};

    const CANARY: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";
    /// What no output may hold.
    const BEGINNING: &str = "Zk3vQ7xW9p";

    fn published(name: &str, text: &str) -> Published {
        let evidence = read(name, text.as_bytes(), &ReadOptions::default()).expect("a publish file");
        assert!(!format!("{evidence:?}").contains(BEGINNING));
        evidence.published.into_iter().next().unwrap_or_default()
    }

    fn profile() -> String {
        format!(
            "<Project><PropertyGroup><SiteUrlToLaunchAfterPublish>https://h/</SiteUrlToLaunchAfterPublish>\
             <Password>{CANARY}</Password><EncryptedPassword>AQAAANCMnd8</EncryptedPassword></PropertyGroup>\
             <ItemGroup><MsDeployDeclareParameters Include=\"ClientId\"><Value>3b062084</Value>\
             </MsDeployDeclareParameters><MsDeployDeclareParameters Include=\"ClientSecret\"><Value>{CANARY}</Value>\
             </MsDeployDeclareParameters></ItemGroup></Project>"
        )
    }

    #[test]
    fn a_profile_tells_address_client_id_and_secrets() {
        let found = published("P/Azure.pubxml", &profile());
        assert_eq!(found.kind, "publish profile");
        assert_eq!(found.urls[0].raw, "https://h/");
        assert_eq!(found.client_ids[0].raw, "3b062084");
        assert_eq!(
            found.secrets.iter().map(|secret| secret.key.as_str()).collect::<Vec<_>>(),
            ["Password", "ClientSecret"]
        );
        let settings = format!(
            "<publishData><publishProfile destinationAppUrl=\"http://h\" userPWD=\"{CANARY}\"/></publishData>"
        );
        let found = published("x.PublishSettings", &settings);
        assert_eq!((found.urls.len(), found.secrets.len()), (1, 1));
    }

    #[test]
    fn deploy_parameters_tell_client_id_and_secret() {
        let text = format!(
            "<parameters><setParameter name=\"ClientId\" value=\"a\"/><setParameter name=\"ClientSecret\" value=\"{CANARY}\"/></parameters>"
        );
        let found = published("x.SetParameters.xml", &text);
        assert_eq!((found.kind, found.client_ids.len(), found.secrets.len()), ("deploy parameters", 1, 1));
    }

    #[test]
    fn a_declared_parameter_is_known_by_the_setting_it_fills_in() {
        let entry = |key: &str| {
            format!(
                "<parameterEntry kind=\"XmlFile\" scope=\"\\\\web.config$\" match=\"/configuration/appSettings/add[@key={key}]/@value\"/>"
            )
        };
        let text = format!(
            "<parameters><parameter name=\"Principal\" defaultValue=\"a\">{}</parameter>\
             <parameter name=\"Key of Orders\" defaultValue=\"{CANARY}\">{}</parameter>\
             <parameter name=\"Site\" defaultValue=\"Default Web Site/Orders\"/></parameters>",
            entry("'ClientId'"),
            entry("&quot;ClientSecret&quot;"),
        );
        let found = published("Web/Parameters.xml", &text);
        assert_eq!(found.client_ids[0].raw, "a");
        assert_eq!((found.secrets.len(), found.secrets[0].key.as_str()), (1, "ClientSecret"));
        // What sets it elsewhere has its own name only.
        let text = format!(
            "<parameters><setParameter name=\"Client ID\" value=\"a\"/><setParameter name=\"Key of Orders\" value=\"{CANARY}\"/>\
             <setParameter name=\"IIS Web Application Name\" value=\"Default Web Site/OrdersWeb2013_deploy\"/>\
             <setParameter name=\"Orders-Web.config Connection String\" value=\"Data Source=.;Integrated Security=True\"/></parameters>"
        );
        let found = published("x.SetParameters.xml", &text);
        assert_eq!((found.client_ids.len(), found.secrets.len()), (1, 1));
        assert_eq!(found.secrets[0].key, "Key of Orders");
    }

    #[test]
    fn parameters_of_an_azure_deployment_tell_client_id_and_secret() {
        let schema = "https://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#";
        let text = format!(
            "{{\"$schema\":\"{schema}\",\"parameters\":{{\"AppClientId\":{{\"value\":\"a\"}},\"AppClientSecret\":{{\"value\":\"{CANARY}\"}},\"tenant\":{{\"value\":\"fabrikam.sharepoint.com\"}},\"DbSecret\":{{\"reference\":{{\"secretName\":\"{CANARY}\"}}}}}}}}"
        );
        let found = published("azure/Apps.parameters.json", &text);
        assert_eq!((found.kind, found.client_ids.len()), ("deploy parameters", 1));
        assert_eq!((found.secrets.len(), found.secrets[0].key.as_str()), (1, "AppClientSecret"));
        assert!(found.online.is_some());
        let functions = format!(
            "{{\"IsEncrypted\":false,\"Values\":{{\"ClientId\":\"a\",\"ClientSecret\":\"{CANARY}\"}}}}"
        );
        let found = published("local.settings.json", &functions);
        assert_eq!((found.client_ids.len(), found.secrets[0].key.as_str()), (1, "ClientSecret"));
    }

    #[test]
    fn application_settings_tell_client_id_and_secrets() {
        let text = format!(
            "{{ // as it is\n\"ClientId\":\"a\",\"Graph\":{{\"ClientId\":\"b\",\"ClientSecret\":\"{CANARY}\",}},/* no */\"Logging\":{{\"LogLevel\":1}}}}"
        );
        let found = published("Web/appsettings.Production.json", &text);
        assert_eq!((found.kind, found.client_ids.len()), ("application settings", 1));
        assert_eq!(found.secrets[0].key, "Graph:ClientSecret");
        let id = "5c0c7f0c-8a74-4a4e-a21c-6d8f6a1c0001";
        let text = format!(
            "{{\"appId\":\"{id}\",\"site\":\"https://fabrikam.sharepoint.com/a\",\"SharePoint\":{{\"ClientId\":\"{id}\"}}}}"
        );
        let found = published("appsettings.json", &text);
        assert_eq!((found.client_ids.len(), found.online.is_some()), (2, true));
        let text = "{\"SharePoint\":{\"ClientId\":\"[the id]\",\"ClientSecret\":\"[the secret]\"}}";
        assert_eq!(published("appsettings.json", text).client_ids, []);
        let nothing = read("appsettings.json", b"{\"Logging\":{}}", &ReadOptions::default());
        assert_eq!(nothing, None);
    }

    #[test]
    fn a_web_project_tells_where_it_is_debugged() {
        let text = "<Project><PropertyGroup><IISExpressSSLPort>44302</IISExpressSSLPort></PropertyGroup><IISUrl>http://localhost:1/</IISUrl></Project>";
        let found = published("AppWeb.csproj", text);
        assert!(found.debug_only);
        assert_eq!(
            found.urls.iter().map(|url| url.raw.as_str()).collect::<Vec<_>>(),
            ["https://localhost:44302/", "http://localhost:1/"]
        );
        assert_eq!(read("Lib.csproj", b"<Project/>", &ReadOptions::default()), None);
    }

    #[test]
    fn a_sample_cut_at_every_byte_is_read() {
        let sample = profile();
        for end in 0..sample.len() {
            published("a.pubxml", sample.get(..end).expect("ASCII"));
            let _ = read("a.SetParameters.xml", &sample.as_bytes()[..end], &ReadOptions::default());
        }
    }
}
