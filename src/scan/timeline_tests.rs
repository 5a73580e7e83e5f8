use proptest::prelude::*;

use super::{COMPONENT, DATABASE, Ending, FUNCTION, Moment, Part, Timeline};
use crate::model::site::SiteId;
use crate::text::clock::Stamp;

#[derive(Clone, Debug)]
enum Event {
    Start,
    Record { step: i64, ending: u8 },
    Set { slot: u8, value: u8 },
}

fn play(events: &[Event], from: (i64, u64), at_start: bool) -> Timeline {
    let mut timeline = Timeline::new("PSCONFIG", at_start);
    let (mut now, mut line) = from;
    for event in events {
        match event {
            Event::Start => timeline.start(),
            Event::Record { step, ending } => {
                now += step;
                line += 1;
                let ending = match ending {
                    0 => Ending::Plain,
                    1 => Ending::Failed,
                    2 => Ending::Call(3),
                    other => Ending::Refused(
                        SiteId::parse(format!("961cfd1e-5cf8-4e40-8756-0032a51711{other:02x}").as_bytes())
                            .unwrap(),
                    ),
                };
                let text = format!("line {line}");
                timeline.moment(&Moment { time: Stamp::from_millis(now), line, ending, text: &text });
            }
            Event::Set { slot, value } => {
                if let Some(leg) = timeline.leg() {
                    leg.set(*slot, Part::Text(value.to_string().into()));
                }
            }
        }
    }
    timeline
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let step = prop_oneof![
        8 => 0i64..5_000,
        1 => -90_000i64..0,
        1 => Just(3_600_000i64),
        1 => Just(-3_599_000i64),
        1 => Just(90_000_000i64)
    ];
    let event = prop_oneof![
        1 => Just(Event::Start),
        8 => (step, 0u8..6).prop_map(|(step, ending)| Event::Record { step, ending }),
        3 => (prop_oneof![Just(DATABASE), Just(COMPONENT), Just(FUNCTION), Just(FUNCTION + 2)], 0u8..3)
            .prop_map(|(slot, value)| Event::Set { slot, value }),
    ];
    prop::collection::vec(event, 0..40)
}

fn after(events: &[Event], from: (i64, u64)) -> (i64, u64) {
    events.iter().fold(from, |(now, line), event| match event {
        Event::Record { step, .. } => (now + step, line + 1),
        _ => (now, line),
    })
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
    let timeline = play(
        &[
            Event::Start,
            Event::Record { step: 0, ending: 0 },
            Event::Set { slot: DATABASE, value: 1 },
            Event::Record { step: 4_000, ending: 3 },
            Event::Record { step: 1_500, ending: 0 },
        ],
        (1_000_000_000_000, 0),
        true,
    );
    let legs = timeline.into_legs();
    assert_eq!(legs.len(), 1);
    assert_eq!(legs[0].millis(), 5_500);
    assert_eq!(legs[0].waits.values().map(|wait| wait.millis).sum::<i64>(), 4_000);
    assert_eq!(legs[0].charges.values().map(|charge| charge.millis).sum::<i64>(), 1_500);
}
