//! `spdoctor explain`: the page of a rule or check, or those that fit an error text.

use std::collections::BTreeSet;

use anyhow::bail;
use indexmap::IndexSet;

use super::output::{columns, write};
use super::{Outcome, rules};
use crate::addin::explain::{Explanation, concerns_oauth, explain};
use crate::catalogue::Catalogue;
use crate::catalogue::card::Cards;
use crate::catalogue::hresult::{self, Hresult};
use crate::catalogue::rule::Rule;
use crate::cli::ExplainArgs;
use crate::render::{Setting, page};
use crate::scan::decode;
use crate::scan::rules::engine::Engine;
use crate::scan::rules::nearest;
use crate::text::quote::terminal as clean;

/// Runs the subcommand.
///
/// # Errors
/// No rule or check has this code or comes near this text; the output cannot be written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let text = args.text();
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words.iter().all(|word| is_code(word)) {
        return print_each(args, &words);
    }
    if args.rules.is_empty()
        && let Some(page) = page_of(text.trim())?
    {
        print_page(&page)?;
        return Ok(Outcome::Clean);
    }
    let engine = Engine::new(rules::catalogue(&args.rules)?);
    if let Some(rule) = engine.catalogue().get(text.trim()) {
        print_page(&page::markdown(rule))?;
        return Ok(Outcome::Clean);
    }
    // Nearly two hundred files: not read for a rule.
    let cards = rules::cards()?;
    if let Some(card) = cards.get(&text) {
        print_page(&page::check(card))?;
        return Ok(Outcome::Clean);
    }
    let mut found = matching(&engine, &text);
    if found.is_empty() {
        // Who types a sentence leaves out its full stop.
        found = matching(&engine, &format!("{}.", text.trim_end()));
    }
    let audit = explain(&cards, &text);
    match (found.as_slice(), audit.matches.as_slice(), audit.read.as_slice()) {
        ([rule], [], []) => print_page(&page::markdown(rule))?,
        ([], [], []) => {
            let known = rules::sound(hresult::built_in())?;
            let numbers = hresult::read(&known, &text);
            if numbers.is_empty() {
                return near(&engine, &text);
            }
            print_numbers(&engine, &text, &numbers)?;
        }
        _ => print_all(&found, &audit)?,
    }
    Ok(Outcome::Clean)
}

/// The pages of several codes, in the order in which they were typed; none of them where one is not known.
fn print_each(args: &ExplainArgs, codes: &[&str]) -> anyhow::Result<Outcome> {
    let own = if args.rules.is_empty() { None } else { Some(rules::catalogue(&args.rules)?) };
    let (mut pages, mut unknown) = (Vec::new(), Vec::new());
    for code in codes.iter().map(|code| code.to_uppercase()).collect::<IndexSet<_>>() {
        let own = own.as_ref().and_then(|catalogue| catalogue.get(&code)).map(page::markdown);
        match own.map_or_else(|| page_of(&code), |page| Ok(Some(page)))? {
            Some(page) => pages.push(page),
            None => unknown.push(code),
        }
    }
    if !unknown.is_empty() {
        bail!("no rule or check has the code {}; `spdoctor rules` lists them all", unknown.join(" or "));
    }
    pages.iter().try_for_each(|page| print_page(page))?;
    Ok(Outcome::Clean)
}

/// The page of the one rule or check inside the program that has this code or name: hundreds of files are not read.
fn page_of(code_or_name: &str) -> anyhow::Result<Option<String>> {
    if let Some(rule) = rules::sound(Catalogue::only(code_or_name))? {
        return Ok(Some(page::markdown(&rule)));
    }
    Ok(rules::sound(Cards::only(code_or_name))?.map(|card| page::check(&card)))
}

/// Checks that are told with name and symptom; of the others only the code is.
const LIKELY: usize = 6;

/// What was read out of the text, the rules and checks that fit it, and their pages: of the checks only the page of
/// the likeliest, since an error of add-ins has many possible causes.
fn print_all(found: &[&Rule], audit: &Explanation<'_>) -> anyhow::Result<()> {
    write(None, |out| {
        if !audit.read.is_empty() {
            writeln!(out, "The text says:\n")?;
            audit.read.iter().try_for_each(|sentence| writeln!(out, "  - {}", clean(sentence)))?;
            writeln!(out)?;
        }
        let count = found.len() + audit.matches.len();
        if count > 0 {
            writeln!(out, "{count} {} this text:\n", noun(found.len(), audit.matches.len()))?;
        }
        found
            .iter()
            .try_for_each(|rule| writeln!(out, "  {} {}: {}", rule.code, rule.name, clean(&rule.title)))?;
        for (card, symptom) in audit.matches.iter().take(LIKELY) {
            writeln!(out, "  {} {}: {}", card.code, card.name, clean(&card.title))?;
            writeln!(out, "       by: {}", clean(symptom))?;
        }
        let rest: Vec<&str> = audit.matches.iter().skip(LIKELY).map(|(card, _)| card.code.as_str()).collect();
        if !rest.is_empty() {
            writeln!(out, "  less likely: {}", rest.join(", "))?;
        }
        if count > 0 { writeln!(out) } else { Ok(()) }
    })?;
    found.iter().try_for_each(|rule| print_page(&page::markdown(rule)))?;
    if let Some((card, _)) = audit.matches.first() {
        print_page(&page::check(card))?;
    }
    if let Some((card, _)) = audit.matches.get(1) {
        write(None, |out| writeln!(out, "Read on with: spdoctor explain {}", card.code))?;
    }
    Ok(())
}

