//! Dates: is the certificate valid, may it be valid for so long, and what ends when?

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::super::{Issue, Outcome};
use super::served::{Served, by_leaf, day, name, served};
use crate::addin::calendar::of_addin;
use crate::addin::evidence::certificate::Certificate;
use crate::addin::evidence::{Spot, Value};
use crate::addin::subject::Subject;
use crate::model::audit::AuditSeverity;
use crate::model::calendar::Deadline;

/// OD06.
pub(super) fn expired(subject: &Subject<'_>) -> Outcome {
    by_leaf(subject, |served| validity(served.leaf, subject.settings.now).into_iter().collect())
}

/// What is wrong with the dates of a certificate at a moment; the nearer the end, the worse.
pub(in crate::addin::checks) fn validity(certificate: &Certificate, now: NaiveDateTime) -> Option<Issue> {
    let called = name(certificate);
    let renew = format!("renew the certificate {called}, bind the new one in IIS, and remove the old one");
    let issue = |message: String| Issue::new(message, renew.clone()).shown_by(&dated(certificate));
    if now < certificate.not_before {
        let message = format!(
            "the certificate {called} is valid only from {} on, and today is {}",
            day(certificate.not_before),
            day(now)
        );
        return Some(issue(message));
    }
    let left = (certificate.not_after - now).num_days();
    if now > certificate.not_after {
        let ago = (now - certificate.not_after).num_days();
        return Some(issue(format!(
            "the certificate {called} expired on {}, {ago} days ago",
            day(certificate.not_after)
        )));
    }
    let message =
        format!("the certificate {called} expires on {}, in {left} days", day(certificate.not_after));
    match left {
        0..=7 => Some(issue(message).rated(AuditSeverity::Error)),
        8..=30 => Some(issue(message).rated(AuditSeverity::Warning)),
        _ => None,
    }
}

fn dated(certificate: &Certificate) -> Value {
    let text =
        format!("{}: {} to {}", name(certificate), day(certificate.not_before), day(certificate.not_after));
    Value::new(text, certificate.at.clone())
}

/// Longest lives of public certificates in days, by the day from which on they may be issued for no longer: the
/// CA/Browser Forum, ballots 193, SC31 (by way of the browsers) and SC-081v3.
const LIMITS: [(i32, u32, u32, i64); 5] =
    [(2029, 3, 15, 47), (2027, 3, 15, 100), (2026, 3, 15, 200), (2020, 9, 1, 398), (2018, 3, 1, 825)];

/// The longest life of a public certificate that is issued on a day; `None` before there was a limit in days.
fn limit(issued: NaiveDateTime) -> Option<i64> {
    let applies = |(year, month, day, days): &(i32, u32, u32, i64)| {
        let from = NaiveDate::from_ymd_opt(*year, *month, *day)?;
        (issued.date() >= from).then_some(*days)
    };
    LIMITS.iter().find_map(applies)
}

/// OD14.
pub(super) fn too_long(subject: &Subject<'_>) -> Outcome {
    let served = match served(subject) {
        Ok(served) => served,
        Err(outcome) => return outcome,
    };
    let public: Vec<Served<'_>> = served.into_iter().filter(|served| served.leaf.publicly_issued).collect();
    if public.is_empty() {
        return Outcome::does_not_apply("no certificate here was issued by a public authority");
    }
    let judge = |served: &Served<'_>| {
        let leaf = served.leaf;
        let limit = limit(leaf.not_before)?;
        // Both ends count: a life of 200 days ends one second before the same time of day.
        let life = leaf.not_after - leaf.not_before + TimeDelta::seconds(1);
        (life > TimeDelta::days(limit)).then(|| {
            let days = life.num_days();
            let message = format!(
                "the certificate {} lives for {days} days; issued on {} it may live for {limit}",
                name(leaf),
                day(leaf.not_before)
            );
            let remedy = format!("have it issued again for at most {limit} days, and automate its renewal");
            Issue::new(message, remedy).shown_by(&dated(leaf))
        })
    };
    let seen: Vec<Value> = public.iter().map(Served::value).collect();
    Outcome::decided(public.iter().filter_map(judge).collect(), &seen)
}

/// How many ends one message lists; the calendar has all of them.
const LISTED: usize = 20;

/// OD19.
pub(super) fn deadlines(subject: &Subject<'_>) -> Outcome {
    let all = of_addin(subject.evidence(), subject.farm());
    if all.is_empty() {
        return Outcome::needs(
            "something with a date: a certificate (--connect HOST), or a registration export with the ends of the client secrets",
        );
    }
    let now = subject.settings.now;
    let ahead: Vec<&Deadline> = all.iter().filter(|deadline| deadline.date >= now).collect();
    let values: Vec<Value> = ahead.iter().map(|deadline| listed(deadline)).collect();
    match ahead.first() {
        Some(first) if first.date <= now + TimeDelta::days(365) => {
            let lines: Vec<&str> = values.iter().take(LISTED).map(|value| value.raw.as_str()).collect();
            let more = values.len().saturating_sub(LISTED);
            let more = if more == 0 { String::new() } else { format!("; and {more} more") };
            let message = format!("what ends next: {}{more}", lines.join("; "));
            let remedy = "run again with --calendar deadlines.ics, and import the file into the calendar of those who renew";
            let issue = values.iter().take(LISTED).fold(Issue::new(message, remedy), Issue::shown_by);
            Outcome::decided(vec![issue], &values)
        }
        _ => Outcome::decided(Vec::new(), &values),
    }
}

fn listed(deadline: &Deadline) -> Value {
    let at = Spot { path: deadline.path.as_str().into(), line: deadline.line, column: 0 };
    Value::new(format!("{} {}", day(deadline.date), deadline.what), at)
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn the_longest_life_depends_on_the_day_of_issue() {
        let of = |day: &str| limit(format!("{day}T00:00:00").parse().expect("a date"));
        assert_eq!(of("2018-02-28"), None);
        assert_eq!(of("2018-03-01"), Some(825));
        assert_eq!(of("2020-08-31"), Some(825));
        assert_eq!(of("2020-09-01"), Some(398));
        assert_eq!(of("2026-03-14"), Some(398));
        assert_eq!(of("2026-03-15"), Some(200));
        assert_eq!(of("2027-03-15"), Some(100));
        assert_eq!(of("2029-03-15"), Some(47));
    }
}
