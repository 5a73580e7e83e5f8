//! A token side by side with the artefacts of its add-in.

use std::sync::Arc;

use base64::Engine as _;

use crate::addin::address::registered;
use crate::addin::evidence::manifest::ManifestPrincipal;
use crate::addin::evidence::secret::is_shown;
use crate::addin::evidence::{Evidence, Value};
use crate::addin::host::Authority;
use crate::addin::join::Joined;
use crate::addin::masked_address::addresses;
use crate::addin::subject::AddIn;
use crate::model::audit::AuditSeverity::{Critical, Error, Warning};
use crate::model::audit::{AuditEvidence, PairVerdict};
use crate::model::token::{Token, TokenComparison, TokenFinding, TokenKind};

/// What the place of a registered domain is called.
const REGISTERED: &str = "registered domain";

/// Most comparisons of one token that are told.
const MOST: usize = 40;

/// Compares a token, and the ones inside it, with the add-in of its client id; with the only add-in there is, if none
/// has it.
pub(super) fn compare(token: &mut Token, joined: &Joined) {
    let Some(client_id) = token.client_id.clone() else { return };
    let knows = |addin: &&AddIn| client_ids(&addin.evidence).iter().any(|(_, value)| value.is(&client_id));
    let own: Vec<&AddIn> = joined.addins.iter().filter(knows).collect();
    let (chosen, known) = match (own.as_slice(), joined.addins.as_slice()) {
        ([], [only]) => (vec![only], false),
        ([], several) => {
            token.findings.push(unknown_client(&client_id, several.len()));
            return;
        }
        (own, _) => (own.to_vec(), true),
    };
    let mut found = Vec::new();
    for addin in chosen {
        found.extend(of_client_id(token, &client_id, &addin.evidence, known));
        found.extend(of_host(token, &addin.evidence, &joined.shared));
        found.extend(of_realm(token, &addin.evidence, &joined.shared));
    }
    found.extend(of_issuer(token, &joined.shared));
    found.extend(of_certificate(token, &joined.shared));
    let mut seen = Vec::new();
    found.retain(|row| {
        let new = !seen.contains(row);
        if new {
            seen.push(row.clone());
        }
        new
    });
    found.truncate(MOST);
    token.findings.extend(found.iter().filter(|row| row.verdict != PairVerdict::Identical).map(finding));
    token.comparisons = found;
}

fn unknown_client(client_id: &str, addins: usize) -> TokenFinding {
    let message = match addins {
        0 => format!("no artefact names an add-in, so {client_id} could not be compared"),
        _ => format!("none of the {addins} add-ins in the artefacts has the client id {client_id}"),
    };
    TokenFinding {
        name: "client-id-in-no-artefact",
        severity: Error,
        message,
        remedy: "give the artefacts of the add-in that this token is for".to_owned(),
        checks: vec!["OE05".to_owned(), "OE06".to_owned()],
    }
}

fn row(
    what: &'static str,
    token: &str,
    place: &str,
    value: &Value,
    verdict: PairVerdict,
    reason: &str,
) -> TokenComparison {
    TokenComparison {
        what,
        token: token.to_owned(),
        place: place.to_owned(),
        artefact: AuditEvidence {
            path: Arc::clone(&value.at.path),
            line: value.at.line,
            column: value.at.column,
            value: addresses(&value.raw).into_owned(),
        },
        verdict,
        reason: if verdict == PairVerdict::Identical { String::new() } else { reason.to_owned() },
    }
}

fn same(token: &str, value: &Value) -> PairVerdict {
    if value.is(token) { PairVerdict::Identical } else { PairVerdict::Different }
}

