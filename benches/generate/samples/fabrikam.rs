//! Fabrikam: SharePoint 2007, one server, one upgrade that failed and was tried again.

use std::collections::BTreeMap;

use super::{add_sites, database};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::farm::model::{Farm, SiteState, Version};
use crate::farm::pass::{self, Aside, Pass, PassPlan, Phases};
use crate::farm::script::Plant;
use crate::farm::tree::{Log, Tree};
use crate::farm::upgrade::{Ending, Plan};
use crate::farm::wizard::Outcome;
use crate::farm::{traces, trouble};
use crate::format::columns::Kind;
use crate::format::psc_diagnostics::Trace;
use crate::format::{Lane, Level};
use crate::prng::Prng;
use crate::shape::{Encoding, Shape};
use crate::vocabulary::TOKEN_SERVICE_DOWN;

const SERVER: &str = "FABWSS01";
const SEARCH_FEATURE: &str = "2b1e4cbf-b5ba-48a4-926a-37100ad77dee";

/// The farm.
pub(super) fn tree(prng: &Prng) -> Tree {
    let farm = farm(&mut prng.fork("fabrikam"));
    let mut tree = Tree::of(&farm);
    let passes = [failing(&farm), again()].map(|plan| pass::run(&farm, &plan, prng));
    for pass in &passes {
        tree.truth.pass(pass);
        let name = format!("LOGS/PSCDiagnostics_{}_{}.log", pass.start.in_psc_name(), pass.psconfig.lane.pid);
        let (text, counts) = (pass.trace.out.clone(), pass.trace.counts);
        let span = Some((pass.start, pass.end));
        tree.log(name, farm.shape, Log { kind: "psc-diagnostics", text, counts, span });
    }
    let sessions: Vec<_> = passes.iter().flat_map(|pass| [&pass.psconfig, &pass.timer]).collect();
    tree.sessions(&farm, "LOGS", &sessions);
    let [first, _] = &passes;
    trace_log(&mut tree, &farm, first, prng);
    tree
}

fn farm(prng: &mut Prng) -> Farm {
    let place = ["FABSQL01", "E:\\Data", "Fabrikam Portal"];
    let mut databases =
        vec![database("WSS_Content", place, 4_096, prng), database("WSS_Content_SSP", place, 900, prng)];
    add_sites(&mut databases[0], 18, "http://portal.fabrikam.example/sites/", SiteState::Healthy, prng);
    add_sites(&mut databases[1], 1, "http://ssp.fabrikam.example/ssp/admin", SiteState::Healthy, prng);
    Farm {
        name: "fabrikam-2007".to_owned(),
        version: Version::V2007,
        culture: Culture::EnUs,
        shape: Shape { encoding: Encoding::Utf8, crlf: false, unterminated: true },
        padded: true,
        tail: TOKEN_SERVICE_DOWN.to_owned(),
        sql_server: "FABSQL01".to_owned(),
        databases,
    }
}

/// The first run: a feature is not installed, ports cannot be probed, the upgrade fails.
fn failing(farm: &Farm) -> PassPlan {
    let services = &farm.databases[1];
    let problems = services
        .sites
        .iter()
        .map(|site| trouble::feature_not_installed(services, SEARCH_FEATURE, site))
        .collect();
    PassPlan {
        server: SERVER.to_owned(),
        start: Moment::new([2009, 1, 19], [6, 33, 30], 5),
        phases: Phases { prologue: 80, ..Phases::of(300).expect("five minutes are enough") },
        bootstrap: Plan::default(),
        timer: Plan { real: true, problems: BTreeMap::from([(Some(1), problems)]), ..Plan::default() },
        bootstrap_waits: BTreeMap::new(),
        timer_waits: BTreeMap::new(),
        ending: Ending::Finished,
        outcome: Outcome::B2bUpgraderFailed,
        aside: Some(Aside {
            write: |trace| [9183, 23_051].into_iter().for_each(|port| probe(trace, port)),
            // Each probe writes three records that speak of it.
            plants: ["9183", "23051"]
                .iter()
                .flat_map(|port| [port; 3])
                .map(|port| Plant { code: "UD18", object: (*port).to_owned(), database: None })
                .collect(),
        }),
    }
}

/// The second run, after the features were installed.
fn again() -> PassPlan {
    PassPlan {
        server: SERVER.to_owned(),
        start: Moment::new([2009, 1, 19], [7, 2, 44], 913),
        phases: Phases::of(290).expect("five minutes are enough"),
        bootstrap: Plan::default(),
        timer: Plan { real: true, ..Plan::default() },
        bootstrap_waits: BTreeMap::new(),
        timer_waits: BTreeMap::new(),
        ending: Ending::Finished,
        outcome: Outcome::Succeeded,
        aside: None,
    }
}

/// A port that is tried under an address nobody answers at: 25 seconds, an error, and a warning that takes it back.
fn probe(trace: &mut Trace, port: u32) {
    let said = format!(
        "A connection attempt failed because the connected party did not properly respond after a period of time, or established connection failed because connected host has failed to respond 192.0.2.11:{port}"
    );
    trace.function("TaskCommon.GenerateRandomUnUsedPort", |trace| {
        trace.inf(&format!("Trying to see if port {port} is free on machine {SERVER}.  Min port we will try is 1024, Max port we will try is 49151"));
        trace.at = trace.at.plus_seconds(25);
        trace.inf("A SocketException was thrown with SocketError TimedOut");
        trace.err(
            &format!("An exception of type System.Net.Sockets.SocketException was thrown.  Additional exception information: {said}"),
            &[
                &format!("System.Net.Sockets.SocketException: {said}"),
                "   at System.Net.Sockets.TcpClient..ctor(String hostname, Int32 port)",
                "   at Microsoft.SharePoint.PostSetupConfiguration.TaskCommon.GenerateRandomUnUsedPort(Int32 max, Int32 min, Int32 maxTries, TaskBase task)",
            ],
        );
        trace.wrn("We are going to ignore all SocketExceptions that are not SocketError.ConnectionRefused");
    });
}

/// The trace log of 2007, which has no correlation column.
fn trace_log(tree: &mut Tree, farm: &Farm, pass: &Pass, prng: &Prng) {
    let span = (pass.start.minus_seconds(30), pass.start.plus_seconds(240));
    let mut records = traces::noise(farm, SERVER, span, 3_000, prng);
    records.retain(|record| {
        record.area == "SharePoint Foundation" && record.tag != "af4yd" && record.tag != "ak8dj"
    });
    for record in &mut records {
        record.area = "Windows SharePoint Services";
        "0".clone_into(&mut record.tag);
    }
    let lane =
        Lane { process: "w3wp", image: "w3wp.exe", server: SERVER.to_owned(), pid: 0x0b3c, tid: 0x0268 };
    let plants = vec![Plant { code: "UA12", object: "SharePoint_AdminContent".to_owned(), database: None }];
    records.push(traces::failure(
        pass.start.plus_seconds(75),
        &lane,
        ["Windows SharePoint Services", "Database", "6wp6"],
        Level::Unexpected,
        "The schema version (3.1.4.0) of the database SharePoint_AdminContent on FABSQL01 is not consistent with the expected database schema version (3.1.5.0) on FABWSS01.  Connections to this database from this server have been blocked to avoid data loss.  Upgrade the web front end or the content database to ensure that these versions match.",
        plants,
    ));
    records.sort_by_key(|record| record.at);
    tree.natives(&records);
    let path = format!("LOGS/{SERVER}-{}.log", pass.start.minus_seconds(30).in_uls_name());
    tree.trace_log(path, Kind::Uls2007, farm.shape, &records);
}
