//! Orders of dates from what a log shows, and what is decided from its first date alone.

use proptest::prelude::*;

use super::{AtSight, at_sight, decide};
use crate::format::format_of;
use crate::model::kind::LogKind;
use crate::scan::tally::DateEvidence;
use crate::text::clock::{DateOrder, WrittenTime};

/// What a scan finds of the dates of these times.
fn found(times: &[String]) -> DateEvidence {
    let mut found = DateEvidence::default();
    for order in times.iter().filter_map(|time| WrittenTime::parse(time.as_bytes())?.proven_order()) {
        match order {
            DateOrder::DayFirst => found.day_first = true,
            DateOrder::MonthFirst => found.month_first = true,
            DateOrder::YearFirst => found.year_first = true,
        }
    }
    found
}

proptest! {
    #[test]
    fn what_is_decided_at_sight_is_decided_by_all_dates(
        dates in prop::collection::vec((1u32..15, 1u32..15, any::<bool>()), 0..5),
        name in prop::sample::select(&["a.log", "Upgrade-20120304-130000-123.log", "SP-01-20120304-1300.log"][..]),
        kind in prop::sample::select(&[LogKind::Upgrade2010, LogKind::Uls][..]),
    ) {
        let times: Vec<String> = dates
            .iter()
            .map(|(one, other, english)| match english {
                true => format!("{one:02}/{other:02}/2012 1:00:02 PM"),
                false => format!("{one:02}/{other:02}/2012 13:00:02.00"),
            })
            .collect();
        let line = |time: &String| match kind {
            LogKind::Uls => format!("{time}\tOWSTIMER.EXE (0x1)\t0x1\tSharePoint Foundation\tTimer\taj\tHigh\tx\t"),
            _ => format!("[PSCONFIG] [SPManager] [INFO] [{time}]: x"),
        };
        let text = times.iter().map(line).collect::<Vec<_>>().join("\n");
        let samples = [text.as_bytes()];
        if let Some((decision, how)) = at_sight(kind, name, format_of(kind), &samples)
            && !how.is_in_doubt(found(&times))
        {
            prop_assert_eq!(decision, decide(kind, name, format_of(kind), &samples));
        }
    }
}

#[test]
fn the_name_of_a_file_is_enough_at_sight() {
    let line = b"[PSCONFIG] [SPManager] [INFO] [04/03/2012 13:00:02]: x".as_slice();
    let sight = |name| at_sight(LogKind::Upgrade2010, name, format_of(LogKind::Upgrade2010), &[line]);
    let (decision, how) = sight("Upgrade-20120304-130000-123.log").unwrap();
    assert_eq!((decision.order, how), (DateOrder::DayFirst, AtSight::Assumed));
    assert!(sight("a.log").is_none());
}

fn decided(name: &str, times: &[&str]) -> (&'static str, &'static str, bool) {
    let lines: Vec<String> =
        times.iter().map(|time| format!("[PSCONFIG] [SPManager] [INFO] [{time}]: x")).collect();
    let text = lines.join("\n");
    let format = format_of(LogKind::Upgrade2010);
    let decision = decide(LogKind::Upgrade2010, name, format, &[text.as_bytes()]);
    (decision.order.name(), decision.evidence.name(), decision.ambiguous)
}

#[test]
fn evidence_is_taken_in_its_order() {
    assert_eq!(decided("a.log", &["3/14/2012 1:00:00 PM"]), ("month-first", "a day above 12", false));
    assert_eq!(decided("a.log", &["14/03/2012 13:00:00"]), ("day-first", "a day above 12", false));
    assert_eq!(
        decided("Upgrade-20120304-130000-123.log", &["04/03/2012 13:00:02"]),
        ("day-first", "the file name", false)
    );
    assert_eq!(
        decided("Upgrade-20120403-130000-123.log", &["04/03/2012 13:00:02"]),
        ("month-first", "the file name", false)
    );
    assert_eq!(
        decided("a.log", &["12/03/2012 13:00:00", "01/04/2012 13:00:00"]),
        ("day-first", "increasing times", false)
    );
    assert_eq!(
        decided("a.log", &["04/03/2012 11:59:58 PM", "05/03/2012 12:00:07 AM"]),
        ("day-first", "records before and after midnight", false)
    );
    assert_eq!(
        decided("a.log", &["3/4/2012 23:59:58", "3/5/2012 00:00:07"]),
        ("month-first", "records before and after midnight", false)
    );
    // A log that is appended to may have a month between two sessions.
    assert_eq!(
        decided("a.log", &["3/4/2012 10:00:00 AM", "4/4/2012 9:00:00 PM"]),
        ("month-first", "AM and PM, as in en-US", true)
    );
    assert_eq!(decided("a.log", &["2012-03-04 13:00:00"]), ("year-first", "the year stands first", false));
    assert_eq!(decided("a.log", &["04.03.2012 13:00:00"]), ("day-first", "the separator of the date", false));
    assert_eq!(decided("a.log", &["4/3/2012 1:00:00 PM"]), ("month-first", "AM and PM, as in en-US", true));
    assert_eq!(
        decided("a.log", &["04/03/2012 13:00:00"]),
        ("day-first", "a 24-hour clock, as outside en-US", true)
    );
    assert_eq!(
        decided("a.log", &["04/03/2012 01:00:00 p. m."]),
        ("day-first", "halves of the day in other words, as outside en-US", true)
    );
    assert_eq!(
        decided("Upgrade-20120304-130000-123.log", &["4/3/2555 13:00:02"]),
        ("day-first", "the file name", false)
    );
    assert_eq!(decided("a.log", &["3/3/2012 1:00:00 PM"]), ("month-first", "day and month are equal", false));
}

#[test]
fn the_name_of_a_log_of_fixed_form_is_believed_before_the_form() {
    let format = format_of(LogKind::Uls);
    for (name, order, evidence) in [
        ("SPS01-20130503-2207.log", "month-first", "the fixed form of this log"),
        ("SP-01-20130305-2207.log", "day-first", "the file name"),
        ("SP-01-20130305-2207.log.gz", "day-first", "the file name"),
        ("SPS01-20131224-2207.log", "month-first", "the fixed form of this log"),
        ("x.log", "month-first", "the fixed form of this log"),
    ] {
        let line =
            "05/03/2013 22:07:16.26\tOWSTIMER.EXE (0x1)\t0x1\tSharePoint Foundation\tTimer\taj\tHigh\tx\t";
        let decision = decide(LogKind::Uls, name, format, &[line.as_bytes()]);
        assert_eq!((decision.order.name(), decision.evidence.name()), (order, evidence), "{name}");
    }
}
