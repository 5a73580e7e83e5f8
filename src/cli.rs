//! What was typed, nothing more.

mod arguments;
mod oauth;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use arguments::meant;
pub use oauth::{AuditTarget, OauthAction, OauthArgs, TokenArgs};

/// Most MiB that can be counted in bytes.
const MOST_MIB: u64 = u64::MAX >> 20;

/// Diagnostics for SharePoint farms: reads copied logs offline, says what is wrong and writes the cure.
///
/// Nothing is run on the farm, nothing is deleted, nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "spdoctor", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Diagnose upgrade logs: what is wrong, in which content databases, and the script that cures it.
    Upgrade(Box<UpgradeArgs>),
    /// Follow the newest upgrade sessions while they run: where they are, what goes wrong, what stands still.
    Watch(Box<WatchArgs>),
    /// Audit SharePoint add-ins offline: packages, configurations, certificates, registrations.
    Oauth(Box<OauthArgs>),
    /// Compare two runs: what was fixed, what is new, and which pass became slower.
    Compare(CompareArgs),
    /// List the rules and checks, or test rules of your own.
    Rules(RulesArgs),
    /// Explain a rule or check by its code or name, or find those that fit an error text.
    Explain(ExplainArgs),
    /// Print the PowerShell script that collects an inventory on a farm (2010 to Subscription Edition).
    InventoryScript(InventoryScriptArgs),
}

/// `spdoctor upgrade`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
EXIT CODES
  0  nothing found at or above --fail-on
  1  something found
  2  wrong usage, or an internal error
  3  no log found
  4  something could not be read; the report is still written and names it

EXAMPLES
  spdoctor upgrade C:\\copied\\LOGS --inventory sites.csv --script fix.ps1
  spdoctor upgrade SPS01.zip SPS02.zip --format json -o report.json")]
pub struct UpgradeArgs {
    /// Logs, folders of logs, .zip or .gz of logs, globs, or - for standard input. Default on Windows: this
    /// server's LOGS folders.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// An export of the farm that tells which database owns which site; repeatable. DB=FILE names the database
    /// of an enumallwebs export. `spdoctor inventory-script` prints the script that makes one.
    #[arg(long, value_name = "[DB=]FILE")]
    pub inventory: Vec<String>,

    /// Name the server whose logs lie under PATH; repeatable.
    #[arg(long, value_name = "NAME=PATH")]
    pub server: Vec<String>,

    /// Write the PowerShell script that upgrades the affected content databases; - for standard output.
    #[arg(long, value_name = "FILE.ps1")]
    pub script: Option<PathBuf>,

    /// In the script, upgrade databases in parallel, within Microsoft's limits. Needs an inventory with sizes
    /// and volumes.
    #[arg(long, requires = "script")]
    pub parallel: bool,

    /// With --parallel: spread the databases over these servers.
    #[arg(long, value_name = "SERVER,…", value_delimiter = ',', requires = "parallel")]
    pub server_lanes: Vec<String>,

    /// Form of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// In the text report, also show the evidence and the steps of every finding.
    #[arg(long)]
    pub details: bool,

    /// Write the report here instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The lowest severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Read dates in this order, against all evidence.
    #[arg(long, value_enum)]
    pub date_order: Option<DateOrder>,

    /// Only records from this moment on, on the servers' clocks: 2026-03-14 22:00, or -2h back from the newest
    /// record.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,

    /// Only records up to this moment.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,

    /// Only one session: last, all, an id from the report (s3), or the name of one of its logs. It has a window of time
    /// of its own.
    #[arg(long, value_name = "SESSION", default_value = "all", conflicts_with_all = ["since", "until"])]
    pub session: String,

    /// Rule files of your own; repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,

    /// Suppressions. Default: spdoctor.toml in the current folder, if there is one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Most MiB that one archive may expand to.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=MOST_MIB))]
    pub max_expansion: u64,

    /// Threads, 1 to 256. Default: one for each processor.
    #[arg(long, value_name = "N", value_parser = oauth::threads())]
    pub threads: Option<usize>,

    /// No progress, no remarks on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `spdoctor watch`.
#[derive(Debug, Args)]
#[command(after_help = "\
EXIT CODES
  those of `spdoctor upgrade`, for the report at the end

EXAMPLES
  spdoctor watch \\\\SPS02\\c$\\…\\16\\LOGS --until-done -o sps02.json
  spdoctor watch --inventory sites.csv --script fix.ps1
  spdoctor watch D:\\LOGS --format ndjson")]
pub struct WatchArgs {
    /// Folders of logs that are being written, also on a share. Default on Windows: this server's LOGS folders.
    #[arg(value_name = "DIR")]
    pub paths: Vec<String>,

    /// End with the report when every followed session has ended, or nothing was written for --idle minutes: for
    /// one minute, if all had ended before. Without it, Ctrl-C ends with the report.
    #[arg(long)]
    pub until_done: bool,

    /// Seconds between two looks at the logs.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub interval: u64,

    /// A session that wrote no record for this many seconds stands still.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..))]
    pub stall: u64,

