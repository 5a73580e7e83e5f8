//! Any text as a copy of a log that mail, a forum or a search changed: what was done to it is undone without losing a
//! line, and the same way each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spdoctor::format::pasted::Pasted;

fuzz_target!(|data: &[u8]| {
    let (kind, pasted) = Pasted::recognise("a.log", data);
    let undone = pasted.undone(data);
    assert_eq!((kind, pasted), Pasted::recognise("a.log", data));
    // Where carriage returns alone end lines, they become line ends.
    if !data.contains(&b'\r') {
        let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
        // Only records that stand in one line get lines of their own.
        assert!(lines(&undone) >= lines(data), "{pasted:?}");
    }
});
