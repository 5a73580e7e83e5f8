//! Which kind of token it is, and by what it shows.

use super::members::Members;
use super::principal::{ACS, is_guid, name};
use crate::addin::evidence::ids::SHAREPOINT;
use crate::model::token::TokenKind;

/// The kind, and the sentences that tell why.
pub(super) fn kind(header: &Members, claims: &Members) -> (TokenKind, Vec<String>) {
    let issuer = claims.text("iss").unwrap_or_default();
    let algorithm = header.text("alg").unwrap_or_default();
    if claims.get("actortoken").is_some() {
        let unsigned =
            if algorithm.eq_ignore_ascii_case("none") { "and alg is none" } else { "but alg is not none" };
        return (TokenKind::HighTrustUser, vec![format!("it has an actortoken, {unsigned}")]);
    }
    if let Some(found) = entra(&issuer, claims) {
        return found;
    }
    let issuer = name(&issuer);
    if issuer.id.eq_ignore_ascii_case(ACS) {
        return of_acs(claims);
    }
    if issuer.id.eq_ignore_ascii_case(SHAREPOINT) {
        return of_sharepoint(claims);
    }
    let audience = name(&claims.text("aud").unwrap_or_default());
    if is_guid(&issuer.id) && audience.id.eq_ignore_ascii_case(SHAREPOINT) {
        let why = vec![
            format!("iss is {}, neither ACS nor SharePoint: a trusted issuer of the farm", issuer.id),
            "aud is SharePoint".to_owned(),
        ];
        return (TokenKind::HighTrustActor, why);
    }
    (TokenKind::Unknown, vec!["neither iss nor aud is one that SharePoint knows".to_owned()])
}

fn of_acs(claims: &Members) -> (TokenKind, Vec<String>) {
    let mut why = vec!["iss is Azure ACS".to_owned()];
    let audience = name(&claims.text("aud").unwrap_or_default());
    if claims.get("appctx").is_some()
        || claims.get("appctxsender").is_some()
        || claims.get("refreshtoken").is_some()
    {
        why.push("it has appctx, appctxsender or a refresh token".to_owned());
        return (TokenKind::ContextToken, why);
    }
    if !audience.id.eq_ignore_ascii_case(SHAREPOINT) {
        why.push("aud is not SharePoint, and there is no appctx".to_owned());
        return (TokenKind::Unknown, why);
    }
    why.push("aud is SharePoint".to_owned());
    if claims.get("actor").is_some() {
        why.push("it has an actor: the add-in acts for a user".to_owned());
        return (TokenKind::AcsUser, why);
    }
    why.push("it has no actor: nameid is the add-in itself".to_owned());
    (TokenKind::AcsAppOnly, why)
}

fn of_sharepoint(claims: &Members) -> (TokenKind, Vec<String>) {
    let why = vec!["iss is SharePoint itself".to_owned()];
    // A farm without ACS hands its own context tokens to receivers.
    if claims.get("appctx").is_some() && claims.get("appctxsender").is_some() {
        let why = [why, vec!["it has appctx and appctxsender".to_owned()]].concat();
        return (TokenKind::ContextToken, why);
    }
    (TokenKind::SharePointInternal, why)
}

fn entra(issuer: &str, claims: &Members) -> Option<(TokenKind, Vec<String>)> {
    let lower = issuer.to_ascii_lowercase();
    let version = claims.text("ver");
    let told = match version.as_deref() {
        Some("1.0") => " and ver is 1.0",
        Some("2.0") => " and ver is 2.0",
        _ => "",
    };
    let first = ["https://sts.windows.net/", "https://sts.chinacloudapi.cn/", "https://login.windows.net/"];
    if first.iter().any(|address| lower.starts_with(address)) {
        return Some((
            TokenKind::EntraV1,
            vec![format!("iss is an address of the first Entra endpoint{told}")],
        ));
    }
    let second = ["https://login.microsoftonline.", "https://login.partner.microsoftonline.cn/"];
    if second.iter().any(|address| lower.starts_with(address)) {
        let kind = if version.as_deref() == Some("1.0") { TokenKind::EntraV1 } else { TokenKind::EntraV2 };
        return Some((kind, vec![format!("iss is an address of Microsoft Entra{told}")]));
    }
    None
}

/// The client id of the add-in: each kind says it somewhere else.
pub(super) fn client_id(kind: TokenKind, claims: &Members, of_actor: Option<&str>) -> Option<String> {
    let id_in = |claim: &str| claims.text(claim).map(|text| name(&text).id);
    let found = match kind {
        TokenKind::ContextToken => id_in("aud"),
        TokenKind::AcsUser => id_in("actor"),
        TokenKind::AcsAppOnly | TokenKind::HighTrustActor => id_in("nameid"),
        TokenKind::HighTrustUser => of_actor.map(str::to_owned).or_else(|| id_in("iss")),
        TokenKind::EntraV1 | TokenKind::EntraV2 => claims.text("appid").or_else(|| claims.text("azp")),
        _ => None,
    };
    found.filter(|id| !id.is_empty()).map(|id| id.chars().take(100).collect())
}
