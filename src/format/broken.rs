//! Errors of a console that its window, or mail, broke into lines: a record again, as they are for the rules.
//!
//! Where psconfig ends a sentence and where PowerShell ends an error is known, so no width has to be: a sentence about an
//! exception goes on until it says what the exception is, and an error of a cmdlet until the line that tells where it was.

use super::console::{begins_inside, is_cmdlet_error, level_word};
use super::wrapped::{self, length};
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// How many lines an error may have been broken into. Windows have 80 characters and more.
const PARTS: usize = 24;

/// How the sentence of psconfig about an exception begins, and behind what it says what that is.
const THROWN: &[u8] = b"An exception of type";
const SAYS: &[u8] = b"exception information:";

/// A head in which an error was broken.
pub(super) fn is_broken(head: &[u8]) -> bool {
    let lines: Vec<&[u8]> = lines(head).take(LINES).collect();
    (0..lines.len()).any(|index| parts(lines.get(index..).unwrap_or_default()) > 1)
}

/// The text with each error in one line. Empty lines stand behind what belongs to it, so that lines keep their numbers.
pub(super) fn mended(text: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = lines(text).collect();
    let mut mended: Vec<Vec<u8>> = Vec::with_capacity(lines.len());
    let (mut rest, mut gone) = (lines.as_slice(), 0);
    while let Some(&line) = rest.first() {
        if !is_attached(line) {
            mended.extend(std::iter::repeat_n(Vec::new(), gone));
            gone = 0;
        }
        let (error, behind) = rest.split_at_checked(parts(rest)).unwrap_or((rest, &[]));
        mended.push(if error.len() > 1 { in_one(error) } else { line.to_vec() });
        gone += error.len().saturating_sub(1);
        rest = behind;
    }
    mended.extend(std::iter::repeat_n(Vec::new(), gone));
    mended.join(&b'\n')
}

/// In how many lines stands the error that begins here; one, if none does.
fn parts(lines: &[&[u8]]) -> usize {
    let Some(&first) = lines.first() else { return 1 };
    let parts = if first.starts_with(THROWN) {
        parts_of_sentence(lines)
    } else if is_cmdlet_error(first) {
        parts_of_error(lines)
    } else if begins_inside(first) {
        parts_of_message(lines)
    } else {
        parts_of_remote_error(lines)
    };
    parts.unwrap_or(1)
}

/// The lines up to the one that says what was thrown, and those that its sentence goes on with.
fn parts_of_sentence(lines: &[&[u8]]) -> Option<usize> {
    let mut text = Vec::new();
    let mut count = 0;
    for line in lines.iter().take(PARTS) {
        if !is_open(&text, line) {
            break;
        }
        text.extend_from_slice(line);
        text.push(b' ');
        count += 1;
    }
    memchr::memmem::find(&text, SAYS).map(|_| count)
}

/// A sentence of which this much is known goes on with the line.
fn is_open(sentence: &[u8], line: &[u8]) -> bool {
    if sentence.is_empty() {
        return true;
    }
    let ends = sentence.trim_ascii_end().last().is_some_and(|last| matches!(last, b'.' | b'!' | b'?'));
    let says = memchr::memmem::find(sentence, SAYS).is_some();
    // One of the two blanks behind a sentence may have come to the next line.
    let line = if says { line } else { line.trim_ascii_start() };
    let begins = wrapped::begins(line, b"") || level_word(line) != b"INFO";
    !begins && (!says || sentence.trim_ascii_end().ends_with(SAYS) || (!ends && !is_of_psconfig(line)))
}

/// Lines that psconfig prints behind an error.
fn is_of_psconfig(line: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 5] =
        [b"Total number of ", b"Performing ", b"Successfully ", b"SharePoint ", b"Microsoft "];
    OPENINGS.iter().any(|opening| line.starts_with(opening))
}

/// An exception, and the line that its sentence goes on with: in the middle, as a small letter tells.
fn parts_of_message(lines: &[&[u8]]) -> Option<usize> {
    let [first, second, ..] = lines else { return None };
    let ends = first.trim_ascii_end().last().is_some_and(|last| matches!(last, b'.' | b'!' | b'?' | b':'));
    let goes_on = second.first().is_some_and(u8::is_ascii_lowercase) && !wrapped::begins(second, b"");
    (goes_on && !ends && length(first) >= *wrapped::WIDTHS.start()).then_some(2)
}

/// The lines up to the one that tells where in a script the error was.
fn parts_of_error(lines: &[&[u8]]) -> Option<usize> {
    let behind = lines.iter().skip(1).take(PARTS);
    let end = behind.take_while(|line| !line.trim_ascii().is_empty()).position(|line| tells_where(line))?;
    let is_whole =
        lines.iter().skip(1).take(end).all(|line| !is_attached(line) && level_word(line) == b"INFO");
    is_whole.then_some(end + 1)
}

