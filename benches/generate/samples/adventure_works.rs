//! Adventure Works: SharePoint 2016 whose upgrade fails, and one database of a Subscription Edition server whose
//! upgrade is killed.

use std::collections::BTreeMap;

use super::{add_sites, consoles, database};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::farm::inventory;
use crate::farm::model::{Farm, SiteState, Version};
use crate::farm::pass::{self, Pass, PassPlan, Phases};
use crate::farm::script::{Plant, Session};
use crate::farm::traces::TraceRecord;
use crate::farm::tree::{Log, Tree};
use crate::farm::upgrade::{self, Ending, Plan};
use crate::farm::wizard::Outcome;
use crate::farm::{traces, trouble};
use crate::format::columns::{Columns, Kind};
use crate::format::{Exception, Lane, Level};
use crate::prng::Prng;
use crate::shape::{Encoding, Shape};
use crate::vocabulary::TOKEN_SERVICE_DOWN;

const SALES: usize = 0;
const MY_SITES: usize = 1;

const WINDOWS: Shape = Shape { encoding: Encoding::Utf8Bom, crlf: true, unterminated: false };

/// The farm.
pub(super) fn tree(prng: &Prng) -> Tree {
    let farm = farm(&mut prng.fork("adventure works"));
    let mut tree = Tree::of(&farm);
    let pass = pass::run(&farm, &failing(&farm), prng);
    tree.pass(&farm, "AWSP01/LOGS", &pass);
    tree.traces(WINDOWS, "AWSP01/LOGS", "AWSP01", trace_records(&farm, &pass, prng));
    let log = format!("{}\\{}", farm.log_folder(), pass.timer.log_name(farm.version));
    tree.plain("AWSP01/psconfig-console.txt".to_owned(), consoles::psconfig_2016(&log));
    tree.plain(
        "inventory/Test-SPContentDatabase_WSS_Content_Sales.txt".to_owned(),
        consoles::test_content_database(),
    );
    let my_sites = &farm.databases[MY_SITES];
    let name = format!("inventory/enumallwebs_{}.xml", my_sites.name);
    tree.plain(name, inventory::all_webs(my_sites, "ADVENTURE-WORKS\\sp-install"));
    site_upgrade(&mut tree, prng);
    killed(&mut tree, prng);
    tree
}

fn farm(prng: &mut Prng) -> Farm {
    let place = |web_application| ["AWSQL01", "E:\\Data", web_application];
    let mut databases = vec![
        database("WSS_Content_Sales", place("Adventure Works Sales"), 30_720, prng),
        database("WSS_Content_MySites", place("Adventure Works My Sites"), 9_216, prng),
        database("WSS_Content_Intranet", place("Adventure Works Intranet"), 18_432, prng),
    ];
    for (index, url) in ["sales", "my", "intranet"].into_iter().enumerate() {
        let url = format!("https://{url}.adventure-works.example/sites/s");
        add_sites(&mut databases[index], 22, &url, SiteState::Healthy, prng);
    }
    add_sites(
        &mut databases[MY_SITES],
        4,
        "https://my.adventure-works.example/personal/p",
        SiteState::Refused,
        prng,
    );
    Farm {
        name: "adventure-works-2016".to_owned(),
        version: Version::V2016,
        culture: Culture::EnUs,
        shape: WINDOWS,
        padded: true,
        tail: TOKEN_SERVICE_DOWN.to_owned(),
        sql_server: "AWSQL01".to_owned(),
        databases,
    }
}

/// A run that fails: one database misses its schema, one feature its list, one service database its login.
fn failing(farm: &Farm) -> PassPlan {
    let my_sites = &farm.databases[MY_SITES];
    let url = my_sites.sites.first().map(|site| site.url.clone()).unwrap_or_default();
    let problems = BTreeMap::from([
        (None, trouble::login_failed("SP_BusinessDataCatalog", "ADVENTURE-WORKS\\sp-install")),
        (Some(SALES), vec![trouble::schema_mismatch(&farm.databases[SALES])]),
        (Some(MY_SITES), trouble::feature_upgrade_failed(my_sites, &url)),
    ]);
    PassPlan {
        server: "AWSP01".to_owned(),
        start: Moment::new([2026, 4, 11], [22, 30, 11], 60),
        phases: Phases::of(480).expect("eight minutes are enough"),
        bootstrap: Plan::default(),
        timer: Plan { real: true, walk: true, problems, ..Plan::default() },
        bootstrap_waits: BTreeMap::new(),
        timer_waits: BTreeMap::from([(MY_SITES, 14)]),
        ending: Ending::Failed,
        outcome: Outcome::TimerJobFailed,
        aside: None,
    }
}

