//! `spdoctor watch`: follow the newest upgrade sessions while they run, and end with the report.
//!
//! [`folder`] finds the logs, [`follow`] reads each a little further, [`board`] knows the sessions, [`watcher`]
//! holds them together; [`events`] is what they tell, [`screen`] what a person sees of it.

pub mod board;
pub mod events;
pub mod folder;
pub mod follow;
pub mod screen;
pub mod watcher;

use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};

use self::events::{Closing, Event, Opening};
use self::screen::Screen;
use self::watcher::{Done, Options, Watcher};
use super::analyse::{Settings, analyse};
use super::input::collect::{Met, Request, collect, is_no_file};
use super::input::{hive, open};
use super::output::{WITHOUT_REPORT, columns, is_closed, remark, write};
use super::progress::Progress;
use super::targets::{Targets, runnable};
use super::{Outcome, config, exports, rules, upgrade};
use crate::cli::{WatchArgs, WatchFormat};
use crate::inventory::Inventory;
use crate::model::byte_limit::ByteLimit;
use crate::model::report::{Report, ScriptUse};
use crate::render::json::Json;
use crate::render::terminal::Terminal;
use crate::render::{Render, Setting};
use crate::scan::rules::engine::Engine;
use crate::script::{self, ScriptOptions};
use crate::wire::pretty::line;
use crate::wire::report_v1::ReportV1;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The live lines are drawn at least this often, however rarely the logs are looked at.
const REDRAW: Duration = Duration::from_secs(1);

/// Exit code of a program that Ctrl-C ended, on every platform.
const INTERRUPTED: i32 = 130;

/// Runs the subcommand.
///
/// # Errors
/// Wrong usage, or an output that cannot be written.
pub fn run(args: &WatchArgs) -> anyhow::Result<Outcome> {
    let targets = targets(args)?;
    targets.spare(upgrade::settings_files(&args.inventory, args.config.as_deref(), &args.rules)?)?;
    runnable(args.script.as_deref())?;
    // A watch may take hours: what cannot be written at its end is told before it begins.
    targets.probe()?;
    let roots = roots(&args.paths)?;
    if let Some(missing) = roots.iter().find(|root| !Path::new(root).exists()) {
        remark(&format!("{missing}: there is no such folder"));
        return Ok(Outcome::NoLog);
    }
    if let Some(pipe) = roots.iter().find(|root| is_no_file(Path::new(root))) {
        bail!("{pipe}: a pipe or a device, not a folder");
    }
    let request = Request { paths: &roots, servers: &[], max_expansion: ByteLimit::of_mib(0), expand: false };
    targets.spare_met(&collect(&request).met)?;
    let suppressions = config::suppressions(args.config.as_deref())?;
    let engine = Engine::new(rules::catalogue(&args.rules)?);
    let (exports, unread_exports) = exports::named(&args.inventory);
    let options = Options {
        roots: roots.clone(),
        servers: upgrade::servers(&args.server)?,
        recent: Duration::from_secs(args.recent.saturating_mul(60)),
        stall: Duration::from_secs(args.stall),
        idle: Duration::from_secs(args.idle.saturating_mul(60)),
        date_order: args.date_order.map(upgrade::order),
    };
    let inventory = Inventory::merge(exports::each_once(exports.clone()).facts);
    let mut watcher = Watcher::new(&engine, options, inventory, suppressions.clone(), upgrade::now());
    let because = follow(args, &roots, &mut watcher)?;
    let settings = Settings {
        date_order: args.date_order.map(upgrade::order),
        suppressions: &suppressions,
        now: upgrade::now(),
        exports,
        script: args
            .script
            .as_ref()
            .filter(|path| path.as_os_str() != "-")
            .map(|path| ScriptUse { name: path.display().to_string(), ..ScriptUse::default() }),
        ..Settings::default()
    };
    let collected = watcher.collected();
    let followed: Vec<Met> = collected
        .inputs
        .iter()
        .filter_map(|input| Some(Met { path: open::plain_file(input)?.to_owned(), named: true, link: true }))
        .collect();
    let mut report = analyse(&engine, collected, &settings, &Progress::none());
    report.coverage.unreadable |= unread_exports;
    watcher.mark_running(&mut report, SystemTime::now());
    deliver(args, &targets, &followed, &report, because)?;
    Ok(upgrade::outcome(&report, args.fail_on, true))
}

/// The folders that were given, or this server's own.
fn roots(given: &[String]) -> anyhow::Result<Vec<String>> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let own: Vec<String> = hive::log_folders().iter().map(|folder| folder.display().to_string()).collect();
    if own.is_empty() {
        bail!(
            "no DIR was given, and this machine has no SharePoint LOGS folder\n\nUsage: spdoctor watch [OPTIONS] [DIR]...\n\nFor more information, try 'spdoctor watch --help'."
        );
    }
    Ok(own)
}

