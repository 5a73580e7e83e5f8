//! A trace log without end: many processes and threads at once, most of what they say unimportant.

use super::{BulkOptions, Counts, Refusals, Source};
use crate::calendar::Moment;
use crate::culture::Culture;
use crate::format::bracketed::Bracketed;
use crate::format::columns::Columns;
use crate::format::embedded::Embedding;
use crate::format::{Exception, Lane, Level, Record};
use crate::prng::{Guid, Prng};
use crate::vocabulary::{self, Phrase, TOKEN_SERVICE_DOWN, Words};

/// Critical records with a stack long enough to need a second line, in parts of a million.
const LONG: u64 = 1_500;
/// Records that enter or leave a monitored scope, in parts of a million.
const SCOPES: u64 = 300_000;

/// Several processes on two servers, each with several threads.
const PROCESSES: [(&str, &str, &str); 5] = [
    ("w3wp", "w3wp.exe", "SPS01"),
    ("OWSTIMER", "OWSTIMER.EXE", "SPS01"),
    ("w3wp", "w3wp.exe", "SPS02"),
    ("mssearch", "mssearch.exe", "SPS02"),
    ("wsstracing", "wsstracing.exe", "SPS01"),
];

const SCOPE_NAMES: [&str; 4] = [
    "Timer Job job-timer-locks",
    "Request (GET:http://portal.contoso.example:80/sites/team-00017/default.aspx)",
    "PostAuthenticateRequestHandler",
    "Render WebPart Zone g_7A4C1D02",
];

const FRAMES: [&str; 8] = [
    "Microsoft.SharePoint.SPSecurity.<>c__DisplayClass5.<RunWithElevatedPrivileges>b__3()",
    "Microsoft.SharePoint.Utilities.SecurityContext.RunAsProcess(CodeToRunElevated secureCode)",
    "Microsoft.SharePoint.SPSecurity.RunWithElevatedPrivileges(WaitCallback secureCode, Object param)",
    "Microsoft.SharePoint.SPSecurity.RunWithElevatedPrivileges(CodeToRunElevated secureCode)",
    "Microsoft.Office.Server.UserProfiles.UserProfile.CreateSite(String strRequestUrl, Boolean bCollision, Int32 overrideCompatLevel, Int32 lcid)",
    "Microsoft.Office.Server.UserProfiles.UserProfile.CreatePersonalSiteWithSQM(String mySitePortalUrl, Int32 overrideCompatLevel, Int32 lcid)",
    "Microsoft.Office.Server.UserProfiles.UserProfile.CreatePersonalSite(Int32 lcid)",
    "Microsoft.Office.Server.Utilities.TimerJobUtility.<>c__DisplayClass1.<ProcessWorkItem>b__0()",
];

/// A thread and what it is in the middle of.
struct Thread {
    lane: Lane,
    correlation: Option<Guid>,
    scope: Option<&'static str>,
}

/// The state of the writer.
pub(super) struct Traces {
    columns: Columns,
    culture: Culture,
    at: Moment,
    threads: Vec<Thread>,
    words: Words,
    phrases: Vec<Phrase>,
    refusals: Refusals,
    long: Exception,
    message: Vec<u8>,
}

impl Traces {
    /// A trace log from this moment on.
    pub(super) fn new(columns: Columns, start: Moment, options: &BulkOptions) -> Self {
        let mut prng = Prng::new(options.seed).fork("trace");
        let processes: Vec<Lane> = PROCESSES
            .iter()
            .map(|&(process, image, server)| {
                let (pid, tid) = (prng.windows_id(), 0);
                Lane { process, image, server: server.to_owned(), pid, tid }
            })
            .collect();
        let threads = (0..14)
            .map(|number| {
                let process = processes[number % processes.len()].clone();
                Thread { lane: Lane { tid: prng.windows_id(), ..process }, correlation: None, scope: None }
            })
            .collect();
        let long = Exception { text: "System.MissingMethodException: Method not found: 'Microsoft.SharePoint.SPSite Microsoft.SharePoint.SPSite.SelfServiceCreateSite(System.String, System.String, UInt32)'.".to_owned(), frames: FRAMES.to_vec() };
        Self {
            columns,
            culture: options.culture,
            at: start,
            threads,
            words: Words::new(prng, options.databases),
            phrases: vocabulary::trace(),
            refusals: Refusals::new(options),
            long,
            message: Vec::new(),
        }
    }

