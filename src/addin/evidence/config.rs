//! Facts of configuration files, publish profiles and IIS.

use super::secret::Secret;
use super::source_code::BYTES_OF_ACS;
use super::{Spot, Value, ids};

/// `web.config`, `app.config`, or a transform of one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The file.
    pub at: Spot,
    /// A transform: it says what changes, not what is.
    pub transform: bool,
    /// `appSettings/add`, in order; those in comments as well.
    pub settings: Vec<Setting>,
    /// Secrets in comments, but for those of settings.
    pub remarks: Vec<Secret>,
    /// `appSettings/@configBuilders`: what fills in the values when the application starts.
    pub builders: Option<Value>,
    /// `appSettings/@file`, `@configSource`: the real values are elsewhere.
    pub redirects: Vec<Value>,
    /// Where it stops being well-formed, and why.
    pub malformed: Option<Value>,
    /// `compilation/@debug`.
    pub debug: Option<Value>,
    /// `customErrors/@mode`.
    pub custom_errors: Option<Value>,
    /// `trace/@enabled`.
    pub trace: Option<Value>,
    /// `httpRuntime/@targetFramework`.
    pub target_framework: Option<Value>,
    /// `defaultProxy/proxy/@proxyaddress`.
    pub proxy: Option<Value>,
    /// Rules that let anonymous users in or shut them out, in order, each for a path.
    pub access: Vec<AccessRule>,
    /// `anonymousAuthentication/@enabled` for the whole application.
    pub anonymous: Option<Value>,
    /// `windowsAuthentication/@enabled`, or `authentication/@mode`.
    pub windows: Option<Value>,
    /// `windowsAuthentication/providers`, in order.
    pub windows_providers: Vec<Value>,
    /// Switches of TLS versions: `AppContextSwitchOverrides`, `SchUseStrongCrypto`.
    pub tls_switches: Vec<Value>,
    /// Rules or headers that speak of a reverse proxy.
    pub proxy_hints: Vec<Value>,
    /// Bindings of WCF services to their address: `service/endpoint`.
    pub service_endpoints: Vec<Value>,
    /// What a transform does to sections, in order.
    pub changes: Vec<Change>,
    /// What a transform does to [`Config::access`], in order.
    pub access_changes: Vec<AccessChange>,
}

/// A section that a transform puts in, changes or takes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Which.
    pub switch: Switch,
    /// What it is from then on; `None` where it is taken out.
    pub value: Option<Value>,
}

/// What transforms change besides single settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Switch {
    /// All of `appSettings`.
    Settings,
    /// [`Config::debug`].
    Debug,
    /// [`Config::custom_errors`].
    CustomErrors,
    /// [`Config::trace`].
    Trace,
    /// [`Config::proxy`].
    Proxy,
    /// [`Config::target_framework`].
    TargetFramework,
    /// `windowsAuthentication/@enabled`.
    Windows,
    /// `authentication/@mode`, which counts where IIS is told nothing.
    Mode,
    /// [`Config::windows_providers`]: one more, or none.
    Providers,
}

/// What a transform does to the rules about users without a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessChange {
    /// Path of the `location` around it, as in [`AccessRule`]; `None` where the transform does not say which `location`
    /// it means.
    pub path: Option<String>,
    /// Whose rules.
    pub by: AccessBy,
    /// Which rules it takes out.
    pub taken: Taken,
    /// The rule that it puts in their place, or behind the others.
    pub put: Option<AccessRule>,
    /// It puts the rule in front of the others.
    pub first: bool,
    /// It puts the rule only where the configuration has none that is told with this beginning; empty for any rule of the
    /// section.
    pub unless: Option<String>,
}

/// Which rules a transform takes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Taken {
    /// None.
    Nothing,
    /// The whole section.
    All,
    /// Those that are told with this beginning: `deny users="?"`, or `deny` for each that denies.
    Told(String),
}

/// What a configuration is for, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It is no transform.
    Base,
    /// A transform that is applied when a developer starts the program: `Web.Debug.config`.
    Development,
    /// A transform for what is published: `Web.Release.config`.
    Production,
    /// Any other transform.
    Other,
}

/// A rule about users without a name. Rules that do not concern them, or no `POST`, are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessRule {
    /// Path of the `location` around it, below the folder of the file: lower case, with `/` between its parts and none
    /// at its ends; empty for everything.
    pub path: String,
    /// Who reads it.
    pub by: AccessBy,
    /// What it does.
    pub effect: AccessEffect,
    /// As it is told: `deny users="?" for Services`.
    pub value: Value,
}

