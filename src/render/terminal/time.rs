//! The passes of psconfig as bars, what each database cost, and the longest silences.

use crate::model::database::same_database;
use crate::model::session::{Session, SessionOutcome, Stall, TimeReport};
use crate::render::Setting;
use crate::render::table::{self, Align};
use crate::text::duration::clock;
use crate::text::quote::terminal as clean;

/// Columns of a line of a pass that are no bar.
const BESIDE: usize = 70;

/// Passes and silences shown before the rest is only counted.
const PASSES: usize = 12;
const STALLS: usize = 3;

/// A silence of less than one part in so many of its session is left out of the first screen.
const SMALLEST: i64 = 100;

/// What the sites of a database were waited for in all; `None` for databases that are not known.
pub(super) fn waited(time: &TimeReport, database: Option<&str>) -> String {
    let same = |name: Option<&str>| match (name, database) {
        (Some(name), Some(database)) => same_database(name, database),
        (name, database) => name.is_none() && database.is_none(),
    };
    let millis: i64 =
        time.waits.iter().filter(|wait| same(wait.database.as_deref())).map(|wait| wait.millis).sum();
    if millis > 0 { clock(millis) } else { "-".to_owned() }
}

/// One line a pass: `#` for the wait, `=` for the rest.
pub(super) fn passes(time: &TimeReport, details: bool, width: usize) -> Vec<String> {
    let longest = time.passes().map(|pass| pass.duration).max().unwrap_or(0);
    if longest <= 0 {
        return Vec::new();
    }
    let waits = time.passes().any(|pass| pass.token_service_retry > 0);
    let legend = match (waits, width < Setting::WIDEST) {
        (true, false) => "# waiting for the token service  = all else",
        (true, true) => "# waiting  = rest",
        (false, _) => "",
    };
    let bar = i64::try_from(width.saturating_sub(BESIDE).max(8)).unwrap_or(8);
    let heading = ["PASSES", "START", "TOTAL", "WAITED", "REST", legend];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    let shown = if details { usize::MAX } else { PASSES };
    rows.extend(time.passes().take(shown).map(|pass| pass_row(time, pass, longest, bar)));
    let mut lines = table::lines(
        &[Align::Left, Align::Left, Align::Right, Align::Right, Align::Right, Align::Left],
        &rows,
    );
    let left = time.passes().count().saturating_sub(shown);
    if left > 0 {
        lines.push(format!("... and {left} more; --details shows them"));
    }
    lines
}

fn pass_row(time: &TimeReport, pass: &Session, longest: i64, bar: i64) -> Vec<String> {
    let wait = pass.token_service_retry;
    let columns = |millis: i64| usize::try_from((millis * bar + longest / 2) / longest).unwrap_or(0);
    let (waiting, all) = (columns(wait), columns(pass.duration));
    let mut bar = "#".repeat(waiting);
    bar.push_str(&"=".repeat(all.saturating_sub(waiting)));
    let cured = time.prediction.as_ref().is_some_and(|prediction| prediction.cured.contains(&pass.id));
    let note = match pass.outcome {
        _ if cured => "  after the cure".to_owned(),
        SessionOutcome::Succeeded => String::new(),
        outcome => format!("  {}", outcome.told(pass.psconfig_succeeded)),
    };
    let server = pass.server.as_deref().unwrap_or("(server unknown)");
    vec![
        format!("{} {}", pass.id, table::clipped(&clean(server), 20)),
        pass.start.to_string().get(..16).unwrap_or_default().replace('T', " "),
        clock(pass.duration),
        if wait > 0 { clock(wait) } else { "-".to_owned() },
        clock(pass.duration - wait),
        format!("{bar}{note}"),
    ]
}

/// The longest silences of the sessions they matter to, shortened to a line each.
pub(super) fn silences(time: &TimeReport, width: usize) -> Vec<String> {
    let matters = |stall: &&Stall| {
        time.session(&stall.session).is_some_and(|session| stall.millis * SMALLEST >= session.duration)
    };
    let rows: Vec<Vec<String>> =
        time.stalls.iter().filter(matters).take(STALLS).map(|stall| in_short(stall, width)).collect();
    table::lines(&[Align::Right, Align::Left, Align::Left], &rows)
}

/// The longest silences with the whole lines around them.
pub(super) fn silences_in_full(time: &TimeReport) -> Vec<String> {
    if time.stalls.is_empty() {
        return Vec::new();
    }
    let heading = "LONGEST SILENCES".to_owned();
    std::iter::once(heading).chain(time.stalls.iter().flat_map(in_full)).collect()
}

fn in_short(stall: &Stall, width: usize) -> Vec<String> {
    /// Margin, duration, session and arrow.
    const BESIDE: usize = 32;
    let text = |text: &str| table::clipped(&clean(text), width.saturating_sub(BESIDE) / 2);
    let texts = format!("{} -> {}", text(&stall.before), text(&stall.after));
    vec![clock(stall.millis), stall.session.clone(), texts]
}

fn in_full(stall: &Stall) -> [String; 3] {
    [
        format!("{:>7}  {} {}:{}", clock(stall.millis), stall.session, clean(&stall.path), stall.line),
        format!("         before  {}", clean(&stall.before)),
        format!("         after   {}", clean(&stall.after)),
    ]
}