fn trace_records(farm: &Farm, pass: &Pass, prng: &Prng) -> Vec<TraceRecord> {
    let span = (pass.start.minus_seconds(30), pass.end.plus_seconds(30));
    let mut records = traces::noise(farm, &pass.server, span, 3_000, prng);
    for session in [&pass.psconfig, &pass.timer] {
        records.extend(traces::embedded(farm, session));
    }
    let lane =
        Lane { process: "w3wp", image: "w3wp.exe", pid: 0x285c, tid: 0x2da4, ..pass.timer.lane.clone() };
    let plants =
        |code: &'static str, object: &str| vec![Plant { code, object: object.to_owned(), database: None }];
    records.push(traces::failure(
        pass.start.minus_seconds(21),
        &lane,
        ["SharePoint Foundation", "DistributedCache", "ah24w"],
        Level::Unexpected,
        "Unexpected Exception in SPDistributedCachePointerWrapper::InitializeDataCacheFactory for usage 'DistributedLogonTokenCache' - Exception 'Microsoft.SharePoint.Internal.Caching.DataCacheException: ErrorCode<ERRCA0017>:SubStatus<ES0006>:There is a temporary failure. Please retry later. (One or more specified cache servers are unavailable, which could be caused by busy network or servers.)'",
        plants("UE03", ""),
    ));
    let tracing =
        Lane { process: "wsstracing", image: "wsstracing.exe", pid: 0x8c4, tid: 0x1520, ..lane.clone() };
    records.push(traces::failure(
        pass.start.minus_seconds(13),
        &tracing,
        ["SharePoint Foundation", "Tracing Controller Service", "8094"],
        Level::TraceWarning,
        "Trace logs are reaching to the configured storage limit (5). Please increase the maximum storage settings. Otherwise, older files will be deleted once the limit is reached.",
        plants("UE05", ""),
    ));
    records.push(traces::failure(
        pass.start.minus_seconds(12),
        &tracing,
        ["SharePoint Foundation", "Unified Logging Service", "b9ws"],
        Level::Monitorable,
        "Trace Management Service unable to delete file 'E:\\ULS\\AWSP01-20260329-1015.log'.  Error 00000020",
        plants("UE05", ""),
    ));
    let at = pass.end.plus_seconds(7);
    records.push(missing_method(
        at,
        &lane,
        ["SharePoint Portal Server", "Administration", "5187"],
        Level::Critical,
    ));
    let columns = ["SharePoint Portal Server", "Personal Site Instantiation", "ajjul"];
    records.push(missing_method(at, &lane, columns, Level::Exception));
    records
}

