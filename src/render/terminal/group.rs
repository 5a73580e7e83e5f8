//! Findings of one rule: a list has one line for them.

use std::collections::BTreeSet;

use super::counted;
use crate::model::database::database_key;
use crate::model::finding::{Evidence, Finding, Severity};
use crate::model::names::Names;
use crate::model::report::Report;
use crate::model::site::SiteId;
use crate::model::thrown::in_short;
use crate::render::table;
use crate::text::number;
use crate::text::placeholders;
use crate::text::quote::terminal as clean;

/// What stands in the place of names and numbers where texts that differ in nothing else are one finding.
const MASKS: [&str; 6] = ["<name>", "<url>", "<path>", "<guid>", "<number>", "<id>"];

/// Its records may name other things than the one that is shown.
fn is_an_example(finding: &Finding) -> bool {
    let is_masked = || {
        let template = finding.captures.get("template");
        template.is_some_and(|template| MASKS.iter().any(|mask| template.contains(mask)))
    };
    let mut texts = finding.evidence.iter().map(|evidence| evidence.text.as_str());
    let first = texts.next();
    let all_are_seen = finding.count <= finding.evidence.len() as u64;
    finding.count > 1 && is_masked() && !(all_are_seen && texts.all(|text| Some(text) == first))
}

/// Findings shown in detail before the rest is only counted.
const SHOWN: usize = 5;

/// A few codes; of many the first.
fn codes(codes: &[&str]) -> String {
    match codes {
        [first, rest @ ..] if rest.len() > 2 => format!("{first} and {} more", rest.len()),
        few => few.join(", "),
    }
}

/// All findings of one rule that are suppressed, or all that are not.
pub(super) struct Group<'a> {
    findings: Vec<&'a Finding>,
}

/// The groups, in the order of their first findings.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in &report.findings {
        let same = |group: &&mut Group<'_>| {
            group.code() == finding.code && group.is_suppressed() == finding.suppressed.is_some()
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Group { findings: vec![finding] }),
        }
    }
    groups
}

impl Group<'_> {
    pub(super) fn code(&self) -> &str {
        self.findings.first().map_or("", |finding| &finding.code)
    }

    pub(super) fn title(&self) -> &str {
        self.findings.first().map_or("", |finding| &finding.title)
    }

    pub(super) fn severity(&self) -> Severity {
        self.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info)
    }

    /// One tells for all: of many thousands none but the first is looked at, since each is asked for its group.
    fn is_suppressed(&self) -> bool {
        self.findings.first().is_some_and(|finding| finding.suppressed.is_some())
    }

    /// The verdict and the table of databases speak of it already.
    pub(super) fn is_headline(&self) -> bool {
        self.code() == Report::REFUSED && !self.is_suppressed()
    }

    /// Name, extent, and where to read on.
    pub(super) fn row(&self) -> Vec<String> {
        let name = self.findings.first().map_or("", |finding| &finding.rule);
        let causes: BTreeSet<&str> =
            self.findings.iter().flat_map(|finding| &finding.caused_by).map(String::as_str).collect();
        let suppressed = self.findings.iter().find_map(|finding| finding.suppressed.as_deref());
        let last = match (suppressed, causes.is_empty()) {
            (Some(reason), _) => format!("suppressed: {}", clean(reason)),
            (None, false) => format!("follows from {}", codes(&causes.into_iter().collect::<Vec<_>>())),
            (None, true) => format!("spdoctor explain {}", self.code()),
        };
        vec![format!("{} {}", self.code(), clean(name)), self.extent(), last]
    }

    /// `2 kinds, 14 records, 1 database`.
    fn extent(&self) -> String {
        let databases: BTreeSet<String> = self
            .findings
            .iter()
            .flat_map(|finding| &finding.databases)
            .map(|name| database_key(name))
            .collect();
        let mut parts = Vec::new();
        if self.findings.len() > 1 {
            parts.push(counted(self.findings.len() as u64, "kind"));
        }
        parts.push(counted(self.findings.iter().map(|finding| finding.count).sum(), "record"));
        if !databases.is_empty() {
            parts.push(counted(databases.len() as u64, "database"));
        }
        parts.join(", ")
    }

    /// What no rule explains has no name to go by: its texts are shown.
    pub(super) fn unexplained(&self, width: usize) -> Vec<String> {
        if !self.findings.iter().all(|finding| finding.is_unexplained()) {
            return Vec::new();
        }
        let texts = |finding: &&Finding| {
            let shown = finding.example().into_iter().flat_map(Evidence::shown);
            // The first is shown; where the others may name something else, it is an example.
            let how = if is_an_example(finding) { "like" } else { "x" };
            let count = format!("{:>6} {how} ", number::grouped(finding.count));
            let indent = " ".repeat(count.len());
            let margins = std::iter::once(count).chain(std::iter::repeat(indent));
            let line = |(margin, text)| {
                format!("{margin}{}", table::clipped(&clean(&in_short(text)), width.saturating_sub(20)))
            };
            margins.zip(shown).map(line).collect::<Vec<_>>()
        };
        self.findings.iter().take(SHOWN).flat_map(texts).collect()
    }

    /// A text of the rule with what all findings captured in place of its placeholders.
    pub(super) fn filled(&self, text: &str) -> String {
        placeholders::filled(text, |name| self.known(name))
    }

    /// The one value that the findings have for a capture; `None` if there are several.
    fn known(&self, name: &str) -> Option<&str> {
        let mut values = self.findings.iter().map(|finding| known(finding, name));
        let first = values.next().flatten()?;
        values.all(|value| value == Some(first)).then_some(first)
    }

    /// What is known of the first findings, as clean lines.
    pub(super) fn facts(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.findings.iter().take(SHOWN).flat_map(|finding| facts(finding)).collect();
        if self.findings.len() > SHOWN {
            lines.push(format!(
                "... and {} more of this kind; --format json lists all",
                self.findings.len() - SHOWN
            ));
        }
        lines
    }
}

