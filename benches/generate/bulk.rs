//! Big files for benchmarks: any format, any size, streamed.

mod psc;
mod trace;
mod upgrade;

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::calendar::Moment;
use crate::culture::Culture;
use crate::format::columns::{Columns, Kind};
use crate::format::{Counts, Dress, bracketed::Bracketed};
use crate::prng::{Guid, Prng};
use crate::shape::Shape;

/// Bytes are handed to the file in pieces of about this size.
const BUFFER: usize = 1 << 18;

/// A format that can be written in bulk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum BulkFormat {
    #[value(name = "upgrade-2007")]
    Upgrade2007,
    #[value(name = "upgrade-2010")]
    Upgrade2010,
    #[value(name = "upgrade-2013")]
    Upgrade2013,
    #[value(name = "upgrade-2013-padded")]
    Upgrade2013Padded,
    #[value(name = "site-upgrade")]
    SiteUpgrade,
    #[value(name = "uls")]
    Uls,
    #[value(name = "uls-2007")]
    Uls2007,
    #[value(name = "uls-merged")]
    UlsMerged,
    #[value(name = "psc-diagnostics")]
    PscDiagnostics,
}

/// Which objects the lines of an upgrade name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Order {
    /// One site collection after the other, database by database, as psconfig goes through a farm.
    InOrder,
    /// Any, whatever the line before named: the hardest log to count.
    AtRandom,
}

/// What a bulk file is to be like.
#[derive(Clone, Debug, Args)]
pub(crate) struct BulkOptions {
    /// Refused sites among the lines, in percent (`0.5`).
    #[arg(long, default_value = "1", value_parser = parts_of_a_million)]
    pub(crate) refused_percent: u64,
    /// Average length of a line to aim at; no format gets shorter than its columns.
    #[arg(long, default_value_t = 150)]
    pub(crate) line_bytes: u64,
    /// How many different sites are refused.
    #[arg(long, default_value_t = 2000)]
    pub(crate) sites: u64,
    /// How many content databases the lines name.
    #[arg(long, default_value_t = 12)]
    pub(crate) databases: u64,
    /// How many different web parts the farm misses, and how many features.
    #[arg(long, default_value_t = 40)]
    pub(crate) missing: u64,
    /// Which objects the lines of an upgrade name.
    #[arg(long, value_enum, default_value_t = Order::InOrder)]
    pub(crate) objects: Order,
    /// Culture of the dates in the bracketed formats.
    #[arg(long, value_enum, default_value_t = Culture::EnUs)]
    pub(crate) culture: Culture,
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// Seed of everything that is chance.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Seed of what the farm is, and not this log of it: the sites that are refused, and what it misses. That of the
    /// chance unless told.
    #[arg(long)]
    pub(crate) farm: Option<u64>,
}

impl BulkOptions {
    /// The seed of what the farm is.
    pub(crate) fn farm_seed(&self) -> u64 {
        self.farm.unwrap_or(self.seed)
    }
}

/// What a bulk file holds, counted while it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct BulkTruth {
    /// Bytes on disk.
    pub(crate) bytes: u64,
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// Lines that refuse a site.
    pub(crate) refused_lines: u64,
    /// Different sites they refuse.
    pub(crate) refused_sites: u64,
}

/// One step of a log without end.
trait Source {
    /// Appends what stands once at the start of the file.
    fn head(&mut self, out: &mut Vec<u8>) -> Counts;
    /// Appends the next record, with about `extra` bytes more than it needs.
    fn record(&mut self, extra: usize, out: &mut Vec<u8>) -> Counts;
    /// The sites refused so far.
    fn refused(&self) -> Option<&Refusals> {
        None
    }
}

/// Writes a file of at least `bytes`, up to the end of a record, that starts at `start`.
pub(crate) fn stream(
    format: BulkFormat,
    bytes: u64,
    start: Moment,
    options: &BulkOptions,
    file: &mut dyn Write,
) -> io::Result<BulkTruth> {
    let mut source = source(format, start, options);
    let shape = options.shape;
    file.write_all(shape.start())?;
    let mut written = length(shape.start());
    let mut text = Vec::with_capacity(BUFFER + 4096);
    let mut counts = source.head(&mut text);
    let mut length_so_far = length(&text);
    // Lines of psconfig are short but for a third of them, which make up for the others.
    let most = if options.line_bytes > 150 { options.line_bytes * 8 } else { 160 };
    loop {
        let enough = written + length(&text) >= bytes;
        if enough || text.len() >= BUFFER {
            if enough && shape.unterminated {
                text.pop();
            }
            written += flush(&mut text, shape, file)?;
            if written >= bytes || enough {
                break;
            }
        }
        let wanted = counts.lines * options.line_bytes;
        let extra = usize::try_from(wanted.saturating_sub(length_so_far).min(most)).unwrap_or(0);
        let before = text.len();
        counts += source.record(extra, &mut text);
        length_so_far += length(&text[before..]);
    }
    let refused = source.refused().map(Refusals::totals).unwrap_or_default();
    Ok(BulkTruth { bytes: written, counts, refused_lines: refused.0, refused_sites: refused.1 })
}

