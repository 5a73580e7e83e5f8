//! What the texts and numbers of refusals mean, and which checks look for their causes.

/// `ErrorCode` of a call without a token.
pub(super) const NO_CONTEXT_TOKEN: &str = "getcontexttokenerror";

/// What a text means, and which checks look for the cause. The texts are compared in lower case.
pub(super) const MEANINGS: [(&str, &str, &[&str]); 31] = [
    ("aadsts7000222", "the client secret has expired", &["OF05", "OF06"]),
    (
        "aadsts7000215",
        "the client secret is not the one that is registered, or not written as base64",
        &["OF01", "OF03", "OE05"],
    ),
    ("aadsts700016", "no application with this client id is known in this tenant", &["OE06", "OG03", "OG05"]),
    ("aadsts70001", "no application with this client id is known in this tenant", &["OE06", "OG03", "OG05"]),
    ("aadsts90002", "the realm is no tenant", &["OG01", "OG03"]),
    ("aadsts900023", "the realm is no tenant", &["OG01", "OG03"]),
    (
        "aadsts500011",
        "the resource, client id of SharePoint and its host, is not registered in this tenant",
        &["OK05", "OG03"],
    ),
    (
        "aadsts50001",
        "the resource, client id of SharePoint and its host, is not registered in this tenant",
        &["OK05", "OG03"],
    ),
    ("aadsts50011", "the redirect URI is not the one that is registered", &["OJ03", "OJ01"]),
    ("aadsts50027", "the token that was sent is no valid JSON web token", &["OH08"]),
    ("aadsts700027", "the certificate that signed is not registered, or has expired", &["OH08"]),
    ("aadsts65001", "nobody has consented to the permissions", &["OI19"]),
    ("acs50012", "ACS refused the client secret", &["OF05", "OF01", "OE05"]),
    ("acs50027", "ACS refused the token that was sent", &["OH08"]),
    (
        "invalid audience uri",
        "the audience (aud) of the token is not the SharePoint it was sent to: another service, or another host",
        &["OK05", "OG12"],
    ),
    (
        "token type is not allowed",
        "the tenant does not let ACS app-only tokens in (DisableCustomAppAuthentication)",
        &["OK06"],
    ),
    (
        "is not the intended audience",
        "the audience of the context token is not the host that the add-in was called at",
        &["OB01", "OB12", "OB27"],
    ),
    (
        "could not resolve issuer token",
        "the context token is not signed with the client secret: the secret has expired or differs",
        &["OF05", "OF08", "OF10"],
    ),
    (
        "invalid issuer or signature",
        "the context token is not signed with the client secret of the configuration",
        &["OB27", "OB28", "OF05", "OF08"],
    ),
    (
        "not a trusted issuer",
        "the farm does not trust the issuer of the high-trust token",
        &["OH03", "OH05", "OH06", "OH07", "OH09"],
    ),
    (
        "could not establish trust relationship",
        "the certificate of the other side is not trusted, or is for another host",
        &["OC05", "OD02", "OD07", "OD08"],
    ),
    (
        "does not match the app's endpoint",
        "the receiver lies on another host than the registered domain",
        &["OB02"],
    ),
    (NO_CONTEXT_TOKEN, "SharePoint could not make a context token for the receiver", &["OB02"]),
    (
        "there was no endpoint listening",
        "nothing answers at the address of the receiver, often because of its port",
        &["OC02", "OB12"],
    ),
    (
        "unauthorized with client authentication scheme 'anonymous'",
        "the receiver does not let anonymous callers in",
        &["OC06"],
    ),
    (
        "an error occurred while processing your request",
        "the add-in found no valid context token",
        &["OB01", "OB08", "OB27", "OB09", "OE05", "OA13"],
    ),
    ("not a valid base-64 string", "the client secret of the configuration is no base64", &["OF01", "OF03"]),
    (
        "has to approve this app",
        "a tenant-wide permission must be granted by a tenant administrator",
        &["OI16"],
    ),
    ("token has expired", "the token has expired", &[]),
    ("token lifetime", "the token has expired, or lives longer than SharePoint allows", &["OH16"]),
    (
        "attempted to perform an unauthorized operation",
        "the token was accepted, the permission was not enough",
        &["OI19", "OI11"],
    ),
];

/// Numbers in front of `x-ms-diagnostics`.
pub(super) const DIAGNOSTICS: [(&str, &str, &[&str]); 6] = [
    ("3003000", "the farm could not ask Azure ACS", &["OK05", "OL01"]),
    (
        "3000003",
        "the audience (aud) of the token is not the SharePoint it was sent to: another service, or another host",
        &["OK05", "OG12"],
    ),
    // *Verified* in one published thread, always with "Token contains invalid signature.".
    (
        "3000006",
        "the token that was sent is not signed with a key that SharePoint knows for its issuer",
        &["OH08", "OK05"],
    ),
    // *Verified* in two published notes, always with "App is not allowed to call SPO with user_impersonation scope".
    (
        "3001003",
        "SharePoint Online does not let this application call it for a user (user_impersonation alone): another sign-in \
         with it changes nothing",
        &[],
    ),
    // *Verified* in four published notes, always with the text about the algorithm in the header.
    (
        "3005004",
        "the token that was sent is not signed, or its header names no algorithm that SharePoint takes (alg)",
        &["OH08"],
    ),
    (
        "3001000",
        "SharePoint refused the token that was sent, not the client secret: it has ended, is of another realm, or of an issuer that is not trusted",
        &["OK05", "OG03", "OH05"],
    ),
];

/// What SharePoint says of a token that was sent to it, in `error_description` and without an `error`.
pub(super) const SENT: [(&str, &str, &[&str]); 10] = [
    (
        "unsupported app only token",
        "SharePoint Online takes app-only tokens of Microsoft Entra only where they were got with a certificate, not with \
         a secret",
        &["OL01", "OK06"],
    ),
    (
        "unsupported security token",
        "SharePoint does not take tokens of this kind or of this issuer",
        &["OK05", "OG03", "OL01"],
    ),
    (
        "invalid issuer or signature",
        "SharePoint does not trust the issuer of the token that was sent, or its signature",
        &["OK05", "OG03", "OH05", "OH08", "OL01"],
    ),
    (
        "not a trusted issuer",
        "SharePoint does not trust the issuer of the token that was sent",
        &["OH03", "OH05", "OH06", "OH07", "OH09", "OK05"],
    ),
    (
        "could not resolve issuer token",
        "SharePoint knows no key that the token that was sent is signed with",
        &["OH05", "OH08", "OH09", "OK05"],
    ),
    (
        "no certificate thumbprint specified",
        "the token that was sent names no certificate (x5t), by which SharePoint finds the key",
        &["OH08"],
    ),
    (
        "contains invalid signature",
        "the token that was sent is signed with another key than that of the certificate which SharePoint knows",
        &["OH08", "OK05"],
    ),
    (
        "token audience is not valid",
        "the audience (aud) of the token is not the SharePoint it was sent to: another service, or another host",
        &["OK05", "OG12"],
    ),
    (
        "does not contain valid algorithm in header",
        "the token that was sent is not signed, or its header names no algorithm that SharePoint takes (alg)",
        &["OH08"],
    ),
    ("token is expired", "the token that was sent has ended", &[]),
];
