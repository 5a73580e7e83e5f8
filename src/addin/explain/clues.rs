//! What an error text tells by itself: hosts, ids, realms, codes, headers, one sentence each.

use super::super::host::Authority;
use super::super::masked_address::addresses;
use crate::model::audit::PairVerdict;

/// Sentences of one text are few; a whole log would make thousands.
const MOST: usize = 12;

/// Reads a text.
pub(super) fn read(text: &str) -> Vec<String> {
    let text = Text::of(text);
    let readers: [fn(&Text) -> Vec<String>; 11] = [
        audience,
        endpoint,
        refused_audience,
        diagnostics,
        challenge,
        codes,
        plain,
        password_of_certificate,
        tls,
        listening,
        token,
    ];
    let mut found: Vec<String> = Vec::new();
    for sentence in readers.iter().flat_map(|reader| reader(&text)) {
        let sentence = addresses(&sentence).into_owned();
        if !found.contains(&sentence) && found.len() < MOST {
            found.push(sentence);
        }
    }
    // An address with a number that is no secret: added behind, since values of queries are hidden.
    let unknown = unknown_codes(&text);
    found.extend(unknown.into_iter().take(MOST.saturating_sub(found.len())));
    found
}

/// A text with plain quotes, and the same in lower case: offsets are those of both.
struct Text {
    plain: String,
    lower: String,
}

impl Text {
    fn of(text: &str) -> Self {
        let plain: String = text
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("\\\"", "\"")
            .chars()
            .map(|c| match c {
                '\u{2018}'..='\u{201b}' => '\'',
                '\u{201c}'..='\u{201f}' => '"',
                c if c.is_whitespace() => ' ',
                c => c,
            })
            .collect();
        let lower = plain.to_ascii_lowercase();
        Self { plain, lower }
    }

    /// What stands before and behind a phrase.
    fn around(&self, phrase: &str) -> Option<(&str, &str)> {
        let at = self.lower.find(phrase)?;
        Some((self.plain.get(..at)?, self.plain.get(at + phrase.len()..)?))
    }

    fn behind(&self, phrase: &str) -> Option<&str> {
        self.around(phrase).map(|(_, behind)| behind)
    }
}

/// The first value in quotes, or the first word.
fn first_value(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', ':', '=']);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => text.get(1..)?.split(quote).next()?,
        None => text.split([' ', ',', ';']).next()?.trim_end_matches(['.', ')']),
    };
    let value = value.trim();
    (!value.is_empty() && value.len() < 2048).then_some(value)
}

/// The last value in quotes, or the last word.
fn last_value(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let quote = text.chars().last().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => text.get(..text.len() - 1)?.rsplit(quote).next()?,
        None => text.rsplit([' ', ',', ';']).next()?,
    };
    let value = value.trim();
    (!value.is_empty() && value.len() < 2048).then_some(value)
}

/// `TokenHelper`: `"hosts it accepts" is not the intended audience "audience of the token"`.
fn audience(text: &Text) -> Vec<String> {
    let Some((before, behind)) = text.around("is not the intended audience") else { return Vec::new() };
    let (Some(accepted), Some(audience)) = (last_value(before), first_value(behind)) else {
        return Vec::new();
    };
    let (name, realm) = audience.split_once('@').unwrap_or((audience, ""));
    let (client_id, registered) = name.split_once('/').unwrap_or((name, ""));
    let mut told = vec![
        format!(
            "The add-in accepts the host {accepted}: that is HostedAppHostNameOverride of its web.config, or without it \
             the host it was called at (a receiver leaves the port out)."
        ),
        format!(
            "The token was made for the host {}: that is the add-in domain of the registration.",
            if registered.is_empty() { "(none)" } else { registered }
        ),
        format!("The token is for the client id {client_id}: ClientId in web.config has to be the same."),
    ];
    if !realm.is_empty() {
        told.push(format!(
            "The token is of the realm {realm}: Realm in web.config is missing or has to be the same."
        ));
    }
    told.extend(accepted.split(';').next().and_then(|host| difference(host, registered)));
    told
}

/// What tells two hosts apart.
fn difference(accepted: &str, registered: &str) -> Option<String> {
    let (a, b) = (Authority::of(accepted)?, Authority::of(registered)?);
    Some(match a.compare(&b) {
        PairVerdict::Identical => {
            "The hosts are the same: so the client id or the realm in web.config is another one than in the token.".to_owned()
        }
        PairVerdict::TlsOnly => {
            format!("The hosts {accepted} and {registered} are one host, spelt differently; they are compared as text.")
        }
        PairVerdict::Different if a.host == b.host => format!(
            "The hosts {accepted} and {registered} differ in the port only: list {registered} in \
             HostedAppHostNameOverride, or use port 443."
        ),
        PairVerdict::Different => format!("The hosts {accepted} and {registered} are different ones."),
    })
}

