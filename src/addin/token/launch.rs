//! The launch of an add-in in a capture: what refuses a context token without an HTTP status that says so.

use super::capture::Traffic;
use super::find::CONTEXT_FIELDS;
use crate::addin::host::Authority;
use crate::addin::masked_address::addresses;
use crate::model::audit::AuditSeverity::Error;
use crate::model::token::{Explained, Token, TokenFinding, TokenKind};

/// What the error page of the add-in project of Visual Studio says; it comes with status 200.
const ERROR_PAGE: &str = "an error occurred while processing your request";

/// Checks of what an add-in compares with a context token.
const BEHIND: [&str; 3] = ["OB01", "OB27", "OB08"];

/// SharePoint posts a context token to the add-in.
pub(super) fn posts_context_token(traffic: &Traffic) -> bool {
    let body = traffic.request.body.trim_start();
    traffic.method.eq_ignore_ascii_case("POST")
        && !body.starts_with(['{', '[', '<'])
        && super::find::form_fields(body).any(|(name, value)| {
            let known = CONTEXT_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(&name));
            known && !value.is_empty()
        })
}

/// Where an answer to a context token that calls itself a success or a redirection shows that it was refused: what
/// tells it, and what it means.
pub(super) fn refused(traffic: &Traffic) -> Option<((String, String), Explained)> {
    if !posts_context_token(traffic) {
        return None;
    }
    if (300..400).contains(&traffic.status) {
        let sends_back = |target: &&str| target.to_ascii_lowercase().contains("/appredirect.aspx");
        let target = traffic.response.all("Location").find(sends_back)?;
        let meaning = "the add-in was posted a context token and sends the browser back to SharePoint for another one: \
                       it did not take the token for its own";
        // The query holds addresses of its own.
        let page = target.split('?').next().unwrap_or(target);
        return Some((("Location".to_owned(), addresses(page).into_owned()), explained(meaning)));
    }
    let at = traffic.response.body.to_ascii_lowercase().find(ERROR_PAGE)?;
    let text = super::failure::sentence(&traffic.response.body, at);
    let meaning =
        "the add-in found no valid context token in what was posted to it, and shows its error page";
    (200..300).contains(&traffic.status).then(|| (("body".to_owned(), text), explained(meaning)))
}

fn explained(meaning: &str) -> Explained {
    let checks = BEHIND.iter().map(|check| (*check).to_owned()).collect();
    Explained { meaning: meaning.to_owned(), checks }
}

/// A context token that was posted to another host or port than the one it is for.
pub(super) fn another_address(token: &Token, traffic: &Traffic) -> Option<TokenFinding> {
    if token.kind != TokenKind::ContextToken || !posts_context_token(traffic) {
        return None;
    }
    let registered = token.audience.as_ref()?.authority.as_deref()?;
    let called = Authority::of(&traffic.url)?.audience;
    if registered.eq_ignore_ascii_case(&called) {
        return None;
    }
    Some(TokenFinding {
        name: "posted-to-another-address",
        severity: Error,
        message: format!(
            "it is for {registered} and was posted to {called}: the add-in refuses it, unless HostedAppHostNameOverride of \
             its web.config names {registered}"
        ),
        remedy: format!(
            "register {called} as the App Domain, or start the add-in at {registered}: StartPage and registration have to \
             be the same, with the port"
        ),
        checks: BEHIND.iter().map(|check| (*check).to_owned()).collect(),
    })
}
