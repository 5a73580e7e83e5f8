//! Checks of retirement and support (family L).

mod dates;

use chrono::NaiveDateTime;
use dates::{
    ANNOUNCED, END_ENTRA_RECEIVERS, END_ONLINE, Milestone, NEW_TENANTS, STORE_ACQUISITION, STORE_LISTING,
    STORE_ON_PREMISES, SUPPORT_ENDS,
};

use super::{Check, Issue, Outcome};
use crate::addin::evidence::Value;
use crate::addin::evidence::registration::{CredentialKind, Principal, PrincipalSource};
use crate::addin::subject::Subject;
use crate::model::audit::{AuditSeverity, Target};

/// The checks of this family.
pub const CHECKS: &[Check] = &[
    Check { code: "OL01", decide: ended_online },
    Check { code: "OL02", decide: young_tenant },
    Check { code: "OL03", decide: store },
    Check { code: "OL04", decide: goes_on_on_premises },
    Check { code: "OL05", decide: entra_receivers },
    Check { code: "OL06", decide: wording },
    Check { code: "OL07", decide: project_online },
    Check { code: "OL08", decide: server_support },
];

/// Why what has to do with SharePoint Online alone does not apply.
pub(super) fn on_a_farm(subject: &Subject<'_>) -> &'static str {
    if subject.addin.target_known {
        "the add-in runs on a farm, where add-ins are not retired"
    } else {
        "the add-in is taken to run on a farm, where add-ins are not retired; --target spo says otherwise"
    }
}

const MIGRATE: &str = "move it: user interface to SharePoint Framework, services to an application of Microsoft Entra \
    with a certificate and Sites.Selected, receivers to webhooks or Microsoft Graph change notifications";

/// Why what concerns a farm does not concern it.
pub(super) fn not_on_a_farm(subject: &Subject<'_>) -> &'static str {
    match (subject.addin.target_known, subject.target()) {
        (true, Target::ExternalApp) => "the program works with SharePoint Online",
        (true, _) => "the add-in runs in SharePoint Online",
        (false, _) => {
            "the program is taken to work with SharePoint Online, which nothing shows; --target onprem-low-trust says \
             otherwise"
        }
    }
}

/// It runs in SharePoint Online, or is a program that may, with no farm in sight.
pub(super) fn online(subject: &Subject<'_>) -> bool {
    let of_farm = |principal: &Principal| principal.source == PrincipalSource::OnPremises;
    match subject.target() {
        Target::Spo => true,
        Target::ExternalApp => {
            subject.farm().builds.is_empty() && !subject.evidence().principals.iter().any(of_farm)
        }
        Target::OnPremLowTrust | Target::OnPremHighTrust => false,
    }
}

/// It was for SharePoint Online, where it has ended: what would keep it running helps it no more.
pub(super) fn has_ended(subject: &Subject<'_>) -> bool {
    online(subject)
        && subject.addin.target_known
        && END_ONLINE.reached(subject.settings.now)
        && !matches!(ended_online(subject), Outcome::DoesNotApply(_))
}

/// What shows where it runs: the reason of its target.
fn target_value(subject: &Subject<'_>) -> Value {
    let at = subject.addin.manifest().map(|manifest| manifest.at.clone());
    let at = at.or_else(|| subject.evidence().principals.first().map(|principal| principal.at.clone()));
    let name = subject.target().name();
    let reason = &subject.addin.target_reason;
    let text = if reason.is_empty() { format!("target {name}") } else { format!("target {name}: {reason}") };
    Value::new(text, at.unwrap_or_default())
}

/// It signs in with a certificate of Microsoft Entra, not with a secret of ACS.
fn is_entra_certificate(principal: &Principal) -> bool {
    let keys = principal.credentials.as_deref().unwrap_or_default();
    principal.legacy == Some(false)
        && !keys.is_empty()
        && keys.iter().all(|key| key.kind == CredentialKind::Asymmetric)
}

/// Why what ended in SharePoint Online does not concern a program of another system.
pub(super) const FOREIGN: &str = "nothing in it is of SharePoint or of Azure ACS";

fn ended_online(subject: &Subject<'_>) -> Outcome {
    if subject.addin.foreign {
        return Outcome::does_not_apply(FOREIGN);
    }
    let assumed = !subject.addin.target_known;
    // A farm that was merely assumed keeps nothing running.
    let concerned = online(subject) || (assumed && END_ONLINE.reached(subject.settings.now));
    if !concerned {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    let principals = &subject.evidence().principals;
    let external = subject.target() == Target::ExternalApp;
    if external && !principals.is_empty() && principals.iter().all(is_entra_certificate) {
        return Outcome::does_not_apply(
            "the program signs in with a certificate of Microsoft Entra, not through ACS",
        );
    }
    let now = subject.settings.now;
    let shown = target_value(subject);
    if !ANNOUNCED.reached(now) {
        return Outcome::decided(Vec::new(), [&shown]);
    }
    let what = if external { "the program" } else { "the add-in" };
    let issue = if !END_ONLINE.reached(now) {
        let days = END_ONLINE.days_left(now);
        let message = format!("{what} stops running in {days} days: {}", END_ONLINE.told());
        Issue::new(message, MIGRATE).rated(AuditSeverity::Warning)
    } else if !assumed {
        let message = format!("{what} can no longer run in SharePoint Online: {}", END_ONLINE.told());
        Issue::new(message, format!("there is no extension; {MIGRATE}"))
    } else {
        perhaps_ended(what, external)
    };
    Outcome::decided(vec![issue.shown_by(&shown)], [&shown])
}

/// Nothing shows where it runs: what SharePoint Online ended still works on a farm.
fn perhaps_ended(what: &str, external: bool) -> Issue {
    let message = format!(
        "if {what} works with SharePoint Online, it can no longer run: {}; nothing that was given tells where it runs",
        END_ONLINE.told()
    );
    let online = if external { "external-app" } else { "spo" };
    let remedy = format!(
        "say where it runs: --target onprem-low-trust or onprem-high-trust for a farm, where it goes on; --target \
         {online} for SharePoint Online, where there is no extension and it has to be moved"
    );
    Issue::new(message, remedy).rated(AuditSeverity::Warning)
}

fn young_tenant(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    let created = &subject.farm().tenant_created;
    if created.is_empty() {
        return Outcome::needs("the day the tenant was made: Get-MgOrganization | ConvertTo-Json -Depth 5");
    }
    let shown: Vec<Value> =
        created.iter().map(|moment| Value::new(moment.utc.date().to_string(), moment.at.clone())).collect();
    let young = created.iter().zip(&shown).filter(|(moment, _)| moment.utc.date() >= NEW_TENANTS.date());
    let issues = young.map(|(_, value)| {
        let message = format!("the tenant was made on {}; {}", value.raw, NEW_TENANTS.told());
        Issue::new(message, format!("an add-in never runs in this tenant; {MIGRATE}")).shown_by(value)
    });
    Outcome::decided(issues.collect(), &shown)
}

fn store(subject: &Subject<'_>) -> Outcome {
    let told: Vec<&Value> =
        subject.evidence().installed.iter().filter_map(|addin| addin.app_source.as_ref()).collect();
    if told.is_empty() {
        return Outcome::needs(
            "where the add-in was got: classicaddins.csv of the Microsoft 365 Assessment tool, or on a farm the export \
             of spdoctor oauth export-script",
        );
    }
    let now = subject.settings.now;
    let milestones: Vec<Milestone> =
        if online(subject) { vec![STORE_LISTING, STORE_ACQUISITION] } else { vec![STORE_ON_PREMISES] };
    let reached: Vec<String> =
        milestones.iter().filter(|stone| stone.reached(now)).map(Milestone::told).collect();
    let from_store = told.iter().filter(|source| is_store(source));
    let issues = from_store.filter(|_| !reached.is_empty()).map(|source| {
        let message = format!("the add-in came from the store ({}), and {}", source.raw, reached.join("; "));
        let remedy = "it cannot be got again: keep the package, ask its maker, and put it into the app catalog of the farm";
        Issue::new(message, remedy).shown_by(source)
    });
    Outcome::decided(issues.collect(), told.iter().copied())
}

/// A source of add-ins as exports name it is the store of Microsoft.
pub(super) fn is_store(source: &Value) -> bool {
    let lower = source.raw.to_ascii_lowercase();
    ["marketplace", "store"].iter().any(|word| lower.contains(word))
}

fn goes_on_on_premises(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    if subject.addin.is_sharepoint_hosted() {
        return Outcome::does_not_apply("a SharePoint-hosted add-in asks ACS for nothing");
    }
    let shown = target_value(subject);
    if subject.target() != Target::OnPremLowTrust {
        return Outcome::decided(Vec::new(), [&shown]);
    }
    let depends = if subject.addin.starts_in_app_web() {
        "its page in the app web opens without ACS, but every call with its client id"
    } else {
        "still every launch"
    };
    let assumed = subject.addin.target_known && !subject.addin.trust_known;
    let depends = if assumed { format!("if it is one of low trust, {depends}") } else { depends.to_owned() };
    let issue = Issue::new(
        format!(
            "add-ins on a farm are not retired, and Microsoft says that low trust through ACS is not touched by the end \
             of ACS in SharePoint Online; {depends} depends on a service in the cloud"
        ),
        "nothing is due; to stand on the farm alone, change the add-in to high trust: New-SPTrustedSecurityTokenIssuer \
         with its own certificate",
    );
    Outcome::decided(vec![issue.shown_by(&shown)], [&shown])
}

/// Every address that SharePoint calls on an event.
fn receivers<'a>(subject: &Subject<'a>) -> Vec<&'a Value> {
    let evidence = subject.evidence();
    let of_manifests =
        evidence.manifests.iter().flat_map(|manifest| &manifest.endpoints).map(|point| &point.url);
    let of_elements = evidence.elements.iter().flat_map(|file| &file.receivers).map(|receiver| &receiver.url);
    of_manifests.chain(of_elements).chain(evidence.receivers.iter().map(|row| &row.url)).collect()
}

fn is_entra(principal: &Principal) -> Option<bool> {
    match principal.source {
        PrincipalSource::Application => Some(true),
        _ => principal.legacy.map(|legacy| !legacy),
    }
}

fn entra_receivers(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    let found = receivers(subject);
    let evidence = subject.evidence();
    let Some(first) = found.first() else {
        if evidence.manifests.is_empty() && evidence.elements.is_empty() {
            return Outcome::needs(
                "the package, or an export of host web receivers: Get-PnPEventReceiver | ConvertTo-Json",
            );
        }
        return Outcome::decided(Vec::new(), evidence.manifests.iter().filter_map(|m| m.start_page.as_ref()));
    };
    let kinds: Vec<bool> = evidence.principals.iter().filter_map(is_entra).collect();
    if kinds.is_empty() {
        return Outcome::needs(
            "whether the principal of the receivers is one of Microsoft Entra: Get-MgServicePrincipal -Filter \"AppId eq \
             '<client id>'\" | ConvertTo-Json -Depth 5",
        );
    }
    if !kinds.contains(&true) {
        return Outcome::does_not_apply("the receivers are registered through ACS, which has ended already");
    }
    let now = subject.settings.now;
    let ended = END_ENTRA_RECEIVERS.reached(now);
    let verb = if ended { "no longer called" } else { "called only for a while" };
    let (first, end) = (&first.raw, END_ENTRA_RECEIVERS.told());
    let message = match found.len() {
        1 => format!("the receiver at {first} is {verb}: {end}"),
        number => format!("{number} receivers, the first at {first}, are {verb}: {end}"),
    };
    let issue =
        Issue::new(message, "move to webhooks or Microsoft Graph change notifications before that day");
    let issue = found.iter().take(3).fold(issue, |issue, value| issue.shown_by(value));
    let issue = if ended { issue.rated(AuditSeverity::Critical) } else { issue };
    Outcome::decided(vec![issue], found.iter().copied())
}

fn wording(subject: &Subject<'_>) -> Outcome {
    if subject.addin.foreign {
        return Outcome::does_not_apply(FOREIGN);
    }
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    let now: NaiveDateTime = subject.settings.now;
    let shown = target_value(subject);
    if !ANNOUNCED.reached(now) {
        return Outcome::decided(Vec::new(), [&shown]);
    }
    let message = format!(
        "older pages call add-ins retired since {} but still supported: that was the announcement, the end is {}",
        ANNOUNCED.date(),
        END_ONLINE.date()
    );
    let remedy = format!("go by {} and not by the older wording", END_ONLINE.date());
    Outcome::decided(vec![Issue::new(message, remedy).shown_by(&shown)], [&shown])
}

fn project_online(subject: &Subject<'_>) -> Outcome {
    if !online(subject) {
        return Outcome::does_not_apply(on_a_farm(subject));
    }
    let evidence = subject.evidence();
    let of_manifests = evidence.manifests.iter().flat_map(|manifest| manifest.permissions.iter().flatten());
    let of_texts = evidence.permissions.iter().flat_map(|text| &text.requests);
    let asked = of_manifests.chain(of_texts).filter_map(|request| request.scope.as_ref());
    let granted = evidence.principals.iter().flat_map(|principal| principal.grants.iter().flatten());
    let scopes: Vec<&Value> = asked.chain(granted.map(|grant| &grant.scope)).collect();
    if scopes.is_empty() && evidence.manifests.is_empty() {
        return Outcome::needs(
            "the permissions of the add-in: its manifest, or the XML given to AppInv.aspx",
        );
    }
    let of_project = scopes.iter().filter(|scope| scope.raw.to_ascii_lowercase().contains("projectserver"));
    let issues = of_project.take(1).map(|scope| {
        let message = format!(
            "the add-in works with Project Online ({}), which goes the same way: {}",
            scope.raw,
            END_ONLINE.told()
        );
        Issue::new(message, "plan the replacement of the data of Project Online together with the add-in")
            .shown_by(scope)
    });
    Outcome::decided(issues.collect(), scopes.iter().copied())
}

/// The version of a build, and when its support ends; `None` in the second place while no end is announced.
fn version_of(build: &str) -> Option<(&'static str, Option<Milestone>)> {
    let mut parts = build.trim().split('.').map(|part| part.parse::<u32>().ok());
    let major = parts.next()??;
    let _minor = parts.next()?;
    let number = parts.next().flatten().unwrap_or_default();
    if !(15..=16).contains(&major) {
        return None;
    }
    let found = SUPPORT_ENDS.iter().find(|(_, before, _)| (major, number) < *before);
    Some(
        found.map_or(("SharePoint Server Subscription Edition", None), |(name, _, ends)| (name, Some(*ends))),
    )
}

fn server_support(subject: &Subject<'_>) -> Outcome {
    if online(subject) {
        return Outcome::does_not_apply(not_on_a_farm(subject));
    }
    let builds = &subject.farm().builds;
    if builds.is_empty() {
        return Outcome::needs(
            "the build of the farm: (Get-SPFarm).BuildVersion, or the export of spdoctor oauth export-script",
        );
    }
    let now = subject.settings.now;
    let issues = builds.iter().filter_map(|build| {
        let (name, Some(end)) = version_of(&build.raw)? else { return None };
        let days = end.days_left(now);
        if days > 365 {
            return None;
        }
        let remedy = "upgrade the farm to SharePoint Server Subscription Edition: add-ins go on there";
        let issue = if end.reached(now) {
            let message = format!("the farm has build {}, and {}", build.raw, end.told());
            Issue::new(message, remedy).rated(AuditSeverity::Warning)
        } else {
            let message = format!(
                "the farm has build {}: support of {name} ends on {} in {days} days",
                build.raw,
                end.date()
            );
            Issue::new(message, remedy)
        };
        Some(issue.shown_by(build))
    });
    Outcome::decided(issues.collect(), builds)
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn builds_tell_the_version() {
        let name = |build| version_of(build).map(|(name, _)| name);
        assert_eq!(name("15.0.5337.1000"), Some("SharePoint Server 2013"));
        assert_eq!(name("16.0.5300.1001"), Some("SharePoint Server 2016"));
        assert_eq!(name("16.0.10417.20027"), Some("SharePoint Server 2019"));
        assert_eq!(name("16.0.17928.20000"), Some("SharePoint Server Subscription Edition"));
        assert_eq!(name("14.0.7015.1000"), None);
        assert_eq!(name("x"), None);
    }
}
