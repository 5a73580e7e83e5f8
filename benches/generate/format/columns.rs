//! The tabbed formats: upgrade logs of 2013 and later, ULS of every version, and what `Merge-SPLogFile` writes.

use super::{Counts, Record};
use crate::bytes;
use crate::calendar::invariant_hundredths;
use crate::prng::Guid;

/// ULS cuts a message here and goes on in another line.
const CHUNK: usize = 800;

/// The area of every record of an upgrade log.
pub(crate) const UPGRADE_AREA: &str = "SharePoint Foundation Upgrade";

/// A tabbed log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub(crate) kind: Kind,
    /// Fill columns with blanks to their width.
    pub(crate) padded: bool,
}

/// What differs between the tabbed logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// An upgrade log: constant area, process without `.exe`, a record is one line however long.
    Upgrade,
    /// A trace log.
    Uls,
    /// A trace log of 2007: no correlation column.
    Uls2007,
    /// Trace logs of several servers in one file: the server stands beside the process id.
    Merged,
}

impl Columns {
    /// Appends the line with the names of the columns.
    pub(crate) fn header(self, out: &mut Vec<u8>) -> Counts {
        let columns = [
            ("Timestamp", 23),
            ("Process", 40),
            ("TID", 6),
            ("Area", 30),
            ("Category", 30),
            ("EventID", 7),
            ("Level", 10),
            ("Message", 8),
        ];
        for (position, (name, width)) in columns.into_iter().enumerate() {
            if position > 0 {
                out.push(b'\t');
            }
            let width = if self.kind == Kind::Uls2007 && name == "Message" { 0 } else { width };
            self.cell(out, width, |out| bytes::text(out, name));
        }
        if self.kind != Kind::Uls2007 {
            bytes::text(out, "\tCorrelation");
        }
        out.push(b'\n');
        Counts::header()
    }

    /// Appends the lines of one record.
    pub(crate) fn write(self, record: &Record<'_>, out: &mut Vec<u8>) -> Counts {
        let message = record.flattened();
        if self.kind == Kind::Upgrade || message.len() <= CHUNK {
            self.line(record, b' ', &["", &message, ""], out);
            return Counts::record(record.level, 1, 0);
        }
        let pieces = chunks(&message);
        let last = pieces.len().saturating_sub(1);
        for (position, piece) in pieces.iter().enumerate() {
            let (slot, before) = if position == 0 { (b' ', "") } else { (b'*', "...") };
            self.line(record, slot, &[before, piece, if position == last { "" } else { "..." }], out);
        }
        Counts::record(record.level, u64::try_from(pieces.len()).expect("a message has few chunks"), 0)
    }

    fn line(self, record: &Record<'_>, slot: u8, message: &[&str; 3], out: &mut Vec<u8>) {
        invariant_hundredths(out, record.at.parts());
        if self.padded || slot == b'*' {
            out.push(slot);
        }
        out.push(b'\t');
        self.cell(out, 40, |out| self.process(record, out));
        out.push(b'\t');
        bytes::hexadecimal(out, record.lane.tid);
        let area = if self.kind == Kind::Upgrade { UPGRADE_AREA } else { record.area };
        for (text, width) in [(area, 30), (record.component, 30), (record.tag, 0), (record.level.word(), 8)] {
            out.push(b'\t');
            self.cell(out, width, |out| bytes::text(out, text));
        }
        out.push(b'\t');
        for part in message {
            bytes::text(out, part);
        }
        if self.kind != Kind::Uls2007 {
            out.push(b'\t');
            correlation(record.correlation, out);
        }
        out.push(b'\n');
    }

    fn process(self, record: &Record<'_>, out: &mut Vec<u8>) {
        let lane = record.lane;
        bytes::text(out, if self.kind == Kind::Upgrade { lane.process } else { lane.image });
        bytes::text(out, " (");
        if self.kind == Kind::Merged {
            bytes::text(out, &lane.server);
            bytes::text(out, ":");
        }
        bytes::hexadecimal(out, lane.pid);
        bytes::text(out, ")");
    }

    fn cell(self, out: &mut Vec<u8>, width: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        if self.padded {
            bytes::pad(out, start, width);
        }
    }
}

/// A record without a request has a blank in the column, not nothing.
fn correlation(id: Option<Guid>, out: &mut Vec<u8>) {
    match id {
        Some(id) => out.extend_from_slice(&id.text()),
        None => out.push(b' '),
    }
}

fn chunks(message: &str) -> Vec<&str> {
    let mut borders: Vec<usize> = message.char_indices().step_by(CHUNK).map(|(start, _)| start).collect();
    borders.push(message.len());
    borders.windows(2).filter_map(|border| message.get(*border.first()?..*border.last()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lane, record};
    use super::super::{Level, Record};
    use super::{Columns, Kind};
    use crate::prng::Prng;

    fn written(columns: Columns, record: &Record<'_>) -> String {
        let mut out = Vec::new();
        columns.write(record, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn uls_columns_have_the_widths_of_the_trace_service() {
        let lane = lane();
        let text =
            written(Columns { kind: Kind::Uls, padded: true }, &record(&lane, Level::Medium, "Hello."));
        let widths: Vec<usize> = text.trim_end_matches('\n').split('\t').map(str::len).collect();
        assert_eq!(widths, [23, 40, 6, 30, 30, 4, 8, 6, 1]);
        assert!(text.starts_with("03/04/2026 22:10:24.10 \tOWSTIMER.EXE (0x0780)   "), "{text}");
    }

    #[test]
    fn an_upgrade_log_of_2013_names_processes_without_their_extension() {
        let lane = lane();
        let id = Prng::new(1).guid();
        let record =
            Record { correlation: Some(id), tag: "aj0ur", ..record(&lane, Level::Info, "No context object") };
        let text = written(Columns { kind: Kind::Upgrade, padded: false }, &record);
        let expected = format!(
            "03/04/2026 22:10:24.10\tOWSTIMER (0x0780)\t0x1844\tSharePoint Foundation Upgrade\tSPManager\taj0ur\tINFO\tNo context object\t{id}\n"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_long_message_of_uls_goes_on_behind_three_dots() {
        let lane = lane();
        let long = "0123456789".repeat(170);
        let text = written(Columns { kind: Kind::Uls, padded: true }, &record(&lane, Level::Critical, &long));
        let messages: Vec<&str> = text.lines().filter_map(|line| line.split('\t').nth(7)).collect();
        assert_eq!(messages.iter().map(|message| message.len()).collect::<Vec<_>>(), [803, 806, 103]);
        let stars: Vec<bool> = text.lines().map(|line| line.as_bytes().get(22) == Some(&b'*')).collect();
        assert_eq!(stars, [false, true, true]);
        assert!(messages.iter().skip(1).all(|message| message.starts_with("...")));
    }

    #[test]
    fn a_merged_log_names_the_server_beside_the_process_id() {
        let lane = lane();
        let text =
            written(Columns { kind: Kind::Merged, padded: true }, &record(&lane, Level::Medium, "Hello."));
        assert!(text.contains("\tOWSTIMER.EXE (SPS01:0x0780)  "), "{text}");
    }

    #[test]
    fn the_header_is_that_of_the_trace_service() {
        let mut out = Vec::new();
        Columns { kind: Kind::Uls, padded: true }.header(&mut out);
        let widths: Vec<usize> = String::from_utf8(out).unwrap().split('\t').map(str::len).collect();
        assert_eq!(widths, [23, 40, 6, 30, 30, 7, 10, 8, 12]);
    }
}
