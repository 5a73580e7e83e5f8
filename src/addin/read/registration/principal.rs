//! App principals of Microsoft Graph, `MSOnline`, `PnP`, the Assessment tool, and farms.

use super::context::Context;
use super::node::{Data, Node};
use crate::addin::evidence::ids::SHAREPOINT;
use crate::addin::evidence::registration::{Credential, CredentialKind, Grant, Principal, PrincipalSource};
use crate::addin::evidence::secret::Secret;
use crate::addin::evidence::{Moment, Value};
use crate::addin::read::secret_keys;

/// `Get-MgServicePrincipal`, `az ad sp show`, `m365 entra sp get`.
pub(super) fn service_principal(cx: &mut Context, node: &Node) {
    if is_of_every_tenant(cx, node) {
        return cx.pass_over();
    }
    let mut principal = cx.principal(node, PrincipalSource::ServicePrincipal);
    principal.client_id = node.value("AppId", &cx.file);
    principal.title = node.first(&["DisplayName", "AppDisplayName"], &cx.file);
    let kind = node.value("ServicePrincipalType", &cx.file);
    principal.legacy = kind.as_ref().map(|kind| kind.is("Legacy"));
    principal.enabled = node.truth("AccountEnabled");
    principal.created = cx.dates.field(node, "CreatedDateTime", &cx.file);
    principal.redirect_uris = node.texts("ReplyUrls", &cx.file);
    let names = node.texts("ServicePrincipalNames", &cx.file);
    principal.domains = names.map(|names| domains(cx, &mut principal, names));
    // What `AppRegNew.aspx` makes since December 2024 may well have a domain that is not told here.
    if principal.legacy == Some(false) && principal.domains.as_ref().is_some_and(Vec::is_empty) {
        principal.domains = None;
    }
    principal.credentials = graph_credentials(cx, node);
    principal.secrets = graph_secrets(cx, node);
    cx.add(principal);
}

/// The tenant in which Microsoft keeps the applications of its services (*documented*).
const OF_MICROSOFT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
/// How the ids of Microsoft's first services end; they begin with zeros (*documented*).
const FIRST_SERVICES: [&str; 2] = ["-0000-c000-000000000000", "-0ff1-ce00-000000000000"];

/// A principal of Microsoft's services, or of an Azure resource. What is told of SharePoint itself matters.
fn is_of_every_tenant(cx: &Context, node: &Node) -> bool {
    let field = |name: &str| node.value(name, &cx.file);
    let is =
        |name: &str, wanted: &[&str]| field(name).is_some_and(|value| wanted.iter().any(|one| value.is(one)));
    field("AppId").is_some_and(|id| is_first_service(&id))
        || is("ServicePrincipalType", &["ManagedIdentity", "SocialIdp"])
        || (is("AppOwnerOrganizationId", &[OF_MICROSOFT]) && !is("AppId", &[SHAREPOINT]))
}

fn is_first_service(id: &Value) -> bool {
    let id = id.trimmed().to_ascii_lowercase();
    id.starts_with("0000") && FIRST_SERVICES.iter().any(|end| id.ends_with(end)) && id != SHAREPOINT
}

/// `Get-MgApplication`, `az ad app show`, the manifest of an app registration.
pub(super) fn application(cx: &mut Context, node: &Node) {
    let mut principal = cx.principal(node, PrincipalSource::Application);
    principal.client_id = node.value("AppId", &cx.file);
    principal.title = node.first(&["DisplayName", "Name"], &cx.file);
    principal.legacy = Some(false);
    principal.created = cx.dates.field(node, "CreatedDateTime", &cx.file);
    principal.credentials = graph_credentials(cx, node);
    principal.secrets = graph_secrets(cx, node);
    principal.redirect_uris = redirects(cx, node);
    cx.add(principal);
}

fn redirects(cx: &Context, node: &Node) -> Option<Vec<Value>> {
    let mut found: Option<Vec<Value>> = node.texts("ReplyUrls", &cx.file);
    for platform in ["Web", "Spa", "PublicClient"] {
        if let Some(uris) = node.get(platform).and_then(|inner| inner.texts("RedirectUris", &cx.file)) {
            found.get_or_insert_default().extend(uris);
        }
    }
    if let Some(typed) = node.get("ReplyUrlsWithType") {
        let urls = typed.items().iter().filter_map(|item| item.value("Url", &cx.file));
        found.get_or_insert_default().extend(urls);
    }
    found
}

