//! The bracketed upgrade logs: three brackets in 2007, four in 2010.

use super::{Counts, Record};
use crate::bytes;
use crate::culture::Culture;

/// A bracketed log of one culture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracketed {
    pub(crate) culture: Culture,
    /// 2010 names the process in a bracket of its own, 2007 does not.
    pub(crate) with_process: bool,
}

impl Bracketed {
    /// Appends the lines of one record.
    ///
    /// 2010 gives the exception and every frame the prefix of a record; 2007 puts the exception behind the
    /// message and leaves the frames bare.
    pub(crate) fn write(self, record: &Record<'_>, out: &mut Vec<u8>) -> Counts {
        self.prefix(record, out);
        bytes::text(out, record.message);
        let Some(exception) = record.exception else {
            out.push(b'\n');
            return Counts::record(record.level, 1, 0);
        };
        let frames = u64::try_from(exception.frames.len()).expect("a stack is short");
        if self.with_process {
            for text in std::iter::once(format!("Exception: {}", exception.text))
                .chain(exception.frames.iter().map(|frame| format!("   at {frame}")))
            {
                out.push(b'\n');
                self.prefix(record, out);
                bytes::text(out, &text);
            }
            out.push(b'\n');
            Counts::record(record.level, 2 + frames, 0)
        } else {
            bytes::text(out, "  Exception: ");
            bytes::text(out, &exception.text);
            for frame in &exception.frames {
                bytes::text(out, "\n   at ");
                bytes::text(out, frame);
            }
            out.push(b'\n');
            Counts::record(record.level, 1, frames)
        }
    }

    fn prefix(self, record: &Record<'_>, out: &mut Vec<u8>) {
        if self.with_process {
            bytes::text(out, "[");
            bytes::text(out, record.lane.process);
            bytes::text(out, "] ");
        }
        bytes::text(out, "[");
        bytes::text(out, record.component);
        bytes::text(out, "] [");
        bytes::text(out, record.level.word());
        bytes::text(out, "] [");
        self.culture.write(record.at.parts(), out);
        bytes::text(out, "]: ");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{exception, lane, record};
    use super::super::{Level, Record};
    use super::Bracketed;
    use crate::culture::Culture;

    fn written(with_process: bool) -> (String, u64) {
        let (lane, exception) = (lane(), exception());
        let record = Record { exception: Some(&exception), ..record(&lane, Level::Error, "Failed.") };
        let mut out = Vec::new();
        let counts = Bracketed { culture: Culture::EnUs, with_process }.write(&record, &mut out);
        (String::from_utf8(out).unwrap(), counts.prefixed_lines)
    }

    #[test]
    fn every_line_of_an_exception_of_2010_has_the_prefix() {
        let prefix = "[OWSTIMER] [SPManager] [ERROR] [3/4/2026 10:10:24 PM]: ";
        let expected =
            format!("{prefix}Failed.\n{prefix}Exception: System.Exception: no\n{prefix}   at A.B()\n");
        assert_eq!(written(true), (expected, 3));
    }

    #[test]
    fn stack_lines_of_2007_are_bare() {
        let expected = "[SPManager] [ERROR] [3/4/2026 10:10:24 PM]: Failed.  Exception: System.Exception: no\n   at A.B()\n";
        assert_eq!(written(false), (expected.to_owned(), 1));
    }
}
