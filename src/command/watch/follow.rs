//! One log that is being written, read a little further at every look.
//!
//! What stands before the last complete header line is settled: nothing that is written later can change how it
//! is read. It is kept as one stretch, and joined with what is settled next. The rest, up to the last complete
//! line, is the tip: it is read anew at every look, because bare lines may still follow. Half a line is never
//! read. So at every moment the result is the same as of a scan from the start.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::command::analyse;
use crate::command::guarded::guarded;
use crate::command::input::open;
use crate::command::input::{Input, Source};
use crate::format::{Format, format_of, recognise};
use crate::model::kind::{LogFamily, LogKind};
use crate::scan::cut::line::LINE_BOUND;
use crate::scan::cut::segment::{Segment, scan};
use crate::scan::dates::DateDecision;
use crate::scan::join;
use crate::scan::rules::engine::Engine;
use crate::scan::scanner::Scanner;
use crate::scan::source::SourceFacts;
use crate::scan::stretch::Stretch;
use crate::scan::tally::Tally;
use crate::text::charset::Encoding;
use crate::text::clock::DateOrder;

/// Bytes read at one look: the screen goes on while a large log is caught up with.
const CHUNK: u64 = 16 * 1024 * 1024;

/// A record longer than this is not waited for.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Bytes at the start of a file by which it is known to be the same file. The first lines carry the time of the
/// session, so two logs never share them; file ids are not dependable on shares.
const ANCHOR: u64 = 4 * 1024;

/// What a look showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing new.
    Same,
    /// It was read further.
    Grown,
    /// It is shorter than it was, or another file by the same name: it was read from its start.
    Restarted(&'static str),
    /// It is not there any more.
    Gone,
    /// It cannot be read.
    Failed(String),
}

/// A file that is followed.
#[derive(Debug)]
pub struct Followed {
    /// The file, under the name that the report uses.
    pub input: Input,
    /// When it was last seen to be written.
    pub grew: SystemTime,
    /// More is there than one look reads.
    pub behind: bool,
    path: PathBuf,
    told: Option<DateOrder>,
    seen: Option<(u64, Option<SystemTime>)>,
    /// The system kept what was seen from being read, perhaps because another program had a hold of it for a moment.
    unread: bool,
    anchor: Vec<u8>,
    limit: u64,
    log: Option<Log>,
    trouble: Option<Change>,
}

/// What has been read of it, once it is known to be a log.
#[derive(Debug)]
struct Log {
    encoding: Encoding,
    facts: SourceFacts,
    dates: DateDecision,
    /// The order of dates was settled by what was read, against the first look.
    revised: bool,
    /// Everything before `offset`.
    settled: Option<Stretch>,
    /// First byte of the text that is not settled.
    offset: u64,
    /// Everything up to the last complete line.
    tally: Tally,
}

impl Followed {
    /// A file to follow from its start; `None` if it is not a plain file.
    pub fn new(input: Input, told: Option<DateOrder>, now: SystemTime) -> Option<Self> {
        let Source::File(path) = &input.source else { return None };
        let path = path.clone();
        Some(Self {
            input,
            grew: now,
            behind: false,
            path,
            told,
            seen: None,
            unread: false,
            anchor: Vec::new(),
            limit: CHUNK,
            log: None,
            trouble: None,
        })
    }

    /// What it is, once that is known.
    pub fn facts(&self) -> Option<&SourceFacts> {
        self.log.as_ref().map(|log| &log.facts)
    }

    /// What was read so far, up to the last complete line.
    pub fn tally(&self) -> Option<&Tally> {
        self.log.as_ref().map(|log| &log.tally)
    }

    /// It is gone, and the other one begins as it did.
    pub fn was_renamed_to(&self, other: &Self) -> bool {
        let is_gone = |log: &Self| log.trouble == Some(Change::Gone);
        is_gone(self) && !is_gone(other) && !self.anchor.is_empty() && other.anchor.starts_with(&self.anchor)
    }

    /// It tells of a session; ULS tells of everything on the server, and never ends.
    pub fn tells_a_session(&self) -> bool {
        let family = self.facts().map(|facts| facts.kind.family());
        matches!(family, Some(LogFamily::Upgrade | LogFamily::PscDiagnostics))
    }

    /// Looks again. `index` is its place among all sources, if it becomes one by this look: a log that starts
    /// anew is another source.
    pub fn look(&mut self, engine: &Engine, index: u32, now: SystemTime) -> Change {
        let looked = guarded(|| self.try_look(engine, index, now)).unwrap_or_else(|fault| {
            // What was read of it may be there by half: it is begun anew when it has grown.
            self.log = None;
            Err(io::Error::other(fault))
        });
        // What failed for another reason fails as long as the file stays as it is.
        self.unread = looked.as_ref().is_err_and(|error| error.raw_os_error().is_some());
        match looked {
            Ok(change) => {
                self.trouble = None;
                change
            }
            Err(error) => self.tell_once(match error.kind() {
                io::ErrorKind::NotFound => Change::Gone,
                _ => Change::Failed(error.to_string()),
            }),
        }
    }

