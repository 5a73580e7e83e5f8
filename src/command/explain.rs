//! `spdoctor explain`: the page of a rule, or the rules that fit an error text.

use anyhow::bail;

use super::output::write;
use super::{Outcome, rules};
use crate::catalogue::rule::Rule;
use crate::cli::ExplainArgs;
use crate::render::page;
use crate::scan::engine::Engine;
use crate::scan::{decode, nearest};
use crate::text::quote::terminal as clean;

/// Runs the subcommand.
///
/// # Errors
/// No rule has this code or comes near this text; the output cannot be written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let engine = Engine::new(rules::catalogue(&args.rules)?);
    let text = args.words.join(" ");
    if let Some(rule) = engine.catalogue().get(text.trim()) {
        print_page(rule)?;
        return Ok(Outcome::Clean);
    }
    let found = matching(&engine, &text);
    match found.as_slice() {
        [rule] => print_page(rule)?,
        [] => return near(&engine, &text),
        several => {
            write(None, |out| {
                writeln!(out, "{} rules match this text:\n", several.len())?;
                several
                    .iter()
                    .try_for_each(|rule| writeln!(out, "  {} {}: {}", rule.code, rule.name, rule.title))?;
                writeln!(out)
            })?;
            several.iter().try_for_each(|rule| print_page(rule))?;
        }
    }
    Ok(Outcome::Clean)
}

fn print_page(rule: &Rule) -> anyhow::Result<()> {
    let page = page::markdown(rule);
    write(None, |out| {
        for line in page.lines() {
            writeln!(out, "{}", clean(line))?;
        }
        writeln!(out)
    })
}

/// Rules that match the text as a whole log line, or as a bare message of any log.
pub fn matching<'e>(engine: &'e Engine, text: &str) -> Vec<&'e Rule> {
    let mut found: Vec<u16> = Vec::new();
    for record in decode::pasted(engine, text) {
        let verdict = engine.judge(record.family, record.level, record.message.as_bytes());
        found.extend(verdict.hits.iter().map(|(rule, _)| *rule));
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().filter_map(|index| engine.rule(index)).collect()
}

fn near(engine: &Engine, text: &str) -> anyhow::Result<Outcome> {
    let near = nearest::rules(engine.catalogue().rules(), text, 3);
    if near.is_empty() {
        bail!(
            "no rule has this code or name, and none comes near this text; `spdoctor rules` lists them all"
        );
    }
    write(None, |out| {
        writeln!(out, "No rule matches this text. The nearest:\n")?;
        for (rule, words) in &near {
            writeln!(out, "  {} {}: {}", rule.code, rule.name, rule.title)?;
            writeln!(out, "       shares: {}\n", clean(&words.join(" ")))?;
        }
        writeln!(out, "Read on with: spdoctor explain {}", near.first().map_or("", |(rule, _)| &rule.code))
    })?;
    Ok(Outcome::Clean)
}
