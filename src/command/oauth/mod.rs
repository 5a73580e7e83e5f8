//! `spdoctor oauth`: audit add-ins offline.

mod again;
pub mod connect;
mod export_script;
mod fix_xml;
mod foreign_folders;
mod local_time;
mod settings;
pub mod token;
mod walk;

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::output::{WITHOUT_REPORT, columns, is_elsewhere, is_standard, remark, write};
use super::progress::Progress;
use super::rules::cards;
use super::targets::Targets;
use super::{Outcome, config, threads};
use crate::addin::evidence::Evidence;
use crate::addin::explain::explain;
use crate::addin::{AuditSettings, calendar, conclude};
use crate::catalogue::card::Cards;
use crate::cli::{FailOn, ListFormat, OauthAction, OauthArgs, TokenArgs};
use crate::model::audit::{AuditReport, AuditSeverity, Status};
use crate::model::report::Skipped;
use crate::model::suppression::Suppression;
use crate::render::{self, Setting, audit};
use crate::script;
use crate::wire::oauth_v1::OauthV1;
use crate::wire::pretty;

/// How many checks are named beside a refused request.
const MOST_EXPLAINED: usize = 3;

/// Runs the subcommand.
///
/// # Errors
/// Wrong usage, or an output that cannot be written.
pub fn run(args: &OauthArgs) -> anyhow::Result<Outcome> {
    match &args.action {
        Some(OauthAction::Token(args)) => take_apart(args),
        Some(OauthAction::ExportScript(args)) => export_script::run(args.output.as_deref()),
        None => audit_all(args),
    }
}

fn take_apart(args: &TokenArgs) -> anyhow::Result<Outcome> {
    let cards = cards()?;
    let codes = |text: &str| {
        let found = explain(&cards, text).matches;
        found.into_iter().take(MOST_EXPLAINED).map(|(card, _)| card.code.clone()).collect()
    };
    token::run(args, &codes)
}

fn audit_all(args: &OauthArgs) -> anyhow::Result<Outcome> {
    let cards = cards()?;
    let targets = Targets::new([
        ("-o", args.output.as_deref()),
        ("--fix-script", args.fix_script.as_deref()),
        ("--calendar", args.calendar.as_deref()),
    ])?;
    targets.spare(
        config::file(args.config.as_deref()).into_iter().chain(args.root.iter().map(PathBuf::as_path)),
    )?;
    targets.probe()?;
    if let Some(dir) = args.fix_xml.as_deref().filter(|dir| dir.exists() && !dir.is_dir()) {
        bail!("--fix-xml: {} is a file; name a folder", dir.display());
    }
    let mut settings = AuditSettings {
        now: settings::now(args.now.as_deref())?,
        target: args.target.map(settings::target),
        suppressions: config::suppressions(args.config.as_deref())?,
        files: Vec::new(),
    };
    let flags = settings::flags(args)?;
    if args.paths.is_empty() && args.connect.is_empty() && flags.principals.is_empty() {
        bail!(
            "no PATH was given: a folder with a project, a package, a certificate, exports\n\nUsage: spdoctor oauth [OPTIONS] [PATH]...\n\nFor more information, try 'spdoctor oauth --help'."
        );
    }
    threads::start(args.threads)?;
    let progress = Progress::new(args.quiet);
    let options = settings::read_options(args)?;
    let found = walk::find(&args.paths, &options);
    targets.spare_met(&found.met)?;
    let mut walked = walk::read_all(found, &args.paths, &options, &progress);
    walked.evidence.append(flags);
    walked.trust(args, &options);
    walked.connect(args);
    let files =
        fix_xml::Files { read: std::mem::take(&mut walked.read), met: std::mem::take(&mut walked.met) };
    settings.files =
        files.read.iter().map(|input| &input.path).filter(|path| path.contains("!/")).cloned().collect();
    let calendar = match &args.calendar {
        Some(path) => deadlines(path, &walked.evidence, &settings),
        None => Ok(()),
    };
    if !args.quiet {
        tell_unknown(&cards, &settings.suppressions);
    }
    let (report, nothing_read) = audit_of(&cards, walked, &settings);
    calendar.and(deliver(args, &report, &files))?;
    if !args.quiet {
        remarks(args, &report);
    }
    Ok(outcome(&report, args.fail_on, nothing_read))
}

