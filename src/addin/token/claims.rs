//! Claims as they may be shown: those that are known to hold no secret in full, all others as length and digest.

use serde_json::Value;

use super::mask;
use super::members::{Members, scalar};
use super::principal::known;
use crate::model::token::Claim;

/// Most claims of one token that are listed.
const MOST_CLAIMS: usize = 120;
/// Most characters of a value that are shown.
const MOST_SHOWN: usize = 300;

/// Claims that are shown, with what they mean.
const SHOWN: [(&str, &str); 62] = [
    ("acct", ""),
    ("acr", ""),
    ("actor", "the add-in that acts for the user"),
    ("aio", ""),
    ("alg", "algorithm of the signature"),
    ("amr", "how the user signed in"),
    ("app_displayname", "name of the application"),
    ("appctxsender", "who made the context"),
    ("appid", "client id of the application"),
    ("appidacr", "how the application proved who it is: 0 not at all, 1 secret, 2 certificate"),
    ("aud", "for whom the token is"),
    ("auth_time", ""),
    ("azp", "client id of the application"),
    ("azpacr", "how the application proved who it is: 0 not at all, 1 secret, 2 certificate"),
    ("clientappid", "client id of the application"),
    ("cty", ""),
    ("deviceid", ""),
    ("e_exp", ""),
    ("email", ""),
    ("endpointurl", ""),
    ("exp", "not valid from this moment on"),
    ("family_name", ""),
    ("given_name", ""),
    ("groups", ""),
    ("iat", "when it was issued"),
    ("identityprovider", "who knows the user"),
    ("idp", "who knows the user"),
    ("idtyp", "app: no user is in it"),
    ("ipaddr", ""),
    ("isbrowserhostedapp", "the add-in runs in a browser"),
    ("iss", "who issued it"),
    ("isuser", ""),
    ("isloopback", ""),
    ("kid", "id of the key"),
    ("name", ""),
    ("nameid", "whom it speaks of: a user, or the add-in itself"),
    ("nbf", "valid from this moment on"),
    ("nii", "which kind of name the user has"),
    ("oid", "object id"),
    ("onprem_sid", ""),
    ("preferred_username", ""),
    ("puid", ""),
    ("role", ""),
    ("roles", "application permissions"),
    ("scope", "permissions"),
    ("scp", "delegated permissions"),
    ("sid", "security identifier of the user"),
    ("signin_state", ""),
    ("smtp", ""),
    ("sip", ""),
    ("sub", "subject"),
    ("tenant_region_scope", ""),
    ("tid", "tenant"),
    ("trustedfordelegation", "the add-in may act for users"),
    ("typ", ""),
    ("unique_name", ""),
    ("upn", "name of the user"),
    ("ver", "version of the token"),
    ("wids", ""),
    ("x5t", "thumbprint of the certificate that signed, SHA-1, base64"),
    ("x5t#S256", "thumbprint of the certificate that signed, SHA-256, base64"),
    ("xms_tcdt", ""),
];

/// Claims that hold tokens and are told elsewhere.
const TOLD_ELSEWHERE: [&str; 2] = ["actortoken", "appctx"];

/// The members of a token as they may be shown.
pub(super) fn claims(members: &Members) -> Vec<Claim> {
    members.0.iter().take(MOST_CLAIMS).map(|(name, value)| claim(name, value)).collect()
}

fn claim(name: &str, value: &Value) -> Claim {
    let known_claim = SHOWN.iter().find(|(known, _)| *known == name);
    let shown_name =
        if is_plain_name(name) { name.to_owned() } else { format!("[name of {}]", mask::shown(name)) };
    if TOLD_ELSEWHERE.contains(&name) {
        return Claim { name: shown_name, value: hidden(value), secret: true, note: "see below".to_owned() };
    }
    match (known_claim, value) {
        (Some((_, meaning)), value) => {
            let text = text_of(value);
            let note = note(&text).unwrap_or_else(|| (*meaning).to_owned());
            Claim { name: shown_name, value: text, secret: false, note }
        }
        (None, Value::Bool(_) | Value::Null) => {
            Claim { name: shown_name, value: value.to_string(), secret: false, note: String::new() }
        }
        // A number can be a secret as well: one that is longer than any count or time is hidden.
        (None, Value::Number(number)) if number.to_string().len() <= 11 => {
            Claim { name: shown_name, value: number.to_string(), secret: false, note: String::new() }
        }
        (None, value) => Claim { name: shown_name, value: hidden(value), secret: true, note: String::new() },
    }
}

/// A name of a claim, and not a value in its place.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && !name.contains(|c: char| c.is_control())
        && mask::masked(name) == name
}

/// A list becomes its items with blanks between them; what is deeper is counted.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().take(20).map(item).collect();
            let more = items.len().saturating_sub(20);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            texts.join(" ") + &rest
        }
        other => item(other),
    };
    clipped(&text)
}

fn item(value: &Value) -> String {
    match scalar(value) {
        // What cannot be a secret by its name still could be one by mistake.
        Some(text) if text.contains("eyJ") => mask::masked(&text),
        Some(text) => text,
        None => hidden(value),
    }
}

/// Length and digest.
fn hidden(value: &Value) -> String {
    match value {
        Value::String(text) => mask::shown(text),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(members) => format!("an object of {}", members.len()),
        Value::Null => "null".to_owned(),
        other => mask::shown(&other.to_string()),
    }
}

fn note(text: &str) -> Option<String> {
    let id = text.split(['/', '@']).next().unwrap_or_default();
    known(id).map(str::to_owned)
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What is inside `appctx`: the key of the cache is a secret, since whoever has it has the user's tokens.
pub(super) fn app_context(text: &str) -> Result<Vec<Claim>, String> {
    let members = Members::parse(text)?;
    let shown = ["SecurityTokenServiceUri", "SecurityTokenServiceUrl"];
    let claim = |(name, value): &(String, Value)| {
        let plain = shown.contains(&name.as_str());
        let note =
            if name == "CacheKey" { "names the user, the add-in and the site; kept secret" } else { "" };
        Claim {
            name: if is_plain_name(name) { name.clone() } else { format!("[name of {}]", mask::shown(name)) },
            value: if plain { text_of(value) } else { hidden(value) },
            secret: !plain,
            note: note.to_owned(),
        }
    };
    Ok(members.0.iter().take(MOST_CLAIMS).map(claim).collect())
}

#[cfg(test)]
mod tests {
    use super::super::members::Members;
    use super::{app_context, claims};

    #[test]
    fn unknown_and_secret_claims_show_length_and_digest() {
        let members = Members::parse(
            r#"{"aud":"x@y","refreshtoken":"canary-canary-1","custom":"canary-canary-2","n":1}"#,
        );
        let shown = claims(&members.expect("an object"));
        assert!(!format!("{shown:?}").contains("canary"), "{shown:?}");
        assert!(!shown[0].secret && shown[1].secret && shown[2].secret && !shown[3].secret);
    }

    #[test]
    fn the_key_of_the_cache_is_kept() {
        let shown =
            app_context(r#"{"CacheKey":"canary-canary","SecurityTokenServiceUri":"https://a.example/"}"#);
        let shown = shown.expect("an object");
        assert!(!format!("{shown:?}").contains("canary"), "{shown:?}");
        assert_eq!(shown[1].value, "https://a.example/");
    }
}