    /// A trouble that lasts is told once.
    fn tell_once(&mut self, trouble: Change) -> Change {
        self.behind = false;
        if self.trouble.as_ref() == Some(&trouble) {
            return Change::Same;
        }
        self.trouble = Some(trouble.clone());
        trouble
    }

    fn try_look(&mut self, engine: &Engine, index: u32, now: SystemTime) -> io::Result<Change> {
        let metadata = std::fs::metadata(&self.path)?;
        let present = (metadata.len(), metadata.modified().ok());
        if self.seen == Some(present) && !self.behind && !self.unread {
            return Ok(Change::Same);
        }
        let restarted = self.restarted(present.0)?;
        if restarted.is_some() {
            self.forget();
        }
        if self.seen.is_none_or(|(size, _)| size != present.0) {
            // At the first look the file's own clock knows better.
            let written = present.1.filter(|written| self.seen.is_none() && *written < now);
            self.grew = written.unwrap_or(now);
        }
        self.seen = Some(present);
        self.recognise(index)?;
        self.read_on(engine)?;
        Ok(restarted.map_or(Change::Grown, Change::Restarted))
    }

    /// Why what was read is not the beginning of what is there now.
    fn restarted(&mut self, size: u64) -> io::Result<Option<&'static str>> {
        let mut head = Vec::new();
        // On Windows this shares reading, writing and deleting: the writer is never blocked.
        File::open(&self.path)?.take(ANCHOR).read_to_end(&mut head)?;
        let shrank = self.seen.is_some_and(|(seen, _)| size < seen);
        let same = head.starts_with(&self.anchor) || (shrank && self.anchor.starts_with(&head));
        self.anchor = head;
        Ok(match (shrank, same) {
            (_, false) => Some("another file has taken its name"),
            (true, true) => Some("it was truncated"),
            (false, true) => None,
        })
    }

    fn forget(&mut self) {
        self.log = None;
        self.seen = None;
        self.limit = CHUNK;
    }

    /// Decides what it is. While it is short, more lines may show more.
    fn recognise(&mut self, index: u32) -> io::Result<()> {
        let young = self.seen.is_none_or(|(size, _)| size <= 2 * open::HEAD as u64);
        if self.log.is_some() && !young {
            return Ok(());
        }
        let mut glance = open::glance(&self.input)?;
        glance.head = complete(std::mem::take(&mut glance.head));
        let kind = recognise::recognise(self.input.file_name(), &glance.head);
        if kind == LogKind::Unknown {
            return Ok(());
        }
        let (facts, dates) = analyse::facts(&self.input, &glance, kind, self.told);
        let index = self.log.as_ref().map_or(index, |log| log.facts.index);
        let facts = SourceFacts { index, is_cut: false, ..facts };
        let known = self.log.as_ref().is_some_and(|log| log.is_as(&facts, glance.encoding));
        if !known {
            self.log = Some(Log::new(glance.encoding, facts, dates));
        }
        Ok(())
    }

    fn read_on(&mut self, engine: &Engine) -> io::Result<()> {
        self.behind = false;
        let Some(log) = &mut self.log else { return Ok(()) };
        let (text, full) = log.text(&self.input, self.limit)?;
        let settled = log.take(engine, &text);
        if !full {
            self.limit = CHUNK;
        } else if settled {
            self.behind = true;
        } else if self.limit < LONGEST {
            self.limit *= 2;
            self.behind = true;
        } else {
            return Err(io::Error::other("it holds a record that is too long to follow"));
        }
        self.behind |= log.revise_dates();
        Ok(())
    }
}

impl Log {
    fn new(encoding: Encoding, facts: SourceFacts, dates: DateDecision) -> Self {
        let (settled, tally) = (None, Tally::default());
        Self { encoding, facts, dates, revised: false, settled, offset: 0, tally }
    }

    /// A new look comes to the same decisions.
    fn is_as(&self, facts: &SourceFacts, encoding: Encoding) -> bool {
        self.encoding == encoding
            && self.facts.kind == facts.kind
            && self.facts.origin == facts.origin
            && (self.revised || self.facts.order == facts.order)
    }

