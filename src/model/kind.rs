//! The kinds of file an administrator hands in, and the levels their records carry.

use std::fmt;

/// What a file is, decided from its content first and its name second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LogKind {
    /// `Upgrade.log` of the 12 hive: `[Component] [LEVEL] [time]: message`.
    Upgrade2007,
    /// `Upgrade-*.log` of the 14 hive: `[PROCESS] [Component] [LEVEL] [time]: message`.
    Upgrade2010,
    /// `Upgrade-*.log` of the 15 and 16 hives: nine tab-separated columns.
    Upgrade2013,
    /// `SiteUpgrade-*.log`: the columns of 2013, one site collection.
    SiteUpgrade,
    /// Unified Logging System trace of 2010 and later, and what `Merge-SPLogFile` writes.
    Uls,
    /// Unified Logging System trace of 2007: no correlation column.
    Uls2007,
    /// `PSCDiagnostics_*.log` of psconfig, any version.
    PscDiagnostics,
    /// What psconfig or a PowerShell window printed: a console capture or a transcript.
    Console,
    /// `Test-SPContentDatabase` output and Health Analyzer texts: sentences without a log prefix.
    Export,
    /// None of these.
    Unknown,
}

impl LogKind {
    /// Every kind that a rule file can name: the logs, and then exports.
    pub const ALL: [Self; 9] = [
        Self::Upgrade2007,
        Self::Upgrade2010,
        Self::Upgrade2013,
        Self::SiteUpgrade,
        Self::Uls,
        Self::Uls2007,
        Self::PscDiagnostics,
        Self::Console,
        Self::Export,
    ];

    /// The logs among them: what is scanned record by record.
    pub const LOGS: [Self; 8] = {
        let [logs @ .., _] = Self::ALL;
        logs
    };

    /// The published name, as in the JSON report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upgrade2007 => "upgrade-2007",
            Self::Upgrade2010 => "upgrade-2010",
            Self::Upgrade2013 => "upgrade-2013",
            Self::SiteUpgrade => "site-upgrade",
            Self::Uls => "uls",
            Self::Uls2007 => "uls-2007",
            Self::PscDiagnostics => "psc-diagnostics",
            Self::Console => "console",
            Self::Export => "export",
            Self::Unknown => "unknown",
        }
    }

    /// The kind with this name in a rule file.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The family a rule file names in `logs`.
    pub fn family(self) -> LogFamily {
        match self {
            Self::Upgrade2007 | Self::Upgrade2010 | Self::Upgrade2013 | Self::SiteUpgrade => {
                LogFamily::Upgrade
            }
            Self::Uls | Self::Uls2007 => LogFamily::Uls,
            Self::PscDiagnostics => LogFamily::PscDiagnostics,
            Self::Console => LogFamily::Console,
            Self::Export | Self::Unknown => LogFamily::Export,
        }
    }
}

impl fmt::Display for LogKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The log kinds a rule tells apart. A ULS record that embeds a whole upgrade line is `Upgrade`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LogFamily {
    /// Upgrade logs of every version, site upgrade logs, and upgrade lines embedded in ULS.
    Upgrade,
    /// ULS of every version.
    Uls,
    /// PSCDiagnostics.
    PscDiagnostics,
    /// Console captures and PowerShell transcripts.
    Console,
    /// Sentences from exports: `Test-SPContentDatabase`, Health Analyzer, Central Administration.
    Export,
}

impl LogFamily {
    /// Every family, in the order of their bits.
    pub const ALL: [Self; 5] = [Self::Upgrade, Self::Uls, Self::PscDiagnostics, Self::Console, Self::Export];

    /// The name used in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Uls => "uls",
            Self::PscDiagnostics => "psc-diagnostics",
            Self::Console => "console",
            Self::Export => "export",
        }
    }
}

/// How loud a record says it is. The severity of a finding never comes from here: it comes from the rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// DEBUG, Verbose, VerboseEx.
    Debug,
    /// INFO, INF, Medium, High, Monitorable, Information, and unknown words.
    Info,
    /// WARNING, WRN, Warning.
    Warning,
    /// ERROR, ERR, Critical, Unexpected, Exception, Error, Assert.
    Error,
}

impl Level {
    /// Every level, quietest first.
    pub const ALL: [Self; 4] = [Self::Debug, Self::Info, Self::Warning, Self::Error];

    /// The name used in rule files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
