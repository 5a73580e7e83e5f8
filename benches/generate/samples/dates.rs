//! One small log for every culture and encoding: a day that could be a month, and three refused sites.

use std::collections::BTreeMap;

use super::{add_sites, database};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::farm::model::{Farm, SiteState, Version};
use crate::farm::script::Session;
use crate::farm::tree::{self, Tree};
use crate::farm::upgrade::{self, Ending, Plan};
use crate::format::Lane;
use crate::prng::Prng;
use crate::shape::{Encoding, Shape};
use crate::vocabulary::TOKEN_SERVICE_DOWN;

/// Culture, encoding, Windows line ends, and whether the last line is cut off.
const SHAPES: [(Culture, Encoding, bool, bool); 15] = [
    (Culture::EnUs, Encoding::Utf8, true, false),
    (Culture::EnUsNbsp, Encoding::Windows1252, true, false),
    (Culture::EnUsNarrow, Encoding::Utf8, false, false),
    (Culture::EnGb, Encoding::Utf16Be, true, false),
    (Culture::EnAu, Encoding::Utf8Bom, true, false),
    (Culture::EnNz, Encoding::Utf8, true, true),
    (Culture::EsMx, Encoding::Windows1252, true, false),
    (Culture::DeDe, Encoding::Windows1252, true, false),
    (Culture::CsCz, Encoding::Utf8, false, true),
    (Culture::NlNl, Encoding::Utf8Bom, false, false),
    (Culture::SvSe, Encoding::Utf16Le, true, false),
    (Culture::JaJp, Encoding::Utf16LeBom, true, false),
    (Culture::ZhTw, Encoding::Utf8Bom, true, false),
    (Culture::ItIt, Encoding::Windows1252, false, false),
    (Culture::FiFi, Encoding::Utf16BeBom, true, true),
];

/// Every log in a folder named after its culture, and two that lost their names.
pub(super) fn tree(prng: &Prng) -> Tree {
    let mut tree = Tree::default();
    "dates".clone_into(&mut tree.truth.farm);
    tree.truth.version = Version::V2010.name();
    let ambiguous = Moment::new([2026, 3, 4], [22, 5, 3], 45);
    for (culture, encoding, crlf, unterminated) in SHAPES {
        let shape = Shape { encoding, crlf, unterminated };
        let name = format!("Upgrade-{}.log", ambiguous.in_upgrade_name());
        write(&mut tree, &format!("{}/{name}", culture.name()), culture, shape, ambiguous, prng);
    }
    let shape = Shape { encoding: Encoding::Utf8, crlf: true, unterminated: false };
    write(&mut tree, "renamed/upgrade (2).log", Culture::EnGb, shape, ambiguous, prng);
    // The clock passes midnight, and with it the last day that could be a month.
    let telling = Moment::new([2026, 3, 12], [23, 59, 20], 0);
    write(&mut tree, "renamed/upgrade (3).log", Culture::EnGb, shape, telling, prng);
    tree
}

fn write(tree: &mut Tree, path: &str, culture: Culture, shape: Shape, start: Moment, prng: &Prng) {
    let mut prng = prng.fork(path);
    let mut site_database =
        database("WSS_Content_Zürich", ["SQL01", "E:\\Data", "Contoso Zürich"], 2_048, &mut prng);
    add_sites(
        &mut site_database,
        4,
        "http://intranet.contoso.example/sites/büro-",
        SiteState::Healthy,
        &mut prng,
    );
    add_sites(
        &mut site_database,
        3,
        "http://intranet.contoso.example/sites/büro-",
        SiteState::Refused,
        &mut prng,
    );
    let farm = Farm {
        name: "dates".to_owned(),
        version: Version::V2010,
        culture,
        shape,
        padded: false,
        tail: TOKEN_SERVICE_DOWN.to_owned(),
        sql_server: "SQL01".to_owned(),
        databases: vec![site_database],
    };
    let lane = Lane {
        process: "OWSTIMER",
        image: "OWSTIMER.EXE",
        server: culture.name(),
        pid: prng.windows_id(),
        tid: prng.windows_id(),
    };
    let plan = Plan { walk: true, ..Plan::default() };
    let script = upgrade::timer(&farm, &plan, Ending::Finished, &mut prng);
    let session: Session = script.play(lane, start, 62, BTreeMap::from([(0, 9)]), &mut prng);
    tree.truth.session(&farm.databases, &session, path);
    for site in farm.databases[0].refused() {
        tree.truth
            .databases
            .entry(farm.databases[0].name.clone())
            .or_default()
            .sites
            .insert(site.id.to_string());
        tree.truth.unresolved_sites.insert(site.id.to_string());
    }
    tree.log(path.to_owned(), shape, tree::upgrade_log(&farm, &[&session], |_| true));
}
