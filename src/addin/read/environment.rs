//! Reads what a program gets from its surroundings: files of variables (`.env`), YAML of containers and pipelines,
//! Terraform, Bicep, and JSON of settings under any name (`launchSettings.json`, `private.json` of node-sp-auth, what
//! `az webapp config appsettings list` prints).
//!
//! Every system has a client id and a secret in such files. So a file counts only where a secret of the form that ACS
//! makes stands beside a GUID under the same name, and something speaks of SharePoint.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::secret_keys::is_of_addin;
use super::{File, Reader, pieces, registration};
use crate::addin::evidence::config::{APPLICATION_SETTINGS, Published};
use crate::addin::evidence::ids::guid;
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::source_code::BYTES_OF_ACS;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::host::is_online;

/// The readers of this file.
pub(super) static READERS: &[&dyn Reader] = &[&Environment];

/// Endings of such files besides `.json`.
const ENDINGS: [&str; 11] =
    ["bicep", "bicepparam", "conf", "env", "ini", "properties", "tf", "tfvars", "toml", "yaml", "yml"];

/// Larger files are lists of packages or data, not settings that people keep.
const MOST_BYTES: usize = 1 << 20;
/// So many ids or secrets of one file are kept.
const MOST: usize = 50;

struct Environment;

impl Reader for Environment {
    fn fits(&self, file: &File<'_>) -> bool {
        let kind =
            is_variables(file.name()) || file.extension() == "json" || ENDINGS.contains(&file.extension());
        kind && file.bytes.len() <= MOST_BYTES && SPEAKS.is_match(file.text()) && published(file).is_some()
    }

    fn read(&self, file: &File<'_>) -> Evidence {
        Evidence { published: published(file).into_iter().collect(), ..Evidence::default() }
    }
}

/// `.env`, `.env.production`.
pub(super) fn is_variables(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.")
}

/// Without the name of a secret nothing is read.
static SPEAKS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:client|app)[-_. ]?secret"));

/// `NAME=value`, `"name" = "value"`, `name: value`, `param name string = 'value'`; or the name of a variable whose value
/// stands in the block behind it.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"\bvariable\s+"(?P<declared>[\w-]+)"|"#,
        r#"(?P<name>[A-Za-z_][\w.-]*)["']?(?:[ \t]+string)?[ \t]*[:=][ \t]*"#,
        r#"(?:"(?P<double>[^"\r\n]*)"|'(?P<single>[^'\r\n]*)'|(?P<bare>[^\s"'#,;{}\[\]]+))"#
    ))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

fn published(file: &File<'_>) -> Option<Published> {
    let mut found = Found::default();
    if file.extension() == "json" {
        registration::each_text(file, &mut |path, value| {
            let (section, name) = path.rsplit_once(':').unwrap_or(("", path));
            found.tell(section, name, value);
        });
    } else {
        each_given(file, &mut |name, value| found.tell("", name, value));
    }
    found.published(file)
}

fn each_given(file: &File<'_>, see: &mut dyn FnMut(&str, Value)) {
    let (text, base) = (file.text(), file.spot().at(1, 1));
    let (mut counted, mut here) = (0, base);
    for given in GIVEN.captures_iter(text) {
        let value = ["double", "single", "bare"].iter().find_map(|kind| given.name(kind));
        let Some(found) = value.or_else(|| given.name("declared")) else { continue };
        here = pieces::place(text, counted, &here, found.start());
        counted = found.start();
        // What a block declares is the name of the value in it.
        let name = given.name("name").map_or("name", |name| name.as_str());
        see(name, Value::new(found.as_str(), here.clone()));
    }
}

/// What a file gives, by the words in front of `client id` and `client secret`.
#[derive(Default)]
struct Found {
    ids: BTreeMap<String, Vec<Value>>,
    secrets: BTreeMap<String, Vec<Secret>>,
    online: Option<Value>,
    /// Something speaks of SharePoint or of add-ins.
    of_sharepoint: bool,
    /// The name of a pair of name and value, until its value comes.
    named: Option<String>,
}

impl Found {
    fn tell(&mut self, section: &str, name: &str, value: Value) {
        match name.to_ascii_lowercase().as_str() {
            "name" | "key" => self.named = Some(value.raw),
            "value" | "default" | "defaultvalue" => {
                if let Some(name) = self.named.take() {
                    self.setting(section, &name, value);
                }
            }
            _ => self.setting(section, name, value),
        }
    }

