//! What healthy logs are full of: sentences with slots, and the words that fill the slots.

use crate::bytes;
use crate::format::Level;
use crate::prng::{Guid, Prng};

/// A sentence of a log, with the columns it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) area: &'static str,
    pub(crate) component: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) level: Level,
    template: Vec<Piece>,
}

/// A part of a sentence.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Text(&'static str),
    Url,
    Database,
    Guid,
    Number,
    Elapsed,
    Version,
    Milliseconds,
    SqlServer,
}

/// How often, area, component, tag, level, sentence.
type Row = (usize, &'static str, &'static str, &'static str, Level, &'static str);

/// Upgrade sequences at work. Their tags are those of 2013 and later; the bracketed formats do not print them.
const UPGRADE: &[Row] = &[
    (
        8,
        "",
        "SPHierarchyManager",
        "ajyw6",
        Level::Debug,
        "[SPTree Value=SPSite Url={u}] added to dependency cache by lookup",
    ),
    (5, "", "SPUpgradeSession", "ajywd", Level::Debug, "CanUpgrade [SPSite Url={u}] returned: True."),
    (5, "", "SPUpgradeSession", "ajywe", Level::Debug, "NeedsUpgrade [SPSite Url={u}] returned: False."),
    (
        3,
        "",
        "SPUpgradeSession",
        "ajywd",
        Level::Debug,
        "CanUpgrade [SPContentDatabase Name={d}] returned: True.",
    ),
    (
        3,
        "",
        "SPUpgradeSession",
        "ajywe",
        Level::Debug,
        "NeedsUpgrade [SPContentDatabase Name={d}] returned: True.",
    ),
    (
        3,
        "",
        "SPContentDatabaseSequence",
        "ajyxy",
        Level::Info,
        "[SPContentDatabase Name={d}] SchemaVersion = {v}.",
    ),
    (5, "", "SPContentDatabaseSequence", "ajyx2", Level::Debug, "Executing SQL DDL Script."),
    (
        2,
        "",
        "SPContentDatabaseSequence",
        "ajyx3",
        Level::Info,
        "Action {v} of Microsoft.SharePoint.Upgrade.SPContentDatabaseSequence.",
    ),
    (4, "", "SPSiteWssSequence2", "ajy6k", Level::Info, "[SPSite Url={u}] SchemaVersion = {v}."),
    (3, "", "SPSiteWssSequence2", "ajy6l", Level::Debug, "Elapsed time upgrading [SPSite Url={u}]: {e}."),
    (
        2,
        "",
        "SPWebTemplateSequence",
        "ajy7a",
        Level::Debug,
        "Template STS#0: Activating site-collection-scoped features...",
    ),
    (
        2,
        "",
        "SPWebTemplateSequence",
        "ajy7b",
        Level::Debug,
        "Template STS#0: Activating feature {g} in site collection with URL \"{u}\", force=False.",
    ),
];

