//! Any text as a report that was written before: it is read or refused, and compares with itself without a change.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spdoctor::compare::{Groups, compare};
use spdoctor::wire::reading::side;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(before) = side("before.json", text) else { return };
    let after = side("before.json", text).expect("what was read is read again");
    assert_eq!(before, after);
    let comparison = compare(&before, &after, &Groups::new());
    assert!(comparison.fixed.is_empty() && comparison.new.is_empty() && comparison.worse.is_empty(), "{comparison:?}");
});