/// Every client id of an add-in, with the name of its place. `*` of a source manifest is none.
fn client_ids(evidence: &Evidence) -> Vec<(&'static str, &Value)> {
    let manifests = evidence.manifests.iter().flat_map(|manifest| &manifest.principals);
    let of_manifests = manifests.filter_map(|principal| match principal {
        ManifestPrincipal::Remote { client_id, .. } => Some(("manifest", client_id.as_ref()?)),
        _ => None,
    });
    let of_configs = evidence.configs.iter().filter(|config| !config.transform).filter_map(|config| {
        let setting = config.get("ClientId").or_else(|| config.get("HostedAppName"))?;
        Some(("configuration", &setting.value))
    });
    let of_principals = evidence
        .principals
        .iter()
        .filter_map(|principal| Some(("registration", principal.client_id.as_ref()?)));
    let of_installed = evidence
        .installed
        .iter()
        .filter_map(|installed| Some(("installed add-in", installed.client_id.as_ref()?)));
    let all = of_manifests.chain(of_configs).chain(of_principals).chain(of_installed);
    all.filter(|(_, value)| !matches!(value.trimmed(), "" | "*") && !is_shown(&value.raw)).collect()
}

fn of_client_id(token: &Token, client_id: &str, evidence: &Evidence, known: bool) -> Vec<TokenComparison> {
    let reason = match token.kind {
        TokenKind::ContextToken => "the add-in expects its own client id in aud, and refuses the token",
        _ => "the token was made for another add-in",
    };
    let rows = client_ids(evidence).into_iter();
    let row = |(place, value): (&'static str, &Value)| {
        row(
            "client id",
            client_id,
            &format!("client id of the {place}"),
            value,
            same(client_id, value),
            reason,
        )
    };
    // Where nothing fits, one difference says it.
    if known { rows.map(row).collect() } else { rows.take(1).map(row).collect() }
}

fn of_host(token: &Token, evidence: &Evidence, shared: &Evidence) -> Vec<TokenComparison> {
    let Some(text) = token.audience.as_ref().and_then(|audience| audience.authority.as_deref()) else {
        return Vec::new();
    };
    let Some(authority) = Authority::of(text) else { return Vec::new() };
    let to_addin = token.kind == TokenKind::ContextToken;
    let places = if to_addin { addin_places(evidence) } else { sharepoint_places(shared) };
    // What was not kept, and shows as its length and digest, cannot be compared.
    let kept = places.into_iter().filter(|(_, value, _)| !is_shown(&value.raw));
    let judged = kept.filter_map(|(place, value, reason)| {
        // Service principal names have the id in front.
        let written = value.trimmed().rsplit_once("000000000000/").map_or(value.trimmed(), |(_, host)| host);
        let other = if place == REGISTERED { registered(&value.raw) } else { Authority::of(written) };
        let verdict = authority.compare(&other?);
        Some(row("host", text, place, value, verdict, reason))
    });
    let mut rows: Vec<TokenComparison> = judged.collect();
    // Of several registered domains, or several addresses of SharePoint, one has to fit.
    let fits =
        |place: &str| rows.iter().any(|row| row.place == place && row.verdict == PairVerdict::Identical);
    let fitting = [REGISTERED, "web application", "service principal name"].map(|place| (place, fits(place)));
    let dispensable =
        |row: &TokenComparison| fitting.iter().any(|(place, fits)| *fits && row.place == *place);
    rows.retain(|row| row.verdict == PairVerdict::Identical || !dispensable(row));
    if to_addin {
        without_port(&mut rows, &authority);
        with_override(&mut rows, text, evidence);
    }
    rows
}

/// `TokenHelper` holds a token that comes with a call of a receiver against `To.Host`, which has no port: where the
/// audience has one, no such call is accepted (*verified*, sp-dev-docs #1358).
fn without_port(rows: &mut [TokenComparison], audience: &Authority) {
    if !audience.explicit_port {
        return;
    }
    let receivers = rows.iter_mut().filter(|row| row.place.ends_with("EventEndpoint"));
    for row in receivers.filter(|row| row.verdict == PairVerdict::Identical) {
        row.verdict = PairVerdict::Different;
        PORTLESS.clone_into(&mut row.reason);
    }
}

/// Why a receiver refuses a token whose audience has a port.
const PORTLESS: &str = "TokenHelper compares the audience with the host of the call without its port (To.Host), and refuses the token there";

