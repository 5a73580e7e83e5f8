//! What each quoting function promises, tried with arbitrary and with chosen hostile text.

use proptest::prelude::*;

use super::*;

/// Arbitrary text, and text made of the characters that break things.
fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "$(calc)",
        "#>",
        "<#",
        "# SIG # Begin signature block",
        "'@",
        "@'",
        "\r\n",
        "\n",
        "\t",
        "\0",
        "\u{1b}[2J",
        "\u{9b}",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\u{2018}",
        "\u{2019}",
        "\u{201a}",
        "\u{201b}",
        "\u{201c}",
        "\u{201d}",
        "\u{201e}",
        "\u{2028}",
        "=cmd|'/c calc'!A0",
        "-1+1",
        "@SUM",
        "<script>",
        "&amp;",
        "](javascript:x)",
        "|",
        "\\",
        "    ",
        " ",
        "é",
        "日本",
        "😀",
        "; Remove-Item C:\\",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(nasty, 0..8).prop_map(|parts| parts.concat()),
        prop::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
    ]
}

/// The value of an expression that `powershell_literal` wrote; `None` if it is of any other shape.
fn evaluate(expression: &str) -> Option<String> {
    if let Some(inner) = expression.strip_prefix('\'') {
        let (value, rest) = string(inner)?;
        return rest.is_empty().then(|| String::from_utf16(&value).ok())?;
    }
    let mut rest = expression.strip_prefix('(')?.strip_suffix(')')?;
    let mut units = Vec::new();
    loop {
        if let Some(inner) = rest.strip_prefix('\'') {
            let (value, behind) = string(inner)?;
            units.extend(value);
            rest = behind;
        } else {
            let digits = rest.strip_prefix("[char]0x")?;
            units.push(u16::from_str_radix(digits.get(..4)?, 16).ok()?);
            rest = digits.get(4..)?;
        }
        if rest.is_empty() {
            return String::from_utf16(&units).ok();
        }
        rest = rest.strip_prefix(" + ")?;
    }
}

/// The value of a string whose opening apostrophe is gone, and what stands behind it.
fn string(mut rest: &str) -> Option<(Vec<u16>, &str)> {
    let mut value = String::new();
    loop {
        let (before, behind) = rest.split_once('\'')?;
        value.push_str(before);
        match behind.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value.encode_utf16().collect(), behind)),
        }
    }
}

/// A Markdown reader of the constructs that `markdown` may write.
fn unescaped(markdown: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        if let Some((entity, value)) = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&#32;", ' ')]
            .into_iter()
            .find(|(e, _)| rest.starts_with(e))
        {
            out.push(value);
            rest = rest.strip_prefix(entity)?;
            continue;
        }
        rest = rest.strip_prefix(c)?;
        if c == '\\' {
            let literal = rest.chars().next().filter(char::is_ascii_punctuation)?;
            out.push(literal);
            rest = rest.strip_prefix(literal)?;
        } else if is_markdown_special(c) {
            return None;
        } else {
            out.push(c);
        }
    }
    Some(out)
}