/// Who reads a rule: each decides for itself, and all have to let a caller in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessBy {
    /// `system.web/authorization`: the first rule that fits counts, those of the nearest folder first.
    AspNet,
    /// `system.webServer/security/authorization`: a rule that denies counts unless it is taken out further down.
    Iis,
    /// `anonymousAuthentication`: what is set nearest counts.
    Authentication,
}

/// What a rule does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessEffect {
    /// Anonymous callers may come in.
    Allows,
    /// They may not.
    Denies,
    /// `clear` and `remove`: rules from further up do not count any more.
    Resets,
}

/// One setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// `@key`.
    pub key: Value,
    /// `@value`; for secrets [`Secret::shown`].
    pub value: Value,
    /// Of keys that hold a secret.
    pub secret: Option<Secret>,
    /// It stands in a comment.
    pub commented: bool,
    /// It does not count for the whole application: a `remove` or `clear` behind it takes it out again, or it stands in a
    /// `location` and is for that path only.
    pub void: bool,
    /// A transform for production puts something else in its place, or nothing.
    pub of_development: bool,
    /// `xdt:Transform`, of what a transform sets.
    pub transform: Option<Value>,
}

impl Setting {
    /// The application reads it.
    pub fn counts(&self) -> bool {
        !self.commented && !self.void && !self.of_development
    }