/// Looks again and again, until it is done or interrupted. Tells what ended it.
fn follow(args: &WatchArgs, roots: &[String], watcher: &mut Watcher<'_>) -> anyhow::Result<&'static str> {
    let interrupted = interrupts()?;
    let mut screen = Screen::new(!args.no_bell, SystemTime::now());
    let is_stream = args.format == WatchFormat::Ndjson;
    if is_stream && !stream(&[line(&Opening::new(VERSION, roots))?])? {
        return Ok("closed");
    }
    let interval = Duration::from_secs(args.interval);
    let mut first = true;
    let because = loop {
        let began = SystemTime::now();
        let events = watcher.poll(began);
        if is_stream && !stream(&lines(&events)?)? {
            break "closed";
        }
        if !is_stream {
            screen.tell(&events);
        }
        // What is met at the first look is history.
        if !std::mem::take(&mut first) {
            screen.ring(&events);
        }
        if let Some(done) = watcher.done(began).filter(|_| args.until_done) {
            break done.because();
        }
        let pause = if watcher.is_behind() { Duration::ZERO } else { interval };
        if wait(&interrupted, pause, &mut screen, watcher, is_stream) {
            break "interrupted";
        }
    };
    screen.end();
    if because == Done::Before.because() {
        remark(&format!("{because}; this is their report"));
    }
    Ok(because)
}

/// Waits for the next look. True if it is not to come.
fn wait(
    interrupted: &Receiver<()>,
    pause: Duration,
    screen: &mut Screen,
    watcher: &Watcher<'_>,
    is_stream: bool,
) -> bool {
    let mut left = pause;
    loop {
        if !is_stream {
            screen.show(watcher, SystemTime::now());
        }
        let step = left.min(REDRAW);
        if is_interrupted(interrupted, step) {
            return true;
        }
        left = left.saturating_sub(step);
        if left.is_zero() {
            return false;
        }
    }
}

/// Waits for so long, or until somebody asks for the end. Without its handler nobody can ask any more, and the channel does
/// not wait: going on would keep a processor busy for ever.
fn is_interrupted(interrupted: &Receiver<()>, step: Duration) -> bool {
    match interrupted.recv_timeout(step) {
        Err(RecvTimeoutError::Timeout) => false,
        Ok(()) | Err(RecvTimeoutError::Disconnected) => true,
    }
}

/// Ctrl-C, also Ctrl-Break and the closing of the window: the first asks for the report, the second ends at once.
fn interrupts() -> anyhow::Result<Receiver<()>> {
    let (sender, receiver) = channel();
    let mut asked = false;
    let handler = move || {
        if std::mem::replace(&mut asked, true) {
            #[expect(
                clippy::exit,
                reason = "the second Ctrl-C must end a program that does not end by itself"
            )]
            std::process::exit(INTERRUPTED);
        }
        // The receiver is gone when the report is being written: then there is nothing to ask for.
        let _ = sender.send(());
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")?;
    Ok(receiver)
}

fn lines(events: &[Event]) -> anyhow::Result<Vec<String>> {
    events.iter().map(|event| line(event).context("cannot make a line of the stream")).collect()
}

/// Writes lines at once. False if nobody reads them any more.
fn stream(lines: &[String]) -> anyhow::Result<bool> {
    let mut out = io::stdout().lock();
    let written = lines.iter().try_for_each(|line| out.write_all(line.as_bytes())).and_then(|()| out.flush());
    match written {
        Ok(()) => Ok(true),
        Err(error) if is_closed(&error) => Ok(false),
        Err(error) => Err(error).context("cannot write to standard output"),
    }
}

/// What is to be written at the end.
fn targets(args: &WatchArgs) -> anyhow::Result<Targets> {
    let stream = (args.format == WatchFormat::Ndjson).then_some(Path::new("-"));
    Targets::new([
        ("--format ndjson", stream),
        ("-o", args.output.as_deref()),
        ("--script", args.script.as_deref()),
    ])
}

/// Writes script and report, as `upgrade` does. What cannot be written into its file goes to standard output: hours of
/// watching are not lost with it.
fn deliver(
    args: &WatchArgs,
    targets: &Targets,
    followed: &[Met],
    report: &Report,
    because: &'static str,
) -> anyhow::Result<()> {
    let is_stream = args.format == WatchFormat::Ndjson;
    if is_stream {
        stream(&[line(&Closing::new(because, ReportV1::new(report, VERSION)))?])?;
    }
    let Err(error) = targets.spare_met(followed).and_then(|()| deliver_files(args, report)) else {
        return Ok(());
    };
    if args.output.is_some() && !is_stream {
        write_report(args, None, report)?;
    }
    Err(error)
}

fn deliver_files(args: &WatchArgs, report: &Report) -> anyhow::Result<()> {
    let script = match &args.script {
        Some(path) => {
            let options = ScriptOptions { tool_version: VERSION.to_owned(), ..ScriptOptions::default() };
            write(Some(path), |out| script::write_remediation(report, &options, out))
        }
        None => Ok(()),
    };
    // The report is there even if the script cannot be written.
    let is_stream = args.format == WatchFormat::Ndjson;
    if args.output.is_none() && args.script.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        remark(WITHOUT_REPORT);
    } else if !is_stream || args.output.is_some() {
        write_report(args, args.output.as_deref(), report)?;
    }
    if args.output.is_some() && !is_stream {
        remark(&report.summary.verdict);
    }
    script
}

fn write_report(args: &WatchArgs, target: Option<&Path>, report: &Report) -> anyhow::Result<()> {
    let setting = Setting { version: VERSION.to_owned(), columns: columns(target), ..Setting::default() };
    let is_json =
        args.output.as_deref().and_then(Path::extension).is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let renderer: &dyn Render = if is_json { &Json } else { &Terminal };
    write(target, |out| renderer.render(report, &setting, out))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::is_interrupted;

    #[test]
    fn a_channel_that_nobody_can_write_to_ends_the_wait() {
        let (sender, receiver) = channel();
        assert!(!is_interrupted(&receiver, Duration::ZERO));
        sender.send(()).unwrap();
        assert!(is_interrupted(&receiver, Duration::ZERO));
        drop(sender);
        assert!(is_interrupted(&receiver, Duration::ZERO));
    }
}
