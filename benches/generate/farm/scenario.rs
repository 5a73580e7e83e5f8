//! A farm from a handful of numbers, for tests that want many different ones.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::inventory;
use super::model::{Database, Farm, Site, SiteState, Version};
use super::pass::{self, Pass, PassPlan, Phases};
use super::script::Problem;
use super::traces;
use super::tree::Tree;
use super::trouble;
use super::upgrade::{Ending, Plan};
use super::wizard::Outcome;
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::prng::Prng;
use crate::shape::Shape;
use crate::vocabulary::TOKEN_SERVICE_DOWN;

/// What befalls the farm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Scenario {
    /// The token service is down; sites are refused on every server.
    Refused,
    /// Nothing.
    Clean,
    /// Databases refer to features, files and web parts that are not installed.
    Customizations,
    /// The last server fails: a database does not get the schema it should.
    Failed,
    /// The last session is killed.
    Killed,
}

/// Why sites are refused, in the words of an exception.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Tail {
    /// As in the one published sample.
    English,
    /// As .NET says it where its German language pack is installed; no such log was ever seen.
    German,
    /// A service that does not answer.
    Timeout,
    /// The port of the service with transport security.
    Https,
}

/// The numbers a farm is made of.
#[derive(Clone, Debug, Args)]
pub(crate) struct FarmOptions {
    /// Seed of everything that is chance.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// What befalls the farm.
    #[arg(long, value_enum, default_value_t = Scenario::Refused)]
    pub(crate) scenario: Scenario,
    /// Product version.
    #[arg(long, value_enum, default_value_t = Version::V2010)]
    pub(crate) version: Version,
    /// How many servers run psconfig, one after the other.
    #[arg(long, default_value_t = 3)]
    pub(crate) servers: u64,
    /// How many content databases there are.
    #[arg(long, default_value_t = 4)]
    pub(crate) databases: u64,
    /// How many site collections there are.
    #[arg(long, default_value_t = 200)]
    pub(crate) sites: u64,
    /// How many of them are refused (scenario `refused`).
    #[arg(long, default_value_t = 40)]
    pub(crate) refused: u64,
    /// How many of the refused are missing from the exports.
    #[arg(long, default_value_t = 2)]
    pub(crate) unresolved: u64,
    /// Why they are refused.
    #[arg(long, value_enum, default_value_t = Tail::English)]
    pub(crate) tail: Tail,
    /// Culture of the dates in the bracketed formats.
    #[arg(long, value_enum, default_value_t = Culture::EnUs)]
    pub(crate) culture: Culture,
    /// Upgrade logs of 2013 and later without header and padding.
    #[arg(long)]
    pub(crate) bare: bool,
    /// No trace logs.
    #[arg(long)]
    pub(crate) no_uls: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

impl Tail {
    fn text(self) -> String {
        match self {
            Self::English => TOKEN_SERVICE_DOWN.to_owned(),
            Self::German => "Es konnte keine Verbindung mit \"http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc\" hergestellt werden. TCP-Fehlercode 10061: Es konnte keine Verbindung hergestellt werden, da der Zielcomputer die Verbindung verweigerte 127.0.0.1:32843. ".to_owned(),
            Self::Timeout => TOKEN_SERVICE_DOWN.replace(
                "10061: No connection could be made because the target machine actively refused it",
                "10060: A connection attempt failed because the connected party did not properly respond after a period of time, or established connection failed because connected host has failed to respond",
            ),
            Self::Https => TOKEN_SERVICE_DOWN.replace("http://", "https://").replace("32843", "32844"),
        }
    }
}

/// Plays a farm and writes it into memory.
pub(crate) fn tree(options: &FarmOptions) -> Tree {
    let prng = Prng::new(options.seed);
    let farm = farm(options, &mut prng.fork("farm"));
    let mut tree = Tree::of(&farm);
    let mut start = Moment::new([2026, 3, 14], [22, 0, 3], 110);
    for number in 0..options.servers {
        let plan = plan(options, &farm, number, start, &mut prng.fork(&format!("pass {number}")));
        let pass = pass::run(&farm, &plan, &prng);
        write(&mut tree, options, &farm, &pass, &prng);
        start = pass.end.plus_seconds(300);
    }
    tree.plain("inventory/sites.csv".to_owned(), inventory::sites(&farm, options.seed.is_multiple_of(2)));
    tree.plain("inventory/databases.csv".to_owned(), inventory::databases(&farm, false));
    tree
}

fn write(tree: &mut Tree, options: &FarmOptions, farm: &Farm, pass: &Pass, prng: &Prng) {
    let folder = format!("{}/LOGS", pass.server);
    tree.pass(farm, &folder, pass);
    if options.no_uls || farm.version == Version::V2007 {
        return;
    }
    let span = (pass.start.minus_seconds(60), pass.end.plus_seconds(60));
    let mut records = traces::noise(farm, &pass.server, span, 2_000, prng);
    records.extend(traces::embedded(farm, &pass.psconfig));
    records.extend(traces::embedded(farm, &pass.timer));
    tree.traces(farm.shape, &folder, &pass.server, records);
}

fn farm(options: &FarmOptions, prng: &mut Prng) -> Farm {
    let count = usize::try_from(options.databases.max(1)).expect("a farm has few databases");
    let mut databases: Vec<Database> = (1..=options.databases.max(1))
        .map(|number| Database {
            name: format!("WSS_Content_Team{number:02}"),
            id: prng.guid(),
            server: format!("SQL{:02}", number % 2 + 1),
            volume: format!("E:\\Data{:02}", number % 3 + 1),
            web_application: "Contoso Teams".to_owned(),
            size_megabytes: prng.between(800, 90_000),
            sites: Vec::new(),
            central_administration: false,
        })
        .collect();
    let refused = if options.scenario == Scenario::Refused { options.refused.min(options.sites) } else { 0 };
    // The refused sites crowd in a third of the databases, as claims sites do.
    let crowded = count.div_ceil(3);
    for number in 0..options.sites {
        let state = if number < refused { SiteState::Refused } else { SiteState::Healthy };
        let index = prng.index(if state == SiteState::Refused { crowded } else { count });
        databases[index].sites.push(Site {
            id: prng.guid(),
            url: format!("http://teams.contoso.example/sites/team-{number:05}"),
            state,
            exported: number >= refused || number + options.unresolved < refused,
        });
    }
    Farm {
        name: "contoso".to_owned(),
        version: options.version,
        culture: options.culture,
        shape: options.shape,
        padded: !options.bare,
        tail: options.tail.text(),
        sql_server: "SQL01".to_owned(),
        databases,
    }
}

fn plan(options: &FarmOptions, farm: &Farm, number: u64, start: Moment, prng: &mut Prng) -> PassPlan {
    let (first, last) = (number == 0, number + 1 == options.servers);
    let walk = options.scenario == Scenario::Refused;
    let (bootstrap_waits, timer_waits) = (waits(farm, prng), waits(farm, prng));
    let mut problems = BTreeMap::new();
    if first && options.scenario == Scenario::Customizations {
        let index = prng.index(farm.databases.len());
        problems.insert(Some(index), customizations(farm, &farm.databases[index], prng));
    }
    if last && options.scenario == Scenario::Failed {
        problems.insert(Some(0), vec![trouble::schema_mismatch(&farm.databases[0])]);
    }
    let (ending, outcome) = match options.scenario {
        Scenario::Failed if last => (Ending::Failed, Outcome::TimerJobFailed),
        Scenario::Killed if last => (Ending::Killed, Outcome::TimerServiceDied),
        _ => (Ending::Finished, Outcome::Succeeded),
    };
    let work = prng.between(250, 420);
    PassPlan {
        server: format!("SPS{:02}", number + 1),
        start,
        phases: Phases::of(work).expect("250 seconds are enough for a run"),
        bootstrap: Plan { walk, ..Plan::default() },
        timer: Plan { real: first, walk, problems, ..Plan::default() },
        bootstrap_waits,
        timer_waits,
        ending,
        outcome,
        aside: None,
    }
}

/// Every attempt takes from one to six seconds.
fn waits(farm: &Farm, prng: &mut Prng) -> BTreeMap<usize, u64> {
    let mut waits = BTreeMap::new();
    for (index, database) in farm.databases.iter().enumerate() {
        for _ in database.refused() {
            *waits.entry(index).or_default() += prng.between(1, 6);
        }
    }
    waits
}

fn customizations(farm: &Farm, database: &Database, prng: &mut Prng) -> Vec<Problem> {
    let mut problems = trouble::missing_feature(farm, database, prng.guid(), "Contoso_Ribbon");
    problems.push(trouble::missing_setup_file(
        database,
        "Features\\Contoso_Ribbon\\ribbon.css",
        prng.between(1, 40),
    ));
    problems.push(trouble::missing_web_part(database, prng.guid(), prng.between(1, 40)));
    problems.push(trouble::missing_assembly(
        database,
        "Contoso.Receivers, Version=1.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c",
    ));
    problems.push(trouble::missing_site_definition(database, 11_254, prng.between(1, 20)));
    problems
}