/// `HostedAppHostNameOverride` wins over the address of the page: where it is set, the audience has to be one of its
/// entries, and they are not trimmed.
fn with_override(rows: &mut Vec<TokenComparison>, text: &str, evidence: &Evidence) {
    let configs = evidence.configs.iter().filter(|config| !config.transform);
    let settings =
        configs.filter_map(|config| config.get("HostedAppHostNameOverride")).map(|setting| &setting.value);
    for value in settings.filter(|value| !value.raw.is_empty() && !is_shown(&value.raw)) {
        let fits = value.raw.split(';').any(|entry| entry.eq_ignore_ascii_case(text));
        let verdict = if fits { PairVerdict::Identical } else { PairVerdict::Different };
        let reason = "TokenHelper takes only the hosts of this list for the audience";
        rows.push(row("host", text, "HostedAppHostNameOverride", value, verdict, reason));
        rows.retain(|row| row.place != "StartPage");
        if fits {
            for row in rows.iter_mut().filter(|row| row.reason == PORTLESS) {
                row.verdict = PairVerdict::Identical;
                row.reason.clear();
            }
        }
    }
}

type Place<'a> = (&'static str, &'a Value, &'static str);

/// Where the host of the add-in itself is written.
fn addin_places(evidence: &Evidence) -> Vec<Place<'_>> {
    let domains = evidence.principals.iter().flat_map(|principal| principal.domains.iter().flatten());
    let mut places: Vec<Place<'_>> = domains
        .map(|value| (REGISTERED, value, "SharePoint writes the registered domain into aud: the registration that is given is not the one that made this token"))
        .collect();
    places.extend(evidence.manifests.iter().filter_map(|manifest| manifest.start_page.as_ref()).map(
        |value| {
            (
                "StartPage",
                value,
                "TokenHelper expects the host of the page in aud: \"is not the intended audience\"",
            )
        },
    ));
    let endpoints = evidence.manifests.iter().flat_map(|manifest| &manifest.endpoints);
    places.extend(endpoints.map(|endpoint| {
        (
            endpoint.element,
            &endpoint.url,
            "SharePoint refuses to send a token to a receiver on another host than the registered one",
        )
    }));
    places
}

/// Where the host of SharePoint is written.
fn sharepoint_places(shared: &Evidence) -> Vec<Place<'_>> {
    let reason = "SharePoint refuses a token for another host: \"Invalid audience Uri\"";
    let webs = shared.farm.web_applications.iter().map(|value| ("web application", value, reason));
    let names = shared.farm.sharepoint_names.iter().map(|value| ("service principal name", value, reason));
    webs.chain(names.filter(|value| value.1.raw.contains('/'))).collect()
}

fn of_realm(token: &Token, evidence: &Evidence, shared: &Evidence) -> Vec<TokenComparison> {
    let Some(realm) = token.realm.as_deref() else { return Vec::new() };
    let farm = shared.farm.realms.iter().map(|value| ("realm of the farm", value));
    let principals = evidence
        .principals
        .iter()
        .filter_map(|principal| Some(("realm of the registration", principal.realm.as_ref()?)));
    let configs = evidence
        .configs
        .iter()
        .filter(|config| !config.transform)
        .filter_map(|config| Some(("Realm of the configuration", &config.get("Realm")?.value)));
    let reason =
        "another realm is another tenant or farm: issuer, audience and client id of it are not known there";
    let all = farm.chain(principals).chain(configs);
    let kept = all.filter(|(_, value)| !is_shown(&value.raw));
    // `Realm ?? token.Realm`: an empty text is not null. High trust asks for both.
    let high_trust = matches!(token.kind, TokenKind::HighTrustUser | TokenKind::HighTrustActor);
    let kept = kept.filter(|(_, value)| !(high_trust && value.trimmed().is_empty()));
    kept.map(|(place, value)| {
        let reason = if value.trimmed().is_empty() { EMPTY_REALM } else { reason };
        row("realm", realm, place, value, same(realm, value), reason)
    })
    .collect()
}

/// Why no token fits an empty `Realm`.
const EMPTY_REALM: &str = "an empty Realm is not a missing one: TokenHelper expects an audience that ends with @, and refuses every token";

