//! Texts that are made to take long, or to break: half of a pattern, again and again.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::masked;

/// Halves of patterns.
const HALVES: &[&str] = &[
    "a> ",
    "<td>",
    "<td",
    "<code>password ",
    "<b>a</b>:",
    "<a title=password: ",
    "| ",
    "| Password ",
    "|\n",
    "|-|\n",
    "a,password\n",
    "password\n--------\nx\n",
    "--- \n",
    "password ",
    "password is ",
    "password: [",
    "passwords: a, ",
    "the password of ",
    "is to auf ",
    "net user ",
    "net use \\\\a ",
    "curl -u ",
    "-p x ",
    "echo a | runas ",
    "new X509Certificate2(\"a\", ",
    "Import(",
    "Sommer2019!x is not ",
    "'x' is ",
    "[\"ClientSecret\", \u{ab}",
    "value=\u{ab}",
    "-Name a -Value x ",
    "[",
    "(",
    "\"",
    "a1! ",
    "mot de passe ",
    "\u{5bc6}\u{7801}\u{662f}",
    "passwords:\n- a\n",
];

#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn took(half: &str, bytes: usize) -> Duration {
    let text = half.repeat(bytes / half.len());
    let start = Instant::now();
    assert!(!masked(&text).is_empty());
    start.elapsed()
}

#[test]
fn time_grows_with_the_length_of_a_text() {
    for half in HALVES {
        let (short, long) = (took(half, 4_000), took(half, 32_000));
        // Eight times the text; a square would be 64 times. Short runs are noisy, so there is room.
        assert!(long < short * 24 + Duration::from_millis(300), "{half:?} {short:?} {long:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_masked(text in any::<String>(), pieces in prop::collection::vec(0..HALVES.len(), 0..8), cut in any::<usize>()) {
        let mut mixed: String = pieces.iter().filter_map(|piece| HALVES.get(*piece).copied()).collect();
        mixed.push_str(&text);
        let kept: String = mixed.chars().take(cut % (mixed.len() + 1)).collect();
        masked(&mixed);
        masked(&kept);
    }
}
