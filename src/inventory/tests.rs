//! Exports in, facts out: every case is a file and what it must tell.

mod hostile;
mod lists;
mod markup;
mod merging;
mod objects;
mod tables;

use std::fmt::Write;

use crate::inventory::{Shape, read, recognise};
use crate::model::inventory::{DatabaseFact, InventoryFacts, SiteFact};

/// What an export tells, a line a fact, with the line of the export behind `@`.
fn told(path: &str, text: &str) -> String {
    rendered(&read(path, None, text.as_bytes()))
}

fn rendered(facts: &InventoryFacts) -> String {
    let mut out = String::new();
    for site in &facts.sites {
        let _ = writeln!(out, "{}", site_line(site));
    }
    for database in &facts.databases {
        let _ = writeln!(out, "{}", database_line(database));
    }
    for object in &facts.objects {
        let (kind, line) = (&object.object_type, object.place.line);
        let _ = writeln!(out, "object {} {kind} {:?} {} @{line}", object.name, object.state, object.status);
    }
    for service in &facts.services {
        let server = service.server.as_deref().unwrap_or("-");
        let _ = writeln!(
            out,
            "service {} on {server} {} @{}",
            service.service, service.status, service.place.line
        );
    }
    for sentence in &facts.sentences {
        let database = sentence.database.as_deref().unwrap_or("-");
        let (level, line) = (sentence.level.name(), sentence.place.line);
        let _ = writeln!(out, "{level} about {database} @{line}: {}", sentence.text);
    }
    for problem in &facts.problems {
        let _ = writeln!(out, "problem @{}: {}", problem.place.line, problem.message);
    }
    out
}

fn site_line(site: &SiteFact) -> String {
    let mut line = format!("site {}", site.id);
    add(&mut line, "in", site.database.as_deref());
    add(&mut line, "server", site.server.as_deref());
    add(&mut line, "url", site.url.as_deref());
    add(&mut line, "map", site.in_site_map);
    add(&mut line, "needs", site.needs_upgrade);
    format!("{line} @{}", site.place.line)
}

fn database_line(database: &DatabaseFact) -> String {
    let mut line = format!("database {}", database.name);
    add(&mut line, "id", database.id);
    add(&mut line, "server", database.server.as_deref());
    add(&mut line, "volume", database.volume.as_deref());
    add(&mut line, "bytes", database.size_bytes);
    add(&mut line, "of", database.web_application.as_deref());
    add(&mut line, "sites", database.sites);
    add(&mut line, "needs", database.needs_upgrade);
    add(&mut line, "children", database.needs_upgrade_include_children);
    add(&mut line, "central", database.central_administration);
    add(&mut line, "readonly", database.read_only);
    add(&mut line, "status", database.status.as_deref());
    add(&mut line, "type", database.object_type.as_deref());
    format!("{line} @{}", database.place.as_ref().map_or(0, |place| place.line))
}

fn add(line: &mut String, name: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        let _ = write!(line, " {name}={}", value.to_string());
    }
}

/// The name of the shape a file is taken for.
fn shape(name: &str, text: &str) -> Option<&'static str> {
    recognise(name, text.as_bytes()).map(Shape::name)
}

/// Compares without the indentation that the expectation has in the source.
fn expect(found: &str, expected: &str) {
    let expected: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found: Vec<_> = found.lines().collect();
    assert_eq!(found, expected);
}
