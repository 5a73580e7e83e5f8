//! Logs that are followed while they are written: half lines, rotation, truncation, silence; and the law that
//! reading on gives the same as reading anew.
#![expect(clippy::disallowed_methods, reason = "these tests write logs and read them back")]
#![expect(clippy::unwrap_used, reason = "a file that cannot be written is a failed test")]

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use spdoctor::catalogue::Catalogue;
use spdoctor::command::input::{Input, Source};
use spdoctor::command::watch::events::{Event, Who};
use spdoctor::command::watch::follow::{Change, Followed};
use spdoctor::command::watch::watcher::{Done, Options, Watcher};
use spdoctor::inventory::Inventory;
use spdoctor::model::session::SessionOutcome;
use spdoctor::scan::cut::segment::{Segment, scan};
use spdoctor::scan::join;
use spdoctor::scan::rules::engine::Engine;
use spdoctor::scan::scanner::Scanner;
use spdoctor::scan::tally::Tally;
use tempfile::TempDir;

const START: &str = "[PSCONFIG] [SPManager] [INFO] [3/14/2026 10:15:41 PM]: Upgrade Boot Strap starts. Initialized in Mode:InPlace, as MachineAdmin: True.\r\n";
const NAMED: &str = "[PSCONFIG] [SPUpgradeSession] [DEBUG] [3/14/2026 10:16:00 PM]: CanUpgrade [SPContentDatabase Name=WSS_Content_MySites01] returned: True.\r\n";
const REFUSED: &str = "[PSCONFIG] [SPContentDatabaseSequence] [DEBUG] [3/14/2026 10:16:34 PM]: Site with Id = 93884cff-ec84-47d7-87fb-4f834fcec9d5 is contained in dictSitesNeedUpgrade, but is not added. Possible sitemap conflicts. Could not connect to http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc. TCP error code 10061: No connection could be made because the target machine actively refused it 127.0.0.1:32843. \r\n";
const END: &str = "[PSCONFIG] [SPUpgradeSession] [INFO] [3/14/2026 10:26:40 PM]: Upgrade session finishes. root object = SPFarm Name=SharePoint_Config, recursive = True. 0 errors and 0 warnings encountered.\r\n";
const NAME: &str = "Upgrade-20260314-221541-531.log";

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Catalogue::built_in().expect("the built-in rules are sound")))
}

/// A folder that is watched, and a clock that only goes when it is told to.
struct Night {
    folder: TempDir,
    now: SystemTime,
    watcher: Watcher<'static>,
}

impl Night {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            roots: vec![folder.path().display().to_string()],
            servers: Vec::new(),
            recent: Duration::from_mins(15),
            stall: Duration::from_mins(2),
            idle: Duration::from_mins(30),
            date_order: None,
        };
        let watcher = Watcher::new(engine(), options, Inventory::default(), Vec::new(), None);
        Self { folder, now: SystemTime::now(), watcher }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.path(name), text.as_ref());
        // The clock of the files is the one that this night goes by.
        File::options().append(true).open(self.path(name)).unwrap().set_modified(self.now).unwrap();
    }

    /// The names of the events of a look, with what tells them apart.
    fn after(&mut self, seconds: u64) -> Vec<String> {
        self.now += Duration::from_secs(seconds);
        self.watcher.poll(self.now).iter().map(named).collect()
    }

    fn done(&self) -> Option<Done> {
        self.watcher.done(self.now)
    }
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn named(event: &Event) -> String {
    match event {
        Event::File { what, .. } => what.name().to_owned(),
        Event::SessionStarted { session, .. } => format!("{} started", session.session),
        Event::SessionResumed { session, .. } => format!("{} goes on", session.session),
        Event::SessionJoined { session, into } => format!("{session} joined {into}"),
        Event::Progress(progress) => format!("{} at {}", progress.session.session, progress.records),
        Event::Refused { session, refused_sites, .. } => {
            format!("{} refused {refused_sites}", session.session)
        }
        Event::Finding(found) => found.code.clone(),
        Event::Stall { session, seconds, .. } => format!("{} silent {seconds}", session.session),
        Event::SessionEnded { session, outcome, .. } => format!("{} {}", session.session, outcome.name()),
    }
}

