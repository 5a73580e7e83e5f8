//! `spdoctor upgrade`: read the logs, say what is wrong, write the script.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::analyse::{Settings, analyse};
use super::input::collect::{Collected, Request, collect, shown};
use super::input::hive;
use super::output::{WITHOUT_REPORT, columns, is_elsewhere, is_standard, remark, write};
use super::progress::Progress;
use super::servers::{self, Unknown};
use super::targets::{Targets, runnable};
use super::{Outcome, config, exports, rules, threads};
use crate::cli::{DateOrder as OrderArg, FailOn, Format, UpgradeArgs};
use crate::model::byte_limit::ByteLimit;
use crate::model::finding::Severity;
use crate::model::kind::LogKind;
use crate::model::report::{FileStatus, Report, ScriptUse};
use crate::model::session::Session;
use crate::render::folded::Folded;
use crate::render::json::Json;
use crate::render::terminal::Terminal;
use crate::render::trace::Trace;
use crate::render::{Render, Setting};
use crate::scan::rules::engine::Engine;
use crate::script::{self, ScriptOptions};
use crate::text::clock::{DateOrder, Stamp};
use crate::text::window::{self, Bound};

/// Runs the subcommand.
///
/// # Errors
/// Wrong usage, or an output that cannot be written.
pub fn run(args: &UpgradeArgs) -> anyhow::Result<Outcome> {
    let targets = Targets::new([("-o", args.output.as_deref()), ("--script", args.script.as_deref())])?;
    targets.spare(settings_files(&args.inventory, args.config.as_deref(), &args.rules)?)?;
    runnable(args.script.as_deref())?;
    if args.format != Format::Text && args.output.is_none() && is_standard(args.script.as_deref()) {
        bail!("--format and --script both name standard output: name a file for the report with -o");
    }
    targets.probe()?;
    let engine = Engine::new(rules::catalogue(&args.rules)?);
    let Examined { report, only_missing } = examine(args, &engine, &targets, Unknown::Refused)?;
    deliver(args, &report)?;
    if !args.quiet {
        remarks(args, &report);
    }
    let outcome = match outcome(&report, args.fail_on, only_missing) {
        // Exports have no time: they say nothing about the one that was asked for.
        Outcome::Clean if has_window(args) && report.summary.records == 0 => Outcome::NoLog,
        outcome => outcome,
    };
    // The program ends here: a report of a large farm need not be taken apart piece by piece.
    std::mem::forget(report);
    Ok(outcome)
}

/// A report, and whether every input that could not be read is one that is not there.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) report: Report,
    only_missing: bool,
}

impl Examined {
    /// How reading went: [`Outcome::Clean`] whatever was found.
    pub(super) fn reading(&self) -> Outcome {
        outcome(&self.report, FailOn::Never, self.only_missing)
    }
}

/// Reads the logs and concludes, unless one of the targets lies among them.
pub(super) fn examine(
    args: &UpgradeArgs,
    engine: &Engine,
    targets: &Targets,
    unknown: Unknown,
) -> anyhow::Result<Examined> {
    let paths = paths(args)?;
    let suppressions = config::suppressions(args.config.as_deref())?;
    let servers = servers(&args.server)?;
    threads::start(args.threads)?;
    let max_expansion = ByteLimit::of_mib(args.max_expansion);
    let request = Request { paths: &paths, servers: &servers, max_expansion, expand: true };
    let collected = collect(&request);
    targets.spare_met(&collected.met)?;
    let doubts = servers::doubts(args, &servers, &collected.inputs, unknown)?;
    let only_missing = collected.left_out.iter().all(|left| left.missing || !left.unreadable);
    let (exports, unread_exports) = exports::named(&args.inventory);
    let settings = Settings {
        date_order: args.date_order.map(order),
        suppressions: &suppressions,
        now: now(),
        exports,
        since: args.since.as_deref().map(|text| window::bound(text, false)).transpose()?,
        until: args.until.as_deref().map(|text| window::bound(text, true)).transpose()?,
        script: script_use(args),
        segment: None,
        known_sessions: &[],
    };
    if window::is_empty(settings.since, settings.until) {
        bail!("--since is later than --until: nothing lies between them");
    }
    let progress = Progress::new(args.quiet);
    let run = |collected, settings| analyse(engine, collected, &settings, &progress);
    let mut report = match args.session.as_str() {
        "all" => run(collected, settings),
        wanted => {
            let all = run(collected.clone(), settings.clone());
            let session = chosen(&all, wanted)?;
            let told =
                format!("only session {} was looked at: {} to {}", session.id, session.start, session.end);
            let (collected, settings) = only(session, collected, settings);
            let settings = Settings { known_sessions: &all.time.sessions, ..settings };
            let mut report = run(collected, settings);
            report.coverage.remarks.insert(told);
            report
        }
    };
    report.coverage.unreadable |= unread_exports;
    report.coverage.remarks.extend(doubts);
    let left_out = engine.catalogue().left_out().iter();
    report.coverage.remarks.extend(left_out.map(|flaw| format!("rule left out: {flaw}")));
    remark_on_window(args, &mut report);
    Ok(Examined { report, only_missing })
}

