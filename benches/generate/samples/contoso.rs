//! Contoso, SharePoint 2010: three servers patched in a night, with the token service down; and the same farm
//! after its content databases were upgraded, on the fourth server.

use std::collections::BTreeMap;

use super::{add_sites, consoles, database};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::farm::inventory;
use crate::farm::model::{Farm, SiteState, Version};
use crate::farm::pass::{self, Aside, Pass, PassPlan, Phases};
use crate::farm::script::{Plant, Problem, Session};
use crate::farm::tree::Tree;
use crate::farm::upgrade::{self, Ending, Plan};
use crate::farm::wizard::Outcome;
use crate::farm::{traces, trouble};
use crate::format::Lane;
use crate::prng::Prng;
use crate::shape::{Encoding, Shape};
use crate::vocabulary::TOKEN_SERVICE_DOWN;

const MY_SITES_01: usize = 0;
const MY_SITES_02: usize = 1;
const PORTAL: usize = 2;
const PROJECTS: usize = 3;

/// The night: three servers, one after the other.
pub(super) fn before(prng: &Prng) -> Tree {
    let farm = farm(&mut prng.fork("contoso"));
    let mut tree = Tree::of(&farm);
    for plan in [first(&farm, &mut prng.fork("contoso problems")), second(), third()] {
        let pass = pass::run(&farm, &plan, prng);
        let folder = format!("{}/LOGS", pass.server);
        tree.pass(&farm, &folder, &pass);
        tree.traces(farm.shape, &folder, &pass.server, trace_records(&farm, &pass, prng));
    }
    tree.plain("SPS03/LOGS/w3wp.dmp".to_owned(), b"MDMP\x93\xa7\0\0\x0f\0\0\0 \0\0\0".repeat(16));
    tree.plain("inventory/sites.csv".to_owned(), inventory::sites(&farm, true));
    tree.plain("inventory/databases.csv".to_owned(), inventory::databases(&farm, false));
    let portal = &farm.databases[PORTAL];
    let name = format!("inventory/enumallwebs_{}.xml", portal.name);
    tree.plain(name, inventory::all_webs(portal, "CONTOSO\\spadmin"));
    tree
}

/// The cure, and the server that was patched after it.
pub(super) fn after(prng: &Prng) -> Tree {
    let farm = farm(&mut prng.fork("contoso"));
    let mut healed = farm.clone();
    healed.databases.iter_mut().flat_map(|database| &mut database.sites).for_each(|site| {
        if site.state == SiteState::Refused {
            site.state = SiteState::Healthy;
        }
    });
    let mut tree = Tree::of(&healed);
    let cure = cure(&farm, prng);
    tree.sessions(&healed, "SPS01/LOGS", &cure.iter().collect::<Vec<_>>());
    tree.plain("SPS01/upgrade-databases.txt".to_owned(), consoles::upgrade_databases());
    let pass = pass::run(&healed, &fourth(), prng);
    tree.pass(&healed, "SPS04/LOGS", &pass);
    tree.traces(healed.shape, "SPS04/LOGS", "SPS04", trace_records(&healed, &pass, prng));
    tree.plain("inventory/databases.csv".to_owned(), inventory::databases(&healed, true));
    tree
}

fn farm(prng: &mut Prng) -> Farm {
    let my_sites = |volume| ["SQL01", volume, "Contoso My Sites"];
    let portal = |server, volume| [server, volume, "Contoso Portal"];
    let admin = format!("SharePoint_AdminContent_{}", prng.guid());
    let mut databases = vec![
        database("WSS_Content_MySites01", my_sites("E:\\SQLData1"), 48_640, prng),
        database("WSS_Content_MySites02", my_sites("E:\\SQLData1"), 21_504, prng),
        database("WSS_Content_Portal", portal("SQL01", "F:\\SQLData2"), 12_288, prng),
        database("WSS_Content_Projects", portal("SQL02", "E:\\SQLData1"), 7_168, prng),
        database("WSS_Content_Teams", portal("SQL02", "F:\\SQLData2"), 66_560, prng),
        database(&admin, ["SQL01", "F:\\SQLData2", "SharePoint Central Administration v4"], 512, prng),
    ];
    let sites = [
        (MY_SITES_01, 92, 148, "http://my.contoso.example/personal/user"),
        (MY_SITES_02, 70, 61, "http://my.contoso.example/personal/staff"),
        (PORTAL, 40, 0, "http://portal.contoso.example/sites/dept"),
        (PROJECTS, 14, 3, "http://portal.contoso.example/projects/p"),
        (4, 110, 0, "http://portal.contoso.example/teams/t"),
        (5, 1, 0, "http://sps01:8080/sites/help"),
    ];
    for (index, healthy, refused, url) in sites {
        add_sites(&mut databases[index], healthy, url, SiteState::Healthy, prng);
        add_sites(&mut databases[index], refused, url, SiteState::Refused, prng);
    }
    add_sites(
        &mut databases[PORTAL],
        1,
        "http://portal.contoso.example/sites/dept",
        SiteState::Conflict,
        prng,
    );
    // `Get-SPSite` could not open the project sites, and does not list those of Central Administration.
    for site in &mut databases[PROJECTS].sites {
        site.exported = site.state == SiteState::Healthy;
    }
    databases[5].central_administration = true;
    databases[5].sites.iter_mut().for_each(|site| site.exported = false);
    Farm {
        name: "contoso-2010".to_owned(),
        version: Version::V2010,
        culture: Culture::EnUs,
        shape: Shape { encoding: Encoding::Utf8, crlf: true, unterminated: false },
        padded: false,
        tail: TOKEN_SERVICE_DOWN.to_owned(),
        sql_server: "SQL01".to_owned(),
        databases,
    }
}

