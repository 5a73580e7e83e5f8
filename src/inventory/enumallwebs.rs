//! `stsadm -o enumallwebs -databasename <db>`: every site in a database, asked of the database itself.
//!
//! The only export that lists sites missing from the site map. The database is the argument of the command and
//! not always in its output, so it may have to come from the command line or from the name of the file.

use super::Shape;
use super::facts::{Export, Facts};
use super::value;
use super::xml::{self, Element, Node};
use crate::model::inventory::{DatabaseFact, SiteFact};

/// What a file is called after the command; the name of the database stands behind or before it.
const COMMAND: &str = "enumallwebs";

/// Sites of one content database.
pub(super) struct EnumAllWebs;

impl Shape for EnumAllWebs {
    fn name(&self) -> &'static str {
        "stsadm-enumallwebs"
    }

    fn made_by(&self) -> &'static str {
        "stsadm -o enumallwebs"
    }

    fn fits(&self, export: &Export<'_>) -> bool {
        start(export.text).is_some()
    }

    fn is_named(&self, file_name: &str) -> bool {
        file_name.starts_with("enumallwebs")
    }

    fn read(&self, export: &Export<'_>, facts: &mut Facts<'_>) {
        let Some(from) = start(export.text) else {
            let line = export.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let found = value::shown(line);
            facts.problem(
                0,
                format!("no <Sites> of stsadm -o enumallwebs in this file, which begins with {found}"),
            );
            return;
        };
        let database =
            export.database_from_option.map(str::to_owned).or_else(|| from_file_name(export.file_name()));
        let mut reading = Sites { outer: database, ..Sites::default() };
        xml::walk(export.text, from, &mut |node| reading.node(node, facts));
        if reading.nameless {
            let advice = "it is not said which database these sites are in: name the file enumallwebs_<database>.xml, \
                          or give --inventory <database>=<file>";
            facts.problem(0, advice);
        }
    }
}

fn start(text: &str) -> Option<usize> {
    xml::start(text, &["<Databases", "<Database ", "<Sites>", "<Sites "])
}

/// The database in `enumallwebs_<db>.xml`, `<db>-enumallwebs.xml` or `<db>.xml`; a name with characters that a file name
/// cannot have is percent-encoded. Of a name by itself something has to say that it is one of a database: `out.xml`
/// is none.
fn from_file_name(file_name: &str) -> Option<String> {
    let stem = without_number(file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem));
    let lower = stem.to_ascii_lowercase();
    let joint = |text: &&str| text.starts_with(['_', '-']) || text.ends_with(['_', '-']);
    let prefixed =
        lower.strip_prefix(COMMAND).filter(joint).and_then(|rest| stem.get(stem.len() - rest.len() + 1..));
    let suffixed = || lower.strip_suffix(COMMAND).filter(joint).and_then(|rest| stem.get(..rest.len() - 1));
    let alone = || Some(stem).filter(|_| lower.contains(['_', '%']) || lower.contains("content"));
    let name = percent_decoded(prefixed.or_else(suffixed).or_else(alone)?);
    (!name.trim().is_empty()).then_some(name)
}

/// `WSS_A (2)` is how a second file of that name is called, by Windows and by us.
fn without_number(stem: &str) -> &str {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = stem.strip_suffix(')').and_then(|open| open.rsplit_once(" ("));
    numbered.filter(|(_, text)| number(text)).map_or(stem, |(stem, _)| stem)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let decoded = (*byte == b'%').then(|| after.get(..2)).flatten().and_then(hexadecimal);
        bytes.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digits =
        str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// The walk through one output.
#[derive(Default)]
struct Sites {
    /// The database that stands outside the XML.
    outer: Option<String>,
    /// The `<Database>` that is open.
    database: Option<DatabaseFact>,
    /// The line of `<Sites>`, the number of sites it announces and the number that came.
    announced: Option<(u64, u64, u64)>,
    /// Sites came without any database.
    nameless: bool,
}

impl Sites {
    fn node(&mut self, node: Node<'_>, facts: &mut Facts<'_>) {
        match node {
            Node::Open(line, element) => match element.name.as_str() {
                "Database" => self.open_database(line, &element, facts),
                "Sites" => self.open_sites(line, &element, facts),
                "Site" => self.site(line, &element, facts),
                _ => {}
            },
            Node::Close(name) if name == "Database" => self.database = None,
            Node::Close(name) if name == "Sites" => self.close_sites(facts),
            Node::Close(_) | Node::Text(_) => {}
            Node::Problem(line, message) => facts.problem(line, message),
        }
    }

    fn open_database(&mut self, line: u64, element: &Element<'_>, facts: &mut Facts<'_>) {
        let name = element.attribute("Name").or_else(|| self.outer.clone());
        self.database = name.map(|name| DatabaseFact {
            name,
            server: element.attribute("DataSource"),
            sites: element.attribute("SiteCount").as_deref().and_then(value::count),
            place: Some(facts.place(line)),
            ..DatabaseFact::default()
        });
        facts.told.databases.extend(self.database.clone());
    }

    fn open_sites(&mut self, line: u64, element: &Element<'_>, facts: &mut Facts<'_>) {
        let count = element.attribute("Count").as_deref().and_then(value::count);
        self.announced = count.map(|count| (line, count, 0));
        if self.database.is_none()
            && let Some(name) = self.outer.clone()
        {
            let place = Some(facts.place(line));
            facts.told.databases.push(DatabaseFact { name, sites: count, place, ..DatabaseFact::default() });
        }
    }

    fn close_sites(&mut self, facts: &mut Facts<'_>) {
        if let Some((line, announced, came)) = self.announced.take()
            && announced != came
        {
            facts.problem(line, format!("{announced} sites are announced here and {came} are there"));
        }
    }

    fn site(&mut self, line: u64, element: &Element<'_>, facts: &mut Facts<'_>) {
        if let Some((_, _, came)) = &mut self.announced {
            *came += 1;
        }
        let Some(text) = element.attribute("Id") else {
            let only_urls =
                element.attribute("Url").is_some() && element.attribute("ContentDatabase").is_some();
            let hint =
                if only_urls { ": stsadm -o enumsites does not write ids, enumallwebs does" } else { "" };
            facts.problem(line, format!("a site without Id{hint}"));
            return;
        };
        let Some(id) = value::id(&text) else {
            facts.problem(line, format!("Id is {}, not a GUID", value::shown(&text)));
            return;
        };
        let inner = self.database.as_ref();
        let database = inner.map(|database| database.name.clone()).or_else(|| self.outer.clone());
        self.nameless |= database.is_none();
        let fact = SiteFact {
            id,
            url: element.attribute("Url"),
            database,
            server: inner.and_then(|database| database.server.clone()),
            in_site_map: element.attribute("InSiteMap").as_deref().and_then(value::truth),
            needs_upgrade: None,
            place: facts.place(line),
        };
        facts.told.sites.push(fact);
    }
}
