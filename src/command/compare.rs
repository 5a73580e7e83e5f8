//! `spdoctor compare`: two runs side by side, from JSON reports or from logs.

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use super::exports::BOUND;
use super::input::bounded::within;
use super::input::collect::shown;
use super::output::{columns, write};
use super::servers::Unknown;
use super::targets::Targets;
use super::{Outcome, rules, upgrade};
use crate::catalogue::rule::Coded;
use crate::cli::{CompareArgs, ListFormat, UpgradeArgs};
use crate::compare::{self, Groups};
use crate::model::comparison::{Comparison, Side};
use crate::render::{Setting, comparison};
use crate::scan::rules::engine::Engine;
use crate::wire::comparison_v1::ComparisonV1;
use crate::wire::pretty;
use crate::wire::reading;

/// Bytes by which a report is told from a log.
const HEAD: u64 = 512;

/// Runs the subcommand.
///
/// # Errors
/// Wrong usage, a report that is none, or an output that cannot be written.
pub fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let engine = Engine::new(rules::catalogue(&args.rules)?);
    let targets = Targets::new([("-o", args.output.as_deref())])?;
    targets.spare(upgrade::settings_files(&args.inventory, args.config.as_deref(), &args.rules)?)?;
    targets.probe()?;
    let (before, first) = side(args, &args.before, &engine, &targets)?;
    let (after, second) = side(args, &args.after, &engine, &targets)?;
    // Nothing to compare with is no comparison.
    if let Some(outcome) = [first, second].into_iter().find(|outcome| *outcome == Outcome::NoLog) {
        return Ok(outcome);
    }
    let comparison = compare::compare(&before, &after, &groups(&engine));
    deliver(args, &comparison)?;
    // An upgrade that no log tells of cannot have gone well.
    if comparison.worse.is_empty() && comparison.proves_nothing {
        return Ok(Outcome::NoLog);
    }
    Ok(match (first, second) {
        (Outcome::Clean, Outcome::Clean) if comparison.worse.is_empty() => Outcome::Clean,
        (Outcome::Clean, Outcome::Clean) => Outcome::Found,
        (Outcome::Clean, other) | (other, _) => other,
    })
}

/// One side, and how reading it went.
fn side(
    args: &CompareArgs,
    path: &str,
    engine: &Engine,
    targets: &Targets,
) -> anyhow::Result<(Side, Outcome)> {
    if let Some(text) = report_text(Path::new(path))? {
        targets.spare([path])?;
        let side = reading::side(path, &text).with_context(|| format!("cannot read the report {path}"))?;
        return Ok((side, Outcome::Clean));
    }
    let upgrade = UpgradeArgs {
        paths: vec![path.to_owned()],
        session: "all".to_owned(),
        inventory: args.inventory.clone(),
        server: args.server.clone(),
        date_order: args.date_order,
        config: args.config.clone(),
        max_expansion: args.max_expansion,
        threads: args.threads,
        quiet: args.quiet,
        ..UpgradeArgs::default()
    };
    let examined = upgrade::examine(&upgrade, engine, targets, Unknown::Told)?;
    let reading = examined.reading();
    if !args.quiet {
        upgrade::remarks_on_reading(&examined.report);
    }
    if reading == Outcome::NoLog {
        super::output::remark(&format!("{}: no log found", shown(Path::new(path))));
    }
    Ok((compare::side(path, &examined.report), reading))
}

/// The text of a JSON report; `None` if it is something else. `>` of Windows PowerShell writes UTF-16.
fn report_text(path: &Path) -> anyhow::Result<Option<String>> {
    if !path.is_file() {
        return Ok(None);
    }
    let place = || format!("cannot read the report {}", path.display());
    let mut head = Vec::new();
    let open = || std::fs::File::open(path);
    open().and_then(|file| file.take(HEAD).read_to_end(&mut head)).with_context(place)?;
    let (start, ..) = encoding_rs::UTF_8.decode(&head);
    let named = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if !named && !start.trim_start().starts_with('{') {
        return Ok(None);
    }
    let bytes = open().and_then(|file| within(file, BOUND)).with_context(place)?;
    let (text, ..) = encoding_rs::UTF_8.decode(&bytes);
    Ok(Some(text.into_owned()))
}

fn groups(engine: &Engine) -> Groups {
    let rules = engine.catalogue().rules().iter();
    rules
        .map(|rule| {
            // What no rule explains is told apart by its template.
            let is_unexplained = rule.coded.is_some_and(Coded::is_unexplained);
            let names = if is_unexplained { vec!["template".to_owned()] } else { rule.group_by.clone() };
            (rule.code.clone(), names)
        })
        .collect()
}

fn deliver(args: &CompareArgs, comparison: &Comparison) -> anyhow::Result<()> {
    let setting = Setting { columns: columns(args.output.as_deref()), ..Setting::default() };
    write(args.output.as_deref(), |out| match args.format {
        ListFormat::Text => comparison::text(comparison, &setting, out),
        ListFormat::Json => pretty::write(out, &ComparisonV1::from(comparison)),
    })
}
