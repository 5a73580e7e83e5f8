//! Lines that differ from the one before them in nothing but their component, a quiet level and what they say: nearly
//! all lines of an upgrade log. They need not be taken apart to be read.

use super::bracketed::component;
use crate::text::short::same;

/// What such lines have in common: `[PSCONFIG] [` and `] [INFO] [3/14/2026 10:00:03 PM]: `. An empty one fits no line.
#[derive(Debug, Default)]
pub struct Stencil {
    head: Vec<u8>,
    tails: [Vec<u8>; LEVELS.len()],
}

/// What is different in a line that fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit<'a> {
    /// Its component.
    pub component: &'a [u8],
    /// What it says.
    pub message: &'a [u8],
}

/// Levels of records that say no more than what is at work.
const LEVELS: [&[u8]; 2] = [b"DEBUG", b"INFO"];

impl Stencil {
    /// Fits no line from here on.
    pub fn clear(&mut self) {
        self.head.clear();
    }

    /// Fits lines of this process and time in four brackets.
    pub fn trace(&mut self, process: &[u8], time: &[u8]) {
        self.head.clear();
        for part in [b"[", process, b"] ["] {
            self.head.extend_from_slice(part);
        }
        for (tail, level) in self.tails.iter_mut().zip(LEVELS) {
            tail.clear();
            for part in [b"] [", level, b"] [", time, b"]: "] {
                tail.extend_from_slice(part);
            }
        }
    }

    /// What a line says that fits: [`header`](super::bracketed::header) would read the same in it.
    #[inline]
    pub fn fits<'a>(&self, line: &'a [u8]) -> Option<Fit<'a>> {
        if self.head.is_empty() {
            return None;
        }
        let (component, rest) = component(behind(line, &self.head)?)?;
        let [first, second] = &self.tails;
        let message = behind(rest, first).or_else(|| behind(rest, second))?;
        Some(Fit { component, message })
    }
}

/// What follows a beginning.
#[inline]
fn behind<'a>(text: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    same(start, beginning).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{Fit, Stencil};
    use crate::format::bracketed::header;
    use proptest::prelude::*;

    const PIECES: [&str; 14] = [
        "[",
        "] [",
        "]",
        "]: ",
        "PSCONFIG",
        "SPManager",
        "DEBUG",
        "INFO",
        "ERROR",
        "3/3/2012 10:10:24 PM",
        "3/3/2012 10:10:25 PM",
        " ",
        "[PSCONFIG] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "text",
    ];

    proptest! {
        #[test]
        fn what_fits_is_read_as_ever(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..12)) {
            let mut stencil = Stencil::default();
            let line = pieces.concat();
            prop_assert_eq!(stencil.fits(line.as_bytes()), None);
            stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
            if let Some(Fit { component, message }) = stencil.fits(line.as_bytes()) {
                let read = header(line.as_bytes()).unwrap();
                prop_assert_eq!((read.component, read.message), (component, message), "{}", line);
                prop_assert_eq!((read.process, read.time), (&b"PSCONFIG"[..], &b"3/3/2012 10:10:24 PM"[..]));
                prop_assert!(matches!(read.level, b"DEBUG" | b"INFO"));
            }
        }
    }

    #[test]
    fn a_line_of_the_same_process_and_time_fits() {
        let mut stencil = Stencil::default();
        stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
        let line = |level: &str, time: &str| format!("[PSCONFIG] [SPManager] [{level}] [{time}]: A text");
        for (level, time, fits) in [
            ("INFO", "3/3/2012 10:10:24 PM", true),
            ("DEBUG", "3/3/2012 10:10:24 PM", true),
            ("ERROR", "3/3/2012 10:10:24 PM", false),
            ("INFO", "3/3/2012 10:10:25 PM", false),
        ] {
            let line = line(level, time);
            let read = stencil.fits(line.as_bytes());
            let expected = Fit { component: b"SPManager", message: b"A text" };
            assert_eq!(read, fits.then_some(expected), "{line}");
        }
        stencil.clear();
        assert_eq!(stencil.fits(line("INFO", "3/3/2012 10:10:24 PM").as_bytes()), None);
    }
}
