//! Lines that differ from the one before them in nothing but their component, a quiet level, the digits of their time and
//! what they say: nearly all lines of an upgrade log. They need not be taken apart to be read.

use super::bracketed::component;
use crate::text::beginning::Beginning;
use crate::text::shape::Shape;

/// What such lines have in common: `[PSCONFIG] [` and `] [INFO] [3/14/2026 10:00:03 PM]: `. Until it is traced it fits
/// no line.
#[derive(Debug, Default)]
pub struct Stencil {
    traced: bool,
    head: Beginning,
    /// The time, with what closes it.
    time: Shape,
    /// Heads with the component behind them, as they were met lately, each at the place of its digest or beside it.
    met: [Beginning; MET],
}

/// Components that are remembered.
const MET: usize = 32;

/// Between a component and the time: levels of records that say no more than what is at work.
const DEBUG: &[u8; 11] = b"] [DEBUG] [";
const INFO: &[u8; 10] = b"] [INFO] [";
/// Behind the time.
const CLOSE: &[u8] = b"]: ";

/// What is different in a line that fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit<'a> {
    /// Its component.
    pub component: &'a [u8],
    /// What it says.
    pub message: &'a [u8],
    /// Its time, if that is not the one that was traced last.
    pub time: Option<&'a [u8]>,
}

impl Stencil {
    /// Fits no line from here on.
    pub fn clear(&mut self) {
        self.traced = false;
    }

    /// Fits lines of this process in four brackets, whose time has digits where this one has some.
    pub fn trace(&mut self, process: &[u8], time: &[u8]) {
        self.traced = true;
        let known = self.head.bytes().strip_prefix(b"[").and_then(|head| head.strip_suffix(b"] ["));
        if known != Some(process) {
            self.head.set(&[b"[", process, b"] ["]);
            self.met.iter_mut().for_each(|met| met.set(&[]));
        }
        self.time.set(time, CLOSE);
    }

    /// Goes on with the time of a line that fits.
    #[inline]
    pub fn turn_to(&mut self, time: &[u8]) {
        self.time.renew(time);
    }

    /// What a line says that fits: [`header`](super::bracketed::header) would read the same in it.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "nearly every line of a log passes here")]
    pub fn fits<'a>(&mut self, line: &'a [u8]) -> Option<Fit<'a>> {
        if !self.traced {
            return None;
        }
        let head = self.head.len();
        let place = place(line.get(head..)?)?;
        for place in [place, place ^ 1] {
            let met = self.met.get(place)?;
            if !met.is_empty()
                && let Some(rest) = met.strip(line)
                && let Some((time, message)) = self.message(rest)
            {
                return Some(Fit { component: line.get(head..met.len())?, message, time });
            }
        }
        let (component, rest) = component(self.head.strip(line)?)?;
        let (time, message) = self.message(rest)?;
        // What was met before goes to the place beside it: two that share a place do not drive each other out.
        self.met.swap(place, place ^ 1);
        self.met.get_mut(place)?.set(&[line.get(..head + component.len())?]);
        Some(Fit { component, message, time })
    }

    /// What stands behind the component, without a quiet level and the time; and the time, if it is another one.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "nearly every line of a log passes here")]
    fn message<'a>(&self, rest: &'a [u8]) -> Option<(Option<&'a [u8]>, &'a [u8])> {
        let rest = match rest.get(3)? {
            b'D' => rest.strip_prefix(DEBUG),
            _ => rest.strip_prefix(INFO),
        };
        self.time.strip(rest?)
    }
}

/// Where a component is remembered. Nearly all begin with `SP`, and few are shorter than this.
#[inline]
fn place(component: &[u8]) -> Option<usize> {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let (_, telling) = component.split_first_chunk::<2>()?;
    let digest = u64::from_le_bytes(*telling.first_chunk()?).wrapping_mul(SPREAD);
    usize::try_from(digest >> (u64::BITS - MET.trailing_zeros())).ok()
}

#[cfg(test)]
mod tests {
    use super::{Fit, Stencil};
    use crate::format::bracketed::header;
    use proptest::prelude::*;

    const PIECES: [&str; 16] = [
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
        "3/3/2012 10:1x:25 PM",
        " ",
        "[PSCONFIG] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "[OWSTIMER] [SPManager] [INFO] [3/3/2012 10:10:24 PM]: ",
        "text",
    ];

    proptest! {
        #[test]
        fn what_fits_is_read_as_ever(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..12),
            met in prop::sample::subsequence(vec!["SPManager", "SPMana", "SPManagerOfAll", "X"], 0..4),
        ) {
            let mut stencil = Stencil::default();
            let line = pieces.concat();
            prop_assert_eq!(stencil.fits(line.as_bytes()), None);
            for process in ["OWSTIMER", "PSCONFIG"] {
                stencil.trace(process.as_bytes(), b"3/3/2012 10:10:24 PM");
                for met in &met {
                    let line = format!("[{process}] [{met}] [INFO] [3/3/2012 10:10:24 PM]: text");
                    let expected = Fit { component: met.as_bytes(), message: b"text", time: None };
                    prop_assert_eq!(stencil.fits(line.as_bytes()), Some(expected));
                }
            }
            if let Some(Fit { component, message, time }) = stencil.fits(line.as_bytes()) {
                let read = header(line.as_bytes()).unwrap();
                prop_assert_eq!((read.component, read.message), (component, message), "{}", line);
                prop_assert_eq!(read.process, b"PSCONFIG");
                prop_assert_eq!(read.time, time.unwrap_or(b"3/3/2012 10:10:24 PM"));
                prop_assert!(time != Some(&b"3/3/2012 10:10:24 PM"[..]));
                prop_assert!(matches!(read.level, b"DEBUG" | b"INFO"));
                stencil.turn_to(read.time);
                prop_assert_eq!(stencil.fits(line.as_bytes()), Some(Fit { component, message, time: None }));
            }
        }
    }

    #[test]
    fn a_line_of_the_same_process_and_its_time_fits() {
        let mut stencil = Stencil::default();
        stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
        let line = |level: &str, time: &str| format!("[PSCONFIG] [SPManager] [{level}] [{time}]: A text");
        let later = "3/3/2012 10:10:25 PM";
        for (level, time, fits) in [
            ("INFO", "3/3/2012 10:10:24 PM", Some(None)),
            ("DEBUG", "3/3/2012 10:10:24 PM", Some(None)),
            ("ERROR", "3/3/2012 10:10:24 PM", None),
            ("INFO", later, Some(Some(later.as_bytes()))),
            ("INFO", "3/3/2012 10:10:25 AM", None),
            ("INFO", "3/3/2012 1:10:25 PM", None),
        ] {
            let line = line(level, time);
            let read = stencil.fits(line.as_bytes());
            let expected = |time| Fit { component: b"SPManager", message: b"A text", time };
            assert_eq!(read, fits.map(expected), "{line}");
        }
        stencil.clear();
        assert_eq!(stencil.fits(line("INFO", "3/3/2012 10:10:24 PM").as_bytes()), None);
    }
}