#[test]
fn a_session_is_told_from_its_start_to_its_end_and_each_finding_once() {
    let mut night = Night::new();
    assert_eq!(night.after(0), Vec::<String>::new());
    night.append(NAME, START);
    assert_eq!(night.after(2), ["followed", "w1 started", "w1 at 1"]);
    assert_eq!(night.after(2), Vec::<String>::new(), "nothing was written");
    night.append(NAME, [NAMED, REFUSED].concat());
    assert_eq!(night.after(2), ["w1 refused 1", "w1 at 3", "UA01"]);
    let live = &night.watcher.board().sessions()[0];
    assert_eq!(live.database.as_deref(), Some("WSS_Content_MySites01"));
    assert_eq!(live.outcome, SessionOutcome::Running);
    night.append(NAME, REFUSED);
    assert_eq!(night.after(2), ["w1 at 4"], "the same site, the same finding");
    assert_eq!(night.done(), None);
    night.append(NAME, END);
    assert_eq!(night.after(2), ["w1 at 5", "w1 succeeded"]);
    assert_eq!(night.done(), None, "the log of the timer job may follow");
    night.after(30);
    assert_eq!(night.done(), Some(Done::Ended));
}

#[test]
fn a_watch_that_begins_when_all_is_over_waits_a_minute_for_more() {
    let mut night = Night::new();
    assert_eq!(night.after(0), Vec::<String>::new());
    assert_eq!(night.done(), None, "nothing was written yet");
    let mut night = Night::new();
    night.append(NAME, [START, END].concat());
    assert_eq!(night.after(0), ["followed", "w1 started", "w1 at 2", "w1 succeeded"]);
    night.after(50);
    assert_eq!(night.done(), None, "psconfig may have been started with the watch");
    night.after(10);
    assert_eq!(night.done(), Some(Done::Before));
    assert_eq!(Done::Before.because(), "every session had ended before the watch began");
    // Another one begins meanwhile.
    night.append("Upgrade-20260314-223041-000.log", START.replace("10:15:41", "10:30:41"));
    night.after(1);
    assert_eq!(night.done(), None);
}

#[test]
fn half_a_line_is_not_read_before_it_is_whole() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, START);
    let (half, rest) = REFUSED.split_at(180);
    night.append(NAME, half);
    assert_eq!(night.after(2), ["followed", "w1 started", "w1 at 1"]);
    night.append(NAME, rest);
    assert_eq!(night.after(2), ["w1 refused 1", "w1 at 2", "UA01"]);
}

#[test]
fn a_silence_is_told_once_and_again_only_after_a_record() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, START);
    night.after(2);
    assert_eq!(night.after(117), Vec::<String>::new());
    assert_eq!(night.after(1), ["w1 silent 120"]);
    assert_eq!(night.after(300), Vec::<String>::new());
    night.append(NAME, NAMED);
    assert_eq!(night.after(2), ["w1 at 2"]);
    assert_eq!(night.after(130), ["w1 silent 130"]);
    assert_eq!(night.done(), None);
    night.after(1700);
    assert_eq!(night.done(), Some(Done::Idle), "it is given up");
}

