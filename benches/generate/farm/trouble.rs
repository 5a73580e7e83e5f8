//! The problems that can be planted, in the words of the product.

use super::model::{Database, Farm, Site, Version};
use super::script::{LOG, Plant, Problem};
use crate::format::{Exception, Level};
use crate::prng::Guid;

const SEQUENCE: &str = "SPContentDatabaseSequence";

fn plant(code: &'static str, object: impl Into<String>, database: Option<&Database>) -> Plant {
    Plant { code, object: object.into(), database: database.map(|database| database.name.clone()) }
}

fn about(database: &Database, level: Level, plants: Vec<Plant>, message: String) -> Problem {
    let context = Some(database.title());
    Problem { component: SEQUENCE, tag: "ajyxp", level, context, message, exception: None, plants }
}

/// A feature that sites use and the farm does not have: two records up to 2010, one later.
pub(crate) fn missing_feature(farm: &Farm, database: &Database, id: Guid, name: &str) -> Vec<Problem> {
    let details = format!("Name = [{name}], Description = [], Install Location = [{name}]");
    let advice = format!(
        "The feature with Id {id} is referenced in the database [{}], but is not installed on the current farm. The missing feature may cause upgrade to fail. Please install any solution which contains the feature and restart upgrade if necessary.",
        database.name
    );
    let found = if farm.version <= Version::V2010 {
        format!("Found a missing feature Id = [{id}], {details}")
    } else {
        format!(
            "Database [{}] has reference(s) to a missing feature: Id = [{id}], {details}. {advice}",
            database.name
        )
    };
    let record =
        |message| about(database, Level::Error, vec![plant("UB01", id.to_string(), Some(database))], message);
    if farm.version <= Version::V2010 { vec![record(found), record(advice)] } else { vec![record(found)] }
}

/// A file that sites were built from and the farm does not have.
pub(crate) fn missing_setup_file(database: &Database, path: &str, times: u64) -> Problem {
    let message = format!(
        "File [{path}] is referenced [{times}] times in the database [{}], but is not installed on the current farm. Please install any feature/solution which contains this file.",
        database.name
    );
    about(database, Level::Warning, vec![plant("UB02", path, Some(database))], message)
}

/// A web part class that pages use and the farm does not have.
pub(crate) fn missing_web_part(database: &Database, class: Guid, times: u64) -> Problem {
    let message = format!(
        "WebPart class [{class}] is referenced [{times}] times in the database [{}], but is not installed on the current farm. Please install any feature/solution which contains this web part.",
        database.name
    );
    about(database, Level::Warning, vec![plant("UB03", class.to_string(), Some(database))], message)
}

/// A site definition that webs were made from and the farm does not have.
pub(crate) fn missing_site_definition(database: &Database, template: u64, webs: u64) -> Problem {
    let message = format!(
        "Found {webs} web(s) using missing web template {template} (lcid: 1033) in ContentDatabase {}.",
        database.name
    );
    about(database, Level::Error, vec![plant("UB05", template.to_string(), Some(database))], message)
}

/// An assembly that event receivers name and the farm does not have.
pub(crate) fn missing_assembly(database: &Database, assembly: &str) -> Problem {
    let message = format!(
        "Assembly [{assembly}] is referenced in the database [{}], but is not installed on the current farm. Please install any feature/solution which contains this assembly.",
        database.name
    );
    about(database, Level::Warning, vec![plant("UB04", assembly, Some(database))], message)
}

/// A site whose id is registered elsewhere. No title stands before it: it is a DEBUG record.
pub(crate) fn site_map_conflict(database: &Database, site: &Site) -> Problem {
    let message = format!(
        "Site with Id = {0} is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. The site with the id {0} could not be found.",
        site.id
    );
    let plants = vec![plant("UA02", site.id.to_string(), Some(database))];
    Problem {
        component: SEQUENCE,
        tag: "ajyxm",
        level: Level::Debug,
        context: None,
        message,
        exception: None,
        plants,
    }
}

/// A database of Reporting Services, which SharePoint always takes for one that needs an upgrade: two records.
pub(crate) fn reporting_service(name: &str) -> Vec<Problem> {
    let object = format!("ReportingServiceAlertingDatabase Name={name}");
    [format!("Cannot upgrade [{object}]."), format!("Skip [{object}] NeedsUpgrade.")]
        .into_iter()
        .map(|message| Problem {
            component: "SPUpgradeSession",
            tag: "ajywf",
            level: Level::Debug,
            context: None,
            message,
            exception: None,
            plants: vec![plant("UA06", name, None)],
        })
        .collect()
}

/// Two processes changed the same object.
pub(crate) fn update_conflict(web_application: &str, user: &str, server: &str) -> Problem {
    Problem {
        component: "SPUpgradeSession",
        tag: "ajywu",
        level: Level::Error,
        context: Some(format!("SPWebApplication Name={web_application}")),
        message: format!(
            "An update conflict has occurred, and you must re-try this action. The object SPWebApplication Name={web_application} was updated by {user}, in the w3wp (5244) process, on machine {server}.  View the tracing log for more information about the conflict."
        ),
        exception: None,
        plants: vec![plant("UD06", web_application, None)],
    }
}