/// A run that only looks at the databases, twice, and waits both times.
fn walking(server: &str, start: Moment, work: u64, waits: [[u64; 3]; 2]) -> PassPlan {
    let walk = |problems| Plan { walk: true, problems, ..Plan::default() };
    let reporting = trouble::reporting_service("ReportServer_Alerting");
    let [bootstrap_waits, timer_waits] = waits.map(|[first, second, third]| {
        BTreeMap::from([(MY_SITES_01, first), (MY_SITES_02, second), (PROJECTS, third)])
    });
    PassPlan {
        server: server.to_owned(),
        start,
        phases: Phases::of(work).expect("the work is minutes long"),
        bootstrap: walk(BTreeMap::from([(None, reporting)])),
        timer: Plan { conflicts: true, ..walk(BTreeMap::new()) },
        bootstrap_waits,
        timer_waits,
        ending: Ending::Finished,
        outcome: Outcome::Succeeded,
        aside: None,
    }
}

/// SPS01: the databases are really upgraded. Sites are refused for the first time, a second each.
fn first(farm: &Farm, prng: &mut Prng) -> PassPlan {
    let start = Moment::new([2026, 3, 14], [22, 0, 3], 117);
    let mut plan = walking("SPS01", start, 368, [[0, 0, 0], [148, 61, 3]]);
    plan.bootstrap.walk = false;
    plan.bootstrap_waits.clear();
    plan.timer.real = true;
    plan.timer.bracketed = Some(MY_SITES_02);
    plan.timer.problems.insert(Some(PORTAL), customizations(farm, prng));
    plan.aside = Some(Aside {
        write: |trace| {
            trace.wrn("Unable to create a Service Connection Point in the current Active Directory domain. Verify that the SharePoint container exists in the current domain and that you have rights to write to it.");
        },
        plants: vec![Plant { code: "UD19", object: String::new(), database: None }],
    });
    plan
}

/// SPS02: 24m51s, of which 19m42s are retries.
fn second() -> PassPlan {
    let start = Moment::new([2026, 3, 14], [22, 15, 20], 531);
    let mut plan = walking("SPS02", start, 309, [[404, 178, 8], [404, 179, 9]]);
    let conflict = trouble::update_conflict("Contoso My Sites", "CONTOSO\\svc-portal", "SPS04");
    plan.timer.problems.insert(None, vec![conflict]);
    plan
}

/// SPS03: 25m10s, of which 20m03s are retries.
fn third() -> PassPlan {
    walking("SPS03", Moment::new([2026, 3, 14], [22, 45, 41], 203), 307, [[411, 182, 9], [411, 182, 8]])
}

/// SPS04, after the cure: nothing is left to wait for.
fn fourth() -> PassPlan {
    let start = Moment::new([2026, 3, 15], [0, 5, 12], 874);
    let mut plan = walking("SPS04", start, 301, [[0; 3]; 2]);
    for part in [&mut plan.bootstrap, &mut plan.timer] {
        part.walk = false;
    }
    plan.bootstrap_waits.clear();
    plan.timer_waits.clear();
    plan
}

fn customizations(farm: &Farm, prng: &mut Prng) -> Vec<Problem> {
    let portal = &farm.databases[PORTAL];
    let mut problems = trouble::missing_feature(farm, portal, prng.guid(), "Contoso_PortalRibbon");
    problems.extend(trouble::missing_feature(farm, portal, prng.guid(), "Contoso_NewsRotator"));
    for (path, times) in [
        ("Features\\Contoso_PortalRibbon\\ribbon.css", 12),
        ("Features\\Contoso_NewsRotator\\Files\\rotator.js", 3),
        ("SiteTemplates\\CONTOSO\\default.aspx", 41),
    ] {
        problems.push(trouble::missing_setup_file(portal, path, times));
    }
    for times in [10, 7, 5, 3, 2] {
        problems.push(trouble::missing_web_part(portal, prng.guid(), times));
    }
    problems
}

/// `Upgrade-SPContentDatabase` for each affected database, in one PowerShell window.
fn cure(farm: &Farm, prng: &Prng) -> Vec<Session> {
    let mut prng = prng.fork("contoso cure");
    let lane = Lane {
        process: "powershell",
        image: "PowerShell.exe",
        server: "SPS01".to_owned(),
        pid: prng.windows_id(),
        tid: prng.windows_id(),
    };
    let at = |time, milli| Moment::new([2026, 3, 14], time, milli);
    [
        (MY_SITES_01, at([23, 20, 5], 42), 250),
        (MY_SITES_02, at([23, 24, 31], 508), 125),
        (PROJECTS, at([23, 27, 2], 771), 34),
    ]
    .into_iter()
    .map(|(index, start, work)| {
        let script = upgrade::single(&farm.databases[index], farm.version.build(), Ending::Finished);
        script.play(lane.clone(), start, work, BTreeMap::new(), &mut prng)
    })
    .collect()
}

/// Noise, both sessions once more, and requests for tokens that failed while psconfig waited.
fn trace_records(farm: &Farm, pass: &Pass, prng: &Prng) -> Vec<traces::TraceRecord> {
    let span = (pass.start.minus_seconds(45), pass.end.plus_seconds(45));
    let mut records = traces::noise(farm, &pass.server, span, 4_000, prng);
    for session in [&pass.psconfig, &pass.timer] {
        records.extend(traces::embedded(farm, session));
    }
    if pass.psconfig.waited() > 0 {
        let lane = Lane { tid: pass.psconfig.lane.tid + 4, ..pass.psconfig.lane.clone() };
        for number in 1..=6 {
            let at = pass.psconfig.start.plus_seconds(95 * number);
            records.push(traces::token_failure(at, &lane));
        }
    }
    records
}
