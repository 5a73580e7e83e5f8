//! From one time to the next on a clock that has no zone and may be set.

use crate::text::clock::Stamp;

/// How a clock went on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// By so many milliseconds.
    Forward(i64),
    /// Back by so many milliseconds, few enough for records that are merely out of order.
    Back(i64),
    /// It was set, by hand or for daylight saving time: `charged` milliseconds are believed, `step` are not.
    ClockSet {
        /// Milliseconds that passed, as far as can be told.
        charged: i64,
        /// Milliseconds by which the clock was moved.
        step: i64,
    },
}

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Records of one process are written late by less than this.
const OUT_OF_ORDER: i64 = MINUTE;

/// No record of an upgrade is as long in coming; an appended log or a wrong clock is more likely.
const LONGEST: i64 = 12 * HOUR;

/// The step from one record to the next.
pub fn step(before: Stamp, after: Stamp) -> Step {
    let millis = after.millis() - before.millis();
    if millis > LONGEST {
        return Step::ClockSet { charged: 0, step: millis };
    }
    if millis >= 0 {
        return if starts_summer_time(before, millis) {
            Step::ClockSet { charged: millis - HOUR, step: HOUR }
        } else {
            Step::Forward(millis)
        };
    }
    if -millis <= OUT_OF_ORDER {
        return Step::Back(-millis);
    }
    // One hour back: what is missing to the hour has passed.
    match millis + HOUR {
        passed @ 0..=MINUTE => Step::ClockSet { charged: passed, step: -HOUR },
        _ => Step::ClockSet { charged: 0, step: millis },
    }
}

/// Clocks go forward by an hour on a Sunday night. A gap of just that length at just that time is the clock.
fn starts_summer_time(before: Stamp, millis: i64) -> bool {
    // 1970-01-01 was a Thursday.
    let weekday = (before.millis().div_euclid(DAY) + 4).rem_euclid(7);
    let of_day = before.millis().rem_euclid(DAY);
    weekday == 0 && of_day < 4 * HOUR && (HOUR..HOUR + 10_000).contains(&millis) && of_day + 10_000 >= HOUR
}

#[cfg(test)]
mod tests {
    use super::{Step, step};
    use crate::text::clock::{DateOrder, Stamp, WrittenTime};

    fn stamp(text: &str) -> Stamp {
        WrittenTime::parse(text.as_bytes()).and_then(|time| time.stamp(DateOrder::YearFirst)).unwrap()
    }

    #[test]
    fn a_clock_goes_on_or_is_set() {
        for (before, after, expected) in [
            ("2026-03-14 22:00:00", "2026-03-14 22:00:06", Step::Forward(6_000)),
            ("2026-03-14 23:59:59", "2026-03-15 00:00:01", Step::Forward(2_000)),
            ("2026-03-14 22:00:06", "2026-03-14 22:00:05", Step::Back(1_000)),
            (
                "2026-03-29 01:59:58",
                "2026-03-29 03:00:01",
                Step::ClockSet { charged: 3_000, step: 3_600_000 },
            ),
            (
                "2026-10-25 02:59:58",
                "2026-10-25 02:00:01",
                Step::ClockSet { charged: 3_000, step: -3_600_000 },
            ),
            ("2026-03-14 22:00:00", "2026-03-14 23:00:03", Step::Forward(3_603_000)),
            ("2026-03-14 22:00:00", "2026-03-16 22:00:00", Step::ClockSet { charged: 0, step: 172_800_000 }),
            ("2026-03-14 22:00:00", "2026-03-14 20:00:00", Step::ClockSet { charged: 0, step: -7_200_000 }),
        ] {
            assert_eq!(step(stamp(before), stamp(after)), expected, "{before} to {after}");
        }
    }
}
