//! What a pass of psconfig will take after the cure: the passes as they are, without the retries.

use crate::model::session::{Prediction, Session, SessionOutcome};
use crate::text::duration::clock;

/// A clock of one second can be off by so many milliseconds at either end of a pass.
const CLOCK: i64 = 1_000;

/// A pass loses at least this much before it is worth predicting, in milliseconds.
const WORTH: i64 = 1_000;

/// Predicts from the passes that waited for the token service. The first pass of a farm upgrades the databases,
/// the later ones do not: where there are later ones, they alone count.
pub fn predict(sessions: &[Session]) -> Option<Prediction> {
    // A pass without an end lasted longer than its log.
    let is_whole =
        |pass: &&Session| matches!(pass.outcome, SessionOutcome::Succeeded | SessionOutcome::Failed);
    let passes: Vec<&Session> =
        sessions.iter().filter(|session| session.is_pass && !session.is_cut).filter(is_whole).collect();
    let waiting: Vec<&Session> =
        passes.iter().copied().filter(|pass| pass.token_service_retry >= WORTH).collect();
    let first_start = passes.first()?.start;
    let later: Vec<&Session> = waiting.iter().copied().filter(|pass| pass.start > first_start).collect();
    let only_first = later.is_empty();
    let basis_passes = if only_first { &waiting } else { &later };
    let count = i64::try_from(basis_passes.len()).ok().filter(|count| *count > 0)?;
    let mean =
        |value: &dyn Fn(&Session) -> i64| basis_passes.iter().map(|pass| value(pass)).sum::<i64>() / count;
    let rest = |pass: &Session| (pass.duration - pass.token_service_retry).max(0);
    let (now, after) = (mean(&|pass| pass.duration), mean(&rest));
    let retries = mean(&|pass| pass.token_service_retry);
    let sites = basis_passes.iter().map(|pass| pass.refused_sites).max().unwrap_or(0);
    let lowest = basis_passes.iter().map(|pass| rest(pass)).min().unwrap_or(after);
    let highest = basis_passes.iter().map(|pass| rest(pass)).max().unwrap_or(after);
    let last_wait = waiting.last().map(|pass| pass.end)?;
    let cured: Vec<&Session> = passes
        .iter()
        .copied()
        .filter(|pass| pass.start >= last_wait && pass.token_service_retry < WORTH)
        .collect();
    let actual: Vec<i64> = cured.iter().map(|pass| pass.duration).collect();
    // What differs between passes besides the retries is noise of the same size as between these.
    let spread = (highest - lowest).max(after / 20) + 2 * CLOCK;
    let basis = basis(basis_passes, retries, sites, only_first, &actual);
    Some(Prediction {
        per_pass_now: now,
        per_pass_after: after,
        low: (lowest - spread).max(0),
        high: highest + spread,
        basis,
        only_first,
        passes: basis_passes.iter().map(|pass| pass.id.clone()).collect(),
        cured: cured.iter().map(|pass| pass.id.clone()).collect(),
        actual,
    })
}

fn basis(passes: &[&Session], retries: i64, sites: u64, only_first: bool, actual: &[i64]) -> String {
    let names: Vec<String> = passes
        .iter()
        .map(|pass| {
            let server = pass.server.as_deref().unwrap_or(&pass.id);
            format!("{server} {} of {}", clock(pass.token_service_retry), clock(pass.duration))
        })
        .collect();
    let mut basis = format!(
        "{} of each pass are token service retries for {sites} sites, measured between the records: {}",
        clock(retries),
        names.join(", ")
    );
    if only_first {
        basis.push_str("; only the first pass was seen, which also upgrades the databases, so later ones should take less");
    }
    if !actual.is_empty() {
        let facts: Vec<String> = actual.iter().map(|millis| clock(*millis)).collect();
        basis.push_str("; passes after the cure took ");
        basis.push_str(&facts.join(", "));
    }
    basis
}

#[cfg(test)]
mod tests {
    use super::predict;
    use crate::model::names::Names;
    use crate::model::session::{Session, SessionOutcome};
    use crate::text::clock::Stamp;

    fn pass(start: i64, minutes: i64, retry: i64) -> Session {
        let [start, end] = [start * 3_600_000, start * 3_600_000 + minutes * 60_000].map(Stamp::from_millis);
        Session {
            id: format!("s{}", start.millis() / 3_600_000),
            server: None,
            files: Names::default(),
            process: "psconfig".to_owned(),
            start,
            end,
            written: (start, end),
            outcome: SessionOutcome::Succeeded,
            duration: minutes * 60_000,
            token_service_retry: retry * 60_000,
            refused_sites: u64::from(retry > 0),
            is_pass: true,
            psconfig_succeeded: false,
            is_cut: false,
        }
    }

    #[test]
    fn later_passes_alone_are_predicted_from() {
        let prediction = predict(&[pass(0, 10, 4), pass(1, 25, 20), pass(2, 25, 20)]).unwrap();
        assert_eq!(prediction.per_pass_now, 25 * 60_000);
        assert_eq!(prediction.per_pass_after, 5 * 60_000);
        assert!(prediction.low <= prediction.per_pass_after && prediction.per_pass_after <= prediction.high);
        assert!(prediction.actual.is_empty());
    }

    #[test]
    fn a_pass_after_the_cure_is_the_fact_beside_the_prediction() {
        let prediction = predict(&[pass(0, 10, 4), pass(1, 25, 20), pass(2, 5, 0)]).unwrap();
        assert_eq!(prediction.actual, [5 * 60_000]);
    }

    #[test]
    fn without_retries_nothing_is_predicted() {
        assert_eq!(predict(&[pass(0, 10, 0)]), None);
        assert_eq!(predict(&[]), None);
    }
}