proptest! {
    #[test]
    fn a_terminal_gets_nothing_invisible(text in hostile()) {
        prop_assert!(!terminal(&text).chars().any(is_invisible));
    }

    #[test]
    fn visible_text_reaches_a_terminal_unchanged(text in "[ -~äöüßéñ日本語Ωжא]*") {
        prop_assert_eq!(terminal(&text), Cow::Borrowed(text.as_str()));
    }

    #[test]
    fn html_holds_no_markup_and_decodes_to_what_a_terminal_shows(text in hostile()) {
        let quoted = html(&text).into_owned();
        prop_assert!(!quoted.contains(['<', '>', '"', '\'', '`']));
        let decoded = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#96;", "`"), ("&amp;", "&")]
            .into_iter()
            .fold(quoted, |text, (entity, value)| text.replace(entity, value));
        prop_assert_eq!(decoded, terminal(&text).into_owned());
    }

    #[test]
    fn a_csv_field_never_starts_a_formula_and_keeps_its_text(text in hostile()) {
        let field = csv_field_text(&text);
        prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        prop_assert!(*field == *text || field.strip_prefix('\'') == Some(text.as_str()));
    }

    #[test]
    fn markdown_shows_what_a_terminal_shows(text in hostile()) {
        let quoted = markdown(&text);
        prop_assert!(!quoted.starts_with(' ') && !quoted.ends_with(' '));
        prop_assert_eq!(unescaped(&quoted), Some(terminal(&text).into_owned()));
    }

    #[test]
    fn a_powershell_literal_is_ascii_and_gives_the_text_back(text in hostile()) {
        let literal = powershell_literal(&text);
        prop_assert!(literal.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{}", literal);
        prop_assert_eq!(evaluate(&literal), Some(text));
    }

    #[test]
    fn a_powershell_comment_is_one_bounded_line_that_ends_nothing(text in hostile()) {
        let comment = powershell_comment(&text);
        prop_assert!(!comment.chars().any(is_invisible));
        prop_assert!(!comment.contains("#>") && !comment.contains("<#"));
        prop_assert!(!comment.to_ascii_lowercase().contains("sig #"));
        prop_assert!(comment.chars().count() <= COMMENT_LENGTH + 5);
    }
}

#[test]
fn escapes_are_shown_in_ascii() {
    assert_eq!(terminal("a\tb\r\nc\u{1b}[2J\u{9b}\u{202e}x"), r"a\tb\r\nc\u{1b}[2J\u{9b}\u{202e}x");
    assert_eq!(terminal(r"C:\LOGS\é日本"), r"C:\LOGS\é日本");
}

#[test]
fn a_name_of_printable_ascii_stays_readable_in_powershell() {
    assert_eq!(powershell_literal("WSS_Content [old] $x `y"), "'WSS_Content [old] $x `y'");
    assert_eq!(powershell_literal("O'Neil; Remove-Item"), "'O''Neil; Remove-Item'");
    assert_eq!(powershell_literal(""), "''");
}

#[test]
fn what_powershell_could_take_for_a_quote_or_lose_is_data() {
    assert_eq!(powershell_literal("a\u{2019}b"), "('a' + [char]0x2019 + 'b')");
    assert_eq!(
        powershell_literal("\u{feff}😀\n"),
        "('' + [char]0xFEFF + [char]0xD83D + [char]0xDE00 + [char]0x000A)"
    );
    assert_eq!(powershell_literal("Verträge'"), "('Vertr' + [char]0x00E4 + 'ge''')");
}

#[test]
fn markdown_of_a_database_name_is_escaped_everywhere() {
    assert_eq!(markdown("WSS_Content|<b>"), r"WSS\_Content\|&lt;b&gt;");
    assert_eq!(markdown("1. a\n# b "), r"1\. a\\n\# b&#32;");
}

#[test]
fn a_long_comment_is_cut_with_dots() {
    let comment = powershell_comment(&"x".repeat(COMMENT_LENGTH + 1));
    assert_eq!(comment, "x".repeat(COMMENT_LENGTH) + "...");
    assert_eq!(powershell_comment("STS#0 stays"), "STS#0 stays");
    assert_eq!(powershell_comment("SIG # Begin signature block"), "SIG _# Begin signature block");
}

#[test]
fn a_script_is_run_from_the_folder_it_lies_in() {
    for (path, told) in [
        ("fix.ps1", ".\\fix.ps1"),
        ("out/SPS-01_fix.ps1", ".\\SPS-01_fix.ps1"),
        ("D:\\out\\fix.ps1", ".\\fix.ps1"),
        ("my fix.ps1", "& '.\\my fix.ps1'"),
        ("a;calc.ps1", "& '.\\a;calc.ps1'"),
        ("O'Neil$(calc).ps1", "& '.\\O''Neil$(calc).ps1'"),
        ("caf\u{e9}.ps1", "& ('.\\caf' + [char]0x00E9 + '.ps1')"),
    ] {
        assert_eq!(powershell_script(path), told);
    }
}

proptest! {
    #[test]
    fn what_runs_a_script_is_a_word_or_a_literal(name in hostile()) {
        let told = powershell_script(&name);
        let file = name.rsplit(['/', '\\']).next().unwrap();
        match told.strip_prefix("& ") {
            Some(literal) => prop_assert_eq!(evaluate(literal), Some(format!(".\\{file}"))),
            None => prop_assert!(told.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.\\".contains(&b))),
        }
    }
}
