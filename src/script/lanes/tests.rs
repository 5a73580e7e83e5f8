//! The limits hold for any databases and any lanes, whatever the unknown servers and volumes turn out to be.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::report::ResolvedBy;
use crate::model::site_set::SiteSet;

/// A database with the place where it really lies, and what of it the plan may know.
#[derive(Clone, Debug)]
struct Real {
    database: PlannedDatabase,
    machine: u8,
    volume: u8,
}

/// Any number of databases. In some cases a few servers or volumes are unknown, in others none.
fn reals() -> impl Strategy<Value = Vec<Real>> {
    let share = || prop::sample::select(vec![0.9, 0.99999]);
    (share(), share())
        .prop_flat_map(|(servers, volumes)| prop::collection::vec(real(servers, volumes), 0..40))
}

fn real(servers: f64, volumes: f64) -> impl Strategy<Value = Real> {
    let spelling =
        prop::sample::select(vec!["sql{}", "SQL{}", "sql{}.contoso.local", "tcp:Sql{}\\SP", "SQL{},1433"]);
    let spelling = prop::option::weighted(servers, spelling);
    let drive = prop::option::weighted(volumes, prop::sample::select(vec!["{}", "{}:", "{}:\\"]));
    ("[a-d]{1,2}", 0..3u8, 0..3u8, spelling, drive, any::<Option<u64>>()).prop_map(
        |(name, machine, volume, spelling, drive, size_bytes)| Real {
            database: PlannedDatabase {
                server: spelling.map(|text| text.replace("{}", &machine.to_string())),
                volume: drive.map(|text| text.replace("{}", ["d", "E", "f"][usize::from(volume)])),
                size_bytes,
                ..named(&name)
            },
            machine,
            volume,
        },
    )
}

fn named(name: &str) -> PlannedDatabase {
    PlannedDatabase {
        name: name.to_owned(),
        server: None,
        volume: None,
        size_bytes: None,
        reasons: BTreeSet::new(),
        do_first: BTreeSet::new(),
        sites: SiteSet::default(),
        resolved_by: ResolvedBy::Inventory,
        seat: None,
    }
}

fn assigned(databases: &[PlannedDatabase], lanes: usize) -> Vec<PlannedDatabase> {
    let mut databases = databases.to_vec();
    assign(&mut databases, lanes);
    databases
}

proptest! {
    #[test]
    fn no_volume_is_in_more_than_two_chains_wherever_its_databases_really_lie(
        reals in reals(), lanes in 1..5usize,
    ) {
        let databases: Vec<_> = reals.iter().map(|real| real.database.clone()).collect();
        let planned = assigned(&databases, lanes);
        let mut chains: BTreeMap<(u8, u8), BTreeSet<usize>> = BTreeMap::new();
        for real in &reals {
            // Databases that look the same to the plan may sit in any of the seats of their kind.
            let seats = planned.iter().filter(|planned| identity(planned) == identity(&real.database)
                && planned.volume == real.database.volume && planned.size_bytes == real.database.size_bytes);
            chains.entry((real.machine, real.volume)).or_default().extend(seats.filter_map(|p| Some(p.seat?.chain)));
        }
        for (place, chains) in chains {
            prop_assert!(chains.len() <= PER_VOLUME, "{:?} {:?}", place, chains);
        }
    }

    #[test]
    fn every_database_has_a_seat_and_every_lane_at_most_four_chains(
        reals in reals(), lanes in 1..5usize,
    ) {
        let databases: Vec<_> = reals.into_iter().map(|real| real.database).collect();
        let planned = assigned(&databases, lanes);
        prop_assert_eq!(planned.len(), databases.len());
        let mut chains: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for database in &planned {
            let seat = database.seat.expect("every database is assigned");
            prop_assert!(seat.lane < lanes);
            chains.entry(seat.lane).or_default().insert(seat.chain);
        }
        let all: BTreeSet<usize> = chains.values().flatten().copied().collect();
        prop_assert_eq!(all.len(), chains.values().map(BTreeSet::len).sum::<usize>(), "a chain belongs to one lane");
        prop_assert!(chains.values().all(|chains| chains.len() <= PER_SERVER));
    }

    #[test]
    fn the_largest_come_first_and_the_order_given_does_not_matter(
        reals in reals(), lanes in 1..4usize,
    ) {
        let databases: Vec<_> = reals.into_iter().map(|real| real.database).collect();
        let planned = assigned(&databases, lanes);
        let sizes: Vec<u64> = planned.iter().filter_map(|database| database.size_bytes).collect();
        prop_assert!(sizes.is_sorted_by(|a, b| a.max(&1) >= b.max(&1)));
        let mut reversed = databases;
        reversed.reverse();
        let seats = |planned: &[PlannedDatabase]| planned.iter().map(|p| (p.name.clone(), p.seat)).collect::<BTreeSet<_>>();
        prop_assert_eq!(seats(&planned), seats(&assigned(&reversed, lanes)));
    }
}

#[test]
fn many_volumes_are_spread_over_the_servers() {
    let databases: Vec<PlannedDatabase> = (0..8u8)
        .map(|number| PlannedDatabase {
            server: Some("SQL01".to_owned()),
            volume: Some(format!("{}:", char::from(b'D' + number))),
            size_bytes: Some(100),
            ..named(&format!("WSS_Content_{number}"))
        })
        .collect();
    let planned = assigned(&databases, 2);
    let lane = |lane: usize| {
        planned.iter().filter(|database| database.seat.is_some_and(|seat| seat.lane == lane)).count()
    };
    assert_eq!((lane(0), lane(1)), (4, 4));
}

#[test]
fn lanes_are_named_once_and_there_is_always_one() {
    let given = [" SPS01 ", "", "sps01", "SPS02"].map(str::to_owned);
    assert_eq!(names(&given), ["SPS01", "SPS02"]);
    assert_eq!(names(&[]), ["any-server"]);
}