fn graph_credentials(cx: &Context, node: &Node) -> Option<Vec<Credential>> {
    let mut found: Option<Vec<Credential>> = None;
    for (list, password) in [("KeyCredentials", false), ("PasswordCredentials", true)] {
        // A table tells the type of the list at most.
        let Some(values) = node.get(list).filter(|list| list.column > 0) else {
            let spelt = node.get(list).map(spelt_out).unwrap_or_default();
            if !spelt.is_empty() {
                let credentials = spelt.iter().map(|item| credential(cx, item, password));
                found.get_or_insert_default().extend(credentials);
            }
            continue;
        };
        let credentials = values.items().iter().filter(|item| matches!(item.data, Data::Object(_)));
        found.get_or_insert_default().extend(credentials.map(|item| credential(cx, item, password)));
    }
    found
}

/// What `Format-List` makes of a list of the `AzureAD` module: `{class PasswordCredential { EndDate: … }}`.
fn spelt_out(list: &Node) -> Vec<Node> {
    let texts: Vec<_> = list.items().iter().filter_map(Node::text).collect();
    let text = texts.join(",");
    // Of a list that was cut off nothing tells what is missing.
    if text.ends_with("...") || text.ends_with('\u{2026}') {
        return Vec::new();
    }
    let record = |part: &str| {
        let mut fields: Vec<(String, String)> = Vec::new();
        for word in part.split_whitespace() {
            let name =
                word.strip_suffix(':').filter(|name| name.bytes().all(|byte| byte.is_ascii_alphabetic()));
            match (name, fields.last_mut()) {
                (Some(name), _) => fields.push((name.to_owned(), String::new())),
                (None, Some((_, value))) => {
                    value.push_str(if value.is_empty() { "" } else { " " });
                    value.push_str(word);
                }
                (None, None) => {}
            }
        }
        let fields = fields.into_iter().map(|(name, value)| (name, Node::cell(list.line, &value)));
        Node { line: list.line, column: 0, data: Data::Object(fields.collect()) }
    };
    text.split("class ").skip(1).map(record).filter(|record| record.has("KeyId")).collect()
}

/// Graph tells a secret once, when it is made; whoever saves that answer saves the secret.
fn graph_secrets(cx: &Context, node: &Node) -> Vec<Secret> {
    let items = |list: &str| node.get(list).filter(|list| list.column > 0).map_or(&[][..], Node::items);
    let passwords = items("PasswordCredentials").iter().filter_map(|item| clear(cx, item, "SecretText"));
    // The key of a certificate is public.
    let symmetric = |item: &&Node| item.value("Type", &cx.file).is_some_and(|kind| kind.is("Symmetric"));
    let keys = items("KeyCredentials").iter().filter(symmetric).filter_map(|item| clear(cx, item, "Key"));
    passwords.chain(keys).collect()
}

/// A field with a secret in clear.
fn clear(cx: &Context, node: &Node, field: &str) -> Option<Secret> {
    let found = node.value(field, &cx.file)?;
    secret_keys::secret(field, &found.raw, &found.at)
}

fn credential(cx: &Context, node: &Node, password: bool) -> Credential {
    let date = |names: [&str; 2]| -> Option<Moment> {
        names.iter().find_map(|name| cx.dates.field(node, name, &cx.file))
    };
    let is = |field: &str, wanted: &str| node.value(field, &cx.file).is_some_and(|value| value.is(wanted));
    let kind = if password || is("Type", "Password") {
        CredentialKind::Password
    } else if is("Type", "Symmetric") && is("Usage", "Sign") {
        CredentialKind::SymmetricSign
    } else if is("Type", "Symmetric") {
        CredentialKind::SymmetricVerify
    } else if is("Type", "AsymmetricX509Cert")
        || is("Type", "Asymmetric")
        || is("Type", "X509CertAndPassword")
    {
        CredentialKind::Asymmetric
    } else {
        CredentialKind::Other
    };
    Credential {
        at: node.spot(&cx.file),
        kind,
        key_id: node.value("KeyId", &cx.file).map(|value| value.trimmed().to_owned()),
        start: date(["StartDateTime", "StartDate"]),
        end: date(["EndDateTime", "EndDate"]),
    }
}

