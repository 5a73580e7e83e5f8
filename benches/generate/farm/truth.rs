//! What is true about an invented farm, for tests to compare with.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::model::{Database, Farm, Site, SiteState};
use super::pass::Pass;
use super::script::{Plant, Session};
use crate::format::{Class, Counts};

/// Everything that is known to be true.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Truth {
    pub(crate) farm: String,
    pub(crate) version: String,
    pub(crate) servers: BTreeSet<String>,
    /// Errors, each counted once however many logs repeat it, with its exception and stack folded into it.
    pub(crate) errors: u64,
    /// Warnings, counted likewise.
    pub(crate) warnings: u64,
    /// Different sites the token service refused.
    pub(crate) refused_sites: u64,
    /// Lines that say so, each counted once however many logs repeat it.
    pub(crate) refused_lines: u64,
    /// Refused sites that no export knows.
    pub(crate) unresolved_sites: BTreeSet<String>,
    /// Runs of psconfig.
    pub(crate) passes: Vec<PassTruth>,
    /// Upgrade sessions, by the log they wrote.
    pub(crate) sessions: Vec<SessionTruth>,
    /// Databases with refused sites.
    pub(crate) databases: BTreeMap<String, DatabaseTruth>,
    /// What the rules must find, by code.
    pub(crate) findings: BTreeMap<String, FindingTruth>,
    /// Every log.
    pub(crate) files: Vec<FileTruth>,
}

/// One run of psconfig.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PassTruth {
    pub(crate) server: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) seconds: u64,
    /// Seconds of it that were retries for refused sites.
    pub(crate) waited_seconds: u64,
}

/// One upgrade session.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SessionTruth {
    pub(crate) log: String,
    pub(crate) server: String,
    pub(crate) process: &'static str,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) seconds: u64,
    pub(crate) waited_seconds: u64,
    pub(crate) refused_lines: u64,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
    /// Whether the log says how it ended.
    pub(crate) finished: bool,
    /// Milliseconds of the databases upgraded in it.
    pub(crate) database_millis: BTreeMap<String, u64>,
}

/// One database with refused sites.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct DatabaseTruth {
    pub(crate) sites: BTreeSet<String>,
    pub(crate) refused_lines: u64,
    pub(crate) waited_seconds: u64,
}

/// What one rule must find.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FindingTruth {
    /// Records, each counted once however many logs repeat it.
    pub(crate) records: u64,
    pub(crate) objects: BTreeSet<String>,
    pub(crate) databases: BTreeSet<String>,
}

/// One log.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FileTruth {
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    pub(crate) encoding: &'static str,
    pub(crate) bytes: usize,
    /// First and last record, to the second.
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

impl Truth {
    /// The truth about a farm of which nothing has been written yet.
    pub(crate) fn of(farm: &Farm) -> Self {
        let mut truth = Self { farm: farm.name.clone(), version: farm.version.name(), ..Self::default() };
        for database in &farm.databases {
            let sites: BTreeSet<String> = database.refused().map(|site| site.id.to_string()).collect();
            if !sites.is_empty() {
                truth
                    .databases
                    .insert(database.name.clone(), DatabaseTruth { sites, ..DatabaseTruth::default() });
            }
            let lost = |site: &&Site| site.state == SiteState::Refused && !site.exported;
            truth.unresolved_sites.extend(database.sites.iter().filter(lost).map(|site| site.id.to_string()));
        }
        truth
    }

    /// Adds a run of psconfig, apart from its sessions.
    pub(crate) fn pass(&mut self, pass: &Pass) {
        self.passes.push(PassTruth {
            server: pass.server.clone(),
            start: pass.start.iso(),
            end: pass.end.iso(),
            seconds: pass.end.since(pass.start) / 1000,
            waited_seconds: pass.psconfig.waited() + pass.timer.waited(),
        });
        self.errors += pass.trace.counts.errors;
        self.warnings += pass.trace.counts.warnings;
        self.plants(&pass.plants);
    }

    /// Adds a session and everything planted in it.
    pub(crate) fn session(&mut self, databases: &[Database], session: &Session, log: &str) {
        let count = |wanted: Class| {
            let of_class = session.events.iter().filter(|event| event.level.class() == wanted).count();
            u64::try_from(of_class).expect("a count fits u64")
        };
        let refused: Vec<&Plant> = session
            .events
            .iter()
            .flat_map(|event| &event.plants)
            .filter(|plant| plant.code == "UA01")
            .collect();
        let refused_lines = u64::try_from(refused.len()).expect("a count fits u64");
        for plant in refused {
            let name = plant.database.clone().unwrap_or_default();
            self.databases.entry(name).or_default().refused_lines += 1;
        }
        for (&index, seconds) in &session.waits {
            let name = databases[index].name.clone();
            self.databases.entry(name).or_default().waited_seconds += seconds;
        }
        session.events.iter().for_each(|event| self.plants(&event.plants));
        if !session.finished {
            self.plants(&[Plant { code: "UA17", object: log.to_owned(), database: None }]);
        }
        let spans = session
            .spans
            .iter()
            .filter_map(|span| Some((span.object.strip_prefix("SPContentDatabase Name=")?, span.millis)));
        let (errors, warnings) = (count(Class::Error), count(Class::Warning));
        self.errors += errors;
        self.warnings += warnings;
        self.refused_lines += refused_lines;
        self.servers.insert(session.lane.server.clone());
        self.sessions.push(SessionTruth {
            log: log.to_owned(),
            server: session.lane.server.clone(),
            process: session.lane.process,
            start: session.start.iso(),
            end: session.end.iso(),
            seconds: session.end.since(session.start) / 1000,
            waited_seconds: session.waited(),
            refused_lines,
            errors,
            warnings,
            finished: session.finished,
            database_millis: spans.map(|(name, millis)| (name.to_owned(), millis)).collect(),
        });
    }

    /// Adds what must be found, wherever it was planted.
    pub(crate) fn plants(&mut self, plants: &[Plant]) {
        for plant in plants {
            let finding = self.findings.entry(plant.code.to_owned()).or_default();
            finding.records += 1;
            if !plant.object.is_empty() {
                finding.objects.insert(plant.object.clone());
            }
            finding.databases.extend(plant.database.clone());
        }
        let refused = self.findings.get("UA01").map_or(0, |finding| finding.objects.len());
        self.refused_sites = u64::try_from(refused).expect("a count fits u64");
    }
}
