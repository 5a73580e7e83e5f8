//! What a shape is given, and where it puts what it reads.

use super::table::{self, Column, Header, Item, Layout, Row};
use super::value;
use crate::model::inventory::{ExportSentence, InventoryFacts, InventoryProblem, ObjectFact, UpgradeState};
use crate::model::kind::Level;
use crate::model::place::Place;

/// How many problems of one export are told one by one.
const MOST_PROBLEMS: usize = 100;

/// An export, decoded and looked at.
pub struct Export<'a> {
    /// The path it was read from.
    pub(super) path: &'a str,
    /// The database that an administrator named for it on the command line.
    pub(super) database_from_option: Option<&'a str>,
    /// The whole text, or its beginning where only that is at hand.
    pub(super) text: &'a str,
    /// How its rows are written down.
    pub(super) layout: Layout,
    /// Its columns.
    pub(super) header: Header,
}

impl<'a> Export<'a> {
    pub(super) fn new(path: &'a str, database_from_option: Option<&'a str>, text: &'a str) -> Self {
        let (layout, header) = table::sniff(text);
        Self { path, database_from_option, text, layout, header }
    }

    /// The name of the file without its folders and archives.
    pub(super) fn file_name(&self) -> &'a str {
        file_name(self.path)
    }

    /// Whether a column is there.
    pub(super) fn has(&self, column: Column) -> bool {
        self.header.columns.has(column)
    }

    /// Whether one of the first rows satisfies a test.
    pub(super) fn early_row(&self, test: &dyn Fn(&Row<'_>) -> bool) -> bool {
        let mut found = false;
        let mut left = 20;
        let head = self.text.get(..self.text.floor_char_boundary(super::HEAD)).unwrap_or_default();
        table::each(head, self.layout, &mut |item| {
            if let Item::Row(row) = item
                && left > 0
            {
                left -= 1;
                found |= test(&row);
            }
        });
        found
    }

    /// Every row, and every problem on the way.
    pub(super) fn each_row(&self, facts: &mut Facts<'_>, take: &mut dyn FnMut(&Row<'_>, &mut Facts<'_>)) {
        table::each(self.text, self.layout, &mut |item| match item {
            Item::Row(row) => take(&row, facts),
            Item::Problem(line, message) => facts.problem(line, message),
        });
    }

    /// Whether all these columns are there; the problem is told if not.
    pub(super) fn demands(&self, columns: &[Column], facts: &mut Facts<'_>) -> bool {
        let missing: Vec<_> =
            columns.iter().filter(|column| !self.has(**column)).map(|column| column.label()).collect();
        let found = match self.header.names.as_slice() {
            [] => "no columns at all".to_owned(),
            names => value::one_line(&names.join(", ")),
        };
        match missing.as_slice() {
            [] => return true,
            [one] => facts
                .problem(self.header.line, format!("column {one} is {}{found}", InventoryProblem::MISSING)),
            many => {
                let missing = many.join(", ");
                let message = format!("columns {missing} are {}{found}", InventoryProblem::MISSING);
                facts.problem(self.header.line, message);
            }
        }
        false
    }
}

/// The last part of a path, of whatever system it comes from.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The facts of one export as they are collected.
pub struct Facts<'a> {
    path: &'a str,
    /// What was read.
    pub(super) told: InventoryFacts,
    /// How many lines of the text stand above what is being read.
    pub(super) above: u64,
    untold: u64,
}

impl<'a> Facts<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self { path, told: InventoryFacts::default(), above: 0, untold: 0 }
    }

    /// A line of the export.
    pub(super) fn place(&self, line: u64) -> Place {
        Place { path: self.path.to_owned(), line: self.above + line }
    }

    /// Tells a problem; from some number on they are only counted.
    pub(super) fn problem(&mut self, line: u64, message: impl Into<String>) {
        if self.told.problems.len() < MOST_PROBLEMS {
            let place = self.place(line);
            self.told.problems.push(InventoryProblem { place, message: message.into() });
        } else {
            self.untold += 1;
        }
    }

    /// Adds a sentence for the rules.
    pub(super) fn sentence(&mut self, line: u64, level: Level, database: Option<&str>, text: String) {
        let (place, database) = (self.place(line), database.map(str::to_owned));
        let sentence = ExportSentence {
            place,
            level,
            database,
            text,
            category: None,
            blocks: false,
            of_daily_work: false,
        };
        self.told.sentences.push(sentence);
    }

    /// Adds an object that is no database, if its status says that it is not upgraded.
    pub(super) fn object(&mut self, line: u64, object_type: &str, name: &str, status: &str) {
        if let Some(state) = value::state(status) {
            self.object_in(line, object_type, name, (state, status));
        }
    }

    /// Adds an object that is no database, with what is said of it.
    pub(super) fn object_in(
        &mut self,
        line: u64,
        object_type: &str,
        name: &str,
        (state, status): (UpgradeState, &str),
    ) {
        // Not every object has a name; the farm itself is one of these.
        let name = value::object_name(name).unwrap_or(object_type);
        let (name, object_type, status) = (name.to_owned(), object_type.to_owned(), status.to_owned());
        let place = self.place(line);
        self.told.objects.push(ObjectFact { place, name, object_type, state, status });
    }

    /// Reads a truth; what is neither is a problem.
    pub(super) fn truth(&mut self, row: &Row<'_>, column: Column) -> Option<bool> {
        let text = row.get(column)?;
        let truth = value::truth(text);
        if truth.is_none() {
            let (label, text) = (column.label(), value::shown(text));
            self.problem(row.line, format!("{label} is {text}, which is neither True nor False"));
        }
        truth
    }

    /// Everything, with the number of problems that were not told.
    pub(super) fn finish(mut self) -> InventoryFacts {
        if self.untold > 0 {
            let message = format!("{} further problems in this export are not listed", self.untold);
            let place = self.place(0);
            self.told.problems.push(InventoryProblem { place, message });
        }
        self.told
    }
}
