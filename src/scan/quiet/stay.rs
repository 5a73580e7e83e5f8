//! Lines that go on at the time of the line before them: nothing is charged between them, so only what the last ones say
//! counts. So they are not read one by one, but from the last one back, when it is asked what is at work.

use std::ops::Range;

use crate::format::stencil::{Fit, Stencil};
use crate::format::title;
use crate::scan::cut::line::{bounded, position_in};
use crate::scan::passing::{Object, Turn, object, turn};
use crate::scan::recorder::DATABASE_WALK;
use crate::text::lines::lines_back;

/// Lines of a window that fit one stencil, and in which no literal says more than the title of a familiar content
/// database. Blank ones may stand between them.
#[derive(Debug, Default)]
pub(in crate::scan) struct Stay<'w> {
    window: &'w [u8],
    lines: Range<usize>,
    /// Where the last of them ends that may name a content database; zero if none may.
    titled: usize,
}

/// What such lines say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::scan) struct Says<'w> {
    /// The last of them.
    pub(in crate::scan) last: Fit<'w>,
    /// The site collection at work at their end.
    pub(in crate::scan) site: Said<'w>,
    /// The content database at work at their end.
    pub(in crate::scan) database: Said<'w>,
    /// The content database that the last one names, but for those that walk the databases and name none.
    pub(in crate::scan) naming: Said<'w>,
}

/// What records said about an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::scan) enum Said<'w> {
    /// Nothing yet.
    #[default]
    Unsaid,
    /// None is at work.
    Nothing,
    /// This one is.
    Name(&'w [u8]),
}

impl Said<'_> {
    /// What was said before, unless nothing was.
    pub(in crate::scan) fn or(self, earlier: Self) -> Self {
        if self == Said::Unsaid { earlier } else { self }
    }
}

impl<'w> Stay<'w> {
    /// None yet, of this window.
    pub(in crate::scan) fn of(window: &'w [u8]) -> Self {
        Self { window, lines: 0..0, titled: 0 }
    }

    /// One more line of the window, behind those before it. `titled` says that it may name a content database.
    #[inline]
    pub(in crate::scan) fn add(&mut self, line: &'w [u8], titled: bool) {
        let start = position_in(self.window, line);
        if self.lines.is_empty() {
            self.lines.start = start;
        }
        self.lines.end = start + line.len();
        if titled {
            self.titled = self.lines.end;
        }
    }

    /// None of them count any more.
    pub(in crate::scan) fn clear(&mut self) {
        self.lines = 0..0;
        self.titled = 0;
    }

    /// What the lines say; then there are none any more. `idle` says that no content database is at work before them.
    pub(in crate::scan) fn take(&mut self, stencil: &mut Stencil, idle: bool) -> Option<Says<'w>> {
        let lines = self.window.get(std::mem::take(&mut self.lines)).unwrap_or_default();
        let mut fits = lines_back(lines).filter_map(|line| stencil.fits(bounded(line)));
        let last = fits.next()?;
        let titled = std::mem::take(&mut self.titled);
        let (mut site, mut database, mut naming) = (Said::Unsaid, Said::Unsaid, Said::Unsaid);
        for Fit { component, message, .. } in std::iter::once(last).chain(fits) {
            let may_name = titled > 0 && position_in(self.window, message) < titled;
            let named = if may_name { title::titled_database(message) } else { None };
            naming = naming.or(match named {
                Some(name) => Said::Name(name),
                None if component != DATABASE_WALK => Said::Nothing,
                None => Said::Unsaid,
            });
            if database == Said::Unsaid {
                let (its_site, its_database) = says(component, message, named);
                site = site.or(its_site);
                database = its_database;
            }
            let is_known = database != Said::Unsaid || (idle && titled == 0 && site != Said::Unsaid);
            if is_known && naming != Said::Unsaid {
                break;
            }
        }
        Some(Says { last, site, database, naming })
    }
}

/// What one line says of the site collection and the content database at work.
fn says<'w>(component: &[u8], message: &'w [u8], named: Option<&'w [u8]>) -> (Said<'w>, Said<'w>) {
    if turn(component, message) == Some(Turn::Over) {
        return (Said::Nothing, Said::Nothing);
    }
    match object(message, named) {
        Some(Object::Site(url)) => (Said::Name(url), Said::Unsaid),
        Some(Object::Database(name)) => (Said::Nothing, Said::Name(name)),
        Some(Object::Other) => (Said::Nothing, Said::Nothing),
        None => (Said::Unsaid, Said::Unsaid),
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, Says, Stay, says};
    use crate::format::stencil::{Fit, Stencil};
    use crate::format::title::titled_database;
    use crate::scan::recorder::DATABASE_WALK;
    use crate::text::lines::lines;
    use proptest::prelude::*;

    const TEXTS: [&str; 10] = [
        "CanUpgrade [SPSite Url=http://a/sites/1] returned: True.",
        "[SPTree Value=SPSite Url=http://a/sites/2] added to dependency cache by lookup",
        "NeedsUpgrade [SPConfigurationDatabase] returned: False.",
        "[SPFarm Name=F]",
        "Elapsed time upgrading [SPContentDatabase X]: 00:00:01.",
        "NeedsUpgrade [SPContentDatabase Name=WSS_A] returned: False.",
        "[SPContentDatabase Name=WSS_B Parent=SPDatabaseServiceInstance]",
        "Elapsed time upgrading [SPContentDatabase Name=WSS_A]: 00:00:01.",
        "Executing SQL DDL Script.",
        "Template STS#0: Activating site-collection-scoped features...",
    ];

    proptest! {
        #[test]
        fn what_is_read_back_is_what_is_read_line_by_line(
            records in prop::collection::vec((prop::bool::ANY, prop::sample::select(&TEXTS[..]), "\r?\n{1,2}"), 1..9),
            idle in prop::bool::ANY,
        ) {
            let mut stencil = Stencil::default();
            stencil.trace(b"PSCONFIG", b"3/3/2012 10:10:24 PM");
            let line = |(walks, text, end): &(bool, &str, String)| {
                let component = if *walks { "SPContentDatabaseSequence" } else { "SPUpgradeSession" };
                format!("[PSCONFIG] [{component}] [INFO] [3/3/2012 10:10:24 PM]: {text}{end}")
            };
            let window = format!("before\n{}", records.iter().map(line).collect::<String>());
            let mut stay = Stay::of(window.as_bytes());
            let (mut site, mut database, mut naming) = (Said::Unsaid, Said::Unsaid, Said::Unsaid);
            let (mut last, mut titled) = (None, false);
            for line in lines(window.as_bytes()) {
                let Some(fit) = stencil.fits(line) else { continue };
                let Fit { component, message, .. } = fit;
                let named = titled_database(message);
                stay.add(line, named.is_some());
                titled |= named.is_some();
                let (its_site, its_database) = says(component, message, named);
                site = its_site.or(site);
                database = its_database.or(database);
                naming = match named {
                    Some(name) => Said::Name(name),
                    None if component != DATABASE_WALK => Said::Nothing,
                    None => naming,
                };
                last = Some(fit);
            }
            let read = stay.take(&mut stencil, idle).unwrap();
            // Where nothing is at work, nothing takes its place.
            let database = if idle && !titled && read.database == Said::Unsaid { Said::Unsaid } else { database };
            prop_assert_eq!(read, Says { last: last.unwrap(), site, database, naming });
            prop_assert_eq!(stay.take(&mut stencil, idle), None);
        }
    }
}
