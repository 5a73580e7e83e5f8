//! Many files of one size: names and places as on a farm, so that walking and scheduling are measured too.

use crate::bulk::{BulkFormat, BulkOptions};
use crate::calendar::Moment;
use crate::prng::Prng;

/// The formats that lie side by side in the log folder of a 2010 farm.
const TURNS: [BulkFormat; 3] = [BulkFormat::Uls, BulkFormat::Upgrade2010, BulkFormat::PscDiagnostics];

/// One file of many.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Path below the target folder, with `/`.
    pub(crate) path: String,
    pub(crate) format: BulkFormat,
    pub(crate) start: Moment,
    pub(crate) options: BulkOptions,
}

/// When the first file starts; a bulk file starts then, too.
pub(crate) fn first_start() -> Moment {
    Moment::new([2026, 3, 14], [22, 0, 3], 117)
}

/// The file of this number: the servers take turns, and each file starts half an hour after the one before it. All are of
/// one farm.
pub(crate) fn plan(number: u64, only: Option<BulkFormat>, options: &BulkOptions) -> Plan {
    let turn = usize::try_from(number).unwrap_or(0);
    let format = only.unwrap_or(TURNS[turn % TURNS.len()]);
    let start = first_start().plus_seconds(number * 1800);
    let server = format!("SPS{:02}", number % 8 + 1);
    let path = format!("{server}/LOGS/{}", name(format, &server, start, number));
    let seed = Prng::new(options.seed).fork(&path).next();
    let farm = Some(options.farm_seed());
    Plan { path, format, start, options: BulkOptions { seed, farm, ..options.clone() } }
}

fn name(format: BulkFormat, server: &str, start: Moment, number: u64) -> String {
    match format {
        BulkFormat::Upgrade2007 => format!("Upgrade-{number}.log"),
        BulkFormat::Upgrade2010 | BulkFormat::Upgrade2013 | BulkFormat::Upgrade2013Padded => {
            format!("Upgrade-{}.log", start.in_upgrade_name())
        }
        BulkFormat::SiteUpgrade => format!("SiteUpgrade-{}.log", start.in_upgrade_name()),
        BulkFormat::Uls | BulkFormat::Uls2007 => format!("{server}-{}.log", start.in_uls_name()),
        BulkFormat::UlsMerged => format!("merged-{}.log", start.in_uls_name()),
        BulkFormat::PscDiagnostics => format!("PSCDiagnostics_{}_{number}.log", start.in_psc_name()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::Parser;

    use super::plan;
    use crate::bulk::BulkOptions;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        options: BulkOptions,
    }

    #[test]
    fn every_file_of_many_has_its_own_place_and_seed() {
        let options = Typed::parse_from(["many"]).options;
        let plans: Vec<_> = (0..500).map(|number| plan(number, None, &options)).collect();
        let paths: BTreeSet<_> = plans.iter().map(|plan| plan.path.clone()).collect();
        let seeds: BTreeSet<_> = plans.iter().map(|plan| plan.options.seed).collect();
        assert_eq!((paths.len(), seeds.len()), (500, 500));
    }
}
