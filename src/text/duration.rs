//! Durations as people read them.

use super::number::counted;

/// `24m51s`, `1h02m`, `34s`: milliseconds, rounded to the second.
pub fn clock(millis: i64) -> String {
    let seconds = millis.unsigned_abs().saturating_add(500) / 1_000;
    let sign = if millis < 0 && seconds > 0 { "-" } else { "" };
    match seconds {
        0..60 => format!("{sign}{seconds}s"),
        60..3_600 => format!("{sign}{}m{:02}s", seconds / 60, seconds % 60),
        3_600.. => format!("{sign}{}h{:02}m", seconds / 3_600, seconds / 60 % 60),
    }
}

/// `about 20 minutes`: milliseconds as a person would say them.
pub fn about(millis: i64) -> String {
    let seconds = millis.max(0).unsigned_abs().saturating_add(500) / 1_000;
    if seconds < 60 {
        return format!("about {}", counted(seconds, "second"));
    }
    match millis.unsigned_abs().saturating_add(30_000) / 60_000 {
        minutes @ ..100 => format!("about {}", counted(minutes, "minute")),
        _ => format!("about {}", clock(millis)),
    }
}

/// `5 to 6 minutes`: a range, in minutes where it has any. The end is rounded up, so that who waits is not
/// disappointed.
pub fn range(low: i64, high: i64) -> String {
    let least = low.saturating_add(30_000).div_euclid(60_000);
    let most = high.saturating_add(59_999).div_euclid(60_000);
    match (least, most) {
        (_, ..=1) => "about a minute".to_owned(),
        (least, most) if least >= most => format!("about {most} minutes"),
        (..1, most) => format!("at most {most} minutes"),
        (least, most) if most < 120 => format!("{least} to {most} minutes"),
        _ => format!("{} to {}", clock(low), clock(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::{about, clock, range};

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(clock(1_491_000), "24m51s");
        assert_eq!(clock(34_000), "34s");
        assert_eq!(clock(3_720_000), "1h02m");
        assert_eq!(clock(-34_000), "-34s");
        assert_eq!(clock(-400), "0s");
        assert_eq!(clock(500), "1s");
    }

    #[test]
    fn durations_are_told_as_a_person_would() {
        assert_eq!(about(1_199_000), "about 20 minutes");
        assert_eq!(about(61_000), "about 1 minute");
        assert_eq!(about(12_400), "about 12 seconds");
        assert_eq!(about(40_000), "about 40 seconds");
        assert_eq!(about(7_200_000), "about 2h00m");
    }

    #[test]
    fn no_duration_is_too_long() {
        for millis in [i64::MIN, i64::MIN + 1, i64::MAX - 500, i64::MAX] {
            assert_eq!(clock(millis), format!("{}2562047788015h12m", if millis < 0 { "-" } else { "" }));
            assert!(about(millis).starts_with("about ") && !range(millis, i64::MAX).is_empty());
        }
    }

    #[test]
    fn a_range_never_promises_less_than_its_end() {
        assert_eq!(range(284_900, 319_100), "5 to 6 minutes");
        assert_eq!(range(301_000, 301_000), "5 to 6 minutes");
        assert_eq!(range(299_000, 300_000), "about 5 minutes");
        assert_eq!(range(3_000, 170_000), "at most 3 minutes");
        assert_eq!(range(3_000, 40_000), "about a minute");
        assert_eq!(range(3_600_000, 9_000_000), "1h00m to 2h30m");
    }
}
