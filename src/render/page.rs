//! The page of one rule in Markdown: for the documents, and for `explain`. All of it is text of a rule file.

use std::fmt::Write;

use crate::catalogue::rule::Rule;
use crate::model::report::RemedyStep;

/// The page.
pub fn markdown(rule: &Rule) -> String {
    let mut page = format!("# {} {}\n\n{}\n\n", rule.code, rule.name, rule.title);
    for fact in facts(rule) {
        let _ = writeln!(page, "- {fact}");
    }
    let _ = writeln!(page, "\n{}\n\n## Steps\n", rule.explanation.trim());
    for (index, step) in rule.steps.iter().enumerate() {
        page.push_str(&numbered(index + 1, step));
    }
    page.truncate(page.trim_end().len());
    page.push_str("\n\n## Looks like\n\n");
    for example in &rule.examples {
        let _ = writeln!(page, "```text\n{}\n```\n", example.text.trim_end().replace('\t', "    "));
    }
    if !rule.links.is_empty() {
        page.push_str("## Read more\n\n");
        for link in &rule.links {
            let _ = writeln!(page, "- <{link}>");
        }
    }
    format!("{}\n", page.trim_end())
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

/// The table of contents of all pages.
pub fn index(rules: &[Rule]) -> String {
    let mut page =
        String::from("# Rules\n\nOne page a rule, written from the rule files in `src/catalogue/rules`.\n\n");
    page.push_str("| code | name | severity | evidence | what it means |\n|---|---|---|---|---|\n");
    for rule in rules {
        let Rule { code, name, title, .. } = rule;
        let title = title.replace('|', "\\|");
        let _ = writeln!(
            page,
            "| [{code}]({code}.md) | {name} | {} | {} | {title} |",
            rule.severity,
            rule.grade.name()
        );
    }
    page
}
