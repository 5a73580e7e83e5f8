//! What a file is: from its first lines, and from its name where they leave a choice.

use super::bracketed::Bracketed;
use super::stencil::Stencil;
use super::{Format, bracketed, console, psc_diagnostics, uls};
use crate::model::kind::LogKind;
use crate::text::lines::lines;

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// The kind of a log, from the head of its text and its file name. `Unknown` if no line has the form of a record.
pub fn recognise(file_name: &str, head: &[u8]) -> LogKind {
    let mut votes = Votes::default();
    for (index, line) in lines(head).take(LINES).enumerate() {
        votes.count(line);
        let left = LINES - index - 1;
        // Before half of them are counted nothing is decided.
        if index >= left && votes.are_decided(left) {
            break;
        }
    }
    match votes.winner() {
        LogKind::Upgrade2013 if file_name.to_ascii_lowercase().starts_with("siteupgrade-") => {
            LogKind::SiteUpgrade
        }
        LogKind::Unknown if is_console(head) => LogKind::Console,
        winner => winner,
    }
}

#[derive(Default)]
struct Votes {
    upgrade_2007: u32,
    upgrade_2010: u32,
    upgrade_2013: u32,
    uls: u32,
    uls_2007: u32,
    psc_diagnostics: u32,
    /// How the lines before began, where they were those of 2010.
    stencil: Stencil,
}

impl Votes {
    fn count(&mut self, line: &[u8]) {
        if self.stencil.fits(line).is_some() {
            self.upgrade_2010 += 1;
        } else if psc_diagnostics::header(line).is_some() || psc_diagnostics::is_opening_line(line) {
            self.psc_diagnostics += 1;
        } else if let Some(header) = bracketed::header(line) {
            if header.process.is_empty() {
                self.upgrade_2007 += 1;
            } else {
                self.upgrade_2010 += 1;
            }
            Bracketed.trace(&header, &mut self.stencil);
        } else if uls::is_column_header(line) {
            // The header row of the upgrade logs of 2013 is not known; these are the ULS ones.
            let row = if memchr::memmem::find(line, b"Correlation").is_some() {
                &mut self.uls
            } else {
                &mut self.uls_2007
            };
            *row += 1;
        } else if let Some(header) = uls::header(line) {
            *self.column_vote(&header) += 1;
        }
    }

    fn column_vote(&mut self, header: &super::Header<'_>) -> &mut u32 {
        let upgrade_level = matches!(header.level, b"DEBUG" | b"INFO" | b"WARNING" | b"ERROR");
        if header.area == uls::UPGRADE_AREA || (upgrade_level && !ends_with_exe(header.process)) {
            &mut self.upgrade_2013
        } else if matches!(
            header.area,
            b"Windows SharePoint Services" | b"Office Server" | b"SharePoint Portal Server 2007"
        ) {
            &mut self.uls_2007
        } else {
            &mut self.uls
        }
    }

    fn ranked(&self) -> [(u32, LogKind); 6] {
        [
            (self.upgrade_2010, LogKind::Upgrade2010),
            (self.upgrade_2007, LogKind::Upgrade2007),
            (self.upgrade_2013, LogKind::Upgrade2013),
            (self.uls, LogKind::Uls),
            (self.uls_2007, LogKind::Uls2007),
            (self.psc_diagnostics, LogKind::PscDiagnostics),
        ]
    }

    /// So many lines more could not change who wins.
    fn are_decided(&self, left: usize) -> bool {
        let mut votes = self.ranked().map(|(votes, _)| votes as usize);
        votes.sort_unstable();
        let [.., second, first] = votes;
        first > second + left
    }

    fn winner(&self) -> LogKind {
        let ranked = self.ranked();
        let most = ranked.iter().map(|(votes, _)| *votes).max().unwrap_or(0);
        // On a tie the first of the list stands.
        ranked
            .iter()
            .find(|(votes, _)| *votes == most && most > 0)
            .map_or(LogKind::Unknown, |&(_, kind)| kind)
    }
}

fn ends_with_exe(process: &[u8]) -> bool {
    process.len() > 4 && process.get(process.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(b".exe"))
}

/// Sentences that psconfig and the upgrade cmdlets print in a console.
const CONSOLE_MARKS: [&str; 14] = [
    "Windows PowerShell transcript start",
    "PowerShell transcript start",
    "SharePoint Products Configuration Wizard version",
    "Performing configuration task ",
    "Total number of configuration settings run",
    "% : SPContentDatabase Name=",
    "Upgrade-SPContentDatabase :",
    "Mount-SPContentDatabase :",
    "Upgrade-SPContentDatabase -",
    "Successfully initiated the upgrade sequence",
    "Failed to upgrade SharePoint Products",
    "WARNING: Database [SPContentDatabase",
    "-cmd upgrade -inplace",
    "(EventID:",
];

/// psconfig, its wizard or a cmdlet tells of a failure. Others quote such sentences, too.
pub fn tells_of_failure(head: &[u8]) -> bool {
    // A sentence that quotes it has it somewhere else.
    let thrown = |line: &[u8]| {
        let holds = |text: &str| memchr::memmem::find(line, text.as_bytes()).is_some();
        line.trim_ascii_start().starts_with(b"An exception of type ")
            && (holds(" was thrown") || holds("exception information:"))
    };
    lines(head).any(|line| thrown(line) || console::is_cmdlet_error(line))
}

fn is_console(head: &[u8]) -> bool {
    CONSOLE_MARKS.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some())
}