/// A suppression of a check that does not exist hides nothing: its code is misspelt. The file may suppress rules for logs,
/// too, whose codes begin with other letters.
fn tell_unknown(cards: &Cards, suppressions: &[Suppression]) {
    let of_checks = |code: &str| code.len() == 4 && code.starts_with(['O', 'o']);
    let known = |code: &str| cards.iter().any(|card| card.code.eq_ignore_ascii_case(code));
    for unknown in suppressions.iter().filter(|one| of_checks(&one.code) && !known(&one.code)) {
        remark(&format!("{}: there is no check {}, so nothing is suppressed", unknown.place, unknown.code));
    }
}

/// Writes every date at which something ends: a calendar, or a table where the name of the file ends in `.csv`.
fn deadlines(path: &Path, evidence: &Evidence, settings: &AuditSettings) -> anyhow::Result<()> {
    let deadlines = calendar::calendar([evidence]);
    let is_table = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    write(Some(path), |out| {
        if is_table {
            render::calendar::csv(&deadlines, out)
        } else {
            render::calendar::ics(&deadlines, settings.now, out)
        }
    })
}

fn audit_of(cards: &Cards, walked: walk::Walked, settings: &AuditSettings) -> (AuditReport, bool) {
    let walk::Walked { mut evidence, left_out, .. } = walked;
    // Files of other products are told, but nothing of them is audited. Code and configurations of which no add-in
    // comes are those of other systems.
    let foreign = std::mem::take(&mut evidence.foreign);
    let code = (std::mem::take(&mut evidence.sources), std::mem::take(&mut evidence.configs));
    let nothing = evidence == Evidence::default();
    evidence.foreign = foreign;
    (evidence.sources, evidence.configs) = code;
    let nothing_read = nothing && left_out.iter().all(|left| left.missing || !left.unreadable);
    let unreadable = left_out.iter().any(|left| left.unreadable);
    let mut report = conclude(cards, evidence, settings);
    report.skipped.extend(left_out.into_iter().map(|left| Skipped { path: left.path, reason: left.reason }));
    report.skipped.sort();
    report.skipped.dedup();
    report.unreadable |= unreadable;
    (report, nothing_read)
}

/// Writes what was asked for, all that can be. `files` were read, and are not written over.
fn deliver(args: &OauthArgs, report: &AuditReport, files: &fix_xml::Files) -> anyhow::Result<()> {
    let script = match &args.fix_script {
        Some(path) => {
            let text = script::addin_fixes(report, env!("CARGO_PKG_VERSION"));
            write(Some(path), |out| out.write_all(text.as_bytes()))
        }
        None => Ok(()),
    };
    let corrected = match &args.fix_xml {
        Some(dir) => fix_xml::write(report, dir, files, args.quiet),
        None => Ok(()),
    };
    script.and(corrected).and(write_report(args, report))
}

fn write_report(args: &OauthArgs, report: &AuditReport) -> anyhow::Result<()> {
    let to_stdout = is_standard(args.fix_script.as_deref());
    // A script on standard output stands alone there, so that it can be piped into a file.
    if to_stdout && args.output.is_none() {
        if !args.quiet {
            remark(WITHOUT_REPORT);
        }
        return Ok(());
    }
    let setting = Setting {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        script: args
            .fix_script
            .as_ref()
            .filter(|_| !to_stdout && script::has_addin_fixes(report))
            .map(|path| path.display().to_string()),
        details: args.details,
        columns: columns(args.output.as_deref()),
    };
    write(args.output.as_deref(), |out| match args.format {
        ListFormat::Text => audit::text(report, &setting, out),
        ListFormat::Json => pretty::write(out, &OauthV1::new(report, &setting.version)),
    })
}

/// What a person must not miss even if the report went to a file.
fn remarks(args: &OauthArgs, report: &AuditReport) {
    if is_elsewhere(args.output.as_deref(), args.fix_script.as_deref()) || args.format != ListFormat::Text {
        remark(&report.summary.verdict);
        for skipped in &report.skipped {
            remark(&format!("{}: {}", skipped.path, skipped.reason));
        }
    }
}

fn outcome(report: &AuditReport, fail_on: FailOn, nothing_read: bool) -> Outcome {
    if report.addins.is_empty() && nothing_read {
        return Outcome::NoLog;
    }
    if report.unreadable {
        return Outcome::Unreadable;
    }
    let threshold = match fail_on {
        FailOn::Error => AuditSeverity::Error,
        FailOn::Warning => AuditSeverity::Warning,
        FailOn::Never => return Outcome::Clean,
    };
    let failing = report.addins.iter().flat_map(|addin| &addin.checks).any(|check| {
        check.suppressed.is_none()
            && matches!(check.status, Status::Fail | Status::Warn)
            && check.severity >= threshold
    });
    if failing { Outcome::Found } else { Outcome::Clean }
}
