//! Folders of add-ins with known faults: of each add-in exactly the checks of its own faults fire, among all checks
//! that any fault concerns. Nothing of one add-in shows at another.

use std::collections::{BTreeMap, BTreeSet};

use spdoctor::model::audit::Status;

use super::support::audit;
use super::support::manifest::manifest;
use super::support::package::{package, receiver, wsp};

/// Add-ins of one folder.
const ADDINS: usize = 50;

/// What can be wrong with an add-in. Those of one group exclude one another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fault {
    // Addresses.
    OtherDomain,
    PortOnlyInStartPage,
    ReceiverElsewhere,
    UnreplacedToken,
    RemoteWebUrl,
    NoStandardTokens,
    Http,
    Localhost,
    // Secrets.
    SecretExpired,
    SecretEndsSoon,
    SecretNotBase64,
    SecretPlaceholder,
    // Permissions.
    UnknownScope,
    HttpsScope,
    WrongRight,
    // Configuration.
    OtherClientId,
    EmptyRealm,
    FiddlerProxy,
    OverrideWithBlank,
}

const ADDRESSES: [Fault; 8] = [
    Fault::OtherDomain,
    Fault::PortOnlyInStartPage,
    Fault::ReceiverElsewhere,
    Fault::UnreplacedToken,
    Fault::RemoteWebUrl,
    Fault::NoStandardTokens,
    Fault::Http,
    Fault::Localhost,
];
const SECRETS: [Fault; 4] =
    [Fault::SecretExpired, Fault::SecretEndsSoon, Fault::SecretNotBase64, Fault::SecretPlaceholder];
const PERMISSIONS: [Fault; 3] = [Fault::UnknownScope, Fault::HttpsScope, Fault::WrongRight];
const CONFIGURATION: [Fault; 4] =
    [Fault::OtherClientId, Fault::EmptyRealm, Fault::FiddlerProxy, Fault::OverrideWithBlank];

impl Fault {
    /// The checks that have to fire.
    fn codes(self) -> &'static [&'static str] {
        match self {
            Self::OtherDomain => &["OB01"],
            Self::PortOnlyInStartPage => &["OB01", "OB11"],
            Self::ReceiverElsewhere => &["OB02"],
            Self::UnreplacedToken => &["OB05"],
            Self::RemoteWebUrl => &["OB06"],
            Self::NoStandardTokens => &["OB08"],
            Self::Http => &["OB09"],
            Self::Localhost => &["OB14"],
            Self::SecretExpired => &["OF05"],
            Self::SecretEndsSoon => &["OF06"],
            Self::SecretNotBase64 => &["OF01"],
            Self::SecretPlaceholder => &["OF04"],
            Self::UnknownScope => &["OI02"],
            Self::HttpsScope => &["OI03"],
            Self::WrongRight => &["OI05"],
            Self::OtherClientId => &["OE05"],
            Self::EmptyRealm => &["OG02"],
            Self::FiddlerProxy => &["OG08"],
            Self::OverrideWithBlank => &["OB27"],
        }
    }
}

/// Every check that some fault concerns.
fn concerned() -> BTreeSet<&'static str> {
    let all = ADDRESSES.iter().chain(&SECRETS).chain(&PERMISSIONS).chain(&CONFIGURATION);
    all.flat_map(|fault| fault.codes()).copied().collect()
}

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// One of them, or none as often as each other group has none: in half of the cases.
    fn fault(&mut self, group: &[Fault]) -> Option<Fault> {
        let number = self.next();
        let index = usize::try_from(number >> 1).unwrap_or(0) % group.len();
        (number & 1 == 1).then(|| group[index])
    }

    fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let text = format!("{high:016x}{low:016x}");
        let part = |from, to| text.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }

    fn secret(&mut self) -> String {
        use base64::Engine as _;
        let bytes: Vec<u8> = (0..4).flat_map(|_| self.next().to_le_bytes()).collect();
        base64::prelude::BASE64_STANDARD.encode(bytes)
    }
}

/// An add-in with known faults.
struct Planted {
    name: String,
    faults: BTreeSet<Fault>,
    files: Vec<(String, Vec<u8>)>,
}