#[test]
fn psconfig_and_the_upgrade_log_it_waits_for_are_one_session_while_both_are_open() {
    let mut night = Night::new();
    night.after(0);
    let wizard = "PSCDiagnostics_3_14_2026_22_15_20_531_765191892.log";
    night.append(
        wizard,
        "Begin trace logging for SharePoint Products Configuration Wizard.  Version 14.0.7015.1000\r\n",
    );
    night.append(wizard, "03/14/2026 22:15:20  1  INF  Entering function PsconfigMain.Main\r\n");
    night.append(wizard, "03/14/2026 22:15:32  8  INF        Executing task upgradebootstrap\r\n");
    night.after(2);
    night.append(NAME, [START, NAMED].concat());
    assert_eq!(night.after(2), ["followed", "w1 at 4"]);
    let live = &night.watcher.board().sessions()[0];
    assert_eq!(live.task.as_deref(), Some("upgradebootstrap"));
    night.append(NAME, END);
    assert_eq!(night.after(2), ["w1 at 5"], "psconfig itself goes on");
    night.append(wizard, "03/14/2026 22:27:11  1  INF  Leaving function PsconfigMain.Main\r\n");
    assert_eq!(night.after(2), ["w1 at 6", "w1 succeeded"]);
}

#[test]
fn a_session_that_had_ended_goes_on_with_its_next_log() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, [START, END].concat());
    assert_eq!(night.after(2), ["followed", "w1 started", "w1 at 2", "w1 succeeded"]);
    let next = |text: &str| text.replace("PSCONFIG", "OWSTIMER").replace("10:15:41", "10:26:50");
    night.append("Upgrade-20260314-222650-531.log", next(START));
    assert_eq!(night.after(15), ["followed", "w1 goes on", "w1 at 3"]);
    let failed = END.replace("10:26:40", "10:31:00").replace("0 errors", "2 errors");
    night.append("Upgrade-20260314-222650-531.log", next(&failed));
    let events = night.after(2);
    assert_eq!((events.first().unwrap().as_str(), events.get(1).unwrap().as_str()), ("w1 at 4", "w1 failed"));
    night.append(
        "Upgrade-20260314-223200-531.log",
        next(&[START, &failed].concat()).replace("10:26:50", "10:32:00"),
    );
    assert_eq!(night.after(2)[..4], ["followed", "w1 goes on", "w1 at 6", "w1 failed"]);
}

#[test]
fn a_clock_that_is_set_back_does_not_shorten_a_session() {
    let mut night = Night::new();
    night.after(0);
    let late = [START, NAMED].concat();
    night.append(NAME, [late, END.replace("10:26:40", "9:26:00")].concat());
    night.after(2);
    let live = &night.watcher.board().sessions()[0];
    assert_eq!(live.elapsed(), 19, "from the start to the step; the step itself is not charged");
}

#[test]
fn a_truncated_log_starts_anew() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, [START, NAMED, REFUSED].concat());
    night.after(2);
    File::create(night.path(NAME)).unwrap();
    assert_eq!(night.after(2), ["restarted", "w1 killed"]);
    night.append(NAME, START.replace("10:15:41", "11:15:41"));
    assert_eq!(night.after(2), ["followed", "w2 started", "w2 at 1"]);
    assert_eq!(night.watcher.tally().records, 1);
}

#[test]
fn a_log_that_another_file_replaces_starts_anew_even_if_it_is_longer() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, [START, NAMED].concat());
    night.after(2);
    fs::remove_file(night.path(NAME)).unwrap();
    night.append(NAME, [START, NAMED, REFUSED].concat().replace("3/14/2026 10", "3/14/2026 11"));
    assert_eq!(night.after(2), ["restarted", "w2 started", "w2 refused 1", "w2 at 3", "w1 killed", "UA01"]);
}

#[test]
fn a_rotated_log_goes_on_under_its_new_name_and_the_new_one_is_followed() {
    let mut night = Night::new();
    night.after(0);
    night.append("Upgrade.log", [START, REFUSED].concat());
    assert!(night.after(2).contains(&"UA01".to_owned()));
    fs::rename(night.path("Upgrade.log"), night.path("Upgrade.1.log")).unwrap();
    night.append("Upgrade.log", START.replace("10:15:41", "11:45:41"));
    let events = night.after(2);
    assert!(
        events.contains(&"restarted".to_owned()) && events.contains(&"followed".to_owned()),
        "{events:?}"
    );
    assert!(!events.contains(&"UA01".to_owned()), "it was told before: {events:?}");
    assert!(
        !events.iter().any(|event| event.starts_with("w1 killed")),
        "it only has another name: {events:?}"
    );
    assert_eq!(night.watcher.tally().records, 3);
}

