//! `spdoctor oauth token`: tokens of the command line, of files and of captures are taken apart and compared.

use std::path::Path;

use anyhow::{Context, bail};
use chrono::NaiveDateTime;

use super::{local_time, settings};
use crate::addin::AuditSettings;
use crate::addin::evidence::Evidence;
use crate::addin::join::{Joined, join};
use crate::addin::read::{ReadOptions, read};
use crate::addin::token::{Input, Keys, Settings, certificates_of, examine, parse_offset};
use crate::cli::{ListFormat, TokenArgs};
use crate::command::Outcome;
use crate::command::input::bounded::{bounded, within};
use crate::command::output::{remark, write};
use crate::command::targets::Targets;
use crate::model::audit::AuditSeverity;
use crate::model::byte_limit::ByteLimit;
use crate::model::token::{Token, TokenReport};
use crate::render::token as page;
use crate::wire::pretty;
use crate::wire::token_v1::TokenReportV1;

/// Most bytes of one input. A capture is held in memory while its exchanges are read one by one.
const MOST_BYTES: ByteLimit = ByteLimit::of_mib(1024);
/// Most bytes of one artefact that tokens are compared with.
const MOST_ARTEFACT_BYTES: ByteLimit = ByteLimit::of_mib(64);
/// Most files below the folders of artefacts.
const MOST_ARTEFACTS: usize = 50_000;

/// Runs the subcommand. `explain` tells which checks an error text points to.
///
/// # Errors
/// Wrong usage: a key, a time or an artefact that cannot be read; the output cannot be written.
pub fn run(args: &TokenArgs, explain: &dyn Fn(&str) -> Vec<String>) -> anyhow::Result<Outcome> {
    let targets = Targets::new([("-o", args.output.as_deref())])?;
    targets.spare(args.tokens.iter().map(Path::new))?;
    targets.spare(args.certificate.iter().chain(&args.artefacts))?;
    let now = settings::now(args.now.as_deref())?;
    let keys = keys(args)?;
    let artefacts = artefacts(args, now)?;
    let offset_minutes = match &args.utc_offset {
        Some(text) => {
            Some(parse_offset(text).with_context(|| "--utc-offset is no offset like +01:00 or -05:30")?)
        }
        None => local_time::offset_minutes(),
    };
    let (inputs, unreadable) = inputs(args)?;
    let borrowed: Vec<Input<'_>> = inputs.iter().map(|(path, bytes)| Input { path, bytes }).collect();
    let told = Settings { now, offset_minutes, keys: &keys, explain };
    let report = examine(&borrowed, artefacts.as_ref(), &told);
    write(args.output.as_deref(), |out| match args.format {
        ListFormat::Text => page::render(&report, out),
        ListFormat::Json => pretty::write(out, &TokenReportV1::new(&report, env!("CARGO_PKG_VERSION"))),
    })?;
    if !args.quiet && args.output.is_some() {
        remark(&report.summary.verdict);
    }
    Ok(outcome(&report, unreadable))
}

fn outcome(report: &TokenReport, unreadable: bool) -> Outcome {
    let findings = report.tokens.iter().flat_map(Token::chain).flat_map(|token| &token.findings);
    let wrong = findings.into_iter().any(|finding| finding.severity >= AuditSeverity::Error);
    let refused = report.failures.iter().any(|failure| !failure.expected);
    if unreadable {
        Outcome::Unreadable
    } else if wrong || refused {
        Outcome::Found
    } else if report.tokens.is_empty() {
        Outcome::NoLog
    } else if report.problems.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Unreadable
    }
}

/// Name and bytes of every input, and whether one could not be read.
type Inputs = (Vec<(String, Vec<u8>)>, bool);

