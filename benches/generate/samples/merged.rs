//! `Merge-SPLogFile` over two servers of a German farm, and the upgrade log of one of them.

use std::collections::BTreeMap;

use super::{add_sites, database};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::farm::inventory;
use crate::farm::model::{Farm, SiteState, Version};
use crate::farm::pass::{self, Pass, PassPlan, Phases};
use crate::farm::traces;
use crate::farm::tree::Tree;
use crate::farm::upgrade::{Ending, Plan};
use crate::farm::wizard::Outcome;
use crate::format::columns::Kind;
use crate::prng::Prng;
use crate::shape::{Encoding, Shape};
use crate::vocabulary::TOKEN_SERVICE_DOWN;

/// The farm: both servers run psconfig at once, as nobody should.
pub(super) fn tree(prng: &Prng) -> Tree {
    let farm = farm(&mut prng.fork("merged"));
    let mut tree = Tree::of(&farm);
    let passes =
        [("BERSP01", 0), ("BERSP02", 40)].map(|(server, delay)| pass::run(&farm, &plan(server, delay), prng));
    let mut records = Vec::new();
    for pass in &passes {
        let span = (pass.start, pass.end);
        records.extend(traces::noise(&farm, &pass.server, span, 4_000, prng));
        for session in [&pass.psconfig, &pass.timer] {
            records.extend(traces::embedded(&farm, session));
        }
    }
    records.sort_by_key(|record| record.at);
    tree.natives(&records);
    tree.trace_log("merged-20260502-2210.log".to_owned(), Kind::Merged, farm.shape, &records);
    let [first, second] = passes;
    tree.sessions(&farm, "BERSP01/LOGS", &[&first.psconfig, &first.timer]);
    only_merged(&mut tree, &farm, &second);
    tree.plain("inventory/sites.csv".to_owned(), inventory::sites(&farm, false));
    tree
}

/// The sessions of the second server are known from the merged log alone.
fn only_merged(tree: &mut Tree, farm: &Farm, pass: &Pass) {
    for session in [&pass.psconfig, &pass.timer] {
        tree.truth.session(&farm.databases, session, "merged-20260502-2210.log");
    }
}

fn farm(prng: &mut Prng) -> Farm {
    let mut databases = vec![
        database("WSS_Content_Vertrieb", ["BERSQL01", "E:\\Daten", "Contoso Berlin"], 8_192, prng),
        database("WSS_Content_Einkauf", ["BERSQL01", "E:\\Daten", "Contoso Berlin"], 6_144, prng),
    ];
    for (index, url) in ["vertrieb-süd", "einkauf-größe"].into_iter().enumerate() {
        let url = format!("http://intranet.contoso.example/sites/{url}-");
        add_sites(&mut databases[index], 12, &url, SiteState::Healthy, prng);
    }
    add_sites(
        &mut databases[0],
        8,
        "http://intranet.contoso.example/sites/vertrieb-",
        SiteState::Refused,
        prng,
    );
    Farm {
        name: "contoso-berlin".to_owned(),
        version: Version::V2010,
        culture: Culture::DeDe,
        shape: Shape { encoding: Encoding::Utf8Bom, crlf: true, unterminated: false },
        padded: true,
        tail: TOKEN_SERVICE_DOWN.to_owned(),
        sql_server: "BERSQL01".to_owned(),
        databases,
    }
}

fn plan(server: &str, delay: u64) -> PassPlan {
    let walk = Plan { walk: true, ..Plan::default() };
    PassPlan {
        server: server.to_owned(),
        start: Moment::new([2026, 5, 2], [22, 10, 5], 700).plus_seconds(delay),
        phases: Phases::of(180).expect("three minutes are enough"),
        bootstrap: walk.clone(),
        timer: walk,
        bootstrap_waits: BTreeMap::from([(0, 24)]),
        timer_waits: BTreeMap::from([(0, 27)]),
        ending: Ending::Finished,
        outcome: Outcome::Succeeded,
        aside: None,
    }
}