/// Lines of an error of a remote PowerShell, which has no name in front of it and no `At` below: up to its category. What
/// else stands right above it cannot be told from it.
fn parts_of_remote_error(lines: &[&[u8]]) -> Option<usize> {
    const REMOTE: &[u8] = b"+ FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.";
    let parts = lines.iter().take(PARTS).take_while(|line| is_of_message(line)).count();
    let mut below = lines.iter().skip(parts).map(|line| line.trim_ascii_start());
    let is_error = below.next().is_some_and(|line| line.starts_with(b"+ CategoryInfo "))
        && below.take(PARTS).take_while(|line| !line.is_empty()).any(|line| line.starts_with(REMOTE));
    (parts > 1 && is_error).then_some(parts)
}

fn is_of_message(line: &[u8]) -> bool {
    const OTHERS: [&[u8]; 2] = [b"PS ", b"VERBOSE:"];
    !line.trim_ascii().is_empty()
        && !is_attached(line)
        && level_word(line) == b"INFO"
        && !OTHERS.iter().any(|other| line.starts_with(other))
}

/// `At line:1 char:24`, `At C:\scripts\mount.ps1:3 char:5`, `+ Mount-SPContentDatabase …`.
fn tells_where(line: &[u8]) -> bool {
    let at = line.starts_with(b"At ") && memchr::memmem::find(line, b" char:").is_some();
    at || line.starts_with(b"+ ")
}

/// The line belongs to the one above it.
fn is_attached(line: &[u8]) -> bool {
    line.first().is_some_and(|first| matches!(first, b' ' | b'\t' | b'+'))
}

/// Lines as one. A window fills all but the last of them, and cuts words.
fn in_one(lines: &[&[u8]]) -> Vec<u8> {
    let width = lines.iter().map(|line| length(line)).max().unwrap_or(0);
    let (_, full) = lines.split_last().unwrap_or((&b"".as_slice(), &[]));
    let cuts_words = full.len() > 1 && full.iter().all(|line| length(line) == width);
    let mut text = Vec::new();
    for line in lines {
        if !cuts_words && !text.is_empty() {
            text.truncate(text.trim_ascii_end().len());
            text.push(b' ');
        }
        text.extend_from_slice(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{is_broken, mended};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert!(is_broken(text.as_bytes()), "{text}");
        assert_eq!(String::from_utf8(mended(text.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn a_sentence_goes_on_until_it_says_what_was_thrown() {
        let whole =
            "An exception of type A.B was thrown. Additional exception information: The Login failed.";
        for broken in [
            "An exception of type A.B was thrown.  Additional\nexception information: The Login failed.",
            "An exception of type\nA.B\nwas thrown. Additional exception information:\nThe Login failed.",
            "An exception of type A.B was thrown.\nAdditional exception information: The Login failed.",
            "An exception of type A.B was thrown.  Additional exception information: The\nLogin failed.",
        ] {
            let gone = "\n".repeat(broken.matches('\n').count());
            for (below, behind) in
                [("", ""), ("", "\nTotal"), ("\n   at Y()", "\nA.B: Login failed.\n   at X()")]
            {
                let found = mended(format!("{broken}{below}{behind}").as_bytes());
                let found = String::from_utf8(found).unwrap().replace("  Add", " Add");
                assert_eq!(found, format!("{whole}{below}{gone}{behind}"), "{broken}");
            }
        }
    }

    #[test]
    fn an_error_of_a_remote_window_goes_on_until_its_category() {
        let below = "    + CategoryInfo          : InvalidData: () [], CimException\n    + FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.SPCmdletNewX\n";
        check(
            &format!("PS C:\\> .\\a.ps1\nThe gizmo\nis gone.\n{below}\nMore\n"),
            &format!("PS C:\\> .\\a.ps1\nThe gizmo is gone.\n{below}\n\nMore\n"),
        );
        for whole in [
            format!("Gone.\n{below}"),
            format!("More\n\nGone.\n{below}"),
            "The gizmo\nis gone.\n    + CategoryInfo : X\n    + FullyQualifiedErrorId : Other\n".to_owned(),
        ] {
            assert!(!is_broken(whole.as_bytes()), "{whole}");
        }
    }

    #[test]
    fn an_error_of_a_cmdlet_goes_on_until_its_place() {
        check(
            "Mount-SPContentDatabase : Login\nfailed.\nAt line:1 char:2\n+ Mount\nMore",
            "Mount-SPContentDatabase : Login failed.\n\nAt line:1 char:2\n+ Mount\nMore",
        );
        check(
            "Mount-SPContentDatabase : Cannot open th\ne database \"WSS_Content\" of a farm. It i\ns gone.\nAt line:1 char:2",
            "Mount-SPContentDatabase : Cannot open the database \"WSS_Content\" of a farm. It is gone.\n\n\nAt line:1 char:2",
        );
    }

    #[test]
    fn what_is_whole_stays() {
        for text in [
            "An exception of type A.B was thrown.  Additional exception information: Access is denied\nTotal number of configuration settings run: 3",
            "An exception of type A.B was thrown.\n\nAdditional exception information: X",
            "An exception of type A.B was thrown.\nFailed to upgrade SharePoint Products.",
            "Mount-SPContentDatabase : Login failed.\nAt line:1 char:2",
            "Mount-SPContentDatabase : Login failed.\nMore\n\nAt line:1 char:2",
            "",
        ] {
            assert!(!is_broken(text.as_bytes()), "{text}");
            assert_eq!(String::from_utf8(mended(text.as_bytes())).unwrap(), text);
        }
    }
}