impl Planted {
    fn new(number: usize, faults: BTreeSet<Fault>, chance: &mut Chance) -> Self {
        let name = format!("Unit {number:02} of kestrel");
        let host = format!("unit{number:02}.kestrel-apps.net");
        let (client, product) = (chance.guid(), chance.guid());
        let has = |fault| faults.contains(&fault);
        let authority = match () {
            () if has(Fault::PortOnlyInStartPage) => format!("{host}:8443"),
            () if has(Fault::Localhost) => "localhost".to_owned(),
            () => host.clone(),
        };
        let package = app(&name, &authority, (&client, &product), &faults);
        let folder = format!("addins/{number:02}");
        let files = vec![
            (format!("{folder}/Unit{number:02}.app"), package),
            (format!("{folder}/web/web.config"), config(&authority, &client, &faults, chance).into_bytes()),
            (format!("{folder}/serviceprincipal.json"), registration(&name, &host, &client, &faults, chance)),
        ];
        Self { name, faults, files }
    }

    fn expected(&self) -> BTreeSet<&'static str> {
        self.faults.iter().flat_map(|fault| fault.codes()).copied().collect()
    }
}

fn app(name: &str, authority: &str, ids: (&str, &str), faults: &BTreeSet<Fault>) -> Vec<u8> {
    let has = |fault| faults.contains(&fault);
    let start = match () {
        () if has(Fault::UnreplacedToken) => "~remoteAppUrl".to_owned(),
        () if has(Fault::RemoteWebUrl) => "~remoteWebUrl".to_owned(),
        () if has(Fault::Http) => format!("http://{authority}"),
        () => format!("https://{authority}"),
    };
    let query = if has(Fault::NoStandardTokens) { "" } else { "?{StandardTokens}" };
    let (scope, right) = match () {
        () if has(Fault::UnknownScope) => ("http://sharepoint/content/everything", "Read"),
        () if has(Fault::HttpsScope) => ("https://sharepoint/content/sitecollection/web", "Read"),
        () if has(Fault::WrongRight) => ("http://sharepoint/search", "Query"),
        () => ("http://sharepoint/content/sitecollection/web", "Read"),
    };
    let text = manifest(|text| {
        text.set("ProductID", &format!("{{{}}}", ids.1)).set("Name", &name.replace(' ', ""));
        text.client_id(ids.0).permissions("", &[(scope, right)]);
        text.properties =
            Some(format!("<Title>{name}</Title><StartPage>{start}/Pages/Default.aspx{query}</StartPage>"));
    });
    if !has(Fault::ReceiverElsewhere) {
        return package(&text, &[]);
    }
    let elements =
        receiver("ListTemplateId=\"100\"", "ItemAdded", "https://events.kestrel-apps.net/Items.svc");
    package(&text, &[("Unit.wsp", wsp(&elements))])
}

fn config(authority: &str, client: &str, faults: &BTreeSet<Fault>, chance: &mut Chance) -> String {
    let has = |fault| faults.contains(&fault);
    let secret = match () {
        () if has(Fault::SecretNotBase64) => format!("~{}", chance.guid()),
        () if has(Fault::SecretPlaceholder) => "SECRET HERE".to_owned(),
        () => chance.secret(),
    };
    let client = if has(Fault::OtherClientId) { chance.guid() } else { client.to_owned() };
    let mut rows =
        format!("<add key=\"ClientId\" value=\"{client}\" /><add key=\"ClientSecret\" value=\"{secret}\" />");
    if has(Fault::EmptyRealm) {
        rows.push_str("<add key=\"Realm\" value=\"\" />");
    }
    if has(Fault::OverrideWithBlank) {
        rows.push_str(&format!(
            "<add key=\"HostedAppHostNameOverride\" value=\"other.kestrel-apps.net; {authority}\" />"
        ));
    }
    let proxy = if has(Fault::FiddlerProxy) {
        "<system.net><defaultProxy><proxy proxyaddress=\"http://127.0.0.1:8888\" /></defaultProxy></system.net>"
    } else {
        ""
    };
    format!(
        "<?xml version=\"1.0\"?>\n<configuration>\n<appSettings>{rows}</appSettings>\n<system.web>\
         <httpRuntime targetFramework=\"4.8\" /></system.web>\n{proxy}\n</configuration>\n"
    )
}

