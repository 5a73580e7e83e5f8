//! Records that PowerShell printed as lists or wrote as CSV: `Get-SPLogEvent | Format-List`, `| Export-Csv`, and Windows
//! events in the same forms or as the event viewer saves them. Those of ULS get their columns back; of an event its
//! message is left, as a console shows it.
//!
//! General product knowledge: the names of the properties are those of the objects, the forms those of PowerShell.

mod delimited;
mod list;

use std::borrow::Cow;

use crate::text::clock::WrittenTime;
use crate::text::lines::lines;

/// How the records stand in a text, and what they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Exported {
    form: Form,
    records: Records,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// `Name : value` lines.
    List,
    /// Values between these.
    Delimited(u8),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Records {
    /// Of the Unified Logging System.
    Uls,
    /// Of a log of Windows.
    Events,
}

/// A property of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Property {
    Time,
    /// Whether the record goes on with the one before it.
    Continuation,
    Process,
    Thread,
    Area,
    Category,
    EventId,
    Level,
    Message,
    Correlation,
    /// One that only events of Windows have.
    OfEvents,
}

const PROPERTIES: usize = Property::OfEvents as usize + 1;

impl Property {
    /// What stands under a name, as `Get-SPLogEvent`, `Get-WinEvent`, `Get-EventLog` and the event viewer write it.
    fn named(name: &[u8]) -> Option<Self> {
        let name = name.trim_ascii().to_ascii_lowercase();
        Some(match name.as_slice() {
            b"timestamp" => Self::Time,
            b"continuation" => Self::Continuation,
            b"process" => Self::Process,
            b"threadid" => Self::Thread,
            b"area" => Self::Area,
            b"category" => Self::Category,
            b"eventid" => Self::EventId,
            b"level" => Self::Level,
            b"message" => Self::Message,
            b"correlation" => Self::Correlation,
            b"timecreated" | b"timegenerated" | b"timewritten" | b"date and time" | b"source" | b"id"
            | b"providername" | b"entrytype" | b"leveldisplayname" | b"instanceid" | b"logname" => {
                Self::OfEvents
            }
            _ => return None,
        })
    }
}

/// What records with these properties are, if they are any of a log.
fn records_with(properties: &[Property]) -> Option<Records> {
    let has = |property| properties.contains(&property);
    let of_events = properties.iter().filter(|property| **property == Property::OfEvents).count();
    if !has(Property::Message) {
        return None;
    }
    if of_events >= 2 {
        return Some(Records::Events);
    }
    let says_where = [Property::Area, Property::Category, Property::EventId];
    let is_uls = has(Property::Level) && says_where.into_iter().any(has) && of_events == 0;
    is_uls.then_some(Records::Uls)
}

impl Exported {
    /// How records stand in the text with this head, if they do so.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        list::records(head).map(|records| Self { form: Form::List, records }).or_else(|| {
            let (delimiter, records) = delimited::records(head)?;
            Some(Self { form: Form::Delimited(delimiter), records })
        })
    }

    /// The text with each record in the line in which it begins, and below it the other lines of its message.
    pub(super) fn undone(self, text: &[u8]) -> Vec<u8> {
        let mut lines = Lines { text: Vec::with_capacity(text.len()), ended: 0 };
        match self.form {
            Form::List => list::each(text, |item| match item {
                list::Item::Record(record) => lines.tell(&record, self.records),
                list::Item::Line(line, text) => lines.put(line, text),
            }),
            Form::Delimited(delimiter) => {
                delimited::each(text, delimiter, |record| lines.tell(&record, self.records));
            }
        }
        lines.text
    }
}

