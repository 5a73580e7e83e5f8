//! What the farm knows about its sites and databases, as told by exports an administrator made.

use super::place::Place;
use super::site::SiteId;

/// One site collection, as one export states it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteFact {
    /// Id of the site collection.
    pub id: SiteId,
    /// Its URL, where the export has one.
    pub url: Option<String>,
    /// Name of the content database that owns it, without the prefix `SPContentDatabase Name=`.
    pub database: Option<String>,
    /// SQL Server instance of that database.
    pub server: Option<String>,
    /// Whether the site map of the farm knows the site (`stsadm -o enumallwebs`).
    pub in_site_map: Option<bool>,
    /// Whether the site still needs an upgrade.
    pub needs_upgrade: Option<bool>,
    /// Where this was read.
    pub place: Place,
    /// The database is told by the name of the file alone.
    pub by_file_name: bool,
}

/// One content database, as one export states it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DatabaseFact {
    /// Name of the database.
    pub name: String,
    /// Id of the database object.
    pub id: Option<SiteId>,
    /// SQL Server instance.
    pub server: Option<String>,
    /// Volume (drive or mount point) its data file lies on.
    pub volume: Option<String>,
    /// Size on disk in bytes.
    pub size_bytes: Option<u64>,
    /// URL or name of the web application.
    pub web_application: Option<String>,
    /// Number of site collections it holds.
    pub sites: Option<u64>,
    /// Its own schema is behind.
    pub needs_upgrade: Option<bool>,
    /// It or something in it is behind: this is the property to choose by.
    pub needs_upgrade_include_children: Option<bool>,
    /// It belongs to Central Administration.
    pub central_administration: Option<bool>,
    /// It is set to read only.
    pub read_only: Option<bool>,
    /// What Central Administration or stsadm says of it, as text: `Database is up to date, but …`.
    pub status: Option<String>,
    /// Type of the database object where the export tells (`SPContentDatabase`, `SPConfigurationDatabase` …).
    pub object_type: Option<String>,
    /// Login that owns it in SQL Server.
    pub owner: Option<String>,
    /// Whether that login is a managed account of the farm.
    pub owner_is_managed: Option<bool>,
    /// SQL Server compatibility level.
    pub compatibility_level: Option<u32>,
    /// Where this was read: path and line.
    pub place: Option<Place>,
    /// Its name is told by that of the file alone.
    pub by_file_name: bool,
}

impl DatabaseFact {
    /// Whether the export's own type says this is a content database; `None` where it does not tell.
    ///
    /// `Upgrade-SPContentDatabase` is not for any other.
    pub fn is_content_database(&self) -> Option<bool> {
        let plain: String = self.object_type.as_ref()?.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(plain.to_ascii_lowercase().ends_with("contentdatabase"))
    }

    /// It belongs to Reporting Services, by its type: such a database claims to need an upgrade for ever.
    pub fn is_of_reporting_services(&self) -> bool {
        let kind = self.object_type.as_deref().unwrap_or_default();
        let plain: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
        plain.to_ascii_lowercase().starts_with("reportingservice")
    }

    /// The export says that it cannot be upgraded: `Cannot Upgrade`, `CannotUpgrade`.
    pub fn cannot_be_upgraded(&self) -> bool {
        let plain = |status: &String| status.chars().filter(char::is_ascii_alphabetic).collect::<String>();
        self.status.as_ref().is_some_and(|status| plain(status).eq_ignore_ascii_case("cannotupgrade"))
    }
}

/// An object of the farm that an export says is not upgraded, or cannot be, and that is no database.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ObjectFact {
    /// Where this was read.
    pub place: Place,
    /// Its name, or its URL or id where it has none.
    pub name: String,
    /// Its type without namespace: `SPServer`, `SearchService` …
    pub object_type: String,
    /// What the export says of it.
    pub state: UpgradeState,
    /// The words in which it says so.
    pub status: String,
}

/// What an export says of the upgrade of an object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum UpgradeState {
    /// It waits for the upgrade.
    Needed,
    /// It cannot be upgraded.
    Impossible,
    /// Its upgrade failed.
    Failed,
}

