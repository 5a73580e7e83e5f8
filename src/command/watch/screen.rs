//! What a person sees meanwhile, on standard error: live lines on a terminal, and above them one line for each
//! event; only the latter where it is no terminal. All text of logs is made harmless first.

use std::io::{IsTerminal, Write};
use std::time::{Duration, SystemTime};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::board::Live;
use super::events::{Event, seconds};
use super::watcher::Watcher;
use crate::command::progress::is_watched;
use crate::text::number::grouped;
use crate::text::quote;

/// Sessions that have live lines; more than a screen can hold are told by their events only.
const SHOWN: usize = 6;

/// From this silence on, the live lines say how long it lasts.
const SILENCE: Duration = Duration::from_secs(10);

/// The screen.
#[derive(Debug)]
pub struct Screen {
    live: Option<Lines>,
    bell: bool,
}

#[derive(Debug)]
struct Lines {
    all: MultiProgress,
    /// The first is about the watch, the others about sessions, two each.
    bars: Vec<ProgressBar>,
    began: SystemTime,
}

impl Screen {
    /// Live lines if standard error is a terminal that redraws them.
    pub fn new(bell: bool, now: SystemTime) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let live = is_watched().then(|| Lines {
            all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(8)),
            bars: Vec::new(),
            began: now,
        });
        Self { live, bell: bell && is_terminal }
    }

    /// Tells what happened.
    pub fn tell(&self, events: &[Event]) {
        for text in events.iter().filter_map(Event::told) {
            // What cannot be written to a terminal that is gone is not missed.
            let _ = match &self.live {
                Some(lines) => lines.all.println(text),
                None => writeln!(anstream::stderr(), "{text}"),
            };
        }
    }

    /// Rings, if something happened for which someone should look up.
    pub fn ring(&self, events: &[Event]) {
        if self.bell && events.iter().any(Event::is_alarming) {
            let mut terminal = std::io::stderr();
            let _ = terminal.write_all(b"\x07").and_then(|()| terminal.flush());
        }
    }

    /// Shows where things are.
    pub fn show(&mut self, watcher: &Watcher<'_>, now: SystemTime) {
        let Some(lines) = &mut self.live else { return };
        let running: Vec<&Live> = watcher.board().running().collect();
        let mut texts = vec![summary(watcher, running.len(), elapsed(lines.began, now))];
        // The newest are at the end, next to the summary's own line the oldest.
        for live in running.iter().rev().take(SHOWN).rev() {
            texts.extend([place(live, now), state(live, now)]);
        }
        lines.set(&texts);
    }

    /// Takes the live lines away.
    pub fn end(&mut self) {
        if let Some(lines) = self.live.take() {
            let _ = lines.all.clear();
            // Lines that are finished one by one would leave the first of them behind.
            lines.all.set_draw_target(ProgressDrawTarget::hidden());
        }
    }
}

impl Lines {
    fn set(&mut self, texts: &[String]) {
        while self.bars.len() > texts.len() {
            if let Some(line) = self.bars.pop() {
                line.finish_and_clear();
                self.all.remove(&line);
            }
        }
        while self.bars.len() < texts.len() {
            let line = self.all.add(ProgressBar::new_spinner());
            // `wide_msg` cuts at the width of the terminal: a line that wraps cannot be redrawn.
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                line.set_style(style);
            }
            self.bars.push(line);
        }
        for (line, text) in self.bars.iter().zip(texts) {
            line.set_message(text.clone());
            line.tick();
        }
    }
}

fn elapsed(from: SystemTime, now: SystemTime) -> u64 {
    now.duration_since(from).unwrap_or_default().as_secs()
}

/// `watching 3 logs · 4,811 records · 3m12s · Ctrl-C ends with the report`.
fn summary(watcher: &Watcher<'_>, running: usize, elapsed: u64) -> String {
    let logs = watcher.logs() as u64;
    let records = grouped(watcher.tally().records);
    let doing = match (logs, running) {
        (0, _) => "waiting for a log to be written".to_owned(),
        (_, 0) => "no session is running".to_owned(),
        (_, 1) => "1 session is running".to_owned(),
        (_, more) => format!("{more} sessions are running"),
    };
    format!(
        "-- {doing} · {} {}, {records} records · {} · Ctrl-C ends with the report",
        grouped(logs),
        if logs == 1 { "log" } else { "logs" },
        seconds(elapsed)
    )
}

/// `SPS02 psconfig 12m08s · task upgrade · database 3 of 6, WSS_Content_MySites01`.
fn place(live: &Live, now: SystemTime) -> String {
    let mut parts = vec![format!("{} {}", live.who, seconds(live.elapsed() + live.silence(now).as_secs()))];
    parts.extend(live.task.as_ref().map(|task| format!("task {task}")));
    let all = live.databases.1;
    parts.extend(match (live.database_index(), &live.database) {
        (Some(index), Some(name)) => Some(format!("database {index} of {all}, {name}")),
        (Some(index), None) => Some(format!("database {index} of {all}")),
        (None, name) => name.clone(),
    });
    quote::terminal(&parts.join(" · ")).into_owned()
}

/// `   147 sites refused, 12 a minute, 8m10s lost · nothing written for 1m20s`.
fn state(live: &Live, now: SystemTime) -> String {
    let mut parts = Vec::new();
    if !live.sites.is_empty() {
        let rate = live.refused_per_minute().map_or(String::new(), |rate| format!(", {rate} a minute"));
        let lost = seconds(u64::try_from(live.retry / 1000).unwrap_or(0));
        parts.push(format!("{} sites refused{rate}, {lost} lost", grouped(live.sites.len() as u64)));
    }
    if live.stalled {
        parts.push(format!("STANDS STILL, nothing for {}", seconds(live.silence(now).as_secs())));
    } else if live.silence(now) >= SILENCE {
        parts.push(format!("nothing for {}", seconds(live.silence(now).as_secs())));
    }
    // The long line about a refused site says nothing that does not stand here already.
    if !live.text.starts_with("Site with Id = ") {
        parts.push(live.text.trim().to_owned());
    }
    format!("   {}", quote::terminal(&parts.join(" · ")))
}
