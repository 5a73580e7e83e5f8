//! Any text made harmless: what each place must never hold is not there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spdoctor::text::quote;

fuzz_target!(|text: &str| {
    assert!(!quote::terminal(text).chars().any(char::is_control));
    assert!(!quote::html(text).contains(['<', '>', '"', '\'', '`']));
    assert!(!quote::csv_field_text(text).starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
    assert!(!quote::markdown(text).chars().any(char::is_control));
    let comment = quote::powershell_comment(text);
    assert!(!comment.contains("#>") && !comment.contains("<#") && !comment.chars().any(char::is_control));
    let literal = quote::powershell_literal(text);
    assert!(!literal.chars().any(char::is_control));
    // Quotes come in pairs: the literal ends where it says.
    assert_eq!(literal.matches('\'').count() % 2, 0, "{literal}");
});