/// One service instance on one server, as one export states it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ServiceFact {
    /// Where this was read.
    pub place: Place,
    /// Name of the SharePoint server, where the export has one.
    pub server: Option<String>,
    /// Type or name of the service: `Microsoft SharePoint Foundation Timer`, `SPTimerServiceInstance` …
    pub service: String,
    /// `Online`, `Disabled`, `Offline` …
    pub status: String,
}

/// A problem in an export: it is reported, the rest is read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InventoryProblem {
    /// Where.
    pub place: Place,
    /// What, in lower case without a full stop.
    pub message: String,
}

impl InventoryProblem {
    /// How the message ends where a table lacks columns, before the names of those it has.
    pub const MISSING: &str = "missing; found: ";

    /// The table lacks columns without which it tells nothing.
    pub fn lacks_columns(&self) -> bool {
        self.message.contains(Self::MISSING)
    }
}

/// A sentence found in an export that the rules may know (`Test-SPContentDatabase`, Health Analyzer, a status).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportSentence {
    /// Where it stands.
    pub place: Place,
    /// `Error` or `Warning` by the export's own words; `Info` otherwise.
    pub level: super::kind::Level,
    /// The database it is about, if the export says so beside the sentence.
    pub database: Option<String>,
    /// The text, as one line.
    pub text: String,
    /// What kind of problem the export says it is, where the text does not begin with that: the text may be of any
    /// language, this is not.
    pub category: Option<String>,
    /// The export says that it blocks the upgrade.
    pub blocks: bool,
    /// It may have nothing to do with an upgrade.
    pub of_daily_work: bool,
}

/// Everything one export told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InventoryFacts {
    /// Site collections, in order of appearance.
    pub sites: Vec<SiteFact>,
    /// Databases, in order of appearance.
    pub databases: Vec<DatabaseFact>,
    /// Objects that are no databases and not upgraded, in order of appearance.
    pub objects: Vec<ObjectFact>,
    /// Service instances, in order of appearance.
    pub services: Vec<ServiceFact>,
    /// Sentences for the rules.
    pub sentences: Vec<ExportSentence>,
    /// What was wrong with the export.
    pub problems: Vec<InventoryProblem>,
    /// The name of the file, where it is needed to tell a database.
    pub file_name: Option<FileName>,
}

/// What the name of a file may say of the database whose sites the file lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileName {
    /// Readings of it, the most literal first.
    pub candidates: Vec<String>,
    /// It holds the name of the command, so that the rest is meant as the name of a database.
    pub has_command: bool,
}

impl InventoryFacts {
    /// The only thing that is told of an export is what is wrong with it as a whole.
    pub fn of_problem(path: &str, message: String) -> Self {
        let place = Place { path: path.to_owned(), line: 0 };
        Self { problems: vec![InventoryProblem { place, message }], ..Self::default() }
    }

    /// The same, as if it had been read from this path.
    #[must_use]
    pub fn moved_to(mut self, path: &str) -> Self {
        for place in self.places_mut() {
            path.clone_into(&mut place.path);
        }
        self
    }

    /// The path it was read from; `None` where it tells nothing.
    pub fn path(&self) -> Option<&str> {
        let place = self
            .sites
            .first()
            .map(|fact| &fact.place)
            .or_else(|| self.databases.first()?.place.as_ref())
            .or_else(|| self.objects.first().map(|fact| &fact.place))
            .or_else(|| self.services.first().map(|fact| &fact.place))
            .or_else(|| self.sentences.first().map(|sentence| &sentence.place))
            .or_else(|| self.problems.first().map(|problem| &problem.place));
        place.map(|place| place.path.as_str())
    }

    fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        let sites = self.sites.iter_mut().map(|fact| &mut fact.place);
        let databases = self.databases.iter_mut().filter_map(|fact| fact.place.as_mut());
        let objects = self.objects.iter_mut().map(|fact| &mut fact.place);
        let services = self.services.iter_mut().map(|fact| &mut fact.place);
        let sentences = self.sentences.iter_mut().map(|sentence| &mut sentence.place);
        let problems = self.problems.iter_mut().map(|problem| &mut problem.place);
        sites.chain(databases).chain(objects).chain(services).chain(sentences).chain(problems)
    }
}
