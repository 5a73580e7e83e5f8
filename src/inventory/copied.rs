//! What mail, a forum or a pager did to the lines of an export, undone before it is recognised: marks of a quotation,
//! numbers, margins, fences of Markdown. Lines stay where they are.
//!
//! Copies of logs are undone by their records, for a whole file. An export may be the only thing in a text that was
//! quoted, so that here the lines around a line tell.

use super::lines::{is_fence, is_prompt};

/// So many lines in a row show that something was put before each.
const QUOTED: usize = 2;
const NUMBERED: usize = 3;

/// The text as it was before; `None` if it is so already.
pub(super) fn undone(text: &str) -> Option<String> {
    // Markup and objects of JSON are indented by themselves, and mean the same with and without.
    let first = text.trim_start_matches('\u{feff}').trim_start().bytes().next();
    if matches!(first, Some(b'<' | b'{')) || !text.lines().any(|line| is_fence(line) || may_be_cut(line)) {
        return None;
    }
    let mut lines: Vec<&str> = text.split('\n').map(|line| if is_fence(line) { "" } else { line }).collect();
    unquote(&mut lines);
    unnumber(&mut lines);
    outdent(&mut lines);
    let undone = lines.join("\n");
    (undone != text).then_some(undone)
}

fn may_be_cut(line: &str) -> bool {
    line.starts_with([' ', '\t', '>']) && !is_blank(line) || numbered(line).is_some()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// Lines that all begin with `>`.
fn unquote(lines: &mut [&str]) {
    for quoted in lines.chunk_by_mut(|one, next| unquoted(one).is_some() == unquoted(next).is_some()) {
        if quoted.len() >= QUOTED {
            for line in quoted {
                *line = unquoted(line).unwrap_or(line);
            }
        }
    }
}

/// `> text`, also `>> text` and `> > text`.
fn unquoted(line: &str) -> Option<&str> {
    let mut rest = line.trim_start_matches(' ').strip_prefix('>')?;
    loop {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
        let Some(deeper) = rest.strip_prefix('>') else { return Some(rest) };
        rest = deeper;
    }
}

/// Lines with numbers that grow by one; `nl` numbers no empty ones. Below a line without one these are values of a table,
/// of which nobody numbered the header.
fn unnumber(lines: &mut [&str]) {
    let mut run: Vec<usize> = Vec::new();
    let mut last = 0;
    for at in 0..=lines.len() {
        let line = lines.get(at).copied();
        if line.is_some_and(is_blank) {
            continue;
        }
        let number = line.and_then(numbered).map(|(number, _)| number);
        if run.is_empty() || number != Some(last + 1) {
            if run.len() >= NUMBERED {
                for place in &run {
                    if let Some(line) = lines.get_mut(*place) {
                        *line = numbered(line).map_or(*line, |(_, rest)| rest);
                    }
                }
            }
            run.clear();
        }
        let above = at.checked_sub(1).and_then(|above| lines.get(above));
        let begins = above.is_none_or(|above| is_blank(above) || is_prompt(above));
        if let Some(number) = number.filter(|_| begins || !run.is_empty()) {
            run.push(at);
            last = number;
        }
    }
}

/// `  12: text`, and with a tab or two blanks in place of the colon, as `cat -n` and `nl` number lines.
fn numbered(line: &str) -> Option<(u64, &str)> {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits).filter(|_| digits > 0)?;
    let text = [": ", "  ", "\t"].into_iter().find_map(|mark| rest.strip_prefix(mark));
    let text = text.or_else(|| (rest.trim_end() == ":").then_some(""))?;
    Some((number.parse().ok()?, text))
}

/// Paragraphs that begin with as many blanks as any of their lines.
fn outdent(lines: &mut [&str]) {
    for paragraph in lines.chunk_by_mut(|one, next| is_blank(one) == is_blank(next)) {
        let first = paragraph.first().map_or(0, |line| indent(line));
        if first > 0 && paragraph.iter().all(|line| indent(line) >= first) {
            for line in paragraph {
                *line = line.get(first..).unwrap_or_default();
            }
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::undone;
    use proptest::prelude::*;

    const TABLE: &str = "Name : WSS_A\nServer : SQL01\n\nName : WSS_B\n    (the other)\nServer : SQL02";

    fn each(change: impl Fn(usize, &str) -> String) -> String {
        let lines = TABLE.lines().enumerate().map(|(at, line)| change(at, line));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_was_put_before_lines_is_gone() {
        for copy in [
            each(|_, line| format!("> {line}")),
            each(|_, line| format!(">> {line}")),
            each(|_, line| format!("    {line}")),
            each(|_, line| format!("\t{line}")),
            each(|at, line| format!("{:>6}\t{line}", at + 1)),
            each(|at, line| format!("{}: {line}", at + 7)),
            each(|_, line| format!(">     {line}")),
        ] {
            let undone = undone(&copy).expect("a copy");
            let lines: Vec<&str> = undone.lines().map(str::trim_end).collect();
            assert_eq!(lines.join("\n"), TABLE, "{copy}");
        }
        assert_eq!(
            undone(&format!("Look:\n```text\n{TABLE}\n```\nBye")).unwrap(),
            format!("Look:\n\n{TABLE}\n\nBye")
        );
    }

    #[test]
    fn what_is_no_copy_stays() {
        for text in [
            "",
            TABLE,
            "> one line\nand another",
            "1\tWSS_A\n1\tWSS_B\n1\tWSS_C\n",
            "Id\tName\n1\tWSS_A\n2\tWSS_B\n3\tWSS_C\n",
            "<Sites>\n  <Site/>\n</Sites>",
            "{\n  \"Name\": 1\n}",
        ] {
            assert_eq!(undone(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn lines_stay_where_they_are(
            parts in prop::collection::vec(prop::sample::select(vec!["> ", ">", "    ", "\t", "1: ", "2\t", "3  ", "```", "x", "\n", "\r\n", "\u{e4}"]), 0..40),
        ) {
            let text = parts.concat();
            if let Some(found) = undone(&text) {
                prop_assert_eq!(found.matches('\n').count(), text.matches('\n').count());
            }
        }
    }
}
