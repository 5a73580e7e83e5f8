//! The sessions of an upgrade: what psconfig does itself, what the timer job does for it, and what
//! `Upgrade-SPContentDatabase` does.

use std::collections::BTreeMap;

use super::model::{Database, Farm, SiteState};
use super::script::{Problem, Script};
use super::trouble;
use crate::format::Level;
use crate::prng::Prng;

const SESSION: &str = "SPUpgradeSession";
const SEQUENCE: &str = "SPContentDatabaseSequence";
const TREE: &str = "SPHierarchyManager";
const SITES: &str = "SPSiteWssSequence2";

/// Sites of a database that a healthy upgrade names; real logs name all, which would be megabytes.
const NAMED_SITES: usize = 24;

/// What a session is to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Upgrade the databases, not only look at them.
    pub(crate) real: bool,
    /// Problems by the index of the database they come up in; `None` before any database.
    pub(crate) problems: BTreeMap<Option<usize>, Vec<Problem>>,
    /// Look at the sites one by one, and so meet the refused ones.
    pub(crate) walk: bool,
    /// Name this database before and after its refused sites.
    pub(crate) bracketed: Option<usize>,
    /// Name the sites that are in conflict.
    pub(crate) conflicts: bool,
}

/// How a session ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// With the counts of errors and warnings.
    Finished,
    /// With an exception that names the log.
    Failed,
    /// Not at all: the process was killed.
    Killed,
}

/// The session of psconfig itself: the configuration database, and the question what needs an upgrade.
pub(crate) fn bootstrap(farm: &Farm, plan: &Plan, ending: Ending, prng: &mut Prng) -> Script {
    let mut script = Script::default();
    script.say(
        "SPManager",
        "ajxnd",
        Level::Info,
        "Upgrade Boot Strap starts. Initialized in Mode:InPlace, as MachineAdmin: True.".to_owned(),
    );
    script.say("SPManager", "ajxne", Level::Debug, connection(farm));
    for object in ["SPConfigurationDatabase", "SPFarm Name=SharePoint_Config"] {
        check(&mut script, object, false);
        script.say(
            "SPConfigurationDatabaseSequence",
            "ajyxy",
            Level::Info,
            format!("[{object}] SchemaVersion = {}.", farm.version.build()),
        );
    }
    script.labour(
        "SPConfigurationDatabaseSequence",
        "ajyx2",
        Level::Debug,
        "Executing SQL DDL Script.".to_owned(),
    );
    body(&mut script, farm, plan, prng);
    close(&mut script, ending);
    script
}

/// The session of the timer job: the content databases and everything in them.
pub(crate) fn timer(farm: &Farm, plan: &Plan, ending: Ending, prng: &mut Prng) -> Script {
    let mut script = Script::default();
    script.say(
        SESSION,
        "ajyw0",
        Level::Info,
        "Upgrade session starts. root object = SPFarm Name=SharePoint_Config, recursive = True.".to_owned(),
    );
    script.say("SPManager", "ajxne", Level::Debug, connection(farm));
    body(&mut script, farm, plan, prng);
    close(&mut script, ending);
    script
}

/// The session of one `Upgrade-SPContentDatabase`: one database, every site of it.
pub(crate) fn single(database: &Database, version: &str, ending: Ending) -> Script {
    let mut script = Script::default();
    let title = database.title();
    script.say(
        SESSION,
        "ajyw0",
        Level::Info,
        format!("Upgrade session starts. root object = {title}, recursive = True."),
    );
    script.begin(&title, SEQUENCE, "Begin Upgrade()".to_owned());
    check(&mut script, &title, true);
    for site in &database.sites {
        let object = format!("SPSite Url={}", site.url);
        script.say(
            TREE,
            "ajyw6",
            Level::Debug,
            format!("[SPTree Value={object}] added to dependency cache by lookup"),
        );
        if site.state == SiteState::Refused {
            script.begin(&object, SITES, format!("NeedsUpgrade [{object}] returned: True."));
            script.labour(SITES, "ajy6k", Level::Info, format!("[{object}] SchemaVersion = {version}."));
            script.end(&object, SITES);
        }
    }
    script.say(SEQUENCE, "ajyxy", Level::Info, format!("[{title}] SchemaVersion = {version}."));
    script.end(&title, SEQUENCE);
    close_root(&mut script, ending, &title);
    script
}

fn connection(farm: &Farm) -> String {
    let (release, server) = (farm.version.release(), &farm.sql_server);
    format!(
        "Detected v{release} configuration database dsn: DataSource='{server}';Initial Catalog=SharePoint_Config;Integrated Security=True;ConnectTimeout=15;Application Name=\"Microsoft SharePoint Foundation\"."
    )
}