/// A window of time shows a part only.
fn remark_on_window(args: &UpgradeArgs, report: &mut Report) {
    if !has_window(args) {
        return;
    }
    if report.summary.records == 0 {
        report.coverage.remarks.insert("no record lies in the time that was asked for".to_owned());
    }
    if !report.time.sessions.is_empty() {
        report.coverage.remarks.insert(
            "sessions are counted within the time that was asked for; --session wants the name that a session has among all"
                .to_owned(),
        );
    }
}

fn has_window(args: &UpgradeArgs) -> bool {
    args.since.is_some() || args.until.is_some()
}

/// The session that `--session` means.
fn chosen<'r>(report: &'r Report, wanted: &str) -> anyhow::Result<&'r Session> {
    let sessions = &report.time.sessions;
    let named = |session: &&Session| {
        session.id == wanted || session.files.iter().any(|path| path.rsplit('/').next() == Some(wanted))
    };
    let found = match wanted {
        "last" => sessions.iter().max_by_key(|session| (session.start, session.id.clone())),
        _ => sessions.iter().find(named),
    };
    found.with_context(|| {
        let ids: Vec<&str> = sessions.iter().map(|session| session.id.as_str()).collect();
        format!(
            "there is no session {wanted:?}; the logs hold {}",
            if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
        )
    })
}

/// The inputs and the window of one session: its own logs, and whatever else was written meanwhile on its server.
fn only<'s>(
    session: &Session,
    mut collected: Collected,
    settings: Settings<'s>,
) -> (Collected, Settings<'s>) {
    collected.inputs.retain(|input| {
        session.files.contains(&input.path)
            || input.server.is_none()
            || input.server == session.server
            || session.server.is_none()
    });
    let (first, last) = session.written;
    let settings = Settings { since: Some(Bound::At(first)), until: Some(Bound::At(last)), ..settings };
    (collected, settings)
}

/// The paths that were given, or this server's own logs.
fn paths(args: &UpgradeArgs) -> anyhow::Result<Vec<String>> {
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    let folders: Vec<String> =
        hive::log_folders().iter().map(|folder| folder.display().to_string()).collect();
    if folders.is_empty() {
        bail!(
            "no PATH was given, and this machine has no SharePoint LOGS folder\n\nUsage: spdoctor upgrade [OPTIONS] [PATH]...\n\nFor more information, try 'spdoctor upgrade --help'."
        );
    }
    Ok(folders)
}

pub(super) fn servers(told: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pairs = told.iter().map(|text| match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), shown(Path::new(path))))
        }
        _ => bail!("--server takes NAME=PATH, not {text:?}"),
    });
    pairs.collect()
}

pub(super) fn order(order: OrderArg) -> DateOrder {
    match order {
        OrderArg::Mdy => DateOrder::MonthFirst,
        OrderArg::Dmy => DateOrder::DayFirst,
        OrderArg::Ymd => DateOrder::YearFirst,
    }
}

/// What is read beside the logs: exports, suppressions, rules.
pub(super) fn settings_files(
    inventory: &[String],
    config: Option<&Path>,
    rules: &[PathBuf],
) -> anyhow::Result<Vec<PathBuf>> {
    let exports = inventory.iter().map(|text| PathBuf::from(exports::split_database(text).1));
    let config = config::file(config).map(Path::to_owned);
    Ok(exports.chain(config).chain(rules::paths(rules)?).collect())
}

