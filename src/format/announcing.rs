//! What the timer service says of a job that failed (event 6398), as the event viewer shows it: a sentence, a blank line,
//! and what the exception says. In a trace log both are one text, as they are for the rules.

use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// How the sentence ends.
const ANNOUNCES: &[u8] = b" threw an exception. More information is included below.";
/// The same, where a page broke it in two.
const FIRST: &[u8] = b" threw an exception.";
const SECOND: &[u8] = b"More information is included below.";
/// How it begins, whoever shows it.
const JOB: &[u8] = b"The Execute method of job definition ";

/// The line tells that a job failed, whether or not what its exception says follows in it.
pub(super) fn announces(line: &[u8]) -> bool {
    memchr::memmem::find(line, ANNOUNCES).is_some()
}

/// A head in which what is announced stands below.
pub(super) fn stands_apart(head: &[u8]) -> bool {
    lines(head).take(LINES).any(ends_announcing)
}

fn ends_announcing(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.ends_with(ANNOUNCES) || (line.ends_with(FIRST) && memchr::memmem::find(line, JOB).is_some())
}

/// The text with what is announced in the line of its sentence; empty lines follow, so that lines keep their numbers.
pub(super) fn together(text: &[u8]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(text.len());
    // Line ends that wait since the sentence.
    let mut waiting: Option<usize> = None;
    for (index, line) in lines(text).enumerate() {
        let is_blank = line.trim_ascii().is_empty();
        match &mut waiting {
            Some(ends) if is_blank => *ends += 1,
            Some(ends) => {
                joined.extend_from_slice(b"  ");
                joined.extend_from_slice(line.trim_ascii_start());
                if line.trim_ascii() == SECOND {
                    *ends += 1;
                    continue;
                }
                joined.extend(std::iter::repeat_n(b'\n', *ends));
                waiting = None;
            }
            None => {
                if index > 0 {
                    joined.push(b'\n');
                }
                let announces = ends_announcing(line);
                joined.extend_from_slice(if announces { line.trim_ascii_end() } else { line });
                waiting = announces.then_some(1);
            }
        }
    }
    joined.extend(std::iter::repeat_n(b'\n', waiting.map_or(0, |ends| ends - 1)));
    joined
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn what_is_announced_comes_to_its_sentence() {
        let sentence = "The Execute method of job definition X (ID 1) threw an exception. More information is included below.";
        for (below, expected) in [
            ("\n\nGone.\nMore", "  Gone.\n\n\nMore"),
            ("\r\n \r\n  Gone.\n", "  Gone.\n\n\n"),
            ("\nGone.\n\nMore\n", "  Gone.\n\n\nMore\n"),
            ("\n\n", "\n\n"),
            ("", ""),
        ] {
            let text = format!("Event ID: 6398\n\n{sentence}{below}");
            let found = String::from_utf8(together(text.as_bytes())).unwrap();
            assert_eq!(found, format!("Event ID: 6398\n\n{sentence}{expected}"), "{below:?}");
        }
        let broken = sentence.replace(". More", ".\n\nMore");
        let found = together(format!("{broken}\n\nGone.\nMore").as_bytes());
        let whole = sentence.replace(". More", ".  More");
        assert_eq!(String::from_utf8(found).unwrap(), format!("{whole}  Gone.\n\n\n\n\nMore"));
    }
}