/// What error numbers say, with the rules that are often behind them, and those of which a part stands in the text, unless
/// it is about tokens. Every program of a farm writes such numbers, so none of the rules is certain.
fn print_numbers(engine: &Engine, text: &str, numbers: &[&Hresult]) -> anyhow::Result<()> {
    let catalogue = engine.catalogue();
    let mut likely: Vec<&Rule> = Vec::new();
    if !concerns_oauth(text) {
        likely.extend(numbers.iter().flat_map(|number| &number.rules).filter_map(|code| catalogue.get(code)));
        let near = nearest::rules(catalogue.rules(), text, 3).into_iter().map(|(rule, _)| rule);
        likely.extend(near.filter(|rule| has_telling_part(rule, text)));
    }
    let mut told = BTreeSet::new();
    likely.retain(|rule| told.insert(&rule.code));
    write(None, |out| {
        writeln!(out, "The text says:\n")?;
        for number in numbers {
            let Hresult { code, name, meaning, .. } = number;
            let of_windows =
                number.of_windows().map_or(String::new(), |error| format!(", error {error} of Windows"));
            writeln!(out, "  - 0x{code:08X} ({name}{of_windows}): {meaning}.")?;
        }
        writeln!(out, "\nNo rule matches it: such a number stands in errors of any program.")?;
        if likely.is_empty() {
            return Ok(());
        }
        writeln!(out, "Rules that may be behind it:\n")?;
        for rule in &likely {
            writeln!(out, "  {} {}: {}", rule.code, rule.name, clean(&rule.title))?;
        }
        writeln!(out, "\nRead on with: spdoctor explain {}", likely.first().map_or("", |rule| &rule.code))
    })
}

/// The shortest text of a rule that says something by itself.
const TELLING: usize = 10;

/// Whether a text that every match of a rule has stands here. Words that a rule has as well say nothing: Windows has a
/// sentence for each of its numbers, which is in examples of rules, too.
fn has_telling_part(rule: &Rule, text: &str) -> bool {
    let mut literals = rule.patterns.iter().flat_map(|pattern| &pattern.literals);
    literals.any(|literal| literal.len() >= TELLING && text.contains(literal.as_str()))
}

fn noun(rules: usize, checks: usize) -> &'static str {
    match (rules, checks) {
        (1, 0) => "rule matches",
        (_, 0) => "rules match",
        (0, 1) => "check may be behind",
        (0, _) => "checks may be behind",
        _ => "rules and checks may be behind",
    }
}

fn print_page(page: &str) -> anyhow::Result<()> {
    let clean: Vec<String> = page.lines().map(|line| clean(line).into_owned()).collect();
    let lines = if let Some(columns) = columns(None) {
        let setting = Setting { columns: Some(columns), ..Setting::default() };
        page::broken(&clean, setting.width())
    } else {
        clean
    };
    write(None, |out| {
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
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
    causes_first(found.into_iter().filter_map(|index| engine.rule(index)).collect())
}

/// Symptoms behind the rules that explain them, as a report tells them; else in the order of before.
fn causes_first(mut left: Vec<&Rule>) -> Vec<&Rule> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_symptom = |rule: &&Rule| left.iter().any(|other| rule.caused_by.contains(&other.code));
        let (symptoms, causes): (Vec<&Rule>, Vec<&Rule>) = left.iter().copied().partition(is_symptom);
        if causes.is_empty() {
            // Each is a symptom of another: there is no first one.
            ordered.extend(symptoms);
            break;
        }
        ordered.extend(causes);
        left = symptoms;
    }
    ordered
}

/// Two letters and two digits, like `UA01`.
fn is_code(text: &str) -> bool {
    matches!(text.as_bytes(), [first, second, tens, ones]
        if [first, second].iter().all(|byte| byte.is_ascii_alphabetic())
            && [tens, ones].iter().all(|byte| byte.is_ascii_digit()))
}

fn near(engine: &Engine, text: &str) -> anyhow::Result<Outcome> {
    if concerns_oauth(text) {
        bail!(
            "no check knows this text of add-ins and tokens; `spdoctor rules` lists them all, and `spdoctor oauth` looks for causes"
        );
    }
    if is_code(text.trim()) {
        bail!("no rule or check has this code; `spdoctor rules` lists them all");
    }
    let near = nearest::rules(engine.catalogue().rules(), text, 3);
    if near.is_empty() {
        bail!(
            "no rule or check has this code or name, and none comes near this text; `spdoctor rules` lists them all"
        );
    }
    write(None, |out| {
        writeln!(out, "No rule matches this text. The nearest:\n")?;
        for (rule, words) in &near {
            writeln!(out, "  {} {}: {}", rule.code, rule.name, clean(&rule.title))?;
            writeln!(out, "       shares: {}\n", clean(&words.join(" ")))?;
        }
        writeln!(out, "Read on with: spdoctor explain {}", near.first().map_or("", |(rule, _)| &rule.code))
    })?;
    Ok(Outcome::Clean)
}