/// The trace log of a farm at work.
const TRACE: &[Row] = &[
    (
        6,
        "SharePoint Foundation",
        "General",
        "8e2s",
        Level::Medium,
        "Unknown SPRequest error occurred. More information: 0x80070002",
    ),
    (
        6,
        "SharePoint Foundation",
        "General",
        "af4yd",
        Level::High,
        "TenantAppEtag record requested but there is no sitesubscription or tenantId for site {g} so we will use the WebApp Id for the cache.",
    ),
    (
        5,
        "SharePoint Foundation",
        "Database",
        "ahjqp",
        Level::High,
        "[Forced due to logging gap, Original Level: Verbose] SQL connection time: {m} for Data Source={s};Initial Catalog={d};Integrated Security=True",
    ),
    (4, "SharePoint Foundation", "Logging Correlation Data", "xmnv", Level::Medium, "Name=Request (GET:{u})"),
    (4, "SharePoint Foundation", "Logging Correlation Data", "xmnv", Level::Medium, "Site=/sites/team-{n}"),
    (
        4,
        "SharePoint Foundation",
        "Timer",
        "2pnj",
        Level::Verbose,
        "Timer job job-application-server-admin-service ran for {m} ms on {u}",
    ),
    (
        3,
        "SharePoint Foundation",
        "Topology",
        "8xqz",
        Level::Medium,
        "Updating SPPersistedObject SPTimerServiceInstance. Version: {n} Ensure: False, HashCode: {n}, Id: {g}, Stack:    at Microsoft.SharePoint.Administration.SPPersistedObject.BaseUpdate()",
    ),
    (
        3,
        "SharePoint Foundation",
        "Authentication Authorization",
        "agb9s",
        Level::Medium,
        "Non-OAuth request. IsAuthenticated=True, UserIdentityName=0#.w|contoso\\user{n}, ClaimsCount=28",
    ),
    (
        3,
        "SharePoint Server",
        "Database",
        "tzku",
        Level::VerboseEx,
        "ConnectionString: 'Data Source={s};Initial Catalog={d};Integrated Security=True;Enlist=False;Connect Timeout=15'    ConnectionState: Closed ConnectionTimeout: 15",
    ),
    (
        2,
        "SharePoint Foundation",
        "Files",
        "ak8dj",
        Level::High,
        "UserAgent not available, file operations may not be optimized. Site {u}",
    ),
    (
        2,
        "SharePoint Foundation",
        "Runtime",
        "tkau",
        Level::VerboseEx,
        "Releasing SPRequest with allocation Id {g}",
    ),
    (
        2,
        "SharePoint Portal Server",
        "User Profiles",
        "eh0u",
        Level::Medium,
        "ProfilePropertyService.GetProfileProperties returned {n} entries for {u}",
    ),
];

/// The upgrade sentences, each as often as it is common.
pub(crate) fn upgrade() -> Vec<Phrase> {
    phrases(UPGRADE)
}

/// The trace sentences, each as often as it is common.
pub(crate) fn trace() -> Vec<Phrase> {
    phrases(TRACE)
}

fn phrases(rows: &[Row]) -> Vec<Phrase> {
    rows.iter()
        .flat_map(|&(often, area, component, tag, level, sentence)| {
            let phrase = Phrase { area, component, tag, level, template: pieces(sentence) };
            std::iter::repeat_n(phrase, often)
        })
        .collect()
}

fn pieces(sentence: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (position, part) in sentence.split(['{', '}']).enumerate() {
        pieces.push(match (position % 2, part) {
            (0, text) => Piece::Text(text),
            (_, "u") => Piece::Url,
            (_, "d") => Piece::Database,
            (_, "g") => Piece::Guid,
            (_, "n") => Piece::Number,
            (_, "e") => Piece::Elapsed,
            (_, "v") => Piece::Version,
            (_, "s") => Piece::SqlServer,
            (_, _) => Piece::Milliseconds,
        });
    }
    pieces
}

impl Phrase {
    /// Appends the sentence; URLs are made longer by about `extra` bytes altogether.
    pub(crate) fn say(&self, words: &mut Words, extra: usize, out: &mut Vec<u8>) {
        for piece in &self.template {
            match piece {
                Piece::Text(text) => bytes::text(out, text),
                Piece::Url => words.url(extra, out),
                Piece::Database => words.database(out),
                Piece::Guid => out.extend_from_slice(&words.prng.guid().text()),
                Piece::Number => bytes::decimal(out, words.prng.below(10_000), 1),
                Piece::Elapsed => words.elapsed(out),
                Piece::Version => words.version(out),
                Piece::Milliseconds => words.milliseconds(out),
                Piece::SqlServer => bytes::text(out, &words.sql_server),
            }
        }
    }