/// The hosts in `client id/host`. Names of SharePoint itself belong to the farm or tenant.
fn domains(cx: &mut Context, principal: &mut Principal, names: Vec<Value>) -> Vec<Value> {
    let id = principal.client_id.as_ref().map(|value| value.trimmed().to_ascii_lowercase());
    let of_sharepoint = id.as_deref() == Some(SHAREPOINT);
    let mut hosts = Vec::new();
    for name in names {
        // The host keeps its blanks: they are compared as well, and a check tells of them.
        let Some((before, host)) = name.raw.split_once('/') else { continue };
        let before = before.trim();
        if before.contains(':') || host.trim().is_empty() {
            continue;
        }
        if of_sharepoint || before.eq_ignore_ascii_case(SHAREPOINT) {
            cx.evidence.farm.sharepoint_names.push(name);
        } else if id.as_deref().is_none_or(|id| id == before.to_ascii_lowercase()) || !super::is_guid(before)
        {
            hosts.push(Value::new(host, name.at.clone()));
        }
    }
    hosts
}

/// `Get-MsolServicePrincipal`.
pub(super) fn msol(cx: &mut Context, node: &Node) {
    if node.value("AppPrincipalId", &cx.file).is_some_and(|id| is_first_service(&id)) {
        return cx.pass_over();
    }
    let mut principal = cx.principal(node, PrincipalSource::Msol);
    principal.client_id = node.value("AppPrincipalId", &cx.file);
    principal.title = node.value("DisplayName", &cx.file);
    principal.enabled = node.truth("AccountEnabled");
    let names = node.texts("ServicePrincipalNames", &cx.file);
    principal.domains = names.map(|names| domains(cx, &mut principal, names));
    principal.redirect_uris = node.get("Addresses").map(|addresses| {
        let address = |item: &Node| item.value("Address", &cx.file);
        addresses.items().iter().filter_map(address).filter(|value| value.raw.contains(':')).collect()
    });
    // What a table shows of these objects is only their type.
    if node.column == 0 && principal.redirect_uris.as_ref().is_some_and(Vec::is_empty) {
        principal.redirect_uris = None;
    }
    cx.add(principal);
}

/// `Get-MsolServicePrincipalCredential`, or the credentials of Graph by themselves: one row a credential.
pub(super) fn msol_credential(cx: &mut Context, node: &Node) {
    let client_id = node.value("AppPrincipalId", &cx.file).or_else(|| {
        let id = super::guid_in(cx.file.file_name())?;
        Some(Value::new(id, cx.file.clone()))
    });
    if client_id.is_none() {
        cx.problem(node, "these credentials name no principal: put its client id into the name of the file");
    }
    let credential = credential(cx, node, !node.has_any(&["Type", "Usage"]));
    // Told with -ReturnKeyValues only, and by Graph when a secret is made.
    let secret = match credential.kind {
        CredentialKind::Asymmetric | CredentialKind::Other => None,
        _ => clear(cx, node, "Value").or_else(|| clear(cx, node, "SecretText")),
    };
    // Graph calls so what somebody wrote beside the secret.
    let of_graph = node.has("EndDateTime");
    let title = node.value("DisplayName", &cx.file).filter(|_| !of_graph);
    let source = if of_graph { PrincipalSource::ServicePrincipal } else { PrincipalSource::Msol };
    let key = client_id.as_ref().map_or_else(String::new, |id| id.trimmed().to_ascii_lowercase());
    let principal = cx.grouped(node, source, &key);
    principal.client_id = client_id;
    principal.title = title;
    principal.credentials.get_or_insert_default().push(credential);
    principal.secrets.extend(secret);
}

