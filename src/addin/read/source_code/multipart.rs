//! Values of forms in parts, whose names stand behind them: `new StringContent("…"), "client_id"`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lex::Lexed;

/// What stands before the quote of the value.
static VALUE: LazyLock<Regex> = LazyLock::new(|| regex(r#"\bStringContent\s*\(\s*[@$]*["']$"#));

/// From the quote at the end of the value on; the name may stand between quotes of its own.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"^["'][^"'()\r\n;]{0,60}\)\s*,\s*(?:name\s*:\s*)?[@$]*["'](?:\\?["'])?([\w-]{1,40})(?:\\?["'])?["']"#,
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant, and a test uses it")
}

/// The name of the part that a string is the value of.
pub(super) fn name<'t>(lexed: &Lexed<'t>, string: &Range<usize>) -> Option<&'t str> {
    if !VALUE.is_match(lexed.before_in_text(string.start, 40)) {
        return None;
    }
    let rest = lexed.text.get(string.end..)?;
    let end = rest.char_indices().map(|(at, _)| at).take_while(|at| *at <= 160).last()?;
    Some(NAME.captures(rest.get(..end).unwrap_or(rest))?.get(1)?.as_str())
}