fn flush(text: &mut Vec<u8>, shape: Shape, file: &mut dyn Write) -> io::Result<u64> {
    if shape == Shape::default() {
        file.write_all(text)?;
        let written = length(text);
        text.clear();
        return Ok(written);
    }
    let piece = shape.piece(std::mem::take(text));
    file.write_all(&piece)?;
    Ok(length(&piece))
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).expect("a buffer is shorter than u64")
}

fn source(format: BulkFormat, start: Moment, options: &BulkOptions) -> Box<dyn Source> {
    let bracketed = |with_process| Dress::Bracketed(Bracketed { culture: options.culture, with_process });
    let columns = |kind, padded| Columns { kind, padded };
    let upgrade = |dress, header| Box::new(upgrade::Upgrade::new(dress, header, start, options));
    let trace = |kind| Box::new(trace::Traces::new(columns(kind, true), start, options));
    let tabbed = |padded| columns(Kind::Upgrade, padded);
    match format {
        BulkFormat::Upgrade2007 => upgrade(bracketed(false), None),
        BulkFormat::Upgrade2010 => upgrade(bracketed(true), None),
        BulkFormat::Upgrade2013 => upgrade(Dress::Columns(tabbed(false)), None),
        BulkFormat::Upgrade2013Padded | BulkFormat::SiteUpgrade => {
            upgrade(Dress::Columns(tabbed(true)), Some(tabbed(true)))
        }
        BulkFormat::Uls => trace(Kind::Uls),
        BulkFormat::Uls2007 => trace(Kind::Uls2007),
        BulkFormat::UlsMerged => trace(Kind::Merged),
        BulkFormat::PscDiagnostics => Box::new(psc::Wizard::new(start, options)),
    }
}

/// The sites of a farm that the token service refuses, met again and again.
#[derive(Clone, Debug)]
struct Refusals {
    seed: u64,
    parts: u64,
    met: Vec<bool>,
    lines: u64,
}

impl Refusals {
    fn new(options: &BulkOptions) -> Self {
        let sites = usize::try_from(options.sites.max(1)).unwrap_or(1);
        Self { seed: options.farm_seed(), parts: options.refused_percent, met: vec![false; sites], lines: 0 }
    }

    /// A refused site, if it is time for one.
    fn next(&mut self, prng: &mut Prng) -> Option<Guid> {
        if !prng.chance(self.parts) {
            return None;
        }
        self.lines += 1;
        let site = prng.index(self.met.len());
        self.met[site] = true;
        let number = u64::try_from(site).expect("an index fits u64");
        Some(guid_of(self.seed, number))
    }

    fn totals(&self) -> (u64, u64) {
        let sites = self.met.iter().filter(|met| **met).count();
        (self.lines, u64::try_from(sites).expect("a count fits u64"))
    }
}

/// The id of the thing of this number on a farm of this seed.
fn guid_of(farm: u64, number: u64) -> Guid {
    Prng::new(farm ^ number.wrapping_mul(0x9e37_79b9)).guid()
}

