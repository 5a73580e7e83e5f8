//! `spdoctor oauth token`: tokens of the command line, of files and of captures are taken apart and compared.

use std::path::Path;

use anyhow::{Context, bail};
use chrono::NaiveDateTime;

use super::walk::{self, Walked};
use super::{local_time, settings};
use crate::addin::AuditSettings;
use crate::addin::join::{Joined, join};
use crate::addin::read::{ReadOptions, read};
use crate::addin::token::{Input, Keys, Settings, certificates_of, examine, parse_offset};
use crate::cli::{ListFormat, TokenArgs};
use crate::command::Outcome;
use crate::command::input::LeftOut;
use crate::command::input::bounded::{bounded, within};
use crate::command::output::{columns, remark, write};
use crate::command::progress::Progress;
use crate::command::targets::Targets;
use crate::model::audit::AuditSeverity;
use crate::model::byte_limit::ByteLimit;
use crate::model::token::{Token, TokenProblem, TokenReport};
use crate::render::{Setting, token as page};
use crate::wire::pretty;
use crate::wire::token_v1::TokenReportV1;

/// Most bytes of one input. A capture is held in memory while its exchanges are read one by one.
const MOST_BYTES: ByteLimit = ByteLimit::of_mib(1024);
/// Most bytes of a file of certificates.
const MOST_CERTIFICATE_BYTES: ByteLimit = ByteLimit::of_mib(64);

/// Runs the subcommand. `explain` tells which checks an error text points to.
///
/// # Errors
/// Wrong usage: a key, a time or an artefact that cannot be read; the output cannot be written.
pub fn run(args: &TokenArgs, explain: &dyn Fn(&str) -> Vec<String>) -> anyhow::Result<Outcome> {
    let targets = Targets::new([("-o", args.output.as_deref())])?;
    targets.spare(args.tokens.iter().chain(&args.artefacts))?;
    targets.spare(&args.certificate)?;
    targets.probe()?;
    let now = settings::now(args.now.as_deref())?;
    let keys = keys(args)?;
    let artefacts = artefacts(args, now, &targets)?;
    let offset_minutes = match &args.utc_offset {
        Some(text) => {
            Some(parse_offset(text).with_context(|| "--utc-offset is no offset like +01:00 or -05:30")?)
        }
        None => local_time::offset_minutes(),
    };
    let (inputs, unreadable) = inputs(args)?;
    let borrowed: Vec<Input<'_>> = inputs.iter().map(|(path, bytes)| Input { path, bytes }).collect();
    let told = Settings { now, offset_minutes, keys: &keys, explain };
    let mut report = examine(&borrowed, artefacts.joined.as_ref(), &told);
    let is_short = artefacts.tell(&mut report, args.quiet);
    let setting = Setting { columns: columns(args.output.as_deref()), ..Setting::default() };
    write(args.output.as_deref(), |out| match args.format {
        ListFormat::Text => page::render(&report, &setting, out),
        ListFormat::Json => pretty::write(out, &TokenReportV1::new(&report, env!("CARGO_PKG_VERSION"))),
    })?;
    if !args.quiet && args.output.is_some() {
        remark(&report.summary.verdict);
    }
    Ok(outcome(&report, unreadable || is_short))
}

fn outcome(report: &TokenReport, unreadable: bool) -> Outcome {
    let findings = report.tokens.iter().flat_map(Token::chain).flat_map(|token| &token.findings);
    let wrong = findings.into_iter().any(|finding| finding.severity >= AuditSeverity::Error);
    let refused = report.failures.iter().any(|failure| !failure.expected);
    if unreadable {
        Outcome::Unreadable
    } else if wrong || refused {
        Outcome::Found
    } else if report.tokens.is_empty() && !report.broken_off {
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
        } else if is_token(value) || is_answer(value) {
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

/// What SharePoint answers, rather than a path.
fn is_answer(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    lower.starts_with("x-ms-diagnostics") || lower.contains(";reason=") || lower.starts_with("{\"error")
}

fn capture(reader: impl std::io::Read) -> anyhow::Result<Vec<u8>> {
    bounded(reader, MOST_BYTES)?.with_context(|| {
        format!("it is larger than {MOST_BYTES}; cut the capture down to the exchanges that fail")
    })
}

fn keys(args: &TokenArgs) -> anyhow::Result<Keys> {
    let mut keys = Keys::default();
    for name in &args.client_secret_env {
        let secret = settings::variable("--client-secret-env", name)?;
        keys.add_secret(name, &secret).map_err(anyhow::Error::msg)?;
    }
    for path in &args.certificate {
        let shown = path.display().to_string();
        let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
        let bytes = within(file, MOST_CERTIFICATE_BYTES).with_context(|| format!("cannot read {shown}"))?;
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

/// What tokens are compared with, and how reading it went.
#[derive(Default)]
struct Artefacts {
    /// The add-ins; `None` where no artefacts were given.
    joined: Option<Joined>,
    left_out: Vec<LeftOut>,
}

fn artefacts(args: &TokenArgs, now: NaiveDateTime, targets: &Targets) -> anyhow::Result<Artefacts> {
    if args.artefacts.is_empty() {
        return Ok(Artefacts::default());
    }
    if let Some(missing) = args.artefacts.iter().find(|root| !Path::new(root).exists()) {
        bail!("there is no {missing} to compare with");
    }
    let options = ReadOptions::default();
    let found = walk::find(&args.artefacts, &options);
    targets.spare_met(&found.met)?;
    let walked = walk::read_all(found, &args.artefacts, &options, &Progress::none());
    let Walked { evidence, left_out, .. } = walked;
    let joined =
        join(evidence, &AuditSettings { now, target: None, suppressions: Vec::new(), files: Vec::new() });
    Ok(Artefacts { joined: Some(joined.current()), left_out })
}

impl Artefacts {
    /// Tells what was left out; whether some of it could not be read.
    fn tell(self, report: &mut TokenReport, quiet: bool) -> bool {
        let (unreadable, passed_over): (Vec<LeftOut>, Vec<LeftOut>) =
            self.left_out.into_iter().partition(|left| left.unreadable);
        for left in passed_over.iter().filter(|_| !quiet) {
            remark(&format!("{}: {}", left.path, left.reason));
        }
        let is_short = !unreadable.is_empty();
        let problem = |left: LeftOut| TokenProblem {
            path: left.path,
            message: format!("not compared with: {}", left.reason),
        };
        report.problems.extend(unreadable.into_iter().map(problem));
        is_short
    }
}
