//! Lines that go on at the time of the line before them: nothing is charged between them, so only what they say
//! together counts, and of that mostly what the last ones say. So they are not read one by one, but from the last
//! one back, when it is asked what is at work.

use std::ops::Range;

use super::line::{bounded, position_in};
use super::passing::{Object, object, turn};
use super::path::Part;
use super::recorder::DATABASE_WALK;
use crate::format::stencil::{Fit, Stencil};
use crate::text::lines::lines_back;

/// Lines of a window that fit one stencil and name no content database. Blank ones may stand between them.
#[derive(Debug, Default)]
pub(super) struct Stay<'w> {
    window: &'w [u8],
    lines: Range<usize>,
}

/// What such lines say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Says<'w> {
    /// The last of them.
    pub(super) last: Fit<'w>,
    /// The site collection at work at their end.
    pub(super) site: Said<'w>,
    /// What takes the place of the content database at work: nothing.
    pub(super) database: Option<Part<'static>>,
    /// A component wrote that does not walk the content databases.
    pub(super) leaves_databases: bool,
}

/// What records said about an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Said<'w> {
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
    pub(super) fn or(self, earlier: Self) -> Self {
        if self == Said::Unsaid { earlier } else { self }
    }
}

impl<'w> Stay<'w> {
    /// None yet, of this window.
    pub(super) fn of(window: &'w [u8]) -> Self {
        Self { window, lines: 0..0 }
    }

    /// One more line of the window, behind those before it.
    #[inline]
    pub(super) fn add(&mut self, line: &'w [u8]) {
        let start = position_in(self.window, line);
        if self.lines.is_empty() {
            self.lines.start = start;
        }
        self.lines.end = start + line.len();
    }

    /// None of them count any more.
    pub(super) fn clear(&mut self) {
        self.lines = 0..0;
    }

    /// What the lines say; then there are none any more. `idle` says that no content database is at work before them.
    pub(super) fn take(&mut self, stencil: &mut Stencil, idle: bool) -> Option<Says<'w>> {
        let lines = self.window.get(std::mem::take(&mut self.lines)).unwrap_or_default();
        let mut fits = lines_back(lines).filter_map(|line| stencil.fits(bounded(line)));
        let last = fits.next()?;
        let (mut site, mut database, mut leaves_databases) = (Said::Unsaid, None, false);
        for Fit { component, message } in std::iter::once(last).chain(fits) {
            leaves_databases |= component != DATABASE_WALK;
            if database.is_none() {
                let (its_site, its_database) = says(component, message);
                site = site.or(its_site);
                database = its_database;
            }
            if leaves_databases && (database.is_some() || (idle && site != Said::Unsaid)) {
                break;
            }
        }
        Some(Says { last, site, database, leaves_databases })
    }
}

/// What one line says of the site collection and the content database at work.
fn says<'w>(component: &[u8], message: &'w [u8]) -> (Said<'w>, Option<Part<'static>>) {
    if let Some(turn) = turn(component, message) {
        return (Said::Nothing, Some(turn.part()));
    }
    match object(message, None) {
        Some(Object::Site(url)) => (Said::Name(url), None),
        Some(Object::Other) => (Said::Nothing, Some(Part::Nothing)),
        Some(Object::Database(_)) | None => (Said::Unsaid, None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, Says, Stay, says};
    use crate::format::stencil::{Fit, Stencil};
    use crate::scan::recorder::DATABASE_WALK;
    use crate::text::lines::lines;
    use proptest::prelude::*;

    const TEXTS: [&str; 8] = [
        "CanUpgrade [SPSite Url=http://a/sites/1] returned: True.",
        "[SPTree Value=SPSite Url=http://a/sites/2] added to dependency cache by lookup",
        "NeedsUpgrade [SPConfigurationDatabase] returned: False.",
        "[SPFarm Name=F]",
        "Elapsed time upgrading [SPContentDatabase X]: 00:00:01.",
        "Begin Upgrade()",
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
            let (mut site, mut database, mut leaves_databases, mut last) = (Said::Unsaid, None, false, None);
            for line in lines(window.as_bytes()) {
                let Some(fit) = stencil.fits(line) else { continue };
                stay.add(line);
                let Fit { component, message } = fit;
                let (its_site, its_database) = says(component, message);
                site = its_site.or(site);
                database = its_database.or(database);
                leaves_databases |= component != DATABASE_WALK;
                last = Some(fit);
            }
            let read = stay.take(&mut stencil, idle).unwrap();
            // Where nothing is at work, nothing takes its place.
            let database = if idle && read.database.is_none() { None } else { database };
            prop_assert_eq!(read, Says { last: last.unwrap(), site, database, leaves_databases });
            prop_assert_eq!(stay.take(&mut stencil, idle), None);
        }
    }
}