    /// What a transform does with it, in lower case and without its attributes: `setattributes`.
    pub fn verb(&self) -> Option<String> {
        let verb = self.transform.as_ref()?.trimmed();
        Some(verb.split('(').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// A transform sets its value, not its key alone: `SetAttributes(value)`.
    pub fn sets_value(&self) -> bool {
        let verb = self.transform.as_ref().map_or("", Value::trimmed);
        let list = verb.split_once('(').map_or("", |(_, list)| list).trim_end_matches(')');
        list.trim().is_empty() || list.split(',').any(|name| name.trim().eq_ignore_ascii_case("value"))
    }

    /// Its key without marks, in lower case: `SPO_ClientId` and `spo:ClientId` are the same to people.
    pub fn bare_key(&self) -> String {
        let letters = self.key.raw.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    }

    /// A secret of the form that ACS makes, under a name that people give to that of SharePoint. Other things are secret
    /// in 32 bytes, too (`JwtSecret`).
    pub fn is_secret_of_sharepoint(&self) -> bool {
        let key = self.bare_key();
        let named = key == "secret" || (is_of_sharepoint(&key) && key.ends_with("secret"));
        named && self.secret.as_ref().is_some_and(|secret| secret.form.decoded == Some(BYTES_OF_ACS))
    }

    /// Its value is, by its name, a secret that gives access: of an add-in, or of what is called as one is.
    pub fn gives_access(&self) -> bool {
        let key = self.key.trimmed().to_ascii_lowercase();
        ["clientsecret", "appsecret", "hostedappsigningkey"].iter().any(|end| key.ends_with(end))
            || key == "clientsigningcertificatepassword"
            || self.is_secret_of_sharepoint()
    }

    /// It has this key, in any case. Nothing takes blanks around a key away: with one, it is another key
    /// (*documented*: `NameValueCollection` compares whole keys).
    pub fn is(&self, key: &str) -> bool {
        self.key.raw.eq_ignore_ascii_case(key)
    }
}

/// A key without marks begins as people call SharePoint. The short form is a word only in front of few others.
fn is_of_sharepoint(key: &str) -> bool {
    let short = ["client", "app", "secret", "addin"];
    key.starts_with("sharepoint")
        || ["spo", "sp"]
            .iter()
            .filter_map(|name| key.strip_prefix(name))
            .any(|rest| short.iter().any(|word| rest.starts_with(word)))
}

impl Config {
    /// `release` of `Web.Release.config`, in lower case.
    pub fn middle_name(&self) -> Option<String> {
        let name = self.at.file_name().to_ascii_lowercase();
        let (first, rest) = name.split_once('.')?;
        let middle = rest.strip_suffix(".config").filter(|_| matches!(first, "web" | "app"))?;
        Some(middle.to_owned())
    }

    /// What it is for, by its name.
    pub fn usage(&self) -> Use {
        match self.middle_name().as_deref() {
            _ if !self.transform => Use::Base,
            Some("debug" | "dev" | "development" | "local") => Use::Development,
            Some("release" | "production" | "prod") => Use::Production,
            _ => Use::Other,
        }
    }

    /// It is a transform of this one: `a/Web.Release.config` of `a/Web.config`.
    pub fn changes_what(&self, base: &Config) -> bool {
        let first = |config: &Config| {
            config.at.file_name().split('.').next().unwrap_or_default().to_ascii_lowercase()
        };
        let plain =
            ["web.config", "app.config"].iter().any(|name| base.at.file_name().eq_ignore_ascii_case(name));
        self.transform
            && !base.transform
            && plain
            && self.at.folder() == base.at.folder()
            && first(self) == first(base)
    }

    /// Settings with this key in any case that count, in order.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Setting> {
        self.settings.iter().filter(move |setting| setting.counts() && setting.is(key))
    }

    /// The value that .NET uses: where a key stands twice the last one wins.
    pub fn get<'a>(&'a self, key: &'a str) -> Option<&'a Setting> {
        self.all(key).last()
    }

    /// It shuts anonymous users out of some path.
    pub fn denies_anonymous(&self) -> bool {
        let denies =
            |rule: &AccessRule| rule.effect == AccessEffect::Denies && rule.by != AccessBy::Authentication;
        self.access.iter().any(denies)
    }

    /// `AppId`, `AppClientID`, `SPClientId`, `SharePoint:ClientId`, as programs without `TokenHelper` call their client
    /// id: a GUID with a secret beside it. Others have the first of these names for logins of their own.
    pub fn app_id(&self) -> Option<&Setting> {
        let counting = || self.settings.iter().filter(|setting| setting.counts());
        counting().find(|setting| setting.is("AppSecret") || setting.is_secret_of_sharepoint())?;
        let named = |setting: &&Setting| {
            let key = setting.bare_key();
            matches!(key.as_str(), "appid" | "appclientid")
                || (is_of_sharepoint(&key) && (key.ends_with("clientid") || key.ends_with("appid")))
        };
        counting().filter(named).rfind(|setting| ids::guid(&setting.value.raw).is_some())
    }

    /// It has a key of `TokenHelper`, or the id and secret of a program.
    pub fn speaks_of_oauth(&self) -> bool {
        self.app_id().is_some()
            || TOKEN_HELPER_KEYS.iter().any(|key| self.settings.iter().any(|setting| setting.key.is(key)))
    }

    /// `TokenHelper.IsHighTrustApp`: path and password, or the serial number of a certificate in the store.
    pub fn is_high_trust(&self) -> bool {
        let set = |key| self.get(key).is_some_and(|setting| !setting.value.trimmed().is_empty());
        (set("ClientSigningCertificatePath") && set("ClientSigningCertificatePassword"))
            || set("ClientSigningCertificateSerialNumber")
    }
}

/// Keys that `TokenHelper` reads, and no other system does.
pub const TOKEN_HELPER_KEYS: [&str; 13] = [
    "ClientId",
    "ClientSecret",
    "SecondaryClientSecret",
    "HostedAppName",
    "HostedAppSigningKey",
    "HostedAppHostName",
    "HostedAppHostNameOverride",
    "Realm",
    "IssuerId",
    "ClientSigningCertificatePath",
    "ClientSigningCertificatePassword",
    "ClientSigningCertificateSerialNumber",
    "RedirectUri",
];

/// What [`Published::kind`] calls `appsettings.json` and its like.
pub const APPLICATION_SETTINGS: &str = "application settings";

/// The kind of a backup of a configuration or a source, of which only secrets are known.
pub const BACKUP: &str = "backup";

/// A publish profile, a `SetParameters.xml`, or a web project: where and how the web application is deployed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// The file.
    pub at: Spot,
    /// `publish profile`, `deploy parameters`, `project`, `application settings`, [`BACKUP`].
    pub kind: &'static str,
    /// `SiteUrlToLaunchAfterPublish`, `destinationAppUrl`.
    pub urls: Vec<Value>,
    /// An address of SharePoint Online among its values.
    pub online: Option<Value>,
    /// Parameters that carry a client id.
    pub client_ids: Vec<Value>,
    /// Parameters and passwords that are secrets.
    pub secrets: Vec<Secret>,
    /// It only matters for debugging: `IISUrl`, `IISExpressSSLPort`.
    pub debug_only: bool,
}

/// A binding of an IIS site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// Where.
    pub at: Spot,
    /// Name of the site.
    pub site: Value,
    /// `https`, `http` …
    pub protocol: Value,
    /// The host name; empty for any.
    pub host: Value,
    /// The port.
    pub port: Option<u16>,
    /// Thumbprint of the certificate, if it is told.
    pub thumbprint: Option<Value>,
    /// The site lets anonymous users in, as far as it is told.
    pub anonymous: Option<Value>,
    /// The site uses Windows authentication, as far as it is told.
    pub windows: Option<Value>,
}