/// No argument means standard input.
fn inputs(args: &TokenArgs) -> anyhow::Result<Inputs> {
    let standard = ["-".to_owned()];
    let values = if args.tokens.is_empty() { &standard[..] } else { &args.tokens };
    let (mut found, mut unreadable) = (Vec::new(), false);
    for (index, value) in values.iter().enumerate() {
        let number = index + 1;
        if value == "-" {
            let bytes = capture(std::io::stdin().lock()).context("cannot read standard input")?;
            found.push(("standard input".to_owned(), bytes));
        } else if is_token(value) {
            found.push((format!("argument {number}"), value.clone().into_bytes()));
        } else if Path::new(value).is_file() {
            match std::fs::File::open(value).map_err(anyhow::Error::from).and_then(capture) {
                Ok(bytes) => found.push((value.clone(), bytes)),
                Err(error) => {
                    unreadable = true;
                    remark(&format!("cannot read {value}: {error:#}"));
                }
            }
        } else {
            // The argument is not repeated: it may be a secret that was copied in part.
            bail!(
                "argument {number} ({} characters) is no file, and no token of the form header.payload.signature",
                value.chars().count()
            );
        }
    }
    Ok((found, unreadable))
}

/// A token, perhaps with the words in front of it, rather than a path.
fn is_token(value: &str) -> bool {
    let start = ["eyJ", "Bearer ", "bearer ", "Authorization:", "SPAppToken="]
        .iter()
        .any(|word| value.starts_with(word));
    start && value.contains('.')
}

fn capture(reader: impl std::io::Read) -> anyhow::Result<Vec<u8>> {
    bounded(reader, MOST_BYTES)?.with_context(|| {
        format!("it is larger than {MOST_BYTES}; cut the capture down to the exchanges that fail")
    })
}

fn keys(args: &TokenArgs) -> anyhow::Result<Keys> {
    let mut keys = Keys::default();
    for name in &args.client_secret_env {
        let secret =
            std::env::var(name).map_err(|_| anyhow::anyhow!("the environment variable {name} is not set"))?;
        keys.add_secret(name, &secret).map_err(anyhow::Error::msg)?;
    }
    for path in &args.certificate {
        let shown = path.display().to_string();
        let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
        let bytes = within(file, MOST_ARTEFACT_BYTES).with_context(|| format!("cannot read {shown}"))?;
        let found = read(&shown, &bytes, &ReadOptions::default());
        let mut certificates: Vec<Vec<u8>> = found
            .iter()
            .flat_map(|evidence| &evidence.certificates)
            .flat_map(|file| &file.certificates)
            .map(|certificate| certificate.der.clone())
            .collect();
        if certificates.is_empty() {
            certificates = certificates_of(&bytes);
        }
        if certificates.is_empty() {
            bail!("there is no certificate in {shown}");
        }
        for der in certificates {
            keys.add_certificate(&shown, &der).map_err(anyhow::Error::msg)?;
        }
    }
    Ok(keys)
}

/// The add-ins of the artefacts; `None` where none were given.
fn artefacts(args: &TokenArgs, now: NaiveDateTime) -> anyhow::Result<Option<Joined>> {
    if args.artefacts.is_empty() {
        return Ok(None);
    }
    let mut evidence = Evidence::default();
    let mut count = 0;
    for root in &args.artefacts {
        let shown = root.display();
        if !root.exists() {
            bail!("there is no {shown} to compare with");
        }
        for entry in walkdir::WalkDir::new(root).follow_links(true).sort_by_file_name() {
            let entry = entry.with_context(|| format!("cannot read the artefacts in {shown}"))?;
            if !entry.file_type().is_file() {
                continue;
            }
            count += 1;
            if count > MOST_ARTEFACTS {
                bail!(
                    "there are more than {MOST_ARTEFACTS} files to compare with; name the folder of the add-in"
                );
            }
            append(&mut evidence, entry.path());
        }
    }
    Ok(Some(join(evidence, &AuditSettings { now, target: None, suppressions: Vec::new() })))
}

fn append(evidence: &mut Evidence, path: &Path) {
    let shown = path.display().to_string().replace('\\', "/");
    let bytes = std::fs::File::open(path).and_then(|file| within(file, MOST_ARTEFACT_BYTES));
    match bytes {
        Ok(bytes) => {
            if let Some(found) = read(&shown, &bytes, &ReadOptions::default()) {
                evidence.append(found);
            }
        }
        Err(error) => remark(&format!("cannot compare with {shown}: {error}")),
    }
}
