//! Tests of [`super::Timeline`]: charges add up, and a timeline may be cut anywhere.

use proptest::prelude::*;

use super::Timeline;
use super::at_work::{COMPONENT, DATABASE, FUNCTION};
use super::moment::{Ending, Moment};
use super::path::Part;
use crate::model::site::SiteId;
use crate::text::clock::Stamp;

/// A record, with what it does to its timeline before and after its moment, as a scan does it.
#[derive(Clone, Debug)]
struct Event {
    start: bool,
    completes: Option<u8>,
    step: i64,
    ending: u8,
    after: After,
}

#[derive(Clone, Debug)]
enum After {
    Nothing,
    Set { slot: u8, value: u8 },
    Name(u8),
    Begin,
}

fn record(step: i64, ending: u8, after: After) -> Event {
    Event { start: false, completes: None, step, ending, after }
}

fn play(events: &[Event], from: (i64, u64), at_start: bool) -> Timeline {
    let mut timeline = Timeline::new("PSCONFIG", at_start);
    let (mut now, mut line) = from;
    for event in events {
        (now, line) = (now + event.step, line + 1);
        if event.start {
            timeline.start();
        }
        if let (Some(name), Some(leg)) = (event.completes, timeline.leg()) {
            leg.name_database(name.to_string().as_bytes());
        }
        let text = format!("line {line}");
        let ending = ending(event.ending);
        timeline.moment(&Moment { time: Stamp::from_millis(now), line, ending, text: text.as_bytes() });
        let Some(leg) = timeline.leg() else { continue };
        match event.after {
            After::Nothing => {}
            After::Set { slot, value } => leg.set(slot, Part::Text(&value.to_string())),
            After::Name(name) => leg.name_database(name.to_string().as_bytes()),
            After::Begin => leg.set(DATABASE, Part::Next),
        }
    }
    timeline
}

fn ending(number: u8) -> Ending {
    match number {
        0 => Ending::Plain,
        1 => Ending::Failed,
        2 => Ending::Call(3),
        other => {
            let text = format!("961cfd1e-5cf8-4e40-8756-0032a51711{other:02x}");
            Ending::Refused(SiteId::parse(text.as_bytes()).unwrap())
        }
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let step = prop_oneof![
        8 => 0i64..5_000,
        2 => 10_000i64..700_000,
        1 => -90_000i64..0,
        1 => Just(3_600_000i64),
        1 => Just(-3_599_000i64),
        1 => Just(90_000_000i64)
    ];
    let slot = prop_oneof![Just(COMPONENT), Just(FUNCTION), Just(FUNCTION + 2)];
    let after = prop_oneof![
        3 => Just(After::Nothing),
        3 => (slot, 0u8..3).prop_map(|(slot, value)| After::Set { slot, value }),
        2 => (0u8..3).prop_map(After::Name),
        2 => Just(After::Begin),
    ];
    let start = prop::bool::weighted(0.1);
    let completes = prop::option::weighted(0.2, 0u8..3);
    let event = (start, completes, step, 0u8..6, after)
        .prop_map(|(start, completes, step, ending, after)| Event { start, completes, step, ending, after });
    prop::collection::vec(event, 0..40)
}

fn after(events: &[Event], from: (i64, u64)) -> (i64, u64) {
    events.iter().fold(from, |(now, line), event| (now + event.step, line + 1))
}

proptest! {
    #[test]
    fn a_timeline_may_be_cut_anywhere(events in events(), cuts in prop::collection::vec(0usize..40, 2)) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(events.len())).collect();
        cuts.sort_unstable();
        let (left, middle, right) = (&events[..cuts[0]], &events[cuts[0]..cuts[1]], &events[cuts[1]..]);
        let start = (1_000_000_000_000, 0);
        let second = after(left, start);
        let third = after(middle, second);
        let whole = play(&events, start, true).into_legs();
        let mut from_left = play(left, start, true);
        from_left.then(play(middle, second, false));
        from_left.then(play(right, third, false));
        let mut tail = play(middle, second, false);
        tail.then(play(right, third, false));
        let mut from_right = play(left, start, true);
        from_right.then(tail);
        prop_assert_eq!(&from_left.into_legs(), &whole);
        prop_assert_eq!(&from_right.into_legs(), &whole);
    }
}

#[test]
fn a_refused_site_is_charged_with_the_gap_before_it() {
    let events =
        [record(0, 0, After::Name(1)), record(4_000, 3, After::Nothing), record(1_500, 0, After::Nothing)];
    let legs = play(&events, (1_000_000_000_000, 0), true).into_legs();
    assert_eq!(legs.len(), 1);
    assert_eq!(legs[0].millis(), 5_500);
    assert_eq!(legs[0].waits.total().millis, 4_000);
    assert_eq!(legs[0].charges().map(|(_, charge)| charge.millis).sum::<i64>(), 1_500);
}

#[test]
fn the_time_before_a_database_is_named_is_its_own_once_its_upgrade_has_begun() {
    let events =
        [record(0, 0, After::Begin), record(4_000, 0, After::Nothing), record(1_000, 0, After::Name(7))];
    let legs = play(&events, (1_000_000_000_000, 0), true).into_legs();
    let paths: Vec<_> = legs[0].charges().map(|(path, _)| legs[0].part(path[0])).collect();
    assert_eq!(paths.iter().filter(|part| **part != Part::Text("7")).count(), 0, "{paths:?}");
    assert_eq!(legs[0].millis(), 5_000);
}
