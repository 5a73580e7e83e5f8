//! Passes of psconfig that overlap: a farm is upgraded server by server, so something is to be said about it.

use crate::model::session::{Session, TimeReport};
use crate::text::duration::clock;

/// Clocks of one second, and a handover without a pause: less than this is no overlap, in milliseconds.
const SLACK: i64 = 5_000;

/// Sentences on passes that begin before the one before them, on another server, has ended.
pub fn remarks(time: &TimeReport) -> Vec<String> {
    let passes: Vec<&Session> = time.passes().collect();
    passes
        .windows(2)
        .filter_map(|pair| pair.first().zip(pair.get(1)).and_then(|(a, b)| remark(a, b)))
        .collect()
}

fn remark(before: &Session, next: &Session) -> Option<String> {
    let (first, second) = (before.server.as_deref()?, next.server.as_deref()?);
    let overlap = before.end.millis() - next.start.millis();
    (first != second && overlap > SLACK).then(|| {
        format!(
            "psconfig on {second} starts {} before it ends on {first}: they ran at the same time, or the clocks of the servers differ; each pass is measured by its own clock",
            clock(overlap)
        )
    })
}