/// SharePoint, before it calls a receiver.
fn endpoint(text: &Text) -> Vec<String> {
    let Some((before, behind)) = text.around("does not match the app's endpoint") else { return Vec::new() };
    let (Some(called), Some(registered)) = (last_value(before), first_value(behind)) else {
        return Vec::new();
    };
    let host = Authority::of(called).map_or_else(|| called.to_owned(), |authority| authority.audience);
    vec![
        format!(
            "The receiver is called at {called}, so its host is {host}: that is the Url of the receiver."
        ),
        format!("The registered add-in domain is {registered}; SharePoint gives a token only for that one."),
    ]
}

/// SharePoint, to a token for somebody else.
fn refused_audience(text: &Text) -> Vec<String> {
    let Some(audience) = text.behind("invalid audience uri").and_then(first_value) else { return Vec::new() };
    let (name, realm) = audience.split_once('@').unwrap_or((audience, ""));
    let host = name.split_once('/').map_or(name, |(_, host)| host);
    let mut told = vec![format!(
        "SharePoint refused a token for the resource {name}: its own name is 00000003-0000-0ff1-ce00-000000000000/host, \
         with the port if it is not 443; the host in the token is {host}."
    )];
    if !realm.is_empty() {
        told.push(format!("The token names the realm {realm}."));
    }
    told
}

/// `x-ms-diagnostics: 3000003;reason="…";category="…"`.
fn diagnostics(text: &Text) -> Vec<String> {
    let value = |name: &str| text.behind(name).and_then(first_value);
    // The name of the header is often left behind: `3001000;reason="…"`.
    let bare = || Some(text.around(";reason=")?.0.rsplit(' ').next()?.trim_matches(['"', '\'']));
    let number = text.behind("x-ms-diagnostics").and_then(first_value).or_else(bare);
    let number = number.map(|word| word.split(';').next().unwrap_or(word));
    let Some(number) =
        number.filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return Vec::new();
    };
    let reason = value("reason=").unwrap_or("none given");
    let category = match value("category=") {
        Some("invalid_client") => {
            "invalid_client: the token itself was refused, not the rights of the add-in"
        }
        Some("invalid_user") => "invalid_user: the user of the token is not known, or may not use the add-in",
        Some(other) => other,
        None => "none given",
    };
    vec![format!("SharePoint diagnosed {number}: {reason} (category {category}).")]
}

/// `WWW-Authenticate: Bearer realm="…",client_id="…",trusted_issuers="…"`.
fn challenge(text: &Text) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(realm) = text.behind("bearer realm=").and_then(first_value) {
        told.push(format!(
            "The realm of the farm or tenant is {realm}: Realm in web.config has to be that, or be left out."
        ));
    }
    if let Some(issuers) = text.behind("trusted_issuers=").and_then(first_value) {
        let acs = issuers.contains("00000001-0000-0000-c000-000000000000");
        let then = if acs {
            "Azure ACS is one of them"
        } else {
            "Azure ACS is none of them, so only high trust works"
        };
        told.push(format!("SharePoint trusts tokens of {issuers}; {then}."));
    }
    if let Some(header) =
        text.behind("authentication header received from the server was").and_then(first_value)
    {
        told.push(format!(
            "The server that was called asks for {header}: it lets nobody in without a logon."
        ));
    }
    told
}

/// Error codes of Microsoft Entra and ACS whose meaning is certain.
const CODES: [(&str, &str); 12] = [
    (
        "AADSTS7000215",
        "the client secret is wrong: cut off, of another application, or not the value but its id",
    ),
    ("AADSTS7000222", "the client secret has expired"),
    ("AADSTS7000218", "the request holds neither secret nor assertion"),
    ("AADSTS700016", "the client id is not known in this tenant"),
    ("AADSTS700027", "the certificate that signed the request is not registered for the application"),
    ("AADSTS70001", "the client id is not known, or the application is switched off"),
    ("AADSTS500011", "the resource that was asked for is not known in this tenant: host or realm is wrong"),
    ("AADSTS50011", "the redirect address is not one of those that are registered"),
    ("AADSTS50027", "the token that was sent is no valid JSON web token, or has ended"),
    ("AADSTS65001", "nobody has consented to the permissions"),
    ("AADSTS90002", "the tenant is not known: the realm is wrong"),
    (
        "AADSTS900023",
        "what was given as the tenant is no id and no domain of one: the realm is empty or wrong",
    ),
];