    /// The embedded bracketed line, as the timer service of 2010 leaves it.
    fn refuse(&mut self, thread: usize, site: Guid, out: &mut Vec<u8>) -> Counts {
        self.at = self.at.plus_seconds(self.words.prng.between(1, 6));
        vocabulary::refused(site, TOKEN_SERVICE_DOWN, &mut self.message);
        let lane = Lane { process: "OWSTIMER", image: "OWSTIMER.EXE", ..self.threads[thread].lane.clone() };
        let inner = Record {
            at: self.at,
            lane: &lane,
            area: "SharePoint Foundation",
            component: "SPContentDatabaseSequence",
            tag: "fbv7",
            level: Level::Debug,
            message: std::str::from_utf8(&self.message).expect("sentences and words are UTF-8"),
            exception: None,
            correlation: None,
        };
        let bracketed = Bracketed { culture: self.culture, with_process: true };
        let mut counts = Counts::default();
        for line in Embedding::Bracketed(bracketed).wrap(&inner) {
            let outer = Record {
                component: "Upgrade",
                tag: &line.tag,
                level: line.level,
                message: &line.message,
                ..inner
            };
            counts += self.columns.write(&outer, out);
        }
        counts
    }

    /// Enters a scope, or leaves the one the thread is in.
    fn scope(&mut self, thread: usize, extra: usize) -> (&'static str, &'static str, &'static str, Level) {
        let words = &mut self.words;
        if let Some(name) = self.threads[thread].scope.take() {
            let time = format!("{}.{:04}", words.prng.below(3000), words.prng.below(10_000));
            let text = format!("Leaving Monitored Scope ({name}). Execution Time={time}");
            self.message.extend_from_slice(text.as_bytes());
            return ("SharePoint Foundation", "Monitoring", "b4ly", Level::Verbose);
        }
        let name = *words.prng.pick(&SCOPE_NAMES);
        self.threads[thread].scope = Some(name);
        self.message.extend_from_slice(format!("Entering monitored scope ({name}). Parent No").as_bytes());
        self.message.resize(self.message.len() + extra.min(4), b'.');
        ("SharePoint Foundation", "Monitoring", "nasq", Level::Verbose)
    }

    /// Puts a sentence into the message and says in which columns it stands.
    fn sentence(&mut self, thread: usize, extra: usize) -> (&'static str, &'static str, &'static str, Level) {
        if self.words.prng.chance(SCOPES) {
            return self.scope(thread, extra);
        }
        let choice = self.words.prng.index(self.phrases.len());
        let phrase = &self.phrases[choice];
        phrase.say(&mut self.words, extra, &mut self.message);
        (phrase.area, phrase.component, phrase.tag, phrase.level)
    }
}

impl Source for Traces {
    fn head(&mut self, out: &mut Vec<u8>) -> Counts {
        self.columns.header(out)
    }

    fn record(&mut self, extra: usize, out: &mut Vec<u8>) -> Counts {
        self.message.clear();
        let thread = self.words.prng.index(self.threads.len());
        if let Some(site) = self.refusals.next(&mut self.words.prng) {
            return self.refuse(thread, site, out);
        }
        self.at = self.at.plus(self.words.prng.below(40));
        if self.words.prng.chance(100_000) {
            self.threads[thread].correlation =
                self.words.prng.chance(800_000).then(|| self.words.prng.guid());
        }
        let thrown = self.words.prng.chance(LONG);
        let (area, component, tag, level) = if thrown {
            self.message.extend_from_slice(b"My Site creation failure for user 'contoso\\user17'.");
            ("SharePoint Portal Server", "Administration", "5187", Level::Critical)
        } else {
            self.sentence(thread, extra)
        };
        let writer = &self.threads[thread];
        let record = Record {
            at: self.at,
            lane: &writer.lane,
            area,
            component,
            tag,
            level,
            message: std::str::from_utf8(&self.message).expect("sentences and words are UTF-8"),
            exception: thrown.then_some(&self.long),
            correlation: writer.correlation,
        };
        self.columns.write(&record, out)
    }

    fn refused(&self) -> Option<&Refusals> {
        Some(&self.refusals)
    }
}