/// What no record has a value of.
const NO_VALUES: [Cow<'static, [u8]>; PROPERTIES] = [const { Cow::Borrowed(b"" as &[u8]) }; PROPERTIES];

/// A record and where it stands.
struct Record<'t> {
    /// Index of its first line.
    line: usize,
    values: [Cow<'t, [u8]>; PROPERTIES],
}

impl Record<'_> {
    fn value(&self, property: Property) -> &[u8] {
        self.values.get(property as usize).map_or(b"", |value| value.trim_ascii())
    }

    /// A line of ULS without its message and what follows that.
    fn columns(&self) -> Vec<u8> {
        let column = |property| {
            let value = self.value(property);
            value.iter().map(|byte| if byte.is_ascii_control() { b' ' } else { *byte }).collect::<Vec<u8>>()
        };
        let time = WrittenTime::parse(self.value(Property::Time)).map(|time| in_columns(&time));
        let mut line = time.clone().unwrap_or_default().into_bytes();
        if time.is_some() {
            let goes_on = self.value(Property::Continuation).eq_ignore_ascii_case(b"true");
            line.push(if goes_on { b'*' } else { b' ' });
        }
        let or_else = |value: Vec<u8>, other: &[u8]| if value.is_empty() { other.to_vec() } else { value };
        // Without a time only a process with its id proves that a line is a record.
        let process = or_else(column(Property::Process), if time.is_some() { b"" } else { b"- (0x0)" });
        let thread = match column(Property::Thread) {
            // A number of the object, in hexadecimal in a log.
            thread if !thread.is_empty() && thread.iter().all(u8::is_ascii_digit) => {
                [b"0x".as_slice(), &thread].concat()
            }
            thread => or_else(thread, b"0x0"),
        };
        let [area, category, event, level] =
            [Property::Area, Property::Category, Property::EventId, Property::Level].map(column);
        let event = or_else(event, b"0");
        for value in [process, thread, area, category, event, level] {
            line.push(b'\t');
            line.extend(value);
        }
        line.push(b'\t');
        line
    }
}

/// A time as ULS writes it, with day and month in the order in which they stood.
fn in_columns(time: &WrittenTime) -> String {
    let [first, second, third] = time.date;
    let separator = char::from(time.separator);
    let date = if time.year_first() {
        format!("{first:04}{separator}{second:02}{separator}{third:02}")
    } else {
        format!("{first:02}{separator}{second:02}{separator}{third:04}")
    };
    let clock = time.time;
    format!("{date} {:02}:{:02}:{:02}.{:03}", clock.hour, clock.minute, clock.second, clock.milli)
}

/// Lines at the places where they stood.
struct Lines {
    text: Vec<u8>,
    /// Line ends in it.
    ended: usize,
}

impl Lines {
    fn tell(&mut self, record: &Record<'_>, records: Records) {
        let mut message = lines(record.value(Property::Message));
        let first = message.next().unwrap_or_default();
        match records {
            Records::Uls => {
                let correlation = record.value(Property::Correlation);
                self.put(record.line, &[&record.columns(), first, b"\t", correlation].concat());
            }
            Records::Events => self.put(record.line, first),
        }
        for (line, text) in (record.line + 1..).zip(message) {
            self.put(line, text);
        }
    }

    /// Puts text into a line; where that is taken, behind what stands in it.
    fn put(&mut self, line: usize, text: &[u8]) {
        while self.ended < line {
            self.text.push(b'\n');
            self.ended += 1;
        }
        if !self.text.is_empty() && !self.text.ends_with(b"\n") {
            self.text.push(b' ');
        }
        self.text.extend_from_slice(text);
    }
}

#[cfg(test)]
mod tests {
    use super::Exported;
    use crate::text::lines::lines;
    use proptest::prelude::*;

    fn undone(text: &str) -> Option<String> {
        Some(String::from_utf8(Exported::of(text.as_bytes())?.undone(text.as_bytes())).unwrap())
    }

    #[test]
    fn records_of_uls_get_their_columns_back() {
        let told = "03/14/2026 22:15:41.000 \tw3wp.exe (0x1B64)\t0x11036\tSharePoint Foundation\tClaims Authentication\t8306\tCritical\t";
        let list = "\nTimestamp    : 3/14/2026 10:15:41 PM\nContinuation : False\nProcess      : w3wp.exe (0x1B64)\nThreadID     : 11036\nArea         : SharePoint Foundation\nCategory     : Claims Authentication\nEventID      : 8306\nLevel        : Critical\nMessage      : Not \"there\".\nCorrelation  : 4507cc64-e9bd-43d3-9191-5e10b9509083\nContext      : {}\n\n";
        assert_eq!(
            undone(list).unwrap(),
            format!("\n{told}Not \"there\".\t4507cc64-e9bd-43d3-9191-5e10b9509083")
        );
        let rows = "#TYPE Microsoft.SharePoint.Diagnostics.LogFileEntry\r\n\"Timestamp\";\"Process\";\"ThreadID\";\"Area\";\"Category\";\"EventID\";\"Level\";\"Message\"\r\n\"3/14/2026 10:15:41 PM\";\"w3wp.exe (0x1B64)\";\"11036\";\"SharePoint Foundation\";\"Claims Authentication\";\"8306\";\"Critical\";\"Not \"\"there\"\".\r\n\r\nat X\"\r\n";
        assert_eq!(undone(rows).unwrap(), format!("\n\n{told}Not \"there\".\t\n\nat X"));
    }

