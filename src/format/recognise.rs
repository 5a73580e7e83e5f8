//! What a file is: from its first lines, and from its name where they leave a choice.

use super::bracketed::Bracketed;
use super::log_name::{LogName, Named};
use super::stencil::Stencil;
use super::{Format, announcing, bracketed, console, psc_diagnostics, uls};
use crate::model::kind::LogKind;
use crate::text::lines::{lines, lines_back};

/// How many lines of the head are looked at.
const LINES: usize = 400;

/// So many records of one form, and none of another, are enough, if the last lines of the head show no other form.
const ENOUGH: u32 = 50;

/// How many lines these are.
const LAST: usize = 12;

/// The kind of a log, from the head of its text and its file name. `Unknown` if no line has the form of a record.
pub fn recognise(file_name: &str, head: &[u8]) -> LogKind {
    let mut votes = Votes::default();
    for (index, line) in lines(head).take(LINES).enumerate() {
        votes.count(line);
        let left = LINES - index - 1;
        // Before half of them are counted no majority is decided.
        if (votes.reach_enough() && of_the_last(head).agree_with(&votes))
            || (index >= left && votes.are_decided(left))
        {
            break;
        }
    }
    match votes.winner() {
        LogKind::Upgrade2013 => of_an_upgrade(file_name).unwrap_or(LogKind::Upgrade2013),
        // The logs of an upgrade begin with the same row, and a log that was just begun has nothing else.
        LogKind::Uls if votes.uls == votes.rows_of_columns => {
            of_an_upgrade(file_name).unwrap_or(LogKind::Uls)
        }
        LogKind::Unknown if is_console(head) => LogKind::Console,
        winner => winner,
    }
}

/// The votes of the last lines: logs that were put into one file are seen there.
fn of_the_last(head: &[u8]) -> Votes {
    let mut votes = Votes::default();
    lines_back(head).take(LAST).for_each(|line| votes.count(line));
    votes
}

#[derive(Default)]
struct Votes {
    upgrade_2007: u32,
    upgrade_2010: u32,
    upgrade_2013: u32,
    uls: u32,
    uls_2007: u32,
    psc_diagnostics: u32,
    /// Those of the votes for ULS that are no records.
    rows_of_columns: u32,
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
                self.rows_of_columns += 1;
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

    /// All are for one form, whose records are mistaken for no other as rows of columns may be, and there are just enough.
    fn reach_enough(&self) -> bool {
        let forms = [self.upgrade_2010, self.upgrade_2007, self.psc_diagnostics];
        self.sum() == ENOUGH && forms.contains(&ENOUGH)
    }

    /// They are for the same form, which has all votes on either side.
    fn agree_with(&self, others: &Self) -> bool {
        self.winner() == others.winner()
            && self.ranked().iter().any(|(votes, _)| *votes > 0 && *votes == self.sum())
    }

    fn sum(&self) -> u32 {
        self.ranked().iter().map(|(votes, _)| votes).sum()
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

/// The kind of a log by its name alone.
fn of_an_upgrade(file_name: &str) -> Option<LogKind> {
    match LogName::of(file_name)?.log {
        Named::Upgrade => Some(LogKind::Upgrade2013),
        Named::SiteUpgrade => Some(LogKind::SiteUpgrade),
        Named::PscDiagnostics | Named::Trace => None,
    }
}

fn ends_with_exe(process: &[u8]) -> bool {
    process.len() > 4 && process.get(process.len() - 4..).is_some_and(|end| end.eq_ignore_ascii_case(b".exe"))
}

/// Sentences that psconfig, the upgrade cmdlets and the pre-upgrade check print in a console.
const CONSOLE_MARKS: [&str; 17] = [
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
    "Processing configuration file: WssPreUpgradeCheck.xml",
    "Server side files are referenced in the content databases",
    "+ FullyQualifiedErrorId : Microsoft.SharePoint.PowerShell.",
];

/// psconfig, its wizard or a cmdlet tells of a failure. Others quote such sentences, too.
pub fn tells_of_failure(head: &[u8]) -> bool {
    // A sentence that quotes it has it somewhere else.
    let thrown = |line: &[u8]| {
        let holds = |text: &str| memchr::memmem::find(line, text.as_bytes()).is_some();
        line.trim_ascii_start().starts_with(b"An exception of type ")
            && (holds(" was thrown") || holds("exception information:"))
    };
    lines(head).any(|line| {
        thrown(line)
            || console::is_cmdlet_error(line)
            || console::is_adopted(line)
            || announcing::announces(line)
    })
}

/// psconfig or a cmdlet speaks in a text.
pub(super) fn is_spoken(text: &[u8]) -> bool {
    is_console(text) || tells_of_failure(text)
}

fn is_console(head: &[u8]) -> bool {
    CONSOLE_MARKS.iter().any(|mark| memchr::memmem::find(head, mark.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use crate::model::kind::LogKind;

    const ROW: &str = "Timestamp              \tProcess                                 \tTID   \tArea                          \tCategory                      \tEventID\tLevel     \tMessage \tCorrelation\r\n";

    #[test]
    fn a_log_that_has_only_its_columns_is_known_by_its_name() {
        for (name, kind) in [
            ("Upgrade-20260314-221541-531.log", LogKind::Upgrade2013),
            ("SiteUpgrade-20260314-221541-531.log", LogKind::SiteUpgrade),
            // A server may be called so.
            ("UPGRADE-20260314-2215.log", LogKind::Uls),
            ("Upgrade-01-20260314-2215.log", LogKind::Uls),
            ("SPS01-20260314-2215.log", LogKind::Uls),
        ] {
            assert_eq!(recognise(name, ROW.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn of_logs_in_one_file_the_longer_one_counts() {
        let upgrade = "[PSCONFIG] [SPManager] [INFO] [3/14/2026 1:00:00 PM]: x\r\n";
        let record = "03/14/2026 22:15:41.53 \tOWSTIMER.EXE (0x1B64)                   \t0x2B1C\tSharePoint Foundation         \tTimer                         \t6398\tMedium\tNothing.\t\r\n";
        for (upgrades, records, kind) in [
            (60, 0, LogKind::Upgrade2010),
            (60, 50, LogKind::Upgrade2010),
            (60, 70, LogKind::Uls),
            (30, 40, LogKind::Uls),
        ] {
            let text = upgrade.repeat(upgrades) + &record.repeat(records);
            assert_eq!(recognise("a.log", text.as_bytes()), kind, "{upgrades} {records}");
        }
    }

    #[test]
    fn records_tell_more_than_a_name() {
        let record = "03/14/2026 22:15:41.53 \tOWSTIMER.EXE (0x1B64)                   \t0x2B1C\tSharePoint Foundation         \tTimer                         \t6398\tMedium\tNothing.\t\r\n";
        let text = format!("{ROW}{record}");
        assert_eq!(recognise("Upgrade-20260314-221541-531.log", text.as_bytes()), LogKind::Uls);
    }
}