/// The schema of a database is not what the upgrade meant to make of it.
pub(crate) fn schema_mismatch(database: &Database) -> Problem {
    let text = "Microsoft.SharePoint.Upgrade.SPUpgradeException: The upgraded database schema doesn't match the TargetSchema";
    let frames = vec![
        "Microsoft.SharePoint.Upgrade.SPDatabaseSequence.VerifyDatabase()",
        "Microsoft.SharePoint.Upgrade.SPUpgradeSession.Upgrade(Object o, Boolean bRecurse)",
    ];
    // The line says that the upgrade failed (UA04) and why (UA03): the reason stands for both.
    let plants = vec![plant("UA03", &database.name, Some(database))];
    Problem {
        component: "SPUpgradeSession",
        tag: "an59t",
        exception: Some(Exception { text: text.to_owned(), frames }),
        ..about(database, Level::Error, plants, format!("Upgrade [{}] failed.", database.title()))
    }
}

/// A feature of a site could not be upgraded, because a list it expects is gone.
pub(crate) fn feature_upgrade_failed(database: &Database, url: &str) -> Vec<Problem> {
    let feature = "'MySitePersonalSite' (Id: 15/'f661430e-c155-438e-a7c6-c68648f1b119')";
    let cause = format!("List 'Personal Documents' does not exist at site with URL '{url}'.");
    let record = |component, tag, message| Problem {
        component,
        tag,
        level: Level::Error,
        context: Some(format!("SPSite Url={url}")),
        message,
        exception: None,
        plants: vec![plant("UB08", url, Some(database))],
    };
    vec![
        record(
            "SPFeatureDefinition",
            "aj2bj",
            format!(
                "Feature upgrade action 'CustomUpgradeAction.MySite_PersonalDoclibPermissionReset' threw an exception upgrading Feature {feature} in Site '{url}': {cause}"
            ),
        ),
        record(
            "SPSiteWssSequence2",
            "ajy6m",
            format!(
                "Feature upgrade incomplete for Feature {feature} in Site '{url}'. Exception: {cause}  (Inner Exception: {cause})"
            ),
        ),
    ]
}

/// A feature that a site template of 2007 needs and the farm does not have. No title stands before it.
pub(crate) fn feature_not_installed(database: &Database, feature: &str, site: &Site) -> Problem {
    let (url, id) = (&site.url, site.id);
    let text = format!(
        "System.InvalidOperationException: Feature '{feature}' is not installed in this farm, and can not be added to this scope."
    );
    let frames = vec![
        "Microsoft.SharePoint.SPFeatureCollection.AddInternal(Guid featureId, SPFeaturePropertyCollection properties, Boolean force, Boolean fMarkOnly)",
        "Microsoft.SharePoint.SPFeatureCollection.Add(Guid featureId, Boolean force)",
        "Microsoft.SharePoint.Upgrade.SPWebTemplateSequence.ActivateSiteFeatures(List`1 lstsiteidToUpgrade, List`1& lstsiteidExceptions, List`1& lstwebinfoExceptions)",
    ];
    Problem {
        component: "SPWebTemplateSequence",
        tag: "0",
        level: Level::Error,
        context: None,
        message: format!(
            "Template OSRV#0: Exception thrown in activating SPSite scoped features for SPSite with URL \"{url}\" (Id={id}). Skipping this SPSite for template upgrade."
        ),
        exception: Some(Exception { text, frames }),
        plants: vec![plant("UB09", feature, Some(database)), plant("UB15", id.to_string(), Some(database))],
    }
}

/// A content type that exists twice, which stops the upgrade of a site collection.
pub(crate) fn duplicate_content_type(name: &str, url: &str) -> Problem {
    Problem {
        component: "SPSiteWssSequence2",
        tag: "ajy6m",
        level: Level::Error,
        context: Some(format!("SPSite Url={url}")),
        message: format!("A duplicate content type name \"{name}\" was found."),
        exception: None,
        plants: vec![plant("UB10", name, None)],
    }
}

/// A service database that the account of the upgrade may not open.
pub(crate) fn login_failed(name: &str, user: &str) -> Vec<Problem> {
    let object = format!("BdcServiceDatabase Name={name}");
    let text = format!(
        "System.Data.SqlClient.SqlException: Cannot open database \"{name}\" requested by the login. The login failed.  Login failed for user '{user}'."
    );
    let frames = vec![
        "System.Data.SqlClient.SqlInternalConnection.OnError(SqlException exception, Boolean breakConnection)",
    ];
    let failed = Problem {
        component: "SPUpgradeSession",
        tag: "an58c",
        level: Level::Error,
        context: Some(object.clone()),
        message: format!("CanUpgrade [{object}] failed."),
        exception: Some(Exception { text, frames }),
        // The refused login is the reason for the failed check (UA05), and stands for it.
        plants: vec![plant("UC02", name, None)],
    };
    let refused = Problem {
        tag: "an59g",
        message: format!("Cannot upgrade [{object}]."),
        exception: None,
        plants: vec![plant("UA05", name, None)],
        ..failed.clone()
    };
    vec![failed, refused]
}

/// The timer job gives up at the end of its session because there were errors.
pub(crate) fn timer_job_exit() -> Problem {
    let log = LOG;
    Problem {
        component: "SPUpgradeSession",
        tag: "aj0ur",
        level: Level::Error,
        context: Some("No context object".to_owned()),
        message: format!(
            "Upgrade Timer job is exiting due to exception: Microsoft.SharePoint.Upgrade.SPUpgradeException: Upgrade completed with errors.  Review the upgrade log file located in {log}.  The number of errors and warnings is listed at the end of the upgrade log file."
        ),
        exception: None,
        plants: vec![
            plant("UA07", log, None),
            plant("UA08", "Microsoft.SharePoint.Upgrade.SPUpgradeException", None),
        ],
    }
}