fn registration(
    name: &str,
    host: &str,
    client: &str,
    faults: &BTreeSet<Fault>,
    chance: &mut Chance,
) -> Vec<u8> {
    let has = |fault| faults.contains(&fault);
    let domain = match () {
        () if has(Fault::OtherDomain) => format!("old-{host}"),
        () if has(Fault::Localhost) => "localhost".to_owned(),
        () => host.to_owned(),
    };
    let (start, end) = match () {
        () if has(Fault::SecretExpired) => ("2025-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        () if has(Fault::SecretEndsSoon) => ("2025-12-10T10:00:00Z", "2026-12-10T10:00:00Z"),
        () => ("2026-06-01T10:00:00Z", "2027-06-01T10:00:00Z"),
    };
    let mut key = |usage: &str| serde_json::json!({"endDateTime": end, "keyId": chance.guid(), "startDateTime": start, "type": "Symmetric", "usage": usage, "key": null});
    let keys = [key("Sign"), key("Verify")];
    serde_json::json!({
        "accountEnabled": true, "appId": client, "displayName": name, "id": chance.guid(),
        "createdDateTime": start,
        "replyUrls": [format!("https://{domain}/")],
        "servicePrincipalNames": [client, format!("{client}/{domain}")],
        "servicePrincipalType": "Legacy",
        "keyCredentials": keys,
        "passwordCredentials": [{"endDateTime": end, "keyId": chance.guid(), "startDateTime": start, "secretText": null}],
    })
    .to_string()
    .into_bytes()
}

/// Checks that fired, by the name of the add-in.
fn fired(files: &[(String, Vec<u8>)]) -> BTreeMap<String, BTreeSet<String>> {
    let report = audit(files, "2026-11-25", None);
    let of_addin = |addin: &spdoctor::model::audit::AddInAudit| {
        let found = addin
            .checks
            .iter()
            .filter(|check| matches!(check.status, Status::Fail | Status::Warn | Status::Info));
        (addin.name.clone(), found.map(|check| check.id.to_string()).collect())
    };
    report.addins.iter().map(of_addin).collect()
}

fn assert_exact(planted: &[Planted]) {
    let files: Vec<(String, Vec<u8>)> = planted.iter().flat_map(|addin| addin.files.clone()).collect();
    let found = fired(&files);
    let concerned = concerned();
    let mut wrong = Vec::new();
    for addin in planted {
        let told = found.get(&addin.name);
        let told: BTreeSet<&str> =
            told.into_iter().flatten().map(String::as_str).filter(|code| concerned.contains(code)).collect();
        let expected = addin.expected();
        if told != expected {
            let missing: Vec<_> = expected.difference(&told).collect();
            let spurious: Vec<_> = told.difference(&expected).collect();
            wrong.push(format!(
                "{} with {:?}: missing {missing:?}, spurious {spurious:?}",
                addin.name, addin.faults
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), planted.len(), wrong.join("\n"));
    assert_eq!(found.len(), planted.len(), "add-ins were split, or taken together");
}

#[test]
fn each_fault_alone_fires_its_own_checks() {
    let mut chance = Chance(1);
    let all = ADDRESSES.iter().chain(&SECRETS).chain(&PERMISSIONS).chain(&CONFIGURATION);
    let mut planted: Vec<Planted> = all
        .enumerate()
        .map(|(number, fault)| Planted::new(number, BTreeSet::from([*fault]), &mut chance))
        .collect();
    planted.push(Planted::new(planted.len(), BTreeSet::new(), &mut chance));
    for addin in &planted {
        assert_exact(std::slice::from_ref(addin));
    }
    assert_exact(&planted);
}

#[test]
fn in_a_folder_of_fifty_nothing_shows_at_another_add_in() {
    for seed in [7, 20_261_125, 0xdead_beef] {
        let mut chance = Chance(seed);
        let mut planted = Vec::new();
        for number in 0..ADDINS {
            let groups: [&[Fault]; 4] = [&ADDRESSES, &SECRETS, &PERMISSIONS, &CONFIGURATION];
            let faults = groups.iter().filter_map(|group| chance.fault(group)).collect();
            planted.push(Planted::new(number, faults, &mut chance));
        }
        assert_exact(&planted);
    }
}
