//! An upgrade log without end: sequences at work, a few problems, sites refused now and then.

use super::{BulkOptions, Counts, Order, Refusals, Source, guid_of};
use crate::calendar::Moment;
use crate::format::columns::Columns;
use crate::format::{Dress, Exception, Lane, Level, Record};
use crate::prng::{Guid, Prng};
use crate::vocabulary::{self, Phrase, TOKEN_SERVICE_DOWN, Words};

/// Warnings and errors among the records, in parts of a million.
const WARNINGS: u64 = 2_000;
const ERRORS: u64 = 800;

/// The state of the writer.
pub(super) struct Upgrade {
    dress: Dress,
    header: Option<Columns>,
    at: Moment,
    lane: Lane,
    session: Guid,
    words: Words,
    phrases: Vec<Phrase>,
    refusals: Refusals,
    farm: u64,
    missing: u64,
    exception: Exception,
    message: Vec<u8>,
}

impl Upgrade {
    /// A log in this dress from this moment on.
    pub(super) fn new(dress: Dress, header: Option<Columns>, start: Moment, options: &BulkOptions) -> Self {
        let mut prng = Prng::new(options.seed).fork("upgrade");
        let lane = Lane {
            process: "OWSTIMER",
            image: "OWSTIMER.EXE",
            server: "SPS01".to_owned(),
            pid: prng.windows_id(),
            tid: prng.windows_id(),
        };
        let exception = Exception {
            text: "Feature definition id 'afce6e61-333a-475e-bc1f-b25a64dbc026' could not be found."
                .to_owned(),
            frames: vec![
                "Microsoft.SharePoint.Upgrade.SPSiteWssSequence2.UpgradeFeatures()",
                "Microsoft.SharePoint.Upgrade.SPUpgradeSession.Upgrade(Object o, Boolean bRecurse)",
            ],
        };
        Self {
            dress,
            header,
            at: start,
            session: prng.guid(),
            lane,
            words: match options.objects {
                Order::InOrder => Words::in_order(prng, options.databases),
                Order::AtRandom => Words::new(prng, options.databases),
            },
            phrases: vocabulary::upgrade(),
            refusals: Refusals::new(options),
            farm: options.farm_seed(),
            missing: options.missing.max(1),
            exception,
            message: Vec::new(),
        }
    }

    fn write(&self, component: &str, tag: &str, level: Level, exception: bool, out: &mut Vec<u8>) -> Counts {
        let record = Record {
            at: self.at,
            lane: &self.lane,
            area: "",
            component,
            tag,
            level,
            message: std::str::from_utf8(&self.message).expect("sentences and words are UTF-8"),
            exception: exception.then_some(&self.exception),
            correlation: Some(self.session),
        };
        self.dress.write(&record, out)
    }

    fn refuse(&mut self, site: Guid, out: &mut Vec<u8>) -> Counts {
        self.at = self.at.plus_seconds(self.words.prng.between(1, 6));
        vocabulary::refused(site, TOKEN_SERVICE_DOWN, &mut self.message);
        self.write("SPContentDatabaseSequence", "ajyxm", Level::Debug, false, out)
    }

    /// The work on one content database is over, and that on the next one begins.
    fn turn(&mut self, name: &str, out: &mut Vec<u8>) -> Counts {
        let mut counts = Counts::default();
        for text in [
            format!("Elapsed time upgrading [SPContentDatabase Name={name}]: 00:12:07.31."),
            "Begin Upgrade()".to_owned(),
        ] {
            self.message.clear();
            self.message.extend_from_slice(text.as_bytes());
            counts += self.write("SPContentDatabaseSequence", "ajyx1", Level::Debug, false, out);
        }
        counts
    }

    /// A warning or an error, behind the INFO record that names the object it is about.
    fn problem(&mut self, level: Level, name: &str, out: &mut Vec<u8>) -> Counts {
        let component = "SPContentDatabaseSequence";
        self.message.extend_from_slice(format!("SPContentDatabase Name={name}").as_bytes());
        let mut counts = self.write(component, "ajyxp", Level::Info, false, out);
        self.message.clear();
        let (number, times) = (self.words.prng.below(self.missing), self.words.prng.between(1, 90));
        let id = guid_of(!self.farm, number);
        let thrown = level == Level::Error && self.words.prng.chance(500_000);
        let text = match (level, thrown) {
            (Level::Error, true) => format!("Upgrade [SPContentDatabase Name={name}] failed."),
            (Level::Error, false) => format!("Found a missing feature Id = [{id}]"),
            (_, _) => format!(
                "WebPart class [{id}] is referenced [{times}] times in the database [{name}], but is not installed on the current farm. Please install any feature/solution which contains this web part."
            ),
        };
        self.message.extend_from_slice(text.as_bytes());
        counts += self.write(component, "ajyxp", level, thrown, out);
        counts
    }
}

impl Source for Upgrade {
    fn head(&mut self, out: &mut Vec<u8>) -> Counts {
        self.header.map_or_else(Counts::default, |columns| columns.header(out))
    }

    fn record(&mut self, extra: usize, out: &mut Vec<u8>) -> Counts {
        self.message.clear();
        if let Some(site) = self.refusals.next(&mut self.words.prng) {
            return self.refuse(site, out);
        }
        self.at = self.at.plus(self.words.prng.below(40));
        let database = self.words.a_database().to_owned();
        if self.words.databases_turn() {
            return self.turn(&database, out);
        }
        let dice = self.words.prng.below(1_000_000);
        if dice < ERRORS + WARNINGS {
            return self.problem(if dice < ERRORS { Level::Error } else { Level::Warning }, &database, out);
        }
        let choice = self.words.prng.index(self.phrases.len());
        let phrase = &self.phrases[choice];
        phrase.say(&mut self.words, extra, &mut self.message);
        self.write(phrase.component, phrase.tag, phrase.level, false, out)
    }

    fn refused(&self) -> Option<&Refusals> {
        Some(&self.refusals)
    }
}
