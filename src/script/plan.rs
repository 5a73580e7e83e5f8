//! What the script will do: each database once, in a fixed order, and the sites to be resolved at run time.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::ScriptOptions;
use super::lanes::{self, Seat};
use crate::model::database::database_key;
use crate::model::report::{DatabaseReport, Report, ResolvedBy};
use crate::model::site::SiteId;
use crate::model::site_set::SiteSet;

/// Longest name SQL Server gives a database, in UTF-16 code units (its type `sysname`).
const NAME_LENGTH: usize = 128;

/// The steps of a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// Databases to upgrade, each once. One after another in the order of the report; in lanes the largest first.
    pub databases: Vec<PlannedDatabase>,
    /// Sites whose database the farm is asked for at run time, ordered.
    pub sites: Vec<SiteId>,
    /// Sites known by their URL only, of which the same is asked, ordered. Hostile text.
    pub urls: Vec<String>,
    /// Databases of the report that the script does not touch, and why.
    pub left_out: Vec<LeftOut>,
    /// Names of the lanes; empty where everything runs one after another.
    pub lanes: Vec<String>,
}

/// One database to upgrade.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedDatabase {
    /// Its name. Hostile text.
    pub name: String,
    /// SQL Server instance, where it is known. Hostile text.
    pub server: Option<String>,
    /// Volume of its data file, where it is known. Hostile text.
    pub volume: Option<String>,
    /// Size in bytes, where it is known.
    pub size_bytes: Option<u64>,
    /// Codes of the findings that ask for its upgrade.
    pub reasons: BTreeSet<String>,
    /// Codes of findings about it that its upgrade does not cure.
    pub do_first: BTreeSet<String>,
    /// Its refused sites.
    pub sites: SiteSet,
    /// How it is known that these sites are its own: the weakest evidence among them.
    pub resolved_by: ResolvedBy,
    /// Where it runs in a parallel plan.
    pub seat: Option<Seat>,
}

/// A database the script does not touch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Its name. Hostile text.
    pub name: String,
    /// The reason.
    pub because: String,
}

impl Plan {
    /// The plan for a report.
    pub fn of(report: &Report, options: &ScriptOptions) -> Self {
        let urls = report.unresolved_urls.iter().cloned().collect();
        let mut plan = Self { sites: report.sites_to_ask_for().collect(), urls, ..Self::default() };
        plan.sites.sort_unstable();
        plan.sites.dedup();
        let mut wanted = Vec::new();
        for database in &report.databases {
            match refusal(database) {
                Verdict::Upgrade => wanted.push(database),
                Verdict::LeaveOut(because) => {
                    plan.left_out.push(LeftOut { name: database.name.clone(), because });
                }
                Verdict::Silent => {}
            }
        }
        plan.databases = each_once(&wanted);
        if options.parallel && !plan.databases.is_empty() {
            plan.lanes = lanes::names(&options.server_lanes);
            lanes::assign(&mut plan.databases, plan.lanes.len());
        }
        plan
    }

    /// Whether there is anything to run.
    pub fn is_empty(&self) -> bool {
        self.databases.is_empty() && self.sites.is_empty() && self.urls.is_empty()
    }
}

enum Verdict {
    Upgrade,
    LeaveOut(String),
    /// Nothing asks for its upgrade: it need not be mentioned.
    Silent,
}

fn refusal(database: &DatabaseReport) -> Verdict {
    if let Some(because) = &database.left_out_because {
        return Verdict::LeaveOut(because.clone());
    }
    if !database.in_script {
        return Verdict::Silent;
    }
    if database.name.is_empty() || database.name.encode_utf16().count() > NAME_LENGTH {
        return Verdict::LeaveOut(format!("names of databases have 1 to {NAME_LENGTH} characters"));
    }
    Verdict::Upgrade
}

/// Joins what is said of one database in several places. A name without a server is the same database as the
/// name with one, if only one server is named with it; names differ by case in the logs, not in SQL Server.
fn each_once(wanted: &[&DatabaseReport]) -> Vec<PlannedDatabase> {
    let key = |server: &str| server.to_lowercase();
    let mut servers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for database in wanted {
        servers.entry(database_key(&database.name)).or_default().extend(database.server.as_deref().map(key));
    }
    // In the order of the report, which begins with most refused sites.
    let mut planned: IndexMap<(String, String), PlannedDatabase, RandomState> = IndexMap::default();
    for database in wanted {
        let name = database_key(&database.name);
        let only_server =
            servers.get(&name).filter(|all| all.len() == 1).and_then(|all| all.first().cloned());
        let server = database.server.as_deref().map(key).or(only_server).unwrap_or_default();
        planned
            .entry((name, server))
            .and_modify(|known| known.join(database))
            .or_insert_with(|| PlannedDatabase::of(database));
    }
    planned.into_values().collect()
}

impl PlannedDatabase {
    fn of(database: &DatabaseReport) -> Self {
        Self {
            name: database.name.clone(),
            server: database.server.clone(),
            volume: database.volume.clone(),
            size_bytes: database.size_bytes,
            reasons: database.reasons.clone(),
            do_first: database.do_first.clone(),
            sites: database.sites.clone(),
            resolved_by: database.resolved_by,
            seat: None,
        }
    }

    fn join(&mut self, other: &DatabaseReport) {
        self.server = self.server.take().or_else(|| other.server.clone());
        self.volume = self.volume.take().or_else(|| other.volume.clone());
        self.size_bytes = self.size_bytes.max(other.size_bytes);
        self.reasons.extend(other.reasons.iter().cloned());
        self.do_first.extend(other.do_first.iter().cloned());
        self.sites = self.sites.ids().iter().chain(other.sites.ids()).copied().collect();
        self.resolved_by = self.resolved_by.max(other.resolved_by);
    }
}