/// Suppressions end by the day: the clock is read once, and as UTC, since no zone is needed for that.
pub(super) fn now() -> Option<Stamp> {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(elapsed.as_millis()).ok().map(Stamp::from_millis)
}

/// The script as a report tells of it: on standard output it has no name.
fn script_use(args: &UpgradeArgs) -> Option<ScriptUse> {
    let path = args.script.as_ref().filter(|path| path.as_os_str() != "-")?;
    // Without names there is one lane, for whichever server it is started on.
    let several = args.parallel && args.server_lanes.len() > 1;
    let lanes = if several { script::lanes::names(&args.server_lanes) } else { Vec::new() };
    Some(ScriptUse { name: path.display().to_string(), lanes, is_parallel: args.parallel })
}

/// Writes script and report. The report is there even if the script cannot be written.
fn deliver(args: &UpgradeArgs, report: &Report) -> anyhow::Result<()> {
    let script = write_script(args, report);
    script.and(write_report(args, report))
}

fn write_script(args: &UpgradeArgs, report: &Report) -> anyhow::Result<()> {
    let Some(path) = &args.script else { return Ok(()) };
    let options = ScriptOptions {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        parallel: args.parallel,
        server_lanes: args.server_lanes.clone(),
    };
    write(Some(path), |out| script::write_remediation(report, &options, out))
}

fn write_report(args: &UpgradeArgs, report: &Report) -> anyhow::Result<()> {
    // A script on standard output stands alone there, so that it can be piped into a file.
    if is_standard(args.script.as_deref()) && args.output.is_none() {
        if !args.quiet {
            remark(WITHOUT_REPORT);
        }
        return Ok(());
    }
    let setting = Setting {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        details: args.details,
        columns: columns(args.output.as_deref()),
        ..Setting::default()
    };
    let renderer: &dyn Render = match args.format {
        Format::Text => &Terminal,
        Format::Json => &Json,
        Format::Folded => &Folded,
        Format::Trace => &Trace,
    };
    write(args.output.as_deref(), |out| renderer.render(report, &setting, out))
}

/// What a person must not miss even if the report went to a file.
fn remarks(args: &UpgradeArgs, report: &Report) {
    if is_elsewhere(args.output.as_deref(), args.script.as_deref()) || args.format != Format::Text {
        remark(&report.summary.verdict);
    }
    remarks_on_reading(report);
}

/// What could not be read.
pub(super) fn remarks_on_reading(report: &Report) {
    for file in &report.files {
        if let (FileStatus::Partial | FileStatus::Unreadable, Some(reason)) = (file.status, &file.reason) {
            remark(&format!("{}: {reason}", file.path));
        }
    }
    let files: Vec<&str> = report.files.iter().map(|file| file.path.as_str()).collect();
    for left in report.coverage.skipped.iter().filter(|left| !files.contains(&left.path.as_str())) {
        remark(&format!("{}: {}", left.path, left.reason));
    }
    for problem in &report.coverage.inventory {
        remark(&format!("{}: {}", problem.place, problem.message));
    }
}

pub(super) fn outcome(report: &Report, fail_on: FailOn, only_missing: bool) -> Outcome {
    let read = |file: &&crate::model::report::FileReport| {
        matches!(file.status, FileStatus::Analysed | FileStatus::Partial)
            && !matches!(file.kind, LogKind::Unknown | LogKind::Export)
    };
    let unreadable_file = report.files.iter().any(|file| file.status == FileStatus::Unreadable);
    // Exports alone may show what is wrong, but not that nothing is.
    let says_nothing = report.files.iter().find(read).is_none() && report.findings.is_empty();
    if says_nothing && only_missing && !unreadable_file {
        return Outcome::NoLog;
    }
    if report.coverage.unreadable {
        return Outcome::Unreadable;
    }
    let threshold = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Never => return Outcome::Clean,
    };
    let failing = |finding: &crate::model::finding::Finding| {
        finding.suppressed.is_none() && finding.severity >= threshold
    };
    if report.findings.iter().any(failing) || report.ended_with_errors() {
        Outcome::Found
    } else if report.is_mostly_unread() {
        // That nothing was found says nothing.
        Outcome::Unreadable
    } else {
        Outcome::Clean
    }
}
