//! The page of one rule or check in Markdown: for the documents, and for `explain`. All of it is text of a rule file.

use std::fmt::Write;

use super::table;
use crate::catalogue::card::{Card, Cards};
use crate::catalogue::rule::Rule;
use crate::model::report::RemedyStep;

/// The page of a rule.
pub fn markdown(rule: &Rule) -> String {
    let mut page = head([&rule.code, &rule.name, &rule.title], &facts(rule), &rule.explanation, &rule.steps);
    page.push_str("\n\n## Looks like\n\n");
    for example in &rule.examples {
        let _ = writeln!(page, "```text\n{}\n```\n", example.text.trim_end().replace('\t', "    "));
    }
    with_links(page, &rule.links)
}

/// The page of a check of add-ins.
pub fn check(card: &Card) -> String {
    let mut page =
        head([&card.code, &card.name, &card.title], &card_facts(card), &card.explanation, &card.steps);
    page.push_str("\n\n");
    if !card.symptoms.is_empty() {
        page.push_str("## Looks like\n\n");
        for symptom in &card.symptoms {
            let _ = writeln!(page, "```text\n{symptom}\n```\n");
        }
    }
    with_links(page, &card.links)
}

/// Title, facts, explanation and steps.
fn head([code, name, title]: [&str; 3], facts: &[String], explanation: &str, steps: &[RemedyStep]) -> String {
    let mut page = format!("# {code} {name}\n\n{title}\n\n");
    for fact in facts {
        let _ = writeln!(page, "- {fact}");
    }
    let _ = writeln!(page, "\n{}\n\n## Steps\n", explanation.trim());
    for (index, step) in steps.iter().enumerate() {
        page.push_str(&numbered(index + 1, step));
    }
    page.truncate(page.trim_end().len());
    page
}

fn with_links(mut page: String, links: &[String]) -> String {
    if !links.is_empty() {
        page.push_str("## Read more\n\n");
        for link in links {
            let _ = writeln!(page, "- <{link}>");
        }
    }
    format!("{}\n", page.trim_end())
}

fn card_facts(card: &Card) -> Vec<String> {
    let mut severity = format!("Severity: {}", card.severity);
    for (state, other) in &card.severity_for {
        let _ = write!(severity, ", {other} for {state}");
    }
    let mut facts = vec![severity, "Looked for in: artefacts of add-ins, by `spdoctor oauth`".to_owned()];
    if !card.breaks.is_empty() {
        let flows: Vec<&str> = card.breaks.iter().map(|flow| flow.name()).collect();
        facts.push(format!("Breaks: {}", flows.join(", ")));
    }
    facts.push(format!("Follows: {}", card.consequence.trim()));
    facts.push(format!("Evidence: {}. {}", card.grade.name(), card.source.trim()));
    facts
}

fn facts(rule: &Rule) -> Vec<String> {
    let logs: Vec<&str> = rule.logs.iter().map(|log| log.name()).collect();
    let mut facts = vec![
        format!("Severity: {}{}", rule.severity, if rule.blocking { ", blocks the upgrade" } else { "" }),
        format!("Looked for in: {}", logs.join(", ")),
        format!("Known for SharePoint: {}", rule.versions.join(", ")),
        format!("Evidence: {}. {}", rule.grade.name(), rule.source.trim()),
    ];
    if rule.upgrade_content_database {
        facts.push("The remediation script upgrades the content databases concerned.".to_owned());
    }
    if let Some(before) = &rule.before_upgrade {
        facts.push(format!("Before that upgrade: {before}"));
    }
    if let Some(title) = &rule.outside_upgrade {
        facts.push(format!(
            "Information only, where a trace log has it from processes that upgrade nothing: \"{title}\"."
        ));
    }
    if !rule.caused_by.is_empty() {
        facts.push(format!("A symptom of, where found in the same session: {}", rule.caused_by.join(", ")));
    }
    facts
}

fn numbered(number: usize, step: &RemedyStep) -> String {
    let warning = if step.destructive { "**Deletes or overwrites; a last resort.** " } else { "" };
    let mut text = format!("{number}. {warning}{}\n", step.text.trim());
    if let Some(command) = &step.command {
        text.push_str("\n   ```powershell\n");
        for line in command.trim_end().lines() {
            let _ = writeln!(text, "   {line}");
        }
        text.push_str("   ```\n\n");
    }
    text
}

/// The lines of a page, those of prose broken at so many columns. Commands and samples stay as they are: they are there
/// to be copied.
pub fn broken(page: &[String], width: usize) -> Vec<String> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in page {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if is_code || is_fence {
            lines.push(line.clone());
            continue;
        }
        let start = opening(line);
        let (opening, text) = line.split_at_checked(start).unwrap_or(("", line));
        lines.push(format!("{opening}{}", table::wrapped(text, width, start)));
    }
    lines
}

/// Where the text of a line begins: behind its margin and the mark of a list.
fn opening(line: &str) -> usize {
    let text = line.trim_start();
    let margin = line.len() - text.len();
    let mark = match text.split_once(' ') {
        Some(("-", _)) => 2,
        Some((number, _))
            if number.ends_with('.') && number.bytes().next().is_some_and(|b| b.is_ascii_digit()) =>
        {
            number.len() + 1
        }
        _ => 0,
    };
    margin + mark
}

/// The table of contents of all pages.
pub fn index(rules: &[Rule], cards: &Cards) -> String {
    let mut page =
        String::from("# Rules\n\nOne page a rule, written from the rule files in `src/catalogue/rules`.\n\n");
    page.push_str(COLUMNS);
    for rule in rules {
        let Rule { code, name, title, severity, grade, .. } = rule;
        page.push_str(&row(code, name, severity.name(), grade.name(), title));
    }
    page.push_str(
        "\n# Checks of add-ins\n\nOne page a check, written from the cards in `src/catalogue/audit`.\n\n",
    );
    page.push_str(COLUMNS);
    for card in cards.iter() {
        page.push_str(&row(&card.code, &card.name, card.severity.name(), card.grade.name(), &card.title));
    }
    page
}

const COLUMNS: &str = "| code | name | severity | evidence | what it means |\n|---|---|---|---|---|\n";

fn row(code: &str, name: &str, severity: &str, grade: &str, title: &str) -> String {
    format!("| [{code}]({code}.md) | {name} | {severity} | {grade} | {} |\n", title.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn prose_is_broken_and_commands_are_not() {
        let page = [
            "Some text of words",
            "1. a step of words",
            "   ```powershell",
            "   a command of words",
            "   ```",
        ];
        let shown = broken(&page.map(str::to_owned), 14).join("\n");
        let expected =
            "Some text of\nwords\n1. a step of\n   words\n   ```powershell\n   a command of words\n   ```";
        assert_eq!(shown, expected);
    }
}