/// Binaries of different patch levels meet; the stack is long enough to be continued twice.
fn missing_method(at: Moment, lane: &Lane, columns: [&'static str; 3], level: Level) -> TraceRecord {
    let method = "Microsoft.SharePoint.SPSite Microsoft.SharePoint.SPSite.SelfServiceCreateSite(System.String, System.String, System.String, UInt32, Int32, Int32, System.String, System.String, System.String, System.String, System.String, System.String, System.String, System.String, Microsoft.SharePoint.SPSiteSubscription)";
    let plants = vec![Plant { code: "UE04", object: method.to_owned(), database: None }];
    let message = "My Site creation failure for user 'ADVENTURE-WORKS\\user17' for site url 'https://my.adventure-works.example/personal/user17'. The";
    let frames = vec![
        "Microsoft.Office.Server.UserProfiles.UserProfile.<>c__DisplayClass2.<CreateSite>b__0()",
        "Microsoft.SharePoint.SPSecurity.<>c__DisplayClass5.<RunWithElevatedPrivileges>b__3()",
        "Microsoft.SharePoint.Utilities.SecurityContext.RunAsProcess(CodeToRunElevated secureCode)",
        "Microsoft.SharePoint.SPSecurity.RunWithElevatedPrivileges(WaitCallback secureCode, Object param)",
        "Microsoft.SharePoint.SPSecurity.RunWithElevatedPrivileges(CodeToRunElevated secureCode)",
        "Microsoft.Office.Server.UserProfiles.UserProfile.CreateSite(String strRequestUrl, Boolean bCollision, Int32 overrideCompatLevel, Int32 lcid)",
        "Microsoft.Office.Server.UserProfiles.UserProfile.CreatePersonalSiteWithSQM(String mySitePortalUrl, Int32 overrideCompatLevel, Int32 lcid)",
        "Microsoft.Office.Server.UserProfiles.UserProfile.CreatePersonalSite(Int32 lcid)",
        "Microsoft.Office.Server.UserProfiles.MySiteInstantiationWorkItemJobDefinition.ProcessWorkItemCore(SPWorkItemCollection workItems, SPWorkItem workItem, MySiteInstantiationWorkItemJobState timerJobState)",
        "Microsoft.Office.Server.UserProfiles.MySiteInstantiationWorkItemJobDefinition.<>c__DisplayClass1.<ProcessWorkItem>b__0(SPWorkItem wi, WorkItemTimerJobState tjs)",
        "Microsoft.Office.Server.Utilities.TimerJobUtility.<>c__DisplayClass1.<ProcessWorkItem>b__0()",
    ];
    let text = format!("System.MissingMethodException: Method not found: '{method}'.");
    TraceRecord {
        exception: Some(Exception { text, frames }),
        ..traces::failure(at, lane, columns, level, message, plants)
    }
}

/// The log of one site collection that an owner upgraded, and that failed.
fn site_upgrade(tree: &mut Tree, prng: &Prng) {
    let mut prng = prng.fork("adventure works site");
    let url = "https://intranet.adventure-works.example/sites/s007";
    let mut script = crate::farm::script::Script::default();
    script.say(
        "SPSiteUpgradeSession",
        "ajyw0",
        Level::Info,
        format!("Upgrade session starts. root object = SPSite Url={url}, recursive = True."),
    );
    for step in 1..=12 {
        let message = format!("[SPSite Url={url}] SchemaVersion = 16.0.{step}.0.");
        script.say("SPSiteWssSequence2", "ajy6k", Level::Info, message);
        script.labour("SPSiteWssSequence2", "ajy6l", Level::Debug, "Executing SQL DDL Script.".to_owned());
    }
    script.problem(trouble::duplicate_content_type("Quote Document", url));
    script.say("SPSiteUpgradeSession", "ajyw9", Level::Info, format!("Upgrade session finishes. root object = SPSite Url={url}, recursive = True. 1 errors and 0 warnings encountered."));
    script.finished = true;
    let lane = Lane {
        process: "w3wp",
        image: "w3wp.exe",
        server: "AWSP01".to_owned(),
        pid: prng.windows_id(),
        tid: prng.windows_id(),
    };
    let start = Moment::new([2026, 4, 11], [23, 15, 2], 6);
    let session = script.play(lane, start, 95, BTreeMap::new(), &mut prng);
    let path = format!("AWSP01/LOGS/SiteUpgrade-{}.log", start.in_upgrade_name());
    let columns = Columns { kind: Kind::Upgrade, padded: true };
    let mut text = Vec::new();
    let mut counts = columns.header(&mut text);
    session.events.iter().for_each(|event| counts += columns.write(&session.record(event), &mut text));
    tree.truth.session(&[], &session, &path);
    tree.log(
        path,
        WINDOWS,
        Log { kind: "site-upgrade", text, counts, span: Some((session.start, session.end)) },
    );
}

/// Subscription Edition: a log without header and padding that breaks off without a last line end.
fn killed(tree: &mut Tree, prng: &Prng) {
    let mut prng = prng.fork("adventure works killed");
    let mut archive = database(
        "WSS_Content_Archive",
        ["AWSQL02", "E:\\Data", "Adventure Works Archive"],
        51_200,
        &mut prng,
    );
    add_sites(
        &mut archive,
        35,
        "https://archive.adventure-works.example/sites/a",
        SiteState::Healthy,
        &mut prng,
    );
    let shape = Shape { encoding: Encoding::Utf8, crlf: true, unterminated: true };
    let farm = Farm {
        name: "adventure-works-se".to_owned(),
        version: Version::Subscription,
        padded: false,
        shape,
        databases: vec![archive],
        ..farm(&mut prng)
    };
    let lane = Lane {
        process: "powershell",
        image: "PowerShell.exe",
        server: "AWSE01".to_owned(),
        pid: prng.windows_id(),
        tid: prng.windows_id(),
    };
    let script = upgrade::single(&farm.databases[0], farm.version.build(), Ending::Killed);
    let start = Moment::new([2026, 4, 12], [1, 40, 55], 390);
    let session: Session = script.play(lane, start, 140, BTreeMap::new(), &mut prng);
    tree.sessions(&farm, "AWSE01/LOGS", &[&session]);
}
