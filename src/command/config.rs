//! `spdoctor.toml`: findings an administrator does not want to be told of, each with a reason.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;
use toml::Spanned;

use super::own_text;
use crate::model::place::Place;
use crate::model::suppression::Suppression;
use crate::text::clock::{Stamp, TimeOfDay};

/// The file that is read when none is named.
const DEFAULT: &str = "spdoctor.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    suppress: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    database: Option<String>,
    object: Option<String>,
    reason: String,
    until: Option<toml::value::Datetime>,
}

/// The suppressions of the file that was named, or of `spdoctor.toml` in the current folder, if there is one.
///
/// # Errors
/// The file cannot be read or is not valid; the message shows its line.
pub fn suppressions(named: Option<&Path>) -> anyhow::Result<Vec<Suppression>> {
    let Some(path) = file(named) else { return Ok(Vec::new()) };
    let read = own_text::read(path)?;
    if !read.sound {
        bail!("cannot read {}: it is no text in UTF-8 or UTF-16", path.display());
    }
    parse(&path.display().to_string(), &read.text)
}

/// The file with the suppressions, if there is one.
pub fn file(named: Option<&Path>) -> Option<&Path> {
    named.or_else(|| Some(Path::new(DEFAULT)).filter(|path| path.is_file()))
}

fn parse(path: &str, text: &str) -> anyhow::Result<Vec<Suppression>> {
    let file: File = toml::from_str(text).map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
    file.suppress.into_iter().map(|entry| suppression(path, text, entry)).collect()
}

fn suppression(path: &str, text: &str, entry: Spanned<Entry>) -> anyhow::Result<Suppression> {
    let start = entry.span().start;
    let line = text.get(..start).map_or(0, |before| before.matches('\n').count() as u64 + 1);
    let place = Place { path: path.to_owned(), line };
    let Entry { code, database, object, reason, until } = entry.into_inner();
    if reason.trim().is_empty() {
        bail!("{place}: a suppression needs a reason");
    }
    let until = until.map(|until| end_of(&place, &until)).transpose()?;
    Ok(Suppression { code, database, object, reason, until, place })
}

/// The suppression holds through the day it names.
fn end_of(place: &Place, until: &toml::value::Datetime) -> anyhow::Result<Stamp> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let date = until.date.with_context(|| format!("{place}: `until` needs a date, as in 2026-12-31"))?;
    let midnight =
        Stamp::new(i32::from(date.year), u32::from(date.month), u32::from(date.day), TimeOfDay::default());
    let midnight = midnight.with_context(|| format!("{place}: `until` is not a date that exists"))?;
    Ok(Stamp::from_millis(midnight.millis() + DAY))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_suppression_has_a_code_and_a_reason() {
        let text =
            "[[suppress]]\ncode = \"UB03\"\ndatabase = \"WSS_A\"\nreason = \"known\"\nuntil = 2026-12-31\n";
        let read = parse("spdoctor.toml", text).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].until.map(|until| until.to_string()).as_deref(), Some("2027-01-01T00:00:00"));
    }

    #[test]
    fn a_bad_file_is_told_with_its_line() {
        for (text, expected) in [
            ("[[suppress]]\ncode = \"UB03\"\nreason = \" \"\n", "needs a reason"),
            ("[[suppress]]\ncode = \"UB03\"\n", "reason"),
            ("[[suppress]]\ncode = \"UB03\"\nreason = \"x\"\nbecause = 1\n", "because"),
            ("[[suppress\n", "line 1"),
        ] {
            let error = format!("{:#}", parse("spdoctor.toml", text).unwrap_err());
            assert!(error.contains(expected) && error.contains("spdoctor.toml"), "{error}");
        }
    }
}
