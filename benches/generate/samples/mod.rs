//! The sample farms of this repository, to the byte.

mod adventure_works;
mod consoles;
mod contoso;
mod dates;
mod fabrikam;
mod merged;
mod readme;

use std::collections::BTreeMap;

use crate::farm::model::{Database, Site, SiteState};
use crate::farm::tree::Tree;
use crate::farm::truth::Truth;
use crate::prng::Prng;

/// Every sample stems from this number.
const SEED: u64 = 20_260_314;

/// All sample files by path, with a page that explains them and the truth about them.
pub(crate) fn files() -> BTreeMap<String, Vec<u8>> {
    let prng = Prng::new(SEED);
    let folders: [(&str, Tree); 6] = [
        ("contoso-2010", contoso::before(&prng)),
        ("contoso-2010-after", contoso::after(&prng)),
        ("adventure-works-2016", adventure_works::tree(&prng)),
        ("fabrikam-2007", fabrikam::tree(&prng)),
        ("merged", merged::tree(&prng)),
        ("dates", dates::tree(&prng)),
    ];
    let mut files = BTreeMap::new();
    let mut truths: BTreeMap<&str, Truth> = BTreeMap::new();
    for (folder, tree) in folders {
        files.extend(tree.files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
        truths.insert(folder, tree.truth);
    }
    let mut truth = serde_json::to_vec_pretty(&truths).expect("the truth is plain data");
    truth.push(b'\n');
    files.insert("README.md".to_owned(), readme::page(&truths).into_bytes());
    files.insert("truth.json".to_owned(), truth);
    files
}

/// What the databases of a sample have in common.
fn database(name: &str, place: [&str; 3], size_megabytes: u64, prng: &mut Prng) -> Database {
    let [server, volume, web_application] = place;
    Database {
        name: name.to_owned(),
        id: prng.guid(),
        server: server.to_owned(),
        volume: volume.to_owned(),
        web_application: web_application.to_owned(),
        size_megabytes,
        sites: Vec::new(),
        central_administration: false,
    }
}

/// So many more sites, under URLs that start alike and end in a number.
fn add_sites(database: &mut Database, count: usize, url: &str, state: SiteState, prng: &mut Prng) {
    let first = database.sites.len() + 1;
    for number in first..first + count {
        let exported = state != SiteState::Conflict;
        database.sites.push(Site { id: prng.guid(), url: format!("{url}{number:03}"), state, exported });
    }
}

#[cfg(test)]
mod tests;