    fn setting(&mut self, section: &str, name: &str, value: Value) {
        let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let bare = bare.to_ascii_lowercase();
        let around = section.to_ascii_lowercase();
        self.of_sharepoint |= [&bare, &around].iter().any(|words| words.contains("sharepoint"))
            || bare.starts_with("hostedapp")
            // What node-sp-auth calls its ways to a token: `OnlineAddinCredentials`.
            || (bare == "strategy" && value.raw.contains("Addin"));
        if is_online(value.trimmed()) {
            self.online.get_or_insert(value);
            return;
        }
        let whose = |end: &str| Some(format!("{around}:{}", bare.strip_suffix(end)?));
        if let Some(whose) = whose("clientid").or_else(|| whose("appid"))
            && guid(&value.raw).is_some()
        {
            // As `TokenHelper` names it: a section that is called so belongs to another login.
            self.of_sharepoint |=
                (name == "ClientId" && !is_of_entra(&around)) || is_short_for_sharepoint(&whose);
            keep(&mut self.ids, whose, value);
        } else if is_of_addin(&bare)
            && let Some(whose) = whose("clientsecret").or_else(|| whose("appsecret"))
        {
            let secret = Secret::new(name, value.trimmed(), value.at.clone());
            if secret.form.decoded == Some(BYTES_OF_ACS) {
                keep(&mut self.secrets, whose, secret);
            }
        }
    }

    fn published(self, file: &File<'_>) -> Option<Published> {
        if !self.of_sharepoint && self.online.is_none() {
            return None;
        }
        let mut found = Published {
            at: file.spot(),
            kind: APPLICATION_SETTINGS,
            online: self.online,
            ..Published::default()
        };
        for (whose, secrets) in self.secrets {
            let Some(ids) = self.ids.get(&whose) else { continue };
            found.client_ids.extend(ids.iter().cloned());
            found.secrets.extend(secrets);
        }
        found.client_ids.sort_by(|a, b| a.at.cmp(&b.at));
        found.secrets.sort_by(|a, b| a.at.cmp(&b.at));
        (!found.secrets.is_empty()).then_some(found)
    }
}

fn keep<T>(all: &mut BTreeMap<String, Vec<T>>, whose: String, item: T) {
    let known: usize = all.values().map(Vec::len).sum();
    if known < MOST {
        all.entry(whose).or_default().push(item);
    }
}

/// What stands in front of `client id` is what people call SharePoint or an add-in.
fn is_short_for_sharepoint(whose: &str) -> bool {
    let word = whose.rsplit(':').next().unwrap_or(whose);
    matches!(word, "sp" | "spo" | "spapp" | "spoapp") || (word.contains("addin") && !word.contains("adding"))
}