    /// Text from the byte before the border on, and whether more of it was left unread.
    fn text(&self, input: &Input, limit: u64) -> io::Result<(Vec<u8>, bool)> {
        // UTF-16 can only be decoded from its start.
        let from_start = self.encoding.is_utf16() || self.offset == 0;
        let start = if from_start { 0 } else { self.offset };
        let skip = if from_start { self.offset.saturating_sub(1) } else { 0 };
        let mut text = Vec::new();
        let segment = Segment { start, end: u64::MAX };
        open::with_text(input, self.encoding, segment, |reader| {
            io::copy(&mut reader.take(skip), &mut io::sink())?;
            reader.take(limit).read_to_end(&mut text)
        })??;
        let full = text.len() as u64 == limit;
        Ok((text, full))
    }

    /// Takes in text that begins at the byte before the border. Tells whether more of it is settled now.
    fn take(&mut self, engine: &Engine, text: &[u8]) -> bool {
        let Some(last) = memchr::memrchr(b'\n', text) else { return false };
        let text = text.get(..=last).unwrap_or(text);
        let lead = usize::from(self.offset > 0);
        let border = last_header(format_of(self.facts.kind), text, lead);
        let next = self.offset + border.saturating_sub(lead) as u64;
        let moved = next > self.offset;
        if moved {
            let more = self.scan(engine, Segment { start: self.offset, end: next }, text);
            self.settled = Some(match self.settled.take() {
                Some(settled) => join::join(engine, &self.facts, settled, more),
                None => more,
            });
            self.offset = next;
        }
        let from = if self.offset > 0 { border.saturating_sub(1) } else { 0 };
        let tip = Segment { start: self.offset, end: u64::MAX };
        let tip = self.scan(engine, tip, text.get(from..).unwrap_or_default());
        let whole = match self.settled.clone() {
            Some(settled) => join::join(engine, &self.facts, settled, tip),
            None => tip,
        };
        self.tally = join::complete(engine, &self.facts, whole);
        moved
    }

    fn scan(&self, engine: &Engine, segment: Segment, mut text: &[u8]) -> Stretch {
        let scanner = Scanner::new(engine, &self.facts, segment.start == 0);
        // Reading from memory cannot fail.
        scan(scanner, segment, &mut text).0
    }

    /// What was read may prove another order of dates: then all of it is read anew.
    fn revise_dates(&mut self) -> bool {
        let Some(revised) = self.dates.revised(self.tally.dates) else { return false };
        let reread = revised.order != self.dates.order;
        if reread {
            let facts = SourceFacts { order: revised.order, ..self.facts.clone() };
            *self = Self::new(self.encoding, facts, revised);
        }
        self.dates = revised;
        self.revised = true;
        reread
    }
}

/// Where the last header line of the text begins; `lead` if none begins behind it. The text ends with a line end.
fn last_header(format: &dyn Format, text: &[u8], lead: usize) -> usize {
    let mut end = text.len().saturating_sub(1);
    loop {
        let before = text.get(..end).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        if start <= lead {
            return lead;
        }
        let line = text.get(start..end).unwrap_or_default();
        // As a scan looks at it: cut at the bound, without its carriage return.
        let line = line.get(..LINE_BOUND).unwrap_or(line);
        if format.header(line.strip_suffix(b"\r").unwrap_or(line)).is_some() {
            return start;
        }
        end = start - 1;
    }
}

/// Complete lines only: half a line may look like something else.
fn complete(mut text: Vec<u8>) -> Vec<u8> {
    let end = memchr::memrchr(b'\n', &text).map_or(0, |newline| newline + 1);
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::SystemTime;

    use super::{Change, Followed};
    use crate::catalogue::Catalogue;
    use crate::command::input::{Input, Source};
    use crate::scan::rules::engine::Engine;

    #[test]
    fn a_log_that_could_not_be_read_once_is_read_though_it_did_not_grow() {
        let engine = Engine::new(Catalogue::built_in().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Upgrade-20110822-193818-1.log");
        std::fs::write(&path, "[PSCONFIG] [SPManager] [INFO] [8/22/2011 7:38:18 PM]: x\n").unwrap();
        let source = |path: &Path| Source::File(PathBuf::from(path));
        let input = Input { path: "a.log".to_owned(), server: None, source: source(&path), named: true };
        let mut log = Followed::new(input, None, SystemTime::now()).unwrap();
        let look = |log: &mut Followed| log.look(&engine, 0, SystemTime::now());
        // It is there, and the system does not let it be read.
        log.input.source = source(&folder.path().join("none"));
        assert_eq!(look(&mut log), Change::Gone);
        log.input.source = source(&path);
        assert_eq!(look(&mut log), Change::Grown);
        assert_eq!(log.tally().map(|tally| tally.records), Some(1));
        assert_eq!(look(&mut log), Change::Same);
    }
}
