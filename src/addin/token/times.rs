//! Times of tokens: seconds since 1970, as a number or as text.

use chrono::{DateTime, NaiveDateTime, TimeDelta};

use super::members::Members;
use crate::model::token::TokenTime;

/// `nbf`, `iat` and `exp`, and the names of those that are no time.
pub(super) fn times(members: &Members, offset_minutes: Option<i32>) -> (Vec<TokenTime>, Vec<&'static str>) {
    let (mut times, mut odd) = (Vec::new(), Vec::new());
    for claim in ["nbf", "iat", "exp"] {
        let Some(value) = members.get(claim) else { continue };
        let seconds = super::members::scalar(value).and_then(|text| seconds(&text));
        match seconds.and_then(|seconds| Some((seconds, utc(seconds)?))) {
            Some((seconds, moment)) => {
                let local = offset_minutes.and_then(|offset| local(moment, offset));
                times.push(TokenTime { claim, seconds, utc: shown(moment), local });
            }
            None => odd.push(claim),
        }
    }
    (times, odd)
}

/// Digits, perhaps with a fraction, which is dropped.
fn seconds(text: &str) -> Option<i64> {
    let whole = text.trim().split('.').next()?;
    whole.parse().ok()
}

fn utc(seconds: i64) -> Option<NaiveDateTime> {
    let moment = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    // A year of five digits is a mistake of units: milliseconds, or ticks of .NET.
    (moment.and_utc().timestamp().abs() < 253_402_300_800).then_some(moment)
}

/// `2026-11-25T12:00:00Z`.
pub(super) fn shown(moment: NaiveDateTime) -> String {
    format!("{}Z", moment.format("%Y-%m-%dT%H:%M:%S"))
}

fn local(moment: NaiveDateTime, offset_minutes: i32) -> Option<String> {
    let there = moment.checked_add_signed(TimeDelta::minutes(i64::from(offset_minutes)))?;
    Some(format!("{}{}", there.format("%Y-%m-%dT%H:%M:%S"), offset(offset_minutes)))
}

/// `+01:00`.
pub fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Reads `+01:00`, `-0530`, `+1`, `Z` or `UTC`; minutes.
pub fn parse_offset(text: &str) -> Option<i32> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => rest.split_at_checked(2)?,
        None => (rest, "0"),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()) && (1..=2).contains(&part.len());
    let (hours, minutes): (i32, i32) =
        (digits(hours) && digits(minutes)).then(|| Some((hours.parse().ok()?, minutes.parse().ok()?)))??;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::super::members::Members;
    use super::{parse_offset, times};

    #[test]
    fn times_are_shown_in_both_clocks() {
        let members = Members::parse(r#"{"nbf":"1795608000","exp":1795651200.5}"#).expect("an object");
        let (found, odd) = times(&members, Some(60));
        assert!(odd.is_empty());
        assert_eq!(found[0].utc, "2026-11-25T12:00:00Z");
        assert_eq!(found[0].local.as_deref(), Some("2026-11-25T13:00:00+01:00"));
        assert_eq!(found[1].utc, "2026-11-26T00:00:00Z");
    }

    #[test]
    fn numbers_out_of_range_are_told() {
        for value in [
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "true",
            "1795608000000",
            "\"x\"",
        ] {
            let members = Members::parse(&format!("{{\"exp\":{value}}}")).expect("an object");
            assert_eq!(times(&members, Some(840)).1, ["exp"], "{value}");
        }
    }

    #[test]
    fn offsets_are_read_in_the_usual_forms() {
        let read = ["+01:00", "-0530", "+1", "Z", "+14:00", "1", "+25:00", "+1:99", "+", "+١", "-"]
            .map(parse_offset);
        assert_eq!(
            read,
            [Some(60), Some(-330), Some(60), Some(0), Some(840), None, None, None, None, None, None]
        );
    }
}