    /// With --until-done: give up a session that wrote nothing for this many minutes.
    #[arg(long, value_name = "MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub idle: u64,

    /// Follow only logs that were written within this many minutes, or that are written from now on.
    #[arg(long, value_name = "MINUTES", default_value_t = 15)]
    pub recent: u64,

    /// No bell for a new error, a failed session or a standstill.
    #[arg(long)]
    pub no_bell: bool,

    /// An export of the farm that tells which database owns which site; repeatable.
    #[arg(long, value_name = "[DB=]FILE")]
    pub inventory: Vec<String>,

    /// Name the server whose logs lie under PATH; repeatable.
    #[arg(long, value_name = "NAME=PATH")]
    pub server: Vec<String>,

    /// At the end, write the PowerShell script that upgrades the affected content databases.
    #[arg(long, value_name = "FILE.ps1")]
    pub script: Option<PathBuf>,

    /// What is shown meanwhile.
    #[arg(long, value_enum, default_value_t = WatchFormat::Text)]
    pub format: WatchFormat,

    /// Write the report at the end here instead of standard output; as JSON if the name ends in .json.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The lowest severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Read dates in this order, against all evidence.
    #[arg(long, value_enum)]
    pub date_order: Option<DateOrder>,

    /// Rule files of your own; repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,

    /// Suppressions. Default: spdoctor.toml in the current folder, if there is one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What `watch` shows meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum WatchFormat {
    /// For people: on standard error, the report on standard output.
    Text,
    /// For programs: on standard output one JSON object a line, the report in the last; the first says which
    /// version.
    Ndjson,
}

/// Form of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs; `schema` says which version.
    Json,
    /// Where the time went as collapsed stacks, for flame graph tools (speedscope, inferno).
    Folded,
    /// Where the time went as Chrome trace events (opens in Perfetto).
    Trace,
}

/// Form of a list or a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs; `schema` says which version.
    Json,
}

/// From which severity on a finding is a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum FailOn {
    /// Errors only.
    #[default]
    Error,
    /// Warnings too.
    Warning,
    /// Never.
    Never,
}

/// The order of day, month and year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum DateOrder {
    /// 3/31/2012
    #[value(alias = "month-first")]
    Mdy,
    /// 31/3/2012
    #[value(alias = "day-first")]
    Dmy,
    /// 2012-03-31
    #[value(alias = "year-first")]
    Ymd,
}

/// `spdoctor compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
A pass of psconfig is compared with the pass before it on the same server; on a server that is new, with the \
slowest pass before.

EXIT CODES
  0  nothing got worse
  1  something got worse: a new error or warning, more refused sites, or a pass slower by more than 10 % and 60 s
  2  wrong usage, or a report that is none
  3  no log found, or no upgrade in AFTER where BEFORE has one
  4  something could not be read; the comparison is still written

EXAMPLES
  spdoctor compare before.json C:\\copied\\after
  spdoctor compare C:\\copied\\before C:\\copied\\after --inventory sites.csv --format json")]
pub struct CompareArgs {
    /// A JSON report of spdoctor, or logs: a file, a folder, an archive, a glob.
    #[arg(value_name = "BEFORE")]
    pub before: String,

    /// The same, from after.
    #[arg(value_name = "AFTER")]
    pub after: String,

    /// An export of the farm, used for logs on both sides; repeatable.
    #[arg(long, value_name = "[DB=]FILE")]
    pub inventory: Vec<String>,

    /// Name the server whose logs lie under PATH; repeatable.
    #[arg(long, value_name = "NAME=PATH")]
    pub server: Vec<String>,

    /// Form of the comparison.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    /// Write the comparison here instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Read dates in this order, against all evidence.
    #[arg(long, value_enum)]
    pub date_order: Option<DateOrder>,

    /// Rule files of your own; repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,

    /// Suppressions. Default: spdoctor.toml in the current folder, if there is one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Most MiB that one archive may expand to.
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = clap::value_parser!(u64).range(1..=MOST_MIB))]
    pub max_expansion: u64,

    /// Threads, 1 to 256. Default: one for each processor.
    #[arg(long, value_name = "N", value_parser = oauth::threads())]
    pub threads: Option<usize>,

    /// No progress on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `spdoctor rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Form of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    /// Rule files of your own, listed with the others; repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,

    /// What else to do with rules.
    #[command(subcommand)]
    pub action: Option<RulesAction>,
}

/// `spdoctor rules …`.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Check rule files and run their examples.
    Test {
        /// The folder with the rule files.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Write the page of every rule into a folder.
    Docs {
        /// The folder for the pages.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// Write nothing; fail if a page is missing or differs.
        #[arg(long)]
        check: bool,
    },
}

/// `spdoctor explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code or several (UA01 OB01), a name (sts-refused), or any error text.
    // Codes of errors are negative numbers on Windows.
    #[arg(value_name = "RULE|TEXT", required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,

    /// Rule files of your own; repeatable.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
}

/// `spdoctor inventory-script`.
#[derive(Debug, Args)]
pub struct InventoryScriptArgs {
    /// Write the script here instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