#[test]
fn a_log_that_was_renamed_is_read_once_for_the_report() {
    let mut night = Night::new();
    night.after(0);
    night.append("Upgrade-a.log", [START, REFUSED].concat());
    night.after(2);
    fs::rename(night.path("Upgrade-a.log"), night.path("Upgrade-b.log")).unwrap();
    night.append("Upgrade-b.log", NAMED);
    night.after(2);
    let collected = night.watcher.collected();
    let paths: Vec<&str> = collected.inputs.iter().map(Input::file_name).collect();
    assert_eq!(paths, ["Upgrade-b.log"]);
    fs::remove_file(night.path("Upgrade-b.log")).unwrap();
    night.after(2);
    // What is gone altogether is told as not read.
    assert!(!night.watcher.collected().inputs.is_empty());
}

#[test]
fn a_log_that_is_deleted_is_told_once_and_what_it_showed_stays() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, [START, REFUSED].concat());
    night.after(2);
    fs::remove_file(night.path(NAME)).unwrap();
    assert_eq!(night.after(2), ["gone"]);
    assert_eq!(night.after(2), Vec::<String>::new());
    assert_eq!(night.watcher.tally().records, 2);
}

#[test]
fn an_old_log_is_left_alone_until_it_grows() {
    let mut night = Night::new();
    night.append(NAME, [START, END].concat());
    let old = night.now - Duration::from_hours(1);
    File::options().append(true).open(night.path(NAME)).unwrap().set_modified(old).unwrap();
    night.append("sites.csv", "Url,ContentDatabase\r\n");
    assert_eq!(night.after(0), Vec::<String>::new());
    assert_eq!(night.watcher.logs(), 0);
    night.append(NAME, START.replace("10:15:41", "11:15:41"));
    let events = night.after(2);
    assert_eq!(events.first().map(String::as_str), Some("followed"));
    assert_eq!(night.watcher.board().running().count(), 1);
}

#[test]
fn what_still_writes_is_running_in_the_report_and_not_killed() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, [START, NAMED].concat());
    night.after(2);
    let mut report = analysed(&night.watcher);
    assert_eq!(report.time.sessions[0].outcome, SessionOutcome::Killed);
    assert!(report.findings.iter().any(|finding| finding.rule == "session-killed"));
    night.watcher.mark_running(&mut report, night.now);
    assert_eq!(report.time.sessions[0].outcome, SessionOutcome::Running);
    assert!(report.findings.is_empty() && report.cards.is_empty());
    assert_eq!(report.summary.next.first().map(String::as_str), Some("Wait until the upgrade has ended."));
}

fn analysed(watcher: &Watcher<'_>) -> spdoctor::model::report::Report {
    use spdoctor::command::analyse::{Settings, analyse};
    use spdoctor::command::progress::Progress;
    let settings = Settings {
        date_order: None,
        suppressions: &[],
        now: None,
        exports: Vec::new(),
        since: None,
        until: None,
        script: None,
        segment: None,
        known_sessions: &[],
    };
    analyse(engine(), watcher.collected(), &settings, &Progress::none())
}

#[test]
fn hostile_text_of_a_log_reaches_no_terminal() {
    let mut night = Night::new();
    night.after(0);
    night.append(NAME, START.replace("MachineAdmin", "\u{1b}]0;x\u{7}"));
    night.now += Duration::from_secs(500);
    let events = night.watcher.poll(night.now);
    let told: Vec<String> = events.iter().filter_map(Event::told).collect();
    assert!(told.len() >= 2, "{told:?}");
    assert!(told.iter().all(|line| !line.contains(['\u{1b}', '\u{7}'])), "{told:?}");
}