    /// The sentence as text of its own.
    pub(crate) fn sentence(&self, words: &mut Words) -> String {
        let mut out = Vec::new();
        self.say(words, 0, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// So many site collections can be named.
const SITES: u64 = 100_000;

/// Which of so many has its turn.
fn turn(number: u64, of: usize) -> usize {
    usize::try_from(number).map_or(0, |number| number % of)
}

/// Fills the slots.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) prng: Prng,
    /// Names of the content databases of the farm.
    pub(crate) databases: Vec<String>,
    /// Host names of its web applications.
    pub(crate) hosts: Vec<String>,
    /// Its database server.
    pub(crate) sql_server: String,
    /// How far psconfig has come, if objects are named in order.
    walk: Option<Walk>,
}

/// The site collections of a farm, one after the other. Numbers count on without end, as sessions do.
#[derive(Clone, Copy, Debug, Default)]
struct Walk {
    site: u64,
    /// How often the site was named.
    named: u64,
}

impl Walk {
    /// So often a site is named before the next one is at work.
    const NAMINGS: u64 = 8;
    /// So many sites lie in a database.
    const SITES: u64 = 200;

    /// The site that is at work when one is named.
    fn step(&mut self) -> u64 {
        if self.named == Self::NAMINGS {
            *self = Self { site: self.site + 1, named: 0 };
        }
        self.named += 1;
        self.site
    }

    /// Goes on to the next database, if this one is done.
    fn turns(&mut self) -> bool {
        let done = (self.site + 1).is_multiple_of(Self::SITES) && self.named == Self::NAMINGS;
        if done {
            *self = Self { site: self.site + 1, named: 0 };
        }
        done
    }
}

impl Words {
    /// The words of an invented farm of `databases` content databases.
    pub(crate) fn new(prng: Prng, databases: u64) -> Self {
        let databases = (1..=databases.max(1)).map(|number| format!("WSS_Content_Team{number:02}")).collect();
        let hosts =
            ["portal", "my", "teams", "intranet"].map(|host| format!("http://{host}.contoso.example"));
        Self { prng, databases, hosts: hosts.to_vec(), sql_server: "SQL01".to_owned(), walk: None }
    }

    /// The same, with the objects in the order in which psconfig goes through a farm.
    pub(crate) fn in_order(prng: Prng, databases: u64) -> Self {
        Self { walk: Some(Walk::default()), ..Self::new(prng, databases) }
    }

    fn url(&mut self, extra: usize, out: &mut Vec<u8>) {
        const PATH: &str =
            "/shared-documents/projects/archive/minutes/budget/offers/contracts/drawings/reviews";
        let (host, site) = match &mut self.walk {
            Some(walk) => {
                let site = walk.step();
                (turn(site, self.hosts.len()), site % SITES)
            }
            None => (self.prng.index(self.hosts.len()), self.prng.below(SITES)),
        };
        bytes::text(out, &self.hosts[host]);
        bytes::text(out, "/sites/team-");
        bytes::decimal(out, site, 5);
        let mut missing = extra;
        while missing > 0 {
            let taken = missing.min(PATH.len());
            out.extend_from_slice(&PATH.as_bytes()[..taken]);
            missing -= taken;
        }
    }

    fn database(&mut self, out: &mut Vec<u8>) {
        bytes::text(out, self.a_database());
    }

    /// Whether the work on a content database is over, and that on the next one begins. At random it is now and then.
    pub(crate) fn databases_turn(&mut self) -> bool {
        match &mut self.walk {
            Some(walk) => walk.turns(),
            None => self.prng.chance(30_000),
        }
    }

    /// The database at work, or any.
    pub(crate) fn a_database(&mut self) -> &str {
        let database = match self.walk {
            Some(walk) => turn(walk.site / Walk::SITES, self.databases.len()),
            None => self.prng.index(self.databases.len()),
        };
        &self.databases[database]
    }

    fn elapsed(&mut self, out: &mut Vec<u8>) {
        bytes::text(out, "00:00:");
        bytes::decimal(out, self.prng.below(60), 2);
        out.push(b'.');
        bytes::decimal(out, self.prng.below(100), 2);
    }

    fn version(&mut self, out: &mut Vec<u8>) {
        bytes::text(out, "14.0.");
        bytes::decimal(out, self.prng.below(4), 1);
        out.push(b'.');
        bytes::decimal(out, self.prng.below(100), 1);
    }

    fn milliseconds(&mut self, out: &mut Vec<u8>) {
        bytes::decimal(out, self.prng.below(900), 1);
        out.push(b'.');
        bytes::decimal(out, self.prng.below(10_000), 4);
    }
}

/// The DEBUG line this program is about: a site that could not be opened, with the reason.
pub(crate) fn refused(site: Guid, tail: &str, out: &mut Vec<u8>) {
    bytes::text(out, "Site with Id = ");
    out.extend_from_slice(&site.text());
    bytes::text(out, " is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. ");
    bytes::text(out, tail);
}

/// The reason when the token service does not listen.
pub(crate) const TOKEN_SERVICE_DOWN: &str = "Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843. ";