fn check(script: &mut Script, object: &str, needs: bool) {
    script.say(SESSION, "ajywd", Level::Debug, format!("CanUpgrade [{object}] returned: True."));
    let needs = if needs { "True" } else { "False" };
    script.say(SESSION, "ajywe", Level::Debug, format!("NeedsUpgrade [{object}] returned: {needs}."));
}

fn body(script: &mut Script, farm: &Farm, plan: &Plan, prng: &mut Prng) {
    planted(script, plan, None);
    // The names come in another order than the refused sites: the last name seen owns nothing.
    let mut order: Vec<usize> = (0..farm.databases.len()).collect();
    prng.shuffle(&mut order);
    for &index in &order {
        check(script, &farm.databases[index].title(), plan.real);
    }
    for &index in &order {
        if plan.real {
            upgrade(script, farm, plan, index);
        } else {
            planted(script, plan, Some(index));
        }
    }
    if plan.walk {
        walk(script, farm, plan);
    }
    let root = "SPFarm Name=SharePoint_Config";
    script.say(
        SESSION,
        "ajywe",
        Level::Debug,
        format!("NeedsUpgrade [{root}] returned: {}.", if plan.walk { "True" } else { "False" }),
    );
}

fn planted(script: &mut Script, plan: &Plan, database: Option<usize>) {
    for problem in plan.problems.get(&database).into_iter().flatten() {
        script.problem(problem.clone());
    }
}

fn upgrade(script: &mut Script, farm: &Farm, plan: &Plan, index: usize) {
    let database = &farm.databases[index];
    let title = database.title();
    let build = farm.version.build();
    script.begin(&title, SEQUENCE, "Begin Upgrade()".to_owned());
    planted(script, plan, Some(index));
    for action in 1..=3 {
        let hive = farm.version.hive();
        script.labour(SEQUENCE, "ajyx2", Level::Debug, "Executing SQL DDL Script.".to_owned());
        script.say(
            SEQUENCE,
            "ajyx3",
            Level::Info,
            format!("Action {hive}.0.{action}.0 of Microsoft.SharePoint.Upgrade.SPContentDatabaseSequence."),
        );
    }
    script.say(SEQUENCE, "ajyxy", Level::Info, format!("[{title}] SchemaVersion = {build}."));
    for site in database.sites.iter().filter(|site| site.state == SiteState::Healthy).take(NAMED_SITES) {
        let object = format!("SPSite Url={}", site.url);
        script.begin(&object, SITES, format!("NeedsUpgrade [{object}] returned: True."));
        script.say(SITES, "ajy6k", Level::Info, format!("[{object}] SchemaVersion = {build}."));
        script.end(&object, SITES);
    }
    script.end(&title, SEQUENCE);
}

/// The look at every site. The records between the runs name sites, but no database: so do those of real logs.
fn walk(script: &mut Script, farm: &Farm, plan: &Plan) {
    let mut order: Vec<usize> = (0..farm.databases.len()).collect();
    // What is named comes last, so that the runs before it are not between two of its names.
    order.sort_by_key(|&index| (plan.bracketed == Some(index), std::cmp::Reverse(index)));
    for index in order {
        let database = &farm.databases[index];
        let named = plan.bracketed == Some(index);
        let schema = format!("[{}] SchemaVersion = {}.", database.title(), farm.version.build());
        for site in
            database.sites.iter().filter(|site| site.state == SiteState::Healthy).take(NAMED_SITES / 4)
        {
            let object = format!("SPSite Url={}", site.url);
            script.say(
                TREE,
                "ajyw6",
                Level::Debug,
                format!("[SPTree Value={object}] added to dependency cache by lookup"),
            );
        }
        if named {
            script.say(SEQUENCE, "ajyxy", Level::Info, schema.clone());
        }
        for site in &database.sites {
            match site.state {
                SiteState::Refused => script.refuse(index, database, site, &farm.tail),
                SiteState::Conflict if plan.conflicts => {
                    script.problem(trouble::site_map_conflict(database, site));
                }
                SiteState::Healthy | SiteState::Conflict => (),
            }
        }
        if named {
            script.say(SEQUENCE, "ajyxy", Level::Info, schema);
        }
    }
}

fn close(script: &mut Script, ending: Ending) {
    close_root(script, ending, "SPFarm Name=SharePoint_Config");
}

fn close_root(script: &mut Script, ending: Ending, root: &str) {
    if ending == Ending::Failed {
        script.problem(trouble::timer_job_exit());
    }
    if ending == Ending::Killed {
        return script.kill();
    }
    let (errors, warnings) = script.troubles();
    script.say(
        SESSION,
        "ajyw9",
        Level::Info,
        format!("Upgrade session finishes. root object = {root}, recursive = True. {errors} errors and {warnings} warnings encountered."),
    );
    if errors == 0 {
        script.say(SESSION, "ajyw9", Level::Info, "Upgrade finished successfully!".to_owned());
    }
    script.finished = true;
}