/// Codes of Microsoft Entra that a text names, each once, with what they mean if that is certain.
fn named(text: &Text) -> Vec<(String, Option<&'static str>)> {
    let mut found: Vec<(String, Option<&str>)> = Vec::new();
    for (at, word) in text.lower.match_indices("aadsts") {
        let digits = text.plain.get(at + word.len()..).unwrap_or_default();
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        let code = format!("AADSTS{digits}");
        if (4..10).contains(&digits.len()) && found.iter().all(|(known, _)| *known != code) {
            let meaning = CODES.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning);
            found.push((code, meaning));
        }
    }
    found
}

/// Where Microsoft explains the codes that are not known here.
fn unknown_codes(text: &Text) -> Vec<String> {
    let unknown = named(text).into_iter().filter(|(_, meaning)| meaning.is_none());
    let told = unknown.map(|(code, _)| {
        let number = code.trim_start_matches("AADSTS");
        format!("{code}: Microsoft explains it at https://login.microsoftonline.com/error?code={number}")
    });
    told.collect()
}

fn codes(text: &Text) -> Vec<String> {
    let known = named(text).into_iter();
    let known = known.filter_map(|(code, meaning)| Some(format!("{code}: {}.", meaning?)));
    let mut told: Vec<String> = known.collect();
    let ids = [
        ("specified tenant identifier", "The tenant that was asked for is"),
        ("application with identifier", "The client id that was asked with is"),
        ("for app ", "The client id that was asked with is"),
        ("in the directory", "The tenant that was asked is"),
    ];
    for (phrase, sentence) in ids {
        let value = text.behind(phrase).and_then(first_value).filter(|_| !told.is_empty());
        told.extend(
            value
                .filter(|value| value.contains('-') || value.contains('.'))
                .map(|value| format!("{sentence} {value}.")),
        );
    }
    told
}

/// Sentences that say what is wrong by themselves, and have no check: nothing in files shows it.
const PLAIN: [(&str, &str); 4] = [
    (
        "token is expired",
        "The token that was sent had ended; that says nothing of the client secret. Tokens are to be asked for anew before \
         their end (exp), not kept in a cache or session past it, and the clocks of the servers have to agree.",
    ),
    (
        "unsupported app only token",
        "SharePoint Online takes app-only tokens of Microsoft Entra only where they were got with a certificate: a client \
         secret is not enough.",
    ),
    (
        "unsupported security token",
        "SharePoint does not take tokens of this kind or issuer; spdoctor oauth token tells both of the token.",
    ),
    (
        "parameter 'token' cannot be a null or empty string",
        "The request held no context token: the page was not launched by SharePoint, or what was posted got lost in a \
         redirect.",
    ),
];

/// Opening a certificate fails with the sentence that Windows also has for the password of an account.
fn password_of_certificate(text: &Text) -> Vec<String> {
    const ITS_NUMBER: &str = "0x80070056";
    let of_certificate =
        ["pfx", "certificate", "x509", "cryptograph"].iter().any(|word| text.lower.contains(word));
    if !text.lower.contains("specified network password is not correct")
        || (text.lower.contains(ITS_NUMBER) && !of_certificate)
    {
        return Vec::new();
    }
    vec![
        "Where a .pfx was opened, its password is another one: ClientSigningCertificatePassword belongs to another file, or \
         was changed."
            .to_owned(),
    ]
}

fn plain(text: &Text) -> Vec<String> {
    let held = PLAIN.iter().filter(|(known, _)| text.lower.contains(known));
    held.map(|(_, meaning)| (*meaning).to_owned()).collect()
}

fn tls(text: &Text) -> Vec<String> {
    let Some(behind) = text.behind("trust relationship for the ssl/tls secure channel") else {
        return Vec::new();
    };
    let target =
        behind.to_ascii_lowercase().find("with authority").and_then(|at| first_value(behind.get(at + 14..)?));
    match target {
        Some(host) => vec![format!(
            "The certificate of {host} is not trusted by the server that called it, or does not name that host: this is \
             about TLS, not about OAuth."
        )],
        None => vec!["A certificate is not trusted by the server that made the call: this is about TLS, not about OAuth.".to_owned()],
    }
}

fn listening(text: &Text) -> Vec<String> {
    let Some(url) = text.behind("no endpoint listening at").and_then(first_value) else { return Vec::new() };
    let Some(authority) = Authority::of(url) else { return Vec::new() };
    let port =
        if authority.port == 443 { "443, as it should be" } else { "not 443, which receivers should use" };
    vec![format!("SharePoint called {} on port {}: the port is {port}.", authority.host, authority.port)]
}

/// A token was pasted along: it is not shown.
fn token(text: &Text) -> Vec<String> {
    let shape = text
        .plain
        .split([' ', '"', '\'', '=', '&'])
        .any(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2);
    if shape {
        vec!["The text holds a token: spdoctor oauth token reads what it says. Whoever has it may use it until it ends.".to_owned()]
    } else {
        Vec::new()
    }
}