/// `Get-PnPAzureACSPrincipal`, and the principals of the Assessment tool.
pub(super) fn acs(cx: &mut Context, node: &Node) {
    let assessment = node.has("ScanId");
    let source = if assessment { PrincipalSource::Assessment } else { PrincipalSource::Pnp };
    let mut principal = cx.principal(node, source);
    cx.identify(&mut principal, node, "AppIdentifier");
    if let Some(id) = node.value("AppId", &cx.file) {
        principal.client_id = Some(id);
    }
    principal.title = node.value("Title", &cx.file);
    principal.domains = node.texts("AppDomains", &cx.file);
    principal.redirect_uris = node.texts("RedirectUri", &cx.file);
    principal.app_only = node.truth("AllowAppOnly");
    principal.expired = node.truth("HasExpired");
    let dates = cx.dates.month_first(assessment);
    principal.valid_until = dates.field(node, "ValidUntil", &cx.file);
    let on_sites = node.get("SiteCollectionScopedPermissions").filter(|list| list.column > 0);
    let on_tenant = node.get("TenantScopedPermissions").filter(|list| list.column > 0);
    if on_sites.is_some() || on_tenant.is_some() {
        let mut grants = Vec::new();
        grants.extend(on_sites.into_iter().flat_map(Node::items).filter_map(|item| site_grant(cx, item)));
        grants.extend(on_tenant.into_iter().flat_map(Node::items).filter_map(|item| tenant_grant(cx, item)));
        // Which right a number stands for is documented nowhere: the grants are as good as not told.
        let readable =
            !grants.iter().any(|grant| grant.right.trimmed().bytes().all(|byte| byte.is_ascii_digit()));
        if !readable {
            cx.problem(node, "rights are written as numbers: export with ConvertTo-Json -EnumsAsStrings");
        }
        principal.grants = readable.then_some(grants);
    }
    cx.add(principal);
}

/// Permissions of the Assessment tool: one row a permission.
pub(super) fn permission(cx: &mut Context, node: &Node, of_tenant: bool) {
    let grant = if of_tenant { tenant_grant(cx, node) } else { site_grant(cx, node) };
    let identifier = node.value("AppIdentifier", &cx.file);
    let key = identifier.as_ref().map_or_else(String::new, |value| value.trimmed().to_ascii_lowercase());
    let mut named = Principal::new(node.spot(&cx.file), PrincipalSource::Assessment);
    cx.identify(&mut named, node, "AppIdentifier");
    let principal = cx.grouped(node, PrincipalSource::Assessment, &key);
    principal.client_id = named.client_id;
    principal.realm = named.realm;
    principal.internal = named.internal;
    principal.grants.get_or_insert_default().extend(grant);
}

fn site_grant(cx: &Context, node: &Node) -> Option<Grant> {
    let right = node.value("Right", &cx.file)?;
    let set = |name: &str| {
        node.value(name, &cx.file)
            .is_some_and(|id| id.raw.bytes().any(|byte| !matches!(byte, b'0' | b'-' | b' ')))
    };
    let scope = match (set("ListId"), set("WebId")) {
        (true, _) => "content/sitecollection/web/list",
        (false, true) => "content/sitecollection/web",
        (false, false) => "content/sitecollection",
    };
    let on = node.first(&["ServerRelativeUrl", "AbsoluteUrl", "SiteId"], &cx.file);
    Some(Grant { scope: Value::new(scope, right.at.clone()), right, on })
}

fn tenant_grant(cx: &Context, node: &Node) -> Option<Grant> {
    let right = node.value("Right", &cx.file)?;
    let scope = node.first(&["Scope", "ProductFeature"], &cx.file)?;
    Some(Grant { scope, right, on: None })
}

/// `Get-SPAppPrincipal`, and the configuration that holds its domains.
pub(super) fn of_farm(cx: &mut Context, node: &Node) {
    let mut principal = cx.principal(node, PrincipalSource::OnPremises);
    cx.identify(&mut principal, node, "NameIdentifier");
    principal.title = node.value("DisplayName", &cx.file);
    principal.domains = node.texts("ApplicationEndpointAuthorities", &cx.file);
    principal.redirect_uris = node.texts("RedirectAddresses", &cx.file);
    cx.add(principal);
}
