//! `spdoctor oauth` and what belongs to it.

use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Subcommand, ValueEnum};

use super::{FailOn, InventoryScriptArgs, ListFormat, MOST_MIB};

/// How many threads may be asked for: more of them only cost time.
pub(super) fn threads() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=256)
}

/// `spdoctor oauth`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Every artefact that is found is read: .app packages, AppManifest.xml, web.config, sources, certificates, exports \
of registrations and of the farm. What a check needs and was not given is listed, never passed over.

EXIT CODES
  0  nothing at or above --fail-on
  1  something found
  2  wrong usage, or an internal error
  3  nothing that could be audited was found, files of other products at most: an audit that looked at no add-in
     must not pass for a clean one
  4  something could not be read; the report is written and names it

EXAMPLES
  spdoctor oauth Orders.app web.config registration.json certificate.cer
  spdoctor oauth C:\\src\\addins --format json -o audit.json
  spdoctor oauth Orders.app --domain apps.litware-travel.net --connect apps.litware-travel.net"
)]
pub struct OauthArgs {
    /// What else to do.
    #[command(subcommand)]
    pub action: Option<OauthAction>,

    /// Artefacts: files, folders, archives, globs, or - for standard input.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,

    /// The registered App Domain, for want of an export; repeatable.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub domain: Vec<String>,

    /// The client id that --domain and the like belong to. Default: every add-in.
    #[arg(long, value_name = "GUID")]
    pub client_id: Option<String>,

    /// A registered redirect address; repeatable.
    #[arg(long, value_name = "URL")]
    pub redirect_uri: Vec<String>,

    /// The realm of the farm, or the id of the tenant.
    #[arg(long, value_name = "GUID")]
    pub realm: Option<String>,

    /// When the client secret ends.
    #[arg(long, value_name = "DATE")]
    pub secret_expires: Option<String>,

    /// Where the add-ins run. Default: what the artefacts show; the report says what that was.
    #[arg(long, value_enum)]
    pub target: Option<AuditTarget>,

    /// The day against which ends and retirements are compared, UTC. Default: today.
    #[arg(long, value_name = "DATE")]
    pub now: Option<String>,

    /// Name of the environment variable with the password of .pfx files.
    #[arg(long, value_name = "NAME")]
    pub pfx_password_env: Option<String>,

    /// Fetch the certificate of this server over the network, whoever issued it; repeatable. Nothing else of this
    /// program uses the network.
    #[arg(long, value_name = "HOST[:PORT]")]
    pub connect: Vec<String>,

    /// Seconds that one --connect may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=120))]
    pub connect_timeout: u64,

    /// A file with certificates that SharePoint trusts as roots; repeatable.
    #[arg(long, value_name = "FILE")]
    pub root: Vec<PathBuf>,

    /// Write every date at which a secret or certificate ends: a calendar (.ics), or a table (.csv).
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,

    /// Write a PowerShell script with what can be mended by command; - for standard output.
    #[arg(long, value_name = "FILE")]
    pub fix_script: Option<PathBuf>,

    /// Write corrected manifests and permission XML into this folder, each with its difference. The originals are
    /// not touched.
    #[arg(long, value_name = "DIR")]
    pub fix_xml: Option<PathBuf>,

    /// Form of the report.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    /// In the text report, also show each add-in with evidence and remedies.
    #[arg(long)]
    pub details: bool,

    /// Write the report here instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The lowest severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Suppressions. Default: spdoctor.toml in the current folder, if there is one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Most MiB that one archive may expand to.
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=MOST_MIB))]
    pub max_expansion: u64,

    /// Threads, 1 to 256. Default: one for each processor.
    #[arg(long, value_name = "N", value_parser = threads())]
    pub threads: Option<usize>,

    /// No progress, no remarks on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Where add-ins run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum AuditTarget {
    /// SharePoint Online.
    Spo,
    /// A farm that trusts Azure ACS.
    OnpremLowTrust,
    /// A farm that trusts the certificate of the add-in.
    OnpremHighTrust,
    /// No add-in: a program with an app principal.
    ExternalApp,
}

/// `spdoctor oauth …`.
#[derive(Debug, Subcommand)]
pub enum OauthAction {
    /// Print the PowerShell script that exports registrations and trust of a farm (2013 to Subscription Edition).
    ExportScript(InventoryScriptArgs),
    /// Take context and access tokens apart: what they are, for whom, until when, and what refused them.
    Token(TokenArgs),
}

/// `spdoctor oauth token`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
A token in an argument is seen by whoever can list the processes of this machine: prefer a file or standard input.
No token, signature, secret or key of the cache is ever printed: they are shown as length and beginning of a digest.

EXIT CODES
  0  nothing wrong was found
  1  a token will be refused, or a response refused one
  2  wrong usage, or an internal error
  3  no token was found, and no answer that refuses one
  4  something could not be read

EXAMPLES
  spdoctor oauth token login.har --artefacts .\\addin
  Get-Clipboard | spdoctor oauth token --client-secret-env ADDIN_SECRET
  spdoctor oauth token fiddler.saz --now 2026-11-24T22:10:00Z --format json -o tokens.json")]
pub struct TokenArgs {
    /// Tokens, files with tokens in them, captures (.har of a browser, .saz of Fiddler), an answer that was copied
    /// (x-ms-diagnostics: 3000006;reason="…"), or - for standard input,
    /// which is the default.
    #[arg(value_name = "TOKEN|FILE")]
    pub tokens: Vec<String>,

    /// Artefacts of add-ins to compare with: a file or a folder of packages, configurations and registration
    /// exports; repeatable.
    #[arg(long, value_name = "PATH")]
    pub artefacts: Vec<String>,

    /// Check signatures with the client secret in this environment variable; repeatable.
    #[arg(long, value_name = "NAME")]
    pub client_secret_env: Vec<String>,

    /// Check signatures with the certificate in this file, PEM or DER; repeatable.
    #[arg(long, value_name = "FILE")]
    pub certificate: Vec<PathBuf>,

    /// Form of the report.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,

    /// Write the report here instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The moment against which times are compared, UTC: 2026-11-25, or 2026-11-25T13:30:00Z. Default: now.
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,

    /// By how much local time is ahead of UTC: +01:00. Default: what Windows says; elsewhere local times are left out.
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true)]
    pub utc_offset: Option<String>,

    /// No remarks on standard error.
    #[arg(short, long)]
    pub quiet: bool,
}