/// The issuer of a high-trust token has to be registered, letter by letter.
fn of_issuer(token: &Token, shared: &Evidence) -> Vec<TokenComparison> {
    let signed = token.chain().find(|token| token.kind == TokenKind::HighTrustActor);
    let Some(issuer) = signed.and_then(|token| token.issuer.as_ref()) else { return Vec::new() };
    let names: Vec<&Value> =
        shared.farm.issuers.iter().filter_map(|issuer| issuer.registered_name.as_ref()).collect();
    let exact = |value: &&&Value| value.trimmed() == issuer.raw;
    let reason = "SharePoint knows no such issuer: \"The issuer of the token is not a trusted issuer\"";
    let shown: Vec<&Value> = match names.iter().find(exact) {
        Some(value) => vec![value],
        None => names,
    };
    let verdict = |value: &Value| match () {
        () if value.trimmed() == issuer.raw => PairVerdict::Identical,
        () => PairVerdict::Different,
    };
    shown
        .into_iter()
        .map(|value| row("issuer", &issuer.raw, "trusted issuer", value, verdict(value), reason))
        .collect()
}

/// The thumbprint in `x5t` against those of the trusted issuers.
fn of_certificate(token: &Token, shared: &Evidence) -> Vec<TokenComparison> {
    let signed = token.chain().find(|token| token.kind == TokenKind::HighTrustActor);
    let Some(thumbprint) = signed.and_then(|token| token.field("x5t")).and_then(hexadecimal) else {
        return Vec::new();
    };
    let all: Vec<&Value> =
        shared.farm.issuers.iter().filter_map(|issuer| issuer.thumbprint.as_ref()).collect();
    let bare = |value: &Value| value.raw.chars().filter(char::is_ascii_hexdigit).collect::<String>();
    let fits = |value: &&&Value| bare(value).eq_ignore_ascii_case(&thumbprint);
    let shown: Vec<&Value> = match all.iter().find(fits) {
        Some(value) => vec![value],
        None => all,
    };
    let reason = "the farm trusts another certificate than the one that signed";
    let verdict = |value: &Value| {
        if bare(value).eq_ignore_ascii_case(&thumbprint) {
            PairVerdict::Identical
        } else {
            PairVerdict::Different
        }
    };
    let row = |value: &Value| {
        row("certificate", &thumbprint, "thumbprint of the trusted issuer", value, verdict(value), reason)
    };
    shown.into_iter().map(row).collect()
}

/// `x5t` as Windows shows thumbprints.
fn hexadecimal(x5t: &str) -> Option<String> {
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(x5t.trim_end_matches('=')).ok()?;
    (bytes.len() == 20).then(|| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat())
}

fn finding(row: &TokenComparison) -> TokenFinding {
    let checks: &[&str] = match (row.what, row.place.as_str()) {
        ("host", "StartPage") => &["OB01", "OB27"],
        ("host", "HostedAppHostNameOverride") => &["OB27"],
        ("host", REGISTERED) => &["OB01"],
        ("host", "web application" | "service principal name") => &["OK05"],
        ("host", _) if row.reason == PORTLESS => &["OB12"],
        ("host", _) => &["OB02"],
        ("client id", _) => &["OE05"],
        ("issuer", _) => &["OH05"],
        ("certificate", _) => &["OH08", "OH09"],
        _ if row.reason == EMPTY_REALM => &["OG02"],
        _ => &["OG03"],
    };
    let only_tls =
        if row.verdict == PairVerdict::TlsOnly { ", the same for TLS but not for the audience" } else { "" };
    // A receiver on another host does not spoil this token; it gets none of its own.
    let spoils = !row.place.ends_with("EventEndpoint") || row.reason == PORTLESS;
    TokenFinding {
        name: match row.what {
            "host" => "host-differs",
            "client id" => "client-id-differs",
            "issuer" => "issuer-differs",
            "certificate" => "certificate-differs",
            _ => "realm-differs",
        },
        severity: if spoils { Critical } else { Warning },
        message: format!(
            "the {} of the token is {}, the {} is {} ({}){only_tls}: {}",
            row.what,
            row.token,
            row.place,
            if row.artefact.value.is_empty() { "empty" } else { &row.artefact.value },
            place(&row.artefact),
            row.reason
        ),
        remedy: "make the two the same; `spdoctor oauth` on the artefacts tells which one to change"
            .to_owned(),
        checks: checks.iter().map(|check| (*check).to_owned()).collect(),
    }
}

fn place(artefact: &AuditEvidence) -> String {
    match artefact.line {
        0 => artefact.path.to_string(),
        line => format!("{}:{line}", artefact.path),
    }
}
