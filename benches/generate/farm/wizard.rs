//! The trace of a psconfig run: commands built, tasks run, ten seconds slept again and again.

use crate::calendar::Moment;
use crate::format::psc_diagnostics::Trace;

/// Sleeping is what psconfig does while the timer job works.
const NAP: u64 = 10;

/// When things happened in a psconfig run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) start: Moment,
    pub(crate) bootstrap_end: Moment,
    pub(crate) timer_start: Moment,
    pub(crate) timer_end: Moment,
    pub(crate) end: Moment,
}

/// How a psconfig run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    Succeeded,
    /// The timer job failed: the exclusive upgrader, the upgrade command, the upgrade as a whole.
    TimerJobFailed,
    /// As in 2007, where the job had another name.
    B2bUpgraderFailed,
    /// The timer service stopped under it.
    TimerServiceDied,
}

const COMMANDS: [(&str, &[&str]); 9] = [
    ("global", &["force", "restartiis", "upgradesessionid"]),
    (
        "upgrade",
        &["inplace", "wait", "finalize", "reghostonupgrade", "preserveolduserexperience", "runningupgrade"],
    ),
    ("configdb", &["create", "disconnect", "connect", "server", "database", "serverrole"]),
    ("helpcollections", &["installall"]),
    ("secureresources", &[]),
    ("services", &["install", "provision"]),
    ("installfeatures", &[]),
    ("adminvs", &["provision", "unprovision", "port"]),
    ("applicationcontent", &["install"]),
];

const RESOURCES: [(&str, &str); 5] = [
    ("UpgradeTaskFailConfigSyncDisplayLabel", "Failed to upgrade SharePoint Products."),
    ("ExceptionInfo", "An exception of type {0} was thrown.  Additional exception information: {1}"),
    (
        "InitializationTaskFailConfigSyncDisplayLabel",
        "Failed to initialize SharePoint Products configuration.",
    ),
    ("ConfigurationDatabaseTaskErrorOccurred", "An error occurred in the configuration database task."),
    ("UpgradeTaskDisplayLabel", "Upgrading SharePoint Products..."),
];

/// Writes the trace of a run; `aside` may say something of its own once the tasks have begun.
pub(crate) fn trace(version: &str, times: Times, outcome: Outcome, aside: impl FnOnce(&mut Trace)) -> Trace {
    let mut trace = Trace::new(times.start, version);
    trace.function("PsconfigMain.Main", |trace| {
        culture(trace);
        commands(trace);
        trace.on_thread(8);
        trace.function("TaskDriver.ExecuteTasks", |trace| {
            task(trace, "initialize", aside);
            trace.at = trace.at.max(times.start.plus_seconds(12));
            task(trace, "upgradebootstrap", |trace| trace.at = times.bootstrap_end);
            task(trace, "configdb", |_| ());
            task(trace, "upgrade", |trace| upgrade(trace, times, outcome));
            finish(trace, times);
        });
        trace.on_thread(1);
        trace.at = times.end;
        let code = if outcome == Outcome::Succeeded { "success" } else { "failure" };
        trace.inf(&format!("Return code indicates a {code}"));
    });
    trace
}

fn culture(trace: &mut Trace) {
    trace.function("Common.SetCurrentThreadCultureToInstalledCulture", |trace| {
        trace.function("Common.SetThreadCultureToInstalledCulture", |trace| {
            trace.inf("Current thread culture is English (United States), current thread ui culture is English (United States), installed culture is English (United States)");
        });
        trace.inf("The current ui culture English (United States) is NOT right to left");
    });
}

fn commands(trace: &mut Trace) {
    trace.function("TaskDriver.BuildCommandCollection", |trace| {
        for (command, parameters) in COMMANDS {
            trace.call("CommandCollectionBase.CommandCollectionBase");
            trace.call("Command.Command");
            for parameter in parameters {
                create(trace, command, parameter);
            }
        }
    });
    for (id, text) in RESOURCES {
        resource(trace, id, text);
    }
}

