//! Which databases may be upgraded at the same time, decided before anything runs.
//!
//! Microsoft's limits are two databases of a SQL volume and four of a `SharePoint` server at a time. The lanes
//! of several servers run without knowing of each other, so the limits are kept by construction: every server
//! has four chains, a chain works on one database at a time, and all databases of a volume sit in at most two
//! chains of the whole plan.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::PlannedDatabase;

/// Databases of one SQL volume that may be upgraded at the same time.
pub const PER_VOLUME: usize = 2;
/// Databases that one `SharePoint` server may upgrade at the same time.
pub const PER_SERVER: usize = 4;

/// The place of a database in a parallel plan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Seat {
    /// Position of its lane in [`super::plan::Plan::lanes`].
    pub lane: usize,
    /// Number of its chain, from 1, unique over all lanes.
    pub chain: usize,
}

/// The lanes as the script names them: without blanks around, each once, in the order given.
/// Without any there is one lane for whichever server the script is started on.
pub fn names(server_lanes: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names: Vec<String> = server_lanes
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty() && seen.insert(name.to_lowercase()))
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        names.push("any-server".to_owned());
    }
    names
}

/// Orders the databases largest first and gives each a seat in one of `lanes` lanes.
pub fn assign(databases: &mut [PlannedDatabase], lanes: usize) {
    let weights = Weights::of(databases);
    databases.sort_by(|a, b| weights.get(b).cmp(&weights.get(a)).then_with(|| identity(a).cmp(&identity(b))));
    let mut chains = vec![0u128; lanes.max(1) * PER_SERVER];
    for strand in strands(databases, &weights) {
        let chain = lightest(&chains);
        if let Some(load) = chains.get_mut(chain) {
            *load += strand.weight;
        }
        for member in strand.members {
            if let Some(database) = databases.get_mut(member) {
                database.seat = Some(Seat { lane: chain / PER_SERVER, chain: chain + 1 });
            }
        }
    }
}

/// Total order where sizes are equal.
fn identity(database: &PlannedDatabase) -> (&str, &Option<String>, &Option<String>) {
    (&database.name, &database.server, &database.volume)
}

/// How long an upgrade may take, in the only measure there is: bytes.
struct Weights {
    /// For a database of unknown size: the mean of the known ones.
    unknown: u128,
}

impl Weights {
    fn of(databases: &[PlannedDatabase]) -> Self {
        let known: Vec<u128> =
            databases.iter().filter_map(|database| database.size_bytes.map(u128::from)).collect();
        let count = u128::try_from(known.len()).unwrap_or(u128::MAX);
        Self { unknown: known.iter().sum::<u128>().checked_div(count).unwrap_or(1) }
    }

    /// At least one: an empty database takes its time as well.
    fn get(&self, database: &PlannedDatabase) -> u128 {
        database.size_bytes.map_or(self.unknown, u128::from).max(1)
    }
}

/// Databases of one volume that run one after another.
#[derive(Default)]
struct Strand {
    weight: u128,
    members: Vec<usize>,
}

/// The databases of every volume, divided into at most two strands; the heaviest strand first.
fn strands(databases: &[PlannedDatabase], weights: &Weights) -> Vec<Strand> {
    let mut volumes: BTreeMap<Volume, [Strand; PER_VOLUME]> = BTreeMap::new();
    for ((member, database), volume) in databases.iter().enumerate().zip(volumes_of(databases)) {
        let strands = volumes.entry(volume).or_default();
        if let Some(strand) = strands.iter_mut().min_by_key(|strand| strand.weight) {
            strand.weight += weights.get(database);
            strand.members.push(member);
        }
    }
    let mut all: Vec<Strand> =
        volumes.into_values().flatten().filter(|strand| !strand.members.is_empty()).collect();
    all.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.members.cmp(&b.members)));
    all
}

/// The chain with the least to do; among equals the one on the server with the least to do.
fn lightest(chains: &[u128]) -> usize {
    let server =
        |chain: usize| chains.chunks(PER_SERVER).nth(chain / PER_SERVER).into_iter().flatten().sum::<u128>();
    let load = |&(chain, &load): &(usize, &u128)| (load, server(chain), chain);
    chains.iter().enumerate().min_by_key(load).map_or(0, |(chain, _)| chain)
}

/// What must be taken for one volume.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Volume {
    /// Some database may lie on any server: everything counts as one volume.
    Anywhere,
    /// Some database of this machine may lie on any of its volumes: they count as one.
    Machine(String),
    /// A volume of a machine.
    Known(String, String),
}

fn volumes_of(databases: &[PlannedDatabase]) -> Vec<Volume> {
    let placed: Option<Vec<(String, Option<String>)>> = databases
        .iter()
        .map(|database| Some((machine(database.server.as_deref()?)?, volume(database.volume.as_deref()))))
        .collect();
    let Some(placed) = placed else {
        return vec![Volume::Anywhere; databases.len()];
    };
    let vague: BTreeSet<String> =
        placed.iter().filter(|(_, volume)| volume.is_none()).map(|(machine, _)| machine.clone()).collect();
    placed
        .into_iter()
        .map(|(machine, volume)| match volume {
            Some(volume) if !vague.contains(&machine) => Volume::Known(machine, volume),
            _ => Volume::Machine(machine),
        })
        .collect()
}

/// The machine of a SQL Server instance: instances of one machine share its volumes. `tcp:sql01.contoso.local\SP,1433`
/// and `SQL01` are taken for the same; that two machines in two domains are confused costs only time.
fn machine(server: &str) -> Option<String> {
    let server = server.trim().to_lowercase();
    let server = server.strip_prefix("tcp:").unwrap_or(&server);
    let host = server.split(['\\', ',']).next().unwrap_or_default().trim();
    let label = host.split('.').next().unwrap_or_default();
    let name = if label.is_empty() || label.bytes().all(|byte| byte.is_ascii_digit()) { host } else { label };
    (!name.is_empty()).then(|| name.to_owned())
}

fn volume(text: Option<&str>) -> Option<String> {
    let text = text?.trim().trim_end_matches(['\\', '/', ':']).to_lowercase();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