/// A section of settings that is about another login.
fn is_of_entra(section: &str) -> bool {
    ["azuread", "entra", "graph", "msal"].iter().any(|word| section.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::addin::evidence::config::Published;
    use crate::addin::read::{ReadOptions, read};

    const ID: &str = "8f3c2a10-5b7e-4d1c-9a6f-2e4b7c9d1a35";
    /// Of the form that ACS makes: 32 bytes in base64.
    const CANARY: &str = "Zk3vQ7xW9pL2mN8rT5yB1cD6fG4hJ0kS7uV3wX9zA1b=";
    /// What no output may hold.
    const BEGINNING: &str = "Zk3vQ7xW9p";

    fn filled(text: &str) -> String {
        text.replace("ID!", ID).replace("SECRET!", CANARY)
    }

    fn published(name: &str, text: &str) -> Option<Published> {
        let evidence = read(name, filled(text).as_bytes(), &ReadOptions::default())?;
        assert!(!format!("{evidence:?}").contains(BEGINNING));
        evidence.published.into_iter().next()
    }

    #[test]
    fn variables_of_containers_and_deployments_tell_id_and_secret() {
        for (name, text) in [
            ("a/.env", "SP_CLIENT_ID=ID!\nSP_CLIENT_SECRET=SECRET!\n"),
            (
                "a/.env.production",
                "export CLIENT_ID='ID!'\nexport CLIENT_SECRET='SECRET!'\nSHAREPOINT_URL=x\n",
            ),
            ("docker-compose.yml", "environment:\n  - ClientId=ID!\n  - ClientSecret=SECRET!\n"),
            (
                "ci.yaml",
                "env:\n  SHAREPOINT_CLIENT_ID: ID! # the id\n  SHAREPOINT_CLIENT_SECRET: \"SECRET!\"\n",
            ),
            ("pod.yml", "env:\n- name: ClientId\n  value: ID!\n- name: ClientSecret\n  value: SECRET!\n"),
            ("main.tf", "app_settings = {\n  \"ClientId\" = \"ID!\"\n  \"ClientSecret\" = \"SECRET!\"\n}"),
            (
                "variables.tf",
                "variable \"spo_app_id\" {\n  type = string\n  default = \"ID!\"\n}\nvariable \"spo_app_secret\" {\n  default = \"SECRET!\"\n}",
            ),
            (
                "main.bicep",
                "param addInClientId string = 'ID!'\nparam addInClientSecret string = 'SECRET!'\n",
            ),
            (
                "site.bicep",
                "[{ name: 'ClientId', value: 'ID!' }\n{ name: 'ClientSecret', value: 'SECRET!' }]",
            ),
            ("app.properties", "sharepoint.client-id=ID!\nsharepoint.client-secret=SECRET!\n"),
            (
                "launchSettings.json",
                r#"{"profiles":{"IIS Express":{"environmentVariables":{"ClientId":"ID!","ClientSecret":"SECRET!"}}}}"#,
            ),
            (
                "settings.json",
                r#"[{"name":"ClientId","slotSetting":false,"value":"ID!"},{"name":"ClientSecret","value":"SECRET!"}]"#,
            ),
            (
                "config/private.json",
                r#"{"siteUrl":"https://fabrikam.sharepoint.com/sites/a","clientId":"ID!","clientSecret":"SECRET!"}"#,
            ),
        ] {
            let found = published(name, text).unwrap_or_else(|| panic!("{name}: nothing"));
            assert_eq!((found.client_ids.len(), found.secrets.len()), (1, 1), "{name}");
            assert_eq!(found.client_ids[0].raw, ID, "{name}");
        }
    }

    #[test]
    fn values_have_their_places_and_an_address_tells_the_tenant() {
        let text = "# of the add-in\nSPO_CLIENT_ID = ID!\n  SPO_CLIENT_SECRET = \"SECRET!\"\nURL=https://fabrikam.sharepoint.com/a\n";
        let found = published(".env", text).expect("an add-in");
        let place = |line, column| (line, column);
        assert_eq!(place(found.client_ids[0].at.line, found.client_ids[0].at.column), (2, 17));
        assert_eq!(place(found.secrets[0].at.line, found.secrets[0].at.column), (3, 24));
        assert_eq!(found.online.expect("an address").raw, "https://fabrikam.sharepoint.com/a");
    }

    #[test]
    fn what_belongs_to_another_system_is_left_alone() {
        for (name, text) in [
            // Nothing speaks of SharePoint.
            (".env", "CLIENT_ID=ID!\nCLIENT_SECRET=SECRET!\n"),
            ("a.json", r#"{"AzureAd":{"ClientId":"ID!","ClientSecret":"SECRET!"}}"#),
            // A secret of Microsoft Entra, which ACS does not take.
            (".env", "SPO_CLIENT_ID=ID!\nSPO_CLIENT_SECRET=abc8Q~dEf.GhI_jKl-MnO.pQr~sTu_vWx-Yz0123\n"),
            ("spring.yml", "padding: 1\nspring.client-id: ID!\nspring.client-secret: SECRET!\nresponse: 1\n"),
            // No id, a place for one, and an id of something else.
            (".env", "SPO_CLIENT_SECRET=SECRET!\n"),
            (".env.example", "SPO_CLIENT_ID=xxxxxxxx\nSPO_CLIENT_SECRET=your-secret\n"),
            (".env", "SPO_CLIENT_ID=$ID\nGRAPH_CLIENT_ID=ID!\nSPO_CLIENT_SECRET=SECRET!\n"),
            ("ci.yml", "SPO_CLIENT_ID: ID!\nSPO_CLIENT_SECRET: ${{ secrets.SPO_CLIENT_SECRET }}\n"),
        ] {
            assert_eq!(published(name, text), None, "{name}: {text}");
        }
    }

    #[test]
    fn of_several_logins_the_one_with_its_secret_counts() {
        let other = "0a1b2c3d-0000-4444-8888-000000000001";
        let text = format!(
            "SP_APP_CLIENT_ID=ID!\nGRAPH_CLIENT_ID={other}\nGRAPH_CLIENT_SECRET=abc8Q~dEf.GhI_jKl-MnO.pQr~sTu_vWx-Yz0123\nSP_APP_CLIENT_SECRET=SECRET!\n"
        );
        let found = published(".env", &text).expect("an add-in");
        assert_eq!(found.client_ids.iter().map(|id| id.raw.as_str()).collect::<Vec<_>>(), [ID]);
        assert_eq!(found.secrets.len(), 1);
    }

    #[test]
    fn a_text_cut_anywhere_is_read() {
        let text =
            filled("- name: 'ClientId'\n  value: \"ID!\"\n\u{fc}ClientSecret = 'SECRET!'\nx: [{\"a\": '");
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            for name in [".env", "a.yml", "a.json"] {
                let _ = read(name, &text.as_bytes()[..end], &ReadOptions::default());
            }
        }
    }
}