    #[test]
    fn a_record_without_time_and_process_is_one() {
        let list = "PS C:\\> Get-SPLogEvent | select Area, Category, Level, EventID, Message | fl\n\nArea     : SharePoint Foundation\nCategory : Database\nLevel    : Critical\nEventID  : 3760\nMessage  : It is not there.\n\n";
        let found = undone(list).unwrap();
        let record = lines(found.as_bytes()).find_map(crate::format::uls::header).unwrap();
        assert_eq!(
            (record.message, record.tag, record.level),
            (&b"It is not there."[..], &b"3760"[..], &b"Critical"[..])
        );
        assert!(found.starts_with("PS C:\\>"), "{found}");
    }

    #[test]
    fn of_events_the_messages_are_left() {
        for (text, expected) in [
            (
                "Level,Date and Time,Source,Event ID,Task Category\nError,3/14/2026 10:15:41 PM,X,1,Y,\"It \"\"is\"\"\ngone.\"\nError,3/14/2026 10:15:41 PM,X,1,Y,Next.\n",
                "\nIt \"is\"\ngone.\nNext.",
            ),
            (
                "TimeCreated  : 3/14/2026 10:15:41 PM\nProviderName : X\nMessage      : It is\n               \n               gone.\n",
                "It is\n\ngone.",
            ),
        ] {
            assert_eq!(undone(text).unwrap(), expected);
        }
    }

    #[test]
    fn lines_that_a_window_cut_are_put_together() {
        for (lines, expected) in [
            // At blanks, which are gone.
            (
                vec!["It is not there,", "and nobody knows it", "why."],
                "It is not there, and nobody knows it why.",
            ),
            // At the width, wherever that is.
            (
                vec!["It is not there, an", "d nobody has known ", "that for certain, n", "or says so."],
                "It is not there, and nobody has known that for certain, nor says so.",
            ),
            // A word that is longer than the lines.
            (
                vec!["See", "http://localhost/a", "b/token.svc there"],
                "See http://localhost/ab/token.svc there",
            ),
            // What the record says in two lines.
            (vec!["It is not there.", "Nobody knows it, nor why", "it is not."], "It is not there."),
        ] {
            let text = format!("Level   : High\nArea    : A\nMessage : {}\n", lines.join("\n          "));
            let text = text.as_str();
            let found = undone(text).unwrap();
            assert!(found.lines().next().unwrap().contains(&format!("\t{expected}\t")), "{found}");
        }
    }

    #[test]
    fn what_only_looks_like_records_stays() {
        for text in [
            "",
            "Name : x\nMessage : y\n",
            "Level : 1\n",
            "Timestamp              \tProcess                                 \tTID   \tArea                          \tCategory                      \tEventID\tLevel     \tMessage \tCorrelation\n",
            "Level,Message\nHigh,x\n",
            "We saw this:\n\nArea    : A\nLevel   : High\nMessage : x\n\nand wondered.\nThen it went on\nand on.\n",
        ] {
            assert_eq!(undone(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_gets_more_lines(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "Message : ", "Level : ", "Area : ", "Id : ", "Source : ", "\"", ",", "\n", "\r\n", "\n          ", "x ", "Message,Level,Area\n",
                    "\"Message\";\"Id\";\"Source\"\n", "\u{e9}", "3/14/2026 10:15:41 PM",
                ]),
                0..40,
            ),
        ) {
            let text = parts.concat();
            if let Some(found) = undone(&text) {
                prop_assert!(found.lines().count() <= lines(text.as_bytes()).count(), "{found:?}");
            }
        }
    }
}
