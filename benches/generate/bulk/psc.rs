//! A PSCDiagnostics log without end: functions entered and left, resources read, psconfig asleep.

use super::{BulkOptions, Counts, Source};
use crate::calendar::Moment;
use crate::format::psc_diagnostics::Trace;
use crate::prng::Prng;

const FUNCTIONS: [&str; 6] = [
    "StringResourceManager.GetResourceString",
    "TaskDriver.ExecuteTask",
    "CommandCollectionBase.Add",
    "TaskCommon.EnsureIIs",
    "SPRegistry.GetValue",
    "ServiceHelper.Start",
];

const SENTENCES: [&str; 6] = [
    "Resource id to be retrieved is UpgradeTaskFailConfigSyncDisplayLabel for language English (United States)",
    "Resource retrieved id UpgradeTaskFailConfigSyncDisplayLabel is Failed to upgrade SharePoint Products.",
    "Adding object with value serverrole to the collection",
    "service W3SVC is Running, nothing to do",
    "Resource retrieved id ExceptionInfo is An exception of type {0} was thrown.  Additional exception information: {1}",
    "Found a task by the name of adminvs in the task collection",
];

/// The state of the writer.
pub(super) struct Wizard {
    trace: Trace,
    prng: Prng,
    head: Counts,
}

impl Wizard {
    /// A log from this moment on.
    pub(super) fn new(start: Moment, options: &BulkOptions) -> Self {
        let trace = Trace::new(start, "14.0.7015.1000");
        Self { head: trace.counts, trace, prng: Prng::new(options.seed).fork("psconfig") }
    }

    fn step(&mut self, extra: usize) {
        let trace = &mut self.trace;
        trace.at = trace.at.plus(self.prng.below(60));
        match (self.prng.below(1_000_000), trace.depth()) {
            (0..400, _) => trace.err(
                "An exception of type System.Net.Sockets.SocketException was thrown.  Additional exception information: A connection attempt failed because the connected party did not properly respond after a period of time",
                &["System.Net.Sockets.SocketException: A connection attempt failed", "   at System.Net.Sockets.TcpClient..ctor(String hostname, Int32 port)"],
            ),
            (400..900, _) => trace.wrn("We are going to ignore all SocketExceptions that are not SocketError.ConnectionRefused"),
            (900..30_000, _) => {
                trace.at = trace.at.plus_seconds(10);
                trace.inf("SyncUpgradeTimerJob: sleeping for 10 seconds");
            }
            (30_000..330_000, 0..8) | (_, 0) => trace.enter(FUNCTIONS[self.prng.index(FUNCTIONS.len())]),
            (330_000..630_000, _) => trace.leave(),
            (_, _) => {
                let sentence = SENTENCES[self.prng.index(SENTENCES.len())];
                let filler = " for parameter installall".repeat(extra / 25);
                trace.inf(&format!("{sentence}{filler}"));
            }
        }
    }
}

impl Source for Wizard {
    fn head(&mut self, out: &mut Vec<u8>) -> Counts {
        out.append(&mut self.trace.out);
        self.head
    }

    fn record(&mut self, extra: usize, out: &mut Vec<u8>) -> Counts {
        self.trace.counts = Counts::default();
        self.step(extra);
        out.append(&mut self.trace.out);
        self.trace.counts
    }
}
