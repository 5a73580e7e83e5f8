//! Texts that are made to take long, or to break: half of a pattern, again and again.

use proptest::prelude::*;

use super::{MORE, MOST_READ, MOST_SHOWN, masked};

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
    "[\"",
    "(",
    "\"",
    "a1! ",
    "mot de passe ",
    "\u{5bc6}\u{7801}\u{662f}",
    "passwords:\n- a\n",
];

#[test]
fn halves_of_patterns_are_shown_as_far_as_any_text() {
    for half in HALVES {
        let shown = masked(&half.repeat(MOST_READ / half.len() / 8));
        assert!(!shown.is_empty() && shown.chars().count() <= MOST_SHOWN + MORE.len(), "{half:?}");
    }
}

#[test]
fn what_is_far_behind_is_not_read_and_no_secret_is_cut() {
    let shown = masked(&format!("a{}eyJhbGciOiJSUzI1NiJ9.eyJh", "\u{a0}".repeat(MOST_READ / 2 - 5)));
    assert!(shown.ends_with(MORE) && !shown.contains("eyJ"), "{shown}");
    let shown = masked(&format!("a {}", "[\"".repeat(MOST_READ)));
    assert!(shown.ends_with(MORE), "{shown}");
    assert_eq!(masked("a text"), "a text");
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