/// The law: a file that was read in steps gives what a scan of its complete lines gives.
fn reads_as_a_whole(followed: &Followed, bytes: &[u8]) -> bool {
    let Some(facts) = followed.facts() else { return true };
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let text = bytes.get(..end).unwrap_or_default();
    let mut text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let (stretch, _) = scan(Scanner::new(engine(), facts, true), Segment::WHOLE, &mut text);
    followed.tally() == Some(&join::complete(engine(), facts, stretch))
}

fn followed(path: &Path) -> Followed {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let input = Input { path: name, server: None, source: Source::File(path.to_owned()), named: true };
    Followed::new(input, None, SystemTime::UNIX_EPOCH).unwrap()
}

fn look(followed: &mut Followed) -> Change {
    let change = followed.look(engine(), 0, SystemTime::UNIX_EPOCH);
    while followed.behind {
        followed.look(engine(), 0, SystemTime::UNIX_EPOCH);
    }
    change
}

/// Logs of every family, with records of several lines, continuations and text that is not ASCII.
fn corpus() -> &'static [(String, Vec<u8>)] {
    const LOGS: [&str; 6] = [
        "contoso-2010/SPS01/LOGS/Upgrade-20260314-220158-117.log",
        "contoso-2010/SPS02/LOGS/SPS02-20260314-2200.log",
        "contoso-2010/SPS02/LOGS/PSCDiagnostics_3_14_2026_22_15_20_531_765191892.log",
        "adventure-works-2016/AWSP01/LOGS/Upgrade-20260411-223234-060-3b656370-d2da-4e9d-897f-5cce5e1af3ef.log",
        "fabrikam-2007/LOGS/Upgrade.log",
        "merged/merged-20260502-2210.log",
    ];
    static CORPUS: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-logs");
        let read = |name: &&str| {
            let bytes = fs::read(folder.join(name)).unwrap();
            (name.rsplit('/').next().unwrap().to_owned(), bytes)
        };
        LOGS.iter().map(read).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn reading_on_gives_the_same_as_reading_anew(
        which in 0usize..6,
        cuts in prop::collection::vec(0.0f64..1.0, 1..8),
        utf16 in prop::bool::weighted(0.3),
    ) {
        let (name, text) = &corpus()[which];
        let text = &text[..text.len().min(60_000)];
        let wide = |text: &[u8]| -> Vec<u8> {
            let units = String::from_utf8_lossy(text).replace('\u{feff}', "");
            [0xFEFF].into_iter().chain(units.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let bytes = if utf16 { wide(text) } else { text.to_vec() };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a short text")]
        let mut cuts: Vec<usize> = cuts.iter().map(|share| (share * bytes.len() as f64) as usize).collect();
        cuts.push(bytes.len());
        cuts.sort_unstable();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        File::create(&path).unwrap();
        let mut log = followed(&path);
        let mut written = 0;
        for cut in cuts {
            append(&path, &bytes[written..cut]);
            written = cut;
            look(&mut log);
            // What a decoder makes of the part that is there; half a unit at its end belongs to no line.
            let present = &bytes[..written];
            let read = if utf16 { encoding_rs::UTF_16LE.decode(present).0.into_owned().into_bytes() } else { present.to_vec() };
            prop_assert!(reads_as_a_whole(&log, &read), "{name} at {written}");
        }
        prop_assert!(log.facts().is_some());
    }
}

#[test]
fn a_character_that_is_cut_in_two_is_read_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let text = [START, &NAMED.replace("MySites01", "Größe"), END].concat().into_bytes();
    let mut log = followed(&path);
    File::create(&path).unwrap();
    for (at, byte) in text.iter().enumerate() {
        append(&path, &[*byte]);
        // Every byte would be slow; every cut inside the name and around line ends is what matters.
        if !byte.is_ascii() || *byte == b'\r' || *byte == b'\n' || at % 97 == 0 {
            look(&mut log);
            assert!(reads_as_a_whole(&log, &text[..=at]), "at {at}");
        }
    }
    assert_eq!(log.tally().map(|tally| tally.legacy_text), Some(false));
}