fn facts(finding: &Finding) -> Vec<String> {
    let when = match (finding.first, finding.last) {
        (Some(first), Some(last)) if first == last => format!(", at {first}"),
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let mut lines = vec![format!("{}{when}", counted(finding.count, "record"))];
    let (concerned, of_all) = concerned(finding);
    for (what, names, of_all) in
        [("database", &finding.databases, finding.databases.len()), ("concerns", &concerned, of_all)]
    {
        if !names.is_empty() {
            lines.push(format!("{what}: {}", some_of(names, of_all)));
        }
    }
    if !finding.caused_by.is_empty() {
        let causes: Vec<&str> = finding.caused_by.iter().map(String::as_str).collect();
        lines.push(format!("follows from {}", causes.join(", ")));
    }
    if let Some(evidence) = finding.example() {
        let place = format!("{}  ", clean(&evidence.place.to_string()));
        let margins = std::iter::once(place.as_str()).chain(std::iter::repeat("  "));
        let line = |(margin, text)| format!("{margin}{}", table::clipped(&clean(text), 240));
        lines.extend(margins.zip(evidence.shown()).map(line));
    }
    lines
}

/// The one value that a finding has for a capture. A list holds all values of its kind, the captures those of one
/// record.
fn known<'f>(finding: &'f Finding, name: &str) -> Option<&'f str> {
    let captured = finding.captures.get(name);
    match name {
        "database" if finding.databases.len() == 1 => finding.databases.first(),
        "database" if !finding.databases.is_empty() => None,
        "site" => captured.filter(|_| finding.sites.ids().len() == 1),
        _ => captured.filter(|value| finding.object_count < 2 || !finding.objects.contains(value)),
    }
    .map(String::as_str)
}

/// How many names are told of a list.
const FEW: usize = 3;

/// The first things a finding concerns, and how many there are. Sites may be a million.
fn concerned(finding: &Finding) -> (Names, usize) {
    let sites = finding.sites.ids();
    let is_site = |name: &&String| {
        SiteId::parse(name.as_bytes())
            .is_some_and(|id| sites.binary_search(&id).is_ok() && id.to_string() == **name)
    };
    let all = sites.len() + finding.objects.iter().filter(|name| !is_site(name)).count();
    (sites.iter().take(FEW).map(ToString::to_string).chain(finding.objects.iter().cloned()).collect(), all)
}

fn some_of(names: &Names, of_all: usize) -> String {
    let shown: Vec<String> = names.iter().take(FEW).map(|name| table::clipped(&clean(name), 90)).collect();
    match of_all.saturating_sub(FEW) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
