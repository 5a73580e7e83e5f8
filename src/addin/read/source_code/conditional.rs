//! Parts of C# that are never compiled: between `#if false` and `#endif`, and behind the `#else` of `#if true`. Any other
//! condition may hold in some build. What needs `DEBUG` is compiled for developers alone: `Release` does not define it
//! (*documented*).

use std::ops::Range;

/// An `#if` that is still open.
#[derive(Clone, Copy)]
struct Open {
    /// What stands around it is code.
    outer: bool,
    /// One of its branches is compiled in every build, so none behind it is.
    taken: bool,
}

/// The lines of a text that are no code, in order, without the directives around them.
pub(super) fn disabled(text: &str) -> Vec<Range<usize>> {
    left_out(text, constant)
}

/// The numbers of the lines that are no code where `DEBUG` is not defined.
pub(super) fn of_development(text: &str) -> Vec<Range<u64>> {
    if !text.contains("DEBUG") {
        return Vec::new();
    }
    let (mut line, mut counted) = (1_u64, 0);
    let mut number = |at: usize| {
        let between = text.as_bytes().get(counted..at).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', between).count() as u64;
        counted = at;
        line
    };
    let ranges = left_out(text, in_release).into_iter();
    ranges.map(|range| number(range.start)..number(range.end)).collect()
}

fn left_out(text: &str, condition: fn(&str) -> Option<bool>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if !text.contains('#') {
        return found;
    }
    let (mut open, mut is_code, mut at) = (Vec::<Open>::new(), true, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start).unwrap_or_default();
        let word = directive.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let rest = directive.get(word.len()..).unwrap_or_default();
        match (word, open.last_mut()) {
            ("if", _) => {
                let always = condition(rest);
                open.push(Open { outer: is_code, taken: always == Some(true) });
                is_code &= always != Some(false);
            }
            ("elif", Some(own)) => {
                let always = condition(rest);
                is_code = own.outer && !own.taken && always != Some(false);
                own.taken |= always == Some(true);
            }
            ("else", Some(own)) => is_code = own.outer && !own.taken,
            ("endif", Some(own)) => {
                is_code = own.outer;
                open.pop();
            }
            _ if is_code => {}
            _ => match found.last_mut() {
                Some(last) if last.end == start => last.end = at,
                _ => found.push(start..at),
            },
        }
    }
    found
}

/// What a condition is where `DEBUG` is not defined; `None` where that depends on something else.
fn in_release(text: &str) -> Option<bool> {
    let text = text.split("//").next().unwrap_or_default();
    let is_never = |part: &str| bare(part) == "DEBUG" || constant(part) == Some(false);
    if !text.contains("||") && text.split("&&").any(is_never) {
        return Some(false);
    }
    let negated = bare(text).strip_prefix('!').map(bare);
    if negated == Some("DEBUG") { Some(true) } else { constant(text) }
}

fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
}

/// What a condition is in every build; `None` where it depends on the build.
fn constant(text: &str) -> Option<bool> {
    let text = text.split("//").next().unwrap_or_default();
    match bare(text) {
        "false" => Some(false),
        "true" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{disabled, of_development};

    fn code(text: &str) -> String {
        let mut code = text.to_owned();
        for range in disabled(text).into_iter().rev() {
            code.replace_range(range, "");
        }
        let lines = code.lines().filter(|line| !line.trim_start().starts_with('#'));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_no_build_compiles_is_no_code() {
        for (text, left) in [
            ("a\n#if false\nb\nc\n#endif\nd", "a d"),
            ("a\r\n  # if (false) // old\r\nb\r\n#endif\r\nd", "a d"),
            ("#if false\nb\n#else\nc\n#endif", "c"),
            ("#if true\nb\n#else\nc\n#endif\nd", "b d"),
            ("#if DEBUG\nb\n#else\nc\n#endif", "b c"),
            ("#if DEBUG\nb\n#elif false\nc\n#else\nd\n#endif", "b d"),
            ("#if true\nb\n#elif DEBUG\nc\n#endif", "b"),
            ("#if false\n#if DEBUG\nb\n#else\nc\n#endif\nd\n#endif\ne", "e"),
            ("#if false\nb", ""),
            ("#endif\n#else\nb", "b"),
            ("#region false\nb", "b"),
        ] {
            assert_eq!(code(text), left, "{text}");
        }
    }

    #[test]
    fn what_needs_debug_is_of_development() {
        for (text, lines) in [
            ("#if DEBUG\nb\n#else\nc\n#endif\nd", vec![2]),
            ("a\r\n #if (DEBUG) // x\r\nb\r\nc\r\n#endif", vec![3, 4]),
            ("#if !DEBUG\nb\n#else\nc\n#endif", vec![4]),
            ("#if !(DEBUG)\nb\n#elif TEST\nc\n#else\nd\n#endif", vec![4, 6]),
            ("#if DEBUG && TEST\nb\n#endif", vec![2]),
            ("#if DEBUG || TEST\nb\n#else\nc\n#endif", vec![]),
            ("#if TEST\nb\n#endif // DEBUG", vec![]),
        ] {
            let told: Vec<u64> = of_development(text).into_iter().flatten().collect();
            assert_eq!(told, lines, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ranges_are_whole_lines_in_order(
            text in "(#if false\n|#if true\n|#if é\n|#elif true\n|#else\n|#endif\n|é\r\n|\"\n){0,20}"
        ) {
            let mut end = 0;
            for range in disabled(&text) {
                prop_assert!(end <= range.start && range.start < range.end);
                prop_assert!(text.get(range.clone()).is_some_and(|lines| lines.ends_with('\n')));
                end = range.end;
            }
        }
    }
}