/// Writes in real time, in pieces that end anywhere, as a buffered writer does.
fn write_slowly(path: PathBuf, bytes: Vec<u8>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        for piece in bytes.chunks(bytes.len() / 50 + 1) {
            file.write_all(piece).unwrap();
            std::thread::sleep(Duration::from_millis(10));
        }
    })
}

#[test]
fn a_writer_in_real_time_is_never_blocked_and_nothing_it_writes_is_missed() {
    let mut night = Night::new();
    night.after(0);
    let writers: Vec<_> =
        corpus().iter().take(3).map(|(name, bytes)| write_slowly(night.path(name), bytes.clone())).collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        night.after(1);
    }
    for writer in writers {
        writer.join().unwrap();
    }
    night.after(1);
    let mut anew = Night::new();
    for (name, bytes) in corpus().iter().take(3) {
        anew.append(name, bytes);
    }
    anew.after(0);
    // Logs are numbered as they are met, so only what does not name its source is the same.
    let gist =
        |tally: &Tally| (tally.records, tally.errors, tally.unparsed_lines, tally.span, tally.hits.len());
    assert_eq!(gist(night.watcher.tally()), gist(anew.watcher.tally()));
}

#[test]
fn a_failed_upgrade_of_a_psconfig_that_succeeded_is_told_as_in_the_table() {
    let told = |outcome, psconfig_succeeded| {
        let session = Who {
            session: "w1".to_owned(),
            server: Some("SPS01".to_owned()),
            process: "psconfig".to_owned(),
        };
        let (end, files) = ("2026-03-14T22:09:40".to_owned(), BTreeSet::new());
        let event = Event::SessionEnded {
            session,
            outcome,
            psconfig_succeeded,
            end,
            duration_s: 580,
            refused_sites: 2,
            files,
        };
        event.told().unwrap()
    };
    for (outcome, succeeded, word) in [
        (SessionOutcome::Failed, true, "upgrade failed"),
        (SessionOutcome::Failed, false, "failed"),
        (SessionOutcome::Killed, false, "cut off"),
        (SessionOutcome::Succeeded, true, "succeeded"),
    ] {
        assert_eq!(
            told(outcome, succeeded),
            format!("22:09:40 SPS01 psconfig {word} after 9m40s, 2 sites refused")
        );
    }
}

/// Standard output as a stream, Ctrl-C as an administrator presses it.
#[cfg(unix)]
#[test]
fn the_stream_opens_with_its_schema_and_ends_with_the_report_after_ctrl_c() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("report.json");
    let logs = folder.path().join("LOGS");
    fs::create_dir(&logs).unwrap();
    append(&logs.join(NAME), [START, NAMED, REFUSED].concat().as_bytes());
    let mut child = Command::new(env!("CARGO_BIN_EXE_spdoctor"))
        .args(["watch", "--format", "ndjson", "--interval", "1", "-o"])
        .args([&target, &logs])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<serde_json::Value>(&lines.next().unwrap().unwrap()).unwrap();
    let first = next();
    assert_eq!((&first["schema"], &first["event"]), (&"spdoctor.watch/1".into(), &"watching".into()));
    while next()["event"] != "finding" {}
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let last = next();
    assert_eq!((&last["event"], &last["because"]), (&"report".into(), &"interrupted".into()));
    assert_eq!(last["report"]["sessions"][0]["outcome"], "running");
    assert_eq!(child.wait().unwrap().code(), Some(1), "an error was found");
    let written: serde_json::Value = serde_json::from_slice(&fs::read(target).unwrap()).unwrap();
    assert_eq!(written, last["report"]);
}