/// `0.25` as 2,500 parts of a million, without floats: they would not be the same everywhere.
fn parts_of_a_million(percent: &str) -> Result<u64, String> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = format!("{whole}{fraction:0<4}");
    let parts: u64 = digits.parse().map_err(|_| format!("{percent:?} is not a percentage"))?;
    if fraction.len() > 4 || parts > 1_000_000 {
        return Err(format!("{percent:?} is not between 0 and 100 with at most four decimals"));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::ValueEnum;

    use super::{BulkFormat, BulkOptions, Order, parts_of_a_million, stream};
    use crate::calendar::Moment;
    use crate::culture::Culture;
    use crate::shape::{Encoding, Shape};

    fn options(seed: u64) -> BulkOptions {
        BulkOptions {
            refused_percent: 20_000,
            line_bytes: 150,
            sites: 40,
            databases: 3,
            missing: 5,
            objects: Order::InOrder,
            culture: Culture::EnUs,
            shape: Shape::default(),
            seed,
            farm: None,
        }
    }

    fn written(format: BulkFormat, options: &BulkOptions) -> (String, super::BulkTruth) {
        let mut file = Vec::new();
        let start = Moment::new([2026, 3, 14], [22, 0, 3], 117);
        let truth = stream(format, 200_000, start, options, &mut file).unwrap();
        assert_eq!(u64::try_from(file.len()).unwrap(), truth.bytes);
        (String::from_utf8(file).unwrap(), truth)
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_in_every_format() {
        for &format in BulkFormat::value_variants() {
            let (text, truth) = written(format, &options(5));
            assert_eq!(written(format, &options(5)).0, text, "{format:?}");
            assert_ne!(written(format, &options(6)).0, text, "{format:?}");
            assert_eq!(truth.counts.lines, u64::try_from(text.lines().count()).unwrap(), "{format:?}");
        }
    }

    #[test]
    fn the_truth_of_a_bulk_file_is_what_it_holds() {
        for &format in BulkFormat::value_variants() {
            let (text, truth) = written(format, &options(5));
            let refused = text.lines().filter(|line| line.contains("dictSitesNeedUpgrade")).count();
            assert_eq!(truth.refused_lines, u64::try_from(refused).unwrap(), "{format:?}");
            assert_eq!(refused > 0, format != BulkFormat::PscDiagnostics, "{format:?}");
        }
    }

    fn ids_behind<'t>(text: &'t str, before: &str) -> BTreeSet<&'t str> {
        text.split(before).skip(1).filter_map(|rest| rest.get(..36)).collect()
    }

    #[test]
    fn a_farm_misses_the_same_in_every_log_of_it() {
        let log = |seed| written(BulkFormat::Upgrade2010, &BulkOptions { farm: Some(1), ..options(seed) }).0;
        let (one, two) = (log(5), log(6));
        assert_ne!(one, two);
        for before in ["WebPart class [", "Site with Id = "] {
            let [ids, others] = [&one, &two].map(|text| ids_behind(text, before));
            let known: BTreeSet<_> = ids.union(&others).collect();
            assert!(!ids.is_empty() && !others.is_empty(), "{before}");
            assert!(known.len() <= if before.starts_with("Web") { 5 } else { 40 }, "{before}: {known:?}");
        }
    }

    #[test]
    fn sites_come_one_after_the_other_or_at_random() {
        let sites = |objects| {
            let options = BulkOptions { objects, ..options(5) };
            let (text, _) = written(BulkFormat::Upgrade2010, &options);
            let numbers = text.split("/sites/team-").skip(1).filter_map(|rest| rest.get(..5));
            numbers.map(|number| number.parse().unwrap()).collect::<Vec<u32>>()
        };
        let steps = |sites: &[u32]| sites.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1);
        let (in_order, at_random) = (sites(Order::InOrder), sites(Order::AtRandom));
        assert!(steps(&in_order) && in_order.last().unwrap() > &10, "{:?}", in_order.last());
        assert!(!steps(&at_random));
    }

    #[test]
    fn lines_have_about_the_length_asked_for() {
        let (text, truth) = written(BulkFormat::Upgrade2010, &options(5));
        let average = u64::try_from(text.len()).unwrap() / truth.counts.lines;
        assert!((145..=156).contains(&average), "{average}");
    }

    #[test]
    fn long_lines_are_long_in_every_format() {
        for &format in BulkFormat::value_variants() {
            assert_about(format, 450);
        }
    }

    /// The trace service cuts a message of more than 800 characters and goes on in a line of its own, so no
    /// line of its formats gets as long as asked for here.
    #[test]
    fn only_the_trace_service_cuts_very_long_lines() {
        for &format in BulkFormat::value_variants() {
            if matches!(format, BulkFormat::Uls | BulkFormat::Uls2007 | BulkFormat::UlsMerged) {
                let (text, _) = written(format, &BulkOptions { line_bytes: 1500, ..options(5) });
                let longest = text.lines().map(str::len).max().unwrap();
                assert!((900..1100).contains(&longest), "{format:?}: {longest}");
                assert!(text.contains("\t..."), "{format:?}");
            } else {
                assert_about(format, 1500);
            }
        }
    }

    fn assert_about(format: BulkFormat, line_bytes: u64) {
        let (text, truth) = written(format, &BulkOptions { line_bytes, ..options(5) });
        let average = u64::try_from(text.len()).unwrap() / truth.counts.lines;
        assert!(
            (line_bytes * 9 / 10..=line_bytes * 12 / 10).contains(&average),
            "{format:?} of {line_bytes}: {average}"
        );
    }

    #[test]
    fn a_bulk_file_can_have_another_shape() {
        let shape = Shape { encoding: Encoding::Utf16LeBom, crlf: true, unterminated: true };
        let mut file = Vec::new();
        let start = Moment::new([2026, 3, 14], [22, 0, 3], 117);
        stream(BulkFormat::Upgrade2010, 600_000, start, &BulkOptions { shape, ..options(1) }, &mut file)
            .unwrap();
        assert!(file.starts_with(b"\xff\xfe[\0"));
        assert!(!file.ends_with(b"\n\0"));
    }

    #[test]
    fn percentages_are_read_without_floats() {
        let read: Vec<_> = ["0", "0.5", "12.25", "100", "100.1", "a", "1.23456"]
            .map(|text| parts_of_a_million(text).ok())
            .to_vec();
        assert_eq!(read, [Some(0), Some(5_000), Some(122_500), Some(1_000_000), None, None, None]);
    }
}
