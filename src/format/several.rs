//! Logs of several forms in one text, as somebody puts together what is to be asked about, or `type *.log` does: the
//! stretches of each form are read as a log of their own.
//!
//! What has no prefix goes on with the stretch above it. Lines keep their numbers: of a part, those of the others are
//! empty.

use super::{bracketed, psc_diagnostics, recognise, uls};
use crate::text::lines::lines;

/// What tells one log from the next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// `[Component] [LEVEL] [time]: message`.
    Bracketed,
    /// The columns of ULS, and of the upgrade logs that have them.
    Columns,
    /// PSCDiagnostics.
    PscDiagnostics,
    /// What a console says, above the first record.
    Console,
}

impl Form {
    /// The form of a record that this line opens, or that it stands above.
    fn of(line: &[u8]) -> Option<Self> {
        // What has tabs is told sooner by its columns; what has none may have words of ULS in what psconfig says.
        const TIME: usize = 32;
        if line.get(..TIME).unwrap_or(line).contains(&b'\t') {
            Self::columns(line).or_else(|| Self::without_tabs(line))
        } else {
            Self::without_tabs(line).or_else(|| Self::columns(line))
        }
    }

    fn columns(line: &[u8]) -> Option<Self> {
        let is_record = || uls::header(line).is_some_and(|header| !header.time.is_empty());
        (uls::is_column_header(line) || is_record()).then_some(Self::Columns)
    }

    fn without_tabs(line: &[u8]) -> Option<Self> {
        if psc_diagnostics::header(line).is_some() || psc_diagnostics::is_opening_line(line) {
            Some(Self::PscDiagnostics)
        } else {
            bracketed::header(line).map(|_| Self::Bracketed)
        }
    }
}

/// The forms in samples of a text, in the order in which they are met; of the first sample it is seen how the text begins.
pub(super) fn forms(samples: &[impl AsRef<[u8]>]) -> Vec<Form> {
    let mut forms = Vec::new();
    for form in samples.iter().flat_map(|sample| lines(sample.as_ref())).filter_map(Form::of) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    let above = samples.first().map(|sample| above_records(sample.as_ref())).unwrap_or_default();
    if !forms.is_empty() && recognise::is_spoken(above) {
        forms.insert(0, Form::Console);
    }
    forms
}

/// What stands above the first record.
fn above_records(text: &[u8]) -> &[u8] {
    let lines_above = text
        .split_inclusive(|byte| *byte == b'\n')
        .take_while(|line| lines(line).next().and_then(Form::of).is_none());
    text.get(..lines_above.map(<[u8]>::len).sum()).unwrap_or_default()
}

/// The text with nothing but the stretches of this form. What stands above all records is of a console if one speaks
/// there, and else goes with the first of them.
pub(super) fn only(text: &[u8], form: Form) -> Vec<u8> {
    let first = lines(text).find_map(Form::of);
    let begins = if recognise::is_spoken(above_records(text)) { Some(Form::Console) } else { first };
    let (mut current, mut part) = (begins, Vec::with_capacity(text.len()));
    for (index, line) in lines(text).enumerate() {
        if index > 0 {
            part.push(b'\n');
        }
        current = Form::of(line).or(current);
        if current == Some(form) {
            part.extend_from_slice(line);
        }
    }
    part
}

/// A part from its first line that is not empty.
pub(super) fn begun(part: &[u8]) -> &[u8] {
    let first = part.iter().position(|byte| *byte != b'\n').unwrap_or(part.len());
    part.get(first..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Form, forms, only};
    use proptest::prelude::*;

    const LINES: [&str; 6] = [
        "[PSCONFIG] [SPManager] [INFO] [3/14/2026 1:00:00 PM]: x",
        "03/14/2026 22:15:41  1  INF          Entering function Common.Main",
        "03/14/2026 22:15:41.53 \tOWSTIMER.EXE (0x1B64)\t0x2B1C\tSharePoint Foundation\tTimer\t6398\tMedium\tNothing.\t",
        "   at Microsoft.SharePoint.SPSite..ctor()",
        "",
        "Upgrade-SPContentDatabase : Object reference not set to an instance of an object.",
    ];

    #[test]
    fn what_a_console_says_above_the_records_is_a_part() {
        let text = [LINES[5], "", LINES[2], LINES[3], LINES[0]].join("\n");
        assert_eq!(forms(&[text.as_bytes()]), [Form::Console, Form::Columns, Form::Bracketed]);
        let console = format!("{}\n\n\n\n", LINES[5]);
        assert_eq!(String::from_utf8(only(text.as_bytes(), Form::Console)).unwrap(), console);
        let columns = format!("\n\n{}\n{}\n", LINES[2], LINES[3]);
        assert_eq!(String::from_utf8(only(text.as_bytes(), Form::Columns)).unwrap(), columns);
    }

    #[test]
    fn a_sentence_above_the_records_goes_with_the_first() {
        let text = ["psconfig fails:", LINES[1], "and ULS says", LINES[2]].join("\n");
        assert_eq!(forms(&[text.as_bytes()]), [Form::PscDiagnostics, Form::Columns]);
        let part = ["psconfig fails:", LINES[1], "and ULS says", ""].join("\n");
        assert_eq!(String::from_utf8(only(text.as_bytes(), Form::PscDiagnostics)).unwrap(), part);
    }

    proptest! {
        /// Each line stands in one part, at its place.
        #[test]
        fn the_parts_are_the_text(picked in proptest::collection::vec(0..LINES.len(), 1..24)) {
            let text = picked.iter().map(|line| LINES[*line]).collect::<Vec<_>>().join("\n");
            let forms = forms(&[text.as_bytes()]);
            prop_assume!(!forms.is_empty());
            let parts: Vec<String> =
                forms.iter().map(|form| String::from_utf8(only(text.as_bytes(), *form)).unwrap()).collect();
            for (index, line) in text.split('\n').enumerate() {
                let met: Vec<&str> = parts
                    .iter()
                    .map(|part| part.split('\n').nth(index).unwrap())
                    .filter(|line| !line.is_empty())
                    .collect();
                prop_assert_eq!(met.concat(), line);
                prop_assert!(met.len() <= 1);
            }
        }
    }
}
