//! `stsadm -o enumallwebs -databasename <db>`: every site in a database, asked of the database itself.
//!
//! The only export that lists sites missing from the site map. The database is the argument of the command and
//! not always in its output, so it may have to come from the command line or from the name of the file.

use super::Shape;
use super::facts::{Export, Facts};
use super::file_database::{ADVICE, from_file_name};
use super::value;
use super::xml::{self, Element, Node};
use crate::model::inventory::{DatabaseFact, SiteFact};

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
        let by_option = export.database_from_option.map(str::to_owned);
        let by_file_name = by_option.is_none();
        let file_name = from_file_name(export.file_name()).filter(|_| by_file_name);
        // Which of them it is, is settled when all exports are known.
        let guess = file_name.as_ref().and_then(|name| name.candidates.last().cloned());
        let mut reading = Sites { outer: by_option.or(guess), by_file_name, ..Sites::default() };
        xml::walk(export.text, from, &mut |node| reading.node(node, facts));
        if reading.nameless {
            facts.problem(0, ADVICE);
        }
        facts.told.file_name = facts.told.file_name.take().or(file_name.filter(|_| reading.took_outer));
    }
}

fn start(text: &str) -> Option<usize> {
    xml::start(text, &["<Databases", "<Database ", "<Sites>", "<Sites "])
}

/// The walk through one output.
#[derive(Default)]
struct Sites {
    /// The database that stands outside the XML.
    outer: Option<String>,
    /// It is the name of the file that tells it.
    by_file_name: bool,
    /// It was asked for.
    took_outer: bool,
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
        let own = element.attribute("Name");
        let by_file_name = self.by_file_name && own.is_none();
        self.took_outer |= own.is_none();
        let name = own.or_else(|| self.outer.clone());
        self.database = name.map(|name| DatabaseFact {
            name,
            server: element.attribute("DataSource"),
            sites: element.attribute("SiteCount").as_deref().and_then(value::count),
            place: Some(facts.place(line)),
            by_file_name,
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
            self.took_outer = true;
            facts.told.databases.push(DatabaseFact {
                name,
                sites: count,
                place: Some(facts.place(line)),
                by_file_name: self.by_file_name,
                ..DatabaseFact::default()
            });
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
        let by_file_name = inner.map_or(self.by_file_name, |database| database.by_file_name);
        self.took_outer |= inner.is_none();
        self.nameless |= database.is_none();
        let fact = SiteFact {
            id,
            url: element.attribute("Url"),
            database,
            server: inner.and_then(|database| database.server.clone()),
            in_site_map: element.attribute("InSiteMap").as_deref().and_then(value::truth),
            needs_upgrade: None,
            place: facts.place(line),
            by_file_name,
        };
        facts.told.sites.push(fact);
    }
}