fn create(trace: &mut Trace, command: &str, parameter: &str) {
    trace.function("Parameter.Parameter", |trace| trace.call("Parameter.Initialze"));
    trace.function("BoolExposedParameter.BoolExposedParameter", |trace| {
        trace.inf(&format!("Creating the {parameter} bool exposed parameter"));
    });
    trace.function("Command.AddParameter", |trace| {
        trace.inf(&format!("Adding parameter {parameter} to command {command}"));
        trace.function("CommandCollectionBase.Add", |trace| {
            trace.inf(&format!("Adding entry {parameter} to collection."));
            trace.inf(&format!("Adding object with value {parameter} to the collection"));
        });
    });
}

fn resource(trace: &mut Trace, id: &str, text: &str) {
    trace.function("StringResourceManager.GetResourceString", |trace| {
        trace.inf(&format!("Resource id to be retrieved is {id} for language English (United States)"));
        trace.inf(&format!("Resource retrieved id {id} is {text}"));
    });
}

fn task(trace: &mut Trace, name: &str, body: impl FnOnce(&mut Trace)) {
    trace.inf(&format!("Found a task by the name of {name} in the task collection"));
    trace.function("TaskBase.Execute", |trace| {
        trace.inf(&format!("Executing task {name}"));
        body(trace);
    });
}

fn upgrade(trace: &mut Trace, times: Times, outcome: Outcome) {
    trace.at = times.timer_start.minus_seconds(2);
    trace.function("UpgradeTask.Run", |trace| {
        trace.inf("Creating the upgrade timer job and waiting for it to finish");
        trace.at = times.timer_start;
        while trace.at.plus_seconds(NAP) < times.timer_end {
            trace.inf("SyncUpgradeTimerJob: sleeping for 10 seconds");
            trace.at = trace.at.plus_seconds(NAP);
        }
        trace.at = times.timer_end.plus_seconds(1);
        conclude(trace, outcome);
    });
}

fn conclude(trace: &mut Trace, outcome: Outcome) {
    let exception = "An exception of type Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException was thrown.  Additional exception information: The upgrade command is invalid or a failure has been encountered.";
    let stack = [
        "Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException: Exception of type 'Microsoft.SharePoint.PostSetupConfiguration.PostSetupConfigurationTaskException' was thrown.",
        "   at Microsoft.SharePoint.PostSetupConfiguration.UpgradeTask.Run()",
        "   at Microsoft.SharePoint.PostSetupConfiguration.TaskThread.ExecuteTask()",
    ];
    match outcome {
        Outcome::Succeeded => trace.inf("SyncUpgradeTimerJob: the upgrade timer job has finished. Return 0."),
        Outcome::TimerJobFailed => {
            trace.err("The exclusive inplace upgrader timer job failed.", &[]);
            trace.err("Failed to upgrade SharePoint Products.", &[]);
            trace.err(exception, &stack);
        }
        Outcome::B2bUpgraderFailed => {
            trace.err("The B2B upgrader timer job failed.", &[]);
            trace.err("Failed to upgrade SharePoint Products.", &[]);
        }
        Outcome::TimerServiceDied => {
            trace.inf("SyncUpgradeTimerJob: SPTIMERV4 is not running anymore. Return -1.");
            trace.err("The exclusive inplace upgrader timer job failed.", &[]);
            trace.err("Failed to upgrade SharePoint Products.", &[]);
        }
    }
}

fn finish(trace: &mut Trace, times: Times) {
    let tasks = ["secureresources", "services", "installfeatures", "applicationcontent", "finalize"];
    let step = times.end.since(trace.at) / 1000 / 7;
    for name in tasks {
        trace.at = trace.at.plus_seconds(step);
        task(trace, name, |trace| {
            for (id, text) in RESOURCES {
                resource(trace, id, text);
            }
            trace.function("ServiceHelper.Start", |trace| {
                trace.inf("Trying to start service W3SVC and waiting 120 sec to do so");
                trace.inf("service W3SVC is Running, nothing to do");
            });
        });
    }
}

impl Outcome {
    /// The codes of the rules that must find it.
    pub(crate) fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Succeeded => &[],
            Self::TimerJobFailed => &["UD01", "UD02", "UD09"],
            Self::B2bUpgraderFailed => &["UD01", "UD04"],
            Self::TimerServiceDied => &["UD01", "UD02", "UD03"],
        }
    }
}
